"""Events that a question names instead of a date."""

from __future__ import annotations

import pytest

from index.archive import Archive
from index.building import build
from index.timeline.named_events import named_events

BOOK = """\
The 1 February 1901 fire destroyed the harbour of Ostmark. After the February 1901 fire the board
moved to Lunde. The fire of 1901 is told in songs. The fire of 1862 took only a barn.

The great flood of March 1870 drowned the lower town. A second flood came in 1911, when the flood of
1911 took the bridge.
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("named")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "book.txt").write_text(BOOK, encoding="utf-8")
    build(folder / "corpus", folder / "data")
    return Archive.open(folder / "data")


def asked(archive: Archive, question: str) -> list[tuple[str, str]]:
    return [(e.name, e.asked.edtf) for e in named_events(question, archive.snapshot)]


@pytest.mark.parametrize(
    ("question", "name", "edtf"),
    [
        ("what happened before the fire?", "fire", "../1901-01-31"),
        ("Events after the fire", "fire", "1901-02-02/.."),
        ("since the fire who led the board", "fire", "1901-02-01/.."),
        ("until the great flood", "great flood", "../1870-03-31"),
        ("before the 1862 fire", "fire", "../1862-12-31"),
        ("three months after the fire", "fire", "1901-05"),
        ("in the week before the fire", "fire", "1901-01-25/1901-01-31"),
        ("two years before the fire", "fire", "1899"),
        ("a week after the fire", "fire", "1901-02-05/1901-02-11"),
    ],
)
def test_an_event_so_named_gives_its_date(
    archive: Archive, question: str, name: str, edtf: str
) -> None:
    """The date that the corpus gives to those words bounds the time that is asked for."""
    assert asked(archive, question) == [(name, edtf)]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("what happened before the flood?", id="two floods"),
        pytest.param("before the war", id="no war"),
        pytest.param("before the fire brigade came", id="the name goes on"),
        pytest.param("three days after the great flood", id="not known to the day"),
        pytest.param("the fire before", id="nothing is counted"),
        pytest.param("after the board moved", id="no name of an event"),
    ],
)
def test_what_names_no_one_event_is_left_alone(archive: Archive, question: str) -> None:
    """Words that no event, or more than one, is called by give no date."""
    assert asked(archive, question) == []
