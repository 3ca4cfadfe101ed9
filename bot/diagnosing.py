"""What the bot may do and show in a channel: gathered from memory, for its server's administrators."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import discord

from bot import people, permissions, rules
from bot.permissions import Needed
from bot.services import Services
from bot.visibility import Sight, private_sight, public_sight
from index.errors import ArchivistError

Channel = discord.abc.GuildChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How things are in a channel for the bot and for who asks."""

    channel: int
    missing: tuple[Needed, ...]  # only what matters there; empty when nothing is missing
    answers: bool  # whether the server's settings let it answer there
    chosen: tuple[int, ...]  # the channels that the settings name; empty: all
    private: bool  # whether answers are for who asks, unless they want otherwise
    public: Sight  # what everyone who can read the channel may search
    own: Sight  # what who asks may search in a private answer there
    indexed: Indexed | None  # None while nothing is
    latency: float | None  # seconds to Discord; None while it isn't known
    running: Running | None = None  # only for who looks after the whole bot


@dataclass(frozen=True, slots=True)
class Indexed:
    """What answers to who asks."""

    generation: int
    documents: int  # of what they may search
    written: dt.datetime | None  # in UTC


@dataclass(frozen=True, slots=True)
class Running:
    """How the whole bot does."""

    errors: int  # logged in the last hour
    building: bool


async def diagnose(
    services: Services, interaction: discord.Interaction[Any], channel: Channel | None
) -> Diagnosis:
    """How it is in ``channel``, or where it is asked without one. Raises NotAllowedError."""
    who = people.person(interaction)
    guild = people.administered(services, interaction)
    place = people.place_of(interaction)
    if channel is not None:
        place = people.place(channel.id, channel)
    server = services.state.server(guild)
    spot, parent = (*place, None, None)[:2]
    own = private_sight(services.state, guild, spot, parent, who.roles)
    return Diagnosis(
        channel=spot or 0,
        missing=_missing(interaction, channel),
        answers=_answers(place, server.channels),
        chosen=server.channels,
        private=server.private,
        public=public_sight(services.state, guild, spot, parent),
        own=own,
        indexed=await _indexed(services, own),
        latency=_latency(interaction),
        running=_running(services) if people.at_home(services, interaction) else None,
    )


def _answers(place: tuple[int, ...], chosen: tuple[int, ...]) -> bool:
    try:
        rules.check_place(place, chosen)
    except rules.NotHereError:
        return False
    return True


def _missing(interaction: discord.Interaction[Any], channel: Channel | None) -> tuple[Needed, ...]:
    """What is missing of what the features need; in a thread nothing that only channels have."""
    there = interaction.channel if channel is None else channel
    have = interaction.app_permissions
    if channel is not None and channel.id != interaction.channel_id:
        have = channel.permissions_for(channel.guild.me)
    in_thread = isinstance(there, discord.Thread)
    unused = {"send_messages", "create_public_threads"} if in_thread else set()
    lacking = [
        one for one in permissions.NEEDED if one.name not in unused and not getattr(have, one.name)
    ]
    if any(one.name == "view_channel" for one in lacking):
        return tuple(one for one in lacking if one.name == "view_channel")  # nothing else counts
    return tuple(lacking)


async def _indexed(services: Services, sight: Sight) -> Indexed | None:
    try:
        shelf = await services.library.shelf(sight)
    except ArchivistError:
        return None
    return Indexed(shelf.archive.generation, len(shelf.sources), shelf.indexed)


_HEARTBEAT = 40.0  # seconds between two of Discord's; no answer takes as long


def _latency(interaction: discord.Interaction[Any]) -> float | None:
    """Of the shard that this server is on; without shards, of the whole."""
    client = interaction.client
    shard = None
    if isinstance(client, discord.AutoShardedClient) and interaction.guild is not None:
        shard = client.get_shard(interaction.guild.shard_id)
    found = client.latency if shard is None else shard.latency
    # Where an acknowledgement is faster than discord.py notes what it sent, it counts from the one before.
    return found if math.isfinite(found) and found < _HEARTBEAT else None


def _running(services: Services) -> Running:
    return Running(services.metrics.errors_lately(), services.library.building)
