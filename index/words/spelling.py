"""A word that no document has -> the words of the corpus that were meant.

Slips weigh what they are worth: letters that sound alike or lie side by side on a keyboard, doubled
and turned-round letters cost less than others (the kinds are those of Damerau 1964 and Kukich 1992).
A word that a list of English words has is no slip, even if the corpus lacks it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from index.analysis import fold
from index.analysis.languages import script_of, stem_in
from index.words.compounds import PREFIXES
from index.words.sounds import sound_key, spoken
from index.words.variants import respellings

_SHORTEST = 4  # letters of a word that is corrected
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
_LISTS = frozenset(("en", "de", "fr", "es", "pt", "it", "nl", "ru"))  # that pyspellchecker has
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


@cache
def listed_words(language: str) -> frozenset[str]:
    """The words, folded, of pyspellchecker's list of a primary language; none if it has no list.

    Loading that of English takes a fifth of a second, of German or Portuguese half a second.
    """
    if language not in _LISTS:
        return frozenset()
    words = map(str, SpellChecker(language=language).word_frequency)
    return frozenset(word if word.isascii() else fold(word) for word in words)


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
    listed = listed_words("en")
    return any(
        word[at:] in listed and (word[:at] in PREFIXES or (at >= _SHORTEST and word[:at] in listed))
        for at in range(2, len(word) - _SHORTEST + 1)
    )


class Speller:
    """Finds the words of one vocabulary that a misspelt word may mean. Never changes."""

    def __init__(self, vocabulary: Mapping[str, int], languages: Sequence[str] = ("en",)) -> None:
        """``vocabulary``: terms (stems) and how many passages hold each; ``languages``: primary ones.

        The forms that are compared are the terms, and the listed words that have such a stem.
        """
        self._vocabulary = vocabulary
        self._languages = tuple(languages)
        forms: dict[str, str] = {}  # in any order: whatever is chosen of them is sorted
        heads = {term[:3] for term in vocabulary if len(term) >= _SHORTEST - 1}  # saves stemming
        for language in self._languages:
            stemmed = stem_in(language)
            for word in listed_words(language):
                if word[:3] in heads and word.isalpha() and (term := stemmed(word)) in vocabulary:
                    forms.setdefault(word, term)
        for term in vocabulary:
            if term.isalpha() and len(term) >= _SHORTEST - 1:
                forms.setdefault(term, term)
        self._forms = forms
        # What is said like the word of a form; of several forms the most frequent.
        self._said: dict[str, str] = {}
        for form, said in zip(forms, spoken(list(forms)), strict=True):
            rival = self._said.get(said, form)
            frequency = vocabulary[forms[form]] - vocabulary[forms[rival]]
            self._said[said] = form if (frequency, rival) > (0, form) else rival
        self._alike: dict[tuple[str, int], list[str]] = {}  # by first letter and length
        for form in forms:
            self._alike.setdefault((form[0], len(form)), []).append(form)

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
        form = self._said.get(spoken((word,))[0])
        if form is None or (name and self._is_listed(form)):
            return ()
        return (Reading(form, self._forms[form], slips(word, form)),)

    def _best(self, word: str, letters: Iterable[str], name: bool) -> tuple[Reading, ...]:
        """The likeliest of the forms that begin with one of ``letters``."""
        most = min(_most_cost(len(word)), _COMPOSED_COST if _is_composed(word) else math.inf)
        weighed: list[tuple[float, str, float]] = []
        for form in self._near(word, letters):
            cost = slips(word, form, most + _SAME_SOUND)
            told = self._weigh(word, form, cost, most, name)
            if told is not None:
                weighed.append((round(told, 6), form, cost))
        weighed.sort()
        best: dict[str, Reading] = {}
        for told, form, cost in weighed:
            if told > weighed[0][0] + _ALIKE:
                break
            best.setdefault(self._forms[form], Reading(form, self._forms[form], cost))
        return tuple(best.values())[:_MOST_READINGS]

    def _weigh(self, word: str, form: str, cost: float, most: float, name: bool) -> float | None:
        """How unlikely it is that ``form`` was meant, less for frequent words; None: too unlikely."""
        alike = sound_key(form) == sound_key(word)
        told = cost - (_SAME_SOUND if alike and len(word) >= _SOUNDING else 0)
        if told > most + (_SHORT_ALIKE if alike and len(word) < _SOUNDING else 0):
            return None
        frequency = self._vocabulary[self._forms[form]]
        listed = self._is_listed(form)
        if frequency == 1 and not listed and cost > _RARE_COST:
            return None
        if name and cost > (_LISTED_NAME_COST if listed else _NAME_COST):
            return None
        if name and not alike and (listed or form[0] != word[0]):
            return None  # a name that is not in the corpus is no slip for a common word
        return told - _FREQUENT * math.log10(1 + frequency) + (0 if listed else _UNLISTED)

    def _is_listed(self, form: str) -> bool:
        return any(form in listed_words(language) for language in self._languages)

    def _near(self, word: str, letters: Iterable[str]) -> Iterator[str]:
        """Forms that begin with one of ``letters`` and are few slips away, nearest first."""
        most = 3 if len(word) >= 6 else 2 if len(word) == 5 else 1
        lengths = range(len(word) - min(most, 2), len(word) + min(most, 2) + 1)
        buckets = (self._alike.get((letter, n), ()) for letter in letters for n in lengths)
        choices = list(chain.from_iterable(buckets))
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
        near.sort(key=lambda hit: (hit[1], hit[0][:1] != word[:1], hit[0]))
        return (hit[0] for hit in near[:_CANDIDATES])


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
    before_last: list[float] = []
    last = [0.0] * width
    for j in range(1, width):
        last[j] = last[j - 1] + _left_out(meant, j - 1)
    for i, a in enumerate(typed, start=1):
        row = [last[0] + _added(typed, i - 1)] + [0.0] * (width - 1)
        for j in range(1, width):
            b = meant[j - 1]
            cost = last[j - 1] + (0.0 if a == b else _exchanged(a, b, first=i == 1 and j == 1))
            cost = min(cost, last[j] + _added(typed, i - 1), row[j - 1] + _left_out(meant, j - 1))
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
