"""What can be judged from a command's options alone, before anything is promised: all from memory.

Each check returns the value to use or raises an ArchivistError, which is shown to the asker alone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.limits import CHOICE, CHOICES, shorten
from index.dates import ambiguous_dates, impossible_dates, parse_when
from index.errors import ArchivistError, QueryTooLongError, UnreadableDateError
from index.messages import say, say_n
from index.model import SourceSummary
from index.questions.understanding import clean

LONGEST_FILTER = 200  # of who and about
_MINUTE = 60.0
_REMEMBERED = 1_000


class NotAllowedError(ArchivistError):
    hint = ""


class TooSoonError(ArchivistError):
    hint = ""


class AlreadyDoneError(ArchivistError):
    hint = ""


def check_question(text: str) -> str:
    """The question, trimmed. Discord checks its length too, but a person may send anything.

    Raises EmptyQueryError, QueryTooLongError, and UnreadableDateError for a day that never was.
    """
    question = clean(text)
    for wrong in impossible_dates(question):
        raise UnreadableDateError(wrong.reason)
    for unclear in ambiguous_dates(question):
        raise UnreadableDateError(unclear.request)
    return question


def check_when(text: str | None, today: dt.date) -> str | None:
    """A trimmed date expression; None when there is none. Raises UnreadableDateError."""
    when = (text or "").strip()
    if when:
        parse_when(when, today=today)
    return when or None


def check_filter(text: str | None, name: str) -> str | None:
    """The trimmed words of an option that narrows a timeline; None when there are none."""
    words = (text or "").strip()
    if len(words) > LONGEST_FILTER:
        raise QueryTooLongError(
            say(
                "“{name}” has {count} characters; at most {most} are read.",
                name=name,
                count=len(words),
                most=LONGEST_FILTER,
            )
        )
    return words or None


def suggest_documents(sources: Iterable[SourceSummary], typed: str) -> list[tuple[str, str]]:
    """(what is shown, id) of documents that ``typed`` may begin or be part of, best first."""
    wanted = " ".join(typed.casefold().split())
    ranked = []
    for order, summary in enumerate(sources):
        source = summary.source
        names = [
            " ".join(text.casefold().split()) for text in (source.title, source.id, source.name)
        ]
        if len(source.id) <= CHOICE and any(wanted in name for name in names):
            begins = any(name.startswith(wanted) for name in names)
            ranked.append((not begins, order, source.title, source.id))
    best = sorted(ranked)[:CHOICES]
    return [(shorten(title, CHOICE) or value, value) for _, _, title, value in best]


# ---------------------------------------------------------------- rights


@dataclass(frozen=True, slots=True)
class Person:
    """Who uses a command, and where."""

    id: int
    guild: int | None  # None in a direct message
    manages_guild: bool  # has Manage Server there, as Discord says with the interaction


@dataclass(slots=True)
class Rights:
    """Who may reindex. Command permissions of a server can't widen this."""

    owners: frozenset[int]  # known only after signing in, unless a setting says them
    home_guilds: frozenset[int]  # empty: every server

    def check_reindex(self, person: Person, *, full: bool) -> None:
        """Raise NotAllowedError unless this person may reindex, or do so in full."""
        if person.id in self.owners:
            return
        if person.guild is None or not person.manages_guild:
            raise NotAllowedError(
                "Only the bot's owner, or who has Manage Server, may reindex the documents."
            )
        if self.home_guilds and person.guild not in self.home_guilds:
            raise NotAllowedError("The documents can't be reindexed from this server.")
        if full and person.guild not in self.home_guilds:
            raise NotAllowedError("Only the bot's owner may reindex in full from this server.")


class Once:
    """What each may be done only once. The last thousand are remembered, in memory alone."""

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[object, ...], None] = OrderedDict()

    @contextmanager
    def __call__(self, *what: object) -> Iterator[None]:
        """Do it: it counts unless it fails. Raises AlreadyDoneError at the second time."""
        if what in self._done:
            raise AlreadyDoneError(say("You have done that already."))
        self._done[what] = None
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        try:
            yield
        except BaseException:
            self._done.pop(what, None)
            raise


# ---------------------------------------------------------------- cooldowns


@dataclass(slots=True)
class Cooldowns:
    """How long who must wait. Times are seconds of a clock that never goes back; 0 is off."""

    member_seconds: float = 0.0
    guild_per_minute: int = 0
    _members: dict[int, float] = field(default_factory=dict)  # when each may ask again
    _guilds: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, member: int, guild: int | None, now: float) -> None:
        """Count a question, or raise TooSoonError with the seconds to wait, and don't count it."""
        wait = max(self._members.get(member, now) - now, self._guild_wait(guild, now))
        if wait > 0:
            seconds = math.ceil(wait)
            raise TooSoonError(
                say_n(
                    "Please wait {count} second and ask again.",
                    "Please wait {count} seconds and ask again.",
                    seconds,
                )
            )
        if self.member_seconds:
            self._forget(now)
            self._members[member] = now + self.member_seconds
        if self.guild_per_minute and guild is not None:
            self._guilds[guild].append(now)

    def _guild_wait(self, guild: int | None, now: float) -> float:
        if not self.guild_per_minute or guild is None:
            return 0.0
        asked = self._guilds[guild]
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        return asked[0] + _MINUTE - now if len(asked) >= self.guild_per_minute else 0.0

    def _forget(self, now: float) -> None:
        """Drop members whose wait is over, once there are many."""
        if len(self._members) > 10_000:
            self._members = {who: until for who, until in self._members.items() if until > now}
