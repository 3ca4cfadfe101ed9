"""Calendar arithmetic, EDTF in and out, and what a vague date surely or possibly overlaps."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import date
from math import inf
from pathlib import Path
from time import struct_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates.edtf import (
    Part,
    bound_to_iso,
    civil,
    day_number,
    day_to_iso,
    from_edtf,
    interval,
    single,
    sort_key,
)
from index.model import FIRST_DAY, LAST_DAY, Overlap, Precision


@given(st.dates())
def test_day_numbers_are_those_of_the_standard_library(day: date) -> None:
    """0001-01-01 is 1, and every day of our era has the number that Python gives it."""
    assert day_number(day.year, day.month, day.day) == day.toordinal()
    assert day_to_iso(day.toordinal()) == day.isoformat()


@given(st.integers(FIRST_DAY, LAST_DAY))
def test_every_day_number_is_one_day(number: int) -> None:
    """Back and forth, also before our era."""
    assert day_number(*civil(number)) == number


@pytest.mark.parametrize(
    ("number", "iso"),
    [
        pytest.param(1, "0001-01-01", id="first of our era"),
        pytest.param(0, "0000-12-31", id="the day before it, in 1 BC"),
        pytest.param(-306, "0000-02-29", id="1 BC is a leap year"),
        pytest.param(day_number(-43, 3, 15), "-0043-03-15", id="44 BC"),
    ],
)
def test_days_as_text(number: int, iso: str) -> None:
    """Years are astronomical and have four digits, with a minus below 0."""
    assert day_to_iso(number) == iso


@pytest.mark.parametrize(
    ("number", "iso"),
    [(FIRST_DAY, None), (LAST_DAY, None), (1, "0001-01-01")],
    ids=["open start", "open end", "a day"],
)
def test_bounds_of_open_ends_are_no_days(number: int, iso: str | None) -> None:
    """An open end has no date to show."""
    assert bound_to_iso(number) == iso


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2021, 2, 29), (2021, 4, 31), (2021, 13, 1), (2021, 0, 1), (2021, 1, 0), (1900, 2, 29)],
)
def test_days_that_do_not_exist_have_no_number(year: int, month: int, day: int) -> None:
    """A day that the calendar lacks is refused."""
    with pytest.raises(ValueError, match="no"):
        day_number(year, month, day)


@pytest.mark.parametrize(
    ("edtf", "start", "end", "precision", "earliest", "latest"),
    [
        ("2021-02-03", "2021-02-03", None, "day", "2021-02-03", "2021-02-03"),
        ("2021-02", "2021-02", None, "month", "2021-02-01", "2021-02-28"),
        ("2021~", "2021", None, "year", "2021-01-01", "2021-12-31"),
        ("195X", "1950", None, "decade", "1950-01-01", "1959-12-31"),
        ("18XX%", "1800", None, "century", "1800-01-01", "1899-12-31"),
        ("-04XX", "-0499", None, "century", "-0499-01-01", "-0400-12-31"),
        ("-00XX", "-0099", None, "century", "-0099-01-01", "0000-12-31"),
        ("-0043-03-15", "-0043-03-15", None, "day", "-0043-03-15", "-0043-03-15"),
        ("2022-21", "2022", None, "season", "2022-03-01", "2022-05-31"),
        ("2021-24", "2021", None, "season", "2021-12-01", "2022-02-28"),
        ("2021-06/2021-10", "2021-06", "2021-10", "month", "2021-06-01", "2021-10-31"),
        ("2021-03-27/2021-04-03", "2021-03-27", "2021-04-03", "day", "2021-03-27", "2021-04-03"),
        ("2021-05/2021-06-03", "2021-05", "2021-06-03", "month", "2021-05-01", "2021-06-03"),
        ("195X/196X", "1950", "1960", "decade", "1950-01-01", "1969-12-31"),
        ("../2021", None, "2021", "year", None, "2021-12-31"),
        ("2001-05/..", "2001-05", None, "month", "2001-05-01", None),
    ],
)
def test_reading_edtf(
    edtf: str,
    start: str | None,
    end: str | None,
    precision: str,
    earliest: str | None,
    latest: str | None,
) -> None:
    """An EDTF string tells how coarsely the ends are known, and the days they can mean."""
    known = from_edtf(edtf)
    assert (known.edtf, known.start, known.end, known.precision) == (edtf, start, end, precision)
    assert (bound_to_iso(known.earliest), bound_to_iso(known.latest)) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "", "..", "../..", "/2021", "2021/", "21", "2021-2", "2021-13", "2021-02-30", "2021-00",
        "2021-01-00", "2021-25", "2021-21-01", "195X-02", "19X5", "-0000", "2022/2021", "9-9",
        "Y-17E7", "{2021,2022}", "[..2021]", "2021-XX-01", "2021~?", "2021-05T10:30", "-9999",
        "2021-21-XX", "2021-05-XXT10:30", "2021-05-06T25:00", "Y170000002", "Y-170000002", "1985/",
        "/1985", "2004-06-~11", "2004-?06", "1X99",
        " 2021", "2021\n", "２０２１",
    ],
)  # fmt: skip
def test_what_is_no_edtf_of_ours(text: str) -> None:
    """Level 2, dates that don't exist and other texts raise ValueError."""
    with pytest.raises(ValueError, match=r".") as caught:
        from_edtf(text)
    assert type(caught.value) is ValueError


def test_a_quarter_is_one_vague_date() -> None:
    """ "In Q3" is somewhere in these months, so start and end know only the whole quarter."""
    quarter = single(Part(Precision.QUARTER, 2022, 7))
    assert quarter.edtf == "2022-07/2022-09"
    assert (quarter.earliest, quarter.latest) == (quarter.end_earliest, quarter.start_latest)
    assert quarter.overlap(day_number(2022, 8, 1), day_number(2022, 8, 31)) == "possible"


def test_a_range_of_months_is_an_interval() -> None:
    """ "July to September" surely includes August, with the same EDTF as the quarter."""
    months = interval(Part(Precision.MONTH, 2022, 7), Part(Precision.MONTH, 2022, 9))
    assert months.edtf == "2022-07/2022-09"
    assert months.overlap(day_number(2022, 8, 1), day_number(2022, 8, 31)) == "certain"


@pytest.mark.parametrize(
    ("edtf", "precision"),
    [
        pytest.param("2022-07/2022-09", Precision.QUARTER, id="quarter"),
        pytest.param("2022-07/2022-12", Precision.HALF, id="half"),
        pytest.param("2021-01/2022-09", Precision.QUARTER, id="quarters"),
        pytest.param("2022-01-01/..", Precision.YEAR, id="after a year"),
        pytest.param("../1949-12-31", Precision.DECADE, id="before a decade"),
    ],
)
def test_precision_beside_edtf_survives(edtf: str, precision: Precision) -> None:
    """What EDTF cannot tell is told by the precision that is kept beside it."""
    known = from_edtf(edtf, precision)
    assert (known.edtf, known.precision) == (edtf, precision)
    assert known != from_edtf(edtf)


@pytest.mark.parametrize(
    ("edtf", "precision"),
    [
        ("2022-08/2022-10", Precision.QUARTER),
        ("2022-07/2022-09", Precision.HALF),
        ("2022", Precision.QUARTER),
        ("2021", Precision.DAY),
        ("2021-05/..", Precision.DAY),
        ("2021/2022", Precision.DAY),
    ],
)
def test_precision_that_does_not_fit(edtf: str, precision: Precision) -> None:
    """A precision finer than what is written, or months of no quarter, raise ValueError."""
    with pytest.raises(ValueError, match=r"known to the|made of"):
        from_edtf(edtf, precision)


@pytest.mark.parametrize(
    ("edtf", "precision", "first", "last", "expected"),
    [
        ("2021-05", None, "2021-01-01", "2021-12-31", "certain"),
        ("2021-05", None, "2021-05-10", "2021-05-20", "possible"),
        ("2021-05", None, "2021-06-01", "2021-06-30", None),
        ("2021~", None, "2021-01-01", "2021-12-31", "certain"),
        ("2021-06/2021-10", None, "2021-08-01", "2021-08-31", "certain"),
        ("2021-06/2021-10", None, "2021-06-01", "2021-06-15", "possible"),
        ("2022-21", None, "2022-01-01", "2022-12-31", "possible"),
        ("2022-21", None, "2021-01-01", "2023-12-31", "certain"),
        ("2001/..", None, "2001-01-01", "2001-12-31", "certain"),
        ("2001/..", None, "2010-01-01", "2010-12-31", "possible"),
        ("../2021", None, "2021-01-01", "2021-12-31", "certain"),
        ("../2021", None, "1990-01-01", "1990-12-31", "possible"),
        ("2022-01-01/..", Precision.YEAR, "2022-01-01", "2022-12-31", "possible"),
        ("2022-01-01/..", Precision.YEAR, "2021-01-01", "2021-12-31", None),
        ("../2020-12-31", Precision.YEAR, "2020-01-01", "2020-12-31", "possible"),
    ],
)
def test_overlap(
    edtf: str, precision: Precision | None, first: str, last: str, expected: Overlap | None
) -> None:
    """A vague date surely falls on a range only when every day it can mean does."""
    asked = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    assert from_edtf(edtf, precision).overlap(*asked) == expected


def test_sorting() -> None:
    """The earliest day comes first, and of the same day the coarser date."""
    names = ["2021-01-01", "2021-01", "2020-12-31", "2021", "202X", "-0043", "../2021", "2022-01"]
    ordered = sorted((from_edtf(name) for name in names), key=sort_key)
    assert [known.edtf for known in ordered] == [
        "../2021", "-0043", "202X", "2020-12-31", "2021", "2021-01", "2021-01-01", "2022-01",
    ]  # fmt: skip


@given(
    st.integers(-8998, 9998),
    st.sampled_from(Precision),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(["", "?", "~", "%"]),
)
def test_every_part_reads_back(
    year: int, precision: Precision, month: int, day: int, mark: str
) -> None:
    """EDTF made from any date reads back as that date, and its bounds are in order."""
    sizes = {Precision.DECADE: 10, Precision.CENTURY: 100}
    year = year if precision not in sizes else abs(year) // 100 * 100
    months = {
        Precision.SEASON: 21 + month % 4,
        Precision.QUARTER: month // 4 * 3 + 1,
        Precision.HALF: month // 7 * 6 + 1,
        Precision.MONTH: month,
        Precision.DAY: month,
    }
    days = day if precision is Precision.DAY else 0
    known = single(Part(precision, year, months.get(precision, 0), days, mark))
    assert from_edtf(known.edtf, known.precision) == known
    assert known.earliest <= known.start_latest
    assert known.end_earliest <= known.latest
    assert known.earliest <= known.latest


@pytest.mark.parametrize(
    ("edtf", "kept", "precision", "earliest", "latest"),
    [
        ("2004-06?", "2004-06?", "month", "2004-06-01", "2004-06-30"),
        ("2004-06-11%", "2004-06-11%", "day", "2004-06-11", "2004-06-11"),
        ("201X", "201X", "decade", "2010-01-01", "2019-12-31"),
        ("20XX", "20XX", "century", "2000-01-01", "2099-12-31"),
        ("2004-XX", "2004", "year", "2004-01-01", "2004-12-31"),
        ("1985-04-XX", "1985-04", "month", "1985-04-01", "1985-04-30"),
        ("1985-XX-XX", "1985", "year", "1985-01-01", "1985-12-31"),
        ("1985-XX-XX?", "1985?", "year", "1985-01-01", "1985-12-31"),
        ("2001-21~", "2001-21~", "season", "2001-03-01", "2001-05-31"),
        ("2004-01-01/2005", "2004-01-01/2005", "year", "2004-01-01", "2005-12-31"),
        ("1984~/2004-06-XX", "1984~/2004-06", "year", "1984-01-01", "2004-06-30"),
        ("../1985", "../1985", "year", None, "1985-12-31"),
        ("1985-04-12/..", "1985-04-12/..", "day", "1985-04-12", None),
        ("-0043-03-15", "-0043-03-15", "day", "-0043-03-15", "-0043-03-15"),
        ("-1985", "-1985", "year", "-1985-01-01", "-1985-12-31"),
        ("0000", "0000", "year", "0000-01-01", "0000-12-31"),
        ("1985-04-12T23:20:30", "1985-04-12", "day", "1985-04-12", "1985-04-12"),
        ("1985-04-12T23:20:30Z", "1985-04-12", "day", "1985-04-12", "1985-04-12"),
        ("1985-04-12T23:20+04:30", "1985-04-12", "day", "1985-04-12", "1985-04-12"),
    ],
)
def test_level_1_is_read_whole(
    edtf: str, kept: str, precision: str, earliest: str | None, latest: str | None
) -> None:
    """Every form of levels 0 and 1 is read; what is unspecified makes the date coarser."""
    known = from_edtf(edtf)
    assert (known.edtf, known.precision) == (kept, precision)
    assert (bound_to_iso(known.earliest), bound_to_iso(known.latest)) == (earliest, latest)


@pytest.mark.parametrize(
    ("edtf", "why"),
    [
        ("Y170000002", "outside the years that are kept"),
        ("-9999", "out of range"),
        ("1985/", "has an end that is not known"),
        ("/1985", "has an end that is not known"),
        ("1985-02-30", "has no day 30"),
    ],
)
def test_why_an_edtf_is_refused(edtf: str, why: str) -> None:
    """What is EDTF and can't be kept is refused with the reason."""
    with pytest.raises(ValueError, match=why):
        from_edtf(edtf)


@given(st.text("0123456789X-/.~?%T:", max_size=24))
def test_any_text_is_edtf_or_refused(text: str) -> None:
    """Whatever the text, it reads back as what was made of it, or raises ValueError."""
    try:
        known = from_edtf(text)
    except ValueError:
        return
    assert from_edtf(known.edtf) == known
    assert known.earliest <= known.latest


# ---------------------------------------------------------------- beside another library


def written_in_cases() -> list[str]:
    """Every EDTF that ``cases/dates.txt`` expects."""
    lines = (Path(__file__).parents[2] / "cases" / "dates.txt").read_text(encoding="utf-8")
    found = {edtf for line in lines.splitlines()[5:] for edtf in line.rpartition(" | ")[2].split()}
    return sorted(edtf for edtf in found if re.fullmatch(r"[-0-9X~?%./]+", edtf))


@pytest.fixture(scope="module")
def bounds_elsewhere() -> Callable[[str], tuple[float, float]]:
    """First and last day number of an EDTF string by the library ``edtf``; infinite when open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edtf = pytest.importorskip("edtf")

    def number(day: Any) -> float:
        return day_number(*day[:3]) if isinstance(day, struct_time) else float(day)

    def bounds(text: str) -> tuple[float, float]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            known = edtf.parse_edtf(text)
            return number(known.lower_strict()), number(known.upper_strict())

    return bounds


def unlike(edtf: str) -> bool:
    """Whether the library differs by mistake: its winter ends on 31 December, and it reads no season
    with a mark or in an interval, and of intervals of decades or centuries only plain ones."""
    season = re.search(r"[0-9]{4}-2[1-4](?!-)", edtf)
    if season and ("-24" in season[0] or len(edtf) > len(season[0])):
        return True
    return "X" in edtf and "/" in edtf and re.search(r"[~?%-]|\.\.", edtf) is not None


@pytest.mark.slow
def test_the_bounds_are_those_of_another_library(
    bounds_elsewhere: Callable[[str], tuple[float, float]],
) -> None:
    """Every EDTF of the case file means the same days to the library ``edtf``."""
    differ = {}
    for edtf in filter(lambda edtf: not unlike(edtf), written_in_cases()):
        known = from_edtf(edtf)
        ours = (
            -inf if known.earliest == FIRST_DAY else known.earliest,
            inf if known.latest == LAST_DAY else known.latest,
        )
        if ours != (other := bounds_elsewhere(edtf)):
            differ[edtf] = ours, other
    assert differ == {}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.integers(-4000, 9000),
    st.integers(0, 12),
    st.integers(0, 31),
    st.sampled_from(["", "?", "~", "%"]),
)
def test_what_another_library_reads_is_read_alike(
    bounds_elsewhere: Callable[[str], tuple[float, float]],
    year: int,
    month: int,
    day: int,
    mark: str,
) -> None:
    """Days, months and years, real or not, are read or refused as the library ``edtf`` does."""
    sign = "-" if year < 0 else ""
    text = (
        f"{sign}{abs(year):04}"
        + (f"-{month:02}" if month else "")
        + (f"-{day:02}" if month and day else "")
        + mark
    )
    try:
        other = bounds_elsewhere(text)
    except Exception:
        with pytest.raises(ValueError, match=r"."):
            from_edtf(text)
        return
    known = from_edtf(text)
    assert (known.earliest, known.latest) == other
