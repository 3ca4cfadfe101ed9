"""EPUB -> its chapters in reading order, as one text with headings, notes and pages."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from urllib.parse import unquote

from index.errors import DocumentFormatError
from index.model import ReadingWarning
from index.reading.decoding import decode
from index.reading.html import HtmlReader, declared_encoding
from index.reading.html_head import iso_date
from index.reading.html_main import Scan, scan
from index.reading.html_notes import find_notes
from index.reading.markup import Tree, TreeBuilder, markup_tree
from index.reading.packages import Package
from index.reading.text import Block, Reading

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = frozenset(
    ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml")
)
_SAID = frozenset(("title", "creator", "date", "language", "publisher", "rights"))
_UNSAID = frozenset(("unknown", "unknown title", "unknown author", "untitled", "no title"))
_DEEPEST_CONTENTS = 6
_CONTENTS = frozenset(("toc", "landmarks", "page-list", "doc-toc", "doc-pagelist"))
_LISTS = frozenset(("dl", "ol", "table", "ul"))
_FEWEST_LINKS = 4  # of a table of contents


@dataclass(frozen=True, slots=True)
class _Item:
    name: str  # of the part in the package
    kind: str
    properties: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the table of contents."""

    title: str
    path: str
    fragment: str
    level: int


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    start: int  # in the source
    stop: int
    node: int = 0  # its first


def read_epub(data: bytes) -> Reading:
    """The text of a book, its parts joined by a line feed in the order of its spine.

    Raises DocumentFormatError for what is no EPUB, damaged, locked, or of pictures only.
    """
    package = Package(data)
    book = _Book(package)
    texts = book.texts()
    if not texts:
        raise DocumentFormatError(
            "It is damaged: none of its chapters can be found.", hint="Get or save it anew."
        )
    return _read_parts(book, texts)


def _read_parts(book: _Book, texts: list[tuple[str, str]]) -> Reading:
    source = "\n".join(text for _, text in texts)
    builder = TreeBuilder(source)
    parts: list[_Part] = []
    position = 0
    for name, text in texts:
        node = len(builder.tree)
        builder.add(position, position + len(text), xml=True)
        parts.append(_Part(name, position, position + len(text), node))
        position += len(text) + 1
    tree = builder.tree
    firsts = [part.node for part in parts]
    found = scan(tree, firsts)
    numbers = {part.name: number for number, part in reversed(list(enumerate(parts)))}

    def resolve(link: int, address: str) -> int | None:
        path, sign, fragment = address.partition("#")
        if not sign or not fragment or ":" in path:
            return None
        here = bisect_right(firsts, link) - 1
        there = numbers.get(_joined(parts[here].name, path)) if path else here
        return None if there is None else found.ids.get((there, unquote(fragment)))

    contents = _navigation(tree, found, book, parts)
    notes = find_notes(tree, found, resolve)
    reader = HtmlReader(tree, found, contents, notes, "utf-8")
    breaks = book.page_list()
    if breaks and not any("pagebreak" in kind for kind in found.types.values()):
        for label, path, fragment in breaks:
            number = numbers.get(path)
            target = None if number is None else found.ids.get((number, fragment))
            if target is not None or (number is not None and not fragment):
                node = parts[number].node if target is None else target  # type: ignore[index]
                reader.page_targets.setdefault(node, []).append(label)
    reader.read(0, len(tree))
    reader.read_notes()
    stored, source_map = reader.builder.result()
    if not stored.strip():
        raise DocumentFormatError(
            "It has no text: its pages are pictures.",
            hint="Get an edition with text, or recognise the pictures' text (OCR) first.",
        )
    blocks = _with_headings(reader, stored, book, parts, found)
    properties = book.properties
    first = reader.title
    return Reading(
        stored,
        book.encoding,
        source_map,
        tuple(blocks),
        title=properties.get("title") or first,
        notes=reader.numbered_notes(stored),
        properties=properties,
        warnings=(*book.warnings, *reader.all_warnings(lines=False)),
        format="epub",
        pages=reader.page_spans(stored),
        lifted=reader.all_lifted(),
        source=source,
    )


def _navigation(tree: Tree, found: Scan, book: _Book, parts: list[_Part]) -> set[int]:
    """Tables of contents and lists of pages that stand among the chapters."""
    chosen = {
        node
        for node, kinds in found.types.items()
        if tree.names[node] == "nav" and _CONTENTS & set(kinds.split())
    }
    firsts = [part.node for part in parts]
    begun = {(entry.path, entry.fragment) for entry in book.contents()}
    begun |= {(part.name, "") for part in parts}
    leading: list[int] = []  # links to where a part or a chapter begins
    for link, address in found.links:
        path, _, fragment = address.partition("#")
        here = parts[bisect_right(firsts, link) - 1].name
        if ":" not in path:
            there = (_joined(here, path) if path else here, unquote(fragment))
            leading += [link] * (there in begun)
    end = 0
    for node, name in enumerate(tree.names):
        if node < end or name not in _LISTS:
            continue
        last = tree.last[node]
        links = found.link_count[last] - found.link_count[node]
        lead = bisect_left(leading, last) - bisect_left(leading, node)
        words = found.words[last] - found.words[node]
        linked = found.linked[last] - found.linked[node]
        if lead >= _FEWEST_LINKS and lead >= 0.7 * links and linked >= 0.9 * words:
            chosen.add(node)
            end = last
    return chosen


def _with_headings(
    reader: HtmlReader, stored: str, book: _Book, parts: list[_Part], found: Scan
) -> list[Block]:
    """The blocks with the headings that the table of contents names, and in its order of depth."""
    blocks = list(reader.blocks)
    depths: dict[int, int] = {}  # of blocks that are headings by their marks
    numbers = {part.name: number for number, part in reversed(list(enumerate(parts)))}
    ends = [*(part.node for part in parts[1:]), 1 << 60]
    for entry in book.contents():
        number = numbers.get(entry.path)
        if number is None:
            continue
        node = found.ids.get((number, entry.fragment), -1) if entry.fragment else -1
        node = parts[number].node if node < 0 else node
        title = _plain_words(entry.title)
        first = bisect_right(reader.block_nodes, node - 1)
        for position in range(max(0, first - 1), min(first + 4, len(blocks))):
            block = blocks[position]
            if reader.block_nodes[position] >= ends[number] or not title:
                break
            words = _plain_words(stored[block.start : min(block.stop, block.start + 300)])
            if block.kind == "heading" and words:
                if title.endswith(words) or words.endswith(title):
                    depths.setdefault(position, entry.level)
                    break
                continue
            matches = words and (
                words == title or (len(words) > 3 and title.startswith(words + " "))
            )
            if matches and block.kind in ("text", "quote") and block.stop - block.start < 250:
                blocks[position] = replace(
                    block, kind="heading", level=entry.level, anchor=entry.fragment or None
                )
                break
    return _nested(blocks, depths)


def _nested(blocks: list[Block], depths: dict[int, int]) -> list[Block]:
    """The headings as deep as the contents say, where headings of one depth are of several there."""
    told: dict[int, set[int]] = {}
    for position, depth in depths.items():
        told.setdefault(blocks[position].level, set()).add(depth)
    if all(len(several) < 2 for several in told.values()):
        return blocks
    nested = []
    deeper = 0  # than its mark says
    for position, block in enumerate(blocks):
        if block.kind == "heading":
            if position in depths:
                deeper = depths[position] - block.level
            block = replace(block, level=max(1, min(9, block.level + deeper)))
        nested.append(block)
    return nested


def _plain_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


class _Book:
    """What a package says of itself: its chapters, contents and properties."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.casefold(): name for name in package.names}
        self.warnings: list[ReadingWarning] = []
        self.encoding = "utf-8"
        self.properties: dict[str, str] = {}
        self._items: dict[str, _Item] = {}
        self._spine: list[str] = []
        self._contents_item: str | None = None
        self._ncx_item: str | None = None
        self._opf = self._find_opf()
        if self._opf:
            self._read_opf()
        self._check_locks()

    def texts(self) -> list[tuple[str, str]]:
        """Each chapter's name and text, in reading order."""
        found: list[tuple[str, str]] = []
        missing: list[str] = []
        encodings: list[str] = []
        done: set[str] = set()
        for name in self._chapters():
            real = self._real(name)
            if real is None:
                missing.append(posixpath.basename(name))
                continue
            if real in done:
                continue
            done.add(real)
            data = self._package.read(real)
            if not data.strip(b"\0 \t\r\n"):
                continue
            text, encoding = _decoded(data)
            if encoding is None:
                self.warnings.append(
                    ReadingWarning(
                        f"Characters of its part “{posixpath.basename(real)}” can't be told and were "
                        "replaced by �."
                    )
                )
            encodings.append(encoding or "utf-8")
            found.append((real, text))
        if missing:
            self.warnings.append(
                ReadingWarning(
                    f"{len(missing)} of its chapters are missing, the first of them “{missing[0]}”."
                    if len(missing) > 1
                    else f"Its chapter “{missing[0]}” is missing."
                )
            )
        if encodings:
            self.encoding = max(sorted(set(encodings)), key=encodings.count)
        return found

    def contents(self) -> list[_Entry]:
        """The table of contents: the newer navigation document's, else the older NCX's."""
        if self._contents_item and (real := self._real(self._contents_item)):
            entries = _nav_entries(
                markup_tree(_decoded(self._package.read(real))[0], xml=True), real, "toc"
            )
            if entries:
                return entries
        if self._ncx_item and (real := self._real(self._ncx_item)):
            return _ncx_entries(markup_tree(_decoded(self._package.read(real))[0], xml=True), real)
        return []

    def page_list(self) -> list[tuple[str, str, str]]:
        """Printed pages: label, part, fragment."""
        if self._contents_item and (real := self._real(self._contents_item)):
            tree = markup_tree(_decoded(self._package.read(real))[0], xml=True)
            if entries := _nav_entries(tree, real, "page-list"):
                return [(entry.title, entry.path, entry.fragment) for entry in entries]
        if self._ncx_item and (real := self._real(self._ncx_item)):
            tree = markup_tree(_decoded(self._package.read(real))[0], xml=True)
            entries = _ncx_entries(tree, real, "pagetarget")
            return [(entry.title, entry.path, entry.fragment) for entry in entries]
        return []

    # ------------------------------------------------------------ the package

    def _real(self, name: str) -> str | None:
        """The part's own name; other capitals are forgiven."""
        return name if name in self._package.names else self._names.get(name.casefold())

    def _find_opf(self) -> str | None:
        container = self._package.read(_CONTAINER)
        if container:
            tree = markup_tree(_decoded(container)[0], xml=True)
            for node, name in enumerate(tree.names):
                if name == "rootfile":
                    path = tree.attributes(node).get("full-path", "")
                    if real := self._real(_joined("", path)):
                        return real
        opfs = sorted(name for name in self._package.names if name.lower().endswith(".opf"))
        if opfs:
            return opfs[0]
        if not any(
            name.lower().endswith((".xhtml", ".html", ".htm")) for name in self._package.names
        ):
            raise DocumentFormatError(
                "It is a ZIP archive but no book: it has no list of chapters.",
                hint="Unpack it, and put the documents in it into the corpus one by one.",
            )
        self.warnings.append(ReadingWarning("Its list of chapters is missing; they stand by name."))
        return None

    def _read_opf(self) -> None:
        assert self._opf is not None
        tree = markup_tree(_decoded(self._package.read(self._opf))[0], xml=True)
        said: dict[str, list[str]] = {}
        first: list[str] = []
        later: list[str] = []
        for node, name in enumerate(tree.names):
            if name in ("item", "itemref", "spine"):
                attributes = tree.attributes(node)
                if name == "item" and "id" in attributes and "href" in attributes:
                    self._add_item(attributes)
                elif name == "itemref" and "idref" in attributes:
                    aside = attributes.get("linear", "").lower() == "no"
                    (later if aside else first).append(attributes["idref"])
                elif name == "spine" and "toc" in attributes:
                    self._ncx_item = attributes["toc"]
            elif name in _SAID and (words := tree.words(node)[:2000]):
                said.setdefault(name, []).append(words)
        ncx = self._items.get(self._ncx_item or "")
        self._ncx_item = (
            ncx.name
            if ncx
            else next((item.name for item in self._items.values() if "ncx" in item.kind), None)
        )
        self._contents_item = next(
            (item.name for item in self._items.values() if "nav" in item.properties.split()), None
        )
        self._spine = [*first, *later]
        for name, key in (
            ("title", "title"),
            ("language", "language"),
            ("publisher", "publisher"),
            ("rights", "rights"),
        ):
            if name in said and said[name][0].casefold() not in _UNSAID:
                self.properties[key] = said[name][0]
        authors = [name for name in said.get("creator", ()) if name.casefold() not in _UNSAID]
        if authors:
            self.properties["author"] = "; ".join(dict.fromkeys(authors[:20]))
        dates = [
            date
            for date in map(iso_date, said.get("date", []))
            if date and not date.startswith("0")
        ]
        if dates:
            self.properties["date"] = dates[0]

    def _add_item(self, attributes: dict[str, str]) -> None:
        href = unquote(attributes["href"].partition("#")[0])
        item = _Item(
            _joined(self._opf or "", href),
            attributes.get("media-type", "").lower(),
            attributes.get("properties", ""),
        )
        self._items.setdefault(attributes["id"], item)

    def _chapters(self) -> list[str]:
        spine = [self._items[ref] for ref in self._spine if ref in self._items]
        lost = len([ref for ref in self._spine if ref not in self._items])
        if lost:
            self.warnings.append(
                ReadingWarning(f"Its list of chapters names {lost} that it doesn't describe.")
            )
        chapters = [
            item.name
            for item in spine
            if item.kind in _PAGES or item.name.lower().endswith((".xhtml", ".html", ".htm"))
        ]
        if chapters:
            return chapters
        listed = [item.name for item in self._items.values() if item.kind in _PAGES]
        pages = (".xhtml", ".html", ".htm")
        return listed or sorted(n for n in self._package.names if n.lower().endswith(pages))

    def _check_locks(self) -> None:
        """Raise for a book whose chapters are encrypted; obfuscated fonts lock nothing."""
        encryption = self._package.read(_ENCRYPTION)
        if not encryption:
            return
        tree = markup_tree(_decoded(encryption)[0], xml=True)
        algorithm = ""
        chapters = {name.casefold() for name in self._chapters()}
        for node, name in enumerate(tree.names):
            if (
                name == "encryptionmethod"
                and "Algorithm" in tree.text[tree.start[node] : tree.inner[node]]
            ):
                algorithm = tree.attributes(node).get("algorithm", "")
            elif name == "cipherreference":
                path = _joined("", unquote(tree.attributes(node).get("uri", "")))
                if algorithm not in _FONT_ONLY and path.casefold() in chapters:
                    raise DocumentFormatError(
                        "It is encrypted: its text is locked for one reader (DRM).",
                        hint="Get an edition without copy protection.",
                    )


def _joined(base: str, path: str) -> str:
    """``path`` as seen from the part ``base``; what would lead out of the package leads nowhere."""
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), unquote(path)))
    return joined.lstrip("/")


def _decoded(data: bytes) -> tuple[str, str | None]:
    """The text of a part, and its encoding; None where characters were lost."""
    encoding = declared_encoding(data)
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) and b"\0" not in data[:100]:
        try:
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
        if encoding and encoding != "utf-8":
            try:
                return data.decode(encoding), encoding
            except (UnicodeError, ValueError):
                pass
    try:
        return decode(data)
    except DocumentFormatError:
        return data.decode("utf-8", "replace"), None


def _nav_entries(tree: Tree, path: str, kind: str) -> list[_Entry]:
    entries: list[_Entry] = []
    for nav, name in enumerate(tree.names):
        if name != "nav" or kind not in tree.attributes(nav).get("epub:type", "").split():
            continue
        for node in range(nav, tree.last[nav]):
            if tree.names[node] != "a":
                continue
            depth, outer = 0, tree.parent[node]
            while outer > nav and depth < _DEEPEST_CONTENTS:
                depth += tree.names[outer] in ("ol", "ul")
                outer = tree.parent[outer]
            href = tree.attributes(node).get("href", "")
            entries.append(_entry(tree.words(node), path, href, max(1, depth)))
        break
    return entries


def _ncx_entries(tree: Tree, path: str, kind: str = "navpoint") -> list[_Entry]:
    entries: list[_Entry] = []
    around = frozenset(("navpoint", "pagetarget"))
    titles: dict[int, str] = {}
    for node, name in enumerate(tree.names):
        if name not in ("text", "content"):
            continue
        point = tree.outside(node, around)
        if point < 0 or tree.names[point] != kind:
            continue
        if name == "text":
            titles.setdefault(point, tree.words(node))
            continue
        depth, outer = 1, tree.parent[point]
        while outer >= 0 and depth < _DEEPEST_CONTENTS:
            depth += tree.names[outer] == "navpoint"
            outer = tree.parent[outer]
        src = tree.attributes(node).get("src", "")
        entries.append(_entry(titles.get(point, ""), path, src, depth))
    return entries


def _entry(title: str, base: str, address: str, level: int) -> _Entry:
    path, _, fragment = address.partition("#")
    return _Entry(title, _joined(base, path) if path else base, unquote(fragment), level)
