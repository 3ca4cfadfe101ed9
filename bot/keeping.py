"""Keeps nothing longer than it may be kept: an hourly look at what is over, by a clock that is believed.

A clock that jumps ahead must not delete what people rely on, so before anything is deleted the time is
checked: by what Discord told last, which all its ids hold, or else by how evenly the clock has gone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable

from bot import logs
from bot.services import Services
from bot.state import GRACE
from bot.uploads import uploads_of
from index.collections import edits_folder, server_collection

log = logging.getLogger(__name__)

LOOK_EVERY = 60 * 60.0  # seconds
#: Before this no clock is right: the program didn't exist.
_EARLIEST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_JUMP = 60 * 60.0  # seconds by which a clock that is set right may differ from an even one
_STEADY = 24 * 60 * 60.0  # seconds of an even pace after which a clock is believed again
_AWAY = dt.timedelta(days=7)  # for which the program may have been off without a doubt


class Clock:
    """The time, if it can be believed."""

    def __init__(
        self,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._told: tuple[dt.datetime, float] | None = None
        self._offset: float | None = None  # of the clock to the even one
        self._doubted: float | None = None  # since when, by the even one

    def tell(self, told: dt.datetime) -> None:
        """Discord says that this is the time. Ids that no Discord of today gives are not believed."""
        if told > _EARLIEST:
            self._told = (told, self._monotonic())

    def believed(self, last: dt.datetime | None) -> dt.datetime | None:
        """The time; None while there is a doubt. ``last`` is a time that was believed before.

        What Discord told counts first. Without it the clock is doubted when it was set by more than
        an hour, or is before ``last`` or more than a week after it when the program starts; a day
        at an even pace ends a doubt.
        """
        even = self._monotonic()
        if self._told is not None:
            told, at = self._told
            return told + dt.timedelta(seconds=even - at)
        now = self._now()
        offset = now.timestamp() - even
        if self._offset is None:
            hour = dt.timedelta(seconds=_JUMP)
            if last is not None and not last - hour <= now <= last + _AWAY:
                self._doubted = even
        elif abs(offset - self._offset) > _JUMP:
            self._doubted = even
        self._offset = offset
        if self._doubted is not None and even - self._doubted < _STEADY:
            return None
        return now if now > _EARLIEST else None


class Keeping:
    """The job, and what it must know of the servers that the bot is in."""

    def __init__(
        self,
        services: Services,
        clock: Clock | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._services, self.clock, self._sleep = services, clock or Clock(), sleep
        self._present: set[int] | None = (
            None  # servers that the bot is in; None until that is known
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and then every hour."""
        self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- servers

    async def see(self, guilds: Iterable[int]) -> None:
        """These are all servers that the bot is in: of others that are known it was removed meanwhile."""
        self._present = set(guilds)
        await self._try("servers not compared", self._compare(self._present))

    async def joined(self, guild: int) -> None:
        """The bot is in this server, again or for the first time: nothing of it is deleted."""
        if self._present is not None:
            self._present.add(guild)
        await self._try("server not noted as joined", self._services.state.rejoin(guild))

    async def left(self, guild: int) -> None:
        """The bot was removed: what is kept of the server goes in thirty days."""
        if self._present is not None:
            self._present.discard(guild)
        now = dt.datetime.now(dt.UTC)
        await self._try("server not noted as left", self._services.state.leave(guild, now))

    async def _compare(self, present: set[int]) -> None:
        state = self._services.state
        known, gone = await state.known_guilds(), await state.left()
        for guild in sorted(present & gone.keys()):
            await state.rejoin(guild)
        for guild in sorted(known - present - gone.keys()):
            await state.leave(guild, dt.datetime.now(dt.UTC))

    # -- what is over

    async def look(self) -> None:
        """Delete what is over. What can't be deleted now is tried again at the next look."""
        state = self._services.state
        now = self.clock.believed(await state.last_purge())
        if now is None:
            log.warning("nothing is deleted while the clock is in doubt")
            return
        await self._try("old uploads not deleted", uploads_of(self._services).keep(now))
        await self._try("servers that were left not deleted", self._forget_left(now))
        await self._try("old lines not deleted", self._purge(now))

    async def _purge(self, now: dt.datetime) -> None:
        purged = await self._services.state.purge(now, self._services.settings.retention_days)
        log.log(
            logging.INFO if purged.total else logging.DEBUG,
            "deleted what was over: %d feedback, %d questions, %d audit, %d builds, %d edits",
            purged.feedback,
            purged.questions,
            purged.audit,
            purged.builds,
            purged.edits,
        )

    async def _forget_left(self, now: dt.datetime) -> None:
        """Delete all of servers that were left thirty days ago, files first."""
        if self._present is None:
            return
        for guild, at in sorted((await self._services.state.left()).items()):
            if guild in self._present:
                await self._services.state.rejoin(guild)
            elif now - at >= GRACE:
                await self._forget(guild)

    async def _forget(self, guild: int) -> None:
        services = self._services
        collection = server_collection(guild)
        edits = edits_folder(services.settings.data, collection)
        await asyncio.to_thread(uploads_of(services).forget, guild)
        await asyncio.to_thread(shutil.rmtree, edits, ignore_errors=True)
        await services.state.forget_guild(guild)
        log.info("server %d: all deleted, it was left %d days ago", guild, GRACE.days)
        services.library.build(only=collection)

    # -- its life

    async def _keep(self) -> None:
        while True:
            await self._try("nothing deleted", self.look())
            await self._sleep(LOOK_EVERY)

    async def _try(self, failed: str, work: Awaitable[object]) -> None:
        """Do it; the log says what fails, and the rest goes on."""
        try:
            await work
        except Exception as error:
            log.warning("%s: %s", failed, logs.trail(error))
