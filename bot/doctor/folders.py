"""The corpus, the data folder, and what is in it: index, state, uploads, backups."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from bot.backup import noted
from bot.doctor.finding import Finding, megabytes, mend, note, ok
from bot.settings import Settings
from bot.state.migrations import STEPS, NewerFileError, refuse_newer
from bot.state.store import NAME as STATE_FILE
from index import building, collections, corpus, generations, locks
from index.archive import Archive, list_sources
from index.errors import ArchivistError, CorpusError

_LEAST_FREE = 200_000_000  # bytes
_LEAST_FILES = 2_000  # that can still be made; a generation has some dozen
_GENERATIONS = 3  # as large as the index: two are kept while a third is written
_OLD = dt.timedelta(days=8)  # of a backup, where one is made every week
_STATE = "settings of servers, reports"


def look(settings: Settings) -> Iterator[Finding]:
    yield from _corpus(settings)
    yield from _data(settings)
    yield from _index(settings)


def _corpus(settings: Settings) -> Iterator[Finding]:
    try:
        found = corpus.scan(settings.corpus)
    except CorpusError as error:
        yield mend("corpus", f"{error.sentence} (Looked in {settings.corpus}.)")
        return
    if not found.files:
        yield mend("corpus", f"{settings.corpus} holds no documents. Put some there.")
        return
    yield ok("corpus", f"{len(found.files):,} files in {settings.corpus}.")


def _data(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    folder = next(place for place in (data, *data.absolute().parents) if place.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield mend(
            "data folder",
            f"{data} can't be written. Choose another with --data or ARCHIVIST_DATA.",
        )
        return
    yield _disk(data, folder)
    if (data / STATE_FILE).exists():
        yield from _state(data / STATE_FILE)
        yield from _uploads(data)
        yield _backup(data)


def _disk(data: Path, folder: Path) -> Finding:
    number = generations.current_generation_or_zero(data)
    files = generations.generation_folder(data, number).rglob("*") if number else ()
    size = sum(file.stat().st_size for file in files if file.is_file())
    needed = max(_LEAST_FREE, _GENERATIONS * size)
    free = shutil.disk_usage(folder).free
    if free < needed:
        return mend(
            "disk",
            f"{megabytes(free)} are free for {data}; {megabytes(needed)} are needed to index. "
            "Make room.",
        )
    there = os.statvfs(folder)
    if there.f_files and there.f_favail < _LEAST_FILES:
        return mend("disk", f"only {there.f_favail:,} more files fit on it. Remove some.")
    return ok("disk", f"{megabytes(free)} are free for {data}.")


# ---------------------------------------------------------------- state, uploads, backups


def _state(file: Path) -> Iterator[Finding]:
    try:
        with closing(_opened(file)) as connection:
            ((said,),) = connection.execute("pragma quick_check(1)").fetchall()
            if said == "ok":
                yield from _version(file, Database(connection))
    except (sqlite3.Error, ValueError) as error:
        said = str(error)
    if said == "ok":
        return
    newest = noted.newest(file.parent)
    how = f"`archivist restore {newest.file}` puts" if newest else "A backup, if there is one, puts"
    yield mend(
        _STATE, f"{file.name} is damaged ({said}). {how} it back; or move it away to begin anew."
    )


def _version(file: Path, database: Database) -> Iterator[Finding]:
    try:
        refuse_newer(database)
    except NewerFileError:
        yield mend(
            _STATE,
            f"{file.name} was written by a later version of the program. Install that one, or restore "
            "a backup of this one.",
        )
        return
    waiting = len(STEPS.pending(database))
    if waiting:
        yield ok(_STATE, f"{file.name} is whole; {waiting} steps to this version are still to do.")
    else:
        yield ok(_STATE, f"{file.name} is whole and of this version.")


def _uploads(data: Path) -> Iterator[Finding]:
    """Whether the documents that were added from Discord are there."""
    try:
        with closing(_opened(data / STATE_FILE)) as connection:
            rows = connection.execute("select guild, name, size from uploads where removed is null")
            kept = rows.fetchall()
    except sqlite3.Error:
        return  # damaged, or of a version without uploads
    name = "documents added in Discord"
    if not kept:
        yield ok(name, "none.")
        return
    lost = 0
    for guild, file, size in kept:
        path = collections.uploads_folder(data, guild) / Path(str(file)).name
        with suppress(OSError):
            if path.stat().st_size == size and os.access(path, os.R_OK):
                continue
        lost += 1
    if lost:
        yield mend(
            name,
            f"{lost:,} of {len(kept):,} are missing or altered. `archivist restore` a backup, or "
            "have them removed in Discord and added again.",
        )
    else:
        total = sum(size for _, _, size in kept)
        yield ok(name, f"{len(kept):,}, {megabytes(total)}.")


def _backup(data: Path) -> Finding:
    newest = noted.newest(data)
    if newest is None:
        return note("backup", "none is known. `archivist backup FILE` makes one while it runs.")
    age = dt.datetime.now(dt.UTC) - newest.made
    made = f"the newest is of {newest.made:%Y-%m-%d %H:%M} UTC"
    if age > _OLD:
        return note("backup", f"{made}, {age.days} days ago. `archivist backup FILE` makes one.")
    return ok("backup", f"{made}.")


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


# ---------------------------------------------------------------- index


def _index(settings: Settings) -> Iterator[Finding]:
    try:
        if generations.current_generation(settings.data) is None:
            yield note("index", "there is none yet; it is built at the first start.")
            return
        archive = Archive.open(settings.data)
        if archive.replaces is not None:
            _, error = archive.replaces
            yield mend(
                "index",
                f"{error} Generation {archive.generation} answers in its place. Run `archivist index "
                "build --full`.",
            )
            return
        listing = list_sources(settings.data)
        changed = building.is_stale(settings.corpus, settings.data, limits=settings.limits)
    except CorpusError:
        return  # said of the corpus
    except ArchivistError as error:
        yield mend("index", error.sentence)
        return
    passages = sum(summary.passages for summary in listing.summaries)
    counts = f"{len(listing.summaries):,} documents, {passages:,} passages"
    before = generations.previous_generation(settings.data, listing.generation)
    back = f"{before} can be gone back to" if before else "there is none to go back to"
    proof = "`archivist index verify` proves them"
    yield ok("index", f"generation {listing.generation}: {counts} ({proof}); {back}.")
    left_out = [entry for entry in listing.skipped if not entry.ignored]
    if left_out:
        yield note("index", f"{len(left_out):,} files were left out: `archivist sources` says why.")
    if changed:
        yield note("index", "the corpus has changed since: `archivist index build` takes it up.")
    if generations.given_up(settings.data) is not None:
        yield note(
            "index",
            "it was gone back to: `archivist index build` indexes the corpus folder as it is now.",
        )
    if locks.is_held(settings.data, "serve"):
        yield note("index", "an `archivist serve` uses this data folder now.")
