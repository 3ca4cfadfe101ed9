"""Dates in any of our languages: what `index.dates.wording.say_date` says in English.

Each pattern stands in a context that tells what is before it, because words change with that: a date
“alone” begins or is a phrase of its own, one “after a word” follows “before”, “since” and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from index.dates.wording import named_bound, part_of_year, year_of
from index.model import HistoricDate, Precision

ALONE = "date"
AFTER = "date after a word"
INSIDE = "year in a date"
#: In which of them the patterns of a function stand, where it is told: for `bot.languages.extract`.
CONTEXTS = {
    "_single": (ALONE, AFTER),
    "_certain": (ALONE, AFTER),
    "_season": (ALONE, AFTER),
    "_year": (ALONE, AFTER, INSIDE),
}

_EVIDENT_YEAR = 1000  # an earlier one could be any number, so its era is said


class Words(Protocol):
    """What saying a date needs of a language."""

    @property
    def tag(self) -> str: ...

    def within(self, context: str, pattern: str, /, **values: object) -> str: ...

    def month(self, number: int, *, alone: bool = False) -> str: ...


def say_date(date: HistoricDate, t: Words) -> str:
    """``date`` as exactly as it is known."""
    first, slash, last = date.edtf.partition("/")
    if not slash:
        return _single(first, ALONE, t)
    if first == "..":
        if bound := named_bound(last, date.precision, 1):
            return t.within(ALONE, "before {date}", date=_single(bound, AFTER, t))
        return t.within(ALONE, "until {date}", date=_single(last, AFTER, t))
    if last == "..":
        if bound := named_bound(first, date.precision, -1):
            return t.within(ALONE, "after {date}", date=_single(bound, AFTER, t))
        return t.within(ALONE, "since {date}", date=_single(first, AFTER, t))
    if first == last:
        return _single(first, ALONE, t)
    if part := part_of_year(first, last, date.precision):
        number, year = part
        said = _year(year, INSIDE, t)
        return _part_of_year(date.precision, number, said, t)
    return _range(first, last, t)


def say_year(date: HistoricDate, t: Words) -> str:
    """The year, decade or century that ``date`` begins in; empty when nobody knows it."""
    first = date.edtf.partition("/")[0].rstrip("~?%")
    return "" if date.start is None else _year(year_of(first)[0], ALONE, t)


def _part_of_year(precision: Precision, number: int, year: str, t: Words) -> str:
    if precision is Precision.HALF:
        if number == 1:
            return t.within(ALONE, "the first half of {year}", year=year)
        return t.within(ALONE, "the second half of {year}", year=year)
    if number == 1:
        return t.within(ALONE, "the first quarter of {year}", year=year)
    if number == 2:
        return t.within(ALONE, "the second quarter of {year}", year=year)
    if number == 3:
        return t.within(ALONE, "the third quarter of {year}", year=year)
    return t.within(ALONE, "the fourth quarter of {year}", year=year)


def _range(first: str, last: str, t: Words) -> str:
    """An interval with both ends; what they share is said once."""
    (year, start), (last_year, end) = year_of(first), year_of(last)
    numbers = (first + last).replace("-", "").isdigit() and not first.startswith("-")
    if numbers and year == last_year and len(start) == len(end) and _is_evident(year):
        said = _year(year, INSIDE, t)
        if len(start) == 2 and start[0] == end[0]:
            month = t.month(int(start[0]))
            return t.within(
                ALONE,
                "{first}–{last} {month} {year}",
                first=int(start[1]), last=int(end[1]), month=month, year=said,
            )  # fmt: skip
        if len(start) == 2:
            return t.within(
                ALONE,
                "{first} {first_month} – {last} {last_month} {year}",
                first=int(start[1]), first_month=t.month(int(start[0])),
                last=int(end[1]), last_month=t.month(int(end[0])), year=said,
            )  # fmt: skip
        if len(start) == 1:
            months = (_month(start[0], t), _month(end[0], t))
            return t.within(
                ALONE, "{first} – {last} {year}", first=months[0], last=months[1], year=said
            )
    if not start and not end and numbers and _is_evident(year) and _is_evident(last_year):
        return t.within(
            ALONE, "{first_year}–{last_year}", first_year=int(year), last_year=last_year
        )
    values = {"first": _single(first, ALONE, t), "last": _single(last, ALONE, t)}
    if len(start) == len(end):
        return t.within(ALONE, "{first} – {last}", **values)
    return t.within(ALONE, "{first} to {last}", **values)


def _is_evident(year: str) -> bool:
    return year.isdigit() and int(year) >= _EVIDENT_YEAR


def _single(edtf: str, context: str, t: Words) -> str:
    """One date of level 1, its qualifier said before it."""
    said = edtf.rstrip("~?%")
    match edtf[len(said) :]:
        case "":
            return _certain(said, context, t)
        case "?":
            date = _certain(said, context, t)
            return t.within(context, "perhaps {date}", date=date)
        case "~":
            date = _certain(said, AFTER, t)
            return t.within(context, "about {date}", date=date)
    date = _certain(said, AFTER, t)
    return t.within(context, "perhaps about {date}", date=date)


def _certain(edtf: str, context: str, t: Words) -> str:
    year, rest = year_of(edtf)
    if not rest:
        return _year(year, context, t)
    said = _year(year, INSIDE, t)
    if _is_season(rest[0]):
        season = _season(rest[0], context, t)
        return t.within(context, "{season} {year}", season=season, year=said)
    if len(rest) == 1:
        month = t.month(int(rest[0]), alone=context == ALONE)
        return t.within(context, "{month} {year}", month=month, year=said)
    month = t.month(int(rest[0]))
    return t.within(context, "{day} {month} {year}", day=int(rest[1]), month=month, year=said)


def _is_season(month: str) -> bool:
    return month in ("21", "22", "23", "24")


def _month(month: str, t: Words) -> str:
    """The name of a month or season where no day stands beside it."""
    if _is_season(month):
        return _season(month, ALONE, t)
    return t.within(ALONE, "{month}", month=t.month(int(month), alone=True))


def _season(number: str, context: str, t: Words) -> str:
    match number:
        case "21":
            return t.within(context, "spring")
        case "22":
            return t.within(context, "summer")
        case "23":
            return t.within(context, "autumn")
    return t.within(context, "winter")


def _year(written: str, context: str, t: Words) -> str:
    """A year, decade or century; years before 1 are astronomical in EDTF: -0043 is 44 BCE."""
    known = written.rstrip("X")
    size = 10 ** (len(written) - len(known))
    number = int(known.lstrip("-")) * size
    if written.startswith("-"):
        last, first = number + 1, number + size  # BCE
        if size == 1:
            return t.within(context, "{year} BCE", year=last)
        if size == 100:
            century = _century(first // 100, t)
            return t.within(context, "the {ordinal} century BCE", ordinal=century)
        return t.within(context, "{first}–{last} BCE", first=first, last=last)
    if size == 100:
        century = _century(number // 100 + 1, t)
        return t.within(context, "the {ordinal} century", ordinal=century)
    if size == 10:
        if number >= _EVIDENT_YEAR:
            return t.within(context, "the {decade}s", decade=number)
        return t.within(context, "{first}–{last} CE", first=number, last=number + 9)
    if number == 0:
        return t.within(context, "{year} BCE", year=1)
    if number >= _EVIDENT_YEAR:
        return t.within(context, "{year}", year=number)
    return t.within(context, "{year} CE", year=number)


def _century(number: int, t: Words) -> str:
    """The number of a century as it is written: 19th, XIX."""
    written: dict[str, Callable[[int], str]] = {"en": _ordinal, "ru": _roman}
    return written.get(t.tag, str)(number)


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def _roman(number: int) -> str:
    """A number up to 100 in Roman numerals; a greater one in digits."""
    if number > 100:
        return str(number)
    written = ""
    for value, sign in zip(
        (100, 90, 50, 40, 10, 9, 5, 4, 1), "C XC L XL X IX V IV I".split(), strict=True
    ):
        count, number = divmod(number, value)
        written += sign * count
    return written
