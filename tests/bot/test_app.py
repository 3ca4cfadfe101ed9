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

from bot import app, logs, replies, syncing, tree
from bot.app import ArchivistBot
from bot.library import Library
from bot.rules import Cooldowns, Rights
from bot.settings import Settings
from bot.state import State
from bot.tree import ArchivistTree
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
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ArchivistBot]:
    """A bot that has signed in, to a Discord that isn't there, and is not connected."""
    async with made(Settings(corpus=tmp_path, data=tmp_path)) as signed_in:
        owned_by(signed_in, None)
        without_discord(signed_in, monkeypatch)
        await signed_in.setup_hook()
        yield signed_in


def made(settings: Settings) -> ArchivistBot:
    library = create_autospec(Library, instance=True)
    library.builds = Mock(records=[])
    return ArchivistBot(settings, library, State())


def without_discord(bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot._connection.application_id = 77
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(app, "keep_synced", AsyncMock())
    found = AsyncMock(return_value=(3, "ws://named/", {}))
    monkeypatch.setattr(bot.http, "get_bot_gateway", found)


@pytest.fixture
def ours(bot: ArchivistBot) -> ArchivistTree:
    return bot.archivist_tree


@app_commands.command()
async def broken(_: discord.Interaction) -> None:
    """A command that fails."""


def failed(cause: Exception) -> app_commands.AppCommandError:
    """What discord.py hands to the error handler when a command raised ``cause``."""
    return app_commands.CommandInvokeError(broken, cause)


# ---------------------------------------------------------------- what Discord is told


async def test_no_privileged_intent_is_asked_for(bot: ArchivistBot) -> None:
    """Servers, and messages: Discord sends the words of those that mention us, and of no others."""
    assert bot.intents == discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    privileged = discord.Intents(members=True, presences=True, message_content=True)
    assert not bot.intents.value & privileged.value


async def test_nothing_the_bot_says_can_mention(bot: ArchivistBot) -> None:
    allowed = bot.allowed_mentions
    assert allowed is not None
    assert allowed.to_dict() in ({"parse": [], "replied_user": False}, {"parse": []})


async def test_there_are_no_prefix_commands(bot: ArchivistBot) -> None:
    assert not bot.commands
    assert bot.help_command is None


async def test_messages_are_not_kept(bot: ArchivistBot) -> None:
    """Neither they nor the members of servers."""
    assert bot._connection.max_messages is None
    assert bot._connection.member_cache_flags == discord.MemberCacheFlags.none()


async def test_corpus_asks_for_manage_server_by_default(bot: ArchivistBot) -> None:
    """As what administrators use does; what readers use doesn't."""
    payload = {command.name: command.to_dict(bot.tree) for command in bot.tree.get_commands()}
    wanted = {name: said["default_member_permissions"] for name, said in payload.items()}
    assert wanted["corpus"] == discord.Permissions(manage_guild=True).value
    assert wanted["ask"] is wanted["timeline"] is wanted["sources"] is None


async def test_menus_of_messages_are_commands_too(bot: ArchivistBot) -> None:
    kind = discord.AppCommandType.message
    assert [menu.name for menu in bot.tree.get_commands(type=kind)] == [
        "Ask the documents about this"
    ]


@pytest.fixture
def discord_commands(bot: ArchivistBot) -> list[dict[str, Any]]:
    """The commands that Discord has, which a bulk overwrite replaces, each with a new version."""
    held: list[dict[str, Any]] = []
    versions = iter(range(1, 1_000))

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
    assert await syncing.sync_commands(bot)
    assert len(discord_commands) == len(bot.tree.get_commands())
    assert not await syncing.sync_commands(bot)


async def test_the_ids_of_commands_are_known_once_they_are_synced(
    bot: ArchivistBot, discord_commands: list[dict[str, Any]]
) -> None:
    """/help can't offer commands to be pressed, after a first start or after a later one."""
    await syncing.sync_commands(bot)
    told = {one["name"]: int(one["id"]) for one in discord_commands if one["type"] == 1}
    assert bot.command_ids == told
    assert {"ask", "corpus"} <= told.keys()
    bot.command_ids = {}
    await syncing.sync_commands(bot)
    assert bot.command_ids == told


async def test_commands_have_russian_names(
    bot: ArchivistBot, discord_commands: list[dict[str, Any]]
) -> None:
    """The translator is there before they are sent."""
    await syncing.sync_commands(bot)
    assert any("ru" in (said["description_localizations"] or {}) for said in discord_commands)


@pytest.mark.parametrize("what", ["ours", "theirs", "gone", "forgotten", "garbled"])
async def test_commands_are_synced_when_anything_changed(
    bot: ArchivistBot, discord_commands: list[dict[str, Any]], what: str
) -> None:
    """A command of ours, what Discord holds, or our note of it."""
    await syncing.sync_commands(bot)
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
    assert await syncing.sync_commands(bot)
    assert not await syncing.sync_commands(bot)


async def test_syncing_is_tried_again(bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands that Discord has from before work meanwhile."""
    monkeypatch.setattr(syncing, "_SYNC_AGAIN", 0.0)
    failures = [fakes.http_error(503), aiohttp.ServerDisconnectedError(), ValueError("no JSON")]
    sync = AsyncMock(side_effect=[*failures, True])
    monkeypatch.setattr(syncing, "sync_commands", sync)
    await syncing.keep_synced(bot)
    assert sync.await_count == 4


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


async def test_rights_and_cooldowns_come_from_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner is known after signing in."""
    settings = Settings(
        data=tmp_path, home_guilds=frozenset({10}), cooldown_member=5.0, cooldown_guild=30
    )
    async with made(settings) as bot:
        owned_by(bot, None)
        without_discord(bot, monkeypatch)
        await bot.setup_hook()
        assert bot.services.rights == Rights(frozenset({5}), frozenset({10}))
        assert bot.services.cooldowns == Cooldowns(5.0, 30)


async def test_owners_of_the_settings_stand_for_the_applications(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with made(Settings(data=tmp_path, owner_ids=frozenset({9}))) as bot:
        owned_by(bot, None)
        without_discord(bot, monkeypatch)
        await bot.setup_hook()
        assert bot.services.rights.owners == {9}


@pytest.mark.parametrize(("gateway", "named"), [(None, True), ("ws://own/", False)])
async def test_discord_says_how_many_shards_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gateway: str | None, named: bool
) -> None:
    """Every connection goes there, unless a setting names another address."""
    async with made(Settings(data=tmp_path, gateway_url=gateway)) as bot:
        owned_by(bot, None)
        without_discord(bot, monkeypatch)
        await bot.setup_hook()
        assert bot.shard_count == 3
        assert (str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://named/") is named


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_today_is_the_day_of_the_time_zone(tmp_path: Path, zone: str) -> None:
    """These two are never on the same day."""
    settings = Settings(corpus=tmp_path, data=tmp_path, timezone=ZoneInfo(zone))
    async with ArchivistBot(settings, state=State()) as bot:
        assert bot.services.library.today() == dt.datetime.now(ZoneInfo(zone)).date()


async def test_the_invite_link_is_logged_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with made(Settings(data=tmp_path)) as bot:
        owned_by(bot, None)
        without_discord(bot, monkeypatch)
        await bot.setup_hook()
    assert "https://discord.com/oauth2/authorize?client_id=77&" in caplog.text


async def test_a_cut_connection_while_signing_in_is_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_WAITS", (0.0, 0.0))
    async with made(Settings(data=tmp_path)) as bot:
        failures = [ConnectionResetError(), discord.DiscordServerError(Mock(status=503), "")]
        login = AsyncMock(side_effect=[*failures, None])
        monkeypatch.setattr(bot, "login", login)
        await app._sign_in(bot, "t")
        assert login.await_count == 3


async def test_a_cut_connection_while_asking_for_the_gateway_is_no_end(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_WAITS", (0.0, 0.0))
    failures = [ConnectionResetError(), discord.GatewayNotFound()]
    asked = AsyncMock(side_effect=[*failures, (2, "ws://named/", {})])
    monkeypatch.setattr(bot.http, "get_bot_gateway", asked)
    assert await bot._find_gateway() == (2, "ws://named/")


# ---------------------------------------------------------------- letting in


async def test_an_interaction_that_comes_twice_is_answered_once(ours: ArchivistTree) -> None:
    assert await ours.interaction_check(interaction(number=1))
    assert not await ours.interaction_check(interaction(number=1))
    assert await ours.interaction_check(interaction(number=2))


async def test_while_the_bot_stops_askers_are_told(bot: ArchivistBot, ours: ArchivistTree) -> None:
    bot.closing = True
    fake = interaction()
    assert not await ours.interaction_check(fake)
    said, private = told(fake)
    assert "The bot is being restarted." in said
    assert private
    bot.closing = False


async def test_stopping_waits_for_what_was_promised(tmp_path: Path) -> None:
    bot = made(Settings(data=tmp_path))
    finished = []

    async def command() -> None:
        await bot.archivist_tree.interaction_check(interaction())
        await asyncio.sleep(0.05)
        finished.append(True)

    async with bot:
        running = asyncio.create_task(command())
        await until(lambda: bot.archivist_tree._running)
        await bot.close()
        assert finished
        await running


async def test_what_is_not_finished_in_time_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The waiting message doesn't wait for ever."""
    monkeypatch.setattr(app, "FINISHING", 0.01)
    fake = interaction()

    async def command(bot: ArchivistBot) -> None:
        await bot.archivist_tree.interaction_check(fake)
        await replies.defer(fake)
        await asyncio.Event().wait()

    async with made(Settings(data=tmp_path)) as bot:
        running = asyncio.create_task(command(bot))
        await until(lambda: replies.responded(fake))
        await bot.close()
        assert "The bot is being restarted." in shown(fake)
        assert running.cancelled()


# ---------------------------------------------------------------- presses


def pressed(custom_id: str, *, number: int = 100) -> Mock:
    fake = interaction(number=number)
    fake.type = discord.InteractionType.component
    fake.data = {"custom_id": custom_id, "component_type": 2}
    return fake


async def test_a_press_that_discord_py_brings_nowhere_is_answered(bot: ArchivistBot) -> None:
    """It drops one whose message it can't read, or whose id is none of ours."""
    fake = pressed("something-else")
    await bot.on_interaction(fake)
    said, private = told(fake)
    assert "earlier version" in said
    assert private


async def test_a_press_that_was_answered_is_not_answered_again(bot: ArchivistBot) -> None:
    fake = pressed("v0:more:1")
    await bot.press(fake)
    await bot.on_interaction(fake)
    fake.response.send_message.assert_awaited_once()


async def test_a_failure_after_an_update_is_told_beside_the_message(ours: ArchivistTree) -> None:
    """The message whose button was pressed stays."""
    fake = pressed("v1:more:1")
    fake.followup = Mock(send=AsyncMock())
    await replies.defer_update(fake)
    await ours.on_error(fake, failed(RuntimeError("x")))
    fake.edit_original_response.assert_not_awaited()
    sent = fake.followup.send.await_args.kwargs
    assert sent["ephemeral"]
    assert "Something went wrong" in fakes.text_of(sent["view"])


async def test_a_press_whose_message_is_gone_says_so(ours: ArchivistTree) -> None:
    fake = pressed("v1:more:1")
    fake.followup = Mock(send=AsyncMock())
    await replies.defer_update(fake)
    await ours.on_error(fake, failed(fakes.http_error(404, 10008)))
    assert "is gone" in fakes.text_of(fake.followup.send.await_args.kwargs["view"])


async def test_suggestions_that_fail_are_none(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but choices can be answered while somebody types."""
    monkeypatch.setattr(tree, "SUGGESTING", 0.0)
    fake = interaction()
    fake.type = discord.InteractionType.autocomplete
    await bot.archivist_tree.on_error(fake, failed(RuntimeError("x")))
    fake.response.send_message.assert_not_awaited()
    await bot.on_interaction(fake)
    fake.response.autocomplete.assert_awaited_once_with([])


# ---------------------------------------------------------------- errors


async def test_a_refusal_is_told_to_the_asker_alone(ours: ArchivistTree) -> None:
    """Its own sentence, with an id that the log has too."""
    fake = interaction()
    await ours.on_error(fake, failed(EmptyQueryError("The question is empty.")))
    message, private = told(fake)
    assert "The question is empty." in message
    assert "-# Error " in message
    assert private


async def test_a_failure_replaces_the_waiting_message(
    ours: ArchivistTree, caplog: pytest.LogCaptureFixture
) -> None:
    """One short sentence with an id, which the log has too; nothing of the cause."""
    fake = interaction()
    await fake.response.defer()
    try:
        raise KeyError("secret words")
    except KeyError as error:
        await ours.on_error(fake, failed(error))
    fake.response.send_message.assert_not_awaited()
    message = shown(fake)
    assert "Something went wrong" in message
    assert "secret" not in message
    error_id = message.rpartition("Error ")[2]
    assert f"interaction 100: error {error_id}: KeyError at tests.bot.test_app" in caplog.text
    assert "secret" not in caplog.text


async def test_a_known_failure_after_the_wait_tells_its_own_sentence(ours: ArchivistTree) -> None:
    fake = interaction()
    await fake.response.defer()
    await ours.on_error(fake, failed(BusyError("Another process is indexing.")))
    assert "Another process is indexing." in shown(fake)
    assert "-# Error " in shown(fake)


async def test_an_unknown_failure_before_the_wait_is_private(ours: ArchivistTree) -> None:
    fake = interaction()
    await ours.on_error(fake, failed(RuntimeError("x")))
    message, private = told(fake)
    assert "Something went wrong" in message
    assert "-# Error " in message
    assert private


async def test_a_command_that_changed_is_explained(ours: ArchivistTree) -> None:
    """Discord's clients keep old commands for a while."""
    fake = interaction()
    await ours.on_error(fake, app_commands.CommandNotFound("old", []))
    assert "This command has changed." in told(fake)[0]


@pytest.mark.parametrize("code", [10062, 10015, 10008, 50027])
async def test_nobody_is_told_when_nobody_is_there(
    ours: ArchivistTree, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """An interaction that expired, or a waiting message that was deleted, is only logged."""
    caplog.set_level(logging.INFO)
    fake = interaction()
    await ours.on_error(fake, failed(fakes.http_error(404, code)))
    fake.response.send_message.assert_not_awaited()
    fake.edit_original_response.assert_not_awaited()
    assert "too late" in caplog.text


async def test_an_error_that_discord_refuses_once_is_told_all_the_same(ours: ArchivistTree) -> None:
    fake = interaction()
    fake.response.send_message.side_effect = [fakes.http_error(403, 0), None]
    await ours.on_error(fake, failed(RuntimeError("x")))
    assert fake.response.send_message.await_count == 2


async def test_an_error_that_can_not_be_shown_is_only_logged(
    ours: ArchivistTree, caplog: pytest.LogCaptureFixture
) -> None:
    fake = interaction()
    fake.response.send_message.side_effect = fakes.http_error(403, 50013)
    await ours.on_error(fake, failed(RuntimeError("x")))
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
