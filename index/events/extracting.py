"""Document -> Events: the entries of a chronology, and sentences that date what they tell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.analysis import Analyzer
from index.dates.context import DocumentDates
from index.events.chronologies import Entry
from index.events.names import Names, canonical, names_in
from index.events.prose import told_in_prose
from index.model import DateMention, Document, Event, Passage, Record, one_line
from index.passages import IdMaker, locate


def extract_events(
    document: Document,
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    dates: DocumentDates,
    analyzer: Analyzer,
) -> tuple[Event, ...]:
    """The events of ``document`` in the order of its text.

    ``passages`` were cut with these ``entries``. An entry is one event, whatever else its text
    dates; prose tells what `index.events.prose` finds in it. Notes tell none, since their dates are
    of publication.
    """
    holders = _Holders(passages)
    events = _Events(document, analyzer)
    for entry in entries:
        if passage := holders.at(entry.start):
            number = passage.locator.paragraph
            events.add(passage, number, entry.mention, entry.start, entry.stop, entry.record)
    prose = []
    for paragraph in document.paragraphs:
        passage = holders.at(paragraph.start)
        if paragraph.kind != "code" and (passage is None or passage.kind != "entry"):
            prose.append(paragraph)
    starts = [paragraph.start for paragraph in prose]
    for told in told_in_prose(document, prose, dates):
        if passage := holders.at(told.start):
            number = prose[bisect_right(starts, told.start) - 1].number
            events.add(passage, number, told.mention, told.start, told.stop, also=told.also)
    ordered = sorted(events.found, key=lambda e: (e.locator.start, e.date.earliest))
    return tuple(_in_one_form(ordered))


def _in_one_form(events: Sequence[Event]) -> Iterator[Event]:
    """``events``, each person in the fullest form of the name that their document has."""
    fuller = canonical(name for event in events for name in event.actors)
    for event in events:
        actors = tuple(dict.fromkeys(fuller.get(name, name) for name in event.actors))
        yield replace(event, actors=actors) if actors != event.actors else event


class _Events:
    """The events found so far in one document."""

    def __init__(self, document: Document, analyzer: Analyzer) -> None:
        self.found: list[Event] = []
        self._document = document
        self._analyzer = analyzer
        self._ids = IdMaker(document.id)
        self._last: tuple[tuple[int, int], Names] = (0, 0), Names((), ())

    def add(
        self,
        passage: Passage,
        paragraph: int | None,
        mention: DateMention,
        start: int,
        stop: int,
        record: Record | None = None,
        also: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Note the event that ``passage`` tells at ``start`` to ``stop``, in its ``paragraph``."""
        text = self._document.text[start:stop]
        section = passage.locator.section
        names = self._names(start, stop)
        if record:  # the owner's columns are trusted
            names = Names(self._named(record.actors), self._named(record.places))
        event = Event(
            id=self._ids.make(f"event {mention.date.edtf}", text),
            date=mention.date,
            as_written=mention.as_written,
            inferred_from=mention.inferred_from,
            text=text,
            locator=locate(self._document, section, start, stop, paragraph=paragraph),
            passage=passage.id,
            kind="entry" if passage.kind == "entry" else "prose",
            actors=names.actors,
            places=names.places,
            also=tuple(
                locate(self._document, section, *span, paragraph=paragraph) for span in also
            ),
        )
        self.found.append(event)

    def _names(self, start: int, stop: int) -> Names:
        """Who and what is named there; a sentence may tell several events."""
        if self._last[0] != (start, stop):
            self._last = (start, stop), names_in(self._document.text[start:stop], self._analyzer)
        return self._last[1]

    def _named(self, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        """The words at ``spans``, each name in the form that is shown."""
        words = (one_line(self._document.text[start:stop]) for start, stop in spans)
        names = (_actors(word, self._analyzer) or (word,) for word in words if word)
        return tuple(dict.fromkeys(name for found in names for name in found))


def _actors(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The aliased names found in ``text``, as they are shown, in order of appearance."""
    if not analyzer.names:
        return ()
    return tuple(dict.fromkeys(analyzer.names[term.text] for term in analyzer.groups(text)))


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
