"""The open text of a Word document: words go into the paragraph that is open, if Word shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.reading.docx_formula import Formula
from index.reading.docx_notes import Mark, Section
from index.reading.docx_paragraphs import NoteKey, Paragraph, ParagraphWriter, Source
from index.reading.docx_parts import number
from index.reading.docx_styles import Numbering, Style, Styles
from index.reading.symbol_fonts import sign_of_font

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SIGNS_OF_FONTS = re.compile("[\uf020-\uf0ff]")
_CODE_STYLES = ("html preformatted", "source code", "preformatted text", "code", "macro text",
                "verbatim", "code block", "listing")  # fmt: skip
_QUOTE_STYLES = ("quote", "intense quote", "block text", "quotations", "block quotation")
_CONTENTS_STYLES = re.compile(
    r"toc \d|toc heading|contents heading|contents \d|table of (figures|authorities)"
)
_LONG_CONTENTS_LINE = 400  # no line of a table of contents is longer: it was never closed


@dataclass(slots=True)
class Told:
    """What the parts of a document are read with, and what they tell of the whole."""

    styles: Styles
    numbering: Numbering
    writer: ParagraphWriter = field(default_factory=ParagraphWriter)
    source: Source = field(default_factory=Source)
    marks: list[Mark] = field(default_factory=list)
    dropped: set[NoteKey] = field(default_factory=set)  # notes whose marks were left out
    labels: dict[NoteKey, str] = field(default_factory=dict)  # as their authors wrote them
    changes: int = 0
    hidden: int = 0
    unknown_signs: int = 0
    embedded: int = 0
    too_deep: bool = False

    def label(self, key: NoteKey, text: str) -> None:
        """Take in what an author wrote as a note's mark."""
        if len(label := self.labels.get(key, "") + text) <= 20:
            self.labels[key] = label.strip()


@dataclass(slots=True)
class Run:
    """How the words of a run look, and what it tells of itself."""

    bold: bool | None = None
    size: int | None = None
    hidden: bool | None = None
    font: str = ""
    style: str | None = None
    custom: NoteKey | None = None  # its words are this note's mark


@dataclass(slots=True)
class Field:
    """A field (TOC, PAGE, REF, …): its code comes first, then what it shows."""

    code: list[str] = field(default_factory=list)
    shown: bool = False
    lifts: bool = False


@dataclass(slots=True)
class Frame:
    """What holds paragraphs: the body, a table's cell, a box or a note."""

    sink: list[Paragraph] | None  # None: they are written at once
    carry: Paragraph | None = None  # its end was deleted
    fields: list[Field] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    cells: list[list[Paragraph]] = field(default_factory=list)
    page: int = 1  # on which it begins
    seen: int = 1  # on which the open cell is
    deleted: bool = False


class OpenText:
    """The words of a part: gives paragraphs to what holds them, when they end."""

    def __init__(self, told: Told, *, notes: str | None = None) -> None:
        self._told = told
        self._source = told.source
        self._note_kind = notes
        self._path: list[str] = []
        self._skip = 0  # depth of the element that is being left out
        self._text: list[str] | None = None
        self._paragraphs: list[tuple[Paragraph, Run]] = []
        self._properties: list[dict[str, str]] = []  # of the open paragraphs
        self._run = Run()
        self._frames: list[Frame] = [Frame(None)]
        self._rows: list[Row] = []
        self._choices: list[tuple[int, bool]] = []  # source length before it, whether one was read
        self._lifting = 0
        self._lifted_depths: list[int] = []
        self._coding = 0  # fields whose code is being read
        self._section = Section()
        self._math: Formula | None = None
        self.page = 1
        self.sections: list[Section] = []
        self.notes: dict[NoteKey, list[Paragraph]] = {}
        self.strays: list[Paragraph] = []  # of a part with notes, before the first

    @property
    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    # ------------------------------------------------------------ paragraphs

    def _begin_paragraph(self, _: Mapping[str, str]) -> None:
        self._paragraphs.append((Paragraph(), self._run))
        self._properties.append({})
        self._run = Run()

    def _end_paragraph(self) -> None:
        if not self._paragraphs:
            return
        self._open_paragraph()
        paragraph, self._run = self._paragraphs.pop()
        ends_section = "ends section" in self._properties.pop()
        frame = self._frames[-1]
        unshown = [entry for entry in frame.fields if not entry.shown]
        self._coding -= len(unshown)
        frame.fields = [entry for entry in frame.fields if entry.shown]
        end = self._source.length
        self._source.add("\n")
        if self._lifting or paragraph.contents:
            self._source.lift("boilerplate", end, end + 1)
        if ends_section:
            self._close_section()
        if paragraph.joins:
            frame.carry = paragraph
        else:
            self._deliver(paragraph)

    def _deliver(self, paragraph: Paragraph) -> None:
        boxes, paragraph.boxes = paragraph.boxes, []
        sink = self._frames[-1].sink
        if sink is None and self._note_kind is not None:  # damage put it outside of its note
            sink = next(reversed(self.notes.values()), self.strays)
        for one in (paragraph, *boxes):
            if sink is None:
                self._told.writer.write(one)
            else:
                sink.append(one)

    def _open_paragraph(self) -> None:
        """Take in the paragraph's properties, once they are known."""
        paragraph, _ = self._paragraphs[-1]
        if paragraph.opened:
            return
        paragraph.opened = True
        told = self._properties[-1]
        styles = self._told.styles
        style_id = told.get("style")
        style = paragraph.style = styles.paragraph(style_id)
        frame = self._frames[-1]
        if frame.carry is not None:
            carry, frame.carry = frame.carry, None
            paragraph.take_over(carry)
        paragraph.joins = "joins" in told
        paragraph.in_table = bool(self._rows)
        outline = number(told.get("outline"))
        if outline is not None:
            paragraph.level = outline + 1 if 0 <= outline < 9 else 0
        else:
            paragraph.level = style.heading
        paragraph.contents = any(_CONTENTS_STYLES.match(name) for name in style.names)
        if paragraph.contents or style.is_title:
            paragraph.level = 0
        elif paragraph.level:
            paragraph.kind = "heading"
            self._close_contents(frame)
        elif _is_one_of(style.names, _CODE_STYLES):
            paragraph.kind = "code"
        elif _is_one_of(style.names, _QUOTE_STYLES):
            paragraph.kind = "quote"
        if not (paragraph.joins or self._lifting or paragraph.contents):
            self._number(paragraph, told, style, style_id or styles.default)

    def _number(
        self, paragraph: Paragraph, told: Mapping[str, str], style: Style, style_id: str
    ) -> None:
        list_id = told.get("list") or style.list_id
        if not list_id or list_id == "0":
            if style.name.startswith(("list bullet", "list number")) and paragraph.kind == "text":
                paragraph.kind = "item"
            return
        if paragraph.kind in ("text", "quote"):
            paragraph.kind = "item"
        level = number(told.get("list level"), style.list_level)
        if level is None:
            level = self._told.numbering.level_of(list_id, style_id)
        label = self._told.numbering.label(list_id, level)
        if label:
            paragraph.put_in_front(label, self._source.add(label))
            paragraph.numbered = True

    def _close_contents(self, frame: Frame) -> None:
        """No heading and no long line stands in a table of contents: its end was lost."""
        for entry in frame.fields:
            if entry.lifts:
                entry.lifts = False
                self._lifting -= 1

    def _end_paragraph_properties(self) -> None:
        if self._parent == "w:p" and self._paragraphs:
            self._open_paragraph()

    def _close_section(self) -> None:
        self._section.last_page = self.page
        self.sections.append(self._section)
        self._section = Section()

    # ------------------------------------------------------------ words

    def _write(self, text: str) -> None:
        """Add words that Word shows, unless they are hidden, or stand in a field's code."""
        if not text or self._coding or not self._paragraphs:
            return
        text = CONTROLS.sub("", text)
        self._open_paragraph()
        paragraph, _ = self._paragraphs[-1]
        bold, size, hidden = self._look(paragraph)
        if hidden:
            self._told.hidden += bool(text.strip())
            return
        if _SIGNS_OF_FONTS.search(text):
            text = _SIGNS_OF_FONTS.sub(self._sign, text)
        place = self._source.add(text)
        if self._run.custom:
            self._told.label(self._run.custom, text)
            self._source.lift("note mark", place, self._source.length)
            return
        if self._section.first_page is None:
            self._section.first_page = self.page
        if len(text) > _LONG_CONTENTS_LINE and not paragraph.contents:
            self._close_contents(self._frames[-1])
        if self._lifting or paragraph.contents:
            self._source.lift("boilerplate", place, self._source.length)
            return
        for piece in text.split("\u00ad"):
            if piece:
                paragraph.add(piece, place)
            place += len(piece) + 1
            if place <= self._source.length:
                self._source.lift("hyphen", place - 1, place)
        if words := len(text.strip()):
            paragraph.plain += 0 if bold else words
            paragraph.size = min(paragraph.size or size, size)

    def _look(self, paragraph: Paragraph) -> tuple[bool, int, bool]:
        """Whether the open run is bold, the size of its letters, and whether it is hidden."""
        run, styles = self._run, self._told.styles
        style = styles.character(run.style) if run.style else Style()
        told = (run, style, paragraph.style)
        bold = next((look.bold for look in told if look.bold is not None), False)
        size = next((look.size for look in told if look.size is not None), styles.size)
        hidden = next((look.hidden for look in told if look.hidden is not None), False)
        return bold, size, hidden

    def _sign(self, found: re.Match[str]) -> str:
        sign = sign_of_font(ord(found[0]), self._run.font)
        if sign is None:
            self._told.unknown_signs += 1
        return sign or found[0]

    @staticmethod
    def _after_words(paragraph: Paragraph) -> str:
        text = ""
        for piece, _ in reversed(paragraph.pieces):
            if piece.strip() or len(text) > 100:
                break
            text += piece
        return text

    def _split(self) -> None:
        """An empty line within a paragraph, or a page's end, parts what stands before and after."""
        paragraph, run = self._paragraphs[-1]
        if not paragraph.has_words:
            return
        rest = Paragraph(
            "text", style=paragraph.style, opened=True, joins=paragraph.joins,
            in_table=paragraph.in_table,
        )  # fmt: skip
        rest.boxes, paragraph.boxes = paragraph.boxes, []
        self._source.add("\n")
        self._deliver(paragraph)
        self._paragraphs[-1] = (rest, run)


def _is_one_of(names: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(name in wanted for name in names)
