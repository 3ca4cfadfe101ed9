"""Which lines are headings, and how deep: by label, by capitals and years, or by how they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.reading.lines import Line

ITEM = re.compile(
    r"[ \t]*(?:[-*•‣▪■□◦●○–·‐►➢✓]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\((?:[ivx]{1,5}|[A-Z])\))[ \t]+\S"
)
YEAR_LINE = re.compile(
    r"[ \t\f]*(?:\d{4}(?:[ \t]?[-–—/][ \t]?(?:\d{2}|\d{4}))?|\d{3}0s)[ \t]*:?[ \t]*"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:[a-z]{1,6})?\.?"
DATE_LABEL = re.compile(
    rf"[ \t]*(?:(?:{_MONTH}[ \t]\d{{1,2}}|\d{{1,2}}[ \t]{_MONTH}|\d{{4}}-\d\d(?:-\d\d)?)\b[^:\n–—]{{0,30}}"
    rf"|(?:(?:Early|Mid|Late)[ -])?{_MONTH}(?:[ \t]?[-–][ \t]?{_MONTH})?(?:[ \t]\d{{4}})?"
    r"|(?:Spring|Summer|Autumn|Winter)(?:[ \t]\d{4})?|\d{4}s?)(?::[ \t]|[ \t][–—][ \t])\S"
)
_DAYS = r"\d{1,2}(?:[-–]\d{1,2})?"
_DAY = rf"(?:{_MONTH}[ \t]{_DAYS},?[ \t]\d{{4}}|{_DAYS}[ \t]{_MONTH}[ \t]\d{{4}}|\d{{4}}-\d\d-\d\d)"
DAY_START = re.compile(rf"[ \t]*{_DAY}[ \t]*(?:[:–—-][ \t]*|[ \t])\S")
UNDERLINE = re.compile(r"[ \t]*(={3,}|-{3,}|~{3,})[ \t]*")
_CODE = re.compile(r"[@<>;=|{}\\]|\*\*|\bU\+")  # no title of prose holds these
_LABELLED = re.compile(
    r"(?:(?P<keyword>Appendix|Annexe?|Chapter|Part|Section|Book|Schedule|Title|Article|APPENDIX|ANNEXE?"
    r"|CHAPTER|PART|SECTION|BOOK|SCHEDULE|TITLE|ARTICLE)[ \t]+(?P<which>[A-Z]|[IVXLC]+|\d+)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,4})\.?|(?P<letters>[IVXLC]{1,7}|[A-Z])\.)(?=[ \t:.—–-]|$)"
)
_PARTS = ("Title", "Book", "Part", "Chapter", "Section", "Article")  # each may hold those after it
LONG_HEADING = 120
_LONG_PRINTED = 200  # of a heading that its letters tell
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_LARGE = 1.09  # times the height of most letters: so a heading, if it is short


def is_titular(text: str) -> bool:
    """Whether a document's first line may be its title."""
    if ITEM.match(text) or DATE_LABEL.match(text) or DAY_START.match(text):
        return False
    text = text.strip()
    if _CODE.search(text):
        return False
    return len(text) <= LONG_HEADING and not text.endswith((".", ",", ";", ":", "?", "!"))


def label_of(text: str) -> re.Match[str] | None:
    """The label that ``text`` opens with, if words follow it and the whole is short enough."""
    text = text.strip()
    match = _LABELLED.match(text)
    if match is None or len(text) > LONG_HEADING or text.endswith((".", ",", ";")):
        return None
    rest = text[match.end() :].strip(" \t:.—–-")
    if not rest:
        return match if match["keyword"] else None
    return match if rest[0].isupper() or (not rest[0].isalpha() and rest[0] in "“‘\"'") else None


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading under which the text stands: what kind it is, its number, how it is printed."""

    kind: str
    number: int
    style: tuple[float, bool] | None = None


class Nesting:
    """Which kinds of heading are open, outermost first, and the last number of each.

    A labelled heading counts only where its label is due: the first of its kind, the next after the
    last, or the last again (some print ``A.`` twice). So an initial that starts a line is none.
    """

    def __init__(self, *, printed: bool = False) -> None:
        self._open: list[_Open] = []
        self._printed = printed  # letters have sizes

    def depth(self, group: Sequence[Line]) -> int | None:
        """The depth of the heading that a group of lines is, 1 outermost; None if it is none."""
        first = group[0]
        text = first.words
        if all(line.heading for line in group):
            return self._outlined(first)
        if any(line.kind != "text" for line in group):
            return None
        if len(group) == 2 and (rule := UNDERLINE.fullmatch(group[1].text)):
            return self.under("rule" + rule[1][0])
        if self._printed and (depth := self._by_print(group)):
            return depth
        if len(group) > 1 or len(text) > LONG_HEADING:
            return None
        if YEAR_LINE.fullmatch(text):
            return self.under("year")
        if text.endswith((".", ",", ";")) or (text.endswith(":") and len(text) > 60):
            return None
        if label := label_of(text):
            return self._labelled(label, _style(first) if self._printed else None)
        if _in_capitals(text):
            return self.under("capitals")
        return None

    def under(self, kind: str) -> int:
        """The depth of a heading of a kind without numbers."""
        return self._place(_Open(kind, 0))

    def _outlined(self, line: Line) -> int:
        """A heading of the file's own outline lies as deep as that says."""
        kind = f"outline{line.heading}"
        self._open = [
            entry
            for entry in self._open
            if entry.kind.startswith("outline") and int(entry.kind[7:]) < line.heading
        ]
        self._open.append(_Open(kind, 0, _style(line)))
        return len(self._open)

    def _by_print(self, group: Sequence[Line]) -> int | None:
        """A short group of larger or bold letters: the larger, the further out."""
        text = " ".join(line.words for line in group)
        style = _style(group[0])
        large = all(line.size >= _LARGE for line in group)
        bold = all(line.bold for line in group)
        if len(text) > _LONG_PRINTED or len(group) > 4 or not any(char.isalpha() for char in text):
            return None
        if not large and (not bold or text.endswith((".", ",", ";", ":")) or len(group) > 3):
            return None
        if ITEM.match(text) and label_of(text) is None:
            return None
        label = label_of(text)
        if label and label["decimal"] and (depth := self._labelled(label, style)):
            return depth
        for position, entry in enumerate(self._open):
            if entry.style == style:
                del self._open[position:]
                break
        else:
            self._open = [entry for entry in self._open if entry.style and entry.style > style]
        self._open.append(_Open(f"printed{style}", 0, style))
        return len(self._open)

    def _labelled(
        self, label: re.Match[str], style: tuple[float, bool] | None = None
    ) -> int | None:
        """The depth of a heading so labelled, or None where no such label is due."""
        if label["keyword"]:
            keyword = label["keyword"].title()
            outer = _PARTS[: _PARTS.index(keyword)] if keyword in _PARTS else ()
            self._open = [entry for entry in self._open if entry.kind in (*outer, keyword)]
            return self._place(_Open(keyword, 0, style))
        if label["decimal"]:
            parts = label["decimal"].split(".")
            return self._due(f"decimal{len(parts)}", int(parts[-1]), style)
        letters = label["letters"]
        if len(letters) == 1 and (depth := self._due("letter", ord(letters) - ord("A") + 1, style)):
            return depth
        if all(char in _ROMAN for char in letters):
            return self._due("roman", _roman(letters), style)
        return None

    def _due(self, kind: str, number: int, style: tuple[float, bool] | None) -> int | None:
        last = next((entry.number for entry in self._open if entry.kind == kind), None)
        first = number == 1 and (last is None or kind.startswith("decimal"))
        if first or (last is not None and last <= number <= last + 1):
            return self._place(_Open(kind, number, style))
        return None

    def _place(self, heading: _Open) -> int:
        kinds = [entry.kind for entry in self._open]
        if heading.kind in kinds:
            del self._open[kinds.index(heading.kind) :]
        self._open.append(heading)
        return len(self._open)


def _style(line: Line) -> tuple[float, bool]:
    return round(line.size, 1), line.bold


def _in_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and len(text.split()) <= 12 and text == text.upper() != text.lower()


def _roman(numeral: str) -> int:
    total = 0
    for char, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN[char]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total
