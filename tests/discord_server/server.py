"""The local Discord itself: sockets, the members' hands, and what the bot did wrong."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.discord_server.faults import Faults
from tests.discord_server.gateway import CONTENT, Gateway, Session
from tests.discord_server.interactions import Interaction
from tests.discord_server.rest import PREFIX, Rest
from tests.discord_server.world import Channel, Guild, Message, World

TOKEN = "local.token.for-tests"
_OF_TOKEN = re.compile(r"/(?:interactions|webhooks)/\d+/([^/]+)")


@dataclass(frozen=True, slots=True)
class Violation:
    """A mistake of the bot: something that Discord refuses or its documentation advises against."""

    kind: str  # body, response, permission, route or gateway
    text: str
    place: str  # method and path, without tokens

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.text}"


class DiscordServer:
    """Runs on a free port of 127.0.0.1 while it is entered with ``async with``.

    ``deadline`` and ``token_life`` are seconds: for the first response, and for what follows.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        deadline: float = 3.0,
        token_life: float = 900.0,
        checks_contract: bool = True,
        checks_answers: bool = False,
    ) -> None:
        self.token = token
        self.deadline = deadline
        self.token_life = token_life
        self.checks_contract = checks_contract
        self.checks_answers = checks_answers  # our own, too; what is wrong is in `mistakes`
        self.mistakes: list[str] = []
        self.world = World()
        self.faults = Faults()
        self.gateway = Gateway(self)
        self.rest = Rest(self)
        self.interactions: dict[int, Interaction] = {}
        self.violations: list[Violation] = []
        self.typing: list[Channel] = []
        self.port = 0
        self._by_token: dict[str, Interaction] = {}
        self._woken = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        for path in ("/gateway", "/gateway/", "/gateway/resume", "/gateway/resume/"):
            app.router.add_get(path, self.gateway.handle)
        app.router.add_get("/cdn/{rest:.*}", self._cdn)
        app.router.add_route("*", PREFIX + "/{rest:.*}", self.rest.handle)
        app.router.add_route("*", "/{rest:.*}", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)

    async def __aenter__(self) -> DiscordServer:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.world.cdn = self.cdn_url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.drop(1001)
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def cdn_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cdn"

    def environment(self) -> dict[str, str]:
        """What the bot needs to be told of this server."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.api_url,
            "DISCORD_GATEWAY_URL": self.gateway_url,
            "DISCORD_CDN_URL": self.cdn_url,
        }

    def violate(self, kind: str, text: str, place: str) -> None:
        self.violations.append(Violation(kind, text, place))

    # -- waiting

    def wake(self) -> None:
        """Something has changed: whoever waits looks again."""
        self._woken.set()
        self._woken = asyncio.Event()

    async def wait_for(self, what: Callable[[], object], timeout: float) -> bool:  # noqa: ASYNC109
        """Whether ``what`` came to hold within ``timeout`` seconds."""
        ends = time.monotonic() + timeout
        while not what():
            left = ends - time.monotonic()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(min(left, 0.05)):
                    await self._woken.wait()
            except TimeoutError:
                continue
        return True

    # -- interactions and messages

    def send(self, interaction: Interaction) -> None:
        """Tell the bot of an interaction."""
        self.interactions[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        guild = interaction.channel.guild
        there = guild is not None and self.world.bot.id in guild.members
        number = guild.id if guild is not None and there else None
        self.gateway.dispatch("INTERACTION_CREATE", interaction.json(), guild=number)

    def interaction_of(self, path: str) -> Interaction | None:
        """The one whose token stands in this path."""
        match = _OF_TOKEN.match(path)
        return self._by_token.get(match[1]) if match else None

    def post(self, message: Message) -> None:
        """Put a member's message into its channel and tell the bot if it asked for messages."""
        message.channel.messages[message.id] = message
        self.message_event("MESSAGE_CREATE", message)

    def message_event(self, event: str, message: Message) -> None:
        """Ephemeral messages raise none."""
        self.wake()
        if message.seen_by is not None:
            return
        guild = message.channel.guild

        def payload(session: Session) -> dict[str, Any]:
            made = message.json(blank=not self._content_open(message, session))
            made["channel_type"] = message.channel.type
            if guild is not None:
                made["guild_id"] = str(guild.id)
                member = guild.members.get(message.author.id)
                if member is not None and message.metadata is None:
                    made["member"] = member.json(user=False)
                for user in made["mentions"]:
                    named = guild.members.get(int(user["id"]))
                    if named is not None:
                        user["member"] = named.json(user=False)
            if made.get("referenced_message") and message.reply_to is not None:
                blank = not self._content_open(message.reply_to, session)
                made["referenced_message"] = message.reply_to.json(blank=blank, deep=False)
            return made

        self.gateway.dispatch(event, payload, guild=guild.id if guild else None)

    def seen_by_bot(self, message: Message) -> dict[str, Any]:
        """A message as REST gives it to the bot, without what needs an intent it doesn't have."""
        session = next(iter(self.gateway.live), None)
        return message.json(blank=not self._content_open(message, session))

    def _content_open(self, message: Message, session: Session | None) -> bool:
        """Whether the bot may read this without the message-content intent (or has it)."""
        bot = self.world.bot
        if session is not None and session.intents & CONTENT:
            return True
        return message.author is bot or message.channel.guild is None or bot in message.mentions

    def join_guild(self, key: str) -> Guild:
        """Add the bot to a new server while it runs."""
        guild = self.world.add_guild(key)
        told = guild.create_json(self.world.bot)
        del told["unavailable"]  # as in the servers that are joined, not come back
        self.gateway.dispatch("GUILD_CREATE", told, guild=guild.id)
        return guild

    def delete_message(self, message: Message) -> None:
        message.deleted = True
        message.changed = time.monotonic()
        self.wake()
        if message.seen_by is not None:
            return
        guild = message.channel.guild
        gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if guild is not None:
            gone["guild_id"] = str(guild.id)
        self.gateway.dispatch("MESSAGE_DELETE", gone, guild=guild.id if guild else None)

    # -- files, and what isn't Discord

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        for fault in self.faults.pick("GET", request.path, interaction=True):
            if fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "status":
                return web.Response(status=fault.status)
            elif request.transport is not None:
                request.transport.abort()
        match = re.search(r"attachments/\d+/(\d+)/", request.path)
        file = self.world.files.get(int(match[1])) if match else None
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.data, content_type=file.content_type)

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.violate("route", f"not below {PREFIX}", f"{request.method} {request.path}")
        return web.json_response({"message": "404: Not Found", "code": 0}, status=404)
