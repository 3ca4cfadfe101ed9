"""The values that pass between the steps. All are frozen; what holds text holds its span too.

Spans are half-open ranges of code points into a document's stored text, and
``document.text[start:stop]`` is the quote, always (docs: design section 5, invariant 1).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

_BLANKS = re.compile(r"\s+")


def one_line(text: str) -> str:
    """``text`` with every run of white space as one blank, none at the ends: for showing in a line."""
    return _BLANKS.sub(" ", text).strip()


# ---------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What an owner says of a document in ``corpus.toml``; everything may be missing."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None  # EDTF, as coarse as it is known
    url: str | None = None
    rights: str | None = None
    language: str = ""  # BCP 47
    date_order: Literal["dmy", "mdy"] | None = None
    works: tuple[str, ...] = ()  # the works that the text draws on


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all text up to the next heading of any level.

    ``path`` holds the headings from the outermost to this one; text before the first heading has
    a section with an empty path. ``start`` to ``stop`` includes the heading's own line.
    """

    path: tuple[str, ...]
    level: int  # 1 is outermost, 0 the text before the first heading
    start: int
    stop: int
    anchor: str | None = None  # the fragment of a link to it, where the format has such names


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, list item, table row or code block: the smallest block that is kept together."""

    start: int
    stop: int
    section: int  # position in Document.sections
    number: int  # counts from 1 within its section
    kind: Literal["text", "item", "table", "code", "quote"] = "text"


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote: its text's span, and where its marks stood in the body text."""

    number: int  # unique in its document, counting from 1 in the order of first marks
    start: int
    stop: int
    marks: tuple[int, ...] = ()  # a mark at m belongs to the words that end at m
    text: str = ""
    label: str | None = (
        None  # as printed, where that is not the number: *, iv, or 3 of a later chapter
    )
    refers_to: tuple[int, ...] = ()  # the notes that its words (“ibid.”) mean; set for showing

    @property
    def shown(self) -> str:
        """What readers know it by."""
        return self.label or str(self.number)


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A stretch of the stored text that stood on one page; empty for a page without text.

    A page has one in the body and, where its notes were lifted out, more among the notes.
    """

    number: int  # counts from 1
    start: int
    stop: int
    label: str | None = None  # as printed or as the file says: iv, A-3


@dataclass(frozen=True, slots=True)
class CrossReference:
    """Words that point to another place of their document: “Section IV.C”, “see note 12”, “ibid.”."""

    start: int
    stop: int
    kind: Literal["section", "note"]
    target: (
        int | None
    )  # a position in Document.sections, or a note's number; None: it can't be told


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table of events, with the spans of what its columns hold; one paragraph."""

    start: int
    stop: int
    date: str  # EDTF, one date or an interval
    written: tuple[int, int]  # the date as it is written
    body: tuple[int, int]  # the words that tell what happened
    actors: tuple[tuple[int, int], ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    precision: Precision | None = None  # where its row tells more of it than EDTF can


@dataclass(frozen=True, slots=True)
class Lifted:
    """A stretch of the source text that was left out of the stored text on purpose."""

    kind: Literal["running head", "page number", "note mark", "hyphen", "rule", "boilerplate"]
    start: int  # code points of the source text: see Reading.source
    stop: int


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """Something about a document that its reader should know, with the line or page where it stands."""

    text: str
    line: int | None = None  # of the file, counts from 1
    page: int | None = None  # counts from 1


@dataclass(frozen=True, slots=True)
class Document:
    """One source as it was read: its stored text and where everything stands in it."""

    id: str
    name: str  # path below the corpus, with forward slashes
    collection: str
    title: str
    meta: DocumentMeta
    text: str
    encoding: str
    sha256: str  # of the original bytes
    text_sha256: str  # of the stored text, as UTF-8
    source_map: tuple[
        tuple[int, int], ...
    ]  # (stored, source) code points: see reading.source_offset
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Note, ...]
    warnings: tuple[ReadingWarning, ...] = ()
    format: str = "text"  # see index/reading/formats.py
    pages: tuple[PageSpan, ...] = ()  # by start; none where nobody can know
    references: tuple[CrossReference, ...] = ()  # by start
    records: tuple[Record, ...] = ()  # by start
    lifted: tuple[Lifted, ...] = ()  # by start
    acronyms: tuple[tuple[str, str], ...] = ()  # that it defines: (short, long), in order

    def pages_of(self, start: int, stop: int) -> tuple[int | None, int | None, str | None]:
        """First and last page of a slice, and the first one's label; None where nobody can know."""
        return find_pages(self.pages, start, stop)


def find_pages(
    pages: Sequence[PageSpan], start: int, stop: int
) -> tuple[int | None, int | None, str | None]:
    """`Document.pages_of` for ``pages`` (by their starts); only a few of them are looked at."""
    first = bisect_right(pages, start, key=lambda page: page.start) - 1
    last = bisect_left(pages, max(stop, start + 1), key=lambda page: page.start) - 1
    if first < 0 or pages[first].stop <= start:
        return None, None, None
    page = pages[first]
    return page.number, max(page.number, pages[last].number), page.label


# ---------------------------------------------------------------- passages


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a slice stands: ``document.text[start:stop]`` is the quote, always."""

    document_id: str
    section: tuple[str, ...]  # heading path, outermost first
    start: int  # code points, half-open
    stop: int
    page: int | None = None  # counts from 1; None where nobody can know
    page_end: int | None = None
    page_label: str | None = None
    paragraph: int | None = None  # of the section, counting from 1
    note: int | None = None
    note_label: str | None = None  # as printed, where that is not its number


@dataclass(frozen=True, slots=True)
class Passage:
    """The verbatim slice that is ranked and quoted."""

    id: str  # at most 16 of [0-9a-z], the same on every machine
    kind: Literal["text", "entry", "note"]
    locator: Locator
    text: str
    notes: tuple[int, ...] = ()  # numbers of the notes whose marks stand in it


# ---------------------------------------------------------------- time


class Precision(StrEnum):
    """How exactly a date is known, finest first."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


Overlap = Literal["certain", "possible"]

#: Bounds of open intervals, in day numbers: about nine thousand years either way.
FIRST_DAY = -3_287_000
LAST_DAY = 3_652_059  # 9999-12-31


@dataclass(frozen=True, slots=True)
class HistoricDate:
    """A date or an interval as it is known, in EDTF (ISO 8601-2:2019, level 1).

    Days are numbers of the proleptic Gregorian calendar (1 is 0001-01-01), both ends included.
    An event starts on some day from ``earliest`` to ``start_latest`` and ends on some day from
    ``end_earliest`` to ``latest``; for a single date ("February 2021") the two ranges are the same.
    """

    edtf: str
    start: str | None  # as coarsely as it is known: 2022, 2022-09, 2022-09-07; None when open
    end: str | None  # of an interval; None for a single date or an open end
    precision: Precision
    earliest: int
    start_latest: int
    end_earliest: int
    latest: int

    def overlap(self, first: int, last: int) -> Overlap | None:
        """Whether this falls on any day of ``first`` to ``last``, both included: surely, maybe, no."""
        if self.latest < first or self.earliest > last:
            return None
        surely = self.end_earliest >= first and self.start_latest <= last
        return "certain" if surely else "possible"

    def within(self, other: HistoricDate) -> bool:
        """Whether every day that this can mean is one that ``other`` can mean."""
        return other.earliest <= self.earliest and self.latest <= other.latest


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date where it is written: ``text[start:stop]`` are its words."""

    date: HistoricDate
    start: int
    stop: int
    as_written: str
    inferred_from: str = ""  # what gave the part that the words lack: "the heading “2021”"

    @property
    def inferred(self) -> bool:
        """Whether a part of it, the year mostly, comes from its surroundings."""
        return bool(self.inferred_from)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with its date as it is known and the words that say so."""

    id: str
    date: HistoricDate
    as_written: str
    text: str
    locator: Locator
    passage: str  # id of the passage that holds it
    kind: Literal["entry", "prose"] = "entry"
    inferred_from: str = ""  # what gave the part of the date that its words lack
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    also: tuple[Locator, ...] = ()  # other sentences of its document that tell it
    headline: str | None = None  # an owner's words for it; the text stays verbatim
    edited: bool = False  # an owner changed or added it: see `index.timeline.curating`
    same_as: tuple[str, ...] = ()  # ids of events that are the same happening, told elsewhere
    differs: str | None = None  # what those disagree on, in one sentence for people

    @property
    def inferred(self) -> bool:
        """Whether a part of the date, the year mostly, comes from its surroundings."""
        return bool(self.inferred_from)


# ---------------------------------------------------------------- finding


@dataclass(frozen=True, slots=True)
class Term:
    """One searchable term and the words it was made of: ``text[start:stop]``."""

    text: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Highlight:
    """A range of a passage's text, in code points from the start of that text."""

    start: int
    stop: int
    kind: Literal["term", "answer"]


# ---------------------------------------------------------------- answers


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NEAR_MISS = "near_miss"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What every citation needs of its document."""

    id: str
    name: str
    collection: str
    title: str
    author: str | None
    publisher: str | None
    date: str | None
    url: str | None
    rights: str | None
    sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One summand of a passage's score."""

    kind: Literal["term", "boost"]
    name: str  # the word of the question, or what the boost is for
    amount: float  # to six places
    term: str | None = None  # as it stands in the index
    weight: float | None = None  # how much the word tells: its inverse document frequency
    reason: str | None = None  # why the term counts for the word: see `index.questions.concepts`
    fields: tuple[str, ...] = ()  # where it stands: text, heading, title, note


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Another passage that answers as a cited one does, or repeats it."""

    passage: str  # its id
    source: SourceInfo
    locator: Locator  # of ``text``
    text: str  # its words that answer, verbatim; of a copy the whole passage
    line: str  # one line for people: title, section, page
    copy: bool  # it repeats the cited passage, and so has no place of its own
    number: int | None = None  # under which it is shown itself; None if it isn't


@dataclass(frozen=True, slots=True)
class Bearing:
    """A sentence that bears a note's mark."""

    passage: str  # id of the passage that holds it
    locator: Locator  # of the sentence
    text: str  # verbatim
    line: str  # one line for people: title, section, page


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered passage with its source, place and marked words."""

    number: int  # counts from 1, in the order shown
    passage: Passage
    source: SourceInfo
    highlights: tuple[Highlight, ...]
    score: float
    notes: tuple[Note, ...]  # with their texts
    line: str  # one line for people: title, section, page or note
    date: HistoricDate | None = None  # of the chronology entry that the passage is
    why: tuple[ScorePart, ...] = ()  # their sum is the score
    also: tuple[AlsoIn, ...] = ()  # where else it stands
    borne: tuple[Bearing, ...] = ()  # of a note: the sentences that bear it
    meant: tuple[Note, ...] = ()  # that ``notes``, or the note that it is, mean: “ibid.”

    @property
    def place(self) -> str:
        """Section, page and note without the title, for where the title already stands."""
        return self.line.removeprefix(self.source.title).lstrip(", ")


@dataclass(frozen=True, slots=True)
class CitedEvent:
    """An event with its source, and how it meets the dates asked for."""

    event: Event
    source: SourceInfo
    overlap: Overlap | None
    line: str  # one line for people: where it stands


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A part of the answer: a range of the text of passage number ``passage``."""

    passage: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken to mean."""

    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    dates: tuple[HistoricDate, ...] = ()
    people: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()  # (as typed, read as)
    named: tuple[
        tuple[str, HistoricDate], ...
    ] = ()  # events it counts from ("the coup"), their dates
    expanded: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (as typed, words that count for it)
    carried: tuple[str, ...] = ()  # words and dates taken from the question before
    excluded: tuple[str, ...] = ()  # words that no passage may hold
    missing: tuple[str, ...] = ()  # words of the question that nothing shown holds
    kind: str | None = None  # who, when, where, how many, ...: see index/questions/concepts.py


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question; `not_found` carries no citation."""

    question: str
    outcome: Outcome
    answer: str | None  # verbatim, at most 400 characters
    answer_spans: tuple[AnswerSpan, ...]
    passages: tuple[Citation, ...]  # best first
    events: Sequence[CitedEvent]
    possible_events: Sequence[CitedEvent]
    understood: Understood
    covers: str  # one sentence on what the corpus holds, for replies that found nothing
    generation: int
    took_ms: float = 0.0
    confidence: float = 0.0  # from 0 to 1; what the outcome was told from
    differs: tuple[str, ...] = ()  # on what the passages disagree, a sentence each
    #: Documents with passages that hold any of the question's words and may be found (of a question
    #: that gives only a time: that tell its events), by id, and how many passages; most first, ties in
    #: corpus order. Also where nothing was found: what matched was then too little.
    matched: tuple[tuple[str, int], ...] = ()

    @property
    def answered(self) -> bool:
        return self.outcome is Outcome.ANSWERED


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of something, as day numbers, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events asked for, in order: earliest day, then coarser precision, then corpus order."""

    events: Sequence[CitedEvent]  # that certainly fall in the dates asked for, or all without dates
    possible_events: Sequence[CitedEvent]
    when: HistoricDate | None
    asked: str  # what was asked, in one line for people
    covers: str  # one sentence on what the timeline holds
    generation: int
    notes: tuple[str, ...] = ()  # how it was read where that is not plain, a sentence each
    span: Span | None = None  # the days that the events found can mean
    before: CitedEvent | None = None  # the nearest ones outside the time asked for
    after: CitedEvent | None = None

    def __iter__(self) -> Iterator[CitedEvent]:
        yield from self.events
        yield from self.possible_events


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A document as the list of sources shows it."""

    source: SourceInfo
    sections: int  # that have a heading
    paragraphs: int
    notes: int
    passages: int
    events: int
    words: int
    encoding: str
    warnings: tuple[ReadingWarning, ...] = field(default=())
    format: str = "text"
    pages: int | None = None  # how many it has; None where nobody can know
    linked_notes: int = 0  # whose marks were found in the text
    unlinked_notes: int = 0
    references: int = 0  # cross-references, found out or not
    unresolved: int = 0  # those of them that lead nowhere
    lifted: tuple[tuple[str, int], ...] = ()  # kind and how many, most first


# ---------------------------------------------------------------- what stands around


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document as they stand: ``document.text[start:stop]`` of their locator."""

    locator: Locator
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """A passage with what stands next to it, in the order of its document, nothing of it twice.

    Beside text stand paragraphs, beside an entry of a chronology entries, beside a note notes.
    """

    citation: Citation  # number 1, without highlights
    before: tuple[Quote, ...]
    after: tuple[Quote, ...]
    first: bool  # nothing stands before ``before``; of a note: no other note
    last: bool  # nothing stands after ``after``
    generation: int


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section as an outline lists it."""

    number: int  # position in Document.sections
    path: tuple[str, ...]  # headings below the title, outermost first; empty for what opens a text
    level: int  # 1 is outermost, 0 the text before the first heading
    page: int | None  # on which it begins; counts from 1
    paragraphs: int
    notes: int  # whose marks stand in it
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a document, in order; text before the first heading only where there is any."""

    summary: SourceSummary
    sections: tuple[SectionEntry, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section with its paragraphs, without those of the sections below it."""

    entry: SectionEntry
    source: SourceInfo
    paragraphs: tuple[Quote, ...]
    first: int  # place of the first of these among all of the section's, from 0
    previous: int | None  # number of the nearest section before it that has text
    next: int | None
    generation: int


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note by itself, with the sentences that bear its marks."""

    note: Note
    source: SourceInfo
    locator: Locator
    line: str  # one line for people: title, section, page, note
    passage: str  # id of the passage that it is
    borne: tuple[Bearing, ...]
    meant: tuple[Note, ...]  # that its words (“ibid.”) mean
    previous: int | None  # number of the note before it
    next: int | None
    generation: int


# ---------------------------------------------------------------- suggestions


@dataclass(frozen=True, slots=True)
class WhenSuggestion:
    """A time to ask the timeline for, offered while it is typed. Of the first two one is None."""

    date: HistoricDate | None
    recurring: tuple[int, int] | None  # a month and a day of every year; day 0: the whole month
    said: str  # for people
    when: str  # what the timeline reads as this time: at most 100 characters
    events: int  # that certainly fall in it
    possible: int  # that may


@dataclass(frozen=True, slots=True)
class Example:
    """Something to ask that these documents answer."""

    kind: Literal["ask", "timeline"]
    text: str  # the question, or a date expression
    document: str | None = None  # id of the document that it was made from
    before: str | None = None  # the question that it follows


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the corpus folder that was not indexed, and why."""

    name: str
    reason: str
    hint: str = ""
    ignored: bool = False  # no document at all: a settings file, a hidden or an ignored one
    fingerprint: str = ""  # of its bytes, so that it is tried again when they change
    collection: str = "main"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``generation`` is the one that is current afterwards."""

    generation: int
    changed: bool  # False: nothing had changed, and no generation was made
    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    documents: int
    passages: int
    events: int
    skipped: tuple[Skipped, ...]
    warnings: tuple[tuple[str, ReadingWarning], ...]  # (document name, warning)
    seconds: float
    read: tuple[SourceSummary, ...] = ()  # in corpus order, only those read anew
    unapplied: tuple[str, ...] = ()  # corrections of the timeline that don't fit, a sentence each
