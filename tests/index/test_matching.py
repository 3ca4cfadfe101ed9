"""Tests of `index.matching`: where a text holds the words of a question."""

from __future__ import annotations

from index.analysis import Analyzer
from index.matching import Matcher, pairs
from index.passage_words import PassageWords, read_words
from index.questions import Alternative, Concept, Question


def question(*words: tuple[str, ...]) -> Question:
    """One of words that each count by several terms, all with the weight 2."""
    concepts = tuple(
        Concept(terms[0], n, n + 1, tuple(map(Alternative, terms)), 2.0)
        for n, terms in enumerate(words)
    )
    return Question("", concepts, (), (), (), None, False)


def read(text: str) -> PassageWords:
    return read_words(Analyzer(), text)


def paired(asked: Question, text: str) -> dict[tuple[int, int], float]:
    matcher, words = Matcher(asked), read(text)
    return pairs(matcher, words, matcher.match(words))


def test_words_side_by_side_and_in_order_are_a_pair() -> None:
    """Two neighbouring words of a question make a pair where the text has them so, and only there."""
    asked = question(("harbour",), ("pilot",), ("union",))
    assert paired(asked, "Ropes. Every harbour pilot knows the old union.") == {(1, 0): 2.0}
    assert paired(asked, "The pilot knows the harbour.") == {}


def test_a_pair_is_told_once_where_it_stands_first() -> None:
    """A pair that a text repeats counts once, in the first sentence that has it."""
    asked = question(("harbour",), ("pilot",))
    assert list(paired(asked, "A harbour pilot. A harbour pilot.")) == [(0, 0)]


def test_slips_of_one_word_are_not_hundreds_of_words() -> None:
    """A term counts for a few words of a question at most, however many are read as it."""
    asked = question(*((f"slip{n}", "harbour") for n in range(300)))
    matcher = Matcher(asked)
    words = read("harbour " * 500)
    matches = matcher.match(words)
    assert len(matches) < 20 * len(words.terms)
    assert len(pairs(matcher, words, matches)) < 20
