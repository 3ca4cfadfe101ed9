"""What came of a backup or of putting one back. Loads nothing else: every command looks here first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

#: In a data folder: what a restore has yet to do, and what it unpacked.
JOURNAL, STAGED = "restore.json", "restoring"


def is_unfinished(data: Path) -> bool:
    """Whether a restore is at work on a data folder, or was cut off: see `restoring.finish_restore`."""
    return (data / JOURNAL).exists() or (data / STAGED).exists()


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and proven by unpacking it."""

    file: Path
    size: int  # bytes
    generation: int | None  # None: no index is in it
    uploads: int  # documents that were added from Discord
    warnings: tuple[str, ...]  # sentences
    dropped: tuple[Path, ...]  # older backups that were removed


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup holds, and has been put in place or could be."""

    made: dt.datetime  # when the backup was made, in UTC
    program: str  # the version that made it
    generation: int | None  # None: no index that can be used; it is built at the next start
    uploads: int  # documents that were added from Discord
    before: Path | None  # where lies what was there; None: nothing was, or nothing was done
