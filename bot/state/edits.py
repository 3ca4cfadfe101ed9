"""Names for one thing and corrections to events, of each collection."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from bot.state.auditing import Audit, write_line
from bot.state.file import MissingError
from bot.state.rows import as_json, insert, maybe, read, said, storable, texts
from bot.state.values import AliasGroup, By, CorrectionKind, StoredCorrection
from index.collections import guild_of
from index.messages import say


class Edits(Audit):
    async def edited(self) -> tuple[str, ...]:
        """Collections in which names or corrections were ever made and are still kept, in order."""

        def find(db: Database) -> tuple[str, ...]:
            both = "select collection from aliases union select collection from corrections"
            return tuple(sorted(name for (name,) in db.execute(both)))

        return await self._run(find)

    # -- names

    async def aliases(self, collection: str, *, removed: bool = False) -> tuple[AliasGroup, ...]:
        """Groups of names in the order in which they were made; with ``removed`` the removed instead."""
        where = f"collection = ? and removed is {'not ' if removed else ''}null"

        def find(db: Database) -> tuple[AliasGroup, ...]:
            rows = db.table("aliases").rows_where(where, [collection], order_by="id")
            return tuple(_group(row) for row in rows)

        return await self._run(find)

    async def alias(self, number: int) -> AliasGroup | None:
        """A group by its number, removed ones too."""

        def find(db: Database) -> AliasGroup | None:
            rows = list(db.table("aliases").rows_where("id = ?", [number]))
            return _group(rows[0]) if rows else None

        return await self._run(find)

    async def add_alias(self, collection: str, names: tuple[str, ...], by: By) -> AliasGroup:
        """Keep names for one thing. Raises MissingError for another server's collection."""
        names = tuple(storable(name) for name in names)
        row = {
            "collection": collection,
            "names": as_json(names),
            "at": said(by.at),
            "person": by.who,
        }

        def add(db: Database) -> AliasGroup:
            _check(collection, by)
            number = insert(db, "aliases", row)
            write_line(db, by, "alias.add", collection, None, names)
            return AliasGroup(number, collection, names, read(said(by.at)), by.who)

        return await self._change(add)

    async def remove_alias(self, number: int, by: By) -> AliasGroup:
        """Take names back. Raises MissingError if they are, or are another server's."""

        def remove(db: Database) -> AliasGroup:
            old = _group(_row(db, "aliases", number, by, "removed is null"))
            change = {"removed": said(by.at), "removed_by": by.who}
            db.table("aliases").update(number, change)
            write_line(db, by, "alias.remove", old.collection, old.names)
            return _group(_row(db, "aliases", number, by))

        return await self._change(remove)

    async def restore_alias(self, number: int, by: By) -> AliasGroup:
        """Bring names back that were taken back. Raises MissingError."""

        def restore(db: Database) -> AliasGroup:
            old = _group(_row(db, "aliases", number, by, "removed not null"))
            db.table("aliases").update(number, {"removed": None, "removed_by": None})
            write_line(db, by, "alias.undo", old.collection, None, old.names)
            return _group(_row(db, "aliases", number, by))

        return await self._change(restore)

    # -- corrections

    async def corrections(
        self, collection: str, *, undone: bool = False
    ) -> tuple[StoredCorrection, ...]:
        """Corrections in the order in which they were made; with ``undone`` the undone instead."""
        where = f"collection = ? and undone is {'not ' if undone else ''}null"

        def find(db: Database) -> tuple[StoredCorrection, ...]:
            rows = db.table("corrections").rows_where(where, [collection], order_by="id")
            return tuple(_correction(row) for row in rows)

        return await self._run(find)

    async def correction(self, number: int) -> StoredCorrection | None:
        """A correction by its number, undone ones too."""

        def find(db: Database) -> StoredCorrection | None:
            rows = list(db.table("corrections").rows_where("id = ?", [number]))
            return _correction(rows[0]) if rows else None

        return await self._run(find)

    async def add_correction(
        self, collection: str, kind: CorrectionKind, body: dict[str, Any], by: By
    ) -> StoredCorrection:
        """Keep a correction. Raises MissingError for another server's collection."""
        row = {
            "collection": collection,
            "kind": kind,
            "body": as_json(body),
            "at": said(by.at),
            "person": by.who,
        }

        def add(db: Database) -> StoredCorrection:
            _check(collection, by)
            number = insert(db, "corrections", row)
            write_line(db, by, "correction.add", collection, None, {"kind": kind, **body})
            return _correction(_row(db, "corrections", number, by))

        return await self._change(add)

    async def undo_correction(self, number: int, by: By) -> StoredCorrection:
        """Take a correction back. Raises MissingError if it is, or is another server's."""

        def undo(db: Database) -> StoredCorrection:
            old = _correction(_row(db, "corrections", number, by, "undone is null"))
            db.table("corrections").update(number, {"undone": said(by.at), "undone_by": by.who})
            write_line(db, by, "correction.undo", old.collection, {"kind": old.kind, **old.body})
            return _correction(_row(db, "corrections", number, by))

        return await self._change(undo)


def _check(collection: str, by: By) -> None:
    """Raise MissingError where a server would change what is another's."""
    if guild_of(collection) not in (None, by.guild):
        raise MissingError(say("This isn't there any more."))


def _row(database: Database, table: str, number: int, by: By, where: str = "1") -> dict[str, Any]:
    """A row that may be changed in this server. Raises MissingError."""
    rows = list(database.table(table).rows_where(f"id = ? and {where}", [number]))
    if not rows:
        raise MissingError(say("This isn't there any more."))
    _check(rows[0]["collection"], by)
    return rows[0]


def _group(row: dict[str, Any]) -> AliasGroup:
    return AliasGroup(
        row["id"],
        row["collection"],
        texts(row["names"]),
        read(row["at"]),
        row["person"],
        maybe(row["removed"]),
    )


def _correction(row: dict[str, Any]) -> StoredCorrection:
    return StoredCorrection(
        row["id"],
        row["collection"],
        row["kind"],
        json.loads(row["body"]),
        read(row["at"]),
        row["person"],
        maybe(row["undone"]),
    )
