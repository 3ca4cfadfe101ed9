"""What commands, presses and mentions work with, and who reads what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import discord

from bot.languages import Language, language
from bot.library import Library
from bot.rules import Cooldowns, Once, Rights
from bot.settings import Settings
from bot.state import State


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads an answer, and how it is shown to them."""

    id: int
    guild: int | None  # None in a direct message, and where the app is only user-installed
    language: Language
    plain: bool = False  # as text alone, for screen readers


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    library: Library
    state: State
    rights: Rights
    cooldowns: Cooldowns
    sharing: Once = field(default_factory=Once)

    def reader(self, interaction: discord.Interaction[Any]) -> Reader:
        """Who uses a command or presses a button. From memory alone."""
        guild = interaction.guild_id if interaction.is_guild_integration() else None
        return self.reader_of(interaction.user.id, guild, str(interaction.locale))

    def reader_of(self, user: int, guild: int | None, *locales: str | None) -> Reader:
        """A person in a server: its settings come first, then the person's own, then ``locales``."""
        server = self.state.server(guild)
        return Reader(
            user,
            guild,
            language(server.language, *locales),
            self.state.is_plain(user) or server.plain,
        )
