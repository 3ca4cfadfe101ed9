"""What people report, what is stored about them, and a server's settings, in any Discord."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, NotPermittedError, Reply
from tests.scenarios.looking import forget

QUESTION = "When was the harbour of Skerrow dug?"
GAP = "Do quokkas hibernate?"
TELL = "Tell the curators"
REPORT, DELETE = "Report a problem", "Delete"


async def stored(driver: Driver, member: str = "ordinary") -> list[dict[str, object]]:
    """What `/privacy export` says a member sent."""
    reply = await driver.slash("/privacy export", member=member)
    [content] = reply.files.values()
    found: list[dict[str, object]] = json.loads(content)["stored"]["feedback"]
    return found


def assert_private(reply: Reply) -> None:
    assert not reply.failed
    assert reply.outcomes == 1
    assert reply.ephemeral


# ---------------------------------------------------------------- feedback


async def test_a_gap_reaches_the_curators_and_can_be_taken_back(driver: Driver) -> None:
    """Pressed twice it is kept once; its own button takes it back, in place."""
    await forget(driver, "second")
    answer = await driver.slash("/ask", question=GAP)
    for _ in range(2):
        told = await answer.click(TELL, member="second")
        assert_private(told)
        assert not driver.visible_to(told, "ordinary")
    [kept] = await stored(driver, "second")
    assert (kept["question"], kept["outcome"], kept["kind"]) == (GAP, "not_found", "gap")
    back = await told.click("Take it back")
    assert "Taken back" in back.text
    assert await stored(driver, "second") == []


async def test_a_report_is_a_form_and_is_kept(driver: Driver) -> None:
    """Reason, words, and which passages had been shown; who sent it sees it under /privacy."""
    await forget(driver, "ordinary")  # what other scenarios sent
    answer = await driver.slash("/ask", question=QUESTION)
    form = (await answer.select(REPORT)).modal
    assert form is not None
    sent = await form.submit(
        {
            "What is wrong?": ["What it says is outdated"],
            "In your words (optional)": "It was **dug** again in 1901. @everyone",
        }
    )
    assert_private(sent)
    [kept] = await stored(driver)
    assert (kept["kind"], kept["outcome"], kept["reason"]) == ("report", "answered", "outdated")
    assert json.loads(str(kept["passages"]))
    shown = await driver.slash("/privacy show")
    assert_private(shown)
    assert "dug" in shown.text
    assert "@everyone" not in shown.text
    await forget(driver, "ordinary")


async def test_a_report_without_words_is_kept(driver: Driver) -> None:
    await forget(driver, "second")
    answer = await driver.slash("/ask", question=QUESTION, member="second")
    form = (await answer.select(REPORT)).modal
    assert form is not None
    assert_private(await form.submit({"What is wrong?": ["Something else"]}))
    assert len(await stored(driver, "second")) == 1
    await forget(driver, "second")


# ---------------------------------------------------------------- deleting an answer


@pytest.mark.parametrize("member", ["ordinary", "moderator", "admin"])
async def test_an_answer_is_deleted_by_who_may(driver: Driver, member: str) -> None:
    """Who asked and who moderates delete it; that it is gone is all that is seen."""
    answer = await driver.slash("/ask", question=QUESTION)
    pressed = await answer.select(DELETE, member=member)
    assert not pressed.failed
    assert answer.deleted
    assert answer.messages == []


async def test_others_are_told_why_not(driver: Driver) -> None:
    """Privately, and the answer stays."""
    answer = await driver.slash("/ask", question=QUESTION)
    pressed = await answer.select(DELETE, member="second")
    assert "Manage Messages" in pressed.text
    assert_private(pressed)
    assert len(answer.messages) == 1


async def test_a_private_answer_is_deleted(driver: Driver) -> None:
    answer = await driver.slash("/ask", question=QUESTION, private=True)
    assert not (await answer.select(DELETE)).failed
    assert answer.messages == []


# ---------------------------------------------------------------- privacy


@pytest.mark.parametrize(
    "place",
    [{}, {"dm": True}, {"guild": None, "channel": "group", "user_install": True}],
    ids=["server", "DM", "user-installed"],
)
async def test_privacy_answers_privately_anywhere(driver: Driver, place: dict[str, object]) -> None:
    """What is stored about a member is seen by that member alone, wherever they ask."""
    for name in ("show", "export", "delete"):
        reply = await driver.slash(f"/privacy {name}", **place)  # type: ignore[arg-type]
        assert_private(reply)


async def test_deleting_asks_once(driver: Driver) -> None:
    """What is stored goes after the second yes, not before; keeping it keeps it."""
    await forget(driver, "ordinary")
    answer = await driver.slash("/ask", question=GAP)
    await answer.click(TELL)
    asked = await driver.slash("/privacy delete")
    kept = await asked.click("Keep it")
    assert "Nothing was deleted" in kept.text
    assert len(await stored(driver)) == 1
    shown = await driver.slash("/privacy show")
    asked = await shown.click("Delete it all")
    done = await asked.click("Delete it all")
    assert "Deleted: 1 message to the curators" in done.text
    assert await stored(driver) == []


async def test_that_a_member_asked_is_stored_without_words(driver: Driver) -> None:
    """It is shown to them, and deleted on their word; what they asked is in no file of the program."""
    await forget(driver, "second")
    await driver.slash("/ask", question="Do wombats hibernate?", member="second")
    shown = await driver.slash("/privacy show", member="second")
    assert "you asked 1 question" in shown.text
    export = await driver.slash("/privacy export", member="second")
    [content] = export.files.values()
    [line] = json.loads(content)["stored"]["questions"]
    assert (line["outcome"], line["question"]) == ("not_found", None)
    assert not any(
        b"wombats" in path.read_bytes() for path in driver.data.glob("state.db*") if path.is_file()
    )
    asked = await driver.slash("/privacy delete", member="second")
    assert "1 note that you asked" in (await asked.click("Delete it all")).text
    assert "Nothing." in (await driver.slash("/privacy show", member="second")).text


async def test_an_administrator_s_acts_stay_without_their_id(driver: Driver) -> None:
    """Who has their data deleted is no longer named by what they did; that it was done is."""
    await forget(driver, "admin")
    menus = await driver.slash("/settings show", member="admin")
    await menus.select("English")
    assert "as an administrator" in (await driver.slash("/privacy show", member="admin")).text
    asked = await driver.slash("/privacy delete", member="admin")
    assert "former administrator" in (await asked.click("Delete it all")).text
    export = await driver.slash("/privacy export", member="admin")
    [content] = export.files.values()
    assert json.loads(content)["stored"]["audit"] == []
    await menus.select("Each reader's own")
    await forget(driver, "admin")


async def test_plain_text_is_a_person_s_own_choice(driver: Driver) -> None:
    """Their answers have no layout any more; others' do, and so do theirs once it is undone."""
    chosen = await (await driver.slash("/privacy show")).click("Use plain text")
    assert_private(chosen)
    try:
        answer = await driver.slash("/ask", question=QUESTION)
        assert "dug in 1847" in answer.text.replace("*", "").replace("_", "")
        assert answer.messages[0]["content"]
        other = await driver.slash("/ask", question=QUESTION, member="second")
        assert not other.messages[0]["content"]
    finally:
        await chosen.click("Use the layout again")
    assert not (await driver.slash("/ask", question=QUESTION)).messages[0]["content"]


# ---------------------------------------------------------------- settings


async def test_settings_are_for_managers(driver: Driver) -> None:
    """Discord doesn't offer them to members; the bot refuses who gets there all the same."""
    with pytest.raises(NotPermittedError):
        await driver.slash("/settings show", member="ordinary")
    forced = await driver.slash("/settings show", member="ordinary", bypass=True)
    assert "Manage Server" in forced.text
    assert_private(forced)


async def test_a_server_s_language_and_look_are_set_in_place(driver: Driver) -> None:
    """They count at once for all in that server, and nowhere else."""
    menus = await driver.slash("/settings show", member="admin")
    assert_private(menus)
    plain = await menus.select("Plain text for all")
    assert not plain.failed
    try:
        there = await driver.slash("/ask", question=QUESTION)
        assert there.messages[0]["content"]
        elsewhere = await driver.slash("/ask", question=QUESTION, guild="other", member="second")
        assert not elsewhere.messages[0]["content"]
        russian = await menus.select("Русский")
        assert russian.outcomes == 1
        assert "Русский" in next(iter(russian.menus))
    finally:
        for n in range(2):  # the first line of each menu is what is so without a choice
            name, lines = list(menus.menus.items())[n]
            await menus.select(lines[0], menu=name)


@pytest.mark.slow
async def test_settings_and_reports_survive_a_restart(fresh_driver: FreshDriver) -> None:
    """What was acknowledged is there after the bot was stopped and started."""
    driver = await fresh_driver()
    answer = await driver.slash("/ask", question=GAP)
    await answer.click(TELL)
    await (await driver.slash("/settings show", member="admin")).select("Plain text for all")
    await driver.restart()
    assert len(await stored(driver)) == 1
    assert (await driver.slash("/ask", question=QUESTION)).messages[0]["content"]
