"""Question -> Answer: the passages that answer, the sentence that says it, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.analysis import GROUP, Analyzer
from index.dates import find_dates, impossible_dates
from index.edtf import day_to_iso, sort_key
from index.errors import EmptyQueryError, QueryTooLongError, UnreadableDateError
from index.model import (
    FIRST_DAY,
    LAST_DAY,
    Answer,
    AnswerSpan,
    Citation,
    CitedEvent,
    DateMention,
    Event,
    Highlight,
    HistoricDate,
    Locator,
    Outcome,
    Overlap,
    Passage,
    SourceInfo,
    Term,
    Understood,
)
from index.sentences import sentences
from index.snapshot import Snapshot

MOST_CHARACTERS = 2_000  # of a question, trimmed
MOST_ANSWER_CHARACTERS = 400
_RELATED_EVENTS = 5
_FROM_PASSAGES = 3  # the answering sentence is looked for in so many of the best passages

# Shares of what a question's words tell (their inverse document frequencies).
_ANSWERED_COVERAGE = 0.22
_NAMED_COVERAGE = 0.4  # where the question names something that no document names
_NEAR_COVERAGE = 0.1
_LONE_WORD_COVERAGE = 0.5  # where only one of several words is found
_TELLING_DIGITS = 3  # a number so long that is asked about must stand in the passage
_RELATED_COVERAGE = 0.5
_DATE_BOOST = 1.3  # for a passage that holds an event of the dates asked for
_KIND_BONUS = 0.25  # for a sentence that holds the kind of thing asked for
_NOTE_SHARE = 0.8  # of a note's sentence, unless the question is after a source
_SECOND_SENTENCE = 0.12  # what a second sentence must add

_ASKS_FOR_EVENTS = frozenset(
    "happen event occur occurrence take place took timeline chronology list went going date "
    "develop thing everything anything".split()
)
_KINDS = tuple(
    (kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for kind, words in (
        ("when", "when|what (?:day|date|year|month|time)|which (?:day|year|month)|date of"),
        ("who", "who|whom|whose|which (?:person|man|woman|minister|general|official)"),
        ("how many", "how (?:many|much|long|old|big|large|often)|number of|total|cost|price"),
        ("why", "why|reason|how come"),
    )
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|hundred|"
    r"thousand|million|billion)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<=[a-z,;:\)] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|in order to|so that|therefore|to avoid|as a result|prompt|"
    r"reason|led|given)\b",
    re.IGNORECASE,
)
_WANTS_SOURCE = re.compile(
    r"\b(?:notes?|footnotes?|sources?|cited?|cites|citing|reference|according|books?|article|says)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:,]\s|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question with every term it stands for; any of them covers it."""

    word: str
    terms: tuple[str, ...]
    weight: float
    missing_name: bool  # written like a name, and no document has it


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood."""

    text: str
    concepts: tuple[Concept, ...]  # without the words of dates
    terms: tuple[str, ...]  # all that are searched, words of dates too
    dates: tuple[HistoricDate, ...]
    people: tuple[str, ...]
    kind: str | None
    only_stop_words: bool

    @property
    def wants_source(self) -> bool:
        """Whether it asks what a claim rests on, so that a note may answer."""
        return _WANTS_SOURCE.search(self.text) is not None

    @property
    def weight(self) -> float:
        """What all its concepts tell together."""
        return sum(concept.weight for concept in self.concepts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of one or two sentences that may answer."""

    passage: int  # place in the list of hits
    start: int  # within the passage's text
    stop: int
    score: float


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
    happened = events_of_dates(snapshot, asked.dates, only)
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
        ),
        covers=covers(snapshot),
        generation=snapshot.generation,
    )


def clean(question: str) -> str:
    """The question trimmed; what can't be written as UTF-8 is replaced.

    Raises EmptyQueryError, QueryTooLongError.
    """
    text = question.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise EmptyQueryError("The question is empty.")
    if len(text) > MOST_CHARACTERS:
        raise QueryTooLongError(
            f"The question has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read."
        )
    return text


def understand(text: str, snapshot: Snapshot, today: dt.date) -> Question:
    """What ``text`` asks for. Raises UnreadableDateError for a date that does not exist."""
    for wrong in impossible_dates(text):
        raise UnreadableDateError(wrong.reason)
    mentions = find_dates(text, today=today)
    analyzer = snapshot.analyzer
    found = analyzer.terms(text)
    only_stop_words = not found
    if only_stop_words:
        found = analyzer.terms(text, keep_stop_words=True)
    concepts = _concepts(text, found, mentions, snapshot)
    if mentions:
        asked = [c for c in concepts if not _ASKS_FOR_EVENTS & set(c.terms)]
        concepts = asked
    kind = next((name for name, pattern in _KINDS if pattern.search(text)), None)
    groups = dict.fromkeys(term.text for term in found if term.text.startswith(GROUP))
    return Question(
        text,
        tuple(concepts),
        tuple(term.text for term in found),
        tuple(mention.date for mention in mentions),
        tuple(analyzer.names[group] for group in groups),
        kind,
        only_stop_words,
    )


def covers(snapshot: Snapshot) -> str:
    """One sentence on what the corpus holds."""
    titles = [summary.source.title for summary in snapshot.summaries]
    shown = ", ".join(f"“{title}”" for title in titles[:3])
    rest = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    documents = "1 document" if len(titles) == 1 else f"{len(titles)} documents"
    return f"The corpus holds {documents}: {shown}{rest}; {span_of_events(snapshot)}."


def span_of_events(snapshot: Snapshot) -> str:
    """How many events there are and over which years, in words."""
    dates = [event.date for event in snapshot.events]
    first = min((date.earliest for date in dates if date.earliest > FIRST_DAY), default=None)
    last = max((date.latest for date in dates if date.latest < LAST_DAY), default=None)
    if first is None or last is None:
        return f"{len(dates):,} dated events" if dates else "no dated events"
    years = (day_to_iso(day).rsplit("-", 2)[0] for day in (first, last))
    return f"{len(dates):,} dated events from {' to '.join(years)}"


def events_of_dates(
    snapshot: Snapshot, dates: Sequence[HistoricDate], only: str | None
) -> dict[int, Overlap]:
    """Which events fall on any of ``dates``, and how surely, by position."""
    found: dict[int, Overlap] = {}
    for number, event in enumerate(snapshot.events):
        if only is not None and event.locator.document_id != only:
            continue
        overlaps = {event.date.overlap(date.earliest, date.latest) for date in dates}
        if "certain" in overlaps:
            found[number] = "certain"
        elif "possible" in overlaps:
            found[number] = "possible"
    return found


def cited_event(snapshot: Snapshot, position: int, overlap: Overlap | None) -> CitedEvent:
    """The event at ``position`` with its text and source."""
    event = snapshot.event(position)
    source = snapshot.sources[event.locator.document_id]
    return CitedEvent(event, source, overlap, citation_line(source, event.locator))


def in_order(snapshot: Snapshot, positions: Sequence[int]) -> list[int]:
    """``positions`` of events by earliest day, then coarser precision, then corpus order."""
    return sorted(positions, key=lambda n: (*sort_key(snapshot.events[n].date), n))


def citation_line(source: SourceInfo, locator: Locator) -> str:
    """Where a slice stands, in one line for people: title, sections, page, note."""
    parts = [source.title, *locator.section]
    if locator.page is not None:
        last = locator.page_end or locator.page
        parts.append(f"p. {locator.page}" if last == locator.page else f"pp. {locator.page}–{last}")
    if locator.note is not None:
        parts.append(f"note {locator.note}")
    elif locator.paragraph is not None:
        parts.append(f"para. {locator.paragraph}")
    return ", ".join(parts)


# ---------------------------------------------------------------- finding


def _concepts(
    text: str, found: Sequence[Term], mentions: Sequence[DateMention], snapshot: Snapshot
) -> list[Concept]:
    """The words of a question, each with its terms; a word of a date is none, nor is a repeat."""
    searcher = snapshot.searcher
    words: list[tuple[int, int, list[str]]] = []
    for term in found:
        inside = next((w for w in words if w[0] <= term.start and term.stop <= w[1]), None)
        if any(m.start <= term.start and term.stop <= m.stop for m in mentions):
            continue
        if inside is None:
            words.append((term.start, term.stop, [term.text]))
        elif not inside[2][0].startswith(GROUP) or inside[2][0] == term.text:
            inside[2].append(term.text)
        else:
            words.append((term.start, term.stop, [term.text, inside[2][0]]))
    concepts: dict[tuple[str, ...], Concept] = {}
    for start, stop, terms in words:
        if terms[0].startswith(GROUP) and any(
            w[0] >= start and w[1] <= stop for w in words if w[2] is not terms
        ):
            continue  # the words of the name carry it
        known = [term for term in terms if term in searcher]
        weight = max((searcher.idf(term) for term in known), default=searcher.idf(terms[0]))
        missing_name = not known and start > 0 and text[start].isupper()
        concept = Concept(text[start:stop], tuple(terms), weight, missing_name)
        concepts.setdefault(tuple(terms), concept)
    return list(concepts.values())


def _rank(
    snapshot: Snapshot, asked: Question, happened: dict[int, Overlap], only: str | None
) -> list[tuple[int, float]]:
    """Positions of passages with their scores, best first."""
    dated: dict[str, Overlap] = {}
    for number, overlap in happened.items():
        passage = snapshot.events[number].passage
        if dated.get(passage) != "certain":
            dated[passage] = overlap
    if asked.dates and not asked.concepts:
        return _passages_of_events(snapshot, happened, asked.dates)
    among = None
    if only is not None:
        among = frozenset(
            n for n, p in enumerate(snapshot.passages) if p.locator.document_id == only
        )
    scores = snapshot.searcher.search(asked.terms, among=among)
    boosted = [
        (n, score * (_DATE_BOOST if dated.get(snapshot.passages[n].id) == "certain" else 1.0))
        for n, score in scores
    ]
    return sorted(boosted, key=lambda pair: (-pair[1], pair[0]))


def _passages_of_events(
    snapshot: Snapshot, happened: dict[int, Overlap], dates: Sequence[HistoricDate]
) -> list[tuple[int, float]]:
    """The passages that tell the events of ``dates``: first those of events that lie wholly within
    one, then of longer ones, then of possible ones; of each the earliest first."""
    within = [
        n
        for n, overlap in happened.items()
        if overlap == "certain" and _lies_within(snapshot.events[n].date, dates)
    ]
    certain = [n for n, overlap in happened.items() if overlap == "certain" and n not in within]
    possible = [n for n, overlap in happened.items() if overlap == "possible"]
    order = [n for group in (within, certain, possible) for n in in_order(snapshot, group)]
    positions = dict.fromkeys(snapshot.positions[snapshot.events[n].passage] for n in order)
    return [(position, 1.0 / rank) for rank, position in enumerate(positions, start=1)]


def _lies_within(date: HistoricDate, dates: Sequence[HistoricDate]) -> bool:
    return any(d.earliest <= date.earliest and date.latest <= d.latest for d in dates)


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
    if asked.dates and not asked.concepts:
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
    return Outcome.NEAR_MISS if coverage >= _NEAR_COVERAGE else Outcome.NOT_FOUND


def _numbers_held(snapshot: Snapshot, asked: Question, positions: Sequence[int]) -> bool:
    """Whether every long number that is asked about stands in one of the passages."""
    numbers = [
        term
        for concept in asked.concepts
        for term in concept.terms
        if term.isdecimal() and len(term) >= _TELLING_DIGITS
    ]
    return all(any(snapshot.searcher.holds(p, n) for p in positions) for n in numbers)


# ---------------------------------------------------------------- the sentence


def _choose(
    snapshot: Snapshot,
    asked: Question,
    passages: Sequence[Passage],
    hits: Sequence[tuple[int, float]],
) -> _Candidate | None:
    """The sentence or two that answer best, of the best passages."""
    if not passages:
        return None
    top = hits[0][1] or 1.0
    best: _Candidate | None = None
    for place, passage in enumerate(passages[:_FROM_PASSAGES]):
        share = hits[place][1] / top
        for candidate in _candidates(snapshot.analyzer, asked, passage, place):
            score = candidate.score * (0.5 + 0.5 * share)
            if passage.kind == "note" and not asked.wants_source:
                score *= _NOTE_SHARE
            if best is None or score > best.score + 1e-9:
                best = replace(candidate, score=score)
    return best


def _candidates(
    analyzer: Analyzer, asked: Question, passage: Passage, place: int
) -> list[_Candidate]:
    text = passage.text
    spans = list(sentences(text))
    terms = analyzer.terms(text)
    held = [
        {term.text for term in terms if start <= term.start and term.stop <= stop}
        for start, stop in spans
    ]
    candidates = []
    for number, (start, stop) in enumerate(spans):
        covered = _told(asked, held[number])
        score = covered + _fits(asked, text[start:stop]) * _KIND_BONUS
        first, last = _shorten(text, start, stop, asked, terms)
        candidates.append(_Candidate(place, first, last, score))
        if number + 1 < len(spans) and spans[number + 1][1] - start <= MOST_ANSWER_CHARACTERS:
            both = _told(asked, held[number] | held[number + 1])
            best_alone = max(covered, _told(asked, held[number + 1]))
            if both - best_alone >= _SECOND_SENTENCE:
                end = spans[number + 1][1]
                bonus = _fits(asked, text[start:end]) * _KIND_BONUS
                candidates.append(
                    _Candidate(place, start, end, both + bonus - _SECOND_SENTENCE / 2)
                )
    return candidates


def _told(asked: Question, terms: set[str]) -> float:
    weight = asked.weight
    if not weight:
        return 0.0
    return sum(c.weight for c in asked.concepts if terms.intersection(c.terms)) / weight


def _fits(asked: Question, sentence: str) -> float:
    """1 if the sentence holds the kind of thing asked for, else 0."""
    match asked.kind:
        case "when":
            return float(bool(find_dates(sentence, default_year=2000)))
        case "who":
            named = (m[0].casefold() for m in _CAPITALISED.finditer(sentence))
            question = asked.text.casefold()
            return float(any(name not in question for name in named))
        case "how many":
            return float(_NUMBER.search(sentence) is not None)
        case "why":
            return float(_REASON.search(sentence) is not None)
        case _:
            return 0.0


def _shorten(
    text: str, start: int, stop: int, asked: Question, terms: Sequence[Term]
) -> tuple[int, int]:
    """A sentence that is too long, cut at clauses to the part that holds most of the question."""
    if stop - start <= MOST_ANSWER_CHARACTERS:
        return start, stop
    cuts = [start, *(m.end() for m in _CLAUSE.finditer(text, start, stop)), stop]
    best = (-1.0, 0, start, min(stop, start + MOST_ANSWER_CHARACTERS))
    for i, first in enumerate(cuts[:-1]):
        last = max((c for c in cuts[i + 1 :] if c - first <= MOST_ANSWER_CHARACTERS), default=None)
        if last is None:
            last = text.rfind(" ", first, first + MOST_ANSWER_CHARACTERS)
            last = last if last > first else first + MOST_ANSWER_CHARACTERS
        within = {t.text for t in terms if first <= t.start and t.stop <= last}
        best = max(best, (_told(asked, within), -i, first, last))
    _, _, first, last = best
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


# ---------------------------------------------------------------- citing


def _cite(
    snapshot: Snapshot,
    asked: Question,
    passage: Passage,
    number: int,
    score: float,
    chosen: _Candidate | None,
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
    if asked.dates:
        return tuple(
            tuple(
                cited_event(snapshot, n, overlap)
                for n in in_order(snapshot, [n for n, o in happened.items() if o == overlap])
            )
            for overlap in ("certain", "possible")
        )  # type: ignore[return-value]  # two of them
    if outcome is Outcome.NOT_FOUND or not asked.concepts:
        return (), ()
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
