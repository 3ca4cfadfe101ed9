"""File bytes -> text: one module a format, each giving the same `Reading`.

The stored text is what is quoted. Whatever reading mends (line ends, Markdown's marks, notes lifted
out) is done here, once, and `Reading.source_map` leads from the stored text back to the file.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from index.errors import DocumentFormatError
from index.reading.decoding import decode
from index.reading.markdown import read_markdown
from index.reading.plain import read_plain
from index.reading.text import Block, Reading, TextBuilder, source_offset

__all__ = ["Block", "Reading", "TextBuilder", "read", "source_offset"]

_READERS = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


def read(data: bytes, name: str) -> Reading:
    """The file called ``name`` as text.

    Raises DocumentFormatError, whose words say why it can't be read: another format, empty, binary,
    or of an encoding that can't be told.
    """
    reader = _READERS.get(PurePosixPath(name).suffix.lower())
    if reader is None:
        kinds = ", ".join(_READERS)
        raise DocumentFormatError(
            "Its format is not one that Archivist reads.", hint=f"Convert it to one of {kinds}."
        )
    return reader(*decode(data))
