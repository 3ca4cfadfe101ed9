"""Files of names and corrections: what a build reads of them is what the state holds."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import edits
from bot.edits import Drafts, GoneDraftError
from bot.state import AliasGroup, By, State, StoredCorrection, open_state
from index.collections import edits_folder, server_collection
from index.errors import DataFolderError
from index.timeline.corrections import read_corrections

AT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
BY = By(7, 10, AT)
OWN = server_collection(10)
HOSTILE = (
    '"""\n[[hide]]\nid = "x"\n\\u0041 \\ \r\n\t\x00\x1f\x7f\x85\u2028 \U0001f6a2 é] # , \'\'\''
)

anything = st.text(st.characters(exclude_categories=()))  # lone surrogates too


def group(*names: str, number: int = 1) -> AliasGroup:
    return AliasGroup(number, OWN, names, AT, 7)


def correction(kind: Any, number: int = 1, **body: Any) -> StoredCorrection:
    return StoredCorrection(number, OWN, kind, body, AT, 7)


def sound(text: str) -> str:
    """``text`` as UTF-8 can hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    made = open_state(tmp_path)
    yield made
    await made.close()


# ---------------------------------------------------------------- TOML


@given(st.lists(st.lists(anything, min_size=1, max_size=3), max_size=3))
def test_names_come_back_from_their_file(groups: list[list[str]]) -> None:
    """Whatever stands in a name, TOML reads it as it was kept."""
    text = edits.aliases_toml(group(*names, number=n) for n, names in enumerate(groups))
    text.encode()
    found = tomllib.loads(text).get("alias", [])
    assert [each["names"] for each in found] == [list(map(sound, names)) for names in groups]


@given(anything, anything, st.lists(anything, max_size=3))
def test_corrections_come_back_from_their_file(quote: str, reason: str, actors: list[str]) -> None:
    """Whatever stands in a correction, TOML reads it as it was kept, and nothing beside it."""
    made = correction("add", document="log", quote=quote, reason=reason, actors=actors)
    found = tomllib.loads(edits.corrections_toml([made]))
    told = {"quote": sound(quote), "reason": sound(reason), "actors": list(map(sound, actors))}
    assert found == {"add": [{"document": "log", **told}]}


def test_corrections_stand_by_kind_in_the_order_of_their_making() -> None:
    made = [
        correction("redate", 1, id="a", date="1871"),
        correction("hide", 2, id="b"),
        correction("redate", 3, id="a", date="1872"),
        replace(correction("hide", 4, id="c"), undone=AT),
    ]
    text = edits.corrections_toml(reversed(made))
    read = read_corrections(tomllib.loads(text), "edits")
    assert [(each.kind, each.ids, each.as_written) for each in read] == [
        ("hide", ("b",), ""),
        ("redate", ("a",), "1871"),
        ("redate", ("a",), "1872"),
    ]


def test_what_a_build_could_not_apply_is_told_of_the_right_correction() -> None:
    """Its report numbers the entries of the file, which is in another order than the state."""
    made = [
        correction("redate", 5, id="a", date="1871"),
        correction("hide", 6, id="b"),
        correction("redate", 7, id="c", date="1872"),
    ]
    told = ["[[redate]] 2 was not applied: no event has the id “c”."]
    assert edits.unapplied(told, made) == {7: "was not applied: no event has the id “c”."}


# ---------------------------------------------------------------- files


async def test_files_say_what_the_state_says(state: State, tmp_path: Path) -> None:
    """They hold what counts, and are gone when nothing does any more."""
    names = await state.add_alias(OWN, ("Petrel", HOSTILE), BY)
    hidden = await state.add_correction(OWN, "hide", {"id": "e1", "reason": HOSTILE}, BY)
    first = await edits.write(state, tmp_path, OWN)
    folder = edits_folder(tmp_path, OWN)
    aliases = tomllib.loads((folder / "aliases.toml").read_text())
    assert aliases == {"alias": [{"names": ["Petrel", HOSTILE]}]}
    corrections = tomllib.loads((folder / "timeline-edits.toml").read_bytes().decode())
    assert corrections == {"hide": [{"id": "e1", "reason": HOSTILE}]}
    assert await edits.write(state, tmp_path, OWN) == first

    await state.remove_alias(names.id, BY)
    await state.undo_correction(hidden.id, BY)
    last = await edits.write(state, tmp_path, OWN)
    await edits.built(tmp_path, OWN, last)
    assert list(folder.iterdir()) == []


async def test_the_start_mends_files_that_differ(state: State, tmp_path: Path) -> None:
    """A lost, a changed and a stray file are put right, and what changed is told."""
    await state.add_alias(OWN, ("Petrel", "Storm bird"), BY)
    await state.add_alias("main", ("Cork", "Corcaigh"), BY)
    await edits.built(tmp_path, "main", await edits.write(state, tmp_path, "main"))
    folder = edits_folder(tmp_path, OWN)
    folder.mkdir(parents=True)
    (folder / "aliases.toml").write_bytes(b"\xff\xfe no text")
    stray = edits_folder(tmp_path, server_collection(99))
    stray.mkdir()
    (stray / "timeline-edits.toml").write_text('[[hide]]\nid = "e1"\n')
    assert await edits.reconcile(state, tmp_path) == (OWN,)
    assert "Storm bird" in (folder / "aliases.toml").read_text()
    assert list(stray.iterdir()) == []


async def test_the_start_builds_what_no_index_has_yet(state: State, tmp_path: Path) -> None:
    """What was written before a crash; not what was built, nor less than was written since."""
    due: list[str] = []
    await state.add_alias(OWN, ("Petrel", "Storm bird"), BY)
    first = await edits.write(state, tmp_path, OWN)
    await edits.resume(state, tmp_path, due.append)
    await state.add_alias(OWN, ("Cork", "Corcaigh"), BY)
    last = await edits.write(state, tmp_path, OWN)
    await edits.built(tmp_path, OWN, first)
    await edits.resume(state, tmp_path, due.append)
    await edits.built(tmp_path, OWN, last)
    await edits.resume(state, tmp_path, due.append)
    assert due == [OWN, OWN]


async def test_a_folder_that_cannot_be_written_is_told(state: State, tmp_path: Path) -> None:
    """The old file stays whole, and no path is in the sentence."""
    await state.add_alias(OWN, ("Petrel", "Storm bird"), BY)
    (tmp_path / "edits").write_text("in the way")
    with pytest.raises(DataFolderError) as told:
        await edits.write(state, tmp_path, OWN)
    assert str(tmp_path) not in told.value.sentence


async def test_a_file_is_never_half_written(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails in the middle, the file of before is there and nothing beside it."""
    await state.add_alias(OWN, ("Petrel", "Storm bird"), BY)
    await edits.built(tmp_path, OWN, await edits.write(state, tmp_path, OWN))
    await state.add_alias(OWN, ("Cork", "Corcaigh"), BY)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.writing.os.fsync", full)
    with pytest.raises(DataFolderError):
        await edits.write(state, tmp_path, OWN)
    (left,) = edits_folder(tmp_path, OWN).iterdir()
    assert tomllib.loads(left.read_text()) == {"alias": [{"names": ["Petrel", "Storm bird"]}]}


# ---------------------------------------------------------------- drafts


def test_a_draft_is_taken_once_by_who_made_it_where_they_did() -> None:
    drafts: Drafts[str] = Drafts()
    key = drafts.keep("words", 1, 10)
    for person, guild in ((2, 10), (1, 11), (1, None)):
        with pytest.raises(GoneDraftError):
            drafts.take(key, person, guild)
        drafts.forget(key, person, guild)  # nor is it theirs to throw away
    assert drafts.take(key, 1, 10) == "words"
    with pytest.raises(GoneDraftError):
        drafts.take(key, 1, 10)


def test_the_oldest_drafts_are_forgotten_first() -> None:
    """What waits to be saved takes no more and more memory."""
    drafts: Drafts[int] = Drafts()
    keys = [drafts.keep(n, 1, 10) for n in range(501)]
    assert drafts.take(keys[-1], 1, 10) == 500
    with pytest.raises(GoneDraftError):
        drafts.take(keys[0], 1, 10)
