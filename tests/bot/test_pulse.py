"""When the program counts as alive."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

import pytest

from bot import pulse
from bot.pulse import Beat, Pulse


@dataclass
class Connections:
    """A clock, and shards whose heartbeats are set by hand."""

    now: float = 1_000.0
    beats: dict[int, Beat | None] = field(default_factory=dict)

    def pulse(self) -> Pulse:
        return Pulse(lambda: self.beats, clock=lambda: self.now)


@pytest.fixture
def there() -> Connections:
    return Connections()


def test_it_is_alive_at_the_start(there: Connections) -> None:
    """Before the first heartbeat."""
    assert there.pulse().live


def test_it_is_alive_while_it_is_quiet(there: Connections) -> None:
    """Heartbeats are acknowledged though nobody asks anything."""
    made = there.pulse()
    for _ in range(100):
        there.now += 41.25
        there.beats[0] = Beat(41.25, there.now, 0.1)
        made.look(0.0)
    assert made.live


def test_it_is_not_alive_when_no_heartbeat_is_acknowledged(there: Connections) -> None:
    made = there.pulse()
    there.beats[0] = Beat(10.0, there.now, 0.1)
    made.look(0.0)
    there.now += 2 * 10.0 + pulse.GRACE
    assert made.live
    there.now += 1.0
    assert not made.live
    assert "Discord acknowledged no heartbeat for 31 s" in made.faults[0]


def test_a_new_connection_is_no_acknowledgement(there: Connections) -> None:
    """discord.py begins its time anew with each connection; ours goes on."""
    made = there.pulse()
    for _ in range(10):
        there.now += 20.0
        there.beats[0] = Beat(10.0, None, math.inf)
        made.look(0.0)
    assert not made.live


def test_one_silent_shard_is_enough(there: Connections) -> None:
    made = there.pulse()
    for _ in range(10):
        there.now += 10.0
        there.beats = {0: Beat(10.0, there.now, 0.1), 1: None}
        made.look(0.0)
    assert not made.live
    assert made.states()["gateway_shards_connected"] == 1


def test_it_is_not_alive_while_the_event_loop_is_late(there: Connections) -> None:
    """It is again when the loop is in time."""
    made = there.pulse()
    made.look(pulse.SLOWEST + 1)
    assert "the event loop is 6.0 s late" in made.faults[0]
    made.look(0.0)
    assert made.live
    assert made.most_lag == pulse.SLOWEST + 1


def test_lag_is_forgotten_after_a_minute(there: Connections) -> None:
    made = there.pulse()
    made.look(3.0)
    there.now += 61.0
    made.look(1.0)
    assert made.most_lag == 1.0


def test_shards_that_can_not_be_read_do_not_end_it(there: Connections) -> None:
    """A connection may be half made when it is looked at."""

    def broken() -> dict[int, Beat | None]:
        raise AttributeError("ws")

    made = Pulse(broken, clock=lambda: there.now)
    made.look(0.0)
    assert made.live


async def test_it_measures_the_lag_of_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "EVERY", 0.001)
    made = Pulse(dict)
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0.02)
    running.cancel()
    assert made.states()["event_loop_lag_seconds"] >= 0.0
    assert made.most_lag < pulse.SLOWEST
