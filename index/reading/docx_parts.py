"""What a Word document says outside its text: where its parts are, its styles, its numbering.

All of it is ECMA-376 part 1 (Office Open XML), transitional or strict.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
_LEVELS = 9  # of a list
_LONGEST_LABEL = 100  # characters of a label's pattern
_ON = ("1", "true", "on")


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
    parser = _parser(target)
    try:
        for start in range(0, len(data), _PORTION):
            parser.feed(data[start : start + _PORTION])
        parser.close()
    except etree.XMLSyntaxError:
        return False
    return not _errors(parser.feed_error_log)


def refuse_declarations() -> NoReturn:
    """Raise DocumentFormatError for a document type, in which entities are declared."""
    raise DocumentFormatError(
        "It declares XML entities, which no Word document may.",
        hint="Open it in Word and save it anew.",
    )


def _parser(target: Target | None = None) -> etree.XMLParser:
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


def _errors(log: etree._ListErrorLog) -> bool:
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
    return text is None or text.lower() in _ON


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
        parser = _parser()
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            self._warn(kind)
            return None
        if root is None or _errors(parser.error_log):
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


# ---------------------------------------------------------------- styles


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
            return self.outline + 1 if 0 <= self.outline < _LEVELS else 0
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
                if key[0] == "paragraph" and (value(style, "default") or "").lower() in _ON
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
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


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
        if instance is None or not 0 <= level < _LEVELS:
            return ""
        counts = instance.list.counts
        if not instance.used:
            instance.used = True
            for restarted in instance.restarts:
                counts[restarted] = None
        count = counts[level]
        counts[level] = self._first(instance, level) if count is None else count + 1
        for deeper in range(level + 1, _LEVELS):
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
            if not 1 <= which <= _LEVELS:
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
        if which is None or not 0 <= which < _LEVELS:
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
        if which is not None and 0 <= which < _LEVELS:
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


# ---------------------------------------------------------------- numerals

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SEQUENCES = {  # numbered from 1; beyond its end a number is shown in digits
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "aiueo": _KANA,
    "aiueoFullWidth": _KANA,
    "iroha": (
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウ"
        "ヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
    ),
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
}
_DIGITS = {
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "hindiNumbers": "०१२३४५६७८९",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
}
_HAN = "零一二三四五六七八九"
_HAN_COUNTING = {
    "chineseCounting": "零", "chineseCountingThousand": "零", "taiwaneseCounting": "零",
    "taiwaneseCountingThousand": "零", "japaneseCounting": "",
}  # fmt: skip
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
             "nine": "ninth", "twelve": "twelfth"}  # fmt: skip
_SIGNS = "*†‡§"
_PLAIN = {"none", "bullet"}


def numeral(count: int, style: str) -> str:
    """``count`` in one of Word's number formats (ST_NumberFormat); in digits where it has none."""
    if style in _PLAIN:
        return ""
    digits = str(count)
    if style in _DIGITS:
        return "".join(_DIGITS[style][int(digit)] for digit in digits if digit.isdigit())
    if style == "decimalZero":
        return digits.zfill(2)
    if style == "numberInDash":
        return f"- {digits} -"
    if style == "decimalEnclosedParen":
        return f"({digits})"
    if style == "decimalEnclosedFullstop":
        return f"{digits}."
    if count < 1 or count >= 10_000:
        return digits
    return _counted(count, style) or digits


def _counted(count: int, style: str) -> str:
    if style in _SEQUENCES:
        return _SEQUENCES[style][count - 1 : count]
    if style in _HAN_COUNTING:
        return _han(count, _HAN_COUNTING[style])
    match style:
        case "lowerRoman":
            return _roman(count).lower()
        case "upperRoman":
            return _roman(count)
        case "lowerLetter":
            return _repeated(count, _LATIN)
        case "upperLetter":
            return _repeated(count, _LATIN).upper()
        case "russianLower":
            return _repeated(count, _RUSSIAN)
        case "russianUpper":
            return _repeated(count, _RUSSIAN).upper()
        case "chicago":
            return _repeated(count, _SIGNS)
        case "ordinal":
            return f"{count}{_ending(count)}"
        case "cardinalText" if count < 100:
            return _in_words(count).capitalize()
        case "ordinalText" if count < 100:
            return _ordinal(_in_words(count)).capitalize()
        case _:
            return ""


def _roman(count: int) -> str:
    numerals = []
    for worth, sign in _ROMAN:
        numerals.append(sign * (count // worth))
        count %= worth
    return "".join(numerals)


def _repeated(count: int, letters: str) -> str:
    """After the last letter come the first twice, and so on: z, aa, bb."""
    times, which = divmod(count - 1, len(letters))
    return letters[which] * (times + 1) if times < 30 else ""


def _ending(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _in_words(count: int) -> str:
    if count < len(_UNITS):
        return _UNITS[count]
    tens, units = divmod(count, 10)
    return _TENS[tens] + (f"-{_UNITS[units]}" if units else "")


def _ordinal(words: str) -> str:
    front, dash, last = words.rpartition("-")
    if last in _ORDINALS:
        return front + dash + _ORDINALS[last]
    return front + dash + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def _han(count: int, gap: str) -> str:
    """``count`` up to 9999 in Chinese numerals; ``gap`` stands for places that are left out."""
    signs: list[str] = []
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = count // worth % 10
        if digit:
            one = digit == 1 and worth > 1 and (not gap or (worth == 10 and not signs))
            signs.append(("" if one else _HAN[digit]) + sign)
        elif signs and gap and signs[-1] != gap:
            signs.append(gap)
    while signs and signs[-1] == gap:
        signs.pop()
    return "".join(signs)


# ---------------------------------------------------------------- signs of fonts without Unicode

_SYMBOL = dict(
    zip(
        (*range(0x20, 0x7F), *range(0xA0, 0xF0), *range(0xF1, 0xFF)),
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
        "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": {
        0x20: " ", 0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●",
        0x6E: "■", 0x6F: "□", 0x71: "❑", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪",
        0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨",
        0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x54: "☒", 0xA3: "☐"},
    "wingdings 3": {0x22: "↑", 0x23: "↓", 0x7D: "▶"},
}  # fmt: skip


def sign_of_font(code: int, font: str) -> str | None:
    """The sign that ``font`` shows for a code of its own, or None where that is not known."""
    return _FONTS.get(font.lower().strip(), {}).get(code & 0xFF if code >= 0xF000 else code)
