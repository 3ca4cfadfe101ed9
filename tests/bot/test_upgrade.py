"""Data folders that earlier versions wrote open with this one: see tests/data/README.md."""

from __future__ import annotations

import asyncio
import shutil
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import archivist
from bot.state import open_state
from bot.state.store import NAME as STATE
from index.schema import SCHEMA_VERSION
from tests.conftest import write_corpus

DATA = Path(__file__).parents[1] / "data"
FOLDERS = sorted(DATA.glob("index-*.tar.gz"))
CORPUS = {
    "mill.md": """# The mill of Skerrow

## I. The wheel

The mill was built in 1847 by order of Lord Ardent.[^1] Its wheel was mended on 3 May 1853.

## II. The miller

Ines Calder ground barley for the town until 1871. She paid $80 a year for the water.

[^1]: Anna Pell, *Slate and Sea* (Dunmoran, 1974), p. 12.
""",
    "log.txt": """Harbour log

1853

May 3: The wheel of the mill was mended. Lord Ardent came from Dunmoran.
June 10-12: A storm held the Corrie in port for three days.
""",
}
GUILD, PERSON = 2305843009213693953, 4611686018427387905


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name.split(".")[0])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder as an earlier version left it."""
    with tarfile.open(request.param) as tar:
        tar.extractall(tmp_path / "data", filter="data")
    return tmp_path / "data"


def run(data: Path, *words: str) -> tuple[int, str, str]:
    corpus = write_corpus(data.parent / "corpus", CORPUS)
    folders = ["--corpus", str(corpus), "--data", str(data)]
    done = CliRunner().invoke(archivist, [*words, *folders])
    return done.exit_code, done.stdout, done.stderr


def test_every_version_of_the_index_is_here() -> None:
    """When the index gets another version, a folder of the one before is kept."""
    names = {path.name for path in FOLDERS}
    assert names >= {f"index-{version}.tar.gz" for version in range(1, SCHEMA_VERSION)}


@pytest.mark.slow
def test_a_question_is_answered_from_an_index_of_this_version(data: Path) -> None:
    """An index of an earlier version is built anew, which is said; no question fails for it."""
    code, _, errors = run(data, "ask", "Who ordered the mill?")
    if "another corpus folder" in errors:  # of this version still; it knows where its corpus lay
        assert run(data, "index", "build")[0] == 0
        code, _, errors = run(data, "ask", "Who ordered the mill?")
    else:
        assert "of another version. It is built anew." in errors
    assert code == 0
    assert run(data, "index", "verify")[0] == 0


@pytest.mark.slow
def test_a_build_takes_over_nothing_wrong(data: Path) -> None:
    """After `index build` the folder answers as one that was made by this version."""
    assert run(data, "index", "build")[0] == 0
    made_now = Path(shutil.copytree(data.parent / "corpus", data.parent / "new" / "corpus")).parent
    assert run(made_now / "data", "index", "build")[0] == 0
    for words in (("ask", "When was the wheel mended?"), ("timeline", "1853")):
        old, new = run(data, *words), run(made_now / "data", *words)
        assert old[0] == new[0] == 0
        assert old[1].split("generation")[0] == new[1].split("generation")[0]


def test_what_was_entrusted_to_the_bot_is_still_there(data: Path) -> None:
    """Settings of servers and people, and what people sent, survive the upgrade of the state."""
    if not (data / STATE).exists():
        pytest.skip("that version kept no state")

    async def look() -> None:
        for _ in range(2):  # upgraded, and opened again
            state = open_state(data)
            settings = state.server(GUILD)
            assert (settings.language, settings.plain) == ("my", True)
            assert state.welcomed(GUILD)
            assert state.is_plain(PERSON)
            sent = await state.feedback_of(PERSON)
            assert {one.asked.question for one in sent} == {
                "Who built the mill?",
                "Who sank the Corrie?",
            }
            assert {one.text for one in sent} == {"It was rebuilt in 1880.", ""}
            await state.close()

    asyncio.run(look())


def test_a_backup_made_before_the_upgrade_can_be_restored(data: Path, tmp_path: Path) -> None:
    """A backup holds an index of an earlier version too, or says that it holds none."""
    code, _, errors = run(data, "backup", str(tmp_path / "before.tar"))
    assert code == 0
    assert errors == "" or "built anew" in errors
    assert run(tmp_path / "restored", "restore", str(tmp_path / "before.tar"))[0] == 0
    assert (tmp_path / "restored" / STATE).exists() == (data / STATE).exists()
