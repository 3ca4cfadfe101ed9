"""What is stored about people: the one place that declares it. A test compares it with the file.

Every column of every table stands here, also those that tell nothing of a person. `/privacy export`
gives these lines with the data, and `/privacy delete` does what ``names`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

#: How long a column is kept.
_PERSON = "until the person deletes it"
_SERVER = "until 30 days after the bot left the server"
_RETENTION = (
    "the days that the server's setting or else ARCHIVIST_RETENTION_DAYS says, or until the person"
    " deletes it, or until 30 days after the bot left the server"
)
_YEAR = "a year, or until 30 days after the bot left the server"
_UPLOAD = (
    "until a day after the document was removed, or until 30 days after the bot left the server"
)
_EDIT = (
    "until a year after it was taken back; of a server's own documents, until 30 days after the bot"
    " left the server"
)
_FOREVER = "as long as the file"

About = Literal["person", "server", "program"]
#: A column that tells who: with the person's word its line goes ("row": their id, "hash": made of
#: it), or the id becomes 0 and the line stays ("zero": what was done for a server).
Names = Literal["", "row", "hash", "zero"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A column: whom it is about, why it is there, how long, and whether it tells who."""

    table: str
    field: str
    about: About
    why: str
    until: str
    names: Names = ""


def _table(
    table: str,
    about: About,
    until: str,
    who: dict[str, Names] | None = None,
    /,
    **fields: str,
) -> tuple[Kept, ...]:
    """The columns of a table; ``who`` are those that tell who."""
    naming = who or {}
    return tuple(
        Kept(table, field, about, why, until, naming.get(field, ""))
        for field, why in fields.items()
    )


@cache
def naming(how: Names) -> dict[str, tuple[str, ...]]:
    """The columns that tell who in this way, by table."""
    found: dict[str, tuple[str, ...]] = {}
    for kept in KEPT:
        if kept.names == how:
            found[kept.table] = (*found.get(kept.table, ()), kept.field)
    return found


KEPT = (
    *_table(
        "people",
        "person",
        _PERSON,
        {"person": "row"},
        person="Discord's id of who chose plain text",
        plain="that their answers come without layout",
    ),
    *_table(
        "feedback",
        "person",
        _RETENTION,
        {"person": "row"},
        id="to take one back",
        kind="whether it is a problem, a question that found nothing, or that an answer helped",
        at="when it was sent, to count the days that it is kept",
        person="Discord's id of who sent it, so that only they see it and take it back",
        guild="Discord's id of the server, whose curators see it",
        channel="Discord's id of the channel, to tell what was visible there",
        question="the question, sent on purpose, so that curators can mend the documents",
        narrowing="the document, dates, names, words and earlier question that went with it",
        outcome="how it had been answered",
        passages="ids of the passages shown, to see what was wrong",
        generation="which state of the documents answered",
        reason="what the person says is wrong",
        text="what the person wrote about it",
        tell="whether the person wishes to be told when it is answered",
        answered="when a curator answered it",
        answer="the passage or document that the curator named",
        told="when the person was told, so that they are told once",
        telling="how that ended: they were told, take no direct messages, or left the server",
    ),
    *_table(
        "questions",
        "person",
        _RETENTION,
        {"member_hash": "hash"},
        id="their order",
        at="when somebody asked, to count the days that it is kept",
        guild="Discord's id of the server, whose curators see how many questions find nothing",
        key="which key made the hash, so that the key goes with its last line",
        member_hash="a keyed hash of who asked, so that they can see and delete it; curators can't"
        " tell who it was, and it changes each month",
        question="the question, only where the server's setting keeps questions",
        terms="its words as they were searched, only where the setting keeps questions",
        outcome="whether it was answered",
        passages="ids of the passages shown, only where the setting keeps questions",
        generation="which state of the documents answered",
        answered="when a curator answered it",
        answer="the passage or document that the curator named",
    ),
    *_table(
        "keys",
        "program",
        "30 days, and then until the last line is gone whose hash it made",
        id="to name the key",
        made="when, as a new one is drawn each month",
        key="what makes hashes of members that nobody can undo without it",
    ),
    *_table(
        "servers",
        "server",
        _SERVER,
        guild="Discord's id of the server",
        language="the language that its administrators chose",
        plain="whether they chose plain text for all",
        welcomed="that the bot has introduced itself, so that it does so once",
        private="whether answers are private unless asked otherwise",
        length="how long answers are",
        cooldown_member="seconds between two questions of a member",
        cooldown_guild="questions a minute in the server",
        channels="Discord's ids of the channels where it answers",
        admin_roles="Discord's ids of the roles that administer it",
        feedback="whether answers can be reported",
        questions="whether texts of questions are kept",
        retention_days="how many days what members send is kept",
    ),
    *_table(
        "left_servers",
        "server",
        _SERVER,
        guild="Discord's id of a server that the bot left",
        at="when, to count the days after which all of it is deleted",
    ),
    *_table(
        "grants",
        "server",
        _SERVER,
        guild="Discord's id of the server",
        collection="which documents",
        open="whether all, some or none may see them",
        channels="Discord's ids of the channels where they may be seen",
        roles="Discord's ids of the roles that may see them",
    ),
    *_table(
        "audit",
        "server",
        _YEAR,
        {"person": "zero"},
        id="their order",
        guild="Discord's id of the server whose administrators see it",
        at="when",
        person="Discord's id of the administrator who did it, so that it can be accounted for",
        action="what was done",
        what="to what",
        before="what was there before",
        after="what is there since",
    ),
    *_table(
        "uploads",
        "server",
        _UPLOAD,
        {"added_by": "zero", "removed_by": "zero"},
        id="to name the document in buttons",
        guild="Discord's id of the server whose document it is",
        name="the name of its file",
        title="its title, as administrators gave it, like the next four",
        author="who wrote it",
        date="when it was written",
        rights="who may use it",
        language="which language it is in",
        sha256="to tell whether the same file comes again",
        size="to count it in the server's quota, like the next",
        passages="how many passages it has",
        events="how many events it tells of",
        added="when it was added",
        added_by="Discord's id of the administrator who added it",
        removed="when it was removed, to bring it back for a day",
        removed_by="Discord's id of the administrator who removed it",
    ),
    *_table(
        "aliases",
        "server",
        _EDIT,
        {"person": "zero", "removed_by": "zero"},
        id="to name the group in buttons",
        collection="whose documents it is for",
        names="the names for one thing",
        at="when it was made",
        person="Discord's id of the administrator who made it",
        removed="when it was taken back",
        removed_by="Discord's id of the administrator who took it back",
    ),
    *_table(
        "corrections",
        "server",
        _EDIT,
        {"person": "zero", "undone_by": "zero"},
        id="to name the correction in buttons",
        collection="whose documents it is for",
        kind="what it corrects",
        body="the correction",
        at="when it was made",
        person="Discord's id of the administrator who made it",
        undone="when it was taken back",
        undone_by="Discord's id of the administrator who took it back",
    ),
    *_table(
        "builds",
        "server",
        _YEAR,
        {"person": "zero"},
        id="their order",
        at="when it ended, also to count the server's quota",
        guild="Discord's id of the server where it was asked for",
        person="Discord's id of the administrator who asked for it",
        collection="which documents were read",
        kind="how",
        outcome="whether it changed something",
        generation="which state of the documents came of it",
        seconds="how long it took",
        report="what changed",
        reason="why it failed",
    ),
    *_table(
        "jobs",
        "program",
        _FOREVER,
        name="which job of the program",
        at="when it was done last, to see that a clock has jumped",
    ),
    *_table(
        "sqlite_sequence",
        "program",
        _FOREVER,
        name="a table that numbers its lines",
        seq="the last number, so that none is used again",
    ),
    *_table(
        "_sqlite_migrations",
        "program",
        _FOREVER,
        id="their order",
        migration_set="whose changes of the file these are",
        name="which change was made",
        applied_at="when",
    ),
)
