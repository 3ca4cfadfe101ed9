"""What can go wrong with a request: switched on for the next requests that match a route.

A route is a method and a path below ``/api/v10`` with ``*`` for anything: ``"PATCH /webhooks/*"``;
``"*"`` is every request, ``"GET /cdn/*"`` files.
"""

from __future__ import annotations

import fnmatch
import time
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "ratelimit", "slow", "reset", "reset after", "truncate", "malformed"]
Scope = Literal["user", "shared", "global"]
#: The bot's doing has its effect, and only the answer goes wrong.
AFTER = frozenset({"reset after", "truncate", "malformed"})


@dataclass(slots=True)
class Fault:
    route: str
    kind: Kind
    times: int | None = 1  # None: always
    skip: int = 0  # requests that pass before
    status: int = 500
    seconds: float = 1.0
    scope: Scope = "user"
    via: bool = True  # whether a 429 bears Discord's Via header
    hits: int = 0
    until: float = 0.0  # end of a global rate limit, in monotonic time

    def matches(self, method: str, path: str) -> bool:
        verb, _, place = self.route.rpartition(" ")
        return verb in ("", "*", method) and fnmatch.fnmatchcase(path, place)


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def status(self, route: str, status: int, *, times: int | None = 1, skip: int = 0) -> Fault:
        """An error of this status in place of what was asked."""
        return self._add(Fault(route, "status", times, skip, status=status))

    def ratelimit(
        self,
        route: str,
        retry_after: float = 1.0,
        *,
        times: int | None = 1,
        skip: int = 0,
        scope: Scope = "user",
        via: bool = True,
    ) -> Fault:
        """A 429. Of scope "global" all but interactions are refused until it is over."""
        return self._add(
            Fault(route, "ratelimit", times, skip, seconds=retry_after, scope=scope, via=via)
        )

    def slow(self, route: str, seconds: float, *, times: int | None = 1, skip: int = 0) -> Fault:
        return self._add(Fault(route, "slow", times, skip, seconds=seconds))

    def reset(
        self, route: str, *, times: int | None = 1, skip: int = 0, after: bool = False
    ) -> Fault:
        """The connection is cut, before the request has its effect or ``after`` it."""
        return self._add(Fault(route, "reset after" if after else "reset", times, skip))

    def truncate(self, route: str, *, times: int | None = 1, skip: int = 0) -> Fault:
        """Half an answer, then the connection is cut."""
        return self._add(Fault(route, "truncate", times, skip))

    def malformed(self, route: str, *, times: int | None = 1, skip: int = 0) -> Fault:
        """An answer that says it is JSON and is not."""
        return self._add(Fault(route, "malformed", times, skip))

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, method: str, path: str, *, interaction: bool) -> list[Fault]:
        """What befalls this request; each fault taken counts."""
        taken = []
        now = time.monotonic()
        for fault in list(self.rules):
            if fault.scope == "global":
                if interaction:
                    continue
                if fault.until > now:
                    taken.append(fault)
                    continue
            if not fault.matches(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None and fault.hits >= fault.times:
                continue
            fault.hits += 1
            if fault.scope == "global":
                fault.until = now + fault.seconds
            taken.append(fault)
        return taken

    def _add(self, fault: Fault) -> Fault:
        self.rules.append(fault)
        return fault
