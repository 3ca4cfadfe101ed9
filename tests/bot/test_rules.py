"""What is judged from a command's options alone."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rules
from bot.rules import (
    AlreadyDoneError,
    Cooldowns,
    NotAllowedError,
    NotHereError,
    Once,
    Person,
    Rights,
    TooSoonError,
    check_place,
)
from bot.state import ServerSettings
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


CURATOR = 500
CHOSEN = ServerSettings(admin_roles=(CURATOR,))


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        pytest.param(Person(2, HOME, True), True, id="Manage Server"),
        pytest.param(Person(2, HOME, False, frozenset({CURATOR, 7})), True, id="role"),
        pytest.param(Person(2, HOME, False, frozenset({7})), False, id="other role"),
        pytest.param(Person(2, HOME, False), False, id="member"),
        pytest.param(Person(OWNER, ELSEWHERE, False), True, id="owner"),
        pytest.param(Person(OWNER, None, False), False, id="owner, outside servers"),
        pytest.param(Person(2, None, True, frozenset({CURATOR})), False, id="outside servers"),
    ],
)
def test_who_administers_a_server(person: Person, allowed: bool) -> None:
    rights = Rights(frozenset({OWNER}), frozenset())
    with nullcontext() if allowed else pytest.raises(NotAllowedError):
        rights.check_administers(person, CHOSEN)


@pytest.mark.parametrize(
    ("person", "home", "owns"),
    [
        pytest.param(Person(OWNER, None, False), True, True, id="owner"),
        pytest.param(Person(2, HOME, True), True, False, id="manager at home"),
        pytest.param(Person(2, ELSEWHERE, True), False, False, id="manager elsewhere"),
        pytest.param(
            Person(2, HOME, False, frozenset({CURATOR})), False, False, id="a role at home"
        ),
        pytest.param(Person(2, None, False), False, False, id="outside servers"),
    ],
)
def test_who_looks_after_the_owner_s_documents(person: Person, home: bool, owns: bool) -> None:
    """The owner, and who has Manage Server in a home server; where none is named, the owner alone."""
    rights = Rights(frozenset({OWNER}), frozenset({HOME}))
    with nullcontext() if home else pytest.raises(NotAllowedError):
        rights.check_home(person)
    with nullcontext() if owns else pytest.raises(NotAllowedError):
        rights.check_owner(person)
    with nullcontext() if owns else pytest.raises(NotAllowedError):
        Rights(frozenset({OWNER}), frozenset()).check_home(person)


@pytest.mark.parametrize(
    ("place", "channels", "answered"),
    [
        ((7,), (), True),
        ((7,), (7, 8), True),
        ((9, 8), (7, 8), True),
        ((9,), (7, 8), False),
        ((), (7,), False),
        ((), (), True),
    ],
)
def test_where_questions_are_answered(
    place: tuple[int, ...], channels: tuple[int, ...], answered: bool
) -> None:
    """A thread belongs to its channel; elsewhere it is told where."""
    if answered:
        check_place(place, channels)
        return
    with pytest.raises(NotHereError) as told:
        check_place(place, channels)
    assert told.value.channels == channels


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


def test_a_server_s_own_wait_holds_in_that_server() -> None:
    """On top of the host's; a shorter one doesn't shorten it."""
    cooldowns = Cooldowns(member_seconds=10)
    slow, fast = ServerSettings(cooldown_member=60), ServerSettings(cooldown_member=1)
    cooldowns.check(1, HOME, 0.0, slow)
    with pytest.raises(TooSoonError, match="30 seconds"):
        cooldowns.check(1, HOME, 30.0, slow)
    with pytest.raises(TooSoonError, match="5 seconds"):
        cooldowns.check(1, ELSEWHERE, 5.0, fast)
    cooldowns.check(1, ELSEWHERE, 30.0, fast)


def test_a_wait_that_was_made_shorter_is_over_sooner() -> None:
    """A choice counts at once, for those who wait too."""
    cooldowns = Cooldowns()
    cooldowns.check(1, HOME, 0.0, ServerSettings(cooldown_member=3_600))
    cooldowns.check(1, HOME, 20.0, ServerSettings(cooldown_member=10))


def test_a_server_s_own_pace_holds_if_it_is_slower() -> None:
    cooldowns = Cooldowns(guild_per_minute=3)
    slow, fast = ServerSettings(cooldown_guild=1), ServerSettings(cooldown_guild=100)
    cooldowns.check(1, HOME, 0.0, slow)
    with pytest.raises(TooSoonError):
        cooldowns.check(2, HOME, 1.0, slow)
    for member in (3, 4):
        cooldowns.check(member, HOME, 2.0, fast)
    with pytest.raises(TooSoonError):
        cooldowns.check(5, HOME, 3.0, fast)


def test_waits_that_are_over_are_forgotten() -> None:
    """However many ask, what is kept of them stays small."""
    cooldowns = Cooldowns(member_seconds=1)
    for member in range(30_000):
        cooldowns.check(member, HOME, member * 10_000.0)
    assert len(cooldowns._members) < 21_000
