"""Questions with signs, ranges and questions before them, asked of an archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.errors import UnreadableDateError
from index.model import Outcome
from tests.conftest import write_corpus
from tests.index.railways import ALIASES, FILES

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder: Path = tmp_path_factory.mktemp("railways")
    build(write_corpus(folder / "corpus", {**FILES, "aliases.toml": ALIASES}), folder / "data")
    return Archive.open(folder / "data")


def test_follow_up_is_answered(archive: Archive) -> None:
    """A question is answered with what it takes over from the one before it, and this is told."""
    asked = "and Ilse Varga?"
    answer = archive.answer(asked, today=TODAY, before="When did Tomas Reed visit Karsk?")
    assert "Ilse Varga visited Karsk" in (answer.answer or "").replace("\n", " ")
    assert answer.understood.carried == ("visit", "Karsk")
    assert answer.understood.kind == "when"


def test_range_limits_passages_and_events(archive: Archive) -> None:
    """With a range only what tells of that time is found, both ends included."""
    inside = archive.answer("coal treaty", today=TODAY, since="1902", until="9 September 1902")
    assert inside.outcome is Outcome.ANSWERED
    assert {cited.event.date.edtf for cited in inside.events} == {"1902-09-07", "1902-09-09"}
    outside = archive.answer("coal treaty", today=TODAY, since="1905", until="1910")
    assert outside.outcome is Outcome.NOT_FOUND


def test_reversed_range(archive: Archive) -> None:
    """A range that ends before it begins is an error."""
    with pytest.raises(UnreadableDateError, match="ends before it begins"):
        archive.answer("coal", today=TODAY, since="1910", until="1905")


def test_signs_restrict(archive: Archive) -> None:
    """doc:, who: and a minus leave only the passages that they allow."""
    named = archive.answer("who:Brandt doc:minutes boilers", today=TODAY)
    assert [citation.source.id for citation in named.passages] == ["minutes"]
    without = archive.answer("boilers -brandt", today=TODAY)
    assert without.outcome is Outcome.NOT_FOUND
    assert without.understood.excluded == ("brandt",)


def test_phrase_is_told(archive: Archive) -> None:
    """A phrase is shown as it was typed, and stands in what is found."""
    answer = archive.answer('who bought a "river steamer"', today=TODAY)
    assert answer.understood.phrases == ("river steamer",)
    assert "river steamer" in answer.passages[0].passage.text


@pytest.mark.parametrize("asked", ["Was geschah 1902?", "что случилось в 1902", "happened 1902"])
def test_words_for_happening_beside_a_date(archive: Archive, asked: str) -> None:
    """Beside a date the word for “happened” is not looked for, in other languages as well."""
    answer = archive.answer(asked, today=TODAY)
    assert not {"geschah", "случилось", "happened"} & set(answer.understood.terms)
    assert answer.understood.dates
