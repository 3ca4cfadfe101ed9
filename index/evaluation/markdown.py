"""An evaluation in Markdown: what its page says, without the plots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.evaluation import wording
from index.evaluation.comparing import Comparison
from index.evaluation.measuring import ALL, Evaluation, Row
from index.evaluation.runs import About
from index.evaluation.saving import MARK, NAMES
from index.evaluation.scoring import Measure, Result
from index.timeline.export.markdown import as_text


def to_markdown(evaluation: Evaluation, about: About, comparison: Comparison | None = None) -> str:
    """The report."""
    lines = [f"<!-- {MARK} -->", f"# How good the answers are: {as_text(about.file)}", ""]
    lines += _paragraphs(wording.lead(evaluation, about))
    lines += _bullets(wording.remarks(evaluation))
    if evaluation.results:
        lines += _figures(evaluation)
    if comparison:
        lines += _comparison(comparison)
    found = wording.misses(evaluation)
    lines += [f"## Misses: {len(found):,} of {len(evaluation.results):,}", ""]
    for result, wrong in found[: wording.MOST_MISSES]:
        lines += _miss(result, wrong)
    if len(found) > wording.MOST_MISSES:
        lines += [f"{len(found) - wording.MOST_MISSES:,} more are in {NAMES[-1]}.", ""]
    if missing := wording.unlocated_lines(evaluation):
        lines += [
            "## Evidence that stands nowhere in the corpus",
            "",
            *_bullets(missing[: wording.MOST_MISSING]),
        ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _figures(evaluation: Evaluation) -> Iterator[str]:
    rows: list[Sequence[str]] = [
        (
            measure.title,
            wording.number(measure, figure.value),
            wording.interval(measure, figure),
            f"{figure.questions:,}",
            measure.meaning,
        )
        for measure, figure in wording.measures(evaluation.rows[0])
    ]
    heads = ("measure", "figure", "95 %", "questions", wording.MEANING)
    yield from ("## Figures", "", *_table(heads, rows))
    groups = [("kind", evaluation.rows)]
    if len(evaluation.difficulties) > 1:
        groups.append(("difficulty", evaluation.difficulties))
    for name, held in groups:
        measures = wording.columns(held)
        figures = [
            (
                as_text(row.kind) if row.kind != ALL else ALL,
                f"{row.questions:,}",
                *(_cell(row, measure) for measure in measures),
            )
            for row in held
        ]
        titles = (name, "questions", *(measure.title for measure in measures))
        yield from (f"## By {name}", "", *_table(titles, figures))
    latency = ", ".join(f"{p} % took at most {value:.1f} ms" for p, value in evaluation.latency)
    yield from (f"Latency: {latency}.", "")


def _cell(row: Row, measure: Measure) -> str:
    figure = row.figure(measure.name)
    if figure is None:
        return "–"
    return f"{wording.number(measure, figure.value)} ({wording.interval(measure, figure)})"


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield from ("## Compared with an earlier run", "", *_bullets(wording.compared(comparison)))
    heads, rows = wording.difference_table(comparison)
    if rows:
        yield from _table(heads, rows)
    for direction in wording.WENT:
        changes = comparison.changed(direction)[: wording.MOST_CHANGES]
        if changes:
            yield from (
                f"### {wording.count(len(changes), 'question')} {wording.WENT[direction]}",
                "",
            )
            yield from _bullets(
                f"{c.id}: {wording.cut(c.question, 160)} ({c.what})" for c in changes
            )


def _miss(result: Result, said: Sequence[str]) -> Iterator[str]:
    expected = result.expected
    yield from (f"### {as_text(wording.cut(expected.question))}", "")
    facts = [("wrong", "; ".join(said)), ("kind", expected.kind),
             ("expected", wording.cut(wording.expected_words(result)))]  # fmt: skip
    if not result.error:
        facts.append(("answer given", result.answer or "none"))
        if result.counts:
            facts.append(("dates given", wording.cut(", ".join(result.dates)) or "none"))
        if result.shown:
            first = result.shown[0]
            facts.append(("shown first", f"{wording.cut(first.text)} ({first.line})"))
        if right := wording.right_passage(result):
            facts.append(
                (f"right, at rank {result.rank}", f"{wording.cut(right.text)} ({right.line})")
            )
    yield from (f"- {name}: {as_text(words)}" for name, words in facts)
    yield ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    ruler = ["---", *("---:" for _ in heads[1:])]
    yield from (f"| {' | '.join(cells)} |" for cells in (heads, ruler, *rows))
    yield ""


def _paragraphs(sentences: Iterable[str]) -> Iterator[str]:
    for said in sentences:
        yield from (as_text(said), "")


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    lines = [f"- {as_text(said)}" for said in sentences]
    yield from [*lines, ""] if lines else []
