"""Plain text -> lines, paragraphs and headings, told from how the lines stand.

Nothing marks structure in plain text but habit: blank lines, indents, labels (``II.``, ``A.``,
``3.1``, ``Appendix B``), underlines, and lines that hold only a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from index.reading.text import Block, Reading, SourceMap, TextBuilder

_LINE_END = re.compile(r"\r\n?|\n")
_ITEM = re.compile(r"[ \t]*(?:[-*•‣▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+\S")
_YEAR_LINE = re.compile(
    r"[ \t\f]*(?:\d{4}(?:[ \t]?[-–—/][ \t]?(?:\d{2}|\d{4}))?|\d{3}0s)[ \t]*:?[ \t]*"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:[a-z]{1,6})?\.?"
_DATE_LABEL = re.compile(
    rf"[ \t]*(?:(?:{_MONTH}[ \t]\d{{1,2}}|\d{{1,2}}[ \t]{_MONTH}|\d{{4}}-\d\d(?:-\d\d)?)\b[^:\n–—]{{0,30}}"
    rf"|(?:(?:Early|Mid|Late)[ -])?{_MONTH}(?:[ \t]?[-–][ \t]?{_MONTH})?(?:[ \t]\d{{4}})?"
    r"|(?:Spring|Summer|Autumn|Winter)(?:[ \t]\d{4})?|\d{4}s?)(?::[ \t]|[ \t][–—][ \t])\S"
)
_DAYS = r"\d{1,2}(?:[-–]\d{1,2})?"
_DAY = rf"(?:{_MONTH}[ \t]{_DAYS},?[ \t]\d{{4}}|{_DAYS}[ \t]{_MONTH}[ \t]\d{{4}}|\d{{4}}-\d\d-\d\d)"
_DAY_START = re.compile(rf"[ \t]*{_DAY}[ \t]*(?:[:–—-][ \t]*|[ \t])\S")
_CODE = re.compile(r"[@<>;=|{}\\]|\*\*|\bU\+")  # no title of prose holds these
_UNDERLINE = re.compile(r"[ \t]*(={3,}|-{3,}|~{3,})[ \t]*")
_LABELLED = re.compile(
    r"(?:(?P<keyword>Appendix|Annexe?|Chapter|Part|Section|Book|Schedule)[ \t]+(?P<which>[A-Z]|[IVXLC]+|\d+)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,4})\.?|(?P<letters>[IVXLC]{1,7}|[A-Z])\.)(?=[ \t:.—–-]|$)"
)
_PARTS = ("Book", "Part", "Chapter", "Section")  # each may hold those after it
_LONG_LINE = 130  # characters: no text is hard-wrapped wider
_LONG_HEADING = 120
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    stop: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" \t"))


def read_plain(text: str, encoding: str) -> Reading:
    """``text`` with line feeds alone as line ends, and its headings and paragraphs as blocks."""
    stored, source_map = unify_line_ends(text)
    lines = _lines(stored)
    blocks, title = _classify(list(_paragraphs(lines)))
    return Reading(stored, encoding, source_map, tuple(blocks), title=title, source=text)


def unify_line_ends(text: str) -> tuple[str, SourceMap]:
    """``text`` with every line end as one line feed, and the map back to ``text``."""
    builder = TextBuilder()
    position = 0
    for end in _LINE_END.finditer(text):
        if end[0] == "\n":
            continue
        builder.append(text[position : end.start()], position)
        builder.append("\n", end.end() - 1)  # of CR LF the second stands for both
        position = end.end()
    builder.append(text[position:], position)
    return builder.result()


def _lines(text: str) -> list[_Line]:
    lines = []
    start = 0
    for piece in text.split("\n"):
        lines.append(_Line(start, start + len(piece), piece))
        start += len(piece) + 1
    return lines


def _paragraphs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines that belong together, in order; blank lines are left out."""
    widths = [len(line.text) for line in lines if not line.blank]
    one_a_line = bool(widths) and median(widths) > _LONG_LINE
    group: list[_Line] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        if line.blank or (group and _begins_paragraph(line, group, following, one_a_line)):
            if group:
                yield group
            group = []
        if not line.blank:
            group.append(line)
    if group:
        yield group


def _begins_paragraph(
    line: _Line, group: Sequence[_Line], following: _Line | None, one_a_line: bool
) -> bool:
    before = group[-1]
    if one_a_line or len(before.text) > _LONG_LINE or "\f" in line.text:
        return True
    if _UNDERLINE.fullmatch(before.text) and len(group) == 2:
        return True
    if _YEAR_LINE.fullmatch(before.text) and len(group) == 1:
        return True
    if _YEAR_LINE.fullmatch(line.text):
        return _ends_sentence(before.text)
    if _DAY_START.match(line.text) and _DAY_START.match(group[0].text):
        return True
    if _ITEM.match(line.text) or _DATE_LABEL.match(line.text):
        return _ITEM.match(group[0].text) is not None or _ends_sentence(before.text)
    if _ITEM.match(group[0].text) and line.indent > group[0].indent:
        return False
    # A first-line indent opens a paragraph; a hanging indent goes on over several lines.
    if line.indent and not before.indent:
        alone = following is None or following.blank
        return _label(line.text) is not None if alone else not following.indent  # type: ignore[union-attr]
    return False


def _ends_sentence(text: str) -> bool:
    return text.rstrip().rstrip("”\"’')]").endswith((".", "!", "?", ":", ";"))


def _classify(groups: Sequence[Sequence[_Line]]) -> tuple[list[Block], str | None]:
    """The blocks that ``groups`` of lines are, and the title. A title without a mark is no block."""
    blocks: list[Block] = []
    title: str | None = None
    nesting = _Nesting()
    for number, group in enumerate(groups):
        first = group[0].text
        start = group[0].start + len(first) - len(first.lstrip())
        stop = group[-1].start + len(group[-1].text.rstrip())
        listed = any(_in_list(group, other) for other in groups[max(0, number - 1) : number + 2])
        level = None if listed else _heading(group, nesting)
        if level is not None:
            blocks.append(Block("heading", start, group[0].start + len(first.rstrip()), level))
            if number == 0 and not (_label(first) or _YEAR_LINE.fullmatch(first)):
                title = first.strip()
        elif number == 0 and len(groups) > 1 and len(group) == 1 and _titular(first):
            title = first.strip()
        else:
            blocks.append(Block("item" if _ITEM.match(first) else "text", start, stop))
    return blocks, title


def _in_list(group: Sequence[_Line], other: Sequence[_Line]) -> bool:
    """Whether both begin like items of one list: numbered headings have text between them."""
    return (
        group is not other
        and _ITEM.match(group[0].text) is not None
        and _ITEM.match(other[0].text) is not None
    )


def _titular(text: str) -> bool:
    if _ITEM.match(text) or _DATE_LABEL.match(text) or _DAY_START.match(text):
        return False
    text = text.strip()
    if _CODE.search(text):
        return False
    return len(text) <= _LONG_HEADING and not text.endswith((".", ",", ";", ":", "?", "!"))


def _heading(group: Sequence[_Line], nesting: _Nesting) -> int | None:
    """The depth of the heading that ``group`` is, 1 outermost; None if it is none."""
    text = group[0].text.strip()
    if len(group) == 2 and (rule := _UNDERLINE.fullmatch(group[1].text)):
        return nesting.under("rule" + rule[1][0])
    if len(group) > 1 or len(text) > _LONG_HEADING:
        return None
    if _YEAR_LINE.fullmatch(text):
        return nesting.under("year")
    if text.endswith((".", ",", ";")) or (text.endswith(":") and len(text) > 60):
        return None
    if label := _label(text):
        return nesting.labelled(label)
    letters = [char for char in text if char.isalpha()]
    if len(letters) >= 4 and len(text.split()) <= 12 and text == text.upper() != text.lower():
        return nesting.under("capitals")
    return None


def _label(text: str) -> re.Match[str] | None:
    """The label that ``text`` opens with, if words follow it and the whole is short enough."""
    text = text.strip()
    match = _LABELLED.match(text)
    if match is None or len(text) > _LONG_HEADING or text.endswith((".", ",", ";")):
        return None
    rest = text[match.end() :].strip(" \t:.—–-")
    if not rest:
        return match if match["keyword"] else None
    return match if rest[0].isupper() or (not rest[0].isalpha() and rest[0] in "“‘\"'") else None


class _Nesting:
    """Which kinds of heading are open, outermost first, and the last number of each.

    A labelled heading counts only where its label is due: the first of its kind, the next after the
    last, or the last again (some print ``A.`` twice). So an initial that starts a line is none.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []

    def under(self, kind: str) -> int:
        """The depth of a heading of a kind without numbers."""
        return self._place(kind, 0)

    def labelled(self, label: re.Match[str]) -> int | None:
        """The depth of a heading so labelled, or None where no such label is due."""
        if label["keyword"]:
            keyword = label["keyword"]
            outer = _PARTS[: _PARTS.index(keyword)] if keyword in _PARTS else ()
            self._open = [entry for entry in self._open if entry[0] in (*outer, keyword)]
            return self._place(keyword, 0)
        if label["decimal"]:
            parts = label["decimal"].split(".")
            return self._due(f"decimal{len(parts)}", [int(parts[-1])])
        letters = label["letters"]
        if len(letters) == 1 and (depth := self._due("letter", [ord(letters) - ord("A") + 1])):
            return depth
        if all(char in _ROMAN for char in letters):
            return self._due("roman", [_roman(letters)])
        return None

    def _due(self, kind: str, numbers: Sequence[int]) -> int | None:
        last = dict(self._open).get(kind)
        for number in numbers:
            if (last is None and number == 1) or (last is not None and last <= number <= last + 1):
                return self._place(kind, number)
            if last is not None and number == 1 and kind.startswith("decimal"):
                return self._place(kind, number)
        return None

    def _place(self, kind: str, number: int) -> int:
        kinds = [entry[0] for entry in self._open]
        if kind in kinds:
            del self._open[kinds.index(kind) :]
        self._open.append((kind, number))
        return len(self._open)


def _roman(numeral: str) -> int:
    total = 0
    for char, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN[char]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total
