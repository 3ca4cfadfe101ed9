"""What is judged from a command's options alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rules
from bot.rules import (
    AlreadyDoneError,
    Cooldowns,
    NotAllowedError,
    Once,
    Person,
    Rights,
    TooSoonError,
)
from index.errors import (
    ArchivistError,
    EmptyQueryError,
    QueryTooLongError,
    UnreadableDateError,
)
from tests.bot import fakes
from tests.bot.fakes import TODAY


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(" \n\t ", EmptyQueryError, id="only blanks"),
        pytest.param("x" * 2_001, QueryTooLongError, id="too long"),
        pytest.param("What was on 31 February 2022?", UnreadableDateError, id="no such day"),
    ],
)
def test_a_question_that_can_not_be_asked(text: str, error: type[ArchivistError]) -> None:
    with pytest.raises(error):
        rules.check_question(text)


def test_a_question_is_trimmed_before_it_is_measured() -> None:
    assert rules.check_question(f"  {'x' * 2_000}  ") == "x" * 2_000


def test_an_unreadable_date_is_refused() -> None:
    with pytest.raises(UnreadableDateError):
        rules.check_when("the day after never", TODAY)
    assert rules.check_when(" Sept 2022 ", TODAY) == "Sept 2022"
    assert rules.check_when("  ", TODAY) is None


def test_a_filter_has_a_longest() -> None:
    with pytest.raises(QueryTooLongError, match="who"):
        rules.check_filter("x" * 201, "who")
    assert rules.check_filter("  ", "who") is None


# ---------------------------------------------------------------- suggestions

SOURCES = (fakes.summary(), fakes.summary("letter", "Letter to the Owners"))


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        pytest.param("", ["log", "letter"], id="all, in corpus order"),
        pytest.param("LETT", ["letter"], id="any case"),
        pytest.param("l", ["log", "letter"], id="beginnings first"),
        pytest.param("owners", ["letter"], id="inside a title"),
        pytest.param("zebra", [], id="nothing"),
    ],
)
def test_documents_are_suggested(typed: str, values: list[str]) -> None:
    assert [value for _, value in rules.suggest_documents(SOURCES, typed)] == values


@given(st.text(), st.integers(0, 60))
def test_suggestions_keep_to_discords_limits(title: str, count: int) -> None:
    """At most 25, none empty, none longer than 100 characters."""
    sources = [fakes.summary(f"d{n}", title * 9) for n in range(count)] + [fakes.summary("i" * 101)]
    found = rules.suggest_documents(sources, "")
    assert len(found) == min(count, 25)
    assert all(1 <= len(part) <= 100 for pair in found for part in pair)


# ---------------------------------------------------------------- rights

OWNER, HOME, ELSEWHERE = 1, 10, 20


def may(rights: Rights, person: Person, *, full: bool = False) -> bool:
    try:
        rights.check_reindex(person, full=full)
    except NotAllowedError:
        return False
    return True


@pytest.mark.parametrize(
    ("home", "person", "reindex", "full"),
    [
        pytest.param(set(), Person(OWNER, None, False), True, True, id="owner, in a DM"),
        pytest.param({HOME}, Person(OWNER, ELSEWHERE, False), True, True, id="owner, elsewhere"),
        pytest.param(set(), Person(2, HOME, True), True, False, id="manager, no home named"),
        pytest.param({HOME}, Person(2, HOME, True), True, True, id="manager at home"),
        pytest.param({HOME}, Person(2, ELSEWHERE, True), False, False, id="manager elsewhere"),
        pytest.param({HOME}, Person(2, HOME, False), False, False, id="member at home"),
        pytest.param(set(), Person(2, None, True), False, False, id="stranger in a DM"),
    ],
)
def test_who_may_reindex(home: set[int], person: Person, reindex: bool, full: bool) -> None:
    rights = Rights(frozenset({OWNER}), frozenset(home))
    assert may(rights, person) is reindex
    assert may(rights, person, full=True) is full


# ---------------------------------------------------------------- cooldowns


def test_without_settings_nobody_waits() -> None:
    cooldowns = Cooldowns()
    for _ in range(100):
        cooldowns.check(1, 10, 0.0)


def test_a_member_waits_everywhere_and_others_do_not() -> None:
    cooldowns = Cooldowns(member_seconds=30)
    cooldowns.check(1, 10, 100.0)
    cooldowns.check(2, 10, 100.0)
    with pytest.raises(TooSoonError, match="wait 20 seconds"):
        cooldowns.check(1, 20, 110.5)
    cooldowns.check(1, 10, 130.0)


def test_a_server_has_so_many_questions_a_minute() -> None:
    """The oldest of them leaves the minute first; other servers and DMs don't count."""
    cooldowns = Cooldowns(guild_per_minute=2)
    cooldowns.check(1, 10, 0.0)
    cooldowns.check(2, 10, 20.0)
    with pytest.raises(TooSoonError, match="wait 30 seconds"):
        cooldowns.check(3, 10, 30.0)
    cooldowns.check(3, 20, 30.0)
    cooldowns.check(3, None, 30.0)
    cooldowns.check(3, 10, 60.0)


def test_a_refused_question_does_not_count() -> None:
    """Asking again while one must wait makes the wait no longer."""
    cooldowns = Cooldowns(member_seconds=10)
    cooldowns.check(1, 10, 0.0)
    with pytest.raises(TooSoonError):
        cooldowns.check(1, 10, 9.0)
    cooldowns.check(1, 10, 10.0)


# ---------------------------------------------------------------- once


def test_what_was_done_can_not_be_done_again() -> None:
    """By the same person with the same message; others still may."""
    once = Once()
    with once(600, 1):
        pass
    with once(600, 2):
        pass
    with pytest.raises(AlreadyDoneError, match="already"), once(600, 1):
        pytest.fail("it was done again")


def test_what_failed_may_be_tried_again() -> None:
    once = Once()
    with pytest.raises(KeyError), once(600, 1):
        raise KeyError
    with once(600, 1):
        pass
