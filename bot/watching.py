"""Notices that documents of the corpus folder changed, and has them indexed once it is quiet again.

The system tells of most changes (`watchfiles`). What it doesn't tell, as on network file systems, a
look at the folder every few minutes finds; that look alone decides whether anything has changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

from bot.building import Ended
from bot.logs import trail
from index.collections import is_owners
from index.errors import ArchivistError

if TYPE_CHECKING:
    from bot.library import Library

log = logging.getLogger(__name__)
logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it names files

SETTLES = 2.0  # seconds without a change after which the folder is looked at
QUIET = 60.0  # seconds without a change after which it is indexed
PERIOD = 300.0  # seconds between looks where changes are told
POLL = 30.0  # seconds between looks where they are not
LONGEST = 10  # so many times as long as is waited for quiet: a folder may never be
_AGAIN = 10.0  # seconds until a folder that is not there is tried again
_STAYS = 5.0  # seconds between looks at whether it is the same folder still
_LONGEST_PAUSE = 3_600.0  # seconds between two tries of a build that fails

#: File systems whose changes by other machines Linux tells nobody of.
_REMOTE = frozenset(
    "9p afs ceph cifs coda davfs fuse fuseblk glusterfs lustre ncpfs nfs nfs4 smb2 smb3 smbfs "
    "vboxsf virtiofs vmhgfs".split()
)

Notice = Callable[[Path], AsyncIterator[None]]


class Watcher:
    """Give it a running loop with `start`, and `close` it. Times are of a clock that never goes back."""

    def __init__(
        self,
        library: Library,
        folder: Path,
        *,
        reindex: bool,
        settles: float = SETTLES,
        quiet: float = QUIET,
        period: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        notice: Notice | None = None,
    ) -> None:
        """``period`` None: as long as suits the file system. ``notice`` yields at each change."""
        self._library = library
        self._folder = folder
        self.reindex = reindex
        self._settles, self._quiet = settles, quiet
        self._period = period or (POLL if is_remote(folder) else PERIOD)
        self._clock = clock
        self._notice = notice or changes
        self.changed: bool | None = None  # since it was indexed; None: nobody knows (yet)
        self.noticed: dt.datetime | None = None  # when that was first seen, in UTC
        self._last = -float("inf")  # when the last change was told
        self._news = asyncio.Event()
        self._failures = 0  # builds that failed one after the other
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._library.builds.records.append(self._built)
        self._tasks = [
            asyncio.create_task(self._keep_noticing()),
            asyncio.create_task(self._keep_looking()),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self) -> bool | None:
        """Whether the folder holds anything that isn't indexed as it is; None when nobody can say."""
        if self._library.building or self._library.generation is None:
            return self.changed  # what it will hold is not known yet
        try:
            changed: bool | None = await self._library.is_stale()
        except ArchivistError as error:
            log.info("the corpus folder can't be looked at: %s", type(error).__name__)
            changed = None
        if changed and not self.changed:
            self.noticed = dt.datetime.now(dt.UTC)
        if not changed:
            self.noticed = None
        self.changed = changed
        return changed

    async def _built(self, ended: Ended) -> None:
        """Look at once, so that who is told of a build is told of the folder as it is then."""
        only = ended.request.only
        theirs = only is not None and not is_owners(only)
        if ended.kind == "dry-run" or (theirs and not self.changed):
            return
        if await self.look() and ended.kind != "watch":
            self._news.set()

    async def _keep_noticing(self) -> None:
        while True:
            try:
                async for _ in self._notice(self._folder):
                    self._last = self._clock()
                    self._failures = 0
                    self._news.set()
            except Exception as error:  # no such folder, or the system takes no more watches
                log.info("changes of the corpus folder are not told: %s", trail(error))
            self._news.set()  # it went, or came back
            await asyncio.sleep(min(_AGAIN, self._period))

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self._go_round()
            except Exception as error:  # the watching must go on
                log.error("watching the corpus folder failed: %s", trail(error))
                await asyncio.sleep(self._period)

    async def _go_round(self) -> None:
        """Wait for a change, or until it is time; look; index what changed if that is wished."""
        self._news.clear()
        await self._until_quiet(self._settles)
        if self._library.building:
            await self._wait_for_builds()
            self._news.set()
            return
        if await self.look() and self.reindex:
            await self._until_quiet(self._quiet)
            if not self._library.building and await self.look():
                await self._index()
        if not self._news.is_set():
            pause = min(self._period * 2**self._failures, max(self._period, _LONGEST_PAUSE))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), pause)

    async def _wait_for_builds(self) -> None:
        for build in self._library.builds.queue:
            with contextlib.suppress(ArchivistError):
                await build.report()

    async def _index(self) -> None:
        log.info("the corpus folder has changed: it is indexed")
        try:
            await self._library.build(kind="watch").report()
        except ArchivistError as error:
            self._failures = min(self._failures + 1, 10)
            log.warning("what changed could not be indexed: %s", type(error).__name__)
        else:
            self._failures = 0
        await self.look()

    async def _until_quiet(self, seconds: float) -> None:
        """Wait until nothing has changed for so long, but not for ever."""
        ends = self._clock() + LONGEST * seconds
        while (left := min(self._last + seconds, ends) - self._clock()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)


async def changes(folder: Path) -> AsyncIterator[None]:
    """Yields at each change in ``folder`` and below, many of them at once as one.

    Ends when the folder is replaced or goes away. Raises OSError or `watchfiles`' error where it isn't
    there or can't be watched.
    """
    before = _identity(folder)
    if before is None:
        raise FileNotFoundError("There is no such folder.")
    async for changed in watchfiles.awatch(
        folder,
        watch_filter=None,
        rust_timeout=int(_STAYS * 1_000),
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        if changed:
            yield
        if await asyncio.to_thread(_identity, folder) != before:
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_remote(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether a folder lies on a file system that other machines change too, as far as can be told."""
    try:
        where = str(folder.resolve())
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    for line in lines:
        _, point, found, *_ = (*line.split(" ", 3), "", "", "")
        point = point.replace("\\040", " ")
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind.partition(".")[0] in _REMOTE
