"""A build that is killed, at whatever moment, leaves the generation before or the one it made."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from index import store
from index.archive import Archive
from index.building import build
from index.parsing import hash_text
from tests.index.harbour import FILES, LOG, rows, write
from tests.index.test_worker import gone

KILLS = 100  # with each of two seeds
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["index.building", __name__])

Rows = dict[str, list[dict[str, Any]]]


def corpus_of(folder: Path, state: int, documents: int) -> Path:
    """The corpus in one of two states: most documents tell of it, and one is in that state alone."""
    shutil.rmtree(folder, ignore_errors=True)
    word = ("ebb", "flood")[state]
    files = dict(FILES) | {f"only-{word}.txt": f"The {word} was high on 4 May 1871."}
    for number in range(documents):
        entries = (
            f"May {day}: The {word} takes boat {number} to the Grey Cape. " + "It is late. " * 30
            for day in range(1, 29)
        )
        files[f"tides/{number:03}.txt"] = "1890\n\n" + "\n\n".join(entries)
    return write(folder, files)


def build_and_tell(corpus: Path, data: Path, connection: Connection) -> None:
    """Build, and tell when it begins and when the swap begins."""
    publish = store._publish

    def tell_and_publish(*args: Any) -> None:
        connection.send("publishing")
        publish(*args)

    store._publish = tell_and_publish
    connection.send("building")
    build(corpus, data)


def start(corpus: Path, data: Path) -> tuple[Any, Connection]:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=build_and_tell, args=(corpus, data, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.recv() == "building"
    return process, ours


def assert_whole(data: Path) -> Rows:
    """The rows of the current generation, which opens, checks and quotes."""
    with store.reading(data) as database:
        assert database.execute("pragma integrity_check").fetchone()[0] == "ok"
    found = rows(data)
    texts = {row["id"]: row["text"] for row in found["documents"]}
    for row in found["documents"]:
        assert hash_text(row["text"]) == row["text_sha256"]
    for table in ("passages", "notes", "events"):
        for row in found[table]:
            assert texts[row["document_id"]][row["start"] : row["stop"]].strip()
    loaded = Archive.open(data).snapshot
    assert all(loaded.passage(n).text for n in range(0, len(loaded.passages), 7))
    return found


def assert_tidy(data: Path) -> None:
    """Nothing lies in the data folder but two generations, the file that names one, and the lock."""
    assert sorted(path.name for path in data.iterdir()) == ["build.lock", "current", "generations"]
    names = sorted(int(path.name) for path in (data / "generations").iterdir())
    assert len(names) <= store.KEPT_GENERATIONS
    assert names[-1] == store.current_generation(data)


def reference(folder: Path, documents: int) -> list[Rows]:
    """What a generation of each of the two states holds."""
    for state in (0, 1):
        build(corpus_of(folder / f"corpus {state}", state, documents), folder / f"data {state}")
    return [assert_whole(folder / f"data {state}") for state in (0, 1)]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1890, 1891])
def test_a_build_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    """After each of 200 kills the index is wholly old or new, and the next build needs no help."""
    rng = random.Random(seed)
    documents = 20
    wanted = reference(tmp_path / "reference", documents)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    build(corpus_of(corpus, 1, documents), data)
    whole, swap = durations(corpus, data, documents)
    ended: Counter[str] = Counter()
    for kill in range(KILLS):
        state = kill % 2
        corpus_of(corpus, state, documents)
        process, connection = start(corpus, data)
        if kill % 4 < 2:  # half of the kills fall anywhere, half into the swap
            time.sleep(rng.uniform(0, whole * 1.05))
        else:
            assert connection.recv() == "publishing"
            time.sleep(rng.uniform(0, swap * 1.1))
        workers = children(process.pid)
        process.kill()
        process.join()
        connection.close()
        assert all(map(gone, workers)), f"kill {kill}: an orphan"
        found = assert_whole(data)
        assert found in wanted, f"kill {kill}: a mixture"
        ended["new" if found == wanted[state] else "old"] += 1
        assert process.exitcode != 0 or found == wanted[state]
        assert build(corpus, data).documents == len(wanted[state]["documents"])
        assert assert_whole(data) == wanted[state]
        assert_tidy(data)
    assert ended["old"] > KILLS / 10, ended
    assert ended["new"] > KILLS / 20, ended


def children(pid: int) -> list[int]:
    """The processes that process ``pid`` has started and that run still; none where nobody can tell."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):  # the latter: it has just ended
        return []


def durations(corpus: Path, data: Path, documents: int) -> tuple[float, float]:
    """Seconds that a build takes, and the swap in it; the corpus is in state 1 again afterwards."""
    whole, swap = [], []
    for state in (0, 1, 0, 1):
        process, connection = start(corpus_of(corpus, state, documents), data)
        began = time.perf_counter()
        assert connection.recv() == "publishing"
        swapping = time.perf_counter()
        process.join()
        connection.close()
        assert process.exitcode == 0
        whole.append(time.perf_counter() - began)
        swap.append(time.perf_counter() - swapping)
    return sorted(whole)[1], sorted(swap)[1]


# ---------------------------------------------------------------- each step of the swap


def build_and_die(corpus: Path, data: Path, step: int) -> None:
    """Build, and be killed before the step of that number that touches the file system."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for owner, names in (
        (store, ("_sync", "_create_tables", "_finish", "_publish", "write_manifest")),
        (os, ("replace",)),
        (Path, ("rename", "write_text", "mkdir")),
        (shutil, ("rmtree",)),
    ):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    build(corpus, data)


def test_a_build_killed_before_each_step(tmp_path: Path) -> None:
    """Killed before any one step on files, a build leaves old or new, and the next one mends all."""
    wanted = reference(tmp_path / "reference", 1)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    build(corpus_of(corpus, 1, 1), data)
    seen: list[bool] = []
    for step in range(1, 100):
        state = (step + 1) % 2
        corpus_of(corpus, state, 1)
        process = PROCESSES.Process(target=build_and_die, args=(corpus, data, step), daemon=True)
        process.start()
        process.join()
        found = assert_whole(data)
        assert found in wanted
        seen.append(found == wanted[state])
        assert build(corpus, data).generation == store.current_generation(data)
        assert assert_whole(data) == wanted[state]
        assert_tidy(data)
        if process.exitcode == 0:
            break
    assert len(seen) > 12
    assert seen == sorted(seen), "once swapped, the new generation is current"


def test_kills_one_after_the_other_leave_no_heap(tmp_path: Path) -> None:
    """Many killed builds without one that ends in between leave nothing that grows."""
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    write(corpus, FILES)
    build(corpus, data)
    for number in range(3):
        write(corpus, {"kestrel/log.txt": LOG + f"\nDec. {number + 1}: Fog.\n"})
        for step in (4, 8, 11):
            process = PROCESSES.Process(
                target=build_and_die, args=(corpus, data, step), daemon=True
            )
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
    assert len(list((data / "generations").iterdir())) <= 6
    build(corpus, data)
    assert_tidy(data)
