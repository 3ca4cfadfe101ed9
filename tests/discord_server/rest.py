"""The REST API: what the bot asks for is checked, done, and answered as Discord answers."""

from __future__ import annotations

import asyncio
import copy
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.discord_server import contract, interactions, limits
from tests.discord_server.faults import AFTER, Fault
from tests.discord_server.interactions import Interaction
from tests.discord_server.permissions import BITS
from tests.discord_server.world import (
    COMMAND_ANSWER,
    COMPONENTS_V2,
    DM,
    EPHEMERAL,
    HAS_THREAD,
    LOADING,
    MENU_ANSWER,
    PUBLIC_THREAD,
    REPLY,
    Channel,
    File,
    Guild,
    Message,
    mentioned,
    new_id,
    now,
    walk,
)

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

PREFIX = "/api/v10"
_FOLLOW_UPS_OF_USER_INSTALL = 5


class ApiError(Exception):
    """An answer of 4xx: Discord's status, code and message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
TOKEN_OVER = (401, 50027, "Invalid Webhook Token")
ANSWERED = (400, 40060, "Interaction has already been acknowledged.")
NO_ACCESS = (403, 50001, "Missing Access")
NO_PERMISSION = (403, 50013, "Missing Permissions")


@dataclass(slots=True)
class Call:
    """A request of the bot: its path below `PREFIX`, the ids in it, its body and uploads."""

    method: str
    path: str
    query: dict[str, str]
    body: Any = None
    uploads: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    at: float = field(default_factory=time.monotonic)
    status: int = 0

    @property
    def sizes(self) -> list[tuple[str, int]]:
        return [(name, len(data)) for name, data in self.uploads.values()]


Answer = tuple[int, Any]  # status, and the body as JSON or None
Handler = Callable[[Call], Awaitable[Answer] | Answer]


class Rest:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.world = server.world
        self.commands: dict[int | None, list[dict[str, Any]]] = {None: []}  # None: global
        self.calls: list[Call] = []
        self.me: Any = None  # what /users/@me answers in place of the bot's user
        self._nonces: dict[tuple[int, str], Message] = {}
        self._routes = [
            (method, re.compile(path.replace("#", r"(\d+)").replace("?", r"([^/]+)")), handler)
            for method, path, handler in self._table()
        ]

    def _table(self) -> Iterable[tuple[str, str, Handler]]:
        """Routes; ``#`` is an id and ``?`` anything."""
        messages = "/channels/#/messages"
        return (
            ("GET", "/users/@me", self._user),
            ("GET", "/users/#", self._user),
            ("GET", "/users/@me/guilds", self._my_guilds),
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/applications/@me", self._application),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway", self._gateway),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/applications/#/commands", self._list_commands),
            ("PUT", "/applications/#/commands", self._overwrite_commands),
            ("GET", "/applications/#/guilds/#/commands", self._list_commands),
            ("PUT", "/applications/#/guilds/#/commands", self._overwrite_commands),
            ("GET", "/applications/#/emojis", self._emojis),
            ("GET", "/guilds/#", self._guild),
            ("GET", "/guilds/#/channels", self._guild_channels),
            ("GET", "/guilds/#/roles", self._guild_roles),
            ("GET", "/guilds/#/members/#", self._guild_member),
            ("POST", "/interactions/#/?/callback", self._callback),
            ("POST", "/webhooks/#/?", self._follow_up),
            ("GET", "/webhooks/#/?/messages/?", self._get_answer),
            ("PATCH", "/webhooks/#/?/messages/?", self._edit_answer),
            ("DELETE", "/webhooks/#/?/messages/?", self._delete_answer),
            ("GET", "/channels/#", self._channel),
            ("PATCH", "/channels/#", self._edit_thread),
            ("POST", "/channels/#/typing", self._typing),
            ("POST", "/channels/#/threads", self._make_thread),
            ("PUT", "/channels/#/thread-members/@me", self._join_thread),
            ("GET", messages, self._list_messages),
            ("POST", messages, self._post),
            ("GET", f"{messages}/#", self._get_message),
            ("PATCH", f"{messages}/#", self._edit_message),
            ("DELETE", f"{messages}/#", self._delete_message),
            ("POST", f"{messages}/#/threads", self._make_thread),
            ("PUT", f"{messages}/#/reactions/?/@me", self._react),
            ("DELETE", f"{messages}/#/reactions/?/@me", self._unreact),
        )

    # -- one request

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.method, request.path.removeprefix(PREFIX), dict(request.query))
        self.calls.append(call)
        try:
            await _read(request, call)
        except (ValueError, KeyError):
            return self._refuse(
                call, ApiError(400, 50109, "The request body contains invalid JSON.")
            )
        interaction = self.server.interaction_of(call.path)
        faults = self.server.faults.pick(
            call.method, call.path, interaction=interaction is not None
        )
        if faults and interaction is not None:
            interaction.disturbed = True
        for fault in faults:
            answer = await self._before(request, fault)
            if answer is not None:
                call.status = answer.status
                return answer
        try:
            status, body = await self._do(request, call)
        except ApiError as error:
            return self._refuse(call, error)
        finally:
            self.server.wake()
        call.status = status
        self._check_answer(call, body)
        for fault in faults:
            if fault.kind in AFTER:
                return await _spoil(request, fault, status, body)
        return _json(status, body)

    async def _do(self, request: web.Request, call: Call) -> Answer:
        authorized = request.headers.get("Authorization") == f"Bot {self.server.token}"
        if not authorized and not call.path.startswith(
            ("/interactions/", "/webhooks/", "/gateway")
        ):
            raise ApiError(401, 0, "401: Unauthorized")
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(call.path)
            if method == call.method and match is not None:
                call.ids = match.groups()
                self._check_contract(call)
                answer = handler(call)
                return answer if isinstance(answer, tuple) else await answer
        self.server.violate(
            "route", "not a route that this server has", f"{call.method} {call.path}"
        )
        raise ApiError(404, 0, "404: Not Found")

    async def _before(self, request: web.Request, fault: Fault) -> web.Response | None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "status":
            return _json(fault.status, {"message": f"{fault.status}: an error", "code": 0})
        elif fault.kind == "ratelimit":
            return _rate_limited(fault)
        elif fault.kind == "reset":
            _cut(request)
            return web.Response(status=500)
        return None

    def _refuse(self, call: Call, error: ApiError) -> web.Response:
        call.status = error.status
        interaction = self.server.interaction_of(call.path)
        if error.code in (ANSWERED[1], UNKNOWN_INTERACTION[1]):
            if interaction is not None:
                interaction.refused.append((error.code, error.message))
            if interaction is None or not interaction.disturbed:
                self.server.violate("response", error.message, _place(call))
        elif error.status in (401, 403) and error.code != TOKEN_OVER[1]:
            self.server.violate("permission", error.message, _place(call))
        return _json(error.status, {"message": error.message, "code": error.code})

    def _check_contract(self, call: Call) -> None:
        described = contract.load() if self.server.checks_contract else None
        if described is None:
            return
        problems = described.problems(call.method, call.path, call.body)
        if problems:
            self._fail(call, problems)

    def _check_answer(self, call: Call, body: Any) -> None:
        """Our own mistakes, for the tests of this server."""
        described = contract.load() if self.server.checks_answers else None
        if described is not None:
            problems = described.answer_problems(call.method, call.path, call.status, body)
            self.server.mistakes += [f"{_place(call)}: {one.path}: {one.text}" for one in problems]

    def _fail(self, call: Call, problems: Sequence[limits.Problem]) -> None:
        """Note what is wrong with a body, and refuse it if Discord would."""
        for problem in problems:
            self.server.violate("body", f"{problem.path}: {problem.text}", _place(call))
        refused = [problem for problem in problems if problem.refused]
        if refused:
            code = refused[0].code
            raise ApiError(413 if code == 40005 else 400, code, "Invalid Form Body")

    # -- the application, users and servers

    def _user(self, call: Call) -> Answer:
        if not call.ids:
            me = {
                **self.world.bot.json(),
                "verified": True,
                "mfa_enabled": False,
                "locale": "en-US",
            }
            return 200, me if self.me is None else self.me
        user = self.world.user_of_id(int(call.ids[0]))
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return 200, user.json()

    def _my_guilds(self, _: Call) -> Answer:
        guilds = [g for g in self.world.guilds.values() if self.world.bot.id in g.members]
        return 200, [
            {"id": str(g.id), "name": g.name, "owner": False, "features": []} for g in guilds
        ]

    def _open_dm(self, call: Call) -> Answer:
        user = self.world.user_of_id(int(call.body["recipient_id"]))
        if user is None:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return 200, self.world.dm(user).json()

    def _application(self, _: Call) -> Answer:
        made: dict[str, Any] = {
            "id": str(self.world.bot.id), "name": "Archivist", "icon": None, "description": "",
            "summary": "", "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
            "flags": 0, "owner": self.world.users["owner"].json(), "team": None,
            "integration_types_config": {"0": {}, "1": {}}, "type": None, "flags_new": "0",
            "redirect_uris": [], "interactions_endpoint_url": None, "explicit_content_filter": 0,
            "role_connections_verification_url": None, "approximate_guild_count": 2,
            "approximate_user_install_count": 1, "approximate_user_authorization_count": 1,
            "eligible_oauth2_scopes": [],
        }  # fmt: skip
        return 200, made

    def _gateway(self, call: Call) -> Answer:
        made: dict[str, Any] = {"url": self.server.gateway_url}
        if call.path.endswith("/bot"):
            made["shards"] = self.server.gateway.shards
            limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            made["session_start_limit"] = limit
        return 200, made

    def _emojis(self, _: Call) -> Answer:
        return 200, {"items": []}

    def _guild_of(self, call: Call) -> Guild:
        for guild in self.world.guilds.values():
            if str(guild.id) == call.ids[0] and self.world.bot.id in guild.members:
                return guild
        raise ApiError(404, 10004, "Unknown Guild")

    def _guild(self, call: Call) -> Answer:
        return 200, self._guild_of(call).json()

    def _guild_channels(self, call: Call) -> Answer:
        return 200, [c.json() for c in self._guild_of(call).channels if not c.is_thread]

    def _guild_roles(self, call: Call) -> Answer:
        return 200, [role.json() for role in self._guild_of(call).roles]

    def _guild_member(self, call: Call) -> Answer:
        member = self._guild_of(call).members.get(int(call.ids[1]))
        if member is None:
            raise ApiError(404, 10007, "Unknown Member")
        return 200, member.json()

    # -- commands

    def _list_commands(self, call: Call) -> Answer:
        scope = int(call.ids[1]) if len(call.ids) > 1 else None
        full = call.query.get("with_localizations", "").lower() in ("1", "true")
        commands = self.commands.get(scope, [])
        return 200, commands if full else [_without_localizations(c) for c in commands]

    def _overwrite_commands(self, call: Call) -> Answer:
        """Commands of the same name and kind keep their id, and their version when nothing changed."""
        if int(call.ids[0]) != self.world.bot.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action")
        scope = int(call.ids[1]) if len(call.ids) > 1 else None
        self._fail(call, limits.commands_problems(call.body))
        known = {(c["type"], c["name"]): c for c in self.commands.get(scope, [])}
        made = []
        for command in call.body:
            one = _command_defaults(command, self.world.bot.id, scope)
            old = known.get((one["type"], one["name"]))
            if old is not None:
                one["id"] = old["id"]
                if one == {**old, "version": one["version"]}:
                    one["version"] = old["version"]
            made.append(one)
        self.commands[scope] = made
        return 200, made

    # -- interactions

    def _callback(self, call: Call) -> Answer:
        found = self.server.interactions.get(int(call.ids[0]))
        if found is None or found.token != call.ids[1]:
            raise ApiError(*UNKNOWN_INTERACTION)
        if found.callback is not None:
            raise ApiError(*ANSWERED)
        if time.monotonic() - found.sent > self.server.deadline:
            raise ApiError(*UNKNOWN_INTERACTION)
        kind, data = call.body.get("type"), call.body.get("data") or {}
        self._fail(call, _callback_problems(found, kind))
        if kind == interactions.MESSAGE:
            self._fail(call, limits.message_problems(data, call.sizes))
            message = self._answer(found, call, data)
            found.original = message
        elif kind == interactions.DEFERRED:
            flags = int(data.get("flags") or 0)
            if flags & ~EPHEMERAL:
                self._fail(
                    call, [limits.Problem("$.data.flags", "a deferral may set only EPHEMERAL")]
                )
            found.original = self._place_answer(found, flags | LOADING)
        elif kind == interactions.UPDATE:
            assert found.source is not None
            self._edit(call, found.source, data, found)
            found.original = found.source
        elif kind == interactions.DEFERRED_UPDATE:
            found.original = found.source
        elif kind == interactions.CHOICES:
            found.choices = list(data.get("choices") or [])
            self._fail(call, limits.choice_problems(found.choices))
        else:
            self._fail(call, limits.modal_problems(data))
            found.modal = copy.deepcopy(data)
        if kind in (interactions.MESSAGE, interactions.DEFERRED) and found.original is not None:
            found.ephemeral = found.original.ephemeral
        found.callback, found.answered = kind, time.monotonic()
        self._touch(found)
        if call.query.get("with_response", "").lower() not in ("1", "true"):
            return 204, None
        return 200, _callback_answer(found)

    def _answer(self, found: Interaction, call: Call, data: dict[str, Any]) -> Message:
        flags = int(data.get("flags") or 0) & (EPHEMERAL | COMPONENTS_V2 | limits.SUPPRESS_EMBEDS)
        message = self._place_answer(found, flags, send=False)
        self._fill(message, data, call.uploads, users_only=True)
        self._sent(message)
        return message

    def _place_answer(self, found: Interaction, flags: int, *, send: bool = True) -> Message:
        menu = found.kind == interactions.COMMAND and found.data["type"] != 1
        kind = (
            (MENU_ANSWER if menu else COMMAND_ANSWER) if found.kind == interactions.COMMAND else 0
        )
        message = Message(found.channel, self.world.bot, type=kind, flags=flags)
        message.metadata = found.metadata()
        message.seen_by = found.user if flags & EPHEMERAL else None
        if found.kind == interactions.COMPONENT:
            message.reply_to = found.source
        found.channel.messages[message.id] = message
        if send:
            self._sent(message)
        return message

    def _of_token(self, call: Call) -> Interaction:
        """The interaction that a webhook's token belongs to, which has been answered and isn't over."""
        found = self.server.interaction_of(call.path)
        if found is None or found.callback is None:
            raise ApiError(*UNKNOWN_WEBHOOK)
        if time.monotonic() - found.sent > self.server.token_life:
            raise ApiError(*TOKEN_OVER)
        return found

    def _follow_up(self, call: Call) -> Answer:
        found, body = self._of_token(call), call.body or {}
        self._fail(call, limits.message_problems(body, call.sizes))
        if found.callback == interactions.DEFERRED and not found.filled:
            text = "a follow-up in place of editing @original fills the deferral: deprecated"
            self.server.violate("response", text, _place(call))
            assert found.original is not None
            return 200, self._edit(call, found.original, body, found).json()
        if found.user_install and len(found.follow_ups) >= _FOLLOW_UPS_OF_USER_INSTALL:
            raise ApiError(
                400, 40094, "This interaction has reached its maximum number of follow ups"
            )
        message = self._answer(found, call, body)
        message.reply_to = found.original
        found.follow_ups.append(message)
        self._touch(found)
        return 200, message.json()

    def _answer_named(self, call: Call) -> tuple[Interaction, Message]:
        found = self._of_token(call)
        name = call.ids[2]
        candidates = [found.original, *found.follow_ups]
        if name == "@original":
            candidates = [found.original]
        for message in candidates:
            if (
                message is not None
                and not message.deleted
                and name in ("@original", str(message.id))
            ):
                return found, message
        raise ApiError(*UNKNOWN_MESSAGE)

    def _get_answer(self, call: Call) -> Answer:
        return 200, self._answer_named(call)[1].json()

    def _edit_answer(self, call: Call) -> Answer:
        found, message = self._answer_named(call)
        edited = self._edit(call, message, call.body or {}, found)
        self._touch(found)
        return 200, edited.json()

    def _delete_answer(self, call: Call) -> Answer:
        found, message = self._answer_named(call)
        self.server.delete_message(message)
        if message is found.original:
            found.filled = found.updated = True
        self._touch(found)
        return 204, None

    def _touch(self, found: Interaction) -> None:
        found.changed = time.monotonic()

    # -- messages

    def _edit(
        self, call: Call, message: Message, body: dict[str, Any], found: Interaction | None = None
    ) -> Message:
        kept = _kept(message, body)
        names = [file.name for file in kept]
        problems = limits.message_problems(body, call.sizes, kept=names, was_v2=message.v2)
        becomes_v2 = bool(int(body.get("flags") or 0) & COMPONENTS_V2) and not message.v2
        if becomes_v2 and (message.content and "content" not in body):
            problems.append(limits.Problem("$.content", "has to be emptied to use Components V2"))
        self._fail(call, problems)
        flags = int(body.get("flags") or 0)
        message.flags |= flags & (COMPONENTS_V2 | limits.SUPPRESS_EMBEDS)
        if message.loading:
            message.flags &= ~LOADING
        else:
            message.edited = now()
        message.files = kept
        self._fill(message, body, call.uploads, users_only=found is not None)
        message.versions += 1
        message.changed = time.monotonic()
        if found is not None and message is found.original:
            found.filled = True
            found.updated = found.updated or message is found.source
        self.server.message_event("MESSAGE_UPDATE", message)
        return message

    def _fill(
        self,
        message: Message,
        body: dict[str, Any],
        uploads: dict[int, tuple[str, bytes]],
        *,
        users_only: bool,
    ) -> None:
        """Put what the body holds into the message; what it doesn't name stays."""
        described = {
            str(one.get("id")): one.get("description") for one in body.get("attachments") or []
        }
        for number, (name, data) in uploads.items():
            text = described.get(str(number))
            file = self.world.store(name, data, description=text, ephemeral=message.ephemeral)
            message.files.append(file)
        if "content" in body:
            message.content = (body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = _resolved(body["embeds"] or [], message.files)
            for embed in message.embeds:
                embed.setdefault("type", "rich")
                for one in embed.get("fields") or []:
                    one.setdefault("inline", False)
        if "components" in body:
            message.components = _numbered(_resolved(body["components"] or [], message.files))
        self._set_pings(message, body.get("allowed_mentions"), users_only=users_only)

    def _set_pings(self, message: Message, allowed: Any, *, users_only: bool) -> None:
        """Who is pinged (resources/message, allowed mentions). Without a word of it: as by default."""
        shown = [str(c.get("content") or "") for c in walk(message.components)]
        text = "\n".join([message.content, *shown])
        parse = {"users"} if users_only else {"users", "roles", "everyone"}
        listed: set[str] = set()
        if allowed is not None:
            parse = set(allowed.get("parse") or [])
            listed = {str(number) for number in allowed.get("users") or []}
        named = mentioned(text, self.world.users.values())
        message.mentions = [u for u in named if "users" in parse or str(u.id) in listed]
        if message.type == REPLY and message.reply_to is not None:
            author = message.reply_to.author
            pings = allowed is None or bool(allowed.get("replied_user"))
            if pings and author not in message.mentions:
                message.mentions.append(author)
        may = bool(message.channel.may(message.author) & BITS["mention_everyone"])
        loud = re.search(r"@(?:everyone|here)\b", text) is not None
        message.mention_everyone = loud and may and "everyone" in parse

    def _sent(self, message: Message) -> None:
        self.server.message_event("MESSAGE_CREATE", message)

    def _channel_of(self, call: Call, *needed: str) -> Channel:
        """The channel of this path, in which the bot holds the permissions named."""
        channel = self.world.channel_of_id(int(call.ids[0]))
        bot = self.world.bot
        if channel is None or channel is self.world.group:
            raise ApiError(*UNKNOWN_CHANNEL)
        rights = channel.may(bot)
        if not rights & BITS["view_channel"]:
            raise ApiError(*NO_ACCESS)
        for name in needed:
            if name == "send_messages" and channel.is_thread:
                name = "send_messages_in_threads"
            if not rights & BITS[name]:
                raise ApiError(*NO_PERMISSION)
        return channel

    def _message_of(self, call: Call, channel: Channel) -> Message:
        message = channel.messages.get(int(call.ids[1]))
        if message is None or message.deleted or message.seen_by is not None:
            raise ApiError(*UNKNOWN_MESSAGE)
        return message

    def _channel(self, call: Call) -> Answer:
        return 200, self._channel_of(call).json()

    def _list_messages(self, call: Call) -> Answer:
        channel = self._channel_of(call, "read_message_history")
        bot = self.world.bot
        there = [m for m in channel.messages.values() if m.visible_to(bot) and m.seen_by is None]
        after, before = int(call.query.get("after", 0)), int(call.query.get("before", 1 << 63))
        there = sorted((m for m in there if after < m.id < before), key=lambda m: -m.id)
        limit = int(call.query.get("limit", 50))
        return 200, [self.server.seen_by_bot(m) for m in there[:limit]]

    def _get_message(self, call: Call) -> Answer:
        channel = self._channel_of(call, "read_message_history")
        return 200, self.server.seen_by_bot(self._message_of(call, channel))

    def _post(self, call: Call) -> Answer:
        channel, body = self._channel_of(call, "send_messages"), call.body or {}
        self._fail(call, limits.message_problems(body, call.sizes))
        if channel.closed_to_bot:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        if call.uploads:
            self._channel_of(call, "attach_files")
        nonce = body.get("nonce")
        again = self._nonces.get((channel.id, str(nonce)))
        if nonce is not None and body.get("enforce_nonce") and again is not None:
            return 200, again.json()
        message = Message(channel, self.world.bot, flags=int(body.get("flags") or 0))
        reference = body.get("message_reference")
        if reference:
            self._channel_of(call, "read_message_history")
            message.reply_to = _referenced(channel, reference)
            message.type = REPLY if message.reply_to else 0
        if nonce is not None:
            message.nonce = str(nonce)
            self._nonces[channel.id, str(nonce)] = message
        self._fill(message, body, call.uploads, users_only=False)
        channel.messages[message.id] = message
        self._sent(message)
        return 200, message.json()

    def _edit_message(self, call: Call) -> Answer:
        channel = self._channel_of(call)
        message = self._message_of(call, channel)
        if message.author is not self.world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        return 200, self._edit(call, message, call.body or {}).json()

    def _delete_message(self, call: Call) -> Answer:
        channel = self._channel_of(call)
        message = self._message_of(call, channel)
        if message.author is not self.world.bot:
            self._channel_of(call, "manage_messages")
            if channel.guild is None:
                raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        self.server.delete_message(message)
        return 204, None

    def _typing(self, call: Call) -> Answer:
        self.server.typing.append(self._channel_of(call, "send_messages"))
        return 204, None

    def _react(self, call: Call) -> Answer:
        channel = self._channel_of(call, "read_message_history")
        message, emoji, bot = self._message_of(call, channel), call.ids[2], self.world.bot
        if emoji.isascii() and ":" not in emoji:
            raise ApiError(400, 10014, "Unknown Emoji")
        if emoji not in message.reactions:
            self._channel_of(call, "add_reactions")
        users = message.reactions.setdefault(emoji, [])
        if bot not in users:
            users.append(bot)
            message.changed = time.monotonic()
        return 204, None

    def _unreact(self, call: Call) -> Answer:
        message = self._message_of(call, self._channel_of(call, "read_message_history"))
        users = message.reactions.get(call.ids[2], [])
        if self.world.bot in users:
            users.remove(self.world.bot)
        if not users:
            message.reactions.pop(call.ids[2], None)
        message.changed = time.monotonic()
        return 204, None

    # -- threads

    def _make_thread(self, call: Call) -> Answer:
        """From a message, whose id it then has, or from none."""
        channel = self._channel_of(call, "create_public_threads")
        if channel.guild is None or channel.is_thread or channel.type == DM:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        body = call.body or {}
        name = str(body.get("name") or "")
        if not 1 <= len(name) <= 100:
            self._fail(
                call, [limits.Problem("$.name", f"{len(name)} characters, allowed are 1 to 100")]
            )
        thread = Channel(
            PUBLIC_THREAD, name, channel.guild, parent=channel, people=[self.world.bot]
        )
        if len(call.ids) > 1:
            message = self._message_of(call, channel)
            if message.thread is not None:
                raise ApiError(400, 160004, "A thread has already been created for this message")
            thread.id, message.thread = message.id, thread
            message.flags |= HAS_THREAD
            message.changed = time.monotonic()
        channel.guild.channels.append(thread)
        made = {**thread.json(), "newly_created": True}
        self.server.gateway.dispatch("THREAD_CREATE", made, guild=channel.guild.id)
        return 201, thread.json()

    def _edit_thread(self, call: Call) -> Answer:
        thread = self._channel_of(call)
        mine = thread.is_thread and thread.people[0] is self.world.bot
        if not mine:
            self._channel_of(call, "manage_threads" if thread.is_thread else "manage_channels")
        thread.name = str(call.body.get("name") or thread.name)
        thread.archived = bool(call.body.get("archived", thread.archived))
        return 200, thread.json()

    def _join_thread(self, call: Call) -> Answer:
        self._channel_of(call)
        return 204, None


# -- pieces


async def _read(request: web.Request, call: Call) -> None:
    """The body, as JSON or as ``payload_json`` with files. Raises ValueError for another."""
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read(decode=True))
            name = part.name or ""
            if name == "payload_json":
                call.body = json.loads(data)
            else:
                number = re.fullmatch(r"files\[(\d+)\]", name)
                if number is None:
                    raise ValueError(name)
                call.uploads[int(number[1])] = (part.filename or "", data)
        return
    data = await request.read()
    call.body = json.loads(data) if data else None


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """With Discord's own content type: the client reads no other as JSON."""
    head = {"Via": "1.1 google", **(headers or {})}
    if body is None:
        return web.Response(status=status, headers=head)
    data = json.dumps(body).encode()
    return web.Response(body=data, status=status, headers=head, content_type="application/json")


def _rate_limited(fault: Fault) -> web.Response:
    wait = fault.seconds if not fault.until else max(fault.until - time.monotonic(), 0.05)
    everywhere = fault.scope == "global"
    headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": fault.scope}
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    else:
        headers |= {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Bucket": "b",
        }
        headers["X-RateLimit-Reset-After"] = f"{wait:.3f}"
        headers["X-RateLimit-Reset"] = f"{time.time() + wait:.3f}"
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
    response = _json(429, body, headers)
    if not fault.via:
        del response.headers["Via"]
    return response


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _spoil(request: web.Request, fault: Fault, status: int, body: Any) -> web.StreamResponse:
    """The answer of what was done, lost or broken on its way."""
    if fault.kind == "malformed":
        return web.Response(body=b'{"id": ', status=200, content_type="application/json")
    if fault.kind == "truncate":
        data = json.dumps(body).encode()
        response = web.StreamResponse(status=status if body is not None else 200)
        response.content_type = "application/json"
        response.content_length = len(data)
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        _cut(request)
        return response
    _cut(request)
    return web.Response(status=500)


def _place(call: Call) -> str:
    """A request for a report: without the token of an interaction."""
    return f"{call.method} " + re.sub(r"interaction-[^/]+", "{token}", call.path)


def _callback_problems(found: Interaction, kind: Any) -> list[limits.Problem]:
    """Which types may answer which interactions."""
    pressed = found.source is not None
    fits = {
        interactions.COMMAND: {4, 5, 9},
        interactions.AUTOCOMPLETE: {8},
        interactions.COMPONENT: {4, 5, 6, 7, 9},
        interactions.FORM: {4, 5, 6, 7} if pressed else {4, 5},
    }[found.kind]
    if kind in fits:
        return []
    return [
        limits.Problem("$.type", f"type {kind} can't answer an interaction of type {found.kind}")
    ]


def _callback_answer(found: Interaction) -> dict[str, Any]:
    made: dict[str, Any] = {"id": str(found.id), "type": found.kind}
    message = found.original
    if found.callback in (interactions.MESSAGE, interactions.DEFERRED) and message is not None:
        made["response_message_id"] = str(message.id)
        made["response_message_loading"] = message.loading
        made["response_message_ephemeral"] = message.ephemeral
    answer: dict[str, Any] = {"interaction": made}
    if found.callback in (interactions.MESSAGE, interactions.UPDATE) and message is not None:
        answer["resource"] = {"type": found.callback, "message": message.json()}
    return answer


def _referenced(channel: Channel, reference: dict[str, Any]) -> Message | None:
    message = channel.messages.get(int(reference["message_id"]))
    if message is not None and not message.deleted and message.seen_by is None:
        return message
    if reference.get("fail_if_not_exists", True):
        raise ApiError(400, 50035, "Invalid Form Body: message_reference: Unknown message")
    return None


def _kept(message: Message, body: dict[str, Any]) -> list[File]:
    """The files that an edit leaves: all, or where it lists attachments those listed."""
    if body.get("attachments") is None:
        return [] if "attachments" in body else list(message.files)
    listed = {str(one.get("id")) for one in body["attachments"]}
    return [file for file in message.files if str(file.id) in listed]


def _resolved(parts: list[Any], files: Sequence[File]) -> list[Any]:
    """A copy in which ``attachment://name`` has become the address of that file."""
    copied = copy.deepcopy(parts)
    by_name = {f"attachment://{file.name}": file for file in files}
    waiting: list[Any] = [copied]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            file = by_name.get(str(node.get("url")))
            if file is not None:
                node |= {"url": file.url, "proxy_url": file.url, "attachment_id": str(file.id)}
                node |= {"width": 100, "height": 100, "content_type": file.content_type}
            waiting += node.values()
    by_id = {str(file.id): file for file in files}
    for component in walk(copied):
        file = by_id.get(str((component.get("file") or {}).get("attachment_id")))
        if component.get("type") == limits.FILE and file is not None:
            component |= {"name": file.name, "size": len(file.data)}
    return copied


_DEFAULTS: dict[int, dict[str, Any]] = {
    limits.BUTTON: {"disabled": False},
    limits.STRING_SELECT: {
        "placeholder": None,
        "min_values": 1,
        "max_values": 1,
        "disabled": False,
    },
    limits.THUMBNAIL: {"description": None, "spoiler": False},
    limits.FILE: {"spoiler": False},
    limits.SEPARATOR: {"spacing": 1, "divider": True},
    limits.CONTAINER: {"accent_color": None, "spoiler": False},
}


def _numbered(components: list[Any]) -> list[Any]:
    """With defaults, and an ``id`` for each that has none, as Discord gives them."""
    every = list(walk(components))
    for component in every:
        component |= {**_DEFAULTS.get(component["type"], {}), **component}
        for item in component.get("items") or []:
            item |= {"description": None, "spoiler": False, **item}
    for holder, url in limits.media(components):
        place = holder.get("media") or holder["file"]
        place |= {"id": str(new_id()), "proxy_url": url, **place}
    used = {component.get("id") for component in every}
    number = 1
    for component in every:
        if not component.get("id"):
            while number in used:
                number += 1
            component["id"] = number
            used.add(number)
    return components


def _command_defaults(
    command: dict[str, Any], application: int, guild: int | None
) -> dict[str, Any]:
    made = {
        "id": str(new_id()),
        "application_id": str(application),
        "version": str(new_id()),
        "type": 1,
        "description": "",
        "default_member_permissions": None,
        "nsfw": False,
        "contexts": None,
        "integration_types": [0],
        **copy.deepcopy(command),
    }
    if guild is not None:
        made["guild_id"] = str(guild)
    rights = made["default_member_permissions"]
    made["default_member_permissions"] = None if rights is None else str(rights)
    return made


def _without_localizations(command: dict[str, Any]) -> dict[str, Any]:
    copied = copy.deepcopy(command)
    waiting: list[Any] = [copied]
    while waiting:
        node = waiting.pop()
        node.pop("name_localizations", None)
        node.pop("description_localizations", None)
        waiting += [*(node.get("options") or []), *(node.get("choices") or [])]
    return copied
