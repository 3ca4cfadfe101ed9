"""File bytes -> text: one module a format, each giving the same `Reading`.

The stored text is what is quoted. Whatever reading mends (line ends, Markdown's marks, notes lifted
out) is done here, once, and `Reading.source_map` leads from the stored text back to the file.
"""

from __future__ import annotations

from dataclasses import replace

from index.reading.formats import decode_text, reader, sniff_bytes, sniff_text
from index.reading.text import Block, Reading, TextBuilder, source_offset

__all__ = ["Block", "Reading", "TextBuilder", "read", "source_offset"]


def read(data: bytes, name: str) -> Reading:
    """The file called ``name`` as text. What kind of file it is, its bytes say: see `formats`.

    Raises DocumentFormatError, whose words say why it can't be read: empty, binary, encrypted,
    damaged, without a text layer, or of a kind that is no document.
    """
    kind = sniff_bytes(data)
    if kind is not None:
        return reader(kind)(data)
    decoded = decode_text(data)
    kind = sniff_text(decoded.text, name)
    reading = reader(kind)(decoded.text, decoded.encoding)
    return replace(reading, warnings=(*decoded.warnings, *reading.warnings))
