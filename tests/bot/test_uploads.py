"""A server's own documents: what is kept of them in which order, and what a kill leaves."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import upload_files, uploads, waiting
from bot.attachments import Offer
from bot.settings import Settings
from bot.state import UNDO, By, State, Upload, open_state
from bot.upload_files import settings_text
from bot.uploads import (
    GoneUploadError,
    Quota,
    QuotaError,
    SameBytesError,
    TakenNameError,
    Uploads,
    read_details,
)
from bot.waiting import Batch, Candidate, Details, Facts, GonePreviewError
from index.errors import InputError, UnreadableDateError

GUILD, OTHER = 10, 20
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
BY = By(1, GUILD, NOW)
TODAY = NOW.date()
ON_DISK = ("Log of the Petrel", "log.txt", b"May 1871: The Petrel sailed.")
NEW = ("Letter to the owners", "letter.md", b"# Letter\n\nThe mast was rotten.")


def facts(title: str = "", *, passages: int = 3, events: int = 2) -> Facts:
    return Facts(
        found=Details(title, language="en"),
        format="text",
        sections=2,
        headings=("Voyage",),
        notes=0,
        unlinked_notes=0,
        events=events,
        first_events=(),
        pages=None,
        words=40,
        passages=passages,
        warned=0,
        warnings=(),
    )


def candidate(file: tuple[str, str, bytes], **changes: Any) -> Candidate:
    title, name, data = file
    made = Candidate(
        name, len(data), hashlib.sha256(data).hexdigest(), facts=facts(title), details=Details()
    )
    return replace(made, **changes)


def wait_for(
    folder: Path, *files: tuple[str, str, bytes], replaces: int | None = None, **changes: Any
) -> Batch:
    """A preview on the disk, as `bot.previewing` leaves it."""
    candidates = tuple(candidate(file, **changes) for file in files)
    batch = Batch(waiting.new_id(), NOW, candidates, replaces)
    waiting.prepare(folder)
    for number, (_, _, data) in enumerate(files):
        waiting.file_of(folder, batch.id, number).write_bytes(data)
    waiting.write(folder, batch)
    return batch


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def made(tmp_path: Path, state: State) -> Uploads:
    settings = Settings(server_documents=3, server_mb=1, server_passages=10)
    return Uploads(tmp_path, state, settings)


@pytest.fixture
def folder(made: Uploads) -> Path:
    return made.folder(GUILD)


async def save(made: Uploads, *files: tuple[str, str, bytes], **changes: Any) -> list[Upload]:
    batch = wait_for(made.folder(GUILD), *files, **changes)
    saved = await made.save(GUILD, batch.id, range(len(files)), BY)
    assert not saved.failed
    return list(saved.kept)


def visible(folder: Path) -> dict[str, bytes]:
    """The documents of a folder, by name."""
    found = [path for path in folder.iterdir() if path.is_file()]
    return {p.name: p.read_bytes() for p in found if p.name != "corpus.toml"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "corpus.toml").read_text())
    return found.get("documents", {})


# ---------------------------------------------------------------- saving


async def test_a_saved_document_is_a_file_a_row_and_a_line_of_the_audit_log(
    made: Uploads, state: State, folder: Path
) -> None:
    (upload,) = await save(made, ON_DISK)
    assert visible(folder) == {"log.txt": ON_DISK[2]}
    assert told(folder) == {"log.txt": {"title": "Log of the Petrel"}}
    assert await state.uploads(GUILD) == (upload,)
    (line,) = await state.audit(GUILD)
    assert (line.action, line.who, line.what) == ("document.add", 1, "log.txt")


async def test_saving_twice_keeps_one(made: Uploads, state: State, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    first = await made.save(GUILD, batch.id, [0], BY)
    again = await made.save(GUILD, batch.id, [0], BY)
    assert (len(first.kept), again.kept, again.failed) == (1, (), ())
    assert len(await state.uploads(GUILD)) == 1


async def test_two_administrators_with_the_same_file_keep_one(
    made: Uploads, state: State, folder: Path
) -> None:
    """The second is told which document it is."""
    one, other = wait_for(folder, ON_DISK), wait_for(folder, ("Other", "other.txt", ON_DISK[2]))
    await made.save(GUILD, one.id, [0], BY)
    saved = await made.save(GUILD, other.id, [0], replace(BY, who=2))
    assert not saved.kept
    (_, error) = saved.failed[0]
    assert isinstance(error, SameBytesError)
    assert "“Log of the Petrel” (log.txt)" in str(error)
    assert len(await state.uploads(GUILD)) == 1


async def test_two_administrators_with_the_same_name_keep_the_first(
    made: Uploads, folder: Path
) -> None:
    """The second is told how to replace it."""
    one, other = wait_for(folder, ON_DISK), wait_for(folder, ("Log", "LOG.TXT", b"Another."))
    await made.save(GUILD, one.id, [0], BY)
    saved = await made.save(GUILD, other.id, [0], BY)
    assert isinstance(saved.failed[0][1], TakenNameError)
    assert "/corpus replace" in saved.failed[0][1].hint
    assert visible(folder) == {"log.txt": ON_DISK[2]}


async def test_a_document_keeps_its_id_when_a_similar_name_comes(
    made: Uploads, folder: Path
) -> None:
    """Ids are made of names without extensions, so the new one gets a number."""
    await save(made, ON_DISK)
    await save(made, ("Log, printed", "log.md", b"# Log\n\nPrinted."))
    assert sorted(visible(folder)) == ["log 2.md", "log.txt"]


async def test_a_preview_of_another_server_is_not_found(made: Uploads, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    with pytest.raises(GonePreviewError):
        await made.save(OTHER, batch.id, [0], replace(BY, guild=OTHER))


@pytest.mark.parametrize("number", ["", "../../state", "0" * 12, "ABCDEF012345", "x" * 200])
async def test_no_path_is_made_of_the_id_of_a_preview(made: Uploads, number: str) -> None:
    with pytest.raises(GonePreviewError):
        await made.batch(GUILD, number)


async def test_what_one_file_lacks_does_not_hold_up_the_others(made: Uploads, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK, NEW)
    waiting.file_of(folder, batch.id, 0).unlink()
    saved = await made.save(GUILD, batch.id, [0, 1], BY)
    assert [one.name for one in saved.kept] == ["letter.md"]
    assert isinstance(saved.failed[0][1], GonePreviewError)


# ---------------------------------------------------------------- quotas


@pytest.mark.parametrize(
    ("had", "said"),
    [
        pytest.param(Quota(4, 0, 0), "may have 3 documents, and this would make 4", id="count"),
        pytest.param(
            Quota(0, 1_500_000, 0), "may take 1 MB, and this would make 1.5 MB", id="size"
        ),
        pytest.param(
            Quota(0, 0, 11), "may have 10 passages, and this would make 11", id="passages"
        ),
    ],
)
def test_a_full_quota_is_named_with_its_limit(had: Quota, said: str) -> None:
    with pytest.raises(QuotaError, match=said):
        had.check(Quota(3, 1_000_000, 10))


def test_a_quota_that_is_just_full_is_not_over() -> None:
    Quota(3, 1_000_000, 10).check(Quota(3, 1_000_000, 10))


async def test_what_waits_counts_before_anything_is_fetched(made: Uploads, folder: Path) -> None:
    wait_for(folder, ("Big", "big.txt", b"0" * 900_000))
    with pytest.raises(QuotaError):
        await made.check_room(GUILD, [Offer("a", 200_000, "")], None)
    await made.check_room(GUILD, [Offer("a", 50_000, "")], None)


async def test_adding_and_removing_in_turns_does_not_fill_the_disk(
    made: Uploads, folder: Path
) -> None:
    """What can still be brought back counts too: all together takes at most twice the quota."""
    for sign in (b"0", b"1"):
        [upload] = await save(made, ("Big", "big.txt", sign * 900_000))
        await made.remove(upload, BY)
    with pytest.raises(QuotaError, match=r"still take 1\.8 MB"):
        await made.check_room(GUILD, [Offer("a", 300_000, "")], None)
    batch = wait_for(folder, ("Big", "big.txt", b"2" * 300_000))
    saved = await made.save(GUILD, batch.id, [0], BY)
    assert isinstance(saved.failed[0][1], QuotaError)
    assert visible(folder) == {}


async def test_a_server_has_one_preview_made_at_a_time(made: Uploads) -> None:
    """One that adds much at once neither goes past its quota nor holds up another server."""
    order: list[str] = []

    async def preview(guild: int, name: str) -> None:
        async with made.previewing_of(guild):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(preview(GUILD, "one"), preview(GUILD, "two"), preview(OTHER, "other"))
    assert order.index("one ends") < order.index("two begins")
    assert order.index("other begins") < order.index("one ends")


async def test_passages_are_counted_when_a_file_is_saved(made: Uploads, folder: Path) -> None:
    await save(made, ON_DISK, facts=facts(passages=8))
    batch = wait_for(folder, NEW)
    saved = await made.save(GUILD, batch.id, [0], BY)
    assert isinstance(saved.failed[0][1], QuotaError)
    assert visible(folder) == {"log.txt": ON_DISK[2]}


# ---------------------------------------------------------------- replacing, removing


async def test_a_replaced_document_keeps_its_id_and_name(
    made: Uploads, state: State, folder: Path
) -> None:
    (old,) = await save(made, ON_DISK)
    (new,) = await save(made, NEW, replaces=old.id)
    assert (new.id, new.name, new.sha256) == (old.id, "log.txt", candidate(NEW).sha256)
    assert visible(folder) == {"log.txt": NEW[2]}
    assert [line.action for line in await state.audit(GUILD)] == [
        "document.replace",
        "document.add",
    ]


async def test_a_removed_document_can_be_brought_back(
    made: Uploads, state: State, folder: Path
) -> None:
    (upload,) = await save(made, ON_DISK)
    removed = await made.remove(upload, BY)
    assert visible(folder) == {}
    assert told(folder) == {}
    assert removed.removed == NOW
    back = await made.restore(removed, BY)
    assert back.id == upload.id
    assert visible(folder) == {"log.txt": ON_DISK[2]}
    assert told(folder) == {"log.txt": {"title": "Log of the Petrel"}}
    actions = [line.action for line in await state.audit(GUILD)]
    assert actions == ["document.restore", "document.remove", "document.add"]


async def test_removing_twice_says_that_it_is_gone(made: Uploads) -> None:
    (upload,) = await save(made, ON_DISK)
    await made.remove(upload, BY)
    with pytest.raises(GoneUploadError):
        await made.remove(upload, BY)


async def test_a_document_is_not_brought_back_over_another_of_its_name(
    made: Uploads, folder: Path
) -> None:
    (upload,) = await save(made, ON_DISK)
    await made.remove(upload, BY)
    await save(made, ("Another log", "Log.txt", b"Another."))
    with pytest.raises(TakenNameError):
        await made.restore(upload, BY)
    assert visible(folder) == {"Log.txt": b"Another."}


async def test_what_is_said_of_a_document_stands_in_its_settings(
    made: Uploads, state: State, folder: Path
) -> None:
    (upload,) = await save(made, ON_DISK)
    details = Details("Die Log", "J. Byrne", "1871-05", "Public domain", "de")
    await made.describe(upload, details, BY, "document.describe")
    assert told(folder)["log.txt"] == {
        "title": "Die Log",
        "author": "J. Byrne",
        "date": "1871-05",
        "rights": "Public domain",
        "language": "de",
    }
    (line, _) = await state.audit(GUILD)
    assert line.before["title"] == "Log of the Petrel"
    assert line.after["title"] == "Die Log"


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"), min_size=1))
def test_settings_hold_any_words_as_they_are(title: str, name: str) -> None:
    upload = Upload(1, GUILD, name, title, "", "", "", "", "0", 1, 1, 1, NOW, 1)
    found = tomllib.loads(settings_text([upload]))["documents"]
    assert found == {name: {"title": title} if title else {}}


def test_half_a_sign_in_a_title_is_replaced() -> None:
    """Nothing can hold it."""
    upload = Upload(1, GUILD, "log.txt", "a\ud800b", "", "", "", "", "0", 1, 1, 1, NOW, 1)
    found = tomllib.loads(settings_text([upload]))["documents"]
    assert found["log.txt"]["title"] == "a\ufffdb"


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize("said", ["log.txt", "LOG.TXT", "log of the petrel", "1", " log.txt "])
async def test_a_document_is_found_by_number_name_and_title(made: Uploads, said: str) -> None:
    (upload,) = await save(made, ON_DISK)
    assert await made.find(GUILD, said) == upload


@pytest.mark.parametrize("said", ["", "2", "petrel", "../log.txt"])
async def test_what_names_no_document_is_said_so(made: Uploads, said: str) -> None:
    await save(made, ON_DISK)
    with pytest.raises(GoneUploadError):
        await made.find(GUILD, said)


async def test_another_servers_document_is_not_found(made: Uploads) -> None:
    (upload,) = await save(made, ON_DISK)
    with pytest.raises(GoneUploadError):
        await made.find(OTHER, str(upload.id))
    with pytest.raises(GoneUploadError):
        await made.by_id(OTHER, str(upload.id))


# ---------------------------------------------------------------- details


@pytest.mark.parametrize(
    ("said", "edtf"),
    [
        ("7 September 2022", "2022-09-07"),
        ("March 2021", "2021-03"),
        ("the 1950s", "195X"),
        (" ", ""),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_was_said(said: str, edtf: str) -> None:
    assert read_details({"date": said}, TODAY).date == edtf


@pytest.mark.parametrize("said", ["Sept 7", "someday", "31 February 2021", "9" * 500])
def test_a_date_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_details({"date": said}, TODAY)


@pytest.mark.parametrize("said", ["English", "e", "en_GB", "en--", "x" * 100])
def test_a_language_that_is_no_code_is_refused(said: str) -> None:
    with pytest.raises(InputError, match="not a language code"):
        read_details({"language": said}, TODAY)


def test_details_are_one_line_without_controls() -> None:
    said = read_details(
        {"title": " A\nlog \u202eof\x00 it " + "x" * 500, "language": "pt-BR"}, TODAY
    )
    assert said.title.startswith("A log of it ")
    assert len(said.title) <= uploads.LONGEST
    assert said.language == "pt-BR"


# ---------------------------------------------------------------- killed in between


class KilledError(Exception):
    """Nothing that would run after it does."""


class Killer:
    """Counts the steps that reach the disk, and ends the process before or after one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps, self.at, self.before = 0, -1, False
        self.dead = False
        for name in ("move", "write_settings"):
            monkeypatch.setattr(upload_files, name, self._step(getattr(upload_files, name)))
        monkeypatch.setattr(waiting, "write", self._step(waiting.write))
        for name in ("add_upload", "change_upload", "remove_upload", "restore_upload"):
            monkeypatch.setattr(State, name, self._async_step(getattr(State, name)))

    def arm(self, at: int, *, before: bool) -> None:
        self.steps, self.at, self.before, self.dead = 0, at, before, False

    def rest(self) -> None:
        self.at, self.dead = -1, False

    def _enter(self) -> bool:
        if self.dead:
            raise KilledError
        self.steps += 1
        self.dead = self.steps - 1 == self.at
        if self.dead and self.before:
            raise KilledError
        return self.dead

    def _step(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:
            dies = self._enter()
            result = do(*args, **options)
            if dies:
                raise KilledError
            return result

        return step

    def _async_step(self, do: Callable[..., Any]) -> Callable[..., Any]:
        async def step(*args: Any, **options: Any) -> Any:
            dies = self._enter()
            result = await do(*args, **options)
            if dies:
                raise KilledError
            return result

        return step


Operation = Callable[[Uploads, Upload], Any]


async def _add(made: Uploads, _: Upload) -> None:
    batch = wait_for(made.folder(GUILD), NEW, ("Third", "third.txt", b"Third."))
    await made.save(GUILD, batch.id, [0, 1], BY)


async def _replace(made: Uploads, upload: Upload) -> None:
    batch = wait_for(made.folder(GUILD), NEW, replaces=upload.id)
    await made.save(GUILD, batch.id, [0], BY)


async def _remove(made: Uploads, upload: Upload) -> None:
    await made.remove(upload, BY)


async def _remove_and_restore(made: Uploads, upload: Upload) -> None:
    await made.restore(await made.remove(upload, BY), BY)


async def _rename(made: Uploads, upload: Upload) -> None:
    await made.describe(upload, Details("Renamed"), BY, "document.rename")


@pytest.mark.parametrize("operation", [_add, _replace, _remove, _remove_and_restore, _rename])
async def test_a_kill_between_any_two_steps_leaves_nothing_half(
    tmp_path: Path, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the next start each row has its file, each file its row, and the settings tell of them."""
    killer = Killer(monkeypatch)
    step = 0
    while await _survived(tmp_path / f"{step}", operation, killer, step):
        step += 1
    assert step > 1


async def _survived(place: Path, operation: Operation, killer: Killer, step: int) -> bool:
    """Kill before and after a step, and check what the next start makes of it; False: no such step."""
    for before in (True, False):
        state = open_state(place / str(before))
        made = Uploads(place / str(before), state, Settings())
        (upload,) = await save(made, ON_DISK)
        killer.arm(step, before=before)
        with contextlib.suppress(KilledError):
            await operation(made, upload)
        reached = killer.dead
        killer.rest()
        again = Uploads(place / str(before), state, Settings())
        await again.mend()
        await _check(again, state)
        await state.close()
    return reached


async def _check(made: Uploads, state: State) -> None:
    folder = made.folder(GUILD)
    live = await state.uploads(GUILD)
    gone = await state.uploads(GUILD, removed=True)
    assert live or gone
    found = {name: hashlib.sha256(data).hexdigest() for name, data in visible(folder).items()}
    assert found == {one.name: one.sha256 for one in live}
    titles = {name: said["title"] for name, said in told(folder).items()}
    assert titles == {one.name: one.title for one in live}
    kept = sorted(path.name for path in (folder / upload_files.REMOVED).glob("*"))
    assert kept == [f"{one.id}-{one.name}" for one in gone]
    assert not (folder / upload_files.FOUND).exists()


async def test_files_that_nobody_added_are_set_aside_and_kept(made: Uploads, folder: Path) -> None:
    """They may be of an older copy of the state: they are no documents, and not deleted."""
    await save(made, ON_DISK)
    (folder / "stranger.txt").write_bytes(b"Who am I?")
    await made.mend()
    assert visible(folder) == {"log.txt": ON_DISK[2]}
    assert (folder / upload_files.FOUND / "stranger.txt").read_bytes() == b"Who am I?"


async def test_a_document_whose_file_is_gone_stays_known(
    made: Uploads, state: State, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in the log, by its number alone, and can be replaced."""
    (upload,) = await save(made, ON_DISK)
    (folder / "log.txt").unlink()
    await made.mend()
    assert await state.uploads(GUILD) == (upload,)
    assert "the file of document 1 is missing" in caplog.text
    assert "log.txt" not in caplog.text
    await save(made, NEW, replaces=upload.id)
    assert visible(folder) == {"log.txt": NEW[2]}


# ---------------------------------------------------------------- keeping


async def test_what_waited_an_hour_is_deleted(made: Uploads, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    now = dt.datetime.now(dt.UTC)
    await made.keep(now + dt.timedelta(minutes=59))
    assert (await made.batch(GUILD, batch.id)).candidates
    await made.keep(now + dt.timedelta(minutes=61))
    assert names(folder / waiting.WAITING) == []
    with pytest.raises(GonePreviewError):
        await made.save(GUILD, batch.id, [0], BY)


async def test_what_was_removed_a_day_ago_is_deleted(
    made: Uploads, state: State, folder: Path
) -> None:
    (upload,) = await save(made, ON_DISK)
    await made.remove(upload, BY)
    assert await made.keep(NOW + UNDO - dt.timedelta(minutes=1)) == 0
    assert names(folder / upload_files.REMOVED) == ["1-log.txt"]
    assert await made.keep(NOW + UNDO + dt.timedelta(minutes=1)) == 1
    assert names(folder / upload_files.REMOVED) == []
    assert await state.uploads(GUILD, removed=True) == ()


async def test_a_removed_file_that_a_kill_left_without_its_row_goes_too(
    made: Uploads, folder: Path
) -> None:
    await save(made, ON_DISK)
    left = folder / upload_files.REMOVED / "77-old.txt"
    left.parent.mkdir()
    left.write_bytes(b"old")
    now = dt.datetime.now(dt.UTC)
    await made.keep(now)
    assert left.exists()
    await made.keep(now + UNDO + dt.timedelta(minutes=1))
    assert not left.exists()


async def test_all_files_of_a_server_that_is_forgotten_go(made: Uploads, folder: Path) -> None:
    await save(made, ON_DISK)
    made.forget(GUILD)
    assert not await asyncio.to_thread(folder.exists)


# ---------------------------------------------------------------- previews on the disk


def test_a_preview_is_read_as_it_was_written(tmp_path: Path) -> None:
    warned = replace(facts("Log"), warnings=(waiting.Warned("No date.", line=3),), warned=1)
    left = Candidate("x.png", reason="It is a picture.", hint="Add a text.")
    batch = Batch("0123456789ab", NOW, (candidate(ON_DISK, facts=warned), left), 7)
    waiting.prepare(tmp_path)
    waiting.write(tmp_path, batch)
    assert waiting.read(tmp_path, batch.id) == batch


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"id": 1}',
        b"\xff",
        b"[" * 100_000,
        b'{"candidates": 3, "at": 1}',
    ],
)
def test_a_damaged_preview_is_over(tmp_path: Path, content: bytes) -> None:
    waiting.prepare(tmp_path)
    (tmp_path / waiting.WAITING / "0123456789ab.json").write_bytes(content)
    with pytest.raises(GonePreviewError):
        waiting.read(tmp_path, "0123456789ab")
    assert waiting.batches(tmp_path) == []
