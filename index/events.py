"""Document -> Events: the entries of a chronology, and sentences that date what they tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index.analysis import GROUP, Analyzer
from index.dates import find_dates, parse_label
from index.model import DateMention, Document, Event, Locator, Paragraph, Passage
from index.passages import IdMaker
from index.sentences import sentences

_YEAR_HEADING = re.compile(r"\D{0,12}(\d{4})\D{0,3}")
_NOTE_LIKE = re.compile(r"\d{1,3} \S")  # a foot-of-page note, as extracted text has it
_FEWEST_LABELS = 2  # in a section without a year heading; one label alone may be anything


@dataclass(frozen=True, slots=True)
class Entry:
    """A chronology entry: its paragraphs' span, its date, and where the text after the date begins."""

    start: int
    stop: int
    mention: DateMention
    body_start: int


def find_entries(document: Document) -> tuple[Entry, ...]:
    """The chronology entries of ``document``, in the order of its text; they never overlap.

    Under a heading that is a year, an entry begins with a date label (``March 26:``) and runs to the
    next label or heading. Elsewhere at least two labels in a section, each with a year of its own
    (``June 2013 – …``), make entries of one paragraph.
    """
    entries: list[Entry] = []
    for number, section in enumerate(document.sections):
        paragraphs = [p for p in document.paragraphs if p.section == number]
        year = _year(section.path[-1]) if section.path else None
        labelled: list[tuple[int, Entry]] = []
        for position, paragraph in enumerate(paragraphs):
            if entry := _entry(document, paragraph, year):
                labelled.append((position, entry))
        if year is None:
            if len(labelled) >= _FEWEST_LABELS:
                entries += [entry for _, entry in labelled]
            continue
        ends = [position for position, _ in labelled[1:]] + [len(paragraphs)]
        for (_, entry), end in zip(labelled, ends, strict=True):
            stop = paragraphs[end - 1].stop
            entries.append(Entry(entry.start, stop, entry.mention, entry.body_start))
    return tuple(entries)


def extract_events(
    document: Document,
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    analyzer: Analyzer,
) -> tuple[Event, ...]:
    """The events of ``document`` in the order of its text.

    An entry is one event, whatever else its text dates. In prose, a sentence that writes a date with
    its year is one; sentences of notes are left out, since their dates are of publication.
    """
    ids = IdMaker(document.id)
    holders = _Holders(passages)
    found: list[Event] = []
    for entry in entries:
        passage = holders.at(entry.start)
        if passage is not None:
            found.append(
                _event(
                    document,
                    ids,
                    analyzer,
                    passage,
                    entry.mention,
                    entry.start,
                    entry.stop,
                    "entry",
                )
            )
    in_entries = sorted((entry.start, entry.stop) for entry in entries)
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.stop]
        if (
            paragraph.kind == "code"
            or _NOTE_LIKE.match(text)
            or _inside(in_entries, paragraph.start)
        ):
            continue
        for start, stop in sentences(document.text, paragraph.start, paragraph.stop):
            passage = holders.at(start)
            if passage is None:
                continue
            for mention in find_dates(document.text[start:stop], order=document.meta.date_order):
                found.append(
                    _event(document, ids, analyzer, passage, mention, start, stop, "prose")
                )
    return tuple(sorted(found, key=lambda event: (event.locator.start, event.date.earliest)))


def _year(heading: str) -> int | None:
    match = _YEAR_HEADING.fullmatch(heading.strip())
    return int(match[1]) if match else None


def _entry(document: Document, paragraph: Paragraph, year: int | None) -> Entry | None:
    text = document.text[paragraph.start : paragraph.stop]
    label = parse_label(text, year=year, order=document.meta.date_order)
    if label is None:
        return None
    return Entry(paragraph.start, paragraph.stop, label.mention, paragraph.start + label.body_start)


def _event(
    document: Document,
    ids: IdMaker,
    analyzer: Analyzer,
    passage: Passage,
    mention: DateMention,
    start: int,
    stop: int,
    kind: str,
) -> Event:
    text = document.text[start:stop]
    place = passage.locator
    return Event(
        id=ids.make(f"event {mention.date.edtf}", text),
        date=mention.date,
        as_written=mention.as_written,
        inferred=mention.inferred,
        text=text,
        locator=Locator(
            document.id, place.section, start, stop, paragraph=place.paragraph, note=place.note
        ),
        passage=passage.id,
        kind="entry" if kind == "entry" else "prose",
        actors=_actors(text, analyzer),
    )


def _actors(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The aliased names found in ``text``, as they are shown, in order of appearance."""
    terms = (term.text for term in analyzer.terms(text) if term.text.startswith(GROUP))
    return tuple(dict.fromkeys(analyzer.names[term] for term in terms))


class _Holders:
    """Tells which passage of the body holds a place of the text."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._body = [passage for passage in passages if passage.kind != "note"]
        self._starts = [passage.locator.start for passage in self._body]

    def at(self, offset: int) -> Passage | None:
        position = bisect_right(self._starts, offset) - 1
        if position < 0 or self._body[position].locator.stop <= offset:
            return None
        return self._body[position]


def _inside(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    position = bisect_right(spans, (offset, float("inf"))) - 1
    return position >= 0 and spans[position][0] <= offset < spans[position][1]
