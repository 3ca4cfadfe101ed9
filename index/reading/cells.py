"""The words of a table's or a JSON file's cells, and how they become stored text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from index.errors import DocumentFormatError
from index.model import ReadingWarning, Record
from index.reading.pieces import Piece, trimmed
from index.reading.text import Block, BlockKind, Reading

BETWEEN = " | "  # cells, as in Markdown
MOST_RUNS = 6_000_000  # of the source map

# Kinds of cells: as it is written; in quotation marks, of which two stand for one; a JSON string.
PLAIN, QUOTED, ESCAPED = 0, 1, 2
Cell = tuple[int, int, int, int]  # column, start, stop, kind

_UNUSUAL = re.compile(r'["\\\x00-\x08\x0a-\x1f\x7f-\x9f\u2029]')
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2029]"
_PARTS = {
    PLAIN: re.compile(rf"\r\n?|\n|{_CONTROL}"),
    QUOTED: re.compile(rf'""|\r\n?|\n|{_CONTROL}'),
    ESCAPED: re.compile(
        r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]"
        rf"|\r\n?|\n|{_CONTROL}"
    ),
}
_MARKUP = r"<\\?/?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->|&#?[0-9A-Za-z]{1,31};"
_PARTS_HTML = {kind: re.compile(f"{_MARKUP}|{p.pattern}") for kind, p in _PARTS.items()}
_PARTING_TAG = re.compile(r"<\\?/?(?:br|p|div|li|ul|ol|h[1-6]|tr|blockquote)\b", re.IGNORECASE)
_SHORT_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\/": "/", "\\n": "\n", "\\t": "\t", "\\r": "\r"}
_DROPPED_ESCAPES = ("\\b", "\\f")


def cell_pieces(
    text: str, start: int, stop: int, kind: int, *, marked_up: bool = False, squeezed: bool = True
) -> list[Piece]:
    """The words of a cell, without white space at its ends and control characters.

    ``squeezed`` leaves out blank lines, ``marked_up`` tags of HTML.
    """
    raw = text[start:stop]
    if _UNUSUAL.search(raw) is None and not (marked_up and ("<" in raw or "&" in raw)):
        words = raw.strip()
        return [(words, start + len(raw) - len(raw.lstrip()))] if words else []
    pattern = (_PARTS_HTML if marked_up else _PARTS)[kind]
    pieces: list[Piece] = []
    done = start
    for match in pattern.finditer(text, start, stop):
        if match.start() > done:
            pieces.append((text[done : match.start()], done))
        done = match.end()
        words, at = _part(match[0], kind), match.start()
        if match[0] == "\r\n":
            at += 1
        if squeezed and words == "\n" and (not pieces or pieces[-1][0] == "\n"):
            continue
        if words:
            pieces.append((words, at))
    if done < stop:
        pieces.append((text[done:stop], done))
    return trimmed(pieces)[0]


def _part(written: str, kind: int) -> str:
    """What an unusual part of a cell stands for."""
    if written in ("\n", "\r", "\r\n"):
        return "\n"
    if written[0] == "<":
        return "\n" if _PARTING_TAG.match(written) else ""
    if written[0] == "&":
        meant = html.unescape(written)
        if len(meant) > 1:  # no entity after all
            return written
        return meant if meant.isprintable() or meant == "\u00a0" else ""
    if written == '""':
        return '"'
    if kind != ESCAPED or written[0] != "\\":
        return ""
    if written[1] != "u":
        if written in _DROPPED_ESCAPES:
            return ""
        meant = _SHORT_ESCAPES.get(written, written)
        return "\n" if meant == "\r" else meant
    if len(written) == 12:
        high, low = int(written[2:6], 16) - 0xD800, int(written[8:], 16) - 0xDC00
        return chr(0x10000 + (high << 10) + low)
    code = int(written[2:], 16)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    meant = chr(code)
    if meant in "\n\r\u2028\u2029\x85":
        return "\n"
    return "" if re.fullmatch(_CONTROL, meant) else meant


class CellWriter:
    """The stored text, its map and its blocks, written a block at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.records: list[Record] = []
        self.warnings: list[ReadingWarning] = []
        self.marked_up = False
        self._chunks: list[str] = []
        self._runs: list[tuple[int, int]] = []
        self._shift: int | None = None  # of the last run: stored minus source
        self.length = 0
        self._block: list[str] = []
        self._begin = -1

    def add(self, pieces: Iterable[Piece], between: str = "") -> tuple[int, int] | None:
        """Write ``pieces`` into the open block, behind ``between`` if it has words; their span."""
        start = -1
        for words, at in pieces:
            if start < 0:
                if self._begin < 0:
                    self._open()
                else:
                    self._separate(between)
                start = self.length
            self._put(words, at)
        return (start, self.length) if start >= 0 else None

    def cell(self, start: int, stop: int, kind: int, between: str) -> tuple[int, int] | None:
        """Write a cell into the open block; its span in the stored text, if it has words."""
        pieces = cell_pieces(self.text, start, stop, kind, marked_up=self.marked_up)
        return self.add(pieces, between)

    def close(self, kind: BlockKind = "table", level: int = 0) -> tuple[int, int] | None:
        """End the open block; its span, if there is one."""
        if self._begin < 0:
            return None
        begin, self._begin = self._begin, -1
        self.blocks.append(Block(kind, begin, self.length, level))
        self._chunks.append("".join(self._block))
        self._block = []
        return begin, self.length

    def _open(self) -> None:
        if self.length:
            self._separate("\n\n")
        self._begin = self.length

    def _separate(self, between: str) -> None:
        self._block.append(between)
        self.length += len(between)

    def _put(self, words: str, at: int) -> None:
        shift = self.length - at
        if shift != self._shift:
            self._shift = shift
            self._runs.append((self.length, at))
            if len(self._runs) > MOST_RUNS:
                raise DocumentFormatError(
                    f"It is too large: its words stand in more than {MOST_RUNS:,} pieces.",
                    hint="Split it into several files.",
                )
        self._block.append(words)
        self.length += len(words)

    def warn(self, warning: str, at: int | None = None) -> None:
        self.warnings.append(
            ReadingWarning(warning, None if at is None else line_of(self.text, at))
        )

    def reading(self, encoding: str, kind: str, title: str | None) -> Reading:
        if control := _CONTROLS.search(self.text):
            self.warn("Control characters are left out.", control.start())
        return Reading(
            "".join(self._chunks),
            encoding,
            tuple(self._runs),
            tuple(self.blocks),
            title=title,
            warnings=tuple(self.warnings),
            format=kind,
            records=tuple(self.records),
            source=self.text,
        )


def line_of(text: str, at: int) -> int:
    """The number of the line in which ``at`` stands, counting from 1."""
    feeds = text.count("\n", 0, at)
    return 1 + feeds + text.count("\r", 0, at) - text.count("\r\n", 0, at)
