"""Dates and events in words."""

from __future__ import annotations

import dataclasses

import pytest

from bot.wording import event_words, say_date, say_year
from index.archive import Archive
from index.edtf import from_edtf
from index.model import Precision


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2022-09-07", "7 September 2022"),
        ("2022-09", "September 2022"),
        ("2022", "2022"),
        ("195X", "the 1950s"),
        ("18XX", "the 19th century"),
        ("2021-05-20/2021-05-22", "20–22 May 2021"),
        ("2021-03-27/2021-04-03", "27 March – 3 April 2021"),
        ("2021-12-30/2022-01-02", "30 December 2021 – 2 January 2022"),
        ("2022-07/2022-08", "July – August 2022"),
        ("1989/1999", "1989–1999"),
        ("2001/..", "since 2001"),
        ("../2021-05", "until May 2021"),
        ("2022-08~", "about August 2022"),
        ("2022?", "perhaps 2022"),
        ("2021-21", "spring 2021"),
        ("-0043-03-15", "15 March 44 BCE"),
        ("0800", "800"),
    ],
)
def test_dates_in_words(edtf: str, said: str) -> None:
    """A date is said as exactly as it is known, and no further."""
    assert say_date(from_edtf(edtf)) == said


@pytest.mark.parametrize(
    ("edtf", "said"),
    [("2022-09-07", "2022"), ("195X", "the 1950s"), ("-0043", "44 BCE"), ("../2021", "")],
)
def test_the_year_of_a_date(edtf: str, said: str) -> None:
    """The year, decade or era that a date begins in; nothing where that is open."""
    assert say_year(from_edtf(edtf)) == said


def test_a_century_is_said_as_one() -> None:
    """A date known to the century says so."""
    assert say_date(from_edtf("19XX", Precision.CENTURY)) == "the 20th century"


@pytest.mark.parametrize(
    ("text", "as_written", "kind", "said"),
    [
        ("May 3: The light was lit.", "May 3", "entry", "The light was lit."),
        ("1. June 2013 – A visit.", "June 2013", "entry", "A visit."),
        ("(November 2014) – A visit.", "November 2014", "entry", "A visit."),
        ("1853: the year\nof the light", "1853", "entry", "the year of the light"),
        ("Since 1911, fewer came.", "Since 1911", "prose", "Since 1911, fewer came."),
        ("1853", "1853", "entry", "1853"),
    ],
)
def test_an_entry_is_told_without_its_label(
    harbour: Archive, text: str, as_written: str, kind: str, said: str
) -> None:
    """The date stands beside the event already, so an entry's text begins after it."""
    event = dataclasses.replace(
        harbour.snapshot.events[0], text=text, as_written=as_written, kind=kind
    )
    assert event_words(event) == said
