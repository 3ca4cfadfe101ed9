"""“Before the coup”: an event that the corpus dates and names so -> its date.

An event is called by the words that make one name with its date: “the 1 February 2021 coup”, “the
coup of 1962”, “the 2004 tsunami”. “The coup in February 2021” counts, too, but is not enough alone:
“they condemned the coup in March” dates what they did. The date that is given most often to the same
words is meant, and of its forms the most exact one; where two are given equally often, the words
name neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.analysis import stem
from index.dates.edtf import Part, civil, day_number, days_in_month, interval, single, sort_key
from index.dates.wording import say_date
from index.model import FIRST_DAY, LAST_DAY, HistoricDate, Precision
from index.snapshot import Snapshot

MOST_WORDS = 4
_ASKED = re.compile(
    r"\b(before|after|since|until|till|during|following|prior\s+to|up\s+to)\s+"
    r"(?:the|that|this|its|his|her|their)\s+(?:(?P<year>1\d{3}|20\d{2})\s+)?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_][\w’'-]*")
_REACH = 120  # characters on either side of a date
_BESIDE = 3  # words between a name and its date, at most
_JOINING = frozenset("of in on the d etat d’état d'état d’etat d'etat".split())
#: Words that can follow a name; what else follows belongs to it.
_ENDING = frozenset(
    "and or but in on at of by for from to with about who whom what which when where why how did do "
    "does was were is are has have had happened".split()
)
#: What counts from the event: “three months after the coup”, “in the week before the vote”.
_DISTANCE = re.compile(
    r"\b(?:(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|(?:in|during|within)\s+the)\s+(?P<unit>day|week|month|year)s?\s+$",
    re.IGNORECASE,
)
_LONGEST_DISTANCE = 40  # characters
_LONGEST = {"month": 31, "year": 366}  # days that an event may be vague, to count units from it
_COUNTS = {
    word: n
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"a": 1, "an": 1}
_SURE, _LIKELY = 2, 1  # what one mention counts; _SURE suffices
_RANKS = [list(Precision).index(p) for p in (Precision.DAY, Precision.MONTH, Precision.YEAR)]
_MOST_READ = 400  # events that are read to learn what they are called; of more some, evenly spread


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """Words of a question that name an event, ``question[start:stop]``, and its date."""

    start: int
    stop: int
    name: str
    date: HistoricDate  # of the event
    asked: HistoricDate  # the time that is counted from it


def named_events(question: str, snapshot: Snapshot) -> Iterator[NamedEvent]:
    """The events that ``question`` counts from, in order: “before the coup”, “since the merger”."""
    done = 0
    for asked in _ASKED.finditer(question):
        if asked.start() < done:
            continue
        words = _phrase(question, asked.end())
        for count in range(len(words), 0, -1):
            if count < len(words) and words[count][0].lower() not in _ENDING:
                continue  # a name goes on there: “the first” of “the first joint veto”
            date = _dated(snapshot, [word for word, _, _ in words[:count]], asked["year"])
            if date is not None:
                done = words[count - 1][2]
                name, relation = question[asked.end() : done], asked[1].split()[0].lower()
                start = asked.start()
                away = _DISTANCE.search(question, max(0, start - _LONGEST_DISTANCE), start)
                if away and relation in ("before", "after"):
                    time = _away(date, relation, away["count"], away["unit"].lower())
                    start = away.start()
                else:
                    time = _counted(relation, date)
                if time is not None:
                    yield NamedEvent(start, done, name, date, time)
                break


def _counted(relation: str, date: HistoricDate) -> HistoricDate:
    """The time before, after, since, until or during ``date``.

    The day of an event that is known less exactly is not known: its whole time is included.
    """
    whole = date.precision is not Precision.DAY
    first, last = date.earliest, date.latest
    match relation:
        case "before" | "prior":
            return interval(None, _day(last if whole else first - 1))
        case "after" | "following":
            return interval(_day(first if whole else last + 1), None)
        case "since":
            return interval(_day(first), None)
        case "until" | "till" | "up":
            return interval(None, _day(last))
    return date


def _away(date: HistoricDate, relation: str, count: str | None, unit: str) -> HistoricDate | None:
    """“three months after” ``date``: that month; “in the week after”: all of that week.

    None if the date is not known exactly enough for it.
    """
    if date.latest - date.earliest > _LONGEST.get(unit, 0):
        return None
    sign = 1 if relation == "after" else -1
    if count is None:
        edge = date.latest if sign > 0 else date.earliest
        ends = sorted((edge + sign, _stepped(edge, unit, sign)))
        return interval(_day(ends[0]), _day(ends[1]))
    number = sign * (int(count) if count.isdigit() else _COUNTS[count.lower()])
    there = _stepped(date.earliest, unit, number)
    if unit == "week":
        return interval(_day(there - 3), _day(there + 3))
    year, month, day = civil(there)
    kept = {"day": (year, month, day), "month": (year, month, 0), "year": (year, 0, 0)}[unit]
    return single(Part(Precision(unit), *kept))


def _stepped(number: int, unit: str, count: int) -> int:
    """The day ``count`` units from day ``number`` on, in a shorter month its last day."""
    if unit in ("day", "week"):
        return number + count * (7 if unit == "week" else 1)
    year, month, day = civil(number)
    year, month = divmod(year * 12 + month - 1 + count * (12 if unit == "year" else 1), 12)
    return day_number(year, month + 1, min(day, days_in_month(year, month + 1)))


def _day(number: int) -> Part:
    return Part(Precision.DAY, *civil(number))


def _phrase(question: str, start: int) -> list[tuple[str, int, int]]:
    """The next words, as far as one name can reach, each with its span."""
    found: list[tuple[str, int, int]] = []
    for match in _WORDS.finditer(question, start):
        before = question[start : match.start()]
        if before.strip() or len(found) == MOST_WORDS:
            break
        found.append((match[0], match.start(), match.end()))
        start = match.end()
    return found


def _dated(snapshot: Snapshot, words: Sequence[str], year: str | None) -> HistoricDate | None:
    """The date that the events named by ``words`` have; None if there is none, or no one."""
    terms = [stem(word.lower().strip("’'")) for word in words]
    held = snapshot.event_searcher.holding(list(dict.fromkeys(terms)))
    table = snapshot.timeline.table
    # Only a day, a month or a year with two ends is the date of an event that has a name.
    held = held[(table.earliest[held] > FIRST_DAY) & (table.latest[held] < LAST_DAY)]
    held = held[np.isin(table.rank[held], _RANKS)]
    if year:
        begun = single(Part(Precision.YEAR, int(year)))
        held = held[
            (table.earliest[held] >= begun.earliest) & (table.earliest[held] <= begun.latest)
        ]
    chosen = held[:: max(1, -(-len(held) // _MOST_READ))].tolist()
    snapshot.events.many(chosen)
    support: dict[HistoricDate, int] = defaultdict(int)
    for n in chosen:
        event = snapshot.event(n)
        written = (event.as_written, say_date(event.date))
        if calls := max(_called(event.text, words, terms) for words in written):
            support[event.date] += calls
    groups: dict[HistoricDate, int] = {}
    for date in sorted(support, key=sort_key):
        finest = min(
            (other for other in support if other.within(date)),
            key=lambda other: (other.latest - other.earliest, sort_key(other)),
        )
        groups[finest] = groups.get(finest, 0) + support[date]
    ranked = sorted(groups, key=lambda date: (-groups[date], sort_key(date)))
    if not ranked or groups[ranked[0]] < _SURE:
        return None
    if len(ranked) > 1 and groups[ranked[0]] == groups[ranked[1]]:
        return None
    return ranked[0]


def _called(text: str, as_written: str, terms: Sequence[str]) -> int:
    """How surely ``terms`` make one name with the date ``as_written``; 0 if they don't."""
    best = 0
    at = text.find(as_written)
    while at >= 0:
        stop = at + len(as_written)
        before = [match[0] for match in _WORDS.finditer(text, max(0, at - _REACH), at)][::-1]
        after = [match[0] for match in _WORDS.finditer(text, stop, stop + _REACH)]
        joined = text[stop : stop + 1].isspace()  # no sign parts them
        if joined and _follow(after, terms):
            best = _SURE
        elif _follow(before, list(reversed(terms))):
            best = max(best, _LIKELY if before[0].lower() in ("in", "on") else _SURE)
        at = text.find(as_written, stop)
    return best


def _follow(words: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether ``terms`` stand in ``words`` with none but joining words before them."""
    stems = [stem(word.lower().strip("’'")) for word in words]
    for skipped in range(_BESIDE + 1):
        if stems[skipped : skipped + len(terms)] == list(terms):
            return True
        if skipped < len(stems) and stems[skipped] not in _JOINING:
            return False
    return False
