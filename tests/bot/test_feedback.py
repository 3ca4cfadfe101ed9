"""Reports, gaps, deleting an answer and choosing plain text, from the press to what is kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot import replies
from bot.asked import Asked
from bot.ids import press_id
from bot.languages import ENGLISH
from bot.layout import Beside, Block, Button, Menu, Option, Page, Row
from bot.presses import NotYoursError, OldButtonError
from bot.render.feedback import reasons
from bot.render.privacy import privacy_page
from bot.services import Services
from bot.state import LONGEST_TEXT, About, Feedback, Reason, StateError
from bot.views.feedback import FeedbackOffError, report_form
from tests.bot import fakes
from tests.bot.fakes import http_error
from tests.bot.pressing import message_of, page_after, press, services

ASKED = Asked("Who built the *lighthouse*?", before="What is the lighthouse?")
MENU = ("menu", 1, 7)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
    yield made
    await made.state.close()


def answer(
    *passages: str, refused: bool = False, asked: Asked = ASKED, plain: bool = False, **flags: Any
) -> Mock:
    """The message of an answer by user 1 from generation 7 that shows these passages."""
    beside = (
        Beside(f"**[{n}]** Words.", Button("Context", press_id("context", passage, 7)))
        for n, passage in enumerate(passages, start=1)
    )
    curators = Button("Tell the curators", press_id("curators", 1, 7))
    blocks: list[Block] = [*beside, asked.lines()]
    if refused:
        blocks.append(Row((curators,)))
    blocks.append(Row((Menu(press_id(*MENU), "More", (Option("Report a problem", "report"),)),)))
    return message_of(Page(tuple(blocks)), plain=plain, **flags)


async def kept(made: Services, person: int = 1) -> Feedback:
    [only] = await made.state.feedback_of(person)
    return only


def pressed(view: discord.ui.LayoutView) -> list[Any]:
    """The buttons of a message."""
    items = [getattr(item, "item", item) for item in view.walk_children()]
    return [item for item in items if isinstance(item, discord.ui.Button)]


def report(**fields: Any) -> dict[str, Any]:
    values = {"reason": {"values": ["outdated"]}, "text": {"value": "It was rebuilt."}}
    return values | fields


# ---------------------------------------------------------------- gaps


@pytest.mark.parametrize("plain", [False, True], ids=["rich", "plain"])
async def test_a_gap_is_kept_with_what_was_shown(made: Services, plain: bool) -> None:
    """The question, the near misses in their order, where and by whom it was sent."""
    message = answer("p2", "p1", refused=True, plain=plain)
    await press(made, "v1:curators:1:7", message=message, user=2)
    told = await kept(made, 2)
    assert told.asked == ASKED
    assert (told.kind, told.outcome, told.passages) == ("gap", "near_miss", ("p2", "p1"))
    assert (told.guild, told.channel, told.generation) == (10, 77, 7)
    assert told.at == discord.utils.snowflake_time(100).replace(microsecond=0)  # of the press


async def test_a_gap_without_passages_was_not_found(made: Services) -> None:
    await press(made, "v1:curators:1:7", message=answer(refused=True))
    assert (await kept(made)).outcome == "not_found"


async def test_a_gap_is_confirmed_privately(made: Services) -> None:
    """Only who pressed sees that it was kept, for how long, and how to take it back."""
    fake = await press(made, "v1:curators:1:7", message=answer(refused=True))
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    said = page_after(fake)
    assert "The curators will see" in said
    assert r"Who built the \*lighthouse\*?" in said
    assert "30 days" in said
    assert "/privacy delete" in said


async def test_told_twice_is_kept_once(made: Services) -> None:
    for _ in range(2):
        await press(made, "v1:curators:1:7", message=answer(refused=True))
    assert await kept(made)


async def test_a_message_that_lost_its_question_is_told(made: Services) -> None:
    """Nothing is kept of it, and nothing is promised before."""
    message = message_of(Page(("Words.",)))
    with pytest.raises(OldButtonError):
        await press(made, "v1:curators:1:7", message=message)
    assert await made.state.feedback_of(1) == ()


async def test_nothing_of_a_report_is_in_the_log(
    made: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has ids alone: no question, no text."""
    caplog.set_level(logging.INFO)
    await press(made, "v1:reported:1:7", message=answer("p1"), fields=report())
    assert "kept" in caplog.text
    assert "lighthouse" not in caplog.text
    assert "rebuilt" not in caplog.text


# ---------------------------------------------------------------- reports


async def test_report_opens_a_form(made: Services) -> None:
    """From the menu of an answer: a choice of reasons, words that may be left out, what is kept."""
    fake = await press(made, press_id(*MENU), values=("report",), message=answer("p1"))
    [form] = fake.response.send_modal.await_args.args
    said = form.to_dict()
    assert said["custom_id"] == "v1:reported:1:7"
    reason, text, tell, note = said["components"]
    offered = {option["value"] for option in reason["component"]["options"]}
    assert offered == {one.value for one in Reason}
    assert text["component"]["required"] is False
    assert text["component"]["max_length"] == LONGEST_TEXT
    assert tell["component"]["required"] is False
    assert "30 days" in note["content"]
    assert all(part.get("label") for part in (reason, text, tell))


def test_the_form_keeps_discords_limits() -> None:
    """Titles and labels in the language with the longest words fit."""

    class Long(type(ENGLISH)):  # type: ignore[misc]
        def __call__(self, pattern: str, /, **values: object) -> str:
            return f"{super().__call__(pattern, **values)} {'Ω' * 200}"

    said = report_form(press_id("reported", 2**63, 10**9), 30, Long("en")).to_dict()
    assert len(said["title"]) <= 45
    assert all(len(part["label"]) <= 45 for part in said["components"][:2])
    assert len(said["components"][1]["description"]) <= 100
    options = said["components"][0]["component"]["options"]
    assert all(len(option["label"]) <= 100 for option in options)


async def test_a_report_is_kept_with_its_reason(made: Services) -> None:
    fake = await press(made, "v1:reported:1:7", message=answer("p1", "p2"), fields=report())
    told = await kept(made)
    assert (told.kind, told.outcome, told.passages) == ("report", "answered", ("p1", "p2"))
    assert (told.reason, told.text) == (Reason.OUTDATED, "It was rebuilt.")
    assert reasons(ENGLISH)[Reason.OUTDATED] in page_after(fake)


async def test_a_report_needs_no_words(made: Services) -> None:
    empty = report(text={"value": ""})
    await press(made, "v1:reported:1:7", message=answer("p1"), fields=empty)
    assert (await kept(made)).text == ""


@pytest.mark.parametrize("reason", [{"values": ["nonsense"]}, {"values": []}, {"value": None}])
async def test_a_reason_that_was_not_offered_is_another(made: Services, reason: Any) -> None:
    """Whatever a client sends in, the report is kept."""
    await press(made, "v1:reported:1:7", message=answer("p1"), fields=report(reason=reason))
    assert (await kept(made)).reason is Reason.OTHER


async def test_a_report_of_a_timeline_is_one(made: Services) -> None:
    """What has no question is known by what was asked of the timeline."""
    asked = Asked(when="1871", who="Byrne")
    await press(made, "v1:reported:1:7", message=answer(asked=asked), fields=report())
    told = await kept(made)
    assert (told.outcome, told.asked) == ("timeline", asked)


async def test_a_timeline_of_all_can_be_reported(made: Services) -> None:
    """Its message says nothing of what was asked, because nothing was."""
    fake = await press(made, press_id(*MENU), values=("report",), message=answer(asked=Asked()))
    fake.response.send_modal.assert_awaited_once()
    await press(made, "v1:reported:1:7", message=answer(asked=Asked()), fields=report())
    told = await kept(made)
    assert (told.outcome, told.asked) == ("timeline", Asked())
    assert "**Reported:** the timeline" in str(
        privacy_page(About(feedback=(told,)), lambda _: 30, 10, ENGLISH).blocks
    )


async def test_an_id_without_a_generation_is_kept_too(made: Services) -> None:
    await press(made, "v1:reported:1:x", message=answer("p1"), fields=report())
    assert (await kept(made)).generation is None


# ---------------------------------------------------------------- helpful or not


async def test_helpful_is_kept_without_words(made: Services) -> None:
    """And confirmed privately, with a way to take it back but nothing to be told of."""
    fake = await press(made, "v1:helpful:1:7", message=answer("p1"), user=2)
    told = await kept(made, 2)
    assert (told.kind, told.asked, told.passages) == ("helpful", ASKED, ("p1",))
    assert (told.text, told.reason, told.tell) == ("", None, False)
    assert "marked this answer as helpful" in page_after(fake)
    view = fake.edit_original_response.await_args.kwargs["view"]
    assert [button.label for button in pressed(view)] == ["Take it back"]


async def test_a_person_has_one_vote_on_an_answer(made: Services) -> None:
    """The last one counts, whichever way it was changed; a gap of the same question is no vote."""
    await press(made, "v1:curators:1:7", message=answer(refused=True))
    for last in ("report", "helpful", "report"):
        if last == "helpful":
            await press(made, "v1:helpful:1:7", message=answer("p1"))
        else:
            await press(made, "v1:reported:1:7", message=answer("p1"), fields=report())
        kinds = [one.kind for one in await made.state.feedback_of(1)]
        assert sorted(kinds) == sorted(["gap", last])


async def test_not_helpful_opens_the_form_of_a_report(made: Services) -> None:
    fake = await press(made, "v1:unhelpful:1:7", message=answer("p1"))
    [form] = fake.response.send_modal.await_args.args
    assert form.to_dict()["custom_id"] == "v1:reported:1:7"


@pytest.mark.parametrize("kind", ["helpful", "unhelpful", "report", "reported", "curators"])
async def test_where_feedback_is_off_old_buttons_say_so(made: Services, kind: str) -> None:
    """Nothing is kept, and it is told kindly to who presses alone."""
    await made.state.set_server(10, feedback=False)
    with pytest.raises(FeedbackOffError, match="takes no feedback"):
        await press(made, f"v1:{kind}:1:7", message=answer("p1", refused=True), fields=report())
    assert await made.state.feedback_of(1) == ()


# ---------------------------------------------------------------- wishing to be told


@pytest.mark.parametrize(("ticked", "tell"), [(["yes"], True), ([], False)])
async def test_the_box_of_the_form_is_a_wish(made: Services, ticked: list[str], tell: bool) -> None:
    fields = report(tell={"values": ticked})
    await press(made, "v1:reported:1:7", message=answer("p1"), fields=fields)
    assert (await kept(made)).tell is tell


async def test_nobody_is_told_of_what_was_sent_outside_servers(made: Services) -> None:
    """There the form has no box, and a forged one counts for nothing."""
    fake = await press(made, "v1:report:1:7", message=answer("p1"), guild=None)
    [form] = fake.response.send_modal.await_args.args
    assert len(form.to_dict()["components"]) == 3
    fields = report(tell={"values": ["yes"]})
    await press(made, "v1:reported:1:7", message=answer("p1"), fields=fields, guild=None)
    assert not (await kept(made)).tell


async def test_a_wish_is_made_and_taken_back_by_a_button(made: Services) -> None:
    """Of who sent it alone: another's press changes nothing."""
    await press(made, "v1:curators:1:7", message=answer(refused=True))
    number = (await kept(made)).id
    confirmation = message_of(Page(("Told.",)), private=True)
    await press(made, f"v1:tell_me:{number}:on", message=confirmation, user=2)
    assert not (await kept(made)).tell
    fake = await press(made, f"v1:tell_me:{number}:on", message=confirmation)
    assert (await kept(made)).tell
    assert "You will be told" in page_after(fake)
    await press(made, f"v1:tell_me:{number}:off", message=confirmation)
    assert not (await kept(made)).tell


@pytest.mark.parametrize("number", ["", "x", "99", "9" * 60])
async def test_a_wish_about_what_is_gone_is_told(made: Services, number: str) -> None:
    confirmation = message_of(Page(("Told.",)), private=True)
    fake = await press(made, f"v1:tell_me:{number}:on", message=confirmation)
    assert "nothing left" in page_after(fake)


# ---------------------------------------------------------------- taking back


async def test_taking_back_deletes_it_in_place(made: Services) -> None:
    """The button of the confirmation deletes what was kept, and says so there."""
    fake = await press(made, "v1:curators:1:7", message=answer(refused=True))
    view = fake.edit_original_response.await_args.kwargs["view"]
    buttons = {getattr(i, "label", None): getattr(i, "custom_id", "") for i in pressed(view)}
    again = await press(
        made, buttons["Take it back"], message=message_of(Page(("Told.",)), private=True)
    )
    again.response.defer.assert_awaited_once_with()
    assert "Taken back" in page_after(again)
    assert "Only you see this message" in page_after(again)
    assert await made.state.feedback_of(1) == ()


@pytest.mark.parametrize("number", ["1", "", "x", "9" * 60])
async def test_nobody_takes_back_what_isnt_theirs(made: Services, number: str) -> None:
    await press(made, "v1:curators:1:7", message=answer(refused=True))
    confirmation = message_of(Page(("Told.",)), private=True)
    fake = await press(made, f"v1:take_back:{number}", message=confirmation, user=2)
    assert "nothing left to take back" in page_after(fake)
    assert await kept(made)


# ---------------------------------------------------------------- deleting an answer


@pytest.mark.parametrize(
    ("user", "permissions"),
    [
        (1, discord.Permissions.none()),
        (2, discord.Permissions(manage_messages=True)),
        (2, discord.Permissions(administrator=True)),
    ],
    ids=["who asked", "moderator", "administrator"],
)
async def test_an_answer_is_deleted(
    made: Services, user: int, permissions: discord.Permissions
) -> None:
    """By the press's own token, with nothing said beside it."""
    fake = await press(
        made, "v1:delete:1:7", message=answer("p1"), user=user, permissions=permissions
    )
    fake.response.defer.assert_awaited_once_with()
    fake.delete_original_response.assert_awaited_once_with()
    fake.response.send_message.assert_not_awaited()
    fake.edit_original_response.assert_not_awaited()


@pytest.mark.parametrize("asker", ["1", ""])
async def test_others_delete_nothing(made: Services, asker: str) -> None:
    """Who neither asked nor moderates is told so; Manage Server alone is not enough."""
    with pytest.raises(NotYoursError, match="Manage Messages"):
        await press(
            made,
            f"v1:delete:{asker}:7",
            message=answer("p1"),
            user=2,
            permissions=discord.Permissions(manage_guild=True),
        )


async def test_a_message_that_is_gone_is_deleted(
    made: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone else was faster: nothing is said about it."""
    fail(monkeypatch, [http_error(404, 10008)])
    fake = await press(made, "v1:delete:1:7", message=answer("p1"))
    fake.delete_original_response.assert_awaited_once_with()


async def test_a_bad_connection_is_tried_again(
    made: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a cut connection and an answer of 503 the message is deleted all the same."""
    fail(monkeypatch, [ConnectionResetError(), http_error(503), None])
    fake = await press(made, "v1:delete:1:7", message=answer("p1"))
    assert fake.delete_original_response.await_count == 3


async def test_a_refusal_is_an_error(made: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, [http_error(403, 50001)])
    with pytest.raises(discord.Forbidden):
        await press(made, "v1:delete:1:7", message=answer("p1"))


def fail(monkeypatch: pytest.MonkeyPatch, outcomes: list[Exception | None]) -> None:
    """Let deletions end so, one after the other, without a wait between."""

    async def no_wait(_: float) -> None:
        pass

    monkeypatch.setattr(replies, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(asyncio, "sleep", no_wait)
    usual = fakes.interaction

    def failing(**options: Any) -> Mock:
        fake = usual(**options)
        fake.delete_original_response.side_effect = outcomes
        return fake

    monkeypatch.setattr(fakes, "interaction", failing)


# ---------------------------------------------------------------- plain text


async def test_plain_text_is_chosen_and_shown_so(made: Services) -> None:
    """The choice is kept, and its confirmation is plain already; back again the same way."""
    fake = await press(made, "v1:plain:on", message=answer("p1"))
    assert made.state.is_plain(1)
    assert "plain text" in fake.edit_original_response.await_args.kwargs["content"]
    fake = await press(made, "v1:plain:off", message=answer("p1"))
    assert not made.state.is_plain(1)
    assert "layout again" in page_after(fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)


async def test_a_server_that_wants_plain_text_for_all_stays_so(made: Services) -> None:
    """A person's choice against it is kept for elsewhere, and told as such."""
    await made.state.set_server(10, plain=True)
    fake = await press(made, "v1:plain:off", message=answer("p1"))
    assert "shows plain text to all" in fake.edit_original_response.await_args.kwargs["content"]


# ---------------------------------------------------------------- failures


async def test_what_cant_be_kept_is_not_confirmed(
    made: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: Feedback) -> int:
        raise StateError("no")

    monkeypatch.setattr(made.state, "add_feedback", refuse)
    with pytest.raises(StateError):
        await press(made, "v1:curators:1:7", message=answer(refused=True))
