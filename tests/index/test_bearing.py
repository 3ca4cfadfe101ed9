"""Notes are shown with the sentences that bear them, and with the notes that they mean."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.archive import Archive, read_source
from index.bearing import (
    Bearing,
    find_bearings,
    follow,
    holding,
    marked_word,
    meant_by,
    words_before,
)
from index.building import build
from index.model import Note, Passage
from tests.conftest import write_corpus

KILN = """# The kiln[^8] of Ardle

The kiln was built in 1760.[^1] It burned lime for the fields, and the smoke[^2] was seen at sea.
Nobody remembers who built it.

## Later years

- The roof fell in.[^3]
- The chimney was sold[^1] for its bricks

The last load was drawn in 1893[^4]

A new roof was promised.

[^1]: Pell, *Lime*, p. 3.
[^2]: Ibid., p. 9.
[^3]: Parish book, 1871.
[^4]: See note 2.
[^5]: A note that nothing bears.
[^8]: Also called the Old Kiln.
"""


@pytest.fixture(scope="module")
def kiln(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Path]:
    """The index of a document whose notes have marks of many kinds, between two others."""
    files = {
        "a.md": "# A mill\n\nThe mill turned.[^1]\n\n[^1]: Pell, p. 1.\n",
        "kiln.md": KILN,
        "z.md": "# A weir\n\nThe weir held.[^1]\n\n[^1]: Pell, p. 2.\n",
    }
    data = tmp_path_factory.mktemp("kiln-data")
    build(write_corpus(tmp_path_factory.mktemp("kiln"), files), data)
    return Archive.open(data), data


def note_passage(archive: Archive, begins: str, document: str = "kiln") -> Passage:
    """The note of a document whose text begins so."""
    return next(
        passage
        for passage in archive.snapshot.passages
        if passage.kind == "note"
        and passage.locator.document_id == document
        and archive.snapshot.quote(passage.locator).startswith(begins)
    )


def bearings(archive: Archive, begins: str, document: str = "kiln") -> tuple[Bearing, ...]:
    return find_bearings(archive.snapshot, note_passage(archive, begins, document))


@pytest.mark.parametrize(
    ("begins", "sentences"),
    [
        pytest.param(
            "Ibid., p. 9",
            ["It burned lime for the fields, and the smoke was seen at sea."],
            id="within a sentence",
        ),
        pytest.param("Parish book", ["The roof fell in."], id="behind a full stop"),
        pytest.param(
            "Pell",
            ["The kiln was built in 1760.", "The chimney was sold for its bricks"],
            id="two marks",
        ),
        pytest.param("See note 2", ["The last load was drawn in 1893"], id="no full stop"),
        pytest.param("A note that nothing", [], id="no mark"),
        pytest.param("Also called", [], id="in a heading"),
    ],
)
def test_the_sentences_that_bear_a_note(
    kiln: tuple[Archive, Path], begins: str, sentences: list[str]
) -> None:
    """A note is borne by the sentence of each of its marks, and by nothing beyond its paragraph."""
    found = [" ".join(bearing.text.split()).lstrip("- ") for bearing in bearings(kiln[0], begins)]
    assert found == sentences


@pytest.mark.parametrize(("document", "said"), [("a", "The mill turned."), ("z", "The weir held.")])
def test_a_note_is_borne_by_its_own_document(
    kiln: tuple[Archive, Path], document: str, said: str
) -> None:
    """Of notes that bear the same number the one of each document has its own sentence."""
    assert [bearing.text for bearing in bearings(kiln[0], "Pell", document)] == [said]


def test_a_bearing_is_verbatim_and_says_where_it_stands(kiln: tuple[Archive, Path]) -> None:
    """The sentence is the slice of the document at its place, within the passage that it names."""
    snapshot = kiln[0].snapshot
    for bearing in bearings(kiln[0], "Pell"):
        place = bearing.locator
        assert snapshot.text(place.document_id)[place.start : place.stop] == bearing.text
        passage = snapshot.passages[snapshot.positions[bearing.passage]].locator
        assert passage.start <= place.start < place.stop <= passage.stop
        assert place.section == passage.section
        assert all(heading in bearing.line for heading in place.section)


def test_bearings_are_those_that_the_list_of_notes_shows(kiln: tuple[Archive, Path]) -> None:
    """What a found note is shown with is what `sources` shows it with."""
    archive, data = kiln
    for reading in read_source(data, "kiln").notes:
        passages = [
            p
            for p in archive.snapshot.passages
            if p.locator.note == reading.note.number and p.locator.document_id == "kiln"
        ]
        shown = find_bearings(archive.snapshot, passages[0])
        listed = {mark.sentence for mark in reading.marks}
        spans = {(bearing.locator.start, bearing.locator.stop) for bearing in shown}
        assert spans <= listed


def test_text_is_borne_by_nothing(kiln: tuple[Archive, Path]) -> None:
    """A passage that is no note has no bearings."""
    texts = [passage for passage in kiln[0].snapshot.passages if passage.kind != "note"]
    assert texts
    assert all(find_bearings(kiln[0].snapshot, passage) == () for passage in texts)


def test_a_note_means_what_its_words_lead_to() -> None:
    """A cross-reference belongs to the note that it stands in; one in the body belongs to none."""
    notes = [Note(1, 10, 20), Note(2, 30, 40), Note(3, 40, 50)]
    references = [(5, 1), (25, 1), (32, 1), (36, 1), (38, 3), (40, 3), (45, 2)]
    assert meant_by(notes, references) == {2: (1, 3), 3: (2,)}


def test_following_goes_to_the_end() -> None:
    """An “ibid.” of an “ibid.” leads to the note that says what is meant."""
    assert follow({4: (3,), 3: (2,), 9: (8,)}, [4]) == (3, 2)


def test_following_ends_in_a_circle() -> None:
    """Notes that mean each other are followed once."""
    assert follow({1: (2,), 2: (1, 3), 3: (1,)}, [1]) == (2, 3)


def test_following_leaves_out_what_is_there() -> None:
    """A note that is shown anyway isn't among those that others mean."""
    assert follow({2: (1,), 3: (2,), 1: ()}, [1, 2, 3]) == ()


def test_following_is_limited() -> None:
    """Of a very long row of notes that mean one another only the first are followed."""
    chain = {number: (number - 1,) for number in range(1, 1000)}
    assert follow(chain, [999]) == tuple(range(998, 978, -1))


def test_words_before_a_mark() -> None:
    """The words before a mark are the last six, and none of an earlier sentence."""
    text = "One two. Three four five six seven eight nine ten"
    assert words_before(text, 9, len(text)) == "five six seven eight nine ten"
    assert words_before(text, 9, 19) == "Three four"


def test_what_holds_a_place() -> None:
    """A span holds the places from its start on, up to the next one; before the first none does."""
    assert holding([(3, 5), (7, 9)], 2) is None
    assert holding([(3, 5), (7, 9)], 3) == (3, 5)
    assert holding([(3, 5), (7, 9)], 8) == (7, 9)
    assert (marked_word(0), marked_word(8)) == (0, 7)


def test_a_found_note_is_shown_with_what_it_stands_for(kiln: tuple[Archive, Path]) -> None:
    """A note that is found has the sentence that bears it, and the note that its “ibid.” means."""
    found = kiln[0].answer("Ibid p. 9", today=dt.date(2026, 11, 21), k=10)
    [note] = [c for c in found.passages if c.passage.text.startswith("Ibid")]
    assert [bearing.text.split()[-1] for bearing in note.borne] == ["sea."]
    assert [meant.text for meant in note.meant] == ["Pell, Lime, p. 3."]


def test_the_notes_of_a_text_say_what_they_mean(kiln: tuple[Archive, Path]) -> None:
    """The “ibid.” beneath a passage tells the number of the note that it means."""
    found = kiln[0].answer("how far was the smoke of the kiln seen", today=dt.date(2026, 11, 21))
    notes = {note.text: note for citation in found.passages for note in citation.notes}
    first = next(note for text, note in notes.items() if text.startswith("Pell"))
    assert notes["Ibid., p. 9."].refers_to == (first.number,)
    assert all(set(citation.notes).isdisjoint(citation.meant) for citation in found.passages)
