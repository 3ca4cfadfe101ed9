"""Making values again of what a worker sends, and of nothing else.

A document may take over the process that reads it, and a pickle can name any function to be called
where it is loaded (https://docs.python.org/3/library/pickle.html#restricting-globals). So only the
types that readings are made of may be named here. None of them runs code that the pickle brings, and
none can be altered by it.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from index import model
from index.inverting import Counted

_LINE = 10_000  # bytes that are read of a line at once

_TYPES = (
    model.CrossReference,
    model.Document,
    model.DocumentMeta,
    model.Event,
    model.HistoricDate,
    model.Lifted,
    model.Locator,
    model.Note,
    model.PageSpan,
    model.Paragraph,
    model.Passage,
    model.ReadingWarning,
    model.Record,
    model.Section,
    Counted,
)


def _name(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


_RECONSTRUCTOR = cast(Callable[..., Any], array("B").__reduce_ex__(3)[0])  # has no public name

# Frozen types with slots take no state as a type, nor does a type written in C. An enumeration
# would, so only its members are to be had.
KNOWN: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    **{_name(kind): kind for kind in _TYPES},
    _name(model.Precision): {kind.value: kind for kind in model.Precision}.__getitem__,
    _name(array): array,
    ("array", "_array_reconstructor"): _RECONSTRUCTOR,
}


def load(data: bytearray, known: Mapping[tuple[str, str], Callable[..., Any]] = KNOWN) -> object:
    """What was pickled into ``data``, which may name nothing but what is ``known``.

    Raises pickle.UnpicklingError for all that can't be loaded, whatever is wrong with it, and
    MemoryError. The types are checked, not the values of their fields.
    """
    try:
        return _Unpickler(data, known).load()
    except (MemoryError, pickle.UnpicklingError):
        raise
    except Exception as error:  # a pickle can bring about any of them
        raise pickle.UnpicklingError(f"not to be loaded ({type(error).__name__})") from error


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, data: bytearray, known: Mapping[tuple[str, str], Callable[..., Any]]
    ) -> None:
        super().__init__(_Source(data))
        self._known = known

    def find_class(self, module: str, name: str, /) -> Any:
        try:
            return self._known[module, name]
        except KeyError:
            raise pickle.UnpicklingError("it names what no reading is made of") from None


class _Source:
    """Bytes to read from, which io.BytesIO would copy as a whole."""

    def __init__(self, data: bytearray) -> None:
        self._data = memoryview(data)
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        stop = len(self._data) if size < 0 else self._at + size
        piece = bytes(self._data[self._at : stop])
        self._at += len(piece)
        return piece

    def readinto(self, into: bytearray | memoryview, /) -> int:
        piece = self._data[self._at : self._at + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def readline(self) -> bytes:
        """Up to the end of the line, as old pickles are written; a long one in pieces."""
        end = bytes(self._data[self._at : self._at + _LINE]).find(b"\n")
        return self.read(_LINE if end < 0 else end + 1)
