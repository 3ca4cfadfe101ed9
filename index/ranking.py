"""Question -> passages, best first, with the sum that each score is.

The base is BM25 of every word of the question (`index.bm25`); of the terms that count for a word the
best one that a passage holds counts, so that no expansion outweighs what was typed. The best of
these passages (`index.candidates`) are then scored again by what words alone don't tell: whether
words that stand together in the question do so in the text (Metzler and Croft 2005), how much of the
question one sentence holds, whether the dates fit. What each step brings, benchmarks/retrieval.py
measures. A passage is read only if it could still be among those wanted: what reading it can bring
at most is told by the words that it holds.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.analysis import GROUP
from index.candidates import Positions, gather, searched, share
from index.choosing import Stretch, best_stretch
from index.matching import Matcher, Reading, read
from index.model import ScorePart
from index.questions import Concept, Question
from index.snapshot import Snapshot

_RESCORED = 50  # passages, of those that the words alone rank best
_READ = 10  # passages whose best sentence is looked for, of those that are best so far
_CLOSE = 1e-5  # a bound that is nearer than this to a score is not below it: both are rounded

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
    found: Positions = field(compare=False, repr=False)  # all positions, in corpus order


def rank(
    snapshot: Snapshot,
    asked: Question,
    *,
    dated: Positions | None = None,
    among: Positions | slice | None = None,
    k: int = _RESCORED,
) -> Ranking:
    """The ``k`` best passages for ``asked``, or fewer; ties keep corpus order.

    The first ten have the stretch that answers best, however few are wanted.

    ``dated`` are the passages that certainly tell events of the dates asked for; ``among`` limits the
    positions, a slice to those of one document. For excluded words and phrases see
    `index.candidates.gather`.
    """
    concepts = tuple(searched(snapshot, asked))
    candidates = gather(snapshot, asked, concepts, among, max(k, _RESCORED))
    matcher = Matcher(asked)
    told = _Told(snapshot, concepts, candidates.positions)
    boosts = _Boosts(snapshot, asked, matcher, told, candidates.numbered, dated)
    ranked: list[Ranked] = []
    for number, reading, parts in _best(boosts, max(k, _READ)):
        parts = (*told.parts(number), *parts)
        stretch = None
        if len(ranked) < _READ:
            stretch = best_stretch(asked, matcher, reading)
        if stretch is not None:
            amount = round(_STRETCH * _sentence_share(asked) * told.most * stretch.score, 6)
            parts = (*parts, ScorePart("boost", "the sentence that answers", amount))
        position = reading.position
        named = position in candidates.numbered
        ranked.append(Ranked(position, round(_sum(parts), 6), parts, stretch, named))
    ranked.sort(key=lambda one: (one.stretch is None, -one.score, one.position))
    return Ranking(tuple(ranked[:k]), matcher, candidates.found)


def _best(boosts: _Boosts, most: int) -> list[tuple[int, Reading, tuple[ScorePart, ...]]]:
    """The ``most`` best candidates, by number, with what each gains beside its words; best first.

    No more are read than could be among them, those first that may gain most.
    """
    bounds = boosts.bounds()
    base = boosts.told.base
    found: list[tuple[float, int, int, Reading, tuple[ScorePart, ...]]] = []
    least: list[float] = []  # the ``most`` best scores so far, a heap
    for number in np.argsort(-bounds, kind="stable").tolist():
        if len(least) == most and bounds[number] < least[0] - _CLOSE:
            break
        reading, parts = boosts.of(number)
        score = round(float(base[number]) + _sum(parts), 6)
        found.append((-score, reading.position, number, reading, parts))
        if len(least) < most:
            heapq.heappush(least, score)
        else:
            heapq.heappushpop(least, score)
    found.sort(key=lambda one: one[:2])
    return [one[2:] for one in found[:most]]


def _sum(parts: Iterable[ScorePart]) -> float:
    return math.fsum(part.amount for part in parts)


# ---------------------------------------------------------------- words


class _Told:
    """What the words of a question bring some passages."""

    def __init__(
        self, snapshot: Snapshot, concepts: Sequence[Concept], positions: Positions
    ) -> None:
        self._snapshot = snapshot
        self._concepts = concepts
        self.positions = positions
        terms = tuple(dict.fromkeys(term for concept in concepts for term in concept.terms))
        self._columns = {term: column for column, term in enumerate(terms)}
        self._scores = snapshot.searcher.table(terms, positions)
        self.base: NDArray[np.float64] = np.zeros(len(positions))  # of each, all words together
        #: By word and passage: what the word brings, and the number of the alternative that does.
        self._best: list[tuple[NDArray[np.float64], NDArray[np.intp]]] = []
        for concept in concepts:
            factors = [share(snapshot, concept, other) for other in concept.alternatives]
            scores = self._scores[:, [self._columns[term] for term in concept.terms]] * factors
            self._best.append((scores.max(axis=1), scores.argmax(axis=1)))
            self.base += self._best[-1][0]
        self.most = float(self.base.max(initial=0.0))

    def shares(self, concepts: Sequence[Concept]) -> NDArray[np.float64]:
        """By word and passage, the largest share of the word that the passage may hold.

        Acronyms are not looked up: texts are read with those of all documents, and were indexed with
        those of their own.
        """
        found = np.zeros((len(concepts), len(self.positions)))
        for row, concept in zip(found, concepts, strict=True):
            for other in concept.alternatives:
                held = self._scores[:, self._columns[other.term]] > 0
                np.maximum(row, other.share * (held | _is_acronym(other.term)), out=row)
        return found

    def parts(self, number: int) -> Iterator[ScorePart]:
        """What each word brings the passage at that place of `positions`."""
        position = int(self.positions[number])
        fields = self._snapshot.fields.of(position)
        text = self._snapshot.words(position).terms
        for concept, (scores, chosen) in zip(self._concepts, self._best, strict=True):
            if scores[number] <= 0:
                continue
            alternative = concept.alternatives[chosen[number]]
            beside = tuple(name for name, terms in fields.items() if alternative.term in terms)
            yield ScorePart(
                "term",
                concept.word,
                round(float(scores[number]), 6),
                term=alternative.term,
                weight=round(concept.weight, 6),
                reason=alternative.reason,
                fields=("text", *beside) if alternative.term in text else beside,
            )


def _is_acronym(term: str) -> bool:
    return term.startswith(GROUP) and not term[1:].isdecimal()


# ---------------------------------------------------------------- all that tells more


def _sentence_share(asked: Question) -> float:
    """How much a sentence that holds the question's words counts.

    Less for a long one that asks for nothing that a sentence could say: a statement, a topic.
    """
    if asked.expects is not None:
        return 1.0
    return min(1.0, _LONG_QUESTION / max(1, len(asked.concepts))) ** 2


class _Boosts:
    """What passages gain or lose beside what their words bring."""

    def __init__(
        self,
        snapshot: Snapshot,
        asked: Question,
        matcher: Matcher,
        told: _Told,
        numbered: frozenset[int],
        dated: Positions | None,
    ) -> None:
        self._snapshot = snapshot
        self._asked = asked
        self._matcher = matcher
        self._numbered = numbered
        self.told = told
        self._first = round(_NUMBERED + 3 * told.most, 6)  # of a note that is asked for
        self._dated = np.isin(told.positions, () if dated is None else dated)

    def bounds(self) -> NDArray[np.float64]:
        """No score can be higher: of each passage, as if one sentence held all its words in order."""
        weights = np.array(self._matcher.weights)
        shares = self.told.shares(self._asked.concepts)
        lighter = np.minimum(weights[1:], weights[:-1])
        together = lighter @ np.minimum(shares[1:], shares[:-1])
        named = np.isin(self.told.positions, sorted(self._numbered))
        sentence = _sentence_share(self._asked) * (weights @ shares)
        bounds: NDArray[np.float64] = self.told.base * (1.0 + _DATED * self._dated)
        bounds += _PAIR * together + _SENTENCE * sentence + self._first * named
        return bounds

    def of(self, number: int) -> tuple[Reading, tuple[ScorePart, ...]]:
        """The passage at that place of the candidates, and what it gains or loses."""
        reading = read(self._snapshot, self._matcher, int(self.told.positions[number]))
        base, share = float(self.told.base[number]), _sentence_share(self._asked)
        sentence = _best_sentence(self._matcher, reading)
        asked_for = reading.position in self._numbered
        amounts = {
            "words that stand together": _PAIR * sum(reading.pairs.values()),
            "in one sentence": _SENTENCE * share * sentence,
            "happened then": _DATED * base if self._dated[number] else 0.0,
            "only a note": _NOTE * base if reading.passage.kind == "note" else 0.0,
            "the note that is asked for": self._first if asked_for else 0.0,
        }
        parts = (
            ScorePart("boost", name, round(amount, 6)) for name, amount in amounts.items() if amount
        )
        return reading, tuple(parts)


def _best_sentence(matcher: Matcher, reading: Reading) -> float:
    """The weight of the words that one sentence holds, at most; those above the text count too."""
    words = reading.words
    sentences: dict[int, dict[int, float]] = {}
    for match in reading.matches:
        held = sentences.setdefault(words.sentence_of(match.place), dict(reading.above))
        held[match.concept] = max(match.share, held.get(match.concept, 0.0))
    return max(map(matcher.told, sentences.values()), default=0.0) * matcher.weight
