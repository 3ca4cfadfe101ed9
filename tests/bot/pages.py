"""Pages as a reader meets them: what they say, and what can be pressed."""

from __future__ import annotations

from bot import layout
from bot.layout import Beside, Button, Menu, Page, Row


def texts(page: Page) -> list[str]:
    """The texts of a page, in order."""
    found: list[str] = []
    for block in page.blocks:
        if isinstance(block, Beside):
            found += [block.text, block.below] if block.below else [block.text]
        elif isinstance(block, str):
            found.append(block)
    return found


def text(page: Page) -> str:
    return "\n".join(texts(page))


def buttons(page: Page) -> dict[str, Button]:
    """The buttons of a page by their labels; of several with one label the first."""
    found: dict[str, Button] = {}
    for block in page.blocks:
        items = [block.button] if isinstance(block, Beside) else []
        items += block.items if isinstance(block, Row) else []
        for item in items:
            if isinstance(item, Button):
                found.setdefault(item.label, item)
    return found


def choices(page: Page) -> dict[str, str]:
    """What each line of the page's menus stands for, by its label."""
    menus = [i for b in page.blocks if isinstance(b, Row) for i in b.items if isinstance(i, Menu)]
    return {option.label: option.value for menu in menus for option in menu.options}


def check_limits(page: Page) -> None:
    """A page fits into a message as it was planned, and Discord takes it in both forms."""
    assert layout.fits(page.blocks)
    assert all(one.strip() for one in texts(page))
    layout.to_message(page)
    layout.to_message(page, plain=True)
