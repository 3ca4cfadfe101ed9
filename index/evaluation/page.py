"""An evaluation as a page that needs nothing else.

Words of questions and documents stand on it only in text, escaped; its policy lets nothing act but
its own style.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

from index.evaluation import plots, wording
from index.evaluation.comparing import Change, Comparison
from index.evaluation.figures import Figure
from index.evaluation.matching import MAX_ANSWER
from index.evaluation.measuring import Evaluation, Row, by_kind
from index.evaluation.runs import About
from index.evaluation.saving import MARK, NAMES
from index.evaluation.scoring import Measure, Result, Shown
from index.model import one_line
from index.timeline.export.html_page import flow, inline, source_hash

_MOST_KINDS = 40  # that are drawn
_LONGEST_KIND = 40  # characters
_WORDY = (wording.MEANING, "question", "what changed")  # columns of words
_BARS = ("recall_1", "recall_5", "answer_hit", "wrongly_refused", "refused", "dates_f1")


def to_html(evaluation: Evaluation, about: About, comparison: Comparison | None = None) -> str:
    """The page."""
    style = "".join(
        resources.files(package).joinpath("page.css").read_text("utf-8")
        for package in ("index.timeline.export", "index.evaluation")
    )
    policy = (
        f"default-src 'none'; style-src '{source_hash(style)}'; base-uri 'none'; form-action 'none'"
    )
    title = f"How good the answers are: {one_line(about.file)}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        f'<meta name="generator" content="{MARK}">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="color-scheme" content="light dark">\n',
        f"<title>{_plain(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        '<a class="skip" href="#the-misses">Skip to the misses</a>\n',
        f"<header>\n<h1>How good the answers are: {inline(about.file)}</h1>\n",
        *(f'<p class="lead">{flow(said)}</p>\n' for said in wording.lead(evaluation, about)),
        _list(wording.remarks(evaluation)),
        "</header>\n<main>\n",
        *_figures_section(evaluation),
        *(_comparison_section(comparison) if comparison else ()),
        *_plots_section(evaluation),
        *_kinds_section(evaluation),
        *_misses_section(evaluation),
        *_file_section(evaluation),
        "</main>\n<footer>\n",
        f"<p>Made by Archivist {flow(about.version)}. {', '.join(NAMES)} belong together.</p>\n",
        "</footer>\n</body>\n</html>\n",
    ]
    return "".join(parts)


def _plain(text: str) -> str:
    """``text`` escaped, without the hints where it may break, for a title."""
    return flow(text).replace("<wbr>", "")


def _kind(kind: str) -> str:
    return inline(wording.cut(kind, _LONGEST_KIND))


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{flow(said)}</li>" for said in sentences)
    return f'<ul class="remarks">{items}</ul>\n' if items else ""


def _section(name: str, title: str, *parts: str) -> Iterator[str]:
    yield f'<section id="the-{name}" aria-labelledby="{name}-head" tabindex="-1">\n'
    yield f'<h2 id="{name}-head">{title}</h2>\n'
    yield from parts
    yield "</section>\n"


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells, whose first column names the rows."""
    wordy = ' class="words"'
    top = "".join(f'<th scope="col"{wordy if head in _WORDY else ""}>{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">\n<table>'
        f"<caption>{caption}</caption>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody></table>"
        "</div>\n"
    )


def _figures_section(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.results:
        return iter(())
    rows = [
        (
            measure.title,
            wording.number(measure, figure.value),
            wording.interval(measure, figure),
            f"{figure.questions:,}",
            f'<td class="words">{measure.meaning}</td>',
        )
        for measure, figure in wording.measures(evaluation.rows[0])
    ]
    heads = ("measure", "figure", "95 %", "questions", wording.MEANING)
    return _section("figures", "Figures", _table("All questions", heads, rows))


def _kinds_section(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.results:
        return
    tables = [_rows_table("By kind of question", "kind", evaluation.rows)]
    if len(evaluation.difficulties) > 1:
        tables.append(_rows_table("By difficulty", "difficulty", evaluation.difficulties))
    bars = []
    for name in _BARS:
        rows = [(row.kind, figure) for row in evaluation.rows if (figure := row.figure(name))]
        if len(rows) > 1:
            bars.append(_bars(wording.measure_of(name), rows[:_MOST_KINDS]))
    yield from _section(
        "kinds", "Kinds of question", *tables, f'<div class="plots">\n{"".join(bars)}</div>\n'
    )


def _rows_table(caption: str, first: str, rows: Sequence[Row]) -> str:
    measures = wording.columns(rows)
    cells = [
        (
            _kind(row.kind),
            f"{row.questions:,}",
            *(_cell(row, measure) for measure in measures),
        )
        for row in rows
    ]
    return _table(caption, (first, "questions", *(measure.title for measure in measures)), cells)


def _cell(row: Row, measure: Measure) -> str:
    figure = row.figure(measure.name)
    if figure is None:
        return "–"
    return (
        f"{wording.number(measure, figure.value)}<small>{wording.interval(measure, figure)}</small>"
    )


def _bars(measure: Measure, rows: Sequence[tuple[str, Figure]]) -> str:
    less = measure.better == "lower"
    body = "".join(
        f'<tr><th scope="row">{_kind(kind)}</th><td>{plots.bar(figure, lower_is_better=less)}</td>'
        f'<td class="value"><b>{figure.value:.2f}</b> ({figure.low:.2f}–{figure.high:.2f})</td></tr>\n'
        for kind, figure in rows
    )
    better = "; less is better" if less else ""
    return (
        f'<figure class="plot"><figcaption>{measure.title}<span>{measure.meaning}{better}</span>'
        f'</figcaption>\n<table class="bars"><tbody>\n{body}</tbody></table></figure>\n'
    )


def _plot(caption: str, hint: str, drawing: str) -> str:
    return f'<figure class="plot"><figcaption>{caption}<span>{hint}</span></figcaption>{drawing}</figure>\n'


def _plots_section(evaluation: Evaluation) -> Iterator[str]:
    results = evaluation.results
    large: list[str] = []
    every = plots.recall_figures(results)
    if every:
        large.append(
            _plot(
                "Recall by rank",
                "questions with a right passage among the first 1, 2, … 10; the band is its interval",
                plots.recall_plot(every),
            )
        )
    if evaluation.curve:
        now = _share_answered(results, answerable=False), _share_answered(results, answerable=True)
        large.append(
            _plot(
                "Answered or not",
                "answerable questions that are answered (upwards), by the least confidence that an "
                "answer needs; the ring is what is done now",
                plots.curve_plot(evaluation.curve, now),
            )
        )
    if times := [result.took_ms for result in results if not result.error]:
        large.append(
            _plot("Time taken", "questions by how long they took; half, 95 % and 99 % took no longer",
                  plots.latency_plot(times, evaluation.latency))
        )  # fmt: skip
    small = []
    kinds = by_kind(results)
    for number, (kind, of_kind) in enumerate(list(kinds.items())[:_MOST_KINDS]):
        held = plots.recall_figures(of_kind)
        if held and len(kinds) > 1:
            drawing = plots.small_recall_plot(held, every, f"kind-{number}")
            hint = f"% of {wording.count(held[0].questions, 'question')}"
            small.append(_plot(_kind(kind), hint, drawing))
    if not large:
        return
    yield from _section(
        "plots",
        "Plots",
        f'<div class="plots">\n{"".join(large)}</div>\n',
        f'<div class="plots small">\n{"".join(small)}</div>\n' if small else "",
    )


def _share_answered(results: Iterable[Result], *, answerable: bool) -> float:
    fitting = [result.answered for result in results if result.expected.answerable is answerable]
    return sum(fitting) / len(fitting) if fitting else 0.0


def _misses_section(evaluation: Evaluation) -> Iterator[str]:
    found = wording.misses(evaluation)
    lead = (
        f"{wording.count(len(found), 'question')} of {len(evaluation.results):,}, the worst first."
    )
    if len(found) > wording.MOST_MISSES:
        lead += f" {wording.MOST_MISSES} are shown; {NAMES[-1]} holds all."
    parts = [f'<p class="lead">{lead}</p>\n']
    parts += [_miss(result, said) for result, said in found[: wording.MOST_MISSES]]
    yield from _section("misses", "Misses", *parts)


def _miss(result: Result, said: Sequence[str]) -> str:
    expected = result.expected
    tags = f'<li class="kind">{_kind(expected.kind)}</li>'
    tags += "".join(f"<li>{flow(one_line(fault))}</li>" for fault in said)
    told = [("expected", inline(wording.cut(wording.expected_words(result))))]
    if quotes := expected.evidence if expected.answerable else ():
        more = f" <small>and {len(quotes) - 1:,} more</small>" if len(quotes) > 1 else ""
        told.append(("evidence", f"“{inline(wording.cut(quotes[0]))}”{more}"))
    if not result.error:
        given = f"“{inline(wording.cut(result.answer, MAX_ANSWER))}”" if result.answer else ""
        told.append(("answer given", given or '<span class="gone">none</span>'))
        if result.counts:
            dates = inline(wording.cut(", ".join(result.dates))) or '<span class="gone">none</span>'
            told.append(("dates given", dates))
        if result.shown:
            told.append(("shown first", _passage(result.shown[0])))
        if right := wording.right_passage(result):
            told.append((f"right, at rank {result.rank}", _passage(right)))
    facts = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in told)
    return (
        f'<article class="miss"><h3>{inline(wording.cut(expected.question))}</h3>'
        f'<ul class="tags">{tags}</ul><dl>{facts}</dl></article>\n'
    )


def _passage(shown: Shown) -> str:
    return f"{inline(wording.cut(shown.text))}<small>{inline(shown.line)}</small>"


def _comparison_section(comparison: Comparison) -> Iterator[str]:
    heads, rows = wording.difference_table(comparison)
    parts = [_list(wording.compared(comparison))]
    if rows:
        parts.append(_table("Later run beside the earlier", heads, rows))
        parts.append(
            '<p class="lead">p is how often chance alone would do as much; one in twenty measures '
            "has a p below 0.05 by chance.</p>\n"
        )
    for direction in wording.WENT:
        if changes := comparison.changed(direction):
            parts.append(_changes(direction, changes))
    return _section("comparison", "Compared with an earlier run", *parts)


def _changes(direction: str, changes: Sequence[Change]) -> str:
    rows = [
        (inline(change.id), f'<td class="words">{inline(wording.cut(change.question, 160))}</td>',
         f'<td class="words">{flow(change.what)}</td>')
        for change in changes[:wording.MOST_CHANGES]
    ]  # fmt: skip
    heads = ("id", "question", "what changed")
    return _table(
        f"{wording.count(len(changes), 'question')} {wording.WENT[direction]}", heads, rows
    )


def _file_section(evaluation: Evaluation) -> Iterator[str]:
    said = wording.unlocated_lines(evaluation)
    if not said:
        return
    more = (
        [f"{len(said) - wording.MOST_MISSING:,} more."] if len(said) > wording.MOST_MISSING else []
    )
    yield from _section(
        "file",
        "Evidence that stands nowhere in the corpus",
        '<p class="lead">Mend the question file, or add the document.</p>\n',
        _list([*said[: wording.MOST_MISSING], *more]),
    )
