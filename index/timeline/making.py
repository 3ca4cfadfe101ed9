"""The timeline of a generation: made of its documents' events as the last step of a build."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlite_utils import Database

from index import store
from index.analysis import Analyzer
from index.model import Document, Event, Passage, SourceInfo
from index.passages import IdMaker, locate
from index.snapshot import find_document
from index.timeline.corrections import Correction
from index.timeline.curating import Curated, Quoted, QuoteError, curate, find_quote
from index.timeline.linking import Telling, link

_FEWEST_DIGITS = 3  # of a number that tells something
_MOST_PASSAGES = 6  # that hold it; a number of more tells nothing
_YEARS = range(1000, 2101)


@dataclass(frozen=True, slots=True)
class Made:
    """The timeline as it is saved, in corpus order, its terms beside it."""

    events: tuple[Event, ...]
    terms: tuple[tuple[str, ...], ...]
    unapplied: tuple[str, ...]  # corrections that don't fit, one sentence each


def make(database: Database, corrections: Sequence[Correction], analyzer: Analyzer) -> Made:
    """The timeline of all documents in ``database``, after ``corrections``."""
    sources = [summary.source for summary in store.sources(database)]
    known: dict[str, tuple[str, ...]] = {}

    def extracted() -> Iterator[Event]:
        texts = lru_cache(maxsize=2)(lambda of: store.stored_text(database, of)[0])
        for event, terms in store.events(database):
            known[event.id] = terms
            place = event.locator
            yield replace(event, text=texts(place.document_id)[place.start : place.stop])

    finder = _Finder(database, sources)
    curated: Curated = curate(extracted(), corrections, finder.place, finder.new_id)
    languages, acronyms = store.languages(database), store.acronyms(database)

    @lru_cache(maxsize=4)
    def reader(document_id: str) -> Analyzer:
        return analyzer.for_document(languages[document_id], acronyms[document_id])

    terms = [_terms(event, known, reader) for event in curated.events]
    titles = {source.id: source.title for source in sources}
    linked = link(curated.events, terms, titles, analyzer, lambda: _tellings(database))
    return Made(linked, tuple(terms), curated.unapplied)


def _terms(
    event: Event, known: dict[str, tuple[str, ...]], reader: Callable[[str], Analyzer]
) -> tuple[str, ...]:
    """The words by which an event is found: an owner's headline counts, too."""
    terms = known.get(event.id)
    if terms is None:
        parts = (*event.locator.section, event.text, *event.actors, *event.places)
        analyzer = reader(event.locator.document_id)
        terms = tuple(term.text for part in parts for term in analyzer.terms(part))
    if event.headline:
        analyzer = reader(event.locator.document_id)
        terms = (*terms, *(term.text for term in analyzer.terms(event.headline)))
    return terms


class _Finder:
    """Places the quotes of added events."""

    def __init__(self, database: Database, sources: Sequence[SourceInfo]) -> None:
        self._database = database
        self._sources = sources
        self._document = lru_cache(maxsize=2)(self._load)
        self._ids: dict[str, IdMaker] = {}

    def _load(self, document_id: str) -> tuple[Document, tuple[Passage, ...]]:
        passages = tuple(passage for passage, _ in store.passages(self._database, document_id))
        return store.document(self._database, document_id), passages

    def place(self, said: str, quote: str) -> Quoted:
        """Where ``quote`` stands. Raises UnknownDocumentError, QuoteError."""
        document, passages = self._document(find_document(self._sources, said))
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


def _tellings(database: Database) -> Iterable[tuple[str, Sequence[Telling]]]:
    """Large numbers that a few passages of several documents hold, each with those passages."""
    holders: dict[str, list[Passage]] = defaultdict(list)
    for passage, terms in store.passages(database):
        if passage.kind != "note":
            for term in set(terms):
                if _tells(term) and len(holders[term]) <= _MOST_PASSAGES:
                    holders[term].append(passage)
    texts = lru_cache(maxsize=4)(lambda of: store.stored_text(database, of)[0])
    for number, found in sorted(holders.items()):
        documents = {passage.locator.document_id for passage in found}
        if len(documents) > 1 and len(found) <= _MOST_PASSAGES:
            yield (
                number,
                [
                    Telling(
                        p.locator.document_id,
                        p.id,
                        texts(p.locator.document_id)[p.locator.start : p.locator.stop],
                    )
                    for p in found
                ],
            )


def _tells(term: str) -> bool:
    if not (term.isascii() and term.isdecimal() and len(term) >= _FEWEST_DIGITS):
        return False
    return len(term) != 4 or int(term) not in _YEARS
