"""What the bot remembers: nothing undeclared, nothing lost, nothing kept too long."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.asked import Asked
from bot.state import (
    KEPT,
    LONGEST_TEXT,
    Feedback,
    Reason,
    ServerSettings,
    State,
    StateError,
    TooMuchFeedbackError,
    feedback,
    file,
    open_state,
)
from bot.state.kept import naming
from bot.state.migrations import STEPS, migrate
from bot.state.store import NAME
from index.errors import DataFolderError

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ANN, BEN = 2**62 + 1, 2**62 + 2
HARBOUR, MILL = 2**61 + 1, 2**61 + 2
GAP = Feedback(
    kind="gap",
    at=NOON,
    person=ANN,
    guild=HARBOUR,
    channel=77,
    asked=Asked("Who built the lighthouse?", document="Log of the Petrel"),
    outcome="not_found",
    generation=7,
)
REPORT = replace(
    GAP,
    kind="report",
    outcome="answered",
    passages=("p1", "p2"),
    reason=Reason.OUTDATED,
    text="It was rebuilt in 1880.",
)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


async def reopened(state: State, data: Path) -> State:
    await state.close()
    return open_state(data)


@contextmanager
def other_program(data: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(data / NAME)) as connection:
        yield connection


def first_version(data: Path) -> None:
    """A file as it was written before its second step was made: see tests/data."""
    packed = Path(__file__).parents[1] / "data" / "state-0001.db.gz"
    (data / NAME).write_bytes(gzip.decompress(packed.read_bytes()))


def rows(data: Path, table: str) -> int:
    with other_program(data) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


# ---------------------------------------------------------------- what is declared


def test_every_column_is_declared() -> None:
    """Each column of each table is declared, with why and how long, and nothing else is."""
    with closing(sqlite3.connect(":memory:")) as connection:
        database = Database(connection)
        migrate(database)
        tables = database.table_names()
        stored = {(name, column.name) for name in tables for column in database.table(name).columns}
    assert stored == {(kept.table, kept.field) for kept in KEPT}
    assert all(kept.why and kept.until for kept in KEPT)


def test_what_is_about_people_names_the_person() -> None:
    """A table about people has a column by which a person's lines are found and deleted."""
    about = {kept.table for kept in KEPT if kept.about == "person"}
    assert about == (naming("row") | naming("hash")).keys()


def test_every_column_that_names_somebody_is_declared_so() -> None:
    """A column called as those are that hold a person's id is found by `/privacy`."""
    named = {"person", "member_hash"}
    for kept in KEPT:
        assert bool(kept.names) == (kept.field in named or kept.field.endswith("_by")), kept


# ---------------------------------------------------------------- settings


async def test_settings_survive_a_restart(state: State, tmp_path: Path) -> None:
    await state.set_server(HARBOUR, language="my", plain=True)
    await state.set_plain(ANN, True)
    again = await reopened(state, tmp_path)
    assert again.server(HARBOUR) == ServerSettings("my", plain=True)
    assert again.is_plain(ANN)
    await again.close()


async def test_two_choices_at_once_are_both_kept(state: State) -> None:
    """One administrator's choice undoes what another chose in the same moment."""
    await asyncio.gather(
        state.set_server(HARBOUR, language="my"), state.set_server(HARBOUR, plain=True)
    )
    assert state.server(HARBOUR) == ServerSettings("my", plain=True)


async def test_nothing_chosen_is_the_default(state: State) -> None:
    """Servers and people without a choice, and direct messages, have the defaults."""
    assert state.server(HARBOUR) == state.server(None) == ServerSettings()
    assert not state.is_plain(ANN)


async def test_settings_and_welcome_do_not_touch_each_other(state: State, tmp_path: Path) -> None:
    """A changed setting doesn't make the bot introduce itself again, nor the reverse."""
    await state.set_welcomed(HARBOUR)
    await state.set_server(HARBOUR, language="ru")
    await state.set_server(MILL, language="my")
    await state.set_welcomed(MILL)
    again = await reopened(state, tmp_path)
    assert again.welcomed(HARBOUR)
    assert again.server(MILL) == ServerSettings("my")
    await again.close()


async def test_a_choice_undone_leaves_nothing(state: State, tmp_path: Path) -> None:
    """Who no longer wants plain text is not in the file."""
    await state.set_plain(ANN, True)
    await state.set_plain(ANN, False)
    assert not state.is_plain(ANN)
    assert rows(tmp_path, "people") == 0


# ---------------------------------------------------------------- feedback


@pytest.mark.parametrize(
    "feedback",
    [
        GAP,
        REPORT,
        replace(REPORT, guild=None, generation=None),
        replace(GAP, tell=True, answered=NOON, answer='{"how":"passage"}', told=NOON),
    ],
)
async def test_feedback_comes_back_as_it_was_sent(state: State, feedback: Feedback) -> None:
    number = await state.add_feedback(feedback)
    assert await state.feedback_of(ANN) == (replace(feedback, id=number),)


async def test_the_same_answer_reported_twice_is_one_line(state: State) -> None:
    """The second report takes the first one's place and its id."""
    first = await state.add_feedback(REPORT)
    later = replace(REPORT, at=NOON + dt.timedelta(hours=1), reason=Reason.OTHER, text="Sorry.")
    assert await state.add_feedback(later) == first
    assert await state.feedback_of(ANN) == (replace(later, id=first),)


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, person=BEN),
        replace(REPORT, kind="gap"),
        replace(REPORT, guild=MILL),
        replace(REPORT, guild=None),
        replace(REPORT, generation=8),
        replace(REPORT, asked=Asked("Who kept the lighthouse?")),
        replace(REPORT, asked=replace(REPORT.asked, before="What is the lighthouse?")),
    ],
    ids=["person", "kind", "server", "no server", "generation", "question", "question before"],
)
async def test_another_answer_is_another_line(state: State, other: Feedback) -> None:
    first, second = await state.add_feedback(REPORT), await state.add_feedback(other)
    assert first != second


async def test_one_vote_about_one_answer(state: State) -> None:
    """Who calls helpful what they reported has changed their mind: one line, with its old id."""
    first = await state.add_feedback(REPORT)
    helpful = replace(REPORT, kind="helpful", reason=None, text="")
    assert await state.add_feedback(helpful) == first
    assert await state.feedback_of(ANN) == (replace(helpful, id=first),)


async def test_a_long_text_is_kept_up_to_its_limit(state: State) -> None:
    """However long a text a client sends, no more than the form allows is kept."""
    await state.add_feedback(replace(REPORT, text="x" * 5_000))
    [kept] = await state.feedback_of(ANN)
    assert kept.text == "x" * LONGEST_TEXT


async def test_text_that_is_no_text_is_kept(state: State) -> None:
    """Half a surrogate pair, which JSON can carry and a file can't, loses nothing else."""
    await state.add_feedback(
        replace(REPORT, text="a\ud83dz", asked=Asked("b\ud83d\x00", who="\ud83d"))
    )
    [kept] = await state.feedback_of(ANN)
    assert kept.text == "a?z"
    assert kept.asked.question == "b?\x00"


async def test_one_person_can_keep_only_so_many(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused with what to do; replacing one, and other people's, are not."""
    monkeypatch.setattr(feedback, "MOST_FEEDBACK", 2)
    for question in ("One?", "Two?"):
        await state.add_feedback(replace(GAP, asked=Asked(question)))
    with pytest.raises(TooMuchFeedbackError, match="2 of your messages"):
        await state.add_feedback(replace(GAP, asked=Asked("Three?")))
    await state.add_feedback(replace(GAP, asked=Asked("Two?"), channel=78))
    await state.add_feedback(replace(GAP, asked=Asked("Three?"), person=BEN))
    assert len(await state.feedback_of(ANN)) == 2


async def test_only_the_sender_takes_back(state: State) -> None:
    number = await state.add_feedback(GAP)
    assert not await state.take_back(BEN, number)
    assert await state.take_back(ANN, number)
    assert not await state.take_back(ANN, number)
    assert await state.feedback_of(ANN) == ()


# ---------------------------------------------------------------- the file


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    open_state(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / NAME).is_file()


@pytest.mark.parametrize("spoil", ["all", "head", "middle"])
async def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, spoil: str) -> None:
    """It is refused with one sentence that says what to do, and not a byte of it is changed."""
    state = open_state(tmp_path)
    for number in range(60):
        await state.add_feedback(replace(REPORT, asked=Asked(f"Number {number}?"), text="x" * 900))
    await state.close()
    path = tmp_path / NAME
    content = path.read_bytes()
    spoilt = {
        "all": b"not a database at all " * 500,
        "head": content[:16] + b"\xff" * 4_000 + content[4_016:],
        "middle": content[:12_288] + b"\xff" * 12_288 + content[24_576:],
    }[spoil]
    path.write_bytes(spoilt)
    with pytest.raises(DataFolderError, match="damaged") as caught:
        open_state(tmp_path)
    assert "backup" in caught.value.hint
    assert str(tmp_path) not in caught.value.sentence
    assert path.read_bytes() == spoilt


async def test_a_locked_file_is_named(tmp_path: Path) -> None:
    """Another program that holds the file is told apart from damage."""
    await open_state(tmp_path).close()
    with other_program(tmp_path) as connection:
        connection.execute("pragma locking_mode = exclusive")
        connection.execute("begin exclusive")
        with pytest.raises(DataFolderError, match="locked by another program"):
            open_state(tmp_path, patience=0)


async def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file with a step that this version doesn't know is of a later version."""
    await open_state(tmp_path).close()
    with other_program(tmp_path) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('archivist', '9999 dreams', '')"
        )
        connection.commit()
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(DataFolderError, match="later version"):
        open_state(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


def test_nobody_else_reads_a_new_file(tmp_path: Path) -> None:
    """Nor its journal."""
    State(tmp_path / NAME)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


async def test_a_folder_that_can_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a new file nor an old one in it ends in a traceback; the sentence says what to do."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(file.os, "open", refuse)
    with pytest.raises(DataFolderError, match="can't be opened for writing") as caught:
        open_state(tmp_path)
    assert str(tmp_path) not in caught.value.sentence


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(DataFolderError, match="can't be opened"):
        open_state(tmp_path)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(DataFolderError, match="can't be written"):
        open_state(tmp_path / "data")


def test_steps_are_numbered_in_order() -> None:
    """The steps of the file count from one, without a gap."""
    names = [step.name for step in STEPS.pending(Database(memory=True))]
    assert [int(name.split()[0]) for name in names] == list(range(1, len(names) + 1))


async def test_a_file_of_the_version_before_is_brought_to_this_one(tmp_path: Path) -> None:
    """What the first version kept is all there, and what came later has its defaults."""
    first_version(tmp_path)
    state = open_state(tmp_path)
    assert state.server(10) == ServerSettings("my", plain=True)
    assert state.server(11) == ServerSettings("ru")
    assert (state.welcomed(10), state.welcomed(11)) == (True, False)
    assert state.is_plain(1)
    [gap] = await state.feedback_of(1)
    assert gap == Feedback(
        kind="gap",
        at=NOON,
        person=1,
        guild=10,
        channel=77,
        asked=Asked("Who built the lighthouse?", document="Log of the Petrel"),
        outcome="not_found",
        generation=7,
        id=1,
    )
    [report] = await state.feedback_of(2)
    assert (report.reason, report.text) == (Reason.OUTDATED, "It was rebuilt in 1880.")
    assert report.asked.before == "What is a lighthouse?"
    await state.set_server(10, retention_days=7)
    assert state.server(10) == ServerSettings("my", plain=True, retention_days=7)
    await state.close()


async def test_a_step_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose steps end half-way is as after the last whole step, and opens at the next try."""
    first_version(tmp_path)

    def half(database: Database) -> None:
        database.execute("alter table servers add column half integer")
        raise sqlite3.OperationalError("the power went")

    last = STEPS._migrations[-1]
    with monkeypatch.context() as patched:
        patched.setattr(last, "fn", half)
        with pytest.raises(DataFolderError):
            open_state(tmp_path)
    with other_program(tmp_path) as connection:
        columns = {row[1] for row in connection.execute("pragma table_info(servers)")}
    assert "half" not in columns
    assert "retention_days" in columns
    state = open_state(tmp_path)
    assert state.is_plain(1)
    await state.close()


async def test_a_full_disk_loses_nothing_that_was_kept(state: State, tmp_path: Path) -> None:
    """What doesn't fit is refused as a whole; what was acknowledged stays, and deleting goes on."""
    await state.add_feedback(GAP)
    pages = await state._run(lambda db: db.execute("pragma page_count").fetchone()[0])
    await state._run(lambda db: db.execute(f"pragma max_page_count = {pages}").fetchall())
    kept: list[int] = []

    async def fill() -> None:
        for number in range(500):
            sent = replace(GAP, person=number, asked=Asked(f"Number {number}?"), text="x" * 900)
            kept.append(await state.add_feedback(sent))

    with pytest.raises(StateError, match="can't reach what it remembers"):
        await fill()
    await state.delete(ANN)
    again = await reopened(state, tmp_path)
    assert await again.feedback_of(ANN) == ()
    assert rows(tmp_path, "feedback") == len(kept)
    await again.close()


async def test_what_the_disk_refuses_is_an_error_for_readers(state: State, tmp_path: Path) -> None:
    """A write that fails says so without a traceback, and memory stays as the file is."""
    with other_program(tmp_path) as connection:
        connection.execute(
            "create trigger no before insert on people begin select raise(abort, 'full'); end"
        )
    with pytest.raises(StateError, match="can't reach what it remembers"):
        await state.set_plain(ANN, True)
    assert not state.is_plain(ANN)


async def test_closing_finishes_what_was_asked_before(state: State, tmp_path: Path) -> None:
    """What is being written is on the disk once the state is closed; nothing more is taken."""
    saving = [
        asyncio.create_task(state.add_feedback(replace(GAP, asked=Asked(f"{n}?"))))
        for n in range(20)
    ]
    await asyncio.sleep(0)
    await state.close()
    await asyncio.gather(*saving)
    assert rows(tmp_path, "feedback") == 20
    with pytest.raises(StateError, match="restarted"):
        await state.set_plain(ANN, True)
    await state.close()
