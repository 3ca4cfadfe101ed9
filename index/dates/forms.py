"""The forms in which people write a single date, from ``7 September 2022`` to ``mid-1950s``.

Each form looks at a bounded number of tokens. It gives what the words say and no more: an `Atom`
without a year has none until it is resolved with one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from index.dates.atoms import Atom, on_day
from index.dates.edtf import day_number
from index.dates.words import (
    AGO,
    ALSO_NAMES,
    COUNTED,
    DASHES,
    EARLY,
    EDGES,
    FOREIGN_MONTHS,
    FOREIGN_WORDS,
    GERMAN,
    MAYBE,
    MONTHS,
    ORDINALS,
    PORTION_UNITS,
    PORTIONS,
    QUALIFIERS,
    RELATIVE,
    ROMAN_MONTHS,
    SEASONS,
    SHORT_MONTHS,
    SUFFIXES,
    TENS,
    WEEKDAYS,
    Token,
    Words,
)
from index.messages import say
from index.model import Precision

Order = Literal["dmy", "mdy"]
Read = tuple[Atom, int]  # what was read, and the token after it

FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR = 1000, 2100  # four digits beyond these are no year

ERA = re.compile(r"[ \u00a0](B\.C\.E\.|B\.C\.|BCE?|bce?|A\.D\.|AD|C\.E\.|CE)(?!\w)")
GLUED_ERA = re.compile(ERA.pattern.replace("]", "]?", 1))  # "44BC", of which "45BC" the code
_CODE = re.compile(r"-[0-9](?![0-9]{3}-[0-9]{2}(?![0-9]))")  # 2021-05-04-1234
_NOTE_MARK = re.compile(r"[.,][0-9]{1,3}(?![\w%]|[.,:/-][0-9])")
_DOUBT = re.compile(r"[ \u00a0]?\(\?\)|\?(?=[)\],;:/–—-]|\s+[–—(-])")
_MONTH_STARTS = {name[:3] for name in MONTHS}
_PLAIN_ABOUT = ("about", "around", "approximately", "roughly")  # of numbers, too


class Forms:
    """Reads single dates from tokens. A method says None when its form does not stand at ``i``."""

    def __init__(
        self,
        words: Words,
        *,
        today: date | None = None,
        order: Order | None = None,
        asked: bool = False,
        typed: bool = False,
    ) -> None:
        self.words = words
        self._atoms: dict[tuple[int, int], Read | None] = {}
        self.today = today
        self.order = order
        self.asked = asked  # a question or WHEN, where capitals say less
        self.typed = typed  # a WHEN, whose words are nothing but a date

    def atom(self, i: int, depth: int = 2) -> Read | None:
        """One date, with or without its year; at most ``depth`` qualifiers before it."""
        if (i, depth) not in self._atoms:
            read = self._atom(i, depth)
            self._atoms[i, depth] = self._doubted(read) if read else None
        return self._atoms[i, depth]

    def _atom(self, i: int, depth: int) -> Read | None:
        token = self.words[i]
        word = token.text
        ago = self.ago(i)
        if ago and ago[0] == ago[1]:
            return ago[0], i + 3
        if token.is_number:
            return self._number(i)
        if word in MONTHS or word in FOREIGN_MONTHS:
            return self._month_first(i)
        if word in PORTIONS and depth:
            read = self._portion(i, depth - 1)
            if read or word in ("last", "final"):
                return read or self._fraction(i) or self._relative(i)
        if word in QUALIFIERS or word in ("~", "year"):
            return self._qualified(i, depth - 1) if depth else None
        if word in SEASONS:
            return self._season(i)
        if word in RELATIVE or (word == "now" and self.typed):
            return self._relative(i)
        if word in ORDINALS or word in TENS or word in ("q", "h"):
            return self._century(i) or self._fraction(i) or self._worded_day(i)
        if word in ("ad", "ce", "a"):
            return self._after_era(i)
        if word in WEEKDAYS:
            skip = i + 1
            skip += self.words[skip].text == "."
            skip += self.words[skip].text == ","
            read = self._day_first(skip) or self._month_first(skip) or self._iso(skip)
            read = read or self._numeric(skip, WEEKDAYS[word])
            return read if read and read[0].precision is Precision.DAY else None
        return None

    def _qualified(self, i: int, depth: int) -> Read | None:
        """``early``, ``mid-``, ``end of``, ``around``, ``possibly`` and the date after it."""
        words = self.words
        word, j = words[i].text, i + 1
        if word in ("c", "ca"):
            written = words.text[words[i].start : words[i].stop]
            j += words[j].text == "."
            if not (written.islower() or (written == "Ca" and j == i + 2)):
                return None  # "error C2057"
            if not words[j].is_number and words[j].text not in ("ad", "a"):
                return None
        elif word == "~":
            if not words[j].is_number:
                return None
        elif word == "year":  # "year-end 2022", "the year 410"
            j += words[j].text == "-"
            if words[j].text != "end":
                return self._said_year(i)
            j += 1
        elif word in EDGES:
            tied = words[j].text == "-" and not words[j].gap and not words[j + 1].gap
            if words[j].text != "of" and not tied:
                return None
            j += 1
        elif word in EARLY:
            j = self._after_early(j)
        j += words[j].text == "the"
        if words[j].gap == "¶":
            return None
        inner = self.atom(j, depth)
        if inner is None:
            return None
        atom, j = inner
        vague = word in EARLY or word in EDGES or word == "year"
        if vague and (atom.precision is Precision.DAY or atom.wrong):
            return None
        mark = "?" if word in MAYBE else "~"
        mark = mark if atom.mark in ("", mark) else "%"
        return replace(atom, mark=mark, bare=atom.bare and word in _PLAIN_ABOUT), j

    def _said_year(self, i: int) -> Read | None:
        """``the year 410``: three digits, which the word before them makes a year."""
        token = self.words[i + 1]
        told = token.is_number and len(token.text) == 3 and token.gap == " "
        if not told or not self.ends(token, year=True) or self.words[i + 2].text in COUNTED:
            return self._year_after_word(i + 1)
        return self._year_after_word(i + 1) or (Atom(Precision.YEAR, int(token.text)), i + 2)

    def _year_after_word(self, i: int) -> Read | None:
        read = self.atom(i, 0)
        if read is None or read[0].precision is not Precision.YEAR or read[0].within:
            return None
        return replace(read[0], bare=False), read[1]

    def _portion(self, i: int, depth: int) -> Read | None:
        """``the first week of May 2021``, ``the last years of the 19th century``."""
        words = self.words
        if words[i + 1].text not in PORTION_UNITS or words[i + 2].text != "of":
            return None
        read = self.atom(i + 3 + (words[i + 3].text == "the"), depth)
        if read is None or read[0].precision is Precision.DAY or (read[0].bare and self._loose(i)):
            return None
        return replace(read[0], mark="%" if read[0].mark in ("?", "%") else "~", bare=False), read[
            1
        ]

    def _loose(self, i: int) -> bool:
        """Whether "early days of 2021" could be anything: only "the" makes it a part of a year."""
        before = self.words.text[max(0, self.words[i].start - 5) : self.words[i].start]
        return not self.typed and not before.rstrip().lower().endswith("the")

    def _doubted(self, read: Read) -> Read:
        """With the question mark after a date that is not the sentence's: ``(1920?)``."""
        atom, j = read
        stop = self.words[j - 1].stop
        if self.words.text[stop : stop + 1] not in ("?", " ", "(", "\u00a0"):
            return read
        match = _DOUBT.match(self.words.text, stop)
        if match is None or atom.year is None:
            return read
        mark = "?" if atom.mark in ("", "?") else "%"
        bare = atom.bare and "(" not in match[0]
        return replace(atom, mark=mark, bare=bare), self.words.index_at(match.end(), j)

    def _worded_day(self, i: int) -> Read | None:
        """``the first of May 1886``, ``the Fourth of July``."""
        words = self.words
        read = self._ordinal(i)
        if read is None or words[read[1]].text != "of" or not 1 <= read[0] <= 31:
            return None
        before = words.text[max(0, words[i].start - 5) : words[i].start].rstrip().lower()
        month = self.month(read[1] + 1)
        shouted = words.text[words[i].start].isupper()
        if (
            month is None
            or not self.capital(read[1] + 1)
            or not (shouted or self.typed or before.endswith("the"))
        ):
            return None
        year, j = self.tail_year(month[1])
        return Atom(Precision.DAY, year, month[0], read[0]), j

    def _after_early(self, j: int) -> int:
        """Past ``-``, ``in`` and the second half of ``mid-to-late``."""
        words = self.words
        j += words[j].text == "-"
        if words[j].text == "to":
            second = j + 1 + (words[j + 1].text == "-")
            if words[second].text in EARLY:
                j = second + 1
                j += words[j].text == "-"
        return j + (words[j].text in ("in", "of"))

    def _number(self, i: int) -> Read | None:
        if len(self.words[i].text) == 4:
            year = (
                self._iso(i)
                or self._iso_week(i)
                or self._year_first(i)
                or self._decade(i)
                or self._fraction(i)
            )
            return year or self.plain_year(i)
        if self.typed and len(self.words[i].text) == 8:
            return self._compact(i)
        after, read = self.words[i + 1], None
        if not after.gap:
            suffixed = after.text in SUFFIXES
            forms = (self._century, self._fraction) if suffixed else (self._numeric, self._roman)
            read = forms[0](i) or forms[1](i)
        return read or self._day_first(i) or self.plain_year(i)

    def _glued_numbers(self, i: int, sizes: tuple[int, ...], signs: str) -> tuple[int, ...] | None:
        """Numbers of at most these many digits with one and the same sign between them, no blank."""
        words = self.words
        first, sign = words[i], words[i + 1].text
        if sign not in signs or not first.is_number or len(first.text) > sizes[0]:
            return None
        numbers = [int(first.text)]
        for size in sizes[1:]:
            between, token = words[i + 1], words[i + 2]
            if between.text != sign or between.gap or token.gap:
                return None
            if not token.is_number or len(token.text) > size:
                return None
            numbers.append(int(token.text))
            i += 2
        return tuple(numbers)

    def _iso(self, i: int) -> Read | None:
        """``2021-02-01``, ``2021/2/1``, ``2021.02.01`` and ``2021-02``; a time may follow a day."""
        words = self.words
        if len(words[i].text) != 4 or words[i + 1].gap or words[i + 1].text not in "-/.":
            return None
        whole = self._glued_numbers(i, (4, 2, 2), "-/.")
        digits = len(words[i + 2].text), len(words[i + 4].text)
        if whole and words[i + 1].text == "." and (digits != (2, 2) or self._versioned(i)):
            return None
        if whole and _plain(whole[0]) and digits in ((2, 2), (1, 1), (1, 2), (2, 1)):
            year, month, day = whole
            stop = words[i + 4].stop
            stamped = words.text[stop : stop + 1] == "T"
            if stamped or (self.ends(words[i + 4]) and not _CODE.match(words.text, stop)):
                return Atom(Precision.DAY, year, month, day), i + 5
            return None
        short = self._glued_numbers(i, (4, 2), "-/" if self.typed else "-")
        if whole or not short or len(words[i + 2].text) != 2 or not self.ends(words[i + 2]):
            return None
        year, month = short
        if _CODE.match(words.text, words[i + 2].stop):
            return None
        if words[i + 1].text == "/" and month > year % 100:
            return None  # 2011/12 is two years
        fits = _plain(year) and 1 <= month <= 12
        return (Atom(Precision.MONTH, year, month), i + 3) if fits else None

    def _versioned(self, i: int) -> bool:
        """Whether a word that is no preposition stands before ``2021.02.01``: a version's name."""
        before = self.words.text[max(0, self.words[i].start - 12) : self.words[i].start]
        last = before.split()[-1:] if before[-1:].isspace() else [before.strip()]
        word = (last or [""])[0].lower()
        return word.isalnum() and word not in (
            "on",
            "of",
            "by",
            "since",
            "until",
            "from",
            "to",
            "dated",
        )

    def _iso_week(self, i: int) -> Read | None:
        """``2021-W05-3``, a day; the week without a day is a range (`index.dates.grammar`)."""
        week = self.iso_week(i)
        words = self.words
        if week is None or words[week[1]].text != "-" or words[week[1]].gap:
            return None
        day = words[week[1] + 1]
        if day.gap or len(day.text) != 1 or day.text not in "1234567" or not self.ends(day):
            return None
        return on_day(week[0] + timedelta(int(day.text) - 1)), week[1] + 2

    def iso_week(self, i: int) -> tuple[date, int] | None:
        """The Monday of ``2021-W05``, and the token after it."""
        words = self.words
        if words[i + 2].text != "w" or words[i + 1].text != "-":
            return None
        year, number = self._year_number(words[i]), words[i + 3]
        glued = not any(words[i + n].gap for n in (1, 2, 3))
        if year is None or not glued or not number.is_number or len(number.text) != 2:
            return None
        try:
            return date.fromisocalendar(year, int(number.text), 1), i + 4
        except ValueError:
            return None

    def _compact(self, i: int) -> Read | None:
        """``20210201``, in a WHEN only."""
        text = self.words[i].text
        year = int(text[:4])
        return (
            (Atom(Precision.DAY, year, int(text[4:6]), int(text[6:])), i + 1)
            if _plain(year)
            else None
        )

    def _roman(self, i: int) -> Read | None:
        """``7.IX.1942``, ``7-IX-1942``: the month in Roman capitals."""
        words = self.words
        sign, month = words[i + 1], words[i + 2]
        if sign.text not in ("-", "/", ".") or month.text not in ROMAN_MONTHS:
            return None
        year = self._year_number(words[i + 4])
        glued = not any(words[i + n].gap for n in (1, 2, 3, 4)) and words[i + 3].text == sign.text
        capitals = words.text[month.start : month.stop].isupper()
        if year is None or not glued or not capitals or not self.ends(words[i + 4], year=True):
            return None
        return Atom(Precision.DAY, year, ROMAN_MONTHS[month.text], int(words[i].text[:2])), i + 5

    def _numeric(self, i: int, weekday: int | None = None) -> Read | None:
        """``13/02/2021``: the only order possible, else the order told, else just the year.

        A weekday before it (Monday is 0) tells the order if only one reading falls on it.

        In a WHEN ``02/2021`` and ``02.2021`` are a month.
        """
        short = self._glued_numbers(i, (2, 4), "/.-") if self.typed else None
        if short and 1 <= short[0] <= 12 and _plain(short[1]) and self.ends(self.words[i + 2]):
            return Atom(Precision.MONTH, short[1], short[0]), i + 3
        numbers = self._glued_numbers(i, (2, 2, 4), "/.-")
        if not numbers or not _plain(numbers[2]) or not self.ends(self.words[i + 4]):
            return None
        x, y, year = numbers
        if min(x, y) < 1 or (max(x, y) > 31 and min(x, y) > 12):
            return None
        order: Order | None = "dmy" if x > 12 or x == y else "mdy" if y > 12 else None
        order = order or order_by_weekday(x, y, year, weekday) or self.order
        if order is None:
            return Atom(Precision.YEAR, year, within=True), i + 5
        day, month = (x, y) if order == "dmy" else (y, x)
        return Atom(Precision.DAY, year, month, day), i + 5

    def _year_first(self, i: int) -> Read | None:
        """``2016 October 20``, ``2016 Oct 20``, ``2016-Oct-20``."""
        words = self.words
        year = self._year_number(words[i])
        if year is None:
            return None
        glued = words[i + 1].text == "-" and not words[i + 1].gap
        month = self.month(i + 1 + glued)
        if month is None or words[i + 1].gap not in ("", " ") or not self.capital(i + 1 + glued):
            return None
        if self.typed and not words[month[2]].text:
            return Atom(Precision.MONTH, year, month[0]), month[2]  # "2016 October"
        day = self.day(month[2] + (glued and words[month[2]].text == "-"))
        if day is None or words[day[1] - 1].gap == "\n" or day[0] > 31:
            return None
        more = words[day[1]].text in (*DASHES, "/") and words[day[1] + 1].is_number
        if more or self.tail_year(day[1])[0] is not None:
            return None
        return Atom(Precision.DAY, year, month[0], day[0]), day[1]

    def _decade(self, i: int) -> Read | None:
        """``1950s``, ``1950’s``: a decade; ``1900s`` and older round hundreds: a century."""
        words = self.words
        j = i + 1
        j += words[j].text in ("'", "’") and not words[j].gap
        s = words[j]
        if len(words[i].text) != 4 or s.text != "s" or s.gap or not self.ends(s, year=True):
            return None
        year = int(words[i].text)
        if year % 10 or not _plain(year):
            return None
        precision = Precision.DECADE if year % 100 or year >= 2000 else Precision.CENTURY
        return Atom(precision, year), j + 1

    def _ordinal(self, i: int) -> tuple[int, int] | None:
        """``third``, ``3rd``: its number and the token after it."""
        words = self.words
        if words[i].is_number:
            suffixed = words[i + 1].text in SUFFIXES and not words[i + 1].gap
            return (int(words[i].text[:3]), i + 2) if suffixed else None
        if tens := TENS.get(words[i].text):
            j = i + 1 + (words[i + 1].text == "-")
            ones = ORDINALS.get(words[j].text, 10)
            return (tens + ones, j + 1) if ones < 10 else None
        return (ORDINALS[words[i].text], i + 1) if words[i].text in ORDINALS else None

    def _relative(self, i: int) -> Read | None:
        """``yesterday``, ``last month``, ``this year``, if there is a today."""
        today, word, unit = self.today, self.words[i].text, self.words[i + 1].text
        if today is None:
            return None
        if word in ("today", "now", "yesterday", "tomorrow"):
            step = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
            try:
                return on_day(today + timedelta(step)), i + 1
            except OverflowError:
                return None
        step = {"this": 0, "next": 1}.get(word, -1)
        if unit == "month":
            year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
            return Atom(Precision.MONTH, year, month + 1), i + 2
        return (Atom(Precision.YEAR, today.year + step), i + 2) if unit == "year" else None

    def ago(self, i: int) -> tuple[Atom, Atom] | None:
        """``two years ago``, ``3 days ago``: first and last of that day, week, month or year."""
        today, words = self.today, self.words
        if today is None or words[i + 2].text != "ago":
            return None
        word, unit = words[i], words[i + 1].text.removesuffix("s")
        count = int(word.text[:4]) if word.is_number else AGO.get(word.text, 0)
        if not 0 < count < 1000 or unit not in ("day", "week", "month", "year"):
            return None
        try:
            if unit == "week":
                monday = today - timedelta(today.weekday() + 7 * count)
                return on_day(monday), on_day(monday + timedelta(6))
            atom = on_day(today).stepped(Precision(unit), -count)
        except OverflowError:
            return None
        return (atom, atom) if atom and atom.year and atom.year > 0 else None

    def _century(self, i: int) -> Read | None:
        """``19th century``, ``nineteenth-century``, ``5th century BC``; the 19th is 18XX."""
        words = self.words
        read = self._ordinal(i)
        if read is None:
            return None
        n, j = read
        j += words[j].text == "-"
        if not 1 <= n <= 89 or words[j].text != "century" or words[j].gap == "¶":
            return None
        atom, k = self.nth_century(n, j)
        if k == j + 1 and n < 5 and not self.typed and self._counted_century(i, j):
            return None
        return (atom, k) if atom else None

    def nth_century(self, n: int, j: int) -> tuple[Atom | None, int]:
        """The ``n``th century, whose word is token ``j``, with the era after it."""
        words = self.words
        era = ERA.match(words.text, words[j].stop)
        if era and era[1][0] in "Bb":
            return Atom(Precision.CENTURY, 1 - 100 * n), words.index_at(era.end(), j + 1)
        j = words.index_at(era.end(), j + 1) if era else j + 1
        return (Atom(Precision.CENTURY, 100 * (n - 1)) if n <= 21 else None), j

    def _counted_century(self, i: int, j: int) -> bool:
        """Whether it is somebody's: "the first century of the firm", "its second century"."""
        words = self.words
        before = words.text[max(0, words[i].start - 6) : words[i].start].split()
        whose = before[-1:] and before[-1].lower() in ("its", "his", "her", "their", "our", "a")
        return words[j + 1].text == "of" or bool(whose)

    def _fraction(self, i: int) -> Read | None:
        """``Q3 2022``, ``2022 Q3``, ``third quarter of 2022``, ``first half of 2022 (or June)``."""
        words = self.words
        k = i + 1 + self._tied(i + 1)
        if words[i].is_number and words[k].text in ("q", "h"):
            year = self._year_number(words[i])
            n = words[k + 1]
            known = year is not None and n.is_number and not n.gap and self.ends(n)
            return self._nth(words[k].text, int(n.text[:3]), year, k + 2) if known else None
        if words[i].text in ("q", "h"):
            kind, n = words[i].text, words[i + 1]
            if not n.is_number or n.gap:
                return None
            number, j = int(n.text[:3]), i + 2
            j += self._tied(j)
        else:
            last = words[i].text in ("last", "final")
            read = (0, i + 1) if last else self._ordinal(i)
            if read is None or words[read[1]].text not in ("quarter", "half"):
                return None
            kind, j = words[read[1]].text[0], read[1] + 1
            number = read[0] or (2 if kind == "h" else 4)
        j += words[j].text in ("of", ",")
        century = self._century(j + (words[j].text == "the"))
        if century and century[0].precision is Precision.CENTURY and number <= 4:
            return replace(century[0], mark="~"), century[1]
        month = self.month(j)
        if month and kind == "h" and number <= 2:
            of_year, j = self.tail_year(month[1])
            return Atom(Precision.MONTH, of_year, month[0], mark="~"), j
        year_read = self._year(j) if words[j].gap != "¶" else None
        return self._nth(kind, number, *year_read) if year_read else None

    def _tied(self, i: int) -> bool:
        """Whether a hyphen or stroke ties its neighbours: ``Q2/2024``, ``2024-Q2``."""
        words = self.words
        return words[i].text in ("-", "/") and not words[i].gap and not words[i + 1].gap

    def _nth(self, kind: str, n: int, year: int | None, j: int) -> Read | None:
        if not 1 <= n <= (2 if kind == "h" else 4):
            return None
        precision, size = (Precision.HALF, 6) if kind == "h" else (Precision.QUARTER, 3)
        return Atom(precision, year, (n - 1) * size + 1), j

    def _day_first(self, i: int) -> Read | None:
        """``7 September 2022``, ``7th of September, 2022``, ``7-Sep-2022``, ``7 September``."""
        words = self.words
        token = words[i]
        if not token.is_number or len(token.text) > 2 or words[i + 1].gap == "¶":
            return None
        number = int(token.text)
        wrong, j = self._suffix(i)
        if words[j].text in (".", "º", "er") and not words[j].gap:
            j += self._foreign_stop(i, j)
        linked = words[j].text in ("of", "de", "di")
        j += linked or (words[j].text in ("-", "/") and not words[j].gap)
        month = self.month(j, after_day=True)
        if month is None or (linked and words[j].gap == "¶"):
            return None
        year, k = self.tail_year(month[1])
        if year is None and (not 1 <= number <= 31 or not self.capital(j)):
            return None
        return Atom(Precision.DAY, year, month[0], number, wrong=wrong), k

    def _suffix(self, i: int) -> tuple[str, int]:
        """What is wrong with the ``th`` of a day's number, if it has one, and the token after it."""
        suffix = self.words[i + 1]
        if suffix.text not in SUFFIXES or suffix.gap:
            return "", i + 1
        number = int(self.words[i].text)
        right = "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        if suffix.text == right or number > 31:
            return "", i + 2
        return say("{number} is written {word}", number=number, word=f"{number}{right}"), i + 2

    def _foreign_stop(self, i: int, j: int) -> bool:
        """Whether the sign after a day's number goes on with a month that English lacks."""
        words = self.words
        if words[j + 1].text in FOREIGN_MONTHS or words[j + 1].text in ("de", "di"):
            return True
        before = words.text[max(0, words[i].start - 6) : words[i].start].split()
        return words[j + 1].text in MONTHS and before[-1:] != [] and before[-1].lower() in GERMAN

    def _month_first(self, i: int) -> Read | None:
        """``September 7, 2022``, ``Sept. 7``, ``September 2022``, ``September``."""
        month = self.month(i)
        if month is None:
            return None
        day = self.day(month[2])
        year, j = self.tail_year(day[1]) if day else (None, i)
        if day and (year is not None or (1 <= day[0] <= 31 and self.capital(i))):
            return Atom(Precision.DAY, year, month[0], day[0], wrong=self._suffix(month[2])[0]), j
        year, j = self.tail_year(month[1])
        if year is None and self.words[i].text in FOREIGN_MONTHS:
            return None
        doubtful = year is None and not self.capital(i, lone=True)
        return Atom(Precision.MONTH, year, month[0], doubtful=doubtful), j

    def _season(self, i: int) -> Read | None:
        """``spring 2022``, ``winter of 2021-22``."""
        words = self.words
        j = i + 1 + (words[i + 1].text in ("of", ","))
        read = self._year(j) if words[j].gap != "¶" else None
        if read is None:
            return Atom(Precision.SEASON, None, SEASONS[words[i].text], doubtful=True), i + 1
        year, j = read
        end = words[j + 1]
        if words[i].text == "winter" and words[j].text in (*DASHES, "/") and not words[j].gap:
            following = str(year + 1)
            j += 2 * (end.text in (following, following[-2:]) and not end.gap)
        return Atom(Precision.SEASON, year, SEASONS[words[i].text]), j

    def plain_year(self, i: int) -> Read | None:
        read = self._year(i)
        if read is None:
            return None
        year, j = read
        return Atom(Precision.YEAR, year, bare=j == i + 1), j

    def _after_era(self, i: int) -> Read | None:
        """``AD 79``, in capitals."""
        era, j = self.words[i], i + 1
        if era.text == "a":  # "A.D. 410"
            if [self.words[i + n].text for n in (1, 2, 3)] != [".", "d", "."]:
                return None
            j = i + 4
        token = self.words[j]
        shouted = self.words.text[era.start : era.stop].isupper()
        if not shouted or not token.is_number or len(token.text) > 4 or token.gap == "¶":
            return None
        known = int(token.text) > 0 and self.ends(token, year=True)
        return (Atom(Precision.YEAR, int(token.text)), j + 1) if known else None

    # ---- pieces

    def month(self, i: int, *, after_day: bool = False) -> tuple[int, int, int] | None:
        """A month's number, the token after its word, and the one after its period if it has one."""
        token = self.words[i]
        month = MONTHS.get(token.text)
        if month is None:
            month = FOREIGN_MONTHS.get(token.text)
            if month is None:
                return None
            if token.text in FOREIGN_WORDS:
                lower = self.words.text[token.start].islower()
                return (month, i + 1, i + 1) if after_day and lower else None
            return month, i + 1, i + 1
        dot = self.words[i + 1]
        period = token.text in SHORT_MONTHS and dot.text == "." and not dot.gap
        return month, i + 1, i + 1 + period

    def capital(self, i: int, *, lone: bool = False) -> bool:
        """Whether a month's word is written as one; in a question only "may" alone needs it."""
        token = self.words[i]
        if self.asked and not (lone and token.text in ALSO_NAMES):
            return True
        if token.text in FOREIGN_MONTHS and token.text not in FOREIGN_WORDS:
            return True
        return self.words.text[token.start].isupper()

    def day(self, i: int, *, tied: bool = False) -> tuple[int, int] | None:
        """A day of the month, and the token after it; 0 or 32 to 99 too, to say they don't exist."""
        words = self.words
        token, j = words[i], i + 1
        if not token.is_number or len(token.text) > 2 or token.gap == "¶":
            return None
        j += words[j].text in SUFFIXES and not words[j].gap
        if words[j].text in COUNTED:
            return None
        if not self.ends(words[j - 1]) and not (tied and words[j].text == "/"):
            return None
        return int(token.text), j

    def tail_year(self, j: int) -> tuple[int | None, int]:
        """The year after a month or day, with ``,``, ``of``, ``-`` or nothing between; or None."""
        words = self.words
        k = j
        k += words[k].text == "." and not words[k].gap and words[k - 1].text in SHORT_MONTHS
        sign = words[k].text
        k += sign in (",", "of", "de", "del") or (sign in ("-", "/") and not words[k].gap)
        token = words[k]
        if token.gap == "¶" or (token.gap == "\n" and words[k + 1].gap in ("\n", "¶")):
            return None, j  # a year on a line of its own is a heading
        return self._year(k) or (None, j)

    def _year(self, i: int) -> tuple[int, int] | None:
        """Four digits from 1000 to 2100, or up to four with an era; and the token after them."""
        words = self.words
        token = words[i]
        if token.text in ("ad", "a"):
            read = self._after_era(i)
            return (read[0].year or 0, read[1]) if read else None
        if not token.is_number or len(token.text) > 4:
            return None
        era = (GLUED_ERA if self.typed else ERA).match(words.text, token.stop)
        number = int(token.text)
        if era and 0 < number < 9000:
            before = era[1][0] in "Bb"
            return (1 - number if before else number), words.index_at(era.end(), i + 1)
        year = self._year_number(token)
        if year is None or not self.ends(token, year=True):
            return None
        after = words[i + 1].text
        if after in COUNTED and (after, words[i + 2].text) != ("more", "than"):
            return None  # but "since 1887 more than 3,400 pilots"
        if after[:1] == "г" and (after in ("года", "году", "год") or words[i + 2].text == "."):
            return number, i + (2 if len(after) > 1 else 3)
        return number, i + 1

    def _year_number(self, token: Token) -> int | None:
        known = token.is_number and len(token.text) == 4 and _plain(int(token.text))
        return int(token.text) if known else None

    def ends(self, token: Token, *, year: bool = False) -> bool:
        """Whether a number ends as a date's does, with no unit, decimals or more digits glued to it.

        A note mark after the point or comma that follows a year is none of these.
        """
        text, stop = self.words.text, token.stop
        sign, after = text[stop : stop + 1], text[stop + 1 : stop + 4]
        if sign.isalnum() or (sign and sign in "_%°€$"):
            return False
        if sign == "/" and year and after[:1].isalpha():
            return False  # "2009/28/EC"
        if "0" <= after[:1] <= "9":
            if sign in ".,":
                return year and _NOTE_MARK.match(text, stop) is not None
            return sign != ":" and (sign != "/" or year)
        compound = sign == "-" and after[:1].isalpha() and after.lower() not in _MONTH_STARTS
        return year or not compound  # "a May 5-year plan"


def _plain(year: int) -> bool:
    return FIRST_PLAIN_YEAR <= year <= LAST_PLAIN_YEAR


def order_by_weekday(x: int, y: int, year: int, weekday: int | None) -> Order | None:
    """The order in which ``x/y/year`` falls on ``weekday``, if it does so in one only."""
    if weekday is None or max(x, y) > 12 or x == y:
        return None
    orders: tuple[tuple[Order, int, int], ...] = ("dmy", y, x), ("mdy", x, y)
    fits = [o for o, month, day in orders if (day_number(year, month, day) - 1) % 7 == weekday]
    return fits[0] if len(fits) == 1 else None
