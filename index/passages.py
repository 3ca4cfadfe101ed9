"""Document -> Passages: about 90 to 160 words, cut at paragraph and sentence ends."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

from index.model import Document, Locator, Paragraph, Passage, one_line
from index.sentences import count_words, sentences

FEWEST_WORDS = 90
MOST_WORDS = 160
_REST_WORDS = 45  # a shorter rest at a section's end joins the passage before it
Kind = Literal["text", "entry", "note"]
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kept(Protocol):
    """A stretch of a document that must stay one passage: a chronology entry."""

    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...


def cut_passages(document: Document, entries: Sequence[Kept] = ()) -> tuple[Passage, ...]:
    """The passages of ``document`` in the order of its text, then one for each note.

    No passage crosses a section; each of ``entries`` (in order) is one passage, however long. Other
    paragraphs are put together or cut at sentence ends; only a sentence that is longer than a
    passage makes a longer one. All words of the paragraphs and notes are in exactly one passage.
    """
    ids = IdMaker(document.id)
    spans: list[tuple[Kind, int, int, Paragraph]] = []
    for _, group in groupby(document.paragraphs, key=lambda paragraph: paragraph.section):
        spans += _section_spans(document, list(group), entries)
    passages = [
        _passage(document, ids, kind, start, stop, paragraph)
        for kind, start, stop, paragraph in spans
    ]
    for note in document.notes:
        text = document.text[note.start : note.stop]
        section = _section_of_note(document, note.marks)
        locator = Locator(document.id, section, note.start, note.stop, note=note.number)
        passages.append(Passage(ids.make("note", text), "note", locator, text, ()))
    return tuple(passages)


class IdMaker:
    """Makes ids of passages or events: at most 16 of ``[0-9a-z]``, the same on every machine."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._seen: Counter[tuple[str, str]] = Counter()

    def make(self, kind: str, words: str) -> str:
        """An id from document, kind and words; a repeat of the same words gets a counter."""
        words = one_line(words)
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
) -> Iterator[tuple[Kind, int, int, Paragraph]]:
    waiting: list[Paragraph] = []
    done = paragraphs[0].start if paragraphs else 0
    for paragraph in paragraphs:
        if paragraph.start < done:
            continue  # within the entry that was just made
        entry = next((e for e in entries if e.start <= paragraph.start < e.stop), None)
        if entry is None:
            waiting.append(paragraph)
            continue
        for start, stop, first in _pack(document.text, waiting):
            yield "text", start, stop, first
        waiting = []
        yield "entry", entry.start, entry.stop, paragraph
        done = entry.stop
    for start, stop, first in _pack(document.text, waiting):
        yield "text", start, stop, first


def _pack(text: str, paragraphs: Sequence[Paragraph]) -> list[tuple[int, int, Paragraph]]:
    """Spans of about `FEWEST_WORDS` to `MOST_WORDS` over neighbouring ``paragraphs``."""
    pieces = [piece for paragraph in paragraphs for piece in _pieces(text, paragraph)]
    packed: list[tuple[int, int, Paragraph]] = []
    start, stop, words, first = 0, 0, 0, None
    for piece in pieces:
        if first is not None and (words >= FEWEST_WORDS or words + piece.words > MOST_WORDS):
            packed.append((start, stop, first))
            first = None
        if first is None:
            start, words, first = piece.start, 0, piece.paragraph
        stop, words = piece.stop, words + piece.words
    if first is not None:
        before = packed[-1] if packed else None
        together = count_words(text[before[0] : stop]) if before else 0
        if before and words < _REST_WORDS and together <= MOST_WORDS + _REST_WORDS:
            packed[-1] = (before[0], stop, before[2])
        else:
            packed.append((start, stop, first))
    return packed


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    stop: int
    words: int
    paragraph: Paragraph


def _pieces(text: str, paragraph: Paragraph) -> list[_Piece]:
    """The paragraph whole, or cut into parts of about equal length if it is too long."""
    words = count_words(text[paragraph.start : paragraph.stop])
    if words <= MOST_WORDS:
        return [_Piece(paragraph.start, paragraph.stop, words, paragraph)]
    parts = -(-words // MOST_WORDS)
    aim = words / parts
    pieces: list[_Piece] = []
    begin, end, counted = paragraph.start, paragraph.start, 0
    for start, stop in sentences(text, paragraph.start, paragraph.stop):
        length = count_words(text[start:stop])
        if counted and counted + length / 2 > aim:
            pieces.append(_Piece(begin, end, counted, paragraph))
            begin, counted = start, 0
        end, counted = stop, counted + length
    pieces.append(_Piece(begin, end, counted, paragraph))
    return pieces


def _passage(
    document: Document,
    ids: IdMaker,
    kind: Kind,
    start: int,
    stop: int,
    paragraph: Paragraph,
) -> Passage:
    text = document.text[start:stop]
    path = document.sections[paragraph.section].path
    locator = Locator(document.id, path, start, stop, paragraph=paragraph.number)
    notes = tuple(
        note.number for note in document.notes if any(start < mark <= stop for mark in note.marks)
    )
    return Passage(ids.make(kind, text), kind, locator, text, notes)


def _section_of_note(document: Document, marks: Sequence[int]) -> tuple[str, ...]:
    for section in document.sections:
        if any(section.start < mark <= section.stop for mark in marks):
            return section.path
    return ()
