"""Plain text -> a reading, told from how its lines stand.

Nothing marks structure in plain text but habit: blank lines, indents, labels (``II.``, ``A.``,
``3.1``, ``Appendix B``), underlines, lines that hold only a year, page breaks and what stands at
their head and foot. `index.reading.layout` reads these from the lines.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index.reading.layout import compose
from index.reading.lines import split_lines
from index.reading.text import Reading, SourceMap, TextBuilder, source_offset, through

_LINE_END = re.compile(r"\r\n?|\n")


def read_plain(text: str, encoding: str) -> Reading:
    """``text`` as paragraphs, headings, notes and pages as far as its lines tell them."""
    unified, to_file = unify_line_ends(text)
    reading = compose(split_lines(unified), source=text, encoding=encoding)
    if len(unified) == len(text):
        return reading
    return replace(
        reading,
        source_map=through(reading.source_map, to_file, len(reading.text)),
        lifted=tuple(
            replace(
                lifted,
                start=source_offset(to_file, lifted.start),
                stop=source_offset(to_file, lifted.stop - 1) + 1,
            )
            for lifted in reading.lifted
        ),
    )


def unify_line_ends(text: str) -> tuple[str, SourceMap]:
    """``text`` with every line end as one line feed, and the map back to ``text``."""
    builder = TextBuilder()
    position = 0
    for end in _LINE_END.finditer(text):
        if end[0] == "\n":
            continue
        builder.append(text[position : end.start()], position)
        builder.append("\n", end.end() - 1)  # of CR LF the second stands for both
        position = end.end()
    builder.append(text[position:], position)
    return builder.result()
