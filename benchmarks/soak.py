"""An hour in the life of a bot: members ask, press and type while documents change and are read anew.

    python -m benchmarks.soak [--minutes 60] [--rate 10] [--corpus corpus] [--log FILE]

Needs the simulator of Discord that lies beside the repository; what that requires is among the packages
of `make test`. The bot runs from `.venv`. Every minute a document changes and the owner reindexes; every
second minute an administrator adds a document and removes it. It prints a table and ends with 1 when a
bar is missed: memory of all processes within 5 % (10 % in less than 20 minutes), as many open files as
before, no error in the log, nothing that Discord would have refused, an outcome for whatever was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import random
import shutil
import socket
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PYTHON = ROOT / ".venv" / "bin" / "python"

MEMORY = 0.05  # by which memory may have grown at the end
WARM = 20.0  # minutes; in a shorter run what is kept in memory is still being filled, and twice that may be
HANDLES = 8  # open files more than at the beginning: as many as an index of one segment more has
SOCKETS = 16  # connections that may be open at the end, when nobody has asked for a while
REST = 20.0  # seconds of that; connections that nobody uses are closed after 15
LOOK = 1.0  # seconds between looks at the processes
WARMING = 0.2  # of the time, after which memory is first looked at
WINDOW = 0.2  # of the time: the first and the last such part are compared
SCRAPE_EVERY = 15.0  # seconds
KEPT = 200  # answers whose buttons are still pressed
PATIENCE = 60.0  # seconds that an outcome is waited for
BUTTON, LINK = 2, 5  # type of a component, style of one that sends nothing

#: How often each is done, of all that is done.
MIX = {
    "ask": 45,
    "press": 25,
    "autocomplete": 15,
    "timeline": 8,
    "sources": 3,
    "mention": 2,
    "help": 1,
    "settings": 1,
}
WHENS = ("2021", "March 2021", "2022-09", "the 1950s", "between 2019 and 2021", "September 2022")
TYPED = ("a", "mi", "put", "19", "20", "last", "the s", "qqq", "лавров", "")
ASKED = (
    "Who came first?",
    "How many were ordered?",
    "What happened in March 2021?",
    "Where was it signed?",
    "Why was it delayed?",
    "zzqq vrbl",
    "the",
    "minister of defence",
    '"memorandum of understanding"',
)


@dataclass(frozen=True, slots=True)
class Sample:
    """All processes of the bot at a moment: seconds since the start, bytes, open files, threads.

    Connections are counted by themselves: a slow machine has more of them under way.
    """

    at: float
    memory: int
    handles: int
    threads: int
    sockets: int = 0


@dataclass(slots=True)
class Soak:
    """What was done so far, and what came of it."""

    done: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unsent: Counter[str] = field(default_factory=Counter)  # what Discord's client would not send
    took: list[float] = field(default_factory=list)  # milliseconds until the first response
    samples: list[Sample] = field(default_factory=list)
    builds: int = 0
    trouble: list[str] = field(default_factory=list)

    def note(self, what: str, result: Any) -> None:
        """Count an interaction, which should have come to an outcome."""
        self.done[what] += 1
        if result.failed or result.stuck or getattr(result, "timed_out", False):
            self.lost[what] += 1
        elif result.ack_ms is not None:
            self.took.append(result.ack_ms)


class Members:
    """Do at random what members do."""

    def __init__(self, sim: Any, soak: Soak, questions: Sequence[str], seed: int) -> None:
        self._sim, self._soak, self._questions = sim, soak, questions
        self._random = random.Random(seed)
        self._answers: deque[tuple[Any, Any]] = deque(maxlen=KEPT)  # a message, who may press
        names = ("ordinary", "second", "moderator", "admin")
        self._people = [sim.user(name) for name in names] + list(sim.add_members(20))
        self._places = [
            guild.channel(name)
            for guild in sim.world.guilds.values()
            for name in ("general", "bot-commands")
        ]

    async def do(self) -> None:
        """One thing, until it has its outcome."""
        what = self._random.choices(list(MIX), list(MIX.values()))[0]
        try:
            await getattr(self, f"_{what}")()
        except Exception as error:  # the simulator's own, which ships no types
            if type(error).__name__ not in ("NotPermitted", "ClientRejected"):
                raise
            self._soak.unsent[what] += 1

    def _who_and_where(self) -> dict[str, Any]:
        channel = self._random.choice(self._places)
        there = [one for one in self._people if one.id in channel.guild.members]
        return {"member": self._random.choice(there), "channel": channel, "timeout": PATIENCE}

    async def _slash(self, what: str, path: str, **options: Any) -> None:
        where = self._who_and_where()
        result = await self._sim.slash(path, options=options, settle=0.2, **where)
        self._soak.note(what, result)
        for message in result.live:
            self._answers.append((message, where["member"]))

    async def _ask(self) -> None:
        await self._slash("ask", "/ask", question=self._random.choice(self._questions))

    async def _timeline(self) -> None:
        await self._slash("timeline", "/timeline", when=self._random.choice(WHENS))

    async def _sources(self) -> None:
        await self._slash("sources", "/sources")

    async def _help(self) -> None:
        await self._slash("help", "/help")

    async def _settings(self) -> None:
        result = await self._sim.slash(
            "/settings show", member="admin", guild="main", channel="general", timeout=PATIENCE
        )
        self._soak.note("settings", result)

    async def _autocomplete(self) -> None:
        path = self._random.choice(
            ("/timeline when", "/timeline who", "/timeline document", "/ask document")
        )
        where = self._who_and_where()
        given = {"question": "When?"} if path.startswith("/ask") else {}
        typed = self._random.choice(TYPED)
        choices = await self._sim.autocomplete(path, typed, options=given, **where)
        self._soak.note("autocomplete", choices.result)

    async def _mention(self) -> None:
        where = self._who_and_where()
        words = f"<@{self._sim.world.bot.id}> {self._random.choice(self._questions)}"
        said = await self._sim.message(words, wait=False, **where)
        self._soak.done["mention"] += 1
        ends = time.monotonic() + PATIENCE
        while not (said.replies or said.reactions):
            if time.monotonic() > ends:
                self._soak.lost["mention"] += 1
                return
            await asyncio.sleep(0.1)

    async def _press(self) -> None:
        """A button of an answer, whichever."""
        if not self._answers:
            return await self._ask()
        message, member = self._random.choice(self._answers)
        buttons = [
            component
            for component in _walk(message.to_json().get("components") or [])
            if component.get("type") == BUTTON
            and component.get("style") != LINK
            and not component.get("disabled")
        ]
        if not buttons:
            return await self._ask()
        pressed = self._random.choice(buttons)["custom_id"]
        result = await self._sim.click(
            message, pressed, member=member, settle=0.2, timeout=PATIENCE
        )
        self._soak.note("press", result)
        for made in result.live:
            self._answers.append((made, member))
        return None


def _walk(components: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found, left = [], list(components)
    while left:
        one = left.pop()
        found.append(one)
        left += one.get("components") or []
        if one.get("accessory"):
            left.append(one["accessory"])
    return found


class Keepers:
    """Do what owners and administrators do, and the machine that asks for metrics."""

    def __init__(self, sim: Any, soak: Soak, corpus: Path, port: int) -> None:
        self._sim, self._soak, self._corpus, self._port = sim, soak, corpus, port

    async def build(self, number: int) -> None:
        """Change a document and have it read."""
        told = "\n\n".join(
            f"Build {n} was asked for on {n % 28 + 1} May 2021." for n in range(number + 1)
        )
        (self._corpus / "soak.txt").write_text(told[-4000:], encoding="utf-8")
        result = await self._sim.slash(
            "/corpus reindex",
            member="owner",
            guild="main",
            channel="general",
            timeout=2 * PATIENCE,
            settle=3.0,
        )
        self._soak.note("reindex", result)
        self._soak.builds += 1

    async def document(self, number: int) -> None:
        """Add a document to the server's own, and remove it again."""
        where = {"member": "admin", "guild": "main", "channel": "general", "timeout": PATIENCE}
        text = f"# Report {number}\n\nOn {number % 28 + 1} June 2021 the pier was {number} metres long.\n"
        preview = await self._sim.slash(
            "/corpus add",
            options={"file": (f"report-{number}.md", text.encode())},
            until=lambda shown: "Save" in shown.labels,
            **where,
        )
        self._soak.note("add", preview)
        saved = await preview.click(
            "Save",
            member="admin",
            timeout=PATIENCE,
            until=lambda shown: "is searchable" in shown.text(),
        )
        self._soak.note("save", saved)
        asked = await self._sim.slash(
            "/corpus remove", options={"document": f"Report {number}"}, **where
        )
        self._soak.note("remove", asked)
        removed = await asked.click(
            "Remove",
            member="admin",
            timeout=PATIENCE,
            until=lambda shown: "Nobody finds" in shown.text(),
        )
        self._soak.note("removed", removed)

    async def scrape(self, _: int) -> None:
        """Ask for the metrics, as Prometheus does."""

        def look() -> int:
            url = f"http://127.0.0.1:{self._port}/metrics"
            with urllib.request.urlopen(url, timeout=10) as answer:
                answer.read()
                return int(answer.status)

        if await asyncio.to_thread(look) != 200:
            self._soak.lost["metrics"] += 1
        self._soak.done["metrics"] += 1


async def again(soak: Soak, every: float, work: Callable[[int], Awaitable[None]]) -> None:
    """Do it every so many seconds, and note what goes wrong."""
    number = 0
    while True:
        await asyncio.sleep(every)
        number += 1
        try:
            await work(number)
        except Exception as error:
            soak.trouble.append(f"{work.__name__}: {type(error).__name__}: {error}"[:300])


async def look(soak: Soak, pid: int) -> None:
    """Note for ever how much the processes take."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(psutil.Error):
            soak.samples.append(await asyncio.to_thread(_sample, pid, began))
        gc.freeze()  # what the simulator keeps is never let go: it need not be walked over
        await asyncio.sleep(LOOK)


def _sample(pid: int, began: float) -> Sample:
    root = psutil.Process(pid)
    memory = handles = threads = sockets = 0
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.Error, OSError):  # it has just ended
            memory += process.memory_info().rss
            threads += process.num_threads()
            for file in Path(f"/proc/{process.pid}/fd").iterdir():
                is_socket = str(file.readlink()).startswith("socket:")
                sockets += is_socket
                handles += not is_socket
    return Sample(time.monotonic() - began, memory, handles, threads, sockets)


async def run(
    corpus: Path,
    data: Path,
    minutes: float,
    rate: float,
    every: float,
    log: Path,
    deadline: float,
    seed: int,
) -> tuple[Soak, list[str], list[str], int | None]:
    """What came of it, what Discord would have refused, errors in the log, and the exit code."""
    sys.path.append(str(SHARED))
    from discordsim import DiscordSim  # type: ignore[import-not-found]  # lies beside the repository

    soak = Soak()
    async with DiscordSim(interaction_deadline=deadline, integration_types=(0, 1)) as sim:
        sim.ratelimiter.mode = "off"
        port = free_port()
        bot = await sim.start_bot(
            [str(PYTHON), "-m", "bot", "serve", "--corpus", str(corpus), "--data", str(data)],
            cwd=str(data.parent),
            env={
                "PYTHONPATH": str(ROOT),
                "ARCHIVIST_HEALTH_ADDRESS": f"127.0.0.1:{port}",
                "ARCHIVIST_SERVER_BUILDS": "10000",
                "ARCHIVIST_WATCH": "on",
            },
            log_path=str(log),
        )
        await sim.wait_ready()
        await sim.wait_commands(names=["/ask"])
        await sim.wait_until(lambda: "taken up" in bot.output(), 60)
        members = Members(sim, soak, questions_of(), seed)
        keepers = Keepers(sim, soak, corpus, port)
        assert bot.proc is not None
        beside = [
            asyncio.create_task(look(soak, bot.proc.pid)),
            asyncio.create_task(again(soak, SCRAPE_EVERY, keepers.scrape)),
            asyncio.create_task(again(soak, every, keepers.build)),
            asyncio.create_task(again(soak, 2 * every, keepers.document)),
        ]
        await crowd(members, minutes * 60, rate, seed)
        for task in beside[1:]:
            task.cancel()
        await asyncio.sleep(REST)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if not bot.alive:
            soak.trouble.append(f"the bot ended: {bot.output(5)}")
        ended = await bot.stop(grace=30.0)
        violations = [str(one) for one in sim.violations]
    return soak, violations, errors_in(log), ended["returncode"]


async def crowd(members: Members, seconds: float, rate: float, seed: int) -> None:
    """So many things a second at random moments; none waits for the one before."""
    chance = random.Random(seed + 1)
    tasks: set[asyncio.Task[None]] = set()
    due = began = time.monotonic()
    while due < began + seconds:
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(members.do())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    if tasks:
        await asyncio.wait(tasks, timeout=2 * PATIENCE)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def questions_of() -> list[str]:
    """Questions of the development set, where it is, and some that fit any corpus."""
    file = SHARED / "gold" / "qa.dev.jsonl"
    if not file.is_file():
        return list(ASKED)
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines] + list(ASKED)


def errors_in(log: Path) -> list[str]:
    """Lines of a log that tell of errors."""
    marks = (" ERROR ", " CRITICAL ", "Traceback (most recent")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if any(mark in line for mark in marks)]


def medians(soak: Soak, of: Callable[[Sample], int]) -> tuple[float, float]:
    """The median of the part after warming up, and of the last part; zeros without samples."""
    if not soak.samples:
        return 0.0, 0.0
    ends = soak.samples[-1].at - REST
    first = [of(s) for s in soak.samples if WARMING * ends <= s.at < (WARMING + WINDOW) * ends]
    last = [of(s) for s in soak.samples if (1 - WINDOW) * ends <= s.at <= ends]
    return statistics.median(first or [0]), statistics.median(last or [0])


def judge(
    soak: Soak, violations: Sequence[str], errors: Sequence[str], code: int | None
) -> list[tuple[str, str, bool]]:
    """Each bar: its name, what was found, and whether it holds."""
    before, after = medians(soak, lambda s: s.memory)
    open_before, open_after = medians(soak, lambda s: s.handles)
    grown = after / before - 1 if before else 1.0
    resting = soak.samples[-1].sockets if soak.samples else 0
    lost = sum(soak.lost.values())
    minutes = (soak.samples[-1].at if soak.samples else 0.0) / 60
    most = MEMORY if minutes >= WARM else 2 * MEMORY
    mega = 2**20
    return [
        ("memory", f"{before / mega:.0f} → {after / mega:.0f} MB ({grown:+.1%})", grown <= most),
        (
            "open files",
            f"{open_before:.0f} → {open_after:.0f}",
            open_after <= open_before + HANDLES,
        ),
        ("connections at rest", f"{resting}", resting <= SOCKETS),
        ("lost", f"{lost} of {sum(soak.done.values())}" + _few(soak.lost), lost == 0),
        ("errors in the log", f"{len(errors)}", not errors),
        ("violations", f"{len(violations)}", not violations),
        ("builds", f"{soak.builds}", soak.builds > 0),
        ("other trouble", f"{len(soak.trouble)}", not soak.trouble),
        ("ended with", f"{code}", code == 0),
    ]


def _few(counted: Counter[str]) -> str:
    return "".join(f", {name} {count}" for name, count in counted.most_common(4))


def table(soak: Soak, bars: Sequence[tuple[str, str, bool]]) -> str:
    """What is printed at the end."""
    done = ", ".join(f"{name} {count}" for name, count in soak.done.most_common())
    took = sorted(soak.took) or [0.0]
    rest = len(took) - 1
    threads = medians(soak, lambda s: s.threads)
    lines = [
        f"done: {done}",
        f"not sent: {sum(soak.unsent.values())}; threads {threads[0]:.0f} → {threads[1]:.0f}",
        f"first response: median {took[rest // 2]:.0f} ms, p99 {took[int(rest * 0.99)]:.0f} ms",
        "",
        *(f"{'ok    ' if holds else 'MISSED'} {name:20} {found}" for name, found, holds in bars),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every bar is held, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=10.0, help="things done a second")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between builds")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--log", type=Path, help="where the bot's log is kept")
    parser.add_argument("--samples", type=Path, help="where memory at each second is kept")
    parser.add_argument("--deadline", type=float, default=3.0, help="Discord's, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        shutil.copytree(asked.corpus, corpus)
        log = asked.log or Path(folder, "log")
        log.unlink(missing_ok=True)
        soak, violations, errors, code = asyncio.run(
            run(
                corpus,
                Path(folder, "data"),
                asked.minutes,
                asked.rate,
                asked.every,
                log,
                asked.deadline,
                asked.seed,
            )
        )
    if asked.samples:
        lines = (
            f"{s.at:.0f},{s.memory},{s.handles},{s.threads},{s.sockets}\n" for s in soak.samples
        )
        asked.samples.write_text("".join(lines), encoding="utf-8")
    bars = judge(soak, violations, errors, code)
    sys.stdout.write(table(soak, bars) + "\n")
    for line in [*soak.trouble[:5], *errors[:10], *violations[:10]]:
        sys.stdout.write(f"  {line}\n")
    return 0 if all(holds for _, _, holds in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
