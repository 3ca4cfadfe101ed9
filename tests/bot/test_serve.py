"""The whole program against a small local Discord: it signs in, is asked, and answers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from index import building
from index.locks import is_held
from tests.bot import fakes
from tests.bot.fake_discord import TOKEN, FakeDiscord
from tests.bot.fakes import until, walk

ROOT = Path(__file__).parents[2]
QUESTION = "When did the ship sail from Cork?"
DEFERRED, MESSAGE, EPHEMERAL, COMPONENTS_V2 = 5, 4, 1 << 6, 1 << 15


class Program:
    """``archivist serve`` in a process of its own, and what it wrote to standard error."""

    def __init__(self, folder: Path, discord: FakeDiscord, token: str = TOKEN) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": token,
            "DISCORD_API_URL": discord.api,
            "ARCHIVIST_CORPUS": str(folder / "corpus"),
            "ARCHIVIST_DATA": str(folder / "data"),
        }
        self.errors = ""

    async def __aenter__(self) -> Program:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"),
            cwd=self.folder,  # no .env is here
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.errors += line.decode()

    async def ended(self) -> int:
        """The exit code, once it is there."""
        async with asyncio.timeout(60):
            await self._reading
            return await self.process.wait()


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of one document, not indexed yet."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "log.txt").write_text(fakes.LOG_TEXT, encoding="utf-8")
    return tmp_path


def text_of(payload: dict[str, Any]) -> str:
    return "\n".join(item["content"] for item in walk(payload["components"]) if item["type"] == 10)


async def test_a_question_in_discord_is_answered_with_its_source(
    folder: Path, discord: FakeDiscord
) -> None:
    """From signing in to the message: deferred, then the quote with its citation, mentioning nobody."""
    building.build(folder / "corpus", folder / "data")
    async with Program(folder, discord) as program:
        await until(lambda: discord.identified and discord.commands)
        assert discord.identified is not None
        assert discord.identified["intents"] == 1  # guilds, and none that is privileged
        assert ("GET", "/api/v10/gateway/bot") in discord.requests

        sent = asyncio.get_running_loop().time()
        await discord.ask("ask", question=QUESTION)
        await until(lambda: discord.callbacks)
        assert asyncio.get_running_loop().time() - sent < 3  # or Discord gives up on us
        assert discord.callbacks == [{"type": DEFERRED}]

        await until(lambda: discord.edits)
        [message] = discord.edits
        assert message["flags"] & COMPONENTS_V2
        assert message["allowed_mentions"]["parse"] == []
        assert "The ship sailed from Cork on 4 March 1871" in text_of(message).replace("**", "")
        assert "**[1]** **" in text_of(message)

        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 0
    assert "Cork" not in program.errors
    assert TOKEN not in program.errors
    assert "reply-token" not in program.errors
    assert str(folder) not in program.errors
    assert "Traceback" not in program.errors
    assert not is_held(folder / "data", "serve")


async def test_commands_are_not_sent_again_at_the_next_start(
    folder: Path, discord: FakeDiscord
) -> None:
    building.build(folder / "corpus", folder / "data")
    for _ in range(2):
        async with Program(folder, discord) as program:
            await until(lambda: discord.identified)
            await until(lambda: "commands " in program.errors)
            program.process.send_signal(signal.SIGINT)
            assert await program.ended() == 0
        discord.identified = None
    assert [method for method, _ in discord.requests].count("PUT") == 1


async def test_without_an_index_it_connects_and_builds_one(
    folder: Path, discord: FakeDiscord
) -> None:
    """Whoever asks too early is told so, alone; a little later there are answers."""
    async with Program(folder, discord) as program:
        await until(lambda: discord.identified)
        await discord.ask("ask", number=701, question=QUESTION)
        await until(lambda: discord.callbacks)
        if (
            discord.callbacks[0]["type"] == MESSAGE
        ):  # on a slow machine; a fast one has built by now
            assert "being indexed" in text_of(discord.callbacks[0]["data"])
            assert discord.callbacks[0]["data"]["flags"] & EPHEMERAL
        await until(lambda: "generation 1 taken up" in program.errors)
        await discord.ask("ask", number=702, question=QUESTION)
        await until(lambda: discord.edits)
        assert "4 March 1871" in text_of(discord.edits[-1])


async def test_a_refused_token_is_one_sentence(folder: Path, discord: FakeDiscord) -> None:
    """Exit code 1, no traceback, and the token is not in it."""
    async with Program(folder, discord, token="some.other.token") as program:
        assert await program.ended() == 1
    last = program.errors.splitlines()[-1]
    assert last.startswith("archivist: Discord refused the token.")
    assert "Traceback" not in program.errors
    assert "some.other.token" not in program.errors


async def test_what_is_not_discord_is_one_sentence(folder: Path, discord: FakeDiscord) -> None:
    discord.me = ["hello"]
    async with Program(folder, discord) as program:
        assert await program.ended() == 1
    last = program.errors.splitlines()[-1]
    assert last.startswith("archivist: What answers in Discord's place is not Discord.")
    assert "Traceback" not in program.errors


@pytest.mark.slow
async def test_garbage_from_the_gateway_does_not_end_the_program(
    folder: Path, discord: FakeDiscord
) -> None:
    """It connects anew, and answers."""
    building.build(folder / "corpus", folder / "data")
    async with Program(folder, discord):
        await until(lambda: discord.identified)
        discord.identified = None
        await discord.send_text("{")
        await until(lambda: discord.identified)
        await discord.ask("ask", question=QUESTION)
        await until(lambda: discord.edits)


async def test_a_second_serve_is_refused(folder: Path, discord: FakeDiscord) -> None:
    """It is told the first one's process id."""
    async with Program(folder, discord) as first:
        await until(lambda: discord.identified)
        async with Program(folder, discord) as second:
            assert await second.ended() == 1
        assert f"process id {first.process.pid}" in second.errors
