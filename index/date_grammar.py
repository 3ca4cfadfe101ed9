"""The words of dates and the grammar that reads them; `index.dates` says what is a date in prose.

A `Grammar` looks at the tokens from one offset on and reads a bounded number of them: no form
repeats within a repeat, and lists end after 31 members. It gives what the words say and no more: an
`Atom` without a year has none until `resolve` is given one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from index.date_atoms import Atom, Found, in_order, next_to, on_day
from index.date_words import (
    ALSO_NAMES,
    AND,
    BETWEEN,
    CLAUSE,
    COUNTED,
    COUNTS,
    DASHES,
    EARLY,
    EDGES,
    EVENTS,
    MAYBE,
    MONTHS,
    NOW,
    OPEN,
    ORDINALS,
    QUALIFIERS,
    RELATIVE,
    SEASONS,
    SHORT_MONTHS,
    SUFFIXES,
    TO,
    WEEKDAYS,
    Token,
    Words,
)  # fmt: skip
from index.edtf import days_in_month
from index.model import Precision

Order = Literal["dmy", "mdy"]

FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR = 1000, 2100  # four digits beyond these are no year
_MAX_LIST = 31  # members of "26, 28, 29 and 30 June 2013"

_ERA = re.compile(r"[ \u00a0]?(B\.C\.E\.|B\.C\.|BCE?|bce?|A\.D\.|AD|C\.E\.|CE)(?!\w)")
_MONTH_STARTS = {*SHORT_MONTHS, "may"}
_AS_NOTE_MARK = re.compile(r"[.,][0-9]{1,3}(?![\w%]|[.,:/-][0-9])")


_Read = tuple[Atom, int]


class Grammar:
    """Reads dates from tokens; each method returns None when its form is not what stands at ``i``."""

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
        self.today = today
        self.order = order
        self.asked = asked  # a question or WHEN, where case and context say less
        self.over = over  # read days from 32 to 99 too, to say that they don't exist

    # ---- whole expressions

    def expression(self, i: int) -> list[Found]:
        """The dates that begin at token ``i``: one, or the members of a list; [] for none."""
        word = self.words[i].text
        if word in BETWEEN:
            found = self.range(i + 1, between=True)
            return [replace(found, i=i, named=True)] if found else []
        if word == "from":
            return self._from(i)
        if word in OPEN or word in ("prior", "up"):
            return self._open(i)
        if listed := self._list(i):
            return listed
        found = self.range(i) or self._relative(i) or self.alone(i)
        return [found] if found else []

    def alone(self, i: int) -> Found | None:
        read = self.atom(i)
        if read is None:
            return None
        atom, j = read
        if self.words[j].text in ("onwards", "onward") and atom.year is not None:
            return Found(atom, None, i, j + 1, "since", named=True)
        return Found(atom, atom, i, j)

    def _from(self, i: int) -> list[Found]:
        found = self.range(i + 1)
        if found:
            return [replace(found, i=i, named=True)]
        single_date = self.alone(i + 1)
        if single_date is None:
            return []
        if single_date.relation:
            return [replace(single_date, i=i)]
        words, j = self.words, single_date.j
        if words[j].text in ("on", "forward") and words[j + 1].text in ("", ".", ",", ";", "?"):
            return [Found(single_date.first, None, i, j + 1, "since", named=True)]
        return []

    def _open(self, i: int) -> list[Found]:
        """``since X``, ``until X``, ``before X``, ``after X``.

        X may be a year within a name ("after the 2021 coup"): then the day of the coup is unknown,
        and the open side includes the whole of X.
        """
        words = self.words
        relation, j = OPEN.get(words[i].text, ""), i + 1
        if not relation:
            if words[j].text not in ("to", "until", "till"):
                return []
            relation, j = ("before" if words[i].text == "prior" else "until"), j + 1
        the = words[j].text == "the"
        start = j + the
        found = self.range(start) or self._relative(start) or self.alone(start)
        if found is None or found.first is None or found.last is None:
            return []
        if found.relation and relation in ("since", "until"):
            return [replace(found, i=i, named=True)] if relation == "since" else []
        after = words[found.j]
        within_name = after.gap in (" ", "\n") and (
            after.text in EVENTS or (the and after.text.isalpha() and after.text not in CLAUSE)
        )
        if within_name:
            relation = {"after": "since", "before": "until"}.get(relation, relation)
        if relation in ("since", "after"):
            edge = found.first if relation == "since" else found.last
            return [Found(edge, None, i, found.j, relation, named=True)]
        edge = found.first if relation == "before" else found.last
        return [Found(None, edge, i, found.j, relation, named=True)]

    def range(self, i: int, *, between: bool = False) -> Found | None:
        read = self._day_range(i, between=between)
        if read is None:
            a_read = self.atom(i)
            if a_read is None:
                return None
            a, j = a_read
            link, k = self._link(j)
            if link == "dash" and (short := self._short_year(a, j)):
                return Found(a, short[0], i, short[1], "range")
            if not link:
                return None
            if link != "and" and self.words[k].text in NOW and a.year is not None:
                return Found(a, None, i, k + 1, "since", named=True)
            b_read = self.atom(k + (self.words[k].text == "the"))
            if b_read is None:
                return None
            b, j = b_read
        else:
            a, b, link, j = read
        if link == "and" and not between and not next_to(a, b):
            return None
        if link in ("dash", "loose", "slash") and a.precision is not b.precision:
            return None
        if b.year is None and a.year is not None and link == "loose" and not b.day:
            return None  # "June 2013 – May ..." may go on with a name
        return Found(a, b, i, j, "range") if in_order(a, b) else None

    def _link(self, j: int) -> tuple[str, int]:
        words = self.words
        token, after = words[j], words[j + 1]
        if token.gap == "¶" or not token.text:
            return "", j
        if token.text in DASHES and after.gap != "¶":
            loose = token.gap != "", after.gap != ""
            if token.text == "-" and loose == (True, False):
                return "", j
            return ("loose" if all(loose) else "dash"), j + 1
        if token.text in TO:
            return "to", j + 1
        if token.text in AND:
            return "and", j + 1
        if token.text == "/" and not token.gap and not after.gap:
            return "slash", j + 1
        if token.text == after.text == "." and not after.gap and words[j + 2].text != ".":
            return "to", j + 2
        return "", j

    def _short_year(self, a: Atom, j: int) -> _Read | None:
        """The ``19`` of ``2018-19``: the next years' last two digits."""
        token = self.words[j + 1]
        if not a.bare or a.year is None or len(token.text) != 2 or not token.text.isdecimal():
            return None
        year = a.year - a.year % 100 + int(token.text)
        if token.gap or year <= a.year or not self._ends(token, year=True):
            return None
        return Atom(Precision.YEAR, year, bare=True), j + 2

    def _day_range(self, i: int, *, between: bool) -> tuple[Atom, Atom, str, int] | None:
        """``5-7 September 2022``, ``Sept. 5 to 7, 2022``, with or without the year."""
        first = self._day(i)
        if first:
            link, k = self._link(first[1])
            second = self._day(k) if link else None
            month = self._month(second[1]) if second else None
            if (
                not second
                or not month
                or (link == "and" and not between and second[0] - first[0] != 1)
            ):
                return None
            year, j = self._tail_year(month[1])
            a = Atom(Precision.DAY, year, month[0], first[0])
            return a, replace(a, day=second[0]), link, j
        month = self._month(i)
        day = self._day(month[2]) if month else None
        if month and day:
            link, k = self._link(day[1])
            second = self._day(k) if link else None
            if second and not self._month(second[1]):
                year, j = self._tail_year(second[1])
                a = Atom(Precision.DAY, year, month[0], day[0])
                return a, replace(a, day=second[0]), link, j
        return None

    # ---- lists that share their month or year

    def _list(self, i: int) -> list[Found]:
        """``26, 28 and 30 June 2013``, ``June 24 and 27, 2021``, ``May, June and July 2021``."""
        return self._days_then_month(i) or self._month_then_days(i) or self._months(i)

    def _joint(self, j: int) -> tuple[str, int]:
        words = self.words
        if words[j].gap == "¶":
            return "", j
        if words[j].text == "," and words[j + 1].text in AND:
            return "and", j + 2
        if words[j].text in AND:
            return "and", j + 1
        return (",", j + 1) if words[j].text == "," else ("", j)

    def _days_then_month(self, i: int) -> list[Found]:
        days = self._run_of_days(i)
        month = self._month(days[-1][2]) if len(days) > 1 else None
        if not month:
            return []
        year, j = self._tail_year(month[1])
        return self._members(
            [(Atom(Precision.DAY, year, month[0], d), a, z) for d, a, z in days], j
        )

    def _month_then_days(self, i: int) -> list[Found]:
        month = self._month(i)
        days = self._run_of_days(month[2]) if month else []
        if not month or len(days) < 2 or self._month(days[-1][2]):
            return []
        year, j = self._tail_year(days[-1][2])
        first, *rest = [(Atom(Precision.DAY, year, month[0], d), a, z) for d, a, z in days]
        return self._members([(first[0], i, first[2]), *rest], j)

    def _run_of_days(self, i: int) -> list[tuple[int, int, int]]:
        """Ascending days with ``and`` before the last: (day, from token, to token)."""
        days: list[tuple[int, int, int]] = []
        link, at = ",", i
        while len(days) < _MAX_LIST:
            day = self._day(at)
            if day is None or (days and day[0] <= days[-1][0]):
                return []
            days.append((day[0], at, day[1]))
            if link == "and":
                return days if len(days) > 2 or days[1][0] - days[0][0] > 1 else []
            link, at = self._joint(day[1])
            if not link:
                return []
        return []

    def _months(self, i: int) -> list[Found]:
        members: list[tuple[Atom, int, int]] = []
        link, at = ",", i
        while len(members) < 12:
            month = self._month(at)
            if month is None or (members and month[0] <= members[-1][0].month):
                return []
            year, j = self._tail_year(month[1])
            members.append((Atom(Precision.MONTH, year, month[0]), at, j))
            if link == "and" or year is not None:
                break
            link, at = self._joint(month[1])
            if not link:
                return []
        *yearless, (last, _, j) = members
        if link != "and" or not yearless or (len(members) == 2 and next_to(yearless[0][0], last)):
            return []
        return self._members([(replace(a, year=last.year), x, z) for a, x, z in members], j)

    def _members(self, atoms: list[tuple[Atom, int, int]], j: int) -> list[Found]:
        *rest, (last, i, _) = atoms
        found = [Found(atom, atom, a, z, named=True, inferred=True) for atom, a, z in rest]
        return [
            *found,
            Found(
                last,
                last,
                i,
                j,
                named=True,
                inferred=self._month(i) is None and not self._month(i + 1),
            ),
        ]

    # ---- relative to today

    def _relative(self, i: int) -> Found | None:
        words, today = self.words, self.today
        word, unit = words[i].text, words[i + 1].text
        if today is None or word not in RELATIVE:
            return None
        try:
            if word in ("today", "yesterday", "tomorrow"):
                days = {"today": 0, "yesterday": -1, "tomorrow": 1}[word]
                atom = on_day(today + timedelta(days))
                return Found(atom, atom, i, i + 1, named=True)
            step = {"this": 0, "next": 1}.get(word, -1)
            count = COUNTS.get(unit) or (int(unit) if unit.isdecimal() and len(unit) < 4 else 0)
            if count and step < 0:
                return self._last_units(today, count, i)
            if unit == "week":
                monday = today - timedelta(today.weekday()) + timedelta(7 * step)
                a, b = on_day(monday), on_day(monday + timedelta(6))
                return Found(a, b, i, i + 2, "range", named=True)
            if unit == "month":
                year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
                atom = Atom(Precision.MONTH, year, month + 1)
            elif unit == "year":
                atom = Atom(Precision.YEAR, today.year + step)
            else:
                return None
        except OverflowError:
            return None
        return Found(atom, atom, i, i + 2, named=True)

    def _last_units(self, today: date, count: int, i: int) -> Found | None:
        """``the last 3 weeks``: that many whole units up to today, today included."""
        unit = self.words[i + 2].text.removesuffix("s")
        if unit in ("day", "week"):
            first = today - timedelta(count * (7 if unit == "week" else 1) - 1)
        elif unit in ("month", "year"):
            total = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
            year, month = divmod(total, 12)
            if year < 1:
                return None
            day = min(today.day, days_in_month(year, month + 1))
            first = date(year, month + 1, day) + timedelta(1)
        else:
            return None
        return Found(on_day(first), on_day(today), i, i + 3, "range", named=True)

    # ---- single dates

    def atom(self, i: int, depth: int = 2) -> _Read | None:
        words = self.words
        word = words[i].text
        if depth and word in QUALIFIERS:
            return self._qualified(i, depth)
        if word.isdecimal():
            return self._number(i)
        if word in MONTHS:
            return self._month_first(i)
        if word in SEASONS:
            return self._season(i)
        if word in ("q", "h") or word in ORDINALS:
            return self._fraction(i)
        if word in ("ad", "ce") and self.words.text[words[i].start].isupper():
            token = words[i + 1]
            if token.text.isdecimal() and len(token.text) < 5 and self._ends(token, year=True):
                return Atom(Precision.YEAR, int(token.text)), i + 2
        if word in WEEKDAYS and depth:
            skip = i + 1 + (words[i + 1].text in (",", "."))
            read = self._number(skip) or self._month_first(skip)
            return read if read and read[0].precision is Precision.DAY else None
        return None

    def _qualified(self, i: int, depth: int) -> _Read | None:
        words = self.words
        word, j = words[i].text, i + 1
        mark = "?" if word in MAYBE else "~"
        if words[j].text == "." and word in ("c", "ca"):
            j += 1
        elif word in EDGES:
            if words[j].text != "of":
                return None
            j += 1
        elif word in EARLY:
            if words[j].text == "-" and not words[j].gap:
                j += 1
            j += words[j].text in ("in", "of")
        elif word == "c" and not words[j].text.isdecimal():
            return None
        if words[j].text == "the":
            j += 1
        if words[j].gap == "¶":
            return None
        inner = self.atom(j, depth - 1)
        if inner is None:
            found = self._relative(j) if word in EARLY | EDGES else None
            if found is None or found.relation or found.first is None:
                return None
            inner = found.first, found.j
        atom, j = inner
        if atom.precision is Precision.DAY and word in EARLY | EDGES:
            return None
        if atom.mark and atom.mark != mark:
            mark = "%"
        shown = word not in ("about", "around", "approximately", "roughly")
        return replace(atom, mark=mark, bare=atom.bare and not shown), j

    def _number(self, i: int) -> _Read | None:
        return (
            self._iso(i) or self._numeric(i) or self._decade(i) or self._century(i)
            or self._fraction(i) or self._day_first(i) or self._plain_year(i)
        )  # fmt: skip

    def _iso(self, i: int) -> _Read | None:
        """``2021-02-01``, ``2021/02/01`` and ``2021-02``."""
        words = self.words
        year, sep, month = words[i], words[i + 1], words[i + 2]
        if len(year.text) != 4 or sep.text not in ("-", "/") or sep.gap or month.gap:
            return None
        if len(month.text) != 2 or not month.text.isdecimal():
            return None
        day = words[i + 4]
        if words[i + 3].text == sep.text and not words[i + 3].gap and not day.gap:
            stamped = words.text[day.stop : day.stop + 1] == "T"
            if len(day.text) == 2 and day.text.isdecimal() and (stamped or self._ends(day)):
                parts = int(year.text), int(month.text), int(day.text)
                return Atom(Precision.DAY, *parts), i + 5
            return None
        if sep.text == "-" and 1 <= int(month.text) <= 12 and self._ends(month):
            return Atom(Precision.MONTH, int(year.text), int(month.text)), i + 3
        return None

    def _numeric(self, i: int) -> _Read | None:
        """``13/02/2021``, ``13.02.2021``: in the order told, or the only one possible, or the year."""
        words = self.words
        tokens = [words[i + n] for n in range(5)]
        a, sep, b, again, year = tokens
        if sep.text not in ("/", ".", "-") or again.text != sep.text or len(year.text) != 4:
            return None
        numbers = all(t.text.isdecimal() for t in (a, b, year)) and len(a.text + b.text) <= 4
        glued = not any(token.gap for token in tokens[1:])
        if not numbers or not glued or max(len(a.text), len(b.text)) > 2 or not self._ends(year):
            return None
        x, y, known = int(a.text), int(b.text), int(year.text)
        if x == y or self.order == "dmy" or (x > 12 and self.order is None):
            return Atom(Precision.DAY, known, y, x), i + 5
        if self.order == "mdy" or y > 12:
            return Atom(Precision.DAY, known, x, y), i + 5
        return Atom(Precision.YEAR, known), i + 5

    def _decade(self, i: int) -> _Read | None:
        """``1950s``: a decade; ``1900s`` and older round hundreds: a century."""
        words = self.words
        token, s = words[i], words[i + 1]
        j = i + 1
        if s.text in ("'", "’") and not s.gap:
            j, s = i + 2, words[i + 2]
        if len(token.text) != 4 or token.text[-1] != "0" or s.text != "s" or s.gap:
            return None
        year = int(token.text)
        if not FIRST_PLAIN_YEAR <= year <= LAST_PLAIN_YEAR or not self._ends(s, year=True):
            return None
        precision = Precision.DECADE if year % 100 or year >= 2000 else Precision.CENTURY
        return Atom(precision, year), j + 1

    def _century(self, i: int) -> _Read | None:
        """``19th century``, ``nineteenth-century``, ``5th century BC``; 19th is 18XX."""
        words = self.words
        n, j = ORDINALS.get(words[i].text, 0), i + 1
        if words[i].text.isdecimal() and words[j].text in SUFFIXES and not words[j].gap:
            n, j = int(words[i].text[:4]), j + 1
        if words[j].text == "-":
            j += 1
        if not 1 <= n <= 99 or words[j].text != "century":
            return None
        era = _ERA.match(words.text, words[j].stop)
        if era and era[1][0] in "Bb":
            return Atom(Precision.CENTURY, -100 * n + 1), words.index_at(era.end(), j + 1)
        return Atom(Precision.CENTURY, 100 * (n - 1)), j + 1

    def _fraction(self, i: int) -> _Read | None:
        """``Q3 2022``, ``2022 Q3``, ``third quarter of 2022``, ``H1 2022``, ``first half of 2022``."""
        words = self.words
        word, n, j = words[i].text, 0, i + 1
        kind = ""
        if word in ("q", "h") and words[j].text.isdecimal() and not words[j].gap:
            kind, n, j = word, int(words[j].text[:3]), j + 1
        elif len(word) == 4 and word.isdecimal() and words[j].text in ("q", "h"):
            token = words[j + 1]
            if token.text.isdecimal() and not token.gap and self._ends(token):
                kind, n, year = words[j].text, int(token.text[:3]), int(word)
                return self._fraction_of(kind, n, year, j + 2)
            return None
        else:
            n = ORDINALS.get(word, 0)
            if word.isdecimal() and words[j].text in SUFFIXES and not words[j].gap:
                n, j = int(word[:3]), j + 1
            kind = {"quarter": "q", "half": "h"}.get(words[j].text, "")
            j += 1
        if not kind:
            return None
        if words[j].text in ("of", ","):
            j += 1
        if words[j].text == "the" and words[j + 1].text == "year":
            j += 2
        month = self._month(j)
        if month and kind == "h" and n <= 2:
            year_of_month, j = self._tail_year(month[1])
            return Atom(Precision.MONTH, year_of_month, month[0], mark="~"), j
        year_read = self._year(j)
        return self._fraction_of(kind, n, year_read[0], year_read[1]) if year_read else None

    def _fraction_of(self, kind: str, n: int, year: int, j: int) -> _Read | None:
        if not 1 <= n <= (4 if kind == "q" else 2):
            return None
        precision, size = (Precision.QUARTER, 3) if kind == "q" else (Precision.HALF, 6)
        return Atom(precision, year, (n - 1) * size + 1), j

    def _day_first(self, i: int) -> _Read | None:
        """``7 September 2022``, ``7th of September, 2022``, ``7 September``."""
        token, j = self.words[i], i + 1
        if len(token.text) > 2 or int(token.text) == 0:
            return None
        if self.words[j].text in SUFFIXES and not self.words[j].gap:
            j += 1
        if self.words[j].text == "of":
            j += 1
        if self.words[j].text == "-" and not self.words[j].gap:
            j += 1
        month = self._month(j)
        if month is None or self.words[i + 1].gap == "¶":
            return None
        year, k = self._tail_year(month[1], dashed=True)
        if int(token.text) > 31 and not (self.over and year is not None):
            return None
        if year is None and not self._plausible_month(j, lone=False):
            return None
        return Atom(Precision.DAY, year, month[0], int(token.text)), k

    def _month_first(self, i: int) -> _Read | None:
        """``September 7, 2022``, ``Sept. 7``, ``September 2022``, ``September``."""
        month = self._month(i)
        if month is None:
            return None
        day = self._day(month[2], over=self.over)
        if day and self.words[month[2]].gap != "¶":
            year, j = self._tail_year(day[1])
            if year is None and not self._plausible_month(i, lone=False):
                return None
            if year is not None or day[0] <= 31:
                return Atom(Precision.DAY, year, month[0], day[0]), j
        year, j = self._tail_year(month[1])
        if year is None and not self._plausible_month(i, lone=True):
            return None
        return Atom(Precision.MONTH, year, month[0]), j

    def _season(self, i: int) -> _Read | None:
        words = self.words
        j = i + 1 + (words[i + 1].text in ("of", ","))
        read = self._year(j)
        if read is None:
            return None
        year, j = read
        # winter 2021-22 and 2021/22 are one winter
        end = words[j + 1]
        if words[j].text in (*DASHES, "/") and not words[j].gap and not end.gap:
            following = str(year + 1)
            if words[i].text == "winter" and end.text in (following, following[-2:]):
                j += 2
        return Atom(Precision.SEASON, year, SEASONS[words[i].text]), j

    def _plain_year(self, i: int) -> _Read | None:
        read = self._year(i)
        if read is None:
            return None
        year, j = read
        return Atom(Precision.YEAR, year, bare=j == i + 1), j

    # ---- pieces

    def _month(self, i: int) -> tuple[int, int, int] | None:
        """A month's number, the token after its word, and the one after its period if it has one."""
        token = self.words[i]
        month = MONTHS.get(token.text)
        if month is None or token.gap == "¶":
            return None
        dot = self.words[i + 1]
        period = token.text in SHORT_MONTHS and dot.text == "." and not dot.gap
        return month, i + 1, i + 1 + period

    def _plausible_month(self, i: int, *, lone: bool) -> bool:
        """Whether a month's word without a year is written as a month: with a capital."""
        token = self.words[i]
        if self.asked and not (lone and token.text in ALSO_NAMES):
            return True
        return self.words.text[token.start].isupper()

    def _day(self, i: int, *, over: bool = False) -> tuple[int, int] | None:
        """A day of the month, 1 to 31 (to 99 with ``over``), and the token after it."""
        words = self.words
        token, j = words[i], i + 1
        if not token.text.isdecimal() or len(token.text) > 2 or token.gap == "¶":
            return None
        day = int(token.text)
        if not 1 <= day <= (99 if over else 31):
            return None
        last = token
        if words[j].text in SUFFIXES and not words[j].gap:
            last, j = words[j], j + 1
        if not self._ends(last) or words[j].text in COUNTED:
            return None
        return day, j

    def _tail_year(self, j: int, *, dashed: bool = False) -> tuple[int | None, int]:
        """The year that follows a day or month, after ``,`` or ``of`` or nothing; or None and ``j``."""
        words = self.words
        k = j
        if words[k].text == "." and not words[k].gap and words[k - 1].text in SHORT_MONTHS:
            k += 1
        if words[k].text in (",", "of") or (dashed and words[k].text == "-" and not words[k].gap):
            k += 1
        token = words[k]
        if token.gap == "¶" or (token.gap == "\n" and words[k + 1].gap in ("\n", "¶")):
            return None, j  # a year on a line of its own is a heading
        read = self._year(k)
        return read if read else (None, j)

    def _year(self, i: int) -> tuple[int, int] | None:
        """Four digits from 1000 to 2100, or up to four with an era; and the token after them."""
        words = self.words
        token = words[i]
        if not token.text.isdecimal() or len(token.text) > 4:
            return None
        number = int(token.text)
        era = _ERA.match(words.text, token.stop)
        if era and number and era[1][0] in "Bb":
            return (1 - number, words.index_at(era.end(), i + 1)) if number < 9000 else None
        if era and number:
            return number, words.index_at(era.end(), i + 1)
        if len(token.text) != 4 or not self._ends(token, year=True):
            return None
        if words[i + 1].text in COUNTED:
            return None
        return (number, i + 1) if FIRST_PLAIN_YEAR <= number <= LAST_PLAIN_YEAR else None

    def _ends(self, token: Token, *, year: bool = False) -> bool:
        """Whether a number ends as a date's number does: no unit, decimals or further digits glued
        to it. A note mark after the point or comma that follows a year is none of them."""
        text, stop = self.words.text, token.stop
        mark, digit = text[stop : stop + 1], text[stop + 1 : stop + 2].isdecimal()
        if mark.isalnum() or (mark in ("_", "%", "°", "€", "$") and mark):
            return False
        if not digit:
            return not (mark == "-" and not year and text[stop + 1 : stop + 2].isalpha()
                        and text[stop + 1 : stop + 4].lower() not in _MONTH_STARTS)  # fmt: skip
        if mark in (".", ","):
            return year and _AS_NOTE_MARK.match(text, stop) is not None
        return mark not in (":", "/") or (mark == "/" and year)
