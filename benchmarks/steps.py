"""The steps of finding that can be switched off one by one, to measure what each brings.

A step is a few constants of the program that are set to what does nothing, or reasons for which a
term counts for a word of a question. Whoever renames one of these is told by tests/test_benchmarks.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any
from unittest.mock import patch

from index.questions import Question


def _nothing_beside(passages: Collection[object], *_: object) -> list[dict[str, float]]:
    return [{} for _ in passages]


def _nothing_above(*_: object) -> dict[str, tuple[str, ...]]:
    return {}


def _no_passages(*_: object) -> frozenset[int]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of finding."""

    name: str
    off: tuple[tuple[str, str, Any], ...] = ()  # module, name in it, value that does nothing
    reasons: frozenset[str] = frozenset()  # of `Alternative.reason`, that count for nothing
    loads: bool = False  # the collection must be indexed anew
    part: bool = False  # of the step before it, without which it does nothing

    def missing(self) -> tuple[str, ...]:
        """What of it the program doesn't have."""
        return tuple(
            f"{module}.{name}"
            for module, name, _ in self.off
            if not hasattr(import_module(module), name)
        )


STEPS = (
    Step(
        "titles, headings, notes",
        (
            ("benchmarks.collection", "shares_beside", _nothing_beside),
            ("index.lazy", "terms_above", _nothing_above),
        ),
        loads=True,
    ),
    Step("pairs of words", (("index.ranking", "_PAIR", 0.0), ("index.choosing", "_PAIRS", 0.0))),
    Step("words in one sentence", (("index.ranking", "_SENTENCE", 0.0),)),
    Step("the answering sentence", (("index.ranking", "_STRETCH", 0.0),)),
    Step("- its kind of answer", (("index.choosing", "_FITS", 0.0),), part=True),
    Step(
        "- headings, sentence before",
        (("index.choosing", "_ABOVE", 0.0), ("index.choosing", "_BEFORE", 0.0)),
        part=True,
    ),
    Step(
        "dates",
        (("index.answering", "_of_dates", _no_passages), ("index.ranking", "_DATED", 0.0)),
    ),
    Step("spelling", reasons=frozenset({"spelling"})),
    Step("variants", reasons=frozenset({"variant"})),
    Step("compounds", reasons=frozenset({"compound"})),
    Step("related words", reasons=frozenset({"related"})),
    Step("names and aliases", reasons=frozenset({"name", "alias", "acronym"})),
)


@contextmanager
def without(steps: Collection[Step]) -> Iterator[None]:
    """The program without the constants of ``steps``; see `plainer` for their reasons.

    Raises AttributeError for a constant that it doesn't have.
    """
    with ExitStack() as stack:
        for step in steps:
            for module, name, value in step.off:
                stack.enter_context(patch.object(import_module(module), name, value))
        yield


def plainer(asked: Question, steps: Collection[Step]) -> Question:
    """``asked`` without the terms that count for a word for a reason of one of ``steps``."""
    reasons = frozenset[str]().union(*(step.reasons for step in steps))
    concepts = (
        replace(concept, alternatives=kept)
        for concept in asked.concepts
        if (kept := tuple(a for a in concept.alternatives if a.reason not in reasons))
    )
    return replace(asked, concepts=tuple(concepts))
