"""How well passages are found in public collections, beside other engines, and what each step brings.

    make bench
    .venv/bin/python -m benchmarks.retrieval [COLLECTION ...] [--every N] [--steps N] [--json FILE]

A collection is a folder, or the name of one in ../shared/bench; without any, all of those are taken.
Their layout: benchmarks/collection.py. ``--every 10`` asks every tenth query, ``--steps 500`` measures
the steps on about so many queries of each collection (0: not at all). bm25s and tantivy come with
requirements-bench.txt; an engine that isn't installed is left out. All queries of the three collections
take about a quarter of an hour on a core that does nothing else.

All engines are given the same terms: those of title and text, and of the query. Ours reads the query
itself. R@1 is the share of queries whose first document is right; p that of a randomisation test over
queries (index/evaluation/figures.py) against plain BM25.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import engines
from benchmarks.collection import BENCH, load, read_gains, read_lines
from benchmarks.engines import DEPTH, Engine, Okapi
from benchmarks.steps import STEPS, Step, plainer, without
from benchmarks.tables import evenly, save, say, say_table, versions, watched
from index import answering, bm25
from index.errors import InputError
from index.evaluation.figures import Paired, paired
from index.evaluation.matching import Words, holds
from index.questions import Question
from index.questions.understanding import clean, understand
from index.ranking import Ranking
from index.snapshot import Snapshot

TODAY = dt.date(2026, 1, 1)  # for "last year" and the like: the same in every run
PLAIN = "plain BM25, our k1 and b"
OURS = "ours"
_RERANKED = 50  # of ours, where a step that is left out is laid over it
_FEEDBACK_SHARE = 0.3  # of the score, for feedback over ours


@dataclass(frozen=True, slots=True)
class Query:
    """A query with the gain of each document that is right for it, by position."""

    id: str
    text: str
    gains: Mapping[int, float]
    answers: tuple[str, ...] = ()  # texts that count as the answer


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and queries; ``documents`` are titles and texts."""

    name: str
    documents: tuple[tuple[str, str], ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way of ranking scores for each query, in the order of the queries."""

    name: str
    ndcg: tuple[float, ...]
    first: tuple[float, ...]  # 1 where the first document is right
    reciprocal: tuple[float, ...]

    def row(self, beside: Measured | None) -> dict[str, Any]:
        """Its means, and how they differ from those of ``beside``."""
        row: dict[str, Any] = {
            "name": self.name,
            "ndcg_10": _mean(self.ndcg),
            "recall_1": _mean(self.first),
            "mrr_10": _mean(self.reciprocal),
        }
        compared = paired(beside.ndcg, self.ndcg) if beside is not None else None
        return {**row, "against": beside.name, **_told(compared)} if beside and compared else row


@dataclass(slots=True)
class Report:
    """The figures of one collection."""

    name: str
    documents: int
    queries: int
    engines: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, float] = field(default_factory=dict)


def read_collection(folder: Path, every: int = 1) -> Collection:
    """The collection in ``folder``, with every nth of its queries that anything is right for."""
    lines = list(read_lines(folder / "documents.jsonl"))
    positions = {str(line["id"]): n for n, line in enumerate(lines)}
    gains = read_gains(folder / "qrels.tsv")
    queries = []
    for line in read_lines(folder / "queries.jsonl"):
        judged = gains.get(str(line["id"]), {})
        right = {positions[d]: gain for d, gain in judged.items() if gain > 0 and d in positions}
        if right:
            answers = tuple(line.get("answers") or ())
            queries.append(Query(str(line["id"]), line["text"], right, answers))
    documents = tuple((line.get("title") or "", line["text"]) for line in lines)
    return Collection(folder.name, documents, tuple(queries[::every]))


# ---------------------------------------------------------------- ranking


def ask(snapshot: Snapshot, asked: Question, k: int) -> Ranking:
    """The passages that answering looks at, best first."""
    return answering.find(snapshot, asked, k=k).ranking


class Ours:
    """Our ranking, with some of its steps switched off."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._read = lru_cache(maxsize=None)(self._understand)
        self._deep = lru_cache(maxsize=None)(self._shares)

    def _understand(self, text: str) -> Question | None:
        try:
            return understand(clean(text), self.snapshot, TODAY)
        except InputError:
            return None

    def ranking(self, text: str, off: Sequence[Step] = (), k: int = DEPTH) -> Ranking | None:
        """The best ``k`` passages; None for a question that can't be read."""
        asked = self._read(text)
        if asked is None:
            return None
        with without(off):
            return ask(self.snapshot, plainer(asked, off), k)

    def __call__(self, text: str, off: Sequence[Step] = ()) -> list[int]:
        found = self.ranking(text, off)
        return [hit.position for hit in found.ranked] if found else []

    def scores(self, text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The scores of the best fifty, as shares of the best one's; 0 for all others."""
        scores = np.zeros(len(self.snapshot.passages))
        for position, share in self._deep(text):
            scores[position] = share
        return scores

    def _shares(self, text: str) -> tuple[tuple[int, float], ...]:
        found = self.ranking(text, k=_RERANKED)
        if found is None or not found.ranked:
            return ()
        most = found.ranked[0].score or 1.0
        return tuple((hit.position, max(0.0, hit.score / most)) for hit in found.ranked)


def measure(
    name: str, queries: Sequence[Query], rank: Callable[[Query], Sequence[int]]
) -> Measured:
    """Ask all ``queries``; ``rank`` gives positions, best first."""
    ndcg, first, reciprocal = [], [], []
    for query in watched(queries, name.strip()):
        found = rank(query)[:DEPTH]
        gains = [query.gains.get(position, 0.0) for position in found]
        ideal = sorted(query.gains.values(), reverse=True)[:DEPTH]
        right = next((n for n, gain in enumerate(gains, 1) if gain), 0)
        ndcg.append(_discounted(gains) / _discounted(ideal))
        first.append(float(right == 1))
        reciprocal.append(1 / right if right else 0.0)
    return Measured(name, tuple(ndcg), tuple(first), tuple(reciprocal))


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _mean(values: Sequence[float]) -> float:
    return round(math.fsum(values) / len(values), 4) if values else 0.0


def _told(compared: Paired) -> dict[str, float]:
    figures = asdict(compared)
    kept = ("difference", "low", "high", "p", "higher", "lower")
    return {name: round(figures[name], 4) for name in kept}


# ---------------------------------------------------------------- one collection


def run(collection: Collection, folder: Path, data: Path, step_queries: int) -> Report:
    """All figures of ``collection``, which lies in ``folder``; ``data`` is an empty folder."""
    report = Report(collection.name, len(collection.documents), len(collection.queries))
    if not collection.queries:
        return report
    snapshot = load(folder, data)
    ours = Ours(snapshot)

    @lru_cache(maxsize=100_000)
    def terms(text: str) -> tuple[str, ...]:
        return tuple(term.text for term in snapshot.analyzer.terms(text))

    documents = [(*terms(title), *terms(text)) for title, text in collection.documents]
    texts = [terms(text) for _, text in collection.documents]
    titles = [title for title, _ in collection.documents]

    def by(engine: Engine) -> Callable[[Query], list[int]]:
        return lambda query: engine(terms(query.text))

    queries = collection.queries
    okapi = Okapi(documents, bm25.K1, bm25.B)
    plain = measure(PLAIN, queries, by(okapi))
    first = measure(OURS, queries, lambda query: ours(query.text))
    report.engines = [first.row(plain), plain.row(None)]
    for name, make in _others(documents, texts):
        report.engines.append(measure(name, queries, by(make())).row(plain))

    def feedback(query: Query) -> list[int]:
        told = okapi.scores(okapi.fed_back(terms(query.text)))
        found = ours.scores(query.text)
        share = np.where(found > 0, told / (told.max(initial=0.0) or 1.0), 0.0)
        return engines.best((1 - _FEEDBACK_SHARE) * found + _FEEDBACK_SHARE * share)

    def neighbours(query: Query) -> list[int]:
        found = ours.scores(query.text)
        return engines.best(np.where(found > 0, engines.beside(found, titles), 0.0))

    report.left_out = [
        measure(name, queries, way).row(beside)
        for name, way, beside in (
            ("plain BM25 and feedback (RM3)", by(engines.with_feedback(okapi)), plain),
            ("plain BM25 and neighbours", by(engines.with_neighbours(okapi, titles)), plain),
            ("ours and feedback (RM3)", feedback, first),
            ("ours and neighbours", neighbours, first),
        )
    ]
    if step_queries:
        report.steps = list(measure_steps(ours, folder, data, evenly(queries, step_queries)))
    if any(query.answers for query in queries):
        report.answers = measure_answers(ours, queries)
    return report


def _others(
    documents: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]
) -> Iterator[tuple[str, Callable[[], Engine]]]:
    """The engines beside ours that can be had, each with its maker."""
    k1, b = bm25.K1, bm25.B
    yield "plain BM25, text alone", partial(Okapi, texts, k1, b)
    yield "plain BM25, 1.5 and 0.75 (rank-bm25)", partial(Okapi, documents, 1.5, 0.75)
    yield "plain BM25, 0.9 and 0.4 (Lucene)", partial(Okapi, documents, 0.9, 0.4)
    installed = versions("bm25s", "tantivy")
    if installed["bm25s"] != "none":
        for k1, b in ((1.5, 0.75), (1.2, 0.75), (0.9, 0.4)):
            yield f"bm25s, {k1} and {b}", partial(engines.bm25s_engine, documents, k1, b)
    if installed["tantivy"] != "none":
        yield "tantivy, 1.2 and 0.75", partial(engines.tantivy_engine, documents)


def measure_steps(
    ours: Ours, collection: Path, data: Path, queries: Sequence[Query]
) -> Iterator[dict[str, Any]]:
    """What each step brings: without it beside all of them, and alone beside none; a part of a step
    does nothing alone."""
    loading = tuple(step for step in STEPS if step.loads)
    with without(loading):
        plain = Ours(load(collection, data / "without"))

    def with_all_but(name: str, off: Sequence[Step]) -> Measured:
        asked = plain if any(step in loading for step in off) else ours
        return measure(name, queries, lambda query: asked(query.text, tuple(off)))

    every, none = with_all_but("all steps", ()), with_all_but("no step", STEPS)
    yield {"name": every.name, "ndcg_10": _mean(every.ndcg), "queries": len(queries)}
    yield {"name": none.name, **_of(none, every)}
    for step in STEPS:
        parts = tuple(takewhile(lambda other: other.part, STEPS[STEPS.index(step) + 1 :]))
        others = tuple(other for other in STEPS if other is not step and other not in parts)
        alone = None if step.part else _of(with_all_but(step.name, others), none)
        yield {
            "name": step.name,
            "without": _of(with_all_but(step.name, (step,)), every),
            "alone": alone,
        }


def _of(measured: Measured, beside: Measured) -> dict[str, Any]:
    compared = paired(beside.ndcg, measured.ndcg)
    return {"ndcg_10": _mean(measured.ndcg), **(_told(compared) if compared else {})}


def measure_answers(ours: Ours, queries: Sequence[Query]) -> dict[str, float]:
    """Shares of the queries that have answers: whose right document is first, whose best sentence
    holds an answer, whether it is given or not, that are answered, and whose answer holds one."""
    counts = dict.fromkeys(("right_first", "sentence_hit", "answered", "answer_hit"), 0)
    asked = [query for query in queries if query.answers]
    for query in watched(asked, "answers"):
        wanted = [Words.of(said) for said in query.answers]
        found = ours.ranking(query.text)
        if found and found.ranked:
            hit = found.ranked[0]
            counts["right_first"] += hit.position in query.gains
            if hit.stretch is not None:
                text = ours.snapshot.words(hit.position).text[hit.stretch.start : hit.stretch.stop]
                counts["sentence_hit"] += _holds_any(text, wanted)
        try:
            answer = answering.answer(ours.snapshot, query.text, today=TODAY)
        except InputError:
            continue
        counts["answered"] += answer.answered
        counts["answer_hit"] += answer.answer is not None and _holds_any(answer.answer, wanted)
    return {
        "questions": len(asked),
        **{name: round(n / len(asked), 4) for name, n in counts.items()},
    }


def _holds_any(text: str, wanted: Iterable[Words]) -> bool:
    words = Words.of(text)
    return any(holds(words, one) for one in wanted)


# ---------------------------------------------------------------- printing


def show(report: Report) -> None:
    """Print the tables of one collection."""
    say(f"\n{report.name}: {report.documents:,} documents, {report.queries:,} queries\n")
    head = ("engine", "nDCG@10", "R@1", "MRR@10", "nDCG more", "from", "to", "p", "better", "worse")
    say_table(head, map(_cells, report.engines))
    say("\nMeasured and left out, each beside the same without it:\n")
    say_table(head, map(_cells, report.left_out))
    if report.steps:
        _show_steps(report.steps)
    if report.answers:
        told = report.answers
        say(
            f"\n{told['questions']:,} questions with answers: right document first "
            f"{told['right_first']:.3f}; best sentence holds an answer {told['sentence_hit']:.3f}; "
            f"answered {told['answered']:.3f}; the answer holds one {told['answer_hit']:.3f}"
        )


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    cells = (row["name"], *(f"{row[name]:.4f}" for name in ("ndcg_10", "recall_1", "mrr_10")))
    if "p" not in row:
        return (*cells, *[""] * 6)
    signed = (f"{row[name]:+.4f}" for name in ("difference", "low", "high"))
    return (*cells, *signed, f"{row['p']:.4f}", f"{row['higher']:.0f}", f"{row['lower']:.0f}")


def _show_steps(steps: Sequence[Mapping[str, Any]]) -> None:
    every, none, *single = steps
    say(
        f"\nSteps, on {every['queries']:,} queries: nDCG@10 with all of them "
        f"{every['ndcg_10']:.4f}, with none {none['ndcg_10']:.4f}\n"
    )
    rows = [
        (step["name"], *(cell for way in ("without", "alone") for cell in _cells_of(step[way])))
        for step in single
    ]
    say_table(("step", "without", "change", "p", "alone", "change", "p"), rows)


def _cells_of(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    if told is None:
        return ("",) * 3
    return f"{told['ndcg_10']:.4f}", f"{told['difference']:+.4f}", f"{told['p']:.4f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("collections", nargs="*", help="folders, or names in ../shared/bench")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--steps", type=int, default=500, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if options.every < 1 or options.steps < 0:
        parser.error("--every takes a number from 1 on, --steps one from 0 on.")
    folders = [
        folder if (folder := Path(said)).is_dir() else BENCH / said for said in options.collections
    ] or sorted(path.parent for path in BENCH.glob("*/qrels.tsv"))
    if not folders:
        parser.error("There is no collection in ../shared/bench. Name folders of such.")
    for folder in folders:
        if not (folder / "qrels.tsv").is_file():
            parser.error(f"{folder.name} is no collection: it has no qrels.tsv.")
    found: dict[str, Any] = {"versions": versions("numpy", "rank-bm25", "bm25s", "tantivy")}
    reports = found["collections"] = []
    for folder in folders:
        with tempfile.TemporaryDirectory() as data:
            report = run(read_collection(folder, options.every), folder, Path(data), options.steps)
        show(report)
        reports.append(asdict(report))
        save(options.json, found)


if __name__ == "__main__":
    main()
