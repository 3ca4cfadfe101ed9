"""Walks the elements of a page or a book: what is a heading, a list, a table, a note, a page's end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

from index.model import Note, PageSpan, ReadingWarning
from index.reading.html_lists import OpenList, open_list
from index.reading.html_main import LEFT_OUT, PAGE_WORDS, UNREAD, Scan, holds_any
from index.reading.html_notes import NoteBody, Notes
from index.reading.html_pre import PRE, is_within, pres_of_prose
from index.reading.html_writer import HtmlWriter, Row, Words
from index.reading.markup import BLOCKS, HEADINGS, Tree, decoded
from index.reading.plain import read_plain
from index.reading.text import (
    Block,
    SourceMap,
    TextBuilder,
    marks_outside,
    source_offset,
    through,
)

_PICTURE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?)|(?:image|img|picture|photo|logo|icon|cover|spacer|figure|"
    r"bild|fig|null|untitled)[\s_-]?\d*",
    re.IGNORECASE,
)
_PERMALINKS = frozenset("¶ # § 🔗 ∞ ⚓ Ⓢ".split()) | {""}
_PAGE_NUMBER = re.compile(
    r"[\[({]?\s*(?:(?:pg|page|p)\b\.?\s*)?(\d{1,5}[a-z]?|[ivxlcdm]{1,10})\s*[\])}]?", re.IGNORECASE
)


class HtmlReader(HtmlWriter):
    """Walks a tree once, writing what is to be read and noting what it was."""

    def __init__(
        self, tree: Tree, found: Scan, around: set[int], notes: Notes, encoding: str
    ) -> None:
        super().__init__(tree)
        self.page_targets: dict[int, list[str]] = {}  # element -> labels of pages that begin there
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
        self._lists: list[OpenList] = []
        self._rows: list[Row | None] = []  # of open tables; None: one of layout
        self._plain_notes: dict[int, tuple[str, SourceMap, Note, list[PageSpan]]] = {}
        self._plain = pres_of_prose(tree, found, self._left_out)
        self._plain_runs = [
            (first, tree.last[pres[-1]]) for first, pres in self._plain.items() if pres
        ]
        self._said: set[str] = set()  # warnings of plain text in the page
        self._line = (0, 0)  # a place in the text, and the line ends before it

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
        elif name in PRE:
            if node in self._plain and self._in_note is None:
                self._force()
                self._read_plain(self._plain[node])
                return False
            self._boundary()
            self._pre += 1
            return True
        elif name == "table":
            self._force()
            self._rows.append(None if node in self._found.layout else Row())
            return True
        elif name == "tr":
            if self._rows and self._rows[-1] is not None and self._row is None:
                self._force()
                self._row = self._rows[-1]
                self._row.begin()
                return True
        elif name in ("td", "th"):
            if self._row is not None:
                self._enter_cell(node)
                return True
        elif name in ("ul", "ol", "menu", "dir"):
            self._force()
            self._lists.append(open_list(tree, node))
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
            if self._row is None and self._heading:  # else one within it has ended it
                self._finish("heading", self._heading)
                self._heading = 0
                return
        elif name in PRE:
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
        row.begin_cell(_count(attributes.get("colspan")), _count(attributes.get("rowspan")))

    def _put_by_marker(self, item: int) -> None:
        if self._lists:
            number = self._lists[-1].number(self._tree.attributes(item).get("value", ""))
            if number and len(self._marker) < 10:
                self._marker.append((f"{number}. ", self._tree.start[item]))

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
        run = bisect_right(self._plain_runs, (node, len(self._tree))) - 1
        in_plain = run >= 0 and node < self._plain_runs[run][1]
        return in_plain or is_within(self._tree, node, self._left_out)

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
                    marks_outside(self._marks.get(number, ()), start, stop),
                    stored[start:stop],
                    label if label != str(number) else None,
                )
            )
        return tuple(notes)

    # ------------------------------------------------------------ plain text in <pre>

    def _read_plain(self, pres: Sequence[int]) -> None:
        """Have the text of ``pres`` read as plain text, and take in what was read."""
        if not pres:
            return
        text, to_source = self._pre_text(pres)
        if not text.strip():
            return
        read = read_plain(text, self._encoding)
        source_map = through(read.source_map, to_source, len(read.text))
        end = min((note.start for note in read.notes), default=len(read.text))
        end = max((block.stop for block in read.blocks), default=end)
        begin = read.blocks[0].start if read.blocks else 0
        head = read.text[:begin].strip()
        if head:  # a title that is no block
            begin = read.text.index(head)
        self._separate()
        shift = self.builder.length - begin
        if head:
            self.blocks.append(Block("text", begin + shift, begin + len(head) + shift))
            self.block_nodes.append(pres[0])
        under = int(self._has_headings)
        for block in read.blocks:
            self._has_headings |= block.kind == "heading"
            level = block.level + under if block.level else 0
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
        place, line = self._line
        line += self._tree.text.count("\n", place, self._tree.inner[pres[0]])
        self._line = self._tree.inner[pres[0]], line
        for warning in read.warnings:
            shown = None if warning.line is None else warning.line + line
            if warning.text not in self._said:
                self._said.add(warning.text)
                self._plain_warnings.append(ReadingWarning(warning.text, shown, warning.page))
        self.title = self.title or read.title

    def _pre_text(self, pres: Sequence[int]) -> tuple[str, SourceMap]:
        tree = self._tree
        words, self._words = self._words, Words()
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


def _count(span: str | None) -> int:
    return min(int(span), 1000) if span and re.fullmatch(r"[1-9]\d{0,4}", span) else 1
