"""Answers as JSON: what each score is made of, and how the question was read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.shapes import answer_json
from index.archive import Archive
from index.model import Answer, ScorePart, Understood
from tests.bot import fakes
from tests.conftest import ROOT

TODAY = dt.date(2026, 11, 21)

HARBOUR_QUESTIONS = [
    "When was the harbour dug?",
    "how many masons worked on the north mole",
    "who was the lighthouse keeper",
    "Where was the teak of Burma from?",
    "What happened in June 1853?",
    "what does note 1 cite",
    "why did fewer people use the fery",
    "who captained the zeppelin",
    '"north mole" -daughter',
    "the",
]


def check_sums(answers: Iterable[Answer]) -> int:
    """The parts of every passage's score, as they are printed, are its score; how many passages."""
    checked = 0
    for answer in answers:
        for passage in json.loads(json.dumps(answer_json(answer)), parse_float=Decimal)["passages"]:
            assert sum(part["amount"] for part in passage["why"]) == passage["score"]
            assert passage["why"]
            checked += 1
    return checked


def test_the_parts_of_a_score_are_the_score(harbour: Archive) -> None:
    """Whatever is asked, what "why" lists adds up to the score, to the last digit."""
    answers = (harbour.answer(question, today=TODAY, k=10) for question in HARBOUR_QUESTIONS)
    assert check_sums(answers) > len(HARBOUR_QUESTIONS)


@pytest.mark.slow
def test_the_parts_of_every_score_are_the_score(shipped: Archive) -> None:
    """The same for the questions about the shipped corpus."""
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    assert check_sums(shipped.answer(one, today=TODAY, k=10) for one in asked) > len(asked)


def test_a_part_of_a_score_tells_all_of_itself() -> None:
    """A word has its term, why it counts, its weight and where it stands; a boost its name."""
    why = (
        ScorePart("term", "ships", 1.5, "ship", 2.0, "variant", ("text", "title")),
        ScorePart("boost", "in one sentence", -0.25),
    )
    cited = replace(fakes.answered().passages[0], why=why)
    shape = answer_json(replace(fakes.answered(), passages=(cited,)))
    assert shape["passages"][0]["why"] == [
        {
            "kind": "term", "name": "ships", "term": "ship", "reason": "variant", "weight": 2.0,
            "fields": ["text", "title"], "amount": 1.5,
        },
        {
            "kind": "boost", "name": "in one sentence", "term": None, "reason": None, "weight": None,
            "fields": [], "amount": -0.25,
        },
    ]  # fmt: skip


def test_the_term_of_a_name_with_several_forms_is_null(harbour: Archive) -> None:
    """What the index calls a group of names means nothing to a reader, and changes with the aliases."""
    shape = answer_json(harbour.answer("Which teak of Burma was used?", today=TODAY))
    parts = [part for passage in shape["passages"] for part in passage["why"]]
    assert any(part["reason"] == "alias" and part["term"] is None for part in parts)
    assert not any((part["term"] or "").startswith("=") for part in parts)


def test_what_is_missing_and_how_sure_an_answer_is_are_told() -> None:
    """A near miss lists the words that nothing shown holds; every answer has its confidence."""
    answer = replace(
        fakes.near_miss(), understood=Understood(missing=("captain",)), confidence=0.21
    )
    shape = answer_json(answer)
    assert shape["understood"]["missing"] == ["captain"]
    assert shape["confidence"] == 0.21
