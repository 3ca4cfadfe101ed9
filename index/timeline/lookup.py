"""Looking events up by date, person and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.citing import cited_event
from index.dates import When, parse_when
from index.errors import QueryTooLongError
from index.messages import DayOfYear, Message, either, joined, quoted, say
from index.model import HistoricDate, Timeline
from index.questions.understanding import MOST_CHARACTERS
from index.snapshot import Snapshot
from index.timeline.cited import cited
from index.timeline.held import holding, number_of
from index.timeline.people import Meant
from index.timeline.table import NOTHING, EventTable, Happened, Positions

_COVERAGE = 0.5  # of what the words of ``about`` tell, where no event holds all
_MOST_READ = 2_000  # events that are read to see whether a name stands in them whole


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
    table = snapshot.timeline.table
    among = np.arange(len(table))
    if only is not None:
        among = np.flatnonzero(table.document == number_of(snapshot, only))
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
    certain, possible = _of_time(table, read, among)
    before: int | None = None
    after: int | None = None
    if read and read.date:
        outside = np.setdiff1d(among, np.concatenate((certain, possible)), assume_unique=True)
        before, after = table.around(read.date, outside)
    asked = (
        when or "",
        say("who: {name}", name=who) if who else "",
        say("about: {words}", words=about) if about else "",
        say("in {document}", document=only) if only else "",
    )
    return Timeline(
        events=cited(snapshot, table.in_order(certain), "certain" if read else None),
        possible_events=cited(snapshot, table.in_order(possible), "possible"),
        when=read.date if read else None,
        asked=joined(*asked, by="; ") or say("all events"),
        covers=say("The timeline holds {events}.", events=snapshot.events_span),
        generation=snapshot.generation,
        notes=tuple(notes),
        span=table.span(certain),
        before=None if before is None else cited_event(snapshot, before, None),
        after=None if after is None else cited_event(snapshot, after, None),
    )


def events_of_dates(
    snapshot: Snapshot,
    dates: Sequence[HistoricDate],
    only: str | None,
    recurring: Sequence[tuple[int, int]] = (),
) -> Happened:
    """Which events fall on any of ``dates``, and how surely, by position.

    ``recurring`` are months and days of every year; day 0 means the whole month. With ``only`` those
    of one document, by its id.
    """
    if not dates and not recurring:
        return NOTHING
    document = None if only is None else number_of(snapshot, only)
    return snapshot.timeline.table.happened(dates, recurring, document)


def in_order(snapshot: Snapshot, positions: Iterable[int]) -> list[int]:
    """``positions`` of events by earliest day, then coarser precision, then corpus order."""
    found = np.fromiter(positions, dtype=np.int64)
    return [int(n) for n in snapshot.timeline.table.in_order(found)]


def _given(value: str | None) -> str | None:
    value = (value or "").strip()
    if len(value) > MOST_CHARACTERS:
        raise QueryTooLongError(say("At most {count} characters are read.", count=MOST_CHARACTERS))
    return value or None


def _of_time(table: EventTable, when: When | None, among: Positions) -> tuple[Positions, Positions]:
    """Those of ``among`` that certainly, and those that possibly, fall in ``when``; all without it."""
    if when is None:
        return among, among[:0]
    if when.date is not None:
        sure, perhaps = table.overlap(when.date.earliest, when.date.latest)
    else:
        sure, perhaps = table.recurring(*(when.month_day or (when.month or 0, 0)))
    return among[sure[among]], among[perhaps[among]]


def say_recurring(month: int, day: int) -> Message:
    """A day of every year in words; of day 0 the whole month."""
    return say("{day} of every year", day=DayOfYear(month, day))


# ---------------------------------------------------------------- who


def _naming(snapshot: Snapshot, among: Positions, who: str) -> tuple[Positions, list[str]]:
    """Those of ``among`` that name ``who``, and how that was read if not as typed."""
    named = _holding_name(snapshot, among, who)
    if len(named):
        return named, []
    meant: Meant = snapshot.people.meant(who)
    if meant.name is None:
        if not meant.suggestions:
            return named, [say("Nobody called “{name}” is named.", name=who)]
        near = either(map(quoted, meant.suggestions))
        return named, [
            say("Nobody called “{name}” is named; did you mean {names}?", name=who, names=near)
        ]
    known = snapshot.people.positions(meant.name)
    said = say("“{words}” was read as “{name}”.", words=who, name=meant.name)
    return among[np.isin(among, known)], [said]


def _holding_name(snapshot: Snapshot, among: Positions, name: str) -> Positions:
    """Those of ``among`` that hold ``name`` whole; of an alias group any of its names."""
    analyzer, searcher = snapshot.analyzer, snapshot.event_searcher
    wanted = analyzer.terms(name) or analyzer.terms(name, keep_stop_words=True)
    if not wanted:
        return among[:0]
    start, stop = wanted[0].start, max(term.stop for term in wanted)
    groups = [
        t.text for t in wanted if t.text in analyzer.names and (t.start, t.stop) == (start, stop)
    ]
    if groups:  # the words alone could be part of another's name
        return among[holding(searcher, groups)[among]]
    plain = [term.text for term in wanted if term.text not in analyzer.names]
    held = searcher.holding(list(dict.fromkeys(plain)))
    among = among[np.isin(among, held, assume_unique=True)]
    if len(among) > _MOST_READ:  # so many are not read: names found in them tell
        people = snapshot.people
        named = [people.positions(known) for known in people.having(name)]
        return among[np.isin(among, np.concatenate((among[:0], *named)))]
    snapshot.events.many(among.tolist())
    found = [n for n in among.tolist() if _stand_together(snapshot, n, plain)]
    return np.array(found, dtype=np.int64)


def _stand_together(snapshot: Snapshot, number: int, terms: list[str]) -> bool:
    """Whether ``terms`` stand side by side and in order in the event's text."""
    found = [t.text for t in snapshot.analyzer.terms(snapshot.event(number).text)]
    found = [term for term in found if term not in snapshot.analyzer.names]
    return any(found[n : n + len(terms)] == terms for n in range(len(found)))


# ---------------------------------------------------------------- about


def _telling(snapshot: Snapshot, among: Positions, about: str) -> tuple[Positions, list[str]]:
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
    held = [holding(searcher, forms)[among] for forms in grouped]
    complete = among[np.all(held, axis=0)] if held else among
    if len(complete) or not grouped:
        return complete, said if not len(complete) else []
    weights = [
        max(
            (searcher.idf(term) for term in forms if term in searcher),
            default=searcher.idf(forms[0]),
        )
        for forms in grouped
    ]
    shares = np.zeros(len(among))
    for weight, has in zip(weights, held, strict=True):
        shares += weight * has
    best = among[shares / sum(weights) >= _COVERAGE]
    if len(best):
        said = [say("No event holds all of these words; these hold most.")]
    return best, said


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
