"""The archive that answers now, and the one place that decides which one that is.

Searches run in a few threads, builds in a process of their own; the event loop only waits. A
generation that any process makes is taken up within a few seconds, between two questions.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from bot.logs import trail
from index import building, generations
from index.archive import Archive
from index.building import Progress
from index.errors import ArchivistError, BusyError, IndexMissingError
from index.examples import examples
from index.model import BuildReport, Example, Skipped, SourceSummary, Timeline
from index.worker import Limits

log = logging.getLogger(__name__)

SEARCHERS = 2  # threads; the second is there for when the first one takes long
TURN = 0.25  # seconds that a search waits for the one before it to end
LONGEST_SEARCH = 60.0  # seconds
WATCH = 2.0  # seconds between looks at the generation that is current
_NICE = 10  # how far a build stands back behind those who ask
OPENING = 1.5  # seconds that a question waits while the index is being opened, of Discord's three

_T = TypeVar("_T")
RunBuild = Callable[[Path, Path, bool, Callable[[Progress], None]], BuildReport]


class StillIndexingError(IndexMissingError):
    hint = "Please ask again in a minute."


class SlowSearchError(ArchivistError):
    hint = "Please ask again, in fewer words."


class BuildCrashedError(ArchivistError):
    hint = "The documents indexed before still answer. Please tell whoever runs this bot."


@dataclass(frozen=True, slots=True)
class Shelf:
    """A generation and what is kept of it in memory, taken up together."""

    archive: Archive
    sources: tuple[SourceSummary, ...]
    left_out: tuple[Skipped, ...] = ()  # files of the corpus folder that it doesn't hold
    indexed: dt.datetime | None = None  # when it was written, in UTC
    #: What it answers: filled in a moment after it is taken up.
    examples: list[Example] = field(default_factory=list, compare=False)


class Build:
    """A build that is under way or done; whoever asks for one while it reads waits for this one."""

    def __init__(self, *, full: bool, after: Build | None = None) -> None:
        """``after`` is one that must end before this one begins."""
        self.full = full
        self.after = after
        self.progress: Progress | None = None
        self.task: asyncio.Task[BuildReport]

    @property
    def has_read(self) -> bool:
        """Whether all files are read: what changes from now on is the next one's."""
        return self.progress is not None and self.progress.published is not None

    async def wait(self, seconds: float) -> BuildReport | None:
        """The report, or None when it isn't done after so many seconds. Raises what went wrong."""
        done, _ = await asyncio.wait({self.task}, timeout=seconds)
        return self.task.result() if done else None


class Library:
    """Give it a running loop with `start`, and `close` it. ``today`` is asked at each question."""

    def __init__(
        self,
        corpus: Path,
        data: Path,
        *,
        today: Callable[[], dt.date],
        limits: Limits = Limits(),  # noqa: B008 - it never changes
        run_build: RunBuild | None = None,
    ) -> None:
        self._corpus = corpus
        self._data = data
        self.today = today
        self._builder = BuildProcess(limits)
        self._run_build = run_build or self._builder.run
        self._pool = ThreadPoolExecutor(SEARCHERS, thread_name_prefix="search")
        self._turn = threading.Lock()
        self._shelf: Shelf | None = None
        self._refused: int | None = None  # a generation that could not be opened, to say so once
        self._problem: ArchivistError | None = None  # why there is nothing to answer from
        self._opened = asyncio.Event()
        self._build: Build | None = None
        self._taking = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None  # makes the examples

    # -- what commands use

    @property
    def sources(self) -> tuple[SourceSummary, ...]:
        """The documents of the current generation, from memory; none while there is none."""
        return self._shelf.sources if self._shelf else ()

    @property
    def current(self) -> Shelf | None:
        """What answers now, without waiting; None while nothing is indexed."""
        return self._shelf

    async def shelf(self) -> Shelf:
        """What answers now; waits a moment for an index that is just being opened.

        Raises IndexMissingError, with the reason, when there is nothing to answer from.
        """
        if self._shelf is None and not self._opened.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._opened.wait(), OPENING)
        if self._shelf is not None:
            return self._shelf
        if self._problem is not None and not self.building:
            raise IndexMissingError("Nothing is indexed yet.", hint=self._problem.message)
        raise StillIndexingError("The documents are being indexed for the first time.")

    async def run(self, shelf: Shelf, look: Callable[[Archive], _T]) -> _T:
        """What ``look`` returns, off the loop. Raises what it does, and SlowSearchError."""
        return await self._search(lambda: look(shelf.archive))

    async def timeline(
        self,
        shelf: Shelf,
        *,
        when: str | None,
        who: str | None,
        about: str | None,
        document: str | None = None,
    ) -> Timeline:
        """Events, off the loop. Raises what `Archive.timeline` does, SlowSearchError."""
        today = self.today()
        return await self._search(
            lambda: shelf.archive.timeline(
                today=today, when=when, who=who, about=about, document=document
            )
        )

    @property
    def building(self) -> bool:
        return self._build is not None and not self._build.task.done()

    @property
    def reading(self) -> Build | None:
        """The build that `build` would join."""
        joined = self._build if self.building else None
        return None if joined is None or joined.has_read else joined

    def build(self, *, full: bool) -> Build:
        """The build that is reading, or a new one. The new generation is then taken up."""
        if (build := self.reading) is None:
            build = Build(full=full, after=self._build if self.building else None)
            build.task = asyncio.create_task(self._build_and_take_up(build))
            self._build = build
        return build

    # -- its life

    def start(self) -> None:
        """Open the index, build it if there is none, and keep looking for later generations."""
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Stop a build that is under way (the old generation stays current) and end."""
        builds = (self._build, self._build and self._build.after)
        running = (self._keeper, self._asking, *(build and build.task for build in builds))
        tasks = [task for task in running if task]
        self._builder.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _keep(self) -> None:
        await self._open_or_build()
        while True:
            await asyncio.sleep(WATCH)
            try:
                await self._look()
            except ArchivistError as error:
                log.warning("generation not taken up: %s", type(error).__name__)
            except Exception as error:  # the look must go on
                log.error("looking for a generation failed: %s", trail(error), exc_info=error)

    async def _open_or_build(self) -> None:
        damaged = False
        try:
            await self._take_up()
        except IndexMissingError:
            pass
        except ArchivistError as error:
            log.warning("index not opened (%s): building it anew", type(error).__name__)
            damaged = True
        except Exception as error:
            log.error("opening the index failed: %s", trail(error), exc_info=error)
            self._problem = ArchivistError("The index can't be opened.")
            self._opened.set()
            return
        if self._shelf is None:
            await self._first_build(full=damaged)

    async def _first_build(self, *, full: bool) -> None:
        build = self.build(full=full)
        self._opened.set()  # nothing to wait for in a question's few seconds
        try:
            await asyncio.wait({build.task})
            build.task.result()
        except BusyError as error:  # another process builds: its generation will be seen
            self._problem = StillIndexingError(error.message)
        except ArchivistError as error:
            self._problem = error

    async def _look(self) -> None:
        number = await asyncio.to_thread(generations.current_generation, self._data)
        held = self._shelf.archive.generation if self._shelf else None
        if number is None or number in (held, self._refused):
            return
        try:
            await self._take_up()
        except Exception:
            self._refused = number  # once told is enough
            raise

    async def _take_up(self) -> None:
        """Answer from the generation that is current from now on; searches under way go on."""
        async with self._taking:
            began = time.monotonic()
            shelf = await asyncio.to_thread(_open, self._data)
            if self._shelf and self._shelf.archive.generation == shelf.archive.generation:
                return
            self._shelf, self._problem, self._refused = shelf, None, None
            if shelf.archive.replaces is not None:
                self._refused, _ = shelf.archive.replaces
                log.error(
                    "generation %d can't be used: answering from %d; reindex everything to mend it",
                    *(self._refused, shelf.archive.generation),
                )
            self._opened.set()
            seconds = time.monotonic() - began
            log.info("generation %d taken up in %.2f s", shelf.archive.generation, seconds)
            if self._asking is not None:
                self._asking.cancel()
            self._asking = asyncio.create_task(self._add_examples(shelf))

    async def _add_examples(self, shelf: Shelf) -> None:
        """Find questions that a generation answers, while it answers others already."""
        try:
            found = await asyncio.to_thread(examples, shelf.archive, self.today())
        except Exception as error:  # nobody waits for them
            log.error("no examples: %s", trail(error), exc_info=error)
            return
        shelf.examples.extend(found)

    async def _build_and_take_up(self, build: Build) -> BuildReport:
        if build.after is not None:
            await asyncio.wait({build.after.task})
            build.after = None
        loop = asyncio.get_running_loop()
        taking: list[asyncio.Task[None]] = []

        def note(progress: Progress) -> None:
            build.progress = progress
            if progress.published is not None:  # the build goes on, but it can be answered from
                taking.append(loop.create_task(self._take_up_early()))

        def tell(progress: Progress) -> None:  # called in the thread that waits for the build
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(note, progress)

        log.info("build started, full=%s", build.full)
        try:
            report = await asyncio.to_thread(
                self._run_build, self._corpus, self._data, build.full, tell
            )
        except ArchivistError as error:
            log.warning("build failed: %s", type(error).__name__)
            raise
        finally:
            await asyncio.gather(*taking)
        held = self._shelf.archive.generation if self._shelf else None
        log.info(
            "build done in %.1f s: generation %d, changed=%s, %d documents",
            *(report.seconds, report.generation, report.changed, report.documents),
        )
        if report.generation != held:
            await self._take_up()
        return report

    async def _take_up_early(self) -> None:
        """Take up a generation whose build goes on; if that fails it is done once more at its end."""
        try:
            await self._take_up()
        except ArchivistError as error:
            log.warning("generation not taken up: %s", type(error).__name__)

    async def _search(self, search: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()

        def in_turn() -> _T:
            # Two searches at once are no faster, since both are Python, and hold up the event loop
            # for longer. But a long one must not hold up all others.
            alone = self._turn.acquire(timeout=TURN)
            try:
                return search()
            finally:
                if alone:
                    self._turn.release()

        try:
            return await asyncio.wait_for(loop.run_in_executor(self._pool, in_turn), LONGEST_SEARCH)
        except TimeoutError:
            raise SlowSearchError("The search took too long and was given up.") from None


def _open(data: Path) -> Shelf:
    archive = Archive.open(data)
    archive.warm()
    # Else each full collection walks over the whole index, and the event loop stands still meanwhile.
    # An index has no circles in it: it goes with its last reader all the same.
    gc.freeze()
    number = archive.generation
    left_out: tuple[Skipped, ...] = ()
    with contextlib.suppress(ArchivistError):
        left_out = archive.snapshot.contents.skipped()
    return Shelf(archive, archive.sources(), left_out, _written(data, number))


def _written(data: Path, generation: int) -> dt.datetime | None:
    """When a generation was written; None when its folder is gone by now."""
    try:
        seconds = generations.generation_folder(data, generation).stat().st_mtime
    except OSError:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


# ---------------------------------------------------------------- building in a process of its own


class BuildProcess:
    """Runs one build at a time in a fresh process, so that it can't hold up the event loop."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 - it never changes
        self._limits = limits
        self._process: multiprocessing.process.BaseProcess | None = None
        self._stopped = False

    def run(
        self, corpus: Path, data: Path, full: bool, tell: Callable[[Progress], None]
    ) -> BuildReport:
        """Build and wait for it, in the calling thread. Raises what `building.build` does."""
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that threads hold
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_build_in_process,
            args=(theirs, corpus, data, full, self._limits),
            daemon=True,
        )
        with ours:
            with theirs:
                if self._stopped:
                    raise BuildCrashedError("The build was stopped.")
                process.start()
                self._process = process
            try:
                return _receive(ours, tell)
            finally:
                process.join()
                self._process = None
                process.close()

    def stop(self) -> None:
        """End the build under way; what it wrote aside is never made current."""
        self._stopped = True
        process = self._process
        if process is not None:
            with contextlib.suppress(ValueError):  # closed meanwhile
                process.terminate()


def _receive(connection: Connection, tell: Callable[[Progress], None]) -> BuildReport:
    while True:
        try:
            message = connection.recv()
        except EOFError:
            raise BuildCrashedError("The indexing ended before it was done.") from None
        if isinstance(message, BuildReport):
            return message
        if isinstance(message, ArchivistError):
            raise message
        if isinstance(message, str):
            log.error("build crashed: %s", message)
            raise BuildCrashedError("The indexing failed.")
        tell(message)


def _build_in_process(
    connection: Connection, corpus: Path, data: Path, full: bool, limits: Limits
) -> None:
    """Send Progress, then a BuildReport, an ArchivistError, or the trail of any other error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which then ends us
    os.nice(_NICE)
    result: BuildReport | ArchivistError | str
    try:
        result = building.build(corpus, data, full=full, limits=limits, progress=connection.send)
    except ArchivistError as error:
        result = error
    except Exception as error:
        result = trail(error)
    with contextlib.suppress(OSError):  # nobody listens any more
        connection.send(result)
