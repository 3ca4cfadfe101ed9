"""Writing a report's files into a folder, each as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from index.errors import InputError
from index.evaluation.runs import FORMAT

RUN = "run.json"
NAMES = ("report.md", "report.html", RUN)
#: Stands near the beginning of each, so that a file of somebody else's is known for one.
MARK = FORMAT
_MARKED_WITHIN = 2_000  # bytes


def check_folder(folder: Path) -> None:
    """Raise InputError if ``folder`` is none, or if a file of ours would replace somebody else's."""
    if folder.exists() and not folder.is_dir():
        raise InputError("The report's folder is a file.", hint="Name another.")
    for name in NAMES:
        path = folder / name
        there = path.exists() or path.is_symlink()
        if there and not (path.is_file() and _is_ours(path)):
            raise InputError(
                f"The report's folder holds a {name} that `archivist eval` did not write.",
                hint="Name another.",
            )


def save(folder: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` (name to text), making the folder if need be. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        aside = folder / f".{name}.new"
        aside.unlink(missing_ok=True)
        try:
            with aside.open("xb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            aside.replace(folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            raise


def read_run(path: Path) -> str:
    """The text of the run at ``path``, a run.json or its folder. Raises InputError."""
    try:
        return (path / RUN if path.is_dir() else path).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise InputError(
            f"The run to compare with can't be read ({error.strerror}).",
            hint="Name a run.json that --report wrote, or its folder.",
        ) from error


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return MARK.encode() in file.read(_MARKED_WITHIN)
