"""A program that is killed while it writes into its state has lost nothing that it had acknowledged.

``ARCHIVIST_KILLS=200`` asks for so many kills, by default there are 20.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import multiprocessing
import os
import random
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.asked import Asked
from bot.state import By, Feedback, Grant, State, Upload, open_state
from bot.state.store import NAME
from index.collections import server_collection

KILLS = int(os.environ.get("ARCHIVIST_KILLS", "20"))
SEED = 1890
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
GUILD, ANN = 2**61 + 1, 2**62 + 1
BY = By(ANN, GUILD, NOON)
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


async def write_on(data: Path, number: int, told: Connection) -> None:
    """Write for ever, and tell the number of each round once all of it is acknowledged."""
    state = open_state(data)
    while True:
        number += 1
        name = f"{number}.txt"
        words = (name, "", "", "", "", "", "")
        await asyncio.gather(
            state.set_server(GUILD, by=BY, cooldown_guild=number),
            state.set_grant(Grant(GUILD, f"c{number}", "none"), BY),
            state.add_feedback(
                Feedback("gap", NOON, number, GUILD, 77, Asked(name), "not_found", text="x" * 900)
            ),
        )
        upload = await state.add_upload(
            Upload(0, GUILD, *words, size=1, passages=1, events=0, added=NOON, added_by=ANN), BY
        )
        if number % 2:
            await state.remove_upload(upload.id, BY)
        await state.add_alias(server_collection(GUILD), (name, "b"), BY)
        if number % 5 == 0:
            await state.delete(number)  # cuts the journal off
        told.send(number)


def write(data: Path, number: int, told: Connection) -> None:
    """What the process does that is killed."""
    asyncio.run(write_on(data, number, told))


def run_and_kill(data: Path, first: int, seconds: float) -> list[int]:
    """Let it write, kill it so many seconds after its first round, and return what it told."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=write, args=(data, first, theirs))
    process.start()
    theirs.close()
    try:
        told = [ours.recv()]
        time.sleep(seconds)
        process.kill()
        with suppress(EOFError, OSError):  # what it told last may be cut off
            while True:
                told.append(ours.recv())
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
    return told


async def check(state: State, data: Path, told: set[int]) -> None:
    """All that was acknowledged is there, and of what was under way each change is whole."""
    assert state.server(GUILD).cooldown_guild >= max(told)
    assert {f"c{n}" for n in told} <= {grant.collection for grant in state.grants(GUILD)}
    here = await state.uploads(GUILD)
    gone = await state.uploads(GUILD, removed=True)
    files = {f"{n}.txt" for n in told}
    assert files <= {one.name for one in (*here, *gone)}
    assert files & {one.name for one in gone} == {f"{n}.txt" for n in told if n % 2}
    groups = await state.aliases(server_collection(GUILD))
    assert files <= {group.names[0] for group in groups}
    lines = await state.audit(GUILD, limit=100_000)
    for action, count in (
        ("document.add", len(here) + len(gone)),
        ("document.remove", len(gone)),
        ("alias.add", len(groups)),
        ("collection.grant", len(state.grants(GUILD))),
    ):
        assert sum(line.action == action for line in lines) == count, action
    chosen = next(line.after for line in lines if line.action == "settings.change")
    assert chosen == {"cooldown_guild": state.server(GUILD).cooldown_guild}
    with closing(sqlite3.connect(data / NAME)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        sent = {row[0] for row in connection.execute("select person from feedback")}
    assert sent & told == {n for n in told if n % 5}


@pytest.mark.slow
@pytest.mark.timeout(60 + 6 * KILLS)
async def test_a_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Settings, grants, documents, names, feedback and their lines are all there, and fit together."""
    chance = random.Random(SEED)
    data = tmp_path / "data"
    told: set[int] = set()
    for kill in range(KILLS):
        if kill % 20 == 0:  # a large file is slow to check
            shutil.rmtree(data, ignore_errors=True)
            told.clear()
        told.update(
            await asyncio.to_thread(run_and_kill, data, 1000 * kill, chance.uniform(0, 0.4))
        )
        state = open_state(data)
        await check(state, data, told)
        await state.close()
