"""Tables and data (CSV, TSV, JSON, JSON lines) -> text, a row a paragraph.

Both formats are scanned by place, so that every cell leads back to where it stands in the file.
Nothing is kept of a cell but its span; rows are scanned once to learn what their columns hold and
once more to be written.
"""

from __future__ import annotations

import html
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from index.dates import Order, find_dates
from index.edtf import day_number, day_to_iso, from_edtf
from index.errors import DocumentFormatError
from index.model import ReadingWarning, Record
from index.reading.plain import read_plain
from index.reading.text import Block, BlockKind, Reading

BETWEEN = " | "  # cells, as in Markdown
DEEPEST = 200  # containers in each other; what nests deeper is made to harm
MOST_CELLS = 4_000_000  # of a CSV file: more are not worth the memory that their places take
MOST_RUNS = 6_000_000  # of the source map
_SAMPLE = 65_536  # characters that are looked at to tell a delimiter
_SAMPLE_ROWS = 200
_DELIMITERS = "\t;|,"  # those that are rarest in words first
_LONG = 400  # characters: a longer value is prose, not a cell
_LONG_CONTENT = 600  # characters: a shorter container needs no heading

# Kinds of cells: as it is written; in quotation marks, of which two stand for one; a JSON string.
_PLAIN, _QUOTED, _ESCAPED = 0, 1, 2
_Cell = tuple[int, int, int, int]  # column, start, stop, kind
_Piece = tuple[str, int]  # words, and where they stand in the file

_LINE_END = re.compile(r"\r\n?|\n")
_UNUSUAL = re.compile(r'["\\\x00-\x08\x0a-\x1f\x7f-\x9f\u2029]')
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2029]"
_PARTS = {
    _PLAIN: re.compile(rf"\r\n?|\n|{_CONTROL}"),
    _QUOTED: re.compile(rf'""|\r\n?|\n|{_CONTROL}'),
    _ESCAPED: re.compile(
        r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]"
        rf"|\r\n?|\n|{_CONTROL}"
    ),
}
_MARKUP = r"<\\?/?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->|&#?[0-9A-Za-z]{1,31};"
_PARTS_HTML = {kind: re.compile(f"{_MARKUP}|{p.pattern}") for kind, p in _PARTS.items()}
_PARTING_TAG = re.compile(r"<\\?/?(?:br|p|div|li|ul|ol|h[1-6]|tr|blockquote)\b", re.IGNORECASE)
_SHORT_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\/": "/", "\\n": "\n", "\\t": "\t", "\\r": "\r"}
_DROPPED_ESCAPES = ("\\b", "\\f")


# ---------------------------------------------------------------- cells


def _pieces(
    text: str, start: int, stop: int, kind: int, *, marked_up: bool = False, squeezed: bool = True
) -> list[_Piece]:
    """The words of a cell, without white space at its ends and control characters.

    ``squeezed`` leaves out blank lines, ``marked_up`` tags of HTML.
    """
    raw = text[start:stop]
    if _UNUSUAL.search(raw) is None and not (marked_up and ("<" in raw or "&" in raw)):
        words = raw.strip()
        return [(words, start + len(raw) - len(raw.lstrip()))] if words else []
    pattern = (_PARTS_HTML if marked_up else _PARTS)[kind]
    pieces: list[_Piece] = []
    done = start
    for match in pattern.finditer(text, start, stop):
        if match.start() > done:
            pieces.append((text[done : match.start()], done))
        done = match.end()
        words, at = _part(match[0], kind), match.start()
        if match[0] == "\r\n":
            at += 1
        if squeezed and words == "\n" and (not pieces or pieces[-1][0] == "\n"):
            continue
        if words:
            pieces.append((words, at))
    if done < stop:
        pieces.append((text[done:stop], done))
    return _trimmed(pieces)


def _part(written: str, kind: int) -> str:
    """What an unusual part of a cell stands for."""
    if written in ("\n", "\r", "\r\n"):
        return "\n"
    if written[0] == "<":
        return "\n" if _PARTING_TAG.match(written) else ""
    if written[0] == "&":
        meant = html.unescape(written)
        if len(meant) > 1:  # no entity after all
            return written
        return meant if meant.isprintable() or meant == "\u00a0" else ""
    if written == '""':
        return '"'
    if kind != _ESCAPED or written[0] != "\\":
        return ""
    if written[1] != "u":
        if written in _DROPPED_ESCAPES:
            return ""
        meant = _SHORT_ESCAPES.get(written, written)
        return "\n" if meant == "\r" else meant
    if len(written) == 12:
        return _of_pair(int(written[2:6], 16), int(written[8:], 16))
    code = int(written[2:], 16)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    meant = chr(code)
    if meant in "\n\r\u2028\u2029\x85":
        return "\n"
    return "" if re.fullmatch(_CONTROL, meant) else meant


def _of_pair(high: int, low: int) -> str:
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    """``pieces`` without the white space at both ends."""
    first, last = 0, len(pieces)
    while first < last and not pieces[first][0].strip():
        first += 1
    while last > first and not pieces[last - 1][0].strip():
        last -= 1
    kept = pieces[first:last]
    if kept:
        words, at = kept[0]
        kept[0] = (words.lstrip(), at + len(words) - len(words.lstrip()))
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    return kept


class _Writer:
    """The stored text, its map and its blocks, written a block at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.records: list[Record] = []
        self.warnings: list[ReadingWarning] = []
        self.marked_up = False
        self._chunks: list[str] = []
        self._runs: list[tuple[int, int]] = []
        self._shift: int | None = None  # of the last run: stored minus source
        self.length = 0
        self._block: list[str] = []
        self._begin = -1
        self._source_end = 0

    def add(self, pieces: Iterable[_Piece], between: str = "") -> tuple[int, int] | None:
        """Write ``pieces`` into the open block, behind ``between`` if it has words; their span."""
        start = -1
        for words, at in pieces:
            if start < 0:
                if self._begin < 0:
                    self._open()
                elif between:
                    self._separate(between)
                start = self.length
            self._put(words, at)
        return (start, self.length) if start >= 0 else None

    def cell(self, start: int, stop: int, kind: int, between: str) -> tuple[int, int] | None:
        """Write a cell into the open block; its span in the stored text, if it has words."""
        raw = self.text[start:stop]
        if self.marked_up or _UNUSUAL.search(raw) is not None:
            return self.add(
                _pieces(self.text, start, stop, kind, marked_up=self.marked_up), between
            )
        words = raw.strip()
        if not words:
            return None
        if self._begin < 0:
            self._open()
        else:
            self._separate(between)
        begin = self.length
        self._put(words, start if words == raw else start + raw.index(words[0]))
        return begin, self.length

    def close(self, kind: BlockKind = "table", level: int = 0) -> tuple[int, int] | None:
        """End the open block; its span, if there is one."""
        if self._begin < 0:
            return None
        begin, self._begin = self._begin, -1
        self.blocks.append(Block(kind, begin, self.length, level))
        self._chunks.append("".join(self._block))
        self._block = []
        return begin, self.length

    def _open(self) -> None:
        if self.length:
            self._separate("\n\n")
        self._begin = self.length

    def _separate(self, between: str) -> None:
        self._block.append(between)
        self.length += len(between)

    def _put(self, words: str, at: int) -> None:
        shift = self.length - at
        if shift != self._shift:
            self._shift = shift
            self._runs.append((self.length, at))
            if len(self._runs) > MOST_RUNS:
                raise DocumentFormatError(
                    f"It is too large: its words stand in more than {MOST_RUNS:,} pieces.",
                    hint="Split it into several files.",
                )
        self._block.append(words)
        self.length += len(words)

    def warn(self, warning: str, at: int | None = None) -> None:
        self.warnings.append(
            ReadingWarning(warning, None if at is None else _line_of(self.text, at))
        )

    def reading(self, encoding: str, kind: str, title: str | None) -> Reading:
        if control := _CONTROLS.search(self.text):
            self.warn("Control characters are left out.", control.start())
        return Reading(
            "".join(self._chunks),
            encoding,
            tuple(self._runs),
            tuple(self.blocks),
            title=title,
            warnings=tuple(self.warnings),
            format=kind,
            records=tuple(self.records),
            source=self.text,
        )


_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def _line_of(text: str, at: int) -> int:
    """The number of the line in which ``at`` stands, counting from 1."""
    feeds = text.count("\n", 0, at)
    return 1 + feeds + text.count("\r", 0, at) - text.count("\r\n", 0, at)


# ---------------------------------------------------------------- what columns hold

_ROLES = {
    "date": "date eventdate datum fecha дата data dateofevent dateoccurred incidentdate occurredon "
    "when sqldate datetime eventdatetime jour tag wann cuándo cuando когда",
    "start": "datestart startdate start begin begins begindate from datebegin beginn von début debut "
    "datedebut datededebut inicio fechainicio fechadeinicio начало датаначала startdatum",
    "end": "dateend enddate end ends until to finish finishdate ende bis fin datefin datedefin "
    "fechafin fechadefin конец датаокончания enddatum",
    "year": "year jahr année annee año ano год startdateyear startyear iyear",
    "month": "month monat mois mes месяц startdatemonth startmonth imonth",
    "day": "day startdateday startday iday",
    "end year": "endyear enddateyear",
    "end month": "endmonth enddatemonth",
    "end day": "endday enddateday",
    "shown": "displaydate startdatedisplaydate",
    "headline": "headline title titel titre título titulo überschrift заголовок event ereignis "
    "événement evenement evento событие textheadline eventtitle eventname what",
    "body": "text notes description beschreibung descripción descripcion описание summary details "
    "detail texttext body content narrative story note comment remarks sourceheadline eventdescription "
    "zusammenfassung résumé resumen",
    "actor": "actor actors actor1 actor2 assocactor1 assocactor2 associateactor1 associateactor2 sidea "
    "sideb actor1name actor2name dyadname perpetrator gname who akteur akteure acteur acteurs actores",
    "place": "location place places admin1 admin2 admin3 adm1 adm2 country ort lieu lugar место land "
    "pays país pais страна city town stadt ville ciudad город region provstate province state "
    "district wheredescription actiongeofullname actiongeofullname where",
    "precision": "timeprecision",
    "tail": "id eventid eventidcnty eventidnocnty dataid iso iso3 latitude longitude lat lon lng long "
    "x y geometry geoprecision dateprec whereprec timestamp time endtime inter1 inter2 interaction code url "
    "link media mediaurl mediathumbnail mediathumb mediacredit mediacaption medialink background "
    "backgroundurl "
    "backgroundcolor uniqueid relid actor1code actor2code geometrycoordinates geometrytype type "
    "sourceurl globaleventid priogridgid gwno gwnoa gwnob starttime startdatetime startdatehour "
    "startdateminute startdatesecond startdateformat enddateformat enddatehour enddateminute "
    "enddatedisplaydate autolink",
}  # fmt: skip
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in reversed(names.split())}
_DATE_WORDS = re.compile(r"(?:^|[\W_])(?:date|datum|fecha|дата|datetime)(?:$|[\W_])", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_URL = re.compile(r"https?://\S+\Z")
_ID_NAME = re.compile(r"(?:^|[\W_])(?:id|code|url|uri|uuid|guid|lat|lon|lng)$", re.IGNORECASE)
_FEWEST_DATES = 0.5  # of a column's filled cells

_TIME = re.compile(r"(?:[T ,]\s?|\s)\d{1,2}[:.h]\d\d(?:[:.]\d\d)?.{0,30}\Z")
_ISO_LIKE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\Z|(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\Z")
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([./-])(?:\d{1,2}|[^\W\d_]{3,9})\1\d{2}\Z")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?\Z")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 to 2064
_NAMED_MONTH = re.compile(
    r"(?:(\d{1,2})(?:er|º|\.)?[\s-]*)?(?:de\s+)?([^\W\d_]{3,10})\.?[\s-]*(?:de[l]?\s+)?(\d{4})(?:\s*г\.?)?\Z"
)
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber maerz apr mai jun jul aug sept okt nov dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv fevrier mars avr mai juin juil aout sept oct nov decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    )
    for number, name in enumerate(names.split(), 1)
}  # fmt: skip


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _role(name: str) -> str:
    return _ROLE_OF.get(_folded(name), "")


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
    actors: frozenset[int]
    places: frozenset[int]
    known: dict[tuple[int, str], str | None]  # a column and what it says: EDTF


def _split_time(value: str) -> str:
    """A date as it is written, without its time of day."""
    match = _TIME.search(value[-60:]) if ":" in value or "h" in value else None
    if match:
        return value[: max(0, len(value) - 60) + match.start()]
    return value


def _read_date(value: str, order: Order | None, *, serial: bool, compact: bool) -> str | None:
    """The date that a cell is, in EDTF and no more exact than it says; None if it is none."""
    try:
        if serial:
            match = _SERIAL.match(value)
            return day_to_iso(day_number(1899, 12, 30) + int(match[1])) if match else None
        if compact and (match := _COMPACT.match(value)):
            return from_edtf("-".join(match.groups())).edtf
        if match := _ISO_LIKE.match(value):
            year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
            return from_edtf(f"{year}-{int(month):02}-{int(day):02}").edtf
        if match := _NUMERIC.match(value):
            return _numeric(int(match[1]), int(match[3]), match[4], order)
        if (match := _NAMED_MONTH.match(value)) and match[2].casefold() in _MONTHS:
            day_part = f"-{int(match[1]):02}" if match[1] else ""
            return from_edtf(f"{match[3]}-{_MONTHS[match[2].casefold()]:02}{day_part}").edtf
        if value[:1].isdigit() or value[:1] == "-":
            try:
                return from_edtf(value).edtf
            except ValueError:
                pass
        found = find_dates(value, order=order)
        whole = len(found) == 1 and _folded(found[0].as_written) == _folded(value)
        return found[0].date.edtf if whole else None
    except ValueError:
        return None


def _numeric(first: int, second: int, year: str, order: Order | None) -> str:
    """03/04/2021: a day if the order is known or makes no difference, else the year."""
    if first == second:
        order = "dmy"
    elif first > 12 or second > 12:
        order = "dmy" if first > 12 else "mdy"
    if order is None:
        return from_edtf(year).edtf
    day, month = (first, second) if order == "dmy" else (second, first)
    return from_edtf(f"{year}-{month:02}-{day:02}").edtf


def _orders(values: Iterable[str]) -> set[Order]:
    """Orders of day and month that numeric dates of a column show."""
    shown: set[Order] = set()
    for value in values:
        if match := _NUMERIC.match(value):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                shown.add("dmy")
            if second > 12 >= first:
                shown.add("mdy")
    return shown


Rows = Callable[[], Iterator[list[_Cell]]]


class _Table:
    """Rows of cells whose columns have names: learns what they hold, and writes them."""

    def __init__(self, writer: _Writer, names: Sequence[str], rows: Rows) -> None:
        self._writer = writer
        self._names = names
        self._rows = rows
        self._roles = [_role(name) for name in names]
        self._columns = [_Column() for _ in names]
        self.plan: _Plan | None = None
        self._doubtful: Counter[str] = Counter()
        self._first_doubt: dict[str, int] = {}

    # ------------------------------------------------------------ learning

    def learn(self) -> bool:
        """Look at all rows; whether they tell of events."""
        candidates = {
            column
            for column, name in enumerate(self._names)
            if self._roles[column] in ("date", "start", "end")
            or (not self._roles[column] and _DATE_WORDS.search(_CAMEL.sub(" ", name)))
        }
        by_parts = "year" in self._roles
        if not candidates and not by_parts:
            return False
        text = self._writer.text
        for number, row in enumerate(self._rows()):
            for column, start, stop, _ in row:
                if column >= len(self._columns):
                    continue
                counted = self._columns[column]
                if column in candidates:
                    value = text[start : min(stop, start + 100)].strip()
                    counted.filled += bool(value)
                    counted.dates[_split_time(value)] += bool(value)
                elif number < 1000:
                    value = text[start : min(stop, start + 2000)].strip()
                    counted.filled += bool(value)
                    counted.words += sum(any(map(str.isalpha, w)) for w in value.split())
                    counted.urls += _URL.match(value) is not None
        self._make_plan(sorted(candidates))
        return self.plan is not None

    def _make_plan(self, candidates: Sequence[int]) -> None:
        known: dict[tuple[int, str], str | None] = {}
        orders = {column: _orders(self._columns[column].dates) for column in candidates}
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
        serials = [match for value in values if (match := _SERIAL.match(value))]
        serial = len(serials) == len(values) and all(
            _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL for match in serials
        )
        compact = all(_COMPACT.match(value) for value in values)
        read = 0
        for value in values:
            edtf = _read_date(value, order, serial=serial, compact=compact)
            known[column, value] = edtf
            if edtf or _TWO_DIGIT_YEAR.match(value) or _NUMERIC.match(value):
                read += counted.dates[value]
        if serial and read:
            self._writer.warn(
                f"The column “{self._names[column]}” counts days as spreadsheets do; they are taken "
                "as days since 30 December 1899."
            )
        return read > _FEWEST_DATES * counted.filled

    def _first(self, role: str) -> int:
        return self._roles.index(role) if role in self._roles else -1

    def _date_columns(self, dated: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The column, or year, month and day, in which each event begins, and where it ends."""
        by_role = {
            role: [c for c in dated if self._roles[c] == role]
            for role in ("date", "start", "end", "")
        }
        ends = tuple(by_role["end"][:1])
        if by_role["start"]:
            return (by_role["start"][0],), ends
        if single := by_role["date"] or by_role[""]:
            return (single[0],), ()
        if "year" in self._roles:
            start = tuple(self._first(part) for part in ("year", "month", "day"))
            end = tuple(self._first(part) for part in ("end year", "end month", "end day"))
            return start, end if end[0] >= 0 else ()
        return (), ()

    def _word_columns(self, dated: set[int]) -> tuple[int, int]:
        """The columns of the headline and of the words; -1 for none."""
        wordy = [
            counted.words / counted.filled
            if counted.filled and counted.urls * 2 < counted.filled
            else 0
            for counted in self._columns
        ]
        bodies = [c for c, role in enumerate(self._roles) if role == "body" and wordy[c] >= 2]
        body = max(bodies, key=lambda c: wordy[c], default=-1)
        heads = [c for c, role in enumerate(self._roles) if role == "headline" and wordy[c] >= 1]
        headline = heads[0] if heads else -1
        if body < 0 and headline < 0:
            most = max(counted.filled for counted in self._columns)
            free = [
                c
                for c, role in enumerate(self._roles)
                if not role and c not in dated and self._columns[c].filled * 2 > min(1000, most)
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
            self._roles[column] in ("tail", "precision")
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

    def _write_row(self, row: list[_Cell], plan: _Plan) -> None:
        writer = self._writer
        parts = {*plan.start[1:], *plan.end[1:]}
        spans: dict[int, tuple[int, int]] = {}
        values: dict[int, str] = {}
        actors: list[tuple[int, int]] = []
        places: list[tuple[int, int]] = []
        wanted = {*plan.start, *plan.end, plan.precision}
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
        words = [spans[c] for c in (plan.headline, plan.body) if c in spans]
        edtf = self._date(values, plan, row)
        written = self._written(spans, values, plan)
        if not words or edtf is None or written is None:
            return
        body = (words[0][0], words[-1][1])
        writer.records.append(Record(*block, edtf, written, body, tuple(actors), tuple(places)))

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
            stop = min(stop, start + len(_split_time(values[plan.start[0]])))
        return start, stop

    def _date(self, values: dict[int, str], plan: _Plan, row: Sequence[_Cell]) -> str | None:
        at = row[0][1] if row else 0
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
        return start

    def _edtf(
        self, values: dict[int, str], columns: tuple[int, ...], plan: _Plan, at: int
    ) -> str | None:
        if len(columns) == 3:
            parts = [values.get(column, "") for column in columns]
            if not parts[0]:
                return None
            edtf = _of_parts(*parts)
            if edtf is None:
                self._doubt("has a date that can't be read", at)
            return edtf
        value = _split_time(values.get(columns[0], ""))
        if not value:
            return None
        edtf = plan.known.get((columns[0], value))
        if edtf is None:
            why = (
                "writes its year with two digits"
                if _TWO_DIGIT_YEAR.match(value)
                else "has a date that can't be read"
            )
            self._doubt(why, at)
        elif len(edtf) == 4 and _NUMERIC.match(value):
            self._doubt("has a date whose day and month can't be told apart; its year is kept", at)
        return edtf

    def _doubt(self, what: str, at: int) -> None:
        self._first_doubt.setdefault(what, at)
        self._doubtful[what] += 1

    def _report(self) -> None:
        for what, count in self._doubtful.items():
            more = f", and {count - 1:,} more" if count > 1 else ""
            self._writer.warn(f"A row {what}: here{more}.", self._first_doubt[what])


def _of_parts(year: str, month: str, day: str) -> str | None:
    """A date whose year, month and day have columns of their own; a year before 0 is one BC."""
    try:
        number = int(float(year))
        if number < 0:
            number += 1
        edtf = f"-{-number:04}" if number < 0 else f"{number:04}"
        in_year = _MONTHS.get(month.casefold()[:3], 0) or int(float(month or 0))
        in_month = int(float(day or 0))
        if in_year:
            edtf += f"-{in_year:02}"
            if in_month:
                edtf += f"-{in_month:02}"
        return from_edtf(edtf).edtf
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- CSV


class _Csv:
    """Scans rows of cells. An unclosed quotation mark is a sign like others and costs one cell."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._single = 0  # before this place no cell runs over a line's end
        self._closing = re.compile(rf"[ \t]*(?={re.escape(delimiter)}|\r|\n|\Z)")
        self._next = re.compile(rf"{re.escape(delimiter)}|\r|\n")

    def rows(self, start: int = 0) -> Iterator[list[_Cell]]:
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
                    cells.append((column, position, position + len(cell), _PLAIN))
                    position += len(cell) + 1
                yield cells
            position = following

    def _quoted(self, position: int) -> tuple[list[_Cell], int]:
        """The row at ``position``, which has quotation marks, and where the next one begins."""
        text, size = self._text, len(self._text)
        cells: list[_Cell] = []
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
                cells.append((len(cells), position, stop, _PLAIN))
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
        kind = _PLAIN
        place = opening + 1
        while (place := text.find('"', place, limit)) >= 0:
            if text.startswith('""', place):
                kind = _QUOTED
                place += 2
            elif self._closing.match(text, place + 1):
                return place, kind, 0
            elif place > line_end:
                break
            else:
                place += 1
        if limit > line_end:
            self._single = place if place >= 0 else limit
        return -1, _PLAIN, line_end


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a CSV file is made."""

    delimiter: str
    start: int  # behind a byte order mark and a line that names the delimiter
    columns: int  # that most rows have
    share: float  # of rows that have as many
    sampled: tuple[tuple[_Cell, ...], ...]


_SEP_LINE = re.compile(r'\ufeff?"?sep=([,;|\t])"?[ \t]*(?:\r\n?|\n)', re.IGNORECASE)


def _shape(text: str) -> _Shape:
    """The likeliest delimiter of ``text``, told by how even it makes the rows."""
    if told := _SEP_LINE.match(text):
        return _tried(text, told.end(), told[1])
    start = 1 if text.startswith("\ufeff") else 0
    shapes = [_tried(text, start, delimiter) for delimiter in _DELIMITERS]
    wide = [shape for shape in shapes if shape.columns > 1]
    return max(wide, key=_evenness, default=shapes[-1])


def _evenness(shape: _Shape) -> float:
    """How well a delimiter fits: even rows, the header among them, and many columns."""
    header = next((row for row in shape.sampled if len(row) > 1), ())
    return shape.share - 0.2 * (len(header) != shape.columns) + 0.01 * min(10, shape.columns)


def _tried(text: str, start: int, delimiter: str) -> _Shape:
    sample = text[start : start + _SAMPLE]
    rows = [tuple(row) for row in islice(_Csv(sample, delimiter).rows(), _SAMPLE_ROWS)]
    if len(rows) > 2 and len(sample) == _SAMPLE:
        rows.pop()  # it may be cut
    shifted = tuple(
        tuple((column, a + start, z + start, kind) for column, a, z, kind in row) for row in rows
    )
    counts = Counter(len(row) for row in rows)
    columns, share = 1, 0.0
    for width, count in counts.items():
        if width > 1 and (count, width) > (share, columns):
            columns, share = width, float(count)
    return _Shape(delimiter, start, columns, share / max(1, len(rows)), shifted)


def read_csv(text: str, encoding: str) -> Reading:
    """The rows of CSV ``text``, a paragraph each; of a table of events dates and words come first."""
    writer = _Writer(text)
    shape = _shape(text)
    scanner = _Csv(text, shape.delimiter)
    title, after = _write_preface(writer, shape)
    if text.count(shape.delimiter) > MOST_CELLS:
        writer.warn(
            f"It has more than {MOST_CELLS:,} cells; its rows are kept as they are written."
        )
        for row in scanner.rows(after):
            writer.cell(_outer(text, row[0][1], -1), _outer(text, row[-1][2], 1), _PLAIN, "")
            writer.close()
        return _ended(writer, encoding, title)
    header = next(scanner.rows(after), None)
    if header is None:
        return _ended(writer, encoding, title)
    names = [_value(text, cell) for cell in header]

    widths = _Widths(len(names))

    def rows() -> Iterator[list[_Cell]]:
        following = scanner.rows(after)
        next(following, None)
        return widths.counted(following)

    for cell in header:
        writer.cell(*cell[1:], BETWEEN)
    writer.close()
    table = _Table(writer, names, rows)
    writer.marked_up = {"headline", "text", "year"} <= {_folded(name) for name in names}
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


def _write_preface(writer: _Writer, shape: _Shape) -> tuple[str | None, int]:
    """Write titles and comments that precede the header; the title, and where the header begins."""
    title: str | None = None
    after = shape.start
    least = max(2, -(-shape.columns * 2 // 3))
    for row, following in pairwise([*shape.sampled, ()]):
        filled = sum(bool(_value(writer.text, cell)) for cell in row)
        first = _value(writer.text, row[0])
        last = not following
        if (filled >= least and not first.startswith("#")) or shape.columns == 1 or last:
            break
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
        after = _outer(writer.text, following[0][1], -1)
    return title, after


def _value(text: str, cell: _Cell) -> str:
    return "".join(words for words, _ in _pieces(text, *cell[1:])) if cell[1] < cell[2] else ""


@dataclass(slots=True)
class _Widths:
    """Counts the rows that have more or fewer cells than the header."""

    width: int
    odd: int = 0
    first: int = -1
    cells: int = 0

    def counted(self, rows: Iterator[list[_Cell]]) -> Iterator[list[_Cell]]:
        self.odd, width = 0, self.width
        for row in rows:
            if len(row) != width:
                if not self.odd:
                    self.first, self.cells = row[0][1], len(row)
                self.odd += 1
            yield row


def _warn_of_columns(writer: _Writer, names: Sequence[str], widths: _Widths) -> None:
    """Say which columns share a name and which rows have more cells than the header, or fewer."""
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        shown = ", ".join(f"“{name[:40]}”" for name in repeated[:3])
        writer.warn(f"Several columns are called {shown}.")
    if widths.odd:
        more = f"; {widths.odd - 1:,} more rows are uneven" if widths.odd > 1 else ""
        has = f"A row has {widths.cells} cells where the header has {widths.width}"
        writer.warn(f"{has}{more}.", widths.first)


def _ended(writer: _Writer, encoding: str, title: str | None) -> Reading:
    if not writer.blocks:
        raise DocumentFormatError("It is empty: no cell of it has words.")
    return writer.reading(encoding, "csv", title)


# ---------------------------------------------------------------- JSON

_OBJECT, _END_OBJECT, _ARRAY, _END_ARRAY, _KEY, _STRING, _BARE = range(7)
_MOST_TOKENS = 20_000_000
_BLANKS = r"[ \t\r\n\x0b\x0c\ufeff\x00]*"
_TOKEN = re.compile(rf'{_BLANKS}(?:([{{}}\[\],:])|"([^"\\]*)"|(")|([^\s{{}}\[\],:"\x00]+))')
_STRING_STOP = re.compile(r'["\\]')
_VALUE = re.compile(
    r"(?:true|false|null|NaN|[+-]?Infinity|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\Z"
)
_MOST_NESTED_TABLES = 6  # lists of lists are looked through for a table of events so deep
_PLAIN_KEYS = frozenset(
    "data results items features records rows entries values list objects documents".split()
)  # say nothing as a heading
_TITLE_KEYS = ("title", "headline", "name")


@dataclass(slots=True)
class _Tokens:
    """The tokens of JSON in order: what each is, where it starts, and where it stops.

    Of what opens, ``stops`` holds the position of the token that closes it. A string's span lies
    within its quotation marks.
    """

    kinds: bytearray = field(default_factory=bytearray)
    starts: array[int] = field(default_factory=lambda: array("I"))
    stops: array[int] = field(default_factory=lambda: array("I"))
    wrong: int | None = None  # where it stops being JSON
    cut: bool = False  # it ends within something

    def add(self, kind: int, start: int, stop: int) -> None:
        self.kinds.append(kind)
        self.starts.append(start)
        self.stops.append(stop)


def _tokens(text: str) -> _Tokens:
    """The tokens of ``text`` up to where it stops being JSON; values may follow one another.

    Raises DocumentFormatError for what nests too deep or has too many parts.
    """
    tokens = _Tokens()
    open_: list[int] = []  # positions of the tokens that are not closed
    expected = "value"
    position = 0
    while token := _TOKEN.match(text, position):
        sign, position = token[1], token.end()
        if sign == "{" or sign == "[":
            if expected != "value":
                return _stopped(tokens, token.start(1))
            if len(open_) >= DEEPEST:
                raise DocumentFormatError(
                    f"It nests lists and objects deeper than {DEEPEST}, which no document needs."
                )
            open_.append(len(tokens.kinds))
            tokens.add(_OBJECT if sign == "{" else _ARRAY, token.start(1), 0)
            expected = "key" if sign == "{" else "value"
        elif sign == "}" or sign == "]":
            kind = _OBJECT if sign == "}" else _ARRAY
            if not open_ or tokens.kinds[open_[-1]] != kind or expected == "colon":
                return _stopped(tokens, token.start(1))
            if kind == _OBJECT and expected == "value":
                return _stopped(tokens, token.start(1))
            tokens.stops[open_.pop()] = len(tokens.kinds)
            tokens.add(kind + 1, token.start(1), token.end(1))
            expected = "comma" if open_ else "value"
        elif sign == ",":
            if expected != "comma" and (open_ or not tokens.kinds):
                return _stopped(tokens, token.start(1))
            inside = tokens.kinds[open_[-1]] if open_ else _ARRAY
            expected = "key" if inside == _OBJECT else "value"
        elif sign == ":":
            if expected != "colon":
                return _stopped(tokens, token.start(1))
            expected = "value"
        else:
            kind, start, stop = _BARE, token.start(4), token.end(4)
            if token[4] is None:
                kind, start = _STRING, token.start(2) if token[3] is None else token.end(3)
                stop = token.end(2) if token[3] is None else _string_end(text, start)
                position = min(len(text), stop + 1)
            if expected == "key" and kind == _STRING:
                kind, expected = _KEY, "colon"
            elif expected != "value" or not open_ or (kind == _BARE and not _is_value(token[4])):
                return _stopped(tokens, token.end() - len(token[0].lstrip()))
            else:
                expected = "comma"
            tokens.add(kind, start, stop)
        if len(tokens.kinds) > _MOST_TOKENS:
            raise DocumentFormatError(
                f"It is too large: it has more than {_MOST_TOKENS:,} parts.",
                hint="Split it into several files.",
            )
    tokens.cut = bool(open_)
    while open_:
        kind = tokens.kinds[open_[-1]]
        tokens.stops[open_.pop()] = len(tokens.kinds)
        tokens.add(kind + 1, len(text), len(text))
    return tokens


def _is_value(word: str) -> bool:
    return _VALUE.match(word) is not None


def _stopped(tokens: _Tokens, at: int) -> _Tokens:
    tokens.wrong = at
    return tokens


def _string_end(text: str, start: int) -> int:
    """Where the string's closing mark is that begins at ``start``; the text's end if it has none."""
    place = start
    while stop := _STRING_STOP.search(text, place):
        if stop[0] == '"':
            return stop.start()
        place = stop.end() + 1
    return len(text)


def read_json(text: str, encoding: str) -> Reading:
    """What JSON or JSON lines ``text`` holds: lists of events, other objects, long texts.

    An event is a paragraph with its date and words first; of any other object in a list a paragraph
    holds ``key: value`` lines. What is no JSON after all is read as plain text, with a warning.
    """
    tokens = _tokens(text)
    if tokens.wrong is not None:
        return _as_plain(text, encoding, tokens.wrong)
    writer = _Writer(text)
    reader = _JsonReader(writer, tokens)
    reader.read()
    if tokens.cut:
        writer.warn("It is cut off: its last part never ends.", len(text))
    if not writer.blocks:
        raise DocumentFormatError("It is empty: no value of it has words.")
    return writer.reading(encoding, "json", reader.title)


def _as_plain(text: str, encoding: str, wrong: int) -> Reading:
    reading = read_plain(text, encoding)
    warning = ReadingWarning(
        "From here on it is no JSON; all of it is read as plain text.", _line_of(text, wrong)
    )
    return Reading(
        reading.text,
        encoding,
        reading.source_map,
        reading.blocks,
        title=reading.title,
        notes=reading.notes,
        properties=reading.properties,
        warnings=(*reading.warnings, warning),
        format="json",
        pages=reading.pages,
        records=reading.records,
        lifted=reading.lifted,
        source=reading.source,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """A container that is being read."""

    kind: int
    row: bool  # it is an object of a list, or lies in one
    apart: bool  # what follows it is a paragraph of its own
    keys: int  # how many keys lead to it
    level: int  # of the heading over it


class _JsonReader:
    """Writes tokens as paragraphs."""

    def __init__(self, writer: _Writer, tokens: _Tokens) -> None:
        self.title: str | None = None
        self._writer = writer
        self._text = writer.text
        self._tokens = tokens
        self._frames: list[_Frame] = []
        self._key = -1  # position of the key whose value is next
        self._several = False  # values follow one another, as in JSON lines
        self._only_keys = False  # the open paragraph holds nothing but keys over what comes

    def read(self) -> None:
        """Write everything in order."""
        kinds = self._tokens.kinds
        position = 0
        while position < len(kinds):
            kind = kinds[position]
            if kind == _KEY:
                self._key = position
            elif kind in (_OBJECT, _ARRAY):
                done = self._whole(position)
                if done:
                    self._key = -1
                    position = done
                    continue
                self._enter(position)
            elif kind in (_END_OBJECT, _END_ARRAY):
                if self._key >= 0:  # cut off before its value
                    self._line(self._key, ())
                    self._key = -1
                if self._frames.pop().apart:
                    self._writer.close()
                    self._only_keys = False
            else:
                self._member(position)
                self._key = -1
            position += 1
        self._writer.close()

    def _whole(self, position: int) -> int:
        """Write a table of events or a list of plain values at once; the position behind it."""
        kinds, stop = self._tokens.kinds, self._tokens.stops[position]
        if kinds[position] == _ARRAY:
            if kinds[position + 1] == _OBJECT and len(self._frames) < _MOST_NESTED_TABLES:
                return stop + 1 if self._table(range(position + 1, stop)) else 0
            if all(kinds[item] > _KEY for item in range(position + 1, stop)):
                self._list(position, stop)
                return stop + 1
        elif not self._frames and position == 0 and stop + 1 < len(kinds):
            self._several = True
            return len(kinds) if self._table(range(len(kinds))) else 0
        return 0

    def _enter(self, position: int) -> None:
        """Begin a container: a row, or a part with its key over it."""
        tokens = self._tokens
        above = self._frames[-1] if self._frames else _Frame(_ARRAY, False, True, 0, 0)
        kind, level, key = tokens.kinds[position], above.level, self._key
        self._key = -1
        in_list = above.kind == _ARRAY and kind == _OBJECT
        keys = above.keys + (key >= 0)
        if not self._frames and self.title is None and kind == _OBJECT:
            self.title = self._title_of(position)
        apart = in_list or not above.row
        if apart and not self._only_keys:
            self._writer.close()
        if key >= 0 and not above.row:
            size = tokens.starts[tokens.stops[position]] - tokens.starts[position]
            name = _folded(self._text[tokens.starts[key] : tokens.stops[key]])
            if keys <= 2 and size >= _LONG_CONTENT:
                if name not in _PLAIN_KEYS and (pieces := self._pieces(key)):
                    level += 1
                    self._writer.close()
                    self._writer.add(pieces)
                    self._writer.close("heading", level)
                    self._only_keys = False
            elif self._writer.add(self._pieces(key), "\n"):
                self._only_keys = True
        row = above.row or (in_list and (bool(self._frames) or self._several))
        self._frames.append(_Frame(kind, row, apart, keys, level))

    def _member(self, position: int) -> None:
        """Write a single value, with its key."""
        self._only_keys = False
        start, stop = self._tokens.starts[position], self._tokens.stops[position]
        if stop - start >= _LONG and self._tokens.kinds[position] == _STRING:
            self._prose(position)
            return
        pieces = self._pieces(position)
        if pieces:
            self._line(self._key, pieces)

    def _line(self, key: int, pieces: Sequence[_Piece]) -> None:
        """Write ``key: value`` as a line of the open paragraph."""
        if key < 0:
            self._writer.add(pieces, "\n")
            return
        colon = self._text.find(":", self._tokens.stops[key])
        named = self._writer.add(self._pieces(key), "\n")
        if named and colon >= 0:
            self._writer.add([(":", colon)])
        self._writer.add(pieces, " " if named else "\n")

    def _prose(self, position: int) -> None:
        """Write a long text paragraph by paragraph; its key stands before it unless it says nothing."""
        key, writer = self._key, self._writer
        if (
            key >= 0
            and _role(self._text[self._tokens.starts[key] : self._tokens.stops[key]]) != "body"
        ):
            self._line(key, ())
        writer.close()
        for paragraph in _paragraphs(self._pieces(position, squeezed=False)):
            writer.add(paragraph)
            writer.close("text")

    def _list(self, position: int, stop: int) -> None:
        """Write a list of plain values as one line, or each as a paragraph where they are prose."""
        self._only_keys = False
        starts, items = self._tokens.starts, range(position + 1, stop)
        size = starts[stop] - starts[position]
        if size >= _LONG and size >= 40 * len(items):
            key, self._key = self._key, -1
            if key >= 0:
                self._line(key, ())
            for item in items:
                self._prose(item)
            return
        key = self._key
        row = bool(self._frames) and self._frames[-1].row
        if key < 0 and not row:
            self._writer.close()
        first = True
        for item in items:
            pieces = self._pieces(item)
            if not pieces:
                continue
            if first:
                self._line(key, pieces)
            else:
                self._writer.add(pieces, BETWEEN)
            first = False
        if key < 0 and not row:
            self._writer.close()

    def _pieces(self, position: int, *, squeezed: bool = True) -> list[_Piece]:
        tokens = self._tokens
        kind = _PLAIN if tokens.kinds[position] == _BARE else _ESCAPED
        return _pieces(
            self._text,
            tokens.starts[position],
            tokens.stops[position],
            kind,
            marked_up=self._writer.marked_up,
            squeezed=squeezed,
        )

    def _title_of(self, position: int) -> str | None:
        """What the outermost object calls itself."""
        tokens, stop = self._tokens, self._tokens.stops[position]
        item = position + 1
        while item < stop:
            name = self._text[tokens.starts[item] : tokens.stops[item]].casefold()
            value = item + 1
            if tokens.kinds[item] == _KEY and name in _TITLE_KEYS:
                found = value
                if tokens.kinds[value] == _OBJECT:
                    inner = (
                        n + 1
                        for n in range(value, min(tokens.stops[value], value + 50))
                        if tokens.kinds[n] == _KEY
                        and self._text[tokens.starts[n] : tokens.stops[n]] == "headline"
                    )
                    found = next(inner, value)
                if tokens.kinds[found] == _STRING:
                    title = "".join(words for words, _ in self._pieces(found))
                    if 0 < len(title) <= 200:
                        self._writer.marked_up = found != value  # as TimelineJS has it
                        return title
            opens = tokens.kinds[value] in (_OBJECT, _ARRAY)
            item = (tokens.stops[value] if opens else value) + 1
        return None

    # ------------------------------------------------------------ tables of events

    def _table(self, items: range) -> bool:
        """Write the objects in ``items`` as events, if they are."""
        columns: dict[str, int] = {}

        def rows() -> Iterator[list[_Cell]]:
            return self._rows(items, columns)

        for _ in islice(rows(), 1000):
            pass
        names = list(columns)
        table = _Table(self._writer, names, rows)
        folded = {_folded(name) for name in names}
        if not table.learn():
            return False
        self._only_keys = False
        self._writer.close()
        self._writer.marked_up |= {"textheadline", "startdateyear"} <= folded
        for key in self._leaf_keys(items):
            self._writer.add(self._pieces(key), BETWEEN)
        self._writer.close()
        table.write()
        return True

    def _leaf_keys(self, items: range) -> Iterator[int]:
        """The keys of the first object in ``items`` whose values are no objects."""
        kinds, stops = self._tokens.kinds, self._tokens.stops
        for item in range(items.start + 1, stops[items.start]):
            if kinds[item] == _KEY and kinds[item + 1] != _OBJECT:
                yield item

    def _rows(self, items: range, columns: dict[str, int]) -> Iterator[list[_Cell]]:
        """The cells of each object; ``columns`` numbers the paths of keys as they turn up."""
        tokens, text = self._tokens, self._text
        kinds, starts, stops = tokens.kinds, tokens.starts, tokens.stops
        item = items.start
        while item < items.stop:
            if kinds[item] not in (_OBJECT, _ARRAY):
                if kinds[item] > _KEY:
                    yield [(len(columns), starts[item], stops[item], _cell_kind(kinds[item]))]
                item += 1
                continue
            row: list[_Cell] = []
            paths = [""]
            path = ""
            for part in range(item + 1, stops[item]):
                kind = kinds[part]
                if kind == _KEY:
                    name = text[starts[part] : stops[part]]
                    above = paths[-1]
                    path = name if not above or above == "properties" else f"{above}.{name}"
                elif kind in (_OBJECT, _ARRAY):
                    paths.append(path)
                elif kind in (_END_OBJECT, _END_ARRAY):
                    paths.pop()
                    path = paths[-1]
                elif kind == _STRING or text[starts[part] : stops[part]] != "null":
                    column = columns.setdefault(path, len(columns))
                    row.append((column, starts[part], stops[part], _cell_kind(kind)))
            yield row
            item = stops[item] + 1


def _cell_kind(kind: int) -> int:
    return _ESCAPED if kind == _STRING else _PLAIN


def _paragraphs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """``pieces`` cut at blank lines, or at each line's end where there is no blank line."""
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece[0] == "\n":
            lines.append([])
        lines[-1].append(piece)
    words = [any(text.strip() for text, _ in line) for line in lines]
    by_line = all(words)
    paragraph: list[_Piece] = []
    for line, has_words in zip(lines, words, strict=True):
        if by_line or not has_words:
            if kept := _trimmed(paragraph):
                yield kept
            paragraph = []
        paragraph += line
    if kept := _trimmed(paragraph):
        yield kept


# ---------------------------------------------------------------- telling them from other text


def looks_like_json(sample: str) -> bool:
    """Whether ``sample``, the first characters of a file, is JSON or JSON lines as far as it goes."""
    sample = sample[:_SAMPLE]
    opening = sample.lstrip("\ufeff \t\r\n\0")[:1]
    if opening not in ("{", "["):
        return False
    try:
        tokens = _tokens(sample)
    except DocumentFormatError:
        return True  # what nests too deep is JSON, too
    if tokens.wrong is not None:
        # The last word of a sample may be cut.
        return len(sample) == _SAMPLE and tokens.wrong > _SAMPLE - 40
    return len(tokens.kinds) > 1


_FLAT = re.compile(r"[+-]?[\d.,:/\s%€$£TZ-]*\d[\d.,:/\s%€$£TZ-]*\Z")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-{2,}[ \t:|-]*\Z")


def looks_like_csv(sample: str) -> bool:
    """Whether ``sample``, the first characters of a file, is a table with a header; strict.

    Prose with commas, poems, logs and code are none: rows have as many cells as the header, whose
    names are short and no figures, and where commas or semicolons part cells no blanks follow them,
    unless columns of figures show a table.
    """
    if _SEP_LINE.match(sample):
        return True
    sample = sample[:_SAMPLE]
    shape = _shape(sample)
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
