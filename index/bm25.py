"""Searcher: Okapi BM25 over passages, fixed once built.

The model is rank-bm25's `BM25Okapi` (Robertson and Zaragoza 2009) and the inverse document frequency
of Lucene, which is never negative. Words that stand over a passage count as a share of an occurrence
in it (the weighted fields of Robertson, Zaragoza and Taylor 2004). What rank-bm25 0.2.2 does with
few documents is measured in tests/index/test_bm25.py: zero or negative scores for true matches, hits
for unknown words, ZeroDivisionError for an empty corpus. None of it passes here.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

K1, B = 1.2, 0.75  # benchmarks/retrieval.py compares others


class OkapiIndex(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """rank-bm25's Okapi with ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages.

    ``epsilon`` is rank-bm25's floor for negative frequencies and has nothing left to do.
    """

    def __init__(
        self,
        corpus: Sequence[Sequence[str]],
        k1: float = 1.5,
        b: float = 0.75,
        *,
        fields: Sequence[Mapping[str, float]] = (),
    ) -> None:
        """``fields`` run beside ``corpus``: terms from beside each passage, and how often each counts
        as an occurrence in it. They don't lengthen it.
        """
        self._fields = fields
        # An empty corpus would divide by zero; one empty passage stands in and matches nothing.
        super().__init__(corpus or [[]], k1=k1, b=b)
        self.avgdl: float = self.avgdl or 1.0  # nothing but empty passages
        self.doc_len: Any = np.array(self.doc_len)  # as rank-bm25 makes it anew for every query

    def _initialize(self, corpus: Sequence[Sequence[str]]) -> dict[str, int]:
        frequencies: dict[str, int] = super()._initialize(corpus)
        for held, beside in zip(self.doc_freqs, self._fields, strict=False):
            for term, share in beside.items():
                if term not in held:
                    frequencies[term] = frequencies.get(term, 0) + 1
                held[term] = held.get(term, 0) + share
        return frequencies

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.average_idf = 0.0
        for term, frequency in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))


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
        beside them: see `OkapiIndex`.
        """
        self._index = OkapiIndex(passages, k1, b, fields=fields)
        self._fields = fields
        self._postings: dict[str, array[int]] = {}
        self._counts: dict[str, array[float]] = {}  # how often the term stands in each of them
        for number, held in enumerate(self._index.doc_freqs[: len(passages)]):
            for term, count in held.items():
                self._postings.setdefault(term, array("q")).append(number)
                self._counts.setdefault(term, array("d")).append(count)
        # The part of rank-bm25's denominator that no term changes.
        lengths = self._index.doc_len / self._index.avgdl
        self._norms: NDArray[np.float64] = k1 * (1 - b + b * lengths)
        self._unknown = math.log(1 + (len(passages) + 0.5) / 0.5)

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._index.doc_freqs)

    @property
    def frequencies(self) -> dict[str, int]:
        """Every term, and how many passages hold it."""
        return {term: len(found) for term, found in self._postings.items()}

    def postings(self, term: str) -> Sequence[int]:
        """The positions of the passages that hold ``term``, in corpus order."""
        return self._postings.get(term, ())

    def scores(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The positions of the passages that hold ``term``, in corpus order, and its BM25 in each."""
        if term not in self._postings:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        found = np.frombuffer(self._postings[term], dtype=np.int64)
        counts = np.frombuffer(self._counts[term], dtype=np.float64)
        # As rank-bm25's get_batch_scores, in the same order of operations, so to the last bit.
        parts = counts * (self._index.k1 + 1) / (counts + self._norms[found])
        return found, self._index.idf[term] * parts

    def score(self, position: int, term: str) -> float:
        """The BM25 of ``term`` in the passage at ``position``; 0 where it doesn't stand."""
        return float(self._index.get_batch_scores([term], [position])[0])

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def idf(self, term: str) -> float:
        """How much ``term`` tells; one that stands nowhere tells most."""
        return float(self._index.idf.get(term, self._unknown))

    def holds(self, position: int, term: str) -> bool:
        """Whether the passage at ``position`` holds ``term``."""
        return term in self._index.doc_freqs[position]

    def in_text(self, position: int, term: str) -> bool:
        """Whether the text of the passage at ``position`` holds ``term``, and no field alone."""
        beside = self._fields[position].get(term, 0.0) if self._fields else 0.0
        count: float = self._index.doc_freqs[position].get(term, 0)
        return count - beside > 0.5  # an occurrence in the text counts one

    def search(
        self, terms: Sequence[str], *, among: frozenset[int] | None = None
    ) -> list[tuple[int, float]]:
        """All (position, score) that hold a term, best first; ties keep corpus order.

        Membership comes from the postings and not from the score. ``among`` limits the positions.
        A term that is given twice counts twice.
        """
        found = {n for term in terms for n in self._postings.get(term, ())}
        if among is not None:
            found &= among
        order = sorted(found)
        if not order:
            return []
        scores = self._index.get_batch_scores(terms, order)
        return sorted(zip(order, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
