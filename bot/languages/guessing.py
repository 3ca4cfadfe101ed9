"""Which of our languages a message is written in, by its letters: Discord tells no locale with one."""

from __future__ import annotations

import re
from itertools import islice

_READ = 2_000  # characters
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_RUSSIAN_ONLY = frozenset(
    "ыэё"
)  # no South Slavic language has these, and Ukrainian has none of them
# In Russian a hard sign stands before a vowel with й in it; in Bulgarian it is a vowel itself.
_BULGARIAN = re.compile(r"ъ(?![еёюя])")
_HARD_SIGN = re.compile(r"ъ(?=[еёюя])")


def guess(text: str) -> str | None:
    """“ru” or “my” if most letters of ``text`` are of that language, else None.

    Cyrillic with letters that Russian lacks is another language, unless letters that the Slavic
    neighbours lack are more: a Russian question may hold a Ukrainian name. Reads 2,000 characters.
    """
    letters = [char for char in islice(text, _READ) if char.isalpha() or _is_burmese(char)]
    burmese = sum(map(_is_burmese, letters))
    cyrillic = [char.lower() for char in letters if "\u0400" <= char <= "\u052f"]
    if 2 * burmese > len(letters):
        return "my"
    if not cyrillic or 2 * len(cyrillic) <= len(letters):
        return None
    seen = text[:_READ].lower()
    theirs = sum(char not in _RUSSIAN for char in cyrillic) + len(_BULGARIAN.findall(seen))
    ours = sum(char in _RUSSIAN_ONLY for char in cyrillic) + len(_HARD_SIGN.findall(seen))
    return "ru" if not theirs or ours > theirs else None


def _is_burmese(char: str) -> bool:
    """Whether ``char`` is of the script that Burmese is written in; vowel signs are no letters."""
    return "\u1000" <= char <= "\u109f" or "\uaa60" <= char <= "\uaa7f"
