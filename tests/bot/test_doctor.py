"""What `archivist doctor` finds, and what it says to mend."""

from __future__ import annotations

import base64
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import doctor
from bot.cli import archivist
from bot.doctor import Finding
from bot.state.store import NAME as STATE_FILE
from index import building, locks
from tests.bot import fakes

TOKEN = base64.b64encode(b"100000000000000001").decode() + ".Gab1.secret-part"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Settings with which nothing is to be mended."""
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    (corpus / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    building.build(corpus, data)
    names = {"ARCHIVIST_CORPUS": str(corpus), "ARCHIVIST_DATA": str(data)}
    return names | {"DISCORD_TOKEN": TOKEN, "ARCHIVIST_HOME_GUILDS": "10"}


def found(env: dict[str, str]) -> dict[str, Finding]:
    """The worst finding of each name."""
    order = ["ok", "note", "mend"]
    worst: dict[str, Finding] = {}
    for finding in doctor.examine(env):
        before = worst.get(finding.name, finding)
        worst[finding.name] = max(before, finding, key=lambda one: order.index(one.verdict))
    return worst


def test_where_all_is_well_nothing_is_to_be_mended(env: dict[str, str]) -> None:
    assert {finding.verdict for finding in doctor.examine(env)} == {"ok"}


def test_the_invite_link_is_shown_without_the_token(env: dict[str, str]) -> None:
    """The application's id stands in the token's first part."""
    said = "\n".join(finding.line for finding in doctor.examine(env))
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
    monkeypatch.setattr(doctor, "_LEAST_FREE", 1 << 80)
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


@pytest.fixture
def address() -> Iterator[str]:
    """Of a server that stands in for Discord, and knows its application."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/applications/@me" else 404)
            self.end_headers()
            self.wfile.write(b'{"id": "100000000000000002"}')

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def test_a_server_that_stands_in_for_discord_tells_the_application(
    env: dict[str, str], address: str
) -> None:
    """The link is shown though the token doesn't hold the id."""
    said = found(env | {"DISCORD_TOKEN": "sim.token", "DISCORD_API_URL": address})
    assert "client_id=100000000000000002&" in said["to add it to a server"].said


def test_servers_that_may_reindex_are_to_be_named(env: dict[str, str]) -> None:
    """Else the managers of any may."""
    del env["ARCHIVIST_HOME_GUILDS"]
    assert "ARCHIVIST_HOME_GUILDS" in found(env)["servers"].said


@pytest.mark.parametrize(("token", "code"), [(TOKEN, 0), ("no", 1)])
def test_the_exit_code_says_whether_something_is_to_be_mended(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(archivist, ["doctor"], env=env | {"DISCORD_TOKEN": token})
    assert ran.exit_code == code
    assert "ok    settings: every value can be used." in ran.output
