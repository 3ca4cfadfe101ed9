"""/help: what the bot can do, how to ask it, and examples that it answers."""

from __future__ import annotations

import contextlib

from discord import app_commands
from discord.ext import commands

from bot import replies
from bot.people import administers, at_home
from bot.render.help import Asker, Indexed, help_page
from bot.replies import Interaction
from bot.services import Services
from index.errors import IndexMissingError


class Help(commands.Cog):
    """Private, and from memory: while nothing is indexed it says so and tells the rest."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """What I can and can't answer, how to ask, and examples to try."""
        services = self.services
        reader = services.reader(interaction)
        indexed = None
        with contextlib.suppress(IndexMissingError):
            shelf = await services.library.shelf(reader.private)
            await services.library.add_examples(shelf)
            when = shelf.indexed
            day = when.astimezone(services.settings.timezone).date() if when else None
            generation = shelf.archive.generation
            indexed = Indexed(shelf.sources, generation, day, tuple(shelf.examples))
        owns = reader.id in services.rights.owners
        looks_after = administers(services, interaction) or owns
        asker = Asker(
            plain=services.state.is_plain(reader.id),
            administers=looks_after,
            reindexes=looks_after or at_home(services, interaction),
            owns=owns,
        )
        page = help_page(indexed, asker, interaction.client.command_ids, reader.language)
        await replies.tell(interaction, page, private=True, plain=reader.plain)
