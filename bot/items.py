"""The buttons and menus of messages, as discord.py finds them again after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ui

from bot.ids import ANY_VERSION


class Pressable(ui.DynamicItem[ui.Item[Any]], template=ANY_VERSION):
    """A button or a menu of ours: its id says all that it does, and the client does it.

    One class for both, because discord.py tells such classes apart by their pattern alone.
    """

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: ui.Item[Any], __: re.Match[str], /
    ) -> Self:
        """The item as it stands in the message that was pressed."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the client do it: `bot.app.ArchivistBot.press` answers, whatever happens."""
        await interaction.client.press(interaction)
