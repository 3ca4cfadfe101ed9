"""The whole program against the server: how it signs in, what it refuses, how it ends."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from index.locks import is_held
from tests.discord_server.interactions import DEFERRED, Interaction
from tests.discord_server.members import Members
from tests.discord_server.program import Program
from tests.discord_server.server import TOKEN, DiscordServer
from tests.discord_server.world import COMPONENTS_V2, walk

LOG = (
    "The ship sailed from Cork on 4 March 1871 with forty men and a cargo of salt. "
    "Captain Byrne kept the log himself."
)
QUESTION = "When did the ship sail from Cork?"

Start = Callable[..., Program]


@pytest.fixture
async def start(tmp_path: Path, server: DiscordServer) -> AsyncIterator[Start]:
    """Makes a program on a corpus of one document; what still runs in the end is stopped."""
    server.deadline = 10.0  # a busy machine is not what is tested here
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "log.txt").write_text(LOG, encoding="utf-8")
    made: list[Program] = []

    def make(**environment: str) -> Program:
        settings = {**server.environment(), **environment}
        made.append(Program(tmp_path / "corpus", tmp_path / "data", settings))
        return made[-1]

    yield make
    for program in made:
        if program.running:
            await program.stop()


async def ready(server: DiscordServer, program: Program) -> None:
    assert await server.wait_for(
        lambda: (
            server.gateway.connected
            and "taken up" in program.errors
            and "commands " in program.errors
        ),
        60,
    ), program.errors


async def ask(server: DiscordServer, guild: str = "main", **options: Any) -> Interaction:
    """A question in general, and what came of it."""
    hands, world = Members(server), server.world
    user, channel = world.users["ordinary"], world.channel("general", guild)
    made = hands.run("/ask", {"question": QUESTION}, user=user, channel=channel, **options)
    assert await hands.follow(made, settle=0.1, timeout=30)
    return made


def shown(made: Interaction) -> str:
    assert made.original is not None
    texts = [one["content"] for one in walk(made.original.components) if one["type"] == 10]
    return "\n".join(texts)


async def test_it_signs_in_answers_and_leaves_nothing_behind(
    start: Start, server: DiscordServer, tmp_path: Path
) -> None:
    """Without privileged intents; deferred, then the quote; and the log holds no question or token."""
    program = start()
    await program.start()
    await ready(server, program)
    [identified] = server.gateway.identified
    assert not identified["intents"] & (1 << 1 | 1 << 8 | 1 << 15)

    made = await ask(server)
    assert made.callback == DEFERRED
    assert made.original is not None
    assert made.original.flags == COMPONENTS_V2
    assert made.original.mentions == []
    assert "4 March 1871" in shown(made).replace("*", "")

    assert await program.stop() == 0
    for secret in ("Cork", TOKEN, made.token, str(tmp_path), "Traceback"):
        assert secret not in program.errors
    assert not is_held(tmp_path / "data", "serve")
    assert server.violations == []


@pytest.mark.slow
async def test_its_user_is_answered_in_a_server_without_it(
    start: Start, server: DiscordServer
) -> None:
    """The answer takes no more than an interaction gives, and follow-ups are few there."""
    program = start()
    await program.start()
    await ready(server, program)
    made = await ask(server, "elsewhere", user_install=True)
    assert "4 March 1871" in shown(made).replace("*", "")
    assert server.violations == []


async def test_it_asks_for_the_gateway_that_it_is_not_told(
    start: Start, server: DiscordServer
) -> None:
    """DISCORD_API_URL alone is enough."""
    program = start(DISCORD_GATEWAY_URL="")
    await program.start()
    assert await server.wait_for(lambda: server.gateway.connected, 60), program.errors
    assert "/gateway/bot" in [call.path for call in server.rest.calls]


@pytest.mark.slow
async def test_a_question_before_there_is_an_index_is_answered_all_the_same(
    start: Start, server: DiscordServer
) -> None:
    """It is told that the documents are being indexed, or has its answer; a little later it has."""
    program = start()
    await program.start()
    assert await server.wait_for(
        lambda: server.gateway.connected and server.rest.commands[None], 60
    )
    made = await ask(server)
    assert made.original is not None
    if made.callback != DEFERRED:  # a fast machine has an index by now
        assert made.ephemeral
        assert "index" in shown(made)
    await ready(server, program)
    assert "4 March 1871" in shown(await ask(server)).replace("*", "")


@pytest.mark.slow
async def test_sigint_ends_it_as_sigterm_does(start: Start, server: DiscordServer) -> None:
    program = start()
    await program.start()
    await ready(server, program)
    program.tell(signal.SIGINT)
    assert await program.ended() == 0


async def test_a_refused_token_is_one_sentence(start: Start) -> None:
    """Exit code 1, no traceback, and the token is not in it."""
    program = start(DISCORD_TOKEN="some.other.token")
    await program.start()
    assert await program.ended() == 1
    assert program.errors.splitlines()[-1].startswith("archivist: Discord refused the token.")
    assert "Traceback" not in program.errors
    assert "some.other.token" not in program.errors


async def test_what_is_not_discord_is_one_sentence(start: Start, server: DiscordServer) -> None:
    server.checks_answers = False
    server.rest.me = ["hello"]
    program = start()
    await program.start()
    assert await program.ended() == 1
    last = program.errors.splitlines()[-1]
    assert last.startswith("archivist: What answers in Discord's place is not Discord.")
    assert "Traceback" not in program.errors


@pytest.mark.slow
async def test_a_second_one_on_the_same_folder_is_refused(
    start: Start, server: DiscordServer
) -> None:
    """It is told the first one's process id."""
    first, second = start(), start()
    await first.start()
    assert await server.wait_for(lambda: server.gateway.connected, 60)
    await second.start()
    assert await second.ended() == 1
    assert f"process id {first.pid}" in second.errors


@pytest.mark.slow
async def test_garbage_from_the_gateway_does_not_end_it(
    start: Start, server: DiscordServer
) -> None:
    """It connects anew, and answers."""
    program = start()
    await program.start()
    await ready(server, program)
    await server.gateway.send_raw("{")
    assert await server.wait_for(lambda: server.gateway.seen["connection"] > 1, 60)
    assert await server.wait_for(lambda: server.gateway.connected, 60)
    assert "4 March 1871" in shown(await ask(server)).replace("*", "")


@pytest.mark.slow
async def test_it_reads_split_frames_and_sends_heartbeats(
    start: Start, server: DiscordServer
) -> None:
    server.gateway.heartbeat_interval = 0.5
    server.gateway.splits_frames = True
    program = start()
    await program.start()
    await ready(server, program)
    assert "4 March 1871" in shown(await ask(server)).replace("*", "")
    assert server.gateway.seen["heartbeat"] > 0
