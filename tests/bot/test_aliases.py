"""/aliases and its presses, from the names that were typed to what is kept, written and built."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot import edits
from bot.cogs.aliases import Aliases
from bot.editing import NameFound, NewGroup
from bot.edits import GoneDraftError
from bot.languages import ENGLISH
from bot.layout import Page
from bot.library import Library, Shelf
from bot.presses import OldButtonError
from bot.render.aliases import group_preview, groups_page
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from bot.state import AliasGroup, BuildLine, By
from index.archive import Archive
from index.building import build
from index.collections import edits_folder, server_collection
from index.errors import InputError
from tests.bot import fakes, pages, pressing
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.bot.test_timeline_edit import button
from tests.conftest import HARBOUR, write_corpus

OWNER, ADMIN, MEMBER = 1, 2, 3
GUILD = 10
OWN = server_collection(GUILD)
AT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOSTILE = "**x** @everyone <@1> [a](https://b) `c` ||d|| # e"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    place = tmp_path_factory.mktemp("harbour")
    build(write_corpus(place / "corpus", HARBOUR), place / "data")
    return Archive.open(place / "data")


@pytest.fixture
async def services(indexed: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    made = pressing.services(tmp_path)
    library = Library(
        tmp_path,
        tmp_path,
        today=lambda: fakes.TODAY,
        run_build=lambda *_: fakes.report(generation=indexed.generation),
    )
    library._shelf = Shelf(indexed, indexed.sources())
    yield replace(
        made,
        settings=replace(made.settings, data=tmp_path),
        rights=Rights(frozenset({OWNER}), frozenset()),
        library=library,
    )
    await library.close()
    await made.state.close()


async def run(
    services: Services,
    command: str,
    *said: str,
    user: int = ADMIN,
    permissions: discord.Permissions = MANAGER,
    **options: str,
) -> Mock:
    fake = fakes.interaction(user_id=user, guild_id=GUILD, permissions=permissions)
    fake.locale, fake.channel_id = discord.Locale.american_english, 77
    await getattr(Aliases, command).callback(Aliases(services), fake, *said, **options)
    return fake


async def pressed(services: Services, custom_id: str, user: int = ADMIN, **more: Any) -> Mock:
    message = message_of(Page(("…",)), private=True)
    more.setdefault("permissions", MANAGER)
    return await press(services, custom_id, user=user, guild=GUILD, message=message, **more)


def text(fake: Mock) -> str:
    return page_after(fake).replace("*", "").replace("\\", "")


def file(services: Services, collection: str = OWN) -> dict[str, Any]:
    path = edits_folder(services.settings.data, collection) / "aliases.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


async def test_names_are_previewed_with_where_they_stand(services: Services) -> None:
    """How many passages hold each, and what may be wrong with it; nothing is kept yet."""
    names = "Corrie, the packet, who, Burma"
    fake = await run(services, "add", names, user=OWNER, collection="main")
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    shown = text(fake)
    assert "Corrie — in 3 passages" in shown
    assert "“the packet” stands nowhere" in shown
    assert "“who” is made of words that tell nothing" in shown
    assert "“Burma” is in another group too (Myanmar, Burma)" in shown
    assert await services.state.aliases("main") == ()


async def test_saved_names_are_kept_written_and_audited(services: Services) -> None:
    fake = await run(services, "add", "Corrie, the packet")
    saved = await pressed(services, button(fake, "alias_save"))
    assert "Saved: Corrie, the packet" in text(saved)
    assert file(services) == {"alias": [{"names": ["Corrie", "the packet"]}]}
    (line,) = await services.state.audit(GUILD, action="alias")
    assert (line.action, line.who, line.after) == ("alias.add", ADMIN, ["Corrie", "the packet"])


async def test_names_count_as_builds_of_the_hour(services: Services) -> None:
    """A server that has had its builds keeps what it saves, and is told when it will count."""
    spent = BuildLine(
        at=dt.datetime.now(dt.UTC),
        guild=GUILD,
        who=ADMIN,
        collection=OWN,
        kind="build",
        outcome="changed",
        generation=1,
        seconds=1.0,
        report={},
    )
    for _ in range(services.settings.server_builds):
        await services.state.add_build(spent)
    fake = await run(services, "add", "Corrie, the packet")
    said = text(await pressed(services, button(fake, "alias_save")))
    assert "It is saved" in said
    assert "builds an hour" in said
    assert len(await services.state.aliases(OWN)) == 1
    assert not services.library.building


async def test_saving_and_removing_are_undone_by_a_press(services: Services) -> None:
    fake = await run(services, "add", "Corrie, the packet")
    saved = await pressed(services, button(fake, "alias_save"))
    removed = await pressed(services, button(saved, "alias_remove"))
    assert "Removed: Corrie, the packet" in text(removed)
    assert file(services) == {}
    again = await pressed(services, button(removed, "alias_restore"))
    assert "Saved: Corrie, the packet" in text(again)
    assert len(file(services)["alias"]) == 1
    with pytest.raises(InputError, match="count already"):
        await pressed(services, button(removed, "alias_restore"))


async def test_names_are_removed_from_the_list(services: Services) -> None:
    by = By(ADMIN, GUILD, AT)
    first = await services.state.add_alias(OWN, ("Corrie", "the packet"), by)
    await services.state.add_alias(OWN, ("mole", "pier"), by)
    for command in ("show", "remove"):
        fake = await run(services, command)
        assert text(fake).index("mole, pier") < text(fake).index("Corrie, the packet")
    await pressed(services, button(fake, "alias_remove"), values=(str(first.id),))
    assert "Corrie" not in text(await run(services, "show"))


async def test_an_owner_edits_the_owners_names_too(services: Services) -> None:
    """Those of the owner's file are counted, not listed for removal."""
    fake = await run(services, "add", "Corrie, the packet", user=OWNER, collection="main")
    await pressed(services, button(fake, "alias_save"), user=OWNER)
    assert len(file(services, "main")["alias"]) == 1
    shown = text(await run(services, "show", user=OWNER, collection="main"))
    assert "Corrie, the packet" in shown
    assert "The owner's file of names has 2 more groups" in shown


async def test_an_administrator_does_not_edit_the_owners_names(services: Services) -> None:
    for collection in ("main", server_collection(11)):
        with pytest.raises(InputError, match="no collection called"):
            await run(services, "add", "Corrie, the packet", collection=collection)
    by = By(OWNER, GUILD, AT)
    group = await services.state.add_alias("main", ("Corrie", "the packet"), by)
    with pytest.raises(OldButtonError):
        await pressed(services, f"v1:alias_remove:{group.id}")
    assert len(await services.state.aliases("main")) == 1


async def test_members_edit_no_names(services: Services) -> None:
    """Neither by a command nor by a button of somebody else's message."""
    none = discord.Permissions.none()
    fake = await run(services, "add", "Corrie, the packet")
    for command, said in (("show", ()), ("add", ("a, b",)), ("remove", ())):
        with pytest.raises(NotAllowedError):
            await run(services, command, *said, user=MEMBER, permissions=none)
    with pytest.raises(NotAllowedError):
        await pressed(services, button(fake, "alias_save"), user=MEMBER, permissions=none)
    with pytest.raises(GoneDraftError):
        await pressed(services, button(fake, "alias_save"), user=OWNER)


async def test_a_collection_has_so_many_groups_and_no_more(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "MOST_GROUPS", 1)
    first = await run(services, "add", "Corrie, the packet")
    second = await run(services, "add", "mole, pier")
    await pressed(services, button(first, "alias_save"))
    with pytest.raises(InputError, match="as many as are kept"):
        await pressed(services, button(second, "alias_save"))
    with pytest.raises(InputError, match="as many as are kept"):
        await run(services, "add", "light, lamp")


def test_pages_fit_and_nothing_in_a_name_acts() -> None:
    """Ten hostile names of full length, each with warnings; ten groups of them."""
    names = tuple(f"{n} {HOSTILE} {'w' * 80}"[:80] for n in range(10))
    found = [NameFound(name, 0, others=(names, names, names)) for name in names]
    preview = group_preview(NewGroup(OWN, tuple(found)), "0" * 16, GUILD, ENGLISH)
    kept = [AliasGroup(n, OWN, names, AT, 7) for n in range(25)]
    listed = groups_page(kept, OWN, GUILD, ENGLISH, own=[names], of="0" * 12, page=2)
    for page in (preview, listed):
        pages.check_limits(page)
        said = pages.text(page)
        assert "**x**" not in said
        assert "@everyone" not in said
        assert "<@1>" not in said
        assert "](" not in said
