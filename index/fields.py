"""What stands beside a passage's own text and still tells what it is about, with weights.

Each occurrence of a term in a field counts as a share of an occurrence in the text (Robertson,
Zaragoza and Taylor, “Simple BM25 extension to multiple weighted fields”, CIKM 2004).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.analysis import Analyzer
from index.model import Passage

Field = Literal["heading", "title", "note"]

WEIGHTS: Mapping[Field, float] = {"heading": 1.0, "title": 1.5, "note": 0.25}


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of passages; ``of[n]`` holds those of passage ``n``, each with its terms."""

    of: tuple[Mapping[Field, Mapping[str, int]], ...]

    def above(self, position: int) -> Iterator[str]:
        """The terms of the headings and the title over a passage."""
        fields = self.of[position]
        yield from fields.get("heading", ())
        yield from fields.get("title", ())

    def weighted(self) -> list[Mapping[str, float]]:
        """For each passage the terms beside it, and how much of an occurrence each is."""
        made: dict[int, Mapping[str, float]] = {}
        for fields in self.of:
            if id(fields) not in made:
                shares: dict[str, float] = {}
                for name, terms in fields.items():
                    for term, count in terms.items():
                        shares[term] = shares.get(term, 0.0) + WEIGHTS[name] * count
                made[id(fields)] = shares
        return [made[id(fields)] for fields in self.of]


def fields_of(
    passages: Sequence[Passage],
    terms: Sequence[Sequence[str]],
    titles: Mapping[str, str],
    analyzer: Analyzer,
) -> Fields:
    """The fields of ``passages``, whose own terms run beside them.

    ``titles`` are those of the documents, by id. Passages under the same headings share theirs. The
    notes of a passage are those whose marks stand in it.
    """
    counted: dict[str, dict[str, int]] = {}

    def count(words: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in words:
            if part not in counted:
                held = counted[part] = {}
                for term in analyzer.terms(part):
                    held[term.text] = held.get(term.text, 0) + 1
            for text, number in counted[part].items():
                found[text] = found.get(text, 0) + number
        return found

    notes = {
        (passage.locator.document_id, passage.locator.note): held
        for passage, held in zip(passages, terms, strict=True)
        if passage.kind == "note"
    }
    above: dict[tuple[str, tuple[str, ...]], dict[Field, Mapping[str, int]]] = {}
    made: list[Mapping[Field, Mapping[str, int]]] = []
    for passage in passages:
        place = passage.locator
        key = (place.document_id, place.section)
        if key not in above:
            title = titles.get(place.document_id, "")
            path = tuple(dict.fromkeys(part for part in place.section if part != title))
            above[key] = {"heading": count(path), "title": count((title,))}
        fields = above[key]
        if passage.notes:
            cited: dict[str, int] = {}
            for number in passage.notes:
                for term in notes.get((place.document_id, number), ()):
                    cited[term] = cited.get(term, 0) + 1
            fields = {**fields, "note": cited}
        made.append(fields)
    return Fields(tuple(made))
