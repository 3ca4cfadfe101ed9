"""The gateway closes, resumes and tells as Discord's does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.discord_server.client import Socket
from tests.discord_server.conftest import Connect
from tests.discord_server.members import Members
from tests.discord_server.server import TOKEN, DiscordServer

GUILDS, MESSAGES, DIRECT_MESSAGES, CONTENT = 1, 1 << 9, 1 << 12, 1 << 15


def say(hands: Members, text: str, **options: Any) -> None:
    world = hands.world
    hands.say(text, user=world.users["second"], channel=world.channel("general"), **options)


async def resume(socket: Socket, session: str, sequence: int) -> None:
    await socket.send(6, {"token": TOKEN, "session_id": session, "seq": sequence})


@pytest.mark.parametrize(
    ("more", "code"),
    [({"token": "wrong"}, 4004), ({"intents": CONTENT}, 4014), ({"shard": [1, 1]}, 4010)],
    ids=["token", "privileged intent", "shard"],
)
async def test_a_wrong_identify_is_closed(
    connect: Connect, more: dict[str, Any], code: int
) -> None:
    socket = await connect()
    await socket.send(2, {"token": TOKEN, "intents": 1, "properties": {}, **more})
    assert await socket.closed_with() == code


async def test_servers_come_one_by_one_with_the_bot_in_them(
    connect: Connect, server: DiscordServer
) -> None:
    """And no other member, without the members intent."""
    socket = await connect()
    ready = await socket.identify()
    assert all(guild["unavailable"] for guild in ready["guilds"])
    for _ in ready["guilds"]:
        guild = await socket.event("GUILD_CREATE")
        assert [one["user"]["id"] for one in guild["members"]] == [str(server.world.bot.id)]


async def test_heartbeats_are_acknowledged_unless_switched_off(
    connect: Connect, server: DiscordServer
) -> None:
    socket = await connect()
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11
    server.gateway.acknowledges = False
    await socket.send(1, None)
    await socket.identify()  # what is next is READY
    assert server.gateway.seen["heartbeat"] == 2


async def test_messages_go_to_who_asked_for_them(
    connect: Connect, hands: Members, server: DiscordServer
) -> None:
    socket = await connect()
    await socket.identify(GUILDS)
    say(hands, "hello")
    assert server.gateway.sent["MESSAGE_CREATE"] == 0


async def test_content_is_withheld_from_whom_it_does_not_mention(
    connect: Connect, hands: Members
) -> None:
    """A mention, a reply to the bot and a DM have it."""
    socket = await connect()
    await socket.identify(GUILDS | MESSAGES | DIRECT_MESSAGES)
    say(hands, "between us")
    say(hands, f"<@{hands.world.bot.id}> a question")
    second = hands.world.users["second"]
    hands.say("in private", user=second, channel=hands.world.dm(second))
    contents = [(await socket.event("MESSAGE_CREATE"))["content"] for _ in range(3)]
    assert contents == ["", f"<@{hands.world.bot.id}> a question", "in private"]


async def test_a_resumed_session_gets_what_it_missed(
    connect: Connect, hands: Members, server: DiscordServer
) -> None:
    """In order, then RESUMED."""
    socket = await connect()
    ready = await socket.identify(GUILDS | MESSAGES)
    for _ in ready["guilds"]:
        await socket.event("GUILD_CREATE")
    await server.gateway.drop(1006)
    say(hands, f"<@{hands.world.bot.id}> while away")
    again = await connect()
    await resume(again, ready["session_id"], socket.sequence)
    assert (await again.next())["t"] == "MESSAGE_CREATE"
    assert (await again.next())["t"] == "RESUMED"


async def test_an_ended_session_is_not_resumed(connect: Connect, server: DiscordServer) -> None:
    socket = await connect()
    ready = await socket.identify()
    await server.gateway.drop(4009)
    again = await connect()
    await resume(again, ready["session_id"], 1)
    frame = await again.next()
    assert (frame["op"], frame["d"]) == (9, False)


async def test_a_client_that_leaves_ends_its_session(
    connect: Connect, server: DiscordServer
) -> None:
    socket = await connect()
    await socket.identify()
    await socket.socket.close(code=1000)
    assert await server.wait_for(lambda: not server.gateway.live, 5)


async def test_events_can_come_twice(
    connect: Connect, hands: Members, server: DiscordServer
) -> None:
    socket = await connect()
    await socket.identify(GUILDS | MESSAGES)
    server.gateway.duplicates["MESSAGE_CREATE"] = 1
    say(hands, "hello")
    first = await socket.event("MESSAGE_CREATE")
    assert await socket.event("MESSAGE_CREATE") == first


async def test_split_frames_are_whole_messages(connect: Connect, server: DiscordServer) -> None:
    """Short ones and ones of more than 64 KiB."""
    socket = await connect()
    server.gateway.splits_frames = True
    for length in (1, 200, 70_000):
        await server.gateway.send_raw('{"op": 0, "s": 1, "t": "' + "x" * length + '"}')
        assert len((await socket.next())["t"]) == length


async def test_reconnect_and_invalid_session_are_told(
    connect: Connect, server: DiscordServer
) -> None:
    socket = await connect()
    ready = await socket.identify()
    for _ in ready["guilds"]:
        await socket.event("GUILD_CREATE")
    await server.gateway.reconnect()
    assert (await socket.next())["op"] == 7
    await server.gateway.invalidate(resumable=True)
    frame = await socket.next()
    assert (frame["op"], frame["d"]) == (9, True)


async def test_a_shard_has_its_own_servers(connect: Connect, server: DiscordServer) -> None:
    """Together all, and a DM's events go to the first."""
    sockets = [await connect(), await connect()]
    guilds: list[str] = []
    for number, socket in enumerate(sockets):
        ready = await socket.identify(shard=[number, 2])
        guilds += [guild["id"] for guild in ready["guilds"]]
        assert all((int(guild["id"]) >> 22) % 2 == number for guild in ready["guilds"])
    assert sorted(guilds) == sorted(str(server.world.guild(key).id) for key in ("main", "other"))
    assert server.gateway.connected


async def test_a_refused_connection_is_refused_so_often(
    connect: Connect, server: DiscordServer
) -> None:
    server.gateway.refusals = 1
    with pytest.raises(Exception, match="503"):
        await connect()
    await connect()
