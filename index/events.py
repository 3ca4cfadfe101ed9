"""Document -> Events: the entries of a chronology, and sentences that date what they tell."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.analysis import GROUP, Analyzer
from index.dates import find_dates, parse_label
from index.edtf import from_edtf
from index.model import DateMention, Document, Event, Paragraph, Passage, Record, one_line
from index.passages import IdMaker, locate
from index.sentences import sentences

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR_HEADING = re.compile(
    rf"(?:(?:the |in |events (?:of|in) )?(?:year |anno |{_MONTH} )?)?(\d{{4}})\D{{0,3}}",
    re.IGNORECASE,
)
_YEARS_HEADING = re.compile(
    r"\d{4}(?:s|\s*[-–—/]\s*\d{2,4})\W{0,3}"
)  # no one year: none is supplied
_FEWEST_LABELS = 2  # in a section without a year heading; one label alone may be anything


@dataclass(frozen=True, slots=True)
class Entry:
    """A chronology entry: its paragraphs' span, its date, and where the text after the date begins."""

    start: int
    stop: int
    mention: DateMention
    body_start: int
    record: Record | None = None  # the row of a table of events that it is


def find_entries(document: Document) -> tuple[Entry, ...]:
    """The chronology entries of ``document``, in the order of its text; they never overlap.

    Under a heading that is a year, an entry begins with a date label (``March 26:``) and runs to the
    next label or heading. Elsewhere at least two labels in a section, each with a year of its own
    (``June 2013 – …``), make entries of one paragraph. Each row of a table of events is an entry, and
    a section that holds such rows has no others.
    """
    entries = [_entry_of_record(document, record) for record in document.records]
    starts = [record.start for record in document.records]
    for number, group in groupby(document.paragraphs, key=lambda paragraph: paragraph.section):
        section = document.sections[number]
        if bisect_left(starts, section.start) == bisect_left(starts, section.stop):
            entries += _entries_of_section(document, list(group), _year(section.path))
    return tuple(sorted(entries, key=lambda entry: entry.start))


def extract_events(
    document: Document,
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    analyzer: Analyzer,
) -> tuple[Event, ...]:
    """The events of ``document`` in the order of its text.

    ``passages`` were cut with these ``entries``. An entry is one event, whatever else its text
    dates. In prose, a sentence is one event for each date that it writes with a year; sentences of
    notes are left out, since their dates are of publication.
    """
    holders = _Holders(passages)
    events = _Events(document, analyzer)
    for entry in entries:
        if passage := holders.at(entry.start):
            number = passage.locator.paragraph
            events.add(passage, number, entry.mention, entry.start, entry.stop, entry.record)
    for paragraph in document.paragraphs:
        passage = holders.at(paragraph.start)
        told = passage is not None and passage.kind == "entry"
        if told or paragraph.kind == "code":
            continue
        for start, stop in sentences(document.text, paragraph.start, paragraph.stop):
            dated: set[str] = set()
            for mention in find_dates(document.text[start:stop], order=document.meta.date_order):
                passage = holders.at(start)
                if passage is not None and mention.date.edtf not in dated:
                    dated.add(mention.date.edtf)
                    events.add(passage, paragraph.number, mention, start, stop)
    return tuple(sorted(events.found, key=lambda e: (e.locator.start, e.date.earliest)))


def _entry_of_record(document: Document, record: Record) -> Entry:
    start, stop = record.written
    words = one_line(document.text[start:stop])
    mention = DateMention(from_edtf(record.date), start - record.start, stop - record.start, words)
    return Entry(record.start, record.stop, mention, record.body[0], record)


def _entries_of_section(
    document: Document, paragraphs: Sequence[Paragraph], year: int | None
) -> list[Entry]:
    labelled: list[tuple[int, Entry]] = []
    for position, paragraph in enumerate(paragraphs):
        if entry := _entry(document, paragraph, year):
            labelled.append((position, entry))
    if year is None:
        return [entry for _, entry in labelled] if len(labelled) >= _FEWEST_LABELS else []
    following = [position for position, _ in labelled[1:]] + [len(paragraphs)]
    # Without strict: a section without labels has no entry, though it has an end.
    return [
        replace(entry, stop=paragraphs[end - 1].stop)
        for (_, entry), end in zip(labelled, following, strict=False)
    ]


def _year(path: Sequence[str]) -> int | None:
    """The year that a section's heading is, or else the innermost heading above it that is one."""
    for heading in reversed(path):
        if _YEARS_HEADING.fullmatch(heading.strip()):
            return None
        if match := _YEAR_HEADING.fullmatch(heading.strip()):
            return int(match[1])
    return None


def _entry(document: Document, paragraph: Paragraph, year: int | None) -> Entry | None:
    if paragraph.kind == "code":
        return None
    text = document.text[paragraph.start : paragraph.stop]
    label = parse_label(text, year=year, order=document.meta.date_order)
    if label is None:
        return None
    return Entry(paragraph.start, paragraph.stop, label.mention, paragraph.start + label.body_start)


class _Events:
    """The events found so far in one document."""

    def __init__(self, document: Document, analyzer: Analyzer) -> None:
        self.found: list[Event] = []
        self._document = document
        self._analyzer = analyzer
        self._ids = IdMaker(document.id)

    def add(
        self,
        passage: Passage,
        paragraph: int | None,
        mention: DateMention,
        start: int,
        stop: int,
        record: Record | None = None,
    ) -> None:
        """Note the event that ``passage`` tells at ``start`` to ``stop``, in its ``paragraph``."""
        text = self._document.text[start:stop]
        section = passage.locator.section
        event = Event(
            id=self._ids.make(f"event {mention.date.edtf}", text),
            date=mention.date,
            as_written=mention.as_written,
            inferred=mention.inferred,
            text=text,
            locator=locate(self._document, section, start, stop, paragraph=paragraph),
            passage=passage.id,
            kind="entry" if passage.kind == "entry" else "prose",
            actors=self._named(record.actors) if record else _actors(text, self._analyzer),
            places=self._named(record.places) if record else (),
        )
        self.found.append(event)

    def _named(self, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        """The words at ``spans``, each name in the form that is shown."""
        words = (one_line(self._document.text[start:stop]) for start, stop in spans)
        names = (_actors(word, self._analyzer) or (word,) for word in words if word)
        return tuple(dict.fromkeys(name for found in names for name in found))


def _actors(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The aliased names found in ``text``, as they are shown, in order of appearance."""
    if not analyzer.names:
        return ()
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
