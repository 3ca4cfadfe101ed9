"""Dates and events in words."""

from __future__ import annotations

import dataclasses

import pytest

from index.archive import Archive
from index.dates.edtf import from_edtf
from index.dates.labels import parse_label
from index.dates.wording import event_words, say_date, say_year
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
        ("0800", "800 CE"),
        ("0079-08-24", "24 August 79 CE"),
        ("0000", "1 BCE"),
        ("-0043/0014", "44 BCE – 14 CE"),
        ("-04XX", "the 5th century BCE"),
        ("-043X", "440–431 BCE"),
        ("00XX", "the 1st century"),
        ("2021-03-27/2021-05", "27 March 2021 to May 2021"),
        ("2022-07~/2022-08", "about July 2022 – August 2022"),
        ("1989~/1999", "about 1989 – 1999"),
        ("-0043-03-15/..", "since 15 March 44 BCE"),
    ],
)
def test_dates_in_words(edtf: str, said: str) -> None:
    """A date is said as exactly as it is known, and no further."""
    assert say_date(from_edtf(edtf)) == said


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2022-09-07", "2022"),
        ("195X", "the 1950s"),
        ("-0043", "44 BCE"),
        ("-04XX", "the 5th century BCE"),
        ("2021-03/202X", "2021"),
        ("2021~/2022", "2021"),
        ("../2021", ""),
    ],
)
def test_the_year_of_a_date(edtf: str, said: str) -> None:
    """The year, decade or era that a date begins in; nothing where that is open."""
    assert say_year(from_edtf(edtf)) == said


def test_a_century_is_said_as_one() -> None:
    """A date known to the century says so."""
    assert say_date(from_edtf("19XX", Precision.CENTURY)) == "the 20th century"


@pytest.mark.parametrize(
    ("edtf", "precision", "said"),
    [
        ("2022-01-01/..", Precision.YEAR, "after 2021"),
        ("2022-01-01/..", Precision.DAY, "since 1 January 2022"),
        ("../2020-12-31", Precision.YEAR, "before 2021"),
        ("2021-03-01/..", Precision.MONTH, "after February 2021"),
        ("../2021-02-28", Precision.MONTH, "before March 2021"),
        ("1960-01-01/..", Precision.DECADE, "after the 1950s"),
        ("-0042-01-01/..", Precision.YEAR, "after 44 BCE"),
        ("2022-07/2022-09", Precision.QUARTER, "the third quarter of 2022"),
        ("2022-01/2022-06", Precision.HALF, "the first half of 2022"),
        ("2022-07/2022-09", Precision.MONTH, "July – September 2022"),
        ("2022-01/2022-06", Precision.QUARTER, "January – June 2022"),
    ],
)
def test_what_only_the_precision_tells_is_said(edtf: str, precision: Precision, said: str) -> None:
    """EDTF writes “after 2021” and “since 1 January 2022” alike; the words keep them apart."""
    assert say_date(from_edtf(edtf, precision)) == said


@pytest.mark.parametrize(
    ("edtf", "precision"),
    [
        ("2022-09-07", None), ("2022-09-07~", None), ("2022-09", None), ("2022?", None),
        ("195X", None), ("18XX", None), ("-04XX", None), ("2021-22", None), ("2021-24", None),
        ("-0043-03-15", None), ("0000", None), ("0800", None), ("0079-08-24", None),
        ("2021-05-20/2021-05-22", None), ("2021-12-30/2022-01-02", None), ("2022-07/2022-08", None),
        ("1989/1999", None), ("-0043/0014", None), ("2021-03-27/2021-05", None), ("2019/2021-05", None),
        ("2001/..", None), ("../2021-05", None),
        ("2022-01-01/..", Precision.YEAR), ("../2021-02-28", Precision.MONTH),
        ("2022-07/2022-09", Precision.QUARTER), ("2022-01/2022-06", Precision.HALF),
    ],
)  # fmt: skip
def test_what_is_said_is_read_back(edtf: str, precision: Precision | None) -> None:
    """A date in words, before what happened, is read as the date that it was."""
    date = from_edtf(edtf, precision)
    label = parse_label(f"{say_date(date)} – The ship came in.", year=1999)
    assert label is not None
    assert (label.mention.date, label.mention.inferred) == (date, False)


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
