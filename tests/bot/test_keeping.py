"""Nothing is kept longer than it may be, and nothing is deleted because a clock is wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.asked import Asked
from bot.keeping import LOOK_EVERY, Clock, Keeping
from bot.services import Services
from bot.settings import Settings
from bot.state import By, Feedback, ServerSettings, StateError, Upload
from bot.upload_files import REMOVED
from index.collections import edits_folder, server_collection, uploads_folder
from tests.bot.pressing import services

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ANN, HARBOUR, MILL = 1, 10, 11
GAP = Feedback(
    kind="gap",
    at=NOON,
    person=ANN,
    guild=HARBOUR,
    channel=77,
    asked=Asked("Who built the lighthouse?"),
    outcome="not_found",
)


class Clocks:
    """A clock on the wall and an even one, which go together until one is set."""

    def __init__(self) -> None:
        self.wall, self.even = NOON, 1_000.0

    def go_on(self, time: dt.timedelta) -> None:
        self.wall += time
        self.even += time.total_seconds()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.even)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path, Settings(data=tmp_path))
    yield made
    await made.state.close()


async def refuse(*_: object) -> None:
    """What a full disk does."""
    raise StateError("no")


def keeping(made: Services, clocks: Clocks) -> Keeping:
    return Keeping(made, clocks.clock)


# ---------------------------------------------------------------- retention


async def test_what_members_send_goes_after_its_days(made: Services, clocks: Clocks) -> None:
    """With thirty days and a look an hour, a line is there on day 30 and gone an hour later."""
    await made.state.add_feedback(GAP)
    await made.state.add_question(HARBOUR, ANN, "Who?", [], "not_found", [], None, NOON)
    left: list[tuple[int, int]] = []
    hours = iter((30 * 24 - 1, 1, 1))

    async def sleep(seconds: float) -> None:
        assert seconds == LOOK_EVERY == 3_600
        sent = await made.state.feedback_of(ANN)
        left.append((len(sent), len(await made.state.questions(HARBOUR))))
        clocks.go_on(next(hours, 0) * HOUR)
        if len(left) == 4:
            raise asyncio.CancelledError

    kept = Keeping(made, clocks.clock, sleep=sleep)
    kept.start()
    with pytest.raises(asyncio.CancelledError):
        await kept._task  # type: ignore[misc]
    assert left == [(1, 1), (1, 1), (1, 1), (0, 0)]


async def test_the_server_s_days_count_first(made: Services, clocks: Clocks) -> None:
    await made.state.set_server(HARBOUR, retention_days=7)
    await made.state.add_feedback(GAP)
    clocks.go_on(7 * DAY + HOUR)
    await keeping(made, clocks).look()
    assert await made.state.feedback_of(ANN) == ()


async def test_what_fails_holds_nothing_else_up(
    made: Services,
    clocks: Clocks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where documents can't be deleted, lines are all the same; the log says what failed."""
    await made.state.add_feedback(GAP)
    monkeypatch.setattr(made.state, "purge_uploads", refuse)
    clocks.go_on(31 * DAY)
    await keeping(made, clocks).look()
    assert "old uploads not deleted" in caplog.text
    assert await made.state.feedback_of(ANN) == ()


async def test_a_failed_look_is_followed_by_the_next(
    made: Services,
    clocks: Clocks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A disk that refuses all doesn't end the job."""
    monkeypatch.setattr(made.state, "last_purge", refuse)
    looks = 0

    async def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise asyncio.CancelledError

    kept = Keeping(made, clocks.clock, sleep=sleep)
    kept.start()
    with pytest.raises(asyncio.CancelledError):
        await kept._task  # type: ignore[misc]
    assert caplog.text.count("nothing deleted") == 2


async def test_a_server_s_coming_and_going_never_fails(
    made: Services, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk it is noted at the next start instead."""
    for name in ("leave", "rejoin", "known_guilds"):
        monkeypatch.setattr(made.state, name, refuse)
    kept = keeping(made, clocks)
    await kept.see([HARBOUR])
    await kept.left(HARBOUR)
    await kept.joined(HARBOUR)


async def test_the_log_tells_counts_only(
    made: Services, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await made.state.add_feedback(GAP)
    clocks.go_on(31 * DAY)
    await keeping(made, clocks).look()
    assert "1 feedback" in caplog.text
    assert "lighthouse" not in caplog.text


async def test_closing_ends_the_job(made: Services, clocks: Clocks) -> None:
    kept = keeping(made, clocks)
    kept.start()
    await asyncio.sleep(0)
    await kept.close()
    await kept.close()


# ---------------------------------------------------------------- documents that were removed


async def test_a_removed_document_goes_after_a_day(made: Services, clocks: Clocks) -> None:
    """Its file and its line, and not before."""
    by = By(ANN, HARBOUR, NOON)
    upload = Upload(0, HARBOUR, "log.txt", *[""] * 6, 1, 1, 1, NOON, ANN)
    upload = await made.state.add_upload(upload, by)
    await made.state.remove_upload(upload.id, by)
    file = uploads_folder(made.settings.data, HARBOUR) / REMOVED / f"{upload.id}-log.txt"
    file.parent.mkdir(parents=True)
    file.write_text("4 March. The ship sailed.", encoding="utf-8")
    clocks.go_on(DAY)
    await keeping(made, clocks).look()
    assert file.exists()
    clocks.go_on(HOUR)
    await keeping(made, clocks).look()
    assert not file.exists()
    assert await made.state.upload(upload.id) is None


# ---------------------------------------------------------------- servers that were left


async def leave(made: Services, kept: Keeping, clocks: Clocks) -> list[Path]:
    """A server with files is left; its folders."""
    await made.state.set_server(HARBOUR, language="ru")
    await made.state.set_server(MILL, language="my")
    folders = [
        uploads_folder(made.settings.data, HARBOUR),
        edits_folder(made.settings.data, server_collection(HARBOUR)),
        uploads_folder(made.settings.data, MILL),
    ]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text("4 March. The ship sailed.", encoding="utf-8")
    await kept.see([HARBOUR, MILL])
    await kept.left(HARBOUR)
    # The time of leaving is that of the real clock.
    [at] = (await made.state.left()).values()
    clocks.wall = at
    return folders


async def test_a_server_that_was_left_goes_after_thirty_days(
    made: Services, clocks: Clocks
) -> None:
    """Its lines and its files, and its documents are taken out of the index; others' stay."""
    kept = keeping(made, clocks)
    own, edits, other = await leave(made, kept, clocks)
    clocks.go_on(30 * DAY - HOUR)
    await kept.look()
    assert made.state.server(HARBOUR).language == "ru"
    assert own.exists()
    clocks.go_on(2 * HOUR)
    await kept.look()
    assert made.state.server(HARBOUR) == ServerSettings()
    assert await made.state.known_guilds() == {MILL}
    assert not own.exists()
    assert not edits.exists()
    assert other.exists()
    build = made.library.build
    assert isinstance(build, Mock)
    build.assert_called_once_with(only=server_collection(HARBOUR))


async def test_a_server_that_is_back_keeps_all(made: Services, clocks: Clocks) -> None:
    kept = keeping(made, clocks)
    own, *_ = await leave(made, kept, clocks)
    clocks.go_on(29 * DAY)
    await kept.joined(HARBOUR)
    clocks.go_on(60 * DAY)
    await kept.look()
    assert made.state.server(HARBOUR).language == "ru"
    assert own.exists()


async def test_leaving_while_the_bot_was_off_is_noticed(made: Services, clocks: Clocks) -> None:
    """Of that Discord sends no event: the servers that are left are those that aren't there."""
    await made.state.set_server(HARBOUR, language="ru")
    await made.state.leave(MILL, NOON)
    await made.state.set_server(MILL, language="my")
    await keeping(made, clocks).see([MILL])
    assert (await made.state.left()).keys() == {HARBOUR}


async def test_nothing_of_servers_goes_before_they_are_known(
    made: Services, clocks: Clocks
) -> None:
    """Until Discord has told where the bot is, it may be back there."""
    await made.state.set_server(HARBOUR, language="ru")
    await made.state.leave(HARBOUR, NOON)
    clocks.go_on(40 * DAY)
    await keeping(made, clocks).look()
    assert made.state.server(HARBOUR).language == "ru"


async def test_a_return_that_could_not_be_noted_counts(
    made: Services, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the moment of joining doesn't delete the server thirty days later."""
    kept = keeping(made, clocks)
    await leave(made, kept, clocks)

    with monkeypatch.context() as patched:
        patched.setattr(made.state, "rejoin", refuse)
        await kept.joined(HARBOUR)
    clocks.go_on(31 * DAY)
    await kept.look()
    assert made.state.server(HARBOUR).language == "ru"
    assert await made.state.left() == {}


# ---------------------------------------------------------------- clocks


def jump(clocks: Clocks) -> None:
    clocks.wall += 3_650 * DAY


def fall(clocks: Clocks) -> None:
    clocks.wall -= 3_650 * DAY


@pytest.mark.parametrize("move", [jump, fall])
async def test_a_clock_that_jumps_deletes_nothing(
    made: Services,
    clocks: Clocks,
    caplog: pytest.LogCaptureFixture,
    move: Callable[[Clocks], None],
) -> None:
    """It is doubted for a day, and believed at once when it is set right."""
    kept = keeping(made, clocks)
    await kept.look()
    await made.state.add_feedback(GAP)
    clocks.go_on(HOUR)
    move(clocks)
    for _ in range(12):
        await kept.look()
        clocks.go_on(HOUR)
    assert len(await made.state.feedback_of(ANN)) == 1
    assert "clock" in caplog.text


async def test_a_clock_that_goes_evenly_for_a_day_is_believed_again(
    made: Services, clocks: Clocks
) -> None:
    """Retention goes on after a machine slept, or was set right."""
    kept = keeping(made, clocks)
    await kept.look()
    await made.state.add_feedback(GAP)
    clocks.wall += 40 * DAY
    for _ in range(26):
        await kept.look()
        clocks.go_on(HOUR)
    assert await made.state.feedback_of(ANN) == ()


@pytest.mark.parametrize("off", [-2 * HOUR, 400 * DAY])
async def test_a_clock_that_is_far_off_at_start_is_doubted(
    made: Services, clocks: Clocks, off: dt.timedelta
) -> None:
    """Before the last look, or long after it: the machine may have lost its clock."""
    await keeping(made, clocks).look()
    await made.state.add_feedback(GAP)
    clocks.wall += off
    await keeping(made, clocks).look()
    assert await made.state.last_purge() == NOON
    assert len(await made.state.feedback_of(ANN)) == 1


async def test_a_week_off_is_no_reason_for_doubt(made: Services, clocks: Clocks) -> None:
    await keeping(made, clocks).look()
    await made.state.add_feedback(replace(GAP, at=NOON - 29 * DAY))
    clocks.wall += 6 * DAY
    await keeping(made, clocks).look()
    assert await made.state.feedback_of(ANN) == ()


async def test_what_discord_says_ends_a_doubt(made: Services, clocks: Clocks) -> None:
    """In either direction: the time of its ids counts, whatever the own clock says."""
    kept = keeping(made, clocks)
    await kept.look()
    await made.state.add_feedback(GAP)
    jump(clocks)
    kept.clock.tell(NOON + HOUR)
    await kept.look()
    assert await made.state.last_purge() == NOON + HOUR
    assert len(await made.state.feedback_of(ANN)) == 1
    kept.clock.tell(NOON + 31 * DAY)
    await kept.look()
    assert await made.state.feedback_of(ANN) == ()


def test_time_goes_on_after_discord_told_it(clocks: Clocks) -> None:
    clock = clocks.clock
    clock.tell(NOON + DAY)
    clocks.go_on(HOUR)
    assert clock.believed(None) == NOON + DAY + HOUR


def test_a_time_before_the_program_was_made_is_not_believed(clocks: Clocks) -> None:
    """Neither on the wall, with nothing to compare it with, nor in an id."""
    clocks.wall = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    clock = clocks.clock
    assert clock.believed(None) is None
    clock.tell(dt.datetime(2015, 1, 1, tzinfo=dt.UTC))
    assert clock.believed(None) is None
