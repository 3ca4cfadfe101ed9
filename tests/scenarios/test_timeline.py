"""The timeline as members use it: pages, other times, pictures, files, sharing."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, Modal, Reply

FORM_FIELD = "Day, month, year or range"


def plain(reply: Reply) -> str:
    return reply.text.replace("*", "").replace("\\", "")


def label_of(reply: Reply, begins: str) -> str:
    return next(label for label in reply.labels if label.startswith(begins))


async def form_of(reply: Reply, **options: str) -> Modal:
    form = (await reply.click("Jump to a date", **options)).modal  # type: ignore[arg-type]
    assert form is not None
    return form


async def test_nothing_given_opens_at_the_end_with_a_choice_of_years(driver: Driver) -> None:
    """All events in pages, the latest shown; a year chosen takes their place."""
    line = await driver.slash("/timeline")
    assert not line.failed
    assert "page 2 of 2" in plain(line)
    assert "1923" in plain(line)
    assert "1853" in line.menus["Choose a year"]
    year = await line.select("1853")
    assert "A whale was seen off the mole" in plain(year)
    assert "The council sold her" not in plain(year)
    assert year.outcomes == 1


async def test_who_asked_turns_pages_in_place_and_others_apart(driver: Driver) -> None:
    """A second member gets a private copy, which turns on its own."""
    line = await driver.slash("/timeline")
    copy = await line.click("Previous", member="second")
    assert copy.ephemeral
    assert "page 1 of 2" in plain(copy)
    assert "page 2 of 2" in plain(line)
    assert "page 2 of 2" in plain(await copy.click("Next", member="second"))
    turned = await line.click("Previous")
    assert not turned.ephemeral
    assert "page 1 of 2" in plain(turned)


async def test_earlier_and_later_lead_to_the_nearest_entries(driver: Driver) -> None:
    """They skip the years without one, and keep what else was asked for."""
    line = await driver.slash("/timeline", when="1860", document="log")
    assert "There is no entry for that." in plain(line)
    earlier = await line.click(label_of(line, "Earlier"))
    assert "March 2, 1855" in plain(earlier)
    earlier = await earlier.click(label_of(earlier, "Earlier"))
    assert "The Corrie ran aground" in plain(earlier)
    assert "1911" not in plain(earlier)


async def test_a_jump_asks_for_a_date_and_goes_there(driver: Driver) -> None:
    line = await driver.slash("/timeline", when="1923")
    there = await (await form_of(line)).submit({FORM_FIELD: "June 1853"})
    assert "A whale was seen off the mole" in plain(there)
    assert not there.ephemeral


async def test_a_date_that_cannot_be_read_changes_nothing(driver: Driver) -> None:
    """It is told privately, and the page stays."""
    line = await driver.slash("/timeline", when="1923")
    wrong = await (await form_of(line)).submit({FORM_FIELD: "the day of the fox"})
    assert wrong.ephemeral
    assert "the day of the fox" in plain(wrong)
    assert "The council sold her in 1923" in plain(line)


async def test_a_picture_is_private_until_it_is_shared(driver: Driver) -> None:
    """It has words for those who don't see it; shared, it says by whom and pings nobody."""
    line = await driver.slash("/timeline", when="1853")
    picture = await line.click("Picture", member="second")
    assert picture.ephemeral
    (image,) = picture.images
    assert image.data.startswith(b"\x89PNG")
    assert "A timeline of" in image.alt
    shared = await picture.click("Share", member="second")
    assert not shared.ephemeral
    assert shared.outcomes == 1
    assert "Shared by" in plain(shared)
    assert shared.images[0].alt == image.alt
    assert shared.pings == []


@pytest.mark.parametrize(
    ("option", "name", "holds"),
    [
        ("Spreadsheet (CSV)", "timeline-1853.csv", b"A whale was seen"),
        ("Calendar (ICS)", "timeline-1853.ics", b"BEGIN:VEVENT"),
        ("Data (JSON)", "timeline-1853.json", b"A whale was seen"),
        ("TimelineJS (JSON)", "timelinejs-1853.json", b"A whale was seen"),
        ("Web page (HTML)", "timeline-1853.html", b"A whale was seen"),
    ],
)
async def test_files_come_privately(driver: Driver, option: str, name: str, holds: bytes) -> None:
    """Under a name that says what they hold."""
    line = await driver.slash("/timeline", when="1853")
    file = await line.select(option)
    assert file.ephemeral
    assert list(file.files) == [name]
    assert holds in file.files[name]
    if name.endswith(".json"):
        json.loads(file.files[name])


async def test_a_calendar_says_what_it_leaves_out(driver: Driver) -> None:
    """What is known to a month only has no day to stand on."""
    line = await driver.slash("/timeline", when="1853")
    assert "left out, since a calendar needs exact days" in plain(
        await line.select("Calendar (ICS)")
    )


async def test_who_asked_can_delete_a_timeline(driver: Driver) -> None:
    line = await driver.slash("/timeline", when="1853")
    refused = await line.select("Delete", member="second")
    assert refused.ephemeral
    assert not line.deleted
    await line.select("Delete")
    assert line.deleted


@pytest.mark.slow
async def test_a_timeline_goes_on_after_a_restart(fresh_driver: FreshDriver) -> None:
    """All that its buttons need stands in the message."""
    driver = await fresh_driver()
    line = await driver.slash("/timeline", who="Lord Ardent")
    await driver.restart()
    there = await (await form_of(line)).submit({FORM_FIELD: "1853"})
    assert "Lord Ardent came from Dunmoran" in plain(there)
    assert "A whale" not in plain(there)
