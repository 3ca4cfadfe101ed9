"""The pages around the code say what is true."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import click
import pytest

from bot.cli import archivist
from bot.settings import Settings
from index.archive import Archive
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "archivist") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        full = f"{before} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [(full, command)]
    return found


@pytest.mark.parametrize(
    ("name", "command"), commands(archivist), ids=lambda value: str(value)[:30]
)
def test_the_readme_names_every_command_and_option(name: str, command: click.Command) -> None:
    """Each command of the terminal has its row in the README, with its options."""
    [row] = [line for line in README.splitlines() if line.startswith(f"| `{name}")][:1]
    rows = "\n".join(line for line in README.splitlines() if line.startswith(f"| `{name}"))
    options = {name for option in command.params for name in option.opts if name.startswith("--")}
    missing = {option for option in options - {"--corpus", "--data"} if option not in rows}
    assert row
    assert not missing


def test_every_setting_is_explained() -> None:
    """The README and .env.example name the same settings, and bot/settings.py reads just those."""
    pattern = re.compile(r"\b(?:ARCHIVIST|DISCORD)_[A-Z_]+\b")
    code = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'reader\.read\(\s*"([A-Z_]+)"', code))
    assert read
    assert set(pattern.findall(README)) == read
    assert set(pattern.findall(EXAMPLE)) >= read
    assert set(re.findall(r"(?m)^#? ?([A-Z_]+)=", EXAMPLE)) == read


def test_the_makefile_has_the_commands_that_the_readme_gives() -> None:
    """Each ``make`` command of the README and CONTRIBUTING is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)", pages)):
        assert re.search(rf"(?m)^{target}:", makefile), target


def test_links_between_the_pages_lead_somewhere() -> None:
    """Relative links of the README and CONTRIBUTING name files of the repository."""
    for page in ("README.md", "CONTRIBUTING.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / link).exists(), link


def test_contributing_names_every_module() -> None:
    """CONTRIBUTING says of each module what it is; of those of a package in the package's row."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in sorted([*(ROOT / "index").glob("*.py"), *(ROOT / "bot").glob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        assert name in page or path.name.startswith("__"), name
    for package in ("dates", "events", "timeline"):
        [row] = [line for line in page.splitlines() if line.startswith(f"| `index/{package}/`")]
        for path in (ROOT / "index" / package).glob("*.py"):
            assert f"`{path.name}`" in row or path.name == "__init__.py", path.name


def test_the_readmes_example_is_what_the_program_says(shipped: Archive) -> None:
    """The answer and the citation that the README shows are those of the shipped corpus."""
    [question] = re.findall(r'\$ make ask Q="(.+)"', README)
    answer = shipped.answer(question, today=dt.date(2026, 11, 21))
    best = answer.passages[0]
    assert f"“{answer.answer}” [1]\n\n[1] {best.source.title} — {best.place} (" in README
    quoted = re.search(r"(?m)^    (September 7: .+?) …$", README)
    assert quoted is not None
    assert best.passage.text.startswith(quoted[1])


def test_the_package_runs_as_a_module() -> None:
    """``python -m bot`` is ``archivist``."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Usage: archivist")


def test_defaults_are_those_of_the_example() -> None:
    """The folders that .env.example gives as defaults are the program's."""
    assert f"ARCHIVIST_CORPUS={Settings().corpus}" in EXAMPLE.replace("# ", "")
    assert f"ARCHIVIST_DATA={Settings().data}" in EXAMPLE.replace("# ", "")


def test_pinned_requirements_hold_hashes_and_no_address() -> None:
    """Both requirements files pin by hash and name no place to download from."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"(?m)^[A-Za-z0-9_.-]+==\S+", text)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text
        assert "--index" not in text
