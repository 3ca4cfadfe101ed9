"""What can be judged from a command's options alone, before anything is promised: all from memory.

Each check returns the value to use or raises an ArchivistError, which is shown to the asker alone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.limits import CHOICE, CHOICES, shorten
from bot.state.values import ServerSettings
from index.dates import ambiguous_dates, impossible_dates, parse_when
from index.errors import ArchivistError, QueryTooLongError, UnreadableDateError
from index.messages import say, say_n
from index.model import SourceSummary
from index.questions.understanding import clean

LONGEST_FILTER = 200  # of who and about
_MINUTE = 60.0
_MANY = 20_000  # waits that are kept in memory
LONGEST_COOLDOWN = 3_600  # seconds, of what a server may choose
_REMEMBERED = 1_000


class NotAllowedError(ArchivistError):
    hint = ""


class TooSoonError(ArchivistError):
    hint = ""


class AlreadyDoneError(ArchivistError):
    hint = ""


class NotHereError(NotAllowedError):
    """The server's administrators chose other channels for answers: these."""

    hint = say("Please ask in a channel that was chosen for it:")

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__(say("I don't answer in this channel."))
        self.channels = channels


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


def check_place(place: Sequence[int], channels: Sequence[int]) -> None:
    """Raise NotHereError unless questions are answered here.

    ``place`` is the channel, then a thread's parent; ``channels`` are those of the server's settings,
    none standing for all.
    """
    if channels and set(channels).isdisjoint(place):
        raise NotHereError(tuple(channels))


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
    guild: int | None  # None where the bot is no member: in direct messages too
    manages_guild: bool  # has Manage Server there, as Discord says with the interaction
    roles: frozenset[int] = frozenset()  # without the one that everybody has


@dataclass(slots=True)
class Rights:
    """Who may change what. Command permissions of a server can't widen this."""

    owners: frozenset[int]  # known only after signing in, unless a setting says them
    home_guilds: frozenset[int]  # whose managers look after the owner's documents too

    def check_owner(self, person: Person) -> None:
        """Raise NotAllowedError unless the bot is this person's."""
        if person.id not in self.owners:
            raise NotAllowedError(say("Only the bot's owner may do that."))

    def check_administers(self, person: Person, settings: ServerSettings) -> None:
        """Raise NotAllowedError unless this person looks after the server that they are in.

        That is who has Manage Server or a role named in the server's ``settings``, and the bot's owner.
        """
        if person.guild is None:
            raise NotAllowedError(say("This is for servers that the bot has joined."))
        chosen = not person.roles.isdisjoint(settings.admin_roles)
        if not (person.manages_guild or chosen or person.id in self.owners):
            raise NotAllowedError(
                say(
                    "Only people with Manage Server, or with a role that may administer, may do that."
                )
            )

    def check_home(self, person: Person) -> None:
        """Raise NotAllowedError unless the owner's documents are this person's to look after.

        That is the bot's owner, and who has Manage Server in a home server.
        """
        if person.id in self.owners:
            return
        if not (person.manages_guild and person.guild in self.home_guilds):
            raise NotAllowedError(
                say("Only the bot's owner, and who manages a home server of the bot, may do that.")
            )


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
    """How long who must wait. Times are seconds of a clock that never goes back; 0 is off.

    These two are the host's. A server's own come on top: they never make a wait shorter.
    """

    member_seconds: float = 0.0  # wherever the member asks
    guild_per_minute: int = 0
    #: When a member asked last: anywhere (server 0), and in each server.
    _members: dict[tuple[int, int], float] = field(default_factory=dict)
    _guilds: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(
        self, member: int, guild: int | None, now: float, server: ServerSettings | None = None
    ) -> None:
        """Count a question, or raise TooSoonError with the seconds to wait, and don't count it."""
        own = server.cooldown_member if server and guild else 0.0
        most = [n for n in (self.guild_per_minute, server.cooldown_guild if server else 0) if n]
        wait = max(
            self._member_wait(member, 0, self.member_seconds, now),
            self._member_wait(member, guild or 0, own, now),
            self._guild_wait(guild, min(most, default=0), now),
        )
        if wait > 0:
            seconds = math.ceil(wait)
            raise TooSoonError(
                say_n(
                    "Please wait {count} second and ask again.",
                    "Please wait {count} seconds and ask again.",
                    seconds,
                )
            )
        if self.member_seconds or own:
            self._forget(now)
            self._members[member, 0] = self._members[member, guild or 0] = now
        if most and guild is not None:
            self._guilds[guild].append(now)

    def _member_wait(self, member: int, guild: int, seconds: float, now: float) -> float:
        if not seconds:
            return 0.0
        return self._members.get((member, guild), -math.inf) + seconds - now

    def _guild_wait(self, guild: int | None, most: int, now: float) -> float:
        if not most or guild is None:
            return 0.0
        asked = self._guilds[guild]
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        # A lower number that was chosen meanwhile waits for more of them to be over.
        return asked[len(asked) - most] + _MINUTE - now if len(asked) >= most else 0.0

    def _forget(self, now: float) -> None:
        """Drop members whose wait is over, once there are many."""
        if len(self._members) > _MANY:
            longest = max(self.member_seconds, LONGEST_COOLDOWN)
            self._members = {who: at for who, at in self._members.items() if at + longest > now}
