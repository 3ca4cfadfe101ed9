"""Text -> Document: sections, paragraphs and notes, each with its span."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from index.acronyms import acronym_pairs
from index.analysis import language_of_text, primary
from index.dates import evident_order
from index.model import Document, DocumentMeta, Paragraph, Section, one_line
from index.reading.text import Block, Reading
from index.references import find_references


def parse(
    reading: Reading,
    *,
    document_id: str,
    name: str,
    collection: str,
    sha256: str,
    meta: DocumentMeta,
) -> Document:
    """The document that ``reading`` is. What ``meta`` leaves open is taken from the text itself."""
    properties = reading.properties
    meta = replace(
        meta,
        title=meta.title or reading.title,
        author=meta.author or properties.get("author"),
        date=meta.date or properties.get("date"),
        publisher=meta.publisher or properties.get("publisher"),
        url=meta.url or properties.get("url"),
        rights=meta.rights or properties.get("rights"),
        language=meta.language or _language(properties.get("language"), reading.text),
        date_order=meta.date_order or evident_order(reading.text),
    )
    sections, paragraphs = _structure(reading)
    return Document(
        id=document_id,
        name=name,
        collection=collection,
        title=one_line(meta.title or "") or name,
        meta=meta,
        text=reading.text,
        encoding=reading.encoding,
        sha256=sha256,
        text_sha256=hash_text(reading.text),
        source_map=reading.source_map,
        sections=sections,
        paragraphs=paragraphs,
        notes=reading.notes,
        warnings=reading.warnings,
        format=reading.format,
        pages=reading.pages,
        references=find_references(reading.text, sections, reading.notes),
        records=reading.records,
        lifted=reading.lifted,
        acronyms=acronym_pairs(reading.text),
    )


def _language(said: str | None, text: str) -> str:
    """The language (BCP 47) that a file says it is in, unless its words are clearly in another one.

    Programs write their user's language into a file, whatever it is in.
    """
    told = language_of_text(text)
    return said if said and told in (None, primary(said)) else told or "en"


def hash_text(text: str) -> str:
    """The SHA-256 of ``text`` as UTF-8 (lone surrogates kept), in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _structure(reading: Reading) -> tuple[tuple[Section, ...], tuple[Paragraph, ...]]:
    """Sections that together cover the text up to its notes, and the paragraphs in them."""
    headings = [block for block in reading.blocks if block.kind == "heading"]
    untold = _title_heading(headings, reading)
    end = min((note.start for note in reading.notes), default=len(reading.text))
    if any(block.stop > end for block in reading.blocks):  # the notes don't stand at the text's end
        end = len(reading.text)
    starts = [0, *(heading.start for heading in headings)]
    stops = [*(heading.start for heading in headings), end]
    paths: list[tuple[str, ...]] = [()]
    open_: list[tuple[int, str]] = []
    for heading in headings:
        open_ = [(level, title) for level, title in open_ if level < heading.level]
        open_.append((heading.level, one_line(reading.text[heading.start : heading.stop])))
        paths.append(tuple(title for level, title in open_ if level > untold))
    levels = [0, *(heading.level for heading in headings)]
    anchors = [None, *(heading.anchor for heading in headings)]
    sections = tuple(
        Section(*parts) for parts in zip(paths, levels, starts, stops, anchors, strict=True)
    )
    return sections, _paragraphs(reading, starts)


def _title_heading(headings: list[Block], reading: Reading) -> int:
    """The level whose only heading is the document's title, which paths leave out; else 0."""
    if not headings or headings[0] != reading.blocks[0]:
        return 0
    first = headings[0]
    alone = all(heading.level > first.level for heading in headings[1:])
    titled = one_line(reading.text[first.start : first.stop]) == one_line(reading.title or "")
    return first.level if alone and titled else 0


def _paragraphs(reading: Reading, section_starts: list[int]) -> tuple[Paragraph, ...]:
    paragraphs: list[Paragraph] = []
    section, number = 0, 0
    for block in reading.blocks:
        while section + 1 < len(section_starts) and section_starts[section + 1] <= block.start:
            section, number = section + 1, 0
        if block.kind == "heading":
            continue
        number += 1
        paragraphs.append(Paragraph(block.start, block.stop, section, number, block.kind))
    return tuple(paragraphs)
