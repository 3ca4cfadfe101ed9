"""One question with what it should find and what was shown -> what it counts for in each measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.evaluation.matching import (
    MAX_ANSWER,
    DateCounts,
    Words,
    count_dates,
    holds,
    nearly_holds,
)
from index.evaluation.question_file import TEMPORAL, Expected
from index.model import Answer, Citation, one_line

DEEPEST = 10  # ranks that are looked at
RANKS = (1, 3, 5)
_KEPT = 1_000  # characters of a passage
FAILED = "error"  # the outcome of a question that could not be asked

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of `MEASURES`; its name is that of its field in `Scores`."""

    name: str
    title: str  # a column's head
    meaning: str  # for people, of a share: "questions whose ..."
    better: Better = "higher"
    share: bool = True  # from 0 to 1; else a number of characters


MEASURES = (
    Measure("recall_1", "R@1", "a right passage is first"),
    Measure("recall_3", "R@3", "a right passage is among the first 3"),
    Measure("recall_5", "R@5", "a right passage is among the first 5"),
    Measure("recall_10", "R@10", "a right passage is among the first 10"),
    Measure("mrr", "MRR", "1 / rank of the first right passage"),
    Measure("ndcg", "nDCG", "gain by rank of the first 10 passages"),
    Measure("answer_hit", "answer", "the answering sentence holds an answer"),
    Measure("too_long", "too long", "the answer is over 400 characters long", "lower"),
    Measure("answer_length", "length", "characters of an answer", "neither", share=False),
    Measure("refused", "refused", "unanswerable, and not answered"),
    Measure("wrongly_refused", "wrongly", "answerable, and not answered", "lower"),
    Measure("dates_precision", "dates P", "dates given that are right"),
    Measure("dates_recall", "dates R", "right dates that are given"),
    Measure("dates_f1", "dates F1", "harmonic mean of both, by question"),
    Measure("near_precision", "near P", "as dates P, but coarser or finer will do"),
    Measure("near_recall", "near R", "as dates R, but coarser or finer will do"),
    Measure("near_f1", "near F1", "harmonic mean of both, by question"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scores:
    """What a question counts for in each of `MEASURES`; None where that does not apply."""

    recall_1: float | None = None
    recall_3: float | None = None
    recall_5: float | None = None
    recall_10: float | None = None
    mrr: float | None = None
    ndcg: float | None = None
    answer_hit: float | None = None
    too_long: float | None = None
    answer_length: float | None = None
    refused: float | None = None
    wrongly_refused: float | None = None
    dates_precision: float | None = None
    dates_recall: float | None = None
    dates_f1: float | None = None
    near_precision: float | None = None
    near_recall: float | None = None
    near_f1: float | None = None

    def of(self, name: str) -> float | None:
        """The score in the measure called ``name``."""
        score: float | None = getattr(self, name)
        return score


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a question's evidence stands in the corpus."""

    missing: tuple[str, ...]  # evidence and documents that are not there
    gains: tuple[tuple[str, float], ...]  # of the passages, else documents, by id, that are right
    nowhere: bool = False  # none of it is there, so that no passage could be right


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that was shown; ``gain`` is 0 for one that does not locate the answer."""

    id: str
    line: str  # its citation
    text: str  # its first 1,000 characters
    score: float
    gain: float


@dataclass(frozen=True, slots=True)
class Result:
    """How a question was answered, and how well."""

    expected: Expected
    outcome: str  # a value of index.model.Outcome, or FAILED
    answer: str | None
    confidence: float | None  # 0 to 1; None for one that could not be asked
    rank: int | None  # of the first right passage, at most DEEPEST
    shown: tuple[Shown, ...]  # best first
    dates: tuple[str, ...]  # with which the events that were given start
    counts: DateCounts | None  # of a question for dates
    scores: Scores
    took_ms: float
    unlocated: bool = False  # its evidence stands nowhere in the corpus
    error: str = ""  # why it could not be asked, in a sentence

    @property
    def answered(self) -> bool:
        return self.outcome == "answered"


def score(expected: Expected, answer: Answer, ground: Ground | None = None) -> Result:
    """Score ``answer``; without ``ground`` all evidence is taken to be in the corpus."""
    citations = answer.passages[:DEEPEST]
    texts = [Words.of(citation.passage.text) for citation in citations]
    events = [cited.event for cited in answer.events]
    if expected.kind == TEMPORAL and not citations:
        texts = [Words.of(event.text) for event in events[:DEEPEST]]
    gains = _gains(expected, texts, citations)
    dates = tuple(event.date.start for event in events if event.date.start)
    counts = near = None
    if expected.kind == TEMPORAL and expected.dates:
        counts, near = count_dates(expected.dates, expected.dates_optional, dates)
    shown = tuple(
        Shown(c.passage.id, one_line(c.line), c.passage.text[:_KEPT], c.score, gain)
        for c, gain in zip(citations, gains, strict=False)
    )
    rank = next((n for n, gain in enumerate(gains, 1) if gain), None)
    unlocated = ground is not None and ground.nowhere
    scores: dict[str, float] = {}
    if not expected.answerable:
        scores["refused"] = float(not answer.answered)
    else:
        scores["wrongly_refused"] = float(not answer.answered)
        if expected.places and not unlocated:
            scores |= _ranking(rank)
            scores["ndcg"] = _ndcg(expected, citations, gains, ground)
        if expected.said:
            scores["answer_hit"] = float(answer.answered and _hit(expected.said, answer.answer))
            scores["too_long"] = float(len(answer.answer or "") > MAX_ANSWER)
            if answer.answer:
                scores["answer_length"] = float(len(answer.answer))
    if counts is not None and near is not None:
        scores |= _date_scores("dates", counts) | _date_scores("near", near)
    return Result(
        expected=expected,
        outcome=answer.outcome.value,
        answer=answer.answer,
        confidence=answer.confidence,
        rank=rank,
        shown=shown,
        dates=dates,
        counts=counts,
        scores=Scores(**scores),
        took_ms=answer.took_ms,
        unlocated=unlocated,
    )


def score_failure(expected: Expected, sentence: str, ground: Ground | None = None) -> Result:
    """A question that could not be asked: it found nothing, and saying nothing is no refusal."""
    scores: dict[str, float] = {}
    unlocated = ground is not None and ground.nowhere
    if not expected.answerable:
        scores["refused"] = 0.0
    else:
        scores["wrongly_refused"] = 1.0
        if expected.places and not unlocated:
            scores |= _ranking(None) | {"ndcg": 0.0}
        if expected.said:
            scores |= {"answer_hit": 0.0, "too_long": 0.0}
    counts = None
    if expected.kind == TEMPORAL and expected.dates:
        counts, near = count_dates(expected.dates, expected.dates_optional, ())
        scores |= _date_scores("dates", counts) | _date_scores("near", near)
    return Result(
        expected, FAILED, None, None, None, (), (), counts, Scores(**scores), 0.0, unlocated, sentence
    )  # fmt: skip


def document_names(document_id: str, name: str, title: str) -> frozenset[str]:
    """What a question file may call a document."""
    return frozenset(
        said.casefold() for said in (document_id, name, name.rsplit("/", 1)[-1], title)
    )


def _gains(
    expected: Expected, texts: Sequence[Words], citations: Sequence[Citation]
) -> list[float]:
    """The gain of each passage: that of the best evidence it holds, or of its document when that is
    met for the first time."""
    if not expected.evidence:
        return list(_document_gains(expected, citations))
    quotes = [(Words.of(quote), gain) for quote, gain in expected.places]
    answers = [Words.of(said) for said in expected.said]
    return [_gain(text, quotes, answers) for text in texts]


def _gain(text: Words, quotes: Sequence[tuple[Words, float]], answers: Sequence[Words]) -> float:
    exact = [gain for quote, gain in quotes if holds(text, quote)]
    if exact:
        return max(exact)
    if answers and not any(holds(text, said) for said in answers):
        return 0.0
    return max((gain for quote, gain in quotes if nearly_holds(text, quote)), default=0.0)


def _document_gains(expected: Expected, citations: Iterable[Citation]) -> Iterable[float]:
    wanted = {name.casefold().strip(): gain for name, gain in expected.places}
    met: set[str] = set()
    for citation in citations:
        source = citation.source
        names = document_names(source.id, source.name, source.title)
        gains = [wanted[name] for name in names if name in wanted]
        yield max(gains) if gains and source.id not in met else 0.0
        met.add(source.id)


def _ranking(rank: int | None) -> dict[str, float]:
    deep = {f"recall_{k}": float(rank is not None and rank <= k) for k in (*RANKS, DEEPEST)}
    return {**deep, "mrr": 1 / rank if rank else 0.0}


def _ndcg(
    expected: Expected,
    citations: Sequence[Citation],
    gains: Sequence[float],
    ground: Ground | None,
) -> float:
    """Discounted gain of the first ten by that of the best order of all that is right (Järvelin and
    Kekäläinen 2002, with the gain itself and a logarithm to base 2)."""
    held = dict(ground.gains) if ground else {}
    for citation, gain in zip(citations, gains, strict=False):
        if gain:
            id_ = citation.passage.id if expected.evidence else citation.source.id
            held[id_] = max(gain, held.get(id_, 0.0))
    ideal = _discounted(sorted(held.values(), reverse=True)[:DEEPEST])
    return min(1.0, _discounted(gains) / ideal) if ideal else 0.0


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _hit(wanted: Iterable[str], answer: str | None) -> bool:
    if not answer or len(answer) > MAX_ANSWER:
        return False
    said = Words.of(answer)
    return any(holds(said, Words.of(one)) for one in wanted)


def _date_scores(name: str, counts: DateCounts) -> dict[str, float]:
    return {
        f"{name}_precision": counts.precision,
        f"{name}_recall": counts.recall,
        f"{name}_f1": counts.f1,
    }
