"""A bot that is used for minutes needs no more than at the beginning: see `benchmarks/soak.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from benchmarks.soak import Sample, Soak, judge
from tests.conftest import ROOT
from tests.scenarios import simulator

#: One minute is what CI has time for; ``ARCHIVIST_SOAK=5`` asks for five, or any other number.
MINUTES = float(os.environ.get("ARCHIVIST_SOAK", "1"))


@pytest.mark.slow
@pytest.mark.skipif(simulator.missing() != "", reason=simulator.missing())
@pytest.mark.timeout(240 + 90 * MINUTES)
def test_a_soak_misses_no_bar() -> None:
    """Memory and open files stay, the log has no error, and nothing that was asked is lost."""
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", str(MINUTES)]
    command += ["--rate", "6", "--every", "20", "--deadline", "15"]  # a busy machine is no fault
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def soak(memory: list[int], handles: list[int]) -> Soak:
    samples = [
        Sample(float(at), size, files, 9)
        for at, (size, files) in enumerate(zip(memory, handles, strict=True))
    ]
    return Soak(done=Counter(ask=9), samples=samples, builds=1)


def missed(made: Soak, *, errors: tuple[str, ...] = (), code: int = 0) -> list[str]:
    return [name for name, _, holds in judge(made, (), errors, code) if not holds]


def test_what_stays_as_it_was_holds_every_bar() -> None:
    """A moment of more, as while a build runs, is no growth."""
    memory, handles = [100] * 100, [20] * 100
    memory[50], handles[97] = 900, 70
    assert missed(soak(memory, handles)) == []


def test_what_grows_is_told() -> None:
    """Memory, open files, lost questions and errors each miss a bar of their own."""
    grown = soak([100 + n for n in range(100)], [20 + n for n in range(100)])
    assert missed(grown) == ["memory", "open files"]
    flat = soak([100] * 100, [20] * 100)
    flat.lost["ask"] = 1
    assert missed(flat, errors=("ERROR",), code=1) == ["lost", "errors in the log", "ended with"]
