"""Commands, from the options to the message, through discord.py's own objects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot import render
from bot.cogs import corpus
from bot.cogs.corpus import Corpus, Sources
from bot.cogs.questions import Questions
from bot.library import Build, Library, Shelf, StillIndexingError
from bot.rules import Cooldowns, NotAllowedError, Rights, TooSoonError
from index.building import Progress
from index.dates.edtf import from_edtf
from index.errors import (
    BusyError,
    EmptyQueryError,
    QueryTooLongError,
    UnknownDocumentError,
    UnreadableDateError,
)
from index.model import BuildReport
from tests.bot import fakes
from tests.bot.fakes import interaction, shown, told, until

MANAGER = discord.Permissions(manage_guild=True)


@pytest.fixture
async def archive() -> Mock:
    return fakes.archive()


@pytest.fixture
async def library(archive: Mock, tmp_path: Path) -> AsyncIterator[Library]:
    """A library that answers from the archive and has nothing of its own running."""
    made = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    made._shelf = Shelf(archive, archive.sources())
    yield made
    await made.close()


@pytest.fixture
def questions(library: Library) -> Questions:
    return Questions(library, Cooldowns())


async def ask(cog: Questions, fake: Mock, question: str, document: str | None = None) -> None:
    await Questions.ask.callback(cog, fake, question, document)  # type: ignore[arg-type, call-arg]


async def timeline(cog: Questions, fake: Mock, **options: str) -> None:
    await Questions.timeline.callback(cog, fake, **options)  # type: ignore[arg-type, call-arg]


async def reindex(cog: Corpus, fake: Mock, *, full: bool = False) -> None:
    await Corpus.reindex.callback(cog, fake, full)  # type: ignore[arg-type, call-arg]


# ---------------------------------------------------------------- /ask


async def test_ask_shows_the_answer_and_its_source(questions: Questions) -> None:
    """/ask defers for all to see, then puts the answer and its place where the wait was."""
    fake = interaction()
    await ask(questions, fake, "When did the ship sail?")
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    assert "The ship sailed from Cork" in shown(fake)
    assert "**[1]** **Log of the Petrel** — Voyage" in shown(fake)


async def test_ask_gives_the_archive_what_was_asked(questions: Questions, archive: Mock) -> None:
    """The trimmed question, today's date, the document, and no more passages than are shown."""
    await ask(questions, interaction(), "  When? ", "letter")
    archive.answer.assert_called_once_with(
        "When?", today=fakes.TODAY, k=render.PASSAGES_SHOWN, document="letter"
    )


@pytest.mark.parametrize(
    ("question", "error"),
    [
        pytest.param("   ", EmptyQueryError, id="empty"),
        pytest.param("x" * 5_000, QueryTooLongError, id="too long"),
        pytest.param("What was on 30 February 2022?", UnreadableDateError, id="no such day"),
    ],
)
async def test_a_question_that_can_not_be_asked_is_refused_before_the_wait(
    questions: Questions, archive: Mock, question: str, error: type[Exception]
) -> None:
    fake = interaction()
    with pytest.raises(error):
        await ask(questions, fake, question)
    fake.response.defer.assert_not_awaited()
    archive.answer.assert_not_called()


async def test_an_unknown_document_is_refused_before_the_wait(
    questions: Questions, archive: Mock
) -> None:
    archive.snapshot.document_id.side_effect = UnknownDocumentError("No.")
    fake = interaction()
    with pytest.raises(UnknownDocumentError):
        await ask(questions, fake, "When?", "diary")
    fake.response.defer.assert_not_awaited()


async def test_a_member_who_asks_too_soon_is_refused_before_the_wait(library: Library) -> None:
    """The cooldown of the settings is per member, and bad questions don't start it."""
    cog = Questions(library, Cooldowns(member_seconds=60))
    with pytest.raises(EmptyQueryError):
        await ask(cog, interaction(), " ")
    await ask(cog, interaction(), "When?")
    late = interaction()
    with pytest.raises(TooSoonError, match=r"wait (60|59) seconds"):
        await ask(cog, late, "Who?")
    late.response.defer.assert_not_awaited()
    await ask(cog, interaction(user_id=2), "Who?")


async def test_while_there_is_no_index_askers_are_told(library: Library) -> None:
    library._shelf = None
    library._opened.set()
    fake = interaction()
    with pytest.raises(StillIndexingError, match="being indexed"):
        await ask(Questions(library, Cooldowns()), fake, "When?")
    fake.response.defer.assert_not_awaited()


async def test_documents_are_suggested_from_memory(questions: Questions, archive: Mock) -> None:
    archive.reset_mock()
    choices = await questions.suggest_document(interaction(), "lett")  # type: ignore[call-arg, arg-type, operator]
    assert [(choice.name, choice.value) for choice in choices] == [
        ("Letter to the Owners", "letter")
    ]
    assert not archive.method_calls


async def test_names_and_times_are_suggested_with_counts(
    questions: Questions, archive: Mock
) -> None:
    """While somebody types who or when, names and months of the timeline come with their counts."""
    archive.suggest_names.return_value = [("Captain Byrne", 3)]
    archive.suggest_times.return_value = [(from_edtf("1871-03"), 2)]
    who = await questions.suggest_who(interaction(), "by")  # type: ignore[call-arg, arg-type, operator]
    when = await questions.suggest_when(interaction(), "mar")  # type: ignore[call-arg, arg-type, operator]
    assert [(choice.name, choice.value) for choice in (*who, *when)] == [
        ("Captain Byrne (3)", "Captain Byrne"),
        ("March 1871 (2)", "March 1871"),
    ]


# ---------------------------------------------------------------- /timeline and /sources


async def test_timeline_shows_events(questions: Questions, archive: Mock) -> None:
    fake = interaction()
    await timeline(questions, fake, when="1871", who="Byrne")
    archive.timeline.assert_called_once_with(
        today=fakes.TODAY, when="1871", who="Byrne", about=None, document=None
    )
    assert "**March 4** — The Petrel sails from Cork." in shown(fake)


async def test_timeline_needs_no_option(questions: Questions, archive: Mock) -> None:
    fake = interaction()
    await timeline(questions, fake)
    archive.timeline.assert_called_once_with(
        today=fakes.TODAY, when=None, who=None, about=None, document=None
    )
    assert "Timeline: all events" in shown(fake)


async def test_a_date_that_can_not_be_read_is_refused_before_the_wait(questions: Questions) -> None:
    fake = interaction()
    with pytest.raises(UnreadableDateError):
        await timeline(questions, fake, when="once upon a time")
    fake.response.defer.assert_not_awaited()


async def test_sources_are_shown_at_once(library: Library) -> None:
    fake = interaction()
    await Sources.sources.callback(Sources(library), fake)  # type: ignore[arg-type]
    message, private = told(fake)
    assert "**Letter to the Owners**" in message
    assert not private


# ---------------------------------------------------------------- /corpus reindex


class Builder:
    """Builds when it is let; counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls: list[bool] = []
        self.go = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.outcome: BuildReport | Exception = fakes.report(generation=7)

    def run(self, _corpus: Path, _data: Path, full: bool, tell: Any) -> BuildReport:
        self.calls.append(full)
        tell(Progress(1, 2, "log.txt"))
        asyncio.run_coroutine_threadsafe(self.go.wait(), self.loop).result(timeout=30)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
async def builder(library: Library) -> Builder:
    made = Builder()
    library._run_build = made.run
    return made


@pytest.fixture
def cog(library: Library) -> Corpus:
    return Corpus(library, Rights(frozenset({1}), frozenset()))


@pytest.mark.parametrize(
    ("fake", "full"),
    [
        pytest.param({"user_id": 2}, False, id="a member"),
        pytest.param({"user_id": 2, "permissions": MANAGER}, True, id="a manager, in full"),
        pytest.param({"user_id": 2, "guild_id": None, "permissions": MANAGER}, False, id="in a DM"),
    ],
)
async def test_who_may_not_reindex_is_refused_before_the_wait(
    cog: Corpus, builder: Builder, fake: dict[str, Any], full: bool
) -> None:
    """The bot checks itself: a server may hand its commands to anyone."""
    asker = interaction(**fake)
    with pytest.raises(NotAllowedError):
        await reindex(cog, asker, full=full)
    asker.response.defer.assert_not_awaited()
    assert builder.calls == []


async def test_reindex_from_a_server_that_is_not_home_is_refused(library: Library) -> None:
    cog = Corpus(library, Rights(frozenset(), frozenset({10})))
    with pytest.raises(NotAllowedError, match="from this server"):
        await reindex(cog, interaction(guild_id=20, permissions=MANAGER))


async def test_an_administrator_counts_as_a_manager(cog: Corpus, builder: Builder) -> None:
    builder.go.set()
    fake = interaction(user_id=2, permissions=discord.Permissions(administrator=True))
    await reindex(cog, fake)
    assert builder.calls == [False]


async def test_reindex_reports_to_the_asker_alone(cog: Corpus, builder: Builder) -> None:
    """Deferred privately, then what was read and what changed."""
    builder.go.set()
    fake = interaction()
    await reindex(cog, fake, full=True)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "2 documents · 9 passages · 4 events" in shown(fake)
    assert builder.calls == [True]


async def test_reindex_shows_how_far_it_is(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "EVERY", 0.02)
    fake = interaction()
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    assert "Indexing: 1 of 2 documents" in shown(fake)
    builder.go.set()
    await task
    assert "Indexed." in shown(fake)


async def test_a_second_reindex_joins_the_first(cog: Corpus, builder: Builder) -> None:
    """One build at a time; both askers get its result."""
    first, second = interaction(number=1), interaction(number=2)
    tasks = [asyncio.create_task(reindex(cog, first))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, second, full=True)))
    await until(lambda: second.response.defer.await_count)
    builder.go.set()
    await asyncio.gather(*tasks)
    assert builder.calls == [False]
    assert "already when you asked" not in shown(first)
    assert "already when you asked" in shown(second)
    assert "ask again to read all" in shown(second)


async def test_questions_are_answered_while_reindexing(
    cog: Corpus, builder: Builder, questions: Questions
) -> None:
    task = asyncio.create_task(reindex(cog, interaction()))
    await until(lambda: builder.calls)
    fake = interaction(number=2)
    await ask(questions, fake, "When did the ship sail?")
    assert "The ship sailed" in shown(fake)
    builder.go.set()
    await task


async def test_a_build_elsewhere_is_told(cog: Corpus, builder: Builder) -> None:
    """BusyError goes to the error handler, which shows its sentence where the wait was."""
    builder.outcome = BusyError("Another process (id 5) is already indexing this data folder.")
    builder.go.set()
    with pytest.raises(BusyError):
        await reindex(cog, interaction())


async def test_a_build_longer_than_a_reply_can_be_edited_is_left_to_itself(
    cog: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord lets a reply be edited for fifteen minutes; before that the asker is told."""
    monkeypatch.setattr(corpus, "TOKEN_LIFE", 0.0)
    library = create_autospec(Library, instance=True)
    library.building = False
    library.build.return_value = create_autospec(Build, instance=True)
    cog.library = library
    fake = interaction()
    await reindex(cog, fake)
    assert "still being read" in shown(fake)
