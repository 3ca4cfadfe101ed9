"""The timeline on disk: what is written reads back, and damage is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from index import catalogue, rows
from index.analysis import Analyzer
from index.dates.edtf import from_edtf
from index.errors import IndexDamagedError
from index.model import Event, Locator
from index.schema import GENERATION_KEYS, GENERATION_TABLES
from index.timeline.differing import told_otherwise
from index.timeline.names import PlainNames
from index.timeline.people import Meant, People
from index.timeline.storing import FILES, StoredTimeline, write

ALIASES = (("Ilse Varga", "Captain Varga"), ("Harbour Board", "HB"))


def event(number: int, edtf: str, *actors: str, places: tuple[str, ...] = ()) -> Event:
    place = Locator("log" if number < 4 else "diary", ("Annals", edtf[:4]), number, number + 9, 3)
    return Event(
        f"e{number}", from_edtf(edtf), edtf, "", place, f"p{number // 2}",
        kind="prose" if number % 2 else "entry", actors=actors, places=places,
    )  # fmt: skip


EVENTS = (
    event(0, "1890-05-02", "Ilse Varga", "Aldo Brandt", places=("Ostmark",)),
    event(1, "1890-05", "Ilse Varga"),
    replace(event(2, "-0043-03-15", "José Núñez"), headline="The ides", edited=True),
    replace(
        event(3, "1891/1893", "Harbour Board", places=("Ostmark", "Arn")),
        same_as=("e0", "e4"),
        differs=told_otherwise("two boats", "three boats", "Diary"),
        also=(Locator("log", ("Annals",), 70, 90, 4),),
        inferred_from="the heading “1891”",
    ),
    event(4, "../1870", "Ostmark"),
    event(5, "1890", "Anna Brandt", places=("Arn",)),
)
TERMS = (
    ("annal", "varga", "open", "pier"),
    ("annal", "varga", "sell", "boat", "boat"),
    ("annal", "ide"),
    (),
    ("annal", "pier", "burn"),
    ("annal", "brandt"),
)


def saved(
    folder: Path, events: tuple[Event, ...] = EVENTS, terms: tuple[tuple[str, ...], ...] = TERMS
) -> Database:
    path, positions = folder / "index.db", {"p0": 10, "p1": 12, "p2": 30}
    with rows.new_file(path, GENERATION_TABLES, GENERATION_KEYS) as database:
        catalogue.write_timeline(database, events, terms)
        write(folder, database, events, terms, documents={"log": 0, "diary": 1},
              passages=positions.get)  # fmt: skip
    return rows.open_file(path)


def opened(folder: Path, database: Database) -> StoredTimeline:
    return StoredTimeline.open(folder, database, threading.Lock())


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredTimeline]:
    folder = tmp_path_factory.mktemp("stored")
    database = saved(folder)
    yield opened(folder, database)
    database.close()


def test_what_is_saved_reads_back(stored: StoredTimeline) -> None:
    """Every event comes back as it was, by its position, from the end, in a slice and in a loop."""
    assert len(stored) == len(stored.events) == len(EVENTS)
    assert list(stored.events) == list(EVENTS)
    assert stored.events[-1] == EVENTS[-1]
    assert stored.events[1:5:2] == list(EVENTS[1:5:2])
    assert stored.events.many(np.array([4, 0, 4])) == [EVENTS[4], EVENTS[0], EVENTS[4]]
    with pytest.raises(IndexError):
        stored.events[len(EVENTS)]
    with pytest.raises(IndexDamagedError, match="missing"):
        stored.events.many([len(EVENTS)])


def test_columns_are_those_of_the_events(stored: StoredTimeline) -> None:
    """The table tells of each event its document, its passage's position and where it stands."""
    assert stored.table.document.tolist() == [0, 0, 0, 0, 1, 1]
    assert stored.table.passage.tolist() == [10, 10, 12, 12, 30, 30]
    assert stored.table.start.tolist() == [e.locator.start for e in EVENTS]
    assert stored.table.plain.tolist() == [1, 1, 1, 0, 0, 1]
    assert dict(stored.table.happened([from_edtf("1890-05-02")])) == {
        0: "certain", 1: "possible", 5: "possible",
    }  # fmt: skip


def test_events_of_a_passage(stored: StoredTimeline) -> None:
    """A passage has the positions of the events that it tells; one that tells none has none."""
    assert list(stored.by_passage.get("p1")) == list(stored.by_passage["p1"]) == [2, 3]
    assert list(stored.by_passage.get("p9")) == []
    with pytest.raises(KeyError):
        stored.by_passage["p9"]


def test_beginnings_are_counted(stored: StoredTimeline) -> None:
    """The years and months in which events begin stand in order with their counts."""
    assert {date.edtf: count for date, count in stored.beginnings.items()} == {
        "-0043": 1, "-0043-03": 1, "1890": 3, "1890-05": 2, "1891": 1,
    }  # fmt: skip
    assert list(stored.beginnings) == sorted(stored.beginnings, key=lambda date: date.earliest)


def test_events_are_found_by_their_words(stored: StoredTimeline) -> None:
    """The words of events lead to their positions, those that hold them more often first."""
    assert list(stored.searcher.postings("pier")) == [0, 4]
    assert [position for position, _ in stored.searcher.search(["boat", "varga"])] == [1, 0]
    assert len(stored.searcher) == len(EVENTS)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda names: names.find("Ilse Varga"), id="a name"),
        pytest.param(lambda names: names.find("ilse varga"), id="not so written"),
        pytest.param(lambda names: names.written("jose nunez"), id="folded"),
        pytest.param(lambda names: names.called("ab"), id="initials"),
        pytest.param(lambda names: names.most_named(3), id="the most named"),
        pytest.param(lambda names: names.positions("Ostmark").tolist(), id="its events"),
        pytest.param(lambda names: names.positions("Nobody").tolist(), id="of nobody"),
        pytest.param(len, id="how many"),
    ],
)
def test_stored_names_are_those_of_the_events(
    stored: StoredTimeline, ask: Callable[[object], object]
) -> None:
    """Names read from the tables are those that the events themselves give."""
    assert ask(stored.names) == ask(PlainNames(EVENTS))


@pytest.mark.parametrize(
    "typed",
    ["ilse varga", "captain varga", "HB", "Jose Nunez", "A. Brandt", "AB", "Ostmrak", "Ilsa Varga",
     "Zzyzx", "Brandt"],
)  # fmt: skip
def test_a_stored_name_means_the_same(stored: StoredTimeline, typed: str) -> None:
    """Whom a typed name means does not depend on where the names are kept."""
    analyzer = Analyzer(ALIASES)
    kept, plain = People(stored.names, analyzer), People(EVENTS, analyzer)
    assert kept.meant(typed) == plain.meant(typed)
    assert kept.suggest(typed[:3]) == plain.suggest(typed[:3])
    assert kept.suggest("") == plain.suggest("")


def test_a_timeline_without_events(tmp_path: Path) -> None:
    """A generation without events has a timeline that finds nothing and nobody."""
    database = saved(tmp_path, (), ())
    timeline = opened(tmp_path, database)
    people = People(timeline.names, Analyzer(ALIASES))
    assert (list(timeline.events), timeline.span, timeline.beginnings) == ([], None, {})
    assert timeline.searcher.search(["pier"]) == []
    assert people.meant("Captain Varga") == Meant(None)
    assert dict(timeline.table.happened([from_edtf("1890")], [(5, 0)])) == {}
    database.close()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("at", [0, 9, 200, -1])
def test_a_damaged_file_is_told(tmp_path: Path, name: str, at: int) -> None:
    """A file of the timeline in which a byte was altered is an error, never wrong events."""
    database = saved(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[at] ^= 0x55
    (tmp_path / name).write_bytes(content)
    with pytest.raises(IndexDamagedError):
        opened(tmp_path, database)
    database.close()


def test_files_of_two_timelines_do_not_fit(tmp_path: Path) -> None:
    """Arrays and words of different timelines are an error, though each file is whole."""
    (tmp_path / "other").mkdir()
    saved(tmp_path / "other", EVENTS[:3], TERMS[:3]).close()
    database = saved(tmp_path)
    (tmp_path / "other" / FILES[0]).replace(tmp_path / FILES[0])
    with pytest.raises(IndexDamagedError):
        opened(tmp_path, database)
    database.close()


def test_removed_files_stay_readable(tmp_path: Path) -> None:
    """An open timeline goes on answering when its folder was removed."""
    database = saved(tmp_path)
    timeline = opened(tmp_path, database)
    for name in (*FILES, "index.db"):
        (tmp_path / name).unlink()
    assert timeline.events[3] == EVENTS[3]
    assert list(timeline.searcher.postings("pier")) == [0, 4]
    assert timeline.names.positions("Arn").tolist() == [3, 5]
    database.close()
