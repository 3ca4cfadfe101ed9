"""A pool of workers: order, bounds, and that nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index import pool as module
from index import worker
from index.pool import Pool, processes_here
from index.store import Indexed
from index.worker import Job, Limits, Refusal, WorkerError
from tests.conftest import ROOT
from tests.index.test_worker import META, SOON, gone, sabotage

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
LARGE = b"The ferry left Ostmark for the islands at noon.\n\n" * 400
WAITS = "if b'slow' in data: time.sleep(1.0)"


def job(number: int) -> Job:
    return Job(f"{number}.txt", str(number), "main", "0" * 64, META)


def jobs(
    files: Sequence[bytes], opened: list[int] | None = None
) -> Iterator[tuple[int, Job, bytes]]:
    """Each file under its number, which is noted in ``opened`` when it is asked for."""
    for number, data in enumerate(files):
        if opened is not None:
            opened.append(number)
        yield number, job(number), data


def told(result: Indexed | Refusal) -> str:
    return result.reason if isinstance(result, Refusal) else result.document.text


def pids_of() -> set[int]:
    """The processes that this one started and that are there."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process is started at the second file."""
    monkeypatch.setattr(module, "_WORTH_A_PROCESS", 0)


@pytest.mark.usefixtures("eager")
def test_results_come_in_the_order_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes long is handed on before those behind it, which are read meanwhile."""
    sabotage(monkeypatch, WAITS)
    files = [b"slow one", *(f"file {number}".encode() for number in range(20))]
    with Pool((), SOON, 2) as pool:
        found = list(pool.results(jobs(files)))
    assert [key for key, _ in found] == list(range(21))
    assert [told(result) for _, result in found] == [data.decode() for data in files]
    assert pool.processes == 2


def test_what_is_made_is_what_one_worker_makes() -> None:
    """A pool makes of each file what a worker makes of it."""
    files = [LARGE, b"The harbour of Ostmark was dug in 1847."]
    with Pool([("Ostmark", "the town")], SOON, 2) as pool:
        found = [result for _, result in pool.results(jobs(files))]
    with worker.Worker([("Ostmark", "the town")], SOON) as one:
        assert found == [one.index(job(number), data) for number, data in enumerate(files)]


def test_a_small_file_has_one_process() -> None:
    """A second process is not started for a few small files."""
    with Pool((), SOON, 8) as pool:
        assert len(list(pool.results(jobs([b"The harbour."] * 3)))) == 3
        assert pool.processes == 1


def test_much_to_read_has_all_processes() -> None:
    """As soon as there is enough to read there are as many processes as are allowed."""
    with Pool((), Limits(), 3) as pool:
        assert len(list(pool.results(jobs([LARGE * 20] * 5)))) == 5
        assert pool.processes == 3


def test_nothing_to_read() -> None:
    """No files give no results."""
    with Pool((), SOON, 2) as pool:
        assert list(pool.results(iter(()))) == []


def test_a_file_that_cannot_be_opened_keeps_its_place() -> None:
    """What comes with its refusal is handed on in its turn."""
    refused = Refusal("It can't be opened.", "Remove it.")
    given = [(0, job(0), b"First."), (1, refused), (2, job(2), b"Last.")]
    with Pool((), SOON, 2) as pool:
        found = list(pool.results(given))
    assert [told(result) for _, result in found] == ["First.", "It can't be opened.", "Last."]


@pytest.mark.usefixtures("eager")
def test_a_large_file_holds_up_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first file is read, those behind it are read up to the bound in files."""
    monkeypatch.setattr(module, "MOST_FILES", 30)
    sabotage(monkeypatch, WAITS)
    opened: list[int] = []
    files = [b"slow one", *([b"The harbour."] * 60)]
    with Pool((), SOON, 2) as pool:
        results = pool.results(jobs(files, opened))
        next(results)
        assert len(opened) == 30
        assert len(list(results)) == 60


def test_no_more_is_held_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the file whose turn it is no more bytes wait, read or unread, than may; but one file."""
    monkeypatch.setattr(module, "MOST_AHEAD", 3 * len(LARGE))
    opened: list[int] = []
    with Pool((), SOON, 2) as pool:
        for done, _ in enumerate(pool.results(jobs([LARGE] * 12, opened)), start=1):
            assert len(opened) <= done + 4
    assert len(opened) == 12


def test_files_are_opened_when_their_turn_comes() -> None:
    """Of many files few are opened before the first result is there."""
    opened: list[int] = []
    with Pool((), SOON, 1) as pool:
        next(pool.results(jobs([LARGE * 40] * 50, opened)))
    assert len(opened) <= 4


@pytest.mark.usefixtures("eager")
def test_a_file_that_breaks_its_process_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files beside and behind one that ends its process are read, and it is refused."""
    sabotage(monkeypatch, "if b'bad' in data: os.abort()")
    files = [b"good", b"bad", b"good", b"bad", *([b"good"] * 8)]
    with Pool((), SOON, 2) as pool:
        found = [told(result) for _, result in pool.results(jobs(files))]
    assert [said == "It made the reader crash." for said in found] == [
        data == b"bad" for data in files
    ]


def test_no_file_is_blamed_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file on which a process ends that read others before is read by a fresh one."""
    sabotage(monkeypatch, "w.done = getattr(w, 'done', 0) + 1\nif w.done == 3: os.abort()")
    with Pool((), SOON, 1) as pool:
        assert [told(r) for _, r in pool.results(jobs([b"The quay."] * 5))] == ["The quay."] * 5


@pytest.mark.usefixtures("eager")
def test_each_file_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes too long is given up, and those that wait behind it are not."""
    sabotage(monkeypatch, "if b'bad' in data: time.sleep(60)")
    limits = Limits(seconds=1.0, seconds_per_megabyte=0)
    with Pool((), limits, 2) as pool:
        found = [told(r) for _, r in pool.results(jobs([b"bad", *([b"good"] * 5)]))]
    assert found == ["It took longer than 1 seconds to read and was given up.", *(["good"] * 5)]


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """When none starts, that is raised to who waits for results, and no file is blamed."""
    monkeypatch.setattr(worker, "_PROGRAM", "raise SystemExit(3)")
    with Pool((), SOON, 2) as pool, pytest.raises(WorkerError, match="did not start"):
        list(pool.results(jobs([b"The harbour."])))


@pytest.mark.usefixtures("eager")
def test_a_further_process_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are read by those that did start."""
    sabotage(monkeypatch, "time.sleep(0.2)")
    started: list[int] = []
    real = worker._Process.__init__

    def first_alone(self: worker._Process, *args: object) -> None:
        started.append(1)
        if len(started) > 1:
            raise WorkerError("The process that reads files can't be started (no more).")
        real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(worker._Process, "__init__", first_alone)
    with Pool((), SOON, 2) as pool:
        assert [told(r) for _, r in pool.results(jobs([b"The quay."] * 4))] == ["The quay."] * 4
    assert len(started) == 2


@needs_proc
@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("where", ["the files", "what is done with results"])
def test_an_error_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """After an error, or Ctrl-C, in who gives files or takes results no process is left."""
    sabotage(monkeypatch, "time.sleep(1.0 if b'1' in data else 0)")
    before = pids_of()
    there: set[int] = set()

    def given() -> Iterator[tuple[int, Job, bytes]]:
        for number in range(40):
            if number == 8 and where == "the files":
                there.update(pids_of() - before)
                raise KeyboardInterrupt
            yield number, job(number), str(number).encode()

    def take() -> None:
        with Pool((), SOON, 2) as pool:
            for _ in pool.results(given()):
                there.update(pids_of() - before)
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take()
    assert there
    assert not there & pids_of()
    assert not [one for one in threading.enumerate() if one.name == "reading"]


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_processes_end_with_their_builder(how: signal.Signals) -> None:
    """A builder that is ended by a signal leaves none of its processes behind."""
    code = """
import time
from index import pool, worker
from tests.index.test_pool import jobs, pids_of
pool._WORTH_A_PROCESS = 0
worker._PROGRAM = ("import time, index.worker as w\\nreal = w.read\\n"
                   "def read(data, name):\\n    data == b'0' or time.sleep(60)\\n"
                   "    return real(data, name)\\nw.read = read\\nw.main()")
with pool.Pool((), worker.Limits(), 2) as both:
    for _ in both.results(jobs([b"0", b"1", b"2", b"3"])):
        print(*pids_of(), flush=True)
"""
    builder = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with builder:
        assert builder.stdout is not None
        pids = [int(pid) for pid in builder.stdout.readline().split()]
        time.sleep(0.2)  # let them begin
        builder.send_signal(how)
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


@pytest.mark.parametrize(
    ("processors", "free", "expected"),
    [
        pytest.param(4, 64_000_000_000, 4, id="one a processor"),
        pytest.param(64, 64_000_000_000, 8, id="no more than eight"),
        pytest.param(4, 4_000_000_000, 3, id="fewer where memory is scarce"),
        pytest.param(4, 100_000_000, 1, id="at least one"),
        pytest.param(4, None, 4, id="nobody knows the memory"),
    ],
)
def test_how_many_processes(
    monkeypatch: pytest.MonkeyPatch, processors: int, free: int | None, expected: int
) -> None:
    """There is a process for each processor, as far as memory goes."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.setattr(module, "free_memory", lambda: free)
    assert processes_here() == expected
