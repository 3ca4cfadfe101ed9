"""What a question asks for, prepared once so that many sentences can be read for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index.analysis import GROUP, STOP_WORDS, fold, stem
from index.questions.concepts import Expects, Kind


@dataclass(frozen=True, slots=True)
class Fit:
    """A stretch of a text that is of the kind asked for."""

    start: int  # code points of the text, half-open
    stop: int
    strength: float  # above 0 and at most 1: how surely it is of that kind


@dataclass(frozen=True, slots=True)
class AnswerType:
    """What a question asks for; made by `answer_type`."""

    kind: Kind | None
    expects: Expects | None
    words: frozenset[str]  # the stems of all the question's words
    telling: frozenset[str]  # of those that are no stop words
    target: frozenset[str]  # stems of the words that are counted or sought
    head: str  # the stem of the last of them; "" without a target
    near: frozenset[str]  # of words that may stand for the target
    text: str  # as typed
    how: str  # the word behind "how": old, far, often; "" without one
    general: bool = False  # asked of what is always so: "when do chloroplasts divide"


class Token(NamedTuple):
    """A word, a number or a sign of a text."""

    text: str
    low: str  # in small letters
    start: int
    stop: int


_LETTER = r"[^\W\d_⁰¹²³⁴-⁹]"
_TOKEN = re.compile(
    rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*+(?:['’](?:{_LETTER})++)?"
    r"|\d+(?:[.,]\d+)*+|[^\w\s]"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@lru_cache(maxsize=65_536)
def key(word: str) -> str:
    """The stem of a word as written; a stem's own may be shorter still."""
    return stem(fold(word))


#: Words of a target that name nothing themselves: "two other main reasons".
_NO_TARGET = frozenset(
    key(word)
    for word in (
        "one two three four five six seven eight nine ten first second third last next other "
        "another main major primary kind type sort form name title example many much more most "
        "total number amount different specific certain particular new old same exact "
        "approximate average thing"
    ).split()
)
#: Words for one sort of body, place or work, and other words that its name may bear instead.
_SORTS: tuple[tuple[str, str], ...] = (
    (
        "company firm corporation business enterprise manufacturer supplier",
        "ltd inc corp co group plc llc gmbh ag sa motors industries holdings airlines airways maker",
    ),
    ("airline carrier", "airlines airways air aviation"),
    ("university college", "school academy institute faculty"),
    ("school", "college academy institute"),
    ("ministry department", "office secretariat"),
    ("agency authority bureau", "service commission administration office"),
    ("party", "movement front league congress alliance coalition union"),
    (
        "organisation organization association society",
        "union league council federation institute institution foundation committee agency network "
        "group commission",
    ),
    ("court", "tribunal"),
    ("committee commission council board panel", ""),
    ("army military", "force forces corps regiment brigade division battalion"),
    ("team club", "fc united"),
    ("network broadcaster", "channel broadcasting television tv radio"),
    ("church", "diocese congregation"),
    ("bank", "fund"),
    ("river", "stream creek"),
    ("sea ocean", "bay gulf strait"),
    ("lake", "reservoir lagoon"),
    ("mountain", "mount peak hill range mountains alps"),
    ("city town village", "municipality capital settlement"),
    ("state province region district county", "territory division"),
    ("country nation", "republic kingdom state"),
    ("street road", "avenue highway route square"),
    ("port harbour harbor", ""),
    ("museum", "gallery library"),
    ("book", "novel memoir volume work"),
    ("article paper", "essay study report"),
    ("newspaper magazine journal", "daily times post"),
)


def _kindred() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for sorts, others in _SORTS:
        keys = frozenset(map(key, (sorts + " " + others).split()))
        for sort in map(key, sorts.split()):
            found[sort] = found.get(sort, frozenset()) | keys
    return found


KINDRED = _kindred()  # stem of a sort -> stems of the words that a name of it may bear


def answer_type(
    text: str,
    kind: Kind | None,
    expects: Expects | None,
    target: Sequence[str] = (),
    related: Iterable[str] = (),
) -> AnswerType:
    """What the question ``text`` asks for, as `index.questions.kinds` read it.

    ``target`` are the words that are counted or sought, in order, as written or, of words of the
    question, as index terms; ``related`` the words or index terms that may stand for the last of
    them ("aircraft" for "helicopters").
    """
    words = [match[0] for match in _WORD.finditer(text)]
    keys = frozenset(key(word) for word in words)
    stems = [word if word in keys else key(word) for word in target]
    stems = [each for each in stems if each and not each.isdigit()]
    wanted = [each for each in stems if each not in _NO_TARGET and each not in _STOP_KEYS]
    # Of a designation ("MIG-29s") the letters name the thing.
    wanted = [each for each in wanted if not any(map(str.isdigit, each))] or wanted
    if not wanted and _ANYTHING.isdisjoint(stems):
        wanted = stems[-1:]
    return AnswerType(
        kind,
        expects,
        keys | {key(part) for word in words for part in re.split("['’]", word)},
        frozenset(key(word) for word in words if fold(word) not in STOP_WORDS),
        frozenset(wanted),
        wanted[-1] if wanted else "",
        frozenset(
            each for term in related if term and term[0] != GROUP for each in (term, key(term))
        ),
        text,
        _behind_how(words),
        len(words) > 1 and words[1].lower() in _GENERAL,
    )


_GENERAL = frozenset("do does is are can should would must may might".split())


def _behind_how(words: Sequence[str]) -> str:
    lows = [word.lower() for word in words]
    place = lows.index("how") + 1 if "how" in lows else len(lows)
    return lows[place] if place < len(lows) else ""


_SHORTEST_PART = 12  # characters of a weaker stretch that a stronger one cuts short
_ANYTHING = frozenset(
    (key("event"), key("incident"))
)  # "events in May": no sentence is less of that kind
_STOP_KEYS = frozenset(map(key, STOP_WORDS))


def tokens(text: str, start: int, stop: int) -> list[Token]:
    """The words, numbers and signs of ``text[start:stop]`` in order."""
    return [
        Token(match[0], match[0].lower(), match.start(), match.end())
        for match in _TOKEN.finditer(text, start, stop)
    ]


def apart(text: str, fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """``fits`` by place, none overlapping.

    Of two that overlap the stronger stays, or the earlier; of a weaker one that begins well before
    it the beginning stays too.
    """
    kept: list[Fit] = []
    for fit in sorted(fits, key=lambda each: (each.start, -each.strength, each.stop)):
        if kept and fit.start < kept[-1].stop:
            if fit.strength <= kept[-1].strength:
                continue
            weaker = kept.pop()
            stop = weaker.start + len(text[weaker.start : fit.start].rstrip(" ,;:("))
            if stop - weaker.start >= _SHORTEST_PART:
                kept.append(Fit(weaker.start, stop, weaker.strength))
        kept.append(fit)
    return tuple(kept)


def told(asked: AnswerType, words: Iterable[str]) -> bool:
    """Whether the question holds all of ``words``, so that they can't answer it."""
    return all(key(word) in asked.words for word in words)
