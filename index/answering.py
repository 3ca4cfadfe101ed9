"""Question -> Answer: the passages that answer, the sentence that says it, or nothing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.agreeing import Agreement, Said, compare, say_differences
from index.bm25 import Searcher
from index.candidates import union, within
from index.choosing import Stretch, choose_event
from index.citing import citation_line
from index.dates import find_dates
from index.deciding import Decision, decide
from index.matching import Matcher
from index.messages import joined, say
from index.model import (
    AlsoIn,
    Answer,
    AnswerSpan,
    Citation,
    CitedEvent,
    Highlight,
    HistoricDate,
    Outcome,
    ScorePart,
    Timeline,
    Understood,
)
from index.passage_words import PassageWords
from index.questions import Concept, Question
from index.questions.understanding import clean, understand
from index.ranking import Ranked, Ranking, rank
from index.snapshot import Snapshot
from index.surroundings import cite_passage
from index.timeline.cited import cited
from index.timeline.lookup import events_of_dates, say_recurring
from index.timeline.relating import related_events, told_events, words_of
from index.timeline.table import Happened, Positions

_RELATED_EVENTS = 5
_MOST_EVENTS = 500  # of a question's timeline
_SPARE = 10  # passages that are found beside those wanted: some may say the same
_LOOKED_UP = 8  # passages that are counted in the time that it takes to look up one place
_LOOKED_AT = 50  # passages whose dates are read where a range of time is given

# Shares of what a question's words tell (their inverse document frequencies).
_DATED_COVERAGE = 0.22  # of a passage of the dates asked for, to be looked at alone
_NEAR = 10  # characters: what is nearer to an answering word is as near
_SURE = 0.4  # the strength of words of the kind asked for, to be marked


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a question asks for, and what was found for it."""

    asked: Question
    ranking: Ranking
    happened: Happened  # the events of its dates
    only: str | None  # id of the one document to answer from


def look_up(
    snapshot: Snapshot,
    question: str,
    *,
    today: dt.date,
    k: int,
    document: str | None = None,
    before: str | Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> LookUp:
    """What ``question`` finds, before anything is decided or quoted. Raises as `answer` does."""
    only = None if document is None else snapshot.document_id(document)
    asked = understand(clean(question), snapshot, today, before=before, since=since, until=until)
    return find(snapshot, asked, k=k + _SPARE, only=only)


def find(snapshot: Snapshot, asked: Question, *, k: int, only: str | None = None) -> LookUp:
    """What ``asked`` finds, in the document ``only`` or the one that it names, if any."""
    only = only or asked.document
    happened = events_of_dates(snapshot, asked.dates, only, asked.recurring)
    return LookUp(asked, _rank(snapshot, asked, happened, only, k), happened, only)


def answer(
    snapshot: Snapshot,
    question: str,
    *,
    today: dt.date,
    k: int = 5,
    document: str | None = None,
    before: str | Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Answer:
    """Answer ``question`` from ``snapshot``: pure, but for reading stored texts.

    ``before`` are the questions before it, oldest first; ``since`` and ``until`` are date expressions,
    both included. Raises EmptyQueryError, QueryTooLongError, UnknownDocumentError, and
    UnreadableDateError for a date that does not exist.
    """
    found = look_up(
        snapshot,
        question,
        today=today,
        k=k,
        document=document,
        before=before,
        since=since,
        until=until,
    )
    asked, ranking, happened, only = found.asked, found.ranking, found.happened, found.only
    decision = decide(snapshot, asked, ranking, happened)
    outcome = decision.outcome
    candidates = () if outcome is Outcome.NOT_FOUND else ranking.ranked[: k + _SPARE]
    agreement = compare(snapshot, ranking.matcher, candidates)
    answered = outcome is Outcome.ANSWERED
    places = agreement.shown(k) if answered else agreement.kept[:k]
    hits = tuple(candidates[place] for place in places)
    chosen = _choose(snapshot, asked, hits) if outcome is Outcome.ANSWERED else None
    numbers = {place: number for number, place in enumerate(places, start=1)}
    differing = {said.place: said for said in agreement.differing if answered}
    citations = tuple(
        replace(
            _cite(snapshot, asked, numbers[place], hit, chosen, differing.get(place)),
            also=_also(snapshot, agreement, candidates, place, numbers, answered=answered),
        )
        for place, hit in zip(places, hits, strict=True)
    )
    told = told_events(snapshot, asked, happened)
    certain, possible = _events(snapshot, asked, told, hits, only, outcome)
    return Answer(
        question=asked.text,
        outcome=outcome,
        answer=citations[0].passage.text[chosen.start : chosen.stop] if chosen else None,
        answer_spans=(AnswerSpan(1, chosen.start, chosen.stop),) if chosen else (),
        passages=citations,
        events=certain,
        possible_events=possible,
        understood=_understood(asked, decision),
        covers=snapshot.covers,
        generation=snapshot.generation,
        confidence=decision.confidence,
        differs=_differs(snapshot, agreement, candidates, numbers) if answered else (),
        matched=_matched(snapshot, ranking),
    )


def _matched(snapshot: Snapshot, ranking: Ranking) -> tuple[tuple[str, int], ...]:
    """How many of the passages that were found each document has: see `Answer.matched`."""
    documents, found = tuple(snapshot.sources), ranking.found
    if len(documents) * _LOOKED_UP < len(found):  # they stand in order
        starts = snapshot.contents.starts
        counts = np.diff(np.searchsorted(found, starts))
    else:
        counts = np.bincount(snapshot.document_numbers[found], minlength=len(documents))
    holding = np.flatnonzero(counts)
    order = holding[np.argsort(-counts[holding], kind="stable")]
    return tuple(
        zip(map(documents.__getitem__, order.tolist()), counts[order].tolist(), strict=True)
    )


def _understood(asked: Question, decision: Decision) -> Understood:
    """What a reader is told of how the question was read."""
    return Understood(
        terms=tuple(concept.word for concept in asked.concepts),
        phrases=asked.quoted,
        dates=asked.dates,
        people=asked.people,
        corrections=asked.corrections,
        named=asked.named,
        expanded=tuple(
            (concept.word, shown) for concept in asked.concepts if (shown := _expanded(concept))
        ),
        carried=asked.carried,
        excluded=asked.shut_out,
        missing=decision.missing,
        kind=asked.kind,
    )


def _expanded(concept: Concept) -> tuple[str, ...]:
    """The words that count for one that was typed, but for its spelling and its aliases."""
    words = (
        a.shown for a in concept.alternatives if a.reason not in ("typed", "alias", "spelling")
    )
    return tuple(dict.fromkeys(word for word in words if word))


# ---------------------------------------------------------------- finding


def _rank(
    snapshot: Snapshot, asked: Question, happened: Happened, only: str | None, k: int
) -> Ranking:
    """The passages that the question finds, best first."""
    if asked.timed and not asked.concepts:
        told = told_events(snapshot, asked, happened)
        if told or not asked.dates:
            return _passages_of_events(snapshot, asked, told, k)
    table = snapshot.timeline.table
    dated = _passages(table.passage[happened.positions])
    certain = _passages(table.passage[happened.certain])
    among: Positions | slice | None = None
    if only is not None:
        place = snapshot.places.get(only)
        among = slice(place.first, place.stop) if place else slice(0, 0)
    if asked.timed and not asked.concepts:  # no event, but the date may be written somewhere
        found = rank(snapshot, asked, dated=certain, among=among, k=max(k, _LOOKED_AT))
        return _of_time(snapshot, asked.dates, found, dated)
    if asked.timed:
        fitting = _of_dates(snapshot, asked, dated, among)
        among = fitting if len(fitting) else among
    if asked.within is None:
        return rank(snapshot, asked, dated=certain, among=among, k=k)
    found = rank(snapshot, asked, dated=certain, among=among, k=max(k, _LOOKED_AT))
    return _of_time(snapshot, (asked.within,), found, dated)


def _passages(of_events: NDArray[np.int32]) -> Positions:
    """The positions of passages that events have, each once and rising; some events have none."""
    found = np.sort(of_events[of_events >= 0]).astype(np.int64)
    return found[np.diff(found, prepend=-1) > 0]


def _of_time(
    snapshot: Snapshot, times: Sequence[HistoricDate], found: Ranking, dated: Positions
) -> Ranking:
    """Those of ``found`` that tell an event of one of ``times``, or write a date in it.

    ``dated`` are the passages that tell such events. A date in a heading is that of what stands below:
    “Minutes of 6 May 2021”.
    """

    def written(hit: Ranked) -> bool:
        place = snapshot.passages[hit.position].locator
        parts = (*place.section, snapshot.words(hit.position).text)
        told = [mention.date for part in parts for mention in find_dates(part)]
        return any(date.overlap(t.earliest, t.latest) for date in told for t in times)

    telling = np.isin([hit.position for hit in found.ranked], dated)
    kept = tuple(
        hit for hit, tells in zip(found.ranked, telling, strict=True) if tells or written(hit)
    )
    told = union(dated, np.sort(np.array([hit.position for hit in kept], dtype=np.int64)))
    return replace(found, ranked=kept, found=within(found.found, told))


def _of_dates(
    snapshot: Snapshot, asked: Question, dated: Positions, among: Positions | slice | None
) -> Positions:
    """The passages that tell an event of the dates asked for, or write one of these dates.

    Of them only, if they hold anything else that is asked about, does the answer come; none are
    given if they don't. ``dated`` are those that tell an event.
    """
    fitting = dated
    for words in asked.date_terms:
        fitting = union(fitting, snapshot.searcher.holding(words))
    fitting = within(fitting, among)
    enough = _most_told(snapshot.searcher, Matcher(asked), fitting) >= _DATED_COVERAGE
    return fitting if enough else fitting[:0]


def _most_told(searcher: Searcher, matcher: Matcher, positions: Positions) -> float:
    """The largest share of what the question's words tell that any of ``positions`` holds.

    As `Matcher.told` counts it; 0 without positions.
    """
    told = np.zeros(len(positions))
    for weight, concept in zip(matcher.weights, matcher.asked.concepts, strict=True):
        share = np.zeros(len(positions))
        for other in concept.alternatives:
            held = np.isin(positions, searcher.postings(other.term), assume_unique=True)
            np.maximum(share, other.share * held, out=share)
        told += weight * share
    return float(told.max(initial=0.0)) / (matcher.weight or 1.0)


def _passages_of_events(
    snapshot: Snapshot, asked: Question, happened: Happened, most: int
) -> Ranking:
    """The passages that tell the events of the dates asked for, the first ``most``.

    First those of events that lie wholly within a date, then of longer ones, then of possible ones;
    of each kind chronology entries before prose, and the earliest first.
    """
    table = snapshot.timeline.table
    events = table.in_order(happened.positions)
    inside = np.zeros(len(events), dtype=np.bool_)
    for date in asked.dates:
        inside |= (table.earliest[events] >= date.earliest) & (table.latest[events] <= date.latest)
    possible = np.isin(events, happened.possible)
    prose = np.array([one.kind == "prose" for one in snapshot.events.many(events.tolist())])
    order = np.lexsort((np.arange(len(events)), prose, np.where(possible, 2, ~inside)))
    passages = table.passage[events[order]]
    _, first = np.unique(passages, return_index=True)
    positions = passages[np.sort(first)]
    positions = positions[positions >= 0]
    ranked = [
        Ranked(
            position, score := round(1.0 / place, 6), (ScorePart("boost", "happened then", score),)
        )
        for place, position in enumerate(positions[:most].tolist(), start=1)
    ]
    return Ranking(tuple(ranked), Matcher(asked), _passages(positions))


# ---------------------------------------------------------------- quoting


def _choose(snapshot: Snapshot, asked: Question, hits: Sequence[Ranked]) -> Stretch | None:
    """What of the best passage is the answer: of a date alone, the first event that it tells."""
    if hits[0].stretch is not None:
        return hits[0].stretch
    best = snapshot.passage(hits[0].position)
    told = [snapshot.events[n] for n in snapshot.events_of[best.id]]
    fitting = [event for event in told if any(map(event.date.within, asked.dates))] or told
    begin = best.locator.start
    event = fitting[0].locator
    return choose_event(best.text, event.start - begin, event.stop - begin)


def _cite(
    snapshot: Snapshot,
    asked: Question,
    number: int,
    hit: Ranked,
    chosen: Stretch | None,
    said: Said | None = None,
) -> Citation:
    words = snapshot.words(hit.position)
    wanted = {term for concept in asked.concepts for term in concept.terms}
    wanted.update(term for terms in asked.date_terms for term in terms)
    marks = [
        Highlight(words.starts[place], words.stops[place], "term")
        for place, term in enumerate(words.terms)
        if term in wanted
    ]
    if chosen is not None and number == 1:
        spans = _answering_words(asked, words, chosen)
        marks += [Highlight(start, stop, "answer") for start, stop in spans]
    if said is not None and number != 1:
        marks.append(Highlight(said.start, said.stop, "answer"))
    return replace(
        cite_passage(snapshot, hit.position, number),
        highlights=tuple(sorted(set(marks), key=lambda h: (h.start, h.stop, h.kind))),
        score=hit.score,
        why=hit.parts,
    )


def _also(
    snapshot: Snapshot,
    agreement: Agreement,
    hits: Sequence[Ranked],
    place: int,
    numbers: Mapping[int, int],
    *,
    answered: bool,
) -> tuple[AlsoIn, ...]:
    """Where else stands what the passage at ``place`` says: its copies, then what answers alike."""
    others = [(other, True) for first, other in agreement.duplicates if first == place]
    if answered:
        others += [(other, False) for first, other in agreement.alike if first == place]
    found = []
    for other, copy in others:
        passage = snapshot.passage(hits[other].position)
        stretch = hits[other].stretch
        locator, text = passage.locator, passage.text
        if stretch is not None and not copy:
            begin = locator.start
            locator = replace(locator, start=begin + stretch.start, stop=begin + stretch.stop)
            text = text[stretch.start : stretch.stop]
        source = snapshot.sources[locator.document_id]
        line = citation_line(source, passage.locator)
        found.append(AlsoIn(passage.id, source, locator, text, line, copy, numbers.get(other)))
    return tuple(found)


def _differs(
    snapshot: Snapshot, agreement: Agreement, hits: Sequence[Ranked], numbers: Mapping[int, int]
) -> tuple[str, ...]:
    """What the passages that are shown disagree on, a sentence each."""
    words = {
        said.place: snapshot.words(hits[said.place].position).text[said.start : said.stop]
        for said in agreement.differing
    }
    return say_differences(agreement, words, numbers)


def _answering_words(
    asked: Question, words: PassageWords, chosen: Stretch
) -> list[tuple[int, int]]:
    """The spans of the words of the kind asked for; of the whole stretch where none are.

    Of several that are as surely of that kind, the one nearest to the question's words; all of them
    where a list is asked for.
    """
    fits = [fit for fit in chosen.fits if chosen.start <= fit.start and fit.stop <= chosen.stop]
    surest = max((fit.strength for fit in fits), default=0.0)
    if surest < _SURE:
        return [(chosen.start, chosen.stop)]
    spans = [(fit.start, fit.stop) for fit in fits if fit.strength == surest]
    if "list" in asked.kinds or len(spans) == 1:
        return spans
    matcher = Matcher(asked)
    found = [
        (words.starts[match.place], words.stops[match.place], matcher.weights[match.concept])
        for match in matcher.match(words)
    ]

    def nearness(span: tuple[int, int]) -> float:
        return math.fsum(
            weight / (_NEAR + max(0, start - span[1], span[0] - stop))
            for start, stop, weight in found
        )

    return [max(spans, key=lambda span: (nearness(span), -span[0]))]


def _events(
    snapshot: Snapshot,
    asked: Question,
    happened: Happened,
    hits: Sequence[Ranked],
    only: str | None,
    outcome: Outcome,
) -> tuple[Sequence[CitedEvent], Sequence[CitedEvent]]:
    """The events that belong to an answer: all of its dates if it has any, else related ones."""
    if outcome is Outcome.NOT_FOUND:
        return (), ()
    table = snapshot.timeline.table
    if asked.timed:
        certain, possible = map(table.in_order, (happened.certain, happened.possible))
        return cited(snapshot, certain, "certain"), cited(snapshot, possible, "possible")
    related = np.array(_related(snapshot, asked, hits, only, _RELATED_EVENTS), dtype=np.int64)
    return cited(snapshot, table.in_order(related), None), ()


def _first(snapshot: Snapshot, happened: Happened) -> tuple[Positions, Positions]:
    """The first of the events that certainly and of those that possibly happened, in order."""
    table = snapshot.timeline.table
    certain = table.in_order(happened.certain)[:_MOST_EVENTS]
    return certain, table.in_order(happened.possible)[: _MOST_EVENTS - len(certain)]


def _related(
    snapshot: Snapshot,
    asked: Question,
    hits: Sequence[Ranked],
    only: str | None,
    most: int | None = None,
) -> list[int]:
    """Events that share people and words with the question, best first."""
    best = snapshot.passages[hits[0].position].id if hits else ""
    return related_events(snapshot, asked, snapshot.events_of.get(best, ()), only, most)


def timeline_of(
    snapshot: Snapshot,
    question: str,
    *,
    today: dt.date,
    document: str | None = None,
    before: str | Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Timeline:
    """All events that belong to ``question``, of which an answer shows but the nearest few.

    Of a question that gives a time: what certainly and what possibly happened then. Else those that
    share people and words with it, in the order of time; `Timeline.asked` are these words. At most
    500. Raises as `answer` does.
    """
    found = look_up(
        snapshot,
        question,
        today=today,
        k=1,
        document=document,
        before=before,
        since=since,
        until=until,
    )
    asked, table = found.asked, snapshot.timeline.table
    if asked.timed:
        told = told_events(snapshot, asked, found.happened)
    else:
        related = np.sort(_related(snapshot, asked, found.ranking.ranked, found.only))
        told = Happened(related.astype(np.int64), np.ones(len(related), dtype=np.bool_))
    certain, possible = _first(snapshot, told)
    notes = (
        (
            say(
                "{count} events belong to it; the first {most} are here.",
                count=len(told),
                most=_MOST_EVENTS,
            ),
        )
        if len(told) > _MOST_EVENTS
        else ()
    )
    return Timeline(
        events=cited(snapshot, certain, "certain" if asked.timed else None),
        possible_events=cited(snapshot, possible, "possible"),
        when=asked.dates[0] if len(asked.dates) == 1 and not asked.recurring else None,
        asked=_words_of_events(snapshot, asked, told),
        covers=say("The timeline holds {events}.", events=snapshot.events_span),
        generation=snapshot.generation,
        notes=notes,
        span=table.span(told.certain),
    )


def _words_of_events(snapshot: Snapshot, asked: Question, events: Happened) -> str:
    """The words of a question by which its ``events`` were chosen, in one line for people."""
    if asked.dates or asked.recurring:
        days = (say_recurring(month, day) for month, day in asked.recurring)
        return joined(*asked.dates, *days, by=", ")
    chosen = words_of(snapshot.event_searcher, asked, events)
    return ", ".join(chosen or [concept.word for concept in asked.concepts]) or asked.text
