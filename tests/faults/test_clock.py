"""A clock that is set while the bot serves: it goes on, waits no longer, and deletes nothing."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.conftest import LOCAL
from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "When was the harbour of Skerrow dug?"
DAY = 86_400

#: Python runs this before the program: all that tells the time of day is moved by the seconds that a
#: file holds.
MOVED = """
import datetime, pathlib, time
_file, _time, _real = pathlib.Path(__file__).with_name("moved"), time.time, datetime.datetime


def _seconds():
    return float(_file.read_text() or 0)


class _Kind(type):
    def __instancecheck__(cls, value):
        return isinstance(value, _real)


class _Moved(_real, metaclass=_Kind):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_time() + _seconds(), tz)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)


time.time = lambda: _time() + _seconds()
datetime.datetime = _Moved
"""


class Clock:
    """What the program takes for the time of day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(MOVED, encoding="utf-8")
        self.move(0)

    def move(self, seconds: float) -> None:
        """Set it to so many seconds after the right time."""
        aside = self.folder / "next"
        aside.write_text(str(seconds), encoding="utf-8")
        aside.replace(self.folder / "moved")


async def kept(driver: Driver) -> int:
    """How many reports are kept."""
    with closing(sqlite3.connect(driver.data / "state.db")) as connection:
        return int(connection.execute("select count(*) from feedback").fetchone()[0])


@LOCAL
async def test_a_clock_that_jumps_while_it_serves(
    fresh_driver: FreshDriver, tmp_path: Path
) -> None:
    """Questions, presses and builds go on, whether it is weeks ahead or back; nothing is deleted."""
    clock = Clock(tmp_path / "clock")
    driver = await fresh_driver(
        PYTHONPATH=f"{clock.folder}:{ROOT}", ARCHIVIST_RETENTION_DAYS=30, ARCHIVIST_WATCH="on"
    )
    for number, days in enumerate((0, 40, -20, 4000, -1, 0), 1):
        clock.move(days * DAY)
        answer = await driver.slash("/ask", question=QUESTION + "?" * number)
        assert "dug in 1847" in answer.text
        assert (await answer.click("Helpful")).outcomes == 1
        (driver.corpus / "more.txt").write_text(f"It was {number} on the mole.", encoding="utf-8")
        await driver.slash(
            "/corpus reindex",
            member="owner",
            until=lambda _, to=number + 1: f"generation {to} taken up" in driver.log,
        )
        assert await kept(driver) == number
    assert (await driver.slash("/timeline", when="1854")).outcomes == 1
    await driver.restart()
    assert await kept(driver) == 6
    assert " ERROR " not in driver.log


@LOCAL
async def test_a_cooldown_lasts_as_long_as_it_should(
    fresh_driver: FreshDriver, tmp_path: Path
) -> None:
    """A clock that is set forward doesn't end it, one that is set back doesn't make it longer."""
    clock = Clock(tmp_path / "clock")
    driver = await fresh_driver(PYTHONPATH=f"{clock.folder}:{ROOT}", ARCHIVIST_COOLDOWN_MEMBER=3)
    asked = time.monotonic()
    assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
    clock.move(2 * DAY)
    soon = await driver.slash("/ask", question=QUESTION)
    assert "Please wait" in soon.text or time.monotonic() - asked > 3
    clock.move(-30 * DAY)
    await driver.until(lambda: time.monotonic() - asked > 6.5)
    assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
