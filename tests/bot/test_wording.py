"""What both ways in tell of an answer: gaps in its quotes, words that were missed or widened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import wording
from index.model import Answer, AnswerSpan, Highlight, ScorePart, Understood
from tests.bot import fakes

TEXT = "The mill burnt down; nobody was hurt. It stood empty. A baker bought it in 1902."


def quoted(*spans: tuple[int, int]) -> str:
    """The spans of the text with what shows their gaps."""
    parts = wording.with_gaps(TEXT, [AnswerSpan(1, start, stop) for start, stop in spans])
    return "".join(
        part if isinstance(part, str) else TEXT[part.start : part.stop] for part in parts
    )


def widened(answer: Answer, *parts: ScorePart) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What counted for the words of a question whose best passage was found by ``parts``."""
    cited = replace(fakes.answered().passages[0], why=parts)
    return wording.widened_words(replace(answer, passages=(cited,)))


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        pytest.param([(0, 37)], TEXT[:37], id="whole sentence"),
        pytest.param([(0, 53)], TEXT[:53], id="two sentences"),
        pytest.param([(0, 19)], "The mill burnt down …", id="cut at its end"),
        pytest.param([(21, 37)], "… nobody was hurt.", id="cut at its beginning"),
        pytest.param([(4, 8)], "… mill …", id="cut at both"),
        pytest.param([(0, 37), (38, 53)], TEXT[:53], id="neighbours"),
        pytest.param([(0, 37), (54, 80)], f"{TEXT[:37]} … {TEXT[54:]}", id="apart"),
    ],
)
def test_gaps(spans: list[tuple[int, int]], shown: str) -> None:
    """What is left out of a sentence, or between two, shows as "…"."""
    assert quoted(*spans) == shown


def test_the_mark_of_a_whole_answering_sentence_is_of_no_words() -> None:
    """Only highlights of less than an answering sentence tell which words answer."""
    marks = [Highlight(0, 37, "answer"), Highlight(4, 8, "answer"), Highlight(9, 14, "term")]
    assert wording.answering_words(marks, [AnswerSpan(1, 0, 37)]) == [marks[1]]


def test_only_words_that_counted_are_told() -> None:
    """Of the words that count for one that isn't there, those that a passage was found by."""
    understood = Understood(expanded=(("miller", ("baker", "farmer")), ("fire", ("blaze",))))
    answer = replace(fakes.answered(), understood=understood)
    part = ScorePart("term", "miller", 1.0, term="baker", reason="related")
    assert widened(answer, part) == (("miller", ("baker",)),)


@pytest.mark.parametrize("reason", ["typed", "alias", "variant"])
def test_a_word_that_is_there_is_not_told_of(reason: str) -> None:
    """Where a passage holds a word, or another form of it, what else counts is no news."""
    understood = Understood(expanded=(("miller", ("baker",)),))
    answer = replace(fakes.answered(), understood=understood)
    parts = (
        ScorePart("term", "miller", 1.0, term="baker", reason="related"),
        ScorePart("term", "miller", 1.0, term="miller", reason=reason),
    )
    assert widened(answer, *parts) == ()


def test_where_nothing_was_found_what_was_looked_for_is_told() -> None:
    """The first few words that would have counted, since none did."""
    understood = Understood(expanded=(("miller", ("a", "b", "c", "d", "e")),))
    answer = replace(fakes.not_found(), understood=understood)
    assert wording.widened_words(answer) == (("miller", ("a", "b", "c", "d")),)
