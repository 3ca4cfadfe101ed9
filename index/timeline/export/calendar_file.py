"""A timeline as iCalendar (RFC 5545): the events whose days are known, each over whole days.

A calendar can't say “about” or “in 2021”, so what is not known to the day is left out and counted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from index.dates.wording import event_words, say_date
from index.model import CitedEvent, HistoricDate, Timeline, one_line
from index.timeline.export.rows import display_date, headline, remarks, without_controls

_LINE = 75  # octets, without its end (RFC 5545, 3.1)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COARSE = "known only to the month, the year or less"
_MARKED = "uncertain or approximate"
_OPEN = "without a beginning or an end"
_EARLY = "before the year 1"
_LATE = "at the end of the year 9999"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The text of the file, how many events it holds, and how many were left out for what reason.

    Without any event the text is empty: a calendar must hold one.
    """

    text: str
    events: int
    left_out: tuple[tuple[str, int], ...] = ()  # reason and how many, most first

    @property
    def sentence(self) -> str:
        """What was left out, for people; empty when nothing was and there is a calendar."""
        total = sum(count for _, count in self.left_out)
        if not total:
            return "" if self.events else "There is no event to make a calendar of."
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.left_out)
        noun = "event was" if total == 1 else "events were"
        return f"{total:,} {noun} left out, since a calendar needs exact days: {reasons}."


def to_ics(timeline: Timeline, *, today: dt.date) -> Calendar:
    """The events known to the day; ``today`` is when the file is said to be made."""
    lines: list[str] = []
    left_out: Counter[str] = Counter()
    kept = 0
    for cited in timeline:
        days = _days(cited.event.date)
        if isinstance(days, str):
            left_out[days] += 1
            continue
        kept += 1
        lines += _event(cited, *days, today)
    counts = tuple(sorted(left_out.items(), key=lambda item: (-item[1], item[0])))
    if not kept:
        return Calendar("", 0, counts)
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Archivist//Timeline//EN")
    lines = [*head, "CALSCALE:GREGORIAN", *lines, "END:VCALENDAR"]
    return Calendar("".join(part for line in lines for part in _folded(line)), kept, counts)


def _days(date: HistoricDate) -> tuple[dt.date, dt.date] | str:
    """First day, and the day after the last; or why it can't be told so."""
    first, _, last = date.edtf.partition("/")
    last = last or first
    if ".." in (first, last):
        return _OPEN
    if date.edtf.startswith(("-", "0000")):
        return _EARLY
    if any(end[-1] in "?~%" for end in (first, last)):
        return _MARKED
    if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
        return _COARSE
    if last == dt.date.max.isoformat():
        return _LATE
    after = dt.date.fromisoformat(last) + dt.timedelta(days=1)
    return dt.date.fromisoformat(first), after


def _event(cited: CitedEvent, first: dt.date, after: dt.date, today: dt.date) -> Iterator[str]:
    event = cited.event
    about = [event_words(event), *remarks(cited), cited.line]
    if event.as_written:
        about.insert(1, f"Written as: {display_date(event)}")
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@archivist"
    yield f"DTSTAMP:{_basic(today)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_basic(first)}"
    yield f"DTEND;VALUE=DATE:{_basic(after)}"
    yield f"SUMMARY:{_text(headline(event) or say_date(event.date))}"
    yield f"DESCRIPTION:{_text(chr(10).join(map(one_line, about)))}"
    if event.places:
        yield f"LOCATION:{_text(', '.join(map(one_line, event.places)))}"
    if event.actors:
        yield f"CATEGORIES:{','.join(_text(one_line(name)) for name in event.actors)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _basic(day: dt.date) -> str:
    return day.isoformat().replace("-", "")


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    for char in "\\;,":
        value = value.replace(char, f"\\{char}")
    return without_controls(value).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """``line`` in pieces of at most 75 octets, no character cut in two; each with its end."""
    octets = line.encode()
    start, room, lead = 0, _LINE, ""
    while len(octets) - start > room:
        stop = start + room
        while octets[stop] & 0xC0 == 0x80:  # inside a character
            stop -= 1
        yield f"{lead}{octets[start:stop].decode()}\r\n"
        start, room, lead = stop, _LINE - 1, " "
    yield f"{lead}{octets[start:].decode()}\r\n"
