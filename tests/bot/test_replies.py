"""First responses, edits and follow-ups, when the connection to Discord is bad."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, Mock

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import ui
from discord.http import Route
from discord.webhook.async_ import async_context

from bot import render, replies
from bot.languages import ENGLISH
from tests.bot import fakes

PAGE = render.notice_page("Hello.", ENGLISH)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "WAITS", (0.0,))
    monkeypatch.setattr(replies, "PAUSE", 0.0)
    monkeypatch.setattr(replies, "_LONGEST_WAIT", 0.0)


def too_late(fake: Mock) -> None:
    """Make it an interaction that came a long time ago."""
    fake.extras["arrived"] = -1e6


# ---------------------------------------------------------------- first responses


async def test_a_first_response_is_sent_once() -> None:
    fake = fakes.interaction()
    await replies.defer(fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert replies.responded(fake)


@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        TimeoutError(),
        fakes.http_error(500),
        fakes.http_error(503),
        fakes.http_error(429, retry_after=0.01),
    ],
)
async def test_a_failed_first_response_is_sent_again(failure: Exception) -> None:
    """Until Discord has it: discord.py waits too long, or doesn't try again at all."""
    fake = fakes.interaction()
    fake.response.defer.side_effect = [failure, failure, failure, None]
    await replies.defer(fake)
    assert fake.response.defer.await_count == 4


async def test_a_first_response_that_hangs_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is due within three seconds, so a slow try is given up."""
    monkeypatch.setattr(replies, "PATIENCE", 0.05)
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
    "failure", [aiohttp.ServerDisconnectedError(), TimeoutError(), fakes.http_error(502)]
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


async def test_a_first_response_is_given_up_when_its_time_is_over() -> None:
    """What failed is raised, after one try at least."""
    fake = fakes.interaction()
    too_late(fake)
    fake.response.defer.side_effect = ConnectionResetError()
    with pytest.raises(ConnectionResetError):
        await replies.defer(fake)
    assert fake.response.defer.await_count == 1


async def test_what_is_told_takes_the_place_of_a_wait_that_seemed_lost() -> None:
    """A deferral may arrive though it failed: then its waiting message is edited."""
    fake = fakes.interaction()
    too_late(fake)
    fake.response.defer.side_effect = ConnectionResetError()
    with pytest.raises(ConnectionResetError):
        await replies.defer(fake)
    fake.response.send_message.side_effect = fakes.http_error(400, 40060)
    await replies.tell(fake, PAGE, private=True)
    assert fakes.shown(fake) == "Hello."


async def test_a_second_answer_of_our_own_is_an_error() -> None:
    """Not every refusal of a second response means that the first was this one."""
    fake = fakes.interaction()
    fake.response.send_message.side_effect = fakes.http_error(400, 40060)
    with pytest.raises(discord.HTTPException):
        await replies.tell(fake, PAGE, private=True)


async def test_a_form_is_kept_nowhere() -> None:
    """discord.py would wait for it; what is sent in is read from its id."""
    fake = fakes.interaction()
    form = ui.Modal(title="Report", custom_id="v1:reported:1")
    await replies.ask(fake, form)
    fake.response.send_modal.assert_awaited_once_with(form)
    assert form.is_finished()


async def test_an_update_is_remembered_as_one() -> None:
    """So that an error does not take the place of the message whose button was pressed."""
    fake = fakes.interaction()
    await replies.defer_update(fake)
    fake.response.defer.assert_awaited_once_with()
    assert replies.updating(fake)


# ---------------------------------------------------------------- edits and follow-ups


@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        TimeoutError(),
        fakes.http_error(502),
        fakes.http_error(504),
        fakes.http_error(429, retry_after=0.01),
    ],
)
async def test_an_edit_is_repeated(failure: Exception) -> None:
    fake = fakes.interaction()
    fake.edit_original_response.side_effect = [failure] * 12 + [None]
    await replies.show(fake, PAGE)
    assert fake.edit_original_response.await_count == 13


async def test_an_edit_is_not_repeated_for_ever() -> None:
    """Its token lives for a quarter of an hour."""
    fake = fakes.interaction()
    too_late(fake)
    fake.edit_original_response.side_effect = ConnectionResetError()
    with pytest.raises(ConnectionResetError):
        await replies.show(fake, PAGE)
    assert fake.edit_original_response.await_count == 1


@pytest.mark.parametrize(
    "failure", [fakes.http_error(400, 50035), fakes.http_error(404, 10008), KeyError("ours")]
)
async def test_a_refused_edit_is_not_repeated(failure: Exception) -> None:
    """What Discord finds wrong once it finds wrong again; so are mistakes of our own."""
    fake = fakes.interaction()
    fake.edit_original_response.side_effect = failure
    with pytest.raises(type(failure)):
        await replies.show(fake, PAGE)
    assert fake.edit_original_response.await_count == 1


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        pytest.param(fakes.http_error(429, retry_after=0.01), 2, id="rate limited"),
        pytest.param(fakes.http_error(503), 2, id="refused"),
        pytest.param(aiohttp.ClientConnectorError(Mock(), OSError()), 2, id="never sent"),
        pytest.param(fakes.http_error(504), 1, id="perhaps done"),
        pytest.param(aiohttp.ServerDisconnectedError(), 1, id="cut"),
        pytest.param(TimeoutError(), 1, id="no answer"),
    ],
)
async def test_a_follow_up_is_repeated_only_when_it_can_not_double(
    failure: Exception, tries: int
) -> None:
    fake = fakes.interaction()
    fake.followup = Mock(send=AsyncMock(side_effect=[failure, None]))
    try:
        await replies.tell_more(fake, PAGE)
    except (discord.HTTPException, *replies.UNSURE):
        assert tries == 1
    assert fake.followup.send.await_count == tries


# ---------------------------------------------------------------- one try of discord.py's requests

Handler = Callable[[web.Request], Any]


async def ask_server(handler: Handler, **options: Any) -> Any:
    """What our requests make of an answer: one is sent to a server that answers by ``handler``."""
    app = web.Application()
    app.router.add_route("*", "/webhooks/1/secret", handler)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        route = Route("POST", "/webhooks/1/secret")
        route.url = str(server.make_url("/webhooks/1/secret"))
        said: list[Any] = []

        async def send() -> None:
            said.append(await async_context.get().request(route, session, **options))

        await replies.once(send)
        return said[0] if said else None


def answer(body: str, status: int = 200) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=body, status=status, content_type="application/json")

    return handler


async def test_what_discord_says_is_read() -> None:
    assert await ask_server(answer('{"id": "5"}'), payload={}) == {"id": "5"}


async def test_what_is_sent_arrives_as_json() -> None:
    async def echo(request: web.Request) -> web.Response:
        said = {"sent": await request.json(), "query": dict(request.query)}
        return web.json_response(said)

    said = await ask_server(echo, payload={"content": "é"}, params={"wait": "1"})
    assert said == {"sent": {"content": "é"}, "query": {"wait": "1"}}


async def test_files_are_sent_as_parts() -> None:
    async def echo(request: web.Request) -> web.Response:
        form = await request.post()
        return web.json_response({name: str(type(part).__name__) for name, part in form.items()})

    parts: list[dict[str, Any]] = [
        {"name": "payload_json", "value": json.dumps({"content": "x"})},
        {"name": "files[0]", "value": b"abc", "filename": "a.txt", "content_type": "text/plain"},
    ]
    assert await ask_server(echo, multipart=parts) == {
        "payload_json": "str",
        "files[0]": "FileField",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, discord.HTTPException),
        (403, discord.Forbidden),
        (404, discord.NotFound),
        (429, discord.HTTPException),
        (503, discord.DiscordServerError),
    ],
)
async def test_a_refusal_is_raised_at_once(status: int, kind: type[Exception]) -> None:
    """discord.py would wait and try again, for longer than there is time."""
    asked: list[int] = []

    async def handler(_: web.Request) -> web.Response:
        asked.append(1)
        return web.json_response({"code": 7, "message": "no"}, status=status)

    with pytest.raises(kind) as raised:
        await ask_server(handler, payload={})
    assert isinstance(raised.value, discord.HTTPException)
    assert (raised.value.status, raised.value.code, len(asked)) == (status, 7, 1)


async def test_a_page_of_a_proxy_is_a_refusal_too() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text="<html>Bad gateway</html>", status=502, content_type="text/html")

    with pytest.raises(discord.DiscordServerError):
        await ask_server(handler, payload={})


async def test_an_answer_that_is_cut_off_counts_as_done() -> None:
    """Discord had said that it was: sending again would answer twice."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = 100
        await response.prepare(request)
        await response.write(b'{"id":')
        assert request.transport is not None
        request.transport.close()
        return response

    assert await ask_server(handler, payload={}) is None


async def test_an_answer_that_discord_py_can_not_use_counts_as_done() -> None:
    async def send() -> None:
        adapter = async_context.get()
        assert isinstance(adapter, replies._OneTry)
        adapter.done = True
        raise KeyError("resource")

    await replies.once(send)


async def test_requests_are_discord_pys_own_again_afterwards() -> None:
    before = async_context.get()
    await replies.once(AsyncMock())
    assert async_context.get() is before
