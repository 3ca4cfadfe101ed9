"""What a generation holds behaves as sequences and mappings do, over however many segments."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from index import building, lazy
from index.building import build
from index.errors import IndexDamagedError
from index.lazy import Kept
from index.snapshot import Snapshot
from tests.index.harbour import FILES, GUIDE, PoolHere, write


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """A generation of two segments, in one of which something is gone."""
    monkeypatch.setattr(building, "Pool", type("Here", (PoolHere,), {"read": []}))
    monkeypatch.setattr("index.drafting.SMALL", 1)  # nothing is merged
    corpus = write(tmp_path / "corpus", {**FILES, "kestrel/aft.txt": "A buoy.\n\nA bell."})
    build(corpus, tmp_path / "data")
    write(corpus, {"kestrel/diary.txt": "Fog.\n\nMore fog.", "guide.md": GUIDE + "\nMore.\n"})
    build(corpus, tmp_path / "data")
    loaded = Snapshot(tmp_path / "data", 2)
    assert len(loaded.contents.segments) > len({one.collection for one in loaded.contents.segments})
    return loaded


def test_passages_are_a_sequence(snapshot: Snapshot) -> None:
    """Passages come by position, from the end, in slices and one after the other, in corpus order."""
    passages = snapshot.passages
    every = list(passages)
    assert len(every) == len(passages)
    assert (passages[-1], passages[0]) == (every[-1], every[0])
    assert list(passages[2:7:2]) == every[2:7:2]
    assert list(reversed(passages)) == every[::-1]
    for position in (len(every), -len(every) - 1):
        with pytest.raises(IndexError):
            passages[position]
    order = list(snapshot.sources)
    places = [
        (order.index(p.locator.document_id), p.locator.start) for p in every if p.kind != "note"
    ]
    assert places == sorted(places)


def test_ids_lead_to_positions_and_back(snapshot: Snapshot) -> None:
    """Each passage is found by its id; what is gone or unknown is not."""
    ids = [passage.id for passage in snapshot.passages]
    assert list(snapshot.positions) == ids
    assert len(snapshot.positions) == len(ids)
    assert [snapshot.positions[one] for one in ids] == list(range(len(ids)))
    assert snapshot.positions.many(ids[::-1]) == {one: n for n, one in enumerate(ids)}
    assert "nothing" not in snapshot.positions
    assert snapshot.positions.get("nothing") is None
    assert snapshot.positions.many([]) == {}
    with pytest.raises(KeyError):
        snapshot.positions["nothing"]


def test_ids_that_begin_alike(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids by their beginning come in order with their positions, and not too many."""
    ids = {passage.id: position for position, passage in enumerate(snapshot.passages)}
    assert snapshot.positions.begun("") == sorted(ids.items())
    some = sorted(ids)[0]
    assert snapshot.positions.begun(some[:5]) == [
        (one, ids[one]) for one in sorted(ids) if one.startswith(some[:5])
    ]
    assert snapshot.positions.begun("%") == []
    assert snapshot.positions.begun("_") == []
    monkeypatch.setattr(lazy, "_MOST_BEGUN", 3)
    assert len(snapshot.positions.begun("")) == 3


def test_sources_are_a_mapping(snapshot: Snapshot) -> None:
    """Documents come by id in corpus order, and an unknown id is a KeyError."""
    ids = ["guide", "kestrel-aft", "kestrel-diary", "kestrel-log"]
    assert list(snapshot.sources) == ids
    assert [snapshot.sources[one].id for one in ids] == ids
    assert len(snapshot.sources) == 4
    assert "kestrel-aft" in snapshot.sources
    assert "nothing" not in snapshot.sources
    with pytest.raises(KeyError):
        snapshot.sources["nothing"]


def test_a_source_whose_row_is_gone_is_damage(snapshot: Snapshot) -> None:
    """A document that is listed and can't be read is an IndexDamagedError, not an unknown one."""
    snapshot.contents.numbers["lost"] = snapshot.contents.numbers["guide"]
    with pytest.raises(IndexDamagedError):
        snapshot.sources["lost"]


def test_places_are_those_of_the_passages(snapshot: Snapshot) -> None:
    """A document's places are the positions of its passages; one without passages has none."""
    for document_id, places in snapshot.places.items():
        held = [p.locator.document_id for p in snapshot.passages[places.first : places.stop]]
        assert set(held) == {document_id}
        assert places.first <= places.notes <= places.stop
    assert len(snapshot.places) == 4
    with pytest.raises(KeyError):
        snapshot.places["nothing"]


def test_what_was_kept_first_goes_first() -> None:
    """Of more values than are kept, those kept last stay."""
    kept: Kept[int, str] = Kept(3)
    for number in range(7):
        kept.keep(number, str(number))
    assert dict(kept) == {4: "4", 5: "5", 6: "6"}


def test_fields_of_a_passage(snapshot: Snapshot) -> None:
    """Headings, title and the notes of a passage are its fields, and each word is counted for it."""
    position = next(
        n for n, p in enumerate(snapshot.passages) if p.locator.note is None and p.notes
    )
    fields = snapshot.fields.of(position)
    assert set(fields) == {"heading", "title", "note"}
    assert "harbour" in fields["title"]
    assert "account" in fields["note"]
    assert "nothing" not in fields["note"]
    assert {"harbour", "ostmark", "pier"} <= set(snapshot.fields.above(position))
    for term in (*snapshot.fields.above(position), "account"):
        assert any(term in terms for terms in fields.values())
        assert snapshot.searcher.holds(position, term), term


def test_passages_are_read_in_any_order(snapshot: Snapshot) -> None:
    """However few passages stay in memory, each is the same every time."""
    wanted = list(snapshot.passages)
    few = lazy.Passages(snapshot.contents)
    few._kept = Kept(2)
    rng = random.Random(1)
    for _ in range(60):
        position = rng.randrange(len(wanted))
        assert few[position] == wanted[position]
