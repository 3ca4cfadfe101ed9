"""Who uses a command or presses a button, as Discord tells with it."""

from __future__ import annotations

from typing import Any

import discord

from bot.rules import NotAllowedError, Person
from bot.services import Services


def person(interaction: discord.Interaction[Any]) -> Person:
    """Who it is, and whether they have Manage Server in a server that has the bot."""
    rights = interaction.permissions  # as Discord resolved them for this member and channel
    here = interaction.guild_id is not None and interaction.is_guild_integration()
    manages = here and (rights.manage_guild or rights.administrator)
    return Person(interaction.user.id, interaction.guild_id, manages)


def administers(services: Services, interaction: discord.Interaction[Any]) -> bool:
    """Whether administrators' matters may be told: to the bot's owner and who has Manage Server."""
    who = person(interaction)
    return who.id in services.rights.owners or who.manages_guild


def may_reindex(services: Services, interaction: discord.Interaction[Any]) -> bool:
    """Whether the corpus folder is theirs to look after: see `Rights.check_reindex`."""
    try:
        services.rights.check_reindex(person(interaction), full=False)
    except NotAllowedError:
        return False
    return True
