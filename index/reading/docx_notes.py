"""The labels that Word prints at notes and pages, which its files leave to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from index.reading.docx_paragraphs import NoteKey
from index.reading.docx_parts import child, number, value
from index.reading.numerals import numeral


@dataclass(slots=True)
class Section:
    """What the end of a section says of its pages and notes."""

    first_page: int | None = None  # without words it has none
    last_page: int = 1
    page_start: int | None = None
    page_format: str | None = None
    footnotes: dict[str, str] = field(default_factory=dict)
    endnotes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A note's mark where it stands."""

    key: NoteKey
    section: int
    page: int
    custom: bool


def printed_labels(
    settings: etree._Element | None, marks: Sequence[Mark], sections: Sequence[Section]
) -> dict[NoteKey, str]:
    """The labels that Word gives notes: numbers, letters or signs that go on or begin anew."""
    labels: dict[NoteKey, str] = {}
    counts: dict[str, int] = {}
    before: dict[str, Mark] = {}
    told = {kind: _settings(settings, kind) for kind in ("footnote", "endnote")}
    for mark in marks:
        if mark.custom or mark.key in labels:
            continue
        kind, rules = mark.key[0], told[mark.key[0]]
        if mark.section < len(sections):
            section = sections[mark.section]
            rules = rules | (section.footnotes if kind == "footnote" else section.endnotes)
        last, restart = before.get(kind), rules["w:numRestart"]
        if (
            last is None
            or (restart == "eachSect" and last.section != mark.section)
            or (restart == "eachPage" and last.page != mark.page)
        ):
            counts[kind] = number(rules["w:numStart"], 1) or 1
        else:
            counts[kind] += 1
        before[kind] = mark
        labels[mark.key] = numeral(counts[kind], rules["w:numFmt"])
    return {key: label for key, label in labels.items() if label}


def _settings(settings: etree._Element | None, kind: str) -> dict[str, str]:
    """How the document as a whole numbers its footnotes or endnotes."""
    missing = {
        "numFmt": "decimal" if kind == "footnote" else "lowerRoman",
        "numStart": "1",
        "numRestart": "continuous",
    }
    return {
        f"w:{name}": value(child(settings, f"{kind}Pr", name)) or default
        for name, default in missing.items()
    }


def page_labels(sections: Sequence[Section], pages: int) -> dict[int, str]:
    """The printed numbers of pages, where they are not what counting from 1 gives."""
    begun: list[tuple[int, Section]] = []
    last_page = 0
    for section in sections:
        if section.first_page is not None:  # on a page that has begun its numbers don't count yet
            begun.append((max(section.first_page, last_page + 1), section))
            last_page = section.last_page
    labels: dict[int, str] = {}
    count = 0
    position = 0
    shown = "decimal"
    for page in range(1, pages + 1):
        count += 1
        while position < len(begun) and begun[position][0] <= page:
            section = begun[position][1]
            shown = section.page_format or "decimal"
            count = count if section.page_start is None else section.page_start
            position += 1
        label = numeral(count, shown)
        if label and label != str(page):
            labels[page] = label
    return labels
