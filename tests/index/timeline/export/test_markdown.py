"""Timelines as chronologies in Markdown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from index.model import CitedEvent
from index.timeline.export import to_markdown
from tests.index.timeline.export.made import cited, timeline


def export(*events: CitedEvent) -> str:
    return to_markdown(timeline(*events))


def shown(markdown: str) -> str:
    """The words that a reader sees, and only words: there is no other token than ours."""
    told = []
    for token in MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(markdown):
        assert token.type in {
            "heading_open", "heading_close", "bullet_list_open", "bullet_list_close", "inline",
            "list_item_open", "list_item_close", "paragraph_open", "paragraph_close",
        }, token.type  # fmt: skip
        for child in token.children or ():
            assert child.type in {
                "text",
                "text_special",
                "strong_open",
                "strong_close",
                "em_open",
                "em_close",
            }
            told.append(child.content)
    return "".join(told)


def test_years_are_headings_and_events_are_items() -> None:
    """Each event stands under its year: its date in full, its words, its citation."""
    made = export(
        cited("2021-05"), cited("2022-09-07", "Sept. 7: It went out.", as_written="Sept. 7",
        kind="entry"), cited("2022-09-08", line="Log"),
    )  # fmt: skip
    assert made == (
        "# Timeline: all events\n"
        "\n"
        "## 2021\n"
        "\n"
        "- **May 2021** – The light was lit. (Log of the light, 1853, para. 2)\n"
        "\n"
        "## 2022\n"
        "\n"
        "- **7 September 2022** – It went out. (Log of the light, 1853, para. 2)\n"
        "- **8 September 2022** – The light was lit. (Log)\n"
    )


@pytest.mark.parametrize(
    ("edtf", "heading", "label"),
    [
        ("195X", "The 1950s", "the 1950s"),
        ("-0043-03-15", "44 BCE", "15 March 44 BCE"),
        ("../2021", "Without a known beginning", "until 2021"),
        ("2022-08~", "2022", "about August 2022"),
        ("2022?", "2022", "perhaps 2022"),
    ],
)
def test_dates_are_said_no_more_exactly_than_known(edtf: str, heading: str, label: str) -> None:
    """What is coarse, open or doubtful is said in words."""
    made = export(cited(edtf))
    assert f"\n## {heading}\n" in made
    assert f"\n- **{label}** – The light" in made


def test_what_is_doubtful_follows_the_citation() -> None:
    """Inferred, possible and disputed dates are said to be so."""
    event = cited(
        "2022", overlap="possible", inferred_from="the heading “2022”", differs="One says 2021."
    )
    assert export(event).endswith(
        "para. 2) *Part of the date is inferred from the heading “2022”.* "
        "*It possibly falls in the dates asked for.* *One says 2021.*\n"
    )


def test_possible_events_stand_apart() -> None:
    """What only may fall in the dates asked for follows below a heading that says so."""
    possible = (cited("2021", id="e2", overlap="possible", line="Log"),)
    made = to_markdown(timeline(cited("2022-09-07", overlap="certain"), possible=possible))
    assert made.endswith(
        "para. 2)\n\n# Possibly in the dates asked for\n\n## 2021\n\n"
        "- **2021** – The light was lit. (Log) *It possibly falls in the dates asked for.*\n"
    )


def test_an_empty_timeline_is_a_heading() -> None:
    """Without events there is only the title."""
    assert export() == "# Timeline: all events\n"


def test_an_owners_headline_comes_before_the_words() -> None:
    """The words that an owner gave an event head its text."""
    assert " – First light: The light was lit. (" in export(cited("2022", headline="First light"))


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ **c** `d` ~~e~~ ||f||",
        "[shown](http://example.org) ![x](y) <http://example.org>",
        "<script>alert(1)</script> &lt; &amp; &#64;",
        "a | b | c \\ d \\* e",
        "$x$ and $400m, #1, C#",
        "- x\n\n# heading\n\n1. y\n\n    code\n\n> z\n---\n| a |\n|---|\n| b |",
        "~x~ ==y== ^z^ {w}",
    ],
)
def test_words_are_shown_as_they_are(text: str) -> None:
    """Markup in a document's words is shown and not obeyed."""
    assert " ".join(text.split()) in shown(export(cited("2022", text, line=text)))


@pytest.mark.parametrize("text", ["@everyone", "@here", "x@everyone", "hello @someone"])
def test_nobody_is_called(text: str) -> None:
    """A mention gets a space that nobody sees, so that no reader of a channel is called."""
    assert text not in export(cited("2022", text))
    assert text in export(cited("2022", text)).replace("\u200b", "")


def test_an_address_is_left_as_it_is() -> None:
    """An electronic mail address calls nobody and stays as it is."""
    assert "ines@light.example" in export(cited("2022", "Write to ines@light.example."))


def test_no_address_becomes_a_link() -> None:
    """An address of the web is words, too."""
    assert "https\\://example.org" in export(cited("2022", "See https://example.org."))
