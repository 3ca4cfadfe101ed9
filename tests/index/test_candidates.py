"""Tests of `index.candidates` and `index.ranking`: which passages are read, and that no more need be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import candidates, choosing, ranking
from index.archive import Archive
from index.building import build
from index.candidates import union, within
from index.passage_words import PassageWords
from index.questions.understanding import understand
from index.ranking import Ranking, rank
from index.snapshot import Snapshot
from tests.conftest import write_corpus

TODAY = dt.date(2026, 11, 21)
DAYS = 60
BERTHS = ("north", "south", "east", "west", "outer", "inner")
CARGO = ("timber", "slate", "herring", "salt", "coal", "rope", "tallow")

QUESTIONS = (
    "Which cargo did the brig land at the north quay?",
    "How many barrels of herring were weighed?",
    "When did the pilot come aboard?",
    "Who weighed the salt on day 14?",
    "slate rope tallow",
    "brig Orla quay pilot weighed barrels harbour master herring salt timber",
    "note 3",
    '"the outer quay" herring',
    "herring -salt",
    "barrels in June 1866",
)


def day(number: int) -> str:
    """What is told of a day: much the same as of any other."""
    berth, cargo = BERTHS[number % len(BERTHS)], CARGO[number % len(CARGO)]
    told = [
        f"The brig Orla lay at the {berth} quay and landed {number + 3} barrels of {cargo}.",
        "The harbour master weighed them." if number % 3 else "Weighed by Ines Falk, the pilot.",
    ]
    if number % 4 == 0:
        told.append(f"The pilot came aboard on {number % 28 + 1} June 1866.")
    if number == DAYS - 1:
        told.append("A grey seal sat under the quay crane.")
    elif number % 2:
        told.append(
            "The crane of the outer quay was tarred, and grey sheets dried; a seal was seen."
        )
    marked = f"[^{number}]" if number % 10 == 0 else ""
    return f"## Day {number}\n\n{' '.join(told)}{marked}\n"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The index of the diary of a harbour, a passage a day."""
    folder = tmp_path_factory.mktemp("diary")
    notes = "".join(f"[^{n}]: Harbour book, leaf {n}, on salt.\n" for n in range(0, DAYS, 10))
    diary = "# A diary\n\n" + "\n".join(map(day, range(DAYS))) + "\n" + notes
    build(write_corpus(folder / "corpus", {"diary.md": diary}), folder / "data")
    return Archive.open(folder / "data").snapshot


def found(snapshot: Snapshot, question: str, k: int = 5) -> Ranking:
    return rank(snapshot, understand(question, snapshot, TODAY), k=k)


def texts(snapshot: Snapshot, positions: Sequence[int]) -> list[str]:
    return [snapshot.passage(position).text for position in positions]


class Reads:
    """Counts the passages that are read."""

    def __init__(self, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.positions: set[int] = set()
        words = snapshot.words

        def counted(position: int) -> PassageWords:
            self.positions.add(position)
            return words(position)

        monkeypatch.setattr(snapshot, "words", counted)


# ---------------------------------------------------------------- reading no more than is needed


@pytest.mark.parametrize("question", QUESTIONS)
def test_reading_only_what_may_win_changes_nothing(
    snapshot: Snapshot, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ranking differs in nothing from that of which every candidate and sentence was looked into."""
    usual = found(snapshot, question)
    monkeypatch.setattr(ranking, "_CLOSE", 1e9)
    monkeypatch.setattr(choosing, "_NOT_AS_GOOD", 1e9)
    every = found(snapshot, question)
    assert usual.ranked == every.ranked
    assert usual.found.tolist() == every.found.tolist()


def test_what_can_no_longer_be_wanted_is_not_read(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sixty passages that hold a word, not even those that are scored again are all read."""
    asked = understand("grey seal on the crane, harbour master", snapshot, TODAY)
    reads = Reads(snapshot, monkeypatch)
    ranked = rank(snapshot, asked, k=5)
    assert len(ranked.found) > ranking._RESCORED > len(reads.positions)
    assert {hit.position for hit in ranked.ranked} <= reads.positions


# ---------------------------------------------------------------- phrases


def test_a_phrase_is_looked_for_beyond_the_first_that_hold_its_words(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phrase counts where it stands in one passage alone, however many hold its words apart."""
    monkeypatch.setattr(candidates, "_BLOCKS", (2, 8, 40))
    monkeypatch.setattr(candidates, "_ENOUGH", 8)
    ranked = found(snapshot, '"grey seal" crane of the outer quay').ranked
    assert [hit.position for hit in ranked] == [
        position for position in range(DAYS) if "grey seal" in snapshot.passage(position).text
    ]


def test_a_phrase_is_not_looked_for_without_end(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more passages are read for a phrase than the last bound; if none has it, none must."""
    monkeypatch.setattr(candidates, "_BLOCKS", (2, 4, 6))
    asked = understand('"seal sheets"', snapshot, TODAY)
    reads = Reads(snapshot, monkeypatch)
    totals_of = snapshot.searcher.totals
    with totals_of([[(term, 1.0)] for term in asked.phrases[0]]) as totals:
        fitting, rest = candidates._with_phrases(snapshot, asked, totals, totals.found(), 5)
    assert len(reads.positions) == 6
    assert (len(fitting), len(rest)) == (0, len(found(snapshot, "seal sheets").found))


def test_what_is_not_read_for_a_phrase_counts_as_found(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where enough passages have a phrase the others that hold its words are found, but not ranked."""
    every = found(snapshot, '"outer quay"')
    monkeypatch.setattr(candidates, "_BLOCKS", (2, 4, 40))
    monkeypatch.setattr(ranking, "_RESCORED", 3)
    some = found(snapshot, '"outer quay"', k=3)
    assert all("outer quay" in text for text in texts(snapshot, [r.position for r in some.ranked]))
    assert set(every.found.tolist()) <= set(some.found.tolist())


@pytest.mark.parametrize("few", [1, 100])
def test_no_passage_with_an_excluded_phrase_is_shown(
    snapshot: Snapshot, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An excluded phrase stands in none of what is ranked, whether few or many hold its words."""
    monkeypatch.setattr(candidates, "_BLOCKS", (few, 400, 2_000))
    ranked = found(snapshot, 'barrels -"outer quay"', k=20).ranked
    assert len(ranked) == 20
    assert not any("outer quay" in text for text in texts(snapshot, [r.position for r in ranked]))


# ---------------------------------------------------------------- positions


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_a_union_holds_each_position_once_and_rising(one: set[int], other: set[int]) -> None:
    """The union of two rising arrays is what either has, each once, rising, and of integers."""
    arrays = [np.array(sorted(each), dtype=np.int64) for each in (one, other)]
    both = union(*arrays)
    assert both.tolist() == sorted(one | other)
    assert both.dtype == np.int64


@given(st.sets(st.integers(0, 50)), st.integers(0, 50), st.integers(0, 50))
def test_positions_within_a_slice_are_those_of_an_array(
    some: set[int], first: int, last: int
) -> None:
    """A slice limits positions as the array of its numbers does; None doesn't limit them."""
    positions = np.array(sorted(some), dtype=np.int64)
    by_slice = within(positions, slice(first, max(first, last)))
    by_array = within(positions, np.arange(first, max(first, last)))
    assert by_slice.tolist() == by_array.tolist()
    assert within(positions, None) is positions


def test_the_note_that_is_asked_for_comes_first(snapshot: Snapshot) -> None:
    """A note asked for by its number is first, and numbered, though others hold more of the words."""
    best = found(snapshot, "What does note 20 say about salt?").ranked[0]
    assert best.numbered
    assert "leaf 20" in snapshot.passage(best.position).text


def test_no_words_find_nothing(snapshot: Snapshot) -> None:
    """A question none of whose words stand anywhere has no candidates."""
    ranked = found(snapshot, "xylophone zebra")
    assert (ranked.ranked, len(ranked.found)) == ((), 0)
