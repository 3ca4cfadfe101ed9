"""A word that no document has -> the words of the corpus that were meant.

Slips weigh what they are worth: letters that sound alike or lie side by side on a keyboard, doubled
and turned-round letters cost less than others (the kinds are those of Damerau 1964 and Kukich 1992).
A word that a list of English words has is no slip, even if the corpus lacks it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from index.analysis.languages import script_of, stem_in
from index.words.compounds import PREFIXES
from index.words.lists import listed, listed_words
from index.words.sounds import sound_key, spoken
from index.words.variants import respellings
from index.words.vocabulary import vocabulary_of

_SHORTEST = 4  # letters of a word that is corrected
_SHORTEST_FORM = 3  # and of what it is read as
_LONGEST = 40
_MOST_READINGS = 2
_CANDIDATES = 24  # weighed letter by letter
_ALIKE = 0.25  # of cost: a second reading is given only if it is so near to the first
_FIRST_LETTER = 0.4  # added where the first letter is wrong: people seldom miss it
_SAME_SOUND = 0.4  # taken off where the whole sounds the same
_SHORT_ALIKE = 0.1  # more that a short word's slips may cost where it sounds the same
_SOUNDING = 6  # letters of a word whose sound tells
_FREQUENT = 0.2  # taken off for each power of ten of the passages that hold the word
_UNLISTED = 0.3  # added for words that the list of English words lacks
_NAME_COST = 1.0  # the most that a name's slips may cost
_LISTED_NAME_COST = 0.6  # where the list of English words has what it is read as
_COMPOSED_COST = 0.7  # the most where the word is made of English words
_RARE_COST = 0.7  # and where what it is read as is no English word, and stands in one passage only
_ROUNDING = 1e-6  # sums of costs are exact to so much
_KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
)
_SOUNDS = (
    *("aeiouy", "ckqsxz", "fvw", "bp", "dt", "gj", "mn", "ij"),
    *("ао", "еиэя", "иы", "ий", "бп", "дт", "гк", "гх", "зс", "жш", "чшщ", "вф", "мн", "ьъ"),
)


def _neighbours() -> frozenset[tuple[str, str]]:
    """Keys side by side; each row stands half a key to the right of the one above it."""
    pairs: set[tuple[str, str]] = set()
    for rows in _KEYBOARDS:
        for row in rows:
            pairs.update(pairwise(row))
        for upper, lower in pairwise(rows):
            pairs.update(zip(upper, lower, strict=False))
            pairs.update(zip(upper[1:], lower, strict=False))
    return frozenset(pairs | {(b, a) for a, b in pairs})


_NEAR_KEYS = _neighbours()
_LETTERS = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя"
_OFTEN_LEFT_OUT = "aeiouhаеиоуыэюяьъ"
_ALIKE_SOUNDS = frozenset((a, b) for group in _SOUNDS for a in group for b in group)
_CONFUSED = _NEAR_KEYS | _ALIKE_SOUNDS | {("k", "n"), ("p", "s"), ("w", "r"), ("p", "f")}


@dataclass(frozen=True, slots=True)
class Reading:
    """A word that was probably meant."""

    word: str
    term: str
    cost: float  # of the slips; one letter that is quite another costs 1


def is_listed(word: str, languages: Sequence[str] = ("en",)) -> bool:
    """Whether the list of one of ``languages`` has ``word`` (folded).

    Of English ones British and American spellings count alike; words in Cyrillic letters are looked
    up in the Russian list.
    """
    if script_of(word) == "Cyrillic":
        return word in listed_words("ru")
    return any(word in listed_words(language) for language in languages) or any(
        other in listed_words("en") for other in respellings(word)
    )


def _is_composed(word: str) -> bool:
    """Whether ``word`` is made of two English words, or of a prefix and one: "recompression"."""
    words = listed_words("en")
    return any(
        word[at:] in words and (word[:at] in PREFIXES or (at >= _SHORTEST and word[:at] in words))
        for at in range(2, len(word) - _SHORTEST + 1)
    )


class _Form(NamedTuple):
    """A word that a misspelt one is compared with."""

    word: str
    term: str
    frequency: int  # passages that hold the term


class Speller:
    """Finds the words of one vocabulary that a misspelt word may mean. Never changes."""

    def __init__(self, vocabulary: Mapping[str, int], languages: Sequence[str] = ("en",)) -> None:
        """``vocabulary``: terms (stems) and how many passages hold each; ``languages``: primary ones.

        The forms that are compared are the terms, and the listed words that have such a stem.
        """
        self._vocabulary = vocabulary_of(vocabulary)
        self._languages = tuple(languages)

    def readings(self, word: str, *, name: bool = False) -> tuple[Reading, ...]:
        """What ``word`` (folded) was probably meant to be, likeliest first; often nothing.

        ``name``: it is written like a name, so that it must sound like what it is read as.
        """
        if not (_SHORTEST <= len(word) <= _LONGEST and word.isalpha()):
            return ()
        if is_listed(word, self._languages):
            return ()
        first = dict.fromkeys(
            word[:2]
        )  # the second letter stands first where both are turned round
        others = [a for a in _LETTERS if (a, word[0]) in _CONFUSED and a not in first]
        found = self._best(word, first, name) or self._best(word, others, name)
        if found or len(word) < _SOUNDING:
            return found
        return self._sounding(word, name)

    def _sounding(self, word: str, name: bool) -> tuple[Reading, ...]:
        """The most frequent form that sounds like ``word``; of several the first."""
        said = spoken((word,))[0]
        words = dict.fromkeys(self._vocabulary.sounding(said))
        for language in self._languages:
            words.update(dict.fromkeys(listed(language).sounding(said)))
        forms = [form for each in words if (form := self._form(each))]
        if not forms:
            return ()
        best = min(forms, key=lambda form: (-form.frequency, form.word))
        if name and self._is_listed(best.word):
            return ()
        return (Reading(best.word, best.term, slips(word, best.word)),)

    def _best(self, word: str, letters: Iterable[str], name: bool) -> tuple[Reading, ...]:
        """The likeliest of the forms that begin with one of ``letters``."""
        most = min(_most_cost(len(word)), _COMPOSED_COST if _is_composed(word) else math.inf)
        weighed: list[tuple[float, Reading]] = []
        for form in self._near(word, letters):
            cost = slips(word, form.word, most + _SAME_SOUND)
            told = self._weigh(word, form, cost, most, name)
            if told is not None:
                weighed.append((round(told, 6), Reading(form.word, form.term, cost)))
        weighed.sort(key=lambda pair: (pair[0], pair[1].word))
        best: dict[str, Reading] = {}
        for told, reading in weighed:
            if told > weighed[0][0] + _ALIKE:
                break
            best.setdefault(reading.term, reading)
        return tuple(best.values())[:_MOST_READINGS]

    def _weigh(self, word: str, form: _Form, cost: float, most: float, name: bool) -> float | None:
        """How unlikely it is that ``form`` was meant, less for frequent words; None: too unlikely."""
        alike = sound_key(form.word) == sound_key(word)
        told = cost - (_SAME_SOUND if alike and len(word) >= _SOUNDING else 0)
        if told > most + (_SHORT_ALIKE if alike and len(word) < _SOUNDING else 0):
            return None
        is_listed = self._is_listed(form.word)
        if form.frequency == 1 and not is_listed and cost > _RARE_COST:
            return None
        if name and cost > (_LISTED_NAME_COST if is_listed else _NAME_COST):
            return None
        if name and not alike and (is_listed or form.word[0] != word[0]):
            return None  # a name that is not in the corpus is no slip for a common word
        return told - _FREQUENT * math.log10(1 + form.frequency) + (0 if is_listed else _UNLISTED)

    def _is_listed(self, form: str) -> bool:
        return any(form in listed_words(language) for language in self._languages)

    def _form(self, word: str) -> _Form | None:
        """``word`` as a form; None if the corpus has neither its stem nor itself."""
        if len(word) < _SHORTEST_FORM:
            return None
        for language in self._languages:
            if word in listed_words(language):
                term = stem_in(language)(word)
                if frequency := self._vocabulary.get(term, 0):
                    return _Form(word, term, frequency)
        frequency = self._vocabulary.get(word, 0)
        return _Form(word, word, frequency) if frequency else None

    def _near(self, word: str, letters: Iterable[str]) -> Iterator[_Form]:
        """Forms that begin with one of ``letters`` and are few slips away, nearest first."""
        most = 3 if len(word) >= 6 else 2 if len(word) == 5 else 1
        longer = min(most, 2)
        sought = tuple(letters), range(len(word) - longer, len(word) + longer + 1), most
        near = dict(self._vocabulary.resembling(word, *sought))
        for language in self._languages:
            near.update(listed(language).resembling(word, *sought))
        ordered = sorted(near.items(), key=lambda hit: (hit[1], hit[0][:1] != word[:1], hit[0]))
        forms = (form for each, _ in ordered if (form := self._form(each)))
        return islice(forms, _CANDIDATES)


def _most_cost(length: int) -> float:
    """What the slips of a word of ``length`` letters may cost together."""
    if length <= 4:
        return 0.6
    if length <= 7:
        return 0.85
    return 1.2 if length <= 9 else 1.5


def slips(typed: str, meant: str, most: float = math.inf) -> float:
    """What the slips cost that make ``typed`` of ``meant``; infinite if above ``most``.

    Optimal string alignment: letters left out, added, exchanged, or two turned round.
    """
    width = len(meant) + 1
    left_out = [_left_out(meant, j) for j in range(len(meant))]
    before_last: list[float] = []
    last = [0.0] * width
    for j in range(1, width):
        last[j] = last[j - 1] + left_out[j - 1]
    for i, a in enumerate(typed, start=1):
        added = _added(typed, i - 1)
        row = [last[0] + added] + [0.0] * (width - 1)
        for j, b in enumerate(meant, start=1):
            cost = last[j - 1] + (0.0 if a == b else _exchanged(a, b, first=i == 1 and j == 1))
            cost = min(cost, last[j] + added, row[j - 1] + left_out[j - 1])
            if i > 1 and j > 1 and a == meant[j - 2] and typed[i - 2] == b and a != b:
                cost = min(cost, before_last[j - 2] + (0.8 if i == 2 else 0.6))
            row[j] = cost
        if min(row) > most + _ROUNDING and min(last) > most + _ROUNDING:
            return math.inf
        before_last, last = last, row
    return round(last[-1], 6)


def _exchanged(a: str, b: str, *, first: bool) -> float:
    cost = 0.6 if (a, b) in _ALIKE_SOUNDS else 0.7 if (a, b) in _NEAR_KEYS else 1.0
    return cost + (_FIRST_LETTER if first else 0.0)


def _added(typed: str, at: int) -> float:
    """A letter too many: a doubled one, one beside the key that was meant, or another."""
    a = typed[at]
    beside = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
    if a in beside:
        return 0.4
    cost = 0.75 if any((a, b) in _NEAR_KEYS for b in beside) else 1.0
    return cost + (_FIRST_LETTER if at == 0 else 0.0)


def _left_out(meant: str, at: int) -> float:
    """A letter too few: of two alike, a silent one, or another."""
    a = meant[at]
    if a in meant[max(0, at - 1) : at] + meant[at + 1 : at + 2]:
        return 0.4
    return (0.7 if a in _OFTEN_LEFT_OUT else 0.8) + (_FIRST_LETTER if at == 0 else 0.0)
