"""Answers and their buttons in a Discord: what each press leads to, and for whom."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.driver import Driver, RejectedError, Reply

QUESTION = "When was the light on the mole lit for the first time?"
MENU = "More: why, cite, report, delete"


def plain(reply: Reply) -> str:
    """What can be read, without the marks of Markdown."""
    return reply.text.replace("*", "").replace("_", "").replace("\\", "")


def context_of(reply: Reply) -> str:
    """The label of the first button that opens what stands around a passage."""
    return next(label for label in reply.labels if label.startswith("Context"))


async def test_an_answer_has_its_buttons(driver: Driver) -> None:
    """The sentence that answers comes first, then passages with buttons, then one menu."""
    answer = await driver.slash("/ask", question=QUESTION)
    assert plain(answer).startswith("## The light on the mole was lit for the first time")
    assert {"Timeline of this"} <= set(answer.labels)
    assert {"Why this answer", "Cite as a note", "Delete"} <= set(answer.menus[MENU])
    assert "Share" not in answer.labels
    assert answer.text.splitlines()[-1] == f"-# 💬 {QUESTION}"


async def test_context_opens_for_whoever_presses(driver: Driver) -> None:
    """Privately, and is read on in place; the answer stays."""
    answer = await driver.slash("/ask", question="When did the Corrie run aground on the bar?")
    context = await answer.click(context_of(answer), member="second")
    assert context.ephemeral
    assert "> January 9" in context.text
    assert not driver.visible_to(context, "ordinary")
    earlier = await context.click("Text before")
    assert earlier.outcomes == 1
    assert "The light was lit" in earlier.text
    assert answer.outcomes == 1


async def test_more_results_go_on_where_the_answer_ends(driver: Driver) -> None:
    """The numbers go on, and the last page has no next one."""
    answer = await driver.slash("/ask", question="What happened to the Corrie in the harbour?")
    more = await answer.click("More results", member="second")
    assert more.ephemeral
    assert "Passages 4–" in more.text
    assert "[4]" in more.text
    for _ in range(5):
        try:
            more = await more.click("Next")
        except RejectedError:  # a disabled button
            break
    else:
        pytest.fail("there is always a next page")


async def test_the_timeline_of_an_answer_is_private(driver: Driver) -> None:
    answer = await driver.slash("/ask", question=QUESTION)
    events = await answer.click("Timeline")
    assert events.ephemeral
    assert "The light on the mole was lit" in plain(events)


async def test_a_private_answer_is_shared_with_all(driver: Driver) -> None:
    """The asker alone sees it, until they share it: then who shared it is named, nobody pinged."""
    answer = await driver.slash("/ask", question=QUESTION, private=True)
    assert answer.ephemeral
    shared = await answer.click("Share")
    assert not shared.ephemeral
    assert driver.visible_to(shared, "second")
    assert "Shared by" in shared.text
    assert shared.pings == []
    assert "Share" not in shared.labels


async def test_why_and_citations_come_privately(driver: Driver) -> None:
    answer = await driver.slash("/ask", question=QUESTION)
    why = await answer.select("Why this answer", member="second")
    assert why.ephemeral
    assert "score" in why.text
    note = await answer.select("Cite as a note")
    assert note.ephemeral
    assert "Skerrow" in note.text
    [(name, content)] = (await answer.select("CSL-JSON file")).files.items()
    assert name == "citations.json"
    assert json.loads(content)


async def test_nothing_found_looks_different_and_goes_to_the_curators(driver: Driver) -> None:
    """No number, no passage; what was looked for, and a button for the curators."""
    reply = await driver.slash("/ask", question="Do quokkas hibernate?")
    assert "Not found" in reply.text
    assert "“quokkas”" in reply.text
    told = await reply.click("Tell the curators")
    assert told.ephemeral
    assert told.outcomes == 1


async def test_a_time_given_beside_a_question_is_kept(driver: Driver) -> None:
    """From and to are days, both included, and can be read on the answer."""
    reply = await driver.slash(
        "/ask", question="What happened to the Corrie?", options={"from": "1854", "to": "1855"}
    )
    assert "-# 📅 1854-01-01..1855-12-31" in reply.text
    assert "ran aground" in plain(reply)


@pytest.mark.parametrize(
    ("since", "until", "named"),
    [("1900", "1850", "ends before it begins"), ("the day of the fox", "1855", "day of the fox")],
)
async def test_times_that_can_not_be_used_are_refused_privately(
    driver: Driver, since: str, until: str, named: str
) -> None:
    reply = await driver.slash("/ask", question="What?", options={"from": since, "to": until})
    assert reply.ephemeral
    assert named in plain(reply)


async def test_times_are_suggested(driver: Driver) -> None:
    found = await driver.autocomplete("/ask from", "185")
    assert any(value == "1853" for _, value in found)


async def test_a_question_too_long_is_refused_privately(driver: Driver) -> None:
    """Discord's clients wouldn't send it; whoever does is told how long it may be."""
    reply = await driver.slash("/ask", question="x" * 2_500, bypass=True)
    assert reply.ephemeral
    assert "2,000" in reply.text


async def test_an_answer_becomes_a_thread_once(driver: Driver) -> None:
    answer = await driver.slash("/ask", question="Who was the keeper of the light?")
    opened = await answer.select("Open a thread")
    assert opened.ephemeral
    assert "Here is the thread" in opened.text
    again = await answer.select("Open a thread", member="second")
    assert "already" in again.text


async def test_what_a_message_says_can_be_asked(driver: Driver) -> None:
    """From the message's menu: privately, and to be shared."""
    message = await driver.post(f"I wonder: {QUESTION}")
    answer = await driver.context_menu("Ask the documents about this", message, member="second")
    assert answer.ephemeral
    assert "3 May 1853" in plain(answer)
    assert "Share" in answer.labels
