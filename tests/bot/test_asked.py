"""What was asked can be read back from the message that says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asked import LONGEST, Asked, read_asked
from bot.markup import readable
from tests.bot.test_markup import HOSTILE, ZERO_WIDTH, read

PARTS = HOSTILE | st.text(max_size=80)


@given(PARTS, PARTS, PARTS, PARTS, PARTS, PARTS)
def test_what_was_asked_is_read_back(
    question: str, before: str, when: str, who: str, about: str, document: str
) -> None:
    """Whatever was typed, its lines give it back as it can be read, and do nothing themselves."""
    parts = (question, before, when, who, about, document)
    asked = Asked(*map(readable, parts))
    if not asked.kept:
        return
    expected = None if asked == Asked() else asked
    assert read_asked(["## Heading\n" + Asked(*parts).lines()]) == expected
    for line in asked.lines().splitlines():
        read(line.removeprefix("-# "))


def test_what_is_too_long_is_shortened_and_says_so() -> None:
    """Its lines keep to what a message may take, and `kept` is false."""
    asked = Asked("word " * 400)
    assert not asked.kept
    assert len(asked.lines()) < LONGEST // 4


@pytest.mark.parametrize(
    "text", ["-# 💬 mine", "x\n-# 💬 mine", "> -# 💬 mine", f"{ZERO_WIDTH}-# 💬 mine"]
)
def test_a_line_that_somebody_typed_is_not_ours(text: str) -> None:
    """Only lines of ours are read, not a question that looks like one."""
    assert read_asked([Asked(text).lines()]) == Asked(readable(text))


def test_a_heading_with_such_a_sign_asks_nothing() -> None:
    """A quiet line of ours that begins with a document's words is taken for what was asked."""
    asked = Asked("When did she sail?")
    above = "-# 📄 Log of the Petrel · p. 3\nShe sailed on Friday.\n-# 👤 Crew list"
    assert read_asked([above, f"-# 3 passages matched\n{asked.lines()}"]) == asked
    assert read_asked([above, "-# index 7"]) is None


def test_a_message_of_others_asks_nothing() -> None:
    assert read_asked(["Hello.", "💬 no"]) is None
