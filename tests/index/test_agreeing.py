"""Results that say the same, answer alike, or disagree."""

from __future__ import annotations

import datetime as dt

import pytest

from index.agreeing import Agreement, Said, compare, say_differences
from index.answering import answer
from index.archive import Archive
from index.building import build
from index.model import Outcome, one_line
from index.questions.understanding import understand
from index.ranking import Ranked, rank
from index.snapshot import Snapshot
from tests.conftest import write_corpus

TODAY = dt.date(2026, 11, 21)

LAMP = """The lamp of the Ness light burned colza oil until the keepers were given paraffin, which
smoked less and cost the trustees half as much. Each evening the younger keeper carried four cans up
the stair, trimmed the wick and wound the clockwork that turned the lens."""
PEAT = """Peat from the moss of Ardle was cut by hand in spring and stacked to dry on the banks, and
carts took 4,000 loads of peat to the distillery before the autumn rain. The carters were paid by the
load and slept in the barn."""
DYKE = """The sea dyke at Fenwick was raised after the flood, faced with stone from the old abbey and
planted with marram grass, and the parish has repaired the sluice every year since. Sheep are kept on
it to tread the ground firm."""
FAIR = """The horse fair at Marlow began on the green at noon, the bailiff read the charter from the
steps, and the dealers drove their ponies past the inn in a long line. A fiddler played until dusk."""

GUIDE = f"""# Guide

## The lamp

{LAMP}

## Peat

{PEAT}

## The dyke

{DYKE}

## Harbour

The harbour of Skerrow was dug in 1847 by order of Lord Ardent, who wanted a port for slate.

## Railway

The branch railway to Dunmoran was opened in 1911 by the provost, and trains ran twice a day.

## Lifeboats

In 1902 the council of Skerrow ordered six lifeboats from a yard in Leith.

## Strike

More than 300 quarrymen of Balloch joined the strike for the eight-hour day.

## Ferry

The ferry inn at Kessock was built by Duncan Rae, a drover from Beauly, out of driftwood.

## Museum

See the list of exhibits below.
"""
ALMANAC = f"""# Almanac

## Lamps

{LAMP.replace("colza oil", "the colza oil").replace("wound the", "then wound the")}

## Loads

{PEAT.replace("4,000", "7,000")}

## The wall

{DYKE.replace("has repaired", "has not repaired")}

## Ports

By order of Lord Ardent, who wanted a port for his slate, the harbour of Skerrow was dug in 1847.

## Trains

The branch railway to Dunmoran was opened in 1913 by the provost; trains ran twice a day.

## Boats

In 1909 the council of Skerrow ordered ten lifeboats from a yard in Leith.

## Unrest

A count by the clerk has 412 quarrymen of Balloch in the strike for the eight-hour day.

## Inns

Duncan Rae, the Beauly drover, built the ferry inn at Kessock out of driftwood and broken spars.

## Shelf

See the list of exhibits below.
"""
LOG = f"""Fairs

1801

May 3: {one_line(FAIR)}

1802

May 3: {one_line(FAIR)}
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The index of three invented documents that tell much the same."""
    folder = tmp_path_factory.mktemp("agreeing")
    files = {"guide.md": GUIDE, "almanac.md": ALMANAC, "log.txt": LOG}
    build(write_corpus(folder / "corpus", files), folder / "data")
    return Archive.open(folder / "data").snapshot


def compared(snapshot: Snapshot, question: str) -> tuple[Agreement, tuple[Ranked, ...]]:
    """How the passages that ``question`` finds stand to each other, and these."""
    found = rank(snapshot, understand(question, snapshot, TODAY), k=10)
    return compare(snapshot, found.matcher, found.ranked), found.ranked


def sections(snapshot: Snapshot, ranked: tuple[Ranked, ...], *places: int) -> list[str]:
    """The headings under which some of the passages stand, in alphabetical order."""
    locators = [snapshot.passages[ranked[place].position].locator for place in places]
    return sorted(locator.section[-1] for locator in locators)


def test_a_copied_passage_takes_no_second_place(snapshot: Snapshot) -> None:
    """A passage that another document has too, with a word or two put in, is a near-duplicate."""
    agreement, ranked = compared(snapshot, "what oil did the lamp of the Ness light burn")
    [(kept, left_out)] = agreement.duplicates
    assert sections(snapshot, ranked, kept, left_out) == ["Lamps", "The lamp"]
    assert kept < left_out
    assert kept in agreement.kept
    assert left_out not in agreement.kept


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("how many loads of peat did carts take", id="another number"),
        pytest.param("who has repaired the sluice of the sea dyke at Fenwick", id="a negation"),
        pytest.param("who read the charter at the horse fair at Marlow", id="another day"),
        pytest.param("list of exhibits", id="too short to tell"),
    ],
)
def test_what_only_looks_the_same_keeps_its_place(snapshot: Snapshot, question: str) -> None:
    """Passages that differ in a number, a date or a negation, and a few stock words, are no copies."""
    agreement, ranked = compared(snapshot, question)
    assert agreement.duplicates == ()
    assert agreement.kept == tuple(range(len(ranked)))
    assert len(ranked) > 1


@pytest.mark.parametrize(
    ("question", "alike"),
    [
        pytest.param("when was the harbour of Skerrow dug", ["Harbour", "Ports"], id="a date"),
        pytest.param("who built the ferry inn at Kessock", ["Ferry", "Inns"], id="a name"),
    ],
)
def test_answers_alike(snapshot: Snapshot, question: str, alike: list[str]) -> None:
    """Two documents that give the same answer in much the same words answer alike."""
    agreement, ranked = compared(snapshot, question)
    assert [sections(snapshot, ranked, *pair) for pair in agreement.alike] == [alike]
    assert agreement.differing == ()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(
            "how many loads of peat did carts take to the distillery",
            {"4,000 loads", "7,000 loads"},
            id="a number",
        ),
        pytest.param(
            "when was the branch railway to Dunmoran opened", {"in 1911", "in 1913"}, id="a year"
        ),
    ],
)
def test_disagreement(snapshot: Snapshot, question: str, said: set[str]) -> None:
    """One statement with another number or date is told as a disagreement, and is not alike."""
    agreement, ranked = compared(snapshot, question)
    first, second = agreement.differing
    words = {
        snapshot.words(ranked[one.place].position).text[one.start : one.stop]
        for one in (first, second)
    }
    assert {next(full for full in said if word in full) for word in words} == said
    assert first.place == 0
    assert second.place not in {place for _, place in agreement.alike}


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("how many lifeboats did the council of Skerrow order", id="two orders"),
        pytest.param("how many quarrymen of Balloch joined the strike", id="more than"),
        pytest.param("when did the horse fair at Marlow begin", id="two happenings"),
        pytest.param("who built the ferry inn at Kessock", id="no number"),
    ],
)
def test_no_false_disagreement(snapshot: Snapshot, question: str) -> None:
    """Two happenings, and a number that is only a limit of the other, are no disagreement."""
    agreement, ranked = compared(snapshot, question)
    assert len(ranked) > 1
    assert agreement.differing == ()


def test_nothing_to_compare(snapshot: Snapshot) -> None:
    """Of no passages nothing is told; of one that it is kept."""
    found = rank(snapshot, understand("ferry inn", snapshot, TODAY), k=1)
    assert compare(snapshot, found.matcher, ()) == Agreement((), (), (), (), ())
    assert compare(snapshot, found.matcher, found.ranked).kept == (0,)


def test_comparing_again_gives_the_same(snapshot: Snapshot) -> None:
    """The same passages are always compared alike."""
    question = "when was the branch railway to Dunmoran opened"
    assert compared(snapshot, question)[0] == compared(snapshot, question)[0]


DIFFERING = (Said(0, 0, 4), Said(2, 0, 4), Said(5, 0, 4))
WORDS = {0: "1911", 2: "1913", 5: "1913"}


@pytest.mark.parametrize(
    ("k", "shown"),
    [
        pytest.param(1, (0,), id="only the answer"),
        pytest.param(2, (0, 2), id="instead of the last"),
        pytest.param(3, (0, 1, 2), id="among the best anyway"),
        pytest.param(9, (0, 1, 2, 3, 5), id="fewer than wanted"),
    ],
)
def test_what_disagrees_is_shown(k: int, shown: tuple[int, ...]) -> None:
    """A passage that disagrees is among those that are shown, if more than one is."""
    agreement = Agreement((0, 1, 2, 3, 5), ((0, 4),), (), DIFFERING, ())
    assert agreement.shown(k) == shown


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        pytest.param(2, (0, 1, 2, 3, 4, 5), id="among the first three"),
        pytest.param(5, (0, 1, 5, 2, 3, 4), id="brought forward"),
        pytest.param(12, (0, 1, 12, 2, 3, 4), id="from those that are looked at for any number"),
        pytest.param(13, (0, 1, 2, 3, 4, 5), id="but from no farther"),
    ],
)
def test_the_first_three_are_the_same_for_any_number(place: int, shown: tuple[int, ...]) -> None:
    """Of three and more passages wanted, the fewer are the first of the more."""
    told = (Said(0, 0, 4), Said(place, 0, 4))
    agreement = Agreement(tuple(range(14)), (), (), told, ())
    assert agreement.shown(6) == shown
    assert all(agreement.shown(k) == agreement.shown(14)[:k] for k in range(3, 14))


@pytest.mark.parametrize(
    ("numbers", "alike", "said"),
    [
        pytest.param({0: 1, 2: 3}, (), ("[1] says “1911”, [3] says “1913”.",), id="two"),
        pytest.param(
            {0: 1, 2: 3, 5: 4}, (), ("[1] says “1911”, [3] and [4] say “1913”.",), id="three"
        ),
        pytest.param(
            {0: 1, 1: 2, 2: 3},
            ((0, 1),),
            ("[1] and [2] say “1911”, [3] says “1913”.",),
            id="one that answers alike",
        ),
        pytest.param({0: 1, 1: 2}, (), (), id="only one side is shown"),
        pytest.param({}, (), (), id="nothing is shown"),
    ],
)
def test_disagreement_in_words(
    numbers: dict[int, int], alike: tuple[tuple[int, int], ...], said: tuple[str, ...]
) -> None:
    """A disagreement is told by the numbers under which the passages are shown."""
    agreement = Agreement((0, 1, 2, 5), (), alike, DIFFERING, ())
    assert say_differences(agreement, WORDS, numbers) == said


def test_what_the_timeline_tells_is_told_too() -> None:
    """What is known to be told otherwise elsewhere is said of the first passage."""
    agreement = Agreement((0,), (), (), (), ("Here “1911”; “1913” in Almanac.",))
    assert say_differences(agreement, {}, {0: 1}) == (
        "[1] is told otherwise elsewhere. Here “1911”; “1913” in Almanac.",
    )
    assert say_differences(agreement, {}, {}) == ()


def test_an_answer_tells_a_disagreement(snapshot: Snapshot) -> None:
    """What is told otherwise is said in a sentence, and the other passage's words are marked."""
    found = answer(snapshot, "when was the branch railway to Dunmoran opened", today=TODAY, k=2)
    assert found.outcome is Outcome.ANSWERED
    [sentence] = found.differs
    for citation in found.passages:
        [mark] = [mark for mark in citation.highlights if mark.kind == "answer"]
        words = citation.passage.text[mark.start : mark.stop]
        assert f"[{citation.number}] says “{words}”" in sentence


def test_a_copy_is_named_beneath_the_first(snapshot: Snapshot) -> None:
    """A near-duplicate isn't shown, but the passage that is says where else its words stand."""
    found = answer(snapshot, "what oil did the lamp of the Ness light burn", today=TODAY, k=10)
    [also] = found.passages[0].also
    assert also.copy
    assert also.number is None
    assert also.passage not in {citation.passage.id for citation in found.passages}
    assert snapshot.quote(also.locator) == also.text
    assert [citation.number for citation in found.passages] == list(
        range(1, len(found.passages) + 1)
    )


def test_what_answers_alike_is_named_beneath_the_first(snapshot: Snapshot) -> None:
    """A passage that answers alike keeps its place, and the first one names it with its words."""
    found = answer(snapshot, "who built the ferry inn at Kessock", today=TODAY)
    [also] = found.passages[0].also
    assert not also.copy
    assert found.passages[(also.number or 0) - 1].passage.id == also.passage
    assert "Duncan Rae" in also.text
    assert snapshot.quote(also.locator) == also.text
