"""Messy texts as cases: tests/cases/reading/*.txt hold a title, an input and what is to be read of it.

A case is a title, a line with only a full stop, the input, such a line, the expected outline, such a
line. Text before the first case explains the file. In inputs these signs stand for what nobody sees:
``␌`` a form feed, ``␍`` a carriage return, ``␉`` a tab, ``␠`` a blank. `outline` draws what was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from index.model import Document, DocumentMeta
from index.parsing import parse
from index.reading import Reading, read
from index.reading.markdown import read_markdown
from index.reading.plain import read_plain

FOLDER = Path(__file__).parent.parent / "cases" / "reading"
_UNSEEN = str.maketrans({"␌": "\f", "␍": "\r", "␉": "\t", "␠": " "})


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    text: str
    expected: str


def cases(name: str) -> list[object]:
    """The cases of a file, as pytest's parameters, each called by its title."""
    pieces = (FOLDER / name).read_text(encoding="utf-8").split("\n.\n")
    found = []
    for title, text, expected in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False):
        case = Case(title.strip().splitlines()[-1], text.translate(_UNSEEN), expected)
        found.append(pytest.param(case, id=case.title))
    assert found, f"{name} holds no case"
    return found


def outline(document: Document) -> str:
    """What was read of a document, a line each: title, headings, paragraphs, notes, warnings.

    ``#`` and the path open a section, a kind and ``|`` a paragraph, in which ``/`` stands for a line
    end. A note tells the last words before each of its marks, a page the first words on it; labels
    as printed stand in brackets.
    """
    text = document.text
    lines = [f"title| {document.title}"] if document.title != document.name else []
    for number, section in enumerate(document.sections):
        if section.level:
            lines.append(f"{'#' * section.level} {' > '.join(section.path)}".rstrip())
        lines += [
            f"{paragraph.kind}| {_line(text[paragraph.start : paragraph.stop])}"
            for paragraph in document.paragraphs
            if paragraph.section == number
        ]
    for note in document.notes:
        places = " and ".join(text[:mark].split()[-1] for mark in note.marks)
        label = f" ({note.label})" if note.label else ""
        lines.append(
            f"note {note.number}{label}| {_line(note.text)}" + (f" <- {places}" if places else "")
        )
    for page in document.pages:
        label = f" ({page.label})" if page.label else ""
        words = " ".join(text[page.start : page.stop].split()[:2])
        lines.append(f"page {page.number}{label}| {words}".rstrip())
    for warning in document.warnings:
        where = f"page {warning.page}" if warning.page else f"line {warning.line}"
        lines.append(f"{where}| {warning.text}")
    return "\n".join(lines)


def _line(text: str) -> str:
    return text.replace("\n", "/").replace("\f", "␌").replace("\t", "␉")


def document_of(reading: Reading, *, name: str = "case.txt", document_id: str = "case") -> Document:
    """The document that ``reading`` is, of which its owner says nothing."""
    return parse(
        reading,
        document_id=document_id,
        name=name,
        collection="main",
        sha256="0" * 64,
        meta=DocumentMeta(),
    )


def plain(text: str) -> Document:
    """The document that plain ``text`` is."""
    return document_of(read_plain(text, "utf-8"))


def markdown(text: str) -> Document:
    """The document that Markdown ``text`` is."""
    return document_of(read_markdown(text, "utf-8"), name="case.md")


def document_of_file(path: Path) -> Document:
    """The document that a file is."""
    return document_of(read(path.read_bytes(), path.name), name=path.name)
