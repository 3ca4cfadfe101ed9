"""A loaded generation: what it quotes is proven, and threads may share it."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import snapshot
from index.archive import Archive, read_source
from index.building import build
from index.errors import IndexDamagedError, UnknownDocumentError
from index.generations import generation_folder
from index.model import Locator
from index.snapshot import Snapshot
from tests.index.harbour import FILES, GUIDE, LOG, change, documents_file, index_file, write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    build(write(tmp_path / "corpus", FILES), tmp_path / "data")
    return tmp_path / "data"


def alter_guide(data: Path) -> None:
    """Put other words of the same length into a stored text."""
    sql = "update documents set text = replace(text, '410', '140') where id = 'guide'"
    change(documents_file(data, "guide"), sql)


def test_passages_events_and_notes_get_their_texts(data: Path) -> None:
    """What is loaded without words gets them from the document at its span."""
    loaded = Snapshot(data, 1)
    passage = next(n for n, p in enumerate(loaded.passages) if p.kind == "text")
    assert loaded.passages[passage].text == ""
    assert loaded.passage(passage).text == loaded.quote(loaded.passages[passage].locator) != ""
    event = next(n for n, e in enumerate(loaded.events) if e.as_written == "May 20-22")
    assert loaded.event(event).text == "May 20-22: Storm off the Grey Cape. Two sails are lost."
    notes = loaded.notes("guide", [2, 1, 99])
    assert [note.text for note in notes] == [
        "Her log is kept in the town hall.",
        "Town accounts, volume 3, 1872.",
    ]
    assert loaded.notes("guide", []) == ()


def test_an_altered_text_is_never_quoted(data: Path) -> None:
    """A stored text that is not what was indexed is an IndexDamagedError, not a quote."""
    alter_guide(data)
    loaded = Snapshot(data, 1)
    with pytest.raises(IndexDamagedError, match="not what was indexed"):
        loaded.passage(0)
    with pytest.raises(IndexDamagedError, match="not what was indexed"):
        loaded.notes("guide", [1])
    assert loaded.quote(Locator("kestrel-log", (), 0, 18)) == LOG[:18]


def test_a_span_beyond_its_document_is_never_quoted(data: Path) -> None:
    """A span that reaches beyond the text, before it or backwards is an IndexDamagedError."""
    loaded = Snapshot(data, 1)
    length = len(loaded.text("guide"))
    for start, stop in ((0, length + 1), (-1, 5), (5, 4)):
        with pytest.raises(IndexDamagedError, match="beyond"):
            loaded.quote(Locator("guide", (), start, stop))
    change(documents_file(data, "guide"), "update notes set stop = 100000")
    with pytest.raises(IndexDamagedError, match="beyond"):
        Snapshot(data, 1).notes("guide", [1])


def read_all(data: Path) -> None:
    """Ask for everything that a generation holds."""
    loaded = Snapshot(data, 1)
    for items in (loaded.passages, loaded.events, loaded.summaries):
        assert all(items)
    assert all(map(loaded.document, loaded.sources))
    assert list(loaded.sources.values())
    assert loaded.languages


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("update edits set aliases = '{'", id="no JSON"),
        pytest.param("update edits set aliases = '7'", id="no list"),
        pytest.param("update timeline set edtf = 'x'", id="a date that is none"),
        pytest.param("delete from timeline where ordinal = 1", id="an event is missing"),
        pytest.param("update timeline set precision = 'x'", id="a precision that is none"),
        pytest.param("update documents set summary = '{\"x\": 1}'", id="an unknown count"),
        pytest.param("update documents set acronyms = '[1]'", id="acronyms that are no pairs"),
        pytest.param("update documents set segment = 'x'", id="an unknown segment"),
        pytest.param("update documents set stop = 1000000", id="passages beyond the segment"),
        pytest.param("update documents set first = -5", id="passages before the segment"),
        pytest.param("update documents set first = 'x'", id="a number that is none"),
        pytest.param("update segments set passages = 1", id="a segment that is too short"),
        pytest.param("update segments set passages = -1", id="a segment of less than nothing"),
        pytest.param("update segments set passages = 1000000", id="a segment that is too long"),
        pytest.param("delete from segments", id="no segments"),
        pytest.param("delete from files", id="no files"),
        pytest.param("update files set size = size + 1", id="files of another length"),
        pytest.param("drop table documents", id="a table is missing"),
        pytest.param("drop table timeline", id="the timeline is missing"),
    ],
)
def test_what_cannot_be_loaded_is_an_error_on_purpose(data: Path, sql: str) -> None:
    """Rows that make no sense are an IndexDamagedError, never a traceback."""
    change(index_file(data), sql)
    with pytest.raises(IndexDamagedError):
        read_all(data)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("update passages set section = 'x'", id="a section that is no list"),
        pytest.param("update passages set notes = '7'", id="notes that are no list"),
        pytest.param("delete from passages where number = 1", id="a passage is missing"),
        pytest.param("update documents set meta = '{\"x\": 1}'", id="unknown facts"),
        pytest.param("update documents set source_map = '[1]'", id="a map that is none"),
        pytest.param("delete from documents", id="no documents"),
        pytest.param("drop table passages", id="a table is missing"),
    ],
)
def test_what_a_segment_cannot_give_is_an_error_on_purpose(data: Path, sql: str) -> None:
    """Rows of a segment that make no sense are an IndexDamagedError when they are asked for."""
    change(documents_file(data, "guide"), sql)
    with pytest.raises(IndexDamagedError):
        read_all(data)


def test_a_missing_document_cannot_be_quoted(data: Path) -> None:
    """A document that the generation does not hold is an IndexDamagedError."""
    with pytest.raises(IndexDamagedError, match="missing"):
        Snapshot(data, 1).text("nothing")


def test_a_whole_document_is_proven_too(data: Path) -> None:
    """A document comes back with all its parts, or is an IndexDamagedError."""
    document = Archive.open(data).document("guide.md")
    assert document.text == Snapshot(data, 1).text("guide")
    assert [document.text[note.start : note.stop] for note in document.notes] == [
        note.text for note in document.notes
    ]
    alter_guide(data)
    with pytest.raises(IndexDamagedError, match="not what was indexed"):
        Snapshot(data, 1).document("guide")
    with pytest.raises(IndexDamagedError, match="not what was indexed"):
        read_source(data, "guide")


def test_notes_are_read_with_where_their_marks_stood(data: Path) -> None:
    """A note tells the words and the sentence before its mark, and in which section that is."""
    reading = read_source(data, "guide")
    first, second = (note.marks[0] for note in reading.notes)
    assert first.before == "1871 after nine years of work."
    assert first.section == ("The pier",)
    text = reading.document.text
    assert text[slice(*first.sentence)].startswith("The stone pier was finished")
    assert text[slice(*second.sentence)] == "Its keeper, Ada Brandt, wrote down every ship."
    assert second.at == second.sentence[1]


def test_two_threads_share_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that read more documents than stay in memory all get the right text, every time."""
    corpus = write(
        tmp_path / "corpus", {f"ship{n}.txt": f"Ship {n} sails.\n" * 50 for n in range(12)}
    )
    build(corpus, tmp_path / "data")
    monkeypatch.setattr(snapshot, "_CHARACTERS_KEPT", 2_600)
    loaded = Snapshot(tmp_path / "data", 1)

    def read(seed: int) -> bool:
        return all(
            loaded.text(f"ship{n}").startswith(f"Ship {n} sails.")
            for step in range(400)
            for n in [(step * (seed + 5)) % 12]
        )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, range(8)))
    assert len(loaded._texts) == 3  # of 750 characters or a few more


def test_a_snapshot_outlives_its_files(data: Path, tmp_path: Path) -> None:
    """A snapshot in use goes on quoting when later builds have removed its generation."""
    loaded = Snapshot(data, 1)
    for number in range(3):
        (tmp_path / "corpus" / "kestrel/diary.txt").write_text(f"Day {number} at sea.")
        build(tmp_path / "corpus", data)
    assert not generation_folder(data, 1).exists()
    assert loaded.text("guide").startswith("The harbour of Ostmark")
    assert loaded.notes("guide", [1])[0].text == "Town accounts, volume 3, 1872."


@pytest.mark.parametrize(
    ("said", "document"),
    [
        pytest.param("guide", "guide", id="id"),
        pytest.param(" GUIDE ", "guide", id="in capitals, with blanks"),
        pytest.param("kestrel/log.txt", "kestrel-log", id="path"),
        pytest.param("log.txt", "kestrel-log", id="file name"),
        pytest.param("The harbour of Ostmark", "guide", id="title"),
    ],
)
def test_a_document_by_name(data: Path, said: str, document: str) -> None:
    assert Snapshot(data, 1).document_id(said) == document


def test_a_name_that_fits_none_or_several(tmp_path: Path) -> None:
    """An unknown name is shown cut short; one of several documents lists their ids."""
    build(write(tmp_path / "corpus", {"a/log.txt": GUIDE, "b/log.txt": LOG}), tmp_path / "data")
    loaded = Snapshot(tmp_path / "data", 1)
    with pytest.raises(UnknownDocumentError, match=r"names 2 documents") as raised:
        loaded.document_id("log.txt")
    assert "a-log, b-log" in raised.value.hint
    with pytest.raises(UnknownDocumentError, match=r"“x{79}…”"):
        loaded.document_id("x" * 500)


def test_a_snapshot_goes_with_its_last_user(data: Path) -> None:
    """Nothing in a snapshot leads back to it: it is freed at once, without a garbage collection."""
    loaded = Snapshot(data, 1)
    loaded.lexicon.alternatives("kestral", "kestral")
    assert loaded.people is not None
    gone = weakref.ref(loaded)
    gc.disable()
    try:
        del loaded
        assert gone() is None
    finally:
        gc.enable()


def test_a_layout_is_the_documents(data: Path) -> None:
    """Sections, paragraphs and pages read one by one are those of the document as it was read."""
    loaded = Snapshot(data, 1)
    for document_id in loaded.sources:
        document, layout = loaded.document(document_id), loaded.layout(document_id)
        assert layout.sections[:] == document.sections
        assert tuple(layout.paragraphs) == document.paragraphs
        assert layout.pages[-3:] == document.pages[-3:]
        assert layout.paragraphs[-1] == document.paragraphs[-1]
        with pytest.raises(IndexError):
            layout.paragraphs[len(document.paragraphs)]
        counts = loaded.paragraphs_by_section(document_id)
        assert sum(counts.values()) == len(document.paragraphs)


def test_a_layout_with_a_hole_is_damaged(data: Path) -> None:
    """Where a paragraph is missing from the index, that is an error and no wrong paragraph."""
    path = documents_file(data, "guide")
    change(path, "delete from paragraphs where document_id = 'guide' and ordinal = 1")
    loaded = Snapshot(data, 1)
    with pytest.raises(IndexDamagedError):
        loaded.layout("guide").paragraphs[0]


def test_the_places_of_documents(data: Path) -> None:
    """Each document's passages stand together: those of its body first, then its notes."""
    loaded = Snapshot(data, 1)
    for number, (document_id, places) in enumerate(loaded.places.items()):
        held = loaded.passages[places.first : places.stop]
        assert {passage.locator.document_id for passage in held} == {document_id}
        notes = [passage.kind == "note" for passage in held]
        assert notes == sorted(notes)
        assert notes.count(False) == places.notes - places.first
        assert set(loaded.document_numbers[places.first : places.stop].tolist()) == {number}
    assert sum(p.stop - p.first for p in loaded.places.values()) == len(loaded.passages)
