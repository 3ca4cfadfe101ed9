"""ZIP packages (DOCX, EPUB), opened so that none of them can fill memory or lead anywhere."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from index.errors import DocumentFormatError

MOST_UNPACKED = 400_000_000  # bytes of all the parts that are read
MOST_PARTS = 20_000
_ENTRY = b"PK\x01\x02"  # opens each part's entry in the list of contents
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError)


class Package:
    """The parts of a package by name. Reading stops where they unpack to more than is allowed."""

    def __init__(self, data: bytes) -> None:
        """Raises DocumentFormatError for what is no ZIP file, damaged, or of too many parts."""
        if data.count(_ENTRY) > MOST_PARTS:  # counted first: the list alone could fill memory
            raise DocumentFormatError(
                f"It packs more than {MOST_PARTS:,} parts, which no document needs.",
                hint="Save its text as a file of its own.",
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (*_BROKEN, ValueError, RecursionError) as error:
            raise _damaged() from error
        self.names = frozenset(self._zip.namelist())
        self._left = MOST_UNPACKED

    def read(self, name: str) -> bytes:
        """The part called ``name``; b"" if there is none.

        Raises DocumentFormatError when it is damaged or encrypted, or unpacks to too much.
        """
        unpacked = self._unpack(name, self._left + 1)
        self._left -= len(unpacked)
        if self._left < 0:
            raise DocumentFormatError(
                f"It unpacks to more than {MOST_UNPACKED // 1_000_000} MB, which no document needs.",
                hint="Save its text as a smaller file.",
            )
        return unpacked

    def start(self, name: str, length: int) -> bytes:
        """The first ``length`` bytes of the part called ``name``; b"" if there is none."""
        return self._unpack(name, length)

    def _unpack(self, name: str, most: int) -> bytes:
        if name not in self.names:
            return b""
        entry = self._zip.getinfo(name)
        if entry.flag_bits & 1:
            raise DocumentFormatError(
                "It is encrypted and needs a password.", hint="Save it without a password."
            )
        try:
            with self._zip.open(entry) as part:
                return part.read(most)
        except (*_BROKEN, ValueError, RuntimeError) as error:
            raise _damaged() from error


def _damaged() -> DocumentFormatError:
    return DocumentFormatError("It is damaged: what it packs can't be read.", hint="Save it anew.")
