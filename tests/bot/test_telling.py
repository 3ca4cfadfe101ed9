"""Telling those who wished it that their question was answered, with a Discord that refuses."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot import replies
from bot.asked import Asked
from bot.ids import press_id
from bot.layout import Page
from bot.library import Library
from bot.services import Services
from bot.shelves import Shelf
from bot.state import By, Feedback
from bot.state.gaps import GapAnswer, answer_gaps, gap_lines, reopen_gaps, unsaid
from bot.telling import Telling
from index.archive import Archive
from tests.bot import fakes, pressing
from tests.bot.fakes import http_error
from tests.bot.pressing import message_of, page_after, press

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CURATOR = By(2, 10, NOW)
ANSWER = "Two hundred masons"


class Discord:
    """A server and its members, each of whom refuses or takes what is sent."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.messages: list[tuple[int, dict[str, Any]]] = []
        self.refusing: dict[int, list[Exception]] = {}  # what sending to a person raises, in turn
        self.missing: dict[int, Exception] = {}  # what looking a person up raises
        self.guild = create_autospec(discord.Guild, instance=True, id=10)
        self.guild.name = "The *Harbour* Club"
        self.guild.unavailable = False
        self.guild.preferred_locale = discord.Locale.american_english
        self.guild.fetch_member.side_effect = self._member

    def get_guild(self, number: int) -> Any:
        return self.guild if number == 10 else None

    async def _member(self, number: int) -> Mock:
        if number in self.missing:
            raise self.missing[number]
        member: Mock = create_autospec(discord.Member, instance=True, id=number)

        async def send(**message: Any) -> None:
            if self.refusing.get(number):
                raise self.refusing[number].pop(0)
            self.messages.append((number, message))

        member.send.side_effect = send
        return member

    @property
    def told(self) -> list[int]:
        return [number for number, _ in self.messages]

    @property
    def said(self) -> str:
        [(_, message)] = self.messages
        return fakes.text_of(message["view"])


async def _no_wait(_: float) -> None:
    pass


@pytest.fixture
async def services(harbour: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(harbour, harbour.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


@pytest.fixture
def world(services: Services) -> Discord:
    return Discord(services)


@pytest.fixture
def telling(world: Discord) -> Telling:
    return Telling(world, sleep=_no_wait)  # type: ignore[arg-type]


async def sent(made: Services, person: int = 5, question: str = "Who paid *them*?") -> str:
    """A question whose sender wishes to be told; the id of its line."""
    told = Feedback("gap", NOW, person, 10, 77, Asked(question), "not_found", tell=True)
    return f"f{await made.state.add_feedback(told)}"


async def answered(made: Services, archive: Archive, ids: Iterable[str], **answer: str) -> str:
    """Let a curator answer these by a passage, or as ``answer`` says; the passage's id."""
    every = archive.passages_of([one.id for one in archive.snapshot.passages])
    passage = next(one.passage.id for one in every if ANSWER in one.passage.text)
    how: Any = answer or {"how": "passage", "passage": passage}
    await answer_gaps(made.state, list(ids), GapAnswer(**how, gap="f1"), CURATOR)
    return passage


async def how_it_ended(made: Services) -> list[str | None]:
    return [line.told for line in await gap_lines(made.state, 10)]


# ---------------------------------------------------------------- what they are told


async def test_who_wished_it_is_told_the_passage(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    """Their question, the quote with its place, the server's name, and a button; nothing acts."""
    line = await sent(services)
    await answered(services, harbour, [line])
    await telling.tell_all()
    assert world.told == [5]
    assert "Your question was answered" in world.said
    assert r"> Who paid \*them\*?" in world.said
    assert ANSWER in world.said
    assert "Skerrow: a town and its harbour" in world.said
    assert r"The \*Harbour\* Club" in world.said
    [(_, message)] = world.messages
    assert message["nonce"] == f"gap{line[1:]}"


async def test_a_document_is_named(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    await answered(services, harbour, [await sent(services)], how="document", document="log")
    await telling.tell_all()
    assert "added a document: Harbour log" in world.said


@pytest.mark.parametrize(
    "answer",
    [{"how": "passage", "passage": "gone"}, {"how": "document", "document": "gone"}],
    ids=["passage", "document"],
)
async def test_what_isnt_open_to_all_is_not_quoted(
    services: Services, harbour: Archive, world: Discord, telling: Telling, answer: dict[str, str]
) -> None:
    """A passage or a document that is hidden, or gone: only that there is an answer."""
    await answered(services, harbour, [await sent(services)], **answer)
    await telling.tell_all()
    assert "answered it. Ask again there" in world.said
    assert "gone" not in world.said


async def test_what_everybody_may_see_is_asked_of_the_sight_of_all(
    services: Services,
    harbour: Archive,
    telling: Telling,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Collections that are open in some channels or to some roles are not searched."""
    seen: list[frozenset[str]] = []
    shelf = services.library.shelf

    async def see(sight: frozenset[str]) -> Shelf:
        seen.append(sight)
        return await shelf(sight)

    monkeypatch.setattr(services.library, "shelf", see)
    await answered(services, harbour, [await sent(services)])
    await telling.tell_all()
    assert seen == [frozenset({"main", "server/10"})]


# ---------------------------------------------------------------- once


async def test_everybody_is_told_once(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    """Neither a second round nor a restart, nor two wordings of one question, tell again."""
    lines = [await sent(services), await sent(services, 6), await sent(services, 5, "who paid")]
    await answered(services, harbour, lines)
    await telling.tell_all()
    await telling.tell_all()
    await Telling(world, sleep=_no_wait).tell_all()  # type: ignore[arg-type]
    assert sorted(world.told) == [5, 6]
    assert await how_it_ended(services) == ["told"] * 3


async def test_who_wished_nothing_is_not_told(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    told = Feedback("gap", NOW, 5, 10, 77, Asked("Who paid?"), "not_found")
    line = f"f{await services.state.add_feedback(told)}"
    await answered(services, harbour, [line])
    await telling.tell_all()
    assert world.told == []


async def test_what_is_closed_or_opened_again_tells_nobody(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    first, second = await sent(services), await sent(services, 6, "What else?")
    await answered(services, harbour, [first], how="closed")
    await answered(services, harbour, [second])
    await reopen_gaps(services.state, [second], CURATOR)
    await telling.tell_all()
    assert world.told == []


async def test_a_change_of_mind_meanwhile_counts(
    services: Services, harbour: Archive, world: Discord
) -> None:
    """Somebody who has it all deleted while another is being told gets no message."""
    first, second = await sent(services), await sent(services, 6, "What else?")
    await answered(services, harbour, [first, second])

    async def delete_meanwhile(_: float) -> None:
        await services.state.delete(6)

    await Telling(world, sleep=delete_meanwhile).tell_all()  # type: ignore[arg-type]
    assert world.told == [5]


async def test_a_restart_forgets_nobody(
    services: Services, harbour: Archive, world: Discord
) -> None:
    """What was answered before a stop is told after the next start, without anybody's word."""
    await answered(services, harbour, [await sent(services)])
    telling = Telling(world, sleep=_no_wait)  # type: ignore[arg-type]
    telling.start()
    telling.start()
    await fakes.until(lambda: world.told)
    await answered(services, harbour, [await sent(services, 6)])
    telling.wake()
    await fakes.until(lambda: len(world.told) == 2)
    await telling.close()
    assert world.told == [5, 6]


# ---------------------------------------------------------------- those who can't be told


@pytest.mark.parametrize("code", [50007, 50278])
async def test_who_takes_no_direct_messages_is_noted(
    services: Services, harbour: Archive, world: Discord, telling: Telling, code: int
) -> None:
    """And not tried again; others are told all the same."""
    world.refusing[5] = [http_error(403, code)]
    await answered(services, harbour, [await sent(services), await sent(services, 6)])
    await telling.tell_all()
    await telling.tell_all()
    assert world.told == [6]
    assert sorted(map(str, await how_it_ended(services))) == ["refused", "told"]


async def test_who_left_the_server_is_told_nothing(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    world.missing[5] = http_error(404, 10007)
    await answered(services, harbour, [await sent(services)])
    await telling.tell_all()
    assert world.told == []
    assert await how_it_ended(services) == ["left"]


@pytest.mark.parametrize("when", ["looked up", "sent"])
async def test_what_a_deleted_account_sent_is_deleted(
    services: Services, harbour: Archive, world: Discord, telling: Telling, when: str
) -> None:
    """Discord tells of it only when we ask for that person."""
    if when == "sent":
        world.refusing[5] = [http_error(404, 10013)]
    else:
        world.missing[5] = http_error(404, 10013)
    await answered(services, harbour, [await sent(services), await sent(services, 6)])
    await telling.tell_all()
    assert await services.state.feedback_of(5) == ()
    assert world.told == [6]


async def test_a_rate_limit_is_waited_for(
    services: Services,
    harbour: Archive,
    world: Discord,
    telling: Telling,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As long as Discord asks, and the message is sent once."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(replies.asyncio, "sleep", wait)
    world.refusing[5] = [http_error(429, retry_after=7), http_error(429, retry_after=9)]
    await answered(services, harbour, [await sent(services)])
    await telling.tell_all()
    assert world.told == [5]
    assert [seconds for seconds in waited if seconds >= 7] == [7, 9]


async def test_a_discord_that_is_down_is_tried_later(
    services: Services,
    harbour: Archive,
    world: Discord,
    telling: Telling,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next round tells those whom this one could not; nothing is noted meanwhile."""
    monkeypatch.setattr("bot.telling.SENDING", -1.0)
    world.refusing[5] = [http_error(503), ConnectionResetError()]
    await answered(services, harbour, [await sent(services)])
    for _ in range(2):
        await telling.tell_all()
        assert await how_it_ended(services) == [None]
    await telling.tell_all()
    assert world.told == [5]


async def test_a_server_that_isnt_there_waits(
    services: Services, harbour: Archive, world: Discord, telling: Telling
) -> None:
    """During an outage, or after the bot left: neither told nor given up."""
    world.guild.unavailable = True
    await answered(services, harbour, [await sent(services)])
    await telling.tell_all()
    assert world.told == []
    assert len(await unsaid(services.state)) == 1


async def test_nothing_of_it_is_in_the_log(
    services: Services,
    harbour: Archive,
    telling: Telling,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the question nor who asked it."""
    caplog.set_level(logging.INFO)
    await answered(services, harbour, [await sent(services, 987654321, "Who paid?")])
    await telling.tell_all()
    assert "told" in caplog.text
    assert "paid" not in caplog.text
    assert "987654321" not in caplog.text


# ---------------------------------------------------------------- the button in the message


async def shown(made: Services, world: Discord, line: str, user: int = 5) -> str:
    message = message_of(Page(("Told.",)))
    usual = fakes.interaction

    def with_client(**options: Any) -> Mock:
        fake = usual(**options)
        fake.client = world
        return fake

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes, "interaction", with_client)
        fake = await press(made, press_id("told", line[1:]), message=message, user=user, guild=None)
    return page_after(fake)


async def test_show_opens_what_stands_around_the_passage(
    services: Services, harbour: Archive, world: Discord
) -> None:
    """For who asked; anybody else's press, and one of a former member, shows nothing of it."""
    line = await sent(services)
    await answered(services, harbour, [line])
    assert ANSWER in await shown(services, world, line)
    assert "can't be shown" in await shown(services, world, line, user=6)
    world.missing[5] = http_error(404, 10007)
    assert "can't be shown" in await shown(services, world, line)


async def test_show_finds_nothing_of_what_is_gone(
    services: Services, harbour: Archive, world: Discord
) -> None:
    line = await sent(services)
    await answered(services, harbour, [line], how="passage", passage="gone")
    assert "can't be shown" in await shown(services, world, line)
    assert "can't be shown" in await shown(services, world, "f999")
