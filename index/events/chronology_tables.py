"""Rows of a table -> the entries that they are, if the table has columns of dates and of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.dates.atoms import Atom, Found, in_order
from index.dates.forms import Order
from index.dates.labels import DateLabel, Kind, read_label
from index.events.label_years import Above, Told, below_era, tell_dates
from index.model import HistoricDate, Precision, one_line
from index.reading.cell_dates import centuries_of, course_of, without_marks, without_time
from index.reading.event_columns import in_words, says_happened, says_later

_MOST_COLUMNS = 12
_DATES = 0.6  # of a column's filled cells, in a column of dates
_TOLD = 0.5  # of the rows say something
_WORDS = 3  # of a cell that tells what happened
_FEWEST_WORDS = 2  # where a header or heading says that it does
_LOWER = re.compile(r"\b[a-z][^\W\d_A-Z]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_EVENTS = re.compile(
    r"\b(?:events?|what happened|milestones?|happenings?|occurrences?|remarks?|descriptions?"
    r"|history|developments?|timeline|chronology)\b",
    re.I,
)
_OF_RELEASES = re.compile(r"\b(?:releases?|versions?)\b", re.I)
_VERSION = re.compile(r"v?[0-9]{1,5}(?:\.[0-9]{1,6}){1,4}[-+.\w]{0,20}\Z", re.I)
_FIGURES = re.compile(  # a date or a time, 1.234.567, an address
    r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\Z|[0-9.]+\.[0-9]{4}\Z|[0-9]{1,3}(?:\.[0-9]{3}){2,}\Z"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z"
)
_RELEASES = 0.8  # of the rows name one, in a table of releases
_FEWEST_FINE = 0.3  # of versions that can't be figures, where no header says what they are
_OF_DATES = re.compile(r"\b(?:years?|dates?|when|time|period|era|centur(?:y|ies)|decades?)\b", re.I)
_BEGINS = re.compile(r"\W*(?:start\w*|begin\w*|began|begun|from|since)\b", re.I)
_ENDS = re.compile(r"\W*(?:end\w*|finish\w*|until|till|to|through)\b", re.I)
_TOTAL = re.compile(r"\W*(?:grand\s+)?(?:totals?|sum|average|mean)\b", re.I)
_HEADER_ROWS = 3
_LONGEST_DATE = 60
_OF_YEARS = re.compile(r"\b(?:years?|B\.?C\.?(?:E\.?)?|BCE?)(?!\w)", re.I)
_FALLING = "its years, which fall from start to end"
_DAY = re.compile(
    r"\s*([0-3]?[0-9])(?:st|nd|rd|th)?(?:\s*[-–/&]\s*([0-3]?[0-9])(?:st|nd|rd|th)?)?\.?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is an entry: its position, its date, the span of the date's words, its text's start."""

    row: int
    date: HistoricDate
    start: int  # both 0 where the date stands in a row above
    stop: int
    words: str
    body: int
    inferred_from: str = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a cell says of a date."""

    found: Found
    day_only: bool
    cell: _Cell
    kind: Kind = "date"

    @property
    def atom(self) -> Atom | None:
        return self.found.first or self.found.last

    @property
    def level(self) -> int:
        """How fine it begins: 0 a year, 1 a month, 2 a day without a month."""
        if self.day_only:
            return 2
        return 1 if self.found.yearless else 0

    @property
    def reach(self) -> int:
        """How fine it ends."""
        atom = self.atom
        if self.day_only or (atom and atom.precision is Precision.DAY):
            return 2
        return 1 if atom and atom.month and atom.precision is not Precision.YEAR else 0


def find_rows(
    rows: Sequence[str],
    above: Above,
    order: Order | None,
    *,
    called: bool = False,
    known_in: int | None = None,
) -> list[Row]:
    """The rows that are entries, in order; none if the table doesn't tell of dated happenings.

    Cells of a date may stand in several columns (year, month, day) and be left empty where the row
    above says the same; a row that is only a date holds for those below it. ``called`` says that a
    heading calls it a chronology: then a few words are enough. ``known_in`` is the year of the
    document, if its owner says it: years of two digits up to it may be of its century.
    """
    if len(rows) < 2:
        return []
    table = [_cells(row) for row in rows]
    read = _pieces(table, order)
    _take_as_years(table, read)
    centuries = _settle_centuries(rows, read, above, known_in)
    small = above.our_era or above.before_christ
    columns = _date_columns(table, read, small=small)
    if not columns:
        return []
    above = below_era(above, _header(table, columns[0]))
    closing = _closing(table, read, columns)
    if closing >= 0 and not above.before_christ:
        course = course_of(_whole_years(read, columns[0], closing))
        if course == "unclear":
            return []
        if course == "down":
            above = replace(above, before_christ=True, our_era=False, years_from=_FALLING)
    found = _entries(table, read, columns, closing, down=above.before_christ)
    if found and (year := _year_of_header(table, columns, found[0])) is not None:
        label, words = year
        above = replace(above, year=label.year, year_from=f"the header, “{words}”")
        del found[0]
    if not found or not _tells(table, columns, found, called):
        return []
    told = [Told(label, above, words) for _, label, words, *_ in found]
    made: list[Row] = []
    for (row, _, words, start, stop, body, source), dated in zip(
        found,
        tell_dates(told, may_turn=above.year is None, centuries=centuries),
        strict=True,
    ):
        if dated is not None:
            why = " and ".join(filter(None, dict.fromkeys((source, dated.inferred_from))))
            made.append(Row(row, dated.date, start, stop, words, body, why))
    keys = [row.date.earliest for row in made]
    coarse = sum(row.date.precision not in (Precision.DAY, Precision.MONTH) for row in made)
    ordered = closing >= 0 or _disorder(keys) * 4 <= len(keys)
    if len(made) < 2 or (coarse * 2 > len(made) and not ordered):
        return []
    return made


def _disorder(keys: Sequence[int]) -> int:
    rising = sum(a > b for a, b in pairwise(keys))
    return min(rising, sum(a < b for a, b in pairwise(keys)))


def _cells(row: str) -> list[_Cell]:
    cells = []
    start = 0
    for text in row.split("|"):
        words = text.strip()
        at = start + len(text) - len(text.lstrip())
        cells.append(_Cell(at, at + len(words), words))
        start += len(text) + 1
    return cells


def _pieces(table: Sequence[Sequence[_Cell]], order: Order | None) -> list[list[_Piece | None]]:
    """What each cell says of a date. Cells that say the same are read once."""
    known: dict[str, _Piece | None] = {}
    read = []
    for cells in table:
        row: list[_Piece | None] = []
        for cell in cells[:_MOST_COLUMNS]:
            if cell.text not in known:
                known[cell.text] = _piece(cell.text, order)
            piece = known[cell.text]
            if piece is not None:
                words = piece.cell.text
                piece = replace(piece, cell=_Cell(cell.start, cell.start + len(words), words))
            row.append(piece)
        read.append(row)
    return read


def _piece(text: str, order: Order | None) -> _Piece | None:
    if not text or len(text) > _LONGEST_DATE:
        return None
    words = without_marks(text)
    label = read_label(without_time(words), order=order)
    if label and label.sign == "alone" and label.kind in ("date", "small", "short"):
        found, atom = label.found, label.found.first
        if atom and atom is found.last and not atom.mark and words.endswith("?"):
            atom = replace(atom, mark="?")
            found = replace(found, first=atom, last=atom)
        return _Piece(found, False, _Cell(0, len(words), words), label.kind)
    if match := _DAY.match(text):
        first = Atom(Precision.DAY, None, 0, int(match[1]))
        last = replace(first, day=int(match[2])) if match[2] else first
        if 1 <= first.day <= last.day <= 31:
            found = Found(first, last, 0, 0, "range" if match[2] else "")
            return _Piece(found, True, _Cell(0, len(text), text))
    return None


def _date_columns(
    table: Sequence[Sequence[_Cell]], read: Sequence[Sequence[_Piece | None]], *, small: bool
) -> list[int]:
    """The columns that hold dates or parts of dates, coarsest first.

    Numbers are years in the first column, or below a header that says so; ``small`` ones only where
    an era is told or such a header stands.
    """
    filled: dict[int, int] = {}
    pieces: dict[int, list[_Piece]] = {}
    for number, (cells, found) in enumerate(zip(table, read, strict=True)):
        if number < _HEADER_ROWS and not any(found):
            continue  # a header, the units
        for column, piece in enumerate(found):
            if _TOTAL.match(cells[column].text):
                continue
            filled[column] = filled.get(column, 0) + bool(cells[column].text)
            if piece is not None:
                pieces.setdefault(column, []).append(piece)
    columns: list[int] = []
    reach = -1
    later = _told_later(table, pieces)
    for column in sorted(pieces):
        header = _header(table, column)
        says = _OF_DATES.search(header) is not None or _spans(table, column)
        known = [p for p in pieces[column] if p.kind != "small" or small or says]
        bare = all(p.kind == "small" or (p.atom is not None and p.atom.bare) for p in known)
        if not known or (bare and column and not columns and not says):
            continue
        if len(known) < max(1, _DATES * (filled[column] - 1)):
            continue
        if column in later or (header.casefold() == "time" and all(map(_is_hour, known))):
            continue
        level = min(piece.level for piece in known)
        if columns and (column > columns[-1] + 1 or level <= reach):
            break
        if level == 2 and reach < 1:
            continue  # numbers
        columns.append(column)
        reach = max(piece.reach for piece in known)
    return columns


def _header(table: Sequence[Sequence[_Cell]], column: int) -> str:
    return in_words(table[0][column].text) if column < len(table[0]) else ""


def _is_hour(piece: _Piece) -> bool:
    """Whether it may be a time of day: 1530."""
    text = piece.cell.text
    return len(text) == 4 and text.isdecimal() and int(text[:2]) < 24 and int(text[2:]) < 60


def _year_of_header(
    table: Sequence[Sequence[_Cell]],
    columns: Sequence[int],
    first: tuple[int, DateLabel, str, int, int, int, str],
) -> tuple[Atom, str] | None:
    """The year over a table whose header is “1914 | Event”, and its words."""
    number, label, words, *_ = first
    atom = label.found.first
    if number or atom is None or atom != label.found.last or atom.precision is not Precision.YEAR:
        return None
    rest = [cell.text for column, cell in enumerate(table[0]) if column not in columns]
    named = all(len(_WORD.findall(text)) <= _FEWEST_WORDS for text in rest)
    return (atom, words) if named and any(map(_EVENTS.search, rest)) else None


def _take_as_years(table: Sequence[Sequence[_Cell]], read: Sequence[list[_Piece | None]]) -> None:
    """Numbers below a header of years are no days, however small."""
    columns = [c for c in range(len(table[0])) if _OF_YEARS.search(_header(table, c))]
    for row in read if columns else ():
        for column in columns:
            piece = row[column] if column < len(row) else None
            if piece and piece.day_only and piece.cell.text.isdecimal():
                atom = Atom(Precision.YEAR, int(piece.cell.text))
                row[column] = replace(
                    piece, found=Found(atom, atom, 0, 0), day_only=False, kind="small"
                )


def _told_later(
    table: Sequence[Sequence[_Cell]], pieces: Mapping[int, Sequence[_Piece]]
) -> set[int]:
    """Columns of dates that give way to another, by their headers: that says when it happened."""
    whole = {
        column: _header(table, column)
        for column, found in pieces.items()
        if min(piece.level for piece in found) == 0
    }
    happened = {c for c, header in whole.items() if says_happened(header)}
    later = {c for c, header in whole.items() if says_later(header)}
    if happened:
        return set(whole) - happened
    others = {c for c, header in whole.items() if _OF_DATES.search(header)} - later
    return later if others else set()


def _closing(
    table: Sequence[Sequence[_Cell]],
    read: Sequence[Sequence[_Piece | None]],
    columns: Sequence[int],
) -> int:
    """The column that says when what begins in the one of dates ends; -1 if there is none."""
    column = columns[0] + 1
    if len(columns) > 1 or not _spans(table, columns[0]):
        return -1
    return column if any(column < len(row) and row[column] for row in read) else -1


def _spans(table: Sequence[Sequence[_Cell]], column: int) -> bool:
    """Whether headers say that a column and the next are of starts and ends."""
    begins, ends = _header(table, column), _header(table, column + 1)
    return _BEGINS.match(begins) is not None and _ENDS.match(ends) is not None


def _whole_years(
    read: Sequence[Sequence[_Piece | None]], column: int, closing: int
) -> Iterator[tuple[int, int]]:
    """The years of starts and ends where both are a bare year."""
    for row in read:
        start = row[column] if column < len(row) else None
        end = row[closing] if closing < len(row) else None
        if start and end and start.cell.text.isdecimal() and end.cell.text.isdecimal():
            yield int(start.cell.text), int(end.cell.text)


def _settle_centuries(
    rows: Sequence[str],
    read: Sequence[list[_Piece | None]],
    above: Above,
    known_in: int | None,
) -> frozenset[int]:
    """The centuries of years with two digits, told by whole years that end alike.

    What nothing settles is no date: it is taken out of ``read``.
    """
    short = {
        piece.atom.year % 100
        for row in read
        for piece in row
        if piece and piece.kind == "short" and piece.atom and piece.atom.year is not None
    }
    if not short:
        return frozenset()
    centuries = centuries_of(short, rows)
    if not centuries and known_in is not None and max(short) <= known_in % 100:
        centuries = frozenset((known_in // 100,))
    if not centuries and above.year is None and above.hint is None and above.years is None:
        for row in read:
            row[:] = [None if piece and piece.kind == "short" else piece for piece in row]
    return centuries


def _until(label: DateLabel, end: _Piece, *, down: bool) -> DateLabel | None:
    """``label`` up to ``end``; None if it ends before it begins. ``down``: years count down."""
    start, last = label.found.first, end.found.last
    if start is None or start != label.found.last or last != end.found.first:
        return label
    if last is None or last.year is None or start.year is None or last == start:
        return label
    if (last.year >= start.year) if down else not in_order(start, last):
        return None
    return replace(label, found=Found(start, last, 0, 0, "range"))


def _entries(
    table: Sequence[Sequence[_Cell]],
    read: Sequence[Sequence[_Piece | None]],
    columns: Sequence[int],
    closing: int,
    *,
    down: bool,
) -> list[tuple[int, DateLabel, str, int, int, int, str]]:
    """Each row's position, label, words, their span, where its text begins, and what stands above."""
    found = []
    carried: dict[int, _Piece] = {}
    for number, (cells, pieces) in enumerate(zip(table, read, strict=True)):
        own = [
            (column, piece)
            for column in columns
            if column < len(pieces) and (piece := pieces[column]) is not None
        ]
        if any(
            cells[column].text and (column >= len(pieces) or pieces[column] is None)
            for column in columns
            if column < len(cells)
        ):
            continue  # a header, or words where a date should be
        if own:
            first = own[0][0]
            carried = {column: p for column, p in carried.items() if column < first}
            carried.update(own)
        rest = [cell for column, cell in enumerate(cells) if column not in columns and cell.text]
        if not carried or not any(map(_tells_something, rest)):
            continue
        label = _joined([carried[column] for column in sorted(carried)])
        if label is None:
            continue
        if own and 0 <= closing < len(pieces) and (end := pieces[closing]):
            until = _until(label, end, down=down)
            if until is not None and until is not label:
                label = until
                own = [*own, (closing, end)]
                rest = [cell for cell in rest if cell is not cells[closing]]
                if not any(map(_tells_something, rest)):
                    continue
        span = (own[0][1].cell.start, own[-1][1].cell.stop) if own else (0, 0)
        lent = [piece for column, piece in carried.items() if (column, piece) not in own]
        above = ", ".join(one_line(piece.cell.text) for piece in lent)
        source = f"the row above, “{above}”" if lent else ""
        body = rest[0].start
        found.append((number, label, span, source, body, carried, own))
    return [
        (
            number,
            label,
            _words(span, own, carried),
            *span,
            body if body > span[1] else 0,
            source,
        )
        for number, label, span, source, body, carried, own in found
    ]


def _words(
    span: tuple[int, int],
    own: Sequence[tuple[int, _Piece]],
    carried: dict[int, _Piece],
) -> str:
    if not own:
        last = carried[max(carried)]
        return last.cell.text
    pieces = []
    end = own[0][1].cell.start
    for _, piece in own:
        pieces.append(piece.cell.text)
        end = piece.cell.stop
    return " | ".join(pieces) if end == span[1] else pieces[-1]


def _tells_something(cell: _Cell) -> bool:
    return _WORD.search(cell.text) is not None or _VERSION.match(cell.text) is not None


def _joined(pieces: Sequence[_Piece]) -> DateLabel | None:
    """One date of the parts that several cells say."""
    first, last = pieces[0].found.first, pieces[0].found.last
    relation = pieces[0].found.relation
    if len(pieces) > 1:
        year = first.year if first and first is last else None
        month = first.month if first and first is last else 0
        for piece in pieces[1:]:
            a, b = piece.found.first, piece.found.last
            if a is None or b is None:
                return None
            first = replace(a, year=a.year if a.year is not None else year, month=a.month or month)
            last = replace(b, year=b.year if b.year is not None else year, month=b.month or month)
            if first.year is not None and last.year is not None and first.in_year > last.in_year:
                last = replace(last, year=first.year + 1)
            relation = piece.found.relation
            year, month = first.year, first.month
            first = replace(first, doubtful=False)
            last = replace(last, doubtful=False) if relation else first
    kind: Kind = pieces[0].kind
    kind = "day" if first and first.precision is Precision.DAY and not first.month else kind
    return DateLabel(Found(first, last, 0, 0, relation), 0, 0, 0, "column", kind)


def _tells(
    table: Sequence[Sequence[_Cell]],
    columns: Sequence[int],
    found: Sequence[tuple[int, DateLabel, str, int, int, int, str]],
    called: bool,
) -> bool:
    """Whether the rows say what happened, and no figures or names of a list."""
    coarse = sum(label.precision not in (Precision.DAY, Precision.MONTH) for _, label, *_ in found)
    header = called or any(
        _EVENTS.search(cell.text)
        for number in range(min(2, len(table)))
        for cell in table[number]
        if len(cell.text) < 30
    )
    if _releases(table, columns, found, fine=not coarse) >= _RELEASES * len(found):
        return True
    told = 0
    for number, *_ in found:
        rest = [c.text for n, c in enumerate(table[number]) if n not in columns]
        longest = max(rest, key=len, default="")
        words = len(_WORD.findall(longest))
        sentence = _LOWER.search(longest) is not None or not longest.isascii()
        told += (words >= _WORDS and sentence) or (header and words >= _FEWEST_WORDS)
    least = _TOLD if coarse * 2 > len(found) and not header else 0.2
    return told >= least * len(found)


def _releases(
    table: Sequence[Sequence[_Cell]],
    columns: Sequence[int],
    found: Sequence[tuple[int, DateLabel, str, int, int, int, str]],
    *,
    fine: bool,
) -> int:
    """How many rows name a release in a column whose header, or whose versions, say that it does.

    Versions say so by themselves only where the dates are ``fine`` and they can be no figures.
    """
    most = 0
    headers = table[0] if found[0][0] else ()
    for column in range(min(_MOST_COLUMNS, max(len(table[number]) for number, *_ in found))):
        if column in columns:
            continue
        header = headers[column].text if column < len(headers) else ""
        cells = [table[n][column].text for n, *_ in found if column < len(table[n])]
        versions = [cell for cell in cells if _VERSION.match(cell)]
        if len(header) < 30 and _OF_RELEASES.search(header):
            named = [c for c in cells if _WORD.search(c) and any(map(str.isdecimal, c))]
            most = max(most, len(versions) + len(named))
        elif fine:
            sure = [v for v in versions if v.count(".") > 1 and not _FIGURES.match(v)]
            if len(sure) >= _FEWEST_FINE * len(versions):
                most = max(most, len(versions))
    return most
