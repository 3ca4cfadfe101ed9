"""Questions that found nothing or whose answer was no help, and what a curator did about each.

A line is a row of ``feedback`` (somebody pressed) or of ``questions`` (where a server keeps the words
of questions); which one its id says. Who asked is told to nobody but `unsaid`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from bot.asked import Asked
from bot.state.auditing import write_line
from bot.state.feedback import _feedback
from bot.state.file import StateFile
from bot.state.rows import as_json, maybe, read, said, texts
from bot.state.values import By, Feedback, Reason

#: Of each table, the latest: what is older than these is seen once some of them are answered.
MOST_LINES = 1_000

GapKind = Literal["asked", "gap", "report"]
How = Literal["passage", "document", "closed"]
#: How telling somebody ended: they were told; they take no direct messages; they left the server.
Ended = Literal["told", "refused", "left"]

_FEEDBACK, _QUESTION = "f", "q"  # how the ids of lines begin
_REFUSED_OUTCOMES = "('near_miss', 'not_found')"


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """What a curator did about questions: an id is empty where another kind of thing was named."""

    how: How
    passage: str = ""  # its id
    document: str = ""  # its id
    gap: str = ""  # id of the line by which the questions were called: tells decisions apart


@dataclass(frozen=True, slots=True)
class GapLine:
    """One question that was not answered well, without who asked it."""

    id: str
    at: dt.datetime
    kind: GapKind  # it was only asked; it was sent to the curators; its answer was reported
    question: str
    outcome: str
    passages: tuple[str, ...] = ()  # ids of those that were shown
    reason: Reason | None = None
    text: str = ""
    wishes: bool = False  # who sent it wishes to be told
    told: Ended | None = None
    answered: dt.datetime | None = None
    answer: GapAnswer | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was asked in a server, of what is still kept."""

    asked: int = 0
    nothing: int = 0  # of these, how often nothing answered


async def gap_lines(state: StateFile, guild: int) -> tuple[GapLine, ...]:
    """What was not answered well in a server, newest first; at most `MOST_LINES` of each table."""

    def find(db: Database) -> tuple[GapLine, ...]:
        refused = f"question is not null and outcome in {_REFUSED_OUTCOMES}"
        sent, asked = (
            db.table(table).rows_where(
                f"guild = ? and {which}", [guild], order_by="at desc, id desc", limit=MOST_LINES
            )
            for table, which in (
                ("feedback", "kind in ('gap', 'report')"),
                ("questions", refused),
            )
        )
        found = [*map(_sent, sent), *map(_asked, asked)]
        return tuple(sorted(found, key=lambda line: (line.at, line.id), reverse=True))

    return await state._run(find)


async def count_questions(state: StateFile, guild: int) -> Counted:
    """How many questions were noted in a server, words or no words."""

    def find(db: Database) -> Counted:
        table, here = db.table("questions"), "guild = ?"
        refused = f"{here} and outcome in {_REFUSED_OUTCOMES}"
        return Counted(table.count_where(here, [guild]), table.count_where(refused, [guild]))

    return await state._run(find)


async def answer_gaps(
    state: StateFile, ids: Collection[str], answer: GapAnswer, by: By
) -> tuple[int, int]:
    """Keep what a curator did about the lines with these ids that are still open, in one write.

    Returns how many lines that were, and how many of their people are now to be told.
    """

    def write(db: Database) -> tuple[int, int]:
        values = {"answered": said(by.at), "answer": as_json(_named(answer))}
        changed = wishes = 0
        for table, row in _rows(db, ids, by, "answered is null"):
            db.table(table).update(row["id"], values)
            changed += 1
            wishes += bool(row.get("tell")) and not row.get("told")
        if changed:
            action = "gap.close" if answer.how == "closed" else "gap.answer"
            after = {**_named(answer), "questions": changed}
            write_line(db, by, action, answer.gap, None, after)
        return changed, wishes if answer.how != "closed" else 0

    return await state._change(write)


async def reopen_gaps(state: StateFile, ids: Collection[str], by: By) -> int:
    """Take back what a curator did about these lines; who was told stays told. Returns how many."""

    def write(db: Database) -> int:
        answers = []
        for table, row in _rows(db, ids, by, "answered is not null"):
            db.table(table).update(row["id"], {"answered": None, "answer": ""})
            answers.append(answer_in(row["answer"]))
        if answers:
            after = {"questions": len(answers)}
            write_line(db, by, "gap.reopen", answers[0].gap, _named(answers[0]), after)
        return len(answers)

    return await state._change(write)


async def wish(state: StateFile, person: int, number: int, *, tell: bool) -> Feedback | None:
    """Keep whether a person wishes to be told when what they sent is answered; None if it's gone."""

    def write(db: Database) -> Feedback | None:
        sql = "update feedback set tell = ? where id = ? and person = ?"
        db.execute(sql, [int(tell), number, person])
        rows = db.table("feedback").rows_where("id = ? and person = ?", [number, person])
        return next((_feedback(row) for row in rows), None)

    return await state._change(write)


# ---------------------------------------------------------------- telling


async def unsaid(state: StateFile) -> tuple[Feedback, ...]:
    """What was answered by a passage or a document and whose sender wishes to be told, oldest first."""

    def find(db: Database) -> tuple[Feedback, ...]:
        where = "tell and answered is not null and told is null and guild is not null"
        rows = db.table("feedback").rows_where(where, order_by="answered, id")
        return tuple(one for one in map(_feedback, rows) if answer_in(one.answer).how != "closed")

    return await state._run(find)


async def set_told(state: StateFile, number: int, how: Ended, at: dt.datetime) -> None:
    """Keep how telling about this one ended; it stands for all that was answered with it."""

    def write(db: Database) -> None:
        db.execute(
            "update feedback set told = ?, telling = ? where told is null and tell"
            " and (person, guild, answer) in"
            " (select person, guild, answer from feedback where id = ? and answered is not null)",
            [said(at), how, number],
        )

    await state._change(write)


async def told_of(state: StateFile, person: int, number: int) -> Feedback | None:
    """What a person sent and was answered, by its id; None for another's, and for what is gone."""

    def find(db: Database) -> Feedback | None:
        where = "id = ? and person = ? and answered is not null"
        rows = db.table("feedback").rows_where(where, [number, person])
        return next((_feedback(row) for row in rows), None)

    return await state._run(find)


def answer_in(text: str) -> GapAnswer:
    """The answer that a row holds; one that closes for text that is none."""
    try:
        found = json.loads(text)
        fields = {name: str(found[name]) for name in GapAnswer.__slots__ if name in found}
        return GapAnswer(**fields) if fields.get("how") else GapAnswer("closed")  # type: ignore[arg-type]  # as it was written
    except (ValueError, TypeError):
        return GapAnswer("closed")


# ---------------------------------------------------------------- rows


def _named(answer: GapAnswer) -> dict[str, str]:
    """The fields of an answer that say something."""
    return {name: text for name in GapAnswer.__slots__ if (text := getattr(answer, name))}


def _rows(
    database: Database, ids: Iterable[str], by: By, which: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables and rows of these lines that are of the server of ``by`` and ``which`` (SQL)."""
    tables = {_FEEDBACK: "feedback", _QUESTION: "questions"}
    for one in sorted(ids):
        number = one[1:]
        if one[:1] not in tables or not number.isdecimal() or len(number) > 18:
            continue
        table = tables[one[:1]]
        where = f"id = ? and guild = ? and {which}"
        for row in list(database.table(table).rows_where(where, [int(number), by.guild])):
            yield table, row


def _sent(row: dict[str, Any]) -> GapLine:
    asked = Asked(row["question"], **json.loads(row["narrowing"]))
    said = (asked.question, asked.about, asked.who, asked.when, asked.document)
    return GapLine(
        id=f"{_FEEDBACK}{row['id']}",
        at=read(row["at"]),
        kind=row["kind"],
        question=next(filter(None, said), ""),
        outcome=row["outcome"],
        passages=texts(row["passages"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        text=row["text"],
        wishes=bool(row["tell"]),
        told=(row["telling"] or "told") if row["told"] else None,
        answered=maybe(row["answered"]),
        answer=answer_in(row["answer"]) if row["answered"] else None,
    )


def _asked(row: dict[str, Any]) -> GapLine:
    return GapLine(
        id=f"{_QUESTION}{row['id']}",
        at=read(row["at"]),
        kind="asked",
        question=row["question"],
        outcome=row["outcome"],
        passages=texts(row["passages"]),
        answered=maybe(row["answered"]),
        answer=answer_in(row["answer"]) if row["answered"] else None,
    )
