"""Which of the two numbers of ``01/02/2021`` is the day: told by a text's own dates, never by locale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.dates.edtf import from_edtf
from index.dates.forms import Order, order_by_weekday
from index.dates.words import MONTH_NAMES, WEEKDAYS
from index.messages import DayOfYear, Message, say
from index.model import HistoricDate

_NUMERIC = re.compile(
    r"(?=[0-9])(?<![\w./-])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![\w/]|[.-][0-9])"
)
_WEEKDAY = re.compile(r"([^\W\d_]{3,9})\.?,?[ \u00a0]+\Z")
_MOST_ALIKE = 3  # dates that must rise in one order, and not in the other, to tell it


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """The order of day and month in a text's numeric dates, and the date that shows it.

    ``order`` is None when nothing shows it (``example`` is empty) or dates show both: then
    ``example`` shows the one and ``against`` the other.
    """

    order: Order | None
    example: str = ""
    at: int = -1  # where ``example`` stands
    why: str = ""  # how it shows it, as the end of "“13/02/2021” …"
    against: str = ""


@dataclass(frozen=True, slots=True)
class AmbiguousDate:
    """Words that are one of two days, ``text[start:stop]``: only their year is known."""

    start: int
    stop: int
    as_written: str
    readings: tuple[str, str]  # day before month, then month before day: "1 February 2021"

    @property
    def reason(self) -> str:
        """A sentence without its full stop: “01/02/2021” can be 1 February or 2 January 2021."""
        first, second = self.readings
        return f"“{self.as_written}” can be {first.rsplit(' ', 1)[0]} or {second}"

    @property
    def request(self) -> Message:
        """The same as a whole sentence, with what to do about it."""
        first, second = map(_date_of, self.readings)
        return say(
            "“{date}” can be {first} or {second}; type the name of the month.",
            date=self.as_written,
            first=DayOfYear(int(first.edtf[5:7]), int(first.edtf[8:])),
            second=second,
        )


def _date_of(reading: str) -> HistoricDate:
    day, month, year = reading.split()
    return from_edtf(f"{year}-{MONTH_NAMES.index(month) + 1:02}-{int(day):02}")


def order_evidence(text: str) -> OrderEvidence:
    """What the numeric dates of ``text`` tell of their order of day and month.

    A number above 12 tells it, and so does a weekday before a date. If neither is there, dates
    that only rise in one order, three different ones at least, tell it. Two that show different
    orders tell nothing. Signs count apart: ``13.02.2021`` says nothing of ``02/03/2021`` if some
    dates with strokes show another order.
    """
    shown: dict[Order, tuple[str, int, str]] = {}
    undecided: list[tuple[int, int, int, str, int]] = []
    for match in _NUMERIC.finditer(text):
        x, y, year = int(match[1]), int(match[3]), int(match[4])
        if not (1 <= x <= 31 and 1 <= y <= 31) or not 1000 <= year <= 2100 or x == y:
            continue
        order: Order | None = None
        why = ""
        if max(x, y) > 12:
            if min(x, y) <= 12:
                order, why = ("dmy" if x > 12 else "mdy"), "has no such month the other way round"
        else:
            weekday = _WEEKDAY.search(text, max(0, match.start() - 12), match.start())
            named = WEEKDAYS.get(weekday[1].lower()) if weekday else None
            order, why = order_by_weekday(x, y, year, named), "stands beside its weekday"
            if order is None:
                undecided.append((x, y, year, match[0], match.start()))
        if order is not None:
            shown.setdefault(order, (match[0], match.start(), why))
    if len(shown) == 2:
        first, second = sorted(shown.values(), key=lambda item: item[1])
        return OrderEvidence(None, first[0], first[1], first[2], second[0])
    for order, (example, at, why) in shown.items():
        return OrderEvidence(order, example, at, why)
    return _by_rising(undecided)


def _by_rising(dates: list[tuple[int, int, int, str, int]]) -> OrderEvidence:
    """The one order in which the dates never go back, if there is one and they differ enough."""
    if len({date[:3] for date in dates}) < _MOST_ALIKE:
        return OrderEvidence(None)
    falls: dict[Order, tuple[str, int] | None] = {"dmy": None, "mdy": None}
    for order in falls:
        last = None
        for x, y, year, words, at in dates:
            day = (year, y, x) if order == "dmy" else (year, x, y)
            if last is not None and day < last:
                falls[order] = falls[order] or (words, at)
            last = day
    rising: list[Order] = [order for order, fall in falls.items() if fall is None]
    if len(rising) != 1:
        return OrderEvidence(None)
    words, at = falls["mdy" if rising[0] == "dmy" else "dmy"] or ("", -1)
    return OrderEvidence(rising[0], words, at, "would stand before the date that precedes it")


def evident_order(text: str) -> Order | None:
    """The order of the numeric dates in ``text``, if it can be told (`order_evidence`)."""
    return order_evidence(text).order


def ambiguous_dates(text: str, order: Order | None = None) -> tuple[AmbiguousDate, ...]:
    """Numeric dates of ``text`` that are one of two days; none once the order is known."""
    return tuple(_ambiguous(text)) if order is None else ()


def _ambiguous(text: str) -> Iterable[AmbiguousDate]:
    for match in _NUMERIC.finditer(text):
        x, y, year = int(match[1]), int(match[3]), int(match[4])
        if not (1 <= x <= 12 and 1 <= y <= 12 and x != y and 1000 <= year <= 2100):
            continue
        weekday = _WEEKDAY.search(text, max(0, match.start() - 12), match.start())
        named = WEEKDAYS.get(weekday[1].lower()) if weekday else None
        if order_by_weekday(x, y, year, named) is None:
            readings = f"{x} {MONTH_NAMES[y - 1]} {year}", f"{y} {MONTH_NAMES[x - 1]} {year}"
            yield AmbiguousDate(match.start(), match.end(), match[0], readings)
