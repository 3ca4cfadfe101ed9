"""Sentence -> numbers, durations, sums of money and shares, in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analysis import STOP_WORDS
from index.answer_types import amount_words as aw
from index.answer_types.asked import AnswerType, Fit, Token, key, tokens, told
from index.answer_types.cues import cues

_REACH = 6  # tokens between a number and what it counts
_REACH_BACK = 10  # tokens before a number in which the target may stand
_DASHES = ("-", "‐")
_RANGES = frozenset(("to", "or", "-", "–", "—", "‐"))
_MAY_PRECEDE = aw.CURRENCY_SIGNS | frozenset("(“\"'‘[~≈<>/")  # glued to digits that do count
_MAY_COUNT = cues("|".join(sorted(aw.SMALL | aw.BEHIND_A | aw.TIMES)), also=r"[0-9]")
_HOW_OFTEN = frozenset(("often", "frequently"))
_EVERY = re.compile(
    r"\b(?:(?:bi|semi)-?(?:annual|monthly|weekly)(?:ly)?|biennial(?:ly)?|annual(?:ly)?|yearly|daily|"
    r"hourly|weekly|monthly|quarterly|nightly|"
    r"(?:every|each)\s(?:\w+\s){0,2}(?:second|minute|hour|day|night|week|month|year|decade|century|"
    r"spring|summer|autumn|winter)s?|(?:once|twice|\w+\stimes)\s(?:a|an|per|each|every)\s\w+)\b",
    re.IGNORECASE,
)
#: Durations without a number: "less than a year", "for decades", "since 2001", "until the end of May".
_LASTING = re.compile(
    r"\b(?:(?:(?:less|more|longer)\sthan|about|almost|nearly|over|under|within|for|in|after)\s)?"
    r"(?:an?|half\san?|the\swhole)\s(?P<unit>second|minute|hour|day|night|week|fortnight|month|year|"
    r"decade|century|lifetime)\b"
    r"|\b(?:for|in|over|within|took|takes|lasted|lasting)\s(?:the\s)?(?:past\s|many\s)?"
    r"(?:seconds|minutes|hours|days|weeks|months|years|decades|centuries)\b"
    r"|\bfrom\s[^;:.,()]{2,30}?\s(?:to|until|till|through)\s[^;:.,()]{2,30}"
    r"|\b(?:since|until|till)\s[^;:.,()]{3,60}|\b(?:overnight|permanently)\b|\bfor\s(?:life|ever)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Amount:
    """Tokens that are one amount; ``first`` to before ``last`` are its number."""

    begin: int  # where "about" or "$" begins
    first: int
    last: int
    fraction: bool
    vague: bool
    sure: bool  # no number of a name, a page or a day
    year: bool  # written like a year


def find_amounts(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Amounts of the kind that ``asked`` expects; numbers of the question are none."""
    if asked.how in _HOW_OFTEN:
        for match in _EVERY.finditer(text, start, stop):
            yield Fit(match.start(), match.end(), 0.9)
    if asked.expects == "duration" or asked.how == "long":
        for match in _LASTING.finditer(text, start, stop):
            if not told(asked, match[0].split()):
                yield Fit(match.start(), match.end(), 0.6 if match["unit"] else 0.5)
    if not _MAY_COUNT.search(text[start:stop].lower()):
        return
    row = tokens(text, start, stop)
    heads = [n for n, t in enumerate(row) if t.low[0].isalpha() and key(t.text) == asked.head]
    for amount in _amounts(row):
        written = [t.text for t in row[amount.first : amount.last] if t.low[0].isalnum()]
        if not told(asked, written):
            elliptic = bool(heads) and heads[-1] >= amount.last
            yield from _judge(row, amount, asked, elliptic=elliptic)


# ---------------------------------------------------------------- what is written as an amount


def _low(row: Sequence[Token], number: int) -> str:
    """A token in small letters; "" where there is none."""
    return row[number].low if 0 <= number < len(row) else ""


def _glued(row: Sequence[Token], number: int) -> bool:
    """Whether nothing stands between the token at ``number`` and the one before it."""
    return 0 < number < len(row) and row[number - 1].stop == row[number].start


def _amounts(row: Sequence[Token]) -> Iterator[_Amount]:
    number = 0
    while number < len(row):
        last = _past_number(row, number)
        if last == number and row[number].low in aw.LONE:
            last = number + 1
        if last == number:
            number += 1
            continue
        last = _past_range(row, last)
        amount = _amount(row, number, last)
        if amount is not None:
            yield amount
        number = last


def _past_number(row: Sequence[Token], number: int) -> int:
    """Behind the number that begins at a token; that token where none does."""
    low = _low(row, number)
    if low[:1].isdigit():
        return _past_digits(row, number)
    return _past_words(row, number) if low in aw.SMALL or low in aw.SCALES else number


def _past_digits(row: Sequence[Token], number: int) -> int:
    last = number + 1
    while _low(row, last) in ("/", "⁄") and _low(row, last + 1)[:1].isdigit():
        last += 2
    if _low(row, last) in aw.SCALES or (_low(row, last) in aw.GLUED_SCALES and _glued(row, last)):
        return last + 1
    if _low(row, last) in _DASHES and _glued(row, last) and _low(row, last + 1) in aw.SCALES:
        return last + 2
    return last


def _past_words(row: Sequence[Token], number: int) -> int:
    last = number + 1
    while last < len(row):
        low, after = row[last].low, _low(row, last + 1)
        whole = low not in ("third", "fifth", "quarter") or row[last - 1].low == "one"
        joined = (low in _DASHES and (after in aw.SMALL or after in aw.FRACTIONS)) or (
            low == "and" and row[last - 1].low in aw.SCALES and after in aw.SMALL
        )
        if joined:
            last += 2
        elif low in aw.SMALL or low in aw.SCALES or (low in aw.FRACTIONS and whole):
            last += 1
        else:
            break
    return last


def _past_range(row: Sequence[Token], last: int) -> int:
    """Behind the second number of "four to six", "4–6", "one or two"; ``last`` without one."""
    if _low(row, last) not in _RANGES:
        return last
    second = last + 1 + (_low(row, last + 1) in aw.CURRENCY_SIGNS)
    found = _past_number(row, second)
    return found if found > second else last


def _amount(row: Sequence[Token], first: int, last: int) -> _Amount | None:
    """The amount that these tokens are; None where they are part of something else."""
    low, before, after = row[first].low, _low(row, first - 1), _low(row, last)
    digits = low[0].isdigit()
    if digits and _is_part(row, first, last):
        return None
    if not digits and _glued(row, first) and before in _DASHES:
        return None
    if low in aw.FRACTIONS and not _is_fraction(row, first, last):
        return None
    if (low == "one" and last == first + 1 and not _counts_one(row, last)) or (
        low == "single" and before != "a"
    ):
        return None
    day = digits and (
        before in aw.MONTHS
        or after in aw.MONTHS
        or (before == "," and _low(row, first - 2) in aw.MONTHS)
        or (before == "," and _low(row, first - 3) in aw.MONTHS)
    )
    lows = [token.low for token in row[first:last]]
    return _Amount(
        _begin(row, first),
        first,
        last,
        fraction="/" in lows or not aw.FRACTIONS.isdisjoint(lows),
        vague=low in aw.VAGUE,
        sure=not (day or (_is_label if digits else _in_name)(row, first, last)),
        year=len(lows) in (1, 3) and len(low) == 4 and low.isdigit() and "1000" <= low <= "2100",
    )


def _is_part(row: Sequence[Token], first: int, last: int) -> bool:
    """Whether digits are no number: 16th, 1960s, MIG-29, a note's mark, 10:30, [12], 1/2/1931."""
    before, after = _low(row, first - 1), _low(row, last)
    if _glued(row, last) and (after in aw.SUFFIXES or after == "/"):
        return True
    if _glued(row, first) and before not in _MAY_PRECEDE:
        return True
    if after == ":" and _glued(row, last) and _glued(row, last + 1):
        return True
    return before == "/" or (before == "[" and after == "]")


def _is_label(row: Sequence[Token], first: int, last: int) -> bool:
    """Whether a number belongs to the name before it: Resolution 2669, Apollo 11, page 4."""
    if first == 0:
        return False
    before, further = row[first - 1], _low(row, first - 2)
    if before.low in aw.LABELS or (before.text == "." and further in aw.LABELS):
        return True
    named = before.text[0].isupper() and not before.text.isupper() and first > 1
    if (
        not named
        or before.low.endswith(("'s", "’s"))
        or before.low in aw.APPROXIMATE
        or before.low in aw.CURRENCIES
    ):
        return False
    placed = further in ("in", "from", "to", "of", "by", "for")  # "in Venice 22 times"
    return not (placed and _low(row, last).isalpha())


def _in_name(row: Sequence[Token], first: int, last: int) -> bool:
    """Whether a number in words is part of a name: Formula One, the Group of Seven."""
    if first == 0 or not row[first].text[0].isupper():
        return False
    named = [token.text[0].isupper() for token in (row[first - 1], *row[last : last + 1])]
    return any(named) or _low(row, first - 1) == "of"


def _counts_one(row: Sequence[Token], last: int) -> bool:
    """Whether "one" counts: not in "one of", "no one", "the one that"."""
    after = _low(row, last)
    return (
        _low(row, last - 2) not in aw.BEFORE_ONE and after.isalpha() and after not in aw.AFTER_ONE
    )


def _is_fraction(row: Sequence[Token], first: int, last: int) -> bool:
    """Whether "third" and the like are a part of something and no rank: "the third man"."""
    before, after = _low(row, first - 1), _low(row, last)
    if row[first].low in ("half", "halves"):
        return before not in ("second", "first", "other")
    return (before in ("a", "one") or before in _DASHES or before in aw.SMALL) and (
        after in ("of", "", ",", ".", ";", "the")
    )


def _begin(row: Sequence[Token], first: int) -> int:
    """The token with which an amount begins: "$", "US$", "a" dozen, "more than"."""
    begin = first
    if _low(row, begin - 1) in aw.SIGNS:
        begin -= 1
        if _glued(row, begin) and row[begin - 1].text in aw.COUNTRIES_OF_DOLLARS:
            begin -= 1
    if row[first].low in aw.BEHIND_A and _low(row, begin - 1) in (
        "a",
        "an",
    ):
        begin -= 1
    if _low(row, begin - 1) == "half":
        begin -= 1
    before, further = _low(row, begin - 1), _low(row, begin - 2)
    match before:
        case "than":
            begin -= 2 if further in aw.BEFORE_THAN else 0
        case "least" | "most":
            begin -= 2 if further == "at" else 0
        case "to":
            begin -= 2 if further in ("up", "close") else 0
        case _ if before in aw.APPROXIMATE:
            begin -= 1
    return begin


# ---------------------------------------------------------------- what it is an amount of


def _unit(row: Sequence[Token], amount: _Amount) -> tuple[str, int]:
    """What an amount is of, "percent", "money", "time", "measure" or "", and the token behind it."""
    last = amount.last
    if any(token.text in aw.CURRENCY_SIGNS for token in row[amount.begin : last]):
        return "money", last
    before = row[amount.begin - 1] if amount.begin else None
    if before and before.text.isupper() and before.low in aw.CURRENCIES:
        return "money", last
    while last < min(len(row), amount.last + 5) and row[last].low in aw.BEFORE_UNITS:
        whole = not amount.fraction and row[amount.last - 1].low not in aw.SCALES
        if row[last].low in ("of", "or") and whole:
            break
        last += 1
    low = _low(row, last)
    if low in aw.PERCENT:
        return "percent", last + 1
    if low == "per" and _low(row, last + 1) == "cent":
        return "percent", last + 2
    if low in aw.CURRENCIES:
        return "money", last + 1
    if low in aw.TIME_UNITS:
        return "time", last + 1
    if (low in aw.MEASURES or low.endswith(aw.MEASURE_ENDS)) and not _is_first_part(row, last):
        square = low in ("square", "sq", "cubic", "nautical", "°") and last + 1 < len(row)
        return "measure", last + 1 + square
    return "", amount.last


def _judge(
    row: Sequence[Token], amount: _Amount, asked: AnswerType, *, elliptic: bool
) -> Iterator[Fit]:
    unit, last = _unit(row, amount)
    stop = row[last - 1].stop
    match asked.expects:
        case "money":
            strength = _money(row, amount, unit)
        case "percentage":
            strength = _percentage(row, amount, unit)
        case "duration":
            strength = _duration(row, amount, unit, asked)
        case _:
            behind, end = _counted_behind(row, amount.last, asked) if asked.head else (0.0, 0)
            strength = _number(row, amount, unit, asked, behind, elliptic=elliptic)
            if asked.how == "long":
                strength = max(strength, _duration(row, amount, unit, asked))
            if behind >= 0.7:
                stop = max(stop, end)
    if strength > 0:
        yield Fit(row[amount.begin].start, stop, round(strength, 3))


def _counted_behind(row: Sequence[Token], last: int, asked: AnswerType) -> tuple[float, int]:
    """How surely the target is what is counted, and where it ends; (0, 0) if it isn't there."""
    words = 0
    for number in range(last, min(last + 2 * _REACH, len(row))):
        token = row[number]
        glued = _glued(row, number) and row[number - 1].text in _DASHES  # the 17 of Mi-17
        if token.text in ";:.!?" or words == _REACH:
            break
        if number > last and not glued and (token.low[0].isdigit() or token.low in aw.PARTING):
            break
        word = key(token.text)
        if not token.low[0].isalpha() or (_is_first_part(row, number) and word != asked.head):
            continue
        words += 1
        near = 1.0 if words < 4 else 0.85
        if word == asked.head or word in asked.near or _same_unit(token.low, asked.head):
            return near, token.stop
        if word in asked.target:
            return near * 0.7, token.stop
    return 0.0, 0


def _is_first_part(row: Sequence[Token], number: int) -> bool:
    """Whether a hyphen is glued to a word: it is seldom what is counted: 12 Mi-17 jets."""
    return _low(row, number + 1) in _DASHES and _glued(row, number + 1)


def _same_unit(low: str, head: str) -> bool:
    """Whether a word and the target, a stem, are names of one unit: mi and miles."""
    unit = aw.SAME_UNITS.get(low)
    return unit is not None and unit in (
        aw.SAME_UNITS.get(head), aw.SAME_UNITS.get(head + "e"), aw.SAME_UNITS.get(head + "s")
    )  # fmt: skip


def _counted_before(row: Sequence[Token], first: int, asked: AnswerType) -> bool:
    """Whether the target stands before: "population of 7,000", "helicopters (twelve in all)"."""
    for number in range(first - 1, max(first - _REACH_BACK, 0) - 1, -1):
        token = row[number]
        if token.text in ";.!?":
            break
        if token.low[0].isalpha() and (
            (word := key(token.text)) == asked.head or word in asked.near
        ):
            return True
    return False


def _money(row: Sequence[Token], amount: _Amount, unit: str) -> float:
    if unit == "money":
        return 0.5 if amount.vague else 1.0
    if unit or not amount.sure or amount.vague or amount.year or amount.fraction:
        return 0.0
    return 0.35 if any(t.low in aw.SCALES for t in row[amount.first : amount.last]) else 0.15


def _percentage(row: Sequence[Token], amount: _Amount, unit: str) -> float:
    if unit == "percent":
        return 1.0
    if amount.fraction:
        return 0.8
    if unit or not amount.sure or amount.vague or amount.year:
        return 0.0
    of = _low(row, amount.last + 1)  # "one in five"
    if _low(row, amount.last) in ("in", "out") and (of[:1].isdigit() or of in aw.SMALL | {"of"}):
        return 0.6
    return 0.3 if "." in row[amount.first].text else 0.15


def _duration(row: Sequence[Token], amount: _Amount, unit: str, asked: AnswerType) -> float:
    if unit == "time":
        if amount.vague:
            return 0.6
        if asked.head:
            return 1.0 if _counted_behind(row, amount.last, asked)[0] else 0.7
        return 0.9
    if unit or not amount.sure or amount.vague or amount.year or amount.fraction:
        return 0.0
    return 0.2


def _number(
    row: Sequence[Token],
    amount: _Amount,
    unit: str,
    asked: AnswerType,
    behind: float,
    *,
    elliptic: bool,
) -> float:
    """How surely an amount is the number asked for; ``behind``: how surely it counts the target."""
    many = asked.kind == "how many"
    if behind and amount.sure:
        part = unit == "percent" or (amount.fraction and many)
        return behind * (0.6 if amount.vague or part else 1.0)
    if not amount.sure or (amount.year and not unit):
        return 0.0
    vague = 0.5 if amount.vague else 1.0
    total = 0.2 if _is_total(row, amount) else 0.0
    other = (
        unit == "" and _low(row, amount.last).isalpha() and _low(row, amount.last) not in STOP_WORDS
    )
    if (
        asked.head
        and unit in ("", "measure")
        and not other
        and _counted_before(row, amount.first, asked)
    ):
        return min(1.0, 0.85 + total) * vague
    if asked.how == "old":
        return _age(row, amount, unit)
    if asked.how in _HOW_OFTEN and row[amount.first].low not in aw.TIMES:
        return 0.2
    match unit:
        case "measure":
            return (0.3 if asked.head and many else 0.8) * vague
        case "percent":
            return 0.25 if many else 0.6
        case "time":
            return 0.15 if asked.head else 0.5
        case "money":
            return 0.15 if asked.words.isdisjoint(aw.WORTH) else 0.9
    if amount.fraction:
        return 0.15 if many else 0.3
    if row[amount.first].low in aw.TIMES:
        return 1.0 if asked.head in ("time", "") else 0.2
    if elliptic or any(t.low in aw.COUNTS for t in row[max(0, amount.first - 8) : amount.first]):
        return (0.48 + total) * vague
    return (0.4 + total) * vague


def _age(row: Sequence[Token], amount: _Amount, unit: str) -> float:
    """How surely an amount is an age: "aged 34", "at the age of 34", "34-year-old"."""
    before = {token.low for token in row[max(0, amount.begin - 3) : amount.begin]}
    behind = {token.low for token in row[amount.last : amount.last + 4]}
    if before & {"age", "aged", "turned", "turning"} or "old" in behind:
        return 1.0
    if not unit and before & {"was", "is", "at"}:
        return 0.5
    return 0.4 if "years" in behind else 0.2


def _is_total(row: Sequence[Token], amount: _Amount) -> bool:
    """Whether "in all" or "a total of" stands beside."""
    first, second = _low(row, amount.last), _low(row, amount.last + 1)
    before = (_low(row, amount.begin - 2), _low(row, amount.begin - 1))
    return (
        (first == "in" and second in aw.TOTALS) or first in aw.TOTALS or before == ("total", "of")
    )
