"""Sending: the first response to an interaction, and what replaces it, across bad connections.

discord.py repeats a request after an answer of 500 and up, but on Linux not after a cut connection,
and waits longer each time, up to the end of a rate limit, while a first response is due within three
seconds. So each request is sent once (`_OneTry`), and whether it is repeated is decided here: by what
may be done twice. Discord takes only one first response, and an edit done twice is one edit.
https://discord.com/developers/docs/interactions/receiving-and-responding has the deadlines.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord import ui
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.layout import Page, to_message

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

FIRST_RESPONSE = 2.8  # seconds after an interaction arrived; Discord waits for three
PATIENCE = 2.3  # seconds after it arrived that a slow answer is waited for before asking again
PAUSE = 0.15  # seconds between two tries of a first response
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between tries of an edit; the last is repeated
TOKEN_LIFE = 14 * 60.0  # seconds; Discord lets a reply be edited for fifteen minutes
LONGEST_TRY = 60.0  # seconds for one request, its files included
_LONGEST_WAIT = 60.0  # seconds, of what a rate limit may ask for
_ACKNOWLEDGED = 40060
#: Unknown interaction, webhook, message; token no longer valid: nobody is there to be told.
GONE = frozenset({10062, 10015, 10008, 50027})
GONE_MESSAGE = 10008
#: Answers after which Discord has not done what was asked.
_REFUSED = frozenset({429, 500, 502, 503})

#: Nobody knows whether Discord did what was asked: the connection was cut, or the time was over.
UNSURE = (aiohttp.ClientError, OSError)  # TimeoutError among the latter
#: What discord.py raises where an answer is not what it expects.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


async def defer(interaction: Interaction, *, private: bool = False) -> None:
    """Tell Discord that an answer follows, seen by all or by the asker alone."""

    async def send() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)

    await _respond(interaction, send)


async def defer_update(interaction: Interaction) -> None:
    """Tell Discord that the message whose button was pressed will change."""

    async def send() -> None:
        await interaction.response.defer()

    await _respond(interaction, send)
    interaction.extras["updating"] = True


async def tell(interaction: Interaction, page: Page, *, private: bool, plain: bool = False) -> None:
    """Answer at once, with this message."""

    async def send() -> None:
        message = to_message(page, plain=plain)
        await interaction.response.send_message(**message, ephemeral=private)

    try:
        await _respond(interaction, send)
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED or not interaction.extras.get("unsure"):
            raise
        interaction.extras["responded"] = True  # a response that seemed lost had arrived
        await show(interaction, page, plain=plain)


async def ask(interaction: Interaction, form: ui.Modal) -> None:
    """Answer at once, with a form to fill in."""

    async def send() -> None:
        form.stop()  # discord.py keeps no form that is over; `bot.presses` reads what is sent in
        await interaction.response.send_modal(form)

    await _respond(interaction, send)


async def show(interaction: Interaction, page: Page, *, plain: bool = False) -> None:
    """Put this message where the waiting one is, or the one before.

    Safe to repeat, so repeated until it is done or its token has nearly run out; then, and where
    Discord refuses the message as such, raises what went wrong.
    """

    async def send() -> None:
        await interaction.edit_original_response(**to_message(page, plain=plain, edit=True))

    ends = arrived(interaction) + TOKEN_LIFE
    await repeated(send, ends=ends, what=f"interaction {interaction.id}: edit")


async def tell_more(
    interaction: Interaction, page: Page, *, plain: bool = False, private: bool = True
) -> None:
    """Send a message beside the one that is there already.

    Repeated only when Discord surely did not take it: nobody should be told twice.
    """

    async def send() -> None:
        await interaction.followup.send(**to_message(page, plain=plain), ephemeral=private)

    ends = arrived(interaction) + TOKEN_LIFE
    await repeated(send, ends=ends, what=f"interaction {interaction.id}: follow-up", sure=True)


def arrived(interaction: Interaction) -> float:
    """When an interaction came to us, in seconds of the clock that never goes back."""
    when: float = interaction.extras.setdefault("arrived", time.monotonic())
    return when


def updating(interaction: Interaction) -> bool:
    """Whether our response was to change the message whose button was pressed."""
    return bool(interaction.extras.get("updating"))


def responded(interaction: Interaction) -> bool:
    """Whether Discord has our first response, so that the rest are edits of it."""
    return interaction.response.is_done() or bool(interaction.extras.get("responded"))


async def repeated(
    send: Callable[[], Awaitable[None]], *, ends: float, what: str, sure: bool = False
) -> None:
    """Send until it is done, ``ends`` (of `time.monotonic`) is near, or Discord refuses it.

    With ``sure`` it is sent again only when Discord can't have taken it.
    """
    for wait in itertools.chain(WAITS, itertools.repeat(WAITS[-1])):
        pause = wait
        try:
            async with asyncio.timeout(LONGEST_TRY):
                await once(send)
            return
        except discord.HTTPException as error:
            again = error.status in _REFUSED or (error.status > 500 and not sure)
            pause = max(wait, _retry_after(error))
            if not again or time.monotonic() + pause > ends:
                raise
            log.info("%s: refused with %d", what, error.status)
        except UNSURE as error:
            again = isinstance(error, aiohttp.ClientConnectorError) or not sure
            if not again or time.monotonic() + pause > ends:
                raise
            log.info("%s: failed with %s", what, type(error).__name__)
        await asyncio.sleep(pause)


async def once(send: Callable[[], Awaitable[None]]) -> None:
    """Send through discord.py, but each request to a webhook one time only.

    An answer that can't be read is as good as one that can, once Discord has said that it is done.
    """
    adapter = _OneTry()
    before = async_context.set(adapter)
    try:
        await send()
    except (*UNSURE, *UNREADABLE):
        if not adapter.done:
            raise
    finally:
        async_context.reset(before)


async def _respond(interaction: Interaction, send: Callable[[], Awaitable[None]]) -> None:
    """Send a first response, again and again while there is time for it.

    discord.py doesn't note a response whose sending failed though it arrived, hence our own note.
    Raises NotFound (10062) when the three seconds are over.
    """
    began = arrived(interaction)
    unsure = False
    while True:
        patience = began + PATIENCE - time.monotonic()
        try:
            async with asyncio.timeout(patience if patience > PAUSE else FIRST_RESPONSE):
                await once(send)
            interaction.extras["responded"] = True
            return
        except discord.HTTPException as error:
            if error.code == _ACKNOWLEDGED and unsure:  # the one before had arrived
                interaction.extras["responded"] = True
                return
            if error.status != 429 and error.status < 500:
                raise
            failure: Exception = error
            pause = max(PAUSE, _retry_after(error))
        except UNSURE as error:
            failure, pause = error, PAUSE
        interaction.extras["unsure"] = unsure = True
        log.info("interaction %s: response: %s", interaction.id, type(failure).__name__)
        left = began + FIRST_RESPONSE - time.monotonic()
        if left <= 0:
            raise failure
        await asyncio.sleep(min(pause, left))


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds that a rate limit asks to wait, in bounds; 0 for other errors."""
    if error.status != 429:
        return 0.0
    try:
        seconds = float(error.response.headers.get("Retry-After", 0))
    except (TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)


class _OneTry(AsyncWebhookAdapter):
    """Sends each request once, and knows whether Discord said that it was done."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # discord.py has no types there
        self.done = False

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        multipart: list[dict[str, Any]] | None = None,
        auth_token: str | None = None,
        **options: Any,
    ) -> Any:
        """What Discord answers. Raises HTTPException for a refusal, and what `UNSURE` names."""
        headers = {"Authorization": f"Bot {auth_token}"} if auth_token else {}
        body: aiohttp.FormData | str | None = None
        if multipart:
            body = aiohttp.FormData(quote_fields=False)  # Discord knows no escaped names of fields
            for part in multipart:
                body.add_field(**part)
        elif payload is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(payload)
        kept: Any = {name: options.get(name) for name in ("params", "proxy", "proxy_auth")}
        async with session.request(
            route.method, route.url, data=body, headers=headers, **kept
        ) as response:
            self.done = response.status < 300
            said = await response.text(encoding="utf-8", errors="replace")
            answer = _read_json(said) if response.content_type == "application/json" else said
            if self.done:
                return answer
            kinds = {403: discord.Forbidden, 404: discord.NotFound}
            kind = discord.DiscordServerError if response.status >= 500 else discord.HTTPException
            shown = answer if isinstance(answer, (dict, str)) else said
            raise kinds.get(response.status, kind)(response, shown)


def _read_json(said: str) -> Any:
    try:
        return json.loads(said)
    except ValueError:
        return said
