"""Printed lines: what plain text and PDF pages are made of before paragraphs are told from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
