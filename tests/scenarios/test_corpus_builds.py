"""/corpus reindex, status, history and rollback, as owners and administrators use them."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from index import locks
from tests.scenarios.conftest import FreshDriver, corpus_dir
from tests.scenarios.driver import Driver, Reply
from tests.scenarios.looking import plain

pytestmark = pytest.mark.slow

QUESTION = "When was the harbour of Skerrow dug?"
TOWER = "The bell tower of Skerrow was painted by Tilda Vane in 1899, in one summer."
LOCAL = pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)


def add_tower(driver: Driver) -> None:
    (corpus_dir(driver) / "tower.txt").write_text(TOWER, encoding="utf-8")


def add_much(driver: Driver) -> None:
    """Enough to read for some seconds."""
    for number in range(200):
        text = f"On day {number} the masons of Skerrow worked on the mole until dusk.\n\n" * 600
        (corpus_dir(driver) / f"day-{number}.txt").write_text(text, encoding="utf-8")


def generation(driver: Driver) -> str:
    return (driver.data / "current").read_text(encoding="ascii").strip()


def over(reply: Reply) -> bool:
    """Whether what is shown is the last of a reindexing."""
    return bool(
        re.search(
            "read anew|Nothing had changed|Nothing was written|was cancelled|be indexed|restarted|Too soon",
            plain(reply),
        )
    )


async def reindex(driver: Driver, member: str = "owner", **options: Any) -> Reply:
    return await driver.slash("/corpus reindex", member=member, until=over, options=options)


async def begun(driver: Driver, member: str = "owner", **options: Any) -> Reply:
    """A reindexing that shows how far it is."""
    return await driver.slash(
        "/corpus reindex",
        member=member,
        until=lambda reply: "Cancel the build" in reply.labels,
        options=options,
    )


async def test_an_owner_reindexes_tries_and_goes_back(fresh_driver: FreshDriver) -> None:
    """A dry run writes nothing; a build is answered from; going back undoes it; all of it is told."""
    driver = await fresh_driver()
    add_tower(driver)
    tried = await reindex(driver, **{"dry-run": True})
    assert tried.ephemeral
    assert "this would change. Nothing was written." in plain(tried)
    assert "Added: tower" in plain(tried)
    assert generation(driver) == "1"
    done = await reindex(driver)
    assert "Added: tower" in plain(done)
    question = "Who painted the bell tower of Skerrow?"
    assert "Tilda Vane" in plain(await driver.slash("/ask", question=question))
    asked = await driver.slash("/corpus rollback", member="owner")
    assert "index 1" in plain(asked)
    back = await asked.click("Go back")
    assert "answered from index 1 again" in plain(back)
    assert "Tilda Vane" not in plain(await driver.slash("/ask", question=question))
    history = plain(await driver.slash("/corpus history", member="owner"))
    assert "Done · going back" in history
    assert "index 2 · 1 added" in history
    assert "Would change · a dry run" in history
    assert plain(await reindex(driver)).startswith("The documents were read anew.")


async def test_a_servers_administrator_reindexes_what_is_theirs(fresh_driver: FreshDriver) -> None:
    """The owner's folder is not theirs: neither what changed in it nor that it did."""
    driver = await fresh_driver()
    add_tower(driver)
    assert "tower" not in plain(await reindex(driver, "admin"))
    assert generation(driver) == "1"
    own = driver.data / "uploads" / str(driver.guild_id())
    own.mkdir(parents=True, exist_ok=True)
    (own / "mole.txt").write_text("The mole of Skerrow is 90 yards long.", encoding="utf-8")
    report = plain(await reindex(driver, "admin"))
    assert "1 document · 1 passage" in report
    assert "Added: mole" in report
    status = plain(await driver.slash("/corpus status", member="admin"))
    assert "This server’s documents" in status
    assert "1 document · 1 passage" in status
    assert "folder" not in status
    for command in ("/corpus rollback", "/corpus reindex"):
        options = {"full": True} if command == "/corpus reindex" else {}
        refused = await driver.slash(command, member="admin", options=options)
        assert "Only the bot's owner" in plain(refused)
    assert generation(driver) == "2"


@LOCAL
async def test_a_build_is_followed_joined_and_cancelled(fresh_driver: FreshDriver) -> None:
    """Progress stands in place; a second request joins; who cancels ends it, and nothing changed."""
    driver = await fresh_driver()
    add_much(driver)
    first = await begun(driver)
    await driver.until(lambda: re.search(r"Reading the documents: \d+ of 2\d\d", plain(first)))
    second = await begun(driver)
    assert "being read already when you asked" in plain(second)
    assert "dug in 1847" in plain(await driver.slash("/ask", question=QUESTION))
    status = await driver.slash("/corpus status", member="owner")
    assert "Reading the documents" in plain(status)
    stopped = await status.click("Cancel the build")
    assert "The build was cancelled." in plain(stopped)
    for reply in (first, second):
        await driver.until(lambda reply=reply: "was cancelled" in plain(reply))  # type: ignore[misc]
        assert reply.outcomes == 1
    assert generation(driver) == "1"
    assert [path.name for path in (driver.data / "generations").iterdir()] == ["1"]
    assert not locks.is_held(driver.data, "build")
    history = plain(await driver.slash("/corpus history", member="owner"))
    assert f"cancelled by <@{driver.user_id('owner')}>" in history


@LOCAL
async def test_what_a_build_does_not_do_waits_its_turn(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    add_much(driver)
    first = await begun(driver)
    waits = await driver.slash(
        "/corpus reindex",
        member="owner",
        until=lambda reply: "waits for its turn" in plain(reply),
        options={"full": True},
    )
    await first.click("Cancel the build")
    await driver.until(lambda: "Reading the documents" in plain(waits))
    await waits.click("Cancel the build")


@LOCAL
async def test_a_build_that_fails_changes_nothing_and_says_why(fresh_driver: FreshDriver) -> None:
    """The folder is empty, or another process builds; the index answers on."""
    driver = await fresh_driver()
    with locks.hold(driver.data, "build"):
        busy = plain(await reindex(driver))
    assert "Another process (id" in busy
    assert "Wait until it has finished" in busy
    for path in corpus_dir(driver).iterdir():
        path.unlink()
    failed = plain(await reindex(driver))
    assert "holds no documents" in failed
    assert "Nothing has changed" in failed
    assert "dug in 1847" in plain(await driver.slash("/ask", question=QUESTION))
    status = plain(await driver.slash("/corpus status", member="owner"))
    assert "holds no documents" in status


@LOCAL
async def test_a_restart_during_a_build_is_told_and_leaves_the_index(
    fresh_driver: FreshDriver,
) -> None:
    driver = await fresh_driver()
    add_much(driver)
    reply = await begun(driver)
    assert await driver.restart() == 0
    assert "being restarted" in plain(reply)
    assert generation(driver) == "1"
    assert "dug in 1847" in plain(await driver.slash("/ask", question=QUESTION))
    assert "the bot was stopped" in plain(await driver.slash("/corpus history", member="owner"))


@LOCAL
async def test_a_server_has_so_many_builds_an_hour(fresh_driver: FreshDriver) -> None:
    """The owner has no limit."""
    driver = await fresh_driver(ARCHIVIST_SERVER_BUILDS="1")
    await reindex(driver, "admin")
    refused = await reindex(driver, "admin")
    assert "1 build an hour" in plain(refused)
    assert refused.ephemeral
    assert "Too soon" not in plain(await reindex(driver))


@LOCAL
async def test_a_changed_folder_is_noticed(fresh_driver: FreshDriver) -> None:
    """And waits for a command, as it is set."""
    driver = await fresh_driver()
    status = await driver.slash("/corpus status", member="owner")
    assert "Changed since" not in plain(status)
    add_tower(driver)
    async with asyncio.timeout(60):
        while "Changed since it was indexed" not in plain(status):
            await asyncio.sleep(0.5)
            status = await status.click("Refresh")
    assert "Changes wait for /corpus reindex" in plain(status).replace("`", "")
    assert generation(driver) == "1"
    await reindex(driver)
    status = await status.click("Refresh")
    assert "Changed since" not in plain(status)
