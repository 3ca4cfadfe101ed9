"""Which lines are headings, and how deep: by label, by capitals and years, or by how they are printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from index.reading.lines import Line

ITEM = re.compile(
    r"[ \t]*(?:[-*•‣▪■□◦●○–·‐►➢✓]|o(?=[ \t]{2})|\(?\d{1,3}[.)]|\(?[a-z][.)]|\((?:[ivx]{1,5}|[A-Z])\))[ \t]+\S"
)
YEAR_LINE = re.compile(
    r"[ \t\f]*(?:[12]\d{3}(?:[ \t]?[-–—/][ \t]?(?:\d{2}|\d{4}))?|\d{3}0s)[ \t]*:?[ \t]*"
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
_CAPTION = re.compile(
    r"(?:Tab(?:le|elle|leau|ela|ella|\.)|Fig(?:ure|ur|ura|\.)|Abb(?:ildung|\.)|Chart|Graph|Exhibit|Map|Plate"
    r"|Cuadro|Gráfico|Quadro|Таблица|Рис(?:унок|\.))[ \t]*[A-Z]{0,2}\d|[表图圖図][ \t]*\d",
    re.IGNORECASE,
)
UNDERLINE = re.compile(r"[ \t]*(={3,}|-{3,}|~{3,})[ \t]*")
#: Drawn across the page, or stars between two scenes.
RULE = re.compile(r"[ \t]*(?:={20,}|-{20,}|_{20,}|~{20,}|[─━═]{20,}|\*[ \t]*\*[ \t]*\*[* \t]*)")
_CODE = re.compile(r"[@<>;=|{}\\]|\*\*|\bU\+")  # no title of prose holds these
#: Words that open a heading with a number, each with the English one that lies as deep.
_KEYWORDS = {
    "Appendix": "Appendix Annex Annexe Anhang Anlage Bijlage Allegato Anexo Приложение",
    "Title": "Title Titre Titel Titolo Título Volume Band Tome",
    "Book": "Book Livre Buch Libro",
    "Part": "Part Partie Teil Deel Parte Часть",
    "Chapter": "Chapter Chapitre Kapitel Hoofdstuk Capitolo Capítulo Глава",
    "Section": "Section Sec. Abschnitt Sectie Sezione Sección Seção Раздел §",
    "Article": "Article Art. Artikel Articolo Artículo Artigo Статья",
    "Schedule": "Schedule",
}
_DEPTH_LIKE = {
    form: english
    for english, words in _KEYWORDS.items()
    for word in words.split()
    for form in (word, word.upper())
}
_TWO_SENTENCES = re.compile(r"[^\W\d_]{5}[.!?](?:\[\d{1,4}\])?[ \t]+[^\W\d_a-z]")
_LABELLED = re.compile(
    rf"(?:(?P<keyword>{'|'.join(map(re.escape, sorted(_DEPTH_LIKE, reverse=True)))})"
    r"[ \t]*(?<![^\W\d_])(?P<which>[A-Z]|[IVXLC]+|\d+[a-zA-Z]?)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,4})\.?|(?P<letters>[IVXLC]{1,7}|[A-Z])\.)(?=[ \t:.—–-]|$)"
)
#: Each may hold those after it; an article with a Roman number holds sections.
_PARTS = ("Title", "Book", "Part", "Chapter", "Roman article", "Section", "Article")
LONG_HEADING = 120
Style = tuple[float, bool]
_SHARE_OF_TEXT = 0.15
_MANY_LINES = 40
_MOST_MISSED = 3  # headings one after the other that damage may have made unreadable
_RULE = 20  # signs: a rule so much longer than the line above underlines nothing
_WRAPPED = 40  # letters of a heading that may go on on a second line
_TERSE = 80  # letters of a heading that ends with a full stop
#: What a heading has at least one of; the letters of a formula, however large, are no words.
_A_WORD = re.compile(
    r"[^\W\d_]{3}|[A-Z]{2}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LONG_PRINTED = 200  # of a heading that its letters tell
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SMALL = 0.95  # so small is no heading
_VERY_LARGE = 1.25
_LARGE = 1.09  # times the height of most letters: so a heading, if it is short


def is_underlined(group: Sequence[Line]) -> bool:
    """Whether ``group`` is a line with a rule below that is about as long."""
    if len(group) != 2 or RULE.fullmatch(group[0].text) or not UNDERLINE.fullmatch(group[1].text):
        return False
    text, rule = group[0].words, group[1].words
    return len(rule) < _RULE or (not ends_open(text) and len(rule) <= len(text) + _RULE)


def is_titular(text: str) -> bool:
    """Whether a document's first line may be its title."""
    if ITEM.match(text) or DATE_LABEL.match(text) or DAY_START.match(text):
        return False
    text = text.strip()
    if _CODE.search(text) or _TWO_SENTENCES.search(text):
        return False
    return len(text) <= LONG_HEADING and not text.endswith((".", ",", ";", ":", "?", "!"))


def label_of(text: str) -> re.Match[str] | None:
    """The label that ``text`` opens with, if words follow it and the whole is short enough."""
    text = text.strip()
    match = _LABELLED.match(text)
    if match is None or len(text) > LONG_HEADING or is_contents(text):
        return None
    if DATE_LABEL.match(text) or DAY_START.match(text):
        return None
    if ends_open(text) and not (match["keyword"] and _is_terse(text[match.end() :])):
        return None
    rest = text[match.end() :].strip(" \t:.—–-")
    if not rest:
        return match if match["keyword"] else None
    return match if rest[0].isupper() or (not rest[0].isalpha() and rest[0] in "“‘\"'") else None


def opens_part(text: str) -> bool:
    """Whether ``text`` opens like a part of a law or a book, whatever follows: ``Sec. 4. No ship …``."""
    label = _LABELLED.match(text.lstrip())
    return label is not None and label["keyword"] is not None


def ends_open(text: str) -> bool:
    """Whether ``text`` ends as headings do not."""
    return text.endswith((".", ",", ";"))


def _is_terse(rest: str) -> bool:
    """Whether what follows a label may be a heading in spite of its full stop: ``CHAPTER II.``"""
    words = rest.strip(" \t:.—–-")
    return rest.endswith(".") and (not words or (in_capitals(words) and len(words) < _TERSE))


def is_caption(text: str) -> bool:
    """Whether ``text`` names a table or a figure: it stands by that, not over what follows."""
    return _CAPTION.match(text) is not None


def is_contents(text: str) -> bool:
    """Whether ``text`` is a line of a table of contents, with dots up to its page."""
    dots = text.rstrip("0123456789ivxlcIVXLC \t")
    return dots.endswith((". . .", "....", "……", "·····", "____", ". ."))


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading under which the text stands: what kind it is, its number, how it is printed."""

    kind: str
    number: int
    style: Style | None = None


class Nesting:
    """Which kinds of heading are open, outermost first, and the last number of each.

    A labelled heading counts only where its label is due: the first of its kind, the next after the
    last, or the last again (some print ``A.`` twice). So an initial that starts a line is none.
    """

    def __init__(self, *, printed: bool = False, of_text: Set[Style] = frozenset()) -> None:
        self._open: list[_Open] = []
        self._printed = printed  # letters have sizes
        self._of_text = of_text  # how running text is printed, which tells no heading

    def depth(self, group: Sequence[Line]) -> int | None:
        """The depth of the heading that a group of lines is, 1 outermost; None if it is none."""
        first = group[0]
        text = first.words
        if all(line.heading for line in group):
            return self._outlined(first)
        if any(line.kind != "text" for line in group) or is_caption(text):
            return None
        if is_underlined(group) and (rule := UNDERLINE.fullmatch(group[1].text)):
            return self.under("rule" + rule[1][0])
        if self._printed and (depth := self._by_print(group)):
            return depth
        if len(group) == 2 and len(text) >= _WRAPPED and label_of(text):
            text = f"{text} {group[1].words}"
        elif len(group) > 1:
            return None
        if len(text) > LONG_HEADING:
            return None
        if YEAR_LINE.fullmatch(text):
            return self.under("year") if first.size >= _SMALL else None
        if label := label_of(text):
            return self._labelled(label, style_of(first) if self._printed else None)
        if ends_open(text) or (text.endswith(":") and len(text) > 60):
            return None
        if in_capitals(text):
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
        self._open.append(_Open(kind, 0, style_of(line)))
        return len(self._open)

    def _by_print(self, group: Sequence[Line]) -> int | None:
        """A short group of larger or bold letters: the larger, the further out."""
        text = " ".join(line.words for line in group)
        style = style_of(group[0])
        if style in self._of_text:
            return None
        large = all(line.size >= _LARGE for line in group)
        bold = all(line.bold for line in group)
        if len(text) > _LONG_PRINTED or len(group) > 4 or not _A_WORD.search(text):
            return None
        if ends_open(text) and any(line.size < _VERY_LARGE for line in group):
            return None  # a sentence, set a little larger
        if not large and (not bold or text.endswith((".", ",", ";", ":")) or len(group) > 3):
            return None
        if (ITEM.match(text) and label_of(text) is None) or is_contents(text):
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

    def _labelled(self, label: re.Match[str], style: Style | None = None) -> int | None:
        """The depth of a heading so labelled, or None where no such label is due."""
        if label["keyword"]:
            keyword = _DEPTH_LIKE[label["keyword"]]
            if keyword == "Article" and not label["which"][0].isdecimal():
                keyword = "Roman article"
            outer = _PARTS[: _PARTS.index(keyword)] if keyword in _PARTS else ()
            self._open = [entry for entry in self._open if entry.kind in (*outer, keyword)]
            return self._place(_Open(keyword, 0, style))
        if label["decimal"]:
            parts = [int(part) for part in label["decimal"].split(".")]
            kind = f"decimal{len(parts)}"
            if len(parts) > 1 and self._is_under(parts):
                return self._place(_Open(kind, parts[-1], style))
            return self._due(kind, parts[-1], style)
        letters = label["letters"]
        if len(letters) == 1 and (depth := self._due("letter", ord(letters) - ord("A") + 1, style)):
            return depth
        if all(char in _ROMAN for char in letters):
            return self._due("roman", _roman(letters), style)
        return None

    def _is_under(self, parts: Sequence[int]) -> bool:
        """Whether a number like 1.3 goes on below the open headings, a few missing at most."""
        open_ = {entry.kind: entry.number for entry in self._open}
        above = enumerate(parts[:-1], 1)
        last = open_.get(f"decimal{len(parts)}", 0)
        within = all(open_.get(f"decimal{depth}") == number for depth, number in above)
        return within and last < parts[-1] <= last + _MOST_MISSED

    def _due(self, kind: str, number: int, style: Style | None) -> int | None:
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


def style_of(line: Line) -> Style:
    """How large its letters are, and whether they are bold."""
    return round(line.size, 1), line.bold


def text_styles(lines: Sequence[Line]) -> Set[Style]:
    """How running text is printed: any way that a good part of many lines share."""
    letters: Counter[Style] = Counter()
    times: Counter[Style] = Counter()
    for line in lines:
        letters[style_of(line)] += len(line.text)
        times[style_of(line)] += 1
    least = _SHARE_OF_TEXT * letters.total()
    return {style for style in letters if letters[style] > least and times[style] >= _MANY_LINES}


def in_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and len(text.split()) <= 12 and text == text.upper() != text.lower()


def _roman(numeral: str) -> int:
    total = 0
    for char, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN[char]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total
