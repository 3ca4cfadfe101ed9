"""What monitors are answered over HTTP, and what they can't do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot import health
from bot.health import Health, HealthAddressError
from bot.metrics import Metrics
from bot.pulse import Beat, Pulse


@dataclass
class Program:
    """A program whose heartbeat and readiness are set by hand, and its health checks."""

    now: float = 0.0
    reasons: tuple[str, ...] = ()
    beats: dict[int, Beat | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pulse = Pulse(lambda: self.beats, clock=lambda: self.now)
        self.health = Health(("127.0.0.1", 0), pulse, Metrics(), lambda: self.reasons)

    async def send(self, data: bytes) -> bytes:
        """What comes back until the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.health.port)
        writer.write(data)
        try:
            async with asyncio.timeout(30):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def get(self, path: str, host: str = "localhost", method: str = "GET") -> tuple[int, str]:
        """The status and the body."""
        request = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
        head, _, body = (await self.send(request.encode())).decode().partition("\r\n\r\n")
        assert "Connection: close" in head or method != "GET"
        return int(head.split()[1]), body


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    made = Program()
    await made.health.start()
    yield made
    await made.health.stop()


async def test_live_is_200_while_it_is_alive(program: Program) -> None:
    assert await program.get("/live") == (200, "live\n")


async def test_live_is_503_when_no_heartbeat_is_acknowledged(program: Program) -> None:
    """With the reason."""
    program.now = 1_000.0
    status, body = await program.get("/live")
    assert status == 503
    assert body.startswith("not live\nDiscord acknowledged no heartbeat")


async def test_ready_says_what_is_missing(program: Program) -> None:
    assert await program.get("/ready") == (200, "ready\n")
    program.reasons = ("nothing is indexed yet", "not signed in to Discord")
    said = (503, "not ready\nnothing is indexed yet\nnot signed in to Discord\n")
    assert await program.get("/ready") == said


async def test_metrics_are_in_the_format_of_prometheus(program: Program) -> None:
    status, body = await program.get("/metrics")
    assert status == 200
    assert "# TYPE archivist_outcomes_total counter" in body
    assert 'archivist_outcomes_total{outcome="answered"} 0.0' in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_only_get_is_answered(program: Program, method: str) -> None:
    assert (await program.get("/live", method=method))[0] == 405


@pytest.mark.parametrize(
    "path", ["/", "/live/", "/../etc/passwd", "/%2e%2e/state.db", "/metrics/x"]
)
async def test_there_is_nothing_else(program: Program, path: str) -> None:
    """Nothing of the path comes back."""
    assert await program.get(path) == (404, "There are /live, /ready and /metrics.\n")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[", "10.0.0.1"])
async def test_on_loopback_only_loopback_names_are_answered(program: Program, host: str) -> None:
    """A page whose name was made to lead here learns nothing."""
    assert (await program.get("/live", host=host))[0] == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:9", "LOCALHOST"])
async def test_loopback_has_several_names(program: Program, host: str) -> None:
    assert (await program.get("/live", host=host))[0] == 200


def test_elsewhere_any_name_is_answered() -> None:
    """A container is called by names that it doesn't know."""
    made = Health(("0.0.0.0", 1), Pulse(dict), Metrics(), tuple)
    assert made.reply("GET", "/live", "archivist:9000").status == 200


async def test_who_sends_slowly_is_cut_off(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that never ends holds no connection."""
    monkeypatch.setattr(health, "LONGEST", 0.05)
    assert await program.send(b"GET /live HTTP/1.1\r\nHost: localho") == b""
    assert await program.send(b"") == b""


async def test_an_answered_connection_is_closed(program: Program) -> None:
    """A second request on it is not read."""
    request = b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert (await program.send(request * 5)).count(b"HTTP/1.1 200") == 1


async def test_a_body_is_not_waited_for(program: Program) -> None:
    request = b"GET /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"
    assert b"HTTP/1.1 200" in await program.send(request)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"GET /live HTTP/1.1\r\nX: " + b"anchor" * 1_000 + b"\r\n\r\n", id="too long"),
        pytest.param(b"anchor\r\n\r\n", id="no request"),
        pytest.param(b"GET /live HTTP/1.1\r\nanchor: \x00\r\n\r\n", id="no header"),
    ],
)
async def test_what_is_no_request_is_not_repeated(
    program: Program, caplog: pytest.LogCaptureFixture, request_: bytes
) -> None:
    """Neither in the answer nor in the log."""
    answer = await program.send(request_)
    assert answer.startswith(b"HTTP/1.0 400")
    assert b"anchor" not in answer
    assert "anchor" not in caplog.text


async def test_a_check_that_fails_is_500(
    program: Program, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was wrong is said in the log alone."""

    def fail(*_: str) -> None:
        raise ValueError("anchor")

    monkeypatch.setattr(program.health, "reply", fail)
    assert await program.get("/live") == (500, "That can't be answered.\n")
    assert "ValueError" in caplog.text
    assert "anchor" not in caplog.text


async def test_many_connections_do_not_shut_others_out_for_long(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those above a number are closed at once; the others after a short time."""
    monkeypatch.setattr(health, "LONGEST", 0.2)
    idle = [program.send(b"") for _ in range(health.CONNECTIONS + 20)]
    assert set(await asyncio.gather(*idle)) == {b""}
    assert await program.get("/live") == (200, "live\n")


async def test_an_address_in_use_is_said(program: Program) -> None:
    second = Health(("127.0.0.1", program.health.port), Pulse(dict), Metrics(), tuple)
    with pytest.raises(HealthAddressError, match="can't be listened on"):
        await second.start()
    await second.stop()


async def test_an_address_that_others_reach_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    made = Health(("0.0.0.0", 0), Pulse(dict), Metrics(), tuple)
    with caplog.at_level(logging.WARNING):
        await made.start()
    await made.stop()
    assert "answered to other machines" in caplog.text


async def test_loopback_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    made = Health(("127.0.0.1", 0), Pulse(dict), Metrics(), tuple)
    with caplog.at_level(logging.WARNING):
        await made.start()
    await made.stop()
    assert caplog.text == ""
