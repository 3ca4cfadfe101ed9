"""/audit: who may see which lines, how they are shown, and the files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.cogs.audit import Audit
from bot.languages import ENGLISH
from bot.layout import Page
from bot.presses import OldButtonError
from bot.render.audit import ACTIONS, action_name, audit_file, audit_page
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from bot.state import AuditLine, By
from bot.views.audit import Asked, read_asked
from index.collections import server_collection
from index.errors import InputError
from tests.bot import fakes, pages, pressing
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.bot.test_timeline_edit import button

OWNER, ADMIN, MEMBER = 1, 2, 3
HERE, THERE = 10, 11
AT = dt.datetime(2026, 11, 22, 12, 30, tzinfo=dt.UTC)
HOSTILE = "**x** @everyone <@1> [a](https://b) `c` ||d||\n# e \u202e"


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    made = replace(pressing.services(tmp_path), rights=Rights(frozenset({OWNER}), frozenset()))
    state = made.state
    await state.note(By(ADMIN, HERE, AT), "document.add", "log.txt", None, {"title": "Log"})
    await state.note(By(OWNER, THERE, AT), "settings.change", "language", "en", "ru")
    await state.note(By(7, HERE, AT), "settings.change", "plain", {"plain": False}, {"plain": True})
    yield made
    await state.close()


async def audit(
    services: Services,
    *,
    user: int = ADMIN,
    guild: int | None = HERE,
    permissions: discord.Permissions = MANAGER,
    **options: Any,
) -> Mock:
    fake = fakes.interaction(user_id=user, guild_id=guild, permissions=permissions)
    fake.locale = discord.Locale.american_english
    await Audit.audit.callback(Audit(services), fake, **options)  # type: ignore[arg-type, call-arg]
    return fake


async def pressed(services: Services, custom_id: str, user: int = ADMIN, **more: Any) -> Mock:
    message = message_of(Page(("…",)), private=True)
    more.setdefault("permissions", MANAGER)
    return await press(services, custom_id, user=user, guild=HERE, message=message, **more)


def text(fake: Mock) -> str:
    return page_after(fake).replace("*", "").replace("\\", "")


async def test_lines_of_this_server_are_shown_newest_first(services: Services) -> None:
    """Who, when, what, before and after; nothing of another server."""
    fake = await audit(services)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    shown = text(fake)
    assert "settings changed · plain\n-# <@7> (7) · 2026-11-22 12:30 UTC" in shown
    assert "plain: false → plain: true" in shown
    assert "UTC\n-# title: Log" in shown
    assert shown.index("settings changed") < shown.index("document added")
    assert "language" not in shown


async def test_lines_are_narrowed_by_action_and_by_who(services: Services) -> None:
    assert "document added" not in text(await audit(services, action="settings"))
    assert "settings changed" not in text(await audit(services, action="document.add"))
    assert "settings changed" not in text(await audit(services, who=Mock(id=ADMIN)))
    assert "Nothing of that kind is kept" in text(await audit(services, action="gap"))


async def test_an_action_that_is_none_is_refused(services: Services) -> None:
    with pytest.raises(InputError, match="no such action"):
        await audit(services, action="' or 1")


async def test_the_owner_alone_sees_all_servers(services: Services) -> None:
    shown = text(await audit(services, user=OWNER, everywhere=True))
    assert f"server {THERE}" in shown
    assert f"server {HERE}" in shown
    with pytest.raises(NotAllowedError):
        await audit(services, everywhere=True)
    forged = str(Asked(everywhere=True))
    for custom_id in (f"v1:audit_page:1:0:{forged}", f"v1:audit_file:json:{forged}"):
        with pytest.raises(NotAllowedError):
            await pressed(services, custom_id)


async def test_what_was_said_of_documents_that_they_may_not_see_is_left_out(
    services: Services,
) -> None:
    """Neither the words nor the collection's name, on the page or in the file."""
    said = {"reason": "the sealed letters tell it"}
    for collection in ("sealed", server_collection(HERE)):
        await services.state.note(By(OWNER, HERE, AT), "correction.add", collection, None, said)
    shown = text(await audit(services, action="correction"))
    assert shown.count("sealed letters") == 1  # of the server's own
    assert "· sealed" not in shown
    assert shown.count("timeline corrected") == 2
    fake = await pressed(services, f"v1:audit_file:json:{Asked('correction')}")
    (file,) = fake.edit_original_response.await_args.kwargs["attachments"]
    assert file.fp.read().count(b"sealed") == 1


@pytest.mark.parametrize(
    ("permissions", "guild"),
    [(discord.Permissions(manage_messages=True), HERE), (discord.Permissions.none(), HERE)],
)
async def test_members_see_nothing(
    services: Services, permissions: discord.Permissions, guild: int
) -> None:
    with pytest.raises(NotAllowedError):
        await audit(services, user=MEMBER, permissions=permissions, guild=guild)
    for custom_id in ("v1:audit_page:1:0:-0-here", "v1:audit_file:csv:-0-here"):
        with pytest.raises(NotAllowedError):
            await pressed(services, custom_id, user=MEMBER, permissions=permissions)


async def test_pages_stay_what_they_were_while_lines_come(services: Services) -> None:
    """Older leads on from the last line of the page, and Newer back to the same page."""
    for number in range(20):
        await services.state.note(By(ADMIN, HERE, AT), "gap.close", f"question {number};")
    first = await audit(services)
    await services.state.note(By(ADMIN, HERE, AT), "gap.close", "late;")
    older = button(first, "audit_page").replace("audit_page:0:", "audit_page:2:")
    second = await pressed(services, older)
    assert "question 12;" in text(first)
    assert "question 11;" not in text(first)
    assert "question 11;" in text(second)
    newer = button(second, "audit_page")
    back = text(await pressed(services, newer))
    assert "question 19;" in back
    assert "late;" not in back


@pytest.mark.parametrize("argument", ["", "x", "-x-here", "-1-there", f"-{'9' * 30}-here"])
async def test_a_forged_filter_is_refused(services: Services, argument: str) -> None:
    with pytest.raises(OldButtonError):
        await pressed(services, f"v1:audit_page:1:0:{argument}")


@pytest.mark.parametrize("asked", [Asked(), Asked("index.build", 123, everywhere=True)])
def test_filters_come_back_from_the_id_of_a_button(asked: Asked) -> None:
    assert read_asked(str(asked)) == asked


async def test_all_lines_come_as_a_file(services: Services) -> None:
    """Those of the filters, of this server alone; ids are text."""
    fake = await pressed(services, "v1:audit_file:json:settings-0-here")
    (sent,) = fake.edit_original_response.await_args.kwargs["attachments"]
    (row,) = json.loads(sent.fp.read())
    assert row == {
        "id": 3,
        "at": "2026-11-22T12:30:00+00:00",
        "server": "10",
        "who": "7",
        "action": "settings.change",
        "what": "plain",
        "before": {"plain": False},
        "after": {"plain": True},
    }


def line(number: int = 1, **changes: Any) -> AuditLine:
    made = AuditLine(number, HERE, AT, 7, "document.add", "log.txt", None, {"title": "Log"})
    return replace(made, **changes)


@pytest.mark.parametrize("what", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(what: str) -> None:
    file, _ = audit_file([line(what=what, before=what)], "csv", 10_000)
    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert row["what"].startswith("'")
    assert row["before"].startswith("'")


def test_a_file_that_would_be_too_large_leaves_out_the_oldest() -> None:
    lines = [line(n, what=f"document {n}") for n in range(1000, 0, -1)]
    for form in ("csv", "json"):
        file, left_out = audit_file(lines, form, 20_000)
        assert len(file.content) <= 20_000
        assert 0 < left_out < 1000
        assert b"document 1000" in file.content
    assert audit_file(lines, "csv", 10)[1] == 1000


def test_every_action_has_its_words() -> None:
    """Nobody is shown the name under which an action is kept, if it is one that is offered."""
    assert [action for action in ACTIONS if action_name(action, ENGLISH) == action] == []


def test_pages_fit_and_nothing_that_was_done_acts() -> None:
    """Long and hostile names, values and actions; a person is named without a ping of others."""
    long = {HOSTILE: [HOSTILE * 50, {"deep": HOSTILE}], "b": 1.5, "c": None}
    lines = [
        line(n, action=HOSTILE, what=HOSTILE * 9, before=long, after=[HOSTILE * 99])
        for n in range(8)
    ]
    page = audit_page(
        lines, ENGLISH, asked="-0-here", everywhere=True, page=2, more=True, top=2**62
    )
    pages.check_limits(page)
    said = pages.text(page)
    for acting in ("**x**", "@everyone", "<@1>", "](", "||d||", "\u202e"):
        assert acting not in said
