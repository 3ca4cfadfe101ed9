"""A full disk costs the one who changes something one clear sentence, and nothing that was kept."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.state import By, State, StateError, open_state
from bot.uploads import Uploads
from index.errors import ArchivistError, DataFolderError
from tests.bot.test_uploads import NEW, ON_DISK, save, visible, wait_for
from tests.conftest import HARBOUR, write_corpus
from tests.index.test_full_disk import leave
from tests.scenarios.local import LocalDriver

GUILD = 10
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
BY = By(1, GUILD, NOW)
QUESTION = "When was the harbour of Skerrow dug?"


async def fill(state: State) -> int:
    """Write until the disk takes no more; the number of what was written last."""
    for number in range(10_000):
        try:
            await state.note(BY, "index.build", f"{number}", after="x" * 20_000)
            await state.set_server(GUILD, by=BY, cooldown_guild=number + 1)
        except StateError:
            return number
    raise AssertionError("it is never full")


async def test_a_full_disk_loses_no_setting(small_disk: Path) -> None:
    """What was acknowledged stays and is read; what wasn't is not there; with room all works again."""
    data = small_disk / "data"
    state = open_state(data)
    await state.set_server(GUILD, by=BY, language="ru")
    leave(small_disk, 400_000)
    number = await fill(state)
    assert number > 1
    with pytest.raises(StateError, match=r"can't reach what it remembers"):
        await state.note(BY, "index.build", "large", after="x" * 1_000_000)
    server = state.server(GUILD)
    assert (server.language, server.cooldown_guild) == ("ru", number)
    await state.close()

    (small_disk / "ballast").unlink()
    state = open_state(data)
    assert state.server(GUILD) == server
    lines = await state.audit(GUILD, limit=10_000, action="settings.change")
    assert len(lines) == number + 1
    await state.set_server(GUILD, by=BY, language="my")
    assert state.server(GUILD).language == "my"
    await state.close()


async def test_a_full_disk_at_the_start_is_one_sentence(small_disk: Path) -> None:
    """It says that the disk is full; the file is not touched, and opens when there is room."""
    data = small_disk / "data"
    state = open_state(data)
    await state.set_server(GUILD, by=BY, language="ru")
    await state.close()
    leave(small_disk, 0)
    with pytest.raises(DataFolderError, match="the disk is full"):
        open_state(data)
    (small_disk / "ballast").unlink()
    state = open_state(data)
    assert state.server(GUILD).language == "ru"
    await state.close()


Change = Callable[[Uploads, State], Awaitable[object]]


async def _add(made: Uploads, _: State) -> None:
    await save(made, NEW)


async def _replace(made: Uploads, state: State) -> None:
    (upload,) = await state.uploads(GUILD)
    batch = wait_for(made.folder(GUILD), NEW, replaces=upload.id)
    await made.save(GUILD, batch.id, [0], BY)


async def _remove(made: Uploads, state: State) -> None:
    (upload,) = await state.uploads(GUILD)
    await made.remove(upload, BY)


@pytest.mark.parametrize("change", [_add, _replace, _remove])
async def test_a_full_disk_loses_no_document(small_disk: Path, change: Change) -> None:
    """Wherever it fills up: one clear error, each row has its file, and with room it can be done."""
    refused = 0
    for room in range(0, 200_000, 8_192):
        (small_disk / "ballast").unlink(missing_ok=True)
        data = small_disk / "data"
        shutil.rmtree(data, ignore_errors=True)
        state = open_state(data)
        made = Uploads(data, state, Settings())
        await save(made, ON_DISK)
        leave(small_disk, room)
        try:
            await change(made, state)
        except ArchivistError:
            refused += 1
        except OSError:  # the preview, which is written by this test
            refused += 1
        (small_disk / "ballast").unlink()
        await state.close()
        state = open_state(data)
        made = Uploads(data, state, Settings())
        await made.mend()
        live = await state.uploads(GUILD)
        assert sorted(visible(made.folder(GUILD))) == sorted(one.name for one in live)
        gone = await state.uploads(GUILD, removed=True)
        assert {*(one.id for one in live), *(one.id for one in gone)} >= {1}
        await state.close()
    assert refused > 0


@pytest.mark.slow
async def test_who_presses_on_a_full_disk_is_told_and_can_press_again(
    small_disk: Path, tmp_path: Path
) -> None:
    """Questions are answered; what can't be kept is said privately; with room it is kept."""
    corpus = write_corpus(tmp_path / "corpus", HARBOUR)
    async with LocalDriver(corpus, small_disk / "data", deadline=10.0) as driver:
        leave(small_disk, 0)
        for _ in range(40):  # what SQLite still has of room in its files is used up
            answer = await driver.slash("/ask", question=QUESTION)
            assert "dug in 1847" in answer.text
            form = (await answer.click("Not helpful")).natives()
            assert form is not None
            pressed = await answer.click("Helpful")
            assert pressed.outcomes == 1
            assert not pressed.failed
            if "remember" in pressed.text:
                break
            leave(small_disk, 0)
        assert pressed.ephemeral
        (small_disk / "ballast").unlink()
        again = await answer.click("Helpful")
        assert again.outcomes == 1
        assert "remember" not in again.text
        assert "Traceback" not in driver.log
