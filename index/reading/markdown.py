"""Markdown -> text without its marks, with headings, blocks and footnotes.

markdown-it-py (CommonMark, with the tables, footnotes and front matter of mdit-py-plugins) says what
each line is and, through `_PlacedState`, where each of its words stands, so that every stored
character leads back to the file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from index.model import Lifted, Note, one_line
from index.reading.placed import BlockReader, Content, PendingBlock
from index.reading.text import Block, BlockKind, Reading, SourceMap, TextBuilder, marks_outside

_PROPERTY = re.compile(
    r"([A-Za-z][\w. -]{0,60}?|\"[^\"]{1,60}\")[ \t]*[:=](?:[ \t]+(.*)|(?<==)(.*)|$)"
)
_NAMES = {
    "authors": "author", "creator": "author", "by": "author", "lang": "language", "license": "rights",
    "licence": "rights", "copyright": "rights", "canonical_url": "url", "canonical": "url", "source": "url",
    "link": "url", "published": "date", "pubdate": "date", "organization": "publisher", "name": "title",
}  # fmt: skip
_LONGEST_FRONT_MATTER = 500  # lines
_BLOCK_SCALAR = re.compile(r"[|>][+-]?\d?")
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9-]{0,30})?[^<>]{0,2000}>")
_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\](?![(:\[])")
_INLINE_NOTE = re.compile(r"\^\[((?:[^\[\]\\\n]|\n(?!\n)){1,2000})\]")
_CONTENTS = re.compile(r"\[(?:TOC|toc)\]|\[\[(?:_TOC_|toc|TOC)\]\]")
_ALERT = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"\{[^{}]*#([\w:.-]+)[^{}]*\}|\{[.\w= \"-]+\}")
_HTML_HEADING = re.compile(r"<h([1-6])(\s[^<>]*)?>", re.IGNORECASE)
_ID = re.compile(r"\sid\s*=\s*[\"']?([^\s\"'>]+)")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_UNSEEN = re.compile(r"\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_UNREAD = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))  # of HTML: no text
_ANY_LINE_END = re.compile(r"\r\n?|\n")
_INLINE_TAGS = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time tt u "
    "var wbr".split()
)
_DEEPEST = 100  # lists and quotes in each other; markdown-it reads nothing that is deeper
_DEEPEST_INLINE = 20  # marks in each other; what is deeper stays as it is written


def read_markdown(text: str, encoding: str) -> Reading:
    """The words of Markdown ``text``: block by block, two line feeds between, notes at the end."""
    source, to_file = _seen(text)
    lines = source.split("\n")
    count, properties = _front_matter(lines)
    reader = _Reader(source, properties)
    reader.read(_parser().parse("\n" * count + "\n".join(lines[count:])))
    reader.read_notes()
    return reader.reading(text, encoding, to_file, "markdown")


def _seen(text: str) -> tuple[str, SourceMap]:
    """``text`` with line feeds alone as line ends and without control characters, and the map back."""
    builder = TextBuilder()
    position = 0
    for found in _UNSEEN.finditer(text):
        builder.append(text[position : found.start()], position)
        if found[0] in "\f\v":
            builder.append(" ", found.start())
        elif found[0][0] == "\r":
            builder.append("\n", found.end() - 1)  # of CR LF the second stands for both
        position = found.end()
    builder.append(text[position:], position)
    return builder.result()


def _front_matter(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    """How many lines at the front are YAML (``---``) or TOML (``+++``), and the properties in them."""
    fence = lines[0].rstrip() if lines else ""
    if fence not in ("---", "+++"):
        return 0, {}
    closings = (fence, "...") if fence == "---" else (fence,)
    stop = next(
        (
            n
            for n, line in enumerate(lines[1:_LONGEST_FRONT_MATTER], 1)
            if line.rstrip() in closings
        ),
        0,
    )
    inner = lines[1:stop]
    first = next((line for line in inner if line.strip() and not line.startswith("#")), None)
    if not stop or (first is not None and not (_PROPERTY.match(first) or first.startswith("["))):
        return 0, {}
    return stop + 1, _properties(inner)


def _properties(lines: Sequence[str]) -> dict[str, str]:
    """Names and values of YAML or TOML, as far as they are plain: texts, lists, texts over lines."""
    found: dict[str, str] = {}
    name, values = "", [""]
    outer = kept = True
    for line in (*lines, "end: "):
        key = _PROPERTY.fullmatch(line.rstrip())
        if key is None:
            words = line.strip()
            if line.startswith("["):  # a table of TOML: what is in it is not the document's own
                outer = False
            elif words.startswith("- "):
                inner = _PROPERTY.fullmatch(words[2:])
                if inner is None or inner[1].lower() in ("name", "family"):
                    values.append(_value(inner[2] or "" if inner else words[2:]))
            elif words and line[0] in " \t\"'],":
                if not (inner := _PROPERTY.fullmatch(words)):
                    values[-1] = f"{values[-1]} {_value(words)}".strip()
                elif inner[1].lower() == "name":
                    values.append(_value(inner[2] or ""))
            continue
        value = ", ".join(value for value in values if value)
        if name and value and kept:
            found.setdefault(_NAMES.get(name, name), one_line(value))
        name, kept = key[1].strip('"').lower(), outer
        values = [_value(key[2] or key[3] or "")]
    return found


def _value(written: str) -> str:
    """A value without quotes, comments and the brackets of a list."""
    written = written.strip()
    if _BLOCK_SCALAR.fullmatch(written):
        return ""
    if written[:1] in ("[", "{") or written[-1:] in ("]", ","):
        pieces = written.strip("[]").split(",")
        return ", ".join(piece.strip().strip("\"'") for piece in pieces if piece.strip(" \"'"))
    if written[:1] in ("'", '"'):
        end = written.find(written[0], 1)
        while end > 0 and (
            written[end - 1] == "\\" or written[end + 1 : end + 2] == written[0] == "'"
        ):
            end = written.find(written[0], end + 1 + (written[end - 1] != "\\"))
        inner = written[1 : end if end > 0 else None]
        return inner.replace("''", "'") if written[0] == "'" else inner.replace('\\"', '"')
    return written.partition(" #")[0].strip()


_ATX = re.compile(r" {0,3}#{1,6} +\S.*")
_FENCE = re.compile(r" {0,3}(?:```|~~~)[\w{}.#+= -]*")
_LINK = re.compile(r"!?\[[^\[\]\n]{1,300}\]\((?:<[^<>\n]*>|[^()\s]{1,500})(?: \"[^\"\n]*\")?\)")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]{1,200}\]: *\S+")
_STRONG = re.compile(r"(?<![\w*])\*\*[^\s*](?:[^*\n]{0,200}[^\s*])?\*\*(?![\w*])")
_CODE_SPAN = re.compile(r"(?<![`\w:])`[^`\n]{1,200}`(?![`\w_])")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*")
CODE_LINE = re.compile(
    r"#!|#include\b|#define\b|(?:import|from) \w+(?:\.\w+)*(?: import\b|$)|(?:def|class) \w+ ?[(:]|fi$|esac$"
    r"|(?:if|while|for) .*[;:{]$|[{}]|use \w+(?:::\w+)*;|[\w.]+ ?= ?\S|@\w+"
)  # at a line's front, unindented
_UNDERLINE = re.compile(r"=+|-+")


def looks_like_markdown(sample: str) -> bool:
    """Whether ``sample``, the beginning of a text, is marked up in Markdown.

    Prose, logs, source code (whose comments begin like headings), e-mail and reStructuredText are
    not: it takes two kinds of mark, or several of one that little else has.
    """
    lines = _ANY_LINE_END.split(sample)
    if sample.startswith(("---\n", "+++\n")) and any(
        _PROPERTY.match(line) or "=" in line for line in lines[1:4]
    ):
        lines = lines[
            next((n for n, line in enumerate(lines) if n and line in ("---", "+++")), 0) :
        ]
    headings = fences = strange = tables = underlined = definitions = 0
    for number, line in enumerate(lines):
        blank_before = number == 0 or not lines[number - 1].strip()
        blank_after = number + 1 >= len(lines) or not lines[number + 1].strip()
        if CODE_LINE.match(line) or line.startswith(".. "):
            strange += 1
        elif _ATX.fullmatch(line):
            if blank_before and (blank_after or not _ATX.match(lines[number + 1])):
                headings += 1
            else:
                strange += not blank_after
        elif _FENCE.fullmatch(line):
            fences += 1
        elif "|" in line and _DELIMITERS.fullmatch(line):
            tables += number > 0 and "|" in lines[number - 1]
        elif _DEFINITION.match(line):
            definitions += 1
        elif len(line) > 2 and not blank_before and _UNDERLINE.fullmatch(line.rstrip()):
            underlined += number == 1 or not lines[number - 2].strip()
    links = min(5, sum(1 for _ in _LINK.finditer(sample)))
    strong = min(3, sum(1 for _ in _STRONG.finditer(sample)))
    spans = min(2, sum(1 for _ in _CODE_SPAN.finditer(sample)))
    if fences < 2 and strange > headings + links + tables:
        return False
    marks = links + strong + spans + 2 * tables + (2 if fences >= 2 else 0) + min(2, definitions)
    if headings:
        return marks >= 1 or (headings >= 2 and not strange)
    if underlined:
        return marks - spans >= 2
    return links >= 2 and marks >= 3


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline = _PlacedInline()
    parser.configure("commonmark", {"maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(deflist_plugin)
    parser.inline.ruler.at("footnote_ref", _note_mark)
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.before("link", "inline_note", _inline_note)
    parser.core.ruler.before("inline", "shallow", _limit_inline_nesting)
    parser.core.ruler.before("inline", "extensions", _take_out_marks)
    parser.disable(["text_join", "fragments_join"])  # they'd lose the places of the joined
    return parser


def _limit_inline_nesting(state: StateCore) -> None:
    """A run of brackets is tried at each of its signs, as deep as is allowed: that must not be deep."""
    state.md.options["maxNesting"] = _DEEPEST_INLINE


def _take_out_marks(state: StateCore) -> None:
    """What GitHub and others mark in a text of its own: ids of headings, kinds of alerts, ``[TOC]``."""
    for before, token in pairwise(state.tokens):
        if token.type != "inline":
            continue
        if before.type == "heading_open" and token.content.endswith("}"):
            bracket = token.content.rfind("{")
            attributes = _ATTRIBUTES.fullmatch(token.content, bracket) if bracket > 0 else None
            if attributes and token.content[bracket - 1].isspace():
                token.content = token.content[:bracket].rstrip()
                token.meta["anchor"] = attributes[1]
        elif before.type == "paragraph_open":
            if token.level > 1 and (alert := _ALERT.match(token.content)):
                token.content = token.content[alert.end() :]
                if token.map:
                    token.map = [token.map[0] + 1, token.map[1]]
            elif _CONTENTS.fullmatch(token.content):
                token.content = ""


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


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """``[[page]]`` and ``[[page|shown]]``."""
    match = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        shown = 2 if match[2] else 1
        state.pos = match.start(shown)
        state.push("text", "", 0).content = match[shown]
    state.pos = match.end()
    return True


def _inline_note(state: StateInline, silent: bool) -> bool:
    """``^[A note where its mark stands.]``"""
    match = _INLINE_NOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        note = state.push("inline_note", "", 0)
        note.children = []
        state.md.inline.parse(match[1], state.md, state.env, note.children)
        note.content = match[1]
    state.pos = match.end()
    return True


class _Reader(BlockReader):
    """Walks the tokens once, writing what is to be read and noting what it was."""

    def __init__(self, source: str, properties: dict[str, str]) -> None:
        super().__init__(properties)
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
        self._inline_notes: dict[str, tuple[Sequence[Token], Content, int]] = {}
        self._last_heading = ""
        self._slugs: set[str] = set()
        self._repeated: dict[str, int] = {}

    def read(self, tokens: Sequence[Token]) -> None:
        """Write what ``tokens`` hold; definitions of notes are put by for `read_notes`."""
        position = 0
        cells: list[Token] | None = None
        while position < len(tokens):
            token = tokens[position]
            position += 1
            match token.type:
                case "footnote_reference_open":
                    position = self._put_by_definition(tokens, position)
                case "list_item_open":
                    self._containers.append("item")
                    self._put_by_marker(token)
                case "blockquote_open":
                    self._containers.append("quote")
                case "list_item_close" | "blockquote_close":
                    self._finish(self._begin(), "item")  # a number without words, perhaps a year
                    self._containers.pop()
                case "dt_open" | "dd_open":
                    self._containers.append("item")
                case "dt_close" | "dd_close":
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
                self.warn(
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
                tokens = self._without_definitions(tokens)
                if label in ready:
                    self.warn(f"The note “{label}” is defined twice.", line)
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
                        self.warn(f"The note “{label}” has no mark in the text.", line)
                    self._number(label)
            else:
                return

    def _put_by_definition(self, tokens: Sequence[Token], position: int) -> int:
        """Put by the definition of a note whose tokens begin at ``position``; where what follows begins."""
        stop = _closing(tokens, position)
        opening = tokens[position - 1]
        label, line = str(opening.meta["label"]), _line(opening)
        self._definitions.append((label, line, tokens[position:stop]))
        return stop + 1

    def _without_definitions(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """``tokens`` of a note without the definitions in it, which are put by: marks may come first."""
        if not any(token.type == "footnote_reference_open" for token in tokens):
            return tokens
        kept: list[Token] = []
        position = 0
        while position < len(tokens):
            if tokens[position].type == "footnote_reference_open":
                position = self._put_by_definition(tokens, position + 1)
            else:
                kept.append(tokens[position])
                position += 1
        return kept

    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts."""
        return tuple(
            Note(
                number,
                start,
                stop,
                marks_outside(self._marks.get(number, ()), start, stop),
                stored[start:stop],
                self._printed(number),
            )
            for number, start, stop in self._notes
        )

    def _printed(self, number: int) -> str | None:
        """A note's label where it is another number; a name is not printed."""
        label = self._order[number - 1]
        return label if label.isdecimal() and label != str(number) else None

    # ------------------------------------------------------------ blocks

    def _words(self, inline: Token, level: int) -> None:
        """A heading of ``level``, or a paragraph if that is 0."""
        block = self._begin(marked=not level)
        self._inline(block, inline.children or (), self._placed(inline))
        kind = self._containers[-1] if self._containers else "text"
        anchor = inline.meta.get("anchor")
        span = self._finish(block, "heading" if level else kind, level, anchor)
        if span and level == 1 and self.title is None and not self._in_note:
            self.title = self._last_heading

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
            block.write(Content(extra, [(0, start + there)]), 0, len(extra))
        self._finish(block, "table")

    def _html(self, html: Token) -> None:
        content = self._placed(html)
        lowered = content.text.lower()
        done = 0
        written = False
        if not any(opening in lowered for opening, _ in _UNREAD):
            for heading in _HTML_HEADING.finditer(content.text):
                end = lowered.find(f"</h{heading[1]}", heading.end())
                if end < 0:
                    break
                if heading.start() < done:
                    continue
                written |= self._html_part(content, done, heading.start())
                found = _ID.search(heading[2] or "")
                anchor = found[1] if found else None
                written |= self._html_part(content, heading.end(), end, int(heading[1]), anchor)
                done = lowered.find(">", end) + 1 or len(lowered)
        if self._html_part(content, done, len(content.text)) or written:
            self.warn("HTML is kept without its tags, here for the first time.", _line(html))

    def _html_part(
        self, content: Content, start: int, stop: int, level: int = 0, anchor: str | None = None
    ) -> bool:
        """The words of a part of HTML as a heading of ``level``, or as text; whether it has any."""
        if start >= stop:
            return False
        block = self._begin(marked=not level)
        for begin, end, apart in _html_words(content.text[start:stop]):
            if apart:
                block.insert("\n", content.source(start + begin))
            block.write(content, start + begin, start + end)
        return self._finish(block, "heading" if level else "text", level, anchor) is not None

    def _note(self, number: int, tokens: Sequence[Token]) -> None:
        start = len(self._notes)
        self._notes.append((number, -1, -1))
        containers, self._containers = self._containers, []
        if inline := self._inline_notes.get(self._order[number - 1]):
            block = self._begin()
            self._inline(block, *inline)
            self._finish(block, "text")
        self.read(tokens)
        self._containers = containers
        if self._notes[start][1] < 0:
            del self._notes[start]  # it has no words

    # ------------------------------------------------------------ writing

    def _begin(self, *, marked: bool = True) -> PendingBlock:
        """A new block, with the numbers of the list items that it begins."""
        block = PendingBlock()
        for marker, there in self._markers if marked else ():
            block.insert(marker + " ", there)
        self._markers.clear()
        return block

    def _finish(
        self, block: PendingBlock, kind: BlockKind, level: int = 0, anchor: str | None = None
    ) -> tuple[int, int] | None:
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
            if level:
                self._last_heading = "".join(text for text, _ in pieces)
                anchor = self._slug(anchor, self._last_heading)
            self.blocks.append(Block(kind, start, self.builder.length, level, anchor))
        return start, self.builder.length

    def _inline(
        self, block: PendingBlock, tokens: Sequence[Token], content: Content, base: int = 0
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
                    label = token.meta["label"]
                    block.marks.append((label, block.words_end))
                    there = content.source(at)
                    self.lifted.append(Lifted("note mark", there, there + len(f"[^{label}]")))
                    done = at + len(f"[^{label}]")
                case "inline_note":
                    label = f"inline {len(self._inline_notes)}"  # no mark's label holds a blank
                    self._inline_notes[label] = (token.children or (), content, at + 2)
                    self._definitions.append((label, None, ()))
                    block.marks.append((label, block.words_end))
                    done = at + len(token.content) + 3
                case _:
                    pass
            automatic = token.type == "link_open" and token.info == "auto"

    @staticmethod
    def _code(block: PendingBlock, code: Token, content: Content, at: int) -> int:
        start = at + len(code.markup)
        stop = start + len(code.content)
        if content.text[start:stop].replace("\n", " ") != code.content:  # without its outer blanks
            start, stop = start + 1, stop + 1
        block.write(content, start, stop)
        return stop + len(code.markup)

    # ------------------------------------------------------------ odds and ends

    def _put_by_marker(self, item: Token) -> None:
        if item.info and item.map:
            marker = f"{item.info}{item.markup}"
            there = self._lines[item.map[0]].find(marker)
            self._markers.append((marker, self._line_starts[item.map[0]] + max(0, there)))

    def _slug(self, anchor: str | None, words: str) -> str | None:
        """The fragment of a link to a heading: its own, or what GitHub makes of its words."""
        if anchor is not None:
            return anchor
        made = _NOT_IN_SLUG.sub("", one_line(words).lower()).replace(" ", "-")
        slug = made
        if made in self._slugs:
            count = self._repeated[made] = self._repeated.get(made, 0) + 1
            slug = f"{made}-{count}"
        self._slugs.add(slug)
        return slug or None

    def _number(self, label: str) -> int:
        if label not in self._labels:
            self._order.append(label)
            self._labels[label] = len(self._order)
        return self._labels[label]

    def _placed(self, block: Token, *, skip: bool = False) -> Content:
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
        return Content(block.content, runs or [(0, 0)])


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


def _unescaped(cell: str, there: int) -> Content:
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
    return Content("".join(text), runs)


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
