"""The gateway: sessions that are identified, resumed and lost, and events for those who asked.

Frames go uncompressed, which the client takes as well whatever it asked for. What is wrong with a
connection is told as Discord tells it, by a close code (gateway page: opcodes and status codes).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
INVALID_SESSION, HELLO, ACKNOWLEDGED = 9, 10, 11
UNKNOWN_OPCODE, DECODE, NOT_AUTHENTICATED, AUTHENTICATION, TWICE = 4001, 4002, 4003, 4004, 4005
BAD_SHARD, PRIVILEGED = 4010, 4014
NO_FRAME = 1006  # the connection goes away without a close frame
ENDS_SESSION = frozenset({4007, 4009})

GUILDS, MEMBERS, PRESENCES, CONTENT = 1 << 0, 1 << 1, 1 << 8, 1 << 15
#: What a session must have asked for: (in servers, in DMs). Others go to everyone.
INTENTS = {
    "GUILD_MEMBER_ADD": (MEMBERS, 0),
    "MESSAGE_CREATE": (1 << 9, 1 << 12),
    "MESSAGE_UPDATE": (1 << 9, 1 << 12),
    "MESSAGE_DELETE": (1 << 9, 1 << 12),
    "MESSAGE_REACTION_ADD": (1 << 10, 1 << 13),
    "MESSAGE_REACTION_REMOVE": (1 << 10, 1 << 13),
    "TYPING_START": (1 << 11, 1 << 14),
} | dict.fromkeys(
    "GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE CHANNEL_CREATE"
    " CHANNEL_UPDATE CHANNEL_DELETE THREAD_CREATE THREAD_UPDATE THREAD_DELETE".split(),
    (GUILDS, GUILDS),
)
_KEPT = 1000  # events of a session, for resuming


@dataclass(slots=True, eq=False)
class Session:
    """What outlives a connection."""

    shard: tuple[int, int]
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    events: deque[tuple[int, str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    valid: bool = True
    ready: bool = False
    connection: Connection | None = None


class Connection:
    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.request = request
        self.socket = socket
        self.session: Session | None = None
        self.dropped = False  # by us: the client's answer to that ends no session
        self.outgoing: asyncio.Queue[str | None] = asyncio.Queue()

    def send(
        self, op: int, data: Any = None, *, event: str | None = None, sequence: int | None = None
    ) -> None:
        self.send_text(json.dumps({"op": op, "d": data, "s": sequence, "t": event}))

    def send_text(self, text: str) -> None:
        self.outgoing.put_nowait(text)

    async def write(self, split: Callable[[], bool]) -> None:
        """Send what is put into the queue, in order, until None comes or the connection ends."""
        while (text := await self.outgoing.get()) is not None:
            if self.socket.closed:
                return
            try:
                if split():
                    await self._write_split(text.encode())
                else:
                    await self.socket.send_str(text)
            except (ConnectionError, RuntimeError):
                return

    async def _write_split(self, data: bytes) -> None:
        """One message in three frames, and these in pieces of seven bytes at their beginning."""
        transport = self.request.transport
        if transport is None:
            return
        third = len(data) // 3 + 1
        parts = [data[at : at + third] for at in range(0, len(data), third)]
        for number, part in enumerate(parts):
            frame = _frame(part, first=number == 0, last=number == len(parts) - 1)
            transport.write(frame[:7])
            await asyncio.sleep(0)
            transport.write(frame[7:])
            await asyncio.sleep(0)

    async def close(self, code: int) -> None:
        self.dropped = True
        self.outgoing.put_nowait(None)
        if code == NO_FRAME:
            if self.request.transport is not None:
                self.request.transport.abort()
            return
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self.socket.close(code=code, drain=False)


def _frame(data: bytes, *, first: bool, last: bool) -> bytes:
    """A WebSocket frame of text, unmasked as servers send them (RFC 6455, 5.2)."""
    head = bytes([(0x80 if last else 0) | (1 if first else 0)])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 1 << 16:
        return head + b"\x7e" + len(data).to_bytes(2, "big") + data
    return head + b"\x7f" + len(data).to_bytes(8, "big") + data


class Gateway:
    """Its attributes are its faults and may be changed at any time; its methods act at once."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.shards = 1  # recommended by /gateway/bot
        self.heartbeat_interval = 41.25  # seconds
        self.allowed = ~(MEMBERS | PRESENCES | CONTENT)  # intents; the privileged are not granted
        self.acknowledges = True  # heartbeats
        self.splits_frames = False
        self.resumes = True  # else a RESUME is answered by an invalid session
        self.duplicates: dict[str, int] = {}  # event -> how many more of each are sent
        self.lost: dict[str, int] = {}  # event -> how many of the next are never sent
        self.refusals = 0  # how many of the next connections are answered by 503
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.seen: Counter[str] = Counter()  # identify, resume, resumed, heartbeat, connection
        self.identified: list[dict[str, Any]] = []
        self.sent: Counter[str] = Counter()

    @property
    def live(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.valid]

    @property
    def connected(self) -> bool:
        """Whether each shard that identified has its connection."""
        live = self.live
        if not live:
            return False
        wanted = max(session.shard[1] for session in live)
        there = {
            s.shard[0] for s in live if s.ready and s.connection and not s.connection.socket.closed
        }
        return len(there) >= wanted

    # -- connections

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        await socket.prepare(request)
        connection = Connection(request, socket)
        self.connections.add(connection)
        self.seen["connection"] += 1
        writing = asyncio.create_task(connection.write(lambda: self.splits_frames))
        connection.send(HELLO, {"heartbeat_interval": round(self.heartbeat_interval * 1000)})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._take(connection, frame.data)
        finally:
            self.connections.discard(connection)
            writing.cancel()
            self._detach(connection, closed_with=socket.close_code)
            self.server.wake()
        return socket

    def _detach(self, connection: Connection, closed_with: int | None) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        if not connection.dropped and closed_with in (
            1000,
            1001,
        ):  # the client ends its session with these
            session.valid = False

    async def _take(self, connection: Connection, text: str) -> None:
        try:
            said = json.loads(text)
            op, data = said["op"], said.get("d")
        except (ValueError, KeyError, TypeError):
            await connection.close(DECODE)
            return
        if op == HEARTBEAT:
            self.seen["heartbeat"] += 1
            if self.acknowledges:
                connection.send(ACKNOWLEDGED)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif connection.session is None:
            await connection.close(NOT_AUTHENTICATED)
        elif op not in (3, 4, 8, 31):
            await connection.close(UNKNOWN_OPCODE)

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        self.seen["identify"] += 1
        shard = tuple(data.get("shard") or (0, 1))
        refusal = self._refusal(connection, data, shard)
        if refusal is not None:
            if refusal != TWICE:
                self.server.violate("gateway", f"refused with close code {refusal}", "IDENTIFY")
            await connection.close(refusal)
            return
        session = Session((shard[0], shard[1]), data["intents"])
        self.sessions[session.id] = session
        self.identified.append(data)
        connection.session, session.connection = session, connection
        guilds = self._guilds(session)
        world = self.server.world
        self._event(
            session,
            "READY",
            {
                "v": 10,
                "user": {
                    **world.bot.json(),
                    "verified": True,
                    "mfa_enabled": False,
                    "email": None,
                    "flags": 0,
                },
                "session_id": session.id,
                "session_type": "normal",
                "shard": list(shard),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "private_channels": [],
                "resume_gateway_url": self.server.gateway_url + "/resume",
                "application": {"id": str(world.bot.id), "flags": 0},
            },
        )
        for guild in guilds:
            self._event(session, "GUILD_CREATE", guild.create_json(world.bot))
        session.ready = True
        self.server.wake()

    def _refusal(
        self, connection: Connection, data: dict[str, Any], shard: tuple[Any, ...]
    ) -> int | None:
        if connection.session is not None:
            return TWICE
        if str(data.get("token", "")).removeprefix("Bot ") != self.server.token:
            return AUTHENTICATION
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            return BAD_SHARD
        if data.get("intents", 0) & ~self.allowed & (MEMBERS | PRESENCES | CONTENT):
            return PRIVILEGED
        return None

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        self.seen["resume"] += 1
        session = self.sessions.get(str(data.get("session_id")))
        right = str(data.get("token", "")).removeprefix("Bot ") == self.server.token
        if session is None or not session.valid or not self.resumes or not right:
            connection.send(INVALID_SESSION, False)
            return
        if session.connection is not None and session.connection is not connection:
            await session.connection.close(4000)
        connection.session, session.connection = session, connection
        for sequence, event, payload in list(session.events):
            if sequence > int(data.get("seq") or 0):
                connection.send(DISPATCH, payload, event=event, sequence=sequence)
        self._event(session, "RESUMED", {})
        self.seen["resumed"] += 1
        self.server.wake()

    def _guilds(self, session: Session) -> list[Any]:
        number, count = session.shard
        bot = self.server.world.bot.id
        guilds = [guild for guild in self.server.world.guilds.values() if bot in guild.members]
        return [guild for guild in guilds if (guild.id >> 22) % count == number]

    # -- events

    def dispatch(
        self,
        event: str,
        data: dict[str, Any] | Callable[[Session], dict[str, Any]],
        *,
        guild: int | None = None,
    ) -> int:
        """Send to the sessions of the shard that asked for this; return to how many.

        A session without a connection gets it when it resumes.
        """
        reached = 0
        wanted = INTENTS.get(event, (0, 0))[0 if guild is not None else 1]
        for session in self.live:
            number, count = session.shard
            if (0 if guild is None else (guild >> 22) % count) != number:
                continue
            if wanted and not session.intents & wanted:
                continue
            self._event(session, event, data(session) if callable(data) else data)
            reached += 1
        return reached

    def _event(self, session: Session, event: str, data: Any) -> None:
        if self.lost.get(event, 0) > 0:
            self.lost[event] -= 1
            return
        for _ in range(1 + self.duplicates.get(event, 0)):
            session.sequence += 1
            session.events.append((session.sequence, event, data))
            self.sent[event] += 1
            if session.connection is not None:
                session.connection.send(DISPATCH, data, event=event, sequence=session.sequence)

    # -- faults

    async def drop(self, code: int = 4000) -> None:
        """Close every connection with this code; 1006 without a frame, 4007 and 4009 end sessions."""
        for connection in list(self.connections):
            if code in ENDS_SESSION and connection.session is not None:
                connection.session.valid = False
            await connection.close(code)

    async def reconnect(self) -> None:
        for connection in self.connections:
            connection.send(RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        for connection in self.connections:
            if connection.session is not None and not resumable:
                connection.session.valid = False
                connection.session = None  # it may identify anew right here
            connection.send(INVALID_SESSION, resumable)

    async def send_raw(self, text: str) -> None:
        """These words over every connection, as they are."""
        for connection in self.connections:
            connection.send_text(text)
