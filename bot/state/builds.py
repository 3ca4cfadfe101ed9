"""The builds that ended."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlite_utils import Database

from bot.state.auditing import Audit, write_line
from bot.state.rows import as_json, insert, read, said, storable
from bot.state.values import BuildLine, By
from index.collections import is_owners


class Builds(Audit):
    async def add_build(
        self, line: BuildLine, by: By | None = None, action: str = "index.build"
    ) -> int:
        """Keep a build that ended, and return its number; with ``by`` it is audited as ``action``."""
        row = {
            "at": said(line.at),
            "guild": line.guild,
            "person": line.who,
            "collection": line.collection,
            "kind": line.kind,
            "outcome": line.outcome,
            "generation": line.generation,
            "seconds": line.seconds,
            "report": as_json(dict(line.report)),
            "reason": storable(line.reason),
        }

        def add(db: Database) -> int:
            if by is not None:
                after: dict[str, Any] = {"kind": line.kind, "outcome": line.outcome}
                if line.collection is None or is_owners(line.collection):
                    # It counts the builds of all, which a server's administrators are not told of.
                    after["generation"] = line.generation
                write_line(db, by, action, line.collection or "all documents", None, after)
            return insert(db, "builds", row)

        return await self._change(add)

    async def builds(self, collection: str | None = None, limit: int = 20) -> tuple[BuildLine, ...]:
        """Builds of one collection, or all builds; newest first."""
        where = "1" if collection is None else "collection = :collection"

        def find(db: Database) -> tuple[BuildLine, ...]:
            rows = db.table("builds").rows_where(
                where, {"collection": collection}, order_by="id desc", limit=limit
            )
            return tuple(_build(row) for row in rows)

        return await self._run(find)

    async def builds_since(self, guild: int, since: dt.datetime) -> int:
        """How many builds a server has had since a time, itself included."""
        values = [guild, said(since)]
        return await self._run(
            lambda db: db.table("builds").count_where("guild = ? and at >= ?", values)
        )


def _build(row: dict[str, Any]) -> BuildLine:
    row = {**row, "who": row["person"], "at": read(row["at"]), "report": json.loads(row["report"])}
    del row["person"]
    return BuildLine(**row)
