"""/audit: what administrators did."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import replies
from bot.limits import CHOICE, CHOICES, shorten
from bot.markup import readable
from bot.render.audit import ACTIONS, action_name
from bot.replies import Interaction
from bot.services import Services
from bot.views.audit import Asked, check_rights, show_page
from index.errors import InputError
from index.messages import say


class Audit(commands.Cog):
    """Private. Its permissions in Discord are only a default: rights are checked again."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(
        action="Only this, or all of one kind",
        who="Only what this person did",
        everywhere="Of all servers; for the bot's owner",
    )
    @app_commands.rename(everywhere="all")
    async def audit(
        self,
        interaction: Interaction,
        action: str | None = None,
        who: discord.User | None = None,
        everywhere: bool = False,
    ) -> None:
        """What administrators did in this server: who, what, when, before and after."""
        asked = Asked(_check(action), who.id if who else 0, everywhere)
        guild = check_rights(self.services, interaction, asked)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        page = await show_page(self.services, reader, guild, asked)
        await replies.show(interaction, page, plain=reader.plain)

    @audit.autocomplete("action")
    async def suggest_action(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """What may have been done, by its words or its name."""
        t = self.services.reader(interaction).language
        wanted = readable(typed).casefold()
        named = [(shorten(action_name(action, t), CHOICE), action) for action in ACTIONS]
        return [
            Choice(name=name, value=action)
            for name, action in named
            if wanted in name.casefold() or wanted in action
        ][:CHOICES]


def _check(action: str | None) -> str:
    """The action that was chosen; empty for any. Raises InputError for one that isn't offered."""
    said = (action or "").strip().casefold()
    if said and said not in ACTIONS:
        raise InputError(
            say("There is no such action."), hint=say("Choose one that is offered while you type.")
        )
    return said
