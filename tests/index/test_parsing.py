"""Readings become documents: sections that cover the text, paragraphs that lie in them."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Document, DocumentMeta
from index.parsing import hash_text, parse
from index.reading.markdown import read_markdown
from tests.index.cases import markdown, plain

LINES = """
# A|## B|### C|I. One|A. Two|1999|words here.|- item|x[^1]|[^1]: note|> quote|    code|TITLE|====
Appendix A|March 1: It was.||
"""
TEXTS = st.lists(
    st.sampled_from(LINES.replace("\n", "|").split("|")) | st.text(max_size=8), max_size=20
).map("\n".join)
DOCUMENTS = st.one_of(TEXTS.map(plain), TEXTS.map(markdown))


def parsed(text: str, meta: DocumentMeta) -> Document:
    reading = read_markdown(text, "utf-8")
    return parse(reading, document_id="d", name="d.md", collection="c", sha256="s", meta=meta)


@given(DOCUMENTS)
def test_sections_are_the_text(document: Document) -> None:
    """The sections in order, and then the notes, are the whole text."""
    text = document.text
    sections = "".join(text[section.start : section.stop] for section in document.sections)
    rest = text[len(sections) :]
    assert text.startswith(sections)
    assert rest == (text[document.notes[0].start :] if document.notes else "")


@given(DOCUMENTS)
def test_paragraphs_lie_in_their_sections(document: Document) -> None:
    """Paragraphs stand in order, apart, each inside its section and numbered from 1 there."""
    done, numbers = 0, dict.fromkeys(range(len(document.sections)), 0)
    for paragraph in document.paragraphs:
        section = document.sections[paragraph.section]
        numbers[paragraph.section] += 1
        assert paragraph.number == numbers[paragraph.section]
        assert max(done, section.start) <= paragraph.start < paragraph.stop <= section.stop
        done = paragraph.stop


@given(DOCUMENTS)
def test_paths_hold_the_headings_above(document: Document) -> None:
    """A path ends with the section's own heading and is its parent's path with that added."""
    for before, section in zip(document.sections, document.sections[1:], strict=False):
        heading = " ".join(document.text[section.start : section.stop].split("\n")[0].split())
        if section.path:
            assert " ".join(section.path[-1].split()).startswith(heading)
            assert section.path[:-1] == before.path[: len(section.path) - 1]


@given(TEXTS)
def test_parsing_twice_gives_the_same(text: str) -> None:
    """Equal texts make equal documents."""
    assert plain(text) == plain(text)
    assert markdown(text) == markdown(text)


def test_levels_that_are_left_out_do_not_matter() -> None:
    """A heading of the third level right under one of the first is its child."""
    document = markdown("# A\n\n### C\n\n## B\n\n# D\n")
    assert [section.path for section in document.sections] == [
        (), ("A",), ("A", "C"), ("A", "B"), ("D",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param("# T\n\n## A", [(), (), ("A",)], id="a title and sections"),
        pytest.param("# T\n\nWords.", [(), ()], id="a title alone"),
        pytest.param("Words.\n\n# A", [(), ("A",)], id="words first"),
        pytest.param("# A\n\n# B", [(), ("A",), ("B",)], id="two of a level"),
        pytest.param("## A\n\n# B", [(), ("A",), ("B",)], id="a higher one later"),
        pytest.param("---\ntitle: X\n---\n# A\n", [(), ("A",)], id="another title"),
    ],
)
def test_the_title_is_no_part_of_paths(text: str, paths: list[tuple[str, ...]]) -> None:
    """A heading is left out of paths only where it is the title and all others are below it."""
    assert [section.path for section in markdown(text).sections] == paths


def test_what_the_owner_says_comes_first() -> None:
    """corpus.toml outdoes front matter, which outdoes the first heading; a name is the last resort."""
    text = "---\ntitle: Front\nauthor: Olsen\ndate: 1907\n---\n# Heading\n"
    said = DocumentMeta(title="Said", author="Berg")
    assert parsed(text, said).title == "Said"
    assert parsed(text, said).meta == dataclasses.replace(said, date="1907", language="en")
    assert parsed(text, DocumentMeta()).title == "Front"
    assert parsed("# Heading\n\nx", DocumentMeta()).title == "Heading"
    assert parsed("Words.", DocumentMeta()).title == "d.md"


def test_a_title_is_one_line() -> None:
    """A title that runs over two lines is shown as one."""
    assert markdown("The long\ntitle\n=====\n\nWords.").title == "The long title"


@given(st.text(st.characters(codec=None), max_size=20))
def test_hashes_are_of_utf_8(text: str) -> None:
    """A text's hash is that of its UTF-8, and half a surrogate pair can be hashed too."""
    assert hash_text(text) == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
