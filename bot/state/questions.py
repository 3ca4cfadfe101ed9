"""That somebody asked, by a hash of who it was; what they asked only where the server keeps it.

The hash is keyed by a number of 256 random bits that is in this file alone. A new one is drawn each
month, so that lines of different months can't be joined, and an old one is deleted with the last
line that it made. While a key is there, a member's own lines can be found for that member.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from bot.state.rows import as_json, insert, read, said, storable, texts
from bot.state.servers import Servers
from bot.state.values import Asking

KEY_DAYS = 30  # for which one key makes hashes
MOST_QUESTIONS = 200_000  # lines kept at a time: nobody can fill the disk


class Questions(Servers):
    async def add_question(
        self,
        guild: int | None,
        person: int,
        question: str,
        terms: Iterable[str],
        outcome: str,
        passages: Sequence[str],
        generation: int | None,
        at: dt.datetime,
    ) -> None:
        """Keep that a person asked. What, only if their server's setting ``questions`` is on."""
        keep = self.server(guild).questions
        row = {
            "at": said(at),
            "guild": guild,
            "question": storable(question) if keep else None,
            "terms": as_json([storable(term) for term in terms] if keep else []),
            "outcome": outcome,
            "passages": as_json(list(passages) if keep else []),
            "generation": generation,
        }

        def add(db: Database) -> None:
            number, key = _key(db, at)
            insert(db, "questions", row | {"key": number, "member_hash": hashed(key, person)})

        await self._change(add)

    async def questions(
        self, guild: int, *, outcome: str | None = None, limit: int = 10_000
    ) -> tuple[Asking, ...]:
        """What was asked in a server, newest first; of one outcome if it is given."""
        where = "guild = :guild" + ("" if outcome is None else " and outcome = :outcome")

        def find(db: Database) -> tuple[Asking, ...]:
            rows = db.table("questions").rows_where(
                where,
                {"guild": guild, "outcome": outcome},
                order_by="at desc, id desc",
                limit=limit,
            )
            return tuple(_asking(row) for row in rows)

        return await self._run(find)


def hashed(key: bytes, person: int) -> str:
    """HMAC-SHA-256 of a person's id, of which 128 bits are kept."""
    return hmac.new(key, str(person).encode(), hashlib.sha256).hexdigest()[:32]


def hashes_of(database: Database, person: int) -> list[str]:
    """What a person's lines are found by, with each key that is kept."""
    return [hashed(row["key"], person) for row in database.table("keys").rows]


def drop_old_keys(database: Database, now: dt.datetime) -> None:
    """Delete keys that make no more hashes and whose hashes are gone."""
    database.execute(
        "delete from keys where made < ? and id not in (select key from questions)",
        [said(now - dt.timedelta(days=KEY_DAYS))],
    )


def _key(database: Database, at: dt.datetime) -> tuple[int, bytes]:
    """The number and the key of this month, made if need be."""
    since = said(at - dt.timedelta(days=KEY_DAYS))
    rows: Iterator[dict[str, Any]] = database.table("keys").rows_where(
        "made > ? and made <= ?", [since, said(at)], order_by="made desc", limit=1
    )
    for row in rows:
        return row["id"], row["key"]
    key = secrets.token_bytes(32)
    return insert(database, "keys", {"made": said(at), "key": key}), key


def _asking(row: dict[str, Any]) -> Asking:
    return Asking(
        at=read(row["at"]),
        guild=row["guild"],
        member_hash=row["member_hash"],
        question=row["question"],
        terms=texts(row["terms"]),
        outcome=row["outcome"],
        passages=texts(row["passages"]),
        generation=row["generation"],
    )
