"""/settings show: who may see it, and menus that act in place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock

import discord
import pytest
from discord import app_commands

from bot.cogs.settings import Settings
from bot.languages import ENGLISH, NAMES
from bot.layout import Menu, Row
from bot.presses import OldButtonError
from bot.render.settings import LAYOUT, OWN, PLAIN, settings_page
from bot.rules import NotAllowedError
from bot.services import Services
from bot.state import ServerSettings
from tests.bot import fakes
from tests.bot.pressing import MANAGER, message_of, page_after, press, services


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
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
) -> Mock:
    message = message_of(settings_page(ServerSettings(), ENGLISH), private=True)
    return await press(
        made, f"v1:{menu}", message=message, permissions=permissions, values=values, guild=guild
    )


def menus(settings: ServerSettings) -> dict[str, Menu]:
    page = settings_page(settings, ENGLISH)
    rows = [block for block in page.blocks if isinstance(block, Row)]
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
    assert all(option.description for menu in said.values() for option in menu.options)


async def test_the_command_is_for_managers_of_servers(made: Services) -> None:
    """Discord offers it in servers that the bot has joined, by default to who manages them."""
    group = Settings(made).app_command
    assert isinstance(group, app_commands.Group)
    assert group.default_permissions == MANAGER
    assert group.allowed_contexts is not None
    assert (group.allowed_contexts.guild, group.allowed_contexts.dm_channel) == (True, False)
    assert group.allowed_installs is not None
    assert (group.allowed_installs.guild, group.allowed_installs.user) == (True, False)
