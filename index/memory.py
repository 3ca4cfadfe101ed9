"""How much memory can be had: of the machine, and of the containers that this process runs in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_KILOBYTE = 1024  # as /proc counts
#: Of a control group, by version: where its kind is mounted, then its limit, its use, and what of
#: that use the system gives up when asked.
_GROUPS = {
    2: ("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    1: (
        "sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
}


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that can be had without taking any from others; None where nobody can tell.

    It is the least of what the machine has left and what each control group may still take.
    """
    left = [*_of_machine(root), *_of_groups(root)]
    return max(0, min(left)) if left else None


def _of_machine(root: Path) -> Iterator[int]:
    available = _field(root / "proc/meminfo", "MemAvailable:")
    if available is not None:
        yield available * _KILOBYTE


def _of_groups(root: Path) -> Iterator[int]:
    """What each group has left that this process is in, from the innermost outwards.

    Within a container the path of a group may be the host's: the mounted one is looked at as well.
    """
    for line in (_text(root / "proc/self/cgroup") or "").splitlines():
        kinds, _, path = line.partition(":")[2].partition(":")
        if kinds and "memory" not in kinds.split(","):
            continue
        mounted, most, used, reclaimed = _GROUPS[1 if kinds else 2]
        own = PurePosixPath(path.lstrip("/"))
        for group in dict.fromkeys((own, *own.parents)):
            folder = root / mounted / group
            limit, taken = _number(folder / most), _number(folder / used)
            if limit is not None and taken is not None:
                yield limit - taken + (_field(folder / "memory.stat", reclaimed) or 0)


def _field(file: Path, name: str) -> int | None:
    """The number behind ``name`` in a file that has one on each line."""
    for line in (_text(file) or "").splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == name and words[1].isdecimal():
            return int(words[1])
    return None


def _number(file: Path) -> int | None:
    """The number that ``file`` holds; None also for “max”, which is no limit."""
    text = (_text(file) or "").strip()
    return int(text) if text.isdecimal() else None


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
