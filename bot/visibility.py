"""Which collections may be searched: by whoever can read a channel, and by one member there.

Pure functions over what a server's administrators and the bot's owner granted. Whatever reads the
index in Discord names such a sight: see `bot.library.Library.shelf`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.state import Grant
from index.collections import MAIN, is_owners, server_collection

Sight = frozenset[str]

#: What is searched in direct messages, and where the app is only user-installed.
ALONE: Sight = frozenset({MAIN})


class Grants(Protocol):
    """What the state tells, from memory."""

    def grants(self, guild: int) -> tuple[Grant, ...]:
        """What was chosen for a server's collections; those without a line are open to all, if known."""


def granted(state: Grants, guild: int) -> tuple[Grant, ...]:
    """Every collection that a server knows, with who may search it: its own, main, then by name.

    A line for another server's own collection counts for nothing, whoever wrote it.
    """
    own = server_collection(guild)
    chosen = {
        grant.collection: grant
        for grant in state.grants(guild)
        if grant.guild == guild and (grant.collection == own or is_owners(grant.collection))
    }
    for collection in (own, MAIN):
        chosen.setdefault(collection, Grant(guild, collection, "all"))
    first = (own, MAIN)
    rest = sorted(chosen.keys() - set(first))
    return tuple(chosen[collection] for collection in (*first, *rest))


def public_sight(
    state: Grants, guild: int | None, channel_id: int | None, parent_id: int | None = None
) -> Sight:
    """What everyone who can read a channel may see; ``parent_id`` is that of a thread.

    Without a server (``guild`` is None) the owner's main documents alone.
    """
    return private_sight(state, guild, channel_id, parent_id, ())


def private_sight(
    state: Grants,
    guild: int | None,
    channel_id: int | None,
    parent_id: int | None,
    role_ids: Iterable[int],
) -> Sight:
    """What a member with these roles may see in a message of their own, in this channel.

    Never less than `public_sight` there.
    """
    if guild is None:
        return ALONE
    places = {place for place in (channel_id, parent_id) if place is not None}
    roles = frozenset(role_ids)
    return frozenset(
        grant.collection for grant in granted(state, guild) if _is_open(grant, places, roles)
    )


def _is_open(grant: Grant, places: set[int], roles: frozenset[int]) -> bool:
    if grant.open == "some":
        return not places.isdisjoint(grant.channels) or not roles.isdisjoint(grant.roles)
    return grant.open == "all"
