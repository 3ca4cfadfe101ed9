"""/settings: what a server's administrators choose."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import discord
from discord import app_commands
from discord.ext import commands

from bot import attachments, replies
from bot.people import administered
from bot.render.settings import export_page
from bot.replies import Interaction
from bot.services import Services
from bot.settings_file import LONGEST, Here, SettingsFileError, from_file, to_file
from bot.views import settings as views
from bot.visibility import granted
from index.messages import say

SECONDS = 10.0  # for which a file is waited for


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Settings(
    commands.GroupCog, group_name="settings", group_description="Settings of this server"
):
    """Its permissions in Discord are only a default that a server may change: they are checked again."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """Show this server's settings, with menus to change them."""
        administered(self.services, interaction)
        page = await views.page_for(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.tell(interaction, page, private=True, plain=reader.plain)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get all settings of this server as a file."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        content = to_file(guild, reader.server, granted(self.services.state, guild))
        page = export_page(content, reader.language)
        await replies.tell(interaction, page, private=True, plain=reader.plain)

    @app_commands.command(name="import")
    @app_commands.describe(file="A file that /settings export made, here or in another server")
    async def take_up(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Take settings from a file, after showing what would change."""
        services = self.services
        guild = administered(services, interaction)
        if file.size > LONGEST:
            raise SettingsFileError(say("This file holds no settings of a server."))
        await replies.defer(interaction, private=True)
        content = await self._fetch(attachments.offered(file))
        reader = services.reader(interaction)
        here = Here(
            guild=guild,
            settings=reader.server,
            grants=granted(services.state, guild),
            channels=views.channels_of(interaction) or frozenset(),
            roles=views.roles_of(interaction) or frozenset(),
            days=services.settings.retention_days,
            manages=views.may_choose_administrators(services, interaction),
        )
        page = views.preview(services, interaction, from_file(content, here))
        await replies.show(interaction, page, plain=reader.plain)

    async def _fetch(self, offer: attachments.Offer) -> bytes:
        """The bytes of the file. Raises AttachmentError, TooLargeError."""
        folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="archivist-")
        path = Path(folder) / "settings.json"
        bases = self.services.settings.cdn_urls
        try:
            await attachments.fetch(offer, path, bases=bases, most=LONGEST, seconds=SECONDS)
            return await asyncio.to_thread(path.read_bytes)
        finally:
            await asyncio.to_thread(_remove, path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()
