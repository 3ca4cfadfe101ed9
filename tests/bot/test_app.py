"""The client and its tree: what Discord is told at start, and what readers are told of errors."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec
from zoneinfo import ZoneInfo

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket

from bot import app, logs
from bot.app import ArchivistBot, ArchivistTree
from bot.cogs.corpus import Corpus, Sources
from bot.cogs.questions import Questions
from bot.library import Library
from bot.rules import Cooldowns, Rights
from bot.settings import Settings
from index import building
from index.errors import (
    ArchivistError,
    BusyError,
    CorpusError,
    DataFolderError,
    EmptyQueryError,
    SettingsError,
)
from tests.bot import fakes
from tests.bot.fakes import interaction, shown, told, until


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[ArchivistBot]:
    """A bot with its commands, which has not signed in."""
    settings = Settings(corpus=tmp_path, data=tmp_path)
    made = ArchivistBot(settings, create_autospec(Library, instance=True))
    await made.add_cog(Questions(made.library, Cooldowns()))
    await made.add_cog(Sources(made.library))
    await made.add_cog(Corpus(made.library, Rights(frozenset(), frozenset())))
    made._connection.application_id = 77
    yield made
    await made.close()


@pytest.fixture
def tree(bot: ArchivistBot) -> ArchivistTree:
    assert isinstance(bot.tree, ArchivistTree)
    return bot.tree


@app_commands.command()
async def broken(_: discord.Interaction) -> None:
    """A command that fails."""


def failed(cause: Exception) -> app_commands.AppCommandError:
    """What discord.py hands to the error handler when a command raised ``cause``."""
    return app_commands.CommandInvokeError(broken, cause)


# ---------------------------------------------------------------- what Discord is told


async def test_no_privileged_intent_is_asked_for(bot: ArchivistBot) -> None:
    privileged = ("members", "presences", "message_content")
    assert not any(getattr(bot.intents, name) for name in privileged)
    assert bot.intents == discord.Intents(guilds=True)


async def test_nothing_the_bot_says_can_mention(bot: ArchivistBot) -> None:
    allowed = bot.allowed_mentions
    assert allowed is not None
    assert allowed.to_dict() == {"parse": [], "replied_user": False} or allowed.to_dict() == {
        "parse": []
    }


async def test_there_are_no_prefix_commands(bot: ArchivistBot) -> None:
    assert not bot.commands
    assert bot.help_command is None


async def test_commands_are_for_servers_and_direct_messages(bot: ArchivistBot) -> None:
    """Each says where it can be used; /corpus asks for Manage Server by default."""
    payload = {command.name: command.to_dict(bot.tree) for command in bot.tree.get_commands()}
    assert sorted(payload) == ["ask", "corpus", "sources", "timeline"]
    assert all(said["contexts"] == [0, 1] for said in payload.values())
    assert all(said["integration_types"] == [0] for said in payload.values())
    wanted = {name: said["default_member_permissions"] for name, said in payload.items()}
    assert wanted == {"ask": None, "sources": None, "timeline": None, "corpus": 32}


@pytest.fixture
def discord_commands(bot: ArchivistBot) -> list[dict[str, Any]]:
    """The commands that Discord has, which a bulk overwrite replaces, each with a new version."""
    held: list[dict[str, Any]] = []
    versions = iter(range(1, 100))

    async def overwrite(_: int, *, payload: list[dict[str, Any]]) -> list[dict[str, Any]]:
        held[:] = [
            {"id": str(n), "version": str(next(versions)), **said} for n, said in enumerate(payload)
        ]
        return held

    bot.http.get_global_commands = AsyncMock(side_effect=lambda _: held)  # type: ignore[method-assign]
    bot.http.bulk_upsert_global_commands = AsyncMock(side_effect=overwrite)  # type: ignore[method-assign]
    return held


async def test_commands_are_synced_once(
    bot: ArchivistBot, discord_commands: list[dict[str, Any]]
) -> None:
    """At the first start; not at the second."""
    assert await bot.sync_commands()
    assert len(discord_commands) == 4
    assert not await bot.sync_commands()


@pytest.mark.parametrize("what", ["ours", "theirs", "gone", "forgotten", "garbled"])
async def test_commands_are_synced_when_anything_changed(
    bot: ArchivistBot, discord_commands: list[dict[str, Any]], what: str
) -> None:
    """A command of ours, what Discord holds, or our note of it."""
    await bot.sync_commands()
    if what == "ours":
        bot.tree.remove_command("sources")
    elif what == "theirs":
        discord_commands[0]["version"] = "1000"
    elif what == "gone":
        discord_commands.clear()
    elif what == "forgotten":
        (bot.settings.data / "commands.json").unlink()
    else:
        (bot.settings.data / "commands.json").write_text("{", encoding="utf-8")
    assert await bot.sync_commands()
    assert not await bot.sync_commands()


async def test_syncing_is_tried_again(bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands that Discord has from before work meanwhile."""
    monkeypatch.setattr(app, "_SYNC_AGAIN", 0.0)
    sync = AsyncMock(side_effect=[fakes.http_error(503), aiohttp.ServerDisconnectedError(), True])
    monkeypatch.setattr(bot, "sync_commands", sync)
    await bot._keep_synced()
    assert sync.await_count == 3


# ---------------------------------------------------------------- who owns the bot


def owned_by(bot: ArchivistBot, team: Mock | None) -> None:
    bot._application = create_autospec(discord.AppInfo, instance=True)
    bot._application.owner = Mock(id=5)
    bot._application.team = team


async def test_the_applications_owner_owns_the_bot(bot: ArchivistBot) -> None:
    owned_by(bot, None)
    assert bot._owners() == {5}


async def test_a_teams_developers_own_the_bot(bot: ArchivistBot) -> None:
    """Not who may only read there."""
    role = discord.TeamMemberRole
    members = [
        Mock(id=6, role=role.admin),
        Mock(id=7, role=role.developer),
        Mock(id=8, role=role.read_only),
    ]
    owned_by(bot, Mock(owner_id=5, members=members))
    assert bot._owners() == {5, 6, 7}


# ---------------------------------------------------------------- settings that reach the client


async def sign_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Corpus, Questions]:
    """Run a bot's ``setup_hook``, with requests to Discord cut off; what it made of the settings."""
    made = ArchivistBot(settings, create_autospec(Library, instance=True))
    owned_by(made, None)
    monkeypatch.setattr(made, "sync_commands", AsyncMock(return_value=False))
    monkeypatch.setattr(
        made.http, "get_bot_gateway", AsyncMock(return_value=(1, "ws://named/", {}))
    )
    await made.setup_hook()
    corpus, questions = made.get_cog("Corpus"), made.get_cog("Questions")
    assert isinstance(corpus, Corpus)
    assert isinstance(questions, Questions)
    await made.close()
    return corpus, questions


async def test_rights_and_cooldowns_come_from_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        data=tmp_path, home_guilds=frozenset({10}), cooldown_member=5.0, cooldown_guild=30
    )
    corpus, questions = await sign_in(settings, monkeypatch)
    assert corpus.rights == Rights(frozenset({5}), frozenset({10}))
    assert questions.cooldowns == Cooldowns(5.0, 30)


async def test_owners_of_the_settings_stand_for_the_applications(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path, owner_ids=frozenset({9}))
    corpus, _ = await sign_in(settings, monkeypatch)
    assert corpus.rights.owners == {9}


@pytest.mark.parametrize(
    ("api", "gateway", "asked"),
    [
        pytest.param("http://proxy/api", None, True, id="the API names the gateway"),
        pytest.param("http://proxy/api", "ws://own/", False, id="a setting names it"),
        pytest.param(None, None, False, id="Discord's own"),
    ],
)
async def test_the_gateway_is_asked_for_when_only_the_api_is_set(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    api: str | None,
    gateway: str | None,
    asked: bool,
) -> None:
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    await sign_in(Settings(data=tmp_path, api_url=api, gateway_url=gateway), monkeypatch)
    assert (str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://named/") is asked


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_today_is_the_day_of_the_time_zone(tmp_path: Path, zone: str) -> None:
    """These two are never on the same day."""
    made = ArchivistBot(Settings(corpus=tmp_path, data=tmp_path, timezone=ZoneInfo(zone)))
    assert made.library.today() == dt.datetime.now(ZoneInfo(zone)).date()
    await made.close()


# ---------------------------------------------------------------- letting in


async def test_an_interaction_that_comes_twice_is_answered_once(tree: ArchivistTree) -> None:
    assert await tree.interaction_check(interaction(number=1))
    assert not await tree.interaction_check(interaction(number=1))
    assert await tree.interaction_check(interaction(number=2))


async def test_while_the_bot_stops_askers_are_told(bot: ArchivistBot, tree: ArchivistTree) -> None:
    bot.closing = True
    fake = interaction()
    assert not await tree.interaction_check(fake)
    assert told(fake) == ("**The bot is being restarted.**\nPlease ask again in a minute.", True)
    bot.closing = False


async def test_stopping_waits_for_what_was_promised(tmp_path: Path) -> None:
    made = ArchivistBot(Settings(data=tmp_path), create_autospec(Library, instance=True))
    tree = made.tree
    assert isinstance(tree, ArchivistTree)
    finished = []

    async def command() -> None:
        await tree.interaction_check(interaction())
        await asyncio.sleep(0.05)
        finished.append(True)

    running = asyncio.create_task(command())
    await until(lambda: tree.running)
    await made.close()
    assert finished
    await running


# ---------------------------------------------------------------- errors


async def test_a_refusal_is_told_to_the_asker_alone(tree: ArchivistTree) -> None:
    """Its own sentence, and no id: there is nothing to look for in a log."""
    fake = interaction()
    await tree.on_error(fake, failed(EmptyQueryError("The question is empty.")))
    message, private = told(fake)
    assert message.startswith("**The question is empty.**")
    assert "Error" not in message
    assert private


async def test_a_failure_replaces_the_waiting_message(
    tree: ArchivistTree, caplog: pytest.LogCaptureFixture
) -> None:
    """One short sentence with an id, which the log has too; nothing of the cause."""
    fake = interaction()
    await fake.response.defer()
    try:
        raise KeyError("secret words")
    except KeyError as error:
        await tree.on_error(fake, failed(error))
    fake.response.send_message.assert_not_awaited()
    message = shown(fake)
    assert "Something went wrong" in message
    assert "secret" not in message
    error_id = message.rpartition("Error ")[2]
    assert f"interaction 100: error {error_id}: KeyError at tests.bot.test_app" in caplog.text
    assert "secret" not in caplog.text


async def test_a_known_failure_after_the_wait_tells_its_own_sentence(tree: ArchivistTree) -> None:
    fake = interaction()
    await fake.response.defer()
    await tree.on_error(fake, failed(BusyError("Another process is indexing.")))
    assert "Another process is indexing." in shown(fake)
    assert "-# Error " in shown(fake)


async def test_an_unknown_failure_before_the_wait_is_private(tree: ArchivistTree) -> None:
    fake = interaction()
    await tree.on_error(fake, failed(RuntimeError("x")))
    message, private = told(fake)
    assert "Something went wrong" in message
    assert "-# Error " in message
    assert private


async def test_a_command_that_changed_is_explained(tree: ArchivistTree) -> None:
    """Discord's clients keep old commands for a while."""
    fake = interaction()
    await tree.on_error(fake, app_commands.CommandNotFound("old", []))
    assert "This command has changed." in told(fake)[0]


@pytest.mark.parametrize("code", [10062, 10015, 10008, 50027])
async def test_nobody_is_told_when_nobody_is_there(
    tree: ArchivistTree, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """An interaction that expired, or a waiting message that was deleted, is only logged."""
    caplog.set_level(logging.INFO)
    fake = interaction()
    await tree.on_error(fake, failed(fakes.http_error(404, code)))
    fake.response.send_message.assert_not_awaited()
    fake.edit_original_response.assert_not_awaited()
    assert "too late" in caplog.text


async def test_an_error_that_can_not_be_shown_is_only_logged(
    tree: ArchivistTree, caplog: pytest.LogCaptureFixture
) -> None:
    fake = interaction()
    fake.response.send_message.side_effect = fakes.http_error(403, 50013)
    await tree.on_error(fake, failed(RuntimeError("x")))
    assert "error not shown" in caplog.text


# ---------------------------------------------------------------- serve


def test_serve_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Discord token"):
        app.serve(Settings(data=tmp_path))


@pytest.fixture
def serving(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    return Settings(corpus=corpus, data=tmp_path / "data", token="t")


def test_serve_without_documents_or_index_says_so(serving: Settings) -> None:
    (serving.corpus / "log.txt").unlink()
    serving.corpus.rmdir()
    with pytest.raises(CorpusError):
        app._check_folders(serving)


def test_serve_answers_from_its_index_when_the_documents_are_gone(serving: Settings) -> None:
    building.build(serving.corpus, serving.data)
    (serving.corpus / "log.txt").unlink()
    serving.corpus.rmdir()
    app._check_folders(serving)


def test_serve_refuses_the_index_of_another_corpus(serving: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("Something else.", encoding="utf-8")
    building.build(other, serving.data)
    with pytest.raises(DataFolderError, match="another corpus"):
        app._check_folders(serving)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (discord.LoginFailure("Improper token"), "refused the token"),
        (fakes.http_error(503), "status 503"),
        (aiohttp.ClientConnectionError("host"), "can't be reached"),
        (discord.GatewayNotFound(), "can't be reached"),
    ],
)
def test_what_ends_the_bot_is_one_sentence(error: Exception, sentence: str) -> None:
    explained = app._explain(error)
    assert isinstance(explained, ArchivistError)
    assert sentence in explained.sentence


# ---------------------------------------------------------------- logs


@pytest.fixture
def stderr_log(capsys: pytest.CaptureFixture[str]) -> Any:
    """Logs as ``serve`` sets them up, put back at the end; gives what was written."""
    root, library = logging.getLogger(), logging.getLogger("discord")
    before = root.handlers[:], root.level, library.level

    def start(**settings: Any) -> Any:
        logs.configure(Settings(**settings), token="tok.en")
        return lambda: capsys.readouterr().err

    yield start
    root.handlers[:], root.level = before[0], before[1]
    library.setLevel(before[2])


def test_logs_hold_no_token(stderr_log: Any) -> None:
    """Neither the bot's nor that of a reply, which stands in an address."""
    written = stderr_log()
    logging.getLogger("x").warning("POST /webhooks/77/reply-token/messages with %s", "tok.en")
    line = written()
    assert "tok.en" not in line
    assert "reply-token" not in line
    assert "/webhooks/77/[token]/messages" in line


@pytest.mark.parametrize(("level", "whole"), [("INFO", False), ("DEBUG", True)])
def test_tracebacks_and_messages_are_for_debugging(
    stderr_log: Any, level: str, whole: bool
) -> None:
    """An error's message may quote a question: by default only its type and place are logged."""
    written = stderr_log(log_level=level)
    try:
        raise ValueError("what someone asked")
    except ValueError:
        logging.getLogger("x").exception("failed")
    line = written()
    assert "ValueError" in line
    assert ("what someone asked" in line) is whole


def test_logs_may_be_json(stderr_log: Any) -> None:
    written = stderr_log(log_format="json")
    logging.getLogger("x").warning("é %d", 5)
    said = json.loads(written())
    assert (said["level"], said["logger"], said["message"]) == ("WARNING", "x", "é 5")


def test_the_level_decides_what_is_logged(stderr_log: Any) -> None:
    written = stderr_log(log_level="ERROR")
    logging.getLogger("x").warning("no")
    assert written() == ""


def test_discords_payloads_are_never_logged(stderr_log: Any) -> None:
    """discord.py logs them at DEBUG, questions and tokens among them."""
    stderr_log(log_level="DEBUG")
    assert not logging.getLogger("discord.http").isEnabledFor(logging.DEBUG)
