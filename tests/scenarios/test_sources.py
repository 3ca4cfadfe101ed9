"""/sources, /cite, /help and /corpus reindex, as members use them, in any Discord."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.conftest import FreshDriver, corpus_dir
from tests.scenarios.driver import Driver, NotPermittedError, Reply

TITLE = "Skerrow: a town and its harbour"
OPEN_DOCUMENT, OPEN_SECTION = "Open a document", "Open a section"


def assert_private(reply: Reply) -> None:
    assert not reply.failed
    assert reply.outcomes == 1
    assert reply.ephemeral


async def reindex(driver: Driver) -> Reply:
    """The owner's report of a reindexing that changed something."""
    return await driver.slash(
        "/corpus reindex", member="owner", until=lambda reply: "read anew" in reply.text
    )


# ---------------------------------------------------------------- /sources


async def test_a_member_reads_from_the_list_to_a_note(driver: Driver) -> None:
    """Every page is theirs alone, in one message; what the document says is word for word."""
    reply = await driver.slash("/sources")
    assert_private(reply)
    assert f"**{TITLE}**" in reply.text
    assert not driver.visible_to(reply, "second")
    reply = await reply.select(TITLE, menu=OPEN_DOCUMENT)
    assert "- I. The harbour" in reply.text
    assert "  - A. First years" in reply.text
    reply = await reply.select("I. The harbour", menu=OPEN_SECTION)
    assert "who wanted a port for slate." in reply.text
    reply = await reply.click("Next section")
    assert "### A. First years" in reply.text
    reply = await reply.click("Previous section")
    reply = await reply.select("Note 1")
    assert "Anna Pell, Slate and Sea (Dunmoran, 1974), p. 12" in reply.text
    assert "> The harbour of Skerrow was dug in 1847" in reply.text
    reply = await reply.click("Next note")
    assert "County museum, shelf 7." in reply.text
    assert_private(reply)


async def test_a_public_list_stays_and_opens_privately_for_whoever_presses(driver: Driver) -> None:
    reply = await driver.slash("/sources", public=True)
    assert not reply.ephemeral
    before = reply.text
    opened = await reply.select(TITLE, menu=OPEN_DOCUMENT, member="second")
    assert_private(opened)
    assert not driver.visible_to(opened, "ordinary")
    assert reply.text == before


async def test_a_document_is_opened_by_name_and_offered_while_typed(driver: Driver) -> None:
    offered = await driver.autocomplete("/sources document", "skerr")
    assert [name for name, _ in offered] == [TITLE]
    reply = await driver.slash("/sources", document=offered[0][1])
    assert_private(reply)
    assert f"## {TITLE}" in reply.text


async def test_an_unknown_document_is_told_what_may_be_meant(driver: Driver) -> None:
    """Where to look is said in Discord's own words, not a terminal's."""
    reply = await driver.slash("/sources", document="Skerow town and harbour")
    assert_private(reply)
    assert f"Did you mean “{TITLE}”" in reply.text
    assert "archivist" not in reply.text


async def test_the_same_can_be_read_as_plain_text(driver: Driver) -> None:
    """From the switch in /help on; every control is there."""
    help_ = await driver.slash("/help", member="second")
    await help_.click("Answers as plain text")
    try:
        reply = await driver.slash("/sources", member="second")
        reply = await reply.select(TITLE, menu=OPEN_DOCUMENT)
        reply = await reply.select("I. The harbour", menu=OPEN_SECTION)
        assert "who wanted a port for slate." in reply.text
        assert "Next section" in reply.labels
        reply = await reply.select("Note 1")
        assert "Anna Pell" in reply.text
    finally:
        help_ = await driver.slash("/help", member="second")
        await help_.click("Answers with layout")


async def test_sources_work_in_a_direct_message(driver: Driver) -> None:
    reply = await driver.slash("/sources", dm=True)
    reply = await reply.select(TITLE, menu=OPEN_DOCUMENT)
    assert f"## {TITLE}" in reply.text


# ---------------------------------------------------------------- /cite


async def test_a_passage_is_cited_in_each_style(driver: Driver) -> None:
    """Found by its words while they are typed; a note is text, the others are files."""
    offered = await driver.autocomplete("/cite passage", "keeper ines calder log")
    passage = offered[0][1]
    note = await driver.slash("/cite", passage=passage)
    assert_private(note)
    assert TITLE in note.text
    assert f"Passage {passage}" in note.text
    for style, ending in (("bibtex", "bib"), ("csl-json", "json"), ("ris", "ris")):
        reply = await driver.slash("/cite", passage=passage, style=style)
        [(name, content)] = reply.files.items()
        assert name == f"citation-{passage}.{ending}"
        assert b"Skerrow" in content
        if ending == "json":
            json.loads(content)


@pytest.mark.parametrize("said", ["zzzz", "no passage at all", "@everyone `x`"])
async def test_what_names_no_passage_is_refused(driver: Driver, said: str) -> None:
    reply = await driver.slash("/cite", passage=said)
    assert_private(reply)
    assert "passage" in reply.text


# ---------------------------------------------------------------- /help


async def test_help_is_answered_and_its_examples_work(driver: Driver) -> None:
    """Each example comes back as an answer for who pressed alone."""

    reply = await driver.slash("/help")
    assert_private(reply)
    assert "How to ask" in reply.text
    tries = [label for label in reply.labels if label.startswith("Try ")]
    assert tries
    for label in tries:
        tried = await reply.click(label)
        assert_private(tried)
        assert "[1]" in tried.text


async def test_help_tells_administrators_what_they_can_do(driver: Driver) -> None:
    assert "/corpus reindex" in (await driver.slash("/help", member="admin")).text
    assert "/corpus reindex" not in (await driver.slash("/help")).text
    elsewhere = await driver.slash("/help", member="admin", guild="other")
    assert "/corpus reindex" not in elsewhere.text


# ---------------------------------------------------------------- /corpus reindex


async def test_a_member_may_not_reindex(driver: Driver) -> None:
    """The command isn't offered, and is refused when it comes all the same."""
    assert not any(name.startswith("corpus") for name in driver.offered("ordinary"))
    with pytest.raises(NotPermittedError):
        await driver.slash("/corpus reindex")
    reply = await driver.slash("/corpus reindex", bypass=True)
    assert_private(reply)
    assert "Not allowed." in reply.text


@pytest.mark.slow
async def test_buttons_work_after_a_reindex_and_a_restart(fresh_driver: FreshDriver) -> None:
    """A document and a section are found again where they stand now; what is gone is told."""
    driver = await fresh_driver()
    sources = await driver.slash("/sources")
    outline = await sources.select(TITLE, menu=OPEN_DOCUMENT)
    town = corpus_dir(driver) / "town.md"
    text = town.read_text(encoding="utf-8")
    new = "## 0. The rocks\n\nBefore the harbour there were rocks.\n\n## I. The harbour"
    town.write_text(text.replace("## I. The harbour", new), encoding="utf-8")
    await reindex(driver)
    await driver.restart()
    section = await outline.select("I. The harbour", menu=OPEN_SECTION)
    assert "was dug in 1847" in section.text
    assert "indexed anew since" in section.text
    town.unlink()
    await reindex(driver)
    gone = await section.click("Outline")
    assert gone.ephemeral
    assert "no longer there" in gone.text


@pytest.mark.slow
async def test_who_keeps_documents_is_told_what_was_left_out_of_them(
    fresh_driver: FreshDriver,
) -> None:
    """The owner of the folder's files, administrators of their server's own, members of none."""
    driver = await fresh_driver()
    (corpus_dir(driver) / "broken.pdf").write_bytes(b"%PDF-")
    own = driver.data / "uploads" / str(driver.guild_id())
    own.mkdir(parents=True, exist_ok=True)
    (own / "torn.pdf").write_bytes(b"%PDF-")
    report = await driver.slash(
        "/corpus reindex",
        member="owner",
        guild="other",
        until=lambda reply: "It is damaged" in reply.text,
    )
    assert "- broken.pdf: It is damaged" in report.text
    for member, guild, told, hidden in (
        ("owner", "other", "broken.pdf", "torn.pdf"),
        ("admin", "main", "torn.pdf", "broken.pdf"),
    ):
        listed = await driver.slash("/sources", member=member, guild=guild)
        shown = await listed.click("1 file left out")
        assert told in shown.text
        assert hidden not in shown.text
    assert "1 file left out" not in (await driver.slash("/sources")).labels
    elsewhere = await driver.slash("/sources", member="admin", guild="other")
    assert "1 file left out" not in elsewhere.labels
