"""The file ``state.db``: how it is opened, and the one thread that uses it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.state.migrations import NewerFileError, migrate, refuse_newer
from index.errors import ArchivistError, DataFolderError
from index.messages import say

NAME = "state.db"
PATIENCE = 5.0  # seconds that a lock of another program is waited for

_T = TypeVar("_T")


class StateError(ArchivistError):
    """What was asked for could not be kept, or looked up."""

    hint = say("Please try again later, or tell whoever runs this bot.")


class MissingError(ArchivistError):
    """What should be changed isn't there (any more), or belongs to another server."""

    hint = say("Somebody else may have changed it: please look again.")


class StateFile:
    """The file, and the thread in which all is read and written, one after the other.

    Used by one event loop. Without a path all is kept in memory.
    """

    def __init__(self, path: Path | None = None, *, patience: float = PATIENCE) -> None:
        """Open the file and bring it to this version. Raises DataFolderError, and changes nothing."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state")
        try:
            self._database = self._pool.submit(_open, path, patience).result()
        except BaseException:
            self._pool.shutdown()
            raise

    async def close(self) -> None:
        """Finish what is being written."""
        try:
            await asyncio.wrap_future(self._pool.submit(self._database.close))
        except RuntimeError:
            return  # closed already
        self._pool.shutdown()

    async def _run(self, work: Callable[[Database], _T]) -> _T:
        """What ``work`` returns, done in the one thread that uses the file."""
        try:
            return await asyncio.wrap_future(self._pool.submit(work, self._database))
        except (sqlite3.Error, OSError) as error:
            raise StateError(say("The bot can't reach what it remembers right now.")) from error
        except RuntimeError as error:  # the thread takes no more work
            raise StateError(say("The bot is being restarted.")) from error

    async def _change(self, work: Callable[[Database], _T]) -> _T:
        """The same in one transaction, which is on the disk when this returns."""

        def change(database: Database) -> _T:
            with database.atomic():
                return work(database)

        return await self._run(change)

    async def _erase(self, work: Callable[[Database], _T]) -> _T:
        """The same, after which what it deleted is gone from the journal too."""

        def erase(database: Database) -> _T:
            with erasing(database):
                return work(database)

        return await self._run(erase)


@contextmanager
def erasing(database: Database) -> Iterator[None]:
    """A transaction, after which what it deleted is gone from the journal too.

    On a full disk it stays in the journal until there is room; it is deleted all the same.
    """
    with database.atomic():
        yield
    with contextlib.suppress(sqlite3.Error):
        database.execute("pragma wal_checkpoint(truncate)").fetchall()


def _open(path: Path | None, patience: float) -> Database:
    connection = None
    try:
        if path is not None:  # nobody else on this machine is to read a file that is made now
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(":memory:" if path is None else path, timeout=patience)
        database = Database(connection)
        if connection.execute("pragma quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
        refuse_newer(database)
        connection.execute("pragma journal_mode = wal")
        # What was acknowledged survives a power cut, and what was deleted is overwritten.
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = on")
        migrate(database)
        return database
    except (sqlite3.Error, NewerFileError, OSError, ValueError, TypeError) as error:
        if connection is not None:
            connection.close()
        raise _explain(error) from error


def _explain(error: Exception) -> DataFolderError:
    """Why the file can't be used, for whoever runs the bot; nothing was changed."""
    if isinstance(error, NewerFileError):
        return DataFolderError(
            f"The file {NAME} in the data folder was written by a later version of Archivist.",
            hint="Start that version, or name another data folder with --data.",
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what extends it
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)
        code = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_CANTOPEN
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DataFolderError(
            f"The file {NAME} in the data folder is locked by another program.",
            hint="Close that program, then start again.",
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return DataFolderError(
            f"The file {NAME} in the data folder can't be opened for writing.",
            hint="Let the program write to the data folder, or name another with --data.",
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DataFolderError(
            f"The file {NAME} in the data folder can't be written: the disk is full or failing.",
            hint="Make room or change the disk, then start again.",
        )
    return DataFolderError(
        f"The file {NAME} in the data folder is damaged; it holds the servers' settings and feedback.",
        hint=f"Put a backup in its place with `archivist restore FILE`; without one, move {NAME} away"
        " to begin anew.",
    )
