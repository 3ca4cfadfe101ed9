"""Reading and indexing many files at once, in a few processes, in the order in which they are given.

Each process is a `Worker`, driven by a thread of its own, which mostly waits for it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from index.memory import free_memory
from index.worker import MEGABYTE, Job, Limits, Refusal, StoppedError, Worker, WorkerError, unpack

if TYPE_CHECKING:
    from index.store import Indexed

MOST_PROCESSES = 8
MOST_AHEAD = 256 * MEGABYTE  # bytes of files and results behind the file whose turn it is
MOST_FILES = 256  # the same in files

_SHARE_OF_MEMORY = 8  # of what is free, one part may hold files and results
_ENOUGH_MEMORY = 800 * MEGABYTE  # for a process beside others: with less there are fewer
_SHARES_OF_BUILDER = 2
_MOST_WAITING = 16  # files that no process has begun
_ENOUGH_WAITING = MEGABYTE  # bytes of these that are enough
#: A further process is started after so many bytes were given: loading it costs half a second.
_WORTH_A_PROCESS = 300_000
_COST_OF_A_FILE = 10_000  # bytes that could be read in the time that any file takes

Key = TypeVar("Key")  # whatever tells a file to who gave it

log = logging.getLogger(__name__)


def processes_here() -> int:
    """How many processes read at once on this machine: one a processor that may be used, at most
    eight, and fewer where memory is scarce; at least one."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        processors = os.cpu_count() or 1
    most = min(processors, MOST_PROCESSES)
    free = free_memory()
    if free is not None:
        most = min(most, free // _ENOUGH_MEMORY - _SHARES_OF_BUILDER)
    return max(1, most)


@dataclass(slots=True, eq=False)
class _Turn:
    """A file, until it is read, and then what was made of it."""

    job: Job | None
    data: bytes | None  # until it is read
    answer: bytearray | Refusal | None = None

    @property
    def size(self) -> int:
        """Bytes that it holds in memory."""
        packed = len(self.answer) if isinstance(self.answer, bytearray) else 0
        return packed + len(self.data or b"")

    def take(self) -> Indexed | Refusal:
        """What was made of it, which it no longer holds."""
        answer, self.answer = self.answer, None
        assert answer is not None
        if isinstance(answer, Refusal):
            return answer
        assert self.job is not None
        return unpack(answer, self.job)


class Pool:
    """Processes that read files. Use it in a ``with`` block, at whose end none of them is left.

    The first starts at once; others follow as soon as there is enough to read. What `Worker`
    promises of one file holds here too. ``processes`` is how many there are at most, by default
    `processes_here`.
    """

    def __init__(
        self, aliases: Sequence[Sequence[str]], limits: Limits, processes: int | None = None
    ) -> None:
        self._aliases = aliases
        self._limits = limits
        self._most = processes or processes_here()
        free = free_memory()
        self._ahead = MOST_AHEAD if free is None else min(MOST_AHEAD, free // _SHARE_OF_MEMORY)
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()
        self._given = 0  # bytes of all files so far, with what a file costs besides
        self._changed = threading.Condition()  # guards all that follows, and every turn
        self._waiting: deque[_Turn] = deque()  # not yet begun
        self._idle = 0  # threads that wait for a file
        self._alive = 0  # threads at work
        self._failure: BaseException | None = None
        self._add_process()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def processes(self) -> int:
        """How many were started so far."""
        return len(self._threads)

    def results(
        self, jobs: Iterable[tuple[Key, Job, bytes] | tuple[Key, Refusal]]
    ) -> Iterator[tuple[Key, Indexed | Refusal]]:
        """What became of each file, under its key, in the order of ``jobs``.

        ``jobs`` is asked for the next file when there is room for it, in the calling thread. A file
        that can't be opened comes with its refusal, which is handed on in its turn. Raises
        WorkerError when no process can be started, and whatever ``jobs`` raises. Not to be called
        again before all was taken.
        """
        given = iter(jobs)
        turns: deque[tuple[Key, _Turn]] = deque()  # in order, those that were not handed on
        more = True
        while more or turns:
            with self._changed:
                while (
                    self._failure is None
                    and not (room := more and self._room([turn for _, turn in turns]))
                    and turns[0][1].answer is None
                ):
                    self._changed.wait()
                if self._failure is not None:
                    raise self._failure
            if not room:
                key, turn = turns.popleft()
                yield key, turn.take()
                continue
            one = next(given, None)
            if one is None:
                more = False
            elif len(one) == 2:
                turns.append((one[0], _Turn(None, None, one[1])))
            else:
                turn = _Turn(one[1], one[2])
                turns.append((one[0], turn))
                del one
                self._give(turn)

    def _room(self, turns: Sequence[_Turn]) -> bool:
        """Whether another file may be opened. The first of ``turns`` holds up none behind it."""
        if not turns:
            return True
        if len(turns) >= MOST_FILES or sum(turn.size for turn in turns[1:]) >= self._ahead:
            return False
        if len(self._waiting) >= _MOST_WAITING:
            return False
        return not self._waiting or sum(turn.size for turn in self._waiting) < _ENOUGH_WAITING

    def _give(self, turn: _Turn) -> None:
        self._given += turn.size + _COST_OF_A_FILE
        with self._changed:
            self._waiting.append(turn)
            self._changed.notify_all()
            wanted = len(self._waiting) > self._idle and self._alive < self._most
        if wanted and self._given > self._alive * _WORTH_A_PROCESS:
            self._add_process()

    def _add_process(self) -> None:
        self._alive += 1
        thread = threading.Thread(target=self._work, name="reading", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        """Have one process read what waits, until the pool is left."""
        turn: _Turn | None = None
        try:
            with Worker(
                self._aliases, self._limits, workers=self._most, stopped=self._stopped
            ) as worker:
                while (turn := self._next()) is not None:
                    assert turn.job is not None
                    assert turn.data is not None
                    worker.begin(turn.job, turn.data)
                    self._answered(turn, worker.fetch())
        except StoppedError:
            pass
        except BaseException as error:  # it is raised in the thread that waits for the results
            self._failed(turn, error)

    def _next(self) -> _Turn | None:
        """The next file to read; None once the pool is left."""
        with self._changed:
            self._idle += 1
            while not self._waiting and not self._stopped.is_set():
                self._changed.wait()
            self._idle -= 1
            return None if self._stopped.is_set() else self._waiting.popleft()

    def _answered(self, turn: _Turn, answer: bytearray | Refusal) -> None:
        with self._changed:
            turn.data, turn.answer = None, answer
            self._changed.notify_all()

    def _failed(self, turn: _Turn | None, error: BaseException) -> None:
        """Leave the file to others if there are any: one process that won't start is no fault."""
        with self._changed:
            self._alive -= 1
            if self._alive and isinstance(error, WorkerError):
                log.warning("a process that reads files did not start; %d go on", self._alive)
                self._most = self._alive
                if turn is not None:
                    self._waiting.appendleft(turn)
            else:
                self._failure = error
            self._changed.notify_all()
