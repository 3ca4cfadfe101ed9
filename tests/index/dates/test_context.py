"""Dates whose year stands elsewhere in their document."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from index.dates.context import DocumentDates, read_dates
from index.model import Document, DocumentMeta
from index.parsing import parse
from index.reading import read

CASES = Path(__file__).parents[2] / "cases" / "date_context.txt"


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    text: str
    expected: str


def document(text: str, *, date: str | None = None, name: str = "case.md") -> Document:
    return parse(
        read(text.encode(), name),
        document_id="case",
        name=name,
        collection="main",
        sha256="0" * 64,
        meta=DocumentMeta(date=date),
    )


def shown(dates: DocumentDates) -> str:
    """The dates as the cases say them."""
    lines = []
    for mention in dates.mentions:
        written = " / ".join(line.strip() for line in mention.as_written.splitlines())
        back = f" ← {mention.inferred_from}" if mention.inferred else ""
        lines.append(f"{written} → {mention.date.edtf}{back}")
    return "\n".join(lines)


def _cases() -> list[object]:
    head, *rest = re.split(r"^\.\n", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    pieces = [head.split("\n\n")[-1], *rest]
    found: list[object] = []
    for title, text, expected in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False):
        found.append(pytest.param(Case(title.strip(), text, expected.strip()), id=title.strip()))
    assert len(found) > 50, "the cases are read wrong"
    return found


@pytest.mark.parametrize("case", _cases())
def test_case(case: Case) -> None:
    """A date without a year has the one that its document tells, and says from where."""
    date = re.search(r"\[([0-9-]+)\]\Z", case.title)
    dates = read_dates(document(case.text, date=date[1] if date else None))
    assert shown(dates) == case.expected


def test_every_inferred_date_says_from_what() -> None:
    """A date whose words hold no year is marked as inferred and says from what."""
    dates = read_dates(document("# 2021\n\n## Log\n\nOn 5 May it rained. It froze in June 2020."))
    assert [bool(mention.inferred_from) for mention in dates.mentions] == [True, False]


def test_spans_are_of_the_stored_text() -> None:
    """The words of a date stand at its span in the document's text."""
    text = "A first paragraph.\n\nIn 2019, he came on 5 May. Two days later he left that year."
    read_of = document(text)
    for mention in read_dates(read_of).mentions:
        assert read_of.text[mention.start : mention.stop] == mention.as_written


def test_mentions_do_not_overlap() -> None:
    """No two dates share a character, and they stand in the order of the text."""
    text = (
        "The flood of 10 May 2021 was high. In December of the same year, two days after the flood"
        " and a week after 5 June 2021, on 5 May of the following year, that May, it rained on the"
        " 7th, the next day, the day after the flood.\n\n"
    )
    mentions = read_dates(document(text * 3)).mentions
    assert len(mentions) > 9
    assert all(a.stop <= b.start for a, b in pairwise(mentions))


def test_within() -> None:
    """`within` gives the dates that begin in a stretch of the text, from its start on."""
    dates = read_dates(document("In 2019 he came. In 2020 he left."))
    first, second = dates.mentions
    assert dates.within(0, second.start) == (first,)
    assert dates.within(second.start, second.stop) == (second,)
    assert dates.within(second.stop, 10_000) == ()


def test_code_has_no_dates() -> None:
    """A block of code is not read for dates."""
    assert read_dates(document("```\nin May 2021\n```\n")).mentions == ()


def test_notes_lean_on_nothing() -> None:
    """What a note says without a year takes none from the body."""
    text = "The mill closed in 2019.[^1]\n\n[^1]: It was sold on 5 May.\n"
    assert shown(read_dates(document(text))) == "2019 → 2019"


def test_rows_lean_on_no_other_row() -> None:
    """A row of a table takes no year from the rows before."""
    text = "| when | what |\n|---|---|\n| in May 2021 | rain |\n| in June | snow |\n"
    assert shown(read_dates(document(text))) == "May 2021 → 2021-05"


def test_own_order() -> None:
    """Numeric dates are read in the order that the document's other dates show."""
    dates = read_dates(document("It rained on 13/02/2021 and on 01/02/2021."))
    assert dates.order == "dmy"
    assert [mention.date.edtf for mention in dates.mentions] == ["2021-02-13", "2021-02-01"]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        pytest.param(
            "# Log\n\n## Rain\n\nIt rained on 27 May.",
            "A date without a year could not be placed: “27 May” in the section “Rain”."
            " Give the document its date in corpus.toml.",
            id="one without a year",
        ),
        pytest.param(
            "It rained on 27 May. It rained on 28 June.",
            "2 dates without a year could not be placed, the first “27 May”."
            " Give the document its date in corpus.toml.",
            id="several without a year",
        ),
        pytest.param(
            "It rained on 31 February 2021, and on 31 April 2021.",
            "31 February 2021 does not exist: February 2021 has 28 days (1 more such).",
            id="days that don't exist",
        ),
        pytest.param(
            "It rained on 01/02/2021 and 03/04/2021.",
            "“01/02/2021” can be 1 February or 2 January 2021 (1 more such); only the year is kept."
            " Give the document its date_order in corpus.toml.",
            id="day or month",
        ),
    ],
)
def test_warnings(text: str, warning: str) -> None:
    """What could not be told is reported once a kind, with its first place and a count."""
    assert [said.text for said in read_dates(document(text)).warnings] == [warning]


def test_labels_are_no_loss() -> None:
    """A date that begins a paragraph may be an entry's label, and is not reported as missing."""
    assert read_dates(document("- 27 May: rain\n- 28 May: snow\n")).warnings == ()


def test_recurring_dates_are_no_loss() -> None:
    """A day of every year is neither dated nor reported as missing its year."""
    dates = read_dates(document("The fair is usually held in June. Each year it begins on 5 June."))
    assert dates.mentions == dates.warnings == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("Port Alma/Brussels, 4 August 2022", True, id="places"),
        pytest.param("PORT ALMA, Country — 4 August 2022", True, id="place and country"),
        pytest.param("Published 4 August 2022", True, id="published"),
        pytest.param("Last updated: 4 August 2022, 10:30 GMT", True, id="with a time"),
        pytest.param("August 4, 2022", True, id="alone"),
        pytest.param("The Battle of Alma, 4 August 2022", False, id="a battle"),
        pytest.param("He was born on 4 August 2022", False, id="a sentence"),
        pytest.param("Effective 4 August 2022", False, id="a rule"),
    ],
)
def test_dateline(line: str, found: bool) -> None:
    """A line that only dates the document tells its date, one that tells a happening does not."""
    dates = read_dates(document(f"{line}\n\nThe port was closed this month.\n"))
    assert ("2022-08" in {mention.date.edtf for mention in dates.mentions}) == found


def test_dateline_before_what_is_told() -> None:
    """A dateline does not count if much of the document happened after it."""
    text = "Alma, 4 August 1922\n\nIt was sold in 1950. It burned in 1960. This year it opened.\n"
    assert "This year" not in shown(read_dates(document(text)))


def test_letters_are_no_date_of_the_document() -> None:
    """Several datelines are those of letters or entries, not of the document."""
    text = "Alma, 4 May 1922\n\nWe came this month.\n\nAlma, 9 June 1922\n\nWe left this month.\n"
    assert shown(read_dates(document(text))) == "4 May 1922 → 1922-05-04\n9 June 1922 → 1922-06-09"


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "In 2021 he left. On 5 May he came. On 7 June, two days later, he left the following day. ",
        "in May, in June the following year that March a day after the flood ",
        "In 2021 the flood came. A week after the flood he left. ",
        "In 2021 the flood came.\n\nA week after the flood he left.\n\n",
        "May 5 6 7 that May the same year ( 2021 ",
    ],
)
def test_linear(unit: str) -> None:
    """Twice the text takes about twice the time, however its dates lean on each other."""

    def seconds(count: int) -> float:
        read_of = document(unit * count)
        started = time.process_time()
        read_dates(read_of)
        return time.process_time() - started

    seconds(100)
    once, twice = seconds(1500), seconds(6000)
    assert twice < 4 * 3 * once + 0.5


def test_headings_of_a_wiki_tell_years_in_plain_text() -> None:
    """Headings between equals signs tell no years where nothing else makes them headings."""
    text = (
        "The war was long.\n\n== 1776 ==\n\nOn 3 May the fort fell.\n\n===June===\n\n"
        "On the 4th it was retaken.\n\n==Campaign of 1777–1778==\n\n"
        "On 9 December 1777 the river froze.\n\nOn 2 January the ice broke.\n"
    )
    assert shown(read_dates(document(text, name="war.txt"))).splitlines() == [
        "3 May → 1776-05-03 ← the heading “1776”",
        "the 4th → 1776-06-04 ← the headings “June” and “1776”",
        "1777–1778 → 1777/1778",
        "9 December 1777 → 1777-12-09",
        "2 January → 1778-01-02 ← between “9 December 1777” and"
        " the heading “Campaign of 1777–1778”",
    ]


def test_looking_ahead_is_linear() -> None:
    """Twice as many dates without a year take more than twice as long, by far."""

    def seconds(count: int) -> float:
        text = "On 3 May he left since May 1999, in July. On 5 June he came.\n\n" * count
        begin = time.process_time()
        read_dates(document(text))
        return time.process_time() - begin

    seconds(50)
    assert seconds(1_200) < 6 * seconds(400) + 0.5
