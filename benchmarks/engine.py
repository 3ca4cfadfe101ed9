"""Our engine beside rank-bm25, bm25s, tantivy and SQLite's FTS5: time, memory, disk, and the same hits.

    .venv/bin/python -m benchmarks.engine [--quick] [--passages 10000 100000 1000000] [--text FOLDER]
        [--questions 200] [--engines ours rank-bm25 ...] [--processor] [--out docs/engine]

The passages are made (benchmarks/engine_corpus.py), or those of the files below ``--text``; there are
as many of them as ``--passages`` says, in steps, and 10,000 alone with ``--quick``. Every engine is
given the same terms. Each is built in a process of its own and asked in another, one after the other,
so nothing else should run meanwhile; ``--processor`` counts the processor time of answers in place of
the clock's, for a machine that does other work too. What isn't installed is left out:
requirements-bench.txt has the packages. All of it takes about 25 minutes on two cores, and 3 GB of
disk, for which ``--work`` names a folder.

Written into ``--out``: ``benchmark.md`` (tables), ``benchmark.png`` (plots) and ``benchmark.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import engine_report
from benchmarks.engine_adapters import ENGINES, Engine
from benchmarks.engine_corpus import Corpus, ask, make, save_questions, take, tell
from benchmarks.tables import say, versions

ROOT = Path(__file__).parent.parent
SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 200
SECONDS = 10.0  # for which an engine is asked with one kind of filter, about
_OPENINGS = 5  # of which the median counts
_OPENING_SECONDS = 8.0  # after which it isn't opened again
_NUMPY = "import time, numpy; print(time.monotonic())"


@dataclass(frozen=True, slots=True)
class How:
    """What is measured, and on what."""

    sizes: tuple[int, ...]
    engines: tuple[Engine, ...]
    questions: int = QUESTIONS
    text: Path | None = None
    seconds: float = SECONDS
    processor: bool = False  # of an answer its processor time counts


def measure(how: How, work: Path) -> Iterator[dict[str, Any]]:
    """The figures of each size, the smallest first, measured in the empty folder ``work``. A text that
    is too short gives the sizes that it has. Raises ValueError for one without words.
    """
    if how.text is None:
        make(work, max(how.sizes))
    else:
        take(work, how.text, max(how.sizes))
    corpora = [Corpus.open(work, size) for size in sorted(how.sizes)]
    for corpus in {corpus.size: corpus for corpus in corpora}.values():
        yield measure_size(how, corpus, work)


def facts() -> dict[str, Any]:
    """What the figures depend on."""
    packages = ("numpy", "rank-bm25", "bm25s", "numba", "tantivy")
    return {
        "versions": {**versions(*packages), "sqlite": sqlite3.sqlite_version},
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def measure_size(how: How, corpus: Corpus, work: Path) -> dict[str, Any]:
    """The figures of every engine on one corpus."""
    questions = ask(corpus, how.questions)
    if not questions:
        raise ValueError("There are no words to ask for.")
    save_questions(questions, work / "questions.json")
    task = {
        "corpus": str(work),
        "size": corpus.size,
        "questions": str(work / "questions.json"),
        "first": questions[0].terms,
        "seconds": how.seconds,
        "processor": how.processor,
    }
    found: dict[str, Any] = {
        "passages": corpus.size,
        "documents": len(corpus.days),
        "text_bytes": corpus.text_bytes,
        "questions": len(questions),
        "terms_a_question": round(sum(len(one.terms) for one in questions) / len(questions), 2),
        "numpy_s": median(numpy_seconds() for _ in range(_OPENINGS)),
        "engines": {},
    }
    for engine in how.engines:
        index = work / "index"
        index.mkdir()
        try:
            found["engines"][engine.key] = measure_engine(engine, task, index)
        except RuntimeError as exc:  # the others' figures shouldn't be lost
            tell(f"{engine.label}: left out, it failed: {exc}")
            found["engines"][engine.key] = {}
        finally:
            shutil.rmtree(index)
    return found


def numpy_seconds() -> float:
    """Seconds from starting an interpreter until it has numpy."""
    begun = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", _NUMPY], capture_output=True, check=True)
    return float(ended.stdout) - begun


def measure_engine(engine: Engine, task: dict[str, Any], index: Path) -> dict[str, Any]:
    """Build, open several times, and ask; ``index`` is an empty folder."""
    about = f"{task['size']:,} passages, {engine.label}"
    tell(f"{about}: building")
    task = {**task, "engine": engine.key, "index": str(index)}
    figures: dict[str, Any] = {"build": in_process({**task, "do": "build"})}
    figures["bytes"] = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    if engine.key == "reading":
        return figures
    tell(f"{about}: answering")
    _read_through(index)
    openings = list(_open(task))
    figures |= in_process({**task, "do": "answer"})
    openings.append(figures)
    opened = {key: median(one[key] for one in openings) for key in ("open_s", "whole_s")}
    return {**figures, **opened}


def _open(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    begun = time.monotonic()
    for _ in range(_OPENINGS - 1):
        yield in_process({**task, "do": "open"})
        if time.monotonic() - begun > _OPENING_SECONDS:
            return


def _read_through(folder: Path) -> None:
    """Read all files, so that they are in the system's cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


def in_process(task: dict[str, Any]) -> dict[str, Any]:
    """What benchmarks/engine_worker.py finds out about a task. Raises RuntimeError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        given, result = Path(folder, "task.json"), Path(folder, "result.json")
        given.write_text(json.dumps({**task, "begun": time.monotonic()}), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.engine_worker", str(given), str(result)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if ended.returncode:
            raise RuntimeError(ended.stderr.decode("utf-8", "replace").strip())
        figures: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return figures


def chosen(parser: argparse.ArgumentParser, keys: Sequence[str] | None) -> tuple[Engine, ...]:
    """The engines that are named and installed, all by default; what is missing is told."""
    unknown = sorted(set(keys or ()) - set(ENGINES))
    if unknown:
        parser.error(f"Engines are {', '.join(ENGINES)}.")
    found = []
    for key, engine in ENGINES.items():
        if keys and key not in keys:
            continue
        if engine.missing:
            tell(f"{engine.label}: left out, {engine.missing} is not installed")
        else:
            found.append(engine)
    return tuple(found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument("--quick", action="store_true", help="10,000 passages alone")
    parser.add_argument("--text", type=Path, metavar="FOLDER", help="measure on these texts")
    parser.add_argument("--questions", type=int, default=QUESTIONS, metavar="N")
    parser.add_argument("--engines", nargs="+", metavar="ENGINE", help=", ".join(ENGINES))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for one kind of filter")
    parser.add_argument("--processor", action="store_true", help="time answers by the processor")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="where there is room")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "engine", metavar="FOLDER")
    options = parser.parse_args(arguments)
    if min(options.passages) < 1 or options.questions < 1 or options.seconds <= 0:
        parser.error("--passages and --questions take numbers from 1 on, --seconds above 0.")
    if options.text is not None and not options.text.is_dir():
        parser.error("--text takes a folder.")
    engines = chosen(parser, options.engines)
    sizes = SIZES[:1] if options.quick else tuple(options.passages)
    how = How(sizes, engines, options.questions, options.text, options.seconds, options.processor)
    begun, sizes_done = time.monotonic(), []
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        try:
            for figures in measure(how, Path(work)):
                sizes_done.append(figures)
                told = {"command": command(options), "took_s": round(time.monotonic() - begun)}
                # After each size, so that what is done is kept if the run is broken off.
                engine_report.write({**facts(), **told}, sizes_done, options.out)
        except ValueError as exc:
            parser.error(str(exc))
    say((options.out / "benchmark.md").read_text(encoding="utf-8").rstrip())


def command(options: argparse.Namespace) -> str:
    """The command line, without folders."""
    words = [".venv/bin/python -m benchmarks.engine"]
    if options.quick:
        words.append("--quick")
    elif tuple(options.passages) != SIZES:
        words.append("--passages " + " ".join(map(str, options.passages)))
    if options.text is not None:
        words.append("--text FOLDER")
    if options.questions != QUESTIONS:
        words.append(f"--questions {options.questions}")
    if options.engines:
        words.append("--engines " + " ".join(options.engines))
    if options.seconds != SECONDS:
        words.append(f"--seconds {options.seconds:g}")
    if options.processor:
        words.append("--processor")
    return " ".join(words)


if __name__ == "__main__":
    main()
