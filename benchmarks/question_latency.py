"""How long a question takes, step by step, beside rank-bm25 on the same passages in the same run.

    .venv/bin/python -m benchmarks.question_latency [--passages 100000] [--questions 200]
                                                    [--processor] [--profile 15] [--json FILE]

Asked of two indexes: the documents of ../shared/seeds (of corpus/ where those are missing), and as many
passages as ``--passages`` says (0: none), which are made of the texts of ../shared/bench (of corpus/)
with other words mixed in, so that the vocabulary grows as that of a large corpus does. Cold is the
first time that a question is asked after loading, warm the second. A step's time leaves out that of
steps inside it. rank-bm25 is its `get_scores` with the terms of the question, without choosing the best.
``--processor`` measures processor time in place of the clock's, for a machine that does other work
too. ``--profile N`` prints the N functions that take most time by themselves, warm.
"""

from __future__ import annotations

import argparse
import cProfile
import math
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from rank_bm25 import BM25Okapi

from benchmarks.collection import BENCH, read_lines
from benchmarks.collection import _document as make_document
from benchmarks.retrieval import TODAY
from benchmarks.tables import evenly, save, say, say_table, versions, watched
from index import answering, store
from index.analysis import Analyzer
from index.building import build
from index.errors import InputError
from index.model import Locator, Passage
from index.passages import IdMaker
from index.snapshot import Snapshot

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
PERCENTILES = (50, 95, 99)
_WORDS = 80  # of a made passage, at most
_PASSAGES = 100  # of a made document
_SEED = 2021
_MIXED = 0.3  # of the words of a made passage are those of others
_COINED = 0.008  # are new, and as many are such as were new before
_SYLLABLES = ("ba", "de", "fi", "gor", "hu", "jan", "kel", "lo", "mir", "na", "pes", "ru", "sto",
              "tav", "vi", "zo")  # fmt: skip

#: Step -> the functions that are it: module, name in it ("Class.name" for a method).
STEPS: dict[str, tuple[tuple[str, str], ...]] = {
    "understanding": (("index.answering", "clean"), ("index.answering", "understand")),
    "dates": (("index.answering", "events_of_dates"), ("index.answering", "_of_dates")),
    "words (BM25)": (("index.ranking", "_Base"), ("index.ranking", "_allowed")),
    "reading passages": (("index.snapshot", "Snapshot.quote"), ("index.snapshot", "read_words")),
    "scoring again": (("index.ranking", "_boosts"),),
    "choosing": (("index.ranking", "best_stretch"),),
    "deciding": (("index.answering", "decide"),),
    "quoting, citing": (("index.answering", "_cite"),),
    "events": (("index.answering", "_events"),),
}
Timer = Callable[[], float]  # seconds since whenever
REST, WHOLE = "the rest", "whole answer"


class Clock:
    """Adds up how long each step takes; the time of a step inside another counts for itself alone."""

    def __init__(self, now: Timer = time.perf_counter) -> None:
        self._now = now
        self.took: dict[str, float] = dict.fromkeys((*STEPS, REST), 0.0)
        self._inside: list[str] = [REST]
        self._since = 0.0

    def start(self) -> None:
        """Forget what was measured, and begin."""
        self.took = dict.fromkeys(self.took, 0.0)
        self._since = self._now()

    def stop(self) -> dict[str, float]:
        """The seconds of each step since `start`, and of all together."""
        self._switch()
        return {**self.took, WHOLE: math.fsum(self.took.values())}

    def _switch(self) -> None:
        now = self._now()
        self.took[self._inside[-1]] += now - self._since
        self._since = now

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, whose time counts for ``step``."""

        def run(*values: Any, **named: Any) -> Any:
            self._switch()
            self._inside.append(step)
            try:
                return function(*values, **named)
            finally:
                self._switch()
                self._inside.pop()

        return run

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Within it the functions of `STEPS` are timed. Raises AttributeError for one that isn't."""
        with ExitStack() as stack:
            for step, functions in STEPS.items():
                for module, name in functions:
                    holder, last = resolve(module, name)
                    timed = self.timed(step, getattr(holder, last))
                    stack.enter_context(patch.object(holder, last, timed))
            yield


def resolve(module: str, name: str) -> tuple[Any, str]:
    """What holds the function, and its name there."""
    holder: Any = import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    return holder, last


# ---------------------------------------------------------------- passages


def texts() -> list[str]:
    """Texts to make passages of."""
    found = [
        line["text"]
        for folder in sorted(path.parent for path in BENCH.glob("*/qrels.tsv"))
        for line in read_lines(folder / "documents.jsonl")
    ]
    if not found:
        paths = sorted((ROOT / "corpus").rglob("*.md"))
        whole = "\n\n".join(path.read_text(encoding="utf-8") for path in paths)
        found = [" ".join(part.split()) for part in whole.split("\n\n") if part[:1].isalpha()]
    return found


def made_passages(base: Sequence[str], count: int) -> Iterator[str]:
    """``count`` passages of at most 80 words from ``base``: as they are, then again and again with
    other words mixed in. The same for the same ``base``. Raises ValueError if it has no words."""
    pieces = [
        words[start : start + _WORDS]
        for text in base
        for words in (text.split(),)
        for start in range(0, len(words), _WORDS)
    ]
    if not pieces:
        raise ValueError("There are no words to make passages of.")
    pool = [word for piece in pieces for word in piece]
    random = np.random.default_rng(_SEED)
    coined = 0
    for number in range(count):
        words = list(pieces[number % len(pieces)])
        if number >= len(pieces):
            chances = random.random(len(words))
            others = random.integers(0, len(pool), len(words))
            for place in np.flatnonzero(chances < _MIXED + 2 * _COINED).tolist():
                if chances[place] < _MIXED:
                    words[place] = pool[others[place]]
                elif chances[place] < _MIXED + _COINED or not coined:
                    words[place] = _coin(coined)
                    coined += 1
                else:
                    words[place] = _coin(int(others[place]) % coined)
        yield " ".join(words)


def _coin(number: int) -> str:
    """The made word of that number, each another."""
    syllables = []
    number += len(_SYLLABLES) ** 2
    while number:
        number, last = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[last])
    return "".join(syllables)


def make_index(passages: Sequence[str], data: Path) -> tuple[Snapshot, list[tuple[str, ...]]]:
    """A generation of ``passages`` in the folder ``data``, a hundred in a document, and their terms."""
    analyzer = Analyzer()
    all_terms: list[tuple[str, ...]] = []
    with store.new_generation(data) as (generation, database):
        starts = range(0, len(passages), _PASSAGES)
        for number, first in enumerate(watched(starts, "documents")):
            held = passages[first : first + _PASSAGES]
            document = make_document(f"made-{number}", f"Report {number}", "\n\n".join(held))
            make, at = IdMaker(document.id).make, 0
            found, terms = [], []
            for text in held:
                place = Locator(document.id, (), at, at + len(text))
                found.append(Passage(make("text", text), "text", place, text))
                terms.append(tuple(term.text for term in analyzer.terms(text)))
                at += len(text) + 2
            indexed = store.Indexed(document, tuple(found), tuple(terms), (), ())
            stamp = store.Stamp(number, document.name, "", 0, 0)
            store.write_document(database, indexed, stamp)
            all_terms += terms
        store.write_manifest(database, {"aliases": "[]"})
    return Snapshot(data, generation), all_terms


def read_questions(*paths: Path) -> list[str]:
    """The questions of those of the files that are here."""
    return [
        line.get("question") or line["text"]
        for path in paths
        if path.exists() or path.with_name(path.name + ".gz").exists()
        for line in read_lines(path)
    ]


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True, slots=True)
class How:
    """How it is measured."""

    questions: int = 200  # at most
    now: Timer = time.perf_counter
    profiled: int = 0  # functions that are printed


@dataclass(slots=True)
class Measured:
    """Times in milliseconds, by step, in the order of the questions."""

    name: str
    passages: int
    terms: int
    loading: float  # seconds
    first: float  # of the very first question
    cold: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)
    rank_bm25: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Percentiles of all, and how the whole answer compares with rank-bm25."""
        plain = percentiles(self.rank_bm25)
        found: dict[str, Any] = {
            "name": self.name,
            "passages": self.passages,
            "terms": self.terms,
            "loading_s": round(self.loading, 2),
            "first_ms": round(self.first, 2),
            "questions": len(self.rank_bm25),
            "rank_bm25_ms": plain,
        }
        for how, times in (("cold", self.cold), ("warm", self.warm)):
            found[f"{how}_ms"] = {step: percentiles(values) for step, values in times.items()}
        found["ratio"] = {
            how: {
                p: round(found[f"{how}_ms"][WHOLE][p] / plain[p], 3) if plain[p] else None
                for p in plain
            }
            for how in ("cold", "warm")
        }
        return found


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The 50th, 95th and 99th percentile, each one of the values; 0 without any."""
    ordered = sorted(values) or [0.0]
    return {f"p{p}": round(ordered[(len(ordered) - 1) * p // 100], 3) for p in PERCENTILES}


def measure(
    name: str,
    load: Callable[[], Snapshot],
    questions: Sequence[str],
    how: How,
) -> Measured:
    """Load an index, and ask it all questions twice. Their times; rank-bm25's are still missing."""
    begun = how.now()
    snapshot = load()
    loading = how.now() - begun
    found = Measured(name, len(snapshot.passages), len(snapshot.searcher.frequencies), loading, 0.0)
    clock = Clock(how.now)
    with clock.watching():
        for times in (found.cold, found.warm):
            for question in watched(questions, name):
                clock.start()
                ask(snapshot, question)
                for step, took in clock.stop().items():
                    times.setdefault(step, []).append(took * 1000)
    found.first = found.cold[WHOLE][0]
    if how.profiled:
        profile(snapshot, questions, how.profiled)
    return found


def ask(snapshot: Snapshot, question: str) -> None:
    """Have a question answered; one that can't be read takes its time too."""
    try:
        answering.answer(snapshot, question, today=TODAY)
    except InputError:
        return


def profile(snapshot: Snapshot, questions: Sequence[str], most: int) -> None:
    """Print the functions that take most time by themselves."""
    profiler = cProfile.Profile()
    with profiler:
        for question in questions:
            ask(snapshot, question)
    stats: Any = pstats.Stats(profiler)
    total = stats.total_tt or 1.0
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:most]
    say()
    say_table(
        ("function", "calls", "itself", "with what it calls"),
        (
            (
                f"{Path(file).name}:{line} {function}",
                f"{calls:,}",
                f"{own / total:.1%}",
                f"{whole / total:.1%}",
            )
            for (file, line, function), (_, calls, own, whole, _) in rows
        ),
    )


def time_rank_bm25(
    passages: Sequence[Sequence[str]], questions: Sequence[str], now: Timer
) -> list[float]:
    """Milliseconds of `get_scores` for each question."""
    okapi, analyzer = BM25Okapi(passages), Analyzer()
    found = []
    for question in watched(questions, "rank-bm25"):
        terms = [term.text for term in analyzer.terms(question)]
        begun = now()
        okapi.get_scores(terms)
        found.append((now() - begun) * 1000)
    return found


def measure_documents(data: Path, how: How) -> Measured:
    """The seeds, or the repository's corpus."""
    corpus, asked = SHARED / "seeds", [SHARED / "gold" / "qa.dev.jsonl"]
    if not corpus.is_dir():
        corpus, asked = ROOT / "corpus", []
    questions = evenly(read_questions(*asked, ROOT / "tests" / "questions.jsonl"), how.questions)
    generation = build(corpus, data).generation
    found = measure(corpus.name, lambda: Snapshot(data, generation), questions, how)
    with store.reading(data, generation) as database:
        terms = [held for _, held in store.passages(database)]
    found.rank_bm25 = time_rank_bm25(terms, questions, how.now)
    return found


def measure_made(passages: int, data: Path, how: How) -> Measured:
    """Made passages."""
    questions = evenly(
        read_questions(BENCH / "squad" / "queries.jsonl")
        or read_questions(ROOT / "tests" / "questions.jsonl"),
        how.questions,
    )
    made, terms = make_index(list(made_passages(texts(), passages)), data)
    generation = made.generation
    del made
    plain = time_rank_bm25(terms, questions, how.now)
    del terms
    found = measure("made", lambda: Snapshot(data, generation), questions, how)
    found.rank_bm25 = plain
    return found


def show(found: Measured) -> None:
    """Print the times of one index."""
    say(
        f"\n{found.name}: {found.passages:,} passages, {found.terms:,} terms; loaded in "
        f"{found.loading:.1f} s; first question {found.first:.1f} ms; "
        f"{len(found.rank_bm25)} questions, milliseconds\n"
    )
    head = ("step", *(f"{how} p{p}" for how in ("cold", "warm") for p in PERCENTILES))
    rows = [
        (step, *(f"{value:.2f}" for times in (found.cold, found.warm)
                 for value in percentiles(times[step]).values()))
        for step in found.cold
    ]  # fmt: skip
    plain = [f"{value:.2f}" for value in percentiles(found.rank_bm25).values()]
    ratios = found.figures()["ratio"]
    shares = [
        f"{value:.2f}" if value is not None else "-"
        for how in ("cold", "warm")
        for value in ratios[how].values()
    ]
    say_table(head, [*rows, ("rank-bm25", *plain, *plain), ("whole / rank-bm25", *shares)])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000, metavar="N")
    parser.add_argument("--questions", type=int, default=200, metavar="N")
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--profile", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if options.passages < 0 or options.questions < 1 or options.profile < 0:
        parser.error("--passages and --profile take numbers from 0 on, --questions one from 1 on.")
    now = time.process_time if options.processor else time.perf_counter
    how, figures = How(options.questions, now, options.profile), []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "documents")
        found = measure_documents(data, how)
        show(found)
        figures.append(found.figures())
        if options.passages:
            data = Path(folder, "made")
            found = measure_made(options.passages, data, how)
            show(found)
            figures.append(found.figures())
    told = {"time": "processor" if options.processor else "clock", "indexes": figures}
    save(options.json, {"versions": versions("numpy", "rank-bm25"), **told})


if __name__ == "__main__":
    main()
