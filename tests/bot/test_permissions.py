"""The permissions that the bot asks for, and the links by which it is added."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot import permissions

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("needed", permissions.NEEDED, ids=lambda needed: needed.name)
def test_the_readme_ties_each_permission_to_its_feature(needed: permissions.Needed) -> None:
    assert f"| {needed.label} | {needed.feature} |" in README


def test_the_readme_names_no_permission_that_is_not_asked_for() -> None:
    table = README.partition("| permission |")[2].partition("\n\n")[0].splitlines()[2:]
    named = {line.split("|")[1].strip() for line in table}
    assert named == {needed.label for needed in permissions.NEEDED}


def test_no_permission_is_asked_for_that_manages_anything() -> None:
    """None that a server would give its moderators."""
    assert not permissions.LEAST.value & discord.Permissions.elevated().value


def query(link: str) -> dict[str, list[str]]:
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "discord.com", "/oauth2/authorize")
    return parse_qs(parts.query)


def test_the_invite_link_carries_the_least_permissions() -> None:
    assert query(permissions.server_link(77)) == {
        "client_id": ["77"],
        "scope": ["bot applications.commands"],
        "permissions": [str(permissions.LEAST.value)],
        "integration_type": ["0"],
    }


def test_a_person_adds_the_commands_alone() -> None:
    assert query(permissions.user_link(77)) == {
        "client_id": ["77"],
        "scope": ["applications.commands"],
        "integration_type": ["1"],
    }


@pytest.mark.parametrize(
    ("token", "application"),
    [
        (base64.b64encode(b"100000000000000001").decode() + ".Gab1.secret", 100000000000000001),
        (base64.urlsafe_b64encode(b"1234567890123456789").decode().rstrip("=") + ".x.y", 1234567890123456789),
        ("some.other.token", None),
        (base64.b64encode(b"not a number").decode() + ".x.y", None),
        ("é.x.y", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_token_begins_with_the_applications_id(token: str, application: int | None) -> None:
    assert permissions.application_of(token) == application


def test_what_is_missing_is_named_as_discord_shows_it() -> None:
    have = discord.Permissions(view_channel=True, send_messages=True)
    needed = permissions.needed_to_reply(thread=True, plain=True)
    assert permissions.missing(have, needed) == (
        "Send Messages in Threads",
        "Read Message History",
        "Embed Links",
    )


def test_in_a_channel_no_permission_for_threads_is_needed() -> None:
    needed = permissions.needed_to_reply(thread=False, plain=False)
    assert needed == ("view_channel", "send_messages", "read_message_history")
