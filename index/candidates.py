"""Question -> the passages that its words alone rank best: those that are worth reading.

Nothing here but the engine's own scoring and counting (`index.bm25`) grows with the corpus. Texts are
read for phrases alone, a bounded number of them, best first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Totals
from index.matching import PAIR_GAP
from index.passage_words import PassageWords
from index.questions import Alternative, Concept, Question
from index.snapshot import Snapshot

Positions = NDArray[np.int64]  # of passages; rising unless another order is told

#: Passages that are read for a phrase, best first; where no more than the first number have its
#: words, all of them are read.
_BLOCKS = (100, 400, 2_000)
_ENOUGH = _BLOCKS[1]  # that are read, if the phrase stands in any of them
_NONE: Positions = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that hold words of a question."""

    positions: Positions  # best first, notes that were asked for by their number before all others
    numbered: frozenset[int]  # these notes
    found: Positions  # all that may be found, in corpus order


def searched(snapshot: Snapshot, asked: Question) -> Iterator[Concept]:
    """The words that are searched: those of the question, then those of dates, as texts write them."""
    yield from asked.concepts
    for term in dict.fromkeys(term for terms in asked.date_terms for term in terms):
        if not any(term in concept.terms for concept in asked.concepts):
            yield Concept(term, 0, 0, (Alternative(term),), snapshot.searcher.idf(term))


def share(snapshot: Snapshot, concept: Concept, alternative: Alternative) -> float:
    """The share of its own BM25 that a term counts: never more than what was typed would."""
    weight = snapshot.searcher.idf(alternative.term)
    return alternative.share * min(1.0, concept.weight / weight) if weight else 0.0


def gather(
    snapshot: Snapshot,
    asked: Question,
    concepts: Sequence[Concept],
    among: Positions | slice | None,
    most: int,
) -> Candidates:
    """The ``most`` passages that the words ``concepts`` rank best, or fewer; ties keep corpus order.

    Those that hold an excluded word or phrase in their texts are left out. A phrase must stand in the
    text as it is, if it stands in any of the best 2,000 passages that hold its words. Where more than
    a hundred hold them, texts are read until ``most`` have the phrase, or 400 are read and any has it;
    those left unread count as found. Where more than a hundred hold the words of an excluded phrase,
    only those are read that would rank among the ``most`` best, 2,000 at most.
    """
    searcher = snapshot.searcher
    for name in asked.who:
        among = within(searcher.holding(name), among)
    words = [[(a.term, share(snapshot, c, a)) for a in c.alternatives] for c in concepts]
    with searcher.totals(words) as totals:
        out = _shut_out(snapshot, asked, totals, among, most)
        numbered = _NONE
        if asked.note is not None:
            numbered = within(snapshot.notes_numbered(str(asked.note)), among)
            numbered = np.setdiff1d(numbered, out, assume_unique=True)
        found = union(totals.found(among), numbered)
        if asked.phrases:
            fitting, found = _with_phrases(snapshot, asked, totals, found, most)
            if len(fitting):
                among, numbered = fitting, within(numbered, fitting)
        best = totals.first(most, among)
        if len(numbered):
            scores = np.round(totals.exact(numbered), 6)
            first = numbered[np.lexsort((numbered, -scores))][:most]
            best = np.concatenate((first, best[~np.isin(best, first)]))[:most]
    return Candidates(best, frozenset(numbered.tolist()), found)


def union(one: Positions, other: Positions) -> Positions:
    """What is in either of two rising arrays, rising.

    `numpy.union1d` puts them into a hash table, which takes twenty times as long.
    """
    if not len(one) or not len(other):
        return one if len(one) else other
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # two rising runs are merged
    return both[np.concatenate(([True], both[1:] != both[:-1]))]


def within(positions: Positions, among: Positions | slice | None) -> Positions:
    """Those of ``positions`` that are ``among`` the others."""
    if among is None:
        return positions
    if isinstance(among, slice):
        first, last = np.searchsorted(positions, (among.start, among.stop))
        return positions[first:last]
    return np.intersect1d(positions, among, assume_unique=True)


# ---------------------------------------------------------------- what must not be there


def _shut_out(
    snapshot: Snapshot,
    asked: Question,
    totals: Totals,
    among: Positions | slice | None,
    most: int,
) -> Positions:
    """The passages that hold an excluded word or phrase; from here on they are found no more."""
    searcher = snapshot.searcher
    out = _NONE
    for term in asked.excluded:
        holding = searcher.postings(term)
        out = union(out, holding[searcher.in_texts(term, holding)])
    many: list[tuple[Sequence[str], Positions]] = []
    for phrase in asked.excluded_phrases:
        holding = np.setdiff1d(searcher.holding(phrase), out, assume_unique=True)
        if len(holding) <= _BLOCKS[0]:
            out = union(out, _holding_phrase(snapshot, holding, phrase))
        else:
            many.append((phrase, holding))
    totals.remove(out)
    for _ in range(_BLOCKS[-1] // most if many else 0):
        best = totals.first(most, among)
        bad = _NONE
        for words, holding in many:
            bad = union(bad, _holding_phrase(snapshot, within(np.sort(best), holding), words))
        if not len(bad):
            break
        totals.remove(bad)
        out = union(out, bad)
    return out


def _holding_phrase(snapshot: Snapshot, positions: Positions, phrase: Sequence[str]) -> Positions:
    """Those of ``positions`` whose text holds ``phrase`` as it is."""
    held = [n for n in positions.tolist() if holds_phrase(snapshot.words(n), phrase)]
    return np.array(held, dtype=np.int64)


# ---------------------------------------------------------------- phrases


def _with_phrases(
    snapshot: Snapshot, asked: Question, totals: Totals, found: Positions, most: int
) -> tuple[Positions, Positions]:
    """Those of ``found`` whose texts hold every phrase, and all that may, as far as they are read.

    None, and all of ``found``, if none of those that are read holds them.
    """
    searcher = snapshot.searcher
    terms = tuple(dict.fromkeys(term for phrase in asked.phrases for term in phrase))
    holding = within(searcher.holding(terms), found)
    for term in terms:
        holding = holding[searcher.in_texts(term, holding)]
    few = len(holding) <= _BLOCKS[0]
    fitting: list[int] = []
    failed: list[int] = []
    for number, position in enumerate(_best_first(totals, holding)):
        if not few and (len(fitting) >= most or (fitting and number >= _ENOUGH)):
            break
        words = snapshot.words(position)
        fits = all(holds_phrase(words, phrase) for phrase in asked.phrases)
        (fitting if fits else failed).append(position)
    if not fitting:
        return _NONE, found
    unfit = np.array(failed, dtype=np.int64)
    return np.sort(np.array(fitting)), np.setdiff1d(holding, unfit, assume_unique=True)


def _best_first(totals: Totals, positions: Positions) -> Iterator[int]:
    """``positions``, best first, 2,000 at most; a hundred or fewer in corpus order."""
    if len(positions) <= _BLOCKS[0]:
        yield from positions.tolist()
        return
    done = 0
    for size in _BLOCKS:
        order = totals.first(size, positions)
        yield from order[done:].tolist()
        done = len(order)


def holds_phrase(words: PassageWords, phrase: Sequence[str]) -> bool:
    """Whether the terms of ``phrase`` stand one after another in the text.

    In one pass, whatever repeats: bit n of a number says that the first n + 1 terms end at a place
    (after Baeza-Yates and Gonnet, “A new approach to text searching”, CACM 1992).
    """
    bits: dict[str, int] = {}
    for number, term in enumerate(phrase):
        bits[term] = bits.get(term, 0) | 1 << number
    last = 1 << len(phrase) - 1
    ended: deque[tuple[int, int]] = deque()  # the last few places: where each ends, and its bits
    for place, term in enumerate(words.terms):
        if term not in bits:
            continue
        start = words.starts[place]
        while ended and start - ended[0][0] > PAIR_GAP:
            ended.popleft()
        before = reduce(or_, (held for stop, held in ended if stop <= start), 0)
        held = (before << 1 | 1) & bits[term]
        if held & last:
            return True
        ended.append((words.stops[place], held))
    return False
