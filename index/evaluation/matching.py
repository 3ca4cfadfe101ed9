"""Whether words that are wanted stand in a text, however its lines, quotes and dashes are set."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from rapidfuzz.distance import LCSseq

MAX_ANSWER = 400  # characters; a longer answer is not one
_SHARE = 0.6  # of a quote's words that must stand in order, where the quote itself doesn't
_FEWEST_NEAR = 4  # words of a quote; a shorter one must stand as it is
_SHORTEST_JOINED = 8  # letters that may run over the ends of words
_SIGNS = str.maketrans(dict.fromkeys("‘’‚‛′`", "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_BROKEN = re.compile(r"(?<=\w)-[ \t]*\n\s*(?=\w)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_WORD = re.compile(r"[^\W_]+")
_DATE = re.compile(r"-?[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Words:
    """A text as its words and numbers: lower case, without accents and possessives, those that a
    line's end broke whole again."""

    words: tuple[str, ...]
    spaced: str  # with a blank before, between and after them
    joined: str  # without any
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """The words of ``text``."""
        text = unicodedata.normalize("NFKD", text.replace("\u00ad", ""))
        text = _BROKEN.sub("", text.translate(_ACCENTS).translate(_SIGNS))
        text = _POSSESSIVE.sub("", _THOUSANDS.sub("", text).lower())
        words = tuple(_WORD.findall(text))
        return cls(words, f" {' '.join(words)} ", "".join(words), frozenset(words))


def holds(text: Words, wanted: Words) -> bool:
    """Whether ``wanted`` stands in ``text`` as whole words, or by its letters if they are many."""
    if len(wanted.joined) >= _SHORTEST_JOINED:
        return wanted.joined in text.joined
    return bool(wanted.words) and wanted.spaced in text.spaced


def nearly_holds(text: Words, quote: Words) -> bool:
    """Whether six tenths of the words of ``quote`` stand in order in a stretch of ``text`` that is
    half as long again; never for fewer than four words."""
    size = len(quote.words)
    if size < _FEWEST_NEAR:
        return False
    least, width = _SHARE * size, size + size // 2 + 3
    if sum(word in text.vocabulary for word in quote.words) < least:
        return False
    wanted = Counter(quote.words)
    held: Counter[str] = Counter()
    shared = 0  # words of the quote in the stretch that ends here, in whatever order
    for at, word in enumerate(text.words):
        first = at - width + 1
        if first > 0 and (gone := text.words[first - 1]) in wanted:
            shared -= held[gone] <= wanted[gone]
            held[gone] -= 1
        if word not in wanted:
            continue
        held[word] += 1
        shared += held[word] <= wanted[word]
        if shared >= least:
            stretch = text.words[max(0, first) : at + 1]
            if LCSseq.similarity(quote.words, stretch) >= least:
                return True
    return False


# ---------------------------------------------------------------- dates


@dataclass(frozen=True, slots=True)
class DateCounts:
    """Dates that are right, dates that were given, dates that were wanted."""

    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def is_date(text: str) -> bool:
    """Whether ``text`` is a year, a month or a day as 2021, 2021-03 or 2021-03-26."""
    return _DATE.fullmatch(text) is not None


def count_dates(
    wanted: Iterable[str], optional: Iterable[str], given: Iterable[str]
) -> tuple[DateCounts, DateCounts]:
    """Strict and lenient counts of the distinct dates ``given``.

    Strict takes a date as written. Lenient lets a date that is left over stand for one that is
    wanted and lies in it or it in that: a finer date for a coarser, a month for its day. Dates in
    ``optional`` count neither way.
    """
    due = set(wanted)
    free = set(optional) - due
    exact = due & set(given)
    rest = sorted(set(given) - due - free)
    strict = DateCounts(len(exact), len(exact) + len(rest), len(due))
    unmet = sorted(due - exact)
    right = counted = len(exact)
    for date in rest:
        fitting = next((one for one in unmet if _near(date, one)), None)
        if fitting is not None:
            unmet.remove(fitting)
            right += 1
        elif any(_near(date, one) for one in free):
            continue
        counted += 1
    return strict, DateCounts(right, counted, len(due))


def _near(given: str, wanted: str) -> bool:
    is_month = given.count("-", 1) == 1
    return given.startswith(wanted + "-") or (is_month and wanted.startswith(given + "-"))
