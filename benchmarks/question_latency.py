"""How long a question takes, step by step, beside rank-bm25 on the same passages in the same run.

    .venv/bin/python -m benchmarks.question_latency [--passages 100000 1000000] [--questions 200]
                                                    [--data FOLDER] [--processor] [--profile 15]
                                                    [--json FILE]

Asked of several indexes: the documents of ../shared/seeds (of corpus/ where those are missing), and of
each number of ``--passages`` (0: none) so many, which are made of the texts of ../shared/bench (of
corpus/) with other words mixed in, so that the vocabulary grows as that of a large corpus does; or of
the one in ``--data`` alone, which is there already. Each is asked in a process of its own that did not
build it. Cold is the first time that a question is asked after opening, warm the second. A step's time
leaves out that of steps inside it. rank-bm25 is its `get_scores` with the terms of the question, without
choosing the best; it is left out from 200,000 passages on, where it takes gigabytes. ``--processor``
measures processor time in place of the clock's, for a machine that does other work too. ``--profile N``
prints the N functions that take most time by themselves, warm.
"""

from __future__ import annotations

import argparse
import cProfile
import math
import pstats
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np
from rank_bm25 import BM25Okapi

from benchmarks.collection import BENCH, read_lines
from benchmarks.collection import _document as make_document
from benchmarks.retrieval import TODAY
from benchmarks.tables import evenly, save, say, say_table, versions, watched
from index import answering
from index.analysis import Analyzer
from index.building import build
from index.drafting import write_generation
from index.errors import InputError
from index.fields import shares_beside
from index.generations import current_generation
from index.model import Locator, Passage
from index.passages import IdMaker
from index.postings import count_terms
from index.snapshot import Snapshot
from index.store import Indexed

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
PERCENTILES = (50, 95, 99)
_MOST_COMPARED = 200_000  # passages: rank-bm25 takes about 10 kB of memory for each
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
    "words (BM25)": (("index.ranking", "gather"), ("index.ranking", "_Told")),
    "reading passages": (
        ("index.snapshot", "Snapshot.quote"),
        ("index.snapshot", "read_words"),
        ("index.lazy", "Passages.__getitem__"),
    ),
    "scoring again": (("index.ranking", "_best"),),
    "choosing": (("index.ranking", "best_stretch"),),
    "deciding": (("index.answering", "decide"),),
    "comparing": (("index.answering", "compare"),),
    "quoting, citing": (("index.answering", "_cite"),),
    "counting documents": (("index.answering", "_matched"),),
    "events": (("index.answering", "_events"),),
}
_Made = TypeVar("_Made")
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


def make_index(passages: Iterable[str], data: Path) -> int:
    """Make a generation of ``passages`` in the folder ``data``, a hundred in a document; its number."""
    return write_generation(data, made_documents(passages), {"aliases": "[]"})


def made_documents(passages: Iterable[str]) -> Iterator[Indexed]:
    """Documents of a hundred of ``passages`` each."""
    analyzer, rest, number = Analyzer(), iter(passages), 0
    while held := list(islice(rest, _PASSAGES)):
        document = make_document(f"made-{number}", f"Report {number}", "\n\n".join(held))
        make, at = IdMaker(document.id).make, 0
        found, terms = [], []
        for text in held:
            place = Locator(document.id, (), at, at + len(text))
            found.append(Passage(make("text", text), "text", place, text))
            terms.append(tuple(analyzer.term_texts(text)))
            at += len(text) + 2
        beside = shares_beside(found, terms, document.title, analyzer)
        yield Indexed(document, tuple(found), count_terms(terms, beside), (), ())
        number += 1


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
    opening: float  # seconds
    first: float  # milliseconds, of the very first question
    memory: float  # megabytes that the process had at most
    cold: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)
    rank_bm25: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Percentiles of all, and how the whole answer compares with rank-bm25."""
        plain = percentiles(self.rank_bm25)
        found: dict[str, Any] = {
            "name": self.name,
            "passages": self.passages,
            "opening_s": round(self.opening, 3),
            "first_ms": round(self.first, 2),
            "memory_mb": round(self.memory, 1),
            "questions": len(self.cold[WHOLE]),
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


def measure(name: str, data: Path, questions: Sequence[str], how: How) -> Measured:
    """Open the current index in ``data`` and ask it all questions twice.

    Their times; those of rank-bm25 are still missing.
    """
    begun = how.now()
    snapshot = Snapshot(data, current_generation(data))
    opening = how.now() - begun
    found = Measured(name, len(snapshot.passages), opening, 0.0, 0.0)
    clock = Clock(how.now)
    with clock.watching():
        for times in (found.cold, found.warm):
            for question in watched(questions, name):
                clock.start()
                ask(snapshot, question)
                for step, took in clock.stop().items():
                    times.setdefault(step, []).append(took * 1000)
    found.first = found.cold[WHOLE][0]
    found.memory = peak_memory()
    if how.profiled:
        profile(snapshot, questions, how.profiled)
    return found


def peak_memory() -> float:
    """The most memory that this process had, in megabytes; 0 where the system doesn't tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(kilobytes) * 1024 / 1e6


def apart(function: Callable[[], _Made]) -> _Made:
    """What ``function`` gives in a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function).result()


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


def time_rank_bm25(data: Path, questions: Sequence[str], how: How) -> list[float]:
    """Milliseconds of `get_scores` for each question, on the passages of the current index in ``data``."""
    snapshot, analyzer = Snapshot(data, current_generation(data)), Analyzer()
    passages = [
        analyzer.term_texts(snapshot.passage(position).text)
        for position in watched(range(len(snapshot.passages)), "rank-bm25")
    ]
    okapi = BM25Okapi(passages)
    found = []
    for question in watched(questions, "rank-bm25"):
        terms = analyzer.term_texts(question)
        begun = how.now()
        okapi.get_scores(terms)
        found.append((how.now() - begun) * 1000)
    return found


def measure_index(name: str, data: Path, questions: Sequence[str], how: How) -> Measured:
    """Measure an index and, if it isn't too large for that, rank-bm25 on its passages."""
    found = apart(partial(measure, name, data, questions, how))
    if found.passages < _MOST_COMPARED:
        found.rank_bm25 = apart(partial(time_rank_bm25, data, questions, how))
    return found


def measure_documents(data: Path, how: How) -> Measured:
    """The seeds, or the repository's corpus."""
    corpus, asked = SHARED / "seeds", [SHARED / "gold" / "qa.dev.jsonl"]
    if not corpus.is_dir():
        corpus, asked = ROOT / "corpus", []
    questions = evenly(read_questions(*asked, ROOT / "tests" / "questions.jsonl"), how.questions)
    build(corpus, data)
    return measure_index(corpus.name, data, questions, how)


def measure_made(passages: int, data: Path, how: How) -> Measured:
    """Made passages."""
    make_index(watched_few(made_passages(texts(), passages), passages), data)
    return measure_index(f"made {passages:,}", data, general_questions(how), how)


def watched_few(passages: Iterable[str], count: int) -> Iterator[str]:
    """``passages``, of which there are ``count``, with how many are done told on a terminal."""
    for _, passage in zip(watched(range(count), "passages"), passages, strict=True):
        yield passage


def general_questions(how: How) -> Sequence[str]:
    """Questions to ask of any corpus."""
    found = read_questions(BENCH / "squad" / "queries.jsonl")
    return evenly(found or read_questions(ROOT / "tests" / "questions.jsonl"), how.questions)


def show(found: Measured) -> None:
    """Print the times of one index."""
    say(
        f"\n{found.name}: {found.passages:,} passages; opened in {found.opening:.2f} s; first question "
        f"{found.first:.1f} ms; {found.memory:.0f} MB; {len(found.cold[WHOLE])} questions, milliseconds\n"
    )
    head = ("step", *(f"{how} p{p}" for how in ("cold", "warm") for p in PERCENTILES))
    rows = [
        (step, *(f"{value:.2f}" for times in (found.cold, found.warm)
                 for value in percentiles(times[step]).values()))
        for step in found.cold
    ]  # fmt: skip
    if found.rank_bm25:
        plain = [f"{value:.2f}" for value in percentiles(found.rank_bm25).values()]
        ratios = found.figures()["ratio"]
        shares = [
            f"{value:.2f}" if value is not None else "-"
            for how in ("cold", "warm")
            for value in ratios[how].values()
        ]
        rows += [("rank-bm25", *plain, *plain), ("whole / rank-bm25", *shares)]
    say_table(head, rows)


def show_growth(found: Sequence[Measured]) -> None:
    """Print the median of each step, cold, by index: what grows with the corpus."""
    say("\nMedian, cold, milliseconds\n")
    say_table(
        ("step", *(one.name for one in found)),
        (
            (step, *(f"{percentiles(one.cold[step])['p50']:.2f}" for one in found))
            for step in found[0].cold
        ),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[100_000], metavar="N")
    parser.add_argument("--questions", type=int, default=200, metavar="N")
    parser.add_argument("--data", type=Path, metavar="FOLDER")
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--profile", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if min(options.passages) < 0 or options.questions < 1 or options.profile < 0:
        parser.error("--passages and --profile take numbers from 0 on, --questions one from 1 on.")
    now = time.process_time if options.processor else time.perf_counter
    how = How(options.questions, now, options.profile)
    found: list[Measured] = []
    if options.data is not None:
        questions = general_questions(how)
        found.append(measure_index(options.data.name, options.data, questions, how))
        show(found[-1])
    else:
        runs: list[Callable[[Path], Measured]] = [partial(measure_documents, how=how)]
        runs += [partial(measure_made, each, how=how) for each in options.passages if each]
        for run in runs:
            with tempfile.TemporaryDirectory() as folder:
                found.append(run(Path(folder, "data")))
            show(found[-1])
    show_growth(found)
    told = {"time": "processor" if options.processor else "clock"}
    figures = {"indexes": [one.figures() for one in found]}
    save(options.json, {"versions": versions("numpy", "rank-bm25"), **told, **figures})


if __name__ == "__main__":
    main()
