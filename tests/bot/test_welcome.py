"""The message with which the bot introduces itself: where, when, and that it does so once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock, create_autospec

import aiohttp
import discord
import pytest

from bot import replies, welcome
from bot.app import ArchivistBot
from bot.languages import ENGLISH
from bot.library import Library
from bot.settings import Settings
from bot.state import State
from tests.bot import fakes, pages


@pytest.fixture
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ArchivistBot]:
    monkeypatch.setattr(replies, "WAITS", (0.0,))
    library = create_autospec(Library, instance=True)
    library.shelf.return_value = Mock(sources=(fakes.summary(),))
    async with ArchivistBot(Settings(data=tmp_path), library, State()) as made:
        made._connection.user = Mock(id=77, mention="<@77>")
        yield made


def channel(position: int, *, may: bool = True) -> Mock:
    fake: Mock = create_autospec(discord.TextChannel, instance=True, id=position)
    fake.position = position
    fake.permissions_for.return_value = discord.Permissions(view_channel=True, send_messages=may)
    return fake


def guild(*channels: Mock, system: Mock | None = None, minutes: float = 0.0) -> Mock:
    """A server that the bot joined so many minutes ago."""
    fake: Mock = create_autospec(discord.Guild, instance=True, id=10)
    fake.text_channels, fake.system_channel = list(channels), system
    fake.preferred_locale = discord.Locale.american_english
    fake.me = create_autospec(discord.Member, instance=True)
    fake.me.joined_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    return fake


async def test_a_new_server_is_welcomed_where_the_bot_may_write_first(bot: ArchivistBot) -> None:
    first, second = channel(1), channel(2)
    await bot.on_guild_join(guild(second, channel(0, may=False), first))
    first.send.assert_awaited_once()
    second.send.assert_not_awaited()


async def test_the_channel_for_such_messages_comes_first(bot: ArchivistBot) -> None:
    first, system = channel(1), channel(9)
    await bot.on_guild_join(guild(first, system, system=system))
    system.send.assert_awaited_once()


async def test_a_channel_for_such_messages_in_which_it_may_not_write_is_passed_over(
    bot: ArchivistBot,
) -> None:
    first, system = channel(1), channel(0, may=False)
    await bot.on_guild_join(guild(first, system, system=system))
    first.send.assert_awaited_once()


async def test_where_it_may_write_nowhere_nothing_is_said(bot: ArchivistBot) -> None:
    shut = channel(0, may=False)
    await bot.on_guild_join(guild(shut))
    shut.send.assert_not_awaited()


async def test_a_server_is_welcomed_once(bot: ArchivistBot) -> None:
    """Even if Discord tells of it several times at once."""
    first = channel(1)
    server = guild(first)
    await asyncio.gather(bot.on_guild_join(server), bot.on_guild_join(server))
    await bot.on_guild_join(server)
    first.send.assert_awaited_once()


async def test_a_server_joined_while_the_bot_started_is_welcomed(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord's library tells of no joining then. One in which it was before is left alone."""
    new, old = channel(1), channel(1)
    servers = [guild(new), guild(old, minutes=1)]
    servers[1].id = 11
    monkeypatch.setattr(type(bot), "guilds", servers)
    await bot.on_ready()
    new.send.assert_awaited_once()
    old.send.assert_not_awaited()


async def test_a_server_that_is_left_and_joined_again_is_welcomed_again(bot: ArchivistBot) -> None:
    first = channel(1)
    server = guild(first)
    await bot.on_guild_join(server)
    await bot.on_guild_remove(server)
    await bot.on_guild_join(server)
    assert first.send.await_count == 2


async def test_a_welcome_is_sent_again_with_the_same_nonce(bot: ArchivistBot) -> None:
    """By which Discord knows one that it has."""
    first = channel(1)
    first.send.side_effect = [aiohttp.ServerDisconnectedError(), fakes.http_error(503), None]
    await bot.on_guild_join(guild(first))
    assert [call.kwargs["nonce"] for call in first.send.await_args_list] == ["10"] * 3


async def test_a_welcome_that_is_refused_is_given_up(bot: ArchivistBot) -> None:
    first = channel(1)
    first.send.side_effect = fakes.http_error(403, 50013)
    await bot.on_guild_join(guild(first))
    first.send.assert_awaited_once()


@pytest.mark.parametrize(("setting", "word"), [(None, "Hello!"), ("ru", "Здравствуйте")])
async def test_it_speaks_the_servers_language(
    bot: ArchivistBot, setting: str | None, word: str
) -> None:
    await bot.services.state.set_server(10, language=setting)
    first = channel(1)
    await bot.on_guild_join(guild(first))
    assert word in fakes.text_of(first.send.await_args.kwargs["view"])


def test_it_says_what_the_bot_does_and_what_it_reads() -> None:
    """How to ask, that nothing but mentions is read, and what administrators can set."""
    said = pages.text(welcome.welcome_page("<@77>", 2, ENGLISH))
    assert "2 documents" in said
    assert "<@77>" in said
    assert "no messages but those that mention me" in said
    for command in ("/ask", "/timeline", "/sources", "/help", "/privacy", "/settings", "/corpus"):
        assert f"`{command}" in said


def test_without_an_index_it_counts_no_documents() -> None:
    assert "0" not in pages.text(welcome.welcome_page("@Archivist", 0, ENGLISH))
