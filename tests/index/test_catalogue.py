"""`index.db` gives back what a generation is made of, as it was noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from index import building, catalogue, rows
from index.building import build
from index.catalogue import Entry, FileEntry, SegmentEntry, Stamp
from index.generations import new_generation, reading
from index.model import ReadingWarning, Skipped
from index.rows import summary_json
from index.schema import GENERATION_KEYS, GENERATION_TABLES, SCHEMA_VERSION
from index.segments import Numbers
from tests.index.harbour import FILES, PoolHere, index_file, write

MANIFEST = {"corpus": "/somewhere", "settings": "x", "aliases": "[]", "indexing_version": "1"}
SECOND = 1_000_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty `index.db`."""
    with rows.new_file(tmp_path / "index.db", GENERATION_TABLES, GENERATION_KEYS) as new:
        yield new


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(building, "Pool", type("Here", (PoolHere,), {"read": []}))
    build(write(tmp_path / "corpus", FILES), tmp_path / "data")
    return tmp_path / "data"


def entry(document_id: str, segment: str = "1-1", first: int = 0, stop: int = 3) -> Entry:
    return Entry(
        id=document_id,
        name=f"{document_id}.txt",
        collection="main",
        title=document_id.title(),
        language="de",
        acronyms='[["ILO","International Labour Office"]]',
        summary="{}",
        segment=segment,
        first=first,
        notes=stop - 1,
        stop=stop,
        sha256="ab" * 32,
        fingerprint="f",
        size=5,
        modified_ns=7,
        seen_ns=9,
    )


def test_files_left_out_come_back_by_name(tmp_path: Path) -> None:
    """What was left out loads equal, with the stamp that tells when to try again."""
    left_out = [
        Skipped("b.bin", "It is binary.", "Remove it.", False, "abc"),
        Skipped("a.toml", "It is a settings file.", ignored=True),
    ]
    stamp = Stamp("b.bin", "abc", 12, 34, 56)
    with new_generation(tmp_path) as draft:
        catalogue.write_skipped(draft.database, left_out, {("main", "b.bin"): stamp})
        catalogue.write_manifest(draft.database, MANIFEST)
    with reading(tmp_path) as database:
        assert catalogue.skipped(database) == (left_out[1], left_out[0])
        assert catalogue.skipped_stamps(database) == {
            ("main", "b.bin"): stamp,
            ("main", "a.toml"): Stamp("a.toml", "", 0, 0, 0),
        }


def test_the_manifest_comes_back_with_the_version(database: Database) -> None:
    """What was noted of a generation loads equal, and says which version of the schema it has."""
    catalogue.write_manifest(database, MANIFEST)
    catalogue.note(database, "origin", "3")
    wanted = MANIFEST | {"schema_version": str(SCHEMA_VERSION), "origin": "3"}
    assert catalogue.manifest(database) == wanted


def test_segments_and_documents_come_back_in_order(database: Database) -> None:
    """Segments and documents load equal, in the order in which they were saved."""
    segments = (SegmentEntry("2-1", "main", 9), SegmentEntry("1-1", "coast", 4))
    entries = [entry("zeta"), entry("alpha", "2-1", 3, 9), entry("beta", "1-1", 0, 0)]
    catalogue.write_parts(database, segments, entries)
    assert catalogue.segments(database) == segments
    assert catalogue.entries(database) == entries
    assert catalogue.places(database) == [
        ("zeta", "1-1", 0, 2, 3),
        ("alpha", "2-1", 3, 8, 9),
        ("beta", "1-1", 0, -1, 0),
    ]
    assert list(catalogue.languages(database)) == ["zeta", "alpha", "beta"]
    assert catalogue.names(database)[0] == ("zeta", "zeta.txt", "Zeta")
    assert catalogue.acronyms(database)["beta"] == (("ILO", "International Labour Office"),)
    assert catalogue.counts(database) == (3, 9, 0, 2)


def test_an_empty_generation_has_no_counts(database: Database) -> None:
    """Nothing is counted as nothing."""
    assert catalogue.counts(database) == (0, 0, 0, 0)


def test_files_come_back_by_path(database: Database) -> None:
    """What the files of a generation must be loads equal."""
    files = [FileEntry("timeline.bin", 5, "ab"), FileEntry("segments/1-1/words.bin", 0, "cd")]
    catalogue.write_files(database, files)
    assert catalogue.files(database) == {file.path: file for file in files}


def test_an_entry_that_is_placed_elsewhere_is_else_the_same() -> None:
    """A document in another segment has other numbers, and all else as before."""
    moved = entry("a").placed("7-2", Numbers(10, 12, 13))
    assert (moved.segment, moved.numbers) == ("7-2", (10, 12, 13))
    assert moved.stamp == entry("a").stamp
    assert moved.placed("1-1", entry("a").numbers) == entry("a")


def test_an_entry_that_was_looked_at_again_keeps_its_fingerprint() -> None:
    """Only size and times are taken from the later look."""
    again = entry("a").stamped(Stamp("other", "other", 50, 70, 90))
    assert again.stamp == Stamp("a.txt", "f", 50, 70, 90)


def test_warnings_of_an_entry(data: Path) -> None:
    """Warnings are read from what was saved, whatever their words are."""
    with reading(data) as database:
        [summary, *_] = catalogue.summaries(database)
    assert replace(entry("a"), summary=summary_json(summary)).warnings() == ()
    tricky = ReadingWarning('It says "warnings":[] itself.', 3)
    said = summary_json(replace(summary, warnings=(tricky,)))
    assert replace(entry("a"), summary=said).warnings() == (tricky,)


# ---------------------------------------------------------------- stamps


@pytest.mark.parametrize(
    ("modified", "seen", "same"),
    [
        pytest.param(0, 10 * SECOND, True, id="long before"),
        pytest.param(7 * SECOND, 10 * SECOND, True, id="three seconds before"),
        pytest.param(8 * SECOND, 10 * SECOND, False, id="within the coarsest tick"),
        pytest.param(10 * SECOND, 10 * SECOND, False, id="at the same time"),
        pytest.param(99 * SECOND, 10 * SECOND, False, id="in the future"),
    ],
)
def test_a_file_changed_just_before_it_was_seen_proves_nothing(
    modified: int, seen: int, same: bool
) -> None:
    """Only a file that was old when it was looked at is told by its size and time."""
    stamp = Stamp("a.txt", "f", 5, modified, seen)
    assert stamp.is_of("a.txt", 5, modified) is same


@pytest.mark.parametrize(
    ("name", "size", "modified"), [("b.txt", 5, 0), ("a.txt", 6, 0), ("a.txt", 5, 1)]
)
def test_another_name_size_or_time_is_another_file(name: str, size: int, modified: int) -> None:
    """A file is as it was only if its name, size and time are."""
    assert not Stamp("a.txt", "f", 5, 0, 99 * SECOND).is_of(name, size, modified)


# ---------------------------------------------------------------- the timeline


def test_events_come_back_with_how_many_each_document_has(data: Path) -> None:
    """Documents have the number of their events in the timeline."""
    with reading(data) as database:
        events = [event for event, _ in catalogue.timeline(database)]
        summaries = list(catalogue.summaries(database))
        counts = catalogue.counts(database)
    assert counts[2] == len(events) > 3
    for summary in summaries:
        own = [event for event in events if event.locator.document_id == summary.source.id]
        assert summary.events == len(own)


def test_one_summary_is_that_of_its_document(data: Path) -> None:
    """A summary by id is the one of the list; of an unknown id there is none."""
    with reading(data) as database:
        every = {one.source.id: one for one in catalogue.summaries(database)}
        for document_id, summary in every.items():
            assert catalogue.summary(database, document_id) == summary
        assert catalogue.summary(database, "nothing") is None


def test_the_rest_of_a_generation_is_copied(data: Path, tmp_path: Path) -> None:
    """All but segments, documents and files is taken over: names, events, what was left out."""
    new = tmp_path / "copy.db"
    with rows.new_file(new, GENERATION_TABLES, GENERATION_KEYS) as copy:
        catalogue.copy_rest(copy, index_file(data))
    with closing(rows.open_file(new).conn) as connection, reading(data) as database:
        copied = Database(connection)
        for table in database.table_names():
            wanted = (
                [] if table in ("segments", "documents", "files") else list(database[table].rows)
            )
            assert list(copied[table].rows) == wanted, table
        indexes = (
            "select name, sql from sqlite_master"
            " where type = 'index' and tbl_name != 'documents' order by name"
        )
        assert copied.execute(indexes).fetchall() == database.execute(indexes).fetchall()


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5))
def test_any_words_can_be_noted(values: dict[str, str]) -> None:
    """Whatever text is noted, it loads equal, and nothing of it acts."""
    with closing(Database(memory=True).conn) as connection:
        database = Database(connection)
        database.table("manifest").create(dict(GENERATION_TABLES["manifest"]), pk="key")
        catalogue.write_manifest(database, values)
        assert catalogue.manifest(database) == values | {"schema_version": str(SCHEMA_VERSION)}


def test_lookups_of_the_timeline_read_no_whole_table(data: Path) -> None:
    """Events are found by id, passage and document without reading all of them."""
    with reading(data) as database:
        for column in ("id", "passage_id", "document_id", "ordinal"):
            plan = database.execute(
                f"explain query plan select * from timeline where {column} = 'x'"
            ).fetchall()
            assert "SEARCH" in plan[0][3], column
