"""A generation holds what was written, is read only when whole, and is the same on every machine."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import store
from index.analysis import Analyzer
from index.archive import Archive
from index.building import build, index_document
from index.errors import DataFolderError, IndexDamagedError, IndexMissingError
from index.model import (
    CrossReference,
    Document,
    DocumentMeta,
    Lifted,
    PageSpan,
    Paragraph,
    ReadingWarning,
    Record,
    Skipped,
)
from index.parsing import hash_text, parse
from index.reading import read
from index.snapshot import Snapshot
from index.store import Indexed, Stamp
from tests.conftest import ROOT
from tests.index.harbour import ALIASES, FILES, GUIDE, LOG, generations, rows, write

MANIFEST = {"corpus": "/somewhere", "settings": "x", "aliases": "[]", "indexing_version": "1"}


def document_of(text: str, name: str = "log.txt", meta: DocumentMeta | None = None) -> Document:
    return parse(
        read(text.encode(), name),
        document_id=name.replace(".", "-"),
        name=name,
        collection="main",
        sha256="ab" * 32,
        meta=meta or DocumentMeta(),
    )


def saved(data: Path, *documents: Indexed) -> int:
    with store.new_generation(data) as (number, database):
        for ordinal, indexed in enumerate(documents):
            name = indexed.document.name
            store.write_document(database, indexed, Stamp(ordinal, name, f"f{ordinal}", 5, 7))
        events = [event for indexed in documents for event in indexed.events]
        store.write_timeline(database, events, [t for i in documents for t in i.event_terms])
        store.write_skipped(database, [])
        store.write_manifest(database, MANIFEST)
    return number


def assert_saved(data: Path, number: int, *documents: Indexed) -> None:
    """What is read back is what was written, in the same order."""
    loaded = Snapshot(data, number)
    n_passages = range(len(loaded.passages))
    passages = [passage for indexed in documents for passage in indexed.passages]
    assert [loaded.passage(n) for n in n_passages] == passages
    events = [event for indexed in documents for event in indexed.events]
    assert [loaded.event(n) for n in range(len(loaded.events))] == events
    with store.reading(data, number) as database:
        terms = [terms for _, terms in store.passages(database)]
        event_terms = [terms for _, terms in store.events(database)]
        tables = {
            table: list(database.table(table).rows_where(order_by="rowid"))
            for table in ("documents", "sections", "paragraphs")
        }
    assert terms == [each for indexed in documents for each in indexed.passage_terms]
    assert event_terms == [each for indexed in documents for each in indexed.event_terms]
    for ordinal, indexed in enumerate(documents):
        document = indexed.document
        assert loaded.text(document.id) == document.text
        assert loaded.notes(document.id, [n.number for n in document.notes]) == document.notes
        summary = loaded.summaries[ordinal]
        source = summary.source
        assert (source.id, source.name, source.title) == (
            document.id,
            document.name,
            document.title,
        )
        assert (source.sha256, source.text_sha256) == (document.sha256, document.text_sha256)
        facts = ("author", "publisher", "date", "url", "rights")
        assert all(getattr(source, key) == getattr(document.meta, key) for key in facts)
        assert summary.warnings == document.warnings
        assert summary.encoding == document.encoding
        headed = [section for section in document.sections if section.level]
        counts = (summary.sections, summary.paragraphs, summary.notes)
        assert counts == tuple(map(len, (headed, document.paragraphs, document.notes)))
        with store.reading(data, number) as database:
            assert store.document(database, document.id) == document
            assert store.indexed(database, document) == indexed
        assert summary == store.summarize(indexed)
        row = tables["documents"][ordinal]
        assert json.loads(row["source_map"]) == [list(run) for run in document.source_map]
        sections = [r for r in tables["sections"] if r["document_id"] == document.id]
        assert [
            (tuple(json.loads(r["path"])), r["level"], r["start"], r["stop"]) for r in sections
        ] == [(s.path, s.level, s.start, s.stop) for s in document.sections]
        paragraphs = [r for r in tables["paragraphs"] if r["document_id"] == document.id]
        assert [
            (r["start"], r["stop"], r["section"], r["number"], r["kind"]) for r in paragraphs
        ] == [(p.start, p.stop, p.section, p.number, p.kind) for p in document.paragraphs]


# ---------------------------------------------------------------- what was written


def test_documents_come_back_as_they_were_written(tmp_path: Path) -> None:
    """Sections, paragraphs, notes, passages, events, terms, facts and warnings load equal."""
    meta = DocumentMeta("Log", "A. Brandt", "Town", "1872", "https://example.org", "free")
    analyzer = Analyzer([("Ilse Varga", "Captain Varga")])
    guide = index_document(document_of(GUIDE, "guide.md", meta), analyzer)
    warned = (ReadingWarning("Smudged.", 4), ReadingWarning("Torn.", None))
    log = index_document(replace(document_of(LOG), warnings=warned), analyzer)
    assert guide.document.notes
    assert [event.actors for event in log.events if event.actors]
    assert_saved(tmp_path, saved(tmp_path, guide, log), guide, log)


PIECES = [
    "# The pier\n\n", "## 1890\n\n", "1890\n\n", "March 26: The ship leaves.\n\n",
    "On 4 May 1871 the pier was finished.[^1]\n\n", "[^1]: Accounts.\n\n", "- A boat\n- A ferry\n\n",
    "> He said: “no”.\n\n", "| A | B |\n|---|---|\n| 1 | 2 |\n\n", "```\nx = 1\n```\n\n", "🚢 é \u00ad",
    "\f", "\u2028", "က္", "A word ", "It ended. ", "\n\n", "'; drop table documents; --\n\n", "\t",
]  # fmt: skip


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.sampled_from([".md", ".txt"]))
def test_whatever_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], suffix: str
) -> None:
    """Whatever a document holds, it loads equal, and every span is its own words."""
    text = "x" + "".join(pieces)
    indexed = index_document(document_of(text, "log" + suffix), Analyzer())
    data = tmp_path_factory.mktemp("data")
    assert_saved(data, saved(data, indexed), indexed)
    assert_spans_hold(data, 1)


TABLE = "5 May 1890 | Captain Varga, Olsen | Grey Cape | She lost two sails.\n\nIn 1891 it snowed."


def table_of_events() -> Document:
    """A document with one row of a table of events, and a sentence behind it."""
    read = document_of(TABLE)
    row = TABLE.index("\n")
    actors = (TABLE.index("Captain"), TABLE.index(", Olsen")), (TABLE.index("Olsen"), 34)
    place = (TABLE.index("Grey"), TABLE.index(" | She"))
    body = (TABLE.index("She"), row)
    record = Record(0, row, "1890-05-05", (0, 10), body, actors, (place,))
    paragraphs = (Paragraph(0, row, 0, 1, "table"), Paragraph(row + 2, len(TABLE), 0, 2))
    return replace(read, records=(record,), paragraphs=paragraphs, sections=read.sections[:1])


def test_a_row_of_a_table_of_events_is_one_event() -> None:
    """It has the row's date, words, actors (as they are shown) and places; its text dates no other."""
    indexed = index_document(table_of_events(), Analyzer([("Ilse Varga", "Captain Varga")]))
    event, sentence = indexed.events
    assert (event.text, event.as_written, event.kind) == (
        TABLE.split("\n")[0],
        "5 May 1890",
        "entry",
    )
    assert (event.date.edtf, event.actors) == ("1890-05-05", ("Ilse Varga", "Olsen"))
    assert event.places == ("Grey Cape",)
    assert (sentence.text, sentence.kind, sentence.places) == ("In 1891 it snowed.", "prose", ())
    assert [passage.kind for passage in indexed.passages] == ["entry", "text"]


def test_tables_of_events_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of tables of events, pages, references and what was lifted out load equal."""
    monkeypatch.setitem(store.TABLES["documents"], "records", str)  # type: ignore[arg-type]
    document = replace(
        table_of_events(),
        pages=(PageSpan(1, 0, 20, "iv"), PageSpan(2, 20, 30)),
        references=(CrossReference(0, 5, "section", 0), CrossReference(6, 9, "note", None)),
        lifted=(Lifted("hyphen", 3, 4), Lifted("running head", 5, 9), Lifted("hyphen", 11, 12)),
        format="pdf",
    )
    indexed = index_document(document, Analyzer())
    assert_saved(tmp_path, saved(tmp_path, indexed), indexed)
    [summary] = Snapshot(tmp_path, 1).summaries
    assert (summary.format, summary.pages, summary.references) == ("pdf", 2, 2)
    assert (summary.unresolved, summary.lifted) == (1, (("hyphen", 2), ("running head", 1)))


def test_notes_with_and_without_marks_are_counted(tmp_path: Path) -> None:
    """A summary tells how many notes are linked to the text."""
    document = document_of("One[^1] two[^2].\n\n[^1]: A.\n\n[^2]: B.\n", "a.md")
    first, second = document.notes
    indexed = index_document(
        replace(document, notes=(first, replace(second, marks=()))), Analyzer()
    )
    saved(tmp_path, indexed)
    [summary] = Snapshot(tmp_path, 1).summaries
    assert (summary.notes, summary.linked_notes, summary.unlinked_notes) == (2, 1, 1)


def test_files_left_out_come_back_by_name(tmp_path: Path) -> None:
    """What was left out loads equal, with the size and time that tell when to try again."""
    left_out = [
        Skipped("b.bin", "It is binary.", "Remove it.", False, "abc"),
        Skipped("a.toml", "It is a settings file.", ignored=True),
    ]
    with store.new_generation(tmp_path) as (_, database):
        store.write_skipped(database, left_out, {"b.bin": Stamp(0, "b.bin", "abc", 12, 34)})
        store.write_manifest(database, MANIFEST)
    with store.reading(tmp_path) as database:
        assert store.skipped(database) == (left_out[1], left_out[0])
        assert store.skipped_stamps(database) == {"b.bin": (12, 34), "a.toml": (0, 0)}


def assert_spans_hold(data: Path, number: int) -> None:
    """Every passage, note, event, section and paragraph is a slice of a text with the right hash."""
    with store.reading(data, number) as database:
        texts = {}
        for row in database.table("documents").rows:
            assert hash_text(row["text"]) == row["text_sha256"]
            texts[row["id"]] = row["text"]
        for table in ("passages", "notes", "events", "sections", "paragraphs"):
            for row in database.table(table).rows:
                length = len(texts[row["document_id"]])
                assert 0 <= row["start"] <= row["stop"] <= length, (table, row)
        passages = {row["id"]: row for row in database.table("passages").rows}
        for event in database.table("events").rows:
            holder = passages[event["passage_id"]]
            assert holder["document_id"] == event["document_id"]
            assert holder["start"] <= event["start"] < holder["stop"]


def assert_quotes_are_slices(archive: Archive) -> None:
    """Every passage, event and note is its document's own words, and none is empty."""
    loaded = archive.snapshot
    quotes = [loaded.passage(n) for n in range(len(loaded.passages))]
    events = [loaded.event(n) for n in range(len(loaded.events))]
    assert quotes
    assert events
    for item in (*quotes, *events):
        text = loaded.text(item.locator.document_id)
        assert item.text == text[item.locator.start : item.locator.stop] != ""
        assert item.text == item.text.strip()
    for document in loaded.sources:
        for note in loaded.notes(document, range(1, 500)):
            assert note.text == loaded.text(document)[note.start : note.stop] != ""


def test_every_quote_of_the_shipped_corpus_is_a_slice(shipped: Archive) -> None:
    assert_quotes_are_slices(shipped)


@pytest.mark.shared
def test_every_quote_of_the_source_documents_is_a_slice(seeds: Archive) -> None:
    assert_quotes_are_slices(seeds)


def test_passages_are_in_corpus_order(tmp_path: Path) -> None:
    """Passages come document by document, by name, and in each in the order of its text."""
    build(write(tmp_path / "corpus", FILES), tmp_path / "data")
    write(tmp_path / "corpus", {"guide.md": GUIDE + "\nMore.\n", "a.txt": "A buoy."})
    build(tmp_path / "corpus", tmp_path / "data")
    loaded = Snapshot(tmp_path / "data", 2)
    order = list(loaded.sources)
    assert order == ["a", "guide", "kestrel-diary", "kestrel-log"]
    for items in (loaded.passages, loaded.events):
        places = [(order.index(i.locator.document_id), i.locator.start) for i in items]
        assert places == sorted(places)


# ---------------------------------------------------------------- the same everywhere

BUILD = """
import sys
from pathlib import Path
from index.building import build
build(*map(Path, sys.argv[1:]))
"""


def test_two_builds_give_the_same_rows(tmp_path: Path) -> None:
    """One corpus gives the same rows in the same order in every process, whatever its hash seed."""
    files = dict(FILES) | {"aliases.toml": ALIASES, "bad.bin": "", "drafts/a.txt": "A buoy."}
    corpus = write(tmp_path / "corpus", files)
    build(corpus, tmp_path / "here")
    here = rows(tmp_path / "here")
    for seed in ("1", "77"):
        data = tmp_path / f"seed {seed}"
        subprocess.run(
            [sys.executable, "-c", BUILD, corpus, data],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
        )
        assert rows(data) == here


# ---------------------------------------------------------------- generations


def test_before_the_first_build_there_is_none(tmp_path: Path) -> None:
    """A folder without a generation, or no folder, is an IndexMissingError."""
    for data in (tmp_path, tmp_path / "nowhere", write(tmp_path / "f", {"x": ""}) / "x"):
        assert store.current_generation(data) is None
        with pytest.raises(IndexMissingError):
            store.open_generation(data)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    build(write(tmp_path / "corpus", FILES), tmp_path / "data")
    return tmp_path / "data"


def test_a_generation_is_opened_for_reading_alone(data: Path) -> None:
    """What is open can't be written to, and opening makes no file beside it."""
    before = sorted(data.rglob("*"))
    with (
        store.reading(data) as database,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        database.execute("delete from manifest")
    assert sorted(data.rglob("*")) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"soup", b"-1", b"1.5", b"\xff\xfe", b"9" * 5000, "١".encode(), b"1\n2"],
    ids=repr,
)
def test_a_file_that_names_no_generation(data: Path, content: bytes) -> None:
    """A `current` file that holds no number is an IndexDamagedError."""
    (data / "current").write_bytes(content)
    with pytest.raises(IndexDamagedError):
        store.current_generation(data)
    assert store.current_generation_or_zero(data) == 0


def test_a_folder_that_should_name_a_generation(data: Path) -> None:
    """A folder called `current` is an IndexDamagedError."""
    (data / "current").unlink()
    (data / "current").mkdir()
    with pytest.raises(IndexDamagedError):
        store.current_generation(data)


def test_a_missing_generation(data: Path) -> None:
    """A generation whose folder is gone is an IndexDamagedError that names it."""
    with pytest.raises(IndexDamagedError, match=r"Generation 7 .* missing"):
        store.open_generation(data, 7)


def test_a_generation_of_another_version(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation of another schema version is an IndexDamagedError that says so."""
    monkeypatch.setattr(store, "SCHEMA_VERSION", store.SCHEMA_VERSION + 1)
    with pytest.raises(IndexDamagedError, match="another version"):
        store.open_generation(data)


def test_a_database_cut_short_anywhere(data: Path) -> None:
    """Wherever the file was cut, opening it is an IndexDamagedError."""
    path = store.generation_folder(data, 1) / "index.db"
    whole = path.read_bytes()
    for length in [0, 1, 50, 99, 100, 4095, 4096, *range(5000, len(whole), 9973), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(IndexDamagedError):
            Snapshot(data, 1)


def test_flipped_bytes_never_give_a_traceback_or_a_wrong_quote(data: Path) -> None:
    """Whatever bytes of the file are changed, it loads or is an IndexDamagedError; quotes stay true."""
    path = store.generation_folder(data, 1) / "index.db"
    whole = path.read_bytes()
    texts = {document: Snapshot(data, 1).text(document) for document in Snapshot(data, 1).sources}
    rng = random.Random(20)
    refused = 0
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(rng.choice([1, 8, 64])):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(content)
        try:
            loaded = Snapshot(data, 1)
            for document in loaded.sources:
                assert loaded.text(document) == texts[document]
        except IndexDamagedError:
            refused += 1
    assert refused


def test_a_failed_generation_leaves_nothing(data: Path) -> None:
    """An error in the block leaves the generation before and no folder, and goes on."""
    with pytest.raises(ZeroDivisionError), store.new_generation(data):
        raise ZeroDivisionError
    assert (store.current_generation(data), generations(data)) == (1, ["1"])


def test_left_overs_of_killed_builds_are_removed(data: Path) -> None:
    """What builds that were killed left aside goes with the next build, whatever its number."""
    for name in ("2.tmp", "3.tmp", "40.tmp"):
        write(data / "generations" / name, {"index.db": "half"})
    (data / "current.tmp").write_text("9")
    with store.new_generation(data) as (_, database):
        store.write_manifest(database, MANIFEST)
    assert generations(data) == ["1", "2"]
    assert not (data / "current.tmp").exists()


def test_a_generation_that_never_became_current_is_not_kept_for_it(data: Path) -> None:
    """Kept are the current generation and the one that was current before it, not a stray one."""
    write(data / "generations" / "5", {"index.db": "finished, but never current"})
    with store.new_generation(data) as (number, database):
        store.write_manifest(database, MANIFEST)
    assert number == 6
    assert generations(data) == ["1", "6"]


def test_tidying_keeps_what_may_be_of_use(data: Path) -> None:
    """Where `current` is damaged, no generation is removed; its number is not given again."""
    (data / "current").write_text("soup")
    for name in ("2", "7", "8.tmp"):
        write(data / "generations" / name, {"index.db": "?"})
    store.tidy(data)
    assert generations(data) == ["1", "2", "7"]
    with store.new_generation(data) as (number, database):
        store.write_manifest(database, MANIFEST)
    assert number == 8
    assert generations(data) == ["7", "8"]


def test_a_database_that_is_not_whole_is_never_published(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new generation that fails SQLite's own check is an error, and nothing becomes current."""
    real = store.Database.execute

    def execute(self: store.Database, sql: str, *args: object) -> object:
        if "quick_check" in sql:
            return SimpleNamespace(fetchone=lambda: ("row 5 missing from index",))
        return real(self, sql, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(store.Database, "execute", execute)
    with (
        pytest.raises(DataFolderError, match="completely"),
        store.new_generation(data) as (_, database),
    ):
        store.write_manifest(database, MANIFEST)
    assert (store.current_generation(data), generations(data)) == (1, ["1"])


def test_a_missing_document_is_damage(data: Path) -> None:
    """Asking for a text that is not there is an IndexDamagedError."""
    with store.reading(data) as database, pytest.raises(IndexDamagedError, match="missing"):
        store.stored_text(database, "nothing")
    with store.reading(data) as database, pytest.raises(IndexDamagedError, match="missing"):
        store.document(database, "nothing")


def test_connections_are_closed(data: Path) -> None:
    """A refused generation leaves no open file behind."""
    (store.generation_folder(data, 1) / "index.db").write_bytes(b"soup" * 100)
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        with pytest.raises(IndexDamagedError):
            store.open_generation(data)
    assert len(list(descriptors.iterdir())) <= before + 1


def test_the_schema_has_the_indexes_that_carrying_over_needs(data: Path) -> None:
    """The rows of one document are found without reading the whole table."""
    with closing(sqlite3.connect(store.generation_folder(data, 1) / "index.db")) as connection:
        for table in ("sections", "paragraphs", "notes", "passages", "events"):
            plan = connection.execute(
                f"explain query plan select * from {table} where document_id = 'guide'"
            ).fetchall()
            assert "SEARCH" in plan[0][3], table
