"""Markdown: its words without its marks, each leading back to where it stands in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading import Reading, source_offset
from index.reading.markdown import read_markdown
from tests.index.cases import Case, cases, markdown, outline

#: Pieces that make most constructs of Markdown when they meet, and break them.
MARKS = r"""# A¦## b #¦text ¦*¦**¦_¦`¦``¦[¦](u)¦![¦[^1]¦[^n o]¦\n¦\n\n¦\r\n¦\r¦- ¦1. ¦> ¦    ¦\t¦  \n¦\\\n¦\\*
¦&amp;¦<b>¦</b>¦<br>¦<!-- c -->¦<div>\n¦| a | b |\n|--|--|\n¦\\|¦|¦===\n¦```\n¦~~¦[^1]: note¦\n[^1]: n\n
¦<http://x.y>¦[r]: u\n¦[r]¦---\n¦é"""
PIECES = st.lists(
    st.sampled_from(MARKS.replace("\n", "").encode("latin-1").decode("unicode_escape").split("¦"))
    | st.text(max_size=4),
    max_size=30,
).map("".join)


def misplaced(reading: Reading, file: str) -> list[tuple[str, str]]:
    """Stored characters, not of inserted separators, that don't lead to themselves in the file.

    What is stored of an entity or an escape leads to the sign that begins it.
    """
    wrong = []
    for offset, char in enumerate(reading.text):
        there = source_offset(reading.source_map, offset)
        source = file[there : there + 1]
        if source != char and not char.isspace() and char != "|" and source not in ("&", "\\"):
            wrong.append((reading.text[max(0, offset - 5) : offset + 1], file[there : there + 9]))
    return wrong


@pytest.mark.parametrize("case", cases("markdown.txt"))
def test_cases(case: Case) -> None:
    """A messy text is read as its case says: tests/cases/reading/markdown.txt."""
    assert outline(markdown(case.text)) == case.expected


@pytest.mark.parametrize("case", cases("markdown.txt"))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_every_character_leads_back(case: Case, line_end: str) -> None:
    """Every stored character stands at its place in the file, whatever the file's line ends."""
    file = case.text.replace("\r", "").replace("\n", line_end)
    reading = read_markdown(file, "utf-8")
    assert not misplaced(reading, file)


@pytest.mark.parametrize(
    ("file", "words", "place"),
    [
        pytest.param("a &lt; b <b>", "<", 2, id="an entity, and its sign further on"),
        pytest.param(r"a \* b *c*", "*", 2, id="an escape"),
        pytest.param("[b](b) b", " b", 6, id="a word that the address holds too"),
        pytest.param("![b](b) b", " b", 7, id="a word that the picture's address holds too"),
        pytest.param("a\r\n*b*\r\nc", "c", 8, id="after line ends of Windows"),
        pytest.param("> a\n> b", "b", 6, id="in a quote"),
        pytest.param("- a\n\n  ```\n  b\n  ```", "b", 13, id="in code in a list"),
        pytest.param("| a \\| b |\n|---|\n", "| b", 4, id="an escaped bar"),
        pytest.param("`` a`b ``", "a`b", 3, id="in code with blanks around"),
        pytest.param("x[^1]\n\n[^1]: a\n\n    b", "b", 20, id="in a note"),
    ],
)
def test_places(file: str, words: str, place: int) -> None:
    """Stored words lead to their own place in the file, not to a like one."""
    reading = read_markdown(file, "utf-8")
    assert source_offset(reading.source_map, reading.text.rindex(words)) == place


def test_marks_of_notes_stand_behind_their_words() -> None:
    """A note knows the end of the words that bear each of its marks."""
    document = markdown("One[^x] two.[^y] Three [^x]\n\n[^x]: X.\n\n[^y]: Y.\n")
    marked = [[document.text[:mark] for mark in note.marks] for note in document.notes]
    assert marked == [["One", "One two. Three"], ["One two."]]


def test_a_note_in_a_heading() -> None:
    """A heading's note leaves the heading as it is and is kept."""
    assert outline(markdown("## Boats[^1]\n\nOne.\n\n[^1]: Olsen.")) == (
        "## Boats\ntext| One.\nnote 1| Olsen. <- Boats"
    )


def test_properties() -> None:
    """Front matter gives properties in small letters, without quotes; lists and nested ones don't."""
    text = "---\nTitle: 'A: b'\ndate: 2021-02-01\ntags:\n  - x\nnot one\n---\nWords."
    reading = read_markdown(text, "utf-8")
    assert reading.properties == {"title": "A: b", "date": "2021-02-01"}
    assert reading.text == "Words."


@pytest.mark.parametrize(
    "opening", ["> ", "- ", "1. ", "* > "], ids=["quotes", "list", "numbers", "both"]
)
def test_deep_nesting(opening: str) -> None:
    """Text in thirty lists or quotes is read; what is nested beyond reason is reported, not dropped."""
    assert "deep words" in markdown(opening * 30 + "deep words").text
    document = markdown(opening * 500 + "deep words")
    assert "deep words" in document.text or "deeper" in document.warnings[0].text


@given(PIECES)
def test_every_character_of_any_text_leads_back(file: str) -> None:
    """Whatever the text, each stored character stands at its place in the file."""
    assert not misplaced(read_markdown(file, "utf-8"), file.replace("\0", "\ufffd"))


@given(PIECES)
def test_spans_are_in_order(file: str) -> None:
    """Whatever the text, its blocks and then its notes lie in it one after another."""
    reading = read_markdown(file, "utf-8")
    done = 0
    for part in (*reading.blocks, *reading.notes):
        assert done <= part.start < part.stop <= len(reading.text)
        words = reading.text[part.start : part.stop]
        assert words == words.strip()
        assert not reading.text[done : part.start].strip()
        done = part.stop
    for note in reading.notes:
        assert note.text == reading.text[note.start : note.stop]
        assert all(0 <= mark <= len(reading.text) for mark in note.marks)


@given(st.lists(st.text(st.sampled_from("abc .,;'()é1"), min_size=1), max_size=8).map("\n".join))
def test_prose_loses_no_word(file: str) -> None:
    """Text without any mark of Markdown comes out with all its words."""
    assert read_markdown(file, "utf-8").text.split() == file.split()


@given(PIECES)
def test_reading_twice_gives_the_same(file: str) -> None:
    """Equal texts give equal readings."""
    assert read_markdown(file, "utf-8") == read_markdown(file, "utf-8")
