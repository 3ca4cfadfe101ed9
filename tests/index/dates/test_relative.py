"""Words that tell a date by another one, and what they come to."""

from __future__ import annotations

import pytest

from index.dates.relative import Anchor, reckon, scan_relative

DAY = Anchor(2021, 5, 10)
MONTH = Anchor(2021, 5)
YEAR = Anchor(2021)


@pytest.mark.parametrize(
    ("words", "anchor", "edtf"),
    [
        ("went the following year", DAY, "2022"),
        ("went the same year", DAY, "2021"),
        ("the previous year", YEAR, "2020"),
        ("the year before.", MONTH, "2020"),
        ("the year after, he", YEAR, "2022"),
        ("later that year", MONTH, "2021"),
        ("Starting that year, he", YEAR, "2021"),
        ("later that same month", DAY, "2021-05"),
        ("the following month", DAY, "2021-06"),
        ("the following month", YEAR, None),
        ("that May, he", YEAR, "2021-05"),
        ("the following March", DAY, "2022-03"),
        ("the following June", DAY, "2021-06"),
        ("the following June", YEAR, None),
        ("the following January", YEAR, "2022-01"),
        ("the previous June", DAY, "2020-06"),
        ("the previous March", DAY, "2021-03"),
        ("that autumn he", YEAR, "2021-23"),
        ("the following spring", Anchor(2021, 9), "2022-21"),
        ("the next day", DAY, "2021-05-11"),
        ("the next day", MONTH, None),
        ("the following evening", DAY, "2021-05-11"),
        ("later the same day", DAY, "2021-05-10"),
        ("the day before.", Anchor(2021, 3, 1), "2021-02-28"),
        ("the following Tuesday", DAY, "2021-05-11"),
        ("the following Monday", DAY, "2021-05-17"),
        ("the previous Monday", DAY, "2021-05-03"),
        ("two days later", DAY, "2021-05-12"),
        ("exactly 30 days earlier", DAY, "2021-04-10"),
        ("a week later", DAY, "2021-05"),
        ("a fortnight later", DAY, "2021-05"),
        ("three weeks later", DAY, None),
        ("a month later", DAY, "2021-06"),
        ("a month later", YEAR, None),
        ("twelve months earlier", MONTH, "2020-05"),
        ("a year later", DAY, "2022"),
        ("Ten years later", YEAR, "2031"),
    ],
)
def test_reckoned(words: str, anchor: Anchor, edtf: str | None) -> None:
    """A relative date is as exact as its unit, and nothing where what it leans on is too coarse."""
    (relative,) = scan_relative(words)
    part = reckon(relative, anchor)
    assert (part.edtf if part else None) == edtf


@pytest.mark.parametrize(
    "words",
    [
        "a few days later",
        "some two years later",
        "two to three years later",
        "2–3 years later",
        "a year and a half later",
        "two and a half years later",
        "1,200 days later",
        "500 years later",
        "0 days later",
        "within two days after the flood",
        "over the next year",
        "for the following month",
        "the following years",
        "in the two years after the flood",
        "in his last year",
        "last year of the war",
        "in the same month that she left",
        "said that May was hot",
        "on that day-trip",
        "that year 7 pupils left",
        "years later",
        "that Monday",
    ],
)
def test_not_counted(words: str) -> None:
    """What is said too loosely to be counted, or says something else, is not read."""
    assert list(scan_relative(words)) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("three months after Orlova’s visit, and", "Orlova’s visit"),
        ("the day after the flood began", "the flood"),
        ("two days before the first vote in May", "the first vote"),
    ],
)
def test_named(words: str, named: str) -> None:
    """What a date is counted from ends at a sign or where the sentence goes on."""
    (relative,) = scan_relative(words)
    assert relative.named is not None
    assert words[slice(*relative.named)] == named


@pytest.mark.parametrize("words", ["this month", "last year", "later this year", "next month"])
def test_own(words: str) -> None:
    """These count from the document's own date."""
    (relative,) = scan_relative(words)
    assert relative.own
