"""Passages -> the sentence or two that answer, verbatim, and how well they do.

A stretch is one sentence or two neighbours. What it and its headings hold of the question counts
most, then whether it has words of the kind that is asked for, and what the sentence before it
holds (“He visits …”). How good its passage is, `index.ranking` adds. Nothing here decides whether
that is an answer: see `index.deciding`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from index.answer_types import Fit, find_fits
from index.dates import find_dates
from index.matching import Match, Matcher, Reading, together
from index.passage_words import PassageWords
from index.questions import Question
from index.sentences import sentences

MOST_ANSWER_CHARACTERS = 400
_SHORTEST_PART = 40  # characters of a sentence that is cut: less is no answer

# What each counts, in shares of what the question's words tell. Chosen on other texts: see
# benchmarks/answers.py.
_HELD = 1.0
_ABOVE = 1.0  # words that stand in the headings alone
_BEFORE = 0.4  # words that stand in the sentence before alone
_PAIRS = 0.25
_FITS = 0.5  # words of the kind asked for
_NOTE = -0.2  # a note, unless the question is after a source
_DATED = 0.3  # it tells what happened at the time asked for
_SECOND = -0.05  # a second sentence must bring something
_AS_GOOD = 1e-9  # of stretches that are no further apart the first is taken
_NOT_AS_GOOD = 1e-6

_LABEL_BEGINS = 12  # characters into an entry, at most, behind its number or bullet

#: What begins a sentence that can't be understood without the one before it.
_LEANS = re.compile(
    r"[“\"‘'(]?(?:he|she|they|it|his|her|their|its|this|these|those|the\s(?:former|latter|two)|both|"
    r"он|она|они|его|её|их|er|sie|ils?|elles?)\b(?!['’]s\s)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:,]\s|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one or two sentences that may answer, and what tells how well."""

    start: int  # within its passage's text
    stop: int
    score: float
    held: Mapping[int, float]  # of the question's words, by number, the share that it has of each
    around: Mapping[int, float]  # with those of the headings and the sentence before
    pairs: float = 0.0  # share of the weight of neighbouring words that stand together
    fits: tuple[Fit, ...] = ()  # its words of the kind asked for, within its passage's text


def best_stretch(asked: Question, matcher: Matcher, reading: Reading) -> Stretch | None:
    """The sentence or two of a passage that answer best; None if it has no words.

    At most 400 characters: a longer sentence is cut at clauses.
    """
    best: Stretch | None = None
    for stretch in _Stretches(asked, matcher, reading).that_may_be_best():
        if best is None or stretch.score > best.score + _AS_GOOD:
            best = stretch
    if best is None:
        return None
    start, stop = _shorten(reading, matcher, best)
    start = _widened(reading.words, start, stop)
    fits = tuple(fit for fit in best.fits if start <= fit.start and fit.stop <= stop)
    return replace(best, start=start, stop=stop, fits=fits)


class _Stretches:
    """The stretches of a passage; only those that may be the best are looked into."""

    def __init__(self, asked: Question, matcher: Matcher, reading: Reading) -> None:
        self._asked = asked
        self._matcher = matcher
        self._reading = reading
        self._fits: dict[int, tuple[Fit, ...]] = {}  # of sentences
        self._label = asked.expects in ("date", "year") and reading.passage.kind == "entry"
        self._note = _NOTE * (reading.passage.kind == "note" and not asked.wants_source)

    def that_may_be_best(self) -> Iterator[Stretch]:
        """In order, without those that would not be the best with all that is sought."""
        plain = list(self._plain())
        unsure = _DATED if self._asked.dates else 0.0
        most = [
            one.score + self._note + _SECOND * (last - first) + unsure + _FITS * bool(one.held)
            for one, first, last in plain
        ]
        found: dict[int, Stretch] = {}
        best = -math.inf
        for number in sorted(range(len(plain)), key=lambda n: -most[n]):
            if most[number] < best - _NOT_AS_GOOD:
                break
            found[number] = stretch = self._judged(*plain[number])
            best = max(best, stretch.score)
        return (found[number] for number in sorted(found))

    def _plain(self) -> Iterator[tuple[Stretch, int, int]]:
        """The stretches with what their words bring; the first and the last sentence of each."""
        reading, matcher = self._reading, self._matcher
        words = reading.words
        of_sentence: list[list[Match]] = [[] for _ in words.sentences]
        for match in reading.matches:
            of_sentence[words.sentence_of(match.place)].append(match)
        held = [matcher.held(found) for found in of_sentence]
        paired = [0.0] * len(words.sentences)
        for (sentence, _), weight in reading.pairs.items():
            paired[sentence] += weight / (matcher.weight or 1.0)
        for first, (start, _) in enumerate(words.sentences):
            for last in (first, first + 1):
                if last >= len(words.sentences):
                    continue
                stop = words.sentences[last][1]
                if last > first and (
                    stop - start > MOST_ANSWER_CHARACTERS
                    or "\n\n" in words.text[words.sentences[first][1] : words.sentences[last][0]]
                ):
                    continue
                own = together(held[first], held[last])
                headed = together(own, reading.above)
                around = together(headed, held[first - 1]) if first else headed
                told, told_headed, told_around = map(matcher.told, (own, headed, around))
                joined = sum(paired[first : last + 1])
                score = _HELD * told + _ABOVE * (told_headed - told) + _PAIRS * joined
                score += _BEFORE * (told_around - told_headed)
                yield Stretch(start, stop, score, own, around, joined), first, last

    def _judged(self, plain: Stretch, first: int, last: int) -> Stretch:
        """``plain`` with the rest: its dates, its words of the kind asked for."""
        text = self._reading.words.text[plain.start : plain.stop]
        score = plain.score + _DATED * _dated(self._asked, text)
        score += self._note + _SECOND * (last - first)
        found = tuple(fit for n in range(first, last + 1) for fit in self._fits_of(n))
        fitting = max((fit.strength for fit in found), default=0.0)
        score += _FITS * fitting * bool(plain.held)
        return replace(plain, score=score, fits=found)

    def _fits_of(self, sentence: int) -> tuple[Fit, ...]:
        if sentence not in self._fits:
            words = self._reading.words
            found = find_fits(words.text, *words.sentences[sentence], self._matcher.answer_type)
            self._fits[sentence] = tuple(map(_label, found)) if self._label else found
        return self._fits[sentence]


def _widened(words: PassageWords, start: int, stop: int) -> int:
    """Where an answer begins that would else begin with “He”: with the sentence that says who he is.

    Only one sentence is widened, and only where both are short enough.
    """
    starts = [begin for begin, _ in words.sentences]
    number = bisect_left(starts, start)
    alone = number < len(starts) and words.sentences[number] == (start, stop)
    if not alone or not number or not _LEANS.match(words.text, start):
        return start
    return starts[number - 1] if stop - starts[number - 1] <= MOST_ANSWER_CHARACTERS else start


def _label(fit: Fit) -> Fit:
    """A fit that begins a chronology's entry: the date that it is entered under, its surest."""
    return replace(fit, strength=1.0) if fit.start < _LABEL_BEGINS else fit


def _dated(asked: Question, sentence: str) -> float:
    """1 if the sentence has a date that lies within one asked for, -1 if it has other dates alone."""
    if not asked.dates:
        return 0.0
    told = [mention.date for mention in find_dates(sentence)]
    if any(any(map(date.within, asked.dates)) for date in told):
        return 1.0
    meets = any(date.overlap(d.earliest, d.latest) for date in told for d in asked.dates)
    return 0.0 if meets or not told else -1.0


def _shorten(reading: Reading, matcher: Matcher, stretch: Stretch) -> tuple[int, int]:
    """A sentence that is too long, cut at clauses to the part that answers best.

    What it holds of the question counts, and words of the kind asked for.
    """
    words = reading.words
    text, start, stop = words.text, stretch.start, stretch.stop
    if stop - start <= MOST_ANSWER_CHARACTERS:
        return start, stop
    cuts = [start, *(m.end() for m in _CLAUSE.finditer(text, start, stop)), stop]
    best = (-1.0, 0, start, _word_end(text, start, start + MOST_ANSWER_CHARACTERS))
    for i, first in enumerate(cuts[:-1]):
        last = max((c for c in cuts[i + 1 :] if c - first <= MOST_ANSWER_CHARACTERS), default=None)
        if last is None:
            last = _word_end(text, first, first + MOST_ANSWER_CHARACTERS)
        if last - first < _SHORTEST_PART:
            continue
        within = [m for m in reading.matches if first <= words.starts[m.place] < last]
        inside = (f.strength for f in stretch.fits if first <= f.start and f.stop <= last)
        told = _HELD * matcher.told(matcher.held(within)) + _FITS * max(inside, default=0.0)
        best = max(best, (told, -i, first, last))
    _, _, first, last = best
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


def choose_event(text: str, start: int, stop: int) -> Stretch:
    """The first sentence of the event that stands at ``start`` to ``stop`` of a passage's text."""
    first, last = next(sentences(text, start, stop), (start, stop))
    if last - first > MOST_ANSWER_CHARACTERS:
        last = _word_end(text, first, first + MOST_ANSWER_CHARACTERS)
    return Stretch(first, last, 1.0, {}, {})


def _word_end(text: str, first: int, limit: int) -> int:
    """The last place before ``limit`` where a word ends; ``limit`` itself within one long word."""
    last = max(text.rfind(" ", first, limit), text.rfind("\n", first, limit))
    return last if last > first else limit
