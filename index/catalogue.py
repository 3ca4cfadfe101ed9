"""All SQL of a generation's `index.db`: of which segments and documents it is made, and its timeline."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from index.model import Event, ReadingWarning, Skipped, SourceSummary
from index.rows import (
    date_of,
    event_row,
    insert_rows,
    pairs_of,
    shown_event_of,
    summary_of,
    terms_of,
    to_json,
)
from index.schema import GENERATION_TABLES, SCHEMA_VERSION
from index.segments import Numbers
from index.timeline.corrections import Correction


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a document need not be indexed again."""

    name: str
    fingerprint: str  # of its bytes, what its owner says of it, and how it was indexed
    size: int
    modified_ns: int
    seen_ns: int  # when size and time were looked at

    def is_of(self, name: str, size: int, modified_ns: int) -> bool:
        """Whether a file is as it was, as far as its size and time tell.

        A file that was changed just before it was looked at may have changed once more within the
        same tick of the clock, so that its time tells nothing (git calls such an entry racy).
        """
        return (self.name, self.size, self.modified_ns) == (name, size, modified_ns) and (
            self.seen_ns - modified_ns > RACY_NS
        )


_NO_WARNINGS = '"warnings":[]'  # as `summary_json` writes it; within a text its quotes are escaped
RACY_NS = 2_000_000_000  # of the coarsest clock of a file system in use: FAT's two seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a generation: where it is, and what lists and questions need of it."""

    id: str
    name: str
    collection: str
    title: str
    language: str  # BCP 47
    acronyms: str  # JSON: see `acronyms`
    summary: str  # JSON: see `index.rows.summary_of`
    segment: str
    first: int  # numbers of its passages in the segment: see `index.segments.Numbers`
    notes: int
    stop: int
    sha256: str  # of the file's bytes
    fingerprint: str
    size: int
    modified_ns: int
    seen_ns: int
    events: int = 0  # of it in the timeline

    @property
    def numbers(self) -> Numbers:
        return Numbers(self.first, self.notes, self.stop)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.name, self.fingerprint, self.size, self.modified_ns, self.seen_ns)

    def stamped(self, stamp: Stamp) -> Entry:
        """The same, when its file was looked at once more."""
        return replace(self, size=stamp.size, modified_ns=stamp.modified_ns, seen_ns=stamp.seen_ns)

    def placed(self, segment: str, numbers: Numbers) -> Entry:
        """The same in another segment."""
        first, notes, stop = numbers
        return replace(self, segment=segment, first=first, notes=notes, stop=stop)

    def warnings(self) -> tuple[ReadingWarning, ...]:
        """What was noticed in reading it."""
        if _NO_WARNINGS in self.summary:  # of most documents: nothing need be parsed
            return ()
        return summary_of(self.summary, self.events).warnings


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a generation."""

    name: str
    collection: str
    passages: int  # that it holds, those of documents that are gone among them


@dataclass(frozen=True, slots=True)
class Edits:
    """What was said of documents beside them."""

    collection: str  # "" for what the owner's files say, which is for all
    settings: str = ""  # changes when what is said of files changes
    aliases: tuple[tuple[str, ...], ...] = ()  # groups of names for one thing
    corrections: tuple[Correction, ...] = ()  # of events
    unapplied: tuple[str, ...] = ()  # a sentence for each correction that doesn't fit


class Version(NamedTuple):
    """How often a collection changed so far, by builds."""

    key: str  # changes with anything that was indexed of it; "" where nothing is left
    version: int
    changed: str  # when that was, ISO 8601 in UTC


#: The collections that a list is to be of; None: all.
Among = Collection[str] | None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a generation but `index.db`; ``path`` is below the generation's folder."""

    path: str
    size: int
    sha256: str


# ---------------------------------------------------------------- writing


def write_manifest(database: Database, values: Mapping[str, str]) -> None:
    """Note what this generation is; ``corpus`` says of which folder."""
    rows = [{"key": key, "value": value} for key, value in values.items()]
    rows.append({"key": "schema_version", "value": str(SCHEMA_VERSION)})
    database.table("manifest").insert_all(rows, replace=True)


def write_parts(
    database: Database, segments: Iterable[SegmentEntry], entries: Iterable[Entry]
) -> None:
    """Save the segments, and the documents in corpus order."""
    database.table("segments").insert_all(
        asdict(segment) | {"ordinal": number} for number, segment in enumerate(segments)
    )
    database.table("documents").insert_all(
        asdict(entry) | {"ordinal": number} for number, entry in enumerate(entries)
    )
    database.table("documents").create_index(["collection", "ordinal"], if_not_exists=True)


def write_timeline(
    database: Database, events: Iterable[Event], terms: Iterable[Sequence[str]]
) -> None:
    """Save the events that are shown, in corpus order; ``terms`` run beside them."""
    insert_rows(
        database,
        "timeline",
        GENERATION_TABLES["timeline"],
        (
            event_row(event, number, words)
            | {
                "edited": int(event.edited),
                "same_as": to_json(event.same_as),
                "differs": event.differs,
            }
            for number, (event, words) in enumerate(zip(events, terms, strict=True))
        ),
    )


def write_event_counts(database: Database, counts: Mapping[str, int]) -> None:
    """Save how many events of a timeline each document has, by its id."""
    database.execute(
        "update documents set events = counted.value from json_each(?) as counted "
        "where documents.id = counted.key",
        [json.dumps(counts)],
    )


def count_events(database: Database) -> dict[str, int]:
    """How many events of the timeline each document has that has any, by its id."""
    sql = "select document_id, count(*) from timeline group by 1"
    return dict(database.execute(sql).fetchall())


def write_edits(database: Database, edits: Iterable[Edits]) -> None:
    """Save what was said of the documents beside them."""
    database.table("edits").insert_all(
        {
            "collection": said.collection,
            "settings": said.settings,
            "aliases": json.dumps(said.aliases, ensure_ascii=False),
            "corrections": json.dumps([asdict(c) for c in said.corrections], ensure_ascii=False),
            "unapplied": json.dumps(said.unapplied, ensure_ascii=False),
        }
        for said in sorted(edits, key=lambda said: said.collection)
    )


def write_unapplied(database: Database, unapplied: Mapping[str, Sequence[str]]) -> None:
    """Save which corrections don't fit, a sentence each, by the collection that they are for."""
    for collection, sentences in unapplied.items():
        said = json.dumps(sentences, ensure_ascii=False)
        database.execute("update edits set unapplied = ? where collection = ?", [said, collection])


def write_versions(database: Database, versions: Mapping[str, Version]) -> None:
    """Save how often each collection changed."""
    database.table("collections").insert_all(
        {"collection": collection, **version._asdict()} for collection, version in versions.items()
    )


def write_view(database: Database, name: str, collections: Iterable[str], key: str) -> None:
    """Save that the timeline of these collections is that called ``name``."""
    said = json.dumps(sorted(collections), ensure_ascii=False)
    database.table("views").insert({"name": name, "collections": said, "key": key})


def write_skipped(
    database: Database,
    skipped: Iterable[Skipped],
    stamps: Mapping[tuple[str, str], Stamp] | None = None,
) -> None:
    """Save which files were left out, and why.

    ``stamps``, by collection and name, tell when to try again.
    """
    known = stamps or {}
    nothing = Stamp("", "", 0, 0, 0)
    rows = []
    for entry in skipped:
        stamp = known.get((entry.collection, entry.name), nothing)
        row = asdict(entry) | {"ignored": int(entry.ignored)}
        rows.append(
            row | {"size": stamp.size, "modified_ns": stamp.modified_ns, "seen_ns": stamp.seen_ns}
        )
    database.table("skipped").insert_all(rows, replace=True)


def note(database: Database, key: str, value: str) -> None:
    """Note something more of this generation."""
    database.table("manifest").insert({"key": key, "value": value}, replace=True)


#: What of a generation depends on its segments, or on which documents it has.
_OWN = ("segments", "documents", "files")
_BESIDE = ("manifest", "edits", "collections", "views", "skipped")


def copy_rest(database: Database, old: Path) -> None:
    """Copy all that doesn't depend on segments from the `index.db` of another generation."""
    _copy(database, old, without=_OWN)


def copy_timeline(database: Database, old: Path) -> None:
    """Copy the owner's timeline from the `index.db` of another generation."""
    _copy(database, old, without=(*_OWN, *_BESIDE))


def _copy(database: Database, old: Path, without: Sequence[str]) -> None:
    database.conn.commit()
    database.execute("attach database ? as old", [f"{old.resolve().as_uri()}?mode=ro&immutable=1"])
    tables = database.execute("select name, sql from old.sqlite_master where type = 'table'")
    copied = []
    for table, sql in tables.fetchall():
        if table in without:
            continue
        if table not in GENERATION_TABLES:
            database.execute(sql)
        database.execute(f"insert into main.[{table}] select * from old.[{table}]")
        copied.append(table)
    made = database.execute(
        "select tbl_name, sql from old.sqlite_master where type = 'index' and sql not null"
    )
    for table, sql in made.fetchall():
        if table in copied:
            database.execute(sql)
    database.conn.commit()
    database.execute("detach database old")


def write_files(database: Database, files: Iterable[FileEntry]) -> None:
    """Save what the generation's files must be."""
    database.table("files").insert_all(map(asdict, files))


def finish_timeline(database: Database) -> None:
    """Make what the timeline is looked up by."""
    for columns in (["id"], ["passage_id"], ["document_id"]):
        database.table("timeline").create_index(columns, if_not_exists=True)


# ---------------------------------------------------------------- reading


def manifest(database: Database) -> dict[str, str]:
    """What was noted by `write_manifest`."""
    return {row["key"]: row["value"] for row in database.table("manifest").rows}


def edits(database: Database) -> dict[str, Edits]:
    """What was said of the documents beside them, by collection: see `Edits`."""
    return {
        row["collection"]: Edits(
            row["collection"],
            row["settings"],
            tuple(map(tuple, json.loads(row["aliases"]))),
            tuple(map(_correction, json.loads(row["corrections"]))),
            tuple(json.loads(row["unapplied"])),
        )
        for row in database.table("edits").rows_where(order_by="collection")
    }


def _correction(said: dict[str, Any]) -> Correction:
    lists = {key: tuple(said[key]) for key in ("ids", "actors", "places")}
    date = said["date"] and date_of(said["date"]["edtf"], said["date"]["precision"])
    return Correction(**{**said, **lists, "date": date})


def versions(database: Database) -> dict[str, Version]:
    """How often each collection changed, those too of which nothing is left."""
    rows = database.execute("select collection, key, version, changed from collections order by 1")
    return {collection: Version(*rest) for collection, *rest in rows}


def views(database: Database) -> dict[frozenset[str], tuple[str, str]]:
    """The names and keys of the timelines that are saved beside the owner's, by their collections."""
    rows = database.execute("select collections, name, key from views order by name")
    return {frozenset(json.loads(said)): (name, key) for said, name, key in rows}


def segments(database: Database, among: Among = None) -> tuple[SegmentEntry, ...]:
    """The segments, in the order in which they were saved."""
    where, values = _among(among)
    sql = f"select name, collection, passages from segments {where} order by ordinal"
    return tuple(SegmentEntry(*row) for row in database.execute(sql, values))


_ENTRY = ", ".join(f'"{field.name}"' for field in fields(Entry))


def entries(database: Database) -> list[Entry]:
    """The documents in corpus order."""
    rows = database.execute(f"select {_ENTRY} from documents order by ordinal")
    return [Entry(*row) for row in rows]


def files(database: Database) -> dict[str, FileEntry]:
    """What the generation's files must be, by path."""
    rows = database.execute("select path, size, sha256 from files")
    return {row[0]: FileEntry(*row) for row in rows}


def places(database: Database, among: Among = None) -> list[tuple[str, str, int, int, int]]:
    """Id, segment and numbers of passages (first, of the first note, stop) of each document in order."""
    where, values = _among(among)
    sql = f"select id, segment, first, notes, stop from documents {where} order by ordinal"
    return list(database.execute(sql, values).fetchall())


def summaries(database: Database, among: Among = None) -> Iterator[SourceSummary]:
    """The documents in corpus order, with their counts."""
    where, values = _among(among)
    sql = f"select summary, events from documents {where} order by ordinal"
    for saved, events in database.execute(sql, values):
        yield summary_of(saved, events)


def summary(database: Database, document_id: str) -> SourceSummary | None:
    """One document with its counts."""
    sql = "select summary, events from documents where id = ?"
    found = database.execute(sql, [document_id]).fetchone()
    return summary_of(*found) if found else None


def counts(database: Database) -> tuple[int, int, int, int]:
    """How many documents, passages, events of the timeline and segments there are."""
    sql = (
        "select count(*), total(stop - first), total(events), (select count(*) from segments) "
        "from documents"
    )
    [found] = database.execute(sql)
    return (int(found[0]), int(found[1]), int(found[2]), int(found[3]))


def names(database: Database, among: Among = None) -> list[tuple[str, str, str]]:
    """Id, name and title of each document, in corpus order."""
    where, values = _among(among)
    sql = f"select id, name, title from documents {where} order by ordinal"
    return list(database.execute(sql, values))


def languages(database: Database, among: Among = None) -> dict[str, str]:
    """The language of each document (BCP 47), by its id and in corpus order."""
    where, values = _among(among)
    sql = f"select id, language from documents {where} order by ordinal"
    return dict(database.execute(sql, values).fetchall())


def acronyms(database: Database, among: Among = None) -> dict[str, tuple[tuple[str, str], ...]]:
    """The acronyms that documents define, by id and in corpus order; of others there is none."""
    where, values = _among(among)
    sql = f"select id, acronyms from documents {where or 'where 1'} and acronyms != '[]'"
    found = database.execute(f"{sql} order by ordinal", values)
    return {document_id: pairs_of(saved) for document_id, saved in found}


def _among(collections: Among) -> tuple[str, list[str]]:
    """The condition that a row is of one of ``collections``, and its values."""
    if collections is None:
        return "", []
    return "where collection in (select value from json_each(?))", [to_json(sorted(collections))]


def timeline(database: Database) -> Iterator[tuple[Event, tuple[str, ...]]]:
    """The events that are shown in corpus order, with their terms; their texts are left empty."""
    for row in database.table("timeline").rows_where(order_by="ordinal"):
        yield shown_event_of(row), terms_of(row)


def skipped(database: Database, among: Among = None) -> tuple[Skipped, ...]:
    """The files that were left out, by name."""
    where, values = _among(among)
    columns = "name, reason, hint, ignored, fingerprint, collection"
    sql = f"select {columns} from skipped {where} order by name, collection"
    return tuple(
        Skipped(name, reason, hint, bool(ignored), *rest)
        for name, reason, hint, ignored, *rest in database.execute(sql, values)
    )


def skipped_stamps(database: Database) -> dict[tuple[str, str], Stamp]:
    """The stamps of the files that were left out, by collection and name."""
    columns = "collection, name, fingerprint, size, modified_ns, seen_ns"
    rows = database.execute(f"select {columns} from skipped")
    return {(row[0], row[1]): Stamp(*row[1:]) for row in rows}
