"""Tables of events: learns which columns hold dates and words, and writes the rows by them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from index.dates import Order
from index.dates.edtf import from_edtf
from index.model import Precision, Record
from index.reading.cell_dates import (
    COMPACT,
    NUMBER,
    NUMERIC,
    SERIAL,
    TWO_DIGIT_YEAR,
    WHOLE,
    YEAR,
    are_years,
    centuries_of,
    counts_milliseconds,
    course_of,
    date_of_parts,
    day_of_milliseconds,
    is_in_year,
    orders_of,
    read_date,
    tells_order,
    without_time,
    year_of,
)
from index.reading.cells import BETWEEN, Cell, CellWriter
from index.reading.event_columns import folded, in_words, role_of, says_happened, says_later

_DATE_WORDS = re.compile(r"(?:^|[\W_])(?:date|datum|fecha|дата|datetime)(?:$|[\W_])", re.IGNORECASE)
_TIME = "time"  # a column of dates only where it holds years long past
_AGES_AGO = -100
_URL = re.compile(r"https?://\S+\Z")
_ID_NAME = re.compile(r"(?:^|[\W_])(?:id|code|url|uri|uuid|guid|lat|lon|lng)$", re.IGNORECASE)
MOST_COLUMNS = 2_000  # a wider table tells of no events
_FEWEST_DATES = 0.5  # of a column's filled cells
_NO_EVENTS = ("title", "era")  # rows of TimelineJS that are of these types
_FEWEST_TOLD = 10  # one row in so many must say what happened

_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 to 2064


@dataclass(slots=True)
class _Column:
    """What is learnt of a column from all its cells."""

    filled: int = 0
    words: int = 0
    urls: int = 0
    dates: Counter[str] = field(default_factory=Counter)  # of a column that may hold dates


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which columns of a table of events hold what, in the order in which a row is written."""

    rank: tuple[int, ...]  # of each column
    start: tuple[int, ...]  # one column of dates, or year, month, day (-1: there is none)
    end: tuple[int, ...]
    shown: int
    headline: int
    body: int
    precision: int
    edtf: int
    exactness: int  # the precision of the EDTF date, in our own words
    kind: int  # says of rows that they are a title or an era
    actors: frozenset[int]
    places: frozenset[int]
    known: dict[tuple[int, str], str | None]  # a column and what it says: EDTF


Rows = Callable[[], Iterator[list[Cell]]]


class EventTable:
    """Rows of cells whose columns have names: learns what they hold, and writes them."""

    def __init__(
        self, writer: CellWriter, names: Sequence[str], rows: Rows, *, inferring: bool = False
    ) -> None:
        """``inferring``: rows without records are read for dates later, those to be inferred too."""
        self._inferring = inferring
        self._writer = writer
        self._names = names
        self._rows = rows
        self._roles = [role_of(name) for name in names]
        self._columns: list[_Column] = []
        self.plan: _Plan | None = None
        self._doubtful: Counter[str] = Counter()
        self._first_doubt: dict[str, int] = {}
        self._notes: list[str] = []  # on how columns are read, of use if they tell of events
        self._vague: dict[str, str | None] = {}  # years in words

    # ------------------------------------------------------------ learning

    def learn(self) -> bool:
        """Look at all rows; whether they tell of events."""
        candidates = {
            column
            for column, name in enumerate(self._names)
            if self._roles[column] in ("date", "start", "end", "edtf")
            or (not self._roles[column] and _DATE_WORDS.search(in_words(name)))
        }
        by_parts = "year" in self._roles
        if not (candidates or by_parts) and _TIME in map(folded, self._names):
            candidates = {list(map(folded, self._names)).index(_TIME)}
        if len(self._names) > MOST_COLUMNS or not (candidates or by_parts):
            return False
        self._columns = [_Column() for _ in self._names]
        text = self._writer.text
        for number, row in enumerate(self._rows()):
            for column, start, stop, _ in row:
                if column >= len(self._columns):
                    continue
                counted = self._columns[column]
                if column in candidates:
                    value = text[start : min(stop, start + 100)].strip()
                    counted.filled += bool(value)
                    counted.dates[without_time(value)] += bool(value)
                elif number < 1000:
                    value = text[start : min(stop, start + 2000)].strip()
                    counted.filled += bool(value)
                    counted.words += sum(any(map(str.isalpha, w)) for w in value.split())
                    counted.urls += _URL.match(value) is not None
        self._make_plan(sorted(candidates))
        if self.plan is not None and not (
            self._years_rise() and self._centuries_stand() and self._date_is_whole()
        ):
            self.plan = None
        for note in self._notes if self.plan is not None else ():
            self._writer.warn(note)
        return self.plan is not None

    def _years_rise(self) -> bool:
        """Whether bare years of starts and ends are of our era, as far as they tell; says if not."""
        assert self.plan is not None
        if len(self.plan.start) != 1 or len(self.plan.end) != 1:
            return True
        start, end = self.plan.start[0], self.plan.end[0]
        if not any(map(str.isdecimal, self._columns[end].dates)):
            return True
        course = course_of(self._spans(start, end))
        if course == "up":
            return True
        names = f"The years of the columns “{self._names[start]}” and “{self._names[end]}”"
        if course == "down" and self._inferring:
            self._writer.warn(
                f"{names} fall from start to end: they are read as years before Christ, and the "
                "events are marked as inferred."
            )
        else:
            self._writer.warn(
                f"{names} fall from start to end in some rows, so that their era is unclear and no "
                "events are made of them: write years before Christ with a minus sign."
            )
        return False

    def _date_is_whole(self) -> bool:
        """Whether no column beside that of the year has the day: “1914” and “March 3”."""
        assert self.plan is not None
        if not self._inferring or len(self.plan.start) != 3 or max(self.plan.start[1:]) >= 0:
            return True
        beside = self.plan.start[0] + 1
        dates = self._columns[beside].dates if beside < len(self._columns) else Counter()
        told = sum(count for value, count in dates.items() if is_in_year(value))
        return told * 2 <= dates.total() or told == 0

    def _spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where rows begin and end, if both are bare years."""
        text = self._writer.text
        for row in self._rows():
            values = {c: text[a:z].strip() for c, a, z, _ in row if c in (start, end) and z - a < 9}
            first, last = values.get(start, ""), values.get(end, "")
            if YEAR.match(first) and YEAR.match(last):
                yield int(first), int(last)

    def _centuries_stand(self) -> bool:
        """Whether years are whole; those of two digits are told later if the table settles them."""
        assert self.plan is not None
        dates = self._columns[self.plan.start[0]].dates if len(self.plan.start) == 1 else Counter()
        short = {int(value[-2:]) for value in dates if TWO_DIGIT_YEAR.match(value)}
        of_two = sum(count for value, count in dates.items() if TWO_DIGIT_YEAR.match(value))
        if not self._inferring or of_two * 2 <= dates.total():
            return True
        if not tells_order(value for value in dates if TWO_DIGIT_YEAR.match(value)):
            return True
        if not centuries_of(short, (self._writer.text,)):
            return True
        self._writer.warn(
            f"The column “{self._names[self.plan.start[0]]}” writes years with two digits: their "
            "century is that of the whole years in the table, and they are marked as inferred."
        )
        return False

    def _make_plan(self, candidates: Sequence[int]) -> None:
        known: dict[tuple[int, str], str | None] = {}
        orders = {column: orders_of(self._columns[column].dates) for column in candidates}
        together = set().union(*orders.values()) if orders else set()
        dated = []
        for column in candidates:
            own = orders[column] or together
            order = next(iter(own)) if len(own) == 1 else None
            if self._read_column(column, order, known):
                dated.append(column)
        start, end = self._date_columns(dated)
        headline, body = self._word_columns({*dated})
        if not start or (headline < 0 and body < 0):
            return
        names = [folded(name) for name in self._names]
        if len(start) == 1 and len(orders[start[0]]) > 1:
            self._writer.warn(
                f"The column “{self._names[start[0]]}” writes some dates day first and some month "
                "first; those that can be either are known to the year only."
            )
        self.plan = _Plan(
            self._ranks(start, end, headline, body),
            start,
            end,
            self._first("shown"),
            headline,
            body,
            self._first("precision"),
            self._first("edtf"),
            names.index("precision") if "precision" in names else -1,
            self._kind_column(),
            frozenset(c for c, role in enumerate(self._roles) if role == "actor"),
            frozenset(c for c, role in enumerate(self._roles) if role == "place"),
            known,
        )

    def _read_column(
        self, column: int, order: Order | None, known: dict[tuple[int, str], str | None]
    ) -> bool:
        """Read all cells of a column as dates; whether most of them are."""
        counted = self._columns[column]
        values = [value for value in counted.dates if value]
        if not values:
            return False
        serials = [match for value in values if (match := SERIAL.match(value))]
        serial = len(serials) == len(values) and all(
            _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL for match in serials
        )
        compact = all(
            COMPACT.match(value) for value in values if len(value) == 8 and value.isdecimal()
        )
        bare = not serial and all(map(WHOLE.match, values))
        timed = folded(self._names[column]) == _TIME
        if timed and not (bare and min(map(int, values)) < _AGES_AGO):
            return False  # of day
        if bare and not are_years(values if timed else self._bare_numbers()):
            return False
        since_1970 = not serial and not bare and counts_milliseconds(values)
        read = 0
        for value in values:
            if bare:
                edtf = year_of(value)
            elif since_1970:
                edtf = day_of_milliseconds(value)
            else:
                edtf = read_date(value, order, serial=serial, compact=compact)
            known[column, value] = edtf
            if edtf or TWO_DIGIT_YEAR.match(value) or NUMERIC.match(value):
                read += counted.dates[value]
        if serial and read:
            self._notes.append(
                f"The column “{self._names[column]}” counts days as spreadsheets do; they are taken "
                "as days since 30 December 1899."
            )
        if since_1970:
            self._notes.append(
                f"The column “{self._names[column]}” counts milliseconds as programs do; they are "
                "taken as days in UTC since 1 January 1970."
            )
        return read > _FEWEST_DATES * counted.filled

    def _bare_numbers(self) -> Iterator[str]:
        """What columns of starts, ends and dates hold, each value once."""
        for column, counted in enumerate(self._columns):
            if self._roles[column] in ("date", "start", "end"):
                yield from filter(None, counted.dates)

    def _first(self, role: str) -> int:
        return self._roles.index(role) if role in self._roles else -1

    def _date_columns(self, dated: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The column, or year, month and day, in which each event begins, and where it ends."""
        by_role = {
            role: [c for c in dated if self._roles[c] == role]
            for role in ("date", "start", "end", "edtf", "")
        }
        ends = tuple(by_role["end"][:1])
        if by_role["start"]:
            return (by_role["start"][0],), ends
        timed = [c for c in dated if folded(self._names[c]) == _TIME]
        single = sorted((*by_role["date"], *by_role[""], *timed), key=self._less_certain)
        by_parts = "year" in self._roles
        if single and not (by_parts and says_later(self._names[single[0]])):
            return (single[0],), ()
        if by_parts:
            start = tuple(self._first(part) for part in ("year", "month", "day"))
            end = tuple(self._first(part) for part in ("end year", "end month", "end day"))
            return start, end if end[0] >= 0 else ()
        return tuple(by_role["edtf"][:1]), ()

    def _less_certain(self, column: int) -> tuple[bool, bool, bool, int]:
        """Columns of dates in order: those that say when it happened, not when that was written."""
        name = self._names[column]
        no_date = self._roles[column] != "date"
        return says_later(name), not says_happened(name), no_date, column

    def _kind_column(self) -> int:
        """The column of a TimelineJS sheet that tells titles and eras from events; -1 for none."""
        names = [folded(name) for name in self._names]
        sheet = "headline" in names and ("media" in names or "year" in self._roles)
        return names.index("type") if sheet and "type" in names else -1

    def _word_columns(self, dated: set[int]) -> tuple[int, int]:
        """The columns of the headline and of the words; -1 for none."""
        wordy = [
            counted.words / counted.filled
            if counted.filled and counted.urls * 2 < counted.filled
            else 0
            for counted in self._columns
        ]
        most = min(1000, max(counted.filled for counted in self._columns))
        told = [counted.filled * _FEWEST_TOLD >= most for counted in self._columns]
        bodies = [
            c for c, role in enumerate(self._roles) if role == "body" and told[c] and wordy[c] >= 2
        ]
        body = max(bodies, key=lambda c: wordy[c], default=-1)
        heads = [
            c
            for c, role in enumerate(self._roles)
            if role == "headline" and told[c] and wordy[c] >= 1
        ]
        headline = heads[0] if heads else -1
        if body < 0 and headline < 0:
            free = [
                c
                for c, role in enumerate(self._roles)
                if not role and c not in dated and self._columns[c].filled * 2 > most
            ]
            body = max(free, key=lambda c: wordy[c], default=-1)
            if body >= 0 and wordy[body] < 3:
                body = -1
        return headline, body

    def _ranks(
        self, start: tuple[int, ...], end: tuple[int, ...], headline: int, body: int
    ) -> tuple[int, ...]:
        """Date, headline, words; then the rest; then what is made for machines."""
        shown = self._first("shown")
        leading = [shown] if shown >= 0 else []
        leading += [c for c in (*start, *end) if c >= 0]
        leading += [c for c in (headline, body) if c >= 0]
        place = {column: number for number, column in reversed(list(enumerate(leading)))}
        rest, tail = len(leading), len(leading) + 1
        return tuple(
            place.get(column, tail if self._for_machines(column) else rest)
            for column in range(len(self._names))
        )

    def _for_machines(self, column: int) -> bool:
        counted = self._columns[column]
        return (
            self._roles[column] in ("tail", "precision", "edtf")
            or (not self._roles[column] and _ID_NAME.search(self._names[column]) is not None)
            or counted.urls * 2 > max(1, counted.filled)
        )

    # ------------------------------------------------------------ writing

    def write(self) -> None:
        """Write every row as a paragraph, as a record too if it has a date."""
        assert self.plan is not None
        rank = self.plan.rank
        last = len(rank)
        for row in self._rows():
            row.sort(key=lambda cell: rank[cell[0]] if cell[0] < last else len(rank) + 2)
            self._write_row(row, self.plan)
        self._report()

    def _write_row(self, row: list[Cell], plan: _Plan) -> None:
        writer = self._writer
        parts = {*plan.start[1:], *plan.end[1:]}
        spans: dict[int, tuple[int, int]] = {}
        values: dict[int, str] = {}
        actors: list[tuple[int, int]] = []
        places: list[tuple[int, int]] = []
        wanted = {
            *plan.start,
            *plan.end,
            plan.precision,
            plan.edtf,
            plan.exactness,
            plan.shown,
            plan.kind,
        }
        for column, start, stop, kind in row:
            if kind < 0:
                continue
            span = writer.cell(start, stop, kind, " " if column in parts and spans else BETWEEN)
            if span is None:
                continue
            spans.setdefault(column, span)
            if column in wanted:
                values.setdefault(column, writer.text[start : min(stop, start + 100)].strip())
            if column in plan.actors:
                actors.append(span)
            elif column in plan.places:
                places.append(span)
        block = writer.close()
        if block is None:
            return
        if values.get(plan.kind, "").casefold() in _NO_EVENTS:
            return
        words = [spans[c] for c in (plan.headline, plan.body) if c in spans]
        edtf = self._date(values, plan, row)
        written = self._written(spans, values, plan)
        if not words or edtf is None or written is None:
            return
        body = (words[0][0], words[-1][1])
        precision = _exactness(edtf, values.get(plan.edtf, ""), values.get(plan.exactness, ""))
        record = Record(*block, edtf, written, body, tuple(actors), tuple(places), precision)
        writer.records.append(record)

    def _written(
        self, spans: dict[int, tuple[int, int]], values: dict[int, str], plan: _Plan
    ) -> tuple[int, int] | None:
        if plan.shown in spans:
            return spans[plan.shown]
        found = [spans[c] for c in (*plan.start, *plan.end) if c in spans]
        if not found:
            return None
        start, stop = found[0][0], found[-1][1]
        if len(found) == 1 and len(plan.start) == 1 and plan.start[0] in values:
            stop = min(stop, start + len(without_time(values[plan.start[0]])))
        return start, stop

    def _date(self, values: dict[int, str], plan: _Plan, row: Sequence[Cell]) -> str | None:
        at = row[0][1] if row else 0
        if told := values.get(plan.edtf):
            try:
                return from_edtf(told.removeprefix("'")).edtf
            except ValueError:
                self._doubt("has an EDTF date that can't be read", at)
        start = self._edtf(values, plan.start, plan, at)
        end = self._edtf(values, plan.end, plan, at) if plan.end else None
        if start is None:
            return None
        if end is not None and "/" not in start + end and end != start:
            try:
                return from_edtf(f"{start}/{end}").edtf
            except ValueError:
                self._doubt("ends before it begins; only its start is kept", at)
        precision = values.get(plan.precision)
        if precision == "2" and re.fullmatch(r"-?\d{4}-\d\d-\d\d", start):
            return start + "~"
        if precision == "3" and re.fullmatch(r"-?\d{4}-\d\d-\d\d", start):
            return start[:-3]
        if told := self._shown(values.get(plan.shown, ""), start):
            return told
        return start

    @staticmethod
    def _shown(written: str, start: str) -> str | None:
        """What the date that readers see adds to the one in the columns: about, a decade, an end."""
        edtf = read_date(written, None, serial=False, compact=False) if written else None
        if edtf is None:
            return None
        told, known = from_edtf(edtf), from_edtf(start)
        return edtf if told.start == known.start and known.within(told) else None

    def _edtf(
        self, values: dict[int, str], columns: tuple[int, ...], plan: _Plan, at: int
    ) -> str | None:
        if len(columns) == 3:
            parts = [values.get(column, "") for column in columns]
            if not parts[0]:
                return None
            edtf = date_of_parts(*parts)
            if edtf is None and not any(parts[1:]):
                edtf = self._in_words(parts[0])
            if edtf is None:
                self._doubt("has a date that can't be read", at)
            return edtf
        value = without_time(values.get(columns[0], ""))
        if not value:
            return None
        edtf = plan.known.get((columns[0], value))
        if edtf is None:
            two_digits = TWO_DIGIT_YEAR.match(value)
            unread = "has a date that can't be read"
            short = (
                "writes its year with two digits that nothing in the table settles (write all four)"
            )
            self._doubt(short if two_digits else unread, at)
        elif len(edtf) == 4 and NUMERIC.match(value):
            self._doubt("has a date whose day and month can't be told apart; its year is kept", at)
        return edtf

    def _in_words(self, year: str) -> str | None:
        """A year that is no mere number: about, of a range, with its era."""
        if year not in self._vague:
            no_number = NUMBER.match(year) is None
            self._vague[year] = (
                read_date(year, None, serial=False, compact=False) if no_number else None
            )
        return self._vague[year]

    def _doubt(self, what: str, at: int) -> None:
        self._first_doubt.setdefault(what, at)
        self._doubtful[what] += 1

    def _report(self) -> None:
        for what, count in self._doubtful.items():
            more = f", and {count - 1:,} more" if count > 1 else ""
            self._writer.warn(f"A row {what}: here{more}.", self._first_doubt[what])


def _exactness(edtf: str, told: str, precision: str) -> Precision | None:
    """What a table of our own making says of the precision of an EDTF date, if it fits the date."""
    if told.removeprefix("'") != edtf or precision not in {*map(str, Precision)}:
        return None
    try:
        return from_edtf(edtf, Precision(precision)).precision
    except ValueError:
        return None
