"""Looking events up by date, person and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from index.citing import cited_event
from index.dates import When, parse_when
from index.dates.edtf import civil, sort_key
from index.errors import QueryTooLongError
from index.messages import DayOfYear, Message, either, joined, quoted, say
from index.model import (
    FIRST_DAY,
    LAST_DAY,
    CitedEvent,
    HistoricDate,
    Overlap,
    Precision,
    Span,
    Timeline,
)
from index.questions.understanding import MOST_CHARACTERS
from index.snapshot import Snapshot
from index.timeline.people import Meant

_COVERAGE = 0.5  # of what the words of ``about`` tell, where no event holds all
_LONGEST_RECURRING = 31  # days: what is less exactly dated tells nothing of a day of the year

_Found = dict[int, Overlap | None]


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

    ``who`` is a name as it stands in the event, one of its aliases, its initials, or nearly so
    spelt. ``about`` are words: events that hold all of them that are no stop words; if none does,
    those that hold the most telling ones. Beside the events stand the nearest ones before and after
    the time asked for, which fit the rest. Raises UnreadableDateError, UnknownDocumentError,
    QueryTooLongError.
    """
    when, who, about = (_given(value) for value in (when, who, about))
    only = _given(document) and snapshot.document_id(_given(document) or "")
    read = parse_when(when, today=today) if when else None
    among: list[int] = [
        n
        for n, event in enumerate(snapshot.events)
        if only is None or event.locator.document_id == only
    ]
    notes: list[str] = [read.said] if read and read.said else []
    if read and read.date and "~" in read.date.edtf and not notes:
        notes = [
            say(
                "“{date}” has no sure bounds: all of the time that it may mean is shown.",
                date=when or "",
            )
        ]
    if who:
        among, said = _naming(snapshot, among, who)
        notes += said
    if about:
        among, said = _telling(snapshot, among, about)
        notes += said
    found = _of_time(snapshot, read, among)
    certain = in_order(snapshot, [n for n, overlap in found.items() if overlap != "possible"])
    possible = in_order(snapshot, [n for n, overlap in found.items() if overlap == "possible"])
    before, after = _around(snapshot, read.date if read else None, among, found)
    asked = (
        when or "",
        say("who: {name}", name=who) if who else "",
        say("about: {words}", words=about) if about else "",
        say("in {document}", document=only) if only else "",
    )
    return Timeline(
        events=tuple(cited_event(snapshot, n, found[n]) for n in certain),
        possible_events=tuple(cited_event(snapshot, n, found[n]) for n in possible),
        when=read.date if read else None,
        asked=joined(*asked, by="; ") or say("all events"),
        covers=say("The timeline holds {events}.", events=snapshot.events_span),
        generation=snapshot.generation,
        notes=tuple(notes),
        span=span(snapshot.events[n].date for n in certain),
        before=before,
        after=after,
    )


def events_of_dates(
    snapshot: Snapshot,
    dates: Sequence[HistoricDate],
    only: str | None,
    recurring: Sequence[tuple[int, int]] = (),
) -> dict[int, Overlap]:
    """Which events fall on any of ``dates``, and how surely, by position.

    ``recurring`` are months and days of every year; day 0 means the whole month.
    """
    if not dates and not recurring:
        return {}
    found: dict[int, Overlap] = {}
    for number, event in enumerate(snapshot.events):
        if only is not None and event.locator.document_id != only:
            continue
        overlaps = {event.date.overlap(date.earliest, date.latest) for date in dates}
        overlaps |= {recurs(event.date, *day) for day in recurring}
        if "certain" in overlaps:
            found[number] = "certain"
        elif "possible" in overlaps:
            found[number] = "possible"
    return found


def in_order(snapshot: Snapshot, positions: Iterable[int]) -> list[int]:
    """``positions`` of events by earliest day, then coarser precision, then corpus order."""
    return sorted(positions, key=lambda n: (*sort_key(snapshot.events[n].date), n))


def span(dates: Iterable[HistoricDate]) -> Span | None:
    """The first and last day that ``dates`` can mean, open ends left out; None if there are none."""
    known = list(dates)
    first = min((date.earliest for date in known if date.earliest > FIRST_DAY), default=None)
    last = max((date.latest for date in known if date.latest < LAST_DAY), default=None)
    if first is None or last is None:
        return None
    return Span(min(first, last), max(first, last))


def _given(value: str | None) -> str | None:
    value = (value or "").strip()
    if len(value) > MOST_CHARACTERS:
        raise QueryTooLongError(say("At most {count} characters are read.", count=MOST_CHARACTERS))
    return value or None


# ---------------------------------------------------------------- when


def _of_time(snapshot: Snapshot, when: When | None, among: Sequence[int]) -> _Found:
    if when is None:
        return dict.fromkeys(among)
    overlap = _overlap_with(when)
    found = {n: overlap(snapshot.events[n].date) for n in among}
    return {n: how for n, how in found.items() if how is not None}


def _overlap_with(when: When) -> Callable[[HistoricDate], Overlap | None]:
    date = when.date
    if date is not None:
        return lambda told: told.overlap(date.earliest, date.latest)
    month, day = when.month_day or (when.month or 0, 0)
    return lambda told: recurs(told, month, day)


def recurs(date: HistoricDate, month: int, day: int) -> Overlap | None:
    """Whether ``date`` falls on a day of any year, or in a month of any year if ``day`` is 0.

    A season, a year or what is longer tells nothing of it.
    """
    if date.latest - date.earliest > _LONGEST_RECURRING and date.precision is not Precision.DAY:
        return None
    if date.latest - date.earliest > 366:
        return "certain" if date.end else None
    days = [civil(n) for n in range(date.earliest, date.latest + 1)]
    fitting = [(m, d) for _, m, d in days if m == month and day in (0, d)]
    if not fitting:
        return None
    sure = date.precision is Precision.DAY or len(fitting) == len(days)
    return "certain" if sure else "possible"


def say_recurring(month: int, day: int) -> Message:
    """A day of every year in words; of day 0 the whole month."""
    return say("{day} of every year", day=DayOfYear(month, day))


def _around(
    snapshot: Snapshot,
    when: HistoricDate | None,
    among: Sequence[int],
    found: Mapping[int, Overlap | None],
) -> tuple[CitedEvent | None, CitedEvent | None]:
    """The last event before ``when`` and the first one after it, of those that fit the rest."""
    if when is None:
        return None, None
    events = snapshot.events
    ordered = [n for n in in_order(snapshot, among) if n not in found]
    earlier = [n for n in ordered if events[n].date.latest < when.earliest]
    later = [n for n in ordered if events[n].date.earliest > when.latest]
    earlier.sort(key=lambda n: events[n].date.latest)
    return (
        cited_event(snapshot, earlier[-1], None) if earlier else None,
        cited_event(snapshot, later[0], None) if later else None,
    )


# ---------------------------------------------------------------- who


def _naming(snapshot: Snapshot, among: Sequence[int], who: str) -> tuple[list[int], list[str]]:
    """Those of ``among`` that name ``who``, and how that was read if not as typed."""
    named = [n for n in among if _holds_name(snapshot, n, who)]
    if named:
        return named, []
    meant: Meant = snapshot.people.meant(who)
    if meant.name is None:
        if not meant.suggestions:
            return [], [say("Nobody called “{name}” is named.", name=who)]
        near = either(map(quoted, meant.suggestions))
        return [], [
            say("Nobody called “{name}” is named; did you mean {names}?", name=who, names=near)
        ]
    known = set(snapshot.people.positions[meant.name])
    said = say("“{words}” was read as “{name}”.", words=who, name=meant.name)
    return [n for n in among if n in known], [said]


def _holds_name(snapshot: Snapshot, number: int, name: str) -> bool:
    """Whether the event at ``number`` holds ``name`` whole; of an alias group by any of its names."""
    analyzer, held = snapshot.analyzer, snapshot.event_searcher.holds
    wanted = analyzer.terms(name) or analyzer.terms(name, keep_stop_words=True)
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
    return _stand_together(snapshot, number, plain)


def _stand_together(snapshot: Snapshot, number: int, terms: list[str]) -> bool:
    """Whether ``terms`` stand side by side and in order in the event's text."""
    found = [t.text for t in snapshot.analyzer.terms(snapshot.event(number).text)]
    found = [term for term in found if term not in snapshot.analyzer.names]
    return any(found[n : n + len(terms)] == terms for n in range(len(found)))


# ---------------------------------------------------------------- about


def _telling(snapshot: Snapshot, among: Sequence[int], about: str) -> tuple[list[int], list[str]]:
    """Those of ``among`` that hold the words of ``about``, and what was left out of these."""
    searcher = snapshot.event_searcher
    words = _words(snapshot, about)
    grouped = _with_names(words, snapshot.analyzer.names)
    unknown = [
        quoted(about[start:stop])
        for (start, stop), forms in words.items()
        if not any(form in searcher for form in forms)
    ]
    said: list[str] = [say("No event holds {words}.", words=either(unknown))] if unknown else []
    complete = [
        n for n in among if all(any(searcher.holds(n, t) for t in forms) for forms in grouped)
    ]
    if complete or not grouped:
        return complete, said if not complete else []
    weights = [
        max(
            (searcher.idf(term) for term in forms if term in searcher),
            default=searcher.idf(forms[0]),
        )
        for forms in grouped
    ]
    total = sum(weights)
    scores = {
        n: sum(
            weight
            for forms, weight in zip(grouped, weights, strict=True)
            if any(searcher.holds(n, t) for t in forms)
        )
        / total
        for n in among
    }
    best = [n for n in among if scores[n] >= _COVERAGE]
    return best, [say("No event holds all of these words; these hold most.")] if best else said


def alternatives_of(snapshot: Snapshot, about: str) -> list[list[str]]:
    """The words of ``about`` as the terms that stand for each, of which an event must hold one."""
    return _with_names(_words(snapshot, about), snapshot.analyzer.names)


def _words(snapshot: Snapshot, about: str) -> dict[tuple[int, int], list[str]]:
    """The terms of ``about`` by the place of their word."""
    analyzer = snapshot.analyzer
    words: dict[tuple[int, int], list[str]] = {}
    wanted = analyzer.terms(about) or analyzer.terms(about, keep_stop_words=True)
    for term in wanted:  # any term that stands for a word will do
        words.setdefault((term.start, term.stop), []).append(term.text)
    return words


def _inside(place: tuple[int, int], other: tuple[int, int]) -> bool:
    return place[0] <= other[0] and other[1] <= place[1]


def _with_names(
    words: Mapping[tuple[int, int], Sequence[str]], names: Mapping[str, str]
) -> list[list[str]]:
    """Each word's terms, with those of an alias group whose name it is a part of."""
    found = []
    for place, forms in words.items():
        plain = [form for form in forms if form not in names]
        if plain:
            groups = [
                form
                for other, others in words.items()
                if _inside(other, place)
                for form in others
                if form in names
            ]
            found.append([*plain, *groups])
    return found or [list(forms) for forms in words.values()]
