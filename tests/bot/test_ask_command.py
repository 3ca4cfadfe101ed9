"""/ask and the entry in a message's menu, from the options to the message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import AsyncMock, Mock, create_autospec

import discord
import pytest

from bot.asked import Asked, read_asked
from bot.cogs.questions import Questions
from bot.languages import ENGLISH
from bot.library import Library
from bot.render.answers import Found, Frame, answer_page
from bot.shelves import Shelf
from bot.visibility import ALONE
from index.dates.edtf import from_edtf
from index.errors import EmptyQueryError, QueryTooLongError
from index.model import WhenSuggestion
from tests.bot import fakes, pressing
from tests.bot.fakes import interaction, shown, texts
from tests.bot.pressing import message_of

OURS = 900


@pytest.fixture
async def archive() -> Mock:
    made = fakes.archive()
    made.snapshot.events_of, made.snapshot.events = {}, ()
    return made


@pytest.fixture
async def questions(archive: Mock, tmp_path: Path) -> AsyncIterator[Questions]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    services = replace(pressing.services(tmp_path), library=library)
    yield Questions(services)
    await library.close()
    await services.state.close()


def asker(channel: type[object] = discord.TextChannel) -> Mock:
    fake = interaction()
    fake.locale = discord.Locale.american_english
    fake.channel = create_autospec(channel, instance=True)
    fake.is_guild_integration.return_value = True
    return fake


async def ask(cog: Questions, fake: Mock, question: str = "When?", **options: object) -> None:
    await Questions.ask.callback(cog, fake, question, **options)  # type: ignore[arg-type, call-arg]


def asked(fake: Mock) -> Asked | None:
    return read_asked(texts(fake.edit_original_response.await_args.kwargs["view"]))


def labels(fake: Mock) -> list[str]:
    view = fake.edit_original_response.await_args.kwargs["view"]
    found = [*fakes.walk(view.to_components())]
    found += [one["accessory"] for one in found if "accessory" in one]
    options = [option["label"] for one in found for option in one.get("options", ())]
    return [*(one["label"] for one in found if "label" in one), *options]


async def test_ask_shows_the_answer_and_its_source(questions: Questions) -> None:
    """/ask defers for all to see, then puts the answer and its place where the wait was."""
    fake = asker()
    await ask(questions, fake, "When did the ship sail?")
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert "The ship sailed from Cork" in shown(fake)
    assert "**[1] Log of the Petrel**\n-# Voyage" in shown(fake)
    assert "Share" not in labels(fake)


async def test_a_private_answer_can_be_shared(questions: Questions) -> None:
    """It is deferred privately, and can't be made a thread."""
    fake = asker()
    await ask(questions, fake, private=True)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "Share" in labels(fake)
    assert "Open a thread" not in labels(fake)


async def test_a_thread_is_offered_where_one_can_be_made(questions: Questions) -> None:
    """In a text channel of a server that the bot is in, not in a direct message."""
    fake = asker()
    await ask(questions, fake)
    assert "Open a thread" in labels(fake)
    fake = asker(discord.DMChannel)
    await ask(questions, fake)
    assert "Open a thread" not in labels(fake)


@pytest.mark.parametrize(
    ("question", "error"), [("   ", EmptyQueryError), ("x" * 5_000, QueryTooLongError)]
)
async def test_a_question_that_can_not_be_asked_is_refused_before_the_wait(
    questions: Questions, archive: Mock, question: str, error: type[Exception]
) -> None:
    fake = asker()
    with pytest.raises(error):
        await ask(questions, fake, question)
    fake.response.defer.assert_not_awaited()
    archive.answer.assert_not_called()


def starter(author: int = OURS) -> Mock:
    """The answer that a thread was made from."""
    found = Found(fakes.answered(), Asked("When did the ship sail?"))
    message = message_of(answer_page(found, Frame(1), ENGLISH))
    message.author = create_autospec(discord.User, instance=True, id=author)
    return message


def in_thread(fetched: Mock | Exception) -> Mock:
    fake = asker(discord.Thread)
    fake.channel.id, fake.channel.parent_id = 55, 44
    fake.client.user = create_autospec(discord.ClientUser, instance=True, id=OURS)
    parent = create_autospec(discord.PartialMessageable, instance=True)
    parent.fetch_message = AsyncMock(
        side_effect=fetched if isinstance(fetched, Exception) else [fetched]
    )
    fake.client.get_partial_messageable.return_value = parent
    return fake


async def test_in_the_thread_of_an_answer_its_question_is_carried(
    questions: Questions, archive: Mock
) -> None:
    fake = in_thread(starter())
    await ask(questions, fake, "And then?")
    assert archive.answer.call_args.kwargs["before"] == "When did the ship sail?"
    assert asked(fake) == Asked("And then?", "When did the ship sail?")


@pytest.mark.parametrize(
    "fetched", [starter(author=3), fakes.http_error(404, 10008), TimeoutError()]
)
async def test_in_another_thread_nothing_is_carried(
    questions: Questions, archive: Mock, fetched: Mock | Exception
) -> None:
    """Its first message is another's, can't be read, or doesn't come."""
    await ask(questions, in_thread(fetched), "And then?")
    assert archive.answer.call_args.kwargs["before"] == ()


async def test_documents_are_suggested_from_memory(questions: Questions, archive: Mock) -> None:
    await questions.library.shelf(ALONE)  # is made once
    archive.reset_mock()
    choices = await questions.suggest_document(asker(), "lett")  # type: ignore[call-arg, arg-type, operator]
    assert [(choice.name, choice.value) for choice in choices] == [
        ("Letter to the Owners", "letter")
    ]
    assert not archive.method_calls


async def test_times_that_name_a_year_are_suggested_with_counts(
    questions: Questions, archive: Mock
) -> None:
    """What comes every year is no end of a time."""
    march = WhenSuggestion(from_edtf("1871-03"), None, "March 1871", "March 1871", 2, 0)
    every = WhenSuggestion(None, (3, 4), "4 March of every year", "4 March", 1, 0)
    archive.suggest_when.return_value = [march, every]
    found = await questions.suggest_time(asker(), "mar")  # type: ignore[call-arg, arg-type, operator]
    assert [(choice.name, choice.value) for choice in found] == [("March 1871 (2)", "March 1871")]


async def test_a_suggestion_that_fails_is_none(questions: Questions, archive: Mock) -> None:
    archive.suggest_when.side_effect = RuntimeError
    assert await questions.suggest_time(asker(), "mar") == []  # type: ignore[call-arg, arg-type, operator]


def test_discord_is_told_the_length_of_a_question() -> None:
    """Its clients refuse a longer one; the options are named as people know them."""
    options = {str(one.display_name): one for one in Questions.ask.parameters}
    assert list(options) == ["question", "document", "from", "to", "private"]
    assert (options["question"].min_value, options["question"].max_value) == (1, 2_000)


# ---------------------------------------------------------------- the menu of a message


def message(content: str) -> Mock:
    made: Mock = create_autospec(discord.Message, instance=True)
    made.content, made.embeds, made.components = content, [], []
    return made


async def test_what_a_message_says_is_asked_privately(questions: Questions, archive: Mock) -> None:
    """The answer is the asker's alone, and can be shared."""
    fake = asker()
    await questions.ask_about(fake, message("When did the ship sail?"))
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert archive.answer.call_args.args == ("When did the ship sail?",)
    assert "Share" in labels(fake)


async def test_of_a_long_message_it_is_told_that_it_was_cut(questions: Questions) -> None:
    fake = asker()
    await questions.ask_about(fake, message("She sailed at noon. " * 200))
    assert "Only the first sentences of the message were asked." in shown(fake)


async def test_a_message_without_words_is_refused_before_the_wait(questions: Questions) -> None:
    fake = asker()
    with pytest.raises(EmptyQueryError):
        await questions.ask_about(fake, message("🚢"))
    fake.response.defer.assert_not_awaited()
