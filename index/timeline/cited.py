"""Events with their sources, as many as a look-up finds: read when they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

from index.citing import cited_event
from index.dates.edtf import civil
from index.model import FIRST_DAY, CitedEvent, Overlap, Precision
from index.snapshot import Snapshot
from index.timeline.table import RANKS, Positions

_BLOCK = 256  # events that are read at a time
_FEW = 64  # events that are read as soon as they are found
_EXACT = (Precision.DAY, Precision.MONTH)


class CitedEvents(Sequence[CitedEvent]):
    """The events at some positions, in that order, read from the snapshot when they are asked for.

    Equal to any sequence of the same events.
    """

    def __init__(
        self, snapshot: Snapshot, positions: Sequence[int], overlap: Overlap | None = None
    ) -> None:
        """``overlap`` is how they fall in the time asked for; None where none was."""
        self._snapshot, self._overlap = snapshot, overlap
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, at: int) -> CitedEvent: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[CitedEvent, ...]: ...
    def __getitem__(self, at: int | slice) -> CitedEvent | tuple[CitedEvent, ...]:
        """Raises IndexError, as other sequences do."""
        if isinstance(at, slice):
            return tuple(self._read(self.positions[at]))
        return cited_event(self._snapshot, self.positions[at], self._overlap)

    def __iter__(self) -> Iterator[CitedEvent]:
        for first in range(0, len(self), _BLOCK):
            yield from self._read(self.positions[first : first + _BLOCK])

    def count_beginnings(self) -> Counter[tuple[int, int]]:
        """See the function of that name."""
        table, at = self._snapshot.timeline.table, np.array(self.positions, dtype=np.int64)
        exact = table.rank[at] <= RANKS[Precision.MONTH]
        return _count(zip(table.earliest[at].tolist(), exact.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequence):
            return len(self) == len(other) and all(map(CitedEvent.__eq__, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} events>"

    def _read(self, positions: Sequence[int]) -> Iterator[CitedEvent]:
        self._snapshot.events.many(positions)  # at once, so that each is at hand
        return (cited_event(self._snapshot, at, self._overlap) for at in positions)


def cited(
    snapshot: Snapshot, positions: Positions, overlap: Overlap | None
) -> Sequence[CitedEvent]:
    """The events at ``positions`` with their sources, in that order; only a few are read at once."""
    events = CitedEvents(snapshot, positions.tolist(), overlap)
    return events if len(events) > _FEW else events[:]


def count_beginnings(events: Sequence[CitedEvent]) -> Counter[tuple[int, int]]:
    """The years and months in which ``events`` begin, and how many in each.

    The month is 0 where it isn't known. Open beginnings are left out.
    """
    if isinstance(events, CitedEvents):
        return events.count_beginnings()
    dates = [cited.event.date for cited in events]
    return _count((date.earliest, date.precision in _EXACT) for date in dates)


def _count(begun: Iterable[tuple[int, bool]]) -> Counter[tuple[int, int]]:
    """The same of first days, and whether they are known to the month."""
    counts: Counter[tuple[int, int]] = Counter()
    for (day, exact), count in Counter(begun).items():
        if day > FIRST_DAY:
            year, month, _ = civil(day)
            counts[year, month if exact else 0] += count
    return counts
