"""Discord that refuses, cuts and comes back: every accepted question has one outcome all the same."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import EDIT, FIRST_RESPONSE, FOLLOW_UP, Driver, Reply

pytestmark = pytest.mark.slow

QUESTION = "When was the harbour of Skerrow dug?"
SEED = 1911


async def ask(driver: Driver, number: int) -> Reply:
    member = ("ordinary", "second")[number % 2]
    return await driver.slash("/ask", question=QUESTION, member=member)


def assert_each_answered(replies: list[Reply]) -> None:
    for reply in replies:
        assert reply.outcomes == 1, reply
        assert not reply.failed, reply
        assert "dug in 1847" in reply.text


@pytest.mark.timeout(180)
async def test_a_storm_of_429s(fresh_driver: FreshDriver) -> None:
    """Forty questions while every kind of request is refused again and again: each is answered once."""
    driver = await fresh_driver()
    for scope in ("user", "shared"):
        for route in (FIRST_RESPONSE, EDIT, FOLLOW_UP):
            driver.faults.ratelimit(route, 0.3, times=15, scope=scope)  # type: ignore[arg-type]
    driver.faults.ratelimit("*", 0.5, times=2, scope="global")
    asked = [asyncio.create_task(ask(driver, number)) for number in range(40)]
    assert_each_answered(await asyncio.gather(*asked))
    driver.faults.clear()
    assert_each_answered([await ask(driver, 0)])


@pytest.mark.timeout(240)
async def test_a_flapping_gateway(fresh_driver: FreshDriver) -> None:
    """The connection is lost again and again, in every way; all that was asked has one outcome."""
    driver = await fresh_driver()
    chance = random.Random(SEED)
    asked: list[asyncio.Task[Reply]] = []
    for number in range(8):
        for _ in range(4):
            asked.append(asyncio.create_task(ask(driver, len(asked))))
            await asyncio.sleep(chance.uniform(0, 0.05))
        await lose(driver, number)
    assert_each_answered(await asyncio.gather(*asked))
    await driver.gateway.invalidate()
    assert_each_answered([await ask(driver, 0)])
    assert "Traceback" not in driver.log


async def lose(driver: Driver, number: int) -> None:
    """Lose the connection, each time in another way, and wait until it is back."""
    if number % 3 == 0:
        await driver.gateway.drop(1006)
    elif number % 3 == 1:
        await driver.gateway.drop(4000)
    else:
        await driver.gateway.reconnect()
