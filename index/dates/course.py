"""The course of a story: which year a month is of, by what is told before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS_APART = 18  # from the date before to the date after: further, and the story may have jumped

_TURNS_BACK_BEFORE = re.compile(
    r"\b(?:earlier|previously|formerly|originally|already|ago|preceding|previous|prior|last)\b"
    r"[^.;]{0,24}\Z",
    re.IGNORECASE,
)
_TURNS_BACK_AFTER = re.compile(
    r"[ \n]*,?[ \n]*(?:[^\W\d_]+[ \n]+){0,5}?(?:had|’d)[ \n]|[ \n]+(?:earlier|before|previously)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:would|will|shall|should|could|might|planned|scheduled|expected|intended|due|hoped|promised"
    r"|set[ \n]+(?:for|to))\b[^.;:!?]*\Z",
    re.IGNORECASE,
)
_REACH = 60  # characters of the sentence before a date, and after it


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year, or with month 1 or 12 the begin or end of one that is known alone."""

    year: int
    month: int

    def to(self, other: Month) -> int:
        """How many months ``other`` is later."""
        return 12 * (other.year - self.year) + other.month - self.month


def years_between(first: Month, last: Month, month: int) -> range:
    """The years whose ``month`` lies from ``first`` to ``last``."""
    begin = first.year + (month < first.month)
    return range(begin, last.year + (month <= last.month))


def turns_back(text: str, sentence: tuple[int, int], start: int, stop: int) -> bool:
    """Whether words beside ``text[start:stop]`` say that it lies before what is being told.

    "He had been charged in May", "earlier, in May"; so does a quotation, whose time is another.
    """
    before = text[max(sentence[0], start - _REACH) : start]
    if _TURNS_BACK_BEFORE.search(before):
        return True
    if _TURNS_BACK_AFTER.match(text, stop, min(sentence[1], stop + _REACH)):
        return True
    said = text[max(0, start - 10 * _REACH) : start]
    return said.rfind("“") > said.rfind("”")


def looks_ahead(text: str, start: int) -> bool:
    """Whether what the date at ``start`` tells of was still to come: "would be sold in May"."""
    return _AHEAD.search(text[max(0, start - _REACH) : start]) is not None
