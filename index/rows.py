"""Values as rows of SQLite and back, and the files that hold them."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, fields, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from index.dates.edtf import from_edtf
from index.errors import DataFolderError, IndexDamagedError
from index.messages import say
from index.model import (
    Event,
    HistoricDate,
    Locator,
    Passage,
    Precision,
    ReadingWarning,
    SourceInfo,
    SourceSummary,
)
from index.schema import Keys, Tables
from index.timeline.differing import read_differences

Row = Mapping[str, Any]

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_MAKE_ROOM = say("Make room on its disk, then build again.")

_PLACE = tuple(field.name for field in fields(Locator))

# ---------------------------------------------------------------- files


def open_file(path: Path, number: int | None = None) -> Database:
    """The SQLite file at ``path``, which nobody writes to any more, for reading; close it after use.

    It may be used in another thread, though in one at a time, and stays readable when it is removed.
    ``number`` is that of the generation that it belongs to. Raises IndexDamagedError.
    """
    if not path.is_file():
        raise IndexDamagedError(
            say("Generation {number} of the index is missing.", number=_shown(number))
        )
    with ExitStack() as unless_usable:
        with damage_told(number):
            # No lock is taken, and no file made beside it.
            address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            unless_usable.callback(connection.close)
            pages, size = (
                connection.execute(f"pragma {what}").fetchone()[0]
                for what in ("page_count", "page_size")
            )
        if not pages or pages * size != path.stat().st_size:
            raise IndexDamagedError(
                say("Generation {number} of the index is cut short.", number=_shown(number))
            )
        unless_usable.pop_all()
    return Database(connection)


@contextmanager
def new_file(path: Path, tables: Tables, keys: Keys) -> Iterator[Database]:
    """A new SQLite file with empty ``tables``; whole when the block ends, not yet synced.

    Raises DataFolderError if it can't be written.
    """
    with trouble_told():
        connection = sqlite3.connect(path.resolve().as_uri(), uri=True)
        try:
            database = Database(connection)
            database.execute("pragma journal_mode = off")  # a file that fails is thrown away
            database.execute("pragma synchronous = off")  # synced as a whole before the swap
            for table, columns in tables.items():
                database.table(table).create(dict(columns), pk=keys[table])
            yield database
            connection.commit()
        finally:
            connection.close()


def unsound(database: Database) -> tuple[str, ...]:
    """What is wrong with a file itself, in words; nothing if it is sound. Raises DatabaseError."""
    return tuple(
        f"The file is damaged: {said}."
        for (said,) in database.execute("pragma integrity_check(5)")
        if said != "ok"
    )


@contextmanager
def damage_told(number: int | None) -> Iterator[None]:
    """Whatever can't be read becomes an IndexDamagedError: damaged pages may hold anything."""
    try:
        yield
    except (sqlite3.DatabaseError, LookupError, TypeError, ValueError, OSError) as error:
        if number is None:
            raise IndexDamagedError("The current generation of the index is damaged.") from error
        raise IndexDamagedError(
            say("Generation {number} of the index is damaged.", number=_shown(number))
        ) from error


def _shown(number: int | None) -> str:
    return "?" if number is None else str(number)


@contextmanager
def trouble_told() -> Iterator[None]:
    """What the file system refuses becomes a DataFolderError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = say("The index could not be written ({reason}).", reason=str(error))
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise DataFolderError(message, hint=_MAKE_ROOM if full else None) from error
    except OSError as error:
        message = say("The data folder can't be written ({reason}).", reason=str(error.strerror))
        raise DataFolderError(message, hint=_MAKE_ROOM if error.errno in _FULL else None) from error


def insert_rows(
    database: Database, table: str, columns: Iterable[str], rows: Iterable[Row]
) -> None:
    """Insert ``rows``, each of which has all ``columns`` of ``table`` and nothing else.

    A fifth of the time of sqlite-utils' `insert_all`, which looks at every value.
    """
    names = tuple(columns)
    sql = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
    database.conn.executemany(sql, map(itemgetter(*names), rows))


# ---------------------------------------------------------------- values -> rows


def to_json(values: Sequence[object]) -> str:
    """``values`` as they are saved."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def passage_row(passage: Passage, number: int) -> dict[str, Any]:
    """``number`` is that of the passage in its segment."""
    place = {name: getattr(passage.locator, name) for name in _PLACE}
    return place | {
        "section": to_json(passage.locator.section),
        "number": number,
        "id": passage.id,
        "kind": passage.kind,
        "notes": to_json(passage.notes),
    }


def event_row(event: Event, ordinal: int, terms: Sequence[str]) -> dict[str, Any]:
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
        "section": to_json(event.locator.section),
        "start": event.locator.start,
        "stop": event.locator.stop,
        "page": event.locator.page,
        "page_end": event.locator.page_end,
        "page_label": event.locator.page_label,
        "paragraph": event.locator.paragraph,
        "note": event.locator.note,
        "actors": to_json(event.actors),
        "places": to_json(event.places),
        "also": to_json([_place_values(place) for place in event.also]),
        "headline": event.headline,
        "terms": " ".join(terms),
    }


def _place_values(place: Locator) -> list[object]:
    return list(asdict(place).values())[1:]


def summary_json(summary: SourceSummary) -> str:
    """All of ``summary``, to be read by `summary_of`."""
    return json.dumps(asdict(summary), ensure_ascii=False, separators=(",", ":"))


# ---------------------------------------------------------------- rows -> values


def summary_of(saved: str, events: int) -> SourceSummary:
    """The summary that was saved, of a document with so many ``events`` in the timeline."""
    said = json.loads(saved)
    return SourceSummary(
        **said
        | {
            "source": SourceInfo(**said["source"]),
            "events": events,
            "warnings": tuple(ReadingWarning(**warning) for warning in said["warnings"]),
            "lifted": tuple((kind, count) for kind, count in said["lifted"]),
        }
    )


def passage_of(row: Row) -> Passage:
    """Its text is left empty."""
    return Passage(row["id"], row["kind"], locator_of(row), "", values_of(row["notes"]))


def event_of(row: Row) -> Event:
    """An event as it was extracted; its text is left empty."""
    return Event(
        id=row["id"],
        date=date_of(row["edtf"], row["precision"]),
        as_written=row["as_written"],
        inferred_from=row["inferred_from"],
        text="",
        locator=locator_of(row),
        passage=row["passage_id"],
        kind=row["kind"],
        actors=values_of(row["actors"]),
        places=values_of(row["places"]),
        also=tuple(_place_of(row["document_id"], *place) for place in values_of(row["also"])),
        headline=row["headline"],
    )


def shown_event_of(row: Row) -> Event:
    """An event of the timeline; its text is left empty."""
    return replace(
        event_of(row),
        edited=bool(row["edited"]),
        same_as=values_of(row["same_as"]),
        differs=read_differences(row["differs"]),
    )


def terms_of(row: Row) -> tuple[str, ...]:
    """The terms of an event's row."""
    return tuple(row["terms"].split(" ")) if row["terms"] else ()


def locator_of(row: Row) -> Locator:
    """Where a passage or an event stands."""
    return Locator(
        document_id=row["document_id"],
        section=values_of(row["section"]),
        start=row["start"],
        stop=row["stop"],
        page=row["page"],
        page_end=row["page_end"],
        page_label=row["page_label"],
        paragraph=row["paragraph"],
        note=row["note"],
        note_label=row.get("note_label"),
    )


def _place_of(document_id: str, section: Sequence[str], *rest: Any) -> Locator:
    return Locator(document_id, tuple(section), *rest)


@lru_cache(maxsize=4096)
def date_of(edtf: str, precision: str) -> HistoricDate:
    """A date that was saved."""
    return from_edtf(edtf, Precision(precision))


@lru_cache(maxsize=4096)
def values_of(saved: str) -> tuple[Any, ...]:
    """What `to_json` saved."""
    return tuple(json.loads(saved))


def pairs_of(said: str) -> tuple[tuple[str, str], ...]:
    """Pairs that `to_json` saved."""
    return tuple((short, long) for short, long in json.loads(said))
