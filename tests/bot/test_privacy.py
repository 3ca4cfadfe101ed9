"""/privacy: what is stored is said, given as a file and deleted, to and for the person alone."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import discord
import pytest

from bot import waiting
from bot.asked import Asked
from bot.cogs.privacy import Privacy
from bot.languages import ENGLISH
from bot.layout import Button, Page, Row, fits
from bot.render.privacy import (
    FILE,
    confirm_page,
    deleted_page,
    export_page,
    privacy_page,
)
from bot.services import Services
from bot.settings import Settings
from bot.state import GRACE, KEPT, About, By, Deleted, Feedback, Reason
from bot.state.retention import YEAR
from tests.bot import fakes
from tests.bot.pressing import message_of, page_after, press, services
from tests.conftest import ROOT

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
GAP = Feedback(
    kind="gap",
    at=NOON,
    person=1,
    guild=10,
    channel=77,
    asked=Asked("Who built the lighthouse?"),
    outcome="not_found",
    generation=7,
)
REPORT = replace(GAP, kind="report", guild=None, reason=Reason.OUTDATED, text="Rebuilt in 1880.")


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
    yield made
    await made.state.close()


async def run(made: Services, name: str, *, guild: int | None = 10) -> Mock:
    fake = fakes.interaction(guild_id=guild)
    fake.locale = discord.Locale.american_english
    cog = Privacy(made)
    await getattr(Privacy, name).callback(cog, fake)
    return fake


def text(page: Page) -> str:
    return "\n".join(block for block in page.blocks if isinstance(block, str))


def buttons(page: Page) -> list[str]:
    rows = [block for block in page.blocks if isinstance(block, Row)]
    return [item.label for row in rows for item in row.items if isinstance(item, Button)]


def show(*feedback: Feedback, here: int | None = 10, keeps: bool = False, **about: int) -> Page:
    """The page where servers keep what members send for thirty days, and one of them for seven."""
    stored = About(feedback=feedback, **about)

    def days(guild: int | None) -> int:
        return 7 if guild == 12 else 30

    return privacy_page(stored, days, here, ENGLISH, keeps=keeps)


ASKING = confirm_page(About(feedback=(GAP,)), ENGLISH)


# ---------------------------------------------------------------- show


@pytest.mark.parametrize("name", ["show", "export", "delete"])
@pytest.mark.parametrize("guild", [10, None], ids=["server", "direct message"])
async def test_each_command_answers_privately(made: Services, name: str, guild: int | None) -> None:
    """Nobody but the person sees what is stored about them."""
    fake = await run(made, name, guild=guild)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "Only you see this" in page_after(fake)


def test_nothing_stored_is_said() -> None:
    """Who sent nothing reads so, and what isn't stored; there is nothing to delete."""
    page = show()
    assert "Nothing." in text(page)
    assert "**The words of questions** aren't stored" in text(page)
    assert "Delete it all" not in buttons(page)


def test_that_somebody_asked_is_said() -> None:
    """How often, how it is kept and how long in this server; words only where there are any."""
    said = text(show(questions=3, here=12))
    assert "you asked 3 questions" in said
    assert "Kept for 7 days here" in said
    assert "with their words" not in said
    assert "2 of them with their words" in text(show(questions=3, texts=2))
    assert "Delete it all" in buttons(show(questions=1))


def test_a_server_that_keeps_questions_is_said_so() -> None:
    said = text(show(keeps=True))
    assert "This server keeps the words of questions" in said
    assert "**The words of questions** aren't stored" not in said


def test_what_administrators_did_is_said() -> None:
    """To themselves, with how long it is kept; and what deletion changes of it."""
    assert "as an administrator**, in 4 lines" in text(show(acts=4))
    for page in (
        confirm_page(About(acts=4), ENGLISH),
        deleted_page(Deleted(acts=4), ENGLISH),
    ):
        assert "your id in 4 lines about what administrators did" in text(page)
        assert "as done by a former administrator" in text(page)


def test_each_server_s_days_are_said() -> None:
    """What was sent in a server that keeps it for a week is deleted by then."""
    assert "deleted by 30 November 2026" in text(show(replace(GAP, guild=12)))


def test_thanks_and_wishes_are_said() -> None:
    said = text(show(replace(GAP, kind="helpful"), replace(GAP, tell=True)))
    assert "**Called helpful:** “Who built the lighthouse?”" in said
    assert said.count("you wish to be told") == 1


def test_what_was_sent_is_said_with_its_end() -> None:
    """Words, reason, day, place and when it goes: thirty days, and one until the next daily look."""
    said = text(show(GAP, REPORT))
    assert "**Told the curators:** “Who built the lighthouse?”" in said
    assert "sent on 22 November 2026 in this server" in said
    assert "sent on 22 November 2026, outside servers" in said
    assert "deleted by 23 December 2026" in said
    assert "What it says is outdated" in said
    assert "Rebuilt in 1880." in said


def test_what_was_sent_elsewhere_is_said_so() -> None:
    assert "in another server" in text(show(GAP, here=11))


def test_the_choice_of_plain_text_is_said_and_can_be_undone() -> None:
    assert "That you want plain text" in text(show(plain=True))
    assert "Use the layout again" in buttons(show(plain=True))
    assert "Use plain text" in buttons(show())


def test_very_much_that_was_sent_fits() -> None:
    """As many as fit are shown, the latest first, and how many there are besides."""
    hostile = Asked("*[x](https://a.example)* @everyone " + "\u202e😀" * 400)
    many = tuple(replace(REPORT, asked=hostile, text="`<@1>`" * 100, id=n) for n in range(200))
    page = show(*many)
    assert fits(page.blocks)
    shown = text(page).count("**Reported:**")
    assert shown
    assert f"{200 - shown} more" in text(page)
    assert "@everyone" not in text(page)
    assert "<@1>" not in text(page).replace("\\<", "")
    assert "\u202e" not in text(page)


# ---------------------------------------------------------------- export


async def test_the_export_is_a_file_with_all_of_it(made: Services) -> None:
    """JSON with every line, what each column is for, and how long it is kept."""
    await made.state.set_plain(1, True)
    await made.state.add_feedback(REPORT)
    fake = await run(made, "export")
    [file] = fake.edit_original_response.await_args.kwargs["attachments"]
    said = json.loads(file.fp.read())
    assert file.filename == FILE
    assert said["stored"]["feedback"][0]["question"] == "Who built the lighthouse?"
    assert said["stored"]["people"] == [{"person": 1, "plain": 1}]
    assert said["retention_days"] == 30


def test_a_large_export_is_packed() -> None:
    """So that it fits into a message, with all of it."""
    exported = {"stored": {"audit": [{"id": n, "what": "x" * 900} for n in range(9_000)]}}
    [file] = export_page(exported, 30, ENGLISH).files
    assert file.name == f"{FILE}.gz"
    assert json.loads(gzip.decompress(file.content))["stored"] == exported["stored"]


# ---------------------------------------------------------------- delete


async def test_delete_asks_once_and_says_what_went(made: Services) -> None:
    """The command deletes nothing; its button does, in place, and names it."""
    await made.state.set_plain(1, True)
    await made.state.add_feedback(GAP)
    fake = await run(made, "delete")
    assert (
        "1 message to the curators and your choice of plain text"
        in (fake.edit_original_response.await_args.kwargs["content"])
    )
    assert await made.state.feedback_of(1)
    asking = message_of(ASKING, private=True)
    fake = await press(made, "v1:erased", message=asking)
    fake.response.defer.assert_awaited_once_with()
    said = page_after(fake)
    assert "Deleted: 1 message to the curators and your choice of plain text" in said
    assert await made.state.feedback_of(1) == ()
    assert not made.state.is_plain(1)


async def test_the_button_of_show_asks_first(made: Services) -> None:
    await made.state.add_feedback(GAP)
    fake = await press(made, "v1:erase", message=message_of(show(GAP), private=True))
    assert "Delete all that is stored about you?" in page_after(fake)
    assert await made.state.feedback_of(1)


async def test_keeping_deletes_nothing(made: Services) -> None:
    await made.state.add_feedback(GAP)
    asking = message_of(ASKING, private=True)
    fake = await press(made, "v1:kept", message=asking)
    assert "Nothing was deleted" in page_after(fake)
    assert await made.state.feedback_of(1)


async def test_deleting_twice_is_said(made: Services) -> None:
    asking = message_of(ASKING, private=True)
    fake = await press(made, "v1:erased", message=asking)
    assert "Nothing was stored about you any more" in page_after(fake)


def test_nothing_to_delete_has_no_button() -> None:
    page = confirm_page(About(), ENGLISH)
    assert not buttons(page)
    assert "Nothing is stored about you" in text(page)


async def test_a_press_acts_on_who_presses(made: Services) -> None:
    """Whoever else presses deletes their own, never the other's."""
    await made.state.add_feedback(GAP)
    asking = message_of(ASKING, private=True)
    await press(made, "v1:erased", message=asking, user=2)
    assert await made.state.feedback_of(1)


@pytest.mark.parametrize("plain", [False, True], ids=["rich", "plain"])
async def test_a_message_keeps_its_form(made: Services, plain: bool) -> None:
    """Discord lets no message with layout become plain, nor the reverse: the choice waits."""
    await made.state.set_plain(1, not plain)
    asking = message_of(ASKING, private=True, plain=plain)
    fake = await press(made, "v1:kept", message=asking)
    assert ("content" in fake.edit_original_response.await_args.kwargs) is plain


async def test_all_kinds_are_deleted_and_said(made: Services) -> None:
    """Notes that somebody asked and what they did for a server, too."""
    by = By(1, 10, NOON)
    await made.state.set_server(10, by=by, plain=True)
    await made.state.add_question(10, 1, "Who?", [], "not_found", [], 7, NOON)
    fake = await press(made, "v1:erased", message=message_of(ASKING, private=True))
    said = page_after(fake)
    assert "1 note that you asked and your id in 1 line about what administrators did" in said
    assert not await made.state.about(1)


@pytest.mark.parametrize("kind", ["erase", "erased", "kept", "take_back:1"])
async def test_a_message_that_others_see_is_never_turned_into_a_private_matter(
    made: Services, kind: str
) -> None:
    fake = await press(made, f"v1:{kind}", message=message_of(show(GAP)))
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)


# ---------------------------------------------------------------- what hosts publish


def test_the_page_for_people_is_read_in_a_minute() -> None:
    """At most 250 words beside its table, which is short."""
    lines = (ROOT / "PRIVACY.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(" ".join(line for line in lines if line not in table).split()) <= 250
    assert len(table) <= 8


def test_the_page_for_people_says_what_is_so() -> None:
    """Its days are those of the code."""
    text = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
    assert text.count(f"| {Settings().retention_days} days ¹ |") == 3
    assert f"deleted after {GRACE.days} days" in text
    assert "a year;" in text
    assert YEAR.days == 365
    assert "beside a preview an hour" in text
    assert waiting.HOURS == 1


def test_the_page_for_people_names_every_table_about_them() -> None:
    """A table about people that comes later is told too."""
    assert {kept.table for kept in KEPT if kept.about == "person"} == {
        "people",  # that you want plain text
        "feedback",  # what you send to the curators
        "questions",  # that you asked; the words of your questions
    }
