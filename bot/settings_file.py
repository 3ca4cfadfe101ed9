"""A server's settings as a file, and back: nothing that a file says is believed. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.languages import NAMES
from bot.limits import OPTIONS, shorten
from bot.rules import LONGEST_COOLDOWN
from bot.state import Grant, ServerSettings
from index.collections import guild_of, server_collection
from index.errors import InputError
from index.messages import say

LONGEST = 100_000  # bytes of a file
FASTEST = 10_000  # questions a minute
_FORM, _VERSION = "archivist server settings", 1
_WORD = 40  # characters of a name that is told
_MOST = 1_000  # collections


class SettingsFileError(InputError):
    hint = say("Use a file that `/settings export` made.")


@dataclass(frozen=True, slots=True)
class Here:
    """The server that takes a file up."""

    guild: int
    settings: ServerSettings
    grants: tuple[Grant, ...]  # of all collections that it knows
    channels: frozenset[int]
    roles: frozenset[int]  # without the one that everybody has
    days: int  # that the host keeps what people send
    manages: bool  # whether who imports may choose who administers


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file would change, and sentences on what of it can't be used here."""

    settings: Mapping[str, Any]  # by the fields of `ServerSettings`
    grants: tuple[Grant, ...]
    left_out: tuple[str, ...]


def to_file(guild: int, settings: ServerSettings, grants: Sequence[Grant]) -> bytes:
    """All that a server's administrators can choose, as JSON. Ids are text: they don't fit its numbers."""
    chosen = {field.name: _plain(getattr(settings, field.name)) for field in fields(settings)}
    collections = {
        grant.collection: {
            "open": grant.open,
            "channels": _plain(grant.channels),
            "roles": _plain(grant.roles),
        }
        for grant in grants
    }
    made = {
        "form": _FORM,
        "version": _VERSION,
        "server": str(guild),
        "settings": chosen,
        "collections": collections,
    }
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode(errors="replace")


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, tuple) else value


def from_file(content: bytes, here: Here) -> Imported:
    """What a file of `to_file`, made here or in another server, changes here.

    Values, collections, channels and roles that this server doesn't have are left out, and told.
    Raises SettingsFileError for what is no such file.
    """
    made = _read(content)
    left_out: list[str] = []
    settings = _settings(made.get("settings"), here, left_out)
    grants = _grants(made, here, left_out)
    return Imported(settings, grants, tuple(dict.fromkeys(left_out)))


def _read(content: bytes) -> dict[str, Any]:
    wrong = SettingsFileError(say("This file holds no settings of a server."))
    if len(content) > LONGEST:
        raise wrong
    try:
        made = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(made, dict) or made.get("form") != _FORM:
        raise wrong
    if made.get("version") != _VERSION:
        raise SettingsFileError(say("This file was made by another version of the bot."))
    return made


# ---------------------------------------------------------------- settings


def _settings(said: Any, here: Here, left_out: list[str]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, value in said.items() if isinstance(said, dict) else ():
        if name not in _CHECKS:
            left_out.append(say("“{name}” is no setting.", name=_shown(name)))
            continue
        if name == "admin_roles" and not here.manages:
            left_out.append(say("Only who has Manage Server may choose who administers."))
            continue
        try:
            read = _CHECKS[name](value, here, left_out)
        except ValueError:
            left_out.append(say("The value of “{name}” can't be used here.", name=name))
            continue
        if read != getattr(here.settings, name):
            changed[name] = read
    return changed


_Check = Callable[[Any, Here, list[str]], Any]


def _one_of(*known: Any) -> _Check:
    def check(value: Any, _: Here, __: list[str]) -> Any:
        if isinstance(value, (list, dict)) or not any(
            type(value) is type(one) and value == one for one in known
        ):
            raise ValueError
        return value

    return check


def _number(most: float, *, whole: bool) -> _Check:
    def check(value: Any, _: Here, __: list[str]) -> Any:
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value <= most:
            raise ValueError  # what is no number at all is not between two either
        return value if whole else float(value)

    return check


def _days(value: Any, here: Here, _: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= here.days:
        raise ValueError
    return value


def _ids(value: Any, known: frozenset[int], gone: str, left_out: list[str]) -> tuple[int, ...]:
    """Ids that the server has; of the others ``gone`` is told."""
    if not isinstance(value, list):
        raise ValueError
    texts = [one for one in value if isinstance(one, str) and one.isascii() and one.isdecimal()]
    read = dict.fromkeys(int(one) for one in texts if len(one) <= 20)
    kept = [one for one in read if one in known][:OPTIONS]
    if len(kept) < len(value):
        left_out.append(gone)
    if value and not kept:
        raise ValueError  # else “in these channels” became “in all”
    return tuple(kept)


_NO_CHANNEL = say("Channels that this server doesn't have.")
_NO_ROLE = say("Roles that this server doesn't have, and @everyone.")

_CHECKS: dict[str, _Check] = {
    "language": _one_of(None, *NAMES),
    "plain": _one_of(True, False),
    "private": _one_of(True, False),
    "length": _one_of("short", "normal", "long"),
    "cooldown_member": _number(LONGEST_COOLDOWN, whole=False),
    "cooldown_guild": _number(FASTEST, whole=True),
    "channels": lambda value, here, told: _ids(value, here.channels, _NO_CHANNEL, told),
    "admin_roles": lambda value, here, told: _ids(value, here.roles, _NO_ROLE, told),
    "feedback": _one_of(True, False),
    "questions": _one_of(True, False),
    "retention_days": _days,
}


# ---------------------------------------------------------------- collections


def _grants(made: Mapping[str, Any], here: Here, left_out: list[str]) -> tuple[Grant, ...]:
    said = made.get("collections")
    known = {grant.collection: grant for grant in here.grants}
    changed = []
    for name, value in list(said.items())[:_MOST] if isinstance(said, dict) else ():
        own = guild_of(name) is not None and str(guild_of(name)) == made.get("server")
        collection = server_collection(here.guild) if own else name
        if collection not in known:
            # The same words whether there is one of that name elsewhere or not.
            left_out.append(
                say("Documents “{name}” that this server doesn't know.", name=_shown(name))
            )
            continue
        try:
            grant = _grant(known[collection], value, here, left_out)
        except ValueError:
            shown = _shown(name)
            left_out.append(say("Who may search “{name}”: it can't be used here.", name=shown))
            continue
        if grant != known[collection]:
            changed.append(grant)
    return tuple(changed)


def _grant(now: Grant, value: Any, here: Here, left_out: list[str]) -> Grant:
    if not isinstance(value, dict) or value.get("open") not in ("all", "some", "none"):
        raise ValueError
    # A list that is left empty here opens nothing.
    channels = _ids_or_none(value.get("channels"), here.channels, _NO_CHANNEL, left_out)
    roles = _ids_or_none(value.get("roles"), here.roles, _NO_ROLE, left_out)
    return replace(now, open=value["open"], channels=channels, roles=roles)


def _ids_or_none(
    value: Any, known: frozenset[int], gone: str, left_out: list[str]
) -> tuple[int, ...]:
    try:
        return _ids(value if value is not None else [], known, gone, left_out)
    except ValueError:
        return ()


def _shown(name: str) -> str:
    return shorten(name, _WORD)
