"""Chooses the weights of `index.deciding`, and says how well they part what is answered from what isn't.

    .venv/bin/python -m benchmarks.confidence

Needs ``../shared/bench``. A logistic regression (Newton's method, a little ridge) over
`index.deciding.WEIGHTS`, on questions of our own: benchmarks/questions/squad_tuning.jsonl about Wikipedia
paragraphs and tests/questions.jsonl about our corpus, answerable and not. What is printed last is what the
weights do on benchmarks/questions/squad_held.jsonl, which has no part in choosing them. Answerable and
unanswerable questions count alike in sum, whatever their numbers; those that a rule refuses (a time that
isn't told of, a number that stands nowhere) are left out.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.collection import BENCH, load
from benchmarks.tables import say
from index import building, generations
from index.answering import look_up
from index.deciding import WEIGHTS, read_signals
from index.evaluation import UNANSWERABLE
from index.snapshot import Snapshot

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 1, 1)
RIDGE = 1.0
REFUSED = (0.02, 0.03, 0.05, 0.08, 0.10)  # shares of the answerable

Floats = NDArray[np.float64]


def signals_of(snapshot: Snapshot, questions: Iterable[Any]) -> tuple[Floats, Floats]:
    """A row of signals for each question that has any, after a constant, and whether it has an answer."""
    rows, answerable = [], []
    for question in questions:
        found = look_up(snapshot, question["question"], today=TODAY, k=10)
        if not found.ranking.ranked:
            continue
        signals = read_signals(snapshot, found.asked, found.ranking, found.happened)
        if signals is not None and not signals.unmet:
            rows.append((1.0, *(getattr(signals, name) for name in WEIGHTS)))
            answerable.append(float(question["kind"] != UNANSWERABLE))
    return np.array(rows), np.array(answerable)


def fit(rows: Floats, answerable: Floats) -> Floats:
    """The weights, the constant first."""
    weights = np.zeros(rows.shape[1])
    share = answerable.mean()
    counts = np.where(answerable == 1, 0.5 / share, 0.5 / (1 - share))
    ridge = RIDGE * np.concatenate([[1e-6], np.ones(rows.shape[1] - 1)])
    for _ in range(60):
        told = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (told - answerable)) + ridge * weights
        bend = (rows.T * (counts * told * (1 - told))) @ rows + np.diag(ridge)
        weights -= np.linalg.solve(bend, slope)
    return weights


def show(name: str, rows: Floats, answerable: Floats, weights: Floats) -> None:
    """Print what share of the unanswerable is refused where so much of the answerable is."""
    told = 1 / (1 + np.exp(-rows @ weights))
    say(f"{name}: {int(answerable.sum())} answerable, {int((1 - answerable).sum())} not")
    for refused in REFUSED:
        bar = np.quantile(told[answerable == 1], refused)
        share = (told[answerable == 0] < bar).mean()
        say(f"  below {bar:.3f}: {refused:.0%} of the answerable, {share:.0%} of the others")


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    if not BENCH.is_dir():
        sys.exit("benchmarks.confidence needs the collections in ../shared/bench.")
    questions = ROOT / "benchmarks" / "questions"
    with tempfile.TemporaryDirectory() as folder:
        squad = load(BENCH / "squad", Path(folder) / "squad")
        building.build(ROOT / "corpus", Path(folder) / "own")
        own = Snapshot(
            Path(folder) / "own", generations.current_generation(Path(folder) / "own") or 0
        )
        tuning = signals_of(squad, _lines(questions / "squad_tuning.jsonl"))
        ours = signals_of(own, _lines(ROOT / "tests" / "questions.jsonl"))
        held = signals_of(squad, _lines(questions / "squad_held.jsonl"))
    both = np.concatenate([tuning[0], ours[0]]), np.concatenate([tuning[1], ours[1]])
    weights = fit(*both)
    for name, weight in zip(("_CONSTANT", *WEIGHTS), weights, strict=True):
        say(f"{name}: {weight:.2f}")
    show("chosen on", *both, weights)
    show("our own corpus", *ours, weights)
    show("held back", *held, weights)


if __name__ == "__main__":
    main()
