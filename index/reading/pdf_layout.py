"""Signs where they stand on a page -> printed lines in reading order.

Only geometry counts here: signs that follow one another on a base line make a `_Run`, white space
that runs down between runs parts columns, and what is left is read line by line. A table is told by
cells that stand below each other; where it can't be told from prose it stays prose.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# All in heights of the letters at hand.
_WORD_GAP = 0.17  # white space that parts words where the file has no blanks of its own
_WORD_GAP_BESIDE_BLANKS = 0.27
_LONG_RUN = 12  # signs: in so many there is a blank if the file has any
_LIKELY_GAP = 0.1  # white space that does where PDFium sees words part
_RUN_GAP = 0.65  # white space that may part columns
_CELL_GAP = 0.9
_EVEN_GAPS = 0.06  # so much alike is the white space between the words of a justified line
_WIDEST_BLANK = 3.0
_SMALL_CAPITALS = 1.6  # letters up to so much larger may stand beside them
_SAME_BASE = 0.12
_RAISED = 0.15
_SAME_ROW = 0.35
_BIN = 0.25  # columns are sought at this many places a letter's height
_GUTTER_BINS = 3
_FEWEST_NARROW = 8  # lines at each side of a gutter that is narrower
_NARROWEST_COLUMN = 8
_FEWEST_ROWS = 4
_FOOT_ROWS = 5  # so many lines may stand below the text
_FEWEST_NUMBERS = 5  # of lines beside the text

_MOST_BINS = 600
_MOST_RUNS = 20_000  # a page of more is read as it is drawn
_DEEPEST = 24  # columns in columns

_LABEL = re.compile(r"[(\[]?(?:\w{1,4}|[•‣▪–—*·-])[.)\]:]?")
_LEADERS = re.compile(r"(?:\. ?){4,}|…{2,}|_{6,}")
_DOTS = re.compile(r"[. …_]+")
_WORD = re.compile(r"[^\W\d_]{3}|[\u2e80-\u9fff\uac00-\ud7ff]")
_NUMERIC = re.compile(
    r"[-–—−+(<>~≈]{0,3}[$€£¥]?[ \d.,:/%°'’)*†–—−-]*\d[ \d.,:/%°'’)*†–—−-]*[a-z]{0,2}"
)
_RTL_CODES = (
    (0x590, 0x8FF),
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFE),
    (0x10800, 0x10FFF),
    (0x1E800, 0x1EFFF),
)
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_LTR = re.compile(r"[A-Za-z\u00c0-\u02af\u0370-\u052f\u0900-\u1fff\u2c00-\ud7ff]")
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6"  # signs as wide as high, not parted
_WIDE_SIGN = re.compile(f"[{_WIDE}\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs of a page that run in one direction, as drawn; turned so that they run rightwards.

    Blanks are no signs: ``blank`` says that the file has one behind a sign, ``likely`` that PDFium
    sees words part there. Places are in points with y upwards.
    """

    chars: Sequence[str]
    codes: NDArray[np.int64]
    left: Floats
    right: Floats
    base: Floats
    size: Floats
    blank: Bools
    likely: Bools
    bold: Bools


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line with its place on the page; sizes in points."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    raised: tuple[tuple[int, int], ...]
    kind: Literal["text", "table"]
    column: int
    column_left: float
    space_before: float  # in lines of its column
    aside: bool = False  # numbers of lines beside the text, or words up its margin


@dataclass(slots=True)
class _Run:
    """Signs of one size that follow each other on one base line."""

    text: str
    left: float
    right: float
    base: float  # that of the line it belongs to
    size: float
    bold: bool
    order: int
    raise_: float = 0  # of its own base line over its line's, in heights of the line's letters
    glued: bool = False  # to what follows it: a drop cap
    blank: bool = False  # the file has a blank behind it
    rtl: bool = False
    host: float = 0  # size of the line it belongs to, where that is not its own

    @property
    def height(self) -> float:
        """That of the letters of its line."""
        return self.host or self.size


_Rows = list[list[_Run]]


@dataclass(frozen=True, slots=True)
class _Column:
    """What is read as a whole: rows of runs, highest first."""

    rows: _Rows
    number: int


def lines_of(glyphs: Glyphs) -> list[PrintedLine]:
    """The lines of a page in reading order, a column after the other; none for no signs."""
    if not len(glyphs.chars):
        return []
    runs = _runs(glyphs)
    _settle_raised(runs)
    if len(runs) > _MOST_RUNS:
        return _Printer([_Column([[run] for run in runs], 0)]).lines()
    runs, numbers = _without_line_numbers(runs)
    lines = _Printer(_columns(runs)).lines()
    beside = _Printer([_Column(_rows(numbers), lines[-1].column)]).lines() if numbers else []
    return lines + [replace(line, aside=True) for line in beside]


def _without_line_numbers(runs: list[_Run]) -> tuple[list[_Run], list[_Run]]:
    """``runs``, and apart from them the numbers of the page's lines that stand at their left."""
    numbers = [run for run in runs if run.text.isdecimal() and len(run.text) <= 4]
    if len(numbers) < _FEWEST_NUMBERS:
        return runs, []
    em = median([run.height for run in numbers])
    others = sorted(run.left for run in runs if not (run.text.isdecimal() and len(run.text) <= 4))
    if not others:
        return runs, []
    # Hardly anything else begins as far left as they end.
    places = Counter(round(run.right / em) for run in numbers)
    edge, count = min(places.most_common(3), key=lambda place: place[0])
    chosen = [run for run in numbers if abs(run.right / em - edge) <= 1]
    values = [int(run.text) for run in sorted(chosen, key=lambda run: -run.base)]
    steps = Counter(after - before for before, after in pairwise(values))
    step, often = steps.most_common(1)[0] if steps else (0, 0)
    left_of = bisect_left(others, max(run.right for run in chosen))
    if (
        count < _FEWEST_NUMBERS
        or step not in (1, 2, 5, 10)
        or often < 0.9 * (len(values) - 1)
        or left_of > 0.1 * len(others)
        or len(others) < len(values) * 0.7
        or _labels_text(chosen, runs)
    ):
        return runs, []
    apart = {id(run) for run in chosen}
    return [run for run in runs if id(run) not in apart], chosen


def _labels_text(numbers: Sequence[_Run], runs: Sequence[_Run]) -> bool:
    """Whether numbers count notes or items rather than lines: those don't stand at even distances."""
    bases = sorted((run.base for run in numbers), reverse=True)
    gaps = sorted(above - below for above, below in pairwise(bases))
    usual = gaps[len(gaps) // 2]
    odd = sum(not 0.8 * usual < gap < 1.25 * usual for gap in gaps)
    rows = len({round(run.base / max(run.height, 1)) for run in runs})
    return odd > 0.2 * len(gaps) or rows < len(numbers)


# ---------------------------------------------------------------- signs to runs


def _runs(glyphs: Glyphs) -> list[_Run]:
    count = len(glyphs.chars)
    size = np.maximum(glyphs.size, 0.1)
    # Signs are compared with the next one.
    larger = np.maximum(size[:-1], size[1:])
    rightwards = (glyphs.left[1:] - glyphs.right[:-1]) / larger
    leftwards = (glyphs.left[:-1] - glyphs.right[1:]) / larger
    apart = (leftwards > -0.3) & (leftwards < _RUN_GAP)
    apart |= glyphs.left[1:] == glyphs.left[:-1]  # letters of one ligature
    back = (glyphs.left[1:] <= glyphs.left[:-1]) & apart
    on = (rightwards > -0.6) & (rightwards < _RUN_GAP) & ~back
    rtl = np.zeros(count, bool)
    for first, last in _RTL_CODES:
        rtl |= (glyphs.codes >= first) & (glyphs.codes <= last)
    back &= rtl[1:] | rtl[:-1]
    gap = np.where(back, leftwards, rightwards)
    joined = (
        (on | back)
        & (np.abs(glyphs.base[1:] - glyphs.base[:-1]) < _SAME_BASE * larger)
        & (np.abs(size[1:] - size[:-1]) < 0.08 * larger)
        & (glyphs.bold[1:] == glyphs.bold[:-1])
    )
    # Where text turns its direction, a run ends: its parts are put in order by where they stand.
    turned = np.zeros(count - 1, bool)
    turned[1:] = (back[1:] != back[:-1]) & joined[:-1]
    joined &= ~turned
    blanks = glyphs.blank[:-1]
    seen = glyphs.likely[:-1]  # by PDFium
    wide = blanks | (gap > np.where(seen, _WORD_GAP, _WORD_GAP_BESIDE_BLANKS))
    narrow = blanks | (gap > np.where(seen, _LIKELY_GAP, _WORD_GAP))
    thrifty = bool(glyphs.blank.sum() < 0.07 * count)
    starts = [0, *(np.flatnonzero(~joined) + 1).tolist(), count]
    left, right = glyphs.left.tolist(), glyphs.right.tolist()
    base, sizes = glyphs.base.tolist(), size.tolist()
    gaps, blank = gap.tolist(), glyphs.blank.tolist()
    beside_blanks, without_blanks = wide.tolist(), narrow.tolist()
    runs: list[_Run] = []
    for start, stop in pairwise(starts):
        chars = glyphs.chars[start:stop]
        without = thrifty or (stop - start >= _LONG_RUN and not any(blank[start:stop]))
        parted = (without_blanks if without else beside_blanks)[start : stop - 1]
        if sum(parted) >= 0.6 * (len(chars) - 1) and len(chars) >= 4:
            parted = _unspaced(chars, gaps[start : stop - 1], blank[start : stop - 1], parted)
        text = "".join(
            [char + " " if apart else char for char, apart in zip(chars, parted, strict=False)]
        )
        text += chars[-1]
        if " " in text and _WIDE_SIGN.search(text):
            text = _without_wide_blanks(chars, parted, gaps[start : stop - 1], blank[start:stop])
        runs.append(
            _Run(
                text,
                min(left[start], left[stop - 1]) if stop - start < 3 else min(left[start:stop]),
                max(right[start:stop]),
                base[start],
                sizes[start],
                bool(glyphs.bold[start]),
                len(runs),
                blank=blank[stop - 1],
                rtl=bool(rtl[start:stop].any()),
            )
        )
    return runs


def _unspaced(
    chars: Sequence[str], gaps: Sequence[float], blanks: Sequence[bool], parted: list[bool]
) -> list[bool]:
    """Where words part in letter-spaced text, in which there is white space behind each letter."""
    if not all(char.isalpha() or char in ".,:;-–’'&" for char in chars):
        return parted
    usual = sorted(gaps)[len(gaps) // 2]
    if usual <= 0.05 and sum(blanks) < 0.8 * len(gaps):
        return parted
    return [gap > max(usual * 1.5, usual + 0.12) for gap in gaps]


def _without_wide_blanks(
    chars: Sequence[str], parted: Sequence[bool], gaps: Sequence[float], blanks: Sequence[bool]
) -> str:
    """The text without white space between Chinese, Japanese and Korean signs that only looks so."""
    pieces = []
    for position, char in enumerate(chars):
        pieces.append(char)
        if position < len(parted) and parted[position]:
            wide = _WIDE_SIGN.match(char) and _WIDE_SIGN.match(chars[position + 1])
            if not wide or blanks[position] or gaps[position] > 0.6:
                pieces.append(" ")
    return "".join(pieces)


def _settle_raised(runs: list[_Run]) -> None:
    """Give small raised or lowered runs and drop caps the base line of the words beside them."""
    for position, run in enumerate(runs):
        before = runs[position - 1] if position else None
        after = runs[position + 1] if position + 1 < len(runs) else None
        if len(run.text) <= 2 and after is not None and _is_drop_cap(run, after):
            run.base, run.host, run.glued = after.base, after.size, True
            continue
        if len(run.text) > 24:
            continue
        for other in (before, after):
            if other is None or other.raise_ or other.glued or not _beside(run, other):
                continue
            height = (run.base - other.base) / other.size
            smaller = run.size < 0.87 * other.size
            alike = len(run.text) <= 4 and 0.93 < run.size / other.size < 1.08
            if (
                (smaller and -0.4 < height < 0.75)
                or (alike and 0.2 < height < 0.6 and not run.text.isalpha())
                or (alike and -0.3 < height < -0.1 and run.text.isalpha() and _touch(run, other))
            ):
                run.raise_, run.base, run.host = height or 0.001, other.base, other.size
                break


def _beside(run: _Run, other: _Run) -> bool:
    room = 0.7 * max(run.size, other.size)
    return run.left < other.right + room and other.left < run.right + room


def _touch(run: _Run, other: _Run) -> bool:
    """Whether two runs stand so close that they are of one word."""
    room = 0.05 * other.size
    return run.left < other.right + room and other.left < run.right + room


def _is_drop_cap(run: _Run, after: _Run) -> bool:
    return (
        run.text.isalpha()
        and run.size > 1.7 * after.size
        and run.base + 0.3 * after.size < after.base < run.base + run.size
        and -0.3 * run.size < after.left - run.right < 1.5 * after.size
    )


# ---------------------------------------------------------------- runs to columns


def _columns(runs: Sequence[_Run]) -> list[_Column]:
    """``runs`` as columns in reading order. What spans columns is a column by itself."""
    found: list[_Column] = []
    _divide(_rows(runs), 0, 0, found)
    return found


def _divide(rows: _Rows, number: int, depth: int, found: list[_Column]) -> int:
    """Add the columns of ``rows`` to ``found``; gives how many stand side by side."""
    parts = _part(rows) if depth < _DEEPEST and len(rows) >= _FEWEST_ROWS else None
    if parts is None:
        if rows:
            found.append(_Column(rows, number))
        return 1
    above, left, right, below = parts
    widest = _divide(above, number, depth + 1, found)
    on_left = _divide(left, number, depth + 1, found)
    on_right = _divide(right, number + on_left, depth + 1, found)
    return max(widest, on_left + on_right, _divide(below, number, depth + 1, found))


def _rows(runs: Sequence[_Run]) -> _Rows:
    """``runs`` by base line, highest first, each from left to right."""
    rows: _Rows = []
    base = size = 0.0
    for run in sorted(runs, key=lambda run: (-run.base, run.left, run.order)):
        if rows and base - run.base < _SAME_ROW * min(size, run.height):
            rows[-1].append(run)
            continue
        rows.append([run])
        base, size = run.base, run.height
    for row in rows:
        row.sort(key=lambda run: (run.left, run.order))
    return rows


_Parts = tuple[_Rows, _Rows, _Rows, _Rows]


def _part(rows: _Rows) -> _Parts | None:
    """What stands above, left of, right of and below the best gutter of ``rows``; None without one."""
    gutters = _Gutters(rows)
    return None if gutters.span < 2 * _NARROWEST_COLUMN * gutters.em else gutters.best()


class _Gutters:
    """The white space that runs down between the runs of ``rows``.

    The width of the rows is divided into bins; a gutter is as many free ones as `_GUTTER_BINS`, or
    at least one if much speaks for it.
    """

    def __init__(self, rows: _Rows) -> None:
        self.em = median([run.height for row in rows for run in row])
        self._rows = rows
        self._low = min(row[0].left for row in rows)
        rights = [max(run.right for run in row) for row in rows]
        self.span = max(rights) - self._low
        self._step = max(_BIN * self.em, self.span / _MOST_BINS)
        bins = int(self.span / self._step) + 1
        taken = np.zeros((len(rows), bins + _GUTTER_BINS), bool)
        for number, row in enumerate(rows):
            led: _Run | None = None  # dots that lead to what follows, so that no gutter is between
            for run in row:
                begin = led.right if led and _leads(led, run) else run.left
                led = run if _DOTS.fullmatch(run.text) else None
                taken[number, self._bin(begin) : self._bin(run.right) + 1] = True
        place = np.arange(bins)
        self._narrow = ~taken[:, :bins]
        self._wide = self._narrow.copy()
        for shift in range(1, _GUTTER_BINS):
            self._wide &= ~taken[:, shift : bins + shift]
        self._before = np.array([self._bin(row[0].left) for row in rows])[:, None] < place
        self._behind = np.array([self._bin(right) for right in rights])[:, None] >= place

    def _bin(self, place: float) -> int:
        return int((place - self._low) / self._step)

    def _support(self, free: Bools) -> NDArray[np.int64]:
        """How many rows stand on both sides of each bin, where it is free."""
        support: NDArray[np.int64] = np.minimum(
            (free & self._before).sum(0), (free & self._behind).sum(0)
        )
        return support

    def best(self) -> _Parts | None:
        """The parts about the gutter that most rows leave free."""
        at_least_one = self._support(self._narrow)
        for narrow in (False, True):
            support = at_least_one if narrow else self._support(self._wide)
            for _ in range(5):
                best = int(support.argmax())
                most = support[best]
                if most < (_FEWEST_NARROW if narrow else _FEWEST_ROWS):
                    break
                # Of equals the rightmost: it is free of hanging ends on its left.
                while best + 1 < len(support) and support[best + 1] == most:
                    best += 1
                tried = [(best, narrow)]
                if not narrow:  # some lines may reach farther into it than most
                    nearest = best + int(at_least_one[best : best + _GUTTER_BINS].argmax())
                    if at_least_one[nearest] > most:
                        tried.insert(0, (nearest, True))
                for place, of_one in tried:
                    if parts := self._parts(place, of_one):
                        return parts
                reached = int(2 * self.em / self._step)
                support[max(0, best - reached) : best + reached + 1] = 0
        return None

    def _parts(self, place: int, narrow: bool) -> _Parts | None:
        """The parts about the gutter at a bin; None if they are no columns."""
        rows = self._rows
        free = (self._narrow if narrow else self._wide)[:, place]
        on_left, on_right = free & self._before[:, place], free & self._behind[:, place]
        stretch = _stretch(rows, self.em, free, on_left, on_right)
        if stretch is None:
            return None
        edge = self._low + place * self._step
        start, stop = _beside_table(rows, *stretch, edge)
        stop = _above_heading(rows, start, stop, edge)
        left, right = _cut(rows[start:stop], edge)
        if not _are_columns(left, right, self.em):
            return None
        if narrow and not _is_narrow_gutter(left, right, self.em):
            return None
        return rows[:start], left, right, rows[stop:]


def _leads(dots: _Run, run: _Run) -> bool:
    """Whether dots lead on to ``run``: further dots, or the number at their end."""
    gap = (run.left - dots.right) / run.height
    if _DOTS.fullmatch(run.text):
        return 0 < gap < 2
    return 0 < gap < 4 and len(run.text) <= 5 and run.text[0].isdecimal()


def _cut(rows: _Rows, edge: float) -> tuple[_Rows, _Rows]:
    """What of ``rows`` stands left of ``edge``, and what right of it."""
    left = [cut for row in rows if (cut := [run for run in row if run.left < edge])]
    right = [cut for row in rows if (cut := [run for run in row if run.left >= edge])]
    return left, right


def _is_narrow_gutter(left: _Rows, right: _Rows, em: float) -> bool:
    """Whether white space no wider than that of a justified line is a gutter all the same.

    There are several words to each of many lines then, not labels, and nearly all lines on its
    right begin at one place.
    """
    if min(len(left), len(right)) < _FEWEST_NARROW:
        return False
    for rows in (left, right):
        words = sum(len(" ".join(run.text for run in row).split()) for row in rows)
        if words < 3 * len(rows):
            return False
    starts = Counter(round(row[0].left / (0.5 * em)) for row in right)
    place, _ = starts.most_common(1)[0]
    return sum(starts[place + step] for step in (-1, 0, 1)) > 0.75 * len(right)


def _stretch(
    rows: _Rows, em: float, free: Bools, on_left: Bools, on_right: Bools
) -> tuple[int, int] | None:
    """The rows beside a gutter: the stretch of free ones that has most text on both its sides."""
    steps = np.diff(np.concatenate(([False], free, [False])).astype(np.int8))
    starts, stops = np.flatnonzero(steps > 0).tolist(), np.flatnonzero(steps < 0).tolist()
    lefts = np.concatenate(([0], np.cumsum(on_left)))
    rights = np.concatenate(([0], np.cumsum(on_right)))
    start, stop = max(
        zip(starts, stops, strict=True),
        key=lambda at: min(lefts[at[1]] - lefts[at[0]], rights[at[1]] - rights[at[0]]),
    )
    base = [row[0].base for row in rows]
    # What stands only on the left above all columns, and apart, is read with what is above it.
    first = start
    while first < stop and not on_right[first]:
        first += 1
        if first < stop and base[first - 1] - base[first] > 1.9 * em:
            start = first
    # A running head or foot may leave the gutter free too; it stands apart.
    for number in range(start, min(2, stop - 1)):
        if base[number] - base[number + 1] > 1.9 * em:
            start = number + 1
    for number in range(stop - 1, max(len(rows) - _FOOT_ROWS, start), -1):
        among_last = number > len(rows) - 3 or sum(len(run.text) for run in rows[number]) <= 8
        if among_last and base[number - 1] - base[number] > 1.9 * em:
            stop = number
    return (start, stop) if stop - start >= _FEWEST_ROWS else None


def _beside_table(rows: _Rows, start: int, stop: int, edge: float) -> tuple[int, int]:
    """The stretch up to a table that stands over the gutter, or behind one that it begins with."""
    cells: dict[int, list[_Cell]] = {}
    for number in range(start, stop):
        row = rows[number]
        if len(row) < 3 or row[0].left >= edge or row[-1].left < edge:
            continue
        found = _cells(row)
        if len(found) >= 3 and sum(len(cell.text) for cell in found) < 20 * len(found):
            cells[number] = found
    number = start
    while number < stop:
        last = number
        while last in cells:
            last += 1
        if last - number >= 3 and _tables(
            list(map(cells.__getitem__, range(number, last))), 0, last - number
        ):
            if number - start >= _FEWEST_ROWS:
                return start, number
            start = last
        number = last + 1
    return start, stop


def _above_heading(rows: _Rows, start: int, stop: int, edge: float) -> int:
    """Where the stretch ends above a heading that is meant for both sides, though it is short.

    It stands alone in white space on the left, and the right leaves as much room beside it.
    """
    rights = [number for number in range(start, stop) if rows[number][-1].left >= edge]
    steps = [rows[above][0].base - rows[below][0].base for above, below in pairwise(rights)]
    usual = median(steps) if steps else 0
    body = median([run.height for number in rights for run in rows[number]]) if rights else 1
    for (above, below), step in zip(pairwise(rights), steps, strict=True):
        between = rows[above + 1 : below]
        if not between or step < 2.3 * usual or above + 1 - start < _FEWEST_ROWS:
            continue
        if all(run.bold or run.height > 1.12 * body for row in between for run in row):
            return above + 1
    return stop


def _are_columns(left: _Rows, right: _Rows, em: float) -> bool:
    """Whether two sides of a gutter are columns of text: not cells, nor labels before their text."""
    if min(len(left), len(right)) < _FEWEST_ROWS:
        return False
    sides = [_Side(rows) for rows in (left, right)]
    if min(side.width for side in sides) < _NARROWEST_COLUMN * em:
        return False
    if max(side.numeric for side in sides) > 0.4:
        return False
    fewest = min(side.letters for side in sides)
    if fewest < 9 or _begins_with_pages(right):
        return False
    bases = sorted([row[0].base for row in left] + [row[0].base for row in right])
    beside = sum(second - first < 0.2 * em for first, second in pairwise(bases))
    aligned = beside / min(len(left), len(right))
    full = min(side.full for side in sides)
    # What is drawn row by row is a table or the work of OCR; only prose then fills its lines.
    last = max(run.order for row in left for run in row)
    by_row = sum(row[0].order < last for row in right) > 0.3 * len(right)
    if fewest >= 22 and full >= (0.75 if by_row and aligned > 0.75 else 0.55):
        return True
    if aligned < 0.75:
        return fewest >= 14
    # Short lines on equal heights: cells, or lists and indexes, which go on and are alike.
    if by_row:
        return False
    widths = sorted(side.width for side in sides)
    counts = sorted(len(side.rows) for side in sides)
    return counts[0] >= 18 and widths[1] < 1.6 * widths[0] and counts[1] < 1.5 * counts[0]


def _begins_with_pages(rows: _Rows) -> bool:
    """Whether lines begin with the page numbers of contents that stand on their left."""
    numbers = [
        int(row[0].text)
        for row in rows
        if len(row) > 1
        and row[0].text.isdecimal()
        and len(row[0].text) <= 4
        and row[1].left - row[0].right > row[0].height
    ]
    counted = sum(after == before + 1 for before, after in pairwise(numbers))
    return len(numbers) > 0.4 * len(rows) and counted < 0.7 * len(numbers)


class _Side:
    """What tells prose from cells in the text at one side of a gutter."""

    def __init__(self, rows: _Rows) -> None:
        self.rows = rows
        lefts = [row[0].left for row in rows]
        rights = [row[-1].right for row in rows]
        texts = ["".join(run.text for run in row) for row in rows]
        self.width = max(rights) - min(lefts)
        self.letters = sum(map(len, texts)) / len(rows)
        self.numeric = sum(_NUMERIC.fullmatch(text) is not None for text in texts) / len(rows)
        # How far pieces of lines fill the room that pieces beginning at their place have.
        pieces = [piece for row in rows for piece in _pieces(row)]
        room: dict[int, float] = {}
        for place, width in pieces:
            room[place] = max(room.get(place, 0.1), width)
        self.full = median([width / room[place] for place, width in pieces])


def _pieces(row: Sequence[_Run]) -> list[tuple[int, float]]:
    """Where the stretches of a row between wide white space begin, roughly, and how wide they are."""
    pieces = []
    left = right = row[0].left
    for run in row:
        if run.left - right > run.height:
            pieces.append((left, right - left))
            left = run.left
        right = max(right, run.right)
    pieces.append((left, right - left))
    return [(round(place / (3 * row[0].height)), width) for place, width in pieces]


# ---------------------------------------------------------------- columns to lines


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    left: float
    right: float
    raised: tuple[tuple[int, int], ...]


class _Printer:
    """Turns the columns of one page to its lines."""

    def __init__(self, columns: Sequence[_Column]) -> None:
        self._columns = columns
        self._lefts: dict[int, float] = {}
        for column in columns:
            left = _left_edge(column.rows)
            self._lefts[column.number] = min(left, self._lefts.get(column.number, left))
        self._leading = _leading(columns)
        self._lowest: dict[int, PrintedLine] = {}  # the last line of each column

    def lines(self) -> list[PrintedLine]:
        lines: list[PrintedLine] = []
        for column in self._columns:
            cells = [_cells(row) for row in column.rows]
            tabular = _tabular(cells, column.rows)
            for row, row_cells, table in zip(column.rows, cells, tabular, strict=True):
                if row_cells:
                    lines.append(self._line(row, row_cells, table, column.number))
        return lines

    def _line(
        self, row: Sequence[_Run], cells: Sequence[_Cell], table: bool, number: int
    ) -> PrintedLine:
        text, raised = _join(cells, " | " if table else " ")
        bold, ends_bold = 0, False  # words in front that alone are bold make no heading
        for run in row:
            bold += len(run.text) if run.bold else -len(run.text)
            if not run.raise_ and any(map(str.isalpha, run.text)):
                ends_bold = run.bold
        size = _size(row)
        before = self._lowest.get(number)
        base = row[0].base
        space = 0.0
        if before is not None and before.base > base:
            usual = self._leading * max(size, before.size if before.size < 1.5 * size else size)
            space = max(0.0, round((before.base - base) / usual - 1, 2))
        line = PrintedLine(
            text,
            cells[0].left if not _is_rtl(text) else cells[-1].left,
            max(cell.right for cell in cells),
            base,
            size,
            bold > 0 and ends_bold,
            raised,
            "table" if table else "text",
            number,
            self._lefts[number],
            space if space >= 0.15 else 0.0,
        )
        self._lowest[number] = line
        return line


def _size(row: Sequence[_Run]) -> float:
    """The size that most of a line's signs have; small capitals have that of the letters beside."""
    sizes: dict[float, int] = {}
    for run in row:
        sizes[run.height] = sizes.get(run.height, 0) + len(run.text)
    if len(sizes) == 1:
        return row[0].height
    for run in row:
        if run.text.isupper():
            larger = [size for size in sizes if run.height < size < _SMALL_CAPITALS * run.height]
            if larger:
                sizes[run.height] -= len(run.text)
                sizes[max(larger)] += len(run.text)
    return max(sizes, key=lambda size: (sizes[size], size))


def _left_edge(rows: _Rows) -> float:
    """Where a column begins: the leftmost place at which more than a stray line does."""
    lefts = sorted(row[0].left for row in rows)
    em = median([row[0].height for row in rows])
    enough = min(3, len(lefts) // 10 + 1)
    for number in range(len(lefts) - enough + 1):
        if lefts[number + enough - 1] - lefts[number] < 0.5 * em:
            return lefts[number]
    return lefts[0]


def _leading(columns: Sequence[_Column]) -> float:
    """The usual distance of base lines, in heights of letters."""
    found = []
    for column in columns:
        for above, below in pairwise(column.rows):
            distance = (above[0].base - below[0].base) / max(above[0].height, below[0].height)
            if 0.7 < distance < 3.5:
                found.append(distance)
    return median(found) if found else 1.2


def _is_rtl(text: str) -> bool:
    return len(_RTL.findall(text)) > len(_LTR.findall(text))


def _cells(row: Sequence[_Run]) -> list[_Cell]:
    """The runs of a row in reading order, put together where no wide white space parts them."""
    groups: list[list[_Run]] = []
    reach = 0.0
    for run in row:
        if groups and run.left - reach < _CELL_GAP * max(run.height, groups[-1][-1].height):
            groups[-1].append(run)
            reach = max(reach, run.right)
        else:
            groups.append([run])
            reach = run.right
    if len(groups) > 2:
        groups = _justified(groups)
    rtl = any(run.rtl for run in row) and _is_rtl("".join(run.text for run in row))
    cells = [cell for group in groups if (cell := _cell(group, rtl)).text]
    return cells[::-1] if rtl else cells


def _justified(groups: list[list[_Run]]) -> list[list[_Run]]:
    """``groups`` with those put together that stand at equal distances: words of a line drawn out."""
    gaps = [
        (after[0].left - max(run.right for run in before)) / before[-1].height
        for before, after in pairwise(groups)
    ]
    even = [
        abs(gap - beside) < _EVEN_GAPS and gap < _WIDEST_BLANK for gap, beside in pairwise(gaps)
    ]
    texts = ["".join(run.text for run in group) for group in groups]
    worded = [any(map(str.isalpha, text)) and not any(map(str.isdigit, text)) for text in texts]
    if sum(worded) < (0.6 * len(groups) if len(groups) > 3 else len(groups)):  # a table's row
        return groups
    joined = [groups[0]]
    for number, group in enumerate(groups[1:]):
        if True in even[max(0, number - 1) : number + 1]:
            joined[-1] = joined[-1] + group
        else:
            joined.append(group)
    return joined


def _cell(runs: list[_Run], rtl: bool) -> _Cell:
    pieces: list[str] = []
    raised: list[tuple[int, int]] = []
    length = 0
    ordered = _from_right(runs) if rtl else runs
    for number, run in enumerate(ordered):
        text = run.text
        if number and not ordered[number - 1].glued and _apart(ordered[number - 1], run):
            text = " " + text
        if not pieces:
            text = text.lstrip()
        start = length + len(text) - len(text.lstrip())
        length += len(text)
        pieces.append(text)
        if run.raise_ > _RAISED and start < length:
            raised.append((start, length))
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    return _Cell("".join(pieces).rstrip(), left, right, tuple(raised))


def _from_right(runs: Sequence[_Run]) -> list[_Run]:
    """Runs from right to left, but words of other scripts among them from left to right."""
    ordered: list[_Run] = []
    foreign: list[_Run] = []
    for run in reversed(runs):
        if run.rtl or not any(char.isalnum() for char in run.text):
            ordered += [*reversed(foreign), run]
            foreign = []
        else:
            foreign.append(run)
    return [*ordered, *reversed(foreign)]


def _apart(before: _Run, run: _Run) -> bool:
    """Whether white space parts two runs that stand beside each other."""
    if before.text.endswith(" ") or run.text.startswith(" "):
        return False
    gap = max(run.left - before.right, before.left - run.right)
    height = max(min(before.size, run.size), 0.1)
    if before.blank and before.order + 1 == run.order:
        return True
    if _WIDE_SIGN.match(before.text[-1]) and _WIDE_SIGN.match(run.text[0]):
        return gap > 0.8 * height
    return gap > (0.22 if not (before.raise_ or run.raise_) else 0.3) * height


def _join(cells: Sequence[_Cell], between: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    raised: list[tuple[int, int]] = []
    text = ""
    for cell in cells:
        if text:
            text += between
        raised += [(start + len(text), stop + len(text)) for start, stop in cell.raised]
        text += cell.text
    return text, tuple(raised)


# ---------------------------------------------------------------- tables


def _tabular(rows: Sequence[Sequence[_Cell]], runs: _Rows) -> list[bool]:
    """Which rows are a table's: several in a row whose cells stand below each other."""
    found = [False] * len(rows)
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2:
            start += 1
            continue
        if start == 0 and len(rows) > 1 and _far(runs, 0):  # a running head
            start += 1
            continue
        stop = _run_of_rows(rows, runs, start)
        if stop == len(rows) > start + 1 and _far(runs, stop - 2):
            stop -= 1
        for first, last in _tables(rows, start, stop):
            found[first:last] = [True] * (last - first)
        start = stop
    return found


def _far(runs: _Rows, number: int) -> bool:
    """Whether much white space parts a row from the next."""
    height = max(runs[number][0].height, runs[number + 1][0].height)
    return runs[number][0].base - runs[number + 1][0].base > 1.7 * height


def _run_of_rows(rows: Sequence[Sequence[_Cell]], runs: _Rows, start: int) -> int:
    """Where the rows of several cells that begin at ``start`` end; a few of one cell may be among them."""
    stop = start + 1
    for number in range(start + 1, len(rows)):
        height = max(runs[number][0].height, runs[number - 1][0].height)
        if number - stop > 2 or runs[number - 1][0].base - runs[number][0].base > 3 * height:
            break
        if len(rows[number]) >= 2:
            stop = number + 1
    return stop


def _tables(rows: Sequence[Sequence[_Cell]], start: int, stop: int) -> list[tuple[int, int]]:
    """The stretches of rows from ``start`` to ``stop`` that are tables."""
    several = [number for number in range(start, stop) if len(rows[number]) >= 2]
    if len(several) < 3 or any(_LEADERS.search(c.text) for n in several for c in rows[n]):
        return []
    gutters = _common_gutters([rows[number] for number in several])
    if not gutters:
        return []
    columns: list[list[str]] = [[] for _ in range(len(gutters) + 1)]
    for number in several:
        for cell in rows[number]:
            columns[bisect_left(gutters, cell.left)].append(cell.text)
    filled = [column for column in columns if len(column) >= 0.3 * len(several)]
    labelled = len(filled) < 2 or _labels(filled[0])
    rest = filled[2:] if labelled else filled[1:]
    if not rest or not _worded([*filled[0], *(text for column in rest for text in column)]):
        return []
    numeric = [
        sum(_NUMERIC.fullmatch(text) is not None for text in column) / len(column)
        for column in rest
    ]
    length = sum(sum(map(len, column)) for column in filled) / sum(map(len, filled))
    if len(rest) == 1:
        dense = len(several) >= 4 and len(several) > 0.7 * (stop - start) and not labelled
        good = numeric[0] > 0.6 or (dense and length < 22)
    else:
        good = length < 32 or max(numeric) > 0.6
    if not good:
        return []
    # A heading or prose at either end is no row: its words stand across the gutters.
    fitting = [
        number
        for number in several
        if sum(any(c.left < gutter < c.right for gutter in gutters) for c in rows[number])
        < 0.4 * len(rows[number])
    ]
    if len(fitting) < 3:
        return []
    return [(fitting[0], fitting[-1] + 1)]


def _worded(cells: Sequence[str]) -> bool:
    """Whether cells hold words and numbers, not the parts of formulas."""
    words = sum(
        _NUMERIC.fullmatch(text) is not None or _WORD.search(text) is not None for text in cells
    )
    return words > 0.6 * len(cells)


def _labels(column: Sequence[str]) -> bool:
    """Whether a column holds but the numbers or bullets of a list."""
    return sum(
        _LABEL.fullmatch(text) is not None and not text.isalpha() for text in column
    ) > 0.7 * len(column)


def _common_gutters(rows: Sequence[Sequence[_Cell]]) -> list[float]:
    """Places that nearly all rows leave free, with cells on both sides."""
    events: list[tuple[float, int]] = []
    for row in rows:
        for before, after in pairwise(sorted(row, key=lambda cell: cell.left)):
            if after.left > before.right:
                events += [(before.right, 1), (after.left, -1)]
    events.sort()
    gutters: list[float] = []
    depth = 0
    need = max(3, 0.6 * len(rows))
    for position, (place, step) in enumerate(events):
        rising = step > 0
        depth += step
        following = events[position + 1] if position + 1 < len(events) else None
        if rising and depth >= need and following is not None and following[1] < 0:
            gutters.append((place + following[0]) / 2)
    return gutters
