"""A build that is killed, at whatever moment, leaves the generation before or the one it made.

``ARCHIVIST_KILLS=200`` asks for so many kills of the real command, by default there are 40, and for a
kill before every step on files, not before every second one.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index import building, catalogue, drafting, generations, rows, store
from index.analysis import Analyzer
from index.archive import Archive
from index.building import build
from index.contents import reading_contents
from index.errors import BusyError
from index.parsing import hash_text
from index.store import Indexed
from index.timeline import storing
from index.worker import Job, Limits, Refusal, index_bytes
from tests.conftest import ROOT
from tests.index import harbour
from tests.index.harbour import FILES, LOG, write
from tests.index.test_worker import gone

KILLS = int(os.environ.get("ARCHIVIST_KILLS", "40"))
SEED = 1890
TODAY = dt.date(2026, 1, 1)
QUESTIONS = (
    "When was the stone pier finished?",
    "What takes boat 3 to the Grey Cape?",
    "Who handed the ship over to Tomas Reed?",
)
#: The command, with segments so small that another generation, of merged ones, follows each build.
MERGING = (
    "import runpy; from index import drafting; drafting.SMALL, drafting._AT_ONCE = 20, 60; "
    "runpy.run_module('bot', run_name='__main__', alter_sys=True)"
)
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["index.building", __name__])

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Held:
    """What a generation holds, and what it answers."""

    rows: Rows
    answers: list[tuple[object, ...]]


def corpus_of(folder: Path, state: int, documents: int) -> Path:
    """The corpus in one of two states: a third of the documents tell of it, one is in it alone."""
    shutil.rmtree(folder, ignore_errors=True)
    files = dict(FILES)
    for number in range(documents):
        word = ("ebb", "flood")[state] if number % 3 == 0 else "wind"
        entries = (
            f"May {day}: The {word} takes boat {number} to the Grey Cape. It is late."
            for day in range(1, 29)
        )
        files[f"tides/{number:03}.txt"] = "1890\n\n" + "\n\n".join(entries)
    word = ("ebb", "flood")[state]
    return write(folder, files | {f"only-{word}.txt": f"The {word} was high on 4 May 1871."})


def answers_of(archive: Archive) -> list[tuple[object, ...]]:
    """What is answered to some questions, without what tells generations from each other."""
    found = (archive.answer(question, today=TODAY) for question in QUESTIONS)
    return [
        (answer.answer, [(cited.passage, cited.score, cited.line) for cited in answer.passages])
        for answer in found
    ]


def whole(data: Path) -> Held:
    """What the current generation holds: it opens, its files are those that were written, it quotes."""
    with reading_contents(data) as contents, contents.reading() as database:
        assert database.execute("pragma integrity_check").fetchone()[0] == "ok"
        files = contents.files()
        there = {
            path.relative_to(contents.folder).as_posix()
            for path in contents.folder.rglob("*")
            if path.is_file()
        }
        assert there == files.keys() | {generations.INDEX, generations.SEAL}
        for path, file in files.items():
            assert generations.hash_of(contents.folder / path) == file.sha256, path
        for segment in contents.segments:
            with contents.open_segment(segment.name).reading() as documents:
                assert store.unsound(documents) == ()
    found = harbour.rows(data)
    texts = {row["id"]: row["text"] for row in found["documents"]}
    for row in found["documents"]:
        assert hash_text(row["text"]) == row["text_sha256"]
    for table in ("passages", "notes", "events"):
        for row in found[table]:
            assert texts[row["document_id"]][row["start"] : row["stop"]].strip()
    archive = Archive.open(data)
    assert archive.replaces is None
    return Held(found, answers_of(archive))


def assert_tidy(data: Path) -> None:
    """Nothing lies in the data folder but two generations, the file that names one, and the lock."""
    assert sorted(path.name for path in data.iterdir()) == ["build.lock", "current", "generations"]
    names = sorted(int(path.name) for path in (data / "generations").iterdir())
    assert len(names) <= 2
    assert names[-1] == generations.current_generation(data)


def reference(folder: Path, documents: int) -> list[Held]:
    """What a generation of each of the two states holds."""
    for state in (0, 1):
        build(corpus_of(folder / f"corpus {state}", state, documents), folder / f"data {state}")
    return [whole(folder / f"data {state}") for state in (0, 1)]


# ---------------------------------------------------------------- the real command


def start(corpus: Path, data: Path, *, merging: bool = False) -> subprocess.Popen[bytes]:
    """The command that builds, as the leader of a group of processes."""
    program = ["-c", MERGING] if merging else ["-m", "bot"]
    return subprocess.Popen(
        [sys.executable, *program, "index", "build", "--corpus", corpus, "--data", data],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    """The processes that threads of process ``pid`` have started and that run still, and theirs; none
    where nobody can tell."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
    return found + [below for child in found for below in children(child)]


def steps_of(data: Path, merging: bool) -> dict[str, Callable[[], bool]]:
    """What can be seen of the next build from outside, in order."""
    folder = data / "generations"
    number = max(map(int, (path.name for path in folder.glob("*[0-9]")))) + 1
    own: dict[str, Callable[[], bool]] = {
        "drafting": (folder / f"{number}.tmp" / "index.db").exists,
        "segment": (folder / f"{number}.tmp/segments/{number}-1/documents.db").exists,
        "postings": (folder / f"{number}.tmp/segments/{number}-1/passages.bin").exists,
        "timeline": (folder / f"{number}.tmp/timeline.bin").exists,
        "swapping": (folder / f"{number}").exists,
        "swapped": lambda: generations.current_generation_or_zero(data) == number,
    }
    if merging:
        own |= {
            "merging": (folder / f"{number + 1}.tmp").exists,
            "sharing": (folder / f"{number + 1}.tmp/timeline.bin").exists,
            "merged": (folder / f"{number + 1}").exists,
            "tidying": lambda: generations.current_generation_or_zero(data) == number + 1,
        }
    return own


def wait_until(seen: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Return as soon as something is seen, or the process has ended."""
    while not seen() and process.poll() is None:
        time.sleep(0.0002)


def kill(process: subprocess.Popen[bytes], *, group: bool) -> None:
    """Kill a command, with or without the processes that it started: these end in any case."""
    readers = children(process.pid)
    if group:
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    assert all(map(gone, readers)), "an orphan"


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_the_command_killed_at_any_moment(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """After each kill the index is wholly old or new, and the next build needs no help."""
    rng = random.Random(SEED)
    documents = 9
    wanted = reference(tmp_path / "reference", documents)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    build(corpus_of(corpus, 1, documents), data)
    lasting = []
    for state in (0, 1):
        began = time.monotonic()
        assert start(corpus_of(corpus, state, documents), data).wait() == 0
        lasting.append(time.monotonic() - began)
    ended: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    for number in range(KILLS):
        state, merging = number % 2, rng.random() < 0.5
        corpus_of(corpus, state, documents)
        before = generations.current_generation(data)
        steps = steps_of(data, merging)
        process = start(corpus, data, merging=merging)
        if rng.random() < 0.25:  # a quarter falls anywhere
            aim = "anywhere"
            time.sleep(rng.uniform(0, max(lasting) * 1.1))
        else:
            aim = rng.choice(list(steps))
            wait_until(steps[aim], process)
            time.sleep(rng.choice((0, 0, rng.uniform(0, 0.01), rng.uniform(0, 0.05))))
        kill(process, group=rng.random() < 0.5)
        found = whole(data)
        where = f"kill {number} ({aim})"
        assert found in wanted, f"{where}: a mixture"
        new = generations.current_generation(data) != before
        assert found == wanted[state if new else 1 - state], where
        assert new or process.returncode != 0, where
        ended["new" if new else "old"] += 1
        fell[aim if process.returncode else "none: it had ended"] += 1
        if number % 10 == 0:
            assert start(corpus, data).wait() == 0
        else:
            build(corpus, data)
        assert whole(data) == wanted[state], where
        assert_tidy(data)
    print(f"{KILLS} kills: {dict(ended)}; {dict(fell)}")  # noqa: T201 - shown by `pytest -rP`
    record_property("ended", dict(ended))
    record_property("fell", dict(fell))
    assert ended["old"] > KILLS / 8, ended
    assert ended["new"] > KILLS / 8, ended


@pytest.mark.slow
def test_readers_go_on_while_builds_are_killed(tmp_path: Path) -> None:
    """Who has a generation open is answered from it throughout, and who opens one has a whole one."""
    rng = random.Random(SEED)
    wanted = reference(tmp_path / "reference", 3)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    build(corpus_of(corpus, 1, 3), data)
    kept = Archive.open(data)
    over = threading.Event()
    wrong: list[object] = []

    def ask(archives: Callable[[], Archive], right: Iterable[list[tuple[object, ...]]]) -> None:
        allowed = list(right)
        try:
            while not over.is_set():
                found = answers_of(archives())
                if found not in allowed:
                    wrong.append(found)
        except Exception as error:
            wrong.append(error)

    readers = [
        threading.Thread(target=ask, args=(lambda: kept, [wanted[1].answers])),
        threading.Thread(
            target=ask, args=(lambda: Archive.open(data), [each.answers for each in wanted])
        ),
    ]
    for reader in readers:
        reader.start()
    try:
        for number in range(6):
            corpus_of(corpus, number % 2, 3)
            steps = steps_of(data, merging=True)
            process = start(corpus, data, merging=True)
            wait_until(steps[rng.choice(list(steps))], process)
            kill(process, group=True)
            build(corpus, data)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert wrong == []


def test_a_second_builder_is_told_of_the_first(tmp_path: Path) -> None:
    """While one process builds, another is refused with the first one's id, and harms nothing."""
    corpus, data = write(tmp_path / "corpus", FILES), tmp_path / "data"
    first = start(corpus, data)
    try:
        wait_until((data / "generations" / "1.tmp").exists, first)
        os.kill(first.pid, signal.SIGSTOP)
        with pytest.raises(BusyError, match=f"id {first.pid}\\b"):
            build(corpus, data)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert first.wait() == 0
    assert generations.current_generation(data) == 1
    assert_tidy(data)


# ---------------------------------------------------------------- each step on files


class InThisProcess:
    """Reads files as a `Pool` does, without a process: starting one is what takes long."""

    def __init__(self, aliases: Any, limits: Limits) -> None:
        self._analyzer, self._limits = Analyzer(aliases), limits

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def results(self, jobs: Iterable[tuple[Any, Job, bytes]]) -> Iterator[tuple[Any, Any]]:
        for key, job, data in jobs:
            made = index_bytes(job, data, self._analyzer, self._limits)
            yield key, made if isinstance(made, Refusal) else Indexed(*made)


STEPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (generations, ("_finish", "_publish", "tidy")),
    (rows, ("new_file",)),
    (
        catalogue,
        (
            "write_parts",
            "write_timeline",
            "write_files",
            "write_manifest",
            "write_view",
            "copy_rest",
            "copy_timeline",
        ),
    ),
    (storing, ("write",)),
    (store, ("write_document", "copy_document", "finish")),
    (os, ("replace", "link", "rmdir", "fsync")),
    (Path, ("rename", "write_text", "mkdir")),
)


def make_small(*, patch: Callable[[Any, str, Any], None] = setattr) -> None:
    """Build without processes, and with segments so small that another generation follows."""
    patch(building, "Pool", InThisProcess)
    patch(drafting, "SMALL", 20)
    patch(drafting, "_AT_ONCE", 40)


def build_and_die(corpus: Path, data: Path, step: int) -> None:
    """Build, and be killed before the step of that number that touches the file system."""
    left = [step]
    make_small()

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for owner, names in STEPS:
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    unlink, removed = os.unlink, counted(os.unlink)
    # Those of a folder that is removed; the parts of which a file is put together are many.
    os.unlink = lambda path, **of: (removed if of else unlink)(path, **of)
    build(corpus, data)


def die(corpus: Path, data: Path, step: int) -> int | None:
    """The exit code of a process that builds and is killed before that step."""
    process = PROCESSES.Process(target=build_and_die, args=(corpus, data, step), daemon=True)
    process.start()
    process.join()
    with closing(process):
        return process.exitcode


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_build_killed_before_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before any one step on files, a build leaves old or new, and the next one mends all."""
    make_small(patch=monkeypatch.setattr)
    documents = 3
    wanted = reference(tmp_path / "reference", documents)
    corpora = [corpus_of(tmp_path / f"corpus {n}", n, documents) for n in (0, 1)]
    template, data = tmp_path / "template", tmp_path / "data"
    corpus = tmp_path / "corpus"
    shutil.copytree(corpora[1], corpus)
    build(corpus, template)
    shutil.rmtree(corpus)
    shutil.copytree(corpora[0], corpus)
    seen: list[bool] = []
    numbers: list[int | None] = []
    for step in range(1, 1_000, 1 if KILLS >= 200 else 2):
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(template, data)
        ended = die(corpus, data, step)
        found = whole(data)
        assert found in wanted, step
        seen.append(found == wanted[0])
        numbers.append(generations.current_generation(data))
        if step % 7 == 0 or seen[-2:] == [False, True]:
            assert build(corpus, data).generation == generations.current_generation(data)
            assert whole(data) == wanted[0], step
            assert_tidy(data)
        if ended == 0:
            break
    assert ended == 0
    assert step > 60
    assert seen == sorted(seen), "once swapped, the new generation is current"
    assert set(numbers) == {1, 2, 3}, "a more compact one follows"


def test_kills_one_after_the_other_leave_no_heap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many killed builds without one that ends in between leave nothing that grows."""
    make_small(patch=monkeypatch.setattr)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    write(corpus, FILES)
    build(corpus, data)
    for number in range(3):
        write(corpus, {"kestrel/log.txt": LOG + f"\nDec. {number + 1}: Fog.\n"})
        for step in (4, 8, 11):
            assert die(corpus, data, step) == -signal.SIGKILL
    assert len(list((data / "generations").iterdir())) <= 6
    build(corpus, data)
    assert_tidy(data)
