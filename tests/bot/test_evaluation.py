"""`archivist eval`: what comes out, where, and what it says of mistakes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import archivist
from tests.conftest import HARBOUR, write_corpus

Run = Callable[..., Result]

DUG = {"id": "dug", "question": "When was the harbour dug?", "kind": "when", "answers": ["1847"],
       "evidence": ["dug in 1847"]}  # fmt: skip
WOOL = {"id": "wool", "question": "What did the ferry carry?", "answers": ["slate"],
        "evidence": ["slate, wool and passengers"]}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Evaluate questions on the harbour corpus, in an empty environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ARCHIVIST_", "DISCORD_"))]:
        monkeypatch.delenv(name)
    corpus = write_corpus(tmp_path / "corpus", HARBOUR)

    def run(*words: str, questions: list[dict[str, Any]] | None = None) -> Result:
        if questions is not None:
            text = "".join(json.dumps(question) + "\n" for question in questions)
            Path("questions.jsonl").write_text(text)
        folders = ["--corpus", str(corpus), "--data", str(tmp_path / "data")]
        return CliRunner().invoke(archivist, ["eval", "questions.jsonl", *words, *folders])

    return run


def test_the_tables_name_kinds_and_intervals(run: Run) -> None:
    """A row a kind, then each measure over all questions with its interval and number."""
    shown = run(questions=[DUG, WOOL]).stdout
    kinds, figures = shown.split("\n\n")[:2]
    assert [line.split()[0] for line in kinds.splitlines()] == ["kind", "all", "other", "when"]
    assert "R@1" in figures
    assert "–1.00" in figures
    assert "Only 2 questions: the figures are a hint at most." in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_figures_have_their_intervals_as_json(run: Run) -> None:
    """``--json`` keeps what it had and adds each figure with its interval."""
    shape = json.loads(run("--json", questions=[DUG]).stdout)
    row = shape["rows"][0]
    assert row["recall"] == {"1": 1.0, "3": 1.0, "5": 1.0}
    assert row["figures"]["recall_10"] == {"value": 1.0, "low": 0.025, "high": 1.0, "questions": 1}
    assert shape["comparison"] is None
    assert set(shape["latency_ms"]) == {"p50", "p95", "p99"}


def test_evidence_that_is_nowhere_is_told_on_standard_error(run: Run) -> None:
    """Each quote has a line, but not more than twenty, and such questions are counted apart."""
    lost = [
        {"id": n, "question": f"Who owned ship {n}?", "evidence": [f"owner of ship {n} was nobody"]}
        for n in range(25)
    ]
    result = run(questions=[DUG, *lost])
    told = result.stderr.splitlines()
    assert told[0] == (
        "archivist: warning: Line 2 (0): no document holds the evidence “owner of ship 0 was nobody”."
    )
    assert told[-1] == "archivist: warning: The same is so of 5 more pieces of evidence."
    assert len(told) == 21
    assert "25 questions with evidence that stands nowhere in the corpus" in result.stdout
    assert result.exit_code == 0


def test_every_bad_line_is_told(run: Run) -> None:
    """Several mistakes are told at once, each with its line, and nothing is measured."""
    result = run(questions=[DUG, DUG, {"question": 5}])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "archivist: warning: Line 2 has the id of line 1. Give each its own id.",
        'archivist: warning: Line 3 is no question. It has no "question".',
        "archivist: 2 lines of questions.jsonl can't be used. Mend them.",
    ]


def test_a_report_is_written_and_compared(run: Run, tmp_path: Path) -> None:
    """A second run is set beside the first by the folder of its report, even into the same one."""
    assert run("--report", "first", questions=[DUG, WOOL]).exit_code == 0
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["report.html", "report.md", "run.json"]
    result = run("--report", "first", "--compare", "first", questions=[DUG])
    assert result.exit_code == 0
    assert "1 question of both runs" in result.stdout
    assert "1 question only in the earlier run: wool." in result.stdout
    shape = json.loads(run("--json", "--compare", "first/run.json", questions=[DUG]).stdout)
    assert shape["comparison"]["differences"]["mrr"]["p"] == 1.0


def test_changed_questions_are_listed(run: Run, tmp_path: Path) -> None:
    """What went better or worse stands beneath the measures, with what changed."""
    run("--report", "first", questions=[DUG])
    kept = json.loads((tmp_path / "first" / "run.json").read_text())
    question = kept["questions"][0]
    question["rank"], question["scores"]["mrr"] = 4, 0.25
    (tmp_path / "first" / "run.json").write_text(json.dumps(kept))
    shown = run("--compare", "first", questions=[DUG]).stdout
    assert "1 question went better:\n  dug: rank 4 → 1 (When was the harbour dug?)" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--compare", "nowhere"), "The run to compare with can't be read"),
        (("--compare", "questions.jsonl"), "That is no run of `archivist eval`."),
        (("--report", "questions.jsonl"), "The report's folder is a file."),
        (("--report", "mine"), "holds a report.md that `archivist eval` did not write"),
    ],
)
def test_a_folder_or_run_that_cannot_be_used_is_told(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """It is one sentence, before anything is asked, and nothing is overwritten."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.md").write_text("mine")
    result = run(*words, questions=[DUG])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert (tmp_path / "mine" / "report.md").read_text() == "mine"
    assert not (tmp_path / "data").exists()
