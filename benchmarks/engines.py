"""Rankings by words alone, of several engines, on documents that are analyzed already.

Each engine is a function: the terms of a query -> the positions of the ten best documents, best
first; equal scores keep the order of the documents. bm25s and tantivy are imported when they are asked
for: see requirements-bench.txt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Searcher

DEPTH = 10  # ranks that are looked at
Engine = Callable[[Sequence[str]], list[int]]
_Scores = NDArray[np.float64]
_DIGITS = 6  # of a score: its last ones may differ between machines

# Relevance model 3 (Abdul-Jaleel and others, "UMass at TREC 2004") with customary settings.
_FEEDBACK_DOCUMENTS = 10
_FEEDBACK_TERMS = 20
_TYPED_SHARE = 0.5  # of the new query that the typed one keeps
_NEIGHBOUR_SHARE = 0.2  # of the better neighbour's score


def best(scores: _Scores, count: int = DEPTH) -> list[int]:
    """The positions of the ``count`` highest scores above 0, highest first."""
    rounded = np.round(scores, _DIGITS)
    above = np.flatnonzero(rounded > 0)
    if len(above) > count:
        least = np.partition(rounded[above], len(above) - count)[len(above) - count]
        above = above[rounded[above] >= least]
    order = above[np.lexsort((above, -rounded[above]))][:count]
    return [int(position) for position in order]


class Okapi:
    """BM25 as in `index.bm25`, without fields, with the k1 and b that are given."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float, b: float) -> None:
        """``documents`` are the terms of each."""
        self._searcher = Searcher(documents, k1=k1, b=b)
        self._of_term = lru_cache(maxsize=50_000)(self._searcher.scores)
        self._counts: list[Mapping[str, int]] = [Counter(document) for document in documents]

    def __call__(self, terms: Sequence[str]) -> list[int]:
        return best(self.scores(Counter(terms)))

    def scores(self, terms: Mapping[str, float]) -> _Scores:
        """The score of every document, for terms with their weights."""
        total = np.zeros(len(self._counts))
        for term, weight in terms.items():
            positions, scores = self._of_term(term)
            total[positions] += weight * scores
        return total

    def fed_back(self, terms: Sequence[str]) -> Mapping[str, float]:
        """The query with the telling terms of the documents that it finds first, weighted (RM3)."""
        scores = self.scores(Counter(terms))
        told: dict[str, float] = {}
        for position in best(scores, _FEEDBACK_DOCUMENTS):
            counts = self._counts[position]
            share = float(scores[position]) / sum(counts.values())
            for term, count in counts.items():
                told[term] = told.get(term, 0.0) + share * count
        kept = sorted(told.items(), key=lambda one: (-one[1], one[0]))[:_FEEDBACK_TERMS]
        new = _shares(dict(kept))
        typed = _shares(Counter(terms))
        return {
            term: _TYPED_SHARE * typed.get(term, 0.0) + (1 - _TYPED_SHARE) * new.get(term, 0.0)
            for term in {**typed, **new}
        }


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values()) or 1.0
    return {term: weight / total for term, weight in weights.items()}


def with_feedback(okapi: Okapi) -> Engine:
    """``okapi``, asked a second time with what it found first (RM3)."""
    return lambda terms: best(okapi.scores(okapi.fed_back(terms)))


def with_neighbours(okapi: Okapi, titles: Sequence[str]) -> Engine:
    """``okapi``, where a document gains a share of the score of the one before or behind it if that
    has the same title.
    """
    return lambda terms: best(beside(okapi.scores(Counter(terms)), titles))


def beside(scores: _Scores, titles: Sequence[str]) -> _Scores:
    """``scores``, each with a share of the better one of its neighbours under the same title."""
    named = np.array(titles, dtype=object)
    same = named[1:] == named[:-1]
    before, behind = np.zeros(len(scores)), np.zeros(len(scores))
    before[1:][same] = scores[:-1][same]
    behind[:-1][same] = scores[1:][same]
    return scores + _NEIGHBOUR_SHARE * np.maximum(before, behind)


def bm25s_engine(documents: Sequence[Sequence[str]], k1: float, b: float) -> Engine:
    """bm25s, by Lucene's formula."""
    import bm25s  # type: ignore[import-not-found, import-untyped, unused-ignore]  # may be missing

    retriever: Any = bm25s.BM25(k1=k1, b=b, method="lucene")
    retriever.index([list(document) for document in documents], show_progress=False)
    known = {term for document in documents for term in document}

    def search(terms: Sequence[str]) -> list[int]:
        found = [term for term in terms if term in known]
        return best(np.asarray(retriever.get_scores(found), dtype=np.float64)) if found else []

    return search


def tantivy_engine(documents: Sequence[Sequence[str]]) -> Engine:
    """tantivy with its own k1 and b (1.2 and 0.75): any of the terms, in one segment."""
    import tantivy  # type: ignore[import-not-found, import-untyped, unused-ignore]  # may be missing

    # Terms go in as numbers, so that no tokenizer can cut them.
    numbers = {term: str(n) for n, term in enumerate(_vocabulary(documents))}
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("position", stored=True)
    schema: Any = builder.build()
    index: Any = tantivy.Index(schema)
    writer = index.writer(heap_size=500_000_000, num_threads=1)
    for position, document in enumerate(documents):
        text = " ".join(numbers[term] for term in document)
        writer.add_document(tantivy.Document(terms=text, position=position))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(terms: Sequence[str]) -> list[int]:
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.term_query(schema, "terms", numbers[term], index_option="freq"),
            )
            for term in terms
            if term in numbers
        ]
        if not clauses:
            return []
        hits = searcher.search(tantivy.Query.boolean_query(clauses), DEPTH).hits
        return [searcher.doc(address)["position"][0] for _, address in hits]

    return search


def _vocabulary(documents: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from dict.fromkeys(term for document in documents for term in document)
