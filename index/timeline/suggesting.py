"""What to offer while somebody types what to ask the timeline for: times and topics, with counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from index.dates import parse_when
from index.dates.edtf import from_edtf, sort_key
from index.dates.wording import say_date
from index.errors import UnreadableDateError
from index.model import HistoricDate, Precision, WhenSuggestion, one_line
from index.snapshot import Snapshot
from index.timeline.held import holding
from index.timeline.lookup import alternatives_of, say_recurring
from index.timeline.table import Mask
from index.timeline.topics import LONGEST_SUGGESTED, Topics

_MOST_READ = 8_000  # events whose words are looked through, so that no index is long in opening
_MANY_YEARS = 20  # with events: where there are more, decades are offered too
_LATEST = 10  # years that come before the decades where nothing is typed
#: Words before a date that are offered with each: “since 20” begins “since 2021”.
_RELATIONS = ("since", "before", "after", "until", "around")


class Times:
    """When events happened: how many fall in a time, and in which times they begin."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._table = snapshot.timeline.table
        years = [date for date in snapshot.beginnings if date.precision is Precision.YEAR]
        self._years = tuple(reversed(years))  # latest first
        self._decades: tuple[HistoricDate, ...] = ()
        if len(years) > _MANY_YEARS:
            plain = (date.edtf[:3] for date in years if date.edtf.isdecimal())
            self._decades = tuple(from_edtf(f"{begun}X") for begun in dict.fromkeys(plain))
        beginnings = sorted((*snapshot.beginnings, *self._decades), key=sort_key)
        self._said = tuple((date, date.edtf, say_date(date).casefold()) for date in beginnings)

    def count(self, date: HistoricDate) -> tuple[int, int]:
        """How many events certainly fall in ``date``, and how many possibly."""
        return _counted(*self._table.overlap(date.earliest, date.latest))

    def recurring(self, month: int, day: int) -> tuple[int, int]:
        """The same for a day of every year; for day 0 a whole month."""
        return _counted(*self._table.recurring(month, day))

    def latest(self) -> Iterator[HistoricDate]:
        """Years in which events begin, the latest first; the decades stand behind the first ten."""
        most = _LATEST if self._decades else len(self._years)
        yield from self._years[:most]
        yield from reversed(self._decades)
        yield from self._years[most:]

    def begun(self, typed: str) -> Iterator[HistoricDate]:
        """Decades, years and months in which events begin that ``typed`` may begin, in their order.

        ``typed`` is in small letters, the beginning of EDTF or of a word of the date as it is said.
        """
        for date, edtf, said in self._said:
            if edtf.startswith(typed) or said.startswith(typed) or f" {typed}" in said:
                yield date


def _counted(sure: Mask, perhaps: Mask) -> tuple[int, int]:
    return int(np.count_nonzero(sure)), int(np.count_nonzero(perhaps))


def suggest_when(
    times: Times, typed: str, *, today: dt.date, limit: int
) -> tuple[WhenSuggestion, ...]:
    """Times that ``typed`` gives or may begin, with how many events fall in each.

    First what ``typed`` says, if it is a date expression; then decades (where there are many years),
    years and months in which events begin, by their time. With nothing typed the latest years.
    """
    typed = one_line(typed)
    found: dict[str, WhenSuggestion] = {}
    for suggestion in _suggested(times, typed, today):
        if len(found) >= limit:
            break
        found.setdefault(suggestion.said, suggestion)
    return tuple(found.values())


def _suggested(times: Times, typed: str, today: dt.date) -> Iterator[WhenSuggestion]:
    if not typed:
        yield from (_suggestion(times, date) for date in times.latest())
        return
    yield from _read(times, typed, today)
    wanted = typed.casefold()
    relation, _, rest = wanted.partition(" ")
    if relation in _RELATIONS and rest:
        for date in times.begun(rest):
            yield from _read(times, f"{relation} {say_date(date)}", today)
    for date in times.begun(wanted):
        yield _suggestion(times, date)


def _read(times: Times, typed: str, today: dt.date) -> Iterator[WhenSuggestion]:
    """The time that ``typed`` says; none if it is no date expression."""
    if len(typed) > LONGEST_SUGGESTED:
        return
    try:
        read = parse_when(typed, today=today)
    except UnreadableDateError:
        return
    if read.date is not None:
        yield _suggestion(times, read.date, typed)
    else:
        day = read.month_day or (read.month or 0, 0)
        yield WhenSuggestion(None, day, say_recurring(*day), typed, *times.recurring(*day))


def _suggestion(times: Times, date: HistoricDate, typed: str | None = None) -> WhenSuggestion:
    said = say_date(date)
    return WhenSuggestion(date, None, said, said if typed is None else typed, *times.count(date))


def make_topics(snapshot: Snapshot) -> Topics:
    """The topics of the timeline: of a very long one, of events spread evenly over it."""
    step = max(1, -(-len(snapshot.events) // _MOST_READ))
    return Topics(
        (snapshot.quote(event.locator), snapshot.analyzer_of(event.locator.document_id).language)
        for event in snapshot.events[::step]
    )


def suggest_topics(
    snapshot: Snapshot, topics: Topics, typed: str, *, limit: int
) -> list[tuple[str, int]]:
    """Words and phrases of events that ``typed`` may begin, with how many events hold all of each.

    Best first: those that begin so before those of which a word does; of each those that most events
    hold. With nothing typed the commonest that still tell something.
    """
    return [(said, _holding(snapshot, said)) for said in topics.suggest(typed, limit)]


def _holding(snapshot: Snapshot, said: str) -> int:
    """How many events hold all words of ``said``, as `lookup.timeline` reads ``about``."""
    words = alternatives_of(snapshot, said)
    held = [holding(snapshot.event_searcher, forms) for forms in words]
    return int(np.count_nonzero(np.all(held, axis=0))) if held else len(snapshot.events)
