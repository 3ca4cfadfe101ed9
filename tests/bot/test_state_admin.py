"""What administrators do is kept with who did it: grants, documents, names, corrections, builds."""

from __future__ import annotations

import ast
import asyncio
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.state import (
    UNDO,
    BuildLine,
    By,
    Grant,
    MissingError,
    NameTakenError,
    State,
    StateError,
    Upload,
    Usage,
    open_state,
)
from bot.state.store import NAME
from index.collections import MAIN, server_collection
from tests.conftest import ROOT

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
HARBOUR, MILL = 2**61 + 1, 2**61 + 2
ANN, BEN = 2**62 + 1, 2**62 + 2
HERE, THERE = By(ANN, HARBOUR, NOON), By(BEN, MILL, NOON)
OWN = server_collection(HARBOUR)
LOG = Upload(
    id=0,
    guild=HARBOUR,
    name="log.txt",
    title="Log of the Petrel",
    author="Ann Tar",
    date="1871",
    rights="",
    language="en",
    sha256="0" * 64,
    size=1_000,
    passages=12,
    events=3,
    added=NOON,
    added_by=ANN,
)
BUILD = BuildLine(NOON, HARBOUR, ANN, OWN, "build", "changed", 7, 1.5, {"added": ["log.txt"]})


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


async def last(state: State, guild: int | None = HARBOUR) -> tuple[str, str, Any, Any]:
    """Action, what, before and after of a server's last line."""
    [line] = await state.audit(guild, limit=1)
    return line.action, line.what, line.before, line.after


# ---------------------------------------------------------------- audit


async def test_lines_are_given_newest_first_and_by_pages(state: State) -> None:
    """A page goes on where the one before ended, and no line is on both."""
    numbers = [await state.note(HERE, "index.build", f"{n}") for n in range(5)]
    first = await state.audit(HARBOUR, limit=3)
    second = await state.audit(HARBOUR, limit=3, before_id=first[-1].id)
    assert [line.id for line in (*first, *second)] == numbers[::-1]
    assert (first[0].who, first[0].at, first[0].guild) == (ANN, NOON, HARBOUR)


async def test_a_server_sees_its_own_lines_alone(state: State) -> None:
    """All servers' and none's are given together to who asks for all."""
    await state.note(HERE, "index.build", "here")
    await state.note(THERE, "index.build", "there")
    await state.note(replace(HERE, guild=None), "index.build", "nowhere")
    assert [line.what for line in await state.audit(HARBOUR)] == ["here"]
    assert [line.what for line in await state.audit(None)] == ["nowhere", "there", "here"]


async def test_lines_are_found_by_action_and_by_who(state: State) -> None:
    """A group's name finds all of its actions, and no action that only begins alike."""
    for action in ("document.add", "document.remove", "documents.odd", "alias.add"):
        await state.note(HERE, action, "")
    await state.note(replace(HERE, who=BEN), "document.add", "")
    found = await state.audit(HARBOUR, action="document", who=ANN)
    assert [line.action for line in found] == ["document.remove", "document.add"]
    assert len(await state.audit(HARBOUR, action="document.add")) == 2
    assert await state.audit(HARBOUR, action="%") == ()


async def test_before_and_after_come_back_as_they_were(state: State) -> None:
    before = {"channels": [HARBOUR], "text": 'a\u202e"b', "none": None, "number": 1.5}
    await state.note(HERE, "settings.change", "x", before, ["\ud83d"])
    assert (await last(state))[2] == before


CHANGES: dict[str, Callable[[State], Awaitable[object]]] = {
    "settings": lambda state: state.set_server(HARBOUR, by=HERE, plain=True),
    "grant": lambda state: state.set_grant(Grant(HARBOUR, MAIN, "none"), HERE),
    "document": lambda state: state.add_upload(LOG, HERE),
    "names": lambda state: state.add_alias(OWN, ("Petrel", "the ship"), HERE),
    "correction": lambda state: state.add_correction(OWN, "hide", {"id": "e1"}, HERE),
    "build": lambda state: state.add_build(BUILD, HERE),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_and_its_line_are_written_together(
    state: State, tmp_path: Path, name: str
) -> None:
    """Where the line can't be written, nothing is changed, on disk and in memory."""

    def content() -> dict[str, list[tuple[Any, ...]]]:
        with closing(sqlite3.connect(tmp_path / NAME)) as connection:
            tables = ("servers", "grants", "uploads", "aliases", "corrections", "builds")
            return {
                table: connection.execute(f"select * from {table}").fetchall() for table in tables
            }

    with closing(sqlite3.connect(tmp_path / NAME)) as connection:
        connection.execute(
            "create trigger no before insert on audit begin select raise(abort, 'full'); end"
        )
    before = content()
    with pytest.raises(StateError):
        await CHANGES[name](state)
    assert content() == before
    assert not state.server(HARBOUR).plain
    assert state.grants(HARBOUR) == ()


def test_no_setting_is_changed_without_who() -> None:
    """Every call in the program says who chooses, so that it is audited."""
    calls = [
        call
        for path in (ROOT / "bot").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "set_server"
    ]
    assert calls
    assert all("by" in {keyword.arg for keyword in call.keywords} for call in calls)


# ---------------------------------------------------------------- settings and grants


async def test_every_setting_survives_a_restart(state: State, tmp_path: Path) -> None:
    chosen: dict[str, Any] = {
        "language": "ru",
        "plain": True,
        "private": True,
        "length": "long",
        "cooldown_member": 2.5,
        "cooldown_guild": 30,
        "channels": (1, 2**62),
        "admin_roles": (3,),
        "feedback": False,
        "questions": True,
        "retention_days": 7,
    }
    await state.set_server(HARBOUR, by=HERE, **chosen)
    await state.close()
    again = open_state(tmp_path)
    assert {name: getattr(again.server(HARBOUR), name) for name in chosen} == chosen
    await again.close()


async def test_a_setting_is_audited_with_what_differs(state: State) -> None:
    """Only fields that differ are told; a choice of what was chosen already is no line."""
    await state.set_server(HARBOUR, by=HERE, plain=True, language="ru")
    await state.set_server(HARBOUR, by=HERE, plain=True, channels=(5,), action="settings.import")
    assert await last(state) == ("settings.import", "channels", {"channels": []}, {"channels": [5]})
    await state.set_server(HARBOUR, by=HERE, plain=True)
    assert len(await state.audit(HARBOUR)) == 2


async def test_what_is_no_setting_is_refused(state: State) -> None:
    with pytest.raises(TypeError):
        await state.set_server(HARBOUR, by=HERE, colour="red")
    assert await state.audit(HARBOUR) == ()


async def test_two_administrators_at_once_are_both_told_truly(state: State) -> None:
    """What stands as before is what the other had just chosen."""
    await asyncio.gather(
        state.set_server(HARBOUR, by=HERE, language="ru"),
        state.set_server(HARBOUR, by=replace(HERE, who=BEN), language="my"),
    )
    second, first = await state.audit(HARBOUR)
    assert (first.before, first.after) == ({"language": None}, {"language": "ru"})
    assert (second.before, second.after) == ({"language": "ru"}, {"language": "my"})
    assert state.server(HARBOUR).language == "my"


async def test_grants_survive_a_restart_and_can_be_dropped(state: State, tmp_path: Path) -> None:
    """They come in the order of their names, of their own server only."""
    some = Grant(HARBOUR, "letters", "some", channels=(1, 2), roles=(3,))
    for grant in (some, Grant(HARBOUR, "charts"), Grant(MILL, "letters", "none")):
        await state.set_grant(grant, HERE)
    await state.close()
    again = open_state(tmp_path)
    assert again.grants(HARBOUR) == (Grant(HARBOUR, "charts"), some)
    assert again.grants(None) == ()
    await again.drop_grant(HARBOUR, "charts", HERE)
    await again.drop_grant(HARBOUR, "charts", HERE)
    assert again.grants(HARBOUR) == (some,)
    lines = await again.audit(HARBOUR, action="collection.grant")
    assert len(lines) == 4
    assert lines[0].before == {"open": "all", "channels": [], "roles": []}
    assert lines[0].after is None
    await again.close()


# ---------------------------------------------------------------- documents


async def test_a_document_comes_back_as_it_was_added(state: State, tmp_path: Path) -> None:
    kept = await state.add_upload(LOG, HERE)
    assert kept == replace(LOG, id=kept.id)
    await state.close()
    again = open_state(tmp_path)
    assert await again.uploads(HARBOUR) == (kept,)
    assert await again.upload(kept.id) == kept
    assert await again.uploads(MILL) == ()
    await again.close()


async def test_a_name_is_taken_once(state: State) -> None:
    """In one server; a removed document's name is free, and then that one can't be brought back."""
    first = await state.add_upload(LOG, HERE)
    with pytest.raises(NameTakenError, match="log"):
        await state.add_upload(LOG, HERE)
    await state.add_upload(replace(LOG, guild=MILL), THERE)
    await state.remove_upload(first.id, HERE)
    await state.add_upload(LOG, HERE)
    with pytest.raises(NameTakenError):
        await state.restore_upload(first.id, HERE)


async def test_a_change_of_a_document_is_audited_with_what_differs(state: State) -> None:
    kept = await state.add_upload(LOG, HERE)
    changed = await state.change_upload(
        kept.id, HERE, "document.describe", title="The Log", author="Ann Tar"
    )
    assert changed == replace(kept, title="The Log")
    assert await state.uploads(HARBOUR) == (changed,)
    assert await last(state) == (
        "document.describe",
        "log.txt",
        {"title": "Log of the Petrel"},
        {"title": "The Log"},
    )


async def test_a_removed_document_can_be_brought_back_for_a_day(state: State) -> None:
    kept = await state.add_upload(LOG, HERE)
    gone = await state.remove_upload(kept.id, HERE)
    assert (gone.removed, gone.removed_by) == (NOON, ANN)
    assert await state.uploads(HARBOUR) == ()
    assert await state.uploads(HARBOUR, removed=True) == (gone,)
    assert await state.restore_upload(kept.id, replace(HERE, at=NOON + UNDO)) == kept
    await state.remove_upload(kept.id, HERE)
    with pytest.raises(MissingError, match="more than a day"):
        await state.restore_upload(kept.id, replace(HERE, at=NOON + UNDO + HOUR))
    actions = [line.action for line in await state.audit(HARBOUR)]
    assert actions == ["document.remove", "document.restore", "document.remove", "document.add"]


async def test_documents_are_forgotten_when_their_day_is_over(state: State) -> None:
    """Of all servers; those that are there or were removed later stay. No number comes again."""
    old = await state.add_upload(LOG, HERE)
    await state.remove_upload(old.id, replace(HERE, at=NOON - UNDO - HOUR))
    late = await state.add_upload(replace(LOG, name="late.txt"), HERE)
    await state.remove_upload(late.id, HERE)
    purged = await state.purge_uploads(NOON - UNDO)
    assert [one.id for one in purged] == [old.id]
    assert [one.id for one in await state.uploads(HARBOUR, removed=True)] == [late.id]
    await state.purge_uploads(NOON + HOUR)
    assert (await state.add_upload(LOG, HERE)).id > late.id


async def test_usage_counts_what_is_there(state: State) -> None:
    """Removed documents count beside, until they are gone; other servers' don't."""
    await state.add_upload(LOG, HERE)
    second = await state.add_upload(replace(LOG, name="b.txt", size=500, passages=2), HERE)
    await state.add_upload(replace(LOG, guild=MILL), THERE)
    assert await state.usage(HARBOUR) == Usage(2, 1_500, 14)
    await state.remove_upload(second.id, HERE)
    assert await state.usage(HARBOUR) == Usage(1, 1_000, 12, removed_bytes=500)
    assert await state.usage(5) == Usage()


async def test_another_server_can_change_nothing(state: State) -> None:
    """Whatever number a press names, it reaches only what its own server has."""
    document = await state.add_upload(LOG, HERE)
    names = await state.add_alias(OWN, ("a", "b"), HERE)
    correction = await state.add_correction(OWN, "hide", {"id": "e1"}, HERE)
    tries: list[Awaitable[object]] = [
        state.change_upload(document.id, THERE, "document.describe", title="Mine"),
        state.remove_upload(document.id, THERE),
        state.remove_alias(names.id, THERE),
        state.undo_correction(correction.id, THERE),
        state.add_alias(OWN, ("c", "d"), THERE),
        state.add_correction(OWN, "hide", {"id": "e2"}, THERE),
    ]
    for one in tries:
        with pytest.raises(MissingError):
            await one
    assert await state.uploads(HARBOUR) == (document,)
    assert await state.aliases(OWN) == (names,)
    assert await state.corrections(OWN) == (correction,)
    assert await state.audit(MILL) == ()


# ---------------------------------------------------------------- names and corrections


async def test_names_are_kept_taken_back_and_brought_back(state: State) -> None:
    first = await state.add_alias(OWN, ("Petrel", "the ship"), HERE)
    second = await state.add_alias(OWN, ("Cork", "Corcaigh"), HERE)
    assert await state.aliases(OWN) == (first, second)
    assert (first.names, first.at, first.by) == (("Petrel", "the ship"), NOON, ANN)
    gone = await state.remove_alias(first.id, replace(HERE, at=NOON + HOUR))
    assert gone.removed == NOON + HOUR
    assert await state.aliases(OWN) == (second,)
    assert await state.aliases(OWN, removed=True) == (gone,)
    with pytest.raises(MissingError):
        await state.remove_alias(first.id, HERE)
    assert await state.restore_alias(first.id, HERE) == first == await state.alias(first.id)
    lines = await state.audit(HARBOUR, action="alias")
    assert [(line.action, line.before, line.after) for line in lines[:2]] == [
        ("alias.undo", None, ["Petrel", "the ship"]),
        ("alias.remove", ["Petrel", "the ship"], None),
    ]


async def test_corrections_are_kept_and_undone_once(state: State) -> None:
    body = {"id": "e1", "date": "1871-03-04", "quote": "The Petrel sails"}
    kept = await state.add_correction(OWN, "redate", body, HERE)
    assert (kept.kind, dict(kept.body), kept.by) == ("redate", body, ANN)
    assert await state.corrections(OWN) == (kept,)
    gone = await state.undo_correction(kept.id, replace(HERE, at=NOON + HOUR))
    assert gone == replace(kept, undone=NOON + HOUR)
    assert await state.corrections(OWN) == ()
    assert (
        await state.corrections(OWN, undone=True) == (gone,) == (await state.correction(kept.id),)
    )
    with pytest.raises(MissingError):
        await state.undo_correction(kept.id, HERE)
    assert await last(state) == ("correction.undo", OWN, {"kind": "redate", **body}, None)


async def test_the_owners_collections_are_edited_in_any_server(state: State) -> None:
    """Who may is judged elsewhere; the line stands where it was done."""
    await state.add_alias(MAIN, ("a", "b"), HERE)
    await state.add_correction("letters", "hide", {"id": "e1"}, replace(HERE, guild=None))
    assert await state.edited() == ("letters", MAIN)
    assert (await last(state))[0] == "alias.add"


# ---------------------------------------------------------------- builds


async def test_builds_come_newest_first_by_collection(state: State) -> None:
    number = await state.add_build(BUILD)
    everything = replace(BUILD, collection=None, outcome="failed", reason="The disk is full.")
    await state.add_build(everything)
    assert await state.builds(OWN) == (replace(BUILD, id=number),)
    assert [line.reason for line in await state.builds()] == ["The disk is full.", ""]
    assert len(await state.builds(limit=1)) == 1


async def test_builds_of_an_hour_are_counted_for_their_server(state: State) -> None:
    """The first second of the hour counts; other servers' and nobody's don't."""
    for at in (NOON - HOUR, NOON - HOUR - dt.timedelta(seconds=1), NOON):
        await state.add_build(replace(BUILD, at=at))
    await state.add_build(replace(BUILD, guild=MILL))
    await state.add_build(replace(BUILD, guild=None))
    assert await state.builds_since(HARBOUR, NOON - HOUR) == 2


async def test_a_build_is_audited_for_who_asked(state: State) -> None:
    """The number of the index, which tells how often others build, only with the owner's documents."""
    await state.add_build(BUILD)
    assert await state.audit(HARBOUR) == ()
    await state.add_build(BUILD, HERE)
    action, what, _, after = await last(state)
    assert (action, what) == ("index.build", OWN)
    assert after == {"kind": "build", "outcome": "changed"}
    await state.add_build(replace(BUILD, collection=None), HERE)
    assert (await last(state))[3] == {"kind": "build", "outcome": "changed", "generation": 7}
