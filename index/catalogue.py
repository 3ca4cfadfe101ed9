"""All SQL of a generation's `index.db`: of which segments and documents it is made, and its timeline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

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


def write_timeline(
    database: Database, events: Iterable[Event], terms: Iterable[Sequence[str]]
) -> None:
    """Save the events that are shown, in corpus order, and how many each document has.

    ``terms`` run beside them.
    """
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
    database.execute(
        "update documents set events = counted.events from "
        "(select document_id, count(*) as events from timeline group by 1) as counted "
        "where id = counted.document_id"
    )


def write_skipped(
    database: Database, skipped: Iterable[Skipped], stamps: Mapping[str, Stamp] | None = None
) -> None:
    """Save which files were left out, and why; ``stamps``, by name, tell when to try again."""
    known = stamps or {}
    nothing = Stamp("", "", 0, 0, 0)
    rows = []
    for entry in skipped:
        stamp = known.get(entry.name, nothing)
        row = asdict(entry) | {"ignored": int(entry.ignored)}
        rows.append(
            row | {"size": stamp.size, "modified_ns": stamp.modified_ns, "seen_ns": stamp.seen_ns}
        )
    database.table("skipped").insert_all(rows, replace=True)


def note(database: Database, key: str, value: str) -> None:
    """Note something more of this generation."""
    database.table("manifest").insert({"key": key, "value": value}, replace=True)


def copy_rest(database: Database, old: Path) -> None:
    """Copy all that doesn't depend on segments from the `index.db` of another generation."""
    database.conn.commit()
    database.execute("attach database ? as old", [f"{old.resolve().as_uri()}?mode=ro&immutable=1"])
    tables = database.execute("select name, sql from old.sqlite_master where type = 'table'")
    for table, sql in tables.fetchall():
        if table in ("segments", "documents", "files"):
            continue
        if table not in GENERATION_TABLES:
            database.execute(sql)
        database.execute(f"insert into main.[{table}] select * from old.[{table}]")
    made = database.execute(
        "select sql from old.sqlite_master where type = 'index' and sql not null"
    )
    for (sql,) in made.fetchall():
        database.execute(sql)
    database.conn.commit()
    database.execute("detach database old")


def write_files(database: Database, files: Iterable[FileEntry]) -> None:
    """Save what the generation's files must be."""
    database.table("files").insert_all(map(asdict, files))


def finish(database: Database) -> None:
    """Make what the timeline is looked up by."""
    for columns in (["id"], ["passage_id"], ["document_id"]):
        database.table("timeline").create_index(columns, if_not_exists=True)


# ---------------------------------------------------------------- reading


def manifest(database: Database) -> dict[str, str]:
    """What was noted by `write_manifest`."""
    return {row["key"]: row["value"] for row in database.table("manifest").rows}


def corrections(manifest: Mapping[str, str]) -> tuple[Correction, ...]:
    """The corrections that were applied in making the timeline."""
    return tuple(
        Correction(
            **{
                **said,
                **{key: tuple(said[key]) for key in ("ids", "actors", "places")},
                "date": said["date"] and date_of(said["date"]["edtf"], said["date"]["precision"]),
            }
        )
        for said in json.loads(manifest.get("corrections", "[]"))
    )


def segments(database: Database) -> tuple[SegmentEntry, ...]:
    """The segments, in the order in which they were saved."""
    rows = database.execute("select name, collection, passages from segments order by ordinal")
    return tuple(SegmentEntry(*row) for row in rows)


_ENTRY = ", ".join(f'"{field.name}"' for field in fields(Entry))


def entries(database: Database) -> list[Entry]:
    """The documents in corpus order."""
    rows = database.execute(f"select {_ENTRY} from documents order by ordinal")
    return [Entry(*row) for row in rows]


def files(database: Database) -> dict[str, FileEntry]:
    """What the generation's files must be, by path."""
    rows = database.execute("select path, size, sha256 from files")
    return {row[0]: FileEntry(*row) for row in rows}


def places(database: Database) -> list[tuple[str, str, int, int, int]]:
    """Id, segment and numbers of passages (first, of the first note, stop) of each document in order."""
    sql = "select id, segment, first, notes, stop from documents order by ordinal"
    return list(database.execute(sql).fetchall())


def summaries(database: Database, document_id: str | None = None) -> Iterator[SourceSummary]:
    """The documents in corpus order, with their counts; with ``document_id`` only that one."""
    where = "" if document_id is None else "where id = ?"
    sql = f"select summary, events from documents {where} order by ordinal"
    for saved, events in database.execute(sql, [] if document_id is None else [document_id]):
        yield summary_of(saved, events)


def counts(database: Database) -> tuple[int, int, int, int]:
    """How many documents, passages, events of the timeline and segments there are."""
    sql = (
        "select count(*), total(stop - first), total(events), (select count(*) from segments) "
        "from documents"
    )
    [found] = database.execute(sql)
    return (int(found[0]), int(found[1]), int(found[2]), int(found[3]))


def names(database: Database) -> list[tuple[str, str, str]]:
    """Id, name and title of each document, in corpus order."""
    return list(database.execute("select id, name, title from documents order by ordinal"))


def languages(database: Database) -> dict[str, str]:
    """The language of each document (BCP 47), by its id and in corpus order."""
    return dict(database.execute("select id, language from documents order by ordinal").fetchall())


def acronyms(database: Database) -> dict[str, tuple[tuple[str, str], ...]]:
    """The acronyms that documents define, by id and in corpus order; of others there is none."""
    sql = "select id, acronyms from documents where acronyms != '[]' order by ordinal"
    return {document_id: pairs_of(saved) for document_id, saved in database.execute(sql)}


def timeline(database: Database) -> Iterator[tuple[Event, tuple[str, ...]]]:
    """The events that are shown in corpus order, with their terms; their texts are left empty."""
    for row in database.table("timeline").rows_where(order_by="ordinal"):
        yield shown_event_of(row), terms_of(row)


def skipped(database: Database) -> tuple[Skipped, ...]:
    """The files that were left out, by name."""
    return tuple(
        Skipped(row["name"], row["reason"], row["hint"], bool(row["ignored"]), row["fingerprint"])
        for row in database.table("skipped").rows_where(order_by="name")
    )


def skipped_stamps(database: Database) -> dict[str, Stamp]:
    """The stamps of the files that were left out, by name."""
    rows = database.execute("select name, fingerprint, size, modified_ns, seen_ns from skipped")
    return {row[0]: Stamp(*row) for row in rows}
