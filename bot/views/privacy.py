"""Presses that delete what is stored about a person. Each acts on who presses, and on nobody else.

What they show is private: a message that others see too is never turned.
"""

from __future__ import annotations

from bot import presses
from bot.presses import Press
from bot.render.privacy import confirm_page, deleted_page, kept_page


@presses.on("erase")
async def ask_first(press: Press) -> None:
    """Say what would be deleted, and ask."""
    await press.turn("")
    about = await press.services.state.about(press.reader.id)
    await press.show(confirm_page(about, press.reader.language))


@presses.on("erased")
async def erase(press: Press) -> None:
    """Delete it, and say what it was."""
    await press.turn("")
    deleted = await press.services.state.delete(press.reader.id)
    await press.show(deleted_page(deleted, press.reader.language))


@presses.on("kept")
async def keep(press: Press) -> None:
    """Say that nothing was deleted."""
    await press.turn("")
    await press.show(kept_page(press.reader.language))
