"""Links that open a page at the quoted words, and PDFs at a page."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.citing.links import deep_link, text_directive, web_address

SHORT = "Two boats sank."


@pytest.mark.parametrize(
    ("quote", "directive"),
    [
        pytest.param(
            "The harbour-master, Eva & co., left.",
            "text=The%20harbour%2Dmaster%2C%20Eva%20%26%20co.%2C%20left",
            id="dash, comma and ampersand",
        ),
        pytest.param(
            "The ship left Cork in May 1847 with forty sailors, and two years later nine came back.",
            "text=The%20ship%20left%20Cork%20in%20May,two%20years%20later%20nine%20came%20back",
            id="a longer one by its ends",
        ),
        pytest.param(
            "The first boat\nof all\nwas the Anna, built in Bergen",
            "text=The%20first%20boat,was%20the%20Anna%2C%20built%20in%20Bergen",
            id="no end of a line within a part",
        ),
        pytest.param(
            "- 1. Salt was sold on the quay",
            "text=Salt%20was%20sold%20on%20the%20quay",
            id="without bullets and numbers of items",
        ),
        pytest.param(
            "| 1847 | Eva Brandt built it | seven |",
            "text=Eva%20Brandt%20built%20it",
            id="one cell of a table",
        ),
        pytest.param("Aid", "text=Aid", id="one word"),
        pytest.param("\ta  b c\t", "text=a%20b%20c", id="blanks as a page shows them"),
        pytest.param("été – 50%", "text=%C3%A9t%C3%A9%20%E2%80%93%2050%25", id="beyond ASCII"),
        pytest.param("— … —", "", id="no word"),
        pytest.param("", "", id="empty"),
        pytest.param("ก" * 200, "", id="no word that can be cut out"),
    ],
)
def test_text_directive(quote: str, directive: str) -> None:
    """A directive holds whole words of the quote, with what has a meaning in it encoded."""
    assert text_directive(quote) == directive


def test_scripts_without_spaces_are_cut_at_signs() -> None:
    """A long text without blanks is looked for by its first and last sentence."""
    first, last = "船在春天从港口出发去了北方的海。", "九个水手在两年以后回到了他们的家。"
    middle = "路上有很多的冰和大风，他们的食物很快就不够了。" * 4
    start, _, end = text_directive(first + middle + last).removeprefix("text=").partition(",")
    assert unquote(start).startswith(first)
    assert unquote(end).endswith(last)


def test_more_words_where_six_stand_elsewhere_too() -> None:
    """A part has as many words as tell its place from earlier ones with the same words."""
    quote = (
        "The boats of the town were built of oak by Eva Brandt, and seven of them went to sea "
        "again. Four of them had gone to sea again by the end of May, and all of them went to sea "
        "again."
    )
    earlier = "The boats  of the town WERE built of pine."
    assert text_directive(quote, before=earlier) == (
        "text=The%20boats%20of%20the%20town%20were%20built%20of%20oak,"
        "all%20of%20them%20went%20to%20sea%20again"
    )


def test_no_part_runs_over_the_mark_of_a_note() -> None:
    """Where a note's mark was lifted out, no part of a directive goes on behind it."""
    quote = "He had said so in Bergen and then left again for home"
    assert text_directive(quote, [quote.index(" and")]) == (
        "text=He%20had%20said%20so%20in%20Bergen,and%20then%20left%20again%20for%20home"
    )


def test_a_word_with_a_mark_in_it_is_left_out() -> None:
    """A word that a page shows in two, with a note's mark between, is in no part."""
    quote = "Seven boats were built, and four of them were sold to Bergen"
    assert text_directive(quote, [quote.index(",")]) == (
        "text=Seven%20boats%20were,of%20them%20were%20sold%20to%20Bergen"
    )


@given(st.text(st.sampled_from("ab1 -,&%.\n\t|“”é王。\u2028\ud800(🚢"), max_size=300))
@example("a" * 300)
@example("a。" * 200)
def test_parts_are_whole_words(quote: str) -> None:
    """Whatever the quote, a directive's parts stand in it, between ends of words, start before end."""
    directive = text_directive(quote)
    shown = " ".join(quote.split()).replace("\ud800", "?")
    at = 0
    for part in filter(None, directive.removeprefix("text=").split(",")):
        assert not set(part) & set("-&# \n")
        at = shown.find(unquote(part), at)
        assert at >= 0
        at += len(unquote(part))
    assert directive.count(",") <= 1


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a", "https://example.org/a#:~:text=Two%20boats%20sank"),
        (
            "https://example.org/a?b=c&d=é#part",
            "https://example.org/a?b=c&d=é#part:~:text=Two%20boats%20sank",
        ),
        (
            "http://example.org/#part:~:text=old",
            "http://example.org/#part:~:text=Two%20boats%20sank",
        ),
        (" https://example.org/a b ", "https://example.org/a%20b#:~:text=Two%20boats%20sank"),
    ],
)
def test_directive_follows_the_fragment(url: str, link: str) -> None:
    """The directive stands behind the fragment that the address has, in place of another one."""
    assert deep_link(url, quote=SHORT) == link


@pytest.mark.parametrize(
    ("url", "is_pdf", "link"),
    [
        ("https://example.org/a.PDF?v=1", False, "https://example.org/a.PDF?v=1#page=9"),
        ("https://example.org/get?id=3", True, "https://example.org/get?id=3#page=9"),
        (
            "https://example.org/a.pdf#page=2&zoom=100",
            False,
            "https://example.org/a.pdf#page=9&zoom=100",
        ),
    ],
)
def test_pdf(url: str, is_pdf: bool, link: str) -> None:
    """A PDF opens at its page and not at words."""
    assert deep_link(url, quote=SHORT, page=9, is_pdf=is_pdf) == link


def test_pdf_without_a_page() -> None:
    """A PDF whose page isn't known opens as its address says."""
    assert deep_link("https://example.org/a.pdf#zoom=50", quote=SHORT) == (
        "https://example.org/a.pdf#zoom=50"
    )


def test_anchor_without_a_quote() -> None:
    """Without words to look for, a link leads to the section's anchor."""
    assert deep_link("https://example.org/a", anchor="part two") == (
        "https://example.org/a#part%20two"
    )


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "example.org/a",
        "//example.org/a",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/hosts",
        "https://",
        "https://bank.example@example.org/",
        "https://[::1",
        "https://example.org:99999/",
        "https://example.org/\u202egnp.exe",
        "https://example.org/\na",
    ],
)
def test_no_web_address(said: str | None) -> None:
    """Only http and https lead anywhere, with a host, no user and nothing that can't be seen."""
    assert web_address(said) is None
    assert deep_link(said, quote=SHORT, page=1) is None


@given(st.text(max_size=60))
def test_any_text_as_address(said: str) -> None:
    """Whatever the address, there is a link of the web or none."""
    link = deep_link(f"https://{said}", quote=SHORT)
    assert link is None or link.startswith("https://")
