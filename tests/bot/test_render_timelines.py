"""Timelines as pages: entries, order, numbers, and what the buttons lead to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asked import Asked, read_asked
from bot.languages import ENGLISH, Language, language
from bot.layout import Attachment, Button, Menu, Option, Page, Picture, Row, fits
from bot.render.timelines import (
    ENTRIES,
    Showing,
    as_argument,
    beside,
    file_page,
    from_argument,
    picture_page,
    timeline_page,
)
from index.dates import parse_when
from index.dates.edtf import from_edtf
from index.model import CitedEvent, Locator, Span, Timeline
from tests.bot import fakes
from tests.bot.test_markup import HOSTILE

NUMBER = re.compile(r"(?<!\\)\[(\d+)\](?!\()")
LISTED = re.compile(r"^-# \[(\d+)\] ", re.MULTILINE)
TODAY = dt.date(2026, 11, 22)

HOSTILE_LONG = st.one_of(
    HOSTILE,
    st.tuples(HOSTILE, st.integers(1, 40)).map(lambda pair: (pair[0] * pair[1])[:2_000]),
    st.sampled_from(["🇲🇲" * 300, "*_" * 500, "x" * 2_000, "שלום " * 300, "```\n" * 300]),
)


def asked_for(edtf: str, *events: CitedEvent, **more: object) -> Timeline:
    return replace(fakes.timeline(*events), when=from_edtf(edtf), **more)  # type: ignore[arg-type]


def numbered(count: int, edtf: str = "1871") -> tuple[CitedEvent, ...]:
    return tuple(fakes.event(f"Barrel {n} was landed.", edtf, edtf) for n in range(count))


def text_of(page: Page) -> str:
    return "\n".join(block for block in page.blocks if isinstance(block, str))


def shown(timeline: Timeline, asked: Asked | None = None, *, page: int | None = 1) -> Page:
    return timeline_page(timeline, ENGLISH, Showing(asked or Asked(when="1871"), 5), page=page)


def buttons(page: Page) -> dict[str, Button]:
    rows = [block for block in page.blocks if isinstance(block, Row)]
    return {item.label: item for row in rows for item in row.items if isinstance(item, Button)}


def menus(page: Page) -> dict[str, tuple[Option, ...]]:
    rows = [block for block in page.blocks if isinstance(block, Row)]
    return {
        item.placeholder: item.options
        for row in rows
        for item in row.items
        if isinstance(item, Menu)
    }


def all_pages(timeline: Timeline, asked: Asked, t: Language = ENGLISH) -> Iterator[Page]:
    total = len(list(timeline))
    for number in range(1, max(1, -(-total // ENTRIES)) + 1):
        yield timeline_page(timeline, t, Showing(asked, 5, private=True, anew=True), page=number)


# ---------------------------------------------------------------- entries


def test_entries_stand_under_their_years_with_numbers_that_are_listed() -> None:
    """Each entry has its date as written and a number, and the page's foot says where that stands."""
    sold = fakes.event("1872: She is sold.", "1872", "1872", line="Log, 1872")
    sold = replace(sold, event=replace(sold.event, locator=Locator("log", ("1872",), 0, 9)))
    line = fakes.timeline(
        fakes.sailing(),
        fakes.event("April 2: She meets a storm.", "April 2", "1871-04-02"),
        sold,
    )
    text = text_of(timeline_page(line, ENGLISH))
    assert "-# 3 entries" in text
    assert "### 1871\n- **March 4** — The Petrel sails from Cork. [1]\n- **April 2**" in text
    assert "### 1872\n- **1872** — She is sold. [2]" in text
    assert "-# [1] Log of the Petrel, 1871\n-# [2] Log of the Petrel, 1872" in text


def test_a_year_that_goes_on_from_the_page_before_says_so() -> None:
    text = text_of(shown(fakes.timeline(*numbered(ENTRIES + 1)), page=2))
    assert "### 1871 (continued)" in text


def test_people_stand_below_their_entry() -> None:
    """The first few, escaped, and a sign that there are more."""
    told = fakes.sailing()
    people = ("J. *Byrne*", "Ann Roche", "the owners", "the mate", "the cook")
    told = replace(told, event=replace(told.event, actors=people))
    text = text_of(shown(fakes.timeline(told)))
    assert "-# Who: J. \\*Byrne\\*, Ann Roche, the owners, the mate, …" in text


def test_what_others_tell_otherwise_stands_below_the_entry() -> None:
    told = fakes.sailing()
    told = replace(told, event=replace(told.event, differs="The letter says 5 March."))
    text = text_of(shown(fakes.timeline(told)))
    assert "-# Told otherwise elsewhere. The letter says 5 March." in text


def test_what_only_may_fall_in_the_time_stands_apart_and_is_counted_apart() -> None:
    maybe = fakes.event("A mutiny was feared.", "in those years", "187X", passage="p2")
    line = asked_for("1871-03", fakes.sailing(), possible_events=(maybe,))
    text = text_of(shown(line))
    assert "-# 1 entry · 1 more may fall in that time" in text
    assert text.index("sails from Cork") < text.index("### May also fall in that time")
    assert text.index("### May also fall in that time") < text.index("A mutiny was feared.")


def test_possible_entries_alone_come_beside_nothing() -> None:
    """Where no entry is certain, nothing *also* falls in that time."""
    maybe = (fakes.event("A mutiny was feared.", "1871", "1871"),)
    text = text_of(shown(asked_for("1871-03", possible_events=maybe)))
    assert "### May fall in that time" in text


def test_the_head_says_what_is_shown_its_range_and_the_page() -> None:
    first, last = from_edtf("1871-03-04").earliest, from_edtf("1873").latest
    line = asked_for("187X", *numbered(15), span=Span(first, last))
    text = text_of(shown(line, Asked(when="the 1870s", who="Byrne", about="salt"), page=2))
    assert text.startswith("## Timeline: the 1870s · Byrne · “salt”\n")
    assert "-# 15 entries · 1871–1873 · page 2 of 3" in text


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        pytest.param("1871", "-# 1 entry · 1871\n", id="a whole year"),
        pytest.param("1871-03", "-# 1 entry · March 1871\n", id="a whole month"),
        pytest.param("1871-03-02/1871-03-31", "-# 1 entry · 2–31 March 1871\n", id="some days"),
        pytest.param("187X", "-# 1 entry\n", id="what was asked for"),
    ],
)
def test_the_range_is_said_as_shortly_as_it_can_be(covered: str, said: str) -> None:
    """A year or a month that is covered whole has its name; what the heading says isn't repeated."""
    date = from_edtf(covered)
    line = asked_for("187X", fakes.sailing(), span=Span(date.earliest, date.latest))
    assert said in text_of(shown(line))


def test_notes_on_how_it_was_read_are_shown_escaped() -> None:
    line = replace(fakes.timeline(fakes.sailing()), notes=("“@everyone” was read as “Byrne”.",))
    text = text_of(shown(line))
    assert "was read as “Byrne”." in text
    assert "@everyone" not in text


def test_an_empty_timeline_tells_the_nearest_entries() -> None:
    """What stands before and after the time asked for, with its source, and what there is at all."""
    line = asked_for("1899", before=fakes.sailing())
    text = text_of(shown(line, Asked(when="1899")))
    assert "There is no entry for that." in text
    assert "The nearest before that time:\n- **March 4** (1871) — The Petrel" in text
    assert "-# [1] Log of the Petrel, 1871" in text
    assert "The timeline holds 2 events." in text


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("total", [0, 1, ENTRIES, ENTRIES + 1, 2_000])
def test_pages_together_hold_every_entry_once_and_in_order(total: int) -> None:
    """What may fall in that time comes after what does, and the pages are as long as each other."""
    sure, maybe = numbered(total)[: total // 2], numbered(total)[total // 2 :]
    line = asked_for("1871", *sure, possible_events=maybe)
    pages = [text_of(page) for page in all_pages(line, Asked(when="1871"))]
    found = [re.findall(r"Barrel (\d+) was", page) for page in pages]
    assert [int(n) for page in found for n in page] == list(range(total))
    assert max(map(len, found)) - min(map(len, found)) <= 1


@pytest.mark.parametrize(("asked", "got"), [(None, 5), (99, 5), (0, 1), (-3, 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int | None, got: int) -> None:
    assert f"page {got} of 5" in text_of(shown(fakes.timeline(*numbered(30)), page=asked))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(HOSTILE_LONG, HOSTILE_LONG, st.sampled_from([1, 9, 20]), st.sampled_from(["en", "ru", "my"]))
def test_every_page_fits_with_all_its_entries_and_numbers(
    text: str, title: str, count: int, locale: str
) -> None:
    """Whatever documents and people write, no entry is left out and no number leads nowhere."""
    told = fakes.event(text, title, "1871", line=title)
    told = replace(
        told, event=replace(told.event, actors=(text,) * 9, differs=title, headline=title)
    )
    events = tuple(replace(told, line=f"{title} {n}") for n in range(count))
    line = asked_for("1871", *events, possible_events=events[:3], notes=(text, title))
    line = replace(line, before=told, after=told, covers=text, asked=text)
    asked = Asked(when=title[:200], who=text[:200], about=text[:200], document=title[:100])
    shown_in_all = 0
    for page in all_pages(line, asked, language(locale)):
        assert fits(page.blocks)
        body = text_of(page)
        listed = set(LISTED.findall(body))
        entries = re.findall(r" \[(\d+)\]$", body, re.MULTILINE)
        assert set(entries) <= listed
        shown_in_all += len(entries)
    assert shown_in_all == len(list(line))


@settings(max_examples=30, deadline=None)
@given(HOSTILE, HOSTILE)
def test_what_was_asked_can_be_read_from_the_page(who: str, text: str) -> None:
    """Whatever stands in entries and names, a press finds the asker's own words."""
    asked = Asked(when="1871", who=" ".join(who.split()), about="salt")
    told = fakes.event(f"{text}\n-# 👤 somebody else", text, "1871")
    told = replace(told, event=replace(told.event, actors=("-# 👤 a third",)))
    page = shown(fakes.timeline(told), asked)
    read = read_asked(block for block in page.blocks if isinstance(block, str))
    lines = read_asked([asked.lines()])
    assert read == lines


# ---------------------------------------------------------------- buttons


def test_the_ends_of_the_pages_have_no_way_on() -> None:
    line = fakes.timeline(*numbered(ENTRIES * 3))
    first, middle, last = (buttons(shown(line, page=n)) for n in (1, 2, 3))
    assert [first["Previous page"].disabled, first["Next page"].disabled] == [True, False]
    assert [middle["Previous page"].disabled, middle["Next page"].disabled] == [False, False]
    assert [last["Previous page"].disabled, last["Next page"].disabled] == [False, True]
    assert str(middle["Next page"].press) == "v1:tlpage:3:5:7"


def test_earlier_and_later_name_the_time_they_lead_to() -> None:
    """They are there when an entry stands before or after the time asked for, and only then."""
    far = fakes.event("1868: She is built.", "1868", "1868")
    line = asked_for("1871", fakes.sailing(), before=far)
    found = buttons(shown(line))
    assert str(found["Earlier: 1868"].press) == "v1:tlmove:1868:5:7"
    assert not any(label.startswith("Later") for label in found)


@pytest.mark.parametrize(
    ("asked", "near", "later", "leads_to"),
    [
        pytest.param("1871", "1868-05-02", False, "1868", id="year"),
        pytest.param("1871-03", "1872-11-05", True, "1872-11", id="month"),
        pytest.param("1871-03-04", "1871-04", True, "1871-04-01", id="day"),
        pytest.param("187X", "1899", True, "189X", id="decade"),
        pytest.param("18XX", "1654", False, "16XX", id="century"),
        pytest.param("1871/1873", "1868", False, "../1870-12-31", id="range"),
        pytest.param("1871~", "1874", True, "1872-01-01/..", id="about a year"),
        pytest.param("0012", "-0043-03-15", False, "../0011-12-31", id="before the year 1"),
    ],
)
def test_beside_a_time_lies_one_that_holds_the_nearest_event(
    asked: str, near: str, later: bool, leads_to: str
) -> None:
    """Of the same length where that has a name, else all before or after; `parse_when` reads it."""
    found = beside(from_edtf(asked), from_edtf(near), later=later)
    assert found.edtf == leads_to
    assert found.overlap(from_edtf(near).earliest, from_edtf(near).latest)
    assert parse_when(from_argument(as_argument(found)), today=TODAY).date == found


def test_a_private_page_can_be_shared_and_a_public_one_deleted() -> None:
    line = fakes.timeline(fakes.sailing())
    public = shown(line)
    private = timeline_page(line, ENGLISH, Showing(Asked(), 5, private=True))
    assert "Share" not in buttons(public)
    assert str(buttons(private)["Share"].press) == "v1:tlshare:1:5:7"
    assert "delete" in [option.value for option in menus(public)["Files and more"]]
    assert "delete" not in [option.value for option in menus(private)["Files and more"]]


def test_without_an_entry_there_is_no_picture_and_no_file() -> None:
    page = shown(asked_for("1899"))
    assert "Picture" not in buttons(page)
    assert [option.value for option in menus(page)["More: report, delete"]] == ["report", "delete"]


def test_what_was_asked_at_too_great_length_has_no_buttons() -> None:
    """A press could not read it from the message; the page says so."""
    page = shown(fakes.timeline(*numbered(30)), Asked(who="x" * 1_200))
    assert not buttons(page)
    assert "too long to be taken up again by a button" in text_of(page)


def test_the_timeline_of_a_question_keeps_to_the_question() -> None:
    """Its pages turn, but it has no other time to go to."""
    line = asked_for("1871", *numbered(15), before=fakes.sailing())
    page = shown(line, Asked(question="When did she sail?"))
    assert text_of(page).startswith("## Timeline: When did she sail?")
    assert set(buttons(page)) == {"Previous page", "Next page", "Picture"}


# ---------------------------------------------------------------- the picker


def test_years_are_offered_latest_first_with_their_counts() -> None:
    line = fakes.timeline(*numbered(2, "1871"), *numbered(1, "1872-05"))
    options = menus(shown(line, Asked()))["Choose a year"]
    assert [(o.label, o.value, o.description) for o in options] == [
        ("1872", "1872", "1 entry"),
        ("1871", "1871", "2 entries"),
    ]


def test_a_long_year_offers_its_months() -> None:
    line = asked_for("1871", *numbered(6, "1871-03-04"), *numbered(6, "1871-05"))
    options = menus(shown(line))["Choose a month"]
    assert [(o.label, o.value) for o in options] == [
        ("May 1871", "1871-05"),
        ("March 1871", "1871-03"),
    ]


@pytest.mark.parametrize("years", [range(1800, 1900), range(200, 1900, 3), range(-90, 90)])
def test_many_years_become_decades_or_ranges(years: range) -> None:
    """At most 25 lines, every one a time that can be asked for, and together they hold every entry."""
    events = [
        fakes.event("Told.", "then", f"-{-year:04}" if year < 0 else f"{year:04}") for year in years
    ]
    options = menus(shown(fakes.timeline(*events), Asked()))["Choose a year"]
    assert len(options) <= 25
    dates = [parse_when(option.value, today=TODAY).date for option in options]
    for told in events:
        assert sum(told.event.date.within(date) for date in dates if date) == 1


# ---------------------------------------------------------------- pictures and files


def test_a_picture_has_its_words_and_can_be_shared() -> None:
    """The picture is told to those who don't see it; what was asked stands beneath."""
    line = fakes.timeline(fakes.sailing())
    made = Attachment("timeline.png", b"png")
    showing = Showing(Asked(who="Byrne"), 5, private=True)
    page = picture_page(line, ENGLISH, showing, made, "A timeline of one event.")
    assert Picture("timeline.png", "A timeline of one event.") in page.blocks
    assert page.files == (made,)
    assert str(buttons(page)["Share"].press) == "v1:tlshare:picture:5:7"
    assert "-# 👤 Byrne" in text_of(page)


def test_a_picture_for_all_says_who_shared_it_and_can_be_deleted() -> None:
    showing = Showing(Asked(), 5, shared_by="*Ann* <@1>")
    line = fakes.timeline(fakes.sailing())
    page = picture_page(line, ENGLISH, showing, Attachment("a.png", b""), "One event.")
    assert "Shared by \\*Ann\\* \\<\\@1>." in text_of(page)
    assert [option.value for option in menus(page)["More: report, delete"]] == ["report", "delete"]


def test_a_file_says_what_it_leaves_out() -> None:
    line = fakes.timeline(fakes.sailing())
    showing = Showing(Asked(), 5, private=True)
    made = Attachment("timeline.ics", b"...")
    page = file_page(line, ENGLISH, showing, made, "2 events were left out.")
    assert "2 events were left out." in text_of(page)
    assert page.files == (made,)
