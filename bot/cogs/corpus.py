"""/corpus: reading the documents anew."""

from __future__ import annotations

import logging
import time

import discord
from discord import app_commands
from discord.ext import commands

from bot import render, replies
from bot.layout import Page
from bot.library import Build
from bot.people import person
from bot.replies import Interaction
from bot.services import Reader, Services
from index.messages import joined, say
from index.model import BuildReport

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds between two messages about progress


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Corpus(commands.GroupCog, group_name="corpus", group_description="Manage the documents"):
    """Its permissions in Discord are only a default that a server may change: `Rights` decides."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @app_commands.command()
    @app_commands.describe(full="Read every document again, not only what changed")
    async def reindex(self, interaction: Interaction, full: bool = False) -> None:
        """Read the documents anew; questions are answered all the while."""
        self.services.rights.check_reindex(person(interaction), full=full)
        await replies.defer(interaction, private=True)
        joins = self.services.library.reading is not None
        build = self.services.library.build(full=full)
        log.info("interaction %s: reindex, full=%s, joined=%s", interaction.id, full, joins)
        reader = self.services.reader(interaction)
        t = reader.language
        report = await self._follow(interaction, build, reader)
        if report is not None:
            note = _joined_note(build, full) if joins else ""
            page = render.report_page(report, t, note=note)
        elif interaction.client.closing:
            page = render.notice_page(
                say(
                    "The bot is being restarted, and the reading was stopped. "
                    "The documents indexed before go on answering."
                ),
                t,
            )
        else:
            page = render.notice_page(
                say(
                    "The documents are still being read. "
                    "The new index is used as soon as it is done."
                ),
                t,
            )
        await replies.show(interaction, page, plain=reader.plain)

    async def _follow(
        self, interaction: Interaction, build: Build, reader: Reader
    ) -> BuildReport | None:
        """The report; until it comes, show progress. None when the reply can't be edited longer."""
        ends = replies.arrived(interaction) + replies.TOKEN_LIFE
        shown = None
        while time.monotonic() < ends and not interaction.client.closing:
            report = await build.wait(EVERY)
            if report is not None:
                return report
            if build.progress is not None and build.progress != shown:
                shown = build.progress
                page = render.progress_page(shown.done, shown.total, shown.name, reader.language)
                await _try_to_show(interaction, page, reader)
        return None


async def _try_to_show(interaction: Interaction, page: Page, reader: Reader) -> None:
    """Show how far it is; what can't be shown now is left to the last message."""
    try:
        await replies.show(interaction, page, plain=reader.plain)
    except (discord.HTTPException, *replies.UNSURE) as error:
        log.info("interaction %s: progress not shown: %s", interaction.id, type(error).__name__)


def _joined_note(build: Build, full: bool) -> str:
    note = say("The documents were being read already when you asked; this came of it.")
    if full and not build.full:
        return joined(note, say("It read only what had changed: ask again to read all."))
    return note
