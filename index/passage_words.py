"""A passage's text as terms with their places and sentences: what nearness is told from."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.analysis import Analyzer
from index.sentences import sentences


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The terms of a passage's text, by place; of one word several may stand at the same place."""

    text: str
    terms: tuple[str, ...]
    starts: array[int]  # of each term, in code points from the start of the text
    stops: array[int]
    sentences: tuple[tuple[int, int], ...]  # spans, in order
    begins: array[int]  # where each sentence begins

    def places(self, term: str) -> Iterator[int]:
        """The places of ``term`` in `terms`, in order."""
        place = -1
        try:
            while True:
                place = self.terms.index(term, place + 1)
                yield place
        except ValueError:
            return

    def sentence_of(self, place: int) -> int:
        """The place in `sentences` of the one that holds a term; 0 where there is none."""
        return max(0, bisect_right(self.begins, self.starts[place]) - 1)


def read_words(analyzer: Analyzer, text: str) -> PassageWords:
    """The terms and sentences of ``text``."""
    found = analyzer.placed_terms(text)
    spans = tuple(sentences(text))
    return PassageWords(
        text,
        tuple([term for term, _, _ in found]),
        array("i", [start for _, start, _ in found]),
        array("i", [stop for _, _, stop in found]),
        spans,
        array("i", [start for start, _ in spans]),
    )
