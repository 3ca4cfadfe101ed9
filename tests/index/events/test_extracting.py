"""What becomes an event: the entries of a chronology, and sentences of prose that write a date."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest

from index.analysis import Analyzer
from index.archive import Archive
from index.dates.context import read_dates
from index.events.chronologies import Entry, find_entries
from index.events.extracting import extract_events
from index.model import Document, DocumentMeta, Event, Precision
from index.parsing import parse
from index.passages import cut_passages
from index.reading import read
from tests.conftest import SHARED
from tests.index.harbour import GUIDE, LOG

ALIASES = [("Ilse Varga", "Captain Varga"), ("Tomas Reed", "Captain Reed")]


def document_of(text: str, name: str = "log.txt", meta: DocumentMeta | None = None) -> Document:
    return parse(
        read(text.encode(), name),
        document_id="log",
        name=name,
        collection="main",
        sha256="",
        meta=meta or DocumentMeta(),
    )


def events_of(text: str, name: str = "log.txt", meta: DocumentMeta | None = None) -> list[Event]:
    document = document_of(text, name, meta)
    entries = find_entries(document).entries
    passages = cut_passages(document, entries)
    return list(
        extract_events(document, entries, passages, read_dates(document), Analyzer(ALIASES))
    )


def dates(text: str, name: str = "log.txt") -> list[tuple[str, str]]:
    return [(event.date.edtf, event.kind) for event in events_of(text, name)]


def words(document: Document, entries: tuple[Entry, ...]) -> list[str]:
    return [document.text[entry.start : entry.stop] for entry in entries]


# ---------------------------------------------------------------- entries


def test_entries_under_year_headings() -> None:
    """A label under a year has that year, runs to the next label, and says what it dates."""
    events = events_of(LOG)
    assert [(e.date.edtf, e.as_written, e.inferred) for e in events] == [
        ("1890-03-26", "March 26", True),
        ("1890-05-20/1890-05-22", "May 20-22", True),
        ("1891-01-13", "Jan. 13", True),
        ("1892-06-02", "June 2, 1892", False),
    ]
    assert [e.locator.section for e in events] == [("1890",), ("1890",), ("1891",), ("1891",)]
    assert {e.kind for e in events} == {"entry"}


def test_an_entry_of_several_paragraphs_is_one_event() -> None:
    """Paragraphs after a label belong to its entry, up to the next label or heading."""
    first = events_of(LOG)[0]
    assert first.text == (
        "March 26: The Kestrel leaves Ostmark for the first time, with Captain Ilse Varga.\n\n"
        "She carries forty sacks of mail and a piano."
    )
    assert events_of(LOG)[1].text.endswith("Two sails are lost.")


def test_an_entry_is_one_passage_and_names_it() -> None:
    """Each entry is a passage of its own, and its event holds that passage's id and place."""
    document = document_of(LOG)
    entries = find_entries(document).entries
    passages = cut_passages(document, entries)
    events = extract_events(document, entries, passages, read_dates(document), Analyzer())
    held = {passage.id: passage for passage in passages}
    for event in events:
        assert held[event.passage].kind == "entry"
        assert held[event.passage].text == event.text
        assert held[event.passage].locator == event.locator


def test_other_dates_in_an_entry_are_no_events_of_their_own() -> None:
    """Whatever else an entry's text dates, it is one event."""
    text = "1890\n\nMay 1: The mast, made on 3 March 1885, breaks.\n\nIt was mended in June 1891.\n"
    assert dates(text) == [("1890-05-01", "entry")]


def test_where_the_text_after_the_label_begins() -> None:
    """`body_start` is where the words after the label begin."""
    document = document_of(LOG)
    bodies = [
        document.text[e.body_start : e.body_start + 11] for e in find_entries(document).entries
    ]
    assert bodies == ["The Kestrel", "Storm off t", "Captain Var", "The Kestrel"]


def test_a_year_without_entries_costs_nothing() -> None:
    """A year's section without any label, or without any text, has no entry and no error."""
    assert dates("1890\n\nNothing happened.\n\n1891\n\nMay 1: A storm.\n\n1892\n") == [
        ("1891-05-01", "entry")
    ]
    assert dates("# Log\n\n## 1890\n\n## 1891\n\nCalm.\n", "log.md") == []


def test_text_before_the_first_label_of_a_year_is_no_entry() -> None:
    """What stands under a year before its first label is a passage of its own."""
    text = "1890\n\nA year of storms, they said.\n\nMay 1: The mast breaks.\n"
    document = document_of(text)
    assert words(document, find_entries(document).entries) == ["May 1: The mast breaks."]


def test_headings_below_a_year_have_its_year() -> None:
    """A label under a month's heading below a year's heading has that year."""
    text = "# Log\n\n## 1890\n\n### Spring\n\nMay 1: A storm.\n\n## 1891\n\n### Spring\n\nMay 2: Calm.\n"
    assert dates(text, "log.md") == [("1890-05-01", "entry"), ("1891-05-02", "entry")]


def test_one_label_under_a_year_is_enough() -> None:
    """A year with one entry is a chronology all the same."""
    assert dates("1890\n\nMay 1: A storm.\n") == [("1890-05-01", "entry")]


def test_a_label_without_a_year_needs_a_year_above_it() -> None:
    """Labels of months and days alone are no entries where no heading says the year."""
    assert dates("Visits\n\nMay 1: A storm.\n\nMay 2: Calm.\n") == []


APPENDIX = """\
# The harbour

The town gives here who came.

## Appendix: visits of the Kestrel

- June 1890 – to fetch mail
- (November 1891) – to mend a sail
- 3 May 1893: to be sold

It never came again.

## The pier

May 1871: the pier is finished, a sign at its foot says.
"""


def test_a_list_with_years_of_its_own() -> None:
    """In a section without a year above it, labels with years make entries of one paragraph."""
    events = [event for event in events_of(APPENDIX, "harbour.md") if event.kind == "entry"]
    assert [(e.date.edtf, e.date.precision, e.inferred) for e in events] == [
        ("1890-06", Precision.MONTH, False),
        ("1891-11", Precision.MONTH, False),
        ("1893-05-03", Precision.DAY, False),
    ]
    assert not any("never" in event.text for event in events)


def test_one_lone_label_is_no_chronology() -> None:
    """One label alone, without a year's heading, is prose that writes a date."""
    events = [e for e in events_of(APPENDIX, "harbour.md") if e.locator.section == ("The pier",)]
    assert [(event.date.edtf, event.kind) for event in events] == [("1871-05", "prose")]


def test_code_holds_no_entries_and_no_events() -> None:
    """What stands in a block of code is not read as a chronology."""
    assert dates("# Log\n\n## 1890\n\n```\nMay 1: on 3 May 1891\n```\n", "log.md") == []


@pytest.mark.slow
def test_finding_entries_grows_with_the_text() -> None:
    """Four times the sections take about four times as long, not sixteen times."""

    def seconds(years: int) -> float:
        document = document_of(
            "".join(f"{1100 + n % 900}\n\nMay 1: Storm.\n\n" for n in range(years))
        )
        took = []
        for _ in range(3):
            started = time.process_time()
            assert len(find_entries(document).entries) == years
            took.append(time.process_time() - started)
        return min(took)

    assert seconds(4000) < 10 * seconds(1000)


# ---------------------------------------------------------------- prose


def test_a_sentence_that_writes_a_date_with_its_year() -> None:
    """A sentence with a full date is an event with its own words; one without a year is none."""
    text = "On 4 May 1871 the pier was finished. The mayor wept in June. It rained."
    events = events_of(text)
    assert [(e.date.edtf, e.as_written, e.text) for e in events] == [
        ("1871-05-04", "4 May 1871", "On 4 May 1871 the pier was finished.")
    ]
    assert events[0].kind == "prose"
    assert not events[0].inferred


def test_a_sentence_with_two_dates_is_two_events() -> None:
    """Each date of a sentence is an event, the earlier first; the same date twice is one."""
    text = "Begun in March 1862 (and blessed in March 1862), the pier was finished on 4 May 1861."
    assert [date for date, _ in dates(text)] == ["1861-05-04", "1862-03"]


def test_the_paragraph_of_an_event_is_its_own() -> None:
    """An event's place names the paragraph of its sentence, not the first of its passage."""
    text = "# Log\n\n## The pier\n\nIt is long.\n\nIt was finished on 4 May 1871.\n"
    (event,) = events_of(text, "log.md")
    assert (event.locator.section, event.locator.paragraph) == (("The pier",), 2)


def test_notes_tell_no_events() -> None:
    """The dates of notes are of publications: they make no events."""
    events = events_of(GUIDE, "guide.md")
    assert not any("accounts" in event.text for event in events)
    assert {event.date.edtf for event in events} >= {"1871-05-04", "1866"}
    notes = "1 Town accounts, 4 May 1872.\n2 The same, 5 May 1872.\n"
    extracted = f"The pier is long.1 It was paid for.2\n\n{notes}"
    assert events_of(extracted) == []


def test_the_order_of_numeric_dates_is_the_owners() -> None:
    """03/04/1890 is read in the order that corpus.toml gives."""
    for order, date in (("dmy", "1890-04-03"), ("mdy", "1890-03-04")):
        (event,) = events_of("It sank on 03/04/1890.", meta=DocumentMeta(date_order=order))
        assert event.date.edtf == date


# ---------------------------------------------------------------- all events


def test_events_come_in_the_order_of_the_text() -> None:
    """Events are in the order of the text; in one sentence the earlier day is first."""
    for name, text in (("guide.md", GUIDE), ("log.txt", LOG), ("harbour.md", APPENDIX)):
        places = [(e.locator.start, e.date.earliest) for e in events_of(text, name)]
        assert places == sorted(places)


def test_every_event_is_its_own_words() -> None:
    """An event's text is the slice at its span, and holds the date as it is written."""
    for name, text in (("guide.md", GUIDE), ("log.txt", LOG), ("harbour.md", APPENDIX)):
        document = document_of(text, name)
        for event in events_of(text, name):
            assert event.text == document.text[event.locator.start : event.locator.stop]
            assert event.as_written in event.text


def test_ids_are_stable_and_each_its_own() -> None:
    """Ids are the same each time and have at most 16 small letters and digits; repeats differ."""
    text = LOG + "\nMay 9: Calm.\n\nMay 9: Calm.\n"
    ids = [event.id for event in events_of(text)]
    assert ids == [event.id for event in events_of(text)]
    assert len(set(ids)) == len(ids) == 6
    assert all(1 <= len(each) <= 16 and each.isascii() and each.isalnum() for each in ids)
    assert ids[:4] == [event.id for event in events_of(LOG)]
    assert ids[:4] == [event.id for event in events_of("A line before all.\n\n" + LOG)]


def test_actors_are_the_aliased_names() -> None:
    """Whoever is named by any alias is an actor under the group's first name, in order, once."""
    events = events_of(LOG)
    assert [event.actors for event in events] == [
        ("Ilse Varga",),
        (),
        ("Ilse Varga", "Tomas Reed"),
        (),
    ]


def test_a_document_without_text_has_no_events() -> None:
    """A heading alone gives neither entries nor events."""
    assert dates("# 1890\n", "log.md") == []


# ---------------------------------------------------------------- the source documents


@pytest.mark.shared
def test_every_entry_of_the_article_is_an_event(seeds: Archive) -> None:
    """The article's 34 entries, and the appendix's 8, are events with their own dates."""
    gold = [
        json.loads(line)
        for line in (SHARED / "gold" / "timeline.dev.jsonl").read_text("utf-8").splitlines()
    ]
    found = {
        (event.locator.document_id[:3], event.as_written): event.date
        for event in seeds.snapshot.events
        if event.kind == "entry"
    }
    assert sorted(document for document, _ in found) == ["000"] * 8 + ["004"] * 34
    labelled = [entry for entry in gold if "date_key" in entry]
    assert len(labelled) == 13
    for entry in labelled:
        date = found[entry["doc"][:3], entry["date_key"].strip("()")]
        wanted = (entry["start"], entry["end"], entry["precision"])
        assert (date.start, date.end, str(date.precision)) == wanted


@pytest.mark.shared
def test_entries_of_the_article_hold_all_their_paragraphs(seeds: Archive) -> None:
    """The article's entries together hold all that stands under its years."""
    loaded = seeds.snapshot
    document = next(id_ for id_ in loaded.sources if id_.startswith("004"))
    text = loaded.text(document)
    spans = [
        (event.locator.start, event.locator.stop)
        for event in loaded.events
        if event.kind == "entry" and event.locator.document_id == document
    ]
    years = {"2021", "2022", "2023"}
    between = [text[stop:start] for (_, stop), (start, _) in pairwise(spans)]
    assert {piece.strip() for piece in between} <= years | {""}


# ---------------------------------------------------------------- found on foreign documents


def test_prose_may_begin_with_a_number() -> None:
    """A paragraph that begins with a day, a count or its own number is no note."""
    assert dates("12 Members of the council met on 4 May 1872.\n") == [("1872-05-04", "prose")]
    assert dates("12 May 1999 was the day on which the bridge fell.\n") == [("1999-05-12", "prose")]
    told = "300 workers were dismissed in May 1901 at the mill."
    assert dates(told) == [("1901-05", "prose")]


@pytest.mark.parametrize("sign", [":", " —", " -", ""])
def test_one_entry_a_line_without_full_stops(sign: str) -> None:
    """Lines that each begin with a full date are entries of their own."""
    text = f"Diary\n\n2021-05-04{sign} Visited the archive\n2021-05-12{sign} Met the mayor\n"
    assert [event.text for event in events_of(text)] == [
        f"2021-05-04{sign} Visited the archive",
        f"2021-05-12{sign} Met the mayor",
    ]


def test_numeric_dates_follow_the_documents_evident_order() -> None:
    """One date that can be read one way only tells how the document writes the others."""
    text = "On 17/02/2020 it snowed. On 02/03/2020 the lock was changed.\n"
    assert dates(text) == [("2020-02-17", "prose"), ("2020-03-02", "prose")]
