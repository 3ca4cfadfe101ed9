"""The permissions that the bot asks for in a server, each for one feature, and the links to add it.

Commands and what is pressed need none: Discord lets their answers in wherever the command may be
used. https://discord.com/developers/docs/topics/permissions
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

import discord
from discord.utils import oauth_url

from bot.rules import NotAllowedError
from index.messages import Message, say


class MissingPermissionError(NotAllowedError):
    """The bot lacks a permission in the channel that it is used in."""

    hint = "Please tell somebody who manages the server. `/ask` works there without permissions."


@dataclass(frozen=True, slots=True)
class Needed:
    """A permission by discord.py's name and as Discord shows it, and what it is for."""

    name: str
    label: Message
    feature: str


#: README.md holds this table for people.
NEEDED = (
    Needed("view_channel", say("View Channels"), "seeing messages that mention the bot"),
    Needed("send_messages", say("Send Messages"), "answering them; the welcome on joining"),
    Needed(
        "send_messages_in_threads", say("Send Messages in Threads"), "answering them in threads"
    ),
    Needed(
        "read_message_history",
        say("Read Message History"),
        "answering as a reply; the question before, in a thread",
    ),
    Needed("embed_links", say("Embed Links"), "the rest of a long answer in plain text"),
    Needed("attach_files", say("Attach Files"), "an answer too long for a message, as a file"),
    Needed(
        "create_public_threads", say("Create Public Threads"), "opening a thread from an answer"
    ),
    Needed(
        "add_reactions",
        say("Add Reactions"),
        "telling somebody who takes no direct messages why there is no answer",
    ),
)

LEAST = discord.Permissions(**{needed.name: True for needed in NEEDED})


def missing(have: discord.Permissions, names: Iterable[str]) -> tuple[Message, ...]:
    """Those of ``names`` that are not granted, as Discord shows them, in the order of `NEEDED`."""
    wanted = set(names)
    return tuple(n.label for n in NEEDED if n.name in wanted and not getattr(have, n.name))


def needed_to_reply(*, thread: bool, plain: bool) -> tuple[str, ...]:
    """What a reply to a message needs in its channel; ``plain`` says that it is text alone."""
    speaking = "send_messages_in_threads" if thread else "send_messages"
    return ("view_channel", speaking, "read_message_history", *(["embed_links"] if plain else []))


#: What opening a thread from an answer needs in its channel.
NEEDED_FOR_THREAD = ("create_public_threads", "send_messages_in_threads")


def server_link(application: int) -> str:
    """The address at which an administrator adds the bot to a server, with the least permissions."""
    link = oauth_url(application, permissions=LEAST, scopes=("bot", "applications.commands"))
    return f"{link}&integration_type=0"


def user_link(application: int) -> str:
    """The address at which a person adds the commands for themselves, to use anywhere."""
    return f"{oauth_url(application, scopes=('applications.commands',))}&integration_type=1"


def application_of(token: str) -> int | None:
    """The application's id, which a bot's token begins with in base64; None where it doesn't."""
    first = token.partition(".")[0]
    try:
        said = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(said) if said.isdigit() and 15 <= len(said) <= 20 else None
