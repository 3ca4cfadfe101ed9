"""The values that the state keeps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from bot.asked import Asked

LONGEST_TEXT = 1_000  # characters of what a person writes about an answer

FeedbackKind = Literal["report", "gap"]


class Reason(Enum):
    """What was wrong with an answer that was reported."""

    PASSAGE = "wrong_passage"
    OUTDATED = "outdated"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server's administrators chose."""

    language: str | None = None  # a tag of `bot.languages`; None: each reader's own
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person told the curators about one answer, sent on purpose."""

    kind: FeedbackKind  # a problem with what was shown, or a question that found nothing
    at: dt.datetime  # with its time zone; kept to the second
    person: int
    guild: int | None  # None in a direct message, and where the app is only user-installed
    channel: int | None
    asked: Asked
    outcome: str  # answered, near_miss, not_found or timeline
    passages: tuple[str, ...] = ()  # ids of those shown, in their order
    generation: int | None = None  # of the index that answered
    reason: Reason | None = None  # of a report
    text: str = ""  # at most LONGEST_TEXT characters
    id: int = 0  # 0 until it is kept


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted of a person."""

    feedback: int = 0  # how many reports and gaps
    plain: bool = False  # whether they had chosen plain text

    def __bool__(self) -> bool:
        return bool(self.feedback or self.plain)
