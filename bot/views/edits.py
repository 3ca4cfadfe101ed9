"""What the buttons and menus of corrections do. Who presses is checked anew at each press.

A preview that waits for Save is a draft in memory, which its key in the id of a button stands for. What
was kept is named by its number in the state.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot import edits, replies
from bot.documents import key
from bot.editing import Proposal, propose_event
from bot.edits import Drafts
from bot.languages import Language
from bot.layout import Page
from bot.people import administered, at_home, by, person
from bot.presses import OldButtonError, Press, on
from bot.render.edits import (
    Saved,
    cancelled_page,
    correction_page,
    corrections_page,
    preview_page,
)
from bot.replies import Interaction
from bot.rules import NotAllowedError
from bot.services import Services
from bot.state import State, StoredCorrection
from bot.views.builds import check_quota, scope
from index.collections import is_owners, server_collection
from index.errors import ArchivistError, InputError
from index.messages import say
from index.model import BuildReport

log = logging.getLogger(__name__)

_LOOK = 5.0  # seconds between looks at whether the message can still be changed
_MOST_DIGITS = 18  # of a number that SQLite can hold

#: Corrections that were previewed.
PROPOSED: Drafts[Proposal] = Drafts()


@dataclass(frozen=True, slots=True)
class Meant:
    """An entry that could not be added because its quote stands nowhere, and the nearest words."""

    document: str
    date: str
    headline: str | None
    quotes: tuple[str, ...]


MEANT: Drafts[Meant] = Drafts()


def editable(services: Services, interaction: Interaction) -> frozenset[str]:
    """The collections that this person may edit here: the server's own; the owner's for who may.

    Raises NotAllowedError for who may edit none.
    """
    own = {server_collection(administered(services, interaction))}
    if not at_home(services, interaction):
        return frozenset(own)
    return frozenset(own | {c for c in services.reader(interaction).private if is_owners(c)})


# ---------------------------------------------------------------- previews


@on("edit_save")
async def _save(press: Press) -> None:
    """Keep a correction, and make the index anew with it."""
    may = editable(press.services, press.interaction)
    draft = press.id.argument(0)
    proposal = PROPOSED.take(draft, press.reader.id, press.reader.guild)
    check_collection(proposal.collection, may)
    await press.turn(str(press.reader.id))
    state = press.services.state
    await check_room(state, proposal.collection)
    kept = await state.add_correction(
        proposal.collection, proposal.kind, dict(proposal.body), by(press.interaction)
    )
    log.info("interaction %s: correction %d kept", press.interaction.id, kept.id)
    await _take_effect(press, kept, undone=False)


@on("edit_cancel")
async def _cancel(press: Press) -> None:
    """Forget a preview."""
    for drafts in (PROPOSED, MEANT):
        drafts.forget(press.id.argument(0), press.reader.id, press.reader.guild)
    await press.turn(str(press.reader.id))
    await press.show(cancelled_page(press.reader.language))


@on("edit_quote")
async def _use_quote(press: Press) -> None:
    """Preview an entry with words that stand in the document, instead of those that were typed."""
    may = editable(press.services, press.interaction)
    meant = MEANT.take(press.id.argument(0), press.reader.id, press.reader.guild)
    number = number_of(press.id.argument(1))
    if number >= len(meant.quotes):
        raise OldButtonError(say("This can't be chosen any more."))
    await press.turn(str(press.reader.id))
    library = press.services.library
    today = library.today()
    shelf = await library.shelf(may)
    proposal = await library.run(
        shelf,
        lambda archive: propose_event(
            archive, meant.document, meant.quotes[number], meant.date, meant.headline, today
        ),
    )
    await press.show(
        kept_preview(proposal, press.reader.id, guild_here(press), press.reader.language)
    )


def kept_preview(proposal: Proposal, user: int, guild: int, t: Language) -> Page:
    """The preview of a correction, which is kept until it is saved."""
    return preview_page(proposal, PROPOSED.keep(proposal, user, guild), guild, t)


# ---------------------------------------------------------------- what is kept


@on("edit_undo")
async def _undo(press: Press) -> None:
    """Take a correction back: that of a button, or the one chosen in the list."""
    kept = await _kept(press, "".join(press.values[:1]) or press.id.argument(0))
    if kept.undone is not None:
        raise InputError(say("That correction was taken back already."), hint="")
    await press.turn(str(press.reader.id))
    await press.services.state.undo_correction(kept.id, by(press.interaction))
    log.info("interaction %s: correction %d undone", press.interaction.id, kept.id)
    await _take_effect(press, kept, undone=True)


@on("edit_redo")
async def _redo(press: Press) -> None:
    """Make a correction that was taken back once more."""
    kept = await _kept(press, press.id.argument(0))
    state = press.services.state
    same = [
        each
        for each in await state.corrections(kept.collection)
        if (each.kind, dict(each.body)) == (kept.kind, dict(kept.body))
    ]
    if same:
        raise InputError(say("That correction counts already."), hint="")
    await check_room(state, kept.collection)
    await press.turn(str(press.reader.id))
    again = await state.add_correction(
        kept.collection, kept.kind, dict(kept.body), by(press.interaction)
    )
    log.info("interaction %s: correction %d kept", press.interaction.id, again.id)
    await _take_effect(press, again, undone=False)


@on("edit_list")
async def _turn(press: Press) -> None:
    """Another page of the list."""
    may = editable(press.services, press.interaction)
    wanted = press.id.argument(1)
    chosen = next((name for name in may if key(name) == wanted), "") if wanted else ""
    if wanted and not chosen:
        raise NotAllowedError(say("You may no longer edit that collection."))
    await press.turn(str(press.reader.id))
    page = await list_page(
        press.services,
        {chosen} if chosen else may,
        guild_here(press),
        press.reader.language,
        collection=chosen,
        page=max(1, number_of(press.id.argument(0))),
    )
    await press.show(page)


async def list_page(
    services: Services,
    collections: Iterable[str],
    guild: int,
    t: Language,
    *,
    collection: str = "",
    page: int = 1,
) -> Page:
    """A page of the corrections that count in some collections."""
    kept: list[StoredCorrection] = []
    wrong: dict[int, str] = {}
    for name in sorted(collections):
        own = await services.state.corrections(name)
        kept += own
        for line in await services.state.builds(name, limit=1):
            told = line.report.get("unapplied", ())
            wrong |= edits.unapplied([str(one) for one in told], own)
    kept.sort(key=lambda each: -each.id)
    return corrections_page(kept, wrong, guild, t, collection=collection, page=page)


async def _kept(press: Press, said: str) -> StoredCorrection:
    """The correction with this number, of a collection that the presser may edit.

    Raises NotAllowedError, OldButtonError for a number that none of those has.
    """
    may = editable(press.services, press.interaction)
    kept = await press.services.state.correction(number_of(said))
    if kept is None or kept.collection not in may:
        raise OldButtonError(
            say("That correction is no longer there."),
            hint=say("`/timeline-edit undo` lists those that count."),
        )
    return kept


async def _take_effect(press: Press, kept: StoredCorrection, *, undone: bool) -> None:
    t = press.reader.language

    def page(saved: Saved) -> Page:
        return correction_page(kept, saved, t, undone=undone)

    async def wrong(report: BuildReport) -> str:
        own = await press.services.state.corrections(kept.collection)
        why = edits.unapplied(report.unapplied, own).get(kept.id)
        return t("It doesn't fit the documents: {why}", why=why) if why else ""

    report = await take_effect(press, kept.collection, page)
    if report is not None:
        said = "" if undone else await wrong(report)
        await press.show(page(Saved(report.generation, said)))


# ---------------------------------------------------------------- for names for one thing too


async def take_effect(
    press: Press, collection: str, page: Callable[[Saved], Page]
) -> BuildReport | None:
    """Write what the state says, build its collection, and show that this is going on.

    The report, whose result is yet to be shown; None where the last word was shown already: it is
    kept, but no index holds it yet.
    """
    services, t = press.services, press.reader.language
    ends = replies.arrived(press.interaction) + replies.TOKEN_LIFE
    try:
        data = services.settings.data
        written = await edits.write(services.state, data, collection)
        await check_quota(services, press.reader.guild, scope(services, press.interaction))
        build = services.library.build(
            only=collection, who=press.reader.id, guild=press.reader.guild
        )
        await press.show(page(Saved(None)))
        while time.monotonic() < ends - _LOOK:
            if (report := await build.wait(_LOOK)) is not None:
                await edits.built(data, collection, written)
                return report
    except ArchivistError as error:
        log.warning("edit of %s not built: %s", key(collection), type(error).__name__)
        why = t.say(error.sentence)
        said = t("It is saved, but the index could not be made anew: {why}", why=why)
        await press.show(page(Saved(None, said)))
        return None
    said = t("It is saved; the index is still being made. `/corpus status` tells when it is done.")
    await press.show(page(Saved(None, said)))
    return None


def guild_here(press: Press) -> int:
    """The server in which something was pressed. Raises NotAllowedError outside servers."""
    guild = person(press.interaction).guild
    if guild is None:
        raise NotAllowedError(say("This is for servers that the bot has joined."))
    return guild


def check_collection(collection: str, may: frozenset[str]) -> None:
    """Raise NotAllowedError for a collection that can't be edited (any more) by who presses."""
    if collection not in may:
        raise NotAllowedError(say("You may no longer edit that collection."))


async def check_room(state: State, collection: str) -> None:
    """Raise InputError when a collection has as many corrections as it may."""
    count = len(await state.corrections(collection))
    if count >= edits.MOST_CORRECTIONS:
        raise InputError(
            say("There are {count} corrections, which is as many as are kept.", count=count),
            hint=say("Take back some that are no longer needed with `/timeline-edit undo`."),
        )


def number_of(said: str) -> int:
    """A number in the id of a button; 0 for what is none."""
    return int(said) if said.isdecimal() and len(said) <= _MOST_DIGITS else 0
