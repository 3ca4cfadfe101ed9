"""Lists of phrases as one pattern that is quick to search: branched by the first letter."""

from __future__ import annotations

import re
from collections.abc import Iterator


def cues(phrases: str, *, also: str = "") -> re.Pattern[str]:
    """A pattern for any of ``phrases``, which ``|`` parts, beginning and ending where words do.

    Each is a pattern itself; ``also`` is one that counts anywhere. Trying sixty phrases at every
    word takes several times as long as trying those that begin with its letter.
    """
    branches: dict[str, list[str]] = {}
    others = []
    for phrase in _phrases(phrases):
        if phrase[0].isalpha() and phrase[1:2] not in ("?", "*", "+", "{"):
            branches.setdefault(phrase[0], []).append(phrase[1:])
        else:
            others.append(phrase)
    parts = [f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items()]
    whole = rf"\b(?:{'|'.join([*parts, *others])})\b"
    return re.compile(f"{also}|{whole}" if also else whole)


def _phrases(pattern: str) -> Iterator[str]:
    """The phrases of ``pattern``; one that begins with a group is given once for each of its words."""
    for phrase in _split(pattern):
        end = _group_end(phrase)
        if end and phrase[end : end + 1] not in ("?", "*", "+", "{"):
            for inner in _split(phrase[3 : end - 1]):
                yield from _phrases(inner + phrase[end:])
        else:
            yield phrase


def _split(pattern: str) -> Iterator[str]:
    """The parts of ``pattern`` between the bars that stand in no group."""
    depth = begin = 0
    for place, char in enumerate(pattern):
        if char in "([" and pattern[place - 1 : place] != "\\":
            depth += 1
        elif char in ")]" and pattern[place - 1 : place] != "\\":
            depth -= 1
        elif char == "|" and not depth:
            yield pattern[begin:place]
            begin = place + 1
    yield pattern[begin:]


def _group_end(pattern: str) -> int:
    """Behind the group ``(?:…)`` with which ``pattern`` begins; 0 if it begins otherwise."""
    if not pattern.startswith("(?:"):
        return 0
    depth = 0
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if not depth:
            return place + 1
    return 0
