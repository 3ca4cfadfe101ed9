"""Files of named arrays, mapped into memory: how an index lies on disk.

A file is a header of 64 bytes, the bytes of each array, and a table that names them; all numbers are
little-endian, and every array begins at a multiple of 64. Header: magic, version of this layout, kind
and version of what the arrays mean, where the table begins, its number of entries, its CRC-32, CRC-32
of the header. A table entry: name, dtype, offset, length in items, checksum. The header is written
last, so that a file that nobody finished is told from a whole one by its first byte.

Everything is checked on opening, so that what is mapped can be read without another look. A checksum
is the CRC-32 of the CRC-32s of an array's blocks of 4 MiB, which two threads can count at once.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.messages import say

_MAGIC = b"ARRAYS\r\n"
_LAYOUT = 1
_HEADER = struct.Struct("<8sI16sIQII12xI")  # magic, layout, kind, version, table, entries, CRC-32s
_ENTRY = struct.Struct("<32s8sQQI")  # name, dtype, offset, items, checksum
_ALIGNMENT = 64
_BLOCK = 1 << 22  # bytes that one CRC-32 covers
_MANY = 1 << 24  # bytes from which two threads are worth their start
_MOST_ENTRIES = 1_000  # more than any kind has: a bound on what a damaged header can ask for
_DTYPES = frozenset("|u1 |i1 |b1 <u2 <i2 <u4 <i4 <u8 <i8 <f4 <f8".split())


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    dtype: np.dtype[Any]
    offset: int
    items: int
    checksum: int

    @property
    def size(self) -> int:
        return self.items * self.dtype.itemsize


class Arrays(Mapping[str, NDArray[Any]]):
    """Named arrays of one dimension that can't be written to. Safe to share between threads.

    Those of a file are views of the mapped file, which stays valid when the file is removed.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], size: int) -> None:
        self._arrays = dict(arrays)
        self.size = size  # bytes, on disk or in memory

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
        """``arrays`` as they are, in memory."""
        kept = {}
        for name, array in arrays.items():
            kept[name] = array.view()
            kept[name].flags.writeable = False
        return cls(kept, sum(array.nbytes for array in arrays.values()))

    @classmethod
    def open(cls, path: Path, kind: str, version: int) -> Arrays:
        """The arrays of the file at ``path``, which must be of ``kind`` and ``version``.

        Raises IndexDamagedError, which says what is wrong, for a file that is cut off, altered, or of
        another kind or version, and OSError where it can't be read at all.
        """
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEADER.size:
                raise _damaged(path, "is cut off")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        data = memoryview(mapped)
        if len(data) != size:
            raise _damaged(path, "changed while it was opened")
        entries = tuple(_entries(path, data, kind, version))
        _check(path, data, entries)
        return cls(
            {e.name: np.frombuffer(data, e.dtype, e.items, e.offset) for e in entries}, len(data)
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


class ArraysWriter:
    """Writes a file of arrays piece by piece, for what doesn't fit into memory.

    Pieces of several arrays may come in turns: the first array goes to the file, each other one to a
    file beside it until `finish`. Left by an error, or without `finish`, it removes what it wrote.
    """

    def __init__(self, path: Path, kind: str, version: int) -> None:
        """``kind`` has at most 16 bytes. A file that is there already is replaced."""
        self._path = path
        self._kind, self._version = _padded(kind, 16), version
        self._dtypes: dict[str, np.dtype[Any]] = {}
        self._items: dict[str, int] = {}
        self._sums: dict[str, _Checksum] = {}
        self._aside: dict[str, BinaryIO] = {}
        self._file = path.open("wb")
        self._finished = False
        self._file.write(bytes(_HEADER.size))

    def __enter__(self) -> ArraysWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, name: str, array: NDArray[Any]) -> None:
        """Add ``array`` to the end of the one called ``name``, which has the dtype of its first piece.

        A name has at most 32 bytes. Raises ValueError for a dtype that a file can't hold.
        """
        if name not in self._dtypes:
            self._begin(name, array.dtype)
        kept = np.ascontiguousarray(array, dtype=self._dtypes[name]).ravel()
        data = kept.view(np.uint8).data
        self._items[name] += len(kept)
        self._sums[name].add(data)
        self._aside.get(name, self._file).write(data)

    def _begin(self, name: str, dtype: np.dtype[Any]) -> None:
        little = dtype.newbyteorder("<")
        if little.str not in _DTYPES:
            raise ValueError(f"a file of arrays can't hold {dtype}")
        _padded(name, 32)
        if self._dtypes:
            self._aside[name] = self._beside(name).open("w+b")
        self._dtypes[name], self._items[name] = little, 0
        self._sums[name] = _Checksum()

    def _beside(self, name: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{name}.part")

    def finish(self) -> None:
        """Write the table and the header, and wait until the disk has all of it."""
        file, table = self._file, []
        for name, dtype in self._dtypes.items():
            offset = _HEADER.size
            if name in self._aside:
                _fill(file)
                offset = file.tell()
                self._aside[name].seek(0)
                while piece := self._aside[name].read(_BLOCK):
                    file.write(piece)
            entry = (_padded(name, 32), dtype.str.encode(), offset)
            table.append(_ENTRY.pack(*entry, self._items[name], self._sums[name].value()))
        _fill(file)
        start, entries = file.tell(), b"".join(table)
        file.write(entries)
        fields = (
            _MAGIC,
            _LAYOUT,
            self._kind,
            self._version,
            start,
            len(table),
            zlib.crc32(entries),
        )
        header = _HEADER.pack(*fields, 0)[:-4]
        file.flush()
        file.seek(0)
        file.write(header + struct.pack("<I", zlib.crc32(header)))
        file.flush()
        os.fsync(file.fileno())
        self._finished = True
        self.close()

    def close(self) -> None:
        """Let go of all files, and remove them unless they were finished."""
        for file in (*self._aside.values(), self._file):
            with suppress(OSError):  # a full disk: what is left in the buffer can't be written
                file.close()
        for name in self._aside:
            self._beside(name).unlink(missing_ok=True)
        self._aside.clear()
        if not self._finished:
            self._path.unlink(missing_ok=True)


def write_arrays(path: Path, kind: str, version: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write ``arrays`` (each of one dimension) to the file at ``path``, in their order."""
    with ArraysWriter(path, kind, version) as writer:
        for name, array in arrays.items():
            writer.append(name, array)
        writer.finish()


class _Checksum:
    """Counts a checksum of bytes that come in pieces."""

    def __init__(self) -> None:
        self._whole: list[int] = []
        self._crc, self._filled = 0, 0

    def add(self, data: memoryview) -> None:
        at = 0
        while at < len(data):
            piece = data[at : at + _BLOCK - self._filled]
            self._crc = zlib.crc32(piece, self._crc)
            self._filled += len(piece)
            at += len(piece)
            if self._filled == _BLOCK:
                self._whole.append(self._crc)
                self._crc, self._filled = 0, 0

    def value(self) -> int:
        return _joined([*self._whole, *([self._crc] if self._filled else [])])


def _joined(blocks: list[int]) -> int:
    return zlib.crc32(struct.pack(f"<{len(blocks)}I", *blocks))


def _entries(path: Path, data: memoryview, kind: str, version: int) -> Iterator[_Entry]:
    """The table of a file, after all of it was checked."""
    magic, layout, found, number, start, count, crc, own = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise _damaged(path, "was never finished" if not any(magic) else "is no file of arrays")
    if own != zlib.crc32(data[: _HEADER.size - 4]):
        raise _damaged(path, "was altered: its header doesn't match its checksum")
    if layout != _LAYOUT:
        raise _damaged(path, f"has layout {layout}; this version reads {_LAYOUT}")
    if found != _padded(kind, 16):
        raise _damaged(path, f"holds something else than {kind}")
    if number != version:
        raise _damaged(path, f"has version {number} of {kind}; this version reads {version}")
    stop = start + count * _ENTRY.size
    if count > _MOST_ENTRIES or stop != len(data):
        raise _damaged(path, "is cut off" if stop > len(data) else "is longer than it says")
    if crc != zlib.crc32(data[start:stop]):
        raise _damaged(path, "was altered: its table doesn't match its checksum")
    end = _HEADER.size  # of what was read so far
    for name, dtype, offset, items, checksum in _ENTRY.iter_unpack(data[start:stop]):
        said = dtype.rstrip(b"\0").decode("ascii", "replace")
        if said not in _DTYPES or offset != end + -end % _ALIGNMENT or any(data[end:offset]):
            raise _damaged(path, "has a table that doesn't fit its arrays")
        entry = _Entry(
            name.rstrip(b"\0").decode("utf-8", "replace"), np.dtype(said), offset, items, checksum
        )
        end = offset + entry.size
        if end > start:
            raise _damaged(path, "has an array that ends behind its end")
        yield entry
    if start != end + -end % _ALIGNMENT or any(data[end:start]):
        raise _damaged(path, "has a table that doesn't fit its arrays")


def _check(path: Path, data: memoryview, entries: tuple[_Entry, ...]) -> None:
    """Compare the bytes of all arrays with their checksums."""
    blocks = [
        data[at : min(at + _BLOCK, entry.offset + entry.size)]
        for entry in entries
        for at in range(entry.offset, entry.offset + entry.size, _BLOCK)
    ]
    if len(data) < _MANY:
        counted = iter([zlib.crc32(block) for block in blocks])
    else:
        with ThreadPoolExecutor(2) as pool:
            counted = iter(list(pool.map(zlib.crc32, blocks)))
    for entry in entries:
        number = -(-entry.size // _BLOCK)
        if _joined([next(counted) for _ in range(number)]) != entry.checksum:
            raise _damaged(path, f"was altered: {entry.name} doesn't match its checksum")


def _fill(file: BinaryIO) -> None:
    """Write zeros up to where an array may begin."""
    file.write(bytes(-file.tell() % _ALIGNMENT))


def _padded(name: str, size: int) -> bytes:
    data = name.encode()
    if not data or len(data) > size:
        raise ValueError(f"{name!r} must have 1 to {size} bytes")
    return data.ljust(size, b"\0")


def _damaged(path: Path, what: str) -> IndexDamagedError:
    return IndexDamagedError(
        say("The file {file} of the index can't be used: it {what}.", file=path.name, what=what)
    )
