"""Writing files of the data folder so that none is ever found half written."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` into a file as a whole or not at all; it is on the disk when this returns.

    Written aside, under a name that begins with ``.~``. Raises OSError; then the file is as it was.
    """
    aside = path.with_name(f".~{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def toml_string(text: str) -> str:
    """A basic string of TOML: https://toml.io/en/v1.0.0#string.

    A lone surrogate, which no file in UTF-8 can hold, becomes the replacement character.
    """
    escaped = {'"': '\\"', "\\": "\\\\"}
    return '"{}"'.format(
        "".join(
            escaped.get(char) or (char if char.isprintable() or char == " " else _escape(char))
            for char in text
        )
    )


def _escape(char: str) -> str:
    number = 0xFFFD if "\ud800" <= char <= "\udfff" else ord(char)
    return f"\\U{number:08x}"
