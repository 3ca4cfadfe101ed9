"""The dates that begin the entries of a chronology: ``March 26: what happened``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from index.dates import scan_dates
from index.dates.atoms import Atom, Found, resolve
from index.dates.forms import Order
from index.dates.grammar import Grammar
from index.dates.words import BEGINNINGS, MONTHS, OPEN, SEASONS, VERBS, Words
from index.model import DateMention, Precision

MOST_LOOKED_AT = 200  # characters of an entry in which its date stands

#: What parts a date from the words behind it. "alone" nothing stands behind it, "line" only on the
#: next line, "column" white space as between columns, or a bar.
Sign = Literal[":", "dash", "column", "line", "alone", ")", ".", ",", " "]
STRONG: frozenset[Sign] = frozenset((":", "dash", "column", "line", "alone", ")"))

#: How much of a date the label has. A "day" is the day of a month told elsewhere, a "short" date has
#: a year of two digits, a "small" year no era and digits that need one. "after" counts from the entry
#: before ("Next day"), of one "far" away the year can't be kept, of a "lost" one nothing tells it.
Kind = Literal["date", "day", "short", "small", "after", "far", "lost"]

_LEAD = re.compile(r"[\s>#*_|;:•‣◦·▪●=+'–—-]*")
_ITEM = re.compile(r"(?:\(?[0-9]{1,3}[.)]|\([a-z]\))\s+")
_OPENING = re.compile(r"[(\[*_“\"']*")
_CLOSING = re.compile(r"[\])*_'”\"]{0,6}")
_FIRST = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_TIME = re.compile(
    r"(?:T|[ \t]+(?:at[ \t]+)?)[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?:[ \t]?(?:[ap]\.?m\.?|Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})(?!\w))?"
)
_ASIDE = re.compile(r"[ \t]*[(\[][^()\[\]\n]{1,40}[)\]](?=[ \t]*(?:[:|–—]|-{1,2}[ \t]|\n|\Z))")
_WEEKDAY = re.compile(
    r",?[ \t]*\(?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?\)?", re.I
)
_AFTER = re.compile(
    r"(?:(?P<same>(?:(?:on|in|later|that|the|this|very|earlier|also)[ \t]){0,3}(?:same|that)"
    r"|later[ \t]in[ \t]the)|(?:(?:on|in)[ \t])?(?:the[ \t])?(?:next|following))"
    r"[ \t](?P<unit>day|month|year)(?=[ \t]*[:.–—]|[ \t]+-{1,2}[ \t])",
    re.I,
)
_SEASON = re.compile(
    r"(?:(?P<part>early|mid|late)[ \t-]+)?(?:the[ \t]+)?(?P<season>spring|summer|autumn|fall|winter)"
    r"(?=[ \t]*[:–—]|[ \t]+-{1,2}[ \t])",
    re.I,
)
_FAR = re.compile(
    r"(?:(?:c\.|ca\.|circa|about|around|some|over|nearly|roughly|approximately)[ \t]+|[~≈±][ \t]*)?"
    r"[0-9][0-9.,]{0,12}(?:[ \t]?[–—-][ \t]?[0-9][0-9.,]{0,12})?[ \t]?(?:(?:thousand|million|billion)[ \t]+)?"
    r"(?:years?[ \t]+(?:ago|before[ \t]+(?:the[ \t]+)?present)|(?:[mbkg]\.?y\.?a\.?|Ma|Ga|ka|BP)(?![\w])"
    r"|(?<=[0-9]{2},[0-9]{3}[ \t])(?:B\.?C\.?E?\.?)(?!\w)|(?<=[0-9]{5}[ \t])(?:B\.?C\.?E?\.?)(?!\w)"
    r"|(?:thousand|million|billion|[MBK])[ \t]+(?:B\.?C\.?E?\.?)(?!\w))",
    re.I,
)
_TILDE = re.compile(r"[~≈±][ \t]*(?=[0-9])|(?:c\.|ca\.|circa)[ \t]+(?=A\.?D\b)", re.IGNORECASE)
_SIGN = re.compile(
    r"[ \t]*(?:(?P<colon>:(?![0-9/]))"
    r"|(?P<dash>\.?[ \t]?(?:[–—―−]|-{2,3}|(?<=[ \t.])-(?=[ \t])|(?<=\.)-)[–—-]?)"
    r"|(?P<column>\||…|\.{3,}|(?<=\S)\t|(?<=[ \t])[ \t](?=\S)|=>|→))"
    r"[*_'”\"\])]{0,4}[ \t]*[|]?"
)
_LINE = re.compile(r"[.:,]?[ \t]*\n\s*")
_LINE_END = re.compile(r"[ \t]*\n\s*")
_POINT = re.compile(r"\.[*_'”\"\])]{0,4}\s+(?=\S)")
_COMMA = re.compile(r",[*_'”\"\])]{0,4}\s+(?=\S)")
_BLANK = re.compile(r"[ \t\u00a0]+(?=\S)")
_ALONE = re.compile(r"[\s.:;,=*_#'”\"\])–—-]*\Z")
_JOINT = re.compile(r"[ \t]*[.,:;|(–—-]?[ \t]*\(?")

_CLOCKED = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+([A-Z][a-z]{2})[ \t]+([0-3]?[0-9])[ \t]+[0-2][0-9]:[0-5][0-9]"
    r"(?::[0-5][0-9])?[ \t]+(?:[A-Z]{2,5}[ \t]+|[+-][0-9]{4}[ \t]+)?([12][0-9]{3})(?!\w)"
)
_VERSION = re.compile(
    r"(?<![\w.])v?[0-9]+(?:\.[0-9]+)+|\b(?:version|release|revision)\s+v?[0-9]", re.I
)
_SURE_VERSION = re.compile(
    r"(?<![\w.])v[0-9]+\.|(?:^|[\s(\[])[0-9]+\.[0-9]+\.[0-9]+|\[[0-9.]{3,}\]"
    r"|\b(?:version|release|revision)\b|[^\W\d_]{2}[\s-]v?[0-9]+(?:\.[0-9]+)+(?![\w.])",
    re.I,
)
_UPDATED = re.compile(
    r"\b(?:updated|modified|changed|viewed|accessed|retrieved|copyright)\b|©", re.I
)
_ZONED = re.compile(rf"{_TIME.pattern}(?:[ \t]+(?:[A-Z]{{2,5}}(?!\w)|[+-][0-9]{{2}}:?[0-9]{{2}}))?")
_TAG = re.compile(r"[(\[][^()\[\]]{1,20}[)\]]")
_VERSION_NAME = re.compile(r"[\w+-]{1,30}[.][\w.+-]{1,30}")  # emacs-24.1
_WORDS_BEFORE = re.compile(r"\w")
_NAMED = re.compile(r"[^()\n]{2,60}[ \t]\(([^()\n]{4,40})\)[ \t]*(?::|[–—]|-(?=\s))[ \t]*(?=\S)")
_RELEASED = re.compile(r"\b(?:releas|publish|date|version|revision)", re.I)
_COMPACT = re.compile(
    r"((?:1[0-9]|20)[0-9]{2})(?:(0[1-9]|1[0-2])([0-2][0-9]|3[01])|\.([01]?[0-9])\.([0-3]?[0-9]))(?![\w]|[.,][0-9])"
)
_SHORT = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{2})(?![\w/]|[.-][0-9])")
_SHORT_NAMED = re.compile(
    r"([0-3]?[0-9])[ -]([A-Z][a-z]{2,8})\.?[ -]['’]?([0-9]{2})(?![\w/]|[.:-][0-9])"
)
_IN_YEAR = re.compile(r"([0-3]?[0-9])/([0-3]?[0-9])(?![\w/])")
_GLUED = re.compile(
    r"(c\.|ca\.|circa)?[ \t]*([0-9]{1,4})(B\.?C\.?(?:E\.?)?|A\.?D\.?|C\.?E\.?)?"
    r"(?:[ \t]?[–-][ \t]?([0-9]{1,4}))?(B\.?C\.?(?:E\.?)?|A\.?D\.?|C\.?E\.?)?(?!\w)",
    re.I,
)
_DAY = re.compile(
    r"(?:the[ \t]+)?([0-3]?[0-9])(st|nd|rd|th)?(?:[-–/]([0-3]?[0-9])(?:st|nd|rd|th)?)?(?![\w])",
    re.I,
)
_SMALL = re.compile(
    r"(c\.|ca\.|circa)?[ \t]*([0-9]{1,3})(?:[ \t]?[–-][ \t]?([0-9]{1,3}))?(?![\w%])", re.I
)
_WEEKDAYS = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?[ \t]*", re.I
)
_OF_AFTER = frozenset("on in later that the this same also next following earlier very".split())
_OF_FAR = frozenset("c ca circa about around some over nearly roughly approximately".split())
_STARTERS = BEGINNINGS | OPEN.keys() | {"from", "between", "the", "prior", "up"}


@dataclass(frozen=True, slots=True)
class DateLabel:
    """A date at the head of an entry, as its words say it; ``text[body:]`` is what happened."""

    found: Found  # of a "day" the month is 0, of a "short" or "small" date the year as written
    start: int
    stop: int
    body: int
    sign: Sign
    kind: Kind = "date"
    timed: bool = False  # a time of day follows the date
    release: bool = False  # a version's number stands beside it
    steps: int = 0  # of an "after" label: days, months or years from the entry before

    @property
    def yearless(self) -> bool:
        return self.kind == "date" and self.found.yearless

    @property
    def precision(self) -> Precision:
        atom = self.found.first or self.found.last
        return atom.precision if atom else Precision.YEAR


@dataclass(frozen=True, slots=True)
class Label:
    """The date that begins an entry of a chronology; ``text[body_start:]`` is what happened."""

    mention: DateMention
    body_start: int


def parse_label(text: str, *, year: int | None, order: Order | None = None) -> Label | None:
    """The date that begins an entry of a chronology, and where the entry's own words begin.

    ``March 26: what``, ``May 20-22: what``, ``(November 2014) – what``, ``7. June 2021 – what``: a
    date, then a colon, an en or em dash, or a hyphen with blanks round it; after a full date a
    blank is enough (``2022-09-07 what``). A bullet or an item's number may precede it. A date
    without a year has the heading's ``year``, marked as inferred; with neither, None. A list
    (``June 24 and 27: what``) becomes the interval from its first day to its last.
    """
    label = read_label(text, order=order)
    if label is None or label.kind != "date" or label.sign in ("alone", "line", ".", ","):
        return None
    if label.sign == " " and not _is_whole(label.found):
        return None
    try:
        known = resolve(label.found, year)
    except ValueError:
        return None
    why = "the heading" if label.found.yearless else ""
    words = text[label.start : label.stop]
    return Label(DateMention(known, label.start, label.stop, words, why), label.body)


def read_label(text: str, *, order: Order | None = None) -> DateLabel | None:
    """The date at the head of ``text``, what parts it from the words behind it, and where they begin.

    A bullet or an item's number may precede it. The year may be missing, or the month: whoever
    knows what stands around it fills it in.
    """
    text = text[:MOST_LOOKED_AT]
    start = _end(_LEAD, text, 0)
    for begin in (_end(_ITEM, text, start), start):
        at = _end(_OPENING, text, begin)
        opened = "(" in text[begin:at] or "[" in text[begin:at]
        first = _FIRST.match(text, at)
        if first is None:
            return None
        if label := _untold(text, at, first[0].lower(), opened):
            return label
        if label := _read_at(text, at, first[0], opened, order):
            return label
        if begin == start:
            break
    return None


def _read_at(text: str, at: int, first: str, opened: bool, order: Order | None) -> DateLabel | None:
    number = "0" <= first[0] <= "9"
    if not number and first.lower() not in _STARTERS and first not in "~≈±'’":
        return None
    if label := _of_clock(text, at, opened):
        return label
    after = _end(_TILDE, text, at)
    if label := _of_grammar(text, after, order, opened) or _of_digits(
        text, _end(_WEEKDAYS, text, after), opened, order
    ):
        if after > at:
            found = label.found
            found = replace(found, first=_about(found.first), last=_about(found.last))
            label = replace(label, found=found, start=at)
        return label
    return None


def _untold(text: str, at: int, first: str, opened: bool) -> DateLabel | None:
    """What takes its date, or its year, from elsewhere, or has none that can be kept.

    ``Later that month:``, ``Summer:``, ``66 million years ago:``.
    """
    if first in _OF_AFTER and (match := _AFTER.match(text, at)):
        precision = Precision(match["unit"].lower())
        atom = Atom(precision, None)
        label = _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened, "after")
        return replace(label, steps=0 if match["same"] else 1) if label else None
    if (first in SEASONS or first in ("early", "mid", "late", "the")) and (
        match := _SEASON.match(text, at)
    ):
        mark = "~" if match["part"] else ""
        atom = Atom(Precision.SEASON, None, SEASONS[match["season"].lower()], mark=mark)
        return _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened)
    if ("0" <= first[0] <= "9" or first in _OF_FAR or first in "~≈±") and (
        match := _FAR.match(text, at)
    ):
        atom = Atom(Precision.YEAR, None)
        label = _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened, "far")
        return label if label and label.sign in STRONG else None
    return None


def _of_clock(text: str, at: int, opened: bool) -> DateLabel | None:
    """``Fri Apr  7 15:14:43 PDT 2017``, as the C library writes it."""
    match = _CLOCKED.match(text, at)
    month = MONTHS.get(match[1].lower()) if match else None
    if match is None or month is None:
        return None
    atom = Atom(Precision.DAY, int(match[3]), month, int(match[2]))
    return _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened)


def read_release(text: str, *, order: Order | None = None) -> DateLabel | None:
    """The date of a line that names a release: ``Version 4.0 - released 2018-09-16``, ``9.1 (2022-04-15)``.

    The line is short, has a version's number and one date, to the day or month. The label's text
    is the line.
    """
    if len(text) > 120 or not _VERSION.search(text) or not {"\n", "\\", "{"}.isdisjoint(text):
        return None
    if _UPDATED.search(text):
        return None
    label = _only_date(text, order) or _only_short(text)
    if label is None:
        return None
    before, behind = text[: label.start], text[_end(_ZONED, text, label.stop) :]
    if not (_VERSION.search(before) or _VERSION.search(behind)):
        return None  # of the date itself: 04.05.2021
    behind = _TAG.sub("", behind).strip(" \t.,:;()[]*_#=–—-")
    if behind and not _VERSION_NAME.fullmatch(behind) and _WORDS_BEFORE.search(before):
        return None
    return replace(label, release=True)


def read_inner_label(text: str, *, order: Order | None = None) -> DateLabel | None:
    """The date in brackets behind a name: ``Harbour wall (May 1871): is begun``; no year alone.

    So books are listed.
    """
    match = _NAMED.match(text)
    if match is None:
        return None
    label = _only_date(match[1], order)
    if label is None or match[1][: label.start].strip() or match[1][label.stop :].strip(" ,."):
        return None
    start = match.start(1)
    return replace(label, start=start + label.start, stop=start + label.stop, body=match.end())


def read_release_line(text: str, *, order: Order | None = None) -> DateLabel | None:
    """The date of a line below a version's heading: ``Released on 2022-10-24``, ``*24-Oct-2022*``."""
    if len(text) > 80:
        return None
    label = _only_date(text, order)
    if label is None:
        return None
    rest = text[: label.start] + text[label.stop :]
    told = _RELEASED.search(rest) is not None or not any(map(str.isalnum, rest))
    return label if told else None


def counts_from_before(heading: str) -> bool:
    """Whether a heading is “Later that year” or the like, of the same year as the one before."""
    label = read_label(f"{heading[:60]}:")
    return label is not None and label.kind == "after" and label.steps == 0


def names_version(heading: str) -> bool:
    """Whether a heading names a release: ``v2.1.0``, ``What’s new in Foo 3.2``."""
    return len(heading) <= 120 and _VERSION.search(heading) is not None


def names_release(heading: str) -> bool:
    """Whether it is no chapter's number: ``v2.1``, ``[2.1.0]``, ``Release 2026f``, ``Foo 2.1``."""
    return _SURE_VERSION.search(heading) is not None


def _only_date(text: str, order: Order | None) -> DateLabel | None:
    dates = list(islice(scan_dates(text, order=order), 3))
    exact = [w for w in dates if (w.found.first or w.found.last) and not w.found.yearless]
    exact = [w for w in exact if w.found.first and w.found.first.month and not w.found.relation]
    if len(exact) != 1 or len(dates) > 2:
        return None
    (date,) = exact
    return DateLabel(date.found, date.start, date.stop, 0, ":")


def _only_short(text: str) -> DateLabel | None:
    """The one date with a year of two digits: ``Changes in 1.1.2 (19 March 98)``."""
    for match in islice(_SHORT_NAMED.finditer(text), 3):
        label = _of_digits(text, match.start(), True, None)
        if (
            label
            and label.kind == "short"
            and text[match.start() - 1 : match.start()] in ("", " ", "(")
        ):
            return replace(label, body=0, sign=":")
    return None


def _of_grammar(text: str, at: int, order: Order | None, opened: bool) -> DateLabel | None:
    words = Words(text, at)
    grammar = Grammar(words, order=order)
    read = grammar.expression(int(words[0].text == "the"))
    if not read:
        return None
    found = read[0]
    if len(read) > 1:
        found = Found(found.first, read[-1].last, found.i, read[-1].j, "range")
    start, stop = words[found.i].start, words[found.j - 1].stop
    atom = found.first or found.last
    if atom is None or _is_version(text, stop, found):
        return None
    if joined := _with_month(text, found, words, grammar):
        inner, stop = joined
        label = _behind(text, start, stop, inner, opened)
        pointed = text[words[found.j - 1].stop : stop].lstrip().startswith(".")
        if label and not (pointed and label.sign in ("alone", "line")):
            return label  # of "1990. January." the days below may be of other months
        stop = words[found.j - 1].stop
    return _behind(text, start, stop, found, opened)


def _about(atom: Atom | None) -> Atom | None:
    return replace(atom, mark="~") if atom and not atom.mark else atom


def _is_version(text: str, stop: int, found: Found) -> bool:
    """``2021.1`` and ``1914-A``: no date."""
    after = text[stop : stop + 2]
    if after[:1] in ("-", ".", "/") and after[1:].isalnum() and found.first is not None:
        return after[:1] != "." or after[1:].isdecimal() or not found.first.year
    return False


def _with_month(
    text: str, found: Found, words: Words, grammar: Grammar
) -> tuple[Found, int] | None:
    """``1914, June 28``, ``1914: 28 June``, ``1914 (June)``: the year and the day behind it as one."""
    year = found.first
    if found.relation or year is None or year.precision is not Precision.YEAR or year.year is None:
        return None
    joint = _JOINT.match(text, words[found.j - 1].stop)
    if joint is None or joint.end() >= len(text):
        return None
    rest = Words(text, joint.end())
    if not rest[0].is_number and rest[0].text not in _STARTERS:
        return None
    read = Grammar(rest, order=grammar.order).expression(int(rest[0].text == "the"))
    if not read or read[0].first is None or read[-1].last is None:
        return None
    first, last = read[0].first, read[-1].last
    if not (read[0].yearless and read[-1].yearless) or not first.month or not last.month:
        return None
    stop = rest[read[-1].j - 1].stop
    stop += "(" in joint[0] and text[stop : stop + 1] == ")"
    last_year = year.year + (first.in_year > last.in_year)
    whole = Found(
        replace(first, year=year.year, doubtful=False),
        replace(last, year=last_year, doubtful=False),
        found.i,
        found.j,
        "range" if len(read) > 1 or read[0].relation else "",
    )
    return whole, stop


def _of_digits(text: str, at: int, opened: bool, order: Order | None) -> DateLabel | None:
    """Dates that only a series of them shows: ``19140628``, ``28.6.14``, ``5th``, ``476``."""
    if match := _COMPACT.match(text, at):
        month, day = match[2] or match[4], match[3] or match[5]
        atom = Atom(Precision.DAY, int(match[1]), int(month), int(day))
        return _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened)
    if match := _SHORT.match(text, at):
        x, y, year = int(match[1]), int(match[3]), int(match[4])
        order = "dmy" if x > 12 else "mdy" if y > 12 else order
        if order is not None or x == y:
            day, month = (y, x) if order == "mdy" else (x, y)
            if 1 <= month <= 12 and 1 <= day <= 31:
                atom = Atom(Precision.DAY, year, month, day)
                found = Found(atom, atom, 0, 0)
                label = _behind(text, at, match.end(), found, opened, "short")
                return label if label and label.sign in STRONG else None  # no "3.3.14 Lamps"
        return None
    if match := _SHORT_NAMED.match(text, at):
        words = Words(match[2])
        named = Grammar(words).month(0)
        if named and words[named[1]].text == "":
            atom = Atom(Precision.DAY, int(match[3]), named[0], int(match[1]))
            return _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened, "short")
    if match := _IN_YEAR.match(text, at):
        x, y = int(match[1]), int(match[2])
        day, month = (x, y) if x > 12 or (order == "dmy" and y <= 12) else (y, x)
        if (order or max(x, y) > 12) and 1 <= month <= 12 and 1 <= day <= 31:
            atom = Atom(Precision.DAY, None, month, day)
            label = _behind(text, at, match.end(), Found(atom, atom, 0, 0), opened)
            return label if label and label.sign in STRONG else None
        return None
    about = text[max(0, at - 2) : at].strip() in ("~", "≈", "±")
    if not about and (match := _DAY.match(text, at)) and 1 <= int(match[1]) <= 31:
        first = Atom(Precision.DAY, None, 0, int(match[1]))
        last = replace(first, day=int(match[3])) if match[3] else first
        relation = "range" if match[3] else ""
        if 1 <= last.day <= 31 and first.day < last.day + (not relation):
            found = Found(first, last, 0, 0, relation, named=bool(match[2]))
            label = _behind(text, at, match.end(), found, opened, "day")
            strong = label is not None and label.sign in STRONG - {")"}  # no "[19]", "4)"
            if label and (strong or (match[2] and label.sign in (")", "."))):
                return label
    if label := _of_glued(text, at, opened):
        return label
    if (match := _SMALL.match(text, at)) and int(match[2]):
        mark = "~" if match[1] else ""
        first = Atom(Precision.YEAR, int(match[2]), mark=mark)
        last = Atom(Precision.YEAR, int(match[3] or match[2]), mark=mark)
        found = Found(first, last, 0, 0, "range" if match[3] else "")
        label = _behind(text, at, match.end(), found, opened, "small")
        return label if label and label.sign in STRONG - {"column"} else None
    return None


def _of_glued(text: str, at: int, opened: bool) -> DateLabel | None:
    """Years with their era and no blank between: ``499BC``, ``496BC–406BC``, ``70AD``."""
    match = _GLUED.match(text, at)
    if match is None or not (match[3] or match[5]) or not int(match[2]):
        return None
    eras = [(match[3] or match[5])[0].upper(), (match[5] or match[3])[0].upper()]
    numbers = [int(match[2]), int(match[4] or match[2])]
    years = [1 - n if era == "B" else n for n, era in zip(numbers, eras, strict=True)]
    if years[0] > years[1] or not numbers[1] or (match[3] and match[5] and not match[4]):
        return None
    mark = "~" if match[1] else ""
    first, last = (Atom(Precision.YEAR, year, mark=mark) for year in years)
    relation = "range" if match[4] else ""
    return _behind(text, at, match.end(), Found(first, last, 0, 0, relation), opened)


def _behind(
    text: str, start: int, stop: int, found: Found, opened: bool, kind: Kind = "date"
) -> DateLabel | None:
    """The label, if what follows the date parts it from words or it stands alone."""
    time = _TIME.match(text, stop)
    end = time.end() if time else stop
    end = _end(_WEEKDAY, text, end)
    if text[end : end + 1] == "?":
        end += 1
    closed = _end(_CLOSING, text, end)
    bracket = ")" in text[end:closed] or "]" in text[end:closed]
    if bracket and not (opened or "(" in text[start:end] or "[" in text[start:end]):
        return None  # text that goes on
    end = _end(_ASIDE, text, closed)
    sign, body = _sign(text, end, bracket)
    if sign is None:
        return None
    if sign == " " and _goes_on(text, body):
        return None
    return DateLabel(found, start, stop, body, sign, kind, time is not None)


def _sign(text: str, end: int, bracket: bool) -> tuple[Sign | None, int]:
    if _ALONE.match(text, end):
        return "alone", len(text)
    if match := _LINE.match(text, end):
        return "line", match.end()
    if match := _SIGN.match(text, end):
        sign: Sign = ":" if match["colon"] else "dash" if match["dash"] else "column"
        body = match.end()
        if line := _LINE_END.match(text, body):
            return sign, line.end()
        if body < len(text) or len(text) == MOST_LOOKED_AT:
            return sign, body
        return "alone", len(text)
    for pattern, weak in ((_POINT, "."), (_COMMA, ",")):
        if match := pattern.match(text, end):
            return (")" if bracket else weak), match.end()  # type: ignore[return-value]
    if match := _BLANK.match(text, end):
        return (")" if bracket else " "), match.end()
    return None, end


def _goes_on(text: str, body: int) -> bool:
    """Whether the words behind the date make a sentence of it: ``12 May 1999 was the day``."""
    word = _FIRST.match(text, body)
    return word is None or word[0].lower() in VERBS or word[0] in ("and", "or", "to", "in", "at")


def _is_whole(found: Found) -> bool:
    return all(a and a.precision is Precision.DAY and a.year for a in (found.first, found.last))


def _end(pattern: re.Pattern[str], text: str, pos: int) -> int:
    match = pattern.match(text, pos)
    return match.end() if match else pos


def read_trailing_label(text: str, *, order: Order | None = None) -> DateLabel | None:
    """The date that ends ``text`` in brackets or behind a dash: ``… [4 May 1886]``, ``… – May 1886``.

    Years alone are none: so books and films are listed.
    """
    match = _LAST_PIECE.search(text)
    if match is None:
        return None
    text = _DOTTED_DAY.sub(" ", text)
    words = Words(text, match.end())
    read = Grammar(words, order=order).expression(int(words[0].text == "the"))
    if len(read) != 1 or read[0].first is None:
        return None
    found, first = read[0], read[0].first
    start, stop = words[found.i].start, words[found.j - 1].stop
    exact = first.precision in (Precision.DAY, Precision.MONTH)
    if not exact or first.year is None or not _ALONE.match(text, stop):
        return None
    return DateLabel(found, start, stop, 0, "dash")


_DOTTED_DAY = re.compile(r"(?<=[0-9])\.(?=[ \t][^\W\d_]{3})")  # 11. January 1943
_LAST_PIECE = re.compile(
    r"(?<=[^\W_])[.!?,”\"’)]*(?:\s*[\[(]|\s+[–—]\s+|\s{3,}|\t)(?=[^\[\]()–—\t]{4,40}[)\]]?[.\s]*\Z)"
)
