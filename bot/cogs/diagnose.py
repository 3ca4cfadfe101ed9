"""/diagnose: what the bot may do in a channel, and what is searched there."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.diagnosing import diagnose
from bot.people import person
from bot.render.diagnose import diagnosis_page
from bot.replies import Interaction
from bot.services import Services

#: Where people ask; discord.py refuses one that it doesn't know.
Channel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class Diagnose(commands.Cog):
    """Private, and from memory."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="The channel to look at; this one unless you choose another")
    async def diagnose(
        self,
        interaction: Interaction,
        channel: Channel | None = None,
    ) -> None:
        """What I may do in a channel, what is searched there, and what is missing."""
        services = self.services
        reader = services.reader(interaction)
        services.rights.check_administers(person(interaction), reader.server)
        await replies.defer(interaction, private=True)
        found = await diagnose(services, interaction, channel)
        page = diagnosis_page(found, services.settings.timezone, reader.language)
        await replies.show(interaction, page, plain=reader.plain)
