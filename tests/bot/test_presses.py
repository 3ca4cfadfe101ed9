"""Presses: what stands in an id is done, and what nothing here knows is answered politely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import presses
from bot.asked import Asked
from bot.layout import Page
from bot.presses import OldButtonError, Press
from bot.services import Services
from tests.bot import fakes, pressing

PAGE = Page(("Page two",))


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return pressing.services(tmp_path)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[Press]:
    """Registers the kinds ``turned`` and ``told``; what was pressed of them."""
    monkeypatch.setattr(presses, "_HANDLERS", {})
    pressed: list[Press] = []

    @presses.on("turned")
    async def turned(press: Press) -> None:
        pressed.append(press)
        await press.turn(press.id.argument(0))
        await press.show(PAGE)

    @presses.on("told")
    async def told(press: Press) -> None:
        pressed.append(press)
        await press.tell(PAGE)

    return pressed


def interaction(custom_id: object, **data: Any) -> Any:
    fake = fakes.interaction()
    fake.data = {"custom_id": str(custom_id), **data}
    fake.message = pressing.message_of(PAGE)
    return fake


@pytest.mark.parametrize(
    ("custom_id", "told"),
    [
        ("v0:told", "earlier version"),
        ("v9:told", "later version"),
        ("v9:unknown:1:2", "later version"),
        ("v1:unknown", "earlier version"),
        ("v1", "earlier version"),
        ("v1:", "earlier version"),
        ("v1:told:a b", "earlier version"),
        ("v99999:told", "earlier version"),
        ("garbage", "earlier version"),
        ("", "earlier version"),
        ("x" * 5_000, "earlier version"),
        ("v1:" + ":" * 97, "earlier version"),
    ],
)
async def test_what_nothing_here_knows_is_of_another_version(
    services: Services, kinds: list[Press], custom_id: str, told: str
) -> None:
    with pytest.raises(OldButtonError, match=told):
        await presses.answer(services, interaction(custom_id))
    assert not kinds


async def test_a_press_without_any_data_is_of_another_version(services: Services) -> None:
    fake = fakes.interaction()
    fake.data = None
    with pytest.raises(OldButtonError):
        await presses.answer(services, fake)


async def test_a_line_of_a_menu_is_a_press_of_its_own(
    services: Services, kinds: list[Press]
) -> None:
    """With the menu's arguments, then those of the line."""
    await presses.answer(services, interaction("v1:menu:1:7", values=["told.csv"]))
    [press] = kinds
    assert str(press.id) == "v1:told:1:7:csv"
    assert press.values == ()


@pytest.mark.parametrize("value", ["", "A B", "unknown.x", "menu", "told." + "x" * 100])
async def test_a_line_that_is_none_of_ours_is_of_another_version(
    services: Services, value: str
) -> None:
    """A person may send anything."""
    with pytest.raises(OldButtonError):
        await presses.answer(services, interaction("v1:menu:1:7", values=[value]))


async def test_values_of_other_menus_come_with_the_press(
    services: Services, kinds: list[Press]
) -> None:
    await presses.answer(services, interaction("v1:told", values=["1999", "2001"]))
    assert kinds[0].values == ("1999", "2001")


async def test_a_form_comes_with_what_was_filled_in(services: Services, kinds: list[Press]) -> None:
    """Text and choices, however they are nested."""
    text = {"type": 18, "component": {"type": 4, "custom_id": "note", "value": "wrong page"}}
    choice = {"type": 18, "component": {"type": 3, "custom_id": "reason", "values": ["a", "b"]}}
    empty = {"type": 1, "components": [{"type": 4, "custom_id": "more", "value": None}]}
    await presses.answer(services, interaction("v1:told", components=[text, choice, empty]))
    assert kinds[0].fields == {"note": "wrong page", "reason": "a\nb", "more": ""}


async def test_who_asked_turns_the_page_in_place(services: Services) -> None:
    fake = interaction("v1:turned:1")
    await presses.answer(services, fake)
    fake.response.defer.assert_awaited_once_with()
    assert fakes.shown(fake) == "Page two"


async def test_anybody_else_gets_a_copy(services: Services) -> None:
    """Nobody turns the page under another's eyes."""
    fake = interaction("v1:turned:2")
    await presses.answer(services, fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)


async def test_a_private_page_turns_in_place_for_whoever_sees_it(services: Services) -> None:
    fake = interaction("v1:turned:2")
    fake.message = pressing.message_of(PAGE, private=True)
    await presses.answer(services, fake)
    fake.response.defer.assert_awaited_once_with()


async def test_what_was_asked_is_read_from_the_message(
    services: Services, kinds: list[Press]
) -> None:
    asked = Asked("When did she sail?", when="1871")
    fake = interaction("v1:told")
    fake.message = pressing.message_of(Page((f"Found.\n{asked.lines()}",)))
    await presses.answer(services, fake)
    assert kinds[0].asked() == asked


@pytest.mark.parametrize("gone", [True, False])
async def test_a_message_that_does_not_say_what_was_asked_is_too_old(
    services: Services, kinds: list[Press], gone: bool
) -> None:
    """Or that Discord didn't send."""
    fake = interaction("v1:told")
    if gone:
        fake.message = None
    await presses.answer(services, fake)
    with pytest.raises(OldButtonError):
        kinds[0].asked()
