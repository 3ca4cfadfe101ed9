"""Damage that nobody can mend without guessing: it stays in the text as it is, and is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.model import ReadingWarning
from index.reading.text import Reading, source_offset

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.?|Feb\.?"
    r"|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
#: A number with the day of the date behind it run into it: “SC/1446210, March 2021”.
_NUMBER_AND_DAY = re.compile(rf"\b[A-Z]{{1,8}}[/-]\d{{5,9}}(?<=[0-3]\d), {_MONTH} \d{{4}}\b")
_RUN_TOGETHER = re.compile(r"\b[a-z]{3,}[A-Z][a-z]{3,}\b")
_ENDLESS = re.compile(r"[^\W\d_]{45,400}")
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff]")
_OFTEN = 8  # words run together; fewer may be names
_SHOWN = 60
#: Letters are written without blanks between words, so that long words say nothing.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def find_damage(reading: Reading) -> tuple[ReadingWarning, ...]:
    """A warning for each kind of damage in the stored text, with the first place of it."""
    return tuple(
        ReadingWarning(said, *_place(reading, offset)) for said, offset in _found(reading.text)
    )


def _found(text: str) -> Iterator[tuple[str, int]]:
    """What is said of each kind, and where in ``text`` it stands first."""
    for match in _NUMBER_AND_DAY.finditer(text):
        yield (
            f"“{match[0]}” looks like two fields run together; it is kept as it is.",
            match.start(),
        )
    glued = list(_RUN_TOGETHER.finditer(text))
    if len({match[0] for match in glued}) >= _OFTEN:
        shown = ", ".join(f"“{word}”" for word in dict.fromkeys(m[0] for m in glued[:3]))
        yield (
            f"{len(glued):,} words look run together ({shown} …); they are kept as they are.",
            glued[0].start(),
        )
    endless = [m for m in _ENDLESS.finditer(text) if not _UNSPACED.search(m[0])]
    if endless:
        shown = endless[0][0][:_SHOWN]
        times = "A word" if len(endless) == 1 else f"{len(endless):,} words"
        yield (
            f"{times} of 45 letters or more: blanks may be missing (“{shown}…”).",
            endless[0].start(),
        )
    unreadable = list(_UNREADABLE.finditer(text))
    if unreadable:
        signs = "1 sign" if len(unreadable) == 1 else f"{len(unreadable):,} signs"
        yield f"{signs} can't be read as letters.", unreadable[0].start()


def _place(reading: Reading, offset: int) -> tuple[int | None, int | None]:
    """Line and page of a place in the stored text: one of them, or neither."""
    for page in reading.pages:
        if page.start <= offset < page.stop:
            return None, page.number
    if not reading.source:
        return None, None
    there = source_offset(reading.source_map, offset)
    return len(reading.source[:there].splitlines()) + (
        reading.source[there - 1 : there] == "\n"
    ), None
