"""Dates as people write them: found in prose, labels and questions, and what only looks like one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import (
    ambiguous_dates,
    contradicted_dates,
    evident_order,
    find_dates,
    from_edtf,
    impossible_dates,
    order_evidence,
    parse_when,
    scan,
    scanning,
    sort_key,
)
from index.dates import words as date_words
from index.dates.labels import parse_label
from index.model import HistoricDate, Precision

TODAY = date(2026, 11, 21)
CASES = Path(__file__).parents[2] / "cases" / "dates.txt"

#: Bits of text that dates are made of, and what stands around them.
PIECES = (
    "May june MARCH Feb Sept . 5 31 29 7, 2021 2022 1999 44 BC AD - – — and & , .. to from since "
    "until before after between 2021-05-06 2021-13-01 12/03/2021 31/02/2021 1990s 1900s ’s 19 th "
    "century first half quarter Q 3 H 1 mid early late end of around c the in or ( ) spring winter "
    "2021-22 the following year the next day today last this week month possibly ? % onwards present 2,000 "
    "soldiers coup not of same year C = ( .ttf ago two \n \n\n “ ² ٣ İ Su-30 $"
).split(" ")
messy = st.lists(st.sampled_from(PIECES), max_size=14).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words), "  ".join(words)])
)


def cases() -> Iterator[Any]:
    """The lines of ``cases/dates.txt`` as (mode, text, expected)."""
    mode = ""
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("["):
            mode = line.strip("[]")
        elif mode and line.strip():
            title, text, expected = line.split(" | ")
            wanted = [] if expected == "none" else expected.split()
            name = f"{mode}: {title} (line {number})"
            yield pytest.param(mode, text.replace("\\n", "\n"), wanted, id=name)


def found(mode: str, text: str) -> list[str]:
    match mode:
        case "prose":
            dates = find_dates(text)
        case "prose, year 2021":
            dates = find_dates(text, default_year=2021)
        case "prose, dmy":
            dates = find_dates(text, order="dmy")
        case "question":
            dates = find_dates(text, today=TODAY)
        case _:
            when = parse_when(text, today=TODAY).date
            return [when.edtf] if when else []
    return [mention.date.edtf for mention in dates]


@pytest.mark.parametrize(("mode", "text", "expected"), list(cases()))
def test_cases(mode: str, text: str, expected: list[str]) -> None:
    """Every date of ``cases/dates.txt`` is read as that file says."""
    assert found(mode, text) == expected


@pytest.mark.parametrize(
    ("phrase", "expected", "precision"),
    [
        ("February 2021", "2021-02", "month"),
        ("2001", "2001", "year"),
        ("the 1950s", "195X", "decade"),
        ("mid-2022", "2022~", "year"),
        ("late 2019", "2019~", "year"),
        ("between 2014 and 2019", "2014/2019", "year"),
        ("5-7 September 2022", "2022-09-05/2022-09-07", "day"),
        ("28-29 July 2022", "2022-07-28/2022-07-29", "day"),
        ("Q3 2022", "2022-07/2022-09", "quarter"),
    ],
)
def test_what_other_readers_get_wrong(phrase: str, expected: str, precision: str) -> None:
    """Phrases that three date libraries misread are read without inventing or losing a part."""
    known = parse_when(phrase, today=TODAY).date
    assert known is not None
    assert (known.edtf, known.precision) == (expected, precision)
    assert [mention.date for mention in find_dates(f"It was in {phrase}.")] == [known]


@pytest.mark.parametrize(
    "text",
    [
        "Russia may sell Su-30 fighters.",
        "The abstentions on Resolution 2669 were noted.",
        "See note 14 and the report.",
        "A contract of $400m was signed.",
        "He said that the army would march on, as Mrs May had told an august body.",
    ],
)
def test_what_other_searches_invent(text: str) -> None:
    """Words and numbers that a popular date search takes for dates are left alone."""
    assert find_dates(text, default_year=2021) == ()
    assert find_dates(text, today=TODAY) == ()


def test_about_before_and_after_sort_by_what_they_can_mean() -> None:
    """ "before 1950" comes before 1950 and "about 1950" with it, however they are written."""
    texts = ("in 1950", "after 1950", "about May 1950", "before 1950", "c. 1950", "in 1949")
    dates_ = sorted((find_dates(text)[0].date for text in texts), key=sort_key)
    assert [known.edtf for known in dates_] == [
        "../1949-12-31", "1949", "1950", "1950~", "1950-05~", "1951-01-01/..",
    ]  # fmt: skip


# ---------------------------------------------------------------- mentions


def test_a_mention_holds_its_words() -> None:
    """The span covers the qualifier and the date, and nothing else."""
    text = "It fell in early August 2021, they say."
    (mention,) = find_dates(text)
    assert mention.as_written == text[mention.start : mention.stop] == "early August 2021"


@pytest.mark.parametrize(
    ("text", "inferred"),
    [
        pytest.param("on 27 May", [True], id="year from the caller"),
        pytest.param("on 27 May 2020", [False], id="own year"),
        pytest.param("27 May – 3 June 2020", [False], id="a range's one year"),
        pytest.param("26 and 30 June 2013", [True, False], id="a list's one month"),
        pytest.param("in February and July 2022", [True, False], id="a list's one year"),
    ],
)
def test_inferred(text: str, inferred: list[bool]) -> None:
    """A date is inferred when its year or month does not stand in its own words."""
    assert [mention.inferred for mention in find_dates(text, default_year=2021)] == inferred


def test_a_leap_day_needs_a_leap_year() -> None:
    """A day that the default year lacks is left out: the year was only a guess."""
    assert find_dates("on 29 February", default_year=2021) == ()
    assert impossible_dates("on 29 February") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On Monday, 6 July 2021, he came.", ["Monday, 6 July 2021 was a Tuesday."]),
        ("On Tuesday, 6 July 2021, he came.", []),
        ("On Monday, 6 July, he came.", []),
        ("He was crowned on Tuesday, 30 January 1649.", []),  # in the Julian calendar
        ("He was crowned on Saturday, 30 January 1649.", []),  # in the Gregorian calendar
        ("He came on Monday, 30 January 1649.", ["Monday, 30 January 1649 was a Saturday."]),
        ("On Tuesday, 31 June 2021, he came.", []),  # impossible, which says enough
    ],
)
def test_weekdays_of_another_day(text: str, said: list[str]) -> None:
    """A weekday that is not the date's is told; the date stays as it is written."""
    assert [date.against for date in contradicted_dates(text)] == said


def test_a_year_named_as_one_keeps_its_word() -> None:
    """ "year 1991" is what was written of "the year 1991", so that nobody takes it for a number."""
    assert [date.as_written for date in find_dates("In the year 1991 it rained.")] == ["year 1991"]


def test_impossible_dates_say_why() -> None:
    """Each impossible date has its span and a sentence that names the part that is wrong."""
    text = "On 31 February 2021, on 31 April and on 2021-13-01, but not on 30 April."
    wrong = impossible_dates(text)
    assert [text[item.start : item.stop] for item in wrong] == [item.as_written for item in wrong]
    assert [item.reason for item in wrong] == [
        "31 February 2021 does not exist: February 2021 has 28 days.",
        "31 April does not exist: April has 30 days.",
        "2021-13-01 does not exist: there is no month 13.",
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("31 February", "February has 29 days"),
        ("30 Feb", "February has 29 days"),
        ("February 29, 2021", "February 2021 has 28 days"),
        ("32 May 2021", "May 2021 has 31 days"),
        ("0 May 2021", "there is no day 0"),
        ("31th May 2021", "31 is written 31st"),
        ("the 22th of May", "22 is written 22nd"),
        ("May 31th, 2021", "31 is written 31st"),
        ("31 April", "April has 30 days"),
        ("25–31 June 2022", "June 2022 has 30 days"),
        ("31/04/2021", "April 2021 has 30 days"),
        ("13/13/2021", "there is no month 13"),
        ("2021-13-01", "there is no month 13"),
        ("2021-02-31T10:00", "February 2021 has 28 days"),
        ("20 May – 31 June 2021", "June 2021 has 30 days"),
    ],
)
def test_impossible_dates_are_reported_and_not_mended(words: str, why: str) -> None:
    """Of an impossible date nothing is kept, neither its month nor its year, and it is reported."""
    text = f"He came on {words}, they say."
    assert find_dates(text, default_year=2021) == ()
    (wrong,) = impossible_dates(text)
    assert why in wrong.reason


def test_one_reading_tells_dates_and_impossible_ones() -> None:
    """`scan` gives both in the order in which they stand."""
    items = list(scan("On 31 April 2021, on 1 May 2021 and on 32 May 2021."))
    assert [item.as_written for item in items] == ["31 April 2021", "1 May 2021", "32 May 2021"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("13/02/2021, 01/02/2021", "dmy", id="a day above 12 first"),
        pytest.param("02/13/2021, 01/02/2021", "mdy", id="a day above 12 second"),
        pytest.param("01/02/2021", None, id="nothing shows it"),
        pytest.param("13/02/2021, 02/13/2021", None, id="both"),
        pytest.param("", None, id="no dates"),
        pytest.param("13.02.2021 and 01-02-2021", "dmy", id="other signs"),
        pytest.param("Mon 01/02/2021", "dmy", id="a weekday that fits one reading"),
        pytest.param("Tuesday, 02/01/2022", "mdy", id="a weekday that fits the other"),
        pytest.param("Sun 01/02/2021", None, id="a weekday that fits none"),
        pytest.param("13/02/21, 01/02/2021", None, id="a year of two digits"),
        pytest.param("31/02/2021 2021/13/02", "dmy", id="a day that does not exist"),
        pytest.param("1/13/2021-1", None, id="a number"),
        pytest.param("03/01/1914: a\n04/02/1914: b\n02/03/1914: c", "dmy", id="rising, day first"),
        pytest.param(
            "01/03/1914: a\n02/04/1914: b\n03/02/1914: c", "mdy", id="rising, month first"
        ),
        pytest.param("01/02/1914: a\n02/03/1914: b\n03/04/1914: c", None, id="rising in both"),
        pytest.param("02/01/1914: a\n01/02/1914: b", None, id="two are too few to rise"),
        pytest.param("03/01/1914, 02/03/1914, 01/02/1914", None, id="rising in none"),
    ],
)
def test_evident_order(text: str, expected: str | None) -> None:
    """The order is told only by dates that allow just one, by weekdays, or by dates that rise."""
    assert evident_order(text) == expected


def test_the_evidence_of_an_order_is_named() -> None:
    """The first date that shows the order is given with its place and how it shows it."""
    text = "On 01/02/2021 and 13/02/2021."
    shown = order_evidence(text)
    assert (shown.order, shown.example, text[shown.at :][:10]) == (
        "dmy",
        "13/02/2021",
        "13/02/2021",
    )
    assert shown.why == "has no such month the other way round"


def test_two_evidences_that_disagree_are_both_named() -> None:
    """A text that shows both orders has none, and both examples are told."""
    shown = order_evidence("On 13/02/2021 and 02/14/2021.")
    assert (shown.order, shown.example, shown.against) == (None, "13/02/2021", "02/14/2021")


def test_ambiguous_dates_are_reported_with_both_readings() -> None:
    """A date that is one of two days has its span and both days; with a known order there is none."""
    text = "On 01/02/2021, Mon 01/02/2021, 05/05/2021 and 13/02/2021."
    (unclear,) = ambiguous_dates(text)
    assert text[unclear.start : unclear.stop] == unclear.as_written == "01/02/2021"
    assert unclear.reason == "“01/02/2021” can be 1 February or 2 January 2021"
    assert ambiguous_dates(text, "dmy") == ()
    assert find_dates(text)[0].date.edtf == "2021"


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("line", "edtf", "body"),
    [
        ("March 26: While the", "2021-03-26", "While the"),
        ("May 20-22: Myanmar", "2021-05-20/2021-05-22", "Myanmar"),
        ("Jan. 13, 2022: The", "2022-01-13", "The"),
        ("June 30 – July 2: He", "2021-06-30/2021-07-02", "He"),
        ("Dec. 30 – Jan. 2: He", "2021-12-30/2022-01-02", "He"),
        ("27 March – 3 April 2021: He", "2021-03-27/2021-04-03", "He"),
        ("2022-09-07: He", "2022-09-07", "He"),
        ("2022-09-07 He", "2022-09-07", "He"),
        ("7 September 2022 He", "2022-09-07", "He"),
        ("Late April: He", "2021-04~", "He"),
        ("1948: It", "1948", "It"),
        ("1990s: It", "199X", "It"),
        ("The 1950s: It", "195X", "It"),
        ("June 2013 – Min Aung Hlaing", "2013-06", "Min Aung Hlaing"),
        ("June 2013 – May sells", "2013-06", "May sells"),
        ("(November 2014) – Min", "2014-11", "Min"),
        ("1. June 2013 – Min", "2013-06", "Min"),
        ("2. (November 2014) – Min", "2014-11", "Min"),
        ("7 September 2022 — He", "2022-09-07", "He"),
        ("7 September 2022 - He", "2022-09-07", "He"),
        ("2021 - 2022 - They", "2021/2022", "They"),
        ("- March 26: He", "2021-03-26", "He"),
        ("• March 26: He", "2021-03-26", "He"),
        ("**March 26:** He", "2021-03-26", "He"),
        ("**March 26**: He", "2021-03-26", "He"),
        ("Friday, 26 March: He", "2021-03-26", "He"),
        ("June 24 and 27: They", "2021-06-24/2021-06-27", "They"),
        ("44 BC: Caesar", "-0043", "Caesar"),
    ],
)
def test_labels(line: str, edtf: str, body: str) -> None:
    """The date that begins an entry is read, and the entry's own words begin after it."""
    label = parse_label(line, year=2021)
    assert label is not None
    mention = label.mention
    assert (mention.date.edtf, line[label.body_start :]) == (edtf, body)
    assert line[mention.start : mention.stop] == mention.as_written


@pytest.mark.parametrize(
    "line",
    [
        "", "March 26 text", "The visit: 5 May 2021", "10:30: he came", "Section 2001: scope",
        "2021", "5 May 2021", "5 May 2021\n- item", "May sources: nothing", "31 April: never",
        "Army 2018 – a forum", "May 2021- glued", "2021:10 ratio", "1: one",
    ],
)  # fmt: skip
def test_lines_without_a_label(line: str) -> None:
    """A line that does not begin with a date and a sign after it has no label."""
    assert parse_label(line, year=2021) is None


def test_a_label_needs_some_year() -> None:
    """Without a heading's year a label has its own or is none; its own one wins."""
    assert parse_label("May 20-22: x", year=None) is None
    label = parse_label("Jan. 13, 2022: x", year=2021)
    assert label is not None
    assert (label.mention.date.edtf, label.mention.inferred) == ("2022-01-13", False)


# ---------------------------------------------------------------- properties


def check(known: HistoricDate) -> None:
    assert from_edtf(known.edtf, known.precision) == known
    assert known.earliest <= known.start_latest
    assert known.end_earliest <= known.latest
    assert known.earliest <= known.latest


@given(messy | st.text(max_size=60))
def test_whatever_the_text(text: str) -> None:
    """Mentions are slices in order that don't overlap, and each date reads back from its EDTF."""
    in_prose = find_dates(text, default_year=2021, order="mdy")
    for mentions in (in_prose, find_dates(text, today=date(2024, 2, 29))):
        end = 0
        for mention in mentions:
            assert mention.start >= end
            assert text[mention.start : mention.stop] == mention.as_written != ""
            end = mention.stop
            check(mention.date)
    for wrong in impossible_dates(text):
        assert text[wrong.start : wrong.stop] == wrong.as_written


@given(messy | st.text(max_size=60))
def test_whatever_the_label(text: str) -> None:
    """A label's words are a slice, and the body begins after them."""
    label = parse_label(text, year=2021)
    if label is not None:
        assert text[label.mention.start : label.mention.stop] == label.mention.as_written
        assert label.mention.stop < label.body_start <= len(text)
        check(label.mention.date)


@given(messy)
def test_no_date_is_skipped(text: str) -> None:
    """The quick look at a number passes over nothing that the grammar would read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "_STARTS", scanning._TRIGGER)
        slowly = find_dates(text, default_year=2021), impossible_dates(text)
    assert (find_dates(text, default_year=2021), impossible_dates(text)) == slowly


@given(
    st.lists(
        st.sampled_from(
            ["On ", "in ", "7 September 2022", "September 7, 2022", "Sept. 7 2022", "May 2021",
             "5 May", "Oct. 28", "June 31", "7 Nov", " of ", " 2021",
             "2021-02-03", "2021-02-30", "31 April 2021", "1999", "2021", ",", ".", "..", ":", ";",
             ")", " (", " ", " ", " ", "\n", "?", " (?)", " and ", " or ", " to ", "–", " - ", "/",
             "5", "22", " BC", " B.C.", " AD", " Q3", " people", " onwards", " coup", " г.", "T10:30",
             "-04", "s", "’s", ", 2022 and 2023", " he", " The", "May ", "the ", "since ", "Windows "]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_short_cuts_read_alike(text: str) -> None:
    """The short cut for whole dates, and tokens kept from one date to the next, change nothing."""
    quickly = find_dates(text, default_year=2021), impossible_dates(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "plain_date", lambda *_: None)
        patch.setattr(date_words.Words, "find", lambda *_: -1)
        assert quickly == (find_dates(text, default_year=2021), impossible_dates(text))


months = st.sampled_from(list(enumerate(date_words.MONTH_NAMES, start=1)))


@given(st.integers(1000, 2100), months, st.integers(1, 28), st.sampled_from(
    ["{d} {m} {y}", "{m} {d}, {y}", "the {d}{th} of {m} {y}", "{y}-{n:02}-{d:02}", "{m} {d} {y}"]
))  # fmt: skip
def test_every_day_in_every_form(year: int, month: tuple[int, str], day: int, form: str) -> None:
    """A day is read the same in every form in which it is written."""
    th = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    text = form.format(y=year, m=month[1], n=month[0], d=day, th=th)
    (mention,) = find_dates(f"It was signed on {text}, in Kazan.")
    assert mention.date.edtf == f"{year}-{month[0]:02}-{day:02}"
    assert mention.date.precision is Precision.DAY


YEARS = [("2021", 2021), ("1914", 1914), ("44 BC", -43), ("AD 79", 79), ("1000", 1000)]
years = st.sampled_from(YEARS)
#: Forms of a date with what each makes of day, month and year; {p} is the month's name.
FORMS = {
    "{d} {p} {y}": "{Y}-{M}-{D}",
    "{p} {d}, {y}": "{Y}-{M}-{D}",
    "{p} {y}": "{Y}-{M}",
    "early {p} {y}": "{Y}-{M}~",
    "the first week of {p} {y}": "{Y}-{M}~",
    "{p}?": None,
    "since {p} {y}": "{Y}-{M}/..",
    "until {d} {p} {y}": "../{Y}-{M}-{D}",
    "no later than {p} {y}": "../{Y}-{M}",
    "not before {d} {p} {y}": "{Y}-{M}-{D}/..",
    "possibly {y}": "{Y}?",
    "mid-{y}": "{Y}~",
    "c. {y}": "{Y}~",
    "the spring of {y}": "{Y}-21",
    "Q2 {y}": "{Y}-04/{Y}-06",
    "the second half of {y}": "{Y}-07/{Y}-12",
    "{d}–29 {p} {y}": "{Y}-{M}-{D}/{Y}-{M}-29",
    "1 January – {d} {p} {y}": "{Y}-01-01/{Y}-{M}-{D}",
}


@given(st.sampled_from(sorted(FORMS)), years, st.sampled_from([3, 6, 8, 10]), st.integers(2, 28))
def test_every_form_says_what_its_words_say(
    form: str, year: tuple[str, int], month: int, day: int
) -> None:
    """Day, month and year stand in the EDTF as in the words, in whatever form; nothing is added."""
    name = date_words.MONTH_NAMES[month - 1]
    text = f"They met in {form.format(d=day, p=name, y=year[0])} in Kazan."
    sign = "-" if year[1] < 0 else ""
    parts = {"Y": f"{sign}{abs(year[1]):04}", "M": f"{month:02}", "D": f"{day:02}"}
    wanted = FORMS[form]
    expected = [wanted.format(**parts)] if wanted else []
    assert [mention.date.edtf for mention in find_dates(text)] == expected


@given(messy)
def test_nothing_is_invented(text: str) -> None:
    """Years and days stand in the words, unless the date is inferred or the words count from it."""
    for mention in find_dates(text):
        words = mention.as_written.lower()
        if mention.inferred or re.search(r"before|after|prior|b\.?c", words):
            continue
        digits = set(re.findall(r"[0-9]+", words))
        for part in mention.date.edtf.replace("..", "").split("/"):
            if not part:
                continue
            year, _, rest = part.strip("~?%").lstrip("-").partition("-")
            stems = {year.rstrip("X"), year, str(int(year.replace("X", "0"))), year[2:]}
            century = year.endswith("XX") and (
                digits & {str(int(year[:2]) + 1)} or "century" in words
            )
            turned = str(int(year.replace("X", "0")) + 1) in digits  # 27 December – 3 January 2022
            hit = any(d.startswith(tuple(s for s in stems if s)) or d in stems for d in digits)
            assert hit or century or turned, (text, mention)
            if mention.date.precision is Precision.DAY and len(rest) == 5:
                assert {rest[3:], rest[3:].lstrip("0")} & digits, (text, mention)


@pytest.mark.parametrize(
    "pattern",
    ["1", "2021-", "May ", "May, ", "5, ", "2001, ", "early ", "mid-to-", "from 2021 to ", "since ",
     "until 1951 ", "2021..", " ", "\n", "- ", "(", "the following year ",
     "Rooms 1201, ", "December of the same year ", "2016 Oct 20 ", "12 ", "5 May 2021 ",
     "5 May 2021, ", "Oct. 28: ", "the 18th and ", "late 18th and early 19th ", "5 May, ",
     "the first week of ", "last quarter of ", "2014 or ", "1950s and ", "c. 500–450 ", "1/2/",
     "01/02/2021 ", "du 5 au ", "no later than ", "year 410 ", "(?)", "2021? ", "twenty-", "AD 66-",
     "2021-W05-", "7.IX.", "May/", "in or before ", "A.D. ", "q3 ", "year-end "],
)  # fmt: skip
def test_reading_is_linear(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text twice as long needs about twice the tokens, whatever it repeats."""
    read = 0
    original = date_words.Words._next

    def counted(words: date_words.Words) -> date_words.Token:
        nonlocal read
        read += 1
        return original(words)

    monkeypatch.setattr(date_words.Words, "_next", counted)
    work = []
    for times in (300, 600):
        read = 0
        text = pattern * times
        find_dates(text, default_year=2021)
        find_dates(text, today=TODAY)
        impossible_dates(text)
        parse_label(text, year=2021)
        work.append(read)
    assert work[1] <= 2.2 * work[0] + 200
    assert work[1] <= 200 * len(pattern) * 600


@pytest.mark.parametrize("begun", ["5", "c", "5 to circa", "since", "about", "mid", "first"])
def test_blanks_are_read_once(begun: str) -> None:
    """A long gap after what begins like a date is passed in time that is linear in its length."""
    text = f"{begun}{' ' * 20_000}x"
    begins = time.process_time()
    assert find_dates(text) == ()
    assert (
        time.process_time() - begins < 2
    )  # some milliseconds; 16 s when it was read over and over
