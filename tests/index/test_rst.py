"""reStructuredText: its words without its marks, each leading back to where it stands in the file."""

from __future__ import annotations

import pytest
from docutils.parsers.rst import directives, roles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.reading import Reading, source_offset
from index.reading.rst import looks_like_rst, read_rst
from tests.index.cases import Case, cases, document_of, outline
from tests.index.mutation import faults

#: Pieces that make most constructs of reStructuredText when they meet, and break them.
PIECES = st.lists(
    st.sampled_from(
        "a¦b c¦\n¦\n\n¦\r\n¦  ¦    ¦\t¦* ¦- ¦1. ¦#. ¦(a) ¦a\n===\n¦\n---\n¦====\na\n====\n¦*¦**¦``¦`¦|¦_¦__"
        "¦[1]_¦[#]_¦[*]_¦\\¦:¦::\n\n    ¦:a: ¦:ref:`b <c>`¦-a  b\n¦| ¦>>> a\n¦.. ¦.. note:: ¦.. [1] ¦.. [#] ¦"
        ".. _a:\n\n¦.. |a| replace:: b\n\n¦|a|¦+---+\n| a |\n+---+\n¦=== ===\na   b\n=== ===\n¦é¦字¦\f".split(
            "¦"
        )
    )
    | st.text(max_size=3),
    max_size=25,
).map("".join)
gently = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def misplaced(reading: Reading, file: str) -> list[tuple[str, str]]:
    """Stored characters that don't lead to themselves; substitutions and ``#.`` lead to their sign."""
    wrong = []
    for offset, char in enumerate(reading.text):
        there = source_offset(reading.source_map, offset)
        source = file[there : there + 1]
        if source != char and not char.isspace() and char != "|" and source not in ("|", "#"):
            wrong.append((reading.text[max(0, offset - 5) : offset + 1], file[there : there + 9]))
    return wrong


@pytest.mark.parametrize("case", cases("rst.txt"))
def test_cases(case: Case) -> None:
    """A messy text is read as its case says: tests/cases/reading/rst.txt."""
    assert outline(document_of(read_rst(case.text, "utf-8"))) == case.expected


@pytest.mark.parametrize("case", cases("rst.txt"))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_every_character_leads_back(case: Case, line_end: str) -> None:
    """Every stored character stands at its place in the file, whatever the file's line ends."""
    file = case.text.replace("\r", "").replace("\n", line_end)
    assert not misplaced(read_rst(file, "utf-8"), file)


@pytest.mark.parametrize(
    ("file", "words", "place"),
    [
        pytest.param(r"a \* b *c*", "*", 3, id="an escape"),
        pytest.param("`b <b>`_ b", " b", 8, id="a word that the address holds too"),
        pytest.param("a\r\n*b*\r\nc", "c", 8, id="after line ends of Windows"),
        pytest.param("* a\n* a", "a", 6, id="the second of two like items"),
        pytest.param(".. a\n\na", "a", 6, id="a word that a comment holds too"),
        pytest.param("| a\n| a", "a", 6, id="a line of a block"),
        pytest.param("=  =\na  b\n=  =\n\nb", "b", 16, id="a word that a table holds too"),
        pytest.param("+---+---+\n| a | a |\n+---+---+", "a", 16, id="the second of two like cells"),
        pytest.param("::\n\n\ta\n\n\tb", "b", 9, id="after tabs"),
        pytest.param("x [1]_\n\n.. [1] a\n\n   b", "b", 21, id="in a note"),
        pytest.param(".. |n| replace:: long\n\na |n| b", "long", 25, id="what stands for a name"),
    ],
)
def test_places(file: str, words: str, place: int) -> None:
    """Stored words lead to their own place in the file, not to a like one."""
    reading = read_rst(file, "utf-8")
    assert source_offset(reading.source_map, reading.text.rindex(words)) == place


def test_counted_numbers_lead_to_their_sign() -> None:
    """The numbers of a list that docutils counts are told, and each digit leads to the ``#``."""
    file = "".join(f"#. item{n}\n" for n in range(12))
    reading = read_rst(file, "utf-8")
    assert "12. item11" in reading.text
    assert not misplaced(reading, file)


def test_properties_and_title() -> None:
    """Fields at the front tell about the document by the names that all formats share."""
    file = "The *Ferry*\n===========\n\n:Author: V. Olsen\n:Organization: Harbour\n:Boats: two\n"
    reading = read_rst(file, "utf-8")
    assert reading.title == "The Ferry"
    assert reading.properties == {"author": "V. Olsen", "publisher": "Harbour"}


def test_anchors() -> None:
    """A heading knows the fragment of a link to it: its target before it, or its words."""
    reading = read_rst("Big Boats\n=========\n\n.. _The Quay:\n\nQuays\n-----\n\nA.\n", "utf-8")
    assert [block.anchor for block in reading.blocks] == ["big-boats", "the-quay", None]


def test_marks_of_notes_are_lifted() -> None:
    """Where the marks of notes stood in the file is kept, and what is no text as well."""
    file = "A [1]_ b\tc [#]_.\r\n\r\n.. [1] N.\r\n.. [#] M.\r\n\r\n.. raw:: html\r\n\r\n   <b>\r\n"
    lifted = read_rst(file, "utf-8").lifted
    assert [file[each.start : each.stop] for each in lifted[:2]] == ["[1]_", "[#]_"]
    assert "<b>" in file[lifted[2].start : lifted[2].stop]


def test_nothing_is_taken_in() -> None:
    """No directive reads a file, runs anything or prints; what it would take in is said to be missing."""
    file = (
        "A.\n\n.. include:: /etc/hostname\n\n.. csv-table:: B\n   :file: /etc/passwd\n\n"
        ".. raw:: html\n   :url: x\n"
    )
    reading = read_rst(file, "utf-8")
    assert reading.text == "A.\n\nB"
    assert reading.warnings[0].line == 3


def test_docutils_stays_as_it_was() -> None:
    """Reading leaves docutils' directives and roles, which others may use, alone."""
    before = dict(directives._directives), dict(roles._roles)
    read_rst(
        ".. role:: x\n\n.. default-role:: math\n\n.. note:: :x:`a` :ref:`b`\n\n.. new:: c\n",
        "utf-8",
    )
    assert (dict(directives._directives), dict(roles._roles)) == before


@pytest.mark.parametrize(
    "file",
    [
        pytest.param("- " * 60 + "deep words", id="lists"),
        pytest.param(
            "".join("  " * n + f"a{n}\n\n" for n in range(90)) + "deep words", id="quotes"
        ),
        pytest.param("a\n" * 60_000 + "deep words", id="lines"),
        pytest.param("a " * 20_000 + "deep words", id="a long line"),
        pytest.param("1" * 5_000 + ". deep words", id="a number of thousands of digits"),
    ],
)
def test_what_is_beyond_reason_is_plain_text(file: str) -> None:
    """What docutils could not read at a fair price is read as plain text, and that is said."""
    reading = read_rst(file, "utf-8")
    assert "deep words" in reading.text
    assert reading.format == "text" or not reading.warnings
    assert reading.format != "text" or "plain text" in reading.warnings[-1].text


def test_a_paragraph_of_marks_alone_keeps_its_words() -> None:
    """Marks that would take long to pair are left as they are written, and that is said."""
    reading = read_rst("*a " * 6_000, "utf-8")
    assert reading.text.count("a") == 6_000
    assert "inline marks" in reading.warnings[-1].text


@gently
@given(PIECES)
def test_any_text_is_read_soundly(file: str) -> None:
    """Whatever the text, blocks and notes lie in order and each character stands at its place."""
    reading = read_rst(file, "utf-8")
    assert not faults(reading)
    assert not misplaced(reading, file)


@gently
@given(st.lists(st.text(st.sampled_from("abc ,;é"), min_size=1), max_size=8).map(" ".join))
def test_prose_loses_no_word(file: str) -> None:
    """Text without any mark comes out with all its words."""
    assert read_rst(file, "utf-8").text.split() == file.split()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Boats\n=====\n\nSee :ref:`quay`.\n", id="a role"),
        pytest.param("Boats\n=====\n\n.. note:: Mind.\n", id="a directive"),
        pytest.param("Boats\n-----\n\nSo ``row`` it::\n\n    row\n", id="literals"),
        pytest.param(".. _quay:\n\n.. toctree::\n\n   a\n", id="no title"),
    ],
)
def test_rst_is_told(text: str) -> None:
    """Marked up text is seen to be reStructuredText."""
    assert looks_like_rst(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It sank in May::\n\nIt was raised.\n", id="prose"),
        pytest.param("# Boats\n\n```\n.. note:: x\n```\n\n[a](b)\n", id="Markdown"),
        pytest.param(
            "Boats\n=====\n\nSee [the quay](x) and `row`.\n", id="Markdown with an underline"
        ),
        pytest.param(
            "import os\n\nx = 1\n\n\ndef row():\n    '''.. note:: :ref:`x`'''\n", id="Python"
        ),
        pytest.param("2021-02-01 ERROR :a: `sank`\n" * 5, id="a log"),
        pytest.param("BOATS\n=====\n\nIt sank.\n", id="an underlined title"),
    ],
)
def test_what_is_no_rst(text: str) -> None:
    """Prose, code, logs and Markdown are not taken for reStructuredText."""
    assert not looks_like_rst(text)
