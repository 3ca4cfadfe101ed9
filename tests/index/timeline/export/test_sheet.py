"""Timelines as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from index.model import Timeline
from index.timeline.export import to_csv
from index.timeline.export.sheet import COLUMNS
from tests.index.timeline.export.made import cited, timeline


def rows(made: Timeline) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(made).removeprefix("\ufeff"), newline="")))


def test_every_field_has_its_column() -> None:
    """A row holds each field of the event under its name, in the promised order."""
    event = cited(
        "2022-09-07",
        'It was lit,\n"twice".',
        as_written="Sept. 7",
        inferred_from="the heading “2022”",
        headline="Lit",
        actors=("Ines Calder", "Mara Voss"),
        places=("Skerrow",),
        overlap="certain",
        same_as=("e7", "e9"),
        differs="They disagree on the day.",
    )
    assert rows(timeline(event)) == [
        dict(
            zip(
                COLUMNS,
                (
                    "e1", "2022-09-07", "", "2022-09-07", "2022-09-07", "2022-09-07", "day", "true",
                    "the heading “2022”", "Sept. 7", "Lit", 'It was lit,\n"twice".',
                    "Ines Calder; Mara Voss", "Skerrow", "log.txt", "log", "Part I › 1853", "3", "",
                    "certain", "e7; e9", "They disagree on the day.",
                    "Log of the light, 1853, para. 2",
                ),
                strict=True,
            )
        )
    ]  # fmt: skip


def test_spreadsheets_open_it_as_utf8_with_lines_that_end_in_crlf() -> None:
    """It begins with a byte order mark, and every record ends as RFC 4180 says."""
    made = to_csv(timeline(cited("2022")))
    assert made.startswith("\ufeffid,start,end,")
    assert made.endswith("\r\n")
    assert made.count("\r\n") == made.count("\n") == 2


def test_certain_events_come_before_possible_ones() -> None:
    """Possible events follow the certain ones, and say that they are only possible."""
    possible = cited("2022", id="e2", overlap="possible")
    made = rows(timeline(cited("2022-09", overlap="certain"), possible=(possible,)))
    assert [(row["id"], row["overlap"]) for row in made] == [("e1", "certain"), ("e2", "possible")]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x","y")']
)
def test_no_cell_is_a_formula(text: str) -> None:
    """What a spreadsheet would calculate has an apostrophe before it, whatever the column."""
    row = rows(timeline(cited("2022", text, headline=text, as_written=text, line=text)))[0]
    for column in ("text", "headline", "as_written", "citation"):
        assert row[column] == f"'{text}"


def test_a_year_before_0_is_no_sum() -> None:
    """A date that begins with a minus is kept as words: a spreadsheet would subtract in it."""
    row = rows(timeline(cited("-0043-03-15")))[0]
    assert row["edtf"] == row["start"] == row["earliest"] == "'-0043-03-15"


def test_an_open_end_is_blank() -> None:
    """The bounds of open ends, which nobody knows, are left blank."""
    row = rows(timeline(cited("2001/..")))[0]
    assert (row["start"], row["end"], row["earliest"], row["latest"]) == (
        "2001", "", "2001-01-01", "",
    )  # fmt: skip
