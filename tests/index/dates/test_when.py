"""WHEN expressions: what they ask for, how that is said, and what is said of unreadable ones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import When, from_edtf, parse_when
from index.errors import UnreadableDateError
from index.model import HistoricDate

from .test_dates import TODAY, messy


@pytest.mark.parametrize(
    ("text", "month_day"),
    [
        ("on this day", (11, 21)), ("this day in history", (11, 21)), ("On this date?", (11, 21)),
        ("today in history", (11, 21)), ("on 7 September", (9, 7)), ("7 September", (9, 7)),
        ("Sept 7", (9, 7)), ("the 7th of september", (9, 7)), ("every 7 September", (9, 7)),
        ("29 February", (2, 29)), ("the Fourth of July", (7, 4)), ("5 Setpember", (9, 5)),
    ],
)  # fmt: skip
def test_a_day_without_a_year_is_one_of_every_year(text: str, month_day: tuple[int, int]) -> None:
    """A day of the month alone asks for that day of every year, and it is said."""
    when = parse_when(text, today=TODAY)
    assert (when.date, when.month_day, when.month) == (None, month_day, None)
    assert when.said.endswith("of every year.")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("every September", 9),
        ("September", 9),
        ("in may", 5),
        ("march", 3),
        ("this month in history", 11),
    ],
)
def test_a_month_without_a_year_is_one_of_every_year(text: str, month: int) -> None:
    """A month alone asks for that month of every year, also "may" and "march"."""
    when = parse_when(text, today=TODAY)
    assert (when.date, when.month_day, when.month) == (None, None, month)
    assert when.said.endswith("of every year.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7 September 2022", ""),
        ("around 5 May 2021", "“around 5 May 2021” is read as 28 April – 12 May 2021."),
        ("circa 1950", "“circa 1950” is read as 1949–1951."),
        ("Febuary 2021", "“Febuary” is read as February."),
        ("2021-22", "“2021-22” is read as 2021–2022."),
        ("2018-19", ""),
        ("7 September", "Without a year this is 7 September of every year."),
    ],
)
def test_how_it_was_read_is_said(text: str, said: str) -> None:
    """Where the words leave the reading open it is told in a sentence, and else nothing is."""
    assert parse_when(text, today=TODAY).said == said


EXAMPLES = "try “7 September 2022”, “2021..2022” or “since May 2021”."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31 February 2021", "31 February 2021 does not exist: February 2021 has 28 days; try "
         "“February 2021”, “2021..2022” or “since May 2021”."),
        ("32 Septembr 2022", "32 Septembr 2022 does not exist: September 2022 has 30 days; try "
         "“September 2022”, “2021..2022” or “since May 2021”."),
        ("since 2021-02-30", "since 2021-02-30 does not exist: February 2021 has 28 days; try "
         "“February 2021”, “2021..2022” or “since May 2021”."),
        ("2021-13-01", "2021-13-01 does not exist: there is no month 13; try "
         "“2021”, “2021..2022” or “since May 2021”."),
        ("31th May", "31th May does not exist: 31 is written 31st; try “May”."),
        ("May 20-22", "“May 20-22” names no year; try “May 20-22 2021”."),
        ("spring", "“spring” names no year; try “spring 2021”."),
        ("soonish", f"“soonish” is not a date; {EXAMPLES}"),
        ("the coup of 2021", "“the coup of 2021” is not a date; try “2021”, “7 September 2022” or "
         "“2021..2022”."),
        ("Jule 2021", "“Jule 2021” is not a date; try “June 2021” or “July 2021”."),
        ("", f"No date was given; {EXAMPLES}"),
        ("2021 to 2019", "“2021 to 2019” ends before it begins; try “2019..2021”."),
        ("01/02/2021", "“01/02/2021” can be 1 February or 2 January 2021; type the name of the "
         "month."),
        ("26 and 30 June 2013", "“26 and 30 June 2013” holds more than one date; try "
         "“26 June 2013” or “30 June 2013”."),
        ("May\n 2021 or so", "“May 2021 or so” is not a date; try “May 2021”, “7 September 2022” or "
         "“2021..2022”."),
    ],
)  # fmt: skip
def test_unreadable(text: str, sentence: str) -> None:
    """One sentence names the words, says what is wrong with them and gives the nearest reading."""
    with pytest.raises(UnreadableDateError) as caught:
        parse_when(text, today=TODAY)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "the coup", "since the coup", "2022/13", "13/2022", "year", "years ago", "two hours ago",
        "5000 years ago", "x" * 300, "q3 22", "0", "12345", "every 2021", "..", "/", "?", "{}",
        "2021/02/31", "9/11", "Marsh", "around", "~", "in or", "by", "between", "from to",
    ],
)  # fmt: skip
def test_what_is_no_date_gets_examples(text: str) -> None:
    """Whatever cannot be read is answered by one line that ends in something to try."""
    with pytest.raises(UnreadableDateError, match=r"; try “.+”[^\n]*\.\Z"):
        parse_when(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("last 3 days", "2026-11-19", "2026-11-21"),
        ("the last two weeks", "2026-11-08", "2026-11-21"),
        ("past 3 months", "2026-08-22", "2026-11-21"),
        ("last 2 years", "2024-11-22", "2026-11-21"),
    ],
)
def test_last_units_end_today(text: str, first: str, last: str) -> None:
    """So many days, weeks, months or years up to today, and today is one of them."""
    known = parse_when(text, today=TODAY).date
    assert known is not None
    assert (known.start, known.end) == (first, last)


@pytest.mark.parametrize("today", [date.min, date.max, date(2024, 2, 29)])
@pytest.mark.parametrize("text", ["yesterday", "tomorrow", "last week", "next week", "last month",
                                  "next year", "last 999 years", "last 3 months", "3 days ago",
                                  "a week ago", "two months ago", "999 years ago", "on this day",
                                  "around today", "around 9999", "around 1"])  # fmt: skip
def test_at_the_ends_of_time(today: date, text: str) -> None:
    """Relative words beyond the calendar are refused like any other words."""
    try:
        assert isinstance(parse_when(text, today=today), When)
    except UnreadableDateError:
        assert today in (date.min, date.max) or text in ("around 9999", "around 1")


@given(messy | st.text(max_size=60))
def test_whatever_the_when(text: str) -> None:
    """A WHEN asks for one thing, whose date reads back from its EDTF, or one line says why not."""
    try:
        when = parse_when(text, today=date(2024, 2, 29))
    except UnreadableDateError as error:
        sentence = str(error)
        assert "\n" not in sentence
        assert sentence.endswith(".")
        return
    assert sum(part is not None for part in (when.date, when.month_day, when.month)) == 1
    if isinstance(when.date, HistoricDate):
        assert from_edtf(when.date.edtf, when.date.precision) == when.date
