"""Whether the program is alive: how late its event loop is, and when Discord answered last.

A heartbeat that Discord acknowledges is the one sign that comes however quiet it is. discord.py keeps
its time with the connection and begins anew with the next one, so the last real one is noted here.
https://discord.com/developers/docs/events/gateway#sending-heartbeats
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import discord

EVERY = 1.0  # seconds between two looks
SLOWEST = 5.0  # seconds that the event loop may be late
INTERVAL = 41.25  # seconds between two heartbeats, until Discord says how many
GRACE = 10.0  # seconds: to lose one heartbeat, connect anew and have the first acknowledged
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Beat:
    """The heartbeats of one shard's connection, in seconds of `time.perf_counter`."""

    interval: float  # seconds between two
    acknowledged: float | None  # when the last was; None while none of this connection's was
    latency: float  # seconds it took; infinite while none was


Shards = Mapping[int, Beat | None]  # by number; None for a shard that is not connected


def beats_of(bot: discord.AutoShardedClient) -> Shards:
    """The heartbeats of each shard of ``bot``; none before it connects."""
    return {number: _beat(info) for number, info in bot.shards.items()}


def _beat(info: discord.ShardInfo) -> Beat | None:
    """discord.py tells the latency of a shard, but not when it was measured."""
    socket = getattr(info._parent, "ws", None)
    if socket is None or not socket.open or (keeper := socket._keep_alive) is None:
        return None
    known = math.isfinite(keeper.latency)
    return Beat(keeper.interval or INTERVAL, keeper._last_ack if known else None, keeper.latency)


@dataclass(slots=True)
class Pulse:
    """Looks once a second, as long as `run` does. Times are of `time.perf_counter`."""

    shards: Callable[[], Shards]
    clock: Callable[[], float] = time.perf_counter
    lag: float = 0.0  # seconds, at the last look
    _began: float = field(init=False)
    _interval: float = INTERVAL  # the longest that a shard was told
    _acknowledged: dict[int, float] = field(default_factory=dict)
    _lags: deque[tuple[float, float]] = field(default_factory=deque)  # (when, lag), a minute's

    def __post_init__(self) -> None:
        self._began = self.clock()

    async def run(self) -> None:
        """Look until it is cancelled."""
        while True:
            due = self.clock() + EVERY
            await asyncio.sleep(EVERY)
            self.look(self.clock() - due)

    def look(self, lag: float) -> None:
        """Note the heartbeats, and that the event loop came ``lag`` seconds late."""
        now = self.clock()
        self.lag = max(lag, 0.0)
        self._lags.append((now, self.lag))
        while self._lags[0][0] < now - _MINUTE:
            self._lags.popleft()
        with contextlib.suppress(AttributeError, TypeError):  # a connection that is being made
            for number, beat in self.shards().items():
                self._acknowledged.setdefault(number, self._began)
                if beat is not None:
                    self._interval = beat.interval
                    if beat.acknowledged is not None:
                        before = self._acknowledged[number]
                        self._acknowledged[number] = max(beat.acknowledged, before)

    @property
    def longest_silence(self) -> float:
        """Seconds after the last acknowledgement that Discord is taken to be gone."""
        return 2 * self._interval + GRACE

    @property
    def silence(self) -> float:
        """Seconds since the last acknowledgement of the shard that has waited longest.

        Until the first one they count from the start.
        """
        return self.clock() - min(self._acknowledged.values(), default=self._began)

    @property
    def most_lag(self) -> float:
        """Seconds that the event loop was late at most in the last minute."""
        return max((lag for _, lag in self._lags), default=0.0)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the program is not alive; empty while it is."""
        found = []
        if self.silence > self.longest_silence:
            found.append(
                f"Discord acknowledged no heartbeat for {self.silence:.0f} s "
                f"(at most {self.longest_silence:.0f})"
            )
        if self.lag > SLOWEST:
            found.append(f"the event loop is {self.lag:.1f} s late (at most {SLOWEST:.0f})")
        return tuple(found)

    @property
    def live(self) -> bool:
        return not self.faults

    def states(self) -> dict[str, float]:
        """What `bot.metrics.STATES` tells of it."""
        shards = dict(self.shards())
        latencies = [
            beat.latency for beat in shards.values() if beat and math.isfinite(beat.latency)
        ]
        silent = self.clock() - self.longest_silence
        connected = sum(
            beat is not None and beat.acknowledged is not None and beat.acknowledged >= silent
            for beat in shards.values()
        )
        return {
            "gateway_shards": len(shards),
            "gateway_shards_connected": connected,
            "gateway_acknowledged_seconds": self.silence,
            "event_loop_lag_seconds": self.lag,
            "event_loop_lag_max_seconds": self.most_lag,
            "live": float(self.live),
            **({"gateway_latency_seconds": max(latencies)} if latencies else {}),
        }
