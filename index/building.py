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

from index import catalogue, generations, locks
from index.analysis import Analyzer
from index.catalogue import Entry, Stamp
from index.contents import Contents
from index.corpus import Corpus, CorpusFile, scan
from index.drafting import NewSegments, compact_generation, write_timeline
from index.errors import CorpusError, DataFolderError, IndexDamagedError, OtherCorpusError
from index.files import UnreadableFileError, check_size, hash_file, read_file
from index.messages import say
from index.model import BuildReport, ReadingWarning, Skipped, SourceSummary
from index.pool import Pool
from index.progress import Pace
from index.schema import SCHEMA_VERSION
from index.store import Indexed, summarize
from index.timeline import making
from index.worker import Job, Limits, Refusal
from index.worker import index_document as index_document

#: Part of every fingerprint: raise it when a document would be indexed otherwise than before.
INDEXING_VERSION = 6

UNAPPLIED = "unapplied_corrections"  # in the manifest: sentences, as a JSON list

_DEFAULT_LIMITS = Limits()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: documents done of all, and the name of the one being read."""

    done: int
    total: int
    name: str
    rate: float | None = None  # bytes read a second, of late
    remaining: float | None = None  # seconds, as far as can be told
    published: int | None = None  # the generation that is current now, though the build goes on


@dataclass(frozen=True, slots=True)
class _Before:
    """What the current generation holds."""

    contents: Contents
    manifest: dict[str, str]
    entries: dict[str, Entry]
    skipped: dict[str, Skipped]
    skipped_stamps: dict[str, Stamp]

    @property
    def generation(self) -> int:
        return self.contents.number

    def is_untouched(self, failed: Skipped, corpus: Corpus, size: int, modified: int) -> bool:
        """Whether a file that could not be read, and how it would be read, are as they were."""
        now = _manifest(corpus)
        same = all(self.manifest.get(key) == now[key] for key in ("settings", "indexing_version"))
        stamp = self.skipped_stamps[failed.name]
        return bool(failed.fingerprint) and same and stamp.is_of(failed.name, size, modified)


@dataclass(frozen=True, slots=True)
class _Task:
    """One file of the corpus, and what is known of it before it is read."""

    file: CorpusFile
    stamp: Stamp
    kept: bool  # it is as it was: it stays where it is
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
    out and reported; the others are indexed. ``dry_run`` reads what changed and writes nothing. Small
    segments are merged when the new generation is current already: another one follows then, of the
    same contents, whose number the report has. Raises CorpusError (no such folder, nothing readable in
    it), DataFolderError (not writable), BusyError (another process is building), WorkerError (nothing
    can be read). ``progress`` is called in the calling thread, before each document and once the new
    generation is current.
    """
    started = time.perf_counter()
    _check_apart(corpus, data)
    found = scan(corpus)
    with nullcontext() if dry_run else locks.hold(data, "build"):
        before = _before(data)
        try:
            report = _build(found, data, before, started, full, dry_run, limits, progress)
        except IndexDamagedError:  # it could be opened, but not taken over
            log.warning("the generation before is damaged: every document is read again")
            report = _build(found, data, before, started, True, dry_run, limits, progress)
        if dry_run or not report.changed:
            return report
        if progress:
            progress(Progress(report.documents, report.documents, "", published=report.generation))
        try:
            number = compact_generation(data, report.generation)
        except (DataFolderError, IndexDamagedError) as error:  # what was built is current already
            log.warning("segments were not merged: %s", error)
            number = None
        return report if number is None else replace(report, generation=number)


def roll_back(corpus: Path, data: Path) -> int:
    """Make the generation before the current one current again; its number.

    The same files of ``corpus`` are then no change, until they change or a build is asked for. Raises
    IndexMissingError if there is none before, IndexDamagedError if it can't be used, BusyError,
    DataFolderError.
    """
    with locks.hold(data, "build"):
        return generations.roll_back(data, _state(corpus))


def _state(corpus: Path) -> str:
    """Changes with any file of the corpus folder; "" where it can't be read."""
    try:
        found = scan(corpus)
        files = [[file.name, *file.stamp()] for file in found.files]
    except (CorpusError, OSError):
        return ""
    said = json.dumps([files, _manifest(found)])
    return hashlib.sha256(said.encode()).hexdigest()


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
    if (state := generations.given_up(data)) is not None and state == _state(corpus):
        return False
    tasks = [_inspect(file, found, before, limits) for file in found.files]
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
    tasks = [_inspect(file, found, known, limits) for file in found.files]
    changed = known is None or _differs(found, tasks, known)
    outcome = _Outcome(skipped=list(found.skipped))
    generation = before.generation if before else 0
    if dry_run or not changed:
        _work_through(tasks, found, known, outcome, None, limits, progress)
        if before and not changed:
            outcome.unapplied = tuple(json.loads(before.manifest.get(UNAPPLIED, "[]")))
        if not dry_run:
            generations.tidy(data)
    else:
        with generations.new_generation(data) as draft:
            generation = draft.number
            with NewSegments(draft, known.contents if known else None) as target:
                _work_through(tasks, found, known, outcome, target, limits, progress)
                contents = target.finish()
            stamps = {task.file.name: task.stamp for task in tasks}
            catalogue.write_skipped(draft.database, outcome.skipped, stamps)
            made = making.make(contents, found.corrections, Analyzer(found.aliases))
            write_timeline(draft, contents, made.events, made.terms)
            outcome.events, outcome.unapplied = len(made.events), made.unapplied
            catalogue.write_manifest(
                draft.database, _manifest(found) | {UNAPPLIED: json.dumps(made.unapplied)}
            )
    return _report(generation, changed, before, outcome, time.perf_counter() - started)


def _before(data: Path) -> _Before | None:
    """What the current generation holds; None if there is none that can be used."""
    try:
        number = generations.current_generation(data)
        if number is None:
            return None
        contents = Contents.open(data, number)
        with contents.reading() as database:
            return _Before(
                contents,
                catalogue.manifest(database),
                {entry.id: entry for entry in catalogue.entries(database)},
                {entry.name: entry for entry in catalogue.skipped(database)},
                catalogue.skipped_stamps(database),
            )
    except IndexDamagedError:
        return None


def _inspect(file: CorpusFile, corpus: Corpus, before: _Before | None, limits: Limits) -> _Task:
    """See whether ``file`` changed; what ``before`` does not hold counts as new, unopened.

    A file of the same size and time is as it was; another is, if its bytes are.
    """
    known = before.entries.get(file.document_id) if before else None
    failed = before.skipped.get(file.name) if before else None
    seen = time.time_ns()
    try:
        size, modified = file.stamp()
        check_size(size, limits.file)
        fingerprint = ""
        if known and known.stamp.is_of(file.name, size, modified):
            fingerprint = _fingerprint(file, corpus, known.sha256)
        elif before and failed and before.is_untouched(failed, corpus, size, modified):
            fingerprint = failed.fingerprint
        elif known or failed:
            digest = hash_file(file.path, corpus.folder, limits.file)
            fingerprint = _fingerprint(file, corpus, digest)
    except (OSError, UnreadableFileError) as error:
        stamp = Stamp(file.name, "", 0, 0, seen)
        return _Task(file, stamp, kept=False, failure=_unopened(file, error))
    stamp = Stamp(file.name, fingerprint, size, modified, seen)
    return _Task(
        file,
        stamp,
        kept=known is not None and known.fingerprint == fingerprint,
        failure=failed if failed and fingerprint and failed.fingerprint == fingerprint else None,
    )


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
    known = {
        key: value
        for key, value in before.manifest.items()
        if key not in (UNAPPLIED, generations.ORIGIN)
    }
    if known != _manifest(corpus) | {"schema_version": str(SCHEMA_VERSION)}:
        return True
    kept = [task.file.document_id for task in tasks if task.kept]
    failures = [task.failure for task in tasks if not task.kept]
    if kept != list(before.entries) or None in failures:
        return True
    return {*corpus.skipped, *failures} != set(before.skipped.values())


def _work_through(
    tasks: Sequence[_Task],
    corpus: Corpus,
    before: _Before | None,
    outcome: _Outcome,
    target: NewSegments | None,
    limits: Limits,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Read what changed, keep what did not; nothing is written without a ``target``."""
    due = [task for task in tasks if not (task.kept or task.failure)]
    pace = Pace(sum(_bytes(task) for task in due), time.monotonic())
    with Pool(corpus.aliases, limits) if due else nullcontext() as pool:
        read = pool.results(_jobs(due, corpus, limits)) if pool else iter(())
        for done, task in enumerate(tasks):
            if progress:
                left = pace.remaining(time.monotonic()) if due else None
                progress(Progress(done, len(tasks), task.file.name, pace.rate, left))
            if task.kept and before:
                _keep(before.entries[task.file.document_id], task, outcome, target)
            elif task.failure:
                outcome.skipped.append(task.failure)
            else:
                stamp, result = next(read)
                _take(stamp, result, task.file, outcome, target)
                pace = pace.moved(pace.done + _bytes(task), time.monotonic())
    if not outcome.counts:
        raise _nothing_readable(outcome.skipped)


def _bytes(task: _Task) -> int:
    """What a file counts in telling how fast reading goes: a small one takes its time, too."""
    return task.stamp.size + 1_000


def _keep(entry: Entry, task: _Task, outcome: _Outcome, target: NewSegments | None) -> None:
    """Keep a document that is as it was where it is."""
    outcome.counts[entry.id] = (entry.stop - entry.first, entry.events)
    outcome.warnings += [(entry.name, warning) for warning in entry.warnings()]
    if target:
        target.keep(entry.stamped(task.stamp))


def _take(
    stamp: Stamp,
    result: Indexed | Refusal,
    file: CorpusFile,
    outcome: _Outcome,
    target: NewSegments | None,
) -> None:
    """Note what became of a file that was read, and write its document."""
    if isinstance(result, Refusal):
        if result.fault:
            log.error("a document could not be indexed: %s", result.fault)
        outcome.skipped.append(
            Skipped(file.name, result.reason, result.hint, fingerprint=stamp.fingerprint)
        )
        return
    summary = summarize(result)
    outcome.read[file.document_id] = summary
    outcome.counts[file.document_id] = (len(result.passages), len(result.events))
    outcome.warnings += [(file.name, warning) for warning in result.document.warnings]
    if target:
        target.add(result, summary, stamp)


def _jobs(
    tasks: Sequence[_Task], corpus: Corpus, limits: Limits
) -> Iterator[tuple[Stamp, Job, bytes] | tuple[Stamp, Refusal]]:
    """The bytes of each file, opened when its turn comes, or why it can't be opened."""
    for task in tasks:
        file = task.file
        try:
            data = read_file(file.path, corpus.folder, limits.file)
        except UnreadableFileError as error:
            refused = _unopened(file, error)
            yield replace(task.stamp, fingerprint=""), Refusal(refused.reason, refused.hint)
            continue
        digest = hashlib.sha256(data).hexdigest()
        stamp = replace(task.stamp, fingerprint=_fingerprint(file, corpus, digest))
        job = Job(file.name, file.document_id, file.collection, digest, corpus.meta(file.name))
        yield stamp, job, data


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
    known = set(before.entries) if before else set()
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
