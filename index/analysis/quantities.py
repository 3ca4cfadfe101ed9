"""Numbers of several words -> one term for each quantity."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from index.analysis.numbers import LONGEST, MONEY, MONEY_SCALES, Number, ending
from index.analysis.tokens import HYPHENS, Token
from index.analysis.words import Word

_GAPS = frozenset(f" \n\t\u00a0\u2009\u202f{HYPHENS}")


def quantity(
    text: str, tokens: Sequence[Token], words: Sequence[Word], n: int
) -> tuple[str, int] | None:
    """The term of the quantity that begins at token ``n``, and its last token.

    ``words`` run beside ``tokens``. None where it is no more than its word says. The same quantity
    has the same term however it is written: ``$1.7bn``, ``1,700 million``, ``1700000000``.
    """
    number = words[n].number
    if number is None or number.kind in ("ordinal", "per"):
        return None
    start = tokens[n][1]
    money = start > 0 and text[start - 1] in MONEY
    if number.scale > 1:
        if number.of_money and not money:
            return None
        return _written(number.value * number.scale), n
    sum_ = _Sum(number.kind == "digits")
    last = n
    if number.kind == "scale":
        if n == 0 or words[n - 1].folded not in ("a", "an") or not _near(text, tokens, n - 1):
            return None  # "millions" say no number, "a million" does
        sum_.current = Decimal(1)
        sum_.add(number)
    elif number.kind == "digits":
        sum_.current, last = _grouped(text, tokens, words, n)
    else:
        sum_.current = number.value
    first = last
    while not sum_.ordinal and (after := _next(text, tokens, words, last, sum_)) is not None:
        following = words[after].number
        if money and words[after].folded in MONEY_SCALES:  # $5 m
            following = Number("scale", Decimal(MONEY_SCALES[words[after].folded]))
        if following is None or not sum_.add(following):
            break
        last = after
    if last == first == n and number.kind != "scale":
        return None
    return sum_.written, last


def _next(
    text: str, tokens: Sequence[Token], words: Sequence[Word], n: int, sum_: _Sum
) -> int | None:
    """The token behind ``n`` that may go on its number: "and" is passed over, if it may stand."""
    if not _near(text, tokens, n):
        return None
    if words[n + 1].folded == "and" and sum_.may_go_on:
        return n + 2 if _near(text, tokens, n + 1) else None
    return n + 1


class _Sum:
    """A number as its words come."""

    def __init__(self, digits: bool) -> None:
        self.current: Decimal | None = None
        self.ordinal = False
        self._total = Decimal(0)
        self._scale = Decimal(10**15)
        self._digits = digits

    @property
    def may_go_on(self) -> bool:
        """Whether "and" may stand here."""
        return not self._digits and (self.current is None or self.current % 100 == 0)

    @property
    def written(self) -> str:
        value = self._total + (self.current or 0)
        return f"{value}{ending(int(value))}" if self.ordinal else _written(value)

    def add(self, number: Number) -> bool:
        """Take the next word; False if it is no part of this number."""
        current = self.current
        if number.kind == "scale":
            if current is None or number.value >= self._scale:
                return False
            if number.value < 1000:  # hundred, dozen
                if current >= 100:
                    return False
                self.current = current * number.value
                return True
            self._total += current * number.value
            self._scale, self.current = number.value, None
            return True
        if number.kind not in ("small", "ordinal") or self._digits or number.scale > 1:
            return False
        if current is None or (current >= 100 and current % 100 == 0):
            if number.kind == "ordinal" and current is None:
                return False
            self.current = (current or 0) + number.value
        elif current % 100 >= 20 and current % 10 == 0 and 0 < number.value < 10:
            self.current = current + number.value
        else:
            return False
        self.ordinal = number.kind == "ordinal"
        return True


def _near(text: str, tokens: Sequence[Token], n: int) -> bool:
    """Whether there is a next token, and nothing but a blank or hyphen before it."""
    if n + 1 >= len(tokens):
        return False
    stop, start = tokens[n][2], tokens[n + 1][1]
    return stop == start or (start - stop == 1 and text[stop] in _GAPS)


def _grouped(
    text: str, tokens: Sequence[Token], words: Sequence[Word], n: int
) -> tuple[Decimal, int]:
    """The number that begins with the digits at ``n``, and its last token.

    Its groups of three may stand a blank apart: ``400 000``. A run that goes on otherwise is none.
    """
    digits, last = words[n].folded, n
    alone = Decimal(digits), n
    gap = text[tokens[n][2] : tokens[n][2] + 1]
    if len(digits) > 3 or not digits.isdigit() or not gap.isspace():
        return alone
    while (
        last + 1 < len(tokens)
        and text[tokens[last][2] : tokens[last + 1][1]] == gap
        and words[last + 1].folded.isdigit()
    ):
        last += 1
        digits += words[last].folded
        if len(words[last].folded) != 3 or len(digits) > LONGEST:
            return alone
    return Decimal(digits), last


def _written(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}"
