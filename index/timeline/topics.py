"""What events are about: their telling words and the capitalised phrases in them, with counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.analysis import fold
from index.analysis.tokens import Token, tokens
from index.analysis.words import reader
from index.events.name_words import CALENDAR
from index.events.prose_words import (
    ADVERBS,
    HAPPENING_VERBS,
    HAPPENINGS,
    IRREGULAR_PASTS,
    LIGHT,
    PERIODS,
    SAYING,
)
from index.model import one_line

LONGEST_SUGGESTED = 100  # characters: more can't be offered
_SHORTEST = 3  # letters of a word that tells something by itself
_MOST_WORDS = 6  # of a phrase
_JOINERS = frozenset("of for the de la du der van von".split())
_COMMON = 0.25  # share of the events: what more of them hold tells little
_FEW_EVENTS = 8  # what no more hold is never common
_PART = 0.6  # share of a word's events in which it stands in one phrase
_SPEECH = frozenset((*ADVERBS, *HAPPENING_VERBS, *IRREGULAR_PASTS, *LIGHT, *PERIODS, *SAYING))


class _Word(NamedTuple):
    """What is known of a token by itself."""

    term: str  # empty for a stop word
    tells: bool  # something by itself: it is no number and no month
    idle: bool  # it neither begins nor ends a phrase
    capital: bool
    joins: bool


class _Words(dict[str, _Word]):
    """The tokens of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._read = reader(language)

    def __missing__(self, token: str) -> _Word:
        word = self._read(token)
        plain = bool(word.usual) and word.number is None and word.folded not in CALENDAR
        tells = plain and _SHORTEST <= len(token) <= LONGEST_SUGGESTED and word.folded.isalpha()
        term = word.usual[0] if word.usual else ""
        known = _Word(term, tells, not plain, token[0].isupper(), word.folded in _JOINERS)
        self[token] = known
        return known


class _Readers(dict[str, _Words]):
    """What is known of tokens, by language."""

    def __missing__(self, language: str) -> _Words:
        self[language] = words = _Words(language)
        return words


class Topics:
    """Words and phrases that a timeline may be asked about, with how many events hold each."""

    def __init__(self, events: Iterable[tuple[str, str]]) -> None:
        """``events`` are the text of each, and its language (BCP 47)."""
        told: Counter[str] = Counter()  # term -> events
        phrases: Counter[str] = Counter()
        spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)  # term -> as written
        inside: Counter[tuple[str, str]] = Counter()  # a term and a phrase that it stands in
        readers = _Readers()
        size = 0
        for text, language in events:
            size += 1
            found = tokens(text)
            read = readers[language]
            words = [read[token] for token, _, _ in found]
            telling = {
                word.term: token.removesuffix("'s").removesuffix("’s")
                for (token, _, _), word in zip(found, words, strict=True)
                if word.tells
            }
            told.update(telling.keys())
            for term, token in telling.items():
                spelt[term][token] += 1
            for phrase, terms in dict(_phrases(text, found, words)).items():
                phrases[phrase] += 1
                inside.update((term, phrase) for term in terms)
        shown = {term: _usual(written) for term, written in spelt.items()}
        whole = {term for (term, _), count in inside.items() if count == told[term]}
        alone = {shown[term]: told[term] for term in told if term not in whole}
        self.counts: Counter[str] = Counter(alone | phrases)
        self._folded = tuple((fold(said), said) for said in self.counts)
        parts = {shown[t] for (t, _), count in inside.items() if count >= _PART * told[t] > 0}
        most = max(_FEW_EVENTS, _COMMON * size)
        told_of = [s for s in self.counts if self.counts[s] <= most and s not in parts]
        self._commonest = self._best(
            [said for said in told_of if not _is_speech(said)] or self.counts
        )

    def suggest(self, typed: str, limit: int) -> list[str]:
        """What ``typed`` may begin, or a word of it; the most events first.

        With nothing typed the commonest that still tell something.
        """
        wanted = fold(one_line(typed))
        if not wanted:
            return self._commonest[:limit]
        begun = self._best(said for folded, said in self._folded if folded.startswith(wanted))
        if len(begun) < limit:
            within = f" {wanted}"
            begun += self._best(
                said
                for folded, said in self._folded
                if within in folded and not folded.startswith(wanted)
            )
        return begun[:limit]

    def _best(self, said: Iterable[str]) -> list[str]:
        return sorted(said, key=lambda one: (-self.counts[one], one))


def _usual(written: Counter[str]) -> str:
    return min(written, key=lambda token: (-written[token], token))


def _is_speech(said: str) -> bool:
    """Whether a word is one of those that any event may be told with: “said”, “took”, “meets”."""
    folded = fold(said)
    if not said.islower() or {folded, folded.removesuffix("s")} & HAPPENINGS:
        return False
    return folded.endswith(("ed", "ing", "ly")) or not _SPEECH.isdisjoint(
        (folded, folded.removesuffix("s"))
    )


def _phrases(
    text: str, found: Sequence[Token], words: Sequence[_Word]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The phrases of several words with capitals, and their terms: “Lind Company”, “Bay of Arn”."""
    run: list[int] = []
    for n, word in enumerate(words):
        if not run and not word.capital:
            continue
        goes_on = word.capital or word.joins
        if run and not (goes_on and text[found[run[-1]][2] : found[n][1]] in (" ", "-", "\n")):
            yield from _phrase(text, found, words, run)
            run = []
        if run or word.capital:
            run.append(n)
    yield from _phrase(text, found, words, run)


def _phrase(
    text: str, found: Sequence[Token], words: Sequence[_Word], run: list[int]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    while run and words[run[0]].idle:
        run = run[1:]
    while run and words[run[-1]].idle:
        run = run[:-1]
    terms = tuple(words[n].term for n in run if words[n].term)
    if len(terms) > 1 and len(run) <= _MOST_WORDS:
        phrase = one_line(text[found[run[0]][1] : found[run[-1]][2]])
        phrase = phrase.removesuffix("'s").removesuffix("’s")
        if len(phrase) <= LONGEST_SUGGESTED:
            yield phrase, terms
