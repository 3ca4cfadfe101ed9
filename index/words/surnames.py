"""Whose surname is whose: "Sergey Lavrov" may be told by "Lavrov" where nobody else is called so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from index.analysis import STOP_WORDS, fold
from index.events import name_words as known
from index.words.variants import name_key, name_spellings

_NOT_GIVEN = known.TITLES | known.TITLE_PARTS
_NO_PERSON = known.BODIES | known.THINGS | known.PLACE_WORDS | known.PEOPLES | known.COMMON
_MOST_GIVEN = 3  # given names before a surname

#: A surname, as `surname_of` has it -> the names, as written, that end with it.
Bearers = Callable[[str], Iterable[str]]


def surname_of(name: str) -> str:
    """The last word of a person's ``name``, folded; "" if it may be no person's, or has no surname.

    Burmese names have none: their last word is shared by many who are no kin.
    """
    words = _words(name)
    if not words or words[-1] in known.BURMESE or not _like_person(name, words):
        return ""
    return words[-1]


def _words(name: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in name.replace("-", " ").split())


def _like_person(name: str, words: Sequence[str]) -> bool:
    """Whether ``name`` may be a person's: no place, and nothing in it that bodies are called by."""
    if " ".join(words) in known.PLACES or name in known.PLACES or not name[:1].isupper():
        return False
    return all(word.isalpha() for word in words) and _NO_PERSON.isdisjoint(words)


class Surnames:
    """The surnames of the persons that a corpus knows."""

    def __init__(self, names: Iterable[str], bearers: Bearers | None = None) -> None:
        """``names`` are few, and kept; ``bearers`` looks up those that are too many to be."""
        self._names = tuple(names)
        self._bearers = bearers or (lambda _surname: ())

    @cached_property
    def _given(self) -> dict[str, set[tuple[str, ...]]]:
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in self._names:
            if surname := surname_of(name):
                found.setdefault(surname, set()).add(_words(name)[:-1])
        return found

    def given(self, surname: str) -> frozenset[tuple[str, ...]]:
        """The given names of each who bears ``surname`` (folded); nothing if nobody does."""
        looked_up = {
            _words(name)[:-1] for name in self._bearers(surname) if surname_of(name) == surname
        }
        return frozenset(looked_up | self._given.get(surname, set()))

    def covered(self, words: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The surnames (folded) in ``words``, all of a question in order, as typed, that tell a person
        without the given names and titles before them; with where those stand.

        Of a surname that several persons share nothing is covered.
        """
        folded = [fold(word) for word in words]
        for last, surname in enumerate(folded):
            if not last or not surname or surname in STOP_WORDS or _ends(folded[last - 1]):
                continue
            told = self.given(surname)
            before = _given_before(words, folded, last, told) if told else []
            if before and _one_person(told, [folded[n] for n in before]):
                yield surname, (*before, *_titles_before(folded, before[0]))


def _given_before(
    words: Sequence[str], folded: Sequence[str], last: int, told: Iterable[tuple[str, ...]]
) -> list[int]:
    """Where the given names right before the surname at ``last`` stand, in order; at most three."""
    names = {name for given in told for name in given}
    found: list[int] = []
    for number in range(last - 1, max(-1, last - 1 - _MOST_GIVEN), -1):
        word = folded[number]
        if _ends(word):
            break
        new = words[number][:1].isupper() and word in known.GIVEN
        if not (new or any(_same_given(word, name) for name in names)):
            break
        found.insert(0, number)
    return found


def _ends(word: str) -> bool:
    """Whether ``word`` (folded) is no given name, but one before which none stands."""
    return (word in STOP_WORDS and len(word) > 1) or word in _NOT_GIVEN


def _same_given(typed: str, told: str) -> bool:
    """Whether two given names may be one: the same, an initial of the other, or transliterated."""
    if len(typed) == 1 or len(told) == 1:
        return typed[:1] == told[:1]
    return typed == told or name_key(typed) == name_key(told) or told in name_spellings(typed)


def _one_person(known_given: Iterable[tuple[str, ...]], typed: Sequence[str]) -> bool:
    """Whether all who bear a surname may be the one whose given names are ``typed``."""
    for given in known_given:
        short, long = sorted((list(given), list(typed)), key=len)
        if any(not any(_same_given(a, b) for b in long) for a in short):
            return False
        if given and len(given) > len(typed) and given[-len(typed) :] != tuple(typed):
            return False  # Maung Maung Aye is not Maung Aye
        if len(set(given)) != len(given):
            return False
    return True


def _titles_before(folded: Sequence[str], first: int) -> Iterator[int]:
    """Where the titles right before a name that begins at ``first`` stand."""
    number = first - 1
    while number >= 0 and folded[number] in known.TITLES:
        yield number
        number -= 1
