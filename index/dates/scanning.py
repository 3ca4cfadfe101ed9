"""Text -> the dates written in it: where one can begin, and what around it tells that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from index.dates.atoms import Atom, Found, impossible, resolve, widened
from index.dates.edtf import day_number, julian_lag
from index.dates.forms import FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR, Order
from index.dates.grammar import Grammar
from index.dates.plain import plain_date
from index.dates.words import (
    ABOUT,
    ALSO_NAMES,
    AND,
    ARTICLES,
    BEGINNINGS,
    BETWEEN,
    CLAUSE,
    COUNTED,
    COUNTING,
    EARLY,
    EDGES,
    ENUMERATING,
    EVENTS,
    MAYBE,
    MEASURED,
    MONTH_AFTER,
    NAMED_AFTER_DAYS,
    NEGATIONS,
    NEVER_YEAR_AFTER,
    OPEN,
    ORDINALS,
    PAID,
    PORTION_UNITS,
    PORTIONS,
    SURELY_MONTH_AFTER,
    TENS,
    TO,
    TRIGGERS,
    TRIGGERS_OF_QUESTIONS,
    VERBS,
    VERSIONED,
    WEEKDAY_NAMES,
    WEEKDAYS,
    YEAR_AFTER,
    Words,
)
from index.messages import Message, say
from index.model import DateMention, Precision, one_line

LAST_JULIAN_YEAR = 1923  # Greece changed its calendar then, the last state of Europe to do so
_CONTEXT = 60  # characters before a date that are looked at
_MOST_TOKENS = 400  # that are kept while dates stand close together

_TRIGGER = re.compile(r"[0-9]+|[^\W\d_]+")
_ERA = r"(?:[Bb]\.?[Cc]|A\.?D|C\.?E)"
_MONTH = r"""(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|fév|mär|mae|maa|avr|abr|mai|mei|maj
    |mag|jui|giu|lug|aoû|aou|ago|set|okt|ott|out|déc|dez|dic|ene|gen
    |янв|фев|мар|апр|мая|май|мае|июн|июл|авг|сен|окт|ноя|дек)"""
_NUMBER = rf"""
    (?:1[0-9]{{3}}|20[0-9]{{2}}|2100)(?![0-9])  # a year
    | [0-9]{{1,4}}(?:
        [ \u00a0]{_ERA}
        | \s*(?:[–—−/-]|\.\.|to\b|until\b|till\b|through\b|thru\b|[aà]u\b|al\b|bis\b|по\b)\s*
          (?i:(?:circa|ca?|around|about|approximately|roughly)\s*(?:\.\s*)?)?
          [0-9]{{1,4}}[ \u00a0]{_ERA}
    )
    | [0-9]{{1,2}}(?:
        (?i:st|nd|rd|th)(?![^\W\d_])
        | (?:\.|º|er\b)?(?:\s+(?i:of|de|di)\b|\s*[-/])?\s*{_MONTH}
        | ([./-])(?:[0-9]{{1,2}}|[IVX]{{1,4}})\1[0-9]{{4}}
        | \s*(?:[,&/–—−-]|\.\.|(?i:(?:,\s*)?(?:to|until|till|through|thru|and|au|al|bis|по)\b)|,\s*&)
          \s*[0-9]{{1,2}}(?![0-9])(?i:st|nd|rd|th)?\s*(?:[,&]|(?i:and)\b|{_MONTH})
    )"""


def _by_letter(begun: str, words: list[str], go_on: Mapping[str, str]) -> str:
    """A pattern for whole words, all of which begin with ``begun``, and what follows each.

    Letter by letter, which is several times as fast as a list of words.
    """
    parts = []
    for letter, group in groupby(words, key=lambda word: word[len(begun) : len(begun) + 1]):
        if letter:
            rest = _by_letter(begun + letter, list(group), go_on)
            parts.append(f"[{letter}{letter.upper()}]{rest}")
        else:
            more = f"(?={go_on[begun]})" if begun in go_on else ""
            parts.append(rf"(?![^\W\d_]){more}")
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


_BEGINNING = f"(?:[0-9~]|{_by_letter('', sorted(BEGINNINGS), {})})"
_UNITS = "|".join(sorted(PORTION_UNITS))
_LINKS = "|".join(sorted(word for word in TO | AND if word.isalpha()))
#: Words that are too common to look at unless these go on after them.
_GO_ON = {
    "in": r"\s+or\s+(?:before|after)\b", "on": r"\s+or\s+(?:before|after)\b",
    "no": r"\s+(?:later|earlier)\b", "not": r"\s+(?:later|earlier|before|after)\b",
    "later": r"\s+than\b", "earlier": r"\s+than\b", "up": r"\s+(?:to|until|till)\b",
    "a": r"\s*\.", "year": r"\s*(?:-?\s*end\b|[0-9])", "prior": r"\s+(?:to|until|till)\b",
    "q": r"[0-9]", "h": r"[0-9]", "ad": r"\s*[0-9]", "ce": r"\s*[0-9]",
    "c": r"\s*(?:\.\s*)?(?:A\.?D\.?\s*)?[0-9]", "ca": r"\s*(?:\.\s*)?(?:A\.?D\.?\s*)?[0-9]",
}  # fmt: skip
for _words, _after in (
    (EDGES, r"\s*(?:-|(?i:of)\b)"),
    (
        ORDINALS.keys() | TENS.keys(),
        rf"\s*(?:[^\w\s]|(?i:of|quarter|half|century|centuries|{_UNITS}|{_LINKS}"
        rf"|{'|'.join(ORDINALS)})\b)",
    ),
    (PORTIONS - ORDINALS.keys() - EARLY, rf"\s+(?:{_UNITS}|quarter|half)\b"),
):
    _GO_ON |= dict.fromkeys(_words, _after)
#: And these, after which a date itself must begin: a pattern of its own, for it is long.
_DATE_AFTER: dict[str, re.Pattern[str]] = {}
for _words, _after in (
    (
        BETWEEN | OPEN.keys() | {"from"} | ((ABOUT | MAYBE) - _GO_ON.keys()),
        rf"\s*(?:\.\s*)?(?:(?i:at\s*least)\s*)?(?:(?i:the)\s*)?{_BEGINNING}",
    ),
    (EARLY, rf"\s*(?:[^\w\s]|(?i:in|of|to|the|{_UNITS})\b|{_BEGINNING})"),
):
    _DATE_AFTER |= dict.fromkeys(_words, re.compile(_after))


def _starts() -> re.Pattern[str]:
    """Matches where a date of a text can begin."""
    first = "".join(sorted({word[0] + word[0].upper() for word in TRIGGERS}))
    words = _by_letter("", sorted(TRIGGERS), _GO_ON)
    return re.compile(rf"\b(?=[0-9{first}])(?:{words}|(?={_NUMBER})[0-9]+)", re.VERBOSE)


_STARTS = _starts()
_LAST = re.compile(r"(?:[^\W\d_]+|[0-9]+|\S)\Z")
_RIGHT = re.compile(r"\s*([^\W\d_]+|[0-9]+|\S)?")
_MORE_DIGITS = re.compile(r"[-–/][0-9]|\s(?:to|or|and)\s(?:[0-9]{4,}|[0-9]+,[0-9])")
_AFTER_COMMA = re.compile(r"\s*(?:[)\],.;:]|\Z|\n\s*\n|and\b|or\b|&)")
_AFTER_HEADING = re.compile(r"[ \t]*(?:\n|\Z)")
_AFTER_START = re.compile(r"[ \t]*(?:[,:–—\n]|\Z)")
_CHAIN = re.compile(r"\s*(?:,?\s*(?:and|or|&)|,)\s*")
_ENUMERATION = re.compile(r"([^\W\d_]+)\s+(?:[0-9]{4}\s*,?\s*(?:(?:and|or|&)\s+)?)+\Z")
_WEEKDAY = re.compile(r"[^\W\d_]+")
_FILE_ENDING = re.compile(r"\.[a-z]")
_FILE_NAME = re.compile(
    r"\.(?:log|txt|csv|json|jsonl|xml|html?|pdf|docx?|xlsx?|md|zip|gz|tar|jpe?g|png)\b"
)
_COPYRIGHT = re.compile(r"(?i:copyright|\(c\)|©)\s*\Z")
_IN = ("in", "during")
_MORE_THAN = re.compile(r"\s+more\s+than\b")
_AFTER_FOR = CLAUSE | VERBS | EVENTS
_OF_COUNTS = ("of", "by", "to", "from", "between", "through")


@dataclass(frozen=True, slots=True)
class ImpossibleDate:
    """Words that look like a complete date, and why there is none, as the end of a sentence."""

    start: int
    stop: int
    as_written: str
    why: str

    @property
    def reason(self) -> Message:
        """The sentence that says why there is no such date."""
        return say("{date} does not exist: {why}.", date=one_line(self.as_written), why=self.why)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as its words say it, ``text[start:stop]``; its year may stand elsewhere or nowhere."""

    start: int
    stop: int
    as_written: str
    found: Found
    against: str = ""  # what speaks against it, a sentence: "Monday, 6 July 2021 was a Tuesday."

    def resolved(self, year: int | None = None, inferred_from: str = "") -> DateMention | None:
        """The date with ``year`` where the words have none, and what told that year.

        None if the year is missing, or the date does not exist in it.
        """
        try:
            known = resolve(self.found, year)
        except ValueError:
            return None
        why = "the words beside it" if self.found.inferred else ""
        if self.found.yearless:
            why = inferred_from or "the year that was given"
        return DateMention(known, self.start, self.stop, self.as_written, why)


def scan(
    text: str, *, today: date | None = None, order: Order | None = None
) -> Iterator[WrittenDate | ImpossibleDate]:
    """The dates of ``text`` as written, and those that can't exist, in order; no two overlap.

    ``today`` says that the text is a question. An impossible date is read as one, so that no part
    of it is taken for a date: of "32 May 2021" nothing is left.
    """
    asked = today is not None
    starts = _TRIGGER if asked else _STARTS
    words = Words(text)
    grammar = Grammar(words, today=today, order=order, asked=asked)
    pos = last_stop = 0
    while match := starts.search(text, pos):
        start, pos = match.span()
        word = match[0].lower()
        if asked and not _begins_in_question(word):
            continue
        if not asked and word in _DATE_AFTER and not _DATE_AFTER[word].match(text, pos):
            continue
        if not asked and (plain := plain_date(text, start)):
            seen = _Seen(text, start, plain[1], Found(plain[0], plain[0], 0, 0), last_stop)
            if seen.fits():
                pos = last_stop = seen.stop
                yield seen.item()
            continue
        i = words.find(start)
        if i < 0 or i > _MOST_TOKENS:
            words, i = Words(text, start), 0
            grammar = Grammar(words, today=today, order=order, asked=asked)
        for found in grammar.expression_at(i):
            begin, stop = words[found.i].start, words[found.j - 1].stop
            seen = _Seen(text, begin, stop, found, last_stop, asked=asked)
            if not asked and seen.counts():
                pos = seen.stop
            elif seen.fits():
                pos = last_stop = seen.stop
                yield seen.item()


def _begins_in_question(word: str) -> bool:
    """Whether a date of a question can begin with ``word``; "about" tells its topic."""
    return "0" <= word[0] <= "9" or (word in TRIGGERS_OF_QUESTIONS and word != "about")


class _Seen:
    """What the grammar read, at its place in the text."""

    __slots__ = ("_before", "_last_stop", "asked", "found", "start", "stop", "text")

    def __init__(
        self, text: str, start: int, stop: int, found: Found, last_stop: int, *, asked: bool = False
    ) -> None:
        self.text = text
        self.asked = asked
        self.found = found
        self._before: tuple[str, str] | None = None
        self.start, self.stop = start, stop
        self._last_stop = last_stop
        if asked and not found.relation:
            self._dots()

    @property
    def chained(self) -> bool:
        """Whether it goes on the list that the date before it began."""
        near = bool(self._last_stop) and self.start - self._last_stop < 10
        return near and _CHAIN.fullmatch(self.text, self._last_stop, self.start) is not None

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

    def item(self) -> WrittenDate | ImpossibleDate:
        found, words = self.found, self.text[self.start : self.stop]
        if found.relation == "until" and words[:1] in "uUtT" and _negated(self.text, self.start):
            # "had no embassy until 1951" tells what happened in 1951
            found = replace(found, first=found.last, relation="")
        if self.asked and words[: words.find(" ")].lower() in ABOUT:
            found = widened(found)
        if why := impossible(found):
            return ImpossibleDate(self.start, self.stop, words, why)
        return WrittenDate(self.start, self.stop, words, found, _against(words, found))

    def fits(self) -> bool:
        """Whether it is a date here, by what stands before and after it."""
        found, atom = self.found, self.found.first or self.found.last
        if atom is None or not self._stands_free():
            return False
        if atom.wrong or (atom.precision is Precision.SEASON and found.yearless):
            return bool(atom.wrong)
        if atom.doubtful and not found.relation:
            return False
        if atom.precision is Precision.DAY and self._versioned():
            return False
        if atom.bare and self._in_code():
            return False
        if self._in_file_name():
            return False
        if found.named or (atom.mark == "?" and not atom.bare):
            return True
        if atom.precision is Precision.DAY and atom.year is None and self._names():
            return False
        if found.relation and found.first and found.last:
            return self._range_fits(found.first, found.last)
        if atom.bare:
            return self._year_fits()
        if atom.precision is Precision.MONTH and atom.year is None and not atom.mark:
            return self._month_fits()
        return not self._verb()

    def _stands_free(self) -> bool:
        """Whether nothing ties it to what stands before: ``Su-30``, ``A/58``, ``$2000``, ``1,951``,
        ``Caucasus-2020``, also broken over two lines."""
        text, start = self.text, self.start
        if text[self.stop : self.stop + 1] == "%":
            return False
        if text[start - 1 : start] == "~" and self._approximate():
            return True
        sign, before = text[start - 1 : start], text[max(0, start - 2) : max(0, start - 1)]
        number = "0" <= text[start] <= "9"
        if not sign or sign.isspace():
            return not (number and self._hyphenated())
        if sign.isalnum() or sign in "_/$€£¥#@&=+*\\%^~<?":
            return False
        if sign in "-–−":
            return not before or before.isspace()
        if sign in ".,:":
            return not number or text[start] == "." or (sign == "," and not before.isdecimal())
        return True

    def _approximate(self) -> bool:
        """``(~1850)``, ``in ~1850``: about that year. Takes the sign in."""
        first, before = self.found.first, self.text[max(0, self.start - 12) : self.start - 1]
        last = before.split()[-1:]
        said = before.endswith(" ") and bool(last) and last[0].lower() in YEAR_AFTER
        told = said or not before or before[-1] in "(|\n\t"
        if not told or first is None or first.year is None or first.mark:
            return False
        marked = replace(first, mark="~")
        single = self.found.last is first
        self.found = replace(self.found, first=marked, last=marked if single else self.found.last)
        self.start -= 1
        return True

    def _names(self) -> bool:
        """Whether the day is part of a name: ``12 May Street``, ``the 26 July Movement``."""
        match = _RIGHT.match(self.text, self.stop)
        word = (match[1] if match else None) or ""
        return word[:1].isupper() and word.lower() in NAMED_AFTER_DAYS

    def _versioned(self) -> bool:
        """``Windows 10 October 2018 Update``: the 10 is the system's."""
        text, start = self.text, self.start
        short = "0" <= text[start] <= "9" and not text[start : start + 3].isdecimal()
        return short and self._left()[1].lower() in VERSIONED

    def _in_code(self) -> bool:
        """``f(2000)``, ``x = 1337``, ``a.2049.ttf``: what stands there is a program or a file."""
        text, start = self.text, self.start
        called = text[start - 1 : start] in ("(", "[") and text[start - 2 : start - 1].isalpha()
        if called or _FILE_ENDING.match(text, self.stop):
            return True
        return text[max(0, start - 3) : start].rstrip(" \t").endswith("=")

    def _hyphenated(self) -> bool:
        before = self.text[max(0, self.start - 8) : self.start]
        if "\n" not in before:
            return False
        bare = before.rstrip()
        return "\n" in before[len(bare) :] and bare.endswith("-") and bare[-2:-1].isalnum()

    def _range_fits(self, a: Atom, b: Atom) -> bool:
        if a.bare and b.bare:
            left = self._left()[1]
            word = self._earlier() if left == "." else left.lower()
            if not self.asked and word in MEASURED:
                return False
            code = self.text[self.stop : self.stop + 1] == "-" and _MORE_DIGITS.match(
                self.text, self.stop
            )
            if code or self._enumerated():
                return False
            if _MORE_THAN.match(self.text, self.stop):
                return word in _IN
            return word == "over" or word not in NEVER_YEAR_AFTER
        lone = a.precision is Precision.MONTH and a.year is None and b.year is None
        return not lone or self._month_fits()

    def counts(self) -> bool:
        """Whether its numbers are no years: "rose from 1500 to 1800", "(c) 2004-2010"."""
        a, b = self.found.first, self.found.last
        if not (a and b and a is not b and a.bare and b.bare):
            return False
        if _COPYRIGHT.search(self.text, max(0, self.start - 12), self.start):
            return True
        left = self._left()[1].lower()
        if (a.year or 0) % 100 == (b.year or 0) % 100 == 0 and left in COUNTING:
            return True
        match = _RIGHT.match(self.text, self.stop)
        after = ((match[1] if match else None) or "").lower()
        between = self.text[self.start : self.start + 3].lower() == "bet"
        return between and after in ("were", "are") and left not in ("years", "period")

    def _in_file_name(self) -> bool:
        """``2021-05-06.log``"""
        return self.text[self.stop - 1].isdecimal() and (
            _FILE_NAME.match(self.text, self.stop) is not None
        )

    def _enumerated(self) -> bool:
        """Whether it goes on a row of numbers that are no years: ``Rooms 1201, 1202``."""
        before = self.text[max(0, self.start - _CONTEXT) : self.start]
        row = _ENUMERATION.search(before)
        return row is not None and row[1].lower() in ENUMERATING

    def _left(self) -> tuple[str, str]:
        """The blanks before it, and the last word or sign."""
        if self._before is None:
            before = self.text[max(0, self.start - _CONTEXT) : self.start]
            bare = before.rstrip().rstrip('“”"‘').rstrip()
            self._before = before[len(bare) :], _last(bare)
        return self._before

    def _earlier(self) -> str:
        """The last word but one before it, in lower case."""
        gap, last = self._left()
        stop = self.start - len(gap) - len(last)
        return _last(self.text[max(0, self.start - _CONTEXT) : stop].rstrip()).lower()

    def _verb(self) -> bool:
        """Whether "may 2020" is a verb and a number: no preposition before, no capital."""
        word = self.text[self.start : self.start + 5]
        doubtful = word.startswith(("may ", "march"))
        return doubtful and not self.asked and self._left()[1].lower() not in MONTH_AFTER

    def _month_fits(self) -> bool:
        word = self.text[self.start : self.start + 9].split()[0].rstrip(".,–—-").lower()
        allowed = SURELY_MONTH_AFTER if word in ALSO_NAMES else MONTH_AFTER
        return self.chained or self._left()[1].lower() in allowed

    def _year_fits(self) -> bool:
        """Whether four digits are a year here: what stands before decides, then what follows."""
        text, stop = self.text, self.stop
        match = _RIGHT.match(text, stop)
        after = ((match[1] if match else None) or "").lower()
        gap, left = self._left()
        earlier, word = self._earlier(), left.lower()
        if _MORE_DIGITS.match(text, stop) and not self._years_follow():
            return False
        if self.found.first and self.found.first.mark in ("~", "%"):
            # "about 2000" is a number in prose as often as a year; "around 1900" is a year
            around = text[self.start : self.start + 6].lower() == "around"
            number = text[stop - 2 : stop] == "00" and not around
            return self.asked or not (number or after in COUNTED or after.isdecimal())
        if _MORE_THAN.match(text, stop):
            return word in _IN
        if after in COUNTED or after.isdecimal() or (left.isdecimal() and not self.chained):
            return False
        if "\n" in gap and _AFTER_HEADING.match(text, stop):
            return True
        if not left or gap.count("\n") > 1 or left in ".!?:;—–•…|*":
            if earlier in NEVER_YEAR_AFTER:
                return False
            stands_alone = _AFTER_START.match(text, stop) is not None
            return stands_alone or after in VERBS or after in EVENTS or (self.asked and not left)
        if self._enumerated() or _COPYRIGHT.search(text, max(0, self.start - 12), self.start):
            return False
        if self.chained or left in "([":
            return True
        if left == ",":
            return _AFTER_COMMA.match(text, stop) is not None
        if word in YEAR_AFTER:
            if left == "to" and earlier.isdecimal():  # "from 512 to 2048"
                return FIRST_PLAIN_YEAR <= int(earlier) <= LAST_PLAIN_YEAR
            if (earlier, word) in (("one", "in"), ("class", "of")):
                return False
            if word == "for" and (earlier in PAID or (after.isalpha() and after not in _AFTER_FOR)):
                return False
            return earlier not in COUNTING or word not in _OF_COUNTS
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


def _against(words: str, found: Found) -> str:
    """The sentence that says that the weekday in ``words`` is not the date's; empty if it is.

    While people still counted in the Julian calendar, the weekday may be that calendar's.
    """
    weekday, atom = _WEEKDAY.match(words), found.first
    if weekday is None or atom is None or atom.year is None or atom is not found.last:
        return ""
    named = WEEKDAYS.get(weekday[0].lower())
    if named is None or atom.precision is not Precision.DAY:
        return ""
    try:
        day = day_number(atom.year, atom.month, atom.day)
    except ValueError:
        return ""
    true = (day - 1) % 7
    julian = (true + julian_lag(atom.year, atom.month)) % 7
    if named == true or (atom.year <= LAST_JULIAN_YEAR and named == julian):
        return ""
    return f"{one_line(words)} was a {WEEKDAY_NAMES[true]}."


def _last(text: str) -> str:
    """The last word, number or sign of ``text``; empty if it has none."""
    chunk = text[-30:].rpartition(" ")[2]
    if chunk.isalpha():
        return chunk
    match = _LAST.search(chunk)
    return match[0] if match else ""


def _negated(text: str, pos: int) -> bool:
    """Whether the sentence says "not" before ``pos``, not far away."""
    sentence = re.split(r"[.!?;]\s", text[max(0, pos - 150) : pos])[-1]
    return not NEGATIONS.isdisjoint(re.findall(r"[^\W\d_]+", sentence.lower()))
