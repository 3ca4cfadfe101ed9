"""What every reader gives: the stored text, its blocks and notes, and the map back to the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from index.model import Lifted, Note, PageSpan, ReadingWarning, Record

SourceMap = tuple[tuple[int, int], ...]
BlockKind = Literal["heading", "text", "item", "table", "code", "quote"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph of the stored text; ``level`` is a heading's depth, 1 outermost."""

    kind: BlockKind
    start: int
    stop: int
    level: int = 0
    anchor: str | None = None  # of a heading: the fragment of a link to it


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as text, with the blocks that its format makes plain.

    ``source`` is the text that ``source_map`` leads back to and in which ``lifted`` is counted: the
    decoded file; of a PDF its text layer, line by line with a form feed before each further page; of
    a file that packs several (EPUB, DOCX) their decoded parts in reading order, one after the other.
    Every character of it but white space and markup is in ``text`` or in ``lifted``.
    """

    text: str
    encoding: str
    source_map: SourceMap
    blocks: tuple[Block, ...]  # by start, apart from each other
    title: str | None = None
    notes: tuple[Note, ...] = ()  # their texts follow the last block
    properties: Mapping[str, str] = field(
        default_factory=dict
    )  # title, author, date, language, ...
    warnings: tuple[ReadingWarning, ...] = ()
    format: str = "text"
    pages: tuple[PageSpan, ...] = ()
    records: tuple[Record, ...] = ()
    lifted: tuple[Lifted, ...] = ()
    source: str = ""


class TextBuilder:
    """Collects the stored text piece by piece, and remembers where each piece came from."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._runs: list[tuple[int, int]] = []
        self.length = 0

    def append(self, text: str, source: int) -> None:
        """Add ``text``, which stands at code point ``source`` of the decoded file."""
        if not text:
            return
        if not self._runs or self._expected() != source:
            self._runs.append((self.length, source))
        self._pieces.append(text)
        self.length += len(text)

    def _expected(self) -> int:
        stored, source = self._runs[-1]
        return source + self.length - stored

    def since(self, start: int) -> str:
        """The text from stored code point ``start`` on."""
        return "".join(self._pieces)[start:]

    def result(self) -> tuple[str, SourceMap]:
        """The whole text and its map."""
        return "".join(self._pieces), tuple(self._runs)


def marks_outside(marks: Iterable[int], start: int, stop: int) -> tuple[int, ...]:
    """A note's marks, in order, without those in its own text, which stands from start to stop."""
    return tuple(sorted(mark for mark in marks if not start <= mark <= stop))


def source_offset(source_map: SourceMap, offset: int) -> int:
    """The code point of the decoded file at which stored code point ``offset`` stands.

    Between two runs of the map every stored code point is one of the file's. To get the byte,
    encode the file's text up to there in the document's encoding.
    """
    position = bisect_right(source_map, offset, key=lambda run: run[0]) - 1
    if position < 0:
        return offset
    stored, source = source_map[position]
    return source + offset - stored


def through(source_map: SourceMap, earlier: SourceMap, length: int) -> SourceMap:
    """The map of two steps in one: ``earlier`` leads on from where ``source_map`` leads to.

    ``length`` is that of the stored text.
    """
    starts = [start for start, _ in earlier]
    runs: list[tuple[int, int]] = []
    for (stored, source), (stop, _) in pairwise([*source_map, (length, 0)]):
        runs.append((stored, source_offset(earlier, source)))
        position = bisect_right(starts, source)
        while position < len(starts) and starts[position] < source + stop - stored:
            runs.append((stored + starts[position] - source, earlier[position][1]))
            position += 1
    return tuple(runs)
