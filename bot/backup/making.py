"""Making a backup while the bot runs: everything is held fast for the moment, then written and proven."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.backup import archive
from bot.backup.archive import (
    CURRENT,
    GENERATIONS,
    ROLLED_BACK,
    BackupError,
    check_index,
    check_state,
    is_upload,
)
from bot.backup.noted import note
from bot.backup.values import Made
from bot.state.store import NAME as STATE
from bot.writing import sync
from index import generations
from index.building import Progress
from index.collections import EDITS, UPLOADS
from index.errors import DataFolderError, IndexDamagedError

_ASIDE = ".archivist-backup-"  # folders in which a backup is prepared
_UNFINISHED = ".~"  # begins the names of uploads that are being written
_TRIES, _PAUSE = 5, 0.2  # looks at a folder that changes meanwhile; seconds between
_NAME = "archivist-{:%Y%m%dT%H%M%SZ}"
_NAMED = re.compile(r"archivist-\d{8}T\d{6}Z(-\d{1,3})?\.tar")


def make(
    data: Path,
    target: Path,
    *,
    now: dt.datetime,
    keep: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Made:
    """Write what a data folder holds to the file ``target``; into it, named by time, if it is a folder.

    With ``keep``, only so many backups stay in that folder, the newest and the one just made among
    them. The state is held as it is at one moment, uploads as they are at the next, the index as it
    is current; a `serve` or a build goes on meanwhile. The file is complete or isn't there: it is
    written aside, unpacked and proven, and takes its name then. Raises BackupError, DataFolderError.
    """
    if not data.is_dir():
        raise DataFolderError("There is no data folder.", hint="Name another with --data.")
    folder = target if target.is_dir() else target.parent
    if not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.", hint="Make it, or name another.")
    if keep is not None and folder != target:
        raise BackupError(
            "--keep goes with a folder.", hint="Name a folder that is there, and make it first."
        )
    file = _free_name(folder, now) if folder == target else target
    _refuse_to_replace(file)
    told = telling(progress)
    try:
        with _aside(data, folder) as held, _aside(folder) as work:
            warnings, uploads = _hold(data, held)
            archive.write(work / "backup.tar", held, now, told)
            generation, remark = _prove(work, told)
            (work / "backup.tar").replace(file)
        sync(folder)
    except OSError as error:
        raise BackupError(
            f"The backup can't be written ({error.strerror}).",
            hint="Make room, or name another place.",
        ) from error
    note(data, file)
    dropped = () if keep is None else _drop_older(folder, file, keep)
    return Made(file, file.stat().st_size, generation, uploads, (*warnings, *remark), dropped)


def telling(progress: Callable[[Progress], None] | None) -> archive.Told:
    def told(name: str, number: int, total: int) -> None:
        if progress is not None:
            progress(Progress(number - 1, total, name))

    return told


def _refuse_to_replace(file: Path) -> None:
    """Raise BackupError for a file that stands there and is no backup."""
    if not file.exists():
        return
    try:
        archive.read_head(file)
    except BackupError as error:
        raise BackupError(
            f"{file} is there already and is no backup.", hint="Name another file."
        ) from error


def _free_name(folder: Path, now: dt.datetime) -> Path:
    stem = _NAME.format(now.astimezone(dt.UTC))
    number = 1
    while (file := folder / f"{stem}{f'-{number}' if number > 1 else ''}.tar").exists():
        number += 1
    return file


def _drop_older(folder: Path, made: Path, keep: int) -> tuple[Path, ...]:
    """Remove all but the newest backups of a folder, by the times in their names; ``made`` stays."""
    others = sorted(
        (
            path
            for path in folder.iterdir()
            if _NAMED.fullmatch(path.name) and path.name != made.name
        ),
        key=lambda path: path.name.removesuffix(".tar"),
    )
    dropped = others[: max(0, len(others) + 1 - keep)]
    for path in dropped:
        path.unlink(missing_ok=True)
    return tuple(dropped)


# ---------------------------------------------------------------- folders aside


@contextmanager
def _aside(*parents: Path) -> Iterator[Path]:
    """A new folder below the first of ``parents`` that can be written, removed at the end.

    Those that killed processes left there are removed first. Raises OSError.
    """
    for parent in parents:
        _sweep(parent)
        name = f"{_ASIDE}{secrets.token_hex(8)}"
        try:
            lock = os.open(parent / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            if parent == parents[-1]:
                raise
        else:
            break
    folder = parent / name
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{name}.lock").unlink(missing_ok=True)
        os.close(lock)


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that live no more: their locks ended with them."""
    for path in parent.glob(f"{_ASIDE}*.lock"):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.unlink()
            finally:
                os.close(descriptor)


# ---------------------------------------------------------------- holding fast


def _hold(data: Path, held: Path) -> tuple[tuple[str, ...], int]:
    """Bring all that is backed up below ``held``, as of one moment; what to warn of, and the number of
    documents that were added from Discord.

    Files are held by second names (hard links): builds and administrators replace files, they never
    write into them. Where there are no links, they are copied.
    """
    for number in range(_TRIES):
        _clear(held)
        before = _identity(data)
        warnings = _hold_index(data, held)
        _hold_state(data, held)
        uploads = _hold_files(data / UPLOADS, held / UPLOADS)
        _hold_files(data / EDITS, held / EDITS)
        missing = _missing_uploads(held)
        if _identity(data) == before and not missing:
            return warnings, uploads
        if number < _TRIES - 1:
            time.sleep(_PAUSE)
    if _identity(data) != before:
        raise BackupError("Another data folder took its place meanwhile.", hint="Try again.")
    said = (
        f"{missing:,} of the documents that were added from Discord are not in the data folder as they "
        "were added; the backup holds what is there."
    )
    return (*warnings, said), uploads


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _identity(data: Path) -> tuple[int | None, ...]:
    """What changes when a backup is put in the place of the data folder's contents."""
    return tuple(_number_of(data / name) for name in (STATE, GENERATIONS))


def _number_of(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _hold_state(data: Path, held: Path) -> None:
    """Copy the state as it is at one moment. Raises BackupError when it is damaged."""
    source = data / STATE
    if not source.exists():
        return
    target = held / STATE
    try:
        with (
            closing(_connect(source)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            writing.execute(
                "pragma journal_mode = delete"
            ).fetchall()  # one file, without a journal
        check_state(target)
    except (sqlite3.Error, BackupError) as error:
        raise BackupError(
            f"The file {STATE} in the data folder can't be backed up ({_why(error)}).",
            hint="Nothing was written; older backups are as they were.",
        ) from error


def _connect(source: Path) -> sqlite3.Connection:
    """The state for reading; where the folder can't be written, without what a journal needs."""
    uri = source.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, timeout=10)
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=10)
    return connection


def _why(error: Exception) -> str:
    if isinstance(error, BackupError):
        return "it is damaged, or of a later version"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another program has locked it"
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return "the disk is full or failing"
    return "it is damaged"


def _hold_files(source: Path, target: Path) -> int:
    """Hold the regular files below a folder; how many documents they are. One that goes is left out."""
    documents = 0
    for folder, _, names in os.walk(source):
        below = target / Path(folder).relative_to(source)
        for name in names:
            path = Path(folder, name)
            if name.startswith(_UNFINISHED) or path.is_symlink() or not path.is_file():
                continue
            below.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                generations.share(path, below / name)
                documents += is_upload(path.relative_to(source))
    return documents


def _missing_uploads(held: Path) -> int:
    """How many documents the state tells of whose files aren't held, or aren't those."""
    state = held / STATE
    if not state.exists():
        return 0
    with closing(sqlite3.connect(state)) as connection:
        try:
            rows = connection.execute(
                "select guild, name, sha256 from uploads where removed is null"
            ).fetchall()
        except sqlite3.OperationalError:  # a state of before documents were added from Discord
            return 0
    return sum(not _is_there(held / UPLOADS / str(guild) / name, sha) for guild, name, sha in rows)


def _is_there(path: Path, sha256: str) -> bool:
    try:
        return generations.hash_of(path) == sha256
    except OSError:
        return False


def _hold_index(data: Path, held: Path) -> tuple[str, ...]:
    """Hold the current generation, if there is one that can be used; what to warn of where not.

    When a build removes it meanwhile, a newer one is current and taken.
    """
    for _ in range(_TRIES):
        try:
            number = generations.current_generation(data)
            if number is None:
                return ()
            folder = generations.generation_folder(data, number)
            target = generations.generation_folder(held, number)
            _hold_files(folder, target)
            (held / CURRENT).write_text(f"{number}\n", encoding="ascii")
            generations.open_index(held, number).close()  # all files are there
        except IndexDamagedError as error:
            shutil.rmtree(held / GENERATIONS, ignore_errors=True)
            (held / CURRENT).unlink(missing_ok=True)
            if generations.current_generation_or_zero(data) == number:
                return (f"{error} The backup holds no index; it will be built anew.",)
        else:
            _hold_note(data, held)
            return ()
    return ("The index changed all the while; the backup holds none, and it will be built anew.",)


def _hold_note(data: Path, held: Path) -> None:
    """Hold the note on what was rolled back, where it is on the generation that is held."""
    if generations.given_up(data) is not None:
        with suppress(FileNotFoundError):
            shutil.copyfile(data / ROLLED_BACK, held / ROLLED_BACK)


# ---------------------------------------------------------------- proving


def _prove(work: Path, told: archive.Told) -> tuple[int | None, tuple[str, ...]]:
    """Unpack the backup aside and check what comes out; the generation in it, and what to warn of."""
    restored = work / "restored"
    archive.unpack(work / "backup.tar", restored, told)
    if (restored / STATE).exists():
        check_state(restored / STATE)
    try:
        return check_index(restored), ()
    except IndexDamagedError as error:
        return None, (f"{error} It is in the backup as it is, and will be built anew.",)
    finally:
        shutil.rmtree(restored, ignore_errors=True)
