"""Measuring answers against questions whose answers are known.

A question file is JSON Lines: ``{"id", "question", "kind", "answers": [...], "evidence": [...]}``.
``evidence`` are exact quotes, any of which locates the answer; ``answers`` short strings that count;
a question of the kind ``unanswerable`` should be refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.model import Answer

RANKS = (1, 3, 5)
UNANSWERABLE = "unanswerable"
_DEEPEST = 10
_PERCENTILES = (50, 95, 99)
_WORD = re.compile(r"[^\W_]+")
_BROKEN = re.compile(r"(?<=\w)-[ \t]*\n[ \t]*(?=\w)")


@dataclass(frozen=True, slots=True)
class Row:
    """Means over the questions of a kind; None where the measure does not apply to any of them."""

    kind: str
    questions: int
    recall: tuple[float | None, ...]  # at each of RANKS
    mrr: float | None  # of the first 10
    answer_hit: float | None  # the answering sentence holds an answer
    refused: float | None  # of the unanswerable ones
    wrongly_refused: float | None  # of the answerable ones


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A row for all questions, then one for each kind by name; latencies in milliseconds."""

    rows: tuple[Row, ...]
    latency: tuple[tuple[int, float], ...]  # (percentile, milliseconds)


@dataclass(frozen=True, slots=True)
class _Scored:
    kind: str
    rank: int | None  # of the first passage that holds evidence
    answerable: bool
    answered: bool
    located: bool  # evidence was given
    hit: bool | None
    took_ms: float


def evaluate(questions: Iterable[Mapping[str, Any]], ask: Callable[[str], Answer]) -> Evaluation:
    """Ask every question and score the answers. ``ask`` gives at least ten passages."""
    scored = [_score(question, ask(str(question["question"]))) for question in questions]
    kinds = sorted({one.kind for one in scored})
    rows = [_row("all", scored)]
    rows += [_row(kind, [one for one in scored if one.kind == kind]) for kind in kinds]
    times = sorted(one.took_ms for one in scored)
    latency = tuple((p, times[(len(times) - 1) * p // 100]) for p in _PERCENTILES if times)
    return Evaluation(tuple(rows), latency)


def _score(question: Mapping[str, Any], answer: Answer) -> _Scored:
    kind = str(question.get("kind", ""))
    evidence = [_letters(quote) for quote in question.get("evidence", ())]
    passages = [_letters(citation.passage.text) for citation in answer.passages[:_DEEPEST]]
    rank = next(
        (n for n, text in enumerate(passages, 1) if any(quote in text for quote in evidence)), None
    )
    answers = [_words(said) for said in question.get("answers", ())]
    said = f" {_words(answer.answer or '')} "
    hit = any(f" {one} " in said for one in answers) if answers else None
    return _Scored(
        kind,
        rank,
        answerable=kind != UNANSWERABLE,
        answered=answer.answered,
        located=bool(evidence),
        hit=hit if kind not in (UNANSWERABLE, "temporal") else None,
        took_ms=answer.took_ms,
    )


def _row(kind: str, scored: Sequence[_Scored]) -> Row:
    located = [one for one in scored if one.located]
    ranks = [one.rank for one in located]
    return Row(
        kind=kind,
        questions=len(scored),
        recall=tuple(_mean([r is not None and r <= k for r in ranks]) for k in RANKS),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        answer_hit=_mean([one.hit for one in scored if one.hit is not None]),
        refused=_mean([not one.answered for one in scored if not one.answerable]),
        wrongly_refused=_mean([not one.answered for one in scored if one.answerable]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _words(text: str) -> str:
    """Lower-case words and numbers with single blanks; words that a line end broke are whole."""
    text = unicodedata.normalize("NFKD", _BROKEN.sub("", text)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return " ".join(_WORD.findall(text))


def _letters(text: str) -> str:
    """Letters and digits alone, so that quotes, dashes and line ends make no difference."""
    return _words(text).replace(" ", "")
