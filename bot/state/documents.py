"""The documents that were added from Discord."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

from sqlite_utils import Database

from bot.state.auditing import Audit, write_line
from bot.state.file import MissingError
from bot.state.rows import insert, maybe, read, said, storable
from bot.state.values import UNDO, By, Upload, Usage
from index.errors import ArchivistError
from index.messages import say

_TEXTS = ("name", "title", "author", "date", "rights", "language")
_TOLD = (*_TEXTS, "size", "passages", "events")  # in a line of the audit


class NameTakenError(ArchivistError):
    """The server has a document of this file name already."""

    hint = say("Replace that one, or give this one another name.")


class Documents(Audit):
    async def uploads(self, guild: int, *, removed: bool = False) -> tuple[Upload, ...]:
        """A server's documents by name; with ``removed`` those that can be brought back instead."""
        where = f"guild = ? and removed is {'not ' if removed else ''}null"

        def find(db: Database) -> tuple[Upload, ...]:
            rows = db.table("uploads").rows_where(where, [guild], order_by="name, id")
            return tuple(_upload(row) for row in rows)

        return await self._run(find)

    async def upload(self, number: int) -> Upload | None:
        """A document by its number, removed ones too; None if there is none any more."""

        def find(db: Database) -> Upload | None:
            rows = list(db.table("uploads").rows_where("id = ?", [number]))
            return _upload(rows[0]) if rows else None

        return await self._run(find)

    async def usage(self, guild: int) -> Usage:
        """What a server's documents take; removed ones count only as what they are."""
        sums = (
            "select count(*), coalesce(sum(size), 0), coalesce(sum(passages), 0) from uploads"
            " where guild = ? and removed is null"
        )
        removed = "select coalesce(sum(size), 0) from uploads where guild = ? and removed not null"

        def find(db: Database) -> Usage:
            [(documents, size, passages)] = db.execute(sums, [guild]).fetchall()
            [(gone,)] = db.execute(removed, [guild]).fetchall()
            return Usage(documents, size, passages, gone)

        return await self._run(find)

    async def add_upload(self, upload: Upload, by: By) -> Upload:
        """Keep a document, and return it with its number. Raises NameTakenError."""

        def add(db: Database) -> Upload:
            _check_name(db, upload)
            row = _row(upload)
            del row["id"]
            kept = replace(upload, id=insert(db, "uploads", row))
            write_line(db, by, "document.add", upload.name, None, _told(kept))
            return kept

        return await self._change(add)

    async def change_upload(self, number: int, by: By, action: str, **changes: Any) -> Upload:
        """Change fields of a document; ``action`` says what was done, like ``document.rename``.

        Returns it as it is then. Raises MissingError for one that isn't there, is removed or is
        another server's, NameTakenError, and TypeError for what is no field.
        """

        def change(db: Database) -> Upload:
            old = _own(db, number, by, removed=False)
            new = replace(old, **changes)
            if new.name != old.name:
                _check_name(db, new)
            row = _row(new)
            db.table("uploads").update(number, {name: row[name] for name in changes})
            before, after = asdict(old), asdict(new)
            differing = [name for name in changes if before[name] != after[name]]
            write_line(
                db,
                by,
                action,
                old.name,
                {name: _column(before[name]) for name in differing},
                {name: _column(after[name]) for name in differing},
            )
            return new

        return await self._change(change)

    async def remove_upload(self, number: int, by: By) -> Upload:
        """Mark a document as removed, from when it can be brought back for a day.

        Raises MissingError as `change_upload` does.
        """

        def remove(db: Database) -> Upload:
            old = _own(db, number, by, removed=False)
            db.table("uploads").update(number, {"removed": said(by.at), "removed_by": by.who})
            write_line(db, by, "document.remove", old.name, _told(old))
            return replace(old, removed=read(said(by.at)), removed_by=by.who)

        return await self._change(remove)

    async def restore_upload(self, number: int, by: By) -> Upload:
        """Bring a removed document back. Raises MissingError after a day, and NameTakenError."""

        def restore(db: Database) -> Upload:
            old = _own(db, number, by, removed=True)
            if old.removed is not None and by.at - old.removed > UNDO:
                raise MissingError(say("This document was removed more than a day ago."))
            new = replace(old, removed=None, removed_by=None)
            _check_name(db, new)
            db.table("uploads").update(number, {"removed": None, "removed_by": None})
            write_line(db, by, "document.restore", old.name, None, _told(new))
            return new

        return await self._change(restore)

    async def purge_uploads(self, before: dt.datetime) -> tuple[Upload, ...]:
        """Forget documents that were removed before this time, of all servers; return them by number.

        Their files are the caller's, who must find those too that a kill left without a line.
        """

        def purge(db: Database) -> tuple[Upload, ...]:
            rows = db.table("uploads").rows_where("removed < ?", [said(before)], order_by="id")
            over = tuple(_upload(row) for row in rows)
            for one in over:
                db.table("uploads").delete(one.id)
            return over

        return await self._erase(purge)


def _own(database: Database, number: int, by: By, *, removed: bool) -> Upload:
    """A document of the server in which it is to be changed. Raises MissingError."""
    rows = list(database.table("uploads").rows_where("id = ?", [number]))
    if not rows or rows[0]["guild"] != by.guild or (rows[0]["removed"] is not None) != removed:
        raise MissingError(say("This document isn't there any more."))
    return _upload(rows[0])


def _check_name(database: Database, upload: Upload) -> None:
    where = "guild = ? and name = ? and removed is null and id != ?"
    values = [upload.guild, upload.name, upload.id]
    if database.table("uploads").count_where(where, values):
        raise NameTakenError(say("There is a document “{name}” already.", name=upload.name))


def _told(upload: Upload) -> dict[str, Any]:
    return {name: value for name in _TOLD if (value := getattr(upload, name))}


def _column(value: Any) -> Any:
    return said(value) if isinstance(value, dt.datetime) else value


def _row(upload: Upload) -> dict[str, Any]:
    row = {name: _column(value) for name, value in asdict(upload).items()}
    return row | {name: storable(row[name]) for name in _TEXTS}


def _upload(row: dict[str, Any]) -> Upload:
    return Upload(**row | {"added": read(row["added"]), "removed": maybe(row["removed"])})
