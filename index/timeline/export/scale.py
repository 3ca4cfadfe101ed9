"""Where dates lie on a drawn line of time: its ends, its ticks, its bins, and lanes for the marks.

Days are day numbers as in `index.model.HistoricDate`; a stretch of them includes both ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.dates.edtf import FIRST_YEAR, LAST_YEAR, civil, day_number
from index.model import FIRST_DAY, LAST_DAY, CitedEvent, HistoricDate, Timeline

Unit = Literal["day", "month", "year"]

#: Steps of ticks and widths of bins, smallest first.
STEPS: tuple[tuple[Unit, int], ...] = (
    ("day", 1), ("day", 2), ("day", 7), ("day", 14),
    ("month", 1), ("month", 3), ("month", 6),
    ("year", 1), ("year", 2), ("year", 5), ("year", 10), ("year", 20), ("year", 50),
    ("year", 100), ("year", 200), ("year", 500), ("year", 1000), ("year", 2000), ("year", 5000),
)  # fmt: skip
_BIN_NAMES = {("day", 7): "week", ("month", 3): "quarter", ("month", 6): "half-year",
              ("year", 10): "decade", ("year", 100): "century", ("year", 1000): "millennium"}  # fmt: skip
_DAYS = {"day": 1.0, "month": 30.44, "year": 365.25}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SHORTEST = 7  # days that a window has at least
_PAD = 0.03  # of its length, on either side


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of days that is drawn."""

    first: int
    last: int

    def at(self, day: float) -> float:
        """0 at the left end, 1 at the right; a day begins at its number and ends one later."""
        place = (day - self.first) / (self.last + 1 - self.first)
        return min(1.0, max(0.0, place))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a date lies in a window: the days that it may cover, and those that it surely covers."""

    first: float  # 0 to 1, see `Window.at`
    last: float
    sure: tuple[float, float] | None  # None: it lies somewhere from first to last
    point: bool  # a single day
    doubtful: bool  # approximate or uncertain by its words
    open_start: bool  # it goes on to the left of the window, or may
    open_end: bool

    @property
    def exact(self) -> bool:
        """Whether all its ends are known to the day."""
        return self.sure == (self.first, self.last) and not self.doubtful


@dataclass(frozen=True, slots=True)
class Tick:
    day: int
    label: str


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of days with how many events surely fall on it, and how many others may."""

    first: int
    last: int
    label: str
    certain: int
    possible: int


def window(dates: Iterable[HistoricDate]) -> Window:
    """The days that hold all of ``dates``, with a margin; of an open end only the known side counts."""
    days = [day for date in dates for day in _known_days(date)] or [1]
    first, last = min(days), max(days)
    length = last + 1 - first
    pad = max(round(length * _PAD), -(-(_SHORTEST - length) // 2), 1)
    return Window(max(first - pad, FIRST_DAY), min(last + pad, LAST_DAY))


def view(timeline: Timeline) -> Window:
    """The days to draw of a timeline: those of its events, but not far beyond the dates asked for."""
    whole = window([cited.event.date for cited in timeline])
    if timeline.when is None:
        return whole
    first, last = timeline.when.earliest, timeline.when.latest
    pad = max((last - first) // 10, _SHORTEST // 2)
    first, last = max(whole.first, first - pad), min(whole.last, last + pad)
    return Window(first, last) if last - first >= _SHORTEST - 1 else whole


def _known_days(date: HistoricDate) -> Iterator[int]:
    bounds = date.earliest, date.start_latest, date.end_earliest, date.latest
    known = [day for day in bounds if FIRST_DAY < day < LAST_DAY]
    if date.earliest > FIRST_DAY and date.latest < LAST_DAY:
        known = [date.earliest, date.latest]  # a season's margins lie outside of it
    return iter(known)


def shape(date: HistoricDate, within: Window) -> Shape:
    """How ``date`` is drawn in the window."""
    first, last = within.at(date.earliest), within.at(date.latest + 1)
    sure = None
    if date.start_latest <= date.end_earliest:
        sure = within.at(date.start_latest), within.at(date.end_earliest + 1)
    return Shape(
        first=first,
        last=last,
        sure=sure,
        point=date.earliest == date.latest,
        doubtful=any(mark in date.edtf for mark in "?~%"),
        open_start=date.earliest <= FIRST_DAY or date.earliest < within.first,
        open_end=date.latest >= LAST_DAY or date.latest > within.last,
    )


def ticks(within: Window, most: int) -> list[Tick]:
    """At most ``most`` round days of the window, in order, as close together as that allows."""
    for unit, step in STEPS:
        if (within.last - within.first) / (_DAYS[unit] * step) <= most + 1:
            days = [d for d in _starts(within, unit, step) if within.first <= d <= within.last]
            days = [d for d in days if civil(d)[0] > FIRST_YEAR]
            if len(days) <= most:
                return [Tick(day, _tick_label(day, unit)) for day in days]
    return []


def bins(
    events: Sequence[CitedEvent], within: Window, most: int, *, days: bool = True
) -> tuple[str, list[Bin]]:
    """What a bin holds ("month", "2 years"), and at most ``most`` bins that cover the window.

    Without ``days`` none is shorter than a month.
    """
    for unit, step in STEPS:
        if unit == "day" and (step in (2, 14) or not days):
            continue
        if (within.last - within.first) / (_DAYS[unit] * step) > most - 1:
            continue
        starts = list(_starts(within, unit, step))
        if len(starts) - 1 <= most:
            break
    spans = [(a, z - 1) for a, z in pairwise(starts)]
    dates = [cited.event.date for cited in events]
    held = []
    for first, last in spans:
        overlaps = [date.overlap(first, last) for date in dates]
        certain, possible = overlaps.count("certain"), overlaps.count("possible")
        held.append(Bin(first, last, _bin_label(first, last, unit), certain, possible))
    return _BIN_NAMES.get((unit, step)) or (unit if step == 1 else f"{step} {unit}s"), held


def lanes(boxes: Iterable[tuple[float, float]], gap: float) -> list[int]:
    """The lane of each box (left, right): the first where it lies ``gap`` apart from all before."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for left, right in boxes:
        fits = (
            lane
            for lane, others in enumerate(taken)
            if all(right + gap <= a or z + gap <= left for a, z in others)
        )
        lane = next(fits, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((left, right))
        found.append(lane)
    return found


def year_label(year: int) -> str:
    """An astronomical year as people write it: 2021, 1 CE, 44 BCE."""
    if year < 1:
        return f"{1 - year} BCE"
    return str(year) if year >= 1000 else f"{year} CE"


def _starts(within: Window, unit: Unit, step: int) -> Iterator[int]:
    """Round days from the last one not after the window to the first one after it, in order."""
    first, last = within.first, within.last
    if unit == "day":
        day = first - first % step
        while day <= last:
            yield day
            day += step
        yield day
        return
    year, month, _ = civil(first)
    if unit == "month":
        count = year * 12 + (month - 1) // step * step
        while (day := _month_start(count)) <= last:
            yield day
            count += step
        yield day
        return
    for round_year in _round_years(year, step):
        if round_year > LAST_YEAR:
            yield LAST_DAY + 1
            return
        day = day_number(max(round_year, FIRST_YEAR), 1, 1)
        yield day
        if day > last:
            return


def _month_start(count: int) -> int:
    """The first day of a month, counted from January of year 0; the day after all days for later ones."""
    year, month = divmod(count, 12)
    return LAST_DAY + 1 if year > LAST_YEAR else day_number(year, month + 1, 1)


def _round_years(year: int, step: int) -> Iterator[int]:
    """Years that people call round: 500 BCE (-499), 1 CE, 500, 1000."""
    count = (year - (year < 1)) // step
    while True:
        round_year = count * step + (count < 0) + (count == 0)
        if not (count == 0 and step == 1):
            yield round_year
        count += 1


def _tick_label(day: int, unit: Unit) -> str:
    year, month, number = civil(day)
    said = year_label(year)
    if unit == "day":
        return f"{number} {_MONTHS[month - 1]} {said}"
    return f"{_MONTHS[month - 1]} {said}" if unit == "month" else said


def _bin_label(first: int, last: int, unit: Unit) -> str:
    a, z = _tick_label(first, unit), _tick_label(last, unit)
    return a if a == z else f"{a} – {z}"
