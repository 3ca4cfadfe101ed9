"""Builds, as those who look after documents may see and end them: status, history, going back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import discord

from bot import presses
from bot.building import Build, utc_now
from bot.languages import Language
from bot.layout import Page
from bot.people import administered, at_home, person
from bot.presses import Press
from bot.render.builds import (
    Status,
    Underway,
    Watched,
    cancelled_page,
    history_page,
    roll_back_page,
    rolled_back_page,
    status_page,
)
from bot.render.reports import notice_page
from bot.rules import AlreadyDoneError, TooSoonError
from bot.services import Services
from bot.state.values import BuildLine
from index.collections import server_collection
from index.errors import IndexMissingError, InputError
from index.messages import say, say_n

_HOUR = dt.timedelta(hours=1)
KEPT = 200  # builds that the history goes back
_LOOKED = 40  # builds among which the last one that failed is looked for


def scope(services: Services, interaction: discord.Interaction[Any]) -> str | None:
    """The collection whose builds are this person's: their server's own; None: all of them.

    Raises NotAllowedError for who looks after no documents here.
    """
    guild = administered(services, interaction)
    return None if at_home(services, interaction) else server_collection(guild)


def check_roll_back(services: Services, interaction: discord.Interaction[Any]) -> None:
    """Raise NotAllowedError for who may not put another index in the place of this one, from here."""
    services.rights.check_home(person(interaction))
    administered(services, interaction)  # in servers only


async def check_quota(services: Services, guild: int | None, own: str | None) -> None:
    """Raise TooSoonError when a server has had all its builds of the hour. Home has no limit."""
    most = services.settings.server_builds
    if own is None or guild is None:
        return
    now = utc_now()
    had = await services.state.builds_since(guild, now - _HOUR)
    had += sum(build.guild == guild for build in services.library.builds.queue)
    if had >= most:
        raise TooSoonError(
            say_n(
                "This server may have {count} build an hour, and has had it.",
                "This server may have {count} builds an hour, and has had them.",
                most,
            ),
            hint=say(
                "Please try again later. What was added meanwhile is not lost: the next build"
                " indexes it."
            ),
        )


def underway(build: Build, own: str | None) -> Underway:
    """A build as somebody may see it whose builds are those of ``own`` (None: all)."""
    progress = build.progress
    reads = (progress.collection if progress else "") or own  # of the file that is read now
    whole = own is None or build.request.only == own == reads
    shown = Underway(
        id=build.id,
        kind=build.kind,
        waits=build.began is None,
        may_cancel=whole,
        whole=whole,
        seconds=build.seconds,
        published=build.has_read,
    )
    if progress is None or not whole:
        return shown
    return Underway(
        id=build.id,
        kind=build.kind,
        waits=False,
        may_cancel=True,
        seconds=build.seconds,
        done=progress.done,
        total=progress.total,
        name=progress.name,
        passages=progress.passages,
        warnings=progress.warnings,
        rate=progress.rate,
        remaining=progress.remaining,
        published=build.has_read,
    )


def concerning(builds: Sequence[Build], own: str | None) -> list[Build]:
    """The builds that a person may know of: all, or those that index their server's documents."""
    return [one for one in builds if own is None or one.request.only in (None, own)]


async def look(services: Services, own: str | None) -> Status:
    """The index and its builds, as far as they are of ``own`` (None: all)."""
    library = services.library
    made = library.made
    indexed = made[1] if made else None
    if own is not None and made is not None:  # when others' documents were indexed is not shown
        indexed = (await library.shelf(frozenset({own}))).archive.changed
    held = library.held(own)
    lines = await services.state.builds(own, _LOOKED)
    builds = concerning(library.builds.queue, own)
    watcher = library.watcher if own is None else None
    return Status(
        generation=made[0] if made else None,
        indexed=indexed,
        documents=len(held),
        passages=sum(one.passages for one in held),
        events=sum(one.events for one in held),
        everything=own is None,
        builds=tuple(underway(build, own) for build in builds),
        watched=None
        if watcher is None
        else Watched(watcher.reindex, watcher.changed, watcher.noticed),
        last=lines[0] if lines else None,
        failure=_failure(lines),
        damaged=library.damaged if own is None else None,
    )


def _failure(lines: Sequence[BuildLine]) -> BuildLine | None:
    for line in lines:
        if line.outcome == "failed":
            return line
        if line.outcome in ("changed", "unchanged") and line.kind != "dry-run":
            return None
    return None


async def cancelled_by(services: Services, guild: int | None, own: str | None) -> dict[str, int]:
    """Who cancelled which build, by its id, as the audit log says."""
    where = None if own is None else guild
    lines = await services.state.audit(where, limit=KEPT, action="index.cancel")
    return {line.what: line.who for line in lines}


@presses.on("builds_status")
async def show_status(press: Press) -> None:
    """The same message, with the status of now."""
    own = scope(press.services, press.interaction)
    await press.turn(str(press.reader.id))
    await press.show(status_page(await look(press.services, own), press.reader.language))


@presses.on("builds_page")
async def show_history(press: Press) -> None:
    """Another page of the builds that are over."""
    own = scope(press.services, press.interaction)
    said = press.id.argument(0)
    start = int(said) if said.isdecimal() and len(said) < 6 else 0
    await press.turn(str(press.reader.id))
    lines = await press.services.state.builds(own, KEPT)
    who = await cancelled_by(press.services, press.reader.guild, own)
    await press.show(history_page(lines, start, who, press.reader.language))


@presses.on("build_cancel")
async def cancel(press: Press) -> None:
    """End a build; its message then says so."""
    own = scope(press.services, press.interaction)
    library = press.services.library
    build = library.builds.by_id(press.id.argument(0))
    if build is None or (own is not None and build.request.only != own):
        raise AlreadyDoneError(
            say("This build is over already."), hint=say("See `/corpus status`.")
        )
    if build.has_read:
        raise AlreadyDoneError(
            say("The new index is used already."),
            hint=say("`/corpus rollback` goes back to the one before."),
        )
    await press.turn(str(press.reader.id))
    await library.cancel(build, press.reader.id)
    t = press.reader.language
    if build.ended.exception() is None:  # it was quicker
        page = notice_page(say("The build was done before it could be cancelled."), t)
    else:
        page = cancelled_page(t)
    await press.show(page)


@presses.on("roll_back")
async def roll_back(press: Press) -> None:
    """Go back a generation, if the index is still the one that the message tells of."""
    services = press.services
    check_roll_back(services, press.interaction)
    await press.turn(str(press.reader.id))
    current, before = await services.library.generations()
    told = (press.id.argument(0), press.id.argument(1))
    if before is None or (str(current.generation), str(before.generation)) != told:
        raise InputError(
            say("The index has changed since this was shown."),
            hint=say("Use `/corpus rollback` again to see what it would do now."),
        )
    number = await services.library.roll_back(who=press.reader.id, guild=press.reader.guild)
    await press.show(rolled_back_page(number, press.reader.language))


@presses.on("roll_back_no")
async def leave(press: Press) -> None:
    """Put a quiet line where the question was."""
    await press.turn(str(press.reader.id))
    await press.show(notice_page(say("Nothing was changed."), press.reader.language))


async def roll_back_question(services: Services, t: Language) -> Page:
    """The page that asks before going back. Raises IndexMissingError without one to go back to."""
    current, before = await services.library.generations()
    if before is None:
        raise IndexMissingError(
            say("There is no index before the current one."),
            hint=say("The last two are kept; this is the first."),
        )
    return roll_back_page(current, before, t)
