"""Very many documents and a very large one, read beside a bot that answers all the while.

They take minutes, so only ``ARCHIVIST_LARGE=1`` runs them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.conftest import LOCAL
from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif("ARCHIVIST_LARGE" not in os.environ, reason="ARCHIVIST_LARGE isn't set"),
]

QUESTION = "When was the harbour of Skerrow dug?"
MANY = 10_000
MEGABYTES = 100


async def build_beside(driver: Driver) -> tuple[str, list[float]]:
    """Build in a process of its own; what that says, and how long each question took meanwhile."""
    command = [sys.executable, "-m", "bot", "index", "build"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "ARCHIVIST_CORPUS": str(driver.corpus),
        "ARCHIVIST_DATA": str(driver.data),
        "ARCHIVIST_MAX_FILE_MB": "200",
    }
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=driver.corpus,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    ending = asyncio.create_task(process.communicate())
    took: list[float] = []
    while not ending.done():
        asked = time.monotonic()
        reply = await driver.slash("/ask", question=QUESTION)
        assert reply.outcomes == 1
        assert not reply.failed
        assert "dug in 1847" in reply.text
        took.append(time.monotonic() - asked)
        await asyncio.sleep(0.5)
    said, _ = await ending
    assert process.returncode == 0, said.decode()[-2000:]
    took.sort()
    print(  # noqa: T201 - shown by `pytest -rP`
        f"built in {time.monotonic() - began:.0f} s; {len(took)} questions meanwhile, median"
        f" {took[len(took) // 2]:.2f} s, longest {took[-1]:.2f} s"
    )
    return said.decode(), took


def write_many(corpus: Path) -> None:
    folder = corpus / "ledgers"
    folder.mkdir()
    for number in range(MANY):
        words = (
            f"Ledger {number}\n\nOn {number % 28 + 1} May 1871 boat {number} brought salt to Cork."
        )
        (folder / f"{number:05}.txt").write_text(words, encoding="utf-8")


def write_large(corpus: Path) -> None:
    size = number = 0
    with (corpus / "large.txt").open("w", encoding="utf-8") as file:
        while size < MEGABYTES * 2**20:
            number += 1
            words = f"On {number % 28 + 1} May {1500 + number % 500} boat {number} brought salt. "
            size += file.write(words * 6 + "\n\n")


@LOCAL
@pytest.mark.parametrize("write", [write_many, write_large])
async def test_what_is_large_is_read_beside_a_bot_that_answers(
    fresh_driver: FreshDriver, write: Callable[[Path], None]
) -> None:
    """Questions are answered while it is read and after; it is indexed, or left out with the reason."""
    driver = await fresh_driver(ARCHIVIST_MAX_FILE_MB=200)
    await asyncio.to_thread(write, driver.corpus)
    said, _ = await build_beside(driver)
    print(said[-600:])  # noqa: T201
    if "not indexed" not in said and "left out" not in said:
        await driver.until(lambda: "generation 2 taken up" in driver.log, within=300.0)
    found = await driver.slash("/ask", question="Which boat brought salt to Cork?")
    assert found.outcomes == 1
    assert not found.failed
    assert "Traceback" not in driver.log
