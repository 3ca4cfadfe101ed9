"""What is judged before a question is asked, and which question a message is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot import asking
from bot.asked import Asked
from bot.asking import Ready
from bot.languages import ENGLISH
from bot.library import Library, StillIndexingError
from bot.render.answers import MOST, Found, Frame, answer_page
from bot.rules import Cooldowns, TooSoonError
from bot.services import Services
from bot.shelves import Shelf
from index.errors import (
    EmptyQueryError,
    QueryTooLongError,
    UnknownDocumentError,
    UnreadableDateError,
)
from tests.bot import fakes, pressing
from tests.bot.pages import text
from tests.bot.pressing import message_of, reader


@pytest.fixture
async def archive() -> Mock:
    made = fakes.archive()
    made.snapshot.events_of, made.snapshot.events = {}, ()
    return made


@pytest.fixture
async def services(archive: Mock, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


async def prepare(services: Services, question: str = "When?", **options: str | None) -> Ready:
    return await asking.prepare(services, reader(), question, private=False, **options)


# ---------------------------------------------------------------- what is judged at once


async def test_a_question_is_made_ready_as_it_can_be_read(services: Services) -> None:
    """In one line, without what turns words round, so that a later press asks the same."""
    ready = await prepare(services, "  When did\nshe \u202esail? ", before="Who  is\tshe?")
    assert ready.asked == Asked("When did she sail?", "Who is she?")


@pytest.mark.parametrize(
    ("question", "error"),
    [
        pytest.param("   ", EmptyQueryError, id="empty"),
        pytest.param("\u202e", EmptyQueryError, id="nothing that can be seen"),
        pytest.param("x" * 5_000, QueryTooLongError, id="too long"),
        pytest.param("What was on 30 February 2022?", UnreadableDateError, id="no such day"),
    ],
)
async def test_a_question_that_can_not_be_asked_is_refused(
    services: Services, question: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await prepare(services, question)


@pytest.mark.parametrize(
    ("since", "until", "when"),
    [
        ("2021", "2022", "2021-01-01..2022-12-31"),
        ("May 1871", None, "1871-05-01.."),
        (None, "7 September 1871", "..1871-09-07"),
        ("last year", " ", "2025-01-01.."),
        (None, None, ""),
        ("44 BC", "10 BC", "-0043-01-01..-0009-12-31"),
    ],
)
async def test_from_and_to_become_days(
    services: Services, archive: Mock, since: str | None, until: str | None, when: str
) -> None:
    """Both ends included, so that a later press means the same days; they are asked for as such."""
    ready = await prepare(services, "When?", since=since, until=until)
    assert ready.asked.when == when
    await asking.find(services, ready)
    first, _, last = when.partition("..")
    given = archive.answer.call_args.kwargs
    assert (given["since"], given["until"]) == (first or None, last or None)


@pytest.mark.parametrize(
    ("since", "until"), [("2022", "2021"), ("once upon a time", None), (None, "7 September")]
)
async def test_times_that_can_not_be_used_are_refused(
    services: Services, since: str | None, until: str | None
) -> None:
    with pytest.raises(UnreadableDateError):
        await prepare(services, "When?", since=since, until=until)


async def test_a_document_is_kept_by_its_title(services: Services) -> None:
    ready = await prepare(services, document="letter")
    assert ready.asked.document == "Letter to the Owners"


async def test_a_document_whose_title_others_have_is_kept_by_its_id(services: Services) -> None:
    archive = fakes.archive()
    archive.sources.return_value = (fakes.summary("log"), fakes.summary("log2"))
    services.library._shelf = Shelf(archive, archive.sources())
    assert (await prepare(services, document="log2")).asked.document == "log2"


async def test_an_unknown_document_is_refused(services: Services) -> None:
    with pytest.raises(UnknownDocumentError, match="diary"):
        await prepare(services, document="diary")


async def test_who_asks_too_soon_is_refused_and_refusals_count_for_nothing(
    services: Services,
) -> None:
    """The cooldown of the settings is per member, and bad questions don't start it."""
    services = replace(services, cooldowns=Cooldowns(member_seconds=60))
    with pytest.raises(EmptyQueryError):
        await prepare(services, " ")
    with pytest.raises(UnknownDocumentError):
        await prepare(services, document="diary")
    await prepare(services)
    with pytest.raises(TooSoonError):
        await prepare(services)
    await asking.prepare(services, reader(2), "When?", private=False)


async def test_while_there_is_no_index_askers_are_told(services: Services) -> None:
    services.library._shelf = None
    services.library._opened.set()
    with pytest.raises(StillIndexingError):
        await prepare(services)


async def test_the_archive_is_given_what_was_asked(services: Services, archive: Mock) -> None:
    """The question, the one before it, today, the document, and as many passages as all pages show."""
    ready = await prepare(services, "And then?", document="letter", before="When?")
    await asking.find(services, ready)
    archive.answer.assert_called_once_with(
        "And then?",
        today=fakes.TODAY,
        k=MOST,
        document="Letter to the Owners",
        before="When?",
        since=None,
        until=None,
    )


async def test_what_was_just_asked_is_not_searched_again(services: Services, archive: Mock) -> None:
    """A press on an answer waits for a search whose result is known."""
    first = await asking.find(services, await prepare(services, "When?"))
    assert await asking.find(services, await prepare(services, "When?")) is first
    assert archive.answer.call_count == 1
    await asking.find(services, await prepare(services, "When?", since="1871"))
    assert archive.answer.call_count == 2


async def test_another_index_is_searched_anew(services: Services, archive: Mock) -> None:
    """After a reindex the answer of the index before is shown."""
    await asking.find(services, await prepare(services, "When?"))
    later = fakes.archive(generation=8)
    later.snapshot.events_of, later.snapshot.events = {}, ()
    services.library._shelf = Shelf(later, archive.sources())
    await asking.find(services, await prepare(services, "When?"))
    assert later.answer.call_count == 1


async def test_what_a_message_says_was_asked_is_checked_again(services: Services) -> None:
    """Its document may be gone since."""
    with pytest.raises(UnknownDocumentError):
        await asking.again(services, reader(), Asked("When?", document="Diary"), private=False)
    ready = await asking.again(services, reader(), Asked("When?"), private=False)
    assert ready.asked == Asked("When?")


async def test_a_passage_names_the_people_of_its_events_those_asked_for_first(
    services: Services, archive: Mock
) -> None:
    event = replace(fakes.sailing().event, actors=("The owners", "Byrne"))
    archive.snapshot.events_of, archive.snapshot.events = {"p1": [0]}, (event,)
    answer = fakes.answered()
    people = replace(answer.understood, people=("Byrne",))
    archive.answer.return_value = replace(answer, understood=people)
    found = await asking.find(services, await prepare(services))
    assert found.people["p1"] == ("Byrne", "The owners")


# ---------------------------------------------------------------- what a message says


def said(content: str = "", *embeds: discord.Embed) -> discord.Message:
    message: Mock = create_autospec(discord.Message, instance=True)
    message.content, message.embeds, message.components = content, list(embeds), []
    return message


def test_the_words_of_a_message_are_a_question() -> None:
    """Its text and that of its embeds, in one line."""
    embed = discord.Embed(title="News", description="She sailed.").add_field(name="A", value="B")
    assert (
        asking.words_of(said("# Hello\n there", embed)).text == "# Hello there She sailed. News A B"
    )


@pytest.mark.parametrize("content", ["", "  ", "🚢 …", "<>"])
def test_a_message_without_words_is_refused(content: str) -> None:
    with pytest.raises(EmptyQueryError):
        asking.words_of(said(content))


def test_of_a_long_message_the_first_sentences_are_taken() -> None:
    """As many as a question may have, and it is told that there was more."""
    words = asking.words_of(said("She sailed at noon. " * 200))
    assert not words.whole
    assert 1_900 < len(words.text) <= 2_000
    assert words.text.endswith("noon.")


def test_a_long_message_of_one_sentence_is_cut_at_a_word() -> None:
    words = asking.words_of(said("word " * 900))
    assert len(words.text) <= 2_000
    assert words.text.endswith("word")


def test_of_an_answer_of_ours_the_words_are_taken_without_its_quiet_lines() -> None:
    """Neither numbers nor marks nor what was asked before."""
    found = Found(fakes.answered(), Asked("When did the ship sail?"))
    words = asking.words_of(message_of(answer_page(found, Frame(1), ENGLISH))).text
    assert words.startswith("The ship sailed from Cork on 4 March 1871")
    assert "[1]" not in words
    assert "**" not in words
    assert "When did" not in words


def test_the_question_of_an_answer_is_read_from_it() -> None:
    """In both forms of the message; other messages answer none."""
    found = Found(fakes.answered(), Asked("When did the *ship* sail?"))
    page = answer_page(found, Frame(1), ENGLISH)
    for plain in (False, True):
        assert asking.question_of(message_of(page, plain=plain)) == "When did the *ship* sail?"
    assert asking.question_of(said("Hello.")) == ""


async def test_the_page_is_that_of_the_answer(services: Services) -> None:
    page = await asking.answer_page_for(services, reader(), await prepare(services), private=True)
    assert text(page).startswith("## The ship sailed from Cork")
