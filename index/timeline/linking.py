"""Events that are one happening, told in several documents, and what those disagree on.

Nothing is merged: each event keeps its own words and date, and names the others. Two events are
linked when their dates can be the same and their words are, for the most part, the same telling
ones: shares are weighted by inverse document frequency over the events, and each is the other's
best match in its document. Of what is linked, and of sentences that give the same large number of
the same thing, the differences are told: another date, another number, another person who was met.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from index.analysis import GROUP, Analyzer, stem
from index.dates import find_dates
from index.dates.words import MONTH_NAMES
from index.model import DateMention, Event, HistoricDate, Precision, one_line
from index.sentences import sentences
from index.timeline.differing import met_otherwise, told_otherwise

_COMMON = 40  # a term of more events leads to no candidates
_FEWEST_SHARED = 2  # telling terms
_SHARES = {  # of the words of the shorter text that the other must hold, by the coarser precision
    Precision.DAY: 0.3,
    Precision.MONTH: 0.4,
}
_COARSE_SHARE = 0.5
_SPAN_DAYS = 400  # what may be a longer time is no one happening
_TELLING_DIGITS = 3
_NUMBER_WORDS = {
    word: str(n)
    for n, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve".split(), start=2
    )
}
_MONTHS = frozenset(stem(name.lower()) for name in MONTH_NAMES)
_MEETING = re.compile(
    r"\b(?:meets?|met|meeting|receive[ds]?|received by|hosts?|hosted|talks with|audience with)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b((?:(?:deputy|vice|first|acting|prime|foreign|defen[cs]e|home|interior|finance|energy"
    r"|economic|trade|education|health|justice|transport|science)[\s-]+){0,3}"
    r"(?:minister|president|chancellor|secretary|governor|ambassador|commander|chairman|premier"
    r"|king|queen|emperor|pope))\b",
    re.IGNORECASE,
)
_NEXT_SENTENCES = 160  # characters after "met" in which the one who was met stands


@dataclass(frozen=True, slots=True)
class Telling:
    """A passage in which a large number stands that several documents have."""

    document_id: str
    passage: str  # its id
    text: str


def link(
    events: Sequence[Event],
    terms: Sequence[Sequence[str]],
    titles: Mapping[str, str],
    analyzer: Analyzer,
    tellings: Callable[[], Iterable[tuple[str, Sequence[Telling]]]],
) -> tuple[Event, ...]:
    """``events`` with `Event.same_as` and `Event.differs`; ``terms`` beside them are their words.

    ``titles`` are of the documents, by id. ``tellings`` gives numbers that passages of several
    documents hold, each with those passages.
    """
    same: dict[int, dict[int, float]] = defaultdict(dict)
    for a, b, share in _pairs(events, terms):
        same[a][b] = same[b][a] = share
    notes: dict[int, list[str]] = defaultdict(list)
    links: dict[int, set[int]] = defaultdict(set)
    for a, others in same.items():
        for b in others:
            if a < b and _is_best(events, same, a, b):
                links[a].add(b)
                links[b].add(a)
    for a in sorted(links):
        for b in sorted(links[a]):
            if events[a].locator.document_id != events[b].locator.document_id:
                notes[a] += _differences(events[a], events[b], titles, analyzer)
    if len(titles) > 1:
        _note_tellings(events, titles, analyzer, tellings(), notes)
    return tuple(
        replace(
            event,
            same_as=tuple(
                dict.fromkeys((*event.same_as, *(events[b].id for b in sorted(links[n]))))
            ),
            differs=" ".join(dict.fromkeys(notes[n])) or None,
        )
        if links[n] or notes[n]
        else event
        for n, event in enumerate(events)
    )


# ---------------------------------------------------------------- the same happening


def _pairs(
    events: Sequence[Event], terms: Sequence[Sequence[str]]
) -> Iterator[tuple[int, int, float]]:
    """Pairs that may be one happening, with the share of their words that they have in common."""
    words = [_words(event, held) for event, held in zip(events, terms, strict=True)]
    often = Counter(term for held in words for term in held)
    weight = {term: math.log(1 + len(events) / count) for term, count in often.items()}
    rare = max(3, len(events) // 25)
    sums = [sum(weight[term] for term in sorted(held)) for held in words]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, held in enumerate(words):
        for term in held:
            if often[term] <= _COMMON:
                holders[term].append(number)
    seen: set[tuple[int, int]] = set()
    for found in holders.values():
        for pair in combinations(found, 2):
            if not _comparable(events[pair[0]], events[pair[1]]) or pair in seen:
                continue
            seen.add(pair)
            a, b = pair
            shared = words[a] & words[b]
            if sum(often[term] <= rare for term in shared) < _FEWEST_SHARED:
                continue
            share = sum(weight[term] for term in sorted(shared)) / max(min(sums[a], sums[b]), 1e-9)
            if share >= _needed(events[a].date, events[b].date):
                yield a, b, share


def _words(event: Event, terms: Sequence[str]) -> frozenset[str]:
    """The words of an event that tell what happened: not those of its date."""
    years = {(event.date.start or "")[:4], (event.date.end or "")[:4]}
    return frozenset(
        term
        for term in terms
        if term not in _MONTHS and term not in years and not (term.isdecimal() and len(term) < 3)
    )


def _comparable(a: Event, b: Event) -> bool:
    """Whether two events may be one happening, as far as their places and dates tell."""
    if a.locator.document_id == b.locator.document_id and a.kind == b.kind:
        return False  # what a document tells twice in one way is two happenings
    if a.date.latest < b.date.earliest or b.date.latest < a.date.earliest:
        return False
    return max(_length(a.date), _length(b.date)) <= _SPAN_DAYS


def _length(date: HistoricDate) -> int:
    return date.latest - date.earliest


def _needed(a: HistoricDate, b: HistoricDate) -> float:
    if max(_length(a), _length(b)) > 31:
        return _COARSE_SHARE
    coarser = Precision.DAY if a.precision is b.precision is Precision.DAY else Precision.MONTH
    return _SHARES[coarser]


def _is_best(
    events: Sequence[Event], same: Mapping[int, Mapping[int, float]], a: int, b: int
) -> bool:
    """Whether each of the two is the best match of the other in its document."""

    def best(of: int, document: str) -> int:
        among = [n for n in same[of] if events[n].locator.document_id == document]
        return min(among, key=lambda n: (-same[of][n], n))

    return (
        best(a, events[b].locator.document_id) == b and best(b, events[a].locator.document_id) == a
    )


# ---------------------------------------------------------------- what they disagree on


def _differences(
    event: Event, other: Event, titles: Mapping[str, str], analyzer: Analyzer
) -> Iterator[str]:
    """What ``other`` says otherwise than ``event``, a sentence each."""
    title = titles[other.locator.document_id]
    ours, theirs = _quantities(event.text), _quantities(other.text)
    for thing in sorted(ours.keys() & theirs.keys()):
        (number, words), (another, said) = ours[thing], theirs[thing]
        if number != another:
            yield told_otherwise(words, said, title)
    met, seen = _met(event.text), _met(other.text)
    alone = len(met.offices) == len(seen.offices) == 1 and event.date == other.date
    if (alone or met.only or seen.only) and not _shares_one(met.offices, seen.offices, analyzer):
        yield met_otherwise(met.offices[0], seen.offices[0], title)


def _quantities(text: str) -> dict[str, tuple[str, str]]:
    """Numbers of things: the thing's stem -> the number and the words that say so.

    A thing that is counted twice in different numbers is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    twice: set[str] = set()
    for match in re.finditer(r"(?<![\w.,:/$€£-])(\d[\d,]*|[a-z]{3,6})\s+([a-z]{4,})\b", text):
        number = _NUMBER_WORDS.get(match[1], match[1].replace(",", ""))
        if not number.isdecimal():
            continue
        thing = stem(match[2])
        if thing in found and found[thing][0] != number:
            twice.add(thing)
        found[thing] = number, one_line(match[0])
    return {thing: value for thing, value in found.items() if thing not in twice}


@dataclass(frozen=True, slots=True)
class _Met:
    """Who was met, received or talked with: their offices, and whether it says "only"."""

    offices: tuple[str, ...]
    only: bool


def _met(text: str) -> _Met:
    offices: list[str] = []
    only = False
    for match in _MEETING.finditer(text):
        within = sentences(text, match.end(), match.end() + _NEXT_SENTENCES)
        stop = next((end for _, end in within), match.end())
        found = [one_line(office[1]) for office in _OFFICE.finditer(text, match.end(), stop)]
        near = text[max(0, match.start() - 10) : match.end() + 10].split()
        only = only or (bool(found) and "only" in near)
        offices += found
    return _Met(tuple(dict.fromkeys(offices)), only)


def _shares_one(ours: Sequence[str], theirs: Sequence[str], analyzer: Analyzer) -> bool:
    """Whether an office stands in both, or there is none; "minister" may be any minister."""
    if not ours or not theirs:
        return True

    def words(office: str) -> set[str]:
        return {term.text for term in analyzer.terms(office)}

    return any(words(a) <= words(b) or words(b) <= words(a) for a in ours for b in theirs)


# ---------------------------------------------------------------- the same number, another date


def _note_tellings(
    events: Sequence[Event],
    titles: Mapping[str, str],
    analyzer: Analyzer,
    tellings: Iterable[tuple[str, Sequence[Telling]]],
    notes: dict[int, list[str]],
) -> None:
    """Note events whose passage gives a number as another document does, but with another date."""
    told_in: dict[str, list[int]] = defaultdict(list)
    for n, event in enumerate(events):
        told_in[event.passage].append(n)
    for number, passages in tellings:
        said = [
            (passage, sentence, mention, things)
            for passage in passages
            for sentence, mention, things in _since(passage.text, number, analyzer)
        ]
        for (one, ours, a, things), (other, theirs, b, others) in combinations(said, 2):
            if one.document_id == other.document_id or not things & others:
                continue
            if a.date.start == b.date.start or a.date.precision is not b.date.precision:
                continue
            for passage, words, mention, there, that in (
                (one, ours, a, other, b),
                (other, theirs, b, one, a),
            ):
                told = [n for n in told_in[passage.passage] if words in one_line(events[n].text)]
                sentence = told_otherwise(
                    one_line(mention.as_written),
                    one_line(that.as_written),
                    titles[there.document_id],
                )
                for n in told[:1]:
                    notes[n].append(sentence)


def _since(
    text: str, number: str, analyzer: Analyzer
) -> Iterator[tuple[str, DateMention, frozenset[str]]]:
    """Sentences of ``text`` that count ``number`` of something from a date on.

    Each with that date and the words that stand near the number.
    """
    for start, stop in sentences(text):
        sentence = text[start:stop]
        terms = analyzer.terms(sentence)
        at = next((n for n, term in enumerate(terms) if term.text == number), None)
        if at is None:
            continue
        dates = [date for date in find_dates(sentence) if date.date.end is None]
        open_dates = [date for date in dates if date.date.edtf.endswith("/..")]
        if len(open_dates) != 1:
            continue
        near = {
            term.text
            for term in terms[max(0, at - 1) : at + 5]
            if not term.text.startswith(GROUP) and not term.text.isdecimal()
        }
        yield one_line(sentence), open_dates[0], frozenset(near)
