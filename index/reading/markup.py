"""Markup (HTML, XHTML, the XML of packages) -> elements and texts, each with its place in the source.

The tolerant way of browsers, made simple: nothing is fatal, every step is linear whatever the input,
nothing refers to anything outside. Elements lie in arrays in document order, so that a file of a
hundred megabytes fits in memory and no depth of nesting needs recursion.
"""

from __future__ import annotations

import html
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from html.entities import html5

from index.errors import DocumentFormatError

_TAG = re.compile(
    r"<(/?)([A-Za-z][^\s/><]*+)"
    r"(?:[^>=<]++|=\s*+(?:\"(?:[^\"<>]*+\"|[^\"]*+\"(?=[\s/>]))|'(?:[^'<>]*+'|[^']*+'(?=[\s/>])))?+)*+"
)
_ATTRIBUTES = re.compile(
    r"(?:[\s/]++[^\s=<>\"'/]++\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s<>\"']++))*+"
)
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+")
_NAIVE_TAG = re.compile(r"<(/?)([A-Za-z][^\s/><]*+)[^<>]*+")
_NAME = re.compile(r"[A-Za-z](?:[\w.:-]{0,60}[\w-])?", re.ASCII)
_REFERENCE = re.compile(
    r"&(?:#(?:[0-9]{1,8}|[xX][0-9a-fA-F]{1,7})(?![0-9a-fA-F]);?|[A-Za-z][A-Za-z0-9]{0,31};?)"
)
_LONGEST_LEGACY = 6  # letters of an entity that may stand without a semicolon
_DEEPEST = 300  # elements in each other; what is deeper hangs on the last of them
_MOST_NODES = 12_000_000

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main "
    "menu nav noframes ol optgroup option p plaintext pre search section select summary table caption "
    "tbody td tfoot th thead tr ul xmp".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track "
    "wbr".split()
)
_RAW = frozenset(("script", "style", "iframe", "noembed"))  # what they hold is no text
_PLAIN = frozenset(("title", "textarea", "xmp"))  # what they hold is text without tags
_CELLS = frozenset(("td", "th", "caption", "table"))
_ROWS = frozenset(("thead", "tbody", "tfoot", "caption", "colgroup", "tr"))
_TABLE_PARTS = frozenset((*_ROWS, "td", "th"))
_P_STOPS = frozenset(("td", "th", "caption", "table", "button", "object"))
_LI_STOPS = frozenset("ul ol menu dir table td th blockquote section article aside dd".split())
_SPECIAL_STARTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), _LI_STOPS),
    "dt": (frozenset(("dt", "dd")), frozenset("dl table td th ul ol".split())),
    "dd": (frozenset(("dt", "dd")), frozenset("dl table td th ul ol".split())),
    "td": (frozenset(("td", "th")), frozenset(("table", "tr"))),
    "th": (frozenset(("td", "th")), frozenset(("table", "tr"))),
    "tr": (frozenset(("tr", "caption", "colgroup")), frozenset(("table",))),
    "thead": (_ROWS, frozenset(("table",))),
    "tbody": (_ROWS, frozenset(("table",))),
    "tfoot": (_ROWS, frozenset(("table",))),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "a": (frozenset(("a",)), BLOCKS),
    "rt": (frozenset(("rt", "rp")), frozenset(("ruby",))),
    "rp": (frozenset(("rt", "rp")), frozenset(("ruby",))),
    "body": (frozenset(("head",)), frozenset(("body",))),
}
_ALIKE = {"thead", "tbody", "tfoot"}  # a second one may be open behind the first that is found


class Tree:
    """Elements and texts in document order; a node is its position in these arrays.

    ``names`` holds an element's name in small letters, ``#text``, or ``#raw`` for text in which
    ``&`` is only a sign. ``start`` and ``stop`` are offsets of the source that include the tags,
    ``inner`` is where the start tag ends. ``last`` is the position behind the last descendant,
    ``parent`` -1 at the top.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: list[str] = []
        self.start = array("I")
        self.inner = array("I")
        self.stop = array("I")
        self.last = array("I")
        self.parent = array("i")
        self.faults: dict[str, tuple[int, int]] = {}  # what is wrong -> where first, how often

    def __len__(self) -> int:
        return len(self.names)

    def attributes(self, node: int) -> dict[str, str]:
        """The attributes of ``node`` by name in small letters, the first of each, references decoded."""
        found: dict[str, str] = {}
        for name, start, stop in self._written(node):
            if name not in found:
                value = self.text[start:stop]
                found[name] = (
                    html.unescape(value)
                    if "&" in value and "&#" not in value
                    else (
                        "".join(decoded for decoded, _ in references(value, 0))
                        if "&" in value
                        else value
                    )
                )
        return found

    def attribute_span(self, node: int, name: str) -> tuple[int, int]:
        """Where the value of an attribute stands in the source; empty if there is none."""
        return next(((a, z) for found, a, z in self._written(node) if found == name), (0, 0))

    def _written(self, node: int) -> Iterator[tuple[str, int, int]]:
        name = self.names[node]
        start = self.start[node] + 1 + len(name)
        if name[0] == "#" or self.inner[node] - start < 3:
            return
        end = self.inner[node] - (self.text[self.inner[node] - 1] == ">")
        for found in _ATTRIBUTE.finditer(self.text, start, end):
            group = found.lastindex or 1
            a, z = found.span(group) if group > 1 else (found.end(), found.end())
            yield found[1].lower(), a, z

    def words(self, node: int) -> str:
        """The text in ``node``, without tags and as it would be shown, in one line."""
        pieces = []
        for inner in range(node, self.last[node]):
            if self.names[inner] == "#text":
                pieces.append(decoded(self.text[self.start[inner] : self.stop[inner]]))
            elif self.names[inner] == "#raw":
                pieces.append(self.text[self.start[inner] : self.stop[inner]])
            elif self.names[inner] in BLOCKS or self.names[inner] == "br":
                pieces.append(" ")
        return " ".join("".join(pieces).split())

    def outside(self, node: int, names: frozenset[str]) -> int:
        """The nearest element around ``node``, itself included, that has one of ``names``; else -1."""
        while node >= 0 and self.names[node] not in names:
            node = self.parent[node]
        return node


def decoded(text: str) -> str:
    """``text`` with its references as the characters that they stand for."""
    return "".join(piece for piece, _ in references(text, 0)) if "&" in text else text


def references(text: str, start: int) -> Iterator[tuple[str, int]]:
    """``text`` in pieces with their places from ``start`` on; a reference's lead to its ``&``."""
    done = 0
    for found in _REFERENCE.finditer(text):
        written = found[0]
        if written[1] == "#":
            chars = html.unescape(written if written[-1] == ";" else written + ";")
        elif written[1:] in html5:
            chars = html5[written[1:]]
        else:
            for length in range(min(len(written) - 1, _LONGEST_LEGACY), 1, -1):
                if written[1 : length + 1] in html5:
                    chars, written = html5[written[1 : length + 1]], written[: length + 1]
                    break
            else:
                continue
        if found.start() > done:
            yield text[done : found.start()], start + done
        for char in chars:
            yield char, start + found.start()
        done = found.start() + len(written)
    if done < len(text):
        yield text[done:], start + done


class TreeBuilder:
    """Builds a `Tree` of one stretch of the source after the other; none leaks into the next."""

    def __init__(self, text: str) -> None:
        self.tree = Tree(text)
        self._text = text
        self._stack: list[int] = []
        self._open: Counter[str] = Counter()  # how many of each name are on the stack
        self._flat: Counter[str] = Counter()  # how many open ones were too deep for it
        self._lower: dict[str, str] = {}
        self._never: set[str] = set()  # ends that don't come any more
        self._wasted = 0
        self._xml = False

    def add(self, start: int, stop: int, *, xml: bool) -> None:
        """Read a stretch. In XML an element may end with its start tag, and prefixes go."""
        self._xml = xml
        self._never.clear()
        text, find = self._text, self._text.find
        position = start
        begun = start  # of the text that waits
        while (tag := find("<", position, stop)) >= 0:
            end = self._markup(tag, stop, begun)
            if end <= tag:
                position = tag + 1
            else:
                position = begun = end
        if begun < stop:
            self._leaf("#text", begun, stop)
        while self._stack:
            self._pop(len(text) if stop == len(text) else stop)
        self._open.clear()
        self._flat.clear()

    # ------------------------------------------------------------ tags

    def _markup(self, tag: int, stop: int, begun: int) -> int:
        """Take in what begins with the ``<`` at ``tag``; where it ends, or ``tag`` if it is text."""
        text = self._text
        sign = text[tag + 1 : tag + 2]
        if sign == "!":
            return self._declaration(tag, stop, begun)
        if sign == "?" or (sign == "/" and not text[tag + 2 : tag + 3].isalpha()):
            end = self._search(">", tag + 2, stop)
            if end < 0:
                return tag
            self._flush(begun, tag)
            return end + 1
        match = (_TAG if self._wasted <= 2 * len(text) else _NAIVE_TAG).match(text, tag, stop)
        if match is None:
            return tag
        name = self._name(match[2])
        end = match.end()
        if not name:  # <somebody@somewhere>, <http://…>: words
            self._wasted += end - tag
            return tag
        if text[end : min(end + 1, stop)] != ">":
            self._wasted += end - tag
            if name not in KNOWN:
                return tag
            self.fault("A tag isn't closed", tag)
            attributes = _ATTRIBUTES.match(text, match.end(2), end)
            end = attributes.end() if attributes else match.end(2)
        else:
            end += 1
        self._flush(begun, tag)
        if match[1]:
            self._end_tag(name, tag, end)
            return end
        return self._start_tag(name, tag, end, stop)

    def _declaration(self, tag: int, stop: int, begun: int) -> int:
        text = self._text
        if text.startswith("<![CDATA[", tag) and self._xml:
            end = self._search("]]>", tag + 9, stop)
            if end >= 0:
                self._flush(begun, tag)
                self._leaf("#raw", tag + 9, end)
                return end + 3
        if text.startswith("<!--", tag):
            self._flush(begun, tag)
            for short in ("<!-->", "<!--->"):
                if text.startswith(short, tag):
                    return tag + len(short)
            end = self._search("-->", tag + 4, stop)
            if end >= 0:
                return end + 3
            self.fault("A comment isn't closed", tag)
            end = self._search(">", tag + 4, stop)
            return end + 1 if end >= 0 else tag + 4
        end = self._search(">", tag + 2, stop)
        if end < 0:
            return tag
        subset = text.find("[", tag, end) if text[tag + 2 : tag + 9].upper() == "DOCTYPE" else -1
        if subset >= 0:  # declarations of entities: none is followed
            closed = self._search("]", subset, stop)
            after = self._search(">", closed, stop) if closed >= 0 else -1
            end = after if after >= 0 else end
        self._flush(begun, tag)
        return end + 1

    def _search(self, sign: str, position: int, stop: int) -> int:
        """Where ``sign`` is next; what was missing once is not looked for again."""
        if sign in self._never:
            return -1
        found = self._text.find(sign, position, stop)
        if found < 0:
            self._never.add(sign)
        return found

    def _name(self, written: str) -> str:
        """The element's name, "" if it can't be one."""
        name = self._lower.get(written)
        if name is None:
            name = written.lower() if _NAME.fullmatch(written) else ""
            if ":" in name and (self._xml or name.partition(":")[0] in ("xhtml", "html", "h")):
                name = name.rpartition(":")[2]
            if len(self._lower) < 10_000:
                self._lower[written] = name
        return name

    def _start_tag(self, name: str, tag: int, end: int, stop: int) -> int:
        for _ in range(2 if name in _ALIKE else 1):
            if name in _SPECIAL_STARTS:
                self._close(*_SPECIAL_STARTS[name], tag)
        if name in BLOCKS:
            if self._open["p"]:
                self._close(frozenset(("p",)), _P_STOPS, tag)
            if name in HEADINGS and self._stack and self.tree.names[self._stack[-1]] in HEADINGS:
                self._pop(tag)
            if self._open["head"] and name not in ("head", "html"):
                self._close(frozenset(("head",)), frozenset(("body",)), tag)
        node = self._add(name, tag, end)
        if name in _VOID:
            return end
        if self._xml and self._text.startswith("/>", end - 2):
            return end
        if name in _RAW or name in _PLAIN:
            return self._raw(node, name, end, stop)
        if name == "plaintext":
            self._leaf_in(node, "#raw", end, stop)
            return stop
        if len(self._stack) >= _DEEPEST:
            self.fault(f"Elements are nested deeper than {_DEEPEST} levels", tag)
            self._flat[name] += 1
        else:
            self._stack.append(node)
            self._open[name] += 1
        return end

    def _raw(self, node: int, name: str, end: int, stop: int) -> int:
        """What scripts, titles and their like hold, up to their end tag."""
        closing = _closing(name).search(self._text, end, stop) if name not in self._never else None
        if closing is None:
            if name not in self._never:
                self.fault(f"A “{name}” element isn't closed", self.tree.start[node])
            self._never.add(name)
            # What was cut off inside a script is no text; a title ends with its line.
            position = stop if name == "script" else self._search("<", end, stop)
            position = stop if position < 0 else position
            after = position
        else:
            position, after = closing.start(), self._search(">", closing.end(), stop) + 1
            after = after or stop
        if name in _PLAIN and position > end:
            self._leaf_in(node, "#raw" if name == "xmp" else "#text", end, position)
        self.tree.stop[node] = after
        return after

    def _end_tag(self, name: str, tag: int, end: int) -> None:
        if name == "br":
            self._add("br", tag, end)
            return
        if self._flat[name]:
            self._flat[name] -= 1
            return
        if name in HEADINGS and self._stack and self.tree.names[self._stack[-1]] in HEADINGS:
            self._pop(end)
            return
        if not self._open[name]:
            return
        if name not in BLOCKS:
            stops = BLOCKS
        elif name in _TABLE_PARTS:
            stops = frozenset(("table",))
        else:
            stops = frozenset() if name in ("table", "body", "html") else _CELLS
        self._close(frozenset((name,)), stops, tag, end)

    # ------------------------------------------------------------ nodes

    def _close(
        self, names: frozenset[str], stops: frozenset[str], tag: int, end: int | None = None
    ) -> None:
        """End the nearest open element of ``names`` and all in it, unless one of ``stops`` is nearer."""
        if not any(self._open[name] for name in names):
            return
        tree_names = self.tree.names
        for depth in range(len(self._stack) - 1, -1, -1):
            name = tree_names[self._stack[depth]]
            if name in names:
                while len(self._stack) > depth + 1:
                    self._pop(tag)
                self._pop(tag if end is None else end)
                return
            if name in stops:
                return

    def _pop(self, stop: int) -> None:
        node = self._stack.pop()
        self._open[self.tree.names[node]] -= 1
        self.tree.last[node] = len(self.tree)
        self.tree.stop[node] = stop

    def _flush(self, begun: int, stop: int) -> None:
        if begun < stop:
            self._leaf("#text", begun, stop)

    def _leaf(self, name: str, start: int, stop: int) -> None:
        node = self._add(name, start, start)
        self.tree.stop[node] = stop

    def _leaf_in(self, node: int, name: str, start: int, stop: int) -> None:
        leaf = self._add(name, start, start)
        self.tree.stop[leaf] = stop
        self.tree.parent[leaf] = node
        self.tree.last[node] = len(self.tree)

    def _add(self, name: str, start: int, inner: int) -> int:
        tree = self.tree
        node = len(tree.names)
        if node >= _MOST_NODES:
            raise DocumentFormatError(
                f"It is too large: it has more than {_MOST_NODES:,} elements.",
                hint="Split it into smaller files.",
            )
        tree.names.append(name)
        tree.start.append(start)
        tree.inner.append(inner)
        tree.stop.append(inner)
        tree.last.append(node + 1)
        tree.parent.append(self._stack[-1] if self._stack else -1)
        return node

    def fault(self, what: str, place: int) -> None:
        first, count = self.tree.faults.get(what, (place, 0))
        self.tree.faults[what] = (first, count + 1)


_CLOSINGS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in (*_RAW, *_PLAIN)
}


def _closing(name: str) -> re.Pattern[str]:
    return _CLOSINGS[name]


#: Elements whose start is believed even where their tag is broken off.
KNOWN = (
    BLOCKS
    | _VOID
    | _RAW
    | _PLAIN
    | frozenset(
        "a abbr acronym audio b bdi bdo big blink button canvas cite code data datalist del dfn em font i "
        "ins kbd label map mark marquee math meter nobr noscript object output picture progress q rb rp rt "
        "rtc ruby s samp slot small span strike strong sub sup svg template time tt u var video".split()
    )
)


def markup_tree(text: str, *, xml: bool | None = None) -> Tree:
    """The tree of one file. XML is told by its declaration or XHTML's namespace, unless said."""
    builder = TreeBuilder(text)
    builder.add(0, len(text), xml=is_xml(text, 0) if xml is None else xml)
    return builder.tree


def is_xml(text: str, start: int) -> bool:
    """Whether a file says in its first lines that it is XML."""
    opening = text[start : start + 2048]
    return opening.lstrip("\ufeff \t\r\n").startswith("<?xml") or (
        'xmlns="http://www.w3.org/1999/xhtml"' in opening and "<html" in opening
    )
