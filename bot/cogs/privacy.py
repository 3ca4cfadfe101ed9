"""/privacy: what is stored about a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.layout import Page
from bot.render.privacy import confirm_page, export_page, privacy_page
from bot.replies import Interaction
from bot.services import Reader, Services


class Privacy(
    commands.GroupCog, group_name="privacy", group_description="What is stored about you"
):
    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """Show what is stored about you, and what isn't."""

        async def page(reader: Reader) -> Page:
            return privacy_page(
                await self.services.state.about(reader.id),
                self._days,
                reader.guild,
                reader.language,
                keeps=self.services.state.server(reader.guild).questions,
            )

        await self._answer(interaction, page)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get all that is stored about you as a file."""

        async def page(reader: Reader) -> Page:
            exported = await self.services.state.export(reader.id)
            days = self._days(None)
            return await asyncio.to_thread(export_page, exported, days, reader.language)

        await self._answer(interaction, page)

    @app_commands.command()
    async def delete(self, interaction: Interaction) -> None:
        """Delete all that is stored about you, after asking once."""

        async def page(reader: Reader) -> Page:
            return confirm_page(await self.services.state.about(reader.id), reader.language)

        await self._answer(interaction, page)

    def _days(self, guild: int | None) -> int:
        """How many days a server keeps what its members send."""
        return self.services.state.days_kept(guild, self.services.settings.retention_days)

    async def _answer(
        self, interaction: Interaction, page: Callable[[Reader], Awaitable[Page]]
    ) -> None:
        """Answer privately with the page that is made meanwhile."""
        await replies.defer(interaction, private=True)
        reader = self.services.reader(interaction)
        await replies.show(interaction, await page(reader), plain=reader.plain)
