"""The files of a server's documents, as the state says that they must be. Blocks: call it in a thread.

Live ones lie in the server's folder of uploads under their names, removed ones in ``.removed``, and what
nobody knows of in ``.found``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot import waiting
from bot.state import UNDO, Upload
from bot.writing import sync, toml_string, write_whole
from index.corpus import SETTINGS_FILES
from index.files import UnreadableFileError, hash_file

log = logging.getLogger(__name__)

REMOVED, FOUND = ".removed", ".found"
_NUMBERED = re.compile(r"(\d{1,18})-")


def removed_file(folder: Path, upload: Upload) -> Path:
    """Where the file of a removed document lies for a day."""
    return folder / REMOVED / f"{upload.id}-{upload.name}"


def move(source: Path, target: Path) -> None:
    """Move a file within a disk; the names are on the disk when this returns."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    sync(target.parent)
    sync(source.parent)


def write_settings(folder: Path, live: Iterable[Upload]) -> None:
    """Write the ``corpus.toml`` of these documents, unless it says so already. Raises OSError."""
    path = folder / "corpus.toml"
    wanted = settings_text(live).encode()
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == wanted:
            return
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, wanted)


def settings_text(live: Iterable[Upload]) -> str:
    """``corpus.toml`` of these documents, by name: what an administrator said of each."""
    lines = ["# Written by Archivist. What is changed here by hand is overwritten."]
    for upload in sorted(live, key=lambda one: one.name):
        lines.append(f"\n[documents.{toml_string(upload.name)}]")
        lines += [
            f"{key} = {toml_string(value)}"
            for key in ("title", "author", "date", "rights", "language")
            if (value := getattr(upload, key))
        ]
    return "\n".join(lines) + "\n"


def mend(folder: Path, live: Sequence[Upload], removed: Sequence[Upload]) -> None:
    """Make the files as the state says; what it doesn't know of is set aside."""
    if not folder.is_dir():
        if live:
            log.error("the files of %d documents are missing", len(live))
        return
    _finish_saving(folder, live)
    for upload in live:
        path = folder / upload.name
        if not path.is_file() and removed_file(folder, upload).is_file():
            move(removed_file(folder, upload), path)
        if not path.is_file():
            log.error("the file of document %d is missing", upload.id)
    names = {upload.name for upload in live}
    for upload in removed:
        path = folder / upload.name
        if upload.name not in names and path.is_file():
            move(path, removed_file(folder, upload))
    for path in folder.iterdir():
        known = path.name in names or path.name in SETTINGS_FILES
        if known or path.name.startswith(".") or not path.is_file():
            continue
        log.warning("a file of server %s that nobody added is set aside", folder.name)
        move(path, folder / FOUND / path.name)


def _finish_saving(folder: Path, live: Iterable[Upload]) -> None:
    """Put waiting files in place that the state says were saved."""
    saved = {upload.sha256: upload for upload in live}
    for batch in waiting.batches(folder):
        for number, one in enumerate(batch.candidates):
            upload = saved.get(one.sha256)
            source = waiting.file_of(folder, batch.id, number)
            if upload is None or not source.is_file():
                continue
            if not _holds(folder, upload) and _hash(source) == upload.sha256:
                move(source, folder / upload.name)


def _holds(folder: Path, upload: Upload) -> bool:
    """Whether a document's file is the one that the state says."""
    path = folder / upload.name
    with contextlib.suppress(OSError):
        return path.stat().st_size == upload.size and _hash(path) == upload.sha256
    return False


def _hash(path: Path) -> str:
    """The SHA-256 of a file; empty where it can't be read."""
    try:
        return hash_file(path, path.parent, path.stat().st_size)
    except (OSError, UnreadableFileError):
        return ""


def sweep(folder: Path, known: set[int], gone: set[int], now: dt.datetime) -> None:
    """Delete what waited too long, and removed files whose document can't be brought back."""
    waiting.sweep(folder, now - dt.timedelta(hours=waiting.HOURS))
    old = (now - dt.timedelta(hours=waiting.HOURS)).timestamp()
    for path in folder.glob(".~*"):  # a kill left it half written
        if path.is_file() and path.stat().st_ctime < old:
            path.unlink(missing_ok=True)
    limit = (now - UNDO).timestamp()
    with contextlib.suppress(FileNotFoundError):
        for path in (folder / REMOVED).iterdir():
            numbered = _NUMBERED.match(path.name)
            number = int(numbered[1]) if numbered else 0
            # A kill may have left one without its line in the state; so may an older copy of that.
            if number in gone or (number not in known and path.stat().st_ctime < limit):
                path.unlink(missing_ok=True)
