"""Question as typed -> `Question`: its words, dates, people and kind."""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.analysis import GROUP, fold, stem
from index.dates import ambiguous_dates, find_dates, impossible_dates, scan_dates
from index.errors import (
    ArchivistError,
    EmptyQueryError,
    QueryTooLongError,
    UnreadableDateError,
)
from index.messages import both, say
from index.model import HistoricDate, Precision, Term
from index.questions.concepts import Alternative, Concept, Question
from index.questions.following import MOST_BEFORE, follow
from index.questions.kinds import read_kinds
from index.questions.sources import asks_for_source, note_asked
from index.questions.syntax import Syntax, phrase_terms, read_syntax
from index.questions.times import clipped, every_year, read_range
from index.snapshot import Snapshot
from index.timeline.named_events import named_events

MOST_CHARACTERS = 2_000  # of a question, trimmed
_ALIAS = 0.9  # another name for the same thing counts almost as much as the one that was typed
_SMALL_ACRONYM = 0.5  # "map" in small letters is rarely an acronym
_LONGEST_WORD = 40  # characters of a neighbouring word
_LAST_WORD = re.compile(r"([^\W_]+)[\s-]{1,3}\Z")
_NEXT_WORD = re.compile(r"[\s-]{1,3}([^\W_]+)")

#: Words that ask for events as such; beside a date they tell nothing more.
_ASKS_FOR_EVENTS = frozenset(
    stem(word)
    for word in (
        "happen happend hapen event occur occurrence incident take took place timeline chronology list show "
        "give find going went date news development thing everything anything main key major notable "
        "important significant"
    ).split()
)
#: The same in other languages, folded; their stems would be words of English too.
_ASKS_FOR_EVENTS_ELSEWHERE = frozenset(
    (
        "ereignet ereignete ereignis ereignisse geschah geschehen geschieht passiert passierte "
        "evenement evenements passe paso ocurrio sucedio suceso sucesos acontecimiento "
        "acontecimientos eventos accadde accaduto successe successo avvenne avvenimenti eventi "
        "aconteceu ocorreu acontecimentos gebeurde gebeurd gebeurtenis gebeurtenissen hande hant "
        "handelser wydarzylo zdarzylo wydarzenia случилось произошло происходило событие события "
        "событий сталося відбулося події"
    ).split()
)


def clean(question: str) -> str:
    """The question trimmed; what can't be written as UTF-8 is replaced.

    Raises EmptyQueryError, QueryTooLongError.
    """
    text = question.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise EmptyQueryError(say("The question is empty."))
    if len(text) > MOST_CHARACTERS:
        raise QueryTooLongError(
            say(
                "The question has {count} characters; at most {most} are read.",
                count=len(text),
                most=MOST_CHARACTERS,
            )
        )
    return text


def understand(
    text: str,
    snapshot: Snapshot,
    today: dt.date,
    *,
    before: str | Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Question:
    """What ``text``, which is cleaned, asks for.

    ``before`` are the questions before it, oldest first, of which the last three count: what it
    leaves out is taken from them, if it leans on them (see `index.questions.following`). ``since``
    and ``until`` are date expressions, both ends included, within which its dates must lie. Raises
    UnreadableDateError for a date that does not exist, and for ends that can't be used.
    """
    within = read_range(since, until, today)
    asked = _read(text, snapshot, today)
    earlier = _earlier((before,) if isinstance(before, str) else before, snapshot, today)
    if earlier is not None:
        asked = follow(asked, earlier, snapshot)
    return asked if within is None else _limited(asked, within)


def _earlier(before: Sequence[str], snapshot: Snapshot, today: dt.date) -> Question | None:
    """The last question before, which may lean on those before it; one that can't be read is none."""
    earlier: Question | None = None
    for said in before[-MOST_BEFORE:]:
        try:
            asked = _read(clean(said), snapshot, today)
        except ArchivistError:
            continue
        earlier = asked if earlier is None else follow(asked, earlier, snapshot)
    return earlier


def _limited(asked: Question, within: HistoricDate) -> Question:
    """``asked`` of the time ``within`` alone. Raises UnreadableDateError if its dates lie outside."""
    dates, recurring = asked.dates, asked.recurring
    if recurring and not dates:
        dates = every_year(recurring, within)
        recurring = () if dates else recurring
    else:
        dates = clipped(dates, within)
    if not dates and not recurring:
        raise UnreadableDateError(
            say(
                "The question asks for {dates}, which is outside of {range}; change one.",
                dates=both(asked.dates),
                range=within,
            )
        )
    concepts = tuple(c for c in asked.concepts if not _asks_for_events(c))
    return replace(asked, dates=dates, recurring=recurring, concepts=concepts, within=within)


def _read(typed: str, snapshot: Snapshot, today: dt.date) -> Question:
    """What ``typed`` asks for by itself."""
    syntax = read_syntax(typed, snapshot, today)
    text = syntax.text
    for wrong in impossible_dates(text):
        raise UnreadableDateError(wrong.reason)
    for unclear in ambiguous_dates(text):
        raise UnreadableDateError(unclear.request)
    mentions = [(m.start, m.stop, m.date) for m in find_dates(text, today=today)]
    named = [
        event
        for event in named_events(text, snapshot)
        if all(
            stop <= event.start or event.stop <= start or event.start <= start < stop < event.stop
            for start, stop, _ in mentions
        )
    ]
    mentions = [
        (start, stop, date)
        for start, stop, date in mentions
        if not any(event.start <= start and stop <= event.stop for event in named)
    ]
    mentions += [(event.start, event.stop, event.asked) for event in named]
    mentions.sort(key=lambda mention: mention[0])
    recurring = [] if mentions else list(_recurring(text, today))
    spans = [(start, stop) for start, stop, _ in (*mentions, *recurring)]
    analyzer = snapshot.analyzer
    found = analyzer.question_terms(text, snapshot.languages)
    only_stop_words = not found and bool(text.strip())
    if only_stop_words:
        found = analyzer.question_terms(text, snapshot.languages, keep_stop_words=True)
    sought, note = read_kinds(text), note_asked(text)
    numbered = [(note.start, note.stop)] if note else []
    concepts = _concepts(text, found, [*spans, *numbered], snapshot)
    if spans or syntax.dates or syntax.recurring:
        concepts = [c for c in concepts if not _asks_for_events(c)]
    groups = dict.fromkeys(term.text for term in found if _is_alias(term.text))
    dated = tuple(
        words
        for start, stop in spans
        if (words := tuple(t.text for t in found if start <= t.start and t.stop <= stop))
    )
    return Question(
        typed,
        tuple(concepts),
        tuple(term.text for term in found),
        _dates([date for _, _, date in mentions], syntax),
        tuple(dict.fromkeys((*(analyzer.names[group] for group in groups), *syntax.people))),
        sought.kinds[0] if sought.kinds else None,
        only_stop_words,
        wants_source=asks_for_source(text),
        target=sought.target,
        phrases=syntax.phrases,
        quoted=syntax.quoted,
        excluded=syntax.excluded,
        excluded_phrases=syntax.excluded_phrases,
        shut_out=syntax.shut_out,
        corrections=(*syntax.corrections, *_corrections(concepts)),
        named=tuple((event.name, event.date) for event in named),
        date_terms=(*dated, *syntax.date_terms),
        recurring=(*(day for _, _, day in recurring), *syntax.recurring),
        kinds=sought.kinds,
        expects=sought.expects,
        target_terms=phrase_terms(snapshot, text[slice(*sought.target)]) if sought.target else (),
        note=note.number if note else None,
        document=syntax.document,
        who=syntax.who,
    )


def _asks_for_events(concept: Concept) -> bool:
    """Whether a word asks for events as such."""
    if not _ASKS_FOR_EVENTS.isdisjoint(concept.typed):
        return True
    return fold(concept.word) in _ASKS_FOR_EVENTS_ELSEWHERE


def _corrections(concepts: Sequence[Concept]) -> Iterator[tuple[str, str]]:
    """The words that were read as others, each with the likeliest."""
    for concept in concepts:
        for other in concept.alternatives:
            if other.reason == "spelling":
                yield concept.word, other.shown
                break


def _dates(mentioned: Sequence[HistoricDate], syntax: Syntax) -> tuple[HistoricDate, ...]:
    """The dates of the text as far as they lie in those of ``date:``; all of them if none does."""
    if not syntax.dates or not mentioned:
        return (*mentioned, *syntax.dates)
    both = dict.fromkeys(date for within in syntax.dates for date in clipped(mentioned, within))
    return tuple(both) or (*mentioned, *syntax.dates)


def _recurring(text: str, today: dt.date) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Days and months without a year, each with its span; of a month alone the day is 0."""
    for written in scan_dates(text, today=today):
        atom = written.found.first
        if atom is None or not written.found.yearless or written.found.last != atom:
            continue
        if atom.precision in (Precision.DAY, Precision.MONTH):
            yield written.start, written.stop, (atom.month, atom.day)


def _concepts(
    text: str,
    found: Sequence[Term],
    dated: Sequence[tuple[int, int]],
    snapshot: Snapshot,
) -> list[Concept]:
    """The words of a question, each with its terms; a word of a date is none, nor is a repeat.

    A term of several words (a name with others, “1.7 billion”) counts for each of them.
    """
    terms_at: dict[tuple[int, int], list[str]] = {}
    for term in found:
        if not any(start <= term.start and term.stop <= stop for start, stop in dated):
            terms_at.setdefault((term.start, term.stop), []).append(term.text)
    words, longer = _innermost(terms_at)
    over: dict[tuple[int, int], list[str]] = {word: [] for word in words}
    for span in longer:
        first = bisect_left(words, (span[0], 0))
        for word in words[first : bisect_left(words, (span[1], 0))]:
            if word[1] <= span[1]:
                over[word] += terms_at[span]
    covering = snapshot.lexicon.name_alternatives([text[slice(*word)] for word in words])
    concepts: dict[tuple[str, ...], Concept] = {}
    for word, surnames in zip(words, covering, strict=True):
        own = list(dict.fromkeys(terms_at[word]))
        parts = snapshot.lexicon.parts(text[slice(*word)])
        made = [
            _concept(text, word, own, over[word], surnames, snapshot)
            if not parts
            else _concept(text, word, [stem(part)], over[word], (), snapshot)
            for part in (parts or ("",))
        ]
        for concept in made:
            concepts.setdefault(concept.terms, concept)
    return list(concepts.values())


def _innermost(
    spans: Iterable[tuple[int, int]],
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The spans that hold no other one, in order, and those that do."""
    words: list[tuple[int, int]] = []
    longer: list[tuple[int, int]] = []
    nearest = math.inf  # the first place at which a span behind ends
    for start, stop in sorted(spans, key=lambda span: (-span[0], span[1])):
        (longer if nearest <= stop else words).append((start, stop))
        nearest = min(nearest, stop)
    return words[::-1], longer[::-1]


def _concept(
    text: str,
    word: tuple[int, int],
    own: Sequence[str],
    over: Sequence[str],
    surnames: Sequence[Alternative],
    snapshot: Snapshot,
) -> Concept:
    """The word at ``word``, whose own terms are ``own``; ``over`` are those of longer spans."""
    searcher, (start, stop) = snapshot.searcher, word
    typed = text[start:stop]
    alternatives = [_typed(term, typed) for term in (*own, *over)]
    plain = [term for term in own if not term.startswith(GROUP)]
    others: Sequence[Alternative] = ()
    if plain:
        others = snapshot.lexicon.alternatives(typed, plain[0], _neighbours(text, start, stop))
    known = [term for term in (*own, *over) if term in searcher]
    meant = [other.term for other in others if other.reason == "spelling"]
    weights = [searcher.idf(term) for term in own if term in known] or [
        searcher.idf(term) for term in (known or meant[:1])
    ]
    elsewhere = [
        Alternative(term, _ALIAS, "alias", name)
        for group in (*own, *over)
        for term, name in snapshot.names_elsewhere.get(group, ())
    ]
    best: dict[str, Alternative] = {}
    for alternative in (*alternatives, *elsewhere, *others, *surnames):
        old = best.get(alternative.term)
        if old is None or alternative.share > old.share:
            best[alternative.term] = alternative
    return Concept(
        typed,
        start,
        stop,
        tuple(best.values()),
        max(weights, default=searcher.idf(own[0])),
        missing_name=not known and not meant and start > 0 and typed[:1].isupper(),
    )


def _is_alias(term: str) -> bool:
    """Whether ``term`` stands for a group of the aliases file, not for an acronym."""
    return term.startswith(GROUP) and term[1:].isdecimal()


def _typed(term: str, typed: str) -> Alternative:
    """What a term counts that the question's own words have."""
    if not term.startswith(GROUP):
        return Alternative(term)
    if _is_alias(term):
        return Alternative(term, _ALIAS, "alias")
    return Alternative(term, _ALIAS if typed.isupper() else _SMALL_ACRONYM, "acronym")


def _neighbours(text: str, start: int, stop: int) -> tuple[str, str]:
    """The words before and behind ``text[start:stop]``; "" where there is none."""
    before = _LAST_WORD.search(text, max(0, start - _LONGEST_WORD), start)
    after = _NEXT_WORD.match(text, stop)
    return (before[1] if before else ""), (after[1] if after else "")
