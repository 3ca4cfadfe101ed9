"""The time that is given beside a question, and the dates of a question that lie in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from index.dates import from_edtf, parse_when
from index.dates.edtf import Part, civil, days_in_month, interval, single
from index.errors import UnreadableDateError
from index.messages import say
from index.model import FIRST_DAY, LAST_DAY, HistoricDate, Precision

_MOST_YEARS = 200  # of a range, for days of every year to be told one by one


def read_range(since: str | None, until: str | None, today: dt.date) -> HistoricDate | None:
    """The time from the first day of ``since`` to the last one of ``until``, both included.

    Either is any date expression with a year, or None for an open end; both None: None. Raises
    UnreadableDateError for an end that is no date or names no year, and when the first lies behind
    the last.
    """
    first = _end(since, today) if since is not None else None
    last = _end(until, today) if until is not None else None
    earliest = first.earliest if first else FIRST_DAY
    latest = last.latest if last else LAST_DAY
    if earliest > latest and first and last:
        raise UnreadableDateError(
            say(
                "“{first}” to “{last}” ends before it begins; give the earlier date first.",
                first=first,
                last=last,
            )
        )
    if earliest <= FIRST_DAY and latest >= LAST_DAY:
        return None
    return _between(earliest, latest, _as_written(first, last))


def clipped(dates: Sequence[HistoricDate], within: HistoricDate) -> tuple[HistoricDate, ...]:
    """The parts of ``dates`` that lie in ``within``, in their order; of none ``within`` itself.

    Empty if there are dates and none of them meets it.
    """
    if not dates:
        return (within,)
    found: dict[HistoricDate, None] = {}
    for date in dates:
        first = max(date.earliest, within.earliest)
        last = min(date.latest, within.latest)
        if first > last:
            continue
        if (first, last) == (date.earliest, date.latest):
            found[date] = None
        elif (first, last) == (within.earliest, within.latest):
            found[within] = None
        else:
            found[_between(first, last)] = None
    return tuple(found)


def every_year(days: Sequence[tuple[int, int]], within: HistoricDate) -> tuple[HistoricDate, ...]:
    """The days (month, day; of day 0 the whole month) of each year that lie in ``within``, in order.

    Empty if ``within`` is open or longer than two hundred years.
    """
    if within.earliest <= FIRST_DAY or within.latest >= LAST_DAY:
        return ()
    years = range(civil(within.earliest)[0], civil(within.latest)[0] + 1)
    if len(years) > _MOST_YEARS:
        return ()
    found: list[HistoricDate] = []
    for year in years:
        for month, day in days:
            if day > days_in_month(year, month):
                continue  # 29 February
            part = Part(Precision.DAY if day else Precision.MONTH, year, month, day)
            date = single(part)
            if date.earliest <= within.latest and date.latest >= within.earliest:
                found += clipped([date], within)
    return tuple(found)


def _end(said: str, today: dt.date) -> HistoricDate:
    when = parse_when(said, today=today)
    if when.date is None:
        shown = said.strip()
        raise UnreadableDateError(
            say("“{date}” names no year; try “{example}”.", date=shown, example=f"{shown} 2021")
        )
    return when.date


def _as_written(first: HistoricDate | None, last: HistoricDate | None) -> str:
    """The range as coarsely as its ends are known, in EDTF."""
    start = first.start if first else ".."
    end = (last.end or last.start) if last else ".."
    return f"{start or '..'}/{end or '..'}"


def _between(earliest: int, latest: int, edtf: str = "") -> HistoricDate:
    """The days from ``earliest`` to ``latest``; as ``edtf`` says it where that means the same."""
    if edtf:
        try:
            said = from_edtf(edtf)
        except ValueError:
            pass
        else:
            if (said.earliest, said.latest) == (earliest, latest):
                return said
    first = _day(earliest) if earliest > FIRST_DAY else None
    return interval(first, _day(latest) if latest < LAST_DAY else None)


def _day(number: int) -> Part:
    return Part(Precision.DAY, *civil(number))
