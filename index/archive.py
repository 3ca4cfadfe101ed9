"""One generation, opened for reading: the whole of what the ways in ask of an index."""

from __future__ import annotations

import datetime as dt
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from index import answering, citing, generations, surroundings, views
from index.bearing import holding, marked_word, meant_by, words_before
from index.contents import Contents, reading_contents
from index.errors import IndexDamagedError, IndexMissingError
from index.model import (
    Answer,
    Citation,
    Context,
    Document,
    Note,
    NoteText,
    Outline,
    SectionText,
    Skipped,
    SourceSummary,
    Timeline,
    WhenSuggestion,
)
from index.naming import find_document
from index.parsing import hash_text
from index.sentences import sentences
from index.snapshot import Snapshot
from index.timeline import lookup, suggesting
from index.timeline.topics import Topics

_VIEWS = 16  # that are kept of a generation


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of a generation in corpus order, and the files that were left out, by name."""

    generation: int
    summaries: tuple[SourceSummary, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class NoteMark:
    """Where a note's mark stood: behind the word that ends at ``at``."""

    at: int
    before: str  # the last few words before it, as they stand
    sentence: tuple[int, int]  # the span of the sentence that bears it
    section: tuple[str, ...]
    page: int | None


@dataclass(frozen=True, slots=True)
class NoteReading:
    """A note with its marks, and the notes that its own words (“ibid.”) mean."""

    note: Note
    page: int | None
    marks: tuple[NoteMark, ...]
    refers_to: tuple[int, ...]  # numbers of notes


@dataclass(frozen=True, slots=True)
class SourceReading:
    """How one document was read."""

    generation: int
    summary: SourceSummary
    document: Document
    notes: tuple[NoteReading, ...]


def list_sources(data: Path, collections: Iterable[str] | None = None) -> Listing:
    """What the current generation holds, without loading it for searching.

    Of ``collections``, by default of all of the owner's. Raises IndexMissingError, IndexDamagedError.
    """
    with reading_contents(data) as whole:
        contents = _seen(whole, collections)
        return Listing(contents.number, contents.summaries(), contents.skipped())


def read_source(data: Path, said: str, collections: Iterable[str] | None = None) -> SourceReading:
    """How the document that ``said`` names (an id, file name or title) was read.

    One of ``collections``, by default of all of the owner's. Raises UnknownDocumentError,
    IndexMissingError, IndexDamagedError.
    """
    with reading_contents(data) as whole:
        contents = _seen(whole, collections)
        summaries = {summary.source.id: summary for summary in contents.summaries()}
        wanted = find_document([summary.source for summary in summaries.values()], said)
        document = contents.document(wanted)
        if hash_text(document.text) != document.text_sha256:
            raise IndexDamagedError("A stored document is not what was indexed.")
        notes = tuple(_read_notes(document))
    return SourceReading(contents.number, summaries[wanted], document, notes)


def _seen(whole: Contents, collections: Iterable[str] | None) -> Contents:
    return views.owners(whole) if collections is None else whole.seeing(collections)


def _read_notes(document: Document) -> Iterator[NoteReading]:
    meant = meant_by(
        document.notes,
        (
            (reference.start, reference.target)
            for reference in document.references
            if reference.kind == "note" and reference.target is not None
        ),
    )
    places = _Places(document)
    for note in document.notes:
        yield NoteReading(
            note,
            document.pages_of(note.start, note.stop)[0],
            tuple(places.mark(at) for at in note.marks),
            meant.get(note.number, ()),
        )


class _Places:
    """Tells where the marks of a document's notes stood."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sections = [section.start for section in document.sections]
        self._paragraphs = [paragraph.start for paragraph in document.paragraphs]
        self._sentences: dict[int, Sequence[tuple[int, int]]] = {}  # by paragraph

    def mark(self, at: int) -> NoteMark:
        text, word = self._document.text, marked_word(at)
        section = self._document.sections[max(0, bisect_right(self._sections, word) - 1)]
        start, stop = self._sentence(word, section.start, at)
        page = self._document.pages_of(word, at)[0]
        return NoteMark(at, words_before(text, start, at), (start, stop), section.path, page)

    def _sentence(self, word: int, section_start: int, at: int) -> tuple[int, int]:
        """The sentence that holds ``word``; of a heading all of it up to the mark."""
        number = bisect_right(self._paragraphs, word) - 1
        paragraph = self._document.paragraphs[number] if number >= 0 else None
        if paragraph is None or paragraph.stop <= word:
            return section_start, at
        if number not in self._sentences:
            found = sentences(self._document.text, paragraph.start, paragraph.stop)
            self._sentences[number] = list(found)
        return holding(self._sentences[number], word) or (paragraph.start, paragraph.stop)


class Views:
    """The archives that show other collections of a generation than its first one, the last of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[frozenset[str], bool], Archive] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shown: tuple[frozenset[str], bool]) -> Archive | None:
        """The one that shows these collections, by edition or not, if it is kept."""
        with self._lock:
            found = self._kept.get(shown)
            if found is not None:
                self._kept.move_to_end(shown)
            return found

    def keep(self, shown: tuple[frozenset[str], bool], archive: Archive) -> Archive:
        """Keep one; the one to use, since another thread may have been faster."""
        with self._lock:
            found = self._kept.setdefault(shown, archive)
            while len(self._kept) > _VIEWS:
                self._kept.popitem(last=False)
            return found


class Archive:
    """A generation that never changes: open another to see a later one.

    Safe to use from several threads at once. All answers are the same for the same question,
    generation and day (`Answer.took_ms` aside).
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._views = Views()  # they don't know of this one: no circle keeps an index alive
        #: The current generation that could not be opened, and why: this one answers in its place.
        self.replaces: tuple[int, IndexDamagedError] | None = None

    @classmethod
    def open(cls, data: Path, *, thorough: bool = False) -> Archive:
        """All of the owner's collections in the current generation of the data folder.

        `seeing` shows others. If that is damaged, the one before it, if there is one that can be used:
        `replaces` says why. Damage to any byte of a small index is noticed, to one of a large index
        (more than 32 MB) only if ``thorough``, which takes seconds; what is quoted is proven in any
        case. Raises IndexMissingError, IndexDamagedError.
        """
        while True:
            number = generations.current_generation(data)
            if number is None:
                raise IndexMissingError("Nothing has been indexed yet.")
            try:
                return cls._checked(data, number, thorough)
            except IndexDamagedError as error:
                # Else two builds came between: this generation was removed, not damaged.
                if generations.current_generation(data) == number:
                    return cls._open_before(data, number, error, thorough)

    @classmethod
    def _checked(cls, data: Path, number: int, thorough: bool) -> Archive:
        generations.check_files(data, number, large=thorough)
        return cls(Snapshot(data, number))

    @classmethod
    def _open_before(
        cls, data: Path, damaged: int, error: IndexDamagedError, thorough: bool
    ) -> Archive:
        """The last generation before ``damaged`` that can be used. Raises ``error`` without one."""
        for number in reversed([n for n in generations.generations(data) if n < damaged]):
            try:
                archive = cls._checked(data, number, thorough)
            except IndexDamagedError:
                continue
            archive.replaces = (damaged, error)
            return archive
        raise error

    @property
    def collections(self) -> frozenset[str]:
        """All collections that the generation holds, those that this archive doesn't show too."""
        return self.snapshot.whole.collections

    def seeing(self, collections: Iterable[str], *, by_edition: bool = True) -> Archive:
        """The same generation as if it held only these collections: see `index.views`.

        What is hidden leaves no trace: not in answers, names, counts, words that are corrected, scores,
        or its number (but for that where ``by_edition`` is False: see `generation`). The last few are
        kept. Raises IndexDamagedError, also when the generation was removed before these were ever
        looked at.
        """
        whole = self.snapshot.whole
        wanted = frozenset(collections) & (whole.collections | whole.versions.keys())
        found = self._views.get((wanted, by_edition))
        if found is None:
            made = Archive(
                Snapshot(whole.folder, whole.number, wanted, contents=whole, by_edition=by_edition)
            )
            made.replaces = self.replaces
            found = self._views.keep((wanted, by_edition), made)
        return found

    def warm(self) -> None:
        """Make now what the first questions would wait for: worth it where many will be asked."""
        snapshot = self.snapshot
        snapshot.lexicon.warm()
        _ = snapshot.document_numbers, snapshot.places, snapshot.people
        _ = self._times, self._topics

    @property
    def generation(self) -> int:
        """The number of the generation; a later one has a higher number.

        Of what `seeing` gives, how often what it shows changed: builds of what is hidden don't show.
        """
        return self.snapshot.generation

    @property
    def changed(self) -> dt.datetime | None:
        """When what it shows was indexed last; None where nobody noted it."""
        _, said = self.snapshot.edition
        return None if said is None else dt.datetime.fromisoformat(said)

    def answer(
        self,
        question: str,
        *,
        today: dt.date,
        k: int = 5,
        document: str | None = None,
        before: str | Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> Answer:
        """Answer from the documents, quoting them, with at most ``k`` passages.

        ``document`` is an id, a file name or a title; ``before`` the questions before this one,
        oldest first, from which it takes what it leaves out; ``since`` and ``until`` are date
        expressions, both ends included. Raises EmptyQueryError, QueryTooLongError,
        UnknownDocumentError, UnreadableDateError (a date that does not exist, a range that can't
        be used).
        """
        started = time.perf_counter()
        found = answering.answer(
            self.snapshot,
            question,
            today=today,
            k=k,
            document=document,
            before=before,
            since=since,
            until=until,
        )
        return replace(found, took_ms=round((time.perf_counter() - started) * 1000, 3))

    def timeline(
        self,
        *,
        today: dt.date,
        when: str | None = None,
        who: str | None = None,
        about: str | None = None,
        document: str | None = None,
    ) -> Timeline:
        """Events by date expression, person and words; all of them when nothing is given.

        Raises UnreadableDateError, UnknownDocumentError, QueryTooLongError.
        """
        return lookup.timeline(
            self.snapshot, today=today, when=when, who=who, about=about, document=document
        )

    def timeline_of(
        self,
        question: str,
        *,
        today: dt.date,
        document: str | None = None,
        before: str | Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> Timeline:
        """All events that belong to a question, of which its answer shows the nearest: at most 500.

        Takes and raises what `answer` does; `Timeline.asked` are the question's words that chose them.
        """
        return answering.timeline_of(
            self.snapshot,
            question,
            today=today,
            document=document,
            before=before,
            since=since,
            until=until,
        )

    def context(self, passage_id: str, *, before: int = 2, after: int = 2) -> Context:
        """A passage with what stands next to it, at most 20 on each side: see `Context`.

        What of a paragraph isn't in the passage is given too. Raises GonePassageError if this
        generation hasn't that id, IndexDamagedError.
        """
        return surroundings.context(self.snapshot, passage_id, before=before, after=after)

    def passages_of(self, ids: Iterable[str]) -> tuple[Citation, ...]:
        """The passages with ``ids``, numbered by their places among these, without highlights.

        Those that this generation hasn't are left out, their numbers too. Raises IndexDamagedError.
        """
        return surroundings.passages_of(self.snapshot, ids)

    def outline(self, document: str) -> Outline:
        """The sections of the document that an id, a file name or a title names.

        Raises UnknownDocumentError.
        """
        return surroundings.outline(self.snapshot, document)

    def section(
        self, document: str, number: int, *, first: int = 0, most: int | None = None
    ) -> SectionText:
        """The section of a document that has ``number`` in its `outline`, with its paragraphs.

        Of these those from ``first`` (0 and up) on, at most ``most``. Raises UnknownDocumentError,
        InputError for a section that isn't there, IndexDamagedError.
        """
        return surroundings.section(self.snapshot, document, number, first=first, most=most)

    def note(self, document: str, number: int) -> NoteText:
        """The note of a document that has ``number``: see `Note.number`.

        Raises UnknownDocumentError, InputError for a note that isn't there, IndexDamagedError.
        """
        return surroundings.note(self.snapshot, document, number)

    def cite(self, passage_id: str, *, style: str = "note") -> str:
        """A citation of one passage in one of `citing.STYLES`, as the text of a file.

        Raises InputError for an id that this generation doesn't have and for an unknown style.
        """
        return citing.cite(self.snapshot, passage_id, style)

    def suggest_names(self, typed: str, *, limit: int = 25) -> list[tuple[str, int]]:
        """Names in events that ``typed`` may begin, best first, with how many events name each."""
        return self.snapshot.people.suggest(typed, limit)

    def suggest_when(
        self, typed: str, *, today: dt.date, limit: int = 25
    ) -> tuple[WhenSuggestion, ...]:
        """Times that ``typed`` gives or may begin, with how many events fall in each.

        First what it says, if `timeline` reads it as a time; then decades (where there are many
        years), years and months in which events begin, by their time. With nothing typed the latest
        years.
        """
        return suggesting.suggest_when(self._times, typed, today=today, limit=limit)

    def suggest_topics(self, typed: str, *, limit: int = 25) -> list[tuple[str, int]]:
        """Words and phrases of events that ``typed`` may begin, with how many events hold all of each.

        Best first. With nothing typed the commonest that still tell something.
        """
        return suggesting.suggest_topics(self.snapshot, self._topics, typed, limit=limit)

    @cached_property
    def _times(self) -> suggesting.Times:
        return suggesting.Times(self.snapshot)

    @cached_property
    def _topics(self) -> Topics:
        return suggesting.make_topics(self.snapshot)

    def document(self, said: str) -> Document:
        """The document that ``said`` names (an id, file name or title), as it was read.

        Raises UnknownDocumentError.
        """
        return self.snapshot.document(self.snapshot.document_id(said))

    def sources(self) -> tuple[SourceSummary, ...]:
        """The documents, in corpus order."""
        return self.snapshot.summaries
