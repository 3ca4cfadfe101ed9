"""EDTF in and out: calendar arithmetic, and what a date as coarse as it is known can mean.

EDTF is ISO 8601-2:2019 (Library of Congress profile), level 1: days, months, years, seasons 21-24,
decades ``195X``, centuries ``19XX``, the marks ``?`` uncertain, ``~`` approximate and ``%`` both,
intervals, and ``..`` for an open end. Days are numbers of the proleptic Gregorian calendar, 1 is
0001-01-01; years before 1 are astronomical (0 is 1 BC).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from index.model import FIRST_DAY, LAST_DAY, HistoricDate, Precision

FIRST_YEAR = -8998  # 8999 BC, the first year that lies wholly after FIRST_DAY
LAST_YEAR = 9999

#: A season is dated by the months usual north of the equator; south of it, it lies half a year
#: away. So a season falls surely only within a range that reaches this many days beyond it.
SEASON_MARGIN = 184

_SEASON_MONTHS = {21: 3, 22: 6, 23: 9, 24: 12}  # the season's EDTF number: its first month
_RANK = {precision: rank for rank, precision in enumerate(Precision)}  # finest first
_MONTHS_IN = {Precision.QUARTER: 3, Precision.HALF: 6}
_YEARS_IN = {Precision.YEAR: 1, Precision.DECADE: 10, Precision.CENTURY: 100}
_PART = re.compile(
    r"(-?)([0-9]{2})([0-9]{2}|[0-9]X|XX)(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?"
    r"(?:T(?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9])?(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?)?([?~%]?)"
)
_LONG_YEAR = re.compile(r"Y-?[0-9]{5,}")


def days_in_month(year: int, month: int) -> int:
    """The number of days of a month, 28 to 31; ``year`` is astronomical."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    """The number of a day, 1 for 0001-01-01 and 0 or less before it; ``year`` is astronomical.

    Raises ValueError for a day that does not exist. Counts in eras of 400 years from 1 March 0000
    (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    """
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    if not 1 <= day <= days_in_month(year, month):
        raise ValueError(f"month {month} of {year} has no day {day}")
    if month <= 2:
        year -= 1
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    leaps = year_of_era // 4 - year_of_era // 100
    return era * 146_097 + year_of_era * 365 + leaps + day_of_year - 305


def julian_lag(year: int, month: int) -> int:
    """How many days later a date of the Julian calendar falls than the same one of the Gregorian."""
    year -= month <= 2
    return year // 100 - year // 400 - 2


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number: what `day_number` was given."""
    era, day_of_era = divmod(number + 305, 146_097)
    leaps = day_of_era // 1460 - day_of_era // 36_524 + day_of_era // 146_096
    year_of_era = (day_of_era - leaps) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153  # March is 0
    month = shifted + 3 if shifted < 10 else shifted - 9
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    return era * 400 + year_of_era + (month <= 2), month, day


def year_to_iso(year: int) -> str:
    """Four digits, a minus before them for years before 0: ``2021``, ``0000``, ``-0043``."""
    return f"-{-year:04}" if year < 0 else f"{year:04}"


def day_to_iso(n: int) -> str:
    """A day number as ``2021-02-01``, ``0000-12-31`` or ``-0043-03-15``."""
    year, month, day = civil(n)
    return f"{year_to_iso(year)}-{month:02}-{day:02}"


def bound_to_iso(n: int) -> str | None:
    """As `day_to_iso`, but None for FIRST_DAY and LAST_DAY, the bounds of an open end."""
    return None if n <= FIRST_DAY or n >= LAST_DAY else day_to_iso(n)


class Part(NamedTuple):
    """A date, or one end of an interval, as coarse as it is known.

    ``month`` is 21 to 24 for a season, the first month of a quarter or half, 0 for what is
    coarser; ``year`` is astronomical, the lowest one of a decade or century. Winter begins in its
    year: winter 2021 is December 2021 to February 2022.
    """

    precision: Precision
    year: int
    month: int = 0
    day: int = 0
    mark: str = ""  # "", "?", "~" or "%"

    @property
    def first(self) -> int:
        """The first day that it can mean. Raises ValueError if it does not exist."""
        self._check()
        month = _SEASON_MONTHS.get(self.month, self.month)
        return day_number(self.year, month or 1, self.day or 1)

    @property
    def last(self) -> int:
        """The last day that it can mean. Raises ValueError if it does not exist."""
        self._check()
        if self.precision is Precision.DAY:
            return self.first
        if years := _YEARS_IN.get(self.precision):
            return day_number(self.year + years - 1, 12, 31)
        year, month = self._last_month
        return day_number(year, month, days_in_month(year, month))

    @property
    def margin(self) -> int:
        return SEASON_MARGIN if self.precision is Precision.SEASON else 0

    @property
    def edtf(self) -> str:
        if self.precision in _MONTHS_IN:
            return f"{self.months[0].edtf}/{self.months[1].edtf}"
        year = year_to_iso(self.year)
        if self.precision in (Precision.DECADE, Precision.CENTURY):
            # Before 0 the lowest year of a century ends in 99: -0499 to -0400 are -04XX.
            kept = 3 if self.precision is Precision.DECADE else 2
            year = (year[:-4] + year[-4:][:kept]).ljust(len(year), "X")
        month = f"-{self.month:02}" if self.month else ""
        day = f"-{self.day:02}" if self.day else ""
        return year + month + day + self.mark

    @property
    def written(self) -> str:
        """As coarse as it is known, for JSON: of a decade or century its first year, of a season its
        year, of a quarter or half its first month."""
        month = 0 if self.month in _SEASON_MONTHS else self.month
        cut = Part(Precision.DAY, self.year, month, self.day)
        return cut.edtf

    @property
    def months(self) -> tuple[Part, Part]:
        """First and last month of a quarter or half."""
        year, month = self._last_month
        first = Part(Precision.MONTH, self.year, self.month, mark=self.mark)
        return first, Part(Precision.MONTH, year, month, mark=self.mark)

    @property
    def _last_month(self) -> tuple[int, int]:
        if self.precision is Precision.SEASON:
            return (self.year + 1, 2) if self.month == 24 else (self.year, self.month * 3 - 58)
        return self.year, self.month + _MONTHS_IN.get(self.precision, 1) - 1

    def _check(self) -> None:
        last = self.year + _YEARS_IN.get(self.precision, 1) - 1 + (self.month == 24)
        if not FIRST_YEAR <= self.year <= last <= LAST_YEAR:
            raise ValueError(f"the year {self.year} is out of range")


@lru_cache(maxsize=1 << 14)  # a text names the same days over and over
def single(part: Part) -> HistoricDate:
    """The date that happened somewhere within ``part``, so its start and end know the same bounds.

    Raises ValueError for what does not exist (31 February) or lies outside years -8998 to 9999.
    """
    if part.precision in _MONTHS_IN:
        return interval(*part.months, precision=part.precision)
    if part.precision is Precision.DAY:
        day, edtf = part.first, part.edtf
        written = edtf if not part.mark else edtf[:-1]
        return HistoricDate(edtf, written, None, Precision.DAY, day, day, day, day)
    first, last, margin = part.first, part.last, part.margin
    bounds = first, last + margin, first - margin, last
    return HistoricDate(part.edtf, part.written, None, part.precision, *bounds)


def interval(
    start: Part | None, end: Part | None, precision: Precision | None = None
) -> HistoricDate:
    """From some day of ``start`` to some day of ``end``; None is an open end.

    ``precision`` is the coarser one of the two unless told. QUARTER and HALF say that the months
    are those of quarters or halves, so that the start is only known to the first quarter and the
    end to the last: "in Q3 2022" and "July to September 2022" have the same EDTF. Beside an open
    end a day may have a coarser precision: "after 2021" begins on 2022-01-01, known to the year.
    Such a day is a bound and not an event's own day, so the interval surely falls only on ranges
    that are open on the same side.

    Raises ValueError if it ends before it begins, has no end at all, or does not exist.
    """
    if start is None or end is None:
        return _half_open(start, end, precision)
    natural = max(start.precision, end.precision, key=_RANK.__getitem__)
    bounds = start, end
    if precision in _MONTHS_IN:
        size = _MONTHS_IN[precision]
        pair = start.precision, end.precision
        if pair != (Precision.MONTH,) * 2 or (start.month - 1) % size or end.month % size:
            raise ValueError(f"{start.edtf}/{end.edtf} is not made of {precision}s")
        first = Part(precision, start.year, start.month)
        bounds = first, Part(precision, end.year, end.month - size + 1)
    elif precision not in (None, natural):
        raise ValueError(f"{start.edtf}/{end.edtf} is not known to the {precision}")
    a, z = bounds
    if a.first > z.last:
        raise ValueError(f"{start.edtf}/{end.edtf} ends before it begins")
    start_latest = min(a.last + a.margin, z.last + z.margin)
    end_earliest = max(z.first - z.margin, a.first - a.margin)
    return HistoricDate(
        f"{start.edtf}/{end.edtf}", start.written, end.written, precision or natural,
        a.first, start_latest, end_earliest, z.last,
    )  # fmt: skip


def _half_open(start: Part | None, end: Part | None, told: Precision | None) -> HistoricDate:
    part = start or end
    if part is None:
        raise ValueError("an interval needs a start or an end")
    precision = told or part.precision
    is_day = part.precision is Precision.DAY
    if precision is not part.precision and not (is_day and _RANK[precision] > 0):
        raise ValueError(f"{part.edtf} is not known to the {precision}")
    written = part.written
    if precision in _YEARS_IN:
        written = year_to_iso(part.year)
    elif precision is not Precision.DAY and is_day:
        written = written[:-3]
    if start is not None:
        late = LAST_DAY if is_day else start.last + start.margin
        bounds = start.first, late, start.first - start.margin, LAST_DAY
        return HistoricDate(f"{part.edtf}/..", written, None, precision, *bounds)
    early = FIRST_DAY if is_day else part.first - part.margin
    bounds = FIRST_DAY, part.last + part.margin, early, part.last
    return HistoricDate(f"../{part.edtf}", None, written, precision, *bounds)


def from_edtf(text: str, precision: Precision | None = None) -> HistoricDate:
    """The date that an EDTF string of level 0 or 1 stands for.

    EDTF alone cannot tell "Q3 2022" from "July to September 2022", nor "after 2021" from "since
    1 January 2022"; ``precision``, kept beside the EDTF, can (see `interval`). Without it an
    interval of months is just that. ``from_edtf(d.edtf, d.precision) == d`` for every date that
    `index.dates` makes.

    What is finer than is kept, or unspecified, is dropped: ``1985-04-XX`` is ``1985-04`` (some day
    of it), ``2004-XX`` is ``2004``, and a time of day leaves its day. Raises ValueError for
    everything else: level 2, dates that don't exist, years beyond 8999 BC to 9999, and intervals
    with an end that nobody knows (``1985/``), since no date here can say that.
    """
    start, slash, end = text.partition("/")
    if not slash:
        date = single(_part(text))
        if precision not in (None, date.precision):
            raise ValueError(f"{text} is not known to the {precision}")
        return date
    if not start or not end:
        raise ValueError(f"{text} has an end that is not known")
    open_start, open_end = start == "..", end == ".."
    return interval(
        None if open_start else _part(start), None if open_end else _part(end), precision
    )


def _part(text: str) -> Part:
    if _LONG_YEAR.fullmatch(text):
        raise ValueError(f"{text} is outside the years that are kept, 8999 BC to 9999")
    match = _PART.fullmatch(text)
    if match is None or text.startswith("-0000"):
        raise ValueError(f"{text!r} is not an EDTF date that is used here")
    sign, century, rest, month, day, mark = match.groups()
    precision = {"X": Precision.DECADE, "XX": Precision.CENTURY}.get(rest.lstrip("0123456789"))
    year = int((century + rest).replace("X", "0"))
    if sign:
        year = 1 - year - _YEARS_IN[precision or Precision.YEAR]
    if month and precision:
        raise ValueError(f"{text!r} has a month but no year")
    if ("T" in text and (not day or "X" in text)) or (month == "XX" and day not in (None, "XX")):
        raise ValueError(f"{text!r} tells what is finer and not what is coarser")
    month, day = (None if part == "XX" else part for part in (month, day))
    in_year, in_month = int(month or 0), int(day or 0)
    if precision is None:
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    if match[5] is None and in_year in _SEASON_MONTHS:
        precision = Precision.SEASON
    elif month == "00" or day == "00" or in_year > 12:
        raise ValueError(f"{text} does not exist")
    part = Part(precision, year, in_year, in_month, mark)
    if part.first > part.last:  # reading the bounds refuses what does not exist
        raise ValueError(f"{text} does not exist")
    return part


def sort_key(date: HistoricDate) -> tuple[int, int]:
    """Orders dates: the earliest day first, and of dates with the same one the coarser first.

    Sorting is stable, so equal keys stay in corpus order.
    """
    return date.earliest, -_RANK[date.precision]
