"""/privacy: what is stored about a person; and deleting what is old, once a day."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable

from discord import app_commands
from discord.ext import commands

from bot import logs, replies
from bot.layout import Page
from bot.render.privacy import confirm_page, export_page, privacy_page
from bot.replies import Interaction
from bot.services import Reader, Services
from bot.state import State, StateError

log = logging.getLogger(__name__)

PURGE_EVERY = 24 * 60 * 60.0  # seconds


class Privacy(
    commands.GroupCog, group_name="privacy", group_description="What is stored about you"
):
    def __init__(self, services: Services) -> None:
        self.services = services
        self._purging: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Begin to delete what is older than it may be kept."""
        days = self.services.settings.retention_days
        self._purging = asyncio.create_task(keep_purged(self.services.state, days))

    async def cog_unload(self) -> None:
        if self._purging is not None:
            self._purging.cancel()
            await asyncio.gather(self._purging, return_exceptions=True)

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """Show what is stored about you, and what isn't."""

        async def page(reader: Reader) -> Page:
            state = self.services.state
            return privacy_page(
                state.is_plain(reader.id),
                await state.feedback_of(reader.id),
                self.services.settings.retention_days,
                reader.guild,
                reader.language,
            )

        await self._answer(interaction, page)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get all that is stored about you as a file."""

        async def page(reader: Reader) -> Page:
            exported = await self.services.state.export(reader.id)
            days = self.services.settings.retention_days
            return export_page(exported, days, reader.language)

        await self._answer(interaction, page)

    @app_commands.command()
    async def delete(self, interaction: Interaction) -> None:
        """Delete all that is stored about you, after asking once."""

        async def page(reader: Reader) -> Page:
            state = self.services.state
            feedback = await state.feedback_of(reader.id)
            return confirm_page(state.is_plain(reader.id), len(feedback), reader.language)

        await self._answer(interaction, page)

    async def _answer(
        self, interaction: Interaction, page: Callable[[Reader], Awaitable[Page]]
    ) -> None:
        """Answer privately with the page that is made meanwhile."""
        await replies.defer(interaction, private=True)
        reader = self.services.reader(interaction)
        await replies.show(interaction, await page(reader), plain=reader.plain)


async def keep_purged(
    state: State,
    days: int,
    *,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Delete what people sent more than ``days`` ago, now and once a day, until cancelled."""
    while True:
        try:
            count = await state.purge(now() - dt.timedelta(days=days))
            log.info("feedback older than %d days: %d deleted", days, count)
        except StateError as error:  # the disk may be full: tomorrow it may not be
            log.warning("old feedback not deleted: %s", logs.trail(error))
        await sleep(PURGE_EVERY)
