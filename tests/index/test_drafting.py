"""Builds of what changed answer as builds of everything do, and segments stay few."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import building, drafting, worker
from index.archive import Archive
from index.building import build, is_stale
from index.catalogue import SegmentEntry
from index.contents import Contents
from index.drafting import Live, compact_generation, due_merges
from index.errors import DataFolderError, IndexDamagedError
from index.generations import (
    SEGMENTS,
    current_generation,
    generation_folder,
    list_generations,
    tidy,
)
from index.locks import hold
from index.segments import DOCUMENTS
from tests.index.harbour import PoolHere, generations, rows, write

TODAY = dt.date(2026, 11, 21)
COLLECTIONS = ("", "coast/", "river/")
SHIPS = ("Heron", "Plover", "Gannet", "Curlew", "Petrel", "Fulmar", "Bittern")
PLACES = ("Ostmark", "Lindholm", "the Grey Cape", "Skerrow", "Arn")
CARGO = ("salt", "tar", "barley", "slate", "herring", "oak", "wool")
QUESTIONS = (
    "When did the Heron leave Ostmark?",
    "What did the Gannet carry to Skerrow?",
    "Who was captain of the Petrel in 1840?",
    "herring wool",
    "Where was the Curlw wrecked?",
    '"loaded with slate"',
    "What happened in May 1841?",
    "Which ship carried oak from Arn?",
)
TERMS = ("heron", "gannet", "oak", "salt", "lindholm", "captain", "1840", "the", "voyag", "tide")


def voyages(rng: random.Random, paragraphs: int, title: str) -> str:
    """An invented document of so many paragraphs and a note."""
    lines = [f"# {title}", ""]
    for number in range(paragraphs):
        ship, place, cargo = rng.choice(SHIPS), rng.choice(PLACES), rng.choice(CARGO)
        day, year = rng.randint(1, 28), rng.randint(1838, 1843)
        lines += [
            f"## Voyage {number + 1}" if number % 3 == 0 else "",
            "",
            f"On {day} May {year} the {ship}, loaded with {cargo}, left {place} for "
            f"{rng.choice(PLACES)}. Captain {rng.choice(('Varga', 'Reed', 'Olsen'))} noted the tide."
            + ("[^1]" if number == 0 else ""),
            "",
        ]
    return "\n".join([*lines, "[^1]: Harbour book, 1843.", ""])


class Folders(NamedTuple):
    corpus: Path
    data: Path

    def build(self, **options: Any) -> int:
        return build(self.corpus, self.data, **options).generation

    def files(self) -> list[Path]:
        return sorted(path for path in self.corpus.rglob("*.md"))

    def write(self, name: str, rng: random.Random, paragraphs: int = 3) -> None:
        write(self.corpus, {name: voyages(rng, paragraphs, f"Voyages of {rng.choice(SHIPS)}")})

    def segments(self) -> list[SegmentEntry]:
        return list(Contents.open(self.data, current_generation(self.data) or 0).segments)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are read from now on, in order, in this very process."""
    names: list[str] = []
    monkeypatch.setattr(building, "Pool", type("Noted", (PoolHere,), {"read": names}))
    return names


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few passages make a small segment, so that segments of all sizes are merged."""
    monkeypatch.setattr(drafting, "SMALL", 4)
    monkeypatch.setattr(drafting, "_AT_ONCE", 12)
    monkeypatch.setattr(drafting, "_FACTOR", 2)


@pytest.fixture
def folders(tmp_path: Path, read: list[str]) -> Folders:
    """A corpus of nine documents in three collections, built once."""
    rng = random.Random(5)
    made = Folders(tmp_path / "corpus", tmp_path / "data")
    for collection in COLLECTIONS:
        for number in range(3):
            made.write(f"{collection}{number}.md", rng)
    made.build()
    read.clear()
    return made


def answers(archive: Archive) -> list[object]:
    """What a set of questions and look-ups gives, generation and time taken aside."""
    found: list[object] = []
    for question in QUESTIONS:
        answer = archive.answer(question, today=TODAY, k=8)
        found.append(
            (
                answer.outcome,
                answer.answer,
                answer.answer_spans,
                [(one.passage.id, one.score, one.highlights, one.line) for one in answer.passages],
                [event.event.id for event in answer.events],
                answer.understood,
            )
        )
    snapshot = archive.snapshot
    searcher = snapshot.searcher
    for term in TERMS:
        positions, scores = searcher.scores(term)
        found.append((term, positions.tolist(), scores.tolist(), searcher.frequency(term)))
    found += [snapshot.lexicon.alternatives(said, said) for said in ("heronn", "ganet", "plower")]
    found.append([(e.id, e.same_as, e.differs) for e in snapshot.events])
    found.append(list(snapshot.passages))
    found.append([snapshot.positions[p.id] for p in snapshot.passages])
    found.append(archive.sources())
    found.append(list(archive.timeline(today=TODAY, when="1840..1841").events))
    return found


def assert_as_built_at_once(made: Folders, anew: Path) -> None:
    """What was built step by step holds and answers what a build of everything does."""
    shutil.rmtree(anew, ignore_errors=True)
    build(made.corpus, anew)
    assert rows(made.data) == rows(anew)
    assert answers(Archive.open(made.data)) == answers(Archive.open(anew))


# ---------------------------------------------------------------- as a build of everything


def change_something(made: Folders, rng: random.Random) -> str:
    """Add, change, remove or rename a document, or move it to another collection."""
    known = made.files()
    step = rng.choice(["add", "add", "change", "change", "remove", "rename", "move", "touch"])
    if step == "add" or len(known) < 4:
        name = f"{rng.choice(COLLECTIONS)}{rng.randrange(1000)}.md"
        made.write(name, rng, rng.choice([1, 3, 9]))
        return "add"
    path = rng.choice(known)
    if step == "change":
        made.write(path.relative_to(made.corpus).as_posix(), rng, rng.choice([1, 3, 9]))
    elif step == "remove":
        path.unlink()
    elif step == "rename":
        path.rename(path.with_name(f"{rng.randrange(1000)}.md"))
    elif step == "move":
        target = made.corpus / rng.choice(COLLECTIONS) / f"{rng.randrange(1000)}.md"
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    else:
        os.utime(path, ns=(1, rng.randrange(10**18)))
    return step


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(4))
def test_building_step_by_step_gives_what_building_at_once_gives(
    folders: Folders, tmp_path: Path, seed: int
) -> None:
    """After any changes, rows, answers, scores, spelling and timeline are those of a full build."""
    rng = random.Random(seed)
    done: Counter[str] = Counter()
    for _ in range(8):
        done.update(change_something(folders, rng) for _ in range(rng.randint(1, 3)))
        folders.build()
    assert_as_built_at_once(folders, tmp_path / "anew")
    assert len(done) >= 4


def test_a_collection_that_is_emptied_takes_its_segment_with_it(
    folders: Folders, tmp_path: Path
) -> None:
    """When all documents of a collection are removed no segment of it is left."""
    assert Counter(one.collection for one in folders.segments()) == {
        "main": 1,
        "coast": 1,
        "river": 1,
    }
    shutil.rmtree(folders.corpus / "river")
    folders.build()
    assert Counter(one.collection for one in folders.segments()) == {"main": 1, "coast": 1}
    held = generation_folder(folders.data, 2) / SEGMENTS
    assert {path.name for path in held.iterdir()} == {one.name for one in folders.segments()}
    assert_as_built_at_once(folders, tmp_path / "anew")


def test_a_document_that_moves_to_another_collection(folders: Folders, tmp_path: Path) -> None:
    """It is seen in the new collection alone."""
    (folders.corpus / "coast/1.md").rename(folders.corpus / "river/9.md")
    folders.build()
    searcher = Archive.open(folders.data).snapshot.searcher
    shutil.rmtree(folders.corpus / "river")
    build(folders.corpus, tmp_path / "without")
    without = Archive.open(tmp_path / "without").snapshot.searcher
    seen = searcher.seeing({"main", "coast"})
    assert [seen.frequency(term) for term in TERMS] == [without.frequency(term) for term in TERMS]


def test_full_builds_have_one_segment_a_collection(folders: Folders) -> None:
    """A build of everything holds nothing that is gone."""
    folders.write("0.md", random.Random(1), 2)
    (folders.corpus / "coast/0.md").unlink()
    folders.build(full=True)
    contents = Contents.open(folders.data, 2)
    assert len(contents.segments) == 3
    assert sum(one.passages for one in contents.segments) == len(contents)


# ---------------------------------------------------------------- which are merged


def live(*sizes: int | tuple[int, int], collection: str = "main") -> list[Live]:
    """Segments of so many passages, of which so many are left."""
    found = []
    for number, size in enumerate(sizes):
        whole, left = size if isinstance(size, tuple) else (size, size)
        found.append(Live(SegmentEntry(f"{collection}-{number}", collection, whole), left))
    return found


def merged(segments: list[Live]) -> list[list[int]]:
    return [[one.entry.passages for one in group] for group in due_merges(segments)]


@pytest.mark.parametrize(
    ("sizes", "due"),
    [
        pytest.param([], [], id="none"),
        pytest.param([10], [], id="one small"),
        pytest.param([10, 20], [[10, 20]], id="two small"),
        pytest.param([(10, 9)], [[10]], id="a small one with a gap"),
        pytest.param([0, 10], [[0, 10]], id="an empty one"),
        pytest.param([(10, 0)], [[10]], id="a small one that is all gone"),
        pytest.param([1999, 2000], [], id="a small one beside a larger"),
        pytest.param([2000, 3000, 4000], [], id="three of a size"),
        pytest.param([2000, 3000, 4000, 15_000], [[2000, 3000, 4000, 15_000]], id="four of a size"),
        pytest.param([2000, 3000, 4000, 16_000], [], id="three of a size and a larger"),
        pytest.param([(10_000, 8_001)], [], id="a gap of less than a fifth"),
        pytest.param([(10_000, 7_999)], [[10_000]], id="a gap of more than a fifth"),
        pytest.param([(10_000, 100), 50], [[10_000, 50]], id="hardly anything left of a large one"),
    ],
)
def test_which_segments_are_merged(
    sizes: list[int | tuple[int, int]], due: list[list[int]]
) -> None:
    """Small ones always, larger ones when four are alike, and one of which a fifth is gone."""
    assert merged(live(*sizes)) == due


def test_segments_of_two_collections_are_never_merged() -> None:
    """A segment has documents of one collection."""
    assert due_merges([*live(10), *live(10, collection="coast")]) == []


@given(
    st.lists(st.tuples(st.integers(1, 3_000), st.integers(0, 4)), min_size=1, max_size=300),
    st.randoms(use_true_random=False),
)
def test_segments_stay_few_and_copies_too(steps: list[tuple[int, int]], rng: random.Random) -> None:
    """Whatever is added and removed, segments of a size stay under the bound, and gaps under theirs."""
    held: list[Live] = []
    added = copied = 0
    for number, (passages, removals) in enumerate(steps):
        held.append(Live(SegmentEntry(str(number), "main", passages), passages))
        added += passages
        for _ in range(removals):
            at = rng.randrange(len(held))
            one = held[at]
            held[at] = Live(one.entry, one.passages - rng.randint(0, one.passages))
        for turn in range(3):  # a build merges, and then the merges that these make due
            for group in due_merges(held):
                total = sum(one.passages for one in group)
                copied += total
                held = [one for one in held if one not in group]
                held.append(
                    Live(SegmentEntry(f"{number}-{turn}-{total}-{copied}", "main", total), total)
                )
        by_size = Counter(one.size for one in held)
        assert by_size[0] <= 2
        assert all(count <= 5 for count in by_size.values())
        assert sum(one.gone for one in held) <= 0.5 * sum(one.passages for one in held) + 6_000


@pytest.mark.usefixtures("small")
def test_segments_stay_few_over_many_builds(folders: Folders) -> None:
    """Many builds leave no more segments of a size than are merged, and few gaps."""
    rng = random.Random(3)
    most = 0
    for number in range(25):
        folders.write(f"coast/{number % 18}-more.md", rng, rng.choice([1, 2, 4]))
        folders.build()
        held = Contents.open(folders.data, current_generation(folders.data) or 0)
        left = [len(positions[positions >= 0]) for positions in held.positions.values()]
        sizes = Counter(
            (entry.collection, Live(entry, passages).size)
            for entry, passages in zip(held.segments, left, strict=True)
        )
        assert max(sizes.values()) <= 4
        most = max(most, len(held.segments))
    assert most > 3, "no larger segments were ever kept"
    assert len(generations(folders.data)) <= 3


# ---------------------------------------------------------------- what is not read again


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files of the corpus that are opened from now on."""
    names: list[str] = []
    real = os.open

    def note(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith(".md"):
            names.append(Path(path).name)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", note)
    return names


def age(made: Folders) -> None:
    """Give all files a time that is well past."""
    for number, path in enumerate(made.files()):
        os.utime(path, ns=(1, 1_600_000_000_000_000_000 + number))


def test_documents_that_did_not_change_are_not_opened(
    folders: Folders, read: list[str], opened: list[str]
) -> None:
    """A build opens the file that changed and no other, and reads it once."""
    age(folders)
    folders.build()  # notes the times
    folders.build(full=True)
    opened.clear()
    read.clear()
    folders.write("coast/1.md", random.Random(9))
    folders.build()
    assert set(opened) == {"1.md"}
    assert read == ["coast/1.md"]


def test_a_touched_document_is_hashed_and_not_read(
    folders: Folders, read: list[str], opened: list[str]
) -> None:
    """A file with a new time and the same bytes is opened to compare them, and not parsed."""
    age(folders)
    folders.build(full=True)
    read.clear()
    opened.clear()
    os.utime(folders.corpus / "river/2.md", ns=(1, 1_700_000_000_000_000_000))
    report = build(folders.corpus, folders.data)
    assert (report.changed, set(opened), read) == (False, {"2.md"}, [])


def test_a_change_within_the_tick_of_the_clock_is_noticed(folders: Folders) -> None:
    """A file that was just written when it was read is compared again by its bytes."""
    path = folders.corpus / "0.md"
    before = path.stat()
    path.write_text(path.read_text().replace("tide", "wind"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert is_stale(folders.corpus, folders.data)
    assert build(folders.corpus, folders.data).updated == ("0",)
    assert "noted the wind" in Archive.open(folders.data).snapshot.text("0")


def test_documents_that_are_kept_are_not_analysed(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither passages nor terms of a document that did not change are made again."""
    made: list[str] = []
    real = worker.index_bytes

    def note(job: worker.Job, *rest: Any) -> Any:
        made.append(job.name)
        return real(job, *rest)

    monkeypatch.setattr("tests.index.harbour.index_bytes", note)
    folders.write("new.md", random.Random(1))
    folders.build()
    assert made == ["new.md"]


# ---------------------------------------------------------------- compaction


@pytest.fixture
def uncompacted(folders: Folders, request: pytest.FixtureRequest) -> Folders:
    """A generation whose large segments are due to be merged, and one before it."""
    request.getfixturevalue("small")
    rng = random.Random(8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "compact_generation", lambda *_: None)
        for number in range(4):
            folders.write(f"coast/long-{number}.md", rng, 14)
            folders.build()
    return folders


def test_compaction_gives_the_same_answers_from_fewer_segments(
    uncompacted: Folders, tmp_path: Path
) -> None:
    """What is merged answers as before, under a new number."""
    before = current_generation(uncompacted.data) or 0
    wanted, held = answers(Archive.open(uncompacted.data)), rows(uncompacted.data)
    segments = len(uncompacted.segments())
    with hold(uncompacted.data, "build"):
        assert compact_generation(uncompacted.data, before) == before + 1
    assert current_generation(uncompacted.data) == before + 1
    assert len(uncompacted.segments()) < segments
    assert rows(uncompacted.data) == held
    assert answers(Archive.open(uncompacted.data)) == wanted
    assert_as_built_at_once(uncompacted, tmp_path / "anew")
    assert build(uncompacted.corpus, uncompacted.data).changed is False


def test_the_generation_to_go_back_to_stays(uncompacted: Folders) -> None:
    """After a compaction the one to go back to is that before the change, not a copy of it."""
    number = current_generation(uncompacted.data) or 0
    with hold(uncompacted.data, "build"):
        compact_generation(uncompacted.data, number)
    assert [one.generation for one in list_generations(uncompacted.data)] == [
        number + 1,
        number - 1,
    ]
    assert building.roll_back(uncompacted.corpus, uncompacted.data) == number - 1


def test_a_build_compacts_when_its_generation_is_current(uncompacted: Folders) -> None:
    """What is due is merged behind the swap, and the report has the last number."""
    told: list[building.Progress] = []
    uncompacted.write("new.md", random.Random(2))
    report = build(uncompacted.corpus, uncompacted.data, progress=told.append)
    assert told[-1].published == report.generation - 1
    assert report.generation == current_generation(uncompacted.data)
    contents = Contents.open(uncompacted.data, report.generation)
    assert "new" in contents.numbers


def test_nothing_is_compacted_where_nothing_is_due(folders: Folders) -> None:
    """A generation whose segments are as they should be stays."""
    with hold(folders.data, "build"):
        assert compact_generation(folders.data, 1) is None
    assert generations(folders.data) == ["1"]


def test_readers_go_on_while_segments_are_merged(uncompacted: Folders) -> None:
    """Who has the generation before open reads it on, to the end, though its files are gone."""
    number = current_generation(uncompacted.data) or 0
    reader = Archive.open(uncompacted.data)
    with hold(uncompacted.data, "build"):
        compact_generation(uncompacted.data, number)
    for seed in range(2):
        uncompacted.write("0.md", random.Random(seed))
        uncompacted.build()
    assert not generation_folder(uncompacted.data, number).exists()
    assert reader.generation == number
    texts = [reader.snapshot.passage(n).text for n in range(len(reader.snapshot.passages))]
    assert all(texts)
    assert reader.answer(QUESTIONS[0], today=TODAY).passages


@pytest.mark.usefixtures("small")
def test_builds_go_on_while_an_old_reader_stays(folders: Folders, tmp_path: Path) -> None:
    """Segments that a reader opened long ago can be merged when its generation is gone."""
    readers = [Archive.open(folders.data)]
    rng = random.Random(4)
    for number in range(8):
        folders.write(f"coast/{number}-late.md", rng, 5)
        folders.build()
        readers.append(Archive.open(folders.data))
    assert_as_built_at_once(folders, tmp_path / "anew")
    assert all(len(reader.snapshot.passages) for reader in readers)


@pytest.mark.parametrize("step", ["merge_segments", "share", "_point", "copy_rest"])
@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ended"]
)
def test_a_compaction_that_fails_leaves_the_generation(
    uncompacted: Folders,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException,
) -> None:
    """Whatever step fails, the generation is current as it was, and nothing is left aside."""
    number = current_generation(uncompacted.data) or 0
    held, kept = rows(uncompacted.data), generations(uncompacted.data)

    def fail(*_: object, **__: object) -> None:
        raise failure

    owner = {"merge_segments": "drafting", "copy_rest": "catalogue"}.get(step, "generations")
    with monkeypatch.context() as patch:
        patch.setattr(f"index.{owner}.{step}", fail)
        with (
            hold(uncompacted.data, "build"),
            pytest.raises((DataFolderError, KeyboardInterrupt)),
        ):
            compact_generation(uncompacted.data, number)
    assert (current_generation(uncompacted.data), rows(uncompacted.data)) == (number, held)
    if isinstance(failure, KeyboardInterrupt):
        tidy(uncompacted.data)  # as the next build does
    assert generations(uncompacted.data) == kept


def test_a_build_whose_compaction_fails_has_built(
    uncompacted: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where merging fails behind the swap, the report is of the generation that is current."""

    def fail(*_: object, **__: object) -> None:
        raise DataFolderError("The data folder can't be written (No space left on device).")

    monkeypatch.setattr(building, "compact_generation", fail)
    uncompacted.write("new.md", random.Random(2))
    report = build(uncompacted.corpus, uncompacted.data)
    assert report.added == ("new",)
    assert report.generation == current_generation(uncompacted.data)


def test_what_is_damaged_is_never_merged(uncompacted: Folders) -> None:
    """A damaged page under a document makes a compaction fail; the generation stays."""
    number = current_generation(uncompacted.data) or 0
    contents = Contents.open(uncompacted.data, number)
    path = contents.segment_folder(contents.segment_of["coast-long-0"]) / DOCUMENTS
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = b"\xaa" * (len(content) - 4096)
    del contents
    path.write_bytes(content)
    with hold(uncompacted.data, "build"), pytest.raises(IndexDamagedError):
        compact_generation(uncompacted.data, number)
    assert current_generation(uncompacted.data) == number
