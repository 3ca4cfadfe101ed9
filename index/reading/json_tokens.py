"""JSON and JSON lines -> tokens by their places, read from the front and never nested by calls."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from index.errors import DocumentFormatError

DEEPEST = 200  # containers in each other; what nests deeper is made to harm
OBJECT, END_OBJECT, ARRAY, END_ARRAY, KEY, STRING, BARE = range(7)
_MOST_TOKENS = 20_000_000
_BLANKS = r"[ \t\r\n\x0b\x0c\ufeff\x00]*"
_TOKEN = re.compile(rf'{_BLANKS}(?:([{{}}\[\],:])|"([^"\\]*)"|(")|([^\s{{}}\[\],:"\x00\ufeff]+))')
_STRING_STOP = re.compile(r'["\\]')
_VALUE = re.compile(
    r"(?:true|false|null|NaN|[+-]?Infinity|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\Z"
)


@dataclass(slots=True)
class Tokens:
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


def tokenize(text: str) -> Tokens:
    """The tokens of ``text`` up to where it stops being JSON; values may follow one another.

    Raises DocumentFormatError for what nests too deep or has too many parts.
    """
    tokens = Tokens()
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
            tokens.add(OBJECT if sign == "{" else ARRAY, token.start(1), 0)
            expected = "key" if sign == "{" else "value"
        elif sign == "}" or sign == "]":
            kind = OBJECT if sign == "}" else ARRAY
            if not open_ or tokens.kinds[open_[-1]] != kind or expected == "colon":
                return _stopped(tokens, token.start(1))
            if kind == OBJECT and expected == "value":
                return _stopped(tokens, token.start(1))
            tokens.stops[open_.pop()] = len(tokens.kinds)
            tokens.add(kind + 1, token.start(1), token.end(1))
            expected = "comma" if open_ else "value"
        elif sign == ",":
            if expected != "comma" and (open_ or not tokens.kinds):
                return _stopped(tokens, token.start(1))
            inside = tokens.kinds[open_[-1]] if open_ else ARRAY
            expected = "key" if inside == OBJECT else "value"
        elif sign == ":":
            if expected != "colon":
                return _stopped(tokens, token.start(1))
            expected = "value"
        else:
            kind, start, stop = BARE, token.start(4), token.end(4)
            if token[4] is None:
                kind, start = STRING, token.start(2) if token[3] is None else token.end(3)
                stop = token.end(2) if token[3] is None else _string_end(text, start)
                position = min(len(text), stop + 1)
            if expected == "key" and kind == STRING:
                kind, expected = KEY, "colon"
            elif expected != "value" or not open_ or (kind == BARE and not _VALUE.match(token[4])):
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


def _stopped(tokens: Tokens, at: int) -> Tokens:
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
