"""What the bot does in any Discord: answers, refuses, survives faults, and ends well.

Only what stays is asserted: words of a quote, its number, that an error names the thing.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import pytest

from tests.scenarios.conftest import PATIENT, FreshDriver, corpus_dir, errors_of
from tests.scenarios.driver import (
    EDIT,
    FIRST_RESPONSE,
    Driver,
    FaultSwitches,
    NotPermittedError,
    RejectedError,
    Reply,
)

QUESTION = "When was the harbour of Skerrow dug?"


def plain(reply: Reply) -> str:
    """What can be read, without the marks of Markdown."""
    return reply.text.replace("*", "").replace("\\", "")


def assert_answered(reply: Reply) -> None:
    assert not reply.failed
    assert reply.outcomes == 1
    assert "dug in 1847" in plain(reply)
    assert "[1]" in reply.text


# -- questions


async def test_a_question_is_answered_with_its_source(driver: Driver) -> None:
    """/ask defers in public, then shows the quote and its number, and nothing else comes of it."""
    answer = await driver.slash("/ask", question=QUESTION)
    assert answer.deferred
    assert not answer.ephemeral
    assert_answered(answer)
    assert driver.visible_to(answer, "second")


@pytest.mark.parametrize(
    "place",
    [
        pytest.param({"dm": True}, id="DM"),
        pytest.param({"channel": "a-thread"}, id="thread"),
        pytest.param({"channel": "read-only"}, id="where the bot can't write"),
        pytest.param({"guild": "other"}, id="other server"),
        pytest.param({"channel": "group", "user_install": True}, id="where the bot isn't"),
    ],
)
async def test_a_question_is_answered_anywhere(driver: Driver, place: dict[str, object]) -> None:
    """An answer to a command needs no permission in its channel."""
    assert_answered(await driver.slash("/ask", question=QUESTION, **place))  # type: ignore[arg-type]


async def test_an_unknown_document_is_named_privately(driver: Driver) -> None:
    """The error says which, to the asker alone."""
    reply = await driver.slash("/ask", question=QUESTION, document="atlas of clouds")
    assert reply.ephemeral
    assert reply.outcomes == 1
    assert "atlas of clouds" in plain(reply)
    assert not driver.visible_to(reply, "second")


async def test_an_empty_question_is_refused_privately(driver: Driver) -> None:
    reply = await driver.slash("/ask", question="   ")
    assert reply.ephemeral
    assert reply.outcomes == 1


async def test_what_no_document_tells_is_not_answered(driver: Driver) -> None:
    """There is one message, and it shows no passage."""
    reply = await driver.slash("/ask", question="Do quokkas hibernate?")
    assert reply.outcomes == 1
    assert "[1]" not in reply.text


async def test_a_question_pings_nobody(driver: Driver) -> None:
    """Whatever a member types, the answer mentions neither them nor everyone."""
    hostile = f"@everyone <@{driver.user_id('second')}> when was the harbour dug?"
    reply = await driver.slash("/ask", question=hostile)
    assert reply.outcomes == 1
    for message in reply.messages:
        assert not message["mention_everyone"]
        assert message["mentions"] == []


async def test_questions_and_tokens_are_not_logged(driver: Driver) -> None:
    before = len(driver.log)
    await driver.slash("/ask", question="When did the zebra of Skerrow arrive?")
    logged = driver.log[before:]
    assert "zebra" not in logged
    assert "interaction-" not in logged
    assert driver.corpus.name not in logged.split()


# -- mentions


async def test_a_mention_is_answered_in_its_channel(driver: Driver) -> None:
    """As a reply that pings nobody but may be read by all."""
    reply = await driver.mention(QUESTION)
    assert_answered(reply)
    assert reply.messages[0]["message_reference"]
    assert driver.visible_to(reply, "second")


@pytest.mark.parametrize("mentioned", [True, False])
async def test_a_direct_message_is_a_question(driver: Driver, mentioned: bool) -> None:
    words = f"<@{driver.bot_id}> {QUESTION}" if mentioned else QUESTION
    assert_answered(await driver.message(words, dm=True))


async def test_a_message_without_a_mention_is_not_read(driver: Driver) -> None:
    reply = await driver.message(QUESTION, expect=False)
    assert reply.outcomes == 0


async def test_a_mention_that_comes_twice_is_answered_once(driver: Driver) -> None:
    driver.gateway.duplicate("MESSAGE_CREATE")
    assert_answered(await driver.mention(QUESTION))


async def test_a_reply_to_an_answer_is_a_question(driver: Driver) -> None:
    """It mentions the bot, as replies do."""
    first = await driver.mention(QUESTION)
    assert_answered(await driver.mention(QUESTION, reply_to=first))


async def test_where_the_bot_cannot_write_a_mention_is_answered_elsewhere(driver: Driver) -> None:
    """By a DM, or by a reaction; nothing is tried that Discord refuses."""
    await driver.bot_loses("send_messages", "general")
    reply = await driver.mention(QUESTION)
    assert reply.outcomes == 1
    assert not any(one["channel_id"] == reply.asked_in for one in reply.messages)


async def test_a_message_is_asked_about_from_its_menu(driver: Driver) -> None:
    """Whoever opens it, and whatever the message says, one answer comes of it."""
    posted = await driver.post(QUESTION, member="second")
    reply = await driver.context_menu("Ask the documents about this", posted)
    assert_answered(reply)


# -- the timeline and the sources


async def test_a_timeline_of_a_year_has_its_events(driver: Driver) -> None:
    reply = await driver.slash("/timeline", when="1854")
    assert reply.outcomes == 1
    assert "ran aground" in plain(reply)
    assert "A whale" not in reply.text


async def test_an_unreadable_date_is_named_privately(driver: Driver) -> None:
    reply = await driver.slash("/timeline", when="the day of the fox")
    assert reply.ephemeral
    assert "the day of the fox" in plain(reply)


async def test_sources_lists_the_documents(driver: Driver) -> None:
    reply = await driver.slash("/sources")
    assert reply.outcomes == 1
    assert "Skerrow" in plain(reply)
    assert "log" in plain(reply).lower()


@pytest.mark.parametrize(
    ("path", "typed", "expected"),
    [
        ("/timeline when", "185", "1853"),
        ("/timeline who", "ard", "Ardent"),
        ("/timeline document", "log", "log"),
        ("/ask document", "tow", "town"),
    ],
)
async def test_what_is_typed_is_completed(
    driver: Driver, path: str, typed: str, expected: str
) -> None:
    choices = await driver.autocomplete(path, typed)
    assert any(expected in value for _, value in choices)


async def test_nonsense_has_no_completion(driver: Driver) -> None:
    """An empty list is an answer, too."""
    assert await driver.autocomplete("/timeline who", "zzqq\u202e@everyone") == []


# -- who may reindex


async def test_only_who_manages_the_server_is_offered_reindexing(driver: Driver) -> None:
    assert "corpus" in driver.offered("moderator")
    assert "corpus" not in driver.offered("ordinary")
    with pytest.raises(NotPermittedError):
        await driver.slash("/corpus reindex", member="ordinary")


async def test_the_bot_checks_rights_itself(driver: Driver) -> None:
    """A server may offer the command to anybody: who may not use it is told so privately."""
    reply = await driver.slash("/corpus reindex", member="ordinary", bypass=True)
    assert reply.ephemeral
    assert reply.outcomes == 1
    assert "Manage Server" in plain(reply)


@pytest.mark.slow
async def test_a_new_document_is_answered_from_after_reindexing(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    question = "Who painted the bell tower of Skerrow?"
    assert "Tilda Vane" not in (await driver.slash("/ask", question=question)).text
    text = "The bell tower of Skerrow was painted by Tilda Vane in 1899, in one summer."
    (corpus_dir(driver) / "tower.txt").write_text(text, encoding="utf-8")
    report = await driver.slash(
        "/corpus reindex",
        member="owner",
        until=lambda reply: reply.outcomes and "generation 2 taken up" in driver.log,
    )
    assert report.ephemeral
    assert "Tilda Vane" in plain(await driver.slash("/ask", question=question))


# -- duplicates, crowds and faults


@pytest.mark.slow
async def test_a_crowd_is_answered_each_once(driver: Driver) -> None:
    """Forty questions at once, of two members in two servers: none is lost or answered twice."""
    asked = [
        driver.slash("/ask", question=QUESTION, member=member, guild=guild)
        for _ in range(10)
        for member in ("ordinary", "second")
        for guild in ("main", "other")
    ]
    for reply in await asyncio.gather(*asked):
        assert_answered(reply)


async def test_a_duplicate_is_answered_once(driver: Driver) -> None:
    """Discord may send an interaction twice; nothing is said twice and no rule is broken."""
    driver.gateway.duplicate("INTERACTION_CREATE")
    assert_answered(await driver.slash("/ask", question=QUESTION))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda f: f.reset(FIRST_RESPONSE), id="cut before it took effect"),
        pytest.param(lambda f: f.reset(FIRST_RESPONSE, after=True), id="cut after it took effect"),
        pytest.param(lambda f: f.malformed(FIRST_RESPONSE), id="answered in no JSON"),
        pytest.param(lambda f: f.ratelimit(FIRST_RESPONSE, 0.2), id="429"),
        pytest.param(lambda f: f.reset(EDIT), id="edit cut before"),
        pytest.param(lambda f: f.reset(EDIT, after=True), id="edit cut after"),
        pytest.param(lambda f: f.truncate(EDIT), id="edit truncated"),
        pytest.param(lambda f: f.ratelimit(EDIT, 0.2), id="edit 429"),
        pytest.param(lambda f: f.slow(EDIT, 0.5), id="edit slow"),
        pytest.param(lambda f: f.status(FIRST_RESPONSE, 500), id="500", marks=pytest.mark.slow),
        pytest.param(lambda f: f.status(EDIT, 502, times=2), id="edit 502", marks=pytest.mark.slow),
    ],
)
async def test_an_answer_survives_a_fault(
    driver: Driver, fault: Callable[[FaultSwitches], None]
) -> None:
    """Whatever befalls the first response or its edit, one answer is there in the end."""
    fault(driver.faults)
    assert_answered(await driver.slash("/ask", question=QUESTION))


@pytest.mark.slow
async def test_a_response_that_comes_too_late_is_given_up(fresh_driver: FreshDriver) -> None:
    """Nothing is shown, nothing is repeated for ever, and the next question is answered."""
    driver = await fresh_driver()
    driver.set_deadline(3.0)
    driver.faults.slow(FIRST_RESPONSE, 4.0, times=2)
    reply = await driver.slash("/ask", question=QUESTION)
    assert reply.failed
    assert reply.outcomes == 0
    driver.set_deadline(PATIENT)
    assert_answered(await driver.slash("/ask", question=QUESTION))


# -- the connection


@pytest.mark.slow
@pytest.mark.parametrize("code", [4000, 1006])
async def test_a_dropped_connection_is_resumed(fresh_driver: FreshDriver, code: int) -> None:
    """The session goes on, and what was asked after is answered."""
    driver = await fresh_driver()
    await driver.gateway.drop(code)
    identified, resumed = driver.gateway.seen()
    assert (identified, resumed) == (1, 1)
    assert_answered(await driver.slash("/ask", question=QUESTION))


@pytest.mark.slow
async def test_the_bot_reconnects_when_asked_to(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    await driver.gateway.reconnect()
    assert driver.gateway.seen() == (1, 1)
    assert_answered(await driver.slash("/ask", question=QUESTION))


@pytest.mark.slow
async def test_an_invalid_session_is_begun_anew(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    await driver.gateway.invalidate()
    assert driver.gateway.seen()[0] == 2
    assert_answered(await driver.slash("/ask", question=QUESTION))


# -- start and end


@pytest.mark.slow
async def test_commands_are_written_once(fresh_driver: FreshDriver) -> None:
    """A second start on the same folder finds them known, and the first ended with 0."""
    driver = await fresh_driver()
    assert await driver.restart() == 0
    assert [method for method, _ in driver.requests()].count("PUT") == 1
    assert_answered(await driver.slash("/ask", question=QUESTION))


@pytest.mark.slow
async def test_sigterm_waits_for_an_accepted_question(fresh_driver: FreshDriver) -> None:
    """It is answered, the program ends with 0, and logs no error."""
    driver = await fresh_driver()
    driver.faults.slow(EDIT, 1.5)
    asking = asyncio.create_task(driver.slash("/ask", question=QUESTION))
    await driver.until(lambda: any(p.endswith("@original") for _, p in driver.requests()))
    driver.program.tell(signal.SIGTERM)
    assert_answered(await asking)
    assert await driver.run(driver.program.ended()) == 0
    assert errors_of(driver.log) == []


async def test_a_command_that_is_not_there_is_not_sent(driver: Driver) -> None:
    """The driver itself refuses what Discord's client would."""
    with pytest.raises(RejectedError):
        await driver.slash("/nonsense")
