"""Presses of buttons, menus and forms, through `bot.presses` as the client hands them over."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
from discord.components import _component_factory

from bot import presses
from bot.languages import ENGLISH
from bot.layout import Page, to_message
from bot.library import Library
from bot.rules import Cooldowns, Rights
from bot.services import Reader, Services
from bot.settings import Settings
from bot.state import open_state
from tests.bot import fakes

__all__ = ["MANAGER", "message_of", "page_after", "press", "reader", "services"]

MANAGER = discord.Permissions(manage_guild=True)


def reader(user: int = 1, guild: int | None = 10, *, plain: bool = False) -> Reader:
    return Reader(user, guild, ENGLISH, plain)


def services(data: Path, settings: Settings | None = None) -> Services:
    """Services with a state on the disk and a library that nobody may ask."""
    return Services(
        settings or Settings(),
        create_autospec(Library, instance=True),
        open_state(data),
        Rights(frozenset(), frozenset()),
        Cooldowns(),
    )


def message_of(page: Page, *, plain: bool = False, private: bool = False) -> Mock:
    """A message as Discord gives it back after this page was sent."""
    sent = to_message(page, plain=plain)
    view = sent.get("view")
    message: Mock = create_autospec(discord.Message, instance=True)
    message.content = sent.get("content", "")
    message.embeds = sent.get("embeds", [])
    message.components = [_component_factory(made) for made in view.to_components()] if view else []
    message.flags = discord.MessageFlags(components_v2=not plain, ephemeral=private)
    return message


async def press(
    made: Services,
    custom_id: object,
    *,
    message: Mock | None = None,
    user: int = 1,
    guild: int | None = 10,
    permissions: discord.Permissions | None = None,
    values: tuple[str, ...] = (),
    fields: dict[str, Any] | None = None,
    channel: int = 77,
    roles: tuple[int, ...] = (),
) -> Mock:
    """The interaction, after a press was answered. ``fields`` are those of a form sent in."""
    fake = fakes.interaction(
        user_id=user, guild_id=guild, permissions=permissions, channel_id=channel, roles=roles
    )
    fake.locale = discord.Locale.american_english
    fake.message = message

    def done(*_: object, **__: object) -> None:
        fake.response.is_done.return_value = True

    fake.response.send_modal.side_effect = done
    fake.data = {"custom_id": str(custom_id), "values": list(values)}
    if fields is not None:
        fake.data["components"] = [
            {"type": 18, "component": {"custom_id": name} | value} for name, value in fields.items()
        ]
    await presses.answer(made, fake)
    return fake


def page_after(fake: Mock) -> str:
    """The text that a press ended in, whichever way it was shown."""
    call = fake.edit_original_response.await_args or fake.response.send_message.await_args
    view = call.kwargs.get("view")
    if "content" in call.kwargs:
        return str(call.kwargs["content"])
    return fakes.text_of(view)
