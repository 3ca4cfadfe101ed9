"""What a server's administrators chose, which collections it may see, and whether it was left."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.state.auditing import Audit, write_line
from bot.state.file import PATIENCE
from bot.state.rows import as_json, delete, ids, read, said
from bot.state.values import By, Grant, ServerSettings
from index.collections import guild_of, server_collection

_FIELDS = tuple(one.name for one in fields(ServerSettings))
_LISTS = ("channels", "admin_roles")
_FLAGS = ("plain", "private", "feedback", "questions")
#: Tables with a column ``guild``, all of whose lines go with the server.
_OF_GUILDS = ("servers", "grants", "feedback", "uploads", "questions", "builds", "audit")


class Servers(Audit):
    def __init__(self, path: Path | None = None, *, patience: float = PATIENCE) -> None:
        super().__init__(path, patience=patience)
        rows, grants = self._pool.submit(_remember, self._database).result()
        # What is asked for at every message is in memory.
        self._servers = {row["guild"]: _settings(row) for row in rows}
        self._welcomed = {row["guild"] for row in rows if row["welcomed"]}
        self._grants: dict[int, dict[str, Grant]] = {}
        for grant in grants:
            self._grants.setdefault(grant.guild, {})[grant.collection] = grant

    # -- from memory

    def server(self, guild: int | None) -> ServerSettings:
        """What a server's administrators chose; the defaults for one that chose nothing, or None."""
        return self._servers.get(guild or 0, ServerSettings())

    def welcomed(self, guild: int) -> bool:
        """Whether the bot has introduced itself in this server."""
        return guild in self._welcomed

    def grants(self, guild: int | None) -> tuple[Grant, ...]:
        """What was said of collections in a server, by their names in order; () outside servers."""
        found = self._grants.get(guild or 0, {})
        return tuple(found[name] for name in sorted(found))

    # -- settings

    async def set_server(
        self,
        guild: int,
        *,
        by: By | None = None,
        action: str = "settings.change",
        **changes: Any,
    ) -> None:
        """Keep what a server's administrators chose: only these fields of `ServerSettings` change.

        Who chose it is audited, with what was before and after in the fields that differ.
        """
        values = {name: _column(value) for name, value in changes.items()}
        replace(ServerSettings(), **changes)  # raises TypeError for what is no setting

        def change(db: Database) -> None:
            rows = list(db.table("servers").rows_where("guild = ?", [guild]))
            before = _settings(rows[0]) if rows else ServerSettings()
            _set(db, guild, values)
            old = {name: getattr(before, name) for name in changes}
            differing = [name for name in changes if old[name] != changes[name]]
            if by is not None and differing:
                write_line(
                    db,
                    by,
                    action,
                    ", ".join(differing),
                    {name: old[name] for name in differing},
                    {name: changes[name] for name in differing},
                )

        await self._change(change)
        # Meanwhile somebody else may have chosen something else.
        self._servers[guild] = replace(self.server(guild), **changes)

    async def set_welcomed(self, guild: int) -> None:
        """Keep that the bot has introduced itself in this server."""
        await self._change(lambda db: _set(db, guild, {"welcomed": 1}))
        self._welcomed.add(guild)

    # -- collections

    async def set_grant(self, grant: Grant, by: By) -> None:
        """Keep who in a server may see a collection, in place of what was said before."""
        row = {
            "guild": grant.guild,
            "collection": grant.collection,
            "open": grant.open,
            "channels": as_json(grant.channels),
            "roles": as_json(grant.roles),
        }

        def change(db: Database) -> None:
            before = _grant_of(db, grant.guild, grant.collection)
            db.table("grants").upsert(row, pk=("guild", "collection"))
            if before != grant:
                write_line(
                    db, by, "collection.grant", grant.collection, _said(before), _said(grant)
                )

        await self._change(change)
        self._grants.setdefault(grant.guild, {})[grant.collection] = grant

    async def drop_grant(self, guild: int, collection: str, by: By) -> None:
        """Forget it: the collection is as by default, and one of the owner's exists there no more.

        Audited as ``collection.grant`` with nothing after it. Nothing happens if there is none.
        """

        def change(db: Database) -> None:
            before = _grant_of(db, guild, collection)
            if before is not None:
                delete(db, "grants", "guild = ? and collection = ?", [guild, collection])
                write_line(db, by, "collection.grant", collection, _said(before))

        await self._change(change)
        self._grants.get(guild, {}).pop(collection, None)

    # -- leaving

    async def leave(self, guild: int, at: dt.datetime) -> None:
        """Keep that the bot was removed from a server, for the first time since it joined.

        It introduces itself again should it come back.
        """

        def leave(db: Database) -> None:
            db.table("left_servers").insert({"guild": guild, "at": said(at)}, ignore=True)
            db.execute("update servers set welcomed = 0 where guild = ?", [guild])

        await self._change(leave)
        self._welcomed.discard(guild)

    async def rejoin(self, guild: int) -> None:
        """Forget that the bot was removed from a server: it is there again."""
        await self._change(lambda db: delete(db, "left_servers", "guild = ?", [guild]))

    async def left(self) -> dict[int, dt.datetime]:
        """Servers from which the bot was removed and of which something is kept, with when."""

        def find(db: Database) -> dict[int, dt.datetime]:
            return {row["guild"]: read(row["at"]) for row in db.table("left_servers").rows}

        return await self._run(find)

    async def known_guilds(self) -> frozenset[int]:
        """All servers of which something is kept."""

        def find(db: Database) -> frozenset[int]:
            found = {
                guild
                for table in (*_OF_GUILDS, "left_servers")
                for (guild,) in db.execute(f"select distinct guild from {table}")
            }
            for table in ("aliases", "corrections"):
                for (name,) in db.execute(f"select distinct collection from {table}"):
                    found.add(guild_of(name))
            return frozenset(guild for guild in found if guild is not None)

        return await self._run(find)

    async def forget_guild(self, guild: int) -> None:
        """Delete all that was kept of a server, what its members sent too. Its files stay."""
        own = server_collection(guild)

        def forget(db: Database) -> None:
            for table in (*_OF_GUILDS, "left_servers"):
                delete(db, table, "guild = ?", [guild])
            for table in ("aliases", "corrections", "builds"):
                delete(db, table, "collection = ?", [own])

        await self._erase(forget)
        self._servers.pop(guild, None)
        self._welcomed.discard(guild)
        self._grants.pop(guild, None)


def _remember(database: Database) -> tuple[list[dict[str, Any]], list[Grant]]:
    grants = [_grant(row) for row in database.table("grants").rows]
    return list(database.table("servers").rows), grants


def _set(database: Database, guild: int, values: dict[str, Any]) -> None:
    """Change these columns of a server's row, which is made if need be; its other columns stay."""
    database.table("servers").upsert({"guild": guild, **values}, pk="guild")


def _column(value: Any) -> Any:
    return as_json(value) if isinstance(value, tuple) else value


def _settings(row: dict[str, Any]) -> ServerSettings:
    values = {name: row[name] for name in _FIELDS}
    values |= {name: ids(row[name]) for name in _LISTS}
    values |= {name: bool(row[name]) for name in _FLAGS}
    return ServerSettings(**values)


def _grant(row: dict[str, Any]) -> Grant:
    return Grant(
        row["guild"], row["collection"], row["open"], ids(row["channels"]), ids(row["roles"])
    )


def _grant_of(database: Database, guild: int, collection: str) -> Grant | None:
    where = "guild = ? and collection = ?"
    rows = list(database.table("grants").rows_where(where, [guild, collection]))
    return _grant(rows[0]) if rows else None


def _said(grant: Grant | None) -> dict[str, Any] | None:
    if grant is None:
        return None
    return {"open": grant.open, "channels": grant.channels, "roles": grant.roles}
