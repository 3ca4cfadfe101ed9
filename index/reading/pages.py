"""Where pages begin, and what is printed on each of them beside the text.

Nothing is known of a document but its own regularities: form feeds, numbers that count up, a mark
that announces each page, lines that come back at the head or foot of pages, or a page's first line
that alone is set in by one blank. Where none of these holds, pages stay unknown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from index.model import Lifted
from index.reading.lines import Line

_FEWEST = 3  # pages that must agree before a regularity is one
_NUMBER = re.compile(
    r"(?:page|p\.|seite|página|pagina|стр\.|-|–|—|\[|\(|~|\*)?[ \t]*(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"[ \t]*(?:(?:of|/|von|de|из)[ \t]*\d{1,4}|-|–|—|\]|\)|~|\*)?",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\[\[?Page (?P<number>[^\]\d]{0,20}\d{1,6})\]\]?", re.IGNORECASE
)  # as the US Government Publishing Office marks pages
_DIGITS = re.compile(r"\d+|\b[ivxlc]{1,7}\b")
_OF_PAGES = re.compile(r"(?<![\w/.,])\d{1,3}/\d{1,3}(?![\w/.,])")  # page 2 of 9
_MOST_LIFTED = 2 / 3
_EDGE = 3  # lines at the head and foot of a page that may be beside the text
_MANY_HEADS, _SHARE_OF_HEADS = 5, 0.3  # pages, and share of all, whose heads bear their number
_ARABIC = re.compile(r"[0-9]{1,4}")
_FEW_PAGES = 6  # among so few a running head need stand on two
_LONGEST_HEAD = 150
_PAGE_LINES = range(12, 120)  # how many lines are usual between two page starts
_YEARS = 1000  # from here on numbers that count up are years
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class Paged:
    """The lines of the text itself, each on its page, what was taken out, and printed page labels."""

    lines: tuple[Line, ...]
    lifted: tuple[Lifted, ...]
    labels: Mapping[int, str]


def find_pages(lines: Sequence[Line]) -> Paged:
    """Tell the page of each line where that can be known, and lift out what is printed around it."""
    if any(line.page is not None for line in lines):
        return _lift_edges(lines)
    return _announced(lines) or _counted(lines) or _set_in(lines) or Paged(tuple(lines), (), {})


def _announced(lines: Sequence[Line]) -> Paged | None:
    """Pages that a mark of their own announces: ``[[Page 12]]``, at a page's head."""
    found = {n: m for n, line in enumerate(lines) if (m := _ANNOUNCED.fullmatch(line.words))}
    if len(found) < _FEWEST and not any(match[0].startswith("[[") for match in found.values()):
        return None
    kept: list[Line] = []
    labels: dict[int, str] = {}
    page = 1 if min(found) else 0
    for number, line in enumerate(lines):
        if match := found.get(number):
            page += 1
            labels[page] = match["number"].strip()
        else:
            kept.append(replace(line, page=page))
    lifted = tuple(whole("page number", lines[number]) for number in sorted(found))
    return Paged(tuple(kept), lifted, labels)


def _counted(lines: Sequence[Line]) -> Paged | None:
    """Pages told by lines that hold nothing but a number, each one more than the last."""
    numbered = [
        (position, number)
        for position, line in enumerate(lines)
        if (number := _page_number(line)) is not None and line.words.strip("-–— []()").isdecimal()
    ]
    runs = _count_up(numbered)
    if len(runs) < _FEWEST:
        return None
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(runs)]
    usual = median(gaps)
    even = sum(0.6 * usual <= gap <= 1.4 * usual for gap in gaps)
    if not 5 <= usual <= 150 or 2 * even < len(gaps):  # numbers of a list, of a table's rows
        return None
    if runs[0][1] >= _YEARS:
        return None
    # A number under its page stands far from the document's first line, one over it at once.
    at_head = runs[0][0] <= 2 < runs[1][0] - runs[0][0] - 1
    places = dict(runs)
    kept: list[Line] = []
    page: int | None = None if at_head or runs[0][1] > 1 else 1
    for position, line in enumerate(lines):
        if position in places:
            page = places[position] if at_head else places[position] + 1
        else:
            kept.append(replace(line, page=page))
    if not at_head and runs[0][1] > 1:
        kept = [line if line.page else replace(line, page=None) for line in kept]
    lifted = tuple(whole("page number", lines[position]) for position in places)
    if any(line.page is None for line in kept):
        return Paged(tuple(kept), lifted, {})
    paged = _lift_edges(kept)
    return Paged(paged.lines, tuple(sorted((*lifted, *paged.lifted), key=_start)), {})


def _count_up(numbered: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of numbers that grow by one, of all that could be one."""
    longest: dict[int, tuple[int, int | None]] = {}  # by position: length, the one before
    last: dict[int, int] = {}  # number -> the latest position that bears it
    for position, number in numbered:
        before = last.get(number - 1)
        longest[position] = (longest[before][0] + 1 if before is not None else 1, before)
        last[number] = position
    if not longest:
        return []
    of = dict(numbered)
    at: int | None = max(longest, key=lambda position: longest[position][0])
    run: list[tuple[int, int]] = []
    while at is not None:
        run.append((at, of[at]))
        at = longest[at][1]
    return run[::-1]


def _set_in(lines: Sequence[Line]) -> Paged | None:
    """Pages whose first line alone is set in, by one blank: so some extractors leave them."""
    starts = [number for number, line in enumerate(lines) if line.indent]
    if len(starts) < _FEWEST or starts[0] != 0:
        return None
    if any(lines[number].text[:1] != " " or lines[number].indent != 1 for number in starts):
        return None
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    if median(gaps) not in _PAGE_LINES or min(gaps) < 4 or max(gaps) > 2 * _PAGE_LINES.stop:
        return None
    page = 0
    kept = []
    begins = set(starts)
    for number, line in enumerate(lines):
        if number in begins:
            page += 1
            text = line.text[1:]
            line = replace(line, text=text, source=line.source + 1, indent=0, width=len(text))
        kept.append(replace(line, page=page))
    return _lift_edges(kept)


def _lift_edges(lines: Sequence[Line]) -> Paged:
    """Take running heads and page numbers out of the first and last lines of pages."""
    pages: dict[int, list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        if line.page is not None:
            pages[line.page].append(position)
    edges: list[tuple[int, int, str]] = []  # position, page, head or foot
    for page, positions in pages.items():
        few = min(_EDGE, len(positions) - 1) if len(positions) > 1 else 0
        edges += [(position, page, "head") for position in positions[:few]]
        edges += [(position, page, "foot") for position in positions[few:][-_EDGE:]]
    numbers = _numbers_of_pages(lines, edges)
    recurring = _recurring(lines, edges) | _numbered_heads(lines, pages)
    lifted: dict[int, Lifted] = {}
    labels: dict[int, str] = {}
    for positions in pages.values():
        for inwards in (positions[:_EDGE], positions[::-1][:_EDGE]):
            for position in inwards:
                line = lines[position]
                if position in numbers:
                    lifted[position] = whole("page number", line)
                    labels[line.page or 0] = numbers[position]
                elif position in recurring and line.kind == "text":
                    lifted[position] = whole("running head", line)
                else:
                    break  # beside the text stands only what no text is outside of
    if len(lifted) > _MOST_LIFTED * len(lines):  # little would be left: these lines are the text
        return Paged(tuple(lines), (), {})
    labels = {page: label for page, label in labels.items() if label != str(page)}
    kept: list[Line] = []
    opened: set[tuple[int | None, int]] = set()
    for position, line in enumerate(lines):
        if position in lifted:
            continue
        key = (line.page, line.column)
        if line.page is not None and key not in opened and not line.column:
            line = replace(line, space_before=0)
        opened.add(key)
        kept.append(line)
    in_order = tuple(lifted[position] for position in sorted(lifted))
    return Paged(tuple(kept), in_order, labels)


def _numbers_of_pages(
    lines: Sequence[Line], edges: Sequence[tuple[int, int, str]]
) -> dict[int, str]:
    """Position -> label of the lines that are page numbers: as far from the page's own on several."""
    distances: dict[tuple[str, int, bool], dict[int, int]] = defaultdict(dict)
    for position, page, side in edges:
        number = _page_number(lines[position])
        if number is not None:
            roman = not any(char.isdecimal() for char in lines[position].text)
            distances[side, number - page, roman].setdefault(page, position)
    found: dict[int, str] = {}
    for on_pages in distances.values():
        if len(on_pages) >= _FEWEST or (len(on_pages) == 2 and len({p for _, p, _ in edges}) <= 3):
            for position in on_pages.values():
                match = _NUMBER.fullmatch(lines[position].words)
                if match:
                    found[position] = match["number"]
    return found


def _recurring(lines: Sequence[Line], edges: Sequence[tuple[int, int, str]]) -> set[int]:
    """Positions of lines that come back at the head or the foot of several pages.

    Numbers in them must stay the same, or count with the pages: a note that says “Ibid.” does not.
    """
    alike: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)  # page -> position
    for position, page, side in edges:
        line = lines[position]
        worded = any(char.isalpha() for char in line.words) or _OF_PAGES.search(line.words)
        if len(line.words) <= _LONGEST_HEAD and worded:
            alike[side, _pattern(line)].setdefault(page, position)
    found: set[int] = set()
    few = len({page for _, page, _ in edges}) <= _FEW_PAGES
    for (side, pattern), on_pages in alike.items():
        # A note, too, opens with a number that grows, and stands at the foot.
        enough = 2 if few and (side == "head" or pattern[0] not in "#([") else _FEWEST
        if len(on_pages) < enough:
            continue
        numbers = {page: _numbers(lines[position]) for page, position in on_pages.items()}
        counts = False  # a number in it grows with the pages
        for index in range(len(next(iter(numbers.values())))):
            steady = Counter(said[index] for said in numbers.values()).most_common(1)[0]
            counting = Counter(said[index] - page for page, said in numbers.items()).most_common(1)[
                0
            ]
            same = {page for page, said in numbers.items() if said[index] == steady[0]}
            along = {page for page, said in numbers.items() if said[index] - page == counting[0]}
            counts = counts or counting[1] > steady[1]
            kept = along if counting[1] > steady[1] else same
            numbers = {page: said for page, said in numbers.items() if page in kept}
        if len(numbers) >= (enough if counts else _FEWEST):
            found |= {on_pages[page] for page in numbers}
    return found


def _numbered_heads(lines: Sequence[Line], pages: Mapping[int, Sequence[int]]) -> set[int]:
    """Positions of first lines of pages that hold the page's number at one end, whatever else."""
    distances: dict[int, list[int]] = defaultdict(list)
    for page, positions in pages.items():
        words = lines[positions[0]].words.split()
        if len(words) > 1 and len(lines[positions[0]].words) <= _LONGEST_HEAD:
            ends = {int(word) for word in (words[0], words[-1]) if _ARABIC.fullmatch(word)}
            for number in ends:
                distances[number - page].append(positions[0])
    least = max(_MANY_HEADS, _SHARE_OF_HEADS * len(pages))
    return {n for found in distances.values() if len(found) >= least for n in found}


def _numbers(line: Line) -> list[int]:
    found = (match[0] for match in _DIGITS.finditer(_number_last(line)))
    return [int(said) if said.isdecimal() else _roman(said) for said in found]


def _pattern(line: Line) -> str:
    """What stays the same of a running head from page to page."""
    return _DIGITS.sub("#", _number_last(line))


def _number_last(line: Line) -> str:
    """The words in lower case; a page number before them, as on left pages, comes last."""
    words = line.words.casefold().split()
    if not any(char.isalpha() for char in line.words):  # 21-05512 1/9, or 2/9 21-05512
        return " ".join(sorted(words, key=lambda word: _DIGITS.sub("#", word)))
    if len(words) > 1 and _DIGITS.fullmatch(words[0]) and not _DIGITS.fullmatch(words[-1]):
        words.append(words.pop(0))
    return " ".join(words)


def _page_number(line: Line) -> int | None:
    """The number that is all there is on ``line``."""
    match = _NUMBER.fullmatch(line.words) if len(line.words) <= 20 else None
    if match is None:
        return None
    written = match["number"].lower()
    return int(written) if written.isdecimal() else _roman(written)


def _roman(written: str) -> int:
    values = [_ROMAN[char] for char in written]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def whole(kind: Literal["running head", "page number", "rule"], line: Line) -> Lifted:
    """All words of ``line`` as lifted out."""
    start = line.source + len(line.text) - len(line.words)
    return Lifted(kind, start, line.source + len(line.text))


def _start(lifted: Lifted) -> int:
    return lifted.start
