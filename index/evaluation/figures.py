"""Means with their intervals, and whether two runs differ by more than chance.

Everything random is drawn from a fixed seed, so that the same values give the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from index.evaluation.matching import DateCounts

RESAMPLES = 2_000
CONFIDENCE = 0.95
FEW = 10  # with fewer questions a figure says little
_FLIPS = 10_000  # signs turned at random, where not all ways of turning them can be counted
_ALL_WAYS = 12  # differences of which all ways are counted
_SEED = 20_021_031
_BLOCK = 1_000_000  # numbers drawn at once, to bound the memory
_DIGITS = 6  # that are kept: the last ones differ between processors

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over questions, and its interval of 95 %."""

    value: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class Paired:
    """How two runs differ on the same questions."""

    difference: float  # mean of the later minus mean of the earlier
    low: float  # its interval of 95 %
    high: float
    p: float  # of a difference at least so great by chance, either way
    questions: int
    higher: int  # questions that count for more than before
    lower: int


def mean(values: Sequence[float]) -> Figure | None:
    """The mean with its bootstrap interval (percentiles of 2,000 resamples; Efron 1979).

    Of values that are all 0 or all 1 a resample can't differ; their interval is the exact one of
    a share (Clopper and Pearson 1934). None without values.
    """
    if not values:
        return None
    count = len(values)
    value = sum(values) / count
    if set(values) <= {0.0} or set(values) <= {1.0}:
        return Figure(value, *_exact(value, count), count)
    return Figure(value, *_interval(np.array([values]), lambda sums: sums[0] / count), count)


def _exact(share: float, count: int) -> tuple[float, float]:
    """The interval of a share of 0 or 1 of ``count``."""
    reach = 1 - ((1 - CONFIDENCE) / 2) ** (1 / count)
    low, high = (1 - reach, 1.0) if share else (0.0, reach)
    return round(low, _DIGITS), round(high, _DIGITS)


def pooled(counts: Sequence[DateCounts]) -> tuple[Figure, Figure, Figure] | None:
    """Precision, recall and F1 of the dates of all questions together; intervals as in `mean`."""
    if not counts:
        return None
    table = np.array(
        [[c.right, c.given, c.wanted, c.given + c.wanted] for c in counts], dtype=float
    ).T
    right, given, wanted, _ = (int(total) for total in table.sum(axis=1))
    all_of_them = DateCounts(right, given, wanted)
    values = (all_of_them.precision, all_of_them.recall, all_of_them.f1)
    scaled = (1.0, 1), (1.0, 2), (2.0, 3)  # 2PR / (P + R) is 2 right / (given + wanted)
    precision, recall, f1 = (
        Figure(
            value,
            *(
                _exact(value, len(counts))
                if value in (0, 1)
                else _interval(table, partial(_ratio, factor, row))
            ),
            len(counts),
        )
        for value, (factor, row) in zip(values, scaled, strict=True)
    )
    return precision, recall, f1


def _ratio(factor: float, row: int, sums: _Array) -> _Array:
    shares: _Array = factor * sums[0] / np.maximum(sums[row], 1)
    return shares


def paired(before: Sequence[float], after: Sequence[float]) -> Paired | None:
    """Compare the scores of the same questions, in the same order; None without any.

    ``p`` is that of a randomisation test that turns the signs of the differences (Fisher 1935):
    exact for a few differences or where all are as large (then it is McNemar's exact test), else
    from 10,000 draws.
    """
    if not before:
        return None
    differences = [b - a for a, b in zip(before, after, strict=True)]
    difference = sum(differences) / len(differences)
    changed = [one for one in differences if one]
    low = high = difference
    if changed:
        count = len(differences)
        low, high = _interval(np.array([differences]), lambda sums: sums[0] / count)
    return Paired(
        difference=difference,
        low=low,
        high=high,
        p=_chance(changed),
        questions=len(differences),
        higher=sum(one > 0 for one in changed),
        lower=sum(one < 0 for one in changed),
    )


def _interval(table: _Array, figure: Callable[[_Array], _Array]) -> tuple[float, float]:
    """The interval of ``figure`` of the sums of rows of ``table``, whose columns are questions."""
    random = np.random.default_rng(_SEED)
    count = table.shape[1]
    found: list[_Array] = []
    left = RESAMPLES
    while left:
        size = min(left, max(1, _BLOCK // count))
        drawn = random.integers(0, count, (size, count))
        found.append(figure(np.array([row[drawn].sum(axis=1) for row in table])))
        left -= size
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(np.concatenate(found), [tail, 1 - tail])
    return round(float(low), _DIGITS), round(float(high), _DIGITS)


def _chance(differences: Sequence[float]) -> float:
    """The share of ways to turn the signs of ``differences`` that sum up to as much, either way."""
    count = len(differences)
    if not count:
        return 1.0
    if len({abs(one) for one in differences}) == 1:
        fewer = min(sum(one > 0 for one in differences), sum(one < 0 for one in differences))
        ways = sum(math.comb(count, n) for n in range(fewer + 1))
        return min(1.0, round(float(Fraction(2 * ways, 2**count)), _DIGITS))
    sizes = np.abs(np.array(differences))
    least = abs(math.fsum(differences)) - 1e-9
    if count <= _ALL_WAYS:
        ways_of = np.arange(2**count)[:, None] >> np.arange(count) & 1
        return round(float(np.mean(np.abs((2 * ways_of - 1) @ sizes) >= least)), _DIGITS)
    random = np.random.default_rng(_SEED)
    reached, left = 0, _FLIPS
    while left:
        size = min(left, max(1, _BLOCK // count))
        signs = 2 * random.integers(0, 2, (size, count)) - 1
        reached += int(np.count_nonzero(np.abs(signs @ sizes) >= least))
        left -= size
    return round((reached + 1) / (_FLIPS + 1), _DIGITS)
