"""A short cut for whole dates and years in the commonest forms, which most dates of a text are."""

from __future__ import annotations

import re

from index.dates.atoms import Atom
from index.dates.forms import FIRST_PLAIN_YEAR, LAST_PLAIN_YEAR
from index.dates.words import COUNTED, MONTHS, TO
from index.model import Precision

_NAMED = "|".join(sorted((name.capitalize() for name in MONTHS), key=len, reverse=True))
_GOING_ON = "|".join(
    sorted(TO | COUNTED | set("and or onward onwards b c bc bce a ad ce г".split()))
)
#: How a date ends with which nothing goes on: with a sign, or a blank and an ordinary word.
_ENDED = rf"""(?=\s*\Z | [);\]](?!\w) | [,:](?![0-9]) | \.(?![0-9.])
    | [ ](?!(?i:(?:{_GOING_ON})(?![^\W\d_])|[qh][0-9]) | {_NAMED})[A-Za-z])"""
#: The same for a day whose year could still follow.
_ENDED_YEARLESS = rf"""(?=\s*\Z | [);\]](?!\w) | :(?![0-9]) | \.\s+[A-Za-z]
    | [ ](?!(?i:(?:{_GOING_ON}|of|de|del)(?![^\W\d_])|[qh][0-9]) | {_NAMED})[A-Za-z])"""
#: The same for a month alone, which any other word leaves alone.
_ENDED_MONTH = rf"""(?=\s*\Z | [);\]](?!\w) | :(?![0-9])
    | [ ](?!(?i:(?:{_GOING_ON}|of|de|del)(?![^\W\d_])|[qh][0-9]))[A-Za-z])"""
_PLAIN = re.compile(
    rf"""(?:([0-9]{{1,2}})[ ]({_NAMED})(?:[ ]([0-9]{{4}}){_ENDED} | {_ENDED_YEARLESS})
    | ({_NAMED})\.?[ ](?:
        ([0-9]{{1,2}})(?:,?[ ]([0-9]{{4}}){_ENDED} | {_ENDED_YEARLESS}) | ([0-9]{{4}}){_ENDED})
    | ([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_ENDED}
    | ([0-9]{{4}})(?!,[ ]?[0-9]|\.\.){_ENDED}
    | ((?i:{_NAMED})){_ENDED_MONTH})""",
    re.VERBOSE,
)


def plain_date(text: str, pos: int) -> tuple[Atom, int] | None:
    """The whole date or year that stands at ``pos`` with nothing after it that goes on, and its end.

    A day or month may lack its year. What this does not match the grammar reads, and it would read all that
    this matches alike.
    """
    match = _PLAIN.match(text, pos)
    if match is None:
        return None
    day, month, year, month_2, day_2, year_2, of_month, iso, iso_month, iso_day, bare, lone = (
        match.groups()
    )
    if lone:
        month_alone = MONTHS[lone.lower()]
        return Atom(Precision.MONTH, None, month_alone, doubtful=lone[0].islower()), match.end()
    if month:
        atom = _day(year, MONTHS[month.lower()], int(day))
    elif day_2:
        atom = _day(year_2, MONTHS[month_2.lower()], int(day_2))
    elif month_2:
        atom = Atom(Precision.MONTH, int(of_month), MONTHS[month_2.lower()])
    elif iso:
        atom = _day(iso, int(iso_month), int(iso_day))
    else:
        atom = Atom(Precision.YEAR, int(bare), bare=True)
    known = FIRST_PLAIN_YEAR <= (atom.year or LAST_PLAIN_YEAR) <= LAST_PLAIN_YEAR
    if not known or (atom.year is None and not 1 <= atom.day <= 31):
        return None
    return atom, match.end()


def _day(year: str | None, month: int, day: int) -> Atom:
    return Atom(Precision.DAY, int(year) if year else None, month, day)
