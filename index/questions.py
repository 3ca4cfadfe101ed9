"""A question as typed -> what it asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analysis import GROUP, stem
from index.dates import ambiguous_dates, find_dates, impossible_dates, scan_dates
from index.errors import EmptyQueryError, QueryTooLongError, UnreadableDateError
from index.model import HistoricDate, Precision, Term
from index.snapshot import Snapshot
from index.timeline.named_events import named_events

MOST_CHARACTERS = 2_000  # of a question, trimmed

#: Words that ask for events as such; beside a date they tell nothing more.
_ASKS_FOR_EVENTS = frozenset(
    stem(word)
    for word in (
        "happen event occur occurrence incident take took place timeline chronology list show give "
        "find going went date news development thing everything anything main key major notable "
        "important significant"
    ).split()
)
_KINDS = tuple(
    (kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for kind, words in (
        ("when", "when|what (?:day|date|year|month|time)|which (?:day|year|month)|date of"),
        ("who", "who|whom|whose|which (?:person|man|woman|minister|general|official)"),
        ("how many", "how (?:many|much|long|old|big|large|often)|number of|total|cost|price"),
        ("why", "why|reason|how come"),
    )
)
_WANTS_SOURCE = re.compile(
    r"\b(?:notes?|footnotes?|sources?|cited?|cites|citing|reference|according|books?|article|says)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question with every term it stands for; any of them covers it."""

    word: str
    terms: tuple[str, ...]
    weight: float
    missing_name: bool  # written like a name, and no document has it


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood."""

    text: str
    concepts: tuple[Concept, ...]  # without the words of dates
    terms: tuple[str, ...]  # all that are searched, words of dates too
    dates: tuple[HistoricDate, ...]
    people: tuple[str, ...]
    kind: str | None
    only_stop_words: bool
    named: tuple[tuple[str, HistoricDate], ...] = ()  # events that it counts from, and their dates
    date_terms: tuple[tuple[str, ...], ...] = ()  # the words of each date, as they are searched
    recurring: tuple[tuple[int, int], ...] = ()  # months and days of every year; day 0: the month

    @property
    def timed(self) -> bool:
        """Whether it asks for a time, of one year or of every year."""
        return bool(self.dates or self.recurring)

    @property
    def wants_source(self) -> bool:
        """Whether it asks what a claim rests on, so that a note may answer."""
        return _WANTS_SOURCE.search(self.text) is not None

    @property
    def weight(self) -> float:
        """What all its concepts tell together."""
        return sum(concept.weight for concept in self.concepts)


def clean(question: str) -> str:
    """The question trimmed; what can't be written as UTF-8 is replaced.

    Raises EmptyQueryError, QueryTooLongError.
    """
    text = question.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise EmptyQueryError("The question is empty.")
    if len(text) > MOST_CHARACTERS:
        raise QueryTooLongError(
            f"The question has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read."
        )
    return text


def understand(text: str, snapshot: Snapshot, today: dt.date) -> Question:
    """What ``text`` asks for. Raises UnreadableDateError for a date that does not exist."""
    for wrong in impossible_dates(text):
        raise UnreadableDateError(wrong.reason)
    for unclear in ambiguous_dates(text):
        raise UnreadableDateError(f"{unclear.reason}; type the name of the month.")
    mentions = [(m.start, m.stop, m.date) for m in find_dates(text, today=today)]
    named = [
        event
        for event in named_events(text, snapshot)
        if all(
            stop <= event.start or event.stop <= start or event.start <= start < stop < event.stop
            for start, stop, _ in mentions
        )
    ]
    mentions = [
        (start, stop, date)
        for start, stop, date in mentions
        if not any(event.start <= start and stop <= event.stop for event in named)
    ]
    mentions += [(event.start, event.stop, event.asked) for event in named]
    mentions.sort(key=lambda mention: mention[0])
    recurring = [] if mentions else list(_recurring(text, today))
    spans = [(start, stop) for start, stop, _ in (*mentions, *recurring)]
    analyzer = snapshot.analyzer
    found = analyzer.terms(text)
    only_stop_words = not found
    if only_stop_words:
        found = analyzer.terms(text, keep_stop_words=True)
    concepts = _concepts(text, found, spans, snapshot)
    if spans:
        concepts = [c for c in concepts if _ASKS_FOR_EVENTS.isdisjoint(c.terms)]
    kind = next((name for name, pattern in _KINDS if pattern.search(text)), None)
    groups = dict.fromkeys(term.text for term in found if term.text.startswith(GROUP))
    return Question(
        text,
        tuple(concepts),
        tuple(term.text for term in found),
        tuple(date for _, _, date in mentions),
        tuple(analyzer.names[group] for group in groups),
        kind,
        only_stop_words,
        tuple((event.name, event.date) for event in named),
        tuple(
            words
            for start, stop in spans
            if (words := tuple(t.text for t in found if start <= t.start and t.stop <= stop))
        ),
        tuple(day for _, _, day in recurring),
    )


def _recurring(text: str, today: dt.date) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Days and months without a year, each with its span; of a month alone the day is 0."""
    for written in scan_dates(text, today=today):
        atom = written.found.first
        if atom is None or not written.found.yearless or written.found.last != atom:
            continue
        if atom.precision in (Precision.DAY, Precision.MONTH):
            yield written.start, written.stop, (atom.month, atom.day)


def _concepts(
    text: str,
    found: Sequence[Term],
    dated: Sequence[tuple[int, int]],
    snapshot: Snapshot,
) -> list[Concept]:
    """The words of a question, each with its terms; a word of a date is none, nor is a repeat."""
    searcher = snapshot.searcher
    words: list[tuple[int, int, list[str]]] = []
    for term in found:
        inside = next((w for w in words if w[0] <= term.start and term.stop <= w[1]), None)
        if any(start <= term.start and term.stop <= stop for start, stop in dated):
            continue
        if inside is None:
            words.append((term.start, term.stop, [term.text]))
        elif not inside[2][0].startswith(GROUP) or inside[2][0] == term.text:
            inside[2].append(term.text)
        else:
            words.append((term.start, term.stop, [term.text, inside[2][0]]))
    concepts: dict[tuple[str, ...], Concept] = {}
    for start, stop, terms in words:
        if terms[0].startswith(GROUP) and any(
            w[0] >= start and w[1] <= stop for w in words if w[2] is not terms
        ):
            continue  # the words of the name carry it
        known = [term for term in terms if term in searcher]
        weight = max((searcher.idf(term) for term in known), default=searcher.idf(terms[0]))
        missing_name = not known and start > 0 and text[start].isupper()
        concept = Concept(text[start:stop], tuple(terms), weight, missing_name)
        concepts.setdefault(tuple(terms), concept)
    return list(concepts.values())
