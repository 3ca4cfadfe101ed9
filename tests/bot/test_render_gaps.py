"""Pages of questions that were not answered well: within Discord's limits, whatever was asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.gaps import GapGroup
from bot.ids import press_id
from bot.languages import language
from bot.render import gaps as pages
from bot.render.gaps import Shown, Spot
from bot.state import LONGEST_TEXT, Reason
from bot.state.gaps import Counted, GapAnswer, GapLine
from tests.bot import fakes
from tests.bot.pages import buttons, check_limits, choices, text

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LONG = "*Ω* " * 500
PASSAGES = tuple(fakes.citation(n, "long _words_ " * 200, title=LONG) for n in range(1, 7))
SHOWN = Shown(PASSAGES[:5], PASSAGES[0], fakes.source(title=LONG))
AT = Spot("unhelpful", 9999)
TAGS = ["en", "ru", "my"]


def line(number: int, **changes: object) -> GapLine:
    made = GapLine(
        id=f"f{10**17 + number}",
        at=NOW,
        kind="report",
        question=f"{number} {LONG}",
        outcome="answered",
        passages=tuple(one.passage.id for one in PASSAGES),
        reason=Reason.PASSAGE,
        text=("*x*" * LONGEST_TEXT)[:LONGEST_TEXT] + str(number),
        wishes=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


GROUP = GapGroup(tuple(map(line, range(40))), tuple(LONG for _ in range(6)))
ANSWERS = [
    None,
    GapAnswer("passage", "p1"),
    GapAnswer("passage", "gone"),
    GapAnswer("document", document="log"),
    GapAnswer("closed"),
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_list_of_the_longest_questions_fits(tag: str) -> None:
    page = pages.gaps_page([GROUP] * 12, AT, Counted(10**6, 10**5), False, language(tag))
    check_limits(page)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_group_of_the_longest_questions_fits(tag: str, answer: GapAnswer | None) -> None:
    lines = tuple(
        replace(one, answer=answer, answered=NOW if answer else None, told="refused")
        for one in GROUP.lines
    )
    shown = replace(SHOWN, answer=None) if answer and answer.passage == "gone" else SHOWN
    page = pages.gap_page(replace(GROUP, lines=lines), shown, AT, language(tag), "Done. " * 20)
    check_limits(page)


@pytest.mark.parametrize("tag", TAGS)
def test_what_a_curator_chooses_from_fits(tag: str) -> None:
    t = language(tag)
    check_limits(pages.candidates_page(GROUP, PASSAGES, AT, 10**9, t))
    check_limits(pages.candidates_page(GROUP, (), AT, 1, t))
    check_limits(pages.confirm_page(GROUP, PASSAGES[0], AT, True, 10**9, t))
    check_limits(pages.documents_page(GROUP, [fakes.source(title=LONG)] * 40, AT, t))
    check_limits(pages.documents_page(GROUP, [], AT, t))
    check_limits(pages.gone_page(AT, t))
    check_limits(pages.files_page("gaps.csv", b"x", 3, t))


@pytest.mark.parametrize("tag", TAGS)
def test_what_an_asker_is_told_fits(tag: str) -> None:
    """With a quote it has a button; a document's name, or neither, says where to ask again."""
    t, show = language(tag), press_id("told", 10**17)
    quoted = pages.told_page(LONG, PASSAGES[0], None, LONG, show, t)
    named = pages.told_page(LONG, None, fakes.source(title=LONG), LONG, show, t)
    neither = pages.told_page(LONG, None, None, LONG, show, t)
    for page in (quoted, named, neither):
        check_limits(page)
    assert [len(buttons(page)) for page in (quoted, named, neither)] == [1, 0, 0]


def test_the_filters_lead_to_first_pages() -> None:
    page = pages.gaps_page([], Spot("closed", 3), Counted(), True, language("en"))
    assert set(choices(page).values()) == {f"gaps.{one}.1" for one in pages.FILTERS}
    assert "Nothing was answered or closed yet" in text(page)


def test_documents_are_chosen_from_the_last_ones() -> None:
    """Of more than a menu holds, and none whose id no menu holds."""
    many = [fakes.source(f"d{n}", f"Title {n}") for n in range(40)]
    page = pages.documents_page(GROUP, [fakes.source("x" * 101), *many], AT, language("en"))
    assert list(choices(page).values()) == [f"d{n}" for n in range(39, 14, -1)]


def test_a_passage_that_not_all_may_see_is_announced_without_it() -> None:
    """The curator is told before choosing it; where nobody is to be told it doesn't matter."""
    page = pages.confirm_page(GROUP, fakes.citation(), Spot(), True, 7, language("en"))
    assert "told only that there is an answer" in text(page)
    nobody = replace(GROUP, lines=(line(1, wishes=False),))
    page = pages.confirm_page(nobody, fakes.citation(), Spot(), True, 7, language("en"))
    assert "told only" not in text(page)
    assert "Nobody asked to be told" in text(page)
