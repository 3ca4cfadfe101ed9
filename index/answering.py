"""Question -> Answer: the passages that answer, the sentence that says it, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from index.choosing import Candidate, choose, choose_event
from index.citing import citation_line, cited_event
from index.model import (
    Answer,
    AnswerSpan,
    Citation,
    CitedEvent,
    Event,
    Highlight,
    HistoricDate,
    Outcome,
    Overlap,
    Passage,
    Understood,
)
from index.questions import Question, clean, understand
from index.snapshot import Snapshot
from index.timeline.lookup import events_of_dates, in_order

_RELATED_EVENTS = 5
_FROM_PASSAGES = 3  # whether they answer is told from so many of the best passages

# Shares of what a question's words tell (their inverse document frequencies).
_ANSWERED_COVERAGE = 0.22
_NAMED_COVERAGE = 0.4  # where the question names something that no document names
_NEAR_COVERAGE = 0.1
_LONE_WORD_COVERAGE = 0.5  # where only one of several words is found
_TELLING_DIGITS = 3  # a number so long that is asked about must stand in the passage
_RELATED_COVERAGE = 0.5
_NOTE_SHARE = 0.75  # of its score that a note keeps: it is short, and says where, seldom what
_DATE_BOOST = 1.3  # for a passage that holds an event of the dates asked for


def answer(
    snapshot: Snapshot,
    question: str,
    *,
    today: dt.date,
    k: int = 5,
    document: str | None = None,
) -> Answer:
    """Answer ``question`` from ``snapshot``: pure, but for reading stored texts.

    Raises EmptyQueryError, QueryTooLongError, UnknownDocumentError, and UnreadableDateError for a
    date that does not exist.
    """
    text = clean(question)
    only = None if document is None else snapshot.document_id(document)
    asked = understand(text, snapshot, today)
    happened = events_of_dates(snapshot, asked.dates, only, asked.recurring)
    ranked = _rank(snapshot, asked, happened, only)
    outcome = _outcome(snapshot, asked, ranked, happened)
    hits = [] if outcome is Outcome.NOT_FOUND else ranked[:k]
    passages = [snapshot.passage(position) for position, _ in hits]
    chosen = _choose(snapshot, asked, passages, hits) if outcome is Outcome.ANSWERED else None
    citations = tuple(
        _cite(snapshot, asked, passage, number, score, chosen)
        for number, (passage, (_, score)) in enumerate(zip(passages, hits, strict=True), start=1)
    )
    certain, possible = _events(snapshot, asked, happened, hits, only, outcome)
    return Answer(
        question=text,
        outcome=outcome,
        answer=passages[chosen.passage].text[chosen.start : chosen.stop] if chosen else None,
        answer_spans=(AnswerSpan(chosen.passage + 1, chosen.start, chosen.stop),) if chosen else (),
        passages=citations,
        events=certain,
        possible_events=possible,
        understood=Understood(
            terms=tuple(concept.word for concept in asked.concepts),
            dates=asked.dates,
            people=asked.people,
            named=asked.named,
        ),
        covers=snapshot.covers,
        generation=snapshot.generation,
    )


# ---------------------------------------------------------------- finding


def _rank(
    snapshot: Snapshot, asked: Question, happened: dict[int, Overlap], only: str | None
) -> list[tuple[int, float]]:
    """Positions of passages with their scores, best first."""
    dated: dict[str, Overlap] = {}
    for number, overlap in happened.items():
        passage = snapshot.events[number].passage
        if dated.get(passage) != "certain":
            dated[passage] = overlap
    if asked.timed and not asked.concepts:
        return _passages_of_events(snapshot, happened, asked.dates)
    among = None
    if only is not None:
        among = frozenset(
            n for n, p in enumerate(snapshot.passages) if p.locator.document_id == only
        )
    if asked.timed:
        among = _of_dates(snapshot, asked, dated, among) or among
    scores = snapshot.searcher.search(asked.terms, among=among)
    boosted = [(n, score * _factor(snapshot.passages[n], dated)) for n, score in scores]
    return sorted(boosted, key=lambda pair: (-pair[1], pair[0]))


def _of_dates(
    snapshot: Snapshot,
    asked: Question,
    dated: Mapping[str, Overlap],
    among: frozenset[int] | None,
) -> frozenset[int]:
    """The passages that tell an event of the dates asked for, or write one of these dates.

    Of them only, if they hold anything else that is asked about, does the answer come; none are
    given if they don't.
    """
    searcher = snapshot.searcher
    fitting = {snapshot.positions[passage] for passage in dated if passage in snapshot.positions}
    for words in asked.date_terms:
        fitting |= {
            n for n, _ in searcher.search(words) if all(searcher.holds(n, w) for w in words)
        }
    if among is not None:
        fitting &= among
    held = max((_covered(snapshot, asked, n)[0] for n in fitting), default=0.0)
    return frozenset(fitting) if held >= _ANSWERED_COVERAGE else frozenset()


def _factor(passage: Passage, dated: Mapping[str, Overlap]) -> float:
    return (_DATE_BOOST if dated.get(passage.id) == "certain" else 1.0) * (
        _NOTE_SHARE if passage.kind == "note" else 1.0
    )


def _passages_of_events(
    snapshot: Snapshot, happened: dict[int, Overlap], dates: Sequence[HistoricDate]
) -> list[tuple[int, float]]:
    """The passages that tell the events of ``dates``.

    First those of events that lie wholly within a date, then of longer ones, then of possible ones;
    of each kind chronology entries before prose, and the earliest first.
    """

    def order(number: int) -> tuple[int, bool]:
        event = snapshot.events[number]
        if happened[number] == "possible":
            return 2, event.kind == "prose"
        return (0 if any(map(event.date.within, dates)) else 1), event.kind == "prose"

    events = sorted(in_order(snapshot, list(happened)), key=order)
    positions = dict.fromkeys(snapshot.positions[snapshot.events[n].passage] for n in events)
    return [(position, 1.0 / rank) for rank, position in enumerate(positions, start=1)]


def _covered(snapshot: Snapshot, asked: Question, position: int) -> tuple[float, int]:
    """What the passage at ``position`` holds of the question: the share of all that its words tell,
    and how many of them."""
    held = [
        concept.weight
        for concept in asked.concepts
        if any(snapshot.searcher.holds(position, term) for term in concept.terms)
    ]
    return (sum(held) / asked.weight if held else 0.0), len(held)


def _outcome(
    snapshot: Snapshot,
    asked: Question,
    ranked: Sequence[tuple[int, float]],
    happened: dict[int, Overlap],
) -> Outcome:
    """Found is decided by the matched content, never by a score (invariant 2)."""
    if not ranked:
        return Outcome.NOT_FOUND
    if asked.timed and not asked.concepts:
        certain = "certain" in happened.values()
        return Outcome.ANSWERED if certain else Outcome.NEAR_MISS
    top = [position for position, _ in ranked[:_FROM_PASSAGES]]
    if asked.only_stop_words:
        return Outcome.NEAR_MISS
    coverage, words = max(_covered(snapshot, asked, position) for position in top)
    named = any(concept.missing_name for concept in asked.concepts)
    bar = _NAMED_COVERAGE if named else _ANSWERED_COVERAGE
    if words == 1 and len(asked.concepts) > 1:
        bar = 1.0 if named else _LONE_WORD_COVERAGE
    if coverage >= bar and _numbers_held(snapshot, asked, top):
        return Outcome.ANSWERED
    if coverage >= _NEAR_COVERAGE or ("certain" in happened.values() and not named):
        return Outcome.NEAR_MISS
    return Outcome.NOT_FOUND


def _numbers_held(snapshot: Snapshot, asked: Question, positions: Sequence[int]) -> bool:
    """Whether every long number that is asked about stands in one of the passages."""
    numbers = [
        term
        for concept in asked.concepts
        for term in concept.terms
        if term.isdecimal() and len(term) >= _TELLING_DIGITS
    ]
    return all(any(snapshot.searcher.holds(p, n) for p in positions) for n in numbers)


# ---------------------------------------------------------------- quoting


def _choose(
    snapshot: Snapshot,
    asked: Question,
    passages: Sequence[Passage],
    hits: Sequence[tuple[int, float]],
) -> Candidate | None:
    """What of ``passages`` is shown as the answer: of a date alone, the first event that it had."""
    if asked.concepts or not passages:
        scores = [score for _, score in hits]
        return choose(snapshot.analyzer, asked, passages, scores)
    best = passages[0]
    told = [snapshot.events[n] for n in snapshot.events_of[best.id]]
    fitting = [event for event in told if any(map(event.date.within, asked.dates))] or told
    begin = best.locator.start
    event = fitting[0].locator
    return choose_event(best.text, 0, event.start - begin, event.stop - begin)


def _cite(
    snapshot: Snapshot,
    asked: Question,
    passage: Passage,
    number: int,
    score: float,
    chosen: Candidate | None,
) -> Citation:
    source = snapshot.sources[passage.locator.document_id]
    wanted = set(asked.terms)
    entries = (snapshot.events[n] for n in snapshot.events_of.get(passage.id, ()))
    marks = [
        Highlight(term.start, term.stop, "term")
        for term in snapshot.analyzer.terms(passage.text)
        if term.text in wanted
    ]
    if chosen is not None and chosen.passage == number - 1:
        marks.append(Highlight(chosen.start, chosen.stop, "answer"))
    return Citation(
        number=number,
        passage=passage,
        source=source,
        highlights=tuple(sorted(set(marks), key=lambda h: (h.start, h.stop, h.kind))),
        score=round(score, 6),
        notes=snapshot.notes(passage.locator.document_id, passage.notes),
        line=citation_line(source, passage.locator),
        date=next((event.date for event in entries if event.kind == "entry"), None),
    )


def _events(
    snapshot: Snapshot,
    asked: Question,
    happened: dict[int, Overlap],
    hits: Sequence[tuple[int, float]],
    only: str | None,
    outcome: Outcome,
) -> tuple[tuple[CitedEvent, ...], tuple[CitedEvent, ...]]:
    """The events that belong to an answer: of its dates if it has any, else related ones."""
    if outcome is Outcome.NOT_FOUND:
        return (), ()
    if asked.timed:
        return tuple(
            tuple(
                cited_event(snapshot, n, overlap)
                for n in in_order(snapshot, [n for n, o in happened.items() if o == overlap])
            )
            for overlap in ("certain", "possible")
        )  # type: ignore[return-value]  # two of them
    related = _related(snapshot, asked, hits, only)
    return tuple(cited_event(snapshot, n, None) for n in in_order(snapshot, related)), ()


def _related(
    snapshot: Snapshot, asked: Question, hits: Sequence[tuple[int, float]], only: str | None
) -> list[int]:
    """Events that share people and words with the question, the best few."""
    held_by_best = (
        set(snapshot.events_of.get(snapshot.passages[hits[0][0]].id, ())) if hits else set()
    )
    found = []
    for number, score in snapshot.event_searcher.search(asked.terms):
        event: Event = snapshot.events[number]
        if only is not None and event.locator.document_id != only:
            continue
        held = sum(
            c.weight
            for c in asked.concepts
            if any(snapshot.event_searcher.holds(number, term) for term in c.terms)
        )
        bar = _RELATED_COVERAGE * (0.6 if number in held_by_best else 1.0)
        if held >= bar * asked.weight:
            found.append((-score, number))
    seen: set[tuple[str, int, int]] = set()
    chosen: list[int] = []
    for _, number in sorted(found):
        place = snapshot.events[number].locator
        key = (place.document_id, place.start, place.stop)
        if key not in seen:
            seen.add(key)
            chosen.append(number)
    return chosen[:_RELATED_EVENTS]
