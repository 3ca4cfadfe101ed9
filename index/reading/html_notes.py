"""Footnotes and endnotes of HTML and EPUB: which links are marks, and what they lead to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from index.reading.html_main import NOTE_WORDS, Scan
from index.reading.markup import BLOCKS, HEADINGS, Tree

_LABEL = re.compile(
    r"[\[({]?\s*((?:[A-Za-z-]{1,14}\.?\s)?\d{1,4}[a-z]?|[ivxlc]{1,7}|[IVXLC]{1,7}|[A-Za-z]|[*∗†‡§¶#‖]{1,4})"
    r"\s*[\])}]?[.:]?"
)
_NOTE_ID = re.compile(
    r"_?(?:ftn|edn|fn|footnote|endnote|note|cite|sdfootnote|sdendnote|en|n)[\W_]*\w{0,12}\Z"
)
_MARK_TYPES = frozenset(("noteref", "doc-noteref", "annoref"))
_BODY_TYPES = frozenset("footnote endnote rearnote doc-footnote doc-endnote annotation".split())
_LIST_TYPES = frozenset("footnotes endnotes rearnotes doc-endnotes doc-footnotes".split())
_BACK = frozenset(("doc-backlink", "referrer", "backlink"))
_WAYS_BACK = frozenset(("backlink", "backlinks", "backref", "backrefs"))
_ARROWS = frozenset("↩ ↩︎ ↑ ^ ⏎ ⇑ ↵ ⬆ ↖ ↲ ▲ «".split())
_LONGEST = 60_000  # code points of a note that nothing but a link says to be one
_MOST_NODES = 3_000
_MOST_IN_ONE = 200  # nodes of a note of several paragraphs
_MOST_DEFINITIONS = 20  # of one term, with the white space between them
_SEPARATORS = re.compile(r"[\s,;.\[\]()–-]*")
_PAGES = re.compile(r": ?[0-9ivxlcIVXLC][0-9ivxlcIVXLC, –-]{0,40}")
_CONTAINERS = frozenset(("body", "html", "main", "article", "ol", "ul", "dl", "tbody", "form"))


@dataclass(slots=True)
class NoteBody:
    """The nodes of a note's text, and its label as printed."""

    first: int
    last: int
    label: str | None
    parent: int
    marks: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Notes:
    marks: dict[int, int] = field(default_factory=dict)  # element -> first node of its note
    bodies: dict[int, NoteBody] = field(default_factory=dict)
    lifted: set[int] = field(default_factory=set)  # ways back, and what stands between marks


Resolve = Callable[[int, str], int | None]


def find_notes(tree: Tree, found: Scan, resolve: Resolve) -> Notes:
    """The notes of a page or a book; ``resolve`` leads from an ``a`` and its address to an element."""
    return _Finder(tree, found, resolve).find()


class _Finder:
    def __init__(self, tree: Tree, found: Scan, resolve: Resolve) -> None:
        self._tree = tree
        self._found = found
        self._notes = Notes()
        self._above: set[int] = set()  # elements around notes
        self._tried: dict[int, NoteBody | None] = {}
        self._ways: dict[int, set[int]] = {}
        self._targets: dict[int, int] = {}
        for link, address in found.links:
            target = resolve(link, address)
            if target is not None:
                self._targets[link] = target

        self._aims = {target for link, target in self._targets.items() if link < target}

    def find(self) -> Notes:
        for link, target in self._targets.items():
            self._try(link, target)
        for node, kinds in self._found.types.items():
            if _BODY_TYPES & set(kinds.split()) and node not in self._above:
                self._unmarked(node)
        self._ways_back()
        self._pages_beside_marks()
        return self._notes

    def _try(self, link: int, target: int) -> None:
        tree, found = self._tree, self._found
        if tree.last[link] - link > 12:
            return
        words = tree.words(link)
        typed = bool(_MARK_TYPES & set(found.types.get(link, "").split()))
        match = _LABEL.fullmatch(words)
        if not (match or (typed and 0 < len(words) <= 20)):
            return
        label = match[1] if match else words
        hinted = typed or self._hinted(link) or self._raised(link)
        targets = [target]
        if namesakes := found.namesakes.get(
            target
        ):  # pages that were joined: the next one is meant
            targets[:0] = namesakes[bisect_right(namesakes, link) :][:1] if target < link else []
        for target in targets:
            body = self._body(target)
            if body is None or body.first <= link < body.last or (target <= link and not typed):
                continue
            if self._is_note(body, link, label, hinted, typed):
                break
        else:
            return
        if body.first not in self._notes.bodies and not self._claim(body):
            return
        body.label = body.label or label
        wrapper = self._wrapper(link, words)
        body.marks.append(wrapper)
        self._notes.marks[wrapper] = body.first

    def _hinted(self, link: int) -> bool:
        hints = self._found.hints.get(link, frozenset()) | self._found.hints.get(
            self._tree.parent[link], frozenset()
        )
        return bool(hints & NOTE_WORDS)

    def _raised(self, link: int) -> bool:
        tree = self._tree
        names = {tree.names[node] for node in range(link, tree.last[link])}
        parent = tree.parent[link]
        while parent >= 0 and tree.names[parent] in ("span", "b", "i", "em", "strong", "font"):
            parent = tree.parent[parent]
        return "sup" in names or (parent >= 0 and tree.names[parent] == "sup")

    def _body(self, target: int) -> NoteBody | None:
        if target not in self._tried:
            self._tried[target] = self._find_body(target)
        return self._tried[target]

    def _find_body(self, target: int) -> NoteBody | None:
        tree, found = self._tree, self._found
        node = tree.outside(target, BLOCKS)
        if (
            node < 0
            or tree.names[node] in _CONTAINERS
            or (node != target and (tree.stop[node] - tree.start[node] > _LONGEST))
        ):
            return self._line(target)
        parent = tree.parent[node]
        name = tree.names[node]
        if name in ("td", "th"):
            node = tree.outside(node, frozenset(("tr",)))
            name = "tr"
        if name == "p" and parent >= 0 and tree.names[parent] in ("div", "aside", "li", "section"):
            near = found.hints.get(parent, frozenset()) & {
                "ftn",
                "edn",
                "fn",
                "sdfootnote",
                "sdendnote",
            }
            kinds = set(found.types.get(parent, "").split()) & _BODY_TYPES
            if near or kinds or self._is_of_one(parent) or tree.names[parent] in ("li", "aside"):
                node = parent
        if node < 0:
            return None
        first, last = node, tree.last[node]
        if name == "dt":
            for _ in range(_MOST_DEFINITIONS):
                if last >= len(tree) or not (tree.names[last] == "dd" or self._blank(last)):
                    break
                last = tree.last[last]
        if first in self._notes.bodies:
            return self._notes.bodies[first]
        return NoteBody(first, last, None, tree.parent[first])

    def _is_of_one(self, node: int) -> bool:
        """Whether an element that is called a note holds only one: it may have several paragraphs."""
        if not self._found.hints.get(node, frozenset()) & {"footnote", "endnote", "note"}:
            return False
        last = self._tree.last[node]
        if last - node > _MOST_IN_ONE:
            return False
        return sum(inner in self._aims for inner in range(node, last)) == 1

    def _blank(self, node: int) -> bool:
        tree = self._tree
        return (
            tree.names[node] == "#text"
            and not tree.text[tree.start[node] : tree.stop[node]].strip()
        )

    def _line(self, target: int) -> NoteBody | None:
        """A note that is only a line of a page: from its name to the next break or name."""
        tree, found = self._tree, self._found
        parent = tree.parent[target]
        if tree.names[target] in BLOCKS:
            return None
        node = tree.last[target]
        for _ in range(60):
            if node >= len(tree) or tree.parent[node] != parent:
                break
            name = tree.names[node]
            if name in BLOCKS or (node in found.anchors and name == "a"):
                break
            if name == "br":
                break
            node = tree.last[node]
        return NoteBody(target, node, None, parent)

    def _is_note(self, body: NoteBody, link: int, label: str, hinted: bool, typed: bool) -> bool:
        tree, found = self._tree, self._found
        if set(found.types.get(body.first, "").split()) & _BODY_TYPES:
            return True
        name = tree.names[body.first]
        if name in HEADINGS or any(
            tree.names[node] in HEADINGS
            for node in range(body.first, min(body.last, body.first + 40))
        ):
            return False
        if typed:
            return True
        size = tree.stop[body.last - 1] - tree.start[body.first]
        if size > _LONGEST or body.last - body.first > _MOST_NODES:
            return False
        back = self._leads_back(body, link)
        opens = self._opens_with(body, label)
        listed = self._listed(body)
        if hinted:
            own = found.anchors.get(body.first, "")
            return back or opens or listed or name == "aside" or bool(_NOTE_ID.match(own.lower()))
        named = bool(_NOTE_ID.match(found.anchors.get(body.first, "").lower()))
        return (back and (opens or listed or name == "li")) or (
            named and (listed or (opens and label.isdigit()))
        )

    def _listed(self, body: NoteBody) -> bool:
        node, steps = body.parent, 0
        while node >= 0 and steps < 4:
            hints = self._found.hints.get(node, frozenset())
            kinds = set(self._found.types.get(node, "").split())
            if hints & {"footnotes", "endnotes", "references", "reflist", "notes", "footnote"} or (
                kinds & _LIST_TYPES
            ):
                return True
            node, steps = self._tree.parent[node], steps + 1
        return False

    def _opens_with(self, body: NoteBody, label: str) -> bool:
        tree = self._tree
        opening = ""
        for node in range(body.first, min(body.last, body.first + 12)):
            if tree.names[node] == "#text":
                opening += tree.text[tree.start[node] : min(tree.stop[node], tree.start[node] + 40)]
            if len(opening.strip()) > 12:
                break
        return bool(re.match(rf"\s*[\[(]?\s*{re.escape(label)}(?!\w)", opening))

    def _leads_back(self, body: NoteBody, link: int) -> bool:
        """Whether a link in the note leads to its mark or to what stands right around it."""
        if body.first not in self._ways:
            self._ways[body.first] = {
                self._targets[node]
                for node in range(body.first, body.last)
                if node in self._targets
            }
        ways = self._ways[body.first]
        node, steps = link, 0
        if ways & set(range(max(0, link - 3), self._tree.last[link])):
            return True
        while node >= 0 and steps < 4:
            if node in ways:
                return True
            node, steps = self._tree.parent[node], steps + 1
        return False

    def _claim(self, body: NoteBody) -> bool:
        """Make it a note, unless another one is in it or around it."""
        if body.first in self._above:
            return False
        above = []
        node = self._tree.parent[body.first]
        while node >= 0:
            if node in self._notes.bodies:
                return False
            above.append(node)
            node = self._tree.parent[node]
        self._above.update(above)
        self._notes.bodies[body.first] = body
        return True

    def _unmarked(self, node: int) -> None:
        if node not in self._notes.bodies:
            tree = self._tree
            if tree.names[node] in BLOCKS:
                self._claim(NoteBody(node, tree.last[node], None, tree.parent[node]))

    def _wrapper(self, link: int, words: str) -> int:
        """The outermost element that holds nothing but the mark; what stands beside it is lifted."""
        tree = self._tree
        node = link
        while True:
            parent = tree.parent[node]
            if parent < 0 or tree.names[parent] in BLOCKS or tree.last[parent] - parent > 60:
                return node
            rest = tree.words(parent)
            if rest.strip("[]() ") == words.strip("[]() "):
                node = parent
                continue
            if tree.names[parent] == "sup":
                between = [
                    n for n in range(parent + 1, tree.last[parent]) if tree.parent[n] == parent
                ]
                texts = [n for n in between if tree.names[n] == "#text"]
                if all(
                    _SEPARATORS.fullmatch(tree.text[tree.start[n] : tree.stop[n]]) for n in texts
                ):
                    self._notes.lifted.update(texts)
            return node

    def _ways_back(self) -> None:
        """In notes, links back to marks are no text."""
        tree, found = self._tree, self._found
        for body in self._notes.bodies.values():
            for node in range(body.first, min(body.last, body.first + 20_000)):
                hints = found.hints.get(node, frozenset())
                if hints & _WAYS_BACK and tree.names[node] not in BLOCKS:
                    self._notes.lifted.add(node)
                if tree.names[node] != "a" or tree.last[node] - node > 12:
                    continue
                if node in self._notes.marks:
                    continue
                words = tree.words(node)
                kinds = set(found.types.get(node, "").split())
                target = self._targets.get(node)
                back = target is not None and self._near_mark(target, body)
                typed = bool(kinds & _BACK) or bool(
                    hints & {"backref", "backlink", "reversefootnote"}
                )
                if (
                    typed
                    or (target is not None and words in _ARROWS)
                    or (
                        back
                        and (
                            _LABEL.fullmatch(words)
                            or not any(char.isalpha() for char in words)
                            or words.lower() in ("back", "return", "return to text", "go back")
                        )
                    )
                ):
                    self._notes.lifted.add(node)

    def _pages_beside_marks(self) -> None:
        """Behind a mark, the pages of what its note names belong to the mark: “[2]: 14–15”."""
        tree = self._tree
        behind = {tree.last[mark] for mark in self._notes.marks}
        for node, hints in self._found.hints.items():
            if node not in behind or tree.names[node] != "sup" or "reference" not in hints:
                continue
            if _PAGES.fullmatch(tree.words(node)):
                self._notes.lifted.add(node)

    def _near_mark(self, target: int, body: NoteBody) -> bool:
        tree = self._tree
        return any(
            target <= mark < tree.last[target]
            or 0 <= target - mark <= tree.last[mark] - mark
            or 0 < mark - target <= 3
            for mark in body.marks[:50]
        )
