"""Terms of passages -> postings by term, in the layout of `index.postings`: the writing half.

A document's terms are counted where it is read (`count_terms`), which gives few and small arrays. An
`Inverter` packs each posting into 64 bits (term, passage, count) and sorts them, which numpy does at
some 10 ns each; an `Encoder` writes lists that come in the order of terms as they lie on disk.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK_BITS = 16  # of a passage's number that a posting of a long list holds
CHUNK = 1 << CHUNK_BITS

# A packed posting, from its highest bits: term, passage, count.
_COUNT_BITS, _PASSAGE_BITS, _TERM_BITS = 16, 24, 24
MOST_PASSAGES = 1 << _PASSAGE_BITS
_MOST_TERMS = 1 << _TERM_BITS
_MOST_VALUES = 1 << _COUNT_BITS
_QUARTERS = 1 << 12  # counts below a quarter of this, in quarters, are looked up in a table
_BLOCK = 1 << 18  # postings that are packed or encoded at a time

Sink = Callable[[str, NDArray[Any]], None]  # takes the next piece of the array with that name


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of some passages in a row, counted: what an index is made of. Small to pickle.

    The last four run beside each other, one item a posting, ordered by passage; a passage has one
    posting of a term at most.
    """

    terms: tuple[str, ...]  # each once, in the order in which they first stand; fields behind texts
    lengths: array[int]  # "I", of each passage: the terms of its text, repeats counted
    passages: array[int]  # "I", the number of the passage, from 0
    numbers: array[int]  # "I", of the term in `terms`
    counts: array[float]  # "d", above 0: occurrences in the text and shares of the fields, summed
    beside: bytes  # 1 where only fields hold the term, not the text


def count_terms(
    passages: Sequence[Sequence[str]], fields: Sequence[Mapping[str, float]] = ()
) -> Counted:
    """Count the terms of each passage; repeats in a passage count.

    ``fields``, if given, run beside ``passages``: terms from beside each, and how much of an occurrence
    each is (weighted fields of Robertson, Zaragoza and Taylor, “Simple BM25 extension to multiple
    weighted fields”, CIKM 2004). They don't lengthen a passage. Raises ValueError for a share that is
    not above 0.
    """
    known = _numbering()
    lengths = np.fromiter(map(len, passages), np.int64, len(passages))
    every = map(known.__getitem__, chain.from_iterable(passages))
    keys = np.repeat(np.arange(len(passages), dtype=np.int64) << 32, lengths)
    keys |= np.fromiter(every, np.int64, len(keys))
    keys.sort()
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    keys, counts = keys[starts], np.diff(starts, append=len(keys)).astype(np.float64)
    beside = np.zeros(len(keys), dtype=np.bool_)
    if any(fields):
        keys, counts, beside = _with_fields(keys, counts, fields, known)
    return Counted(
        tuple(known),
        _array("I", lengths),
        _array("I", keys >> 32),
        _array("I", keys & 0xFFFFFFFF),
        _array("d", counts),
        beside.tobytes(),
    )


def _numbering() -> defaultdict[str, int]:
    """A mapping that gives each new term the next number."""
    return defaultdict(count().__next__)


def _with_fields(
    keys: NDArray[np.int64],
    counts: NDArray[np.float64],
    fields: Sequence[Mapping[str, float]],
    known: defaultdict[str, int],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """The postings of the texts with those of the fields: keys, counts, whether fields alone have it."""
    sizes = np.fromiter(map(len, fields), np.int64, len(fields))
    more = np.repeat(np.arange(len(fields), dtype=np.int64) << 32, sizes)
    every = map(known.__getitem__, chain.from_iterable(fields))
    more |= np.fromiter(every, np.int64, len(more))
    shares = np.fromiter(
        chain.from_iterable(shares.values() for shares in fields), np.float64, len(more)
    )
    if not (shares > 0).all():
        raise ValueError("a field's share of an occurrence must be above 0")
    at = np.searchsorted(keys, more)
    if len(keys):
        also = keys[np.minimum(at, len(keys) - 1)] == more
        counts[at[also]] += shares[also]
        more, shares = more[~also], shares[~also]
    beside = np.repeat((False, True), (len(keys), len(more)))
    keys, counts = np.concatenate((keys, more)), np.concatenate((counts, shares))
    order = np.argsort(keys, kind="stable")
    return keys[order], counts[order], beside[order]


def _array(code: str, values: NDArray[Any]) -> array[Any]:
    made = array(code)
    made.frombytes(values.astype(code).tobytes())
    return made


def term_hash(term: str) -> int:
    """32 bits of ``term`` that are the same on every machine."""
    return int.from_bytes(blake2b(_encoded(term), digest_size=4).digest(), "little")


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def is_long(frequencies: NDArray[np.int64], passages: int) -> NDArray[np.bool_]:
    """Which lists hold 16 bits of each passage's number, and sizes of chunks; the others hold 24.

    ``passages`` is how many there are: where one chunk holds all, every list is long.
    """
    chunks = chunks_of(passages)
    return frequencies >= (0 if chunks == 1 else 2 * chunks)


def chunks_of(passages: int) -> int:
    """Into how many chunks ``passages`` fall, at least 1."""
    return max(1, -(-passages // CHUNK))


class Encoder:
    """Writes postings that come in the order of their terms, long lists before short ones."""

    def __init__(
        self,
        sink: Sink,
        passages: int,
        terms: int,
        long: int,
        values: NDArray[np.float64],
        uses: NDArray[np.int64],
    ) -> None:
        """``terms`` is how many there are, and ``long`` how many of them have long lists. ``values``
        are the different counts, negative where only fields hold a term, and ``uses`` how many postings
        have each.
        """
        self._sink = sink
        self._chunks = chunks_of(passages)
        self._long = long
        self._wide = _width(int(uses.sum()))
        order = np.lexsort((values, -uses))
        order = order[uses[order] > 0]
        self._rank = np.zeros(len(values), dtype=np.int64)
        self._rank[order] = np.arange(len(order))
        self._bits = _bits(uses[order])
        self._escape = (1 << self._bits) - 1
        self._terms = self._done = 0  # terms and postings that are written
        self._left: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)  # half a byte of codes
        sink("values", values[order])
        sink("starts", np.zeros(1, dtype=self._wide))
        for name, dtype in _LISTS.items():
            sink(name, np.zeros(0, dtype=dtype))
        sink("odd_at", np.zeros(0, dtype=self._wide))
        sink("shape", np.array([passages, terms, long, self._bits], dtype=np.uint64))

    def add(
        self, frequencies: NDArray[np.int64], passages: NDArray[Any], values: NDArray[Any]
    ) -> None:
        """Write the next lists: how long each is, and one behind the other their passages (rising in
        each list) and their counts as places in ``values``.
        """
        cut = int(np.clip(self._long - self._terms, 0, len(frequencies)))
        stop = int(frequencies[:cut].sum())
        self._sink("low", (passages & CHUNK - 1).astype(np.uint16))
        self._sink("starts", (self._done + np.cumsum(frequencies)).astype(self._wide))
        self._terms += len(frequencies)
        if cut and self._chunks > 1:
            self._sink("chunks", self._sizes(frequencies[:cut], passages[:stop]))
        if cut < len(frequencies):
            self._sink("high", (passages[stop:] >> CHUNK_BITS).astype(np.uint8))
        self._codes(self._rank[values])
        self._done += len(passages)

    def _sizes(self, frequencies: NDArray[np.int64], passages: NDArray[Any]) -> NDArray[np.uint32]:
        """How many postings of each list fall into each chunk, list by list."""
        rows = np.arange(len(frequencies), dtype=np.int64) * self._chunks
        cells = np.repeat(rows, frequencies) + (passages >> CHUNK_BITS).astype(np.int64)
        return np.bincount(cells, minlength=len(rows) * self._chunks).astype(np.uint32)

    def _codes(self, ranks: NDArray[np.int64]) -> None:
        odd = np.flatnonzero(ranks >= self._escape)
        if len(odd):
            self._sink("odd_at", (odd + self._done).astype(self._wide))
            self._sink("odd", ranks[odd].astype(np.uint16))
        codes = np.minimum(ranks, self._escape).astype(np.uint8)
        if self._bits == 8:
            self._sink("codes", codes)
            return
        codes = np.concatenate((self._left, codes))
        whole = len(codes) & ~1
        self._left = codes[whole:]
        self._sink("codes", codes[:whole:2] | codes[1:whole:2] << 4)

    def finish(self) -> None:
        """Write what is left of the codes."""
        self._sink("codes", self._left)


_LISTS: Mapping[str, type] = {
    "low": np.uint16,
    "high": np.uint8,
    "chunks": np.uint32,
    "codes": np.uint8,
    "odd": np.uint16,
}


def _width(most: int) -> type:
    return np.uint32 if most < 1 << 32 else np.uint64


def _bits(uses: NDArray[np.int64]) -> int:
    """4 or 8 bits a count, whichever takes less room; ``uses`` fall. The last code is for the rest."""
    total = int(uses.sum())
    narrow = total / 2 + 6 * int(uses[15:].sum())
    return 4 if narrow <= total + 6 * int(uses[255:].sum()) else 8


class Values:
    """The different counts of postings, numbered as they come. Negative: only fields hold the term."""

    def __init__(self) -> None:
        self._numbers: dict[float, int] = {}
        self._quarters = np.full(2 * _QUARTERS, -1, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._numbers)

    def all(self) -> NDArray[np.float64]:
        """All of them, in the order of their numbers."""
        return np.fromiter(self._numbers, np.float64, len(self._numbers))

    def numbers(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The number of each of ``values``; new ones are taken up."""
        quarters = values * 4
        if (np.abs(quarters) < _QUARTERS).all() and (np.rint(quarters) == quarters).all():
            places = quarters.astype(np.int64) + _QUARTERS
            found = self._quarters[places]
            if (found < 0).any():
                for place in np.unique(places[found < 0]).tolist():
                    self._quarters[place] = self._number((place - _QUARTERS) / 4)
                found = self._quarters[places]
            return found
        different, inverse = np.unique(values, return_inverse=True)
        numbers = np.fromiter(map(self._number, different.tolist()), np.int64, len(different))
        return numbers[inverse]

    def _number(self, value: float) -> int:
        return self._numbers.setdefault(value, len(self._numbers))


class Inverter:
    """Takes up counted passages one after the other and gives their postings by term."""

    def __init__(self, capacity: int = 0) -> None:
        """``capacity`` is how many postings there is room for at first; more is made as needed."""
        self._keys = np.empty(capacity, dtype=np.uint64)  # what isn't filled takes no memory
        self._filled = 0
        self._terms = _numbering()
        self._term_bytes = 0
        self._values = Values()
        self._lengths: list[NDArray[np.uint32]] = []
        self.passages = 0

    @property
    def postings(self) -> int:
        return self._filled

    @property
    def term_memory(self) -> int:
        """Bytes that the terms take, nearly: each with its place in a dictionary and its hash."""
        return self._term_bytes + 120 * len(self._terms)

    def fits(self, counted: Counted) -> bool:
        """Whether ``counted`` can be taken up, too."""
        return (
            self.passages + len(counted.lengths) <= MOST_PASSAGES
            and len(self._terms) + len(counted.terms) <= _MOST_TERMS
            and len(self._values) + _QUARTERS <= _MOST_VALUES
        )

    def add(self, counted: Counted) -> None:
        """Take up the passages of ``counted`` behind those that are here already.

        Raises ValueError for more passages, terms or different counts than one file can hold.
        """
        terms, size = self._terms, len(self._terms)
        of_document = map(terms.__getitem__, counted.terms)
        numbers = np.fromiter(of_document, np.uint64, len(counted.terms))
        if len(terms) > size:
            self._term_bytes += sum(map(len, counted.terms)) * (len(terms) - size) // len(numbers)
        self._reserve(len(counted.passages))
        passages = np.frombuffer(counted.passages, np.uint32)
        of_terms = np.frombuffer(counted.numbers, np.uint32)
        counts = np.frombuffer(counted.counts, np.float64)
        beside = np.frombuffer(counted.beside, np.uint8)
        for start in range(0, len(passages), _BLOCK):
            part = slice(start, start + _BLOCK)
            keys = numbers[of_terms[part]] << np.uint64(_PASSAGE_BITS + _COUNT_BITS)
            keys |= (passages[part] + np.uint64(self.passages)) << np.uint64(_COUNT_BITS)
            signed = np.where(beside[part], -counts[part], counts[part])
            keys |= self._values.numbers(signed).astype(np.uint64)
            self._keys[self._filled : self._filled + len(keys)] = keys
            self._filled += len(keys)
        self._lengths.append(np.frombuffer(counted.lengths, np.uint32))
        self.passages += len(counted.lengths)
        if self.passages > MOST_PASSAGES or len(terms) > _MOST_TERMS:
            raise ValueError("more passages or terms than one part of an index can hold")
        if len(self._values) > _MOST_VALUES:
            raise ValueError("more different counts than one part of an index can hold")

    def _reserve(self, more: int) -> None:
        if self._filled + more > len(self._keys):
            size = max(self._filled + more, len(self._keys) * 3 // 2)
            self._keys = np.concatenate(
                (self._keys[: self._filled], np.empty(size - self._filled, dtype=np.uint64))
            )

    def write(self, sink: Sink) -> None:
        """Write all that was taken up, sorted by term. Afterwards it is empty."""
        keys = self._keys[: self._filled]
        shift = np.uint64(_PASSAGE_BITS + _COUNT_BITS)
        counts = np.zeros(len(self._terms), dtype=np.int64)
        uses = np.zeros(len(self._values), dtype=np.int64)
        for part in _blocks(len(keys)):
            counts += np.bincount((keys[part] >> shift).astype(np.int64), minlength=len(counts))
            numbers = (keys[part] & np.uint64(_MOST_VALUES - 1)).astype(np.int64)
            uses += np.bincount(numbers, minlength=len(uses))
        terms = list(self._terms)
        hashes = np.fromiter(map(term_hash, terms), np.uint32, len(terms))
        order = _in_order(hashes, is_long(counts, self.passages), terms)
        order = order[counts[order] > 0]
        rank = np.zeros(len(terms), dtype=np.uint64)
        rank[order] = np.arange(len(order), dtype=np.uint64)
        low = np.uint64((1 << _PASSAGE_BITS + _COUNT_BITS) - 1)
        for part in _blocks(len(keys)):
            keys[part] = rank[(keys[part] >> shift).astype(np.int64)] << shift | keys[part] & low
        keys.sort()
        lengths = self._lengths or [np.zeros(0, dtype=np.uint32)]
        frequencies = counts[order]
        long = int(is_long(frequencies, self.passages).sum())
        encoder = Encoder(sink, self.passages, len(order), long, self._values.all(), uses)
        sink("lengths", np.concatenate(lengths))
        dictionary = Dictionary(sink, sum(len(_encoded(term)) for term in terms))
        for part in _blocks(len(order)):
            encoded = [_encoded(terms[n]) for n in order[part].tolist()]
            sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
            dictionary.add(hashes[order[part]], sizes, np.frombuffer(b"".join(encoded), np.uint8))
        starts = np.concatenate(([0], np.cumsum(frequencies)))
        for first, stop in term_blocks(starts):
            packed = keys[starts[first] : starts[stop]]
            passages = packed >> np.uint64(_COUNT_BITS) & np.uint64(MOST_PASSAGES - 1)
            numbers = (packed & np.uint64(_MOST_VALUES - 1)).astype(np.int64)
            encoder.add(frequencies[first:stop], passages.astype(np.int64), numbers)
        encoder.finish()
        self._filled, self._term_bytes, self.passages = 0, 0, 0
        self._terms, self._values, self._lengths = _numbering(), Values(), []


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, size, _BLOCK))


def term_blocks(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Terms in a row whose lists have 262,144 postings together, or a single one that has more.

    ``starts`` are where the lists begin, and where the last one ends.
    """
    first, terms = 0, len(starts) - 1
    while first < terms:
        stop = int(np.searchsorted(starts, starts[first] + _BLOCK, side="right")) - 1
        stop = min(max(stop, first + 1), terms)
        yield first, stop
        first = stop


def _in_order(
    hashes: NDArray[np.uint32], long: NDArray[np.bool_], terms: Sequence[str]
) -> NDArray[np.int64]:
    """The order in which terms lie: long lists first, then by hash, those of one hash by letters."""
    order = np.lexsort((hashes, ~long))
    same = np.flatnonzero(
        (hashes[order[1:]] == hashes[order[:-1]]) & (long[order[1:]] == long[order[:-1]])
    )
    for first, stop in runs(same):
        own = sorted(order[first:stop].tolist(), key=lambda n: _encoded(terms[n]))
        order[first:stop] = own
    return order.astype(np.int64)


def runs(same: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """The stretches of equal items, first and last + 1 place of each; ``same`` are the places, rising,
    of items that equal the next one.
    """
    if len(same):
        cuts = np.flatnonzero(np.diff(same) > 1)
        firsts = same[np.concatenate(([0], cuts + 1))]
        lasts = same[np.concatenate((cuts, [len(same) - 1]))]
        yield from zip(firsts.tolist(), (lasts + 2).tolist(), strict=True)


class Dictionary:
    """Writes terms that come in their order."""

    def __init__(self, sink: Sink, size: int) -> None:
        """``size`` is that of all terms, in bytes."""
        self._sink, self._end, self._wide = sink, 0, _width(size)
        sink("hashes", np.zeros(0, dtype=np.uint32))
        sink("text", np.zeros(0, dtype=np.uint8))
        sink("text_ends", np.zeros(1, dtype=self._wide))

    def add(
        self, hashes: NDArray[np.uint32], sizes: NDArray[np.int64], text: NDArray[np.uint8]
    ) -> None:
        """Write the next terms: their hashes, how many bytes each has, and these."""
        self._sink("hashes", hashes)
        self._sink("text", text)
        self._sink("text_ends", (self._end + np.cumsum(sizes)).astype(self._wide))
        self._end += len(text)
