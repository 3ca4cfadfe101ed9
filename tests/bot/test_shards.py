"""Connections to the gateway: what ends them, and what comes after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import discord
import pytest
from discord import shard as library
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import EventItem, EventType

from bot import shards
from tests.bot.fakes import until


def websocket(*, sequence: int = 5, opened: bool = True) -> Mock:
    """A connection whose session has begun."""
    fake: Mock = create_autospec(DiscordWebSocket, instance=True)
    fake.shard_id, fake.session_id, fake.sequence, fake.open = 1, "session", sequence, opened
    fake.begun = []

    def wait_for(*_: Any, **__: Any) -> asyncio.Future[Any]:
        fake.begun.append(asyncio.get_running_loop().create_future())
        return fake.begun[-1]  # type: ignore[no-any-return]

    fake.wait_for.side_effect = wait_for
    return fake


class Shown:
    """A shard, and what it tells the client."""

    def __init__(self, ws: Mock) -> None:
        self.items: list[EventItem] = []
        client = Mock(is_closed=lambda: False, _reconnect=True, loop=asyncio.get_running_loop())
        self.shard = shards.Shard(ws, client, self.items.append)

    async def after(self, item: EventItem) -> EventItem:
        """What comes of what discord.py would tell."""
        self.shard._queue_put(item)
        await until(lambda: self.items)
        return self.items.pop()


async def ended_by(error: Exception, ws: Mock | None = None) -> tuple[Shown, EventItem]:
    shown = Shown(ws or websocket())
    return shown, await shown.after(EventItem(EventType.terminate, shown.shard, error))


@pytest.mark.parametrize("error", [KeyError("t"), ValueError("no JSON"), RuntimeError("x")])
async def test_what_can_not_be_read_is_no_end(error: Exception) -> None:
    """The session goes on over a new connection, and Discord sends what was missed."""
    _, item = await ended_by(error)
    assert item.type == EventType.resume


async def test_what_can_not_be_read_twice_is_not_asked_for_again() -> None:
    """At the same place of a session it would come for ever: a new one begins."""
    shown, _ = await ended_by(ValueError())
    item = await shown.after(EventItem(EventType.terminate, shown.shard, ValueError()))
    assert item.type == EventType.identify
    assert isinstance(item.error, ReconnectWebSocket)
    assert not item.error.resume


async def test_a_connection_that_closes_before_it_began_is_no_end() -> None:
    _, item = await ended_by(ReconnectWebSocket(1, resume=True))
    assert item.type == EventType.resume


async def test_a_refusal_for_good_is_the_end() -> None:
    """It would be refused again: somebody has to change a setting."""
    _, item = await ended_by(discord.PrivilegedIntentsRequired(1))
    assert item.type == EventType.terminate


async def test_the_old_connection_is_closed_before_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else its heartbeat goes on. The code leaves the session alive."""
    monkeypatch.setattr(library.Shard, "reidentify", AsyncMock())
    ws = websocket()
    await Shown(ws).shard.reidentify(ReconnectWebSocket(1))
    ws.close.assert_awaited_once_with(code=4000)


async def test_after_a_refused_connection_the_session_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For some tries: the address of a session may be gone for good."""
    again = AsyncMock()
    monkeypatch.setattr(library.Shard, "reidentify", again)
    shown = Shown(websocket(opened=False))
    for _ in range(shards.RESUMES + 1):
        await shown.shard.reconnect()
    tried = [call.args[0].resume for call in again.await_args_list]
    assert tried == [True] * shards.RESUMES + [False]


async def test_a_session_that_does_not_begin_is_begun_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library.Shard, "launch", Mock())
    monkeypatch.setattr(shards, "CONFIRMED", 0.0)
    shown = Shown(websocket())
    shown.shard.launch()
    await until(lambda: shown.items)
    assert shown.items[0].type == EventType.identify


async def test_a_session_that_began_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.Shard, "launch", Mock())
    ws = websocket()
    shown = Shown(ws)
    shown.shard.launch()
    ws.begun[0].set_result(None)
    assert shown.shard._confirming is not None
    await shown.shard._confirming
    await asyncio.sleep(0)
    assert not shown.items


@pytest.mark.parametrize(
    ("losses", "seconds"), [(1, 0.0), (20, 0.0), (21, 2.0), (23, 8.0), (40, 30.0)]
)
def test_a_connection_that_is_lost_again_and_again_is_made_more_slowly(
    losses: int, seconds: float
) -> None:
    """Discord allows a thousand new sessions a day."""
    assert shards.pause_after(losses) == seconds


def raising(error: Exception) -> Callable[[Any], None]:
    def parse(_: Any) -> None:
        raise error

    return parse


def test_an_event_that_can_not_be_read_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """What it holds is in no log."""
    parsers = {"MESSAGE_CREATE": raising(KeyError("what was said"))}
    shards.forgive(parsers)
    parsers["MESSAGE_CREATE"]({})
    assert "event MESSAGE_CREATE can't be read" in caplog.text
    assert "what was said" not in caplog.text


def test_the_beginning_of_a_session_must_be_read() -> None:
    parsers = {"READY": raising(KeyError("user"))}
    shards.forgive(parsers)
    with pytest.raises(KeyError):
        parsers["READY"]({})
