"""All SQL of a generation: one SQLite file that is written once and then only read.

A generation is the folder ``generations/<number>/`` of a data folder; the file ``current`` holds the
number in use. `publish` makes a finished one current by replacing that file: a process that is
killed at any instant leaves the old or the new one current, and never a mixture.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from index.dates.edtf import from_edtf
from index.errors import DataFolderError, IndexDamagedError, IndexMissingError
from index.messages import say
from index.model import (
    CrossReference,
    Document,
    DocumentMeta,
    Event,
    HistoricDate,
    Lifted,
    Locator,
    Note,
    PageSpan,
    Paragraph,
    Passage,
    Precision,
    ReadingWarning,
    Record,
    Section,
    Skipped,
    SourceInfo,
    SourceSummary,
)
from index.schema import KEYS, OF_DOCUMENTS, TABLES
from index.schema import SCHEMA_VERSION as SCHEMA_VERSION
from index.sentences import count_words
from index.timeline.corrections import Correction
from index.timeline.differing import read_differences

KEPT_GENERATIONS = 2
_DATABASE = "index.db"
_LONGEST_NUMBER = 15  # digits: more are no number of a generation


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document with all that was made of it; the term lists run beside passages and events."""

    document: Document
    passages: tuple[Passage, ...]
    passage_terms: tuple[tuple[str, ...], ...]
    events: tuple[Event, ...]
    event_terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a document need not be indexed again."""

    ordinal: int
    name: str
    fingerprint: str  # of its bytes, what its owner says of it, and how it was indexed
    size: int
    modified_ns: int


# ---------------------------------------------------------------- generations of a data folder


def current_generation(data: Path) -> int | None:
    """The number of the generation in use; None before the first build."""
    try:
        said = (data / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(
            "The file that names the current generation can't be read."
        ) from error
    if not said.isdecimal() or len(said) > _LONGEST_NUMBER:
        raise IndexDamagedError("The file that names the current generation holds no number.")
    return int(said)


def generation_folder(data: Path, number: int) -> Path:
    """Where generation ``number`` lies or will lie."""
    return data / "generations" / str(number)


def open_generation(data: Path, number: int | None = None) -> Database:
    """Generation ``number`` (the current one if None) for reading; close it after use.

    It may be used in another thread, though in one at a time, and stays readable when its files are
    removed. Raises IndexMissingError, IndexDamagedError.
    """
    number = current_generation(data) if number is None else number
    if number is None:
        raise IndexMissingError("Nothing has been indexed yet.")
    path = generation_folder(data, number) / _DATABASE
    if not path.is_file():
        raise IndexDamagedError(
            say("Generation {number} of the index is missing.", number=str(number))
        )
    with ExitStack() as unless_usable:
        with damage_told(number):
            connection = sqlite3.connect(_read_only(path), uri=True, check_same_thread=False)
            unless_usable.callback(connection.close)
            database = Database(connection)
            version = manifest(database).get("schema_version")
            whole = _is_whole(connection, path)
        if version != str(SCHEMA_VERSION):
            raise IndexDamagedError(
                say("Generation {number} of the index is of another version.", number=str(number))
            )
        if not whole:
            raise IndexDamagedError(
                say("Generation {number} of the index is cut short.", number=str(number))
            )
        unless_usable.pop_all()
    return database


@contextmanager
def reading(data: Path, number: int | None = None) -> Iterator[Database]:
    """Generation ``number`` (the current one if None), open for reading while the block runs.

    Raises IndexMissingError, and IndexDamagedError for whatever can't be read in the block.
    """
    with closing(open_generation(data, number)) as database, damage_told(number):
        yield database


@contextmanager
def new_generation(data: Path) -> Iterator[tuple[int, Database]]:
    """An empty generation, written aside; published when the block ends without an error.

    The caller holds the build lock. Raises DataFolderError if the folder can't be written.
    """
    number = max([current_generation_or_zero(data), *_numbers(data)]) + 1
    aside = data / "generations" / f"{number}.tmp"
    try:
        with _trouble_told():
            tidy(data)
            aside.mkdir(parents=True)
        with closing(sqlite3.connect(_of(aside / _DATABASE), uri=True)) as connection:
            database = Database(connection)
            _create_tables(database)
            yield number, database
            _finish(database)
        with _trouble_told():
            _publish(data, number, aside)
    except sqlite3.OperationalError as error:
        raise DataFolderError(
            say("The index could not be written ({reason}).", reason=str(error))
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def current_generation_or_zero(data: Path) -> int:
    """The current generation's number, 0 if there is none or the file that names it is damaged."""
    try:
        return current_generation(data) or 0
    except IndexDamagedError:
        return 0


def tidy(data: Path) -> None:
    """Remove what is of no more use: generations beyond the last two, and what killed builds left.

    The caller holds the build lock. A generation above the current one never became current.
    """
    (data / "current.tmp").unlink(missing_ok=True)
    for left_over in (data / "generations").glob("*.tmp"):
        shutil.rmtree(left_over, ignore_errors=True)
    current = current_generation_or_zero(data)
    if current == 0:
        return  # nobody knows which one is of use
    kept = sorted(number for number in _numbers(data) if number <= current)[-KEPT_GENERATIONS:]
    for number in set(_numbers(data)) - set(kept):
        shutil.rmtree(generation_folder(data, number), ignore_errors=True)


def _of(path: Path) -> str:
    """The address by which SQLite opens the file at ``path``."""
    return path.resolve().as_uri()


def _read_only(path: Path) -> str:
    """The same for a file that nobody writes to any more: no lock is taken, no file made beside it."""
    return f"{_of(path)}?mode=ro&immutable=1"


def _is_whole(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is as long as its first page says."""
    pages, size = (
        connection.execute(f"pragma {what}").fetchone()[0] for what in ("page_count", "page_size")
    )
    return bool(pages * size == path.stat().st_size)


@contextmanager
def damage_told(number: int | None) -> Iterator[None]:
    """Whatever can't be read becomes an IndexDamagedError: damaged pages may hold anything."""
    try:
        yield
    except (sqlite3.DatabaseError, LookupError, TypeError, ValueError, OSError) as error:
        if number is None:
            raise IndexDamagedError("The current generation of the index is damaged.") from error
        raise IndexDamagedError(
            say("Generation {number} of the index is damaged.", number=str(number))
        ) from error


@contextmanager
def _trouble_told() -> Iterator[None]:
    """What the file system refuses becomes a DataFolderError."""
    try:
        yield
    except OSError as error:
        raise DataFolderError(
            say("The data folder can't be written ({reason}).", reason=str(error.strerror))
        ) from error


def _create_tables(database: Database) -> None:
    database.execute("pragma journal_mode = off")  # a file that fails is thrown away
    database.execute("pragma synchronous = off")  # synced as a whole before the swap
    for table, columns in TABLES.items():
        database.table(table).create(dict(columns), pk=KEYS[table])


def _finish(database: Database) -> None:
    for table in ("passages", "events"):
        database.table(table).create_index(["document_id"])  # by which they are carried over
    database.table("timeline").create_index(["document_id"])
    database.table("timeline").create_index(["earliest", "latest"])
    database.conn.commit()
    if database.execute("pragma main.quick_check").fetchone()[0] != "ok":
        raise DataFolderError("The index could not be written completely.")


def _publish(data: Path, number: int, aside: Path) -> None:
    """Make the generation that lies ``aside`` the current one, and keep the one before it."""
    final = generation_folder(data, number)
    pointer = data / "current.tmp"
    try:
        _sync(aside / _DATABASE)
        _sync(aside)
        aside.rename(final)
        _sync(final.parent)
        pointer.write_text(f"{number}\n", encoding="ascii")
        _sync(pointer)
        os.replace(pointer, data / "current")  # noqa: PTH105 - the design's word for the swap
    except OSError:
        shutil.rmtree(final, ignore_errors=True)
        pointer.unlink(missing_ok=True)
        raise
    _sync(data)
    tidy(data)


def _numbers(data: Path) -> list[int]:
    folder = data / "generations"
    if not folder.is_dir():
        return []
    return [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------- writing


def write_manifest(database: Database, values: Mapping[str, str]) -> None:
    """Note what this generation is; ``corpus`` says of which folder."""
    rows = [{"key": key, "value": value} for key, value in values.items()]
    rows.append({"key": "schema_version", "value": str(SCHEMA_VERSION)})
    database.table("manifest").insert_all(rows, replace=True)


def write_document(database: Database, indexed: Indexed, stamp: Stamp) -> None:
    """Save a document, its structure, its passages and its events."""
    document = indexed.document
    database.table("documents").insert(_document_row(document, stamp))
    of = {"document_id": document.id}
    database.table("sections").insert_all(
        of | asdict(section) | {"path": _list(section.path), "ordinal": number}
        for number, section in enumerate(document.sections)
    )
    database.table("paragraphs").insert_all(
        of | asdict(paragraph) | {"ordinal": number}
        for number, paragraph in enumerate(document.paragraphs)
    )
    database.table("notes").insert_all(
        of
        | {"number": n.number, "start": n.start, "stop": n.stop, "marks": _list(n.marks)}
        | {"label": n.label}
        for n in document.notes
    )
    database.table("pages").insert_all(
        of | asdict(page) | {"ordinal": number} for number, page in enumerate(document.pages)
    )
    database.table("cross_references").insert_all(
        of | asdict(reference) | {"ordinal": number}
        for number, reference in enumerate(document.references)
    )
    database.table("passages").insert_all(
        _passage_row(passage, number, terms)
        for number, (passage, terms) in enumerate(
            zip(indexed.passages, indexed.passage_terms, strict=True)
        )
    )
    database.table("events").insert_all(
        _event_row(event, number, terms)
        for number, (event, terms) in enumerate(
            zip(indexed.events, indexed.event_terms, strict=True)
        )
    )


def write_timeline(
    database: Database, events: Iterable[Event], terms: Iterable[Sequence[str]]
) -> None:
    """Save the events that are shown, in corpus order; ``terms`` run beside them."""
    database.table("timeline").insert_all(
        _event_row(event, number, words)
        | {
            "edited": int(event.edited),
            "same_as": _list(event.same_as),
            "differs": event.differs,
        }
        for number, (event, words) in enumerate(zip(events, terms, strict=True))
    )


def carry_over(database: Database, old: Path, document_id: str, stamp: Stamp) -> None:
    """Copy a document that has not changed from the generation in folder ``old``.

    Raises IndexDamagedError if it can't be read there; what was written so far is then worthless.
    """
    _attach(database, old / _DATABASE)
    try:
        for table, key in (("documents", "id"), *((of, "document_id") for of in OF_DOCUMENTS)):
            columns = ", ".join(f'"{name}"' for name in TABLES[table])
            database.execute(
                f"insert into {table} ({columns}) select {columns} from old.{table} where {key} = ?",
                [document_id],
            )
    except sqlite3.OperationalError:
        raise  # the new file can't be written
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError("The index before this one is damaged.") from error
    changed = {"ordinal": stamp.ordinal, "size": stamp.size, "modified_ns": stamp.modified_ns}
    database.table("documents").update(document_id, changed)


def write_skipped(
    database: Database, skipped: Iterable[Skipped], stamps: Mapping[str, Stamp] | None = None
) -> None:
    """Save which files were left out, and why; ``stamps``, by name, tell when to try again."""
    known = stamps or {}
    nothing = Stamp(0, "", "", 0, 0)
    rows = []
    for entry in skipped:
        stamp = known.get(entry.name, nothing)
        row = asdict(entry) | {"ignored": int(entry.ignored)}
        rows.append(row | {"size": stamp.size, "modified_ns": stamp.modified_ns})
    database.table("skipped").insert_all(rows, replace=True)


def _attach(database: Database, old: Path) -> None:
    """Make the generation in file ``old`` readable under the name ``old``, if it is not yet."""
    if "old" in {row[1] for row in database.conn.execute("pragma database_list")}:
        return
    database.conn.commit()
    try:
        database.execute("attach database ? as old", [_read_only(old)])
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError("The index before this one can't be opened.") from error


def _document_row(document: Document, stamp: Stamp) -> dict[str, Any]:
    return {
        "id": document.id,
        "ordinal": stamp.ordinal,
        "name": document.name,
        "collection": document.collection,
        "title": document.title,
        "meta": json.dumps(asdict(document.meta), ensure_ascii=False),
        "text": document.text,
        "encoding": document.encoding,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
        "source_map": _list(document.source_map),
        "format": document.format,
        "lifted": _list([(lifted.kind, lifted.start, lifted.stop) for lifted in document.lifted]),
        "records": _list([_record_row(record) for record in document.records]),
        "acronyms": _list(document.acronyms),
        "warnings": _list([asdict(warning) for warning in document.warnings]),
        "words": count_words(document.text),
        "fingerprint": stamp.fingerprint,
        "size": stamp.size,
        "modified_ns": stamp.modified_ns,
    }


def _record_row(record: Record) -> list[object]:
    places = (record.written, record.body, record.actors, record.places)
    return [record.start, record.stop, record.date, *places, record.precision]


def _passage_row(passage: Passage, ordinal: int, terms: Sequence[str]) -> dict[str, Any]:
    place = asdict(passage.locator) | {"section": _list(passage.locator.section)}
    return place | {
        "id": passage.id,
        "ordinal": ordinal,
        "kind": passage.kind,
        "notes": _list(passage.notes),
        "terms": " ".join(terms),
    }


def _event_row(event: Event, ordinal: int, terms: Sequence[str]) -> dict[str, Any]:
    return {
        "id": event.id,
        "document_id": event.locator.document_id,
        "ordinal": ordinal,
        "passage_id": event.passage,
        "kind": event.kind,
        "edtf": event.date.edtf,
        "precision": str(event.date.precision),
        "earliest": event.date.earliest,
        "latest": event.date.latest,
        "inferred_from": event.inferred_from,
        "as_written": event.as_written,
        "section": _list(event.locator.section),
        "start": event.locator.start,
        "stop": event.locator.stop,
        "page": event.locator.page,
        "page_end": event.locator.page_end,
        "page_label": event.locator.page_label,
        "paragraph": event.locator.paragraph,
        "note": event.locator.note,
        "actors": _list(event.actors),
        "places": _list(event.places),
        "also": _list([_place_row(place) for place in event.also]),
        "headline": event.headline,
        "terms": " ".join(terms),
    }


def _place_row(place: Locator) -> list[object]:
    return list(asdict(place).values())[1:]


def _list(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


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
                "date": said["date"] and _date(said["date"]["edtf"], said["date"]["precision"]),
            }
        )
        for said in json.loads(manifest.get("corrections", "[]"))
    )


def stamps(database: Database) -> dict[str, Stamp]:
    """The stamp of each document, by document id."""
    rows = database.table("documents").rows_where(
        select="id, ordinal, name, fingerprint, size, modified_ns", order_by="ordinal"
    )
    return {
        row["id"]: Stamp(
            row["ordinal"], row["name"], row["fingerprint"], row["size"], row["modified_ns"]
        )
        for row in rows
    }


def sources(database: Database) -> Iterator[SourceSummary]:
    """The documents in corpus order, with their counts."""
    counts = {
        table: dict(
            database.execute(f"select document_id, count(*) from {table} group by document_id")
        )
        for table in (*OF_DOCUMENTS, "timeline")
    }
    headed = dict(
        database.execute("select document_id, count(*) from sections where level > 0 group by 1")
    )
    pages = dict(
        database.execute("select document_id, count(distinct number) from pages group by 1")
    )
    unlinked = dict(
        database.execute("select document_id, count(*) from notes where marks = '[]' group by 1")
    )
    unresolved = dict(
        database.execute(
            "select document_id, count(*) from cross_references where target is null group by 1"
        )
    )
    lifted: dict[str, list[tuple[str, int]]] = {}
    for document_id, kind, count in database.execute(
        "select documents.id, json_extract(each.value, '$[0]') as kind, count(*) "
        "from documents, json_each(lifted) as each group by 1, 2 order by 3 desc, 2"
    ):
        lifted.setdefault(document_id, []).append((kind, count))
    columns = (
        "id, name, collection, title, meta, encoding, format, sha256, text_sha256, warnings, words"
    )
    rows = database.table("documents").rows_where(select=columns, order_by="ordinal")
    for row in rows:
        document_id = row["id"]
        notes = counts["notes"].get(document_id, 0)
        yield SourceSummary(
            source=_source(row, DocumentMeta(**json.loads(row["meta"]))),
            sections=headed.get(document_id, 0),
            paragraphs=counts["paragraphs"].get(document_id, 0),
            notes=notes,
            passages=counts["passages"].get(document_id, 0),
            events=counts["timeline"].get(document_id, 0),
            words=row["words"],
            encoding=row["encoding"],
            warnings=_warnings(row["warnings"]),
            format=row["format"],
            pages=pages.get(document_id),
            linked_notes=notes - unlinked.get(document_id, 0),
            unlinked_notes=unlinked.get(document_id, 0),
            references=counts["cross_references"].get(document_id, 0),
            unresolved=unresolved.get(document_id, 0),
            lifted=tuple(lifted.get(document_id, ())),
        )


def summarize(indexed: Indexed) -> SourceSummary:
    """What `sources` tells of a document, before it is saved."""
    document = indexed.document
    linked = sum(1 for note in document.notes if note.marks)
    lifted = Counter(str(lifted.kind) for lifted in document.lifted)
    return SourceSummary(
        source=_source(_facts(document), document.meta),
        sections=sum(1 for section in document.sections if section.level),
        paragraphs=len(document.paragraphs),
        notes=len(document.notes),
        passages=len(indexed.passages),
        events=len(indexed.events),
        words=count_words(document.text),
        encoding=document.encoding,
        warnings=document.warnings,
        format=document.format,
        pages=len({page.number for page in document.pages}) or None,
        linked_notes=linked,
        unlinked_notes=len(document.notes) - linked,
        references=len(document.references),
        unresolved=sum(reference.target is None for reference in document.references),
        lifted=tuple(sorted(lifted.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def document(database: Database, document_id: str) -> Document:
    """A document as it was read: the very value that `write_document` saved.

    Its text is not proven: see `Document.text_sha256`. Raises IndexDamagedError if there is none.
    """
    row = next(database.table("documents").rows_where("id = ?", [document_id]), None)
    if row is None:
        raise IndexDamagedError("A document of the index is missing.")
    text: str = row["text"]

    def rows(table: str, order: str = "ordinal") -> Iterator[dict[str, Any]]:
        return database.table(table).rows_where("document_id = ?", [document_id], order_by=order)

    meta = json.loads(row["meta"])
    return Document(
        id=row["id"],
        name=row["name"],
        collection=row["collection"],
        title=row["title"],
        meta=DocumentMeta(**meta | {"works": tuple(meta["works"])}),
        text=text,
        encoding=row["encoding"],
        sha256=row["sha256"],
        text_sha256=row["text_sha256"],
        source_map=tuple((stored, source) for stored, source in json.loads(row["source_map"])),
        sections=tuple(map(_section, rows("sections"))),
        paragraphs=tuple(map(_paragraph, rows("paragraphs"))),
        notes=tuple(
            replace(note, text=text[note.start : note.stop])
            for note in notes(database, document_id).values()
        ),
        warnings=_warnings(row["warnings"]),
        format=row["format"],
        pages=tuple(map(_page, rows("pages"))),
        references=tuple(
            CrossReference(r["start"], r["stop"], r["kind"], r["target"])
            for r in rows("cross_references")
        ),
        records=tuple(_record(*values) for values in json.loads(row["records"])),
        lifted=tuple(Lifted(*values) for values in json.loads(row["lifted"])),
        acronyms=_pairs(row["acronyms"]),
    )


def count_parts(
    database: Database, table: Literal["sections", "paragraphs", "pages"], document_id: str
) -> int:
    """How many rows of ``table`` a document has; their ordinals are 0 and up, without a gap."""
    sql = f"select max(ordinal) from {table} where document_id = ?"
    [(last,)] = database.execute(sql, [document_id])
    return 0 if last is None else int(last) + 1


def sections(database: Database, document_id: str, first: int, stop: int) -> list[Section]:
    """A document's sections from ordinal ``first`` up to ``stop``, which isn't included."""
    return list(map(_section, _parts(database, "sections", document_id, first, stop)))


def paragraphs(database: Database, document_id: str, first: int, stop: int) -> list[Paragraph]:
    """A document's paragraphs from ordinal ``first`` up to ``stop``, which isn't included."""
    return list(map(_paragraph, _parts(database, "paragraphs", document_id, first, stop)))


def pages(database: Database, document_id: str, first: int, stop: int) -> list[PageSpan]:
    """A document's pages from ordinal ``first`` up to ``stop``, which isn't included."""
    return list(map(_page, _parts(database, "pages", document_id, first, stop)))


def _parts(
    database: Database, table: str, document_id: str, first: int, stop: int
) -> Sequence[dict[str, Any]]:
    """The rows of a document in ``table``. Raises IndexDamagedError where one is missing."""
    rows = database.table(table).rows_where(
        "document_id = ? and ordinal >= ? and ordinal < ?",
        [document_id, first, stop],
        order_by="ordinal",
    )
    found = list(rows)
    if len(found) != stop - first:
        raise IndexDamagedError("A part of a document is missing from the index.")
    return found


def paragraphs_by_section(database: Database, document_id: str) -> dict[int, int]:
    """How many paragraphs each section of a document has, by its position; none: it is left out."""
    sql = "select section, count(*) from paragraphs where document_id = ? group by 1"
    return dict(database.execute(sql, [document_id]).fetchall())


def _section(row: Mapping[str, Any]) -> Section:
    path = tuple(json.loads(row["path"]))
    return Section(path, row["level"], row["start"], row["stop"], row["anchor"])


def _paragraph(row: Mapping[str, Any]) -> Paragraph:
    return Paragraph(row["start"], row["stop"], row["section"], row["number"], row["kind"])


def _page(row: Mapping[str, Any]) -> PageSpan:
    return PageSpan(row["number"], row["start"], row["stop"], row["label"])


def passages(
    database: Database, document_id: str | None = None
) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """All passages in corpus order with their terms; their texts are left empty: see `stored_text`.

    With ``document_id`` only those of that document.
    """
    for row in _rows_in_order(database, "passages", document_id):
        yield (
            Passage(row["id"], row["kind"], _locator(row), "", _tuple(row["notes"])),
            tuple(row["terms"].split(" ")) if row["terms"] else (),
        )


def events(
    database: Database, document_id: str | None = None
) -> Iterator[tuple[Event, tuple[str, ...]]]:
    """All events as extracted, in corpus order with their terms; their texts are left empty: see
    `stored_text`.

    With ``document_id`` only those of that document.
    """
    for row in _rows_in_order(database, "events", document_id):
        yield _event(row), tuple(row["terms"].split(" ")) if row["terms"] else ()


def timeline(database: Database) -> Iterator[tuple[Event, tuple[str, ...]]]:
    """The events that are shown: see `index.timeline.curating`. As `events` gives them."""
    for row in database.table("timeline").rows_where(order_by="ordinal"):
        event = replace(
            _event(row),
            edited=bool(row["edited"]),
            same_as=_tuple(row["same_as"]),
            differs=read_differences(row["differs"]),
        )
        yield event, tuple(row["terms"].split(" ")) if row["terms"] else ()


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        id=row["id"],
        date=_date(row["edtf"], row["precision"]),
        as_written=row["as_written"],
        inferred_from=row["inferred_from"],
        text="",
        locator=_locator(row),
        passage=row["passage_id"],
        kind=row["kind"],
        actors=_tuple(row["actors"]),
        places=_tuple(row["places"]),
        also=tuple(_saved_place(row["document_id"], *place) for place in _tuple(row["also"])),
        headline=row["headline"],
    )


def _rows_in_order(
    database: Database, table: str, document_id: str | None
) -> Iterator[dict[str, Any]]:
    if document_id is not None:
        return database.table(table).rows_where(
            "document_id = ?", [document_id], order_by="ordinal"
        )
    return database.query(
        f"select {table}.* from {table} join documents on documents.id = document_id "
        f"order by documents.ordinal, {table}.ordinal"
    )


def languages(database: Database) -> dict[str, str]:
    """The language of each document (BCP 47), by its id and in corpus order."""
    rows = database.query(
        "select id, json_extract(meta, '$.language') as said from documents order by ordinal"
    )
    return {row["id"]: row["said"] for row in rows}


def acronyms(database: Database) -> dict[str, tuple[tuple[str, str], ...]]:
    """The acronyms that each document defines, by its id and in corpus order."""
    rows = database.table("documents").rows_where(select="id, acronyms", order_by="ordinal")
    return {row["id"]: _pairs(row["acronyms"]) for row in rows}


def _pairs(said: str) -> tuple[tuple[str, str], ...]:
    return tuple((short, long) for short, long in json.loads(said))


def stored_text(database: Database, document_id: str) -> tuple[str, str]:
    """A document's stored text and the SHA-256 that it had when it was indexed."""
    for row in database.table("documents").rows_where(
        "id = ?", [document_id], select="text, text_sha256"
    ):
        return row["text"], row["text_sha256"]
    raise IndexDamagedError("A document of the index is missing.")


def notes(
    database: Database, document_id: str, numbers: Iterable[int] | None = None
) -> dict[int, Note]:
    """The notes of a document, or those that bear ``numbers``, by number; their texts are empty."""
    where, values = "document_id = ?", [document_id]
    if numbers is not None:
        where += " and number in (select value from json_each(?))"
        values.append(json.dumps(list(numbers)))
    return {
        row["number"]: Note(
            row["number"],
            row["start"],
            row["stop"],
            tuple(json.loads(row["marks"])),
            label=row["label"],
        )
        for row in database.table("notes").rows_where(where, values, order_by="number")
    }


def note_references(database: Database, document_id: str) -> tuple[tuple[int, int], ...]:
    """Where a document's words lead to a note, and the number of that note, in order."""
    rows = database.table("cross_references").rows_where(
        "document_id = ? and kind = 'note' and target is not null",
        [document_id],
        select="start, target",
        order_by="start",
    )
    return tuple((row["start"], row["target"]) for row in rows)


def indexed(database: Database, document: Document) -> Indexed:
    """What was made of ``document``: the very value that `write_document` saved."""
    text = document.text
    found = list(passages(database, document.id))
    told = list(events(database, document.id))
    return Indexed(
        document,
        tuple(replace(p, text=text[p.locator.start : p.locator.stop]) for p, _ in found),
        tuple(terms for _, terms in found),
        tuple(replace(e, text=text[e.locator.start : e.locator.stop]) for e, _ in told),
        tuple(terms for _, terms in told),
    )


def event_days(database: Database, document_id: str) -> tuple[tuple[int, int], ...]:
    """First and last day by which each event of a document is looked up, in the order of `events`."""
    rows = _rows_in_order(database, "events", document_id)
    return tuple((row["earliest"], row["latest"]) for row in rows)


def unsound(database: Database) -> tuple[str, ...]:
    """What is wrong with the file itself, or with its tables as a whole, in words; nothing if sound."""
    wrong = [
        f"The file is damaged: {said}."
        for (said,) in database.execute("pragma integrity_check(5)")
        if said != "ok"
    ]
    for table in OF_DOCUMENTS:
        [(lost,)] = database.execute(
            f"select count(*) from {table} where document_id not in (select id from documents)"
        )
        if lost:
            wrong.append(f"{lost:,} of the {table.replace('_', ' ')} belong to no document.")
    return tuple(wrong)


def skipped(database: Database) -> tuple[Skipped, ...]:
    """The files that were left out, by name."""
    return tuple(
        Skipped(row["name"], row["reason"], row["hint"], bool(row["ignored"]), row["fingerprint"])
        for row in database.table("skipped").rows_where(order_by="name")
    )


def skipped_stamps(database: Database) -> dict[str, tuple[int, int]]:
    """Size and time of the last change of the files that were left out, by name."""
    return {
        row["name"]: (row["size"], row["modified_ns"])
        for row in database.table("skipped").rows_where()
    }


@lru_cache(maxsize=4096)
def _date(edtf: str, precision: str) -> HistoricDate:
    return from_edtf(edtf, Precision(precision))


@lru_cache(maxsize=4096)
def _tuple(saved: str) -> tuple[Any, ...]:
    return tuple(json.loads(saved))


def _warnings(saved: str) -> tuple[ReadingWarning, ...]:
    return tuple(ReadingWarning(**said) for said in json.loads(saved))


def _record(
    start: int,
    stop: int,
    date: str,
    written: Sequence[int],
    body: Sequence[int],
    actors: Sequence[Sequence[int]],
    places: Sequence[Sequence[int]],
    precision: str | None = None,
) -> Record:
    return Record(
        start,
        stop,
        date,
        (written[0], written[1]),
        (body[0], body[1]),
        tuple((begin, end) for begin, end in actors),
        tuple((begin, end) for begin, end in places),
        Precision(precision) if precision else None,
    )


def _facts(document: Document) -> dict[str, str]:
    names = ("id", "name", "collection", "title", "sha256", "text_sha256")
    return {name: getattr(document, name) for name in names}


def _source(row: Mapping[str, Any], meta: DocumentMeta) -> SourceInfo:
    return SourceInfo(
        id=row["id"],
        name=row["name"],
        collection=row["collection"],
        title=row["title"],
        author=meta.author,
        publisher=meta.publisher,
        date=meta.date,
        url=meta.url,
        rights=meta.rights,
        sha256=row["sha256"],
        text_sha256=row["text_sha256"],
    )


def _saved_place(document_id: str, section: Sequence[str], *rest: Any) -> Locator:
    return Locator(document_id, tuple(section), *rest)


def _locator(row: Mapping[str, Any]) -> Locator:
    return Locator(
        document_id=row["document_id"],
        section=_tuple(row["section"]),
        start=row["start"],
        stop=row["stop"],
        page=row.get("page"),
        page_end=row.get("page_end"),
        page_label=row.get("page_label"),
        paragraph=row.get("paragraph"),
        note=row.get("note"),
        note_label=row.get("note_label"),
    )
