"""Presses of buttons and menus, and forms sent in: each does what its id says, and is answered once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from bot import replies
from bot.asked import Asked, read_asked, texts_of
from bot.ids import VERSION, PressId, read_id
from bot.layout import Page
from bot.replies import Interaction
from bot.services import Reader, Services
from bot.shelves import Shelf
from index.errors import ArchivistError, InputError

log = logging.getLogger(__name__)


class OldButtonError(InputError):
    hint = "Please ask again: the new answer has buttons that work."


class NotYoursError(ArchivistError):
    hint = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, a line of a menu chosen, or a form sent in."""

    interaction: Interaction
    services: Services
    reader: Reader
    id: PressId
    values: tuple[str, ...] = ()  # of a menu
    fields: Mapping[str, str] = field(default_factory=dict)  # of a form: by the ids of its inputs

    @property
    def message(self) -> discord.Message:
        """The message whose button it is. Raises OldButtonError where Discord sends none."""
        if self.interaction.message is None:
            raise OldButtonError("The message of this button can't be read.")
        return self.interaction.message

    def asked(self) -> Asked:
        """What was asked, as the message says. Raises OldButtonError when it doesn't say."""
        asked = read_asked(texts_of(self.message))
        if asked is None:
            raise OldButtonError("This message no longer says what was asked.")
        return asked

    @property
    def private(self) -> bool:
        """Whether only the presser sees the message."""
        return self.message.flags.ephemeral

    async def shelf(self) -> Shelf:
        """What may be seen in the message of this press: see `Services.shelf`.

        A private reply to a public message goes on from what all could see there.
        """
        return await self.services.shelf(self.reader, private=self.private)

    async def wait(self) -> None:
        """Acknowledge; a private message follows with `show`."""
        await replies.defer(self.interaction, private=True)

    async def turn(self, owner: str) -> None:
        """Acknowledge; `show` then replaces the page: the message's own for ``owner`` (a user id).

        Anybody else gets a private copy, so that nobody turns the page under another's eyes.
        """
        if self.private or owner == str(self.reader.id):
            await replies.defer_update(self.interaction)
        else:
            await replies.defer(self.interaction, private=True)

    async def show(self, page: Page) -> None:
        """Put this page where `wait` or `turn` said; a message that is changed keeps its form.

        Discord lets no message with layout become plain text, nor the reverse.
        """
        plain = self.reader.plain
        if replies.updating(self.interaction):
            plain = not self.message.flags.components_v2
        await replies.show(self.interaction, page, plain=plain)

    async def tell(self, page: Page, *, private: bool = True) -> None:
        """Answer at once with a message of its own."""
        await replies.tell(self.interaction, page, private=private, plain=self.reader.plain)


Handler = Callable[[Press], Awaitable[None]]
_HANDLERS: dict[str, Handler] = {}


def on(kind: str) -> Callable[[Handler], Handler]:
    """Register what a press of this kind does. A line of a menu is a kind too (see `MENU`)."""

    def register(handler: Handler) -> Handler:
        assert kind not in _HANDLERS, kind
        _HANDLERS[kind] = handler
        return handler

    return register


#: The kind of a menu whose lines do different things: the value chosen is ``kind`` or ``kind.argument``,
#: and stands for a press of that kind with the menu's arguments, then its own.
MENU = "menu"


async def answer(services: Services, interaction: Interaction) -> None:
    """Do what a press says. Raises OldButtonError for one that nothing here knows."""
    data: Any = interaction.data or {}
    pressed = read_id(str(data.get("custom_id", "")))
    values = tuple(str(value) for value in data.get("values", ()))
    if pressed is not None and pressed.version == VERSION and pressed.kind == MENU and values:
        pressed, values = _chosen(pressed, values[0]), ()
    if pressed is None or pressed.version != VERSION or pressed.kind not in _HANDLERS:
        later = pressed is not None and pressed.version > VERSION
        raise OldButtonError(
            "This button is of a later version of the bot."
            if later
            else "This button is of an earlier version of the bot."
        )
    press = Press(
        interaction, services, services.reader(interaction), pressed, values, _fields(data)
    )
    await _HANDLERS[pressed.kind](press)


def _chosen(menu: PressId, value: str) -> PressId | None:
    """The press that a line of a menu stands for; None for a value that is none of ours."""
    kind, *own = value.split(".")
    try:
        return replace(menu, kind=kind, arguments=(*menu.arguments, *own))
    except ValueError:
        return None


def _fields(data: Any) -> dict[str, str]:
    """What stands in the inputs of a form, by their ids; several values with line ends between."""
    found: dict[str, str] = {}
    pending = list(data.get("components", ()))
    while pending:
        component = pending.pop()
        inner = [component.get("component"), *component.get("components", ())]
        pending.extend(one for one in inner if one)
        if "custom_id" in component:
            values = component.get("values") or [component.get("value") or ""]
            found[component["custom_id"]] = "\n".join(map(str, values))
    return found
