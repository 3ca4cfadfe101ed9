"""Opening files of the corpus: never more than is allowed, never what has no end, never outside it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from index.corpus import what_it_is
from index.worker import MEGABYTE

_TRIES = 3  # at a file that changes while it is read
_BLOCK = 1 << 20  # bytes read at once
_MEND = "Make it readable, or remove it."


class UnreadableFileError(Exception):
    """A file can't be had as it is now. ``str(error)`` says why and ``hint`` what to do.

    It says nothing of the bytes, so the file is tried again in every build.
    """

    def __init__(self, reason: str, hint: str = _MEND) -> None:
        super().__init__(reason)
        self.hint = hint


def check_size(size: int, most: int) -> None:
    """Raise UnreadableFileError for a file of ``size`` bytes that is too large."""
    if size > most:
        raise UnreadableFileError(
            f"It is too large: {size / MEGABYTE:,.0f} MB, and the limit is {most / MEGABYTE:,.0f} MB.",
            "Split it into smaller files, or raise ARCHIVIST_MAX_FILE_MB.",
        )


def read_file(path: Path, corpus: Path, most: int) -> bytes:
    """The bytes of a file of the folder ``corpus``, which has at most ``most``.

    Raises UnreadableFileError, also when it changes while it is read.
    """
    for _ in range(_TRIES):
        with _opened(path, corpus, most) as file:
            before = os.fstat(file.fileno())
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if len(data) == before.st_size and _stamp(before) == _stamp(after):
            return data
    raise UnreadableFileError(
        "It changed while it was being read.", "Build again when nothing writes to it any more."
    )


def hash_file(path: Path, corpus: Path, most: int) -> str:
    """The SHA-256 of the same bytes, in hexadecimal, without keeping them in memory."""
    with _opened(path, corpus, most) as file:
        digest = hashlib.sha256()
        left = most
        while left >= 0 and (block := file.read(_BLOCK)):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


@contextmanager
def _opened(path: Path, corpus: Path, most: int) -> Iterator[BinaryIO]:
    """The file at ``path``, checked again: it may be another than when the folder was listed."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(corpus.resolve()):
            raise UnreadableFileError("It is a link that leads out of the corpus folder.")
        # Without waiting: a named pipe may have taken its place.
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with ExitStack() as cleanup:
            cleanup.callback(os.close, descriptor)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableFileError(what_it_is(status.st_mode))
            check_size(status.st_size, most)
            yield cleanup.enter_context(os.fdopen(descriptor, "rb", closefd=False))
    except FileNotFoundError:
        raise UnreadableFileError(
            "It vanished while the corpus was being read.", "Put it back, or build again."
        ) from None
    except RuntimeError as error:  # of links in a circle, up to Python 3.12
        raise UnreadableFileError("It can't be opened.") from error
    except OSError as error:
        raise UnreadableFileError(f"It can't be opened ({error.strerror}).") from error


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
