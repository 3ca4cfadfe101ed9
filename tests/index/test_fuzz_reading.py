"""Thousands of damaged files and wild texts: reading either gives a sound document or says why not."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.analysis import Analyzer
from index.errors import DocumentFormatError
from index.model import Document
from index.passages import cut_passages
from index.reading import read
from index.reading.formats import Format
from index.reading.rst import read_rst
from index.sentences import sentences
from tests.index.cases import document_of, markdown, plain
from tests.index.mutation import run_batch
from tests.index.test_markdown import PIECES
from tests.index.test_plain import LAYOUTS

pytestmark = pytest.mark.slow

SIGNS = (
    "x|.|. |A. |.”|1,|1.|1,234|'|a'|-|a-|a- |-\n|\n|\t| |\f|\r|1999\n|I. A\n\n|= |===\n|May 1, |1. x\n"
    "|字|。|é|a."
).split("|")  # fmt: skip
MARKS = (
    "[^¦[^1]¦*a¦_a_¦`¦``a`¦<a ¦<!--¦<?¦[¦![¦[a](¦](¦&a¦\\¦|¦|-|\n¦- a\n¦> a\n¦>¦# a\n¦a\n===\n¦~~a¦[^1]: a\n"
    "¦<div>\n¦<b>¦[*"
).split("¦")
MUTANTS = {
    Format.TEXT: 3_000,
    Format.MARKDOWN: 3_000,
    Format.RESTRUCTUREDTEXT: 2_000,
    Format.HTML: 3_000,
    Format.CSV: 3_000,
    Format.JSON: 3_000,
    Format.PDF: 2_000,
    Format.DOCX: 3_000,
    Format.EPUB: 3_000,
}  # `make fuzz` goes on
SEED = 1
SECONDS = 40  # more for a text of a megabyte is no linear time, on any machine
thoroughly = settings(
    max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def check(document: Document) -> None:
    """Every span lies in the text and holds what it says; passages hold each word once."""
    text = document.text
    assert document.sections[0].start == 0
    done = 0
    for paragraph in document.paragraphs:
        section = document.sections[paragraph.section]
        assert max(done, section.start) <= paragraph.start < paragraph.stop <= section.stop
        done = paragraph.stop
    for note in document.notes:
        assert done <= note.start < note.stop <= len(text)
        assert text[note.start : note.stop] == note.text
        done = note.stop
    passages = cut_passages(document)
    parts = (*document.paragraphs, *document.notes)
    words = "".join(text[part.start : part.stop] for part in parts)
    assert _letters("".join(passage.text for passage in passages)) == _letters(words)
    assert len({passage.id for passage in passages}) == len(passages)
    for passage in passages:
        assert text[passage.locator.start : passage.locator.stop] == passage.text
    for term in Analyzer().terms(text):
        assert 0 <= term.start < term.stop <= len(text)


def _letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("kind", "count"), MUTANTS.items())
@pytest.mark.timeout(600)
def test_mutants(kind: Format, count: int) -> None:
    """A file that was damaged at random is read soundly or refused with a sentence, and in time."""
    failures = run_batch(kind, SEED, 0, count)
    assert not failures, "\n".join(
        f"--show {kind.value}:{failure.seed}:{failure.number}: {failure.what}"
        for failure in failures
    )


@thoroughly
@given(st.one_of(LAYOUTS, st.text(max_size=200)))
def test_any_plain_text(text: str) -> None:
    """Whatever the text, plain reading gives a sound document."""
    check(plain(text))


@thoroughly
@given(st.one_of(PIECES, st.text(max_size=200)))
def test_any_markdown(text: str) -> None:
    """Whatever the text, reading Markdown gives a sound document whose words lead back."""
    document = markdown(text)
    check(document)


@thoroughly
@given(st.binary(max_size=600))
def test_any_bytes(data: bytes) -> None:
    """Whatever the bytes, they are read or refused, never anything else."""
    with suppress(DocumentFormatError):
        check(document_of(read(data, "x.txt")))


@pytest.mark.parametrize("piece", SIGNS, ids=repr)
def test_a_megabyte_of_anything(piece: str) -> None:
    """A megabyte of any sign is read, cut and analyzed in seconds: no step looks back over and over."""
    text = (piece * 1_000_000)[:1_000_000] + "x"
    started = time.process_time()
    document = plain(text)
    cut_passages(document)
    for _ in sentences(text):
        pass
    Analyzer([("a b c", "d")]).terms(text)
    assert time.process_time() - started < SECONDS


RST_MARKS = (
    "*a ¦``a ¦`a ¦|a ¦a_ ¦[1]_ ¦[#]_ ¦a-¦- a\n¦- ¦1. ¦- - - a\n¦a\n===\n\n¦=== ===\n¦+-+-+\n| | |\n¦+--¦"
    "| a\n¦:a: b\n¦:a:¦-a  b\n¦.. _a:\n¦.. _`a\n   ¦.. |a¦|a| ¦.. [1] a\n¦.. note::\n\n   a\n\n¦.. a\n¦"
    ">>> a\n¦a\n b\n¦ a\n\n -- c\n\n¦\\¦`<¦a : b : ¦\t¦://¦=\n"
).split("¦")


@pytest.mark.parametrize("piece", RST_MARKS, ids=repr)
def test_many_marks_of_restructuredtext(piece: str) -> None:
    """Thousands of any mark of reStructuredText are read in seconds."""
    started = time.process_time()
    check(document_of(read_rst("z\n\n" + (piece * 20_000)[:20_000] + "x\n", "utf-8")))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("piece", MARKS, ids=repr)
def test_many_marks_of_markdown(piece: str) -> None:
    """Thousands of any mark of Markdown are read in seconds."""
    started = time.process_time()
    check(markdown("z[^1]\n\n" + (piece * 30_000)[:30_000] + "\n\n[^1]: x\n"))
    assert time.process_time() - started < SECONDS
