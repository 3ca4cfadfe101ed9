"""What is measured in a process of its own: building an index, opening one, asking one.

    python -m benchmarks.engine_worker TASK.json RESULT.json

The imports of this module count for the whole time of opening, so they are few.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.engine_adapters import ENGINES, Builder, Engine, Hits, Opened

if TYPE_CHECKING:
    from benchmarks.engine_corpus import Corpus, Filter, Question

KINDS = ("all", "document", "days", "half")  # of filters; "all" is none
_PASSES = 3  # over all questions, that are timed
_FEWEST = 10  # questions that are timed without a filter, however slow they are
_FEWEST_FILTERED = 4
_THROUGHPUT_SECONDS = 3.0  # for which threads go on asking, at most
_FEWEST_IN_THREAD = 2


def run(task: dict[str, Any]) -> dict[str, Any]:
    """The figures of a task, whose ``do`` is "build", "open" or "answer"."""
    engine = ENGINES[task["engine"]]
    if task["do"] == "build":
        return build(engine, Path(task["corpus"]), task["size"], Path(task["index"]))
    assert isinstance(engine, Engine), f"{engine.label} answers nothing"
    opened, figures = open_index(engine, task)
    if task["do"] == "answer":
        from benchmarks.engine_corpus import load_questions

        now = time.thread_time if task.get("processor") else time.perf_counter
        questions = load_questions(Path(task["questions"]))
        figures |= answer(opened, questions, task["seconds"], now)
    opened.close()
    return figures


def build(engine: Builder, corpus: Path, size: int, index: Path) -> dict[str, Any]:
    """Seconds by the clock and of the processor (with its own processes'), and the peak of memory of
    the process that took most."""
    from benchmarks.engine_corpus import Corpus

    engine.load()
    clock, processor = time.perf_counter(), _processor()
    engine.build(Corpus.open(corpus, size), index)
    return {
        "clock_s": time.perf_counter() - clock,
        "processor_s": _processor() - processor,
        "memory_mb": max(peak_memory(), _peak(resource.RUSAGE_CHILDREN)),
    }


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def open_index(engine: Engine, task: dict[str, Any]) -> tuple[Opened, dict[str, Any]]:
    """The index, and the seconds to its first answer: since its imports, and since ``begun``."""

    def load() -> Corpus:
        from benchmarks.engine_corpus import Corpus

        return Corpus.open(Path(task["corpus"]), task["size"])

    terms = task["first"]
    engine.load()
    ready = time.monotonic()
    opened = engine.open(Path(task["index"]), load)
    opened.search(terms)
    now = time.monotonic()
    return opened, {"open_s": now - ready, "whole_s": now - task["begun"]}


def answer(
    opened: Opened, questions: Sequence[Question], seconds: float, now: Callable[[], float]
) -> dict[str, Any]:
    """Milliseconds (by ``now``) of each answer by kind of filter, questions a second on one and two
    threads, the peak of memory, and what was found. Each kind goes on for about ``seconds`` at most.
    """
    figures: dict[str, Any] = {"milliseconds": {}, "found": {}}
    for kind in KINDS:
        asked = [(question.terms, _filter(question, kind)) for question in questions]
        fewest = _FEWEST_FILTERED if kind != "all" else _FEWEST
        times, found = timed(opened, asked, seconds, fewest, now)
        figures["milliseconds"][kind], figures["found"][kind] = times, found
        if kind == "all":
            figures["unfiltered_mb"] = peak_memory()
    terms = [question.terms for question in questions]
    figures["throughput"] = {
        str(threads): throughput(opened, terms, threads, min(seconds, _THROUGHPUT_SECONDS))
        for threads in (1, 2)
    }
    return {**figures, "memory_mb": peak_memory()}


def _filter(question: Question, kind: str) -> Filter | None:
    return next((among for among in question.filters if among.kind == kind), None)


def timed(
    opened: Opened,
    asked: Sequence[tuple[Sequence[str], Filter | None]],
    seconds: float,
    fewest: int,
    now: Callable[[], float] = time.perf_counter,
) -> tuple[list[float], list[Hits]]:
    """Milliseconds and hits of the questions in their order: the median of a question's passes, which
    leaves out what else the machine did. What is fast is asked everything once before; what is slow,
    fewer questions.
    """
    found: list[Hits] = []
    warmed = time.perf_counter()
    for terms, among in asked:
        found.append(opened.search(terms, among))
        if time.perf_counter() - warmed > seconds / 4:
            break
    times: list[list[float]] = []
    begun = time.perf_counter()
    for number, (terms, among) in enumerate(list(asked) * _PASSES):
        before = now()
        hits = opened.search(terms, among)
        took = now() - before
        if number < len(asked):
            times.append([])
        times[number % len(asked)].append(took * 1000)
        if number == len(found) < len(asked):
            found.append(hits)
        if time.perf_counter() - begun > seconds and number + 1 >= fewest:
            break
    return [float(np.median(passes)) for passes in times], found


def throughput(
    opened: Opened, asked: Sequence[Sequence[str]], threads: int, seconds: float
) -> float:
    """Questions a second, answered by so many threads for so long, and a few each at least."""
    shared = cycle(asked)  # next() on it is one step, which threads can't come between
    starting = threading.Barrier(threads)

    def go(_: int) -> tuple[int, float]:
        try:
            opened.search(asked[0])  # what is made once for each thread
        except BaseException:
            starting.abort()
            raise
        starting.wait()
        begun, count, taken = time.perf_counter(), 0, 0.0
        while taken < seconds or count < _FEWEST_IN_THREAD:
            opened.search(next(shared))
            count += 1
            taken = time.perf_counter() - begun
        return count, taken

    with ThreadPoolExecutor(threads) as pool:
        return sum(count / taken for count, taken in pool.map(go, range(threads)))


def _peak(who: int) -> float:
    """On Linux that of a process counts what the one that started it had, so `peak_memory` asks
    elsewhere for its own."""
    most = resource.getrusage(who).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1_024 / 1e6


def peak_memory() -> float:
    """The most memory that this process has had, in MB (10⁶ bytes), mapped files included."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # no Linux
        return _peak(resource.RUSAGE_SELF)
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1_024 / 1e6


if __name__ == "__main__":
    _, task, result = sys.argv
    figures = run(json.loads(Path(task).read_text(encoding="utf-8")))
    Path(result).write_text(json.dumps(figures), encoding="utf-8")
