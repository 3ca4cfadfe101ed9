"""What surrounds a running bot: its pulse, health checks, metrics and systemd's watchdog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.building import Ended
from bot.health import Health
from bot.metrics import Metrics, States
from bot.pulse import Pulse, beats_of
from bot.watchdog import Watchdog

if TYPE_CHECKING:
    from bot.app import ArchivistBot

LOOK = 0.5  # seconds between looks whether the bot has begun to serve


@asynccontextmanager
async def surrounding(bot: ArchivistBot, environment: Mapping[str, str]) -> AsyncIterator[None]:
    """While the block runs ``bot`` is watched, and who asks is answered.

    ``environment`` is where systemd says what it wants to be told. Raises HealthAddressError when the
    address of the settings can't be listened on.
    """
    metrics = bot.services.metrics
    pulse = Pulse(lambda: beats_of(bot))
    metrics.states = lambda: states(bot, pulse)
    health = None
    if bot.settings.health_address is not None:
        health = Health(bot.settings.health_address, pulse, metrics, lambda: unready(bot))
        await health.start()
    counting = metrics.handler()
    logging.getLogger().addHandler(counting)
    _count_connections(bot, metrics)
    _count_builds(bot, metrics)
    watchdog = Watchdog.of(environment)
    tasks = [
        asyncio.create_task(pulse.run()),
        asyncio.create_task(watchdog.run(lambda: pulse.faults)),
        asyncio.create_task(_tell_ready(bot, watchdog)),
    ]
    try:
        yield
    finally:
        watchdog.stopping()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        logging.getLogger().removeHandler(counting)
        if health is not None:
            await health.stop()


def unready(bot: ArchivistBot) -> tuple[str, ...]:
    """Why questions can't be answered now, in short sentences; none when they can."""
    found = []
    if bot.closing:
        found.append("it is stopping")
    if not bot.is_ready():
        found.append("it is not connected to Discord yet")
    if bot.services.library.generation is None:
        found.append("nothing is indexed yet")
    return tuple(found)


def states(bot: ArchivistBot, pulse: Pulse) -> States:
    """What Prometheus is told of the moment: see `bot.metrics.STATES`."""
    library = bot.services.library
    held = library.held(None)
    return {
        **pulse.states(),
        "index_generation": library.generation or 0,
        "index_documents": len(held),
        "index_passages": sum(one.passages for one in held),
        "guilds": len(bot.guilds),
        "ready": float(not unready(bot)),
    }


def _count_connections(bot: ArchivistBot, metrics: Metrics) -> None:
    async def on_shard_connect(_: int) -> None:
        metrics.gateway("connected")

    async def on_shard_resumed(_: int) -> None:
        metrics.gateway("resumed")

    async def on_shard_disconnect(_: int) -> None:
        metrics.gateway("disconnected")

    for listener in (on_shard_connect, on_shard_resumed, on_shard_disconnect):
        bot.add_listener(listener)


def _count_builds(bot: ArchivistBot, metrics: Metrics) -> None:
    async def count(ended: Ended) -> None:
        if ended.kind not in ("dry-run", "rollback"):
            metrics.built(ended.outcome, ended.seconds)

    bot.services.library.builds.records.append(count)


async def _tell_ready(bot: ArchivistBot, watchdog: Watchdog) -> None:
    """Tell systemd once the bot has signed in; what it answers from may still be built."""
    if watchdog.address:
        while not bot.is_ready():  # noqa: ASYNC110 - discord.py's own wait ends with the login's
            await asyncio.sleep(LOOK)
        watchdog.ready("connected to Discord")
