"""Where dates lie on a drawn line of time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates.edtf import day_number, from_edtf
from index.model import FIRST_DAY, LAST_DAY, Timeline
from index.timeline.export.scale import Window, bins, lanes, shape, ticks, view, window
from tests.index.timeline.export.made import cited


def between(first: str, last: str) -> Window:
    return Window(from_edtf(first).earliest, from_edtf(last).latest)


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2022-09-04", "2022-09-08", ["4 Sep 2022", "6 Sep 2022", "8 Sep 2022"]),
        ("2021-02", "2021-05", ["Feb 2021", "Mar 2021", "Apr 2021", "May 2021"]),
        ("2020-12", "2022-10", ["Jan 2021", "Jul 2021", "Jan 2022", "Jul 2022"]),
        ("1945", "2026", ["1960", "1980", "2000", "2020"]),
        ("-0575", "2098", ["1 CE", "1000", "2000"]),
        ("-0002", "0002", ["3 BCE", "2 BCE", "1 BCE", "1 CE", "2 CE"]),
    ],
)
def test_ticks_are_round(first: str, last: str, labels: list[str]) -> None:
    """Ticks stand on days that people call round, from days to millennia, before our era too."""
    most = max(4, len(labels))
    assert [tick.label for tick in ticks(between(first, last), most)] == labels


days = st.integers(FIRST_DAY, LAST_DAY)


@given(days, days, st.integers(2, 12))
def test_ticks_stand_in_order_within_the_window(a: int, z: int, most: int) -> None:
    """Any window has at most as many ticks as asked for, rising, and inside of it."""
    seen = Window(min(a, z), max(a, z))
    found = [tick.day for tick in ticks(seen, most)]
    assert len(found) <= most
    assert found == sorted(set(found))
    assert all(seen.first <= day <= seen.last for day in found)


@given(days, days)
def test_bins_cover_the_window(a: int, z: int) -> None:
    """Bins adjoin, and the first and last day lie in one."""
    seen = Window(min(a, z), max(a, z))
    _, held = bins([], seen, 60)
    assert 1 <= len(held) <= 60
    assert held[0].first <= seen.first or seen.first < day_number(-8998, 1, 1)
    assert seen.last <= held[-1].last
    assert all(one.last + 1 == other.first for one, other in pairwise(held))


def test_bins_tell_certain_from_possible() -> None:
    """A day counts surely in its month, a year possibly in each of its months."""
    events = [cited("2021-02-03"), cited("2021"), cited("2021-02-27/2021-03-02")]
    name, held = bins(events, between("2021", "2021"), 20)
    assert name == "month"
    assert [(bin_.certain, bin_.possible) for bin_ in held[:4]] == [(0, 1), (2, 1), (1, 1), (0, 1)]


def test_a_window_ignores_open_ends() -> None:
    """An open end doesn't stretch the window to the end of all days."""
    seen = window([from_edtf("2001/.."), from_edtf("../1990")])
    assert from_edtf("1988").earliest < seen.first
    assert seen.last < from_edtf("2003").earliest


def test_the_dates_asked_for_are_what_is_drawn() -> None:
    """Events that reach far beyond the dates asked for don't shrink those on the picture."""
    asked = from_edtf("2022-07")
    long = cited("2001/..", overlap="possible")
    shown = Timeline((cited("2022-07-10"),), (long,), asked, "July 2022", "", 1)
    seen = view(shown)
    assert from_edtf("2022-06").earliest < seen.first < asked.earliest
    assert asked.latest < seen.last < from_edtf("2022-08").latest or seen.last < asked.latest
    found = shape(long.event.date, seen)
    assert (found.open_start, found.open_end) == (True, True)


def test_a_window_holds_a_week_at_least() -> None:
    """One day alone has room around it."""
    seen = window([from_edtf("2022-09-07")])
    assert seen.last - seen.first >= 6


@pytest.mark.parametrize(
    ("edtf", "point", "exact", "doubtful", "sure"),
    [
        ("2021-03-04", True, True, False, True),
        ("2021-03-04~", True, False, True, True),
        ("2021", False, False, False, False),
        ("2021-03-04/2021-03-09", False, True, False, True),
        ("2020/2021", False, False, False, True),  # 31 December and 1 January
        ("2019/2021", False, False, False, True),
    ],
)
def test_shapes(edtf: str, point: bool, exact: bool, doubtful: bool, sure: bool) -> None:
    """What is known to the day differs from what lies somewhere in a stretch."""
    date = from_edtf(edtf)
    found = shape(date, window([date]))
    assert (found.point, found.exact, found.doubtful) == (point, exact, doubtful)
    assert (found.sure is not None and found.sure[0] < found.sure[1]) is sure


boxes = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90)), max_size=60)


@given(boxes)
def test_lanes_keep_boxes_apart(found: list[tuple[int, int]]) -> None:
    """No two boxes of a lane come nearer than the gap."""
    ends = [(float(left), float(left + width)) for left, width in found]
    placed = list(zip(lanes(ends, 3), ends, strict=True))
    for number, (lane, (left, right)) in enumerate(placed):
        for other, (a, z) in placed[:number]:
            assert lane != other or right + 3 <= a or z + 3 <= left
