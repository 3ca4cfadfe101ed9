"""What holds of every reading, whatever the format: spans, the map back, and no word lost."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import DocumentFormatError
from index.reading import Reading
from index.reading.formats import Format, decode_text, reader
from tests.index import make_docx as word
from tests.index.mutation import PACKED, faults, judge, mutant, seeds

#: A block of a document: what it is, and its words, cell by cell.
Part = tuple[str, tuple[str, ...]]
KINDS = ("heading", "text", "list", "numbers", "table", "quote", "code")
TEXTS = tuple(kind for kind in Format if kind not in PACKED)
TOKENS = (
    "word|two words|\n|\n\n|. |, |é|字|1|2.|May 1911|&amp;|<|>|*|`|[|]|(|)|#|=|\n===\n|\n---\n|- |\\|_|"
    ':|::\n\n  |.. |[1]|{|}|"|,|\t|\r\n|\f|\u00ad|<p>|</p>|<b>|<table><tr><td>|</td>|<br>|<!--|-->'
).split("|")
gently = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def read_as(kind: Format, data: bytes) -> Reading:
    """``data`` read as what it is said to be."""
    if kind in PACKED:
        return reader(kind)(data)
    decoded = decode_text(data)
    return reader(kind)(decoded.text, decoded.encoding)


@st.composite
def documents(draw: st.DrawFn) -> list[Part]:
    """Parts whose words are all different, so that each can be looked for; a heading comes first."""
    parts: list[Part] = []
    number = 0
    for kind in [
        "heading",
        *draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8)),
        "text",
    ]:
        cells = 1 if kind in ("heading", "text", "quote", "code") else 2 * draw(st.integers(1, 3))
        words = []
        for _ in range(cells):
            size = draw(st.integers(1, 6))
            words.append(" ".join(f"word{n}" for n in range(number, number + size)))
            number += size
        parts.append((kind, tuple(words)))
    return parts


def _markdown(kind: str, cells: Sequence[str]) -> str:
    match kind:
        case "heading":
            return f"## {cells[0]}"
        case "list":
            return "\n".join(f"* {cell}" for cell in cells)
        case "numbers":
            return "\n".join(f"{n}. {cell}" for n, cell in enumerate(cells, 1))
        case "table":
            rows = [f"| {a} | *{b}* |" for a, b in zip(cells[::2], cells[1::2], strict=True)]
            return "\n".join([rows[0], "|---|---|", *rows[1:]])
        case "quote":
            return f"> {cells[0]}"
        case "code":
            return f"```\n{cells[0]}\n```"
        case _:
            return f"**{cells[0]}**"


def _rst(kind: str, cells: Sequence[str]) -> str:
    match kind:
        case "heading":
            return f"{cells[0]}\n{'=' * len(cells[0])}"
        case "list":
            return "\n".join(f"* {cell}" for cell in cells)
        case "numbers":
            return "\n".join(f"{n}. {cell}" for n, cell in enumerate(cells, 1))
        case "table":
            rows = "\n".join(f"   * - {a}\n     - *{b}*" for a, b in _pairs(cells))
            return f".. list-table::\n\n{rows}"
        case "quote":
            return f"..\n\n   {cells[0]}"
        case "code":
            return f"::\n\n   {cells[0]}"
        case _:
            return f"**{cells[0]}**"


def _html(kind: str, cells: Sequence[str]) -> str:
    inner = [html.escape(cell) for cell in cells]
    match kind:
        case "heading":
            return f"<h2>{inner[0]}</h2>"
        case "list":
            return "<ul>" + "".join(f"<li>{cell}</li>" for cell in inner) + "</ul>"
        case "numbers":
            return "<ol>" + "".join(f"<li>{cell}</li>" for cell in inner) + "</ol>"
        case "table":
            rows = "".join(f"<tr><td>{a}</td><td><i>{b}</i></td></tr>" for a, b in _pairs(inner))
            return f"<table>{rows}</table>"
        case "quote":
            return f"<blockquote>{inner[0]}</blockquote>"
        case "code":
            return f"<pre>{inner[0]}</pre>"
        case _:
            return f"<p><b>{inner[0]}</b></p>"


def _plain(_: str, cells: Sequence[str]) -> str:
    return "\n".join(cells)


def _pairs(cells: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(cells[::2], cells[1::2], strict=True))


def _text_file(part: Callable[[str, Sequence[str]], str]) -> Callable[[list[Part]], bytes]:
    return lambda parts: "\n\n".join(part(*each) for each in parts).encode()


def _html_file(parts: list[Part]) -> bytes:
    body = "\n".join(_html(*part) for part in parts)
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def _csv_file(parts: list[Part]) -> bytes:
    rows = [(" ".join(cells[::2]), " ".join(cells[1::2])) for _, cells in parts]
    return "".join(f'"{a}","{b}"\r\n' for a, b in [("left", "right"), *rows]).encode()


def _docx_file(parts: list[Part]) -> bytes:
    blocks: list[str] = []
    for kind, cells in parts:
        if kind == "heading":
            blocks.append(word.p(cells[0], style="Heading2"))
        elif kind == "table":
            blocks.append(word.tbl(*(word.tr(*pair) for pair in _pairs(cells))))
        elif kind in ("list", "numbers"):
            blocks += [word.li(cell, 1 if kind == "list" else 2) for cell in cells]
        else:
            blocks += [word.p(cell) for cell in cells]
    return word.docx(*blocks)


def _epub_file(parts: list[Part]) -> bytes:
    """The sound EPUB with its first chapter replaced and the others emptied."""
    body = "\n".join(_html(*part) for part in parts)
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(seeds(Format.EPUB)[-1])) as old,
        zipfile.ZipFile(file, "w") as new,
    ):
        for name in old.namelist():
            chapter = name.endswith(".xhtml")
            made = page if name.endswith("c0.xhtml") else page[: page.index("<body>")] + "</html>"
            new.writestr(name, made if chapter else old.read(name))
    return file.getvalue()


WRITERS: dict[Format, Callable[[list[Part]], bytes]] = {
    Format.TEXT: _text_file(_plain),
    Format.MARKDOWN: _text_file(_markdown),
    Format.RESTRUCTUREDTEXT: _text_file(_rst),
    Format.HTML: _html_file,
    Format.CSV: _csv_file,
    Format.DOCX: _docx_file,
    Format.EPUB: _epub_file,
}


@pytest.mark.parametrize("kind", WRITERS)
@gently
@given(documents())
def test_each_word_is_read_once(kind: Format, parts: list[Part]) -> None:
    """Whatever a document's shape, its words come out in their order, none twice and none lost."""
    reading = read_as(kind, WRITERS[kind](parts))
    found = [word for word in reading.text.replace("|", " ").split() if word.startswith("word")]
    if kind is Format.CSV:
        assert sorted(found) == sorted(
            word for _, cells in parts for c in cells for word in c.split()
        )
    else:
        assert found == [word for _, cells in parts for cell in cells for word in cell.split()]
    assert not faults(reading)


@pytest.mark.parametrize(
    ("kind", "number"),
    [pytest.param(k, n, id=f"{k.value}-{n}") for k in Format for n in range(len(seeds(k)))],
)
def test_sound_files_are_read_soundly(kind: Format, number: int) -> None:
    """Golden cases, the corpus and files made on the spot: each reading is sound, twice the same."""
    assert judge(kind, seeds(kind)[number], twice=True) is None


@pytest.mark.parametrize("kind", TEXTS)
@gently
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_wild_texts_are_read_soundly(kind: Format, text: str) -> None:
    """Whatever a text holds, each of the readers of text reads it soundly or refuses it."""
    assert judge(kind, text.encode(), twice=False) is None


@pytest.mark.parametrize("kind", Format)
def test_mutants_are_the_same_again(kind: Format) -> None:
    """A mutant is told by its format, seed and number, so that a failure can be looked at again."""
    assert [mutant(kind, 3, n) for n in range(5)] == [mutant(kind, 3, n) for n in range(5)]


@pytest.mark.parametrize("kind", Format)
def test_a_few_mutants(kind: Format) -> None:
    """Some damaged files, in each run of the tests; `make fuzz` and the slow tests take more."""
    for number in range(10):
        assert judge(kind, mutant(kind, 2, number), twice=True) is None


def test_a_fault_is_found() -> None:
    """The check of readings is one: a map that leads astray, a lost word and a wrong note fail it."""
    reading = read_as(Format.TEXT, b"One two.\n\nThree four.\n")
    assert not faults(reading)
    astray = Reading(reading.text, "utf-8", ((0, 1),), reading.blocks, source=reading.source)
    lost = Reading("One two.", "utf-8", ((0, 0),), (), source="One two. Three")
    assert "leads to another" in faults(astray)[0]
    assert "lost" in faults(lost)[0]


def test_refusals_are_sentences() -> None:
    """What can't be read is refused with a sentence that says why."""
    with pytest.raises(DocumentFormatError, match=r"\.$"):
        read_as(Format.PDF, b"%PDF-1.4 nothing")
