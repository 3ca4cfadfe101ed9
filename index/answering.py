"""Question -> Answer: the passages that answer, the sentence that says it, or nothing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.agreeing import Agreement, Said, compare, say_differences
from index.bm25 import Searcher
from index.choosing import Stretch, choose_event
from index.citing import citation_line, cited_event
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
    Event,
    Highlight,
    HistoricDate,
    Outcome,
    Overlap,
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
from index.timeline.lookup import events_of_dates, in_order, say_recurring, span

_RELATED_EVENTS = 5
_MOST_EVENTS = 500  # of a question's timeline
_SPARE = 10  # passages that are found beside those wanted: some may say the same
_LOOKED_AT = 50  # passages whose dates are read where a range of time is given

# Shares of what a question's words tell (their inverse document frequencies).
_DATED_COVERAGE = 0.22  # of a passage of the dates asked for, to be looked at alone
_RELATED_COVERAGE = 0.5
_NEAR = 10  # characters: what is nearer to an answering word is as near
_SURE = 0.4  # the strength of words of the kind asked for, to be marked


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a question asks for, and what was found for it."""

    asked: Question
    ranking: Ranking
    happened: dict[int, Overlap]  # the events of its dates, by position
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
    told = {n: overlap for n, overlap in happened.items() if _allowed(snapshot, asked, n)}
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
    documents = tuple(snapshot.sources)
    counts = np.bincount(snapshot.document_numbers[ranking.found], minlength=len(documents))
    order = np.lexsort((np.arange(len(counts)), -counts))
    return tuple((documents[n], int(counts[n])) for n in order if counts[n])


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
    snapshot: Snapshot, asked: Question, happened: dict[int, Overlap], only: str | None, k: int
) -> Ranking:
    """The passages that the question finds, best first."""
    dated: dict[str, Overlap] = {}
    for number, overlap in happened.items():
        passage = snapshot.events[number].passage
        if dated.get(passage) != "certain":
            dated[passage] = overlap
    if asked.timed and not asked.concepts:
        told = {n: overlap for n, overlap in happened.items() if _allowed(snapshot, asked, n)}
        if told or not asked.dates:
            return _passages_of_events(snapshot, asked, told)
    among = None
    if only is not None:
        place = snapshot.places.get(only)
        among = frozenset(range(place.first, place.stop) if place else ())
    if asked.timed and not asked.concepts:  # no event, but the date may be written somewhere
        found = rank(snapshot, asked, dated=dated, among=among, k=max(k, _LOOKED_AT))
        return _of_time(snapshot, asked.dates, found, dated)
    if asked.timed:
        among = _of_dates(snapshot, asked, dated, among) or among
    if asked.within is None:
        return rank(snapshot, asked, dated=dated, among=among, k=k)
    found = rank(snapshot, asked, dated=dated, among=among, k=max(k, _LOOKED_AT))
    return _of_time(snapshot, (asked.within,), found, dated)


def _allowed(snapshot: Snapshot, asked: Question, number: int) -> bool:
    """Whether an event names whom it must and holds nothing that is shut out."""
    held = snapshot.event_searcher.holds
    if any(held(number, term) for term in asked.excluded):
        return False
    if any(all(held(number, term) for term in words) for words in asked.excluded_phrases):
        return False
    return all(held(number, term) for name in asked.who for term in name)


def _of_time(
    snapshot: Snapshot,
    times: Sequence[HistoricDate],
    found: Ranking,
    dated: Mapping[str, Overlap],
) -> Ranking:
    """Those of ``found`` that tell an event of one of ``times``, or write a date in it.

    A date in a heading is that of what stands below: “Minutes of 6 May 2021”.
    """

    def written(hit: Ranked) -> bool:
        place = snapshot.passages[hit.position].locator
        parts = (*place.section, snapshot.words(hit.position).text)
        told = [mention.date for part in parts for mention in find_dates(part)]
        return any(date.overlap(t.earliest, t.latest) for date in told for t in times)

    kept = tuple(
        hit for hit in found.ranked if snapshot.passages[hit.position].id in dated or written(hit)
    )
    told = [snapshot.positions[passage] for passage in dated if passage in snapshot.positions]
    told = [*told, *(hit.position for hit in kept)]
    return replace(found, ranked=kept, found=found.found[np.isin(found.found, told)])


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
    matcher = Matcher(asked)
    held = max((matcher.told(_held(searcher, matcher, n)) for n in fitting), default=0.0)
    return frozenset(fitting) if held >= _DATED_COVERAGE else frozenset()


def _held(searcher: Searcher, matcher: Matcher, position: int) -> dict[int, float]:
    """The words of the question that the passage or event at ``position`` holds."""
    held: dict[int, float] = {}
    for number, concept in enumerate(matcher.asked.concepts):
        for alternative in concept.alternatives:
            if searcher.holds(position, alternative.term):
                held[number] = max(alternative.share, held.get(number, 0.0))
    return held


def _passages_of_events(
    snapshot: Snapshot, asked: Question, happened: dict[int, Overlap]
) -> Ranking:
    """The passages that tell the events of the dates asked for.

    First those of events that lie wholly within a date, then of longer ones, then of possible ones;
    of each kind chronology entries before prose, and the earliest first.
    """

    def order(number: int) -> tuple[int, bool]:
        event = snapshot.events[number]
        if happened[number] == "possible":
            return 2, event.kind == "prose"
        return (0 if any(map(event.date.within, asked.dates)) else 1), event.kind == "prose"

    events = sorted(in_order(snapshot, list(happened)), key=order)
    positions = dict.fromkeys(snapshot.positions[snapshot.events[n].passage] for n in events)
    ranked = [
        Ranked(
            position, score := round(1.0 / place, 6), (ScorePart("boost", "happened then", score),)
        )
        for place, position in enumerate(positions, start=1)
    ]
    found = np.array(sorted(positions), dtype=np.int64)
    return Ranking(tuple(ranked), Matcher(asked), found)


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
    happened: dict[int, Overlap],
    hits: Sequence[Ranked],
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
    related = _related(snapshot, asked, hits, only)[:_RELATED_EVENTS]
    return tuple(cited_event(snapshot, n, None) for n in in_order(snapshot, related)), ()


def _related(
    snapshot: Snapshot, asked: Question, hits: Sequence[Ranked], only: str | None
) -> list[int]:
    """Events that share people and words with the question, best first."""
    held_by_best = (
        set(snapshot.events_of.get(snapshot.passages[hits[0].position].id, ())) if hits else set()
    )
    found = []
    matcher = Matcher(asked)
    for number, score in snapshot.event_searcher.search(asked.terms):
        event: Event = snapshot.events[number]
        if only is not None and event.locator.document_id != only:
            continue
        held = matcher.told(_held(snapshot.event_searcher, matcher, number))
        bar = _RELATED_COVERAGE * (0.6 if number in held_by_best else 1.0)
        if held >= bar and _allowed(snapshot, asked, number):
            found.append((-score, number))
    seen: set[tuple[str, int, int]] = set()
    chosen: list[int] = []
    for _, number in sorted(found):
        place = snapshot.events[number].locator
        key = (place.document_id, place.start, place.stop)
        if key not in seen:
            seen.add(key)
            chosen.append(number)
    return chosen


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
    asked = found.asked
    told: dict[int, Overlap | None] = {}
    if asked.timed:
        told |= {n: how for n, how in found.happened.items() if _allowed(snapshot, asked, n)}
    else:
        told |= dict.fromkeys(_related(snapshot, asked, found.ranking.ranked, found.only))
    certain = in_order(snapshot, [n for n, how in told.items() if how != "possible"])
    possible = in_order(snapshot, [n for n, how in told.items() if how == "possible"])
    shown = certain[:_MOST_EVENTS], possible[: max(0, _MOST_EVENTS - len(certain))]
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
        events=tuple(cited_event(snapshot, n, told[n]) for n in shown[0]),
        possible_events=tuple(cited_event(snapshot, n, told[n]) for n in shown[1]),
        when=asked.dates[0] if len(asked.dates) == 1 and not asked.recurring else None,
        asked=_words_of_events(snapshot, asked, told),
        covers=say("The timeline holds {events}.", events=snapshot.events_span),
        generation=snapshot.generation,
        notes=notes,
        span=span(snapshot.events[n].date for n in certain),
    )


def _words_of_events(snapshot: Snapshot, asked: Question, events: Iterable[int]) -> str:
    """The words of a question by which its ``events`` were chosen, in one line for people."""
    if asked.dates or asked.recurring:
        days = (say_recurring(month, day) for month, day in asked.recurring)
        return joined(*asked.dates, *days, by=", ")
    held = snapshot.event_searcher.holds
    chosen = [
        concept.word
        for concept in asked.concepts
        if any(held(number, term) for number in events for term in concept.terms)
    ]
    return ", ".join(chosen or [concept.word for concept in asked.concepts]) or asked.text
