"""What of a page is its main text, what is hidden, and what is only there to get about the site."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from index.reading.markup import BLOCKS, HEADINGS, Tree

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")
_UNSPACED = re.compile(  # letters of Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese
    "[\u0e01-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LAYOUT_BLOCKS = frozenset(
    "h1 h2 h3 h4 h5 h6 ul ol dl pre hr blockquote table section article form".split()
)
#: Never words for readers: controls, fallbacks, what scripts would show.
LEFT_OUT = frozenset(
    "template noscript button select datalist textarea audio video canvas rt rp input".split()
)
#: Hold no text at all.
UNREAD = frozenset(("script", "style", "iframe", "noembed", "meta", "link", "base", "object"))
_SITE_ROLES = frozenset("navigation menu menubar search banner contentinfo toolbar dialog".split())
_ARTICLES = frozenset(("article", "main"))
_LINKED = frozenset(  # class and id words of what is mostly links
    "nav navbar navigation navbox menu menubar breadcrumb breadcrumbs crumbs sidebar sphinxsidebar "
    "footer header related toc pager pagination toolbar topbar dropdown sitemap prevnext "
    "catlinks".split()
)
_SMALL = frozenset(  # of what is short and on every page
    "footer masthead banner cookie cookies consent gdpr share sharing social skip skiplink skipnav "
    "advert adverts advertisement ads promo newsletter subscribe login search noprint navfooter "
    "navheader copyright editsection headerlink popup printfooter ambox".split()
)
#: Of notes, their marks and the ways back from them.
NOTE_WORDS = frozenset(
    "ftn edn fn foot footnote footnotes endnote endnotes rearnote rearnotes note notes cite sdfootnote "
    "sdendnote references reference fnref fnanchor footnoteref noteref citation en fnt fnote reflist "
    "backlink backlinks backref backrefs reversefootnote".split()
)
#: Of numbers of printed pages, and of programs.
PAGE_WORDS = frozenset(("pagenum", "pageno", "pagenumber", "pagebreak"))
CODE_WORDS = frozenset(
    "highlight code sourcecode language lang prettyprint programlisting screen".split()
)
_INSIDE = frozenset(  # of both, what may stand inside the main text
    "editsection dropdown menu toolbar catlinks share sharing social breadcrumb breadcrumbs pager "
    "pagination navbox toc headerlink "
    "navbar navfooter navheader noprint skip skiplink advert ads newsletter subscribe printfooter "
    "ambox".split()
)
_SKIP = re.compile(
    r"(?:skip|jump) (?:to|navigation)\b|(?:back to )?(?:top|top of page)\Z", re.IGNORECASE
)
_INLINE = ("a", "span", "sup")  # that may be boilerplate by their names
_LINK_LIST = 4  # links that make a list of links
_PROSE = 15  # words without a link that make a paragraph
_SHORT = 300  # words


@dataclass(slots=True)
class Scan:
    """What one look at every element tells."""

    ids: dict[tuple[int, str], int] = field(default_factory=dict)  # (part, id) -> element
    namesakes: dict[int, list[int]] = field(default_factory=dict)  # others with the first one's id
    anchors: dict[int, str] = field(default_factory=dict)  # element -> its id
    links: list[tuple[int, str]] = field(default_factory=list)  # an ``a`` and its address
    types: dict[int, str] = field(default_factory=dict)  # element -> its role and epub:type
    hints: dict[int, frozenset[str]] = field(default_factory=dict)  # element -> words of class, id
    hidden: set[int] = field(default_factory=set)
    metas: list[dict[str, str]] = field(default_factory=list)
    link_tags: list[dict[str, str]] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    h1s: list[int] = field(default_factory=list)
    language: str | None = None
    layout: set[int] = field(default_factory=set)  # tables that only arrange the page
    words: array[int] = field(default_factory=lambda: array("I", [0]))  # before each node
    linked: array[int] = field(default_factory=lambda: array("I", [0]))  # of them in links
    link_count: array[int] = field(default_factory=lambda: array("I", [0]))


_TOKENS = _LINKED | _SMALL
_KNOWN = _TOKENS | NOTE_WORDS | PAGE_WORDS | CODE_WORDS


def scan(tree: Tree, parts: Sequence[int]) -> Scan:
    """Look at every element once; ``parts`` holds the first node of each file."""
    found = Scan()
    names, last, start, inner = tree.names, tree.last, tree.start, tree.inner
    words = linked = links = 0
    in_link = out = -1  # where the link, or what is not shown, ends
    tables: list[_Table] = []
    for node, name in enumerate(names):
        if name[0] == "#":
            if node >= out:
                count = _count_words(tree.text[start[node] : tree.stop[node]])
                words += count
                if node < in_link:
                    linked += count
                for table in tables[-1:]:
                    table.words += count if table.last > node else 0
        else:
            if inner[node] - start[node] > len(name) + 3:
                _attributes(tree, node, name, found, bisect_right(parts, node) - 1)
            if name == "a" and last[node] > node + 1:
                in_link = last[node]
                links += node >= out
            elif name in UNREAD or name in LEFT_OUT or name == "title" or node in found.hidden:
                out = max(out, last[node])
                if name == "title":
                    found.titles.append(node)
            elif name == "h1":
                found.h1s.append(node)
            while tables and tables[-1].last <= node:
                _settle(tables.pop(), found)
            if name == "table":
                tables.append(_Table(node, last[node], nested=bool(tables)))
                if found.types.get(node) in ("presentation", "none"):
                    tables[-1].layout = True
                for outer in tables[-2:-1]:
                    outer.layout = True
            elif tables:
                tables[-1].see(name)
        found.words.append(words)
        found.linked.append(linked)
        found.link_count.append(links)
    while tables:
        _settle(tables.pop(), found)
    return found


def _count_words(text: str) -> int:
    """How many words ``text`` has; where no blanks stand between them, as long ones as elsewhere."""
    count = len(text.split())
    return count if text.isascii() else count + len(_UNSPACED.findall(text)) // 3


@dataclass(slots=True)
class _Table:
    node: int
    last: int
    nested: bool
    words: int = 0
    cells: int = 0
    rows: int = 0
    headed: bool = False
    blocks: int = 0  # of kinds that stand in no cell of data
    paragraphs: int = 0
    crowded: bool = False  # a cell holds several paragraphs
    layout: bool = False

    def see(self, name: str) -> None:
        if name in ("td", "th"):
            self.cells += 1
            self.paragraphs = 0
            self.headed = self.headed or name == "th"
        elif name == "tr":
            self.rows += 1
        elif name in ("thead", "caption"):
            self.headed = True
        elif name in _LAYOUT_BLOCKS:
            self.blocks += 1
        elif name == "p":
            self.paragraphs += 1
            self.crowded = self.crowded or self.paragraphs > 2


def _settle(table: _Table, found: Scan) -> None:
    narrow = table.cells <= max(1, table.rows)  # one cell a row
    wordy = table.words > 150 * max(1, table.cells)
    single = table.rows <= 1 and table.words > 20
    full = (table.blocks or table.crowded or wordy or single) and not table.headed
    if table.layout or narrow or full:
        found.layout.add(table.node)


def _attributes(tree: Tree, node: int, name: str, found: Scan, part: int) -> None:
    attributes = tree.attributes(node)
    own = attributes.get("id") or (attributes.get("name") if name == "a" else None)
    if own:
        first = found.ids.setdefault((part, own), node)
        if first != node:
            found.namesakes.setdefault(first, []).append(node)
        found.anchors[node] = own
    if name == "a" and "href" in attributes:
        found.links.append((node, attributes["href"].strip()))
    elif name == "meta":
        found.metas.append(attributes)
    elif name == "link":
        found.link_tags.append(attributes)
    if not found.language and name in ("html", "body"):
        found.language = attributes.get("lang") or attributes.get("xml:lang")
    kind = (
        attributes.get("epub:type") or attributes.get("type", "")
        if name != "a"
        else (attributes.get("epub:type", ""))
    )
    role = attributes.get("role", "")
    if kind and name in ("input", "script", "style", "ol", "ul", "li", "object"):
        kind = ""
    if kind or role:
        found.types[node] = f"{role} {kind}".strip().lower()
    if "class" in attributes or own:
        hints = _hints(attributes.get("class", ""))
        if own:
            hints |= _hints(own)
        if hints:
            found.hints[node] = hints
    if (
        ("hidden" in attributes and attributes["hidden"] != "until-found")
        or ("style" in attributes and _HIDING.search(attributes["style"]))
        or (attributes.get("aria-hidden", "").lower() == "true" and name in BLOCKS)
        or (name == "dialog" and "open" not in attributes)
    ):
        found.hidden.add(node)


@lru_cache(maxsize=4096)
def _hints(written: str) -> frozenset[str]:
    """The words of a class or an id that are known to mean something."""
    words = _WORD.findall(_CAMEL.sub("-", written[:500]).lower())
    hints = _KNOWN.intersection(words)
    return hints | {"nav"} if any(word.endswith("nav") for word in words) else hints


def boilerplate(tree: Tree, found: Scan) -> tuple[set[int], float]:
    """The elements around the main text, outermost only, and the share of words they hold.

    Where nothing would be left to speak of, nothing is boilerplate.
    """
    total = found.words[-1]
    if not total:
        return set(), 0.0
    mains = _mains(tree, found)
    chosen: set[int] = set()
    node, end = 0, len(tree)
    inside = -1  # where an article or the main text ends
    prose = _prose(tree, found)
    while node < end:
        name = tree.names[node]
        if name[0] == "#" or (name not in BLOCKS and name not in _INLINE):
            node += 1
            continue
        last = tree.last[node]
        holds_main = bool(mains) and any(node < main < last for main in mains)
        if name in _ARTICLES or node in mains:
            inside = max(inside, last)
        elif not holds_main and _is_chrome(tree, found, node, node < inside, prose, bool(mains)):
            chosen.add(node)
            node = last
            continue
        node += 1
    words = sum(found.words[tree.last[node]] - found.words[node] for node in chosen)
    left = total - words
    if not left or (left < 50 and left < total / 10):
        return set(), 0.0
    return chosen, words / total


def _mains(tree: Tree, found: Scan) -> list[int]:
    mains = [
        node
        for node in sorted(
            {
                *(n for n, name in enumerate(tree.names) if name == "main"),
                *(n for n, kind in found.types.items() if kind == "main"),
            }
        )
        if node not in found.hidden
    ]
    held = sum(_prose_words(tree, found, node) for node in mains[:1])
    all_ = found.words[-1] - found.linked[-1]
    return mains if len(mains) < 10 and held and held >= 0.3 * all_ else []


def _prose_words(tree: Tree, found: Scan, node: int) -> int:
    last = tree.last[node]
    return (found.words[last] - found.words[node]) - (found.linked[last] - found.linked[node])


def _prose(tree: Tree, found: Scan) -> tuple[int, int]:
    """The nodes of the first and the last text that is long enough to be prose; -1 if there is little."""
    first = last = -1
    held = 0
    for node, name in enumerate(tree.names):
        if name == "#text" and node + 1 < len(found.words):
            words = found.words[node + 1] - found.words[node]
            if words >= _PROSE and found.linked[node + 1] == found.linked[node]:
                first = node if first < 0 else first
                last = node
                held += words
    return (first, last) if held >= max(_PROSE, 0.3 * found.words[-1]) else (-1, -1)


def _is_chrome(
    tree: Tree, found: Scan, node: int, inside: bool, prose: tuple[int, int], has_main: bool
) -> bool:
    name, last = tree.names[node], tree.last[node]
    if name in ("html", "body", "head", "main") or name in HEADINGS:
        return False
    words = found.words[last] - found.words[node]
    if not words:
        return False
    total = found.words[-1]
    links = found.link_count[last] - found.link_count[node]
    density = (found.linked[last] - found.linked[node]) / words
    share = words / total
    kind = found.types.get(node, "")
    if name == "nav" or any(role in _SITE_ROLES for role in kind.split()):
        return share < 0.5 or density > 0.5
    if name in ("header", "footer") and not inside:
        return share < 0.3 or density > 0.5
    if name == "aside" and has_main and not inside:
        return share < 0.5
    hints = found.hints.get(node, frozenset())
    hints = hints & (_INSIDE if inside else _TOKENS)
    if hints & _LINKED and density >= 0.4 and (share < 0.5 or density > 0.8):
        return True
    if hints & _SMALL and words <= _SHORT:
        bare = hints & {"editsection", "headerlink"} or (has_main and not inside)
        if bare or share <= 0.15 or (words <= 60 and share <= 0.5):
            return True
    if density == 1 and words <= 8 and _SKIP.match(tree.words(node)):
        return True
    if inside or name in (*_INLINE, "p", "li") or has_main:
        return False
    around = prose[0] >= 0 and (last <= prose[0] or node > prose[1])
    return around and links >= _LINK_LIST and density >= 0.8 and share < 0.5


def holds_any(nodes: Sequence[int], node: int, last: int) -> bool:
    """Whether one of the sorted ``nodes`` lies in ``node``."""
    position = bisect_left(nodes, node)
    return position < len(nodes) and nodes[position] < last
