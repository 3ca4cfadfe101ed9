"""Documents by the names that people and buttons give them."""

from __future__ import annotations

import re

import pytest

from bot import documents
from bot.documents import GoneDocumentError
from index.errors import UnknownDocumentError
from tests.bot import fakes

SOURCES = (fakes.summary(), fakes.summary("letter", "Letter to the Owners"))


def test_a_key_names_its_document_in_the_id_of_a_button() -> None:
    """Whatever the document's id is: twelve plain characters, by which it is found."""
    summary = fakes.summary("журнал-" * 40, "Log")
    wanted = documents.key(summary.source.id)
    assert re.fullmatch(r"[0-9a-f]{12}", wanted)
    assert documents.by_key([*SOURCES, summary], wanted) is summary


def test_a_document_that_is_no_more_is_told() -> None:
    with pytest.raises(GoneDocumentError, match="no longer there"):
        documents.by_key(SOURCES, documents.key("diary"))


@pytest.mark.parametrize("said", ["letter", " LETTER.txt", "letter to the owners"])
def test_a_document_is_found_by_id_file_name_and_title(said: str) -> None:
    assert documents.find(SOURCES, said).source.id == "letter"


def test_a_misspelt_name_is_told_what_may_be_meant() -> None:
    """The hint names the document, and says where all are listed, in Discord's own way."""
    with pytest.raises(
        UnknownDocumentError, match="No document is called “Leter to the ownrs”"
    ) as told:
        documents.find(SOURCES, "Leter to the ownrs")
    assert told.value.hint == "Did you mean “Letter to the Owners”? `/sources` lists all documents."


def test_a_name_like_no_other_gets_no_guess() -> None:
    with pytest.raises(UnknownDocumentError) as told:
        documents.find(SOURCES, "qqqq")
    assert told.value.hint == "`/sources` lists all documents."


def test_a_title_of_two_documents_asks_for_an_id() -> None:
    twins = (fakes.summary("a", "Log"), fakes.summary("b", "Log"))
    with pytest.raises(UnknownDocumentError, match="2 documents") as told:
        documents.find(twins, "Log")
    assert "use its id: a and b" in told.value.hint


def test_a_document_is_called_by_its_title_where_that_finds_it() -> None:
    """A title that two documents have, or a long one, is written in place of the id."""
    assert documents.name_of(SOURCES, "log") == "Log of the Petrel"
    several = (fakes.summary("a", "Log"), fakes.summary("b", "Log"), fakes.summary("c", "x" * 200))
    assert [documents.name_of(several, one) for one in "abc"] == ["a", "b", "c"]


@pytest.mark.parametrize("said", ["", "*" * 5_000, "\u202e\u200b", "@everyone"])
def test_odd_names_are_refused_like_others(said: str) -> None:
    with pytest.raises(UnknownDocumentError):
        documents.find(SOURCES, said)
