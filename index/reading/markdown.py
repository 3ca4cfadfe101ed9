"""Markdown -> text without its marks, with headings, blocks and footnotes.

markdown-it-py (CommonMark, with the tables, footnotes and front matter of mdit-py-plugins) says what
each line is; the words are then found again in the source, so that every stored character leads back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from index.model import Note, ReadingWarning
from index.reading.plain import unify_line_ends
from index.reading.text import Block, BlockKind, Reading, TextBuilder, source_offset

_PROPERTY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(\S.*)")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_NEWLINE = re.compile(r"\n")


def read_markdown(text: str, encoding: str) -> Reading:
    """The words of Markdown ``text``: block by block, two line feeds between, notes at the end."""
    source, to_file = unify_line_ends(text)
    reader = _Reader(source)
    reader.read(_parser().parse(source))
    stored, to_source = reader.builder.result()
    return Reading(
        stored,
        encoding,
        tuple((start, source_offset(to_file, there)) for start, there in to_source),
        tuple(reader.blocks),
        title=reader.properties.get("title") or reader.title,
        notes=reader.numbered_notes(stored),
        properties=reader.properties,
        warnings=tuple(reader.warnings),
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough")
    return parser.use(footnote_plugin, inline=False).use(front_matter_plugin)


class _Reader:
    """Walks the tokens once, writing what is to be read and noting what it was."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.title: str | None = None
        self.properties: dict[str, str] = {}
        self.warnings: list[ReadingWarning] = []
        self._lines = [0, *(match.end() for match in _NEWLINE.finditer(source)), len(source)]
        self._notes: dict[int, tuple[int, int]] = {}
        self._marks: dict[int, list[int]] = {}

    def read(self, tokens: Sequence[Token]) -> None:
        position = 0
        row: list[Token] = []
        marker = ""
        containers: list[str] = []
        note: int | None = None
        while position < len(tokens):
            token = tokens[position]
            position += 1
            match token.type:
                case "front_matter":
                    self._read_properties(token.content)
                case "heading_open":
                    self._heading(tokens[position], int(token.tag[1:]))
                case "footnote_open":
                    note = int(token.meta["id"]) + 1
                    start = self._separate()
                    self._notes[note] = (start, start)
                case "footnote_close":
                    note = None
                case "list_item_open":
                    containers.append("item")
                    marker = f"{token.info}{token.markup}" if token.info else ""
                case "blockquote_open":
                    containers.append("quote")
                case "list_item_close" | "blockquote_close":
                    containers.pop()
                    marker = ""
                case "tr_open":
                    row = []
                case "tr_close":
                    self._row(row)
                case "inline" if tokens[position - 2].type in ("th_open", "td_open"):
                    row.append(token)
                case "inline" if tokens[position - 2].type == "paragraph_open":
                    if note is not None:
                        self._note(token, note)
                    else:
                        self._paragraph(token, containers, marker)
                        marker = ""
                case "fence" | "code_block":
                    self._verbatim(token)
                case "html_block":
                    self._html(token)
                case _:
                    pass

    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts."""
        return tuple(
            Note(number, start, stop, tuple(self._marks.get(number, ())), stored[start:stop])
            for number, (start, stop) in sorted(self._notes.items())
            if start < stop
        )

    def _read_properties(self, content: str) -> None:
        for line in content.splitlines():
            if match := _PROPERTY.fullmatch(line.strip()):
                self.properties[match[1].lower()] = match[2].strip().strip("\"'")

    def _separate(self) -> int:
        """Leave a blank line before the next block; where that block starts."""
        if self.builder.length:
            self.builder.append("\n\n", self._end_of_source())
        return self.builder.length

    def _end_of_source(self) -> int:
        return len(self.source)

    def _heading(self, inline: Token, level: int) -> None:
        start = self._separate()
        self._inline(inline)
        if self.builder.length > start:
            if self.title is None and level == 1:
                self.title = self.builder.since(start)
            self.blocks.append(Block("heading", start, self.builder.length, level))

    def _paragraph(self, inline: Token, containers: Sequence[str], marker: str) -> None:
        start = self._separate()
        if marker:
            there = self.source.find(marker, self._begin(inline))
            if 0 <= there < self._end(inline):
                self.builder.append(marker + " ", there)
        self._inline(inline)
        if self.builder.length > start:
            kind: BlockKind = "text"
            if containers:
                kind = "quote" if containers[-1] == "quote" else "item"
            self.blocks.append(Block(kind, start, self.builder.length))

    def _note(self, inline: Token, number: int) -> None:
        start, stop = self._notes[number]
        if stop > start:
            self.builder.append("\n", self._end_of_source())
        self._inline(inline)
        self._notes[number] = (start, self.builder.length)

    def _row(self, cells: Sequence[Token]) -> None:
        start = self._separate()
        cursor = self._begin(cells[0]) if cells else 0
        for number, cell in enumerate(cells):
            if number:
                self.builder.append(" | ", cursor)
            cursor = self._inline(cell, cursor)
        if self.builder.length > start:
            self.blocks.append(Block("table", start, self.builder.length))

    def _verbatim(self, token: Token) -> None:
        start = self._separate()
        cursor = self._begin(token)
        for line in token.content.splitlines(keepends=True):
            there = self.source.find(line.rstrip("\n"), cursor, self._end(token))
            cursor = there if there >= 0 else cursor
            self.builder.append(line, cursor)
            cursor += len(line)
        if self.builder.length > start:
            self.blocks.append(Block("code", start, self.builder.length))

    def _html(self, token: Token) -> None:
        words = _TAG.sub(" ", token.content).strip()
        if not words or token.content.lstrip().startswith("<!--"):
            return
        line = token.map[0] + 1 if token.map else None
        self.warnings.append(ReadingWarning("A block of HTML was kept without its tags.", line))
        start = self._separate()
        cursor = self._begin(token)
        for piece in _TAG.split(token.content):
            there = self.source.find(piece, cursor) if piece else -1
            if there >= 0:
                self.builder.append(piece, there)
                cursor = there + len(piece)
        if self.builder.length > start:
            self.blocks.append(Block("text", start, self.builder.length))

    def _begin(self, token: Token) -> int:
        return self._lines[token.map[0]] if token.map else 0

    def _end(self, token: Token) -> int:
        if token.map is None:
            return len(self.source)
        return self._lines[min(token.map[1], len(self._lines) - 1)]

    def _inline(self, inline: Token, cursor: int | None = None) -> int:
        """Write the words of ``inline``; returns where in the source they ended."""
        cursor = self._begin(inline) if cursor is None else max(cursor, self._begin(inline))
        end = self._end(inline)
        for token in _flat(inline.children or ()):
            if token.type == "footnote_ref":
                self._marks.setdefault(int(token.meta["id"]) + 1, []).append(self.builder.length)
                cursor = max(cursor, self.source.find("]", cursor, end) + 1)
                continue
            words = _words(token)
            if not words:
                continue
            there = self.source.find(words, cursor, end)
            if (
                there < 0 and token.type == "text_special"
            ):  # an entity or escape: its source differs
                there = self.source.find(token.markup, cursor, end)
                self.builder.append(words, max(there, cursor))
                cursor = max(cursor, there + len(token.markup))
                continue
            there = max(there, cursor)
            self.builder.append(words, there)
            cursor = there + len(words)
        return cursor


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield from _flat(token.children or ())
        else:
            yield token


def _words(token: Token) -> str:
    match token.type:
        case "text" | "code_inline" | "text_special":
            return token.content
        case "softbreak" | "hardbreak":
            return "\n"
        case _:
            return ""
