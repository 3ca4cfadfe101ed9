"""rank-bm25 as ours must equal it to the last bit: its own code with our inverse document frequency."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rank_bm25 import BM25Okapi

from index.bm25 import K1, B


class Oracle(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """rank-bm25's Okapi with ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages."""

    def __init__(self, corpus: Iterable[Sequence[str]]) -> None:
        super().__init__(corpus, k1=K1, b=B)

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, n in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5))
