"""What `archivist doctor` finds, and what it says to mend."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import os
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import discord
import pytest
from click.testing import CliRunner

from bot import doctor
from bot.backup import noted
from bot.cli import archivist
from bot.doctor import Finding, api, discord_side, folders
from bot.state import open_state
from bot.state.store import NAME as STATE_FILE
from index import building, collections, locks, sandbox
from tests.bot import fakes
from tests.conftest import write_corpus
from tests.discord_server.server import DiscordServer

TOKEN = base64.b64encode(b"100000000000000001").decode() + ".Gab1.secret-part"


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the network is out of reach while documents are read: told, not tried, as that takes long."""
    said = ["namespace"]
    monkeypatch.setattr(sandbox, "describe", lambda: said[0])
    return said


@pytest.mark.parametrize(
    ("how", "verdict"), [("namespace", "ok"), ("filter", "ok"), ("open", "note")]
)
def test_whether_documents_reach_the_network_is_told(
    env: dict[str, str], network: list[str], how: str, verdict: str
) -> None:
    network[:] = [how]
    assert found(env)["reading documents"].verdict == verdict


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings with which nothing is to be mended, for tests that change no file."""
    folder = tmp_path_factory.mktemp("indexed")
    write_corpus(folder / "corpus", {"log.txt": fakes.LOG_TEXT})
    building.build(folder / "corpus", folder / "data")
    names = {"ARCHIVIST_CORPUS": str(folder / "corpus"), "ARCHIVIST_DATA": str(folder / "data")}
    return names | {"DISCORD_TOKEN": TOKEN, "ARCHIVIST_HOME_GUILDS": "10"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Settings with which nothing is to be mended."""
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    (corpus / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    building.build(corpus, data)
    names = {"ARCHIVIST_CORPUS": str(corpus), "ARCHIVIST_DATA": str(data)}
    return names | {"DISCORD_TOKEN": TOKEN, "ARCHIVIST_HOME_GUILDS": "10"}


def found(
    env: dict[str, str], *, offline: bool = True, guild: int | None = None
) -> dict[str, Finding]:
    """The worst finding of each name; Discord is not asked unless a test says so."""
    order = ["ok", "note", "mend"]
    worst: dict[str, Finding] = {}
    for finding in doctor.examine(env, offline=offline, guild=guild):
        before = worst.get(finding.name, finding)
        worst[finding.name] = max(before, finding, key=lambda one: order.index(one.verdict))
    return worst


def test_where_all_is_well_nothing_is_to_be_mended(env: dict[str, str]) -> None:
    assert {finding.verdict for finding in doctor.examine(env, offline=True)} == {"ok"}


def test_the_invite_link_is_shown_without_the_token(env: dict[str, str]) -> None:
    """The application's id stands in the token's first part."""
    said = "\n".join(finding.line for finding in doctor.examine(env, offline=True))
    assert "https://discord.com/oauth2/authorize?client_id=100000000000000001&" in said
    assert "secret-part" not in said


def test_settings_that_can_not_be_used_end_it(env: dict[str, str]) -> None:
    """All of them are named."""
    [finding] = doctor.examine(env | {"ARCHIVIST_TIMEZONE": "x", "ARCHIVIST_LOG_LEVEL": "y"})
    assert finding.verdict == "mend"
    assert "ARCHIVIST_TIMEZONE" in finding.said
    assert "ARCHIVIST_LOG_LEVEL" in finding.said


def test_a_setting_that_changes_nothing_is_noted(env: dict[str, str]) -> None:
    assert found(env | {"ARCHIVIST_CORPSE": "x"})["settings"].verdict == "note"


def test_a_corpus_that_is_not_there_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    """The folder is named."""
    finding = found(env | {"ARCHIVIST_CORPUS": str(tmp_path / "nowhere")})["corpus"]
    assert finding.verdict == "mend"
    assert str(tmp_path / "nowhere") in finding.said


def test_a_corpus_without_documents_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "corpus" / "log.txt").unlink()
    assert found(env)["corpus"].verdict == "mend"


def test_a_missing_index_is_noted(env: dict[str, str], tmp_path: Path) -> None:
    """It is built at the first start."""
    assert found(env | {"ARCHIVIST_DATA": str(tmp_path / "new")})["index"].verdict == "note"
    assert not (tmp_path / "new").exists()


def test_a_changed_corpus_is_noted(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "corpus" / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    finding = found(env)["index"]
    assert finding.verdict == "note"
    assert "has changed" in finding.said


def test_a_damaged_index_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data" / "current").write_text("seven", encoding="utf-8")
    finding = found(env)["index"]
    assert finding.verdict == "mend"
    assert "archivist index build" in finding.said


def test_an_altered_index_for_which_the_one_before_answers_is_to_be_mended(
    env: dict[str, str], tmp_path: Path
) -> None:
    """What is wrong, which generation answers, and what to run."""
    (tmp_path / "corpus" / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    building.build(tmp_path / "corpus", tmp_path / "data")
    for file in (tmp_path / "data" / "generations" / "2").rglob("passages.bin"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.unlink()
        file.write_bytes(content)
    finding = found(env)["index"]
    assert finding.verdict == "mend"
    assert "Generation 1 answers in its place." in finding.said
    assert "archivist index build --full" in finding.said


def test_an_index_of_another_version_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    """It says that it is of another version, and what to run."""
    path = tmp_path / "data" / "generations" / "1" / "index.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update manifest set value = '1' where key = 'schema_version'")
        connection.commit()
    finding = found(env)["index"]
    assert finding.verdict == "mend"
    assert "of another version" in finding.said
    assert "archivist index build" in finding.said


def test_an_index_that_was_gone_back_to_is_noted(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "corpus" / "letter.txt").write_text(fakes.LETTER_TEXT, encoding="utf-8")
    building.build(tmp_path / "corpus", tmp_path / "data")
    building.roll_back(tmp_path / "corpus", tmp_path / "data")
    finding = found(env)["index"]
    assert finding.verdict == "note"
    assert "gone back to" in finding.said


def test_the_index_of_another_corpus_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("Something else.", encoding="utf-8")
    assert found(env | {"ARCHIVIST_CORPUS": str(other)})["index"].verdict == "mend"


def test_a_bot_that_runs_is_noted(env: dict[str, str], tmp_path: Path) -> None:
    with locks.hold(tmp_path / "data", "serve"):
        assert "archivist serve" in found(env)["index"].said


def test_a_full_disk_is_to_be_mended(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_LEAST_FREE", 1 << 80)
    assert found(env)["disk"].verdict == "mend"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_data_folder_that_can_not_be_written_is_to_be_mended(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "data").chmod(0o500)
    assert found(env)["data folder"].verdict == "mend"


def test_a_file_in_the_data_folders_place_is_to_be_mended(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert found(env | {"ARCHIVIST_DATA": str(tmp_path / "file")})["data folder"].verdict == "mend"


def test_damaged_state_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data" / STATE_FILE).write_bytes(b"not a database" * 100)
    assert found(env)["settings of servers, reports"].verdict == "mend"


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "no Discord token"), ("some.other.token", "form"), ("a b", "characters")],
)
def test_what_is_no_token_is_to_be_mended(env: dict[str, str], token: str, said: str) -> None:
    """It is told without a network; whether Discord takes it, only Discord knows."""
    finding = found(env | {"DISCORD_TOKEN": token})["token"]
    assert finding.verdict == "mend"
    assert said in finding.said


def test_for_another_address_of_discord_any_token_may_do(env: dict[str, str]) -> None:
    changed = env | {"DISCORD_TOKEN": "sim.token", "DISCORD_API_URL": "http://localhost:1/api"}
    assert found(changed)["token"].verdict == "note"


def test_a_home_server_is_counted(env: dict[str, str]) -> None:
    assert "1, whose managers" in found(env)["home servers"].said
    del env["ARCHIVIST_HOME_GUILDS"]
    assert "the owners alone" in found(env)["home servers"].said


@pytest.mark.parametrize(("token", "code"), [(TOKEN, 0), ("no", 1)])
def test_the_exit_code_says_whether_something_is_to_be_mended(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    nobody = {"DISCORD_API_URL": "http://127.0.0.1:1/api"} if code == 0 else {}
    ran = CliRunner().invoke(archivist, ["doctor"], env=env | {"DISCORD_TOKEN": token} | nobody)
    assert ran.exit_code == code
    assert "ok    settings: every value can be used." in ran.output


# ---------------------------------------------------------------- state, uploads, backups


def test_state_of_a_later_version_is_to_be_mended(env: dict[str, str], tmp_path: Path) -> None:
    with closing(sqlite3.connect(_state(tmp_path))) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)",
            ("archivist", "9999 of a later version", "2030-01-01"),
        )
        connection.commit()
    finding = found(env)["settings of servers, reports"]
    assert finding.verdict == "mend"
    assert "a later version" in finding.said


def _state(tmp_path: Path) -> Path:
    """The file of a state that was opened once."""

    async def once() -> None:
        await open_state(tmp_path / "data").close()

    asyncio.run(once())
    return tmp_path / "data" / STATE_FILE


def test_a_document_of_a_server_that_is_gone_is_to_be_mended(
    env: dict[str, str], tmp_path: Path
) -> None:
    """One that is there, and as long as it was, is well."""
    with closing(sqlite3.connect(_state(tmp_path))) as connection:
        _insert(connection, guild=10, name="letter.txt", size=5)
        connection.commit()
    assert found(env)["documents added in Discord"].verdict == "mend"
    folder = collections.uploads_folder(tmp_path / "data", 10)
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("Dear.", encoding="utf-8")
    assert found(env)["documents added in Discord"].verdict == "ok"
    (folder / "letter.txt").write_text("Dear", encoding="utf-8")
    assert found(env)["documents added in Discord"].verdict == "mend"


def _insert(connection: sqlite3.Connection, **values: object) -> None:
    """A line of the table of uploads; what is not given is 0 or empty."""
    columns = connection.execute("pragma table_info(uploads)").fetchall()
    line = {}
    for _, name, kind, required, default, key in columns:
        if required and default is None and not key:
            line[name] = 0 if kind.upper().startswith("INT") else ""
    line |= values
    names = ", ".join(line)
    marks = ", ".join("?" for _ in line)
    connection.execute(f"insert into uploads ({names}) values ({marks})", tuple(line.values()))


@pytest.mark.parametrize(
    ("days", "verdict", "said"),
    [(1, "ok", "2026-"), (30, "note", "30 days ago"), (None, "note", "none")],
)
def test_the_newest_backup_is_told(
    env: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int | None,
    verdict: str,
    said: str,
) -> None:
    """An old one is noted, and so is that there is none."""
    _state(tmp_path)
    made = None
    if days is not None:
        made = noted.Newest(tmp_path / "b", dt.datetime.now(dt.UTC) - dt.timedelta(days=days))
    monkeypatch.setattr(noted, "newest", lambda _: made)
    finding = found(env)["backup"]
    assert finding.verdict == verdict
    assert said.replace("2026-", "the newest is of") in finding.said


# ---------------------------------------------------------------- health checks


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as there:
        return int(there.getsockname()[1])


def test_an_address_for_health_checks_must_be_free(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        env["ARCHIVIST_HEALTH_ADDRESS"] = f"127.0.0.1:{there.getsockname()[1]}"
        assert found(env)["health checks"].verdict == "mend"
    env["ARCHIVIST_HEALTH_ADDRESS"] = f"127.0.0.1:{_free_port()}"
    assert found(env)["health checks"].verdict == "ok"


def test_an_address_that_others_reach_is_noted(env: dict[str, str]) -> None:
    env["ARCHIVIST_HEALTH_ADDRESS"] = f"0.0.0.0:{_free_port()}"
    assert found(env)["health checks"].verdict == "note"


def test_a_running_bot_that_does_not_answer_is_to_be_mended(
    env: dict[str, str], tmp_path: Path
) -> None:
    env["ARCHIVIST_HEALTH_ADDRESS"] = f"127.0.0.1:{_free_port()}"
    with locks.hold(tmp_path / "data", "serve"):
        assert found(env)["health checks"].verdict == "mend"


@pytest.mark.parametrize(("said", "verdict"), [("{}\n", "ok"), ("not {}\nwhy\n", "mend")])
def test_a_running_bot_is_asked_how_it_is(
    env: dict[str, str], tmp_path: Path, stand_in: StandIn, said: str, verdict: str
) -> None:
    stand_in.answers = {path: (200, said.format(path[1:]), {}) for path in ("/live", "/ready")}
    env["ARCHIVIST_HEALTH_ADDRESS"] = f"127.0.0.1:{stand_in.port}"
    with locks.hold(tmp_path / "data", "serve"):
        assert found(env)["health checks"].verdict == verdict


# ---------------------------------------------------------------- Discord


class StandIn:
    """A server that answers what a test says, to any request."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any, dict[str, str]]] = {}
        self.asked: list[tuple[str, str]] = []  # path, authorization
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/api")
            made.asked.append((path, self.headers.get("Authorization", "")))
            status, body, headers = made.answers.get(path, (404, {}, {}))
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        made.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield made
        server.shutdown()


ME = {"id": "100000000000000002", "username": "archivist"}
APPLICATION = {
    "id": "100000000000000002",
    "flags": 0,
    "integration_types_config": {"0": {}, "1": {}},
}
GATEWAY = {
    "shards": 1,
    "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 3_600_000},
}
SERVER = {
    "id": "10",
    "name": "Skerrow",
    "owner_id": "7",
    "roles": [{"id": "10", "permissions": "0"}],
}


@pytest.fixture
def online(indexed: dict[str, str], stand_in: StandIn) -> dict[str, str]:
    """Settings with which Discord is asked, where all is well."""
    everyone = {"id": "10", "permissions": str(discord.Permissions.all().value)}
    stand_in.answers = {
        "/users/@me": (200, ME, {}),
        "/applications/@me": (200, APPLICATION, {}),
        "/gateway/bot": (200, GATEWAY, {}),
        "/users/@me/guilds?limit=200": (200, [{"id": "10", "name": "Skerrow"}], {}),
        "/guilds/10": (200, SERVER | {"roles": [everyone]}, {}),
        f"/guilds/10/members/{ME['id']}": (200, {"roles": []}, {}),
        "/guilds/10/channels": (200, [{"id": "11", "type": 0, "name": "general"}], {}),
    }
    return indexed | {"DISCORD_API_URL": stand_in.url}


def test_discord_is_asked_without_connecting(online: dict[str, str], stand_in: StandIn) -> None:
    """All is well; the token goes with each request and is not told."""
    told = found(online, offline=False)
    assert {one.verdict for one in told.values() if one.name != "Discord's address"} == {"ok"}
    assert "the bot is archivist" in told["token"].said
    assert {authorization for _, authorization in stand_in.asked} == {f"Bot {TOKEN}"}
    assert "secret-part" not in "".join(one.line for one in told.values())


def test_a_refused_token_is_to_be_mended(online: dict[str, str], stand_in: StandIn) -> None:
    stand_in.answers["/users/@me"] = (401, {"message": "401: Unauthorized"}, {})
    finding = found(online, offline=False)["token"]
    assert finding.verdict == "mend"
    assert "Discord refuses it" in finding.said


def test_offline_discord_is_not_asked(online: dict[str, str], stand_in: StandIn) -> None:
    found(online)
    assert stand_in.asked == []


def test_where_discord_is_not_reached_it_says_so_and_goes_on(online: dict[str, str]) -> None:
    told = found(online | {"DISCORD_API_URL": "http://127.0.0.1:1/api"}, offline=False)
    assert "can't be reached" in told["Discord"].said
    assert told["owners"].verdict == "ok"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((200, "hello", {}), id="no JSON"),
        pytest.param((200, [1], {}), id="a list"),
        pytest.param((200, {"id": "x"}, {}), id="no id"),
        pytest.param((200, "[" * 100_000, {}), id="deep"),
        pytest.param((500, {}, {}), id="an error"),
        pytest.param((302, {}, {"Location": "http://127.0.0.1:1/"}), id="a redirection"),
        pytest.param((429, {}, {"Retry-After": "soon"}), id="a wait that is none"),
        pytest.param((429, {}, {"Retry-After": "86400"}), id="a long wait"),
    ],
)
@pytest.mark.parametrize("path", ["/users/@me", "/applications/@me", "/gateway/bot", "/guilds/10"])
def test_whatever_discord_answers_it_goes_on(
    online: dict[str, str], stand_in: StandIn, answer: tuple[int, Any, dict[str, str]], path: str
) -> None:
    """It says that the rest was not checked."""
    stand_in.answers[path] = answer
    told = found(online, offline=False)
    assert "not checked" in told["Discord"].said
    assert told["owners"].verdict == "ok"


def test_a_short_wait_is_waited_for(online: dict[str, str], stand_in: StandIn) -> None:
    stand_in.answers["/gateway/bot"] = (429, {}, {"Retry-After": "0.01"})
    found(online, offline=False)
    assert [path for path, _ in stand_in.asked].count("/gateway/bot") == 2


def test_an_answer_that_never_ends_is_given_up(
    online: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        told = found(online | {"DISCORD_API_URL": url}, offline=False)
    assert "doesn't answer in time" in told["Discord"].said


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, "ok"), (30, "note"), (-30, "note"), (3_600, "mend"), (-3_600, "mend")],
)
def test_a_clock_that_is_wrong_is_told(
    online: dict[str, str], stand_in: StandIn, seconds: int, verdict: str
) -> None:
    """By the time that Discord says with its answer."""
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    stand_in.answers["/users/@me"] = (200, ME, {"Date": format_datetime(now, usegmt=True)})
    assert found(online, offline=False)["clock"].verdict == verdict


def test_a_privileged_intent_that_is_granted_is_noted(
    online: dict[str, str], stand_in: StandIn
) -> None:
    """None is needed."""
    flags = discord.ApplicationFlags(gateway_message_content_limited=True).value
    stand_in.answers["/applications/@me"] = (200, APPLICATION | {"flags": flags}, {})
    finding = found(online, offline=False)["intents"]
    assert finding.verdict == "note"
    assert "Message Content" in finding.said


@pytest.mark.parametrize(("left", "verdict"), [(999, "ok"), (5, "note"), (0, "mend")])
def test_sessions_that_are_used_up_are_told(
    online: dict[str, str], stand_in: StandIn, left: int, verdict: str
) -> None:
    limit = {"total": 1000, "remaining": left, "reset_after": 3_600_000}
    stand_in.answers["/gateway/bot"] = (200, GATEWAY | {"session_start_limit": limit}, {})
    assert found(online, offline=False)["gateway"].verdict == verdict


def test_ways_of_adding_it_that_are_switched_off_are_told(
    online: dict[str, str], stand_in: StandIn
) -> None:
    stand_in.answers["/applications/@me"] = (
        200,
        APPLICATION | {"integration_types_config": {}},
        {},
    )
    told = found(online, offline=False)
    assert told["to add it to a server"].verdict == "mend"
    assert told["to add it for oneself"].verdict == "note"


def test_home_servers_without_the_bot_are_noted(online: dict[str, str]) -> None:
    finding = found(online | {"ARCHIVIST_HOME_GUILDS": "10,12"}, offline=False)["servers"]
    assert finding.verdict == "note"
    assert finding.said.endswith("not in: 12.")


def test_a_server_without_the_bot_is_to_be_mended(online: dict[str, str]) -> None:
    assert found(online, offline=False, guild=12)["servers"].verdict == "mend"


@pytest.fixture
async def server(env: dict[str, str]) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        env |= made.environment()
        yield made


async def test_what_is_missing_in_a_channel_is_named_with_its_feature(
    env: dict[str, str], server: DiscordServer
) -> None:
    """By the permissions that the local Discord itself computes."""
    told = await asyncio.to_thread(found, env, offline=False)
    [line] = [one.line for name, one in told.items() if name.startswith("server Server main")]
    assert "in 1 of 3 channels" in line
    assert "#read-only" in line
    assert "Send Messages (answering them; the welcome on joining)" in line
    assert server.violations == []


async def test_permissions_are_those_that_discord_gives(server: DiscordServer) -> None:
    """In every channel of the local Discord, whatever its overwrites."""
    world = server.world
    for guild in world.guilds.values():
        if world.bot.id not in guild.members:
            continue
        rights = discord_side.Rights(
            guild.id,
            world.bot.id,
            {role.id: int(role.json()["permissions"]) for role in guild.roles},
            frozenset(role.id for role in guild.members[world.bot.id].roles),
        )
        for channel in guild.channels:
            if not channel.is_thread:
                have = rights.resolve(channel.json()["permission_overwrites"]).value
                assert have == channel.may(world.bot)


def test_only_some_servers_are_looked_at(online: dict[str, str], stand_in: StandIn) -> None:
    """It says that there are more, and how to look at one."""
    guilds = [{"id": str(number), "name": "x"} for number in range(10, 40)]
    stand_in.answers["/users/@me/guilds?limit=200"] = (200, guilds, {})
    for number in range(11, 40):
        for path in ("", f"/members/{ME['id']}", "/channels"):
            stand_in.answers[f"/guilds/{number}{path}"] = stand_in.answers[f"/guilds/10{path}"]
    assert "--guild ID" in found(online, offline=False)["servers"].said
    assert sum(path.endswith("/channels") for path, _ in stand_in.asked) == discord_side.SERVERS


def test_many_channels_are_summed_up(online: dict[str, str], stand_in: StandIn) -> None:
    """Unless the server is asked for."""
    stand_in.answers["/guilds/10"] = (200, SERVER, {})
    channels = [{"id": str(n), "type": 0, "name": f"room-{n}"} for n in range(100, 400)]
    stand_in.answers["/guilds/10/channels"] = (200, channels, {})
    said = found(online, offline=False)["server Skerrow (10)"].said
    assert "in 300 of 300 channels" in said
    assert "and 295 more" in said
    whole = found(online, offline=False, guild=10)["server Skerrow (10)"].said
    assert "room-399" in whole
