"""Tables and data: rows as paragraphs that lead back to the file, events with their dates."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates.edtf import from_edtf
from index.errors import DocumentFormatError
from index.reading.tables import looks_like_csv, looks_like_json, read_csv, read_json
from index.reading.text import Reading, source_offset
from tests.index.events.test_chronologies import Case, cases, entries_of, shown
from tests.index.test_markdown import misplaced

ACLED = """\
event_id_cnty,event_date,time_precision,event_type,actor1,actor2,country,location,latitude,source,notes,fatalities
SLT1,07 September 2022,1,Battles,"Guard, North",Watch,Saltland,Oldport,12.10,"Coast Paper; Radio",\
"The guard ""met"" the watch near the quay.",3
SLT2,08 September 2022,3,Riots,Watch,,Saltland,Oldport,12.10,Coast Paper,"People threw fish
at the watch.",0
"""
TIMELINE = """\
Year,Month,Day,Time,End Year,End Month,End Day,Display Date,Headline,Text,Media,Group
1911,3,9,,,,,,First ferry,"It <b>sailed</b> <a href=""x"">at dawn</a> &amp; came back.",https://x.example/z,Boats
1920,1,,,1921,12,5,,Second ferry,Went on.,,
-44,,,,,,,About 44 BC,Old quay,It was built.,,
"""
SIGNS = st.lists(
    st.sampled_from([*',;\t|"\n\r:{}[]\\', '""', '","', "\r\n", "a", "b c", "2021-03-04", "0", " ", "é",
                     "date", "text", '"a":', "\\n", "\\u00e9", "\\ud83d\\ude00", "null", "\0"]),
    max_size=40,
).map("".join)  # fmt: skip


def blocks(reading: Reading) -> list[str]:
    return [reading.text[block.start : block.stop] for block in reading.blocks]


def records(reading: Reading) -> list[tuple[str, str, str]]:
    """Date, the date as it is written, and what happened, of each record."""
    return [
        (record.date, reading.text[slice(*record.written)], reading.text[slice(*record.body)])
        for record in reading.records
    ]


def check(reading: Reading, file: str) -> None:
    """Blocks and records lie in the text in order, and all that is stored leads back to the file."""
    assert not misplaced(reading, file)
    done = 0
    for block in reading.blocks:
        assert done <= block.start < block.stop <= len(reading.text)
        words = reading.text[block.start : block.stop]
        assert words == words.strip()
        assert not reading.text[done : block.start].strip()
        done = block.stop
    spans = {(block.start, block.stop) for block in reading.blocks}
    for record in reading.records:
        assert (record.start, record.stop) in spans
        for start, stop in (record.written, record.body, *record.actors, *record.places):
            assert record.start <= start < stop <= record.stop
        assert from_edtf(record.date).edtf == record.date


# ---------------------------------------------------------------- CSV


def test_acled() -> None:
    """A row of ACLED's columns is an event: date and words first, codes last, no day too exact."""
    reading = read_csv(ACLED, "utf-8")
    check(reading, ACLED)
    assert blocks(reading)[1] == (
        '07 September 2022 | The guard "met" the watch near the quay. | Battles | Guard, North | Watch'
        " | Saltland | Oldport | Coast Paper; Radio | 3 | SLT1 | 1 | 12.10"
    )
    assert records(reading) == [
        ("2022-09-07", "07 September 2022", 'The guard "met" the watch near the quay.'),
        ("2022-09", "08 September 2022", "People threw fish\nat the watch."),
    ]
    first = reading.records[0]
    assert [reading.text[slice(*span)] for span in first.actors] == ["Guard, North", "Watch"]
    assert [reading.text[slice(*span)] for span in first.places] == ["Saltland", "Oldport"]


def test_timelinejs_sheet() -> None:
    """Year, month and day of their own columns are one date; tags of HTML are no words."""
    reading = read_csv(TIMELINE, "utf-8")
    check(reading, TIMELINE)
    assert records(reading) == [
        ("1911-03-09", "1911 3 9", "First ferry | It sailed at dawn & came back."),
        ("1920-01/1921-12-05", "1920 1 | 1921 12 5", "Second ferry | Went on."),
        ("-0043~", "About 44 BC", "Old quay | It was built."),
    ]


@pytest.mark.parametrize(
    ("year", "shown", "date"),
    [
        ("1970", "1970s", "197X"),
        ("-500", "c. 500 BCE", "-0499~"),
        ("1914", "1914–1918", "1914/1918"),
        ("1914", "June 1914", "1914"),
        ("1914", "before the war", "1914"),
        ("1914", "1915", "1914"),
        ('"1,914"', "", "1914"),
        ("1914.0", "", "1914"),
        ("1914.5", "", None),
        ("0", "", None),
        ("c. 1914", "", "1914~"),
        ("1914?", "", "1914?"),
        ("1914-1918", "", "1914/1918"),
        ("19th century", "", "18XX"),
        ("44 BC", "", "-0043"),
        ("1914[2]", "", "1914"),
        ("in the year of the flood", "", None),
    ],
)
def test_years_of_a_timelinejs_sheet(year: str, shown: str, date: str | None) -> None:
    """The shown date may say that a year is vague or a range begins; it never makes it more exact."""
    file = f"Year,Display Date,Headline,Text\n{year},{shown},The quay was built,By hand.\n"
    file += "1999,,The quay was sold,For little.\n"
    made = {body: date for date, _, body in records(read_csv(file, "utf-8"))}
    assert made.get("The quay was built | By hand.") == date


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_titles_and_eras_of_a_timelinejs_sheet_are_no_events(case: Callable[[str], str]) -> None:
    """Rows of type title or era tell no event; columns may stand in any order, in any case."""
    head = case("headline,text,media,end year,year,type,month,day")
    file = head + "\n" + (
        "All of it,The story of the quay,,,1800,title,,\n"
        "The age of slate,,,1850,1800,Era,,\n"
        "The quay was built,By many hands,,,1853,,3,4\n"
        "The quay was mended,By few hands,,1861,1860,event,,\n"
    )  # fmt: skip
    assert [date for date, _, _ in records(read_csv(file, "utf-8"))] == ["1853-03-04", "1860/1861"]


@pytest.mark.parametrize(
    ("edtf", "date"),
    [
        ("2022-08~", "2022-08~"),
        ("'-0043-03-15", "-0043-03-15"),
        ("../2021-05", "../2021-05"),
        ("18XX", "18XX"),
        ("2022-13", "2021"),
        ("soon", "2021"),
        ("", "2021"),
    ],
)
def test_a_column_of_edtf_is_the_date(edtf: str, date: str) -> None:
    """A valid EDTF date is taken as it is, whatever the other columns say; another is passed over."""
    file = f"id,start,edtf,text\n1,2021,{edtf},The quay was built\n2,2022,2022,The quay was sold\n"
    reading = read_csv(file, "utf-8")
    check(reading, file)
    assert [found for found, _, _ in records(reading)] == [date, "2022"]
    assert bool(reading.warnings) == (edtf in ("2022-13", "soon"))


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        pytest.param("03/04/2021 13/04/2021", "2021-04-03 2021-04-13", id="day first, by another row"),
        pytest.param("03/04/2021 04/13/2021", "2021-03-04 2021-04-13", id="month first, by another row"),
        pytest.param("03/04/2021 05/06/2021", "2021 2021", id="no row tells"),
        pytest.param("04/04/2021 05/06/2021", "2021-04-04 2021", id="both are the same"),
        pytest.param("03/04/2021 13/04/2021 04/13/2021", "2021 2021-04-13 2021-04-13", id="rows disagree"),
        pytest.param("2021-03-04T10:00:00Z 2021-03-05", "2021-03-04 2021-03-05", id="times"),
        pytest.param("20210304 20210305", "2021-03-04 2021-03-05", id="digits alone"),
        pytest.param("2021 2022", "2021 2022", id="years"),
        pytest.param("2021-03 2021-04", "2021-03 2021-04", id="months"),
        pytest.param("44260 44261.5", "2021-03-05 2021-03-06", id="a spreadsheet's days"),
        pytest.param("4.März.2021 soon 13.3.2021", "2021-03-04 2021-03-13", id="one that can't be read"),
        pytest.param("31/02/2021 13/04/2021", "2021-04-13", id="a day that never was"),
        pytest.param("03/04/21 13/04/2021", "2021-04-13", id="two digits"),
        pytest.param("2021/03/11 20210312", "2021-03-11 2021-03-12", id="digits and strokes"),
        pytest.param("2021-03-11[1] 12.Mar.2021*", "2021-03-11 2021-03-12", id="notes"),
        pytest.param("1366416000000 1366070400000", "2013-04-20 2013-04-16", id="milliseconds"),
        pytest.param("201304201030 201304211030", "", id="digits of days and hours"),
        pytest.param("-44 -753 1914", "-0043 -0752 1914", id="before Christ"),
    ],
)  # fmt: skip
def test_dates_of_a_column(cells: str, dates: str) -> None:
    """The rows of a column decide together how its dates are read, and never more exactly."""
    file = "date,what\n" + "".join(f"{cell},A boat came in\n" for cell in cells.split())
    assert " ".join(record[0] for record in records(read_csv(file, "utf-8"))) == dates


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("9 de marzo de 2021", "2021-03-09"),
        ("9. März 2021", "2021-03-09"),
        ("1er août 1914", "1914-08-01"),
        ("9 марта 2021 г.", "2021-03-09"),
        ("March 9, 2021", "2021-03-09"),
        ("c. 1950", "1950~"),
        ("Q3 2022", "2022-07/2022-09"),
        ("2004-06/2006-08", "2004-06/2006-08"),
        ("1950s", "195X"),
    ],
)
def test_dates_in_words(written: str, date: str) -> None:
    """Dates in words of common languages are read as exactly as they are written."""
    file = f'Datum;Text\n"{written}";Ein Schiff kam an\n'
    assert records(read_csv(file, "utf-8")) == [(date, written, "Ein Schiff kam an")]


@pytest.mark.parametrize(
    ("file", "said", "line"),
    [
        pytest.param("a,b\n1,2\n\n1,2,3\n1\n", "A row has 3 cells", 4, id="ragged"),
        pytest.param("a,a\n1,2\n", "Several columns are called “a”", None, id="names"),
        pytest.param("date,what\n3/4/2021,A boat came\n", "can't be told apart", 2, id="ambiguous"),
        pytest.param("date,what\n44260,A boat came\n", "as spreadsheets do", None, id="serial"),
        pytest.param(
            "start,end,what\n2021-05-01,2021-04-01,A boat came\n", "ends before", 2, id="backwards"
        ),
    ],
)
def test_warnings(file: str, said: str, line: int | None) -> None:
    """What is doubtful in a table is said once, with the first line where it is so."""
    (warning,) = read_csv(file, "utf-8").warnings
    assert said in warning.text
    assert warning.line == line


@pytest.mark.parametrize("case", cases("tables.txt"))
def test_events_of_tables(case: Case) -> None:
    """The dated rows of a table are events, figures by year are none: see the cases."""
    kind = {"<": "html", "|": "md", "{": "json", "[": "json"}.get(case.text[0], "csv")
    assert shown(*entries_of(case.text, f"case.{kind}")) == case.expected


@pytest.mark.parametrize(
    ("file", "said"),
    [
        pytest.param("1201,1198 1200,1190 1150,1140", "as years before Christ", id="all fall"),
        pytest.param("1201,1198 1200,1190 1150,1160", "their era is unclear", id="one rises"),
        pytest.param("1201,1198 1200, 1150,", "their era is unclear", id="only one falls"),
        pytest.param("1201,1203 1200,1190 1150,1160 1,2 3,4", "ends before", id="a slip"),
    ],
)
def test_years_that_fall_are_reported(file: str, said: str) -> None:
    """What becomes of bare years that fall from start to end is said once."""
    rows = "".join(f"{row},The town has a king\n" for row in file.split())
    (warning,) = read_csv("start,end,what\n" + rows, "utf-8").warnings
    assert said in warning.text


@pytest.mark.parametrize("year", ["1999", "2015"])
def test_what_settles_a_century_is_reported(year: str) -> None:
    """Years of two digits are said to be inferred or left out."""
    file = f"date,what\n11-Mar-15,A boat of {year} came in\n12-Mar-15,A boat went\n"
    (warning,) = read_csv(file, "utf-8").warnings
    assert ("inferred" if year == "2015" else "nothing in the table") in warning.text


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        pytest.param("a;b\r\n1,5;x\r\n", ["a | b", "1,5 | x"], id="semicolons, decimal commas"),
        pytest.param("\ufeffsep=;\na;b,c\n1;2,3\n", ["a | b,c", "1 | 2,3"], id="a line says so"),
        pytest.param("a\tb\n1, 2\t3\n", ["a | b", "1, 2 | 3"], id="tabs"),
        pytest.param("a|b\n1|2", ["a | b", "1 | 2"], id="bars, no last line end"),
        pytest.param("a,b\r1,2\r", ["a | b", "1 | 2"], id="line ends of old"),
        pytest.param("a,b\n,\n , \n1,2\n", ["a | b", "1 | 2"], id="empty rows"),
        pytest.param('a,b\n"x ""y""",2\n', ["a | b", 'x "y" | 2'], id="doubled marks"),
        pytest.param('a,b\nsix" pipe,2\n', ["a | b", 'six" pipe | 2'], id="a mark within"),
        pytest.param('a,b\n"x "y" z",2\n', ["a | b", 'x "y" z | 2'], id="single marks in marks"),
        pytest.param('a,b\n"x,2\ny,3\n', ["a | b", '"x | 2', "y | 3"], id="never closed"),
        pytest.param('a,b\n1,"x\n2,"y"\n', ["a | b", '1 | "x', "2 | y"], id="not closed in its row"),
        pytest.param('a,b\n"x\n\ny",""\n', ["a | b", "x\ny"], id="over lines"),
        pytest.param("Boats\n# mine\na,b\n1,2\n3,4\n", ["Boats", "# mine", "a | b", "1 | 2", "3 | 4"],
                     id="a title and a comment"),
        pytest.param("a,b\n1\0,2\n", ["a | b", "1 | 2"], id="a zero character"),
    ],
)  # fmt: skip
def test_rows(file: str, rows: list[str]) -> None:
    """A row is a paragraph with its filled cells, however the file writes them."""
    reading = read_csv(file, "utf-8")
    assert blocks(reading) == rows
    check(reading, file)


def test_a_title_above_the_header() -> None:
    """A line of one cell above the header is the table's title."""
    assert read_csv("Boats of 1920\n\nname,crew\nA,2\nB,3\n", "utf-8").title == "Boats of 1920"


def test_a_table_without_words_is_refused() -> None:
    """A table whose cells are all empty is said to be empty."""
    with pytest.raises(DocumentFormatError, match="empty"):
        read_csv(",,\n,,\n", "utf-8")


# ---------------------------------------------------------------- JSON


def test_timelinejs_json() -> None:
    """Events of TimelineJS are told in any object, in the order date, headline, text, rest."""
    file = json.dumps(
        {
            "title": {"text": {"headline": "Harbour", "text": "<p>All</p>"}},
            "events": [
                {
                    "media": {"url": "https://x.example/y"},
                    "start_date": {"year": "2014", "month": "3", "day": 9},
                    "end_date": {"year": 2014, "month": 4},
                    "text": {"headline": "Été", "text": '<b>Big</b> "boat" came'},
                    "group": "boats",
                },
                {"start_date": {"year": "2015"}, "text": {"headline": "End", "text": ""}},
            ],
        }
    )
    reading = read_json(file, "utf-8")
    check(reading, file)
    assert reading.title == "Harbour"
    assert blocks(reading)[-2] == (
        '2014 3 9 | 2014 4 | Été | Big "boat" came | boats | https://x.example/y'
    )
    assert records(reading) == [
        ("2014-03-09/2014-04", "2014 3 9 | 2014 4", 'Été | Big "boat" came'),
        ("2015", "2015", "End"),
    ]


def test_eras_of_timelinejs_are_no_events() -> None:
    """Eras lie behind the events and tell none; nor does the title, whatever date it has."""
    slide = {"start_date": {"year": "1853"}, "text": {"headline": "The quay", "text": "Built."}}
    era = {
        "start_date": {"year": "1800"},
        "end_date": {"year": "1850"},
        "text": {"headline": "The age of slate"},
    }
    file = json.dumps({"title": slide, "eras": [era, era], "events": [slide, slide]})
    reading = read_json(file, "utf-8")
    check(reading, file)
    assert [date for date, _, _ in records(reading)] == ["1853", "1853"]
    assert "The age of slate" in reading.text


def test_dates_of_timelinejs() -> None:
    """Numbers and strings, times of day, blanks and BCE are read; a slide without a date has none."""
    dates: list[dict[str, object]] = [
        {"year": -44, "month": "3", "day": 15, "display_date": "The Ides"},
        {"year": "1969", "month": 7, "day": 20, "hour": 20, "minute": "17"},
        {"year": "1950", "month": "", "day": ""},
        {"year": 2001, "month": 2, "day": 30},
        {},
    ]
    slides = [{"start_date": date, "text": {"headline": "It happened"}} for date in dates]
    reading = read_json(json.dumps({"events": slides}), "utf-8")
    assert [record[:2] for record in records(reading)] == [
        ("-0043-03-15", "The Ides"),
        ("1969-07-20", "1969 7 20"),
        ("1950", "1950"),
    ]


def test_timelinejs_before_its_third_release() -> None:
    """The older form writes year, month and day with commas, and its eras are no events either."""
    file = json.dumps(
        {
            "timeline": {
                "headline": "The quay",
                "date": [
                    {
                        "startDate": "2011,12,10",
                        "endDate": "2011,12,11",
                        "headline": "It <b>fell</b>",
                    },
                    {"startDate": "2012,1", "headline": "It was mended"},
                    {"startDate": "2013", "headline": "It was painted"},
                ],
                "era": [{"startDate": "2011", "endDate": "2013", "headline": "Years of the quay"}],
            }
        }
    )
    reading = read_json(file, "utf-8")
    check(reading, file)
    assert [(date, body) for date, _, body in records(reading)] == [
        ("2011-12-10/2011-12-11", "It fell"),
        ("2012-01", "It was mended"),
        ("2013", "It was painted"),
    ]


def test_geojson() -> None:
    """Features with a date are events, their coordinates last."""
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [1.50, 2]},
        "properties": {"date": "2021-02-03", "description": "A boat sank here", "place": "Oldport"},
    }
    file = json.dumps({"type": "FeatureCollection", "features": [feature] * 2})
    reading = read_json(file, "utf-8")
    check(reading, file)
    assert blocks(reading)[2].startswith("2021-02-03 | A boat sank here | Oldport | ")
    assert blocks(reading)[2].endswith("Point | 1.5 | 2")


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        pytest.param('{"a":1,"b":[1,2],"c":"x"}', ["a: 1\nb: 1 | 2\nc: x"], id="an object"),
        pytest.param('[{"a":1},{"a":2}]', ["a: 1", "a: 2"], id="a list of objects"),
        pytest.param('{"a":1}\n{"a":2}\n', ["a: 1", "a: 2"], id="JSON lines"),
        pytest.param('{"s":{"h":"x"},"t":{"h":"y"}}', ["s\nh: x", "t\nh: y"], id="nested"),
        pytest.param('{"a":1,"a":2}', ["a: 1\na: 2"], id="a key twice"),
        pytest.param(f'{{"n":{"9" * 5000}}}', ["n: " + "9" * 5000], id="a huge number"),
        pytest.param('{"n":NaN,"m":-1.50e+3}', ["n: NaN\nm: -1.50e+3"], id="numbers as written"),
        pytest.param('[[1,2],["x",null]]', ["1 | 2", "x | null"], id="lists in a list"),
        pytest.param('["a \\"b\\" \\u00e9\\ud83d\\ude00\\/"]', ['a "b" é😀/'], id="escapes"),
        pytest.param('["\\ud83d x \\q"]', ["\ufffd x \\q"], id="broken escapes"),
        pytest.param('\ufeff [ "a" , ] ', ["a"], id="a last comma"),
    ],
)
def test_json(file: str, rows: list[str]) -> None:
    """Values stand with their keys, one object a paragraph."""
    reading = read_json(file, "utf-8")
    assert blocks(reading) == rows
    check(reading, file)


def test_long_texts_become_paragraphs() -> None:
    """A long string is prose: its paragraphs are the document's."""
    one, two = "Salt and tar. " * 30, "Fish."
    file = json.dumps({"title": "Log", "text": f"{one}\n\n{two}\nMore.\n"})
    reading = read_json(file, "utf-8")
    assert blocks(reading) == ["title: Log", one.strip(), "Fish.\nMore."]
    assert [block.kind for block in reading.blocks] == ["table", "text", "text"]
    check(reading, file)


def test_keys_of_long_parts_are_headings() -> None:
    """The key of a long part is a heading, that of a long part in it one below."""
    part = {str(n): "some words of a boat" for n in range(40)}
    reading = read_json(json.dumps({"harbour": {"boats": part, "crews": part}}), "utf-8")
    levels = [
        (b.level, reading.text[b.start : b.stop]) for b in reading.blocks if b.kind == "heading"
    ]
    assert levels == [(1, "harbour"), (2, "boats"), (2, "crews")]


def test_cut_off_json_is_read_as_far_as_it_goes() -> None:
    """JSON that ends in the middle is read, with a warning."""
    file = '[{"a":"one"},\n{"a":"tw'
    reading = read_json(file, "utf-8")
    assert blocks(reading) == ["a: one", "a: tw"]
    assert [(w.text, w.line) for w in reading.warnings] == [
        ("It is cut off: its last part never ends.", 2)
    ]


def test_what_is_no_json_is_read_as_text() -> None:
    """Where JSON breaks off into something else all is kept as plain text, with the line."""
    reading = read_json('{"a": 1,\n oops}', "utf-8")
    assert "oops" in reading.text
    assert reading.warnings[-1].line == 2


def test_deep_nesting_is_refused() -> None:
    """Lists nested two hundred deep are read, deeper ones are refused."""
    assert read_json("[" * 200 + '"x"' + "]" * 200, "utf-8").text == "x"
    with pytest.raises(DocumentFormatError, match="deeper than 200"):
        read_json("[" * 100_000, "utf-8")


# ---------------------------------------------------------------- what is a table


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(ACLED, id="events"),
        pytest.param(TIMELINE, id="timeline"),
        pytest.param("name;price\nsalt;1,50\ntar;2,00\n", id="semicolons"),
        pytest.param("Country,2001,2002\nSaltland,5,6\nFarland,7,8\n", id="years as names"),
        pytest.param("name\tcrew\nOldport boat\ttwo men, a dog\nB\tone\n", id="tabs"),
        pytest.param("sep=|\na|b\n", id="a line says so"),
    ],
)
def test_looks_like_csv(sample: str) -> None:
    """A table with a header is told from other text."""
    assert looks_like_csv(sample)


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param("", id="nothing"),
        pytest.param("Well, I think so.\nNo, he said.\nYes, she said.\n" * 9, id="prose"),
        pytest.param("O boat, so old,\nO quay, so grey,\nO fish, so cold,\n" * 9, id="a poem"),
        pytest.param("2021-03-04 10:00:00,123 INFO started\n" * 9, id="a log"),
        pytest.param("int a = f(x, y);\nint b = g(x, y);\nint c = h(x, y);\n", id="code"),
        pytest.param("| a | b |\n|---|---|\n| 1 | 2 |\n", id="Markdown"),
        pytest.param("Dear Sir,\n\nthe boat came in.\n\nYours,\nA. Olsen\n", id="a letter"),
        pytest.param("one\ntwo\nthree\n", id="a list"),
        pytest.param("Smith, John\nOlsen, Kari\nBerg, Anna\n", id="names"),
    ],
)
def test_looks_like_no_csv(sample: str) -> None:
    """Prose, poems, logs, code and lists are no tables."""
    assert not looks_like_csv(sample)


@pytest.mark.parametrize(
    ("sample", "is_json"),
    [
        ('{"a": [1, 2]}', True),
        ('\ufeff\n[{"a": 1},', True),
        ('{"a":1}\n{"a":2}\n', True),
        ("[" + '{"word": "some"}, ' * 9000, True),
        ("[1] Olsen, Boats.\n[2] Berg, Quays.\n", False),
        ("{curly} words", False),
        ("[Note] words", False),
        ("plain", False),
        ("", False),
        ("42", False),
    ],
)
def test_looks_like_json(sample: str, is_json: bool) -> None:
    """JSON is told from text that begins with a bracket."""
    assert looks_like_json(sample) is is_json


# ---------------------------------------------------------------- anything


@given(SIGNS)
def test_any_csv(file: str) -> None:
    """Whatever the text, it is read as a table soundly and the same each time, or is empty."""
    try:
        reading = read_csv(file, "utf-8")
    except DocumentFormatError:
        assert not "".join(char for char in file if char.isalnum())
        return
    check(reading, file)
    assert reading == read_csv(file, "utf-8")


@given(SIGNS)
def test_any_json(file: str) -> None:
    """Whatever the text, it is read as data soundly and the same each time, or is empty."""
    try:
        reading = read_json(file, "utf-8")
    except DocumentFormatError:
        return
    if not any("plain text" in warning.text for warning in reading.warnings):
        check(reading, file)
    assert reading == read_json(file, "utf-8")


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    ),
    st.booleans(),
)
def test_json_keeps_every_value(value: object, ascii_only: bool) -> None:
    """Every word of every value is stored, escaped or not."""
    file = json.dumps([value], ensure_ascii=ascii_only)
    words = "".join(_letters(value))
    try:
        reading = read_json(file, "utf-8")
    except DocumentFormatError:
        assert not words
        return
    check(reading, file)
    for word in _letters(value):
        assert word in "".join(char for char in reading.text if char.isalnum())


def _letters(value: object) -> list[str]:
    if isinstance(value, dict):
        return [word for inner in value.values() for word in _letters(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in _letters(inner)]
    written = json.dumps(value) if isinstance(value, bool) else str(value)
    return ["".join(char for char in written if char.isalnum())]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ['"x,', '""z\n', '"x""\n', '"a\n', ",", '"', "\r", '{"a":[', '[1],', '{"a":"\\\\', '"\\u0041',
     "<a ", "1,2\n", 'date,"text\n'],
    ids=repr,
)  # fmt: skip
def test_much_of_anything(piece: str) -> None:
    """Much of any sign of tables is read in seconds: nothing is looked at over and over."""
    file = (piece * 300_000)[:300_000] + "x"
    started = time.process_time()
    for read in (read_csv, read_json):
        with suppress(DocumentFormatError):
            read(file, "utf-8")
    looks_like_csv(file)
    looks_like_json(file)
    assert time.process_time() - started < 60


def test_places_in_json() -> None:
    """Stored words lead to their own place in the file, an escape to its backslash."""
    file = '{"a":"x\\u00e9y"}'
    reading = read_json(file, "utf-8")
    at = reading.text.index("é")
    assert [source_offset(reading.source_map, at + n) for n in (-1, 0, 1)] == [6, 7, 13]


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(f"a,b\n{'1' * 30_000}x,2\n{'1' * 30_000}x,3\n", id="digits"),
        pytest.param("a|b\n" + "x|y\n" * 20 + f"|{'-' * 4_000}x|\n", id="dashes"),
    ],
)
def test_long_cells_are_looked_at_once(file: str) -> None:
    """A long cell of one sign costs no more time than one of words."""
    started = time.process_time()
    looks_like_csv(file)
    assert time.process_time() - started < 3


def test_long_keys_are_not_repeated() -> None:
    """A long key over many values is not kept again for each of them."""
    inner = ",".join(f'"k{n}":"w"' for n in range(3_000))
    tracemalloc.start()
    try:
        read_json(f'[{{"{"k" * 30_000}":{{{inner}}},"date":"2001"}}]', "utf-8")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000


def test_too_many_keys_are_no_columns() -> None:
    """Objects with thousands of different keys are no table of events, and stay readable."""
    keys = ",".join(f'"k{n}":"word"' for n in range(3_000))
    reading = read_json(f'[{{"date":"2001-05-07","title":"A ship sailed",{keys}}}]', "utf-8")
    assert not reading.records
    assert reading.text.startswith("date: 2001-05-07\ntitle: A ship sailed\nk0: word\n")


def test_byte_order_mark_behind_json() -> None:
    """A byte order mark at the end, left there by joining files, does not make it plain text."""
    reading = read_json('{"a": "b"}\n\ufeff', "utf-8")
    assert (reading.text, reading.warnings) == ("a: b", ())


def test_a_column_that_is_next_to_empty_tells_of_no_events() -> None:
    """Figures by year are no events because one of them bears a comment."""
    rows = [{"year": 1950 + n, "births": n, "country": "Saltland"} for n in range(40)]
    rows[0]["comment"] = "Data of the harbour office."
    reading = read_json(json.dumps(rows), "utf-8")
    assert not reading.records
    assert blocks(reading)[1] == "year: 1951\nbirths: 1\ncountry: Saltland"


def test_rows_of_few_cells_and_no_header() -> None:
    """Where no row has most of its cells filled, the first row is the first of the table."""
    file = "".join(f"{n}\tquay {n}{chr(9) * 20}\n" for n in range(5))
    reading = read_csv(file, "utf-8")
    check(reading, file)
    assert {block.kind for block in reading.blocks} == {"table"}
    assert len(reading.blocks) == 5


def test_json_feed() -> None:
    """The posts of a JSON Feed are events whose words are read without their tags."""
    item = {"title": "Quay closed", "content_html": "<p>It <b>was</b> closed.</p>",
            "date_published": "2022-05-03T10:00:00Z"}  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [item, item]}
    reading = read_json(json.dumps(feed), "utf-8")
    date = "2022-05-03"
    assert records(reading) == [(date, date, "Quay closed | It was closed.")] * 2


def test_a_title_with_tags() -> None:
    """The title of a TimelineJS file is read without tags, in one line."""
    events = [{"start_date": {"year": "1907"}, "text": {"headline": "Sunk", "text": "It sank."}}]
    title = {"text": {"headline": "Ferries<br/>of <i>Skerrow</i>"}}
    assert read_json(json.dumps({"title": title, "events": events}), "utf-8").title == (
        "Ferries of Skerrow"
    )
