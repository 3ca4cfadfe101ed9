"""/cite: a citation of one passage, as text or as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.cogs.cite import Cite, offered
from bot.library import Library
from bot.services import Services
from bot.shelves import Shelf
from index.archive import Archive
from index.errors import IndexMissingError, InputError
from tests.bot import fakes, pressing
from tests.bot.fakes import interaction, shown
from tests.bot.mill import mill_archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return mill_archive(tmp_path_factory.mktemp("mill"))


@pytest.fixture
async def services(archive: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


def oxen(archive: Archive) -> str:
    """The id of the passage of the letter."""
    places = archive.snapshot.passages
    return next(one.id for one in places if one.locator.document_id == "letter")


async def cite(services: Services, passage: str, style: str = "note") -> Mock:
    fake = interaction()
    await Cite.cite.callback(Cite(services), fake, passage, style)  # type: ignore[arg-type, call-arg]
    return fake


async def suggest(services: Services, typed: str) -> list[str]:
    command: Any = Cite(services).suggest_passage
    return [choice.value for choice in await command(interaction(), typed)]


async def test_a_passage_is_cited_as_a_note(services: Services, archive: Archive) -> None:
    """For the asker alone, with what it says and its id."""
    fake = await cite(services, f" {oxen(archive).upper()} ")
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "> The miller wrote on 9 June 1791" in shown(fake)
    assert f"Passage {oxen(archive)}" in shown(fake)


@pytest.mark.parametrize(
    ("style", "ending", "words"),
    [("bibtex", ".bib", b"@"), ("csl-json", ".json", b'"title"'), ("ris", ".ris", b"TY  -")],
)
async def test_other_styles_come_as_files(
    services: Services, archive: Archive, style: str, ending: str, words: bytes
) -> None:
    fake = await cite(services, oxen(archive), style)
    [file] = fake.edit_original_response.await_args.kwargs["attachments"]
    assert file.filename == f"citation-{oxen(archive)}{ending}"
    assert words in file.fp.read()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("zzzz9", "No passage has the id “zzzz9”."),
        ("the oxen of Arn", "“the oxen of Arn” is no passage."),
        ("<@1>" * 25, "is no passage."),
    ],
)
async def test_what_names_no_passage_is_refused_before_the_wait(
    services: Services, said: str, sentence: str
) -> None:
    with pytest.raises(InputError) as told:
        await cite(services, said)
    assert sentence in str(told.value)
    assert told.value.hint


async def test_a_style_that_is_not_offered_is_refused(services: Services, archive: Archive) -> None:
    with pytest.raises(InputError, match="no such style"):
        await cite(services, oxen(archive), "harvard")


async def test_while_nothing_is_indexed_it_is_said(services: Services) -> None:
    services.library._shelf = None
    services.library._opened.set()
    with pytest.raises(IndexMissingError):
        await cite(services, "abc")


async def test_passages_are_offered_by_their_words(services: Services, archive: Archive) -> None:
    """Best first; what is chosen is an id."""
    assert (await suggest(services, "two oxen"))[0] == oxen(archive)


async def test_passages_are_offered_by_the_beginning_of_their_id(
    services: Services, archive: Archive
) -> None:
    assert oxen(archive) in await suggest(services, oxen(archive)[:5])


@pytest.mark.parametrize("typed", ["", " ", "x", "qqqqqqqqq", "\u202e@here", "(((((" * 20])
async def test_nothing_is_offered_for_what_nothing_holds(services: Services, typed: str) -> None:
    assert await suggest(services, typed) == []


async def test_nothing_is_offered_while_nothing_is_indexed(services: Services) -> None:
    services.library._shelf = None
    assert await suggest(services, "oxen") == []


def test_what_is_offered_fits_into_a_choice(archive: Archive) -> None:
    """At most 25 of at most 100 characters, each once."""
    found = offered(archive, "the cooper of Arn bent a stave over a slow fire")
    assert 1 < len(found) <= 25
    assert all(1 <= len(name) <= 100 and len(value) <= 100 for name, value in found)
    assert len({value for _, value in found}) == len(found)
