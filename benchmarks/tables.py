"""What the benchmarks print: tables on standard output, progress on a terminal's standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

_One = TypeVar("_One")
_STEP = 20  # of so many things done one is told


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *others = (
            cell.ljust(width) if not n else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        say("  ".join((first, *others)).rstrip())


def watched(things: Sequence[_One], what: str) -> Iterator[_One]:
    """``things``, with how many are done told on standard error if that is a terminal."""
    shown = sys.stderr.isatty()
    for number, thing in enumerate(things):
        if shown and number % _STEP == 0:
            sys.stderr.write(f"\r\033[K{what}: {number} of {len(things)}")
            sys.stderr.flush()
        yield thing
    if shown:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def versions(*packages: str) -> dict[str, str]:
    """The version of Python and of each of ``packages``; "none" for one that isn't installed."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def save(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Write ``figures`` to ``path`` as JSON; nothing without a path."""
    if path is not None:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def evenly(things: Sequence[_One], most: int) -> Sequence[_One]:
    """Every nth of ``things``, so that they are ``most`` at most."""
    return things[:: max(1, -(-len(things) // most))]
