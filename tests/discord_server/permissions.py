"""Permissions of Discord: their bits, and what a member may do in a channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BITS: Mapping[str, int] = {
    "kick_members": 1 << 1,
    "ban_members": 1 << 2,
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_external_emojis": 1 << 18,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
}
ALL = (1 << 50) - 1


def bits(*names: str) -> int:
    """The permissions of these names in one number. Raises KeyError for an unknown one."""
    total = 0
    for name in names:
        total |= BITS[name]
    return total


_TALK = (
    "view_channel", "send_messages", "send_messages_in_threads", "embed_links", "attach_files",
    "read_message_history", "add_reactions", "create_public_threads", "use_application_commands",
)  # fmt: skip
EVERYONE = bits(*_TALK)
BOT = bits(*_TALK)
MODERATOR = bits("manage_messages", "manage_guild", "manage_threads")
IN_DM = bits(*_TALK, "mention_everyone", "use_external_emojis")


def resolve(
    base: int,
    roles: Iterable[tuple[int, int]],
    overwrites: Sequence[Mapping[str, Any]],
    *,
    everyone: int,
    member: int,
) -> int:
    """What a member may do in a channel.

    ``base`` is of the role @everyone, ``roles`` are ids and bits of the member's others, and the
    overwrites are the channel's, applied in Discord's order: @everyone, roles together, member.
    Without ``view_channel`` nothing is left. Administrators may do all.
    """
    held = {number for number, _ in roles}
    for _, granted in roles:
        base |= granted
    if base & BITS["administrator"]:
        return ALL
    allow = deny = 0
    of_member = (0, 0)
    for overwrite in overwrites:
        number, pair = int(overwrite["id"]), (int(overwrite["allow"]), int(overwrite["deny"]))
        if number == everyone:
            base = base & ~pair[1] | pair[0]
        elif number in held:
            allow, deny = allow | pair[0], deny | pair[1]
        elif number == member:
            of_member = pair
    base = base & ~deny | allow
    base = base & ~of_member[1] | of_member[0]
    return base if base & BITS["view_channel"] else 0
