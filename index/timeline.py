"""Looking events up by date, person and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from index.citing import cited_event
from index.dates import parse_when
from index.edtf import sort_key
from index.errors import QueryTooLongError
from index.model import HistoricDate, Overlap, Timeline
from index.questions import MOST_CHARACTERS
from index.snapshot import Snapshot


def timeline(
    snapshot: Snapshot,
    *,
    today: dt.date,
    when: str | None = None,
    who: str | None = None,
    about: str | None = None,
    document: str | None = None,
) -> Timeline:
    """The events that fit all that is given; all events when nothing is.

    ``who`` must be found whole (any of its aliases will do), of ``about`` every word that is not a
    stop word. Raises UnreadableDateError, UnknownDocumentError, QueryTooLongError.
    """
    when, who, about = (_given(value) for value in (when, who, about))
    only = _given(document) and snapshot.document_id(_given(document) or "")
    date = parse_when(when, today=today) if when else None
    found = _of_date(snapshot, date, only)
    for words, whole in ((who, True), (about, False)):
        if words:
            found = {n: o for n, o in found.items() if _tells(snapshot, n, words, whole=whole)}
    certain = in_order(snapshot, [n for n, overlap in found.items() if overlap != "possible"])
    possible = in_order(snapshot, [n for n, overlap in found.items() if overlap == "possible"])
    asked = [when, who and f"who: {who}", about and f"about: {about}", only and f"in {only}"]
    return Timeline(
        events=tuple(cited_event(snapshot, n, found[n]) for n in certain),
        possible_events=tuple(cited_event(snapshot, n, found[n]) for n in possible),
        when=date,
        asked="; ".join(part for part in asked if part) or "all events",
        covers=f"The timeline holds {snapshot.events_span}.",
        generation=snapshot.generation,
    )


def events_of_dates(
    snapshot: Snapshot, dates: Sequence[HistoricDate], only: str | None
) -> dict[int, Overlap]:
    """Which events fall on any of ``dates``, and how surely, by position."""
    if not dates:
        return {}
    found: dict[int, Overlap] = {}
    for number, event in enumerate(snapshot.events):
        if only is not None and event.locator.document_id != only:
            continue
        overlaps = {event.date.overlap(date.earliest, date.latest) for date in dates}
        if "certain" in overlaps:
            found[number] = "certain"
        elif "possible" in overlaps:
            found[number] = "possible"
    return found


def in_order(snapshot: Snapshot, positions: Sequence[int]) -> list[int]:
    """``positions`` of events by earliest day, then coarser precision, then corpus order."""
    return sorted(positions, key=lambda n: (*sort_key(snapshot.events[n].date), n))


def _given(value: str | None) -> str | None:
    value = (value or "").strip()
    if len(value) > MOST_CHARACTERS:
        raise QueryTooLongError(f"At most {MOST_CHARACTERS:,} characters are read.")
    return value or None


def _of_date(
    snapshot: Snapshot, date: HistoricDate | None, only: str | None
) -> dict[int, Overlap | None]:
    if date is not None:
        return dict(events_of_dates(snapshot, [date], only))
    return {
        number: None
        for number, event in enumerate(snapshot.events)
        if only is None or event.locator.document_id == only
    }


def _tells(snapshot: Snapshot, number: int, words: str, *, whole: bool) -> bool:
    """Whether the event at ``number`` holds ``words``; a name of an alias group by any of its names."""
    analyzer, held = snapshot.analyzer, snapshot.event_searcher.holds
    wanted = analyzer.terms(words) or analyzer.terms(words, keep_stop_words=True)
    if not wanted:
        return False
    start, stop = wanted[0].start, max(term.stop for term in wanted)
    groups = [
        t.text for t in wanted if t.text in analyzer.names and (t.start, t.stop) == (start, stop)
    ]
    if groups:  # the words alone could be part of another's name
        return any(held(number, group) for group in groups)
    plain = [term.text for term in wanted if term.text not in analyzer.names]
    if not all(held(number, term) for term in plain):
        return False
    return not whole or _stand_together(snapshot, number, plain)


def _stand_together(snapshot: Snapshot, number: int, terms: list[str]) -> bool:
    """Whether ``terms`` stand side by side and in order in the event's text."""
    found = [t.text for t in snapshot.analyzer.terms(snapshot.event(number).text)]
    found = [term for term in found if term not in snapshot.analyzer.names]
    return any(found[n : n + len(terms)] == terms for n in range(len(found)))
