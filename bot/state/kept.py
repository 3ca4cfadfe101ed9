"""What is stored about people: the one place that declares it. A test compares it with the file.

Every column of every table stands here, also those that tell nothing of a person. `/privacy export`
gives these lines with the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How long a column is kept.
_PERSON = "until the person deletes it"
_SERVER = "until the bot leaves the server"
_RETENTION = (
    "the days of ARCHIVIST_RETENTION_DAYS, or until the person deletes it"
    " or the bot leaves the server"
)
_FOREVER = "as long as the file"

About = Literal["person", "server", "program"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A column: whom it is about, why it is there, and how long."""

    table: str
    field: str
    about: About
    why: str
    until: str


def _table(table: str, about: About, until: str, **fields: str) -> tuple[Kept, ...]:
    return tuple(Kept(table, field, about, why, until) for field, why in fields.items())


KEPT = (
    *_table(
        "people",
        "person",
        _PERSON,
        person="Discord's id of who chose plain text",
        plain="that their answers come without layout",
    ),
    *_table(
        "feedback",
        "person",
        _RETENTION,
        id="to take one back",
        kind="whether it is a problem or a question that found nothing",
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
    ),
    *_table(
        "servers",
        "server",
        _SERVER,
        guild="Discord's id of the server",
        language="the language that its administrators chose",
        plain="whether they chose plain text for all",
        welcomed="that the bot has introduced itself, so that it does so once",
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
