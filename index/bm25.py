"""Searcher: Okapi BM25 over passages, fixed once built.

The model is rank-bm25's `BM25Okapi` (Robertson and Zaragoza, “The probabilistic relevance framework:
BM25 and beyond”, 2009) and the inverse document frequency of Lucene, which is never negative. Words
that stand over a passage count as a share of an occurrence in it (the weighted fields of Robertson,
Zaragoza and Taylor 2004). What rank-bm25 0.2.2 does with few documents is measured in
tests/index/test_bm25.py: zero or negative scores for true matches, hits for unknown words,
ZeroDivisionError for an empty corpus. None of it passes here.

Scores are rank-bm25's to the last bit, though only postings are read. All passages get a sum in float32
first; the rounding of such a sum is bounded, so that the best by float64 are among the few whose sum
is within that bound of the k-th highest. These are scored again, in rank-bm25's order of operations.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, pairwise
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.postings import Postings, count_terms

K1, B = 1.2, 0.75  # benchmarks/retrieval.py compares others

Among = frozenset[int] | NDArray[np.int64] | slice | None
_Idf = Literal["lucene", "okapi"]
_Positions = NDArray[np.int64]
_Amounts = NDArray[np.float32]

_DIGITS = 6  # of a total: its last ones may differ between machines
_ROWS = 64  # sums that are compared at once: see `_highest`
_FEW = 1 << 12  # sums that are sorted as they are
_LOOKED_UP = 8  # postings that take as long as looking up one passage
_LONG = 1 << 14  # postings of a list that is gone through chunk by chunk
_SKIPPED = 1 << 15  # postings of a list that may be left out: see `Searcher._skipping`
_PROBED = 1 << 14  # postings whose sums tell what the best passages reach at least
_ONE_BY_ONE = 256  # passages, at most, whose terms are looked up without a sum of all passages
_MANY_STRETCHES = 200  # of passages that follow each other: see `_Segment.cut`
_CACHED = 96 << 20  # bytes of decoded lists that are kept
_TERMS = 20_000  # terms whose places are kept
_LONGEST_TERM = 64  # code points of a term that is kept
_KEPT_SETS = 8  # sets of collections whose statistics are kept
_KEPT_SUMS = 4  # arrays of sums that are kept for the next question
_LEAST = np.float32(1e-30)  # of a sum that counts as found
_MOST = 1e30  # of a count that is told from more
_TRIED = 8  # times as many passages are tried where a filter may leave some out


@dataclass(frozen=True, slots=True)
class Part:
    """Postings of some passages of one collection, and where these stand in the corpus."""

    postings: Postings
    positions: NDArray[np.int32]  # of each passage, rising; -1: it is in the corpus no more
    collection: str = "main"


class _Segment:
    """A `Part` as it is searched: its lists by position, without what is in the corpus no more."""

    def __init__(self, part: Part) -> None:
        self.postings, self.collection = part.postings, part.collection
        self._positions = part.positions
        live = part.positions >= 0
        self.whole = bool(live.all())
        self.live: NDArray[np.int64] = np.flatnonzero(live) if not self.whole else _EMPTY
        self.passages = int(live.sum())
        first = int(part.positions[0]) if len(part.positions) else 0
        gapless = self.whole and (
            not self.passages or int(part.positions[-1]) - first == self.passages - 1
        )
        self.offset = first if gapless else None
        lengths = part.postings.lengths
        self.terms = int((lengths if self.whole else lengths[live]).sum(dtype=np.int64))
        self.sums = _Sums(len(part.postings))
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
    def positions(self) -> _Positions:
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

    def at(self, passages: _Positions) -> _Positions:
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

    def placed(self, found: _Positions, counts: NDArray[Any]) -> tuple[_Positions, NDArray[Any]]:
        """The positions of passages, rising, with their counts; none of what is in the corpus no more."""
        if self.offset is not None:
            return (found + self.offset if self.offset else found), counts
        positions = self._positions[found].astype(np.int64)
        if self.whole:
            return positions, counts
        live = positions >= 0
        return positions[live], counts[live]

    def cut(self, positions: _Positions) -> _Positions:
        """The passages that stand at ``positions``, which rise."""
        if len(self._stretches) > _MANY_STRETCHES:
            return self.places(positions)[1]
        found = []
        for first, stop, shift in self._stretches:
            low, high = positions.searchsorted((first, stop))
            own = positions[low:high]
            found.append(own - shift if shift else own)
        return found[0] if len(found) == 1 else np.concatenate([_EMPTY, *found])

    def places(self, positions: _Positions) -> tuple[_Positions, _Positions]:
        """Which of ``positions`` are of this segment, as places among them, and their passages."""
        if self.offset is not None:
            passages = positions - self.offset
            own = np.flatnonzero((passages >= 0) & (passages < self.passages))
            return own, passages[own]
        if not self.passages:
            return _EMPTY, _EMPTY
        at = np.minimum(np.searchsorted(self.positions, positions), self.passages - 1)
        own = np.flatnonzero(self.positions[at] == positions)
        return own, at[own] if self.whole else self.live[at[own]]


_EMPTY: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
_NOTHING: NDArray[np.float32] = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    """A term as a searcher knows it."""

    frequency: int
    idf: float
    lists: tuple[tuple[_Segment, int], ...]  # where it has postings, and its number there


class _Sums:
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
class _Decoded:
    """The list of a term in a segment as numbers."""

    passages: _Positions | None  # that hold the term, rising; None for a list of very many
    amounts: _Amounts  # of each its count, or the share of the most that BM25 can give for a term
    top: float = 0.0  # the largest share

    @property
    def size(self) -> int:
        return self.amounts.nbytes + (0 if self.passages is None else self.passages.nbytes)


class _Lists:
    """The lists that were decoded last, up to some bytes of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Decoded] = OrderedDict()
        self._size, self._lock = 0, Lock()

    def of(self, segment: _Segment, number: int) -> tuple[_Positions, _Amounts]:
        """The passages of a term and its counts; not to be written to."""
        key = (id(segment), number)
        found = self.get(key)
        if found is None:
            postings = segment.postings
            found = _Decoded(postings.passages_of(number), postings.amounts(number))
            assert found.passages is not None
            found.passages.flags.writeable = found.amounts.flags.writeable = False
            self.keep(key, found)
        assert found.passages is not None
        return found.passages, found.amounts

    def get(self, key: Hashable) -> _Decoded | None:
        """What was kept under ``key``."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, found: _Decoded) -> None:
        """Keep ``found`` if it isn't large."""
        if found.size > _CACHED // 8:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._size += found.size
            while self._size > _CACHED:
                self._size -= self._kept.popitem(last=False)[1].size


@dataclass(frozen=True, slots=True)
class _Shared:
    """What searchers of one corpus have in common, whatever they see of it."""

    size: int
    lengths: NDArray[np.uint32]  # terms of each passage's text, by position
    lists: _Lists


class Searcher:
    """Finds and ranks positions in a list of analyzed passages. Never changes; safe to share."""

    def __init__(
        self,
        passages: Sequence[Sequence[str]],
        fields: Sequence[Mapping[str, float]] = (),
        *,
        k1: float = K1,
        b: float = B,
    ) -> None:
        """``passages`` are the terms of each, in corpus order; repeats count. ``fields``, if given, run
        beside them: see `index.inverting.count_terms`.
        """
        counted = count_terms(passages, fields)
        every = np.arange(len(passages), dtype=np.int32)
        part = Part(Postings.of([counted]), every)
        self._start((_Segment(part),), None, len(passages), k1, b)
        self._terms_as_met: tuple[str, ...] | None = counted.terms

    @classmethod
    def of_parts(
        cls, parts: Sequence[Part], size: int, *, k1: float = K1, b: float = B
    ) -> Searcher:
        """A searcher over ``parts``, whose positions are from 0 to before ``size``, each once."""
        made = cls.__new__(cls)
        made._start(tuple(map(_Segment, parts)), None, size, k1, b)
        return made

    def _start(
        self,
        segments: tuple[_Segment, ...],
        shared: _Shared | None,
        size: int,
        k1: float,
        b: float,
    ) -> None:
        if shared is None:
            lengths = np.zeros(size, dtype=np.uint32)
            for segment in segments:
                segment.put(segment.postings.lengths, lengths)
            shared = _Shared(size, lengths, _Lists())
        self._segments, self._shared, self._k1, self._b = segments, shared, k1, b
        self._terms_as_met = None
        self._formula: _Idf = "lucene"
        self._epsilon = 0.25
        self.passages = sum(segment.passages for segment in segments)  # that are seen
        total = sum(segment.terms for segment in segments)
        #: Terms of a passage on average; 1 where all are empty, which leaves nothing to divide.
        self.average_length = total / self.passages if total else 1.0
        self._known: dict[str, _Term] = {}
        self._norms: dict[_Segment, NDArray[np.float32]] = {}
        self._tops: dict[tuple[_Segment, int], float] = {}
        self._own = object()  # what is kept for this searcher alone is told by it
        self._seeing: OrderedDict[frozenset[str], Searcher] = OrderedDict()

    def seeing(self, collections: Collection[str]) -> Searcher:
        """The same over the passages of ``collections`` alone, at the same positions.

        Nothing of the others shows in what it finds, in a score or in a count.
        """
        seen = frozenset(collections) & {segment.collection for segment in self._segments}
        if all(segment.collection in seen for segment in self._segments):
            return self
        found = self._seeing.get(seen)
        if found is None:
            found = Searcher.__new__(Searcher)
            segments = tuple(s for s in self._segments if s.collection in seen)
            found._start(segments, self._shared, self._shared.size, self._k1, self._b)
            if len(self._seeing) >= _KEPT_SETS:
                self._seeing.clear()
            self._seeing[seen] = found
        return found

    def __len__(self) -> int:
        """How many positions there are, whether their passages are seen or not."""
        return self._shared.size

    # ------------------------------------------------------------ terms

    def _term(self, term: str) -> _Term:
        found = self._known.get(term)
        if found is None:
            frequency, lists = self._look_up(term)
            found = _Term(frequency, self._idf_of(frequency), lists)
            if len(term) <= _LONGEST_TERM:
                if len(self._known) >= _TERMS:
                    self._known.clear()
                self._known[term] = found
        return found

    def _look_up(self, term: str) -> tuple[int, tuple[tuple[_Segment, int], ...]]:
        """How many passages hold a term, and its lists."""
        lists, frequency = [], 0
        for segment in self._segments:
            number = segment.postings.number(term)
            if number is not None and (held := segment.frequency(number)):
                lists.append((segment, number))
                frequency += held
        return frequency, tuple(lists)

    def _idf_of(self, frequency: int) -> float:
        size = self.passages
        if self._formula == "lucene":
            return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
        if not frequency:
            return 0.0
        idf = _okapi_idf(size, frequency)
        return idf if idf >= 0 else self._epsilon * self.average_idf

    @cached_property
    def average_idf(self) -> float:
        """The mean of Okapi's original inverse document frequency over all terms.

        The terms of a corpus given in memory are added in the order of rank-bm25, to the same bit.
        """
        met: Iterable[str] = self._terms_as_met or self.frequencies
        idfs = [_okapi_idf(self.passages, self._look_up(term)[0]) for term in met]
        if not idfs:
            return 0.0
        total = float(np.cumsum(idfs)[-1]) if self._terms_as_met else math.fsum(idfs)
        return total / len(idfs)

    def __contains__(self, term: str) -> bool:
        """Whether a passage that is seen holds ``term``."""
        return self._term(term).frequency > 0

    def frequency(self, term: str) -> int:
        """How many of the passages that are seen hold ``term``."""
        return self._term(term).frequency

    def idf(self, term: str) -> float:
        """How much ``term`` tells; one that stands nowhere tells most."""
        return self._term(term).idf

    @property
    def frequencies(self) -> Frequencies:
        """Every term, and how many passages hold it."""
        return Frequencies(self, self._segments)

    vocabulary = frequencies

    # ------------------------------------------------------------ one term

    def postings(self, term: str) -> NDArray[np.int64]:
        """The positions of the passages that hold ``term``, in corpus order."""
        return self._list(self._term(term))[0]

    def _list(self, term: _Term) -> tuple[_Positions, _Amounts]:
        """The positions of a term, rising, with its counts; not to be written to."""
        lists = [
            segment.placed(*self._shared.lists.of(segment, number))
            for segment, number in term.lists
        ]
        return _in_order(lists) if lists else (_EMPTY, _NOTHING)

    def _exact_list(self, term: _Term) -> tuple[_Positions, NDArray[np.float64]]:
        lists = []
        for segment, number in term.lists:
            passages, amounts = self._shared.lists.of(segment, number)
            exact = segment.postings.exact
            counts = amounts.astype(np.float64) if exact else segment.postings.counts_of(number)
            lists.append(segment.placed(passages, counts))
        return _in_order(lists) if lists else (_EMPTY, np.zeros(0))

    def scores(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The positions of the passages that hold ``term``, in corpus order, and its BM25 in each."""
        known = self._term(term)
        positions, counts = self._exact_list(known)
        return positions, self._scored(known.idf, counts, positions)

    def _scored(
        self, idf: float | NDArray[np.float64], counts: NDArray[np.float64], positions: _Positions
    ) -> NDArray[np.float64]:
        # As rank-bm25's get_scores, in the same order of operations, so to the last bit.
        lengths = self._shared.lengths[positions].astype(np.int64)
        norms = self._k1 * (1 - self._b + self._b * lengths / self.average_length)
        found: NDArray[np.float64] = idf * (counts * (self._k1 + 1) / (counts + norms))
        return found

    def _norms_of(self, segment: _Segment) -> NDArray[np.float32]:
        found = self._norms.get(segment)
        if found is None:
            found = segment.norms(self._k1, self._b, self.average_length)
            self._norms[segment] = found
        return found

    def score(self, position: int, term: str) -> float:
        """The BM25 of ``term`` in the passage at ``position``; 0 where it doesn't stand."""
        return float(self.table((term,), np.array((position,), dtype=np.int64))[0, 0])

    def holds(self, position: int, term: str) -> bool:
        """Whether the passage at ``position`` holds ``term``."""
        positions = self.postings(term)
        at = int(positions.searchsorted(position))
        return at < len(positions) and int(positions[at]) == position

    def in_text(self, position: int, term: str) -> bool:
        """Whether the text of the passage at ``position`` holds ``term``, and no field alone."""
        return bool(self.in_texts(term, np.array((position,), dtype=np.int64))[0])

    # ------------------------------------------------------------ some passages

    def in_texts(self, term: str, positions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the text of each passage at ``positions`` holds ``term``, and no field alone."""
        found = np.zeros(len(positions), dtype=np.bool_)
        for segment, number in self._term(term).lists:
            own, passages = segment.places(positions)
            counts, beside = segment.postings.lookup(number, passages)
            found[own] = (counts > 0) & ~beside
        return found

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The positions of the passages that hold all of ``terms``, rising; none for no terms."""
        known = sorted({term: self._term(term) for term in terms}.values(), key=_frequency)
        if not known or not known[0].frequency:
            return _EMPTY
        found = self._list(known[0])[0]
        for term in known[1:]:
            found = found[self._counts(term, found) > 0]
        return found

    def _counts(self, term: _Term, positions: _Positions) -> NDArray[np.float64]:
        """How often each passage at ``positions`` holds a term, 0 where it doesn't."""
        counts = np.zeros(len(positions))
        if not len(positions):
            return counts
        for segment, number in term.lists:
            own, passages = segment.places(positions)
            if len(own):
                counts[own] = segment.postings.lookup(number, passages)[0]
        return counts

    def table(self, terms: Sequence[str], positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """The BM25 of each term in each passage: a row for each of ``positions``, a column for each of
        ``terms``; 0 where it doesn't stand.
        """
        positions = np.asarray(positions, dtype=np.int64)
        known = [self._term(term) for term in terms]
        return self._table(known, self._counts_of(known, positions), positions).T

    def _table(
        self, terms: Sequence[_Term], counts: NDArray[np.float64], positions: _Positions
    ) -> NDArray[np.float64]:
        """The BM25 of each of ``counts``, a row for each term."""
        idfs = np.array([term.idf for term in terms])[:, np.newaxis]
        return self._scored(idfs, counts, positions)

    def _counts_of(self, terms: Sequence[_Term], positions: _Positions) -> NDArray[np.float64]:
        """How often each passage at ``positions`` holds each term, 0 where it doesn't: a row for each
        term.
        """
        if len(self._segments) == 1 and all(term.lists for term in terms):
            [segment] = self._segments
            if segment.offset == 0 and segment.passages == self._shared.size:
                numbers = [term.lists[0][1] for term in terms]
                return self._counts_in(segment, numbers, positions)
        counts = np.zeros((len(terms), len(positions)))
        for segment in self._segments:
            own, passages = segment.places(positions)
            if not len(own):
                continue
            numbers = [dict(term.lists).get(segment, -1) for term in terms]
            rows = [n for n, number in enumerate(numbers) if number >= 0]
            found = self._counts_in(segment, [numbers[n] for n in rows], passages)
            counts[np.array(rows, np.intp)[:, np.newaxis], own] = found
        return counts

    def _counts_in(
        self, segment: _Segment, numbers: Sequence[int], passages: _Positions
    ) -> NDArray[np.float64]:
        """The same for passages of a segment, by the numbers that the terms have there."""
        kept = [self._shared.lists.get((self._own, segment, number)) for number in numbers]
        decoded = [None if one is None else one.passages for one in kept]
        return segment.postings.counts_at(np.array(numbers, np.int64), passages, decoded)

    # ------------------------------------------------------------ all passages

    def search(
        self, terms: Sequence[str], *, among: Among = None, k: int | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best (position, score), or all that hold a term, best first; ties keep corpus order.

        Membership comes from the postings and not from the score. ``among`` limits the positions: a
        slice of them, a rising array or a set. A term that is given twice counts twice.
        """
        words = [term for term in map(self._term, terms) if term.frequency]
        if not words or (k is not None and k < 1):
            return []
        within = _within(among, self._shared.size)
        counted: dict[_Term, int] = {}
        for term in words:
            counted[term] = counted.get(term, 0) + 1
        known = list(counted)
        if within is not None and _width(within) <= _ONE_BY_ONE:
            positions = (
                np.arange(within.start, within.stop) if isinstance(within, slice) else within
            )
            counts = self._counts_of(known, positions)
            held = counts.any(axis=0)
            positions, counts = positions[held], counts[:, held]
        else:
            positions = self._candidates(counted, within, k)
            counts = self._counts_of(known, positions)
        rows = dict(zip(known, self._table(known, counts, positions), strict=True))
        scores = np.zeros(len(positions))
        for term in words:
            scores += rows[term]
        order = np.lexsort((positions, -scores))[:k]
        return list(zip(positions[order].tolist(), scores[order].tolist(), strict=True))

    def _candidates(
        self, counted: Mapping[_Term, int], within: _Positions | slice | None, k: int | None
    ) -> _Positions:
        """Positions among which the ``k`` best are, each of which holds a term; rising. ``counted``:
        how often each term counts.
        """
        if k is None or any(term.idf <= 0 for term in counted):
            return _inside(_union([self._list(term)[0] for term in counted]), within)
        if isinstance(within, np.ndarray):
            postings = sum(term.frequency for term in counted)
            if len(within) * len(counted) * _LOOKED_UP < postings:
                held = [self._counts(term, within) > 0 for term in counted]
                return within[np.logical_or.reduce(held)]
        return _rising([self._best_of(s, counted, within, k) for s in self._segments])

    def _best_of(
        self,
        segment: _Segment,
        counted: Mapping[_Term, int],
        within: _Positions | slice | None,
        k: int,
    ) -> _Positions:
        """Positions of one segment among which its ``k`` best are; ``counted``: how often each term
        counts.
        """
        lists = [
            (number, times * term.idf * (self._k1 + 1))
            for term, times in counted.items()
            for own, number in term.lists
            if own is segment
        ]
        slack = _slack(sum(counted.values()))
        if isinstance(within, slice):
            norms = self._norms_of(segment)
            first, stop = segment.within(within.start, within.stop)
            few = np.zeros(stop - first, dtype=np.float32)
            for number, weight in lists:
                before, passages = segment.postings.span(number, first, stop)
                amounts = segment.postings.amounts(number, before, len(passages))
                scores = amounts * np.float32(weight)
                scores /= amounts + norms.take(passages)
                np.add.at(few, passages - first, scores)
            return segment.at(_highest(few, k, slack) + first)
        inside = None if within is None else segment.cut(within)
        with segment.sums.lent() as sums:
            found = self._skipping(segment, sums, lists, inside, k, slack)
            if found is not None:
                return segment.at(found)
            if inside is None:
                return segment.at(_highest(sums, k, slack))
            return segment.at(inside[_highest(sums.take(inside), k, slack)])

    def _skipping(
        self,
        segment: _Segment,
        sums: NDArray[np.float32],
        lists: Sequence[tuple[int, float]],
        inside: _Positions | None,
        k: int,
        slack: float,
    ) -> _Positions | None:
        """Add lists, each with its weight, to ``sums``, the one that can bring most first. Gives the
        passages among which the ``k`` best are if that shows before all lists are added, else None.

        Lists at the end are skipped where all that they can bring is half of what the k-th best has
        without them: then only passages that have the other half already can be among the best, and
        these few are looked up (MaxScore of Turtle and Flood, “Query evaluation: strategies and
        optimizations”, 1995).
        """
        bounds = [(w * self._tops.get((segment, n), 1.0), n, w) for n, w in lists]
        bounds.sort(reverse=True)
        rest = list(accumulate((bound for bound, _, _ in reversed(bounds)), initial=0.0))[::-1]
        probed: list[_Positions] = []
        room = _PROBED
        for place, (_, number, weight) in enumerate(bounds):
            if probed and rest[place] <= rest[0] / 4 and segment.postings.df(number) >= _SKIPPED:
                floor = _floor(sums, probed, inside, k)
                if floor >= 2 * rest[place]:
                    least = floor * (1 - slack) - rest[place] * (1 + slack)
                    return self._looked_up(
                        segment, sums, bounds[place:], rest[place:], inside, k, slack, least
                    )
            found = self._add_list(sums, segment, number, weight)
            if found is not None and len(found) <= room:
                probed.append(found)
                room -= len(found)
        return None

    def _looked_up(
        self,
        segment: _Segment,
        sums: NDArray[np.float32],
        lists: Sequence[tuple[float, int, float]],
        rest: Sequence[float],
        inside: _Positions | None,
        k: int,
        slack: float,
        least: float,
    ) -> _Positions:
        """The passages among which the ``k`` best are, of those whose sum is ``least`` or more, with
        what ``lists`` bring them.
        """
        found = np.flatnonzero(sums >= np.float32(least))
        if inside is not None:
            found = found[_find(inside, found)]
        reached = sums.take(found)
        norms = self._norms_of(segment)
        for (_, number, weight), left in zip(lists, rest, strict=False):
            bound = float(_bound(reached, k, slack, 0.0)) - left * (1 + slack)
            kept = reached >= np.float32(bound)
            found, reached = found[kept], reached[kept]
            if len(found) * _LOOKED_UP > segment.postings.df(number):
                passages, scores = _scores(segment.postings, number, weight, norms)
                at = np.minimum(passages.searchsorted(found), len(passages) - 1)
                reached += np.where(passages[at] == found, scores[at], np.float32(0))
                continue
            counts = segment.postings.counts_at(np.array([number]), found)[0]
            amounts = np.minimum(counts, _MOST).astype(np.float32)
            reached += amounts * np.float32(weight) / (amounts + norms[found])
        return found[reached >= _bound(reached, k, slack, 0.0)]

    def _add_list(
        self, sums: NDArray[np.float32], segment: _Segment, number: int, weight: float
    ) -> _Positions | None:
        """Add to ``sums``, one for each passage of a segment, the BM25 of a list with ``weight`` for
        idf * (k1 + 1). Gives the passages of the list if they are not very many.
        """
        pieces: list[tuple[slice, int, _Positions]] = []
        shares = self._shared.lists.get((self._own, segment, number))
        if shares is None or shares.passages is None:
            if segment.postings.df(number) >= _LONG:
                pieces = list(segment.postings.pieces(number))
            shares = shares or self._shares(segment, number, pieces)
        weighted = shares.amounts * np.float32(weight)
        if shares.passages is not None:
            np.add.at(sums, shares.passages, weighted)
            return shares.passages
        # Chunk by chunk, whose sums stay in the processor's cache.
        for chunk, before, places in pieces:
            np.add.at(sums[chunk], places, weighted[before : before + len(places)])
        return None

    def _shares(
        self, segment: _Segment, number: int, pieces: Sequence[tuple[slice, int, _Positions]]
    ) -> _Decoded:
        """A list with the share of idf * (k1 + 1) that each of its passages gets; ``pieces``, if it is
        long, are its `Postings.pieces`.
        """
        postings, norms = segment.postings, self._norms_of(segment)
        amounts = postings.amounts(number)
        passages = None if pieces else postings.passages_of(number)
        if passages is not None:
            shares = norms.take(passages)
        else:
            shares = np.concatenate([norms[chunk].take(places) for chunk, _, places in pieces])
        shares += amounts
        np.divide(amounts, shares, out=shares)
        found = _Decoded(passages, shares, float(shares.max()))
        if len(self._tops) >= _TERMS:
            self._tops.clear()
        self._tops[segment, number] = found.top
        self._shared.lists.keep((self._own, segment, number), found)
        return found

    @contextmanager
    def totals(self, words: Sequence[Sequence[tuple[str, float]]]) -> Iterator[Totals]:
        """The `Totals` of a question, for as long as the block lasts.

        ``words`` are, for each word of the question, the terms that count for it, each with a factor
        above 0. A passage's total is the sum over the words of the best factor * BM25.
        """
        with ExitStack() as stack:
            yield Totals(self, words, [stack.enter_context(s.sums.lent()) for s in self._segments])


class Totals:
    """What the words of one question bring each passage: see `Searcher.totals`."""

    def __init__(
        self,
        searcher: Searcher,
        words: Sequence[Sequence[tuple[str, float]]],
        sums: Sequence[NDArray[np.float32]],
    ) -> None:
        """``sums`` are zero, one array for each segment of the searcher."""
        self._searcher = searcher
        self._words = [_best_factors(searcher, word) for word in words]
        self._slack = _slack(2 * len(words))
        self._sums = list(zip(searcher._segments, sums, strict=True))
        for segment, of_segment in self._sums:
            for word in self._words:
                self._add(segment, of_segment, word)

    def _add(self, segment: _Segment, sums: NDArray[np.float32], word: Mapping[str, float]) -> None:
        """Add what a word brings the passages of a segment."""
        searcher, postings = self._searcher, segment.postings
        lists = []
        for term, factor in word.items():
            known = searcher._term(term)
            weight = max(factor * known.idf * (searcher._k1 + 1), float(_LEAST))
            lists += [(number, weight) for own, number in known.lists if own is segment]
        if not lists:
            return
        norms = searcher._norms_of(segment)
        lists.sort(key=lambda one: postings.df(one[0]))
        number, weight = lists.pop()
        searcher._add_list(sums, segment, number, weight)
        if not lists:
            return
        # Of the longest list all scores are added; the others add what they bring more.
        others = [_scores(postings, n, w, norms) for n, w in lists]
        passages = _distinct([found for found, _ in others])
        best = np.zeros(len(passages), dtype=np.float32)
        for found, scores in others:
            at = passages.searchsorted(found)
            best[at] = np.maximum(best[at], scores)
        counts = postings.counts_at(np.array([number]), passages)[0].astype(np.float32)
        best -= counts * np.float32(weight) / (counts + norms[passages])
        np.add.at(sums, passages, np.maximum(best, 0))

    def remove(self, positions: NDArray[np.int64]) -> None:
        """See to it that ``positions`` are found no more."""
        for segment, sums in self._sums:
            sums[segment.places(positions)[1]] = 0

    def _of(
        self,
        segment: _Segment,
        sums: NDArray[np.float32],
        among: NDArray[np.int64] | slice | None,
    ) -> tuple[NDArray[np.float32], Callable[[_Positions], _Positions]]:
        """The sums of a segment that are ``among`` the positions, and what gives their positions."""
        if among is None:
            return sums, segment.at
        if isinstance(among, slice):
            start, stop, _ = among.indices(len(self._searcher))
            first, last = segment.within(start, stop)
            return sums[first:last], lambda places: segment.at(places + first)
        passages = segment.cut(among)
        return sums.take(passages), lambda places: segment.at(passages[places])

    def found(self, among: NDArray[np.int64] | slice | None = None) -> NDArray[np.int64]:
        """All positions with any of the words, rising; of ``among`` (a rising array or slice) only."""
        found = []
        for segment, every in self._sums:
            sums, at = self._of(segment, every, among)
            found.append(at(np.flatnonzero(sums > 0)))
        return _rising(found)

    def first(
        self, count: int, among: NDArray[np.int64] | slice | None = None
    ) -> NDArray[np.int64]:
        """The ``count`` best positions or fewer, best first, by their exact totals rounded to 6 digits;
        ties keep corpus order.
        """
        if count < 1:
            return _EMPTY
        found = []
        for segment, every in self._sums:
            sums, at = self._of(segment, every, among)
            found.append(at(_highest(sums, count, self._slack, 10.0**-_DIGITS)))
        positions = _rising(found)
        totals = np.round(self.exact(positions), _DIGITS)
        return positions[np.lexsort((positions, -totals))[:count]]

    def exact(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """The totals of ``positions`` in float64, removed or not."""
        terms = list(dict.fromkeys(term for word in self._words for term in word))
        column = dict(zip(terms, self._searcher.table(terms, positions).T, strict=True))
        totals = np.zeros(len(positions))
        for word in self._words:
            best = np.zeros(len(positions))
            for term, factor in word.items():
                np.maximum(best, column[term] * factor, out=best)
            totals += best
        return totals


class Frequencies(Mapping[str, int]):
    """Every term that a passage holds, and how many do: read from the postings, not kept."""

    def __init__(self, searcher: Searcher, segments: tuple[_Segment, ...]) -> None:
        self._searcher, self._segments = searcher, segments

    def __getitem__(self, term: str) -> int:
        found = self._searcher.frequency(term)
        if not found:
            raise KeyError(term)
        return found

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and term in self._searcher

    def __iter__(self) -> Iterator[str]:
        seen: set[str] | None = set() if len(self._segments) > 1 else None
        for segment in self._segments:
            for term, number in zip(
                segment.postings.terms(), segment.frequencies().tolist(), strict=True
            ):
                if number and seen is None:
                    yield term
                elif number and seen is not None and term not in seen:
                    seen.add(term)
                    yield term

    def __len__(self) -> int:
        if len(self._segments) == 1:
            return int((self._segments[0].frequencies() > 0).sum())
        return sum(1 for _ in self)

    def items(self) -> ItemsView[str, int]:
        return _Items(self)

    def pairs(self) -> Iterator[tuple[str, int]]:
        """All of it, one term after the other."""
        if len(self._segments) == 1:
            [segment] = self._segments
            every = zip(segment.postings.terms(), segment.frequencies().tolist(), strict=True)
            return ((term, number) for term, number in every if number)
        return ((term, self._searcher.frequency(term)) for term in self)


class _Items(ItemsView[str, int]):
    """Pairs that are read in a row, where each by itself would be looked up."""

    _mapping: Frequencies

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return self._mapping.pairs()


class OkapiIndex(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """rank-bm25's Okapi over postings, with scores equal to its own to the last bit.

    ``idf`` is "lucene", ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages, or "okapi",
    rank-bm25's own, where ``epsilon`` of the mean stands in for what would be negative. Where rank-bm25
    divides by zero (an empty corpus, nothing but empty passages), scores are 0. `get_top_n` is inherited,
    with rank-bm25's order of equal scores; `Searcher.search` keeps that of the corpus.
    """

    def __init__(
        self,
        corpus: Sequence[Any],
        tokenizer: Callable[[Any], Sequence[str]] | None = None,
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
        *,
        fields: Sequence[Mapping[str, float]] = (),
        idf: _Idf = "lucene",
    ) -> None:
        """``corpus`` holds the terms of each passage, or what ``tokenizer`` makes terms of. ``fields``
        run beside it: see `index.inverting.count_terms`.
        """
        passages = list(map(tokenizer, corpus)) if tokenizer else corpus
        self._take(Searcher(passages, fields, k1=k1, b=b), epsilon, idf)
        self.tokenizer = tokenizer

    @classmethod
    def of_parts(
        cls,
        parts: Sequence[Part],
        size: int,
        *,
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
        idf: _Idf = "lucene",
    ) -> OkapiIndex:
        """The same over postings in files: see `Searcher.of_parts`.

        With "okapi" the mean is the exactly rounded one, which may differ from rank-bm25's in its last bit.
        """
        made = cls.__new__(cls)
        made._take(Searcher.of_parts(parts, size, k1=k1, b=b), epsilon, idf)
        made.tokenizer = None
        return made

    def _take(self, searcher: Searcher, epsilon: float, idf: _Idf) -> None:
        searcher._formula, searcher._epsilon = idf, epsilon
        self.searcher = searcher
        self.k1, self.b, self.epsilon = searcher._k1, searcher._b, epsilon
        self.corpus_size, self.avgdl = len(searcher), searcher.average_length

    @cached_property
    def idf(self) -> dict[str, float]:
        """The inverse document frequency of every term."""
        return {term: self.searcher.idf(term) for term in self.searcher.frequencies}

    @property
    def average_idf(self) -> float:
        """The mean of Okapi's original inverse document frequency."""
        return self.searcher.average_idf

    @cached_property
    def doc_len(self) -> list[int]:
        """How many terms each passage has."""
        lengths: list[int] = self.searcher._shared.lengths.tolist()
        return lengths

    @cached_property
    def doc_freqs(self) -> list[dict[str, float]]:
        """How often each passage holds each of its terms: made when it is asked for, and large."""
        held: list[dict[str, float]] = [{} for _ in range(self.corpus_size)]
        for term in self.searcher.frequencies:
            positions, counts = self.searcher._exact_list(self.searcher._term(term))
            for position, count in zip(positions.tolist(), counts.tolist(), strict=True):
                held[position][term] = int(count) if count.is_integer() else count
        return held

    def get_scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """The score of every passage."""
        found = np.zeros(self.corpus_size)
        for term in query:
            positions, scores = self.searcher.scores(term)
            found[positions] += scores
        return found

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """The score of each passage of ``doc_ids``."""
        positions = np.array(doc_ids, dtype=np.int64)
        assert (positions < self.corpus_size).all()  # as rank-bm25 says it
        positions[positions < 0] += self.corpus_size
        found = np.zeros(len(positions))
        for term in query:
            found += self.searcher.table((term,), positions)[:, 0]
        scores: list[float] = found.tolist()
        return scores


# ---------------------------------------------------------------- arrays


def _okapi_idf(size: int, frequency: int) -> float:
    return math.log(size - frequency + 0.5) - math.log(frequency + 0.5)


def _frequency(term: _Term) -> int:
    return term.frequency


def _best_factors(searcher: Searcher, word: Sequence[tuple[str, float]]) -> Mapping[str, float]:
    """The terms of a word that a passage holds, each with its best factor."""
    factors: dict[str, float] = {}
    for term, factor in word:
        if term in searcher:
            factors[term] = max(factor, factors.get(term, factor))
    return factors


def _rising(found: Sequence[_Positions]) -> _Positions:
    """The positions of several segments, rising."""
    return found[0] if len(found) == 1 else np.sort(np.concatenate([_EMPTY, *found]))


def _floor(
    sums: NDArray[np.float32], lists: Sequence[_Positions], inside: _Positions | None, k: int
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
        every = _distinct([every])
    if inside is not None:
        every = every[_find(inside, every)]
    if len(every) < k:
        return 0.0
    reached = np.sort(sums.take(every))
    return float(reached[len(reached) - k])


def _find(among: _Positions, sought: _Positions) -> NDArray[np.bool_]:
    """Whether each of ``sought`` is ``among`` others, which rise."""
    if not len(among):
        return np.zeros(len(sought), dtype=np.bool_)
    found: NDArray[np.bool_] = among.take(among.searchsorted(sought), mode="clip") == sought
    return found


def _width(within: _Positions | slice) -> int:
    """How many positions a filter lets through."""
    return within.stop - within.start if isinstance(within, slice) else len(within)


def _scores(
    postings: Postings, number: int, weight: float, norms: NDArray[np.float32]
) -> tuple[_Positions, NDArray[np.float32]]:
    """The passages of a list and their scores."""
    passages, amounts = postings.passages_of(number), postings.amounts(number)
    scores = amounts * np.float32(weight)
    scores /= amounts + norms.take(passages)
    return passages, scores


def _in_order(
    lists: Sequence[tuple[_Positions, NDArray[Any]]],
) -> tuple[_Positions, NDArray[Any]]:
    """The lists of a term in several parts as one, by position."""
    if len(lists) == 1:
        return lists[0]
    positions = np.concatenate([found for found, _ in lists])
    counts = np.concatenate([counts for _, counts in lists])
    order = np.argsort(positions, kind="stable")
    return positions[order], counts[order]


def _union(lists: Sequence[_Positions]) -> _Positions:
    return lists[0] if len(lists) == 1 else _distinct(lists)


def _distinct(lists: Sequence[_Positions]) -> _Positions:
    """All numbers of some rising lists, each once, rising."""
    every = np.concatenate([_EMPTY, *lists])
    every.sort()
    first = np.ones(len(every), dtype=np.bool_)
    np.not_equal(every[1:], every[:-1], out=first[1:])
    return every[first]


def _inside(positions: _Positions, within: _Positions | slice | None) -> _Positions:
    """Those of rising positions that ``within`` has."""
    if within is None:
        return positions
    if isinstance(within, slice):
        low, high = positions.searchsorted((within.start, within.stop))
        return positions[low:high]
    return np.intersect1d(positions, within, assume_unique=True)


def _within(among: Among, size: int) -> _Positions | slice | None:
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


def _slack(words: int) -> float:
    """By what share a sum of so many scores in float32 may lie below one that it is not below.

    Each score takes six roundings and each addition one, by 2⁻²⁴ of a sum of nothing but positive
    numbers; twice, because both sums are rounded.
    """
    return 4 * (words + 8) * 2.0**-24


def _highest(
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
        least = _bound(tops, count, slack, rounded)
        if least > _LEAST:
            few = np.flatnonzero(tops >= least)
            rows, own = np.nonzero(table[:, few] >= least)
            rest = np.flatnonzero(sums[columns * _ROWS :] >= least) + columns * _ROWS
            found = np.sort(np.concatenate((rows * columns + few[own], rest)))
    if found is None:
        found = np.flatnonzero(sums > 0)
    if len(found) > count:
        held = sums[found]
        found = found[held >= _bound(held, count, slack, rounded)]
    return found


def _bound(sums: NDArray[np.float32], count: int, slack: float, rounded: float) -> np.float32:
    """What each of the ``count`` highest reaches, allowing for rounding; ``sums`` has as many."""
    order = np.sort if len(sums) <= _FEW else partial(np.partition, kth=len(sums) - count)
    least = float(order(sums)[len(sums) - count])
    return np.float32(least * (1 - slack) - 2 * rounded)
