"""Which process may write to a data folder: one builder and one `serve` at a time.

A lock is an advisory `flock` on a small file that holds the holder's process id, so a killed
process leaves nothing to repair: its lock ends with it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from index.errors import BusyError, DataFolderError
from index.messages import Message, say

Role = Literal["build", "serve"]

_PATIENCE = 0.25  # seconds that a lock is tried before it counts as held
_PAUSE = 0.002  # seconds between two tries


@contextmanager
def hold(data: Path, role: Role) -> Iterator[None]:
    """Hold the lock of ``role`` on the data folder, which is made if need be.

    Raises BusyError with the holder's process id, DataFolderError if the folder can't be written.
    """
    with ExitStack() as stack:
        try:
            data.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                data / f"{role}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
            )
            stack.callback(os.close, descriptor)
            if not _take(descriptor):
                hint = "Stop that one first." if role == "serve" else None
                raise BusyError(_is_held_by(role, _holder(descriptor)), hint=hint)
            _sign(descriptor)
        except OSError as error:
            raise DataFolderError(
                say("The data folder can't be written ({reason}).", reason=str(error.strerror))
            ) from error
        yield


def _is_held_by(role: Role, pid: object) -> Message:
    if role == "build":
        return say("Another process (id {pid}) is already indexing this data folder.", pid=str(pid))
    return say(
        "Another `archivist serve` (process id {pid}) already uses this data folder.", pid=str(pid)
    )


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


def _take(descriptor: int) -> bool:
    """Whether the lock is ours now.

    `is_held` can only look by sharing the lock for an instant, so one refusal does not count.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)
        else:
            return True


def _sign(descriptor: int) -> None:
    """Write our process id, so that there is a whole one to read at every instant."""
    line = f"{os.getpid()}\n".encode()
    os.pwrite(descriptor, line, 0)
    os.ftruncate(descriptor, len(line))


def _holder(descriptor: int) -> str:
    first, _, _ = os.pread(descriptor, 32, 0).partition(b"\n")
    return first.decode(errors="replace").strip() or "unknown"
