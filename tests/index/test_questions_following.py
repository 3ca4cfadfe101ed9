"""Questions that lean on the ones before them, and what they take over."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.building import build
from index.questions.concepts import Question
from index.questions.following import CARRIED_WEIGHT
from index.questions.understanding import understand
from index.snapshot import Snapshot
from tests.conftest import write_corpus
from tests.index.railways import ALIASES, FILES

TODAY = dt.date(2026, 11, 22)
CASES = Path(__file__).parent.parent / "cases" / "follow_ups.txt"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("railways")
    build(write_corpus(folder / "corpus", {**FILES, "aliases.toml": ALIASES}), folder / "data")
    return Archive.open(folder / "data").snapshot


def cases() -> list[object]:
    lines = CASES.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
    rows = [tuple(part.strip() for part in line.split("|")) for line in lines]
    assert len(rows) >= 40
    return [pytest.param(*row, id=row[0]) for row in rows]


def follow_up(snapshot: Snapshot, *questions: str) -> Question:
    *before, last = questions
    return understand(last, snapshot, TODAY, before=before)


@pytest.mark.parametrize(("questions", "carried", "kinds", "dates"), cases())
def test_follow_up(
    snapshot: Snapshot, questions: str, carried: str, kinds: str, dates: str
) -> None:
    """A question takes over what it leaves out, and nothing if it stands on its own."""
    asked = follow_up(snapshot, *(part.strip() for part in questions.split(">")))
    assert (", ".join(asked.carried) or "-") == carried
    assert (", ".join(asked.kinds) or "-") == kinds
    assert (", ".join(date.edtf for date in asked.dates) or "-") == dates


def test_carried_words_weigh_less(snapshot: Snapshot) -> None:
    """A word that is taken over tells a share of what it told, and stands nowhere in the text."""
    before = understand("Who rebuilt the pier?", snapshot, TODAY)
    asked = follow_up(snapshot, "Who rebuilt the pier?", "why?")
    weights = {concept.word: concept.weight for concept in before.concepts}
    assert [concept.word for concept in asked.concepts] == ["rebuilt", "pier"]
    for concept in asked.concepts:
        assert concept.carried
        assert concept.weight == weights[concept.word] * CARRIED_WEIGHT
        assert concept.start == concept.stop == len("why?")


def test_standing_alone_changes_nothing(snapshot: Snapshot) -> None:
    """A question that stands on its own is read as if there were none before it."""
    alone = "When did Tomas Reed visit Lund?"
    assert follow_up(snapshot, "Who rebuilt the pier?", alone) == follow_up(snapshot, alone)


def test_only_the_last_three_count(snapshot: Snapshot) -> None:
    """Of a chain of questions the last three before are looked at."""
    chain = ["Who rebuilt the pier?", "why?", "when?", "where?"]
    assert follow_up(snapshot, *chain, "by whom?").carried == ()
    assert follow_up(snapshot, *chain).carried == ("rebuilt", "pier")


def test_one_question_before_as_text(snapshot: Snapshot) -> None:
    """A single question before may be given as it is."""
    asked = understand("and in 1904?", snapshot, TODAY, before="Who visited Karsk in 1903?")
    assert asked.carried == ("visited", "Karsk")


@pytest.mark.parametrize("before", ["", "   ", "x" * 3_000, "what of 31 February 1903?"])
def test_unreadable_question_before(snapshot: Snapshot, before: str) -> None:
    """A question before that can't be read is left aside, without an error."""
    asked = follow_up(snapshot, "Who rebuilt the pier?", before, "why?")
    assert asked.carried == ("rebuilt", "pier")


def test_restrictions_go_on(snapshot: Snapshot) -> None:
    """Document, names and exclusions of the question before hold for one that leans on it."""
    asked = follow_up(snapshot, "doc:minutes who:Brandt boilers -coal", "how many?")
    assert (asked.document, len(asked.who), asked.excluded) == ("minutes", 1, ("coal",))


def test_what_is_counted_goes_on(snapshot: Snapshot) -> None:
    """What the question before counted is counted still; what takes its place instead of it."""
    first = "How many trams were sold to Velmland?"
    assert follow_up(snapshot, first, "and in 1905?").target_terms == ("tram",)
    assert follow_up(snapshot, first, "and wagons?").target_terms == ("wagon",)
    assert follow_up(snapshot, first, "how many of them were red?").target_terms == ("tram",)


@given(
    st.lists(
        st.sampled_from(["and ", "he ", "Karsk", " in ", "1904", "?", "that ", "who ", '"', " "])
    ),
    st.lists(st.sampled_from(["Reed ", "why", " -coal", " 1903", "date:", "?", " of them"])),
)
@settings(max_examples=200, deadline=None)
def test_any_pair_is_read(snapshot: Snapshot, last: list[str], before: list[str]) -> None:
    """Whatever two questions say, the second is understood, twice alike."""
    text = "".join(last).strip() or "why"
    asked = understand(text, snapshot, TODAY, before="".join(before))
    assert asked == understand(text, snapshot, TODAY, before="".join(before))
    assert all(0 <= concept.start <= concept.stop <= len(text) for concept in asked.concepts)
