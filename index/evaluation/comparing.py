"""Two runs side by side: what differs, by how much, and whether chance would do as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.evaluation.figures import Paired, paired
from index.evaluation.runs import About, Entry, Run
from index.evaluation.scoring import MEASURES, Measure

#: What makes a question better or worse; the others follow from these.
_TELLING = ("mrr", "answer_hit", "refused", "wrongly_refused", "dates_f1")
_OUTCOMES = {
    "answered": "answered", "near_miss": "near miss", "not_found": "not found", "error": "failed"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure over the questions of both runs."""

    measure: Measure
    before: float
    after: float
    paired: Paired

    @property
    def better(self) -> int | None:
        """How many questions it got better for; None where neither way is better."""
        return {"higher": self.paired.higher, "lower": self.paired.lower}.get(self.measure.better)

    @property
    def worse(self) -> int | None:
        """How many questions it got worse for; None where neither way is."""
        return {"higher": self.paired.lower, "lower": self.paired.higher}.get(self.measure.better)


@dataclass(frozen=True, slots=True)
class Change:
    """A question that went otherwise, and in what."""

    id: str
    kind: str
    question: str
    direction: Literal["better", "worse", "mixed"]
    what: str  # "rank 4 → 1, answer found"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A later run beside an earlier one."""

    before: About
    after: About
    differences: tuple[Difference, ...]  # of measures that apply to questions of both
    changes: tuple[Change, ...]  # in the later file's order
    only_before: tuple[str, ...]  # ids
    only_after: tuple[str, ...]
    reworded: tuple[str, ...]  # ids in both, but of another question or judged otherwise
    latency: tuple[float, float]  # medians, milliseconds
    questions: int  # that are compared

    def changed(self, direction: str) -> tuple[Change, ...]:
        """The changes that go in ``direction``."""
        return tuple(change for change in self.changes if change.direction == direction)


def compare(before: Run, after: Run) -> Comparison:
    """Set ``after`` beside ``before``; questions are matched by id."""
    earlier = {entry.id: entry for entry in before.entries}
    later = {entry.id: entry for entry in after.entries}
    both = [(earlier[id_], entry) for id_, entry in later.items() if id_ in earlier]
    same = [(old, new) for old, new in both if old.judged_by == new.judged_by]
    return Comparison(
        before=before.about,
        after=after.about,
        differences=tuple(_differences(same)),
        changes=tuple(change for old, new in same if (change := _change(old, new))),
        only_before=tuple(id_ for id_ in earlier if id_ not in later),
        only_after=tuple(id_ for id_ in later if id_ not in earlier),
        reworded=tuple(new.id for old, new in both if old.judged_by != new.judged_by),
        latency=(_median(old.took_ms for old, _ in same), _median(new.took_ms for _, new in same)),
        questions=len(same),
    )


def _differences(pairs: Sequence[tuple[Entry, Entry]]) -> Iterator[Difference]:
    for measure in MEASURES:
        told = [
            (a, b)
            for old, new in pairs
            if (a := old.scores.of(measure.name)) is not None
            and (b := new.scores.of(measure.name)) is not None
        ]
        earlier, later = [a for a, _ in told], [b for _, b in told]
        if result := paired(earlier, later):
            yield Difference(measure, sum(earlier) / len(told), sum(later) / len(told), result)


def _change(old: Entry, new: Entry) -> Change | None:
    signs = set()
    for measure in MEASURES:
        a, b = old.scores.of(measure.name), new.scores.of(measure.name)
        if measure.name in _TELLING and a is not None and b is not None and a != b:
            signs.add("better" if (b > a) == (measure.better == "higher") else "worse")
    if not signs:
        return None
    direction: Literal["better", "worse", "mixed"] = (
        "mixed" if len(signs) > 1 else "better" if "better" in signs else "worse"
    )
    return Change(new.id, new.kind, new.question, direction, ", ".join(_said(old, new)))


def _said(old: Entry, new: Entry) -> Iterator[str]:
    if old.outcome != new.outcome:
        yield f"{_OUTCOMES.get(old.outcome, '?')} → {_OUTCOMES.get(new.outcome, '?')}"
    if old.scores.mrr != new.scores.mrr:
        yield f"rank {old.rank or 'none'} → {new.rank or 'none'}"
    if old.scores.answer_hit != new.scores.answer_hit:
        yield "answer found" if new.scores.answer_hit else "answer lost"
    a, b = old.scores.dates_f1, new.scores.dates_f1
    if a is not None and b is not None and a != b:
        yield f"dates F1 {a:.2f} → {b:.2f}"


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else 0.0
