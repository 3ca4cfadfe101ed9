"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and how it is; a sentence that says what to do where it must be mended."""

    verdict: Verdict
    name: str
    said: str

    @property
    def line(self) -> str:
        return f"{self.verdict:<5} {self.name}: {self.said}"


def ok(name: str, said: str) -> Finding:
    return Finding("ok", name, said)


def note(name: str, said: str) -> Finding:
    return Finding("note", name, said)


def mend(name: str, said: str) -> Finding:
    return Finding("mend", name, said)


def megabytes(count: int) -> str:
    return f"{count // 1_000_000:,} MB"
