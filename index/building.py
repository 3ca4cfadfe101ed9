"""Corpus folder -> generation: the one place that strings the steps together."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from index import catalogue, generations, locks, views
from index.catalogue import Edits, Entry, Stamp
from index.collections import guild_of, is_owners, server_collection
from index.contents import Contents
from index.corpus import Corpus, CorpusFile
from index.drafting import NewSegments, compact_generation
from index.errors import CorpusError, DataFolderError, IndexDamagedError, OtherCorpusError
from index.files import UnreadableFileError, check_size, hash_file, read_file
from index.holdings import EVERYWHERE, Holdings, covers, read_holdings
from index.messages import say
from index.model import BuildReport, ReadingWarning, Skipped, SourceSummary
from index.pool import Pool
from index.progress import Pace
from index.schema import SCHEMA_VERSION
from index.store import Indexed, summarize
from index.worker import Job, Limits, Refusal
from index.worker import index_document as index_document

#: Part of every fingerprint: raise it when a document would be indexed otherwise than before.
INDEXING_VERSION = 7

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
    passages: int = 0  # of the documents that are done
    warnings: int = 0  # of these
    collection: str = ""  # of the document that is read; "" for none


@dataclass(frozen=True, slots=True)
class _Before:
    """What the current generation holds."""

    contents: Contents
    manifest: dict[str, str]
    entries: dict[str, Entry]
    skipped: dict[tuple[str, str], Skipped]  # by collection and name
    skipped_stamps: dict[tuple[str, str], Stamp]
    edits: dict[str, Edits]

    @property
    def generation(self) -> int:
        return self.contents.number

    @property
    def is_current(self) -> bool:
        """Whether the same program made it."""
        return self.manifest.get("indexing_version") == str(INDEXING_VERSION)

    def is_untouched(self, failed: Skipped, found: Holdings, size: int, modified: int) -> bool:
        """Whether a file that could not be read, and how it would be read, are as they were."""
        same = self.is_current and all(
            found.edits.get(of, Edits(of)).settings == self.edits.get(of, Edits(of)).settings
            and found.more_aliases(of) == self.edits.get(of, Edits(of)).aliases
            for of in (EVERYWHERE, failed.collection)
        )
        stamp = self.skipped_stamps[failed.collection, failed.name]
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

    counts: dict[str, int] = field(default_factory=dict)  # id -> passages
    events: dict[str, int] = field(default_factory=dict)  # of each document, by its id
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[tuple[str, str, ReadingWarning]] = field(default_factory=list)
    read: dict[str, SourceSummary] = field(default_factory=dict)  # by id, those read anew
    #: Corrections that don't fit, by the collection that they are for.
    unapplied: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a build is to make, and of what."""

    found: Holdings
    only: str | None  # the collection whose files are looked at; None: all
    before: _Before | None
    known: _Before | None  # the same, unless everything is to be read again
    tasks: tuple[_Task, ...]  # in corpus order
    skipped: tuple[Skipped, ...]  # what was not even a task
    dry_run: bool
    limits: Limits
    progress: Callable[[Progress], None] | None
    started: float

    def covers(self, collection: str) -> bool:
        return covers(self.only, collection)


def build(
    corpus: Path,
    data: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    only: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Build a new generation and make it current, or do nothing if nothing changed.

    It holds the documents of ``corpus`` and those that servers added. Only documents that changed are
    read again, unless ``full``. With ``only``, a collection, the files of that collection alone are
    looked at, all others stay as they are, and the report is of it alone; the owner's collections are
    read together. A file that can't be read is left out and reported; the others are indexed.
    ``dry_run`` reads what changed and writes nothing. Small segments are merged when the new generation
    is current already: another one follows then, of the same contents, whose number the report has.
    Raises CorpusError (no such folder, nothing readable in it), DataFolderError (not writable), BusyError
    (another process is building), WorkerError (nothing can be read). ``progress`` is called in the
    calling thread, before each document and once the new generation is current.
    """
    started = time.perf_counter()
    _check_apart(corpus, data)
    found = read_holdings(corpus, data)
    with nullcontext() if dry_run else locks.hold(data, "build"):
        before = _before(data)

        def run(full: bool) -> BuildReport:
            return _build(
                _plan(found, before, only, full, dry_run, limits, progress, started), data
            )

        try:
            report = run(full)
        except IndexDamagedError:  # it could be opened, but not taken over
            log.warning("the generation before is damaged: every document is read again")
            only = None
            report = run(True)
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
        return generations.roll_back(data, _state(corpus, data))


def _state(corpus: Path, data: Path) -> str:
    """Changes with any file that is indexed; "" where the corpus folder can't be read."""
    try:
        found = read_holdings(corpus, data)
        files = [[file.collection, file.name, *file.stamp()] for file in found.files]
    except (CorpusError, OSError):
        return ""
    edits = {of: repr(said) for of, said in sorted(found.edits.items())}
    said = json.dumps([files, _manifest(found.owner), edits])
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


def is_stale(corpus: Path, data: Path, *, limits: Limits = _DEFAULT_LIMITS) -> bool:
    """Whether a build would make something new, or there is no generation that can be used.

    Only files whose size or time of change differs are read. Raises CorpusError, and DataFolderError
    when the generation was made from another folder.
    """
    _check_apart(corpus, data)
    found = read_holdings(corpus, data)
    before = _before(data)
    if before is None:
        return True
    if before.manifest.get("corpus") != _manifest(found.owner)["corpus"]:
        raise OtherCorpusError("The data folder holds the index of another corpus folder.")
    if (state := generations.given_up(data)) is not None and state == _state(corpus, data):
        return False
    plan = _plan(found, before, None, False, True, limits, None, 0.0)
    return _differs(plan, before)


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


def _plan(
    found: Holdings,
    before: _Before | None,
    only: str | None,
    full: bool,
    dry_run: bool,
    limits: Limits,
    progress: Callable[[Progress], None] | None,
    started: float,
) -> _Plan:
    """What is to be done, in corpus order."""
    if before is None or not before.is_current:
        only = None
    if before is not None and before.manifest.get("corpus") != _manifest(found.owner)["corpus"]:
        only = None
    if only is not None and before is not None and not covers(only, EVERYWHERE):
        # The owner's words for things are those by which all others were indexed.
        kept = before.edits.get(EVERYWHERE, Edits(EVERYWHERE))
        found = replace(found, edits={**found.edits, EVERYWHERE: kept})
    known = None if full else before
    tasks: list[_Task] = []
    skipped: list[Skipped] = []
    looked_at = {corpus.collection: corpus for corpus in found.corpora}
    others = (
        []
        if only is None or before is None
        else [entry for entry in before.entries.values() if not covers(only, entry.collection)]
    )
    guilds = {guild_of(entry.collection) or 0 for entry in others}
    guilds |= {guild_of(corpus.collection or "") or 0 for corpus in looked_at.values()}
    for guild in sorted(guilds):
        collection = server_collection(guild) if guild else None
        if covers(only, collection or EVERYWHERE):
            corpus = looked_at.get(collection)
            if corpus is not None:
                tasks += [_inspect(file, found, known, limits) for file in corpus.files]
                skipped += corpus.skipped
        else:
            own = [entry for entry in others if (guild_of(entry.collection) or 0) == guild]
            tasks += [_Task(_file_of(entry, found), entry.stamp, kept=True) for entry in own]
    if only is not None and before is not None:
        skipped += [one for one in before.skipped.values() if not covers(only, one.collection)]
    return _Plan(
        found, only, before, known, tuple(tasks), tuple(skipped), dry_run, limits, progress, started
    )


def _file_of(entry: Entry, found: Holdings) -> CorpusFile:
    """The file of a document that isn't looked at."""
    folder = found.corpus_of(entry.collection).folder
    return CorpusFile(folder / entry.name, entry.name, entry.id, entry.collection, folder)


def _build(plan: _Plan, data: Path) -> BuildReport:
    before, known, found = plan.before, plan.known, plan.found
    changed = known is None or _differs(plan, known)
    outcome = _Outcome(skipped=list(plan.skipped))
    generation = before.generation if before else 0
    if plan.dry_run or not changed:
        _work_through(plan, outcome, None)
        if before and not changed:
            outcome.unapplied = {of: said.unapplied for of, said in before.edits.items()}
        if not plan.dry_run:
            generations.tidy(data)
    else:
        with generations.new_generation(data) as draft:
            generation = draft.number
            with NewSegments(draft, _contents_to_keep(plan)) as target:
                _work_through(plan, outcome, target)
                contents = target.finish()
            stamps = dict(before.skipped_stamps) if before else {}
            stamps |= {(task.file.collection, task.file.name): task.stamp for task in plan.tasks}
            catalogue.write_skipped(draft.database, outcome.skipped, stamps)
            edits = {of: said for of, said in found.edits.items() if plan.covers(of)}
            if plan.only is not None and before:
                edits |= {of: s for of, s in before.edits.items() if not plan.covers(of)}
            catalogue.write_edits(draft.database, edits.values())
            catalogue.write_manifest(draft.database, _manifest(found.owner))
            written = views.write(
                draft,
                contents,
                known.contents if known else None,
                INDEXING_VERSION,
                outcome.events,
            )
            outcome.events = written.events
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            last = before.contents if before else None
            versions = views.versions(contents, last, INDEXING_VERSION, now)
            catalogue.write_versions(draft.database, versions)
            for of, said in edits.items():
                problems = said.unapplied if plan.covers(of) else ()
                outcome.unapplied[of] = (*problems, *written.unapplied.get(of, ()))
            catalogue.write_unapplied(draft.database, outcome.unapplied)
    return _report(plan, generation, changed, outcome)


def _contents_to_keep(plan: _Plan) -> Contents | None:
    """What documents may be taken over from: those that aren't looked at, even in a full build."""
    if plan.known is not None:
        return plan.known.contents
    return plan.before.contents if plan.before and plan.only is not None else None


def _before(data: Path) -> _Before | None:
    """What the current generation holds; None if there is none that can be used."""
    try:
        number = generations.current_generation(data)
        if number is None:
            return None
        generations.check_files(data, number)
        contents = Contents.open(data, number)
        with contents.reading() as database:
            return _Before(
                contents,
                catalogue.manifest(database),
                {entry.id: entry for entry in catalogue.entries(database)},
                {(one.collection, one.name): one for one in catalogue.skipped(database)},
                catalogue.skipped_stamps(database),
                catalogue.edits(database),
            )
    except IndexDamagedError:
        return None


def _inspect(file: CorpusFile, found: Holdings, before: _Before | None, limits: Limits) -> _Task:
    """See whether ``file`` changed; what ``before`` does not hold counts as new, unopened.

    A file of the same size and time is as it was; another is, if its bytes are.
    """
    known = before.entries.get(file.document_id) if before else None
    failed = before.skipped.get((file.collection, file.name)) if before else None
    seen = time.time_ns()
    try:
        size, modified = file.stamp()
        check_size(size, limits.file)
        fingerprint = ""
        if known and known.stamp.is_of(file.name, size, modified):
            fingerprint = _fingerprint(file, found, known.sha256)
        elif before and failed and before.is_untouched(failed, found, size, modified):
            fingerprint = failed.fingerprint
        elif known or failed:
            digest = hash_file(file.path, file.folder, limits.file)
            fingerprint = _fingerprint(file, found, digest)
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


def _fingerprint(file: CorpusFile, found: Holdings, sha256: str) -> str:
    """Changes whenever the document must be indexed again."""
    said = (str(INDEXING_VERSION), found.settings_hash(file), file.name, sha256)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _unopened(file: CorpusFile, error: OSError | UnreadableFileError) -> Skipped:
    """Why ``file`` was left out; without a fingerprint it is tried again in every build."""
    if isinstance(error, UnreadableFileError):
        return Skipped(file.name, str(error), error.hint, collection=file.collection)
    reason = f"It can't be opened ({error.strerror})."
    hint = "Make it readable, or remove it."
    return Skipped(file.name, reason, hint, collection=file.collection)


def _differs(plan: _Plan, before: _Before) -> bool:
    """Whether a build would make anything that is not in the current generation as it is."""
    known = {
        name: value
        for name, value in before.manifest.items()
        if name not in (views.KEY, generations.ORIGIN)
    }
    if known != _manifest(plan.found.owner) | {"schema_version": str(SCHEMA_VERSION)}:
        return True
    now, then = (
        {of: replace(one, unapplied=()) for of, one in edits.items() if plan.covers(of)}
        for edits in (plan.found.edits, before.edits)
    )
    if now != then:
        return True
    kept = [task.file.document_id for task in plan.tasks if task.kept]
    failures = [task.failure for task in plan.tasks if not task.kept]
    if kept != list(before.entries) or None in failures:
        return True
    return {*plan.skipped, *failures} != set(before.skipped.values())


def _work_through(plan: _Plan, outcome: _Outcome, target: NewSegments | None) -> None:
    """Read what changed, keep what did not; nothing is written without a ``target``."""
    tasks, before, progress = plan.tasks, plan.before, plan.progress
    due = [task for task in tasks if not (task.kept or task.failure)]
    own = [task for task in tasks if plan.covers(task.file.collection)]
    done = passages = 0  # of these
    pace = Pace(sum(_bytes(task) for task in due), time.monotonic())
    with Pool(plan.found.aliases, plan.limits) if due else nullcontext() as pool:
        read = pool.results(_jobs(due, plan.found, plan.limits)) if pool else iter(())
        for task in tasks:
            if progress and plan.covers(task.file.collection):
                left = pace.remaining(time.monotonic()) if due else None
                collection, warnings = task.file.collection, len(outcome.warnings)
                progress(
                    Progress(
                        *(done, len(own), task.file.name, pace.rate, left),
                        passages=passages,
                        warnings=warnings,
                        collection=collection,
                    )
                )
                done += 1
            if task.kept and before:
                _keep(before.entries[task.file.document_id], task, outcome, target)
            elif task.failure:
                outcome.skipped.append(task.failure)
            else:
                stamp, result = next(read)
                _take(stamp, result, task.file, outcome, target)
                pace = pace.moved(pace.done + _bytes(task), time.monotonic())
            passages += outcome.counts.get(task.file.document_id, 0)
    _check_something(plan, outcome)


def _check_something(plan: _Plan, outcome: _Outcome) -> None:
    """Raise CorpusError where no document is left of the owner's, though there were some or none else."""
    owned = [task for task in plan.tasks if is_owners(task.file.collection)]
    if any(task.file.document_id in outcome.counts for task in owned):
        return
    entries = plan.before.entries.values() if plan.before else ()
    if not outcome.counts or any(is_owners(entry.collection) for entry in entries):
        raise _nothing_readable([one for one in outcome.skipped if is_owners(one.collection)])


def _bytes(task: _Task) -> int:
    """What a file counts in telling how fast reading goes: a small one takes its time, too."""
    return task.stamp.size + 1_000


def _keep(entry: Entry, task: _Task, outcome: _Outcome, target: NewSegments | None) -> None:
    """Keep a document that is as it was where it is."""
    outcome.counts[entry.id], outcome.events[entry.id] = entry.stop - entry.first, entry.events
    outcome.warnings += [(entry.collection, entry.name, each) for each in entry.warnings()]
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
            Skipped(
                file.name,
                result.reason,
                result.hint,
                fingerprint=stamp.fingerprint,
                collection=file.collection,
            )
        )
        return
    summary = summarize(result)
    outcome.read[file.document_id] = summary
    outcome.counts[file.document_id] = len(result.passages)
    outcome.events[file.document_id] = len(result.events)
    outcome.warnings += [(file.collection, file.name, each) for each in result.document.warnings]
    if target:
        target.add(result, summary, stamp)


def _jobs(
    tasks: Sequence[_Task], found: Holdings, limits: Limits
) -> Iterator[tuple[Stamp, Job, bytes] | tuple[Stamp, Refusal]]:
    """The bytes of each file, opened when its turn comes, or why it can't be opened."""
    for task in tasks:
        file = task.file
        try:
            data = read_file(file.path, file.folder, limits.file)
        except UnreadableFileError as error:
            refused = _unopened(file, error)
            yield replace(task.stamp, fingerprint=""), Refusal(refused.reason, refused.hint)
            continue
        digest = hashlib.sha256(data).hexdigest()
        stamp = replace(task.stamp, fingerprint=_fingerprint(file, found, digest))
        job = Job(
            file.name,
            file.document_id,
            file.collection,
            digest,
            found.corpus_of(file.collection).meta(file.name),
            found.more_aliases(file.collection),
        )
        yield stamp, job, data


def _manifest(corpus: Corpus) -> dict[str, str]:
    return {
        "corpus": os.fsencode(corpus.folder.resolve()).decode("utf-8", "backslashreplace"),
        "indexing_version": str(INDEXING_VERSION),
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


def _report(plan: _Plan, generation: int, changed: bool, outcome: _Outcome) -> BuildReport:
    """What was done, as far as the plan's collections are concerned."""
    known = {
        entry.id
        for entry in (plan.before.entries.values() if plan.before else ())
        if plan.covers(entry.collection)
    }
    own = {t.file.document_id for t in plan.tasks if plan.covers(t.file.collection)}
    counts = {each: passages for each, passages in outcome.counts.items() if each in own}
    return BuildReport(
        generation=generation,
        changed=changed,
        added=tuple(sorted(outcome.read.keys() - known)),
        updated=tuple(sorted(outcome.read.keys() & known)),
        removed=tuple(sorted(known - set(counts))),
        unchanged=len(counts) - len(outcome.read),
        documents=len(counts),
        passages=sum(counts.values()),
        events=sum(outcome.events.get(each, 0) for each in counts),
        skipped=tuple(
            sorted(
                (one for one in outcome.skipped if plan.covers(one.collection)),
                key=lambda one: (one.name, one.collection),
            )
        ),
        warnings=tuple(
            (name, warning) for of, name, warning in outcome.warnings if plan.covers(of)
        ),
        seconds=time.perf_counter() - plan.started,
        read=tuple(outcome.read.values()),
        unapplied=tuple(
            sentence
            for of, said in sorted(outcome.unapplied.items())
            if plan.covers(of)
            for sentence in said
        ),
    )
