"""/sources: what there is to answer from."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import asking, replies
from bot.cogs.suggesting import suggested_documents
from bot.render import sources as pages
from bot.replies import Interaction
from bot.services import Services
from bot.views.sources import left_out


class Sources(commands.Cog):
    """Private unless the asker says otherwise: reading on in it is for one, and fills no channel."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    @app_commands.describe(
        document="Open this document: its outline, sections and notes",
        public="Show it to everybody here",
    )
    async def sources(
        self, interaction: Interaction, document: str | None = None, public: bool = False
    ) -> None:
        """List the documents that answers come from, and read them."""
        reader = self.services.reader(interaction)
        library = self.services.library
        shelf = await self.services.shelf(reader, private=not public)
        if document is None or not document.strip():
            told = [] if public else left_out(self.services, interaction, shelf)
            page = pages.sources_page(
                shelf.sources, shelf.archive.generation, reader.language, left_out=len(told)
            )
            await replies.tell(interaction, page, private=not public, plain=reader.plain)
            return
        found = await asking.find_document(self.services, reader, shelf, document)
        wanted = found.source.id
        await replies.defer(interaction, private=not public)
        outline = await library.run(shelf, lambda archive: archive.outline(wanted))
        page = pages.outline_page(outline, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @sources.autocomplete("document")
    async def suggest_document(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await suggested_documents(self.services, interaction, typed)
