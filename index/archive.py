"""One generation, opened for reading: the whole of what the ways in ask of an index."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path

from index import answering, store
from index import timeline as timelines
from index.errors import IndexDamagedError, IndexMissingError
from index.model import Answer, Skipped, SourceSummary, Timeline
from index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of a generation in corpus order, and the files that were left out, by name."""

    generation: int
    summaries: tuple[SourceSummary, ...]
    skipped: tuple[Skipped, ...]


def list_sources(data: Path) -> Listing:
    """What the current generation holds, without loading it for searching.

    Raises IndexMissingError, IndexDamagedError.
    """
    number = store.current_generation(data)
    with store.reading(data, number) as database:
        return Listing(number or 0, tuple(store.sources(database)), store.skipped(database))


class Archive:
    """A generation that never changes: open another to see a later one.

    Safe to use from several threads at once. All answers are the same for the same question,
    generation and day (`Answer.took_ms` aside).
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @classmethod
    def open(cls, data: Path) -> Archive:
        """The current generation of the data folder. Raises IndexMissingError, IndexDamagedError."""
        while True:
            number = store.current_generation(data)
            if number is None:
                raise IndexMissingError("Nothing has been indexed yet.")
            try:
                return cls(Snapshot(data, number))
            except IndexDamagedError:
                if store.current_generation(data) == number:
                    raise  # else two builds came between: this generation was removed, not damaged

    @property
    def generation(self) -> int:
        """The number of the generation; a later one has a higher number."""
        return self.snapshot.generation

    def answer(
        self, question: str, *, today: dt.date, k: int = 5, document: str | None = None
    ) -> Answer:
        """Answer from the documents, quoting them, with at most ``k`` passages.

        ``document`` is an id, a file name or a title. Raises EmptyQueryError, QueryTooLongError,
        UnknownDocumentError, UnreadableDateError (a date that does not exist).
        """
        started = time.perf_counter()
        found = answering.answer(self.snapshot, question, today=today, k=k, document=document)
        return replace(found, took_ms=round((time.perf_counter() - started) * 1000, 3))

    def timeline(
        self,
        *,
        today: dt.date,
        when: str | None = None,
        who: str | None = None,
        about: str | None = None,
        document: str | None = None,
    ) -> Timeline:
        """Events by date expression, person and words; all of them when nothing is given.

        Raises UnreadableDateError, UnknownDocumentError, QueryTooLongError.
        """
        return timelines.timeline(
            self.snapshot, today=today, when=when, who=who, about=about, document=document
        )

    def sources(self) -> tuple[SourceSummary, ...]:
        """The documents, in corpus order."""
        return self.snapshot.summaries
