"""Who uses a command or presses a button, as Discord tells with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import discord

from bot.rules import NotAllowedError, Person
from bot.state.values import By
from index.messages import say

if TYPE_CHECKING:
    from bot.services import Services


def person(interaction: discord.Interaction[Any]) -> Person:
    """Who it is, and what they may do in a server that has the bot."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        return Person(interaction.user.id, None, manages_guild=False)
    rights = interaction.permissions  # as Discord resolved them for this member and channel
    manages = rights.manage_guild or rights.administrator
    roles = roles_of(interaction.user, interaction.guild_id)
    return Person(interaction.user.id, interaction.guild_id, manages, roles)


def roles_of(user: discord.abc.User, guild: int) -> frozenset[int]:
    """The roles that a member was given in a server, as Discord sent them with the interaction."""
    if not isinstance(user, discord.Member):
        return frozenset()
    return frozenset(role.id for role in user.roles) - {guild}  # everybody has that one


def place_of(interaction: discord.Interaction[Any]) -> tuple[int, ...]:
    """The channel, then the one that a thread belongs to; empty where Discord tells none."""
    return place(interaction.channel_id, interaction.channel)


def place(channel_id: int | None, channel: object) -> tuple[int, ...]:
    """The same of a channel and its id."""
    if channel_id is None:
        return ()
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return (channel_id,) if parent is None else (channel_id, parent)


def administers(services: Services, interaction: discord.Interaction[Any]) -> bool:
    """Whether this server's matters may be told: see `Rights.check_administers`."""
    who = person(interaction)
    try:
        services.rights.check_administers(who, services.state.server(who.guild))
    except NotAllowedError:
        return False
    return True


def administered(services: Services, interaction: discord.Interaction[Any]) -> int:
    """The server that this person looks after here. Raises NotAllowedError."""
    who = person(interaction)
    services.rights.check_administers(who, services.state.server(who.guild))
    if who.guild is None:
        raise NotAllowedError(say("This is for servers that the bot has joined."))
    return who.guild


def by(interaction: discord.Interaction[Any]) -> By:
    """Who changes something, in which server and now, for the audit log."""
    who = person(interaction)
    return By(who.id, who.guild, dt.datetime.now(dt.UTC))


def at_home(services: Services, interaction: discord.Interaction[Any]) -> bool:
    """Whether the owner's documents are theirs to look after: see `Rights.check_home`."""
    try:
        services.rights.check_home(person(interaction))
    except NotAllowedError:
        return False
    return True
