"""The timelines of a generation: one for all of the owner's collections, others for each other view.

A view is the collections that somebody may see. Which events are the same happening depends on the
words of all events of a timeline, so each view has its own: of what it doesn't show nothing is in it.
The owner's lies in the generation itself, the others in ``timelines/<name>/``. Those that most servers
need (`due`) are made in a build; any other is made when it is first needed, and kept by nobody.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from index import catalogue, rows
from index.analysis import Analyzer
from index.catalogue import Version
from index.collections import MAIN, guild_of, is_owners
from index.contents import Contents
from index.errors import IndexDamagedError
from index.generations import INDEX, Draft
from index.holdings import ordered
from index.lazy import PassageIds
from index.schema import VIEW_KEYS, VIEW_TABLES
from index.timeline import making, storing
from index.timeline.making import Made
from index.timeline.storing import StoredTimeline

FOLDER, FILE = "timelines", "timeline.db"
KEY = "timeline"  # in the manifest: the key of the owner's timeline
MOST = 100  # timelines that a build makes beside the owner's; those of further servers wait till needed


def owners(contents: Contents) -> Contents:
    """What the owner's folders hold of ``contents``."""
    return contents.seeing(filter(is_owners, contents.collections))


def due(collections: frozenset[str]) -> Iterator[frozenset[str]]:
    """The views beside the owner's that a build makes: what most servers see, in corpus order.

    At most `MOST`, so that a change of the owner's documents is not made anew a thousand times at once.
    """
    yield from islice(_usual(collections), MOST)


def _usual(collections: frozenset[str]) -> Iterator[frozenset[str]]:
    main = frozenset((MAIN,)) & collections
    if main and main != frozenset(filter(is_owners, collections)):
        yield main
    for collection in ordered(collections):
        if guild_of(collection) is not None:
            yield main | {collection}


def key(contents: Contents, fingerprints: Mapping[str, str], version: int) -> str:
    """Changes with anything that the timeline of ``contents`` is made of, or made by.

    ``fingerprints`` are those of the documents, by id.
    """
    said = [
        version,
        [(each, fingerprints[each]) for each in contents.ids],
        contents.aliases(),
        [repr(correction) for correction in contents.corrections()],
    ]
    written = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(written.encode(errors="surrogatepass")).hexdigest()


def _fingerprints(contents: Contents) -> dict[str, str]:
    with contents.reading() as database:
        return {entry.id: entry.fingerprint for entry in catalogue.entries(database)}


def make(contents: Contents) -> Made:
    """The timeline of ``contents``. Raises IndexDamagedError."""
    return making.make(contents, contents.corrections(), Analyzer(contents.aliases()))


def save_owners(draft: Draft, contents: Contents, made: Made) -> None:
    """Write the timeline that lies in the generation itself. Raises DataFolderError."""
    save_rows(draft.folder, draft.database, contents, made)
    catalogue.write_event_counts(draft.database, _counted(made))


def save(folder: Path, contents: Contents, made: Made) -> None:
    """Write the timeline of a view into ``folder``, which is made. Raises DataFolderError."""
    folder.mkdir(parents=True)
    with rows.new_file(folder / FILE, VIEW_TABLES, VIEW_KEYS) as database:
        save_rows(folder, database, contents, made)
        catalogue.finish_timeline(database)


def save_rows(folder: Path, database: Database, contents: Contents, made: Made) -> None:
    """Write a timeline's rows into ``database`` and its arrays beside it."""
    catalogue.write_timeline(database, made.events, made.terms)
    passages = PassageIds(contents).many(list({event.passage for event in made.events}))
    storing.write(
        folder,
        database,
        made.events,
        made.terms,
        documents=contents.ordinals,
        passages=passages.get,
    )


def open_timeline(contents: Contents) -> StoredTimeline:
    """The timeline of ``contents``: the saved one, or one that is made now. Raises IndexDamagedError."""
    generation = contents.number
    with contents.reading() as database:
        saved = catalogue.views(database)
    if contents.collections == owners(contents.whole).collections:
        return StoredTimeline.open(contents.folder, contents.database, contents.lock, generation)
    if contents.collections in saved:
        name, _ = saved[contents.collections]
        return _open(contents.folder / FOLDER / name, generation)
    aside = Path(tempfile.mkdtemp(prefix="archivist-"))
    try:
        with rows.damage_told(generation):
            save(aside / FOLDER, contents, make(contents))
        return _open(aside / FOLDER, generation)
    finally:
        shutil.rmtree(aside, ignore_errors=True)  # what is open stays readable


def _open(folder: Path, generation: int) -> StoredTimeline:
    database = rows.open_file(folder / FILE, generation)
    try:
        timeline = StoredTimeline.open(folder, database, threading.RLock(), generation)
    except (IndexDamagedError, OSError) as error:
        database.close()
        if isinstance(error, OSError):
            raise IndexDamagedError("A timeline of the index can't be read.") from error
        raise
    weakref.finalize(timeline, database.close)
    return timeline


def versions(
    contents: Contents, before: Contents | None, version: int, now: str
) -> dict[str, Version]:
    """How often each collection of ``contents`` changed since it was first there."""
    known: dict[str, Version] = {}
    fingerprints = _fingerprints(contents)
    if before is not None:
        with before.whole.reading() as database:
            known = catalogue.versions(database)
    found = {}
    for collection in sorted(known.keys() | contents.collections):
        own = contents.seeing((collection,))
        told = key(own, fingerprints, version) if collection in contents.collections else ""
        last = known.get(collection, Version("", 0, now))
        changed = told != last.key or not last.version
        found[collection] = Version(told, last.version + 1, now) if changed else last
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing the timelines of a generation."""

    unapplied: dict[str, tuple[str, ...]]  # by the collection whose corrections they are
    events: dict[str, int]  # of each document


def write(
    draft: Draft,
    contents: Contents,
    before: Contents | None,
    version: int,
    extracted: Mapping[str, int],
) -> Written:
    """Write all timelines of a new generation; those of ``before`` that would be the same are shared.

    ``extracted`` tells how many events were found in each document, by id. Raises DataFolderError,
    IndexDamagedError.
    """
    unapplied: dict[str, list[str]] = {}
    events = {each: extracted.get(each, 0) for each in contents.ids}
    own, fingerprints = owners(contents), _fingerprints(contents)
    told = key(own, fingerprints, version)
    if before is not None and before.manifest().get(KEY) == told:
        _share_owners(draft, before)
        unapplied |= {said.collection: list(said.unapplied) for said in owners(before).edits()}
        counts = catalogue.count_events(draft.database)
    else:
        made = make(own)
        save_rows(draft.folder, draft.database, own, made)
        _note(unapplied, made, set())
        counts = _counted(made)
    events |= {each: counts.get(each, 0) for each in own.ids}
    catalogue.note(draft.database, KEY, told)
    saved: dict[frozenset[str], tuple[str, str]] = {}
    kept: dict[str, int] = {}  # events of documents as they were counted before
    if before is not None:
        with before.reading() as database:
            saved = catalogue.views(database)
            kept = {entry.id: entry.events for entry in catalogue.entries(database)}
    for number, view in enumerate(due(contents.collections), start=1):
        seen, name = contents.seeing(view), str(number)
        told = key(seen, fingerprints, version)
        folder = draft.folder / FOLDER / name
        own_only = {c for c in view if guild_of(c) is not None}
        if before is not None and view in saved and saved[view][1] == told:
            old = f"{FOLDER}/{saved[view][0]}"
            draft.share_folder(before.folder, old, f"{FOLDER}/{name}", before.files())
            unapplied |= {
                said.collection: list(said.unapplied)
                for said in before.edits()
                if said.collection in own_only
            }
            events |= {each: kept[each] for each in seen.ids if _is_in(seen, each, own_only)}
        else:
            made = make(seen)
            save(folder, seen, made)
            _note(unapplied, made, own_only)
            counts = _counted(made)
            events |= {
                each: counts.get(each, 0) for each in seen.ids if _is_in(seen, each, own_only)
            }
        catalogue.write_view(draft.database, name, view, told)
    catalogue.write_event_counts(draft.database, events)
    return Written({of: tuple(said) for of, said in unapplied.items()}, events)


def _is_in(contents: Contents, document_id: str, collections: set[str]) -> bool:
    return contents.collection_of(document_id) in collections


def _counted(made: Made) -> dict[str, int]:
    counts: dict[str, int] = {}
    for event in made.events:
        of = event.locator.document_id
        counts[of] = counts.get(of, 0) + 1
    return counts


def _note(unapplied: dict[str, list[str]], made: Made, collections: set[str]) -> None:
    """Note the corrections that don't fit, of ``collections``; of the owner's where there are none."""
    for collection, sentence in made.refused:
        if collection in collections if collections else is_owners(collection):
            unapplied.setdefault(collection, []).append(sentence)


def _share_owners(draft: Draft, before: Contents) -> None:
    """Take over the owner's timeline of the generation before."""
    catalogue.copy_timeline(draft.database, before.folder / INDEX)
    for name in storing.FILES:
        draft.share_file(before.folder, name, name, before.files())


def share_all(draft: Draft, before: Contents) -> None:
    """Take over all timelines: a more compact copy has the same documents in the same order."""
    for path in before.files():
        if "/" not in path or path.startswith(f"{FOLDER}/"):
            draft.share_file(before.folder, path, path, before.files())
