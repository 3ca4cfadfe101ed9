"""A Word document's styles, and the numbers that its lists count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.reading.docx_parts import SWITCHED_ON, child, children, number, switched_on, value
from index.reading.numerals import numeral

LEVELS = 9  # of a list
_LONGEST_LABEL = 100  # characters of a label's pattern


@dataclass(frozen=True, slots=True)
class Style:
    """A style with all that it has from those that it is based on; None: it doesn't say."""

    name: str = ""  # in small letters: "heading 1", whatever the language of the program
    names: tuple[str, ...] = ()  # its own and of those it is based on
    outline: int | None = None  # 0 is outermost, 9 body text
    list_id: str | None = None
    list_level: int | None = None
    hidden: bool | None = None
    bold: bool | None = None
    size: int | None = None  # half points

    @property
    def heading(self) -> int:
        """The depth of the headings that it makes, 1 outermost; 0: it makes none."""
        if depth := _heading(self.name):
            return depth
        if self.outline is not None:
            return self.outline + 1 if 0 <= self.outline < LEVELS else 0
        return next(filter(None, map(_heading, self.names)), 0)

    @property
    def is_title(self) -> bool:
        named_so = "title" in self.name and "subtitle" not in self.name
        return named_so and "title" in self.names


def _heading(name: str) -> int:
    words, _, last = name.rpartition(" ")
    return int(last) if words == "heading" and last and last in "123456789" else 0


class Styles:
    """A document's styles by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements = {
            (value(style, "type") or "paragraph", value(style, "styleId") or ""): style
            for style in children(root, "style")
        }
        self._styles: dict[tuple[str, str], Style] = {}
        defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self.size = number(value(child(defaults, "sz")), 20) or 20
        self.language = value(child(defaults, "lang"))
        self.default = next(
            (
                key[1]
                for key, style in self._elements.items()
                if key[0] == "paragraph" and (value(style, "default") or "").lower() in SWITCHED_ON
            ),
            "",
        )

    def paragraph(self, style_id: str | None) -> Style:
        """The paragraph style of that id; without an id the default one."""
        return self._style("paragraph", self.default if style_id is None else style_id)

    def character(self, style_id: str) -> Style:
        """The character style of that id."""
        return self._style("character", style_id)

    def _style(self, kind: str, style_id: str) -> Style:
        chain: list[str] = []
        open_: set[str] = set()
        while style_id and style_id not in open_ and (kind, style_id) not in self._styles:
            chain.append(style_id)
            open_.add(style_id)
            style_id = value(child(self._elements.get((kind, style_id)), "basedOn")) or ""
        style = self._styles.get((kind, style_id), Style())
        for style_id in reversed(chain):
            element = self._elements.get((kind, style_id))
            style = _based_on(style, element, style_id)
            self._styles[kind, style_id] = style
        return style


def _based_on(base: Style, element: etree._Element | None, style_id: str) -> Style:
    name = (value(child(element, "name")) or "").lower().strip()
    if element is None:  # some programs leave the styles out, but keep Word's ids
        words = style_id.lower()
        digit = words[-1:]
        name = f"{words[:-1]} {digit}" if digit.isdigit() else words
    paragraph, run = child(element, "pPr"), child(element, "rPr")
    numbers = child(paragraph, "numPr")
    hidden, bold = child(run, "vanish"), child(run, "b")
    return Style(
        name,
        (name, *base.names[:20]),
        number(value(child(paragraph, "outlineLvl")), base.outline),
        value(child(numbers, "numId")) or base.list_id,
        number(value(child(numbers, "ilvl")), base.list_level),
        base.hidden if hidden is None else switched_on(value(hidden)),
        base.bold if bold is None else switched_on(value(bold)),
        number(value(child(run, "sz")), base.size),
    )


# ---------------------------------------------------------------- numbering


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    restart: int | None = None  # after a paragraph of this level or an outer one, counting from 1
    legal: bool = False  # all its numbers are shown in digits
    glued: bool = False  # nothing stands between label and text
    hidden: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A list that goes on through a document; several ids may stand for it."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(slots=True)
class _Instance:
    list: _List
    levels: dict[int, _Level]
    restarts: dict[int, int]
    used: bool = False


class Numbering:
    """Counts through a document's lists and gives each paragraph the label that Word shows."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        abstract = {value(entry, "abstractNumId"): entry for entry in children(root, "abstractNum")}
        linked = {
            value(child(entry, "styleLink")): key
            for key, entry in abstract.items()
            if child(entry, "styleLink") is not None
        }
        lists: dict[str | None, _List] = {}
        self._instances: dict[str, _Instance] = {}
        for entry in children(root, "num"):
            key = value(child(entry, "abstractNumId"))
            link = value(child(abstract.get(key), "numStyleLink"))
            key = linked.get(link, key) if link else key
            if key not in lists:
                lists[key] = _List(dict(_levels(abstract.get(key))))
            self._instances[value(entry, "numId") or ""] = _instance(entry, lists[key])

    def level_of(self, list_id: str, style_id: str) -> int:
        """The level of the list that is linked to a paragraph style."""
        instance = self._instances.get(list_id)
        levels = {**instance.list.levels, **instance.levels} if instance else {}
        return next((n for n, level in levels.items() if level.style == style_id), 0)

    def label(self, list_id: str, level: int) -> str:
        """The next label of that list and level with the blank after it; "" for bullets."""
        instance = self._instances.get(list_id)
        if instance is None or not 0 <= level < LEVELS:
            return ""
        counts = instance.list.counts
        if not instance.used:
            instance.used = True
            for restarted in instance.restarts:
                counts[restarted] = None
        count = counts[level]
        counts[level] = self._first(instance, level) if count is None else count + 1
        for deeper in range(level + 1, LEVELS):
            restart = _level(instance, deeper).restart
            if restart is None or level < restart:
                counts[deeper] = None
        return self._shown(instance, level)

    @staticmethod
    def _first(instance: _Instance, level: int) -> int:
        return instance.restarts.get(level, _level(instance, level).start)

    def _shown(self, instance: _Instance, level: int) -> str:
        told = _level(instance, level)
        if told.format == "bullet" or told.hidden:
            return ""
        pieces = []
        first, *rest = told.pattern.split("%")
        for piece in rest:
            which = number(piece[:1], 0) or 0
            if not 1 <= which <= LEVELS:
                pieces.append("%" + piece)
                continue
            count = instance.list.counts[which - 1]
            count = self._first(instance, which - 1) if count is None else count
            style = _level(instance, which - 1).format
            style = "decimal" if told.legal and style != "none" else style
            pieces.append(numeral(count, style) + piece[1:])
        label = "".join([first, *pieces]).strip()
        if not label or not any(char.isalnum() or char in "*†‡§" for char in label):
            return ""
        return label if told.glued else label + " "


def _level(instance: _Instance, level: int) -> _Level:
    return instance.levels.get(level) or instance.list.levels.get(level) or _Level()


def _instance(entry: etree._Element, list_: _List) -> _Instance:
    levels: dict[int, _Level] = {}
    restarts: dict[int, int] = {}
    for override in children(entry, "lvlOverride"):
        which = number(value(override, "ilvl"), -1)
        if which is None or not 0 <= which < LEVELS:
            continue
        start = number(value(child(override, "startOverride")))
        if start is not None:
            restarts[which] = start
        for level in children(override, "lvl"):
            levels[which] = _read_level(level)
    return _Instance(list_, levels, restarts)


def _levels(entry: etree._Element | None) -> Iterator[tuple[int, _Level]]:
    for level in children(entry, "lvl"):
        which = number(value(level, "ilvl"))
        if which is not None and 0 <= which < LEVELS:
            yield which, _read_level(level)


def _read_level(level: etree._Element) -> _Level:
    legal, hidden = child(level, "isLgl"), child(level, "rPr", "vanish")
    return _Level(
        number(value(child(level, "start")), 1) or 0,
        value(child(level, "numFmt")) or "decimal",
        (value(child(level, "lvlText")) or "")[:_LONGEST_LABEL],
        number(value(child(level, "lvlRestart"))),
        legal is not None and switched_on(value(legal)),
        value(child(level, "suff")) == "nothing",
        hidden is not None and switched_on(value(hidden)),
        value(child(level, "pStyle")),
    )
