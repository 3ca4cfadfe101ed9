"""Thousands of damaged files and wild texts: reading either gives a sound document or says why not."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.analysis import Analyzer
from index.errors import DocumentFormatError
from index.model import Document
from index.passages import cut_passages
from index.reading import read
from index.reading.decoding import decode
from index.sentences import sentences
from tests.conftest import ROOT, SHARED
from tests.index.cases import FOLDER, document_of, markdown, plain
from tests.index.test_markdown import PIECES, misplaced
from tests.index.test_plain import LAYOUTS

pytestmark = pytest.mark.slow

INSERTS = (
    b"\n",
    b"\n\n",
    b"\f",
    b"\r",
    b"\r\n",
    b"> ",
    b"- ",
    b"[^1]: ",
    b"`",
    b"<!--",
    b"|",
    b"*",
)
SIGNS = (
    "x|.|. |A. |.”|1,|1.|1,234|'|a'|-|a-|a- |-\n|\n|\t| |\f|\r|1999\n|I. A\n\n|= |===\n|May 1, |1. x\n"
    "|字|。|é|a."
).split("|")  # fmt: skip
MARKS = (
    "[^¦[^1]¦*a¦_a_¦`¦``a`¦<a ¦<!--¦<?¦[¦![¦[a](¦](¦&a¦\\¦|¦|-|\n¦- a\n¦> a\n¦>¦# a\n¦a\n===\n¦~~a¦[^1]: a\n"
    "¦<div>\n¦<b>¦[*"
).split("¦")
MUTANTS = 400  # of each file and format
SLICE = 6_000  # bytes of a file that are mutated: enough for every construct, and quick
SECONDS = 20  # more for a text of a megabyte is no linear time, on any machine
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "koi8-r", "shift_jis")
thoroughly = settings(
    max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def real_files() -> list[Path]:
    """The shipped documents, our cases, and the original documents where they are."""
    folders = (ROOT / "corpus", FOLDER, SHARED / "seeds")
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix in (".txt", ".md")
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A slice of ``data``, perhaps in another encoding, with some bytes changed, moved or cut off."""
    start = chance.randrange(max(1, len(data) - SLICE))
    mutant = data[start : start + SLICE]
    if chance.random() < 0.4:
        text = mutant.decode("utf-8", "ignore")
        mutant = text.encode(chance.choice(ENCODINGS), "ignore")
    body = bytearray(mutant or b" ")
    for _ in range(chance.choice((0, 1, 2, 5, 40))):
        place = chance.randrange(len(body))
        match chance.randrange(4):
            case 0:
                body[place] = chance.randrange(256)
            case 1:
                body[place:place] = chance.choice(INSERTS) * chance.choice((1, 1, 3, 50))
            case 2:
                del body[place : place + chance.randrange(1, 60)]
            case _:
                end = place + chance.randrange(1, 200)
                body[place:place] = body[place:end]
        body = body or bytearray(b" ")
    return bytes(body)


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


@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_mutated_files(path: Path, suffix: str) -> None:
    """A real file that was damaged at random is read soundly or refused with a sentence."""
    chance = random.Random(path.name + suffix)
    data = path.read_bytes()
    for _ in range(MUTANTS):
        mutant = mutated(data, chance)
        with suppress(DocumentFormatError):
            reading = read(mutant, f"x{suffix}")
            assert reading == read(mutant, f"x{suffix}")
            check(document_of(reading))
            if suffix == ".md":
                assert not misplaced(reading, decode(mutant)[0])


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
    started = time.perf_counter()
    document = plain(text)
    cut_passages(document)
    for _ in sentences(text):
        pass
    Analyzer([("a b c", "d")]).terms(text)
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("piece", MARKS, ids=repr)
def test_many_marks_of_markdown(piece: str) -> None:
    """Thousands of any mark of Markdown are read in seconds."""
    started = time.perf_counter()
    check(markdown("z[^1]\n\n" + (piece * 30_000)[:30_000] + "\n\n[^1]: x\n"))
    assert time.perf_counter() - started < SECONDS
