"""A bot in each local Discord: one shared by all scenarios of a session, or one of its own.

What both have: the corpus of `tests.conftest.HARBOUR`, and that Discord's rules were kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HARBOUR, write_corpus
from tests.scenarios import simulator
from tests.scenarios.driver import Driver
from tests.scenarios.local import LocalDriver

IMPLEMENTATIONS = ["local", "simulator"]
#: Seconds for a first response of the shared bot. Discord's three are kept where a scenario is
#: about them; a busy machine must not fail the others.
PATIENT = 10.0

FreshDriver = Callable[..., Awaitable[Driver]]


def _kind(name: str) -> type[Driver]:
    if name == "local":
        return LocalDriver
    missing = simulator.missing()
    if missing:
        pytest.skip(missing)
    return simulator.SimulatorDriver


class _Shared:
    """The bots that run, by the name of their Discord; started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running: dict[str, Driver] = {}
        self._failed: dict[str, str] = {}

    async def get(self, name: str) -> Driver:
        """Raises AssertionError when it can't be started, at once when it couldn't before."""
        assert name not in self._failed, self._failed[name]
        if name not in self.running:
            place = self._folder / name
            write_corpus(place / "corpus", HARBOUR)
            driver = _kind(name)(place / "corpus", place / "data", deadline=PATIENT)
            try:
                await _started(driver)
            except AssertionError as error:
                self._failed[name] = str(error)
                raise
            self.running[name] = driver
        return self.running[name]


async def _started(driver: Driver) -> Driver:
    try:
        await driver.start()
    except BaseException:
        await driver.stop()
        raise
    return driver


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Shared]:
    made = _Shared(tmp_path_factory.mktemp("running"))
    yield made
    for driver in made.running.values():
        asyncio.run(driver.stop())


@pytest.fixture(params=IMPLEMENTATIONS)
async def driver(request: pytest.FixtureRequest, shared: _Shared) -> AsyncIterator[Driver]:
    """The shared bot. A scenario leaves it as it was, and broke no rule and logged no error."""
    _kind(request.param)
    found = await shared.get(request.param)
    logged = len(found.log)
    found.clear_violations()
    yield found
    await found.restore()
    assert found.violations == []
    assert errors_of(found.log[logged:]) == []


@pytest.fixture(params=IMPLEMENTATIONS)
async def fresh_driver(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[FreshDriver]:
    """Starts a bot of the scenario's own, for restarts and faults; settings go in by name.

    ``await fresh_driver(ARCHIVIST_COOLDOWN_MEMBER="5")``. Rules are checked at its end, too; errors
    may be logged, because faults are some.
    """
    kind = _kind(request.param)
    made: list[Driver] = []

    async def start(*, deadline: float = PATIENT, **settings: Any) -> Driver:
        place = tmp_path / str(len(made))
        write_corpus(place / "corpus", HARBOUR)
        environment: Mapping[str, str] = {name: str(value) for name, value in settings.items()}
        driver = kind(place / "corpus", place / "data", settings=environment, deadline=deadline)
        made.append(driver)
        await driver.start()
        return driver

    yield start
    violations = [one for driver in made if hasattr(driver, "program") for one in driver.violations]
    for driver in made:
        await driver.stop()
    assert violations == []


def corpus_dir(driver: Driver) -> Path:
    """The folder of the documents, which a scenario may change and read anew by ``/corpus reindex``."""
    return driver.corpus


def errors_of(log: str) -> list[str]:
    """Lines of a log that tell of errors, tracebacks among them."""
    return [line for line in log.splitlines() if " ERROR " in line or line.startswith("Traceback")]
