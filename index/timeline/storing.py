"""The timeline on disk: arrays and tables beside its rows, read only as far as they are asked for.

`write` makes them as the last step of a build; `StoredTimeline` opens them. Positions are the ordinals
of the timeline, which is in corpus order.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from index import rows
from index.arrays import Arrays, write_arrays
from index.bm25 import Searcher
from index.dates.edtf import from_edtf, sort_key, year_to_iso
from index.errors import IndexDamagedError
from index.model import Event, HistoricDate, Span
from index.parts import Part
from index.postings import Postings, PostingsWriter, count_terms
from index.timeline.names import StoredNames, write_names
from index.timeline.table import COLUMNS, EventTable

FILES = ("timeline.bin", "timeline-terms.bin")
_KIND, _VERSION = "timeline", 1
_EVENTS_KEPT = 4_096  # rows that stay in memory
_PASSAGES_KEPT = 4_096  # ids of passages whose events stay in memory
_BLOCK = 512  # rows that are read at a time
_COUNTED = 10_000  # events whose terms are counted at a time


def write(
    folder: Path,
    database: Database,
    events: Sequence[Event],
    terms: Iterable[Sequence[str]],
    *,
    documents: Mapping[str, int],
    passages: Callable[[str], int | None],
) -> None:
    """Save what look-ups need of ``events`` in ``folder`` and in tables of ``database``.

    ``events`` are those of the table ``timeline``, in its order; ``terms`` run beside them.
    ``documents`` are the numbers of documents in corpus order, by id; ``passages`` gives the position
    of a passage by its id, and is called about once for each passage with events. Raises OSError,
    sqlite3.OperationalError.
    """
    table = EventTable.of(events, documents, passages)
    begun = _count_beginnings(events)
    write_arrays(folder / FILES[0], _KIND, _VERSION, table.arrays() | begun)
    held = iter(terms)
    with PostingsWriter(folder / FILES[1]) as writer:
        while block := list(islice(held, _COUNTED)):
            writer.add(count_terms(block))
        writer.finish()
    write_names(database, events)


def _count_beginnings(events: Iterable[Event]) -> dict[str, NDArray[Any]]:
    """The years and months (0: the year itself) in which events begin, and how many in each."""
    counts: Counter[tuple[int, int]] = Counter()
    for event in events:
        if event.date.start is not None:
            # A year before 0 has a minus before it, which isn't the sign between year and month.
            year, _, rest = event.date.start[1:].partition("-")
            number = int(event.date.start[0] + year)
            counts[number, 0] += 1
            if rest:
                counts[number, int(rest[:2])] += 1
    found = np.array([(*key, count) for key, count in counts.items()], dtype=np.int32)
    columns = found.reshape(-1, 3).T
    return dict(zip(("begun_year", "begun_month", "begun_count"), columns, strict=True))


class Events(Sequence[Event]):
    """The events of a timeline by position, their texts left empty; rows are read when asked for."""

    def __init__(self, size: int, read: Callable[[Sequence[int]], Mapping[int, Event]]) -> None:
        """``read`` gives the events at some positions."""
        self._size, self._read = size, read
        self._kept: OrderedDict[int, Event] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Event: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Event]: ...
    def __getitem__(self, at: int | slice) -> Event | Sequence[Event]:
        """Raises IndexError, as other sequences do."""
        if isinstance(at, slice):
            return self.many(range(*at.indices(self._size)))
        return self.many([range(self._size)[at]])[0]

    def __iter__(self) -> Iterator[Event]:
        for first in range(0, self._size, _BLOCK):
            yield from self.many(range(first, min(first + _BLOCK, self._size)))

    def many(self, positions: Iterable[int]) -> list[Event]:
        """The events at ``positions``, in their order, read at once. Raises IndexDamagedError."""
        wanted = [int(position) for position in positions]
        found: dict[int, Event] = {}
        with self._lock:
            for position in wanted:
                if position in self._kept:
                    self._kept.move_to_end(position)
                    found[position] = self._kept[position]
        missing = sorted(set(wanted) - found.keys())
        for first in range(0, len(missing), _BLOCK):
            found |= self._read(missing[first : first + _BLOCK])
        if len(found) < len(set(wanted)):
            raise IndexDamagedError("An event is missing from the index.")
        with self._lock:
            self._kept.update((position, found[position]) for position in missing)
            while len(self._kept) > _EVENTS_KEPT:
                self._kept.popitem(last=False)
        return [found[position] for position in wanted]


class EventsOfPassages:
    """The positions of the events of a passage, by its id."""

    def __init__(self, read: Callable[[str], Sequence[int]]) -> None:
        self._find = lru_cache(_PASSAGES_KEPT)(read)

    def get(self, passage_id: str, default: Sequence[int] = ()) -> Sequence[int]:
        """They rise; ``default`` where the passage tells none."""
        return self._find(passage_id) or default

    def __getitem__(self, passage_id: str) -> Sequence[int]:
        """Raises KeyError for a passage that tells none."""
        if found := self._find(passage_id):
            return found
        raise KeyError(passage_id)


class _Rows:
    """Reads the rows of a timeline. It knows nobody who uses it: no circle keeps an index alive."""

    def __init__(
        self, database: Database, lock: AbstractContextManager[object], generation: int | None
    ) -> None:
        self._database, self._lock, self._generation = database, lock, generation

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._lock, rows.damage_told(self._generation):
            yield

    def read(self, positions: Sequence[int]) -> dict[int, Event]:
        sql = "select * from timeline where ordinal in (select value from json_each(?))"
        with self.reading():
            return {
                row["ordinal"]: rows.shown_event_of(row)
                for row in self._database.query(sql, [json.dumps(list(positions))])
            }

    def of_passage(self, passage_id: str) -> tuple[int, ...]:
        sql = "select ordinal from timeline where passage_id = ? order by ordinal"
        with self.reading():
            return tuple(n for (n,) in self._database.execute(sql, [passage_id]))


class StoredTimeline:
    """The timeline of a generation. Never changes; safe to share between threads.

    Files that are removed while it is in use can still be read.
    """

    def __init__(
        self,
        arrays: Arrays,
        postings: Postings,
        database: Database,
        lock: AbstractContextManager[object],
        generation: int | None = None,
    ) -> None:
        self._arrays, self._postings, self._generation = arrays, postings, generation
        self.table = EventTable.stored(arrays)
        stored = _Rows(database, lock, generation)
        self.events = Events(len(self.table), stored.read)
        self.by_passage = EventsOfPassages(stored.of_passage)
        self.names = StoredNames(database, stored.reading)

    @classmethod
    def open(
        cls,
        folder: Path,
        database: Database,
        lock: AbstractContextManager[object],
        generation: int | None = None,
    ) -> StoredTimeline:
        """What `write` saved in ``folder`` and ``database``; ``lock`` is held to use the latter.

        ``generation`` names it in errors. Raises IndexDamagedError, OSError.
        """
        arrays = Arrays.open(folder / FILES[0], _KIND, _VERSION)
        postings = Postings.open(folder / FILES[1])
        with rows.damage_told(generation):
            sizes = {len(arrays[name]) for name in COLUMNS} | {len(postings)}
            if len(sizes) != 1:
                raise ValueError("the columns of the timeline differ in length")
        return cls(arrays, postings, database, lock, generation)

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.table)

    @cached_property
    def searcher(self) -> Searcher:
        """Finds events by their words."""
        positions = np.arange(len(self.table), dtype=np.int32)
        return Searcher.of_parts([Part(self._postings, positions)], len(positions))

    @cached_property
    def span(self) -> Span | None:
        """The first and the last day that events can mean: see `EventTable.span`."""
        return self.table.span()

    @cached_property
    def beginnings(self) -> dict[HistoricDate, int]:
        """The years and months in which events begin, in order, and how many do."""
        columns = (self._arrays[f"begun_{name}"].tolist() for name in ("year", "month", "count"))
        with rows.damage_told(self._generation):
            counts = {
                from_edtf(f"{year_to_iso(year)}-{month:02}" if month else year_to_iso(year)): count
                for year, month, count in zip(*columns, strict=True)
            }
        return {date: counts[date] for date in sorted(counts, key=sort_key)}
