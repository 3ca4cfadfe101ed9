"""PDF -> printed lines in reading order, with page labels, outline and properties.

PDFium says which signs stand where; `index.reading.pdf_layout` makes lines of them. Nothing is drawn,
no picture is unpacked, and only one page is held at a time.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from index.errors import DocumentFormatError
from index.model import Lifted, ReadingWarning
from index.reading.layout import compose
from index.reading.lines import Line
from index.reading.pdf_layout import Glyphs, PrintedLine, lines_of
from index.reading.text import Reading

MOST_PAGES = 20_000
MOST_SIGNS = 500_000  # of a page

_MOST_OUTLINE = 10_000  # entries
_DEEPEST_OUTLINE = 12
_MOST_OBJECTS = 3_000  # of a page without text, looked through for pictures
_LONGEST_TITLE = 300
_SCANNED = 0.35  # share of a page that a picture or drawing covers where its words may be in it
_FEW_SIGNS = 12  # a page number or a stamp may stand on a scan
_UNREADABLE = 0.3  # share of a page's signs without a letter from which on it can't be read
_MOST_FIELDS = 2_000  # of a form's page, filled in
_FEW_TURNED = 0.15  # share of a page's signs that run in another direction than most
_SHARED = 0.5  # share of a stretch of text from which on it is another's double
_HEAVY = 600  # weight of a font
_MOST_DIRECTIONS = 16  # of signs on a page; more are a drawing's

_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi(?!a)|CMBX|SFBX|-Medi\b", re.IGNORECASE)
_NOT_A_TITLE = re.compile(
    r"(?:untitled|title|document|unknown|none|null|no title|slide|presentation|print|scan\w*"
    r"|book|template|layout|new document)[ \t]*\d{0,4}"
    r"|.{0,200}\.(?:docx?|rtf|odt|indd|qxd|qxp|pdf|tex|dvi|p[sm]\d?|eps|xlsx?|pptx?|wpd|pub|html?|txt|tiff?|jpe?g|fm|book|p65|cdr|ai|xml)|(?:https?|file):.*|[\W\d_]*"
    r"|(?:[A-Za-z]:)?[\\/].*|[\w.-]*[_\d][\w.-]*|about:blank",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?:Microsoft (?:Office )?(?:Word|PowerPoint|Excel|Publisher)|PowerPoint Presentation)[ -]*"
)
_NOBODY = re.compile(
    r"[\W\d_]*|anonymous|unknown|administrator|admin|root|(?:default |windows )?user|owner|author|\w",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")
_PLEASE_WAIT = re.compile(
    r"Please wait\.{3}|viewer may not be able to display this type of document"
)
_LETTERS = re.compile(r"\W|_")
_NUMBERING = re.compile(r"[A-Za-z]{0,9}(?:\d{1,3}|[ivxlcIVXLC]{1,7}|[A-Z])")

_POINTER, _INT, _UINT = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
_IMAGE, _FORM = 3, 5  # kinds of page objects
_ACROFORM = 1  # kind of form


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of PDFium that takes addresses as numbers, which is several times faster."""
    address = ctypes.cast(getattr(pdfium, name), _POINTER).value
    return ctypes.CFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


_unicode = _function("FPDFText_GetUnicode", _UINT, _POINTER, _INT)
_text_object = _function("FPDFText_GetTextObject", ctypes.c_size_t, _POINTER, _INT)
_map_error = _function("FPDFText_HasUnicodeMapError", _INT, _POINTER, _INT)
_generated = _function("FPDFText_IsGenerated", _INT, _POINTER, _INT)
_loose_box = _function("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
_char_box = _function(
    "FPDFText_GetCharBox", _INT, _POINTER, _INT, _POINTER, _POINTER, _POINTER, _POINTER
)
_origin = _function("FPDFText_GetCharOrigin", _INT, _POINTER, _INT, _POINTER, _POINTER)
_font_size = _function("FPDFText_GetFontSize", ctypes.c_double, _POINTER, _INT)
_font_weight = _function("FPDFText_GetFontWeight", _INT, _POINTER, _INT)
_matrix = _function("FPDFText_GetMatrix", _INT, _POINTER, _INT, _POINTER)
_font_info = _function(
    "FPDFText_GetFontInfo", ctypes.c_ulong, _POINTER, _INT, _POINTER, ctypes.c_ulong, _POINTER
)
_render_mode = _function("FPDFTextObj_GetTextRenderMode", _INT, _POINTER)


def read_pdf(data: bytes) -> Reading:
    """The text layer of a PDF as text, with its pages, notes and headings.

    Raises DocumentFormatError, whose words say why it can't be read: damaged, locked, a scan, empty.
    """
    found = extract(data)
    reading = compose(
        found.lines,
        source=found.source,
        encoding="PDF",
        file_format="pdf",
        title=found.title,
        properties=found.properties,
        warnings=found.warnings,
        labels=found.labels,
        page_count=found.page_count,
    )
    lifted = sorted((*reading.lifted, *found.asides), key=lambda lifted: lifted.start)
    return replace(reading, lifted=tuple(lifted))


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the outline ("bookmarks"): ``level`` 1 is outermost, pages count from 1."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text layer of a PDF, line by line, and what the file says of itself.

    ``source`` holds the lines in reading order with a line feed between; each page but the first
    begins with a form feed, one without text too. At a page's end it has what stands beside the
    text: numbers of its lines, words up the margin or across it.
    """

    lines: tuple[Line, ...]
    source: str
    page_count: int
    labels: Mapping[int, str] = field(default_factory=dict)  # where they differ from the number
    title: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[ReadingWarning, ...] = ()
    outline: tuple[OutlineEntry, ...] = ()
    asides: tuple[Lifted, ...] = ()  # lines of ``source`` that are none of ``lines``


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page gave. ``unknown`` counts signs that the fonts give no letter for."""

    lines: tuple[PrintedLine, ...] = ()
    letter: float = 0  # usual width of a letter, in points
    signs: int = 0
    unknown: int = 0
    scanned: bool = False
    failed: bool = False
    cut: bool = False  # it holds more signs than are read


def extract(data: bytes) -> Extraction:
    """The printed lines of a PDF. Raises DocumentFormatError for one without text, locked or damaged."""
    with _opened(data) as document:
        count = _page_count(document)
        filled = pdfium.FPDF_GetFormType(document) == _ACROFORM
        pages = [_read_page(document, number, filled) for number in range(count)]
        _refuse_unread(document, pages)
        outline = tuple(_outline(document))
        title, properties = _properties(document)
        labels = _labels(document, count)
        damaged = not pdfium.FPDF_DocumentHasValidCrossReferenceTable(document)
    lines, asides, source = _printed(pages)
    return Extraction(
        tuple(_with_headings(lines, outline)),
        source,
        count,
        labels,
        title,
        properties,
        tuple(_warnings(pages, damaged)),
        outline,
        tuple(asides),
    )


# ---------------------------------------------------------------- the file


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """The PDFium document that ``data`` is. Raises DocumentFormatError for what can't be opened."""
    if not data.strip(b"\0 \t\r\n\f"):
        raise DocumentFormatError("It is empty.", hint="Put the document itself in its place.")
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise _refusal(pdfium.FPDF_GetLastError(), data)
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _refusal(code: int, data: bytes) -> DocumentFormatError:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return DocumentFormatError(
            "It is encrypted and needs a password.", hint="Save it without a password."
        )
    if code == pdfium.FPDF_ERR_SECURITY:
        return DocumentFormatError(
            "It is encrypted in a way that can't be opened.", hint="Save it without encryption."
        )
    if b"%PDF-" not in data[:1024]:
        return DocumentFormatError(
            "It is no PDF, whatever its name says.", hint="Put the document itself in its place."
        )
    return DocumentFormatError(
        "It is damaged: no page can be found in it.",
        hint="Get the file anew; it may have been cut off on its way.",
    )


def _page_count(document: Any) -> int:
    count: int = pdfium.FPDF_GetPageCount(document)
    if count < 1:
        raise DocumentFormatError(
            "It is damaged or has no pages.",
            hint="Get the file anew; it may have been cut off on its way.",
        )
    if count > MOST_PAGES:
        raise DocumentFormatError(
            f"It is too large: {count:,} pages, and at most {MOST_PAGES:,} are read.",
            hint="Split it into smaller files.",
        )
    return count


def _refuse_unread(document: Any, pages: Sequence[_Page]) -> None:
    """Raise DocumentFormatError where no page gave text, or only the one that stands for a form."""
    if any(page.lines for page in pages):
        words = " ".join(line.text for page in pages[:2] for line in page.lines[:40])
        dynamic = pdfium.FPDF_GetFormType(document) in (2, 3)  # XFA
        if len(pages) <= 2 and len(words) < 3_000 and _PLEASE_WAIT.search(words) and dynamic:
            raise DocumentFormatError(
                "It is an XFA form, whose text only its own viewer can show.",
                hint="Print it to a PDF from that viewer.",
            )
        return
    count = _plural(len(pages), "page")
    if all(page.failed for page in pages):
        raise DocumentFormatError(
            f"It is damaged: none of its {count} can be read.", hint="Get the file anew."
        )
    if any(page.scanned for page in pages):
        raise DocumentFormatError(
            f"It is a scan of {count} without a text layer.",
            hint="Run OCR on it (for example ocrmypdf), then put the result in its place.",
        )
    raise DocumentFormatError(
        f"It has no text layer: {count} without text.",
        hint="If words can be seen on its pages, run OCR on it (for example ocrmypdf).",
    )


def _warnings(pages: Sequence[_Page], damaged: bool) -> Iterator[ReadingWarning]:
    """What is to be said of the pages, once a kind, with the first page."""
    if damaged:
        yield ReadingWarning("The file is damaged; its pages were found anew, some may be missing.")

    def said(words: str, chosen: Callable[[_Page], bool]) -> Iterator[ReadingWarning]:
        numbers = [number for number, page in enumerate(pages, start=1) if chosen(page)]
        if numbers:
            yield ReadingWarning(words.format(_ranges(numbers)), page=numbers[0])

    yield from said("Damaged, so not read: {}.", lambda page: page.failed)
    yield from said("Pictures without a text layer, so not read: {}.", lambda page: page.scanned)
    yield from said(
        f"More than {MOST_SIGNS:,} signs, so not read to the end: {{}}.", lambda page: page.cut
    )

    def unreadable(page: _Page) -> bool:
        return page.unknown > _UNREADABLE * page.signs

    yield from said(
        "The text of {} can't be read right: its fonts don't say which letters their signs are.",
        unreadable,
    )
    some = [number for number, page in enumerate(pages, 1) if page.unknown and not unreadable(page)]
    total = sum(pages[number - 1].unknown for number in some)
    if some:
        yield ReadingWarning(
            f"{_plural(total, 'sign')} on {_ranges(some)}: the font doesn't say which "
            f"{'letter it is' if total == 1 else 'letters they are'}.",
            page=some[0],
        )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _ranges(numbers: Sequence[int]) -> str:
    """``page 3`` or ``pages 3–9, 12``; of many ranges the first ones and a count."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in ranges[:12])
    if len(ranges) > 12:
        shown += f" and {sum(b - a + 1 for a, b in ranges[12:])} more"
    return f"{'page' if len(numbers) == 1 else 'pages'} {shown}"


# ---------------------------------------------------------------- what the file says of itself


def _string(read: Callable[[Any, int], int], longest: int = 4_000) -> str:
    """A UTF-16 string of PDFium's, which ``read(buffer, length)`` fills in; "" for none."""
    length = min(int(read(None, 0)), longest)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    read(buffer, length)
    text = buffer.raw.decode("utf-16-le", "replace").split("\0")[0]
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _properties(document: Any) -> tuple[str | None, dict[str, str]]:
    """The title, if what the file calls so is one, and author, language and the like."""

    def told(key: bytes) -> str:
        return _string(
            lambda buffer, length: pdfium.FPDF_GetMetaText(document, key, buffer, length)
        )

    properties: dict[str, str] = {}
    title = _PRODUCT.sub("", told(b"Title"), count=1).strip(" -–")
    if title and len(title) <= _LONGEST_TITLE and not _NOT_A_TITLE.fullmatch(title):
        properties["title"] = title
    author = told(b"Author")
    if len(author) <= _LONGEST_TITLE and not _NOBODY.fullmatch(author):
        properties["author"] = author
    for key, name in ((b"Subject", "subject"), (b"Keywords", "keywords")):
        if (value := told(key)) and value != "unspecified":
            properties[name] = value
    if made := _DATE.match(told(b"CreationDate")):
        year, month, day = made.groups()
        if int(year) and 1 <= int(month or 1) <= 12 and 1 <= int(day or 1) <= 31:
            properties["created"] = "-".join(part for part in (year, month, day) if part)
    buffer = (ctypes.c_ushort * 40)()
    pdfium.FPDFCatalog_GetLanguage(document, buffer, len(buffer))
    language = bytes(buffer).decode("utf-16-le", "replace").split("\0")[0].strip()
    if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", language):
        properties["language"] = language.replace("_", "-")
    return properties.get("title"), properties


def _labels(document: Any, count: int) -> dict[int, str]:
    """The pages' labels, where they are not just their numbers."""
    labels = {}
    for number in range(1, count + 1):
        label = _string(
            lambda buffer, length, page=number - 1: pdfium.FPDF_GetPageLabel(  # type: ignore[misc]
                document, page, buffer, length
            ),
            longest=200,
        )
        if label and label != str(number):
            labels[number] = label
    return labels


def _outline(document: Any) -> Iterator[OutlineEntry]:
    """The outline's entries from first to last; an entry that leads in a circle is left out."""
    seen: set[int] = set()
    waiting: list[tuple[Any, int]] = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while waiting and len(seen) < _MOST_OUTLINE:
        bookmark, level = waiting.pop()
        address = ctypes.cast(bookmark, _POINTER).value
        if not address or address in seen:
            continue
        seen.add(address)
        title = _string(
            lambda buffer, length, at=bookmark: pdfium.FPDFBookmark_GetTitle(at, buffer, length)  # type: ignore[misc]
        )
        destination = pdfium.FPDFBookmark_GetDest(document, bookmark)
        page = pdfium.FPDFDest_GetDestPageIndex(document, destination) if destination else -1
        if title:
            yield OutlineEntry(title, level, page + 1 if page >= 0 else None)
        waiting.append((pdfium.FPDFBookmark_GetNextSibling(document, bookmark), level))
        if level < _DEEPEST_OUTLINE:
            waiting.append((pdfium.FPDFBookmark_GetFirstChild(document, bookmark), level + 1))


# ---------------------------------------------------------------- pages


def _read_page(document: Any, index: int, filled: bool = False) -> _Page:
    """The lines of page ``index``, which counts from 0; with what is filled in, if it is a form."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return _Page(failed=True)
    if filled and 0 < pdfium.FPDFPage_GetAnnotCount(page) <= _MOST_FIELDS:
        changed = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
        if changed:  # shows only in the page loaded anew
            pdfium.FPDF_ClosePage(page)
            page = pdfium.FPDF_LoadPage(document, index)
            if not page:
                return _Page(failed=True)
    try:
        text = pdfium.FPDFText_LoadPage(page)
        if not text:
            return _Page(failed=True)
        try:
            read = _read_text(text)
        finally:
            pdfium.FPDFText_ClosePage(text)
        if read.signs <= _FEW_SIGNS and _pictured(page):
            read = replace(read, scanned=True)
        return read
    finally:
        pdfium.FPDF_ClosePage(page)


def _pictured(page: Any) -> bool:
    """Whether pictures or drawings cover so much of a page that its words may be in them."""
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    longer = max(width, height)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    covered, seen = 0.0, 0
    # A form holds further objects; what is deeper than these two levels is not looked for.
    found = [(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)]
    while found:
        holder, count, get = found.pop()
        for number in range(min(count(holder), _MOST_OBJECTS - seen)):
            item = get(holder, number)
            seen += 1
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == _FORM and holder is page:
                found.append((item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject))
            if kind != _IMAGE or not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                continue
            wide = width if holder is not page else min(right.value, longer) - max(left.value, 0)
            high = height if holder is not page else min(top.value, longer) - max(bottom.value, 0)
            covered += max(wide, 0) * max(high, 0)
    return bool(covered > _SCANNED * width * height > 0)


def _read_text(text: Any) -> _Page:
    handle = ctypes.cast(text, _POINTER).value
    found = pdfium.FPDFText_CountChars(text)
    count = min(found, MOST_SIGNS)
    if count <= 0:
        return _Page()
    signs = _Signs(handle or 0, count)
    lines: list[PrintedLine] = []
    letter = 0.0
    for number, glyphs in enumerate(signs.directions()):
        printed = lines_of(glyphs)
        if number == 0:
            widths = glyphs.right - glyphs.left
            letter = float(np.median(widths[widths > 0])) if (widths > 0).any() else 0.0
        else:  # words up the margin or across the page: read last, and no part of the text if few
            few = len(glyphs.chars) < _FEW_TURNED * signs.count
            printed = [replace(line, aside=few, column=lines[-1].column) for line in printed]
        lines += printed
    lines.sort(key=lambda line: line.aside)
    return _Page(tuple(lines), letter, signs.count, signs.unknown, cut=found > count)


class _Signs:
    """The signs of one page: which they are, where they stand and how they are set."""

    def __init__(self, handle: int, count: int) -> None:
        every = range(count)
        codes = np.fromiter(map(_unicode, repeat(handle), every), np.uint32, count)
        for at in np.flatnonzero((codes[:-1] >> 10 == 0x36) & (codes[1:] >> 10 == 0x37)).tolist():
            high, low = int(codes[at]), int(codes[at + 1])  # a pair of surrogates
            codes[at], codes[at + 1] = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF), 10
        blank = np.isin(codes, _BLANKS)
        # PDFium adds blanks where it sees words part: that is a hint, no more.
        real, added = np.zeros(count, bool), np.zeros(count, bool)
        for index in np.flatnonzero(blank & (codes != 10) & (codes != 13)).tolist():
            (added if _generated(handle, index) else real)[index] = True
        shown = np.flatnonzero(~blank)
        self._handle = handle
        self._index = shown
        self.count = len(shown)
        self._blank, self._likely = self._before(real), self._before(added)
        indexes = shown.tolist()
        errors = np.fromiter(map(_map_error, repeat(handle), indexes), np.int32, self.count) > 0
        kept = codes[shown]
        unknown = (
            (errors & (kept != 0xAD)) | (kept == 0xFFFD) | ((kept >= 0xE000) & (kept < 0xF900))
        )
        unknown |= kept >= 0xF0000
        unknown &= kept != 2
        self.unknown = int(unknown.sum())
        self._codes = kept.astype(np.int64)
        self._chars = list(map(_CHARS.__getitem__, kept.tolist()))
        self._measure(indexes)

    def _before(self, blank: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which signs have one of ``blank`` behind them."""
        before = np.searchsorted(self._index, np.flatnonzero(blank)) - 1
        signs = np.zeros(self.count, bool)
        signs[before[before >= 0]] = True
        return signs

    def _measure(self, indexes: list[int]) -> None:
        count, handle = self.count, self._handle
        boxes = np.zeros((count, 4), np.float32)  # left, top, right, bottom
        address = boxes.ctypes.data
        places = range(address, address + 16 * count, 16)
        _exhaust(map(_loose_box, repeat(handle), indexes, places))
        origins = np.zeros((count, 2), np.float64)
        address = origins.ctypes.data
        _exhaust(
            map(
                _origin,
                repeat(handle),
                indexes,
                range(address, address + 16 * count, 16),
                range(address + 8, address + 8 + 16 * count, 16),
            )
        )
        objects = np.fromiter(map(_text_object, repeat(handle), indexes), np.uint64, count)
        changes = np.ones(count, bool)
        changes[1:] = objects[1:] != objects[:-1]
        firsts = np.flatnonzero(changes)
        styles = [self._style(indexes[at], int(objects[at])) for at in firsts.tolist()]
        owner = np.cumsum(changes) - 1
        table = np.array(styles, np.float64).reshape(-1, 3)
        self._size, self._bold = table[owner, 0], table[owner, 2] > 0
        self._angle = table[owner, 1]
        self._left = np.minimum(boxes[:, 0], boxes[:, 2]).astype(np.float64)
        self._right = np.maximum(boxes[:, 0], boxes[:, 2]).astype(np.float64)
        self._x, self._y = origins[:, 0], origins[:, 1]
        self._object = objects
        self._find_vertical()

    def _style(self, index: int, item: int) -> tuple[float, float, float]:
        """Height of the letters in points, their direction in whole degrees, whether they are bold."""
        matrix = (ctypes.c_float * 6)()
        size = _font_size(self._handle, index)
        angle = 0.0
        if _matrix(self._handle, index, ctypes.addressof(matrix)):
            a, b, c, d = matrix[:4]
            size *= math.hypot(c, d) or 1
            if a or b:
                angle = round(math.degrees(math.atan2(b, a))) % 360
        weight = _font_weight(self._handle, index)
        bold = weight >= _HEAVY or (item and _render_mode(item) == 2)
        if not bold:
            name = ctypes.create_string_buffer(128)
            length = _font_info(self._handle, index, ctypes.addressof(name), 128, None)
            bold = length <= 128 and _BOLD_NAME.search(name.value.decode("latin-1")) is not None
        return min(max(abs(size), 0.1), 10_000.0), angle, float(bold)

    def _find_vertical(self) -> None:
        """Tell Chinese, Japanese or Korean set in columns from top to bottom: each sign below another."""
        if self.count < 4:
            return
        across = np.abs(np.diff(self._x)) < 0.2 * self._size[1:]
        fall = -np.diff(self._y) / self._size[1:]
        below = across & (fall > 0.5) & (fall < 2.5) & (self._angle[1:] == 0)
        wide = self._codes >= 0x2E80
        if below.sum() > 0.5 * self.count and wide.sum() > 0.5 * self.count:
            self._angle[self._angle == 0] = 270

    def directions(self) -> Iterator[Glyphs]:
        """The signs by the direction they run in, that of most signs first."""
        counts = Counter(self._angle.tolist())
        angles = sorted(counts, key=lambda angle: (-counts[angle], angle))[:_MOST_DIRECTIONS]
        for angle in angles:
            yield self._turned(np.flatnonzero(self._angle == angle), angle)
        rest = np.flatnonzero(~np.isin(self._angle, angles))
        if len(rest):
            yield self._turned(rest, 0)

    def _turned(self, chosen: NDArray[np.int64], angle: float) -> Glyphs:
        x, y = self._x[chosen], self._y[chosen]
        if angle == 0:
            left, right, base = self._left[chosen], self._right[chosen], y
        else:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            base = y * cos - x * sin
            if angle % 90 == 0:
                left, right = self._extent(chosen, cos, sin)
            else:  # boxes are upright, so they tell little of slanted signs
                left = x * cos + y * sin
                right = left + 0.5 * self._size[chosen]
        kept = self._once(chosen, left, right, base)
        chosen = chosen[kept]
        return Glyphs(
            self._chars if len(chosen) == self.count else [self._chars[at] for at in chosen],
            self._codes[chosen],
            left[kept],
            right[kept],
            base[kept],
            self._size[chosen],
            self._blank[chosen],
            self._likely[chosen],
            self._bold[chosen],
        )

    def _extent(
        self, chosen: NDArray[np.int64], cos: float, sin: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where signs begin and end along their direction."""
        boxes = np.zeros((len(chosen), 4), np.float64)  # left, right, bottom, top
        address = boxes.ctypes.data
        corners = [range(address + 8 * n, address + 8 * n + 32 * len(chosen), 32) for n in range(4)]
        _exhaust(map(_char_box, repeat(self._handle), self._index[chosen].tolist(), *corners))
        start = boxes[:, 0] * cos + boxes[:, 2] * sin
        stop = boxes[:, 1] * cos + boxes[:, 3] * sin
        return np.minimum(start, stop), np.maximum(start, stop)

    def _once(
        self,
        chosen: NDArray[np.int64],
        left: NDArray[np.float64],
        right: NDArray[np.float64],
        base: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Positions of ``chosen`` without signs drawn a second time to make them look bold."""
        codes, size, objects = self._codes[chosen], self._size[chosen], self._object[chosen]
        row = base / np.maximum(0.5 * size, 0.1)
        twice = np.zeros(len(chosen), bool)
        # Neighbours on a line are compared; the second pass is for lines that a row's edge cuts.
        for rows in (np.floor(row), np.round(row)):
            order = np.lexsort((left, rows, codes))
            first, second = order[:-1], order[1:]
            aside = left[second] - left[first]
            again = (
                (codes[first] == codes[second])
                & (objects[first] != objects[second])
                & (np.abs(base[first] - base[second]) < 0.25 * size[first])
                & (aside >= 0)
                & (aside < 0.2 * size[first])
                & (aside < 0.6 * (right - left)[first] + 0.01)
            )
            twice[np.maximum(first[again], second[again])] = True
        # Lines that only run into each other have but a few signs in common.
        _, owner = np.unique(objects, return_inverse=True)
        shares = np.bincount(owner, twice) / np.maximum(np.bincount(owner), 1)
        kept = ~twice | (shares[owner] < _SHARED)
        return np.flatnonzero(kept)


_BLANKS = np.array(
    [
        *range(0x2000, 0x200C),
        *map(ord, "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"),
    ],
    np.uint32,
)


class _Characters(dict[int, str]):
    """The character of each code; U+FFFD for what is none."""

    def __missing__(self, code: int) -> str:
        control = code < 0x20 or 0x7F <= code < 0xA0
        if control or 0xD800 <= code < 0xE000 or code >= 0x110000 or code & 0xFFFE == 0xFFFE:
            return "\ufffd"
        return chr(code)


_CHARS = _Characters(
    {
        2: "-",  # PDFium's sign for a hyphen at a line's end
        0xAD: "-",
        0xFB00: "ff",
        0xFB01: "fi",
        0xFB02: "fl",
        0xFB03: "ffi",
        0xFB04: "ffl",
        0xFB05: "st",
        0xFB06: "st",
    }
)


def _exhaust(calls: Iterator[object]) -> None:
    for _ in calls:
        pass


# ---------------------------------------------------------------- lines


def _printed(pages: Sequence[_Page]) -> tuple[list[Line], list[Lifted], str]:
    """The pages' lines, measured by the document's usual letters, what is none, and the source."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for printed in page.lines:
            sizes[round(printed.size, 1)] += len(printed.text)
    usual = max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 1.0
    lines: list[Line] = []
    asides: list[Lifted] = []
    pieces: list[str] = []
    length = 0
    for number, page in enumerate(pages, start=1):
        if number > 1:
            pieces.append("\f")
            length += 1
        letter = page.letter or 0.5 * usual
        for place, printed in enumerate(page.lines):
            if place:
                pieces.append("\n")
                length += 1
            pieces.append(printed.text)
            start, length = length, length + len(printed.text)
            if printed.aside:
                asides.append(Lifted("boilerplate", start, length))
                continue
            lines.append(
                Line(
                    printed.text,
                    start,
                    number,
                    printed.space_before,
                    max(0.0, round((printed.left - printed.column_left) / letter, 1)),
                    max(0.0, round((printed.right - printed.column_left) / letter, 1)),
                    printed.column,
                    round(printed.size / usual, 2),
                    printed.bold,
                    printed.raised,
                    printed.kind,
                )
            )
    return lines, asides, "".join(pieces)


def _with_headings(lines: Sequence[Line], outline: Sequence[OutlineEntry]) -> list[Line]:
    """``lines``, in which those that an outline entry of their page names are headings."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.page is not None:
            by_page[line.page].append(place)
    headed = list(lines)
    keys: dict[int, str] = {}
    for entry in outline:
        wanted = _key(entry.title)
        if entry.page is None or not wanted:
            continue
        for place in by_page.get(entry.page, ()):
            if place not in keys:
                keys[place] = _key(lines[place].text)
        if found := _named(wanted, by_page.get(entry.page, ()), keys, headed):
            for place in found:
                headed[place] = replace(headed[place], heading=entry.level)
    return headed


def _named(
    wanted: str, places: Sequence[int], keys: Mapping[int, str], lines: Sequence[Line]
) -> Sequence[int]:
    """The first line, or up to three lines in a row, whose words are ``wanted``."""
    for number, first in enumerate(places):
        words = ""
        for place in places[number : number + 3]:
            line = lines[place]
            if line.heading or line.kind == "table" or line.column != lines[first].column:
                break
            words += keys[place]
            if len(words) > len(wanted) + 20:
                break
            label = words.removesuffix(wanted)
            if words == wanted or (label != words and _NUMBERING.fullmatch(label)):
                return places[number : places.index(place) + 1]
    return ()


def _key(text: str) -> str:
    """The letters and digits of ``text``, by which a heading is known again."""
    return _LETTERS.sub("", text).casefold()
