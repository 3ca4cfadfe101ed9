"""Where quotes stand, in a line for people."""

from __future__ import annotations

from index.model import CitedEvent, Locator, Overlap, SourceInfo
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
