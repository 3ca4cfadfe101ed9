"""Presses that delete what is stored about a person. Each acts on who presses, and on nobody else."""

from __future__ import annotations

from bot import presses
from bot.presses import Press
from bot.render.privacy import confirm_page, deleted_page, kept_page
from bot.views.feedback import show_in_place


@presses.on("erase")
async def ask_first(press: Press) -> None:
    """Say what would be deleted, and ask."""
    await press.turn(str(press.reader.id))
    state = press.services.state
    feedback = await state.feedback_of(press.reader.id)
    plain = state.is_plain(press.reader.id)
    await show_in_place(press, confirm_page(plain, len(feedback), press.reader.language))


@presses.on("erased")
async def erase(press: Press) -> None:
    """Delete it, and say what it was."""
    await press.turn(str(press.reader.id))
    deleted = await press.services.state.delete(press.reader.id)
    await show_in_place(press, deleted_page(deleted, press.reader.language))


@presses.on("kept")
async def keep(press: Press) -> None:
    """Say that nothing was deleted."""
    await press.turn(str(press.reader.id))
    await show_in_place(press, kept_page(press.reader.language))
