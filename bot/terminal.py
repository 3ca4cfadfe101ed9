"""Answers, timelines and reports for a terminal: marked words at 80 columns, plain when piped."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, groupby
from typing import Self

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.style import Style
from rich.table import Table
from rich.text import Text as RichText

from bot.backup.values import Made, Restored
from bot.wording import answering_words, missing_words, widened_words, with_gaps
from index.analysis import GROUP
from index.archive import NoteReading, SourceReading
from index.building import Progress
from index.dates.edtf import day_to_iso
from index.dates.wording import event_remarks, event_words, say_date
from index.deciding import ANSWERED_CONFIDENCE, NEAR_CONFIDENCE
from index.evaluation import Evaluation, wording
from index.evaluation.comparing import Comparison
from index.generations import Listed
from index.model import (
    Answer,
    AnswerSpan,
    BuildReport,
    Citation,
    CitedEvent,
    Document,
    Outcome,
    PageSpan,
    ReadingWarning,
    ScorePart,
    Skipped,
    SourceSummary,
    Timeline,
    one_line,
)
from index.verifying import Finding, Verification

#: Signs that a terminal would obey, and marks that turn the direction of what follows.
_ACTIVE = {
    code: "\ufffd"
    for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n"
}
_IDS_SHOWN = 10
_BLOCKS_SHOWN = 12  # documents that a build tells of in full; of more it gives a line each
_ROWS_SHOWN = 500
_NARROWEST_TABLE, _WIDE_TABLE = 50, 80  # columns of a terminal
_WARNED_SHOWN = 20  # documents with warnings, beneath such lines
_WARNINGS_SHOWN = 10  # of one document
_FAILURES_SHOWN = 20
_LISTED = 40  # of any other list
_MARKS_SHOWN = 3
_NOTE_CHARACTERS = 90
_WORDS_BEFORE = 6
_LONGEST_ROMAN = 8  # characters of a page's label
_LONGEST_LEAD = 80  # characters
_FORMATS = {
    "text": "plain text", "markdown": "Markdown", "restructuredtext": "reStructuredText",
    "html": "HTML", "pdf": "PDF", "docx": "DOCX", "epub": "EPUB", "csv": "CSV", "json": "JSON",
}  # fmt: skip
_NOUNS = {"references": "cross-reference"}
_NOT_DECODED = ("pdf", "docx", "epub")  # formats whose encoding says nothing to anybody
_EVENTS_SHOWN = 10  # beneath an answer; `timeline` shows all
_WIDEST = 100
_EVENT_CHARACTERS = 220
_NAME_CELLS = 14  # of a kind of question
_QUIET = "bright_black"
_TERM, _SENTENCE, _ANSWERING = "bold", "underline", "bold underline green"
_WORD = re.compile(r"\S+")
_WORDS_LISTED = 12  # of a question
_WIDEST_CELLS = (26, 24, 18)  # of words, terms and places in an explanation
_WEIGHT_CELLS, _GAP, _EXPLAINED = 6, 2, 4  # and how far an explanation is indented
_OUTCOMES = {
    Outcome.ANSWERED: "Answered",
    Outcome.NEAR_MISS: "Near miss",
    Outcome.NOT_FOUND: "Not found",
}


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
    """What answers, the numbered passages it rests on, the events, how the question was read."""
    understood = answer.understood
    match answer.outcome:
        case Outcome.ANSWERED:
            out.print(_said(answer))
        case Outcome.NEAR_MISS:
            out.print(Text("Not said in these documents. The closest:", style="bold yellow"))
            if missing := missing_words(answer, answer.passages):
                out.print(Text(f"Nothing here says: {_listed(missing)}.", style="yellow"))
        case Outcome.NOT_FOUND:
            out.print(Text("Nothing in these documents answers that.", style="bold yellow"))
            if words := (*(f"“{p}”" for p in understood.phrases), *understood.terms):
                out.print(Text(f"Looked for: {_listed(words)}"))
            if understood.dates:
                out.print(Text(f"Time: {'; '.join(map(say_date, understood.dates))}"))
            _show_reading(out, answer)
            out.print(Text(answer.covers))
            return
    for sentence in answer.differs:
        out.print(Text(one_line(sentence), style="yellow"))
    for citation in answer.passages:
        out.print()
        _show_citation(out, citation, answer.answer_spans)
    _show_events(out, "Events", answer.events)
    _show_events(out, "Possibly then", answer.possible_events)
    out.print()
    _show_reading(out, answer)
    shown = f"{len(answer.passages)} passages" if len(answer.passages) != 1 else "1 passage"
    documents = len({citation.source.id for citation in answer.passages})
    from_ = "1 document" if documents == 1 else f"{documents} documents"
    quiet = f"{shown} from {from_}, generation {answer.generation}, {answer.took_ms:.1f} ms"
    out.print(Text(quiet, style=_QUIET))


def show_explanation(out: Console, answer: Answer) -> None:
    """Why each passage stands where it does, and what the outcome was told from.

    A table a passage: each word of the question with the term that counted for it, what it tells,
    where it stands and what it brings; then each boost; their sum is the score, to the last digit.
    """
    parts = [part for citation in answer.passages for part in citation.why]
    counted = [part for part in parts if part.kind == "term"]
    words = tuple(dict.fromkeys((*answer.understood.terms, *(part.name for part in counted))))
    widths = _score_widths(out, words, answer.passages)
    out.print()
    out.print(Text("Why", style="bold"))
    for citation in answer.passages:
        head = Text(f"[{citation.number}] ", style="cyan").append(citation.line, style="cyan")
        out.print(head.append(f"  score {citation.score:.6f}", style="bold"))
        indent = _EXPLAINED if widths[2] else 0
        out.print(Padding(_score_table(citation, words, widths), (0, 0, 0, indent)))
        out.print()
    held = {part.name for part in counted}
    nowhere = [word for word in words if word not in held]
    if nowhere and answer.passages:
        _print_under(out, Text(f"In none of these passages: {_listed(nowhere)}."), 0)
    if answer.understood.kind:
        _print_under(out, Text(f"Kind of question: {answer.understood.kind}."), 0)
    near = f", a near miss {NEAR_CONFIDENCE:g}" if answer.outcome is Outcome.NOT_FOUND else ""
    told = f"confidence {answer.confidence:.3f}; an answer takes {ANSWERED_CONFIDENCE:g}{near}."
    _print_under(out, Text(f"{_OUTCOMES[answer.outcome]}: {told}"), 0)


def _score_widths(
    out: Console, words: Sequence[str], passages: Sequence[Citation]
) -> tuple[int, ...]:
    """The cells of words, terms, places and amounts, the same for all passages; 0 for no such column.

    A narrow terminal gets no places and no weights.
    """
    parts = [part for citation in passages for part in citation.why]
    counted = [part for part in parts if part.kind == "term"]
    names = (*words, *(part.name for part in parts))
    columns = (
        ["word", *names], ["found as", "not here", *map(_found_as, counted)],
        ["where", *map(_places, counted)],
    )  # fmt: skip
    widths = [
        min(most, max(cell_len(one_line(cell)) for cell in cells))
        for most, cells in zip(_WIDEST_CELLS, columns, strict=True)
    ]
    numbers = [*(part.amount for part in parts), *(citation.score for citation in passages)]
    amounts = max((len(_amount(number)) for number in numbers), default=0)
    room = out.width - _EXPLAINED - _WEIGHT_CELLS - amounts - 4 * _GAP
    if out.width < _NARROWEST_TABLE:
        widths[2], room = 0, out.width - amounts - 2 * _GAP
    while sum(widths) > max(room, _GAP):
        widths[widths.index(max(widths))] -= 1
    return (*widths, amounts)


def _score_table(citation: Citation, words: Sequence[str], widths: Sequence[int]) -> Table:
    """What each of ``words`` and each boost brings a passage, and the sum."""
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style=_QUIET)
    table.add_column("word", width=widths[0], overflow="fold")
    table.add_column("found as", width=widths[1], overflow="fold")
    if whole := bool(widths[2]):
        table.add_column("where", width=widths[2], overflow="fold")
        table.add_column("weight", width=_WEIGHT_CELLS, justify="right")
    table.add_column("amount", width=widths[3], justify="right")

    def add(name: str, style: str, found_as: str, where: str, weight: str, amount: str) -> None:
        between = (Text(where), Text(weight)) if whole else ()
        cells = (Text(one_line(name), style), Text(found_as, style), *between, Text(amount, style))
        table.add_row(*cells)

    for word in words:
        found = [part for part in citation.why if part.kind == "term" and part.name == word]
        for part in found:
            weight = "" if part.weight is None else f"{part.weight:.3f}"
            add(word, "", _found_as(part), _places(part), weight, _amount(part.amount))
        if not found:
            add(word, _QUIET, "not here", "", "", "")
    for part in citation.why:
        if part.kind == "boost":
            add(part.name, "", "", "", "", _amount(part.amount))
    add("sum", "bold", "", "", "", _amount(citation.score))
    return table


def _places(part: ScorePart) -> str:
    return ", ".join(part.fields)


def _found_as(part: ScorePart) -> str:
    """The term that counted for a word, and why where it isn't the word itself."""
    term = part.term or ""
    if term.startswith(GROUP):
        return "any of its names"
    return term if part.reason in (None, "typed") else f"{term} ({part.reason})"


def _amount(amount: float) -> str:
    return f"{amount:.6f}"


def _listed(words: Sequence[str]) -> str:
    """Words of a question for people, the first few of very many."""
    more = f" and {len(words) - _WORDS_LISTED} more" if len(words) > _WORDS_LISTED else ""
    return ", ".join(one_line(word) for word in words[:_WORDS_LISTED]) + more


def _show_reading(out: Console, answer: Answer) -> None:
    """How the question was read where that is not plain, a quiet line each."""
    understood = answer.understood
    lines = [f"“{name}” was read as {say_date(date)}." for name, date in understood.named]
    lines += [f"Read “{typed}” as “{read}”." for typed, read in understood.corrections]
    lines += [f"“{typed}”: also {_listed(also)}." for typed, also in widened_words(answer)]
    if understood.carried:
        lines.append(f"Carried over: {_listed(understood.carried)}.")
    if understood.excluded:
        lines.append(f"Left out what holds: {_listed(understood.excluded)}.")
    for line in lines:
        out.print(Text(one_line(line), style=_QUIET))


def show_timeline(out: Console, timeline: Timeline, *, ids: bool = False) -> None:
    """The events in order, those that only may fall in the time asked for under a line of their own."""
    count = len(timeline.events) + len(timeline.possible_events)
    certain, possible = len(timeline.events), len(timeline.possible_events)
    head = f"{_count(certain, 'event')}: {timeline.asked}"
    if possible:
        head += f" ({possible:,} more may fall then)"
    out.print(Text(head, style="bold"))
    for note in timeline.notes:
        out.print(Text(note, style="yellow"))
    if not count:
        out.print(Text(timeline.covers))
    _show_events(out, None, timeline.events, whole=True, ids=ids)
    _show_events(out, "Possibly then", timeline.possible_events, whole=True, ids=ids)
    if timeline.before:
        _show_events(out, "The one before", [timeline.before])
    if timeline.after:
        _show_events(out, "The one after", [timeline.after])
    if timeline.span and certain > 1:
        said = f"{day_to_iso(timeline.span.first)} to {day_to_iso(timeline.span.last)}"
        out.print()
        out.print(
            Text(f"{certain:,} events, {said}, generation {timeline.generation}", style=_QUIET)
        )


def show_sources(
    out: Console, summaries: Sequence[SourceSummary], skipped: Sequence[Skipped]
) -> None:
    """A few lines a document, its warnings beneath; then the files that were left out."""
    for summary in summaries:
        _show_summary(out, summary)
    _show_skipped(out, skipped)


def show_source(out: Console, reading: SourceReading) -> None:
    """How one document was read: its facts, headings, notes, cross-references, pages, warnings."""
    document = reading.document
    _show_summary(out, reading.summary)
    source = reading.summary.source
    _print_under(out, Text(f"sha256 {source.sha256}", style=_QUIET), 2)
    _show_headings(out, document)
    _show_notes(out, reading.notes)
    _show_references(out, reading)
    if labels := _page_labels(document):
        _heading(out, "Pages as printed")
        _print_under(out, Text(labels), 2)
    if document.records:
        _heading(out, "Table of events")
        _print_under(out, Text(f"{_count(len(document.records), 'row')}, each an event"), 2)


def show_report(out: Console, report: BuildReport, *, dry_run: bool) -> None:
    """What a build read, document by document; then what it did, or would do, as a whole."""
    if len(report.read) <= _BLOCKS_SHOWN:
        for summary in report.read:
            _show_summary(out, summary)
    else:
        _show_table(out, report.read)
    if report.read:
        out.print()
    if not report.changed:
        out.print(f"Nothing has changed: generation {report.generation} stays.")
    else:
        done = "Would make a new generation" if dry_run else f"Generation {report.generation}"
        out.print(
            f"{done}: {_count(report.documents, 'document')}, "
            f"{_count(report.passages, 'passage')}, {_count(report.events, 'event')}, "
            f"{report.seconds:.1f} s"
        )
    for label, ids in (
        ("added", report.added), ("read again", report.updated), ("removed", report.removed)
    ):  # fmt: skip
        if ids:
            more = f" and {len(ids) - _IDS_SHOWN:,} more" if len(ids) > _IDS_SHOWN else ""
            out.print(Text(f"  {label}: {', '.join(ids[:_IDS_SHOWN])}{more}"))
    for sentence in report.unapplied:
        _print_under(out, Text(f"! timeline-edits.toml: {sentence}", style="yellow"), 2)
    read = {summary.source.name for summary in report.read}
    earlier = [name for name, _ in report.warnings if name not in read]
    if earlier:
        said = f"{_count(len(earlier), 'warning')} on unchanged documents: `archivist sources` lists them"
        out.print(Text(f"  {said}", style=_QUIET))
    _show_skipped(out, report.skipped, _LISTED)


def show_verification(out: Console, verification: Verification) -> None:
    """That every span holds, or the first that do not; what could not be compared."""
    counts = [("documents", verification.documents), *verification.counts]
    told = ", ".join(
        _count(number, _NOUNS.get(name, name.removesuffix("s")))
        for name, number in counts
        if number
    )
    begin = f"Generation {verification.generation}: {told}"
    if verification.holds:
        out.print(Text(f"{begin}: every span holds."))
    else:
        wrong = _count(verification.failed, "fault")
        out.print(Text(f"{begin}: {wrong}.", style="bold red"))
        for finding in verification.failures[:_FAILURES_SHOWN]:
            _print_under(out, Text(f"! {_told(finding)}", style="red"), 2)
        _more(out, verification.failed - _FAILURES_SHOWN)
        out.print("`archivist index build --full` makes the index anew.")
    unread = verification.documents - verification.read_again
    if unread:
        out.print(Text(f"  {_count(unread, 'file')} could not be compared:", style=_QUIET))
    for finding in verification.remarks[:_LISTED]:
        _print_under(out, Text(_told(finding), style=_QUIET), 4)
    _more(out, len(verification.remarks) - _LISTED)


def show_evaluation(
    out: Console, evaluation: Evaluation, comparison: Comparison | None = None
) -> None:
    """A row a kind of question, each figure with its interval, what to know of them, what changed."""
    measures = [m for m in wording.columns(evaluation.rows) if m.name != "recall_10"]  # 80 columns
    names = ("kind", "n", *(measure.title for measure in measures))
    rows = []
    for row in evaluation.rows:
        figures = [(measure, row.figure(measure.name)) for measure in measures]
        cells = ("–" if fig is None else wording.number(m, fig.value) for m, fig in figures)
        rows.append((one_line(row.kind), str(row.questions), *cells))
    _print_grid(out, names, rows)
    out.print()
    _print_grid(
        out,
        ("all questions", "figure", "95 %", "n", ""),
        [
            (
                (measure := wording.measure_of(name)).title,
                wording.number(measure, figure.value),
                wording.interval(measure, figure),
                str(figure.questions),
                measure.meaning,
            )
            for name, figure in evaluation.rows[0].figures
        ],
        words=1,
    )
    out.print()
    milliseconds = ", ".join(f"p{p} {value:.1f} ms" for p, value in evaluation.latency)
    out.print(f"latency: {milliseconds}")
    for sentence in wording.remarks(evaluation):
        out.print(Text(sentence, style="yellow"))
    if comparison is not None:
        out.print()
        _show_comparison(out, comparison)


def _show_comparison(out: Console, comparison: Comparison) -> None:
    for sentence in wording.compared(comparison):
        out.print(Text(sentence))
    out.print()
    _print_grid(out, *wording.difference_table(comparison))
    for direction, went in wording.WENT.items():
        changes = comparison.changed(direction)
        if not changes:
            continue
        out.print()
        out.print(Text(f"{_count(len(changes), 'question')} {went}:", style="bold"))
        for change in changes[:_LISTED]:
            said = f"{change.id}: {change.what} ({_cut(one_line(change.question), 80)})"
            _print_under(out, Text(said), 2)
        if len(changes) > _LISTED:
            _more(out, len(changes) - _LISTED)


def _print_grid(
    out: Console, heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 0
) -> None:
    """A table whose first column and last ``words`` columns are words, the others figures."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(heads):
        if number == 0:
            table.add_column(head, no_wrap=True, max_width=_NAME_CELLS, overflow="ellipsis")
        elif number >= len(heads) - words:
            table.add_column(head)
        else:
            table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)


def generation_line(listed: Listed) -> str:
    """A generation in one line."""
    head = f"{listed.generation}{' (current)' if listed.current else ''}: {listed.made}"
    if listed.problem is not None:
        return f"{head}, can't be used: {listed.problem}"
    return (
        f"{head}, {listed.documents:,} documents, {listed.passages:,} passages, "
        f"{listed.events:,} events, {listed.bytes / 1_000_000:,.1f} MB in {listed.segments} "
        f"{'segment' if listed.segments == 1 else 'segments'}"
    )


def show_backup(out: Console, made: Made) -> None:
    """Where a backup was written and what it holds."""
    out.print(Text(f"{made.file} ({made.size / 1e6:,.1f} MB)", style="bold"))
    _print_under(out, Text(_backed_up(made.generation, made.uploads)), 2)
    _print_under(out, Text("unpacked again and proven", style=_QUIET), 2)
    for path in made.dropped:
        _print_under(out, Text(f"older one removed: {path.name}", style=_QUIET), 2)


def show_restored(out: Console, found: Restored, *, dry_run: bool) -> None:
    """What a backup holds, and where lies what it took the place of."""
    made = found.made.strftime("%Y-%m-%d %H:%M UTC")
    done = "Can be restored" if dry_run else "Restored"
    out.print(Text(f"{done}: the backup of {made}, by Archivist {found.program}", style="bold"))
    _print_under(out, Text(_backed_up(found.generation, found.uploads)), 2)
    if found.before is not None:
        _print_under(
            out, Text(f"What was there lies in {found.before}. Remove it when all is well."), 2
        )


def _backed_up(generation: int | None, uploads: int) -> str:
    documents = f"{_count(uploads, 'document')} added from Discord"
    index = "no index" if generation is None else f"generation {generation} of the index"
    return f"settings and what people reported, {documents}, {index}"


@contextmanager
def build_progress(err: Console, doing: str = "Indexing") -> Iterator[Callable[[Progress], None]]:
    """A callback for `building.build` that draws a bar once the work has lasted a second."""
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),  # the name of a file is no markup
    )
    bar = Bar(*columns, console=err, transient=True, disable=not err.is_terminal)
    task = bar.add_task("", total=None)
    started = time.monotonic()

    def show(progress: Progress) -> None:
        if not bar.live.is_started and time.monotonic() - started > 1:
            bar.start()
        seconds = progress.remaining or 0.0
        left = "" if seconds < 1 else f"{_lasting(seconds)} left  "
        rate = "" if progress.rate is None else f"{progress.rate / 1_000_000:.1f} MB/s  "
        said = f"{rate}{left}{inert(progress.name)}"
        bar.update(task, completed=progress.done, total=progress.total, description=said)

    try:
        yield show
    finally:
        bar.stop()


def _lasting(seconds: float) -> str:
    """So many seconds in words for a bar."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _show_citation(out: Console, citation: Citation, answering: Sequence[AnswerSpan]) -> None:
    head = Text(f"[{citation.number}] ", style="cyan")
    head.append(citation.source.title, style="bold cyan")
    if citation.place:
        head.append(f" — {citation.place}", style="cyan")
    if citation.date:
        head.append(f" ({say_date(citation.date)})", style="cyan")
    out.print(head)
    marked = _marked(citation, answering)
    _print_under(out, Text(" ").join(part for part in marked.split("\n") if part.plain.strip()), 4)
    for note in (*citation.notes, *citation.meant):
        meant = f" → note {_listed([str(n) for n in note.refers_to])}" if note.refers_to else ""
        said = f"note {note.number}: {one_line(note.text)}{meant}"
        _print_under(out, Text(said, style=_QUIET), 4)
    for bearing in citation.borne:
        place = bearing.line.removeprefix(citation.source.title).lstrip(", ")
        said = f"it stands for: “{one_line(bearing.text)}”" + (f" ({place})" if place else "")
        _print_under(out, Text(said, style=_QUIET), 4)
    for also in citation.also:
        number = f" [{also.number}]" if also.number else ""
        _print_under(out, Text(f"also in: {also.line}{number}", style=_QUIET), 4)


def _print_under(out: Console, text: RichText, indent: int) -> None:
    """Print ``text`` indented: wrapped in a terminal, on one line where it is piped."""
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, indent)))
    else:
        out.print(Text(" " * indent + text.plain))


def _print_facts(out: Console, facts: Iterable[str], style: str = _QUIET) -> None:
    """Print what ``facts`` say, apart from each other; in a terminal none is broken over two lines."""
    lines: list[str] = []
    for fact in filter(None, facts):
        longer = f"{lines[-1]} · {fact}" if lines else ""
        if longer and (not out.is_terminal or cell_len(longer) <= out.width - 2):
            lines[-1] = longer
        else:
            lines.append(fact)
    for line in lines:
        _print_under(out, Text(line, style=style), 2)


def _marked(citation: Citation, answering: Sequence[AnswerSpan]) -> RichText:
    """The quote: the sentence that answers, the words that do, and those of the question marked."""
    own = [span for span in answering if span.passage == citation.number]
    text = Text(citation.passage.text)
    for span in own:
        text.stylize(_SENTENCE, span.start, span.stop)
    for mark in citation.highlights:
        if mark.kind == "term":
            text.stylize(_TERM, mark.start, mark.stop)
    for mark in answering_words(citation.highlights, own):
        text.stylize(_ANSWERING, mark.start, mark.stop)
    return text


def _said(answer: Answer) -> RichText:
    """A line for each passage that answers: what it says, its number, the answering words marked."""
    if not answer.answer_spans:
        return Text(f"“{one_line(answer.answer or '')}”", style="bold")
    cited = {citation.number: citation for citation in answer.passages}
    said = Text(style="bold")
    for number, group in groupby(answer.answer_spans, key=lambda span: span.passage):
        spans = list(group)
        text = Text(cited[number].passage.text)
        for mark in answering_words(cited[number].highlights, spans):
            text.stylize(_ANSWERING, mark.start, mark.stop)
        said.append("\n“" if said else "“")
        for part in with_gaps(text.plain, spans):
            shown = part if isinstance(part, str) else _in_one_line(text[part.start : part.stop])
            said.append(shown)
        said.append("”").append(f" [{number}]", style="cyan")
    return said


def _in_one_line(text: RichText) -> RichText:
    """``text`` with every run of white space as one blank, none at the ends; marks stay."""
    words = [word.span() for word in _WORD.finditer(text.plain)]
    starts = [0, *accumulate(stop - start + 1 for start, stop in words)]
    line = Text(" ".join(text.plain[start:stop] for start, stop in words))

    def place(position: int) -> int:
        n = bisect_right(words, position, key=lambda word: word[0]) - 1
        return starts[n] + min(position, words[n][1]) - words[n][0] if n >= 0 else 0

    for mark in text.spans:
        line.stylize(mark.style, place(mark.start), place(mark.end))
    return line


def _show_events(
    out: Console,
    title: str | None,
    events: Sequence[CitedEvent],
    *,
    whole: bool = False,
    ids: bool = False,
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
        if cited.event.headline:
            text = f"{one_line(cited.event.headline)}: {text}"
        line = Text(text).append(f"  — {cited.line}", style=_QUIET)
        for remark in event_remarks(cited.event) if whole else ():
            line.append(f" [{remark}]", style=_QUIET)
        if ids:
            line.append(f" [id {cited.event.id}]", style="cyan")
        if out.is_terminal:
            table.add_row(say_date(cited.event.date), line)
        else:
            out.print(Text(f"{say_date(cited.event.date)}: {line.plain}"))
    if out.is_terminal:
        out.print(table)
    if not whole and len(events) > _EVENTS_SHOWN:
        more = f"and {len(events) - _EVENTS_SHOWN} more: see `archivist timeline`"
        out.print(Text(more, style=_QUIET))


def _show_summary(out: Console, summary: SourceSummary) -> None:
    """A document with its facts and counts, what was lifted out of it, and its warnings."""
    source = summary.source
    out.print(Text(one_line(source.title), style="bold"))
    by = ", ".join(part for part in (source.author, source.date, source.rights) if part)
    if by:
        _print_under(out, Text(by), 2)
    _print_facts(out, [one_line(source.name), f"id {source.id}", _kind(summary)], style="")
    counts = [
        _count(summary.pages, "page") if summary.pages else "",
        _count(summary.sections, "section"),
        _count(summary.words, "word"),
        _of_which(summary.notes, "note", summary.unlinked_notes, "not linked", "all linked"),
        _of_which(summary.references, "cross-reference", summary.unresolved, "unresolved", ""),
        _count(summary.passages, "passage"),
        _count(summary.events, "event"),
    ]
    _print_facts(out, counts)
    if summary.lifted:
        lifted = ", ".join(_count(number, kind) for kind, number in summary.lifted)
        _print_under(out, Text(f"lifted out: {lifted}", style=_QUIET), 2)
    _show_warnings(out, summary.warnings)


def _show_warnings(out: Console, warnings: Sequence[ReadingWarning]) -> None:
    for warning in warnings[:_WARNINGS_SHOWN]:
        _print_under(out, Text(f"! {_warned(warning)}", style="yellow"), 2)
    _more(out, len(warnings) - _WARNINGS_SHOWN)


def _show_table(out: Console, summaries: Sequence[SourceSummary]) -> None:
    """A line a document, then those with warnings and what these say."""
    shown = summaries[:_ROWS_SHOWN]
    if out.is_terminal and out.width >= _NARROWEST_TABLE:
        _print_table(out, shown)
    else:
        for summary in shown:
            told = (_count(number, name) for name, number in _figures(summary) if number)
            out.print(Text(f"{one_line(summary.source.name)}: {', '.join(told)}"))
    _more(out, len(summaries) - len(shown))
    warned = [summary for summary in summaries if summary.warnings]
    for summary in warned[:_WARNED_SHOWN]:
        out.print()
        _show_summary(out, summary)
    _more(out, len(warned) - _WARNED_SHOWN, "documents with warnings")


def _print_table(out: Console, summaries: Sequence[SourceSummary]) -> None:
    names = [f"{name}s" for name, _ in _figures(summaries[0])]
    names = names if out.width >= _WIDE_TABLE else names[2:]
    left = out.width - sum(len(name) + 2 for name in names)
    table = Table(box=None, pad_edge=False)
    table.add_column("document", overflow="ellipsis", no_wrap=True, max_width=left)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for summary in summaries:
        cells = [f"{number:,}" if number else "–" for _, number in _figures(summary)]
        table.add_row(Text(one_line(summary.source.name)), *cells[-len(names) :])
    out.print(table)


def _figures(summary: SourceSummary) -> tuple[tuple[str, int | None], ...]:
    return (
        ("page", summary.pages),
        ("section", summary.sections),
        ("note", summary.notes),
        ("passage", summary.passages),
        ("event", summary.events),
        ("warning", len(summary.warnings)),
    )


def _show_headings(out: Console, document: Document) -> None:
    """The headings as a tree, each with its page and how many paragraphs stand right under it."""
    paragraphs = Counter(paragraph.section for paragraph in document.paragraphs)
    _heading(out, "Sections")
    for number, section in enumerate(document.sections):
        if not section.path and not paragraphs[number]:
            continue
        name = one_line(section.path[-1]) if section.path else "before the first heading"
        line = Text(name, style="" if section.path else _QUIET)
        place = document.pages_of(section.start, section.start + 1)[0]
        facts = [f"p. {place}"] if place else []
        facts += [_count(paragraphs[number], "paragraph")] if paragraphs[number] else []
        if facts:
            line.append(f"  {' · '.join(facts)}", style=_QUIET)
        _print_under(out, line, 2 * max(1, len(section.path)))


def _show_notes(out: Console, notes: Sequence[NoteReading]) -> None:
    """Each note with the words before its marks, the first of its own, and the notes it means."""
    if not notes:
        return
    _heading(out, "Notes")
    for reading in notes:
        note = reading.note
        number = note.shown if note.label is None else f"{note.label} (note {note.number})"
        line = Text(number, style="cyan")
        line.append(f"  p. {reading.page}" if reading.page else "", style=_QUIET)
        for mark in reading.marks[:_MARKS_SHOWN]:
            line.append(f"  … {one_line(mark.before)}")
            if mark.section:
                line.append(f"  ({one_line(mark.section[-1])})", style=_QUIET)
        if not reading.marks:
            line.append("  not linked: its mark was not found", style="yellow")
        _print_under(out, line, 2)
        text = Text(_cut(one_line(note.text), _NOTE_CHARACTERS), style=_QUIET)
        for meant in reading.refers_to:
            text.append(f" → note {meant}", style="cyan")
        _print_under(out, text, 6)


def _show_references(out: Console, reading: SourceReading) -> None:
    """Where cross-references lead, first those that lead nowhere. Notes show their own."""
    document = reading.document
    if not document.references:
        return
    first_note = document.notes[0].start if document.notes else len(document.text)
    lost = [r for r in document.references if r.target is None]
    found = [
        r
        for r in document.references
        if r.target is not None and not (r.kind == "note" and r.start >= first_note)
    ]
    _heading(out, "Cross-references")
    for references in (lost, found):
        for reference in references[:_LISTED]:
            words = one_line(document.text[reference.start : reference.stop])
            before = document.text[max(0, reference.start - _LONGEST_LEAD) : reference.start]
            line = Text(f"{_lead(before)} ", style=_QUIET).append(words, style="cyan")
            page = document.pages_of(reference.start, reference.stop)[0]
            line.append(f"  p. {page}" if page else "", style=_QUIET)
            if reference.target is None:
                line.append("  unresolved", style="yellow")
            elif reference.kind == "note":
                line.append(f" → note {reference.target}")
            else:
                path = document.sections[reference.target].path
                line.append(f" → {' › '.join(map(one_line, path)) or 'the beginning'}")
            _print_under(out, line, 2)
        _more(out, len(references) - _LISTED)
    rest = len(document.references) - len(lost) - len(found)
    if rest:
        said = f"{_count(rest, 'cross-reference')} between notes: see there"
        _print_under(out, Text(said, style=_QUIET), 2)


def _page_labels(document: Document) -> str:
    """Which pages bear which labels, where these are not their numbers: 1–4: i–iv, 5–21: 1–17."""
    runs: list[list[PageSpan]] = []
    first_of_each = {page.number: page for page in reversed(document.pages)}
    for _, page in sorted(first_of_each.items()):
        last = runs[-1][-1] if runs else None
        if last is not None and _follows(last, page):
            runs[-1].append(page)
        elif page.label is not None and page.label != str(page.number):
            runs.append([page])
    told = [_run(pages) for pages in runs]
    more = f", and {len(told) - _LISTED:,} more" if len(told) > _LISTED else ""
    return ", ".join(told[:_LISTED]) + more


def _follows(last: PageSpan, page: PageSpan) -> bool:
    """Whether two pages next to each other bear labels of one count."""
    labels = (last.label or "", page.label or "")
    if page.number != last.number + 1 or not all(labels):
        return False
    if all(label.isdecimal() for label in labels):
        return int(labels[1]) == int(labels[0]) + 1 and labels[1] != str(page.number)
    return all(label.isalpha() and len(label) < _LONGEST_ROMAN for label in labels)


def _run(pages: Sequence[PageSpan]) -> str:
    first, last = pages[0], pages[-1]
    if len(pages) == 1:
        return f"{first.number}: {first.label}"
    return f"{first.number}–{last.number}: {first.label}–{last.label}"


def _kind(summary: SourceSummary) -> str:
    name = _FORMATS.get(summary.format, summary.format)
    return name if summary.format in _NOT_DECODED else f"{name}, {summary.encoding}"


def _of_which(number: int, noun: str, wrong: int, what: str, otherwise: str) -> str:
    """“122 notes (3 not linked)”; nothing where there are none."""
    if not number:
        return ""
    told = f"{wrong:,} {what}" if wrong else otherwise
    return _count(number, noun) + (f" ({told})" if told else "")


def _warned(warning: ReadingWarning) -> str:
    places = (("line", warning.line), ("page", warning.page))
    where = ", ".join(f"{name} {number}" for name, number in places if number)
    return f"{where}: {warning.text}" if where else warning.text


def _told(finding: Finding) -> str:
    return f"{one_line(finding.document)}: {finding.text}" if finding.document else finding.text


def _heading(out: Console, title: str) -> None:
    out.print()
    out.print(Text(title, style="bold"))


def _more(out: Console, number: int, what: str = "") -> None:
    """How many were not shown, if any."""
    if number > 0:
        said = f"and {number:,} more {what}".rstrip()
        _print_under(out, Text(f"{said} (--json has all)", style=_QUIET), 2)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _lead(before: str) -> str:
    """The last few words of ``before``."""
    return f"… {' '.join(before.split()[-_WORDS_BEFORE:])}"


def _show_skipped(out: Console, skipped: Sequence[Skipped], most: int | None = None) -> None:
    """The files that were left out, each with its reason, at most so many; how many are none."""
    left_out = [entry for entry in skipped if not entry.ignored]
    shown = left_out[:most]
    for entry in shown:
        said = f"! {one_line(entry.name)} was left out: {entry.reason} {entry.hint}"
        _print_under(out, Text(said.rstrip(), style="yellow"), 2)
    _more(out, len(left_out) - len(shown), "left out")
    ignored = len(skipped) - len(left_out)
    if ignored:
        what = "other file is no document" if ignored == 1 else "other files are no documents"
        out.print(Text(f"  {ignored:,} {what}", style=_QUIET))
