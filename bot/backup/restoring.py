"""Putting a backup in the place of what a data folder holds.

The backup is unpacked aside and proven; then a note of what is to be done is written (`JOURNAL`): from
that instant on the new data count, and whoever comes next, after a kill too, finishes what it says by
renaming. Before it the old data count. Nothing is deleted: what was there lies in a folder beside.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bot.backup import archive
from bot.backup.archive import HELD, BackupError, check_index, check_state, is_upload
from bot.backup.making import telling
from bot.backup.values import JOURNAL, STAGED, Restored
from bot.state.store import NAME as STATE
from bot.writing import sync
from index import locks
from index.building import Progress
from index.collections import UPLOADS
from index.errors import BusyError, DataFolderError, IndexDamagedError

_ASIDE = "before-restore-{:%Y%m%dT%H%M%SZ}"
#: Moved in this order: a journal of SQLite's before the file that it belongs to.
_MOVED = (f"{STATE}-wal", f"{STATE}-shm", f"{STATE}-journal", *HELD)
_PATIENCE, _PAUSE = 5.0, 0.05  # seconds that a restore at work is waited for, and between two looks


def restore(
    data: Path,
    file: Path,
    *,
    now: dt.datetime,
    progress: Callable[[Progress], None] | None = None,
) -> Restored:
    """Put the backup ``file`` in the place of what ``data`` holds, which is made if need be.

    Refused while a `serve` or a build uses the folder. Killed at any instant it leaves the old data or
    the new: see `finish_restore`. Raises BackupError, BusyError, DataFolderError; then nothing changed.
    """
    archive.read_head(file)
    with _holding(data):
        _finish(data)
        staged = data / STAGED
        try:
            _check_room(data, file)
            found = _unpack(file, staged, progress)
            aside = _free_name(data, now)
            _write_journal(data, aside.name)
        except OSError as error:
            shutil.rmtree(staged, ignore_errors=True)
            raise DataFolderError(
                f"The backup can't be unpacked into the data folder ({error.strerror}).",
                hint="Nothing was changed.",
            ) from error
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        _finish(data)
    return Restored(found.made, found.program, found.generation, found.uploads, _kept(aside))


def check(
    file: Path, scratch: Path, *, progress: Callable[[Progress], None] | None = None
) -> Restored:
    """Unpack a backup below the folder ``scratch``, prove what comes out, and remove it again."""
    target = scratch / STAGED
    try:
        return _unpack(file, target, progress)
    except OSError as error:
        raise BackupError(
            f"The backup can't be unpacked ({error.strerror}).", hint="Make room for it."
        ) from error
    finally:
        shutil.rmtree(target, ignore_errors=True)


def finish_restore(data: Path) -> bool:
    """Finish a restore that was cut off; whether there was one. To be called before ``data`` is used.

    One that had not begun to change anything is forgotten. Raises BusyError while another process is
    at it, DataFolderError.
    """
    if not (data / JOURNAL).exists() and not (data / STAGED).exists():
        return False
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with _holding(data):
                return _finish(data)
        except BusyError:
            if not (data / JOURNAL).exists():
                return False  # it is being unpacked: the old data count
            if time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)


@contextmanager
def _holding(data: Path) -> Iterator[None]:
    """Nobody else serves or builds meanwhile. Raises BusyError with the process that does."""
    with ExitStack() as stack:
        try:
            for role in ("serve", "build"):
                stack.enter_context(locks.hold(data, role))
        except BusyError as error:
            error.hint = "Stop it, then try again."
            raise
        yield


def _check_room(data: Path, file: Path) -> None:
    needed, free = file.stat().st_size, shutil.disk_usage(data).free
    if needed > free:
        raise DataFolderError(
            f"The backup takes {needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free.",
            hint="Make room. Nothing was changed.",
        )


def _unpack(file: Path, target: Path, progress: Callable[[Progress], None] | None) -> Restored:
    head = archive.unpack(file, target, telling(progress))
    if (target / STATE).exists():
        check_state(target / STATE)
    try:
        generation = check_index(target)
    except IndexDamagedError:  # of another version, most often: it is built anew at the next start
        generation = None
    uploads = target / UPLOADS
    documents = sum(
        path.is_file() and is_upload(path.relative_to(uploads)) for path in uploads.rglob("*")
    )
    return Restored(head.made, head.program, generation, documents, None)


def _free_name(data: Path, now: dt.datetime) -> Path:
    stem = _ASIDE.format(now.astimezone(dt.UTC))
    number = 1
    while (path := data / f"{stem}{f'-{number}' if number > 1 else ''}").exists():
        number += 1
    return path


def _kept(aside: Path) -> Path | None:
    return aside if aside.exists() else None


# ---------------------------------------------------------------- the swap


def _write_journal(data: Path, aside: str) -> None:
    """Note what is to be done: from the instant that the note has its name, it will be."""
    draft = data / f"{JOURNAL}.tmp"
    with draft.open("w", encoding="utf-8") as out:
        json.dump({"aside": aside, "new": sorted(p.name for p in (data / STAGED).iterdir())}, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, data / JOURNAL)  # noqa: PTH105 - as in `index.generations`
    sync(data)


def _finish(data: Path) -> bool:
    """Do what the note says and isn't done yet; whether there was one. Raises DataFolderError."""
    try:
        text = (data / JOURNAL).read_text(encoding="utf-8")
    except FileNotFoundError:
        shutil.rmtree(data / STAGED, ignore_errors=True)
        (data / f"{JOURNAL}.tmp").unlink(missing_ok=True)
        return False
    try:
        said = json.loads(text)
        _swap(data, data / str(said["aside"]), frozenset(said["new"]))
    except (ValueError, LookupError, TypeError) as error:
        raise DataFolderError(
            f"The file {JOURNAL} in the data folder can't be read, and a restore isn't finished.",
            hint=f"Remove {JOURNAL}, then restore the backup again.",
        ) from error
    except OSError as error:
        raise DataFolderError(
            f"A restore can't be finished ({error.strerror}).",
            hint="Let the program write to the data folder, then start again.",
        ) from error
    return True


def _swap(data: Path, aside: Path, new: frozenset[str]) -> None:
    """Rename what is there into ``aside`` and what is ``new`` into its place, each once.

    What is no longer among the staged is in its place already.
    """
    staged = data / STAGED
    aside.mkdir(mode=0o700, exist_ok=True)
    for name in _MOVED:
        to_come = (staged / name).exists()
        if (data / name).exists() and (to_come or name not in new):
            (data / name).rename(aside / name)
        if to_come:
            (staged / name).rename(data / name)
    sync(aside)
    sync(data)
    (data / JOURNAL).unlink()
    sync(data)
    shutil.rmtree(staged, ignore_errors=True)
    with suppress(OSError):
        aside.rmdir()  # where nothing was
