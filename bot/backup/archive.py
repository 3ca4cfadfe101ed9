"""The file of a backup: an uncompressed tar whose first entry says what it is, whose last what it holds.

The last entry lists every other with its size and SHA-256, so a file that was cut short is known by
its lack. Nothing is compressed: what is unpacked is never larger than the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from sqlite_utils import Database

from bot.state.migrations import NewerFileError, refuse_newer
from bot.state.store import NAME as STATE
from bot.writing import sync
from index import catalogue, generations
from index.collections import EDITS, UPLOADS
from index.errors import ArchivistError, IndexDamagedError

HEAD, LIST = "archivist-backup.json", "files.json"
GENERATIONS, CURRENT, ROLLED_BACK = "generations", "current", "rolled-back"
#: The entries of a data folder that a backup holds.
HELD = (STATE, UPLOADS, EDITS, ROLLED_BACK, CURRENT, GENERATIONS)
_KIND, _VERSION = "archivist-backup", 1
_MOST_FILES = 500_000
_LONGEST_LIST = 128_000_000  # bytes
_LONGEST_EXTENSION = 16_384  # bytes of what a tar says of an entry beside its header
_BLOCK = 512  # bytes: everything in a tar begins at a multiple
_CHUNK = 1 << 20

#: Is told the name of each file before it is read, its number from 1, and how many there are.
Told = Callable[[str, int, int], None]


class BackupError(ArchivistError):
    """A backup can't be made, read or used."""

    hint = "Name another backup."


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself first."""

    made: dt.datetime  # in UTC
    program: str  # the version that made it


# ---------------------------------------------------------------- writing


def write(file: Path, root: Path, made: dt.datetime, told: Told) -> None:
    """Write all files below ``root`` to the new ``file`` and sync it. Raises OSError."""
    files: dict[str, dict[str, Any]] = {}
    with open(file, "xb", opener=_private) as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            program = version("archivist-bot")
            said = {"kind": _KIND, "version": _VERSION, "made": _iso(made), "program": program}
            _add_json(tar, HEAD, said, made)
            paths = sorted(path for path in root.rglob("*") if path.is_file())
            for number, path in enumerate(paths, start=1):
                name = path.relative_to(root).as_posix()
                told(name, number, len(paths))
                files[name] = _add(tar, name, path)
            _add_json(tar, LIST, {"files": files}, made)
        out.flush()
        os.fsync(out.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # what people reported is in it


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        of = os.fstat(file.fileno())
        reading = _Hashing(file)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = of.st_size, int(of.st_mtime), 0o600
        tar.addfile(entry, reading)  # type: ignore[arg-type]  # only its `read` is used
    return {"size": of.st_size, "sha256": reading.hexdigest, "modified_ns": of.st_mtime_ns}


def _add_json(tar: tarfile.TarFile, name: str, shape: object, made: dt.datetime) -> None:
    data = json.dumps(shape, indent=1).encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(data), int(made.timestamp()), 0o600
    tar.addfile(entry, io.BytesIO(data))


class _Hashing:
    """A file that is read, and the SHA-256 of what was read of it so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    @property
    def hexdigest(self) -> str:
        return self._digest.hexdigest()


# ---------------------------------------------------------------- reading


def read_head(file: Path) -> Head:
    """What the backup ``file`` says of itself. Raises BackupError for what is no backup, or a newer
    one, and when it can't be read.
    """
    with _opened(file) as (tar, _):
        return _head(tar)


def unpack(file: Path, target: Path, told: Told) -> Head:
    """Unpack a backup into the new folder ``target``, synced, its files proven by their hashes.

    Only regular files come out of it, and only below ``target``. Raises BackupError for what is no
    whole backup, OSError for what can't be written; what was written by then stays.
    """
    with _opened(file) as (tar, stream):
        total = _count_files(stream)
        head = _head(tar)
        target.mkdir(mode=0o700)
        written: dict[str, dict[str, Any]] = {}
        listed: dict[str, Any] | None = None
        for entry in _entries(tar):
            if listed is not None:
                raise _damaged("something follows its end")
            if entry.name == LIST:
                listed = _json(tar, entry, _LONGEST_LIST)
            else:
                told(entry.name, len(written) + 1, total)
                name = _safe(entry, written)
                written[name] = _write_out(tar, entry, target)
        files = None if listed is None else listed.get("files")
        if not isinstance(files, dict):
            raise _damaged("its end is missing")
        _compare(files, written)
        _set_times(files, target)
    _sync_folders(target)
    return head


@contextmanager
def _opened(file: Path) -> Iterator[tuple[tarfile.TarFile, IO[bytes]]]:
    """The file as a tar. Errors of its shape become BackupError; so does one that can't be read."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BackupError(f"{file} can't be read ({error.strerror}).") from error
    with stream:
        try:
            with tarfile.open(fileobj=stream, mode="r:") as tar:
                yield tar, stream
        except (
            tarfile.TarError,
            EOFError,
            ValueError,
            LookupError,
            TypeError,
            RecursionError,
        ) as error:
            raise _damaged("it is no tar file, or it was cut short") from error


def _count_files(stream: IO[bytes]) -> int:
    """How many files are backed up in it.

    Raises BackupError for entries that no backup has: links, devices, folders, sparse files. The headers
    alone are read, before `tarfile` reads what they say.
    """
    end = os.fstat(stream.fileno()).st_size
    place, count = 0, 0
    while place + _BLOCK <= end:
        stream.seek(place)
        header = stream.read(_BLOCK)
        if header.count(0) == _BLOCK:
            break
        size, kind = tarfile.nti(header[124:136]), header[156:157]  # type: ignore[attr-defined]
        place += _BLOCK + -(-size // _BLOCK) * _BLOCK
        count += kind != b"x"
        if size < 0 or place > end:
            raise _damaged("it was cut short")
        if kind not in (b"0", b"\0", b"x") or (kind == b"x" and size > _LONGEST_EXTENSION):
            raise _damaged("it holds what no backup holds")
        if count > _MOST_FILES:
            raise _damaged("it holds too many files")
    stream.seek(0)
    return max(0, count - 2)  # without what it says of itself


def _entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (entry := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined]  # else it keeps all that it has read
        yield entry


def _head(tar: tarfile.TarFile) -> Head:
    entry = tar.next()
    if entry is None or entry.name != HEAD:
        raise BackupError("This file is no backup that Archivist made.")
    said = _json(tar, entry, _LONGEST_EXTENSION)
    if said.get("kind") != _KIND or not isinstance(said.get("version"), int):
        raise BackupError("This file is no backup that Archivist made.")
    if said["version"] > _VERSION:
        raise BackupError(
            "This backup was made by a later version of Archivist.",
            hint="Install that version, then try again.",
        )
    made = dt.datetime.fromisoformat(str(said["made"]))
    return Head(made.astimezone(dt.UTC), str(said.get("program", "")))


def _json(tar: tarfile.TarFile, entry: tarfile.TarInfo, longest: int) -> dict[str, Any]:
    stream = tar.extractfile(entry)
    if stream is None or entry.size > longest:
        raise _damaged("what it says of itself is too long")
    said = json.loads(stream.read())
    if not isinstance(said, dict):
        raise _damaged("what it says of itself can't be read")
    return said


def _safe(entry: tarfile.TarInfo, written: dict[str, Any]) -> str:
    """The entry's name, which lies below a folder wherever it is put. Raises BackupError."""
    parts = entry.name.split("/")
    strange = any(
        part in ("", ".", "..") or "\0" in part or len(os.fsencode(part)) > 255 for part in parts
    )
    if strange or parts[0] not in HELD or not entry.isreg() or entry.sparse is not None:
        raise _damaged("it holds what no backup holds")
    if entry.name in written:
        raise _damaged("it holds a file twice")
    return entry.name


def _write_out(tar: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> dict[str, Any]:
    path = target / entry.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    stream = tar.extractfile(entry)
    assert stream is not None  # a regular file
    reading = _Hashing(stream)
    with path.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)  # what people sent is in it
        while chunk := reading.read(_CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return {"size": entry.size, "sha256": reading.hexdigest}


def _compare(files: dict[str, Any], written: dict[str, dict[str, Any]]) -> None:
    for name, found in written.items():
        if any(files[name][key] != value for key, value in found.items()):
            raise _damaged("a file in it is not as it was")
    if len(files) != len(written):
        raise _damaged("it lacks a file")


def _set_times(files: dict[str, Any], target: Path) -> None:
    """Give files the times they had: what was read of them needn't be read again."""
    for name, said in files.items():
        if isinstance(modified := said.get("modified_ns"), int) and 0 <= modified < 1 << 62:
            os.utime(target / name, ns=(modified, modified))


def _sync_folders(root: Path) -> None:
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        sync(folder)


# ---------------------------------------------------------------- what was unpacked


def is_upload(below: Path) -> bool:
    """Whether a path below the folder of uploads is that of a document that can be found."""
    return below.name != "corpus.toml" and not any(part.startswith(".") for part in below.parts)


def check_state(path: Path) -> None:
    """Whether a state file is whole and of no later version. Raises BackupError."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            if connection.execute("pragma quick_check(1)").fetchone() != ("ok",):
                raise BackupError(f"The file {STATE} in it is damaged.")
            refuse_newer(Database(connection))
    except sqlite3.Error as error:
        raise BackupError(f"The file {STATE} in it is damaged.") from error
    except NewerFileError:
        raise BackupError(
            f"The file {STATE} in it was written by a later version of Archivist.",
            hint="Install that version, then try again.",
        ) from None


def check_index(data: Path) -> int | None:
    """The number of the current generation, each of whose files is as it was written; None for none.

    Raises IndexDamagedError, for one of another version too.
    """
    number = generations.current_generation(data)
    if number is None:
        return None
    folder = generations.generation_folder(data, number)
    with generations.reading(data, number) as database:
        if database.execute("pragma main.quick_check(1)").fetchone()[0] != "ok":
            raise IndexDamagedError(f"Generation {number} of the index is damaged.")
        for file in catalogue.files(database).values():
            if generations.hash_of(folder / file.path) != file.sha256:
                raise IndexDamagedError(f"Generation {number} of the index is damaged.")
    return number


def _iso(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds")


def _damaged(why: str) -> BackupError:
    return BackupError(f"The backup can't be used: {why}.")
