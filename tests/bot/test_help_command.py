"""/help, and its examples when they are tried."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.cogs.help import Help
from bot.layout import Page
from bot.library import Library
from bot.render.help import check
from bot.rules import Cooldowns, Rights, TooSoonError
from bot.services import Services
from bot.shelves import Shelf
from bot.views.help import GoneExampleError
from bot.visibility import ALONE
from index.archive import Archive
from index.model import Example
from tests.bot import fakes, pressing
from tests.bot.fakes import told
from tests.bot.mill import mill_archive
from tests.bot.pressing import MANAGER, message_of, page_after, press

ASKED = Example("ask", "When was the weir laid?", "mill")
FOLLOWING = Example("ask", "And in June 1791?", None, "What happened in May 1790?")
TIME = Example("timeline", "1791")
WRITTEN = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return mill_archive(tmp_path_factory.mktemp("mill"))


@pytest.fixture
async def services(archive: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    shelf = Shelf(archive, archive.sources(), (), WRITTEN)
    library._shelf = shelf
    (await library.shelf(ALONE)).examples.extend((ASKED, FOLLOWING, TIME))
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


async def ask_for_help(services: Services, **options: object) -> Mock:
    fake = fakes.interaction(**options)  # type: ignore[arg-type]
    fake.client = Mock(command_ids={"ask": 12})
    await Help.help.callback(Help(services), fake)  # type: ignore[arg-type]
    return fake


async def attempt(services: Services, example: Example, number: int = 1) -> Mock:
    message = message_of(Page(("Help",)), private=True)
    return await press(services, f"v1:try:{number}:{check(example)}", message=message)


# ---------------------------------------------------------------- /help


async def test_help_is_private_and_comes_at_once(services: Services, archive: Archive) -> None:
    text, private = told(await ask_for_help(services))
    changed = archive.changed
    assert changed is not None
    assert private
    assert "When was the weir laid?" in text
    assert "</ask:12>" in text
    assert f"last indexed on {changed.day} {changed:%B %Y}" in text


async def test_help_works_while_nothing_is_indexed(services: Services) -> None:
    services.library._shelf = None
    services.library._opened.set()
    assert "The documents are not ready yet." in told(await ask_for_help(services))[0]


async def test_help_tells_administrators_more(services: Services) -> None:
    assert "/corpus reindex" in told(await ask_for_help(services, permissions=MANAGER))[0]
    assert "/corpus reindex" not in told(await ask_for_help(services))[0]
    owned = replace(services, rights=Rights(frozenset({1}), frozenset()))
    assert "/corpus reindex" in told(await ask_for_help(owned, guild_id=None))[0]


# ---------------------------------------------------------------- its examples


async def test_an_example_is_answered_privately(services: Services) -> None:
    fake = await attempt(services, ASKED)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "The weir was laid in" in page_after(fake)


async def test_an_example_that_follows_a_question_is_asked_after_it(
    services: Services,
) -> None:
    fake = await attempt(services, FOLLOWING, 2)
    assert "The miller wrote on" in page_after(fake)
    assert "What happened in May 1790?" in page_after(fake)


async def test_a_time_opens_the_timeline(services: Services) -> None:
    """Privately, with its buttons."""
    fake = await attempt(services, TIME, 3)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "Timeline: 1791" in page_after(fake)
    assert "The miller wrote on 9 June 1791" in page_after(fake)


async def test_an_example_of_earlier_documents_is_told(services: Services) -> None:
    """Its button doesn't ask another question instead."""
    with pytest.raises(GoneExampleError, match="documents that have changed"):
        await attempt(services, Example("ask", "Who built the lighthouse?"))


async def test_examples_count_for_the_cooldowns(services: Services) -> None:
    slow = replace(services, cooldowns=Cooldowns(member_seconds=60))
    await attempt(slow, ASKED)
    with pytest.raises(TooSoonError):
        await attempt(slow, TIME, 3)
