"""Words -> EDTF: dates as people write them, each with its span and the days that it can mean.

A narrow grammar of our own (`index.date_grammar`): nothing is guessed. A part that the words lack
stays unknown, a year that the caller supplies is marked as inferred, and what only looks like a
date (``Su-30``, ``may``, ``Resolution 2669``) is left alone. Pure: no clock, no locale; today is an
argument. Reading starts at words that can begin a date and takes a bounded number of them, so it
is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.date_atoms import Atom, Found, impossible, resolve
from index.date_forms import Order
from index.date_grammar import Grammar
from index.date_words import (
    ALSO_NAMES,
    COUNTED,
    EVENTS,
    MONTH_AFTER,
    NEGATIONS,
    NEVER_YEAR_AFTER,
    SURELY_MONTH_AFTER,
    TRIGGERS,
    VERBS,
    YEAR_AFTER,
    Words,
)  # fmt: skip
from index.edtf import bound_to_iso, day_number, day_to_iso, from_edtf, sort_key
from index.errors import UnreadableDateError
from index.model import DateMention, HistoricDate, Precision, one_line

__all__ = [
    "ImpossibleDate",
    "Label",
    "Order",
    "bound_to_iso",
    "day_number",
    "day_to_iso",
    "evident_order",
    "find_dates",
    "from_edtf",
    "impossible_dates",
    "parse_label",
    "parse_when",
    "sort_key",
]

MAX_WHEN = 200  # characters; what is longer is no WHEN expression
_CONTEXT = 60  # characters before a date that are looked at

_TRIGGER = re.compile(r"[0-9]+|[^\W\d_]+")
_LEFT = re.compile(r"[^\W\d_]+\Z|[0-9]+\Z|\S\Z")
_RIGHT = re.compile(r"\s*([^\W\d_]+|[0-9]+|\S)?")
_AFTER_COMMA = re.compile(r"\s*(?:[)\],.;:]|\Z|\n\s*\n|and\b|or\b|&)")
_AFTER_START = re.compile(r"[ \t]*(?:[,:–—]|\n|\Z)")
_CHAIN = re.compile(r"\s*(?:,?\s*(?:and|or|&)|,)\s*")
_NUMERIC = re.compile(r"(?<![\w./-])([0-9]{1,2})([./-])([0-9]{1,2})\2[0-9]{4}(?!\w)")
_LABEL_LEAD = re.compile(r"[\s>#*_|•‣◦–—-]*")
_LABEL_ITEM = re.compile(r"(?:\(?[0-9]{1,3}[.)]|\([a-z]\))\s+")
_LABEL_END = re.compile(r"[)\]*_]{0,6}\s*(?::(?![0-9])|[–—]|-(?=\s)|\|)[*_]{0,3}\s*")


@dataclass(frozen=True, slots=True)
class ImpossibleDate:
    """Words that look like a complete date, and the sentence that says why there is none."""

    start: int
    stop: int
    as_written: str
    reason: str


@dataclass(frozen=True, slots=True)
class Label:
    """The date that begins an entry of a chronology; ``text[body_start:]`` is what happened."""

    mention: DateMention
    body_start: int


# ---------------------------------------------------------------- running text


def find_dates(
    text: str,
    *,
    today: date | None = None,
    default_year: int | None = None,
    order: Order | None = None,
) -> tuple[DateMention, ...]:
    """All dates written in running text, in order; no two overlap.

    ``today`` says that the text is a question: relative words are understood, and a year needs
    less around it. Dates without a year ("27 May", "late April") get ``default_year`` and are
    marked as inferred; without it they are left out. ``order`` reads 01/02/2021; without it such a
    date is known to the year only. Members of a list ("26 and 30 June 2013") are dates of their
    own, inferred where the month or year stands with another. Empty text has no dates.
    """
    found = _scan(text, today=today, default_year=default_year, order=order)
    return tuple(item for item in found if isinstance(item, DateMention))


def impossible_dates(text: str, *, order: Order | None = None) -> tuple[ImpossibleDate, ...]:
    """Dates that look complete and cannot exist: 31 February 2021, 31 April, 2021-13-01."""
    found = _scan(text, today=None, default_year=None, order=order, over=True)
    return tuple(item for item in found if isinstance(item, ImpossibleDate))


def evident_order(text: str) -> Order | None:
    """The order of the numeric dates in ``text``, if some show one and none the other."""
    dmy = mdy = False
    for match in _NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        dmy = dmy or first > 12 >= second
        mdy = mdy or second > 12 >= first
    if dmy == mdy:
        return None
    return "dmy" if dmy else "mdy"


def _scan(
    text: str,
    *,
    today: date | None,
    default_year: int | None,
    order: Order | None,
    over: bool = False,
) -> Iterator[DateMention | ImpossibleDate]:
    asked = today is not None
    pos = last_stop = 0
    for match in _TRIGGER.finditer(text):
        start, word = match.start(), match[0]
        if start < pos or not (word[0].isdecimal() or word.lower() in TRIGGERS):
            continue
        words = Words(text, start)
        grammar = Grammar(words, today=today, order=order, asked=asked, over=over)
        for found in grammar.expression(0):
            seen = _Seen(text, words, found, last_stop, asked=asked)
            if not seen.fits():
                continue
            item = seen.item(default_year)
            pos = seen.stop
            if item is not None:
                last_stop = seen.stop
                yield item


class _Seen:
    """What the grammar read at its place in the text."""

    def __init__(
        self, text: str, words: Words, found: Found, last_stop: int, *, asked: bool
    ) -> None:
        self.text = text
        self.asked = asked
        self.found = found
        self.start, self.stop = words[found.i].start, words[found.j - 1].stop
        chained = last_stop and self.start - last_stop < 10
        self.chained = bool(chained and _CHAIN.fullmatch(text, last_stop, self.start))
        if asked and not found.relation:
            self._dots()

    def _dots(self) -> None:
        """``2021..`` and ``..2021``."""
        text, found = self.text, self.found
        before, after = text[max(0, self.start - 3) : self.start], text[self.stop : self.stop + 3]
        if after[:2] == ".." and after[2:] != ".":
            self.found = Found(found.first, None, found.i, found.j, "since", named=True)
            self.stop += 2
        elif before[-2:] == ".." and before[:-2] != ".":
            self.found = Found(None, found.last, found.i, found.j, "until", named=True)
            self.start -= 2

    def item(self, default_year: int | None) -> DateMention | ImpossibleDate | None:
        found, words = self.found, self.text[self.start : self.stop]
        if found.relation == "until" and _negated(self.text, self.start):
            # "had no embassy until 1951" tells what happened in 1951
            last = found.last
            found = Found(last, last, found.i, found.j)
        if why := impossible(found):
            reason = f"{one_line(words)} does not exist: {why}."
            return ImpossibleDate(self.start, self.stop, words, reason)
        yearless = all(atom is None or atom.year is None for atom in (found.first, found.last))
        try:
            known = resolve(found, default_year)
        except ValueError:
            return None
        return DateMention(known, self.start, self.stop, words, found.inferred or yearless)

    # ---- whether it is a date at all

    def fits(self) -> bool:
        found, atom = self.found, self.found.first or self.found.last
        if atom is None or not self._stands_free():
            return False
        if found.named or atom.mark == "?":
            return True
        if found.relation and found.first and found.last:
            return self._range_fits(found.first, found.last)
        if atom.bare:
            return self._year_fits()
        if atom.precision is Precision.MONTH and atom.year is None and not atom.mark:
            return self._month_fits()
        return True

    def _stands_free(self) -> bool:
        """Whether no sign or letter ties it to what stands before: ``Su-30``, ``A/58``, ``$2000``."""
        text, start, stop = self.text, self.start, self.stop
        before = text[start - 1] if start else " "
        first_is_digit = text[start].isdecimal()
        if (
            before.isalnum()
            or before in "_/$€£¥#@&=+*\\%^~<"
            or (before == "." and text[start] != ".")
        ):
            return before == "." and not first_is_digit
        if before in "-–−":
            return start < 2 or text[start - 2].isspace()
        if before in ",:":
            return not (first_is_digit and text[start - 2 : start - 1].isdecimal())
        return not (first_is_digit and self._hyphenated()) and text[stop : stop + 1] != "%"

    def _hyphenated(self) -> bool:
        """Whether the line before ends in a word's hyphen: ``Caucasus-`` / ``2020``."""
        before = self.text[max(0, self.start - 8) : self.start]
        bare = before.rstrip()
        return "\n" in before[len(bare) :] and bare.endswith("-") and bare[-2:-1].isalnum()

    def _range_fits(self, a: Atom, b: Atom) -> bool:
        if not (a.bare and b.bare):
            lone = a.precision is Precision.MONTH and a.year is None and b.year is None
            return not lone or self._month_fits()
        return self._left()[1].lower() not in NEVER_YEAR_AFTER

    def _left(self) -> tuple[str, str]:
        """What separates it from the word or sign before, and that; "" at the text's start."""
        before = self.text[max(0, self.start - _CONTEXT) : self.start]
        bare = before.rstrip().rstrip('“”"‘').rstrip()
        gap = before[len(bare) :]
        match = _LEFT.search(bare[-30:])
        return gap, match[0] if match else ""

    def _month_fits(self) -> bool:
        word = self.text[self.start : self.stop].rstrip(".").lower().split()[0]
        allowed = SURELY_MONTH_AFTER if word in ALSO_NAMES else MONTH_AFTER
        return self.chained or self._left()[1].lower() in allowed

    def _year_fits(self) -> bool:
        """Whether four digits are a year here: what stands before them decides, then what follows."""
        text, stop = self.text, self.stop
        if re.match(r"[-–/][0-9]", text[stop : stop + 2]):
            return False
        gap, left = self._left()
        right = (_RIGHT.match(text, stop) or [""])[1] or ""
        lower, next_word = left.lower(), right.lower()
        if left.isdecimal() or next_word.isdecimal() or next_word in COUNTED:
            return self.chained and not next_word.isdecimal()
        if not left or gap.count("\n") > 1 or left in ".!?:;—–•…|*":
            starts = _AFTER_START.match(text, stop) is not None
            return starts or next_word in VERBS or next_word in EVENTS or not left
        if self.chained or left in '([“"':
            return True
        if left == ",":
            return _AFTER_COMMA.match(text, stop) is not None
        if lower in YEAR_AFTER:
            return True
        if lower in NEVER_YEAR_AFTER:
            return False
        followed = next_word.isalpha() and next_word not in ("and", "or", "to")
        if lower in ("the", "a", "an", "this", "s", "its", "their", "his", "her"):
            return followed
        if self.asked:
            return left.islower() or next_word in EVENTS
        return left[:1].islower() and next_word in EVENTS


def _negated(text: str, pos: int) -> bool:
    """Whether the sentence says "not" before ``pos``, not far away."""
    sentence = re.split(r"[.!?;]\s", text[max(0, pos - 150) : pos])[-1]
    return not NEGATIONS.isdisjoint(re.findall(r"[^\W\d_]+", sentence.lower()))


# ---------------------------------------------------------------- chronologies


def parse_label(text: str, *, year: int | None, order: Order | None = None) -> Label | None:
    """The date that begins an entry of a chronology, and where the entry's own words begin.

    ``March 26: what``, ``May 20-22: what``, ``(November 2014) – what``, ``7. June 2021 – what``: a
    date, then a colon, an en or em dash, or a hyphen with blanks round it; after a full date a
    blank is enough (``2022-09-07 what``). A bullet or an item's number may precede it. A date
    without a year has the heading's ``year``, marked as inferred; with neither, None.
    """
    lead = _LABEL_LEAD.match(text)
    start = lead.end() if lead else 0
    if item := _LABEL_ITEM.match(text, start):
        start = item.end()
    while text[start : start + 1] in ("(", "[", "*", "_") and start < len(text):
        start += 1
    words = Words(text, start)
    begin = 1 if words[0].text == "the" else 0
    read = Grammar(words, order=order).expression(begin)
    if len(read) != 1 or not read[0].j:
        return None
    found = read[0]
    start, stop = words[found.i].start, words[found.j - 1].stop
    end = _LABEL_END.match(text, stop)
    full = all(a and a.precision is Precision.DAY and a.year for a in (found.first, found.last))
    if end is None and not (full and text[stop : stop + 1].isspace() and text[stop:].strip()):
        return None
    try:
        known = resolve(found, year)
    except ValueError:
        return None
    inferred = all(atom is None or atom.year is None for atom in (found.first, found.last))
    mention = DateMention(known, start, stop, text[start:stop], inferred)
    body = end.end() if end else stop + len(text[stop:]) - len(text[stop:].lstrip())
    return Label(mention, body)


# ---------------------------------------------------------------- WHEN


def parse_when(text: str, *, today: date) -> HistoricDate:
    """The date or interval that a WHEN expression means; relative words count from ``today``.

    EDTF itself, and every form of the grammar: ``7 September 2022``, ``Q3 2022``, ``since May
    2021``, ``2021..2022``, ``last month``. Raises UnreadableDateError with one sentence that says
    what is wrong: no date, a missing year, a day that does not exist, an end before the start.
    """
    asked = one_line(text)
    shown = asked if len(asked) <= 60 else asked[:59] + "…"
    if not asked:
        raise UnreadableDateError("No date was given.")
    if len(asked) > MAX_WHEN:
        raise UnreadableDateError(f"“{shown}” is too long for a date.")
    try:
        return from_edtf(asked)
    except ValueError:
        pass
    words = Words(asked.rstrip("?!,; "))
    if asked.lower().rstrip(".?! ").endswith("this day"):
        raise UnreadableDateError(
            f"“{shown}” names a day of every year, which is not understood yet."
        )
    grammar = Grammar(words, today=today, asked=True, over=True)
    found = _whole(grammar, words)
    if found is None:
        raise UnreadableDateError(_why_not(asked, shown, today))
    if why := impossible(found):
        raise UnreadableDateError(f"{shown} does not exist: {why}.")
    if all(atom is None or atom.year is None for atom in (found.first, found.last)):
        raise UnreadableDateError(f"“{shown}” names no year.")
    try:
        return resolve(found)
    except ValueError:
        raise UnreadableDateError(f"“{shown}” is outside the years that are kept.") from None


def _whole(grammar: Grammar, words: Words) -> Found | None:
    """The one date that the words are from first to last."""
    i = 0
    if words[0].text in ("in", "on", "during", "at", "of", "within", "for", "by"):
        i = 1
    i += words[i].text == "the"
    dotted = words[i].text == words[i + 1].text == "."
    read = grammar.expression(i + 2 * dotted)
    if len(read) != 1:
        return None
    found = read[0]
    j = found.j
    if words[j].text == words[j + 1].text == "." and not dotted and not found.relation:
        found, j = Found(found.first, None, i, j, "since"), j + 2
    elif words[j].text == "." and not words[j + 1].text:
        j += 1
    if dotted:
        found = Found(None, found.last, i, j, "until")
    return None if words[j].text else found


def _why_not(asked: str, shown: str, today: date) -> str:
    """The sentence for words that are not one date."""
    for wrong in impossible_dates(asked):
        return wrong.reason
    if len(find_dates(asked, today=today)) > 1:
        return f"“{shown}” holds more than one date."
    return f"“{shown}” is not a date."
