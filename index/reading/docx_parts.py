"""What a Word document says outside its text: where its parts are, its styles, its numbering.

All of it is ECMA-376 part 1 (Office Open XML), transitional or strict.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import NoReturn, Protocol
from urllib.parse import unquote

from lxml import etree

from index.errors import DocumentFormatError
from index.model import ReadingWarning
from index.reading.packages import Package

WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_MAIN = "wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"
_MAIN_MACROS = (
    "ms-word.document.macroenabled.main+xml",
    "ms-word.template.macroenabledtemplate.main",
)
_OTHERS = {
    "spreadsheetml": "It is an Excel workbook, not a Word document.",
    "presentationml": "It is a PowerPoint presentation, not a Word document.",
}
_PORTION = 1 << 16  # bytes that the parser is given at a time
_LARGEST_PART = 20_000_000  # bytes of a part that is read as a tree
SWITCHED_ON = ("1", "true", "on")


# ---------------------------------------------------------------- XML


class Target(Protocol):
    """What is told of a part's elements as they come."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def doctype(self, name: str, public_id: str, system_id: str) -> None: ...
    def close(self) -> None: ...


def feed(data: bytes, target: Target) -> bool:
    """Tell ``target`` the start, end and text of each element of ``data``; whether all was sound.

    Damaged XML is read as far as it can be told.
    """
    parser = xml_parser(target)
    try:
        for start in range(0, len(data), _PORTION):
            parser.feed(data[start : start + _PORTION])
        parser.close()
    except etree.XMLSyntaxError:
        return False
    return not has_errors(parser.feed_error_log)


def refuse_declarations() -> NoReturn:
    """Raise DocumentFormatError for a document type, in which entities are declared."""
    raise DocumentFormatError(
        "It declares XML entities, which no Word document may.",
        hint="Open it in Word and save it anew.",
    )


def xml_parser(target: Target | None = None) -> etree.XMLParser:
    """Nothing is fetched or resolved; elements in each other are at most 256 (libxml2's limit)."""
    return etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # the stubs ask for attributes as bytes too
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )


def has_errors(log: etree._ListErrorLog) -> bool:
    return any(error.level_name != "WARNING" for error in log)


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """The attribute called ``name`` of Word's namespace, or of none."""
    if element is None:
        return None
    for space in WORD:
        found = element.get(space + name)
        if found is not None:
            return found
    return element.get(name)


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """The same of an element that is known by its attributes only."""
    for space in WORD:
        found = attributes.get(space + name)
        if found is not None:
            return found
    return attributes.get(name)


def number(text: str | None, missing: int | None = None) -> int | None:
    """``text`` as a whole number of up to eight digits, else ``missing``."""
    text = (text or "").strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 8):
        return missing
    return int(text)


def switched_on(text: str | None) -> bool:
    """Whether a switch of this value is on: without a value it is."""
    return text is None or text.lower() in SWITCHED_ON


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child called ``names[0]``, of that the first called ``names[1]``, and so on."""
    for name in names:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The children of Word's namespace that have one of these names."""
    if element is not None:
        tags = [space + name for space in WORD for name in names]
        yield from element.iterchildren(*tags)


# ---------------------------------------------------------------- the package


class Parts:
    """The parts of a Word document by what they are."""

    def __init__(self, data: bytes) -> None:
        """Raises DocumentFormatError where there is no package, or none of Word."""
        self._package = Package(data)
        self._names: dict[str, str] = {}
        for name in sorted(self._package.names):
            self._names.setdefault(_plain_name(name), name)
        self.warnings: list[ReadingWarning] = []
        self.main = self._find_main()
        self._related = self._relations(self.main)

    @property
    def has_pictures(self) -> bool:
        return any("/media/" in name for name in self._names)

    def document(self) -> bytes:
        """The part with the text; raises DocumentFormatError where it is damaged."""
        return self._package.read(self._names[self.main])

    def related(self, kind: str) -> bytes:
        """The part that the text's part calls its ``kind`` (styles, footnotes, …), else b""."""
        folder = posixpath.dirname(self.main)
        name = self._related.get(kind, posixpath.join(folder, f"{kind}.xml"))
        return self._read(name, kind)

    def tree(self, kind: str) -> etree._Element | None:
        """That part as a tree, or None."""
        return self._tree(self.related(kind), kind)

    def properties(self) -> etree._Element | None:
        """The part that tells title and author."""
        name = self._relations("").get("core-properties", "docprops/core.xml")
        return self._tree(self._read(name, "properties"), "properties")

    def _find_main(self) -> str:
        types = self._tree(self._read("[content_types].xml", "types"), "types")
        kinds = {
            _plain_name(entry.get("PartName", "")): (entry.get("ContentType") or "").lower()
            for entry in (types if types is not None else ())
        }
        name = self._relations("").get("officedocument", "")
        kind = kinds.get(name, "")
        for other, sentence in _OTHERS.items():
            if other in kind:
                raise DocumentFormatError(sentence, hint="Save its text in another format.")
        if name in self._names:
            return name
        for name, kind in kinds.items():
            if name in self._names and any(main in kind for main in (*_MAIN, *_MAIN_MACROS)):
                return name
        if "word/document.xml" in self._names:
            return "word/document.xml"
        if "word/document2.xml" in self._names:
            return "word/document2.xml"
        if any(name.startswith("word/") for name in self._names):
            raise DocumentFormatError(
                "It is damaged: the part that holds a Word document's text is missing.",
                hint="Open it in Word and save it anew.",
            )
        raise DocumentFormatError("It packs files, but no Word document.")

    def _relations(self, part: str) -> dict[str, str]:
        """The names of the parts that ``part`` leads to, by the last word of the relation's type."""
        folder, name = posixpath.split(part)
        relations = self._tree(
            self._read(posixpath.join(folder, "_rels", f"{name}.rels"), "relations"), "relations"
        )
        found: dict[str, str] = {}
        for relation in relations if relations is not None else ():
            kind = (relation.get("Type") or "").rstrip("/").rpartition("/")[2].lower()
            target = unquote(relation.get("Target") or "")
            if target and relation.get("TargetMode") != "External":
                base = "" if target.startswith(("/", "\\")) else folder
                found.setdefault(kind, _plain_name(posixpath.join(base, target.lstrip("/\\"))))
        return found

    def _read(self, name: str, kind: str) -> bytes:
        if name not in self._names:
            return b""
        try:
            return self._package.read(self._names[name])
        except DocumentFormatError:
            self._warn(kind)
            return b""

    def _tree(self, data: bytes, kind: str) -> etree._Element | None:
        if not data:
            return None
        if len(data) > _LARGEST_PART:
            self._warn(kind)
            return None
        parser = xml_parser()
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            self._warn(kind)
            return None
        if root is None or has_errors(parser.error_log):
            self._warn(kind)
        if root is not None and root.getroottree().docinfo.internalDTD is not None:
            refuse_declarations()
        return root

    def _warn(self, kind: str) -> None:
        warning = ReadingWarning(f"Its part with the {kind} is damaged or too large.")
        if warning not in self.warnings:
            self.warnings.append(warning)


def _plain_name(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()
