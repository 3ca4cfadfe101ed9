"""The message with which the bot introduces itself in a server that it has just joined, once."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord

from bot import logs, replies
from bot.languages import Language, language
from bot.layout import BLUE, Page, to_message
from bot.visibility import public_sight
from index.errors import ArchivistError, IndexMissingError

if TYPE_CHECKING:
    from bot.app import ArchivistBot

log = logging.getLogger(__name__)

_NEEDED = discord.Permissions(view_channel=True, send_messages=True)
_SENDING = 120.0  # seconds for which sending is tried


class Welcome:
    def __init__(self, bot: ArchivistBot) -> None:
        self._bot = bot
        self._started = dt.datetime.now(dt.UTC)
        self._greeting: set[int] = set()  # servers that are being greeted

    async def greet_late(self, guilds: Iterable[discord.Guild]) -> None:
        """Introduce the bot in servers that it joined while it started: of these no event tells.

        Those of before are not greeted: the bot may have been there for years.
        """
        for guild in guilds:
            joined = guild.me.joined_at if guild.me is not None else None
            if joined is not None and joined >= self._started:
                await self.greet(guild)

    async def greet(self, guild: discord.Guild) -> None:
        """Introduce the bot, if it was never welcomed there and may speak."""
        state = self._bot.services.state
        if guild.id in self._greeting or state.welcomed(guild.id):
            return
        self._greeting.add(guild.id)
        try:
            channel = place(guild)
            await state.set_welcomed(guild.id)  # before it is: never twice, sooner not at all
            if channel is None:
                log.info("server %d: no channel to say hello in", guild.id)
                return
            await self._send(guild, channel)
        except (ArchivistError, discord.DiscordException, *replies.UNSURE) as error:
            log.info("server %d: not welcomed: %s", guild.id, logs.trail(error))
        finally:
            self._greeting.discard(guild.id)

    async def _send(self, guild: discord.Guild, channel: discord.TextChannel) -> None:
        settings = self._bot.services.state.server(guild.id)
        t = language(settings.language, str(guild.preferred_locale))
        name = self._bot.user.mention if self._bot.user else "@Archivist"
        documents = 0
        with contextlib.suppress(IndexMissingError):
            services = self._bot.services
            sight = public_sight(services.state, guild.id, channel.id)
            documents = len((await services.library.shelf(sight)).sources)
        page = welcome_page(name, documents, t)

        async def send() -> None:
            await channel.send(**to_message(page, plain=settings.plain), nonce=str(guild.id))

        what = f"server {guild.id}: welcome"
        await replies.repeated(send, ends=time.monotonic() + _SENDING, what=what)


def place(guild: discord.Guild) -> discord.TextChannel | None:
    """Where to say hello: the channel for such messages, else the first where the bot may write."""
    channels = sorted(guild.text_channels, key=lambda channel: (channel.position, channel.id))
    wanted = [guild.system_channel] if guild.system_channel is not None else []
    for channel in [*wanted, *channels]:
        if channel.permissions_for(guild.me).is_superset(_NEEDED):
            return channel
    return None


def welcome_page(mention: str, documents: int, t: Language) -> Page:
    """What the bot says of itself; ``mention`` is how to mention it, ``documents`` how many it has."""
    counted = t.n(
        "I answer questions from {count} document by quoting it, word for word, with the place of "
        "each quote.",
        "I answer questions from {count} documents by quoting them, word for word, with the place "
        "of each quote.",
        documents,
    )
    unknown = t(
        "I answer questions from documents by quoting them, word for word, with the place of each "
        "quote."
    )
    return Page(
        (
            "## " + t("Hello!") + "\n" + (counted if documents else unknown),
            "\n".join(
                (
                    "- " + t("`/ask` a question, or mention me and write it: {me}", me=mention),
                    "- " + t("`/timeline` lists what happened when, `/sources` the documents."),
                    "- " + t("`/help` tells what I can and can't answer, with examples."),
                )
            ),
            t(
                "I read no messages but those that mention me. `/privacy show` tells each of you "
                "what I keep about you."
            ),
            "-# "
            + t(
                "For administrators: `/corpus add` adds documents, `/settings show` says how and "
                "where I answer, `/diagnose` what I lack in a channel."
            ),
        ),
        BLUE,
    )
