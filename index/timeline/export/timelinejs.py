"""A timeline as JSON for TimelineJS 3 (Knight Lab), which shows what it gets as HTML.

TimelineJS writes 44 BCE as the year -44, without a year 0. It knows no coarser date than a year, so
a decade is shown from its first to its last year, and the words beside it say that it is one.
"""

from __future__ import annotations

import json
import re
from typing import Any

from index.dates.edtf import civil
from index.dates.wording import event_words
from index.model import CitedEvent, HistoricDate, Precision, Timeline, one_line
from index.timeline.export.rows import as_html, display_date, headline, remarks

_COARSE = (Precision.DECADE, Precision.CENTURY)
_MONTHS = (Precision.SEASON, Precision.QUARTER, Precision.HALF)
_EXACT = re.compile(r"(-?\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?[?~%]?\Z")


def to_timelinejs(timeline: Timeline) -> str:
    """One object with ``title``, ``events`` and ``scale``.

    ``display_date`` holds the date as its document writes it. Each event has keys that the tool
    passes over: ``edtf`` and ``precision``, so that nothing is lost when it is read back.
    """
    events = list(timeline)
    several = len({cited.source.id for cited in events}) > 1
    shape = {
        "title": {"text": {"headline": "Timeline", "text": as_html(one_line(timeline.asked))}},
        "events": [_event(cited, grouped=several) for cited in events],
        "scale": "human",
    }
    return json.dumps(shape, ensure_ascii=False, indent=1) + "\n"


def _event(cited: CitedEvent, *, grouped: bool) -> dict[str, Any]:
    event, date = cited.event, cited.event.date
    start, end = _ends(date)
    title, words = headline(event), event_words(event)
    paragraphs = [] if title == words else [words]
    paragraphs += [*remarks(cited), f"— {cited.line}"]
    shape: dict[str, Any] = {"start_date": start}
    if end is not None:
        shape["end_date"] = end
    shape |= {
        "display_date": _label(display_date(event)),
        "text": {
            "headline": as_html(title),
            "text": "".join(f"<p>{as_html(one_line(words))}</p>" for words in paragraphs),
        },
        "unique_id": event.id,
        "autolink": False,
        "edtf": date.edtf,
        "precision": str(date.precision),
    }
    if grouped:
        shape["group"] = _label(one_line(cited.source.title))
    return shape


def _ends(date: HistoricDate) -> tuple[dict[str, int], dict[str, int] | None]:
    """Where it is drawn: its start, and its end if it has a length to be seen."""
    first, slash, last = date.edtf.partition("/")
    if first == "..":
        return _point(last, date.latest), None
    start = _point(first, date.earliest)
    if last == "..":
        return start, None
    if slash:
        return start, _point(last, date.latest)
    if date.precision in _COARSE or date.precision in _MONTHS:
        return start, _point("", date.latest, years=date.precision in _COARSE)
    return start, None


def _point(edtf: str, day: int, *, years: bool = False) -> dict[str, int]:
    """Year, month and day as they are known; of what EDTF says otherwise, those of ``day``."""
    if match := _EXACT.match(edtf):
        numbers = [int(part) for part in match.groups() if part]
    else:
        year, month, _ = civil(day)
        numbers = [year] if years or "X" in edtf else [year, month]
    if numbers[0] < 1:
        numbers[0] -= 1  # EDTF counts a year 0
    return dict(zip(("year", "month", "day"), numbers, strict=False))


def _label(text: str) -> str:
    """A label that the tool takes tags and entities out of before it shows it as HTML."""
    return as_html(as_html(text))
