"""What look-ups need to know of each event, in arrays by position: days, document, place.

Every look-up by date is made on these, so that rows are read only of events that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dates.edtf import civil
from index.model import FIRST_DAY, LAST_DAY, Event, HistoricDate, Overlap, Precision, Span

LONGEST_RECURRING = 31  # days: what is less exactly dated tells nothing of a day of the year
LONGEST_YEAR = 366
_FEW = 32  # a share of the events; fewer are sorted by themselves

RANKS = {precision: rank for rank, precision in enumerate(Precision)}  # finest first
_FIRST_DAY = np.datetime64("0001-01-01", "D")  # day number 1

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Happened(Mapping[int, Overlap]):
    """Which events fall in a time, and how surely: an overlap by position. It never changes."""

    __slots__ = ("positions", "sure")

    def __init__(self, positions: Positions, sure: Mask) -> None:
        """``positions`` rise; ``sure`` runs beside them."""
        self.positions, self.sure = positions, sure

    @property
    def certain(self) -> Positions:
        """The positions of the events that surely do, rising."""
        return self.positions[self.sure]

    @property
    def possible(self) -> Positions:
        """The positions of those that may, rising."""
        return self.positions[~self.sure]

    def among(self, allowed: Mask) -> Happened:
        """Those of them at whose positions ``allowed`` (of all events) is set."""
        kept = allowed[self.positions]
        return Happened(self.positions[kept], self.sure[kept])

    def __len__(self) -> int:
        return len(self.positions)

    def __iter__(self) -> Iterator[int]:
        return iter(self.positions.tolist())

    def __getitem__(self, position: int) -> Overlap:
        at = int(np.searchsorted(self.positions, position))
        if at == len(self.positions) or self.positions[at] != position:
            raise KeyError(position)
        return "certain" if self.sure[at] else "possible"

    def items(self) -> ItemsView[int, Overlap]:
        return _Items(self)

    def values(self) -> ValuesView[Overlap]:
        return _Values(self)


class _Items(ItemsView[int, Overlap]):
    _mapping: Happened

    def __iter__(self) -> Iterator[tuple[int, Overlap]]:
        return zip(self._mapping, self._mapping.values(), strict=True)


class _Values(ValuesView[Overlap]):
    _mapping: Happened

    def __iter__(self) -> Iterator[Overlap]:
        return ("certain" if sure else "possible" for sure in self._mapping.sure.tolist())

    def __contains__(self, value: object) -> bool:
        sure = self._mapping.sure
        return (value == "certain" and bool(sure.any())) or (
            value == "possible" and not bool(sure.all())
        )


NOTHING = Happened(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Columns that run beside each other: a row is an event, by position.

    The days are those of `HistoricDate`.
    """

    earliest: NDArray[np.int32]
    start_latest: NDArray[np.int32]
    end_earliest: NDArray[np.int32]
    latest: NDArray[np.int32]
    rank: NDArray[np.uint8]  # of the precision: 0 is a day, more is coarser
    ended: NDArray[np.uint8]  # 1 where it is an interval whose end is told
    plain: NDArray[np.uint8]  # 1 where it is one day, month or year, and nothing marks it unsure
    document: NDArray[np.int32]  # its number in corpus order
    passage: NDArray[np.int32]  # the position of the passage that holds it; -1 where none does
    start: NDArray[np.int32]  # of its text, in code points of the document
    stop: NDArray[np.int32]
    month: NDArray[np.uint8]  # of what can mean one day only; else 0
    day: NDArray[np.uint8]
    order: NDArray[np.int32]  # the positions of all events in order of time: see `in_order`

    @classmethod
    def of(
        cls,
        events: Sequence[Event],
        documents: Mapping[str, int],
        passages: Callable[[str], int | None],
    ) -> EventTable:
        """The table of ``events``, in their order.

        ``documents`` are the numbers of documents by id, ``passages`` gives the position of a passage
        by its id.
        """
        size = len(events)
        columns: dict[str, NDArray[Any]] = {
            name: np.zeros(size, dtype=kind) for name, kind in COLUMNS.items()
        }
        known: dict[str, int] = {}
        for n, event in enumerate(events):
            date, place = event.date, event.locator
            columns["earliest"][n] = date.earliest
            columns["start_latest"][n] = date.start_latest
            columns["end_earliest"][n] = date.end_earliest
            columns["latest"][n] = date.latest
            columns["rank"][n] = RANKS[date.precision]
            columns["ended"][n] = bool(date.end)
            columns["plain"][n] = date.edtf.removeprefix("-").replace("-", "").isdecimal()
            columns["document"][n] = documents.get(place.document_id, -1)
            columns["start"][n] = place.start
            columns["stop"][n] = place.stop
            if event.passage not in known:
                found = passages(event.passage)
                known = {event.passage: -1 if found is None else found}  # events stand in order
            columns["passage"][n] = known[event.passage]
            if date.earliest == date.latest:
                _, columns["month"][n], columns["day"][n] = civil(date.earliest)
        columns["order"] = _sorted(columns, np.arange(size)).astype(np.int32)
        return cls(**columns)

    @classmethod
    def stored(cls, arrays: Mapping[str, NDArray[Any]]) -> EventTable:
        """The table whose `arrays` these are; others may stand beside them. Raises KeyError."""
        return cls(**{name: arrays[name] for name in COLUMNS})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The columns by name."""
        return {name: getattr(self, name) for name in COLUMNS}

    def __len__(self) -> int:
        return len(self.earliest)

    # ------------------------------------------------------------ times

    def overlap(self, first: int, last: int) -> tuple[Mask, Mask]:
        """Which events certainly, and which possibly, fall on days ``first`` to ``last``, both included.

        No event is in both. See `HistoricDate.overlap`.
        """
        meets = (self.latest >= first) & (self.earliest <= last)
        surely = meets & (self.end_earliest >= first) & (self.start_latest <= last)
        return surely, meets & ~surely

    def recurring(self, month: int, day: int) -> tuple[Mask, Mask]:
        """The same for a day of any year, or a month of any year if ``day`` is 0.

        A season, a year or what is longer tells nothing of it. Of an interval between days every day
        counts; one of more than a year holds every day of the year, if both of its ends are told.
        """
        surely = (self.month == month) & ((self.day == day) | (day == 0))
        possibly = np.zeros(len(self), dtype=np.bool_)
        spread = np.flatnonzero(self.month == 0)
        length = self.latest[spread] - self.earliest[spread]
        exact = self.rank[spread] == 0
        long = length > LONGEST_YEAR
        surely[spread[exact & long & (self.ended[spread] == 1)]] = True
        read = ((length <= LONGEST_RECURRING) | exact) & ~long
        spread, exact, length = spread[read], exact[read], length[read]
        held = _held_days(month, day, self.earliest[spread], self.latest[spread])
        certain = (held > 0) & (exact | (held == length + 1))
        surely[spread[certain]] = True
        possibly[spread[(held > 0) & ~certain]] = True
        return surely, possibly

    def happened(
        self,
        dates: Sequence[HistoricDate],
        recurring: Sequence[tuple[int, int]] = (),
        document: int | None = None,
    ) -> Happened:
        """The events that fall on any of ``dates`` or of the ``recurring`` days.

        ``recurring`` are months and days of every year; day 0 means the whole month. With ``document``
        only those of the document with that number.
        """
        if not dates and not recurring:
            return NOTHING
        found = [self.overlap(date.earliest, date.latest) for date in dates]
        found += [self.recurring(*day) for day in recurring]
        surely, perhaps = found[0]
        for sure, maybe in found[1:]:
            surely, perhaps = surely | sure, perhaps | maybe
        either = surely | perhaps
        if document is not None:
            either &= self.document == document
        positions = np.flatnonzero(either)
        return Happened(positions, surely[positions])

    # ------------------------------------------------------------ order

    def in_order(self, positions: NDArray[np.integer[Any]]) -> Positions:
        """``positions``, each of them once, by earliest day, then coarser precision, then corpus order."""
        at = np.asarray(positions, dtype=np.int64)
        if len(at) * _FEW < len(self):
            return at[_sorted(self.arrays(), at)]
        wanted = np.zeros(len(self), dtype=np.bool_)
        wanted[at] = True
        return self.order[wanted[self.order]].astype(np.int64)

    def span(self, positions: NDArray[np.integer[Any]] | None = None) -> Span | None:
        """The first and last day that the events (all, or those at ``positions``) can mean.

        Open ends are left out; None if no other end is there.
        """
        earliest = self.earliest if positions is None else self.earliest[positions]
        latest = self.latest if positions is None else self.latest[positions]
        earliest, latest = earliest[earliest > FIRST_DAY], latest[latest < LAST_DAY]
        if not len(earliest) or not len(latest):
            return None
        first, last = int(earliest.min()), int(latest.max())
        return Span(min(first, last), max(first, last))

    def around(
        self, date: HistoricDate, among: NDArray[np.integer[Any]]
    ) -> tuple[int | None, int | None]:
        """The last of the events at ``among`` before ``date`` and the first one after it."""
        before = among[self.latest[among] < date.earliest]
        after = among[self.earliest[among] > date.latest]
        if len(before):
            before = before[self.latest[before] == self.latest[before].max()]
        if len(after):
            after = after[self.earliest[after] == self.earliest[after].min()]
        return (
            int(self.in_order(before)[-1]) if len(before) else None,
            int(self.in_order(after)[0]) if len(after) else None,
        )


#: The columns of an `EventTable` and their types, as they are stored.
COLUMNS: Mapping[str, type[np.generic]] = {
    **dict.fromkeys(("earliest", "start_latest", "end_earliest", "latest"), np.int32),
    **dict.fromkeys(("rank", "ended", "plain"), np.uint8),
    **dict.fromkeys(("document", "passage", "start", "stop", "order"), np.int32),
    **dict.fromkeys(("month", "day"), np.uint8),
}


def _sorted(columns: Mapping[str, NDArray[Any]], at: Positions) -> Positions:
    """The order of the rows ``at`` by earliest day, then coarser precision, then position."""
    return np.lexsort((at, -columns["rank"][at].astype(np.int64), columns["earliest"][at]))


def _held_days(
    month: int, day: int, earliest: NDArray[np.int32], latest: NDArray[np.int32]
) -> Positions:
    """How many days from ``earliest`` to ``latest`` are that day of a year, or of that month if 0."""
    if not len(earliest):
        return np.zeros(0, dtype=np.int64)
    ends = _FIRST_DAY + (np.array([earliest.min(), latest.max()], dtype=np.int64) - 1)
    first, last = ends.astype("datetime64[Y]").astype(np.int64)
    months = (np.arange(first, last + 1) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]")[:, None] + (
        np.arange(31) if day == 0 else np.array([day - 1])
    )
    days = days[days.astype("datetime64[M]") == months[:, None]]  # there is no 31 June
    begin = first.astype("datetime64[Y]").astype("datetime64[D]")
    stop = (last + 1).astype("datetime64[Y]").astype("datetime64[D]")
    until = np.zeros((stop - begin).astype(np.int64) + 1, dtype=np.int32)  # such days before a day
    until[(days - begin).astype(np.int64) + 1] = 1
    np.cumsum(until, out=until)
    shift = (begin - _FIRST_DAY).astype(np.int64) + 1
    held: Positions = until[latest - shift + 1].astype(np.int64) - until[earliest - shift]
    return held
