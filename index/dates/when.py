"""A WHEN expression, as people type it -> the time that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from index.dates.atoms import Found, impossible, resolve, widened
from index.dates.edtf import from_edtf
from index.dates.grammar import Grammar
from index.dates.order import ambiguous_dates
from index.dates.scanning import WrittenDate, scan
from index.dates.wording import say_date
from index.dates.words import ABOUT, FOREIGN_MONTHS, MONTH_NAMES, MONTHS, SEASONS, Words
from index.errors import UnreadableDateError
from index.messages import DayOfYear, Listed, Message, either, joined, quoted, say
from index.model import HistoricDate, Precision, one_line

MAX_WHEN = 200  # characters; what is longer is no WHEN expression


def _quoted(examples: Iterable[str]) -> Listed:
    """Dates to type, one of which is to be chosen; they are read in English."""
    return either(map(quoted, examples))


_EXAMPLE_TEXTS = ("7 September 2022", "2021..2022", "since May 2021")
_EXAMPLES = _quoted(_EXAMPLE_TEXTS)
_THIS_DAY = re.compile(
    r"(?:on\s+)?(?:this\s+(day|date)|this\s+(month)|today)(\s+in\s+history)?", re.IGNORECASE
)
_EVERY = re.compile(r"(?:on\s+|in\s+)?(?:every|each|any)\s+", re.IGNORECASE)
_ABOUT = re.compile(rf"(?:(?:{'|'.join(sorted(ABOUT))})(?![^\W\d_])\.?|~)", re.IGNORECASE)
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:.,Zz+-]+")
_YEARS = re.compile(r"([0-9]{4})-([0-9]{2})")
_TYPED_WORD = re.compile(r"[^\W\d_]{4,12}")
_LINK = re.compile(r"\s*(?:to|until|till|through|and|-|–|—|\.\.)\s*", re.IGNORECASE)
_PREPOSITIONS = ("in", "on", "during", "at", "of", "within", "for", "throughout", "over")


@dataclass(frozen=True, slots=True)
class When:
    """What a WHEN expression asks for: a date, or a day or month of every year; one of the three.

    ``said`` is a sentence on how it was read where the words leave that open, else empty.
    """

    date: HistoricDate | None = None
    month_day: tuple[int, int] | None = None
    month: int | None = None
    said: str = ""


def parse_when(text: str, *, today: date) -> When:
    """The time that a WHEN expression asks for; relative words count from ``today``.

    EDTF itself, and every form of the grammar: ``7 September 2022``, ``Q3 2022``, ``since May
    2021``, ``2021..2022``, ``last month``. A day or month without a year (``Sept 7``, ``on this
    day``) is one of every year. ``around X`` is as long before and after X as `widened` says. A
    month's name that is one slip away from only one name is read as that one. Raises
    UnreadableDateError with one sentence that says what is wrong and gives the nearest reading.
    """
    asked = one_line(text).strip("“”\"'?!,; ")
    shown = asked if len(asked) <= 60 else asked[:59] + "…"
    if not asked:
        raise UnreadableDateError(say("No date was given; try {examples}.", examples=_EXAMPLES))
    if len(asked) > MAX_WHEN:
        raise UnreadableDateError(
            say("“{date}” is too long for a date; try {examples}.", date=shown, examples=_EXAMPLES)
        )
    if when := _as_edtf(asked) or _recurring(asked, today):
        return when
    mended, said = _mended(asked)
    about = _about(mended)
    found = _read(mended[about:].lstrip(), today)
    if found is None or ambiguous_dates(mended):
        raise UnreadableDateError(_why_not(mended, shown, today))
    if why := impossible(found):
        raise UnreadableDateError(_impossible(shown, why, _nearest(found)))
    if found.yearless:
        return _of_every_year(found, shown, said)
    if about:
        found = widened(found)
    try:
        known = resolve(found)
    except ValueError:
        raise UnreadableDateError(
            say(
                "“{date}” is outside the years that are kept, 8999 BC to 9999; try {examples}.",
                date=shown,
                examples=_EXAMPLES,
            )
        ) from None
    if about:
        said = joined(said, _read_as(shown, known))
    return When(known, said=said)


def _read_as(shown: str, known: HistoricDate) -> Message:
    return say("“{words}” is read as {date}.", words=shown, date=known)


def _impossible(shown: str, why: str, near: Listed) -> Message:
    return say("{date} does not exist: {why}; try {examples}.", date=shown, why=why, examples=near)


def _as_edtf(asked: str) -> When | None:
    """``asked`` as EDTF; but "2021-22" are two years and no summer, as people write them."""
    years = _YEARS.fullmatch(asked)
    if years and int(years[2]) > max(12, int(years[1]) % 100):
        known = from_edtf(f"{years[1]}/{years[1][:2]}{years[2]}")
        is_season = years[2] in ("21", "22", "23", "24")
        return When(known, said=_read_as(asked, known) if is_season else "")
    stamp = _STAMP.fullmatch(asked)
    try:
        return When(from_edtf(stamp[1] if stamp else asked))
    except ValueError:
        return None


# ---------------------------------------------------------------- of every year


def _recurring(asked: str, today: date) -> When | None:
    """``on this day``, ``this month in history``."""
    match = _THIS_DAY.fullmatch(asked)
    if match is None or not (match[1] or match[3]):
        return None
    if match[2]:
        return When(month=today.month, said=_said_day(today.month))
    month_day = today.month, today.day
    return When(month_day=month_day, said=_said_day(*month_day))


def _of_every_year(found: Found, shown: str, said: str) -> When:
    """A day or month without a year. Raises UnreadableDateError for a range or a season."""
    atom = found.first
    if atom is not None and atom is found.last:
        if atom.precision is Precision.DAY and not atom.mark:
            told = _said_day(atom.month, atom.day)
            return When(month_day=(atom.month, atom.day), said=joined(said, told))
        if atom.precision is Precision.MONTH and not atom.mark:
            return When(month=atom.month, said=joined(said, _said_day(atom.month)))
    raise UnreadableDateError(
        say("“{date}” names no year; try “{example}”.", date=shown, example=f"{shown} 2021")
    )


def _said_day(month: int, day: int = 0) -> Message:
    """How a day, or a month if ``day`` is 0, is read that has no year."""
    return say("Without a year this is {day} of every year.", day=DayOfYear(month, day))


# ---------------------------------------------------------------- reading


def _read(asked: str, today: date) -> Found | None:
    """The one date that ``asked`` is from first word to last."""
    every = _EVERY.match(asked)
    words = Words(asked[every.end() :] if every else asked)
    i = 0
    said_by = words[0].text == "by"
    if words[1].text != "or":  # "in or before 1950"
        i = int(words[0].text in _PREPOSITIONS or said_by)
    i += words[i].text == "the"
    if words[i].text == "year" and len(words[i + 1].text) == 4:
        i += 1
    dotted = words[i].text == words[i + 1].text == "."
    grammar = Grammar(words, today=today, asked=True, typed=True)
    read = grammar.expression(i + 2 * dotted) or _since(grammar, words, i)
    if len(read) != 1:
        return None
    found = read[0]
    j = found.j
    if found.first is None and found.last is None:
        return None
    if dotted or (said_by and not found.relation):
        found = replace(found, first=None, relation="until")
    elif words[j].text == words[j + 1].text == "." and not found.relation:
        found, j = replace(found, last=None, relation="since"), j + 2
    j += words[j].text == "."
    if words[j].text or (every and not found.yearless):
        return None
    return found


def _since(grammar: Grammar, words: Words, i: int) -> list[Found]:
    """``from 2021``, ``starting in 2021``: since then. A month's word alone: that month."""
    if words[i].text in ("from", "starting", "beginning"):
        skip = i + 1 + (words[i + 1].text in ("in", "on"))
        read = grammar.atom(skip + (words[skip].text == "the"))
        if read and read[0].year is not None:
            return [Found(read[0], None, i, read[1], "since", named=True)]
    if words[i].text in MONTHS or words[i].text in SEASONS:  # "may", "spring"
        atom = grammar.atom(i)
        return [Found(atom[0], atom[0], i, atom[1])] if atom else []
    return []


def _about(asked: str) -> int:
    """The length of "around", "about" or "c." at the start, 0 if there is none."""
    match = _ABOUT.match(asked)
    return match.end() if match else 0


# ---------------------------------------------------------------- slips


def _mended(asked: str) -> tuple[str, str]:
    """``asked`` with one misspelt month's name mended, and the sentence that says so."""
    for word, names in _slips(asked):
        if len(names) == 1:
            said = say("“{words}” is read as {word}.", words=word, word=names[0])
            return asked.replace(word, names[0], 1), said
    return asked, ""


def _slips(asked: str) -> Iterator[tuple[str, list[str]]]:
    """Words beside a number that are nearly a month's name, with the names that they can be."""
    for match in _TYPED_WORD.finditer(asked):
        word = match[0].lower()
        if word in MONTHS or word in FOREIGN_MONTHS or word in SEASONS:
            continue
        near = [name for name in MONTH_NAMES if _one_slip(word, name.lower())]
        if near and _beside_number(asked, match.start(), match.end()):
            yield match[0], near


def _beside_number(text: str, start: int, stop: int) -> bool:
    before, after = text[:start].rstrip(" ,.-/"), text[stop:].lstrip(" ,.-/")
    return (
        before[-1:].isdecimal() or before[-2:] in ("th", "st", "nd", "rd") or after[:1].isdecimal()
    )


def _one_slip(typed: str, name: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two neighbours are swapped."""
    if abs(len(typed) - len(name)) > 1 or typed == name:
        return False
    i = 0
    while i < min(len(typed), len(name)) and typed[i] == name[i]:
        i += 1
    rest, wanted = typed[i:], name[i:]
    swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted[1:] or rest == wanted[1:] or rest[1:] == wanted or swapped


# ---------------------------------------------------------------- what is wrong


def _why_not(asked: str, shown: str, today: date) -> str:
    """The sentence for words that are not one date."""
    for unclear in ambiguous_dates(asked):
        return unclear.request
    items = list(scan(asked, today=today))
    dates = [item for item in items if isinstance(item, WrittenDate)]
    for item in items:
        if not isinstance(item, WrittenDate):
            return _impossible(one_line(item.as_written), item.why, _EXAMPLES)
    known = [mention.date for item in dates if (mention := item.resolved())]
    first, dots, last = asked.partition("..")
    if dots and first.strip() and last.strip():
        return say(
            "“{date}” ends before it begins, or one of its ends is not a date; try “{example}”.",
            date=shown,
            example="2021..2022",
        )
    sure = [date for date in known if date.start and not set("~?%.") & set(date.edtf)]
    near = list(dict.fromkeys(say_date(date) for date in sure))
    linked = len(known) == 2 and _LINK.fullmatch(asked, dates[0].stop, dates[1].start)
    if linked and known[0].earliest > known[1].earliest:
        return say(
            "“{date}” ends before it begins; try “{example}”.",
            date=shown,
            example=f"{say_date(known[1])}..{say_date(known[0])}",
        )
    if len(near) > 1:
        return say(
            "“{date}” holds more than one date; try {examples}.",
            date=shown,
            examples=_quoted(near[:3]),
        )
    for word, names in _slips(asked):
        near = [asked.replace(word, name, 1) for name in names]
        return _no_date(shown, near)
    return _no_date(shown, list(dict.fromkeys((*near, *_EXAMPLE_TEXTS)))[:3])


def _no_date(shown: str, near: Iterable[str]) -> Message:
    return say("“{date}” is not a date; try {examples}.", date=shown, examples=_quoted(near))


def _nearest(found: Found) -> Listed:
    """The month or year of a day that does not exist, before the examples."""
    for atom in (found.first, found.last):
        if atom is None or not impossible(replace(found, first=atom, last=atom)):
            continue
        near = replace(atom, precision=Precision.MONTH, day=0, wrong="", mark="")
        if not 1 <= atom.month <= 12:
            near = replace(near, precision=Precision.YEAR, month=0)
        if near.year is None:
            return _quoted((MONTH_NAMES[near.month - 1],))
        return _quoted((say_date(resolve(Found(near, near, 0, 0))), *_EXAMPLE_TEXTS[1:]))
    return _EXAMPLES
