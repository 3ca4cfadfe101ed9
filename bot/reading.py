"""Sections and notes cut into pages for reading. Called off the event loop; the cutting is pure."""

from __future__ import annotations

import hashlib
import re
import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.markup import cut_before, escape, readable
from index.archive import Archive
from index.errors import InputError
from index.messages import say
from index.model import Note, NoteText, Paragraph, Section, SectionEntry, SourceInfo, find_pages
from index.sentences import sentences

LEAF = 2_600  # UTF-16 units of markup on one page, at most
NOTE_LEAF = 1_500  # of a note, beneath which stands what bears it
LISTED = 20  # notes on a page of their list
MARK = 8  # characters of a note's label
_KEPT = 64  # sections whose pages are kept
_NUMBERED = re.compile(r"\\(\[\d{1,4}\])")
_BLANK = "\u00a0"
_BLANKS = re.compile(r"([ \t]+)")
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")  # more than `escape` puts something before or behind

Span = tuple[int, int]


class GoneSectionError(InputError):
    hint = say("Its document was changed since; open the outline again.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or the part of a long one that stands on a page."""

    paragraph: int  # position in Document.paragraphs
    start: int  # code points of the stored text
    stop: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a section."""

    entry: SectionEntry
    source: SourceInfo
    part: int  # counts from 1
    parts: int  # 0 for a section without text of its own
    body: str  # markup
    notes: tuple[tuple[int, str], ...]  # whose marks stand on it: number, label
    page: int | None  # of the document, on which it begins; counts from 1
    page_end: int | None
    page_label: str | None
    previous: tuple[int, str] | None  # number and `check` of the nearest section that has text
    next: tuple[int, str] | None
    below: int  # sections under one without text of its own
    generation: int


@dataclass(frozen=True, slots=True)
class NoteLeaf:
    """One page of a note."""

    note: NoteText
    part: int  # counts from 1
    parts: int
    body: str  # markup


@dataclass(frozen=True, slots=True)
class NoteList:
    """One page of a document's notes."""

    source: SourceInfo
    notes: tuple[Note, ...]  # with their texts
    page: int  # counts from 1
    pages: int
    total: int
    generation: int


def check(path: Sequence[str]) -> str:
    """Tells a section from the others that may have its number after a change: six of ``[0-9a-f]``."""
    words = "\n".join(path).encode(errors="replace")
    return hashlib.blake2s(words, digest_size=3).hexdigest()


# ---------------------------------------------------------------- sections


def read_section(archive: Archive, document_id: str, number: int, told: str, part: int) -> Leaf:
    """Page ``part`` (from 1, the nearest there is) of the section that had ``number`` and `check`.

    Raises GoneSectionError when no section of the document has that check any more; an empty one
    asks for the number alone. Raises UnknownDocumentError, IndexDamagedError.
    """
    number = _find(archive, document_id, number, told)
    snapshot = archive.snapshot
    layout = snapshot.layout(document_id)
    near = archive.section(document_id, number, most=0)
    cut = _leaves(archive, document_id, number)
    part = max(1, min(part, len(cut)))
    pieces = cut[part - 1] if cut else ()
    marks = _marks(snapshot.all_notes(document_id))
    text = snapshot.text(document_id)
    body = _body(text, [(layout.paragraphs[piece.paragraph], piece) for piece in pieces], marks)
    entry = near.entry
    start, stop = (pieces[0].start, pieces[-1].stop) if pieces else (entry.start, entry.stop)
    page, page_end, page_label = find_pages(layout.pages, start, stop)
    return Leaf(
        entry=entry,
        source=near.source,
        part=part,
        parts=len(cut),
        body=body,
        notes=_marked(marks, pieces),
        page=page,
        page_end=page_end,
        page_label=page_label,
        previous=_near(layout.sections, near.previous),
        next=_near(layout.sections, near.next),
        below=0 if cut else _below(layout.sections, number),
        generation=archive.generation,
    )


def section_file(archive: Archive, document_id: str, number: int, told: str) -> tuple[str, str]:
    """The title and all text of a section, its words as they stand, its notes' marks as ``[n]``.

    Raises as `read_section` does.
    """
    number = _find(archive, document_id, number, told)
    snapshot = archive.snapshot
    text = snapshot.text(document_id)
    marks = _marks(snapshot.all_notes(document_id))
    path = snapshot.layout(document_id).sections[number].path
    paragraphs = "\n\n".join(
        _with_marks(text, span.start, span.stop, marks)
        for span in _paragraphs(archive, document_id, number)[1]
    )
    source = snapshot.sources[document_id]
    head = "\n".join(part for part in (source.title, " › ".join(path)) if part)
    return path[-1] if path else "", f"{head}\n\n{paragraphs}\n"


def _find(archive: Archive, document_id: str, number: int, told: str) -> int:
    """The number of the section that is meant; of several alike the nearest one."""
    sections = archive.snapshot.layout(document_id).sections
    if 0 <= number < len(sections) and told in ("", check(sections[number].path)):
        return number
    alike = [n for n, one in enumerate(sections[:]) if told and check(one.path) == told]
    if not alike:
        raise GoneSectionError(say("That section is no longer in the document."))
    return min(alike, key=lambda n: (abs(n - number), n))


def _near(sections: Sequence[Section], number: int | None) -> tuple[int, str] | None:
    return None if number is None else (number, check(sections[number].path))


def _below(sections: Sequence[Section], number: int) -> int:
    """How many sections stand under one: they follow it."""
    path = sections[number].path
    count = 0
    for n in range(number + 1, len(sections) if path else 0):
        if sections[n].path[: len(path)] != path or sections[n].path == path:
            break
        count += 1
    return count


def _paragraphs(archive: Archive, document_id: str, number: int) -> tuple[int, Sequence[Paragraph]]:
    """The position of the section's first paragraph, and its paragraphs."""
    paragraphs = archive.snapshot.layout(document_id).paragraphs
    begin = bisect_left(paragraphs, number, key=lambda one: one.section)
    end = bisect_left(paragraphs, number + 1, key=lambda one: one.section)
    return begin, paragraphs[begin:end]


_pages: OrderedDict[tuple[int, str, str, int], tuple[tuple[Piece, ...], ...]] = OrderedDict()
_lock = threading.Lock()


def _leaves(archive: Archive, document_id: str, number: int) -> tuple[tuple[Piece, ...], ...]:
    """The pages of a section: kept, because a long one is turned often."""
    source = archive.snapshot.sources[document_id]
    wanted = (archive.generation, document_id, source.text_sha256, number)
    with _lock:
        if wanted in _pages:
            _pages.move_to_end(wanted)
            return _pages[wanted]
    begin, paragraphs = _paragraphs(archive, document_id, number)
    spans = [(one.start, one.stop) for one in paragraphs]
    marks = _marks(archive.snapshot.all_notes(document_id))
    cut = leaves(archive.snapshot.text(document_id), spans, [at for at, _, _ in marks])
    made = tuple(tuple(Piece(begin + n, start, stop) for n, start, stop in leaf) for leaf in cut)
    with _lock:
        _pages[wanted] = made
        while len(_pages) > _KEPT:
            _pages.popitem(last=False)
    return made


def leaves(
    text: str, spans: Sequence[Span], marks: Sequence[int] = (), limit: int = LEAF
) -> list[list[tuple[int, int, int]]]:
    """Pages of (position in ``spans``, start, stop), each of at most ``limit`` units of markup.

    Together they hold every word of ``spans``, in order. A paragraph is cut, at ends of sentences,
    only when it is longer than a page; a sentence longer than a page is cut at words. ``marks`` are
    where marks of notes will be put in, sorted.
    """
    pages: list[list[tuple[int, int, int]]] = []
    used = limit + 1
    for number, (start, stop) in enumerate(spans):
        pieces = [(start, stop)]
        if _weight(text, start, stop, marks) > limit:
            pieces = _cut(text, start, stop, marks, limit)
        for begin, end in pieces:
            weight = _weight(text, begin, end, marks) + 2  # and an empty line
            if used + weight > limit + 2 or not pages:
                pages.append([])
                used = 0
            pages[-1].append((number, begin, end))
            used += weight
    return pages


def _cut(text: str, start: int, stop: int, marks: Sequence[int], limit: int) -> list[Span]:
    """A long paragraph in parts, each as long as fits."""
    parts: list[Span] = []
    used = limit + 1
    for begin, end in _short_enough(text, start, stop, marks, limit):
        weight = _weight(text, begin, end, marks) + 1
        if used + weight > limit:
            parts.append((begin, end))
            used = weight
        else:
            parts[-1] = (parts[-1][0], end)
            used += weight
    return parts


def _short_enough(
    text: str, start: int, stop: int, marks: Sequence[int], limit: int
) -> Iterator[Span]:
    """The sentences of a paragraph, those too long for a page cut at words."""
    for begin, end in sentences(text, start, stop):
        while _weight(text, begin, end, marks) >= limit:
            size = min(end - begin, limit)
            while size > 1 and _weight(text, begin, begin + size, marks) >= limit:
                size -= max(1, size // 4)
            size = max(1, cut_before(text[begin:end], size))
            yield begin, begin + size
            begin += size
        if begin < end:
            yield begin, end


def _weight(text: str, start: int, stop: int, marks: Sequence[int]) -> int:
    """At least as many units as the markup of a slice has."""
    words = text[start:stop]
    size = len(words.encode("utf-16-le", "surrogatepass")) // 2
    marked = bisect_right(marks, stop) - bisect_right(marks, start)
    return size + len(_SIGNS.findall(words)) + marked * 2 * (MARK + 2)


# ---------------------------------------------------------------- marks and markup


_Marks = Sequence[tuple[int, int, str]]  # where it stands, number and label of its note; in order


def _marks(notes: Sequence[Note]) -> _Marks:
    return sorted(
        (at, note.number, readable(note.shown)[:MARK]) for note in notes for at in note.marks
    )


def _between(marks: _Marks, start: int, stop: int) -> _Marks:
    """The marks of a slice: one at its start belongs to the words before."""
    first = bisect_right(marks, start, key=lambda mark: mark[0])
    return marks[first : bisect_right(marks, stop, key=lambda mark: mark[0])]


def _marked(marks: _Marks, pieces: Sequence[Piece]) -> tuple[tuple[int, str], ...]:
    found = {
        number: label
        for piece in pieces
        for _, number, label in _between(marks, piece.start, piece.stop)
    }
    return tuple(found.items())


def _with_marks(text: str, start: int, stop: int, marks: _Marks) -> str:
    """A slice with ``[n]`` where a mark of a note stood."""
    parts = []
    for at, _, label in _between(marks, start, stop):
        parts.append(f"{text[start:at]}[{label}]")
        start = at
    return "".join((*parts, text[start:stop]))


def _body(text: str, pieces: Sequence[tuple[Paragraph, Piece]], marks: _Marks) -> str:
    """What stands on a page: an empty line between paragraphs, none between rows or items."""
    parts: list[str] = []
    before = ""
    for paragraph, piece in pieces:
        if parts:
            close = paragraph.kind in ("item", "table") and paragraph.kind == before
            parts.append("\n" if close else "\n\n")
        parts.append(_markup(text, piece, paragraph.kind, marks))
        before = paragraph.kind
    return "".join(parts)


def _markup(
    text: str, piece: Piece, kind: Literal["text", "item", "table", "code", "quote"], marks: _Marks
) -> str:
    """A piece as it stands, but that running text has blanks for its line ends."""
    words = _with_marks(text, piece.start, piece.stop, marks)
    if kind == "code":
        return "\n".join(map(_code_line, words.splitlines()))
    said = readable(words)
    led = kind == "item" and said[:1].isalpha()
    lead = "- " if led else "> " if kind == "quote" else ""
    # `escape` keeps numbers in brackets for those of citations, of which there are none here.
    return lead + _NUMBERED.sub(r"\1", escape(said))


def _code_line(line: str) -> str:
    """A line whose blanks all show."""
    words = (
        readable(part) if n % 2 == 0 else " " if part == " " else _BLANK * len(part)
        for n, part in enumerate(_BLANKS.split(line))
    )
    return escape("".join(words).rstrip())


# ---------------------------------------------------------------- notes


def read_note(archive: Archive, document_id: str, number: int, part: int) -> NoteLeaf:
    """Page ``part`` (from 1, the nearest there is) of a note.

    Raises UnknownDocumentError, InputError for a note that isn't there, IndexDamagedError.
    """
    note = archive.note(document_id, number)
    words = note.note.text
    cut = leaves(words, [(0, len(words))], limit=NOTE_LEAF) if words.strip() else []
    part = max(1, min(part, len(cut)))
    shown = cut[part - 1] if cut else ()
    body = " ".join(escape(readable(words[start:stop])) for _, start, stop in shown)
    return NoteLeaf(note, part, len(cut), body)


def list_notes(archive: Archive, document_id: str, page: int) -> NoteList:
    """Page ``page`` (from 1, the nearest there is) of a document's notes, by number."""
    snapshot = archive.snapshot
    numbers = [note.number for note in snapshot.all_notes(document_id)]
    pages = max(1, -(-len(numbers) // LISTED))
    page = max(1, min(page, pages))
    shown = numbers[(page - 1) * LISTED : page * LISTED]
    return NoteList(
        source=snapshot.sources[document_id],
        notes=snapshot.notes(document_id, shown),
        page=page,
        pages=pages,
        total=len(numbers),
        generation=archive.generation,
    )
