"""What stands beside a passage counts as a share of an occurrence in its text."""

from __future__ import annotations

from index.analysis import Analyzer
from index.fields import WEIGHTS, shares_beside, terms_above
from index.model import Locator, Passage

ANALYZER = Analyzer()


def passage(*section: str, notes: tuple[int, ...] = (), note: int | None = None) -> Passage:
    place = Locator("log", section, 0, 0, note=note)
    return Passage("x", "text" if note is None else "note", place, "", notes)


def test_headings_and_the_title_have_their_weights() -> None:
    """A term of a heading and one of the title count by their weights, repeats each time."""
    [shares] = shares_beside([passage("Piers", "The lamp")], [["lamp"]], "Lamp lamp", ANALYZER)
    assert shares["lamp"] == WEIGHTS["heading"] + 2 * WEIGHTS["title"]
    assert set(shares) >= {"lamp"}
    assert len(shares) > 1


def test_a_heading_that_is_the_title_counts_once() -> None:
    """Where the title is a heading too it counts as the title alone."""
    [shares] = shares_beside([passage("Lamp", "Lamp")], [[]], "Lamp", ANALYZER)
    assert shares == {"lamp": WEIGHTS["title"]}
    assert terms_above(("Lamp",), "Lamp", ANALYZER) == {"heading": (), "title": ("lamp",)}


def test_a_heading_that_is_repeated_counts_once() -> None:
    """A path of equal headings is one heading."""
    [shares] = shares_beside([passage("Lamp", "Lamp")], [[]], "", ANALYZER)
    assert shares == {"lamp": WEIGHTS["heading"]}


def test_notes_count_for_the_passage_that_bears_their_marks() -> None:
    """The terms of its notes count for a passage, and of no other note."""
    passages = [passage(notes=(1, 3)), passage(), passage(note=1), passage(note=2), passage(note=3)]
    terms = [[], [], ["wool", "wool"], ["tar"], ["oak"]]
    first, *others = shares_beside(passages, terms, "", ANALYZER)
    assert first == {"wool": 2 * WEIGHTS["note"], "oak": WEIGHTS["note"]}
    assert others == [{}, {}, {}, {}]


def test_a_note_that_is_not_there_counts_nothing() -> None:
    """A mark without a note, and a document without passages, are no error."""
    assert shares_beside([passage(notes=(7,))], [["a"]], "", ANALYZER) == [{}]
    assert shares_beside([], [], "Lamp", ANALYZER) == []


def test_passages_under_the_same_headings_share_their_terms() -> None:
    """What stands over many passages is counted once for all."""
    one, two, other = shares_beside(
        [passage("A bell"), passage("A bell"), passage("A buoy")], [[], [], []], "", ANALYZER
    )
    assert one is two
    assert one != other
