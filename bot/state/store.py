"""All that the bot remembers, by what it is about; each part is a module beside this one."""

from __future__ import annotations

from pathlib import Path

from bot.state.builds import Builds
from bot.state.documents import Documents
from bot.state.edits import Edits
from bot.state.file import NAME, PATIENCE, StateError
from bot.state.retention import Retention
from index.errors import DataFolderError

__all__ = ["NAME", "State", "StateError", "open_state"]


class State(Retention, Documents, Edits, Builds):
    """Reads from memory what every message needs, and writes to disk.

    Open it with `open_state`, and `close` it. Used by one event loop. What is awaited is on the disk
    when it returns; it raises StateError where the file can't be written or read.
    """


def open_state(data: Path, *, patience: float = PATIENCE) -> State:
    """The state of a data folder, made if there is none.

    A lock of another program is waited for ``patience`` seconds. Raises DataFolderError for a file
    that is damaged, locked, newer or can't be written; the file stays as it is.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(f"The data folder can't be written ({error.strerror}).") from error
    return State(data / NAME, patience=patience)
