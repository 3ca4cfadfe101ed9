"""A bot of bare requests, to test the server with: no library between us and it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from tests.discord_server.server import TOKEN, DiscordServer

ASK: dict[str, Any] = {
    "name": "ask",
    "type": 1,
    "description": "Ask",
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
    "options": [
        {"name": "question", "type": 3, "description": "What", "required": True},
        {"name": "document", "type": 3, "description": "Where", "autocomplete": True},
    ],
}
TIDY: dict[str, Any] = {
    "name": "tidy", "type": 1, "description": "Tidy up", "default_member_permissions": "32",
}  # fmt: skip
MENU: dict[str, Any] = {"name": "Ask about this", "type": 3}


class Client:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.session = aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"})

    async def __aenter__(self) -> Client:
        path = f"/applications/{self.server.world.bot.id}/commands"
        status, _ = await self.ask("PUT", path, [ASK, TIDY, MENU])
        if status != 200:
            await self.session.close()
            raise AssertionError(self.server.violations)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        files: Mapping[str, bytes] | None = None,
        **query: str,
    ) -> tuple[int, Any]:
        """Status and body of the answer, None for an empty one."""
        data: Any = None
        if files is not None:
            data = aiohttp.FormData()
            data.add_field("payload_json", json.dumps(body), content_type="application/json")
            for number, (name, content) in enumerate(files.items()):
                data.add_field(f"files[{number}]", content, filename=name)
        kwargs: dict[str, Any] = {"data": data} if files is not None else {"json": body}
        if body is None:
            kwargs = {}
        url = self.server.api_url + path
        async with self.session.request(method, url, params=query, **kwargs) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def code(self, method: str, path: str, body: Any = None) -> int:
        """Discord's code of a refusal, 0 for what was done."""
        status, answer = await self.ask(method, path, body)
        return int(answer["code"]) if status >= 400 else 0


class Socket:
    """A connection to the gateway, whose frames are read one at a time."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sequence = 0

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> dict[str, Any]:
        made: dict[str, Any] = await self.socket.receive_json(timeout=5)
        self.sequence = made["s"] or self.sequence
        return made

    async def event(self, name: str) -> dict[str, Any]:
        """The data of the next event of this name; others are passed over."""
        while True:
            frame = await self.next()
            if frame["t"] == name:
                data: dict[str, Any] = frame["d"]
                return data

    async def closed_with(self) -> int | None:
        """The close code, once everything before it is read."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code

    async def identify(self, intents: int = 1, **more: Any) -> dict[str, Any]:
        """READY."""
        properties = {"os": "linux", "browser": "test", "device": "test"}
        await self.send(2, {"token": TOKEN, "intents": intents, "properties": properties, **more})
        return await self.event("READY")
