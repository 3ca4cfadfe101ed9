"""/diagnose: what is missing in a channel, what is searched there, and who may ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec
from zoneinfo import ZoneInfo

import discord
import pytest

from bot import permissions
from bot.cogs.diagnose import Diagnose
from bot.diagnosing import Diagnosis, Indexed, Running, diagnose
from bot.languages import ENGLISH
from bot.layout import AMBER, GREEN
from bot.render.diagnose import FEATURES, diagnosis_page
from bot.rules import NotAllowedError
from bot.services import Services
from bot.state import Grant
from bot.state.values import By
from index.collections import server_collection
from index.errors import IndexMissingError
from tests.bot import fakes, pages
from tests.bot.pressing import MANAGER, services

UTC = ZoneInfo("UTC")
WELL = Diagnosis(
    channel=77,
    missing=(),
    answers=True,
    chosen=(),
    private=False,
    public=frozenset({"main", server_collection(10)}),
    own=frozenset({"main", server_collection(10)}),
    indexed=Indexed(7, 2, dt.datetime(2026, 11, 22, 10, 5, tzinfo=dt.UTC)),
    latency=0.0421,
)


def said(found: Diagnosis) -> str:
    page = diagnosis_page(found, UTC, ENGLISH)
    pages.check_limits(page)
    return pages.text(page)


# ---------------------------------------------------------------- what is shown


def test_where_all_is_well_it_says_so() -> None:
    text = said(WELL)
    assert "I have all that I need" in text
    assert "questions are answered there" in text
    assert "2 documents for you, indexed on 2026-11-22 10:05 (number 7)" in text
    assert "Discord answers in 42 ms" in text
    assert diagnosis_page(WELL, UTC, ENGLISH).colour == GREEN


@pytest.mark.parametrize("needed", permissions.NEEDED, ids=lambda needed: needed.name)
def test_each_missing_permission_is_named_with_what_it_is_for(needed: permissions.Needed) -> None:
    found = replace(WELL, missing=(needed,))
    assert f"**{needed.label}**: without it {FEATURES[needed.name]}" in said(found)
    assert diagnosis_page(found, UTC, ENGLISH).colour == AMBER


def test_where_it_does_not_answer_the_channels_are_named() -> None:
    text = said(replace(WELL, answers=False, chosen=(1, 2)))
    assert "not there: the settings say <#1> and <#2>" in text


def test_what_only_the_asker_may_search_is_told_apart() -> None:
    found = replace(WELL, public=frozenset({"main"}), own=frozenset({"main", "minutes"}))
    text = said(found)
    assert "**Searched for all:** The main documents" in text
    assert "**And for you, in private answers:** minutes" in text


def test_where_nothing_may_be_searched_it_says_so() -> None:
    assert "**Searched for all:** nothing" in said(replace(WELL, public=frozenset()))


def test_a_name_of_a_collection_does_nothing() -> None:
    assert "<@&5>" not in said(replace(WELL, public=frozenset({"x <@&5> **y**"})))


def test_without_an_index_it_says_so() -> None:
    assert "there is none yet" in said(replace(WELL, indexed=None))


def test_many_collections_fit_into_a_message() -> None:
    names = frozenset(f"a collection with a long name, number {n}" for n in range(300))
    assert "285 more" in said(replace(WELL, public=names, own=names))


def test_how_the_whole_bot_does_is_told_to_who_looks_after_it() -> None:
    assert "3 errors were logged" in said(replace(WELL, running=Running(3, building=True)))
    assert "logged" not in said(WELL)


# ---------------------------------------------------------------- what is gathered


@pytest.fixture
def made(tmp_path: Path) -> Services:
    """Services whose library answers from two documents."""
    found = services(tmp_path)
    library: Any = found.library
    shelf = Mock(archive=Mock(generation=7), sources=(1, 2), indexed=None)
    library.shelf.return_value = shelf
    library.building = False
    return found


def asked(
    have: discord.Permissions = permissions.LEAST,
    rights: discord.Permissions = MANAGER,
    user: int = 1,
) -> Any:
    """A person asks in channel 77, where the bot may do what ``have`` says."""
    fake = fakes.interaction(user_id=user, permissions=rights)
    fake.locale = discord.Locale.american_english
    fake.channel_id = 77
    fake.channel = create_autospec(discord.TextChannel, instance=True, id=77)
    fake.app_permissions = have
    fake.guild = create_autospec(discord.Guild, instance=True, id=10, shard_id=0)
    fake.client = create_autospec(discord.Client, instance=True)
    fake.client.latency = 0.1
    return fake


def channel(have: discord.Permissions, number: int = 88, kind: type = discord.TextChannel) -> Any:
    """Another channel, where the bot may do what ``have`` says."""
    fake = create_autospec(kind, instance=True, id=number)
    fake.permissions_for.return_value = have
    fake.parent_id = 80
    return fake


async def test_here_what_discord_says_with_the_command_counts(made: Services) -> None:
    have = discord.Permissions(permissions.LEAST.value)
    have.embed_links = False
    found = await diagnose(made, asked(have), None)
    assert [one.name for one in found.missing] == ["embed_links"]
    assert found.channel == 77
    assert found.indexed == Indexed(7, 2, None)
    assert found.latency == 0.1


async def test_elsewhere_the_channels_own_permissions_count(made: Services) -> None:
    """Not those of the channel that it is asked in."""
    have = discord.Permissions(permissions.LEAST.value)
    have.add_reactions = False
    found = await diagnose(made, asked(discord.Permissions.none()), channel(have))
    assert [one.name for one in found.missing] == ["add_reactions"]
    assert found.channel == 88


async def test_what_is_not_seen_lacks_nothing_else(made: Services) -> None:
    """Without View Channels no other permission counts."""
    found = await diagnose(made, asked(), channel(discord.Permissions.none()))
    assert [one.name for one in found.missing] == ["view_channel"]


async def test_in_a_thread_what_only_channels_have_is_not_missed(made: Services) -> None:
    have = discord.Permissions(permissions.LEAST.value)
    have.send_messages = have.create_public_threads = False
    found = await diagnose(made, asked(), channel(have, kind=discord.Thread))
    assert found.missing == ()


async def test_it_follows_the_servers_settings(made: Services) -> None:
    """A thread is where its channel is."""
    await made.state.set_server(10, channels=(80,), private=True)
    there = await diagnose(made, asked(), channel(permissions.LEAST, kind=discord.Thread))
    assert (there.answers, there.private) == (True, True)
    assert not (await diagnose(made, asked(), None)).answers


async def test_it_tells_what_may_be_searched_there(made: Services) -> None:
    """For all, and for who asks; nothing of a collection that is closed to both."""
    by = By(1, 10, dt.datetime.now(dt.UTC))
    await made.state.set_grant(Grant(10, "minutes", "some", channels=(88,)), by)
    await made.state.set_grant(Grant(10, "letters", "none"), by)
    own = server_collection(10)
    there = await diagnose(made, asked(), channel(permissions.LEAST))
    assert there.public == {"main", own, "minutes"}
    assert (await diagnose(made, asked(), None)).public == {"main", own}


async def test_the_whole_bot_is_its_owners_matter(made: Services) -> None:
    assert (await diagnose(made, asked(), None)).running is None
    made.rights.owners = frozenset({1})
    made.metrics.logged(40)
    assert (await diagnose(made, asked(), None)).running == Running(1, building=False)


async def test_an_index_that_is_not_there_is_no_error(made: Services) -> None:
    library: Any = made.library
    library.shelf.side_effect = IndexMissingError("Nothing is indexed yet.")
    assert (await diagnose(made, asked(), None)).indexed is None


# ---------------------------------------------------------------- the command


async def test_members_may_not_ask(made: Services) -> None:
    """It is refused before anything is promised."""
    fake = asked(rights=discord.Permissions.none())
    with pytest.raises(NotAllowedError):
        await Diagnose.diagnose.callback(Diagnose(made), fake)
    fake.response.defer.assert_not_awaited()


async def test_the_answer_is_private(made: Services) -> None:
    fake = asked()
    await Diagnose.diagnose.callback(Diagnose(made), fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "How it is in <#77>" in fakes.shown(fake)


def test_it_is_a_command_of_servers_for_their_managers() -> None:
    command = Diagnose.diagnose
    assert command.default_permissions == discord.Permissions(manage_guild=True)
    assert command.allowed_contexts is not None
    assert command.allowed_installs is not None
    assert command.allowed_contexts.guild
    assert not command.allowed_contexts.dm_channel
    assert not command.allowed_installs.user
