"""A small local Discord: as much of its REST API and gateway as one question needs.

It keeps what it was sent. Frames go uncompressed, which discord.py takes as well.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "fake.token.for-tests"
APPLICATION, OWNER, MEMBER, GUILD, CHANNEL, MESSAGE = "100", "200", "300", "400", "500", "600"

BOT_USER = {
    "id": APPLICATION,
    "username": "Archivist",
    "discriminator": "0000",
    "avatar": None,
    "bot": True,
}
_USER = {"id": MEMBER, "username": "ann", "discriminator": "0", "avatar": None}
_CHANNEL = {
    "id": CHANNEL,
    "type": 0,
    "name": "general",
    "guild_id": GUILD,
    "position": 0,
    "permission_overwrites": [],
}
_ROLE = {
    "id": GUILD, "name": "@everyone", "color": 0, "hoist": False, "position": 0, "permissions": "0",
    "managed": False, "mentionable": False,
}  # fmt: skip
_GUILD = {
    "id": GUILD, "name": "Harbour", "owner_id": OWNER, "roles": [_ROLE], "emojis": [], "features": [],
    "channels": [_CHANNEL], "threads": [], "members": [], "member_count": 2, "voice_states": [],
    "presences": [], "stickers": [], "stage_instances": [], "guild_scheduled_events": [],
    "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
    "mfa_level": 0, "premium_tier": 0, "nsfw_level": 0, "preferred_locale": "en-US",
    "unavailable": False, "large": False, "joined_at": "2026-01-01T00:00:00+00:00",
    "system_channel_flags": 0, "premium_progress_bar_enabled": False, "afk_timeout": 300,
}  # fmt: skip


def _json(value: object, *, status: int = 200) -> web.Response:
    """An answer with Discord's own content type: discord.py reads no other as JSON."""
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, content_type="application/json")


class FakeDiscord:
    """Runs on a free port of this machine while it is entered with ``async with``."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.identified: dict[str, Any] | None = None
        self.me: object = BOT_USER
        self.commands: list[dict[str, Any]] = []
        self.callbacks: list[dict[str, Any]] = []
        self.edits: list[dict[str, Any]] = []
        self._socket: web.WebSocketResponse | None = None
        self._sequence = 0
        self.port = 0
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/api/v10/users/@me", self._me),
                web.get("/api/v10/applications/@me", self._application),
                web.get("/api/v10/oauth2/applications/@me", self._application),
                web.get("/api/v10/gateway/bot", self._gateway_address),
                web.get("/api/v10/applications/{id}/commands", self._known),
                web.put("/api/v10/applications/{id}/commands", self._overwrite),
                web.post("/api/v10/interactions/{id}/{token}/callback", self._callback),
                web.patch("/api/v10/webhooks/{id}/{token}/messages/@original", self._edit),
                web.get("/gateway/", self._gateway),
                web.get("/gateway", self._gateway),
            ]
        )
        self._runner = web.AppRunner(app)

    async def __aenter__(self) -> FakeDiscord:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    async def send_text(self, text: str) -> None:
        """Send these words over the gateway, as they are."""
        assert self._socket is not None
        await self._socket.send_str(text)

    async def ask(self, name: str, number: int = 700, **options: str) -> None:
        """Send a slash command of an ordinary member."""
        data = {
            "id": "800",
            "name": name,
            "type": 1,
            "options": [{"name": key, "type": 3, "value": value} for key, value in options.items()],
        }
        await self._send(
            0,
            {
                "id": str(number),
                "application_id": APPLICATION,
                "type": 2,
                "token": f"reply-token-{number}",
                "version": 1,
                "data": data,
                "guild_id": GUILD,
                "channel_id": CHANNEL,
                "channel": _CHANNEL,
                "member": {
                    "user": _USER,
                    "roles": [],
                    "joined_at": "2026-01-01T00:00:00+00:00",
                    "deaf": False,
                    "mute": False,
                    "flags": 0,
                    "permissions": "2048",
                },
                "app_permissions": "2048",
                "locale": "en-US",
                "guild_locale": "en-US",
                "entitlements": [],
                "authorizing_integration_owners": {"0": GUILD},
                "context": 0,
                "attachment_size_limit": 10485760,
            },
            "INTERACTION_CREATE",
        )

    # -- REST

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Keep the request; refuse a wrong token where Discord asks for one."""
        self.requests.append((request.method, request.path))
        open_to_all = ("/gateway", "/api/v10/interactions", "/api/v10/webhooks")
        known = request.headers.get("Authorization") == f"Bot {TOKEN}"
        if not known and not request.path.startswith(open_to_all):
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        response: web.StreamResponse = await handler(request)
        return response

    async def _me(self, _: web.Request) -> web.Response:
        return _json(self.me)

    async def _application(self, _: web.Request) -> web.Response:
        owner = {"id": OWNER, "username": "owner", "discriminator": "0", "avatar": None}
        return _json(
            {
                "id": APPLICATION,
                "name": "Archivist",
                "icon": None,
                "description": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "",
                "flags": 0,
                "owner": owner,
                "team": None,
            }
        )

    async def _gateway_address(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        address = f"ws://127.0.0.1:{self.port}/gateway"
        return _json({"url": address, "shards": 1, "session_start_limit": limit})

    async def _known(self, _: web.Request) -> web.Response:
        return _json(self.commands)

    async def _overwrite(self, request: web.Request) -> web.Response:
        said = await request.json()
        self.commands = [
            {"id": str(900 + n), "version": "1", "application_id": APPLICATION, **command}
            for n, command in enumerate(said)
        ]
        return _json(self.commands)

    async def _callback(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.callbacks.append(body)
        said = {"id": request.match_info["id"], "type": 2, "response_message_id": MESSAGE}
        return _json({"interaction": said})

    async def _edit(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.edits.append(body)
        return _json(
            {
                "id": MESSAGE,
                "channel_id": CHANNEL,
                "author": BOT_USER,
                "content": "",
                "embeds": [],
                "timestamp": "2026-01-01T00:00:00+00:00",
                "edited_timestamp": None,
                "tts": False,
                "mention_everyone": False,
                "mentions": [],
                "mention_roles": [],
                "attachments": [],
                "pinned": False,
                "type": 20,
                "flags": 1 << 15,
                "components": [],
            }
        )

    # -- gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        await self._send(10, {"heartbeat_interval": 41_250})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            said = json.loads(frame.data)
            if said["op"] == 1:
                await self._send(11, None)
            elif said["op"] == 2:
                await self._identify(said["d"])
        return socket

    async def _identify(self, said: dict[str, Any]) -> None:
        ready = {
            "v": 10, "user": BOT_USER, "session_id": "s", "guilds": [{"id": GUILD, "unavailable": True}],
            "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
            "application": {"id": APPLICATION, "flags": 0},
        }  # fmt: skip
        await self._send(0, ready, "READY")
        await self._send(0, _GUILD, "GUILD_CREATE")
        self.identified = said

    async def _send(self, op: int, data: Any, event: str | None = None) -> None:
        assert self._socket is not None
        self._sequence += event is not None
        sequence = self._sequence if event else None
        await self._socket.send_json({"op": op, "d": data, "s": sequence, "t": event})
