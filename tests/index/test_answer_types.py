"""What of a sentence is of the kind that a question asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answer_types import AnswerType, Fit, answer_type, find_fits
from index.questions.concepts import Expects
from index.questions.kinds import read_kinds

CASES = Path(__file__).parent.parent / "cases" / "answer_types.txt"
_SURE = 0.5


def asked(question: str, *related: str) -> AnswerType:
    """What ``question`` asks for, as its words tell."""
    sought = read_kinds(question)
    target = question[slice(*sought.target)].split() if sought.target else []
    kind = sought.kinds[0] if sought.kinds else None
    return answer_type(question, kind, sought.expects, target, related)


def fits(question: str, sentence: str, *related: str) -> dict[str, float]:
    """The stretches of ``sentence`` that fit, with their strengths."""
    found = find_fits(sentence, 0, len(sentence), asked(question, *related))
    return {sentence[fit.start : fit.stop]: fit.strength for fit in found}


def _cases() -> list[object]:
    found: list[object] = []
    for line in CASES.read_text(encoding="utf-8").splitlines()[4:]:
        if " | " in line:
            title, question, sentence, expected = line.split(" | ")
            stretches = [] if expected == "none" else expected.split("; ")
            found.append(pytest.param(question, sentence, stretches, id=title))
    assert len(found) > 90
    return found


@pytest.mark.parametrize(("question", "sentence", "expected"), _cases())
def test_stretches_that_fit(question: str, sentence: str, expected: list[str]) -> None:
    """Of each sentence in the cases just the stretches beside it surely are of the kind asked for."""
    found = fits(question, sentence)
    assert [words for words, strength in found.items() if strength >= _SURE] == expected


def test_offsets_are_those_of_the_whole_text() -> None:
    """A stretch is counted from the start of the text, not of the sentence."""
    text = "The pier is old. It was opened by Tomas Reed."
    (fit,) = find_fits(text, 17, len(text), asked("Who opened the pier?"))
    assert text[fit.start : fit.stop] == "Tomas Reed"


def test_only_the_sentence_is_read() -> None:
    """What stands outside the given stretch is no answer."""
    text = "Tomas Reed came. The pier was opened. Ilse Varga left."
    assert find_fits(text, 17, 37, asked("Who opened the pier?")) == ()


def test_counted_by_another_word() -> None:
    """A number counts the target as well when a related word stands behind it."""
    sentence = "They bought 30 aircraft in May."
    question = "How many planes did they buy?"
    assert fits(question, sentence)["30"] < 1.0
    assert fits(question, sentence, "aircraft") == {"30 aircraft": 1.0}


def test_target_as_index_terms() -> None:
    """The target may be given as the index's terms instead of its words."""
    question = "Which universities and ministries paid?"
    words = answer_type(question, "list", "body", ["universities", "ministries"])
    assert words == answer_type(question, "list", "body", ["universiti", "ministri"])


def test_counted_thing_beats_a_bare_number() -> None:
    """A number with the counted noun is surer than one without."""
    found = fits("How many boats sank?", "Of 90 men on seven boats most were saved.")
    assert found["seven boats"] > found["90"]


def test_strength_grows_with_what_the_words_show() -> None:
    """A known name is surer than a word with a capital."""
    found = fits("Who came?", "In May Teverin met Dr. Anna Holt.")
    assert found["Dr. Anna Holt"] > found["Teverin"]


def test_first_word_that_stands_in_small_letters_elsewhere_is_no_name() -> None:
    """A capital at a sentence's start tells nothing when the text has the word in small letters."""
    text = "Herring was landed. The herring was sold."
    assert all(fit.strength < 0.1 for fit in find_fits(text, 0, 19, asked("Who came?")))


def test_year_where_a_date_is_asked_for() -> None:
    """A day fits "when" better than a year does."""
    found = fits("When did it open?", "Planned in 1930, it opened on 3 May 1931.")
    assert found["3 May 1931"] > found["1930"]


def test_bodies_are_weaker_than_persons_for_who() -> None:
    """A body may be who acted, but a person is the surer answer."""
    found = fits("Who signed?", "It was signed by Anna Holt for the Ministry of Fisheries.")
    assert found["Anna Holt"] > found["Ministry of Fisheries"] > 0


def test_place_by_preposition_is_weaker_than_a_name() -> None:
    """ "On the north bank" may tell where, but a place's name tells it better."""
    found = fits("Where is the mill?", "The mill stands on the north bank near Bergen.")
    assert found["Bergen"] > found["on the north bank"] > 0


def test_weaker_stretch_keeps_its_beginning() -> None:
    """A doubtful clause that a sure one cuts short is still shown up to there."""
    found = fits("Why did they go?", "They went to look for work because the nets were empty.")
    assert list(found) == ["to look for work", "because the nets were empty"]


@pytest.mark.parametrize(
    "expects", [None, "person", "body", "date", "number", "reason", "definition"]
)
def test_nothing_in_nothing(expects: Expects | None) -> None:
    """An empty stretch holds no answer."""
    kind = answer_type("x", "what", expects, ["x"])
    assert find_fits("some text", 4, 4, kind) == ()
    assert find_fits("", 0, 0, kind) == ()


_QUESTIONS = (
    "Who opened the pier?", "Which ministry paid?", "Where is it?", "When did it open?",
    "What year was it?", "How many boats sank?", "How long did it last?", "What did it cost?",
    "What percentage voted?", "Why did it close?", "How did they escape?", "Which book says so?",
    "What is a coble?", "Which currency do they use?", "What is the boat called?", "How old is it?",
    "How often is it held?", "",
)  # fmt: skip
_PIECES = (
    "Tomas ", "Reed", "Dr. ", "the ", "of ", "7,000", "1931", "$", "%", "–", "-", " ", "\n", "“", "”", "(",
    ")", "because ", "to ", "by ", "May ", "in ", "is ", "a ", "boats", "year", "'s", "İ", "ẞ", "²", "\u0301",
    "half ", "third", "and ", "twenty", "million", ",", ".", ":", "from ", "until ", "Мост ", "မြန်မာ",
)  # fmt: skip


@given(st.sampled_from(_QUESTIONS), st.lists(st.sampled_from(_PIECES), max_size=60))
def test_fits_lie_apart_within_the_sentence(question: str, pieces: list[str]) -> None:
    """Whatever the words, fits are stretches of the sentence in order, with a strength up to 1."""
    text = "".join(pieces)
    start, stop = len(text) // 4, len(text)
    found = find_fits(text, start, stop, asked(question))
    at = start
    for fit in found:
        assert isinstance(fit, Fit)
        assert at <= fit.start < fit.stop <= stop
        assert 0 < fit.strength <= 1
        at = fit.stop


@given(st.sampled_from(_QUESTIONS), st.text(max_size=80))
def test_any_text_can_be_read(question: str, text: str) -> None:
    """No text raises an error, and reading it twice gives the same."""
    kind = asked(question)
    assert find_fits(text, 0, len(text), kind) == find_fits(text, 0, len(text), kind)


@pytest.mark.parametrize(
    "piece", ["seven and ", "to go ", "because ", "by x ", "“a", "A. of ", "is a ", "1/"]
)
def test_long_sentences_are_read(piece: str) -> None:
    """A sentence of many thousand characters is read for every kind of question."""
    text = piece * (6_000 // len(piece))
    for question in _QUESTIONS:
        find_fits(text, 0, len(text), asked(question))
