"""/settings: what a server's administrators choose."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.render.settings import settings_page
from bot.replies import Interaction
from bot.services import Services
from bot.views.settings import check_rights


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
        reader = self.services.reader(interaction)
        guild = check_rights(interaction, reader.language)
        page = settings_page(self.services.state.server(guild), reader.language)
        await replies.tell(interaction, page, private=True, plain=reader.plain)
