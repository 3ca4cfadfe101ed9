"""/settings: who may see and change them, and menus that act in place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest
from discord import app_commands

from bot.cogs.settings import Settings
from bot.documents import key
from bot.languages import ENGLISH, NAMES
from bot.layout import Menu, Row, fits, to_message
from bot.presses import OldButtonError
from bot.render.settings import LAYOUT, OWN, PAGES, PLAIN, Around, collection_page, settings_page
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from bot.state import Grant, ServerSettings
from bot.views.settings import EverybodyError
from bot.visibility import granted
from index.errors import IndexMissingError
from tests.bot import fakes
from tests.bot.pressing import MANAGER, message_of, page_after, press, services


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
    library: Any = made.library
    library.collections = frozenset({"main", "plans", f"server/{11}"})
    library.shelf.side_effect = IndexMissingError("none")
    yield made
    await made.state.close()


async def show(
    made: Services, permissions: discord.Permissions = MANAGER, guild: int | None = 10
) -> Mock:
    fake = fakes.interaction(guild_id=guild, permissions=permissions)
    fake.locale = discord.Locale.american_english
    await Settings.show.callback(Settings(made), fake)  # type: ignore[arg-type, call-arg]
    return fake


async def choose(
    made: Services,
    menu: str,
    *values: str,
    permissions: discord.Permissions = MANAGER,
    guild: int | None = 10,
    user: int = 1,
    roles: tuple[int, ...] = (),
) -> Mock:
    message = message_of(settings_page(ServerSettings(), ENGLISH), private=True)
    return await press(
        *(made, f"v1:{menu}"),
        message=message,
        permissions=permissions,
        values=values,
        guild=guild,
        user=user,
        roles=roles,
    )


def menus(settings: ServerSettings, page: str = "answers") -> dict[str, Menu]:
    shown = settings_page(settings, ENGLISH, page=page)
    rows = [block for block in shown.blocks if isinstance(block, Row)]
    return {item.press.kind: item for row in rows for item in row.items if isinstance(item, Menu)}


async def test_settings_are_shown_privately(made: Services) -> None:
    fake = await show(made)
    said, private = fakes.told(fake)
    assert private
    assert "Only you see this message" in said
    assert "Each reader's own" in said


@pytest.mark.parametrize(
    ("permissions", "guild"),
    [
        (discord.Permissions(manage_messages=True), 10),
        (discord.Permissions.none(), 10),
        (MANAGER, None),
    ],
    ids=["moderator", "member", "direct message"],
)
async def test_others_see_and_change_nothing(
    made: Services, permissions: discord.Permissions, guild: int | None
) -> None:
    """The command and each menu check rights themselves, and change nothing before."""
    with pytest.raises(NotAllowedError):
        await show(made, permissions, guild)
    for menu, value in (("set_language", "ru"), ("set_plain", PLAIN)):
        with pytest.raises(NotAllowedError):
            await choose(made, menu, value, permissions=permissions, guild=guild)
    assert made.state.server(10) == ServerSettings()


async def test_an_administrator_may(made: Services) -> None:
    await show(made, discord.Permissions(administrator=True))


async def test_who_only_installed_the_app_for_themselves_changes_nothing(made: Services) -> None:
    """In a server that the bot hasn't joined there are no settings, whoever asks."""
    fake = fakes.interaction(permissions=MANAGER)
    fake.locale = discord.Locale.american_english
    fake.is_user_integration.return_value = True
    fake.is_guild_integration.return_value = False
    with pytest.raises(NotAllowedError, match="joined"):
        await Settings.show.callback(Settings(made), fake)  # type: ignore[arg-type, call-arg]


async def test_a_language_is_chosen_in_place(made: Services) -> None:
    """The choice counts at once, for this server only, and the page shows it."""
    fake = await choose(made, "set_language", "my")
    fake.response.defer.assert_awaited_once_with()
    assert NAMES["my"] in page_after(fake)
    assert made.state.server(10).language == "my"
    assert made.state.server(11).language is None


async def test_each_reader_s_own_language_can_be_chosen_again(made: Services) -> None:
    await choose(made, "set_language", "ru")
    await choose(made, "set_language", OWN)
    assert made.state.server(10).language is None


async def test_plain_text_for_all_is_chosen_in_place(made: Services) -> None:
    """The other setting stays; the message keeps the form it has."""
    await choose(made, "set_language", "ru")
    fake = await choose(made, "set_plain", PLAIN)
    assert made.state.server(10) == ServerSettings("ru", plain=True)
    assert "content" not in fake.edit_original_response.await_args.kwargs
    await choose(made, "set_plain", LAYOUT)
    assert made.state.server(10) == ServerSettings("ru")


@pytest.mark.parametrize(
    ("menu", "values"),
    [("set_language", ("xx",)), ("set_language", ()), ("set_plain", ("on",))],
)
async def test_what_a_menu_doesn_t_offer_changes_nothing(
    made: Services, menu: str, values: tuple[str, ...]
) -> None:
    with pytest.raises(OldButtonError, match="can't be chosen"):
        await choose(made, menu, *values)
    assert made.state.server(10) == ServerSettings()


def test_languages_are_named_in_themselves() -> None:
    """Whoever speaks one finds it, whatever the page's language is."""
    labels = {
        option.value: option.label for option in menus(ServerSettings())["set_language"].options
    }
    assert labels.items() >= NAMES.items()
    assert labels.keys() == {OWN, *NAMES}


@pytest.mark.parametrize("settings", [ServerSettings(), ServerSettings("ru", plain=True)])
def test_each_menu_says_what_is_set(settings: ServerSettings) -> None:
    """Read aloud, a menu says what it changes and what is chosen now."""
    said = menus(settings)
    assert (
        NAMES.get(settings.language or "", "Each reader's own") in said["set_language"].placeholder
    )
    assert ("Plain text for all" in said["set_plain"].placeholder) is settings.plain


async def test_the_command_is_for_managers_of_servers(made: Services) -> None:
    """Discord offers it in servers that the bot has joined, by default to who manages them."""
    group = Settings(made).app_command
    assert isinstance(group, app_commands.Group)
    assert group.default_permissions == MANAGER
    assert group.allowed_contexts is not None
    assert (group.allowed_contexts.guild, group.allowed_contexts.dm_channel) == (True, False)
    assert group.allowed_installs is not None
    assert (group.allowed_installs.guild, group.allowed_installs.user) == (True, False)


# ---------------------------------------------------------------- all that can be chosen

CHANNELS, ROLES = tuple(range(10**18, 10**18 + 25)), tuple(range(2 * 10**18, 2 * 10**18 + 25))
FULL = ServerSettings(
    "ru", channels=CHANNELS, admin_roles=ROLES, cooldown_member=45.0, cooldown_guild=7
)
GRANTS = tuple(
    Grant(10, f"{number:02} " + "*a folder* " * 30, "some", CHANNELS, ROLES) for number in range(40)
)
CROWDED = Around(
    member_wait=3.0,
    guild_pace=9,
    collections=GRANTS,
    grantable=tuple(f"folder {number}" for number in range(40)),
    owns=True,
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("plain", [False, True])
def test_each_page_fits_into_a_message(page: str, plain: bool) -> None:
    """With all that can be chosen chosen; in plain text no row of its menus is lost."""
    made = settings_page(FULL, ENGLISH, CROWDED, page=page, part=2)
    if page != "collections":
        assert fits(made.blocks)
    sent = to_message(made, plain=plain)
    rows = [item for item in fakes.walk(sent["view"].to_components()) if item["type"] == 1]
    kept = [block for block in made.blocks if isinstance(block, Row)]
    assert len(rows) == len(kept)
    assert not sent.get("files")


def test_a_page_of_one_collection_fits_into_a_message() -> None:
    assert fits(collection_page(GRANTS[0], ENGLISH, CROWDED).blocks)


CHOICES: list[tuple[str, tuple[str, ...], str, Any]] = [
    ("set_length", ("short",), "length", "short"),
    ("set_private", ("private",), "private", True),
    ("set_channels", ("701", "702"), "channels", (701, 702)),
    ("set_channels", (), "channels", ()),
    ("set_cooldown_member", ("60",), "cooldown_member", 60),
    ("set_cooldown_guild", ("30",), "cooldown_guild", 30),
    ("set_admin_roles", ("801",), "admin_roles", (801,)),
    ("set_feedback", ("off",), "feedback", False),
    ("set_questions", ("on",), "questions", True),
    ("set_retention_days", ("7",), "retention_days", 7),
    ("set_retention_days", ("host",), "retention_days", None),
]


@pytest.mark.parametrize(("menu", "values", "field", "expected"), CHOICES)
async def test_a_choice_counts_at_once_and_is_audited(
    made: Services, menu: str, values: tuple[str, ...], field: str, expected: Any
) -> None:
    """Of this server alone, with who chose it, and what was before."""
    fake = await choose(made, menu, *values)
    fake.response.defer.assert_awaited_once_with()
    assert made.state.server(10) == replace(ServerSettings(), **{field: expected})
    assert made.state.server(11) == ServerSettings()
    lines = await made.state.audit(10)
    changed = expected != getattr(ServerSettings(), field)
    assert [(line.who, line.action, line.what) for line in lines] == (
        [(1, "settings.change", field)] if changed else []
    )


@pytest.mark.parametrize(
    ("menu", "values"),
    [
        ("set_length", ("endless",)),
        ("set_private", ("yes",)),
        ("set_channels", ("x",)),
        ("set_channels", ("-5",)),
        ("set_channels", tuple(map(str, range(30)))),
        ("set_cooldown_member", ("1000000",)),
        ("set_cooldown_guild", ("nan",)),
        ("set_feedback", ()),
        ("set_retention_days", ("365",)),
        ("grant", ("000000000000",)),
        ("grant_open:000000000000", ("all",)),
        (f"grant_open:{key('plans')}", ("all",)),
        (f"grant_open:{key('main')}", ("everybody",)),
        (f"grant_roles:{key('server/11')}", ("801",)),
    ],
)
async def test_what_is_not_offered_changes_nothing(
    made: Services, menu: str, values: tuple[str, ...]
) -> None:
    """Days beyond the host's are not, nor is what another server or the owner has."""
    with pytest.raises(OldButtonError):
        await choose(made, menu, *values)
    assert made.state.server(10) == ServerSettings()
    assert made.state.grants(10) == ()


async def test_a_role_that_administers_may_change_settings_but_not_who_administers(
    made: Services,
) -> None:
    """It can't spread itself."""
    nobody = discord.Permissions.none()
    await made.state.set_server(10, admin_roles=(801,))
    await choose(made, "set_length", "long", permissions=nobody, roles=(801,))
    assert made.state.server(10).length == "long"
    with pytest.raises(NotAllowedError, match="who else administers"):
        await choose(made, "set_admin_roles", "802", permissions=nobody, roles=(801,))
    with pytest.raises(NotAllowedError):
        await choose(made, "set_length", "short", permissions=nobody, roles=(802,))


@pytest.mark.parametrize("menu", ["set_admin_roles", f"grant_roles:{key('main')}"])
async def test_the_role_that_everybody_has_is_no_choice(made: Services, menu: str) -> None:
    with pytest.raises(EverybodyError):
        await choose(made, menu, "10")
    assert made.state.server(10).admin_roles == ()


# ---------------------------------------------------------------- collections


async def test_a_collection_is_opened_and_closed(made: Services) -> None:
    """Choosing roles or channels limits it to these."""
    main = key("main")
    await choose(made, f"grant_open:{main}", "none")
    assert made.state.grants(10) == (Grant(10, "main", "none"),)
    await choose(made, f"grant_roles:{main}", "801")
    fake = await choose(made, f"grant_channels:{main}", "701")
    assert made.state.grants(10) == (Grant(10, "main", "some", (701,), (801,)),)
    assert "<#701>" in page_after(fake)
    assert [line.action for line in await made.state.audit(10)] == ["collection.grant"] * 3


async def test_the_owner_gives_and_takes_a_folder(made: Services) -> None:
    """Which nobody else can, and which a server's administrators then open or close."""
    owned = replace(made, rights=Rights(frozenset({1}), frozenset()))
    plans = key("plans")
    with pytest.raises(NotAllowedError):
        await choose(owned, "grant_add", plans, user=2)
    await choose(owned, "grant_add", plans)
    assert [grant.collection for grant in granted(made.state, 10)] == ["server/10", "main", "plans"]
    await choose(made, f"grant_open:{plans}", "none", user=2)
    with pytest.raises(NotAllowedError):
        await choose(owned, f"grant_drop:{plans}", user=2)
    await choose(owned, f"grant_drop:{plans}")
    assert made.state.grants(10) == ()


async def test_the_owner_gives_nobody_another_server_s_documents(made: Services) -> None:
    owned = replace(made, rights=Rights(frozenset({1}), frozenset()))
    with pytest.raises(OldButtonError):
        await choose(owned, "grant_add", key("server/11"))


async def test_only_the_owner_hears_of_other_folders(made: Services) -> None:
    fake = await choose(made, "settings:collections")
    view = fake.edit_original_response.await_args.kwargs["view"]
    assert "plans" not in str(view.to_components())
    owned = replace(made, rights=Rights(frozenset({1}), frozenset()))
    fake = await choose(owned, "settings:collections")
    view = fake.edit_original_response.await_args.kwargs["view"]
    assert "plans" in str(view.to_components())
    assert "server/11" not in str(view.to_components())
