"""What stands around a quote: the paragraphs, entries or notes next to a passage; sections; notes.

Nothing here reads more of the index than it gives back, but for the text that proves a quote.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from index.bearing import find_bearings, read_notes
from index.citing import citation_line
from index.errors import GonePassageError, InputError
from index.messages import Message, say
from index.model import (
    Citation,
    Context,
    Locator,
    NoteText,
    Outline,
    PageSpan,
    Paragraph,
    Passage,
    Quote,
    Section,
    SectionEntry,
    SectionText,
    find_pages,
)
from index.snapshot import Layout, Snapshot

_MOST_BESIDE = 20  # paragraphs, entries or notes on each side of a passage
_Stretch = tuple[int, int]


# ---------------------------------------------------------------- passages by their ids


def cite_passage(snapshot: Snapshot, position: int, number: int) -> Citation:
    """The passage at ``position`` as citation ``number``, without highlights and score."""
    passage = snapshot.passage(position)
    place = passage.locator
    source = snapshot.sources[place.document_id]
    entries = (snapshot.events[n] for n in snapshot.events_of.get(passage.id, ()))
    own = passage.notes if place.note is None else (place.note,)
    notes, meant = read_notes(snapshot, place.document_id, own)
    return Citation(
        number=number,
        passage=passage,
        source=source,
        highlights=(),
        score=0.0,
        notes=notes if place.note is None else (),
        line=citation_line(source, place),
        date=next((event.date for event in entries if event.kind == "entry"), None),
        borne=find_bearings(snapshot, passage),
        meant=meant,
    )


def passages_of(snapshot: Snapshot, ids: Iterable[str]) -> tuple[Citation, ...]:
    """The passages with ``ids``, each under the number of its place among these, counting from 1.

    Those that this generation hasn't are left out, their numbers too.
    """
    return tuple(
        cite_passage(snapshot, snapshot.positions[passage_id], number)
        for number, passage_id in enumerate(ids, start=1)
        if passage_id in snapshot.positions
    )


def context(snapshot: Snapshot, passage_id: str, *, before: int = 2, after: int = 2) -> Context:
    """A passage with what stands next to it: at most ``before`` and ``after`` quotes, at most 20 each.

    Raises GonePassageError for an id that this generation hasn't.
    """
    position = snapshot.positions.get(passage_id)
    if position is None:
        raise GonePassageError(say("That passage is no longer in the documents."))
    wanted = [min(max(0, count), _MOST_BESIDE) for count in (before, after)]
    if snapshot.passages[position].kind == "note":
        sides = _notes_before(snapshot, position), _notes_after(snapshot, position)
    else:
        layout = snapshot.layout(snapshot.passages[position].locator.document_id)
        sides = _before(snapshot, layout, position), _after(snapshot, layout, position)
    # One more than is wanted tells whether anything is left.
    found = [list(islice(side, most + 1)) for side, most in zip(sides, wanted, strict=True)]
    return Context(
        citation=cite_passage(snapshot, position, 1),
        before=tuple(_quote(snapshot, locator) for locator in reversed(found[0][: wanted[0]])),
        after=tuple(_quote(snapshot, locator) for locator in found[1][: wanted[1]]),
        first=len(found[0]) <= wanted[0],
        last=len(found[1]) <= wanted[1],
        generation=snapshot.generation,
    )


def _quote(snapshot: Snapshot, locator: Locator) -> Quote:
    return Quote(locator, snapshot.quote(locator))


def _notes_before(snapshot: Snapshot, position: int) -> Iterator[Locator]:
    places = snapshot.places[snapshot.passages[position].locator.document_id]
    for n in range(position - 1, places.notes - 1, -1):
        yield snapshot.passages[n].locator


def _notes_after(snapshot: Snapshot, position: int) -> Iterator[Locator]:
    places = snapshot.places[snapshot.passages[position].locator.document_id]
    for n in range(position + 1, places.stop):
        yield snapshot.passages[n].locator


def _before(snapshot: Snapshot, layout: Layout, position: int) -> Iterator[Locator]:
    """What stands before a passage of the body, the nearest first: paragraphs, and entries whole."""
    places = snapshot.places[snapshot.passages[position].locator.document_id]
    at = snapshot.passages[position].locator.start
    for n in range(position - 1, places.first - 1, -1):
        passage = snapshot.passages[n]
        if passage.kind == "entry":
            if passage.locator.start < at:
                yield passage.locator
                at = passage.locator.start
            continue
        first, last = _paragraphs_in(layout, passage.locator.start, min(at, passage.locator.stop))
        for number in range(last - 1, first - 1, -1):
            paragraph = layout.paragraphs[number]
            if locator := _locate(snapshot, passage, layout, number, paragraph.start, at):
                yield locator
            at = min(at, paragraph.start)


def _after(snapshot: Snapshot, layout: Layout, position: int) -> Iterator[Locator]:
    """The same for what stands after it."""
    places = snapshot.places[snapshot.passages[position].locator.document_id]
    at = snapshot.passages[position].locator.stop
    for n in range(position + 1, places.notes):
        passage = snapshot.passages[n]
        if passage.kind == "entry":
            if passage.locator.stop > at:
                yield passage.locator
                at = passage.locator.stop
            continue
        first, last = _paragraphs_in(layout, max(at, passage.locator.start), passage.locator.stop)
        for number in range(first, last):
            paragraph = layout.paragraphs[number]
            if locator := _locate(snapshot, passage, layout, number, at, paragraph.stop):
                yield locator
            at = max(at, paragraph.stop)


def _paragraphs_in(layout: Layout, start: int, stop: int) -> _Stretch:
    """The first and, not included, the last of the paragraphs that have words from start to stop."""
    first = bisect_right(layout.paragraphs, start, key=lambda one: one.stop)
    return first, max(first, bisect_left(layout.paragraphs, stop, key=lambda one: one.start))


def _locate(
    snapshot: Snapshot, passage: Passage, layout: Layout, number: int, start: int, stop: int
) -> Locator | None:
    """What of paragraph ``number`` stands from start to stop, blanks at its ends left out."""
    paragraph = layout.paragraphs[number]
    begin, end = max(start, paragraph.start), min(stop, paragraph.stop)
    if begin >= end:
        return None
    document_id = passage.locator.document_id
    words = snapshot.text(document_id)[begin:end]
    begin, end = begin + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    if begin >= end:
        return None
    section = layout.sections[paragraph.section].path
    pages = find_pages(layout.pages, begin, end)
    return Locator(document_id, section, begin, end, *pages, paragraph=paragraph.number)


# ---------------------------------------------------------------- sections


def outline(snapshot: Snapshot, said: str) -> Outline:
    """The sections of the document that ``said`` names. Raises UnknownDocumentError."""
    document_id = snapshot.document_id(said)
    layout = snapshot.layout(document_id)
    sections, pages = layout.sections[:], layout.pages[:]
    paragraphs = snapshot.paragraphs_by_section(document_id)
    starts = [section.start for section in sections]
    notes: Counter[int] = Counter()
    for note in snapshot.all_notes(document_id):
        notes.update({_section_of(starts, mark) for mark in note.marks})
    return Outline(
        summary=next(s for s in snapshot.summaries if s.source.id == document_id),
        sections=tuple(
            _entry(number, section, pages, paragraphs.get(number, 0), notes[number])
            for number, section in enumerate(sections)
            if section.level or paragraphs.get(number)
        ),
        generation=snapshot.generation,
    )


def section(
    snapshot: Snapshot, said: str, number: int, *, first: int = 0, most: int | None = None
) -> SectionText:
    """Section ``number`` of a document: of its paragraphs from ``first`` (0 and up) on ``most``.

    Raises UnknownDocumentError, and InputError for a section that isn't there.
    """
    document_id = snapshot.document_id(said)
    source, layout = snapshot.sources[document_id], snapshot.layout(document_id)
    if not 0 <= number < len(layout.sections):
        raise InputError(
            say("“{title}” has no section {number}.", title=source.title, number=str(number)),
            hint=_there_are(0, len(layout.sections)),
        )
    found, paragraphs = layout.sections[number], layout.paragraphs
    begin = bisect_left(paragraphs, number, key=lambda one: one.section)
    end = bisect_left(paragraphs, number + 1, key=lambda one: one.section)
    shown = range(begin, end)[max(0, first) :][: None if most is None else max(0, most)]
    ends = found.start, found.stop
    notes = sum(
        any(ends[0] < mark <= ends[1] for mark in note.marks)
        for note in snapshot.all_notes(document_id)
    )
    return SectionText(
        entry=_entry(number, found, layout.pages, end - begin, notes),
        source=source,
        paragraphs=tuple(
            _quote(snapshot, _whole(document_id, layout, found, paragraphs[n])) for n in shown
        ),
        first=shown.start - begin,
        previous=paragraphs[begin - 1].section if begin else None,
        next=paragraphs[end].section if end < len(paragraphs) else None,
        generation=snapshot.generation,
    )


def _section_of(starts: Sequence[int], mark: int) -> int:
    """Which of the sections that begin at ``starts`` a mark stands in.

    One that stands where a section begins belongs to the words before it.
    """
    return max(0, bisect_left(starts, mark) - 1)


def _entry(
    number: int, section: Section, pages: Sequence[PageSpan], paragraphs: int, notes: int
) -> SectionEntry:
    page = find_pages(pages, section.start, section.stop)[0]
    return SectionEntry(
        number, section.path, section.level, page, paragraphs, notes, section.start, section.stop
    )


def _whole(document_id: str, layout: Layout, section: Section, paragraph: Paragraph) -> Locator:
    start, stop = paragraph.start, paragraph.stop
    pages = find_pages(layout.pages, start, stop)
    return Locator(document_id, section.path, start, stop, *pages, paragraph=paragraph.number)


def _there_are(first: int, stop: int) -> Message:
    """Which numbers there are, in words."""
    if stop <= first:
        return say("It has none.")
    if stop == first + 1:
        return say("There is only {first}.", first=str(first))
    return say("There are {first} to {last}.", first=str(first), last=str(stop - 1))


# ---------------------------------------------------------------- notes


def note(snapshot: Snapshot, said: str, number: int) -> NoteText:
    """Note ``number`` of a document: see `Note.number`, which is not what is printed always.

    Raises UnknownDocumentError, and InputError for a note that isn't there.
    """
    document_id = snapshot.document_id(said)
    source, places = snapshot.sources[document_id], snapshot.places.get(document_id)
    positions = range(places.notes, places.stop) if places else range(0)
    at = next((n for n in positions if snapshot.passages[n].locator.note == number), None)
    if at is None:
        told = [snapshot.passages[n].locator.note or 0 for n in positions]
        raise InputError(
            say("“{title}” has no note {number}.", title=source.title, number=str(number)),
            hint=_there_are(min(told, default=0), max(told, default=-1) + 1),
        )
    passage = snapshot.passage(at)
    own, meant = read_notes(snapshot, document_id, (number,))
    beside = [
        snapshot.passages[n].locator.note if n in positions else None for n in (at - 1, at + 1)
    ]
    return NoteText(
        note=own[0],
        source=source,
        locator=passage.locator,
        line=citation_line(source, passage.locator),
        passage=passage.id,
        borne=find_bearings(snapshot, passage),
        meant=meant,
        previous=beside[0],
        next=beside[1],
        generation=snapshot.generation,
    )
