"""What the buttons, menus and the form of a timeline do, from the id to the message."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot import pictures
from bot.asked import Asked, read_asked
from bot.ids import press_id
from bot.languages import ENGLISH, Language
from bot.library import Library
from bot.presses import MENU
from bot.render.timelines import Showing, timeline_page
from bot.services import Services
from bot.shelves import Shelf
from bot.views.timelines import make_file, say_left_out
from index.errors import UnknownDocumentError, UnreadableDateError
from index.model import Timeline
from index.timeline.export import to_ics
from tests.bot import fakes, pressing
from tests.bot.pressing import message_of, page_after, press

OWNER, OTHER = 1, 2


def numbered(count: int) -> Timeline:
    return fakes.timeline(
        *(fakes.event(f"Barrel {n} was landed.", "1871", "1871") for n in range(count))
    )


@pytest.fixture
async def archive() -> Mock:
    made = fakes.archive()
    made.timeline.return_value = numbered(15)
    return made


@pytest.fixture
async def services(archive: Mock, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


def shown_before(asked: Asked | None = None, *, private: bool = False) -> Mock:
    """A message with the first page of a timeline, as who asked for it sees it."""
    showing = Showing(asked or Asked(when="1871", who="Byrne"), OWNER, private=private)
    return message_of(timeline_page(numbered(15), ENGLISH, showing), private=private)


def ids(kind: str, *arguments: object, generation: int = 7) -> str:
    return str(press_id(kind, *arguments, OWNER, generation))


def asked_after(fake: Mock) -> Asked | None:
    return read_asked([page_after(fake)])


# ---------------------------------------------------------------- pages


async def test_who_asked_turns_the_page_in_place(services: Services, archive: Mock) -> None:
    """The same question is asked again, and its next page replaces the one before."""
    fake = await press(services, ids("tlpage", 2), message=shown_before())
    fake.response.defer.assert_awaited_once_with()
    assert "page 2 of 3" in page_after(fake)
    archive.timeline.assert_called_once_with(
        today=fakes.TODAY, when="1871", who="Byrne", about=None, document=None
    )


async def test_anybody_else_gets_a_page_of_their_own(services: Services) -> None:
    """Privately, and from then on they turn its pages."""
    fake = await press(services, ids("tlpage", 2), message=shown_before(), user=OTHER)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    view = fake.edit_original_response.await_args.kwargs["view"]
    made = [c.get("custom_id", "") for c in fakes.walk(view.to_components())]
    assert str(press_id("tlpage", 3, OTHER, 7)) in made
    assert str(press_id("tlshare", 2, OTHER, 7)) in made


async def test_a_timeline_of_all_turns_its_pages_too(services: Services, archive: Mock) -> None:
    """Nothing was asked, so the message says nothing of it; all events are shown."""
    fake = await press(services, ids("tlpage", 3), message=shown_before(Asked()))
    assert "page 3 of 3" in page_after(fake)
    assert archive.timeline.call_args.kwargs["when"] is None


async def test_a_page_of_documents_indexed_since_says_so(services: Services) -> None:
    fake = await press(services, ids("tlpage", 2, generation=6), message=shown_before())
    assert "indexed anew since" in page_after(fake)


async def test_the_timeline_of_a_question_is_asked_for_as_one(
    services: Services, archive: Mock
) -> None:
    """With the question before it and its range."""
    archive.timeline_of.return_value = numbered(15)
    asked = Asked(question="When?", before="Who sailed?", when="1871-01-01..", document="log")
    await press(services, ids("tlpage", 2), message=shown_before(asked))
    archive.timeline_of.assert_called_once_with(
        "When?",
        today=fakes.TODAY,
        document="log",
        before="Who sailed?",
        since="1871-01-01",
        until=None,
    )


@pytest.mark.parametrize(
    ("argument", "asked_for"),
    [("1868", "1868"), ("1868-05", "May 1868"), (".._1870-12-31", "until 31 December 1870")],
)
async def test_earlier_and_later_change_the_time_alone(
    services: Services, argument: str, asked_for: str
) -> None:
    """The time asked for is another one, said in words; who was asked for stays."""
    fake = await press(services, ids("tlmove", argument), message=shown_before())
    assert asked_after(fake) == Asked(when=asked_for, who="Byrne")


async def test_all_before_a_time_opens_at_its_last_page(services: Services) -> None:
    """There the entries stand that are nearest to the time before."""
    fake = await press(services, ids("tlmove", ".._1870-12-31"), message=shown_before())
    assert "page 3 of 3" in page_after(fake)


async def test_a_year_chosen_is_shown_in_place(services: Services) -> None:
    fake = await press(services, ids("tlyear"), message=shown_before(Asked()), values=("1872",))
    fake.response.defer.assert_awaited_once_with()
    assert asked_after(fake) == Asked(when="1872")


# ---------------------------------------------------------------- the form


async def test_a_jump_opens_a_form_with_the_time_asked_for(services: Services) -> None:
    fake = await press(services, ids("tljump"), message=shown_before())
    form: discord.ui.Modal = fake.response.send_modal.await_args.args[0]
    assert form.custom_id == ids("tldate")
    made: Any = form.to_components()
    assert made[0]["component"]["value"] == "1871"
    assert not made[0]["component"]["required"]


async def test_a_date_sent_in_is_shown_in_place(services: Services) -> None:
    fields = {"date": {"value": " since May 1871 "}}
    fake = await press(services, ids("tldate"), message=shown_before(), fields=fields)
    fake.response.defer.assert_awaited_once_with()
    assert asked_after(fake) == Asked(when="since May 1871", who="Byrne")


async def test_no_date_shows_the_whole_timeline(services: Services) -> None:
    """From its end, as a timeline without a time does."""
    fake = await press(
        services, ids("tldate"), message=shown_before(), fields={"date": {"value": ""}}
    )
    assert asked_after(fake) == Asked(who="Byrne")
    assert "page 3 of 3" in page_after(fake)


async def test_a_date_that_cannot_be_read_changes_nothing(
    services: Services, archive: Mock
) -> None:
    """It is refused before anything is acknowledged, so that it is told privately."""
    fields = {"date": {"value": "once upon a time"}}
    with pytest.raises(UnreadableDateError):
        await press(services, ids("tldate"), message=shown_before(), fields=fields)
    archive.timeline.assert_not_called()


# ---------------------------------------------------------------- pictures and files


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of what was drawn."""
    titles: list[str] = []

    def draw(_: Timeline, *, title: str) -> tuple[bytes, str]:
        titles.append(title)
        return b"png", "A timeline of fifteen events."

    monkeypatch.setattr("bot.views.timelines.draw", draw)
    return titles


async def pressed_with_room(
    services: Services, custom_id: str, room: int, asked: Asked | None = None, **more: Any
) -> Mock:
    """A press where Discord takes files of ``room`` bytes."""
    made = fakes.interaction

    def interaction(**options: Any) -> Mock:
        fake = made(**options)
        fake.filesize_limit = room
        fake.user.display_name = "Ann"
        return fake

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes, "interaction", interaction)
        return await press(services, custom_id, message=shown_before(asked), **more)


async def test_a_picture_comes_privately_with_its_words(
    services: Services, drawn: list[str]
) -> None:
    """Its title is what was asked, its alternative text tells what it shows."""
    fake = await pressed_with_room(services, ids("tlpicture"), 10_000)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert drawn == ["Timeline: 1871 · Byrne"]
    options = fake.edit_original_response.await_args.kwargs
    gallery = next(c for c in fakes.walk(options["view"].to_components()) if c["type"] == 12)
    assert gallery["items"][0]["description"] == "A timeline of fifteen events."
    assert [file.filename for file in options["attachments"]] == ["timeline-1871-Byrne.png"]


async def test_a_picture_of_nothing_says_so(
    services: Services, archive: Mock, drawn: list[str]
) -> None:
    archive.timeline.return_value = fakes.timeline()
    fake = await pressed_with_room(services, ids("tlpicture"), 10_000)
    assert "There is nothing to draw." in page_after(fake)
    assert drawn == []


async def test_a_shared_picture_is_seen_by_all(services: Services, drawn: list[str]) -> None:
    """It is drawn again as the press's own public answer, which says who shared it."""
    fake = await pressed_with_room(services, ids("tlshare", "picture"), 10_000, user=OTHER)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert "Shared by Ann." in page_after(fake)
    assert len(drawn) == 1


async def test_a_shared_page_is_seen_by_all(services: Services) -> None:
    """The page that was looked at, whose pages the sharer turns."""
    fake = await pressed_with_room(services, ids("tlshare", 2), 10_000, user=OTHER)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert "page 2 of 3" in page_after(fake)
    view = fake.edit_original_response.await_args.kwargs["view"]
    made = [c.get("custom_id") for c in fakes.walk(view.to_components())]
    assert str(press_id("tlpage", 3, OTHER, 7)) in made
    assert str(press_id("tlshare", 2, OTHER, 7)) not in made


async def test_a_file_comes_privately_with_a_clean_name(services: Services) -> None:
    menu = ids(MENU)
    fake = await pressed_with_room(services, menu, 10_000, values=("tlfile.csv",))
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    (file,) = fake.edit_original_response.await_args.kwargs["attachments"]
    assert file.filename == "timeline-1871-Byrne.csv"
    assert b"Barrel 14 was landed." in file.fp.read()


async def test_a_file_with_nothing_in_it_is_not_sent(services: Services) -> None:
    """No entry is known to the day, which the message says."""
    fake = await pressed_with_room(services, ids(MENU), 10_000, values=("tlfile.ics",))
    assert fake.edit_original_response.await_args.kwargs["attachments"] == []
    assert "15 entries were left out" in page_after(fake)
    assert "Nothing is left to put into a file." in page_after(fake)


async def test_names_of_files_are_ascii(services: Services) -> None:
    """Discord shows files of other names beside the message only, or not at all."""
    asked = Asked(when="1871", who="José Лавров", about="../salt & flour")
    fake = await pressed_with_room(services, ids(MENU), 10_000, asked, values=("tlfile.csv",))
    (file,) = fake.edit_original_response.await_args.kwargs["attachments"]
    assert file.filename == "timeline-1871-Jose-salt-flour.csv"


async def test_a_file_larger_than_discord_takes_is_not_sent(services: Services) -> None:
    """The message says why and what to do."""
    fake = await pressed_with_room(services, ids(MENU), 100, values=("tlfile.csv",))
    assert fake.edit_original_response.await_args.kwargs["attachments"] == []
    assert "and Discord takes at most 100 bytes here" in page_after(fake)


def test_json_is_one_array_of_events() -> None:
    line = fakes.timeline(fakes.sailing())
    content, remark = make_file(fakes.archive(), line, "json", ENGLISH, title="", today=fakes.TODAY)
    (told,) = json.loads(content)
    assert told["text"] == "March 4: The Petrel sails from Cork."
    assert remark == ""


def test_a_calendar_tells_what_it_leaves_out() -> None:
    """The entries known to the day are in it, the others are counted with the reason."""
    line = fakes.timeline(fakes.sailing(), fakes.event("She is sold.", "1872", "1872"))
    content, remark = make_file(fakes.archive(), line, "ics", ENGLISH, title="", today=fakes.TODAY)
    assert content.count(b"BEGIN:VEVENT") == 1
    assert remark.startswith("1 entry was left out")


def test_every_reason_to_leave_an_entry_out_can_be_said_in_another_language() -> None:
    """What a calendar gives as a reason is a pattern of ours."""
    patterns: list[str] = []

    class Noting(Language):
        def __call__(self, pattern: str, /, **values: object) -> str:
            patterns.append(pattern)
            return super().__call__(pattern, **values)

    dates = ("1872", "1872-03-04~", "../1872-03-04", "-0043-03-15", "9999-12-31")
    calendar = to_ics(
        fakes.timeline(*(fakes.event("Told.", "then", edtf) for edtf in dates)), today=fakes.TODAY
    )
    assert len(calendar.left_out) == len(dates)
    say_left_out(calendar, Noting("en"))
    assert {reason for reason, _ in calendar.left_out} <= set(patterns)


def test_a_calendar_without_a_day_is_no_file() -> None:
    line = fakes.timeline(fakes.event("She is sold.", "1872", "1872"))
    content, remark = make_file(fakes.archive(), line, "ics", ENGLISH, title="", today=fakes.TODAY)
    assert content == b""
    assert "1 entry was left out" in remark


# ---------------------------------------------------------------- documents


async def test_a_document_that_is_gone_is_told_before_anything_changes(
    services: Services, archive: Mock
) -> None:
    asked = Asked(document="Diary of the Mate")
    with pytest.raises(UnknownDocumentError):
        await press(services, ids("tlpage", 2), message=shown_before(asked))
    archive.timeline.assert_not_called()


# ---------------------------------------------------------------- the workshop


async def test_what_is_made_takes_turns() -> None:
    """One after the other, in the order in which they were asked for."""
    made: list[int] = []
    shop = pictures.Workshop()
    await asyncio.gather(*(shop.make(lambda n=n: made.append(n)) for n in range(4)))  # type: ignore[misc]
    assert made == [0, 1, 2, 3]


async def test_too_many_jobs_are_refused_and_later_ones_taken_again() -> None:
    """A queue that is full says so at once; when it has emptied there is room again."""
    shop, gate = pictures.Workshop(), threading.Event()
    held = [asyncio.create_task(shop.make(gate.wait)) for _ in range(pictures.QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(pictures.BusyDrawingError):
        await shop.make(lambda: None)
    gate.set()
    await asyncio.gather(*held)
    assert await shop.make(lambda: 3) == 3


async def test_what_takes_too_long_is_given_up() -> None:
    shop, gate = pictures.Workshop(), threading.Event()
    with pytest.raises(pictures.SlowDrawingError):
        await shop.make(gate.wait, longest=0.01)
    gate.set()


async def test_what_goes_wrong_in_the_workshop_is_raised() -> None:
    shop = pictures.Workshop()
    with pytest.raises(ZeroDivisionError):
        await shop.make(lambda: 1 // 0)


def test_a_drawing_has_words_of_at_most_a_thousand_characters() -> None:
    """The picture is a PNG, and who can't see it is told what it shows."""
    told = fakes.event("x" * 3_000, "1871", "1871")
    content, described = pictures.draw(fakes.timeline(told), title="Timeline")
    assert content.startswith(b"\x89PNG")
    assert len(described) <= 1_000
