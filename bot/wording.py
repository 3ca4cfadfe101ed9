"""Dates for readers, in words: never a Discord timestamp, which would shift with the reader's zone."""

from __future__ import annotations

import calendar
import re

from index.model import Event, HistoricDate, Precision, one_line

_LABEL_LEAD = re.compile(r"(?:\d{1,3}[.)] )?\(?")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_DOUBTS = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}


def say_date(date: HistoricDate) -> str:
    """``date`` as exactly as it is known: 7 September 2022, 20–22 May 2021, the 1950s, since 2001."""
    first, slash, last = date.edtf.partition("/")
    if not slash:
        return _say(first, date.precision)
    if first in ("", ".."):
        return f"until {_say(last)}"
    if last in ("", ".."):
        return f"since {_say(first)}"
    if first[:7] == last[:7] and len(first) == len(last) == 10:
        return f"{int(first[8:])}–{_say(last)}"
    if first[:5] == last[:5] and first[:4].isdigit() and len(first) > 4:
        return f"{_say(first).removesuffix(f' {first[:4]}')} – {_say(last)}"
    dash = "–" if first.isdigit() and last.isdigit() else " – "
    return f"{_say(first)}{dash}{_say(last)}"


def event_words(event: Event) -> str:
    """The event's text on one line; a chronology entry's without the date that it opens with."""
    text = one_line(event.text)
    if event.kind != "entry":
        return text
    label = _LABEL_LEAD.match(text)
    begin = label.end() if label else 0
    if text.startswith(event.as_written, begin):
        rest = text[begin + len(event.as_written) :]
        body = rest.lstrip(" :)–—-|,")
        if body and body != rest.lstrip():
            return body
    return text


def say_year(date: HistoricDate) -> str:
    """The year, decade or century that a date begins in; empty when nobody knows it."""
    return "" if date.start is None else _say_year(date.start, date.precision)


def _say(edtf: str, precision: Precision | None = None) -> str:
    """One date of level 1, its qualifier said before it."""
    doubt = _DOUBTS.get(edtf[-1:], "")
    written = edtf.rstrip("~?%")
    sign = "-" if written.startswith("-") else ""
    year, *rest = written.removeprefix("-").split("-")
    said = _say_year(sign + year, precision)
    if rest and rest[0] in _SEASONS:
        said = f"{_SEASONS[rest[0]]} {said}"
    elif rest:
        said = f"{calendar.month_name[int(rest[0])]} {said}"
    if len(rest) == 2:
        said = f"{int(rest[1])} {said}"
    return doubt + said


def _say_year(written: str, precision: Precision | None = None) -> str:
    if written.startswith("-"):
        return f"{int(written[1:5]) + 1} BCE"  # years before 1 are astronomical: -0043 is 44 BCE
    if written.endswith("XX") or precision is Precision.CENTURY:
        return f"the {_ordinal(int(written[:2]) + 1)} century"
    if written.endswith("X") or precision is Precision.DECADE:
        return f"the {written[:3]}0s"
    return written[:4].lstrip("0") or written[:4]


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
