"""Words that are few slips of the finger away, out of very many.

The shape of a word is the set of its letters as 32 bits. A slip puts in one letter at most and takes
out one at most, so two words that are `most` slips apart differ by no more bits than that either way.
One comparison of arrays leaves a tenth of the words or fewer to be looked at letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA


def shapes(text: str, length: int) -> NDArray[np.uint32]:
    """The shape of each word of ``text``: words of ``length`` letters each, one behind the other."""
    if text.isascii():
        codes = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.uint32)
    else:
        codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint32)
    bits = np.left_shift(np.uint32(1), codes & np.uint32(31))
    shaped: NDArray[np.uint32] = np.bitwise_or.reduce(bits.reshape(-1, length), axis=1)
    return shaped


def shape(word: str) -> np.uint32:
    """The shape of one word of a letter or more."""
    one: np.uint32 = shapes(word, len(word))[0]
    return one


def similar(shaped: NDArray[np.uint32], own: np.uint32, most: int) -> NDArray[np.intp]:
    """Which of ``shaped`` may be those of words at most ``most`` slips from a word whose shape is
    ``own``; rising.
    """
    fits = np.bitwise_count(shaped & ~own) <= most
    fits &= np.bitwise_count(own & ~shaped) <= most
    return np.flatnonzero(fits)


def nearest(word: str, choices: Sequence[str], most: int) -> list[tuple[str, int]]:
    """The ``choices`` at most ``most`` slips from ``word``, with how many; in no order.

    A slip is a letter left out, added or exchanged, or two turned round (optimal string alignment).
    """
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(choice, int(slips)) for choice, slips, _ in found]
