"""Question -> passages, best first, with the sum that each score is.

The base is BM25 of every word of the question (`index.bm25`); of the terms that count for a word the
best one that a passage holds counts, so that no expansion outweighs what was typed. The best of
these passages are then scored again by what words alone don't tell: whether words that stand
together in the question do so in the text (Metzler and Croft 2005), how much of the question one
sentence holds, whether the dates fit. What each step brings, benchmarks/retrieval.py measures.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from index.choosing import Stretch, best_stretch
from index.matching import PAIR_GAP, Match, Matcher, pairs
from index.model import Overlap, ScorePart
from index.passage_words import PassageWords
from index.questions import Alternative, Concept, Question
from index.snapshot import Snapshot

_RESCORED = 50  # passages, of those that the words alone rank best
_READ = 10  # passages whose best sentence is looked for, of those that are best so far
_PHRASE_CANDIDATES = 2_000  # passages in which a phrase is looked for

# Shares of the weight of the words concerned. Chosen on public collections: see
# benchmarks/retrieval.py.
_PAIR = 0.3  # two words that stand side by side in the question do so in the text
_SENTENCE = 0.25  # one sentence holds the words
_LONG_QUESTION = 4  # words: a sentence can't be expected to hold many more, so that it counts less
_STRETCH = 1.0  # of the best passage's score, times the score of the sentence that answers best
_DATED = 0.3  # of the base score, for an event of the dates asked for
_NUMBERED = 10.0  # for a note that is asked for by its number, beside thrice the best base score
_NOTE = -0.25  # of the base score: a note is short, and says where, seldom what


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was found; its score is the sum of its parts."""

    position: int
    score: float
    parts: tuple[ScorePart, ...]
    stretch: Stretch | None = None  # what of it answers best; of the very best passages only
    numbered: bool = False  # it is the note that was asked for by its number


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages, best first, and what finds the question's words in them."""

    ranked: tuple[Ranked, ...]
    matcher: Matcher
    found: NDArray[np.int64] = field(compare=False, repr=False)  # all positions, in corpus order


def rank(
    snapshot: Snapshot,
    asked: Question,
    *,
    dated: Mapping[str, Overlap],
    among: frozenset[int] | None = None,
    k: int = _RESCORED,
) -> Ranking:
    """The ``k`` best passages for ``asked``, or fewer; ties keep corpus order.

    The first ten have the stretch that answers best, however few are wanted.

    ``dated`` tells which passages, by id, hold events of the dates asked for; ``among`` limits the
    positions. A passage whose text holds an excluded word is left out; a phrase must stand in the text as
    it is, if it stands in any.
    """
    base = _Base(snapshot, asked)
    numbered = _numbered(snapshot, asked)
    for position in numbered:
        base.held[position] = True
    held = base.held & _allowed(snapshot, asked, among)
    positions = np.flatnonzero(held)
    if asked.phrases:
        positions = _with_phrases(snapshot, asked, positions, base.total)
    order = _first(positions, base.total, numbered, max(k, _RESCORED))
    matcher = Matcher(asked)
    most = float(base.total[positions].max(initial=0.0))
    best = []
    for position in order:
        boosts = _boosts(snapshot, asked, matcher, position, float(base.total[position]), dated)
        if position in numbered:
            first = ScorePart("boost", "the note that is asked for", round(_NUMBERED + 3 * most, 6))
            boosts = (*boosts, first)
        best.append((position, boosts))
    best.sort(key=lambda one: (-round(float(base.total[one[0]]) + _sum(one[1]), 6), one[0]))
    ranked: list[Ranked] = []
    for position, boosts in best[: max(k, _READ)]:
        parts = (*base.parts(position), *boosts)
        score = round(_sum(parts), 6)
        stretch = None
        if len(ranked) < _READ:
            stretch = best_stretch(snapshot, asked, matcher, position)
        if stretch is not None:
            amount = round(_STRETCH * _sentence_share(asked) * most * stretch.score, 6)
            parts = (*parts, ScorePart("boost", "the sentence that answers", amount))
            score = round(_sum(parts), 6)
        ranked.append(Ranked(position, score, parts, stretch, position in numbered))
    ranked.sort(key=lambda one: (one.stretch is None, -one.score, one.position))
    return Ranking(tuple(ranked[:k]), matcher, positions)


def _first(
    positions: NDArray[np.int64],
    totals: NDArray[np.float64],
    numbered: frozenset[int],
    most: int,
) -> list[int]:
    """The ``most`` of ``positions`` of the highest totals, those ``numbered`` before all others.

    Totals are rounded, so that the last digit of a sum, which machines may differ in, decides nothing;
    ties keep corpus order.
    """
    scores = np.round(totals[positions], 6)
    named = np.isin(positions, sorted(numbered))
    if len(positions) > most:
        kept = named | (scores >= np.partition(scores, -most)[-most])
        positions, scores, named = positions[kept], scores[kept], named[kept]
    order = np.lexsort((positions, -scores, ~named))[:most]
    return [int(position) for position in positions[order]]


def _sum(parts: Iterable[ScorePart]) -> float:
    return math.fsum(part.amount for part in parts)


# ---------------------------------------------------------------- words


class _Base:
    """What the words of a question bring every passage."""

    def __init__(self, snapshot: Snapshot, asked: Question) -> None:
        searcher = snapshot.searcher
        self._snapshot = snapshot
        self.held = np.zeros(len(searcher), dtype=np.bool_)  # whether a passage has any of them
        self.total = np.zeros(len(searcher))
        self._concepts = tuple(_searched(snapshot, asked))
        for concept in self._concepts:
            best = np.zeros(len(searcher))
            for alternative in concept.alternatives:
                positions, scores = searcher.scores(alternative.term)
                scores = scores * _share(snapshot, concept, alternative)
                best[positions] = np.maximum(best[positions], scores)
                self.held[positions] = True
            self.total += best

    def parts(self, position: int) -> Iterator[ScorePart]:
        """The same for the passage at ``position``, word by word."""
        searcher = self._snapshot.searcher
        for concept in self._concepts:
            best, chosen = 0.0, None
            for alternative in concept.alternatives:
                if searcher.holds(position, alternative.term):
                    score = searcher.score(position, alternative.term)
                    score *= _share(self._snapshot, concept, alternative)
                    if score > best:
                        best, chosen = score, alternative
            if chosen is not None:
                yield ScorePart(
                    "term",
                    concept.word,
                    round(best, 6),
                    term=chosen.term,
                    weight=round(concept.weight, 6),
                    reason=chosen.reason,
                    fields=_fields(self._snapshot, position, chosen.term),
                )


def _searched(snapshot: Snapshot, asked: Question) -> Iterator[Concept]:
    """The words that are searched: those of dates too, as they stand in texts."""
    yield from asked.concepts
    for term in dict.fromkeys(term for terms in asked.date_terms for term in terms):
        if not any(term in concept.terms for concept in asked.concepts):
            yield Concept(term, 0, 0, (Alternative(term),), snapshot.searcher.idf(term))


def _share(snapshot: Snapshot, concept: Concept, alternative: Alternative) -> float:
    """The share of its own BM25 that a term counts: never more than what was typed would."""
    weight = snapshot.searcher.idf(alternative.term)
    return alternative.share * min(1.0, concept.weight / weight) if weight else 0.0


def _allowed(
    snapshot: Snapshot, asked: Question, among: frozenset[int] | None
) -> NDArray[np.bool_]:
    """Which passages may be found at all."""
    searcher = snapshot.searcher
    allowed = np.ones(len(searcher), dtype=np.bool_)
    if among is not None:
        allowed[:] = False
        allowed[sorted(among)] = True
    allowed[len(snapshot.passages) :] = False  # what stands in for an empty corpus
    for term in asked.excluded:
        for position in searcher.postings(term):
            if searcher.in_text(position, term):
                allowed[position] = False
    for phrase in asked.excluded_phrases:
        for position in _holding(snapshot, phrase):
            if holds_phrase(snapshot.words(position), phrase):
                allowed[position] = False
    for name in asked.who:
        named = np.zeros(len(searcher), dtype=np.bool_)
        named[_holding(snapshot, name)] = True
        allowed &= named
    return allowed


def _numbered(snapshot: Snapshot, asked: Question) -> frozenset[int]:
    """The positions of the notes that bear the number asked for."""
    if asked.note is None:
        return frozenset()
    said = str(asked.note)
    return frozenset(
        n
        for n, passage in enumerate(snapshot.passages)
        if passage.kind == "note"
        and (passage.locator.note_label or str(passage.locator.note)) == said
    )


def _holding(snapshot: Snapshot, terms: Sequence[str]) -> list[int]:
    """The positions of the passages that hold all of ``terms``, in order."""
    rarest = min(terms, key=lambda term: (len(snapshot.searcher.postings(term)), term))
    return [
        n
        for n in snapshot.searcher.postings(rarest)
        if all(snapshot.searcher.holds(n, term) for term in terms)
    ]


def _with_phrases(
    snapshot: Snapshot, asked: Question, positions: NDArray[np.int64], base: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Those of ``positions`` whose text holds every phrase as it is; all of them if none does."""
    holding = [
        n
        for n in positions.tolist()
        if all(snapshot.searcher.holds(n, term) for phrase in asked.phrases for term in phrase)
    ]
    holding.sort(key=lambda n: (-base[n], n))
    fitting = [
        n
        for n in holding[:_PHRASE_CANDIDATES]
        if all(holds_phrase(snapshot.words(n), phrase) for phrase in asked.phrases)
    ]
    return np.array(sorted(fitting), dtype=np.int64) if fitting else positions


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


# ---------------------------------------------------------------- all that tells more


def _sentence_share(asked: Question) -> float:
    """How much a sentence that holds the question's words counts.

    Less for a long one that asks for nothing that a sentence could say: a statement, a topic.
    """
    if asked.expects is not None:
        return 1.0
    return min(1.0, _LONG_QUESTION / max(1, len(asked.concepts))) ** 2


def _fields(snapshot: Snapshot, position: int, term: str) -> tuple[str, ...]:
    """Where the passage at ``position`` holds ``term``."""
    fields = snapshot.fields.of[position]
    beside = tuple(name for name, terms in fields.items() if term in terms)
    return ("text", *beside) if term in snapshot.words(position).terms else beside


def _boosts(
    snapshot: Snapshot,
    asked: Question,
    matcher: Matcher,
    position: int,
    base: float,
    dated: Mapping[str, Overlap],
) -> tuple[ScorePart, ...]:
    """What the passage at ``position`` gains or loses beside ``base``, what its words bring."""
    passage = snapshot.passages[position]
    words = snapshot.words(position)
    matches = matcher.match(words)
    share = _sentence_share(asked)
    above = matcher.held_by(snapshot.fields.above(position))
    amounts = {
        "words that stand together": _PAIR * sum(pairs(matcher, words, matches).values()),
        "in one sentence": _SENTENCE * share * _best_sentence(matcher, words, matches, above),
        "happened then": _DATED * base if dated.get(passage.id) == "certain" else 0.0,
        "only a note": _NOTE * base if passage.kind == "note" else 0.0,
    }
    return tuple(
        ScorePart("boost", name, round(amount, 6)) for name, amount in amounts.items() if amount
    )


def _best_sentence(
    matcher: Matcher, words: PassageWords, matches: Sequence[Match], above: Mapping[int, float]
) -> float:
    """The weight of the words that one sentence holds, at most; those above the text count too."""
    sentences: dict[int, dict[int, float]] = {}
    for match in matches:
        held = sentences.setdefault(words.sentence_of[match.place], dict(above))
        held[match.concept] = max(match.share, held.get(match.concept, 0.0))
    return max(map(matcher.told, sentences.values()), default=0.0) * matcher.weight
