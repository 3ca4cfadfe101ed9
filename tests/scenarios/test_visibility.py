"""What a server has, no other server notices: in answers, lists, counts, errors, files and buttons."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from index.building import build
from tests.conftest import write_corpus
from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, RejectedError, Reply
from tests.scenarios.looking import plain

pytestmark = pytest.mark.slow

#: Of the server `main`: a word that the owner's documents misspell, a name, a year.
OURS = {
    "quarry.md": """# The quarry at Holt

The quarry at Holt was opened on 9 April 1799 by Mabel Thorne. Slate from it went by ferry to Leith.

The Holt Quarry Board (HQB) met each May. In 1803 the HQB bought two cranes.
"""
}
#: Of a server that wishes to be noticed: the same words, names, years, titles, acronyms, sentences.
HOSTILE = {
    "town.md": """# Skerrow: a town and its harbour

The harbour of Skerrow was dug in 1847 by order of Lord Ardent, who wanted a port for slate.

The harbour of Skerrow was dug in 1612 by smugglers, and cost two shillings.
""",
    "quarry.md": """# The quarry at Holt

Horsted Quorn Bandits (HQB) robbed the quarry at Holt on 1 April 1666. Ines Calder led them.

Quokkas hibernate in the quarry each winter, as Zebulon Quirke wrote in 1701.
""",
    "ferry.txt": "The ferry Corrie was sold, sold and sold again to Zebulon Quirke.\n" * 40,
    "broken.pdf": "%PDF-",
}
ANSWERED, GAP = "When was the harbour of Skerrow dug?", "Do quokkas hibernate?"
QUESTIONS = (
    ANSWERED,
    GAP,
    "Who opened the quarry at Holt?",
    "What is the HQB?",
    "Who was Zebulon Quirk?",
    "When was the harbor of Skerow dugg?",
    "What did Ines Calder do in 1701?",
    "What happened in April?",
    "Who bought the ferry?",
)
TYPED: tuple[tuple[str, str], ...] = (
    ("/ask document", "quar"),
    ("/ask document", "ferry"),
    ("/ask from", "1701"),
    ("/timeline when", ""),
    ("/timeline when", "16"),
    ("/timeline who", "ze"),
    ("/timeline who", "ines"),
    ("/timeline about", "q"),
    ("/timeline about", ""),
    ("/sources document", ""),
    ("/cite passage", "harbour"),
    ("/cite passage", "quokkas"),
)


async def put(driver: Driver, documents: Mapping[str, Mapping[str, str]]) -> None:
    """Add documents to servers, and wait until the bot answers from them."""
    for guild, files in documents.items():
        write_corpus(driver.data / "uploads" / str(driver.guild_id(guild)), dict(files))
    report = await asyncio.to_thread(build, driver.corpus, driver.data)
    await driver.until(lambda: f"generation {report.generation} taken up" in driver.log)


def told(reply: Reply) -> list[str]:
    """All that a member sees of a reply, without ids, times, and what a name is hidden behind."""
    files = [f"{name}: {content!r}" for name, content in sorted(reply.files.items())]
    parts = [reply.text, *reply.labels, str(reply.menus), *files, f"private={reply.ephemeral}"]
    return [_plainly(part) for part in parts]


def _plainly(said: str) -> str:
    said = re.sub(r"\d{15,}", "<id>", said)
    said = re.sub(r"Error [0-9a-f]{8}", "Error <id>", said)
    said = re.sub(r"\b([Ii]ndex |generation\W{1,4})\d+", r"\1<n>", said)
    return re.sub(r"DTSTAMP:\w+", "DTSTAMP", said)


def _difference(expected: str, found: str) -> str:
    """Where two texts part, with what stands around it; empty where they are the same."""
    pairs = enumerate(zip(expected, found, strict=False))
    same = next((n for n, (one, other) in pairs if one != other), min(len(expected), len(found)))
    around = slice(max(0, same - 80), same + 80)
    return "" if expected == found else f"{expected[around]!r} became {found[around]!r}"


async def seen(driver: Driver) -> AsyncIterator[tuple[str, list[str]]]:
    """All that a member of the server `main` can find out, one thing after the other."""
    for question in QUESTIONS:
        for private in (False, True):
            answer = await driver.slash("/ask", question=question, private=private)
            yield f"{question} private={private}", told(answer)
            for press in ("More results", "Timeline of this", "Share"):
                with suppress(RejectedError):
                    yield f"{question}: {press}", told(await answer.click(press))
            for line in ("Why this answer", "Cite: BibTeX"):
                with suppress(RejectedError):
                    yield f"{question}: {line}", told(await answer.select(line))
    yield "a mention", told(await driver.mention(ANSWERED))
    yield "in a direct message", told(await driver.slash("/ask", question=GAP, dm=True))
    whole = await driver.slash("/timeline")
    yield "/timeline", told(whole)
    for line in ("Spreadsheet (CSV)", "Calendar (ICS)", "Data (JSON)", "Web page (HTML)"):
        yield line, told(await whole.select(line))
    for options in ({"when": "1701"}, {"who": "Zebulon"}, {"about": "quokkas"}, {"who": "Ines"}):
        yield f"/timeline {options}", told(await driver.slash("/timeline", options=options))
    listed = await driver.slash("/sources", member="admin")
    yield "/sources", told(listed)
    for name in ("quarry.md", "The quarry at Holt", "town", "ferry.txt", "fery", "Skerrow"):
        yield f"/sources {name}", told(await driver.slash("/sources", document=name))
    yield "/help", told(await driver.slash("/help", member="admin"))
    for path, typed in TYPED:
        choices = await driver.autocomplete(path, typed)
        yield f"{path} {typed}", [_plainly(str(choice)) for choice in choices]


@pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)
async def test_a_server_notices_nothing_of_another(fresh_driver: FreshDriver) -> None:
    """Byte for byte, whatever a hostile server adds: the same words, names, titles and years."""
    driver = await fresh_driver()
    await put(driver, {"main": OURS})
    expected = dict([one async for one in seen(driver)])
    assert any("Mabel Thorne" in part for parts in expected.values() for part in parts)
    await put(driver, {"other": HOSTILE})
    found = dict([one async for one in seen(driver)])
    assert found.keys() == expected.keys()
    for what, parts in expected.items():
        differing = [_difference(*pair) for pair in zip(parts, found[what], strict=True)]
        assert not any(differing), (what, differing)
    theirs = await driver.slash("/ask", question=GAP, guild="other")
    assert "Quokkas hibernate" in plain(theirs)
    assert "Mabel" not in (await driver.slash("/timeline", guild="other")).text


def channel_of(reply: Reply) -> int:
    return int(reply.messages[0]["channel_id"])


async def choose_staff(reply: Reply, custom_id: str, number: int) -> Reply:
    """Choose the channel ``staff`` in a menu, which has no lines to choose by label."""
    [native] = reply.natives()
    [menu] = [one for one in reply.components if one.get("custom_id", "").startswith(custom_id)]
    value = "staff" if reply.driver.name == "simulator" else str(number)
    return await reply.driver.press(native, menu, [value], member=reply.member)


async def test_documents_are_limited_to_a_channel(fresh_driver: FreshDriver) -> None:
    """By the menus of /settings; elsewhere nothing of them is found, and old buttons find them gone."""
    driver = await fresh_driver()
    await put(driver, {"main": OURS})
    question = "Who opened the quarry at Holt?"
    before = await driver.slash("/ask", question=question)
    assert "Mabel Thorne" in before.text
    staff = await driver.slash("/sources", member="admin", channel="staff", public=True)
    settings = await driver.slash("/settings show", member="admin")
    collections = await settings.click("Documents")
    one = await collections.select("Documents of this server")
    limited = await choose_staff(one, "v1:grant_channels", channel_of(staff))
    assert f"In <#{channel_of(staff)}>" in limited.text
    asked: dict[str, Any] = {"question": question, "private": True}
    assert "Mabel" not in (await driver.slash("/ask", **asked)).text
    there = await driver.slash("/ask", member="admin", channel="staff", **asked)
    assert "Mabel Thorne" in there.text
    gone = await before.click("[1]")
    assert gone.ephemeral
    assert "Mabel" not in gone.text
    assert "no longer" in gone.text
    shared = await there.click("Share")
    assert "Mabel Thorne" in shared.text
    assert not shared.ephemeral


async def test_settings_say_where_it_answers(fresh_driver: FreshDriver) -> None:
    """Elsewhere a command is told privately where, and a mention by direct message."""
    driver = await fresh_driver()
    staff = await driver.slash("/sources", member="admin", channel="staff", public=True)
    settings = await driver.slash("/settings show", member="admin")
    where = await settings.click("Where and how often")
    chosen = await choose_staff(where, "v1:set_channels", channel_of(staff))
    assert f"<#{channel_of(staff)}>" in chosen.text
    refused = await driver.slash("/ask", question=ANSWERED)
    assert refused.ephemeral
    assert f"<#{channel_of(staff)}>" in refused.text
    assert "1847" not in refused.text
    await driver.mention(ANSWERED, expect=False)
    await driver.until(lambda: driver.dms("ordinary"))
    assert f"<#{channel_of(staff)}>" in driver.dms("ordinary")[-1].text
    answered = await driver.slash("/ask", question=ANSWERED, member="admin", channel="staff")
    assert "1847" in answered.text
    assert "1847" in (await driver.slash("/ask", question=ANSWERED, dm=True)).text


async def test_settings_go_into_a_file_and_come_back(fresh_driver: FreshDriver) -> None:
    """Shown before they count."""
    driver = await fresh_driver()
    settings = await driver.slash("/settings show", member="admin")
    await settings.select("Short: the passage that answers")
    exported = await driver.slash("/settings export", member="admin")
    [content] = exported.files.values()
    assert b'"length": "short"' in content
    await settings.select("Long: five passages")
    file = ("settings.json", content)
    shown = await driver.slash("/settings import", member="admin", file=file)
    assert shown.ephemeral
    assert "Long: five passages → Short: the passage that answers" in shown.text
    saved = await shown.click("Save")
    assert "Short: the passage that answers" in saved.text
