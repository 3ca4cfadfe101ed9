"""The terms of an index by how they are written and how they sound, in memory or on disk.

On disk each segment has its own terms in `words.bin`, made once, when the segment is written. Terms of
letters alone lie one behind the other, grouped by first letter, letters and bytes, so that none needs
an offset of its own; beside them their shapes (`index/words/shapes.py`), and their numbers by what
they sound like and by the key of their transliterations. A term takes 4 bytes beside its own, and 10
more if it is of ASCII letters.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, write_arrays
from index.words.shapes import nearest, shape, shapes, similar
from index.words.sounds import spoken
from index.words.variants import name_keys

KIND, VERSION = "words", 1
_MOST_SAME = 64  # terms of the same sound or key that are looked at
_BATCH = 16_384  # terms whose sounds and keys are made together
_FEW = 32  # terms that are read one by one
_BUCKET = 8  # terms of the same bits of a hash, on average, at the most


class Vocabulary(Mapping[str, int]):
    """The terms of an index, each with the number of passages that hold it, which is never 0."""

    @abstractmethod
    def begun(self, letter: str, length: int) -> Sequence[str]:
        """The terms of ``length`` letters, and of letters alone, that begin with ``letter``; sorted."""

    @abstractmethod
    def resembling(
        self, word: str, letters: Iterable[str], lengths: range, most: int
    ) -> list[tuple[str, int]]:
        """Terms of letters alone at most ``most`` slips from ``word``, with how many; in no order.

        They begin with one of ``letters``, which differ, and have as many letters as one of
        ``lengths``, whose step is 1. Some may be in no passage any more: look each up.
        """

    @abstractmethod
    def sounding(self, said: str) -> Sequence[str]:
        """The terms of letters alone that `spoken` makes ``said`` of; the first 64, sorted."""

    @abstractmethod
    def alike(self, key: str) -> Sequence[str]:
        """The terms of ASCII letters alone whose `name_key` is ``key``; the first 64, sorted."""


class PlainVocabulary(Vocabulary):
    """A dictionary in memory. What is costly is made when it is first asked for."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """``counts`` are kept, not copied, and must not change."""
        self._counts = counts

    def __getitem__(self, term: str) -> int:
        return self._counts[term]

    def __contains__(self, term: object) -> bool:
        return term in self._counts

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    @cached_property
    def _alphabetic(self) -> list[str]:
        return sorted(term for term, count in self._counts.items() if count and term.isalpha())

    @cached_property
    def _begun(self) -> dict[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = {}
        for term in self._alphabetic:
            found.setdefault((term[0], len(term)), []).append(term)
        return found

    @cached_property
    def _sounding(self) -> dict[str, list[str]]:
        return _grouped(self._alphabetic, spoken)

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        return _grouped([term for term in self._alphabetic if term.isascii()], name_keys)

    def begun(self, letter: str, length: int) -> Sequence[str]:
        return self._begun.get((letter, length), ())

    def resembling(
        self, word: str, letters: Iterable[str], lengths: range, most: int
    ) -> list[tuple[str, int]]:
        begun = self._begun
        choices: list[str] = []
        for letter in letters:
            for length in lengths:
                choices += begun.get((letter, length), ())
        return nearest(word, choices, most)

    def sounding(self, said: str) -> Sequence[str]:
        return self._sounding.get(said, ())[:_MOST_SAME]

    def alike(self, key: str) -> Sequence[str]:
        return self._alike.get(key, ())[:_MOST_SAME]


def _grouped(
    terms: Sequence[str], keys: Callable[[Sequence[str]], Sequence[str]]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, term in zip(keys(terms), terms, strict=True):
        found.setdefault(key, []).append(term)
    return found


def vocabulary_of(counts: Mapping[str, int]) -> Vocabulary:
    """``counts`` itself if it is a vocabulary, else one of it, in memory."""
    return counts if isinstance(counts, Vocabulary) else PlainVocabulary(counts)


# ---------------------------------------------------------------- on disk


class _Group:
    """Terms of the same first letter, number of letters and number of bytes."""

    __slots__ = ("keys", "sounds", "text")

    def __init__(self) -> None:
        self.text = bytearray()
        self.sounds, self.keys = array("Q"), array("Q")


def write_words(path: Path, terms: Iterable[str]) -> None:
    """Write the words of a segment that has ``terms``, each once, in any order.

    Those that aren't of letters alone are left out. Takes about 120 bytes of memory a term.
    """
    write_arrays(path, KIND, VERSION, _made(terms))


def _made(terms: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The arrays of `write_words`. A term's number is its place in the text."""
    groups: dict[tuple[int, int, int], _Group] = {}
    alphabetic = (term for term in terms if term.isalpha())
    while batch := list(islice(alphabetic, _BATCH)):
        said, keys = _hashes(spoken(batch)), _hashes(name_keys(batch))
        for term, sound, key in zip(batch, said, keys, strict=True):
            data = term.encode()
            group = groups.setdefault((ord(term[0]), len(term), len(data)), _Group())
            group.text += data
            group.sounds.append(sound)
            group.keys.append(key)
    order = sorted(groups)
    made = [_sorted(groups.pop(each), *each[1:]) for each in order]
    numbers, sizes = [len(each[1]) for each in made], [len(each[0]) for each in made]
    columns = [list(column) for column in zip(*made, strict=True)] or [[], [], [], [], []]
    made.clear()  # so that each column goes when it is joined
    text, shaped, said_of, key_of, ascii_of = (_joined(columns.pop(0)) for _ in range(5))
    sounds = np.flatnonzero(ascii_of > 0)  # others sound as they are written
    names = np.flatnonzero(ascii_of > 1)
    arrays: dict[str, NDArray[Any]] = {
        "letters": np.array([letter << 32 | n for letter, n, _ in order], np.uint64),
        "sizes": np.array([size for _, _, size in order], np.uint32),
        "firsts": np.cumsum([0, *numbers], dtype=np.int64).astype(np.uint32),
        "starts": np.cumsum([0, *sizes], dtype=np.int64),
        "text": text.astype(np.uint8, copy=False),
        "shapes": shaped.astype(np.uint32, copy=False),
    }
    arrays.update(_by_hash("sounds", said_of[sounds], sounds))
    arrays.update(_by_hash("keys", key_of[names], names))
    return arrays


def _joined(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.empty(0, np.uint64)


def _sorted(
    group: _Group, length: int, size: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[Any], NDArray[Any], NDArray[np.uint8]]:
    """The text of a group in order, with its shapes, sounds, keys, and 0 for terms without letters of
    ASCII, 2 for those of nothing else, 1 for others.
    """
    rows = np.frombuffer(bytes(group.text), f"S{size}")
    order = np.argsort(rows)
    text = rows[order].view(np.uint8)
    mixed = np.any(text.reshape(-1, size) < 128, axis=1)
    plain = np.where(mixed, 2 if size == length else 1, 0)
    return (
        text,
        shapes(text.tobytes().decode(), length),
        np.array(group.sounds, np.uint64)[order],
        np.array(group.keys, np.uint64)[order],
        plain.astype(np.uint8),
    )


def _hashes(words: Sequence[str]) -> list[int]:
    """64 bits of each of ``words``, which nobody can foresee without counting: BLAKE2b's first."""
    made = b"".join(hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words)
    numbers: list[int] = np.frombuffer(made, "<u8").tolist()
    return numbers


def hash_of(word: str) -> int:
    """The 64 bits by which a sound or a key is looked up."""
    return _hashes((word,))[0]


def _by_hash(
    name: str, hashes: NDArray[np.uint64], numbers: NDArray[np.intp]
) -> dict[str, NDArray[Any]]:
    """The ``numbers`` in the order of their ``hashes``, and where those of the same first bits begin."""
    bits = max(0, (len(numbers) // _BUCKET).bit_length())
    order = np.argsort(hashes, kind="stable")
    first = _first_bits(hashes[order], bits)
    begins = np.searchsorted(first, np.arange((1 << bits) + 1, dtype=np.uint64))
    return {name: numbers[order].astype(np.uint32), f"{name}_at": begins.astype(np.uint32)}


def _first_bits(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    # A shift by all 64 bits is not defined.
    return hashes >> np.uint64(64 - bits) if bits else np.zeros_like(hashes)


class SegmentWords:
    """The words of one segment, mapped. Never changes; safe to share between threads."""

    def __init__(self, arrays: Arrays) -> None:
        self._letters, self._sizes = arrays["letters"], arrays["sizes"]
        self._firsts, self._starts = arrays["firsts"], arrays["starts"]
        self._text, self._shapes = arrays["text"], arrays["shapes"]
        self._sounds = arrays["sounds"], arrays["sounds_at"]
        self._keys = arrays["keys"], arrays["keys_at"]

    @classmethod
    def open(cls, path: Path) -> SegmentWords:
        """The words that `write_words` wrote. Raises IndexDamagedError, OSError."""
        return cls(Arrays.open(path, KIND, VERSION))

    @classmethod
    def of(cls, terms: Iterable[str]) -> SegmentWords:
        """Those of ``terms``, each given once, in memory."""
        return cls(Arrays.of(_made(terms)))

    def __len__(self) -> int:
        """How many terms there are of letters alone."""
        return len(self._shapes)

    def begun(self, letter: str, length: int) -> list[str]:
        """The terms of ``length`` letters that begin with ``letter``, sorted."""
        [(first, stop)] = self._ranges((letter,), range(length, length + 1))
        return sorted(self._terms(np.arange(first, stop)))

    def resembling(self, word: str, letters: Iterable[str], lengths: range, most: int) -> list[str]:
        """The terms that begin with one of ``letters``, are as long as one of ``lengths`` (of step 1),
        and may be at most ``most`` slips from ``word``: all that are, and others.
        """
        own = shape(word)
        found = [
            first + similar(self._shapes[first:stop], own, most)
            for first, stop in self._ranges(letters, lengths)
            if first < stop
        ]
        return self._terms(np.concatenate(found)) if found else []

    def sounding(self, hashed: int) -> list[str]:
        """The terms with a letter of ASCII whose sound may be the one of that `hash_of`; unordered."""
        return self._of_hash(*self._sounds, hashed)

    def alike(self, hashed: int) -> list[str]:
        """The terms of ASCII letters whose `name_key` may be the one of that `hash_of`; unordered."""
        return self._of_hash(*self._keys, hashed)

    def _of_hash(
        self, numbers: NDArray[np.uint32], begins: NDArray[np.uint32], hashed: int
    ) -> list[str]:
        bits = (len(begins) - 1).bit_length() - 1
        bucket = hashed >> 64 - bits
        return self._terms(numbers[begins[bucket] : begins[bucket + 1]])

    def _ranges(self, letters: Iterable[str], lengths: range) -> list[tuple[int, int]]:
        """Where the terms of each of ``letters`` and all of ``lengths`` begin and end."""
        ends = [ord(a) << 32 | n for a in letters for n in (lengths.start, lengths.stop)]
        groups = np.searchsorted(self._letters, np.array(ends, np.uint64))
        places = iter(self._firsts[groups].tolist())
        return list(zip(places, places, strict=True))

    def _terms(self, numbers: NDArray[Any]) -> list[str]:
        """The terms with ``numbers``, in their order."""
        if not len(numbers):
            return []
        groups = np.searchsorted(self._firsts, numbers, side="right") - 1
        if len(numbers) <= _FEW:
            return self._each(numbers, groups)
        sizes = self._sizes[groups].astype(np.int64)
        starts = self._starts[groups] + (numbers - self._firsts[groups].astype(np.int64)) * sizes
        ends = np.cumsum(sizes + 1)  # with a line end behind each
        places = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes - 1), sizes + 1)
        places[ends - 1] = 0
        text = self._text[places]
        text[ends - 1] = ord("\n")
        terms: list[str] = text.tobytes().decode().split("\n")[:-1]
        return terms

    def _each(self, numbers: NDArray[Any], groups: NDArray[np.intp]) -> list[str]:
        """The terms with ``numbers``, which are in ``groups``, one by one: faster for few."""
        firsts, sizes = self._firsts[groups].tolist(), self._sizes[groups].tolist()
        found = []
        for number, first, start, size in zip(
            numbers.tolist(), firsts, self._starts[groups].tolist(), sizes, strict=True
        ):
            begin = start + (number - first) * size
            found.append(self._text[begin : begin + size].tobytes().decode())
        return found


class Counts(Protocol):
    """Which passages hold a term: what a vocabulary needs of a `Searcher`."""

    @property
    def vocabulary(self) -> Mapping[str, int]: ...

    def __contains__(self, term: str, /) -> bool: ...

    def frequency(self, term: str) -> int: ...


class MappedVocabulary(Vocabulary):
    """The words of several segments as one. Safe to share between threads.

    A term counts only if a passage that the searcher sees holds it; what is chosen of several terms is
    chosen in their order, so that it is no matter how documents are spread over segments.
    """

    def __init__(self, searcher: Counts, words: Sequence[SegmentWords]) -> None:
        self._searcher = searcher
        self._words = tuple(words)

    def __getitem__(self, term: str) -> int:
        if found := self._searcher.frequency(term):
            return found
        raise KeyError(term)

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and term in self._searcher

    def __iter__(self) -> Iterator[str]:
        return iter(self._searcher.vocabulary)

    def __len__(self) -> int:
        return len(self._searcher.vocabulary)

    def begun(self, letter: str, length: int) -> Sequence[str]:
        found = {term for words in self._words for term in words.begun(letter, length)}
        return [term for term in sorted(found) if term in self]

    def resembling(
        self, word: str, letters: Iterable[str], lengths: range, most: int
    ) -> list[tuple[str, int]]:
        kept = tuple(letters)
        choices: dict[str, None] = {}
        for words in self._words:
            choices.update(dict.fromkeys(words.resembling(word, kept, lengths, most)))
        return nearest(word, list(choices), most)

    def sounding(self, said: str) -> Sequence[str]:
        hashed = hash_of(said)
        terms = {term: None for words in self._words for term in words.sounding(hashed)}
        found = _having(said, list(terms), spoken)
        if said.isalpha() and not any(map(str.isascii, said)):
            found.append(said)
        return self._first(found)

    def alike(self, key: str) -> Sequence[str]:
        hashed = hash_of(key)
        terms = {term: None for words in self._words for term in words.alike(hashed)}
        return self._first(_having(key, list(terms), name_keys))

    def _first(self, terms: Iterable[str]) -> list[str]:
        return list(islice((term for term in sorted(terms) if term in self), _MOST_SAME))


def _having(
    key: str, terms: Sequence[str], keys: Callable[[Sequence[str]], Sequence[str]]
) -> list[str]:
    """Those of ``terms`` of which ``keys`` makes ``key``."""
    return [term for term, own in zip(terms, keys(terms), strict=True) if own == key]
