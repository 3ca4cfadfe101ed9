"""Words -> EDTF: dates as people write them, each with its span and the days that it can mean.

A narrow grammar of our own (`index.dates.grammar`): nothing is guessed. A part that the words lack
stays unknown, a year that the caller supplies is marked as inferred, and what only looks like a
date (``Su-30``, ``may``, ``Resolution 2669``) is left alone. Pure: no clock, no locale; today is an
argument. Reading starts at words that can begin a date and takes a bounded number of them, so it
is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from index.dates.edtf import bound_to_iso, day_number, day_to_iso, from_edtf, sort_key
from index.dates.forms import Order
from index.dates.order import (
    AmbiguousDate,
    OrderEvidence,
    ambiguous_dates,
    evident_order,
    order_evidence,
)
from index.dates.scanning import ImpossibleDate, WrittenDate, scan
from index.dates.when import When, parse_when
from index.model import DateMention

__all__ = [
    "AmbiguousDate",
    "ImpossibleDate",
    "Order",
    "OrderEvidence",
    "When",
    "WrittenDate",
    "ambiguous_dates",
    "bound_to_iso",
    "contradicted_dates",
    "day_number",
    "day_to_iso",
    "evident_order",
    "find_dates",
    "from_edtf",
    "impossible_dates",
    "order_evidence",
    "parse_when",
    "scan",
    "scan_dates",
    "sort_key",
]


def find_dates(
    text: str,
    *,
    today: date | None = None,
    default_year: int | None = None,
    order: Order | None = None,
) -> tuple[DateMention, ...]:
    """All dates written in running text, in order; no two overlap.

    ``today`` says that the text is a question: relative words are understood, and a year needs
    less around it. Dates without a year ("27 May", "late April") get ``default_year`` and are
    marked as inferred; without it they are left out. ``order`` reads 01/02/2021; without it such a
    date is known to the year only. Members of a list ("26 and 30 June 2013") are dates of their
    own, inferred where the month or year stands with another. Empty text has no dates.
    """
    written = scan_dates(text, today=today, order=order)
    return tuple(filter(None, (date.resolved(default_year) for date in written)))


def scan_dates(
    text: str, *, today: date | None = None, order: Order | None = None
) -> Iterator[WrittenDate]:
    """As `find_dates`, but each date as its words say it: its year may be missing."""
    for item in scan(text, today=today, order=order):
        if isinstance(item, WrittenDate):
            yield item


def contradicted_dates(text: str, *, order: Order | None = None) -> tuple[WrittenDate, ...]:
    """Dates whose own words speak against them: “Monday, 6 July 2021”, which was a Tuesday.

    Each is kept as the date that is written; its ``against`` is the sentence to report.
    """
    return tuple(date for date in scan_dates(text, order=order) if date.against)


def impossible_dates(text: str, *, order: Order | None = None) -> tuple[ImpossibleDate, ...]:
    """Dates that look complete and cannot exist: 31 February 2021, 31 April, 2021-13-01, 31th May."""
    return tuple(item for item in scan(text, order=order) if isinstance(item, ImpossibleDate))
