"""Generations: which one is in use, how a new one takes its place, and what those before are for."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlite_utils import Database

from index import building, catalogue
from index import generations as module
from index.archive import Archive
from index.building import build, is_stale, roll_back
from index.errors import (
    BusyError,
    DataFolderError,
    IndexDamagedError,
    IndexMissingError,
    OtherCorpusError,
)
from index.generations import (
    INDEX,
    SEAL,
    SEGMENTS,
    current_generation,
    current_generation_or_zero,
    generation_folder,
    list_generations,
    new_generation,
    open_index,
    reading,
    tidy,
)
from index.locks import hold
from index.schema import SCHEMA_VERSION
from index.segments import FILES, POSTINGS, WORDS
from index.snapshot import Snapshot
from index.timeline.storing import FILES as TIMELINE
from tests.index.harbour import FILES as HARBOUR
from tests.index.harbour import (
    GUIDE,
    PoolHere,
    generations,
    index_file,
    rows,
    segment_folder,
    write,
)

MANIFEST = {"corpus": "/somewhere", "settings": "x", "aliases": "[]", "indexing_version": "1"}


@pytest.fixture(autouse=True)
def pool_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "Pool", type("Here", (PoolHere,), {"read": []}))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", HARBOUR)


@pytest.fixture
def data(tmp_path: Path, corpus: Path) -> Path:
    build(corpus, tmp_path / "data")
    return tmp_path / "data"


def test_before_the_first_build_there_is_none(tmp_path: Path) -> None:
    """A folder without a generation, or no folder, is an IndexMissingError."""
    for data in (tmp_path, tmp_path / "nowhere", write(tmp_path / "f", {"x": ""}) / "x"):
        assert current_generation(data) is None
        with pytest.raises(IndexMissingError):
            open_index(data)


def test_a_generation_is_opened_for_reading_alone(data: Path) -> None:
    """What is open can't be written to, and opening makes no file beside it."""
    before = sorted(data.rglob("*"))
    with (
        reading(data) as database,
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
        current_generation(data)
    assert current_generation_or_zero(data) == 0


def test_a_folder_that_should_name_a_generation(data: Path) -> None:
    """A folder called `current` is an IndexDamagedError."""
    (data / "current").unlink()
    (data / "current").mkdir()
    with pytest.raises(IndexDamagedError):
        current_generation(data)


def test_a_missing_generation(data: Path) -> None:
    """A generation whose folder is gone is an IndexDamagedError that names it."""
    with pytest.raises(IndexDamagedError, match=r"Generation 7 .* missing"):
        open_index(data, 7)


def test_a_generation_of_another_version(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation of another schema version is an IndexDamagedError that says so."""
    monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(IndexDamagedError, match="another version"):
        open_index(data)


def test_a_database_cut_short_anywhere(data: Path) -> None:
    """Wherever the file was cut, opening it is an IndexDamagedError."""
    path = index_file(data)
    whole = path.read_bytes()
    for length in [0, 1, 50, 99, 100, 4095, 4096, *range(5000, len(whole), 9973), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(IndexDamagedError):
            Snapshot(data, 1)


def test_flipped_bytes_never_give_a_traceback_or_a_wrong_quote(data: Path) -> None:
    """Whatever bytes of the file are changed, it loads or is an IndexDamagedError; quotes stay true."""
    path = index_file(data)
    whole = path.read_bytes()
    loaded = Snapshot(data, 1)
    texts = {document: loaded.text(document) for document in loaded.sources}
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
                assert loaded.text(document) == texts.get(document, loaded.text(document))
            for n in range(len(loaded.passages)):
                passage = loaded.passage(n)
                assert passage.text in texts[passage.locator.document_id]
            list(loaded.sources.values())
        except IndexDamagedError:
            refused += 1
    assert refused


def test_a_failed_generation_leaves_nothing(data: Path) -> None:
    """An error in the block leaves the generation before and no folder, and goes on."""
    with pytest.raises(ZeroDivisionError), new_generation(data):
        raise ZeroDivisionError
    assert (current_generation(data), generations(data)) == (1, ["1"])


def test_left_overs_of_killed_builds_are_removed(data: Path) -> None:
    """What builds that were killed left aside goes with the next build, whatever its number."""
    for name in ("2.tmp", "3.tmp", "40.tmp"):
        write(data / "generations" / name, {"index.db": "half"})
    (data / "current.tmp").write_text("9")
    with new_generation(data) as draft:
        catalogue.write_manifest(draft.database, MANIFEST)
    assert generations(data) == ["1", "2"]
    assert not (data / "current.tmp").exists()


def test_a_generation_that_never_became_current_is_not_kept_for_it(data: Path) -> None:
    """Kept are the current generation and the one that was current before it, not a stray one."""
    write(data / "generations" / "5", {"index.db": "finished, but never current"})
    with new_generation(data) as draft:
        catalogue.write_manifest(draft.database, MANIFEST)
    assert draft.number == 6
    assert generations(data) == ["1", "6"]


def test_tidying_keeps_what_may_be_of_use(data: Path) -> None:
    """Where `current` is damaged, no generation is removed; its number is not given again."""
    (data / "current").write_text("soup")
    for name in ("2", "7", "8.tmp"):
        write(data / "generations" / name, {"index.db": "?"})
    tidy(data)
    assert generations(data) == ["1", "2", "7"]
    with new_generation(data) as draft:
        catalogue.write_manifest(draft.database, MANIFEST)
    assert draft.number == 8
    assert generations(data) == ["1", "8"]


def test_a_database_that_is_not_whole_is_never_published(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new generation that fails SQLite's own check is an error, and nothing becomes current."""
    real = Database.execute

    def execute(self: Database, sql: str, *args: object) -> object:
        if "quick_check" in sql:
            return SimpleNamespace(fetchone=lambda: ("row 5 missing from index",))
        return real(self, sql, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "execute", execute)
    with (
        pytest.raises(DataFolderError, match="completely"),
        new_generation(data) as draft,
    ):
        catalogue.write_manifest(draft.database, MANIFEST)
    assert (current_generation(data), generations(data)) == (1, ["1"])


def test_connections_are_closed(data: Path) -> None:
    """A refused generation leaves no open file behind."""
    index_file(data).write_bytes(b"soup" * 100)
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        with pytest.raises(IndexDamagedError):
            open_index(data)
    assert len(list(descriptors.iterdir())) <= before + 1


def test_a_swap_that_was_made_is_not_undone(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the last sync of the data folder fails, the generation that is current is whole."""
    real = module._sync

    def sync(path: Path) -> None:
        if path == data:
            raise OSError(5, "Input/output error")
        real(path)

    write(corpus, {"new.txt": "A buoy."})
    with monkeypatch.context() as patch:
        patch.setattr(module, "_sync", sync)
        with pytest.raises(DataFolderError, match="Input/output error"):
            build(corpus, data)
    number = current_generation(data)
    assert number == 2
    assert "new" in Snapshot(data, number).sources
    assert build(corpus, data).changed is False


# ---------------------------------------------------------------- files that generations share


@pytest.fixture
def second(corpus: Path, data: Path) -> Path:
    """A data folder with a second generation, which shares a segment with the first."""
    write(corpus, {"guide.md": GUIDE + "\nThe last word is zephyr.\n"})
    build(corpus, data)
    return data


def files(data: Path, number: int) -> dict[str, Path]:
    """The files of a generation by their paths below its folder."""
    folder = generation_folder(data, number)
    return {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }


def test_a_segment_that_stays_is_shared_by_links(second: Path) -> None:
    """The files of a segment without a change are the same files in both generations."""
    old, new = files(second, 1), files(second, 2)
    shared = {name for name in old.keys() & new.keys() if old[name].samefile(new[name])}
    name = segment_folder(second, "kestrel-log").name
    assert shared == {f"{SEGMENTS}/{name}/{file}" for file in FILES}
    assert segment_folder(second, "guide").name != segment_folder(second, "guide", 1).name


def test_a_file_system_without_links(
    corpus: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files can't be linked they are copied, and the generation holds the same."""
    shutil.copytree(data, tmp_path / "other")
    write(corpus, {"guide.md": GUIDE + "\nThe last word.\n"})
    build(corpus, data)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    synced: list[Path] = []
    real = module._sync
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refuse)
        patch.setattr(module, "_sync", lambda path: (synced.append(path), real(path)))
        build(corpus, tmp_path / "other")
    assert rows(tmp_path / "other") == rows(data)
    shared = segment_folder(tmp_path / "other", "kestrel-log").name
    old, new = files(tmp_path / "other", 1), files(tmp_path / "other", 2)
    for file in FILES:
        name = f"{SEGMENTS}/{shared}/{file}"
        assert old[name].read_bytes() == new[name].read_bytes()
        assert not old[name].samefile(new[name])
        assert any(path.parts[-2:] == (shared, file) for path in synced), "copied, never synced"


def test_every_file_is_listed_with_its_length_and_hash(second: Path) -> None:
    """A generation says of each of its files, `index.db` aside, how long it is and what is in it."""
    for number in (1, 2):
        found = files(second, number)
        del found[INDEX], found[SEAL]
        with reading(second, number) as database:
            listed = catalogue.files(database)
        assert set(listed) == set(found)
        for name, path in found.items():
            assert listed[name].size == path.stat().st_size
            assert listed[name].sha256 == module.hash_of(path)


# ---------------------------------------------------------------- damage, and the one before


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


OWN = [f"{SEGMENTS}/{{}}/{file}" for file in FILES]
DAMAGES = [
    *((name, truncate) for name in (INDEX, *TIMELINE, *OWN)),
    *((name, Path.unlink) for name in (INDEX, *TIMELINE, *OWN)),
    *((name, flip) for name in (INDEX, SEAL, *TIMELINE, *OWN)),
]


@pytest.mark.parametrize(
    ("name", "damage"), DAMAGES, ids=[f"{d.__name__} {n.rsplit('/', 1)[-1]}" for n, d in DAMAGES]
)
def test_a_damaged_generation_falls_back(second: Path, name: str, damage: object) -> None:
    """Whatever file of its own is damaged, the generation before answers and it is said why."""
    assert callable(damage)
    damage(generation_folder(second, 2) / name.format(segment_folder(second, "guide").name))
    archive = Archive.open(second)
    assert archive.generation == 1
    assert archive.replaces is not None
    number, error = archive.replaces
    assert number == 2
    assert str(error).endswith(".")
    assert str(second) not in str(error)
    assert archive.snapshot.text("guide").startswith("The harbour of Ostmark")
    assert "zephyr" not in archive.snapshot.text("guide")


def test_a_build_mends_a_damaged_generation(corpus: Path, second: Path) -> None:
    """After a file of the current generation was damaged, the next build needs no help."""
    truncate(segment_folder(second, "guide") / POSTINGS)
    assert is_stale(corpus, second)
    assert build(corpus, second).changed
    archive = Archive.open(second)
    assert (archive.replaces, archive.generation) == (None, 3)
    assert "zephyr" in archive.snapshot.text("guide")


@pytest.mark.parametrize("file", [POSTINGS, WORDS])
@pytest.mark.parametrize("damage", [truncate, flip, Path.unlink])
def test_damage_that_both_generations_share_is_one_error(
    second: Path, file: str, damage: object
) -> None:
    """Where no generation can be used, the error is that of the current one, in one sentence."""
    assert callable(damage)
    first, other = (segment_folder(second, "kestrel-log", number) / file for number in (1, 2))
    assert first.samefile(other)
    damage(first)
    if damage is Path.unlink:  # which takes one of its two names
        damage(other)
    with pytest.raises(IndexDamagedError) as raised:
        Archive.open(second)
    said = str(raised.value)
    assert said.count("\n") == 0
    assert said.endswith(".")
    assert str(second) not in said
    assert "archivist index build --full" in raised.value.hint


def test_an_open_generation_is_not_asked_whether_its_files_are_whole(second: Path) -> None:
    """A copy of a data folder is opened by itself, though the first one is open already."""
    archive = Archive.open(second)
    copy = second.with_name("copy")
    shutil.copytree(second, copy)
    flip(segment_folder(copy, "guide") / POSTINGS)
    damaged = Archive.open(copy)
    assert (archive.generation, damaged.generation) == (2, 1)


def test_generations_that_share_a_segment_share_its_memory(second: Path) -> None:
    """A segment of two generations that are open is mapped once."""
    old, new = Snapshot(second, 1), Snapshot(second, 2)
    assert old.contents.segment("kestrel-log") is new.contents.segment("kestrel-log")
    assert old.contents.segment("guide") is not new.contents.segment("guide")


# ---------------------------------------------------------------- going back


def test_going_back(corpus: Path, second: Path) -> None:
    """The generation before is current again, and nothing is due until a file changes."""
    assert roll_back(corpus, second) == 1
    assert current_generation(second) == 1
    archive = Archive.open(second)
    assert (archive.generation, archive.replaces) == (1, None)
    assert "zephyr" not in archive.snapshot.text("guide")
    assert not is_stale(corpus, second)
    write(corpus, {"kestrel/diary.txt": "Fog all day."})
    assert is_stale(corpus, second)
    report = build(corpus, second)
    assert (report.generation, report.updated) == (3, ("guide", "kestrel-diary"))
    assert "zephyr" in Archive.open(second).snapshot.text("guide")
    assert not is_stale(corpus, second)


def test_a_build_that_is_asked_for_takes_up_what_was_given_up(corpus: Path, second: Path) -> None:
    """After going back a build indexes the files as they are, under a number of its own."""
    roll_back(corpus, second)
    assert build(corpus, second).generation == 3
    assert generations(second) == ["1", "3"]
    assert not is_stale(corpus, second)


def test_going_back_twice(corpus: Path, second: Path) -> None:
    """There is one generation to go back to; then it is said that there is none."""
    write(corpus, {"kestrel/diary.txt": "Fog all day."})
    build(corpus, second)
    assert roll_back(corpus, second) == 2
    with pytest.raises(IndexMissingError, match="no generation before"):
        roll_back(corpus, second)
    assert current_generation(second) == 2
    build(corpus, second)
    assert roll_back(corpus, second) == 2


def test_going_back_to_what_is_damaged(corpus: Path, second: Path) -> None:
    """A generation that can't be used does not become current again."""
    path = segment_folder(second, "guide", 1)
    flip(path / POSTINGS)
    with pytest.raises(IndexDamagedError, match=r"Generation 1 .* damaged"):
        roll_back(corpus, second)
    (path / WORDS).unlink()
    with pytest.raises(IndexMissingError, match="no generation before"):
        roll_back(corpus, second)
    assert current_generation(second) == 2


def test_going_back_from_what_is_damaged(corpus: Path, second: Path) -> None:
    """A current generation that can't be opened is no hindrance to going back."""
    index_file(second, 2).write_bytes(b"soup")
    assert roll_back(corpus, second) == 1
    assert Archive.open(second).replaces is None


def test_nobody_goes_back_while_another_builds(corpus: Path, second: Path) -> None:
    """Going back needs the build lock."""
    with hold(second, "build"), pytest.raises(BusyError):
        roll_back(corpus, second)
    assert current_generation(second) == 2


def test_going_back_on_a_full_disk(
    corpus: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written the current generation stays, and one sentence says so."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for call in ("os.replace", "os.fsync", "pathlib.Path.write_text"):
        with monkeypatch.context() as patch:
            patch.setattr(call, full)
            with pytest.raises(DataFolderError, match="No space left"):
                roll_back(corpus, second)
        assert current_generation(second) == 2
        assert not is_stale(corpus, second)


@pytest.mark.parametrize("said", ["", "{", "[]", "7", '{"generation": 1}', "null"])
def test_a_damaged_note_of_what_was_given_up(corpus: Path, second: Path, said: str) -> None:
    """Where it can't be read which state of the files was given up, a build is due."""
    roll_back(corpus, second)
    (second / "rolled-back").write_text(said)
    assert is_stale(corpus, second)


def test_another_corpus_is_told_after_going_back(
    corpus: Path, second: Path, tmp_path: Path
) -> None:
    """Going back does not open a data folder to another corpus."""
    roll_back(corpus, second)
    with pytest.raises(OtherCorpusError):
        is_stale(write(tmp_path / "other", {"a.txt": "A buoy."}), second)


# ---------------------------------------------------------------- lists


def test_a_list_of_generations(second: Path) -> None:
    """Generations are listed the latest first, with what they hold."""
    listed = list_generations(second)
    assert [(one.generation, one.current) for one in listed] == [(2, True), (1, False)]
    for one in listed:
        loaded = Snapshot(second, one.generation)
        counts = (len(loaded.sources), len(loaded.passages), len(loaded.events), 2)
        assert (one.documents, one.passages, one.events, one.segments) == counts
        assert one.bytes == sum(
            path.stat().st_size for path in files(second, one.generation).values()
        )
        assert one.problem is None
        assert one.made.endswith("+00:00")


def test_a_damaged_generation_is_listed_with_what_is_wrong(second: Path) -> None:
    """One that can't be used is listed, and why."""
    (segment_folder(second, "guide", 1) / WORDS).unlink()
    index_file(second, 2).write_bytes(b"soup")
    listed = list_generations(second)
    assert [one.documents for one in listed] == [None, None]
    assert all(one.problem and one.problem.endswith(".") for one in listed)
    assert "lacks a file" in (listed[1].problem or "")


def test_a_generation_that_was_given_up_is_not_listed(corpus: Path, second: Path) -> None:
    """After going back the later generation is no longer among them."""
    roll_back(corpus, second)
    assert [one.generation for one in list_generations(second)] == [1]


def test_before_the_first_build_nothing_is_listed(tmp_path: Path) -> None:
    """Without a data folder there is no generation."""
    assert list_generations(tmp_path / "nowhere") == []
