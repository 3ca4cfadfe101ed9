"""A generation as those see it who may search some of its collections.

Whoever answers in Discord holds a `Shelf` of what may be seen and nothing else. It is made once for
each set of collections, off the event loop, and kept as long as it is asked for now and then.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.logs import trail
from bot.visibility import ALONE, Sight
from index.archive import Archive
from index.examples import examples
from index.model import Example, Skipped, SourceSummary

log = logging.getLogger(__name__)

KEPT = 32  # sets of collections that are kept for a generation
PATIENCE = 1.0  # seconds that examples are waited for


@dataclass(frozen=True, slots=True)
class Shelf:
    """What may be seen of a generation, and what is kept of it in memory."""

    archive: Archive
    sources: tuple[SourceSummary, ...]
    left_out: tuple[Skipped, ...] = ()  # files of these collections that it doesn't hold
    indexed: dt.datetime | None = None  # when it was written, in UTC
    #: What it answers: filled in by `Views.add_examples`.
    examples: list[Example] = field(default_factory=list, compare=False)

    def seeing(self, sight: Sight) -> Shelf:
        """The same as if it held these collections alone. Reads the index: call it in a thread."""
        archive = self.archive.seeing(sight)
        left_out = tuple(one for one in self.left_out if one.collection in sight)
        return Shelf(archive, archive.sources(), left_out, archive.changed or self.indexed)


class Views:
    """All that is seen of one generation."""

    def __init__(self, whole: Shelf, today: Callable[[], dt.date]) -> None:
        self._whole = whole
        self._known = whole.archive.collections | {one.collection for one in whole.left_out}
        self._today = today
        self._views: OrderedDict[Sight, asyncio.Task[Shelf]] = OrderedDict()
        self._examples: OrderedDict[Archive, asyncio.Task[None]] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    def are_of(self, whole: Shelf) -> bool:
        return self._whole is whole

    @property
    def in_use(self) -> tuple[Sight, ...]:
        """What was seen of it lately, the latest first."""
        return tuple(reversed(self._views))

    async def see(self, sight: Sight) -> Shelf:
        """What these collections hold; those that the generation doesn't have are no matter."""
        sight &= self._known
        if sight not in self._views:
            making = asyncio.to_thread(self._whole.seeing, sight)
            self._views[sight] = asyncio.create_task(making)
            while len(self._views) > KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end(sight)
        task = self._views[sight]
        try:
            return await asyncio.shield(task)
        except Exception:
            if self._views.get(sight) is task:
                del self._views[sight]  # the next one tries again
            raise

    async def prepare(self, sights: tuple[Sight, ...]) -> None:
        """Make ready, one after the other, what will be asked for soon."""
        for sight in sights:
            try:
                shelf = await self.see(sight)
                async with self._one_at_a_time:
                    await asyncio.to_thread(shelf.archive.warm)
            except Exception as error:  # whoever asks is told
                log.warning("view not made ready: %s", trail(error))

    async def add_examples(self, shelf: Shelf, seconds: float = PATIENCE) -> None:
        """Find questions that it answers, if that isn't done yet; wait so many seconds for them."""
        if shelf.examples:
            return
        if shelf.archive not in self._examples:
            self._examples[shelf.archive] = asyncio.create_task(self._find_examples(shelf))
            while len(self._examples) > KEPT:
                self._examples.popitem(last=False)
        await asyncio.wait({self._examples[shelf.archive]}, timeout=seconds)

    async def _find_examples(self, shelf: Shelf) -> None:
        async with self._one_at_a_time:
            try:
                found = await asyncio.to_thread(examples, shelf.archive, self._today())
            except Exception as error:  # nobody waits for them
                log.error("no examples: %s", trail(error), exc_info=error)
                return
        shelf.examples.extend(found)


#: What is asked for in direct messages, and in servers that have no documents of their own.
USUAL = (ALONE,)
