"""/aliases: names for one thing, previewed, and taken back."""

from __future__ import annotations

from typing import Any

from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice, Transform
from discord.ext import commands

from bot import editing, replies
from bot.cogs.timeline_edit import suggest_collections
from bot.editing import NewGroup
from bot.render.aliases import group_preview
from bot.replies import Interaction
from bot.services import Services
from bot.views.aliases import PROPOSED, check_room, list_page
from bot.views.edits import editable
from index.archive import Archive

_LONGEST = editing.MOST_NAMES * (editing.LONGEST_NAME + 2)


class Names(app_commands.Transformer):
    """Names as they were typed: Discord keeps to a length, but a person may send anything."""

    type = AppCommandOptionType.string
    min_value = 1
    max_value = _LONGEST

    async def transform(self, _: Interaction, value: Any, /) -> str:
        """The text, which `bot.editing` judges in words that tell what is wrong."""
        return str(value)


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Aliases(
    commands.GroupCog, group_name="aliases", group_description="Different names for one thing"
):
    """All of it is private. Permissions in Discord are only a default: rights are checked again."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.library = services.library

    @app_commands.command(name="list")
    @app_commands.describe(collection="Whose names; this server's unless you choose")
    async def show(self, interaction: Interaction, collection: str | None = None) -> None:
        """List the groups of names, with who made them."""
        await self._list(interaction, collection)

    @app_commands.command()
    @app_commands.describe(
        names="Two to ten names with commas between: Burma, Myanmar",
        collection="For whose documents; this server's unless you choose",
    )
    async def add(
        self,
        interaction: Interaction,
        names: Transform[str, Names],
        collection: str | None = None,
    ) -> None:
        """Say that several names mean one thing, so that each finds the others."""
        may = editable(self.services, interaction)
        guild = interaction.guild_id or 0
        chosen = editing.choose_collection(collection, may, guild)
        wanted = editing.check_names(names)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        state = self.services.state
        await check_room(state, chosen)
        kept = await state.aliases(chosen)
        shelf = await self.library.shelf(frozenset({chosen}))  # names count in no other

        def look(archive: Archive) -> NewGroup:
            return editing.propose_group(archive, chosen, wanted, kept)

        group = await self.library.run(shelf, look)
        draft = PROPOSED.keep(group, reader.id, reader.guild)
        page = group_preview(group, draft, guild, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    @app_commands.describe(collection="Whose names; this server's unless you choose")
    async def remove(self, interaction: Interaction, collection: str | None = None) -> None:
        """Remove a group of names, chosen from a menu."""
        await self._list(interaction, collection)

    @show.autocomplete("collection")
    async def suggest_list(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return suggest_collections(self.services, interaction, typed)

    @add.autocomplete("collection")
    async def suggest_add(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return suggest_collections(self.services, interaction, typed)

    @remove.autocomplete("collection")
    async def suggest_remove(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return suggest_collections(self.services, interaction, typed)

    async def _list(self, interaction: Interaction, collection: str | None) -> None:
        may = editable(self.services, interaction)
        guild = interaction.guild_id or 0
        chosen = editing.choose_collection(collection, may, guild)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        page = await list_page(self.services, chosen, guild, reader.language)
        await replies.show(interaction, page, plain=reader.plain)
