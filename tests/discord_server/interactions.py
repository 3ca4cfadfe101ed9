"""An interaction: what Discord tells the bot of it, and what has become of it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server import permissions
from tests.discord_server.world import FILE_LIMIT, GROUP_DM, Channel, Message, User, new_id

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass(slots=True, eq=False)
class Interaction:
    kind: int
    user: User
    channel: Channel
    bot: User
    data: dict[str, Any]
    source: Message | None = None  # the message that holds what was pressed
    before: Interaction | None = None  # the one that opened the form or made the message
    user_install: bool = False
    locale: str = "en-US"
    id: int = field(default_factory=new_id)
    token: str = field(default_factory=lambda: "interaction-" + secrets.token_urlsafe(80))
    sent: float = field(default_factory=time.monotonic)
    changed: float = field(default_factory=time.monotonic)
    answered: float | None = None  # when its first response was taken
    callback: int | None = None
    ephemeral: bool = False
    original: Message | None = None  # what @original is
    follow_ups: list[Message] = field(default_factory=list)
    filled: bool = False  # the waiting message has got its content
    updated: bool = False  # the source was edited through this interaction
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    refused: list[tuple[int, str]] = field(default_factory=list)  # first responses, with the reason
    disturbed: bool = False  # by a fault: what the bot repeats is no mistake of its own

    @property
    def complete(self) -> bool:
        """Whether nothing is owed: a response, and in place of a waiting message its content."""
        return self.callback is not None and (self.callback != DEFERRED or self.filled)

    @property
    def context(self) -> int:
        """0 in a server, 1 in the DM with the bot, 2 in any other DM."""
        if self.channel.guild is not None:
            return 0
        return 2 if self.channel.type == GROUP_DM else 1

    def owners(self) -> dict[str, str]:
        if self.user_install:
            return {"1": str(self.user.id)}
        return {"0": str(self.channel.guild.id) if self.channel.guild else "0"}

    def metadata(self) -> dict[str, Any]:
        """What a message that answers says of this interaction."""
        made: dict[str, Any] = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.user.json(),
            "authorizing_integration_owners": self.owners(),
        }
        if self.kind == COMMAND:
            made |= {"name": self.data["name"], "command_type": self.data["type"]}
        if self.kind == COMPONENT and self.source is not None:
            made["interacted_message_id"] = str(self.source.id)
        if self.kind == FORM and self.before is not None:
            made["triggering_interaction_metadata"] = self.before.metadata()
        return made

    def json(self) -> dict[str, Any]:
        """INTERACTION_CREATE as Discord sends it."""
        guild = self.channel.guild
        member = guild.members.get(self.user.id) if guild else None
        made: dict[str, Any] = {
            "id": str(self.id),
            "application_id": str(self.bot.id),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel_id": str(self.channel.id),
            "channel": self.channel.json(),
            "app_permissions": str(self._app_permissions()),
            "locale": self.locale,
            "entitlements": [],
            "authorizing_integration_owners": self.owners(),
            "context": self.context,
            "attachment_size_limit": FILE_LIMIT,
        }
        if guild is not None and member is not None:
            rights = self.channel.may(self.user)
            made |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "member": {**member.json(), "permissions": str(rights)},
            }
            made["channel"]["permissions"] = str(rights)
        else:
            made["user"] = self.user.json()
        if self.source is not None:
            made["message"] = self.source.json()
        return made

    def _app_permissions(self) -> int:
        """What the bot may do here; where only its user brought it, what answers need."""
        guild = self.channel.guild
        if guild is None:
            return permissions.IN_DM
        if self.bot.id not in guild.members:
            return permissions.bits("embed_links", "attach_files", "mention_everyone")
        return self.channel.may(self.bot)
