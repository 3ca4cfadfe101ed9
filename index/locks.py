"""Which process may write to a data folder: one builder and one `serve` at a time.

A lock is an advisory `flock` on a small file that holds the holder's process id, so a killed
process leaves nothing to repair: its lock ends with it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from index.errors import BusyError, DataFolderError

Role = Literal["build", "serve"]

_WHAT = {
    "build": "Another process (id {pid}) is already indexing this data folder.",
    "serve": "Another `archivist serve` (process id {pid}) already uses this data folder.",
}


@contextmanager
def hold(data: Path, role: Role) -> Iterator[None]:
    """Hold the lock of ``role`` on the data folder, which is made if need be.

    Raises BusyError with the holder's process id, DataFolderError if the folder can't be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / f"{role}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DataFolderError(f"The data folder can't be written ({error.strerror}).") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(_WHAT[role].format(pid=_holder(descriptor))) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(data: Path, role: Role) -> bool:
    """Whether a living process holds the lock of ``role``; False where there is no such folder."""
    try:
        descriptor = os.open(data / f"{role}.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
