"""Pages -> Discord messages. The one place that knows Discord's limits of a message.

A page is blocks of markup, buttons and pictures in order. Shown rich it is one container
(Components V2); shown plain it is text with rows of buttons beneath, for screen readers. Whatever a
page holds, its message can be sent: what doesn't fit goes into a file, whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal, TypeVar

import discord
from discord import ui

from bot import limits
from bot.ids import PressId
from bot.items import Pressable
from bot.limits import shorten
from bot.markup import cut_before, units
from bot.wording import ELLIPSIS

#: What is planned: less than Discord allows, to be sure.
COMPONENTS = 36
CHARACTERS = 3_800  # UTF-16 units, markup counted

#: Kinds of channels in which questions can be asked; threads belong to one of these.
ANSWERED = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]

GREEN, AMBER, GREY, RED, BLUE = 0x2D9D78, 0xC98A1B, 0x80848E, 0xB3403A, 0x4B6FA8


class Rule(Enum):
    """What may stand between two blocks of text."""

    LINE = "line"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. Exactly one of ``press`` and ``url`` is given."""

    label: str
    press: PressId | None = None
    url: str | None = None
    style: Literal["primary", "secondary", "success", "danger"] = "secondary"
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a menu."""

    label: str
    value: str
    description: str = ""
    chosen: bool = False  # it is what is set now


@dataclass(frozen=True, slots=True)
class Menu:
    """One of several things to choose: at most 25."""

    press: PressId
    placeholder: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """A menu of the server's own channels or roles, of which none or several are chosen."""

    press: PressId
    placeholder: str
    kind: Literal["channel", "role"]
    chosen: tuple[int, ...] = ()  # ids; those that are no more must not be among them
    most: int = limits.OPTIONS


@dataclass(frozen=True, slots=True)
class Row:
    """Up to five buttons, or one menu."""

    items: tuple[Button, ...] | tuple[Menu | Chooser]


@dataclass(frozen=True, slots=True)
class Beside:
    """Markup with a button at its right, and what belongs to it beneath, never parted from it."""

    text: str
    button: Button
    below: str = ""  # over the whole width


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture among the page's files, by its name, and the words for those who don't see it."""

    name: str
    description: str


Block = str | Rule | Row | Beside | Picture


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a page. Pictures are shown where a `Picture` names them."""

    name: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A message as it is meant: blocks from top to bottom."""

    blocks: tuple[Block, ...]
    colour: int = GREY
    files: tuple[Attachment, ...] = field(default=())


_P = TypeVar("_P")
_OVERFLOW = "more.md"  # the file that takes what doesn't fit into a message


def fits(blocks: Sequence[Block]) -> bool:
    """Whether a page of these blocks is within what is planned for a message."""
    return _components(blocks) <= COMPONENTS and _characters(blocks) <= CHARACTERS


def first_fit(plans: Iterable[_P], write: Callable[[_P], list[Block]]) -> list[Block]:
    """The blocks of the first plan that fit into a message; those of the last if none does."""
    blocks: list[Block] = []
    for plan in plans:
        blocks = write(plan)
        if fits(blocks):
            break
    return blocks


def to_message(page: Page, *, plain: bool = False, edit: bool = False) -> dict[str, Any]:
    """The arguments with which discord.py sends or edits this page. Make them anew for each try."""
    page = _sendable_plain(page) if plain else _sendable(page)
    files = [
        discord.File(
            io.BytesIO(file.content),
            file.name,
            description=shorten(file.description, limits.FILE_DESCRIPTION) or None,
        )
        for file in page.files[: limits.FILES]
    ]
    made = _plain(page, edit=edit) if plain else {"view": _view(page)}
    if edit:
        return made | {"attachments": files}
    return made | ({"files": files} if files else {})


# ---------------------------------------------------------------- rich


def _view(page: Page) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    maker = _Maker()
    above = len(page.blocks)
    while above and isinstance(page.blocks[above - 1], Row):
        above -= 1
    items = [item for block in page.blocks[:above] for item in _items(block, maker)]
    items += [ui.File(f"attachment://{file.name}") for file in _listed(page)]
    items += [item for block in page.blocks[above:] for item in _items(block, maker)]
    view.add_item(ui.Container(*items, accent_colour=page.colour))
    return view


def _items(block: Block, maker: _Maker) -> Iterator[ui.Item[Any]]:
    match block:
        case str():
            if block.strip():  # Discord takes no text of blanks
                yield ui.TextDisplay(block)
        case Rule():
            yield ui.Separator(visible=block is Rule.LINE)
        case Beside(text, button, below):
            made = maker.button(button, beside=True)
            shown: ui.TextDisplay[Any] = ui.TextDisplay(text if text.strip() else ELLIPSIS)
            yield shown if made is None else ui.Section(shown, accessory=made)
            if below.strip():
                yield ui.TextDisplay(below)
        case Row():
            yield from (ui.ActionRow(*items) for items in maker.rows([block]))
        case Picture(name, description):
            said = shorten(description, limits.FILE_DESCRIPTION)
            item = discord.MediaGalleryItem(f"attachment://{name}", description=said)
            yield ui.MediaGallery(item)


def _listed(page: Page) -> list[Attachment]:
    """The files that no picture shows. Discord shows a file only where a component names it."""
    shown = {block.name for block in page.blocks if isinstance(block, Picture)}
    return [file for file in page.files[: limits.FILES] if file.name not in shown]


def _components(blocks: Sequence[Block]) -> int:
    """How many components a container of these blocks is, itself counted."""
    counted = 1
    for block in blocks:
        match block:
            case Row(items):
                counted += 1 + len(items)
            case Beside(below=below):
                counted += 4 if below.strip() else 3
            case str() if not block.strip():
                pass
            case _:
                counted += 1
    return counted


def _characters(blocks: Sequence[Block]) -> int:
    return sum(units(_text(block)) for block in blocks)


def _text(block: Block) -> str:
    match block:
        case str():
            return block
        case Beside(text, _, below):
            return f"{text}\n{below}" if below.strip() else text
    return ""


def _sendable(page: Page) -> Page:
    """``page``, or as much of its beginning as Discord takes, with all of its text in a file."""
    needed = _components(page.blocks) + len(_listed(page))
    if needed <= limits.COMPONENTS and _characters(page.blocks) <= limits.TEXT:
        return page
    files = _with_overflow(page)
    pressed = [block for block in page.blocks if isinstance(block, Row)]
    kept: list[Block] = []
    components = COMPONENTS - _components(pressed) - len(files)
    room = CHARACTERS
    for block in page.blocks:
        if isinstance(block, Row):
            continue
        text = _text(block)
        if _components([*kept, block]) > components or (text and room < 2):
            break
        if units(text) > room:
            kept.append(cut_markup(text, room))
            break
        kept.append(block)
        room -= units(text)
    return replace(page, blocks=(*kept, *pressed), files=files)


def _with_overflow(page: Page) -> tuple[Attachment, ...]:
    whole = "\n\n".join(text for block in page.blocks if (text := _text(block)))
    return (*page.files[: limits.FILES - 1], Attachment(_OVERFLOW, whole.encode()))


# ---------------------------------------------------------------- plain


def _plain(page: Page, *, edit: bool) -> dict[str, Any]:
    """Text above rows of buttons. What is longer than a message's content goes on in an embed."""
    texts = [text for block in page.blocks if (text := _text(block)).strip()]
    content, rest = _fill(texts, limits.CONTENT)
    embeds = [discord.Embed(description="\n".join(rest))] if rest else []
    rows = list(_Maker().rows(_plain_rows(page.blocks)))[: limits.ROWS]
    view = ui.View(timeout=None) if rows else None
    for number, items in enumerate(rows):
        for item in items:
            item.row = number
            assert view is not None
            view.add_item(item)
    made: dict[str, Any] = {"content": content, "embeds": embeds}
    if view is not None or edit:
        made["view"] = view
    return made


def _fill(texts: Sequence[str], room: int) -> tuple[str, list[str]]:
    """As many of ``texts`` as there is room for, a line each; the others. The first is always in."""
    first, *rest = texts or [""]
    first = first if units(first) <= room else cut_markup(first, room)
    kept = [first]
    for text in rest:
        if units("\n".join([*kept, text])) > room:
            break
        kept.append(text)
    return "\n".join(kept), rest[len(kept) - 1 :]


def _plain_rows(blocks: Sequence[Block]) -> list[Row]:
    """The rows of a page, before them those of the buttons that stand beside text."""
    beside = [block.button for block in blocks if isinstance(block, Beside)]
    size = limits.ROW_BUTTONS
    first = [Row(tuple(beside[n : n + size])) for n in range(0, len(beside), size)]
    return [*first, *(block for block in blocks if isinstance(block, Row))]


def _sendable_plain(page: Page) -> Page:
    """``page``, or as much of its beginning as content and an embed hold, with all in a file."""
    texts = [text for block in page.blocks if (text := _text(block)).strip()]
    content, rest = _fill(texts, limits.CONTENT)
    whole = units(texts[0]) <= limits.CONTENT if texts else True
    if whole and units("\n".join(rest)) <= limits.EMBED_DESCRIPTION:
        return page
    rows: list[Block] = list(_plain_rows(page.blocks))
    kept, _ = _fill(rest, limits.EMBED_DESCRIPTION)
    # A single line, so that it is filled in the same way again.
    shown = [content, *([kept] if kept else [])]
    return replace(page, blocks=(*shown, *rows), files=_with_overflow(page))


# ---------------------------------------------------------------- what is pressed


class _Maker:
    """Makes the items of one message, in which no id may stand twice."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def rows(self, rows: Sequence[Row]) -> Iterator[list[ui.Item[Any]]]:
        """The items of each row; of one with more buttons than a row takes, of several."""
        for row in rows:
            made = [self._pressed(item) for item in row.items]
            items = [item for item in made if item is not None]
            for start in range(0, len(items), limits.ROW_BUTTONS):
                yield items[start : start + limits.ROW_BUTTONS]

    def _pressed(self, item: Button | Menu | Chooser) -> ui.Item[Any] | None:
        match item:
            case Button():
                return self.button(item)
            case Menu():
                return self._menu(item)
            case Chooser():
                return self._chooser(item)

    def button(self, button: Button, *, beside: bool = False) -> ui.Item[Any] | None:
        """None for a link that Discord doesn't take, and for an id that is there already.

        A label ``beside`` text has no blank at which a narrow screen would break it.
        """
        label = shorten(button.label, limits.LABEL) or ELLIPSIS
        if beside:
            label = label.replace(" ", "\u00a0")
        if button.url is not None:
            fine = units(button.url) <= limits.URL and button.url.startswith(
                ("https://", "http://")
            )
            return ui.Button(label=label, url=button.url) if fine else None
        if not self._is_new(str(button.press)):
            return None
        made: ui.Button[Any] = ui.Button(
            label=label,
            custom_id=str(button.press),
            style=discord.ButtonStyle[button.style],
            disabled=button.disabled,
        )
        return Pressable(made)

    def _menu(self, menu: Menu) -> ui.Item[Any] | None:
        """None for a menu with nothing to choose, and for an id that is there already."""
        named = {option.value: option for option in reversed(menu.options)}
        options = [
            discord.SelectOption(
                label=shorten(option.label, limits.OPTION) or ELLIPSIS,
                value=option.value,
                description=shorten(option.description, limits.OPTION) or None,
                default=option.chosen,
            )
            for option in menu.options[: limits.OPTIONS]
            if named[option.value] is option
        ]
        if not options or not self._is_new(str(menu.press)):
            return None
        made: ui.Select[Any] = ui.Select(
            custom_id=str(menu.press),
            placeholder=shorten(menu.placeholder, limits.PLACEHOLDER) or ELLIPSIS,
            options=options,
        )
        return Pressable(made)

    def _chooser(self, chooser: Chooser) -> ui.Item[Any] | None:
        """None for an id that is there already."""
        if not self._is_new(str(chooser.press)):
            return None
        kind = discord.SelectDefaultValueType[chooser.kind]
        options: Any = {
            "custom_id": str(chooser.press),
            "placeholder": shorten(chooser.placeholder, limits.PLACEHOLDER) or ELLIPSIS,
            "min_values": 0,
            "max_values": chooser.most,
            "default_values": [
                discord.SelectDefaultValue(id=one, type=kind)
                for one in chooser.chosen[: chooser.most]
            ],
        }
        made: ui.Item[Any]
        if chooser.kind == "role":
            made = ui.RoleSelect(**options)
        else:
            made = ui.ChannelSelect(channel_types=ANSWERED, **options)
        return Pressable(made)

    def _is_new(self, custom_id: str) -> bool:
        fresh = custom_id not in self._ids
        self._ids.add(custom_id)
        return fresh


# ---------------------------------------------------------------- cutting

_MARKS = re.compile(r"\\.|\*\*|__", re.DOTALL)


def cut_markup(markup: str, limit: int) -> str:
    """The beginning of ``markup`` and "…", at most ``limit`` units: its bold and underlines closed.

    Cut at a line end if that keeps half of it, else at a word.
    """
    if units(markup) <= limit:
        return markup
    room = max(limit - len(ELLIPSIS) - 2 * len("**"), 0)
    kept = markup[:room]
    while units(kept) > room:
        kept = kept[:-1]
    stop = _cut(markup[: len(kept) + 1], len(kept))
    open_marks: list[str] = []
    last = 0
    for mark in _MARKS.finditer(markup):
        if mark.start() >= stop:
            break
        if mark.end() > stop:
            stop = mark.start()
            break
        last = mark.end()
        if mark[0] in open_marks:
            open_marks.remove(mark[0])
        elif not mark[0].startswith("\\"):
            open_marks.append(mark[0])
    kept = markup[: max(stop, last)].rstrip()
    return f"{kept}{ELLIPSIS}{''.join(reversed(open_marks))}"


def _cut(text: str, limit: int) -> int:
    """Where to cut ``text`` so that at most ``limit`` characters stay, and at least one."""
    line, blank = text.rfind("\n", 0, limit), text.rfind(" ", 0, limit)
    if line >= limit // 2:
        return line + 1
    if blank > limit * 2 // 3:
        return blank + 1
    return max(cut_before(text, limit), 1)
