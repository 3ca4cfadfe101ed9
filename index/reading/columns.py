"""Columns that plain text keeps as wide gaps, parted so that each is read from top to bottom.

A table has gaps too. Columns are parted only where, over many lines of a page, a gap stands at the
same place with running prose on both sides of it; all else stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from index.reading.lines import Line

_GUTTER = 2  # blanks between columns, at least
_NARROWEST = 24  # letters: narrower columns are those of tables
_FEWEST_LINES = 8
_RESPECTED = 0.9  # share of lines that must leave the gap free
_WORDS = 3.5  # in each piece of a line, at the median
_DIGITS = 0.2  # more of them and it is a table
_MOST_COLUMNS = 4
_LONGEST = 400  # letters: no printed line is longer
_WINDOW = 400  # lines looked at together where pages are unknown


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, with the number of its row on the page, blank rows counted."""

    line: Line
    row: int


def part_columns(lines: Sequence[Line]) -> list[Line]:
    """``lines`` in reading order, those of columns beside each other as lines of their own."""
    parted: list[Line] = []
    for rows in _pages(lines):
        gutters = _gutters([row.line.text for row in rows])
        parted += _in_order(rows, gutters) if gutters else [row.line for row in rows]
    return parted


def _pages(lines: Sequence[Line]) -> Iterator[list[_Row]]:
    row = 0
    rows: list[_Row] = []
    for line in lines:
        row += int(line.space_before) + 1
        if rows and (
            line.page != rows[-1].line.page or (line.page is None and len(rows) == _WINDOW)
        ):
            yield rows
            rows = []
        rows.append(_Row(line, row))
    if rows:
        yield rows


def _gutters(texts: Sequence[str]) -> list[int]:
    """Where the second, third … column begins; none if the lines are no columns."""
    texts = [text for text in texts if len(text) <= _LONGEST]
    if len(texts) < _FEWEST_LINES or any("\t" in text for text in texts):
        return []
    widest = max(len(text) for text in texts)
    free = [0] * (widest + 1)  # lines with text behind this place that leave it free
    reach = [0] * (widest + 1)  # lines with text behind this place
    for text in texts:
        blank = 0
        reach[len(text)] += 1
        for place, char in enumerate(text):
            blank = blank + 1 if char == " " else 0
            if blank >= _GUTTER:
                free[place] += 1
    behind = 0
    for place in range(widest, -1, -1):
        behind, reach[place] = behind + reach[place], behind
    good = [
        reach[place] >= max(_FEWEST_LINES, 0.3 * len(texts))
        and free[place] >= _RESPECTED * reach[place]
        for place in range(widest + 1)
    ]
    found: list[int] = []
    for is_good, places in groupby(range(_NARROWEST, widest), key=lambda place: good[place]):
        stretch = list(places)
        if is_good and stretch[-1] + 1 < widest:
            found.append(stretch[-1] + 1)
    edges = [0, *found, widest]
    if not found or len(edges) > _MOST_COLUMNS + 1:
        return []
    if any(right - left < _NARROWEST for left, right in pairwise(edges)):
        return []
    return found if all(_is_prose(texts, left, right) for left, right in pairwise(edges)) else []


def _is_prose(texts: Sequence[str], left: int, right: int) -> bool:
    pieces = [piece for text in texts if (piece := text[left:right].strip())]
    if len(pieces) < _FEWEST_LINES:
        return False
    letters = "".join(pieces)
    digits = sum(char.isdecimal() for char in letters)
    gaps = sum("   " in piece for piece in pieces)
    return (
        median(len(piece.split()) for piece in pieces) >= _WORDS
        and digits <= _DIGITS * len(letters)
        and gaps <= 0.3 * len(pieces)
    )


def _in_order(rows: Sequence[_Row], gutters: Sequence[int]) -> list[Line]:
    """Stretches of rows that keep to the columns, a column after the other; other rows as they are."""
    ordered: list[Line] = []
    last_row = rows[0].row - 1 - int(rows[0].line.space_before)
    for crosses, stretch in groupby(rows, key=lambda row: _crosses(row.line.text, gutters)):
        together = list(stretch)
        if crosses:
            ordered += [row.line for row in together]
        else:
            ordered += _columns(together, gutters, last_row)
        last_row = together[-1].row
    return ordered


def _crosses(text: str, gutters: Sequence[int]) -> bool:
    return len(text) > _LONGEST or any(
        text[place - 1 : place + 1].strip() and text[place - 1] != " " for place in gutters
    )


def _columns(rows: Sequence[_Row], gutters: Sequence[int], above: int) -> Iterator[Line]:
    edges = [0, *gutters, _LONGEST + 1]
    for column, (left, right) in enumerate(pairwise(edges)):
        last = above
        margin = _margin(rows, left, right)
        for row in rows:
            piece = row.line.text[left:right].rstrip()
            words = piece.lstrip()
            if not words:
                continue
            start = left + len(piece) - len(words)
            yield replace(
                row.line,
                text=words,
                source=row.line.source + start,
                space_before=row.row - last - 1,
                indent=max(0, start - margin),
                width=max(0, start - margin) + len(words),
                column=column,
            )
            last = row.row


def _margin(rows: Sequence[_Row], left: int, right: int) -> int:
    """Where most lines of a column begin."""
    starts = sorted(
        left + len(piece) - len(piece.lstrip())
        for row in rows
        if (piece := row.line.text[left:right]).strip()
    )
    return starts[len(starts) // 4] if starts else left
