"""The server, a bare client of it, and a connection to its gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.discord_server.client import Client, Socket
from tests.discord_server.members import Members
from tests.discord_server.server import DiscordServer

Connect = Callable[[], Awaitable[Socket]]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(checks_answers=True) as running:
        yield running
    assert running.mistakes == []


@pytest.fixture
async def client(server: DiscordServer) -> AsyncIterator[Client]:
    async with Client(server) as made:
        yield made


@pytest.fixture
def hands(server: DiscordServer) -> Members:
    return Members(server)


@pytest.fixture
async def connect(server: DiscordServer, client: Client) -> AsyncIterator[Connect]:
    """Opens a connection and reads its HELLO."""
    opened: list[Socket] = []

    async def make() -> Socket:
        socket = Socket(await client.session.ws_connect(server.gateway_url))
        opened.append(socket)
        assert (await socket.next())["op"] == 10
        return socket

    yield make
    for socket in opened:
        await socket.socket.close()
