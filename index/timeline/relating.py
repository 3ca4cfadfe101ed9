"""Which events belong to a question that gives no time: those that share its people and words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Searcher
from index.matching import Matcher
from index.questions import Question
from index.snapshot import Snapshot
from index.timeline.held import holding, number_of
from index.timeline.table import EventTable, Happened, Mask

_RELATED_COVERAGE = 0.5  # of what a question's words tell, to be held by an event
_OF_BEST = 0.6  # of that share, where the best passage tells the event
_SPARE = 4  # times as many events are ranked as are wanted: some may tell the same words


def told_events(snapshot: Snapshot, asked: Question, happened: Happened) -> Happened:
    """Those of ``happened`` that name whom they must and hold nothing that is shut out."""
    allowed = _allowed(snapshot.event_searcher, asked)
    return happened if allowed is None else happened.among(allowed)


def related_events(
    snapshot: Snapshot,
    asked: Question,
    told_by_best: Sequence[int],
    only: str | None,
    most: int | None = None,
) -> list[int]:
    """Events that share people and words with the question, best first; at most ``most``.

    ``told_by_best`` are those of the best passage, of which less is wanted; ``only`` is the id of the
    one document that they may be of. Of several with the same words the best one is given.
    """
    searcher, table = snapshot.event_searcher, snapshot.timeline.table
    bar = np.full(len(table), _RELATED_COVERAGE)
    bar[list(told_by_best)] *= _OF_BEST
    fitting = (coverage(searcher, asked) >= bar) & holding(searcher, asked.terms)
    allowed = _allowed(searcher, asked)
    if allowed is not None:
        fitting &= allowed
    if only is not None:
        fitting &= table.document == number_of(snapshot, only)
    candidates = np.flatnonzero(fitting)
    wanted = len(candidates) if most is None else min(most * _SPARE, len(candidates))
    while wanted:
        ranked = searcher.search(asked.terms, among=candidates, k=wanted)
        found = _without_repeats(table, [position for position, _ in ranked])
        if wanted == len(candidates) or (most is not None and len(found) >= most):
            return found[:most]
        wanted = min(wanted * _SPARE, len(candidates))
    return []


def _without_repeats(table: EventTable, positions: Sequence[int]) -> list[int]:
    """``positions`` without those whose text is that of one before them."""
    columns = (table.document, table.start, table.stop)
    at = np.array(positions, dtype=np.int64)
    first: dict[tuple[int, ...], int] = {}
    for position, *place in zip(
        positions, *(column[at].tolist() for column in columns), strict=True
    ):
        first.setdefault(tuple(place), position)
    return list(first.values())


def coverage(searcher: Searcher, asked: Question) -> NDArray[np.float64]:
    """The share of all that the question's words tell that each event holds, by position.

    As `Matcher.told` counts it: of each word the best of the terms that count for it.
    """
    matcher = Matcher(asked)
    told = np.zeros(len(searcher))
    seen = np.zeros(len(searcher), dtype=np.bool_)
    for weight, concept in zip(matcher.weights, asked.concepts, strict=True):
        counted = []
        for alternative in sorted(concept.alternatives, key=lambda a: -a.share):
            found = searcher.postings(alternative.term)
            found = found[~seen[found]]
            seen[found] = True
            told[found] += weight * alternative.share
            counted.append(found)
        for found in counted:
            seen[found] = False
    if matcher.weight:
        told /= matcher.weight
    return told


def words_of(searcher: Searcher, asked: Question, events: Happened) -> list[str]:
    """The words of the question that any of ``events`` holds, in order."""
    among = np.zeros(len(searcher), dtype=np.bool_)
    among[events.positions] = True
    return [
        concept.word
        for concept in asked.concepts
        if any(bool(among[searcher.postings(term)].any()) for term in concept.terms)
    ]


def _allowed(searcher: Searcher, asked: Question) -> Mask | None:
    """Which events name whom they must and hold nothing shut out; None where all do."""
    if not (asked.excluded or asked.excluded_phrases or asked.who):
        return None
    allowed = ~holding(searcher, asked.excluded)
    for words in asked.excluded_phrases:
        allowed &= ~_holding_all(searcher, words)
    for name in asked.who:
        allowed &= _holding_all(searcher, name)
    return allowed


def _holding_all(searcher: Searcher, terms: Sequence[str]) -> Mask:
    held = np.ones(len(searcher), dtype=np.bool_)
    for term in terms:
        held &= holding(searcher, (term,))
    return held
