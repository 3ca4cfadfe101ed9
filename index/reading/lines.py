"""Printed lines: what plain text and PDF pages are made of before paragraphs are told from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_LINE_END = re.compile(r"[\n\v\f\x85\u2028\u2029]")
#: Letters and signs of scripts that are written without blanks between words.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uaa60-\uaa7f\uf900-\ufaff"
    r"\uff01-\uff65\U00020000-\U0003ffff]"
)
_CLOSING = "”’»\"')]」』）】〉》"
_ENDS = (*".!?:;…。！？：；។៖၊။؟؛۔।॥",)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line that is not blank; lines come in reading order, a column after the other.

    ``text`` is ``source_text[source : source + len(text)]``, without white space at its end; at its
    front only plain text has some. Measures that a format does not give keep their defaults.
    """

    text: str
    source: int  # code point of the source text
    page: int | None = None  # counts from 1; None where nobody can know
    space_before: float = 0  # blank lines above it, or as much white space; 0 at a column's top
    indent: float = 0  # of its first sign from its column's left edge, in widths of a letter
    width: float = 0  # from its column's left edge to its last sign, in widths of a letter
    column: int = (
        0  # of its page, counting from 0; lines over all columns have that of what follows
    )
    size: float = 1  # height of its letters, where that of most of the document's text is 1
    bold: bool = False
    raised: tuple[
        tuple[int, int], ...
    ] = ()  # ranges of ``text`` set higher and smaller: note marks
    kind: Literal["text", "table", "code"] = "text"  # a table's line is a row and never joined
    heading: int = 0  # its depth, 1 outermost, where the file's outline says that it is a heading

    @property
    def indent_length(self) -> int:
        """How many characters of white space stand at its front."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def words(self) -> str:
        """The text without white space at its front."""
        return self.text.lstrip()


def split_lines(text: str) -> list[Line]:
    """The lines of ``text`` that are not blank; a form feed before one begins a page.

    Without a form feed that has text on both sides no page is known.
    """
    pages = len(text.strip().split("\f")) > 1
    lines: list[Line] = []
    page, blank = 1, 0
    for piece, start, end in _pieces(text):
        words = piece.rstrip()
        if words:
            indent = len(words) - len(words.lstrip())
            number = page if pages else None
            lines.append(Line(words, start, number, blank, indent, len(words)))
            blank = 0
        else:
            blank += bool(lines)
        if end == "\f" and lines:
            page += 1
            blank = 0
    return lines


def _pieces(text: str) -> Iterator[tuple[str, int, str]]:
    """Each line without its end, where it begins, and its end; after the last one there is none."""
    start = 0
    for match in _LINE_END.finditer(text):
        yield text[start : match.start()], start, match[0]
        start = match.end()
    yield text[start:], start, ""


def ends_sentence(text: str) -> bool:
    """Whether a line's last words end a sentence, brackets and quotation marks aside."""
    return text.rstrip().rstrip(_CLOSING).endswith(_ENDS)


def is_unspaced(before: str, after: str) -> bool:
    """Whether no blank belongs between two lines: both are in a script without blanks between words.

    Behind a full stop of such a script a blank may have been; Chinese and Japanese never have one.
    """
    last, first = before[-1:], after[:1]
    if not (_UNSPACED.match(last) and _UNSPACED.match(first)):
        return False
    return last > "\u2e80" or last not in "។៖၊။"


def typical_width(lines: Sequence[Line]) -> float:
    """How wide the fullest lines are, a few stray ones aside; 0 without lines."""
    widths = sorted(line.width for line in lines)
    return widths[int(len(widths) * 0.9)] if widths else 0
