"""The file ``state.db``: read from memory at every message, written by one thread."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.asked import Asked
from bot.state.kept import KEPT
from bot.state.migrations import NewerFileError, migrate, refuse_newer
from bot.state.values import LONGEST_TEXT, Deleted, Feedback, Reason, ServerSettings
from index.errors import ArchivistError, DataFolderError
from index.messages import say

NAME = "state.db"
PATIENCE = 5.0  # seconds that a lock of another program is waited for
MOST_FEEDBACK = 200  # of one person, kept at a time: nobody can fill the disk

_T = TypeVar("_T")
_TIME = "%Y-%m-%dT%H:%M:%SZ"  # UTC; sorts as the times do


class StateError(ArchivistError):
    """What was asked for could not be kept, or looked up."""

    hint = say("Please try again later, or tell whoever runs this bot.")


class TooMuchFeedbackError(ArchivistError):
    hint = say("Please take some back with `/privacy delete` first.")


@dataclass(slots=True)
class _Memory:
    """What is asked for at every message."""

    servers: dict[int, ServerSettings] = field(default_factory=dict)
    welcomed: set[int] = field(default_factory=set)
    plain: set[int] = field(default_factory=set)


class State:
    """Reads from memory, writes to disk. Open it with `open_state`, and `close` it.

    Used by one event loop. What is awaited is on the disk when it returns; it raises StateError
    where the file can't be written or read. Without a path all is kept in memory.
    """

    def __init__(self, path: Path | None = None, *, patience: float = PATIENCE) -> None:
        """Open the file and bring it to this version. Raises DataFolderError, and changes nothing."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state")
        try:
            self._database, self._memory = self._pool.submit(_open, path, patience).result()
        except BaseException:
            self._pool.shutdown()
            raise

    # -- from memory

    def server(self, guild: int | None) -> ServerSettings:
        """What a server's administrators chose; the defaults for one that chose nothing, or None."""
        return self._memory.servers.get(guild or 0, ServerSettings())

    def is_plain(self, user: int) -> bool:
        """Whether this person wants text without layout."""
        return user in self._memory.plain

    def welcomed(self, guild: int) -> bool:
        """Whether the bot has introduced itself in this server."""
        return guild in self._memory.welcomed

    # -- servers

    async def set_server(self, guild: int, **changes: Any) -> None:
        """Keep what a server's administrators chose: only these fields of `ServerSettings` change."""
        changed = replace(self.server(guild), **changes)
        values = {name: getattr(changed, name) for name in changes}
        await self._run(lambda db: _set(db, "servers", {"guild": guild}, values))
        # Meanwhile somebody else may have chosen something else.
        self._memory.servers[guild] = replace(self.server(guild), **changes)

    async def set_welcomed(self, guild: int) -> None:
        """Keep that the bot has introduced itself in this server."""
        await self._run(lambda db: _set(db, "servers", {"guild": guild}, {"welcomed": 1}))
        self._memory.welcomed.add(guild)

    async def forget_guild(self, guild: int) -> None:
        """Delete all that was kept of a server, what its members sent too: the bot has left it."""

        def forget(db: Database) -> None:
            with _erasing(db):
                db.table("servers").delete_where("guild = ?", [guild])
                db.table("feedback").delete_where("guild = ?", [guild])

        await self._run(forget)
        self._memory.servers.pop(guild, None)
        self._memory.welcomed.discard(guild)

    # -- people

    async def set_plain(self, user: int, plain: bool) -> None:
        """Keep whether this person wants text without layout; with False nothing of it is kept."""

        def save(db: Database) -> None:
            if plain:
                _set(db, "people", {"person": user}, {"plain": 1})
            else:
                with _erasing(db):
                    db.table("people").delete_where("person = ?", [user])

        await self._run(save)
        (self._memory.plain.add if plain else self._memory.plain.discard)(user)

    async def add_feedback(self, feedback: Feedback) -> int:
        """Keep what a person sent, and return its id.

        The same person's about the same answer (kind, server, what was asked, generation) is one
        line, which is replaced and keeps its id. Raises TooMuchFeedbackError.
        """
        return await self._run(lambda db: _add(db, feedback))

    async def feedback_of(self, person: int) -> tuple[Feedback, ...]:
        """All that a person sent and that is still kept, in whatever server, newest first."""

        def read(db: Database) -> tuple[Feedback, ...]:
            rows = db.table("feedback").rows_where(
                "person = ?", [person], order_by="at desc, id desc"
            )
            return tuple(_feedback(row) for row in rows)

        return await self._run(read)

    async def take_back(self, person: int, feedback: int) -> bool:
        """Delete one that this person sent, by its id; False if there is none."""

        def delete(db: Database) -> bool:
            with _erasing(db):
                return _delete(db, "feedback", "id = ? and person = ?", [feedback, person]) > 0

        return await self._run(delete)

    async def export(self, person: int) -> dict[str, Any]:
        """All that is stored about a person, by table and column, with why and how long: JSON."""

        def read(db: Database) -> dict[str, list[dict[str, Any]]]:
            tables = sorted({kept.table for kept in KEPT if kept.about == "person"})
            return {
                table: [
                    {name: _plain_json(value) for name, value in row.items()}
                    for row in db.table(table).rows_where("person = ?", [person], order_by="rowid")
                ]
                for table in tables
            }

        stored = await self._run(read)
        meaning: dict[str, dict[str, dict[str, str]]] = {}
        for kept in KEPT:
            if kept.about == "person":
                meaning.setdefault(kept.table, {})[kept.field] = {
                    "why": kept.why,
                    "until": kept.until,
                }
        return {"person": str(person), "stored": stored, "meaning": meaning}

    async def delete(self, person: int) -> Deleted:
        """Delete all that is stored about a person, and say what it was."""

        def delete(db: Database) -> Deleted:
            with _erasing(db):
                feedback = _delete(db, "feedback", "person = ?", [person])
                plain = _delete(db, "people", "person = ?", [person])
            return Deleted(feedback, plain > 0)

        deleted = await self._run(delete)
        self._memory.plain.discard(person)
        return deleted

    async def purge(self, before: dt.datetime) -> int:
        """Delete what people sent before this time, and return how many lines that were."""

        def delete(db: Database) -> int:
            with _erasing(db):
                return _delete(db, "feedback", "at < ?", [_said(before)])

        return await self._run(delete)

    # -- the file

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


def open_state(data: Path, *, patience: float = PATIENCE) -> State:
    """The state of a data folder, made if there is none.

    A lock of another program is waited for ``patience`` seconds. Raises DataFolderError for a file
    that is damaged, locked, newer or can't be written; the file stays as it is.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(f"The data folder can't be written ({error.strerror}).") from error
    return State(data / NAME, patience=patience)


# ---------------------------------------------------------------- opening


def _open(path: Path | None, patience: float) -> tuple[Database, _Memory]:
    connection = None
    try:
        connection = sqlite3.connect(":memory:" if path is None else path, timeout=patience)
        database = Database(connection)
        if connection.execute("pragma quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
        refuse_newer(database)
        connection.execute("pragma journal_mode = wal")
        connection.execute(
            "pragma synchronous = full"
        )  # what was acknowledged survives a power cut
        connection.execute("pragma secure_delete = on")  # what was deleted is overwritten
        migrate(database)
        return database, _remember(database)
    except (sqlite3.Error, NewerFileError, ValueError, TypeError) as error:
        if connection is not None:
            connection.close()
        raise _explain(error) from error


def _remember(database: Database) -> _Memory:
    servers = list(database.table("servers").rows)
    return _Memory(
        servers={
            row["guild"]: ServerSettings(row["language"], bool(row["plain"])) for row in servers
        },
        welcomed={row["guild"] for row in servers if row["welcomed"]},
        plain={row["person"] for row in database.table("people").rows_where("plain")},
    )


def _explain(error: Exception) -> DataFolderError:
    """Why the file can't be used, for whoever runs the bot; nothing was changed."""
    if isinstance(error, NewerFileError):
        return DataFolderError(
            f"The file {NAME} in the data folder was written by a later version of Archivist.",
            hint="Start that version, or name another data folder with --data.",
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what extends it
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
        hint=f"Put a copy of {NAME} from a backup in its place, or move it away to begin anew.",
    )


# ---------------------------------------------------------------- rows


def _set(database: Database, table: str, key: dict[str, int], values: dict[str, Any]) -> None:
    """Change these columns of a row, which is made if need be; its other columns stay."""
    with database.atomic():
        database.table(table).upsert({**key, **values}, pk=next(iter(key)))


def _add(database: Database, feedback: Feedback) -> int:
    row = _row(feedback)
    same = "kind = :kind and person = :person and guild is :guild and question = :question"
    same += " and narrowing = :narrowing and generation is :generation"
    table = database.table("feedback")
    with database.atomic():
        found = [old["id"] for old in table.rows_where(same, row, select="id")]
        if not found and table.count_where("person = ?", [feedback.person]) >= MOST_FEEDBACK:
            raise TooMuchFeedbackError(
                say(
                    "{count} of your messages to the curators are kept, and no more can be.",
                    count=MOST_FEEDBACK,
                )
            )
        if found:
            table.update(found[0], row)
            return int(found[0])
        return int(table.insert(row).last_pk or 0)


def _delete(database: Database, table: str, where: str, values: list[Any]) -> int:
    """Delete rows, and return how many they were."""
    count = database.table(table).count_where(where, values)
    database.table(table).delete_where(where, values)
    return count


@contextmanager
def _erasing(database: Database) -> Iterator[None]:
    """A transaction, after which what it deleted is gone from the journal too."""
    with database.atomic():
        yield
    database.execute("pragma wal_checkpoint(truncate)").fetchall()


def _said(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime(_TIME)


def _row(feedback: Feedback) -> dict[str, Any]:
    narrowing = {name: text for name, text in asdict(feedback.asked).items() if text}
    question = narrowing.pop("question", "")
    return {
        "kind": feedback.kind,
        "at": _said(feedback.at),
        "person": feedback.person,
        "guild": feedback.guild,
        "channel": feedback.channel,
        "question": _storable(question),
        "narrowing": json.dumps(narrowing, sort_keys=True),
        "outcome": feedback.outcome,
        "passages": json.dumps(feedback.passages),
        "generation": feedback.generation,
        "reason": feedback.reason.value if feedback.reason else None,
        "text": _storable(feedback.text[:LONGEST_TEXT]),
    }


def _feedback(row: dict[str, Any]) -> Feedback:
    return Feedback(
        kind=row["kind"],
        at=dt.datetime.strptime(row["at"], _TIME).replace(tzinfo=dt.UTC),
        person=row["person"],
        guild=row["guild"],
        channel=row["channel"],
        asked=Asked(row["question"], **json.loads(row["narrowing"])),
        outcome=row["outcome"],
        passages=tuple(json.loads(row["passages"])),
        generation=row["generation"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        text=row["text"],
        id=row["id"],
    )


def _storable(text: str) -> str:
    """``text`` with "?" for what is no character: half of a pair that a client sent alone."""
    return text.encode(errors="replace").decode()


def _plain_json(value: Any) -> Any:
    """A column's value for an export; ids as text, because JSON's numbers may lose their end."""
    return str(value) if isinstance(value, int) and value > 2**53 else value
