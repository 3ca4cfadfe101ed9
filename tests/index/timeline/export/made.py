"""Timelines made by hand, for the tests of what they are exported to."""

from __future__ import annotations

from typing import Any

from index.dates.edtf import from_edtf
from index.model import CitedEvent, Event, Locator, Precision, SourceInfo, Timeline


def cited(edtf: str, text: str = "The light was lit.", **told: Any) -> CitedEvent:
    """An event on ``edtf``; ``told`` are fields of the event, of its source or the citation."""
    precision = told.pop("precision", None)
    title = told.pop("title", "Log of the light")
    source = SourceInfo(
        id=told.pop("source", "log"), name="log.txt", collection="main", title=title, author=None,
        publisher=None, date=None, url=None, rights=None, sha256="0", text_sha256="0",
    )  # fmt: skip
    overlap = told.pop("overlap", None)
    line = told.pop("line", "Log of the light, 1853, para. 2")
    told = {"id": "e1", "as_written": edtf, "passage": "p1"} | told
    place = Locator(source.id, ("Part I", "1853"), 10, 10 + len(text), page=3, note=None)
    date = from_edtf(edtf, Precision(precision) if precision else None)
    return CitedEvent(Event(date=date, text=text, locator=place, **told), source, overlap, line)


def timeline(*certain: CitedEvent, possible: tuple[CitedEvent, ...] = ()) -> Timeline:
    """The timeline of these events, in the order given."""
    return Timeline(certain, possible, None, "all events", "The timeline holds some events.", 1)
