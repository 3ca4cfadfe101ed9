"""What administrators did: each change stands beside its line, in one transaction."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from bot.state.file import StateFile
from bot.state.rows import as_json, insert, read, said, storable
from bot.state.values import AuditLine, By

_LONGEST = 200  # characters of what something was done to


class Audit(StateFile):
    async def audit(
        self,
        guild: int | None,
        *,
        before_id: int | None = None,
        limit: int = 20,
        action: str | None = None,
        who: int | None = None,
    ) -> tuple[AuditLine, ...]:
        """Lines of a server, newest first; of all servers and none if ``guild`` is None.

        ``before_id`` leaves out that line and later ones. ``action`` is one action, or the first
        word of several: ``document`` finds ``document.add``.
        """
        where = ["1"]
        if guild is not None:
            where.append("guild = :guild")
        if before_id is not None:
            where.append("id < :before_id")
        if action is not None:
            where.append(
                "(action = :action or substr(action, 1, length(:action) + 1) = :action || '.')"
            )
        if who is not None:
            where.append("person = :who")
        values = {"guild": guild, "before_id": before_id, "action": action, "who": who}

        def find(db: Database) -> tuple[AuditLine, ...]:
            rows = db.table("audit").rows_where(
                " and ".join(where), values, order_by="id desc", limit=limit
            )
            return tuple(_line(row) for row in rows)

        return await self._run(find)

    async def note(
        self, by: By, action: str, what: str, before: Any = None, after: Any = None
    ) -> int:
        """Keep a line for what changes no table, and return its id.

        ``before`` and ``after`` are JSON and name no person: a person's id is deleted on their word
        only where a line says who acted.
        """
        return await self._change(lambda db: write_line(db, by, action, what, before, after))


def write_line(
    database: Database, by: By, action: str, what: str, before: Any = None, after: Any = None
) -> int:
    """Add a line in the transaction of the change that it tells of, and return its id."""
    row = {
        "guild": by.guild,
        "at": said(by.at),
        "person": by.who,
        "action": action,
        "what": storable(what)[:_LONGEST],
        "before": None if before is None else as_json(before),
        "after": None if after is None else as_json(after),
    }
    return insert(database, "audit", row)


def _line(row: dict[str, Any]) -> AuditLine:
    return AuditLine(
        id=row["id"],
        guild=row["guild"],
        at=read(row["at"]),
        who=row["person"],
        action=row["action"],
        what=row["what"],
        before=None if row["before"] is None else json.loads(row["before"]),
        after=None if row["after"] is None else json.loads(row["after"]),
    )
