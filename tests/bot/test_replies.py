"""First responses and edits, when the connection to Discord is bad."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from bot import render, replies
from tests.bot import fakes

VIEW = render.notice_layout("Hello.")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(replies, "_LONGEST_WAIT", 0.0)


async def test_a_first_response_is_sent_once() -> None:
    fake = fakes.interaction()
    await replies.defer(fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert replies.responded(fake)


@pytest.mark.parametrize(
    "failure", [aiohttp.ServerDisconnectedError(), ConnectionResetError(), TimeoutError()]
)
async def test_a_cut_first_response_is_sent_again(failure: Exception) -> None:
    """discord.py doesn't on Linux."""
    fake = fakes.interaction()
    fake.response.defer.side_effect = [failure, None]
    await replies.defer(fake)
    assert fake.response.defer.await_count == 2


async def test_a_first_response_that_hangs_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is due within three seconds, so a slow try is given up."""
    monkeypatch.setattr(replies, "FIRST_TRY", 0.01)
    fake = fakes.interaction()
    tries: list[int] = []

    async def hang(**_: object) -> None:
        tries.append(1)
        if len(tries) == 1:
            await asyncio.sleep(60)

    fake.response.defer.side_effect = hang
    await replies.defer(fake)
    assert len(tries) == 2


@pytest.mark.parametrize(
    "failure", [aiohttp.ServerDisconnectedError(), KeyError("interaction"), TimeoutError()]
)
async def test_a_first_response_that_had_arrived_counts(failure: Exception) -> None:
    """Discord refuses the second because it has the first: what follows is an edit."""
    fake = fakes.interaction()
    fake.response.defer.side_effect = [failure, fakes.http_error(400, 40060)]
    await replies.defer(fake)
    assert replies.responded(fake)


async def test_a_late_first_response_is_not_repeated() -> None:
    """After three seconds the interaction is unknown."""
    fake = fakes.interaction()
    fake.response.defer.side_effect = fakes.http_error(404, 10062)
    with pytest.raises(discord.NotFound):
        await replies.defer(fake)
    assert fake.response.defer.await_count == 1


async def test_a_rate_limited_first_response_is_sent_again() -> None:
    """discord.py raises at once for a limit that does not come from Discord's own servers."""
    fake = fakes.interaction()
    fake.response.send_message.side_effect = [fakes.http_error(429, retry_after=0.01), None]
    await replies.tell(fake, VIEW, private=True)
    assert fake.response.send_message.await_count == 2


@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        KeyError("id"),
        fakes.http_error(502),
        fakes.http_error(429, retry_after=0.01),
    ],
)
async def test_an_edit_is_repeated(failure: Exception) -> None:
    fake = fakes.interaction()
    fake.edit_original_response.side_effect = [failure, failure, None]
    await replies.show(fake, VIEW)
    assert fake.edit_original_response.await_count == 3


async def test_an_edit_is_not_repeated_for_ever() -> None:
    fake = fakes.interaction()
    fake.edit_original_response.side_effect = ConnectionResetError()
    with pytest.raises(ConnectionResetError):
        await replies.show(fake, VIEW)
    assert fake.edit_original_response.await_count == 3


async def test_a_refused_edit_is_not_repeated() -> None:
    """What Discord finds wrong once it finds wrong again."""
    fake = fakes.interaction()
    fake.edit_original_response.side_effect = fakes.http_error(400, 50035)
    with pytest.raises(discord.HTTPException):
        await replies.show(fake, VIEW)
    assert fake.edit_original_response.await_count == 1
