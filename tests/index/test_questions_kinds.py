"""What kind of question is asked, what would answer it, and whether it asks for a source or a note."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.answer_types import answer_type, find_fits
from index.questions.kinds import is_person_noun, noun_of, read_kinds
from index.questions.sources import asks_for_source, note_asked

CASES = Path(__file__).parent.parent / "cases" / "kinds.txt"


def cases() -> list[object]:
    lines = CASES.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
    rows = [tuple(part.strip() for part in line.split("|")) for line in lines]
    assert len(rows) >= 150
    return [pytest.param(*row, id=row[0]) for row in rows]


@pytest.mark.parametrize(("question", "kinds", "expects", "target"), cases())
def test_kind(question: str, kinds: str, expects: str, target: str) -> None:
    """A question's words tell its kinds, what would answer it, and what it counts or seeks."""
    sought = read_kinds(question)
    assert (", ".join(sought.kinds) or "-", sought.expects or "-") == (kinds, expects)
    assert (question[slice(*sought.target)] if sought.target else "-") == target


@pytest.mark.parametrize("word", ["minister", "daughter", "baker", "linguist", "headwaiter"])
def test_person_nouns(word: str) -> None:
    """Common nouns for those who do or are something are nouns for persons."""
    assert is_person_noun(word)


@pytest.mark.parametrize("word", ["river", "tower", "checklist", "fortress", "career", "Baker"])
def test_no_person_nouns(word: str) -> None:
    """Nouns for things with like endings, and names, are no nouns for persons."""
    assert not is_person_noun(word)


def test_occupations_may_be_names() -> None:
    """A word that is an occupation and a family name alike names no kind of thing by itself."""
    assert noun_of("baker") is None


def fits(question: str, sentence: str) -> list[str]:
    """The stretches of ``sentence`` that may answer ``question``."""
    sought = read_kinds(question)
    target = question[slice(*sought.target)].split() if sought.target else []
    asked = answer_type(question, sought.kinds[0], sought.expects, target)
    return [sentence[fit.start : fit.stop] for fit in find_fits(sentence, 0, len(sentence), asked)]


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("What colour is the ferry?", "The ferry has a green hull.", "green"),
        ("what religion was Ilse Varga", "Ilse Varga was raised a Lutheran.", "Lutheran"),
        ("tomas reed profession", "Tomas Reed worked as a cooper and tailor.", "tailor"),
        ("what nationality was Reed", "Reed was a Norwegian captain.", "Norwegian"),
        ("what sport did the cadets play", "The cadets played handball.", "handball"),
        ("what instrument did she play", "She played the cello.", "cello"),
        ("what shape is the bell", "The bell is conical.", "conical"),
        ("What was Mr Reed's first name?", "Tomas Reed was born in Lund.", "Tomas Reed"),
    ],
)
def test_attributes_are_found(question: str, sentence: str, answer: str) -> None:
    """A value of the attribute that is asked for fits."""
    assert answer in fits(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What colour is the ferry?", "The ferry crossed the Black Sea to Port Varna."),
        ("what color were the sails", "Anna Holt cut the sails in Lund."),
        ("what religion was Ilse Varga", "Ilse Varga met Tomas Reed in Karsk."),
        ("what was Tomas Reed's job", "Tomas Reed was born at Karsk in 1870."),
        ("varga's favourite sport", "Varga left for Lund in May."),
        ("what motor drives the lamp", "Anna Holt drove to Lund."),
    ],
)
def test_attributes_are_not_guessed(question: str, sentence: str) -> None:
    """Nothing fits where neither the attribute's word nor a value of its kind stands."""
    assert fits(question, sentence) == []


@given(
    st.text(
        st.sampled_from("who what how many of the by , ? - ' ’ s ß cost name когда où\n12"),
        max_size=60,
    )
)
@settings(max_examples=300, deadline=None)
def test_target_is_of_the_question(text: str) -> None:
    """A target is a span of the question's text, with words in it."""
    target = read_kinds(text).target
    assert target is None or text[slice(*target)].strip()


@pytest.mark.parametrize(
    "piece", ["how many ", "which of the ", "who and ", "can you ", "'s ", "(,"]
)
def test_long_questions_are_read(piece: str) -> None:
    """A question of nothing but question words up to the limit of length is read like any other."""
    read_kinds((piece * 2_000)[:2_000])
    asks_for_source((piece * 2_000)[:2_000])


@pytest.mark.parametrize(
    "question",
    [
        "which source says the pier was rebuilt?",
        "What book is cited for the flood?",
        "book cited for the price of coal",
        "according to whom was the mill haunted",
        "what does note 12 cite?",
        "footnote 12",
        "sources for the flood",
        "Who says that the ferry sank?",
        "source of the claim that the lamp went out",
        "where does the figure of 90,000 crowns come from",
        "reference for the turnout",
        "Which newspaper reported the strike?",
        "Welche Quelle sagt, dass der Hafen zu war?",
        "какой источник сообщает о пожаре",
    ],
)
def test_asks_for_source(question: str) -> None:
    """A question for what a claim rests on is known as one."""
    assert asks_for_source(question)


@pytest.mark.parametrize(
    "question",
    [
        "population of Karsk according to the article",
        "where is the source of the Lind",
        "What did the minister say about coal?",
        "who wrote the book of hymns",
        "banknotes of 1912",
        "which report of the board was lost?",
        "sources of income of the railway",
    ],
)
def test_asks_for_no_source(question: str) -> None:
    """A question that only holds such a word doesn't ask for a source."""
    assert not asks_for_source(question)


@pytest.mark.parametrize(
    ("question", "number", "words"),
    [
        ("what does note 63 cite", 63, "note 63"),
        ("Footnote 7?", 7, "Footnote 7"),
        ("see fn. 12 on coal", 12, "fn. 12"),
        ("fn 12", 12, "fn 12"),
        ("n. 5 of the minutes", 5, "n. 5"),
        ("the 63rd footnote", 63, "63rd footnote"),
        ("what is in the third note", 3, "third note"),
        ("note no. 8", 8, "note no. 8"),
        ("endnote #9 says what", 9, "endnote #9"),
        ("was steht in Fußnote 4", 4, "Fußnote 4"),
        ("что в сноске 15", 15, "сноске 15"),
        ("Note 3: what is it", 3, "Note 3"),
    ],
)
def test_note_asked(question: str, number: int, words: str) -> None:
    """A note that is named by its number is known, with the words that name it."""
    found = note_asked(question)
    assert found is not None
    assert (found.number, question[found.start : found.stop]) == (number, words)


@pytest.mark.parametrize(
    "question",
    [
        "sales of the Galaxy Note 9",
        "a note of 1912.5",
        "banknote 50",
        "notes on 12 ships",
        "n 5",
        "",
    ],
)
def test_no_note_asked(question: str) -> None:
    """A number beside another sort of note names none."""
    assert note_asked(question) is None
