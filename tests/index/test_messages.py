"""Messages: English text that remembers how it was made."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from index.dates import ambiguous_dates, from_edtf, impossible_dates, parse_when
from index.dates.wording import say_date
from index.errors import ArchivistError, UnreadableDateError
from index.messages import (
    DayOfYear,
    Message,
    Value,
    both,
    either,
    fill,
    joined,
    names_of,
    quoted,
    say,
    say_n,
)
from index.timeline.differing import met_otherwise, read_differences, told_otherwise

TODAY = dt.date(2026, 11, 21)


def test_a_message_is_its_english_text() -> None:
    """What `say` returns is the pattern with its names filled in, as a string."""
    said = say("No event holds {words}.", words="“salt”")
    assert said == "No event holds “salt”."
    assert isinstance(said, str)


@pytest.mark.parametrize(
    ("value", "english"),
    [
        pytest.param("salt", "salt", id="words"),
        pytest.param(12_345, "12,345", id="a number is grouped"),
        pytest.param(from_edtf("2022-09"), "September 2022", id="a date"),
        pytest.param(DayOfYear(9, 7), "7 September", id="a day of the year"),
        pytest.param(DayOfYear(9), "September", id="a month of the year"),
        pytest.param(both(["a", "b", "c"]), "a, b and c", id="all of several"),
        pytest.param(either(["a", "b"]), "a or b", id="one of several"),
        pytest.param(both(["a"]), "a", id="a list of one"),
        pytest.param(both([]), "", id="a list of none"),
        pytest.param(quoted("salt"), "“salt”", id="a message in a message"),
    ],
)
def test_values_are_said_in_english(value: Value, english: str) -> None:
    """Each kind of value stands in the English text as it is said there."""
    assert say("{value}!", value=value) == f"{english}!"


def test_count_chooses_the_words() -> None:
    """One takes the first pattern, every other number the second."""
    said = [say_n("{count} mast", "{count} masts", n) for n in (0, 1, 2, 1_000)]
    assert said == ["0 masts", "1 mast", "2 masts", "1,000 masts"]


def test_values_cannot_reach_into_objects() -> None:
    """A pattern with anything but a plain name in braces is refused."""
    for pattern in ("{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}", "{0}"):
        with pytest.raises(ValueError, match="names in braces"):
            names_of(pattern)


def test_values_are_not_read_as_patterns() -> None:
    """Braces in a value stay as they are."""
    assert fill("{a} {{b}}", {"a": "{b}"}) == "{b} {b}"


def test_joined_leaves_out_what_is_empty() -> None:
    """Empty parts leave no separator behind."""
    assert joined("", say("A ship."), "", "A mast.") == "A ship. A mast."
    assert joined() == ""


def test_a_message_survives_a_process_border() -> None:
    """An error with a message has its pattern and values on the other side too."""
    error = UnreadableDateError(say("{n} of {dates}", n=2, dates=both([from_edtf("2021")])))
    other = pickle.loads(pickle.dumps(error))
    said = other.args[0]
    assert isinstance(said, Message)
    assert (said, said.pattern, said.values) == (error.message, "{n} of {dates}", said.values)
    assert said.values["dates"] == both([from_edtf("2021")])


def test_the_sentence_of_an_error_keeps_its_parts() -> None:
    """Message and hint can each still be said in another language."""
    error = ArchivistError(say("No {what}.", what="salt"), hint="Ask again.")
    assert error.sentence == "No salt. Ask again."
    parts = [part for part in error.sentence.values.values() if isinstance(part, Message)]
    assert [part.pattern for part in parts] == ["No {what}.", "Ask again."]


def test_text_with_braces_is_no_pattern() -> None:
    """An error that tells words of a person is said as it is, whatever stands in it."""
    assert ArchivistError("It says {this}.", hint="").sentence == "It says {this}."


@pytest.mark.parametrize(
    ("typed", "pattern"),
    [
        ("", "No date was given; try {examples}."),
        ("31 April 2021", "{date} does not exist: {why}; try {examples}."),
        ("2022..2021", "“{date}” ends before it begins"),
        ("01/02/2021", "“{date}” can be {first} or {second}; type the name of the month."),
        ("spring", "“{date}” names no year; try “{example}”."),
        ("the day of the salt", "“{date}” is not a date; try {examples}."),
        ("x" * 500, "“{date}” is too long for a date; try {examples}."),
    ],
)
def test_what_is_wrong_with_a_date_can_be_said_otherwise(typed: str, pattern: str) -> None:
    """The error for an unreadable date is a message, not put together from English words."""
    with pytest.raises(UnreadableDateError) as caught:
        parse_when(typed, today=TODAY)
    said = caught.value.message
    assert isinstance(said, Message)
    assert said.pattern.startswith(pattern)


def test_readings_of_an_ambiguous_date_are_dates() -> None:
    """Both days that a numeric date can be are values that every language can say."""
    [unclear] = ambiguous_dates("on 01/02/2021")
    assert unclear.request == f"{unclear.reason}; type the name of the month."
    assert unclear.request.values["second"] == from_edtf("2021-01-02")


def test_why_a_day_does_not_exist_names_its_month() -> None:
    """The month in the reason for an impossible date is a date, its year included."""
    [wrong] = impossible_dates("on 30 February 2021")
    assert wrong.reason == "30 February 2021 does not exist: February 2021 has 28 days."
    why = wrong.reason.values["why"]
    assert isinstance(why, Message)
    assert why.values["month"] == from_edtf("2021-02")


def test_how_a_date_was_read_can_be_said_otherwise() -> None:
    """The note on a date without bounds holds the date itself."""
    read = parse_when("around 7 Sept 2022", today=TODAY)
    assert isinstance(read.said, Message)
    [part] = read.said.values.values()
    assert isinstance(part, Message)
    assert part.values["date"] == read.date
    assert read.date is not None
    assert say_date(read.date) in read.said


@pytest.mark.parametrize("title", ["Log of the Petrel", "St. Mary. A log", "No. 4"])
def test_what_documents_tell_otherwise_is_read_back(title: str) -> None:
    """Sentences that a generation holds as text are messages again, each with its quotes."""
    said = [
        told_otherwise("forty men", "41 men", title),
        met_otherwise("the owner", "the mate. He", title),
        told_otherwise("1871", "1872", "Letters"),
    ]
    read = read_differences(" ".join(map(str, said)))
    assert isinstance(read, Message)
    assert list(read.values.values()) == said
    assert [part.values for part in read.values.values() if isinstance(part, Message)] == [
        part.values for part in said
    ]


@pytest.mark.parametrize("said", ["Told in another way.", "Here “a”; “b” in “C”.", "", None])
def test_other_text_is_no_such_sentence(said: str | None) -> None:
    """What can't be read back surely stays the text that it is."""
    assert read_differences(said) == (said or None)
    assert not isinstance(read_differences(said), Message)
