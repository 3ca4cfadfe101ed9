"""The timeline of a generation: made of its documents' events as the last step of a build."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from sys import intern

import numpy as np

from index.analysis import Analyzer
from index.bm25 import Searcher
from index.contents import Contents
from index.lazy import PassageIds, Passages
from index.model import Document, Event, Locator, Passage
from index.naming import DocumentNames
from index.passages import IdMaker, locate
from index.postings import Postings
from index.timeline.corrections import Correction
from index.timeline.curating import Curated, Quoted, QuoteError, curate, find_quote
from index.timeline.linking import Telling, link

_FEWEST_DIGITS = 3  # of a number that tells something
_MOST_PASSAGES = 6  # that hold it; a number of more tells nothing
_YEARS = range(1000, 2101)


@dataclass(frozen=True, slots=True)
class Made:
    """The timeline as it is saved, in corpus order, its terms beside it.

    The texts of events are left empty, but for those that an owner added.
    """

    events: tuple[Event, ...]
    terms: tuple[tuple[str, ...], ...]
    refused: tuple[tuple[str, str], ...]  # corrections that don't fit: see `Curated`

    @property
    def unapplied(self) -> tuple[str, ...]:
        """A sentence for each correction that doesn't fit."""
        return tuple(sentence for _, sentence in self.refused)


def make(contents: Contents, corrections: Sequence[Correction], analyzer: Analyzer) -> Made:
    """The timeline of all documents of ``contents``, after ``corrections``."""
    names = contents.names()
    known: dict[str, tuple[str, ...]] = {}

    def extracted() -> Iterator[Event]:
        for event, terms in contents.events():
            known[event.id] = tuple(map(intern, terms))  # most are those of other events, too
            yield event

    finder = _Finder(contents, DocumentNames(names))
    curated: Curated = curate(
        extracted(), corrections, finder.place, finder.new_id, contents.collection_of
    )
    languages, acronyms = contents.languages(), contents.acronyms()

    @lru_cache(maxsize=4)
    def reader(document_id: str) -> Analyzer:
        return analyzer.for_document(languages[document_id], acronyms.get(document_id, ()))

    @lru_cache(maxsize=64)
    def text(document_id: str) -> str:
        return contents.stored_text(document_id)[0]

    def quote(place: Locator) -> str:
        return text(place.document_id)[place.start : place.stop]

    terms = tuple(_terms(event, known, reader, quote) for event in curated.events)
    titles = {document_id: title for document_id, _, title in names}
    linked = link(
        curated.events,
        terms,
        titles,
        analyzer,
        lambda: _tellings(contents, (event.passage for event in curated.events), quote),
        lambda event: quote(event.locator),
    )
    return Made(linked, terms, curated.refused)


def _terms(
    event: Event,
    known: Mapping[str, tuple[str, ...]],
    reader: Callable[[str], Analyzer],
    quote: Callable[[Locator], str],
) -> tuple[str, ...]:
    """The words by which an event is found: an owner's headline counts, too."""
    terms = known.get(event.id)
    if terms is None:
        parts = (*event.locator.section, quote(event.locator), *event.actors, *event.places)
        analyzer = reader(event.locator.document_id)
        terms = tuple(term.text for part in parts for term in analyzer.terms(part))
    if event.headline:
        analyzer = reader(event.locator.document_id)
        terms = (*terms, *(term.text for term in analyzer.terms(event.headline)))
    return terms


class _Finder:
    """Places the quotes of added events."""

    def __init__(self, contents: Contents, names: DocumentNames) -> None:
        self._contents = contents
        self._names = names
        # Of the contents alone: a method would be a circle, which keeps the index open.
        self._document = lru_cache(maxsize=2)(partial(_load, contents))
        self._ids: dict[str, IdMaker] = {}

    def place(self, said: str, quote: str) -> Quoted:
        """Where ``quote`` stands. Raises UnknownDocumentError, QuoteError."""
        document, passages = self._document(self._names.find(said))
        start, stop = find_quote(document.text, quote)
        holder = next(
            (p for p in passages if p.locator.start <= start < p.locator.stop and p.id), None
        )
        if holder is None:
            raise QuoteError("that quote is a heading; quote words of the text.")
        at = bisect_right(document.paragraphs, start, key=lambda paragraph: paragraph.start) - 1
        number = document.paragraphs[at].number if at >= 0 and holder.kind != "note" else None
        place = locate(document, holder.locator.section, start, stop, paragraph=number)
        place = replace(place, note=holder.locator.note, note_label=holder.locator.note_label)
        return Quoted(place, holder.id, document.text[start:stop])

    def new_id(self, quoted: Quoted, correction: Correction) -> str:
        assert correction.date is not None  # of an added event it is required
        document_id = quoted.locator.document_id
        maker = self._ids.setdefault(document_id, IdMaker(document_id))
        return maker.make(f"added {correction.date.edtf}", quoted.text)


def _load(contents: Contents, document_id: str) -> tuple[Document, tuple[Passage, ...]]:
    return contents.document(document_id), contents.passages(document_id)


def _telling(postings: Postings) -> Iterator[str]:
    """The terms that are large numbers, in no order."""
    text, sizes = postings.bytes_of_terms(np.arange(postings.size))
    begins = np.cumsum(sizes) - sizes
    long = np.flatnonzero(sizes >= _FEWEST_DIGITS)
    heads = text[begins[long]]
    digits = long[(heads >= ord("0")) & (heads <= ord("9"))]
    return filter(_tells, map(postings.term, digits.tolist()))


def _tellings(
    contents: Contents, told: Iterable[str], quote: Callable[[Locator], str]
) -> Iterator[tuple[str, Sequence[Telling]]]:
    """Large numbers that a few passages of several documents hold, in order as strings, with these.

    One of the passages at least is of ``told``: their ids. Notes don't count.
    """
    searcher = Searcher.of_parts(contents.parts(), len(contents))
    passages = Passages(contents)
    positions = PassageIds(contents).many(list(set(told))).values()
    telling = np.zeros(len(contents), dtype=np.bool_)
    telling[np.fromiter(positions, np.int64, len(positions))] = True
    for number in sorted({term for part in contents.parts() for term in _telling(part.postings)}):
        found = searcher.postings(number)
        if len(found) < 2 or not telling[found].any():
            continue
        found = found[~contents.are_notes(found)]
        found = found[searcher.in_texts(number, found)]
        if not 1 < len(found) <= _MOST_PASSAGES or not telling[found].any():
            continue
        if np.ptp(contents.document_numbers(found)):
            held = [passages[position] for position in found.tolist()]
            yield (
                number,
                [Telling(p.locator.document_id, p.id, quote(p.locator)) for p in held],
            )


def _tells(term: str) -> bool:
    if not (term.isascii() and term.isdecimal() and len(term) >= _FEWEST_DIGITS):
        return False
    return len(term) != 4 or int(term) not in _YEARS
