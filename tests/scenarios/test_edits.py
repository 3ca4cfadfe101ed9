"""Corrections of the timeline, names for one thing and the audit log, as administrators use them."""

from __future__ import annotations

import re

import pytest

from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, NotPermittedError, RejectedError, Reply
from tests.scenarios.looking import active, assert_private, plain

pytestmark = pytest.mark.slow

PETREL = """The Petrel

1871

March 4: The Petrel sailed from Cork with forty men.
May 9: Jonas Hale became keeper of the Petrel.
"""
HOSTILE = "**Petrel** @everyone <@1> [x](https://y.example) ||z||"
COUNTS = "It counts from now on"


async def with_document(driver: Driver) -> Driver:
    """The same, after the main server has a document of its own."""
    folder = driver.data / "uploads" / str(driver.guild_id())
    folder.mkdir(parents=True)
    (folder / "petrel.txt").write_text(PETREL)
    built = await driver.slash("/corpus reindex", member="owner", until=done)
    assert "petrel" in plain(built).casefold(), built
    return driver


def done(reply: Reply) -> bool:
    return "Added" in reply.text or "added" in reply.text


def counts(reply: Reply) -> bool:
    """Whether an edit is in the index, or the reply says why it isn't."""
    return COUNTS in reply.text or "could not be made anew" in reply.text


async def entry(driver: Driver, typed: str, *, member: str = "admin") -> str:
    """The id of the entry that is offered first."""
    found = await driver.autocomplete("/timeline-edit hide event", typed, member=member)
    assert found, f"nothing is offered for {typed}"
    return str(found[0][1])


def said_of(refused: Reply, event: str) -> str:
    """What a refusal says but for the id of the entry and its own."""
    return re.sub(r"Error [0-9a-f]+", "", plain(refused).replace(event, ""))


async def test_an_entry_is_hidden_and_comes_back(fresh_driver: FreshDriver) -> None:
    """By the server's administrator, in its own documents: gone from the timeline until undone.

    Another server sees no trace of it, nor of the document.
    """
    driver = await with_document(await fresh_driver())
    hale = await entry(driver, "Jonas Hale")
    preview = await driver.slash("/timeline-edit hide", member="admin", event=hale)
    assert_private(preview)
    assert "Jonas Hale" in plain(preview)
    assert "Jonas Hale" in plain(await driver.slash("/timeline", when="1871"))
    saved = await preview.click("Save", until=counts)
    assert COUNTS in plain(saved), saved
    line = plain(await driver.slash("/timeline", when="1871"))
    assert "Jonas Hale" not in line
    assert "sailed from Cork" in line
    await _check_other_server(driver, hale)

    listed = await driver.slash("/timeline-edit undo", member="admin")
    (labels,) = listed.menus.values()
    undone = await listed.select(labels[0], until=counts)
    assert COUNTS in plain(undone), undone
    assert "Jonas Hale" in plain(await driver.slash("/timeline", when="1871"))
    audit = plain(await driver.slash("/audit", member="admin", action="correction"))
    assert audit.index("correction taken back") < audit.index("timeline corrected")


async def _check_other_server(driver: Driver, hale: str) -> None:
    """There an entry that is hidden elsewhere is as one that never was."""
    there = {"member": "owner", "guild": "other"}
    offered = await driver.autocomplete("/timeline-edit hide event", "Cork", **there)
    assert "Cork" not in str(offered)
    refused = await driver.slash("/timeline-edit hide", event=hale, **there)
    unknown = await driver.slash("/timeline-edit hide", event="0" * len(hale), **there)
    assert said_of(refused, hale) == said_of(unknown, "0" * len(hale))
    for path in ("/timeline-edit undo", "/audit", "/aliases list"):
        shown = plain(await driver.slash(path, **there))
        assert "Jonas" not in shown
        assert "Petrel" not in shown


async def test_names_let_a_question_find_what_is_called_otherwise(
    fresh_driver: FreshDriver,
) -> None:
    """Not found before, answered after, and not found again when the names are removed."""
    driver = await with_document(await fresh_driver())
    question = "What of the Stormbird?"
    assert "forty men" not in plain(await driver.slash("/ask", question=question))
    preview = await driver.slash("/aliases add", member="admin", names="Petrel, Stormbird")
    assert_private(preview)
    assert "Petrel — in" in plain(preview)
    saved = await preview.click("Save", until=counts)
    assert COUNTS in plain(saved), saved
    assert "forty men" in plain(await driver.slash("/ask", question=question))
    removed = await saved.click("Undo", until=counts)
    assert COUNTS in plain(removed), removed
    assert "forty men" not in plain(await driver.slash("/ask", question=question))


async def test_the_owner_corrects_the_owners_documents(fresh_driver: FreshDriver) -> None:
    """Date, headline, a new entry and a merge, each told to members from then on."""
    driver = await fresh_driver()
    whale = await entry(driver, "whale", member="owner")
    for path, options in (
        ("/timeline-edit redate", {"event": whale, "date": "1 July 1853"}),
        ("/timeline-edit retitle", {"event": whale, "headline": HOSTILE}),
        (
            "/timeline-edit add",
            {"document": "log", "quote": "Nobody was hurt", "date": "10 January 1854"},
        ),
    ):
        preview = await driver.slash(path, member="owner", options=options)
        saved = await preview.click("Save", until=counts)
        assert COUNTS in plain(saved), saved
        assert active(saved.text) == []
    line = await driver.slash("/timeline", when="1853..1854")
    assert "1 July 1853" in plain(line)
    assert "Petrel @" in plain(line)
    assert "Nobody was hurt" in plain(line)
    assert active(line.text) == []
    assert line.pings == []
    refused = await driver.slash("/timeline-edit hide", member="admin", event=whale)
    assert_private(refused)
    assert "owner" in plain(refused)


async def test_members_edit_nothing(driver: Driver) -> None:
    """Discord hides the commands; who sends them all the same is refused privately."""
    for path, options in (
        ("/timeline-edit undo", {}),
        ("/timeline-edit hide", {"event": "e1"}),
        ("/aliases list", {}),
        ("/aliases add", {"names": "a, b"}),
        ("/audit", {}),
    ):
        with pytest.raises((NotPermittedError, RejectedError)):
            await driver.slash(path, member="ordinary", options=options)
        refused = await driver.slash(path, member="ordinary", options=options, bypass=True)
        assert_private(refused)
        assert "Manage Server" in plain(refused)
