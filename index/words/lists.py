"""pyspellchecker's lists of words of eight languages, made ready as far as they are asked for.

They know nothing of any corpus, so each is read once in a process.
"""

from __future__ import annotations

import gzip
import json
import pkgutil
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.analysis.folding import plain
from index.words.shapes import nearest, shape, shapes, similar
from index.words.sounds import spelt, spoken

LISTS = frozenset(("en", "de", "fr", "es", "pt", "it", "nl", "ru"))  # that pyspellchecker has
_LONGEST_MONTH = 4  # letters of a short name of a month, which folding makes the long one
#: The letters that a word has when what is spoken of it has them, and those that it has only then.
_KEPT, _EXACT = shape("abdlmnpr"), shape("lmnr")
_NO_LETTERS = str.maketrans("", "", "X0")  # that `spoken` puts in


class _Begun:
    """The words of letters alone that begin with one letter."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words, key=len)

    @cached_property
    def _shapes(self) -> NDArray[np.uint32]:
        groups = (("".join(group), length) for length, group in groupby(self._words, key=len))
        made = [shapes(text, length) for text, length in groups]
        return np.concatenate(made) if made else np.empty(0, np.uint32)

    def similar(self, own: np.uint32, lengths: range, most: int) -> list[str]:
        """Those as long as one of ``lengths`` that `similar` leaves of words with shape ``own``."""
        first = bisect_left(self._words, lengths.start, key=len)
        stop = bisect_left(self._words, lengths.stop, first, key=len)
        places = similar(self._shapes[first:stop], own, most) + first
        return [self._words[n] for n in places.tolist()]

    def sounding(self, said: str) -> list[str]:
        """Those that may be spoken as ``said``: all that are, and others."""
        shortest = len(said) - said.count("ks")  # an x is spoken as two, nothing else grows
        first = bisect_left(self._words, shortest, key=len)
        letters = said.translate(_NO_LETTERS)
        own = shape(letters) if letters else np.uint32(0)
        shaped, must = self._shapes[first:], own & _KEPT
        fits = shaped & (must | _EXACT) == must
        return [self._words[n + first] for n in np.flatnonzero(fits).tolist()]

    def warm(self) -> None:
        """Make now what is else made when it is needed."""
        _ = self._shapes


class ListedWords:
    """The words of one list, folded. Never changes.

    Safe to share between threads: at worst two of them make the same.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """``words`` are folded, in any order."""
        self._given = list(words)
        self.words = frozenset(self._given)
        self._letters: dict[str, _Begun] = {}

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self._given)

    def resembling(
        self, word: str, letters: Iterable[str], lengths: range, most: int
    ) -> list[tuple[str, int]]:
        """Words of letters alone that are at most ``most`` slips from ``word``, with how many.

        They begin with one of ``letters`` and have as many letters as one of ``lengths``; they come
        in no order.
        """
        own = shape(word)
        choices: list[str] = []
        for letter in letters:
            choices += self._begun(letter).similar(own, lengths, most)
        return nearest(word, choices, most)

    def sounding(self, said: str) -> list[str]:
        """The words of letters alone that are spoken as ``said``, in no order."""
        words = [word for letter in spelt(said) for word in self._begun(letter).sounding(said)]
        return [word for word, heard in zip(words, spoken(words), strict=True) if heard == said]

    def warm(self) -> None:
        """Make now what the first words would wait for."""
        for letter in dict.fromkeys(word[0] for word in self._ordered if word):
            self._begun(letter).warm()

    def _begun(self, letter: str) -> _Begun:
        if letter not in self._letters:
            ordered = self._ordered
            first = bisect_left(ordered, letter)
            stop = bisect_left(ordered, chr(ord(letter) + 1), first)
            self._letters[letter] = _Begun(filter(str.isalpha, ordered[first:stop]))
        return self._letters[letter]


@cache
def listed(language: str) -> ListedWords:
    """pyspellchecker's list of a primary language; an empty one if it has none.

    Reading that of English takes 30 ms, of German or Portuguese 0.1 s.
    """
    return ListedWords(_folded(_read(language)) if language in LISTS else ())


def listed_words(language: str) -> frozenset[str]:
    """The words of `listed`."""
    return listed(language).words


def _read(language: str) -> list[str]:
    """The words of a list as it has them.

    It is an object of JSON, from words to numbers. pyspellchecker itself takes five times as long,
    because it counts the words' letters too.
    """
    data = pkgutil.get_data("spellchecker", f"resources/{language}.json.gz")
    text = gzip.decompress(data or b"").decode().lower()
    return list(json.loads(text)) if "\\" in text else text.split('"')[1::2]


def _folded(words: Sequence[str]) -> list[str]:
    """Each of ``words`` as `fold` has it, but for those in ASCII, which stay; in another order.

    A letter is folded without regard to its neighbours, so that most are folded all at once.
    """
    kept = [word for word in words if word.isascii()]
    others = [word for word in words if not word.isascii()]
    simple = [word for word in others if word.isalpha() and len(word) > _LONGEST_MONTH]
    text = "\n".join(simple)
    for letter in sorted(set(text)):
        if not letter.isascii() and (one := plain(letter)) != letter:
            text = text.replace(letter, one)
    kept += text.split("\n") if simple else ()
    kept += (fold(w) for w in others if not (w.isalpha() and len(w) > _LONGEST_MONTH))
    return kept
