"""Dates told by another: ``the same year``, ``that May``, ``two days later``, ``a week after X``.

`scan_relative` reads the words, `reckon` counts from the date that they lean on. Whatever is said
too loosely to be counted ("a few weeks later", "some years later", "soon after") is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.dates.edtf import Part, civil, day_number
from index.dates.words import COUNTS, MONTHS, SEASONS
from index.model import Precision

Unit = Literal["day", "week", "month", "year", "weekday", "season"]

_BEFORE = 48  # characters before a unit that can belong to it
_MONTH_NAME = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNIT = re.compile(
    r"(?<=[ \n])(?=[A-Za-z])(?:days?|weeks?|fortnight|months?|years?|morning|afternoon|evening|night"
    rf"|{_MONTH_NAME}|spring|summer|autumn|winter|{'|'.join(d.title() for d in _WEEKDAY_NAMES)})"
    r"(?![^\W_])"
)
_UNITS: dict[str, Unit] = {
    "day": "day", "week": "week", "fortnight": "week", "month": "month", "year": "year",
}  # fmt: skip
_PLAIN = ("summer", "autumn", "winter")  # nothing else than seasons
_OWNING = frozenset("the his her its their our my your a an".split())
_DAYTIMES = ("morning", "afternoon", "evening", "night")
_POINTING = re.compile(
    r"(?:(?P<edge>later|earlier|early|late|starting|beginning|from)[ \n]+(?:(?:on|in)[ \n]+)?)?"
    r"(?P<of>of[ \n]+)?"
    r"(?P<word>(?:the|that)(?:[ \n]+very)?[ \n]+same|that|this|next|last"
    r"|the[ \n]+(?:following|next|ensuing|subsequent|succeeding|previous|preceding|prior))[ \n]+\Z",
    re.IGNORECASE,
)
_LATER_IN = re.compile(
    r"\b(?:(?:later|earlier|early|late)[ \n]+(?:on[ \n]+)?in|(?:by|at|before)[ \n]+the[ \n]+end[ \n]+of)"
    r"[ \n]+the[ \n]+\Z",
    re.IGNORECASE,
)
_STARTING = ("starting", "beginning", "from")
_NUMBERED = re.compile(r"[ \n]+[0-9]")  # "that year 7 pupils"
_COUNTING = re.compile(
    r"(?:(?P<exact>exactly|precisely|just|only)[ \n]+)?"
    r"(?P<n>[0-9]{1,3}|(?:an?|one|the|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?:[ \n]+full)?)[ \n]+\Z",
    re.IGNORECASE,
)
_LOOSE = re.compile(  # no count at all, or one that another number before it makes a range
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|under|than|least|most|to|or"
    r"|half|few|every|each|up|within|for|and|near|circa|perhaps|maybe|first|another|per|of|the|these"
    r"|those|next|last|past|following|previous|his|her|its|their)[ \n]*\Z"
    r"|[-–—/.,$€£]\Z|[0-9][ \n]?[-–—][ \n]?\Z",
    re.IGNORECASE,
)
_SPANNING = re.compile(
    r"\b(?:over|for|within|throughout|through|across|per|by|any)[ \n]+\Z", re.IGNORECASE
)
_DIRECTION = re.compile(
    r"[ \n]+(?P<word>later|afterwards?|thereafter|earlier|beforehand|previously"
    r"|after|before|following|prior[ \n]+to)(?![\w-])",
    re.IGNORECASE,
)
_LOOSE_AFTER = re.compile(r"[ \n]+(?:and|or)[ \n]+(?:an?[ \n]+half|more|so)\b", re.IGNORECASE)
_CLOSED = re.compile(r"[ \n]*(?:[,.;:)”’\"—–]|\Z)")
_AFTER_SAME = re.compile(r"[ \n]+(?:that|as|when|in[ \n]+which|of)(?!\w)", re.IGNORECASE)
_BACK = frozenset("earlier beforehand previously before previous preceding prior last".split())
_AND_THEN = re.compile(r"\band[ \n]*\Z", re.IGNORECASE)  # "… and two days later"
_NAME_END = re.compile(
    r"[,.;:()“”\"—–\n]|[ ](?:and|or|but|in|on|at|by|to|for|with|from|when|where|which|who|that|was|were"
    r"|is|are|had|has|have|he|she|it|they|as|while|began|came|took|did|made|would|will)(?!\w)"
)
_MOST_UNITS = 99  # "500 years later" counts from nothing exact
_MAX_NAMED = 60  # characters of the name of what a date is counted from


@dataclass(frozen=True, slots=True)
class Relative:
    """Words that tell a date by another one, ``text[start:stop]``."""

    start: int
    stop: int
    unit: Unit
    step: int  # units on from that date; 0 is the same one
    month: int = 0  # of "that May"; the number of a season or weekday, for those
    counted: bool = False  # "two days later", as against "the next day"
    tail: bool = False  # "of the same year": can end the words of a date
    own: bool = False  # "this month", "last year": counted from the document's own date
    named: tuple[int, int] | None = None  # what it is counted from: "a week after [the coup]"


def scan_relative(text: str) -> Iterator[Relative]:
    """The relative dates in ``text``, in order; they don't overlap."""
    done = 0
    for match in _UNIT.finditer(text):
        if match.start() < done:
            continue
        before = text[max(done, match.start() - _BEFORE) : match.start()]
        if not before:
            continue
        read = (
            _pointing(text, match, before)
            or _counted(text, match, before)
            or _later_in(match, before)
        )
        if read is not None:
            done = read.stop
            yield read


def _pointing(text: str, match: re.Match[str], before: str) -> Relative | None:
    """``that May``, ``later the same year``, ``the following day``, ``next month``."""
    pointing = _POINTING.search(before)
    if pointing is None or _NUMBERED.match(text, match.end()):
        return None
    lead = before[: pointing.start()]
    if lead and lead[-1].isalnum():
        return None
    unit, number = _unit(match[0])
    plural = not number and match[0].endswith("s")
    if plural or unit == "week" or text[match.end() : match.end() + 1] == "-":
        return None  # "the following years", "that year-long war"
    word = pointing["word"].lower().split()
    edge = (pointing["edge"] or "").lower()
    tied = bool(edge or pointing["of"])
    own = word[0] in ("this", "next", "last")
    if own:
        if unit not in ("month", "year") or number or _article(lead):
            return None
        step = {"this": 0, "next": 1, "last": -1}[word[0]]
    elif word[-1] in ("same", "that"):
        step = 0
        # "that May be", "that day was": often not what they seem
        unclear = (unit in ("month", "season") and number) or match[0] == "day"
        loose = word == ["that"] and unclear and not tied and match[0] not in _PLAIN
        if unit == "weekday" or (loose and not _CLOSED.match(text, match.end())):
            return None
    elif _SPANNING.search(lead):
        return None  # "over the next year"
    else:
        step = -1 if word[-1] in _BACK else 1
    if step <= 0 and _AFTER_SAME.match(text, match.end()):
        return None  # "the same year that he left", "last year of the war"
    begin = pointing.start("word" if not edge or edge in _STARTING else "edge")
    tail = unit in ("year", "month") and not number and not edge
    start = match.start() - len(before) + begin
    return Relative(start, match.end(), unit, step, number, tail=tail, own=own)


def _later_in(match: re.Match[str], before: str) -> Relative | None:
    """``later in the year``, ``early in the month``: with the article alone, which says the same."""
    later = _LATER_IN.search(before)
    unit, number = _unit(match[0])
    if later is None or number or unit not in ("year", "month") or match[0].endswith("s"):
        return None
    return Relative(match.start() - len(before) + later.start(), match.end(), unit, 0)


def _counted(text: str, match: re.Match[str], before: str) -> Relative | None:
    """``two days later``, ``a month earlier``, ``the year after``, ``a week after the coup``."""
    direction = _DIRECTION.match(text, match.end())
    unit, number = _unit(match[0])
    if (
        direction is None
        or number
        or match[0] in _DAYTIMES
        or _LOOSE_AFTER.match(text, match.end())
    ):
        return None
    counting = _COUNTING.search(before)
    if counting is None or (counting.start() and before[counting.start() - 1].isalnum()):
        return None
    left = before[: counting.start()]
    if _LOOSE.search(left) and not _AND_THEN.search(left):
        return None
    n, word = counting["n"].lower().split()[0], " ".join(direction["word"].lower().split())
    count = int(n) if n.isdecimal() else COUNTS.get(n, 1)
    if not 0 < count <= _MOST_UNITS or (
        n == "the" and (match[0][-1] == "s" or word not in ("after", "before"))
    ):
        return None
    count *= 2 if match[0] == "fortnight" else 1
    step = -count if word.split()[0] in _BACK else count
    start, stop = match.start() - len(before) + counting.start(), direction.end()
    named = None
    if word in ("after", "before", "following", "prior to") and not _CLOSED.match(text, stop):
        named = _named(text, stop)
        if named is None:
            return None
    elif word in ("following", "prior to"):
        return None
    return Relative(start, stop, unit, step, counted=True, named=named)


def _named(text: str, pos: int) -> tuple[int, int] | None:
    """The words after "after": up to a sign or a word that goes on with the sentence."""
    start = pos + len(text[pos : pos + 4]) - len(text[pos : pos + 4].lstrip())
    piece = text[start : start + _MAX_NAMED].replace("\n", " ")
    end = _NAME_END.search(piece)
    stop = start + (end.start() if end else len(piece))
    return (start, stop) if stop > start and (end or len(piece) < _MAX_NAMED) else None


def _article(before: str) -> bool:
    """Whether "the", "his" or the like stands right before: "his last year" counts from nothing."""
    word = (before.split() or [""])[-1].lower()
    return word in _OWNING or word.endswith(("’s", "'s", "s’"))


def _unit(word: str) -> tuple[Unit, int]:
    """The unit that a word names, and the number of a month, season or weekday."""
    low = word.lower()
    if low in _DAYTIMES:
        return "day", 0
    if low in _WEEKDAY_NAMES:
        return "weekday", _WEEKDAY_NAMES.index(low)
    if word[0].isupper() and low in MONTHS:
        return "month", MONTHS[low]
    if low in SEASONS:
        return "season", SEASONS[low]
    return _UNITS[low.removesuffix("s")], 0


# ---------------------------------------------------------------- counting


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date that is counted from, as exactly as it is known; 0 is unknown."""

    year: int
    month: int = 0
    day: int = 0


def reckon(relative: Relative, anchor: Anchor) -> Part | None:
    """The date that ``relative`` tells, counted from ``anchor``; None if that is too coarse.

    It is never finer than the unit that is said: "a year later" is a year. Weeks are loose, so that
    they give a month, if three days more or less leave it the same one.
    """
    unit, step = relative.unit, relative.step
    try:
        if unit == "year":
            return Part(Precision.YEAR, anchor.year + step)
        if unit == "season":
            return _season(relative, anchor)
        if unit == "month" and relative.month:
            return _named_month(relative, anchor)
        if unit == "month":
            return _months_on(anchor, step) if anchor.month else None
        if not anchor.day:
            return None
        start = day_number(anchor.year, anchor.month, anchor.day)
        if unit == "weekday":
            return _weekday(relative, start)
        if unit == "week":
            first, last = civil(start + 7 * step - 3), civil(start + 7 * step + 3)
            return Part(Precision.MONTH, *first[:2]) if first[:2] == last[:2] else None
        return Part(Precision.DAY, *civil(start + step))
    except ValueError:
        return None


def _named_month(relative: Relative, anchor: Anchor) -> Part | None:
    """``that May`` is of the same year; ``the following May`` comes after the month that is known."""
    month, step = relative.month, relative.step
    if step == 0:
        return Part(Precision.MONTH, anchor.year, month)
    if not anchor.month:
        # "in 1965 … the following January" can only be the next one
        return Part(Precision.MONTH, anchor.year + 1, 1) if step > 0 and month == 1 else None
    turned = month <= anchor.month if step > 0 else month >= anchor.month
    return Part(Precision.MONTH, anchor.year + (step if turned else 0), month)


def _season(relative: Relative, anchor: Anchor) -> Part | None:
    if relative.step == 0:
        return None if relative.month == 24 else Part(Precision.SEASON, anchor.year, relative.month)
    if relative.step < 0 or not anchor.month or relative.month == 24:
        return None
    begins = {21: 3, 22: 6, 23: 9}[relative.month]
    if begins <= anchor.month <= begins + 2:
        return None
    return Part(Precision.SEASON, anchor.year + (begins < anchor.month), relative.month)


def _weekday(relative: Relative, start: int) -> Part | None:
    """The first such weekday after (or the last before) day ``start``; day 1 was a Monday."""
    if relative.step == 0:
        return None
    if relative.step > 0:
        return Part(Precision.DAY, *civil(start + ((relative.month - start + 1) % 7 or 7)))
    return Part(Precision.DAY, *civil(start - ((start - 1 - relative.month) % 7 or 7)))


def _months_on(anchor: Anchor, step: int) -> Part:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + step, 12)
    return Part(Precision.MONTH, year, month + 1)
