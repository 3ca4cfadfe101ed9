"""/ask, and the entry in a message's menu that asks what the message says."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import Any

import discord
from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import asking, gaps, logs, replies
from bot.asking import Ready
from bot.cogs.suggesting import suggested_documents
from bot.cogs.timeline import choices
from bot.replies import Interaction
from bot.services import Services
from index.archive import Archive
from index.questions.understanding import MOST_CHARACTERS

log = logging.getLogger(__name__)

FETCHING = 3.0  # seconds that the answer which a thread was made from is waited for


class QuestionText(app_commands.Transformer):
    """A question as it was typed. Discord keeps to the lengths, but a person may send anything."""

    type = AppCommandOptionType.string
    min_value = 1
    max_value = MOST_CHARACTERS

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> str:
        """The text, which `rules.check_question` judges in words that tell what is wrong."""
        return str(value)


class Questions(commands.Cog):
    """What can be judged at once is told to the asker alone; then come the wait and the answer.

    An interaction's reply needs no permission in its channel, so none is checked before.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.library = services.library
        #: discord.py adds no menus of a cog by itself.
        self.menu = app_commands.ContextMenu(
            name="Ask the documents about this", callback=self.ask_about
        )

    @app_commands.command()
    @app_commands.rename(since="from", until="to")
    @app_commands.describe(
        question="What do you want to know?",
        document="Search only this document",
        since="Only what happened from then on: 2021, May 2021, 7 September 2022",
        until="Only what happened until then, that time included",
        private="Show the answer to you alone; as this server chose, unless you say",
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Transform[str, QuestionText],
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Answer from the documents, with the passages that say so."""
        began = time.monotonic()
        reader = self.services.reader(interaction)
        if private is None:
            private = reader.server.private
        ready = await asking.prepare(
            *(self.services, reader, question),
            private=private,
            document=document,
            since=since,
            until=until,
        )
        await replies.defer(interaction, private=private)
        ready = replace(ready, asked=replace(ready.asked, before=await _before(interaction)))
        await self._answer(interaction, ready, began, private=private)

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer, privately, from the documents what a message says."""
        began = time.monotonic()
        reader = self.services.reader(interaction)
        words = asking.words_of(message)
        ready = await asking.prepare(self.services, reader, words.text, private=True)
        await replies.defer(interaction, private=True)
        t = reader.language
        note = "" if words.whole else t("Only the first sentences of the message were asked.")
        await self._answer(interaction, ready, began, private=True, note=note)

    async def _answer(
        self, interaction: Interaction, ready: Ready, began: float, *, private: bool, note: str = ""
    ) -> None:
        reader = self.services.reader(interaction)
        found = await asking.find(self.services, ready)
        with self.services.metrics.stage("render"):
            page = asking.page_of(
                found,
                reader,
                private=private,
                threads=asking.can_have_thread(interaction),
                note=note,
            )
        await replies.show(interaction, page, plain=reader.plain)
        await gaps.record(self.services, reader, found)
        milliseconds = (time.monotonic() - began) * 1000
        outcome = found.answer.outcome.value
        log.info("interaction %s: %s in %.0f ms", interaction.id, outcome, milliseconds)

    @ask.autocomplete("document")
    async def suggest_document(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await suggested_documents(self.services, interaction, typed)

    @ask.autocomplete("since")
    @ask.autocomplete("until")
    async def suggest_time(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Times with how many events each has; none where something goes wrong."""
        reader = self.services.reader(interaction)
        today, t = self.library.today(), reader.language

        def look(archive: Archive) -> list[Choice[str]]:
            found = archive.suggest_when(typed, today=today)
            dated = ((one.date, one) for one in found)  # an end has a year
            return choices(((t.date(d), one.when, one.events) for d, one in dated if d), t)

        try:
            shelf = await self.library.shelf(reader.private)
            return await self.library.run(shelf, look)
        except Exception as error:  # any value may be typed
            log.info("interaction %s: no suggestions: %s", interaction.id, logs.trail(error))
            return []


async def _before(interaction: Interaction) -> str:
    """The question whose answer this thread was made from; empty where it can't be told.

    A thread made from a message has its id.
    """
    channel = interaction.channel
    if not (isinstance(channel, discord.Thread) and interaction.is_guild_integration()):
        return ""  # of a server that the bot hasn't joined it reads nothing
    parent = interaction.client.get_partial_messageable(channel.parent_id)
    try:
        async with asyncio.timeout(FETCHING):
            message = await parent.fetch_message(channel.id)
    except (discord.DiscordException, *replies.UNSURE) as error:
        log.debug("no answer above the thread: %s", type(error).__name__)
        return ""
    user = interaction.client.user
    return asking.question_of(message) if user and message.author.id == user.id else ""
