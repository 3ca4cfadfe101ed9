"""The entries of chronologies in the forms that people write, and what is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.events.chronologies import Chronology, find_entries
from index.model import Document, DocumentMeta, one_line
from index.parsing import parse
from index.passages import cut_passages
from index.reading import read

FOLDER = Path(__file__).parents[2] / "cases" / "chronologies"
_SHOWN = 60  # characters of an entry's text


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    expected: str


def cases(name: str) -> list[object]:
    """The cases of a file: title, input and expected entries, each followed by a full stop's line."""
    pieces = (FOLDER / name).read_text(encoding="utf-8").split("\n.\n")
    return [
        pytest.param(Case(text, expected), id=title.strip().splitlines()[-1])
        for title, text, expected in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False)
    ]


def entries_of(
    text: str, name: str = "case.txt", meta: DocumentMeta | None = None
) -> tuple[Document, Chronology]:
    document = parse(
        read(text.encode(), name),
        document_id="case",
        name=name,
        collection="main",
        sha256="",
        meta=meta or DocumentMeta(),
    )
    return document, find_entries(document)


def shown(document: Document, chronology: Chronology) -> str:
    """An entry a line: its date, what that was inferred from, and the beginning of its text."""
    lines = []
    for entry in chronology.entries:
        why = entry.mention.inferred_from
        text = one_line(document.text[entry.start : entry.stop])
        text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        lines.append(f"{entry.mention.date.edtf}{f' <- {why}' if why else ''} | {text}")
    return "\n".join(lines) or "none"


# ---------------------------------------------------------------- golden cases


def _golden(case: Case, name: str) -> None:
    assert shown(*entries_of(case.text, name)) == case.expected


@pytest.mark.parametrize("case", cases("plain.txt"))
def test_plain_text(case: Case) -> None:
    """A chronology in plain text has the entries of its case: tests/cases/chronologies/plain.txt."""
    _golden(case, "case.txt")


@pytest.mark.parametrize("case", cases("markdown.txt"))
def test_markdown(case: Case) -> None:
    """A chronology in Markdown has the entries of its case."""
    _golden(case, "case.md")


@pytest.mark.parametrize("case", cases("html.txt"))
def test_html(case: Case) -> None:
    """A chronology in HTML, of any age, has the entries of its case."""
    _golden(case, "case.html")


@pytest.mark.parametrize("case", cases("rst.txt"))
def test_rst(case: Case) -> None:
    """A chronology in reStructuredText has the entries of its case."""
    _golden(case, "case.rst")


@pytest.mark.parametrize("case", cases("csv.txt"))
def test_csv(case: Case) -> None:
    """The rows of a table of events are entries."""
    _golden(case, "case.csv")


@pytest.mark.parametrize("case", cases("none.txt"))
def test_what_is_no_chronology(case: Case) -> None:
    """What only looks like a chronology has no entry."""
    name = "case.md" if case.text.startswith(("#", "|")) else "case.txt"
    _golden(case, name)


# ---------------------------------------------------------------- entries and their places


@pytest.mark.parametrize("heading", ["2002-2004", "2002–04", "1950s"])
def test_a_heading_of_several_years_supplies_none(heading: str) -> None:
    """No year is invented for entries under a range of years or a decade."""
    text = f"2001\n\nMay 5: The bank opened.\n\n{heading}\n\nMarch 3: The bank closed.\n"
    _, chronology = entries_of(text)
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["2001-05-05"]


@pytest.mark.parametrize("heading", ["RFC 2616", "Error 1045", "Windows 2000", "Room 1204"])
def test_a_number_in_a_heading_is_no_year(heading: str) -> None:
    """Only a heading that is a year gives its entries one."""
    _, chronology = entries_of(f"## {heading}\n\n- March 3: painted\n- May 5: dry\n", "a.md")
    assert chronology.entries == ()


@pytest.mark.parametrize("heading", ["2013", "In 2013", "The year 2013", "Events of 2013", "2013:"])
def test_a_heading_that_is_a_year_in_words(heading: str) -> None:
    """A year may stand with the words that years stand with."""
    _, chronology = entries_of(f"## {heading}\n\n- March 3: painted\n", "a.md")
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["2013-03-03"]


def test_months_may_fall_back_below_the_only_year() -> None:
    """Below the one year of a document, months that begin again are of the next year, and say so."""
    text = "1914\n\nAugust 4: A.war begins.\n\nDecember 24: A truce.\n\nJanuary 25: A telephone call.\n"
    _, chronology = entries_of(text)
    last = chronology.entries[-1].mention
    assert last.date.edtf == "1915-01-25"
    assert last.inferred_from == (
        "the order of the months, which begin again after the heading “1914”"
    )


def test_months_that_fall_back_below_one_of_many_years_keep_it() -> None:
    """Where the next year has a heading of its own, disorder below a year stays in that year."""
    text = "1914\n\nDecember 24: A truce.\n\nJanuary 25: A call.\n\n1915\n\nMay 1: A fair.\n"
    _, chronology = entries_of(text)
    assert [entry.mention.date.edtf for entry in chronology.entries] == [
        "1914-12-24",
        "1914-01-25",
        "1915-05-01",
    ]


def test_a_year_written_later_settles_where_the_year_turns() -> None:
    """Small steps back are disorder or a new year: the next written year tells which."""
    text = "June 1907: One thing.\n\nMay: Another.\n\nJuly: A third.\n\nAugust {}: A fourth.\n"
    for year, dates in (
        (1907, ["1907-06", "1907-05", "1907-07", "1907-08"]),
        (1908, ["1907-06", "1908-05", "1908-07", "1908-08"]),
    ):
        _, chronology = entries_of(text.format(year))
        assert [entry.mention.date.edtf for entry in chronology.entries] == dates


def test_a_step_back_that_nothing_settles_is_left_out() -> None:
    """Whether a month or two back begins a year can't be told: those entries are left out, reported."""
    text = "June 1907: One thing.\n\nJuly: Another.\n\nMay: A third.\n"
    _, chronology = entries_of(text)
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["1907-06", "1907-07"]
    (warning,) = chronology.warnings
    assert "“May”" in warning.text


def test_entries_without_any_year_are_reported() -> None:
    """Labels whose year stands nowhere are counted, with the first of them and what to do."""
    _, chronology = entries_of("# Visits\n\n- May 1: A storm.\n- May 2: Calm.\n", "a.md")
    assert chronology.entries == ()
    (warning,) = chronology.warnings
    assert warning.text.startswith("2 entries have a date without a year")
    assert "“May 1”" in warning.text


def test_what_lies_too_far_back_is_reported() -> None:
    """Years that no timeline holds are counted, with the first of them; none is made up."""
    text = "# Time\n\n- 66 million years ago: Dust.\n- 10,000 BP: Ice.\n- 776 BC: Games.\n- 44 BC: Murder.\n"
    _, chronology = entries_of(text, "a.md")
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["-0775", "-0043"]
    (warning,) = chronology.warnings
    assert warning.text.startswith("2 dates lie too far back")
    assert "“66 million years ago”" in warning.text


def test_a_release_is_dated_by_its_line_alone() -> None:
    """What a release's text dates in passing is no entry, nor is a release without a date."""
    text = (
        "# Log\n\n## [2.1] - 2024-05-06\n\n### Fixed\n\n- 2019-03-04: a fault of that day\n"
        "- 2019-03-09: another\n\n## [2.0]\n\n- Nothing\n\n## [1.9] - 2023-01-02\n\n- A wick\n"
    )
    _, chronology = entries_of(text, "a.md")
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["2024-05-06", "2023-01-02"]


def test_a_text_that_contradicts_its_label_is_reported() -> None:
    """An entry's own date is kept; another day at the head of its text is reported."""
    text = "1917\n\nMarch 4: On 5 March the ice broke.\n\nMay 1: On 1 May all was well.\n"
    _, chronology = entries_of(text)
    assert [entry.mention.date.edtf for entry in chronology.entries] == ["1917-03-04", "1917-05-01"]
    (warning,) = chronology.warnings
    assert "“March 4”" in warning.text
    assert "“5 March”" in warning.text


@pytest.mark.parametrize(("order", "date"), [("dmy", "1998-04-03"), ("mdy", "1998-03-04")])
def test_numeric_labels_follow_the_order_that_is_given(order: str, date: str) -> None:
    """03/04/1998 is read in the order that the caller gives."""
    text = (
        "03/04/1998: The lamp is lit.\n\n03/04/1998: The lamp goes out.\n\n07/08/1999: Lit again.\n"
    )
    document, _ = entries_of(text)
    found = find_entries(document, order="dmy" if order == "dmy" else "mdy")
    assert found.entries[0].mention.date.edtf == date


def test_two_digit_years_without_a_century_are_left_out() -> None:
    """No century is guessed for 14/02/31."""
    _, chronology = entries_of("Log\n\n14/02/31: Land.\n\n22/05/34: Home.\n")
    assert chronology.entries == ()


def test_whole_years_around_settle_years_of_two_digits() -> None:
    """Where whole years go one way, a year of two digits lies between them, or it is left out."""
    text = (
        "Log\n\n4 May 2001: A.\n\n9-Jun-{}: A boat.\n\n3 May 1998: Boats.\n\n1 May 1998: Boats.\n"
    )
    text = text.replace("A.\n", "A lamp.\n", 1)
    _, chronology = entries_of(text.format("99"))
    entry = chronology.entries[1]
    assert entry.mention.date.edtf == "1999-06-09"
    assert entry.mention.inferred_from == "the order of the dates around it"
    _, chronology = entries_of(text.format("54"))
    assert "54" not in [entry.mention.date.edtf[2:4] for entry in chronology.entries]


def test_every_entry_is_a_passage_of_its_own() -> None:
    """Passages cut with the entries hold each entry whole, once."""
    for name, file in (("plain.txt", "a.txt"), ("markdown.txt", "a.md"), ("html.txt", "a.html")):
        for parameter in cases(name):
            case = parameter.values[0]  # type: ignore[attr-defined]
            document, chronology = entries_of(case.text, file)
            passages = cut_passages(document, chronology.entries)
            spans = [(p.locator.start, p.locator.stop) for p in passages if p.kind == "entry"]
            assert spans == [(entry.start, entry.stop) for entry in chronology.entries]


def test_a_date_stands_where_its_mention_says() -> None:
    """A mention's span holds its words; one above the entry has an empty span and says from where."""
    for name, file in (("plain.txt", "a.txt"), ("markdown.txt", "a.md"), ("html.txt", "a.html")):
        for parameter in cases(name):
            case = parameter.values[0]  # type: ignore[attr-defined]
            document, chronology = entries_of(case.text, file)
            for entry in chronology.entries:
                mention = entry.mention
                if mention.start == mention.stop:
                    assert mention.as_written in mention.inferred_from
                    continue
                words = document.text[entry.start + mention.start : entry.start + mention.stop]
                assert one_line(mention.as_written) in one_line(words)


# ---------------------------------------------------------------- any text, and how fast


TOKENS = (
    "1914~1915~March~May 4~4~5th~: ~. ~ – ~, ~\n~\n\n~ | ~- ~* ~** ~# ~## ~word~two words~A sentence.~BC~"
    "1950s~12/05/1931~03/04/31~2021-03-04~(~)~[~]~c. ~== ~ ==~\t~31 February~|"
).split("~")


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=60))
def test_entries_of_any_text_lie_apart(tokens: list[str]) -> None:
    """Whatever the text, entries lie in order and apart, each with words and a date that exists."""
    text = "a " + "".join(tokens)
    for name in ("a.txt", "a.md"):
        document, chronology = entries_of(text, name)
        for before, entry in pairwise([None, *chronology.entries]):
            assert entry is not None
            assert before is None or before.stop <= entry.start
            assert entry.start < entry.stop <= len(document.text)
            assert entry.mention.date.earliest <= entry.mention.date.latest
        assert len(cut_passages(document, chronology.entries)) >= len(chronology.entries)


def _seconds(text: str, name: str) -> float:
    took = []
    for _ in range(3):
        started = time.process_time()
        document, _ = entries_of(text, name)
        find_entries(document)
        took.append(time.process_time() - started)
    return min(took)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "{year}\n\nMay 1: A storm breaks the mast.\n\n",
        "May 4: words\n",
        "1914 1915 1916 May 4 ",
        "4 – words\n",
        "| 1914 | May 4 | words of it |\n",
        "1914\n",
        "* 1914\n** June 28: words of it\n",
        "The name (May 1914): words of it\n\n",
        "(((( 1914 [[[[ ",
    ],
)
def test_time_grows_with_the_text(piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""

    def text(times: int) -> str:
        return "".join(piece.format(year=1200 + n % 800) for n in range(times))

    assert _seconds(text(2400), "a.txt") < 10 * _seconds(text(600), "a.txt") + 0.05
