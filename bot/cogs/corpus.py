"""/sources and /corpus: what there is to answer from, and reading it anew."""

from __future__ import annotations

import logging
import time

import discord
from discord import app_commands
from discord.ext import commands

from bot import render, replies
from bot.library import Build, Library
from bot.replies import Interaction
from bot.rules import Person, Rights
from index.model import BuildReport

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds between two messages about progress
TOKEN_LIFE = 14 * 60.0  # seconds; Discord lets a reply be edited for fifteen minutes


class Sources(commands.Cog):
    def __init__(self, library: Library) -> None:
        self.library = library

    @app_commands.command()
    async def sources(self, interaction: Interaction) -> None:
        """List the documents that answers come from."""
        shelf = await self.library.shelf()
        view = render.sources_layout(shelf.sources, shelf.archive.generation)
        await replies.tell(interaction, view, private=False)


@app_commands.default_permissions(manage_guild=True)
class Corpus(commands.GroupCog, group_name="corpus", group_description="Manage the documents"):
    """Its permissions in Discord are only a default that a server may change: `Rights` decides."""

    def __init__(self, library: Library, rights: Rights) -> None:
        self.library = library
        self.rights = rights

    @app_commands.command()
    @app_commands.describe(full="Read every document again, not only what changed")
    async def reindex(self, interaction: Interaction, full: bool = False) -> None:
        """Read the documents anew; questions are answered all the while."""
        self.rights.check_reindex(_person(interaction), full=full)
        await replies.defer(interaction, private=True)
        joined = self.library.building
        build = self.library.build(full=full)
        log.info("interaction %s: reindex, full=%s, joined=%s", interaction.id, full, joined)
        report = await self._follow(interaction, build)
        if report is None:
            view = render.notice_layout(
                "The documents are still being read. The new index is used as soon as it is done."
            )
        else:
            view = render.report_layout(report, note=_joined_note(build, full) if joined else "")
        await replies.show(interaction, view)

    async def _follow(self, interaction: Interaction, build: Build) -> BuildReport | None:
        """The report; until it comes, show progress. None when the reply can't be edited longer."""
        ends = time.monotonic() + TOKEN_LIFE
        shown = None
        while time.monotonic() < ends:
            report = await build.wait(EVERY)
            if report is not None:
                return report
            if build.progress is not None and build.progress != shown:
                shown = build.progress
                view = render.progress_layout(shown.done, shown.total, shown.name)
                await replies.show(interaction, view)
        return None


def _person(interaction: discord.Interaction) -> Person:
    rights = interaction.permissions  # as Discord resolved them for this member and channel
    manages = rights.manage_guild or rights.administrator
    return Person(interaction.user.id, interaction.guild_id, manages)


def _joined_note(build: Build, full: bool) -> str:
    note = "The documents were being read already when you asked; this came of it."
    if full and not build.full:
        note += " It read only what had changed: ask again to read all."
    return note
