"""Asking all questions of a file, and the figures over them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from index.errors import InputError
from index.evaluation.figures import FEW, Figure, mean, pooled
from index.evaluation.grounding import Corpus, ground
from index.evaluation.question_file import Expected, read_question
from index.evaluation.scoring import MEASURES, RANKS, Ground, Result, score, score_failure
from index.model import Answer, Outcome

ALL = "all"  # the row of all questions
_PERCENTILES = (50, 95, 99)
_NEVER = -1.0
#: Figures of the dates of all questions together, beside the measures of single questions.
POOLED = ("dates_precision_pooled", "dates_recall_pooled", "dates_f1_pooled")


@dataclass(frozen=True, slots=True)
class Row:
    """The figures over the questions of a kind."""

    kind: str
    questions: int
    figures: tuple[tuple[str, Figure], ...] = ()  # by measure; only those that apply to some

    def figure(self, name: str) -> Figure | None:
        """The figure of the measure called ``name``; None where it applies to no question."""
        return dict(self.figures).get(name)

    @property
    def recall(self) -> tuple[float | None, ...]:
        """Recall at each of `RANKS`."""
        return tuple(self._value(f"recall_{k}") for k in RANKS)

    @property
    def mrr(self) -> float | None:
        """Mean reciprocal rank of the first 10."""
        return self._value("mrr")

    @property
    def answer_hit(self) -> float | None:
        """Share of answering sentences that hold an answer."""
        return self._value("answer_hit")

    @property
    def refused(self) -> float | None:
        """Share of the unanswerable questions that were not answered."""
        return self._value("refused")

    @property
    def wrongly_refused(self) -> float | None:
        """Share of the answerable questions that were not answered."""
        return self._value("wrongly_refused")

    def _value(self, name: str) -> float | None:
        figure = self.figure(name)
        return figure.value if figure else None


@dataclass(frozen=True, slots=True)
class Point:
    """What would be answered if only answers at least as confident as ``threshold`` were given."""

    threshold: float
    answerable: float  # share of the answerable questions that are then answered
    unanswerable: float  # share of the unanswerable ones


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A row for all questions, then one for each kind by name; latencies in milliseconds."""

    rows: tuple[Row, ...]
    latency: tuple[tuple[int, float], ...]  # (percentile, milliseconds)
    difficulties: tuple[Row, ...] = ()  # a row each, by name, where the file tells them
    results: tuple[Result, ...] = ()  # in the file's order
    grounds: tuple[Ground, ...] = ()  # of each of them; none if the corpus was not looked through
    curve: tuple[Point, ...] = ()  # by threshold; none where confidence was not told

    @property
    def unlocated(self) -> tuple[Result, ...]:
        """Questions whose evidence stands nowhere in the corpus: they count in no ranking measure."""
        return tuple(result for result in self.results if result.unlocated)

    @property
    def failed(self) -> tuple[Result, ...]:
        """Questions that could not be asked; they count as missed."""
        return tuple(result for result in self.results if result.error)

    @property
    def few(self) -> tuple[Row, ...]:
        """Rows of so few questions that their figures say little."""
        return tuple(row for row in self.rows if row.questions < FEW)


def evaluate(
    questions: Iterable[Expected | Mapping[str, Any]],
    ask: Callable[[str], Answer],
    *,
    corpus: Corpus | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Evaluation:
    """Ask every question and score the answers. ``ask`` gives at least ten passages.

    With ``corpus`` evidence that stands nowhere in it is told, and ranking is not measured on it.
    ``progress`` is told what is looked at, how many of it are done, and of how many. Raises
    InputError for a mapping that is no question.
    """
    expected = [
        one if isinstance(one, Expected) else read_question(one, line)
        for line, one in enumerate(questions, 1)
    ]
    grounds: tuple[Ground, ...] = ()
    if corpus is not None:
        grounds = ground(expected, corpus, partial(progress, "documents") if progress else None)
    results = []
    for number, one in enumerate(expected):
        if progress:
            progress("questions", number, len(expected))
        where = grounds[number] if grounds else None
        try:
            results.append(score(one, ask(one.question), where))
        except InputError as error:
            results.append(score_failure(one, error.sentence, where))
    return summarise(results, grounds)


def summarise(results: Sequence[Result], grounds: Sequence[Ground] = ()) -> Evaluation:
    """The figures over ``results``."""
    kinds = by_kind(results)
    levels: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        levels[result.expected.difficulty].append(result)
    levels.pop("", None)
    times = sorted(result.took_ms for result in results)
    return Evaluation(
        rows=(
            _row(ALL, results),
            *(_row(kind, held) for kind, held in kinds.items()),
        ),
        latency=tuple((p, times[(len(times) - 1) * p // 100]) for p in _PERCENTILES if times),
        difficulties=tuple(_row(level, levels[level]) for level in sorted(levels)),
        results=tuple(results),
        grounds=tuple(grounds),
        curve=_curve(results),
    )


def by_kind(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The results of each kind of question, by its name."""
    held: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        held[result.expected.kind].append(result)
    return {kind: held[kind] for kind in sorted(held)}


def _row(name: str, results: Sequence[Result]) -> Row:
    figures: list[tuple[str, Figure]] = []
    for measure in MEASURES:
        scores = [result.scores.of(measure.name) for result in results]
        if figure := mean([score for score in scores if score is not None]):
            figures.append((measure.name, figure))
    if together := pooled([result.counts for result in results if result.counts]):
        figures += zip(POOLED, together, strict=True)
    return Row(name, len(results), tuple(figures))


def _curve(results: Sequence[Result]) -> tuple[Point, ...]:
    told = [(r.expected.answerable, _confidence(r)) for r in results if r.confidence is not None]
    sure = {right: sorted(c for so, c in told if so is right) for right in (True, False)}
    thresholds = sorted({confidence for _, confidence in told} - {_NEVER})
    if len(thresholds) < 2 or not sure[True] or not sure[False]:
        return ()
    return tuple(
        Point(threshold, _share(sure[True], threshold), _share(sure[False], threshold))
        for threshold in thresholds
    )


def _confidence(result: Result) -> float:
    """How sure the answer is; of what showed nothing, less than any threshold."""
    if result.outcome == Outcome.NOT_FOUND or result.confidence is None:
        return _NEVER
    return result.confidence


def _share(values: Sequence[float], least: float) -> float:
    """The share of the sorted ``values`` that are at least ``least``."""
    return 1 - bisect_left(values, least) / len(values)
