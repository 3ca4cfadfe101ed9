"""Which events belong to a question that gives no time."""

from __future__ import annotations

import datetime as dt

import pytest

from index.archive import Archive
from index.matching import Matcher
from index.questions import Question
from index.questions.understanding import understand
from index.snapshot import Snapshot
from index.timeline.relating import coverage, related_events, words_of
from index.timeline.table import Happened

QUESTIONS = (
    "When was the light on the mole lit?",
    "Lord Ardent and the harbour",
    "the storm that took the mole, and the keeper's daughter",
    "who:Ardent harbour",
    "the mole -keeper",
    '"Ines Calder" -"Lord Ardent"',
    "zebras of the north",
    "the",
)


def read(snapshot: Snapshot, question: str) -> Question:
    return understand(question, snapshot, dt.date(2026, 11, 22))


def allowed(snapshot: Snapshot, asked: Question, position: int) -> bool:
    held = snapshot.event_searcher.holds
    shut_out = [(term,) for term in asked.excluded] + list(asked.excluded_phrases)
    if any(all(held(position, term) for term in words) for words in shut_out):
        return False
    return all(held(position, term) for name in asked.who for term in name)


def told(snapshot: Snapshot, asked: Question, position: int) -> float:
    """What of the question's words one event holds, looked up word by word."""
    matcher, searcher = Matcher(asked), snapshot.event_searcher
    shares = {
        number: max(
            (a.share for a in concept.alternatives if searcher.holds(position, a.term)), default=0.0
        )
        for number, concept in enumerate(asked.concepts)
    }
    return matcher.told(shares)


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_event_is_told_of_as_if_it_were_looked_at(harbour: Archive, question: str) -> None:
    """What the events hold of a question, found for all at once, is what each of them holds."""
    snapshot = harbour.snapshot
    asked = read(snapshot, question)
    expected = [told(snapshot, asked, n) for n in range(len(snapshot.events))]
    assert coverage(snapshot.event_searcher, asked).tolist() == expected


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("best", [(), (0, 3)], ids=["no best", "told by the best"])
def test_events_that_hold_half_are_related(
    harbour: Archive, question: str, best: tuple[int, ...]
) -> None:
    """Events are related that hold half of what is asked, of those of the best passage less.

    The best come first, and of several with one text the best alone.
    """
    snapshot = harbour.snapshot
    asked = read(snapshot, question)
    expected: dict[tuple[str, int, int], int] = {}
    for n, _ in snapshot.event_searcher.search(asked.terms):
        bar = 0.5 * (0.6 if n in best else 1.0)
        place = snapshot.events[n].locator
        if told(snapshot, asked, n) >= bar and allowed(snapshot, asked, n):
            expected.setdefault((place.document_id, place.start, place.stop), n)
    found = related_events(snapshot, asked, best, None)
    assert found == list(expected.values())
    for most in (1, 2, 50):
        assert related_events(snapshot, asked, best, None, most) == found[:most]


def test_one_document_limits_related_events(harbour: Archive) -> None:
    """With a document only its events are related; with an unknown one none are."""
    snapshot = harbour.snapshot
    asked = read(snapshot, "Lord Ardent and the harbour")
    whole = related_events(snapshot, asked, (), None)
    for document in snapshot.sources:
        found = related_events(snapshot, asked, (), document)
        held = [n for n in whole if snapshot.events[n].locator.document_id == document]
        assert set(found) <= set(range(len(snapshot.events)))
        assert {snapshot.events[n].locator.document_id for n in found} <= {document}
        assert set(held) <= set(found)
    assert related_events(snapshot, asked, (), "diary") == []


def test_words_that_events_hold(harbour: Archive) -> None:
    """Of a question's words those are told that any of the events holds, in order."""
    snapshot = harbour.snapshot
    asked = read(snapshot, "Lord Ardent and the zebras")
    table = snapshot.timeline.table
    every = Happened(table.in_order(table.order), table.month >= 0)
    none = Happened(every.positions[:0], every.sure[:0])
    assert words_of(snapshot.event_searcher, asked, every) == ["Lord", "Ardent"]
    assert words_of(snapshot.event_searcher, asked, none) == []
