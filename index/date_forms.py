"""The forms in which people write a single date, from ``7 September 2022`` to ``mid-1950s``.

Each form looks at a bounded number of tokens. It gives what the words say and no more: an `Atom`
without a year has none until it is resolved with one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from index.date_atoms import Atom, on_day
from index.date_words import (
    AGO,
    ALSO_NAMES,
    COUNTED,
    DASHES,
    EARLY,
    EDGES,
    MAYBE,
    MONTHS,
    ORDINALS,
    QUALIFIERS,
    RELATIVE,
    SEASONS,
    SHORT_MONTHS,
    SUFFIXES,
    WEEKDAYS,
    Token,
    Words,
)
from index.model import Precision

Order = Literal["dmy", "mdy"]
Read = tuple[Atom, int]  # what was read, and the token after it

FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR = 1000, 2100  # four digits beyond these are no year

_ERA = re.compile(r"[ \u00a0](B\.C\.E\.|B\.C\.|BCE?|bce?|A\.D\.|AD|C\.E\.|CE)(?!\w)")
_GLUED_ERA = re.compile(_ERA.pattern.replace("]", "]?", 1))  # "44BC", of which "45BC" the code
_CODE = re.compile(r"-[0-9](?![0-9]{3}-[0-9]{2}(?![0-9]))")  # 2021-05-04-1234
_NOTE_MARK = re.compile(r"[.,][0-9]{1,3}(?![\w%]|[.,:/-][0-9])")
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
        over: bool = False,
    ) -> None:
        self.words = words
        self._atoms: dict[tuple[int, int], Read | None] = {}
        self.today = today
        self.order = order
        self.asked = asked  # a question or WHEN, where capitals say less
        self.typed = asked and over  # a WHEN, whose words are nothing but a date
        self.over = over  # read days from 32 to 99 too, to say that they don't exist

    def atom(self, i: int, depth: int = 2) -> Read | None:
        """One date, with or without its year; at most ``depth`` qualifiers before it."""
        if (i, depth) not in self._atoms:
            self._atoms[i, depth] = self._atom(i, depth)
        return self._atoms[i, depth]

    def _atom(self, i: int, depth: int) -> Read | None:
        token = self.words[i]
        word = token.text
        ago = self.ago(i)
        if ago and ago[0] == ago[1]:
            return ago[0], i + 3
        if word in QUALIFIERS:
            return self._qualified(i, depth - 1) if depth else None
        if token.is_number:
            return self._number(i)
        if word in MONTHS:
            return self._month_first(i)
        if word in SEASONS:
            return self._season(i)
        if word in RELATIVE or (word == "now" and self.typed):
            return self._relative(i)
        if word in ORDINALS or word in ("q", "h"):
            return self._century(i) or self._fraction(i)
        if word in ("ad", "ce"):
            return self._after_era(i)
        if word in WEEKDAYS:
            skip = i + 1
            skip += self.words[skip].text == "."
            skip += self.words[skip].text == ","
            read = self._day_first(skip) or self._month_first(skip)
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
            if not words[j].is_number:
                return None
        elif word in EDGES:
            if words[j].text != "of":
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
        if atom.precision is Precision.DAY and word in EARLY | EDGES:
            return None
        mark = "?" if word in MAYBE else "~"
        mark = mark if atom.mark in ("", mark) else "%"
        return replace(atom, mark=mark, bare=atom.bare and word in _PLAIN_ABOUT), j

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
            year = self._iso(i) or self._year_first(i) or self._decade(i) or self._fraction(i)
            return year or self.plain_year(i)
        day = self._numeric(i) or self._century(i) or self._fraction(i) or self._day_first(i)
        return day or self.plain_year(i)

    def _glued_numbers(self, i: int, sizes: tuple[int, ...], signs: str) -> tuple[int, ...] | None:
        """Numbers of at most these many digits with one and the same sign between them, no blank."""
        tokens = [self.words[i + n] for n in range(2 * len(sizes) - 1)]
        if tokens[1].text not in signs or any(token.gap for token in tokens[1:]):
            return None
        if any(token.text != tokens[1].text for token in tokens[3::2]):
            return None
        numbers = tokens[::2]
        fits = all(t.is_number and len(t.text) <= n for t, n in zip(numbers, sizes, strict=True))
        return tuple(int(token.text) for token in numbers) if fits else None

    def _iso(self, i: int) -> Read | None:
        """``2021-02-01``, ``2021/02/01`` and ``2021-02``; a time may follow a day."""
        words = self.words
        if len(words[i].text) != 4 or len(words[i + 2].text) != 2:
            return None
        whole = self._glued_numbers(i, (4, 2, 2), "-/")
        if whole and len(words[i + 4].text) == 2 and _plain(whole[0]):
            year, month, day = whole
            stop = words[i + 4].stop
            stamped = words.text[stop : stop + 1] == "T"
            if stamped or (self.ends(words[i + 4]) and not _CODE.match(words.text, stop)):
                return Atom(Precision.DAY, year, month, day), i + 5
            return None
        short = self._glued_numbers(i, (4, 2), "-/" if self.typed else "-")
        if whole or not short or not self.ends(words[i + 2]):
            return None
        year, month = short
        if _CODE.match(words.text, words[i + 2].stop):
            return None
        if words[i + 1].text == "/" and month > year % 100:
            return None  # 2011/12 is two years
        fits = _plain(year) and 1 <= month <= 12
        return (Atom(Precision.MONTH, year, month), i + 3) if fits else None

    def _numeric(self, i: int) -> Read | None:
        """``13/02/2021``: the only order possible, else the order told, else just the year.

        In a WHEN ``02/2021`` and ``02.2021`` are a month.
        """
        short = self._glued_numbers(i, (2, 4), "/.-") if self.typed else None
        if short and 1 <= short[0] <= 12 and _plain(short[1]) and self.ends(self.words[i + 2]):
            return Atom(Precision.MONTH, short[1], short[0]), i + 3
        numbers = self._glued_numbers(i, (2, 2, 4), "/.-")
        if not numbers or not _plain(numbers[2]) or not self.ends(self.words[i + 4]):
            return None
        x, y, year = numbers
        if max(x, y) > 31 or min(x, y) < 1:
            return None
        order = "dmy" if x > 12 or x == y else "mdy" if y > 12 else self.order
        if order is None:
            return Atom(Precision.YEAR, year), i + 5
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
        era = _ERA.match(words.text, words[j].stop)
        if era and era[1][0] in "Bb":
            return Atom(Precision.CENTURY, 1 - 100 * n), words.index_at(era.end(), j + 1)
        return (Atom(Precision.CENTURY, 100 * (n - 1)), j + 1) if n <= 21 else None

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
            read = self._ordinal(i)
            if read is None or words[read[1]].text not in ("quarter", "half"):
                return None
            number, j = read[0], read[1] + 1
            kind = words[read[1]].text[0]
        j += words[j].text in ("of", ",")
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
        token, j = words[i], i + 1
        if not token.is_number or len(token.text) > 2 or int(token.text) == 0:
            return None
        j += words[j].text in SUFFIXES and not words[j].gap
        j += words[j].text == "of" or (words[j].text == "-" and not words[j].gap)
        month = self.month(j)
        if month is None or words[i + 1].gap == "¶":
            return None
        year, k = self.tail_year(month[1])
        if int(token.text) > 31 and not (self.over and year is not None):
            return None
        if year is None and not self.capital(j):
            return None
        return Atom(Precision.DAY, year, month[0], int(token.text)), k

    def _month_first(self, i: int) -> Read | None:
        """``September 7, 2022``, ``Sept. 7``, ``September 2022``, ``September``."""
        month = self.month(i)
        if month is None:
            return None
        day = self.day(month[2])
        year, j = self.tail_year(day[1]) if day else (None, i)
        if day and (year is not None or (day[0] <= 31 and self.capital(i))):
            return Atom(Precision.DAY, year, month[0], day[0]), j
        year, j = self.tail_year(month[1])
        doubtful = year is None and not self.capital(i, lone=True)
        return Atom(Precision.MONTH, year, month[0], doubtful=doubtful), j

    def _season(self, i: int) -> Read | None:
        """``spring 2022``, ``winter of 2021-22``."""
        words = self.words
        j = i + 1 + (words[i + 1].text in ("of", ","))
        read = self._year(j) if words[j].gap != "¶" else None
        if read is None:
            return None
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
        era, token = self.words[i], self.words[i + 1]
        shouted = self.words.text[era.start : era.stop].isupper()
        if not shouted or not token.is_number or len(token.text) > 4 or token.gap == "¶":
            return None
        known = int(token.text) > 0 and self.ends(token, year=True)
        return (Atom(Precision.YEAR, int(token.text)), i + 2) if known else None

    # ---- pieces

    def month(self, i: int) -> tuple[int, int, int] | None:
        """A month's number, the token after its word, and the one after its period if it has one."""
        token, dot = self.words[i], self.words[i + 1]
        month = MONTHS.get(token.text)
        if month is None:
            return None
        period = token.text in SHORT_MONTHS and dot.text == "." and not dot.gap
        return month, i + 1, i + 1 + period

    def capital(self, i: int, *, lone: bool = False) -> bool:
        """Whether a month's word is written as one; in a question only "may" alone needs it."""
        token = self.words[i]
        if self.asked and not (lone and token.text in ALSO_NAMES):
            return True
        return self.words.text[token.start].isupper()

    def day(self, i: int) -> tuple[int, int] | None:
        """A day of the month, 1 to 31, and the token after it."""
        words = self.words
        token, j = words[i], i + 1
        if not token.is_number or len(token.text) > 2 or token.gap == "¶":
            return None
        if not 1 <= int(token.text) <= (99 if self.over else 31):
            return None
        j += words[j].text in SUFFIXES and not words[j].gap
        if not self.ends(words[j - 1]) or words[j].text in COUNTED:
            return None
        return int(token.text), j

    def tail_year(self, j: int) -> tuple[int | None, int]:
        """The year after a month or day, with ``,``, ``of``, ``-`` or nothing between; or None."""
        words = self.words
        k = j
        k += words[k].text == "." and not words[k].gap and words[k - 1].text in SHORT_MONTHS
        k += words[k].text in (",", "of") or (words[k].text == "-" and not words[k].gap)
        token = words[k]
        if token.gap == "¶" or (token.gap == "\n" and words[k + 1].gap in ("\n", "¶")):
            return None, j  # a year on a line of its own is a heading
        return self._year(k) or (None, j)

    def _year(self, i: int) -> tuple[int, int] | None:
        """Four digits from 1000 to 2100, or up to four with an era; and the token after them."""
        words = self.words
        token = words[i]
        if not token.is_number or len(token.text) > 4:
            return None
        era = (_GLUED_ERA if self.typed else _ERA).match(words.text, token.stop)
        number = int(token.text)
        if era and 0 < number < 9000:
            before = era[1][0] in "Bb"
            return (1 - number if before else number), words.index_at(era.end(), i + 1)
        year = self._year_number(token)
        known = year is not None and self.ends(token, year=True)
        return (number, i + 1) if known and words[i + 1].text not in COUNTED else None

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
        if "0" <= after[:1] <= "9":
            if sign in ".,":
                return year and _NOTE_MARK.match(text, stop) is not None
            return sign != ":" and (sign != "/" or year)
        compound = sign == "-" and after[:1].isalpha() and after.lower() not in _MONTH_STARTS
        return year or not compound  # "a May 5-year plan"


def _plain(year: int) -> bool:
    return FIRST_PLAIN_YEAR <= year <= LAST_PLAIN_YEAR
