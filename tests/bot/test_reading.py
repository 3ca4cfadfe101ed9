"""Sections and notes cut into pages: nothing is lost, and what was meant is found again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import reading
from bot.markup import escape, readable, unescape, units
from bot.reading import GoneSectionError, check
from index.archive import Archive
from index.errors import InputError
from tests.bot.mill import STAVES, mill_archive
from tests.bot.test_markup import HOSTILE

COOPER, WEIR, STONES, EELS = 2, 3, 4, 5  # sections of the mill's document


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return mill_archive(tmp_path_factory.mktemp("mill"))


# ---------------------------------------------------------------- cutting


def test_a_paragraph_longer_than_a_page_is_cut_at_ends_of_sentences() -> None:
    """Each part ends where a sentence does."""
    pages = reading.leaves(STAVES, [(0, len(STAVES))], limit=500)
    assert len(pages) > 5
    assert all(STAVES[stop - 1] == "." for page in pages for _, _, stop in page)


def test_paragraphs_stand_together_as_long_as_they_fit() -> None:
    text = "One. Two. Three."
    assert reading.leaves(text, [(0, 4), (5, 9), (10, 16)], limit=12) == [
        [(0, 0, 4), (1, 5, 9)],
        [(2, 10, 16)],
    ]


def test_a_section_without_paragraphs_has_no_pages() -> None:
    assert reading.leaves("words", []) == []


LONG = st.tuples(HOSTILE, st.integers(1, 60)).map(lambda pair: (pair[0] * pair[1])[:5_000])


@settings(max_examples=60, deadline=None)
@given(st.lists(LONG, max_size=4))
def test_pages_hold_every_word_once_and_none_is_too_long(paragraphs: list[str]) -> None:
    """In order, whatever the words are; the markup of a page keeps to the limit."""
    text, spans = "", []
    for paragraph in paragraphs:
        spans.append((len(text), len(text) + len(paragraph)))
        text += paragraph
    pages = reading.leaves(text, spans, limit=300)
    shown = "".join(text[start:stop] for page in pages for _, start, stop in page)
    assert "".join(shown.split()) == "".join(text.split())
    for page in pages:
        body = "\n\n".join(escape(readable(text[start:stop])) for _, start, stop in page)
        assert units(body) <= 300


# ---------------------------------------------------------------- sections


def test_a_section_reads_on_over_its_pages(mill: Archive) -> None:
    """All of its words, in order, and nothing twice."""
    first = reading.read_section(mill, "mill", COOPER, "", 1)
    pages = [reading.read_section(mill, "mill", COOPER, "", n + 1) for n in range(first.parts)]
    assert first.parts == 2
    body = " ".join(unescape(page.body) for page in pages).replace("\n\n", " ")
    assert body == f"{STAVES} He never wrote to @everyone of staves."


def test_marks_of_notes_stand_where_they_stood(mill: Archive) -> None:
    """As the label in brackets, and the page tells which notes it bears."""
    leaf = reading.read_section(mill, "mill", STONES, "", 1)
    assert "laid in 1788.[1] It leaks at the north end.[2]" in unescape(leaf.body)
    assert leaf.notes == ((1, "1"), (2, "2"))


def test_rows_and_lines_of_code_stay_apart(mill: Archive) -> None:
    body = unescape(reading.read_section(mill, "mill", STONES, "", 1).body)
    assert "Stone | Weight\nUpper | 2 t" in body
    assert "\n\u00a0\u00a0\u00a0\u00a0close = sluice(0)" in body


def test_mentions_and_markdown_of_a_document_do_nothing(mill: Archive) -> None:
    body = reading.read_section(mill, "mill", COOPER, "", 2).body
    assert "@everyone" not in body


def test_a_mark_makes_no_link_of_what_stands_behind_it(mill: Archive) -> None:
    body = reading.read_section(mill, "mill", EELS, "", 1).body
    assert "The gate[1]\\(https" in body


def test_a_section_knows_its_neighbours_that_have_text(mill: Archive) -> None:
    """A heading with nothing under it is passed over."""
    leaf = reading.read_section(mill, "mill", COOPER, "", 1)
    assert leaf.previous == (1, check(()))
    assert leaf.next == (STONES, check(("The weir", "Its stones")))


def test_a_heading_alone_tells_how_many_sections_stand_under_it(mill: Archive) -> None:
    leaf = reading.read_section(mill, "mill", WEIR, "", 1)
    assert (leaf.parts, leaf.body, leaf.below) == (0, "", 2)


def test_a_page_past_the_last_one_is_the_last_one(mill: Archive) -> None:
    assert reading.read_section(mill, "mill", COOPER, "", 99).part == 2


def test_a_section_is_found_again_under_another_number(mill: Archive) -> None:
    """By its headings, when sections were put in or taken out before it."""
    told = check(("The weir", "Its eels"))
    assert reading.read_section(mill, "mill", 1, told, 1).entry.number == EELS


def test_a_section_that_is_no_more_is_told(mill: Archive) -> None:
    with pytest.raises(GoneSectionError, match="no longer"):
        reading.read_section(mill, "mill", EELS, check(("The tower",)), 1)


def test_the_file_of_a_section_has_its_words_as_they_stand(mill: Archive) -> None:
    title, text = reading.section_file(mill, "mill", STONES, "")
    assert title == "Its stones"
    assert text.startswith(
        "The mill of Arn\nThe weir › Its stones\n\nThe weir was laid in 1788.[1]"
    )
    assert "    close = sluice(0)" in text


# ---------------------------------------------------------------- notes


def test_a_note_comes_with_what_bears_it_and_what_it_means(mill: Archive) -> None:
    leaf = reading.read_note(mill, "mill", 2, 1)
    assert leaf.body == "Ibid."
    assert [one.text for one in leaf.note.borne][1].startswith("Eels are caught")
    assert [one.number for one in leaf.note.meant] == [1]


def test_a_note_that_is_not_there_is_told(mill: Archive) -> None:
    with pytest.raises(InputError, match="no note 9"):
        reading.read_note(mill, "mill", 9, 1)


def test_the_list_of_notes_has_their_texts(mill: Archive) -> None:
    listed = reading.list_notes(mill, "mill", 5)
    assert (listed.page, listed.pages, listed.total) == (1, 1, 2)
    assert [note.text for note in listed.notes] == ["Parish book of Arn, 1788, leaf 4.", "Ibid."]


def test_a_document_without_notes_has_an_empty_list(mill: Archive) -> None:
    assert reading.list_notes(mill, "letter", 1).notes == ()
