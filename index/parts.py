"""Postings with their places in the corpus, as they are searched: lists by position, and what is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import (
    Hashable,
    Iterator,
)
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.highest import EMPTY, Amounts, Positions
from index.postings import Postings

_MANY_STRETCHES = 200  # of passages that follow each other: see `_Segment.cut`
_CACHED = 96 << 20  # bytes of decoded lists that are kept
_TERMS = 20_000  # terms whose places are kept
_KEPT_SUMS = 4  # arrays of sums that are kept for the next question


@dataclass(frozen=True, slots=True)
class Part:
    """Postings of some passages of one collection, and where these stand in the corpus."""

    postings: Postings
    positions: NDArray[np.int32]  # of each passage, rising; -1: it is in the corpus no more
    collection: str = "main"


class SearchedPart:
    """A `Part` as it is searched: its lists by position, without what is in the corpus no more."""

    def __init__(self, part: Part) -> None:
        self.postings, self.collection = part.postings, part.collection
        self._positions = part.positions
        live = part.positions >= 0
        self.whole = bool(live.all())
        self.live: NDArray[np.int64] = np.flatnonzero(live) if not self.whole else EMPTY
        self.passages = int(live.sum())
        first = int(part.positions[0]) if len(part.positions) else 0
        gapless = self.whole and (
            not self.passages or int(part.positions[-1]) - first == self.passages - 1
        )
        self.offset = first if gapless else None
        lengths = part.postings.lengths
        self.terms = int((lengths if self.whole else lengths[live]).sum(dtype=np.int64))
        self.sums = Sums(len(part.postings))
        self._frequencies: dict[int, int] = {}
        self._every: NDArray[np.int64] | None = None  # the same of all terms, once it was asked for
        self._stretches = (
            [(first, first + self.passages, first)] if gapless else list(self._found_stretches())
        )

    def _found_stretches(self) -> Iterator[tuple[int, int, int]]:
        """Passages that follow each other in the corpus, too: from which position to before which, and
        how far these are from the passages.
        """
        positions = self.positions
        shifts = positions - (np.arange(self.passages) if self.whole else self.live)
        cuts = [0, *(np.flatnonzero(shifts[1:] != shifts[:-1]) + 1).tolist(), self.passages]
        for begin, end in pairwise(cuts):
            if begin < end:
                yield int(positions[begin]), int(positions[end - 1]) + 1, int(shifts[begin])

    @cached_property
    def positions(self) -> Positions:
        """Those of the passages that are in the corpus, rising."""
        found = self._positions if self.whole else self._positions[self.live]
        return found.astype(np.int64)

    def put(self, values: NDArray[Any], into: NDArray[Any]) -> None:
        """Put ``values``, one for each passage of the postings, where they stand in the corpus."""
        if self.offset is not None:
            into[self.offset : self.offset + self.passages] = values
        else:
            into[self.positions] = values if self.whole else values[self.live]

    def frequency(self, number: int) -> int:
        """How many passages that are in the corpus hold the term."""
        if self.whole:
            return self.postings.df(number)
        found = self._frequencies.get(number)
        if found is None:
            if self._every is not None:
                return int(self._every[number])
            found = int((self._positions[self.postings.passages_of(number)] >= 0).sum())
            if len(self._frequencies) >= _TERMS:
                self._frequencies.clear()
            self._frequencies[number] = found
        return found

    def frequencies(self) -> NDArray[np.int64]:
        """`frequency` of all terms, by number."""
        if self.whole:
            return self.postings.frequencies()
        if self._every is None:
            self._every = self.postings.frequencies_in(self._positions >= 0)
        return self._every

    def norms(self, k1: float, b: float, average: float) -> NDArray[np.float32]:
        """The part of BM25's denominator that no term changes, for each passage of the postings.

        Without end for one that is in the corpus no more, so that its scores are 0.
        """
        norms = self.postings.lengths * (k1 * b / average) + k1 * (1 - b)
        if not self.whole:
            norms[self._positions < 0] = np.inf
        return norms.astype(np.float32)

    def at(self, passages: Positions) -> Positions:
        """The positions of passages."""
        if self.offset is not None:
            return passages + self.offset
        return self._positions[passages].astype(np.int64)

    def within(self, first: int, stop: int) -> tuple[int, int]:
        """The passages from a first to before a last one that are at positions from ``first`` to
        before ``stop``; some between may be in the corpus no more.
        """
        if self.offset is not None:
            begin = min(max(first - self.offset, 0), self.passages)
            return begin, min(max(stop - self.offset, begin), self.passages)
        low, high = (int(n) for n in np.searchsorted(self.positions, (first, stop)))
        if self.whole or low >= high:
            return low, max(low, high)
        return int(self.live[low]), int(self.live[high - 1]) + 1

    def placed(self, found: Positions, counts: NDArray[Any]) -> tuple[Positions, NDArray[Any]]:
        """The positions of passages, rising, with their counts; none of what is in the corpus no more."""
        if self.offset is not None:
            return (found + self.offset if self.offset else found), counts
        positions = self._positions[found].astype(np.int64)
        if self.whole:
            return positions, counts
        live = positions >= 0
        return positions[live], counts[live]

    def cut(self, positions: Positions) -> Positions:
        """The passages that stand at ``positions``, which rise."""
        if len(self._stretches) > _MANY_STRETCHES:
            return self.places(positions)[1]
        found = []
        for first, stop, shift in self._stretches:
            low, high = positions.searchsorted((first, stop))
            own = positions[low:high]
            found.append(own - shift if shift else own)
        return found[0] if len(found) == 1 else np.concatenate([EMPTY, *found])

    def places(self, positions: Positions) -> tuple[Positions, Positions]:
        """Which of ``positions`` are of this segment, as places among them, and their passages."""
        if self.offset is not None:
            passages = positions - self.offset
            own = np.flatnonzero((passages >= 0) & (passages < self.passages))
            return own, passages[own]
        if not self.passages:
            return EMPTY, EMPTY
        at = np.minimum(np.searchsorted(self.positions, positions), self.passages - 1)
        own = np.flatnonzero(self.positions[at] == positions)
        return own, at[own] if self.whole else self.live[at[own]]


NOTHING: NDArray[np.float32] = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term as a searcher knows it."""

    frequency: int
    idf: float
    lists: tuple[tuple[SearchedPart, int], ...]  # where it has postings, and its number there


class Sums:
    """Arrays of sums in float32, one for each question at a time, all zero when they are taken."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free: list[NDArray[np.float32]] = []

    @contextmanager
    def lent(self) -> Iterator[NDArray[np.float32]]:
        """An array for as long as the block lasts."""
        try:
            sums = self._free.pop()
        except IndexError:
            sums = np.zeros(self._size, dtype=np.float32)
        try:
            yield sums
        finally:
            if len(self._free) < _KEPT_SUMS:
                sums.fill(0)
                self._free.append(sums)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The list of a term in a segment as numbers."""

    passages: Positions | None  # that hold the term, rising; None for a list of very many
    amounts: Amounts  # of each its count, or the share of the most that BM25 can give for a term
    top: float = 0.0  # the largest share

    @property
    def size(self) -> int:
        return self.amounts.nbytes + (0 if self.passages is None else self.passages.nbytes)


class Lists:
    """The lists that were decoded last, up to some bytes of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Decoded] = OrderedDict()
        self._size, self._lock = 0, Lock()

    def of(self, segment: SearchedPart, number: int) -> tuple[Positions, Amounts]:
        """The passages of a term and its counts; not to be written to."""
        key = (id(segment), number)
        found = self.get(key)
        if found is None:
            postings = segment.postings
            found = Decoded(postings.passages_of(number), postings.amounts(number))
            assert found.passages is not None
            found.passages.flags.writeable = found.amounts.flags.writeable = False
            self.keep(key, found)
        assert found.passages is not None
        return found.passages, found.amounts

    def get(self, key: Hashable) -> Decoded | None:
        """What was kept under ``key``."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, found: Decoded) -> None:
        """Keep ``found`` if it isn't large."""
        if found.size > _CACHED // 8:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._size += found.size
            while self._size > _CACHED:
                self._size -= self._kept.popitem(last=False)[1].size
