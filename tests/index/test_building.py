"""What a build reads, carries over, leaves out and reports, and when one is due."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlite_utils import Database

from index import building, catalogue, locks, schema
from index import generations as generation_store
from index.archive import Archive
from index.building import Progress, build, is_stale
from index.contents import reading_contents
from index.errors import BusyError, CorpusError, DataFolderError
from index.generations import INDEX, SEGMENTS, current_generation
from index.model import BuildReport, SourceSummary
from index.pool import Pool
from index.segments import DOCUMENTS, POSTINGS, WORDS
from index.snapshot import Snapshot
from index.timeline.storing import FILES as TIMELINE
from index.worker import Limits
from tests.index.harbour import (
    ALIASES,
    DIARY,
    FILES,
    GUIDE,
    LOG,
    PoolHere,
    documents_file,
    generations,
    index_file,
    rows,
    segment_folder,
    write,
)

PROCESSES = multiprocessing.get_context("spawn")
IDS = {"guide.md": "guide", "kestrel/diary.txt": "kestrel-diary", "kestrel/log.txt": "kestrel-log"}


class Folders(NamedTuple):
    corpus: Path
    data: Path

    def build(self, **options: Any) -> BuildReport:
        return build(self.corpus, self.data, **options)

    def write(self, name: str, content: str | bytes) -> None:
        write(self.corpus, {name: content})

    @property
    def stale(self) -> bool:
        return is_stale(self.corpus, self.data)

    @property
    def current(self) -> int | None:
        return current_generation(self.data)


@pytest.fixture
def read_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are read from now on, in order, in this very process."""
    names: list[str] = []
    monkeypatch.setattr(building, "Pool", type("Noted", (PoolHere,), {"read": names}))
    return names


@pytest.fixture
def harbour(tmp_path: Path, read_names: list[str]) -> Folders:
    """The corpus, not built yet."""
    assert not read_names
    return Folders(write(tmp_path / "corpus", FILES), tmp_path / "data")


@pytest.fixture
def built(harbour: Folders, read_names: list[str]) -> Folders:
    """The corpus, built once."""
    harbour.build()
    read_names.clear()
    return harbour


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As modes do for everyone but root."""
    real = os.open

    def open_(path: str | Path, *args: Any, **kwargs: Any) -> int:
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", open_)


def before_reading(
    monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Path], object]
) -> None:
    """Have ``change`` done to the file of that name when it has been seen and is about to be read."""
    real = building.read_file

    def read_file(path: Path, corpus: Path, most: int) -> bytes:
        if path.name == name:
            change(path)
        return real(path, corpus, most)

    monkeypatch.setattr(building, "read_file", read_file)


def sabotage(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have workers, in processes, run ``code`` before they begin, with their module as ``w``."""
    monkeypatch.setattr(building, "Pool", Pool)
    program = f"import index.worker as w\n{code}\nw.main()"
    monkeypatch.setattr("index.worker._PROGRAM", program)


def sources(data: Path) -> list[SourceSummary]:
    with reading_contents(data) as contents:
        return list(contents.summaries())


def skipped(report: BuildReport) -> dict[str, str]:
    return {entry.name: entry.reason for entry in report.skipped if not entry.ignored}


# ---------------------------------------------------------------- what a build does


def test_the_first_build(harbour: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first build indexes every document as generation 1 and says what it holds."""
    monkeypatch.setattr(building, "Pool", Pool)
    assert harbour.stale
    report = harbour.build()
    assert (report.generation, report.changed) == (1, True)
    assert report.added == ("guide", "kestrel-diary", "kestrel-log")
    assert (report.updated, report.removed, report.unchanged) == ((), (), 0)
    assert (report.documents, report.skipped, report.warnings) == (3, (), ())
    loaded = Snapshot(harbour.data, 1)
    assert [source.id for source in loaded.sources.values()] == list(IDS.values())
    assert report.passages == len(loaded.passages)
    assert report.events == len(loaded.events)
    assert report.seconds > 0
    assert not harbour.stale


def test_a_build_that_changes_nothing_makes_no_generation(
    built: Folders, read_names: list[str]
) -> None:
    """A second build reads no document and leaves the data folder as it was."""
    report = built.build()
    assert (report.generation, report.changed, report.unchanged) == (1, False, 3)
    assert (report.added, report.updated, report.removed, report.documents) == ((), (), (), 3)
    assert read_names == []
    assert generations(built.data) == ["1"]


def test_a_changed_document_alone_is_read_again(built: Folders, read_names: list[str]) -> None:
    """After one document changed, only that one is read, and the new words are indexed."""
    built.write("kestrel/log.txt", LOG.replace("Two sails are lost", "All sails are lost"))
    assert built.stale
    report = built.build()
    assert (report.updated, report.added, report.removed) == (("kestrel-log",), (), ())
    assert (report.generation, report.unchanged) == (2, 2)
    assert read_names == ["kestrel/log.txt"]
    assert "All sails" in Snapshot(built.data, 2).text("kestrel-log")
    assert not built.stale


def test_an_added_document_alone_is_read(built: Folders, read_names: list[str]) -> None:
    """A new document is added, wherever it comes in the order of names."""
    built.write("a-first.txt", "A buoy lies before the pier.")
    assert built.stale
    report = built.build()
    assert (report.added, report.unchanged) == (("a-first",), 3)
    assert read_names == ["a-first.txt"]
    assert list(Snapshot(built.data, 2).sources) == ["a-first", *IDS.values()]


def test_a_removed_document_is_gone(built: Folders, read_names: list[str]) -> None:
    """Nothing of a removed document is left: no passage, no note, no event, no text."""
    (built.corpus / "guide.md").unlink()
    assert built.stale
    report = built.build()
    assert (report.removed, report.documents, report.unchanged) == (("guide",), 2, 2)
    assert read_names == []
    for table, found in rows(built.data).items():
        assert not any("guide" in (row.get("id"), row.get("document_id")) for row in found), table


def test_a_renamed_document_is_another(built: Folders, read_names: list[str]) -> None:
    """A document under a new name is removed and added."""
    (built.corpus / "guide.md").rename(built.corpus / "pier.md")
    assert built.stale
    report = built.build()
    assert (report.removed, report.added) == (("guide",), ("pier",))
    assert read_names == ["pier.md"]


def test_a_new_name_with_the_same_id(built: Folders) -> None:
    """A file renamed so that its id stays is updated, and goes by its new name."""
    (built.corpus / "kestrel/log.txt").rename(built.corpus / "kestrel/Log.TXT")
    assert built.stale
    assert built.build().updated == ("kestrel-log",)
    assert Snapshot(built.data, 2).sources["kestrel-log"].name == "kestrel/Log.TXT"


def test_a_touched_document_with_the_same_bytes_is_as_it_was(built: Folders) -> None:
    """A new time of change alone makes no build due, and no generation."""
    os.utime(built.corpus / "guide.md", ns=(1, 1))
    assert not built.stale
    assert built.build().changed is False


def test_changed_bytes_of_the_same_size_and_time(built: Folders) -> None:
    """A build sees a change of bytes even where size and time stay."""
    path = built.corpus / "guide.md"
    before = path.stat()
    path.write_text(GUIDE.replace("410", "140"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert built.build().updated == ("guide",)


@pytest.mark.parametrize(
    ("settings", "updated"),
    [
        pytest.param(
            {"aliases.toml": ALIASES}, ["guide", "kestrel-diary", "kestrel-log"], id="aliases"
        ),
        pytest.param(
            {"corpus.toml": '[documents."guide.md"]\ntitle = "Ostmark"\n'},
            ["guide"],
            id="one title",
        ),
        pytest.param({"corpus.toml": 'ignore = ["*.pdf"]'}, [], id="only a settings file more"),
    ],
)
def test_changed_settings(built: Folders, settings: dict[str, str], updated: list[str]) -> None:
    """A settings file that changes reindexes the documents that it concerns, and no other."""
    write(built.corpus, settings)
    assert built.stale
    report = built.build()
    assert list(report.updated) == updated
    assert not built.stale
    assert built.build().changed is False


def test_words_about_a_file_that_is_not_there_are_reported(built: Folders) -> None:
    """A table of corpus.toml for no document is named, and costs nothing else."""
    built.write("corpus.toml", '[documents."gone.txt"]\ntitle = "Gone"\n')
    report = built.build()
    assert [entry.reason for entry in report.skipped if entry.name == "gone.txt"] == [
        "corpus.toml describes it, but there is no such file."
    ]
    assert report.removed == ()
    assert not built.stale


def test_ignoring_a_document_removes_it(built: Folders) -> None:
    """A document that corpus.toml ignores from now on is removed, and listed as ignored."""
    built.write("corpus.toml", 'ignore = ["kestrel"]')
    assert built.stale
    report = built.build()
    assert report.removed == ("kestrel-diary", "kestrel-log")
    assert {entry.name: entry.ignored for entry in report.skipped} == {
        "corpus.toml": True,
        "kestrel": True,
    }


def test_full_reads_every_document_again(built: Folders, read_names: list[str]) -> None:
    """`full` makes a new generation of every document, with the same rows as before."""
    report = built.build(full=True)
    assert (report.generation, report.changed, report.unchanged) == (2, True, 0)
    assert (report.updated, report.added) == (tuple(IDS.values()), ())
    assert read_names == list(IDS)
    assert rows(built.data, 1) == rows(built.data, 2)


def test_dry_run_says_what_would_change_and_writes_nothing(built: Folders) -> None:
    """A dry run reports the changes; no file of the data folder is made, changed or removed."""

    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in built.data.rglob("*")}

    before = state()
    built.write("guide.md", GUIDE + "\nMore.\n")
    built.write("new.txt", "A buoy.")
    (built.corpus / "kestrel/diary.txt").unlink()
    built.write("bad.bin", b"\0")
    report = built.build(dry_run=True)
    assert (report.generation, report.changed) == (1, True)
    assert (report.added, report.updated, report.removed) == (
        ("new",),
        ("guide",),
        ("kestrel-diary",),
    )
    assert list(skipped(report)) == ["bad.bin"]
    assert state() == before
    assert built.stale


def test_the_first_dry_run_makes_no_data_folder(harbour: Folders) -> None:
    """A dry run before the first build makes nothing at all."""
    report = harbour.build(dry_run=True)
    assert (report.generation, report.changed, len(report.added)) == (0, True, 3)
    assert not harbour.data.exists()


def test_a_dry_run_that_finds_nothing(built: Folders) -> None:
    """A dry run of an unchanged corpus says so."""
    assert built.build(dry_run=True).changed is False


def test_ids_of_other_documents_stay(built: Folders) -> None:
    """Editing one document leaves all passage and event ids of the others as they were."""

    def ids(number: int, document: str) -> list[str]:
        loaded = Snapshot(built.data, number)
        held = [*loaded.passages, *loaded.events]
        return [item.id for item in held if item.locator.document_id == document]

    built.write("kestrel/log.txt", "The log was burnt.")
    built.build()
    for document in ("guide", "kestrel-diary"):
        assert ids(1, document) == ids(2, document) != []
    assert ids(1, "kestrel-log") != ids(2, "kestrel-log")


def test_carrying_over_gives_what_reading_anew_gives(built: Folders, tmp_path: Path) -> None:
    """A generation built step by step holds the same as one built at once."""
    built.write("another.txt", "A buoy lies before the pier.")
    built.build()
    built.write("guide.md", GUIDE + "\nThe last word.\n")
    built.build()
    build(built.corpus, tmp_path / "anew")

    def by_document(data: Path) -> dict[str, list[str]]:
        return {table: sorted(map(repr, found)) for table, found in rows(data).items()}

    assert by_document(built.data) == by_document(tmp_path / "anew")
    step_by_step, anew = Snapshot(built.data, 3), Snapshot(tmp_path / "anew", 1)
    assert list(step_by_step.passages) == list(anew.passages)
    assert list(step_by_step.events) == list(anew.events)


def test_progress_is_told_before_each_document(harbour: Folders) -> None:
    """Progress names each document in order and counts those done, and tells of the swap."""
    told: list[Progress] = []
    build(harbour.corpus, harbour.data, progress=told.append)
    told = [replace(one, passages=0, collection="") for one in told]
    before = [Progress(number, 3, name) for number, name in enumerate(IDS)]
    assert told == [*before, Progress(3, 3, "", published=1)]


def test_the_last_two_generations_are_kept(built: Folders) -> None:
    """Of all generations the current one and the one before are kept."""
    for number in range(4):
        built.write("kestrel/diary.txt", f"Day {number} at sea.")
        built.build()
    assert generations(built.data) == ["4", "5"]
    assert built.current == 5


def test_warnings_are_told_again_for_documents_that_stay(harbour: Folders) -> None:
    """A warning of a document is in every report, though the document is not read again."""
    harbour.write("guide.md", GUIDE + "\n<div>A board on the wall.</div>\n")
    first = harbour.build().warnings
    harbour.write("new.txt", "A buoy.")
    assert harbour.build().warnings == first
    assert [name for name, _ in first] == ["guide.md"]


def test_the_report_tells_what_was_read(harbour: Folders) -> None:
    """A report sums up each document that was read anew, in corpus order, and no other."""
    first = harbour.build().read
    assert [summary.source.name for summary in first] == list(IDS)
    assert [summary.passages for summary in first] == [
        summary.passages for summary in sources(harbour.data)
    ]
    harbour.write("kestrel/diary.txt", DIARY + "More.")
    assert [summary.source.id for summary in harbour.build().read] == ["kestrel-diary"]
    assert harbour.build().read == ()


# ---------------------------------------------------------------- what can't be read

UNREADABLE = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "binary.txt": b"\x00\x01\x02\x03" * 100,
    "picture.png": b"\x89PNG\r\n",
    "words.rtf": b"{\\rtf1 Words.}",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_costs_only_itself(
    harbour: Folders, read_names: list[str], name: str
) -> None:
    """It is reported with a reason and a hint, kept reported unread, and tried when it changes."""
    harbour.write(name, UNREADABLE[name])
    report = harbour.build()
    assert report.documents == 3
    assert list(skipped(report)) == [name]
    entry = next(entry for entry in report.skipped if entry.name == name)
    assert entry.reason.endswith(".")
    assert entry.hint.endswith(".")
    read_names.clear()
    assert not harbour.stale
    again = harbour.build()
    assert (again.changed, again.skipped) == (False, report.skipped)
    assert read_names == []
    harbour.write("kestrel/diary.txt", DIARY + "More.")
    assert harbour.build().skipped == report.skipped
    assert read_names == ["kestrel/diary.txt"]
    harbour.write(name, UNREADABLE[name] + b"!")
    assert harbour.stale
    read_names.clear()
    harbour.build()
    assert read_names == [name]


def test_a_mended_file_is_indexed(harbour: Folders) -> None:
    """A file that could not be read and now can be is added."""
    harbour.write("late.txt", b"")
    harbour.build()
    harbour.write("late.txt", "Better late.")
    assert harbour.stale
    report = harbour.build()
    assert (report.added, skipped(report)) == (("late",), {})


def test_a_document_that_breaks_is_removed_and_reported(built: Folders) -> None:
    """A document whose file can no longer be read leaves the index."""
    built.write("guide.md", b"\0\0\0")
    assert built.stale
    report = built.build()
    assert (report.removed, list(skipped(report))) == (("guide",), ["guide.md"])
    assert not built.stale


def test_a_file_without_permission(
    harbour: Folders, monkeypatch: pytest.MonkeyPatch, read_names: list[str]
) -> None:
    """It is reported, and tried again in every build: a mode leaves size and time as they are."""
    with monkeypatch.context() as patch:
        refuse_to_open(patch, "guide.md")
        assert skipped(harbour.build()) == {"guide.md": "It can't be opened (Permission denied)."}
        assert not harbour.stale
        assert harbour.build().changed is False
    assert harbour.stale
    read_names.clear()
    assert harbour.build().added == ("guide",)
    assert read_names == ["guide.md"]


def test_a_file_that_vanishes_between_two_looks(
    harbour: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is listed and gone when it is to be read is reported, and tried again."""
    with monkeypatch.context() as patch:
        before_reading(patch, "guide.md", Path.unlink)
        assert skipped(harbour.build()) == {
            "guide.md": "It vanished while the corpus was being read."
        }
    assert harbour.stale
    assert skipped(harbour.build()) == {}
    harbour.write("guide.md", GUIDE)
    assert harbour.build().added == ("guide",)


def test_a_file_that_changes_between_two_looks(
    built: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is indexed is noted as what was read, so that the file's return to before is seen."""
    built.write("guide.md", GUIDE + "More.")
    with monkeypatch.context() as patch:
        before_reading(patch, "guide.md", lambda path: path.write_text("For a moment."))
        built.build()
    assert Snapshot(built.data, 2).text("guide") == "For a moment."
    built.write("guide.md", GUIDE + "More.")
    assert built.build().updated == ("guide",)
    assert Snapshot(built.data, 3).text("guide").startswith("The harbour of Ostmark")


def test_a_file_that_grows_while_it_is_read(
    harbour: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that another program is writing is left out, and tried again."""
    real = os.fstat
    path = harbour.corpus / "kestrel/log.txt"

    def fstat(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        if path.exists() and status.st_ino == path.stat().st_ino:
            with path.open("ab") as log:
                log.write(b"Another line.\n")
        return status

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", fstat)
        report = harbour.build()
    assert skipped(report) == {"kestrel/log.txt": "It changed while it was being read."}
    assert harbour.stale
    assert harbour.build().added == ("kestrel-log",)


@pytest.mark.parametrize("step", ["read", "parse", "find_entries", "cut_passages"])
def test_a_fault_in_one_document_costs_that_document_alone(
    harbour: Folders, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """An error that nobody foresaw, in any step, leaves out one document and says which."""
    sabotage(
        monkeypatch,
        f"""
real = w.{step}
def faulty(*args, **kwargs):
    if any("Kestrel" in str(arg)[:5000] and "Tomas Reed" in str(arg) for arg in args):
        raise RuntimeError("a fault")
    return real(*args, **kwargs)
w.{step} = faulty
""",
    )
    report = harbour.build()
    assert skipped(report) == {"kestrel/log.txt": "Reading it failed (RuntimeError)."}
    assert report.documents == 2


def test_text_that_no_file_can_hold(harbour: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone surrogate in the text of one document leaves out that document alone."""
    sabotage(
        monkeypatch,
        """
real = w.read
def read(data, name):
    reading = real(data, name)
    return w.replace(reading, text=reading.text.replace("piano", "pi\\udcffno"))
w.read = read
""",
    )
    report = harbour.build()
    assert list(skipped(report)) == ["kestrel/log.txt"]
    assert report.documents == 2


def test_a_file_that_is_too_large(harbour: Folders) -> None:
    """It is left out unread, and a build is due when the limit is raised, lowered, or it shrinks."""
    small, large = Limits(file=1_000_000), Limits(file=3_000_000)
    harbour.write("long.txt", b"A long day at sea. " * 100_000)
    report = harbour.build(limits=small)
    assert skipped(report) == {"long.txt": "It is too large: 2 MB, and the limit is 1 MB."}
    assert "ARCHIVIST_MAX_FILE_MB" in report.skipped[0].hint
    assert not is_stale(harbour.corpus, harbour.data, limits=small)
    assert harbour.build(limits=small).changed is False
    assert is_stale(harbour.corpus, harbour.data, limits=large)
    assert harbour.build(limits=large).added == ("long",)
    assert is_stale(harbour.corpus, harbour.data, limits=small)
    assert harbour.build(limits=small).removed == ("long",)
    harbour.write("long.txt", b"A short day at sea.")
    assert is_stale(harbour.corpus, harbour.data, limits=small)
    assert harbour.build(limits=small).added == ("long",)


def test_a_corpus_of_unreadable_files(tmp_path: Path) -> None:
    """When no file can be read, the error names one and says why; nothing becomes current."""
    corpus = write(tmp_path / "corpus", {"a.png": b"\x89PNG", "b.txt": b""})
    with pytest.raises(
        CorpusError, match=r"No file in the corpus folder can be read; a\.png: It is a pic"
    ) as raised:
        build(corpus, tmp_path / "data")
    assert raised.value.hint
    assert current_generation(tmp_path / "data") is None
    assert generations(tmp_path / "data") == []


def test_an_empty_corpus(tmp_path: Path) -> None:
    """A corpus of settings files alone holds no documents, in one sentence."""
    with pytest.raises(CorpusError, match="holds no documents"):
        build(write(tmp_path / "corpus", {"corpus.toml": ""}), tmp_path / "data")


def test_an_emptied_corpus_leaves_the_generation_before(built: Folders) -> None:
    """A build that finds no document fails, and the generation before stays current."""
    shutil.rmtree(built.corpus)
    built.corpus.mkdir()
    with pytest.raises(CorpusError):
        built.build()
    assert (built.current, generations(built.data)) == (1, ["1"])


# ---------------------------------------------------------------- data folders that can't be used


def hold_the_build_lock(data: Path, connection: Connection) -> None:
    with locks.hold(data, "build"):
        connection.send("held")
        connection.recv()


def test_a_second_builder_is_told_of_the_first(built: Folders) -> None:
    """While another process builds, ours is refused with its id, and a dry run is not."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=hold_the_build_lock, args=(built.data, theirs), daemon=True)
    process.start()
    assert ours.recv() == "held"
    try:
        with pytest.raises(BusyError, match=rf"id {process.pid}\)"):
            built.build()
        assert built.build(dry_run=True).changed is False
    finally:
        ours.send("let go")
        process.join()
    assert built.build().changed is False


@pytest.mark.parametrize("place", ["data", "data/generations"])
def test_a_file_in_the_place_of_a_folder(harbour: Folders, place: str) -> None:
    """A data folder that can't be written is one sentence."""
    path = harbour.data.parent / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    with pytest.raises(DataFolderError, match="can't be written"):
        harbour.build()


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "call",
    [
        "index.generations._sync",
        "index.generations.share",
        "os.fsync",
        "pathlib.Path.rename",
        "os.replace",
    ],
)
def test_a_full_disk_leaves_the_generation_before(
    built: Folders, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A step of the swap that fails for lack of space changes nothing and leaves nothing behind."""

    def full(*_: object, **__: object) -> None:
        raise FULL

    built.write("new.txt", "A buoy.")
    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        with pytest.raises(DataFolderError, match="No space left"):
            built.build()
    assert (built.current, generations(built.data)) == (1, ["1"])
    assert not list(built.data.rglob("*.tmp"))
    assert built.build().generation == 2


@pytest.mark.parametrize("pages", [0, 3, 12, 30])
@pytest.mark.parametrize("file", [INDEX, DOCUMENTS])
def test_a_full_disk_while_writing(
    built: Folders, monkeypatch: pytest.MonkeyPatch, file: str, pages: int
) -> None:
    """A database that can't grow is one sentence, at whatever page; the one before stays."""
    real = Database.execute

    def execute(self: Database, sql: str, *args: object) -> object:
        if sql == "pragma synchronous = off":  # each new file begins so
            path = real(self, "pragma database_list").fetchone()[2]
            if Path(path).name == file:
                real(self, f"pragma max_page_count = {max(1, pages)}")
        return real(self, sql, *args)  # type: ignore[arg-type]

    many = "".join(
        f"On 4 May {year} a buoy was laid. " + "It lay. " * 100 for year in range(1400, 1900)
    )
    built.write("new.txt", many)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "execute", execute)
        with pytest.raises(DataFolderError, match="full"):
            built.build()
    assert (built.current, generations(built.data)) == (1, ["1"])
    assert built.build().generation == 2


def test_another_corpus(built: Folders, tmp_path: Path) -> None:
    """Another corpus's data folder is refused by `is_stale`, and taken over by `build`."""
    other = write(tmp_path / "other", {"guide.md": GUIDE, "town.txt": "A town by the sea."})
    with pytest.raises(DataFolderError, match="another corpus") as raised:
        is_stale(other, built.data)
    assert "archivist index build" in raised.value.hint
    report = build(other, built.data)
    assert (report.generation, report.removed) == (2, ("kestrel-diary", "kestrel-log"))
    assert not is_stale(other, built.data)
    with pytest.raises(DataFolderError):
        is_stale(built.corpus, built.data)


def test_a_data_folder_with_an_apostrophe(tmp_path: Path) -> None:
    """Signs that mean something to SQL or in addresses may stand in the path of a data folder."""
    data = tmp_path / "the keeper's #1 %41 data?"
    corpus = write(tmp_path / "corpus", FILES)
    build(corpus, data)
    write(corpus, {"new.txt": "A buoy."})
    assert build(corpus, data).unchanged == 3
    assert len(Snapshot(data, 2).sources) == 4


# ---------------------------------------------------------------- damaged generations


def database_of(built: Folders) -> Path:
    return index_file(built.data)


def test_a_damaged_generation_is_built_anew(built: Folders) -> None:
    """Whatever of the current generation is damaged, a build is due and mends it."""
    damages: dict[str, Callable[[], object]] = {
        "no number": lambda: (built.data / "current").write_text("soup"),
        "a number without end": lambda: (built.data / "current").write_text("9" * 5000),
        "another number": lambda: (built.data / "current").write_text("77"),
        "no ASCII": lambda: (built.data / "current").write_bytes(b"\xff"),
        "no folder": lambda: shutil.rmtree(built.data / "generations"),
        "no database": lambda: database_of(built).unlink(),
        "an empty database": lambda: database_of(built).write_bytes(b""),
        "soup": lambda: database_of(built).write_bytes(b"soup" * 5000),
        "cut short": lambda: os.truncate(database_of(built), 8192),
        "no documents": lambda: documents_file(built.data, "guide").unlink(),
        "documents cut short": lambda: os.truncate(documents_file(built.data, "guide"), 8192),
        "no segments": lambda: shutil.rmtree(index_file(built.data).parent / SEGMENTS),
        "no postings": lambda: (segment_folder(built.data, "guide") / POSTINGS).unlink(),
        "words cut short": lambda: os.truncate(segment_folder(built.data, "guide") / WORDS, 99),
        "no arrays of the timeline": lambda: (index_file(built.data).parent / TIMELINE[0]).unlink(),
    }
    for what, damage in damages.items():
        damage()
        assert built.stale, what
        report = built.build()
        assert (report.changed, report.documents) == (True, 3), what
        assert not built.stale, what
        shutil.rmtree(built.data)
        built.build()


@pytest.mark.parametrize("table", ["passages", "events", "documents"])
def test_pages_that_break_while_they_are_carried_over(built: Folders, table: str) -> None:
    """Damage seen only when a document is copied makes the build read every document."""
    path = documents_file(built.data, "guide")
    with closing(sqlite3.connect(path)) as connection:
        page, size = (
            connection.execute(f"select rootpage from sqlite_master where name = '{table}'"),
            connection.execute("pragma page_size"),
        )
        start = (page.fetchone()[0] - 1) * size.fetchone()[0]
    content = bytearray(path.read_bytes())
    content[start : start + 64] = b"\xaa" * 64
    path.write_bytes(content)
    built.write("new.txt", "A buoy.")
    report = built.build()
    assert (report.documents, report.changed) == (4, True)
    loaded = Snapshot(built.data, report.generation)
    assert len(loaded.sources) == 4
    assert all(loaded.passage(n).text for n in range(len(loaded.passages)))


def test_copying_that_fails_makes_the_build_read_every_document(
    built: Folders, monkeypatch: pytest.MonkeyPatch, read_names: list[str]
) -> None:
    """A damaged page under one document costs no other and leaves no half generation."""
    real = Database.execute

    def execute(self: Database, sql: str, *args: object) -> object:
        if "from old.notes" in sql:
            raise sqlite3.DatabaseError("database disk image is malformed")
        return real(self, sql, *args)  # type: ignore[arg-type]

    built.write("kestrel/new.txt", "A buoy.")
    with monkeypatch.context() as patch:
        patch.setattr(Database, "execute", execute)
        report = built.build()
    names = ["guide.md", "kestrel/diary.txt", "kestrel/log.txt", "kestrel/new.txt"]
    assert read_names == ["kestrel/new.txt", *names]
    assert (report.generation, report.documents, generations(built.data)) == (2, 4, ["1", "2"])


def test_postings_that_break_make_the_build_read_every_document(
    built: Folders, read_names: list[str]
) -> None:
    """A segment whose postings were altered is never merged into another."""
    path = segment_folder(built.data, "kestrel-log") / POSTINGS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    built.write("kestrel/new.txt", "A buoy.")
    report = built.build()
    assert sorted(set(read_names)) == [*sorted(IDS), "kestrel/new.txt"]
    assert report.documents == 4
    assert Archive.open(built.data).replaces is None


def test_another_way_of_indexing_reads_every_document(
    built: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generation of an older indexing or schema version is built anew."""
    monkeypatch.setattr(building, "INDEXING_VERSION", 1000)
    assert built.stale
    assert built.build().updated == tuple(IDS.values())
    for module in (schema, catalogue, generation_store, building):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 1000)
    assert built.stale
    assert built.build().added == tuple(IDS.values())


def test_a_dry_run_beside_a_damaged_generation(built: Folders) -> None:
    """A dry run over a damaged generation says that all would be added."""
    database_of(built).write_bytes(b"soup")
    report = built.build(dry_run=True)
    assert (report.changed, len(report.added)) == (True, 3)


# ---------------------------------------------------------------- readers meanwhile


def test_readers_are_answered_while_builds_go_on(built: Folders) -> None:
    """Whoever opens or reads a generation while others are built gets whole, true quotes."""
    done = threading.Event()

    def read_on() -> int:
        opened = 0
        while not done.is_set():
            loaded = Archive.open(built.data).snapshot
            quotes = [loaded.passage(n).text for n in range(len(loaded.passages))]
            assert all(quotes)
            opened += 1
        return opened

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read_on) for _ in range(2)]
        try:
            for number in range(8):
                built.write("kestrel/diary.txt", f"Day {number} at sea. " * 50)
                built.build()
        finally:
            done.set()
        assert all(reader.result() > 0 for reader in readers)
    assert built.current == 9
