"""Previews: what is read in a process of its own, and what is kept of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import previewing, waiting
from bot.attachments import Offer
from bot.previewing import Reading, ReadingError, ReadingProcess
from bot.settings import Settings
from bot.state import By, State, open_state
from bot.uploads import QuotaError, Uploads
from bot.waiting import Details, Facts
from index.errors import InputError
from index.worker import Limits, Refusal

GUILD = 10
NOTES = (
    b"# The lighthouse\n\nBuilt in 1871.\n\n## Keepers\n\nOn 4 March 1880 Mary Pell lit the lamp.\n"
)
FOUND = Facts(Details("Found", language="en"), "text", 0, (), 0, 0, 1, (), None, 5, 2, 0, ())


class FakeReader:
    """Finds the same in every file, but refuses what says so."""

    def __init__(self) -> None:
        self.jobs: list[Reading] = []
        self.fails = False

    async def read(
        self, jobs: Sequence[Reading], _: Limits, done: Callable[[int, str], None]
    ) -> list[Facts | Refusal]:
        self.jobs += jobs
        if self.fails:
            raise ReadingError("The reading ended.")
        for number, job in enumerate(jobs):
            done(number, job.name)
        return [
            Refusal("It is empty.", "Fill it.") if await _says(job, b"refuse") else FOUND
            for job in jobs
        ]


async def _says(job: Reading, word: bytes) -> bool:
    return word in await asyncio.to_thread(job.path.read_bytes)


class Cdn:
    def __init__(self, server: TestServer) -> None:
        self.base = str(server.make_url("/cdn/"))

    def offer(self, name: str, words: str, *, size: int | None = None) -> Offer:
        """A file whose bytes are its address's last part."""
        return Offer(name, len(words) if size is None else size, f"{self.base}{words}")


@pytest.fixture
async def cdn() -> AsyncIterator[Cdn]:
    async def give(request: web.Request) -> web.StreamResponse:
        return web.Response(body=request.match_info["words"].encode())

    app = web.Application()
    app.router.add_get("/cdn/{words}", give)
    async with TestServer(app) as server:
        yield Cdn(server)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def made(tmp_path: Path, state: State, cdn: Cdn, reader: FakeReader) -> Uploads:
    settings = Settings(cdn_urls=(cdn.base,), server_documents=3, max_file_mb=1)
    made = Uploads(tmp_path, state, settings)
    made.reader = reader  # type: ignore[assignment]  # it reads as the real one does
    return made


async def preview(made: Uploads, *offers: Offer, **options: Any) -> waiting.Batch:
    return await previewing.preview(made, GUILD, offers, **options)


def waiting_files(made: Uploads) -> list[str]:
    return sorted(path.name for path in (made.folder(GUILD) / waiting.WAITING).glob("*"))


async def test_what_was_found_waits_on_the_disk(made: Uploads, cdn: Cdn) -> None:
    batch = await preview(made, cdn.offer("../log.txt", "words"))
    (one,) = batch.candidates
    assert (one.name, one.title, one.waits) == ("log.txt", "Found", True)
    assert one.sha256 == hashlib.sha256(b"words").hexdigest()
    assert waiting_files(made) == [f"{batch.id}-0", f"{batch.id}.json"]
    assert await made.batch(GUILD, batch.id) == batch


async def test_each_file_that_cant_be_saved_has_its_reason(made: Uploads, cdn: Cdn) -> None:
    """And the others wait all the same."""
    batch = await preview(
        made,
        cdn.offer("a.txt", "words"),
        cdn.offer("b.txt", "refuse"),
        Offer("c.txt", 1, "https://elsewhere.example/c"),
    )
    assert [one.waits for one in batch.candidates] == [True, False, False]
    assert batch.candidates[1].reason == "It is empty."
    assert "doesn't lie with Discord" in batch.candidates[2].reason
    assert waiting_files(made) == [f"{batch.id}-0", f"{batch.id}.json"]


async def test_a_file_above_the_limit_is_not_fetched(made: Uploads, cdn: Cdn) -> None:
    batch = await preview(made, cdn.offer("a.txt", "words", size=1_000_001))
    assert "at most 1 MB" in batch.candidates[0].reason


async def test_the_same_file_twice_waits_once(made: Uploads, cdn: Cdn) -> None:
    batch = await preview(made, cdn.offer("a.txt", "words"), cdn.offer("b.txt", "words"))
    assert [one.waits for one in batch.candidates] == [True, False]
    assert "the same file as a.txt" in batch.candidates[1].reason


async def test_a_file_that_is_there_already_is_not_read(
    made: Uploads, cdn: Cdn, reader: FakeReader
) -> None:
    """Which document it is is said."""
    first = await preview(made, cdn.offer("a.txt", "words"))
    await made.save(GUILD, first.id, [0], By(1, GUILD, dt.datetime.now(dt.UTC)))
    reader.jobs.clear()
    batch = await preview(made, cdn.offer("b.txt", "words"))
    assert "“Found” (a.txt)" in batch.candidates[0].reason
    assert reader.jobs == []
    assert waiting_files(made) == [f"{first.id}.json"]


async def test_nothing_is_kept_where_nothing_can_be_saved(made: Uploads, cdn: Cdn) -> None:
    await preview(made, cdn.offer("b.txt", "refuse"))
    assert waiting_files(made) == []


async def test_a_full_quota_is_told_before_anything_is_fetched(made: Uploads, cdn: Cdn) -> None:
    with pytest.raises(QuotaError, match="may have 3 documents, and this would make 4"):
        await preview(made, *(cdn.offer(f"{n}.txt", f"words{n}") for n in range(4)))
    assert waiting_files(made) == []


@pytest.mark.parametrize("count", [0, 11])
async def test_no_file_or_too_many_are_refused(made: Uploads, cdn: Cdn, count: int) -> None:
    with pytest.raises(InputError):
        await preview(made, *(cdn.offer("a", f"{n}") for n in range(count)))


async def test_nothing_is_kept_when_reading_fails(
    made: Uploads, cdn: Cdn, reader: FakeReader
) -> None:
    reader.fails = True
    with pytest.raises(ReadingError):
        await preview(made, cdn.offer("a.txt", "words"))
    assert waiting_files(made) == []


async def test_a_replacement_keeps_the_details_and_the_name(
    made: Uploads, cdn: Cdn, reader: FakeReader
) -> None:
    first = await preview(made, cdn.offer("a.txt", "words"))
    by = By(1, GUILD, dt.datetime.now(dt.UTC))
    (old,) = (await made.save(GUILD, first.id, [0], by)).kept
    old = await made.describe(old, Details("Title", "Pell", "1880", "Free", "en"), by, "x")
    batch = await preview(made, cdn.offer("b.pdf", "other"), replaces=old)
    (one,) = batch.candidates
    assert (one.name, one.details) == ("a.txt", Details("Title", "Pell", "1880", "Free", "en"))
    assert batch.replaces == old.id
    assert reader.jobs[-1].name == "a.txt"


# ---------------------------------------------------------------- the process


def job(place: Path, name: str, data: bytes) -> Reading:
    path = place / hashlib.sha256(data).hexdigest()[:12]
    path.write_bytes(data)
    return Reading(path, name, hashlib.sha256(data).hexdigest())


@pytest.mark.slow
async def test_files_are_read_by_what_their_bytes_are(tmp_path: Path) -> None:
    """One that can't be read has its reason; the next is read all the same."""
    told: list[tuple[int, str]] = []
    jobs = [
        job(tmp_path, "notes.md", NOTES),
        job(tmp_path, "notes.txt", b"\x89PNG\r\n\x1a\n" + bytes(50)),
        job(tmp_path, "log.txt", b"Log of the Petrel\n\nMay 1871: She sailed."),
    ]
    notes, picture, log = await ReadingProcess().read(jobs, Limits(), lambda *now: told.append(now))
    assert isinstance(notes, Facts)
    assert (notes.found.title, notes.format, notes.events) == ("The lighthouse", "markdown", 2)
    assert notes.headings == ("Keepers",)
    assert isinstance(picture, Refusal)
    assert "a picture (PNG)" in picture.reason
    assert isinstance(log, Facts)
    assert told == [(0, "notes.md"), (1, "notes.txt"), (2, "log.txt")]


@pytest.mark.slow
async def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    jobs = [job(tmp_path, "long.txt", b"On 4 March 1880 the lamp was lit. " * 300_000)]
    (found,) = await ReadingProcess().read(
        jobs, Limits(seconds=0.5, seconds_per_megabyte=0.0), lambda *_: None
    )
    assert isinstance(found, Refusal)
    assert "longer than 0.5 seconds" in found.reason


@pytest.mark.slow
async def test_a_reading_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    jobs = [job(tmp_path, "long.txt", b"On 4 March 1880 the lamp was lit. " * 300_000)]
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    process = ReadingProcess()
    task = asyncio.create_task(
        process.read(jobs, Limits(), lambda *_: loop.call_soon_threadsafe(begun.set))
    )
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (found,) = await process.read([job(tmp_path, "notes.md", NOTES)], Limits(), lambda *_: None)
    assert isinstance(found, Facts)
