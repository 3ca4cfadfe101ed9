"""File bytes -> text: one module a format, each giving the same `Reading`.

The stored text is what is quoted. Whatever reading mends (line ends, Markdown's marks, notes lifted
out) is done here, once, and `Reading.source_map` leads from the stored text back to the file.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index.errors import DocumentFormatError
from index.model import ReadingWarning
from index.reading.damage import find_damage
from index.reading.dated_lines import split_dated
from index.reading.formats import decode_text, reader, sniff_bytes, sniff_text
from index.reading.text import Block, Reading, TextBuilder, source_offset

__all__ = ["Block", "Reading", "TextBuilder", "read", "source_offset"]

_LETTER = re.compile(r"[^\W_]")


def read(data: bytes, name: str) -> Reading:
    """The file called ``name`` as text. What kind of file it is, its bytes say: see `formats`.

    Raises DocumentFormatError, whose words say why it can't be read: empty, binary, encrypted,
    damaged, without a text layer, without a word, or of a kind that is no document.
    """
    kind = sniff_bytes(data)
    decoded: tuple[ReadingWarning, ...] = ()
    if kind is not None:
        reading = reader(kind)(data)
    else:
        text = decode_text(data)
        decoded = text.warnings
        reading = reader(sniff_text(text.text, name))(text.text, text.encoding)
    if _LETTER.search(reading.text) is None:
        raise DocumentFormatError("It is empty: no letter and no digit stands in it.")
    reading = replace(reading, blocks=split_dated(reading.text, reading.blocks))
    return replace(reading, warnings=(*decoded, *reading.warnings, *find_damage(reading)))
