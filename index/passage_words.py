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
    sentence_of: array[int]  # of each term, its place in `sentences`

    def places(self, term: str) -> Iterator[int]:
        """The places of ``term`` in `terms`, in order."""
        place = -1
        try:
            while True:
                place = self.terms.index(term, place + 1)
                yield place
        except ValueError:
            return


def read_words(analyzer: Analyzer, text: str) -> PassageWords:
    """The terms and sentences of ``text``."""
    found = analyzer.terms(text)
    spans = tuple(sentences(text))
    begins = [start for start, _ in spans]
    return PassageWords(
        text,
        tuple(term.text for term in found),
        array("i", (term.start for term in found)),
        array("i", (term.stop for term in found)),
        spans,
        array("i", (max(0, bisect_right(begins, term.start) - 1) for term in found)),
    )
