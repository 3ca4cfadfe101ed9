"""/corpus add, remove, replace, rename, list and show: a server's own documents."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot import replies
from bot.attachments import check_size, offered
from bot.limits import CHOICE, CHOICES, shorten
from bot.people import administered, administers
from bot.render.uploads import remove_page
from bot.replies import Interaction
from bot.services import Services
from bot.uploads import LONGEST, read_details, uploads_of
from bot.views import uploads as views
from bot.waiting import Details

_DOCUMENT = "A document of this server: its title or file name"


class DocumentCommands(commands.Cog):
    """Commands of the group /corpus, answered to who called them alone; `bot.cogs.corpus` puts the
    groups together."""

    services: Services

    @app_commands.command()
    @app_commands.describe(
        file="The document; without one a form opens that takes ten files",
        file2="Another document",
        file3="Another document",
        file4="Another document",
        file5="Another document",
    )
    async def add(
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        file2: discord.Attachment | None = None,
        file3: discord.Attachment | None = None,
        file4: discord.Attachment | None = None,
        file5: discord.Attachment | None = None,
    ) -> None:
        """Add documents: they are read and shown to you before anything is saved."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        offers = [offered(one) for one in (file, file2, file3, file4, file5) if one is not None]
        if not offers:
            await replies.ask(interaction, views.files_form(reader.language))
            return
        if len(offers) == 1:
            check_size(offers[0].size, self.services.settings.limits.file)
        await replies.defer(interaction, private=True)
        await views.show_preview(interaction, self.services, reader, guild, offers)

    @app_commands.command()
    @app_commands.describe(document=_DOCUMENT, file="The file that takes its place")
    async def replace(
        self, interaction: Interaction, document: Range[str, 1, 300], file: discord.Attachment
    ) -> None:
        """Put a new file in a document's place: you see what differs before it is saved."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        offer = offered(file)
        check_size(offer.size, self.services.settings.limits.file)
        await replies.defer(interaction, private=True)
        old = await uploads_of(self.services).find(guild, document)
        await views.show_preview(interaction, self.services, reader, guild, [offer], old)

    @app_commands.command()
    @app_commands.describe(document=_DOCUMENT)
    async def remove(self, interaction: Interaction, document: Range[str, 1, 300]) -> None:
        """Remove a document: you are asked first, and it can be brought back for a day."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        upload = await uploads_of(self.services).find(guild, document)
        page = remove_page(upload, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    @app_commands.describe(
        document=_DOCUMENT, title="Its new title; without one a form opens with all details"
    )
    async def rename(
        self,
        interaction: Interaction,
        document: Range[str, 1, 300],
        title: Range[str, 1, LONGEST] | None = None,
    ) -> None:
        """Change a document's title or other details; its id and its file stay."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        if title is None:
            upload = await uploads_of(self.services).find(guild, document)
            await replies.ask(interaction, views.form_of(upload, reader.language))
            return
        await replies.defer(interaction, private=True)
        upload = await uploads_of(self.services).find(guild, document)
        said = read_details({"title": title}, self.services.library.today())
        details = Details(said.title, upload.author, upload.date, upload.rights, upload.language)
        await views.describe(interaction, self.services, reader, upload, details)

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """List this server's documents, what they take of its quota, and what was removed."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        page = await views.list_of(self.services, guild, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    @app_commands.describe(document=_DOCUMENT)
    async def show(self, interaction: Interaction, document: Range[str, 1, 300]) -> None:
        """Show one of this server's documents, to change, download or remove it."""
        guild = administered(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        upload = await uploads_of(self.services).find(guild, document)
        page = await views.page_of(self.services, upload, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @replace.autocomplete("document")
    @remove.autocomplete("document")
    @rename.autocomplete("document")
    @show.autocomplete("document")
    async def suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The server's own documents whose title or file name holds what was typed."""
        if not administers(self.services, interaction) or interaction.guild_id is None:
            return []
        wanted = " ".join(typed.casefold().split())
        found = [
            (not any(name.casefold().startswith(wanted) for name in (one.title, one.name)), one)
            for one in await self.services.state.uploads(interaction.guild_id)
            if wanted in f"{one.title} {one.name}".casefold()
        ]
        found.sort(key=lambda pair: pair[0])
        return [
            app_commands.Choice(
                name=shorten(f"{one.title} ({one.name})", CHOICE) or one.name, value=str(one.id)
            )
            for _, one in found[:CHOICES]
        ]
