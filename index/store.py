"""All SQL of a segment's `documents.db`: documents with their text and parts, passages, events.

A segment is written once and then only read: see `index.segments`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlite_utils import Database

from index import rows
from index.errors import IndexDamagedError
from index.model import (
    CrossReference,
    Document,
    DocumentMeta,
    Event,
    Lifted,
    Note,
    PageSpan,
    Paragraph,
    Passage,
    Precision,
    ReadingWarning,
    Record,
    Section,
    SourceInfo,
    SourceSummary,
)
from index.postings import Counted
from index.rows import (
    event_of,
    event_row,
    insert_rows,
    pairs_of,
    passage_of,
    passage_row,
    terms_of,
    to_json,
)
from index.schema import OF_DOCUMENTS, SEGMENT_TABLES
from index.sentences import count_words

_OF_NUMBERS = "document_id = ? and number >= ? and number < ?"  # reads no other passages


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document with all that was made of it; the term lists run beside events."""

    document: Document
    passages: tuple[Passage, ...]
    counted: Counted  # the terms of the passages, with those of what stands beside each
    events: tuple[Event, ...]
    event_terms: tuple[tuple[str, ...], ...]


# ---------------------------------------------------------------- writing


def write_document(database: Database, indexed: Indexed, ordinal: int, first: int) -> None:
    """Save a document, its structure, its passages and its events.

    ``ordinal`` is its place among those of the segment, ``first`` the number of its first passage there.
    """
    document = indexed.document
    of = {"document_id": document.id}
    tables: dict[str, Iterable[rows.Row]] = {
        "documents": [_document_row(document, ordinal)],
        "sections": (
            of | asdict(section) | {"path": to_json(section.path), "ordinal": number}
            for number, section in enumerate(document.sections)
        ),
        "paragraphs": (
            of | asdict(paragraph) | {"ordinal": number}
            for number, paragraph in enumerate(document.paragraphs)
        ),
        "notes": (
            of
            | {"number": n.number, "start": n.start, "stop": n.stop, "marks": to_json(n.marks)}
            | {"label": n.label}
            for n in document.notes
        ),
        "pages": (
            of | asdict(page) | {"ordinal": number} for number, page in enumerate(document.pages)
        ),
        "cross_references": (
            of | asdict(reference) | {"ordinal": number}
            for number, reference in enumerate(document.references)
        ),
        "passages": (
            passage_row(passage, number) for number, passage in enumerate(indexed.passages, first)
        ),
        "events": (
            event_row(event, number, terms)
            for number, (event, terms) in enumerate(
                zip(indexed.events, indexed.event_terms, strict=True)
            )
        ),
    }
    for table, found in tables.items():
        insert_rows(database, table, SEGMENT_TABLES[table], found)


def finish(database: Database) -> None:
    """Make what passages and events are looked up by."""
    database.table("passages").create_index(["id"])
    database.execute(
        "create index notes_by_label on passages (coalesce(note_label, note)) where kind = 'note'"
    )


def copy_document(
    database: Database, document_id: str, ordinal: int, numbers: range, shift: int
) -> None:
    """Copy a document from the file that is attached as ``old``: see `index.segments`.

    ``ordinal`` is its place among those of the segment; ``numbers`` are those of its passages in the
    old one, to which ``shift`` is added. Raises IndexDamagedError where one of them is missing.
    """
    for table in ("documents", *OF_DOCUMENTS):
        where = {"documents": "id = ?", "passages": _OF_NUMBERS}.get(table, "document_id = ?")
        columns = [f'"{name}"' for name in SEGMENT_TABLES[table]]
        values = list(columns)
        if table == "documents":
            values[columns.index('"ordinal"')] = str(int(ordinal))
        elif table == "passages":
            values[columns.index('"number"')] = f'"number" + {int(shift)}'
        copied = database.execute(
            f"insert into {table} ({', '.join(columns)}) "
            f"select {', '.join(values)} from old.{table} where {where}",
            [document_id, numbers.start, numbers.stop] if table == "passages" else [document_id],
        )
        wanted = {"documents": 1, "passages": len(numbers)}.get(table, copied.rowcount)
        if copied.rowcount != wanted:
            raise IndexDamagedError("A part of a document is missing from the index.")


def _document_row(document: Document, ordinal: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "ordinal": ordinal,
        "name": document.name,
        "collection": document.collection,
        "title": document.title,
        "meta": json.dumps(asdict(document.meta), ensure_ascii=False),
        "text": document.text,
        "encoding": document.encoding,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
        "source_map": to_json(document.source_map),
        "format": document.format,
        "lifted": to_json([(lifted.kind, lifted.start, lifted.stop) for lifted in document.lifted]),
        "records": to_json([_record_row(record) for record in document.records]),
        "acronyms": to_json(document.acronyms),
        "warnings": to_json([asdict(warning) for warning in document.warnings]),
    }


def _record_row(record: Record) -> list[object]:
    places = (record.written, record.body, record.actors, record.places)
    return [record.start, record.stop, record.date, *places, record.precision]


# ---------------------------------------------------------------- reading


def summarize(indexed: Indexed) -> SourceSummary:
    """What lists tell of a document."""
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
        acronyms=pairs_of(row["acronyms"]),
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
    database: Database, document_id: str, numbers: range | None = None
) -> Iterator[Passage]:
    """All passages of a document in order; their texts are left empty: see `stored_text`.

    ``numbers`` are those of its passages in the segment; without them the whole table is read.
    """
    where: str = "document_id = ?"
    values: list[str | int] = [document_id]
    if numbers is not None:
        where, values = _OF_NUMBERS, [document_id, numbers.start, numbers.stop]
    return map(passage_of, database.table("passages").rows_where(where, values, order_by="number"))


def passages_at(database: Database, numbers: Iterable[int]) -> dict[int, Passage]:
    """The passages of the segment that have ``numbers``, by number; as `passages` gives them."""
    rows = database.query(
        "select passages.* from json_each(?) as wanted join passages on number = wanted.value",
        [json.dumps(list(numbers))],
    )
    return {row["number"]: passage_of(row) for row in rows}


def numbers_of_ids(database: Database, ids: Iterable[str]) -> dict[str, int]:
    """The numbers of the passages that have ``ids``, by id; those that aren't there are left out."""
    rows = database.execute(
        "select passages.id, number from json_each(?) as wanted "
        "join passages on passages.id = wanted.value",
        [json.dumps(list(ids))],
    )
    return dict(rows.fetchall())


def ids_begun(database: Database, prefix: str, most: int) -> list[tuple[str, int]]:
    """At most ``most`` ids of passages that begin with ``prefix``, in order, with their numbers."""
    rows = database.execute(
        "select id, number from passages where id >= ? and id < ? order by id limit ?",
        [prefix, prefix + "\U0010ffff", most],
    )
    return list(rows.fetchall())


def notes_labelled(database: Database, label: str) -> list[int]:
    """The numbers of the passages that are notes with the printed label or the number ``label``."""
    sql = (
        "select number from passages where kind = 'note' "
        "and coalesce(note_label, note) in (?, cast(? as integer))"
    )
    return [number for (number,) in database.execute(sql, [label, label])]


def note_passages(database: Database, first: int, stop: int) -> list[tuple[int, int]]:
    """The numbers of passages of notes from ``first`` to before ``stop``, each with its note's; in order."""
    sql = (
        "select number, note from passages where number >= ? and number < ? and kind = 'note' "
        "order by number"
    )
    return list(database.execute(sql, [first, stop]).fetchall())


def events(database: Database, document_id: str) -> Iterator[tuple[Event, tuple[str, ...]]]:
    """All events of a document as extracted, in order with their terms; their texts are left empty."""
    rows = database.table("events").rows_where("document_id = ?", [document_id], order_by="ordinal")
    for row in rows:
        yield event_of(row), terms_of(row)


def stored_text(database: Database, document_id: str) -> tuple[str, str]:
    """A document's stored text and the SHA-256 that it had when it was indexed."""
    for row in database.table("documents").rows_where(
        "id = ?", [document_id], select="text, text_sha256"
    ):
        return row["text"], row["text_sha256"]
    raise IndexDamagedError("A document of the index is missing.")


def part_of_text(database: Database, document_id: str, start: int, stop: int) -> str:
    """``text[start:stop]`` of a document's stored text; less where it is shorter, "" without one."""
    sql = "select substr(text, ?, ?) from documents where id = ?"
    row = database.execute(sql, [start + 1, stop - start, document_id]).fetchone()
    return row[0] or "" if row else ""


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


def event_days(database: Database, document_id: str) -> tuple[tuple[int, int], ...]:
    """First and last day by which each event of a document is looked up, in the order of `events`."""
    sql = "select earliest, latest from events where document_id = ? order by ordinal"
    return tuple(database.execute(sql, [document_id]).fetchall())


def unsound(database: Database) -> tuple[str, ...]:
    """What is wrong with the file itself, or with its tables as a whole, in words; nothing if sound."""
    wrong = list(rows.unsound(database))
    for table in OF_DOCUMENTS:
        [(lost,)] = database.execute(
            f"select count(*) from {table} where document_id not in (select id from documents)"
        )
        if lost:
            wrong.append(f"{lost:,} of the {table.replace('_', ' ')} belong to no document.")
    return tuple(wrong)


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
