"""Acronyms that a document defines itself: “State Administration Council (SAC)”.

After Schwartz and Hearst, “A simple algorithm for identifying abbreviation definitions in biomedical
text” (PSB 2003): the letters of the short form are looked for in the words before it, from the last
to the first, and the first one must begin a word. To keep out what only looks like a definition, a
short form needs two capitals here, and most of its letters must begin words of the long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.model import one_line

_MOST_LETTERS = 10  # of a short form
_LONGEST_LONG = 160  # characters that are looked at for a long form
_MORE_WORDS = 5  # than letters has a long form at most, and no more than twice as many
_FEW = 4  # letters: of so many two in three must begin words, of more one in two
_BACK = 24  # characters that are looked at for a short form before its brackets

_BRACKETS = re.compile(r"\(([^()\[\]]{2,200})\)|\[([^()\[\]]{2,200})\]")
_PARTS = re.compile(r"[,;:]|\s(?:or|and)\s")
_WORD = re.compile(r"[^\W_]+")
# Where a sentence or clause ends, no long form goes on.
_END = re.compile(r"[;:!?()\[\]]|(?<=[^\W\d_]{3})\.\s|\n[ \t]*\n")
_ROMAN = re.compile(r"[IVX]+")
_QUOTES = " \"'“”‘’«»„‚*_,"
#: Words that may stand in the brackets before the short form.
_INTRODUCING = frozenset(
    "the a an hereafter hereinafter henceforth abbreviated abbr abbr. acronym known referred short in "
    "as to for called simply also or le la les el los der die das kurz abgekürzt далее".split()
)
#: Words that a short form leaves out as a rule, and with which no long form begins.
_SMALL = frozenset(
    "a an the and of for in on to at by with from or und der die das des für de du la le les et y "
    "del los las da do dos e и в на по при о".split()
)


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and the words it stands for, with the span of both where they are defined."""

    short: str  # SAC, also where its plural is defined
    long: str  # as written, on one line: State Administration Council
    start: int  # code points, half-open, up to and with the closing bracket
    stop: int


def find_acronyms(text: str) -> tuple[Acronym, ...]:
    """The definitions in ``text``, in order: of long and short form one stands in brackets behind the
    other. A pair that is defined twice comes twice; see `acronym_pairs`.
    """
    return tuple(
        acronym
        for match in _BRACKETS.finditer(text)
        if (acronym := _short_behind(text, match) or _long_behind(text, match)) is not None
    )


def acronym_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Each short form that ``text`` defines with its long form, once and in order."""
    return tuple(dict.fromkeys((found.short, found.long) for found in find_acronyms(text)))


def _short_behind(text: str, brackets: re.Match[str]) -> Acronym | None:
    """``State Administration Council (SAC)``"""
    first = max(0, brackets.start() - _LONGEST_LONG)
    before = text[first : brackets.start()]
    ends = [end.end() for end in _END.finditer(before)]
    first += ends[-1] if ends else 0
    before = text[first : brackets.start()].rstrip(f"{_QUOTES}\n\t")
    for short in _shorts_in(brackets[1] or brackets[2]):
        start = _start_of(before, _letters(short))
        if start is not None:
            start = _fuller(before, start, _letters(short))
            long = one_line(before[start:])
            if _stands_for(short, long):
                return Acronym(short, long, first + start, brackets.end())
    return None


def _long_behind(text: str, brackets: re.Match[str]) -> Acronym | None:
    """``SAC (State Administration Council)``"""
    first = max(0, brackets.start() - _BACK)
    words = text[first : brackets.start()].split()
    short = _short(words[-1]) if words else None
    long = one_line(re.split("[,;:]", brackets[1] or brackets[2])[0]).strip(_QUOTES)
    if short is None or long.split(" ")[0].lower() in _SMALL or not _stands_for(short, long):
        return None
    if len(_WORD.findall(long)) < 2 or not _initials(long).startswith(_letters(short)[0]):
        return None
    start = text.rindex(short, first, brackets.start())
    return Acronym(short, long, start, brackets.end())


def _shorts_in(inside: str) -> Iterator[str]:
    """The short forms that brackets hold: ``SAC``, ``the “SAC”``, ``hereafter: SAC``."""
    for part in _PARTS.split(inside)[:3]:
        words = part.split()
        while len(words) > 1 and words[0].lower() in _INTRODUCING:
            del words[0]
        short = _short(words[0]) if len(words) == 1 else None
        if short is not None:
            yield short


def _short(word: str) -> str | None:
    """``word`` without quotation marks and the ending of its plural, if it may be a short form."""
    word = word.strip(_QUOTES)
    if len(word) > 2 and word[-1] == "s" and word[:-1].isupper():
        word = word[:-1].rstrip("’'")
    letters = _letters(word)
    capitals = sum(map(str.isupper, word))
    if not 2 <= len(letters) <= _MOST_LETTERS or len(word) > 2 * len(letters):
        return None
    if capitals < 2 or 2 * capitals < sum(map(str.isalpha, word)) or _ROMAN.fullmatch(word):
        return None
    return word if word[0].isalnum() and word.isprintable() else None


def _letters(short: str) -> str:
    return "".join(char for char in short if char.isalnum()).lower()


def _initials(long: str) -> str:
    return "".join(word[0] for word in _WORD.findall(long)).lower()


def _start_of(before: str, letters: str) -> int | None:
    """Where the long form of ``letters`` begins that ends where ``before`` does."""
    lower = before.lower()
    if len(lower) != len(before):  # of a few letters that have no small one: offsets would be off
        return None
    place = len(lower)
    for letter in reversed(letters[1:]):
        place = lower.rfind(letter, 0, place)
        if place < 0:
            return None
    while (place := lower.rfind(letters[0], 0, place)) >= 0:
        word = _WORD.match(lower, place)
        begins = place == 0 or not lower[place - 1].isalnum()
        if begins and word is not None and word[0] not in _SMALL:
            return place
    return None


def _fuller(before: str, start: int, letters: str) -> int:
    """Where the long form begins if words before ``start`` give it the letters that still begin none.

    ``British Basketball League (BBL)``: its first two letters stand in its second word, too.
    """
    missing = len(letters) - _in_order(letters, _initials(before[start:]))
    if missing <= 0:
        return start
    words = list(_WORD.finditer(before, max(0, start - _LONGEST_LONG), start))[-missing:]
    for word in words:
        longer = before[word.start() :]
        if word[0][0].lower() == letters[0] and _in_order(letters, _initials(longer)) == len(
            letters
        ):
            return word.start()
    return start


def _stands_for(short: str, long: str) -> bool:
    """Whether ``long`` is neither too long nor too short, and enough letters of ``short`` begin words."""
    letters, words = _letters(short), _WORD.findall(long)
    if len(words) > min(len(letters) + _MORE_WORDS, 2 * len(letters)) or short in words:
        return False
    if len(words) == 1:
        return len(long) > 2 * len(letters) and not long.isupper()
    held = _in_order(letters, _initials(long))
    return 3 * held >= 2 * len(letters) if len(letters) <= _FEW else 2 * held >= len(letters)


def _in_order(letters: Sequence[str], initials: Sequence[str]) -> int:
    """How many of ``letters`` stand among ``initials`` in the same order."""
    best = [0] * (len(initials) + 1)
    for letter in letters:
        before = 0
        for n, initial in enumerate(initials, start=1):
            here = best[n]
            best[n] = before + 1 if letter == initial else max(here, best[n - 1])
            before = here
    return best[-1]
