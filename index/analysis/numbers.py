"""What a word by itself tells of a number, and the words for which digits or units stand."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * tens for tens, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "dozen": 12,
}  # fmt: skip
#: What may stand behind digits for a scale: 1.7bn, 400k.
_SHORT_SCALES = {
    "k": 10**3, "mn": 10**6, "mln": 10**6, "bn": 10**9, "bln": 10**9, "tn": 10**12, "trn": 10**12,
}  # fmt: skip
MONEY_SCALES = {"m": 10**6, "b": 10**9, "t": 10**12}  # the same behind a sign of money


def ending(number: int) -> str:
    """What makes an ordinal of a whole number in digits: st, nd, rd or th."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


#: Number words that are written as digits in a term of their own. "One" is mostly no number, and
#: the first two ordinals mostly order a text.
NUMBER_WORDS = {word: str(value) for word, value in _VALUES.items() if value > 1} | {
    word: f"{value}{ending(value)}" for value, word in enumerate(_ORDINALS, start=1) if value > 2
}
#: Short for units, and other ways to write them -> the unit.
UNITS = {
    "km": "kilometre", "kms": "kilometre", "cm": "centimetre", "cms": "centimetre",
    "mm": "millimetre", "kg": "kilogram", "kgs": "kilogram", "kilo": "kilogram",
    "kilos": "kilogram", "mg": "milligram", "ml": "millilitre", "lb": "pound", "lbs": "pound",
    "bn": "billion", "bln": "billion", "mln": "million", "trn": "trillion",
    "kw": "kilowatt", "mw": "megawatt", "gw": "gigawatt", "feet": "foot", "pct": "percent",
}  # fmt: skip
#: Stems of units in another spelling -> the usual ones.
UNIT_STEMS = {
    "kilomet": "kilometr", "centimet": "centimetr", "millimet": "millimetr", "meter": "metr",
    "liter": "litr", "millilit": "millilitr", "kilogramm": "kilogram",
}  # fmt: skip
#: Signs of money -> the word for it.
MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₽": "ruble", "₹": "rupee"}
#: Languages that part thousands by full stops.
_POINTED = frozenset(
    "ca cs da de el es eu hr id is it nb nl nn no pl pt ro ru sl sr sv tr uk vi".split()
)
LONGEST = 18  # digits of a number whose value is told
_DIGITS = re.compile(r"(\d+(?:\.\d+)?)([a-z]{0,3})")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+")

_Kind = Literal["digits", "small", "ordinal", "scale", "per"]


class Number(NamedTuple):
    """What a word may be in a number."""

    kind: _Kind
    value: Decimal
    scale: int = 1  # glued to its digits: 400k
    of_money: bool = False  # the scale is one behind a sign of money only: $5m


def read_number(word: str, language: str) -> Number | None:
    """What a folded word in ``language`` may be in a number; words are read in English alone."""
    if word[:1].isdigit():
        match = _DIGITS.fullmatch(word) if len(word) <= LONGEST else None
        if match is None or not word.isascii():
            return None
        behind = match[2]
        scale = _SHORT_SCALES.get(behind) or MONEY_SCALES.get(behind)
        if behind and scale is None:
            return None
        return Number("digits", Decimal(match[1]), scale or 1, behind in MONEY_SCALES)
    if word in _SHORT_SCALES and word != "k":
        return Number("scale", Decimal(_SHORT_SCALES[word]))
    return _ENGLISH.get(word) if language == "en" else None


_ENGLISH = (
    {word: Number("small", Decimal(value)) for word, value in _VALUES.items()}
    | {word: Number("ordinal", Decimal(n)) for n, word in enumerate(_ORDINALS[:9], start=1)}
    | {word: Number("scale", Decimal(value)) for word, value in _SCALES.items()}
    | {word: Number("per", Decimal(0)) for word in ("per", "cent")}
)


def pointed(word: str, language: str) -> str | None:
    """The digits of a number like ``10.000`` in a language that parts thousands so, else None."""
    if _POINTS.fullmatch(word) and (language in _POINTED or word.count(".") > 1):
        return word.replace(".", "")
    return None
