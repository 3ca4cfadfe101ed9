"""Pictures and files, made off the event loop: in one thread, one after the other.

matplotlib is loaded by that thread with the first picture. On one busy core, loading it and drawing
5,000 events held up the event loop for at most 40 ms at a time, so it needs no process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

from index.errors import ArchivistError
from index.messages import say
from index.model import Timeline

QUEUE = 6  # jobs, with the one under way
LONGEST = 45.0  # seconds that one may take, with its wait

_T = TypeVar("_T")


class BusyDrawingError(ArchivistError):
    hint = say("Please try again in a minute.")


class SlowDrawingError(ArchivistError):
    hint = say("Please ask for less: a shorter time, or a person.")


class Workshop:
    """Makes one thing at a time. Bound to no event loop; ends with the program."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="workshop")
        self._jobs: list[Future[Any]] = []

    async def make(self, work: Callable[[], _T], *, longest: float = LONGEST) -> _T:
        """What ``work`` returns, called in the thread of the workshop; raises what it does.

        Raises BusyDrawingError when `QUEUE` jobs wait already, SlowDrawingError after ``longest``
        seconds; what is under way then ends by itself.
        """
        self._jobs = [job for job in self._jobs if not job.done()]
        if len(self._jobs) >= QUEUE:
            raise BusyDrawingError(say("Too many pictures and files are being made just now."))
        job = self._pool.submit(work)
        self._jobs.append(job)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(job), longest)
        except TimeoutError:
            raise SlowDrawingError(say("That took too long to make.")) from None


@cache
def workshop() -> Workshop:
    """The one workshop of this process."""
    return Workshop()


def draw(timeline: Timeline, *, title: str) -> tuple[bytes, str]:
    """A PNG on a dark ground, and the words for those who can't see it: at most 1,000 characters.

    Call it in the workshop.
    """
    from index.timeline.export.chart import describe, to_png  # only who asks waits for it

    return to_png(timeline, title=title, dark=True), describe(timeline)
