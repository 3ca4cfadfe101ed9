"""What Discord knows: the token, the application, and what the bot may do in its servers."""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot import permissions
from bot.doctor.api import Api, Reply, UnreachedError
from bot.doctor.finding import Finding, mend, note, ok
from bot.settings import Settings
from index.errors import SettingsError

SERVERS = 5  # that are looked at, unless one is asked for
_LISTED = 200  # servers that are asked for
CHANNELS = 5  # of a server that are named, unless it is asked for
_SPEAKING = frozenset({0, 5, 15})  # text, announcements, forum
_FEW_SESSIONS = 20  # that may still be begun today
_LATE, _FALSE = 5.0, 60.0  # seconds that a clock may be wrong; that a server notices
#: Flags of an application that say that it has an intent, whatever its size.
_PRIVILEGED = {
    "Presence": discord.ApplicationFlags(gateway_presence=True, gateway_presence_limited=True),
    "Server Members": discord.ApplicationFlags(
        gateway_guild_members=True, gateway_guild_members_limited=True
    ),
    "Message Content": discord.ApplicationFlags(
        gateway_message_content=True, gateway_message_content_limited=True
    ),
}
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


Asking = Generator[Finding, None, int | None]


class _ElseError(Exception):
    """Discord's answer is no use; its text says what it was."""


def look(settings: Settings, *, offline: bool, guild: int | None) -> Iterator[Finding]:
    """The token's form, then what Discord says to it; ``guild`` is the one server to look at."""
    try:
        token = settings.discord_token()
    except SettingsError as error:
        yield mend("token", error.sentence)
        return
    application = permissions.application_of(token)
    formed = application is not None and token.count(".") == 2
    if not formed and (offline or settings.api_url is None):
        other = settings.api_url is not None  # a test server may take any
        yield (note if other else mend)(
            "token",
            "it doesn't have the form of a bot's token. Copy it again from the Bot page of your "
            "application.",
        )
    if settings.api_url is not None:
        yield note("Discord's address", f"its API is taken to be at {settings.api_url}.")
    if not offline:
        told = yield from _ask(settings, token, guild)
        application = told or application
    elif formed:
        yield ok("token", "it has the form of a bot's token; only Discord can check it.")
    yield from _links(application)
    yield from _people(settings)


def _ask(settings: Settings, token: str, guild: int | None) -> Asking:
    """Sign in without connecting; returns the application's id where Discord tells it."""
    api = Api(settings.api_url, token)
    application: int | None = None
    try:
        clock = _Clock()
        first = api.get("/users/@me")
        yield from clock.compare(first)
        if first.status == 401:
            yield mend(
                "token",
                "Discord refuses it. Copy it again from the Bot page of your application, or make a "
                "new one there.",
            )
            return None
        me = _body(first, dict)
        application = yield from _application(api)
        yield ok("token", f"Discord takes it: the bot is {me['username']} ({me['id']}).")
        yield from _sessions(api)
        yield from _servers(api, settings, int(me["id"]), guild)
    except UnreachedError as error:
        yield note("Discord", f"it can't be reached ({error}): the rest of it was not checked.")
    except _ElseError as error:
        yield note("Discord", f"{error}: the rest of it was not checked.")
    except _UNREADABLE:
        yield note("Discord", "its answer can't be read: the rest of it was not checked.")
    return application


def _body(reply: Reply, kind: type[Any]) -> Any:
    """What was answered, if it is well and of this kind. Raises _ElseError."""
    if reply.status != 200:
        raise _ElseError(f"it answers with {reply.status}")
    if not isinstance(reply.body, kind):
        raise _ElseError("what answers in its place is not Discord")
    return reply.body


# ---------------------------------------------------------------- the clock


class _Clock:
    """Compares this machine's time with Discord's."""

    def __init__(self) -> None:
        self._asked = time.time()

    def compare(self, reply: Reply) -> Iterator[Finding]:
        """Its time is that of its answer, in whole seconds."""
        try:
            said = email.utils.parsedate_to_datetime(reply.date or "").timestamp()
        except (TypeError, ValueError, OverflowError):
            return
        answered = time.time()
        wrong = max(said - answered, self._asked - said - 1.0, 0.0)
        ahead = "behind" if said > answered else "ahead of"
        if wrong > _FALSE:
            yield mend("clock", f"it is {wrong:,.0f} s {ahead} Discord's. Set it (NTP does it).")
        elif wrong > _LATE:
            yield note("clock", f"it is {wrong:.0f} s {ahead} Discord's: NTP keeps it right.")
        else:
            yield ok("clock", "it agrees with Discord's.")


# ---------------------------------------------------------------- the application


def _application(api: Api) -> Generator[Finding, None, int]:
    """Its intents and how it may be added; returns its id."""
    told = _body(api.get("/applications/@me"), dict)
    flags = int(told.get("flags") or 0)
    granted = [name for name, bits in _PRIVILEGED.items() if flags & bits.value]
    if granted:
        yield note(
            "intents",
            f"{', '.join(granted)}: granted on the Bot page of the application, and needed by "
            "nothing here. Switch them off.",
        )
    else:
        yield ok("intents", "no privileged one is needed, and none is granted.")
    kinds = told.get("integration_types_config")
    if isinstance(kinds, dict) and "1" not in kinds:
        yield note(
            "to add it for oneself",
            "User Install is switched off on the Installation page of the application.",
        )
    if isinstance(kinds, dict) and "0" not in kinds:
        yield mend(
            "to add it to a server",
            "Guild Install is switched off. Switch it on, on the Installation page of the application.",
        )
    return int(told["id"])


def _sessions(api: Api) -> Iterator[Finding]:
    told = _body(api.get("/gateway/bot"), dict)
    limit = told["session_start_limit"]
    left, total = int(limit["remaining"]), int(limit["total"])
    shards = int(told["shards"])
    said = f"{left:,} of {total:,} sessions may still be begun; {shards} connections are advised."
    if left < shards:
        wait = dt.timedelta(milliseconds=int(limit["reset_after"]))
        yield mend(
            "gateway", f"{said} Wait {wait} before you start it; see why it restarts so often."
        )
    elif left < _FEW_SESSIONS:
        yield note("gateway", f"{said} Something starts it again and again.")
    else:
        yield ok("gateway", said)


# ---------------------------------------------------------------- servers


def _servers(api: Api, settings: Settings, me: int, only: int | None) -> Iterator[Finding]:
    guilds = _body(api.get(f"/users/@me/guilds?limit={_LISTED}"), list)
    ids = [int(guild["id"]) for guild in guilds]
    more = " or more" if len(ids) >= _LISTED else ""
    if not ids:
        yield note("servers", "the bot is in none: add it with the link below.")
    else:
        yield ok("servers", f"the bot is in {len(ids):,}{more}.")
    strange = sorted(settings.home_guilds - set(ids)) if not more else []
    if strange:
        named = ", ".join(map(str, strange))
        yield note("servers", f"ARCHIVIST_HOME_GUILDS names some that it is not in: {named}.")
    if only is not None and only not in ids and not more:
        yield mend("servers", f"the bot is not in {only}. Add it with the link below.")
        return
    looked_at = [only] if only is not None else ids[:SERVERS]
    for guild in looked_at:
        yield _server(api, guild, me, whole=only is not None)
    if only is None and len(ids) > SERVERS:
        yield note(
            "servers", f"only the first {SERVERS} were looked at: `--guild ID` looks at another."
        )


def _server(api: Api, guild: int, me: int, *, whole: bool) -> Finding:
    told = _body(api.get(f"/guilds/{guild}"), dict)
    member = _body(api.get(f"/guilds/{guild}/members/{me}"), dict)
    channels = _body(api.get(f"/guilds/{guild}/channels"), list)
    rights = Rights(
        guild,
        me,
        {int(role["id"]): int(role["permissions"]) for role in told["roles"]},
        frozenset(map(int, member["roles"])),
        owns=int(told["owner_id"]) == me,
    )
    name = f"server {told['name']} ({guild})"
    found = [channel for channel in channels if channel["type"] in _SPEAKING]
    lacking = [
        (channel, missing)
        for channel in found
        if (missing := lacks(rights.resolve(channel.get("permission_overwrites", ()))))
    ]
    if not lacking:
        return ok(name, f"nothing is missing in its {len(found):,} channels.")
    shown = lacking if whole else lacking[:CHANNELS]
    said = "; ".join(
        f"#{channel['name']} ({channel['id']}) lacks {what}" for channel, what in shown
    )
    rest = f"; and {len(lacking) - len(shown):,} more" if len(shown) < len(lacking) else ""
    return note(
        name,
        f"in {len(lacking):,} of {len(found):,} channels something is missing, which who manages the "
        f"server may want so: {said}{rest}. `/ask` works all the same.",
    )


def lacks(have: discord.Permissions) -> str:
    """What is missing of what the features need, each with its feature; empty when nothing is."""
    missing = [n for n in permissions.NEEDED if not getattr(have, n.name)]
    if any(needed.name == "view_channel" for needed in missing):
        missing = missing[:1]  # without it nothing else counts
    return ", ".join(f"{needed.label} ({needed.feature})" for needed in missing)


@dataclass(frozen=True, slots=True)
class Rights:
    """What decides the bot's permissions in a server."""

    guild: int
    me: int
    roles: Mapping[int, int]  # of the server: id -> permissions
    mine: Collection[int]
    owns: bool = False

    def resolve(self, overwrites: Iterable[Mapping[str, Any]]) -> discord.Permissions:
        """What the bot may do in a channel with these overwrites.

        https://discord.com/developers/docs/topics/permissions#permission-overwrites
        """
        value = self.roles.get(self.guild, 0)
        for role in self.mine:
            value |= self.roles.get(role, 0)
        if self.owns or discord.Permissions(value).administrator:
            return discord.Permissions.all()
        told = {int(one["id"]): (int(one["allow"]), int(one["deny"])) for one in overwrites}
        for ids in ((self.guild,), tuple(self.mine), (self.me,)):
            found: Sequence[tuple[int, int]] = [told[id_] for id_ in ids if id_ in told]
            allow, deny = 0, 0
            for allowed, denied in found:
                allow, deny = allow | allowed, deny | denied
            value = value & ~deny | allow
        have = discord.Permissions(value)
        return have if have.view_channel else discord.Permissions.none()


# ---------------------------------------------------------------- what needs no answer


def _links(application: int | None) -> Iterator[Finding]:
    if application is not None:
        names = ", ".join(needed.label for needed in permissions.NEEDED)
        yield ok("permissions", f"{names}; no privileged intent.")
        yield ok("to add it to a server", permissions.server_link(application))
        yield ok("to add it for oneself", permissions.user_link(application))


def _people(settings: Settings) -> Iterator[Finding]:
    owners = len(settings.owner_ids)
    said = (
        f"{owners} named in ARCHIVIST_OWNER_IDS" if owners else "the application's, or its team's"
    )
    yield ok("owners", f"{said}.")
    homes = len(settings.home_guilds)
    yield ok(
        "home servers",
        f"{homes}, whose managers look after the corpus folder too."
        if homes
        else "none: the owners alone look after the corpus folder.",
    )
