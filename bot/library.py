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
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.building import (
    Build,
    BuildProcess,
    Builds,
    Ended,
    Kind,
    Request,
    RunBuild,
    of_collection,
)
from bot.logs import trail
from bot.metrics import Metrics, Turn
from bot.shelves import USUAL, Views
from bot.shelves import Shelf as Shelf
from bot.visibility import Sight
from bot.watching import Watcher
from index import building, generations
from index.archive import Archive
from index.building import Progress
from index.collections import guild_of
from index.errors import ArchivistError, BusyError, IndexMissingError
from index.messages import say
from index.model import BuildReport, Skipped, SourceSummary, Timeline
from index.worker import Limits

log = logging.getLogger(__name__)

SEARCHERS = 2  # threads; the second is there for when the first one takes long
TURN = 0.25  # seconds that a search waits for the one before it to end
LONGEST_SEARCH = 60.0  # seconds
WATCH = 2.0  # seconds between looks at the generation that is current
SOON = 30  # sets of collections that are made ready when a generation is taken up
OPENING = 1.5  # seconds that a question waits while the index is being opened, of Discord's three

_T = TypeVar("_T")


class StillIndexingError(IndexMissingError):
    hint = "Please ask again in a minute."


class SlowSearchError(ArchivistError):
    hint = "Please ask again, in fewer words."


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
        metrics: Metrics | None = None,
    ) -> None:
        self._corpus = corpus
        self._data = data
        self.today = today
        self._limits = limits
        self._run_build = run_build or BuildProcess(limits).run
        self._pool = ThreadPoolExecutor(SEARCHERS, thread_name_prefix="search")
        self._turn = threading.Lock()
        self._metrics = metrics or Metrics()
        self._shelf: Shelf | None = None  # all of it: seen by nobody but those who look after it
        self._views: Views | None = None  # of that
        self._refused: int | None = None  # a generation that could not be opened, to say so once
        self._problem: ArchivistError | None = None  # why there is nothing to answer from
        self._opened = asyncio.Event()
        self.builds = Builds(self._build_and_take_up)
        self.watcher: Watcher | None = None
        self._taking = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None  # makes ready what is asked for soon

    # -- what commands use

    @property
    def generation(self) -> int | None:
        """The number of the generation that answers now; None while nothing is indexed."""
        return self._shelf.archive.generation if self._shelf else None

    @property
    def collections(self) -> frozenset[str]:
        """All that the current generation holds: for the bot's owner alone."""
        return self._shelf.archive.collections if self._shelf else frozenset()

    async def shelf(self, sight: Sight) -> Shelf:
        """What answers now, to those who may search these collections and no others.

        Waits a moment for an index that is just being opened. Raises IndexMissingError, with the
        reason, when there is nothing to answer from.
        """
        if self._shelf is None and not self._opened.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._opened.wait(), OPENING)
        if self._shelf is not None:
            return await self._views_of(self._shelf).see(sight)
        if self._problem is not None and not self.building:
            raise IndexMissingError("Nothing is indexed yet.", hint=self._problem.message)
        raise StillIndexingError("The documents are being indexed for the first time.")

    async def add_examples(self, shelf: Shelf) -> None:
        """Fill in questions that it answers, if they are found within a second; else later."""
        if self._shelf is not None:
            await self._views_of(self._shelf).add_examples(shelf)

    def _views_of(self, whole: Shelf) -> Views:
        if self._views is None or not self._views.are_of(whole):
            self._views = Views(whole, self.today)
        return self._views

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

    # -- building

    @property
    def building(self) -> bool:
        """Whether a build is under way or waits for its turn."""
        return bool(self.builds.queue)

    def held(self, collection: str | None) -> tuple[SourceSummary, ...]:
        """The documents of one collection, or of all, for those who look after it. From memory."""
        sources = self._shelf.sources if self._shelf else ()
        if collection is None:
            return sources
        return tuple(one for one in sources if one.source.collection == collection)

    @property
    def made(self) -> tuple[int, dt.datetime | None] | None:
        """The number of the generation that answers, and when it was written, in UTC."""
        return (self._shelf.archive.generation, self._shelf.indexed) if self._shelf else None

    @property
    def damaged(self) -> int | None:
        """The number of the current generation where that can't be used and an older one answers."""
        replaces = self._shelf.archive.replaces if self._shelf else None
        return replaces[0] if replaces else None

    def joinable(self, request: Request) -> Build | None:
        """The build that `build` would join with ``join_running``."""
        return self.builds.joinable(request, running=True)

    def build(
        self,
        *,
        full: bool = False,
        only: str | None = None,
        dry_run: bool = False,
        who: int | None = None,
        guild: int | None = None,
        kind: Kind | None = None,
        join_running: bool = False,
    ) -> Build:
        """A build of one collection (``only``) or of all, whose generation is then taken up.

        One that waits for its turn and does as much is joined; one that reads already only with
        ``join_running``, because what changed a moment ago may be missing from it. ``who`` asked for
        it, in which server, is noted.
        """
        request = Request(only, full=full, dry_run=dry_run)
        return self.builds.ask(request, who=who, guild=guild, kind=kind, join_running=join_running)

    async def cancel(self, build: Build, who: int) -> None:
        """End a build and wait until it is over; the index stays as it was."""
        self.builds.cancel(build, who)
        with contextlib.suppress(ArchivistError):
            await build.report()

    async def is_stale(self) -> bool:
        """Whether a build would make something new: see `index.building.is_stale`."""
        return await asyncio.to_thread(
            building.is_stale, self._corpus, self._data, limits=self._limits
        )

    async def generations(self) -> tuple[generations.Listed, generations.Listed | None]:
        """The current generation, and the one that `roll_back` would go back to, if there is one.

        Raises IndexMissingError when nothing is indexed, IndexDamagedError.
        """

        def look() -> tuple[generations.Listed, generations.Listed | None]:
            listed = {one.generation: one for one in generations.list_generations(self._data)}
            current = generations.current_generation(self._data)
            if current is None or current not in listed:
                raise IndexMissingError("Nothing has been indexed yet.")
            before = generations.previous_generation(self._data, current)
            return listed[current], None if before is None else listed.get(before)

        return await asyncio.to_thread(look)

    async def roll_back(self, *, who: int, guild: int | None) -> int:
        """Make the generation before the current one current and take it up; its number.

        Raises BusyError while a build is under way, and what `index.building.roll_back` does.
        """
        if self.builds.queue or self.builds.alone.locked():
            raise BusyError(
                say("The documents are being indexed just now."),
                hint=say("Wait until it is done, or cancel it: `/corpus status`."),
            )
        began = time.monotonic()
        async with self.builds.alone:
            number = await asyncio.to_thread(building.roll_back, self._corpus, self._data)
            await self._take_up()
        log.info("went back to generation %d", number)
        ended = Ended(
            Request(), "rollback", who, guild, "changed", number, time.monotonic() - began
        )
        await self.builds.record(ended)
        return number

    def watch(self, *, reindex: bool) -> None:
        """Notice when the corpus folder changes, and ``reindex`` it after a quiet minute."""
        self.watcher = Watcher(self, self._corpus, reindex=reindex)
        self.watcher.start()

    # -- its life

    def start(self) -> None:
        """Open the index, build it if there is none, and keep looking for later generations."""
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Stop a build that is under way (the old generation stays current) and end."""
        if self.watcher is not None:
            await self.watcher.close()
        await self.builds.close()
        tasks = [task for task in (self._keeper, self._preparing) if task]
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
            await build.report()
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
            thorough = self._shelf is None  # at start
            shelf = await asyncio.to_thread(_open, self._data, thorough)
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
            if self._preparing is not None:
                self._preparing.cancel()
            in_use = self._views.in_use[:SOON] if self._views else ()
            self._preparing = asyncio.create_task(self._prepare(shelf, in_use))

    async def _prepare(self, shelf: Shelf, sights: tuple[Sight, ...]) -> None:
        """Make ready what was asked for lately, and examples of what is open everywhere."""
        views = self._views_of(shelf)
        await views.prepare(tuple(dict.fromkeys((*USUAL, *sights))))
        for sight in USUAL:
            await views.add_examples(await views.see(sight))

    async def _build_and_take_up(self, build: Build) -> BuildReport:
        loop = asyncio.get_running_loop()
        taking: list[asyncio.Task[None]] = []

        def note(progress: Progress) -> None:
            build.progress = progress
            if progress.published is not None:  # the build goes on, but it can be answered from
                taking.append(loop.create_task(self._take_up_early()))

        def tell(progress: Progress) -> None:  # called in the thread that waits for the build
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(note, progress)

        log.info("build started: %s, %s", build.id, build.kind)
        try:
            run, request = self._run_build, build.request
            report = await asyncio.to_thread(
                run, self._corpus, self._data, request, tell, build.stop
            )
        except ArchivistError as error:
            log.warning("build failed: %s, %s", build.id, type(error).__name__)
            raise
        finally:
            await asyncio.gather(*taking)
        held = self._shelf.archive.generation if self._shelf else None
        log.info(
            "build done in %.1f s: %s, generation %d, changed=%s, %d documents",
            *(report.seconds, build.id, report.generation, report.changed, report.documents),
        )
        if report.generation not in (held, 0) and not build.request.dry_run:
            await self._take_up()
        only = build.request.only
        # A damaged index is made anew as a whole, and the report is then of all.
        others = any(one.source.collection != only for one in report.read)
        if only is not None and guild_of(only) is not None and others:
            return of_collection(report, only, self.held(only))
        return report

    async def _take_up_early(self) -> None:
        """Take up a generation whose build goes on; if that fails it is done once more at its end."""
        try:
            await self._take_up()
        except ArchivistError as error:
            log.warning("generation not taken up: %s", type(error).__name__)

    async def _search(self, search: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()

        def in_turn(turn: Turn) -> _T:
            # Two searches at once are no faster, since both are Python, and hold up the event loop
            # for longer. But a long one must not hold up all others.
            alone = self._turn.acquire(timeout=TURN)
            turn.begin()
            try:
                return search()
            finally:
                turn.end()
                if alone:
                    self._turn.release()

        with self._metrics.turn() as turn:
            try:
                running = loop.run_in_executor(self._pool, in_turn, turn)
                return await asyncio.wait_for(running, LONGEST_SEARCH)
            except TimeoutError:
                raise SlowSearchError("The search took too long and was given up.") from None


def _open(data: Path, thorough: bool = False) -> Shelf:
    archive = Archive.open(data, thorough=thorough)
    for sight in USUAL:
        archive.seeing(sight).warm()
    # Else each full collection walks over the whole index, and the event loop stands still meanwhile.
    # An index has no circles in it: it goes with its last reader all the same.
    gc.freeze()
    number, whole = archive.generation, archive.snapshot.whole
    left_out: tuple[Skipped, ...] = ()
    with contextlib.suppress(ArchivistError):
        left_out = whole.skipped()
    return Shelf(archive, whole.summaries(), left_out, _written(data, number))


def _written(data: Path, generation: int) -> dt.datetime | None:
    """When a generation was written; None when its folder is gone by now."""
    try:
        seconds = generations.generation_folder(data, generation).stat().st_mtime
    except OSError:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
