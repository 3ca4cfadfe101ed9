"""Menus that change a server's settings, in place. Each press checks rights, and is audited."""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot import presses, rules
from bot.documents import key
from bot.languages import NAMES
from bot.layout import Page
from bot.limits import OPTIONS
from bot.people import administered, by, person
from bot.presses import NotYoursError, OldButtonError, Press
from bot.render.settings import (
    DAYS,
    GUILD_PACES,
    HOST,
    LAYOUT,
    MEMBER_WAITS,
    OFF,
    ON,
    OWN,
    PLAIN,
    PRIVATE,
    PUBLIC,
    Around,
    collection_page,
    import_page,
    label_of,
    name_of,
    open_to,
    settings_page,
    value_of,
)
from bot.replies import Interaction
from bot.services import Reader, Services
from bot.settings_file import Imported
from bot.state import Grant
from bot.visibility import granted
from index.collections import MAIN, is_owners
from index.errors import IndexMissingError, InputError
from index.messages import say

_WAITING = 100  # files that are looked at and not saved yet
_PAGE_OF = {
    "set_language": "answers", "set_plain": "answers", "set_length": "answers",
    "set_private": "answers", "set_channels": "channels", "set_cooldown_member": "channels",
    "set_cooldown_guild": "channels", "set_admin_roles": "people", "set_feedback": "people",
    "set_questions": "people", "set_retention_days": "people",
}  # fmt: skip


class EverybodyError(InputError):
    hint = say("Choose another role, or open it to all.")


def may_choose_administrators(services: Services, interaction: Interaction) -> bool:
    """Whether this person may give others their rights: a role that administers can't spread itself."""
    who = person(interaction)
    return who.manages_guild or who.id in services.rights.owners


# ---------------------------------------------------------------- pages


async def around(services: Services, interaction: Interaction) -> Around:
    """What stands around the settings of a server, for this person."""
    guild = interaction.guild_id or 0
    known = granted(services.state, guild)
    owns = person(interaction).id in services.rights.owners
    names = {grant.collection for grant in known}
    documents: Counter[str] = Counter()
    with suppress(IndexMissingError):
        shelf = await services.library.shelf(frozenset(names))
        documents.update(summary.source.collection for summary in shelf.sources)
    every = services.library.collections if owns else frozenset()
    settings = services.settings
    return Around(
        channels=channels_of(interaction),
        roles=roles_of(interaction),
        member_wait=settings.cooldown_member,
        guild_pace=settings.cooldown_guild,
        days=settings.retention_days,
        collections=known,
        documents=tuple(documents.items()),
        grantable=tuple(sorted(name for name in every - names if is_owners(name))),
        manages=may_choose_administrators(services, interaction),
        owns=owns,
    )


def channels_of(interaction: Interaction) -> frozenset[int] | None:
    """The channels of the server; None where Discord hasn't told them."""
    guild = interaction.guild
    ids = frozenset(channel.id for channel in guild.channels) if guild is not None else None
    return ids or None


def roles_of(interaction: Interaction) -> frozenset[int] | None:
    """The roles of the server without the one that everybody has; None where they aren't known."""
    guild = interaction.guild
    ids = frozenset(role.id for role in guild.roles) if guild is not None else frozenset()
    return ids - {interaction.guild_id or 0} if ids else None


async def page_for(
    services: Services, interaction: Interaction, *, page: str = "answers", part: int = 1
) -> Page:
    """A page of the settings as they are now, in the language that is spoken now."""
    reader = services.reader(interaction)
    beside = await around(services, interaction)
    return settings_page(reader.server, reader.language, beside, page=page, part=part)


@presses.on("settings")
async def turn(press: Press) -> None:
    """Another page. Id: its name, the part of it."""
    administered(press.services, press.interaction)
    await press.turn(str(press.reader.id))
    part = press.id.argument(1)
    number = int(part) if part.isdecimal() and len(part) < 6 else 1
    page = press.id.argument(0)
    await press.show(await page_for(press.services, press.interaction, page=page, part=number))


# ---------------------------------------------------------------- one setting


def _of(choices: dict[str, Any]) -> Callable[[Press], Any]:
    def read(press: Press) -> Any:
        return choices[_chosen(press, choices)]

    return read


def _days(press: Press) -> int | None:
    host = press.services.settings.retention_days
    kept = press.reader.server.retention_days
    known = {str(days): days for days in (*DAYS, kept) if days is not None and days <= host}
    chosen = _chosen(press, {HOST, *known})
    return known.get(chosen)


def _number_of(field: str, offered: Iterable[float]) -> Callable[[Press], Any]:
    def read(press: Press) -> Any:
        now = getattr(press.reader.server, field)
        known = {str(number): number for number in (*offered, now)}
        return known[_chosen(press, known)]

    return read


def _channels(press: Press) -> tuple[int, ...]:
    return _ids(press, channels_of(press.interaction))


def _roles(press: Press) -> tuple[int, ...]:
    if str(press.interaction.guild_id) in press.values:
        raise EverybodyError(say("Everybody has the role @everyone."))
    return _ids(press, roles_of(press.interaction))


def _administrators(press: Press) -> tuple[int, ...]:
    if not may_choose_administrators(press.services, press.interaction):
        raise rules.NotAllowedError(
            say("Only people with Manage Server may choose who else administers.")
        )
    return _roles(press)


def _ids(press: Press, known: frozenset[int] | None) -> tuple[int, ...]:
    """The ids chosen, in their order. Raises OldButtonError for what Discord offers to nobody."""
    values = dict.fromkeys(press.values)
    fine = all(one.isascii() and one.isdecimal() and len(one) <= 20 for one in values)
    ids = tuple(int(one) for one in values) if fine else ()
    there = known is None or set(ids) <= known
    if not fine or not there or len(ids) > OPTIONS:
        raise _not_offered()
    return ids


_READ: dict[str, Callable[[Press], Any]] = {
    "language": _of({OWN: None} | {tag: tag for tag in NAMES}),
    "plain": _of({LAYOUT: False, PLAIN: True}),
    "length": _of({length: length for length in ("short", "normal", "long")}),
    "private": _of({PUBLIC: False, PRIVATE: True}),
    "channels": _channels,
    "cooldown_member": _number_of("cooldown_member", MEMBER_WAITS),
    "cooldown_guild": _number_of("cooldown_guild", GUILD_PACES),
    "admin_roles": _administrators,
    "feedback": _of({ON: True, OFF: False}),
    "questions": _of({ON: True, OFF: False}),
    "retention_days": _days,
}


async def _set(field: str, press: Press) -> None:
    """Keep what was chosen, and show it in the language that is spoken now."""
    guild = administered(press.services, press.interaction)
    value = _READ[field](press)
    await press.turn(str(press.reader.id))
    state = press.services.state
    await state.set_server(guild, by=by(press.interaction), **{field: value})
    page = _PAGE_OF[press.id.kind]
    await press.show(await page_for(press.services, press.interaction, page=page))


for _field in _READ:
    presses.on(f"set_{_field}")(partial(_set, _field))


def _chosen(press: Press, known: Iterable[str]) -> str:
    """What was chosen in the menu. Raises OldButtonError for what it doesn't offer (any more)."""
    if len(press.values) != 1 or press.values[0] not in known:
        raise _not_offered()
    return press.values[0]


def _not_offered() -> OldButtonError:
    return OldButtonError(
        say("This can't be chosen any more."), hint=say("Please open `/settings show` again.")
    )


# ---------------------------------------------------------------- collections


_OPEN = _of({"all": "all", "some": "some", "none": "none"})


@presses.on("grant")
async def open_collection(press: Press) -> None:
    """The collection chosen in the list."""
    administered(press.services, press.interaction)
    grant = _grant(press, press.values[0] if len(press.values) == 1 else "")
    await press.turn(str(press.reader.id))
    await _show_grant(press, grant)


@presses.on("grant_open")
async def set_openness(press: Press) -> None:
    """Open a collection to all, to some, or close it. Id: its key."""
    await _change(press, lambda grant: replace(grant, open=_OPEN(press)))


@presses.on("grant_channels")
async def set_grant_channels(press: Press) -> None:
    """Choose the channels in which it is open, and open it to these alone. Id: its key."""
    await _change(press, lambda grant: replace(grant, open="some", channels=_channels(press)))


@presses.on("grant_roles")
async def set_grant_roles(press: Press) -> None:
    """Choose the roles for which it is open, and open it to these alone. Id: its key."""
    await _change(press, lambda grant: replace(grant, open="some", roles=_roles(press)))


@presses.on("grant_add")
async def grant_collection(press: Press) -> None:
    """Give the server another of the owner's collections: for the owner."""
    guild = administered(press.services, press.interaction)
    press.services.rights.check_owner(person(press.interaction))
    known = {grant.collection for grant in granted(press.services.state, guild)}
    every = {key(name): name for name in press.services.library.collections if is_owners(name)}
    collection = every[_chosen(press, every)]
    if collection in known:
        raise _not_offered()
    await press.turn(str(press.reader.id))
    grant = Grant(guild, collection, "all")
    await press.services.state.set_grant(grant, by(press.interaction))
    await _show_grant(press, grant)


@presses.on("grant_drop")
async def take_collection(press: Press) -> None:
    """Take one of the owner's collections from the server: for the owner. Id: its key."""
    guild = administered(press.services, press.interaction)
    press.services.rights.check_owner(person(press.interaction))
    grant = _grant(press, press.id.argument(0))
    if grant.collection == MAIN or not is_owners(grant.collection):
        raise _not_offered()
    await press.turn(str(press.reader.id))
    await press.services.state.drop_grant(guild, grant.collection, by(press.interaction))
    await press.show(await page_for(press.services, press.interaction, page="collections"))


async def _change(press: Press, change: Callable[[Grant], Grant]) -> None:
    administered(press.services, press.interaction)
    change(_grant(press, press.id.argument(0)))  # refused before anything is acknowledged
    await press.turn(str(press.reader.id))
    grant = change(_grant(press, press.id.argument(0)))  # somebody may have changed it meanwhile
    await press.services.state.set_grant(grant, by(press.interaction))
    await _show_grant(press, grant)


def _grant(press: Press, wanted: str) -> Grant:
    """The collection of this server whose key it is. Raises OldButtonError for any other."""
    for grant in granted(press.services.state, press.reader.guild or 0):
        if key(grant.collection) == wanted:
            return grant
    raise _not_offered()


async def _show_grant(press: Press, grant: Grant) -> None:
    t = press.services.reader(press.interaction).language
    beside = await around(press.services, press.interaction)
    await press.show(collection_page(grant, t, beside))


# ---------------------------------------------------------------- a file that waits to be saved


@dataclass(frozen=True, slots=True)
class _Waiting:
    guild: int
    person: int
    imported: Imported


_waiting: OrderedDict[str, _Waiting] = OrderedDict()


def preview(services: Services, interaction: Interaction, imported: Imported) -> Page:
    """What a file would change, with buttons to save it or not."""
    reader = services.reader(interaction)
    token = secrets.token_hex(8)
    _waiting[token] = _Waiting(reader.guild or 0, reader.id, imported)
    while len(_waiting) > _WAITING:
        _waiting.popitem(last=False)
    return import_page(
        _lines(services, reader, imported), imported.left_out, token, reader.language
    )


def _lines(services: Services, reader: Reader, imported: Imported) -> list[tuple[str, str, str]]:
    t = reader.language
    lines = [
        (label_of(name, t), value_of(name, getattr(reader.server, name), t), value_of(name, to, t))
        for name, to in imported.settings.items()
    ]
    now = {grant.collection: grant for grant in granted(services.state, reader.guild or 0)}
    lines += [
        (name_of(to.collection, t), open_to(now[to.collection], t), open_to(to, t))
        for to in imported.grants
        if to.collection in now
    ]
    return lines


@presses.on("import_save")
async def save_import(press: Press) -> None:
    """Keep what the file says. Id: the token of the file that waits."""
    guild = administered(press.services, press.interaction)
    waiting = _take(press)
    imported = waiting.imported
    if "admin_roles" in imported.settings and not may_choose_administrators(
        press.services, press.interaction
    ):
        raise rules.NotAllowedError(
            say("Only people with Manage Server may choose who else administers.")
        )
    del _waiting[press.id.argument(0)]  # a second press finds it saved
    await press.turn(str(press.reader.id))
    who, state = by(press.interaction), press.services.state
    if imported.settings:
        await state.set_server(guild, by=who, action="settings.import", **imported.settings)
    known = {grant.collection for grant in granted(state, guild)}
    for grant in imported.grants:
        if grant.collection in known:
            await state.set_grant(grant, who)
    await press.show(await page_for(press.services, press.interaction))


@presses.on("import_drop")
async def drop_import(press: Press) -> None:
    """Change nothing. Id: the token of the file that waits."""
    administered(press.services, press.interaction)
    _take(press)
    del _waiting[press.id.argument(0)]
    await press.turn(str(press.reader.id))
    await press.show(await page_for(press.services, press.interaction))


def _take(press: Press) -> _Waiting:
    """The file that waits. Raises OldButtonError after a restart, NotYoursError for somebody else's."""
    waiting = _waiting.get(press.id.argument(0))
    if waiting is None or waiting.guild != press.reader.guild:
        raise OldButtonError(
            say("This file is no longer kept."), hint=say("Please use `/settings import` again.")
        )
    if waiting.person != press.reader.id:
        raise NotYoursError(say("Somebody else is importing this file."))
    return waiting
