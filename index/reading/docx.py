"""DOCX -> text as Word shows it, with headings, list numbers, tables, notes and pages.

`Reading.source` is the text of the document's part in its order, then that of its footnotes and
endnotes: the words of each run, a tab or line feed for what stands for one, list numbers where Word
shows them, a line feed after each paragraph. What a reader of the document would not see is no part
of it: deletions, hidden text, field codes, comments, headers and footers. Tables of contents,
placeholders and marks of notes are in it and are declared in `Reading.lifted`.

The parts are read as a stream of elements (ECMA-376 part 1), so that memory holds no tree of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from index.errors import DocumentFormatError
from index.model import Lifted, Note, PageSpan, ReadingWarning, one_line
from index.reading.docx_parts import (
    WORD,
    Numbering,
    Parts,
    Style,
    Styles,
    attribute,
    child,
    feed,
    number,
    numeral,
    refuse_declarations,
    sign_of_font,
    switched_on,
    value,
)
from index.reading.text import Block, BlockKind, Reading, TextBuilder

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MATH = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNREAD_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SIGNS_OF_FONTS = re.compile("[\uf020-\uf0ff]")
_CODE_STYLES = ("html preformatted", "source code", "preformatted text", "code", "macro text",
                "verbatim", "code block", "listing")  # fmt: skip
_QUOTE_STYLES = ("quote", "intense quote", "block text", "quotations", "block quotation")
_CONTENTS_STYLES = re.compile(
    r"toc \d|toc heading|contents heading|contents \d|table of (figures|authorities)"
)
_FIELDS_OF_CONTENTS = ("TOC", "TOA")
_LONGEST_HEADING = 400  # characters of a paragraph that is a heading by its style
_LONG_HEADING = 120  # characters of a paragraph that is no heading by its style
_LONG_CONTENTS_LINE = 400  # no line of a table of contents is longer: it was never closed
_LONG_CELL = 600  # characters of a cell of several paragraphs: it is there for the layout
_DEEPEST = 400  # elements in each other; what is deeper is left out
_LONG_CODE = 200  # characters of a field's code that can matter
_NO_TITLES = re.compile(
    r"(microsoft word - .*|document ?\d*|dokument ?\d*|word document|untitled.*|title|titel|"
    r"powerpoint presentation|no title|.*\.(docx?|dotx?|rtf|pdf|odt|wpd|txt))",
    re.IGNORECASE,
)
_NO_AUTHORS = ("user", "windows user", "microsoft office user", "admin", "administrator", "author",
               "python-docx", "unknown", "owner", "un-named")  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

NoteKey = tuple[Literal["footnote", "endnote"], str]
_FOOTNOTE, _ENDNOTE = "footnote", "endnote"


def read_docx(data: bytes) -> Reading:
    """The text of a Word document, transitional or strict, template or with macros (never run).

    Raises DocumentFormatError, whose words say why it can't be read.
    """
    if not data:
        raise DocumentFormatError("It is empty.")
    if data.startswith(_OLE):
        raise explain_ole(data)
    parts = Parts(data)
    reader = _Reader(parts)
    reader.read()
    if not reader.writer.blocks and not reader.notes:
        raise _wordless(parts, damaged=bool(reader.warnings))
    return reader.result()


def explain_ole(data: bytes) -> DocumentFormatError:
    """Why an OLE2 file (MS-CFB), of Office before 2007 or an encrypted one, can't be read."""
    hint = "Open it in {} and save it as {}."
    if _stream_name("EncryptedPackage") in data:
        return DocumentFormatError(
            "It is encrypted and needs a password.", hint="Save it without a password."
        )
    sector = int.from_bytes(data[48:52], "little")
    size = 1 << min(16, int.from_bytes(data[30:32], "little"))
    root = data[(sector + 1) * size :][:128]
    names = [kind for kind, (_, classes) in _OLE_KINDS.items() if root[80:84] in classes and root]
    if not names:
        places = {
            kind: place
            for kind, (stream, _) in _OLE_KINDS.items()
            if (place := data.find(_stream_name(stream))) >= 0
        }
        names = sorted(places, key=lambda kind: places[kind])[:1]
    match names:
        case ["Word", *_]:
            return DocumentFormatError(
                "It is an old Word document (.doc), which Archivist does not read.",
                hint=hint.format("Word or LibreOffice", ".docx"),
            )
        case ["Excel", *_]:
            return DocumentFormatError(
                "It is an old Excel workbook (.xls), which Archivist does not read.",
                hint=hint.format("Excel or LibreOffice", ".csv"),
            )
        case ["PowerPoint", *_]:
            return DocumentFormatError(
                "It is an old PowerPoint presentation (.ppt), which Archivist does not read.",
                hint=hint.format("PowerPoint or LibreOffice", "PDF"),
            )
        case ["Outlook", *_]:
            return DocumentFormatError(
                "It is an Outlook message (.msg), which Archivist does not read.",
                hint=hint.format("Outlook", "text or HTML"),
            )
        case _:
            return DocumentFormatError(
                "It is an old Office file, which Archivist does not read.",
                hint=hint.format("the program that made it", ".docx or PDF"),
            )


_OLE_KINDS = {  # a stream that only it has, and the first bytes of its class
    "Word": ("WordDocument", (b"\x06\x09\x02\x00", b"\x00\x09\x02\x00")),
    "Excel": ("Workbook", (b"\x20\x08\x02\x00", b"\x10\x08\x02\x00")),
    "PowerPoint": ("PowerPoint Document", (b"\x10\x8d\x81\x64", b"\x70\xae\x7b\xea")),
    "Outlook": ("__properties_version1.0", (b"\x0b\x0d\x02\x00",)),
}


def _stream_name(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


def _wordless(parts: Parts, *, damaged: bool) -> DocumentFormatError:
    if damaged:
        return DocumentFormatError(
            "It is damaged: no words of its text can be told.",
            hint="Open it in Word and save it anew.",
        )
    if parts.has_pictures:
        return DocumentFormatError(
            "It holds pictures but no text.", hint="Recognise its text with an OCR program first."
        )
    return DocumentFormatError("It is empty: there are no words in it.")


# ---------------------------------------------------------------- paragraphs


@dataclass(slots=True)
class _Paragraph:
    """A paragraph's words before they are written: what stands at its ends is known only then."""

    kind: BlockKind = "text"
    level: int = 0
    style: Style = field(default_factory=Style)
    pieces: list[tuple[str, int]] = field(default_factory=list)
    length: int = 0
    words_end: int = 0  # behind the last character that is not blank
    marks: list[tuple[NoteKey, int]] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)  # page, from which character on
    boxes: list[_Paragraph] = field(default_factory=list)  # what stands in boxes that it holds
    opened: bool = False
    numbered: bool = False  # it begins with a list's number
    joins: bool = False  # its end was deleted: it goes on in the next one
    plain: int = 0  # characters that are not bold
    size: int = 0  # of its smallest letters, in half points
    in_table: bool = False
    contents: bool = False  # a line of a table of contents
    end: int = 0  # of its source

    def add(self, text: str, source: int) -> None:
        """Add ``text``, which stands at ``source``."""
        self.pieces.append((text, source))
        if words := text.rstrip():
            self.words_end = self.length + len(words)
        self.length += len(text)

    def take_over(self, other: _Paragraph) -> None:
        """Add what ``other`` holds."""
        base = self.length
        if base or self.marks or self.breaks or self.boxes:
            self.pieces += other.pieces
            self.marks += [
                (key, base + place if place else self.words_end) for key, place in other.marks
            ]
            self.breaks += [(page, base + place) for page, place in other.breaks]
            self.boxes += other.boxes
        else:  # what goes through a long row of paragraphs is not copied each time
            self.pieces, self.marks = other.pieces, other.marks
            self.breaks, self.boxes = other.breaks, other.boxes
        if other.words_end:
            self.words_end = base + other.words_end
        self.length += other.length
        self.plain += other.plain
        self.size = min(filter(None, (self.size, other.size)), default=0)
        self.end = max(self.end, other.end)

    def put_in_front(self, text: str, source: int) -> None:
        """Put a list's number before the words."""
        self.pieces.insert(0, (text, source))
        self.marks = [(key, place + len(text)) for key, place in self.marks]
        self.breaks = [(page, place + len(text) if place else 0) for page, place in self.breaks]
        self.length += len(text)
        self.words_end = self.words_end + len(text) if self.words_end else len(text.rstrip())

    @property
    def has_words(self) -> bool:
        return self.words_end > 0

    def trimmed(self, *, indented: bool) -> tuple[list[tuple[str, int]], int]:
        """The pieces without white space at both ends, and how much was cut off in front."""
        pieces: list[tuple[str, int]] = []
        done = cut = 0
        for text, source in self.pieces:
            text = text[: max(0, self.words_end - done)]
            done += len(text)
            if not pieces and not indented:
                words = text.lstrip()
                cut += len(text) - len(words)
                source += len(text) - len(words)
                text = words
            if text:
                pieces.append((text, source))
        return pieces, cut


class _Writer:
    """Writes paragraphs one after another, and knows what each of them became."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.marks: dict[NoteKey, list[int]] = {}
        self.order: list[NoteKey] = []  # of notes, by their first marks
        self.pages: list[tuple[int, int]] = []  # page, from which stored character on
        self.looks: list[
            tuple[int, int, int]
        ] = []  # block, size, characters: see `_guess_headings`
        self.sizes: Counter[int] = Counter()
        self.title = ""
        self._title_end = 0  # the block behind it
        self._turned: list[int] = []  # pages that have no words yet
        self._source_end = 0

    def write(self, paragraph: _Paragraph) -> None:
        """Add a block."""
        last = self.blocks[-1] if self.blocks else None
        goes_on = last is not None and last.kind == paragraph.kind == "code"
        span = self._put(paragraph, "\n" if goes_on else "\n\n", indented=goes_on)
        if span is None:
            return
        if goes_on and last is not None:
            self.blocks[-1] = Block("code", last.start, span[1])
            return
        length = span[1] - span[0]
        kind, level = paragraph.kind, paragraph.level
        if paragraph.style.is_title and kind == "text":
            kind, level = self._title(paragraph)
        elif kind == "heading" and length > _LONGEST_HEADING:  # a clause that is styled so
            kind, level = "item" if paragraph.numbered else "text", 0
        self.blocks.append(Block(kind, *span, level))
        self.sizes[paragraph.size] += length
        if paragraph.kind == "text" and not paragraph.in_table and length <= _LONG_HEADING:
            self.looks.append((len(self.blocks) - 1, paragraph.size, paragraph.plain))

    def _title(self, paragraph: _Paragraph) -> tuple[BlockKind, int]:
        """The first paragraphs of that style are the document's title; further ones are headings."""
        if self.title and self._title_end != len(self.blocks):
            return "heading", 1
        words = "".join(text for text, _ in paragraph.pieces)
        self.title = one_line(f"{self.title} {words}")
        self._title_end = len(self.blocks) + 1
        return "text", 0

    def write_note(self, paragraphs: Sequence[_Paragraph]) -> tuple[int, int] | None:
        """Add a note's paragraphs; their span if they have words."""
        start = stop = -1
        for paragraph in paragraphs:
            if span := self._put(paragraph, "\n\n" if start < 0 else "\n", indented=False):
                start = span[0] if start < 0 else start
                stop = span[1]
        return (start, stop) if start >= 0 else None

    def _put(self, paragraph: _Paragraph, apart: str, *, indented: bool) -> tuple[int, int] | None:
        pieces, cut = paragraph.trimmed(indented=indented)
        before = self.builder.length
        if pieces and before:
            self.builder.append(apart, self._source_end)
        start = self.builder.length
        for text, source in pieces:
            self.builder.append(text, source)
            self._source_end = source + len(text)
        stop = self.builder.length
        for key, place in paragraph.marks:
            self._mark(key, min(stop, start + max(0, place - cut)) if pieces else before)
        if pieces:
            self.pages += [(page, start) for page in self._turned]
            self._turned.clear()
        for page, place in paragraph.breaks:
            if place - cut < stop - start:
                self.pages.append((page, start + max(0, place - cut)))
            else:
                self._turned.append(page)
        return (start, stop) if pieces else None

    def _mark(self, key: NoteKey, place: int) -> None:
        if key not in self.marks:
            self.marks[key] = []
            self.order.append(key)
        self.marks[key].append(place)

    def page_spans(self, body_end: int) -> list[tuple[int, int, int]]:
        """Page, start and stop of the body's pages; none where none was turned."""
        if not self.pages and not self._turned:
            return []
        starts = [(1, 0), *self.pages, *((page, body_end) for page in self._turned)]
        stops = [start for _, start in starts[1:]] + [body_end]
        return [(page, start, stop) for (page, start), stop in zip(starts, stops, strict=True)]


# ---------------------------------------------------------------- the stream of elements


@dataclass(slots=True)
class _Run:
    """How the words of a run look, and what it tells of itself."""

    bold: bool | None = None
    size: int | None = None
    hidden: bool | None = None
    font: str = ""
    style: str | None = None
    custom: NoteKey | None = None  # its words are this note's mark


@dataclass(slots=True)
class _Field:
    """A field (TOC, PAGE, REF, …): its code comes first, then what it shows."""

    code: list[str] = field(default_factory=list)
    shown: bool = False
    lifts: bool = False


@dataclass(slots=True)
class _Frame:
    """What holds paragraphs: the body, a table's cell, a box or a note."""

    sink: list[_Paragraph] | None  # None: they are written at once
    carry: _Paragraph | None = None  # its end was deleted
    fields: list[_Field] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    cells: list[list[_Paragraph]] = field(default_factory=list)
    page: int = 1  # on which it begins
    seen: int = 1  # on which the open cell is
    deleted: bool = False


@dataclass(slots=True)
class _Section:
    """What the end of a section says of its pages and notes."""

    first_page: int | None = None  # without words it has none
    last_page: int = 1
    page_start: int | None = None
    page_format: str | None = None
    footnotes: dict[str, str] = field(default_factory=dict)
    endnotes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A note's mark where it stands."""

    key: NoteKey
    section: int
    page: int
    custom: bool


class _Story:
    """Takes the elements of a part as they come, and gives paragraphs to those who hold them."""

    def __init__(self, reader: _Reader, source: _Source, *, notes: str | None = None) -> None:
        self._reader = reader
        self._source = source
        self._note_kind = notes
        self._path: list[str] = []
        self._skip = 0  # depth of the element that is being left out
        self._text: list[str] | None = None
        self._paragraphs: list[tuple[_Paragraph, _Run]] = []
        self._properties: list[dict[str, str]] = []  # of the open paragraphs
        self._run = _Run()
        self._frames: list[_Frame] = [_Frame(None)]
        self._rows: list[_Row] = []
        self._choices: list[tuple[int, bool]] = []  # source length before it, whether one was read
        self._lifting = 0
        self._lifted_depths: list[int] = []
        self._coding = 0  # fields whose code is being read
        self._section = _Section()
        self._math: _Formula | None = None
        self.page = 1
        self.sections: list[_Section] = []
        self.notes: dict[NoteKey, list[_Paragraph]] = {}
        self.strays: list[_Paragraph] = []  # of a part with notes, before the first

    # ------------------------------------------------------------ what the parser calls

    def doctype(self, *_: object) -> NoReturn:
        refuse_declarations()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _NAMES.get(tag, "")
        self._path.append(name)
        if self._skip:
            self._look_at_skipped(name, attributes)
            return
        if len(self._path) > _DEEPEST:
            self._reader.too_deep = True
            self._leave_out()
            self._path[-1] = ""  # what was not begun must not be ended
            return
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, attributes)

    def data(self, text: str) -> None:
        if self._text is not None and not self._skip:
            self._text.append(text)

    def end(self, _: str) -> None:
        depth = len(self._path)
        name = self._path[-1]
        if self._skip and depth > self._skip:
            self._path.pop()
            return
        self._skip = 0
        if self._lifted_depths and self._lifted_depths[-1] == depth:
            self._lifted_depths.pop()
            self._lifting -= 1
        handler = _ENDS.get(name)
        if handler is not None:
            handler(self)
        self._path.pop()

    def close(self) -> None:
        """The parser says so at damage too, and goes on: see `finish`."""

    def finish(self) -> None:
        """Finish what a damaged part left open."""
        if self._skip:
            del self._path[self._skip :]
        self._skip = 0
        while self._path:
            handler = _ENDS.get(self._path[-1])
            if handler is not None:
                handler(self)
            self._path.pop()
        while self._frames:
            self._close_frame()
        self._close_section()

    def _leave_out(self, _: Mapping[str, str] | None = None) -> None:
        self._skip = len(self._path)

    def _look_at_skipped(self, name: str, attributes: Mapping[str, str]) -> None:
        """What is left out may still hold marks of notes, which are left out too, and page ends."""
        if name in ("w:footnoteReference", "w:endnoteReference"):
            self._reader.dropped.add(_note_key(name, attributes))
        elif name == "w:lastRenderedPageBreak" and self._path[self._skip - 1] != "mc:Fallback":
            self._turn_page(attributes)

    @property
    def _parent(self) -> str:
        return self._path[-2] if len(self._path) > 1 else ""

    # ------------------------------------------------------------ paragraphs

    def _begin_paragraph(self, _: Mapping[str, str]) -> None:
        self._paragraphs.append((_Paragraph(), self._run))
        self._properties.append({})
        self._run = _Run()

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
        paragraph.end = self._source.length
        self._source.add("\n")
        if self._lifting or paragraph.contents:
            self._source.lift("boilerplate", paragraph.end, paragraph.end + 1)
        if ends_section:
            self._close_section()
        if paragraph.joins:
            frame.carry = paragraph
        else:
            self._deliver(paragraph)

    def _deliver(self, paragraph: _Paragraph) -> None:
        boxes, paragraph.boxes = paragraph.boxes, []
        sink = self._frames[-1].sink
        if sink is None and self._note_kind is not None:  # damage put it outside of its note
            sink = next(reversed(self.notes.values()), self.strays)
        for one in (paragraph, *boxes):
            if sink is None:
                self._reader.writer.write(one)
            else:
                sink.append(one)

    def _open_paragraph(self) -> None:
        """Take in the paragraph's properties, once they are known."""
        paragraph, _ = self._paragraphs[-1]
        if paragraph.opened:
            return
        paragraph.opened = True
        told = self._properties[-1]
        styles = self._reader.styles
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
        self, paragraph: _Paragraph, told: Mapping[str, str], style: Style, style_id: str
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
            level = self._reader.numbering.level_of(list_id, style_id)
        label = self._reader.numbering.label(list_id, level)
        if label:
            paragraph.put_in_front(label, self._source.add(label))
            paragraph.numbered = True

    def _close_contents(self, frame: _Frame) -> None:
        """No heading and no long line stands in a table of contents: its end was lost."""
        for entry in frame.fields:
            if entry.lifts:
                entry.lifts = False
                self._lifting -= 1

    def _end_paragraph_properties(self) -> None:
        if self._parent == "w:p" and self._paragraphs:
            self._open_paragraph()

    # ------------------------------------------------------------ words

    def _begin_text(self, _: Mapping[str, str]) -> None:
        self._text = []

    def _end_text(self) -> None:
        text = "".join(self._text or ())
        self._text = None
        if "\n" in text or "\r" in text:  # laid out by hand: line ends there are blanks
            text = text.strip("\r\n\t ").replace("\r", " ").replace("\n", " ")
        if self._math is not None:
            self._math.add(text)
        else:
            self._write(text)

    def _write(self, text: str) -> None:
        """Add words that Word shows, unless they are hidden, or stand in a field's code."""
        if not text or self._coding or not self._paragraphs:
            return
        text = _UNREAD_CONTROLS.sub("", text)
        self._open_paragraph()
        paragraph, _ = self._paragraphs[-1]
        bold, size, hidden = self._look(paragraph)
        if hidden:
            self._reader.hidden += bool(text.strip())
            return
        if _SIGNS_OF_FONTS.search(text):
            text = _SIGNS_OF_FONTS.sub(self._sign, text)
        place = self._source.add(text)
        if self._run.custom:
            self._reader.label(self._run.custom, text)
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

    def _look(self, paragraph: _Paragraph) -> tuple[bool, int, bool]:
        """Whether the open run is bold, the size of its letters, and whether it is hidden."""
        run, styles = self._run, self._reader.styles
        style = styles.character(run.style) if run.style else Style()
        told = (run, style, paragraph.style)
        bold = next((look.bold for look in told if look.bold is not None), False)
        size = next((look.size for look in told if look.size is not None), styles.size)
        hidden = next((look.hidden for look in told if look.hidden is not None), False)
        return bold, size, hidden

    def _sign(self, found: re.Match[str]) -> str:
        sign = sign_of_font(ord(found[0]), self._run.font)
        if sign is None:
            self._reader.unknown_signs += 1
        return sign or found[0]

    def _symbol(self, attributes: Mapping[str, str]) -> None:
        digits = attribute(attributes, "char") or ""
        try:
            code = int(digits, 16)
        except ValueError:
            return
        if not 0x20 <= code < 0xFFFE or 0xD800 <= code < 0xE000:
            return
        sign = sign_of_font(code, attribute(attributes, "font") or "")
        if sign is None:
            self._reader.unknown_signs += 0xE000 <= code < 0xF900
        self._write(sign or chr(code))

    def _break(self, attributes: Mapping[str, str]) -> None:
        paragraph = self._paragraphs[-1][0] if self._paragraphs else None
        if paragraph is None or self._coding:
            return
        twice = paragraph.words_end and "\n" in self._after_words(paragraph)
        page = attribute(attributes, "type") in ("page", "column")
        if (twice or page) and paragraph.kind in ("text", "item", "quote") and not self._lifting:
            self._split()
        else:
            self._write("\n")

    @staticmethod
    def _after_words(paragraph: _Paragraph) -> str:
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
        rest = _Paragraph(
            "text", style=paragraph.style, opened=True, joins=paragraph.joins,
            in_table=paragraph.in_table,
        )  # fmt: skip
        rest.boxes, paragraph.boxes = paragraph.boxes, []
        paragraph.end = self._source.length
        self._source.add("\n")
        self._deliver(paragraph)
        self._paragraphs[-1] = (rest, run)

    def _turn_page(self, _: Mapping[str, str]) -> None:
        """Word saw a page begin here. In a table's row each cell tells of the same pages."""
        if self._note_kind is not None or "w:txbxContent" in self._path:
            return
        if self._rows:
            for row in self._rows:
                row.seen += 1
            if self._rows[-1].seen <= self.page:
                return
        self.page += 1
        if self._paragraphs:
            paragraph = self._paragraphs[-1][0]
            paragraph.breaks.append((self.page, paragraph.length))

    # ------------------------------------------------------------ runs and their properties

    def _begin_run(self, _: Mapping[str, str]) -> None:
        self._run = _Run()

    def _end_run(self) -> None:
        self._run = _Run()

    def _set_bold(self, attributes: Mapping[str, str]) -> None:
        if self._in_run():
            self._run.bold = switched_on(attribute(attributes, "val"))

    def _set_hidden(self, attributes: Mapping[str, str]) -> None:
        if self._in_run():
            self._run.hidden = switched_on(attribute(attributes, "val"))

    def _set_size(self, attributes: Mapping[str, str]) -> None:
        if self._in_run():
            self._run.size = number(attribute(attributes, "val"))

    def _set_run_style(self, attributes: Mapping[str, str]) -> None:
        if self._in_run():
            self._run.style = attribute(attributes, "val")

    def _set_font(self, attributes: Mapping[str, str]) -> None:
        if self._in_run():
            self._run.font = attribute(attributes, "ascii") or attribute(attributes, "hAnsi") or ""

    def _in_run(self) -> bool:
        return len(self._path) > 2 and self._path[-3] in ("w:r", "m:r")

    def _note_property(self, key: str, attributes: Mapping[str, str], *parents: str) -> None:
        if self._parent in parents and self._properties and (told := attribute(attributes, "val")):
            self._properties[-1][key] = told

    def _set_style(self, attributes: Mapping[str, str]) -> None:
        self._note_property("style", attributes, "w:pPr")

    def _set_outline(self, attributes: Mapping[str, str]) -> None:
        self._note_property("outline", attributes, "w:pPr")

    def _set_list(self, attributes: Mapping[str, str]) -> None:
        self._note_property("list", attributes, "w:numPr")

    def _set_list_level(self, attributes: Mapping[str, str]) -> None:
        self._note_property("list level", attributes, "w:numPr")

    # ------------------------------------------------------------ tracked changes

    def _inserted(self, _: Mapping[str, str]) -> None:
        self._reader.changes += 1

    def _deleted(self, _: Mapping[str, str]) -> None:
        self._reader.changes += 1
        if self._parent == "w:rPr":  # the end of a paragraph
            if self._properties and self._path[-3] == "w:pPr":
                self._properties[-1]["joins"] = "yes"
        elif self._parent == "w:trPr" and self._rows:
            self._rows[-1].deleted = True
            self._skip = len(self._path) - 2
        else:
            self._leave_out()

    def _cell_deleted(self, _: Mapping[str, str]) -> None:
        self._reader.changes += 1
        if self._parent == "w:tcPr":
            self._skip = len(self._path) - 2

    # ------------------------------------------------------------ fields

    def _field_sign(self, attributes: Mapping[str, str]) -> None:
        fields = self._frames[-1].fields
        match attribute(attributes, "fldCharType"):
            case "begin":
                fields.append(_Field())
                self._coding += 1
            case "separate" if fields and not fields[-1].shown:
                fields[-1].shown = True
                self._coding -= 1
                if _is_contents("".join(fields[-1].code)):
                    fields[-1].lifts = True
                    self._lifting += 1
            case "end" if fields:
                self._end_field(fields.pop())
            case _:
                pass

    def _end_field(self, entry: _Field) -> None:
        self._coding -= not entry.shown
        self._lifting -= entry.lifts

    def _end_code(self) -> None:
        code = "".join(self._text or ())
        self._text = None
        fields = self._frames[-1].fields
        if fields and not fields[-1].shown and len(fields[-1].code) < _LONG_CODE:
            fields[-1].code.append(code[:_LONG_CODE])

    def _simple_field(self, attributes: Mapping[str, str]) -> None:
        if _is_contents(attribute(attributes, "instr") or ""):
            self._lift_from_here()

    def _lift_from_here(self, depth: int | None = None) -> None:
        depth = len(self._path) if depth is None else depth
        if not (self._lifted_depths and self._lifted_depths[-1] >= depth):
            self._lifted_depths.append(depth)
            self._lifting += 1

    def _gallery(self, attributes: Mapping[str, str]) -> None:
        """A content control that Word made for a table of contents."""
        told = (attribute(attributes, "val") or "").lower()
        if told == "table of contents" and "w:sdt" in self._path:
            self._lift_from_here(_last(self._path, "w:sdt"))

    def _placeholder(self, attributes: Mapping[str, str]) -> None:
        if switched_on(attribute(attributes, "val")) and self._path[-3:-1] == ["w:sdt", "w:sdtPr"]:
            self._lift_from_here(len(self._path) - 2)

    # ------------------------------------------------------------ tables, boxes, choices

    def _begin_row(self, _: Mapping[str, str]) -> None:
        self._rows.append(_Row(page=self.page, seen=self.page))

    def _end_row(self) -> None:
        row = self._rows.pop()
        if row.deleted:
            return
        paragraphs = list(_row_paragraphs(row.cells))
        for paragraph in paragraphs:
            self._deliver(paragraph)

    def _begin_cell(self, _: Mapping[str, str]) -> None:
        if self._rows:
            self._rows[-1].seen = self._rows[-1].page
        self._frames.append(_Frame([]))

    def _end_cell(self) -> None:
        cell = self._close_frame()
        if self._rows:
            self._rows[-1].cells.append(cell)
        else:
            for paragraph in cell:
                self._deliver(paragraph)

    def _begin_box(self, _: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._open_paragraph()
        self._frames.append(_Frame(self._paragraphs[-1][0].boxes if self._paragraphs else []))

    def _end_box(self) -> None:
        rest = self._close_frame()
        if not self._paragraphs:
            for paragraph in rest:
                self._deliver(paragraph)

    def _close_frame(self) -> list[_Paragraph]:
        frame = self._frames[-1]
        if frame.carry is not None:
            carry, frame.carry = frame.carry, None
            self._deliver(carry)
        for entry in frame.fields:
            self._end_field(entry)
        return self._frames.pop().sink or []

    def _begin_choices(self, _: Mapping[str, str]) -> None:
        self._choices.append((self._source.length, False))

    def _begin_choice(self, _: Mapping[str, str]) -> None:
        """The same thing for programs of several ages: the first that holds words is read."""
        if self._choices:
            before, _done = self._choices[-1]
            if self._source.length > before:
                self._leave_out()

    def _end_choices(self) -> None:
        self._choices.pop()

    # ------------------------------------------------------------ notes

    def _note_mark(self, attributes: Mapping[str, str]) -> None:
        key = _note_key(self._path[-1], attributes)
        if not self._paragraphs:
            return
        self._open_paragraph()
        paragraph, _ = self._paragraphs[-1]
        if self._coding or self._look(paragraph)[2]:
            self._reader.dropped.add(key)
        elif not self._lifting:
            custom = attribute(attributes, "customMarkFollows")
            is_custom = custom is not None and switched_on(custom)
            if is_custom:
                self._run.custom = key
            paragraph.marks.append((key, paragraph.words_end))
            self._reader.marks.append(_Mark(key, len(self.sections), self.page, is_custom))

    def _begin_note(self, attributes: Mapping[str, str]) -> None:
        name = self._path[-1]
        kind = attribute(attributes, "type") or "normal"
        if name != f"w:{self._note_kind}" or kind != "normal":
            if self._note_kind is not None:
                self._leave_out()
            self._path[-1] = ""  # what was not begun must not be ended
            return
        key = _note_key(name, attributes)
        self._frames.append(_Frame(self.notes.setdefault(key, [])))

    def _end_note(self) -> None:
        self._close_frame()

    # ------------------------------------------------------------ sections

    def _section_property(self, attributes: Mapping[str, str]) -> None:
        section = self._section
        section.page_start = number(attribute(attributes, "start"))
        section.page_format = attribute(attributes, "fmt")

    def _note_setting(self, attributes: Mapping[str, str]) -> None:
        told = attribute(attributes, "val")
        if told is None or len(self._path) < 3 or self._path[-3] != "w:sectPr":
            return
        section = self._section
        if self._parent == "w:footnotePr":
            section.footnotes[self._path[-1]] = told
        elif self._parent == "w:endnotePr":
            section.endnotes[self._path[-1]] = told

    def _end_section(self) -> None:
        """A section ends with the paragraph that tells of it."""
        if self._parent == "w:pPr" and self._properties:
            self._properties[-1]["ends section"] = "yes"
        else:
            self._close_section()

    def _close_section(self) -> None:
        self._section.last_page = self.page
        self.sections.append(self._section)
        self._section = _Section()

    # ------------------------------------------------------------ odds and ends

    def _embedded(self, _: Mapping[str, str]) -> None:
        self._reader.embedded += 1

    def _write_tab(self, _: Mapping[str, str]) -> None:
        if self._parent in ("w:r", "m:r", "w:ins"):
            self._write("\t")

    def _write_line_end(self, _: Mapping[str, str]) -> None:
        self._write("\n")

    def _write_hyphen(self, _: Mapping[str, str]) -> None:
        self._write("\u2011")

    def _write_soft_hyphen(self, _: Mapping[str, str]) -> None:
        self._write("\u00ad")

    # ------------------------------------------------------------ formulas

    def _begin_formula(self, _: Mapping[str, str]) -> None:
        if self._math is None:
            self._math = _Formula(len(self._path))

    def _end_formula(self) -> None:
        if self._math is not None and self._math.depth == len(self._path):
            formula, self._math = self._math, None
            self._run = _Run()
            self._write(formula.text())

    def _begin_math_part(self, _: Mapping[str, str]) -> None:
        if self._math is not None:
            self._math.begin(_MATH_SIGNS[self._path[-1]])

    def _end_math_part(self) -> None:
        if self._math is not None:
            self._math.end()

    def _begin_brackets(self, _: Mapping[str, str]) -> None:
        if self._math is not None:
            self._math.begin_brackets()

    def _set_bracket(self, attributes: Mapping[str, str]) -> None:
        if self._parent == "m:dPr" and self._math is not None:
            which = _BRACKETS.index(self._path[-1])
            self._math.set_bracket(which, (_math_attribute(attributes) or "")[:1])

    def _begin_operand(self, _: Mapping[str, str]) -> None:
        if self._parent == "m:d" and self._math is not None:
            self._math.operand()

    def _end_brackets(self) -> None:
        if self._math is not None:
            self._math.end_brackets()

    def _set_operator(self, attributes: Mapping[str, str]) -> None:
        if self._parent == "m:naryPr" and self._math is not None:
            self._math.add((_math_attribute(attributes) or "")[:1])

    def _end_function_name(self) -> None:
        if self._math is not None:
            self._math.add(" ")


class _Formula:
    """A formula in one line: a/b, x^2, with brackets around parts of more than one sign."""

    def __init__(self, depth: int) -> None:
        self.depth = depth  # of its element
        self._pieces: list[str] = []
        self._length = 0
        self._parts: list[tuple[int, int, str]] = []  # place of its bracket, length before, sign
        self._brackets: list[tuple[int, list[str], bool]] = []

    def add(self, text: str) -> None:
        """Add signs."""
        self._pieces.append(text)
        self._length += len(text)

    def begin(self, sign: str) -> None:
        """Begin a part that ``sign`` parts from what is before it."""
        self._parts.append((len(self._pieces), self._length, sign))
        self._pieces.append("")

    def end(self) -> None:
        """End that part."""
        if not self._parts:
            return
        place, before, sign = self._parts.pop()
        if self._length > before:
            long = self._length > before + 1
            self._pieces[place] = sign + ("(" if long else "")
            self.add(")" if long else "")

    def begin_brackets(self) -> None:
        """Begin what stands in brackets: round ones, unless it is told otherwise."""
        self._brackets.append((len(self._pieces), ["(", "|", ")"], False))
        self._pieces.append("")

    def set_bracket(self, which: int, sign: str) -> None:
        """Take another sign for the first bracket (0), between operands (1) or at the end (2)."""
        if self._brackets:
            self._brackets[-1][1][which] = sign

    def operand(self) -> None:
        """Begin a further thing in the brackets."""
        if self._brackets:
            place, signs, further = self._brackets[-1]
            if further:
                self.add(signs[1])
            self._brackets[-1] = (place, signs, True)

    def end_brackets(self) -> None:
        """Close them."""
        if self._brackets:
            place, signs, _ = self._brackets.pop()
            self._pieces[place] = signs[0]
            self.add(signs[2])

    def text(self) -> str:
        """The whole formula."""
        return "".join(self._pieces).strip()


def _last(path: Sequence[str], name: str) -> int:
    return len(path) - path[::-1].index(name)


def _is_one_of(names: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(name in wanted for name in names)


def _is_contents(code: str) -> bool:
    return code.split(None, 1)[0].upper() in _FIELDS_OF_CONTENTS if code.strip() else False


def _note_key(name: str, attributes: Mapping[str, str]) -> NoteKey:
    kind: Literal["footnote", "endnote"] = "endnote" if "endnote" in name else "footnote"
    return kind, attribute(attributes, "id") or ""


def _math_attribute(attributes: Mapping[str, str]) -> str | None:
    return next((attributes[space + "val"] for space in _MATH if space + "val" in attributes), None)


def _row_paragraphs(cells: Sequence[Sequence[_Paragraph]]) -> Iterator[_Paragraph]:
    """A table's row as one paragraph, or its cells' paragraphs where it is there for the layout."""
    worded = [
        [
            paragraph
            for paragraph in cell
            if paragraph.has_words or paragraph.marks or paragraph.breaks
        ]
        for cell in cells
    ]
    if _is_layout(worded):
        for cell in worded:
            yield from cell
        return
    row = _Paragraph("table", in_table=True)
    bars = 0
    for number_, cell in enumerate(worded):
        bars += number_ > 0
        for position, paragraph in enumerate(cell):
            if not paragraph.has_words:
                row.take_over(paragraph)
                continue
            source = paragraph.pieces[0][1]
            if position and not bars:
                row.add(" ", source)
            elif bars:
                row.add(" | " * bars, source)
            bars = 0
            pieces, cut = paragraph.trimmed(indented=False)
            paragraph.pieces = pieces
            paragraph.length = sum(len(text) for text, _ in pieces)
            paragraph.words_end = paragraph.length
            paragraph.marks = [(key, max(0, place - cut)) for key, place in paragraph.marks]
            paragraph.breaks = [(page, max(0, place - cut)) for page, place in paragraph.breaks]
            row.take_over(paragraph)
    yield row


def _is_layout(cells: Sequence[Sequence[_Paragraph]]) -> bool:
    worded = [[paragraph for paragraph in cell if paragraph.has_words] for cell in cells]
    filled = [cell for cell in worded if cell]
    if any(paragraph.kind in ("heading", "table") for cell in filled for paragraph in cell):
        return True
    if len(cells) == 1:
        return True
    return any(
        len(cell) > 1 and sum(paragraph.length for paragraph in cell) > _LONG_CELL
        for cell in filled
    )


_HANDLED_STARTS: dict[str, Callable[[_Story, Mapping[str, str]], None]] = {
    "p": _Story._begin_paragraph,
    "r": _Story._begin_run,
    "t": _Story._begin_text,
    "instrText": _Story._begin_text,
    "b": _Story._set_bold,
    "vanish": _Story._set_hidden,
    "sz": _Story._set_size,
    "rStyle": _Story._set_run_style,
    "rFonts": _Story._set_font,
    "pStyle": _Story._set_style,
    "outlineLvl": _Story._set_outline,
    "numId": _Story._set_list,
    "ilvl": _Story._set_list_level,
    "sym": _Story._symbol,
    "tab": _Story._write_tab,
    "ptab": _Story._write_tab,
    "cr": _Story._write_line_end,
    "br": _Story._break,
    "noBreakHyphen": _Story._write_hyphen,
    "softHyphen": _Story._write_soft_hyphen,
    "lastRenderedPageBreak": _Story._turn_page,
    "ins": _Story._inserted,
    "moveTo": _Story._inserted,
    "del": _Story._deleted,
    "moveFrom": _Story._deleted,
    "cellDel": _Story._cell_deleted,
    "fldChar": _Story._field_sign,
    "fldSimple": _Story._simple_field,
    "docPartGallery": _Story._gallery,
    "showingPlcHdr": _Story._placeholder,
    "tr": _Story._begin_row,
    "tc": _Story._begin_cell,
    "txbxContent": _Story._begin_box,
    "footnoteReference": _Story._note_mark,
    "endnoteReference": _Story._note_mark,
    "footnote": _Story._begin_note,
    "endnote": _Story._begin_note,
    "pgNumType": _Story._section_property,
    "numFmt": _Story._note_setting,
    "numStart": _Story._note_setting,
    "numRestart": _Story._note_setting,
    "altChunk": _Story._embedded,
    "subDoc": _Story._embedded,
    "rt": _Story._leave_out,
    "rPrChange": _Story._leave_out,
    "pPrChange": _Story._leave_out,
    "sectPrChange": _Story._leave_out,
    "tblPrChange": _Story._leave_out,
    "tblPrExChange": _Story._leave_out,
    "tblGridChange": _Story._leave_out,
    "tcPrChange": _Story._leave_out,
    "trPrChange": _Story._leave_out,
    "numberingChange": _Story._leave_out,
}
_HANDLED_ENDS: dict[str, Callable[[_Story], None]] = {
    "p": _Story._end_paragraph,
    "pPr": _Story._end_paragraph_properties,
    "r": _Story._end_run,
    "t": _Story._end_text,
    "instrText": _Story._end_code,
    "tr": _Story._end_row,
    "tc": _Story._end_cell,
    "txbxContent": _Story._end_box,
    "footnote": _Story._end_note,
    "endnote": _Story._end_note,
    "sectPr": _Story._end_section,
}
_KNOWN = {
    *_HANDLED_STARTS, *_HANDLED_ENDS,
    "rPr", "numPr", "trPr", "tcPr", "sdt", "sdtPr", "footnotePr", "endnotePr", "body",
}  # fmt: skip
_MATH_SIGNS = {
    "m:num": "", "m:den": "/", "m:sup": "^", "m:sub": "_", "m:lim": "_", "m:rad": "√",
}  # fmt: skip
_BRACKETS = ("m:begChr", "m:sepChr", "m:endChr")
_STARTS: dict[str, Callable[[_Story, Mapping[str, str]], None]] = {
    **{f"w:{name}": handler for name, handler in _HANDLED_STARTS.items()},
    "m:r": _Story._begin_run,
    "m:t": _Story._begin_text,
    "m:oMath": _Story._begin_formula,
    **dict.fromkeys(_MATH_SIGNS, _Story._begin_math_part),
    "m:d": _Story._begin_brackets,
    **dict.fromkeys(_BRACKETS, _Story._set_bracket),
    "m:e": _Story._begin_operand,
    "m:chr": _Story._set_operator,
    "mc:AlternateContent": _Story._begin_choices,
    "mc:Choice": _Story._begin_choice,
    "mc:Fallback": _Story._begin_choice,
}
_ENDS: dict[str, Callable[[_Story], None]] = {
    **{f"w:{name}": handler for name, handler in _HANDLED_ENDS.items()},
    "m:r": _Story._end_run,
    "m:t": _Story._end_text,
    "m:oMath": _Story._end_formula,
    **dict.fromkeys(_MATH_SIGNS, _Story._end_math_part),
    "m:d": _Story._end_brackets,
    "m:fName": _Story._end_function_name,
    "mc:AlternateContent": _Story._end_choices,
}
_MATH_KNOWN = {name.removeprefix("m:") for name in (*_STARTS, *_ENDS) if name.startswith("m:")} | {
    "dPr",
    "naryPr",
}
_NAMES = {
    **{name: name for name in (*_STARTS, *_ENDS)},  # where damage took the declaration of names
    **{space + name: f"w:{name}" for space in WORD for name in _KNOWN},
    **{space + name: f"m:{name}" for space in _MATH for name in _MATH_KNOWN},
    **{_CHOICES + name: f"mc:{name}" for name in ("AlternateContent", "Choice", "Fallback")},
}


# ---------------------------------------------------------------- the document


class _Source:
    """Collects the source text, and what of it was lifted out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._lifted: list[Lifted] = []
        self.length = 0

    def add(self, text: str) -> int:
        """Add ``text``; where it stands."""
        place = self.length
        self._pieces.append(text)
        self.length += len(text)
        return place

    def lift(
        self, kind: Literal["boilerplate", "note mark", "hyphen"], start: int, stop: int
    ) -> None:
        """Declare a stretch as left out."""
        if self._lifted and (last := self._lifted[-1]).kind == kind and last.stop == start:
            self._lifted[-1] = Lifted(kind, last.start, stop)
        else:
            self._lifted.append(Lifted(kind, start, stop))

    def result(self) -> tuple[str, tuple[Lifted, ...]]:
        """The text, and what was left out in its order."""
        lifted = sorted(self._lifted, key=lambda stretch: stretch.start)
        return "".join(self._pieces), tuple(lifted)


class _Reader:
    """Reads the parts one after another, and puts together what they gave."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.styles = Styles(parts.tree("styles"))
        self.numbering = Numbering(parts.tree("numbering"), self.styles)
        self.writer = _Writer()
        self.source = _Source()
        self.warnings: list[ReadingWarning] = []
        self.notes: list[Note] = []
        self.pages: list[PageSpan] = []
        self.marks: list[_Mark] = []
        self.dropped: set[NoteKey] = set()  # notes whose marks were left out
        self.labels: dict[NoteKey, str] = {}  # as their authors wrote them
        self.changes = 0
        self.hidden = 0
        self.unknown_signs = 0
        self.embedded = 0
        self.too_deep = False
        self._body_end = 0
        self._spans: list[tuple[int, int, NoteKey]] = []  # of notes
        self._sections: list[_Section] = []

    def label(self, key: NoteKey, text: str) -> None:
        """Take in what an author wrote as a note's mark."""
        if len(label := self.labels.get(key, "") + text) <= 20:
            self.labels[key] = label.strip()

    def read(self) -> None:
        """Read the document, then its notes in the order of their first marks."""
        story = _Story(self, self.source)
        sound = feed(self._parts.document(), story)
        story.finish()
        if not sound:
            self._warn("Its text is damaged, so that some of it may be missing.")
        self._body_end = self.writer.builder.length
        self._sections = story.sections
        self._read_notes()
        self._read_pages()

    def _read_notes(self) -> None:
        texts: dict[NoteKey, list[_Paragraph]] = {}
        for kind in (_FOOTNOTE, _ENDNOTE):
            story = _Story(self, self.source, notes=kind)
            if data := self._parts.related(f"{kind}s"):
                if not feed(data, story):
                    self._warn(f"Its {kind}s are damaged, so that some may be missing.")
                story.finish()
            texts.update(story.notes)
            self._leave_out(story.strays)
        printed = self._printed_labels()
        order = self.writer.order  # grows: a note may hold marks itself
        written = missing = 0
        while written < len(order):
            key = order[written]
            written += 1
            missing += key not in texts
            self._write_note(key, texts.pop(key, ()), printed.get(key))
        if missing:
            self._warn(f"{_count(missing, 'mark')} of notes lead to no note.")
        unmarked = 0
        for key, paragraphs in texts.items():
            if key not in self.dropped:
                unmarked += self._write_note(key, paragraphs, None)
            else:
                self._leave_out(paragraphs)
        if unmarked:
            self._warn(f"{_count(unmarked, 'note')} at the end had no mark in the text.")

    def _write_note(
        self, key: NoteKey, paragraphs: Sequence[_Paragraph], label: str | None
    ) -> bool:
        label = self.labels.get(key) or label
        if key in self.labels and paragraphs:
            self._lift_mark(paragraphs[0], self.labels[key])
        span = self.writer.write_note(paragraphs)
        if span is None:
            return False
        marks = tuple(self.writer.marks.get(key, ()))
        count = len(self.notes) + 1
        self._spans.append((*span, key))
        self.notes.append(Note(count, *span, marks, "", label if label != str(count) else None))
        return True

    def _leave_out(self, paragraphs: Sequence[_Paragraph]) -> None:
        for text, source in (piece for paragraph in paragraphs for piece in paragraph.pieces):
            self.source.lift("boilerplate", source, source + len(text))

    def _lift_mark(self, paragraph: _Paragraph, label: str) -> None:
        """An author's own mark stands before the note's words too."""
        for position, (text, source) in enumerate(paragraph.pieces):
            words = text.lstrip()
            if words.startswith(label):
                start = source + len(text) - len(words)
                self.source.lift("note mark", start, start + len(label))
                rest = words[len(label) :]
                paragraph.pieces[position] = (rest, start + len(label))
                cut = len(text) - len(rest)
                paragraph.length -= cut
                paragraph.words_end = max(0, paragraph.words_end - cut)
                paragraph.marks = [(key, max(0, place - cut)) for key, place in paragraph.marks]
            if words:
                return

    def _printed_labels(self) -> dict[NoteKey, str]:
        """The labels that Word gives notes: numbers, letters or signs that go on or begin anew."""
        settings = self._parts.tree("settings")
        told = {
            kind: {
                f"w:{name}": value(child(settings, f"{kind}Pr", name)) or missing
                for name, missing in (
                    ("numFmt", "decimal" if kind == _FOOTNOTE else "lowerRoman"),
                    ("numStart", "1"),
                    ("numRestart", "continuous"),
                )
            }
            for kind in (_FOOTNOTE, _ENDNOTE)
        }
        labels: dict[NoteKey, str] = {}
        counts: dict[str, int] = {}
        before: dict[str, _Mark] = {}
        for mark in self.marks:
            kind = mark.key[0]
            settings_ = dict(told[kind])
            if mark.section < len(self._sections):
                section = self._sections[mark.section]
                settings_ |= section.footnotes if kind == _FOOTNOTE else section.endnotes
            if mark.custom or mark.key in labels:
                continue
            last = before.get(kind)
            anew = last is None or (
                settings_["w:numRestart"] == "eachSect" and last.section != mark.section
            )
            anew = anew or (
                settings_["w:numRestart"] == "eachPage"
                and last is not None
                and last.page != mark.page
            )
            first = number(settings_["w:numStart"], 1) or 1
            counts[kind] = first if anew else counts[kind] + 1
            before[kind] = mark
            labels[mark.key] = numeral(counts[kind], settings_["w:numFmt"])
        return {key: label for key, label in labels.items() if label}

    def _read_pages(self) -> None:
        body = self.writer.page_spans(self._body_end)
        if not body:
            return
        labels = _page_labels(self._sections, len(body))
        on_pages = {mark.key: mark.page for mark in reversed(self.marks)}
        notes = [
            (on_pages[key], start, stop)
            for start, stop, key in self._spans
            if key[0] == _FOOTNOTE and key in on_pages
        ]
        self.pages = [
            PageSpan(page, start, stop, labels.get(page)) for page, start, stop in (*body, *notes)
        ]

    def result(self) -> Reading:
        """All that was read."""
        text, source_map = self.writer.builder.result()
        source, lifted = self.source.result()
        blocks = tuple(_guess_headings(self.writer, text))
        properties = self._properties()
        notes = tuple(
            Note(
                note.number,
                note.start,
                note.stop,
                note.marks,
                text[note.start : note.stop],
                note.label,
            )
            for note in self.notes
        )
        self._warn_of_what_was_left_out()
        title = self.writer.title or properties.get("title") or _only_heading(blocks, text)
        return Reading(
            text,
            "utf-8",
            source_map,
            blocks,
            title=title,
            notes=notes,
            properties=properties,
            warnings=(*self._parts.warnings, *self.warnings),
            format="docx",
            pages=tuple(self.pages),
            lifted=lifted,
            source=source,
        )

    def _properties(self) -> dict[str, str]:
        told: dict[str, str] = {}
        root = self._parts.properties()
        for element in root if root is not None else ():
            name = str(element.tag).rpartition("}")[2]
            told.setdefault(name, one_line(_UNREAD_CONTROLS.sub("", element.text or ""))[:1000])
        found: dict[str, str] = {}
        if (title := told.get("title")) and not _NO_TITLES.fullmatch(title):
            found["title"] = title
        if (author := told.get("creator")) and author.lower() not in _NO_AUTHORS:
            found["author"] = author
        if language := told.get("language") or self.styles.language:
            found["language"] = language
        for name in ("created", "modified"):
            if day := _DAY.match(told.get(name, "")):
                found[name] = day[0]
        return found

    def _warn_of_what_was_left_out(self) -> None:
        if self.changes:
            self._warn(
                f"It holds {_count(self.changes, 'tracked change')}: "
                "insertions are read, deletions left out."
            )
        if self.hidden:
            self._warn(f"Hidden text was left out in {_count(self.hidden, 'place')}.")
        if self.too_deep:
            self._warn(f"What is nested deeper than {_DEEPEST} elements was left out.")
        if self.embedded:
            self._warn(
                f"{_count(self.embedded, 'file')} embedded in it (altChunk) can't be read here: "
                "open it in Word and save it anew."
            )
        if self.unknown_signs:
            self._warn(
                f"{_count(self.unknown_signs, 'sign')} of a font of its own can't be told and stay "
                "as they are."
            )

    def _warn(self, text: str) -> None:
        self.warnings.append(ReadingWarning(text))


def _count(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _page_labels(sections: Sequence[_Section], pages: int) -> dict[int, str]:
    """The printed numbers of pages, where they are not what counting from 1 gives."""
    begun: list[tuple[int, _Section]] = []
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


def _guess_headings(writer: _Writer, text: str) -> Iterator[Block]:
    """The blocks; where none is a heading by its style, short bold or large ones may be."""
    if any(block.kind == "heading" for block in writer.blocks):
        yield from writer.blocks
        return
    body = max(writer.sizes, key=lambda size: (writer.sizes[size], -size), default=0)
    looks: dict[int, int] = {}
    for which, size, plain in writer.looks:
        block = writer.blocks[which]
        words = text[block.start : block.stop]
        alone = which + 1 < len(writer.blocks) and not words.endswith((".", ",", ";"))
        if alone and any(map(str.isalpha, words)) and (size > body + 1 if plain else size >= body):
            looks[which] = size
    looks = {
        which: size
        for which, size in looks.items()
        if not (looks.get(which - 1) == size and looks.get(which + 1) == size)
        and any(
            other not in looks for other in range(which + 1, min(which + 4, len(writer.blocks)))
        )
    }
    if len(looks) * 3 > len(writer.blocks) + 2:
        looks = {}
    depths = {size: n for n, size in enumerate(sorted(set(looks.values()), reverse=True), 1)}
    for which, block in enumerate(writer.blocks):
        if which in looks:
            yield Block("heading", block.start, block.stop, min(9, depths[looks[which]]))
        else:
            yield block


def _only_heading(blocks: Sequence[Block], text: str) -> str | None:
    """The first block, where it is the only heading of its depth and none is further out."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or headings[0] != blocks[0]:
        return None
    first = headings[0]
    if any(heading.level <= first.level for heading in headings[1:]):
        return None
    return one_line(text[first.start : first.stop])
