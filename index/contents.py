"""Contents: the documents of one generation, over its segments."""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from index import catalogue, generations, rows, store
from index.catalogue import Edits, FileEntry, SegmentEntry, Version
from index.errors import IndexDamagedError
from index.generations import SEGMENTS
from index.model import Document, Event, Passage, Skipped, SourceSummary
from index.parts import Part
from index.segments import FILES, Held, Numbers, Segment
from index.timeline.corrections import Correction
from index.words.vocabulary import SegmentWords

#: Open segments by what tells their files from others: generations that share one share what is in
#: memory, too. A copy of a file is another one, and so is a file that was written to.
_OPEN: weakref.WeakValueDictionary[tuple[int, ...], Segment] = weakref.WeakValueDictionary()
_OPENING = threading.Lock()


class Contents:
    """What a generation holds, in corpus order. Safe to share between threads.

    Only what is asked for is read. It stays readable when later builds have removed its files, as far
    as they were opened: see `open_segments`.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        number: int,
        opened: Mapping[str, Segment] | None = None,
        *,
        within: Contents | None = None,
        among: frozenset[str] | None = None,
    ) -> None:
        """``database`` is the `index.db` in ``folder``, which its owner closes.

        ``opened`` are segments that are open already, by name. With ``among`` it is as if only these
        collections of the generation, whose contents are ``within``, were there.
        """
        self.number = number
        self.folder = folder
        self.database = database
        self._within = within  # it closes the database when nobody uses it any more
        self._among = among
        #: Held to use the database.
        self.lock: AbstractContextManager[object] = within.lock if within else threading.RLock()
        with self.reading():
            self.segments: tuple[SegmentEntry, ...] = catalogue.segments(database, among)
            places = catalogue.places(database, among)
            self._files: Mapping[str, FileEntry] = (
                within.files() if within else catalogue.files(database)
            )
            self._sizes = {segment.name: segment.passages for segment in self.segments}
            for _, name, first, notes, stop in places:
                if not 0 <= first <= notes <= stop <= self._sizes[name]:
                    raise ValueError("a document lies beyond its segment")
        self._collections = {segment.name: segment.collection for segment in self.segments}
        self._opened: dict[str, Segment] = dict(opened or {})
        self.numbers: dict[str, Numbers] = {of: Numbers(*rest) for of, _, *rest in places}
        self.segment_of: dict[str, str] = {of: segment for of, segment, *_ in places}
        counts = [stop - first for _, _, first, _, stop in places]
        #: The position of each document's first passage, and behind them how many passages there are.
        self.starts: NDArray[np.int64] = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))

    @classmethod
    def open(cls, data: Path, number: int) -> Contents:
        """Generation ``number``, until it is used no more. Raises IndexDamagedError."""
        database = generations.open_index(data, number)
        contents = cls(database, generations.generation_folder(data, number), number)
        weakref.finalize(contents, database.close)
        return contents

    @cached_property
    def collections(self) -> frozenset[str]:
        """The collections of its documents, and those of which only something is said."""
        if self._among is not None:
            return self._among
        with self.reading() as database:
            said = catalogue.edits(database)
        return frozenset((*self._collections.values(), *(of for of in said if of)))

    @cached_property
    def versions(self) -> Mapping[str, Version]:
        """How often each collection of the generation changed, those too of which nothing is left."""
        with self.reading() as database:
            return catalogue.versions(database)

    def edition(self, collections: Iterable[str]) -> tuple[int, str | None]:
        """How often ``collections`` changed, and when they did last; the generation where nobody knows.

        Changes of other collections don't show in it, while they show in the generation's number.
        """
        known = self.versions
        seen = [known[collection] for collection in collections if collection in known]
        if not known:
            return self.number, None
        changed = max((version.changed for version in seen), default=None)
        return sum(version.version for version in seen), changed

    @property
    def whole(self) -> Contents:
        """All that the generation holds."""
        return self._within or self

    def seeing(self, collections: Iterable[str]) -> Contents:
        """The same as if it held no other collections than these; itself if it holds none."""
        among = frozenset(collections) & self.collections
        if among == self.collections:
            return self
        opened = {
            segment.name: self._opened[segment.name]
            for segment in self.segments
            if segment.collection in among and segment.name in self._opened
        }
        return Contents(
            self.database, self.folder, self.number, opened, within=self.whole, among=among
        )

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Its `index.db`, for this thread alone. What can't be read raises IndexDamagedError."""
        with self.lock, rows.damage_told(self.number):
            yield self.database

    # ------------------------------------------------------------ documents

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents."""
        return tuple(self.numbers)

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """The place of each document in `ids`."""
        return {document_id: ordinal for ordinal, document_id in enumerate(self.ids)}

    def __len__(self) -> int:
        """How many passages all documents have."""
        return int(self.starts[-1])

    def segment(self, document_id: str) -> Segment:
        """The segment that holds a document. Raises IndexDamagedError."""
        try:
            return self.open_segment(self.segment_of[document_id])
        except KeyError as error:
            raise IndexDamagedError("A document of the index is missing.") from error

    def open_segment(self, name: str) -> Segment:
        """The segment called ``name``, opened and checked. Raises IndexDamagedError."""
        if name not in self._opened:
            folder = self.segment_folder(name)
            with _OPENING:
                key = tuple(number for file in FILES for number in self._identity(folder / file))
                segment = _OPEN.get(key)
                if segment is None:
                    segment = _OPEN[key] = Segment(folder, self.number)
            with rows.damage_told(self.number):
                if len(segment) != self._sizes[name]:
                    raise ValueError("a segment holds another number of passages")
            self._opened[name] = segment
        return self._opened[name]

    def _identity(self, path: Path) -> tuple[int, ...]:
        """Tells a file from all others while it is open, and from what it was before a change."""
        with rows.damage_told(self.number):
            _ = self._files[path.relative_to(self.folder).as_posix()]  # its length was compared
            status = path.stat()
        return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def segment_folder(self, name: str) -> Path:
        """Where the files of a segment are."""
        return self.folder / SEGMENTS / name

    def open_segments(self) -> None:
        """Open all segments, so that they stay readable. Raises IndexDamagedError."""
        for entry in self.segments:
            self.open_segment(entry.name)

    def collection_of(self, document_id: str) -> str:
        """The collection of a document."""
        return self._collections[self.segment_of[document_id]]

    def held(self, document_id: str) -> Held:
        """Where a document is."""
        name = self.segment_of[document_id]
        return Held(
            document_id,
            self.open_segment(name),
            self.numbers[document_id],
            self.segment_folder(name),
        )

    def document(self, document_id: str) -> Document:
        """A document as it was read; its text is not proven. Raises IndexDamagedError."""
        with self.segment(document_id).reading() as database:
            return store.document(database, document_id)

    def stored_text(self, document_id: str) -> tuple[str, str]:
        """A document's stored text and the SHA-256 that it had when it was indexed."""
        with self.segment(document_id).reading() as database:
            return store.stored_text(database, document_id)

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """All passages of a document, their texts left empty."""
        with self.segment(document_id).reading() as database:
            first, _, stop = self.numbers[document_id]
            found = tuple(store.passages(database, document_id, range(first, stop)))
        if len(found) != stop - first:
            raise IndexDamagedError("A part of a document is missing from the index.")
        return found

    def events(self, document_id: str | None = None) -> Iterator[tuple[Event, tuple[str, ...]]]:
        """All events as extracted, in corpus order with their terms, their texts left empty.

        With ``document_id`` only those of that document.
        """
        for each in self.ids if document_id is None else (document_id,):
            with self.segment(each).reading() as database:
                found = list(store.events(database, each))
            yield from found

    # ------------------------------------------------------------ lists

    def manifest(self) -> dict[str, str]:
        """What was noted of the generation."""
        with self.reading() as database:
            return catalogue.manifest(database)

    def summaries(self) -> tuple[SourceSummary, ...]:
        """The documents with their counts."""
        with self.reading() as database:
            return tuple(catalogue.summaries(database, self._among))

    def summary(self, document_id: str) -> SourceSummary | None:
        """One of these; None if there is no such document."""
        if document_id not in self.numbers:
            return None
        with self.reading() as database:
            return catalogue.summary(database, document_id)

    def names(self) -> list[tuple[str, str, str]]:
        """Id, name and title of each document."""
        with self.reading() as database:
            return catalogue.names(database, self._among)

    def edits(self) -> tuple[Edits, ...]:
        """What was said of the documents beside them: what is for all, then by collection."""
        with self.reading() as database:
            found = catalogue.edits(database)
        return tuple(said for of, said in found.items() if not of or of in self.collections)

    def aliases(self) -> tuple[tuple[str, ...], ...]:
        """The groups of names for one thing."""
        return tuple(group for said in self.edits() for group in said.aliases)

    def aliases_of(self, document_id: str) -> tuple[tuple[str, ...], ...]:
        """Those by which a document was indexed."""
        collections = ("", self.collection_of(document_id))
        return tuple(
            group
            for said in self.edits()
            if said.collection in collections
            for group in said.aliases
        )

    def corrections(self) -> tuple[Correction, ...]:
        """The corrections to events, in the order in which they are applied."""
        return tuple(correction for said in self.edits() for correction in said.corrections)

    def skipped(self) -> tuple[Skipped, ...]:
        """The files that were left out, by name."""
        with self.reading() as database:
            return catalogue.skipped(database, self._among)

    def languages(self) -> dict[str, str]:
        """The language of each document (BCP 47), by its id."""
        with self.reading() as database:
            return catalogue.languages(database, self._among)

    def acronyms(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The acronyms that documents define, by id; of those without there is none."""
        with self.reading() as database:
            return catalogue.acronyms(database, self._among)

    def files(self) -> Mapping[str, FileEntry]:
        """What the generation's files must be, by path below its folder."""
        return self._files

    # ------------------------------------------------------------ positions

    @cached_property
    def positions(self) -> dict[str, NDArray[np.int32]]:
        """The position of each passage of each segment, by its name and number; -1 for those gone."""
        found = {
            segment.name: np.full(segment.passages, -1, dtype=np.int32) for segment in self.segments
        }
        for ordinal, (document_id, (first, _, stop)) in enumerate(self.numbers.items()):
            start, end = self.starts[ordinal : ordinal + 2]
            found[self.segment_of[document_id]][first:stop] = np.arange(start, end)
        return found

    def parts(self) -> list[Part]:
        """The postings of all segments, with the positions of their passages."""
        return [
            Part(self.open_segment(name).postings, positions, self._collections[name])
            for name, positions in self.positions.items()
        ]

    def words(self) -> list[SegmentWords]:
        """The words of all segments."""
        return [self.open_segment(entry.name).words for entry in self.segments]

    def document_numbers(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of ``positions`` the place of its document in `ids`."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def are_notes(self, positions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each of ``positions`` is that of a note."""
        numbers = self.document_numbers(positions)
        found: NDArray[np.bool_] = positions - self.starts[numbers] >= self._bodies[numbers]
        return found

    @cached_property
    def _bodies(self) -> NDArray[np.int64]:
        """How many passages of each document are no notes."""
        return np.array([notes - first for first, notes, _ in self.numbers.values()], np.int64)

    def where(self, position: int) -> tuple[Segment, int]:
        """The segment of the passage at ``position``, and its number there."""
        ordinal = bisect_right(self.starts, position) - 1
        document_id = self.ids[ordinal]
        number = position - int(self.starts[ordinal]) + self.numbers[document_id].first
        return self.segment(document_id), number

    def located(
        self, find: Callable[[Database], Iterable[tuple[str, int]]]
    ) -> Iterator[tuple[str, int]]:
        """What ``find`` finds in each segment, as pairs of anything and a number there.

        The numbers become positions; passages that the generation hasn't any more are left out.
        """
        for name, positions in self.positions.items():
            with self.open_segment(name).reading() as database:
                found = list(find(database))
            for what, number in found:
                if positions[number] >= 0:
                    yield what, int(positions[number])


@contextmanager
def reading_contents(data: Path, number: int | None = None) -> Iterator[Contents]:
    """Generation ``number`` (the current one if None) while the block runs.

    Raises IndexMissingError, and IndexDamagedError for whatever can't be read in the block.
    """
    if number is None:
        number = generations.current_generation(data)
    with generations.reading(data, number) as database:
        folder = generations.generation_folder(data, number or 0)
        yield Contents(database, folder, number or 0)
