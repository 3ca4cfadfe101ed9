"""A passage and its document as something to cite: what every style is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.citing.lines import citation_line
from index.citing.links import deep_link, web_address
from index.citing.names import Name, split_authors
from index.dates.edtf import from_edtf
from index.model import Document, HistoricDate, Locator, Passage, SourceInfo, one_line

Kind = Literal["book", "dataset", "document", "report", "webpage"]
Label = Literal["page", "note", "section", "paragraph"]


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """The one place that a citation names, as CSL has it: a kind of place and which one.

    ``paragraph`` is that of a section; of a ``page`` nothing finer is told but a note.
    """

    label: Label
    first: str
    last: str = ""  # of a range of pages
    note: str = ""  # on that page
    paragraph: int | None = None  # of that section


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited and where in it. Everything but key, kind, title and quote may be missing."""

    key: str  # ASCII letters, digits and hyphens; one of its own for each passage
    passage: str  # its id
    kind: Kind
    title: str
    authors: tuple[Name, ...]
    publisher: str
    date: HistoricDate | None
    date_written: str  # where it is no EDTF
    url: str  # the document's own; empty where it is no web address
    link: str  # the same, opened at the quoted words or their page
    language: str
    rights: str
    sha256: str  # of the original bytes
    place: str  # sections, page, note and paragraph, for people
    pinpoint: Pinpoint | None
    quote: str  # verbatim


def make_reference(document: Document, passage: Passage) -> Reference:
    """What a citation of ``passage`` says. Its text is the quote, as it stands in ``document``."""
    meta, locator = document.meta, passage.locator
    date, written = _date(meta.date)
    url = web_address(meta.url) or ""
    return Reference(
        key=_key(document.id, passage.id),
        passage=passage.id,
        kind=_kind(document, url),
        title=document.title,
        authors=split_authors(meta.author or ""),
        publisher=one_line(meta.publisher or ""),
        date=date,
        date_written=written,
        url=url,
        link=_link(document, passage) or url,
        language=one_line(meta.language),
        rights=one_line(meta.rights or ""),
        sha256=document.sha256,
        place=_place(document, locator),
        pinpoint=pinpoint(document, locator),
        quote=passage.text,
    )


def pinpoint(document: Document, locator: Locator) -> Pinpoint | None:
    """The place that people look up first: page, else note, else section, else paragraph.

    Pages go by what is printed on them, where the first and the last one bear something.
    """
    note = str(locator.note_label or locator.note or "")
    if locator.page is not None:
        first, last = _pages(document, locator.page, locator.page_end or locator.page)
        return Pinpoint("page", first, "" if last == first else last, note)
    if note:
        return Pinpoint("note", note)
    if section := one_line(locator.section[-1]) if locator.section else "":
        return Pinpoint("section", section, paragraph=locator.paragraph)
    if locator.paragraph is not None:
        return Pinpoint("paragraph", str(locator.paragraph))
    return None


def _pages(document: Document, first: int, last: int) -> tuple[str, str]:
    labels = {page.number: page.label for page in document.pages}
    printed, printed_last = labels.get(first), labels.get(last)
    if printed and printed_last:
        return printed, printed_last
    return str(first), str(last)


def _key(document_id: str, passage_id: str) -> str:
    """BibTeX's older programs read ASCII keys only; the passage's id alone tells any two apart."""
    name = "".join(char for char in document_id if char.isascii()).strip("-")
    return f"{name}-{passage_id}" if name else passage_id


def _kind(document: Document, url: str) -> Kind:
    if document.format == "epub":
        return "book"
    if document.format in ("csv", "json"):
        return "dataset"
    if document.format == "html" and url:
        return "webpage"
    return "report" if document.meta.publisher else "document"


def _date(said: str | None) -> tuple[HistoricDate | None, str]:
    """A date that the owner or the file gives, else its words."""
    words = one_line(said or "")
    try:
        return from_edtf(words), ""
    except ValueError:
        return None, words


def _link(document: Document, passage: Passage) -> str | None:
    locator, numbers = passage.locator, set(passage.notes)
    marks = [
        mark - locator.start
        for note in document.notes
        if note.number in numbers
        for mark in note.marks
        if locator.start < mark < locator.stop
    ]
    anchors = (s.anchor for s in document.sections if s.start <= locator.start < s.stop)
    return deep_link(
        document.meta.url,
        quote=passage.text,
        before=document.text[: locator.start],
        breaks=marks,
        page=locator.page,
        anchor=next(anchors, None) if document.format == "html" else None,
        is_pdf=document.format == "pdf",
    )


def _place(document: Document, locator: Locator) -> str:
    meta = document.meta
    source = SourceInfo(
        document.id,
        document.name,
        document.collection,
        "",  # the title is told by itself
        meta.author,
        meta.publisher,
        meta.date,
        meta.url,
        meta.rights,
        document.sha256,
        document.text_sha256,
    )
    return one_line(citation_line(source, locator)).removeprefix(", ")
