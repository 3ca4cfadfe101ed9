"""Where the last backup was written: a note in the data folder, by which a damaged one is mended."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.backup.archive import BackupError, read_head
from bot.state.store import NAME as STATE

NOTE = "backups.json"
_MOST_LOOKED_AT = 1_000  # files of a folder


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest backup that is known."""

    file: Path
    made: dt.datetime  # in UTC


def note(data: Path, file: Path) -> None:
    """Keep where a backup was written. That it can't be kept is no failure of the backup."""
    with suppress(OSError):
        aside = data / f"{NOTE}.tmp"
        aside.write_text(json.dumps({"latest": str(file.absolute())}), encoding="utf-8")
        os.replace(aside, data / NOTE)  # noqa: PTH105 - as in `index.generations`


def newest(data: Path) -> Newest | None:
    """The newest of the backups in the folders where the last was written and beside the data folder.

    Looks at what each file says of itself, not at its name; does not prove the others' contents.
    """
    looked_at: set[Path] = set()
    with suppress(OSError, ValueError, LookupError, TypeError):
        latest = Path(json.loads((data / NOTE).read_text(encoding="utf-8"))["latest"])
        looked_at |= {latest, *_files(latest.parent)}
    looked_at.update(_files(data.absolute().parent / "backups"))
    found = []
    for file in looked_at:
        with suppress(BackupError, OSError):
            found.append(Newest(file, read_head(file).made))
    return max(found, key=lambda one: (one.made, one.file), default=None)


def advice(data: Path) -> str:
    """How to get a damaged state back, for whoever runs the bot; "" where it isn't damaged or no backup
    is known.
    """
    if not _is_damaged(data / STATE) or (found := newest(data)) is None:
        return ""
    made = found.made.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"The newest backup is of {made}: `archivist restore {shlex.quote(str(found.file))}` puts it back "
        "and moves what is there aside."
    )


def _is_damaged(state: Path) -> bool:
    if not state.exists():
        return False
    try:
        with closing(
            sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _files(folder: Path) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
    return files[-_MOST_LOOKED_AT:]
