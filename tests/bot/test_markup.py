"""Text of documents does nothing in Discord, and reads as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markup
from index.model import AnswerSpan, Highlight
from index.sentences import sentences

ZERO_WIDTH = "\u200b"

#: What Discord's own reader takes for more than text, at some place of a line. Written apart from
#: `bot.markup`, from Discord's documentation of formatting.
ACTIVE = [
    re.compile(r"\*+\S|_+\S|~~|\|\||`"),
    re.compile(r"\[[^\]\n]*\]\([^)\n]*\)"),
    re.compile(r"<(?:@[!&]?\d|#\d|a?:\w+:\d|t:-?\d|/[^:>\n]+:\d|id:\w|https?:|mailto:|tel:)"),
    re.compile(r"(?:https?|steam|discord)://\S"),
    re.compile(r":[A-Za-z0-9_+\-]{1,64}:"),
    re.compile(r"@(?:everyone|here)"),
    re.compile(r"discord\.gg/\S"),
]
AT_LINE_START = re.compile(r"\s*(?:#{1,3} |-# |[-*+] |\d+\. |>>> |> )")
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


def read(message: str) -> str:
    """What a reader of Discord sees of ``message``; fails where a part of it would do something."""
    out: list[str] = []
    position = 0
    while position < len(message):
        line_start = position == 0 or message[position - 1] in "\n\r\u2028"
        if line_start and (found := AT_LINE_START.match(message, position)):
            pytest.fail(f"{found[0]!r} begins a line")
        if found := ESCAPED.match(message, position):
            out.append(found[1])
            position = found.end()
            continue
        for pattern in ACTIVE:
            if found := pattern.match(message, position):
                pytest.fail(f"{found[0]!r} is active")
        out.append(message[position])
        position += 1
    return "".join(out)


def unescape(message: str) -> str:
    plain = re.sub(rf"@{ZERO_WIDTH}(?={ZERO_WIDTH}*(?:everyone|here))", "@", message)
    return ESCAPED.sub(r"\1", plain)


WITHOUT_BLANKS = (
    "@everyone @here <@1> <@&2> <#3> <:x:1> <a:x:1> <t:1:R> </x:1> <id:home> <https://a.b> "
    "https://a.b/c discord.gg/abc [a](b) [ ]( ) * ** _ __ ~~ || ` ``` \\ :smile: : . @ < - # "
    "a é မြန်မာ 🇲🇲 👩\u200d🚀 שלום word"
).split()
WITH_BLANKS = ["# ", "## ", "-# ", "- ", "* ", "+ ", "> ", ">>> ", "1. ", "12. ", " "]
INVISIBLE = ["\n", "\r", "\u2028", ZERO_WIDTH, "\u202e", "\x07"]
HOSTILE = st.lists(st.sampled_from([*WITHOUT_BLANKS, *WITH_BLANKS, *INVISIBLE]), max_size=30).map(
    "".join
)


@given(HOSTILE | st.text())
def test_escaped_text_does_nothing_and_reads_the_same(text: str) -> None:
    """Whatever the text, Discord's reader finds nothing active in it and shows it as it is."""
    seen = read(markup.escape(text))
    assert seen.replace(ZERO_WIDTH, "") == text.replace(ZERO_WIDTH, "")


@given(HOSTILE | st.text())
def test_escaping_loses_nothing(text: str) -> None:
    """Taking the backslashes out gives the text back."""
    assert unescape(markup.escape(text)) == text
    assert markup.unescape(markup.escape(text)) == text


@given(HOSTILE)
def test_text_of_a_heading_does_nothing_behind_its_signs(text: str) -> None:
    """Inside a heading no list begins, and nothing else is active."""
    seen = read("x" + markup.underlined(text, (0, len(text)), ()))
    assert seen.replace(ZERO_WIDTH, "") == "x" + markup.readable(text).replace(ZERO_WIDTH, "")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("# Heading", r"\# Heading", id="heading"),
        pytest.param("-# small", r"\-# small", id="subtext"),
        pytest.param("  > quote", r"  \> quote", id="quote behind blanks"),
        pytest.param("a\n- item", "a\n\\- item", id="list in a later line"),
        pytest.param("1. June", r"1\. June", id="numbered list"),
        pytest.param("1.5 million", "1.5 million", id="a number is no list"),
        pytest.param("Su-30 > MIG-29 #2", "Su-30 > MIG-29 #2", id="harmless inside a line"),
        pytest.param("@everyone", f"@{ZERO_WIDTH}everyone", id="everyone"),
        pytest.param("<@5>", r"\<\@5>", id="mention"),
        pytest.param("<t:1:R>", r"\<t\:1:R>", id="timestamp"),
        pytest.param("3 < 5", "3 < 5", id="less than"),
        pytest.param("https://a.b", r"https\://a.b", id="address"),
        pytest.param("[x](y)", r"[x]\(y)", id="masked link"),
        pytest.param("[1] (see)", r"\[1] (see)", id="number in brackets, as ours are"),
        pytest.param("at 10:30", "at 10:30", id="time of day"),
        pytest.param(r"¯\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯", id="shrug"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert markup.escape(text) == escaped


@given(HOSTILE)
def test_one_line_is_one_line_without_overrides(text: str) -> None:
    """Shown text has no line break, no control character and no direction override."""
    shown = markup.readable(text)
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & set("\u202e\x07\n")
    assert "  " not in shown


@given(HOSTILE | st.text(), st.integers(1, 60))
def test_clipped_text_is_a_beginning(text: str, limit: int) -> None:
    """A clipped text is at most as long as told, and the beginning of the whole."""
    clipped = markup.clip(text, limit)
    assert len(clipped) <= limit
    if clipped != text:
        assert clipped.endswith("…")
        assert text.startswith(clipped[:-1])


def test_a_cut_keeps_what_is_one_character_whole() -> None:
    """A letter keeps its marks, an emoji its parts, a flag both its halves."""
    for char in ("e\u0301", "👩\u200d🚀", "🇲🇲", "👍🏽", "မြ"):
        text = f"x{char}y"
        for limit in range(1, len(text)):
            kept = text[: markup.cut_before(text, limit)]
            assert kept in ("", "x", f"x{char}"), (char, limit)


# ---------------------------------------------------------------- quotes

PROSE = st.lists(
    st.sampled_from(
        ["Ship sails. ", "It rained", " and blew! ", "Mr. Byrne said: “No.” ", "x" * 90]
    ),
    min_size=1,
).map("".join)


@given(PROSE, st.data())
def test_an_excerpt_keeps_whole_sentences_and_what_answers(text: str, data: st.DataObject) -> None:
    """What is shown is in order, within the limit, and holds the answering sentence whole."""
    spans = list(sentences(text))
    answer = data.draw(st.sampled_from(spans))
    limit = data.draw(st.integers(answer[1] - answer[0] + 1, len(text) + 1))
    shown = markup.excerpt(text, limit, [answer])
    assert shown == sorted(shown)
    assert sum(stop - start for start, stop in shown) <= limit
    assert any(start <= answer[0] and answer[1] <= stop for start, stop in shown)
    edges = {edge for span in spans for edge in span} | {len(text.rstrip())}
    assert {edge for span in shown for edge in span} <= edges


def test_a_sentence_longer_than_the_limit_is_cut_at_words_around_the_answer() -> None:
    """One endless sentence is cut on both sides of what answers."""
    text = "word " * 100 + "the ship sank here " + "word " * 100
    start = text.index("ship")
    [(first, last)] = markup.excerpt(text, 100, [(start, start + 13)])
    assert text[start : start + 13] in text[first:last]
    assert last - first <= 100
    assert (text[first - 1], text[last]) == (" ", " ")


def test_what_is_left_out_of_a_quote_shows() -> None:
    """Before, between and after the parts of a quote stands "…"."""
    text = "One. Two. Three. Four. Five."
    shown = markup.quote(text, [(5, 9), (17, 22)], ())
    assert shown == "… Two. … Four. …"


def test_terms_are_bold_and_answers_underlined() -> None:
    """Marks of two kinds nest, close in order, and never begin or end with a blank."""
    text = "The ship sailed from Cork at\nnoon."
    marks = [Highlight(4, 8, "term"), Highlight(9, 25, "answer"), Highlight(16, 20, "term")]
    assert markup.quote(text, [(0, len(text))], marks) == (
        "The **ship** __**sailed from Cork**__ at noon."
    )


def test_in_an_answering_sentence_only_the_answering_words_are_bold() -> None:
    """It is underlined; terms outside it stay bold, and those in it where nothing else answers."""
    text = "The ship sailed from Cork at noon. The ship was new."
    terms = [Highlight(4, 8, "term"), Highlight(39, 43, "term")]
    sentence = [AnswerSpan(1, 0, 34)]
    words = [*terms, Highlight(21, 25, "answer")]
    assert markup.quote(text, [(0, len(text))], words, sentence) == (
        "__The ship sailed from **Cork** at noon.__ The **ship** was new."
    )
    whole = [*terms, Highlight(0, 34, "answer")]
    assert markup.quote(text, [(0, len(text))], whole, sentence) == (
        "__The **ship** sailed from Cork at noon.__ The **ship** was new."
    )


@given(
    HOSTILE,
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20), st.booleans()), max_size=8),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40)), max_size=3),
)
def test_marks_are_balanced(
    text: str, ranges: list[tuple[int, int, bool]], answering: list[tuple[int, int]]
) -> None:
    """Whatever is marked, without the marks the quote is the escaped text, and marks close."""
    marks = [
        Highlight(start, start + length, "answer" if kind else "term")
        for start, length, kind in ranges
    ]
    spans = [AnswerSpan(1, start, start + length) for start, length in answering]
    marked = markup.quote(text, [(0, len(text))], marks, spans)
    check_balanced(marked, markup.quote(text, [(0, len(text))], ()))
    whole = (0, len(text))
    check_balanced(markup.underlined(text, whole, marks), markup.underlined(text, whole, ()))


def check_balanced(marked: str, plain: str) -> None:
    bare = re.sub(r"(\\.)|\*\*|__", lambda found: found[1] or "", marked)
    assert bare == plain
    unescaped = re.sub(r"\\.", "", marked)
    assert unescaped.count("**") % 2 == 0
    assert unescaped.count("__") % 2 == 0
