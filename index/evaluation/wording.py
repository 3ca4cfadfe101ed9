"""Results in words, the same in the terminal and in both reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.dates.edtf import from_edtf
from index.dates.wording import say_date
from index.evaluation.comparing import Comparison, Difference
from index.evaluation.figures import FEW, Figure
from index.evaluation.measuring import Evaluation, Row
from index.evaluation.question_file import TEMPORAL
from index.evaluation.runs import About
from index.evaluation.scoring import DEEPEST, MEASURES, Measure, Result, Shown
from index.model import one_line

MOST_MISSES = 200  # that a report shows
MOST_CHANGES = 100
MOST_MISSING = 100  # quotes that stand nowhere
LONGEST_TEXT = 300  # characters of a passage or a piece of evidence
MEANING = "share or mean of"  # the head of a column
#: Beside `index.evaluation.scoring.MEASURES`: the dates of all questions together.
POOLED_MEASURES = (
    Measure("dates_precision_pooled", "all P", "of all dates given, those right"),
    Measure("dates_recall_pooled", "all R", "of all right dates, those given"),
    Measure("dates_f1_pooled", "all F1", "harmonic mean of both, over all"),
)
#: What a table of kinds shows.
COLUMNS = (
    "recall_1", "recall_3", "recall_5", "recall_10", "mrr", "ndcg", "answer_hit", "refused",
    "wrongly_refused",
)  # fmt: skip
DATE_COLUMNS = ("dates_f1",)
#: How questions changed between two runs, and what is said of that; the worse first.
WENT = {
    "worse": "went worse",
    "better": "went better",
    "mixed": "went better in one thing and worse in another",
}
_NAMED = {measure.name: measure for measure in (*MEASURES, *POOLED_MEASURES)}
_FEW_NAMED = 12  # kinds
_OUTCOMES = {
    "near_miss": "a near miss: passages were shown, and no answer",
    "not_found": "not found: nothing was shown",
}


Table = tuple[Sequence[str], Sequence[Sequence[str]]]  # heads, and rows as long


def measure_of(name: str) -> Measure:
    """The measure called ``name``."""
    return _NAMED[name]


def number(measure: Measure, value: float) -> str:
    """A figure of ``measure``: 0.787, or a whole number of characters."""
    return f"{value:.3f}" if measure.share else f"{value:.0f}"


def interval(measure: Measure, figure: Figure) -> str:
    """Its interval, coarser than the figure: 0.66–0.89."""
    if not measure.share:
        return f"{figure.low:.0f}–{figure.high:.0f}"
    return f"{figure.low:.2f}–{figure.high:.2f}"


def signed(difference: Difference) -> str:
    """By how much a measure changed: +0.040."""
    value = difference.paired.difference
    return _minus(f"{value:+.3f}" if difference.measure.share else f"{value:+.0f}")


def signed_interval(difference: Difference) -> str:
    """The interval of that, coarser: −0.02 to +0.10."""
    form = "+.2f" if difference.measure.share else "+.0f"
    test = difference.paired
    return _minus(f"{test.low:{form}} to {test.high:{form}}")


def _minus(text: str) -> str:
    return text.replace("-", "−")


def chance(p: float) -> str:
    """A p value for people: 0.031, < 0.001."""
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def count(many: int, noun: str) -> str:
    """``many`` of ``noun``, in the plural if it is one."""
    return f"{many:,} {noun}" if many == 1 else f"{many:,} {noun}s"


def day(about: About) -> str:
    """The day of a run: 7 September 2022."""
    return say_date(from_edtf(about.today))


def columns(rows: Sequence[Row]) -> tuple[Measure, ...]:
    """The measures of a table of ``rows``: those that apply to some."""
    names = (*COLUMNS, *DATE_COLUMNS)
    return tuple(measure_of(name) for name in names if any(row.figure(name) for row in rows))


def remarks(evaluation: Evaluation) -> Iterator[str]:
    """What should be known before the figures are believed, a sentence each."""
    if unlocated := len(evaluation.unlocated):
        yield (
            f"{count(unlocated, 'question')} with evidence that stands nowhere in the corpus: left "
            "out of R@k, MRR and nDCG."
        )
    if failed := len(evaluation.failed):
        yield f"{count(failed, 'question')} could not be asked, and counted as missed."
    total, *kinds = evaluation.rows
    if total.questions < FEW:
        yield f"Only {count(total.questions, 'question')}: the figures are a hint at most."
    elif few := [f"{row.kind[:40]} ({row.questions})" for row in kinds if row.questions < FEW]:
        more = f" and {len(few) - _FEW_NAMED:,} more" if len(few) > _FEW_NAMED else ""
        named = ", ".join(few[:_FEW_NAMED])
        yield f"Fewer than {FEW} questions of a kind say little of it: {named}{more}."


def faults(result: Result) -> Iterator[str]:
    """What was wrong with an answer, worst first; nothing if it was as expected."""
    if result.error:
        yield f"it could not be asked: {result.error}"
        return
    if not result.expected.answerable:
        if result.answered:
            yield "answered, though the documents don't say"
        return
    if not result.answered:
        yield f"not answered ({_OUTCOMES.get(result.outcome, result.outcome)})"
    if result.unlocated:
        yield "its evidence stands nowhere in the corpus"
    elif result.scores.mrr is not None and result.rank is None:
        yield f"no right passage among the first {DEEPEST}"
    elif result.scores.mrr is not None and result.rank != 1:
        yield f"the right passage has rank {result.rank}"
    if result.scores.too_long:
        yield f"the answer has {len(result.answer or ''):,} characters"
    elif result.answered and result.scores.answer_hit == 0:
        yield "the answer doesn't hold what was expected"
    if (counts := result.counts) and (counts.right < counts.wanted or counts.right < counts.given):
        wrong = counts.given - counts.right
        yield f"{counts.right} of {counts.wanted} dates" + (f", and {wrong} wrong" if wrong else "")


def severity(result: Result) -> int:
    """Orders misses, worst first: failed, wrong outcome, no right passage, wrong answer, the rest."""
    scores = result.scores
    tests = (
        bool(result.error),
        scores.refused == 0 or scores.wrongly_refused == 1,
        scores.mrr == 0,
        scores.answer_hit == 0,
    )
    return next((n for n, so in enumerate(tests) if so), len(tests))


def misses(evaluation: Evaluation) -> list[tuple[Result, tuple[str, ...]]]:
    """Results that were not as expected with what was wrong, worst first, then in file order."""
    found = [(result, tuple(faults(result))) for result in evaluation.results]
    return sorted(((r, said) for r, said in found if said), key=lambda miss: severity(miss[0]))


def expected_words(result: Result) -> str:
    """What should have been answered, in one line."""
    expected = result.expected
    if not expected.answerable:
        return "no answer: the documents don't say"
    if expected.kind == TEMPORAL and expected.dates:
        return ", ".join(expected.dates)
    if expected.said:
        return " / ".join(expected.said)
    return "a passage that says it"


def unlocated_lines(evaluation: Evaluation) -> list[str]:
    """A sentence for each piece of evidence, or each document, that is nowhere in the corpus."""
    said = []
    for result, where in zip(evaluation.results, evaluation.grounds, strict=False):
        expected = result.expected
        what = "holds the evidence" if expected.evidence else "is called"
        for missing in where.missing:
            quoted = missing if len(missing) <= 60 else missing[:59] + "…"
            line = f"Line {expected.line} ({expected.id[:40]})"
            said.append(f"{line}: no document {what} “{quoted}”.")
    return said


def difference_table(comparison: Comparison) -> Table:
    """The measures of two runs side by side."""
    heads = ("measure", "before", "after", "difference", "95 %", "p", "better", "worse")
    rows = []
    for one in comparison.differences:
        measure, test = one.measure, one.paired
        rows.append(
            (
                measure.title,
                number(measure, one.before),
                number(measure, one.after),
                signed(one),
                signed_interval(one),
                chance(test.p),
                "–" if one.better is None else str(one.better),
                "–" if one.worse is None else str(one.worse),
            )
        )
    return heads, rows


def compared(comparison: Comparison) -> Iterator[str]:
    """How far two runs can be compared, a sentence each."""
    before, after = comparison.before, comparison.after
    yield (
        f"{count(comparison.questions, 'question')} of both runs, by id. Earlier: generation "
        f"{before.generation} on {day(before)}; later: generation {after.generation} on "
        f"{day(after)}."
    )
    if before.documents != after.documents:
        yield "The documents are not the same in both."
    for ids, what in (
        (comparison.only_before, "only in the earlier run"),
        (comparison.only_after, "only in the later run"),
        (comparison.reworded, "changed in the question file, and left out"),
    ):
        if ids:
            named = ", ".join(id_[:40] for id_ in ids[:10])
            more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
            yield f"{count(len(ids), 'question')} {what}: {named}{more}."
    yield "Median latency {:.1f} ms, before {:.1f} ms.".format(*reversed(comparison.latency))


# ---------------------------------------------------------------- what both reports say


def lead(evaluation: Evaluation, about: About) -> Iterator[str]:
    """What was measured, a sentence each."""
    total = evaluation.rows[0].questions
    refusable = sum(not result.expected.answerable for result in evaluation.results)
    yield (
        f"{count(total, 'question')}, {refusable:,} of them unanswerable, asked of "
        f"{count(len(about.documents), 'document')} (generation {about.generation}) on "
        f"{day(about)}, for {about.passages} passages each."
    )
    yield (
        "Intervals are of 95 %: where the figure would lie with other questions of the same kinds."
    )


def measures(row: Row) -> Iterator[tuple[Measure, Figure]]:
    """The figures of a row with what they measure."""
    for name, figure in row.figures:
        yield measure_of(name), figure


def cut(text: str, most: int = LONGEST_TEXT) -> str:
    """``text`` in one line of at most ``most`` characters."""
    text = one_line(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def right_passage(result: Result) -> Shown | None:
    """The first right passage that was shown, if it was not first."""
    if result.rank is None or not 1 < result.rank <= len(result.shown):
        return None
    return result.shown[result.rank - 1]
