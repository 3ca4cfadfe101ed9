"""/corpus reindex, status, history and rollback: the index, as administrators look after it."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot import render, replies
from bot.building import Build, BuildCancelledError, Request, of_collection
from bot.layout import Page
from bot.people import person
from bot.render.builds import (
    cancelled_page,
    failed_page,
    history_page,
    progress_page,
    status_page,
)
from bot.replies import Interaction
from bot.services import Reader, Services
from bot.views import builds
from index.errors import ArchivistError, BusyError
from index.messages import Message, joined, say
from index.model import BuildReport

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds between two messages about progress


class BuildCommands(commands.Cog):
    """Commands of the group /corpus; `bot.cogs.corpus` puts the groups together."""

    services: Services

    @app_commands.command()
    @app_commands.rename(dry_run="dry-run")
    @app_commands.describe(
        dry_run="Only say what would change, and write nothing",
        full="Read every document again, not only what changed",
    )
    async def reindex(
        self, interaction: Interaction, dry_run: bool = False, full: bool = False
    ) -> None:
        """Read the documents anew; questions are answered all the while."""
        services = self.services
        own = builds.scope(services, interaction)
        if full:
            services.rights.check_home(person(interaction))
        await replies.defer(interaction, private=True)
        reader = services.reader(interaction)
        library = services.library
        request = Request(own, full=full, dry_run=dry_run)
        note: Message | None = None
        if (build := library.joinable(request)) is not None:
            note = _joined_note(build)
        else:
            await builds.check_quota(services, interaction.guild_id, own)
            build = library.builds.ask(
                request, who=reader.id, guild=interaction.guild_id, join_running=True
            )
        log.info("interaction %s: build %s, joined=%s", interaction.id, build.id, note is not None)
        await _follow(services, interaction, build, reader, own, note)

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """Show what is indexed, what is being indexed, and what went wrong."""
        own = builds.scope(self.services, interaction)
        reader = self.services.reader(interaction)
        await replies.defer(interaction, private=True)
        page = status_page(await builds.look(self.services, own), reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    async def history(self, interaction: Interaction) -> None:
        """Show what was indexed, when, by whom, and what came of it."""
        services = self.services
        own = builds.scope(services, interaction)
        reader = services.reader(interaction)
        await replies.defer(interaction, private=True)
        lines = await services.state.builds(own, builds.KEPT)
        who = await builds.cancelled_by(services, reader.guild, own)
        page = history_page(lines, 0, who, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @app_commands.command()
    async def rollback(self, interaction: Interaction) -> None:
        """Answer from the index before this one again, after asking once more."""
        services = self.services
        builds.check_roll_back(services, interaction)
        reader = services.reader(interaction)
        await replies.defer(interaction, private=True)
        page = await builds.roll_back_question(services, reader.language)
        await replies.show(interaction, page, plain=reader.plain)


async def _follow(
    services: Services,
    interaction: Interaction,
    build: Build,
    reader: Reader,
    own: str | None,
    note: Message | None,
) -> None:
    """Show how far a build is until it is over, then what came of it."""
    t = reader.language
    try:
        report = await _wait(interaction, build, reader, own, note)
    except BuildCancelledError:
        other = build.cancelled_by not in (None, reader.id)
        restart = build.cancelled_by is None
        page = cancelled_page(t, by_other=other, restart=restart)
    except BusyError as error:
        later = say("Wait until it has finished, then use `/corpus reindex` again.")
        page = failed_page(error.message, later, t)
    except ArchivistError as error:
        hint = render.hint_here(error)
        others = own is not None and build.request.only is None  # it may name what isn't theirs
        page = failed_page("" if others else error.message, hint, t)
    else:
        page = _result(services, build, report, reader, own, note)
    await replies.show(interaction, page, plain=reader.plain)


def _result(
    services: Services,
    build: Build,
    report: BuildReport | None,
    reader: Reader,
    own: str | None,
    note: Message | None,
) -> Page:
    if report is not None:
        if own is not None and build.request.only is None:
            report = of_collection(report, own, services.library.held(own))
        if own is not None:  # the number would tell of others' builds
            report = replace(report, generation=0)
        dry_run = build.request.dry_run
        return render.report_page(report, reader.language, note=note or "", dry_run=dry_run)
    return render.notice_page(
        say(
            "The documents are still being indexed, for longer than this message can be changed."
            " `/corpus status` shows how far it is and what came of it."
        ),
        reader.language,
    )


async def _wait(
    interaction: Interaction, build: Build, reader: Reader, own: str | None, note: Message | None
) -> BuildReport | None:
    """The report; until it comes, show progress. None when the reply can't be edited longer.

    Raises what the build did, BuildCancelledError when the bot is stopping, too.
    """
    ends = replies.arrived(interaction) + replies.TOKEN_LIFE
    shown: object = None
    seconds = min(1.0, EVERY)  # most are over by then
    while time.monotonic() < ends:
        report = await build.wait(seconds)
        if report is not None:
            return report
        if interaction.client.closing:
            raise BuildCancelledError(say("The bot is stopping."))
        seconds = EVERY
        now = builds.underway(build, own)
        page = progress_page(now, reader.language, note=note or "")
        if page != shown:
            shown = page
            await _try_to_show(interaction, page, reader)
    return None


async def _try_to_show(interaction: Interaction, page: Page, reader: Reader) -> None:
    """Show how far it is; what can't be shown now is left to the last message."""
    with contextlib.suppress(TimeoutError):
        try:
            await replies.show(interaction, page, plain=reader.plain)
        except (discord.HTTPException, *replies.UNSURE) as error:
            log.info("interaction %s: progress not shown: %s", interaction.id, type(error).__name__)


def _joined_note(build: Build) -> Message:
    if build.began is None:
        return say("This was asked for already and waits for its turn: you get what comes of it.")
    note = say("The documents were being read already when you asked: you get what comes of it.")
    return joined(
        note, say("What was changed a moment ago may be missing; then use `/corpus reindex` again.")
    )
