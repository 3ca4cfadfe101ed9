"""Rate and remaining time of a build, told from sizes and a clock."""

from __future__ import annotations

import pytest

from index.progress import Pace


def after(*steps: tuple[int, float], total: int = 1_000) -> Pace:
    pace = Pace(total, 0.0)
    for done, now in steps:
        pace = pace.moved(done, now)
    return pace


def test_an_even_pace() -> None:
    """Work that goes on evenly has its true rate and remaining time at every step."""
    pace = Pace(1_000, 0.0)
    for second in range(1, 10):
        pace = pace.moved(100 * second, float(second))
        assert pace.rate == pytest.approx(100)
        assert pace.remaining(float(second)) == pytest.approx(10 - second)


def test_nothing_is_told_too_early() -> None:
    """Before anything is done, or half a second passed, there is no rate and no remaining time."""
    assert Pace(1_000, 0.0).rate is None
    assert Pace(1_000, 0.0).remaining(5.0) is None
    assert after((100, 0.1)).remaining(0.1) is None


def test_the_time_left_runs_down_between_two_steps() -> None:
    """While a large file is read the remaining time falls with the clock, and never below zero."""
    pace = after((500, 5.0))
    assert pace.remaining(7.0) == pytest.approx(3)
    assert pace.remaining(60.0) == 0


def test_what_was_done_lately_counts_most() -> None:
    """After a minute at another rate the rate is nearer to that than to the one before."""
    pace = after(*((10 * n, float(n)) for n in range(1, 31)), total=10_000)
    for n in range(1, 61):
        pace = pace.moved(300 + 100 * n, 30.0 + n)
    assert 90 < (pace.rate or 0) <= 100


def test_the_time_of_a_file_that_brings_nothing_counts_to_the_next() -> None:
    """A step without bytes loses no time."""
    assert after((100, 1.0), (100, 9.0), (200, 10.0)).remaining(10.0) == after(
        (100, 1.0), (200, 10.0)
    ).remaining(10.0)


def test_the_end() -> None:
    """When all is done nothing remains, also of work that had nothing to do."""
    assert after((1_000, 3.0)).remaining(3.0) == 0
    assert Pace(0, 0.0).remaining(0.0) == 0
