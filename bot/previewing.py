"""Attachments -> previews: fetched, read in a process of their own, and kept until they are saved."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from bot import attachments, waiting
from bot.attachments import Offer
from bot.limits import shorten
from bot.logs import trail
from bot.state import Upload
from bot.waiting import Batch, Candidate, Details, Facts, Warned
from index.errors import ArchivistError, InputError
from index.files import UnreadableFileError, read_file
from index.messages import say
from index.model import DocumentMeta
from index.store import Indexed, summarize
from index.worker import Job, Limits, Refusal, Worker

if TYPE_CHECKING:
    from bot.uploads import Uploads

log = logging.getLogger(__name__)

MOST = 10  # files at once, as many as a form takes
_HEADINGS, _EVENTS, _WARNINGS = 12, 3, 5  # that a preview may show
_SHOWN = 160  # characters of each
_NICE = 10  # how far reading stands back behind those who ask

Tell = Callable[[int, int, str], None]  # files done, of how many, the one being done


class ReadingError(ArchivistError):
    hint = say("Please try again; if it happens again, tell whoever runs this bot.")


@dataclass(frozen=True, slots=True)
class Reading:
    """A file to be read."""

    path: Path
    name: str
    sha256: str
    meta: DocumentMeta = DocumentMeta()  # noqa: RUF009 - it never changes


async def preview(
    uploads: Uploads,
    guild: int,
    offers: Sequence[Offer],
    *,
    replaces: Upload | None = None,
    tell: Tell = lambda *_: None,
) -> Batch:
    """Fetch and read what was attached. What can't be saved is in the batch with the reason.

    Nothing is kept on the disk when no file can be saved. Raises InputError for no file or too many,
    QuotaError before anything is fetched, ReadingError.
    """
    if not offers:
        raise InputError(say("No file was attached."))
    if len(offers) > MOST:
        raise InputError(say("At most {count} files can be added at once.", count=MOST))
    async with uploads.previewing_of(guild):
        await uploads.check_room(guild, offers, replaces)
        folder = uploads.folder(guild)
        batch = Batch(
            waiting.new_id(),
            dt.datetime.now(dt.UTC),
            tuple(Candidate(attachments.clean_name(offer.name)) for offer in offers),
            None if replaces is None else replaces.id,
        )
        try:
            await asyncio.to_thread(waiting.prepare, folder)
            batch = await _fetched(uploads, folder, batch, offers)
            batch = await uploads.check_names(guild, batch, replaces)
            batch = await _read(uploads, folder, batch, replaces, tell)
            if any(one.waits for one in batch.candidates):
                await asyncio.to_thread(_keep, folder, batch)
            else:
                await asyncio.to_thread(waiting.drop, folder, batch)
        except OSError as error:
            await asyncio.to_thread(waiting.drop, folder, batch)
            raise attachments.StorageError(say("The file can't be written here.")) from error
        except BaseException:
            waiting.drop(folder, batch)  # also when this task was cancelled
            raise
    return batch


def _keep(folder: Path, batch: Batch) -> None:
    for number, one in enumerate(batch.candidates):
        if not one.waits:
            waiting.file_of(folder, batch.id, number).unlink(missing_ok=True)
    waiting.write(folder, batch)


async def _fetched(uploads: Uploads, folder: Path, batch: Batch, offers: Sequence[Offer]) -> Batch:
    """The batch with what could be fetched, and why the rest could not."""

    async def fetch(number: int, offer: Offer) -> Candidate:
        candidate = batch.candidates[number]
        path = waiting.file_of(folder, batch.id, number)
        try:
            async with uploads.fetching:
                got = await attachments.fetch(
                    offer, path, bases=uploads.settings.cdn_urls, most=uploads.settings.limits.file
                )
        except ArchivistError as error:
            return replace(candidate, size=offer.size, reason=error.message, hint=error.hint)
        return replace(candidate, size=got.size, sha256=got.sha256)

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(fetch(n, offer)) for n, offer in enumerate(offers)]
    return replace(batch, candidates=tuple(task.result() for task in running))


async def _read(
    uploads: Uploads, folder: Path, batch: Batch, replaces: Upload | None, tell: Tell
) -> Batch:
    """The batch with what was found in each file, and why others can't be read."""
    numbers = [n for n, one in enumerate(batch.candidates) if not one.reason]
    jobs = [
        Reading(
            waiting.file_of(folder, batch.id, n),
            batch.candidates[n].name,
            batch.candidates[n].sha256,
            DocumentMeta() if replaces is None else DocumentMeta(language=replaces.language),
        )
        for n in numbers
    ]
    loop = asyncio.get_running_loop()

    def done(count: int, name: str) -> None:  # called in the thread that waits
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, count, len(jobs), name)

    results = await uploads.reader.read(jobs, uploads.settings.limits, done) if jobs else []
    for n, result in zip(numbers, results, strict=True):
        if isinstance(result, Refusal):
            batch = batch.changed(n, reason=result.reason, hint=result.hint)
            continue
        details = Details()
        if replaces is not None:
            details = Details(
                replaces.title,
                replaces.author,
                replaces.date,
                replaces.rights,
                replaces.language,
            )
        batch = batch.changed(n, facts=result, details=details)
    return batch


# ---------------------------------------------------------------- a process of its own


class ReadingProcess:
    """Reads files in a process of its own, in whose worker each is confined: one call at a time.

    What is made of a file takes a multiple of its size; here it never comes into the bot's memory.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def read(
        self, jobs: Sequence[Reading], limits: Limits, done: Callable[[int, str], None]
    ) -> list[Facts | Refusal]:
        """What was found in each file, or why nothing was. Raises ReadingError.

        ``done`` is called before each, in another thread, with how many were read and its name.
        """
        async with self._turn:
            process = _Process(jobs, limits)
            try:
                return await asyncio.to_thread(process.run, done)
            finally:
                process.stop()


class _Process:
    def __init__(self, jobs: Sequence[Reading], limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that threads hold
        self._jobs = jobs
        self._ours, self._theirs = context.Pipe()
        self._process = context.Process(
            target=_read_in_process, args=(self._theirs, list(jobs), limits), daemon=True
        )
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, done: Callable[[int, str], None]) -> list[Facts | Refusal]:
        """Start it and wait for all results, in the calling thread."""
        with self._lock:
            if self._stopped:
                raise ReadingError(say("The reading was stopped."))
            self._process.start()
            self._theirs.close()
        results: list[Facts | Refusal] = []
        try:
            for job in self._jobs:
                done(len(results), job.name)
                result = self._ours.recv()
                if isinstance(result, str):
                    log.error("a preview failed: %s", result)
                    raise ReadingError(say("Reading the file failed."))
                results.append(result)
        except (EOFError, OSError):
            raise ReadingError(say("The reading ended before it was done.")) from None
        finally:
            self._process.kill()
            self._process.join()
            self._ours.close()
        return results

    def stop(self) -> None:
        """End it; `run` then ends too."""
        with self._lock:
            self._stopped = True
            if self._process.pid is not None:
                self._process.kill()


def _read_in_process(connection: Connection, jobs: Sequence[Reading], limits: Limits) -> None:
    """Send Facts or a Refusal for each job, in order, or the trail of any other error and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which then ends us
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    os.nice(_NICE)
    try:
        with Worker((), limits) as worker:
            for job in jobs:
                connection.send(_look_at(worker, job, limits))
    except Exception as error:
        with contextlib.suppress(OSError):  # nobody listens any more
            connection.send(trail(error))


def _end_with(connection: Connection) -> None:
    """End this process when the bot's end of the pipe is closed, however the bot ended."""
    with contextlib.suppress(EOFError, OSError):
        connection.recv()
    os._exit(0)


def _look_at(worker: Worker, job: Reading, limits: Limits) -> Facts | Refusal:
    try:
        data = read_file(job.path, job.path.parent, limits.file)
    except UnreadableFileError as error:
        return Refusal(str(error), error.hint)
    result = worker.index(Job(job.name, "preview", "preview", job.sha256, job.meta), data)
    return result if isinstance(result, Refusal) else facts_of(result)


def facts_of(indexed: Indexed) -> Facts:
    """What a preview tells of a document."""
    document, summary = indexed.document, summarize(indexed)
    meta = document.meta
    headings = [section.path[-1] for section in document.sections if section.path]
    return Facts(
        found=Details(
            shorten(document.title, 2 * _SHOWN),
            shorten(meta.author or "", _SHOWN),
            meta.date or "",
            shorten(meta.rights or "", _SHOWN),
            meta.language,
        ),
        format=document.format,
        sections=summary.sections,
        headings=tuple(shorten(one, _SHOWN) for one in headings[:_HEADINGS]),
        notes=summary.notes,
        unlinked_notes=summary.unlinked_notes,
        events=summary.events,
        first_events=tuple(
            (shorten(event.as_written, _SHOWN), shorten(event.text, _SHOWN))
            for event in indexed.events[:_EVENTS]
        ),
        pages=summary.pages,
        words=summary.words,
        passages=summary.passages,
        warned=len(document.warnings),
        warnings=tuple(
            Warned(one.text, one.line, one.page) for one in document.warnings[:_WARNINGS]
        ),
    )
