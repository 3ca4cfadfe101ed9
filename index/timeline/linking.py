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
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from index.analysis import GROUP, Analyzer, stem
from index.dates import find_dates
from index.dates.words import MONTH_NAMES
from index.model import DateMention, Event, Precision, one_line
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
_MOST_PAIRS = 1 << 20  # that are made at a time
_MOST_COMPARED = 1 << 17  # pairs whose words are compared at a time
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
#: One of these stands in every sentence with a date that has no end: see `index.dates.grammar`.
_MAY_BE_OPEN = re.compile(
    r"since|after|before|later|earlier|onward|from|now|present|today|\.\.", re.IGNORECASE
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
    terms: Iterable[Sequence[str]],
    titles: Mapping[str, str],
    analyzer: Analyzer,
    tellings: Callable[[], Iterable[tuple[str, Sequence[Telling]]]],
    text_of: Callable[[Event], str] = attrgetter("text"),
) -> tuple[Event, ...]:
    """``events`` with `Event.same_as` and `Event.differs`; ``terms`` beside them are their words.

    ``titles`` are of the documents, by id. ``tellings`` gives numbers that passages of several
    documents hold, each with those passages. ``text_of`` gives the words of an event.
    """
    links = _links(events, terms)
    notes: dict[int, list[str]] = defaultdict(list)
    _note_links(events, links, titles, analyzer, text_of, notes)
    if len(titles) > 1:
        _note_tellings(events, titles, analyzer, tellings(), text_of, notes)
    return tuple(
        replace(
            event,
            same_as=tuple(
                dict.fromkeys((*event.same_as, *(events[b].id for b in links.get(n, ()))))
            ),
            differs=" ".join(dict.fromkeys(notes.get(n, ()))) or None,
        )
        if n in links or n in notes
        else event
        for n, event in enumerate(events)
    )


# ---------------------------------------------------------------- the same happening


@dataclass(frozen=True, slots=True)
class _Held:
    """The telling words of all events: those of event n are ``words[starts[n] : starts[n + 1]]``.

    Words are numbers that rise as the words do in order, within an event each once and rising.
    """

    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    size: int  # how many words there are

    @property
    def events(self) -> NDArray[np.int64]:
        """The number of the event that holds each of ``words``."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What tells whether two events can be one happening, by position."""

    earliest: NDArray[np.int64]
    latest: NDArray[np.int64]
    document: NDArray[np.int64]
    kind: NDArray[np.int64]  # in its document: what a document tells twice in one way is two
    exact: NDArray[np.bool_]  # known to the day

    @classmethod
    def of(cls, events: Sequence[Event]) -> _Facts:
        documents: dict[str, int] = {}
        kinds: dict[tuple[str, str], int] = {}
        rows = np.empty((5, len(events)), dtype=np.int64)
        for n, event in enumerate(events):
            document = event.locator.document_id
            rows[:, n] = (
                event.date.earliest,
                event.date.latest,
                documents.setdefault(document, len(documents)),
                kinds.setdefault((document, event.kind), len(kinds)),
                event.date.precision is Precision.DAY,
            )
        return cls(rows[0], rows[1], rows[2], rows[3], rows[4].astype(np.bool_))

    @property
    def length(self) -> NDArray[np.int64]:
        return self.latest - self.earliest

    def comparable(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether two events may be one happening, as far as their places and dates tell."""
        meet: NDArray[np.bool_] = self.latest[a] >= self.earliest[b]
        meet &= self.latest[b] >= self.earliest[a]
        meet &= self.kind[a] != self.kind[b]
        return meet

    def needed(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        """The share of the words of the shorter text that the other must hold."""
        coarse = np.maximum(self.length[a], self.length[b]) > 31
        exact = self.exact[a] & self.exact[b]
        told = np.where(exact, _SHARES[Precision.DAY], _SHARES[Precision.MONTH])
        return np.where(coarse, _COARSE_SHARE, told)


def _links(events: Sequence[Event], terms: Iterable[Sequence[str]]) -> dict[int, list[int]]:
    """For each event that others tell as well, by position, those others, rising."""
    facts, held = _Facts.of(events), _words(events, terms)
    often = np.bincount(held.words, minlength=held.size)
    logs = {n: math.log(1 + len(events) / n) for n in set(often.tolist()) if n}
    weights = np.array([logs.get(n, 0.0) for n in often.tolist()])
    pairs = _pairs(facts, held, often)
    a, b, share = _alike(pairs, facts, held, often, weights)
    # A link is the best match of both: of all events of the other's document.
    left, right = np.concatenate((a, b)), np.concatenate((b, a))
    shares, documents = np.concatenate((share, share)), facts.document[right]
    order = np.lexsort((right, -shares, documents, left))
    left, right, documents = left[order], right[order], documents[order]
    best = np.ones(len(left), dtype=np.bool_)
    best[1:] = (left[1:] != left[:-1]) | (documents[1:] != documents[:-1])
    left, right = left[best], right[best]
    mutual = np.isin(left * len(events) + right, right * len(events) + left)
    links: dict[int, list[int]] = defaultdict(list)
    for one, other in sorted(zip(left[mutual].tolist(), right[mutual].tolist(), strict=True)):
        links[one].append(other)
    return links


class _Numbers(dict[str, int]):
    """Words by the order in which they first stand; a negative number where a word tells nothing."""

    def __missing__(self, term: str) -> int:
        tells = term not in _MONTHS and not (term.isdecimal() and len(term) < 3)
        number = self[term] = len(self) if tells else ~len(self)
        return number


def _words(events: Sequence[Event], terms: Iterable[Sequence[str]]) -> _Held:
    """The words of events that tell what happened: not those of its date."""
    numbers = _Numbers()
    found, lengths, dated = array("q"), array("q"), array("q")
    for at, (event, held) in enumerate(zip(events, terms, strict=True)):
        found.extend(map(numbers.__getitem__, held))
        lengths.append(len(held))
        for year in {(event.date.start or "")[:4], (event.date.end or "")[:4]}:
            number = numbers.get(year, -1)
            if number >= 0:
                dated.extend((at, number))
    place = np.empty(len(numbers), dtype=np.int64)
    named = list(numbers)
    place[sorted(range(len(named)), key=named.__getitem__)] = np.arange(len(named))
    rows = np.repeat(np.arange(len(lengths)), np.frombuffer(lengths, dtype=np.int64))
    words = np.frombuffer(found, dtype=np.int64)
    size = max(1, len(numbers))
    keys = _distinct((rows * size + place[words])[words >= 0])
    years = np.frombuffer(dated, dtype=np.int64).reshape(-1, 2)
    keys = np.setdiff1d(keys, years[:, 0] * size + place[years[:, 1]], assume_unique=True)
    starts = np.searchsorted(keys, np.arange(len(lengths) + 1) * size)
    return _Held(keys % size, starts, size)


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """``numbers`` in order, each once; it sorts them where they are."""
    numbers.sort()
    return numbers[np.diff(numbers, prepend=-1) > 0]  # none is below 0


def _pairs(facts: _Facts, held: _Held, often: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of comparable events that share a word of a few events: each once, as a * events + b."""
    size = len(facts.earliest)
    events = held.events
    led = (often[held.words] <= _COMMON) & (facts.length[events] <= _SPAN_DAYS)
    words, events = held.words[led], events[led]
    order = np.argsort(words, kind="stable")
    words, events = words[order], events[order]
    starts = np.flatnonzero(np.diff(words, prepend=-1))
    counts = np.diff(starts, append=len(words))
    found: list[NDArray[np.int64]] = []
    for count in range(2, _COMMON + 1):
        groups = starts[counts == count]
        first, second = np.triu_indices(count, 1)
        step = max(1, _MOST_PAIRS // len(first))
        for at in range(0, len(groups), step):
            rows = events[groups[at : at + step, None] + np.arange(count)]
            a, b = rows[:, first].ravel(), rows[:, second].ravel()
            kept = facts.comparable(a, b)
            found.append(_distinct(a[kept] * size + b[kept]))
    return _distinct(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _alike(
    pairs: NDArray[np.int64],
    facts: _Facts,
    held: _Held,
    often: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The pairs that may be one happening, and the share of their words that they have in common."""
    size = len(facts.earliest)
    rare = often <= max(3, size // 25)
    sums = np.bincount(held.events, weights[held.words], minlength=size)
    keys = held.events * held.size + held.words
    lengths = np.diff(held.starts)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]
    found = [(pairs[:0], pairs[:0], weights[:0])]
    for at in range(0, len(pairs), _MOST_COMPARED):
        a, b = np.divmod(pairs[at : at + _MOST_COMPARED], size)
        few = np.where(lengths[a] <= lengths[b], a, b)  # whose words are looked up in the other
        counts = lengths[few]
        pair = np.repeat(np.arange(len(a)), counts)
        begins = np.cumsum(counts) - counts
        words = held.words[np.arange(len(pair)) - (begins - held.starts[few])[pair]]
        wanted = (a + b - few)[pair] * held.size + words
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        shared = keys[place] == wanted
        pair, words = pair[shared], words[shared]
        told = np.bincount(pair, rare[words], minlength=len(a))
        common = np.bincount(pair, weights[words], minlength=len(a)).astype(np.float64)
        share = common / np.maximum(np.minimum(sums[a], sums[b]), 1e-9)
        kept = (told >= _FEWEST_SHARED) & (share >= facts.needed(a, b))
        found.append((a[kept], b[kept], share[kept]))
    a, b, share = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return a, b, share


# ---------------------------------------------------------------- what they disagree on


def _note_links(
    events: Sequence[Event],
    links: Mapping[int, Sequence[int]],
    titles: Mapping[str, str],
    analyzer: Analyzer,
    text_of: Callable[[Event], str],
    notes: dict[int, list[str]],
) -> None:
    """Note on events what other documents say otherwise of the same happening."""
    documents = {n: events[n].locator.document_id for n in links}
    apart = {
        n: [other for other in others if documents[other] != documents[n]]
        for n, others in sorted(links.items())
    }
    said = {}
    for n, others in apart.items():  # in corpus order, so that each document is read once
        if others:
            text = text_of(events[n])
            said[n] = _quantities(text), _met(text)
    for n, others in apart.items():
        for other in others:
            title, one_day = titles[documents[other]], events[n].date == events[other].date
            notes[n] += _differences(said[n], said[other], one_day, title, analyzer)
    for n in [n for n, told in notes.items() if not told]:
        del notes[n]


def _differences(
    here: tuple[dict[str, tuple[str, str]], _Met],
    there: tuple[dict[str, tuple[str, str]], _Met],
    one_day: bool,
    title: str,
    analyzer: Analyzer,
) -> Iterator[str]:
    """What ``there`` says otherwise than ``here``, a sentence each.

    Both are the `_quantities` of an event and whom it tells to have been `_met`.
    """
    (ours, met), (theirs, seen) = here, there
    for thing in sorted(ours.keys() & theirs.keys()):
        (number, words), (another, said) = ours[thing], theirs[thing]
        if number != another:
            yield told_otherwise(words, said, title)
    alone = len(met.offices) == len(seen.offices) == 1 and one_day
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
    text_of: Callable[[Event], str],
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
                told = [
                    n for n in told_in[passage.passage] if words in one_line(text_of(events[n]))
                ]
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
        if not _MAY_BE_OPEN.search(sentence):
            continue
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
