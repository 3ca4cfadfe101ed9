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
from dataclasses import dataclass, replace
from datetime import date

from index.date_atoms import Atom, Found, impossible, resolve
from index.date_forms import FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR, Order
from index.date_grammar import Grammar
from index.date_words import (
    ALSO_NAMES,
    ARTICLES,
    COUNTED,
    COUNTING,
    ENUMERATING,
    EVENTS,
    LATER,
    MEASURED,
    MONTH_AFTER,
    MONTH_NAMES,
    NEGATIONS,
    NEVER_YEAR_AFTER,
    SURELY_MONTH_AFTER,
    TRIGGERS_OF_QUESTIONS,
    TRIGGERS_OF_TEXT,
    VERBS,
    VERSIONED,
    YEAR_AFTER,
    Words,
)
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
_REACH = 300  # characters from "the following year" back to the date that it follows

_TRIGGER = re.compile(r"[0-9]+|[^\W\d_]+")
_BEGINS = re.compile(
    r"""(?:1[0-9]{3}|20[0-9]{2}|2100)(?![0-9])  # a year
    | [0-9]{1,4}[ \u00a0](?:[Bb]\.?[Cc]|A\.?D|C\.?E)  # a year with its era
    | [0-9]{1,2}(?:
        (?:st|nd|rd|th)(?![^\W\d_])
        | (?:\s+of\s|\s*-)?\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)
        | ([./-])[0-9]{1,2}\1[0-9]{4}
        | \s*(?:[,&/–—−-]|\.\.|,?\s*(?:to|until|till|through|thru|and)\b|,\s*&)
          \s*[0-9]{1,2}(?![0-9])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LAST = re.compile(r"(?:[^\W\d_]+|[0-9]+|\S)\Z")
_RIGHT = re.compile(r"\s*([^\W\d_]+|[0-9]+|\S)?")
_MORE_DIGITS = re.compile(r"[-–/][0-9]|\s(?:to|or|and)\s(?:[0-9]{4,}|[0-9]+,[0-9])")
_AFTER_COMMA = re.compile(r"\s*(?:[)\],.;:]|\Z|\n\s*\n|and\b|or\b|&)")
_AFTER_HEADING = re.compile(r"[ \t]*(?:\n|\Z)")
_AFTER_START = re.compile(r"[ \t]*(?:[,:–—\n]|\Z)")
_CHAIN = re.compile(r"\s*(?:,?\s*(?:and|or|&)|,)\s*")
_LATER = re.compile(r"(following|next|previous|preceding|same)\s+(day|month|year)\b", re.IGNORECASE)
_OF_YEAR = re.compile(
    r"\s+(?:of\s+|in\s+)?(?:that|the\s+(same|following|next|previous|preceding))\s+year\b",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(r"([^\W\d_]+)\s+(?:[0-9]{4}\s*,?\s*(?:(?:and|or|&)\s+)?)+\Z")
_FILE_ENDING = re.compile(r"\.[a-z]")
_LATER_STEPS = {"same": 0, "previous": -1, "preceding": -1}
_NUMERIC = re.compile(r"(?<![\w./-])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?!\w)")
_LINK = re.compile(r"\s*(?:to|until|till|through|and|-|–|—|\.\.)\s*", re.IGNORECASE)
_LABEL_LEAD = re.compile(r"[\s>#*_|•‣◦–—-]*")
_LABEL_ITEM = re.compile(r"(?:\(?[0-9]{1,3}[.)]|\([a-z]\))\s+")
_LABEL_OPENING = re.compile(r"[(\[*_]*")
_LABEL_END = re.compile(r"[)\]*_]{0,6}(?:[^\S\n]*(?::(?![0-9])|[–—|])|[^\S\n]+-(?=\s))[*_]{0,3}\s*")
_BLANK = re.compile(r"[^\S\n]+(?=\S)")
_OF_COUNTS = ("of", "by", "to", "from", "between", "through")
_PREPOSITIONS = ("in", "on", "during", "at", "of", "within", "for", "by")


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
    triggers = TRIGGERS_OF_QUESTIONS if asked else TRIGGERS_OF_TEXT
    pos = last_stop = 0
    known: tuple[Atom | None, int] = None, 0  # the date that "the following year" would follow
    for match in _TRIGGER.finditer(text):
        start, word = match.start(), match[0].lower()
        if word not in triggers and not (
            "0" <= word[0] <= "9" and (asked or _BEGINS.match(text, start))
        ):
            continue
        if start < pos:
            continue
        if asked and word == "about":
            continue  # of questions it tells the topic
        words = Words(text, start)
        if word in LATER and not asked:
            later = _later(text, start, *known)
            read = [later] if later else []
        else:
            grammar = Grammar(words, today=today, order=order, asked=asked, over=over)
            read = grammar.expression(0)
            if len(read) == 1 and read[0].yearless and not asked:
                read = [_of_known_year(text, words, read[0], *known)]
        for found in read:
            seen = _Seen(text, words, found, last_stop, asked=asked)
            if not seen.fits():
                continue
            item = seen.item(default_year)
            pos = seen.stop
            if item is None:
                continue
            last_stop = seen.stop
            if isinstance(item, DateMention):
                known = _dated(found, default_year), last_stop
            yield item


def _dated(found: Found, default_year: int | None) -> Atom | None:
    atom = found.last or found.first
    return replace(atom, year=default_year) if atom and atom.year is None else atom


def _later(text: str, start: int, known: Atom | None, known_stop: int) -> Found | None:
    """``the following year`` after a date of the same paragraph: the year after that one."""
    match = _LATER.match(text, start)
    between = text[known_stop:start] if start - known_stop <= _REACH else "\n\n"
    if match is None or known is None or not between.rstrip().lower().endswith("the"):
        return None
    if "\n\n" in between or known.mark:
        return None  # another paragraph, or no exact date
    step, unit = _LATER_STEPS.get(match[1].lower(), 1), match[2].lower()
    atom = known.stepped(Precision(unit), step)
    return Found(atom, atom, 0, 2, named=True, inferred=True) if atom else None


def _of_known_year(
    text: str, words: Words, found: Found, known: Atom | None, known_stop: int
) -> Found:
    """``December of the same year`` after a date of the same paragraph: that month of its year."""
    stop = words[found.j - 1].stop
    match = _OF_YEAR.match(text, stop)
    if match is None or known is None or known.year is None:
        return found
    if stop - known_stop > _REACH or "\n\n" in text[known_stop : match.end()]:
        return found
    step = _LATER_STEPS.get((match[1] or "same").lower(), 1)
    if step and known.mark:
        return found
    year = known.year + step
    first = replace(found.first, year=year) if found.first else None
    last = replace(found.last, year=year) if found.last else None
    j = words.index_at(match.end(), found.j)
    return replace(found, first=first, last=last, j=j, named=True, inferred=True)


class _Seen:
    """What the grammar read, at its place in the text."""

    def __init__(
        self, text: str, words: Words, found: Found, last_stop: int, *, asked: bool
    ) -> None:
        self.text = text
        self.asked = asked
        self.found = found
        self.start, self.stop = words[found.i].start, words[found.j - 1].stop
        near = bool(last_stop) and self.start - last_stop < 10
        self.chained = near and _CHAIN.fullmatch(text, last_stop, self.start) is not None
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
            found = replace(found, first=found.last, relation="")
        if why := impossible(found):
            reason = f"{one_line(words)} does not exist: {why}."
            return ImpossibleDate(self.start, self.stop, words, reason)
        try:
            known = resolve(found, default_year)
        except ValueError:
            return None
        return DateMention(known, self.start, self.stop, words, found.inferred or found.yearless)

    def fits(self) -> bool:
        """Whether it is a date here, by what stands before and after it."""
        found, atom = self.found, self.found.first or self.found.last
        if atom is None or not self._stands_free():
            return False
        if atom.precision is Precision.DAY and self._versioned():
            return False
        if atom.bare and self._in_code():
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
        """Whether nothing ties it to what stands before: ``Su-30``, ``A/58``, ``$2000``, ``1,951``,
        ``Caucasus-2020``, also broken over two lines."""
        text, start = self.text, self.start
        if text[self.stop : self.stop + 1] == "%":
            return False
        sign, before = text[start - 1 : start], text[max(0, start - 2) : max(0, start - 1)]
        number = "0" <= text[start] <= "9"
        if not sign or sign.isspace():
            return not (number and self._hyphenated())
        if sign.isalnum() or sign in "_/$€£¥#@&=+*\\%^~<":
            return False
        if sign in "-–−":
            return not before or before.isspace()
        if sign in ".,:":
            return not number or text[start] == "." or (sign == "," and not before.isdecimal())
        return True

    def _versioned(self) -> bool:
        """``Windows 10 October 2018 Update``: the 10 is the system's."""
        text, start = self.text, self.start
        return "0" <= text[start] <= "9" and self._left()[2].lower() in VERSIONED

    def _in_code(self) -> bool:
        """``f(2000)``, ``x = 1337``, ``a.2049.ttf``: what stands there is a program or a file."""
        text, start = self.text, self.start
        called = text[start - 1 : start] in ("(", "[") and text[start - 2 : start - 1].isalpha()
        if called or _FILE_ENDING.match(text, self.stop):
            return True
        return text[max(0, start - 3) : start].rstrip(" \t").endswith("=")

    def _hyphenated(self) -> bool:
        before = self.text[max(0, self.start - 8) : self.start]
        bare = before.rstrip()
        return "\n" in before[len(bare) :] and bare.endswith("-") and bare[-2:-1].isalnum()

    def _range_fits(self, a: Atom, b: Atom) -> bool:
        if a.bare and b.bare:
            _, earlier, left = self._left()
            word = earlier if left == "." else left.lower()
            if word in MEASURED and not self.asked:
                return False
            code = self.text[self.stop : self.stop + 1] == "-" and _MORE_DIGITS.match(
                self.text, self.stop
            )
            if code or self._enumerated():
                return False
            return word == "over" or word not in NEVER_YEAR_AFTER
        lone = a.precision is Precision.MONTH and a.year is None and b.year is None
        return not lone or self._month_fits()

    def _enumerated(self) -> bool:
        """Whether it goes on a row of numbers that are no years: ``Rooms 1201, 1202``."""
        before = self.text[max(0, self.start - _CONTEXT) : self.start]
        row = _ENUMERATION.search(before)
        return row is not None and row[1].lower() in ENUMERATING

    def _left(self) -> tuple[str, str, str]:
        """The blanks before it, the last word but one, and the last word or sign."""
        before = self.text[max(0, self.start - _CONTEXT) : self.start]
        bare = before.rstrip().rstrip('“”"‘').rstrip()
        last = _LAST.search(bare)
        if last is None:
            return before[len(bare) :], "", ""
        earlier = _LAST.search(bare[: last.start()].rstrip())
        return before[len(bare) :], (earlier[0].lower() if earlier else ""), last[0]

    def _month_fits(self) -> bool:
        word = self.text[self.start : self.start + 9].split()[0].rstrip(".,–—-").lower()
        allowed = SURELY_MONTH_AFTER if word in ALSO_NAMES else MONTH_AFTER
        return self.chained or self._left()[2].lower() in allowed

    def _year_fits(self) -> bool:
        """Whether four digits are a year here: what stands before decides, then what follows."""
        text, stop = self.text, self.stop
        match = _RIGHT.match(text, stop)
        after = ((match[1] if match else None) or "").lower()
        gap, earlier, left = self._left()
        word = left.lower()
        if _MORE_DIGITS.match(text, stop) and not self._years_follow():
            return False
        if self.found.first and self.found.first.mark:
            # "about 2000" is a number in prose as often as a year; "around 1900" is a year
            around = text[self.start : self.start + 6].lower() == "around"
            number = text[stop - 2 : stop] == "00" and not around
            return self.asked or not (number or after in COUNTED or after.isdecimal())
        if after in COUNTED or after.isdecimal() or (left.isdecimal() and not self.chained):
            return False
        if "\n" in gap and _AFTER_HEADING.match(text, stop):
            return True
        if not left or gap.count("\n") > 1 or left in ".!?:;—–•…|*":
            if earlier in NEVER_YEAR_AFTER:
                return False
            stands_alone = _AFTER_START.match(text, stop) is not None
            return stands_alone or after in VERBS or after in EVENTS or (self.asked and not left)
        if self._enumerated():
            return False
        if self.chained or left in "([":
            return True
        if left == ",":
            return _AFTER_COMMA.match(text, stop) is not None
        if word in YEAR_AFTER:
            if left == "to" and earlier.isdecimal():  # "from 512 to 2048"
                return FIRST_PLAIN_YEAR <= int(earlier) <= LAST_PLAIN_YEAR
            one_in = earlier == "one" and word == "in"
            return not one_in and (earlier not in COUNTING or word not in _OF_COUNTS)
        if word in NEVER_YEAR_AFTER:
            return word == "than" and earlier in ("later", "earlier")
        if word == "as":
            return earlier in ("early", "late", "recently")
        if word in ARTICLES:
            return after.isalpha() and after not in ("and", "or", "to")
        # "planned 2023 elections"; a name and a year ("Army 2018") is a name
        if self.asked:
            return left.islower() or after in EVENTS
        return left.islower() and after in EVENTS

    def _years_follow(self) -> bool:
        """Whether the digits after "and" or "or" are a year, too: ``in 2014 and 2016``."""
        words = Words(self.text, self.stop)
        if words[0].text not in ("and", "or", "to") or words[0].gap == "":
            return False
        return Grammar(words).plain_year(1) is not None


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
    without a year has the heading's ``year``, marked as inferred; with neither, None. A list
    (``June 24 and 27: what``) becomes the interval from its first day to its last.
    """
    start = _end(_LABEL_LEAD, text, 0)
    start = _end(_LABEL_OPENING, text, _end(_LABEL_ITEM, text, start))
    words = Words(text, start)
    read = Grammar(words, order=order).expression(int(words[0].text == "the"))
    if not read:
        return None
    found = read[0]
    if len(read) > 1:
        found = Found(found.first, read[-1].last, found.i, read[-1].j, "range")
    start, stop = words[found.i].start, words[found.j - 1].stop
    body = _end(_LABEL_END, text, stop)
    if body == stop:
        full = all(a and a.precision is Precision.DAY and a.year for a in (found.first, found.last))
        body = _end(_BLANK, text, stop) if full else stop
    try:
        known = resolve(found, year)
    except ValueError:
        return None
    mention = DateMention(known, start, stop, text[start:stop], found.yearless)
    return Label(mention, body) if body > stop else None


def _end(pattern: re.Pattern[str], text: str, pos: int) -> int:
    match = pattern.match(text, pos)
    return match.end() if match else pos


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
    if asked.lower().rstrip(".?! ").endswith("this day"):
        raise UnreadableDateError(
            f"“{shown}” is a day of every year, which can't be asked for yet."
        )
    words = Words(asked.rstrip("?!,; "))
    found = _whole(Grammar(words, today=today, asked=True, over=True), words)
    if found is None or any(_ambiguous(match) for match in _NUMERIC.finditer(asked)):
        raise UnreadableDateError(_why_not(asked, shown, today))
    if why := impossible(found):
        raise UnreadableDateError(f"{shown} does not exist: {why}.")
    if found.yearless:
        raise UnreadableDateError(f"“{shown}” names no year.")
    try:
        return resolve(found)
    except ValueError:
        raise UnreadableDateError(f"“{shown}” is outside the years that are kept.") from None


def _whole(grammar: Grammar, words: Words) -> Found | None:
    """The one date that the words are from first to last."""
    i = int(words[0].text in _PREPOSITIONS)
    i += words[i].text == "the"
    i += words[i].text == "year"
    dotted = words[i].text == words[i + 1].text == "."
    read = grammar.expression(i + 2 * dotted)
    if len(read) != 1:
        return None
    found = read[0]
    j = found.j
    if dotted:
        found = replace(found, first=None, relation="until")
    elif words[j].text == words[j + 1].text == "." and not found.relation:
        found, j = replace(found, last=None, relation="since"), j + 2
    j += words[j].text == "."
    return None if words[j].text else found


def _ambiguous(match: re.Match[str]) -> bool:
    return max(int(match[1]), int(match[3])) <= 12 and int(match[1]) != int(match[3])


def _why_not(asked: str, shown: str, today: date) -> str:
    """The sentence for words that are not one date."""
    for match in filter(_ambiguous, _NUMERIC.finditer(asked)):
        a, b = int(match[1]), int(match[3])
        if b and a:
            first, second = f"{a} {MONTH_NAMES[b - 1]}", f"{b} {MONTH_NAMES[a - 1]}"
            return f"“{match[0]}” can be {first} or {second} {match[4]}."
    for wrong in impossible_dates(asked):
        return wrong.reason
    dates = find_dates(asked, today=today)
    linked = len(dates) == 2 and _LINK.fullmatch(asked, dates[0].stop, dates[1].start)
    if linked and dates[0].date.earliest > dates[1].date.earliest:
        return f"“{shown}” ends before it begins."
    if len(dates) > 1:
        return f"“{shown}” holds more than one date."
    return f"“{shown}” is not a date."
