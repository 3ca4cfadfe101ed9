"""/ask and /timeline: what people come for."""

from __future__ import annotations

import logging
import time

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot import render, replies, rules
from bot.library import Library
from bot.replies import Interaction
from bot.rules import Cooldowns
from index.dates.wording import say_date
from index.questions.understanding import MOST_CHARACTERS

log = logging.getLogger(__name__)


class Questions(commands.Cog):
    """What can be judged at once is told to the asker alone; then the wait and the answer are public.

    An interaction's reply needs no permission in its channel, so none is checked before.
    """

    def __init__(self, library: Library, cooldowns: Cooldowns) -> None:
        self.library = library
        self.cooldowns = cooldowns

    @app_commands.command()
    @app_commands.describe(
        question="What do you want to know?", document="Search only this document"
    )
    async def ask(
        self,
        interaction: Interaction,
        question: Range[str, 1, MOST_CHARACTERS],
        document: str | None = None,
    ) -> None:
        """Answer from the documents, with the passages that say so."""
        began = time.monotonic()
        asked = rules.check_question(question)
        shelf = await self.library.shelf()
        only = shelf.archive.snapshot.document_id(document) if document else None
        self._count(interaction)
        await replies.defer(interaction)
        answer = await self.library.ask(shelf, asked, k=render.PASSAGES_SHOWN, document=only)
        await replies.show(interaction, render.answer_layout(answer))
        _log_done(interaction, began, answer.outcome.value)

    @app_commands.command()
    @app_commands.describe(
        when="A day, month, year or range: 7 September 2022, Sept 2022, 2021..2022, since May 2021",
        who="A person, body or country",
        about="Words of the entry",
        document="Only the events of this document",
    )
    async def timeline(
        self,
        interaction: Interaction,
        when: Range[str, 1, rules.LONGEST_FILTER] | None = None,
        who: Range[str, 1, rules.LONGEST_FILTER] | None = None,
        about: Range[str, 1, rules.LONGEST_FILTER] | None = None,
        document: str | None = None,
    ) -> None:
        """What happened when, from the documents; all of it when nothing is given."""
        began = time.monotonic()
        when = rules.check_when(when, self.library.today())
        who = rules.check_filter(who, "who")
        about = rules.check_filter(about, "about")
        shelf = await self.library.shelf()
        only = shelf.archive.snapshot.document_id(document) if document else None
        self._count(interaction)
        await replies.defer(interaction)
        timeline = await self.library.timeline(
            shelf, when=when, who=who, about=about, document=only
        )
        await replies.show(interaction, render.timeline_layout(timeline))
        _log_done(interaction, began, f"{len(timeline.events)} events")

    @ask.autocomplete("document")
    @timeline.autocomplete("document")
    async def suggest_document(self, _: Interaction, typed: str) -> list[Choice[str]]:
        found = rules.suggest_documents(self.library.sources, typed)
        return [Choice(name=name, value=value) for name, value in found]

    @timeline.autocomplete("who")
    async def suggest_who(self, _: Interaction, typed: str) -> list[Choice[str]]:
        found = await self.library.suggest_names(typed)
        choices = rules.counted_choices((name, name, count) for name, count in found)
        return [Choice(name=name, value=value) for name, value in choices]

    @timeline.autocomplete("when")
    async def suggest_when(self, _: Interaction, typed: str) -> list[Choice[str]]:
        found = await self.library.suggest_times(typed)
        choices = rules.counted_choices((say_date(d), say_date(d), count) for d, count in found)
        return [Choice(name=name, value=value) for name, value in choices]

    def _count(self, interaction: Interaction) -> None:
        self.cooldowns.check(interaction.user.id, interaction.guild_id, time.monotonic())


def _log_done(interaction: discord.Interaction, began: float, result: str) -> None:
    milliseconds = (time.monotonic() - began) * 1000
    log.info("interaction %s: %s in %.0f ms", interaction.id, result, milliseconds)
