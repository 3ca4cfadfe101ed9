"""Headings that are dates, and what they tell of the sections below them."""

from __future__ import annotations

import pytest

from index.dates.headings import dated_sections, heading_date
from tests.index.cases import markdown

#: year, month, day, first and last year, whether words follow it
_Parts = tuple[int | None, int | None, int | None, tuple[int, int] | None, bool]


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("2021", (2021, None, None, (2021, 2021), False)),
        ("**1991**", (1991, None, None, (1991, 1991), False)),
        ("The year 1848", (1848, None, None, (1848, 1848), False)),
        ("Events of 2004", (2004, None, None, (2004, 2004), False)),
        ("2021 (continued)", (2021, None, None, (2021, 2021), False)),
        ("Chapter 3: 1917", (1917, None, None, (1917, 1917), False)),
        ("III. March 1917", (1917, 3, None, (1917, 1917), False)),
        ("44 BC", (-43, None, None, (-43, -43), False)),
        ("AD 64", (64, None, None, (64, 64), False)),
        ("Late 1941", (1941, None, None, (1941, 1941), False)),
        ("Spring 1916", (1916, None, None, (1916, 1916), False)),
        ("1848–49", (None, None, None, (1848, 1849), False)),
        ("1914–1918", (None, None, None, (1914, 1918), False)),
        ("1950s", (None, None, None, (1950, 1959), False)),
        ("19th century", (None, None, None, (1800, 1899), False)),
        ("March 1917", (1917, 3, None, (1917, 1917), False)),
        ("March", (None, 3, None, None, False)),
        ("May", (None, 5, None, None, False)),
        ("March–April 1917", (1917, None, None, (1917, 1917), False)),
        ("March 1917 – February 1918", (None, None, None, (1917, 1918), False)),
        ("5 May", (None, 5, 5, None, False)),
        ("Saturday, 5 May 1917", (1917, 5, 5, (1917, 1917), False)),
        ("[2.1.0] - 2024-05-06", (2024, 5, 6, (2024, 2024), False)),
        ("Version 2.1.0 (6 May 2024)", (2024, 5, 6, (2024, 2024), False)),
        ("1917: The flood", (1917, None, None, (1917, 1917), True)),
        ("March 1917: The flood", (1917, 3, None, (1917, 1917), True)),
    ],
)
def test_heading(heading: str, parts: _Parts) -> None:
    """A heading that is a date tells the year, month and day that are in its words."""
    found = heading_date(heading)
    assert found is not None
    assert (found.year, found.month, found.day, found.years, found.titled) == parts


@pytest.mark.parametrize(
    "heading",
    [
        "II. The 1917 revolution",
        "April Smith",
        "March of the mills",
        "1984 in literature",
        "Room 2021",
        "Resolution 2021",
        "v1.0.0",
        "Section 2021",
        "Since 1948",
        "Friday",
        "Yalta, 4 February 1945",
        "31 February 2021",
        "",
        "x" * 500,
    ],
)
def test_no_date(heading: str) -> None:
    """A date among other words, or what only looks like one, makes no date of a heading."""
    assert heading_date(heading) is None


def test_sections_say_from_which_heading() -> None:
    """What headings tell of a section says which of them tell it."""
    document = markdown(
        "# Log\n\n## 1917\n\na\n\n### March\n\nb\n\n### The yard\n\nc\n\n## 1940s\n\nd\n"
    )
    told = {
        s.path[-1:]: d for s, d in zip(document.sections, dated_sections(document), strict=True)
    }
    assert told[("March",)].inferred_from == "the headings “March” and “1917”"
    assert (told[("March",)].year, told[("March",)].month) == (1917, 3)
    assert told[("The yard",)].inferred_from == "the heading “1917”"
    assert told[("1940s",)].year is None


def test_title_over_months() -> None:
    """A year in the document's title is that of all, where its headings are months."""
    months = "# 1931 in the yard\n\n## January\n\na\n\n## March\n\nb\n"
    years = [told.year for told in dated_sections(markdown(months))]
    assert 1931 in years
    others = "# 1931 in the yard\n\n## Ships\n\na\n\n## Men\n\nb\n"
    assert not any(told.year for told in dated_sections(markdown(others)))
