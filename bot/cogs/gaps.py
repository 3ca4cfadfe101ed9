"""/gaps: what the documents didn't answer, for those who look after a server's documents."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.people import administered
from bot.render.gaps import Spot
from bot.replies import Interaction
from bot.services import Services
from bot.views.gaps import list_page


class Gaps(commands.Cog):
    """Its permissions in Discord are only a default that a server may change: they are checked again."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(self, interaction: Interaction) -> None:
        """Questions that found nothing or whose answer was no help, and what answers them."""
        guild = administered(self.services, interaction)
        await replies.defer(interaction, private=True)
        reader = self.services.reader(interaction)
        page = await list_page(self.services, reader, guild, Spot())
        await replies.show(interaction, page, plain=reader.plain)
