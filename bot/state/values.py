"""The values that the state keeps. Times have a zone and are kept to the second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from bot.asked import Asked

LONGEST_TEXT = 1_000  # characters of what a person writes about an answer
UNDO = dt.timedelta(days=1)  # for which a removed document can be brought back
GRACE = dt.timedelta(days=30)  # for which a server that the bot left is kept

FeedbackKind = Literal["report", "gap", "helpful"]
Length = Literal["short", "normal", "long"]
Open = Literal["all", "some", "none"]
CorrectionKind = Literal["hide", "redate", "retitle", "add", "merge"]
BuildKind = Literal["build", "full", "dry-run", "rollback", "watch"]
BuildOutcome = Literal["changed", "unchanged", "failed", "cancelled"]


class Reason(Enum):
    """What was wrong with an answer that was reported."""

    PASSAGE = "wrong_passage"
    OUTDATED = "outdated"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something as an administrator, in which server, and when."""

    who: int
    guild: int | None  # None: outside servers, or by a command of the terminal
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What an administrator did. ``before`` and ``after`` are JSON, None where there was nothing."""

    id: int  # rises with time
    guild: int | None
    at: dt.datetime
    who: int  # 0: a former administrator, who had their id deleted
    action: str  # document.add, settings.change …
    what: str  # what it was done to, for people: a name
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server's administrators chose."""

    language: str | None = None  # a tag of `bot.languages`; None: each reader's own
    plain: bool = False
    private: bool = False  # answers are for who asks, unless they want otherwise
    length: Length = "normal"  # how many passages a page of an answer holds
    cooldown_member: float = 0.0  # seconds between two questions of one member; 0 is off
    cooldown_guild: int = 0  # questions a minute in the whole server; 0 is off
    channels: tuple[int, ...] = ()  # where it answers; empty: everywhere
    admin_roles: tuple[int, ...] = ()  # who administers besides Manage Server
    feedback: bool = True
    questions: bool = False  # whether texts of questions are kept
    retention_days: int | None = None  # None: as the program's settings say


@dataclass(frozen=True, slots=True)
class Grant:
    """Who in a server may see a collection. A collection of the owner's exists there only by one."""

    guild: int
    collection: str
    open: Open = "all"
    channels: tuple[int, ...] = ()  # of "some": where all may see it
    roles: tuple[int, ...] = ()  # of "some": who may see it in private answers


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that was added from Discord."""

    id: int  # 0 until it is kept; never used again
    guild: int
    name: str  # of its file, in the folder of the server
    title: str
    author: str
    date: str
    rights: str
    language: str
    sha256: str  # of the file's bytes
    size: int  # bytes
    passages: int
    events: int
    added: dt.datetime
    added_by: int  # here and below 0: a former administrator
    removed: dt.datetime | None = None
    removed_by: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What of a server's quota its documents take."""

    documents: int = 0
    bytes: int = 0
    passages: int = 0
    removed_bytes: int = 0  # of what was removed and can still be brought back: not in ``bytes``


@dataclass(frozen=True, slots=True)
class AliasGroup:
    """Names for one thing."""

    id: int
    collection: str
    names: tuple[str, ...]
    at: dt.datetime
    by: int
    removed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """A correction to events: ``body`` has the keys of `timeline-edits.toml`."""

    id: int
    collection: str
    kind: CorrectionKind
    body: Mapping[str, Any]
    at: dt.datetime
    by: int
    undone: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class BuildLine:
    """A build that ended."""

    at: dt.datetime
    guild: int | None  # where it was asked for
    who: int | None  # None: nobody did, the folder had changed
    collection: str | None  # None: all
    kind: BuildKind
    outcome: BuildOutcome
    generation: int | None
    seconds: float
    report: Mapping[str, Any] = field(default_factory=dict)  # JSON
    reason: str = ""  # of a failure: one sentence
    id: int = 0  # 0 until it is kept


@dataclass(frozen=True, slots=True)
class Asking:
    """That somebody asked. What they asked is there only where the server keeps it."""

    at: dt.datetime
    guild: int | None
    member_hash: str  # differs from month to month
    question: str | None
    terms: tuple[str, ...]
    outcome: str
    passages: tuple[str, ...]
    generation: int | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person told the curators about one answer, sent on purpose."""

    kind: FeedbackKind  # a problem with it, a question that found nothing, or that it helped
    at: dt.datetime
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
    tell: bool = False  # the person wishes to be told when it is answered
    answered: dt.datetime | None = None  # when a curator answered or closed it
    answer: str = ""  # JSON: what the curator named
    told: dt.datetime | None = None  # when the person was told


@dataclass(frozen=True, slots=True)
class About:
    """What is stored about a person, to be shown to them."""

    plain: bool = False  # whether they chose plain text
    feedback: tuple[Feedback, ...] = ()  # newest first
    questions: int = 0  # lines that say that they asked, by a hash
    texts: int = 0  # of these, lines that hold what they asked
    acts: int = 0  # lines that name them as the administrator who did something

    def __bool__(self) -> bool:
        return bool(self.plain or self.feedback or self.questions or self.acts)


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted of a person."""

    feedback: int = 0  # how many reports, gaps and thanks
    plain: bool = False  # whether they had chosen plain text
    questions: int = 0
    acts: int = 0  # lines from which their id was taken

    def __bool__(self) -> bool:
        return bool(self.feedback or self.plain or self.questions or self.acts)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many lines were deleted because their time was over."""

    feedback: int = 0
    questions: int = 0
    audit: int = 0
    builds: int = 0
    edits: int = 0  # names and corrections that were taken back long ago

    @property
    def total(self) -> int:
        return self.feedback + self.questions + self.audit + self.builds + self.edits
