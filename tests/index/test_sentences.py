"""Where sentences end, and where they only seem to."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import count_words, sentences

WORDS = """
    Olsen said . ! ? … ... ” ’ ) ( “ 1951.2 3.5 U.S. Gen. etc. A. 。 ။ 12) end.7 No.
""".split()
PROSE = st.lists(
    st.sampled_from([*WORDS, " ", "\n", "\t", "\f", "\u3000"]) | st.text(max_size=4), max_size=40
).map("".join)


def cut(text: str) -> list[str]:
    return [text[start:stop] for start, stop in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Olsen met Lt. Gen. Berg and Dr. No at St. Olav.|They spoke.",
        "The U.S. Navy came.|It left.",
        "He saw No. 2 and pp. 3–4 of vol. 7.|Then he slept.",
        "Am 12. März 2021 fuhr sie ab.|Danach war der 3. Mai.",
        "He left on May 3.|April was cold.",
        "J. R. Berg and V. Olsen sailed.|They sank.",
        "It cost 3.5 million, or 1.7 Million in all.|Too much.",
        "It was 4.12 Celsius then.|Cold.",
        "On Sept. 7 they met.|On Nov. 8 they parted.",
        "He left (“at once.”)|Nobody saw.|“Why?”|She knew!",
        "They waited… and waited ... and left.|Then?|Yes.",
        "“Stop.”|‘No.’|(They did.)|[So.]|End",
        "They sailed until 1951.2|Over there was land.64|They saw 7,000.23|All left (in May.)12|So be it.",
        "It cost $80 million.14|He was Christian.32)|The end.",
        "Ropes, nets, etc.|The boat was full.",
        "Ropes, nets, etc. were there.",
        "1. Salt is good.|2. Tar is not.",
        "It ended in 1911.|In 1912 it began.",
        "今天下雨。|明天呢？|「好！」|他說。",
        "သင်္ဘောထွက်သည်။|လေတိုက်သည်။",
        "नाव चली।|हवा आई॥|अंत।",
        "هل أبحرت؟|نعم",
        "The first\nand the second.|Third",
    ],
)
def test_ends(text: str) -> None:
    """A text is cut where its sentences end (here at the bars) and nowhere else."""
    assert cut(text.replace("|", "" if text[-1] > "\u0300" else " ")) == text.split("|")


def test_a_range_of_the_text() -> None:
    """Only the range asked for is cut, and its end is an end."""
    text = "Not this. But this one. And that is no end"
    assert [text[a:b] for a, b in sentences(text, 10, 28)] == ["But this one.", "And"]


@pytest.mark.parametrize(
    "text", ["", " \n", "\f", "\u3000 "], ids=["nothing", "blanks", "form feed", "wide blank"]
)
def test_blank_texts_have_no_sentences(text: str) -> None:
    """A text without a visible character has no sentence."""
    assert cut(text) == []


@given(PROSE)
def test_no_character_is_lost(text: str) -> None:
    """Sentences in order hold every character that is not white space, and none at their ends."""
    spans = list(sentences(text))
    assert "".join("".join(part.split()) for part in cut(text)) == "".join(text.split())
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))
    assert all(part == part.strip() and part for part in cut(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 2_000, id="words"),
        pytest.param("x" * 10_000, id="one word"),
        pytest.param("x" + "\t" * 10_000 + "y", id="tabs"),
        pytest.param("字" * 5_000, id="no blanks"),
        pytest.param(("x" * 1_400 + " ") * 9, id="long words"),
    ],
)
def test_no_sentence_is_endless(text: str) -> None:
    """What never ends is cut at white space before 1,500 characters, and loses nothing."""
    assert max(map(len, cut(text))) <= 1_500
    assert "".join(cut(text)).replace(" ", "") == "".join(text.split())
    assert all(part == part.strip() for part in cut(text))


@pytest.mark.parametrize(
    "piece", [".", "?!", ".”", "”", ". ", "A. ", "1.", ".1", "x.", "\n", "…)", "。"]
)
@pytest.mark.parametrize("end", ["", "x"], ids=["", "and a letter"])
def test_a_megabyte_of_signs_takes_no_longer_than_of_words(piece: str, end: str) -> None:
    """Work grows with the length alone: ten times the text calls for ten times the steps."""
    assert _steps(piece * 20_000 + end) < 15 * _steps(piece * 2_000 + end) + 1_000


def _steps(text: str) -> int:
    """Lines of Python run while ``text`` is cut; what a pattern does inside isn't counted."""
    steps = 0

    def count(*_: object) -> object:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        for _ in sentences(text):
            pass
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two, three-four.", 4),
        ("7,000 men", 3),
        ("渡船出港", 2),
        ("Olsen の船", 2),
        ("नाव चली", 2),
        ("cafe\u0301 au lait", 3),
    ],
)
def test_count_words(text: str, words: int) -> None:
    """Words are counted as people do; two characters are one where no blanks are written."""
    assert count_words(text) == words
