"""A run kept as JSON, so that a later one can be set beside it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from index.archive import Archive
from index.errors import InputError
from index.evaluation.measuring import Evaluation, Row
from index.evaluation.question_file import Expected
from index.evaluation.scoring import DEEPEST, MEASURES, Result, Scores

FORMAT, VERSION = "archivist-evaluation", 1


@dataclass(frozen=True, slots=True)
class About:
    """What a run was made of."""

    file: str  # the question file's name
    generation: int
    today: str  # the day that "today" was in it
    passages: int  # that were asked for
    version: str  # of the program
    documents: tuple[tuple[str, str], ...]  # id and SHA-256 of the stored text, in corpus order


@dataclass(frozen=True, slots=True)
class Entry:
    """How one question went, as far as a comparison needs it."""

    id: str
    kind: str
    question: str
    judged_by: str  # all that it was judged by, as JSON: equal for the same question
    outcome: str
    answer: str | None
    rank: int | None
    scores: Scores
    took_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    about: About
    entries: tuple[Entry, ...]  # in the question file's order


def about(archive: Archive, *, file: str, today: dt.date) -> About:
    """What a run of the question file called ``file`` on ``archive`` is made of."""
    try:
        version = metadata.version("archivist-bot")
    except metadata.PackageNotFoundError:
        version = "unknown"  # run from its folder, and not installed
    sources = archive.snapshot.sources.values()
    return About(
        file=file.encode("utf-8", "replace").decode(),
        generation=archive.generation,
        today=today.isoformat(),
        passages=DEEPEST,
        version=version,
        documents=tuple((source.id, source.text_sha256) for source in sources),
    )


def run_of(evaluation: Evaluation, about: About) -> Run:
    """``evaluation`` as a run."""
    return Run(about, tuple(map(_entry, evaluation.results)))


def to_json(evaluation: Evaluation, about: About) -> str:
    """All of a run: what it was made of, its figures, and each question with what was shown."""
    shape = {
        "format": FORMAT,
        "version": VERSION,
        "about": asdict(about),
        "latency_ms": {f"p{p}": value for p, value in evaluation.latency},
        "rows": list(map(row_shape, evaluation.rows)),
        "difficulties": list(map(row_shape, evaluation.difficulties)),
        "curve": [asdict(point) for point in evaluation.curve],
        "questions": [
            _question_shape(result, evaluation.grounds[n].missing if evaluation.grounds else ())
            for n, result in enumerate(evaluation.results)
        ],
    }
    return json.dumps(shape, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> Run:
    """The run that `to_json` wrote. Raises InputError for anything else."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError
        if said["version"] != VERSION:
            raise InputError(
                "The run was saved by another version of archivist.",
                hint="Evaluate the earlier index again with this version, and compare with that run.",
            )
        return Run(_read_about(said["about"]), tuple(map(_read_entry, said["questions"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            "That is no run of `archivist eval`.",
            hint="Name a run.json that --report wrote, or its folder.",
        ) from None


def row_shape(row: Row) -> dict[str, Any]:
    """A row with its figures by measure."""
    figures = {name: asdict(figure) for name, figure in row.figures}
    return {"kind": row.kind, "questions": row.questions, "figures": figures}


def _question_shape(result: Result, missing: tuple[str, ...]) -> dict[str, Any]:
    return {
        **asdict(result.expected),
        "outcome": result.outcome,
        "confidence": result.confidence,
        "answer": result.answer,
        "rank": result.rank,
        "scores": {
            name: value for name, value in asdict(result.scores).items() if value is not None
        },
        "dates_given": list(result.dates),
        "date_counts": asdict(result.counts) if result.counts else None,
        "evidence_missing": list(missing),
        "unlocated": result.unlocated,
        "error": result.error,
        "took_ms": result.took_ms,
        "passages": [asdict(shown) for shown in result.shown],
    }


def _entry(result: Result) -> Entry:
    expected = result.expected
    return Entry(
        id=expected.id,
        kind=expected.kind,
        question=expected.question,
        judged_by=_judged_by(asdict(expected)),
        outcome=result.outcome,
        answer=result.answer,
        rank=result.rank,
        scores=result.scores,
        took_ms=result.took_ms,
    )


def _judged_by(question: Mapping[str, Any]) -> str:
    """Everything of a question but where it stands in its file and how it is filed."""
    fields = [name for name in Expected.__dataclass_fields__ if name not in ("line", "difficulty")]
    return json.dumps([question[name] for name in fields], ensure_ascii=False)


def _read_about(said: Mapping[str, Any]) -> About:
    return About(
        file=_text(said["file"]),
        generation=_whole(said["generation"]),
        today=dt.date.fromisoformat(_text(said["today"])).isoformat(),
        passages=_whole(said["passages"]),
        version=_text(said["version"]),
        documents=tuple((_text(id_), _text(sha256)) for id_, sha256 in said["documents"]),
    )


def _read_entry(said: Mapping[str, Any]) -> Entry:
    names = {measure.name for measure in MEASURES}
    scores = {name: _number(value) for name, value in said["scores"].items() if name in names}
    return Entry(
        id=_text(said["id"]),
        kind=_text(said["kind"]),
        question=_text(said["question"]),
        judged_by=_judged_by(said),
        outcome=_text(said["outcome"]),
        answer=None if said["answer"] is None else _text(said["answer"]),
        rank=None if said["rank"] is None else _whole(said["rank"]),
        scores=Scores(**scores),
        took_ms=_number(said["took_ms"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-8", "replace").decode()


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError
    return float(value)
