"""Events as extracted -> the timeline: the owner's corrections applied, the same happenings linked.

Done anew in every build, over all documents, so that what is shown always follows from the
documents, the corrections and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.errors import UnknownDocumentError
from index.model import Event, Locator, one_line
from index.timeline.corrections import Correction

_OWNER = "the owner’s correction"


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a quote stands: its place, and the passage that holds it."""

    locator: Locator
    passage: str
    text: str


@dataclass(frozen=True, slots=True)
class Curated:
    """The events that are shown, in corpus order, and the corrections that could not be applied."""

    events: tuple[Event, ...]
    refused: tuple[
        tuple[str, str], ...
    ]  # the collection of a correction, and a sentence that says why

    @property
    def unapplied(self) -> tuple[str, ...]:
        """The sentences alone."""
        return tuple(sentence for _, sentence in self.refused)


class QuoteError(Exception):
    """A quote can't be placed; the message says why, as the end of a sentence."""


def curate(
    events: Iterable[Event],
    corrections: Sequence[Correction],
    place: Callable[[str, str], Quoted],
    new_id: Callable[[Quoted, Correction], str],
    collection_of: Callable[[str], str] = lambda _: "",
) -> Curated:
    """``events`` (in corpus order) after ``corrections``.

    ``place`` finds a quote in a document and raises QuoteError or UnknownDocumentError when it
    can't; ``new_id`` makes the id of an added event; ``collection_of`` tells the collection of a
    document by its id: a correction that is for one collection changes no other.
    """

    def may(correction: Correction, document_id: str) -> bool:
        return correction.collection in ("", collection_of(document_id))

    kept = {event.id: event for event in events}
    order = {event_id: number for number, event_id in enumerate(kept)}
    refused: list[tuple[str, str]] = []
    added: list[Event] = []
    for correction in corrections:
        if correction.kind == "add":
            try:
                event = _added(correction, place, new_id)
                if not may(correction, event.locator.document_id):
                    raise QuoteError("that document is of another collection.")
            except (QuoteError, UnknownDocumentError) as error:
                said = f"{correction.place} was not applied: {error}"
                refused.append((correction.collection, said))
                continue
            if event.id in kept:
                said = f"{correction.place} was not applied: it is there already."
                refused.append((correction.collection, said))
                continue
            kept[event.id] = event
            added.append(event)
            continue
        gone = [
            event_id
            for event_id in correction.ids
            if event_id not in kept or not may(correction, kept[event_id].locator.document_id)
        ]
        if gone:
            ids = ", ".join(f"“{event_id}”" for event_id in gone)
            said = f"{correction.place} was not applied: no event has the id {ids}."
            refused.append((correction.collection, said))
        else:
            _apply(correction, kept)
    at = {document: number for number, document in enumerate(_documents(kept.values(), order))}
    ordered = sorted(
        kept.values(),
        key=lambda e: (at[e.locator.document_id], e.locator.start, e.date.earliest, e.id),
    )
    if not added:
        ordered = sorted(kept.values(), key=lambda e: order[e.id])
    return Curated(tuple(ordered), tuple(refused))


def _documents(events: Iterable[Event], order: dict[str, int]) -> Iterable[str]:
    """The ids of the documents of ``events``, in corpus order; those of added events alone last."""
    known = sorted(events, key=lambda e: order.get(e.id, len(order)))
    return dict.fromkeys(event.locator.document_id for event in known)


def _added(
    correction: Correction,
    place: Callable[[str, str], Quoted],
    new_id: Callable[[Quoted, Correction], str],
) -> Event:
    quoted = place(correction.document, correction.quote)
    assert correction.date is not None  # read_corrections sees to it
    return Event(
        id=new_id(quoted, correction),
        date=correction.date,
        as_written=correction.as_written,
        text=quoted.text,
        locator=quoted.locator,
        passage=quoted.passage,
        kind="prose",
        inferred_from="" if _holds(quoted.text, correction.as_written) else _OWNER,
        actors=correction.actors,
        places=correction.places,
        headline=correction.headline,
        edited=True,
    )


def _holds(text: str, words: str) -> bool:
    return one_line(words).casefold() in one_line(text).casefold()


def _apply(correction: Correction, kept: dict[str, Event]) -> None:
    """Change ``kept`` as ``correction`` says, all of whose events are there."""
    first = correction.ids[0]
    event = kept[first]
    match correction.kind:
        case "hide":
            del kept[first]
        case "redate":
            assert correction.date is not None  # read_corrections sees to it
            kept[first] = replace(event, date=correction.date, inferred_from=_OWNER, edited=True)
        case "retitle":
            kept[first] = replace(event, headline=correction.headline, edited=True)
        case "merge":
            _merge(correction.ids, kept)


def _merge(ids: Sequence[str], kept: dict[str, Event]) -> None:
    """Events of one document become the first of them; what is left is linked."""
    left: dict[str, str] = {}  # document: the id of its event
    for event_id in ids:
        event = kept[event_id]
        document = event.locator.document_id
        if document not in left:
            left[document] = event_id
            kept[event_id] = replace(event, edited=True)
            continue
        into = kept[left[document]]
        places = dict.fromkeys((*into.also, event.locator, *event.also))
        places.pop(into.locator, None)
        kept[into.id] = replace(into, also=tuple(places))
        del kept[event_id]
    for event_id in left.values():
        others = (*kept[event_id].same_as, *(other for other in left.values() if other != event_id))
        kept[event_id] = replace(kept[event_id], same_as=tuple(dict.fromkeys(others)))


def find_quote(text: str, quote: str) -> tuple[int, int]:
    """Where ``quote`` stands in ``text``, whatever the white space between its words.

    Raises QuoteError if it stands nowhere, or more than once.
    """
    pattern = re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
    found = [match.span() for match, _ in zip(pattern.finditer(text), range(2), strict=False)]
    if not found:
        raise QuoteError("the document does not hold that quote.")
    if len(found) > 1:
        raise QuoteError("that quote stands in the document more than once; quote more words.")
    return found[0]
