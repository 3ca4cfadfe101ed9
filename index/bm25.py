"""Searcher: Okapi BM25 over passages, fixed once built.

The model is rank-bm25's `BM25Okapi` (Robertson and Zaragoza 2009), with its k1 of 1.5 and b of 0.75,
and the inverse document frequency of Lucene, which is never negative. What rank-bm25 0.2.2 does with
few documents is measured in tests/index/test_bm25.py: zero or negative scores for true matches, hits
for unknown words, ZeroDivisionError for an empty corpus. None of it passes here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rank_bm25 import BM25Okapi


class OkapiIndex(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """rank-bm25's Okapi with ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages.

    ``epsilon`` is rank-bm25's floor for negative frequencies and has nothing left to do.
    """

    def __init__(self, corpus: Sequence[Sequence[str]], k1: float = 1.5, b: float = 0.75) -> None:
        # An empty corpus would divide by zero; one empty passage stands in and matches nothing.
        super().__init__(corpus or [[]], k1=k1, b=b)
        self.avgdl: float = self.avgdl or 1.0  # nothing but empty passages

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.average_idf = 0.0
        for term, frequency in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))


class Searcher:
    """Finds and ranks positions in a list of analyzed passages. Never changes; safe to share."""

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """``passages`` are the terms of each, in corpus order; repeats count."""
        self._index = OkapiIndex(passages)
        self._postings: dict[str, list[int]] = {}
        for number, terms in enumerate(passages):
            for term in dict.fromkeys(terms):
                self._postings.setdefault(term, []).append(number)
        self._unknown = math.log(1 + (len(passages) + 0.5) / 0.5)

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def idf(self, term: str) -> float:
        """How much ``term`` tells; one that stands nowhere tells most."""
        return float(self._index.idf.get(term, self._unknown))

    def holds(self, position: int, term: str) -> bool:
        """Whether the passage at ``position`` holds ``term``."""
        return term in self._index.doc_freqs[position]

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
