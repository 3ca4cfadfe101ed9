"""HTML -> its main text: headings, paragraphs, lists, tables and notes, without what is around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from index.errors import DocumentFormatError
from index.model import Lifted, Note, PageSpan, ReadingWarning
from index.reading.html_head import declared_encoding, own_addresses, page_properties, page_title
from index.reading.html_main import (
    CODE_WORDS,
    LEFT_OUT,
    PAGE_WORDS,
    UNREAD,
    Scan,
    boilerplate,
    holds_any,
    scan,
)
from index.reading.html_notes import NoteBody, Notes, find_notes
from index.reading.markup import (
    BLOCKS,
    HEADINGS,
    Tree,
    TreeBuilder,
    decoded,
    is_xml,
    references,
)
from index.reading.plain import read_plain
from index.reading.text import (
    Block,
    BlockKind,
    Reading,
    SourceMap,
    TextBuilder,
    source_offset,
    through,
)

__all__ = ["HtmlReader", "declared_encoding", "read_html"]

_SPECIAL = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]|&|\xad|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff]")
_LINE_SPECIAL = re.compile(r"\r\n?|&|\xad|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_PICTURE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?)|(?:image|img|picture|photo|logo|icon|cover|spacer|figure|"
    r"bild|fig|null|untitled)[\s_-]?\d*",
    re.IGNORECASE,
)
_PERMALINKS = frozenset("¶ # § 🔗 ∞ ⚓ Ⓢ".split()) | {""}
_PAGE_NUMBER = re.compile(
    r"[\[({]?\s*(?:(?:pg|page|p)\b\.?\s*)?(\d{1,5}[a-z]?|[ivxlcdm]{1,10})\s*[\])}]?", re.IGNORECASE
)
_CODE_SIGNS = frozenset("{}<>;=\\|$`_@#~^&+")
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_PRE = frozenset(("pre", "xmp", "listing", "plaintext"))
_LEAST_PLAIN = 80  # words of a page's ``<pre>`` that is read as plain text
_MOST_SPANNED = 20  # columns of a table in which a cell may reach down


def read_html(text: str, encoding: str) -> Reading:
    """The main text of a page, each character leading back to its place in ``text``.

    Raises DocumentFormatError where there is no text to read.
    """
    builder = TreeBuilder(text)
    builder.add(0, len(text), xml=is_xml(text, 0))
    tree = builder.tree
    found = scan(tree, [0])
    around, share = boilerplate(tree, found)

    own = own_addresses(found, text)

    def resolve(_link: int, address: str) -> int | None:
        path, sign, fragment = address.partition("#")
        if not sign or not fragment or (path and path not in own):
            return None
        return found.ids.get((0, fragment), found.ids.get((0, unquote(fragment))))

    notes = find_notes(tree, found, resolve)
    reader = HtmlReader(tree, found, around, notes, encoding)
    reader.read(0, len(tree))
    reader.read_notes()
    stored, source_map = reader.builder.result()
    if not stored.strip():
        scripted = "script" in tree.names
        raise DocumentFormatError(
            "It holds no text"
            + (": a script would have to fetch it." if scripted else ", only markup."),
            hint="Open it in a browser and save the page as it is shown there.",
        )
    properties = page_properties(found)
    title = page_title(tree, found, reader.title)
    if title:
        properties.setdefault("title", title)
    if share >= 0.1:
        reader.warn(
            "Navigation and other text around the main text was left out: "
            f"{share:.0%} of the words.".replace("%", " %")
        )
    return Reading(
        stored,
        encoding,
        source_map,
        tuple(reader.blocks),
        title=title,
        notes=reader.numbered_notes(stored),
        properties=properties,
        warnings=tuple(reader.all_warnings(lines=True)),
        format="html",
        pages=reader.page_spans(stored),
        lifted=reader.all_lifted(),
        source=text,
    )


# ---------------------------------------------------------------- reading


@dataclass(slots=True)
class _List:
    ordered: bool
    next: int
    step: int
    style: str
    silent: bool


@dataclass(slots=True)
class _Words:
    """A block's words before they are written: what stands at its ends is known only then."""

    pieces: list[tuple[str, int]] = field(default_factory=list)
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

    def trimmed(self) -> tuple[list[tuple[str, int]], int]:
        """The pieces without the white space at both ends, and how much was cut off in front."""
        pieces = self.pieces
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


@dataclass(slots=True)
class _Row:
    column: int = 0
    cells: int = 0  # of this row so far
    bars: int = 0  # that stand before the next words
    has_words: bool = False  # in the cell that is open
    spans: dict[int, int] = field(default_factory=dict)  # column -> rows that a cell reaches down

    def step(self, columns: int) -> None:
        """Another cell begins, or ``columns`` are passed by that one from above reaches into."""
        self.bars += self.cells > 0
        self.cells += 1
        self.column += columns


class HtmlReader:
    """Walks a tree once, writing what is to be read and noting what it was."""

    def __init__(
        self, tree: Tree, found: Scan, around: set[int], notes: Notes, encoding: str
    ) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.block_nodes: list[int] = []  # where in the tree each block begins
        self.title: str | None = None
        self.page_labels: list[str | None] = []
        self.page_targets: dict[int, list[str]] = {}  # element -> labels of pages that begin there
        self._page_starts: list[int] = []  # stored
        self._page_sources: list[int] = []
        self._page_spans: list[PageSpan] = []  # of plain text in the page
        self._tree = tree
        self._found = found
        self._notes_found = notes
        self._encoding = encoding
        self._left_out = around | found.hidden
        kept_h1 = (
            [h1 for h1 in found.h1s if not any(n <= h1 < tree.last[n] for n in self._left_out)]
            if len(found.h1s) < 50
            else found.h1s
        )
        self._rescue = [] if kept_h1 else found.h1s
        self._lifted: list[Lifted] = []
        self._warnings: dict[str, list[int]] = {}  # text -> place of the first, count
        self._plain_warnings: list[ReadingWarning] = []
        self._words = _Words()
        self._source_end = 0
        self._containers: list[BlockKind] = []
        self._lists: list[_List] = []
        self._marker: list[tuple[str, int]] = []
        self._rows: list[_Row | None] = []  # of open tables; None: one of layout
        self._row: _Row | None = None
        self._heading = 0
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
        self._plain_notes: dict[int, tuple[str, SourceMap, Note, list[PageSpan]]] = {}
        self._plain = self._plain_pres()

    # ------------------------------------------------------------ walking

    def read(self, first: int, last: int) -> None:
        """Write what the nodes from ``first`` to before ``last`` hold."""
        tree, names, lasts = self._tree, self._tree.names, self._tree.last
        marks, bodies = self._notes_found.marks, self._notes_found.bodies
        open_: list[int] = []
        node = first
        while True:
            while open_ and lasts[open_[-1]] <= node:
                self._leave(open_.pop())
            if node >= last:
                break
            self._node = node
            name = names[node]
            if name == "#text" or name == "#raw":
                if node in self._notes_found.lifted:
                    self._lift("note mark", tree.start[node], tree.stop[node])
                elif node < lasts[node]:
                    self._text(node)
                node += 1
            elif node in self._left_out:
                node = self._leave_out(node)
            elif node in bodies and bodies[node] is not self._in_note:
                self._boundary()
                node = bodies[node].last
            elif node in marks:
                node = self._mark(node)
            elif node in self._notes_found.lifted:
                self._lift("note mark", tree.start[node], tree.stop[node])
                node = lasts[node]
            elif self._enter(node, name):
                open_.append(node)
                node += 1
            else:
                node = lasts[node]
        self._force()

    def _leave_out(self, node: int) -> int:
        tree = self._tree
        last = tree.last[node]
        if tree.names[node] in BLOCKS:
            self._boundary()
        if self._rescue and holds_any(self._rescue, node, last):
            h1 = next(h1 for h1 in self._rescue if node <= h1 < last)
            self._rescue = []
            if h1 not in self._found.hidden:
                self._lift("boilerplate", tree.start[node], tree.start[h1])
                self.read(h1, tree.last[h1])
                self._lift("boilerplate", tree.stop[h1], tree.stop[node])
                return last
        if self._found.words[last] > self._found.words[node] or node in self._found.hidden:
            self._lift("boilerplate", tree.start[node], tree.stop[node])
        return last

    def _enter(self, node: int, name: str) -> bool:
        """Begin an element; False where nothing in it is to be read."""
        tree = self._tree
        if node in self._found.anchors:
            self._anchor = self._found.anchors[node]
            if not self._words.words_end or self._heading:
                self._words.anchor = self._words.anchor or self._anchor
        if node in self.page_targets:
            for label in self.page_targets[node]:
                self.begin_page(label or None, tree.start[node])
        if node in self._found.types and self._page_break(node):
            return False
        if node in self._found.hints and self._page_number(node):
            return False
        if name in BLOCKS:
            return self._enter_block(node, name)
        if name == "br":
            self._break_line(node)
            return False
        if name in UNREAD:
            return name == "object"
        if name in LEFT_OUT or name == "title":
            if tree.last[node] > node + 1:
                self._lift("boilerplate", tree.start[node], tree.stop[node])
            return False
        if name == "img":
            self._picture(node)
            return False
        if name == "q":
            self._put("“", tree.start[node])
        elif name == "a" and self._heading and tree.last[node] - node < 6:
            hints = self._found.hints.get(node, frozenset())
            words = tree.words(node)
            if words in _PERMALINKS or "headerlink" in hints:
                if words:
                    self._lift("boilerplate", tree.start[node], tree.stop[node])
                return False
        elif name in ("annotation", "annotation-xml", "desc", "metadata", "defs"):
            if tree.last[node] > node + 1:
                self._lift("boilerplate", tree.start[node], tree.stop[node])
            return False
        return True

    def _enter_block(self, node: int, name: str) -> bool:
        tree = self._tree
        if name in HEADINGS or self._found.types.get(node) == "heading":
            if self._row is None:
                self._force()
                self._heading = HEADINGS.get(name) or self._level(node)
                self._words.anchor = self._found.anchors.get(node) or self._anchor
                return True
        elif name in _PRE:
            if node in self._plain and self._in_note is None:
                self._force()
                self._read_plain(self._plain[node])
                return False
            self._boundary()
            self._pre += 1
            return True
        elif name == "table":
            self._force()
            self._rows.append(None if node in self._found.layout else _Row())
            return True
        elif name == "tr":
            if self._rows and self._rows[-1] is not None and self._row is None:
                self._force()
                table = self._rows[-1]
                table.column = table.cells = table.bars = 0
                table.spans = {c: n - 1 for c, n in table.spans.items() if n > 1}
                self._row = table
                return True
        elif name in ("td", "th"):
            if self._row is not None:
                self._enter_cell(node)
                return True
        elif name in ("ul", "ol", "menu", "dir"):
            self._force()
            self._lists.append(self._list(node, name))
            return True
        elif name == "li":
            self._force()
            self._containers.append("item")
            self._put_by_marker(node)
            return True
        elif name in ("dt", "dd"):
            if not (self._glue and name == "dd"):
                self._boundary()
            self._containers.append("item")
            return True
        elif name == "dl":
            self._force()
            return True
        elif name == "blockquote":
            self._force()
            self._containers.append("quote")
            return True
        elif name == "option" or name == "optgroup":
            self._lift("boilerplate", tree.start[node], tree.stop[node])
            return False
        self._boundary()
        return name != "hr"

    def _leave(self, node: int) -> None:
        name = self._tree.names[node]
        if name == "q":
            end = self._tree.stop[node] - len("</q>")
            closed = self._tree.text.startswith("</", max(0, end))
            self._put("”", end if closed else self._tree.start[node])
        if name not in BLOCKS:
            return
        if name in HEADINGS or self._found.types.get(node) == "heading":
            if self._row is None:
                self._finish("heading", self._heading)
                self._heading = 0
                return
        elif name in _PRE:
            self._boundary()
            self._pre = max(0, self._pre - 1)
            return
        elif name == "table":
            self._force()
            if self._rows:
                self._rows.pop()
            return
        elif name == "tr" and self._row is not None and self._rows and self._rows[-1] is self._row:
            self._glue = False
            self._finish("table")
            self._row = None
            return
        elif name in ("td", "th") and self._row is not None:
            self._glue = False
            return
        elif name in ("ul", "ol", "menu", "dir", "dl"):
            self._force()
            if name != "dl" and self._lists:
                self._lists.pop()
            return
        elif name in ("li", "dd", "blockquote"):
            self._force() if name != "dd" else self._boundary()
            self._containers.pop()
            if name == "li":
                self._marker.clear()
            return
        elif name == "dt":
            self._containers.pop()
            if self._words.words_end and self._row is None:
                self._glue = True
            return
        self._boundary()

    # ------------------------------------------------------------ elements

    def _level(self, node: int) -> int:
        level = self._tree.attributes(node).get("aria-level", "")
        return int(level) if level in ("1", "2", "3", "4", "5", "6") else 2

    def _enter_cell(self, node: int) -> None:
        row = self._row
        assert row is not None
        self._glue = False
        attributes = self._tree.attributes(node)
        while row.spans.get(row.column):
            row.step(1)
        row.step(0)
        across, down = _count(attributes.get("colspan")), _count(attributes.get("rowspan"))
        if down > 1:
            for column in range(row.column, min(row.column + across, _MOST_SPANNED)):
                row.spans[column] = down
        row.column += across
        row.has_words = False

    def _list(self, node: int, name: str) -> _List:
        attributes = self._tree.attributes(node)
        ordered = name == "ol"
        step = -1 if "reversed" in attributes else 1
        first = attributes.get("start", "")
        if re.fullmatch(r"-?\d{1,9}", first):
            start = int(first)
        elif step < 0 and ordered:
            start = sum(
                self._tree.names[child] == "li"
                for child in range(node + 1, self._tree.last[node])
                if self._tree.parent[child] == node
            )
        else:
            start = 1
        style = attributes.get("style", "").replace(" ", "").lower()
        silent = "list-style:none" in style or "list-style-type:none" in style
        for word, kind in (
            ("lower-alpha", "a"),
            ("upper-alpha", "A"),
            ("lower-roman", "i"),
            ("upper-roman", "I"),
            ("lower-latin", "a"),
            ("upper-latin", "A"),
        ):
            if f"list-style-type:{word}" in style or f"list-style:{word}" in style:
                return _List(ordered, start, step, kind, silent)
        return _List(ordered, start, step, attributes.get("type", "1"), silent)

    def _put_by_marker(self, item: int) -> None:
        if not self._lists or not self._lists[-1].ordered:
            return
        list_ = self._lists[-1]
        value = self._tree.attributes(item).get("value", "")
        if re.fullmatch(r"-?\d{1,9}", value):
            list_.next = int(value)
        if not list_.silent and len(self._marker) < 10:
            self._marker.append((_numeral(list_.next, list_.style) + ". ", self._tree.start[item]))
        list_.next += list_.step

    def _picture(self, node: int) -> None:
        start, stop = self._tree.attribute_span(node, "alt")
        alt = decoded(self._tree.text[start:stop]).strip()
        if not any(char.isalpha() for char in alt) or _PICTURE_NAME.fullmatch(alt):
            return
        words = self._words
        if words.pieces and len(alt) > 1 and not words.blank:
            self._put(" ", self._tree.start[node])
        self._flow(start, stop)
        if len(alt) > 1 and words.pieces and not words.blank:
            self._put(" ", self._tree.start[node])

    def _break_line(self, node: int) -> None:
        words = self._words
        there = self._tree.start[node]
        if not words.words_end or self._glue:
            return
        while words.ends_with(" "):
            words.drop_last()
        again = words.words_end <= words.broken_at
        if again and not self._heading and self._row is None and not self._pre:
            self._boundary()
            return
        if not again:
            words.add("\n", there)
            words.broken_at = words.length

    def _page_break(self, node: int) -> bool:
        kinds = self._found.types[node].split()
        if "pagebreak" not in kinds and "doc-pagebreak" not in kinds:
            return False
        tree = self._tree
        attributes = tree.attributes(node)
        inside = tree.words(node) if tree.last[node] - node < 20 else ""
        label = attributes.get("title") or attributes.get("aria-label") or inside
        if not label and (own := self._found.anchors.get(node)):
            match = re.fullmatch(r"(?:page|pg|p)[_-]?(\w{1,8})", own, re.IGNORECASE)
            label = match[1] if match else ""
        label = re.sub(r"^\s*(?:page|p\.)\s*|\.\s*$", "", label, flags=re.IGNORECASE).strip()
        if len(inside) > 20:
            return False
        self.begin_page(label or None, tree.start[node])
        if inside:
            self._lift("page number", tree.start[node], tree.stop[node])
        return True

    def _page_number(self, node: int) -> bool:
        """A printed page's number that stands in the text, as in transcribed books."""
        tree = self._tree
        if not self._found.hints[node] & PAGE_WORDS or tree.last[node] - node > 20:
            return False
        match = _PAGE_NUMBER.fullmatch(tree.words(node))
        if match is None:
            return False
        self.begin_page(match[1], tree.start[node])
        self._lift("page number", tree.start[node], tree.stop[node])
        return True

    def begin_page(self, label: str | None, source: int) -> None:
        """From here on what is read stands on a new page."""
        if self._in_note is not None:
            return
        number = len(self.page_labels)
        self.page_labels.append(label)
        self._page_sources.append(source)
        self._page_starts.append(-1)
        self._words.breaks.append((number, self._words.length))

    def _mark(self, node: int) -> int:
        """Lift a note's mark, with the brackets around it."""
        tree, words = self._tree, self._words
        key = self._notes_found.marks[node]
        start, last = tree.start[node], tree.last[node]
        stop = tree.stop[node]
        if words.ends_with("[(") and last < len(tree) and tree.names[last] == "#text":
            closing = {"[": "]", "(": ")"}[words.pieces[-1][0][-1]]
            if tree.text.startswith(closing, tree.start[last]):
                _, there = words.pieces[-1]
                start = min(start, there + len(words.pieces[-1][0]) - 1)
                words.drop_last()
                stop = tree.start[last] + 1
                tree.start[last] += 1
        words.marks.append((key, words.words_end))
        self._lift("note mark", start, stop)
        return last

    # ------------------------------------------------------------ text

    def _text(self, node: int) -> None:
        start, stop = self._tree.start[node], self._tree.stop[node]
        if self._in_note is not None and self._labels_left:
            start = self._without_label(start, stop)
        if self._pre:
            self._verbatim(start, stop)
        else:
            self._flow(start, stop, raw=self._tree.names[node] == "#raw")

    def _without_label(self, start: int, stop: int) -> int:
        """Where a note's words begin behind the label that is printed before them."""
        body = self._in_note
        assert body is not None
        text = self._tree.text
        label = re.escape(body.label or "")
        opening = text[start : min(stop, start + 60)]
        match = re.match(rf"\s*[\[(]?\s*(?:{label}(?!\w))?\s*[\])]?[.:)]?\s*", opening)
        assert match is not None
        rest = opening[match.end() :]
        whole = start + match.end() >= stop
        lifted = match[0].strip()
        signs = lifted.strip("[]().: ")
        certain = whole or not signs or lifted != signs or self._tree.names[body.first] != "li"
        if lifted and certain:
            self._lift("note mark", start, start + match.end())
            start += match.end()
        if rest.strip() or not certain:
            self._labels_left = False
        return start

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

    def _write_bars(self, row: _Row, there: int) -> None:
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
        self._words = _Words()
        pieces, cut = words.trimmed()
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
        self.blocks.append(Block(kind, start, self.builder.length, level, anchor))
        self.block_nodes.append(begun)
        self._anchor = None
        if level == 1 and self.title is None:
            self.title = " ".join("".join(text for text, _ in pieces).split())

    def _number(self, key: int) -> int:
        if key not in self._numbers:
            self._order.append(key)
            self._numbers[key] = len(self._order)
        return self._numbers[key]

    # ------------------------------------------------------------ notes

    def read_notes(self) -> None:
        """Write the notes in the order of their first marks, then those that have none."""
        bodies = self._notes_found.bodies
        unmarked = deque(key for key in sorted(bodies) if not self._is_elsewhere(key))
        written = 0
        while True:
            if written == len(self._order):
                while unmarked and unmarked[0] in self._numbers:
                    unmarked.popleft()
                if not unmarked:
                    return
                self.warn_at("A note has no mark in the text", self._tree.start[unmarked[0]])
                self._number(unmarked.popleft())
            key = self._order[written]
            written += 1
            if key in bodies:
                self._note(written, bodies[key])
            else:
                self._plain_note(written, key)

    def _is_elsewhere(self, node: int) -> bool:
        """Whether a note stands in what is left out, or in text that is read as plain."""
        return self._is_left_out(node) or any(
            first <= node < self._tree.last[pres[-1]] for first, pres in self._plain.items() if pres
        )

    def _is_left_out(self, node: int) -> bool:
        while node >= 0:
            if node in self._left_out:
                return True
            node = self._tree.parent[node]
        return False

    def _note(self, number: int, body: NoteBody) -> None:
        self._in_note, self._labels_left = body, True
        self._note_spans.append((number, -1, -1))
        self._containers, self._lists, self._marker, self._rows = [], [], [], []
        itself = self._tree.names[body.first] in ("li", "tr")  # whose number or row it no longer is
        self.read(body.first + itself, body.last)
        self._in_note = None
        if self._note_spans[-1][1] < 0:
            self._note_spans.pop()

    def _plain_note(self, number: int, key: int) -> None:
        text, source_map, note, _ = self._plain_notes[key]
        self._separate()
        start = self.builder.length
        self._append(text, source_map, note.start, note.stop)
        self._note_spans.append((number, start, self.builder.length))

    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts and, where they differ, their printed labels."""
        notes = []
        for number, start, stop in self._note_spans:
            key = self._order[number - 1]
            body = self._notes_found.bodies.get(key)
            label = body.label if body else self._plain_notes[key][2].shown
            notes.append(
                Note(
                    number,
                    start,
                    stop,
                    tuple(sorted(self._marks.get(number, ()))),
                    stored[start:stop],
                    label if label != str(number) else None,
                )
            )
        return tuple(notes)

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

    # ------------------------------------------------------------ plain text in <pre>

    def _plain_pres(self) -> dict[int, list[int]]:
        """The ``<pre>`` that hold a page's text: the first of a run -> all of them."""
        tree, words = self._tree, self._found.words
        pres: list[int] = []
        for node, name in enumerate(tree.names):
            outermost = not pres or node >= tree.last[pres[-1]]
            if name in _PRE and outermost and len(pres) < 20_000 and not self._is_left_out(node):
                pres.append(node)
        held = sum(words[tree.last[node]] - words[node] for node in pres)
        around = sum(words[tree.last[n]] - words[n] for n in self._left_out)
        if held < _LEAST_PLAIN or held < 0.5 * (words[-1] - around):
            return {}
        prose = [node for node in pres if self._is_prose(node)]
        runs: dict[int, list[int]] = {}
        run: list[int] = []
        for node in prose:
            if run and words[node] == words[tree.last[run[-1]]] and node >= tree.last[run[-1]]:
                run.append(node)
            elif not run or node >= tree.last[run[-1]]:
                run = runs[node] = [node]
        for first in list(runs):
            for node in runs[first][1:]:
                runs[node] = []
        return runs

    def _is_prose(self, node: int) -> bool:
        tree = self._tree
        hints = self._found.hints.get(node, frozenset()) | self._found.hints.get(
            tree.parent[node], frozenset()
        )
        if hints & CODE_WORDS or any(
            tree.names[n] == "code" for n in range(node, min(tree.last[node], node + 4))
        ):
            return False
        sample = tree.words(node)[:20_000] if tree.last[node] - node < 50_000 else ""
        if not sample:
            sample = tree.text[tree.inner[node] : tree.inner[node] + 20_000]
        signs = sum(char in _CODE_SIGNS for char in sample)
        return signs <= 0.03 * len(sample)

    def _read_plain(self, pres: Sequence[int]) -> None:
        """Have the text of ``pres`` read as plain text, and take in what was read."""
        if not pres:
            return
        text, to_source = self._pre_text(pres)
        if not text.strip():
            return
        base = max((block.level for block in self.blocks if block.kind == "heading"), default=0)
        read = read_plain(text, self._encoding)
        source_map = through(read.source_map, to_source, len(read.text))
        end = min((note.start for note in read.notes), default=len(read.text))
        end = max((block.stop for block in read.blocks), default=0) if read.blocks else end
        begin = read.blocks[0].start if read.blocks else 0
        head = read.text[:begin].strip()
        if head:  # a title that is no block
            begin = read.text.index(head)
        self._separate()
        shift = self.builder.length - begin
        if head:
            self.blocks.append(Block("text", begin + shift, begin + len(head) + shift))
            self.block_nodes.append(pres[0])
        for block in read.blocks:
            level = block.level + min(base, 1) if block.level else 0
            self.blocks.append(
                Block(block.kind, block.start + shift, block.stop + shift, level, block.anchor)
            )
            self.block_nodes.append(pres[0])
        self._append(read.text, source_map, begin, end)
        first = len(self._page_spans)
        for note in read.notes:
            key = -1 - len(self._plain_notes)
            self._plain_notes[key] = (read.text, source_map, note, [])
            number = self._number(key)
            self._marks[number] = [mark + shift for mark in note.marks]
        for page in read.pages:
            if page.start < end or (page.start == page.stop == end):
                start, stop = max(page.start, begin), max(begin, min(page.stop, end))
                self._page_spans.append(
                    PageSpan(first + page.number, start + shift, stop + shift, page.label)
                )
        for lifted in read.lifted:
            a = source_offset(to_source, lifted.start)
            z = source_offset(to_source, max(lifted.start, lifted.stop - 1)) + 1
            self._lift(lifted.kind, a, z)
        line = self._tree.text.count("\n", 0, self._tree.inner[pres[0]])
        for warning in read.warnings:
            place = None if warning.line is None else warning.line + line
            self._plain_warnings.append(ReadingWarning(warning.text, place, warning.page))
        self.title = self.title or read.title

    def _pre_text(self, pres: Sequence[int]) -> tuple[str, SourceMap]:
        tree = self._tree
        words, self._words = self._words, _Words()
        self._pre += 1
        for pre in pres:
            if self._words.pieces:
                self._words.pieces.append(("\n", tree.start[pre]))
            for node in range(pre + 1, tree.last[pre]):
                if tree.names[node] in ("#text", "#raw"):
                    self._verbatim(tree.start[node], tree.stop[node])
                elif tree.names[node] in ("br", "p", "hr"):
                    self._words.pieces.append(("\n", tree.start[node]))
        self._pre -= 1
        pieces, self._words = self._words.pieces, words
        builder = TextBuilder()
        for piece, there in pieces:
            builder.append(piece, there)
        self._begun = -1
        return builder.result()

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


def _count(span: str | None) -> int:
    return min(int(span), 1000) if span and re.fullmatch(r"[1-9]\d{0,4}", span) else 1


def _numeral(number: int, style: str) -> str:
    if number < 1 or style not in ("a", "A", "i", "I"):
        return str(number)
    if style in ("i", "I"):
        if number > 3999:
            return str(number)
        written = ""
        for value, letters in _ROMAN:
            written += letters * (number // value)
            number %= value
    else:
        written = ""
        while number:
            number, letter = divmod(number - 1, 26)
            written = chr(ord("a") + letter) + written
    return written.upper() if style in ("A", "I") else written
