"""What all tests share: the folders they read, and which of them need something that may be missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.archive import Archive
from index.building import build

# How long a machine takes proves nothing.
settings.register_profile("archivist", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("archivist")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
_SCENARIOS = ROOT / "tests" / "scenarios"

#: What each marker needs: whether it is here, and what to say where it is not.
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "shared": (SHARED.is_dir, "the source documents are not beside the repository, in ../shared"),
    "chromium": (lambda: shutil.which("chromium") is not None, "Chromium is not installed"),
    "poppler": (lambda: shutil.which("pdftotext") is not None, "poppler-utils is not installed"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what can't run here, with the reason; CI has everything and may skip nothing."""
    for marker, (is_here, reason) in NEEDS.items():
        if is_here():
            continue
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
    for item in items:
        if item.path.is_relative_to(_SCENARIOS):
            item.add_marker(pytest.mark.xdist_group("scenarios"))  # they share running bots


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where MARKED_TESTS_MUST_RUN is set, a marked test that was skipped has failed."""
    report = yield
    marked = any(item.get_closest_marker(marker) for marker in NEEDS)
    if marked and report.skipped and os.environ.get("MARKED_TESTS_MUST_RUN"):
        report.outcome = "failed"
    return report  # type: ignore[return-value]  # what a wrapper hands on


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of the repository's own corpus."""
    data = tmp_path_factory.mktemp("shipped")
    build(ROOT / "corpus", data)
    return Archive.open(data)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of the two original documents; tests that ask for it are marked `shared`."""
    data = tmp_path_factory.mktemp("seeds")
    build(SHARED / "seeds", data)
    return Archive.open(data)


HARBOUR = {
    "town.md": """# Skerrow: a town and its harbour

## I. The harbour

The harbour of Skerrow was dug in 1847 by order of Lord Ardent, who wanted a port for slate.[^1]
It cost $80 million, a sum that the council did not have. Two hundred masons worked on the north
mole for six years, because the sea took the first one away in a single night.

The light on the mole was lit for the first time on 3 May 1853. Keeper Ines Calder lived there with
four children. She kept a log, which is now in the county museum.[^2]

## II. The ferry

### A. First years

The ferry *Corrie* carried slate, wool and passengers to Dunmoran. A crossing took four hours in
good weather. Myanmar teak was used for her deck, a gift of a merchant in Yangon.

### B. Decline

Since the railway opened in 1911 fewer people have used the ferry. The council sold her in 1923 to
a company of Leith; nobody knows what became of her.

[^1]: Anna Pell, *Slate and Sea* (Dunmoran, 1974), p. 12, who gives 41 ships for the first year.
[^2]: County museum, shelf 7.
""",
    "log.txt": """Harbour log

1853

May 3: The light was lit. Lord Ardent came from Dunmoran with his daughter.
June: A whale was seen off the mole.
June 10-12: A storm held the Corrie in port for three days.

1854

January 9: The Corrie ran aground on the bar.
Nobody was hurt, and she was afloat again by the evening.
March 2, 1855: Repairs were paid for.
""",
    "aliases.toml": """[[alias]]
names = ["Myanmar", "Burma"]
[[alias]]
names = ["Ines Calder", "the lighthouse keeper"]
""",
}


def write_corpus(folder: Path, files: dict[str, str]) -> Path:
    """Write ``files`` (name -> text) below ``folder`` and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of two small invented documents: a town's history with notes, and a log."""
    corpus = write_corpus(tmp_path_factory.mktemp("harbour-corpus"), HARBOUR)
    data = tmp_path_factory.mktemp("harbour-data")
    build(corpus, data)
    return Archive.open(data)
