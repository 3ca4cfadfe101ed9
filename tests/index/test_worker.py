"""The worker's limits: what one file may cost, and that it costs nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from index import worker
from index.model import DocumentMeta
from index.store import Indexed
from index.worker import Job, Limits, Refusal, Worker, WorkerError
from tests.conftest import ROOT

META = DocumentMeta()
SOON = Limits(seconds=2.5, seconds_per_megabyte=0, memory=300 * worker.MEGABYTE)
TEXT = b"The harbour of Ostmark was dug in 1847."


def job(name: str = "log.txt") -> Job:
    return Job(name, "log", "main", "0" * 64, META)


def sabotage(monkeypatch: pytest.MonkeyPatch, code: str, before: str = "") -> None:
    """Have ``code`` run in the worker for each file, with its bytes as ``data``; then it is read.

    ``before`` runs once.
    """
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    program = (
        "import os, signal, sys, time\nimport index.worker as w\nreal = w.read\n"
        f"{before}\ndef read(data, name):\n{body}\n    return real(data, name)\nw.read = read\nw.main()"
    )
    monkeypatch.setattr(worker, "_PROGRAM", program)


@contextmanager
def started(limits: Limits = SOON) -> Iterator[Worker]:
    with Worker([("Ostmark", "the town")], limits) as one:
        yield one


def text_of(result: Indexed | Refusal) -> str:
    assert isinstance(result, Indexed), result
    return result.document.text


def reason_of(result: Indexed | Refusal) -> str:
    assert isinstance(result, Refusal)
    assert result.hint.endswith(".")
    return result.reason


def pid_of(one: Worker) -> int:
    assert one._process is not None
    return one._process._popen.pid


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_one_worker_reads_many_files() -> None:
    """Files are read one after the other by the same process, each as itself."""
    with started() as one:
        first = pid_of(one)
        for number in range(5):
            text = f"The harbour was dug in {1847 + number}."
            assert text_of(one.index(job(), text.encode())) == text
        assert pid_of(one) == first


def test_what_is_made_is_what_would_be_made_here() -> None:
    """A worker makes of a document what `index_document` makes of it."""
    with started() as one:
        result = one.index(job(), TEXT)
    assert isinstance(result, Indexed)
    analyzer = worker.Analyzer([("Ostmark", "the town")])
    assert worker.index_document(result.document, analyzer) == result


def test_a_worker_that_is_taken_over_runs_nothing_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a worker sends instead of a reading is refused, not run; the next file is read."""
    trace = tmp_path / "trace"
    sabotage(
        monkeypatch,
        "if b'bad' in data: w.pickle.dump = lambda *_, **__: dump(Call(), answers[0], protocol=5)\n"
        "else: w.pickle.dump = dump",
        before=(
            "class Call:\n"
            f"    def __reduce__(self): return os.mkdir, ({str(trace)!r},)\n"
            "answers = []\n"
            "dump = w.pickle.dump\n"
            "class Answers(w._Answers):\n"
            "    def send(self, answer):\n"
            "        answers[:] = [self]\n"
            "        super().send(answer)\n"
            "w._Answers = Answers\n"
        ),
    )
    with started() as one:
        refused = reason_of(one.index(job(), b"bad"))
        assert refused == "What was made of it can't be trusted."
        assert text_of(one.index(job(), TEXT)) == TEXT.decode()
    assert not trace.exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            "if b'bad' in data: time.sleep(60)",
            "It took longer than 2.5 seconds to read and was given up.",
            id="waits",
        ),
        pytest.param(
            "while b'bad' in data: pass",
            "It took longer than 2.5 seconds to read and was given up.",
            id="never ends",
        ),
        pytest.param(
            "if b'bad' in data: signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); "
            "time.sleep(60)",
            "It took longer than 2.5 seconds to read and was given up.",
            id="hears no signal",
        ),
        pytest.param(
            "heap = [bytearray(10_000_000) for _ in range(1000) if b'bad' in data]",
            "It needs more than 0.3 GB of memory to read.",
            id="fills memory",
        ),
        pytest.param(
            "if b'bad' in data: os.kill(os.getpid(), signal.SIGKILL)",
            "It needs more memory to read than there is.",
            id="is killed by the system",
        ),
        pytest.param(
            "if b'bad' in data: os.kill(os.getpid(), signal.SIGSEGV)",
            "It made the reader crash.",
            id="crashes",
        ),
        pytest.param(
            "if b'bad' in data: os.abort()", "It made the reader crash.", id="gives itself up"
        ),
        pytest.param("if b'bad' in data: os._exit(0)", "It made the reader crash.", id="just ends"),
        pytest.param(
            "if b'bad' in data: sys.setrecursionlimit(20); (lambda f: f(f))(lambda f: f(f))",
            "Reading it failed (RecursionError).",
            id="recurses",
        ),
    ],
)
def test_a_file_that_breaks_its_worker_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    """The files before and after it are read, and it is refused with its reason."""
    sabotage(monkeypatch, code)
    with started() as one:
        assert text_of(one.index(job(), TEXT))
        assert reason_of(one.index(job(), b"bad")) == reason
        assert text_of(one.index(job(), TEXT))


def test_a_library_that_cannot_have_memory_is_told_from_a_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a library gives itself up with most of its memory taken, memory is what was wanting."""
    sabotage(
        monkeypatch,
        "if b'bad' in data: taken = bytearray(b'x') * 70_000_000; time.sleep(0.5); os.abort()",
    )
    with started(replace(SOON, memory=100_000_000)) as one:
        reason = reason_of(one.index(job(), b"bad"))
    assert reason == "It needs more than 0.1 GB of memory to read."


def test_memory_is_limited_by_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small machine gives a worker a part of what is free, and the sentence says so."""
    sabotage(
        monkeypatch,
        "if b'bad' in data: taken = bytearray(b'x') * 300_000_000",
        before="w.free_memory = lambda: 240_000_000; w._LEAST_MEMORY = 50_000_000",
    )
    with started() as one:
        assert text_of(one.index(job(), TEXT))
        refused = one.index(job(), b"bad")
        assert isinstance(refused, Refusal)
        assert refused.reason == (
            "It needs more than 0.08 GB of memory to read, and there was no more to spare."
        )
        assert "--full" in refused.hint
        assert text_of(one.index(job(), TEXT))


def test_no_file_is_blamed_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that breaks after it has read others is replaced, and the file is read once more."""
    sabotage(
        monkeypatch,
        "w.done = getattr(w, 'done', 0) + 1\nif w.done == 3: os.abort()",
    )
    with started() as one:
        assert [text_of(one.index(job(), TEXT)) for _ in range(5)] == [TEXT.decode()] * 5


def test_a_worker_is_replaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many files another process reads on."""
    monkeypatch.setattr(worker, "FILES_A_WORKER", 2)
    with started() as one:
        pids = []
        for _ in range(4):
            one._process or one._start()
            pids.append(pid_of(one))
            assert text_of(one.index(job(), TEXT))
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_what_libraries_print_reaches_nobody(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Words on standard output and error, from Python or from below, spoil no answer."""
    sabotage(
        monkeypatch,
        "print('chatter ' * 10_000)\nos.write(1, b'noise ' * 30_000)\nos.write(2, b'noise ' * 30_000)",
    )
    with started() as one:
        assert text_of(one.index(job(), TEXT)) == TEXT.decode()
        assert text_of(one.index(job(), TEXT)) == TEXT.decode()
    assert capfd.readouterr() == ("", "")


def test_no_file_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader that tries to write a file fails at its first byte."""
    path = tmp_path / "written"
    sabotage(monkeypatch, f"open({str(path)!r}, 'w').write('words' * 10_000)")
    with started() as one:
        assert reason_of(one.index(job(), TEXT)) == "Reading it failed (OSError)."
    assert not path.exists() or path.stat().st_size == 0


def test_no_secret_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's environment holds neither the token nor any setting."""
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("ARCHIVIST_DATA", "secret")
    sabotage(monkeypatch, "assert 'secret' not in os.environ.values()")
    with started() as one:
        assert text_of(one.index(job(), TEXT))


def test_too_much_text() -> None:
    """A file of more text than is allowed is refused with the number."""
    with started(Limits(text=1_000)) as one:
        reason = reason_of(one.index(job(), b"The harbour. " * 100))
    assert reason == "It holds more text than 1,000 characters."


def test_too_many_passages() -> None:
    """A file that makes more passages than are allowed is refused with the number."""
    with started(Limits(passages=3)) as one:
        reason = reason_of(one.index(job(), b"The harbour was dug by many men. \n\n" * 200))
    assert reason == "It makes more than 3 passages."


def test_too_much_output() -> None:
    """A file of which more is made than is allowed is refused, and what is made is not kept."""
    with started(Limits(output=1_000)) as one:
        assert reason_of(one.index(job(), TEXT * 100)).startswith("It makes more than an index")
        assert reason_of(one.index(job(), TEXT * 100)).startswith("It makes more than an index")


def test_larger_files_have_more_time() -> None:
    """The time grows with the size, up to a limit."""
    limits = Limits(seconds=60, seconds_per_megabyte=4, most_seconds=900)
    assert [limits.time_for(size) for size in (0, 10_000_000, 10**12)] == [60, 100, 900]


def test_a_worker_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no worker can be started or loaded, that is one sentence, and no file is blamed."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(WorkerError, match="can't be started"):
            Worker((), SOON)
    monkeypatch.setattr(worker, "_PROGRAM", "raise SystemExit(3)")
    with started() as one, pytest.raises(WorkerError, match="did not start"):
        one.index(job(), TEXT)


def test_a_worker_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder matters to no worker, even one that holds modules of the same names."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "__init__.py").write_text("raise SystemExit")
    (tmp_path / "pickle.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with started() as one:
        assert text_of(one.index(job(), TEXT))


def test_a_worker_ends_with_its_owner() -> None:
    """After the block no process is left."""
    with started() as one:
        pid = pid_of(one)
        assert text_of(one.index(job(), TEXT))
    assert gone(pid)


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "at work"])
def test_a_worker_dies_with_a_builder_that_is_killed(busy: bool) -> None:
    """A builder that is killed leaves no worker behind, whatever that is doing."""
    code = f"""
import sys, time
from index import worker
from tests.index.test_worker import job
if {busy}:
    worker._PROGRAM = ("import index.worker as w\\nw.read = lambda *_: "
                       "[None for _ in iter(int, 1)]\\nw.main()")
with worker.Worker((), worker.Limits()) as one:
    print(one._process._popen.pid, flush=True)
    if {busy}:
        one.index(job(), b"text")
    time.sleep(60)
"""
    builder = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with builder:
        assert builder.stdout is not None
        pid = int(builder.stdout.readline())
        time.sleep(0.5)  # let it begin
        builder.send_signal(signal.SIGKILL)
    assert gone(pid)
