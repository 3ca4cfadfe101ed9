"""Questions that were not answered well: how they are noted, put together, and given as files."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import logging
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import gaps
from bot.asked import Asked
from bot.gaps import GapGroup, chosen, grouped, record
from bot.render.answers import Found
from bot.render.gap_files import COLUMNS, questions, spreadsheet
from bot.services import Services
from bot.state import Feedback, Reason, StateError
from bot.state.gaps import GapAnswer, GapLine
from index.analysis.analyzer import Analyzer
from index.archive import Archive
from index.evaluation.question_file import read_questions
from tests.bot import fakes
from tests.bot.pressing import reader, services

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ANALYZER = Analyzer([("Myanmar", "Burma")])


def line(number: int, question: str, **changes: Any) -> GapLine:
    at = NOW + dt.timedelta(minutes=number)
    return replace(GapLine(f"f{number}", at, "gap", question, "not_found"), **changes)


def lines(*asked: str) -> list[GapLine]:
    return [line(number, question) for number, question in enumerate(asked, start=1)]


def groups(found: list[GapLine], often: tuple[str, ...] = ()) -> tuple[GapGroup, ...]:
    """Groups where the stems ``often`` stand in nearly every passage, and all others in few."""
    weights = dict.fromkeys(often, 0.1)
    return grouped(found, ANALYZER.terms, lambda term: weights.get(term, 5.0))


def asked_in(found: tuple[GapGroup, ...]) -> set[frozenset[str]]:
    return {frozenset(one.question for one in group.lines) for group in found}


# ---------------------------------------------------------------- groups


def test_questions_with_the_same_words_are_one_group() -> None:
    """Order, case, stop words and endings make no difference."""
    same = (
        "Who painted the lighthouse?",
        "the LIGHTHOUSE: who was painting it",
        "paint lighthouse",
    )
    assert len(groups(lines(*same))) == 1


def test_names_for_one_thing_are_one_word() -> None:
    assert len(groups(lines("Who rules Burma?", "who rules myanmar"))) == 1


def test_words_that_tell_little_join_nothing() -> None:
    """Two questions about the harbour of a corpus about that harbour ask for different things."""
    found = lines("harbour cats", "harbour dogs")
    assert len(groups(found, often=("harbour",))) == 2


def test_a_chain_of_likenesses_is_no_group() -> None:
    """What has nothing in common is never together, whatever stands between."""
    found = lines("anchor barrel", "barrel candle", "candle drum", "drum engine")
    for group in groups(found):
        first = set(group.lines[0].question.split())
        assert all(first & set(one.question.split()) for one in group.lines)


def test_the_order_in_which_lines_come_changes_nothing() -> None:
    """The same lines, shuffled, make the same groups in the same order."""
    words = "anchor barrel candle drum engine falcon".split()
    some = random.Random(8)
    found = lines(*(" ".join(some.sample(words, 3)) for _ in range(40)))
    expected = groups(found)
    for _ in range(5):
        some.shuffle(found)
        assert groups(found) == expected


def test_no_line_is_lost() -> None:
    """Questions without a word to look for are there too, each wording for itself."""
    found = lines("Who is he?", "who is he?", "", "🐳", "the")
    made = groups(found)
    assert sorted(one.id for group in made for one in group.lines) == ["f1", "f2", "f3", "f4", "f5"]
    assert frozenset({"Who is he?", "who is he?"}) in asked_in(made)


def test_the_words_of_a_group_begin_with_those_that_tell_most() -> None:
    """As they were typed last, not as they are searched."""
    [group] = groups(lines("harbour lighthouses", "Lighthouse harbour"), often=("harbour",))
    assert group.words == ("lighthouse", "harbour")


def test_the_largest_group_comes_first_then_the_latest() -> None:
    found = groups(lines("cats", "dogs", "dogs", "birds"))
    assert [group.questions[0][0] for group in found] == ["dogs", "birds", "cats"]


def test_a_group_is_named_by_its_oldest_line() -> None:
    """So that a button finds it although newer questions have come."""
    [group] = groups(lines("cats", "cats"))
    assert group.id == "f1"
    [later] = groups([*lines("cats", "cats"), line(9, "cats")])
    assert later.id == "f1"


def test_what_was_answered_together_stays_together() -> None:
    """And apart from new questions with the same words, and from other decisions."""
    answer = GapAnswer("passage", "p1", gap="f1")
    other = GapAnswer("closed", gap="f3")
    found = [
        line(1, "cats", answer=answer, answered=NOW),
        line(2, "dogs", answer=answer, answered=NOW),
        line(3, "cats", answer=other, answered=NOW),
        line(4, "cats"),
    ]
    together = {tuple(sorted(one.id for one in group.lines)) for group in groups(found)}
    assert together == {("f1", "f2"), ("f3",), ("f4",)}


def test_a_group_counts_each_kind_by_itself() -> None:
    """A question that was noted and then sent to the curators is not counted as two of one kind."""
    found = [
        line(1, "cats", kind="asked"),
        line(2, "cats"),
        line(3, "cats", kind="report", reason=Reason.OUTDATED, text="Old.", wishes=True),
        line(4, "cats", wishes=True, told="told"),
    ]
    [group] = groups(found)
    assert (group.nothing, group.told, group.unhelpful, group.wishes) == (1, 2, 1, 1)
    assert group.reasons == ((Reason.OUTDATED, 1),)
    assert group.comments == ("Old.",)


def test_filters_let_through_what_they_say() -> None:
    found = [
        line(1, "a"),
        line(2, "b", kind="report"),
        line(3, "c", kind="asked"),
        line(4, "d", answer=GapAnswer("closed"), answered=NOW),
    ]
    expected = {
        "open": ["f1", "f2", "f3"],
        "nothing": ["f1", "f3"],
        "unhelpful": ["f2"],
        "closed": ["f4"],
    }
    assert {w: [one.id for one in chosen(found, w)] for w in expected} == expected  # type: ignore[arg-type]


# ---------------------------------------------------------------- files


def cells(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_has_a_row_for_each_wording() -> None:
    [group] = groups([*lines("cats", "Cats"), line(3, "cats", passages=("p1", "gone"))])
    first, second = cells(spreadsheet([group], {"p1": fakes.citation()}))
    assert tuple(first) == COLUMNS
    assert (first["question"], first["told_curators"], first["group"]) == ("cats", "2", "1")
    assert (second["question"], second["told_curators"]) == ("Cats", "1")
    assert first["shown"] == "Log of the Petrel, Voyage, para. 1"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
def test_no_cell_is_a_formula(sign: str) -> None:
    """A question or a comment that begins like one is text in any spreadsheet program."""
    [group] = groups([line(1, f"{sign}HYPERLINK(1) cats", text=f"{sign}1+1", kind="report")])
    [row] = cells(spreadsheet([group], {}))
    assert row["question"] == f"'{sign}HYPERLINK(1) cats"
    assert row["comments"] == f"'{sign}1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())


def test_questions_for_eval_can_be_read() -> None:
    """What was answered has its evidence or its document; what found nothing is unanswerable."""
    found = [
        line(1, "cats"),
        line(2, "dogs", answer=GapAnswer("passage", "p1"), answered=NOW),
        line(3, "birds", answer=GapAnswer("document", document="log"), answered=NOW),
        line(4, "fish", kind="report", reason=Reason.OUTDATED, outcome="answered"),
        line(5, "bees", kind="report", reason=Reason.MISSING, outcome="answered"),
        line(6, "ants", answer=GapAnswer("closed"), answered=NOW),
    ]
    text = questions(groups(found), {"p1": fakes.citation()}).decode()
    read = read_questions(text.splitlines())
    assert read.wrong == ()
    by_question = {one.question: one for one in read.questions}
    assert {q for q, one in by_question.items() if not one.answerable} == {"cats", "bees", "ants"}
    assert by_question["dogs"].evidence == (" ".join(fakes.LOG_TEXT.split()),)
    assert by_question["birds"].documents == ("log",)
    assert len({one.id for one in read.questions}) == 6


def test_a_question_is_exported_once() -> None:
    found = [line(1, "cats"), line(2, "cats", answer=GapAnswer("closed"), answered=NOW)]
    assert questions(groups(found), {}).count(b"\n") == 1


def test_files_take_what_is_no_character() -> None:
    """Half of a pair, as a client may send it alone."""
    made = groups([line(1, "cats \ud83d")])
    assert b"cats ?" in spreadsheet(made, {})
    assert json.loads(questions(made, {}))["question"].startswith("cats")


# ---------------------------------------------------------------- noting


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Services]:
    made = services(tmp_path)
    yield made
    await made.state.close()


FOUND = Found(fakes.not_found(), Asked("Who built the lighthouse?"))


async def test_a_question_is_noted_without_its_words(made: Services) -> None:
    """Unless the server's administrators chose otherwise: what came of it, by a hash of who asked."""
    await record(made, reader(), FOUND)
    [kept] = await made.state.questions(10)
    assert (kept.question, kept.terms, kept.passages) == (None, (), ())
    assert (kept.outcome, kept.generation) == ("not_found", 7)
    assert kept.member_hash not in ("", "1")


async def test_where_questions_are_kept_so_are_their_words(made: Services) -> None:
    await made.state.set_server(10, questions=True)
    await record(made, reader(), FOUND)
    await record(made, reader(), Found(fakes.answered(), Asked("When did she sail?")))
    found = {one.question: one for one in await made.state.questions(10)}
    assert found["Who built the lighthouse?"].terms == ("built", "lighthouse")
    assert found["When did she sail?"].passages == ("p1", "p2")


async def test_nothing_is_noted_outside_servers(made: Services) -> None:
    """Nobody could look at it there."""
    await record(made, reader(guild=None), FOUND)
    exported = await made.state.export(1)
    assert exported["stored"]["questions"] == []


async def test_that_it_cant_be_noted_fails_nothing(
    made: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer was given; the log says so without the question."""

    async def refuse(*_: object, **__: object) -> None:
        raise StateError("no")

    monkeypatch.setattr(made.state, "add_question", refuse)
    caplog.set_level(logging.INFO)
    await record(made, reader(), FOUND)
    assert "not noted" in caplog.text
    assert "lighthouse" not in caplog.text


async def test_a_slow_disk_holds_up_no_answer(
    made: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is noted all the same, once the disk has taken it."""
    noted, taken = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        await taken.wait()
        noted.set()

    monkeypatch.setattr(made.state, "add_question", slow)
    monkeypatch.setattr(gaps, "PATIENCE", 0.01)
    await record(made, reader(), FOUND)
    assert not noted.is_set()
    taken.set()
    await asyncio.wait_for(noted.wait(), 10)


# ---------------------------------------------------------------- ranking


async def test_feedback_changes_no_score(made: Services, harbour: Archive) -> None:
    """A question scores the same, to the bit, after a hundred votes on its passages as before."""

    def scores() -> list[tuple[str, float]]:
        found = harbour.answer("When was the harbour dug?", today=fakes.TODAY, k=10)
        return [(one.passage.id, one.score) for one in found.passages]

    before = scores()
    shown = tuple(one for one, _ in before)
    for person in range(100):
        kind = "helpful" if person % 2 else "report"
        asked = Asked("When was the harbour dug?")
        await made.state.add_feedback(
            Feedback(kind, NOW, person, 10, 77, asked, "answered", shown)  # type: ignore[arg-type]
        )
    assert scores() == before
