"""Sending: the first response to an interaction, and what replaces it, across bad connections.

discord.py repeats a request after an answer of 500 and up, but on Linux not after a cut connection,
and waits longer each time, while a first response is due within three seconds. Discord takes only
one first response, so asking twice can't answer twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
from discord import ui

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

FIRST_TRY = 2.2  # seconds; lets discord.py repeat once after an answer of 500 and up
WAITS = (0.5, 1.0, 2.0, 4.0)  # seconds between tries to edit a message
_LONGEST_WAIT = 30.0  # seconds, of what a rate limit may ask for
_ACKNOWLEDGED = 40060
#: Unknown interaction, webhook, message; token no longer valid: nobody is there to be told.
GONE = frozenset({10062, 10015, 10008, 50027})

#: Nobody knows whether Discord did what was asked: the connection was cut, the time was over, or
#: its answer can't be read. OSError holds TimeoutError.
UNSURE = (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError)


async def defer(interaction: Interaction, *, private: bool = False) -> None:
    """Tell Discord that an answer follows, seen by all or by the asker alone."""

    async def send() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)

    await _respond(interaction, send)


async def tell(interaction: Interaction, view: ui.LayoutView, *, private: bool) -> None:
    """Answer at once, with this message."""

    async def send() -> None:
        await interaction.response.send_message(view=view, ephemeral=private)

    await _respond(interaction, send)


async def show(interaction: Interaction, view: ui.LayoutView) -> None:
    """Put this message where the waiting one is, or the one before. Safe to repeat, so repeated."""
    for wait in WAITS:
        try:
            await interaction.edit_original_response(view=view)
            return
        except discord.HTTPException as error:
            if error.status != 429 and error.status < 500:
                raise
            wait = max(wait, _retry_after(error))
        except UNSURE as error:
            log.info("interaction %s: edit failed with %s", interaction.id, type(error).__name__)
        await asyncio.sleep(wait)
    await interaction.edit_original_response(view=view)


def responded(interaction: Interaction) -> bool:
    """Whether Discord has our first response, so that the rest are edits of it."""
    return interaction.response.is_done() or bool(interaction.extras.get("responded"))


async def _respond(interaction: Interaction, send: Callable[[], Awaitable[None]]) -> None:
    """Send a first response; once more if nobody can know whether it arrived.

    discord.py doesn't note a response whose sending failed though it arrived, hence our own note.
    Raises NotFound (10062) when the three seconds are over.
    """
    try:
        async with asyncio.timeout(FIRST_TRY):
            await send()
        return
    except discord.HTTPException as error:
        if error.status != 429:
            raise
        await asyncio.sleep(min(_retry_after(error), FIRST_TRY))
    except UNSURE as error:
        log.info("interaction %s: response failed with %s", interaction.id, type(error).__name__)
    try:
        await send()
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED:
            raise
        interaction.extras["responded"] = True  # the first had arrived


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds that a rate limit asks to wait, in bounds; 0 for other errors."""
    try:
        seconds = float(error.response.headers.get("Retry-After", 0))
    except (TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)
