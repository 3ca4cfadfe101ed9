"""Which lines begin with a date as the entries of a chronology do, so that each is a paragraph.

One such line may be chance, where text was wrapped. A run of them that stand alike and whose dates
go one way is a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.dates.labels import STRONG, DateLabel, read_label
from index.dates.words import MONTHS
from index.model import Precision
from index.reading.text import Block

_FEWEST = 2  # lines of one block
_FEWEST_WEAK = 3  # where only a blank, a comma or a full stop parts the date from the words
_SHARE = 0.34  # of a block's lines
_MOST_LINES = 0.8
_MOST_DISORDER = 0.25
_DATE_LIKE = re.compile(
    r"[\s>#*_|;:•‣◦·▪●=+'(\[–—-]{0,12}(?:[0-9~]|c\.|ca\.|circa|ad\b|from|between|since|until|before|after|early|mid"
    rf"|late|spring|summer|autumn|fall|winter|the\b|(?:{'|'.join(sorted(MONTHS))})|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:v[0-9]{1,5}\.|[0-9]{1,5}\.[0-9]{1,5}\.)[0-9]{1,5}")
_WORD = re.compile(r"[^\W\d_]{3}")
_BULLET = re.compile(r"[ \t]*[-*•‣◦·▪●–][ \t]+\S")
_RUN_IN = re.compile(
    rf"(?<=[.!?”\"')])\s+(?=(?:[12][0-9]{{3}},?\s+)?(?:{'|'.join(sorted(MONTHS))})\.?\s+[0-9]{{1,2}}"
    r"(?:[-–][0-9]{1,2})?(?:,\s+[0-9]{4})?\.?\s?(?:—|–|--))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A line that begins with a date."""

    position: int
    indent: int
    label: DateLabel

    @property
    def strong(self) -> bool:
        label = self.label
        return (label.sign in STRONG and label.kind != "small") or (
            label.sign == " " and label.precision is Precision.DAY and not label.yearless
        )


def dated_lines(lines: Sequence[str], blocks: Sequence[int]) -> frozenset[int]:
    """The positions of ``lines`` that begin entries; ``blocks`` are those that follow a blank line.

    A list is told in each block by itself, or in all that begin so together.
    """
    found: set[int] = set()
    starts = sorted({0, *blocks})
    for start, stop in pairwise([*starts, len(lines)]):
        found |= _in_block(lines, start, stop)
    return frozenset(found)


def _in_block(lines: Sequence[str], start: int, stop: int) -> set[int]:
    dated = []
    for position in range(start, stop):
        line = lines[position]
        if not _DATE_LIKE.match(line):
            continue
        label = read_label(line, order="dmy")  # which of the two is the month is told later
        if label is None:
            continue
        version = label.precision is Precision.DAY and _VERSION.match(line, label.body)
        if label.sign == "alone" or version or _WORD.search(line, label.body):
            dated.append(_Dated(position, len(line) - len(line.lstrip()), label))
    if len(dated) < _FEWEST:
        return set()
    strong = [line for line in dated if line.strong]
    kept: list[_Dated] = strong if _is_list(strong, _FEWEST, lines, start, stop) else []
    most = len(dated) >= _MOST_LINES * (stop - start)
    well = [
        line for line in dated if line.label.kind != "small" and _begins_well(line, lines, start)
    ]
    together = dated if most else well
    in_year = most and all(_in_year(line.label) for line in dated)
    least = _FEWEST if in_year else _FEWEST_WEAK
    if len(together) > len(kept) and _is_list(together, least, lines, start, stop):
        kept = together
    return {line.position for line in kept} | _listed(kept, lines, stop)


def _listed(kept: Sequence[_Dated], lines: Sequence[str], stop: int) -> set[int]:
    """The lines below a date that stands alone, where each is a sentence or opens with a bullet:
    several events of one day."""
    found: set[int] = set()
    undivided = all(line.label.sign in ("alone", "line") for line in kept)
    for line, following in pairwise([*kept, None]):
        if line is None or line.label.sign not in ("alone", "line"):
            continue
        below = range(line.position + 1, following.position if following else stop)
        if below and _BULLET.match(lines[below[0]]):
            found.update(position for position in below if _BULLET.match(lines[position]))
        elif line.label.sign == "alone" and not undivided and len(below) > 1:
            found.update(below if all(_is_sentence(lines[n]) for n in below) else ())
    return found


def _is_sentence(line: str) -> bool:
    text = line.strip()
    return not text[:1].islower() and text.rstrip("”\"')]0123456789[")[-1:] in (".", "!", "?")


def _in_year(label: DateLabel) -> bool:
    """Whether the date has a month or a day, so that no mere number can be meant."""
    atom = label.found.first or label.found.last
    return atom is not None and atom.month > 0


def _begins_well(line: _Dated, lines: Sequence[str], start: int) -> bool:
    """Whether nothing runs over from the line above: it ends a sentence, or is set in further."""
    if line.strong or line.position == start:
        return True
    before = lines[line.position - 1]
    text = before.rstrip()
    indent = len(before) - len(before.lstrip())
    return indent > line.indent or len(text) < 60 or text[-1:] in '.!?;:)]”"'


def _is_list(
    dated: Sequence[_Dated], least: int, lines: Sequence[str], start: int, stop: int
) -> bool:
    if len(dated) < least:
        return False
    shares = len(dated) >= _SHARE * (stop - start) or _hang(dated, lines, stop)
    if not shares or not (dated[0].position <= start + 1):
        return False
    keys = [key for line in dated if (key := _key(line.label))]
    falls = sum(a > b for a, b in pairwise(keys))
    rises = sum(a < b for a, b in pairwise(keys))
    return min(falls, rises) <= _MOST_DISORDER * max(1, len(keys) - 1)


def _hang(dated: Sequence[_Dated], lines: Sequence[str], stop: int) -> bool:
    """Whether all lines between them are set in further."""
    least = min(line.indent for line in dated)
    positions = {line.position for line in dated}
    return all(
        position in positions or len(lines[position]) - len(lines[position].lstrip()) > least
        for position in range(dated[0].position, stop)
    )


def _key(label: DateLabel) -> tuple[int, int, int] | None:
    atom = label.found.first or label.found.last
    if atom is None or atom.year is None:
        return None
    return atom.year, 0, 0


def split_dated(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """``blocks`` with those parted that hold several entries of a chronology, a line each.

    Line ends in a block are those that its format keeps: of verse, of ``<br>``.
    """
    parted: list[Block] = []
    for block in blocks:
        if block.kind not in ("text", "item"):
            parted.append(block)
            continue
        content = text[block.start : block.stop]
        cuts: list[int] = []
        if "\n" in content:
            lines = content.split("\n")
            offsets = [0]
            for line in lines:
                offsets.append(offsets[-1] + len(line) + 1)
            cuts = [offsets[n] for n in sorted(dated_lines(lines, ())) if n]
        elif "—" in content or "--" in content or "–" in content:
            cuts = _run_in(content)
        parted += _cut(text, block, cuts)
    return tuple(parted)


def _run_in(content: str) -> list[int]:
    """Where entries begin that are printed one after the other: ``June 28.—War. July 23.—Note.``"""
    if not (_DATE_LIKE.match(content) and (label := read_label(content))):
        return []
    if label.sign != "dash":
        return []
    cuts = [match.end() for match in _RUN_IN.finditer(content)]
    return cuts if len(cuts) >= _FEWEST else []


def _cut(text: str, block: Block, cuts: Sequence[int]) -> list[Block]:
    pieces = []
    for start, stop in pairwise([0, *cuts, block.stop - block.start]):
        piece = text[block.start + start : block.start + stop]
        begin = block.start + start + len(piece) - len(piece.lstrip())
        end = block.start + start + len(piece.rstrip())
        if begin < end:
            pieces.append(replace(block, start=begin, stop=end))
    return pieces
