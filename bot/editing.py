"""What an edit of the timeline, or a group of names, would do: looked up in a generation, nothing changed.

Pure, but for the archive that is read: a view that holds what the person may edit and nothing else.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from rapidfuzz import fuzz

from bot import documents
from bot.languages import Language
from bot.limits import CHOICE, shorten
from bot.markup import one_line_of, readable, units
from bot.state import AliasGroup
from index.archive import Archive
from index.citing.lines import citation_line, cited_event
from index.collections import server_collection
from index.dates import parse_when
from index.dates.wording import event_words
from index.errors import ArchivistError, CorpusError, InputError, UnreadableDateError
from index.messages import say
from index.model import CitedEvent, Document, HistoricDate, Locator, one_line
from index.passages import locate
from index.sentences import sentences
from index.timeline.cited import CitedEvents
from index.timeline.corrections import Correction, Kind, read_corrections
from index.timeline.curating import Quoted, QuoteError, curate, find_quote

LONGEST_HEADLINE = 200  # characters
LONGEST_QUOTE = 1_000
LONGEST_NAME = 80
FEWEST_NAMES, MOST_NAMES = 2, 10  # of one group
MOST_MERGED = 10
_LONGEST_ID = 16
_OFFERED = 25  # choices
_NEAR = 3  # passages that are offered for a quote that doesn't stand in the document
_LOOKED_AT = 12  # passages among which the nearest are looked for
_ALIKE = 60.0  # of 100
_SCANNED = 2_000  # events in which an unfinished word is looked for
_READ = 300  # passages that are read to see whether a name stands in them whole
_LABEL = 160  # characters that say which event a correction is of


class NoSuchEventError(InputError):
    hint = say("Choose it from what is offered while you type its date or its words.")


class QuoteNotFoundError(InputError):
    hint = ""


class AlreadySaidError(InputError):
    hint = ""


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that can be saved, with its events as they are and as they will be."""

    collection: str
    kind: Kind
    body: Mapping[str, Any]  # as it is kept: see `index.timeline.corrections`
    before: tuple[CitedEvent, ...]
    after: tuple[CitedEvent, ...]
    date: HistoricDate | None = None  # as it was understood
    written: str = ""  # the date as it was typed


def events_of(archive: Archive, ids: Iterable[str], today: dt.date) -> dict[str, CitedEvent]:
    """The events with ``ids``, by these; those that the timeline hasn't are left out."""
    wanted = set(ids)
    events = archive.timeline(today=today).events
    found: dict[str, CitedEvent] = {}
    if isinstance(events, CitedEvents):  # many: only the ids of all are read
        for position in events.positions:
            if (number := archive.snapshot.events[position].id) in wanted:
                found[number] = cited_event(archive.snapshot, position, None)
    else:
        found = {cited.event.id: cited for cited in events if cited.event.id in wanted}
    return found


def offer_events(
    archive: Archive, typed: str, today: dt.date, t: Language
) -> Iterator[tuple[str, str]]:
    """(what is shown, id) of events that an id, a date or words mean; without any the latest."""
    asked = readable(typed)[:CHOICE]
    if asked and len(asked) <= _LONGEST_ID and asked.isalnum():
        found = events_of(archive, [asked.lower()], today)
        if found:
            for cited in found.values():
                yield named(cited, t, CHOICE), cited.event.id
            return
    events = _meant(archive, asked, today)
    for cited in events:
        if cited.event.id.isalnum():
            yield named(cited, t, CHOICE), cited.event.id


def _meant(archive: Archive, asked: str, today: dt.date) -> Sequence[CitedEvent]:
    if not asked:
        latest = archive.timeline(today=today).events
        return tuple(reversed(latest[max(0, len(latest) - _OFFERED) :]))
    try:
        found = archive.timeline(today=today, when=asked)
    except ArchivistError:
        found = archive.timeline(today=today, about=asked)
    return tuple(islice(found, _OFFERED)) or tuple(_holding(archive, asked, today))


def _holding(archive: Archive, typed: str, today: dt.date) -> Iterator[CitedEvent]:
    """Events in whose words ``typed``, an unfinished word perhaps, stands; of the latest alone."""
    wanted = typed.casefold()
    events = archive.timeline(today=today).events
    latest = events[max(0, len(events) - _SCANNED) :]
    held = (each for each in latest if wanted in one_line(each.event.text).casefold())
    yield from islice(held, _OFFERED)


def named(cited: CitedEvent, t: Language, limit: int) -> str:
    """An event in one line of plain text: its date, then its words."""
    event = cited.event
    said = event.headline or event_words(event)
    return shorten(f"{t.date(event.date)}: {one_line_of(said, limit)}", limit)


def propose(
    archive: Archive, kind: Kind, ids: Sequence[str], today: dt.date, **said: str
) -> Proposal:
    """A correction of events (`propose_event` makes new ones). ``said`` are its further keys.

    Raises NoSuchEventError, InputError, UnreadableDateError.
    """
    wanted = list(dict.fromkeys(one.strip().lower() for one in ids if one.strip()))
    if kind == "merge" and len(wanted) < 2:
        raise InputError(say("Two different entries are needed."), hint=say("Choose another one."))
    found = events_of(archive, wanted, today)
    for one in wanted or [""]:
        if one not in found:
            raise NoSuchEventError(
                say("“{id}” is no entry that you may edit.", id=shorten(one, CHOICE))
            )
    before = tuple(found[one] for one in wanted)
    collections = {cited.source.collection for cited in before}
    if len(collections) > 1:
        raise InputError(
            say("These entries stand in different collections."),
            hint=say("Only entries of one collection can be merged."),
        )
    date, written = _read_date(said.get("date"), today)
    body: dict[str, Any] = {"ids": wanted} if kind == "merge" else {"id": wanted[0]}
    if date is not None:
        body["date"] = written
    if "headline" in said:
        body["headline"] = _headline(said["headline"])
    # For whoever reads the file or the list of corrections: what it was of, when that is gone.
    body["reason"] = readable(f"{before[0].event.date.edtf}: {event_words(before[0].event)}")[
        :_LABEL
    ]
    after = _corrected(kind, body, before)
    if date is not None and before[0].event.date == date:
        raise AlreadySaidError(say("The entry has that date already."))
    if "headline" in body and before[0].event.headline == body["headline"]:
        raise AlreadySaidError(say("The entry has that headline already."))
    typed = readable(said.get("date", ""))
    return Proposal(collections.pop(), kind, body, before, after, date, typed)


def propose_event(
    archive: Archive, document: str, quote: str, date: str, headline: str | None, today: dt.date
) -> Proposal:
    """A new event: the words of a document that tell it.

    Raises UnknownDocumentError, UnreadableDateError, InputError, and QuoteNotFoundError when the
    quote can't be placed: `near_quotes` may then find what was meant.
    """
    read, written = _read_date(date, today)
    source = documents.find(archive.sources(), document).source
    words = quote.strip()
    if not words or len(words) > LONGEST_QUOTE:
        raise InputError(
            say("A quote has 1 to {count} characters.", count=LONGEST_QUOTE),
            hint=say("Copy the sentence that tells it."),
        )
    body: dict[str, Any] = {"document": source.id, "quote": words, "date": written}
    if headline and headline.strip():
        body["headline"] = _headline(headline)
    text = archive.document(source.id)
    try:
        place = _place(text, words)
    except QuoteError as error:
        raise QuoteNotFoundError(_why(str(error))) from None
    correction = _read(body, "add")
    quoted = Quoted(place, "", text.text[place.start : place.stop])
    made = curate((), [correction], lambda *_: quoted, lambda *_: "new").events
    after = tuple(
        CitedEvent(event, source, None, citation_line(source, event.locator)) for event in made
    )
    return Proposal(source.collection, "add", body, (), after, read, readable(date))


def near_quotes(archive: Archive, document: str, quote: str, today: dt.date) -> tuple[str, ...]:
    """Words of a document, verbatim and in one line, that are most like ``quote``: at most three.

    Only passages that hold some of its words are looked at.
    """
    wanted = readable(quote)[:LONGEST_QUOTE]
    try:
        answer = archive.answer(wanted, today=today, k=_LOOKED_AT, document=document)
    except ArchivistError:
        return ()
    found: list[tuple[float, str]] = []
    for citation in answer.passages:
        text = citation.passage.text
        alike = fuzz.partial_ratio_alignment(wanted.casefold(), _folded(text))
        if alike is not None and alike.score >= _ALIKE:
            start, stop = _whole(text, alike.dest_start, alike.dest_end)
            found.append((alike.score, readable(text[start:stop])))
    best = [words for _, words in sorted(found, key=lambda each: -each[0]) if words]
    return tuple(dict.fromkeys(best))[:_NEAR]


def _folded(text: str) -> str:
    """``text`` in small letters, each in its place."""
    return "".join(small if len(small := char.casefold()) == 1 else char for char in text)


def _whole(text: str, start: int, stop: int) -> tuple[int, int]:
    """The sentence that holds most of a span; of a long one the span, widened to whole words."""
    told = [span for span in sentences(text) if span[0] < stop and start < span[1]]
    best = max(told, key=lambda span: min(stop, span[1]) - max(start, span[0]), default=(0, 0))
    if 0 < best[1] - best[0] <= LONGEST_QUOTE:
        return best
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while stop < len(text) and not text[stop].isspace():
        stop += 1
    return start, stop


def _place(document: Document, quote: str) -> Locator:
    """Where a quote stands. Raises QuoteError where it doesn't, or where it is a heading."""
    start, stop = find_quote(document.text, quote)
    at = bisect_right(document.paragraphs, start, key=lambda paragraph: paragraph.start) - 1
    paragraph = document.paragraphs[at] if at >= 0 else None
    note = next((note for note in document.notes if note.start <= start < note.stop), None)
    if note is None and (paragraph is None or paragraph.stop <= start):
        raise QuoteError("that quote is a heading; quote words of the text.")
    section = bisect_right(document.sections, start, key=lambda section: section.start) - 1
    path = document.sections[section].path if section >= 0 else ()
    number = paragraph.number if paragraph is not None and note is None else None
    place = locate(document, path, start, stop, paragraph=number)
    return replace(place, note=note.number) if note else place


def _why(reason: str) -> str:
    if "more than once" in reason:
        return say("These words stand in the document more than once; quote more of them.")
    if "heading" in reason:
        return say("These words are a heading; quote words of the text beneath it.")
    return say("These words don't stand in the document, word for word.")


def _corrected(
    kind: Kind, body: Mapping[str, Any], before: Sequence[CitedEvent]
) -> tuple[CitedEvent, ...]:
    """The events as a build will make them."""
    sources = {cited.event.id: cited for cited in before}

    def unused(*_: object) -> Any:
        raise AssertionError("only a new event is placed")

    curated = curate((cited.event for cited in before), [_read(body, kind)], unused, unused)
    return tuple(replace(sources[event.id], event=event) for event in curated.events)


def _read(body: Mapping[str, Any], kind: Kind) -> Correction:
    try:
        return read_corrections({kind: [dict(body)]}, kind)[0]
    except CorpusError:
        raise InputError(say("That can't be kept as a correction.")) from None


def _read_date(typed: str | None, today: dt.date) -> tuple[HistoricDate | None, str]:
    """The date that was typed, and how it is kept: in the same words where a build reads them so.

    Raises UnreadableDateError; a day or month of every year is no date of an event.
    """
    if typed is None:
        return None, ""
    when = parse_when(typed, today=today)
    if when.date is None:
        raise UnreadableDateError(
            say("“{date}” has no year, so it is no date of an entry.", date=readable(typed)[:60])
        )
    words = readable(typed)
    try:
        same = _read({"id": "x", "date": words}, "redate").date == when.date
    except InputError:
        same = False
    return when.date, words if same else when.date.edtf


def _headline(said: str) -> str:
    words = readable(said)
    seen = any(char.isprintable() and not char.isspace() for char in words)
    if not seen or len(words) > LONGEST_HEADLINE:
        raise InputError(
            say("A headline has 1 to {count} characters.", count=LONGEST_HEADLINE),
            hint=say("Say it in a few words; the quote itself stays as it is."),
        )
    return words


# ---------------------------------------------------------------- names for one thing


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name of a group that is to be made, and what is known of it."""

    name: str
    passages: int  # that hold it
    most: bool = False  # there may be fewer: too many to read hold its words
    tells_nothing: bool = False  # it is made of stop words
    others: tuple[tuple[str, ...], ...] = ()  # groups that have it already


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group of names that can be saved."""

    collection: str
    names: tuple[NameFound, ...]


def check_names(said: str) -> tuple[str, ...]:
    """The names that commas or semicolons part, each once. Raises InputError."""
    parts = [readable(part) for part in said.replace(";", ",").split(",")]
    names: dict[str, str] = {}
    for part in filter(None, parts):
        names.setdefault(part.casefold(), part)
    found = tuple(names.values())
    if not FEWEST_NAMES <= len(found) <= MOST_NAMES:
        raise InputError(
            say(
                "A group has {fewest} to {most} different names; these are {count}.",
                fewest=FEWEST_NAMES,
                most=MOST_NAMES,
                count=len(found),
            ),
            hint=say("Put a comma between two names: “Burma, Myanmar”."),
        )
    for name in found:
        if len(name) > LONGEST_NAME or not any(map(str.isalnum, name)):
            raise InputError(
                say(
                    "“{name}” can't be a name: it has 1 to {most} characters, a letter or digit"
                    " among them.",
                    name=name[:LONGEST_NAME],
                    most=LONGEST_NAME,
                )
            )
    return found


def propose_group(
    archive: Archive, collection: str, names: Sequence[str], kept: Iterable[AliasGroup]
) -> NewGroup:
    """A group of ``names``; ``kept`` are those of its collection. Raises AlreadySaidError."""
    groups = [group.names for group in kept]
    wanted = {name.casefold() for name in names}
    if any(wanted <= {name.casefold() for name in group} for group in groups):
        raise AlreadySaidError(say("These names are one group already."))
    known = list(dict.fromkeys((*groups, *archive.snapshot.analyzer.aliases)))
    return NewGroup(collection, tuple(_look_for(archive, name, known) for name in names))


def _look_for(archive: Archive, name: str, known: Sequence[tuple[str, ...]]) -> NameFound:
    same = name.casefold()
    others = tuple(group for group in known if same in {each.casefold() for each in group})
    analyzer, searcher = archive.snapshot.analyzer, archive.snapshot.searcher
    telling = [term.text for term in analyzer.terms(name) if term.text not in analyzer.names]
    terms = telling or analyzer.term_texts(name)
    if not telling:
        return NameFound(name, 0, tells_nothing=True, others=others)
    held = searcher.holding(list(dict.fromkeys(terms)))
    if len(terms) == 1 or len(held) > _READ:
        return NameFound(name, len(held), most=len(terms) > 1, others=others)
    count = 0
    for position in held.tolist():
        read = analyzer.term_texts(archive.snapshot.passage(position).text)
        words = [term for term in read if term not in analyzer.names]
        count += any(words[n : n + len(terms)] == terms for n in range(len(words)))
    return NameFound(name, count, others=others)


# ---------------------------------------------------------------- collections


def choose_collection(said: str | None, among: frozenset[str], guild: int) -> str:
    """The collection that an option names; the server's own without one. Raises InputError."""
    own = server_collection(guild)
    name = (said or "").strip()
    if not name or name == own:
        return own
    if name in among:
        return name
    raise InputError(
        say("There is no collection called “{name}” that you may edit.", name=name[:LONGEST_NAME]),
        hint=say("Choose one that is offered while you type."),
    )


def offer_collections(
    among: Iterable[str], guild: int, typed: str, t: Language
) -> list[tuple[str, str]]:
    """(what is shown, name) of collections that ``typed`` may be part of; the server's own first."""
    wanted = readable(typed).casefold()
    own = server_collection(guild)
    names = sorted(among, key=lambda name: (name != own, name))
    shown = [(shorten(collection_name(name, guild, t), CHOICE), name) for name in names]
    return [
        (said, name) for said, name in shown if wanted in said.casefold() and units(name) <= CHOICE
    ][:_OFFERED]


def collection_name(collection: str, guild: int, t: Language) -> str:
    """What a collection is called: plain text."""
    if collection == server_collection(guild):
        return t("this server’s documents")
    return t("the owner’s collection “{name}”", name=readable(collection))
