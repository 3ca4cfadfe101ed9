"""JSON and JSON lines -> text: events as records, other objects as ``key: value`` lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from index.errors import DocumentFormatError
from index.model import ReadingWarning, one_line
from index.reading.cells import BETWEEN, ESCAPED, PLAIN, Cell, CellWriter, cell_pieces, line_of
from index.reading.event_columns import folded, role_of
from index.reading.event_table import MOST_COLUMNS, EventTable
from index.reading.json_tokens import (
    ARRAY,
    BARE,
    END_ARRAY,
    END_OBJECT,
    KEY,
    OBJECT,
    STRING,
    Tokens,
    tokenize,
)
from index.reading.pieces import Piece, trimmed
from index.reading.plain import read_plain
from index.reading.text import Reading

_SAMPLE = 65_536  # characters that are looked at
_LONG = 400  # characters: a longer value is prose, not a cell
_LONG_CONTENT = 600  # characters: a shorter container needs no heading
_MOST_NESTED_TABLES = 6  # lists of lists are looked through for a table of events so deep
_PLAIN_KEYS = frozenset(
    "data results items features records rows entries values list objects documents".split()
)  # say nothing as a heading
_LARGEST_EVENT = 1_000_000  # tokens of an object: a larger one is no event
_LONGEST_PATH = 500  # characters of the keys that lead to a value
_TITLE_KEYS = ("title", "headline", "name")
_ERAS = ("era", "eras")  # of TimelineJS: spans of time behind the events
_MARKED_UP = (  # keys of those whose texts are HTML: TimelineJS 3 and 2, JSON Feed
    {"textheadline", "startdateyear"},
    {"headline", "startdate"},
    {"contenthtml"},
    {"content", "start"},  # vis.js
)
_NESTED = frozenset(
    "events exhibits items timelines children".split()
)  # of an object that holds them


def read_json(text: str, encoding: str) -> Reading:
    """What JSON or JSON lines ``text`` holds: lists of events, other objects, long texts.

    An event is a paragraph with its date and words first; of any other object in a list a paragraph
    holds ``key: value`` lines. What is no JSON after all is read as plain text, with a warning.
    """
    tokens = tokenize(text)
    if tokens.wrong is not None:
        return _as_plain(text, encoding, tokens.wrong)
    writer = CellWriter(text)
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
        "From here on it is no JSON; all of it is read as plain text.", line_of(text, wrong)
    )
    return replace(reading, warnings=(*reading.warnings, warning))


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

    def __init__(self, writer: CellWriter, tokens: Tokens) -> None:
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
            if kind == KEY:
                self._key = position
            elif kind in (OBJECT, ARRAY):
                done = self._whole(position)
                if done:
                    self._key = -1
                    position = done
                    continue
                self._enter(position)
            elif kind in (END_OBJECT, END_ARRAY):
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
        if kinds[position] == ARRAY:
            if kinds[position + 1] == OBJECT and len(self._frames) < _MOST_NESTED_TABLES:
                return stop + 1 if self._table(range(position + 1, stop)) else 0
            if all(kinds[item] > KEY for item in range(position + 1, stop)):
                self._list(position, stop)
                return stop + 1
        elif not self._frames and position == 0 and stop + 1 < len(kinds):
            self._several = True
            return len(kinds) if self._table(range(len(kinds))) else 0
        return 0

    def _enter(self, position: int) -> None:
        """Begin a container: a row, or a part with its key over it."""
        tokens = self._tokens
        above = self._frames[-1] if self._frames else _Frame(ARRAY, False, True, 0, 0)
        kind, level, key = tokens.kinds[position], above.level, self._key
        self._key = -1
        in_list = above.kind == ARRAY and kind == OBJECT
        keys = above.keys + (key >= 0)
        if not self._frames and self.title is None and kind == OBJECT:
            self.title = self._title_of(position)
        apart = in_list or not above.row
        if apart and not self._only_keys:
            self._writer.close()
        if key >= 0 and not above.row:
            size = tokens.starts[tokens.stops[position]] - tokens.starts[position]
            name = folded(self._written(key))
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
        if stop - start >= _LONG and self._tokens.kinds[position] == STRING:
            self._prose(position)
            return
        pieces = self._pieces(position)
        if pieces:
            self._line(self._key, pieces)

    def _line(self, key: int, pieces: Sequence[Piece]) -> None:
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
        if key >= 0 and role_of(self._written(key)) != "body":
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
        worded = filter(None, map(self._pieces, items))
        if first := next(worded, None):
            self._line(key, first)
        for pieces in worded:
            self._writer.add(pieces, BETWEEN)
        if key < 0 and not row:
            self._writer.close()

    def _written(self, position: int) -> str:
        return self._text[self._tokens.starts[position] : self._tokens.stops[position]]

    def _pieces(self, position: int, *, squeezed: bool = True) -> list[Piece]:
        tokens = self._tokens
        return cell_pieces(
            self._text,
            tokens.starts[position],
            tokens.stops[position],
            _cell_kind(tokens.kinds[position]),
            marked_up=self._writer.marked_up,
            squeezed=squeezed,
        )

    def _title_of(self, position: int) -> str | None:
        """What the outermost object calls itself."""
        tokens, stop = self._tokens, self._tokens.stops[position]
        item = position + 1
        while item < stop:
            name = self._written(item).casefold()
            value = item + 1
            if tokens.kinds[item] == KEY and name in _TITLE_KEYS:
                found = value
                if tokens.kinds[value] == OBJECT:
                    inner = (
                        n + 1
                        for n in range(value, min(tokens.stops[value], value + 50))
                        if tokens.kinds[n] == KEY and self._written(n) == "headline"
                    )
                    found = next(inner, value)
                if tokens.kinds[found] == STRING:
                    self._writer.marked_up = found != value  # as TimelineJS has it
                    title = one_line("".join(words for words, _ in self._pieces(found)))
                    if 0 < len(title) <= 200:
                        return title
                    self._writer.marked_up = False
            opens = tokens.kinds[value] in (OBJECT, ARRAY)
            item = (tokens.stops[value] if opens else value) + 1
        return None

    # ------------------------------------------------------------ tables of events

    def _table(self, items: range) -> bool:
        """Write the objects in ``items`` as events, if they are."""
        if self._largest(items) > _LARGEST_EVENT or self._holds_events(items):
            return False
        columns: dict[str, int] = {}

        def rows() -> Iterator[list[Cell]]:
            return self._rows(items, columns)

        for _ in islice(rows(), 1000):
            pass
        names = list(columns)
        table = EventTable(self._writer, names, rows)
        if not table.learn():
            return False
        over = folded(self._written(self._key)) if self._key >= 0 else ""
        self._only_keys = False
        self._writer.close()
        known = set(map(folded, names))
        self._writer.marked_up |= any(names <= known for names in _MARKED_UP)
        for key in self._leaf_keys(items):
            self._writer.add(self._pieces(key), BETWEEN)
        self._writer.close()
        told = len(self._writer.records)
        table.write()
        if over in _ERAS and known & {"headline", "textheadline"}:
            del self._writer.records[told:]
        return True

    def _holds_events(self, items: range) -> bool:
        """Whether an object in ``items`` holds a list of events: it is an age or a chapter, no event."""
        kinds = self._tokens.kinds
        return any(
            kinds[item] == KEY
            and kinds[item + 1] == ARRAY
            and kinds[item + 2] == OBJECT
            and folded(self._written(item)) in _NESTED
            for item in range(items.start, min(items.stop - 2, items.start + _SAMPLE))
        )

    def _largest(self, items: range) -> int:
        """How many tokens the largest object in ``items`` has."""
        stops, item, largest = self._tokens.stops, items.start, 0
        while item < items.stop:
            opens = self._tokens.kinds[item] in (OBJECT, ARRAY)
            stop = stops[item] if opens else item
            largest = max(largest, stop - item)
            item = stop + 1
        return largest

    def _leaf_keys(self, items: range) -> Iterator[int]:
        """The keys of the first object in ``items`` whose values are no objects."""
        kinds, stops = self._tokens.kinds, self._tokens.stops
        for item in range(items.start + 1, stops[items.start]):
            if kinds[item] == KEY and kinds[item + 1] != OBJECT:
                yield item

    def _rows(self, items: range, columns: dict[str, int]) -> Iterator[list[Cell]]:
        """The cells of each object; ``columns`` numbers the paths of keys as they turn up."""
        tokens, text = self._tokens, self._text
        kinds, starts, stops = tokens.kinds, tokens.starts, tokens.stops
        item = items.start
        while item < items.stop:
            if kinds[item] not in (OBJECT, ARRAY):
                if kinds[item] > KEY:
                    yield [(len(columns), starts[item], stops[item], _cell_kind(kinds[item]))]
                item += 1
                continue
            row: list[Cell] = []
            paths = [""]
            path = ""
            for part in range(item + 1, stops[item]):
                kind = kinds[part]
                if kind == KEY:
                    path = text[starts[part] : min(stops[part], starts[part] + _LONGEST_PATH)]
                    if (above := paths[-1]) and above != "properties":
                        path = f"{above}.{path}"[:_LONGEST_PATH]
                elif kind in (OBJECT, ARRAY):
                    paths.append(path)
                elif kind in (END_OBJECT, END_ARRAY):
                    paths.pop()
                    path = paths[-1]
                elif kind == STRING or text[starts[part] : stops[part]] != "null":
                    column = columns.get(path, len(columns))
                    if column <= MOST_COLUMNS:
                        columns[path] = column
                    row.append((column, starts[part], stops[part], _cell_kind(kind)))
            yield row
            item = stops[item] + 1


def _cell_kind(kind: int) -> int:
    return PLAIN if kind == BARE else ESCAPED


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """``pieces`` cut at blank lines, or at each line's end where there is no blank line."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece[0] == "\n":
            lines.append([])
        lines[-1].append(piece)
    words = [any(text.strip() for text, _ in line) for line in lines]
    by_line = all(words)
    paragraph: list[Piece] = []
    for line, has_words in zip(lines, words, strict=True):
        if by_line or not has_words:
            if kept := trimmed(paragraph)[0]:
                yield kept
            paragraph = []
        paragraph += line
    if kept := trimmed(paragraph)[0]:
        yield kept


def looks_like_json(sample: str) -> bool:
    """Whether ``sample``, the first characters of a file, is JSON or JSON lines as far as it goes."""
    sample = sample[:_SAMPLE]
    opening = sample.lstrip("\ufeff \t\r\n\0")[:1]
    if opening not in ("{", "["):
        return False
    try:
        tokens = tokenize(sample)
    except DocumentFormatError:
        return True  # what nests too deep is JSON, too
    if tokens.wrong is not None:
        # The last word of a sample may be cut.
        return len(sample) == _SAMPLE and tokens.wrong > _SAMPLE - 40
    return len(tokens.kinds) > 1
