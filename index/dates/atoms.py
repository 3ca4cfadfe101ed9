"""What was read of a date, piece by piece, and the date it comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from index.dates.edtf import Part, civil, days_in_month, interval, single
from index.messages import DayOfYear, Value, say, say_n
from index.model import HistoricDate, Precision

_OF_MONTHS = (Precision.QUARTER, Precision.HALF)


@dataclass(slots=True, unsafe_hash=True)  # frozen ones take four times as long to make
class Atom:
    """A date as written, whose year may be missing; years are astronomical. Nobody changes it."""

    precision: Precision
    year: int | None
    month: int = 0
    day: int = 0
    mark: str = ""
    bare: bool = False  # four digits and nothing that shows they are a year
    doubtful: bool = False  # a month's or season's word that may be another: "may", "fall"
    within: bool = False  # a day of that year, of which no more can be told: 01/02/2021
    wrong: str = ""  # what is wrong with its words: "31 is written 31st"

    def part(self, year: int | None = None) -> Part:
        known = self.year if self.year is not None else year
        if known is None:
            raise ValueError("the year is missing")
        return Part(self.precision, known, self.month, self.day, self.mark)

    def stepped(self, unit: Precision, step: int) -> Atom | None:
        """The day, month or year ``step`` after this one; None if it isn't known as exactly."""
        if unit is Precision.YEAR and self.year is not None:
            return Atom(unit, self.year + step)
        if unit is Precision.MONTH and self.precision in (Precision.DAY, Precision.MONTH):
            if self.year is None:
                return None
            year, month = divmod(self.year * 12 + self.month - 1 + step, 12)
            return Atom(unit, year, month + 1)
        if unit is self.precision is Precision.DAY and self.year is not None:
            return Atom(unit, *civil(self.part().first + step))
        return None

    @property
    def in_year(self) -> tuple[int, int]:
        return self.month, self.day


@dataclass(slots=True, unsafe_hash=True)
class Found:
    """What the grammar read from token ``i`` to before token ``j``. Nobody changes it."""

    first: Atom | None  # None: open
    last: Atom | None
    i: int
    j: int
    relation: str = ""  # range, since, until, after, before; "" for a single date
    named: bool = False  # a word with it shows that it is a date
    inferred: bool = False  # its year or month stands in the words of another

    @property
    def yearless(self) -> bool:
        first, last = self.first, self.last
        return (first is None or first.year is None) and (last is None or last.year is None)


def resolve(found: Found, year: int | None = None) -> HistoricDate:
    """The date that was read; ``year`` is for words that have none.

    Raises ValueError when the year is missing or the date does not exist.
    """
    first, last = found.first, found.last
    if first is None or last is None:
        atom = first or last
        if atom is None:
            raise ValueError("an interval needs a start or an end")
        return _half_open(atom.part(year), found.relation)
    if not found.relation:
        return single(first.part(year))
    a_year, b_year = _years(first, last, year)
    a, b = first.part(a_year), last.part(b_year)
    if a.precision in _OF_MONTHS and a.precision is b.precision:
        return interval(a.months[0], b.months[1], a.precision)
    a = a.months[0] if a.precision in _OF_MONTHS else a
    b = b.months[1] if b.precision in _OF_MONTHS else b
    return interval(a, b)


#: How far "around" a date reaches to either side: in units of the date, or for a day in days.
_AROUND = {
    Precision.DAY: 7, Precision.MONTH: 1, Precision.SEASON: 3, Precision.QUARTER: 3,
    Precision.HALF: 6, Precision.YEAR: 1, Precision.DECADE: 10, Precision.CENTURY: 100,
}  # fmt: skip


def widened(found: Found) -> Found:
    """The interval that "around" a date means: a week either side of a day, a month of a month or
    season's or quarter's length either side, a year, decade or century of one.

    As it was if a year is missing, an end is open, or the date does not exist.
    """
    first, last = found.first, found.last
    if first is None or last is None or found.yearless or impossible(found):
        return found
    a_year, b_year = _years(first, last, None)
    try:
        a, b = _moved(first.part(a_year), -1), _moved(last.part(b_year), 1)
    except ValueError:
        return found
    return replace(found, first=a, last=b, relation="range", named=True)


def _moved(part: Part, way: int) -> Atom:
    step = _AROUND[part.precision] * way
    if part.precision is Precision.DAY:
        return Atom(Precision.DAY, *civil(part.first + step))
    if part.precision in (Precision.YEAR, Precision.DECADE, Precision.CENTURY):
        return Atom(part.precision, part.year + step)
    edge = civil(part.first if way < 0 else part.last)
    year, month = divmod(edge[0] * 12 + edge[1] - 1 + step, 12)
    return Atom(Precision.MONTH, year, month + 1)


def _half_open(part: Part, relation: str) -> HistoricDate:
    if relation == "after":
        return interval(_day(part.last + 1, part.mark), None, part.precision)
    if relation == "before":
        return interval(None, _day(part.first - 1, part.mark), part.precision)
    if part.precision in _OF_MONTHS:
        part = part.months[0 if relation == "since" else 1]
    return interval(part, None) if relation == "since" else interval(None, part)


def _day(number: int, mark: str) -> Part:
    return Part(Precision.DAY, *civil(number), mark)


def on_day(day: date) -> Atom:
    return Atom(Precision.DAY, day.year, day.month, day.day)


def _years(a: Atom, b: Atom, year: int | None) -> tuple[int | None, int | None]:
    """The years of both ends of a range: each its own, else the other's, else ``year``.

    "27 December – 3 January 2022" began in 2021, and in a chronology's 2021 ends in 2022.
    """
    turns = a.in_year > b.in_year
    if a.year is None and b.year is None:
        return year, (year + turns if year is not None else None)
    if a.year is None and b.year is not None:
        return b.year - turns, b.year
    return a.year, (a.year if b.year is None else b.year)


def in_order(a: Atom, b: Atom) -> bool:
    """Whether ``a`` begins before ``b``, so that the two can be a range."""
    a_year, b_year = _years(a, b, 2000)
    try:
        return a.part(a_year).first < b.part(b_year).first
    except ValueError:
        return True  # `impossible` says what does not exist


def next_to(a: Atom, b: Atom) -> bool:
    """Whether ``b`` is the day, month or year after ``a``: "July and August 2022" is one range."""
    if a.precision is not b.precision or a.mark or b.mark:
        return False
    if a.precision in _OF_MONTHS:
        return False
    if a.year is not None and b.year is None:
        return False
    a_year, b_year = _years(a, b, 2000)
    try:
        return a.part(a_year).last + 1 == b.part(b_year).first
    except ValueError:
        return False


def impossible(found: Found) -> str | None:
    """Why a date that was read can't exist, as the end of a sentence; None if it can."""
    first, last = found.first, found.last
    for atom in (first,) if first is last else (first, last):
        if atom is None or atom.precision not in (Precision.DAY, Precision.MONTH):
            continue
        if atom.wrong:
            return atom.wrong
        if not 1 <= atom.month <= 12:
            return say("there is no month {month}", month=str(atom.month))
        days = days_in_month(2000 if atom.year is None else atom.year, atom.month)
        if atom.precision is Precision.DAY and atom.day == 0:
            return say("there is no day 0")
        if atom.precision is Precision.DAY and atom.day > days:
            return say_n(
                "{month} has {count} day",
                "{month} has {count} days",
                days,
                month=_month_in_words(atom),
            )
    return None


def _month_in_words(atom: Atom) -> Value:
    month = DayOfYear(atom.month)
    if atom.year is None:
        return month
    if atom.year >= 1000:
        return single(Part(Precision.MONTH, atom.year, atom.month))
    if atom.year > 0:
        return say("{month} {year}", month=month, year=str(atom.year))
    return say("{month} {year} BC", month=month, year=str(1 - atom.year))
