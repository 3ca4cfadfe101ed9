"""The highest of many sums, without sorting all of them, and sets of positions as rising arrays."""

from __future__ import annotations

from collections.abc import (
    Sequence,
)
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Among = frozenset[int] | NDArray[np.int64] | slice | None
Positions = NDArray[np.int64]
Amounts = NDArray[np.float32]

EMPTY: Positions = np.zeros(0, dtype=np.int64)

_ROWS = 64  # sums that are compared at once: see `_highest`
_FEW = 1 << 12  # sums that are sorted as they are
LEAST = np.float32(1e-30)  # of a sum that counts as found
_TRIED = 8  # times as many passages are tried where a filter may leave some out


def rising(found: Sequence[Positions]) -> Positions:
    """The positions of several segments, rising."""
    return found[0] if len(found) == 1 else np.sort(np.concatenate([EMPTY, *found]))


def floor_of(
    sums: NDArray[np.float32], lists: Sequence[Positions], inside: Positions | None, k: int
) -> float:
    """What ``k`` passages of some lists reach at least, as good as can be told quickly; 0 if there are
    fewer of them.
    """
    every = lists[0] if len(lists) == 1 else np.concatenate(lists)
    most = k * len(lists) * (1 if inside is None else _TRIED)  # a passage may be in each list
    if most < len(every):
        cut = len(every) - most
        every = every[np.argpartition(sums.take(every), cut)[cut:]]
    if len(lists) > 1:
        every = distinct([every])
    if inside is not None:
        every = every[is_among(inside, every)]
    if len(every) < k:
        return 0.0
    reached = np.sort(sums.take(every))
    return float(reached[len(reached) - k])


def is_among(among: Positions, sought: Positions) -> NDArray[np.bool_]:
    """Whether each of ``sought`` is ``among`` others, which rise."""
    if not len(among):
        return np.zeros(len(sought), dtype=np.bool_)
    found: NDArray[np.bool_] = among.take(among.searchsorted(sought), mode="clip") == sought
    return found


def width_of(within: Positions | slice) -> int:
    """How many positions a filter lets through."""
    return within.stop - within.start if isinstance(within, slice) else len(within)


def in_order(
    lists: Sequence[tuple[Positions, NDArray[Any]]],
) -> tuple[Positions, NDArray[Any]]:
    """The lists of a term in several parts as one, by position."""
    if len(lists) == 1:
        return lists[0]
    positions = np.concatenate([found for found, _ in lists])
    counts = np.concatenate([counts for _, counts in lists])
    order = np.argsort(positions, kind="stable")
    return positions[order], counts[order]


def union(lists: Sequence[Positions]) -> Positions:
    return lists[0] if len(lists) == 1 else distinct(lists)


def distinct(lists: Sequence[Positions]) -> Positions:
    """All numbers of some rising lists, each once, rising."""
    every = np.concatenate([EMPTY, *lists])
    every.sort()
    first = np.ones(len(every), dtype=np.bool_)
    np.not_equal(every[1:], every[:-1], out=first[1:])
    return every[first]


def inside(positions: Positions, within: Positions | slice | None) -> Positions:
    """Those of rising positions that ``within`` has."""
    if within is None:
        return positions
    if isinstance(within, slice):
        low, high = positions.searchsorted((within.start, within.stop))
        return positions[low:high]
    return np.intersect1d(positions, within, assume_unique=True)


def as_positions(among: Among, size: int) -> Positions | slice | None:
    """``among`` as None for all, a slice with both its ends, or a rising array."""
    if among is None:
        return None
    if isinstance(among, slice):
        if among.step in (None, 1):
            start, stop, _ = among.indices(size)
            return slice(start, max(start, stop))
        among = np.arange(size)[among]
    elif isinstance(among, frozenset):
        among = np.array(sorted(among), dtype=np.int64)
    low, high = np.searchsorted(among, (0, size))
    positions = among[low:high].astype(np.int64, copy=False)
    if not len(positions):
        return slice(0, 0)
    first, last = int(positions[0]), int(positions[-1])
    return slice(first, last + 1) if last - first == len(positions) - 1 else positions


def slack_of(words: int) -> float:
    """By what share a sum of so many scores in float32 may lie below one that it is not below.

    Each score takes six roundings and each addition one, by 2⁻²⁴ of a sum of nothing but positive
    numbers; twice, because both sums are rounded.
    """
    return 4 * (words + 8) * 2.0**-24


def highest(
    sums: NDArray[np.float32], count: int, slack: float, rounded: float = 0.0
) -> NDArray[np.int64]:
    """Places among which the ``count`` highest exact sums above 0 are, rising; mostly few more.

    ``slack`` and ``rounded`` are by what share, and by how much, a sum here may be too low.
    """
    found = None
    columns = len(sums) // _ROWS
    if len(sums) > _FEW and count <= columns:
        # The highest of each column of 64 sums far apart: the count-th highest of these is a lower
        # bound, since as many sums reach it, and most columns have none that does.
        table = sums[: columns * _ROWS].reshape(_ROWS, columns)
        tops = table.max(axis=0)
        least = bound_of(tops, count, slack, rounded)
        if least > LEAST:
            few = np.flatnonzero(tops >= least)
            rows, own = np.nonzero(table[:, few] >= least)
            rest = np.flatnonzero(sums[columns * _ROWS :] >= least) + columns * _ROWS
            found = np.sort(np.concatenate((rows * columns + few[own], rest)))
    if found is None:
        found = np.flatnonzero(sums > 0)
    if len(found) > count:
        held = sums[found]
        found = found[held >= bound_of(held, count, slack, rounded)]
    return found


def bound_of(sums: NDArray[np.float32], count: int, slack: float, rounded: float) -> np.float32:
    """What each of the ``count`` highest reaches, allowing for rounding; ``sums`` has as many."""
    order = np.sort if len(sums) <= _FEW else partial(np.partition, kth=len(sums) - count)
    least = float(order(sums)[len(sums) - count])
    return np.float32(least * (1 - slack) - 2 * rounded)
