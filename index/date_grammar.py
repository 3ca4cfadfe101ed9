"""What dates become together: ranges, lists, ``since X``; `index.dates` says which are dates.

A `Grammar` looks at the tokens from one offset on and reads a bounded number of them: no form
repeats within a repeat, and lists end after 31 members.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from index.date_atoms import Atom, Found, in_order, next_to, on_day
from index.date_forms import Forms, Read
from index.date_words import (
    AND,
    BEGINNINGS,
    BETWEEN,
    CLAUSE,
    COUNTS,
    DASHES,
    EVENTS,
    NOW,
    OPEN,
    TO,
)
from index.edtf import days_in_month
from index.model import Precision

MAX_LIST = 31  # members of "26, 28, 29 and 30 June 2013"

_Member = tuple[Atom, int, int]  # of a list, from token to token


class Grammar(Forms):
    """Reads whole expressions from tokens; None or [] when nothing of the kind stands at ``i``."""

    def expression(self, i: int) -> list[Found]:
        """The dates that begin at token ``i``: one, or the members of a list; [] for none."""
        words = self.words
        word = words[i].text
        if word in BETWEEN and words[i + 1].gap != "¶":
            found = self._range(i + 1 + (words[i + 1].text == "the"), between=True)
            return [replace(found, i=i, named=True)] if found else []
        if word == "from" and words[i + 1].gap != "¶":
            return self._from(i)
        if word in OPEN or word in ("prior", "up"):
            return self._open(i)
        return self._list(i) or self._one(i)

    def _begins(self, i: int) -> bool:
        """Whether a date can begin at ``i``, by one look."""
        token = self.words[i]
        return token.is_number or token.text in BEGINNINGS

    def _one(self, i: int) -> list[Found]:
        if not self._begins(i):
            return []
        found = self._range(i) or self._weeks(i) or self._alone(i)
        return [found] if found else []

    def _alone(self, i: int) -> Found | None:
        read = self.atom(i)
        if read is None or read[0].doubtful:
            return None
        atom, j = read
        if self.words[j].text in ("onwards", "onward") and atom.year is not None:
            return Found(atom, None, i, j + 1, "since", named=True)
        return Found(atom, atom, i, j)

    def _from(self, i: int) -> list[Found]:
        """``from X to Y``, ``from X on``; a lone ``from X`` is X, which is read at its own place."""
        words = self.words
        start = i + 1 + (words[i + 1].text == "the")
        if not self._begins(start):
            return []
        if found := self._range(start):
            return [replace(found, i=i, named=True)]
        found = self._alone(start)
        if found is None:
            return []
        if found.relation:
            return [replace(found, i=i)]
        j = found.j
        if words[j].text in ("on", "forward") and not words[j + 1].text.isalnum():
            return [Found(found.first, None, i, j + 1, "since", named=True)]
        return []

    def _open(self, i: int) -> list[Found]:
        """``since X``, ``until X``, ``before X``, ``after X``.

        X may date something else ("after the 2021 coup"): then its day is not known, and the
        interval includes the whole of X.
        """
        words = self.words
        relation, j = OPEN.get(words[i].text, ""), i + 1
        if not relation:
            if words[j].text not in ("to", "until", "till"):
                return []
            relation, j = ("before" if words[i].text == "prior" else "until"), j + 1
        the = words[j].text == "the"
        found = next(iter(self._one(j + the)), None)
        if words[j].gap == "¶" or found is None or found.first is None:
            return []
        if found.last is None:  # "since 2016 to now"
            return [replace(found, i=i)] if relation == "since" else []
        if words[i].text == "up" and found.first.bare and not self.asked:
            return []  # "up to 2000" counts
        counted = found.relation and self._weeks(j + the) is not None  # "since last week"
        if found.relation and not counted and relation in ("since", "until"):
            return [replace(found, i=i, named=True)] if relation == "since" else []
        after = words[found.j]
        if after.gap in (" ", "\n") and (
            after.text in EVENTS or (the and after.text.isalpha() and after.text not in CLAUSE)
        ):
            relation = {"after": "since", "before": "until"}.get(relation, relation)
        if relation in ("since", "after"):
            edge = found.first if relation == "since" else found.last
            return [Found(edge, None, i, found.j, relation, named=True)]
        edge = found.first if relation == "before" else found.last
        return [Found(None, edge, i, found.j, relation, named=True)]

    # ---- ranges

    def _range(self, i: int, *, between: bool = False) -> Found | None:
        pair = self._day_range(i) or self._pair(i)
        if isinstance(pair, Found) or pair is None:
            return pair
        a, b, link, j = pair
        if a.doubtful and b.year is None:
            return None
        if link == "and" and not between and not next_to(a, b):
            return None
        if link in ("dash", "loose", "slash") and a.precision is not b.precision:
            return None
        if link == "loose" and b.year is None and a.year is not None and not b.day:
            return None  # "June 2013 – May ..." may go on with a name
        return Found(a, b, i, j, "range") if in_order(a, b) else None

    def _pair(self, i: int) -> tuple[Atom, Atom, str, int] | Found | None:
        """Two dates of any form with a link between them."""
        words = self.words
        read = self.atom(i)
        link, k = self._link(read[1]) if read else ("", i)
        if not read or not link:
            return None
        a = read[0]
        if link in ("dash", "slash") and (short := self._short_year(a, k)):
            return Found(a, short[0], i, short[1], "range")
        if link != "and" and words[k].text in NOW and a.year is not None:
            return Found(a, None, i, k + 1, "since", named=True)
        second = self.atom(k + (words[k].text == "the"))
        return (a, second[0], link, second[1]) if second else None

    def _link(self, j: int) -> tuple[str, int]:
        """How a range goes on: "dash", "loose" (a dash with blanks), "slash", "to", "and"."""
        words = self.words
        token, after = words[j], words[j + 1]
        if token.gap == "¶" or after.gap == "¶":
            return "", j
        if token.text in DASHES:
            before, behind = token.gap != "", after.gap != ""
            if token.text == "-" and before and not behind:
                return "", j
            return ("loose" if before and behind else "dash"), j + 1
        if token.text in TO:
            return "to", j + 1
        if token.text in AND:
            return "and", j + 1
        if token.text == "/" and not token.gap and not after.gap:
            return "slash", j + 1
        if token.text == after.text == "." and not after.gap and words[j + 2].text != ".":
            return "to", j + 2
        return "", j

    def _short_year(self, a: Atom, i: int) -> Read | None:
        """The ``19`` of ``2018-19``, if it is a later year of the same century."""
        token = self.words[i]
        if not a.bare or a.year is None or len(token.text) != 2 or not token.is_number:
            return None
        year = a.year - a.year % 100 + int(token.text)
        if token.gap or year <= a.year or not self.ends(token, year=True):
            return None
        return Atom(Precision.YEAR, year, bare=True), i + 1

    def _day_range(self, i: int) -> tuple[Atom, Atom, str, int] | None:
        """``5-7 September 2022``, ``Sept. 5 to 7, 2022``, with or without the year."""
        leading = self.month(i)
        first = self.day(leading[2] if leading else i)
        link, k = self._link(first[1]) if first else ("", i)
        second = self.day(k) if link else None
        if not first or not second:
            return None
        trailing = self.month(second[1])
        month = leading or trailing
        if month is None or (leading and trailing):
            return None
        year, j = self.tail_year(trailing[1] if trailing else second[1])
        if year is None and not self.capital(i if leading else second[1]):
            return None
        a = Atom(Precision.DAY, year, month[0], first[0])
        return a, replace(a, day=second[0]), link, j

    # ---- lists whose last member has the month or year of all

    def _list(self, i: int) -> list[Found]:
        """``26, 28 and 30 June 2013``, ``June 24 and 27, 2021``, ``May, June and July 2021``."""
        if len(self.words[i].text) == 4 and self.words[i].is_number:
            return self._listed_years(i)
        return self._listed_days(i) or self._listed_months(i)

    def _joint(self, j: int) -> tuple[str, int]:
        words = self.words
        comma = words[j].text == ","
        if words[j].gap == "¶" or words[j + 1].gap == "¶":
            return "", j
        if words[j + comma].text in AND:
            return "and", j + comma + 1
        return (",", j + 1) if comma else ("", j)

    def _listed_days(self, i: int) -> list[Found]:
        leading = self.month(i)
        days = self._run_of_days(leading[2] if leading else i)
        trailing = self.month(days[-1][2]) if days else None
        month = leading or trailing
        if not days or month is None or (leading and trailing):
            return []
        year, j = self.tail_year(trailing[1] if trailing else days[-1][2])
        if year is None and not self.capital(i if leading else days[-1][2]):
            return []
        members = [(Atom(Precision.DAY, year, month[0], day), a, z) for day, a, z in days]
        members[0] = (members[0][0], i, members[0][2])
        return self._members(members, j, whole=trailing is not None)

    def _run_of_days(self, i: int) -> list[tuple[int, int, int]]:
        """Ascending days with ``and`` before the last, but not two neighbours: those are a range."""
        days: list[tuple[int, int, int]] = []
        link = ","
        while len(days) < MAX_LIST:
            day = self.day(i)
            if day is None or (days and day[0] <= days[-1][0]):
                return []
            days.append((day[0], i, day[1]))
            if link == "and":
                return days if len(days) > 2 or days[1][0] - days[0][0] > 1 else []
            link, i = self._joint(day[1])
            if not link:
                return []
        return []

    def _listed_months(self, i: int) -> list[Found]:
        link = ","
        members: list[_Member] = []
        while len(members) < 12:
            month = self.month(i)
            if month is None or (members and month[0] <= members[-1][0].month):
                return []
            year, j = self.tail_year(month[1])
            members.append((Atom(Precision.MONTH, year, month[0]), i, j))
            if link == "and" or year is not None:
                break
            link, i = self._joint(month[1])
            if not link:
                return []
        last = members[-1][0]
        two = len(members) == 2 and next_to(members[0][0], last)
        if link != "and" or len(members) < 2 or two:
            return []
        if last.year is None and not all(self.capital(a) for _, a, _ in members):
            return []
        members = [(replace(atom, year=last.year), a, z) for atom, a, z in members]
        return self._members(members, members[-1][2], whole=True)

    def _listed_years(self, i: int) -> list[Found]:
        """``2014, 2015 and 2016``: three or more, each on its own."""
        members: list[_Member] = []
        link = ","
        while len(members) < 12:
            read = self.plain_year(i)
            if read is None or not read[0].bare:
                return []
            if members and (read[0].year or 0) <= (members[-1][0].year or 0):
                return []
            members.append((read[0], i, read[1]))
            if link == "and":
                break
            link, i = self._joint(read[1])
            if not link:
                return []
        if link != "and" or len(members) < 3:
            return []
        return [Found(atom, atom, a, z) for atom, a, z in members]

    def _members(self, members: list[_Member], j: int, *, whole: bool) -> list[Found]:
        """Only the last member may be whole: the others' year stands in its words."""
        *rest, (last, i, _) = members
        named = last.year is not None
        found = [Found(atom, atom, a, z, named=named, inferred=True) for atom, a, z in rest]
        return [*found, Found(last, last, i, j, named=named, inferred=not whole)]

    # ---- counted from today

    def _weeks(self, i: int) -> Found | None:
        """``last week``, Monday to Sunday; ``the last 3 months``, up to today."""
        words, today = self.words, self.today
        word, unit = words[i].text, words[i + 1].text
        if ago := self.ago(i):
            return Found(*ago, i, i + 3, "" if ago[0] == ago[1] else "range", named=True)
        step = {"this": 0, "next": 1, "last": -1, "past": -1, "previous": -1}.get(word)
        if today is None or step is None:
            return None
        count = COUNTS.get(unit) or (int(unit[:4]) if words[i + 1].is_number else 0)
        try:
            if 0 < count < 1000 and step < 0:
                return self._last_units(today, count, i)
            monday = today - timedelta(today.weekday()) + timedelta(7 * step)
            sunday = monday + timedelta(6)
        except OverflowError:
            return None
        ends = on_day(monday), on_day(sunday)
        return Found(*ends, i, i + 2, "range", named=True) if unit == "week" else None

    def _last_units(self, today: date, count: int, i: int) -> Found | None:
        """``the last 3 weeks``: that many units up to today, today included."""
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
