"""The tables of the state file, by numbered steps. A step that was released never changes."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

STEPS = Migrations("archivist")


class NewerFileError(Exception):
    """The file was written by a later version of the program."""


def refuse_newer(database: Database) -> None:
    """Raise NewerFileError for a file with a step that this version doesn't know."""
    if any(step.name not in _NAMES for step in STEPS.applied(database)):
        raise NewerFileError


def migrate(database: Database) -> None:
    """Bring the file to this version, each step in a transaction of its own."""
    if STEPS.pending(database):
        STEPS.apply(database)


@STEPS(name="0001 settings and feedback")
def _first(database: Database) -> None:
    database.table("servers").create(
        {"guild": int, "language": str, "plain": int, "welcomed": int},
        pk="guild",
        not_null={"plain", "welcomed"},
        defaults={"plain": 0, "welcomed": 0},
    )
    database.table("people").create(
        {"person": int, "plain": int}, pk="person", not_null={"plain"}, defaults={"plain": 0}
    )
    database.table("feedback").create(
        {
            "id": int,
            "kind": str,
            "at": str,  # UTC, as 2026-11-22T10:20:30Z
            "person": int,
            "guild": int,
            "channel": int,
            "question": str,
            "narrowing": str,  # a JSON object
            "outcome": str,
            "passages": str,  # a JSON list of ids
            "generation": int,
            "reason": str,
            "text": str,
        },
        pk="id",
        not_null={"kind", "at", "person", "question", "narrowing", "outcome", "passages", "text"},
    )
    database.table("feedback").create_index(["person"])
    database.table("feedback").create_index(["at"])


_NAMES = frozenset(step.name for step in STEPS.pending(Database(memory=True)))
