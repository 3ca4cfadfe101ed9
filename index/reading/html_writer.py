"""The words of a page as stored text: runs of white space are one blank, blocks end at their edges."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from index.model import Lifted, PageSpan, ReadingWarning
from index.reading.html_notes import NoteBody
from index.reading.markup import Tree, references
from index.reading.pieces import Piece, trimmed
from index.reading.text import Block, BlockKind, SourceMap, TextBuilder, source_offset

_SPECIAL = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]|&|\xad|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff]")
_LINE_SPECIAL = re.compile(r"\r\n?|&|\xad|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_MOST_SPANNED = 20  # columns of a table in which a cell may reach down


@dataclass(slots=True)
class Words:
    """A block's words before they are written: what stands at its ends is known only then."""

    pieces: list[Piece] = field(default_factory=list)
    length: int = 0
    words_end: int = 0  # behind the last character that is not blank
    broken_at: int = 0  # behind the last line end
    blank: bool = True  # ends in white space, or is empty
    marks: list[tuple[int, int]] = field(default_factory=list)  # a note, behind which character
    breaks: list[tuple[int, int]] = field(default_factory=list)  # a page's number, where it begins
    anchor: str | None = None

    def add(self, text: str, there: int) -> None:
        if self.blank and text[0] == " ":
            text, there = text[1:], there + 1
            if not text:
                return
        self.pieces.append((text, there))
        if words := text.rstrip():
            self.words_end = self.length + len(words)
        self.length += len(text)
        self.blank = text[-1] in " \n"

    def drop_last(self) -> None:
        """Take off the last character."""
        text, there = self.pieces.pop()
        if len(text) > 1:
            self.pieces.append((text[:-1], there))
        self.length -= 1
        self.words_end = min(self.words_end, self.length)
        before = self.pieces[-1][0] if self.pieces else " "
        self.blank = before[-1] in " \n"
        kept = before.rstrip()
        self.words_end = (
            self.length - len(before) + len(kept) if kept and self.pieces else self.words_end
        )

    def ends_with(self, signs: str) -> bool:
        return bool(self.pieces) and self.pieces[-1][0][-1] in signs


@dataclass(slots=True)
class Row:
    """A table's row, and what reaches down into it from those above."""

    column: int = 0
    cells: int = 0  # of this row so far
    bars: int = 0  # that stand before the next words
    has_words: bool = False  # in the cell that is open
    spans: dict[int, int] = field(default_factory=dict)  # column -> rows that a cell reaches down

    def begin(self) -> None:
        """Begin the next row of the same table."""
        self.column = self.cells = self.bars = 0
        self.spans = {column: rows - 1 for column, rows in self.spans.items() if rows > 1}

    def begin_cell(self, across: int, down: int) -> None:
        """Begin a cell of so many columns and rows, past those that reach down from above."""
        while self.spans.get(self.column):
            self._pass_cell()
            self.column += 1
        self._pass_cell()
        if down > 1:
            for column in range(self.column, min(self.column + across, _MOST_SPANNED)):
                self.spans[column] = down
        self.column += across
        self.has_words = False

    def _pass_cell(self) -> None:
        self.bars += self.cells > 0
        self.cells += 1


class HtmlWriter:
    """Writes words into the block that is open, and remembers notes' marks, pages and what is lifted."""

    def __init__(self, tree: Tree) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.block_nodes: list[int] = []  # where in the tree each block begins
        self.title: str | None = None
        self.page_labels: list[str | None] = []
        self._page_starts: list[int] = []  # stored
        self._page_sources: list[int] = []
        self._page_spans: list[PageSpan] = []  # of plain text in the page
        self._tree = tree
        self._lifted: list[Lifted] = []
        self._warnings: dict[str, list[int]] = {}  # text -> place of the first, count
        self._plain_warnings: list[ReadingWarning] = []
        self._words = Words()
        self._source_end = 0
        self._containers: list[BlockKind] = []
        self._marker: list[Piece] = []
        self._row: Row | None = None
        self._heading = 0
        self._has_headings = False
        self._pre = 0
        self._glue = False
        self._anchor: str | None = None
        self._node = 0
        self._begun = -1
        self._in_note: NoteBody | None = None
        self._labels_left = False
        self._order: list[int] = []  # notes by number
        self._numbers: dict[int, int] = {}
        self._marks: dict[int, list[int]] = {}
        self._note_spans: list[tuple[int, int, int]] = []

    # ------------------------------------------------------------ text

    def _flow(self, start: int, stop: int, *, raw: bool = False) -> None:
        """Words in which a run of white space is one blank."""
        text = self._tree.text
        position = start
        while position < stop:
            special = _SPECIAL.search(text, position, stop)
            if special is None:
                self._put(text[position:stop], position)
                return
            at, end = special.span()
            if at > position:
                self._put(text[position:at], position)
            sign = text[at]
            if sign in " \t\n\r\f":
                self._put(" ", at)
            elif sign == "&":
                end = at + 1
                if raw:
                    self._put("&", at)
                else:
                    end = self._reference(at, stop)
            else:
                self._drop(sign, at)
            position = end

    def _reference(self, at: int, stop: int) -> int:
        """Write what the reference at ``at`` stands for; where it ends."""
        text = self._tree.text
        semicolon = at + 40
        piece = text[at : min(stop, semicolon)]
        following = piece.find("&", 1)
        if following > 0:
            piece = piece[:following]
        chars: list[str] = []
        end = at + 1
        for part, there in references(piece, at):
            if there != at or (len(part) > 1 and part[0] == "&"):
                end = there if there != at else at + 1
                break
            chars.append(part)
        else:
            end = at + len(piece)
        if not chars:
            self._put("&", at)
            return at + 1
        for char in chars:
            if char in " \t\n\r\f":
                self._put(" ", at)
            elif char == "\xad" or _DROPPED.match(char):
                self._drop(char, at, end)
            else:
                self._put(char, at)
        return end

    def _verbatim(self, start: int, stop: int) -> None:
        text = self._tree.text
        position = start
        while position < stop:
            special = _LINE_SPECIAL.search(text, position, stop)
            at, end = special.span() if special else (stop, stop)
            if at > position:
                self._put(text[position:at], position)
            if special:
                if text[at] == "&":
                    end = self._reference(at, stop)
                elif text[at] == "\r":
                    self._put("\n", end - 1)
                else:
                    self._drop(text[at], at)
            position = end

    def _drop(self, sign: str, at: int, end: int | None = None) -> None:
        if sign == "\xad":
            self._lift("hyphen", at, end or at + 1)
        elif sign != "\ufeff":
            self._lift("boilerplate", at, end or at + 1)
            self.warn_at("Control characters were left out", at)

    def _put(self, text: str, there: int) -> None:
        words = self._words
        if self._begun < 0 or not words.pieces:
            self._begun = self._node
        if not text.isspace():
            if self._glue:
                while words.ends_with(" "):
                    words.drop_last()
                words.blank = True
                words.pieces.append(("\n", there))
                words.length += 1
                self._glue = False
                text, there = (text.lstrip(" "), there + len(text) - len(text.lstrip(" ")))
            if self._row is not None:
                self._row.has_words = True
                if self._row.bars:
                    self._write_bars(self._row, there)
            if self._marker and not self._heading:
                self._write_marker(text)
            if self._in_note is not None:
                self._labels_left = False
        elif self._glue:
            return
        if self._pre:
            words.blank = False
            if not text:
                return
        words.add(text, there)

    def _write_bars(self, row: Row, there: int) -> None:
        words, bars = self._words, " | " * row.bars
        row.bars = 0
        while words.ends_with(" "):
            words.drop_last()
        words.pieces.append((bars, there))
        words.length += len(bars)
        words.blank = True

    def _write_marker(self, text: str) -> None:
        opening = text.lstrip()
        if not any(opening.startswith(marker.strip()) for marker, _ in self._marker):
            for marker, there in self._marker:
                self._words.pieces += [(sign, there) for sign in marker]
                self._words.length += len(marker)
        self._words.blank = True
        self._marker.clear()

    # ------------------------------------------------------------ blocks

    def _boundary(self) -> None:
        """An edge of a block: in a table's cell, or behind a term, only a line end."""
        if self._row is not None:
            self._glue = self._row.has_words
            return
        if self._glue or self._heading:
            if self._heading and self._words.words_end:
                self._words.add(" ", self._tree.start[min(self._node, len(self._tree) - 1)])
            return
        self._finish(self._kind())

    def _force(self) -> None:
        if self._row is not None or self._heading:
            self._boundary()
            return
        self._glue = False
        self._finish(self._kind())

    def _kind(self) -> BlockKind:
        if self._heading:
            return "heading"
        if self._pre:
            return "code"
        return self._containers[-1] if self._containers else "text"

    def _finish(self, kind: BlockKind, level: int = 0) -> None:
        """Write the block that is open, if it has words, after a blank line or in a note a line end."""
        words = self._words
        if not words.pieces and not words.marks and not words.breaks:
            words.anchor = None
            return
        self._words = Words()
        pieces, cut = trimmed(words.pieces)
        before = self.builder.length
        if pieces and before:
            goes_on = self._in_note is not None and self._note_spans[-1][1] >= 0
            self.builder.append("\n" if goes_on else "\n\n", self._source_end)
        start = self.builder.length
        for text, there in pieces:
            self.builder.append(text, there)
            self._source_end = there + len(text)
        length = self.builder.length - start
        for key, place in words.marks:
            mark = start + min(length, max(0, place - cut)) if pieces else before
            self._marks.setdefault(self._number(key), []).append(mark)
        for number, place in words.breaks:
            self._page_starts[number] = start + min(length, max(0, place - cut)) if pieces else -1
        if not pieces:
            return
        begun, self._begun = self._begun, -1
        if self._in_note is not None:
            number, opened, _ = self._note_spans[-1]
            self._note_spans[-1] = (number, start if opened < 0 else opened, self.builder.length)
            return
        anchor = words.anchor if kind == "heading" else None
        self._has_headings |= kind == "heading"
        self.blocks.append(Block(kind, start, self.builder.length, level, anchor))
        self.block_nodes.append(begun)
        self._anchor = None
        if level == 1 and self.title is None:
            self.title = " ".join("".join(text for text, _ in pieces).split())

    def _separate(self) -> None:
        if self.builder.length:
            self.builder.append("\n\n", self._source_end)

    def _append(self, text: str, source_map: SourceMap, start: int, stop: int) -> None:
        """Write a slice of text that was read elsewhere, run by run of its map."""
        position = max(0, bisect_right(source_map, start, key=lambda run: run[0]) - 1)
        while start < stop:
            stored, source = source_map[position]
            end = source_map[position + 1][0] if position + 1 < len(source_map) else stop
            end = min(end, stop)
            if end > start:
                self.builder.append(text[start:end], source + start - stored)
                self._source_end = source + end - stored
                start = end
            position += 1

    def _number(self, key: int) -> int:
        if key not in self._numbers:
            self._order.append(key)
            self._numbers[key] = len(self._order)
        return self._numbers[key]

    # ------------------------------------------------------------ pages

    def begin_page(self, label: str | None, source: int) -> None:
        """From here on what is read stands on a new page."""
        if self._in_note is not None:
            return
        number = len(self.page_labels)
        self.page_labels.append(label)
        self._page_sources.append(source)
        self._page_starts.append(-1)
        self._words.breaks.append((number, self._words.length))

    def page_spans(self, stored: str) -> tuple[PageSpan, ...]:
        """The pages that the file's page breaks tell, in the body and among the notes."""
        end = self._note_spans[0][1] if self._note_spans else len(stored)
        if not self.page_labels:
            return tuple(sorted(self._page_spans, key=lambda page: page.start))
        starts = list(self._page_starts)
        following = end
        for number in reversed(range(len(starts))):
            starts[number] = following if starts[number] < 0 else min(starts[number], following)
            following = starts[number]
        spans = [
            PageSpan(n + 1, start, stop, label)
            for n, (start, stop, label) in enumerate(
                zip(starts, [*starts[1:], end], self.page_labels, strict=True)
            )
        ]
        _, source_map = self.builder.result()
        for _, start, stop in self._note_spans:
            page = bisect_right(self._page_sources, source_offset(source_map, start))
            if page:
                spans.append(PageSpan(page, start, stop, self.page_labels[page - 1]))
        return tuple(spans)

    # ------------------------------------------------------------ odds and ends

    def _lift(self, kind: str, start: int, stop: int) -> None:
        if start < stop:
            self._lifted.append(Lifted(kind, start, stop))  # type: ignore[arg-type]  # callers' literals

    def all_lifted(self) -> tuple[Lifted, ...]:
        """What was left out, in order; what touches and is alike is one."""
        merged: list[Lifted] = []
        for lifted in sorted(self._lifted, key=lambda item: (item.start, -item.stop)):
            if merged and lifted.start < merged[-1].stop:
                if lifted.stop <= merged[-1].stop:
                    continue
                lifted = Lifted(lifted.kind, merged[-1].stop, lifted.stop)
            if merged and merged[-1].kind == lifted.kind and merged[-1].stop == lifted.start:
                merged[-1] = Lifted(lifted.kind, merged[-1].start, lifted.stop)
            else:
                merged.append(lifted)
        return tuple(merged)

    def warn(self, text: str) -> None:
        """Say something of the whole file."""
        self._plain_warnings.append(ReadingWarning(text))

    def warn_at(self, what: str, place: int) -> None:
        """Count what happens at ``place``; it is said once."""
        self._warnings.setdefault(what, [place, 0])[1] += 1

    def all_warnings(self, *, lines: bool) -> list[ReadingWarning]:
        """What is wrong with the file, each kind once with its first line, then what was left out."""
        text = self._tree.text
        kinds = [(what, place, count) for what, (place, count) in self._tree.faults.items()]
        kinds += [(what, place, count) for what, (place, count) in self._warnings.items()]
        if "\ufffd" in text:
            kinds.append(
                ("Characters were lost before (�)", text.index("\ufffd"), text.count("\ufffd"))
            )
        found = [
            ReadingWarning(
                f"{what}{f' here and {count - 1:,} times more' if count > 1 else ''}.",
                text.count("\n", 0, place) + 1 if lines else None,
            )
            for what, place, count in sorted(kinds, key=lambda kind: kind[1])
        ]
        return found + self._plain_warnings
