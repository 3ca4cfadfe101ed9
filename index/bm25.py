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
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.highest import (
    EMPTY,
    LEAST,
    Among,
    Amounts,
    Positions,
    as_positions,
    bound_of,
    distinct,
    floor_of,
    highest,
    in_order,
    inside,
    is_among,
    rising,
    slack_of,
    union,
    width_of,
)
from index.parts import NOTHING, Decoded, Lists, Part, SearchedPart, Term
from index.postings import Postings, count_terms

K1, B = 1.2, 0.75  # benchmarks/retrieval.py compares others

_Idf = Literal["lucene", "okapi"]

_DIGITS = 6  # of a total: its last ones may differ between machines
_LOOKED_UP = 8  # postings that take as long as looking up one passage
_LONG = 1 << 14  # postings of a list that is gone through chunk by chunk
_SKIPPED = 1 << 15  # postings of a list that may be left out: see `Searcher._skipping`
_PROBED = 1 << 14  # postings whose sums tell what the best passages reach at least
_ONE_BY_ONE = 256  # passages, at most, whose terms are looked up without a sum of all passages
_TERMS = 20_000  # terms whose places are kept
_LONGEST_TERM = 64  # code points of a term that is kept
_KEPT_SETS = 8  # sets of collections whose statistics are kept
_MOST = 1e30  # of a count that is told from more


@dataclass(frozen=True, slots=True)
class _Shared:
    """What searchers of one corpus have in common, whatever they see of it."""

    size: int
    lengths: NDArray[np.uint32]  # terms of each passage's text, by position
    lists: Lists


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
        self._start((SearchedPart(part),), None, len(passages), k1, b)
        self._terms_as_met: tuple[str, ...] | None = counted.terms

    @classmethod
    def of_parts(
        cls, parts: Sequence[Part], size: int, *, k1: float = K1, b: float = B
    ) -> Searcher:
        """A searcher over ``parts``, whose positions are from 0 to before ``size``, each once."""
        made = cls.__new__(cls)
        made._start(tuple(map(SearchedPart, parts)), None, size, k1, b)
        return made

    def _start(
        self,
        segments: tuple[SearchedPart, ...],
        shared: _Shared | None,
        size: int,
        k1: float,
        b: float,
    ) -> None:
        if shared is None:
            lengths = np.zeros(size, dtype=np.uint32)
            for segment in segments:
                segment.put(segment.postings.lengths, lengths)
            shared = _Shared(size, lengths, Lists())
        self._segments, self._shared, self._k1, self._b = segments, shared, k1, b
        self._terms_as_met = None
        self._formula: _Idf = "lucene"
        self._epsilon = 0.25
        self.passages = sum(segment.passages for segment in segments)  # that are seen
        total = sum(segment.terms for segment in segments)
        #: Terms of a passage on average; 1 where all are empty, which leaves nothing to divide.
        self.average_length = total / self.passages if total else 1.0
        self._known: dict[str, Term] = {}
        self._norms: dict[SearchedPart, NDArray[np.float32]] = {}
        self._tops: dict[tuple[SearchedPart, int], float] = {}
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

    def _term(self, term: str) -> Term:
        found = self._known.get(term)
        if found is None:
            frequency, lists = self._look_up(term)
            found = Term(frequency, self._idf_of(frequency), lists)
            if len(term) <= _LONGEST_TERM:
                if len(self._known) >= _TERMS:
                    self._known.clear()
                self._known[term] = found
        return found

    def _look_up(self, term: str) -> tuple[int, tuple[tuple[SearchedPart, int], ...]]:
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

    def _list(self, term: Term) -> tuple[Positions, Amounts]:
        """The positions of a term, rising, with its counts; not to be written to."""
        lists = [
            segment.placed(*self._shared.lists.of(segment, number))
            for segment, number in term.lists
        ]
        return in_order(lists) if lists else (EMPTY, NOTHING)

    def _exact_list(self, term: Term) -> tuple[Positions, NDArray[np.float64]]:
        lists = []
        for segment, number in term.lists:
            passages, amounts = self._shared.lists.of(segment, number)
            exact = segment.postings.exact
            counts = amounts.astype(np.float64) if exact else segment.postings.counts_of(number)
            lists.append(segment.placed(passages, counts))
        return in_order(lists) if lists else (EMPTY, np.zeros(0))

    def scores(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The positions of the passages that hold ``term``, in corpus order, and its BM25 in each."""
        known = self._term(term)
        positions, counts = self._exact_list(known)
        return positions, self._scored(known.idf, counts, positions)

    def _scored(
        self, idf: float | NDArray[np.float64], counts: NDArray[np.float64], positions: Positions
    ) -> NDArray[np.float64]:
        # As rank-bm25's get_scores, in the same order of operations, so to the last bit.
        lengths = self._shared.lengths[positions].astype(np.int64)
        norms = self._k1 * (1 - self._b + self._b * lengths / self.average_length)
        found: NDArray[np.float64] = idf * (counts * (self._k1 + 1) / (counts + norms))
        return found

    def _norms_of(self, segment: SearchedPart) -> NDArray[np.float32]:
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
            return EMPTY
        found = self._list(known[0])[0]
        for term in known[1:]:
            found = found[self._counts(term, found) > 0]
        return found

    def _counts(self, term: Term, positions: Positions) -> NDArray[np.float64]:
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
        self, terms: Sequence[Term], counts: NDArray[np.float64], positions: Positions
    ) -> NDArray[np.float64]:
        """The BM25 of each of ``counts``, a row for each term."""
        idfs = np.array([term.idf for term in terms])[:, np.newaxis]
        return self._scored(idfs, counts, positions)

    def _counts_of(self, terms: Sequence[Term], positions: Positions) -> NDArray[np.float64]:
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
        self, segment: SearchedPart, numbers: Sequence[int], passages: Positions
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
        within = as_positions(among, self._shared.size)
        counted: dict[Term, int] = {}
        for term in words:
            counted[term] = counted.get(term, 0) + 1
        known = list(counted)
        if within is not None and width_of(within) <= _ONE_BY_ONE:
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
        self, counted: Mapping[Term, int], within: Positions | slice | None, k: int | None
    ) -> Positions:
        """Positions among which the ``k`` best are, each of which holds a term; rising. ``counted``:
        how often each term counts.
        """
        if k is None or any(term.idf <= 0 for term in counted):
            return inside(union([self._list(term)[0] for term in counted]), within)
        if isinstance(within, np.ndarray):
            postings = sum(term.frequency for term in counted)
            if len(within) * len(counted) * _LOOKED_UP < postings:
                held = [self._counts(term, within) > 0 for term in counted]
                return within[np.logical_or.reduce(held)]
        return rising([self._best_of(s, counted, within, k) for s in self._segments])

    def _best_of(
        self,
        segment: SearchedPart,
        counted: Mapping[Term, int],
        within: Positions | slice | None,
        k: int,
    ) -> Positions:
        """Positions of one segment among which its ``k`` best are; ``counted``: how often each term
        counts.
        """
        lists = [
            (number, times * term.idf * (self._k1 + 1))
            for term, times in counted.items()
            for own, number in term.lists
            if own is segment
        ]
        slack = slack_of(sum(counted.values()))
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
            return segment.at(highest(few, k, slack) + first)
        inside = None if within is None else segment.cut(within)
        with segment.sums.lent() as sums:
            found = self._skipping(segment, sums, lists, inside, k, slack)
            if found is not None:
                return segment.at(found)
            if inside is None:
                return segment.at(highest(sums, k, slack))
            return segment.at(inside[highest(sums.take(inside), k, slack)])

    def _skipping(
        self,
        segment: SearchedPart,
        sums: NDArray[np.float32],
        lists: Sequence[tuple[int, float]],
        inside: Positions | None,
        k: int,
        slack: float,
    ) -> Positions | None:
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
        probed: list[Positions] = []
        room = _PROBED
        for place, (_, number, weight) in enumerate(bounds):
            if probed and rest[place] <= rest[0] / 4 and segment.postings.df(number) >= _SKIPPED:
                floor = floor_of(sums, probed, inside, k)
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
        segment: SearchedPart,
        sums: NDArray[np.float32],
        lists: Sequence[tuple[float, int, float]],
        rest: Sequence[float],
        inside: Positions | None,
        k: int,
        slack: float,
        least: float,
    ) -> Positions:
        """The passages among which the ``k`` best are, of those whose sum is ``least`` or more, with
        what ``lists`` bring them.
        """
        found = np.flatnonzero(sums >= np.float32(least))
        if inside is not None:
            found = found[is_among(inside, found)]
        reached = sums.take(found)
        norms = self._norms_of(segment)
        for (_, number, weight), left in zip(lists, rest, strict=False):
            bound = float(bound_of(reached, k, slack, 0.0)) - left * (1 + slack)
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
        return found[reached >= bound_of(reached, k, slack, 0.0)]

    def _add_list(
        self, sums: NDArray[np.float32], segment: SearchedPart, number: int, weight: float
    ) -> Positions | None:
        """Add to ``sums``, one for each passage of a segment, the BM25 of a list with ``weight`` for
        idf * (k1 + 1). Gives the passages of the list if they are not very many.
        """
        pieces: list[tuple[slice, int, Positions]] = []
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
        self, segment: SearchedPart, number: int, pieces: Sequence[tuple[slice, int, Positions]]
    ) -> Decoded:
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
        found = Decoded(passages, shares, float(shares.max()))
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
        self._slack = slack_of(2 * len(words))
        self._sums = list(zip(searcher._segments, sums, strict=True))
        for segment, of_segment in self._sums:
            for word in self._words:
                self._add(segment, of_segment, word)

    def _add(
        self, segment: SearchedPart, sums: NDArray[np.float32], word: Mapping[str, float]
    ) -> None:
        """Add what a word brings the passages of a segment."""
        searcher, postings = self._searcher, segment.postings
        lists = []
        for term, factor in word.items():
            known = searcher._term(term)
            weight = max(factor * known.idf * (searcher._k1 + 1), float(LEAST))
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
        passages = distinct([found for found, _ in others])
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
        segment: SearchedPart,
        sums: NDArray[np.float32],
        among: NDArray[np.int64] | slice | None,
    ) -> tuple[NDArray[np.float32], Callable[[Positions], Positions]]:
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
        return rising(found)

    def first(
        self, count: int, among: NDArray[np.int64] | slice | None = None
    ) -> NDArray[np.int64]:
        """The ``count`` best positions or fewer, best first, by their exact totals rounded to 6 digits;
        ties keep corpus order.
        """
        if count < 1:
            return EMPTY
        found = []
        for segment, every in self._sums:
            sums, at = self._of(segment, every, among)
            found.append(at(highest(sums, count, self._slack, 10.0**-_DIGITS)))
        positions = rising(found)
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

    def __init__(self, searcher: Searcher, segments: tuple[SearchedPart, ...]) -> None:
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


def _okapi_idf(size: int, frequency: int) -> float:
    return math.log(size - frequency + 0.5) - math.log(frequency + 0.5)


def _frequency(term: Term) -> int:
    return term.frequency


def _best_factors(searcher: Searcher, word: Sequence[tuple[str, float]]) -> Mapping[str, float]:
    """The terms of a word that a passage holds, each with its best factor."""
    factors: dict[str, float] = {}
    for term, factor in word:
        if term in searcher:
            factors[term] = max(factor, factors.get(term, factor))
    return factors


def _scores(
    postings: Postings, number: int, weight: float, norms: NDArray[np.float32]
) -> tuple[Positions, NDArray[np.float32]]:
    """The passages of a list and their scores."""
    passages, amounts = postings.passages_of(number), postings.amounts(number)
    scores = amounts * np.float32(weight)
    scores /= amounts + norms.take(passages)
    return passages, scores
