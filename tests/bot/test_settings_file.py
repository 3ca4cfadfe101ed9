"""A server's settings as a file: what comes back, and what of a file can't be used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import discord
import pytest

from bot.cogs.settings import Settings
from bot.layout import Page
from bot.presses import NotYoursError, OldButtonError
from bot.rules import NotAllowedError
from bot.services import Services
from bot.settings_file import LONGEST, Here, SettingsFileError, from_file, to_file
from bot.state import Grant, ServerSettings
from bot.visibility import granted
from index.errors import IndexMissingError
from tests.bot import fakes
from tests.bot.pressing import MANAGER, message_of, page_after, press, services

CHANNELS, ROLES = frozenset({701, 702}), frozenset({801, 802})
GRANTS = (
    Grant(10, "server/10", "some", (701,), (801,)),
    Grant(10, "main", "none"),
    Grant(10, "plans", "some", (702,)),
)
FULL = ServerSettings(
    language="ru",
    plain=True,
    private=True,
    length="long",
    cooldown_member=2.5,
    cooldown_guild=7,
    channels=(701, 702),
    admin_roles=(801,),
    feedback=False,
    questions=True,
    retention_days=9,
)
USUAL = tuple(Grant(10, name) for name in ("server/10", "main", "plans"))
HERE = Here(10, ServerSettings(), USUAL, CHANNELS, ROLES, days=30, manages=True)


def made(settings: Any = None, collections: Any = None, **more: Any) -> bytes:
    whole = {"form": "archivist server settings", "version": 1, "server": "10"} | more
    return json.dumps(whole | {"settings": settings, "collections": collections}).encode()


def test_what_is_exported_comes_back() -> None:
    """Every setting and every collection, nothing left out."""
    read = from_file(to_file(10, FULL, GRANTS), HERE)
    assert replace(ServerSettings(), **read.settings) == FULL
    assert read.settings.keys() == {field.name for field in fields(ServerSettings)}
    assert read.grants == GRANTS
    assert read.left_out == ()


def test_what_is_so_already_is_no_change() -> None:
    read = from_file(to_file(10, FULL, GRANTS), replace(HERE, settings=FULL, grants=GRANTS))
    assert (dict(read.settings), read.grants, read.left_out) == ({}, (), ())


def test_another_server_s_own_documents_become_this_one_s() -> None:
    """Its channels and roles are left out, softly; what they limited is not opened by that."""
    there = (Grant(99, "server/99", "some", (1,), (2,)), Grant(99, "main", "none"))
    settings = replace(FULL, channels=(1, 701), admin_roles=(2,))
    read = from_file(to_file(99, settings, there), HERE)
    assert read.settings["channels"] == (701,)
    assert "admin_roles" not in read.settings
    assert read.grants == (Grant(10, "server/10", "some"), Grant(10, "main", "none"))
    assert len(read.left_out) == 3


def test_a_third_server_s_documents_are_told_like_ones_that_nobody_has() -> None:
    said = [
        from_file(made({}, {name: {"open": "all"}}), HERE).left_out[0].replace(name, "…")
        for name in ("server/11", "server/12345", "secret")
    ]
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe{}", id="no text"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b'{"settings": {"plain": true}}', id="no form"),
        pytest.param(b"[" * 50_000, id="deep"),
        pytest.param(b'{"a":' * 15_000, id="deeper"),
        pytest.param(b" " * (LONGEST + 1), id="long"),
        pytest.param(made({}, {}, version=2), id="of a later version"),
        pytest.param(b'{"version": ' + b"9" * 5_000 + b"}", id="a long number"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(SettingsFileError):
        from_file(content, HERE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "xx"),
        ("language", ["ru"]),
        ("plain", 1),
        ("private", "true"),
        ("length", "endless"),
        ("length", {}),
        ("cooldown_member", -1),
        ("cooldown_member", True),
        ("cooldown_member", float("nan")),
        ("cooldown_member", float("inf")),
        ("cooldown_member", 1e9),
        ("cooldown_guild", 1.5),
        ("cooldown_guild", 10**30),
        ("channels", "701"),
        ("channels", [701]),
        ("channels", ["9" * 5_000]),
        ("channels", ["²"]),
        ("admin_roles", ["10"]),
        ("feedback", None),
        ("retention_days", 31),
        ("retention_days", 0),
        ("retention_days", "7"),
        ("unheard_of", 1),
    ],
)
def test_a_value_that_can_t_be_used_is_left_out_and_told(name: str, value: Any) -> None:
    """The others are taken; days beyond the host's, and @everyone as a role, are such values."""
    read = from_file(made({name: value, "plain" if name != "plain" else "length": True}), HERE)
    assert name not in read.settings
    assert read.left_out


def test_who_may_not_choose_administrators_imports_none() -> None:
    read = from_file(to_file(10, FULL, ()), replace(HERE, manages=False))
    assert "admin_roles" not in read.settings
    assert read.settings["plain"]
    assert len(read.left_out) == 1


@pytest.mark.parametrize(
    "value", [None, "all", {"open": "everybody"}, {"open": ["all"]}, {}, {"channels": ["701"]}]
)
def test_a_collection_that_can_t_be_read_stays_as_it_is(value: Any) -> None:
    read = from_file(made({}, {"main": value}), HERE)
    assert read.grants == ()
    assert len(read.left_out) == 1


# ---------------------------------------------------------------- commands and presses


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
    library: Any = made.library
    library.shelf.side_effect = IndexMissingError("none")
    library.collections = frozenset({"main"})
    yield made
    await made.state.close()


async def imported(
    kept: Services, content: bytes, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[Mock, list[str]]:
    """The interaction of /settings import, and the ids of its buttons."""
    cog = Settings(kept)
    monkeypatch.setattr(cog, "_fetch", AsyncMock(return_value=content))
    fake = fakes.interaction(**({"permissions": MANAGER} | options))
    fake.locale = discord.Locale.american_english
    fake.guild.channels = [Mock(id=one) for one in CHANNELS]
    fake.guild.roles = [Mock(id=one) for one in (10, *ROLES)]
    file = create_autospec(discord.Attachment, instance=True, size=len(content), title=None)
    file.filename, file.url = "settings.json", "https://cdn.discordapp.com/settings.json"
    command: Any = Settings.take_up
    await command.callback(cog, fake, file)
    view = fake.edit_original_response.await_args.kwargs["view"]
    buttons = [one for one in fakes.walk(view.to_components()) if one["type"] == 2]
    return fake, [one["custom_id"] for one in buttons]


FILE = to_file(99, replace(FULL, channels=(701, 5), admin_roles=()), (Grant(99, "main", "none"),))
MESSAGE = message_of(Page(("Settings",)), private=True)


async def test_export_gives_the_file_to_who_asked_alone(kept: Services) -> None:
    await kept.state.set_server(10, plain=False, length="long")
    fake = fakes.interaction(permissions=MANAGER)
    fake.locale = discord.Locale.american_english
    command: Any = Settings.export
    await command.callback(Settings(kept), fake)
    sent = fake.response.send_message.await_args.kwargs
    assert sent["ephemeral"]
    read = json.loads(sent["files"][0].fp.read())
    assert read["settings"]["length"] == "long"
    assert read["collections"].keys() == {"server/10", "main"}


async def test_a_file_is_shown_before_it_counts(
    kept: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it changes, and what is left out; saved, it counts and is audited."""
    fake, (save, _) = await imported(kept, FILE, monkeypatch)
    assert "Normal: three passages → Long: five passages" in fakes.shown(fake)
    assert "Channels that this server doesn't have" in fakes.shown(fake)
    assert kept.state.server(10) == ServerSettings()
    await press(kept, save, message=MESSAGE, permissions=MANAGER)
    assert kept.state.server(10) == replace(FULL, channels=(701,), admin_roles=())
    assert Grant(10, "main", "none") in granted(kept.state, 10)
    assert {line.action for line in await kept.state.audit(10)} == {
        "settings.import",
        "collection.grant",
    }
    with pytest.raises(OldButtonError):
        await press(kept, save, message=MESSAGE, permissions=MANAGER)


async def test_a_file_is_saved_once_by_two_presses_at_once(
    kept: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (save, _) = await imported(kept, FILE, monkeypatch)
    presses = [press(kept, save, message=MESSAGE, permissions=MANAGER) for _ in range(2)]
    ended = await asyncio.gather(*presses, return_exceptions=True)
    assert [type(one) for one in ended if isinstance(one, Exception)] == [OldButtonError]
    assert kept.state.server(10).channels == (701,)


async def test_what_is_cancelled_changes_nothing(
    kept: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (save, drop) = await imported(kept, FILE, monkeypatch)
    fake = await press(kept, drop, message=MESSAGE, permissions=MANAGER)
    assert "Settings of this server" in page_after(fake)
    with pytest.raises(OldButtonError):
        await press(kept, save, message=MESSAGE, permissions=MANAGER)
    assert kept.state.server(10) == ServerSettings()


async def test_only_who_imports_a_file_saves_it(
    kept: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In that server, and with the rights that they have then."""
    _, (save, _) = await imported(kept, FILE, monkeypatch)
    with pytest.raises(NotYoursError):
        await press(kept, save, message=MESSAGE, permissions=MANAGER, user=2)
    with pytest.raises(OldButtonError):
        await press(kept, save, message=MESSAGE, permissions=MANAGER, guild=11)
    with pytest.raises(NotAllowedError):
        await press(kept, save, message=MESSAGE)
    assert kept.state.server(10) == kept.state.server(11) == ServerSettings()


async def test_members_import_and_export_nothing(
    kept: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAllowedError):
        await imported(kept, FILE, monkeypatch, permissions=discord.Permissions.none())
    command: Any = Settings.export
    with pytest.raises(NotAllowedError):
        await command.callback(Settings(kept), fakes.interaction())
