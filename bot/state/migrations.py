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


@STEPS(name="0002 servers, grants and audit")
def _second(database: Database) -> None:
    for column in (
        "private integer not null default 0",
        "length text not null default 'normal'",
        "cooldown_member real not null default 0",
        "cooldown_guild integer not null default 0",
        "channels text not null default '[]'",  # a JSON list of ids, like all such below
        "admin_roles text not null default '[]'",
        "feedback integer not null default 1",
        "questions integer not null default 0",
        "retention_days integer",
    ):
        database.execute(f"alter table servers add column {column}")
    database.execute("create table left_servers (guild integer primary key, at text not null)")
    database.execute(
        """create table grants (
            guild integer not null, collection text not null, open text not null,
            channels text not null, roles text not null, primary key (guild, collection)
        ) without rowid"""
    )
    # AUTOINCREMENT here and below: a number is never used again, as old buttons hold it.
    database.execute(
        """create table audit (
            id integer primary key autoincrement, guild integer, at text not null,
            person integer not null, action text not null, what text not null,
            before text, after text
        )"""
    )
    database.execute("create index audit_guild on audit (guild, id)")
    database.execute("create index audit_person on audit (person)")
    database.execute("create table jobs (name text primary key, at text not null)")


@STEPS(name="0003 documents and edits")
def _third(database: Database) -> None:
    database.execute(
        """create table uploads (
            id integer primary key autoincrement, guild integer not null, name text not null,
            title text not null, author text not null, date text not null, rights text not null,
            language text not null, sha256 text not null, size integer not null,
            passages integer not null, events integer not null, added text not null,
            added_by integer not null, removed text, removed_by integer
        )"""
    )
    database.execute(
        "create unique index uploads_name on uploads (guild, name) where removed is null"
    )
    database.execute(
        """create table aliases (
            id integer primary key autoincrement, collection text not null, names text not null,
            at text not null, person integer not null, removed text, removed_by integer
        )"""
    )
    database.execute("create index aliases_collection on aliases (collection)")
    database.execute(
        """create table corrections (
            id integer primary key autoincrement, collection text not null, kind text not null,
            body text not null, at text not null, person integer not null, undone text,
            undone_by integer
        )"""
    )
    database.execute("create index corrections_collection on corrections (collection)")


@STEPS(name="0004 builds and questions")
def _fourth(database: Database) -> None:
    database.execute(
        """create table builds (
            id integer primary key autoincrement, at text not null, guild integer, person integer,
            collection text, kind text not null, outcome text not null, generation integer,
            seconds real not null, report text not null, reason text not null
        )"""
    )
    database.execute("create index builds_guild on builds (guild, at)")
    database.execute(
        "create table keys (id integer primary key, made text not null, key blob not null)"
    )
    database.execute(
        """create table questions (
            id integer primary key, at text not null, guild integer, key integer not null,
            member_hash text not null, question text, terms text not null, outcome text not null,
            passages text not null, generation integer
        )"""
    )
    database.execute("create index questions_guild on questions (guild, at)")
    database.execute("create index questions_member on questions (member_hash)")


@STEPS(name="0005 feedback that is answered")
def _fifth(database: Database) -> None:
    for column in (
        "tell integer not null default 0",
        "answered text",
        "answer text not null default ''",
        "told text",
    ):
        database.execute(f"alter table feedback add column {column}")
    database.execute("create index feedback_guild on feedback (guild)")


@STEPS(name="0006 gaps that are answered")
def _sixth(database: Database) -> None:
    database.execute("alter table questions add column answered text")
    database.execute("alter table questions add column answer text not null default ''")
    database.execute("alter table feedback add column telling text not null default ''")


_NAMES = frozenset(step.name for step in STEPS.pending(Database(memory=True)))
