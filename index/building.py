"""Corpus folder -> generation: the one place that strings the steps together."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from sqlite_utils import Database

from index import locks, store
from index.analysis import Analyzer
from index.corpus import Corpus, CorpusFile, scan
from index.errors import CorpusError, DataFolderError, IndexDamagedError, OtherCorpusError
from index.files import UnreadableFileError, check_size, hash_file, read_file
from index.messages import say
from index.model import BuildReport, ReadingWarning, Skipped, SourceSummary
from index.store import Indexed, Stamp
from index.timeline import making
from index.worker import Job, Limits, Refusal, Worker
from index.worker import index_document as index_document

#: Part of every fingerprint: raise it when a document would be indexed otherwise than before.
INDEXING_VERSION = 5

UNAPPLIED = "unapplied_corrections"  # in the manifest: sentences, as a JSON list

_DEFAULT_LIMITS = Limits()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: documents done of all, and the name of the one being read."""

    done: int
    total: int
    name: str


@dataclass(frozen=True, slots=True)
class _Before:
    """What the current generation holds."""

    generation: int
    manifest: dict[str, str]
    stamps: dict[str, Stamp]
    summaries: dict[str, SourceSummary]
    skipped: dict[str, Skipped]
    skipped_stamps: dict[str, tuple[int, int]]  # size and time of the last change


@dataclass(frozen=True, slots=True)
class _Task:
    """One file of the corpus, and what is known of it before it is read."""

    file: CorpusFile
    stamp: Stamp
    kept: bool  # it is as it was: carry it over
    failure: Skipped | None = None  # it can't be opened, or was unreadable before and is as it was


@dataclass(slots=True)
class _Outcome:
    """What became of the tasks so far."""

    counts: dict[str, tuple[int, int]] = field(default_factory=dict)  # id -> passages, events
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[tuple[str, ReadingWarning]] = field(default_factory=list)
    read: dict[str, SourceSummary] = field(default_factory=dict)  # by id, those read anew
    events: int | None = None  # of the timeline, once it is made
    unapplied: tuple[str, ...] = ()  # corrections that don't fit


def build(
    corpus: Path,
    data: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    limits: Limits = _DEFAULT_LIMITS,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Build a new generation from ``corpus`` and make it current, or do nothing if nothing changed.

    Only documents that changed are read again, unless ``full``. A file that can't be read is left
    out and reported; the others are indexed. ``dry_run`` reads what changed and writes nothing.
    Raises CorpusError (no such folder, nothing readable in it), DataFolderError (not writable),
    BusyError (another process is building), WorkerError (nothing can be read). ``progress`` is called
    in the calling thread, before each document.
    """
    started = time.perf_counter()
    _check_apart(corpus, data)
    found = scan(corpus)
    with nullcontext() if dry_run else locks.hold(data, "build"):
        before = _before(data)
        try:
            return _build(found, data, before, started, full, dry_run, limits, progress)
        except IndexDamagedError:  # it could be opened, but not copied from
            log.warning("the generation before is damaged: every document is read again")
            return _build(found, data, before, started, True, dry_run, limits, progress)


def is_stale(corpus: Path, data: Path, *, limits: Limits = _DEFAULT_LIMITS) -> bool:
    """Whether a build would make something new, or there is no generation that can be used.

    Only files whose size or time of change differs are read. Raises CorpusError, and DataFolderError
    when the generation was made from another folder.
    """
    _check_apart(corpus, data)
    found = scan(corpus)
    before = _before(data)
    if before is None:
        return True
    if before.manifest.get("corpus") != _manifest(found)["corpus"]:
        raise OtherCorpusError("The data folder holds the index of another corpus folder.")
    tasks = [
        _untouched(file, number, before, limits) or _inspect(file, number, found, before, limits)
        for number, file in enumerate(found.files)
    ]
    return _differs(found, tasks, before)


def _check_apart(corpus: Path, data: Path) -> None:
    """Raise DataFolderError if the index would be written into the corpus, which is only read."""
    try:
        inside = data.resolve().is_relative_to(corpus.resolve())
    except OSError:  # a link in a circle: `scan` says what is wrong
        return
    if inside:
        raise DataFolderError(
            "The data folder lies inside the corpus folder, which is only read.",
            hint="Choose another with --data or ARCHIVIST_DATA.",
        )


def _build(
    found: Corpus,
    data: Path,
    before: _Before | None,
    started: float,
    full: bool,
    dry_run: bool,
    limits: Limits,
    progress: Callable[[Progress], None] | None,
) -> BuildReport:
    known = None if full else before
    tasks = [_inspect(file, n, found, known, limits) for n, file in enumerate(found.files)]
    changed = known is None or _differs(found, tasks, known)
    outcome = _Outcome(skipped=list(found.skipped))
    generation = before.generation if before else 0
    if dry_run or not changed:
        _work_through(tasks, found, known, outcome, None, limits, progress)
        if before and not changed:
            outcome.unapplied = tuple(json.loads(before.manifest.get(UNAPPLIED, "[]")))
        if not dry_run:
            store.tidy(data)
    else:
        with store.new_generation(data) as (generation, database):
            _work_through(tasks, found, known, outcome, (database, data), limits, progress)
            stamps = {task.file.name: task.stamp for task in tasks}
            store.write_skipped(database, outcome.skipped, stamps)
            made = making.make(database, found.corrections, Analyzer(found.aliases))
            store.write_timeline(database, made.events, made.terms)
            outcome.events, outcome.unapplied = len(made.events), made.unapplied
            store.write_manifest(
                database, _manifest(found) | {UNAPPLIED: json.dumps(made.unapplied)}
            )
    return _report(generation, changed, before, outcome, time.perf_counter() - started)


def _before(data: Path) -> _Before | None:
    """What the current generation holds; None if there is none that can be used."""
    try:
        number = store.current_generation(data)
        if number is None:
            return None
        with store.reading(data, number) as database:
            return _Before(
                number,
                store.manifest(database),
                store.stamps(database),
                {summary.source.id: summary for summary in store.sources(database)},
                {entry.name: entry for entry in store.skipped(database)},
                store.skipped_stamps(database),
            )
    except IndexDamagedError:
        return None


def _inspect(
    file: CorpusFile, ordinal: int, corpus: Corpus, before: _Before | None, limits: Limits
) -> _Task:
    """See whether ``file`` changed; what ``before`` does not hold counts as new, unopened."""
    known = before.stamps.get(file.document_id) if before else None
    failed = before.skipped.get(file.name) if before else None
    fingerprint = ""
    try:
        size, modified = file.stamp()
        check_size(size, limits.file)
        if known or failed:
            digest = hash_file(file.path, corpus.folder, limits.file)
            fingerprint = _fingerprint(file, corpus, digest)
    except (OSError, UnreadableFileError) as error:
        stamp = Stamp(ordinal, file.name, "", 0, 0)
        return _Task(file, stamp, kept=False, failure=_unopened(file, error))
    stamp = Stamp(ordinal, file.name, fingerprint, size, modified)
    return _Task(
        file,
        stamp,
        kept=known is not None and known.fingerprint == fingerprint,
        failure=failed if failed and fingerprint and failed.fingerprint == fingerprint else None,
    )


def _untouched(file: CorpusFile, ordinal: int, before: _Before, limits: Limits) -> _Task | None:
    """The same without opening ``file``, if its size and time say that it is as it was."""
    try:
        size, modified = file.stamp()
    except OSError:
        return None
    if size > limits.file:
        return None
    known = before.stamps.get(file.document_id)
    if known and (known.name, known.size, known.modified_ns) == (file.name, size, modified):
        return _Task(file, known, kept=True)
    failed = before.skipped.get(file.name)
    if failed and failed.fingerprint and before.skipped_stamps[file.name] == (size, modified):
        stamp = Stamp(ordinal, file.name, failed.fingerprint, size, modified)
        return _Task(file, stamp, kept=False, failure=failed)
    return None


def _fingerprint(file: CorpusFile, corpus: Corpus, sha256: str) -> str:
    """Changes whenever the document must be indexed again."""
    said = (str(INDEXING_VERSION), corpus.settings_hash(file.name), file.name, sha256)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _unopened(file: CorpusFile, error: OSError | UnreadableFileError) -> Skipped:
    """Why ``file`` was left out; without a fingerprint it is tried again in every build."""
    if isinstance(error, UnreadableFileError):
        return Skipped(file.name, str(error), error.hint)
    reason = f"It can't be opened ({error.strerror})."
    return Skipped(file.name, reason, "Make it readable, or remove it.")


def _differs(corpus: Corpus, tasks: Sequence[_Task], before: _Before) -> bool:
    """Whether a build would make anything that is not in the current generation as it is."""
    known = {key: value for key, value in before.manifest.items() if key != UNAPPLIED}
    if known != _manifest(corpus) | {"schema_version": str(store.SCHEMA_VERSION)}:
        return True
    kept = [task.file.document_id for task in tasks if task.kept]
    failures = [task.failure for task in tasks if not task.kept]
    if kept != list(before.stamps) or None in failures:
        return True
    return {*corpus.skipped, *failures} != set(before.skipped.values())


def _work_through(
    tasks: Sequence[_Task],
    corpus: Corpus,
    before: _Before | None,
    outcome: _Outcome,
    target: tuple[Database, Path] | None,
    limits: Limits,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Read what changed, carry over what did not; nothing is written without a ``target``."""
    due = [task for task in tasks if not (task.kept or task.failure)]
    with Worker(corpus.aliases, limits) if due else nullcontext() as worker:
        read = _read_ahead(due, corpus, worker, limits) if worker else iter(())
        for done, task in enumerate(tasks):
            if progress:
                progress(Progress(done, len(tasks), task.file.name))
            if task.kept and before:
                _keep(task, before, outcome, target)
            elif task.failure:
                outcome.skipped.append(task.failure)
            else:
                _take(task, *next(read), outcome, target)
    if not outcome.counts:
        raise _nothing_readable(outcome.skipped)


def _keep(
    task: _Task, before: _Before, outcome: _Outcome, target: tuple[Database, Path] | None
) -> None:
    """Carry over a document that is as it was."""
    summary = before.summaries[task.file.document_id]
    outcome.counts[task.file.document_id] = (summary.passages, summary.events)
    outcome.warnings += [(task.file.name, warning) for warning in summary.warnings]
    if target:
        old = store.generation_folder(target[1], before.generation)
        store.carry_over(target[0], old, task.file.document_id, task.stamp)


def _take(
    task: _Task,
    stamp: Stamp,
    result: Indexed | Skipped,
    outcome: _Outcome,
    target: tuple[Database, Path] | None,
) -> None:
    """Note what became of a file that was read, and write its document."""
    if isinstance(result, Skipped):
        outcome.skipped.append(result)
        return
    outcome.read[task.file.document_id] = store.summarize(result)
    outcome.counts[task.file.document_id] = (len(result.passages), len(result.events))
    outcome.warnings += [(task.file.name, warning) for warning in result.document.warnings]
    if target:
        store.write_document(target[0], result, stamp)


def _read_ahead(
    tasks: Sequence[_Task], corpus: Corpus, worker: Worker, limits: Limits
) -> Iterator[tuple[Stamp, Indexed | Skipped]]:
    """What the file of each of ``tasks`` is now, or why it can't be read.

    Each is begun before the one before it is given out, so that it is read while that is written.
    """
    begun: tuple[Stamp, Skipped | None] | None = None
    for task in tasks:
        result = _finish(begun, worker) if begun else None
        begun = _begin(task, corpus, worker, limits)
        if result:
            yield result
    if begun:
        yield _finish(begun, worker)


def _begin(
    task: _Task, corpus: Corpus, worker: Worker, limits: Limits
) -> tuple[Stamp, Skipped | None]:
    """Hand the file of ``task`` to ``worker``, unless it can't be opened."""
    file = task.file
    try:
        data = read_file(file.path, corpus.folder, limits.file)
    except UnreadableFileError as error:
        return task.stamp, _unopened(file, error)
    digest = hashlib.sha256(data).hexdigest()
    meta = corpus.meta(file.name)
    worker.begin(Job(file.name, file.document_id, file.collection, digest, meta), data)
    return replace(task.stamp, fingerprint=_fingerprint(file, corpus, digest)), None


def _finish(begun: tuple[Stamp, Skipped | None], worker: Worker) -> tuple[Stamp, Indexed | Skipped]:
    """What became of a file that was begun."""
    stamp, unopened = begun
    if unopened:
        return stamp, unopened
    result = worker.finish()
    if not isinstance(result, Refusal):
        return stamp, result
    if result.fault:
        log.error("a document could not be indexed: %s", result.fault)
    return stamp, Skipped(stamp.name, result.reason, result.hint, fingerprint=stamp.fingerprint)


def _manifest(corpus: Corpus) -> dict[str, str]:
    return {
        "corpus": os.fsencode(corpus.folder.resolve()).decode("utf-8", "backslashreplace"),
        "settings": corpus.settings_hash(),
        "aliases": json.dumps(corpus.aliases, ensure_ascii=False),
        "indexing_version": str(INDEXING_VERSION),
        "corrections": json.dumps([asdict(c) for c in corpus.corrections], ensure_ascii=False),
    }


def _nothing_readable(skipped: Sequence[Skipped]) -> CorpusError:
    failed = [entry for entry in skipped if not entry.ignored]
    if not failed:
        return CorpusError("The corpus folder holds no documents.")
    first = failed[0]
    return CorpusError(
        say(
            "No file in the corpus folder can be read; {name}: {reason}",
            name=first.name,
            reason=first.reason,
        ),
        hint=first.hint,
    )


def _report(
    generation: int, changed: bool, before: _Before | None, outcome: _Outcome, seconds: float
) -> BuildReport:
    known = set(before.stamps) if before else set()
    events = sum(events for _, events in outcome.counts.values())
    return BuildReport(
        generation=generation,
        changed=changed,
        added=tuple(sorted(outcome.read.keys() - known)),
        updated=tuple(sorted(outcome.read.keys() & known)),
        removed=tuple(sorted(known - set(outcome.counts))),
        unchanged=len(outcome.counts) - len(outcome.read),
        documents=len(outcome.counts),
        passages=sum(passages for passages, _ in outcome.counts.values()),
        events=events if outcome.events is None else outcome.events,
        skipped=tuple(sorted(outcome.skipped, key=lambda entry: entry.name)),
        warnings=tuple(outcome.warnings),
        seconds=seconds,
        read=tuple(outcome.read.values()),
        unapplied=outcome.unapplied,
    )
