"""What a generation holds as sequences and mappings, of which single entries are read when needed."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from index import store
from index.analysis import Analyzer
from index.bm25 import Searcher
from index.contents import Contents
from index.errors import IndexDamagedError
from index.fields import Field, terms_above
from index.model import Passage, SourceInfo

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_PASSAGES_KEPT = 16_384
_SECTIONS_KEPT = 4_096
_NOTES_OF = 64  # documents the places of whose notes are kept
_MOST_BEGUN = 1_000  # passages whose ids begin alike


class Kept(dict[_Key, _Value]):
    """The values used last, of which only ``most`` are kept. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: _Key, value: _Value) -> None:
        """Keep ``value``, in place of the first one that was kept when there are too many."""
        while len(self) >= self._most:
            try:
                self.pop(next(iter(self)), None)
            except (StopIteration, RuntimeError):  # another thread was faster
                break
        self[key] = value


class Passages(Sequence[Passage]):
    """The passages of a generation by position, their texts left empty."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._kept: Kept[int, Passage] = Kept(_PASSAGES_KEPT)

    def __len__(self) -> int:
        return len(self._contents)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        """Raises IndexError as other sequences do, and IndexDamagedError."""
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(len(self))))
        position = range(len(self))[int(at)]
        passage = self._kept.get(position)
        if passage is None:
            segment, number = self._contents.where(position)
            passage = segment.passage(number)
            self._kept.keep(position, passage)
        return passage


class PassageIds(Mapping[str, int]):
    """The positions of the passages of a generation by their ids."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def __getitem__(self, passage_id: str) -> int:
        """Raises KeyError, IndexDamagedError."""
        for _, position in self._contents.located(
            lambda database: store.numbers_of_ids(database, [passage_id]).items()
        ):
            return position
        raise KeyError(passage_id)

    def many(self, ids: Sequence[str]) -> dict[str, int]:
        """The positions of those of ``ids`` that there are, by id."""
        return dict(
            self._contents.located(lambda database: store.numbers_of_ids(database, ids).items())
        )

    def begun(self, prefix: str) -> list[tuple[str, int]]:
        """Ids that begin with ``prefix``, in order, with their positions; the first thousand."""
        found = self._contents.located(
            lambda database: store.ids_begun(database, prefix, _MOST_BEGUN)
        )
        return sorted(found)[:_MOST_BEGUN]

    def __iter__(self) -> Iterator[str]:
        for document_id in self._contents.ids:
            for passage in self._contents.passages(document_id):
                yield passage.id

    def __len__(self) -> int:
        return len(self._contents)


class Sources(Mapping[str, SourceInfo]):
    """What citations need of each document, by its id, in corpus order."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._known: dict[str, SourceInfo] = {}

    def __getitem__(self, document_id: str) -> SourceInfo:
        """Raises KeyError, IndexDamagedError."""
        found = self._known.get(document_id)
        if found is None:
            summary = self._contents.summary(document_id)
            if summary is None and document_id in self:
                raise IndexDamagedError("A document of the index is missing.")
            if summary is None:
                raise KeyError(document_id)
            found = self._known[document_id] = summary.source
        return found

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._contents.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents.ids)

    def __len__(self) -> int:
        return len(self._contents.ids)


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of a document's passages: first of its body, then of its notes."""

    first: int
    notes: int  # of the first note; ``stop`` where there is none
    stop: int


class PlacesOf(Mapping[str, Places]):
    """Where each document's passages are, by its id; of one without passages there is none."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def __getitem__(self, document_id: str) -> Places:
        first, notes, stop = self._contents.numbers[document_id]
        if first == stop:
            raise KeyError(document_id)
        start = int(self._contents.starts[self._contents.ordinals[document_id]])
        return Places(start, start + notes - first, start + stop - first)

    def __iter__(self) -> Iterator[str]:
        numbers = self._contents.numbers
        return (of for of, (first, _, stop) in numbers.items() if stop > first)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Cited:
    """The terms of the notes at some positions, told from the postings: no note is read."""

    def __init__(self, searcher: Searcher, positions: NDArray[np.int64]) -> None:
        self._searcher, self._positions = searcher, positions

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and bool(self._searcher.in_texts(term, self._positions).any())


class Fields:
    """The fields of the passages of a generation. Safe to share between threads."""

    def __init__(
        self,
        contents: Contents,
        passages: Sequence[Passage],
        sources: Mapping[str, SourceInfo],
        analyzer: Analyzer,
        searcher: Searcher,
    ) -> None:
        """``analyzer`` knows the owner's aliases, and no acronyms."""
        languages, acronyms = contents.languages(), contents.acronyms()
        self._passages = passages
        self._searcher = searcher

        @lru_cache(maxsize=256)
        def reader(document_id: str) -> Analyzer:
            return analyzer.for_document(languages[document_id], acronyms.get(document_id, ()))

        @lru_cache(maxsize=_SECTIONS_KEPT)
        def above(document_id: str, section: tuple[str, ...]) -> dict[Field, tuple[str, ...]]:
            found = terms_above(section, sources[document_id].title, reader(document_id))
            return {name: tuple(dict.fromkeys(terms)) for name, terms in found.items()}

        @lru_cache(maxsize=_NOTES_OF)
        def notes(document_id: str) -> dict[int, int]:
            numbers, start = (
                contents.numbers[document_id],
                int(contents.starts[contents.ordinals[document_id]]),
            )
            with contents.segment(document_id).reading() as database:
                found = store.note_passages(database, numbers.notes, numbers.stop)
            return {note: start + number - numbers.first for number, note in found}

        self._above = above
        self._notes = notes

    def above(self, position: int) -> Iterator[str]:
        """The terms of the headings and the title over a passage."""
        place = self._passages[position].locator
        for terms in self._above(place.document_id, place.section).values():
            yield from terms

    def of(self, position: int) -> Mapping[Field, Container[str]]:
        """The fields of a passage that have any terms; of each it can be asked whether it holds one."""
        passage = self._passages[position]
        place = passage.locator
        fields: dict[Field, Container[str]] = dict(self._above(place.document_id, place.section))
        if passage.notes:
            known = self._notes(place.document_id)
            notes = sorted(known[number] for number in passage.notes if number in known)
            fields["note"] = _Cited(self._searcher, np.array(notes, dtype=np.int64))
        return fields
