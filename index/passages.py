"""Document -> Passages: about 90 to 160 words, cut at paragraph and sentence ends."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, Protocol

from index.model import Document, Locator, Note, Paragraph, Passage
from index.sentences import count_words, sentences

FEWEST_WORDS = 90
MOST_WORDS = 160
_LONGEST = 6_000  # characters: a longer stretch is cut, whatever its words
_REST_WORDS = 45  # fewer are no passage of their own: they may make another that much longer
Kind = Literal["text", "entry", "note"]
_Span = tuple[Kind, int, int, Paragraph]
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kept(Protocol):
    """A stretch of a document that stays one passage: a chronology entry."""

    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...


def cut_passages(document: Document, entries: Sequence[Kept] = ()) -> tuple[Passage, ...]:
    """The passages of ``document`` in the order of its text, then one for each note.

    Each of ``entries`` (in order) is one passage, also where it goes on over sections of its own:
    the “Added” and “Fixed” of a release. One that is longer than any passage may be is cut as other
    text is, into passages that are all of an entry. Other paragraphs are put together or cut at
    sentence ends; only a sentence that is longer than a passage makes a longer one. No other
    passage crosses a section. All words of the paragraphs and notes are in exactly one passage.
    """
    ids = IdMaker(document.id)
    spans: list[_Span] = []
    for _, group in groupby(document.paragraphs, key=lambda paragraph: paragraph.section):
        spans += _section_spans(document, list(group), entries)
    notes = _notes_of(spans, document.notes)
    starts = [section.start for section in document.sections]
    passages: list[Passage] = []
    for (kind, start, stop, paragraph), numbers in zip(spans, notes, strict=True):
        text = document.text[start:stop]
        section = bisect_right(starts, start) - 1
        within = paragraph.number if section == paragraph.section else None
        locator = locate(document, document.sections[section].path, start, stop, paragraph=within)
        passages.append(Passage(ids.make(kind, text), kind, locator, text, numbers))
    for note in document.notes:
        text = document.text[note.start : note.stop]
        path = _section_of_note(document, note)
        locator = replace(
            locate(document, path, note.start, note.stop), note=note.number, note_label=note.label
        )
        passages.append(Passage(ids.make("note", text), "note", locator, text, ()))
    return tuple(passages)


def locate(
    document: Document,
    section: tuple[str, ...],
    start: int,
    stop: int,
    *,
    paragraph: int | None = None,
) -> Locator:
    """Where a slice of ``document`` stands, with its pages if they are known."""
    page, page_end, page_label = document.pages_of(start, stop)
    return Locator(document.id, section, start, stop, page, page_end, page_label, paragraph)


class IdMaker:
    """Makes ids of passages or events: at most 16 of ``[0-9a-z]``, the same on every machine."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._seen: Counter[tuple[str, str]] = Counter()

    def make(self, kind: str, words: str) -> str:
        """An id from document, kind and words; a repeat of the same words gets a counter."""
        words = " ".join(words.split())
        self._seen[kind, words] += 1
        key = "\0".join((self._document_id, kind, words, str(self._seen[kind, words])))
        number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:10])
        digits = []
        while number:
            number, digit = divmod(number, 36)
            digits.append(_DIGITS[digit])
        return "".join(digits)[:16] or "0"


def _section_spans(
    document: Document, paragraphs: Sequence[Paragraph], entries: Sequence[Kept]
) -> Iterator[_Span]:
    """The passages of one section: its entries, and what stands between them packed.

    Of an entry that began in a section before there is none, unless it is too long for one.
    """
    text = document.text
    waiting: list[Paragraph] = []
    position = bisect_right(entries, paragraphs[0].start, key=lambda entry: entry.stop)
    done = paragraphs[0].start
    for number, paragraph in enumerate(paragraphs):
        if paragraph.start < done:
            continue  # within the entry that was just made
        while position < len(entries) and entries[position].stop <= paragraph.start:
            position += 1
        if position == len(entries) or paragraph.start < entries[position].start:
            waiting.append(paragraph)
            continue
        entry = entries[position]
        yield from _pack(text, waiting)
        waiting = []
        done = entry.stop
        if entry.stop - entry.start > _LONGEST:
            last = bisect_left(paragraphs, done, lo=number, key=lambda one: one.start)
            held = paragraphs[number:last]
            yield from _cut_entry(document, entry, held)
        elif not _began_before(document, paragraph, entry):
            yield "entry", entry.start, entry.stop, paragraph
    yield from _pack(text, waiting)


def _began_before(document: Document, paragraph: Paragraph, entry: Kept) -> bool:
    """Whether ``entry`` has another passage's words before ``paragraph``."""
    first = bisect_left(document.paragraphs, entry.start, key=lambda one: one.start)
    return document.paragraphs[first].start < paragraph.start


def _cut_entry(document: Document, entry: Kept, paragraphs: Sequence[Paragraph]) -> Iterator[_Span]:
    """The passages of a long entry's ``paragraphs``, which are of one section."""
    begin = paragraphs[0].start
    begins = not _began_before(document, paragraphs[0], entry)
    for _, start, stop, paragraph in _pack(document.text, paragraphs):
        yield "entry", entry.start if begins and start == begin else start, stop, paragraph


def _pack(text: str, paragraphs: Sequence[Paragraph]) -> list[_Span]:
    """Spans of about `FEWEST_WORDS` to `MOST_WORDS` over neighbouring ``paragraphs``."""
    packed: list[list[_Piece]] = []
    words = 0
    for piece in (piece for paragraph in paragraphs for piece in _pieces(text, paragraph)):
        most = MOST_WORDS + _REST_WORDS if words < _REST_WORDS else MOST_WORDS
        long = bool(packed) and piece.stop - packed[-1][0].start > _LONGEST
        if not packed or long or words >= FEWEST_WORDS or words + piece.words > most:
            packed.append([])
            words = 0
        packed[-1].append(piece)
        words += piece.words
    if len(packed) > 1 and words < _REST_WORDS:
        together = words + sum(piece.words for piece in packed[-2])
        length = packed[-1][-1].stop - packed[-2][0].start
        if together <= MOST_WORDS + _REST_WORDS and length <= _LONGEST:
            rest = packed.pop()
            packed[-1] += rest
    return [("text", p[0].start, p[-1].stop, p[0].paragraph) for p in packed]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    stop: int
    words: int
    paragraph: Paragraph


def _pieces(text: str, paragraph: Paragraph) -> list[_Piece]:
    """The paragraph whole, or cut into parts of about equal length if it is too long."""
    words = count_words(text[paragraph.start : paragraph.stop])
    if words <= MOST_WORDS and paragraph.stop - paragraph.start <= _LONGEST:
        return [_Piece(paragraph.start, paragraph.stop, words, paragraph)]
    parts = max(1, -(-words // MOST_WORDS))
    aim = words / parts
    pieces: list[_Piece] = []
    begin, end, counted = paragraph.start, paragraph.start, 0
    for start, stop in sentences(text, paragraph.start, paragraph.stop):
        length = count_words(text[start:stop])
        full = counted + length / 2 > aim or counted + length > MOST_WORDS
        if counted and (full or stop - begin > _LONGEST):
            pieces.append(_Piece(begin, end, counted, paragraph))
            begin, counted = start, 0
        end, counted = stop, counted + length
    pieces.append(_Piece(begin, end, counted, paragraph))
    return pieces


def _notes_of(spans: Sequence[_Span], notes: Sequence[Note]) -> list[tuple[int, ...]]:
    """For each of ``spans`` (in order) the numbers of the notes whose marks stand in it.

    A mark belongs to the words that end at it; one that stands before any words of its paragraph
    belongs to those that follow.
    """
    found: list[set[int]] = [set() for _ in spans]
    for note in notes:
        for mark in note.marks:
            position = bisect_left(spans, mark, key=lambda span: span[2])
            if position < len(spans) and spans[position][1] <= mark:
                found[position].add(note.number)
    return [tuple(sorted(numbers)) for numbers in found]


def _section_of_note(document: Document, note: Note) -> tuple[str, ...]:
    """The headings over the note's first mark."""
    if not note.marks:
        return ()
    position = bisect_right(document.sections, note.marks[0], key=lambda section: section.start) - 1
    # At the very end of a section stands a mark of that section, not of the one that begins there.
    if position and document.sections[position].start == note.marks[0]:
        position -= 1
    return document.sections[max(0, position)].path
