"""Whatever is asked: no error, no dangling number, every quote verbatim, the same answer twice."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

import pytest

from index.archive import Archive
from index.errors import InputError, QueryTooLongError
from index.questions.understanding import MOST_CHARACTERS
from tests.index.test_answering import check_quotes

TODAY = dt.date(2026, 11, 22)
HOSTILE = "\"“”'-:*_~`|<>@#&\\/()[]{}%$\x00\x1b\u200b\u202e\u0301ßİﬁ½²٣中あအ🚢\ud800\n\t "
OPENINGS = (
    "who what when where why how which how many how much did is list name since between before after "
    "doc: who: date: note footnote and then he it there"
).split()
_Maker = Callable[[random.Random, Archive, list[str]], str]


def words(chance: random.Random, _: Archive, known: list[str]) -> str:
    """Words of the documents in any order, with the words that questions begin with."""
    picked = [chance.choice(known) for _ in range(chance.choice((1, 2, 3, 5, 8, 13)))]
    return " ".join([chance.choice(OPENINGS), *picked])


def span(chance: random.Random, archive: Archive, _: list[str]) -> str:
    """A stretch of a document, cut anywhere."""
    text = archive.snapshot.text(chance.choice(sorted(archive.snapshot.sources)))
    start = chance.randrange(len(text))
    return text[start : start + chance.choice((3, 20, 80, 200, 600))]


def slips(chance: random.Random, archive: Archive, known: list[str]) -> str:
    """A question with letters lost, doubled and swapped."""
    letters = list(words(chance, archive, known))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(("", letters[place] * 2, chance.choice("aeinrst ")))
    return "".join(letters)


def signs(chance: random.Random, _: Archive, known: list[str]) -> str:
    """Signs that could mean something, with words between them."""
    parts = [chance.choice(HOSTILE) * chance.choice((1, 1, 2, 9)) for _ in range(12)]
    parts += [chance.choice(known) for _ in range(4)]
    chance.shuffle(parts)
    return "".join(parts)


def full(chance: random.Random, archive: Archive, known: list[str]) -> str:
    """A question as long as may be."""
    made = chance.choice((words, signs, span))
    text = ""
    while len(text) < MOST_CHARACTERS:
        text += made(chance, archive, known) + chance.choice((" ", "", "\n"))
    return text[:MOST_CHARACTERS]


def questions(archive: Archive, number: int) -> Iterator[str]:
    chance = random.Random(20261122)
    known = sorted(
        {w for id_ in archive.snapshot.sources for w in archive.snapshot.text(id_).split()}
    )
    makers: list[_Maker] = [words] * 400 + [span] * 250 + [slips] * 200 + [signs] * 148 + [full] * 2
    for _ in range(number):
        yield chance.choice(makers)(chance, archive, known)


def ask_anything(archive: Archive, number: int) -> None:
    """Ask so many questions, each tenth twice, with all that is promised of an answer checked."""
    answered = refused = 0
    for count, question in enumerate(questions(archive, number)):
        try:
            answer = archive.answer(question, today=TODAY, k=3)
        except InputError:  # a date that can't be, nothing but blanks
            refused += 1
            continue
        answered += answer.answered
        check_quotes(archive, answer)
        for citation in answer.passages:
            assert round(sum(part.amount for part in citation.why), 6) == citation.score
        numbers = {citation.number for citation in answer.passages}
        assert {span.passage for span in answer.answer_spans} <= numbers, question
        if count % 10 == 0:
            again = archive.answer(question, today=TODAY, k=3)
            assert (again.answer, again.passages) == (answer.answer, answer.passages), question
    assert answered > number / 10  # else nothing was tried
    assert refused < number / 5


def test_a_few_hundred_generated_questions(harbour: Archive) -> None:
    """Generated questions are answered without error, with quotes that stand where they say."""
    ask_anything(harbour, 300)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_generated_questions(shipped: Archive) -> None:
    """Nor do ten thousand about our own corpus fail in anything."""
    ask_anything(shipped, 10_000)


def test_longer_questions_are_refused(harbour: Archive) -> None:
    """One character more than may be is refused, with the limit."""
    with pytest.raises(QueryTooLongError, match="2,000"):
        harbour.answer("x" * (MOST_CHARACTERS + 1), today=TODAY)
