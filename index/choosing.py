"""Passages -> the sentence or two that answer, verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.analysis import Analyzer
from index.dates import find_dates
from index.model import Passage, Term
from index.questions import Question
from index.sentences import sentences

MOST_ANSWER_CHARACTERS = 400
_SHORTEST_PART = 40  # characters of a sentence that is cut: less is no answer
_FROM_PASSAGES = 3  # the sentence is looked for in so many of the best passages
_KIND_BONUS = 0.25  # for a sentence that holds the kind of thing asked for
_NOTE_SHARE = 0.8  # of a note's sentence, unless the question is after a source
_DATED_BONUS = 0.3  # for a sentence that tells what happened at the time asked for
_SECOND_SENTENCE = 0.12  # what a second sentence must add

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|hundred|"
    r"thousand|million|billion)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<=[a-z,;:\)] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|in order to|so that|therefore|to avoid|as a result|prompt|"
    r"reason|led|given)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:,]\s|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of one or two sentences that may answer."""

    passage: int  # place in the list of hits
    start: int  # within the passage's text
    stop: int
    score: float


def choose(
    analyzer: Analyzer, asked: Question, passages: Sequence[Passage], scores: Sequence[float]
) -> Candidate | None:
    """The sentence or two that answer ``asked`` best; None if there are no passages.

    ``passages`` come best first with their ``scores``; the first few are looked at. An answer has
    at most 400 characters: a longer sentence is cut at clauses.
    """
    best: Candidate | None = None
    for place, passage in enumerate(passages[:_FROM_PASSAGES]):
        share = scores[place] / (scores[0] or 1.0)
        for candidate in _candidates(analyzer, asked, passage, place):
            score = candidate.score * (0.5 + 0.5 * share)
            if passage.kind == "note" and not asked.wants_source:
                score *= _NOTE_SHARE
            if best is None or score > best.score + 1e-9:
                best = replace(candidate, score=score)
    return best


def _candidates(
    analyzer: Analyzer, asked: Question, passage: Passage, place: int
) -> list[Candidate]:
    text = passage.text
    spans = list(sentences(text))
    terms = analyzer.terms(text)
    held = [
        {term.text for term in terms if start <= term.start and term.stop <= stop}
        for start, stop in spans
    ]
    candidates = []
    for number, (start, stop) in enumerate(spans):
        covered = _told(asked, held[number])
        score = covered + _fits(asked, text[start:stop]) * _KIND_BONUS
        score += _dated(asked, text[start:stop]) * _DATED_BONUS
        first, last = _shorten(text, start, stop, asked, terms)
        candidates.append(Candidate(place, first, last, score))
        if number + 1 < len(spans) and spans[number + 1][1] - start <= MOST_ANSWER_CHARACTERS:
            both = _told(asked, held[number] | held[number + 1])
            best_alone = max(covered, _told(asked, held[number + 1]))
            if both - best_alone >= _SECOND_SENTENCE:
                end = spans[number + 1][1]
                bonus = _fits(asked, text[start:end]) * _KIND_BONUS
                bonus += _dated(asked, text[start:end]) * _DATED_BONUS
                candidates.append(Candidate(place, start, end, both + bonus - _SECOND_SENTENCE / 2))
    return candidates


def _dated(asked: Question, sentence: str) -> float:
    """1 if the sentence has a date that lies within one asked for, else 0."""
    if not asked.dates:
        return 0.0
    return float(any(any(map(m.date.within, asked.dates)) for m in find_dates(sentence)))


def _told(asked: Question, terms: set[str]) -> float:
    weight = asked.weight
    if not weight:
        return 0.0
    return sum(c.weight for c in asked.concepts if terms.intersection(c.terms)) / weight


def _fits(asked: Question, sentence: str) -> float:
    """1 if the sentence holds the kind of thing asked for, else 0."""
    match asked.kind:
        case "when":
            return float(bool(find_dates(sentence, default_year=2000)))
        case "who":
            named = (m[0].casefold() for m in _CAPITALISED.finditer(sentence))
            question = asked.text.casefold()
            return float(any(name not in question for name in named))
        case "how many":
            return float(_NUMBER.search(sentence) is not None)
        case "why":
            return float(_REASON.search(sentence) is not None)
        case _:
            return 0.0


def _shorten(
    text: str, start: int, stop: int, asked: Question, terms: Sequence[Term]
) -> tuple[int, int]:
    """A sentence that is too long, cut at clauses to the part that holds most of the question."""
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
        within = {t.text for t in terms if first <= t.start and t.stop <= last}
        best = max(best, (_told(asked, within), -i, first, last))
    _, _, first, last = best
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


def choose_event(text: str, place: int, start: int, stop: int) -> Candidate:
    """The first sentence of the event that stands at ``start`` to ``stop`` of a passage's text."""
    first, last = next(sentences(text, start, stop), (start, stop))
    if last - first > MOST_ANSWER_CHARACTERS:
        last = _word_end(text, first, first + MOST_ANSWER_CHARACTERS)
    return Candidate(place, first, last, 1.0)


def _word_end(text: str, first: int, limit: int) -> int:
    """The last place before ``limit`` where a word ends; ``limit`` itself within one long word."""
    last = max(text.rfind(" ", first, limit), text.rfind("\n", first, limit))
    return last if last > first else limit
