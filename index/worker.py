"""Reading and indexing in a process of its own, so that no file can cost more than itself.

The builder opens the files; the worker is handed bytes, and gives back what was made of them or why
there is nothing. It has limits on time, memory and output, may write no file, and has no network where
the system allows that (see `index.sandbox`). One that is killed,
crashes or runs out of memory is replaced. It ends with its builder, however that ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import pickle
import queue
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from index.analysis import Analyzer
from index.dates.context import DocumentDates, read_dates
from index.errors import ArchivistError, DocumentFormatError
from index.events.chronologies import Entry, find_entries
from index.events.extracting import extract_events
from index.fields import shares_beside
from index.inverting import Counted, count_terms
from index.memory import free_memory
from index.model import Document, DocumentMeta, Event, Passage
from index.parsing import parse
from index.passages import cut_passages
from index.reading import read
from index.unpickling import KNOWN, load

if TYPE_CHECKING:  # loading it would take the worker as long as all the rest
    from index.store import Indexed

FILES_A_WORKER = 2_000  # read by one process before another takes its place
MEGABYTE = 1_000_000

_SHARES_OF_BUILDER = 2  # parts of what memory is free; each worker has one
_LEAST_MEMORY = 300 * MEGABYTE  # for the worker, however little is free
_SHARE_OF_OUTPUT = (
    3  # of a worker's memory, one part may be handed over: unpacked it is four times that
)
_START = 120.0  # seconds that a worker may take to load, on a busy machine
_GRACE = 5.0  # seconds for an answer that is due to come over, or for a file to be handed over
_LOOK = 0.05  # seconds between looks at the memory of a worker
_DEAR_LOOK = 1.0  # the same where a look takes a process
_CHUNK = 1 << 16  # bytes read or written at once
_LENGTH = 8  # bytes that tell the length of what follows
_OUT_OF_MEMORY = 77  # exit status
_CRASHES = tuple(-number for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP, signal.SIGILL,
                                          signal.SIGBUS))  # fmt: skip
_NEARLY_ALL = 0.5  # of its memory: a library asks for much at once
_CHATTER = 4_000  # characters of what libraries print that are kept for the log
_SAME_PLACES = "import sys; sys.path[:] = {path!r}\n"  # modules come from where the builder's do
_PROGRAM = """\
from index.sandbox import shut_off_network
shut_off_network()  # before numpy starts threads
from index.worker import main
main()
"""
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")  # of the environment: never a token
_PASSED_ON_KINDS = ("LC_", "LD_LIBRARY_", "DYLD_", "PYTHON")
_PR_SET_PDEATHSIG = 1
_STATM = Path("/proc/self/statm")  # Linux alone has it

_NO_MEMORY = "It needs more memory to read than there is."
_MORE_MEMORY = (
    "Split it into smaller files, or give it more memory and run `archivist index build --full`."
)

_Terms = tuple[tuple[str, ...], ...]
_Parts = tuple[Document, tuple[Passage, ...], Counted, tuple[Event, ...], _Terms]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    file: int = 100 * MEGABYTE  # bytes; told by its size alone, without opening it
    seconds: float = 60.0  # to read and index it
    seconds_per_megabyte: float = 8.0  # four times what plain text takes
    most_seconds: float = 900.0
    memory: int = 1_500 * MEGABYTE  # bytes above what a worker takes before it reads, at most
    text: int = 50_000_000  # characters of stored text
    passages: int = 500_000
    output: int = 1_000 * MEGABYTE  # bytes of all that was made of it, at most

    def time_for(self, size: int) -> float:
        """Seconds that a file of ``size`` bytes may take."""
        grown = self.seconds + self.seconds_per_megabyte * size / MEGABYTE
        return min(grown, self.most_seconds)


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of a file besides its bytes."""

    name: str
    document_id: str
    collection: str
    sha256: str  # of the bytes
    meta: DocumentMeta
    aliases: tuple[tuple[str, ...], ...] = ()  # groups of names beside those of all files


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is nothing of a file, and what to do about it."""

    reason: str
    hint: str
    fault: str = ""  # for the log: where an error came from that nobody raised on purpose


class WorkerError(ArchivistError):
    """No worker can be started: nothing can be read."""

    hint = "Please report it as a fault of Archivist."


def index_document(document: Document, analyzer: Analyzer) -> Indexed:
    """All that is made of a document: passages, events, and the terms of both.

    The words of an event's headings count as its own; for those of a passage see `index.fields`.
    """
    from index.store import Indexed

    return Indexed(*_parts(document, analyzer, Limits()))


def dated(document: Document) -> tuple[Document, DocumentDates, tuple[Entry, ...]]:
    """``document`` with what could not be told of its dates among its warnings; its dates; the
    entries of its chronologies."""
    dates = read_dates(document)
    chronology = find_entries(document, order=dates.order)
    said = (*document.warnings, *dates.warnings, *chronology.warnings)
    return replace(document, warnings=said), dates, chronology.entries


def _parts(document: Document, analyzer: Analyzer, limits: Limits) -> _Parts:
    document, dates, entries = dated(document)
    passages = cut_passages(document, entries)
    if len(passages) > limits.passages:
        raise DocumentFormatError(
            f"It makes more than {limits.passages:,} passages.", hint="Split it into smaller files."
        )
    events = extract_events(document, entries, passages, dates, analyzer)
    named = analyzer.for_document(document.meta.language, document.acronyms)
    same: dict[str, str] = {}  # one string a term, however often it stands in the text

    @cache  # headings stand over many passages, and a sentence may tell several events
    def terms_of(part: str) -> tuple[str, ...]:
        return tuple(same.setdefault(term, term) for term in named.term_texts(part))

    def terms(section: tuple[str, ...], text: str) -> tuple[str, ...]:
        return tuple(term for part in (*section, text) for term in terms_of(part))

    held = [terms_of(passage.text) for passage in passages]
    return (
        document,
        passages,
        count_terms(held, shares_beside(passages, held, document.title, named)),
        events,
        tuple(terms(event.locator.section, event.text) for event in events),
    )


def index_bytes(job: Job, data: bytes, analyzer: Analyzer, limits: Limits) -> _Parts | Refusal:
    """What is made of a file, or why nothing is. Only MemoryError is raised."""
    try:
        reading = replace(read(data, job.name), source="")
        if len(reading.text) > limits.text:
            return Refusal(
                f"It holds more text than {limits.text:,} characters.",
                "Split it into smaller files.",
            )
        document = parse(
            reading,
            document_id=job.document_id,
            name=job.name,
            collection=job.collection,
            sha256=job.sha256,
            meta=job.meta,
        )
        document.text.encode()  # what can't be saved must fail here, for this document alone
        return _parts(document, analyzer, limits)
    except DocumentFormatError as error:
        return Refusal(str(error), error.hint)
    except MemoryError:
        raise
    except Exception as error:  # one file's trouble must not cost the others
        return Refusal(
            f"Reading it failed ({type(error).__name__}).",
            "Please report it as a fault of Archivist.",
            fault=_trail(error),
        )


def _trail(error: BaseException) -> str:
    """The type of ``error`` and the lines that led to it, innermost first; never what was read."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(places[:-7:-1])}"


# ---------------------------------------------------------------- in the builder


class Worker:
    """A process that reads one file after the other. Use it in a ``with`` block.

    It starts at once and loads while its owner goes on. ``workers`` is how many share what memory is
    free. Once ``stopped`` is set, whatever waits for the process raises StoppedError. On Linux the
    process ends with the thread that started it: one thread does all that is done with a worker.
    """

    def __init__(
        self,
        aliases: Sequence[Sequence[str]],
        limits: Limits,
        *,
        workers: int = 1,
        stopped: threading.Event | None = None,
    ) -> None:
        self._aliases = aliases
        self._limits = limits
        self._workers = workers
        self._stopped = stopped or threading.Event()
        self._process: _Process | None = None
        self._begun: tuple[Job, bytes, bool, float]
        self._start()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def index(self, job: Job, data: bytes) -> Indexed | Refusal:
        """All that is made of the file ``data``, or why nothing is."""
        self.begin(job, data)
        return self.finish()

    def begin(self, job: Job, data: bytes) -> None:
        """Hand over a file; `finish` must be called before the next one.

        Raises WorkerError when no worker can be started.
        """
        process = self._process or self._start()
        seconds = self._limits.time_for(len(data))
        fresh = process.files == 0
        process.begin(_message(job, data, seconds))
        self._begun = (job, data, fresh, time.monotonic())

    def finish(self) -> Indexed | Refusal:
        """What was made of the file that was handed over, or why nothing is."""
        job = self._begun[0]
        answer = self.fetch()
        return answer if isinstance(answer, Refusal) else unpack(answer, job)

    def fetch(self) -> bytearray | Refusal:
        """The same, still packed: `unpack` makes of it what `finish` gives.

        A file that breaks a worker which read others before it is given a fresh one, so that none is
        blamed for another.
        """
        job, data, fresh, began = self._begun
        seconds = self._limits.time_for(len(data))
        # An answer that waits to be fetched still counts.
        away = time.monotonic() - began
        result = self._finish(began + max(seconds, away + min(away, _GRACE)), seconds)
        if isinstance(result, _Broken) and result.again and not fresh:
            self.begin(job, data)
            result = self._finish(self._begun[3] + seconds, seconds)
        del self._begun  # so that its bytes don't stay
        if isinstance(result, _Broken):
            return Refusal(result.reason, result.hint)
        return result

    def _finish(self, deadline: float, seconds: float) -> bytearray | _Broken:
        process = self._process
        assert process is not None
        try:
            result = process.finish(deadline)
        except _EndedError as ended:
            self._end()
            return self._broken(ended, seconds, process.memory)
        except MemoryError:
            self._end()
            return _Broken(_NO_MEMORY, _MORE_MEMORY)
        if process.files >= FILES_A_WORKER:
            self._end()
        return result

    def _start(self) -> _Process:
        self._process = _Process(self._aliases, self._limits, self._workers, self._stopped)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None

    def _broken(self, ended: _EndedError, seconds: float, memory: int) -> _Broken:
        smaller = "Split it into smaller files, or save it as plain text."
        if ended.cause == "time" or ended.status == -signal.SIGXCPU:
            lasted = f"{seconds:.0f}" if seconds >= 10 else f"{seconds:g}"
            return _Broken(
                f"It took longer than {lasted} seconds to read and was given up.", smaller
            )
        if ended.cause == "output":
            return _Broken("It makes more than an index of one file may hold.", smaller)
        if ended.status == -signal.SIGKILL and ended.cause == "its own":  # by the system
            return _Broken(_NO_MEMORY, _MORE_MEMORY, again=True)
        if ended.cause == "memory" or ended.status == _OUT_OF_MEMORY:
            much = f"{memory / 1_000 / MEGABYTE:.2g} GB of memory to read"
            if memory >= self._limits.memory:
                return _Broken(f"It needs more than {much}.", smaller, again=True)
            return _Broken(
                f"It needs more than {much}, and there was no more to spare.",
                _MORE_MEMORY,
                again=True,
            )
        log.warning("a worker ended while it read (status %s)", ended.status)
        return _Broken(
            "It made the reader crash.",
            "It may be damaged: save it anew, or in another format.",
            again=True,
        )


def unpack(answer: bytearray, job: Job) -> Indexed | Refusal:
    """What was made of ``job``, of what `Worker.fetch` gave; it takes about four times the memory.

    What no worker sends of itself is refused, and so is a reading of another file.
    """
    try:
        result = load(answer, _KNOWN)
    except MemoryError:
        return Refusal(_NO_MEMORY, _MORE_MEMORY)
    except pickle.UnpicklingError as error:
        return _untrusted(str(error))
    if isinstance(result, Refusal):
        return result
    if not (isinstance(result, tuple) and tuple(map(type, result)) == _PARTS):
        return _untrusted("no parts of a reading")
    said = [getattr(result[0], name, None) for name in ("id", "name", "collection", "sha256")]
    if said != [job.document_id, job.name, job.collection, job.sha256]:
        return _untrusted("another document")
    from index.store import Indexed

    return Indexed(*result)


_KNOWN = {**KNOWN, (Refusal.__module__, Refusal.__qualname__): Refusal}
_PARTS = (Document, tuple, Counted, tuple, tuple)  # as in `_Parts`


def _untrusted(found: str) -> Refusal:
    log.error("a worker sent what can't be a reading (%s)", found)
    return Refusal(
        "What was made of it can't be trusted.", "Remove it if you don't know where it comes from."
    )


def _number(answer: bytearray) -> int:
    number = load(answer)
    if not isinstance(number, int):
        raise WorkerError("The process that reads files did not greet.")
    return number


class StoppedError(Exception):
    """Nobody waits any more for what a worker does."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """What became of a file on which the worker ended."""

    reason: str
    hint: str
    again: bool = False  # it may be the doing of the files before it


class _EndedError(Exception):
    """The worker ended, or was ended for ``cause``."""

    def __init__(self, cause: str, status: int | None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.status = status  # as `subprocess` tells it: a signal's is negative


class _Process:
    """One worker process and the pipes to it."""

    def __init__(
        self,
        aliases: Sequence[Sequence[str]],
        limits: Limits,
        workers: int,
        stopped: threading.Event,
    ) -> None:
        self.files = 0
        self._stopped = stopped
        self.memory = limits.memory  # bytes that it may take: it says so itself when it greets
        self._output = limits.output
        self._greeted = False
        self._chatter = ""
        path = [str(Path(entry).absolute()) for entry in sys.path]
        passed_on = {
            name: value
            for name, value in os.environ.items()
            if name in _PASSED_ON or name.startswith(_PASSED_ON_KINDS)
        }
        passed_on["OPENBLAS_NUM_THREADS"] = "1"  # else numpy starts a thread a processor
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-B", "-c", _SAME_PLACES.format(path=path) + _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=passed_on,
                start_new_session=True,  # Ctrl-C in the terminal is for the builder
            )
        except OSError as error:
            raise WorkerError(
                f"The process that reads files can't be started ({error.strerror})."
            ) from error
        self._inherited = _peak(resource.getrusage(resource.RUSAGE_SELF))
        self._seen = 0  # bytes of memory that it had at any look
        self._look = _LOOK if _STATM.exists() else _DEAR_LOOK
        pipes = (self._popen.stdin, self._popen.stdout, self._popen.stderr)
        self._stdin, self._stdout, self._stderr = (pipe.fileno() for pipe in pipes if pipe)
        for descriptor in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(descriptor, False)
        greeting = pickle.dumps((aliases, limits, workers, os.getpid()))
        self._unsent: list[memoryview] = [_framed(greeting)]

    def begin(self, message: Sequence[memoryview]) -> None:
        """Send ``message`` as soon as the worker is ready."""
        if not self._greeted:
            try:
                self.memory = _number(self.finish(time.monotonic() + _START))
            except _EndedError as ended:
                log.error("a worker did not start (%s, status %s)", ended.cause, ended.status)
                raise WorkerError("The process that reads files did not start.") from ended
            self._output = min(self._output, self.memory // _SHARE_OF_OUTPUT)
            self._greeted = True
        self.files += 1
        self._unsent += message
        deadline = time.monotonic() + _GRACE
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdin, selectors.EVENT_WRITE)
            while time.monotonic() < deadline and not self._stopped.is_set():
                if selector.select(_LOOK) and not self._send():
                    break

    def finish(self, deadline: float) -> bytearray:
        """Its next answer. Raises _EndedError, also when there is none until ``deadline``."""
        answer = self._answer(deadline)
        if self._chatter:
            log.debug("while a document was read: %s", self._chatter)
            self._chatter = ""
        return answer

    def end(self) -> None:
        """Kill it, wait for it, close its pipes."""
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                pipe.close()

    def _answer(self, deadline: float) -> bytearray:
        """Send what is unsent and return the next answer."""
        look = time.monotonic() + self._look
        answer = _Answer()
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            selector.register(self._stderr, selectors.EVENT_READ)
            if self._unsent:
                selector.register(self._stdin, selectors.EVENT_WRITE)
            while not answer.whole:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._killed("time")
                if self._stopped.is_set():
                    raise StoppedError
                for key, _ in selector.select(min(left, _LOOK)):
                    if key.fd == self._stdin:
                        if not self._send():
                            selector.unregister(self._stdin)
                    elif key.fd == self._stderr:
                        if not self._listen():
                            selector.unregister(self._stderr)
                    elif not answer.take(_read(self._stdout)):
                        raise self._ended()
                if answer.length > self._output:
                    raise self._killed("output")
                if time.monotonic() > look:
                    self._seen = max(self._seen, _resident(self._popen.pid))
                    if not _limits_memory() and self._seen > self.memory:
                        raise self._killed("memory")
                    look = time.monotonic() + self._look
        return answer.payload

    def _send(self) -> bool:
        """Send a piece; whether there is more."""
        piece = self._unsent[0]
        try:
            sent = os.write(self._stdin, piece[:_CHUNK])
        except BlockingIOError:
            return True
        except OSError:  # it has ended, which its other pipe will tell
            self._unsent.clear()
            return False
        self._unsent[0] = piece[sent:]
        if not self._unsent[0]:
            del self._unsent[0]
        return bool(self._unsent)

    def _listen(self) -> bool:
        said = _read(self._stderr)
        self._chatter = (self._chatter + said.decode("utf-8", "replace"))[-_CHATTER:]
        return bool(said)

    def _killed(self, cause: str) -> _EndedError:
        self.end()
        return _EndedError(cause, self._popen.returncode)

    def _ended(self) -> _EndedError:
        peak = self._wait()
        if self._chatter:
            log.debug("before a worker ended: %s", self._chatter)
        status = self._popen.returncode
        # Libraries that can't have memory abort or go astray. Linux counts in what the builder had
        # when it started the process, so that only a peak above that says anything.
        peak = peak if peak > self._inherited else self._seen
        starved = status in _CRASHES and peak > self.memory * _NEARLY_ALL
        return _EndedError("memory" if starved else "its own", status)

    def _wait(self) -> int:
        """Wait for its end, which is due; the most bytes of memory that it ever used."""
        deadline = time.monotonic() + _GRACE
        while True:
            late = time.monotonic() > deadline
            if late:
                self._popen.kill()
            found, status, usage = os.wait4(self._popen.pid, 0 if late else os.WNOHANG)
            if found:
                self._popen.returncode = os.waitstatus_to_exitcode(status)
                return _peak(usage)
            time.sleep(0.01)


def _peak(usage: resource.struct_rusage) -> int:
    """The most memory that a process ever used, in bytes; macOS counts in these, others in KiB."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class _Answer:
    """An answer as it comes in: pieces, each after its length, and a length of 0 at the end."""

    def __init__(self) -> None:
        self.payload = bytearray()
        self.whole = False
        self.length = 0
        self._head = bytearray()
        self._left = 0

    def take(self, data: bytes) -> bool:
        """Whether there was anything to take."""
        view = memoryview(data)
        while view:
            if self._left:
                piece = view[: self._left]
                self.payload += piece
                self._left -= len(piece)
                view = view[len(piece) :]
                continue
            wanted = _LENGTH - len(self._head)
            self._head += view[:wanted]
            view = view[wanted:]
            if len(self._head) == _LENGTH:
                self._left = int.from_bytes(self._head, "big")
                self.length += self._left
                self.whole = not self._left
                self._head.clear()
        return bool(data)


def _read(pipe: int) -> bytes:
    """Some bytes of ``pipe``, which `select` found readable; b"" at its end."""
    return os.read(pipe, 16 * _CHUNK)


def _framed(data: bytes) -> memoryview:
    return memoryview(len(data).to_bytes(_LENGTH, "big") + data)


def _message(job: Job, data: bytes, seconds: float) -> list[memoryview]:
    head = _framed(pickle.dumps((job, seconds)))
    return [head, memoryview(len(data).to_bytes(_LENGTH, "big")), memoryview(data)]


def _limits_memory() -> bool:
    """Whether the system holds a process to a limit of its address space."""
    return sys.platform.startswith("linux")


def _resident(pid: int) -> int:
    """Bytes of memory that a process uses; 0 if nobody can tell."""
    try:
        if _STATM.exists():
            pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
            return int(pages) * resource.getpagesize()
        said = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, timeout=10, check=False
        ).stdout
        return int(said) * 1024
    except (OSError, LookupError, ValueError, subprocess.SubprocessError):
        return 0


# ---------------------------------------------------------------- in the worker


def main() -> None:
    """Greet, then answer one job after the other until the builder is gone."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = _Answers(os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what libraries print goes where errors go
    aliases, limits, workers, builder = pickle.loads(_frame(jobs))
    _end_with(builder)

    @lru_cache(maxsize=4)
    def analyzer(more: tuple[tuple[str, ...], ...]) -> Analyzer:
        return Analyzer((*aliases, *more))

    waiting: queue.SimpleQueue[tuple[Job, bytes, float]] = queue.SimpleQueue()
    threading.Thread(target=_take_jobs, args=(jobs, waiting), daemon=True).start()
    try:
        answers.send(_confine(limits, workers))
        while True:
            job, data, seconds = waiting.get()
            _limit_cpu(seconds)
            answers.send(index_bytes(job, data, analyzer(job.aliases), limits))
            del data
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _take_jobs(jobs: BinaryIO, waiting: queue.SimpleQueue[tuple[Job, bytes, float]]) -> None:
    """Hand on what comes; the end of the pipe is the end of the builder, and so of the worker."""
    try:
        while True:
            job, seconds = pickle.loads(_frame(jobs))
            waiting.put((job, _frame(jobs), seconds))
    except EOFError:
        os._exit(0)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _frame(pipe: BinaryIO) -> bytes:
    length = pipe.read(_LENGTH)
    data = pipe.read(int.from_bytes(length, "big"))
    if len(length) < _LENGTH or len(data) < int.from_bytes(length, "big"):
        raise EOFError
    return data


@dataclass(slots=True)
class _Answers:
    """Sends answers piece by piece, so that none lies in memory twice."""

    pipe: int
    _piece: bytearray = field(default_factory=bytearray)

    def send(self, answer: object) -> None:
        pickle.dump(answer, self, protocol=5)
        self._flush()
        self._write_all(bytes(_LENGTH))

    def write(self, data: bytes) -> int:
        self._piece += data
        if len(self._piece) >= _CHUNK:
            self._flush()
        return len(data)

    def _flush(self) -> None:
        if self._piece:
            self._write_all(len(self._piece).to_bytes(_LENGTH, "big") + self._piece)
            self._piece.clear()

    def _write_all(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.pipe, view) :]


def _end_with(builder: int) -> None:
    """See to it that this process is killed when ``builder`` is, on Linux at once."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != builder:  # it ended meanwhile
        os._exit(0)


def _confine(limits: Limits, workers: int) -> int:
    """Hold this process to ``limits``: no file written, no core dumped, others first, memory.

    What memory is free is shared by so many ``workers`` and the builder. Returns the bytes of memory
    that this one may still take.
    """
    with contextlib.suppress(OSError):
        os.nice(5)
    with contextlib.suppress(OSError):  # should memory run out, this process is to be killed first
        Path("/proc/self/oom_score_adj").write_text("1000")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    free = free_memory()
    memory = limits.memory
    if free is not None:
        memory = min(memory, max(_LEAST_MEMORY, free // (workers + _SHARES_OF_BUILDER)))
    if not _limits_memory():
        return memory
    taken = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, taken + memory)
    return resource.getrlimit(resource.RLIMIT_AS)[0] - taken


def _limit(what: int, most: int) -> None:
    """Lower a limit of this process; one that is lower already stays."""
    soft, hard = resource.getrlimit(what)
    known = [value for value in (soft, hard, most) if value != resource.RLIM_INFINITY]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(what, (min(known), hard))


def _limit_cpu(seconds: float) -> None:
    """Let the next file take some more processor time than the builder will wait for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(spent + 2 * seconds) + 10
    if hard == resource.RLIM_INFINITY or most < hard:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
