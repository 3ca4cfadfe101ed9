"""Paragraphs of a Word document: their words before they are written, and as stored text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.model import Lifted, one_line
from index.reading.docx_styles import Style
from index.reading.text import Block, BlockKind, TextBuilder

_LONGEST_HEADING = 400  # characters of a paragraph that is a heading by its style
_LONG_HEADING = 120  # characters of a paragraph that is no heading by its style
_LONG_CELL = 600  # characters of a cell of several paragraphs: it is there for the layout
NoteKind = Literal["footnote", "endnote"]
NoteKey = tuple[NoteKind, str]  # with its id


class Source:
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


@dataclass(slots=True)
class Paragraph:
    """A paragraph's words before they are written: what stands at its ends is known only then."""

    kind: BlockKind = "text"
    level: int = 0
    style: Style = field(default_factory=Style)
    pieces: list[tuple[str, int]] = field(default_factory=list)
    length: int = 0
    words_end: int = 0  # behind the last character that is not blank
    marks: list[tuple[NoteKey, int]] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)  # page, from which character on
    boxes: list[Paragraph] = field(default_factory=list)  # what stands in boxes that it holds
    opened: bool = False
    numbered: bool = False  # it begins with a list's number
    joins: bool = False  # its end was deleted: it goes on in the next one
    plain: int = 0  # characters that are not bold
    size: int = 0  # of its smallest letters, in half points
    in_table: bool = False
    contents: bool = False  # a line of a table of contents

    def add(self, text: str, source: int) -> None:
        """Add ``text``, which stands at ``source``."""
        self.pieces.append((text, source))
        if words := text.rstrip():
            self.words_end = self.length + len(words)
        self.length += len(text)

    def take_over(self, other: Paragraph) -> None:
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


class ParagraphWriter:
    """Writes paragraphs one after another, and knows what each of them became."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.marks: dict[NoteKey, list[int]] = {}
        self.order: list[NoteKey] = []  # of notes, by their first marks
        self.pages: list[tuple[int, int]] = []  # page, from which stored character on
        self.looks: list[tuple[int, int, int]] = []  # block, size, characters: see `guess_headings`
        self.sizes: Counter[int] = Counter()
        self.title = ""
        self._title_end = 0  # the block behind it
        self._turned: list[int] = []  # pages that have no words yet
        self._source_end = 0

    def write(self, paragraph: Paragraph) -> None:
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

    def _title(self, paragraph: Paragraph) -> tuple[BlockKind, int]:
        """The first paragraphs of that style are the document's title; further ones are headings."""
        if self.title and self._title_end != len(self.blocks):
            return "heading", 1
        words = "".join(text for text, _ in paragraph.pieces)
        self.title = one_line(f"{self.title} {words}")
        self._title_end = len(self.blocks) + 1
        return "text", 0

    def write_note(self, paragraphs: Sequence[Paragraph]) -> tuple[int, int] | None:
        """Add a note's paragraphs; their span if they have words."""
        start = stop = -1
        for paragraph in paragraphs:
            if span := self._put(paragraph, "\n\n" if start < 0 else "\n", indented=False):
                start = span[0] if start < 0 else start
                stop = span[1]
        return (start, stop) if start >= 0 else None

    def _put(self, paragraph: Paragraph, apart: str, *, indented: bool) -> tuple[int, int] | None:
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


def row_paragraphs(cells: Sequence[Sequence[Paragraph]]) -> Iterator[Paragraph]:
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
    row = Paragraph("table", in_table=True)
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


def _is_layout(cells: Sequence[Sequence[Paragraph]]) -> bool:
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


def guess_headings(writer: ParagraphWriter, text: str) -> Iterator[Block]:
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
