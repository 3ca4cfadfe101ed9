"""The commands of ``archivist``: reads what was typed, asks `index`, prints what `terminal` makes.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 it failed or
a value can't be used, 2 an unknown command, option or missing argument, 3 `ask` found no answer.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TextIO

import click

from bot import shapes, terminal
from bot.backup.values import is_unfinished
from bot.settings import Settings, load_settings
from index import building, catalogue, generations, locks, verifying
from index.archive import Archive, list_sources, read_source
from index.contents import reading_contents
from index.errors import (
    ArchivistError,
    BusyError,
    CorpusError,
    DataFolderError,
    IndexDamagedError,
    InputError,
    OtherCorpusError,
)
from index.evaluation import evaluate, runs, saving
from index.evaluation.comparing import compare as compare_runs
from index.evaluation.question_file import Expected, read_questions
from index.evaluation.scoring import DEEPEST
from index.evaluation.wording import unlocated_lines
from index.model import BuildReport, Timeline
from index.questions.times import read_range
from index.timeline.export import to_csv, to_ics, to_markdown, to_timelinejs

FAILED, NOT_FOUND = 1, 3
_MOST_PASSAGES = 100
_BATCH_PASSAGES = 10
_MOST_WARNINGS = 20  # of files that were left out

_TEXTS: dict[str, Callable[[Timeline], str]] = {
    "csv": to_csv,
    "timelinejs": to_timelinejs,
    "markdown": to_markdown,
}

_P = ParamSpec("_P")


class _Refused(click.ClickException):
    """An error that was raised on purpose, as one sentence on standard error."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:
        click.echo(terminal.inert(f"archivist: {self.message}"), file=file, err=True)


class _Folder(click.Path):
    """A folder's path; an empty one, as of an unset variable of a shell, is refused."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty path names no folder", param, ctx)
        return super().convert(value, param, ctx)


def _command(function: Callable[_P, None]) -> Callable[..., None]:
    """Gives a command ``--corpus`` and ``--data``, its settings, and one sentence for each error."""

    @click.option("--corpus", type=_Folder(), help="Folder of documents.")
    @click.option("--data", type=_Folder(), help="Folder for the index.")
    @wraps(function)
    def run(corpus: Path | None, data: Path | None, *args: Any, **options: Any) -> None:
        try:
            for stream in (sys.stdout, sys.stderr):
                if isinstance(stream, io.TextIOWrapper):  # a sign that can't be shown is no failure
                    stream.reconfigure(errors="backslashreplace")
            settings = load_settings(os.environ, Path(".env"), serving=function.__name__ == "serve")
            settings = replace(
                settings, corpus=corpus or settings.corpus, data=data or settings.data
            )
            logging.basicConfig(level=settings.log_level, format="%(levelname)s %(message)s")
            for sentence in settings.unknown:
                _warn(sentence)
            if is_unfinished(settings.data):
                _finish_restore(settings.data)
            function(settings, *args, **options)  # type: ignore[arg-type]  # settings come first
            sys.stdout.flush()
        except CorpusError as error:
            raise _Refused(f"{error.sentence} (Looked in {settings.corpus}.)") from error
        except ArchivistError as error:
            raise _Refused(error.sentence) from error
        except BrokenPipeError:  # the reader of our output has gone: not our failure
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except MemoryError:  # what is left suffices for a sentence
            raise _Refused("There is too little memory for it.") from None
        except OSError as error:
            if error.filename is not None:
                raise _Refused(f"{error.filename} can't be used ({error.strerror}).") from error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise _Refused(f"The output can't be written ({error.strerror}).") from error

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="archivist-bot")
def archivist() -> None:
    """Answers questions from your documents by quoting them. No language model, no network."""


_in_collections = click.option(
    "--collection",
    "collections",
    metavar="NAME",
    multiple=True,
    help="Only this collection; may be repeated. Without it all of the corpus folder's.",
)


@archivist.command()
@click.argument("question", required=False)
@click.option("--batch", "batch", metavar="FILE.jsonl", help="Answer one question a line.")
@click.option("--k", type=int, default=None, help="Most passages (5; 10 in a batch).")
@click.option("--document", help="Answer from this document alone: an id, file name or title.")
@_in_collections
@click.option("--from", "since", metavar="D", help="Only from this date on: any date expression.")
@click.option("--to", "until", metavar="D", help="Only up to this date, which is included.")
@click.option(
    "--after",
    "before",
    metavar="QUESTION",
    multiple=True,
    help="The question before this one, if it leans on it; may be repeated, oldest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--explain", is_flag=True, help="Show what each passage's score is made of.")
@_command
def ask(
    settings: Settings,
    question: str | None,
    batch: str | None,
    k: int | None,
    document: str | None,
    collections: tuple[str, ...],
    since: str | None,
    until: str | None,
    before: tuple[str, ...],
    as_json: bool,
    explain: bool,
) -> None:
    """Answer QUESTION with the passages it rests on ("-" reads it from standard input)."""
    if (question is None) == (batch is None):
        raise click.UsageError("Give a QUESTION, or --batch with a file.")
    if batch is not None and before:
        raise click.UsageError("--after goes with a QUESTION, not with --batch.")
    if k is not None and not 1 <= k <= _MOST_PASSAGES:
        raise InputError(f"--k is {k}; it must be from 1 to {_MOST_PASSAGES}.", hint="")
    read_range(since, until, _today(settings))  # one sentence, before any work
    if batch is not None:
        with _open_batch(batch) as lines:
            archive = _seeing(_open(settings, renew=True), collections)
            for line in lines:
                if line.strip():
                    shape = _batch_answer(
                        archive, settings, line, k or _BATCH_PASSAGES, document, since, until
                    )
                    click.echo(json.dumps(shape, ensure_ascii=False))
        return
    asked = sys.stdin.read() if question == "-" else question or ""
    archive = _seeing(_open(settings, renew=True), collections)
    answer = archive.answer(
        asked,
        today=_today(settings),
        k=k or 5,
        document=document,
        before=before,
        since=since,
        until=until,
    )
    if as_json:
        _print_json(shapes.answer_json(answer))
    else:
        out = terminal.console()
        terminal.show_answer(out, answer)
        if explain:
            terminal.show_explanation(out, answer)
    if not answer.answered:
        sys.exit(NOT_FOUND)


@archivist.command()
@click.argument("when", nargs=-1)
@click.option("--who", metavar="NAME", help="Only events that name this person or body.")
@click.option("--about", metavar="WORDS", help="Only events that hold these words.")
@click.option("--document", help="Only this document: an id, file name or title.")
@_in_collections
@click.option("--ids", is_flag=True, help="Show each event's id, as timeline-edits.toml wants it.")
@click.option("--json", "as_json", is_flag=True, help="Print one event a line as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@click.option("--ics", "as_ics", is_flag=True, help="Print a calendar of what is known to the day.")
@click.option("--timelinejs", "as_timelinejs", is_flag=True, help="Print JSON for TimelineJS.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a chronology in Markdown.")
@click.option(
    "--html", metavar="FILE", help="Write a page that works without a network (- prints it)."
)
@click.option("--png", metavar="FILE", help="Write a chart, as PNG (- prints it).")
@_command
def timeline(
    settings: Settings,
    when: tuple[str, ...],
    who: str | None,
    about: str | None,
    document: str | None,
    collections: tuple[str, ...],
    ids: bool,
    html: str | None,
    png: str | None,
    **forms: bool,
) -> None:
    """List the events of WHEN, any date expression: September 2022, 2021..2022, since May 2021, around
    June 1917, the 1950s, 44 BC, on this day."""
    form = [name.removeprefix("as_") for name, given in forms.items() if given]
    if len(form) + (html is not None) + (png is not None) > 1:
        raise click.UsageError("Give one of --json, --csv, --ics and the like.")
    archive = _seeing(_open(settings), collections)
    found = archive.timeline(
        today=_today(settings), when=" ".join(when), who=who, about=about, document=document
    )
    if form == ["json"]:
        for event in found:
            click.echo(json.dumps(shapes.event_json(event), ensure_ascii=False))
    elif form == ["ics"]:
        calendar = to_ics(found, today=_today(settings))
        _print_file(calendar.text)
        if calendar.sentence:
            click.echo(f"archivist: {calendar.sentence}", err=True)
    elif form:
        _print_file(_TEXTS[form[0]](found))
    elif html is not None:
        from index.timeline.export.html_page import (
            to_html,  # here and below: only who asks waits for it
        )

        snapshot = archive.snapshot
        held = snapshot.positions.many(list({cited.event.passage for cited in found}))
        texts = {id_: snapshot.passage(position).text for id_, position in held.items()}
        page = to_html(found, texts, title=f"Timeline: {found.asked}")
        _write(html, page.encode())
    elif png is not None:
        from index.timeline.export.chart import to_png

        _write(png, to_png(found, title=f"Timeline: {found.asked}"))
    else:
        terminal.show_timeline(terminal.console(), found, ids=ids)


@archivist.command()
@click.argument("document", required=False, metavar="[ID]")
@_in_collections
@click.option("--json", "as_json", is_flag=True, help="Print the documents as JSON.")
@_command
def sources(
    settings: Settings, document: str | None, collections: tuple[str, ...], as_json: bool
) -> None:
    """List the documents with counts and warnings, or show how the one called ID was read."""
    _make_ready(settings)
    with reading_contents(settings.data) as contents:
        _check_collections(collections, contents.collections)
    if document is not None:
        reading = read_source(settings.data, document, collections or None)
        if as_json:
            _print_json(
                {
                    "generation": reading.generation,
                    "documents": [shapes.source_json(reading.summary)],
                    "left_out": [],
                    "reading": shapes.reading_json(reading),
                }
            )
        else:
            terminal.show_source(terminal.console(), reading)
        return
    listing = list_sources(settings.data, collections or None)
    if as_json:
        _print_json(
            {
                "generation": listing.generation,
                "documents": [shapes.source_json(summary) for summary in listing.summaries],
                "left_out": [shapes.skipped_json(entry) for entry in listing.skipped],
            }
        )
    else:
        terminal.show_sources(terminal.console(), listing.summaries, listing.skipped)


@archivist.command()
@click.argument("passage", metavar="PASSAGE_ID")
@click.option("--style", default="note", help="note (as Chicago has it), csl-json, bibtex or ris.")
@_command
def cite(settings: Settings, passage: str, style: str) -> None:
    """Print a citation of the passage with this id; `ask --json` shows ids."""
    _print_file(_open(settings).cite(passage, style=style))


@archivist.command("eval")
@click.argument("file", metavar="FILE.jsonl")
@click.option("--report", type=_Folder(), metavar="DIR", help="Write a report into this folder.")
@click.option(
    "--compare", type=_Folder(), metavar="RUN", help="Compare with the run of an earlier report."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@_command
def eval_(
    settings: Settings, file: str, report: Path | None, compare: Path | None, as_json: bool
) -> None:
    """Measure the answers to the questions of FILE.jsonl, whose answers are known."""
    questions = _read_questions(file)
    if report is not None:
        saving.check_folder(report)
    earlier = None if compare is None else runs.from_json(saving.read_run(compare))
    archive = _seeing(_open(settings), ())
    today = _today(settings)
    with terminal.build_progress(terminal.console(stderr=True), "Evaluating") as progress:
        result = evaluate(
            questions,
            lambda question: archive.answer(question, today=today, k=DEEPEST),
            corpus=archive.snapshot,
            progress=lambda what, done, total: progress(building.Progress(done, total, what)),
        )
    _warn_of(unlocated_lines(result), "pieces of evidence")
    about = runs.about(archive, file="questions" if file == "-" else Path(file).name, today=today)
    comparison = compare_runs(earlier, runs.run_of(result, about)) if earlier else None
    if report is not None:
        from index.evaluation.report import report_files  # only who asks for one waits for it

        saving.save(report, report_files(result, about, comparison))
    if as_json:
        _print_json(shapes.evaluation_json(result, comparison))
    else:
        terminal.show_evaluation(terminal.console(), result, comparison)


@archivist.group("index")
def index_() -> None:
    """Build the index and see what it holds."""


@index_.command()
@click.option("--full", is_flag=True, help="Read every document again.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@_command
def build(settings: Settings, full: bool, dry_run: bool, as_json: bool) -> None:
    """Build a new generation from the corpus folder and swap to it."""
    report = _build(settings, full=full, dry_run=dry_run, reported=not as_json)
    if as_json:
        _print_json(shapes.report_json(report))
    else:
        terminal.show_report(terminal.console(), report, dry_run=dry_run)


@index_.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@_command
def status(settings: Settings, as_json: bool) -> None:
    """Say which generation is current, what it holds, and whether the corpus has changed."""
    number = generations.current_generation(settings.data)
    if number is None:
        shape: shapes.Json = {"generation": None, "changed": True}
    else:
        with generations.reading(settings.data, number) as database:
            documents, passages, events, _ = catalogue.counts(database)
        shape = {
            "generation": number,
            "documents": documents,
            "passages": passages,
            "events": events,
            "changed": building.is_stale(settings.corpus, settings.data, limits=settings.limits),
            "serving": locks.is_held(settings.data, "serve"),
            "building": locks.is_held(settings.data, "build"),
        }
    if as_json:
        _print_json(shape)
    elif number is None:
        click.echo("Nothing has been indexed yet. Run `archivist index build`.")
    else:
        changed = "has changed since" if shape["changed"] else "has not changed since"
        click.echo(
            f"Generation {number}: {shape['documents']} documents, {shape['passages']:,} passages, "
            f"{shape['events']:,} events. The corpus folder {changed}."
            + (" An `archivist serve` uses it." if shape["serving"] else "")
            + (" A build is at work." if shape["building"] else "")
        )


@index_.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@_command
def list_(settings: Settings, as_json: bool) -> None:
    """List the generations that are kept: the current one, and the one to go back to."""
    listed = generations.list_generations(settings.data)
    if as_json:
        _print_json([asdict(one) for one in listed])
    elif not listed:
        click.echo("Nothing has been indexed yet. Run `archivist index build`.")
    else:
        for one in listed:
            click.echo(terminal.inert(terminal.generation_line(one)))


@index_.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@_command
def rollback(settings: Settings, as_json: bool) -> None:
    """Go back to the generation before the current one.

    The corpus folder stays as it is; what it holds now is indexed again by `index build`, or when a
    file in it changes.
    """
    given_up = generations.current_generation_or_zero(settings.data)
    number = building.roll_back(settings.corpus, settings.data)
    if as_json:
        _print_json({"generation": number, "before": given_up})
    else:
        click.echo(
            f"Generation {number} is current again. `archivist index build` indexes the corpus folder "
            "as it is now."
        )


@index_.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@_command
def verify(settings: Settings, as_json: bool) -> None:
    """Prove every span of the current generation, against its texts and the files."""
    with terminal.build_progress(terminal.console(stderr=True), "Proving") as progress:
        found = verifying.verify(settings.corpus, settings.data, progress=progress)
    if as_json:
        _print_json(shapes.verification_json(found))
    else:
        terminal.show_verification(terminal.console(), found)
    if not found.holds:
        sys.stdout.flush()
        sys.exit(FAILED)


@archivist.command()
@click.option("--corpus", type=_Folder(), help="Folder of documents.")
@click.option("--data", type=_Folder(), help="Folder for the index.")
@click.option("--offline", is_flag=True, help="Don't ask Discord.")
@click.option("--guild", type=int, metavar="ID", help="Look at this server alone.")
def doctor(corpus: Path | None, data: Path | None, offline: bool, guild: int | None) -> None:
    """Check settings, corpus, index, state, disk, clock, token and permissions; say what to mend.

    Discord is asked for a few seconds, without connecting.
    """
    from bot.doctor import examine  # discord.py is slow to load

    mend = False
    for finding in examine(
        os.environ, Path(".env"), corpus=corpus, data=data, offline=offline, guild=guild
    ):
        mend |= finding.verdict == "mend"
        click.echo(terminal.inert(finding.line))
    if mend:
        sys.stdout.flush()
        sys.exit(FAILED)


@archivist.command()
@_command
def serve(settings: Settings) -> None:
    """Run the Discord bot until it is told to stop."""
    from bot import app  # discord.py is slow to load, and only this command needs it

    try:
        app.serve(settings)
    except DataFolderError as error:
        from bot.backup.noted import advice

        if hint := advice(settings.data):
            raise DataFolderError(error.message, hint=hint) from error
        raise


@archivist.command()
@click.argument("file", type=_Folder(), metavar="FILE")
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Keep the newest N backups of a folder; FILE names the folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@_command
def backup(settings: Settings, file: Path, keep: int | None, as_json: bool) -> None:
    """Write what can't be made anew, and the index, to FILE; `serve` may go on meanwhile.

    A backup holds what administrators and members entrusted to the bot, the documents that were added
    from Discord, and the current generation of the index; it is unpacked and proven before it takes its
    name. The corpus folder is not in it. If FILE is a folder, the backup is named by the time.
    """
    from bot.backup.making import make  # here and below: loads discord.py

    with terminal.build_progress(terminal.console(stderr=True), "Backing up") as progress:
        made = make(settings.data, file, now=_now(), keep=keep, progress=progress)
    for sentence in made.warnings:
        _warn(sentence)
    if as_json:
        _print_json(shapes.backup_json(made))
    else:
        terminal.show_backup(terminal.console(), made)


@archivist.command()
@click.argument("file", type=_Folder(), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Prove the backup, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@_command
def restore(settings: Settings, file: Path, dry_run: bool, as_json: bool) -> None:
    """Put the backup FILE in the place of what the data folder holds, which is moved aside.

    Refused while a `serve` or a build uses the data folder.
    """
    from bot.backup import restoring

    with terminal.build_progress(terminal.console(stderr=True), "Restoring") as progress:
        if dry_run:
            with tempfile.TemporaryDirectory(prefix="archivist-") as scratch:
                found = restoring.check(file, Path(scratch), progress=progress)
        else:
            found = restoring.restore(settings.data, file, now=_now(), progress=progress)
    if found.generation is None:
        _warn("No index came out of it that can be used; it is built at the next start.")
    if as_json:
        _print_json(shapes.restored_json(found, dry_run=dry_run))
    else:
        terminal.show_restored(terminal.console(), found, dry_run=dry_run)


@archivist.command()
@click.argument("person", type=click.IntRange(1, 2**63 - 1), metavar="PERSON_ID")
@_command
def forget(settings: Settings, person: int) -> None:
    """Delete all that is stored about a person, named by their Discord id; `serve` may go on meanwhile.

    For when Discord asks, or a person who can't press `/privacy delete`. What they did as an
    administrator stays in the audit log, without their id.
    """
    from bot.forgetting import forget_person

    deleted = forget_person(settings.data, person)
    if not deleted:
        click.echo("Nothing was stored about this person.")
        return
    click.echo(
        f"Deleted: {deleted.feedback} messages to curators, {deleted.questions} notes of questions,"
        f" {int(deleted.plain)} choice of plain text, their id in {deleted.acts} lines."
    )


def _finish_restore(data: Path) -> None:
    from bot.backup.restoring import finish_restore

    if finish_restore(data):
        _warn("A restore that was cut off has been finished.")


def _check_collections(names: Sequence[str], there: frozenset[str]) -> None:
    if unknown := [name for name in names if name not in there]:
        raise InputError(
            f"There is no collection “{unknown[0]}”.",
            hint=f"There are: {', '.join(sorted(there))}.",
        )


def _seeing(archive: Archive, names: Sequence[str]) -> Archive:
    """The archive as if it held these collections alone; of the corpus folder all, if none is named."""
    _check_collections(names, archive.collections)
    return archive.seeing(names, by_edition=False) if names else archive


def _open(settings: Settings, *, renew: bool = False) -> Archive:
    """The archive to answer from: see `_make_ready`.

    Where the current generation can't be used, but the one before it can, that one answers, with a
    warning.
    """
    current = generations.current_generation_or_zero(settings.data)
    if _usable(settings.data) or generations.previous_generation(settings.data, current) is None:
        _make_ready(settings, renew=renew)
    archive = Archive.open(settings.data)
    if archive.replaces is not None:
        _, error = archive.replaces
        _warn(
            f"{error} Answering from generation {archive.generation}, the one before it: "
            "`archivist index build --full` makes the index anew."
        )
    return archive


def _make_ready(settings: Settings, *, renew: bool = False) -> None:
    """See that there is an index: built first where there is none that can be used.

    With ``renew`` it is also built anew when the corpus changed, but not while a `serve` uses it.
    An index that can be used answers even when the corpus can't be read, with a warning.
    """
    try:
        number = generations.current_generation(settings.data)
        if number is None:
            _build(settings)
            return
        generations.check_files(settings.data, number)
    except IndexDamagedError as error:  # of another version, most often
        _warn(f"{error} It is built anew.")
        _build(settings)
        return
    try:
        if not building.is_stale(settings.corpus, settings.data, limits=settings.limits):
            return
        if renew and not locks.is_held(settings.data, "serve"):
            _build(settings)
        else:
            _warn(
                "The corpus has changed since it was indexed: `archivist index build` takes it up."
            )
    except OtherCorpusError:
        raise
    except (BusyError, CorpusError, DataFolderError) as error:
        _warn(f"{error} Answering from generation {_number(settings)}.")


def _usable(data: Path) -> bool:
    try:
        number = generations.current_generation(data)
        if number is None:
            return False
        generations.check_files(data, number)
    except IndexDamagedError:
        return False
    return True


def _number(settings: Settings) -> int:
    return generations.current_generation_or_zero(settings.data)


def _build(
    settings: Settings, *, full: bool = False, dry_run: bool = False, reported: bool = False
) -> BuildReport:
    """Build, and warn of files that were left out, unless a terminal is about to show the report."""
    with terminal.build_progress(terminal.console(stderr=True)) as progress:
        report = building.build(
            settings.corpus,
            settings.data,
            full=full,
            dry_run=dry_run,
            limits=settings.limits,
            progress=progress,
        )
    left_out = [entry for entry in report.skipped if not entry.ignored]
    if reported and sys.stdout.isatty():
        return report
    for sentence in report.unapplied:
        _warn(f"timeline-edits.toml: {sentence}")
    for entry in left_out[:_MOST_WARNINGS]:
        _warn(f"{entry.name} was left out: {entry.reason} {entry.hint}")
    if len(left_out) > _MOST_WARNINGS:
        rest = len(left_out) - _MOST_WARNINGS
        _warn(f"{rest:,} more files were left out: `archivist sources` lists them.")
    return report


def _warn(sentence: str) -> None:
    click.echo(terminal.inert(f"archivist: warning: {sentence.strip()}"), err=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _today(settings: Settings) -> dt.date:
    return dt.datetime.now(settings.timezone).date()


def _open_batch(file: str) -> TextIO:
    try:
        return sys.stdin if file == "-" else Path(file).open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(
            f"{file} can't be read ({error.strerror}).", hint="Name a file of JSON lines."
        ) from error


def _batch_answer(
    archive: Archive,
    settings: Settings,
    line: str,
    k: int,
    document: str | None,
    since: str | None,
    until: str | None,
) -> shapes.Json:
    question_id: object = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise InputError("The line is not a JSON object.", hint="")
        question_id = asked.get("id")
        if not isinstance(asked.get("question"), str):
            raise InputError('The line has no "question".', hint="")
        answer = archive.answer(
            asked["question"],
            today=_today(settings),
            k=k,
            document=document,
            since=since,
            until=until,
        )
    except ValueError:
        return shapes.error_json(question_id, "The line is not JSON.")
    except ArchivistError as error:
        return shapes.error_json(question_id, error.sentence)
    return shapes.answer_json(answer, question_id)


def _read_questions(file: str) -> Sequence[Expected]:
    """The questions of a file with what should be answered. Raises InputError for any bad line."""
    with _open_batch(file) as lines:
        read = read_questions(lines)
    if len(read.wrong) == 1:
        raise InputError(read.wrong[0], hint="")
    if read.wrong:
        _warn_of(read.wrong, "lines")
        raise InputError(f"{len(read.wrong):,} lines of {file} can't be used.", hint="Mend them.")
    if not read.questions:
        raise InputError(f"{file} holds no questions.", hint="Write one JSON object a line.")
    _warn_of(read.doubtful, "lines")
    return read.questions


def _warn_of(sentences: Sequence[str], what: str) -> None:
    """Warn with each of ``sentences``, but not without end."""
    for sentence in sentences[:_MOST_WARNINGS]:
        _warn(sentence)
    if len(sentences) > _MOST_WARNINGS:
        _warn(f"The same is so of {len(sentences) - _MOST_WARNINGS:,} more {what}.")


def _print_file(text: str) -> None:
    """Print the text of a file: byte for byte, but for what a terminal would obey."""
    if sys.stdout.isatty():
        click.echo(terminal.inert(text.replace("\r\n", "\n")), nl=False)
    else:
        click.echo(text.encode(), nl=False)


def _write(file: str, data: bytes) -> None:
    if file == "-":
        click.echo(data, nl=False)
        return
    if not file:
        raise InputError("An empty name is no file.", hint="Name one, or - for standard output.")
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise InputError(
            f"{file} can't be written ({error.strerror}).", hint="Name another file."
        ) from error


def _print_json(shape: object) -> None:
    click.echo(json.dumps(shape, ensure_ascii=False, indent=2))
