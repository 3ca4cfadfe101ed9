"""What the buttons and menus of names for one thing do. Who presses is checked anew at each press."""

from __future__ import annotations

import contextlib
import logging

from bot import edits, presses
from bot.documents import key
from bot.editing import NewGroup
from bot.edits import Drafts
from bot.languages import Language
from bot.layout import Page
from bot.people import by
from bot.presses import OldButtonError, Press
from bot.render.aliases import group_page, groups_page
from bot.render.edits import Saved, cancelled_page
from bot.rules import NotAllowedError
from bot.services import Services
from bot.state import AliasGroup, State
from bot.views.edits import (
    check_collection,
    editable,
    guild_here,
    number_of,
    take_effect,
)
from index.collections import is_owners
from index.errors import IndexMissingError, InputError
from index.messages import say

log = logging.getLogger(__name__)

#: Groups that were previewed.
PROPOSED: Drafts[NewGroup] = Drafts()


@presses.on("alias_save")
async def _save(press: Press) -> None:
    """Keep a group, and make the index anew with it."""
    may = editable(press.services, press.interaction)
    group = PROPOSED.take(press.id.argument(0), press.reader.id, press.reader.guild)
    check_collection(group.collection, may)
    state = press.services.state
    await check_room(state, group.collection)
    await press.turn(str(press.reader.id))
    names = tuple(found.name for found in group.names)
    kept = await state.add_alias(group.collection, names, by(press.interaction))
    log.info("interaction %s: group of names %d kept", press.interaction.id, kept.id)
    await _take_effect(press, kept, removed=False)


@presses.on("alias_cancel")
async def _cancel(press: Press) -> None:
    """Forget a preview."""
    PROPOSED.forget(press.id.argument(0), press.reader.id, press.reader.guild)
    await press.turn(str(press.reader.id))
    await press.show(cancelled_page(press.reader.language))


@presses.on("alias_remove")
async def _remove(press: Press) -> None:
    """Remove a group: that of a button, or the one chosen in the list."""
    kept = await _kept(press, "".join(press.values[:1]) or press.id.argument(0))
    if kept.removed is not None:
        raise InputError(say("These names were removed already."), hint="")
    await press.turn(str(press.reader.id))
    await press.services.state.remove_alias(kept.id, by(press.interaction))
    log.info("interaction %s: group of names %d removed", press.interaction.id, kept.id)
    await _take_effect(press, kept, removed=True)


@presses.on("alias_restore")
async def _restore(press: Press) -> None:
    """Bring a group back that was removed."""
    kept = await _kept(press, press.id.argument(0))
    if kept.removed is None:
        raise InputError(say("These names count already."), hint="")
    await check_room(press.services.state, kept.collection)
    await press.turn(str(press.reader.id))
    await press.services.state.restore_alias(kept.id, by(press.interaction))
    log.info("interaction %s: group of names %d restored", press.interaction.id, kept.id)
    await _take_effect(press, kept, removed=False)


@presses.on("alias_list")
async def _turn(press: Press) -> None:
    """Another page of the list."""
    wanted = press.id.argument(1)
    may = editable(press.services, press.interaction)
    chosen = next((name for name in may if key(name) == wanted), None)
    if chosen is None:
        raise NotAllowedError(say("You may no longer edit that collection."))
    await press.turn(str(press.reader.id))
    number = max(1, number_of(press.id.argument(0)))
    t = press.reader.language
    await press.show(await list_page(press.services, chosen, guild_here(press), t, page=number))


async def list_page(
    services: Services, collection: str, guild: int, t: Language, *, page: int = 1
) -> Page:
    """A page of the groups of a collection."""
    groups = await services.state.aliases(collection)
    kept = {group.names for group in groups}
    own: list[tuple[str, ...]] = []
    if is_owners(collection):
        with contextlib.suppress(IndexMissingError):
            shelf = await services.library.shelf(frozenset({collection}))
            known = shelf.archive.snapshot.analyzer.aliases
            own = [names for names in known if names not in kept]
    return groups_page(groups, collection, guild, t, own=own, of=key(collection), page=page)


async def check_room(state: State, collection: str) -> None:
    """Raise InputError when a collection has as many groups as it may."""
    if len(await state.aliases(collection)) >= edits.MOST_GROUPS:
        raise InputError(
            say("There are {count} groups, which is as many as are kept.", count=edits.MOST_GROUPS),
            hint=say("Remove one that is no longer needed with `/aliases remove`."),
        )


async def _kept(press: Press, said: str) -> AliasGroup:
    """The group with this number, of a collection that the presser may edit.

    Raises NotAllowedError, OldButtonError for a number that none of those has.
    """
    may = editable(press.services, press.interaction)
    kept = await press.services.state.alias(number_of(said))
    if kept is None or kept.collection not in may:
        raise OldButtonError(
            say("These names are no longer there."),
            hint=say("`/aliases list` lists those that count."),
        )
    return kept


async def _take_effect(press: Press, kept: AliasGroup, *, removed: bool) -> None:
    t = press.reader.language

    def page(saved: Saved) -> Page:
        return group_page(kept, saved, t, removed=removed)

    report = await take_effect(press, kept.collection, page)
    if report is not None:
        await press.show(page(Saved(report.generation)))
