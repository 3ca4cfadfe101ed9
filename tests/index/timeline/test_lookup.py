"""Looking events up by date, person and words."""

from __future__ import annotations

import datetime as dt

import pytest

from index.archive import Archive
from index.errors import (
    QueryTooLongError,
    UnknownDocumentError,
    UnreadableDateError,
)
from index.model import Timeline

TODAY = dt.date(2026, 11, 21)


def look_up(archive: Archive, **asked: str) -> Timeline:
    return archive.timeline(today=TODAY, **asked)  # type: ignore[arg-type]  # names of its options


def starts(timeline: Timeline) -> list[str | None]:
    return [cited.event.date.start for cited in timeline.events]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("1854", ["1854-01-09"]),
        ("June 1853", ["1853-06", "1853-06-10"]),
        ("9 January 1854", ["1854-01-09"]),
        ("11 June 1853", ["1853-06-10"]),
        ("1853..1854", ["1853-05-03", "1853-05-03", "1853-06", "1853-06-10", "1854-01-09"]),
        ("between May 1853 and 5 May 1853", ["1853-05-03", "1853-05-03"]),
        ("before 1850", ["1847"]),
        ("since 1923", ["1923"]),
    ],
)
def test_events_of_a_time_are_those_that_surely_fall_in_it(
    harbour: Archive, when: str, expected: list[str]
) -> None:
    """A date expression brings the events that certainly overlap it, oldest first."""
    assert starts(look_up(harbour, when=when)) == expected


def test_a_month_may_hold_a_day_that_is_asked_for(harbour: Archive) -> None:
    """An event known to the month only possibly falls on a day of it, and is kept apart."""
    found = look_up(harbour, when="11 June 1853")
    assert [cited.event.date.edtf for cited in found.possible_events] == ["1853-06"]
    assert {cited.overlap for cited in found.possible_events} == {"possible"}


def test_everything_comes_in_order_when_nothing_is_asked(harbour: Archive) -> None:
    """Without options the whole timeline comes: earliest day, then coarser precision, then order."""
    found = look_up(harbour)
    assert starts(found) == [
        "1847", "1853-05-03", "1853-05-03", "1853-06", "1853-06-10", "1854-01-09", "1855-03-02",
        "1911", "1923",
    ]  # fmt: skip
    assert found.when is None
    assert {cited.overlap for cited in found.events} == {None}


@pytest.mark.parametrize("who", ["Lord Ardent", "lord ardent", "Ardent"])
def test_a_person_must_be_named_in_the_event(harbour: Archive, who: str) -> None:
    """``who`` keeps events that name the person, whatever the capitals."""
    assert starts(look_up(harbour, who=who)) == ["1847", "1853-05-03"]


def test_a_name_is_found_whole(harbour: Archive) -> None:
    """The words of a name must stand together and in order."""
    assert starts(look_up(harbour, who="Ardent Lord")) == []


def test_words_may_stand_anywhere(harbour: Archive) -> None:
    """``about`` keeps events that hold all words in any order and ending."""
    assert starts(look_up(harbour, about="ports storms")) == ["1853-06-10"]


def test_options_are_combined(harbour: Archive) -> None:
    """Date, person, words and document all have to fit."""
    found = look_up(harbour, when="1853", who="Lord Ardent", about="daughter", document="log")
    assert starts(found) == ["1853-05-03"]
    assert found.asked == "1853; who: Lord Ardent; about: daughter; in log"


def test_what_is_not_there_is_said(harbour: Archive) -> None:
    """No events: the reply says what the timeline holds."""
    found = look_up(harbour, when="1790")
    assert list(found) == []
    assert found.covers == "The timeline holds 9 dated events from 1847 to 1923."


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("31 February 1853", "does not exist"),
        ("soonish", "“soonish” is not a date"),
        ("May 20-22", "names no year"),
    ],
)
def test_an_unreadable_date_is_named(harbour: Archive, when: str, reason: str) -> None:
    """A date that can't be read is refused with its words and the reason."""
    with pytest.raises(UnreadableDateError, match=reason):
        look_up(harbour, when=when)


def test_other_values_that_cannot_be_used(harbour: Archive) -> None:
    """Unknown documents and overlong words are refused."""
    with pytest.raises(UnknownDocumentError):
        look_up(harbour, document="diary")
    with pytest.raises(QueryTooLongError):
        look_up(harbour, about="x" * 2001)


def test_the_month_of_putins_reception_is_whole(shipped: Archive) -> None:
    """The shipped chronology tells September 2022: two days, both certain."""
    found = look_up(shipped, when="September 2022")
    assert {"2022-09-06", "2022-09-07"} <= set(starts(found))
    assert all(
        start and start.startswith("2022-09") for start in starts(found) if start != "2022-09"
    )


def test_a_person_is_found_under_any_alias(shipped: Archive) -> None:
    """Every name of a group in aliases.toml finds the same events."""
    by_name = look_up(shipped, when="2021", who="Min Aung Hlaing")
    assert by_name.events
    assert starts(look_up(shipped, when="2021", who="junta chief")) == starts(by_name)


def test_three_people_stay_three(shipped: Archive) -> None:
    """Maung Aye, Maung Maung Aye and Maung Maung Kyaw are not each other."""
    texts = {
        name: " ".join(cited.event.text for cited in look_up(shipped, who=name))
        for name in ("Maung Aye", "Maung Maung Aye", "Maung Maung Kyaw")
    }
    assert "Maung Maung Aye" not in texts["Maung Aye"]
    assert "HeliRussia" in texts["Maung Maung Kyaw"]
    assert "HeliRussia" not in texts["Maung Maung Aye"]


# ---------------------------------------------------------------- how a look-up was read


def test_a_misspelt_name_is_read_and_said(shipped: Archive) -> None:
    """A name that nobody has is taken for the one it nearly is, and the reply says so."""
    found = look_up(shipped, who="Sergey Shoygu")
    assert found.events
    assert found.notes == ("“Sergey Shoygu” was read as “Sergei Shoigu”.",)


def test_a_name_of_nobody_brings_nothing(harbour: Archive) -> None:
    """A name that nobody has, nor nearly, brings no events and says that."""
    found = look_up(harbour, who="Zzyzx Qwerty")
    assert list(found) == []
    assert found.notes[0].startswith("Nobody called “Zzyzx Qwerty” is named")


def test_the_nearest_events_stand_beside_those_of_a_time(harbour: Archive) -> None:
    """With a date come the last event before it and the first one after it."""
    found = look_up(harbour, when="1854")
    assert found.before is not None
    assert found.after is not None
    assert (found.before.event.date.edtf, found.after.event.date.edtf) == (
        "1853-06",
        "1855-03-02",
    )
    first, last = look_up(harbour, when="1700").before, look_up(harbour, when="2000").after
    assert (first, last) == (None, None)


def test_a_day_of_every_year(harbour: Archive) -> None:
    """“on this day” and a day without a year bring that day's events of all years."""
    assert starts(look_up(harbour, when="9 January")) == ["1854-01-09"]
    found = harbour.timeline(today=dt.date(2026, 1, 9), when="on this day")
    assert starts(found) == ["1854-01-09"]
    assert found.when is None
    assert found.notes


def test_around_a_date(harbour: Archive) -> None:
    """“around D” reaches some way to both sides, and says how far."""
    found = look_up(harbour, when="around January 1854")
    assert "1854-01-09" in starts(found)
    assert found.notes


def test_words_that_no_event_holds_together(harbour: Archive) -> None:
    """When no event holds all words, those that hold most of what they tell come, and it says so."""
    found = look_up(harbour, about="daughter of the storm")
    assert found.events
    assert found.notes == ("No event holds all of these words; these hold most.",)
