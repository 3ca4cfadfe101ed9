"""Staying connected: what discord.py takes for the end of the program becomes a new connection.

It ends when something from the gateway can't be read, and when a connection is closed before it
began; it waits for ever where a session is neither resumed nor refused. An event that can't be read
is left out here, and a shard that loses its connection resumes its session, so that nothing sent
meanwhile is lost; where that fails it begins a new one.
https://discord.com/developers/docs/events/gateway#connection-lifecycle
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import discord
from discord import shard
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import EventItem, EventType

from bot.logs import trail

log = logging.getLogger(__name__)

CONFIRMED = 30.0  # seconds in which a session must begin or go on
RESUMES = 3  # connections that may fail before the session is given up
IDENTIFYING = 5.0  # seconds between two sessions begun, as Discord asks
#: Connections that may be lost in so many seconds before the next is made more slowly.
_LOST_AT_ONCE, _IN = 20, 60.0
_LONGEST_PAUSE = 30.0  # seconds
_BACKOFF = 5  # discord.py waits up to 2 to this power seconds; its own bound is 17 minutes
_CLOSE = 4000  # a code that leaves the session alive

Parser = Callable[[Any], None]


def install() -> None:
    """Have discord.py's sharded client use our shards from now on."""
    shard.Shard = Shard  # type: ignore[misc]  # it knows no other way


def forgive(parsers: dict[str, Parser]) -> None:
    """Have an event that can't be read left out, and not end the connection; but READY must be."""
    for event, parse in parsers.items():
        if event not in ("READY", "RESUMED"):
            parsers[event] = _forgiving(event, parse)


def _forgiving(event: str, parse: Parser) -> Parser:
    def parse_or_skip(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # whatever the gateway sends
            log.warning("event %s can't be read: %s", event, trail(error))

    return parse_or_skip


def pause_after(losses: int) -> float:
    """Seconds to wait before a connection is made anew that was lost so many times lately."""
    return min(2.0 ** (losses - _LOST_AT_ONCE), _LONGEST_PAUSE) if losses > _LOST_AT_ONCE else 0.0


class Shard(shard.Shard):
    """A connection to the gateway that is made anew whatever ends it, but for a refusal for good."""

    def __init__(
        self,
        ws: DiscordWebSocket,
        client: discord.AutoShardedClient,
        queue_put: Callable[[EventItem], None],
    ) -> None:
        super().__init__(ws, client, self._put)
        self._to_client = queue_put
        self._failures = 0
        self._losses: deque[float] = deque(maxlen=_LOST_AT_ONCE + 6)  # when, lately
        self._unread: int | None = None  # where in the session something could not be read
        self._confirming: asyncio.Task[None] | None = None

    def launch(self) -> None:
        self._failures = 0
        self._backoff = ExponentialBackoff()
        self._backoff._max = _BACKOFF
        begun = {self.ws.wait_for(event, lambda _: True) for event in ("READY", "RESUMED")}
        super().launch()
        self._confirming = asyncio.create_task(self._confirm(self.ws, begun))

    async def close(self) -> None:
        if self._confirming is not None:
            self._confirming.cancel()
        await super().close()

    async def reidentify(self, exc: ReconnectWebSocket) -> None:
        if self.ws.open:  # else it goes on beside the new one, and its heartbeat too
            await self.ws.close(code=_CLOSE)
        await super().reidentify(exc)

    async def reconnect(self) -> None:
        """discord.py begins a new session here; first we try to go on with the one we have."""
        self._failures += 1
        resume = self.ws.session_id is not None and self._failures <= RESUMES
        await self.reidentify(ReconnectWebSocket(self.id, resume=resume))

    def _put(self, item: EventItem) -> None:
        """Tell the client what became of the connection; not at once if it is lost again and again."""
        item = self._mended(item)
        pause = 0.0
        if item.type in (EventType.resume, EventType.identify):
            now = time.monotonic()
            self._losses.append(now)
            pause = pause_after(sum(now - moment < _IN for moment in self._losses))
        asyncio.get_running_loop().call_later(pause, self._to_client, item)

    def _mended(self, item: EventItem) -> EventItem:
        """A new connection in place of the end of the program."""
        error = item.error
        if item.type != EventType.terminate or isinstance(error, discord.PrivilegedIntentsRequired):
            return item
        if isinstance(error, ReconnectWebSocket):
            again = error
        else:
            log.error("shard %d: connection lost: %s", self.id, trail(error or Exception()))
            again = ReconnectWebSocket(self.id, resume=self.ws.sequence != self._unread)
            self._unread = self.ws.sequence
        return EventItem(EventType.resume if again.resume else EventType.identify, self, again)

    async def _confirm(self, ws: DiscordWebSocket, begun: set[asyncio.Future[Any]]) -> None:
        """Begin a new session if this one neither began nor went on."""
        done, waiting = await asyncio.wait(
            begun, timeout=CONFIRMED, return_when=asyncio.FIRST_COMPLETED
        )
        for future in waiting:
            future.cancel()
        if not done and self.ws is ws and ws.open:
            log.warning("shard %d: no session: beginning a new one", self.id)
            self._cancel_task()
            self._put(
                EventItem(EventType.identify, self, ReconnectWebSocket(self.id, resume=False))
            )
