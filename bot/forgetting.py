"""Deleting what is stored about somebody on the word of Discord, or of a person who can't use Discord."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.state import Deleted, open_state
from bot.state.store import NAME
from index.errors import DataFolderError


def forget_person(data: Path, person: int) -> Deleted:
    """Delete all that is stored about a person, and say what it was.

    Works beside a `serve`, which shows a person's plain text until it is started anew. Raises
    DataFolderError where there is no state or it can't be written, StateError.
    """
    if not (data / NAME).is_file():
        raise DataFolderError(
            "Nothing is stored in this data folder.", hint="Name another with --data."
        )

    async def forget() -> Deleted:
        state = open_state(data)
        try:
            return await state.delete(person)
        finally:
            await state.close()

    return asyncio.run(forget())
