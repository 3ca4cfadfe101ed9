"""Shutting a process off from the network, so that nothing in a document can send or fetch anything.

Linux alone has means that need no rights: a network namespace of its own (see unshare(2)), which has no
way out, or where namespaces are forbidden, as in many containers, a filter that refuses to open sockets
(see seccomp(2)). Imports next to nothing: a namespace can only be left by a process of one thread, and
numpy starts others.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path
from typing import Literal

#: How the network is out of reach; "open": it isn't.
Network = Literal["namespace", "filter", "open"]

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # of prctl
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of BPF: BPF_LD|W|ABS and so on
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EPERM
_NUMBER_AT, _MACHINE_AT = 0, 4  # offsets in struct seccomp_data
_OTHER_NUMBERS = 0x40000000  # from here on the numbers of another way to call x86-64
_RING = 425  # io_uring_setup, everywhere: it opens sockets too
#: Of each machine its number in filters, and that of the call `socket`.
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_PATIENCE = 20.0  # seconds for a process that only tries


def shut_off_network() -> Network:
    """Take the network from this process and all that it starts, for good; how that was done.

    To be called before other threads are started. Raises nothing: where nothing can be done, nothing is.
    """
    if not sys.platform.startswith("linux"):
        return "open"
    if _leave_network():
        return "namespace"
    return "filter" if filter_sockets() else "open"


def _leave_network() -> bool:
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    with contextlib.suppress(OSError):  # else its owner is nobody, who may read all the same
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return True


def filter_sockets() -> bool:
    """Have the system refuse to open sockets in this thread and all that come of it.

    False where it has no such filters, or this machine is not known.
    """
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    machine, socket = known
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 0, 5, machine),  # jumps are counted from the step behind
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 3, 0, _OTHER_NUMBERS),
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, _RING),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(program), 0, 0) == 0)


def describe() -> Network:
    """How the network is out of reach of the processes that read files, tried in another process."""
    program = "from index.sandbox import shut_off_network; print(shut_off_network())"
    places = f"import sys; sys.path[:] = {sys.path!r}\n"
    try:
        said = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", "-B", "-c", places + program],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "open"
    found: tuple[Network, ...] = ("namespace", "filter")
    return next((one for one in found if one == said), "open")
