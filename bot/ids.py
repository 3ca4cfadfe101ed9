"""The ids of buttons, menus and forms: what a press does, as short as Discord wants it.

All that a press needs stands in its id or in the message that it belongs to (`bot.asked`), so that
it works after a restart. An id names its version: an old one is answered politely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.limits import CUSTOM_ID

VERSION = 1
ANY_VERSION = re.compile(r"v\d{1,4}:[ -~]{1,95}")  # also of versions that are no more, or not yet
_KIND = re.compile(r"[a-z][a-z_]{0,19}")
_ARGUMENT = re.compile(r"[0-9A-Za-z._\-]*")


@dataclass(frozen=True, slots=True)
class PressId:
    """What a press does, and with what. Arguments hold letters, digits, ``.``, ``_`` and ``-`` only."""

    kind: str
    arguments: tuple[str, ...] = ()
    version: int = VERSION

    def __post_init__(self) -> None:
        """Raise ValueError for what can't be an id."""
        fitting = _KIND.fullmatch(self.kind) and all(map(_ARGUMENT.fullmatch, self.arguments))
        if not fitting or len(str(self)) > CUSTOM_ID:
            raise ValueError(f"no id of a button: {self!s}")

    def __str__(self) -> str:
        return ":".join((f"v{self.version}", self.kind, *self.arguments))

    def argument(self, number: int) -> str:
        """The argument at a position from 0; empty where there is none."""
        return self.arguments[number] if number < len(self.arguments) else ""


def press_id(kind: str, *arguments: object) -> PressId:
    """An id of this version; None becomes an empty argument."""
    return PressId(kind, tuple("" if a is None else str(a) for a in arguments))


def read_id(custom_id: str) -> PressId | None:
    """The id that ``custom_id`` is, of any version; None for what is none of ours."""
    version, _, rest = custom_id.partition(":")
    kind, *arguments = rest.split(":")
    if not ANY_VERSION.fullmatch(custom_id):
        return None
    try:
        return PressId(kind, tuple(arguments), int(version[1:]))
    except ValueError:
        return None
