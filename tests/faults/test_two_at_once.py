"""Several programs on one data folder: who may only be one is refused; all others work beside."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.faults.conftest import LOCAL
from tests.faults.test_read_only import archivist
from tests.scenarios.conftest import FreshDriver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "When was the harbour of Skerrow dug?"


@LOCAL
async def test_what_may_and_what_may_not_run_beside_a_bot(
    fresh_driver: FreshDriver, tmp_path: Path
) -> None:
    """A second `serve` is told the first one's process id; readers, a backup and a builder work."""
    driver = await fresh_driver()

    async def run(*words: object) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(archivist, *words, corpus=driver.corpus, data=driver.data)

    refused = await run("serve")
    assert refused.returncode == 1
    assert f"process id {driver.program.pid})" in refused.stderr
    assert "Traceback" not in refused.stderr

    (driver.corpus / "tower.txt").write_text("The tower was painted in 1899.", encoding="utf-8")
    results = await asyncio.gather(
        run("ask", QUESTION),
        run("timeline", "1853"),
        run("sources"),
        run("backup", tmp_path / "backup.tar"),
        run("index", "build"),
        driver.slash("/ask", question=QUESTION),
    )
    assert [one.returncode for one in results[:5]] == [0] * 5, [one.stderr for one in results[:5]]
    assert "dug in 1847" in results[5].text
    await driver.until(lambda: "generation 2 taken up" in driver.log)
    assert (await run("index", "verify")).returncode == 0
    assert " ERROR " not in driver.log


@LOCAL
async def test_documents_that_change_while_they_are_read(fresh_driver: FreshDriver) -> None:
    """Each is read as it was at one moment, or left out with the reason; the next build has them."""
    driver = await fresh_driver()
    over = False

    async def write() -> None:
        number = 0
        while not over:
            number += 1
            for name in ("a.txt", "b.txt", "c.txt"):
                words = f"State {number} of this file. " * 400
                (driver.corpus / name).write_text(words, encoding="utf-8")
            (driver.corpus / f"{number % 5}.txt").write_text("Here.", encoding="utf-8")
            (driver.corpus / f"{(number + 2) % 5}.txt").unlink(missing_ok=True)
            await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    for _ in range(4):
        result = await asyncio.to_thread(
            archivist, "index", "build", corpus=driver.corpus, data=driver.data
        )
        assert result.returncode == 0, result.stderr
        assert "dug in 1847" in (await driver.slash("/ask", question=QUESTION)).text
    over = True
    await writing
    assert (
        await asyncio.to_thread(archivist, "index", "build", corpus=driver.corpus, data=driver.data)
    ).returncode == 0
    checked = await asyncio.to_thread(
        archivist, "index", "verify", corpus=driver.corpus, data=driver.data
    )
    assert checked.returncode == 0, checked.stdout
