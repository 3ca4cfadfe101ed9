"""Headings that are dates: ``2021``, ``The year 1848``, ``March 1917``, ``[2.1.0] - 2024-05-06``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.dates import find_dates
from index.dates.atoms import Atom, Found, impossible
from index.dates.course import Month
from index.dates.forms import Order
from index.dates.grammar import Grammar
from index.dates.words import DASHES, Words
from index.model import Document, Precision, one_line

MAX_HEADING = 120  # characters; a longer one is a sentence

_NUMBERING = re.compile(
    r"(?:(?:chapter|part|book|section|appendix|volume|act|day|week)\s+)?"
    r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[ivxlc]{1,7}|[a-z])(?:[.:)]|\s[–—-]|(?<=[0-9])\s(?=[a-z]))\s*"
    r"|(?:chapter|part|book)\s+[a-z]{3,12}\s*[:.–—-]\s*",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?:(?:version|release|revision|rev|ver)\.?\s+)?\[?v?[0-9]{1,6}(?:\.[0-9A-Za-z+_-]{1,20}){1,6}\]?"
    r"(?:\s*[-–—:/|,]\s+|\s+(?:on|released)\s+|\s+(?=[(\[]))",
    re.IGNORECASE,
)
_LEADS = (
    re.compile(
        r"(?:the\s+)?(?:main\s+|major\s+|key\s+|notable\s+)?"
        r"(?:events?|chronology|timeline|calendar|history|diary|log|record|year)\s+"
        r"(?:(?:of|in|for|during|from)\s+)?(?:the\s+year\s+)?",
        re.IGNORECASE,
    ),
    re.compile(r"(?:in|of|during|anno|from)\s+(?:the\s+year\s+)?", re.IGNORECASE),
    re.compile(r"the\s+(?:years?\s+|months?\s+of\s+)?", re.IGNORECASE),
    re.compile(r"years?\s+|months?\s+of\s+", re.IGNORECASE),
)
_TAIL = re.compile(
    r"(?:\s*[)\]*_.:;,–—-]|\s+\(?(?:continued|cont['’.]?d\.?|events?)\)?)*\s*\Z", re.IGNORECASE
)
_TITLED = re.compile(r"[)\]*_]{0,4}(?:\s*:\s|\s+[–—-]\s|\.\s|\s*—)[\s*_]*(?=\S)")
_YEAR_IN = re.compile(r"([0-9]{4})\s+in\s+\S|.{3,60}?\bin\s+([0-9]{4})\Z")
_FEWEST_MONTHS = 2  # as headings, for a title with a year to be that of all
_MOST_YEARS = 12  # of a heading that limits what stands below it
_EXACT = frozenset((Precision.YEAR, Precision.MONTH, Precision.DAY))
_YEAR = re.compile(r"[12][0-9]{3}")
_MARKED = re.compile(r"(={2,6})[ \t]*([^=\n][^\n]{0,119}?)[ \t]*\1")
_OPENING = " \t\n>#*_=•([{—–-"


@dataclass(frozen=True, slots=True)
class HeadingDate:
    """The date that a heading is. Years are astronomical: 0 is 1 BC."""

    precision: Precision  # of its coarser end
    first: Atom  # as the grammar read it; the year of "March" is None
    last: Atom  # the same, unless it is a range
    titled: bool = False  # words follow the date: "1917: The Revolution", which may be a title

    @property
    def year(self) -> int | None:
        """The one year that it lies in; None for "March", decades, centuries and 1848–49."""
        exact = not {self.first.precision, self.last.precision} & {
            Precision.DECADE,
            Precision.CENTURY,
        }
        return self.first.year if exact and self.first.year == self.last.year else None

    @property
    def month(self) -> int | None:
        """The one month that it lies in, 1 to 12: that of "March", "March 1917" and 6 March 1917."""
        same = self.first.month == self.last.month and self.first.year == self.last.year
        whole = {self.first.precision, self.last.precision} <= {Precision.MONTH, Precision.DAY}
        return self.first.month if same and whole else None

    @property
    def day(self) -> int | None:
        """The day that it is; None for anything longer."""
        one = self.first == self.last and self.first.precision is Precision.DAY
        return self.first.day if one else None

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year that it reaches over; None for "March"."""
        if self.first.year is None or self.last.year is None:
            return None
        spans = {Precision.DECADE: 9, Precision.CENTURY: 99}
        return self.first.year, self.last.year + spans.get(self.last.precision, 0)

    @property
    def yearless(self) -> bool:
        """Whether it is a month or day of a year that stands elsewhere: "March", "5 May"."""
        return self.first.year is None and self.last.year is None


def heading_date(text: str, *, order: Order | None = None) -> HeadingDate | None:
    """The date that the heading ``text`` is, or None: a date among other words is no such date.

    A number ("3.", "II.", "Chapter 3:"), a version ("[2.1.0] -") or words such as "The year" and
    "Events of" may stand before it. What follows it after a colon, a dash or a full stop makes it
    ``titled``: to be trusted where the headings beside it are dates as well.
    """
    line = one_line(text).strip("*_ ")
    if not line or len(line) > MAX_HEADING:
        return None
    for start in _starts(line):
        words = Words(line, start)
        read = Grammar(words, order=order).expression(0)
        if any(impossible(found) for found in read):
            return None  # of "31 February 2021" nothing is left
        if found := _whole(line, words, read):
            return found
    return None


def is_series(dates: Sequence[HeadingDate]) -> bool:
    """Whether headings that stand beside each other count time: two or more, never going back."""
    spans = [date.years for date in dates]
    known = [span[0] for span in spans if span is not None]
    return len(known) > 1 and known == sorted(known) and known[0] != known[-1]


def _starts(line: str) -> list[int]:
    """Where the date may begin: at the first word, or after what may stand before it."""
    start = len(line) - len(line.lstrip(_OPENING))
    starts = [start]
    for pattern in (_VERSION, _NUMBERING):
        if match := pattern.match(line, start):
            starts.append(match.end())
    for begin in starts[:]:
        for lead in _LEADS:
            if match := lead.match(line, begin):
                starts.append(match.end())
                break
    return [len(line) - len(line[start:].lstrip(_OPENING)) for start in starts]


def _whole(line: str, words: Words, read: list[Found]) -> HeadingDate | None:
    """The date that the rest of the line is, or begins with and a title follows."""
    found = _joined(read) if read else None
    if found is None or found.first is None or found.last is None:
        return None
    stop = words[found.j - 1].stop
    titled = not _TAIL.match(line, stop)
    if titled and not _TITLED.match(line, stop):
        return None
    if words[found.j].text in DASHES and words[found.j + 1].is_number:
        return None  # "2019–x"
    if titled and found.yearless and found.first.precision is not Precision.DAY:
        return None  # "March: a memoir"
    first, last = _both_years(found.first, found.last)
    precision = max(found.first.precision, found.last.precision, key=list(Precision).index)
    return HeadingDate(precision, first, last, titled)


def _both_years(first: Atom, last: Atom) -> tuple[Atom, Atom]:
    """Both ends of a range, of which one says the year of both: "March–April 1917"."""
    turns = (first.month, first.day) > (last.month, last.day)
    if first.year is None and last.year is not None:
        return replace(first, year=last.year - turns), last
    if last.year is None and first.year is not None:
        return first, replace(last, year=first.year + turns)
    return first, last


def _joined(read: list[Found]) -> Found | None:
    """A single date, or a list from its first to its last member."""
    if len(read) == 1:
        return read[0] if read[0].relation in ("", "range") else None
    return Found(read[0].first, read[-1].last, read[0].i, read[-1].j, "range")


# ---------------------------------------------------------------- what a document's headings tell


@dataclass(frozen=True, slots=True)
class Limits:
    """The months between which all that stands below a heading lies: "The war of 1776–1777"."""

    first: Month
    last: Month
    source: str  # in words


@dataclass(frozen=True, slots=True)
class Dated:
    """What the headings over a section tell of the dates in it that say less."""

    year: int | None  # the one year that all of it lies in
    month: int | None  # the one month
    inferred_from: str  # in words: "the heading “2021”", "the headings “March” and “1917”"
    year_from: str  # what of that tells the year
    heading: HeadingDate | None = None  # its own heading, if that is a date
    limits: Limits | None = None  # of the innermost heading that names years


UNDATED = Dated(None, None, "", "")


def dated_sections(document: Document, *, order: Order | None = None) -> tuple[Dated, ...]:
    """What headings tell of each section of ``document``.

    The innermost heading that is a date counts, a month within the year above it. A month beside
    years, not below one ("1917", "March", "April"), is of the year before it. A decade or some
    years over a section tell no year, whatever stands above them. A heading whose date is followed
    by more words counts if months or days stand below it, or such dates beside it rise; so does the
    document's title.
    """
    sections = document.sections
    parents = _parents([section.level for section in sections])
    dates = [heading_date(s.path[-1], order=order) if s.path else None for s in sections]
    trusted = _trusted(dates, parents)
    title = _title_date(document, dates, order)
    over_all = UNDATED
    if title is not None:
        source = f"the title “{one_line(document.title)}”"
        over_all = Dated(title.year, title.month, source, source)
    told: list[Dated] = []
    year_beside: dict[int | None, Dated] = {}  # parent: its last child that names one year
    for number, section in enumerate(sections):
        parent = parents[number]
        above = over_all if parent is None else told[parent]
        date = dates[number] if trusted[number] else None
        if date is None:
            limits = _limits(section.path[-1], order) if section.path else None
            told.append(replace(above, heading=None, limits=limits or above.limits))
            continue
        name = one_line(section.path[-1])
        if date.yearless:
            of_year = above if above.year is not None else year_beside.get(parent, UNDATED)
            told.append(_month_under(of_year, date, name))
            continue
        source = f"the heading “{name}”"
        limits = _limits(name, order)
        told.append(Dated(date.year, date.month, source, source, date, limits))
        year_beside[parent] = told[-1]
    return tuple(told)


class MarkedHeadings:
    """Headings within plain text, between the signs of a wiki: ``== 1776 ==``, ``===March===``."""

    def __init__(self, order: Order | None) -> None:
        self._order = order
        self._open: list[tuple[int, Dated]] = []

    def clear(self) -> None:
        self._open.clear()

    def read(self, line: str, above: Dated) -> bool:
        """Whether ``line`` is such a heading; what it tells holds up to the next one."""
        match = _MARKED.fullmatch(line.strip()) if line[:2] == "==" else None
        if match is None:
            return False
        level, name = len(match[1]), one_line(match[2])
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        if self._open:
            above = self._open[-1][1]
        date = heading_date(name, order=self._order)
        if date is None or date.titled or (date.years is None and above.year is None):
            limits = _limits(name, self._order)
            told = replace(above, heading=None, limits=limits or above.limits)
            if limits is not None and above.year is not None:
                apart = not limits.first.year <= above.year <= limits.last.year
                told = replace(told, year=None, month=None) if apart else told
        elif date.yearless:
            told = _month_under(above, date, name)
        else:
            source = f"the heading “{name}”"
            limits = _limits(name, self._order)
            told = Dated(date.year, date.month, source, source, date, limits)
        self._open.append((level, told))
        return True

    def dated(self) -> Dated | None:
        """What the last such heading tells; None if there is none."""
        return self._open[-1][1] if self._open else None


def _limits(name: str, order: Order | None) -> Limits | None:
    """The months that the one date in a heading reaches over, whatever else it says."""
    if len(name) > MAX_HEADING or not _YEAR.search(name):
        return None
    dates = find_dates(name, order=order)
    if len(dates) != 1 or (date := dates[0].date).start is None or date.start.startswith("-"):
        return None
    if any(sign in date.edtf for sign in "~?%") or ".." in date.edtf:
        return None
    first, last = date.start, date.end or date.start
    if last.startswith("-") or date.precision not in _EXACT:
        return None
    limits = Limits(
        Month(int(first[:4]), int(first[5:7] or 1)),
        Month(int(last[:4]), int(last[5:7] or 12)),
        f"the heading “{one_line(name)}”",
    )
    return limits if 0 <= limits.first.to(limits.last) < 12 * _MOST_YEARS else None


def _month_under(above: Dated, date: HeadingDate, name: str) -> Dated:
    """A month's or day's heading within what is told above it."""
    if above.year is None:
        return Dated(above.year, date.month, f"the heading “{name}”", above.year_from, date)
    source = above.year_from
    why = f"the heading “{name}” and {source}"
    if source.startswith("the heading “"):
        why = f"the headings “{name}” and {source.removeprefix('the heading ')}"
    return Dated(above.year, date.month, why, source, date)


def _parents(levels: Sequence[int]) -> list[int | None]:
    """Of each section the one that it stands in, by its level."""
    parents: list[int | None] = []
    open_sections: list[int] = []
    for number, level in enumerate(levels):
        while open_sections and levels[open_sections[-1]] >= level:
            open_sections.pop()
        parents.append(open_sections[-1] if open_sections else None)
        if level:
            open_sections.append(number)
    return parents


def _trusted(dates: Sequence[HeadingDate | None], parents: Sequence[int | None]) -> list[bool]:
    """Which headings count as dates; one with a title needs others beside or below it that do."""
    beside: dict[int | None, list[HeadingDate]] = {}
    for date, parent in zip(dates, parents, strict=True):
        if date is not None:
            beside.setdefault(parent, []).append(date)
    series = {parent for parent, found in beside.items() if is_series(found)}
    trusted = []
    for number, (date, parent) in enumerate(zip(dates, parents, strict=True)):
        below = any(found.yearless for found in beside.get(number, ()))
        trusted.append(date is not None and (not date.titled or parent in series or below))
    return trusted


def _title_date(
    document: Document, dates: Sequence[HeadingDate | None], order: Order | None
) -> HeadingDate | None:
    """The date that the title is: "2004", or "2004 in France" over months."""
    title = heading_date(document.title, order=order)
    if title is not None and not title.titled:
        return title
    months = sum(date is not None and date.yearless for date in dates)
    if months < _FEWEST_MONTHS:
        return None
    if title is None and (match := _YEAR_IN.match(one_line(document.title))):
        title = heading_date(match[1] or match[2])
    return title
