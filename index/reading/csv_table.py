"""CSV and its kin -> text, a row a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.errors import DocumentFormatError
from index.reading.cells import BETWEEN, PLAIN, QUOTED, Cell, CellWriter, cell_pieces
from index.reading.event_columns import folded
from index.reading.event_table import EventTable
from index.reading.text import Reading

MOST_CELLS = 4_000_000  # of a CSV file: more are not worth the memory that their places take
SAMPLE = 65_536  # characters that are looked at to tell a delimiter
_SAMPLE_ROWS = 200
_DELIMITERS = "\t;|,"  # those that are rarest in words first

_LINE_END = re.compile(r"\r\n?|\n")


class CsvScanner:
    """Scans rows of cells. An unclosed quotation mark is a sign like others and costs one cell."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._single = 0  # before this place no cell runs over a line's end
        self._closing = re.compile(rf"[ \t]*(?={re.escape(delimiter)}|\r|\n|\Z)")
        self._next = re.compile(rf"{re.escape(delimiter)}|\r|\n")

    def rows(self, start: int = 0) -> Iterator[list[Cell]]:
        """Rows that are not blank; a cell's span is that of its words within their quotes."""
        text, delimiter = self._text, self._delimiter
        position, size = start, len(text)
        self._single = 0
        only_feeds = "\r" not in text
        while position < size:
            if only_feeds:
                stop = text.find("\n", position)
                following = stop + 1
                if stop < 0:
                    stop = following = size
            elif end := _LINE_END.search(text, position):
                stop, following = end.span()
            else:
                stop = following = size
            line = text[position:stop]
            if '"' in line:
                cells, following = self._quoted(position)
                if cells:
                    yield cells
            elif line and not line.isspace():
                cells = []
                for column, cell in enumerate(line.split(delimiter)):
                    cells.append((column, position, position + len(cell), PLAIN))
                    position += len(cell) + 1
                yield cells
            position = following

    def _quoted(self, position: int) -> tuple[list[Cell], int]:
        """The row at ``position``, which has quotation marks, and where the next one begins."""
        text, size = self._text, len(self._text)
        cells: list[Cell] = []
        no_quotes = 0  # before this place no quotation mark opens a cell
        while True:
            opening = position
            while opening < size and text[opening] == " ":
                opening += 1
            closed = -1
            if text.startswith('"', opening) and opening >= no_quotes:
                closed, kind, failed = self._close(opening)
                if closed < 0:
                    no_quotes = failed
            if closed >= 0:
                cells.append((len(cells), opening + 1, closed, kind))
                position = self._closing.match(text, closed + 1).end()  # type: ignore[union-attr]
            else:
                end = self._next.search(text, position)
                stop = end.start() if end else size
                cells.append((len(cells), position, stop, PLAIN))
                position = stop
            if position >= size:
                break
            if text[position] != self._delimiter:
                position += 2 if text.startswith("\r\n", position) else 1
                break
            position += 1
        return cells, position

    def _close(self, opening: int) -> tuple[int, int, int]:
        """Where the cell ends whose quotation mark is at ``opening`` (-1: nowhere), and its kind.

        Two marks stand for one. A single one inside stays as it is, but not after a line's end:
        there it shows that the first opened nothing. Third: where the line ends, if so.
        """
        text = self._text
        end = _LINE_END.search(text, opening)
        line_end = end.start() if end else len(text)
        limit = len(text) if opening >= self._single else line_end
        kind = PLAIN
        place = opening + 1
        while (place := text.find('"', place, limit)) >= 0:
            if text.startswith('""', place):
                kind = QUOTED
                place += 2
            elif self._closing.match(text, place + 1):
                return place, kind, 0
            elif place > line_end:
                break
            else:
                place += 1
        if limit > line_end:
            self._single = place if place >= 0 else limit
        return -1, PLAIN, line_end


@dataclass(frozen=True, slots=True)
class Shape:
    """How a CSV file is made."""

    delimiter: str
    start: int  # behind a byte order mark and a line that names the delimiter
    columns: int  # that most rows have
    share: float  # of rows that have as many
    sampled: tuple[tuple[Cell, ...], ...]


SEP_LINE = re.compile(r'\ufeff?"?sep=([,;|\t])"?[ \t]*(?:\r\n?|\n)', re.IGNORECASE)


def shape_of(text: str) -> Shape:
    """The likeliest delimiter of ``text``, told by how even it makes the rows."""
    if told := SEP_LINE.match(text):
        return _tried(text, told.end(), told[1])
    start = 1 if text.startswith("\ufeff") else 0
    shapes = [_tried(text, start, delimiter) for delimiter in _DELIMITERS]
    wide = [shape for shape in shapes if shape.columns > 1]
    return max(wide, key=_evenness, default=shapes[-1])


def _evenness(shape: Shape) -> float:
    """How well a delimiter fits: even rows, the header among them, and many columns."""
    header = next((row for row in shape.sampled if len(row) > 1), ())
    return shape.share - 0.2 * (len(header) != shape.columns) + 0.01 * min(10, shape.columns)


def _tried(text: str, start: int, delimiter: str) -> Shape:
    sample = text[start : start + SAMPLE]
    rows = [tuple(row) for row in islice(CsvScanner(sample, delimiter).rows(), _SAMPLE_ROWS)]
    if len(rows) > 2 and len(sample) == SAMPLE:
        rows.pop()  # it may be cut
    shifted = tuple(
        tuple((column, a + start, z + start, kind) for column, a, z, kind in row) for row in rows
    )
    counts = Counter(len(row) for row in rows)
    columns, share = 1, 0.0
    for width, count in counts.items():
        if width > 1 and (count, width) > (share, columns):
            columns, share = width, float(count)
    return Shape(delimiter, start, columns, share / max(1, len(rows)), shifted)


def read_csv(text: str, encoding: str) -> Reading:
    """The rows of CSV ``text``, a paragraph each; of a table of events dates and words come first."""
    writer = CellWriter(text)
    shape = shape_of(text)
    scanner = CsvScanner(text, shape.delimiter)
    title, after = _write_preface(writer, shape)
    if text.count(shape.delimiter) > MOST_CELLS:
        writer.warn(
            f"It has more than {MOST_CELLS:,} cells; its rows are kept as they are written."
        )
        for row in scanner.rows(after):
            writer.cell(_outer(text, row[0][1], -1), _outer(text, row[-1][2], 1), PLAIN, "")
            writer.close()
        return _ended(writer, encoding, title)
    header = next(scanner.rows(after), None)
    if header is None:
        return _ended(writer, encoding, title)
    names = [_value(text, cell) for cell in header]

    widths = _Widths(len(names))

    def rows() -> Iterator[list[Cell]]:
        following = scanner.rows(after)
        next(following, None)
        return widths.counted(following)

    for cell in header:
        writer.cell(*cell[1:], BETWEEN)
    writer.close()
    table = EventTable(writer, names, rows, inferring=True)
    writer.marked_up = {"headline", "text", "year"} <= {folded(name) for name in names}
    if table.learn():
        table.write()
    else:
        for row in rows():
            for cell in row:
                writer.cell(*cell[1:], BETWEEN)
            writer.close()
    _warn_of_columns(writer, names, widths)
    return _ended(writer, encoding, title)


def _outer(text: str, place: int, step: int) -> int:
    """``place`` moved over the quotation mark beside it, if there is one."""
    beside = place - 1 if step < 0 else place
    return place + step if text[beside : beside + 1] == '"' and beside >= 0 else place


def _write_preface(writer: CellWriter, shape: Shape) -> tuple[str | None, int]:
    """Write titles and comments that precede the header; the title, and where the header begins."""
    title: str | None = None
    header = _header_of(writer.text, shape)
    for row in shape.sampled[:header]:
        filled = sum(bool(_value(writer.text, cell)) for cell in row)
        first = _value(writer.text, row[0])
        for cell in row:
            writer.cell(*cell[1:], BETWEEN)
        span = writer.close("text")
        if (
            span
            and title is None
            and filled == 1
            and not first.startswith("#")
            and len(first) < 120
        ):
            title = first
    if not header:
        return None, shape.start
    return title, _outer(writer.text, shape.sampled[header][0][1], -1)


def _header_of(text: str, shape: Shape) -> int:
    """Which row is the header: the first with most cells filled; without one the very first."""
    if shape.columns == 1:
        return 0
    least = max(2, -(-shape.columns * 2 // 3))
    for number, row in enumerate(shape.sampled):
        filled = sum(bool(_value(text, cell)) for cell in row)
        if filled >= least and not _value(text, row[0]).startswith("#"):
            return number
    return 0


def _value(text: str, cell: Cell) -> str:
    return "".join(words for words, _ in cell_pieces(text, *cell[1:])) if cell[1] < cell[2] else ""


@dataclass(slots=True)
class _Widths:
    """Counts the rows that have more or fewer cells than the header."""

    width: int
    odd: int = 0
    first: int = -1
    cells: int = 0

    def counted(self, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        self.odd, width = 0, self.width
        for row in rows:
            if len(row) != width:
                if not self.odd:
                    self.first, self.cells = row[0][1], len(row)
                self.odd += 1
            yield row


def _warn_of_columns(writer: CellWriter, names: Sequence[str], widths: _Widths) -> None:
    """Say which columns share a name and which rows have more cells than the header, or fewer."""
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        shown = ", ".join(f"“{name[:40]}”" for name in repeated[:3])
        writer.warn(f"Several columns are called {shown}.")
    if widths.odd:
        more = f"; {widths.odd - 1:,} more rows are uneven" if widths.odd > 1 else ""
        has = f"A row has {widths.cells} cells where the header has {widths.width}"
        writer.warn(f"{has}{more}.", widths.first)


def _ended(writer: CellWriter, encoding: str, title: str | None) -> Reading:
    if not writer.blocks:
        raise DocumentFormatError("It is empty: no cell of it has words.")
    return writer.reading(encoding, "csv", title)


_FLAT = re.compile(r"[+-]?[.,:/\s%€$£TZ-]*\d[\d.,:/\s%€$£TZ-]*\Z")
_RULE = re.compile(r"(?:[ \t:|]|-(?!-))*--[ \t:|-]*\Z")


def looks_like_csv(sample: str) -> bool:
    """Whether ``sample``, the first characters of a file, is a table with a header; strict.

    Prose with commas, poems, logs and code are none: rows have as many cells as the header, whose
    names are short and no figures, and where commas or semicolons part cells no blanks follow them,
    unless columns of figures show a table.
    """
    if SEP_LINE.match(sample):
        return True
    sample = sample[:SAMPLE]
    shape = shape_of(sample)
    if shape.columns < 2 or shape.share < 0.9:
        return False
    first, last, delimiter = shape.start, 0, shape.delimiter
    if delimiter == "|" and any(_RULE.match(line) for line in sample[:5000].splitlines()[:50]):
        return False
    wide = [row for row in shape.sampled if len(row) >= shape.columns]
    if len(wide) < 2:
        return False
    first, last = wide[0][0][1], wide[-1][-1][2]
    rows = [[sample[a:z].strip() for _, a, z, _ in row] for row in wide]
    header, body = rows[0], rows[1:]
    figures = sum(
        sum(_FLAT.match(cell) is not None for cell in column if cell)
        >= max(1, 0.8 * sum(map(bool, column)))
        for column in zip(*(row[: shape.columns] for row in body), strict=True)
    )
    if not _names_columns(header):
        return len(body) >= 5 and shape.columns >= 5 and shape.share > 0.95 and figures >= 2
    if len(body) < 2 and shape.columns < 3 and not figures:
        return False
    if delimiter == "\t":
        return True
    written = sample[first:last]
    spaced = written.count(delimiter + " ") / max(1, written.count(delimiter))
    quoted = written.count('"') >= 2 * len(rows)
    if figures:
        return spaced < 0.5 or figures >= 2
    return (spaced < 0.2 or quoted) and (shape.columns >= 3 or len(body) >= 3) and _short(body)


def _names_columns(cells: Sequence[str]) -> bool:
    """Whether ``cells`` may be the names of columns: short, apart, and no figures but years."""
    named = [cell for cell in cells if cell]
    if len(named) < max(2, 0.7 * len(cells)) or len(set(named)) < 0.7 * len(named):
        return False
    years = sum(cell.isdigit() and len(cell) == 4 for cell in named)
    plain = sum(
        len(cell) <= 60
        and len(cell.split()) <= 8
        and not cell.endswith((".", ";", "{", "}", ","))
        and not any(sign in cell for sign in ("{", "}", "=", "()"))
        and any(map(str.isalpha, cell))
        and not cell[:1].isdigit()
        for cell in named
    )
    return plain + years >= 0.9 * len(named) and plain > 0


def _short(rows: Sequence[Sequence[str]]) -> bool:
    """Whether cells are mostly a few words, as in tables, and rows end in no comma or bracket."""
    cells = [cell for row in rows for cell in row if cell]
    code = sum(cell.endswith(("{", "}", ");", "(")) for cell in cells)
    empty = sum(not row[-1] for row in rows)
    if code > 0.05 * len(cells) or empty > 0.9 * len(rows):
        return False
    return bool(cells) and sum(len(cell.split()) <= 12 for cell in cells) >= 0.5 * len(cells)
