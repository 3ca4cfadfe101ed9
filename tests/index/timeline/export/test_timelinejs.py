"""Timelines as JSON for TimelineJS 3, whose rules were tried out on its release 3.9."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from index.model import CitedEvent
from index.timeline.export import to_timelinejs
from tests.index.timeline.export.made import cited, timeline

_DATE = {
    "type": "object",
    "required": ["year"],
    "properties": {
        "year": {"type": "integer", "not": {"const": 0}},
        "month": {"type": "integer", "minimum": 1, "maximum": 12},
        "day": {"type": "integer", "minimum": 1, "maximum": 31},
    },
    "dependentRequired": {"day": ["month"]},
    "additionalProperties": False,
}
_TEXT = {
    "type": "object",
    "required": ["headline", "text"],
    "properties": {"headline": {"type": "string", "minLength": 1}, "text": {"type": "string"}},
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "title": {"type": "object", "required": ["text"], "properties": {"text": _TEXT}},
        "scale": {"const": "human"},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["start_date", "text", "unique_id", "display_date", "edtf"],
                "properties": {
                    "start_date": _DATE,
                    "end_date": _DATE,
                    "text": _TEXT,
                    "unique_id": {"type": "string", "pattern": "^[0-9a-z]{1,16}$"},
                    "autolink": {"const": False},
                    "group": {"type": "string", "minLength": 1},
                },
            },
        },
    },
    "additionalProperties": False,
}


def export(*events: CitedEvent) -> list[dict[str, Any]]:
    made = json.loads(to_timelinejs(timeline(*events)))
    jsonschema.validate(made, _SCHEMA)
    events_made: list[dict[str, Any]] = made["events"]
    return events_made


def ymd(date: dict[str, int] | None) -> tuple[int, ...] | None:
    return None if date is None else tuple(date.values())


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [
        ("2022-09-07", (2022, 9, 7), None),
        ("2022-09", (2022, 9), None),
        ("2022~", (2022,), None),
        ("2021-05-20/2021-05-22", (2021, 5, 20), (2021, 5, 22)),
        ("2021-05-20/2021-06", (2021, 5, 20), (2021, 6)),
        ("195X", (1950,), (1959,)),
        ("18XX", (1800,), (1899,)),
        ("195X/197X", (1950,), (1979,)),
        ("2021-21", (2021, 3), (2021, 5)),
        ("2021-24", (2021, 12), (2022, 2)),
        ("2001/..", (2001,), None),
        ("../2021-05", (2021, 5), None),
        ("../195X", (1959,), None),
        ("-0043-03-15", (-44, 3, 15), None),
        ("-04XX", (-500,), (-401,)),
        ("0000", (-1,), None),
        ("-0043/0014", (-44,), (14,)),
        ("0079", (79,), None),
    ],
)
def test_dates_are_drawn_where_they_can_lie(
    edtf: str, start: tuple[int, ...], end: tuple[int, ...] | None
) -> None:
    """Only known parts are given; 44 BCE is the year -44, as the tool shows it."""
    event = export(cited(edtf))[0]
    assert (ymd(event["start_date"]), ymd(event.get("end_date"))) == (start, end)
    assert event["edtf"] == edtf


@pytest.mark.parametrize(
    ("edtf", "told", "shown"),
    [
        pytest.param(
            "2022-09-07", {"as_written": "Sept. 7, 2022"}, "Sept. 7, 2022", id="as written"
        ),
        pytest.param(
            "2022-09-07",
            {"as_written": "Sept. 7", "inferred_from": "the heading “2022”"},
            "Sept. 7 [2022]",
            id="inferred year",
        ),
        pytest.param(
            "2021-06",
            {"as_written": "a month later", "inferred_from": "“May 2021” before it"},
            "a month later [June 2021]",
            id="inferred altogether",
        ),
        pytest.param(
            "2021-06-02", {"as_written": "June 2020", "edited": True}, "2 June 2021", id="edited"
        ),
        pytest.param("2021-06-02", {"as_written": ""}, "2 June 2021", id="added"),
    ],
)
def test_dates_are_shown_as_they_are_written(edtf: str, told: dict[str, Any], shown: str) -> None:
    """The label is the document's own, with what was inferred in brackets."""
    assert export(cited(edtf, **told))[0]["display_date"] == shown


def test_a_short_text_is_the_headline() -> None:
    """What fits into a headline is not told twice; the citation stands below."""
    text = export(cited("2022", "The light was lit."))[0]["text"]
    assert text == {
        "headline": "The light was lit.",
        "text": "<p>— Log of the light, 1853, para. 2</p>",
    }


def test_a_long_text_gives_its_first_words_as_headline() -> None:
    """A headline ends between words; the whole text stands below it."""
    words = (
        "The keeper of the light wrote that the lamp had gone out twice before the morning came."
    )
    text = export(cited("2022", words))[0]["text"]
    assert text["headline"] == (
        "The keeper of the light wrote that the lamp had gone out twice before the…"
    )
    assert text["text"].startswith(f"<p>{words}</p>")


def test_an_owners_headline_comes_first() -> None:
    """The words that an owner gave an event head it, its own stand below."""
    text = export(cited("2022", "The light was lit.", headline="First light"))[0]["text"]
    assert text["headline"] == "First light"
    assert "<p>The light was lit.</p>" in text["text"]


def test_what_is_doubtful_is_said() -> None:
    """A reader of the page learns what was inferred, is only possible or told otherwise."""
    event = cited(
        "2022", overlap="possible", inferred_from="the heading “2022”", differs="One says 2021."
    )
    text = export(event)[0]["text"]["text"]
    assert "<p>Part of the date is inferred from the heading “2022”.</p>" in text
    assert "<p>It possibly falls in the dates asked for.</p>" in text
    assert "<p>One says 2021.</p>" in text


def test_nothing_of_a_document_acts_in_the_page() -> None:
    """The tool shows HTML, so every word is escaped; it turns no address into a link."""
    bad = "<img src=x onerror=alert(1)> & https://example.org"
    event = export(cited("2022", bad, line=bad, headline=bad))[0]
    assert "<img" not in json.dumps(event)
    assert event["text"]["headline"].startswith("&lt;img src=x onerror=alert(1)&gt; &amp; ")
    assert event["autolink"] is False


def test_labels_are_escaped_twice() -> None:
    """The tool decodes labels once and shows what comes out as HTML: it must still be harmless."""
    bad = "<b>A</b>"
    events = export(
        cited("2022", as_written=bad, title=bad), cited("2021", id="e2", source="other")
    )
    assert events[0]["display_date"] == events[0]["group"]
    assert events[0]["group"] == "&amp;lt;b&amp;gt;A&amp;lt;/b&amp;gt;"


def test_documents_are_groups_when_there_are_several() -> None:
    """Events of several documents lie in rows of their own; those of one have no group."""
    assert "group" not in export(cited("2022"))[0]
    several = export(cited("2022", title="A"), cited("2021", id="e2", source="b", title="B"))
    assert [event["group"] for event in several] == ["A", "B"]


def test_the_same_timeline_is_the_same_file() -> None:
    """Nothing but the timeline goes into the file."""
    made = timeline(cited("2022"), possible=(cited("2021", id="e2", overlap="possible"),))
    assert to_timelinejs(made) == to_timelinejs(made)
    assert [event["unique_id"] for event in json.loads(to_timelinejs(made))["events"]] == [
        "e1",
        "e2",
    ]
