"""Sentences for people that can be said in another language later.

A `Message` is its English text and is used like any other `str`; beside the text it keeps the pattern
that it was made from and what was put in, so that whoever shows it (`bot.languages`) can say it in
the reader's language. Patterns are literals where they are used, because they are collected from the
code into the catalogues.
"""

from __future__ import annotations

import calendar
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from index.model import HistoricDate


@dataclass(frozen=True, slots=True)
class Listed:
    """Several values of a message: “a, b and c”, or “a, b or c”. No or one value is no list."""

    values: tuple[Value, ...]
    either: bool = False


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day of every year, or a whole month of every year if ``day`` is 0: “7 September”."""

    month: int  # from 1
    day: int = 0


#: What a message may hold. Words of documents and people are plain `str` and stay as they are; a
#: number is grouped by thousands, so one that names something (a year, a generation) comes as `str`.
Value = str | int | HistoricDate | DayOfYear | Listed


class Message(str):
    """English text with the pattern that it was made from. Never markup: escape it when it is shown."""

    __slots__ = ("many", "number", "pattern", "values")

    pattern: str  # English, with {names}
    many: str | None  # the pattern for other numbers than one, where there is a count
    number: int
    values: Mapping[str, Value]

    def __new__(
        cls, pattern: str, values: Mapping[str, Value], many: str | None = None, number: int = 0
    ) -> Message:
        chosen = pattern if many is None or number == 1 else many
        self = super().__new__(cls, fill(chosen, {k: in_english(v) for k, v in values.items()}))
        self.pattern, self.many, self.number = pattern, many, number
        self.values = MappingProxyType(dict(values))
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.pattern, dict(self.values), self.many, self.number)


def say(pattern: str, /, **values: Value) -> Message:
    """The sentence of ``pattern`` with its ``{names}`` filled in."""
    return Message(pattern, values)


def say_n(one: str, many: str, count: int, /, **values: Value) -> Message:
    """The same where the words depend on ``count``, which is the value ``{count}``."""
    return Message(one, {**values, "count": count}, many, count)


def both(values: Iterable[Value]) -> Listed:
    """All of ``values``: “a, b and c”."""
    return Listed(tuple(values))


def either(values: Iterable[Value]) -> Listed:
    """One of ``values``: “a, b or c”."""
    return Listed(tuple(values), either=True)


def quoted(words: str) -> Message:
    """``words`` in the quotation marks of the language."""
    return say("“{words}”", words=words)


def joined(*parts: Value, by: str = " ", end: str = "") -> Message:
    """Sentences or phrases with ``by`` between; empty ones are left out."""
    said = {f"part{n}": part for n, part in enumerate(parts) if part != ""}
    return Message(by.join(f"{{{name}}}" for name in said) + end, said)


def as_message(said: str) -> str:
    """A sentence that was written as it is, as a message without values; with braces it stays text."""
    return said if isinstance(said, Message) or set("{}") & set(said) else Message(said, {})


def in_english(value: Value) -> str:
    """A value of a message as its English text has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Listed):
        word = "or" if value.either else "and"
        words = [in_english(one) for one in value.values]
        return f"{', '.join(words[:-1])} {word} {words[-1]}" if len(words) > 1 else "".join(words)
    if isinstance(value, DayOfYear):
        name = calendar.month_name[value.month]
        return f"{value.day} {name}" if value.day else name
    from index.dates.wording import say_date  # `index.dates` itself makes messages

    return say_date(value)


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """``pattern`` with each ``{name}`` replaced by its value, which is put in as it is.

    ``{{`` and ``}}`` are braces. Raises ValueError for a pattern with anything but plain names in
    braces, KeyError for a name without a value.
    """
    return "".join(part if name is None else values[name] for part, name in _parts(pattern))


def names_of(pattern: str) -> frozenset[str]:
    """The names that ``pattern`` has in braces. Raises ValueError for anything else in braces."""
    return frozenset(name for _, name in _parts(pattern) if name is not None)


@lru_cache(maxsize=4_096)
def _parts(pattern: str) -> tuple[tuple[str, str | None], ...]:
    """The pattern's words and names in order: (words, None) or ("", name)."""
    parts: list[tuple[str, str | None]] = []
    for words, name, spec, conversion in string.Formatter().parse(pattern):
        if words:
            parts.append((words, None))
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"“{pattern}” holds more than names in braces")
        parts.append(("", name))
    return tuple(parts)
