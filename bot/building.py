"""Builds of the index: what is asked for, one at a time, those that wait, and the process of each."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import multiprocessing
import os
import secrets
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from bot.logs import trail
from bot.state import State
from bot.state.values import BuildLine, By
from index import building, generations, locks
from index.building import Progress
from index.collections import guild_of
from index.errors import ArchivistError
from index.messages import say
from index.model import BuildReport, SourceSummary
from index.worker import Limits

log = logging.getLogger(__name__)

Kind = Literal["build", "full", "dry-run", "rollback", "watch"]
Outcome = Literal["changed", "unchanged", "failed", "cancelled"]

LISTED = 100  # names that are kept of each list of a report
_NICE = 10  # how far a build stands back behind those who ask
_LOOKS = 0.1  # seconds between looks at whether a build is to end
_TERMINATES = 2.0  # seconds that a process has to end when it is told to
_CLOSES = 5.0  # seconds that the last build has to be noted when the bot stops


class BuildCrashedError(ArchivistError):
    hint = "The documents indexed before still answer. Please tell whoever runs this bot."


class BuildCancelledError(ArchivistError):
    hint = "The documents indexed before go on answering."


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be built."""

    only: str | None = None  # a collection; None: all of them
    full: bool = False
    dry_run: bool = False

    def covers(self, other: Request) -> bool:
        """Whether a build of this does all that ``other`` asks for."""
        return (
            self.dry_run == other.dry_run
            and (self.full or not other.full)
            and self.only in (None, other.only)
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """A build or a step back that is over, for those who keep account of them."""

    request: Request
    kind: Kind
    who: int | None  # None: nobody asked for it
    guild: int | None
    outcome: Outcome
    generation: int  # the one that is current afterwards, 0 without one
    seconds: float
    reason: str = ""  # why it failed or who ended it, in a sentence
    report: BuildReport | None = None
    cancelled_by: int | None = None
    id: str = ""  # the build's

    def summary(self) -> dict[str, Any]:
        """The report as JSON: counts, and of each list the first `LISTED` names."""
        report = self.report
        if report is None:
            return {}
        left_out = [f"{one.name}: {one.reason}" for one in report.skipped if not one.ignored]
        lists: dict[str, Sequence[str]] = {
            "added": report.added,
            "updated": report.updated,
            "removed": report.removed,
            "left_out": left_out,
            "warnings": [f"{name}: {warning.text}" for name, warning in report.warnings],
            "unapplied": report.unapplied,
        }
        counts = {name: len(listed) for name, listed in lists.items()}
        return {
            "documents": report.documents,
            "passages": report.passages,
            "events": report.events,
            "unchanged": report.unchanged,
            "counts": counts,
            **{name: [str(one) for one in listed[:LISTED]] for name, listed in lists.items()},
        }


Record = Callable[[Ended], Awaitable[None]]
#: Builds in the calling thread and waits for it, or ends it at once when the event is set.
RunBuild = Callable[[Path, Path, Request, Callable[[Progress], None], threading.Event], BuildReport]


class Build:
    """A build that waits for its turn, is under way or done. Whoever asked may `wait` for it."""

    def __init__(
        self, request: Request, *, who: int | None, guild: int | None, kind: Kind | None = None
    ) -> None:
        """``kind`` None: as the request is."""
        self.id = secrets.token_hex(4)  # no later build has it, not even after a restart
        self.request = request
        self.kind: Kind = kind or (
            "dry-run" if request.dry_run else "full" if request.full else "build"
        )
        self.who, self.guild = who, guild
        self.began: float | None = None  # of `time.monotonic`
        self.progress: Progress | None = None
        self.cancelled_by: int | None = None
        self.stop = threading.Event()
        self.ended: asyncio.Future[BuildReport] = asyncio.get_running_loop().create_future()

    @property
    def full(self) -> bool:
        return self.request.full

    @property
    def has_read(self) -> bool:
        """Whether all files are read: what changes from now on is the next one's."""
        return self.progress is not None and self.progress.published is not None

    @property
    def seconds(self) -> float:
        """How long it has been under way; 0 while it waits."""
        return 0.0 if self.began is None else time.monotonic() - self.began

    async def wait(self, seconds: float) -> BuildReport | None:
        """The report, or None when it isn't done after so many seconds. Raises what went wrong."""
        done, _ = await asyncio.wait({self.ended}, timeout=seconds)
        return self.ended.result() if done else None

    async def report(self) -> BuildReport:
        """The report, however long it takes. Raises what went wrong."""
        return await asyncio.shield(self.ended)


class Builds:
    """The build that is under way and those that wait for it, in order. For one event loop."""

    def __init__(self, run: Callable[[Build], Awaitable[BuildReport]]) -> None:
        """``run`` does one build; it is never called twice at a time."""
        self._run = run
        self._queue: list[Build] = []  # the first is under way
        self._worker: asyncio.Task[None] | None = None
        self._closed = False
        self._notes: set[asyncio.Task[None]] = set()  # of builds that never began
        self.alone = asyncio.Lock()  # held while something changes the generations
        self.records: list[Record] = []  # told of each build that is over

    @property
    def queue(self) -> tuple[Build, ...]:
        """The build under way, then those that wait."""
        return tuple(self._queue)

    def by_id(self, build_id: str) -> Build | None:
        """The build of this id, unless it is over."""
        return next((build for build in self._queue if build.id == build_id), None)

    def joinable(self, request: Request, *, running: bool) -> Build | None:
        """The first build that does what is asked for; the one under way only if ``running``.

        What changed since that one began may be missing from it, and one that has read all of its
        files is never joined.
        """
        for build in self._queue:
            fresh = build.began is None or (running and not build.has_read)
            if fresh and not build.stop.is_set() and build.request.covers(request):
                return build
        return None

    def ask(
        self,
        request: Request,
        *,
        who: int | None = None,
        guild: int | None = None,
        kind: Kind | None = None,
        join_running: bool = False,
    ) -> Build:
        """The build that does it: one that does already (see `joinable`), or a new one."""
        build = self.joinable(request, running=join_running)
        if build is None:
            build = Build(request, who=who, guild=guild, kind=kind)
            if self._closed:
                _settle(build, BuildCancelledError(say("The bot is stopping.")))
                return build
            self._queue.append(build)
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._work())
        return build

    def cancel(self, build: Build, who: int | None) -> None:
        """End a build: at once if it waits, else as soon as its process is gone."""
        if build.stop.is_set() or build.ended.done():
            return
        build.cancelled_by = who
        build.stop.set()
        if build.began is None:
            self._queue.remove(build)
            _settle(build, BuildCancelledError(say("The build was cancelled.")))
            # Nobody may wait longer for the one that is under way: it is noted beside it.
            self._note(
                build, _ended(build, 0, BuildCancelledError(say("The build was cancelled.")))
            )

    async def close(self) -> None:
        """End all builds and take no more."""
        self._closed = True
        for build in reversed(self._queue):
            self.cancel(build, None)
        pending = [task for task in (self._worker, *self._notes) if task is not None]
        if pending:
            _, late = await asyncio.wait(pending, timeout=_CLOSES)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def record(self, ended: Ended) -> None:
        """Tell all who keep account. What goes wrong there is logged, and changes nothing else."""
        for record in self.records:
            try:
                await record(ended)
            except Exception as error:  # a build is not undone because nobody noted it
                log.error("a build was not noted: %s", trail(error))

    def _note(self, build: Build, ended: Ended) -> None:
        task = asyncio.create_task(self.record(ended), name=f"note {build.id}")
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _work(self) -> None:
        while self._queue:
            build = self._queue[0]
            async with self.alone:
                if build.ended.done():  # cancelled while somebody went back a generation
                    continue
                build.began = time.monotonic()
                result: BuildReport | ArchivistError
                try:
                    result = await self._run(build)
                except ArchivistError as error:
                    result = error
                except asyncio.CancelledError:
                    _settle(build, BuildCancelledError(say("The bot is stopping.")))
                    raise
                except Exception as error:
                    log.error("a build failed: %s", trail(error))
                    result = BuildCrashedError(say("The indexing failed."))
            self._queue.remove(build)
            # Noted before it is told, so that who is told finds it in the history.
            await self.record(_ended(build, build.seconds, result))
            _settle(build, result)


def _settle(build: Build, result: BuildReport | ArchivistError) -> None:
    if build.ended.done():
        return
    if isinstance(result, BuildReport):
        build.ended.set_result(result)
    else:
        build.ended.set_exception(result)
        build.ended.exception()  # seen: nobody need wait for it


def _ended(build: Build, seconds: float, result: BuildReport | ArchivistError) -> Ended:
    report = result if isinstance(result, BuildReport) else None
    outcome: Outcome
    if isinstance(result, BuildReport):
        outcome = "changed" if result.changed else "unchanged"
    else:
        outcome = "cancelled" if isinstance(result, BuildCancelledError) else "failed"
    return Ended(
        request=build.request,
        kind=build.kind,
        who=build.who,
        guild=build.guild,
        outcome=outcome,
        generation=report.generation if report else 0,
        seconds=report.seconds if report else seconds,
        reason="" if report else str(result),
        report=report,
        cancelled_by=build.cancelled_by,
        id=build.id,
    )


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def keep_account(state: State) -> Record:
    """Writes each build that is over into the state, and what somebody did into the audit log."""

    async def record(ended: Ended) -> None:
        at = utc_now()
        line = BuildLine(
            at=at,
            guild=ended.guild,
            who=ended.who,
            collection=ended.request.only,
            kind=ended.kind,
            outcome=ended.outcome,
            generation=ended.generation or None,
            seconds=round(ended.seconds, 1),
            report=ended.summary() | ({"build": ended.id} if ended.id else {}),
            reason=ended.reason,
        )
        action = "index.rollback" if ended.kind == "rollback" else "index.build"
        by = None if ended.who is None else By(ended.who, ended.guild, at)
        await state.add_build(line, by, action)
        if ended.cancelled_by is not None:
            by = By(ended.cancelled_by, ended.guild, at)
            await state.note(by, "index.cancel", ended.id, after={"kind": ended.kind})

    return record


def of_collection(
    report: BuildReport, collection: str, summaries: Sequence[SourceSummary]
) -> BuildReport:
    """What a report of all collections tells of one; nothing of the others is left in it.

    ``summaries`` are the documents of that collection in the generation that was made. Warnings are
    those of documents that were read anew. Only for the collection of a server: the ids of its
    documents begin with the server's.
    """
    start = f"{guild_of(collection)}."
    read = tuple(one for one in report.read if one.source.collection == collection)

    def own(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(one for one in ids if one.startswith(start))

    changed = (own(report.added), own(report.updated), own(report.removed))
    return replace(
        report,
        changed=any(changed),
        added=changed[0],
        updated=changed[1],
        removed=changed[2],
        unchanged=max(0, len(summaries) - len(changed[0]) - len(changed[1])),
        documents=len(summaries),
        passages=sum(one.passages for one in summaries),
        events=sum(one.events for one in summaries),
        skipped=tuple(one for one in report.skipped if _collection_of(one) == collection),
        warnings=tuple((one.source.name, warning) for one in read for warning in one.warnings),
        read=read,
        unapplied=(),
    )


def _collection_of(skipped: object) -> str:
    return str(getattr(skipped, "collection", "main"))


# ---------------------------------------------------------------- in a process of its own


class BuildProcess:
    """Runs a build in a fresh process, so that it can't hold up the event loop."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 - it never changes
        self._limits = limits

    def run(
        self,
        corpus: Path,
        data: Path,
        request: Request,
        tell: Callable[[Progress], None],
        stop: threading.Event,
    ) -> BuildReport:
        """Build and wait for it, in the calling thread. Raises what `building.build` does.

        Once ``stop`` is set the process is ended, what it wrote aside is removed, and
        BuildCancelledError raised.
        """
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that threads hold
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_build_in_process,
            args=(theirs, corpus, data, request, self._limits),
            daemon=True,
        )
        with ours:
            with theirs:
                if stop.is_set():
                    raise BuildCancelledError(say("The build was cancelled."))
                process.start()
            try:
                return _receive(ours, tell, stop)
            except BuildCancelledError:
                _end(process)
                _tidy(data)
                raise
            finally:
                process.join()
                process.close()


def _receive(
    connection: Connection, tell: Callable[[Progress], None], stop: threading.Event
) -> BuildReport:
    while True:
        if stop.is_set():
            raise BuildCancelledError(say("The build was cancelled."))
        if not connection.poll(_LOOKS):
            continue
        try:
            message = connection.recv()
        except (EOFError, OSError):
            raise BuildCrashedError(say("The indexing ended before it was done.")) from None
        if isinstance(message, BuildReport):
            return message
        if isinstance(message, ArchivistError):
            raise message
        if isinstance(message, str):
            log.error("build crashed: %s", message)
            raise BuildCrashedError(say("The indexing failed."))
        tell(message)


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(_TERMINATES)
    if process.is_alive():
        process.kill()


def _tidy(data: Path) -> None:
    """Remove what a build that was ended had written aside; the next build would do it else."""
    with contextlib.suppress(ArchivistError, OSError), locks.hold(data, "build"):
        generations.tidy(data)


def _build_in_process(
    connection: Connection, corpus: Path, data: Path, request: Request, limits: Limits
) -> None:
    """Send Progress, then a BuildReport, an ArchivistError, or the trail of any other error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which then ends us
    os.nice(_NICE)
    result: BuildReport | ArchivistError | str
    try:
        result = building.build(
            corpus,
            data,
            full=request.full,
            dry_run=request.dry_run,
            limits=limits,
            progress=connection.send,
            **({} if request.only is None else {"only": request.only}),
        )
    except ArchivistError as error:
        result = error
    except Exception as error:
        result = trail(error)
    with contextlib.suppress(OSError):  # nobody listens any more
        connection.send(result)
