"""A word -> its terms, by language."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from index.analysis.folding import LONGEST_CACHED, fold, plain
from index.analysis.languages import language_of, primary, script_of, stem_in, stop_words
from index.analysis.numbers import (
    NUMBER_WORDS,
    UNIT_STEMS,
    UNITS,
    Number,
    pointed,
    read_number,
)
from index.analysis.tokens import Unspaced, unspaced

_MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_PLURAL = re.compile(r"[^\W\d_][\w.]*\d+s|\d+s")
_FIRST = {"1st": "first", "2nd": "second"}  # which mostly order a text, and are no numbers
_MOST_CACHED = 65_536  # tokens of a language
_VOWELS = frozenset("aeiouy")
#: Words that are cut off before an apostrophe, by language: d'État, l'homme, dell'arte.
_ELIDED = {
    language: frozenset(said.split())
    for language, said in (
        ("ca", "d l m n s t"),
        ("en", "d l"),
        ("fr", "c d j l m n qu s t jusqu lorsqu puisqu quoiqu"),
        ("it", "all c com cos d dall dell dov gl l m n nell quand quell quest s sull t un v"),
    )
}


class Word(NamedTuple):
    """What is known of a token by itself."""

    folded: str
    forms: tuple[str, ...]  # its terms, the main one first; several count for one word
    usual: tuple[str, ...]  # the same, none if it is a stop word
    stop: bool  # it is a stop word
    name: bool  # written as an abbreviation: US and WHO are names
    dotted: bool
    number: Number | None
    script: Unspaced | None  # of a syllable
    language: str  # that it is taken to be in
    special: bool  # it is a number, a syllable, or an abbreviation that reads like a stop word


Reader = Callable[[str], Word]


@cache
def reader(language: str) -> Reader:
    """What reads the tokens of a document in ``language`` (BCP 47)."""
    return _reader(primary(language))


@cache
def _reader(language: str) -> Reader:
    return _Known(language).__getitem__


class _Known(dict[str, Word]):
    """Tokens that were read before: those read lately, and of the others no more than as many."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._before: dict[str, Word] = {}

    def __missing__(self, token: str) -> Word:
        word = self._before.get(token) or _word(token, self._language)
        if len(token) <= LONGEST_CACHED:
            if len(self) >= _MOST_CACHED // 2:
                self._before = dict(self)
                self.clear()
            self[token] = word
        return word


def _word(token: str, language: str) -> Word:
    folded = fold(token)
    script = unspaced(token)
    if script is not None:
        forms: tuple[str, ...] = (folded,) if folded else ()
        return Word(folded, forms, forms, False, False, False, None, script, "", True)
    spoken = language_of(script_of(folded), language)
    stops = stop_words(spoken)
    stop = folded in stops or ("'" in folded and _elided(folded, spoken) in stops)
    forms = _forms(token, folded, spoken)
    name = len(folded) > 1 and (token.isupper() or "." in token)
    number = read_number(folded, spoken)
    return Word(
        folded,
        forms,
        () if stop else forms,
        stop,
        name,
        "." in token,
        number,
        None,
        spoken,
        number is not None or (name and stop),
    )


def _forms(token: str, folded: str, language: str) -> tuple[str, ...]:
    """The terms of a word: its stem, and the parts of one that mixes letters and digits.

    A number of four digits or more before a point is a term too: a note's mark glued to a year
    (``1951.2``) looks like a decimal.
    """
    stemmed = stem_in(language)
    if folded.isalpha():
        if language == "en" and folded in NUMBER_WORDS:
            return (NUMBER_WORDS[folded],)
        name = token.isupper() and len(folded) < 4 and folded[-1] != "w"  # LB, but MW
        main = _stem(stemmed, folded if name else UNITS.get(folded, folded))
        forms = [UNIT_STEMS.get(main, main)]
        if not token.isascii() and language != "en":
            forms = [fold(_stem(stemmed, plain(token, accents=True).strip("'"))), *forms]
        elif folded[-1] == "s" and len(folded) > 2 and not token.isupper():
            if token[:-1].isupper():  # MPs
                forms = [folded[:-1]]
            elif folded[-2] != "s" and _VOWELS.isdisjoint(folded):  # mps, typed in haste
                forms.append(folded[:-1])
        if len(forms) == 1 and forms[0]:
            return (forms[0],)
        return tuple(dict.fromkeys(form for form in forms if form))
    if "'" in folded:
        forms = [_stem(stemmed, folded.replace("'", ""))]
        if rest := _elided(folded, language):
            forms.append(_stem(stemmed, rest))
        return tuple(dict.fromkeys(form for form in forms if form))
    forms = [folded]
    if _PLURAL.fullmatch(folded):
        forms = [folded[:-1]] if not folded[0].isdigit() else [folded, folded[:-1]]
    elif _ORDINAL.fullmatch(folded):
        return _FIRST.get(folded, folded), folded[:-2]
    if _MIXED.search(forms[-1]):
        parts = (UNITS.get(part, part) for part in _PARTS.findall(forms[-1]))
        forms.extend(_stem(stemmed, part) for part in parts)
    digits = pointed(folded, language)
    if digits is not None:
        forms.append(digits)
    whole, point, _ = folded.partition(".")
    if point and len(whole) >= 4 and whole.isdigit():
        forms.append(whole)
    return tuple(dict.fromkeys(form for form in forms if form))


def _elided(folded: str, language: str) -> str:
    """What of a word stands behind one that is cut off before an apostrophe; "" where none is."""
    first, _, rest = folded.partition("'")
    return rest if first in _ELIDED.get(language, ()) else ""


def _stem(stemmed: Callable[[str], str], word: str) -> str:
    return stemmed(word) if word.isalpha() else word


def stem(word: str) -> str:
    """The English Snowball stem of a folded word; other scripts come back as they are."""
    if not word.isascii() or not word.isalpha():
        return word
    return stem_in("en")(word)
