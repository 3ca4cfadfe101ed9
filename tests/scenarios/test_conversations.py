"""Conversations: one thing after another, with restarts, changes and faults in their middle."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.conftest import FreshDriver, corpus_dir, errors_of
from tests.scenarios.driver import EDIT, FIRST_RESPONSE, Driver, FaultSwitches, Reply
from tests.scenarios.looking import (
    answered,
    assert_once,
    assert_private,
    button,
    context_of,
    forget,
    numbers_listed,
    plain,
)

QUESTION = "When was the harbour of Skerrow dug?"
GROUNDED = "When did the Corrie run aground?"
GAP = "Do quokkas hibernate?"
ABOUT = "Ask the documents about this"


# ---------------------------------------------------------------- one question after another


async def test_a_reply_that_mentions_it_follows_on(driver: Driver) -> None:
    """The question before is named under the new answer, which is about the same thing."""
    first = await driver.mention("What happened to the Corrie in 1854?")
    assert "ran aground" in plain(first)
    second = await driver.mention("and in 1853?", reply_to=first)
    assert_once(second)
    assert "↩️ What happened to the Corrie in 1854?" in plain(second)
    assert "storm held the Corrie" in plain(second)


async def test_a_reply_to_a_command_s_answer_follows_on(driver: Driver) -> None:
    first = await driver.slash("/ask", question="What happened in 1853?")
    second = await driver.mention("and in 1854?", reply_to=first, member="second")
    assert_once(second)
    assert "↩️ What happened in 1853?" in plain(second)
    assert "ran aground" in plain(second)


async def test_a_thread_of_an_answer_goes_on_with_it(driver: Driver) -> None:
    """A mention and a command in it follow the answer; a second mention follows the first."""
    answer = await driver.slash("/ask", question="What happened in 1853?")
    assert_private(await answer.select("Open a thread"))
    thread = driver.threads()[-1]
    commanded = await driver.slash("/ask", question="and in 1854?", channel=thread)
    assert_once(commanded)
    assert "↩️ What happened in 1853?" in plain(commanded)
    mentioned = await driver.mention("and in 1854?", channel=thread)
    assert_once(mentioned)
    assert "ran aground" in plain(mentioned)
    assert "↩️" in mentioned.text
    third = await driver.mention("and in 1911?", channel=thread, member="second")
    assert "↩️ and in 1854?" in plain(third)


async def test_a_question_elsewhere_follows_nothing(driver: Driver) -> None:
    """What one asks in a channel is no one else's beginning."""
    await driver.mention("What happened in 1853?")
    assert "↩️" not in (await driver.mention("and in 1854?", member="second")).text
    assert "↩️" not in (await driver.slash("/ask", question="and in 1854?")).text


async def test_a_conversation_in_direct_messages(driver: Driver) -> None:
    """Questions need no mention there; a reply follows on; what is pressed is answered."""
    first = await driver.message("What happened in 1853?", dm=True)
    assert_once(first)
    second = await driver.message("and in 1854?", dm=True, reply_to=first)
    assert "↩️ What happened in 1853?" in plain(second)
    assert_once(await second.click(context_of(second)))
    assert "Open a thread" not in [line for lines in second.menus.values() for line in lines]
    await second.select("Delete")
    assert not second.messages


async def test_a_conversation_where_the_bot_is_not(driver: Driver) -> None:
    """User-installed, in a group: the answer, its buttons, and sharing work; no thread is offered."""
    place: dict[str, Any] = {"channel": "group", "user_install": True}
    answer = await driver.slash("/ask", question=QUESTION, private=True, **place)
    assert_private(answer)
    assert_private(await answer.click(context_of(answer)))
    shared = await answer.click(button(answer, "share"))
    assert_once(shared)
    assert not shared.ephemeral
    assert "Open a thread" not in [line for lines in shared.menus.values() for line in lines]
    assert_private(await shared.click(context_of(shared), member="second"))
    assert_once(await driver.slash("/timeline", when="1853", **place))


async def test_a_message_s_menu_takes_an_answer_of_the_bot(driver: Driver) -> None:
    """Its words are asked as those of any message; one outcome, for the asker alone."""
    answer = await driver.slash("/ask", question=QUESTION)
    reply = await driver.context_menu(ABOUT, answer, member="second")
    assert_private(reply)
    assert numbers_listed(reply)


@pytest.mark.parametrize(
    ("words", "told"),
    [("🐋", "no words"), ("lorem " * 330 + f"{QUESTION}", ""), ("?!", "no words")],
    ids=["emoji", "long", "signs"],
)
async def test_a_message_s_menu_takes_any_message(driver: Driver, words: str, told: str) -> None:
    posted = await driver.post(words, member="second")
    reply = await driver.context_menu(ABOUT, posted)
    assert_private(reply)
    assert told in reply.text


async def test_a_private_answer_is_shared_and_deleted_by_who_shared_it(driver: Driver) -> None:
    """Others can't; the private one stays."""
    answer = await driver.slash("/ask", question=QUESTION, private=True)
    shared = await answer.click(button(answer, "share"))
    refused = await shared.select("Delete", member="second")
    assert_private(refused)
    assert not shared.deleted
    await shared.select("Delete")
    assert shared.deleted
    assert answer.messages


async def test_a_report_is_taken_back(driver: Driver) -> None:
    """In place, once; the second time it says that there is nothing."""
    question = "Who kept the light, and with how many children?"  # that no other scenario reports
    answer = await driver.slash("/ask", question=question)
    form = (await answer.select("Report a problem")).modal
    assert form is not None
    sent = await form.submit({"What is wrong?": ["Something else"]})
    assert_private(sent)
    assert question in (await driver.slash("/privacy show")).text
    back = await sent.click("Take it back")
    assert_private(back)
    assert "Taken back" in back.text
    assert question not in (await driver.slash("/privacy show")).text


# ---------------------------------------------------------------- what comes twice, or goes wrong


async def test_what_is_pressed_twice_over_is_answered_once(driver: Driver) -> None:
    """Presses, lines of a menu and forms that Discord sends twice."""
    await forget(driver, "ordinary")
    answer = await driver.slash("/ask", question=QUESTION)
    driver.gateway.duplicate("INTERACTION_CREATE")
    assert_private(await answer.click(context_of(answer)))
    assert_private(await answer.select("Cite as a note"))
    opened = await answer.select("Report a problem")
    form = opened.modal
    assert form is not None
    sent = await form.submit({"What is wrong?": ["Something else"]})
    assert_private(sent)
    driver.gateway.duplicate("INTERACTION_CREATE", 0)
    assert plain(await driver.slash("/privacy show")).count("Reported") == 1
    await sent.click("Take it back")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda f: f.reset(FIRST_RESPONSE), id="cut"),
        pytest.param(lambda f: f.reset(FIRST_RESPONSE, after=True), id="cut after it was taken"),
        pytest.param(lambda f: f.malformed(FIRST_RESPONSE), id="answered in no JSON"),
        pytest.param(lambda f: f.reset(EDIT), id="edit cut"),
        pytest.param(lambda f: f.truncate(EDIT), id="edit truncated"),
        pytest.param(lambda f: f.ratelimit(EDIT, 0.2), id="edit 429"),
    ],
)
async def test_a_page_is_turned_in_place_whatever_befalls_it(
    driver: Driver, fault: Callable[[FaultSwitches], None]
) -> None:
    """Nothing is posted beside it."""
    line = await driver.slash("/timeline")
    fault(driver.faults)
    turned = await line.click(button(line, "tlpage"))
    assert_once(turned)
    assert "page 1 of 2" in plain(line)
    assert line.outcomes == 1


@pytest.mark.slow
async def test_what_fails_for_good_is_told_beside_the_page(fresh_driver: FreshDriver) -> None:
    """Where the page can't be turned it stays, and whoever pressed is told why."""
    driver = await fresh_driver()
    line = await driver.slash("/timeline")
    driver.faults.status(EDIT, 400)
    turned = await line.click(button(line, "tlpage"))
    assert not turned.failed
    assert "page 2 of 2" in plain(line)
    assert any(message["flags"] & 64 for message in turned.messages)


async def test_a_form_outlives_the_message_it_came_from(driver: Driver) -> None:
    """The message is deleted while the form is filled in: one private outcome all the same."""
    line = await driver.slash("/timeline", when="1853")
    form = (await line.click(button(line, "tljump"))).modal
    assert form is not None
    await driver.delete(line)
    sent = await form.submit({"Day, month, year or range": "1854"})
    assert not sent.failed
    assert sent.outcomes == 1


async def test_a_message_deleted_while_it_is_answered(driver: Driver) -> None:
    """A mention that is gone gets no answer; the next one does."""
    gone = await driver.post(f"<@{driver.bot_id}> {QUESTION}")
    await driver.delete(gone)
    assert_once(await driver.mention(QUESTION))
    driver.clear_violations()  # the answer may have been on its way when the question went


# ---------------------------------------------------------------- the bot goes and comes back


async def _conversation(driver: Driver) -> dict[str, Reply]:
    """A message of each kind, as they stand in a channel for days."""
    answer = await driver.slash("/ask", question="What happened to the Corrie in the harbour?")
    dated = await driver.slash("/ask", question="What happened in 1853?")
    sources = await driver.slash("/sources", public=True)
    private = await driver.slash("/ask", question=GROUNDED, private=True)
    return {
        "answer": answer,
        "dated": dated,
        "private": private,
        "mention": await driver.mention(QUESTION),
        "gap": await driver.slash("/ask", question=GAP),
        "more": await answer.click(button(answer, "more"), member="second"),
        "context": await private.click(context_of(private)),
        "line": await driver.slash("/timeline"),
        "year": await driver.slash("/timeline", when="1854"),
        "picture": await dated.click(button(dated, "events")),
        "sources": sources,
        "outline": await sources.select("Harbour log", menu="Open a document"),
        "town": await driver.slash("/sources", document="town", member="second"),
        "help": await driver.slash("/help"),
        "privacy": await driver.slash("/privacy show"),
        "settings": await driver.slash("/settings show", member="admin"),
    }


def _presses(said: dict[str, Reply]) -> list[tuple[str, Callable[[], Any]]]:
    """A press on each; none of them needs another's outcome."""
    return [
        (
            "answer",
            lambda: said["answer"].click(
                context_of(said["answer"]), member="second", until=answered
            ),
        ),
        (
            "answer",
            lambda: said["answer"].click(
                button(said["answer"], "more"), member="second", until=answered
            ),
        ),
        ("answer", lambda: said["answer"].select("Why this answer", until=answered)),
        ("answer", lambda: said["answer"].select("BibTeX file", until=answered)),
        ("dated", lambda: said["dated"].click(button(said["dated"], "events"), until=answered)),
        ("dated", lambda: said["dated"].select("Report a problem", until=answered)),
        (
            "private",
            lambda: said["private"].click(button(said["private"], "share"), until=answered),
        ),
        ("mention", lambda: said["mention"].click(context_of(said["mention"]), until=answered)),
        ("gap", lambda: said["gap"].click(button(said["gap"], "curators"), until=answered)),
        ("more", lambda: said["more"].click(button(said["more"], "more"), until=answered)),
        (
            "context",
            lambda: said["context"].click(button(said["context"], "context"), until=answered),
        ),
        ("context", lambda: said["context"].select("RIS file", until=answered)),
        ("line", lambda: said["line"].click(button(said["line"], "tlpage"), until=answered)),
        ("line", lambda: said["line"].click(button(said["line"], "tlpicture"), until=answered)),
        ("line", lambda: said["line"].select("1853", until=answered)),
        ("line", lambda: said["line"].select("Calendar (ICS)", until=answered)),
        ("year", lambda: said["year"].click(button(said["year"], "tlmove"), until=answered)),
        ("year", lambda: said["year"].click(button(said["year"], "tljump"), until=answered)),
        (
            "picture",
            lambda: said["picture"].click(button(said["picture"], "tlshare"), until=answered),
        ),
        (
            "sources",
            lambda: said["sources"].select("Harbour log", menu="Open a document", until=answered),
        ),
        (
            "outline",
            lambda: said["outline"].click(button(said["outline"], "sources"), until=answered),
        ),
        ("town", lambda: said["town"].click(button(said["town"], "notes"), until=answered)),
        ("help", lambda: said["help"].click(button(said["help"], "try"), until=answered)),
        (
            "privacy",
            lambda: said["privacy"].click(button(said["privacy"], "plain"), until=answered),
        ),
        ("settings", lambda: said["settings"].select("Plain text for all", until=answered)),
    ]


@pytest.mark.slow
async def test_each_button_works_after_a_restart(fresh_driver: FreshDriver) -> None:
    """In the middle of a conversation: each press ends in what it would have, once."""
    driver = await fresh_driver()
    said = await _conversation(driver)
    assert await driver.restart() == 0
    await driver.until(lambda: "taken up" in driver.log)
    await asyncio.sleep(0.3)  # examples of /help are found a moment later
    made = [(name, await press()) for name, press in _presses(said)]
    for name, reply in made:
        assert_once(reply)
        assert "earlier version" not in reply.text, name
    assert errors_of(driver.log) == []


@pytest.mark.slow
async def test_each_button_answers_after_the_documents_changed(fresh_driver: FreshDriver) -> None:
    """A document changed, one is gone: what stands shows it anew, what is gone is said to be."""
    driver = await fresh_driver()
    said = await _conversation(driver)
    corpus = corpus_dir(driver)
    (corpus / "log.txt").unlink()
    town = corpus / "town.md"
    text = town.read_text(encoding="utf-8").replace("dug in 1847", "dug, it is said, in 1848")
    town.write_text("A new beginning.\n\n" + text, encoding="utf-8")
    report = await driver.slash(
        "/corpus reindex", member="owner", until=lambda reply: "read anew" in reply.text
    )
    assert_private(report)
    for reply in [await press() for _, press in _presses(said)]:
        assert_once(reply)
    gone = await said["dated"].click(context_of(said["dated"]))
    assert_private(gone)
    assert "no longer" in gone.text
    kept = await said["answer"].click(button(said["answer"], "more"), member="second")
    assert "indexed anew since" in kept.text
    assert errors_of(driver.log) == []


@pytest.mark.slow
async def test_a_press_is_answered_though_the_connection_drops(fresh_driver: FreshDriver) -> None:
    """Between the press and what it shows; the session is resumed, and the next press works."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    driver.faults.slow(EDIT, 1.5)
    seen = len(driver.requests())
    pressing = asyncio.create_task(answer.click(context_of(answer)))
    await driver.until(lambda: any(p.endswith("/callback") for _, p in driver.requests()[seen:]))
    await driver.gateway.drop(1006)
    assert_private(await pressing)
    assert driver.gateway.seen() == (1, 1)
    assert_once(await driver.mention(QUESTION))


@pytest.mark.slow
async def test_a_stop_finishes_what_was_asked_and_refuses_the_rest(
    fresh_driver: FreshDriver,
) -> None:
    """A press under way is answered; what comes meanwhile is told to ask again; then it ends with 0."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    driver.faults.slow(EDIT, 2.0)
    seen = len(driver.requests())
    pressing = asyncio.create_task(answer.click(context_of(answer)))
    await driver.until(lambda: any(p.endswith("@original") for _, p in driver.requests()[seen:]))
    driver.program.tell(signal.SIGTERM)
    await driver.until(lambda: "stopping" in driver.log)
    late = await driver.slash("/ask", question=GROUNDED, member="second")
    assert_private(late)
    assert "restarted" in late.text
    assert_private(await pressing)
    assert await driver.run(driver.program.ended()) == 0
    assert errors_of(driver.log) == []
