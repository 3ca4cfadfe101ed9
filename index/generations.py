"""The numbered generations of a data folder: which is in use, and how a new one takes its place.

A generation is the folder ``generations/<number>/``: `index.db` says what it is made of, and beside it
lie the arrays of its timeline and its segments, whose files it shares with other generations by hard
links. The file ``current`` holds the number in use. A new one is written aside, synced and made current
by replacing that file: a process that is killed at any instant leaves the old or the new one current,
and never a mixture.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlite_utils import Database

from index import catalogue, rows
from index.catalogue import FileEntry
from index.errors import DataFolderError, IndexDamagedError, IndexMissingError
from index.messages import say
from index.schema import GENERATION_KEYS, GENERATION_TABLES, SCHEMA_VERSION

INDEX = "index.db"
SEAL = "index.sha256"  # the hash of `index.db`, which holds those of all other files
SEGMENTS = "segments"
ORIGIN = "origin"  # in the manifest: the generation of which this one is a more compact copy
_LONGEST_NUMBER = 15  # digits: more are no number of a generation
_CHUNK = 1 << 20
_SMALL = 32 << 20  # bytes: an index that is no larger is compared with what was written in no time


def current_generation(data: Path) -> int | None:
    """The number of the generation in use; None before the first build. Raises IndexDamagedError."""
    try:
        said = (data / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(
            "The file that names the current generation can't be read."
        ) from error
    if not said.isdecimal() or len(said) > _LONGEST_NUMBER:
        raise IndexDamagedError("The file that names the current generation holds no number.")
    return int(said)


def current_generation_or_zero(data: Path) -> int:
    """The current generation's number, 0 if there is none or the file that names it is damaged."""
    try:
        return current_generation(data) or 0
    except IndexDamagedError:
        return 0


def generation_folder(data: Path, number: int) -> Path:
    """Where generation ``number`` lies or will lie."""
    return data / "generations" / str(number)


def generations(data: Path) -> list[int]:
    """The numbers of all generations in the data folder, those that never became current too."""
    folder = data / "generations"
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


def open_index(data: Path, number: int | None = None) -> Database:
    """The `index.db` of generation ``number`` (the current one if None); close it after use.

    Raises IndexMissingError, and IndexDamagedError for one of another version too.
    """
    number = current_generation(data) if number is None else number
    if number is None:
        raise IndexMissingError("Nothing has been indexed yet.")
    folder = generation_folder(data, number)
    if not folder.is_dir():
        raise IndexDamagedError(
            say("Generation {number} of the index is missing.", number=str(number))
        )
    database = rows.open_file(folder / INDEX, number)
    try:
        with rows.damage_told(number):
            version = catalogue.manifest(database).get("schema_version")
            if version == str(SCHEMA_VERSION):
                _check_sizes(folder, catalogue.files(database).values(), number)
    except BaseException:
        database.close()
        raise
    if version != str(SCHEMA_VERSION):
        database.close()
        raise IndexDamagedError(
            say("Generation {number} of the index is of another version.", number=str(number))
        )
    return database


def _check_sizes(folder: Path, files: Iterable[FileEntry], number: int) -> None:
    """Whether every file is there and as long as it was. Raises IndexDamagedError."""
    for file in files:
        try:
            size = (folder / file.path).stat().st_size
        except FileNotFoundError:
            size = -1
        if size < 0:
            raise IndexDamagedError(
                say(
                    "Generation {number} of the index lacks a file ({file}).",
                    number=str(number),
                    file=file.path,
                )
            )
        if size != file.size:
            raise IndexDamagedError(
                say("Generation {number} of the index is cut short.", number=str(number))
            )


def check_files(data: Path, number: int, *, large: bool = False) -> None:
    """Compare every byte of generation ``number`` with what was written. Raises IndexDamagedError.

    A gigabyte takes seconds: an index that isn't small is only compared if ``large`` is given.
    """
    with closing(open_index(data, number)) as database, rows.damage_told(number):
        files = list(catalogue.files(database).values())
    if not large and sum(file.size for file in files) > _SMALL:
        return
    folder = generation_folder(data, number)
    with rows.damage_told(number):
        sealed = (folder / SEAL).read_text(encoding="ascii").strip()
        wanted = [(INDEX, sealed), *((file.path, file.sha256) for file in files)]
        damaged = next((path for path, sha256 in wanted if hash_of(folder / path) != sha256), None)
    if damaged is not None:
        raise IndexDamagedError(
            say(
                "Generation {number} of the index is damaged ({file}).",
                number=str(number),
                file=damaged,
            )
        )


@contextmanager
def reading(data: Path, number: int | None = None) -> Iterator[Database]:
    """The `index.db` of generation ``number`` (the current one if None) while the block runs.

    Raises IndexMissingError, and IndexDamagedError for whatever can't be read in the block.
    """
    with closing(open_index(data, number)) as database, rows.damage_told(number):
        yield database


# ---------------------------------------------------------------- a new one


@dataclass(slots=True)
class Draft:
    """A generation that is being written."""

    number: int
    folder: Path  # aside, until it is published
    database: Database  # its `index.db`
    shared: dict[str, FileEntry]  # files that were taken over, by path

    def segment_folder(self, name: str) -> Path:
        return self.folder / SEGMENTS / name

    def take_over(self, name: str, old: Path, files: Mapping[str, FileEntry]) -> None:
        """Share the segment ``name`` with the generation in folder ``old``, whose ``files`` are given.

        By hard links; where the file system has none, by copies. Raises DataFolderError.
        """
        with rows.trouble_told():
            self.segment_folder(name).mkdir(parents=True)
            for path, entry in files.items():
                if Path(path).parent == Path(SEGMENTS, name):
                    share(old / path, self.folder / path)
                    self.shared[path] = entry

    def share_file(self, old: Path, path: str, new: str, files: Mapping[str, FileEntry]) -> None:
        """Share the file ``path`` of the generation in folder ``old``, under the path ``new``."""
        with rows.trouble_told():
            (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
            share(old / path, self.folder / new)
        self.shared[new] = replace(files[path], path=new)

    def share_folder(self, old: Path, path: str, new: str, files: Mapping[str, FileEntry]) -> None:
        """Share all files of a folder: see `share_file`."""
        for each in files:
            if Path(each).parent == Path(path):
                self.share_file(old, each, f"{new}/{Path(each).name}", files)


def share(old: Path, new: Path) -> None:
    """Make ``new`` the file ``old``: a second name of it, or a copy where that can't be."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, none with links, or too many of them
        shutil.copyfile(old, new)
        _sync(new)


@contextmanager
def new_generation(data: Path) -> Iterator[Draft]:
    """An empty generation, written aside; published when the block ends without an error.

    The caller holds the build lock. Raises DataFolderError if the folder can't be written.
    """
    number = max([current_generation_or_zero(data), *generations(data)]) + 1
    aside = data / "generations" / f"{number}.tmp"
    try:
        with rows.trouble_told():
            tidy(data)
            (aside / SEGMENTS).mkdir(parents=True)
            with rows.new_file(aside / INDEX, GENERATION_TABLES, GENERATION_KEYS) as database:
                draft = Draft(number, aside, database, {})
                yield draft
                _finish(draft)
            (aside / SEAL).write_text(f"{hash_of(aside / INDEX)}\n", encoding="ascii")
            _publish(data, draft)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _finish(draft: Draft) -> None:
    catalogue.finish_timeline(draft.database)
    catalogue.write_files(draft.database, [*draft.shared.values(), *_new_files(draft)])
    draft.database.conn.commit()
    if draft.database.execute("pragma main.quick_check").fetchone()[0] != "ok":
        raise DataFolderError("The index could not be written completely.")


def _new_files(draft: Draft) -> Iterator[FileEntry]:
    for path in sorted(draft.folder.rglob("*")):
        name = path.relative_to(draft.folder).as_posix()
        if path.is_file() and name != INDEX and name not in draft.shared:
            yield FileEntry(name, path.stat().st_size, hash_of(path))


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, however large."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _publish(data: Path, draft: Draft) -> None:
    """Make the generation that lies aside the current one, and keep the one before it."""
    final = generation_folder(data, draft.number)
    try:
        for path in sorted(draft.folder.rglob("*"), reverse=True):
            if path.relative_to(draft.folder).as_posix() not in draft.shared:
                _sync(path)
        _sync(draft.folder)
        draft.folder.rename(final)
        _sync(final.parent)
        _point(data, draft.number)
    except OSError:
        if current_generation_or_zero(data) != draft.number:  # else only its syncing failed
            shutil.rmtree(final, ignore_errors=True)
        raise
    tidy(data)


def _point(data: Path, number: int) -> None:
    """Make generation ``number`` the current one. Raises OSError; then it isn't."""
    pointer = data / "current.tmp"
    try:
        pointer.write_text(f"{number}\n", encoding="ascii")
        _sync(pointer)
        os.replace(pointer, data / "current")  # noqa: PTH105 - the design's word for the swap
    except OSError:
        pointer.unlink(missing_ok=True)
        raise
    _sync(data)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------- those before


@dataclass(frozen=True, slots=True)
class Listed:
    """A generation of a data folder."""

    generation: int
    current: bool
    made: str  # when, ISO 8601 in UTC
    documents: int | None  # None where it can't be read, and of all that follows
    passages: int | None
    events: int | None
    segments: int | None
    bytes: int  # of all its files, those that it shares with others too
    problem: str | None  # why it can't be used


def list_generations(data: Path) -> list[Listed]:
    """The generations up to the current one, the latest first. Raises IndexDamagedError."""
    current = current_generation(data)
    found = []
    for number in reversed(generations(data)):
        if current is None or number <= current:
            with suppress(FileNotFoundError):  # a build has just removed it
                found.append(_listed(data, number, number == current))
    return found


def _listed(data: Path, number: int, current: bool) -> Listed:
    folder = generation_folder(data, number)
    made = dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        with reading(data, number) as database:
            counts = catalogue.counts(database)
    except IndexDamagedError as error:
        return Listed(number, current, made, None, None, None, None, size, str(error))
    return Listed(number, current, made, *counts, size, None)


def tidy(data: Path) -> None:
    """Remove what is of no more use, and what killed builds left.

    Kept are the current generation, and the one that `previous_generation` tells. The caller holds the
    build lock. A generation above the current one never became current, or was given up.
    """
    (data / "current.tmp").unlink(missing_ok=True)
    for left_over in (data / "generations").glob("*.tmp"):
        shutil.rmtree(left_over, ignore_errors=True)
    current = current_generation_or_zero(data)
    if current == 0:
        return  # nobody knows which one is of use
    kept = {current, previous_generation(data, current)}
    for number in set(generations(data)) - kept:
        shutil.rmtree(generation_folder(data, number), ignore_errors=True)
    if given_up(data) is None:
        (data / _GIVEN_UP).unlink(missing_ok=True)


def previous_generation(data: Path, current: int) -> int | None:
    """The last generation before ``current`` that can be used and isn't only a less compact copy.

    None without one. Where there are several, the bytes of files that ``current`` hasn't are compared
    with what was written.
    """
    latest = min(current, _origin(data, current))
    before = [
        number for number in reversed(generations(data)) if number < latest and _opens(data, number)
    ]
    for number in before[:-1]:
        if _unaltered(data, number, shared_with=current):
            return number
    return before[-1] if before else None


def _unaltered(data: Path, number: int, *, shared_with: int | None = None) -> bool:
    """Whether the files of generation ``number`` are those that were written.

    Those that it shares with another by hard links aren't read.
    """
    folder = generation_folder(data, number)
    other = None if shared_with is None else generation_folder(data, shared_with)
    with reading(data, number) as database:
        files = catalogue.files(database).values()
        return all(
            (other is not None and _same_file(folder / file.path, other / file.path))
            or hash_of(folder / file.path) == file.sha256
            for file in files
        )


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _opens(data: Path, number: int) -> bool:
    try:
        open_index(data, number).close()
    except IndexDamagedError:
        return False
    return True


def _origin(data: Path, number: int) -> int:
    """The generation of which ``number`` is a more compact copy; itself if it is none."""
    try:
        with reading(data, number) as database:
            return int(catalogue.manifest(database).get(ORIGIN, number))
    except (IndexDamagedError, ValueError):
        return number


def roll_back(data: Path, corpus_state: str) -> int:
    """Make the generation before the current one current again; its number.

    ``corpus_state`` is noted, so that the same files aren't taken for a change: see `given_up`. The
    caller holds the build lock. Raises IndexMissingError if there is none before, IndexDamagedError
    if that can't be used, DataFolderError.
    """
    current = current_generation_or_zero(data)
    before = previous_generation(data, current)
    if before is None:
        raise IndexMissingError(
            "There is no generation before the current one.",
            hint="Run `archivist index build` to make one.",
        )
    if not _unaltered(data, before):
        raise IndexDamagedError(
            say("Generation {number} of the index is damaged.", number=str(before))
        )
    with rows.trouble_told():
        (data / _GIVEN_UP).write_text(
            json.dumps({"generation": before, "corpus": corpus_state}), encoding="utf-8"
        )
        _point(data, before)
    return before


_GIVEN_UP = "rolled-back"


def given_up(data: Path) -> str | None:
    """The state of the corpus whose index was given up for the current generation; None: none was."""
    try:
        said = json.loads((data / _GIVEN_UP).read_text(encoding="utf-8"))
        return str(said["corpus"]) if said["generation"] == current_generation(data) else None
    except (OSError, ValueError, LookupError, TypeError, IndexDamagedError):
        return None
