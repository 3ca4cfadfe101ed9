"""Administrators keep their server's documents with /corpus, in any Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, NotPermittedError, RejectedError, Reply

pytestmark = pytest.mark.slow

LIGHT = b"""# The lighthouse of Skerrow

Built in 1871 by J. Byrne on the outer rock.

## Keepers

On 4 March 1880 the lamp was first lit by Mary Pell, the keeper. It burned for a year with seal oil.
"""
MORE = (
    LIGHT + b"\n## Oil\n\nOn 2 May 1881 the oil ran out, and Tom Rudd rowed to Cork for new oil.\n"
)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)
QUESTION = "Who first lit the lamp of the lighthouse?"
CDN = "GET /cdn/*"


def says(*words: str) -> Callable[[Reply], bool]:
    return lambda reply: any(word in reply.text for word in words)


def read(reply: Reply) -> bool:
    """Whether the files were read, however slow the machine."""
    return bool(reply.text) and "Reading the files" not in reply.text


DONE = says("is searchable", "not searchable yet", "could not be indexed")


async def add(
    driver: Driver, *files: tuple[str, bytes], member: str = "admin", **where: Any
) -> Reply:
    """The preview of these files."""
    options = {f"file{n or ''}": file for n, file in zip((0, 2, 3, 4, 5), files, strict=False)}
    reply = await driver.slash("/corpus add", member=member, options=options, until=read, **where)
    assert not reply.failed
    assert reply.ephemeral
    return reply


async def answers(driver: Driver, question: str = QUESTION, **where: Any) -> str:
    return (await driver.slash("/ask", question=question, **where)).text


def files_of(driver: Driver, guild: str = "main") -> list[str]:
    """Names of all that lies among a server's documents, folders too."""
    folder = driver.data / "uploads" / str(driver.guild_id(guild))
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


async def test_a_document_from_its_preview_to_its_removal_and_back(
    fresh_driver: FreshDriver,
) -> None:
    """Only this server finds it, and only while it is there; its details are what was said."""
    driver = await fresh_driver()
    preview = await add(driver, ("lighthouse.md", LIGHT))
    assert "## The lighthouse of Skerrow" in preview.text
    assert "- Keepers" in preview.text
    assert "4 March 1880" in preview.text
    assert "Mary Pell" not in await answers(driver)

    form = (await preview.click("Change details")).modal
    assert form is not None
    changed = await form.submit({"Title": "A light", "Author": "J. Byrne", "Date": "March 1882"})
    assert "## A light\nJ. Byrne, March 1882" in changed.text
    saved = await changed.click("Save", until=DONE)
    assert "**A light** is searchable: 2 passages" in saved.text
    assert "Mary Pell" in await answers(driver)
    assert "Mary Pell" not in await answers(driver, guild="other", member="admin")
    assert "A light" in (await driver.slash("/sources")).text
    assert "A light" not in (await driver.slash("/sources", guild="other", member="admin")).text

    listed = await driver.slash("/corpus list", member="admin")
    assert "1 of 200 documents" in listed.text
    (choice,) = await driver.autocomplete("/corpus show document", "light", member="admin")
    shown = await driver.slash("/corpus show", member="admin", document=choice[1])
    assert (await shown.click("Download")).files == {"lighthouse.md": LIGHT}

    replaced = await driver.slash(
        "/corpus replace", member="admin", document=choice[1], file=("new.md", MORE), until=read
    )
    assert "Passages: 2 → **3**" in replaced.text
    await replaced.click("Replace", until=DONE)
    assert "Tom Rudd" in await answers(driver, "Who rowed to Cork for new oil?")

    asked = await driver.slash("/corpus remove", member="admin", document="A light")
    removed = await asked.click("Remove", until=says("Nobody finds it any more.\n"))
    assert "Mary Pell" not in await answers(driver)
    back = await removed.click("Undo", until=DONE)
    assert "is searchable" in back.text
    assert "Mary Pell" in await answers(driver)
    assert "lighthouse" not in driver.log


async def test_files_that_cant_be_added_are_told_with_the_reason_and_leave_nothing(
    fresh_driver: FreshDriver,
) -> None:
    """By their bytes, not their names; none may name a path, a hidden file or a settings file."""
    driver = await fresh_driver(ARCHIVIST_MAX_FILE_MB=1)
    preview = await add(
        driver,
        ("../../escape.txt", b"On 5 May 1899 the pier fell."),
        ("notes.txt", PICTURE),
        ("large.txt", b"word " * 250_000),
        ("empty.md", b""),
        ("corpus.toml", b"On 6 June 1900 the pier was built again."),
    )
    assert "2 files can be saved" in preview.text
    assert "a picture (PNG)" in preview.text
    assert "at most 1 MB" in preview.text
    await preview.click("Save all 2 files", until=DONE)
    names = [name for name in files_of(driver) if not name.startswith(".waiting")]
    assert "corpus.toml" in names
    assert len(names) == 3
    assert not any(name.startswith((".", "~")) or "/" in name for name in names)

    single = await driver.slash("/corpus add", member="admin", file=("big.txt", b"a" * 1_100_000))
    assert single.ephemeral
    assert "at most 1 MB" in single.text
    again = await add(driver, ("other.txt", b"On 5 May 1899 the pier fell."))
    assert "The same file is there already" in again.text

    driver.faults.status(CDN, 404)
    assert "is gone" in (await add(driver, ("a.txt", b"a"))).text
    driver.faults.status(CDN, 503)
    assert "status 503" in (await add(driver, ("a.txt", b"a"))).text
    driver.faults.reset(CDN, times=None)
    assert "could not be fetched" in (await add(driver, ("a.txt", b"a"))).text
    driver.faults.clear()
    assert "Save" in (await add(driver, ("a.txt", b"On 7 July 1901 it rained."))).labels


async def test_a_preview_can_be_saved_after_a_restart(fresh_driver: FreshDriver) -> None:
    """And once only."""
    driver = await fresh_driver()
    preview = await add(driver, ("lighthouse.md", LIGHT))
    await driver.restart()
    saved = await preview.click("Save", until=DONE)
    assert "is searchable" in saved.text
    assert "Mary Pell" in await answers(driver)
    await driver.restart()
    assert "Mary Pell" in await answers(driver)
    assert files_of(driver)[-2:] == ["corpus.toml", "lighthouse.md"]


async def test_two_presses_and_two_administrators_save_a_file_once(
    fresh_driver: FreshDriver,
) -> None:
    """Each is answered; the quota holds for both together."""
    driver = await fresh_driver(ARCHIVIST_SERVER_DOCUMENTS=2)
    one, other = await asyncio.gather(
        add(driver, ("lighthouse.md", LIGHT)), add(driver, ("copy.md", LIGHT), member="owner")
    )
    ended = says("is searchable", "already", "any more")
    replies = await asyncio.gather(
        one.click("Save", until=ended),
        one.click("Save", until=ended),
        other.click("Save", until=ended),
    )
    assert not any(reply.failed for reply in replies)
    listed = await driver.slash("/corpus list", member="admin")
    assert "1 of 2 documents" in listed.text
    full = await driver.slash(
        "/corpus add",
        member="admin",
        options={"file": ("a.txt", b"On 5 May 1899 it rained."), "file2": ("b.txt", b"It snowed.")},
    )
    assert "may have 2 documents, and this would make 3" in full.text


async def test_members_cant_add_nor_press_what_an_administrator_may(
    fresh_driver: FreshDriver,
) -> None:
    """The bot checks, whatever Discord lets through."""
    driver = await fresh_driver()
    with pytest.raises(NotPermittedError):
        await driver.slash("/corpus list")
    for command in ("/corpus add", "/corpus list"):
        refused = await driver.slash(command, bypass=True)
        assert refused.ephemeral
        assert "Not allowed." in refused.text
    preview = await add(driver, ("lighthouse.md", LIGHT))
    try:
        pressed = await preview.click("Save", member="ordinary", bypass=True)
    except RejectedError:  # a private message can't be pressed by another here
        return
    assert "Not allowed." in pressed.text
    assert not (Path(driver.data) / "uploads" / str(driver.guild_id()) / "lighthouse.md").exists()


async def test_a_form_takes_several_files(fresh_driver: FreshDriver) -> None:
    driver = await fresh_driver()
    form = (await driver.slash("/corpus add", member="admin")).modal
    assert form is not None
    preview = await form.submit({"Files": [("lighthouse.md", LIGHT), ("picture.md", PICTURE)]})
    await driver.until(lambda: read(preview))
    assert "1 file can be saved" in preview.text
    saved = await preview.click("Save 1 file", until=DONE)
    assert "**The lighthouse of Skerrow** is searchable" in saved.text
