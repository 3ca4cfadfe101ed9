"""What is stored about a person: shown, exported and deleted by what `kept` declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.state.feedback import FeedbackLines, sent_by
from bot.state.file import PATIENCE
from bot.state.kept import KEPT, naming
from bot.state.questions import Questions, hashes_of
from bot.state.rows import as_json, delete
from bot.state.values import About, Deleted

_HASHED = "member_hash in (select value from json_each(?))"


class People(FeedbackLines, Questions):
    def __init__(self, path: Path | None = None, *, patience: float = PATIENCE) -> None:
        super().__init__(path, patience=patience)
        self._plain = self._pool.submit(_plain, self._database).result()

    def is_plain(self, user: int) -> bool:
        """Whether this person wants text without layout. From memory."""
        return user in self._plain

    async def set_plain(self, user: int, plain: bool) -> None:
        """Keep whether this person wants text without layout; with False nothing of it is kept."""
        if plain:
            row = {"person": user, "plain": 1}
            await self._change(lambda db: db.table("people").upsert(row, pk="person"))
            self._plain.add(user)
        else:
            await self._erase(lambda db: delete(db, "people", "person = ?", [user]))
            self._plain.discard(user)

    async def about(self, person: int) -> About:
        """What is stored about a person, to be shown to them."""

        def find(db: Database) -> About:
            hashes = as_json(hashes_of(db, person))
            questions = db.table("questions")
            return About(
                plain=person in self._plain,
                feedback=sent_by(db, person),
                questions=questions.count_where(_HASHED, [hashes]),
                texts=questions.count_where(f"{_HASHED} and question not null", [hashes]),
                acts=sum(
                    db.table(table).count_where(_any(columns), [person] * len(columns))
                    for table, columns in naming("zero").items()
                ),
            )

        return await self._run(find)

    async def export(self, person: int) -> dict[str, Any]:
        """All that is stored about a person, by table and column, with why and how long: JSON.

        Ids of other people in the same lines are left out.
        """

        def find(db: Database) -> dict[str, list[dict[str, Any]]]:
            found: dict[str, list[dict[str, Any]]] = {}
            for table, columns in (naming("row") | naming("zero")).items():
                rows = db.table(table).rows_where(
                    _any(columns), [person] * len(columns), order_by="rowid"
                )
                found[table] = [_exported(row, columns, person) for row in rows]
            hashes = as_json(hashes_of(db, person))
            for table in naming("hash"):
                rows = db.table(table).rows_where(_HASHED, [hashes], order_by="rowid")
                found[table] = [_exported(row, (), person) for row in rows]
            return dict(sorted(found.items()))

        stored = await self._run(find)
        meaning: dict[str, dict[str, dict[str, str]]] = {}
        for kept in KEPT:
            if kept.table in stored:
                meaning.setdefault(kept.table, {})[kept.field] = {
                    "why": kept.why,
                    "until": kept.until,
                }
        return {"person": str(person), "stored": stored, "meaning": meaning}

    async def delete(self, person: int) -> Deleted:
        """Delete all that is stored about a person, and say what it was.

        Lines that say what was done as an administrator stay, without who it was.
        """

        def erase(db: Database) -> Deleted:
            found: dict[str, int] = {}
            for table, columns in naming("row").items():
                found[table] = delete(db, table, _any(columns), [person] * len(columns))
            hashes = as_json(hashes_of(db, person))
            for table in naming("hash"):
                found[table] = delete(db, table, _HASHED, [hashes])
            acts = 0
            for table, columns in naming("zero").items():
                acts += db.table(table).count_where(_any(columns), [person] * len(columns))
                for column in columns:
                    db.execute(f"update {table} set {column} = 0 where {column} = ?", [person])
            return Deleted(found["feedback"], found["people"] > 0, found["questions"], acts)

        deleted = await self._erase(erase)
        self._plain.discard(person)
        return deleted


def _plain(database: Database) -> set[int]:
    return {row["person"] for row in database.table("people").rows_where("plain")}


def _any(columns: tuple[str, ...]) -> str:
    return " or ".join(f"{column} = ?" for column in columns)


def _exported(row: dict[str, Any], naming: tuple[str, ...], person: int) -> dict[str, Any]:
    """A line for an export. Ids as text, because JSON's numbers may lose their end."""
    own = {name: value for name, value in row.items() if name not in naming or value == person}
    whole = {name: own.get(name) for name in row}
    return {
        name: str(value) if isinstance(value, int) and value > 2**53 else value
        for name, value in whole.items()
    }
