"""What dates become together: ranges, lists, ``since X``; `index.dates` says which are dates.

A `Grammar` looks at the tokens from one offset on and reads a bounded number of them: no form
repeats within a repeat, and lists end after 31 members.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from index.dates.atoms import Atom, Found, in_order, next_to, on_day
from index.dates.edtf import days_in_month
from index.dates.forms import ERA, GLUED_ERA, Forms, Read
from index.dates.words import (
    ABOUT,
    AND,
    BEGINNINGS,
    BETWEEN,
    CLAUSE,
    COMPARED,
    COUNTS,
    DASHES,
    EARLY,
    EVENTS,
    NOW,
    OPEN,
    TO,
)
from index.model import Precision

MAX_LIST = 31  # members of "26, 28, 29 and 30 June 2013"

_AND_OTHERS = {"later": "since", "after": "since", "earlier": "until", "before": "until"}

_Member = tuple[Atom, int, int]  # of a list, from token to token


class Grammar(Forms):
    """Reads whole expressions from tokens; None or [] when nothing of the kind stands at ``i``."""

    def expression_at(self, i: int) -> list[Found]:
        """As `expression`, whatever stands before token ``i``."""
        if i and self.words[i].gap == "¶":
            self.words.begin(i)
            for depth in range(3):
                self._atoms.pop((i, depth), None)
        return self.expression(i)

    def expression(self, i: int) -> list[Found]:
        """The dates that begin at token ``i``: one, or the members of a list; [] for none."""
        words = self.words
        word = words[i].text
        if word in BETWEEN and words[i + 1].gap != "¶":
            found = self._range(i + 1 + (words[i + 1].text == "the"), between=True)
            return [replace(found, i=i, named=True)] if found else []
        if word == "from" and words[i + 1].gap != "¶":
            return self._from(i)
        if word in OPEN or word in COMPARED or word in ("prior", "up", "in", "on", "no", "not"):
            return self._open(i)
        return self._list(i) or self._one(i)

    def _either(self, found: Found) -> list[Found]:
        """``2014 or 2015``: two dates, each uncertain."""
        first = found.first
        if self.words[found.j].text != "or" or first is None or first is not found.last:
            return []
        other = self._alone(found.j + 1)
        second = other.first if other and other.first is other.last else None
        if other is None or second is None or first.year is None or second.year is None:
            return []
        if second.precision is not first.precision:
            return []
        a = replace(first, mark="?" if first.mark in ("", "?") else "%")
        b = replace(second, mark="?" if second.mark in ("", "?") else "%")
        return [Found(a, a, found.i, found.j), Found(b, b, other.i, other.j)]

    def _begins(self, i: int) -> bool:
        """Whether a date can begin at ``i``, by one look."""
        token = self.words[i]
        return token.is_number or token.text in BEGINNINGS

    def _one(self, i: int) -> list[Found]:
        if not self._begins(i):
            return []
        if found := self._range(i) or self._weeks(i):
            return [found]
        found = self._alone(i)
        if found is None:
            return []
        return self._either(found) or [found]

    def _alone(self, i: int) -> Found | None:
        read = self.atom(i)
        if read is None or read[0].doubtful:
            return None
        atom, j = read
        after = self.words[j].text
        if after in ("onwards", "onward") and atom.year is not None:
            return Found(atom, None, i, j + 1, "since", named=True)
        if after == "or" and atom.year is not None:
            relation = _AND_OTHERS.get(self.words[j + 1].text)
            if relation == "since" and not self._begins(j + 2):
                return Found(atom, None, i, j + 2, relation, named=True)
            if relation == "until" and not self._begins(j + 2):
                return Found(None, atom, i, j + 2, relation, named=True)
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
        relation, j = self._relation(i)
        if not relation:
            return []
        if words[j].text == "at" and words[j + 1].text == "least":
            j += 2
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
        names = after.text in EVENTS or (the and after.text.isalpha() and after.text not in CLAUSE)
        if found.first.within or (after.gap in (" ", "\n") and names):
            relation = {"after": "since", "before": "until"}.get(relation, relation)
        if relation in ("since", "after"):
            edge = found.first if relation == "since" else found.last
            return [Found(edge, None, i, found.j, relation, named=True)]
        edge = found.first if relation == "before" else found.last
        return [Found(None, edge, i, found.j, relation, named=True)]

    def _relation(self, i: int) -> tuple[str, int]:
        """``since``, ``prior to``, ``in or before``, ``no later than``: its name, and what follows."""
        words = self.words
        word, after, third = words[i].text, words[i + 1].text, words[i + 2].text
        if word in OPEN:
            return OPEN[word], i + 1
        if word in COMPARED:
            return (COMPARED[word], i + 2) if after == "than" else ("", i)
        if word in ("in", "on"):
            relation = {"before": "until", "after": "since"}.get(third, "") if after == "or" else ""
            return relation, i + 3
        if word in ("no", "not"):
            if after in COMPARED and third == "than":
                return ("until" if after == "later" else "since"), i + 3
            told = {"before": "since", "after": "until"} if word == "not" else {}
            return told.get(after, ""), i + 2
        if after in ("to", "until", "till"):
            return ("before" if word == "prior" else "until"), i + 2
        return "", i

    # ---- ranges

    def _range(self, i: int, *, between: bool = False) -> Found | None:
        pair: tuple[Atom, Atom, str, int] | Found | None = self._day_range(i) or self._era_range(i)
        if pair is None:
            if centuries := self._centuries(i):
                return self._span(centuries, between=between)
            pair = self._iso_days(i) or self._pair(i)
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

    def _span(self, members: list[Found], *, between: bool) -> Found | None:
        """From the first to the last of the members, if they are neighbours or a range."""
        a, b = members[0].first, members[-1].last
        if a and b and (between or members[0].relation or next_to(a, b)):
            return Found(a, b, members[0].i, members[-1].j, "range")
        return None

    def _iso_days(self, i: int) -> Found | None:
        """``2021-W05``: from its Monday to its Sunday."""
        week = self.iso_week(i) if self.words[i + 2].text == "w" else None
        if week is None or self.words[week[1]].text == "-":
            return None
        monday, sunday = on_day(week[0]), on_day(week[0] + timedelta(6))
        return Found(monday, sunday, i, week[1], "range", named=True)

    def _pair(self, i: int) -> tuple[Atom, Atom, str, int] | Found | None:
        """Two dates of any form with a link between them."""
        words = self.words
        read = self.atom(i)
        link, k = self._link(read[1]) if read else ("", i)
        if not read or not link:
            return None
        a = read[0]
        if link in ("dash", "slash") and (short := self._short_year(a, k, link)):
            return Found(a, short[0], i, short[1], "range")
        if short := self._short_decade(a, k):
            return a, short[0], link, short[1]
        the = words[k].text == "the"
        if link != "and" and a.year is not None:
            if words[k + the].text in NOW or (link == "to" and words[k].text == "date"):
                return Found(a, None, i, k + the + 1, "since", named=True)
            if link in ("dash", "loose") and words[k].text == ")" and a.precision is Precision.YEAR:
                return Found(a, None, i, k, "since", named=True)  # "(1950– )"
        second = self.atom(k + the)
        return (a, second[0], link, second[1]) if second else None

    def _link(self, j: int) -> tuple[str, int]:
        """How a range goes on: "dash", "loose" (a dash with blanks), "slash", "to", "and"."""
        words = self.words
        token, after = words[j], words[j + 1]
        if token.gap == "¶" or after.gap == "¶":
            return "", j
        if token.text in DASHES:
            before, behind = token.gap != "", after.gap != ""
            if (token.text == "-" and before and not behind) or (token.gap == "\n" and behind):
                return "", j  # "-3", or the bullet of another line
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

    def _short_year(self, a: Atom, i: int, link: str) -> Read | None:
        """The ``19`` of ``2018-19`` or ``5`` of ``1944–5``, if it is a later year of the century.

        After a stroke only the very next year: "2009/28" is a number.
        """
        token = self.words[i]
        if not a.bare or a.year is None or len(token.text) > 2 or not token.is_number:
            return None
        one = len(token.text) == 1
        if one and self.words[i - 1].text != "–":
            return None
        year = a.year - a.year % (10 if one else 100) + int(token.text)
        if token.gap or year <= a.year or not self.ends(token, year=True):
            return None
        if link == "slash" and year != a.year + 1:
            return None
        return Atom(Precision.YEAR, year, bare=True), i + 1

    def _short_decade(self, a: Atom, i: int) -> Read | None:
        """The ``60s`` of ``the 1950s and 60s``."""
        if a.precision is not Precision.DECADE or a.year is None:
            return None
        i += self.words[i].text == "the"
        i += self.words[i].text in ("'", "’", "‘")
        token, s = self.words[i], self.words[i + 1]
        if len(token.text) != 2 or not token.is_number or s.text != "s" or s.gap:
            return None
        year = a.year - a.year % 100 + int(token.text)
        later = year > a.year and year % 10 == 0
        return (Atom(Precision.DECADE, year), i + 2) if later else None

    def _era_range(self, i: int) -> tuple[Atom, Atom, str, int] | None:
        """``323–322 BC``, ``c. 500–450 BC``, ``AD 66-70``, ``100–200 CE``: one era for both years."""
        first = self._short_number(i)
        era = first is None and self.words[i].text in ("ad", "ce", "a")
        era_first = self._after_era(i) if era else None
        if first is None and era_first is None:
            return None
        start = first[1] if first else (era_first[1] if era_first else i)
        link, k = self._link(start)
        second = self._short_number(k) if link and link != "and" else None
        if second is None:
            return None
        if era_first:
            a, b = era_first[0], second[0]
            fits = 0 < (a.year or 0) < (b.year or 0) and self.ends(
                self.words[second[1] - 1], year=True
            )
            return (a, b, "to", second[1]) if fits else None
        behind = (GLUED_ERA if self.typed else ERA).match(
            self.words.text, self.words[second[1] - 1].stop
        )
        if behind is None or first is None:
            return None
        before = behind[1][0] in "Bb"
        years = first[0].year or 0, second[0].year or 0
        if min(years) < 1 or (years[0] > years[1]) != before or years[0] == years[1]:
            return None
        a, b = (
            replace(x[0], year=1 - (x[0].year or 0)) if before else x[0] for x in (first, second)
        )
        return a, b, "to", self.words.index_at(behind.end(), second[1])

    def _short_number(self, i: int) -> Read | None:
        """A number of up to four digits as a year whose era follows, "c." before it or not."""
        words = self.words
        about = words[i].text in ABOUT
        if about:
            i += 1 + (words[i + 1].text == ".")
        token = words[i]
        if not token.is_number or len(token.text) > 4:
            return None
        return Atom(Precision.YEAR, int(token.text), mark="~" if about else ""), i + 1

    def _centuries(self, i: int) -> list[Found]:
        """``18th–19th centuries``, ``the late 18th and early 19th centuries``, ``3rd-2nd century BC``.

        Two neighbours are a range; two others, with "and" between them, a date each.
        """
        words = self.words
        first = self._vague_ordinal(i)
        if first is None:
            return []
        link, k = self._link(first[2])
        second = self._vague_ordinal(k + (words[k].text == "the")) if link else None
        if second is None:
            return []
        j = second[2] + (words[second[2]].text == "-")
        if words[j].text not in ("century", "centuries"):
            return []
        last, stop = self.nth_century(second[0], j)
        if last is None or last.year is None or not 0 < first[0] < 90:
            return []
        year = 1 - 100 * first[0] if last.year < 0 else 100 * (first[0] - 1)
        a, b = replace(last, year=year, mark=first[1]), replace(last, mark=second[1])
        if year >= last.year:
            return []
        if link != "and" or last.year - year == 100:
            return [Found(a, b, i, stop, "range")]
        return [
            Found(a, a, i, first[2], named=True, inferred=True),
            Found(b, b, k, stop, named=True),
        ]

    def _vague_ordinal(self, i: int) -> tuple[int, str, int] | None:
        """``late 18th``: the number, its mark, and the token after it."""
        early = self.words[i].text in EARLY
        read = self._ordinal(i + early + (early and self.words[i + 1].text == "-"))
        return (read[0], "~" if early else "", read[1]) if read else None

    def _day_range(self, i: int) -> tuple[Atom, Atom, str, int] | None:
        """``5-7 September 2022``, ``Sept. 5 to 7, 2022``, with or without the year."""
        leading = self.month(i)
        first = self.day(leading[2] if leading else i, tied=True)
        if first is None:
            return None
        link, k = self._link(first[1])
        second = self.day(k) if link else None
        if second is None or (link == "slash" and second[0] != first[0] + 1):
            return None
        trailing = self.month(second[1])
        month = leading or trailing
        if month is None or (leading and trailing):
            return None
        year, j = self.tail_year(trailing[1] if trailing else second[1])
        if year is None and not self.capital(i if leading else second[1]):
            return None
        if year is None and not 1 <= first[0] <= second[0] <= 31:
            return None
        a = Atom(Precision.DAY, year, month[0], first[0])
        return a, replace(a, day=second[0]), link, j

    # ---- lists whose last member has the month or year of all

    def _list(self, i: int) -> list[Found]:
        """``26, 28 and 30 June 2013``, ``June 24 and 27, 2021``, ``May, June and July 2021``."""
        if len(self.words[i].text) == 4 and self.words[i].is_number:
            return self._listed_years(i)
        centuries = self._centuries(i)
        if len(centuries) > 1:
            return centuries
        return self._listed_days(i) or self._listed_dates(i) or self._listed_months(i)

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
        if not days:
            return []
        trailing = self.month(days[-1][2])
        month = leading or trailing
        if month is None or (leading and trailing):
            return []
        year, j = self.tail_year(trailing[1] if trailing else days[-1][2])
        if year is None and not self.capital(i if leading else days[-1][2]):
            return []
        if year is None and not 1 <= days[0][0] <= days[-1][0] <= 31:
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
                return days if len(days) > 1 and self._after_on(days[0][1]) else []
        return []

    def _after_on(self, i: int) -> bool:
        """``on 5, 6 May``: two days; without the word the 5 may be a number: ``No. 5, 6 May``."""
        start = self.words[i].start
        return self.words.text[max(0, start - 6) : start].lower().split()[-1:] == ["on"]

    def _listed_dates(self, i: int) -> list[Found]:
        """``5 May, 6 May and 8 June 2021``: days, of which the last has the year of all."""
        members: list[_Member] = []
        link = ","
        while len(members) < MAX_LIST:
            read = self._day_first(i) or self._month_first(i)
            if read is None or read[0].precision is not Precision.DAY:
                return []
            atom, j = read
            if members and atom.in_year <= members[-1][0].in_year:
                return []
            members.append((atom, i, j))
            if atom.year is not None or link == "and":
                break
            link, i = self._joint(j)
            if not link:
                return []
        last = members[-1][0]
        if last.year is None or link != "and" or len(members) < 2:
            return []
        if len(members) == 2 and next_to(members[0][0], last):
            return []
        members = [(replace(atom, year=last.year), a, z) for atom, a, z in members]
        return self._members(members, members[-1][2], whole=True)

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
