"""DOCX -> text as Word shows it, with headings, list numbers, tables, notes and pages.

`Reading.source` is the text of the document's part in its order, then that of its footnotes and
endnotes: the words of each run, a tab or line feed for what stands for one, list numbers where Word
shows them, a line feed after each paragraph. What a reader of the document would not see is no part
of it: deletions, hidden text, field codes, comments, headers and footers. Tables of contents,
placeholders and marks of notes are in it and are declared in `Reading.lifted`.

The parts are read as a stream of elements (ECMA-376 part 1), so that memory holds no tree of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index.errors import DocumentFormatError
from index.model import Note, PageSpan, ReadingWarning, one_line
from index.reading.docx_notes import Section, page_labels, printed_labels
from index.reading.docx_paragraphs import NoteKey, NoteKind, Paragraph, guess_headings
from index.reading.docx_parts import Parts, feed
from index.reading.docx_story import DEEPEST, Story
from index.reading.docx_styles import Numbering, Styles
from index.reading.docx_text import CONTROLS, Told
from index.reading.ole import explain_ole
from index.reading.text import Block, Reading, marks_outside

__all__ = ["explain_ole", "read_docx"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS: tuple[NoteKind, ...] = ("footnote", "endnote")
_NO_TITLES = re.compile(
    r"(microsoft word - .*|document ?\d*|dokument ?\d*|word document|untitled.*|title|titel|"
    r"powerpoint presentation|no title|.*\.(docx?|dotx?|rtf|pdf|odt|wpd|txt))",
    re.IGNORECASE,
)
_NO_AUTHORS = ("user", "windows user", "microsoft office user", "admin", "administrator", "author",
               "python-docx", "unknown", "owner", "un-named")  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_docx(data: bytes) -> Reading:
    """The text of a Word document, transitional or strict, template or with macros (never run).

    Raises DocumentFormatError, whose words say why it can't be read.
    """
    if not data:
        raise DocumentFormatError("It is empty.")
    if data.startswith(_OLE):
        raise explain_ole(data)
    parts = Parts(data)
    reader = _Reader(parts)
    reader.read()
    if not reader.told.writer.blocks and not reader.notes:
        raise _wordless(parts, damaged=bool(reader.warnings))
    return reader.result()


def _wordless(parts: Parts, *, damaged: bool) -> DocumentFormatError:
    if damaged:
        return DocumentFormatError(
            "It is damaged: no words of its text can be told.",
            hint="Open it in Word and save it anew.",
        )
    if parts.has_pictures:
        return DocumentFormatError(
            "It holds pictures but no text.", hint="Recognise its text with an OCR program first."
        )
    return DocumentFormatError("It is empty: there are no words in it.")


class _Reader:
    """Reads the parts one after another, and puts together what they gave."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        styles = Styles(parts.tree("styles"))
        self.told = Told(styles, Numbering(parts.tree("numbering"), styles))
        self.warnings: list[ReadingWarning] = []
        self.notes: list[Note] = []
        self.pages: list[PageSpan] = []
        self._body_end = 0
        self._spans: list[tuple[int, int, NoteKey]] = []  # of notes
        self._sections: list[Section] = []

    def read(self) -> None:
        """Read the document, then its notes in the order of their first marks."""
        story = Story(self.told)
        sound = feed(self._parts.document(), story)
        story.finish()
        if not sound:
            self._warn("Its text is damaged, so that some of it may be missing.")
        self._body_end = self.told.writer.builder.length
        self._sections = story.sections
        self._read_notes()
        self._read_pages()

    def _read_notes(self) -> None:
        texts: dict[NoteKey, list[Paragraph]] = {}
        for kind in _KINDS:
            story = Story(self.told, notes=kind)
            if data := self._parts.related(f"{kind}s"):
                if not feed(data, story):
                    self._warn(f"Its {kind}s are damaged, so that some may be missing.")
                story.finish()
            texts.update(story.notes)
            self._leave_out(story.strays)
        printed = printed_labels(self._parts.tree("settings"), self.told.marks, self._sections)
        order = self.told.writer.order  # grows: a note may hold marks itself
        written = missing = 0
        while written < len(order):
            key = order[written]
            written += 1
            missing += key not in texts
            self._write_note(key, texts.pop(key, ()), printed.get(key))
        if missing:
            self._warn(f"{_count(missing, 'mark')} of notes lead to no note.")
        unmarked = 0
        for key, paragraphs in texts.items():
            if key not in self.told.dropped:
                unmarked += self._write_note(key, paragraphs, None)
            else:
                self._leave_out(paragraphs)
        if unmarked:
            self._warn(f"{_count(unmarked, 'note')} at the end had no mark in the text.")

    def _write_note(self, key: NoteKey, paragraphs: Sequence[Paragraph], label: str | None) -> bool:
        label = self.told.labels.get(key) or label
        if key in self.told.labels and paragraphs:
            self._lift_mark(paragraphs[0], self.told.labels[key])
        span = self.told.writer.write_note(paragraphs)
        if span is None:
            return False
        marks = marks_outside(self.told.writer.marks.get(key, ()), *span)
        count = len(self.notes) + 1
        self._spans.append((*span, key))
        self.notes.append(Note(count, *span, marks, "", label if label != str(count) else None))
        return True

    def _leave_out(self, paragraphs: Sequence[Paragraph]) -> None:
        for paragraph in paragraphs:
            for (text, source), (_, following) in pairwise([*paragraph.pieces, ("", -1)]):
                if source != following:  # else it is the bar before a cell
                    self.told.source.lift("boilerplate", source, source + len(text))

    def _lift_mark(self, paragraph: Paragraph, label: str) -> None:
        """An author's own mark stands before the note's words too."""
        for position, (text, source) in enumerate(paragraph.pieces):
            words = text.lstrip()
            if words.startswith(label):
                start = source + len(text) - len(words)
                self.told.source.lift("note mark", start, start + len(label))
                rest = words[len(label) :]
                paragraph.pieces[position] = (rest, start + len(label))
                cut = len(text) - len(rest)
                paragraph.length -= cut
                paragraph.words_end = max(0, paragraph.words_end - cut)
                paragraph.marks = [(key, max(0, place - cut)) for key, place in paragraph.marks]
            if words:
                return

    def _read_pages(self) -> None:
        body = self.told.writer.page_spans(self._body_end)
        if not body:
            return
        labels = page_labels(self._sections, len(body))
        on_pages = {mark.key: mark.page for mark in reversed(self.told.marks)}
        notes = [
            (on_pages[key], start, stop)
            for start, stop, key in self._spans
            if key[0] == "footnote" and key in on_pages
        ]
        self.pages = [
            PageSpan(page, start, stop, labels.get(page)) for page, start, stop in (*body, *notes)
        ]

    def result(self) -> Reading:
        """All that was read."""
        text, source_map = self.told.writer.builder.result()
        source, lifted = self.told.source.result()
        blocks = tuple(guess_headings(self.told.writer, text))
        properties = self._properties()
        notes = tuple(replace(note, text=text[note.start : note.stop]) for note in self.notes)
        self._warn_of_what_was_left_out()
        title = self.told.writer.title or properties.get("title") or _only_heading(blocks, text)
        return Reading(
            text,
            "utf-8",
            source_map,
            blocks,
            title=title,
            notes=notes,
            properties=properties,
            warnings=(*self._parts.warnings, *self.warnings),
            format="docx",
            pages=tuple(self.pages),
            lifted=lifted,
            source=source,
        )

    def _properties(self) -> dict[str, str]:
        told: dict[str, str] = {}
        root = self._parts.properties()
        for element in root if root is not None else ():
            name = str(element.tag).rpartition("}")[2]
            told.setdefault(name, one_line(CONTROLS.sub("", element.text or ""))[:1000])
        found: dict[str, str] = {}
        if (title := told.get("title")) and not _NO_TITLES.fullmatch(title):
            found["title"] = title
        if (author := told.get("creator")) and author.lower() not in _NO_AUTHORS:
            found["author"] = author
        if language := told.get("language") or self.told.styles.language:
            found["language"] = language
        for name in ("created", "modified"):
            if day := _DAY.match(told.get(name, "")):
                found[name] = day[0]
        return found

    def _warn_of_what_was_left_out(self) -> None:
        if self.told.changes:
            self._warn(
                f"It holds {_count(self.told.changes, 'tracked change')}: "
                "insertions are read, deletions left out."
            )
        if self.told.hidden:
            self._warn(f"Hidden text was left out in {_count(self.told.hidden, 'place')}.")
        if self.told.too_deep:
            self._warn(f"What is nested deeper than {DEEPEST} elements was left out.")
        if self.told.embedded:
            self._warn(
                f"{_count(self.told.embedded, 'file')} embedded in it (altChunk) can't be read here: "
                "open it in Word and save it anew."
            )
        if self.told.unknown_signs:
            self._warn(
                f"{_count(self.told.unknown_signs, 'sign')} of a font of its own can't be told and stay "
                "as they are."
            )

    def _warn(self, text: str) -> None:
        self.warnings.append(ReadingWarning(text))


def _count(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _only_heading(blocks: Sequence[Block], text: str) -> str | None:
    """The first block, where it is the only heading of its depth and none is further out."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or headings[0] != blocks[0]:
        return None
    first = headings[0]
    if any(heading.level <= first.level for heading in headings[1:]):
        return None
    return one_line(text[first.start : first.stop])
