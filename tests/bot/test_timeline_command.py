"""/timeline, from its options to the message, and what is offered while they are typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.asked import Asked, read_asked
from bot.cogs.timeline import Timelines, choices
from bot.languages import ENGLISH
from bot.library import Library
from bot.rules import Cooldowns, TooSoonError
from bot.shelves import Shelf
from index.dates.edtf import from_edtf
from index.errors import QueryTooLongError, UnknownDocumentError, UnreadableDateError
from index.model import Timeline, WhenSuggestion
from tests.bot import fakes, pressing
from tests.bot.fakes import shown


def numbered(count: int) -> Timeline:
    return fakes.timeline(
        *(fakes.event(f"Barrel {n} was landed.", "1871", "1871") for n in range(count))
    )


@pytest.fixture
async def archive() -> Mock:
    made = fakes.archive()
    made.timeline.return_value = numbered(15)
    return made


@pytest.fixture
async def cog(archive: Mock, tmp_path: Path) -> AsyncIterator[Timelines]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    services = replace(pressing.services(tmp_path), library=library)
    yield Timelines(services)
    await library.close()
    await services.state.close()


def interaction() -> Mock:
    fake = fakes.interaction()
    fake.locale = discord.Locale.american_english
    return fake


async def timeline(cog: Timelines, **options: str) -> Mock:
    """The interaction after the command was answered."""
    fake = interaction()
    await Timelines.timeline.callback(cog, fake, **options)  # type: ignore[arg-type, call-arg]
    return fake


async def offered(cog: Timelines, option: str, typed: str) -> list[tuple[str, str]]:
    """What is offered while ``typed`` stands in an option: what is shown, and its value."""
    found = await getattr(cog, f"suggest_{option}")(interaction(), typed)
    return [(choice.name, choice.value) for choice in found]


async def test_it_shows_the_entries_that_were_asked_for(cog: Timelines, archive: Mock) -> None:
    """Deferred for all to see, then the first page; a document goes by its title."""
    fake = await timeline(cog, when=" 1871 ", who="Byrne", about="salt", document="log")
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    archive.timeline.assert_called_once_with(
        today=fakes.TODAY, when="1871", who="Byrne", about="salt", document="Log of the Petrel"
    )
    assert "page 1 of 3" in shown(fake)


async def test_it_keeps_what_was_asked_in_the_message(cog: Timelines) -> None:
    fake = await timeline(cog, when="1871", who="*Byrne* <@1>", document="log")
    assert read_asked([shown(fake)]) == Asked(
        when="1871", who="*Byrne* <@1>", document="Log of the Petrel"
    )


async def test_with_nothing_given_it_opens_the_latest_page(cog: Timelines, archive: Mock) -> None:
    fake = await timeline(cog)
    assert archive.timeline.call_args.kwargs["when"] is None
    assert "page 3 of 3" in shown(fake)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        pytest.param({"when": "once upon a time"}, UnreadableDateError, id="no date"),
        pytest.param({"when": "x" * 300}, UnreadableDateError, id="long date"),
        pytest.param({"who": "x" * 201}, QueryTooLongError, id="long name"),
        pytest.param({"about": "x" * 201}, QueryTooLongError, id="long words"),
        pytest.param({"document": "diary"}, UnknownDocumentError, id="no document"),
    ],
)
async def test_what_cannot_be_used_is_told_before_anything_is_promised(
    cog: Timelines, archive: Mock, options: dict[str, str], error: type[Exception]
) -> None:
    """Judged from the options alone: nothing is deferred, and nothing is searched."""
    fake = interaction()
    with pytest.raises(error):
        await Timelines.timeline.callback(cog, fake, **options)  # type: ignore[arg-type, call-arg]
    fake.response.defer.assert_not_awaited()
    archive.timeline.assert_not_called()


async def test_who_asks_too_soon_is_told_before_anything_is_promised(cog: Timelines) -> None:
    cog.services = replace(cog.services, cooldowns=Cooldowns(member_seconds=60))
    await timeline(cog)
    with pytest.raises(TooSoonError):
        await timeline(cog)


# ---------------------------------------------------------------- while typing


async def test_times_are_offered_with_their_counts(cog: Timelines, archive: Mock) -> None:
    """A time said in words, with the value that is read back; of what only may fall in it how many."""
    archive.suggest_when.return_value = (
        WhenSuggestion(from_edtf("1871-03"), None, "March 1871", "1871-03", 2, 5),
        WhenSuggestion(None, (3, 4), "4 March of every year", "4 March", 0, 1),
    )
    assert await offered(cog, "when", "mar") == [
        ("March 1871 (2)", "1871-03"),
        ("4 March of every year (1)", "4 March"),
    ]
    archive.suggest_when.assert_called_once_with("mar", today=fakes.TODAY)


async def test_names_and_topics_are_offered_with_their_counts(
    cog: Timelines, archive: Mock
) -> None:
    archive.suggest_names.return_value = [("Captain Byrne", 3)]
    archive.suggest_topics.return_value = [("salt", 1_200)]
    assert await offered(cog, "who", "by") == [("Captain Byrne (3)", "Captain Byrne")]
    assert await offered(cog, "about", "sa") == [("salt (1,200)", "salt")]


async def test_documents_are_offered_by_title(cog: Timelines) -> None:
    assert await offered(cog, "document", "lett") == [("Letter to the Owners", "letter")]


@pytest.mark.parametrize("option", ["when", "who", "about"])
async def test_suggestions_that_fail_are_none(cog: Timelines, archive: Mock, option: str) -> None:
    """Whatever goes wrong, the person can go on typing."""
    for name in ("suggest_when", "suggest_names", "suggest_topics"):
        getattr(archive, name).side_effect = RuntimeError("no")
    assert await offered(cog, option, "x") == []


async def test_without_an_index_nothing_is_offered(cog: Timelines) -> None:
    cog.library._shelf = None
    cog.library._opened.set()
    assert await offered(cog, "who", "x") == []
    assert await offered(cog, "document", "x") == []


def test_suggestions_are_as_many_and_as_long_as_discord_takes() -> None:
    """At most 25 of 100 UTF-16 units; a value that is longer is left out, what is shown is cut."""
    counted: list[tuple[str, str, int]] = [
        ("🚢" * 90, "ships", 2), ("x" * 101, "x" * 101, 1), ("🚢" * 60, "🚢" * 60, 1), (" ", " ", 1),
        *((f"word {n}", f"word {n}", n) for n in range(40)),
    ]  # fmt: skip
    made: list[Any] = choices(counted, ENGLISH)
    assert len(made) == 25
    assert all(0 < len(c.name.encode("utf-16-le")) // 2 <= 100 for c in made)
    assert all(0 < len(c.value.encode("utf-16-le")) // 2 <= 100 for c in made)
    assert made[0].name.endswith("… (2)")
    assert made[1].value == "word 0"
