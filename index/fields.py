"""What stands beside a passage's own text and still tells what it is about, with weights.

Each occurrence of a term in a field counts as a share of an occurrence in the text (Robertson,
Zaragoza and Taylor, “Simple BM25 extension to multiple weighted fields”, CIKM 2004). The shares are
counted when a document is indexed; which field holds a term is found out again for the few passages
for which it is asked: see `index.lazy.Fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from index.analysis import Analyzer
from index.model import Passage

Field = Literal["heading", "title", "note"]

WEIGHTS: Mapping[Field, float] = {"heading": 1.0, "title": 1.5, "note": 0.25}


def shares_beside(
    passages: Sequence[Passage],
    terms: Sequence[Sequence[str]],
    title: str,
    analyzer: Analyzer,
) -> list[Mapping[str, float]]:
    """For each of a document's ``passages`` the terms beside it, and how much of an occurrence each is.

    ``terms`` are those of the passages' texts. Passages under the same headings share one mapping,
    unless they have notes. The notes of a passage are those whose marks stand in it.
    """
    notes = {
        passage.locator.note: held
        for passage, held in zip(passages, terms, strict=True)
        if passage.kind == "note"
    }
    above: dict[tuple[str, ...], Mapping[str, float]] = {}
    made: list[Mapping[str, float]] = []
    for passage in passages:
        section = passage.locator.section
        if section not in above:
            above[section] = _weighted(terms_above(section, title, analyzer))
        if passage.notes:
            cited = [term for number in passage.notes for term in notes.get(number, ())]
            made.append(_added(above[section], "note", cited))
        else:
            made.append(above[section])
    return made


def terms_above(
    section: Sequence[str], title: str, analyzer: Analyzer
) -> dict[Field, tuple[str, ...]]:
    """The terms of the headings ``section`` over a passage, and of the title; repeats count."""

    def terms(parts: Iterable[str]) -> tuple[str, ...]:
        return tuple(term.text for part in parts for term in analyzer.terms(part))

    headings = dict.fromkeys(part for part in section if part != title)
    return {"heading": terms(headings), "title": terms((title,))}


def _weighted(fields: Mapping[Field, Iterable[str]]) -> Mapping[str, float]:
    shares: Mapping[str, float] = {}
    for name, terms in fields.items():
        shares = _added(shares, name, terms)
    return shares


def _added(shares: Mapping[str, float], field: Field, terms: Iterable[str]) -> dict[str, float]:
    added = dict(shares)
    for term in terms:
        added[term] = added.get(term, 0.0) + WEIGHTS[field]
    return added
