"""Every setting is read, checked, and changes what the program does."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Settings, load_settings
from index.errors import SettingsError

EXAMPLE = Path(__file__).parents[2] / ".env.example"

#: Each setting, a value for it, and what of Settings it changes.
MATRIX: list[tuple[str, str, str, Any]] = [
    ("DISCORD_TOKEN", "abc.def", "token", "abc.def"),
    ("DISCORD_TOKEN_FILE", "secret.txt", "token_file", Path("secret.txt")),
    (
        "DISCORD_API_URL",
        "http://localhost:8080/api/v10/",
        "api_url",
        "http://localhost:8080/api/v10",
    ),
    (
        "DISCORD_GATEWAY_URL",
        "ws://localhost:8080/gateway",
        "gateway_url",
        "ws://localhost:8080/gateway",
    ),
    (
        "DISCORD_CDN_URL",
        "http://localhost:8080/cdn, https://files.example/a/",
        "cdn_urls",
        ("http://localhost:8080/cdn/", "https://files.example/a/"),
    ),
    ("ARCHIVIST_CORPUS", "papers", "corpus", Path("papers")),
    ("ARCHIVIST_DATA", "state", "data", Path("state")),
    ("ARCHIVIST_MAX_FILE_MB", "250", "max_file_mb", 250),
    ("ARCHIVIST_WATCH", "On", "watch", True),
    ("ARCHIVIST_SERVER_DOCUMENTS", "0", "server_documents", 0),
    ("ARCHIVIST_SERVER_MB", "50", "server_mb", 50),
    ("ARCHIVIST_SERVER_PASSAGES", "9000", "server_passages", 9000),
    ("ARCHIVIST_SERVER_BUILDS", "3", "server_builds", 3),
    ("ARCHIVIST_OWNER_IDS", "12, 34 56", "owner_ids", frozenset({12, 34, 56})),
    ("ARCHIVIST_HOME_GUILDS", "78", "home_guilds", frozenset({78})),
    ("ARCHIVIST_COOLDOWN_MEMBER", "2.5", "cooldown_member", 2.5),
    ("ARCHIVIST_COOLDOWN_GUILD", "30", "cooldown_guild", 30),
    ("ARCHIVIST_RETENTION_DAYS", "7", "retention_days", 7),
    ("ARCHIVIST_TIMEZONE", "Asia/Yangon", "timezone", ZoneInfo("Asia/Yangon")),
    ("ARCHIVIST_HEALTH_ADDRESS", "[::1]:8321", "health_address", ("::1", 8321)),
    ("ARCHIVIST_LOG_LEVEL", "warning", "log_level", "WARNING"),
    ("ARCHIVIST_LOG_FORMAT", "JSON", "log_format", "json"),
]

WRONG = [
    ("DISCORD_API_URL", "localhost:8080"),
    ("DISCORD_API_URL", "http:///api"),
    ("DISCORD_API_URL", "https://name:word@host/api"),
    ("DISCORD_API_URL", "http://host:99999/api"),
    ("DISCORD_GATEWAY_URL", "http://host/gateway"),
    ("DISCORD_CDN_URL", "cdn.discordapp.com"),
    ("DISCORD_CDN_URL", "https://cdn.discordapp.com, ftp://else.example"),
    ("DISCORD_CDN_URL", "https://name:word@host/"),
    ("ARCHIVIST_WATCH", "perhaps"),
    ("ARCHIVIST_SERVER_DOCUMENTS", "-1"),
    ("ARCHIVIST_SERVER_MB", "1.5"),
    ("ARCHIVIST_SERVER_PASSAGES", "many"),
    ("ARCHIVIST_SERVER_BUILDS", "12/h"),
    ("ARCHIVIST_HEALTH_ADDRESS", "8321"),
    ("ARCHIVIST_HEALTH_ADDRESS", "localhost"),
    ("ARCHIVIST_HEALTH_ADDRESS", ":8321"),
    ("ARCHIVIST_HEALTH_ADDRESS", "localhost:0"),
    ("ARCHIVIST_HEALTH_ADDRESS", "localhost:99999"),
    ("ARCHIVIST_HEALTH_ADDRESS", "http://localhost:8321"),
    ("ARCHIVIST_HEALTH_ADDRESS", "me@localhost:8321"),
    ("ARCHIVIST_OWNER_IDS", "me"),
    ("ARCHIVIST_OWNER_IDS", "12;34"),
    ("ARCHIVIST_HOME_GUILDS", "-5"),
    ("ARCHIVIST_COOLDOWN_MEMBER", "soon"),
    ("ARCHIVIST_COOLDOWN_MEMBER", "-1"),
    ("ARCHIVIST_COOLDOWN_MEMBER", "nan"),
    ("ARCHIVIST_COOLDOWN_MEMBER", "inf"),
    ("ARCHIVIST_COOLDOWN_GUILD", "1.5"),
    ("ARCHIVIST_RETENTION_DAYS", "00"),
    ("ARCHIVIST_RETENTION_DAYS", "3651"),
    ("ARCHIVIST_RETENTION_DAYS", "1.5"),
    ("ARCHIVIST_RETENTION_DAYS", "a month"),
    ("ARCHIVIST_RETENTION_DAYS", "²"),
    ("ARCHIVIST_MAX_FILE_MB", "0"),
    ("ARCHIVIST_MAX_FILE_MB", "1.5"),
    ("ARCHIVIST_MAX_FILE_MB", "a lot"),
    ("ARCHIVIST_TIMEZONE", "Mars/Olympus"),
    ("ARCHIVIST_TIMEZONE", "../../etc/passwd"),
    ("ARCHIVIST_LOG_LEVEL", "loud"),
    ("ARCHIVIST_LOG_FORMAT", "xml"),
]


def test_nothing_is_needed() -> None:
    """With an empty environment every setting has its default, and there is no token."""
    assert load_settings({}) == Settings()


@pytest.mark.parametrize(("name", "value", "field", "expected"), MATRIX)
def test_each_setting_changes_one_thing(name: str, value: str, field: str, expected: Any) -> None:
    """A setting changes its own value and nothing else."""
    assert load_settings({name: value}) == replace(Settings(), **{field: expected})


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_and_not_shown(name: str, value: str) -> None:
    """The message names the setting; its value, which may be a token gone astray, stays out."""
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings({name: value})
    assert value not in str(caught.value)


def test_all_wrong_values_are_named_at_once() -> None:
    """One message names everything there is to mend, the token that is missing too."""
    env = {"ARCHIVIST_LOG_LEVEL": "loud", "ARCHIVIST_OWNER_IDS": "me"}
    with pytest.raises(SettingsError) as caught:
        load_settings(env, serving=True)
    message = str(caught.value)
    assert all(name in message for name in env)
    assert "no Discord token" in message


def test_every_setting_is_in_the_example_and_in_the_matrix() -> None:
    """`.env.example`, the settings and these tests know the same names; the example is valid."""
    listed = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [name for name, *_ in MATRIX]
    covered = {field for _, _, field, _ in MATRIX}
    assert covered == {field.name for field in fields(Settings)} - {"unknown"}
    assert load_settings({}, EXAMPLE) == Settings()


def test_no_longer_host_begins_with_a_cdn_address() -> None:
    """An address that only begins with the letters of a permitted host is not one of its own."""
    [only] = load_settings({"DISCORD_CDN_URL": "https://cdn.example"}).cdn_urls
    assert not "https://cdn.example.evil.example/a.txt".startswith(only)
    assert all(address.endswith("/") for address in Settings().cdn_urls)


def test_health_can_be_switched_off_in_words() -> None:
    assert load_settings({"ARCHIVIST_HEALTH_ADDRESS": "off"}).health_address is None


# ---------------------------------------------------------------- where values come from


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("ARCHIVIST_DATA=filed\nARCHIVIST_CORPUS=papers # comment\n", encoding="utf-8")
    loaded = load_settings({"ARCHIVIST_DATA": "said"}, dotenv)
    assert (loaded.data, loaded.corpus) == (Path("said"), Path("papers"))


def test_an_empty_value_is_not_set(tmp_path: Path) -> None:
    """A blank in the environment doesn't hide the file's value."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("ARCHIVIST_DATA=filed\n", encoding="utf-8")
    assert load_settings({"ARCHIVIST_DATA": "  "}, dotenv).data == Path("filed")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"\xff\xfe\x00A")
    with pytest.raises(SettingsError, match=r"\.env can't be read"):
        load_settings({}, dotenv)


def test_a_name_that_is_no_setting_is_told() -> None:
    """A misspelt name is not ignored quietly."""
    [told] = load_settings({"ARCHIVIST_OWNER_ID": "5", "PATH": "x"}).unknown
    assert "ARCHIVIST_OWNER_ID is not a setting" in told
    assert "ARCHIVIST_OWNER_IDS?" in told


# ---------------------------------------------------------------- the token


def test_a_token_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("abc.def\n", encoding="utf-8")
    assert (
        load_settings({"DISCORD_TOKEN_FILE": str(secret)}, serving=True).discord_token()
        == "abc.def"
    )


def test_an_unreadable_token_file_is_one_sentence(tmp_path: Path) -> None:
    """No path and no traceback; and only who needs the token hears of it."""
    loaded = load_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "none")})
    with pytest.raises(SettingsError, match="DISCORD_TOKEN_FILE names can't be read") as caught:
        loaded.discord_token()
    assert str(tmp_path) not in caught.value.sentence


@pytest.mark.parametrize("token", ["two words", "tökén", "a\tb"])
def test_what_can_be_no_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(SettingsError, match="characters that no token has") as caught:
        load_settings({"DISCORD_TOKEN": token}, serving=True)
    assert token not in caught.value.sentence


def test_two_tokens_are_one_too_many() -> None:
    with pytest.raises(SettingsError, match="both set"):
        load_settings({"DISCORD_TOKEN": "a", "DISCORD_TOKEN_FILE": "b"})


def test_a_token_of_the_environment_hides_the_files(tmp_path: Path) -> None:
    """One form of token in the environment is enough, whatever form `.env` has."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("DISCORD_TOKEN_FILE=nowhere\n", encoding="utf-8")
    assert load_settings({"DISCORD_TOKEN": "abc"}, dotenv, serving=True).discord_token() == "abc"


def test_the_token_is_not_in_the_repr() -> None:
    assert "abc.def" not in repr(load_settings({"DISCORD_TOKEN": "abc.def"}))
