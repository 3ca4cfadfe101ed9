"""/timeline-edit: corrections of the timeline, previewed, and taken back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice, Transform
from discord.ext import commands

from bot import documents, editing, logs, replies, rules
from bot.editing import Proposal, QuoteNotFoundError
from bot.render.edits import near_page
from bot.replies import Interaction
from bot.services import Services
from bot.views.edits import MEANT, Meant, editable, kept_preview, list_page
from index.archive import Archive
from index.dates import parse_when
from index.messages import say

log = logging.getLogger(__name__)


class Words(app_commands.Transformer):
    """Words as they were typed: Discord keeps to a length, but a person may send anything."""

    type = AppCommandOptionType.string
    min_value = 1
    max_value = editing.LONGEST_QUOTE

    async def transform(self, _: Interaction, value: Any, /) -> str:
        """The text, which `bot.editing` judges in words that tell what is wrong."""
        return str(value)


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class TimelineEdit(
    commands.GroupCog,
    group_name="timeline-edit",
    group_description="Correct entries of the timeline",
):
    """All of it is private. Permissions in Discord are only a default: rights are checked again."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.library = services.library

    @app_commands.command()
    @app_commands.describe(event="Words or the date of the entry")
    async def hide(self, interaction: Interaction, event: Transform[str, Words]) -> None:
        """Take an entry out of the timeline; the document stays as it is."""
        await self._preview(interaction, "hide", event)

    @app_commands.command()
    @app_commands.describe(
        event="Words or the date of the entry",
        date="The right date: 7 September 2022, Sept 2022, 2021..2022, the 1950s",
    )
    async def redate(
        self, interaction: Interaction, event: Transform[str, Words], date: Transform[str, Words]
    ) -> None:
        """Give an entry another date."""
        parse_when(date, today=self.library.today())  # what can't be read is told at once
        await self._preview(interaction, "redate", event, date=date)

    @app_commands.command()
    @app_commands.describe(
        event="Words or the date of the entry", headline="A few words that stand above the quote"
    )
    async def retitle(
        self,
        interaction: Interaction,
        event: Transform[str, Words],
        headline: Transform[str, Words],
    ) -> None:
        """Put a headline of your own above an entry; its quote stays verbatim."""
        await self._preview(interaction, "retitle", event, headline=headline)

    @app_commands.command()
    @app_commands.describe(
        document="The document that tells it",
        quote="The words that tell it, exactly as they stand there",
        date="When it happened: 7 September 2022, Sept 2022, 2021..2022, the 1950s",
        headline="A few words that stand above the quote",
    )
    async def add(
        self,
        interaction: Interaction,
        document: Transform[str, Words],
        quote: Transform[str, Words],
        date: Transform[str, Words],
        headline: Transform[str, Words] | None = None,
    ) -> None:
        """Add an entry that was not found: words of a document and their date."""
        may = editable(self.services, interaction)
        today = self.library.today()
        parse_when(date, today=today)
        reader = self.services.reader(interaction)
        shelf = await self.library.shelf(may)
        source = documents.find(shelf.sources, document).source
        await replies.defer(interaction, private=True)
        guild = interaction.guild_id or 0
        try:
            proposal = await self.library.run(
                shelf,
                lambda archive: editing.propose_event(
                    archive, source.id, quote, date, headline, today
                ),
            )
        except QuoteNotFoundError as error:
            near = await self.library.run(
                shelf, lambda archive: editing.near_quotes(archive, source.id, quote, today)
            )
            draft = MEANT.keep(Meant(source.id, date, headline, near), reader.id, reader.guild)
            page = near_page(error.message, near, draft, reader.language)
        else:
            page = kept_preview(proposal, reader.id, guild, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    @app_commands.describe(
        first="The entry that stays",
        second="Another entry that tells the same happening",
        third="One more",
        fourth="One more",
        fifth="One more",
    )
    async def merge(
        self,
        interaction: Interaction,
        first: Transform[str, Words],
        second: Transform[str, Words],
        third: Transform[str, Words] | None = None,
        fourth: Transform[str, Words] | None = None,
        fifth: Transform[str, Words] | None = None,
    ) -> None:
        """Make entries that tell the same happening one."""
        given = (first, second, third, fourth, fifth)
        await self._preview(interaction, "merge", *filter(None, given))

    @app_commands.command()
    @app_commands.describe(collection="Only corrections of this collection")
    async def undo(self, interaction: Interaction, collection: str | None = None) -> None:
        """List the corrections that count, and take one back."""
        may = editable(self.services, interaction)
        guild = interaction.guild_id or 0
        chosen = editing.choose_collection(collection, may, guild) if collection else ""
        await replies.defer(interaction, private=True)
        reader = self.services.reader(interaction)
        page = await list_page(
            self.services,
            {chosen} if chosen else may,
            guild,
            reader.language,
            collection=chosen,
        )
        await replies.show(interaction, page, plain=reader.plain)

    async def _preview(
        self, interaction: Interaction, kind: Any, *events: str, **said: str
    ) -> None:
        """Show what a correction would do, privately, with Save and Cancel."""
        may = editable(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        shelf = await self.library.shelf(may)
        today = self.library.today()

        def look(archive: Archive) -> Proposal:
            return editing.propose(archive, kind, events, today, **said)

        try:
            proposal = await self.library.run(shelf, look)
        except editing.NoSuchEventError:
            await self._refuse_foreign(reader.private - may, events)
            raise
        page = kept_preview(proposal, reader.id, interaction.guild_id or 0, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    async def _refuse_foreign(self, sight: frozenset[str], events: tuple[str, ...]) -> None:
        """Raise NotAllowedError if an entry is one that this person sees but may not edit."""
        if not sight:
            return
        shelf = await self.library.shelf(sight)
        wanted = [one.strip().lower() for one in events]
        today = self.library.today()
        found = await self.library.run(
            shelf, lambda archive: editing.events_of(archive, wanted, today)
        )
        if found:
            raise rules.NotAllowedError(
                say("That entry is of the owner's documents, which can't be edited from here.")
            )

    # -- what is offered while options are typed

    @hide.autocomplete("event")
    async def suggest_hide(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @redate.autocomplete("event")
    async def suggest_redate(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @retitle.autocomplete("event")
    async def suggest_retitle(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @merge.autocomplete("first")
    async def suggest_first(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @merge.autocomplete("second")
    async def suggest_second(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @merge.autocomplete("third")
    async def suggest_third(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @merge.autocomplete("fourth")
    async def suggest_fourth(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @merge.autocomplete("fifth")
    async def suggest_fifth(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._suggest_events(interaction, typed)

    @add.autocomplete("document")
    async def suggest_document(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await self._offered(
            interaction,
            lambda archive, _: rules.suggest_documents(archive.sources(), typed),
        )

    @undo.autocomplete("collection")
    async def suggest_collection(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return suggest_collections(self.services, interaction, typed)

    async def _suggest_events(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        today = self.library.today()
        t = self.services.reader(interaction).language
        return await self._offered(
            interaction, lambda archive, _: [*editing.offer_events(archive, typed, today, t)]
        )

    async def _offered(
        self,
        interaction: Interaction,
        look: Callable[[Archive, frozenset[str]], list[tuple[str, str]]],
    ) -> list[Choice[str]]:
        """What ``look`` finds among what this person may edit; nothing when that fails."""
        try:
            may = editable(self.services, interaction)
            shelf = await self.library.shelf(may)
            found = await self.library.run(shelf, lambda archive: look(archive, may))
        except Exception as error:
            log.info("interaction %s: no suggestions: %s", interaction.id, logs.trail(error))
            return []
        return [Choice(name=name, value=value) for name, value in found if name]


def suggest_collections(
    services: Services, interaction: Interaction, typed: str
) -> list[Choice[str]]:
    """The collections that this person may edit."""
    try:
        may = editable(services, interaction)
        t = services.reader(interaction).language
        found = editing.offer_collections(may, interaction.guild_id or 0, typed, t)
    except Exception as error:
        log.info("interaction %s: no suggestions: %s", interaction.id, logs.trail(error))
        return []
    return [Choice(name=name, value=value) for name, value in found]
