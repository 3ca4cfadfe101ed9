"""Markdown: its words without its marks, each leading back to where it stands in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading import Reading, source_offset
from index.reading.markdown import looks_like_markdown, read_markdown
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


@pytest.mark.parametrize(
    ("front", "properties"),
    [
        pytest.param(
            "---\nTitle: 'A: b'\ndate: 2021-02-01\nnot one\n---",
            {"title": "A: b", "date": "2021-02-01"},
            id="names in small letters, values without quotes",
        ),
        pytest.param(
            "---\n# said by hand\ntitle: >-\n  A long\n  one\nauthors:\n  - name: V. Olsen\n"
            "    mail: x\n  - A. Berg\nlicense: 'It''s free' # yes\n---",
            {"title": "A long one", "author": "V. Olsen, A. Berg", "rights": "It's free"},
            id="lists and texts over several lines",
        ),
        pytest.param(
            '+++\ntitle = "The \\"Ida\\""\nauthors = ["V. Olsen", "A. Berg"]\ndate = 2021-02-01\n'
            '[extra]\nurl = "x"\n+++',
            {"title": 'The "Ida"', "author": "V. Olsen, A. Berg", "date": "2021-02-01"},
            id="TOML",
        ),
        pytest.param("---\n---", {}, id="empty"),
    ],
)
def test_properties(front: str, properties: dict[str, str]) -> None:
    """Front matter gives properties by the names that all formats share, and is no text."""
    reading = read_markdown(f"{front}\nWords.", "utf-8")
    assert reading.properties == properties
    assert reading.text == "Words."


def test_prose_between_rules_is_no_front_matter() -> None:
    """Words between two rules at the front of a text stay words."""
    assert "Nothing of note." in read_markdown("---\nNothing of note.\n---\n\nMore.", "utf-8").text


@pytest.mark.parametrize(
    ("file", "anchor"),
    [
        pytest.param("## Boats & *crews*", "boats--crews", id="as GitHub makes it"),
        pytest.param("# Boats\n\n# Boats", "boats-1", id="a second of that name"),
        pytest.param("## Boats {#quay .x}", "quay", id="told by an attribute"),
        pytest.param("Boats\n-----", "boats", id="underlined"),
        pytest.param('<h2 class="x" id="quay">Boats</h2>', "quay", id="in HTML"),
    ],
)
def test_headings_have_anchors(file: str, anchor: str) -> None:
    """A heading knows the fragment of a link to it, which is not among its words."""
    reading = read_markdown(file, "utf-8")
    assert reading.blocks[-1].anchor == anchor
    assert reading.text.split()[-1] in ("Boats", "crews")


def test_labels_of_notes() -> None:
    """A note has its printed number as a label where that is not its place; names aren't printed."""
    reading = read_markdown("A[^12] b[^x] c[^3]\n\n[^12]: A.\n\n[^x]: B.\n\n[^3]: C.\n", "utf-8")
    assert [note.label for note in reading.notes] == ["12", None, None]


def test_marks_of_notes_are_lifted() -> None:
    """Where the marks of notes stood in the file is kept."""
    file = "A[^1]\r\nb [^1].\r\n\r\n[^1]: N.\r\n"
    marks = read_markdown(file, "utf-8").lifted
    assert [file[mark.start : mark.stop] for mark in marks] == ["[^1]", "[^1]"]
    assert {mark.kind for mark in marks} == {"note mark"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# The Ferry\n\nIt sank in **May**.\n", id="a heading and emphasis"),
        pytest.param("See [the quay](http://x) and [it](y).\n\n**Ours** [z](w)\n", id="links"),
        pytest.param("# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", id="a table"),
        pytest.param("---\ntitle: The Ferry\n---\n\n## Boats\n\nIt **sank**.\n", id="front matter"),
    ],
)
def test_markdown_is_told(text: str) -> None:
    """Marked up text is seen to be Markdown."""
    assert looks_like_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It sank in May. It was raised.\n\nThen no more.\n", id="prose"),
        pytest.param("#!/bin/sh\n# set up\n# all of it\nrow --hard\n", id="a script"),
        pytest.param("# one\nimport os\n\n# two\n\ndef row():\n    pass\n", id="Python"),
        pytest.param("2021-02-01 ERROR [main] sank **\n" * 5, id="a log"),
        pytest.param(
            "From: V. Olsen\nSubject: Re: [boats]\n\n> It sank.\n\nNo.\n-- \nV.\n", id="mail"
        ),
        pytest.param(
            "Boats\n=====\n\n.. note:: It ``sank``.\n\n:ref:`quay`\n", id="reStructuredText"
        ),
        pytest.param("THE FERRY\n---------\n\nIt sank.\n", id="an underlined title"),
    ],
)
def test_what_is_no_markdown(text: str) -> None:
    """Prose, code, logs, mail and reStructuredText are not taken for Markdown."""
    assert not looks_like_markdown(text)


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
