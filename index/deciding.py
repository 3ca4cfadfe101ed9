"""Whether what was found answers: told from the content that matches, never from a score.

How much of the question the best stretch and its passage hold, what is missing, and whether words
of the kind asked for stand there, are weighed into one number from 0 to 1, the confidence: a
logistic regression whose weights benchmarks/confidence.py chose on questions about other texts,
answerable and not. Benchmarks/answers.py shows the curve that the thresholds were chosen from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.dates import find_dates
from index.matching import Matcher, together
from index.model import Outcome, Overlap
from index.questions import Concept, Question
from index.ranking import Ranked, Ranking
from index.snapshot import Snapshot

#: From here on it is an answer.
ANSWERED_CONFIDENCE = 0.27
#: From here on the closest passages are worth showing.
NEAR_CONFIDENCE = 0.05
_NEAR_HELD = 0.12  # or where a passage holds so much of the question
_MOST_WORDS = 8  # of a question: more tell no more
_TELLING_DIGITS = 3  # a number so long that is asked about must stand in the passage
_FROM_PASSAGES = 3  # in one of so many of the best

_MOST = 2.0  # times what the passage holds: no more confidence than that
_MOST_LONE = 0.75  # the same where it holds one of several words
_MOST_UNMET = 0.2

_AMOUNTS = frozenset(("number", "money", "duration", "percentage"))
_NAMES = frozenset(("person", "body", "place", "work"))
_TIMES = frozenset(("date", "year"))
_CAUSES = frozenset(("reason",))


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells whether a question is answered; shares are of what its words tell, 0 to 1."""

    held: float  # by the passage
    missing: float  # the word that the stretch and what is around it lack and that tells most
    words: float  # how many the question has: a short one is easily covered by chance
    sought: float  # what is counted or sought, by the stretch
    things: float  # the number of words that are no names, by the stretch alone
    names: float  # names, by the stretch
    amount: float  # how surely the amount asked for stands there, and 0 where none is asked for
    asks_amount: float  # 1 where one is
    name: float  # the same for persons, bodies, places, works
    asks_name: float
    time: float  # the same for dates
    asks_time: float
    cause: float  # the same for reasons
    asks_cause: float
    sort: float  # the same for things of a sort that the question names: "which currency"
    asks_sort: float
    lone: float  # 1 if the passage holds one word alone
    unmet: bool  # a time that is asked for isn't told of, or a long number stands nowhere


#: Of what is weighed; for how they were chosen see benchmarks/confidence.py.
WEIGHTS: Mapping[str, float] = {
    "held": 0.25,
    "missing": -0.75,
    "words": 1.56,
    "sought": 0.56,
    "things": 1.48,
    "names": 1.41,
    "amount": 2.72,
    "asks_amount": -3.06,
    "name": 1.58,
    "asks_name": -2.49,
    "time": 0.45,
    "asks_time": -0.27,
    "cause": 1.69,
    "asks_cause": -1.41,
    "sort": 0.77,
    "asks_sort": -0.22,
    "lone": -0.93,
}
_CONSTANT = -2.33


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, with what it was told from."""

    outcome: Outcome
    confidence: float  # 0 to 1
    missing: tuple[str, ...] = ()  # words of the question that no passage looked at holds


def decide(
    snapshot: Snapshot, asked: Question, ranking: Ranking, happened: Mapping[int, Overlap]
) -> Decision:
    """What became of ``asked``, whose best passages are ``ranking``.

    ``happened`` are the events of its dates. A date or a note's number alone is answered by what
    there is of it.
    """
    if not ranking.ranked:
        return Decision(Outcome.NOT_FOUND, 0.0, tuple(c.word for c in asked.concepts))
    best = ranking.ranked[0]
    if asked.timed and not asked.concepts:
        certain = "certain" in happened.values()
        return Decision(Outcome.ANSWERED if certain else Outcome.NEAR_MISS, float(certain))
    if best.numbered:
        return Decision(Outcome.ANSWERED, 1.0)
    signals = read_signals(snapshot, asked, ranking, happened)
    if asked.only_stop_words or signals is None or asked.note is not None:
        return Decision(Outcome.NEAR_MISS, 0.0)  # also of a note that there is none of this number
    confidence = round(weigh(signals), 6)
    missing = tuple(_missing(snapshot, asked, ranking))
    if confidence >= ANSWERED_CONFIDENCE:
        return Decision(Outcome.ANSWERED, confidence, missing)
    near = confidence >= NEAR_CONFIDENCE or signals.held >= _NEAR_HELD
    return Decision(Outcome.NEAR_MISS if near else Outcome.NOT_FOUND, confidence, missing)


def weigh(signals: Signals) -> float:
    """The confidence, 0 to 1.

    However much else speaks for it, what is hardly held, or is of another time or number, is no answer.
    """
    values = (getattr(signals, name) * weight for name, weight in WEIGHTS.items())
    told = 1.0 / (1.0 + math.exp(-math.fsum((_CONSTANT, *values))))
    most = signals.held * (_MOST_LONE if signals.lone else _MOST)
    return min(told, most, _MOST_UNMET if signals.unmet else 1.0)


def read_signals(
    snapshot: Snapshot, asked: Question, ranking: Ranking, happened: Mapping[int, Overlap]
) -> Signals | None:
    """What tells whether ``asked`` is answered; None where there is nothing to tell it from."""
    best = ranking.ranked[0]
    stretch, matcher = best.stretch, ranking.matcher
    if stretch is None or not asked.concepts:
        return None
    words = snapshot.words(best.position)
    passage = together(
        matcher.held(matcher.match(words)), matcher.held_by(snapshot.fields.above(best.position))
    )
    sought = set(asked.target_terms)
    targets = [n for n, c in enumerate(asked.concepts) if not sought.isdisjoint(c.terms)]
    named = [is_name(snapshot, concept) for concept in asked.concepts]
    names = [n for n, name in enumerate(named) if name]
    things = [n for n, name in enumerate(named) if not name]
    fitting = max((fit.strength for fit in stretch.fits), default=0.0)
    total = matcher.weight or 1.0
    asks = [float(asked.expects in kind) for kind in (_AMOUNTS, _NAMES, _TIMES, _CAUSES)]
    asks.append(float(asked.expects is None and bool(asked.target_terms)))
    return Signals(
        held=matcher.told(passage),
        missing=max(
            matcher.weights[n] * (1 - stretch.around.get(n, 0.0)) / total
            for n in range(len(asked.concepts))
        ),
        words=min(len(asked.concepts), _MOST_WORDS) / _MOST_WORDS,
        sought=_share(matcher, targets, stretch.around),
        things=(sum(stretch.held.get(n, 0.0) for n in things) / len(things) if things else 1.0),
        names=_share(matcher, names, stretch.around),
        amount=asks[0] * fitting,
        asks_amount=asks[0],
        name=asks[1] * fitting,
        asks_name=asks[1],
        time=asks[2] * fitting,
        asks_time=asks[2],
        cause=asks[3] * fitting,
        asks_cause=asks[3],
        sort=asks[4] * fitting,
        asks_sort=asks[4],
        lone=float(len(passage) == 1 and len(asked.concepts) > 1),
        unmet=(asked.timed and not _tells_of_then(snapshot, asked, best, happened))
        or not _numbers_held(snapshot, asked, ranking),
    )


def is_name(snapshot: Snapshot, concept: Concept) -> bool:
    """Whether a word of a question is a name: how the documents write it tells, else how it is typed."""
    written = snapshot.is_capitalised(concept.terms[0])
    return concept.missing_name if written is None else written


def _share(matcher: Matcher, concepts: list[int], held: Mapping[int, float]) -> float:
    """What ``held`` has of what these words tell; 1 where there are none."""
    weight = sum(matcher.weights[n] for n in concepts)
    return sum(matcher.weights[n] * held.get(n, 0.0) for n in concepts) / weight if weight else 1.0


def _tells_of_then(
    snapshot: Snapshot, asked: Question, best: Ranked, happened: Mapping[int, Overlap]
) -> bool:
    """Whether the best passage tells an event of the dates asked for, or writes one of them.

    One in its headings counts too: “Minutes of 6 May 2021”.
    """
    held = snapshot.events_of.get(snapshot.passages[best.position].id, ())
    if any(number in happened for number in held):
        return True
    headed = [
        mention.date
        for heading in snapshot.passages[best.position].locator.section
        for mention in find_dates(heading)
    ]
    if any(date.overlap(d.earliest, d.latest) for date in headed for d in asked.dates):
        return True
    position = np.array([best.position])
    return any(
        bool((snapshot.searcher.table(terms, position) > 0).all()) for terms in asked.date_terms
    )


def _numbers_held(snapshot: Snapshot, asked: Question, ranking: Ranking) -> bool:
    """Whether every long number that is asked about stands in one of the best passages."""
    numbers = [
        term
        for concept in asked.concepts
        for term in concept.terms[:1]
        if term.isdecimal() and len(term) >= _TELLING_DIGITS
    ]
    return not numbers or all(_held_by_best(snapshot, ranking, numbers))


def _missing(snapshot: Snapshot, asked: Question, ranking: Ranking) -> list[str]:
    """The words of the question that none of the passages looked at holds in any form."""
    terms = tuple(dict.fromkeys(term for concept in asked.concepts for term in concept.terms))
    held = dict(zip(terms, _held_by_best(snapshot, ranking, terms), strict=True))
    return [c.word for c in asked.concepts if not any(held[term] for term in c.terms)]


def _held_by_best(snapshot: Snapshot, ranking: Ranking, terms: Sequence[str]) -> list[bool]:
    """Whether one of the best passages holds each of ``terms``."""
    best = np.array([hit.position for hit in ranking.ranked[:_FROM_PASSAGES]], dtype=np.int64)
    table = snapshot.searcher.table(terms, best)
    return [bool(column.any()) for column in table.T]
