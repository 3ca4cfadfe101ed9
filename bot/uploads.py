"""Documents that a server's administrators add: their files, and what the state knows of each.

The state is the truth. What changes is written there first, in one transaction with its audit line,
and then done to the files; a process killed in between leaves something that `Uploads.mend` finishes.
Files lie in ``uploads/<server>`` of the data folder under their names, those that were removed for a
day in ``.removed/<id>-<name>``, and files that nobody knows of are set aside in ``.found``, never deleted.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from bot import upload_files, waiting
from bot.attachments import Offer, StorageError, free_name, same_name
from bot.limits import shorten
from bot.markup import readable
from bot.previewing import ReadingProcess
from bot.services import Services
from bot.settings import Settings
from bot.state import UNDO, By, State, Upload, Usage
from bot.waiting import Batch, Candidate, Details, GonePreviewError
from index.collections import UPLOADS, server_collection, uploads_folder
from index.dates import parse_when
from index.errors import ArchivistError, IndexMissingError, InputError, UnreadableDateError
from index.messages import say
from index.model import BuildReport, SourceSummary
from index.worker import MEGABYTE

log = logging.getLogger(__name__)

LONGEST = 300  # characters of a title, author or rights
FETCHES, PREVIEWS = 4, 2  # at once: files that are fetched, and commands whose files are
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class QuotaError(InputError):
    """A server has as much as it may have."""

    hint = say("Remove a document that is no longer needed, or ask whoever runs this bot for more.")


class TakenNameError(InputError):
    hint = say("To put a new file in its place, use `/corpus replace`.")


class SameBytesError(InputError):
    hint = ""


class GoneUploadError(InputError):
    hint = say("`/corpus list` shows the documents of this server.")


@dataclass(frozen=True, slots=True)
class Quota:
    """What a server may have, and what it has."""

    documents: int
    bytes: int
    passages: int

    def check(self, limits: Quota) -> None:
        """Raise QuotaError, which names the limit and what would be reached, where this is more."""
        if self.documents > limits.documents:
            raise QuotaError(
                say(
                    "This server may have {most} documents, and this would make {count}.",
                    most=limits.documents,
                    count=self.documents,
                )
            )
        if self.bytes > limits.bytes:
            raise QuotaError(
                say(
                    "The documents of this server may take {most} MB, and this would make {count} MB.",
                    most=_megabytes(limits.bytes),
                    count=_megabytes(self.bytes),
                )
            )
        if self.passages > limits.passages:
            raise QuotaError(
                say(
                    "The documents of this server may have {most} passages, and this would make"
                    " {count}.",
                    most=limits.passages,
                    count=self.passages,
                )
            )


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:,.1f}".removesuffix(".0")


def check_disk(usage: Usage, more: int, most: int) -> None:
    """Raise QuotaError where ``more`` bytes would not fit beside what can still be brought back.

    Else adding and removing in turns would fill the disk: all together may take twice the quota.
    """
    if usage.bytes + usage.removed_bytes + more > 2 * most:
        raise QuotaError(
            say(
                "Removed documents of this server still take {count} MB, for a day after removal.",
                count=_megabytes(usage.removed_bytes),
            ),
            hint=say("Add it tomorrow, when they are deleted for good."),
        )


def quota_of(settings: Settings) -> Quota:
    """What each server may have."""
    return Quota(settings.server_documents, settings.server_mb * MEGABYTE, settings.server_passages)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the files of a preview."""

    kept: tuple[Upload, ...]
    failed: tuple[tuple[str, InputError], ...]  # by file name, why not
    batch: Batch  # as it is now


class Uploads:
    """The documents of all servers. One a data folder; used by one event loop: see `uploads_of`.

    What is awaited is on the disk when it returns. All raise StateError, and StorageError where the
    disk takes nothing.
    """

    def __init__(self, data: Path, state: State, settings: Settings) -> None:
        self._data, self._state, self.settings = data, state, settings
        self._locks: dict[int, asyncio.Lock] = {}
        self.fetching = asyncio.Semaphore(FETCHES)
        self.previewing = asyncio.Semaphore(PREVIEWS)
        self._previews: dict[int, asyncio.Lock] = {}
        self.reader = ReadingProcess()

    @asynccontextmanager
    async def previewing_of(self, guild: int) -> AsyncIterator[None]:
        """One preview of a server at a time, so that none holds up all others or adds past its quota."""
        async with self._previews.setdefault(guild, asyncio.Lock()), self.previewing:
            yield

    def folder(self, guild: int) -> Path:
        """Where a server's documents lie."""
        return uploads_folder(self._data, guild)

    # -- looking

    async def find(self, guild: int, said: str) -> Upload:
        """The document of a server that an id, a file name or a title names.

        Raises GoneUploadError for none, and for a title that several have.
        """
        live = await self._state.uploads(guild)
        wanted = same_name(said.strip())
        for named in (_number, _name, _title):
            found = [one for one in live if named(one) == wanted]
            if len(found) == 1:
                return found[0]
        raise GoneUploadError(say("This server has no document of that name."))

    async def by_id(self, guild: int, number: str, *, removed: bool = False) -> Upload:
        """The document of a server with this id. Raises GoneUploadError."""
        for one in await self._state.uploads(guild, removed=removed):
            if str(one.id) == number:
                return one
        raise GoneUploadError(say("That document is no longer there."))

    def file(self, upload: Upload) -> Path:
        """Where the bytes of a document lie."""
        return self.folder(upload.guild) / upload.name

    async def read(self, upload: Upload) -> bytes:
        """The bytes of a document, as they were added. Raises GoneUploadError."""
        try:
            return await asyncio.to_thread(self.file(upload).read_bytes)
        except OSError:
            raise GoneUploadError(say("The file of this document can't be read.")) from None

    async def batch(self, guild: int, number: str) -> Batch:
        """The preview of this id. Raises GonePreviewError."""
        return await asyncio.to_thread(waiting.read, self.folder(guild), number)

    # -- what may be added

    async def check_room(
        self, guild: int, offers: Sequence[Offer], replaces: Upload | None
    ) -> None:
        """Raise QuotaError for files, by their sizes as Discord says, that would be too many or large.

        What waits to be saved counts as if it were.
        """
        usage = await self._state.usage(guild)
        waits = await asyncio.to_thread(waiting.used, self.folder(guild))
        size = sum(offer.size for offer in offers if offer.size <= self.settings.limits.file)
        check_disk(usage, waits + size, quota_of(self.settings).bytes)
        Quota(
            usage.documents + (0 if replaces else len(offers)),
            usage.bytes + waits + size - (replaces.size if replaces else 0),
            usage.passages - (replaces.passages if replaces else 0),
        ).check(quota_of(self.settings))

    async def check_names(self, guild: int, batch: Batch, replaces: Upload | None) -> Batch:
        """The batch with a free name for each file, or why it can't be had: it is there already."""
        live = await self._state.uploads(guild)
        made: list[Candidate] = []
        for one in batch.candidates:
            named = one
            if not one.reason:
                try:
                    named = self._named(one, live, made, replaces)
                except (TakenNameError, SameBytesError) as error:
                    named = replace(one, reason=error.message, hint=error.hint)
            made.append(named)
        return replace(batch, candidates=tuple(made))

    @staticmethod
    def _named(
        one: Candidate, live: Iterable[Upload], before: Iterable[Candidate], replaces: Upload | None
    ) -> Candidate:
        """The candidate with the name that it will have. Raises TakenNameError, SameBytesError."""
        for other in live:
            if other.sha256 == one.sha256:
                raise SameBytesError(
                    say(
                        "The same file is there already: “{title}” ({name}).",
                        title=shorten(other.title, 100),
                        name=other.name,
                    )
                )
        fellows = [other for other in before if not other.reason]
        for fellow in fellows:
            if fellow.sha256 == one.sha256:
                raise SameBytesError(
                    say("It is the same file as {name}, beside it.", name=fellow.name)
                )
        if replaces is not None:
            return replace(one, name=replaces.name)
        names = [*(other.name for other in live), *(other.name for other in fellows)]
        for name in names:
            if same_name(name) == same_name(one.name):
                raise TakenNameError(say("There is a document called {name} already.", name=name))
        return replace(one, name=free_name(one.name, names))

    # -- changing

    async def save(self, guild: int, number: str, wanted: Iterable[int], by: By) -> Saved:
        """Keep these candidates of a preview (from 0), those that wait.

        One that was saved before is as it is; one that can't be is told, with the others kept.
        Raises GonePreviewError.
        """
        async with self._alone(guild):
            batch = await self.batch(guild, number)
            kept: list[Upload] = []
            failed: list[tuple[str, InputError]] = []
            try:
                for n in wanted:
                    if n >= len(batch.candidates) or not batch.candidates[n].waits:
                        continue
                    try:
                        upload = await self._save(guild, batch, n, by)
                    except InputError as error:
                        failed.append((batch.candidates[n].name, error))
                        continue
                    kept.append(upload)
                    batch = batch.changed(n, outcome="saved")
                    await asyncio.to_thread(waiting.write, self.folder(guild), batch)
            finally:
                if kept:
                    await self._write_settings(guild)
            return Saved(tuple(kept), tuple(failed), batch)

    async def _save(self, guild: int, batch: Batch, n: int, by: By) -> Upload:
        one = batch.candidates[n]
        facts, details = one.facts, one.details
        folder = self.folder(guild)
        path = waiting.file_of(folder, batch.id, n)
        if facts is None or not await asyncio.to_thread(path.is_file):
            raise GonePreviewError(say("This preview is over; a file waits an hour to be saved."))
        live = await self._state.uploads(guild)
        replaces = None
        if batch.replaces is not None:
            replaces = await self.by_id(guild, str(batch.replaces))
        one = self._named(one, live, (), replaces)
        usage = await self._state.usage(guild)
        check_disk(usage, one.size, quota_of(self.settings).bytes)
        Quota(
            usage.documents + (replaces is None),
            usage.bytes + one.size - (replaces.size if replaces else 0),
            usage.passages + facts.passages - (replaces.passages if replaces else 0),
        ).check(quota_of(self.settings))
        found: dict[str, Any] = {
            "title": shorten(one.title, LONGEST),
            "author": details.author,
            "date": details.date,
            "rights": details.rights,
            "language": details.language,
            "sha256": one.sha256,
            "size": one.size,
            "passages": facts.passages,
            "events": facts.events,
        }
        if replaces is not None:
            upload = await self._state.change_upload(replaces.id, by, "document.replace", **found)
        else:
            upload = await self._state.add_upload(
                Upload(0, guild, one.name, **found, added=by.at, added_by=by.who), by
            )
        await self._move(path, folder / upload.name)
        return upload

    async def describe(self, upload: Upload, details: Details, by: By, action: str) -> Upload:
        """Keep what is said of a document; ``action`` is document.rename or document.describe."""
        async with self._alone(upload.guild):
            changes = {
                "title": details.title or upload.title,
                "author": details.author,
                "date": details.date,
                "rights": details.rights,
                "language": details.language,
            }
            changed = await self._state.change_upload(upload.id, by, action, **changes)
            await self._write_settings(upload.guild)
            return changed

    async def describe_waiting(
        self, guild: int, number: str, position: int, details: Details
    ) -> Batch:
        """Keep what is said of a file that waits to be saved. Raises GonePreviewError."""
        async with self._alone(guild, mending=False):
            batch = await self.batch(guild, number)
            if position >= len(batch.candidates) or not batch.candidates[position].waits:
                raise GonePreviewError(say("This file doesn't wait to be saved any more."))
            batch = batch.changed(position, details=details)
            await asyncio.to_thread(waiting.write, self.folder(guild), batch)
            return batch

    async def drop(self, guild: int, number: str, wanted: Iterable[int]) -> Batch:
        """Give up these candidates of a preview (from 0), and delete their bytes."""
        async with self._alone(guild, mending=False):
            batch = await self.batch(guild, number)
            folder = self.folder(guild)
            for n in wanted:
                if n < len(batch.candidates) and batch.candidates[n].waits:
                    batch = batch.changed(n, outcome="dropped")
                    path = waiting.file_of(folder, batch.id, n)
                    await asyncio.to_thread(path.unlink, missing_ok=True)
            await asyncio.to_thread(waiting.write, folder, batch)
            return batch

    async def remove(self, upload: Upload, by: By) -> Upload:
        """Take a document out; it can be brought back for a day. Raises GoneUploadError."""
        async with self._alone(upload.guild):
            upload = await self.by_id(upload.guild, str(upload.id))
            removed = await self._state.remove_upload(upload.id, by)
            folder = self.folder(upload.guild)
            with contextlib.suppress(FileNotFoundError):  # its loss is told in the list
                await self._move(folder / upload.name, upload_files.removed_file(folder, upload))
            await self._write_settings(upload.guild)
            return removed

    async def restore(self, upload: Upload, by: By) -> Upload:
        """Bring a removed document back. Raises GoneUploadError, TakenNameError, QuotaError."""
        async with self._alone(upload.guild):
            upload = await self.by_id(upload.guild, str(upload.id), removed=True)
            for other in await self._state.uploads(upload.guild):
                if same_name(other.name) == same_name(upload.name):
                    raise TakenNameError(
                        say("There is a document called {name} by now.", name=other.name),
                        hint=say("Remove that one first."),
                    )
            usage = await self._state.usage(upload.guild)
            Quota(
                usage.documents + 1,
                usage.bytes + upload.size,
                usage.passages + upload.passages,
            ).check(quota_of(self.settings))
            folder = self.folder(upload.guild)
            if not await asyncio.to_thread(upload_files.removed_file(folder, upload).is_file):
                raise GoneUploadError(say("The file of this document is gone."))
            restored = await self._state.restore_upload(upload.id, by)
            await self._move(upload_files.removed_file(folder, upload), folder / upload.name)
            await self._write_settings(upload.guild)
            return restored

    async def _move(self, source: Path, target: Path) -> None:
        try:
            await asyncio.to_thread(upload_files.move, source, target)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageError(say("The file can't be written here.")) from error

    async def _write_settings(self, guild: int) -> None:
        """Write ``corpus.toml`` of a server's documents, if it isn't as it should be."""
        live = await self._state.uploads(guild)
        try:
            await asyncio.to_thread(upload_files.write_settings, self.folder(guild), live)
        except OSError as error:
            raise StorageError(say("The file can't be written here.")) from error

    @asynccontextmanager
    async def _alone(self, guild: int, *, mending: bool = True) -> AsyncIterator[None]:
        """One change of a server's documents at a time, on files that are as the state says."""
        async with self._locks.setdefault(guild, asyncio.Lock()):
            if mending:
                await self._mend(guild)
            yield

    # -- keeping

    async def mend(self) -> None:
        """Finish what a kill or a full disk left half: to be called at start, before a build.

        What can't be mended is told in the log.
        """
        for guild in await asyncio.to_thread(self._guilds):
            try:
                async with self._alone(guild):
                    await self._write_settings(guild)
            except (ArchivistError, OSError) as error:
                log.error("documents of server %d are not mended: %s", guild, type(error).__name__)

    async def keep(self, now: dt.datetime) -> int:
        """Delete what waited or was removed for too long: to be called every hour.

        Returns how many documents can no longer be brought back.
        """
        over = await self._state.purge_uploads(now - UNDO)
        for guild in await asyncio.to_thread(self._guilds):
            async with self._locks.setdefault(guild, asyncio.Lock()):
                live = await self._state.uploads(guild)
                removed = await self._state.uploads(guild, removed=True)
                known = {one.id for one in (*live, *removed)}
                gone = {one.id for one in over}
                try:
                    await asyncio.to_thread(
                        upload_files.sweep, self.folder(guild), known, gone, now
                    )
                except OSError as error:
                    log.error("old files are not deleted: %s", type(error).__name__)
        return len(over)

    def forget(self, guild: int) -> None:
        """Delete all files of a server that the bot has left for good. Call it off the event loop."""
        shutil.rmtree(self.folder(guild), ignore_errors=True)

    def _guilds(self) -> list[int]:
        try:
            names = [path.name for path in (self._data / UPLOADS).iterdir()]
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isascii() and name.isdigit())

    async def _mend(self, guild: int) -> None:
        live = await self._state.uploads(guild)
        removed = await self._state.uploads(guild, removed=True)
        try:
            await asyncio.to_thread(upload_files.mend, self.folder(guild), live, removed)
        except OSError as error:
            raise StorageError(say("The file can't be written here.")) from error


def _number(upload: Upload) -> str:
    return str(upload.id)


def _name(upload: Upload) -> str:
    return same_name(upload.name)


def _title(upload: Upload) -> str:
    return same_name(upload.title)


_UPLOADS: WeakKeyDictionary[State, Uploads] = WeakKeyDictionary()


def uploads_of(services: Services) -> Uploads:
    """The documents of all servers, one value for each state."""
    if services.state not in _UPLOADS:
        settings = services.settings
        _UPLOADS[services.state] = Uploads(settings.data, services.state, settings)
    return _UPLOADS[services.state]


# ---------------------------------------------------------------- details


def read_details(said: Mapping[str, str], today: dt.date) -> Details:
    """What an administrator wrote in a form, checked. Raises InputError, UnreadableDateError."""
    language = said.get("language", "").strip()
    if language and not _LANGUAGE.fullmatch(language):
        raise InputError(
            say("“{language}” is not a language code.", language=shorten(language, 40)),
            hint=say("Write it like en, de or pt-BR."),
        )
    return Details(
        _line(said.get("title", "")),
        _line(said.get("author", "")),
        _date(said.get("date", ""), today),
        _line(said.get("rights", "")),
        language,
    )


def _line(text: str) -> str:
    return shorten(readable(text), LONGEST)


def _date(said: str, today: dt.date) -> str:
    """EDTF of a date in any of the forms that questions may have; empty for none."""
    if not said.strip():
        return ""
    when = parse_when(said, today=today).date
    if when is None:
        raise UnreadableDateError(say("The date needs a year, as in “7 September 2022” or “2021”."))
    return when.edtf


# ---------------------------------------------------------------- indexing


@dataclass(frozen=True, slots=True)
class Searchable:
    """What became of a document when it was indexed."""

    summary: SourceSummary | None = None  # None: it isn't searchable
    reason: str = ""  # why not
    hint: str = ""


async def index(services: Services, guild: int, who: int, ends: float) -> BuildReport | None:
    """Read a server's documents anew and wait until they are searched. Raises what a build does.

    None when it isn't done at ``ends`` (of `time.monotonic`); it goes on then.
    """
    build = services.library.build(only=server_collection(guild), who=who, guild=guild)
    return await build.wait(max(0.0, ends - time.monotonic()))


async def held(services: Services, guild: int) -> dict[str, SourceSummary]:
    """A server's own documents that are searched now, by the hash of their bytes."""
    try:
        shelf = await services.library.shelf(frozenset({server_collection(guild)}))
    except IndexMissingError:
        return {}
    return {summary.source.sha256: summary for summary in shelf.sources}


def searchable(
    upload: Upload, found: Mapping[str, SourceSummary], report: BuildReport | None
) -> Searchable:
    """Whether a document is among those that are searched, and if not why."""
    if upload.sha256 in found:
        return Searchable(found[upload.sha256])
    for skipped in report.skipped if report else ():
        if same_name(skipped.name.rpartition("/")[2]) == same_name(upload.name):
            return Searchable(None, skipped.reason, skipped.hint)
    return Searchable()
