"""Deleting what is kept too long, by the days of each server."""

from __future__ import annotations

import datetime as dt

from sqlite_utils import Database

from bot.state.people import People
from bot.state.questions import MOST_QUESTIONS, drop_old_keys
from bot.state.rows import as_json, delete, maybe, said
from bot.state.values import Purged

YEAR = dt.timedelta(days=365)  # for which administrators' acts and builds are kept
_JOB = "retention"
_TIMES = (
    ("feedback", "at"),
    ("questions", "at"),
    ("audit", "at"),
    ("builds", "at"),
    ("keys", "made"),
    ("left_servers", "at"),
    ("uploads", "removed"),
    ("aliases", "removed"),
    ("corrections", "undone"),
)


class Retention(People):
    def days_kept(self, guild: int | None, most: int) -> int:
        """How many days a server keeps what its members send: as it chose, at most ``most``."""
        chosen = self.server(guild).retention_days
        return most if chosen is None else min(chosen, most)

    async def last_purge(self) -> dt.datetime | None:
        """The time that the last purge was given; None before the first."""

        def find(db: Database) -> dt.datetime | None:
            rows = list(db.table("jobs").rows_where("name = ?", [_JOB]))
            return maybe(rows[0]["at"]) if rows else None

        return await self._run(find)

    async def purge(self, now: dt.datetime, days: int) -> Purged:
        """Delete what is over at this time, and say how much that was.

        Feedback and questions are over after the days of their server, at most ``days``; audit
        lines, builds, and names and corrections that were taken back, after a year. What was sent at the
        very second of the limit stays. A time more than a day ahead of ``now`` was written by a
        wrong clock, and becomes ``now``: so ``now`` must be believable.
        """

        def purge(db: Database) -> Purged:
            day = said(now + dt.timedelta(days=1))
            for table, column in _TIMES:
                db.execute(f"update {table} set {column} = ? where {column} > ?", [said(now), day])
            year = [said(now - YEAR)]
            purged = Purged(
                feedback=_purge(db, "feedback", now, days),
                questions=_purge(db, "questions", now, days) + _trim(db),
                audit=delete(db, "audit", "at < ?", year),
                builds=delete(db, "builds", "at < ?", year),
                edits=delete(db, "aliases", "removed < ?", year)
                + delete(db, "corrections", "undone < ?", year),
            )
            drop_old_keys(db, now)
            db.table("jobs").upsert({"name": _JOB, "at": said(now)}, pk="name")
            return purged

        return await self._erase(purge)


def _purge(database: Database, table: str, now: dt.datetime, days: int) -> int:
    """Delete a table's lines by the days of their servers."""
    own = {
        row["guild"]: row["retention_days"]
        for row in database.table("servers").rows_where("retention_days not null")
    }
    count = sum(
        delete(database, table, "guild = ? and at < ?", [guild, _before(now, min(chosen, days))])
        for guild, chosen in own.items()
    )
    others = "at < ? and (guild is null or guild not in (select value from json_each(?)))"
    return count + delete(database, table, others, [_before(now, days), as_json(list(own))])


def _before(now: dt.datetime, days: int) -> str:
    return said(now - dt.timedelta(days=days))


def _trim(database: Database) -> int:
    """Delete the oldest questions above the most that are kept."""
    if database.table("questions").count <= MOST_QUESTIONS:
        return 0
    newest = "select id from questions order by id desc limit ?"
    return delete(database, "questions", f"id not in ({newest})", [MOST_QUESTIONS])
