"""A generation in memory: what finding and quoting need, and nothing that ever changes."""

from __future__ import annotations

import json
import threading
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Literal, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from index import store
from index.analysis import Analyzer, primary
from index.bm25 import Searcher
from index.dates.edtf import day_to_iso, from_edtf, sort_key
from index.errors import IndexDamagedError, UnknownDocumentError
from index.fields import fields_of
from index.messages import Message, both, quoted, say, say_n
from index.model import (
    FIRST_DAY,
    LAST_DAY,
    Document,
    Event,
    HistoricDate,
    Locator,
    Note,
    PageSpan,
    Paragraph,
    Passage,
    Section,
    SourceInfo,
    SourceSummary,
)
from index.parsing import hash_text
from index.passage_words import PassageWords, read_words
from index.timeline.people import People
from index.words.expanding import Lexicon

_CHARACTERS_KEPT = 8_000_000  # of the texts that stay in memory
_LOOKED_UP = 6  # passages in which a word is looked up as it is written
_WORDS_KEPT = 2_048  # passages whose words stay in memory


_NOTES_KEPT = 20_000  # of whole documents, without their texts
_BLOCK = 32  # sections, paragraphs or pages that are read at a time

_Part = TypeVar("_Part")


class Parts(Sequence[_Part]):
    """The sections, paragraphs or pages of a document, in order, read when they are asked for.

    With `bisect` a place in a long document is found by reading a few of them.
    """

    def __init__(self, length: int, read: Callable[[int, int], Sequence[_Part]]) -> None:
        """``read`` gives those from one position up to another, which isn't included."""
        self._length = length
        self._read = read
        self._blocks: dict[int, Sequence[_Part]] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> _Part: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Part]: ...
    def __getitem__(self, at: int | slice) -> _Part | Sequence[_Part]:
        """Raises IndexError, as other sequences do."""
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(self._length)))
        number, place = divmod(range(self._length)[at], _BLOCK)
        if number not in self._blocks:
            first = number * _BLOCK
            self._blocks[number] = self._read(first, min(first + _BLOCK, self._length))
        return self._blocks[number][place]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in a document, without its text: see `Document`. For one reader."""

    sections: Parts[Section]
    paragraphs: Parts[Paragraph]
    pages: Parts[PageSpan]


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of a document's passages: first of its body, then of its notes."""

    first: int
    notes: int  # of the first note; ``stop`` where there is none
    stop: int


def find_document(sources: Iterable[SourceInfo], said: str) -> str:
    """The id of the one of ``sources`` that ``said`` names: by id, else by file name or title.

    Raises UnknownDocumentError when none fits, or more than one.
    """
    wanted = said.strip().casefold()
    sources = tuple(sources)
    for names in (
        lambda s: (s.id,),
        lambda s: (s.name, s.name.rsplit("/", 1)[-1], s.title),
    ):
        fitting = [s.id for s in sources if wanted in {name.casefold() for name in names(s)}]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise UnknownDocumentError(
                say("“{name}” names {count} documents.", name=_short(said), count=len(fitting)),
                hint=say("Use an id: {ids}.", ids=", ".join(sorted(fitting)[:5])),
            )
    raise UnknownDocumentError(say("No document is called “{name}”.", name=_short(said)))


class Snapshot:
    """One generation, loaded. Safe to share between threads.

    It keeps its file open for texts and notes, so that they can be quoted even when later builds
    have removed that file.
    """

    def __init__(self, data: Path, generation: int) -> None:
        """Load generation ``generation``. Raises IndexDamagedError."""
        self.generation = generation
        self._database = database = store.open_generation(data, generation)
        weakref.finalize(self, database.close)
        with store.damage_told(generation):
            defined = store.acronyms(database)
            self.analyzer = Analyzer(
                json.loads(store.manifest(database)["aliases"]),
                [pair for pairs in defined.values() for pair in pairs],
            )
            self._languages = store.languages(database)
            self.summaries: tuple[SourceSummary, ...] = tuple(store.sources(database))
            loaded_passages = list(store.passages(database))
            loaded_events = list(store.timeline(database))
        self.sources: dict[str, SourceInfo] = {s.source.id: s.source for s in self.summaries}
        self.passages: tuple[Passage, ...] = tuple(passage for passage, _ in loaded_passages)
        self.events: tuple[Event, ...] = tuple(event for event, _ in loaded_events)
        terms = [held for _, held in loaded_passages]
        titles = {id_: source.title for id_, source in self.sources.items()}
        self.fields = fields_of(self.passages, terms, titles, self.analyzer)
        self.searcher = Searcher(terms, self.fields.weighted())
        self.event_searcher = Searcher([terms for _, terms in loaded_events])
        self.positions: dict[str, int] = {p.id: n for n, p in enumerate(self.passages)}
        self.events_of: dict[str, list[int]] = {}
        for number, event in enumerate(self.events):
            self.events_of.setdefault(event.passage, []).append(number)
        self._words: OrderedDict[int, PassageWords] = OrderedDict()
        self._capitalised: dict[str, bool | None] = {}
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._notes: OrderedDict[str, tuple[Note, ...]] = OrderedDict()
        self._lock = threading.Lock()  # held to use the texts, the words or the database

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents (BCP 47), each once and in corpus order."""
        return tuple(dict.fromkeys(self._languages.values()))

    @cached_property
    def _analyzers(self) -> dict[str, Analyzer]:
        return {language: self.analyzer.for_document(language) for language in self.languages}

    def analyzer_of(self, document_id: str) -> Analyzer:
        """What the words of a document are read by."""
        return self._analyzers[self._languages[document_id]]

    @cached_property
    def document_numbers(self) -> NDArray[np.int64]:
        """For each passage by position the number of its document, in corpus order from 0."""
        numbers = {document_id: number for number, document_id in enumerate(self.sources)}
        return np.array([numbers[p.locator.document_id] for p in self.passages], dtype=np.int64)

    @cached_property
    def places(self) -> Mapping[str, Places]:
        """Where each document's passages are, by its id; of one without passages there is none."""
        found: dict[str, Places] = {}
        for document_id, group in groupby(
            range(len(self.passages)), key=lambda n: self.passages[n].locator.document_id
        ):
            positions = list(group)
            first, stop = positions[0], positions[-1] + 1
            body = sum(self.passages[n].kind != "note" for n in positions)
            found[document_id] = Places(first, first + body, stop)
        return found

    @cached_property
    def covers(self) -> Message:
        """One sentence on what the corpus holds."""
        titles = [summary.source.title for summary in self.summaries]
        shown = [quoted(title) for title in titles[:3]]
        if len(titles) > 3:
            shown.append(say_n("{count} more", "{count} more", len(titles) - 3))
        documents = say_n("{count} document", "{count} documents", len(titles))
        return say(
            "The corpus holds {documents}: {titles}; {events}.",
            documents=documents,
            titles=both(shown),
            events=self.events_span,
        )

    @cached_property
    def events_span(self) -> Message:
        """How many events there are and over which years, in words."""
        dates = [event.date for event in self.events]
        first = min((date.earliest for date in dates if date.earliest > FIRST_DAY), default=None)
        last = max((date.latest for date in dates if date.latest < LAST_DAY), default=None)
        if first is None or last is None:
            if not dates:
                return say("no dated events")
            return say_n("{count} dated event", "{count} dated events", len(dates))
        years = [from_edtf(day_to_iso(day).rsplit("-", 2)[0]) for day in (first, last)]
        return say_n(
            "{count} dated event from {first} to {last}",
            "{count} dated events from {first} to {last}",
            len(dates),
            first=years[0],
            last=years[1],
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """What else counts for a word of a question."""
        names = dict.fromkeys(name for event in self.events for name in event.actors)
        spoken = tuple(dict.fromkeys(map(primary, self.languages)))
        surface = weakref.WeakMethod(self._surface)  # no circle, so that it goes with its last user

        def written(term: str) -> str | None:
            method = surface()
            return method(term) if method else None

        return Lexicon(self.searcher.frequencies, self.analyzer, written, names, spoken)

    def is_capitalised(self, term: str) -> bool | None:
        """Whether ``term`` mostly has a capital where no sentence begins, as far as a few passages
        tell; None if they don't.
        """
        with self._lock:
            if term in self._capitalised:
                return self._capitalised[term]
        capitals = others = 0
        for position in self.searcher.postings(term)[:_LOOKED_UP]:
            words = self.words(position)
            begins = {start for start, _ in words.sentences}
            for place in words.places(term):
                if words.starts[place] not in begins:
                    capital = words.text[words.starts[place]].isupper()
                    capitals, others = capitals + capital, others + (not capital)
        told = capitals > others if capitals or others else None
        with self._lock:
            if len(self._capitalised) >= _WORDS_KEPT:
                self._capitalised.clear()
            self._capitalised[term] = told
        return told

    def _surface(self, term: str) -> str | None:
        """A word of the corpus, as written, that has ``term``; None if only headings have it."""
        for position in self.searcher.postings(term)[:_LOOKED_UP]:
            words = self.words(position)
            for place in words.places(term):
                return words.text[words.starts[place] : words.stops[place]]
        return None

    @cached_property
    def people(self) -> People:
        """The names of the timeline."""
        return People(self.events, self.analyzer)

    @cached_property
    def beginnings(self) -> dict[HistoricDate, int]:
        """The years and months in which events begin, in order, and how many do."""
        counts: Counter[str] = Counter()
        for event in self.events:
            parts = (event.date.start or "").removeprefix("-").split("-")
            sign = "-" if (event.date.start or "").startswith("-") else ""
            if event.date.start is not None:
                counts[sign + parts[0]] += 1
                if len(parts) > 1:
                    counts[sign + "-".join(parts[:2])] += 1
        dates = sorted(map(from_edtf, counts), key=sort_key)
        return {date: counts[date.edtf] for date in dates}

    def text(self, document_id: str) -> str:
        """A document's stored text, proven by its hash. Raises IndexDamagedError."""
        with self._lock:
            if document_id in self._texts:
                self._texts.move_to_end(document_id)
                return self._texts[document_id]
            with store.damage_told(self.generation):
                text, sha256 = store.stored_text(self._database, document_id)
        if hash_text(text) != sha256:
            raise IndexDamagedError("A stored document is not what was indexed.")
        with self._lock:
            self._texts[document_id] = text
            held = sum(map(len, self._texts.values()))
            while held > _CHARACTERS_KEPT and len(self._texts) > 1:
                held -= len(self._texts.popitem(last=False)[1])
        return text

    def document(self, document_id: str) -> Document:
        """A document as it was read, its text proven by its hash. Raises IndexDamagedError."""
        with self._lock, store.damage_told(self.generation):
            document = store.document(self._database, document_id)
        if hash_text(document.text) != document.text_sha256:
            raise IndexDamagedError("A stored document is not what was indexed.")
        return document

    def layout(self, document_id: str) -> Layout:
        """The parts of a document, each read when it is asked for. Its text isn't read."""
        database = self._database

        def parts(
            table: Literal["sections", "paragraphs", "pages"],
            read: Callable[[Database, str, int, int], Sequence[_Part]],
        ) -> Parts[_Part]:
            def some(first: int, stop: int) -> Sequence[_Part]:
                with self._lock, store.damage_told(self.generation):
                    return read(database, document_id, first, stop)

            with self._lock, store.damage_told(self.generation):
                return Parts(store.count_parts(database, table, document_id), some)

        return Layout(
            parts("sections", store.sections),
            parts("paragraphs", store.paragraphs),
            parts("pages", store.pages),
        )

    def paragraphs_by_section(self, document_id: str) -> Mapping[int, int]:
        """How many paragraphs each section of a document has, by position; none: it is left out."""
        with self._lock, store.damage_told(self.generation):
            return store.paragraphs_by_section(self._database, document_id)

    def quote(self, locator: Locator) -> str:
        """The words that stand at ``locator``."""
        return self._slice(locator.document_id, locator.start, locator.stop)

    def passage(self, position: int) -> Passage:
        """The passage at ``position``, with its text."""
        passage = self.passages[position]
        return replace(passage, text=self.quote(passage.locator))

    def words(self, position: int) -> PassageWords:
        """The text and the words of the passage at ``position``, by place."""
        with self._lock:
            known = self._words.get(position)
            if known is not None:
                self._words.move_to_end(position)
                return known
        place = self.passages[position].locator
        words = read_words(self.analyzer_of(place.document_id), self.quote(place))
        with self._lock:
            self._words[position] = words
            while len(self._words) > _WORDS_KEPT:
                self._words.popitem(last=False)
        return words

    def event(self, position: int) -> Event:
        """The event at ``position``, with its text."""
        event = self.events[position]
        return replace(event, text=self.quote(event.locator))

    def notes(self, document_id: str, numbers: Iterable[int]) -> tuple[Note, ...]:
        """The notes of a document that bear ``numbers``, with their texts."""
        wanted = list(numbers)
        if not wanted:
            return ()
        with self._lock, store.damage_told(self.generation):
            known = store.notes(self._database, document_id, wanted)
        return tuple(
            replace(known[n], text=self._slice(document_id, known[n].start, known[n].stop))
            for n in wanted
            if n in known
        )

    def all_notes(self, document_id: str) -> tuple[Note, ...]:
        """All notes of a document by number, their texts left empty."""
        with self._lock, store.damage_told(self.generation):
            known = self._notes.get(document_id)
            if known is None:
                known = tuple(store.notes(self._database, document_id).values())
                self._notes[document_id] = known
                held = sum(map(len, self._notes.values()))
                while held > _NOTES_KEPT and len(self._notes) > 1:
                    held -= len(self._notes.popitem(last=False)[1])
            self._notes.move_to_end(document_id)
            return known

    def note_references(self, document_id: str) -> tuple[tuple[int, int], ...]:
        """Where a document's words lead to a note, and the number of that note, in order."""
        with self._lock, store.damage_told(self.generation):
            return store.note_references(self._database, document_id)

    def document_id(self, said: str) -> str:
        """The document that ``said`` names. Raises UnknownDocumentError."""
        return find_document(self.sources.values(), said)

    def _slice(self, document_id: str, start: int, stop: int) -> str:
        text = self.text(document_id)
        if not 0 <= start <= stop <= len(text):
            raise IndexDamagedError("A quote reaches beyond its document.")
        return text[start:stop]


def _short(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= 80 else said[:79] + "…"
