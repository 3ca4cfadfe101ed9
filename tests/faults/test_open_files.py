"""A bot that runs for years opens a new index again and again: the old ones are let go."""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.collections import MAIN, server_collection
from tests.conftest import HARBOUR, write_corpus
from tests.index.test_crash import make_small

OWN = server_collection(77)
TODAY = dt.date(2026, 1, 1)


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No circle of objects is ever taken apart, as in a bot that has frozen what it holds."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def opened(folder: Path) -> list[str]:
    """The files below a folder that this process holds open."""
    found = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are all that is wanted
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115
        except FileNotFoundError:  # the listing's own
            continue
    return sorted(path for path in found if path.startswith(str(folder)))


def use(archive: Archive) -> None:
    """Ask what readers ask."""
    archive.warm()
    for question in ("When was the harbour dug?", "Who is Ines Caldr?", "What happened in 1854?"):
        archive.answer(question, today=TODAY)
    archive.timeline(today=TODAY, when="1854", who=None, about=None)
    archive.sources()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files can't be listed here")
@pytest.mark.usefixtures("uncollected")
def test_an_index_is_closed_with_its_last_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are closed and its memory is free at once, without a search for circles."""
    make_small(patch=monkeypatch.setattr)
    corpus, data = write_corpus(tmp_path / "corpus", HARBOUR), tmp_path / "data"
    write_corpus(data / "uploads" / "77", {"mole.txt": "On 4 May 1899 the mole was mended."})
    build(corpus, data)
    gc.collect()  # what a build leaves ends with its process
    assert opened(data) == []
    archive = Archive.open(data)
    use(archive)
    for sight in ({MAIN}, {MAIN, OWN}, {OWN}):
        use(archive.seeing(sight))
    assert opened(data) != []
    del archive
    assert opened(data) == []
