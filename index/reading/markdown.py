"""Markdown -> text without its marks, with headings, blocks and footnotes.

markdown-it-py (CommonMark, with the tables, footnotes and front matter of mdit-py-plugins) says what
each line is and, through `_PlacedState`, where each of its words stands, so that every stored
character leads back to the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from index.model import Note, ReadingWarning
from index.reading.plain import unify_line_ends
from index.reading.text import Block, BlockKind, Reading, TextBuilder, through

_PROPERTY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(\S.*)")
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9-]{0,30})?[^<>]{0,2000}>")
_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_UNREAD = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))  # of HTML: no text
_INLINE_TAGS = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time tt u "
    "var wbr".split()
)
_DEEPEST = 100  # lists and quotes in each other; markdown-it reads nothing that is deeper
_DEEPEST_INLINE = 20  # marks in each other; what is deeper stays as it is written


def read_markdown(text: str, encoding: str) -> Reading:
    """The words of Markdown ``text``: block by block, two line feeds between, notes at the end."""
    source, to_file = unify_line_ends(text)
    reader = _Reader(source)
    reader.read(_parser().parse(source))
    reader.read_notes()
    stored, to_source = reader.builder.result()
    return Reading(
        stored,
        encoding,
        through(to_source, to_file, len(stored)),
        tuple(reader.blocks),
        title=reader.properties.get("title") or reader.title,
        notes=reader.numbered_notes(stored),
        properties=reader.properties,
        warnings=tuple(reader.warnings),
        format="markdown",
        source=text,
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline = _PlacedInline()
    parser.configure("commonmark", {"maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(front_matter_plugin)
    parser.inline.ruler.at("footnote_ref", _note_mark)
    parser.core.ruler.before("inline", "shallow", _limit_inline_nesting)
    parser.disable(["text_join", "fragments_join"])  # they'd lose the places of the joined
    return parser


def _limit_inline_nesting(state: StateCore) -> None:
    """A run of brackets is tried at each of its signs, as deep as is allowed: that must not be deep."""
    state.md.options["maxNesting"] = _DEEPEST_INLINE


class _PlacedState(StateInline):
    """Notes in each token's ``meta["at"]`` where in the block's content it begins."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._text_start = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._text_start = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802  # markdown-it's name
        token = super().pushPending()
        token.meta["at"] = self._text_start
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


class _PlacedInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _PlacedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _note_mark(state: StateInline, silent: bool) -> bool:
    """The plugin's rule for ``[^1]``, without its search for the bracket through the whole block."""
    match = _NOTE_MARK.match(state.src, state.pos, state.posMax)
    if match is None or f":{match[1]}" not in state.env.get("footnotes", {}).get("refs", {}):
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta["label"] = match[1]
    state.pos = match.end()
    return True


class _Content:
    """A block's content as markdown-it gives it, and where in the source its characters stand."""

    def __init__(self, text: str, runs: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self._runs = runs  # (content, source), the first at 0

    def source(self, offset: int) -> int:
        """The place in the source of the content's character ``offset``."""
        start, there = self._runs[bisect_right(self._runs, offset, key=lambda run: run[0]) - 1]
        return there + offset - start

    def pieces(self, start: int, stop: int) -> Iterator[tuple[str, int]]:
        """The content's slice, cut where it does not go on in the source."""
        position = bisect_right(self._runs, start, key=lambda run: run[0])
        while start < stop:
            end = min(stop, self._runs[position][0]) if position < len(self._runs) else stop
            yield self.text[start:end], self.source(start)
            start, position = end, position + 1


class _Reader:
    """Walks the tokens once, writing what is to be read and noting what it was."""

    def __init__(self, source: str) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.title: str | None = None
        self.properties: dict[str, str] = {}
        self.warnings: list[ReadingWarning] = []
        self._warned: set[str] = set()
        self._lines = source.replace("\0", "\ufffd").split("\n")  # as markdown-it reads them
        self._line_starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._source_end = 0  # of what was written last
        self._containers: list[BlockKind] = []  # item or quote, outermost first
        self._markers: list[tuple[str, int]] = []  # numbers of list items that have no words yet
        self._labels: dict[str, int] = {}  # of notes -> their numbers
        self._order: list[str] = []  # the labels by number
        self._marks: dict[int, list[int]] = {}
        self._definitions: deque[tuple[str, int | None, Sequence[Token]]] = deque()
        self._notes: list[tuple[int, int, int]] = []  # number, start, stop
        self._in_note = False

    def read(self, tokens: Sequence[Token]) -> None:
        """Write what ``tokens`` hold; definitions of notes are put by for `read_notes`."""
        position = 0
        cells: list[Token] | None = None
        while position < len(tokens):
            token = tokens[position]
            position += 1
            match token.type:
                case "front_matter":
                    self._read_properties(token.content)
                case "footnote_reference_open":
                    stop = _closing(tokens, position)
                    label, line = str(token.meta["label"]), _line(token)
                    self._definitions.append((label, line, tokens[position:stop]))
                    position = stop + 1
                case "list_item_open":
                    self._containers.append("item")
                    self._put_by_marker(token)
                case "blockquote_open":
                    self._containers.append("quote")
                case "list_item_close" | "blockquote_close":
                    self._finish(self._begin(), "item")  # a number without words, perhaps a year
                    self._containers.pop()
                case "tr_open":
                    cells = []
                case "tr_close":
                    self._row(cells or [])
                    cells = None
                case "inline" if cells is not None:
                    cells.append(token)
                case "inline":
                    before = tokens[position - 2]
                    level = int(before.tag[1:]) if before.type == "heading_open" else 0
                    self._words(token, level)
                case "fence" | "code_block":
                    self._verbatim(token)
                case "html_block":
                    self._html(token)
                case _:
                    pass
            if token.level == _DEEPEST - 1 and token.nesting == 1:
                self._warn(
                    f"What is nested deeper than {_DEEPEST} levels was left out.", _line(token)
                )

    def read_notes(self) -> None:
        """Write the notes in the order of their first marks, then those that have no mark.

        A note may hold marks itself, so that the order is known only as the notes are read.
        """
        self._in_note = True
        ready: dict[str, tuple[int | None, Sequence[Token]]] = {}
        unmarked: deque[tuple[str, int | None]] = deque()
        written = 0
        while True:
            while self._definitions:
                label, line, tokens = self._definitions.popleft()
                if label in ready:
                    self._warn(f"The note “{label}” is defined twice.", line)
                    label = f"{label} {line}"  # no mark's label holds a blank
                ready[label] = (line, tokens)
                unmarked.append((label, line))
            if written < len(self._order):
                label = self._order[written]
                written += 1
                self._note(written, ready[label][1])
            elif unmarked:
                label, line = unmarked.popleft()
                if label not in self._labels:
                    if " " not in label:
                        self._warn(f"The note “{label}” has no mark in the text.", line)
                    self._number(label)
            else:
                return

    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts."""
        return tuple(
            Note(number, start, stop, tuple(self._marks.get(number, ())), stored[start:stop])
            for number, start, stop in self._notes
        )

    # ------------------------------------------------------------ blocks

    def _words(self, inline: Token, level: int) -> None:
        """A heading of ``level``, or a paragraph if that is 0."""
        block = self._begin(marked=not level)
        self._inline(block, inline.children or (), self._placed(inline))
        kind = self._containers[-1] if self._containers else "text"
        span = self._finish(block, "heading" if level else kind, level)
        if span and level == 1 and self.title is None and not self._in_note:
            self.title = self.builder.since(span[0])

    def _verbatim(self, code: Token) -> None:
        block = self._begin()
        content = self._placed(code, skip=code.type == "fence")
        block.write(content, 0, len(content.text))
        self._finish(block, "code")

    def _row(self, cells: Sequence[Token]) -> None:
        """A table's row. What its source has beyond the table's columns is a cell as well."""
        block = self._begin()
        line = cells[0].map[0] if cells and cells[0].map else 0
        text, start = self._lines[line], self._line_starts[line]
        done = bars = 0
        for number, cell in enumerate(cells):
            bars += number > 0
            if not cell.content:
                continue
            written = cell.content.replace("|", "\\|")
            there = max(done, text.find(written, done))
            done = there + len(written)
            block.insert(" | " * bars, start + there)
            self._inline(block, cell.children or (), _unescaped(written, start + there))
            bars = 0
        for extra in text[done:].strip(" \t|").split("|") if text.count("|", done) > 1 else ():
            there = text.find(extra, done)
            done = there + len(extra)
            block.insert(" | ", start + there)
            block.write(_Content(extra, [(0, start + there)]), 0, len(extra))
        self._finish(block, "table")

    def _html(self, html: Token) -> None:
        block = self._begin()
        content = self._placed(html)
        for start, stop, apart in _html_words(content.text):
            if apart:
                block.insert("\n", content.source(start))
            block.write(content, start, stop)
        if self._finish(block, "text"):
            self._warn("HTML is kept without its tags, here for the first time.", _line(html))

    def _note(self, number: int, tokens: Sequence[Token]) -> None:
        start = len(self._notes)
        self._notes.append((number, -1, -1))
        containers, self._containers = self._containers, []
        self.read(tokens)
        self._containers = containers
        if self._notes[start][1] < 0:
            del self._notes[start]  # it has no words

    # ------------------------------------------------------------ writing

    def _begin(self, *, marked: bool = True) -> _Pending:
        """A new block, with the numbers of the list items that it begins."""
        block = _Pending()
        for marker, there in self._markers if marked else ():
            block.insert(marker + " ", there)
        self._markers.clear()
        return block

    def _finish(self, block: _Pending, kind: BlockKind, level: int = 0) -> tuple[int, int] | None:
        """Write ``block`` after a blank line, or in a note after a line end; its span if it has words."""
        pieces, cut = block.trimmed()
        before = self.builder.length
        if pieces and before:
            goes_on = self._in_note and self._notes[-1][1] >= 0
            self.builder.append("\n" if goes_on else "\n\n", self._source_end)
        start = self.builder.length
        for text, there in pieces:
            self.builder.append(text, there)
            self._source_end = there + len(text)
        for label, place in block.marks:
            mark = start + max(0, place - cut) if pieces else before
            self._marks.setdefault(self._number(label), []).append(mark)
        if not pieces:
            return None
        if self._in_note:
            number, begun, _ = self._notes[-1]
            self._notes[-1] = (number, start if begun < 0 else begun, self.builder.length)
        else:
            self.blocks.append(Block(kind, start, self.builder.length, level))
        return start, self.builder.length

    def _inline(
        self, block: _Pending, tokens: Sequence[Token], content: _Content, base: int = 0
    ) -> None:
        """Put the words of ``tokens`` into ``block``; their places count from ``base`` in ``content``."""
        done = base
        automatic = False
        for token in tokens:
            at = max(done, base + token.meta.get("at", 0))
            done = at
            match token.type:
                case "text" if automatic:  # markdown-it decodes what the address has encoded
                    done = content.text.find(">", at)
                    block.write(content, at + 1, done)
                case "text":
                    done = at + len(token.content)
                    block.write(content, at, done)
                case "text_special":
                    done = at + len(token.markup)
                    block.insert(token.content, content.source(at))
                case "code_inline":
                    done = self._code(block, token, content, at)
                case "softbreak" | "hardbreak":
                    done = content.text.find("\n", at) + 1
                    block.write(content, done - 1, done)
                case "html_inline" if _BREAK.fullmatch(token.content):
                    block.insert("\n", content.source(at))
                case "image":
                    self._inline(block, token.children or (), content, at + 2)
                case "footnote_ref":
                    block.marks.append((token.meta["label"], block.words_end))
                case _:
                    pass
            automatic = token.type == "link_open" and token.info == "auto"

    @staticmethod
    def _code(block: _Pending, code: Token, content: _Content, at: int) -> int:
        start = at + len(code.markup)
        stop = start + len(code.content)
        if content.text[start:stop].replace("\n", " ") != code.content:  # without its outer blanks
            start, stop = start + 1, stop + 1
        block.write(content, start, stop)
        return stop + len(code.markup)

    # ------------------------------------------------------------ odds and ends

    def _read_properties(self, content: str) -> None:
        for line in content.splitlines():
            if match := _PROPERTY.fullmatch(line.strip()):
                self.properties[match[1].lower()] = match[2].strip().strip("\"'")

    def _put_by_marker(self, item: Token) -> None:
        if item.info and item.map:
            marker = f"{item.info}{item.markup}"
            there = self._lines[item.map[0]].find(marker)
            self._markers.append((marker, self._line_starts[item.map[0]] + max(0, there)))

    def _number(self, label: str) -> int:
        if label not in self._labels:
            self._order.append(label)
            self._labels[label] = len(self._order)
        return self._labels[label]

    def _warn(self, text: str, line: int | None) -> None:
        """Say so once, with the first line where it is so."""
        if text not in self._warned:
            self._warned.add(text)
            self.warnings.append(ReadingWarning(text, line))

    def _placed(self, block: Token, *, skip: bool = False) -> _Content:
        """The content of ``block`` with its place in the source; ``skip`` leaves out a first line.

        markdown-it takes indents and the marks of quotes off each line's front, blanks and a
        heading's closing signs off its end; a tab it may turn into blanks.
        """
        first, last = block.map or [0, 1]
        lines = block.content.split("\n")
        opening = lines[0].strip()
        first += skip
        first = next(
            (n for n in range(first, last) if self._lines[n].rstrip().endswith(opening)), first
        )
        runs: list[tuple[int, int]] = []
        offset = 0
        for line, number in zip(lines, range(first, len(self._lines)), strict=False):
            text, there = self._lines[number].rstrip(), self._line_starts[number]
            words = line.strip()
            place = len(text) - len(words) if text.endswith(words) else max(0, text.find(words))
            indent = len(line) - len(line.lstrip())
            runs.append((offset, there + max(0, place - indent)))
            if indent > place:
                runs.append((offset + indent, there + place))
            offset += len(line) + 1
        return _Content(block.content, runs or [(0, 0)])


class _Pending:
    """A block's words before they are written: what stands at its ends is known only then."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, int]] = []
        self._length = 0
        self.words_end = 0  # behind the last character that is not blank
        self.marks: list[tuple[str, int]] = []  # a note's label, behind which character

    def write(self, content: _Content, start: int, stop: int) -> None:
        """Add the slice of ``content`` as it stands in the source."""
        for text, there in content.pieces(start, stop):
            self.insert(text, there)

    def insert(self, text: str, there: int) -> None:
        """Add ``text``, which stands for what is at ``there`` in the source."""
        self._pieces.append((text, there))
        if words := text.rstrip():
            self.words_end = self._length + len(words)
        self._length += len(text)

    def trimmed(self) -> tuple[list[tuple[str, int]], int]:
        """The pieces without the white space at both ends, and how much was cut off in front."""
        pieces = self._pieces
        first = next((n for n, (text, _) in enumerate(pieces) if text.strip()), len(pieces))
        if first == len(pieces):
            return [], 0
        cut = sum(len(text) for text, _ in pieces[:first])
        last = next(n for n in reversed(range(len(pieces))) if pieces[n][0].strip())
        kept = pieces[first : last + 1]
        text, there = kept[0]
        indent = len(text) - len(text.lstrip())
        kept[0] = (text[indent:], there + indent)
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
        return kept, cut + indent


def _line(token: Token) -> int | None:
    return token.map[0] + 1 if token.map else None


def _closing(tokens: Sequence[Token], position: int) -> int:
    """Where the definition of a note ends whose tokens begin at ``position``."""
    depth = 1
    for number in range(position, len(tokens)):
        if tokens[number].type.startswith("footnote_reference_"):
            depth += tokens[number].nesting
        if not depth:
            return number
    return len(tokens)


def _unescaped(cell: str, there: int) -> _Content:
    """A cell's content: an escaped bar is a bar."""
    text: list[str] = []
    runs = [(0, there)]
    length = 0
    for number, piece in enumerate(cell.split("\\|")):
        if number:
            runs += [(length, there), (length + 1, there + 2)]
            text.append("|")
            length, there = length + 1, there + 2
        text.append(piece)
        length, there = length + len(piece), there + len(piece)
    return _Content("".join(text), runs)


def _html_words(html: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of the text between tags, and whether a tag that parts words stands before each."""
    lowered = html.lower()
    unread = [pair for pair in _UNREAD if pair[0] in lowered]
    start = position = 0
    apart = False
    while (position := html.find("<", position)) >= 0:
        stop, parts = _markup(lowered, position, unread)
        if stop < 0:
            position += 1
            continue
        if start < position:
            yield start, position, apart
            apart = False
        apart = apart or parts
        start = position = stop
    if start < len(html):
        yield start, len(html), apart


def _markup(lowered: str, position: int, unread: list[tuple[str, str]]) -> tuple[int, bool]:
    """Where the tag or comment at ``position`` ends (-1: it is none), and whether it parts words."""
    for pair in unread:
        if lowered.startswith(pair[0], position):
            end = lowered.find(pair[1], position)
            if end < 0:  # it never ends, so it is text; no use in looking again
                unread.remove(pair)
                return -1, False
            tag = _TAG.match(lowered, end)
            return (tag.end() if tag else end + len(pair[1])), True
    tag = _TAG.match(lowered, position)
    return (tag.end(), (tag[1] or "").lstrip("/") not in _INLINE_TAGS) if tag else (-1, False)
