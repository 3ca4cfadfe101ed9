"""A generation in memory: what finding and quoting need, and nothing that ever changes."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from index import rows, store, views
from index.analysis import Analyzer, primary
from index.analysis.analyzer import group_term, phrase_of
from index.bm25 import Searcher
from index.collections import is_owners
from index.contents import Contents
from index.dates.edtf import day_to_iso, from_edtf
from index.errors import IndexDamagedError
from index.lazy import Fields, PassageIds, Passages, PlacesOf, Sources
from index.messages import Message, both, quoted, say, say_n
from index.model import (
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
from index.naming import DocumentNames
from index.parsing import hash_text
from index.passage_words import PassageWords, read_words
from index.timeline.people import People
from index.words.expanding import Lexicon
from index.words.vocabulary import MappedVocabulary

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


class Snapshot:
    """One generation, opened. Safe to share between threads.

    Nothing that grows with the corpus is loaded: what a question needs is read when it is needed, from
    files that stay open, so that they can be quoted even when later builds have removed them.
    """

    def __init__(
        self,
        data: Path,
        generation: int,
        collections: Iterable[str] | None = None,
        *,
        contents: Contents | None = None,
        by_edition: bool = False,
    ) -> None:
        """Open ``collections`` of generation ``generation``, by default all of the owner's.

        It is as if the generation held no others. ``contents`` is what the generation holds, if it is
        open already. With ``by_edition`` its number is that of their edition: see `Contents.edition`.
        Raises IndexDamagedError.
        """
        self.whole = contents or Contents.open(data, generation)
        shown = frozenset(
            filter(is_owners, self.whole.collections) if collections is None else collections
        )
        self.contents = contents = self.whole.seeing(shown)
        self.edition = self.whole.edition(shown)
        self.generation = self.edition[0] if by_edition else generation
        contents.open_segments()
        with rows.damage_told(generation):
            aliases = contents.aliases()
            defined = contents.acronyms()
            self.analyzer = Analyzer(
                aliases,
                [pair for pairs in defined.values() for pair in pairs],
            )
            self._languages = contents.languages()
        self.timeline = views.open_timeline(contents)
        self.sources: Mapping[str, SourceInfo] = Sources(contents)
        self.passages = Passages(contents)
        self.positions = PassageIds(contents)
        self.places = PlacesOf(contents)
        self.events = self.timeline.events
        self.events_of = self.timeline.by_passage
        self.event_searcher = self.timeline.searcher
        self.searcher = Searcher.of_parts(contents.parts(), len(contents))
        plain = Analyzer(aliases)
        self.fields = Fields(contents, self.passages, self.sources, plain, self.searcher)
        self._words: OrderedDict[int, PassageWords] = OrderedDict()
        self._capitalised: dict[str, bool | None] = {}
        self._analyzers: dict[str, Analyzer] = {}  # by language
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._notes: OrderedDict[str, tuple[Note, ...]] = OrderedDict()
        self._lock = threading.Lock()  # held to use the texts or the words

    @property
    def summaries(self) -> tuple[SourceSummary, ...]:
        """The documents with their counts, in corpus order."""
        return self.contents.summaries()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents (BCP 47), each once and in corpus order."""
        return tuple(dict.fromkeys(self._languages.values()))

    def analyzer_of(self, document_id: str) -> Analyzer:
        """What the words of a document are read by."""
        language = self._languages[document_id]
        found = self._analyzers.get(language)
        if found is None:
            found = self._analyzers[language] = self.analyzer.for_document(language)
        return found

    @cached_property
    def document_numbers(self) -> NDArray[np.int64]:
        """For each passage by position the number of its document, in corpus order from 0."""
        return self.contents.document_numbers(np.arange(len(self.passages)))

    def notes_numbered(self, said: str) -> NDArray[np.int64]:
        """The positions of the notes with the printed label ``said``, or without one that number."""
        found = self.contents.located(
            lambda database: ((said, number) for number in store.notes_labelled(database, said))
        )
        return np.array(sorted(position for _, position in found), dtype=np.int64)

    @cached_property
    def covers(self) -> Message:
        """One sentence on what the corpus holds."""
        count = len(self.sources)
        if not count:
            return say("The corpus holds no documents.")
        shown = [quoted(source.title) for source in islice(self.sources.values(), 3)]
        if count > 3:
            shown.append(say_n("{count} more", "{count} more", count - 3))
        documents = say_n("{count} document", "{count} documents", count)
        return say(
            "The corpus holds {documents}: {titles}; {events}.",
            documents=documents,
            titles=both(shown),
            events=self.events_span,
        )

    @cached_property
    def events_span(self) -> Message:
        """How many events there are and over which years, in words."""
        count, span = len(self.events), self.timeline.span
        if span is None:
            if not count:
                return say("no dated events")
            return say_n("{count} dated event", "{count} dated events", count)
        years = [from_edtf(day_to_iso(day).rsplit("-", 2)[0]) for day in (span.first, span.last)]
        return say_n(
            "{count} dated event from {first} to {last}",
            "{count} dated events from {first} to {last}",
            count,
            first=years[0],
            last=years[1],
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """What else counts for a word of a question."""
        spoken = tuple(dict.fromkeys(map(primary, self.languages)))
        surface = weakref.WeakMethod(self._surface)  # no circle, so that it goes with its last user

        def written(term: str) -> str | None:
            method = surface()
            return method(term) if method else None

        vocabulary = MappedVocabulary(self.searcher, self.contents.words())
        bearers = self.timeline.names.bearers
        return Lexicon(vocabulary, self.analyzer, written, (), spoken, bearers)

    @cached_property
    def names_elsewhere(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Of groups of names that aren't those of all documents the names of one word.

        By the group's term, each with its own term: in documents that were indexed without the group
        these alone are found.
        """
        if len(self.contents.collections) < 2:
            return {}
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for said in self.contents.edits():
            for names in said.aliases if said.collection else ():
                read = ((phrase_of(self.analyzer, name), name) for name in names)
                found[group_term(names)] = tuple((t[0], name) for t, name in read if len(t) == 1)
        return found

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
        return People(self.timeline.names, self.analyzer)

    @property
    def beginnings(self) -> dict[HistoricDate, int]:
        """The years and months in which events begin, in order, and how many do."""
        return self.timeline.beginnings

    def text(self, document_id: str) -> str:
        """A document's stored text, proven by its hash. Raises IndexDamagedError."""
        with self._lock:
            if document_id in self._texts:
                self._texts.move_to_end(document_id)
                return self._texts[document_id]
        text, sha256 = self.contents.stored_text(document_id)
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
        document = self.contents.document(document_id)
        if hash_text(document.text) != document.text_sha256:
            raise IndexDamagedError("A stored document is not what was indexed.")
        return document

    def layout(self, document_id: str) -> Layout:
        """The parts of a document, each read when it is asked for. Its text isn't read."""
        segment = self.contents.segment(document_id)

        def parts(
            table: Literal["sections", "paragraphs", "pages"],
            read: Callable[[Database, str, int, int], Sequence[_Part]],
        ) -> Parts[_Part]:
            def some(first: int, stop: int) -> Sequence[_Part]:
                with segment.reading() as database:
                    return read(database, document_id, first, stop)

            with segment.reading() as database:
                return Parts(store.count_parts(database, table, document_id), some)

        return Layout(
            parts("sections", store.sections),
            parts("paragraphs", store.paragraphs),
            parts("pages", store.pages),
        )

    def paragraphs_by_section(self, document_id: str) -> Mapping[int, int]:
        """How many paragraphs each section of a document has, by position; none: it is left out."""
        with self.contents.segment(document_id).reading() as database:
            return store.paragraphs_by_section(database, document_id)

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
        words = read_words(self.analyzer_of(place.document_id), self._unproven(place))
        with self._lock:
            self._words[position] = words
            while len(self._words) > _WORDS_KEPT:
                self._words.popitem(last=False)
        return words

    def _unproven(self, place: Locator) -> str:
        """The words at ``place``, without reading all of the document: nothing is shown of them."""
        with self._lock:
            text = self._texts.get(place.document_id)
        if text is None and 0 <= place.start <= place.stop:
            with self.contents.segment(place.document_id).reading() as database:
                found = store.part_of_text(database, place.document_id, place.start, place.stop)
            if len(found) == place.stop - place.start:
                return found
        return self.quote(place)

    def event(self, position: int) -> Event:
        """The event at ``position``, with its text."""
        event = self.events[position]
        return replace(event, text=self.quote(event.locator))

    def notes(self, document_id: str, numbers: Iterable[int]) -> tuple[Note, ...]:
        """The notes of a document that bear ``numbers``, with their texts."""
        wanted = list(numbers)
        if not wanted:
            return ()
        with self.contents.segment(document_id).reading() as database:
            known = store.notes(database, document_id, wanted)
        return tuple(
            replace(known[n], text=self._slice(document_id, known[n].start, known[n].stop))
            for n in wanted
            if n in known
        )

    def all_notes(self, document_id: str) -> tuple[Note, ...]:
        """All notes of a document by number, their texts left empty."""
        with self._lock:
            known = self._notes.get(document_id)
        if known is None:
            with self.contents.segment(document_id).reading() as database:
                known = tuple(store.notes(database, document_id).values())
        with self._lock:
            self._notes[document_id] = known
            self._notes.move_to_end(document_id)
            held = sum(map(len, self._notes.values()))
            while held > _NOTES_KEPT and len(self._notes) > 1:
                held -= len(self._notes.popitem(last=False)[1])
        return known

    def note_references(self, document_id: str) -> tuple[tuple[int, int], ...]:
        """Where a document's words lead to a note, and the number of that note, in order."""
        with self.contents.segment(document_id).reading() as database:
            return store.note_references(database, document_id)

    def document_id(self, said: str) -> str:
        """The document that ``said`` names. Raises UnknownDocumentError."""
        return self._names.find(said)

    @cached_property
    def _names(self) -> DocumentNames:
        return DocumentNames(self.contents.names())

    def _slice(self, document_id: str, start: int, stop: int) -> str:
        text = self.text(document_id)
        if not 0 <= start <= stop <= len(text):
            raise IndexDamagedError("A quote reaches beyond its document.")
        return text[start:stop]
