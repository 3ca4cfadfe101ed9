"""What prose tells to have happened: which dates of which sentences are those of events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates.context import DocumentDates, read_dates
from index.events.prose import Told, told_in_prose
from index.model import Document, DocumentMeta
from index.parsing import parse
from index.reading.markdown import read_markdown
from index.reading.plain import read_plain

CASES = Path(__file__).parents[2] / "cases" / "prose_events.txt"


def document_of(text: str, *, date: str | None = None) -> Document:
    return parse(
        read_plain(text, "utf-8"),
        document_id="log",
        name="log.txt",
        collection="main",
        sha256="",
        meta=DocumentMeta(date=date),
    )


def told_of(document: Document) -> list[Told]:
    return list(told_in_prose(document, document.paragraphs, read_dates(document)))


def dates(text: str, *, date: str | None = None) -> list[str]:
    return [told.mention.date.edtf for told in told_of(document_of(text, date=date))]


def cases() -> Iterator[Any]:
    """The lines of ``cases/prose_events.txt`` as (text, expected)."""
    for line in CASES.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines():
        if line and not line.startswith("["):
            text, expected = (part.strip() for part in line.rsplit("|", 1))
            wanted = [] if expected.startswith("none:") else expected.split()
            yield pytest.param(text, wanted, id=text[:60])


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_cases(text: str, expected: list[str]) -> None:
    """Every text of ``cases/prose_events.txt`` tells the events that the file says."""
    assert dates(text) == expected


# ---------------------------------------------------------------- spans


def test_an_event_is_its_sentence_and_holds_its_date() -> None:
    """An event's span is its whole sentence, and the date's words stand in it at their own span."""
    text = "It rained. On 4 May 1871 the pier was finished; the mayor wept. It rained again."
    document = document_of(text)
    (told,) = told_of(document)
    sentence = document.text[told.start : told.stop]
    assert sentence == "On 4 May 1871 the pier was finished; the mayor wept."
    mention = told.mention
    assert document.text[mention.start : mention.stop] == mention.as_written == "4 May 1871"


def test_the_date_of_a_happening_is_not_all_that_came_after() -> None:
    """Of "after the 1962 coup" the event's date is the year, at the year's own span."""
    document = document_of("After the 1962 coup the port was closed.")
    (told,) = told_of(document)
    mention = told.mention
    assert (mention.date.edtf, mention.as_written) == ("1962", "1962")
    assert document.text[mention.start : mention.stop] == "1962"


def test_events_come_in_the_order_of_the_text() -> None:
    """Events are in the order of the text, those of one sentence in the order of their dates' words."""
    text = "Built in 1932, it burned in 1911, a book says. In 1904 the mill opened."
    assert dates(text) == ["1932", "1911", "1904"]


@given(st.text(st.sampled_from("aI nO.,;(1)9–:‘”\n"), max_size=60), st.text(max_size=20))
def test_whatever_the_text_nothing_breaks(odd: str, other: str) -> None:
    """Every event's sentence lies in the text and holds its date, whatever the text."""
    document = document_of(f"{odd} In May 1901 he left {other}; the 1902 coup {odd}.")
    for told in told_of(document):
        assert 0 <= told.start <= told.mention.start < told.mention.stop <= told.stop
        assert told.stop <= len(document.text)


# ---------------------------------------------------------------- told twice


def test_the_most_exact_sentence_is_kept_and_the_others_noted() -> None:
    """Of two sentences on one happening the more exactly dated is the event; the other is `also`."""
    text = "After the 1893 fire the pier was closed. The pier burned on 3 May 1893."
    document = document_of(text)
    (told,) = told_of(document)
    assert document.text[told.start : told.stop] == "The pier burned on 3 May 1893."
    (also,) = told.also
    assert document.text[slice(*also)] == "After the 1893 fire the pier was closed."


def test_what_is_recalled_is_an_event_if_nothing_else_tells_it() -> None:
    """A happening that is only the background of another is an event of its own."""
    assert dates("After the 1893 fire the town built a new pier in 1895.") == ["1893", "1895"]


def test_a_year_is_recalled_of_the_only_such_happening() -> None:
    """What is recalled without a name is the one told with an exact date, if there is but one."""
    recalled = "The port is duller than ever since the coup of 1921. "
    reed = "Captain Reed seized Lund in a coup on 1 February 1921. "
    varga = "Captain Varga seized Cork in a coup on 7 June 1921. "
    assert dates(recalled + reed) == ["1921-02-01"]
    assert dates(recalled + reed + varga) == ["1921", "1921-02-01", "1921-06-07"]


def test_happenings_of_one_kind_and_day_with_other_names_are_two() -> None:
    """The same kind of happening on the same day is another one when other people did it."""
    text = "On 3 May 1893 Anna Holm visited Cork. Lund saw Tomas Reed, who visited on 3 May 1893."
    assert dates(text) == ["1893-05-03", "1893-05-03"]


def test_a_date_said_twice_in_a_sentence_is_one_event() -> None:
    """A sentence tells one event for each of its dates, however often it says the date."""
    text = "Begun in March 1862 (and blessed in March 1862), the pier was finished on 4 May 1862."
    assert dates(text) == ["1862-03", "1862-05-04"]


# ---------------------------------------------------------------- what stands where


def test_sections_that_list_works_tell_nothing() -> None:
    """Under a heading like "References" no sentence is an event."""
    text = (
        "# Log\n\nIt sank in 1888.\n\n## Water sources\n\nThe well was dug in 1862.\n\n"
        "## Further reading\n\nHolm wrote it in 1899 in Cork.\n"
    )
    document = parse(
        read_markdown(text, "utf-8"),
        document_id="log",
        name="log.md",
        collection="main",
        sha256="",
        meta=DocumentMeta(),
    )
    assert [told.mention.date.edtf for told in told_of(document)] == ["1888", "1862"]


def test_nothing_happened_after_the_document_was_written() -> None:
    """A date later than the document's own, as its owner gives it, is no event's."""
    text = "The line opened in 1901. The mill opened in 1906."
    assert dates(text, date="1904") == ["1901"]
    assert dates(text) == ["1901", "1906"]


def test_an_item_needs_no_verb_but_a_heading_does() -> None:
    """A happening without a verb is an event in a list, not in a line that stands alone."""
    document = document_of("Diary\n\nVisit to Cork in May 1901\n")
    assert told_of(document) == []
    listed = parse(
        read_markdown("# Diary\n\n- Visit to Cork in May 1901\n- rain\n", "utf-8"),
        document_id="log",
        name="log.md",
        collection="main",
        sha256="",
        meta=DocumentMeta(),
    )
    assert [told.mention.date.edtf for told in told_of(listed)] == ["1901-05"]


def test_either_of_two_years_has_its_own_words() -> None:
    """Of "in 1958 and 1959" each event's date has the span of its own year."""
    document = document_of("Further raids followed in 1958 and 1959.")
    mentions = [told.mention for told in told_of(document)]
    assert [document.text[m.start : m.stop] for m in mentions] == ["1958", "1959"]


def test_a_text_without_dates_tells_nothing() -> None:
    """No dates, no events."""
    document = document_of("The pier was finished. The mayor wept.")
    assert list(told_in_prose(document, document.paragraphs, DocumentDates((), None))) == []


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    "unit",
    [
        "On 5 May 1901 Anna Holm signed the treaty of Cork. ",
        "In 2001, in 2002 and (in 2003) in 2004 the ",
        "was the first who as in 2001 ",
        "(“" * 30 + "in May 2001 he left ",
        'had the built: against 9 "in 2001 when no updated page would be ',
        "After the 1905 coup, ever since the coup of 1905. ",
    ],
    ids=["alike", "dates", "verbs", "brackets", "colons", "recalled"],
)
def test_time_grows_with_the_text(unit: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""

    def seconds(times: int) -> float:
        document = document_of(unit * times)
        known = read_dates(document)
        took = []
        for _ in range(3):
            started = time.process_time()
            list(told_in_prose(document, document.paragraphs, known))
            took.append(time.process_time() - started)
        return min(took)

    assert seconds(1200) < 10 * seconds(300) + 0.05
