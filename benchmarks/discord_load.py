"""Questions asked of a running bot while the documents are read anew, three times over.

Needs the simulator of Discord that lies beside the repository, and its requirements in an environment
of their own:

    python3 -m venv /some/where && /some/where/bin/pip install -r ../shared/discordsim/requirements.txt
    /some/where/bin/python benchmarks/discord_load.py [questions=500] [a second=50] [corpus=corpus]

It prints latencies of the acknowledgement and of the final answer, what was lost, what Discord would
have refused, and how long the bot's event loop ever stood still (of which only the processor's time is
the bot's own doing on a machine that others use). The bot runs from `.venv`, on one
core, together with the process that reindexes.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PYTHON = ROOT / ".venv" / "bin" / "python"
REINDEXES = 3
CORE = "0"

#: Runs the bot as `archivist serve` does, and notes how late each tick of 5 ms comes, and how much of
#: the processor's time the event loop's thread took meanwhile: on a busy machine it waits for others.
MEASURED = """
import asyncio, atexit, sys, time
late, worked = [], []
async def watch():
    while True:
        begun, before = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.005)
        late.append((time.perf_counter() - begun - 0.005) * 1000)
        worked.append((time.thread_time() - before) * 1000)
from bot import app
serve = app._serve
async def measured(*args):
    task = asyncio.create_task(watch())
    try:
        await serve(*args)
    finally:
        task.cancel()
app._serve = measured
from pathlib import Path
file = Path(sys.argv.pop(1))
def say():
    over = sum(ms > 50 for ms in late)
    work = f"{max(worked):.0f} ms of the processor in one"
    file.write_text(f"{max(late):.0f} ms ({over} of {len(late)} ticks over 50 ms; {work})")
atexit.register(say)
from bot.cli import archivist
archivist(prog_name="archivist")
"""


def main(count: int, rate: float, corpus: str) -> None:
    """Ask ``count`` of the development questions at ``rate`` a second, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        stall = Path(folder, "stall")
        where = ["--corpus", corpus, "--data", str(Path(folder, "data"))]
        build = [str(PYTHON), "-m", "bot", "index", "build", *where]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        lines = (SHARED / "gold" / "qa.dev.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines]
        command = ["taskset", "-c", CORE, str(PYTHON), "-c", MEASURED, str(stall), "serve", *where]
        asyncio.run(measure(command, questions, count, rate))
        sys.stdout.write(f"longest stall of the bot's event loop: {stall.read_text()}\n")


async def measure(command: list[str], questions: list[str], count: int, rate: float) -> None:
    """Start the bot, and ask it while it reindexes."""
    sys.path.insert(0, str(SHARED))
    from discordsim import DiscordSim  # type: ignore[import-not-found]  # lies beside the repository
    from discordsim.load import run_load  # type: ignore[import-not-found]

    async with DiscordSim() as sim:
        bot = await sim.start_bot(command, cwd=str(ROOT), env={"PYTHONPATH": str(ROOT)})
        await sim.wait_ready()
        await sim.wait_commands(names=["/ask"])
        sim.add_members(20)
        reindexing = asyncio.create_task(reindex(sim))
        report = await run_load(
            sim, count, rate, "/ask", options=lambda n: {"question": questions[n % len(questions)]}
        )
        await reindexing
        sys.stdout.write(f"{report.text()}\nviolations: {len(sim.violations)}\n")
        await bot.stop()


async def reindex(sim: Any) -> None:
    """Have the owner read all documents anew, again and again."""
    for _ in range(REINDEXES):
        await asyncio.sleep(1)
        where = {"member": "owner", "guild": "main", "channel": "general"}
        await sim.slash("/corpus reindex", **where, options={"full": True})


if __name__ == "__main__":
    defaults = ["500", "50", "corpus"]
    count, rate, corpus = [*sys.argv[1:], *defaults[len(sys.argv) - 1 :]]
    main(int(count), float(rate), corpus)
