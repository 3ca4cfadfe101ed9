"""What the readers of Markdown and reStructuredText share: words with their places, what comes of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.model import Lifted, Note, ReadingWarning
from index.reading.pieces import Piece, trimmed
from index.reading.text import Block, Reading, SourceMap, TextBuilder, source_offset, through


class Content:
    """A block's content as its parser gives it, and where in the source its characters stand."""

    def __init__(self, text: str, runs: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self._runs = runs  # (content, source), the first at 0

    def source(self, offset: int) -> int:
        """The place in the source of the content's character ``offset``."""
        start, there = self._runs[bisect_right(self._runs, offset, key=lambda run: run[0]) - 1]
        return there + offset - start

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """The content's slice, cut where it does not go on in the source."""
        position = bisect_right(self._runs, start, key=lambda run: run[0])
        while start < stop:
            end = min(stop, self._runs[position][0]) if position < len(self._runs) else stop
            yield self.text[start:end], self.source(start)
            start, position = end, position + 1


class PendingBlock:
    """A block's words before they are written: what stands at its ends is known only then."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._length = 0
        self.words_end = 0  # behind the last character that is not blank
        self.marks: list[tuple[str, int]] = []  # a note's label, behind which character

    def write(self, content: Content, start: int, stop: int) -> None:
        """Add the slice of ``content`` as it stands in the source."""
        for text, there in content.pieces(start, stop):
            self.insert(text, there)

    def insert(self, text: str, there: int) -> None:
        """Add ``text``, which stands for what is at ``there`` in the source."""
        self._pieces.append((text, there))
        if words := text.rstrip():
            self.words_end = self._length + len(words)
        self._length += len(text)

    def trimmed(self) -> tuple[list[Piece], int]:
        """The pieces without the white space at both ends, and how much was cut off in front."""
        return trimmed(self._pieces)


class BlockReader(ABC):
    """Collects what a reader writes: blocks, notes, what was lifted out, and warnings."""

    def __init__(self, properties: dict[str, str]) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.title: str | None = None
        self.properties = properties
        self.lifted: list[Lifted] = []  # of the text without control characters
        self.warnings: list[ReadingWarning] = []
        self._warned: set[str] = set()

    @abstractmethod
    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts."""

    def warn(self, text: str, line: int | None) -> None:
        """Say so once, with the first line where it is so."""
        if text not in self._warned:
            self._warned.add(text)
            self.warnings.append(ReadingWarning(text, line))

    def reading(self, text: str, encoding: str, to_file: SourceMap, format_: str) -> Reading:
        """What was read; ``to_file`` leads to the file's ``text`` from that which was parsed."""
        stored, to_source = self.builder.result()
        lifted = sorted(set(self.lifted), key=lambda stretch: (stretch.start, stretch.stop))
        return Reading(
            stored,
            encoding,
            through(to_source, to_file, len(stored)),
            tuple(self.blocks),
            title=self.properties.get("title") or self.title,
            notes=self.numbered_notes(stored),
            properties=self.properties,
            warnings=tuple(self.warnings),
            format=format_,
            lifted=tuple(
                Lifted(
                    stretch.kind,
                    source_offset(to_file, stretch.start),
                    source_offset(to_file, stretch.stop - 1) + 1,
                )
                for stretch in lifted
            ),
            source=text,
        )
