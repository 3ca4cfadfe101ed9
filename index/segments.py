"""Segments: some documents of one collection with their passages and postings, which never change.

A segment is a folder of three files: `documents.db` (SQLite, see `index.store`), `passages.bin`
(postings, see `index.postings`) and `words.bin` (its words by letter, sound and name, see
`index.words.vocabulary`). Its passages are numbered from 0, document by document in corpus order, of
each first the body and then the notes. Generations share segments: what a generation no longer has of
one, it doesn't list (see `index.catalogue`), until the segment is merged into another.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlite_utils import Database

from index import rows, store
from index.errors import IndexDamagedError
from index.model import Passage
from index.postings import Postings, PostingsWriter, merge
from index.schema import SEGMENT_KEYS, SEGMENT_TABLES
from index.store import Indexed
from index.words.vocabulary import SegmentWords, write_words

DOCUMENTS, POSTINGS, WORDS = FILES = ("documents.db", "passages.bin", "words.bin")


class Numbers(NamedTuple):
    """The numbers of a document's passages in its segment: first of its body, then of its notes."""

    first: int
    notes: int  # of the first note; ``stop`` where there is none
    stop: int


@dataclass(frozen=True, slots=True)
class Held:
    """A document that a segment holds."""

    document_id: str
    segment: Segment
    numbers: Numbers
    folder: Path  # where the files of the segment are: in that of a generation that is kept


class Segment:
    """A segment, opened for reading. Safe to share between threads."""

    def __init__(self, folder: Path, generation: int | None = None) -> None:
        """Open and check the segment in ``folder``. Raises IndexDamagedError, naming ``generation``."""
        self.generation = generation
        self.database = rows.open_file(folder / DOCUMENTS, generation)
        weakref.finalize(self, self.database.close)
        self.lock = threading.RLock()  # held to use the database
        with rows.damage_told(generation):
            self.postings = Postings.open(folder / POSTINGS)
            self.words = SegmentWords.open(folder / WORDS)

    def __len__(self) -> int:
        """How many passages it holds."""
        return len(self.postings)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Its documents, for this thread alone. What can't be read raises IndexDamagedError."""
        with self.lock, rows.damage_told(self.generation):
            yield self.database

    def passage(self, number: int) -> Passage:
        """A passage; its text is left empty. Raises IndexDamagedError."""
        with self.reading() as database:
            return store.passages_at(database, [number])[number]


class SegmentWriter:
    """Writes a new segment. Use it by `new_segment`."""

    def __init__(self, database: Database, postings: PostingsWriter) -> None:
        self._database = database
        self._postings = postings
        self._documents = 0
        self.passages = 0  # that it holds so far

    def add(self, indexed: Indexed) -> Numbers:
        """Add a document, which comes behind those before in corpus order."""
        first = self.passages
        store.write_document(self._database, indexed, self._documents, first)
        self._postings.add(indexed.counted)
        self._documents += 1
        self.passages += len(indexed.passages)
        body = sum(passage.kind != "note" for passage in indexed.passages)
        return Numbers(first, first + body, self.passages)


@contextmanager
def new_segment(folder: Path) -> Iterator[SegmentWriter]:
    """A new segment in ``folder``; whole when the block ends. Raises DataFolderError."""
    with rows.trouble_told():
        folder.mkdir(parents=True)
        with (
            rows.new_file(folder / DOCUMENTS, SEGMENT_TABLES, SEGMENT_KEYS) as database,
            PostingsWriter(folder / POSTINGS) as postings,
        ):
            yield SegmentWriter(database, postings)
            store.finish(database)
            postings.finish()
        _write_words(folder)


def _write_words(folder: Path) -> None:
    write_words(folder / WORDS, Postings.open(folder / POSTINGS).terms())


def merge_segments(
    folder: Path, held: Sequence[Held], tell: Callable[[int], None] | None = None
) -> list[Numbers]:
    """Write a segment of the documents ``held`` (in corpus order) to ``folder``.

    The numbers of their passages there run beside them. ``tell`` is called with the number of
    documents that are done. Raises DataFolderError, IndexDamagedError.
    """
    numbers: list[Numbers] = []
    stop = 0
    for each in held:
        shift = stop - each.numbers.first
        numbers.append(Numbers(*(number + shift for number in each.numbers)))
        stop = numbers[-1].stop
    with rows.trouble_told():
        folder.mkdir(parents=True)
        with rows.new_file(folder / DOCUMENTS, SEGMENT_TABLES, SEGMENT_KEYS) as database:
            done = 0
            for _, ordinals in _by_segment(held):
                with _attached(database, held[ordinals[0]].folder / DOCUMENTS):
                    for ordinal in ordinals:
                        each, new = held[ordinal], numbers[ordinal]
                        shift = new.first - each.numbers.first
                        store.copy_document(
                            database,
                            each.document_id,
                            ordinal,
                            range(each.numbers.first, each.numbers.stop),
                            shift,
                        )
                        done += 1
                        if tell:
                            tell(done)
            store.finish(database)
        merge(
            [
                (segment.postings, _renumbered(segment, held, numbers, ordinals))
                for segment, ordinals in _by_segment(held)
            ],
            folder / POSTINGS,
        )
        _write_words(folder)
    return numbers


def _by_segment(held: Sequence[Held]) -> Iterable[tuple[Segment, list[int]]]:
    found: dict[int, tuple[Segment, list[int]]] = {}
    for ordinal, each in enumerate(held):
        found.setdefault(id(each.segment), (each.segment, []))[1].append(ordinal)
    return found.values()


def _renumbered(
    segment: Segment, held: Sequence[Held], numbers: Sequence[Numbers], ordinals: Iterable[int]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The new number of each passage of ``segment``; -1 for those that are left out."""
    renumbered = np.full(len(segment), -1, dtype=np.int64)
    for ordinal in ordinals:
        old, new = held[ordinal].numbers, numbers[ordinal]
        renumbered[old.first : old.stop] = np.arange(new.first, new.stop)
    return renumbered


@contextmanager
def _attached(database: Database, old: Path) -> Iterator[None]:
    """The file ``old`` is readable under the name ``old`` while the block runs."""
    database.conn.commit()
    with rows.damage_told(None):
        address = f"{old.resolve().as_uri()}?mode=ro&immutable=1"
        database.execute("attach database ? as old", [address])
    try:
        yield
    except sqlite3.OperationalError:
        raise  # the new file can't be written
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError("The index before this one is damaged.") from error
    finally:
        database.conn.commit()
        database.execute("detach database old")
