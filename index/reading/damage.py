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
_NUMBER_AND_DAY = re.compile(
    rf"(?=[A-Z])\b[A-Z]{{1,8}}[/-]\d{{5,9}}(?<=[0-3]\d), {_MONTH} \d{{4}}\b"
)
_RUN_TOGETHER = re.compile(r"(?=[a-z])(?<![\w.])[a-z]{3,}+[A-Z][a-z]{3,}\b(?![.(_])")
_ENDLESS = re.compile(r"(?:\A|[\W\d_])([^\W\d_]{45,}+)")  # each word is looked at once
_TRAILS = "".join(bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xC0)).replace(
    "\ufffd", ""
)
_MISREAD_BEGINS = "ÂÃÐÑâï"
_MISREAD = re.compile(
    rf"(?=[{_MISREAD_BEGINS}])(?:[ÂÃ][{_TRAILS}\x80-\x9f]|[ÐÑ][{_TRAILS}\x80-\x9f]{{1}}[ÐÑ][{_TRAILS}\x80-\x9f]"
    r"|â€[™œž˜“”¢¦\x9d\xa0-\xbf]|ï»¿|â‚¬)"
)
_PERHAPS_MEANT = frozenset("Ã» Â» Ã” Ã“ Ã’ Â” Â“ Â’ Ã… Â… Ã– Â– Ã— Â— Ã\u00a0 Â\u00a0".split(" "))
_BURMESE = re.compile(r"[\u1000-\u109f]")
#: A vowel sign before its letter, and a stacker that stacks nothing: so Zawgyi writes, Unicode never.
_ZAWGYI = re.compile(r"\u1039(?![\u1000-\u1021])|(?<![\u1000-\u109f\u200b-\u200d\ufffd])\u1031")
_BROKEN_BURMESE = re.compile(
    r"(?<![\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff\u200b-\u200d\u25cc\u00a0–-])[\u102b-\u1030\u1032-\u103e]"
)
_SHARE_OF_ZAWGYI = 0.01
_OFTEN = 8  # words run together; fewer may be names
_SHARE_GLUED = 0.01  # of all words; less may be code
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
    if len({match[0] for match in glued}) >= _OFTEN and len(glued) > _SHARE_GLUED * text.count(" "):
        shown = ", ".join(f"“{word}”" for word in dict.fromkeys(m[0] for m in glued[:3]))
        yield (
            f"{len(glued):,} words look run together ({shown} …); they are kept as they are.",
            glued[0].start(),
        )
    endless = [m for m in _ENDLESS.finditer(text) if not _UNSPACED.search(m[1])]
    if endless:
        shown = endless[0][1][:_SHOWN]
        times = "A word" if len(endless) == 1 else f"{len(endless):,} words"
        yield (
            f"{times} of 45 letters or more: blanks may be missing (“{shown}…”).",
            endless[0].start(1),
        )
    suspect = _MISREAD.finditer(text) if any(sign in text for sign in _MISREAD_BEGINS) else ()
    misread = [match for match in suspect if match[0] not in _PERHAPS_MEANT]
    if misread:
        more = f" ({len(misread):,} places)" if len(misread) > 1 else ""
        yield (
            f"It looks like UTF-8 that was saved wrongly: “{misread[0][0]}”{more}.",
            misread[0].start(),
        )
    yield from _burmese(text)


def _burmese(text: str) -> Iterator[tuple[str, int]]:
    """Burmese in the encoding of Zawgyi's font, or with signs that stand by no letter."""
    letters = sum(1 for _ in _BURMESE.finditer(text))
    if not letters:
        return
    zawgyi = [match.start() for match in _ZAWGYI.finditer(text)]
    if len(zawgyi) > max(1, _SHARE_OF_ZAWGYI * letters):
        said = "Its Burmese looks like Zawgyi, which is not Unicode; it is kept as it is."
        yield said, zawgyi[0]
        return
    broken = sorted([match.start() for match in _BROKEN_BURMESE.finditer(text)] + zawgyi)
    if broken:
        places = "1 place" if len(broken) == 1 else f"{len(broken):,} places"
        yield f"Its Burmese script is broken in {places}; it is kept as it is.", broken[0]


def _place(reading: Reading, offset: int) -> tuple[int | None, int | None]:
    """Line and page of a place in the stored text: one of them, or neither."""
    for page in reading.pages:
        if page.start <= offset < page.stop:
            return None, page.number
    if not reading.source:
        return None, None
    there = source_offset(reading.source_map, offset)
    before = reading.source[:there]
    return len(before.splitlines()) + (not before or before[-1] in "\r\n"), None
