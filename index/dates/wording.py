"""Dates and events for readers, in words.

A date is never a Discord timestamp, which would shift with the reader's zone. What is said here is
read back by `index.dates.labels` as the same date.
"""

from __future__ import annotations

import calendar
import re

from index.dates.edtf import Part, civil, day_number
from index.messages import say
from index.model import Event, HistoricDate, Precision, one_line

_LABEL_LEAD = re.compile(r"(?:\d{1,3}[.)] )?\(?(?:[Tt]he )?")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_DOUBTS = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}
_ORDINALS = ("first", "second", "third", "fourth")
_YEARS = {Precision.YEAR: 1, Precision.DECADE: 10, Precision.CENTURY: 100}
_EVIDENT_YEAR = 1000  # an earlier one could be any number, so its era is said


def say_date(date: HistoricDate) -> str:
    """``date`` as exactly as it is known: 7 September 2022, 20–22 May 2021, the 1950s, since 2001."""
    first, slash, last = date.edtf.partition("/")
    if not slash:
        return _say(first)
    if first == "..":
        bound = named_bound(last, date.precision, 1)
        return f"before {_say(bound)}" if bound else f"until {_say(last)}"
    if last == "..":
        bound = named_bound(first, date.precision, -1)
        return f"after {_say(bound)}" if bound else f"since {_say(first)}"
    if first == last:
        return _say(first)
    if part := part_of_year(first, last, date.precision):
        number, year = part
        return f"the {_ORDINALS[number - 1]} {date.precision} of {_say_year(year)}"
    said, ending = _say(first), _say(last)
    plain = (first + last).replace("-", "").isdigit()
    year = ending.rsplit(" ", 1)[-1]
    if plain and first[:7] == last[:7] and len(first) == len(last) == 10 and year.isdigit():
        return f"{int(first[8:])}–{ending}"
    if plain and first[:5] == last[:5] and len(first) == len(last) > 4 and year.isdigit():
        return f"{said.removesuffix(f' {year}')} – {ending}"
    if said.isdigit() and ending.isdigit():
        return f"{said}–{ending}"
    alike = len(year_of(first)[1]) == len(year_of(last)[1])
    return f"{said} – {ending}" if alike else f"{said} to {ending}"


def say_year(date: HistoricDate) -> str:
    """The year, decade or century that a date begins in; empty when nobody knows it."""
    first = date.edtf.partition("/")[0].rstrip("~?%")
    return "" if date.start is None else _say_year(year_of(first)[0])


def event_words(event: Event) -> str:
    """The event's text on one line; a chronology entry's without the date that it opens with."""
    text = one_line(event.text)
    if event.kind != "entry":
        return text
    label = _LABEL_LEAD.match(text)
    begin = label.end() if label else 0
    if event.as_written and text.startswith(event.as_written, begin):
        rest = text[begin + len(event.as_written) :]
        body = rest.lstrip(" :)–—-|,")
        if body and body != rest.lstrip():
            return body
    return text


def event_remarks(event: Event) -> tuple[str, ...]:
    """What a reader of an event should know besides its words, a phrase or sentence each."""
    remarks: list[str] = []
    if event.inferred_from:
        remarks.append(say("date from {source}", source=event.inferred_from))
    if event.also:
        remarks.append(say("told again in this document"))
    if event.same_as:
        remarks.append(say("told elsewhere too"))
    if event.differs:
        remarks.append(event.differs)
    if event.edited:
        remarks.append(say("changed by the owner"))
    return tuple(remarks)


def _say(edtf: str) -> str:
    """One date of level 1, its qualifier said before it."""
    doubt = _DOUBTS.get(edtf[-1:], "")
    year, rest = year_of(edtf.rstrip("~?%"))
    said = _say_year(year)
    if rest and rest[0] in _SEASONS:
        said = f"{_SEASONS[rest[0]]} {said}"
    elif rest:
        said = f"{calendar.month_name[int(rest[0])]} {said}"
    if len(rest) == 2:
        said = f"{int(rest[1])} {said}"
    return doubt + said


def year_of(written: str) -> tuple[str, list[str]]:
    """The year of an EDTF date with its sign, and the numbers behind it."""
    sign = "-" if written.startswith("-") else ""
    year, *rest = written.removeprefix("-").split("-")
    return sign + year, rest


def _say_year(written: str) -> str:
    """A year, decade or century; years before 1 are astronomical in EDTF: -0043 is 44 BCE."""
    known = written.rstrip("X")
    size = 10 ** (len(written) - len(known))
    number = int(known.lstrip("-")) * size
    if written.startswith("-"):
        last, first = number + 1, number + size  # BCE
        if size == 1:
            return f"{last} BCE"
        return f"the {_ordinal(first // 100)} century BCE" if size == 100 else f"{first}–{last} BCE"
    if size == 100:
        return f"the {_ordinal(number // 100 + 1)} century"
    if size == 10:
        return f"the {number}s" if number >= _EVIDENT_YEAR else f"{number}–{number + 9} CE"
    if number == 0:
        return "1 BCE"
    return str(number) if number >= _EVIDENT_YEAR else f"{number} CE"


def named_bound(edtf: str, precision: Precision, step: int) -> str:
    """What an open interval was said to begin after, or end before, where its words named no day.

    ``2022-01-01/..`` known to the year is “after 2021”. Empty where the bound itself is meant.
    """
    year, rest = year_of(edtf)
    if precision not in (Precision.MONTH, *_YEARS) or len(rest) != 2:
        return ""
    next_to = day_number(int(year), int(rest[0]), int(rest[1])) + step
    at, month_at, _ = civil(next_to)
    size = _YEARS.get(precision, 1)
    part = Part(precision, at - at % size, month_at if precision is Precision.MONTH else 0)
    ends = part.last if step < 0 else part.first
    return part.edtf if ends == next_to else ""


def part_of_year(first: str, last: str, precision: Precision) -> tuple[int, str] | None:
    """Which quarter or half, from 1, of which year an interval is; None for everything else."""
    size = {Precision.QUARTER: 3, Precision.HALF: 6}.get(precision)
    year, months = year_of(first)
    if size is None or len(months) != 1 or not months[0].isdigit():
        return None
    number, left = divmod(int(months[0]) - 1, size)
    if left or last != f"{year}-{number * size + size:02}":
        return None
    return number + 1, year


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
