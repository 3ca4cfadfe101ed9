"""Where quotes stand, in a line for people, and what a corpus covers."""

from __future__ import annotations

from index.edtf import day_to_iso
from index.model import (
    FIRST_DAY,
    LAST_DAY,
    CitedEvent,
    Locator,
    Overlap,
    SourceInfo,
)
from index.snapshot import Snapshot


def citation_line(source: SourceInfo, locator: Locator) -> str:
    """Where a slice stands, in one line for people: title, sections, page, note."""
    parts = [source.title, *locator.section]
    if locator.page is not None:
        last = locator.page_end or locator.page
        parts.append(f"p. {locator.page}" if last == locator.page else f"pp. {locator.page}–{last}")
    if locator.note is not None:
        parts.append(f"note {locator.note}")
    elif locator.paragraph is not None:
        parts.append(f"para. {locator.paragraph}")
    return ", ".join(parts)


def cited_event(snapshot: Snapshot, position: int, overlap: Overlap | None) -> CitedEvent:
    """The event at ``position`` with its text and source."""
    event = snapshot.event(position)
    source = snapshot.sources[event.locator.document_id]
    return CitedEvent(event, source, overlap, citation_line(source, event.locator))


def covers(snapshot: Snapshot) -> str:
    """One sentence on what the corpus holds."""
    titles = [summary.source.title for summary in snapshot.summaries]
    shown = ", ".join(f"“{title}”" for title in titles[:3])
    rest = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    documents = "1 document" if len(titles) == 1 else f"{len(titles)} documents"
    return f"The corpus holds {documents}: {shown}{rest}; {span_of_events(snapshot)}."


def span_of_events(snapshot: Snapshot) -> str:
    """How many events there are and over which years, in words."""
    dates = [event.date for event in snapshot.events]
    first = min((date.earliest for date in dates if date.earliest > FIRST_DAY), default=None)
    last = max((date.latest for date in dates if date.latest < LAST_DAY), default=None)
    if first is None or last is None:
        return f"{len(dates):,} dated events" if dates else "no dated events"
    years = (day_to_iso(day).rsplit("-", 2)[0] for day in (first, last))
    return f"{len(dates):,} dated events from {' to '.join(years)}"
