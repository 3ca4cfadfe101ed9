"""How well questions are answered, how often in vain, and what each threshold of confidence gives.

    .venv/bin/python -m benchmarks.answers [SET ...] [--every N] [--json FILE] [--plot FILE.png]

Sets, all of them if none is named:

- tuning, held: the questions of benchmarks/questions on the paragraphs of ../shared/bench/squad
- squad: every nth (--every, 25) of SQuAD's own answerable and unanswerable questions on the same
- corpus: tests/questions.jsonl on corpus/
- gold: ../shared/gold/qa.dev.jsonl on ../shared/seeds

One whose files are missing is left out. The curve tells, if only answers at least as confident as a
threshold were given, what share of the answerable questions would be answered and, wrongly, of the
unanswerable ones; a row each where 1, 2, 3, 5, 8, 10 and 15 % of the answerable ones are refused, and
one for each threshold of `index.deciding`. Draw it with ``--plot``.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.collection import BENCH, load, read_gains, read_lines
from benchmarks.retrieval import TODAY
from benchmarks.tables import save, say, say_table, versions, watched
from index import answering
from index.building import build
from index.deciding import ANSWERED_CONFIDENCE, NEAR_CONFIDENCE
from index.errors import InputError
from index.evaluation.measuring import Evaluation, Row, summarise
from index.evaluation.question_file import UNANSWERABLE, read_question
from index.evaluation.scoring import Result, score, score_failure
from index.model import Outcome
from index.snapshot import Snapshot

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
QUESTIONS = ROOT / "benchmarks" / "questions"
REFUSED = (0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15)
_DEPTH = 10  # passages that are asked for
_MEASURES = (
    "recall_1", "recall_3", "recall_5", "mrr", "answer_hit", "refused", "wrongly_refused"
)  # fmt: skip
_COLOURS = ("#1f5fa8", "#5b9bd5", "#2e8b57", "#c0392b", "#8e44ad")

Question = Mapping[str, Any]
Loader = Callable[[], Snapshot]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions as a question file has them, and what they are asked of."""

    name: str
    snapshot: Snapshot
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """What would be answered from a confidence on: shares of the answerable and the unanswerable."""

    name: str
    confidence: float
    answered: float
    wrong: float


def chosen_thresholds() -> dict[str, float]:
    """The thresholds that the program uses."""
    return {"answered": ANSWERED_CONFIDENCE, "near miss": NEAR_CONFIDENCE}


# ---------------------------------------------------------------- questions


def read_set(name: str, every: int, on: Mapping[str, Loader]) -> QuestionSet | None:
    """The set called ``name``; None if its files are missing. ``on`` loads what sets ask of."""
    files = {
        "tuning": (QUESTIONS / "squad_tuning.jsonl", BENCH / "squad", "squad"),
        "held": (QUESTIONS / "squad_held.jsonl", BENCH / "squad", "squad"),
        "squad": (BENCH / "squad" / "unanswerable.jsonl", BENCH / "squad", "squad"),
        "corpus": (ROOT / "tests" / "questions.jsonl", ROOT / "corpus", "corpus"),
        "gold": (SHARED / "gold" / "qa.dev.jsonl", SHARED / "seeds", "seeds"),
    }
    file, folder, loader = files[name]
    if not folder.is_dir() or not (file.exists() or file.with_name(file.name + ".gz").exists()):
        return None
    lines = squad_questions(folder, every) if name == "squad" else read_lines(file)
    return QuestionSet(name, on[loader](), tuple(lines))


def squad_questions(folder: Path, every: int) -> Iterator[Question]:
    """Every nth answerable question of SQuAD 1.1 and every nth unanswerable one of SQuAD 2.0."""
    gains = read_gains(folder / "qrels.tsv")
    for line in islice(read_lines(folder / "queries.jsonl"), 0, None, every):
        yield {
            "id": line["id"],
            "question": line["text"],
            "kind": "answerable",
            "answers": line["answers"],
            "documents": list(gains[line["id"]]),
        }
    for line in islice(read_lines(folder / "unanswerable.jsonl"), 0, None, every):
        yield {"id": line["id"], "question": line["text"], "kind": UNANSWERABLE}


@contextmanager
def loaders() -> Iterator[dict[str, Loader]]:
    """What loads each collection, once, into a folder that is removed at the end."""
    loaded: dict[str, Snapshot] = {}
    with tempfile.TemporaryDirectory() as folder:

        def once(name: str, make: Callable[[Path], Snapshot]) -> Snapshot:
            if name not in loaded:
                data = Path(folder, name)
                data.mkdir()
                loaded[name] = make(data)
            return loaded[name]

        yield {
            "squad": partial(once, "squad", partial(load, BENCH / "squad")),
            "corpus": partial(once, "corpus", partial(_build, ROOT / "corpus")),
            "seeds": partial(once, "seeds", partial(_build, SHARED / "seeds")),
        }
        loaded.clear()


def _build(corpus: Path, data: Path) -> Snapshot:
    return Snapshot(data, build(corpus, data).generation)


# ---------------------------------------------------------------- asking


def ask_all(asked: QuestionSet) -> Evaluation:
    """Ask all questions of a set."""
    results: list[Result] = []
    for question in watched(asked.questions, asked.name):
        expected = read_question(question)
        try:
            answer = answering.answer(asked.snapshot, expected.question, today=TODAY, k=_DEPTH)
        except InputError as error:
            results.append(score_failure(expected, error.sentence))
        else:
            results.append(score(expected, answer))
    return summarise(results)


def refused_by_sort(asked: QuestionSet, results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """How many of the unanswerable questions of each sort were refused, and how many there are."""
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for question, result in zip(asked.questions, results, strict=True):
        if not result.expected.answerable:
            sort = str(question.get("sort") or "unanswerable")
            refused, all_of_them = counts[sort]
            counts[sort] = refused + (result.scores.refused == 1.0), all_of_them + 1
    return dict(sorted(counts.items()))


def confidences(results: Sequence[Result]) -> tuple[list[float], list[float]]:
    """How sure the answers to the answerable and to the unanswerable questions are, least first.

    What found nothing or could not be asked is less than any threshold.
    """
    told: dict[bool, list[float]] = {True: [], False: []}
    for result in results:
        found = result.confidence is not None and result.outcome != Outcome.NOT_FOUND
        told[result.expected.answerable].append(
            result.confidence if found and result.confidence is not None else -1.0
        )
    return sorted(told[True]), sorted(told[False])


def thresholds(
    answerable: Sequence[float], unanswerable: Sequence[float], chosen: Mapping[str, float]
) -> list[Threshold]:
    """What thresholds give that refuse the shares `REFUSED` of the answerable, and ``chosen`` ones.

    Of a share the highest confidence is taken that refuses no more of them. None without questions of
    both sorts, or where confidence was not told.
    """
    if not answerable or not unanswerable or len({*answerable, *unanswerable} - {-1.0}) < 2:
        return []
    named = {
        f"{share:.0%} refused": max(0.0, answerable[math.floor(share * len(answerable) + 1e-9)])
        for share in REFUSED
    }
    return [
        Threshold(name, least, _reaching(answerable, least), _reaching(unanswerable, least))
        for name, least in {**named, **chosen}.items()
    ]


def _reaching(values: Sequence[float], least: float) -> float:
    return sum(value >= least for value in values) / len(values)


def figures(asked: QuestionSet, found: Evaluation) -> dict[str, Any]:
    """All figures of a set."""
    answerable, unanswerable = confidences(found.results)
    reached = thresholds(answerable, unanswerable, chosen_thresholds())
    return {
        "name": asked.name,
        "answerable": len(answerable),
        "unanswerable": len(unanswerable),
        "measures": _measures(found.rows[0]),
        "kinds": {
            row.kind: {"questions": row.questions} | _measures(row) for row in found.rows[1:]
        },
        "refused_by_sort": {
            sort: {"refused": refused, "questions": count}
            for sort, (refused, count) in refused_by_sort(asked, found.results).items()
        },
        "thresholds": [
            {
                "name": one.name,
                "confidence": round(one.confidence, 4),
                "answered": round(one.answered, 4),
                "wrong": round(one.wrong, 4),
            }
            for one in reached
        ],
        "curve": [
            [round(p.threshold, 6), round(p.answerable, 4), round(p.unanswerable, 4)]
            for p in found.curve
        ],
    }


def _measures(row: Row) -> dict[str, list[float]]:
    """Each measure with the ends of its interval of 95 %."""
    return {
        name: [round(figure.value, 4), round(figure.low, 4), round(figure.high, 4)]
        for name in _MEASURES
        if (figure := row.figure(name)) is not None
    }


# ---------------------------------------------------------------- showing


def show(found: Sequence[Mapping[str, Any]]) -> None:
    """Print the tables of all sets."""
    heads = ("set", "answerable", "not", "R@1", "R@3", "R@5", "MRR", "answer", "refused", "wrongly")
    rows = [
        (
            one["name"],
            str(one["answerable"]),
            str(one["unanswerable"]),
            *(_figure(one["measures"].get(name)) for name in _MEASURES),
        )
        for one in found
    ]
    say_table(heads, rows)
    for one in found:
        say(f"\n{one['name']}, refused of the unanswerable:\n")
        sorts = one["refused_by_sort"].items()
        shares = ((s, str(c["refused"]), str(c["questions"]), f"{c['refused'] / c['questions']:.3f}")
                  for s, c in sorts)  # fmt: skip
        say_table(("sort", "refused", "of", "share"), shares)
        say(f"\n{one['name']}, by threshold of confidence:\n")
        if not one["thresholds"]:
            say("Confidence was not told, or questions of one sort are missing.")
            continue
        say_table(
            ("threshold", "confidence", "answered", "wrong"),
            (
                (t["name"], *(f"{t[key]:.3f}" for key in ("confidence", "answered", "wrong")))
                for t in one["thresholds"]
            ),
        )


def _figure(value: Sequence[float] | None) -> str:
    return "-" if value is None else f"{value[0]:.3f}"


def plot(found: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the curves of all sets into a PNG file, with the chosen thresholds as dots."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for number, one in enumerate(one for one in found if one["curve"]):
        colour = _COLOURS[number % len(_COLOURS)]
        curve = [*((wrong, answered) for _, answered, wrong in one["curve"]), (0.0, 0.0)]
        label = f"{one['name']} ({one['answerable']} answerable, {one['unanswerable']} not)"
        axes.plot(*zip(*curve, strict=True), color=colour, linewidth=1.6, label=label)
        for threshold in one["thresholds"]:
            if threshold["name"] in ("answered", "near miss"):
                filled = colour if threshold["name"] == "answered" else "white"
                place = threshold["wrong"], threshold["answered"]
                axes.plot(*place, "o", color=colour, markerfacecolor=filled, markersize=7, zorder=3)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    axes.set_xlabel("share of the unanswerable questions that are answered")
    axes.set_ylabel("share of the answerable questions that are answered")
    axes.set_title("Answered questions by least confidence", loc="left", fontsize=11)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.lines:
        axes.legend(
            loc="lower right",
            frameon=False,
            fontsize=9,
            title="full dot: an answer from here on; empty: a near miss",
            title_fontsize=8,
        )
    figure.savefig(path, metadata={"Software": None})


def main(arguments: Sequence[str] | None = None) -> None:
    names = ("tuning", "held", "squad", "corpus", "gold")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sets", nargs="*", help=", ".join(names))
    parser.add_argument("--every", type=int, default=25, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE.png")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sets if name not in names]
    if unknown or options.every < 1:
        parser.error(f"Sets are {', '.join(names)}; --every takes a number from 1 on.")
    found: list[dict[str, Any]] = []
    with loaders() as on:
        for name in options.sets or names:
            asked = read_set(name, options.every, on)
            if asked is None:
                say(f"{name}: left out, its files are not here.")
                continue
            found.append(figures(asked, ask_all(asked)))
            del asked
    if not found:
        raise SystemExit("No set of questions is here.")
    show(found)
    made = {
        "versions": versions("numpy", "rank-bm25"),
        "chosen": chosen_thresholds(),
        "sets": found,
    }
    save(options.json, made)
    if options.plot is not None:
        plot(found, options.plot)


if __name__ == "__main__":
    main()
