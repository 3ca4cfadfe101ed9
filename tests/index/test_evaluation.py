"""The measures of `archivist eval`, and the floor below which answers may not fall."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from index.archive import Archive
from index.evaluation import Evaluation, Row, evaluate
from tests.conftest import ROOT, SHARED

TODAY = dt.date(2026, 11, 21)


def measure(archive: Archive, file: Path) -> Row:
    """The figures over all questions of ``file``."""
    return _evaluation(archive, file).rows[0]


def _evaluation(archive: Archive, file: Path) -> Evaluation:
    questions = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return evaluate(questions, lambda question: archive.answer(question, today=TODAY, k=10))


def test_each_measure_counts_what_it_says(harbour: Archive) -> None:
    """Recall, rank, answers and refusals are counted over the questions they apply to."""
    questions = [
        {"question": "When was the harbour dug?", "kind": "when", "answers": ["1847"],
         "evidence": ["The harbour of Skerrow was DUG in 1847"]},
        {"question": "Who ordered the harbour?", "kind": "who", "answers": ["Napoleon"],
         "evidence": ["no such words anywhere"]},
        {"question": "Who won the football world cup?", "kind": "unanswerable"},
    ]  # fmt: skip
    result = evaluate(questions, lambda question: harbour.answer(question, today=TODAY, k=10))
    total, *kinds = result.rows
    assert total.questions == 3
    assert total.recall == (0.5, 0.5, 0.5)
    assert (total.mrr, total.answer_hit) == (0.5, 0.5)
    assert (total.refused, total.wrongly_refused) == (1.0, 0.0)
    assert [row.kind for row in kinds] == ["unanswerable", "when", "who"]
    assert kinds[0].recall == (None, None, None)
    assert [percentile for percentile, _ in result.latency] == [50, 95, 99]


def test_no_questions_give_no_figures() -> None:
    """An empty question file is not an error."""
    result = evaluate([], lambda question: pytest.fail(question))
    assert result.rows == (Row("all", 0, (None, None, None), None, None, None, None),)
    assert result.latency == ()


def test_our_own_questions_are_answered(shipped: Archive) -> None:
    """On the shipped corpus, answers to our own questions stay as good as they are."""
    row = measure(shipped, ROOT / "tests" / "questions.jsonl")
    assert row.recall[0] is not None
    assert row.recall[0] >= 0.60
    assert (row.recall[2] or 0) >= 0.95
    assert (row.answer_hit or 0) >= 0.85
    assert row.refused == 1.0
    assert row.wrongly_refused == 0.0


@pytest.mark.shared
def test_the_development_questions_beat_the_baseline(seeds: Archive) -> None:
    """On the two originals, answers are better than a plain paragraph split with rank-bm25."""
    row = measure(seeds, SHARED / "gold" / "qa.dev.jsonl")
    assert [share or 0 for share in row.recall] >= [0.52, 0.75, 0.82]
    assert (row.recall[1] or 0) >= 0.85
    assert (row.mrr or 0) >= 0.75
    assert (row.answer_hit or 0) >= 0.50
    assert (row.refused or 0) >= 0.5
    assert (row.wrongly_refused or 0) <= 0.1
