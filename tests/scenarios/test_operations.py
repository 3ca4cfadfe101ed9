"""What a host sees of a running bot: health, readiness, metrics, logs, and what systemd is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import HARBOUR, write_corpus
from tests.discord_server.members import Members
from tests.discord_server.program import Program
from tests.discord_server.server import TOKEN, DiscordServer

pytestmark = pytest.mark.slow

QUESTION = "When was the harbour of Skerrow dug?"
HOSTILE = "Who buried the provost's silver at Quillwater, and is @everyone told?"

#: What is counted after two questions, and how much at least.
COUNTED = {
    "outcomes_total": 2,
    "stage_seconds_count": 6,
    "discord_request_seconds_count": 3,
    "builds_total": 1,
    "index_documents": 2,
    "index_passages": 3,
    "index_generation": 1,
    "gateway_shards": 1,
    "gateway_shards_connected": 1,
    "gateway_events_total": 1,
    "guilds": 2,
    "ready": 1,
    "live": 1,
}


class Host:
    """A machine with a bot on it, which is asked over HTTP how it is."""

    def __init__(self, folder: Path, server: DiscordServer, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.server = server
        environment = {
            **server.environment(),
            "ARCHIVIST_HEALTH_ADDRESS": f"127.0.0.1:{self.port}",
            **settings,
        }
        self.corpus = write_corpus(folder / "corpus", HARBOUR)
        self.program = Program(self.corpus, folder / "data", environment)

    async def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 while nobody answers."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientError:
            return 0, ""

    async def until(self, path: str, status: int, within: float = 60.0) -> str:
        """The body, once ``path`` is answered with ``status``."""
        found = (0, "")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while (found := await self.get(path))[0] != status:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        assert found[0] == status, (found, self.program.errors)
        return found[1]

    async def metric(self, name: str) -> float:
        """The sum of a metric's values over its labels."""
        _, said = await self.get("/metrics")
        lines = re.findall(rf"^archivist_{name}(?:{{[^}}]*}})? (\S+)$", said, re.MULTILINE)
        return sum(map(float, lines))

    async def until_counted(self, name: str, least: float) -> None:
        """Wait until a metric is so high; a build goes on for a while after its index answers."""
        found = 0.0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(30.0):
                while (found := await self.metric(name)) < least:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        assert found >= least, name

    async def ask(self, question: str) -> None:
        hands, world = Members(self.server), self.server.world
        made = hands.run(
            "/ask",
            {"question": question},
            user=world.users["ordinary"],
            channel=world.channel("general", "main"),
        )
        assert await hands.follow(made, settle=0.1, timeout=30)


Started = Callable[..., Awaitable[Host]]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(deadline=10.0) as made:
        yield made


@pytest.fixture
async def started(tmp_path: Path, server: DiscordServer) -> AsyncIterator[Started]:
    made: list[Host] = []

    async def start(**settings: str) -> Host:
        host = Host(tmp_path, server, **settings)
        made.append(host)
        await host.program.start()
        return host

    yield start
    for host in made:
        if host.program.running:
            await host.program.stop()


async def test_it_is_live_and_ready_and_counts_what_it_does(
    started: Started, server: DiscordServer
) -> None:
    """The index, the connection and each answer can be seen; nothing that anybody wrote can."""
    host = await started(ARCHIVIST_LOG_FORMAT="json")
    assert "nothing is indexed yet" in await host.until("/ready", 503)
    assert await host.get("/live") == (200, "live\n")
    assert await host.until("/ready", 200) == "ready\n"
    assert await server.wait_for(lambda: server.rest.commands[None], 60)
    await host.ask(QUESTION)
    await host.ask(HOSTILE)
    for name, least in COUNTED.items():
        await host.until_counted(name, least)
    _, said = await host.get("/metrics")
    seen = said + host.program.errors
    for word in ("silver", "Quillwater", "harbour", "Skerrow", TOKEN, str(host.corpus)):
        assert word not in seen
    assert not re.search(r"\d{17,20}", said)
    for line in host.program.errors.splitlines():
        json.loads(line)
    assert await host.program.stop() == 0


class Systemd:
    """Hears what it is told. Only a few messages wait to be heard, so it must listen."""

    def __init__(self, path: Path) -> None:
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._hear)

    def _hear(self) -> None:
        self.heard.append(self._socket.recv(1_000).decode().partition("\n")[0])

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


@pytest.fixture
async def systemd(tmp_path: Path) -> AsyncIterator[Systemd]:
    made = Systemd(tmp_path / "notify")
    yield made
    made.close()


async def test_it_is_not_live_when_heartbeats_are_not_acknowledged(
    started: Started, systemd: Systemd, tmp_path: Path, server: DiscordServer
) -> None:
    """Connections can still be made, but systemd gets no sign of life; when they are, it is again."""
    server.gateway.heartbeat_interval = 0.5
    host = await started(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="600000")
    await host.until("/ready", 200)
    assert await server.wait_for(lambda: {"READY=1", "WATCHDOG=1"} <= set(systemd.heard), 30)

    server.gateway.acknowledges = False
    said = await host.until("/live", 503, within=40)
    assert said.startswith("not live\nDiscord acknowledged no heartbeat for 1")
    systemd.heard.clear()
    await asyncio.sleep(1.0)
    assert systemd.heard == []

    server.gateway.acknowledges = True
    await host.until("/live", 200)
    assert await server.wait_for(lambda: "WATCHDOG=1" in systemd.heard, 30)
    assert await host.program.stop() == 0
    assert await server.wait_for(lambda: "STOPPING=1" in systemd.heard, 30)


async def test_an_address_that_is_taken_ends_it_with_one_sentence(
    started: Started, server: DiscordServer
) -> None:
    """Before it signs in."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = await started(
            ARCHIVIST_HEALTH_ADDRESS=f"127.0.0.1:{taken.getsockname()[1]}",
        )
        assert await host.program.ended() == 1
    assert "health checks can't be listened on" in host.program.errors.splitlines()[-1]
    assert server.gateway.identified == []
