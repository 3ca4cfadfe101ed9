"""Answers, timelines and reports for a terminal: marked words at 80 columns, plain when piped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.style import Style
from rich.table import Table
from rich.text import Text as RichText

from bot.wording import event_words, say_date
from index.building import Progress
from index.evaluation import Evaluation
from index.model import (
    Answer,
    BuildReport,
    Citation,
    CitedEvent,
    Outcome,
    Skipped,
    SourceSummary,
    Timeline,
    one_line,
)

#: Signs that a terminal would obey, and marks that turn the direction of what follows.
_ACTIVE = {
    code: "\ufffd"
    for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n"
}
_IDS_SHOWN = 10
_EVENTS_SHOWN = 10  # beneath an answer; `timeline` shows all
_WIDEST = 100
_EVENT_CHARACTERS = 220
_QUIET = "bright_black"
_STYLES = {"term": "bold", "answer": "underline"}


def inert(text: str) -> str:
    """``text``, as long as before, with nothing in it that a terminal would obey."""
    return text.translate(_ACTIVE)


class Text(RichText):
    """Text of documents and people, which must not act on the terminal."""

    def __init__(self, text: str = "", style: str = "") -> None:
        super().__init__(inert(text), style)

    def append(self, text: RichText | str, style: str | Style | None = None) -> Self:
        """Add ``text``, made inert."""
        super().append(inert(text) if isinstance(text, str) else text, style)
        return self


class _Console(Console):
    """rich ends the program when the reader of its output has gone; `bot.cli` decides that."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console no wider than reads well; without colour, marks or wrapping when it is piped."""
    made = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if made.is_terminal:
        made.width = min(made.width, _WIDEST)
    else:
        made.soft_wrap = True
    return made


def show_answer(out: Console, answer: Answer) -> None:
    """The answering sentence, the numbered passages it rests on, the events, one quiet line."""
    match answer.outcome:
        case Outcome.ANSWERED:
            span = answer.answer_spans[0]
            said = Text(f"“{one_line(answer.answer or '')}”", style="bold")
            out.print(said.append(f" [{span.passage}]", style="cyan"))
        case Outcome.NEAR_MISS:
            out.print(Text("Not said in these documents. The closest:", style="bold yellow"))
        case Outcome.NOT_FOUND:
            out.print(Text("Nothing in these documents answers that.", style="bold yellow"))
            if answer.understood.terms:
                out.print(Text(f"Looked for: {', '.join(answer.understood.terms)}"))
            out.print(Text(answer.covers))
            return
    for citation in answer.passages:
        out.print()
        _show_citation(out, citation)
    _show_events(out, "Events", answer.events)
    _show_events(out, "Possibly then", answer.possible_events)
    out.print()
    shown = f"{len(answer.passages)} passages" if len(answer.passages) != 1 else "1 passage"
    documents = len({citation.source.id for citation in answer.passages})
    from_ = "1 document" if documents == 1 else f"{documents} documents"
    quiet = f"{shown} from {from_}, generation {answer.generation}, {answer.took_ms:.1f} ms"
    out.print(Text(quiet, style=_QUIET))


def show_timeline(out: Console, timeline: Timeline) -> None:
    """The events in order, those that only may fall in the time asked for under a line of their own."""
    count = len(timeline.events) + len(timeline.possible_events)
    out.print(Text(f"{count} event{'s' * (count != 1)}: {timeline.asked}", style="bold"))
    if not count:
        out.print(Text(timeline.covers))
    _show_events(out, None, timeline.events, whole=True)
    _show_events(out, "Possibly then", timeline.possible_events, whole=True)


def show_sources(
    out: Console, summaries: Sequence[SourceSummary], skipped: Sequence[Skipped]
) -> None:
    """A line a document with its counts, its warnings beneath; then the files that were left out."""
    for summary in summaries:
        source = summary.source
        out.print(Text(source.title, style="bold"))
        by = ", ".join(part for part in (source.author, source.date, source.rights) if part)
        if by:
            _print_under(out, Text(by), 2)
        counts = (
            f"{one_line(source.name)} · id {source.id} · {summary.words:,} words · "
            f"{summary.sections} sections · {summary.notes} notes · "
            f"{summary.passages} passages · {summary.events} events"
        )
        _print_under(out, Text(counts, style=_QUIET), 2)
        for warning in summary.warnings:
            where = f"line {warning.line}: " if warning.line else ""
            _print_under(out, Text(f"! {where}{warning.text}", style="yellow"), 2)
    _show_skipped(out, skipped)


def show_report(out: Console, report: BuildReport, *, dry_run: bool) -> None:
    """What a build did, or would do."""
    if not report.changed:
        out.print(f"Nothing has changed: generation {report.generation} stays.")
    else:
        done = "Would make a new generation" if dry_run else f"Generation {report.generation}"
        out.print(
            f"{done}: {report.documents} documents, {report.passages:,} passages, "
            f"{report.events:,} events, {report.seconds:.1f} s"
        )
    for label, ids in (
        ("added", report.added), ("read again", report.updated), ("removed", report.removed)
    ):  # fmt: skip
        if ids:
            more = f" and {len(ids) - _IDS_SHOWN:,} more" if len(ids) > _IDS_SHOWN else ""
            out.print(Text(f"  {label}: {', '.join(ids[:_IDS_SHOWN])}{more}"))
    for name, warning in report.warnings:
        where = f", line {warning.line}" if warning.line else ""
        out.print(Text(f"  ! {name}{where}: {warning.text}", style="yellow"))
    _show_skipped(out, report.skipped)


def show_evaluation(out: Console, evaluation: Evaluation) -> None:
    """A row a kind of question."""
    table = Table(box=None, pad_edge=False)
    names = ("kind", "n", "R@1", "R@3", "R@5", "MRR", "answer", "refused", "wrongly")
    for number, name in enumerate(names):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in evaluation.rows:
        shares = (*row.recall, row.mrr, row.answer_hit, row.refused, row.wrongly_refused)
        cells = ("–" if share is None else f"{share:.3f}" for share in shares)
        table.add_row(row.kind, str(row.questions), *cells)
    out.print(table)
    milliseconds = ", ".join(f"p{p} {value:.1f} ms" for p, value in evaluation.latency)
    out.print(f"latency: {milliseconds}")


@contextmanager
def build_progress(err: Console) -> Iterator[Callable[[Progress], None]]:
    """A callback for `building.build` that draws a bar once the work has lasted a second."""
    columns = (
        TextColumn("Indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )
    bar = Bar(*columns, console=err, transient=True, disable=not err.is_terminal)
    task = bar.add_task("", total=None)
    started = time.monotonic()

    def show(progress: Progress) -> None:
        if not bar.live.is_started and time.monotonic() - started > 1:
            bar.start()
        bar.update(task, completed=progress.done, total=progress.total, description=progress.name)

    try:
        yield show
    finally:
        bar.stop()


def _show_citation(out: Console, citation: Citation) -> None:
    head = Text(f"[{citation.number}] ", style="cyan")
    head.append(citation.source.title, style="bold cyan")
    if citation.place:
        head.append(f" — {citation.place}", style="cyan")
    if citation.date:
        head.append(f" ({say_date(citation.date)})", style="cyan")
    out.print(head)
    _print_under(out, _marked(citation), 4)
    for note in citation.notes:
        _print_under(out, Text(f"note {note.number}: {one_line(note.text)}", style=_QUIET), 4)


def _print_under(out: Console, text: RichText, indent: int) -> None:
    """Print ``text`` indented: wrapped in a terminal, on one line where it is piped."""
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, indent)))
    else:
        out.print(Text(" " * indent + text.plain))


def _marked(citation: Citation) -> RichText:
    """The quote as paragraphs, each on one line, its words marked."""
    text = Text(citation.passage.text)
    for mark in citation.highlights:
        text.stylize(_STYLES[mark.kind], mark.start, mark.stop)
    parts = (part for part in text.split("\n") if part.plain.strip())
    return Text(" ").join(parts)


def _show_events(
    out: Console, title: str | None, events: Sequence[CitedEvent], *, whole: bool = False
) -> None:
    if not events:
        return
    out.print()
    if title:
        out.print(Text(title, style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(max_width=max(10, out.width // 4), overflow="fold", style="green")
    table.add_column(overflow="fold")
    for cited in events if whole else events[:_EVENTS_SHOWN]:
        text = event_words(cited.event)
        if not whole and len(text) > _EVENT_CHARACTERS:
            text = text[:_EVENT_CHARACTERS].rsplit(" ", 1)[0] + " …"
        line = Text(text).append(f"  — {cited.line}", style=_QUIET)
        if out.is_terminal:
            table.add_row(say_date(cited.event.date), line)
        else:
            out.print(Text(f"{say_date(cited.event.date)}: {line.plain}"))
    if out.is_terminal:
        out.print(table)
    if not whole and len(events) > _EVENTS_SHOWN:
        more = f"and {len(events) - _EVENTS_SHOWN} more: see `archivist timeline`"
        out.print(Text(more, style=_QUIET))


def _show_skipped(out: Console, skipped: Sequence[Skipped]) -> None:
    for entry in skipped:
        if not entry.ignored:
            out.print(
                Text(
                    f"  ! {one_line(entry.name)} was left out: {entry.reason} {entry.hint}",
                    style="yellow",
                )
            )
    ignored = sum(entry.ignored for entry in skipped)
    if ignored:
        out.print(Text(f"  {ignored} other files are no documents", style=_QUIET))
