"""What stands around a quote: contexts, outlines, sections and notes by themselves."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.errors import GonePassageError, IndexDamagedError, InputError, UnknownDocumentError
from index.model import Citation, Context, Quote
from tests.index.harbour import FILES, GUIDE, change, documents_file, write

LONG = " ".join(f"The cooper of Arn bent stave number {n} over a slow fire." for n in range(60))
MILL = f"""# The mill

Arn has one mill.

## The cooper

{LONG}

## The weir

The weir was laid in 1788.[^a] It leaks.

Eels are caught below it.[^b]

## The end

[^a]: Parish book, 1788.
[^b]: Ibid.
"""
ANNALS = """\
Annals of Arn

1788

May 3: The weir is laid.

June 9: The first sack of rye is ground.

1790

April 2: The weir breaks.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surroundings")
    build(
        write(folder / "corpus", {**FILES, "mill.md": MILL, "annals.txt": ANNALS}), folder / "data"
    )
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Archive:
    return Archive.open(folder / "data")


def passage(archive: Archive, words: str) -> str:
    """The id of the passage that holds ``words``."""
    snapshot = archive.snapshot
    return next(p.id for n, p in enumerate(snapshot.passages) if words in snapshot.passage(n).text)


def texts(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.text for quote in quotes]


def spans(context: Context) -> list[tuple[int, int]]:
    """Where all of a context stands, in the order in which it is read."""
    places = [quote.locator for quote in context.before]
    places += [context.citation.passage.locator, *(quote.locator for quote in context.after)]
    return [(place.start, place.stop) for place in places]


# ---------------------------------------------------------------- context


def test_paragraphs_around_a_passage(archive: Archive) -> None:
    """Beside a passage stand the paragraphs before and after it, over the borders of sections."""
    found = archive.context(passage(archive, "The weir was laid in 1788"), before=1)
    assert "stave number 59" in found.before[0].text
    assert found.before[0].locator.section == ("The cooper",)
    assert found.citation.number == 1
    assert found.citation.highlights == ()
    assert [note.text for note in found.citation.notes] == ["Parish book, 1788.", "Ibid."]
    assert (found.first, found.last) == (False, True)
    assert found.generation == archive.generation


def test_the_rest_of_a_paragraph_that_was_cut_is_given(archive: Archive) -> None:
    """Of a paragraph in several passages the rest stands beside each, and nothing of it twice."""
    found = archive.context(passage(archive, "stave number 30 "), before=9, after=9)
    paragraph = " ".join((found.before[-1].text, found.citation.passage.text, found.after[0].text))
    assert paragraph == LONG
    assert texts(found.before)[:-1] == ["Arn has one mill."]
    assert (found.first, found.last) == (True, True)


def test_the_ends_of_a_document(archive: Archive) -> None:
    """At its first and last words a document has nothing before or after."""
    first = archive.context(passage(archive, "Ostmark lies at the mouth"))
    assert (first.before, first.first, first.last) == ((), True, False)
    last = archive.context(passage(archive, "A lamp has burnt"))
    assert (last.after, last.first, last.last) == ((), False, True)


def test_entries_around_an_entry(archive: Archive) -> None:
    """Beside an entry of a chronology stand whole entries, those of other years too."""
    found = archive.context(passage(archive, "first sack of rye"), before=3, after=3)
    assert texts(found.before) == ["May 3: The weir is laid."]
    assert texts(found.after) == ["April 2: The weir breaks."]
    assert found.after[0].locator.section == ("1790",)
    assert found.citation.date is not None
    assert (found.first, found.last) == (True, True)


def test_notes_around_a_note(archive: Archive) -> None:
    """Beside a note stand the notes before and after it, and the sentence that bears it."""
    found = archive.context(passage(archive, "Ibid."))
    assert texts(found.before) == ["Parish book, 1788."]
    assert found.before[0].locator.note == 1
    assert (found.after, found.first, found.last) == ((), True, True)
    assert [bearing.text for bearing in found.citation.borne] == ["Eels are caught below it."]
    assert [note.number for note in found.citation.meant] == [1]


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 2), (3, 0), (999, 999), (-1, -1)])
def test_a_context_is_verbatim_and_in_order(archive: Archive, before: int, after: int) -> None:
    """Whatever is asked for, each quote stands where it says, in order, and none meets another."""
    for known in archive.snapshot.passages:
        found = archive.context(known.id, before=before, after=after)
        stored = archive.snapshot.text(known.locator.document_id)
        places = spans(found)
        assert all(stop <= start for (_, stop), (start, _) in pairwise(places))
        for quote in (*found.before, *found.after):
            assert quote.text == stored[quote.locator.start : quote.locator.stop]
            assert quote.text == quote.text.strip() != ""
        assert len(found.before) <= max(0, before)
        assert len(found.after) <= max(0, after)


def test_a_context_leaves_nothing_out(archive: Archive) -> None:
    """All of a document around a passage is its paragraphs, each once."""
    found = archive.context(passage(archive, "The stone pier was finished"), before=20, after=20)
    stored = archive.snapshot.text("guide")
    told = " ".join(stored[start:stop] for start, stop in spans(found)).split()
    document = archive.document("guide")
    wanted = " ".join(stored[one.start : one.stop] for one in document.paragraphs).split()
    assert told == wanted


def test_a_gone_passage_says_so(archive: Archive) -> None:
    """For an id that this generation hasn't, one sentence says that it is gone and what to do."""
    with pytest.raises(GonePassageError, match="no longer in the documents") as raised:
        archive.context("0000000000000000")
    assert "ask the question again" in raised.value.hint


def test_a_damaged_text_is_not_quoted(folder: Path, tmp_path: Path) -> None:
    """A context of a stored text that was changed is an error, not a quote."""
    build(folder / "corpus", tmp_path / "data")
    path = documents_file(tmp_path / "data", "mill")
    damaged = Archive.open(tmp_path / "data")
    change(path, "update documents set text = replace(text, 'Eels', 'Pike')")
    known = next(p for p in damaged.snapshot.passages if p.locator.document_id == "mill")
    with pytest.raises(IndexDamagedError):
        damaged.context(known.id)


# ---------------------------------------------------------------- by id


def test_passages_by_their_ids(archive: Archive) -> None:
    """Passages come under the numbers of their places; one that is gone leaves its number out."""
    weir, eels = passage(archive, "The weir was laid"), passage(archive, "Ibid.")
    found: tuple[Citation, ...] = archive.passages_of([eels, "gone", weir])
    assert [(one.number, one.passage.id) for one in found] == [(1, eels), (3, weir)]
    assert found[1].highlights == ()
    assert found[1].line == "The mill, The weir, para. 1"
    assert archive.passages_of([]) == ()


def test_a_passage_by_id_is_that_of_the_answer(archive: Archive) -> None:
    """But for score and marks, a passage is the same by its id as in an answer."""
    answer = archive.answer("When was the weir laid?", today=dt.date(2026, 11, 21))
    for shown in answer.passages:
        [found] = archive.passages_of([shown.passage.id])
        assert (found.passage, found.line, found.notes) == (shown.passage, shown.line, shown.notes)
        assert (found.date, found.borne, found.meant) == (shown.date, shown.borne, shown.meant)


# ---------------------------------------------------------------- outlines and sections


def test_an_outline_lists_sections_with_counts(archive: Archive) -> None:
    """Each section has its headings and its own paragraphs and notes; an empty beginning is no section."""
    outline = archive.outline("mill.md")
    assert outline.summary.source.id == "mill"
    assert [(one.path, one.level, one.paragraphs, one.notes) for one in outline.sections] == [
        ((), 1, 1, 0),
        (("The cooper",), 2, 1, 0),
        (("The weir",), 2, 2, 2),
        (("The end",), 2, 0, 0),
    ]
    document = archive.document("mill")
    for one in outline.sections:
        section = document.sections[one.number]
        assert (one.path, one.start, one.stop) == (section.path, section.start, section.stop)


def test_a_section_has_its_paragraphs_and_neighbours(archive: Archive) -> None:
    """A section's paragraphs come verbatim, with the numbers of the sections with text beside it."""
    entries = archive.outline("mill").sections
    cooper, weir, end = entries[1:]
    found = archive.section("mill", weir.number)
    assert texts(found.paragraphs) == [
        "The weir was laid in 1788. It leaks.",
        "Eels are caught below it.",
    ]
    assert [quote.locator.paragraph for quote in found.paragraphs] == [1, 2]
    assert found.entry == weir
    assert (found.previous, found.next) == (cooper.number, None)
    assert archive.section("mill", end.number).previous == weir.number
    assert archive.section("mill", entries[0].number).previous is None


def test_a_part_of_a_section(archive: Archive) -> None:
    """Some of a section's paragraphs come alone, and it says where they begin."""
    number = archive.outline("mill").sections[2].number
    found = archive.section("mill", number, first=1, most=1)
    assert (texts(found.paragraphs), found.first) == (["Eels are caught below it."], 1)
    assert archive.section("mill", number, first=5).paragraphs == ()
    assert archive.section("mill", number, most=0).entry.paragraphs == 2


def test_every_paragraph_is_in_one_section(archive: Archive) -> None:
    """The sections of an outline hold all paragraphs of a document, in order."""
    for summary in archive.sources():
        document = archive.document(summary.source.id)
        shown = [
            (quote.locator.start, quote.locator.stop)
            for entry in archive.outline(document.id).sections
            for quote in archive.section(document.id, entry.number).paragraphs
        ]
        assert shown == [(one.start, one.stop) for one in document.paragraphs]


def test_a_section_that_is_not_there(archive: Archive) -> None:
    """A number without a section is named, with the numbers that there are."""
    with pytest.raises(InputError, match="“The mill” has no section 99") as raised:
        archive.section("mill", 99)
    last = len(archive.document("mill").sections) - 1
    assert raised.value.hint == f"There are 0 to {last}."
    with pytest.raises(InputError):
        archive.section("mill", -1)
    with pytest.raises(UnknownDocumentError):
        archive.outline("nothing")


# ---------------------------------------------------------------- notes


def test_a_note_by_its_number(archive: Archive) -> None:
    """A note comes with the sentence that bears it, what it means, and its neighbours' numbers."""
    found = archive.note("mill", 2)
    assert found.note.text == "Ibid."
    assert archive.snapshot.quote(found.locator) == "Ibid."
    assert found.line == "The mill, The weir, note 2"
    assert [bearing.text for bearing in found.borne] == ["Eels are caught below it."]
    assert [note.text for note in found.meant] == ["Parish book, 1788."]
    assert (found.previous, found.next) == (1, None)
    assert archive.note("mill", 1).next == 2
    assert archive.context(found.passage).citation.passage.kind == "note"


def test_a_note_that_is_not_there(archive: Archive) -> None:
    """A number without a note is named, with the numbers that there are."""
    with pytest.raises(InputError, match="“The mill” has no note 7") as raised:
        archive.note("mill", 7)
    assert raised.value.hint == "There are 1 to 2."
    with pytest.raises(InputError) as raised:
        archive.note("annals", 1)
    assert raised.value.hint == "It has none."


def test_a_title_names_a_document_too(archive: Archive) -> None:
    """Outlines, sections and notes take what else a document is called by."""
    assert "Ostmark" in GUIDE.splitlines()[0]
    title = "the harbour of ostmark"
    assert archive.outline(title).summary.source.id == "guide"
    assert archive.note(title, 1).note.text == "Town accounts, volume 3, 1872."


def test_threads_share_what_stands_around(archive: Archive) -> None:
    """Contexts, sections and outlines are the same for several threads at once."""

    def look(known: str) -> object:
        found = archive.context(known)
        document = found.citation.source.id
        return found, archive.outline(document), archive.section(document, 0)

    ids = [known.id for known in archive.snapshot.passages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, ids * 3)) == [look(known) for known in ids] * 3
