"""Which events of a snapshot hold some words, or belong to a document."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.bm25 import Searcher
from index.snapshot import Snapshot
from index.timeline.table import Mask


def holding(searcher: Searcher, terms: Iterable[str]) -> Mask:
    """Which events hold any of ``terms``: an array over all of them."""
    held = np.zeros(len(searcher), dtype=np.bool_)
    for term in terms:
        held[searcher.postings(term)] = True
    return held


def number_of(snapshot: Snapshot, document_id: str) -> int:
    """The number of a document in corpus order; -1 for one that isn't there."""
    return snapshot.contents.ordinals.get(document_id, -1)
