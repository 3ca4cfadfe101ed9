"""Text -> tokens: words, numbers, and the syllables of scripts that are written without spaces."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import pairwise
from typing import Literal

from index.analysis.folding import APOSTROPHES

Token = tuple[str, int, int]  # as it is written, and its span

HYPHENS = "-‐‑﹣－"
#: Scripts whose syllables or signs are tokens of their own.
Unspaced = Literal["Myanmar", "Khmer", "Thai", "Lao", "Han", "Kana", "Hangul"]

_BLANK = "\u200b"  # between the words of a script without spaces, where somebody marked them
_JOINERS = "\u00ad\u200c\u200d\u2060"  # stand in words and are no part of them
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Letters and marks alone: digits make numbers, and signs of punctuation end a run.
_MYANMAR = (
    "\u1000-\u103f\u104c-\u104f\u1050-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"
)
_MYANMAR_BASE = (
    "\u1000-\u102a\u103f\u104c-\u104f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066"
    "\u106e-\u1070\u1075-\u1081\u108e\ua9e0-\ua9e4\ua9e7-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7a"
    "\uaa7e\uaa7f"
)
_MYANMAR_MARK = (
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    "\u1082-\u108d\u108f\u109a-\u109d\ua9e5\ua9e6\uaa7b-\uaa7d"
)
_KHMER = "\u1780-\u17d3\u17d7\u17dc\u17dd"
_KHMER_BASE = "\u1780-\u17b3\u17d7\u17dc"
_KHMER_MARK = "\u17b4-\u17d3\u17dd"
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_LAO = "\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf"
_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_KANA_MARK = "\u3099\u309a\uff9e\uff9f"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
_SYLLABLES = (
    # A Burmese consonant that is stacked below another, or that has its vowel killed, ends a
    # syllable; any other begins one. A Khmer one below another goes with it.
    rf"[{_MYANMAR}](?:[{_MYANMAR_MARK}{_JOINERS}]|(?<=\u1039)[{_MYANMAR_BASE}]"
    rf"|[{_MYANMAR_BASE}](?=\u1037?[\u1039\u103a]))*+"
    rf"|[{_KHMER}](?:[{_KHMER_MARK}{_JOINERS}]|(?<=\u17d2)[{_KHMER_BASE}])*+"
    # Thai and Lao: a vowel that is written in front, a consonant, and what stands with it.
    r"|[\u0e40-\u0e44]?[\u0e01-\u0e2e\u0e46][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*+"
    rf"|[{_THAI}]"
    r"|[\u0ec0-\u0ec4]?[\u0e81-\u0eae\u0ec6\u0edc-\u0edf][\u0eb0-\u0ebd\u0ec8-\u0ece]*+"
    rf"|[{_LAO}]"
    rf"|[{_HAN}][{_SELECTORS}]*+"
    rf"|[{_KANA}][{_KANA_MARK}{_SELECTORS}]*+"
    r"|[\u1100-\u115f\ua960-\ua97c]++[\u1160-\u11a7\ud7b0-\ud7c6]*+[\u11a8-\u11ff\ud7cb-\ud7fb]*+"
    rf"|[\uac00-\ud7a3][\u11a8-\u11ff]*+|[{_HANGUL}]"
)


_UNSPACED = f"{_MYANMAR}{_KHMER}{_THAI}{_LAO}{_HAN}{_KANA}{_KANA_MARK}{_HANGUL}"


def _combining_marks() -> str:
    """A character class's inside with the marks of the Basic Multilingual Plane, but for those of
    scripts without spaces.

    Python's ``\\w`` leaves out vowel signs and accents that are characters of their own, so that it
    would cut a Hindi or Tamil word at each of them.
    """
    apart = re.compile(f"[{_UNSPACED}]")
    ranges: list[list[int]] = []
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code))[0] == "M" and not apart.match(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_LETTER = r"[^\W\d_\u0e00-\U0010ffff]"  # of a script that has abbreviations
# Superscript digits are marks of notes, and fractions follow numbers: neither is part of a word.
_CHARS = rf"(?:[^\W_⁰¹²³⁴-⁹¼½¾⅐-⅞{_UNSPACED}]++|[{_combining_marks()}]++)++"
_TOKEN = re.compile(
    r"(?=[^ \n,.])(?:"  # what stands between most words begins none
    r"[A-Za-z]{2,}+(?=[ ,\n])"  # most words, in a short way
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+(?!\d)"  # 7,000 and 1.7 are one number
    r"|\d+[¼½¾]"
    rf"|{_LETTER}(?:\.{_LETTER})+(?!\w)\.?"  # U.S. and U.N, whether or not the last stop is there
    rf"|{_CHARS}(?:(?:[{APOSTROPHES}]|[{_JOINERS}]+){_CHARS})*"  # else long words cost much memory
    rf"|{_SYLLABLES})"
)
_LINE_BREAK = re.compile(r"[-‐][ \t]*\n[ \t\f]*")
_SCRIPTS: dict[str, Unspaced] = {
    _HAN: "Han", _KANA + _KANA_MARK: "Kana", _HANGUL: "Hangul", _MYANMAR: "Myanmar",
    _THAI: "Thai", _KHMER: "Khmer", _LAO: "Lao",
}  # fmt: skip
# The first and the last code point of each range of these scripts, and its script.
_RANGES = sorted(
    (ord(ranges[n]), ord(ranges[n + 2 if ranges[n + 1 : n + 2] == "-" else n]), script)
    for ranges, script in _SCRIPTS.items()
    for n in range(len(ranges))
    if ranges[n] != "-" and ranges[n - 1 : n] != "-"
)


def tokens(text: str) -> list[Token]:
    """Words, numbers and syllables of ``text`` in order, with their spans.

    Before two words that may be one, broken at a line's end, stands that one.
    """
    found = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    broken = {match.start(): match.end() for match in _LINE_BREAK.finditer(text)}
    if not broken:
        return found
    joined: list[Token] = []
    for (word, start, stop), (rest, begin, end) in pairwise([*found, ("", 0, 0)]):
        if broken.get(stop) == begin and word.isalpha() and rest.isalpha():
            joined.append((word + rest, start, end))
        joined.append((word, start, stop))
    return joined


def unspaced(token: str) -> Unspaced | None:
    """The script of a token that is a syllable or sign of one without spaces; else None."""
    if token.isascii():
        return None
    code = ord(token[0])
    place = bisect_right(_RANGES, code, key=lambda each: each[0]) - 1
    return _RANGES[place][2] if place >= 0 and code <= _RANGES[place][1] else None


def adjoin(text: str, stop: int, start: int) -> bool:
    """Whether a syllable that ends at ``stop`` and one that begins at ``start`` stand in one run."""
    return stop == start or not text[stop:start].strip(_BLANK)
