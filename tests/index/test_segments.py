"""A segment holds what was written, whatever documents hold, and gives it back."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import store
from index.analysis import Analyzer
from index.archive import Archive
from index.building import build, index_document
from index.contents import reading_contents
from index.drafting import write_generation
from index.errors import IndexDamagedError
from index.model import (
    CrossReference,
    Document,
    DocumentMeta,
    Lifted,
    PageSpan,
    Paragraph,
    ReadingWarning,
    Record,
)
from index.parsing import hash_text, parse
from index.postings import Postings
from index.reading import read
from index.schema import OF_DOCUMENTS, SEGMENT_TABLES
from index.segments import DOCUMENTS, FILES, Held, Segment, merge_segments, new_segment
from index.snapshot import Snapshot
from index.store import Indexed
from tests.conftest import ROOT
from tests.index.harbour import ALIASES, GUIDE, LOG, rows, write
from tests.index.harbour import FILES as HARBOUR

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
    return write_generation(data, documents, MANIFEST)


def held_terms(indexed: Indexed) -> list[dict[str, tuple[float, bool]]]:
    """What each passage holds: its terms, how often, and whether only beside its text."""
    counted = indexed.counted
    found: list[dict[str, tuple[float, bool]]] = [{} for _ in indexed.passages]
    held = zip(counted.passages, counted.numbers, counted.counts, counted.beside, strict=True)
    for passage, number, count, beside in held:
        found[passage][counted.terms[number]] = (count, bool(beside))
    return found


def stored_terms(postings: Postings) -> list[dict[str, tuple[float, bool]]]:
    """The same, as a segment has it."""
    found: list[dict[str, tuple[float, bool]]] = [{} for _ in range(len(postings))]
    for term in postings.terms():
        number = postings.number(term)
        assert number is not None
        columns = (
            each(number) for each in (postings.passages_of, postings.counts_of, postings.beside_of)
        )
        for passage, count, beside in zip(*columns, strict=True):
            found[passage][term] = (float(count), bool(beside))
    return found


def assert_saved(data: Path, number: int, *documents: Indexed) -> None:
    """What is read back is what was written, in the same order."""
    loaded = Snapshot(data, number)
    n_passages = range(len(loaded.passages))
    passages = [passage for indexed in documents for passage in indexed.passages]
    assert [loaded.passage(n) for n in n_passages] == passages
    events = [event for indexed in documents for event in indexed.events]
    assert [loaded.event(n) for n in range(len(loaded.events))] == events
    with reading_contents(data, number) as contents:
        segment = contents.segment(documents[0].document.id)
        assert stored_terms(segment.postings) == [
            held for indexed in documents for held in held_terms(indexed)
        ]
        lengths = [length for indexed in documents for length in indexed.counted.lengths]
        assert segment.postings.lengths.tolist() == lengths
        event_terms = [terms for _, terms in contents.events()]
        with segment.reading() as database:
            tables = {
                table: list(database.table(table).rows_where(order_by="rowid"))
                for table in ("documents", "sections", "paragraphs")
            }
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
        with reading_contents(data, number) as contents:
            assert contents.document(document.id) == document
            assert [event for event, _ in contents.events(document.id)] == [
                replace(event, text="") for event in indexed.events
            ]
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
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
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


def test_tables_of_events_come_back(tmp_path: Path) -> None:
    """The rows of tables of events, pages, references and what was lifted out load equal."""
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


def assert_spans_hold(data: Path, number: int) -> None:
    """Every passage, note, event, section and paragraph is a slice of a text with the right hash."""
    found = rows(data, number)
    texts = {}
    for row in found["documents"]:
        assert hash_text(row["text"]) == row["text_sha256"]
        texts[row["id"]] = row["text"]
    for table in ("passages", "notes", "events", "sections", "paragraphs"):
        for row in found[table]:
            length = len(texts[row["document_id"]])
            assert 0 <= row["start"] <= row["stop"] <= length, (table, row)
    passages = {row["id"]: row for row in found["passages"]}
    for event in found["events"]:
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
    build(write(tmp_path / "corpus", HARBOUR), tmp_path / "data")
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
    files = dict(HARBOUR) | {"aliases.toml": ALIASES, "bad.bin": "", "drafts/a.txt": "A buoy."}
    corpus = write(tmp_path / "corpus", files)
    build(corpus, tmp_path / "here")
    here = rows(tmp_path / "here")
    subprocess.run(
        [sys.executable, "-c", BUILD, corpus, tmp_path / "there"],
        env=os.environ | {"PYTHONHASHSEED": "77"},
        cwd=ROOT,
        check=True,
    )
    assert rows(tmp_path / "there") == here


# ---------------------------------------------------------------- a segment by itself


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Indexed]]:
    """A segment of three documents, and these."""
    analyzer = Analyzer()
    documents = [
        index_document(document_of(text, name), analyzer)
        for name, text in (("a.md", GUIDE), ("b.txt", LOG), ("c.txt", "A buoy lies in the bay."))
    ]
    folder = tmp_path_factory.mktemp("segments") / "1-1"
    with new_segment(folder) as writer:
        for indexed in documents:
            writer.add(indexed)
    return folder, documents


def test_a_segment_numbers_passages_document_by_document(
    three: tuple[Path, list[Indexed]], tmp_path: Path
) -> None:
    """The numbers of a document's passages follow those before; of each first the body, then notes."""
    with new_segment(tmp_path / "1") as writer:
        numbers = [writer.add(indexed) for indexed in three[1]]
    stop = 0
    for indexed, each in zip(three[1], numbers, strict=True):
        kinds = Counter(passage.kind == "note" for passage in indexed.passages)
        assert each == (stop, stop + kinds[False], stop + len(indexed.passages))
        stop = each.stop
    assert writer.passages == stop == len(Segment(tmp_path / "1"))
    assert sorted(path.name for path in (tmp_path / "1").iterdir()) == sorted(FILES)


def test_a_segment_holds_the_words_of_its_passages(three: tuple[Path, list[Indexed]]) -> None:
    """Words are found by their letters in the segment that holds them."""
    segment = Segment(three[0])
    terms = {term for indexed in three[1] for term in indexed.counted.terms}
    assert set(segment.postings.terms()) == terms
    assert "harbour" in terms
    assert "harbour" in list(segment.words.begun("h", 7))


def whole(segment: Segment) -> dict[str, list[dict[str, object]]]:
    """All rows of a segment."""
    with segment.reading() as database:
        return {
            table: list(database.table(table).rows_where(order_by="rowid"))
            for table in SEGMENT_TABLES
        }


def test_merging_gives_what_writing_at_once_gives(
    three: tuple[Path, list[Indexed]], tmp_path: Path
) -> None:
    """Segments merged in corpus order are the rows, the postings and the words of one written so."""
    parts, numbers = [], []
    for name, chosen in (("x", (0, 2)), ("y", (1,))):  # interleaved
        with new_segment(tmp_path / name) as writer:
            numbers += [writer.add(three[1][n]) for n in chosen]
        parts.append(Segment(tmp_path / name))
    ids = [indexed.document.id for indexed in three[1]]
    held = [
        Held(ids[0], parts[0], numbers[0], tmp_path / "x"),
        Held(ids[1], parts[1], numbers[2], tmp_path / "y"),
        Held(ids[2], parts[0], numbers[1], tmp_path / "x"),
    ]
    told: list[int] = []
    merged = merge_segments(tmp_path / "z", held, told.append)
    found, wanted = Segment(tmp_path / "z"), Segment(three[0])
    assert [each.stop for each in merged][-1] == len(found) == len(wanted)
    for table, expected in whole(wanted).items():
        assert sorted(map(repr, whole(found)[table])) == sorted(map(repr, expected)), table
    for name in FILES[1:]:
        assert (tmp_path / "z" / name).read_bytes() == (three[0] / name).read_bytes(), name
    assert told == [1, 2, 3]


def test_merging_leaves_out_what_is_gone(three: tuple[Path, list[Indexed]], tmp_path: Path) -> None:
    """Of a document that isn't taken over nothing is left: no row, no posting, no word."""
    segment = Segment(three[0])
    with new_segment(tmp_path / "1") as writer:
        numbers = [writer.add(indexed) for indexed in three[1]]
    kept = [Held(three[1][n].document.id, segment, numbers[n], three[0]) for n in (0, 2)]
    merge_segments(tmp_path / "2", kept)
    with new_segment(tmp_path / "3") as writer:
        for n in (0, 2):
            writer.add(three[1][n])
    found, wanted = Segment(tmp_path / "2"), Segment(tmp_path / "3")
    for table, rows_of in whole(wanted).items():
        assert whole(found)[table] == rows_of, table
    assert stored_terms(found.postings) == stored_terms(wanted.postings)
    assert "kestrel" not in set(found.postings.terms())
    assert (tmp_path / "2" / FILES[2]).read_bytes() == (tmp_path / "3" / FILES[2]).read_bytes()


def test_merging_nothing_gives_an_empty_segment(tmp_path: Path) -> None:
    """A segment of no document can be written and read."""
    assert merge_segments(tmp_path / "1", []) == []
    segment = Segment(tmp_path / "1")
    assert (len(segment), list(segment.postings.terms())) == (0, [])


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_a_segment_cut_short_anywhere(
    three: tuple[Path, list[Indexed]], tmp_path: Path, file: str
) -> None:
    """Wherever a file of a segment was cut, opening it is an IndexDamagedError."""
    folder = write(tmp_path / "1", {name: (three[0] / name).read_bytes() for name in FILES})
    content = (folder / file).read_bytes()
    step = max(1, len(content) // 40)
    for length in [0, 1, 63, 64, *range(100, len(content), step), len(content) - 1]:
        (folder / file).write_bytes(content[:length])
        with pytest.raises(IndexDamagedError):
            Segment(folder)
    (folder / file).unlink()
    with pytest.raises(IndexDamagedError):
        Segment(folder)


@pytest.mark.parametrize("file", FILES[1:])
def test_arrays_of_a_segment_with_one_byte_changed(
    three: tuple[Path, list[Indexed]], tmp_path: Path, file: str
) -> None:
    """Whatever single byte of mapped arrays is changed, opening the segment is an IndexDamagedError."""
    folder = write(tmp_path / "1", {name: (three[0] / name).read_bytes() for name in FILES})
    content = bytearray((folder / file).read_bytes())
    rng = random.Random(7)
    for at in [0, 8, 12, len(content) - 1, *(rng.randrange(len(content)) for _ in range(60))]:
        changed = bytearray(content)
        changed[at] ^= 1 << rng.randrange(8)
        (folder / file).write_bytes(changed)
        with pytest.raises(IndexDamagedError, match=file):
            Segment(folder)


def test_documents_with_changed_bytes_are_never_quoted_wrongly(
    three: tuple[Path, list[Indexed]], tmp_path: Path
) -> None:
    """Whatever bytes of `documents.db` change, a document is read as it was or is an error."""
    folder = write(tmp_path / "1", {name: (three[0] / name).read_bytes() for name in FILES})
    content = (folder / DOCUMENTS).read_bytes()
    rng = random.Random(20)
    refused = 0
    for _ in range(100):
        changed = bytearray(content)
        for _ in range(rng.choice([1, 8, 64])):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        (folder / DOCUMENTS).write_bytes(changed)
        try:
            segment = Segment(folder)
            for indexed in three[1]:
                with segment.reading() as database:
                    text, sha256 = store.stored_text(database, indexed.document.id)
                assert hash_text(text) != sha256 or text == indexed.document.text
                for number in range(len(segment)):
                    segment.passage(number)
        except IndexDamagedError:
            refused += 1
    assert refused


def test_a_segment_that_is_refused_leaves_no_file_open(
    three: tuple[Path, list[Indexed]], tmp_path: Path
) -> None:
    """A damaged segment leaves no open file behind."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")
    folder = write(tmp_path / "1", {name: (three[0] / name).read_bytes() for name in FILES})
    (folder / FILES[1]).write_bytes(b"soup" * 100)
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        with pytest.raises(IndexDamagedError):
            Segment(folder)
    assert len(list(descriptors.iterdir())) <= before + 1


def test_a_missing_document_is_damage(three: tuple[Path, list[Indexed]]) -> None:
    """Asking for a document or a text that is not there is an IndexDamagedError."""
    segment = Segment(three[0])
    for ask in (store.stored_text, store.document):
        with segment.reading() as database, pytest.raises(IndexDamagedError, match="missing"):
            ask(database, "nothing")


def test_a_segment_is_opened_for_reading_alone(three: tuple[Path, list[Indexed]]) -> None:
    """What is open can't be written to, and opening makes no file beside it."""
    segment = Segment(three[0])
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        segment.database.execute("delete from passages")
    with pytest.raises(ValueError, match="read-only"):
        segment.postings.lengths[0] = 1
    assert sorted(path.name for path in three[0].iterdir()) == sorted(FILES)


def test_the_schema_has_the_indexes_that_lookups_need(three: tuple[Path, list[Indexed]]) -> None:
    """The rows of one document, and a passage by its id, are found without reading a whole table."""
    with closing(sqlite3.connect(three[0] / DOCUMENTS)) as connection:

        def plan(table: str, where: str) -> str:
            sql = f"explain query plan select * from {table} where {where}"
            return str(connection.execute(sql).fetchall()[0][3])

        for table in OF_DOCUMENTS:
            numbers = " and number >= 0 and number < 5" if table == "passages" else ""
            assert "SEARCH" in plan(table, f"document_id = 'guide'{numbers}"), table
        assert "SEARCH" in plan("passages", "id = 'x'")
        assert "SEARCH" in plan("passages", "number = 1")
