"""What people told the curators about answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from bot.asked import Asked
from bot.state.file import StateFile
from bot.state.rows import delete, insert, maybe, read, said, storable
from bot.state.values import LONGEST_TEXT, Feedback, Reason
from index.errors import ArchivistError
from index.messages import say

MOST_FEEDBACK = 200  # of one person, kept at a time: nobody can fill the disk


class TooMuchFeedbackError(ArchivistError):
    hint = say("Please take some back with `/privacy delete` first.")


class FeedbackLines(StateFile):
    async def add_feedback(self, feedback: Feedback) -> int:
        """Keep what a person sent, and return its id.

        The same person's about the same answer (server, what was asked, generation) is one line,
        which is replaced and keeps its id: one vote, helpful or not, and one gap. Raises
        TooMuchFeedbackError.
        """
        return await self._change(lambda db: _add(db, feedback))

    async def feedback_of(self, person: int) -> tuple[Feedback, ...]:
        """All that a person sent and that is still kept, in whatever server, newest first."""
        return await self._run(lambda db: sent_by(db, person))

    async def take_back(self, person: int, feedback: int) -> bool:
        """Delete one that this person sent, by its id; False if there is none."""
        values = [feedback, person]
        return await self._erase(
            lambda db: delete(db, "feedback", "id = ? and person = ?", values) > 0
        )


def sent_by(database: Database, person: int) -> tuple[Feedback, ...]:
    """What a person sent, newest first."""
    return _found(database, "person = ?", [person])


def _found(database: Database, where: str, values: list[Any]) -> tuple[Feedback, ...]:
    rows = database.table("feedback").rows_where(where, values, order_by="at desc, id desc")
    return tuple(_feedback(row) for row in rows)


def _add(database: Database, feedback: Feedback) -> int:
    row = _row(feedback)
    same = "(kind = :kind or kind != 'gap' and :kind != 'gap')"
    same += " and person = :person and guild is :guild and question = :question"
    same += " and narrowing = :narrowing and generation is :generation"
    table = database.table("feedback")
    found = [old["id"] for old in table.rows_where(same, row, select="id")]
    if not found and table.count_where("person = ?", [feedback.person]) >= MOST_FEEDBACK:
        raise TooMuchFeedbackError(
            say(
                "{count} of your messages to the curators are kept, and no more can be.",
                count=MOST_FEEDBACK,
            )
        )
    if found:
        table.update(found[0], row)
        return int(found[0])
    return insert(database, "feedback", row)


def _row(feedback: Feedback) -> dict[str, Any]:
    narrowing = {name: text for name, text in asdict(feedback.asked).items() if text}
    question = narrowing.pop("question", "")
    return {
        "kind": feedback.kind,
        "at": said(feedback.at),
        "person": feedback.person,
        "guild": feedback.guild,
        "channel": feedback.channel,
        "question": storable(question),
        "narrowing": json.dumps(narrowing, sort_keys=True),
        "outcome": feedback.outcome,
        "passages": json.dumps(feedback.passages),
        "generation": feedback.generation,
        "reason": feedback.reason.value if feedback.reason else None,
        "text": storable(feedback.text[:LONGEST_TEXT]),
        "tell": int(feedback.tell),
        "answered": said(feedback.answered) if feedback.answered else None,
        "answer": storable(feedback.answer),
        "told": said(feedback.told) if feedback.told else None,
    }


def _feedback(row: dict[str, Any]) -> Feedback:
    return Feedback(
        kind=row["kind"],
        at=read(row["at"]),
        person=row["person"],
        guild=row["guild"],
        channel=row["channel"],
        asked=Asked(row["question"], **json.loads(row["narrowing"])),
        outcome=row["outcome"],
        passages=tuple(json.loads(row["passages"])),
        generation=row["generation"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        text=row["text"],
        id=row["id"],
        tell=bool(row["tell"]),
        answered=maybe(row["answered"]),
        answer=row["answer"],
        told=maybe(row["told"]),
    )
