"""Plain text: what its lines are, told from how they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading import source_offset
from index.reading.layout import compose
from index.reading.lines import Line
from index.reading.plain import read_plain, unify_line_ends
from tests.index.cases import Case, cases, outline, plain

#: Texts that look like the layouts that are told apart, and like none.
LINES = """
I. One|II. Two|A. Sub|V. Olsen|1. x|2. y|- item|1.1 Part|1999|2001:|March 3: It was.|LOUD WORDS|====|---
Appendix B|Part I|A plain line of words.|and so on|  indented words here.|\t(a) tab|\f||
"""
gently = settings(deadline=None)
LAYOUTS = st.lists(
    st.sampled_from(re.split(r"[|\n]", LINES)) | st.text(max_size=12), max_size=25
).map("\n".join)


@pytest.mark.parametrize("case", cases("plain.txt"))
def test_cases(case: Case) -> None:
    """A messy text is read as its case says: tests/cases/reading/plain.txt."""
    assert outline(plain(case.text)) == case.expected


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="mixed"),
        pytest.param("a\r\n\r\nb", "a\n\nb", id="Windows"),
        pytest.param("a\r\rb", "a\n\nb", id="old Mac"),
        pytest.param("a\n\rb", "a\n\nb", id="the wrong way round"),
        pytest.param("a\u2028b\x0bc\fd\x85e", "a\u2028b\x0bc\fd\x85e", id="no line ends"),
    ],
)
def test_line_ends_become_line_feeds(text: str, stored: str) -> None:
    """Every line end is stored as one line feed, and nothing else changes."""
    assert unify_line_ends(text)[0] == stored


@gently
@given(st.text(st.sampled_from("ab \r\n\f"), max_size=60))
def test_line_ends_lead_back_to_the_file(text: str) -> None:
    """Each stored character leads to the same one in the file, a line feed to a line end's last sign."""
    stored, source_map = unify_line_ends(text)
    for offset, char in enumerate(stored):
        there = source_offset(source_map, offset)
        assert text[there] == char or (char == "\n" and text[there] == "\r")
        assert text[there : there + 2] != "\r\n"


def test_a_long_line_is_a_paragraph_each() -> None:
    """In a file of one paragraph a line, each line is a paragraph."""
    lines = [f"{number}th " + "words that go on and on " * 8 for number in range(4, 9)]
    assert outline(plain("\n".join(lines))) == "\n".join(f"text| {line.strip()}" for line in lines)


def test_short_lines_among_long_ones_stay_apart() -> None:
    """After a line too long to be wrapped by hand the next line is a new paragraph."""
    long = "words that go on and on " * 8
    short = "Short line.\n" * 5
    kinds = outline(plain(f"{short}{long}\nA line after it.\nAnd its end.")).splitlines()
    assert kinds[-1] == "text| A line after it./And its end."


def test_a_heading_is_at_most_a_line() -> None:
    """What looks like a heading but has a second line right beneath is a paragraph."""
    assert outline(plain("Opening words here.\n\nI. Boats\nand their crews.")) == (
        "text| Opening words here.\ntext| I. Boats and their crews."
    )


@pytest.mark.parametrize(
    "line",
    [
        "I. Boats, large,",
        "I. boats",
        "I.Boats",
        "I. " + "Boats " * 30,
        "I. Boats.",
        "D. Olsen",
        "I.",
    ],
)
def test_no_headings(line: str) -> None:
    """A label makes a heading only of a short line with a capital, a due label and no full stop."""
    document = plain(f"Opening words here.\n\n{line}\n\nMore words.")
    assert len(document.sections) == 1


@gently
@given(LAYOUTS)
def test_blocks_are_in_order_and_hold_no_blank_ends(text: str) -> None:
    """Whatever the text, its blocks lie in it one after another, without white space at their ends."""
    reading = read_plain(text, "utf-8")
    done = 0
    for block in reading.blocks:
        assert done <= block.start < block.stop <= len(reading.text)
        words = reading.text[block.start : block.stop]
        assert words == words.strip()
        done = block.stop


@gently
@given(LAYOUTS)
def test_no_word_is_lost(text: str) -> None:
    """All words of a plain text are in its blocks, its notes or its title, each once and in order."""
    reading = read_plain(text, "utf-8")
    blocks = [reading.text[part.start : part.stop] for part in (*reading.blocks, *reading.notes)]
    found = [_words([reading.title or "", *blocks]), _words(blocks)]  # an underlined title is both
    assert _words([reading.text]) in found


def _words(texts: list[str]) -> list[str]:
    """All words but the rules that go with a heading."""
    words = [word for text in texts for word in text.split()]
    return [word for word in words if not re.fullmatch(r"={3,}|-{3,}|~{3,}", word)]


@gently
@given(LAYOUTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    """Equal texts give equal readings."""
    assert read_plain(text, "utf-8") == read_plain(text, "utf-8")


@gently
@given(LAYOUTS)
def test_what_is_not_stored_is_declared(text: str) -> None:
    """Each sign of the file that is not white space is stored, once, or declared lifted out."""
    reading = read_plain(text, "utf-8")
    met = [source_offset(reading.source_map, n) for n in range(len(reading.text))]
    told = [n for n, char in zip(met, reading.text, strict=True) if not char.isspace()]
    told += [n for lifted in reading.lifted for n in range(lifted.start, lifted.stop)]
    signs = [n for n, char in enumerate(text) if not char.isspace()]
    assert [text[n] for n in sorted(told) if not text[n].isspace()] == [text[n] for n in signs]
    assert all(
        text[n] == char for n, char in zip(met, reading.text, strict=True) if not char.isspace()
    )


@pytest.mark.parametrize("case", cases("printed.txt"))
def test_printed_text(case: Case) -> None:
    """A text with the damage of print is read as its case says: tests/cases/reading/printed.txt."""
    assert outline(plain(case.text)) == case.expected


def test_pages_that_begin_with_a_blank() -> None:
    """Where the first line of each page alone is set in by one blank, pages are known by that."""
    page = [f"Line {n} of a page that holds a good many of them, all full to" for n in range(20)]
    text = "\n".join(" " + "\n".join(page) for _ in range(4))
    reading = read_plain(text, "utf-8")
    assert [span.number for span in reading.pages] == [1, 2, 3, 4]
    assert len(reading.blocks) == 1  # no line ends a sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join([" One set in.", *["not set in"] * 30]), id="one line alone"),
        pytest.param("\n".join([" In.", *["out"] * 4] * 9), id="paragraphs"),
        pytest.param("\n".join([" In.", "   Further in.", *["out"] * 30] * 5), id="other indents"),
        pytest.param("\n\n".join(str(year) for year in range(1948, 2023)), id="years"),
        pytest.param("Words.\f", id="a form feed at the end"),
    ],
)
def test_pages_that_nobody_can_know(text: str) -> None:
    """Pages stay unknown where one habit of the text could be anything."""
    assert read_plain(text, "utf-8").pages == ()


def test_printed_page_numbers_are_labels() -> None:
    """A page is counted from 1, and bears as its label what is printed on it."""
    printed = {"iv": "Slate.", "v": "Wool and tar.", "vi": "Herring.", "vii": "The end of it."}
    pages = [f"{words}\n\n{label}" for label, words in printed.items()]
    reading = read_plain("\n\f".join(pages), "utf-8")
    assert [(page.number, page.label) for page in reading.pages] == [
        (1, "iv"),
        (2, "v"),
        (3, "vi"),
        (4, "vii"),
    ]
    assert {lifted.kind for lifted in reading.lifted} == {"page number"}


@pytest.mark.parametrize(
    ("words", "heading"),
    [("Boats", True), ("EU", True), ("港口", True), ("b", False), ("g S", False), ("W 2 W", False)],
)
def test_letters_of_a_formula_are_no_heading(words: str, heading: bool) -> None:
    """However large they are printed, signs without a word among them are text."""
    parts = ["Text of the page, as most of it is.", words, "More text of the page."]
    source = "\n".join(parts)
    lines = [
        Line(part, source.index(part), 1, 1.0, width=len(part), size=1.5 if part == words else 1)
        for part in parts
    ]
    reading = compose(lines, source=source, encoding="", file_format="pdf")
    assert (reading.blocks[1].kind == "heading") is heading
