"""How fast dates are read, and that a text twice as long takes about twice the time.

    .venv/bin/python -m benchmarks.date_rate [--megabytes 1 2 4 8]

Reads made texts of each size: prose, a chronology, nothing but dates, and texts that are hard on a
grammar of dates (digits, hyphens and month names in any order, what begins like a date over and over).
Prints the dates found, megabytes of processor time a second for each size, and the ratio of the times
of the two largest: about 2 is linear.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from index.dates import find_dates, impossible_dates, order_evidence
from index.dates.words import MONTH_NAMES

ROOT = Path(__file__).parent.parent
_SEED = 2021


def texts() -> dict[str, Iterator[str]]:
    """The endless parts of each text by name, the same at every call."""
    chance = random.Random(_SEED)

    def one_of(*words: str) -> str:
        return chance.choice(words)

    def day() -> str:
        return f"{chance.randrange(1, 29)} {one_of(*MONTH_NAMES)} {chance.randrange(1900, 2023)}"

    def mixed() -> str:
        number = str(chance.randrange(3000))
        return one_of(number, number[:2], "-", "–", ",", "and", "to", *MONTH_NAMES) + one_of(
            " ", ""
        )

    prose = next((ROOT / "corpus").glob("*.md")).read_text(encoding="utf-8")
    entries = (
        f"{day()}: The council met in the hall and heard what had been done.\n" for _ in cycle("x")
    )
    return {
        "prose": cycle([prose + "\n\n"]),
        "chronology": entries,
        "dates in sentences": (f"On {day()}, it rained. " for _ in cycle("x")),
        "ISO days": (
            f"{1900 + n % 123}-{n % 12 + 1:02}-{n % 28 + 1:02}, " for n in cycle(range(9999))
        ),
        "digits, hyphens, months": (mixed() for _ in cycle("x")),
        "digits and hyphens": (one_of(*"0123456789-") for _ in cycle("x")),
        "2021-": cycle(["2021-"]),
        "May ": cycle(["May "]),
        "5, ": cycle(["5, "]),
        "from early May to ": cycle(["from early May to "]),
        "mid-to-": cycle(["mid-to-"]),
        "the 18th and ": cycle(["the 18th and "]),
        "blanks": cycle(["5 " + " " * 200]),
    }


def filled(parts: Iterator[str], size: int) -> str:
    """As many of ``parts`` as give a text of ``size`` characters."""
    found: list[str] = []
    length = 0
    for part in parts:
        found.append(part)
        length += len(part)
        if length >= size:
            break
    return "".join(found)[:size]


def seconds(text: str) -> tuple[int, float]:
    """How many dates there are, and the processor time that reading ``text`` takes."""
    begun = time.process_time()
    found = len(find_dates(text, default_year=2021))
    took = time.process_time() - begun
    return found, took


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, nargs="+", default=[1, 2, 4, 8])
    sizes = sorted(parser.parse_args().megabytes)
    say(f"{'text':26} {'dates':>9}" + "".join(f"{size:>7g} MB" for size in sizes) + "   ratio")
    for name in texts():
        rates, times, found = [], [], 0
        for size in sizes:
            found, took = seconds(filled(texts()[name], int(size * 1e6)))
            rates.append(size / took)
            times.append(took)
        ratio = times[-1] / times[-2] * sizes[-2] / sizes[-1] * 2 if len(sizes) > 1 else 0
        shown = "".join(f"{rate:>10.2f}" for rate in rates)
        say(f"{name:26} {found:>9}{shown} {ratio:>7.2f}")
    text = filled(texts()["digits, hyphens, months"], int(sizes[-1] * 1e6))
    for reading in (impossible_dates, order_evidence):
        begun = time.process_time()
        reading(text)
        rate = sizes[-1] / (time.process_time() - begun)
        say(f"{reading.__name__} of digits, hyphens, months: {rate:.2f} MB/s")


if __name__ == "__main__":
    main()
