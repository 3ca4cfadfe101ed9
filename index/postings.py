"""Postings: for each term the passages that hold it and how often, mapped from disk or in memory.

Terms lie in the order of 32-bit hashes of theirs, so that one is found by a binary search and its
bytes are compared then. Lists of many passages come first: of a passage's number they hold the low 16
bits, beside how many postings fall into each chunk of 65,536 passages; short ones hold 24. Counts are
codes of 4 or 8 bits for the most frequent ones; the last code says that another stands aside. Of a
segment of 10⁶ passages with 54 terms each that is some 3.5 bytes a posting, dictionary and all.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, ArraysWriter
from index.errors import IndexDamagedError
from index.inverting import (
    CHUNK,
    CHUNK_BITS,
    MOST_PASSAGES,
    Counted,
    Dictionary,
    Encoder,
    Inverter,
    Sink,
    chunks_of,
    count_terms,
    is_long,
    runs,
    term_blocks,
    term_hash,
)
from index.messages import say

__all__ = ["Counted", "Postings", "PostingsWriter", "count_terms", "merge"]

KIND, VERSION = "postings", 2
_MEMORY = 256 << 20  # bytes a writer takes before it goes on on disk
_DECODED = 1 << 16  # passages: a list up to here is decoded as a whole to look some up
_COUNT_BITS = 16  # of a packed posting: see `_Merger`
_DECODING = 16  # postings that are decoded in the time in which one passage is looked up
_BISECTIONS = 3  # that take as long as one call that searches for many at once
_TERMS_AT_ONCE = 1 << 18  # terms of all sources together that are merged at a time
_LEAST, _MOST = 1e-30, 1e30  # counts as float32


class Postings:
    """The postings of some passages, which are numbered from 0. Never changes; safe to share."""

    def __init__(self, arrays: Arrays) -> None:
        """``arrays`` are those that an `Encoder` wrote; see `open` and `of`."""
        passages, self.size, self._long, bits = (int(n) for n in arrays["shape"])
        self.arrays = arrays
        self.lengths: NDArray[np.uint32] = arrays["lengths"]  # terms of each passage's text
        self._passages = passages
        self._narrow = bits == 4
        self._escape = (1 << bits) - 1
        self._hashes, self._text = arrays["hashes"], arrays["text"]
        self._text_ends = arrays["text_ends"]
        self._starts, self._codes = arrays["starts"], arrays["codes"]
        self._low, self._high = arrays["low"], arrays["high"]
        self._low_view = self._low.data
        chunks = chunks_of(passages)
        self._chunks = arrays["chunks"].reshape(-1, chunks) if chunks > 1 else None
        self._bases = np.arange(chunks, dtype=np.int64) << CHUNK_BITS
        self._short_start = int(self._starts[self._long])
        self._odd, self._odd_at = arrays["odd"], arrays["odd_at"]
        self.values: NDArray[np.float64] = arrays["values"]  # the different counts; below 0: beside
        self._magnitudes = np.abs(self.values)
        self._table = _code_table(self.values, bits)
        #: Whether `amounts` are exact; else `counts_of` and `lookup` tell more.
        self.exact = bool((_amounts(self.values) == np.abs(self.values)).all())
        self.has_beside = bool((self.values < 0).any())

    @classmethod
    def of(cls, counted: Sequence[Counted]) -> Postings:
        """The postings of ``counted``, one behind the other, in memory."""
        inverter = Inverter(sum(len(one.passages) for one in counted))
        for one in counted:
            inverter.add(one)
        pieces: dict[str, list[NDArray[Any]]] = {}
        inverter.write(lambda name, array: pieces.setdefault(name, []).append(array))
        return cls(Arrays.of({name: np.concatenate(found) for name, found in pieces.items()}))

    @classmethod
    def open(cls, path: Path) -> Postings:
        """The postings of the file at ``path``; raises what `Arrays.open` raises."""
        arrays = Arrays.open(path, KIND, VERSION)
        try:
            return cls(arrays)
        except (KeyError, ValueError, IndexError) as error:
            raise IndexDamagedError(
                say(
                    "The file {file} of the index can't be used: it {what}.",
                    file=path.name,
                    what="has arrays that don't fit",
                )
            ) from error

    def __len__(self) -> int:
        """How many passages there are."""
        return self._passages

    # ------------------------------------------------------------ terms

    def number(self, term: str) -> int | None:
        """The number of ``term``, or None if no passage holds it."""
        sought, data = np.uint32(term_hash(term)), term.encode("utf-8", "surrogatepass")
        for first, stop in ((0, self._long), (self._long, self.size)):
            at = first + int(np.searchsorted(self._hashes[first:stop], sought))
            while at < stop and self._hashes[at] == sought:
                if self._bytes(at) == data:
                    return at
                at += 1
        return None

    def _bytes(self, number: int) -> bytes:
        return self._text[int(self._text_ends[number]) : int(self._text_ends[number + 1])].tobytes()

    def term(self, number: int) -> str:
        """The term with that number."""
        return self._bytes(number).decode("utf-8", "surrogatepass")

    def terms(self) -> Iterator[str]:
        """All terms, by number."""
        for first in range(0, self.size, CHUNK):
            ends = self._text_ends[first : first + CHUNK + 1].tolist()
            data = self._text[ends[0] : ends[-1]].tobytes()
            for start, stop in pairwise(ends):
                yield data[start - ends[0] : stop - ends[0]].decode("utf-8", "surrogatepass")

    def __contains__(self, term: str) -> bool:
        return self.number(term) is not None

    # ------------------------------------------------------------ one list

    def df(self, number: int) -> int:
        """How many passages hold the term."""
        return int(self._starts[number + 1]) - int(self._starts[number])

    def frequencies(self) -> NDArray[np.int64]:
        """`df` of all terms, by number."""
        starts = self._starts.astype(np.int64)
        return starts[1:] - starts[:-1]

    def frequencies_in(self, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For all terms how many of the passages that are ``kept`` hold it: reads all postings."""
        frequencies = self.frequencies()
        starts = np.concatenate(([0], np.cumsum(frequencies)))
        for first, stop in term_blocks(starts):
            sizes, passages, _ = self.gather(np.arange(first, stop))
            of_terms = np.repeat(np.arange(stop - first), sizes)[kept[passages]]
            frequencies[first:stop] = np.bincount(of_terms, minlength=stop - first)
        return frequencies

    def passages_of(self, number: int) -> NDArray[np.int64]:
        """The passages that hold the term, rising. The array is the caller's."""
        start, stop = int(self._starts[number]), int(self._starts[number + 1])
        if number >= self._long:
            return self._short(slice(start, stop))
        low = self._low[start:stop]
        if self._chunks is None:
            return low.astype(np.int64)
        found: NDArray[np.int64] = np.add(
            low, np.repeat(self._bases, self._chunks[number]), dtype=np.int64
        )
        return found

    def _short(self, places: slice) -> NDArray[np.int64]:
        """The passages of postings of short lists."""
        first = self._short_start
        found = self._high[places.start - first : places.stop - first].astype(np.int64)
        found <<= CHUNK_BITS
        found |= self._low[places]
        return found

    def pieces(self, number: int) -> Iterator[tuple[slice, int, NDArray[np.int64]]]:
        """`passages_of` piece by piece, chunks of 65,536 passages that hold any: the passages of the
        chunk, how many that hold the term come before, and which of the chunk do, counted from its first.
        """
        start = int(self._starts[number])
        if number >= self._long or self._chunks is None:
            yield slice(self._passages), 0, self.passages_of(number)
            return
        before = 0
        for chunk, size in enumerate(self._chunks[number].tolist()):
            if size:
                low = self._low[start + before : start + before + size]
                first = chunk << CHUNK_BITS
                yield slice(first, first + CHUNK), before, low.astype(np.int64)
                before += size

    def span(self, number: int, first: int, stop: int) -> tuple[int, NDArray[np.int64]]:
        """Those passages that hold the term from ``first`` to before ``stop``, and before how many of
        its passages they begin. Decodes no more than the chunks they are in.
        """
        start = int(self._starts[number])
        if number >= self._long or self._chunks is None:
            found = self.passages_of(number)
            low, high = np.searchsorted(found, (first, stop))
            return int(low), found[low:high]
        row = self._chunks[number]
        from_chunk = min(first >> CHUNK_BITS, len(row))
        to_chunk = min((stop - 1 >> CHUNK_BITS) + 1, len(row))
        begin = int(row[:from_chunk].sum())
        sizes = row[from_chunk:to_chunk]
        low_bits = self._low[start + begin : start + begin + int(sizes.sum())]
        found = np.add(low_bits, np.repeat(self._bases[from_chunk:to_chunk], sizes), dtype=np.int64)
        low, high = np.searchsorted(found, (first, stop))
        return begin + int(low), found[low:high]

    def amounts(self, number: int, first: int = 0, count: int | None = None) -> NDArray[np.float32]:
        """The counts of ``count`` postings of the term from ``first`` on, or of all, as float32."""
        start = int(self._starts[number]) + first
        stop = int(self._starts[number + 1]) if count is None else start + count
        if self._narrow:
            pairs = self._table.take(self._codes[start >> 1 : stop + 1 >> 1])
            found = pairs.view(np.float32)[start & 1 :][: stop - start]
        else:
            found = self._table.take(self._codes[start:stop])
        if len(self._odd_at):
            low, high = np.searchsorted(
                self._odd_at, np.array((start, stop), dtype=self._odd_at.dtype)
            )
            if low < high:
                places = self._odd_at[low:high].astype(np.int64) - start
                found[places] = _amounts(self.values[self._odd[low:high]])
        return found

    def _values(self, number: int) -> NDArray[np.float64]:
        start, stop = int(self._starts[number]), int(self._starts[number + 1])
        found: NDArray[np.float64] = self.values[self._codes_at(np.arange(start, stop))]
        return found

    def counts_of(self, number: int) -> NDArray[np.float64]:
        """How often each passage of `passages_of` holds the term, shares of fields included."""
        return np.abs(self._values(number))

    def beside_of(self, number: int) -> NDArray[np.bool_]:
        """Whether only fields hold the term, not the text, for each passage of `passages_of`."""
        return self._values(number) < 0

    def lookup(
        self, number: int, passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """For each of ``passages``, in any order: how often it holds the term, 0 where it doesn't;
        and whether only fields do.
        """
        places, held = self._places(number, passages)
        values = np.zeros(len(passages))
        values[held] = self.values[self._codes_at(places[held])]
        return np.abs(values), values < 0

    def holds(self, number: int, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each of ``passages``, in any order, holds the term."""
        return self._places(number, passages)[1]

    def _places(
        self, number: int, passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """For each of ``passages`` the place of its posting among all, and whether there is one."""
        start, size = int(self._starts[number]), self.df(number)
        much = size <= max(_DECODED, _DECODING * len(passages))
        if number >= self._long or (self._chunks is not None and much):
            places, held = _find(self.passages_of(number), passages)
            return start + places, held
        if self._chunks is None:
            places, held = _find(self._low[start : start + size], passages.astype(np.uint16))
            return start + places, held
        places = np.zeros(len(passages), dtype=np.int64)
        held = np.zeros(len(passages), dtype=np.bool_)
        chunks = passages >> CHUNK_BITS
        ends = np.cumsum(self._chunks[number], dtype=np.int64)
        for chunk in np.unique(chunks).tolist():
            first = int(ends[chunk - 1]) if chunk else 0
            low = self._low[start + first : start + int(ends[chunk])]
            if len(low):
                own = np.flatnonzero(chunks == chunk)
                at, held[own] = _find(low, (passages[own] & CHUNK - 1).astype(np.uint16))
                places[own] = start + first + at
        return places, held

    def counts_at(
        self,
        numbers: NDArray[np.int64],
        passages: NDArray[np.int64],
        decoded: Sequence[NDArray[np.int64] | None] = (),
    ) -> NDArray[np.float64]:
        """How often each of ``passages``, in any order, holds each of several terms, 0 where it
        doesn't: a row for each term. ``decoded``: what `passages_of` gave for each, if it is at hand.
        """
        found = np.zeros((len(numbers), len(passages)))
        if not found.size:
            return found
        order = passages.argsort(kind="stable")
        rising = passages[order]
        places = np.zeros(found.shape, dtype=np.int64)
        held = np.zeros(found.shape, dtype=np.bool_)
        keys: list[int] | None = None
        if not decoded or any(one is None for one in decoded):
            sought = (rising if self._chunks is None else rising & CHUNK - 1).astype(np.uint16)
            cuts = [*rising.searchsorted(self._bases).tolist(), len(rising)]
            groups = [(n, i, j) for n, (i, j) in enumerate(pairwise(cuts)) if i < j]
            keys = sought.tolist() if len(groups) * _BISECTIONS > len(rising) else None
        for row, number in enumerate(numbers.tolist()):
            every = decoded[row] if decoded else None
            if every is None and number >= self._long:
                every = self.passages_of(number)
            if every is not None:
                at = every.searchsorted(rising)
                np.equal(every.take(at, mode="clip"), rising, out=held[row])
                np.add(at, int(self._starts[number]), out=places[row])
            elif keys is not None:
                self._bisect(number, keys, groups, places[row], held[row])
            else:
                self._search(number, sought, groups, places[row], held[row])
        counts = np.zeros(found.shape)
        counts[held] = self._magnitudes.take(self._codes_at(places[held]))
        found[:, order] = counts
        return found

    def _ends(self, number: int) -> list[int]:
        """Where the postings of each chunk of a long list end; before them where the first begin."""
        start = int(self._starts[number])
        if self._chunks is None:
            return [start, int(self._starts[number + 1])]
        ends = [start]
        for size in self._chunks[number].tolist():
            ends.append(ends[-1] + size)
        return ends

    def _search(
        self,
        number: int,
        sought: NDArray[np.uint16],
        groups: Sequence[tuple[int, int, int]],
        places: NDArray[np.int64],
        held: NDArray[np.bool_],
    ) -> None:
        """Put into ``places`` and ``held`` where a long list has passages, and whether it has them.

        ``sought`` are their low bits; ``groups`` tell of each chunk from where to where it has some.
        """
        ends = self._ends(number)
        for chunk, first, stop in groups:
            start, end = ends[chunk], ends[chunk + 1]
            if start < end:
                low, keys = self._low[start:end], sought[first:stop]
                at = low.searchsorted(keys)
                held[first:stop] = low.take(at, mode="clip") == keys
                places[first:stop] = at + start

    def _bisect(
        self,
        number: int,
        sought: list[int],
        groups: Sequence[tuple[int, int, int]],
        places: NDArray[np.int64],
        held: NDArray[np.bool_],
    ) -> None:
        """The same for few passages in many chunks."""
        ends, low = self._ends(number), self._low_view
        for chunk, first, stop in groups:
            start, end = ends[chunk], ends[chunk + 1]
            for n in range(first, stop):
                start = bisect_left(low, sought[n], start, end)
                if start < end and low[start] == sought[n]:
                    places[n], held[n] = start, True

    def _codes_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each place among all postings the place of its count in `values`."""
        if self._narrow:
            shifts = ((places & 1) << 2).astype(np.uint8)
            codes: NDArray[np.int64] = (self._codes[places >> 1] >> shifts & np.uint8(15)).astype(
                np.int64
            )
        else:
            codes = self._codes[places].astype(np.int64)
        odd = np.flatnonzero(codes == self._escape)
        if len(odd):
            at = np.searchsorted(self._odd_at, places[odd].astype(self._odd_at.dtype))
            codes[odd] = self._odd[at]
        return codes

    # ------------------------------------------------------------ many lists

    def gather(
        self, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The lists of several terms: how long each is, and one behind the other their passages and
        the places of their counts in `values`.
        """
        starts = self._starts[numbers].astype(np.int64)
        sizes = self._starts[numbers + 1].astype(np.int64) - starts
        places = ragged(starts, sizes)
        long: NDArray[np.bool_] = numbers < self._long
        if long.all():
            low = self._low[places].astype(np.int64) + self._gathered_bases(numbers)
            return sizes, low, self._codes_at(places)
        passages = self._low[places].astype(np.int64)
        of_long = np.repeat(long, sizes)
        passages[of_long] += self._gathered_bases(numbers[long])
        high = self._high[places[~of_long] - self._short_start]
        passages[~of_long] |= high.astype(np.int64) << CHUNK_BITS
        return sizes, passages, self._codes_at(places)

    def _gathered_bases(self, numbers: NDArray[np.int64]) -> NDArray[np.int64] | int:
        """The first passage of the chunk of each posting of several long lists."""
        if self._chunks is None:
            return 0
        return np.repeat(np.tile(self._bases, len(numbers)), self._chunks[numbers].ravel())

    def bytes_of_terms(
        self, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The UTF-8 of several terms, one behind the other, and how many bytes each has."""
        starts = self._text_ends[numbers].astype(np.int64)
        sizes = self._text_ends[numbers + 1].astype(np.int64) - starts
        return self._text[ragged(starts, sizes)], sizes

    def ranges(self, bounds: NDArray[np.uint32]) -> Iterator[NDArray[np.int64]]:
        """The numbers of the terms with hashes below the first of ``bounds``, from there to below the
        second, and so on; last those of all others.
        """
        cuts = []
        for first, stop in ((0, self._long), (self._long, self.size)):
            inner = np.searchsorted(self._hashes[first:stop], bounds) + first
            cuts.append([first, *inner.tolist(), stop])
        for (a, b), (c, d) in zip(*map(pairwise, cuts), strict=True):
            yield np.concatenate((np.arange(a, b), np.arange(c, d)))

    def hashes(self) -> NDArray[np.uint32]:
        """`term_hash` of all terms, by number."""
        return self._hashes


def ragged(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of several stretches, one behind the other."""
    total = int(sizes.sum())
    offsets = np.cumsum(sizes) - sizes
    return np.repeat(starts - offsets, sizes) + np.arange(total)


def _find(held: NDArray[Any], sought: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The places of ``sought`` in ``held``, which rises and isn't empty, and whether each is there."""
    places: NDArray[np.int64] = np.minimum(np.searchsorted(held, sought), len(held) - 1)
    equal: NDArray[np.bool_] = held[places] == sought
    return places, equal


def _amounts(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Counts as float32, none of them 0 or without end."""
    return np.clip(np.abs(values), _LEAST, _MOST).astype(np.float32)


def _code_table(values: NDArray[np.float64], bits: int) -> NDArray[Any]:
    """What a byte of codes stands for: a count as float32, or two of them in 64 bits."""
    amounts = np.zeros(1 << bits, dtype=np.float32)
    known = min(len(values), (1 << bits) - 1)
    amounts[:known] = _amounts(values[:known])
    if bits == 8:
        return amounts
    pairs = np.empty((256, 2), dtype=np.float32)
    pairs[:, 0], pairs[:, 1] = np.tile(amounts, 16), np.repeat(amounts, 16)
    return pairs.view(np.uint64).ravel()


# ---------------------------------------------------------------- writing


class PostingsWriter:
    """Writes the postings of counted passages to a file, with no more memory than it is allowed.

    What doesn't fit is sorted and written to files beside it, which `finish` merges. Left by an error,
    or without `finish`, it leaves nothing.
    """

    def __init__(self, path: Path, *, memory: int = _MEMORY) -> None:
        """``memory`` is in bytes and holds for what is kept of postings and terms. Whatever it is,
        4 bytes a passage and some 60 bytes a term (of each file aside) are needed in the end.
        """
        self._path = path
        # Sorting is done in place; what is decoded while writing takes as much again at most.
        self._most = max(1, memory // 16)
        self._memory = memory
        self._inverter = Inverter(self._most)
        self._aside: tempfile.TemporaryDirectory[str] | None = None
        self._runs: list[tuple[Path, int]] = []  # files aside, and how many passages each has

    def __enter__(self) -> PostingsWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, counted: Counted) -> None:
        """Add the passages of ``counted`` behind those that were added before."""
        inverter = self._inverter
        if inverter.passages and (
            not inverter.fits(counted)
            or inverter.postings + len(counted.passages) > self._most
            or inverter.term_memory > self._memory // 2
        ):
            self._spill()
        inverter.add(counted)

    def _spill(self) -> None:
        if self._aside is None:
            self._aside = tempfile.TemporaryDirectory(
                prefix=f".{self._path.name}.", dir=self._path.parent
            )
        path = Path(self._aside.name) / f"{len(self._runs)}.bin"
        self._runs.append((path, self._inverter.passages))
        _write(path, self._inverter)

    def finish(self) -> None:
        """Write the file."""
        if not self._runs:
            _write(self._path, self._inverter)
            return
        if self._inverter.passages:
            self._spill()
        self._inverter = Inverter()
        sources, first = [], 0
        for path, passages in self._runs:
            sources.append((Postings.open(path), np.arange(first, first + passages)))
            first += passages
        merge(sources, self._path)
        self.close()

    def close(self) -> None:
        """Remove the files aside."""
        if self._aside is not None:
            self._aside.cleanup()
            self._aside = None


def _write(path: Path, inverter: Inverter) -> None:
    with ArraysWriter(path, KIND, VERSION) as writer:
        inverter.write(writer.append)
        writer.finish()


def merge(sources: Sequence[tuple[Postings, NDArray[np.int64]]], path: Path) -> None:
    """Write to ``path`` the postings of several into one file.

    Beside each source stands the new number of each of its passages, rising, or -1 for one that is
    left out. Together they are 0 and up, each once. The file is the one that a `PostingsWriter` writes
    for the passages in their new order. Raises ValueError for more than 2²⁴ passages.
    """
    with ArraysWriter(path, KIND, VERSION) as writer:
        _Merger(sources).write(writer.append)
        writer.finish()


class _Merger:
    def __init__(self, sources: Sequence[tuple[Postings, NDArray[np.int64]]]) -> None:
        self._sources = [(postings, np.asarray(new, np.int64)) for postings, new in sources]
        self._passages = sum(int((new >= 0).sum()) for _, new in self._sources)
        if self._passages > MOST_PASSAGES:
            raise ValueError("more passages than one part of an index can hold")
        own = [postings.values for postings, _ in self._sources]
        self._values = np.unique(np.concatenate(own)) if own else np.zeros(0)
        if len(self._values) > 1 << _COUNT_BITS:
            raise ValueError("more different counts than one part of an index can hold")
        self._places = [np.searchsorted(self._values, values) for values in own]
        self._uses = np.zeros(len(self._values), dtype=np.int64)

    def write(self, sink: Sink) -> None:
        held = [self._count(n) for n in range(len(self._sources))]
        sizes = [len(terms) for terms in held]
        # Terms are merged by ranges of hashes, so that few of them are in memory at once.
        bounds = _bounds(-(-sum(sizes) // _TERMS_AT_ONCE))
        ranges = list(zip(*(postings.ranges(bounds) for postings, _ in self._sources), strict=True))
        terms = long = letters = 0
        for some in ranges:
            every = _MergedTerms(self._sources, held, some)
            terms += len(every.frequencies)
            long += int(is_long(every.frequencies, self._passages).sum())
            letters += int(every.sizes.sum())
        encoder = Encoder(sink, self._passages, terms, long, self._values, self._uses)
        sink("lengths", self._lengths())
        dictionary = Dictionary(sink, letters)
        for wanted in (True, False):
            for some in ranges if long < terms or wanted else ():
                every = _MergedTerms(self._sources, held, some)
                every.keep(is_long(every.frequencies, self._passages) == wanted)
                self._write(every, encoder, dictionary)
        encoder.finish()

    def _write(self, terms: _MergedTerms, encoder: Encoder, dictionary: Dictionary) -> None:
        dictionary.add(terms.hashes, terms.sizes, terms.text())
        starts = np.concatenate(([0], np.cumsum(terms.frequencies)))
        for first, stop in term_blocks(starts):
            passages, values = self._lists(terms, first, stop)
            encoder.add(terms.frequencies[first:stop], passages, values)

    def _lengths(self) -> NDArray[np.uint32]:
        lengths = np.zeros(self._passages, dtype=np.uint32)
        for postings, new in self._sources:
            lengths[new[new >= 0]] = postings.lengths[new >= 0]
        return lengths

    def _count(self, source: int) -> NDArray[np.int64]:
        """How many kept passages hold each term of a source; also counts how often counts are used."""
        postings, new = self._sources[source]
        frequencies = postings.frequencies()
        starts = np.concatenate(([0], np.cumsum(frequencies)))
        held = frequencies if (new >= 0).all() else np.zeros_like(frequencies)
        for first, stop in term_blocks(starts):
            sizes, passages, values = postings.gather(np.arange(first, stop))
            if held is not frequencies:
                kept = new[passages] >= 0
                values = values[kept]
                of_terms = np.repeat(np.arange(stop - first), sizes)[kept]
                held[first:stop] = np.bincount(of_terms, minlength=stop - first)
            uses = np.bincount(values, minlength=len(self._places[source]))
            self._uses[self._places[source]] += uses
        return held

    def _lists(
        self, terms: _MergedTerms, first: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The lists of new terms, one behind the other: passages, and places of counts."""
        packed = []
        bits = self._passages.bit_length() + _COUNT_BITS
        for source, (postings, new) in enumerate(self._sources):
            numbers, targets = terms.of_source(source, first, stop)
            sizes, passages, values = postings.gather(numbers)
            keys = np.repeat((targets - first) << bits, sizes)
            keys |= new[passages] << _COUNT_BITS
            keys |= self._places[source][values]
            packed.append(keys[keys >= 0])  # -1 set every bit
        keys = np.concatenate(packed)
        keys.sort()
        passages = keys >> _COUNT_BITS & (1 << bits - _COUNT_BITS) - 1
        return passages, keys & (1 << _COUNT_BITS) - 1


class _MergedTerms:
    """The terms of several sources in a range of hashes, each once, in the order of the hashes."""

    def __init__(
        self,
        sources: Sequence[tuple[Postings, NDArray[np.int64]]],
        held: Sequence[NDArray[np.int64]],
        ranges: Sequence[NDArray[np.int64]],
    ) -> None:
        """``held`` are, for each source, how many kept passages hold each term: 0 leaves it out.
        ``ranges`` are the numbers that terms of that range have there.
        """
        texts, starts, sizes, hashes, counts = [], [], [], [], []
        self._numbers = []
        offset = 0
        for (postings, _), held_there, numbers in zip(sources, held, ranges, strict=True):
            own = numbers[held_there[numbers] > 0]
            text, lengths = postings.bytes_of_terms(own)
            texts.append(text)
            starts.append(offset + np.cumsum(lengths) - lengths)
            sizes.append(lengths)
            hashes.append(postings.hashes()[own])
            counts.append(held_there[own])
            self._numbers.append(own)
            offset += len(text)
        self._text = np.concatenate([np.zeros(0, dtype=np.uint8), *texts])
        self._starts, self._sizes = _joined(starts), _joined(sizes)
        own_hashes = np.concatenate([np.zeros(0, dtype=np.uint32), *hashes])
        order, first = self._grouped(own_hashes)
        groups = np.cumsum(first) - 1
        self._targets = np.zeros(len(order), dtype=np.int64)
        self._targets[order] = groups
        self._samples = order[first]  # of each term, one of those that are it
        self.frequencies: NDArray[np.int64] = np.bincount(
            groups, _joined(counts)[order], len(self._samples)
        ).astype(np.int64)
        self.hashes, self.sizes = own_hashes[self._samples], self._sizes[self._samples]

    def keep(self, wanted: NDArray[np.bool_]) -> None:
        """Go on with the wanted terms alone."""
        rank = np.where(wanted, np.cumsum(wanted) - 1, -1)
        if len(rank):
            self._targets = rank[self._targets]
        self._samples, self.frequencies = self._samples[wanted], self.frequencies[wanted]
        self.hashes, self.sizes = self.hashes[wanted], self.sizes[wanted]
        self._of_sources = []
        at = 0
        for numbers in self._numbers:
            targets = self._targets[at : at + len(numbers)]
            order = np.argsort(targets, kind="stable")
            self._of_sources.append((numbers[order], targets[order]))
            at += len(numbers)

    def of_source(
        self, source: int, first: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers that the terms from ``first`` to before ``stop`` have in a source, where it has
        them, and which those are.
        """
        numbers, targets = self._of_sources[source]
        low, high = np.searchsorted(targets, (first, stop))
        return numbers[low:high], targets[low:high]

    def text(self) -> NDArray[np.uint8]:
        """The UTF-8 of the terms, one behind the other."""
        return self._text[ragged(self._starts[self._samples], self.sizes)]

    def _grouped(self, hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """All terms of all sources by hash and letters, and which begin a new one."""
        order = np.argsort(hashes, kind="stable").astype(np.int64)
        same = np.zeros(len(order), dtype=np.bool_)
        same[1:] = hashes[order[1:]] == hashes[order[:-1]]
        at = np.flatnonzero(same)
        unlike = at[~self._equal(order[at], order[at - 1])]
        for first, stop in runs(at - 1) if len(unlike) else ():
            low, high = np.searchsorted(unlike, (first, stop))
            if low == high:
                continue
            # Terms with one hash are told apart by their letters.
            own = sorted(order[first:stop].tolist(), key=self._bytes)
            order[first:stop] = own
            letters = list(map(self._bytes, own))
            same[first + 1 : stop] = [one == other for one, other in pairwise(letters)]
        return order, ~same

    def _bytes(self, number: int) -> bytes:
        start = int(self._starts[number])
        return self._text[start : start + int(self._sizes[number])].tobytes()

    def _equal(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the letters of terms are the same, pair by pair."""
        equal: NDArray[np.bool_] = self._sizes[one] == self._sizes[other]
        for start in range(0, len(one), CHUNK):
            part = start + np.flatnonzero(equal[start : start + CHUNK])
            sizes = self._sizes[one[part]]
            unlike = (
                self._text[ragged(self._starts[one[part]], sizes)]
                != self._text[ragged(self._starts[other[part]], sizes)]
            )
            equal[np.repeat(part, sizes)[unlike]] = False
        return equal


def _bounds(parts: int) -> NDArray[np.uint32]:
    """What cuts all hashes into so many ranges of one width, at least 1."""
    width = (1 << 32) // max(1, parts)
    return np.array([width * n for n in range(1, parts)], dtype=np.uint32)


def _joined(arrays: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])
