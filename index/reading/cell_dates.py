"""Dates as the cells of tables write them -> EDTF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Literal

from index.dates import Order, find_dates
from index.dates.edtf import day_number, day_to_iso, from_edtf
from index.dates.words import MONTH_NAMES
from index.reading.event_columns import folded

_TIME = re.compile(r"(?:[T ,]\s?|\s)\d{1,2}[:.h]\d\d(?:[:.]\d\d)?.{0,30}\Z")
_ISO_LIKE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\Z|(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_COMMAS = re.compile(
    r"(\d{4}),\s?(\d{1,2})(?:,\s?(\d{1,2})(?:,\s?\d{1,2}){0,3})?\Z"
)  # TimelineJS 2
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\Z")
TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([./-])(?:\d{1,2}|[^\W\d_]{3,9})\1\d{2}\Z")
MILLISECONDS = re.compile(r"-?\d{1,13}\Z")
_DAY_MILLISECONDS = 86_400_000
_FIRST_MILLISECOND, _LAST_MILLISECOND = 10**11, 4 * 10**12  # 1973 to 2096
_LIKE_DATE = re.compile(
    r"(?:1[5-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[0-2]\d[0-5]\d\Z"
)
WHOLE = re.compile(r"-?\d{1,5}\Z")  # maybe a year
YEAR = re.compile(r"\d{1,4}\Z")
NUMBER = re.compile(r"[-+]?[\d.,\s]+\Z")
_BEFORE_CHRIST = re.compile(r"-([1-9]\d{0,4})\Z")  # as people write it: there is no year 0
_LAST_YEAR = 2200  # bare numbers up to later ones count something else
_LONGEST_MARKS = 20
_MARKS = re.compile(r"\s*(?:\[[^\s\[\]]{1,4}\]|\([0-9a-z*]{1,2}\)|[*†‡§¶#^¹²³⁰-⁹ᵃ-ᵛ]{1,3})+\Z")
_IN_YEAR = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+)?([^\W\d_]{3,10})\.?\Z"
    r"|([^\W\d_]{3,10})\.?\s+\d{1,2}(?:st|nd|rd|th)?\Z"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|\.)\Z", re.I)
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?\Z")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 to 2064
_WHOLE_YEAR = re.compile(r"(?<![\w.,/:$€£-])(?:1[0-9]{3}|20[0-9]{2})(?![\w/:%-]|[.,][0-9])")
_LONGEST_SPAN = 50  # years of two digits that lie further apart are of different centuries
_FEWEST_FALLS = 3
_GROUPED = re.compile(r"[\s,]+")
_NAMED_MONTH = re.compile(
    r"(?:(\d{1,2})(?:er|º|\.)?[\s-]*)?(?:de\s+)?([^\W\d_]{3,10})\.?[\s-]*(?:de[l]?\s+)?(\d{4})(?:\s*г\.?)?\Z"
)
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber maerz apr mai jun jul aug sept okt nov dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv fevrier mars avr mai juin juil aout sept oct nov decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    )
    for number, name in enumerate(names.split(), 1)
}  # fmt: skip
_ENGLISH = {name.casefold() for name in MONTH_NAMES} | {name[:3].casefold() for name in MONTH_NAMES}


def without_time(value: str) -> str:
    """A date as it is written, without its time of day."""
    match = _TIME.search(value[-60:]) if ":" in value or "h" in value else None
    if match:
        return value[: max(0, len(value) - 60) + match.start()]
    return value


def without_marks(value: str) -> str:
    """A date as it is written, without marks behind it that lead to notes."""
    last = value[-1:]
    if last.isascii() and last.isalnum():
        return value
    match = _MARKS.search(value[-_LONGEST_MARKS:])
    return value[: max(0, len(value) - _LONGEST_MARKS) + match.start()] if match else value


def counts_milliseconds(values: Iterable[str]) -> bool:
    """Whether whole numbers count milliseconds since 1970, as programs do, and are no dates in digits."""
    numbers = list(values)
    if not all(map(MILLISECONDS.match, numbers)) or all(map(_LIKE_DATE.match, numbers)):
        return False
    large = sum(abs(int(number)) >= _FIRST_MILLISECOND for number in numbers)
    return large * 2 > len(numbers) and max(abs(int(n)) for n in numbers) <= _LAST_MILLISECOND


def day_of_milliseconds(value: str) -> str:
    """The day in UTC."""
    return day_to_iso(day_number(1970, 1, 1) + int(value) // _DAY_MILLISECONDS)


def are_years(values: Iterable[str]) -> bool:
    """Whether bare numbers in columns of starts and ends may be years, small ones too.

    Seconds, pages and places are none: some years have four digits or lie before Christ.
    """
    numbers = [int(value) for value in values if WHOLE.match(value)]
    if not numbers or max(numbers) > _LAST_YEAR:
        return False
    sure = sum(number >= 1000 or number <= -100 for number in numbers)
    return sure * 2 >= len(numbers)


def year_of(value: str) -> str | None:
    """A bare number as a year: -44 is 44 BC, and there is no year 0."""
    number = int(value)
    if number == 0:
        return None
    year = number + 1 if number < 0 else number
    return from_edtf(f"-{-year:04}" if year < 0 else f"{year:04}").edtf


def read_date(value: str, order: Order | None, *, serial: bool, compact: bool) -> str | None:
    """The date that a cell is, in EDTF and no more exact than it says; None if it is none.

    An apostrophe before it only says that it is no formula, a mark behind it leads to a note.
    """
    value = value.removeprefix("'")
    value = without_marks(value)
    try:
        if _BEFORE_CHRIST.match(value):
            return year_of(value)
        if serial:
            match = SERIAL.match(value)
            return day_to_iso(day_number(1899, 12, 30) + int(match[1])) if match else None
        if compact and (match := COMPACT.match(value)):
            return from_edtf("-".join(match.groups())).edtf
        if match := _ISO_LIKE.match(value):
            year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
            return from_edtf(f"{year}-{int(month):02}-{int(day):02}").edtf
        if match := _COMMAS.match(value):
            return from_edtf("-".join(part.zfill(2) for part in match.groups() if part)).edtf
        if match := NUMERIC.match(value):
            return _numeric(int(match[1]), int(match[3]), match[4], order)
        if (match := _NAMED_MONTH.match(value)) and match[2].casefold() in _MONTHS:
            day_part = f"-{int(match[1]):02}" if match[1] else ""
            return from_edtf(f"{match[3]}-{_MONTHS[match[2].casefold()]:02}{day_part}").edtf
        if value[:1].isdigit() or value[:1] == "-":
            try:
                return from_edtf(value).edtf
            except ValueError:
                pass
        found = find_dates(value, order=order)
        whole = len(found) == 1 and folded(found[0].as_written) == folded(value)
        return found[0].date.edtf if whole else None
    except ValueError:
        return None


def _numeric(first: int, second: int, year: str, order: Order | None) -> str:
    """03/04/2021: a day if the order is known or makes no difference, else the year."""
    if first == second:
        order = "dmy"
    elif first > 12 or second > 12:
        order = "dmy" if first > 12 else "mdy"
    if order is None:
        return from_edtf(year).edtf
    day, month = (first, second) if order == "dmy" else (second, first)
    return from_edtf(f"{year}-{month:02}-{day:02}").edtf


def orders_of(values: Iterable[str]) -> set[Order]:
    """Orders of day and month that numeric dates of a column show."""
    shown: set[Order] = set()
    for value in values:
        if match := NUMERIC.match(value):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                shown.add("dmy")
            if second > 12 >= first:
                shown.add("mdy")
    return shown


def is_in_year(value: str) -> bool:
    """Whether it is a month, maybe with a day, whose year stands elsewhere: ``March 3``."""
    match = _IN_YEAR.match(value)
    return match is not None and (match[1] or match[2]).casefold() in _ENGLISH


def tells_order(values: Iterable[str]) -> bool:
    """Whether days and months of dates with two digits of a year can be told apart."""
    numeric = [value for value in values if value.replace(value[-3:-2], "").isdecimal()]
    shown = orders_of(f"{value[:-2]}20{value[-2:]}" for value in numeric)
    return not numeric or len(shown) == 1


def date_of_parts(year: str, month: str, day: str) -> str | None:
    """A date whose year, month and day have columns of their own.

    A year before 0 is one BCE, and there is no year 0. What is blank is not known.
    """
    try:
        number = _whole(year)
        if number == 0:
            return None
        if number < 0:
            number += 1
        edtf = f"-{-number:04}" if number < 0 else f"{number:04}"
        in_year = _MONTHS.get(month.strip().casefold()[:3], 0) or _whole(month or "0")
        in_month = _whole(_ORDINAL.sub("", day.strip()) or "0")
        if in_year:
            edtf += f"-{in_year:02}"
            if in_month:
                edtf += f"-{in_month:02}"
        return from_edtf(edtf).edtf
    except (ValueError, OverflowError):
        return None


def _whole(written: str) -> int:
    """A whole number, as spreadsheets write it: 1969, 1,969 or 1969.0. Raises ValueError."""
    number = float(_GROUPED.sub("", written))
    if not number.is_integer():
        raise ValueError(f"{written} is no whole number")
    return int(number)


def course_of(spans: Iterable[tuple[int, int]]) -> Literal["up", "down", "unclear"]:
    """Which way bare years run from start to end: ``down`` only if none rises and most fall.

    Years of our era end no earlier than they begin; a few that do are slips.
    """
    both = rises = falls = 0
    for start, end in spans:
        both += 1
        rises += start < end
        falls += start > end
    if falls >= _FEWEST_FALLS and not rises and falls * 2 > both:
        return "down"
    return "unclear" if falls * 4 > both else "up"


def centuries_of(short: Set[int], texts: Iterable[str]) -> frozenset[int]:
    """The one century that whole years in ``texts`` give years of two digits; empty if not one."""
    if max(short) - min(short) > _LONGEST_SPAN:
        return frozenset()
    years = {int(match[0]) for text in texts for match in _WHOLE_YEAR.finditer(text)}
    found = frozenset(year // 100 for year in years if year % 100 in short)
    return found if len(found) == 1 else frozenset()
