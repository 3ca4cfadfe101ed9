"""Timelines as iCalendar files."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import CitedEvent
from index.timeline.export import Calendar, to_ics
from tests.index.timeline.export import rfc5545
from tests.index.timeline.export.made import cited, timeline

TODAY = dt.date(2026, 11, 22)


def export(*events: CitedEvent) -> Calendar:
    return to_ics(timeline(*events), today=TODAY)


def read(*events: CitedEvent) -> list[rfc5545.Component]:
    return rfc5545.read(export(*events).text.encode())


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [
        pytest.param("2022-09-07", "20220907", "20220908", id="one day"),
        pytest.param("2022-09-30", "20220930", "20221001", id="month's end"),
        pytest.param("2021-12-31", "20211231", "20220101", id="year's end"),
        pytest.param("2024-02-28", "20240228", "20240229", id="before the leap day"),
        pytest.param("2024-02-29", "20240229", "20240301", id="leap day"),
        pytest.param("2023-02-28", "20230228", "20230301", id="no leap year"),
        pytest.param("1900-02-28", "19000228", "19000301", id="no leap century"),
        pytest.param("2021-05-20/2021-05-22", "20210520", "20210523", id="range"),
        pytest.param("2021-03-27/2021-04-03", "20210327", "20210404", id="range over months"),
        pytest.param("2021-12-30/2021-12-31", "20211230", "20220101", id="range to a year's end"),
        pytest.param("0001-01-01", "00010101", "00010102", id="the first day"),
        pytest.param("9999-12-30", "99991230", "99991231", id="the last day that has a next"),
    ],
)
def test_the_end_is_the_day_after_the_last(edtf: str, start: str, end: str) -> None:
    """An event takes whole days, and its end, which is not included, is the next day."""
    event = read(cited(edtf))[0]
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ([start], [end])


@pytest.mark.parametrize(
    ("edtf", "reason"),
    [
        ("2022-09", "known only to the month, the year or less"),
        ("2022", "known only to the month, the year or less"),
        ("195X", "known only to the month, the year or less"),
        ("18XX", "known only to the month, the year or less"),
        ("2021-21", "known only to the month, the year or less"),
        ("2021-05-20/2021-06", "known only to the month, the year or less"),
        ("2022-09-07~", "uncertain or approximate"),
        ("2022-09-07?", "uncertain or approximate"),
        ("2021-05-20%/2021-05-22", "uncertain or approximate"),
        ("2022-01-01/..", "without a beginning or an end"),
        ("../2022-01-01", "without a beginning or an end"),
        ("-0043-03-15", "before the year 1"),
        ("0000-03-15", "before the year 1"),
        ("9999-12-31", "at the end of the year 9999"),
    ],
)
def test_what_is_not_known_to_the_day_is_left_out_and_counted(edtf: str, reason: str) -> None:
    """Nothing gets a day that its document does not give it; the count says why it is missing."""
    made = export(cited("2022-09-07"), cited(edtf, id="e2"))
    assert [event["UID"] for event in rfc5545.read(made.text.encode())] == [["e1@archivist"]]
    assert made.left_out == ((reason, 1),)
    assert made.sentence == (
        f"1 event was left out, since a calendar needs exact days: 1 {reason}."
    )


def test_the_count_tells_the_commonest_reason_first() -> None:
    """What was left out is summed up in one sentence, by reason."""
    made = export(cited("2022"), cited("2021-01-01/.."), cited("2020"), cited("2022-09-07"))
    assert (made.events, made.sentence) == (
        1,
        "3 events were left out, since a calendar needs exact days: 2 known only to the month, "
        "the year or less, 1 without a beginning or an end.",
    )


def test_nothing_left_out_needs_no_sentence() -> None:
    """Where every event is in the file nothing is said."""
    assert export(cited("2022-09-07")).sentence == ""


def test_without_any_day_there_is_no_calendar() -> None:
    """RFC 5545 allows no calendar without an event, so there is no text at all."""
    made = export(cited("2022"))
    assert (made.text, made.events) == ("", 0)
    assert made.sentence.startswith("1 event was left out")
    assert export().sentence == "There is no event to make a calendar of."


def test_an_event_says_what_who_where_and_what_for() -> None:
    """Words, citation, names and places stand in their properties and read back as they were."""
    event = read(
        cited(
            "2022-09-07",
            "Sept. 7: The light; was lit, \\again\\.",
            kind="entry",
            as_written="Sept. 7",
            inferred_from="the heading “2022”",
            actors=("Calder, Ines", "Mara Voss"),
            places=("Skerrow", "North; Pier"),
            differs="One says 8 September.",
        )
    )[0]
    assert rfc5545.plain(event["SUMMARY"][0]) == "The light; was lit, \\again\\."
    assert rfc5545.plain(event["DESCRIPTION"][0]).split("\n") == [
        "The light; was lit, \\again\\.",
        "Written as: Sept. 7 [2022]",
        "Part of the date is inferred from the heading “2022”.",
        "One says 8 September.",
        "Log of the light, 1853, para. 2",
    ]
    assert rfc5545.plain(event["LOCATION"][0]) == "Skerrow, North; Pier"
    assert event["CATEGORIES"] == ["Calder\\, Ines,Mara Voss"]
    assert event["TRANSP"] == ["TRANSPARENT"]


def test_the_stamp_is_the_day_that_was_given() -> None:
    """No clock is read: the same timeline on the same day is the same file."""
    assert read(cited("2022-09-07"))[0]["DTSTAMP"] == ["20261122T000000Z"]


def test_no_method_asks_anything_of_the_reader() -> None:
    """The file is no invitation: nobody is asked to answer it."""
    text = export(cited("2022-09-07")).text
    assert not {"METHOD", "ORGANIZER", "ATTENDEE", "VALARM", "URL"} & set(
        text.replace(":", "\r\n").split("\r\n")
    )


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VALARM",
        "x\u2028BEGIN:VEVENT",
        "x\x85METHOD:REQUEST",
        "x\x0bEND:VCALENDAR",
        "\x00\x07\x1b[31mred",
    ],
)
def test_no_words_make_lines_of_their_own(text: str) -> None:
    """Line ends and control characters of a document can't begin a property."""
    event = cited("2022-09-07", text, places=(text,), actors=(text,), line=text, headline=text)
    made = export(event).text
    assert len(rfc5545.read(made.encode())) == 1
    assert made.splitlines() == made.removesuffix("\r\n").split("\r\n")


@given(st.text(st.sampled_from('a ,;\\é🚢\n\r\t\u2028ßက်\x00:"'), max_size=400))
def test_any_words_are_folded_and_read_back(text: str) -> None:
    """Whatever the words, no line is longer than 75 octets, and unfolded they are the same."""
    event = read(cited("2022-09-07", f"x {text} x"))[0]
    words = "".join(char for char in text if char != "\x00")
    told = rfc5545.plain(event["DESCRIPTION"][0]).split("\n")[0]
    assert told.split() == f"x {words} x".split()


def test_another_reader_agrees() -> None:
    """A calendar library finds the same events, days and words."""
    icalendar = pytest.importorskip("icalendar")
    made = export(
        cited("2024-02-29", "Lit; " + "é🚢, " * 60, places=("Skerrow",)),
        cited("2021-05-20/2021-05-22", id="e2", actors=("Ines Calder", "Mara Voss")),
    )
    found = icalendar.Calendar.from_ical(made.text.encode()).walk("VEVENT")
    assert [(event.decoded("DTSTART"), event.decoded("DTEND")) for event in found] == [
        (dt.date(2024, 2, 29), dt.date(2024, 3, 1)),
        (dt.date(2021, 5, 20), dt.date(2021, 5, 23)),
    ]
    assert found[0]["DESCRIPTION"].startswith("Lit; é🚢, é🚢")
