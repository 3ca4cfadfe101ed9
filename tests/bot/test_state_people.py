"""What is stored about a person is found, given and deleted, and nothing is kept too long."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.asked import Asked
from bot.state import (
    KEPT,
    About,
    BuildLine,
    By,
    Deleted,
    Feedback,
    Grant,
    Purged,
    Reason,
    ServerSettings,
    State,
    Upload,
    open_state,
    questions,
    retention,
)
from bot.state.kept import naming
from bot.state.store import NAME
from index.collections import server_collection

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
HARBOUR, MILL = 2**61 + 1, 2**61 + 2
ANN, BEN = 2**62 + 1, 2**62 + 2
OWN = server_collection(HARBOUR)
GAP = Feedback(
    kind="gap",
    at=NOON,
    person=ANN,
    guild=HARBOUR,
    channel=77,
    asked=Asked("Who built the lighthouse?"),
    outcome="not_found",
    generation=7,
)
REPORT = replace(
    GAP, kind="report", outcome="answered", reason=Reason.OUTDATED, text="It was rebuilt in 1880."
)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


async def ask(
    state: State,
    person: int = ANN,
    guild: int | None = HARBOUR,
    at: dt.datetime = NOON,
    question: str = "Who lit the lamp?",
) -> None:
    await state.add_question(guild, person, question, ["lit", "lamp"], "not_found", ["p1"], 7, at)


async def fill(state: State, person: int, guild: int = HARBOUR) -> None:
    """Something about a person in every table that tells who."""
    by, own = By(person, guild, NOON), server_collection(guild)
    await state.set_plain(person, True)
    await state.add_feedback(replace(REPORT, person=person, guild=guild))
    await state.set_server(guild, by=by, questions=True)
    await ask(state, person, guild)
    words = ("log.txt", "Log", "", "", "", "en", "0")
    upload = Upload(0, guild, *words, size=1, passages=1, events=1, added=NOON, added_by=person)
    upload = await state.add_upload(upload, by)
    await state.remove_upload(upload.id, by)
    alias = await state.add_alias(own, ("a", "b"), by)
    await state.remove_alias(alias.id, by)
    correction = await state.add_correction(own, "hide", {"id": "e1"}, by)
    await state.undo_correction(correction.id, by)
    line = BuildLine(NOON, guild, person, own, "build", "changed", 7, 1.0)
    await state.add_build(line, by)


def tables(data: Path) -> dict[str, list[dict[str, Any]]]:
    """All that the file holds."""
    with closing(sqlite3.connect(data / NAME)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            name: [dict(row) for row in connection.execute(f"select * from {name}")]
            for name in sorted({kept.table for kept in KEPT})
        }


def content_of(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.iterdir())


# ---------------------------------------------------------------- questions


async def test_the_words_of_a_question_are_kept_only_where_the_server_says_so(
    state: State, tmp_path: Path
) -> None:
    """Elsewhere, and in direct messages, they are in no file; that somebody asked is."""
    await ask(state)
    await ask(state, guild=None)
    [bare] = await state.questions(HARBOUR)
    assert (bare.question, bare.terms, bare.passages) == (None, (), ())
    assert (bare.outcome, bare.generation, bare.at) == ("not_found", 7, NOON)
    assert b"lamp" not in content_of(tmp_path)
    await state.set_server(HARBOUR, questions=True)
    await ask(state)
    [whole, _] = await state.questions(HARBOUR)
    assert (whole.question, whole.terms, whole.passages) == (
        "Who lit the lamp?",
        ("lit", "lamp"),
        ("p1",),
    )


async def test_a_line_tells_nobody_who_asked(state: State, tmp_path: Path) -> None:
    """The person's id is nowhere in the file; two questions of one person in a month are alike."""
    for person in (ANN, ANN, BEN):
        await ask(state, person)
    last, second, first = await state.questions(HARBOUR)
    assert first.member_hash == second.member_hash != last.member_hash
    for row in tables(tmp_path)["questions"]:
        assert not {ANN, BEN, str(ANN), str(BEN)} & set(row.values())


async def test_another_month_has_another_key(state: State) -> None:
    """Lines of one person can't be joined over months, but they find theirs with every key."""
    for days in (0, 29, 31):
        await ask(state, at=NOON + days * DAY)
    third, second, first = await state.questions(HARBOUR)
    assert first.member_hash == second.member_hash != third.member_hash
    assert (await state.about(ANN)).questions == 3
    assert (await state.about(BEN)).questions == 0


async def test_a_clock_that_goes_back_loses_no_key(state: State) -> None:
    for days in (400, 0, 400):
        await ask(state, at=NOON + days * DAY)
    assert (await state.about(ANN)).questions == 3


async def test_a_key_goes_with_its_last_line(state: State, tmp_path: Path) -> None:
    await ask(state)
    await ask(state, at=NOON + 40 * DAY)
    await state.purge(NOON + 69 * DAY, days=30)
    assert len(tables(tmp_path)["keys"]) == 1
    await state.purge(NOON + 71 * DAY, days=30)
    assert tables(tmp_path)["keys"] == []


async def test_questions_come_newest_first_by_outcome(state: State) -> None:
    await ask(state)
    await ask(state, at=NOON + SECOND)
    await state.add_question(HARBOUR, ANN, "?", [], "answered", [], None, NOON)
    assert [one.at for one in await state.questions(HARBOUR, outcome="not_found")] == [
        NOON + SECOND,
        NOON,
    ]
    assert len(await state.questions(HARBOUR, limit=1)) == 1
    assert await state.questions(MILL) == ()


# ---------------------------------------------------------------- export


async def test_an_export_has_every_line_about_the_person(state: State, tmp_path: Path) -> None:
    """From every table that tells who, each column with its value and meaning, as JSON."""
    await fill(state, ANN)
    said = json.loads(json.dumps(await state.export(ANN)))
    everywhere = naming("row").keys() | naming("hash").keys() | naming("zero").keys()
    assert said["person"] == str(ANN)
    assert said["stored"].keys() == said["meaning"].keys() == everywhere
    for table, lines in said["stored"].items():
        assert len(lines) == len(tables(tmp_path)[table]), table
        assert all(line.keys() == said["meaning"][table].keys() for line in lines)
    assert said["stored"]["feedback"][0]["text"] == "It was rebuilt in 1880."
    assert said["stored"]["questions"][0]["question"] == "Who lit the lamp?"


async def test_an_export_tells_nothing_of_others(state: State) -> None:
    """Neither lines of others, nor who else did something in the person's own lines."""
    upload = Upload(0, HARBOUR, "log.txt", *[""] * 6, 1, 1, 1, NOON, ANN)
    upload = await state.add_upload(upload, By(ANN, HARBOUR, NOON))
    await state.remove_upload(upload.id, By(BEN, HARBOUR, NOON))
    await fill(state, BEN, MILL)
    said = await state.export(ANN)
    assert str(BEN) not in json.dumps(said["stored"])
    [line] = said["stored"]["uploads"]
    assert (line["added_by"], line["removed_by"]) == (str(ANN), None)


# ---------------------------------------------------------------- show and delete


async def test_what_is_stored_is_counted(state: State) -> None:
    """Lines with words of questions are told apart; acts are those with the person's id."""
    await state.set_plain(ANN, True)
    await state.add_feedback(GAP)
    await ask(state)
    by = By(ANN, HARBOUR, NOON)
    await state.set_server(HARBOUR, by=by, questions=True)
    await ask(state)
    about = await state.about(ANN)
    assert (about.plain, len(about.feedback), about.questions) == (True, 1, 2)
    assert (about.texts, about.acts) == (1, 1)
    assert not await state.about(BEN)


async def test_delete_leaves_nothing_of_the_person(state: State, tmp_path: Path) -> None:
    """Their id is in no line of any table, nor are their words in any file; others' lines stay."""
    await fill(state, ANN)
    await fill(state, BEN, MILL)
    lines = len(await state.audit(HARBOUR))
    before = tables(tmp_path)
    deleted = await state.delete(ANN)
    assert (deleted.plain, deleted.feedback, deleted.questions) == (True, 1, 1)
    after = tables(tmp_path)
    assert str(ANN) in json.dumps(before, default=str)
    assert str(ANN) not in json.dumps(after, default=str)
    assert str(BEN) in json.dumps(after, default=str)
    assert b"rebuilt in 1880" in content_of(tmp_path)  # Ben's
    assert await state.about(ANN) == About()
    assert not await state.delete(ANN)
    assert (await state.about(BEN)).questions == 1
    kept = await state.audit(HARBOUR)
    assert len(kept) == lines
    assert {line.who for line in kept} == {0}


async def test_words_that_were_deleted_are_in_no_file(state: State, tmp_path: Path) -> None:
    """Not in the journal either."""
    await state.set_server(HARBOUR, questions=True)
    await state.add_feedback(REPORT)
    await ask(state)
    assert b"rebuilt in 1880" in content_of(tmp_path)
    assert await state.delete(ANN) == Deleted(feedback=1, questions=1)
    assert b"rebuilt in 1880" not in content_of(tmp_path)
    assert b"lit the lamp" not in content_of(tmp_path)


# ---------------------------------------------------------------- how long


async def test_what_is_over_goes_and_what_is_not_stays(state: State) -> None:
    """With thirty days, what was sent thirty days ago to the second is there, and older is gone."""
    for at in (NOON, NOON - SECOND):
        await state.add_feedback(replace(GAP, at=at, asked=Asked(f"{at}?")))
        await ask(state, at=at)
    purged = await state.purge(NOON + 30 * DAY, days=30)
    assert purged == Purged(feedback=1, questions=1)
    assert [one.at for one in await state.feedback_of(ANN)] == [NOON]
    assert [one.at for one in await state.questions(HARBOUR)] == [NOON]


async def test_each_server_has_its_own_days(state: State) -> None:
    """At most the program's, which count outside servers and where nothing was chosen too."""
    await state.set_server(HARBOUR, retention_days=7)
    await state.set_server(MILL, retention_days=90)
    for guild in (HARBOUR, MILL, None, 5):
        await state.add_feedback(replace(GAP, guild=guild))
    assert [state.days_kept(guild, 30) for guild in (HARBOUR, MILL, None, 5)] == [7, 30, 30, 30]
    left = []
    for days in (8, 31):
        await state.purge(NOON + days * DAY, days=30)
        left.append({one.guild for one in await state.feedback_of(ANN)})
    assert left == [{MILL, None, 5}, set()]


async def test_what_administrators_did_is_kept_for_a_year(state: State) -> None:
    """Lines, builds, and what was taken back; names and corrections that count stay."""
    await fill(state, ANN)
    by = By(ANN, HARBOUR, NOON)
    await state.add_alias(OWN, ("c", "d"), by)
    await state.add_correction(OWN, "hide", {"id": "e2"}, by)
    assert (await state.purge(NOON + 365 * DAY, days=30)).audit == 0
    lines = len(await state.audit(HARBOUR))
    purged = await state.purge(NOON + 365 * DAY + SECOND, days=30)
    assert (purged.audit, purged.builds, purged.edits) == (lines, 1, 2)
    assert await state.audit(None) == ()
    assert len(await state.aliases(OWN)) == len(await state.corrections(OWN)) == 1


async def test_questions_can_not_fill_the_disk(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more than are kept at a time, the oldest go."""
    monkeypatch.setattr(retention, "MOST_QUESTIONS", 3)
    for second in range(5):
        await ask(state, at=NOON + second * SECOND)
    assert (await state.purge(NOON, days=30)).questions == 2
    assert min(one.at for one in await state.questions(HARBOUR)) == NOON + 2 * SECOND
    assert questions.MOST_QUESTIONS == 200_000


async def test_times_of_a_wrong_clock_are_set_right(state: State) -> None:
    """What was written in a year to come would never be over: from now on it is of today."""
    await state.add_feedback(replace(GAP, at=NOON + 9_000 * DAY))
    await state.add_feedback(replace(REPORT, at=NOON + DAY))
    await state.purge(NOON, days=30)
    assert sorted(one.at for one in await state.feedback_of(ANN)) == [NOON, NOON + DAY]


async def test_the_last_purge_is_remembered(state: State, tmp_path: Path) -> None:
    assert await state.last_purge() is None
    await state.purge(NOON, days=30)
    await state.purge(NOON + DAY, days=30)
    await state.close()
    again = open_state(tmp_path)
    assert await again.last_purge() == NOON + DAY
    await again.close()


# ---------------------------------------------------------------- servers that are left


async def test_a_server_that_is_forgotten_leaves_nothing(state: State, tmp_path: Path) -> None:
    """No line of any table is of it, and memory has its defaults; other servers' stay."""
    for person, guild in ((ANN, HARBOUR), (BEN, MILL)):
        await fill(state, person, guild)
        await state.set_welcomed(guild)
        await state.set_grant(Grant(guild, "letters"), By(person, guild, NOON))
        await state.leave(guild, NOON)
    before = tables(tmp_path)
    await state.forget_guild(HARBOUR)
    after = tables(tmp_path)
    assert state.server(HARBOUR) == ServerSettings()
    assert (state.welcomed(HARBOUR), state.grants(HARBOUR)) == (False, ())
    for table, rows in after.items():
        assert not any({HARBOUR, OWN} & set(row.values()) for row in rows), table
        assert [row for row in before[table] if MILL in row.values()] == [
            row for row in rows if MILL in row.values()
        ], table
    assert await state.known_guilds() == {MILL}


async def test_leaving_is_noted_once_and_forgotten_on_return(state: State) -> None:
    """Days are counted from the first time that the bot was removed since it joined; it says hello
    again when it is back."""
    await state.set_welcomed(HARBOUR)
    await state.leave(HARBOUR, NOON)
    assert not state.welcomed(HARBOUR)
    await state.leave(HARBOUR, NOON + DAY)
    assert await state.left() == {HARBOUR: NOON}
    await state.rejoin(HARBOUR)
    assert await state.left() == {}
    await state.leave(HARBOUR, NOON + DAY)
    assert await state.left() == {HARBOUR: NOON + DAY}


async def test_all_servers_that_anything_is_kept_of_are_known(state: State) -> None:
    """Whatever it is."""
    await state.set_welcomed(1)
    await state.add_feedback(replace(GAP, guild=2))
    await state.add_feedback(replace(GAP, guild=None))
    await ask(state, guild=3)
    await state.add_alias(server_collection(4), ("a", "b"), By(ANN, 4, NOON))
    await state.leave(5, NOON)
    assert await state.known_guilds() == {1, 2, 3, 4, 5}
