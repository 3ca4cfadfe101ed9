"""Where quotes stand, in one line for people."""

from __future__ import annotations

from index.model import CitedEvent, Locator, Overlap, SourceInfo
from index.snapshot import Snapshot


def citation_line(source: SourceInfo, locator: Locator) -> str:
    """Where a slice stands, in one line for people: title, sections, page, note."""
    parts = [source.title, *locator.section]
    if locator.page is not None:
        parts.append(pages_line(locator.page, locator.page_end, locator.page_label))
    if locator.note is not None:
        parts.append(f"note {locator.note_label or locator.note}")
    elif locator.paragraph is not None:
        parts.append(f"para. {locator.paragraph}")
    return ", ".join(parts)


def pages_line(page: int, last: int | None, label: str | None) -> str:
    """The pages for people: by number, with what is printed on the first where that differs."""
    printed = f" (printed {label})" if label and label != str(page) else ""
    return f"p. {page}{printed}" if last in (None, page) else f"pp. {page}–{last}{printed}"


def cited_event(snapshot: Snapshot, position: int, overlap: Overlap | None) -> CitedEvent:
    """The event at ``position`` with its text and source."""
    event = snapshot.event(position)
    source = snapshot.sources[event.locator.document_id]
    return CitedEvent(event, source, overlap, citation_line(source, event.locator))
