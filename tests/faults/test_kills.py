"""Processes that are killed at random moments: no damaged index, nothing acknowledged lost."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.state import State, Upload, open_state
from bot.state.store import NAME
from bot.upload_files import REMOVED
from bot.uploads import Uploads
from index import building, generations
from index.archive import Archive
from index.collections import server_collection
from index.verifying import verify
from tests.bot.test_uploads import BY, GUILD, save, told, visible, wait_for
from tests.conftest import ROOT
from tests.faults.conftest import LOCAL
from tests.index.harbour import FILES, write
from tests.index.test_crash import corpus_of, make_small, reference, whole
from tests.scenarios.conftest import FreshDriver

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("ARCHIVIST_KILLS", "8"))
SEED = 1871
OWN = server_collection(GUILD)
QUESTION = "When was the harbour of Skerrow dug?"


def say(*words: object) -> None:
    """Tell the process that watches what is done for good."""
    print(*words, flush=True)  # noqa: T201 - that is how it is told


def run_and_kill(name: str, *arguments: object, seconds: float) -> list[list[str]]:
    """Run a function of this module, kill it so long after its first line; the lines that it told."""
    code = f"import sys; from {__name__} import {name}; {name}(*sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "it did not begin"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split(b"\n")[:-1]  # the last may be cut off
    assert lines, f"it did not begin, and ended with {process.returncode}"
    return [line.decode().split() for line in lines]


# ---------------------------------------------------------------- going back


def go_back_and_forth(corpus: str, data: str) -> None:
    """Build and go back for ever; each is told when it is done."""
    make_small()
    say("begun")
    while True:
        say("built", building.build(Path(corpus), Path(data), full=True).generation)
        say("back", building.roll_back(Path(corpus), Path(data)))


@pytest.mark.timeout(60 + 5 * KILLS)
def test_going_back_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is current is one of the two, whole; what was told is so; the next build needs no help."""
    chance = random.Random(SEED)
    wanted = reference(tmp_path / "reference", 2)
    make_small(patch=monkeypatch.setattr)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    building.build(corpus_of(corpus, 0, 2), data)
    corpus_of(corpus, 1, 2)
    for kill in range(KILLS):
        seconds = chance.choice((chance.uniform(0, 0.05), chance.uniform(0, 1.0)))
        lines = run_and_kill("go_back_and_forth", corpus, data, seconds=seconds)
        found = whole(data)
        assert found in wanted, kill
        number = generations.current_generation_or_zero(data)
        if len(lines) > 1:  # it was on its way to the next of the two
            word, told_of = lines[-1]
            assert number >= int(told_of) if word == "back" else number <= int(told_of), lines[-1]
        if kill % 3 == 0:
            state = kill // 3 % 2
            building.build(corpus_of(corpus, state, 2), data)
            assert whole(data) == wanted[state]


# ---------------------------------------------------------------- builds with a server's documents


def said(number: int) -> dict[str, str]:
    """A server's documents in one of their states: all tell the number of it."""
    return {
        f"{name}.txt": f"On {day} May 1890 it was state {number}.\n\nThe {name} stood by."
        for day, name in enumerate(("pier", "barge", "lamp"), 1)
    }


def build_on(corpus: str, data: str, first: str) -> None:
    """Change a server's documents and build, for ever; the number of each state is told when built."""
    make_small()
    number = int(first)
    say("begun")
    while True:
        number += 1
        write(Path(data, "uploads", str(GUILD)), said(number))
        only = OWN if number % 3 else None
        building.build(Path(corpus), Path(data), only=only)
        say("built", number)


@pytest.mark.timeout(60 + 5 * KILLS)
def test_builds_of_a_servers_documents_killed_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index holds one state of them, not older than what was told, and the owner's as they are."""
    chance = random.Random(SEED)
    make_small(patch=monkeypatch.setattr)
    corpus, data = write(tmp_path / "corpus", FILES), tmp_path / "data"
    write(data / "uploads" / str(GUILD), said(0))
    building.build(corpus, data)
    owners = owners_of(data)
    number = held = 0
    for _ in range(KILLS):
        seconds = chance.choice((chance.uniform(0, 0.05), chance.uniform(0, 1.0)))
        lines = run_and_kill("build_on", corpus, data, number, seconds=seconds)
        if len(lines) > 1:
            number = held = int(lines[-1][1])
        number += 1  # the one that was under way
        assert Archive.open(data).replaces is None
        states = {text.split("state ")[1].split(".")[0] for text in texts_of(data, OWN)}
        assert states in ({str(held)}, {str(number)})
        held = int(states.pop())
        assert owners_of(data) == owners
    write(data / "uploads" / str(GUILD), said(number))
    building.build(corpus, data)
    assert verify(corpus, data).holds


def texts_of(data: Path, collection: str) -> list[str]:
    """The texts of one collection's documents."""
    archive = Archive.open(data).seeing({collection})
    contents = archive.snapshot.contents
    return [contents.document(one.source.id).text for one in archive.sources()]


def owners_of(data: Path) -> list[tuple[str, str]]:
    found = Archive.open(data).sources()
    return [(one.source.id, one.source.text_sha256) for one in found]


# ---------------------------------------------------------------- documents that are added


def add_on(data: str, first: str) -> None:
    """Add, replace, remove and bring back documents for ever; each is told when it is done."""
    asyncio.run(_add_on(Path(data), int(first)))


async def _add_on(data: Path, number: int) -> None:
    state = open_state(data)
    made = Uploads(data, state, Settings(server_documents=100_000))
    await made.mend()
    say("begun")
    while True:
        number += 1
        name = f"{number}.txt"
        words = f"On {number % 28 + 1} May 1871 the Petrel sailed, for the {number}th time."
        (upload,) = await save(made, (f"Log {number}", name, words.encode()))
        say("live", name, upload.sha256)
        if number % 2:
            other = words.encode() + b" Not so."
            batch = wait_for(made.folder(GUILD), ("Log", name, other), replaces=upload.id)
            (upload,) = (await made.save(GUILD, batch.id, [0], BY)).kept
            say("live", name, upload.sha256)
        if number % 3:
            await made.remove(upload, BY)
            say("gone", name, upload.sha256)
        if number % 6 == 1:
            await made.restore(upload, BY)
            say("live", name, upload.sha256)


@pytest.mark.timeout(60 + 5 * KILLS)
async def test_documents_killed_while_they_are_added(tmp_path: Path) -> None:
    """After the next start each document that was told of is as it was told, file, row and all."""
    chance = random.Random(SEED)
    data = tmp_path / "data"
    known: dict[str, list[str]] = {}
    for kill in range(KILLS):
        if kill % 25 == 0:
            shutil.rmtree(data, ignore_errors=True)
            known.clear()
        seconds = chance.choice((chance.uniform(0, 0.05), chance.uniform(0, 0.5)))
        lines = await asyncio.to_thread(run_and_kill, "add_on", data, 1_000 * kill, seconds=seconds)
        known |= {name: [status, sha256] for status, name, sha256 in lines[1:]}
        last = lines[-1][1] if len(lines) > 1 else ""  # the next step on it may have been made
        state = open_state(data)
        made = Uploads(data, state, Settings())
        await made.mend()
        await check_uploads(made, state, known, last)
        audit = await state.audit(GUILD, limit=100_000)
        assert sum(line.action.startswith("document.") for line in audit) >= len(lines) - 1
        await state.close()
        with closing(sqlite3.connect(data / NAME)) as connection:
            assert connection.execute("pragma quick_check").fetchone() == ("ok",)


async def check_uploads(
    made: Uploads, state: State, known: dict[str, list[str]], last: str
) -> None:
    """Each row has its file, each file its row, and what was told of is so."""
    folder = made.folder(GUILD)
    live = {one.name: one for one in await state.uploads(GUILD)}
    gone = {one.name: one for one in await state.uploads(GUILD, removed=True)}
    files = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in visible(folder).items()
        if not name.startswith(".")  # no document: one that a kill left half written
    }
    assert files == {one.name: one.sha256 for one in live.values()}
    assert {name: one["title"] for name, one in told(folder).items()} == {
        one.name: one.title for one in live.values()
    }
    kept = {path.name for path in (folder / REMOVED).glob("*")}
    assert kept == {f"{one.id}-{one.name}" for one in gone.values()}
    for name, (status, sha256) in known.items():
        if name != last:
            assert (live if status == "live" else gone)[name].sha256 == sha256
        else:
            known[name] = _as_it_is(name, live, gone)


def _as_it_is(name: str, live: dict[str, Upload], gone: dict[str, Upload]) -> list[str]:
    """What became of the document on which the last step may or may not have been taken."""
    return ["live", live[name].sha256] if name in live else ["gone", gone[name].sha256]


# ---------------------------------------------------------------- a bot that serves


def kept_in(data: Path, sql: str) -> list[Any]:
    """What the state says, read while nobody uses it."""
    with closing(sqlite3.connect(data / NAME)) as connection:
        return [row[0] for row in connection.execute(sql)]


@LOCAL
@pytest.mark.timeout(120 + 15 * KILLS)
async def test_a_bot_killed_under_questions_and_reports(fresh_driver: FreshDriver) -> None:
    """What it said is kept is kept, and after the next start it answers, with nothing to repair."""
    chance = random.Random(SEED)
    driver = await fresh_driver()
    told_helpful, numbers = 0, itertools.count()

    async def press() -> None:
        nonlocal told_helpful
        number = next(numbers)  # one person has one vote on one answer
        answer = await driver.slash("/ask", question=QUESTION + "?" * number)
        pressed = await answer.click("Helpful")
        told_helpful += pressed.outcomes and not pressed.failed

    for _ in range(max(2, KILLS // 4)):
        asked = [asyncio.create_task(press()) for _ in range(6)]
        asked.append(
            asyncio.create_task(driver.slash("/corpus reindex", member="owner", full=True))
        )
        await asyncio.sleep(chance.uniform(0.1, 1.5))
        driver.program.tell(signal.SIGKILL)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await driver.restart()
        assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
        kept = await asyncio.to_thread(
            kept_in, driver.data, "select count(*) from feedback where kind = 'helpful'"
        )
        assert kept[0] >= told_helpful
    assert " ERROR " not in driver.log
