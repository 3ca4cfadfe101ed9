"""Bits that change on the disk: no wrong quote is shown, and the index before takes over."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state import By, open_state
from bot.state.store import NAME
from index.errors import DataFolderError
from tests.bot.test_uploads import NOW
from tests.conftest import HARBOUR
from tests.faults.conftest import LOCAL
from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver
from tests.scenarios.looking import plain

QUESTION = "When was the harbour of Skerrow dug?"
SEED = 1853


def flip(path: Path, chance: random.Random, count: int = 1) -> None:
    """Change so many bits of a file in place, as a failing disk does."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        for _ in range(count):
            at = chance.randrange(size)
            file.seek(at)
            byte = file.read(1)[0] ^ (1 << chance.randrange(8))
            file.seek(at)
            file.write(bytes([byte]))


def generation(driver: Driver, number: int) -> Path:
    return driver.data / "generations" / str(number)


def own_files(driver: Driver, number: int) -> Iterator[Path]:
    """The files of a generation that no other shares."""
    for path in sorted(generation(driver, number).rglob("*")):
        if path.is_file() and path.stat().st_nlink == 1 and path.stat().st_size:
            yield path


async def second_generation(driver: Driver) -> None:
    text = "The bell tower of Skerrow was painted by Tilda Vane in 1899, in one summer."
    (driver.corpus / "tower.txt").write_text(text, encoding="utf-8")
    await driver.slash(
        "/corpus reindex",
        member="owner",
        until=lambda _: "generation 2 taken up" in driver.log and not building(driver),
    )


def building(driver: Driver) -> bool:
    return driver.log.count("build started") > len(re.findall("build (done|failed)", driver.log))


def words_of(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text).split())


@LOCAL
@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_bits_that_change_under_a_running_bot(fresh_driver: FreshDriver) -> None:
    """Each question has one outcome, no quote is wrong, and at the next start the index before
    answers, which the log and `/corpus status` tell; reading all anew mends it."""
    driver = await fresh_driver()
    await second_generation(driver)
    chance = random.Random(SEED)
    files = "".join(HARBOUR.values()) + (driver.corpus / "tower.txt").read_text()
    true = words_of(re.sub(r"\[\^\d\]", "", files))
    for _ in range(12):
        for path in own_files(driver, 2):
            flip(path, chance)
        for question in (QUESTION, "Who painted the bell tower of Skerrow?", "Who is Ines Calder?"):
            reply = await driver.slash("/ask", question=question)
            assert reply.outcomes == 1
            assert not reply.failed
            for quote in re.findall(r"^> (.*)$", reply.text, re.MULTILINE):
                assert words_of(re.sub(r"\\|\*\*|__", "", quote)) in true
    assert (await driver.slash("/timeline", when="1854")).outcomes == 1
    await driver.restart()
    assert "generation 2 can't be used: answering from 1" in driver.log
    answer = await driver.slash("/ask", question=QUESTION)
    assert "dug in 1847" in answer.text
    status = plain(await driver.slash("/corpus status", member="owner"))
    assert "damaged" in status
    await driver.slash(
        "/corpus reindex",
        member="owner",
        options={"full": True},
        until=lambda _: "generation 3 taken up" in driver.log and not building(driver),
    )
    assert "Tilda Vane" in (await driver.slash("/ask", question="Who painted the bell tower?")).text
    assert "damaged" not in plain(await driver.slash("/corpus status", member="owner"))


@LOCAL
@pytest.mark.slow
async def test_a_file_that_is_lost_while_it_serves(fresh_driver: FreshDriver) -> None:
    """What is open stays readable; the next start answers from what is left, or builds anew."""
    driver = await fresh_driver()
    await second_generation(driver)
    for path in list(own_files(driver, 2)):
        path.unlink()
    assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
    await driver.restart()
    assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
    shutil.rmtree(driver.data / "generations")
    await driver.restart()
    assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text


@pytest.fixture
async def state_file(tmp_path: Path) -> Path:
    """A state with some settings in it."""
    state = open_state(tmp_path / "state")
    for number in range(40):
        by = By(1, number, NOW)
        await state.set_server(number, by=by, language="ru", cooldown_guild=number)
        await state.note(by, "index.build", "a note", after="x" * 300)
    await state.close()
    return tmp_path / "state" / NAME


async def test_a_damaged_state_is_refused_and_left_as_it_is(
    state_file: Path, tmp_path: Path
) -> None:
    """Whatever bits change: it opens, or one sentence says that it is damaged and the file stays."""
    chance = random.Random(SEED)
    whole = await asyncio.to_thread(state_file.read_bytes)
    refused = 0
    for number in range(60):
        data = tmp_path / str(number)
        data.mkdir()
        (data / NAME).write_bytes(whole)
        flip(data / NAME, chance, count=40)
        damaged = (data / NAME).read_bytes()
        try:
            state = await asyncio.to_thread(open_state, data)
        except DataFolderError:
            refused += 1
            assert (data / NAME).read_bytes() == damaged
        else:
            await state.close()
    assert refused > 10
