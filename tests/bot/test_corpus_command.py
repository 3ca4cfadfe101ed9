"""/corpus reindex: who may, what is told meanwhile, and that a last message always comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot import replies
from bot.cogs import corpus
from bot.cogs.corpus import Corpus
from bot.library import Build, Library, Shelf
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from index.building import Progress
from index.errors import BusyError
from index.model import BuildReport
from tests.bot import fakes, pressing
from tests.bot.fakes import http_error, shown, until
from tests.bot.pressing import MANAGER

OWNER = 1


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
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    archive = fakes.archive()
    library._shelf = Shelf(archive, archive.sources())
    rights = Rights(frozenset({OWNER}), frozenset())
    made = replace(pressing.services(tmp_path), library=library, rights=rights)
    yield made
    await library.close()
    await made.state.close()


@pytest.fixture
async def builder(services: Services) -> AsyncIterator[Builder]:
    made = Builder()
    services.library._run_build = made.run
    yield made
    made.go.set()


@pytest.fixture
def cog(services: Services) -> Corpus:
    return Corpus(services)


def interaction(**options: Any) -> Mock:
    fake = fakes.interaction(**options)
    fake.client = Mock(closing=False)
    return fake


async def reindex(cog: Corpus, fake: Mock, *, full: bool = False) -> None:
    await Corpus.reindex.callback(cog, fake, full)  # type: ignore[arg-type, call-arg]


# ---------------------------------------------------------------- who may


async def test_the_command_is_offered_to_managers_of_servers_alone(cog: Corpus) -> None:
    """By default; a server may change that, so the bot checks too."""
    group: Any = cog.app_command
    assert group.default_permissions == discord.Permissions(manage_guild=True)
    there = group.allowed_contexts
    assert (there.guild, there.dm_channel, there.private_channel) == (True, False, False)
    assert (group.allowed_installs.guild, group.allowed_installs.user) == (True, False)


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


async def test_reindex_from_a_server_that_is_not_home_is_refused(services: Services) -> None:
    cog = Corpus(replace(services, rights=Rights(frozenset(), frozenset({10}))))
    with pytest.raises(NotAllowedError, match="from this server"):
        await reindex(cog, interaction(guild_id=20, permissions=MANAGER))


async def test_an_administrator_counts_as_a_manager(cog: Corpus, builder: Builder) -> None:
    builder.go.set()
    await reindex(cog, interaction(user_id=2, permissions=discord.Permissions(administrator=True)))
    assert builder.calls == [False]


# ---------------------------------------------------------------- what is told


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
    assert "Reading the documents: 1 of 2" in shown(fake)
    builder.go.set()
    await task
    assert "The documents were read anew." in shown(fake)


async def test_progress_that_has_not_changed_is_not_shown_again(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord is told only what is new, and at most every few seconds."""
    monkeypatch.setattr(corpus, "EVERY", 0.005)
    fake = interaction()
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    await asyncio.sleep(0.05)
    assert fake.edit_original_response.await_count == 1
    builder.go.set()
    await task


async def test_the_report_comes_though_progress_could_not_be_shown(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused edit is not the end of it."""
    monkeypatch.setattr(corpus, "EVERY", 0.02)
    fake = interaction()
    fake.edit_original_response.side_effect = [http_error(400), None]
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    builder.go.set()
    await task
    assert "The documents were read anew." in shown(fake)


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
    services: Services, cog: Corpus, builder: Builder
) -> None:
    task = asyncio.create_task(reindex(cog, interaction()))
    await until(lambda: builder.calls)
    shelf = await services.library.shelf()
    answer = await services.library.run(
        shelf, lambda archive: archive.answer("When did the ship sail?", today=fakes.TODAY)
    )
    assert answer.answered
    builder.go.set()
    await task


async def test_a_build_elsewhere_is_told(cog: Corpus, builder: Builder) -> None:
    """BusyError goes to the error handler, which shows its sentence where the wait was."""
    builder.outcome = BusyError("Another process (id 5) is already indexing this data folder.")
    builder.go.set()
    with pytest.raises(BusyError):
        await reindex(cog, interaction())


async def test_a_build_longer_than_a_reply_can_be_edited_is_left_to_itself(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord lets a reply be edited for fifteen minutes; before that the asker is told."""
    monkeypatch.setattr(replies, "TOKEN_LIFE", 0.0)
    library = create_autospec(Library, instance=True)
    library.building = False
    library.build.return_value = create_autospec(Build, instance=True)
    fake = interaction()
    await reindex(Corpus(replace(services, library=library)), fake)
    assert "still being read" in shown(fake)


async def test_a_restart_meanwhile_is_told(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for the report learns that the documents read before go on answering."""
    monkeypatch.setattr(corpus, "EVERY", 0.02)
    fake = interaction()
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: builder.calls)
    fake.client.closing = True
    await task
    assert "being restarted" in shown(fake)
