"""Who and what there is: users, servers, channels, messages and files, as Discord would send them.

Ids are Discord's: milliseconds since 2015 and a counter, so that later things have larger ids.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import mimetypes
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server import permissions

EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15
TEXT_CHANNEL, DM, GROUP_DM, PUBLIC_THREAD = 0, 1, 3, 11
DEFAULT, REPLY, COMMAND_ANSWER, MENU_ANSWER, THREAD_CREATED = 0, 19, 20, 23, 18
FILE_LIMIT = 10 * 1024 * 1024  # bytes

_EPOCH = 1_420_070_400_000  # milliseconds; the first second of 2015
_counter = itertools.count()


def new_id() -> int:
    """A number larger than every one given before."""
    return (int(time.time() * 1000) - _EPOCH << 22) | (next(_counter) & 0x3FFFFF)


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def walk(components: Any) -> Iterator[dict[str, Any]]:
    """Components in the order in which they are shown, those inside others after these."""
    waiting = list(reversed(components)) if isinstance(components, list) else []
    while waiting:
        component = waiting.pop()
        if not isinstance(component, dict):
            continue
        yield component
        inner = list(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                inner.append(component[key])
        waiting.extend(reversed(inner))


@dataclass(slots=True, eq=False)
class User:
    key: str  # what tests call it
    name: str
    bot: bool = False
    locale: str = "en-US"
    id: int = field(default_factory=new_id)

    def json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.key,
            "global_name": None if self.bot else self.name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": None,
            "bot": self.bot,
            "flags": 0,
            "public_flags": 0,
            "primary_guild": None,
        }


@dataclass(slots=True, eq=False)
class Role:
    name: str
    permissions: int
    id: int = field(default_factory=new_id)
    of_bot: int | None = None

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": str(self.id),
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0 if self.name == "@everyone" else 1,
            "permissions": str(self.permissions),
            "managed": self.of_bot is not None,
            "mentionable": False,
            "flags": 0,
        }
        if self.of_bot is not None:
            made["tags"] = {"bot_id": str(self.of_bot)}
        return made


@dataclass(slots=True, eq=False)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list)

    def json(self, *, user: bool = True) -> dict[str, Any]:
        made: dict[str, Any] = {
            "roles": [str(role.id) for role in self.roles],
            "nick": None,
            "avatar": None,
            "banner": None,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "communication_disabled_until": None,
        }
        return {**made, "user": self.user.json()} if user else made


@dataclass(slots=True, eq=False)
class Guild:
    key: str
    name: str
    owner: User
    locale: str = "en-US"
    id: int = field(default_factory=new_id)
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roles.append(Role("@everyone", permissions.EVERYONE, self.id))

    def join(self, user: User, *roles: Role) -> Member:
        self.members[user.id] = Member(user, list(roles))
        return self.members[user.id]

    def json(self) -> dict[str, Any]:
        return {
            "id": str(self.id), "name": self.name, "owner_id": str(self.owner.id), "icon": None,
            "roles": [role.json() for role in self.roles], "emojis": [], "stickers": [], "features": [],
            "verification_level": 0, "default_message_notifications": 1, "explicit_content_filter": 0,
            "mfa_level": 0, "premium_tier": 0, "nsfw_level": 0, "preferred_locale": self.locale,
            "system_channel_id": str(self.channels[0].id) if self.channels else None,
            "system_channel_flags": 0, "premium_progress_bar_enabled": False, "afk_timeout": 300,
            "afk_channel_id": None, "rules_channel_id": None, "public_updates_channel_id": None,
            "description": None, "splash": None, "discovery_splash": None, "banner": None,
            "application_id": None, "vanity_url_code": None, "max_members": 500_000,
        }  # fmt: skip

    def create_json(self, bot: User) -> dict[str, Any]:
        """GUILD_CREATE for a bot without the members intent: of the members only itself."""
        threads = [c for c in self.channels if c.is_thread]
        return {
            **self.json(),
            "members": [self.members[bot.id].json()],
            "member_count": len(self.members),
            "channels": [c.json() for c in self.channels if not c.is_thread],
            "threads": [c.json() for c in threads],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


@dataclass(slots=True, eq=False)
class Channel:
    type: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    people: list[User] = field(default_factory=list)  # of a DM, without the bot; a thread's owner
    overwrites: list[dict[str, Any]] = field(default_factory=list)
    id: int = field(default_factory=new_id)
    messages: dict[int, Message] = field(default_factory=dict)
    archived: bool = False
    closed_to_bot: bool = False  # a DM whose owner lets the bot send nothing

    @property
    def is_thread(self) -> bool:
        return self.type == PUBLIC_THREAD

    def may(self, user: User) -> int:
        """The permissions of ``user`` here; 0 where they don't belong."""
        if self.guild is None:
            return permissions.IN_DM
        member = self.guild.members.get(user.id)
        if member is None:
            return 0
        if user is self.guild.owner:
            return permissions.ALL
        asked = self.parent if self.is_thread and self.parent else self
        return permissions.resolve(
            self.guild.roles[0].permissions,
            [(role.id, role.permissions) for role in member.roles],
            asked.overwrites,
            everyone=self.guild.id,
            member=user.id,
        )

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {"id": str(self.id), "type": self.type, "flags": 0}
        last = max(self.messages, default=None)
        made["last_message_id"] = None if last is None else str(last)
        if self.guild is None:
            made["recipients"] = [user.json() for user in self.people]
            if self.type == GROUP_DM:
                made |= {"name": self.name, "icon": None, "owner_id": str(self.people[0].id)}
            return made
        made |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        made["parent_id"] = str(self.parent.id) if self.parent else None
        if self.is_thread:
            made |= {
                "owner_id": str(self.people[0].id),
                "member_count": 2,
                "message_count": len(self.messages),
                "total_message_sent": len(self.messages),
                "thread_metadata": {
                    "archived": self.archived,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    "locked": False,
                    "create_timestamp": "2026-01-01T00:00:00+00:00",
                },
            }
            return made
        made |= {"position": 0, "topic": None, "nsfw": False}
        made["permission_overwrites"] = copy.deepcopy(self.overwrites)
        return made


@dataclass(slots=True, eq=False)
class File:
    name: str
    data: bytes
    url: str
    description: str | None = None
    ephemeral: bool = False
    id: int = field(default_factory=new_id)

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": str(self.id),
            "filename": self.name,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }
        if self.description is not None:
            made["description"] = self.description
        if self.content_type.startswith("image/"):
            made |= {"width": 100, "height": 100}
        return {**made, "ephemeral": True} if self.ephemeral else made


@dataclass(slots=True, eq=False)
class Message:
    channel: Channel
    author: User
    content: str = ""
    type: int = DEFAULT
    flags: int = 0
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_everyone: bool = False
    reply_to: Message | None = None
    seen_by: User | None = None  # an ephemeral message has one reader
    metadata: dict[str, Any] | None = None  # of the interaction that it answers
    reactions: dict[str, list[User]] = field(default_factory=dict)
    thread: Channel | None = None
    nonce: str | None = None
    edited: str | None = None
    deleted: bool = False
    id: int = field(default_factory=new_id)
    at: str = field(default_factory=now)
    changed: float = field(default_factory=time.monotonic)
    versions: int = 1

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    def visible_to(self, user: User) -> bool:
        if self.deleted:
            return False
        if self.seen_by is not None:
            return self.seen_by is user
        if self.channel.guild is None:
            return user in self.channel.people or user.bot
        return bool(self.channel.may(user) & permissions.BITS["view_channel"])

    def json(self, *, blank: bool = False, deep: bool = True) -> dict[str, Any]:
        """The message; ``blank``: without what needs the message-content intent."""
        made: dict[str, Any] = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.json(),
            "content": "" if blank else self.content,
            "timestamp": self.at,
            "edited_timestamp": self.edited,
            "tts": False,
            "mention_everyone": self.mention_everyone,
            "mentions": [user.json() for user in self.mentions],
            "mention_roles": [],
            "attachments": [] if blank else [file.json() for file in self.files],
            "embeds": [] if blank else copy.deepcopy(self.embeds),
            "components": [] if blank else copy.deepcopy(self.components),
            "pinned": False,
            "type": self.type,
            "flags": self.flags,
        }
        if self.nonce is not None:
            made["nonce"] = self.nonce
        if self.reactions:
            made["reactions"] = [_reaction(emoji, users) for emoji, users in self.reactions.items()]
        if self.metadata is not None:
            made["interaction_metadata"] = self.metadata
            made["application_id"] = str(self.author.id)
            made["webhook_id"] = str(self.author.id)
        if self.reply_to is not None:
            reference = {"type": 0, "message_id": str(self.reply_to.id)}
            reference["channel_id"] = str(self.reply_to.channel.id)
            if self.channel.guild:
                reference["guild_id"] = str(self.channel.guild.id)
            made["message_reference"] = reference
            if deep:
                gone = self.reply_to.deleted
                made["referenced_message"] = None if gone else self.reply_to.json(deep=False)
        if self.thread is not None:
            made["thread"] = self.thread.json()
        return made


def _reaction(emoji: str, users: Sequence[User]) -> dict[str, Any]:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": any(user.bot for user in users),
        "me_burst": False,
        "burst_colors": [],
    }


class World:
    """Two servers with the bot, one without it, and their people; see `default_channels`."""

    def __init__(self) -> None:
        self.bot = User("archivist", "Archivist", bot=True)
        people = {
            "owner": "Olga",
            "admin": "Anders",
            "moderator": "Mira",
            "ordinary": "Ivo",
            "second": "Sana",
        }
        self.users = {key: User(key, name) for key, name in people.items()}
        self.guilds = {key: self._guild(key) for key in ("main", "other", "elsewhere")}
        self.dms: list[Channel] = []
        self.group = Channel(GROUP_DM, "group", people=[*self.users.values()])
        self.files: dict[int, File] = {}
        self.cdn = ""

    def _guild(self, key: str) -> Guild:
        owner = self.users["owner"]
        guild = Guild(key, f"Server {key}", owner)
        admins = Role("Admins", permissions.bits("administrator"))
        moderators = Role("Moderators", permissions.MODERATOR)
        bots = Role("Archivist", permissions.BOT, of_bot=self.bot.id)
        guild.roles += [admins, moderators, bots]
        guild.join(owner)
        guild.join(self.users["admin"], *([admins] if key == "main" else []))
        guild.join(self.users["moderator"], moderators)
        guild.join(self.users["ordinary"])
        guild.join(self.users["second"])
        if key != "elsewhere":
            guild.join(self.bot, bots)
        guild.channels = default_channels(guild, moderators, bots, self.users["ordinary"])
        return guild

    def add_guild(self, key: str) -> Guild:
        """A new server with the same people and the bot."""
        self.guilds[key] = self._guild(key)
        return self.guilds[key]

    def guild(self, key: str | None) -> Guild:
        return self.guilds[key or "main"]

    def channel(self, name: str, guild: str | None = None) -> Channel:
        """The newest channel or thread of this name; "group" is the DM of several without the bot."""
        if name == "group":
            return self.group
        for channel in reversed(self.guild(guild).channels):
            if channel.name == name:
                return channel
        raise KeyError(name)

    def channel_of_id(self, number: int) -> Channel | None:
        every = [self.group, *self.dms, *(c for g in self.guilds.values() for c in g.channels)]
        return next((channel for channel in every if channel.id == number), None)

    def user_of_id(self, number: int) -> User | None:
        every = [self.bot, *self.users.values()]
        return next((user for user in every if user.id == number), None)

    def dm(self, user: User) -> Channel:
        for channel in self.dms:
            if channel.people == [user]:
                return channel
        self.dms.append(Channel(DM, "", people=[user]))
        return self.dms[-1]

    def deny_bot(self, channel: Channel, permission: str) -> None:
        """Take a permission from the bot in this channel, whatever its roles say."""
        deny = permissions.BITS[permission]
        for one in channel.overwrites:
            if one["id"] == str(self.bot.id):
                one["deny"] = str(int(one["deny"]) | deny)
                one["allow"] = str(int(one["allow"]) & ~deny)
                return
        channel.overwrites.append(overwrite(self.bot.id, deny=deny, member=True))

    def store(
        self, name: str, data: bytes, *, description: str | None = None, ephemeral: bool = False
    ) -> File:
        """Keep a file on the CDN; other than letters, digits, dot and hyphen become ``_``."""
        clean = re.sub(r"[^\w.\-]", "_", name) or "file"
        file = File(clean, data, "", description, ephemeral)
        kind = "ephemeral-attachments" if ephemeral else "attachments"
        file.url = f"{self.cdn}/{kind}/1/{file.id}/{clean}?ex=1&is=1&hm=1"
        self.files[file.id] = file
        return file


def default_channels(guild: Guild, moderators: Role, bots: Role, starter: User) -> list[Channel]:
    """general, staff (hidden from members), read-only (the bot can't send), and a thread in general."""
    view, send = (
        permissions.bits("view_channel"),
        permissions.bits("send_messages", "send_messages_in_threads"),
    )
    general = Channel(TEXT_CHANNEL, "general", guild)
    staff = Channel(TEXT_CHANNEL, "staff", guild)
    staff.overwrites = [
        overwrite(guild.id, deny=view),
        overwrite(moderators.id, allow=view),
        overwrite(bots.id, allow=view),
    ]
    closed = Channel(TEXT_CHANNEL, "read-only", guild)
    closed.overwrites = [overwrite(guild.id, deny=send), overwrite(bots.id, deny=send)]
    thread = Channel(PUBLIC_THREAD, "a-thread", guild, parent=general, people=[starter])
    return [general, staff, closed, thread]


def overwrite(
    number: int, *, allow: int = 0, deny: int = 0, member: bool = False
) -> dict[str, Any]:
    return {"id": str(number), "type": int(member), "allow": str(allow), "deny": str(deny)}


def mentioned(text: str, users: Iterable[User]) -> list[User]:
    return [user for user in users if f"<@{user.id}>" in text or f"<@!{user.id}>" in text]
