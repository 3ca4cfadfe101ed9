"""How fast work goes on, and how long the rest of it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

_SMOOTHED = 20.0  # seconds: what was done longer ago counts for little
_TELLS = 0.5  # seconds of work that tell a rate


@dataclass(frozen=True, slots=True)
class Pace:
    """How far work of ``total`` bytes is, and its rate, in which what was done lately counts most.

    ``now`` is always a number of seconds on one clock that never goes back.
    """

    total: int
    now: float
    done: int = 0
    _bytes: float = 0.0  # those of late, and
    _seconds: float = 0.0  # the time that they took

    def moved(self, done: int, now: float) -> Pace:
        """The same when ``done`` bytes of all are done at ``now``."""
        passed = max(0.0, now - self.now)
        if done <= self.done:  # the time counts to what is done next
            return self
        kept = math.exp(-passed / _SMOOTHED)
        return Pace(
            self.total,
            max(self.now, now),
            done,
            self._bytes * kept + done - self.done,
            self._seconds * kept + passed,
        )

    @property
    def rate(self) -> float | None:
        """Bytes a second; None while too little was done to tell."""
        return self._bytes / self._seconds if self._seconds >= _TELLS else None

    def remaining(self, now: float) -> float | None:
        """Seconds that the rest takes from ``now`` on; None while nobody can tell, never below 0."""
        if self.done >= self.total:
            return 0.0
        rate = self.rate
        if not rate:
            return None
        return max(0.0, (self.total - self.done) / rate - max(0.0, now - self.now))
