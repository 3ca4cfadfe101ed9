"""A word as it is written -> the word as it is compared: one case and width, without accents."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

APOSTROPHES = "'’‘‛ʼʻ＇´`′՚ꞌ"
#: Signs that stand in words and are no part of them: soft hyphens, joiners, the zero-width space.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
LONGEST_CACHED = 64  # characters of a word; longer ones are rare and would fill the cache

_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june",
    "jul": "july", "aug": "august", "sep": "september", "sept": "september", "oct": "october",
    "nov": "november", "dec": "december",
}  # fmt: skip
# Signs that Unicode would take apart into others.
_BEFORE = str.maketrans({"¼": ".25", "½": ".5", "¾": ".75", "´": "'"})
_SIGNS: dict[int, str | None] = dict.fromkeys(map(ord, APOSTROPHES), "'")
_SIGNS |= dict.fromkeys(map(ord, INVISIBLE))
# Letters with a stroke or joined ones, which Unicode doesn't take apart.
_SIGNS |= {
    ord(letter): plain
    for letter, plain in zip(
        "øłđħıŧæœþðƒ", ("o", "l", "d", "h", "i", "t", "ae", "oe", "th", "d", "f"), strict=True
    )
}
_SHORT_I, _BREVE = "и", "\u0306"  # й is a letter of its own, and stemmers need it


def _dropped() -> frozenset[str]:
    """Marks that are left out: accents, vowel points of Hebrew and Arabic, variation selectors."""
    ranges = (
        (0x300, 0x36F), (0x483, 0x489), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2),
        (0x5C4, 0x5C5), (0x5C7, 0x5C7), (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F),
        (0x670, 0x670), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),
    )  # fmt: skip
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


_DROPPED = _dropped()


def fold(token: str) -> str:
    """``token`` in one case and width, without accents, possessive ending and inner full stops.

    Digits of any script become those of ASCII, short names of months the long ones; folding what
    is folded changes nothing. A token without letters or digits gives ``""``.
    """
    return _fold(token) if len(token) <= LONGEST_CACHED else _fold.__wrapped__(token)


@lru_cache(maxsize=65_536)
def _fold(token: str) -> str:
    word = token.lower().replace("`", "'") if token.isascii() else plain(token)
    word = word.strip("'")
    if not word[:1].isdigit():
        word = word.replace(".", "")
    word = word.replace(",", "")
    while word.endswith("'s"):
        word = word[:-2]
    word = word.strip("'")
    return sys.intern(_MONTHS.get(word, word))


def plain(token: str, *, accents: bool = False) -> str:
    """``token`` in one case and width; with ``accents`` these stay, as stemmers want them."""
    word = unicodedata.normalize("NFKD", token.translate(_BEFORE)).casefold()
    word = unicodedata.normalize("NFKD", word).translate(_SIGNS)
    kept: list[str] = []
    for char in word:
        if char in _DROPPED:
            if not accents and not (char == _BREVE and kept and kept[-1] == _SHORT_I):
                continue
        elif char.isspace():  # some ligatures are whole phrases, with blanks
            continue
        elif char.isdecimal() and not char.isascii():
            char = str(unicodedata.decimal(char))
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
