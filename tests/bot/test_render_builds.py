"""What pages about builds say, and that they fit whatever is in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.languages import ENGLISH
from bot.render.builds import (
    Status,
    Underway,
    Watched,
    cancelled_page,
    failed_page,
    history_page,
    progress_page,
    roll_back_page,
    status_page,
)
from bot.state.values import BuildLine
from index.generations import Listed
from tests.bot.pages import buttons, check_limits, text
from tests.bot.test_markup import HOSTILE
from tests.scenarios.looking import active

AT = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
RUNNING = Underway("0a1b2c3d", "build", waits=False, may_cancel=True, seconds=12, done=3, total=8)
STATUS = Status(7, AT, 2, 40, 9, everything=True)
LINE = BuildLine(AT, 10, 5, None, "build", "changed", 7, 2.0)
LISTED = Listed(7, True, AT.isoformat(), 2, 40, 9, 1, 1_000, None)


def test_progress_tells_documents_passages_time_and_warnings() -> None:
    shown = replace(
        RUNNING, name="log.txt", passages=1_200, warnings=2, rate=30_000.0, remaining=200.0
    )
    said = text(progress_page(shown, ENGLISH))
    assert "Reading the documents: 3 of 8" in said
    figures = "12 seconds · about 4 minutes left · 30 kB a second · 1,200 passages · 2 warnings"
    assert figures in said
    assert "Now: log.txt" in said


def test_what_is_not_known_yet_is_not_told() -> None:
    said = text(progress_page(replace(RUNNING, done=None, total=0), ENGLISH))
    assert "Reading the documents…" in said
    assert "left" not in said


def test_a_build_of_everything_tells_a_server_nothing_but_that_it_goes_on() -> None:
    shown = replace(RUNNING, whole=False, may_cancel=False, name="secret.txt", passages=77)
    page = progress_page(shown, ENGLISH)
    assert "secret" not in text(page)
    assert "77" not in text(page)
    assert buttons(page) == {}


def test_a_dry_run_says_so_while_it_goes_on() -> None:
    assert "nothing is written" in text(progress_page(replace(RUNNING, kind="dry-run"), ENGLISH))


@pytest.mark.parametrize(
    ("watched", "said"),
    [
        (Watched(False, True, AT), "Changes wait for `/corpus reindex`."),
        (Watched(True, True), "indexed by themselves after a quiet minute"),
        (Watched(True, False), "Nothing has changed since it was indexed."),
        (Watched(True, None), "can't be told just now"),
    ],
)
def test_status_tells_whether_the_folder_changed(watched: Watched, said: str) -> None:
    assert said in text(status_page(replace(STATUS, watched=watched), ENGLISH))


def test_without_an_index_status_says_so() -> None:
    assert "Nothing is indexed yet." in text(status_page(replace(STATUS, generation=None), ENGLISH))


def test_a_build_that_can_not_be_cancelled_has_no_button() -> None:
    for shown in (replace(RUNNING, may_cancel=False), replace(RUNNING, published=True)):
        page = status_page(replace(STATUS, builds=(shown,)), ENGLISH)
        assert list(buttons(page)) == ["Refresh", "History"]


def test_the_first_and_last_page_of_the_history_lead_nowhere_else() -> None:
    lines = [replace(LINE, generation=n) for n in range(1, 9)]
    first = buttons(history_page(lines, 0, {}, ENGLISH))
    assert (first["Newer"].disabled, first["Older"].disabled) == (True, False)
    last = buttons(history_page(lines, 6, {}, ENGLISH))
    assert (last["Newer"].disabled, last["Older"].disabled) == (False, True)


def test_a_build_that_the_bot_ended_says_so() -> None:
    ended = replace(LINE, outcome="cancelled", report={"build": "x"})
    assert "the bot was stopped" in text(history_page([ended], 0, {}, ENGLISH))
    assert "cancelled by <@4>" in text(history_page([ended], 0, {"x": 4}, ENGLISH))


def test_nobody_is_named_who_had_their_id_deleted() -> None:
    assert "<@" not in text(history_page([replace(LINE, who=0)], 0, {}, ENGLISH))


ODD = st.one_of(HOSTILE, st.sampled_from(["", "🇲🇲" * 900, "`" * 900, "@everyone " * 400]))


@settings(max_examples=25, deadline=None)
@given(ODD, st.integers(0, 9), st.integers(0, 10**9))
def test_every_page_fits_and_nothing_in_it_acts(said: str, count: int, number: int) -> None:
    shown = replace(RUNNING, name=said, total=number, passages=number, warnings=number)
    counts = dict.fromkeys(("added", "updated", "removed", "left_out", "warnings"), number)
    line = replace(LINE, outcome="failed", reason=said, generation=number)
    changed = replace(LINE, report={"counts": counts, "added": [said] * 100})
    odd = replace(LINE, report={"counts": {"added": said}, "build": said})
    lines = [line, changed, odd] * count
    status = replace(
        STATUS, builds=(shown,) * count, watched=Watched(True, True, AT), last=line, failure=changed
    )
    pages = (
        progress_page(shown, ENGLISH),
        status_page(status, ENGLISH),
        history_page(lines, 0, {}, ENGLISH),
        failed_page(said, said, ENGLISH),
        cancelled_page(ENGLISH),
        roll_back_page(LISTED, replace(LISTED, documents=None, made=said), ENGLISH),
    )
    for page in pages:
        check_limits(page)
    assert active(text(pages[0])) == active(text(pages[3])) == []
