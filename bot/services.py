"""What commands, presses and mentions work with, and who reads what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import discord

from bot import rules
from bot.languages import Language, language
from bot.library import Library
from bot.metrics import Metrics
from bot.people import place_of, roles_of
from bot.rules import Cooldowns, Once, Rights
from bot.settings import Settings
from bot.shelves import Shelf
from bot.state import ServerSettings, State
from bot.visibility import ALONE, Sight, private_sight, public_sight


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads an answer, what of the documents they may see, and how it is shown to them."""

    id: int
    guild: int | None  # None in a direct message, and where the app is only user-installed
    language: Language
    plain: bool = False  # as text alone, for screen readers
    public: Sight = ALONE  # what everyone who can read the channel may see
    private: Sight = ALONE  # what this person may see in a message of their own there
    server: ServerSettings = ServerSettings()  # noqa: RUF009 - it never changes
    place: tuple[int, ...] = ()  # the channel, then the one that a thread belongs to

    def sight(self, *, private: bool) -> Sight:
        """What may be searched for a message that only this person sees, or for one that all see."""
        return self.private if private else self.public


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    library: Library
    state: State
    rights: Rights
    cooldowns: Cooldowns
    sharing: Once = field(default_factory=Once)
    metrics: Metrics = field(default_factory=Metrics)

    def reader(self, interaction: discord.Interaction[Any]) -> Reader:
        """Who uses a command or presses a button, by what Discord says with it. From memory alone."""
        guild = interaction.guild_id if interaction.is_guild_integration() else None
        place = place_of(interaction)
        roles = roles_of(interaction.user, guild) if guild is not None else frozenset()
        locale = str(interaction.locale)
        return self.reader_of(interaction.user.id, guild, locale, place=place, roles=roles)

    def reader_of(
        self,
        user: int,
        guild: int | None,
        *locales: str | None,
        place: tuple[int, ...] = (),
        roles: Iterable[int] = (),
    ) -> Reader:
        """A person in a server: its settings come first, then the person's own, then ``locales``.

        ``place`` is the channel, then a thread's parent; without it what is limited to channels stays
        hidden, and so does without ``roles`` what is limited to these.
        """
        server = self.state.server(guild)
        channel, parent = (*place, None, None)[:2]
        return Reader(
            user,
            guild,
            language(server.language, *locales),
            self.state.is_plain(user) or server.plain,
            public_sight(self.state, guild, channel, parent),
            private_sight(self.state, guild, channel, parent, roles),
            server,
            place,
        )

    async def shelf(self, reader: Reader, *, private: bool) -> Shelf:
        """What answers this reader: all that they may see, in a message of their own or in one for all.

        Raises NotHereError where the server chose other channels, IndexMissingError.
        """
        rules.check_place(reader.place, reader.server.channels)
        return await self.library.shelf(reader.sight(private=private))
