"""What systemd is told, and that nothing is told where it isn't there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.watchdog import Watchdog


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket that systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(str(tmp_path / "notify"))
        there.setblocking(False)
        yield there


def told(there: socket.socket) -> list[str]:
    """What came so far."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(there.recv(1_000).decode())
    return found


def environment(there: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": there.getsockname(), **more}


def test_it_says_when_it_serves_and_when_it_ends(systemd: socket.socket) -> None:
    made = Watchdog.of(environment(systemd))
    made.ready("generation 3")
    made.stopping()
    assert told(systemd) == ["READY=1\nSTATUS=generation 3", "STOPPING=1"]


def test_an_address_without_a_file_is_reached() -> None:
    """One that begins with @ stands for a zero byte."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind("\0archivist-test-watchdog")
        there.setblocking(False)
        Watchdog.of({"NOTIFY_SOCKET": "@archivist-test-watchdog"}).ready()
        assert told(there) == ["READY=1"]


async def test_it_gives_signs_of_life_only_while_it_lives(systemd: socket.socket) -> None:
    made = Watchdog.of(environment(systemd, WATCHDOG_USEC="3000"))
    faults: tuple[str, ...] = ()
    running = asyncio.create_task(made.run(lambda: faults))
    await asyncio.sleep(0.05)
    assert set(told(systemd)) == {"WATCHDOG=1"}
    faults = ("the event loop is late",)
    await asyncio.sleep(0.01)
    told(systemd)
    await asyncio.sleep(0.05)
    assert told(systemd) == []
    faults = ()
    await asyncio.sleep(0.05)
    assert "WATCHDOG=1" in told(systemd)
    running.cancel()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "3000", "WATCHDOG_PID": "1"},
    ],
)
async def test_without_a_time_that_is_meant_for_it_no_sign_is_due(
    systemd: socket.socket, more: dict[str, str]
) -> None:
    """It ends at once."""
    await Watchdog.of(environment(systemd, **more), pid=7).run(tuple)
    assert told(systemd) == []


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1"])
async def test_elsewhere_nothing_happens(address: str) -> None:
    made = Watchdog.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000"})
    made.ready()
    await made.run(tuple)
    assert made.address == ""


def test_a_socket_that_is_gone_is_no_error(tmp_path: Path) -> None:
    Watchdog(str(tmp_path / "nowhere")).stopping()
