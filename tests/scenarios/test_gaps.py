"""From a question that found nothing to the message that tells who asked, in any Discord."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, NotPermittedError, Reply

QUESTION = "When was the harbour of Skerrow dug?"
GAP = "Do quokkas hibernate?"
TELL, WISH = "Tell the curators", "Tell me when it is answered"
OPEN, CHOOSE = "Open\u00a01", "Choose\u00a01"  # beside text, where no label breaks
MASONS = "two hundred masons north mole"

pytestmark = pytest.mark.slow


async def gaps(driver: Driver, **options: object) -> Reply:
    reply = await driver.slash("/gaps", **{"member": "admin", **options})  # type: ignore[arg-type]
    assert not reply.failed
    assert reply.ephemeral
    return reply


async def stored(driver: Driver, member: str) -> list[dict[str, object]]:
    """What `/privacy export` says that a member sent."""
    reply = await driver.slash("/privacy export", member=member)
    [content] = reply.files.values()
    found: list[dict[str, object]] = json.loads(content)["stored"]["feedback"]
    return found


async def name_a_passage(listed: Reply, words: str = MASONS) -> Reply:
    """Open the first group, name a passage by words, take the first one found, and confirm it."""
    group = await listed.click(OPEN)
    form = (await group.click("Name a passage")).modal
    assert form is not None
    found = await form.submit({"The passage that answers": words})
    asked = await found.click(CHOOSE)
    return await asked.click("This answers it")


async def test_gaps_are_for_administrators(driver: Driver) -> None:
    """Discord doesn't offer them to members; the bot refuses who gets there all the same."""
    with pytest.raises(NotPermittedError):
        await driver.slash("/gaps", member="ordinary")
    forced = await driver.slash("/gaps", member="ordinary", bypass=True)
    assert "Manage Server" in forced.text
    assert forced.ephemeral


async def test_an_asker_is_told_what_answers(fresh_driver: FreshDriver) -> None:
    """Asked, sent in, answered by a curator, told by direct message once, and shown there."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=GAP)
    told = await (await answer.click(TELL)).click(WISH)
    assert "You will be told" in told.text
    listed = await gaps(driver)
    assert "quokkas" in listed.text
    assert "ordinary" not in listed.text
    done = await name_a_passage(listed)
    assert "Answered by this passage" in done.text
    for _ in range(100):
        [sent] = await stored(driver, "ordinary")
        if sent["told"]:
            break
    assert sent["telling"] == "told"
    assert "0 groups" in (await gaps(driver)).text
    audit = await gaps(driver)
    closed = await audit.select("Answered or closed")
    assert "1 was told" in (await closed.click(OPEN)).text


async def test_a_vote_is_changed_and_taken_back(fresh_driver: FreshDriver) -> None:
    """Helpful, then not helpful with a reason: one vote, seen by the curators, and gone again."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=QUESTION)
    await answer.click("Helpful", member="second")
    form = (await answer.click("Not helpful", member="second")).modal
    assert form is not None
    told = await form.submit(
        {
            "What is wrong?": ["What it says is outdated"],
            "In your words (optional)": "=1+1",
            "When it is answered": ["Tell me by direct message"],
        }
    )
    [kept] = await stored(driver, "second")
    assert (kept["kind"], kept["reason"], kept["tell"]) == ("report", "outdated", 1)
    listed = await gaps(driver)
    group = await (await listed.select("Marked as not helpful")).click(OPEN)
    assert "What it says is outdated × 1" in group.text
    sheet = await (await gaps(driver)).click("Spreadsheet (CSV)")
    assert b"'=1+1" in next(iter(sheet.files.values()))
    await told.click("Take it back")
    assert "0 groups" in (await gaps(driver)).text


async def test_answers_and_wishes_survive_a_restart(fresh_driver: FreshDriver) -> None:
    """Who could not be told before a stop is told after the next start."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=GAP)
    await (await answer.click(TELL)).click(WISH)
    driver.faults.status("POST /users/@me/channels", 503, times=None)
    await name_a_passage(await gaps(driver))
    await driver.restart(driver.faults.clear)
    for _ in range(200):
        [sent] = await stored(driver, "ordinary")
        if sent["told"]:
            break
    assert sent["telling"] == "told"
