"""Every setting of a server changes what the bot does there, at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.asked import Asked
from bot.cogs.questions import Questions
from bot.cogs.settings import Settings
from bot.cogs.timeline import Timelines
from bot.ids import press_id
from bot.library import Library
from bot.rules import NotAllowedError, NotHereError, TooSoonError
from bot.services import Services
from bot.shelves import Shelf
from bot.state import Feedback, ServerSettings
from tests.bot import fakes, pressing
from tests.bot.mill import mill_archive
from tests.bot.pressing import page_after

GUILD, HERE, THERE, CURATOR = 10, 77, 78, 500
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    archive = mill_archive(tmp_path_factory.mktemp("mill"))
    return Shelf(archive, archive.sources())


@pytest.fixture
async def services(shelf: Shelf, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = shelf
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


def at(**options: Any) -> Mock:
    fake = fakes.interaction(guild_id=GUILD, **options)
    fake.locale = discord.Locale.american_english
    fake.client = Mock(command_ids={})
    return fake


async def ask(
    services: Services, question: str = "Who bent stave 4 over a fire?", **options: Any
) -> Mock:
    cog: Any = Questions(services)
    fake = at(**{name: options.pop(name) for name in ("user_id", "channel_id") if name in options})
    await Questions.ask.callback(cog, fake, question, **options)
    return fake


def labels(fake: Mock) -> list[str]:
    """What can be pressed and chosen in the message that an interaction ended in."""
    view = fake.edit_original_response.await_args.kwargs["view"]
    parts = list(fakes.walk(view.to_components()))
    buttons = [part["label"] for part in parts if part["type"] == 2]
    return buttons + [one["label"] for part in parts for one in part.get("options", ())]


def quotes(fake: Mock) -> int:
    return fakes.shown(fake).count("\n> ")


# ---------------------------------------------------------------- what each does


async def language(services: Services) -> object:
    return "Not found" in fakes.shown(await ask(services, "Who built the lighthouse?"))


async def plain(services: Services) -> object:
    return "content" in (await ask(services)).edit_original_response.await_args.kwargs


async def private(services: Services) -> object:
    """Unless it is chosen otherwise, of /ask and /timeline alike."""
    asked, cog = await ask(services), Timelines(services)
    fake, chosen = at(), at()
    anything: Any = cog
    await Timelines.timeline.callback(anything, fake)
    await Timelines.timeline.callback(anything, chosen, private=False)
    chosen.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    public = await ask(services, private=False)
    public.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    return [one.response.defer.await_args.kwargs["ephemeral"] for one in (asked, fake)]


async def length(services: Services) -> object:
    return quotes(await ask(services))


async def cooldown_member(services: Services) -> object:
    """Of each member by themselves."""
    await ask(services)
    await ask(services, user_id=2)
    return await refused(ask(services), TooSoonError)


async def cooldown_guild(services: Services) -> object:
    """Whoever asks."""
    await ask(services)
    return await refused(ask(services, user_id=2), TooSoonError)


async def channels(services: Services) -> object:
    """Elsewhere whoever asks is told where; in these it is answered."""
    await ask(services, channel_id=THERE)
    timeline: Any = Timelines(services)
    told = [
        await refused(ask(services, channel_id=HERE), NotHereError),
        await refused(Timelines.timeline.callback(timeline, at(channel_id=HERE)), NotHereError),
    ]
    assert told[0] == told[1]
    return told[0]


async def admin_roles(services: Services) -> object:
    cog: Any = Settings(services)
    return await refused(Settings.show.callback(cog, at(roles=(CURATOR,))), NotAllowedError)


async def feedback(services: Services) -> object:
    """Answers and timelines have no buttons for it."""
    fake, cog = at(), Timelines(services)
    anything: Any = cog
    await Timelines.timeline.callback(anything, fake)
    found = {*labels(await ask(services)), *labels(fake)}
    found |= {*labels(await ask(services, "Who built the lighthouse?"))}
    return sorted(found & {"Report a problem", "Helpful", "Not helpful", "Tell the curators"})


async def questions(services: Services) -> object:
    await services.state.add_question(GUILD, 1, "When?", ("when",), "answered", (), 1, NOW)
    return [line.question for line in await services.state.questions(GUILD)]


async def retention_days(services: Services) -> object:
    at = NOW - dt.timedelta(days=10)
    sent = Feedback("gap", at, 1, GUILD, HERE, Asked("When?"), "not_found")
    await services.state.add_feedback(sent)
    await services.state.purge(NOW, 30)
    return len(await services.state.feedback_of(1))


async def refused(doing: Awaitable[Any], error: type[Exception]) -> bool:
    try:
        await doing
    except error:
        return True
    return False


Effect = Callable[[Services], Awaitable[object]]

#: Each setting, a value for it, what it changes, what that is by default, and then.
MATRIX: list[tuple[str, Any, Effect, object, object]] = [
    ("language", "ru", language, True, False),
    ("plain", True, plain, False, True),
    ("private", True, private, [False, False], [True, True]),
    ("length", "short", length, 3, 1),
    ("length", "long", length, 3, 5),
    ("cooldown_member", 60.0, cooldown_member, False, True),
    ("cooldown_guild", 1, cooldown_guild, False, True),
    ("channels", (THERE,), channels, False, True),
    ("admin_roles", (CURATOR,), admin_roles, True, False),
    (
        "feedback",
        False,
        feedback,
        ["Helpful", "Not helpful", "Report a problem", "Tell the curators"],
        [],
    ),
    ("questions", True, questions, [None], ["When?"]),
    ("retention_days", 7, retention_days, 1, 0),
]


@pytest.mark.parametrize(
    ("field", "value", "effect", "before", "after"),
    [pytest.param(*line, id=f"{line[0]}={line[1]}") for line in MATRIX],
)
@pytest.mark.parametrize("chosen", [False, True], ids=["by default", "chosen"])
async def test_each_setting_changes_what_is_done(
    services: Services,
    field: str,
    value: Any,
    effect: Effect,
    before: object,
    after: object,
    chosen: bool,
) -> None:
    """In this server, at once, and in no other."""
    guild = GUILD if chosen else GUILD + 1
    await services.state.set_server(guild, **{field: value})
    assert await effect(services) == (after if chosen else before)


def test_each_setting_has_such_a_test() -> None:
    """A setting that changes nothing is none."""
    assert {name for name, *_ in MATRIX} == {field.name for field in fields(ServerSettings)}


# ---------------------------------------------------------------- presses where none is answered


async def test_nothing_is_shared_into_a_channel_where_none_is_answered(services: Services) -> None:
    fake = await ask(services, private=True)
    view = fake.edit_original_response.await_args.kwargs["view"]
    message = Mock(spec=discord.Message, content="", embeds=[], id=5)
    message.components = [pressing._component_factory(one) for one in view.to_components()]
    message.flags = discord.MessageFlags(components_v2=True, ephemeral=True)
    await services.state.set_server(GUILD, channels=(THERE,))
    with pytest.raises(NotHereError):
        await pressing.press(services, press_id("share", 1, 1), message=message)
    shared = await pressing.press(services, press_id("share", 1, 1), message=message, channel=THERE)
    assert "Shared by" in page_after(shared)


async def test_a_thread_belongs_to_its_channel(services: Services) -> None:
    fake = at(channel_id=900)
    fake.channel = Mock(spec=discord.Thread, parent_id=THERE)
    nothing = AsyncMock(side_effect=fakes.http_error(404))
    fake.client.get_partial_messageable.return_value.fetch_message = nothing
    await services.state.set_server(GUILD, channels=(THERE,))
    cog: Any = Questions(services)
    await Questions.ask.callback(cog, fake, "Who bent stave 4?")
    assert "stave" in fakes.shown(fake)


async def test_direct_messages_know_no_server_s_settings(services: Services) -> None:
    await services.state.set_server(GUILD, channels=(THERE,), private=True)
    fake = fakes.interaction(guild_id=None)
    fake.locale = discord.Locale.american_english
    cog: Any = Questions(services)
    await Questions.ask.callback(cog, fake, "Who bent stave 4?")
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
