"""Proof of what a generation maps into memory: postings, words, and what finds events.

Postings lie by term, and a proof goes by document, so they are turned around, a stretch of passages at a
time. The other files are made again aside, and compared.
"""

from __future__ import annotations

import filecmp
import math
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi
from sqlite_utils import Database

from index.bm25 import K1, B, Searcher
from index.contents import Contents
from index.errors import IndexDamagedError
from index.inverting import Counted, term_blocks
from index.lazy import PassageIds
from index.postings import Postings
from index.timeline import storing
from index.timeline.making import Made
from index.words.vocabulary import write_words

_STRETCH = 1 << 17  # passages whose postings are turned around at a time
_PLACE_BITS, _TERM_BITS = 16, 28  # of a packed posting, the lowest first; above them the passage
_SAMPLED = 400  # terms whose BM25 is proven
_SCORED = 1_000  # passages of each

# ---------------------------------------------------------------- postings


class ByPassage:
    """The postings of a segment by passage. Ask for passages in order: what is behind is forgotten."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._first = self._stop = 0  # the stretch of passages that is turned around
        self._keys: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def of(
        self, first: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The postings of the passages from ``first`` to before ``stop``, by passage and term.

        Beside each other: passages from ``first`` on, numbers of terms, counts (below 0: only fields
        hold it).
        """
        if not self._first <= first <= stop <= self._stop:
            self._turn(first, max(stop, first + _STRETCH))
        bits = _PLACE_BITS + _TERM_BITS
        bounds = np.array([first - self._first, stop - self._first], dtype=np.int64) << bits
        low, high = np.searchsorted(self._keys, bounds)
        keys = self._keys[low:high]
        terms = keys >> _PLACE_BITS & (1 << _TERM_BITS) - 1
        values = self._postings.values[keys & (1 << _PLACE_BITS) - 1]
        return (keys >> bits) - (first - self._first), terms, values

    def _turn(self, first: int, stop: int) -> None:
        pieces = [np.zeros(0, dtype=np.int64)]
        for numbers, sizes, passages, places in _blocks(self._postings):
            inside = (passages >= first) & (passages < stop)
            keys = np.repeat(numbers, sizes)[inside] << _PLACE_BITS
            keys |= passages[inside] - first << _PLACE_BITS + _TERM_BITS
            pieces.append(keys | places[inside])
        self._keys = np.concatenate(pieces)
        self._keys.sort()
        self._first, self._stop = first, stop


def _blocks(
    postings: Postings,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Terms in a row, how long the list of each is, and what `Postings.gather` gives of them."""
    starts = np.concatenate(([0], np.cumsum(postings.frequencies())))
    for first, stop in term_blocks(starts):
        numbers = np.arange(first, stop)
        yield numbers, *postings.gather(numbers)


def unsound(postings: Postings) -> Iterator[str]:
    """What is wrong with lists as such: each rises, and leads to passages that there are."""
    for _, sizes, passages, _ in _blocks(postings):
        if len(passages) and not 0 <= int(passages.min()) <= int(passages.max()) < len(postings):
            yield "Its postings lead to passages that there are not."
            return
        rising = passages[1:] > passages[:-1]
        rising[np.cumsum(sizes)[:-1] - 1] = True  # where a list ends and the next begins
        if not rising.all():
            yield "Its postings are out of order."
            return


def unlike_words(
    held: ByPassage, postings: Postings, counted: Counted, first: int, stop: int
) -> Iterator[str]:
    """How the postings of the passages ``first`` to before ``stop`` differ from ``counted``."""
    lengths = np.asarray(counted.lengths, dtype=np.int64)
    if not np.array_equal(postings.lengths[first:stop], lengths):
        yield "The lengths of its passages are wrong."
        return
    known = [postings.number(term) for term in counted.terms]
    unknown = [term for term, number in zip(counted.terms, known, strict=True) if number is None]
    for term in unknown:
        yield f"The postings of “{term}” are not those of its words."
    if unknown:
        return
    # They are ordered by passage and the document's own numbers of terms.
    of_terms = np.asarray(known, dtype=np.int64)
    terms = of_terms[np.asarray(counted.numbers, dtype=np.int64)]
    passages = np.asarray(counted.passages, dtype=np.int64)
    values = np.asarray(counted.counts, dtype=np.float64).copy()
    values[np.frombuffer(counted.beside, dtype=np.uint8) != 0] *= -1
    order = np.lexsort((terms, passages))
    made = passages[order], terms[order], values[order]
    own = held.of(first, stop)
    if all(map(np.array_equal, made, own)):
        return
    both = set(zip(*(part.tolist() for part in made), strict=True))
    for _, number, _ in sorted(both ^ set(zip(*(part.tolist() for part in own), strict=True))):
        term = postings.term(number)
        yield f"The postings of “{term}” are not those of its words."


# ---------------------------------------------------------------- scores


class Sample:
    """Some terms of the index, whose BM25 is proven by rank-bm25's own."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._total = 0  # of the lengths of all passages
        self._passages = 0
        self._held: dict[str, _Held] = {}
        segments = []
        for entry in contents.segments:
            try:
                segments.append(contents.open_segment(entry.name).postings)
            except IndexDamagedError:  # that is told already
                continue
        for postings in segments:
            step = max(1, postings.size * len(segments) // _SAMPLED)
            for number in range(0, postings.size, step):
                held = self._held.setdefault(postings.term(number), _Held())
                held.step += postings.df(number) / _SCORED

    def take(self, start: int, counted: Counted) -> None:
        """Take the passages of a document, of which the first has the position ``start``."""
        self._total += sum(counted.lengths)
        self._passages += len(counted.lengths)
        wanted = {n: held for n, term in enumerate(counted.terms) if (held := self._held.get(term))}
        if not wanted:
            return
        numbers = np.asarray(counted.numbers)
        for at in np.flatnonzero(np.isin(numbers, list(wanted))).tolist():
            passage = counted.passages[at]
            length = counted.lengths[passage]
            wanted[counted.numbers[at]].add(start + passage, counted.counts[at], length)

    def check(self) -> Iterator[str]:
        """Each of the terms scores as rank-bm25 scores it, wherever it stands."""
        if self._passages != len(self._contents) or not self._passages:
            return  # a document could not be made again: that is told already
        searcher = Searcher.of_parts(self._contents.parts(), len(self._contents))
        for term, held in self._held.items():
            oracle = _Oracle(term, held, self._passages, self._total)
            wanted = oracle.get_batch_scores([term], list(range(len(held.positions))))
            positions, scores = searcher.scores(term)
            found = dict(zip(positions.tolist(), scores.tolist(), strict=True))
            same = all(found.get(at) == s for at, s in zip(held.positions, wanted, strict=True))
            if not same or len(found) != held.holders:
                yield f"The term “{term}” is not scored as rank-bm25 scores it."


class _Held:
    """The passages that hold a term; of many only some, evenly."""

    def __init__(self) -> None:
        self.step = 0.0  # one of so many is kept, below 1: all are
        self.holders = 0
        self.positions: list[int] = []
        self.counts: list[float] = []
        self.lengths: list[int] = []

    def add(self, position: int, count: float, length: int) -> None:
        if self.holders >= len(self.positions) * self.step:
            self.positions.append(position)
            self.counts.append(count)
            self.lengths.append(length)
        self.holders += 1


class _Oracle(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """rank-bm25 over some of the passages, with the statistics of all."""

    def __init__(self, term: str, held: _Held, size: int, total: int) -> None:
        self.k1, self.b, self.corpus_size = K1, B, size
        self.doc_freqs = [{term: count} for count in held.counts]
        self.doc_len, self.avgdl = held.lengths, total / size or 1.0
        self.idf = {term: math.log(1 + (size - held.holders + 0.5) / (held.holders + 0.5))}


# ---------------------------------------------------------------- what is made again


def other_words(file: Path, postings: Postings) -> bool:
    """Whether ``file`` isn't the `words.bin` of a segment with these postings."""
    with tempfile.TemporaryDirectory() as aside:
        write_words(Path(aside) / file.name, postings.terms())
        return _differ(file, Path(aside))


def other_tables(
    contents: Contents,
    folder: Path,
    own: Database,
    made: Made,
) -> Iterator[str]:
    """What finds the events of the timeline in ``folder`` is made of them, and of nothing else.

    ``own`` is the database of that timeline.
    """
    passages = PassageIds(contents).many(list({event.passage for event in made.events}))
    with (
        tempfile.TemporaryDirectory() as aside,
        closing(sqlite3.connect(":memory:")) as connection,
    ):
        again = Database(connection)
        again.table("timeline").create({"ordinal": int, "passage_id": str})  # it is given an index
        storing.write(
            Path(aside),
            again,
            made.events,
            made.terms,
            documents=contents.ordinals,
            passages=passages.get,
        )
        for name in storing.FILES:
            if _differ(folder / name, Path(aside)):
                yield f"The file {name} is not what the timeline makes."
        for table in ("names", "event_names"):
            sql = f"select * from {table} order by 1, 2"
            pairs = zip_longest(own.execute(sql), again.execute(sql))
            if any(one != other for one, other in pairs):
                yield f"The table {table} is not what the timeline makes."


def _differ(file: Path, folder: Path) -> bool:
    """Whether the file of the same name in ``folder`` has other bytes: what made them left no time."""
    return not filecmp.cmp(file, folder / file.name, shallow=False)
