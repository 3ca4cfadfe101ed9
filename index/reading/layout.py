"""Printed lines -> a reading: paragraphs joined over lines, columns and pages, headings, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from index.model import Lifted, Note, PageSpan, ReadingWarning
from index.reading.columns import part_columns
from index.reading.dated_lines import dated_lines
from index.reading.footnotes import NoteLines, separate_notes
from index.reading.headings import (
    DATE_LABEL,
    DAY_START,
    ITEM,
    RULE,
    UNDERLINE,
    YEAR_LINE,
    Nesting,
    in_capitals,
    is_contents,
    is_titular,
    is_underlined,
    label_of,
    opens_part,
    style_of,
    text_styles,
)
from index.reading.hyphens import HYPHENS, Hyphenation, Join
from index.reading.lines import Line, ends_sentence, is_unspaced, typical_width
from index.reading.pages import find_pages, whole
from index.reading.text import Block, Reading, TextBuilder

_LONG_LINE = 130  # characters: no text is hard-wrapped wider
_LONGEST_ENTRY = 3  # lines of a heading that a table of contents names
_FEWEST_LINES = 8  # from which the habit of a text can be told
_SHARE_PARTED = 0.03  # of the lines follow a blank one, if blank lines tell nothing
_NARROW = 24  # a column of fewer letters is no text that was wrapped
_VERSE = 65  # letters: verse is narrow
_OTHER_SIZE = 0.08  # times the height of most letters
_LARGE = 1.09  # so large are headings
_SMALL = 0.95  # times the letters around it: so small is print at a column's foot
_GAP = 0.4  # of a line's height: more white space parts paragraphs
_SET_IN = 3  # letters: so far lines are set in under a heading
_INDENT = 0.9  # widths of a letter: more opens a paragraph
_SHORT = 0.5  # of the width: so short is no line that was wrapped
_CODE = re.compile(r"[={}<>|\\$;]|--|\w\(|\w\.\w")
_RUN_IN = re.compile(r"[A-Z][A-Z .]{3,40}:[ \t]")  # SUMMARY: or MR. CORRIE: opens a paragraph
_CELLS = re.compile(r"\S(?:[ ]{3,}|\t+[ ]*)(?=\S)")


def compose(
    lines: Sequence[Line],
    *,
    source: str,
    encoding: str,
    file_format: Literal["text", "pdf"] = "text",
    title: str | None = None,
    properties: Mapping[str, str] | None = None,
    warnings: Iterable[ReadingWarning] = (),
    labels: Mapping[int, str] | None = None,
    page_count: int | None = None,
) -> Reading:
    """The reading that ``lines`` are: what is printed around the text lifted out, notes put last.

    Pages are those of the lines; where they have none they are told from the lines themselves.
    ``labels`` are page labels that the file itself gives, by page; ``page_count`` is known where
    pages may be without text. A measured format (PDF) gives sizes, so letters tell headings too.
    """
    measured = file_format == "pdf"
    paged = find_pages(lines)
    notes = separate_notes(paged.lines if measured else part_columns(paged.lines))
    writer = _Writer(Hyphenation([line.text for line in lines]), notes.body, measured=measured)
    marks: dict[int, list[tuple[int, int, int]]] = {}
    for number, note in enumerate(notes.notes):
        for line, start, stop in note.marks:
            marks.setdefault(line, []).append((start, stop, number))
    bare = [_without(line, marks.get(n, ())) for n, line in enumerate(notes.body)]
    groups = _merged(list(_groups(bare, measured)), bare, measured)
    headed = _classify([[bare[n] for n in group] for group in groups], measured)
    writer.body(groups, headed.kinds, marks)
    order = writer.order(len(notes.notes))
    written = [writer.note(notes.notes[number]) for number in order]
    text, source_map = writer.builder.result()
    found = [
        Note(
            number,
            start,
            stop,
            tuple(writer.marks.get(place, ())),
            text[start:stop],
            notes.notes[place].label if notes.notes[place].label != str(number) else None,
        )
        for number, (place, (start, stop)) in enumerate(zip(order, written, strict=True), 1)
        if start < stop
    ]
    rules = [whole("rule", line) for line in notes.rules]
    said = list(warnings)
    if notes.unmarked:
        said.append(_unmarked(notes.unmarked))
    return Reading(
        text,
        encoding,
        source_map,
        tuple(writer.blocks),
        title=title or headed.title,
        notes=tuple(found),
        properties=properties or {},
        warnings=tuple(said),
        format=file_format,
        pages=writer.pages({**paged.labels, **(labels or {})}, page_count),
        lifted=tuple(
            sorted((*paged.lifted, *rules, *writer.lifted), key=lambda lifted: lifted.start)
        ),
        source=source,
    )


def _without(line: Line, marks: Sequence[tuple[int, int, int]]) -> Line:
    """``line`` as it reads without its marks."""
    text = line.text
    for start, stop, _ in sorted(marks, reverse=True):
        text = text[:start] + text[stop:]
    return replace(line, text=text.rstrip()) if marks and text.strip() else line


def _unmarked(labels: Sequence[str]) -> ReadingWarning:
    shown = ", ".join(labels[:10]) + (" …" if len(labels) > 10 else "")
    which = f"The note {shown} has" if len(labels) == 1 else f"The notes {shown} have"
    return ReadingWarning(f"{which} no mark in the text.")


# ---------------------------------------------------------------- groups of lines


def _groups(lines: Sequence[Line], measured: bool) -> Iterable[list[int]]:
    """Runs of lines that belong together, as positions, in order."""
    widths = sorted(len(line.text) for line in lines)
    one_a_line = bool(widths) and not measured and widths[len(widths) // 2] > _LONG_LINE
    width = typical_width(lines)
    dense = not measured and _is_dense(lines)
    dated: Set[int] = frozenset()
    if not measured:
        blanks = [n for n, line in enumerate(lines) if line.space_before > 0]
        dated = dated_lines([line.text for line in lines], blanks)
    group: list[int] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        hangs = (
            bool(group)
            and group[0] in dated
            and not line.space_before
            and (line.indent > lines[group[0]].indent and position not in dated)
        )
        if (
            group
            and not hangs
            and (
                one_a_line
                or position in dated
                or (dense and _begins_dense(line, lines[group[0]], lines[position - 1], width))
                or _begins(line, lines[group[0]], lines[position - 1], following, measured, width)
                or (not measured and _is_parted(lines, group, position))
                or (len(group) == 2 and UNDERLINE.fullmatch(lines[position - 1].text))
                or (len(group) == 1 and YEAR_LINE.fullmatch(lines[position - 1].text))
            )
        ):
            yield group
            group = []
        group.append(position)
    if group:
        yield group


def _is_parted(lines: Sequence[Line], group: Sequence[int], position: int) -> bool:
    """Whether a rule parts the line at ``position`` from its ``group``, or is that line."""
    line, before = lines[position], lines[position - 1]
    if RULE.fullmatch(before.text):
        return True
    return RULE.fullmatch(line.text) is not None and not (
        len(group) == 1 and is_underlined([before, line])
    )


def _begins(
    line: Line,
    first: Line,
    before: Line,
    following: Line | None,
    measured: bool,
    width: float,
) -> bool:
    """Whether ``line`` begins a paragraph; ``before`` is the line above, ``first`` that one's first."""
    if line.kind != before.kind or line.kind == "table":
        return True
    if line.page != before.page or line.column != before.column:
        return True  # whether it goes on over the break is told later
    if line.space_before > (_GAP if measured else 0) or line.heading != before.heading:
        return True
    if measured and (told := _told_by_print(line, before, width)) is not None:
        return told
    if not measured and len(before.text) > _LONG_LINE:
        return True
    if not measured and (is_contents(before.text) or _is_quoted(line) != _is_quoted(before)):
        return True
    if YEAR_LINE.fullmatch(line.text):
        return ends_sentence(before.text)
    if not measured and before is first and _heads(before, line, width):
        return True
    if (opens_part(line.text) or _RUN_IN.match(line.words)) and ends_sentence(before.text):
        return True
    if DAY_START.match(line.text) and DAY_START.match(first.text):
        return True
    if ITEM.match(line.text) or DATE_LABEL.match(line.text):
        return ITEM.match(first.text) is not None or ends_sentence(before.text)
    if ITEM.match(first.text) and line.indent > first.indent + 0.5:
        return False
    # A first-line indent opens a paragraph; a hanging indent goes on over several lines.
    threshold = _INDENT if measured else 0
    if line.indent > threshold and before.indent <= threshold:
        if following is None or following.space_before > 0 or following.page != line.page:
            return label_of(line.text) is not None or (measured and ends_sentence(before.text))
        return following.indent <= threshold
    if measured and ends_sentence(before.text) and line.words[:1].isupper():
        return before.width < 0.75 * width
    return False


def _is_dense(lines: Sequence[Line]) -> bool:
    """Whether nearly no blank line parts paragraphs, as where text is taken from a PDF in raw order."""
    parted = sum(line.space_before > 0 for line in lines)
    return len(lines) >= _FEWEST_LINES and parted < _SHARE_PARTED * len(lines)


def _begins_dense(line: Line, first: Line, before: Line, width: float) -> bool:
    """Whether ``line`` begins a paragraph where no blank lines tell: the line before is short and
    ends a sentence, or one of the two is a heading."""
    if not _NARROW <= width <= _LONG_LINE or line.indent or before.width > 0.85 * width:
        return False
    words = line.words
    if ends_sentence(before.text):
        return words[:1].isupper() or not words[:1].isalpha()
    if before.width > 0.7 * width or before.text[-1:] in HYPHENS:
        return False
    if before is first and label_of(before.text) is not None:
        return words[:1].isupper()
    label = label_of(line.text)
    return label is not None and label["letters"] is None and line.width < 0.7 * width


def _told_by_print(line: Line, before: Line, width: float) -> bool | None:
    """The same as the letters' size and weight tell it; None if they do not."""
    if before.text[-1:] in HYPHENS and line.words[:1].isalpha():
        return False
    if abs(line.size - before.size) > _OTHER_SIZE:
        return True
    opens = label_of(line.text) is not None or before.width < 0.9 * width
    if line.bold and not before.bold and opens:
        return True
    if before.bold and not line.bold:
        return before.width < 0.9 * width or not line.words[:1].islower()
    if line.heading or (line.bold and before.bold) or min(line.size, before.size) >= _LARGE:
        return label_of(line.text) is not None  # headings of several lines
    return None


def _is_quoted(line: Line) -> bool:
    """Whether a mail quotes ``line``."""
    return line.words.startswith((">", "|>"))


def _heads(before: Line, line: Line, width: float) -> bool:
    """Whether a short labelled line stands over a full one, with no blank line between, or one in
    capitals over lines that are set in, as in manuals."""
    label = label_of(before.text)
    if line.indent >= before.indent + _SET_IN and in_capitals(before.text):
        return True
    return (
        label is not None
        and label["letters"] is None
        and before.width < 0.7 * width
        and (line.words[:1].isupper() or ITEM.match(line.text) is not None)
        and width > _NARROW
        and (line.width > 0.8 * width or label["keyword"] is not None)
    )


def _merged(groups: list[list[int]], lines: Sequence[Line], measured: bool) -> list[list[int]]:
    """``groups`` with those joined that a page, its notes or a column cut in two."""
    width = _page_widths(lines)
    merged: list[list[int]] = []
    for group in groups:
        if merged and _goes_on(lines, merged[-1], group, width, measured):
            merged[-1].extend(group)
        elif measured and _goes_on_past(lines, merged, group, width):
            merged[-2].extend(group)
        else:
            merged.append(group)
    return merged


def _goes_on_past(
    lines: Sequence[Line],
    merged: Sequence[Sequence[int]],
    group: Sequence[int],
    width: Mapping[tuple[int | None, int], float],
) -> bool:
    """Whether a paragraph goes on in the next column past small print at the foot of its own."""
    if len(merged) < 2:
        return False
    last, small, first = lines[merged[-2][-1]], lines[merged[-1][0]], lines[group[0]]
    return (
        small.size < _SMALL * min(last.size, first.size)
        and (last.page, last.column) == (small.page, small.column)
        and last.page == first.page
        and first.words[:1].islower()
        and not ends_sentence(last.text)
        and _goes_on(lines, merged[-2], group, width, True)
    )


def _page_widths(lines: Sequence[Line]) -> Mapping[tuple[int | None, int], float]:
    """How wide the text of each page and column is."""
    found: dict[tuple[int | None, int], list[Line]] = {}
    for line in lines:
        if line.kind == "text":
            found.setdefault((line.page, line.column), []).append(line)
    whole = typical_width(lines)
    return {
        key: typical_width(some) if len(some) >= 8 else max(whole, typical_width(some))
        for key, some in found.items()
    }


def _goes_on(
    lines: Sequence[Line],
    group: Sequence[int],
    following: Sequence[int],
    width: Mapping[tuple[int | None, int], float],
    measured: bool,
) -> bool:
    """Whether the paragraph of ``group`` goes on in ``following``, behind a page or column break."""
    last, first = lines[group[-1]], lines[following[0]]
    if (last.page, last.column) == (first.page, first.column) or last.page is None:
        return False
    if "table" in (last.kind, first.kind) or last.heading or first.heading:
        return False
    if measured and style_of(last) != style_of(first):
        return False
    if len(last.text) > _LONG_LINE and not measured:
        return last.text[-1:] in HYPHENS or not ends_sentence(last.text)
    words = first.words
    if ITEM.match(first.text) or DATE_LABEL.match(first.text) or YEAR_LINE.fullmatch(first.text):
        return False
    if len(group) == 1 and (YEAR_LINE.fullmatch(last.text) or label_of(last.text)):
        return False
    if last.text[-1:] in HYPHENS and words[:1].isalnum():
        return True
    label = label_of(first.text) if len(following) == 1 else None
    if label and (label["keyword"] or (first.space_before == 0 and ends_sentence(last.text))):
        return False
    if len(group) == 1 and len(last.text) < 0.6 * width.get((last.page, last.column), 0):
        return False  # a heading or a line by itself
    if not ends_sentence(last.text):
        return words[:1].islower() or not words[:1].isalpha() or _is_full(last, first, width)
    if first.indent > (_INDENT if measured else 0):
        return False
    return len(group) > 1 and _is_full(last, first, width)


def _is_full(last: Line, first: Line, width: Mapping[tuple[int | None, int], float]) -> bool:
    """Whether the next line's first word would not have fitted on the last line."""
    room = width.get((last.page, last.column), 0)
    word = first.words.split(None, 1)[0]
    return room > _NARROW and last.width + 1 + len(word) > room


# ---------------------------------------------------------------- what each group is

_Kind = tuple[Literal["heading", "text", "item", "table", "code", "title"], int]


@dataclass(frozen=True, slots=True)
class _Classified:
    kinds: tuple[_Kind, ...]
    title: str | None


def _classify(groups: Sequence[Sequence[Line]], measured: bool) -> _Classified:
    """What the groups are, and the title. In plain text a title without a mark is no block."""
    kinds: list[_Kind] = []
    title: str | None = None
    of_text = text_styles([line for group in groups for line in group]) if measured else frozenset()
    nesting = Nesting(printed=measured, of_text=of_text)
    said = {_said(group) for group in groups if len(group) <= _LONGEST_ENTRY}
    for number, group in enumerate(groups):
        first = group[0].text
        listed = (len(group) <= _LONGEST_ENTRY and _is_entry(_said(group), said)) or any(
            _in_list(group, other) for other in groups[max(0, number - 1) : number + 2]
        )
        depth = None if listed else nesting.depth(group)
        if depth is not None:
            kinds.append(("heading", depth))
            if number == 0 and not (label_of(first) or YEAR_LINE.fullmatch(first)):
                title = " ".join(line.words for line in group if not UNDERLINE.fullmatch(line.text))
        elif group[0].kind != "text":
            kinds.append((group[0].kind, 0))
        elif (
            not measured
            and not number
            and len(groups) > 1
            and len(group) == 1
            and is_titular(first)
        ):
            title = first.strip()
            kinds.append(("title", 0))
        else:
            kinds.append(("item" if ITEM.match(first) else "text", 0))
    return _Classified(tuple(kinds), title)


def _said(group: Sequence[Line]) -> str:
    return " ".join(line.words for line in group)


def _is_entry(text: str, said: Set[str]) -> bool:
    """Whether ``text`` is an entry of a table of contents: what else is ``said``, and its page."""
    words = text.rstrip("0123456789")
    return words != text and words[-1:].isspace() and words.rstrip(" .") in said


def _in_list(group: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether both begin like items of one list: numbered headings have text between them."""
    return group is not other and all(
        ITEM.match(some[0].text) is not None and not is_contents(some[0].text)
        for some in (group, other)
    )


# ---------------------------------------------------------------- the stored text


class _Writer:
    """Writes groups of lines as paragraphs, and remembers blocks, marks, pages and what was lifted."""

    def __init__(self, hyphens: Hyphenation, lines: Sequence[Line], *, measured: bool) -> None:
        self.builder = TextBuilder()
        self.blocks: list[Block] = []
        self.marks: dict[int, list[int]] = {}  # by a note's place
        self.lifted: list[Lifted] = []
        self._hyphens = hyphens
        self._lines = lines
        self._measured = measured
        self._widths = _page_widths(lines)
        self._first_marks: dict[int, int] = {}
        self._spans: list[tuple[int, int]] = []  # where a page begins in the text, its number
        self._end = 0  # of what was written last, in the source
        self._body_end = 0

    def body(
        self,
        groups: Sequence[Sequence[int]],
        kinds: Sequence[_Kind],
        marks: Mapping[int, Sequence[tuple[int, int, int]]],
    ) -> None:
        """Write the paragraphs in order."""
        for group, (kind, level) in zip(groups, kinds, strict=True):
            lines = [self._lines[n] for n in group]
            if len(lines) == 1 < len(groups) and RULE.fullmatch(lines[0].text):
                self.lifted.append(whole("rule", lines[0]))
                continue
            if kind == "heading" and len(lines) > 1 and UNDERLINE.fullmatch(lines[-1].text):
                self.lifted.append(whole("rule", lines.pop()))
            parts = [(line, 0, marks.get(n, ())) for n, line in zip(group, lines, strict=False)]
            start = self._paragraph(parts, "\n\n", kind)
            stop = self.builder.length
            if start < stop and kind != "title":
                self.blocks.append(Block(kind, start, stop, level))
        self._body_end = self.builder.length

    def order(self, count: int) -> list[int]:
        """The places of ``count`` notes in the order of their first marks; the unmarked stay where
        they are among them."""
        reached = 0
        keys = []
        for place in range(count):
            reached = max(reached, self._first_marks.get(place, reached))
            keys.append((self._first_marks.get(place, reached), place))
        return [place for _, place in sorted(keys)]

    def note(self, note: NoteLines) -> tuple[int, int]:
        """Write a note behind the text; its span."""
        first = note.lines[0]
        start = first.source + len(first.text) - len(first.words)
        self.lifted.append(
            Lifted("note mark", start, first.source + len(first.text[: note.opening].rstrip()))
        )
        parts = [(line, note.opening if line is first else 0, ()) for line in note.lines]
        if note.closing:
            last, skip, _ = parts[-1]
            shorter = last.text[: -note.closing].rstrip()
            self.lifted.append(
                Lifted("note mark", last.source + len(shorter), last.source + len(last.text))
            )
            parts[-1] = (replace(last, text=shorter), skip, ())
        begin = self._paragraph(parts, "\n\n", "note")
        return begin, self.builder.length

    def pages(self, labels: Mapping[int, str], count: int | None) -> tuple[PageSpan, ...]:
        """The stretches of the text by page, those without text among them."""
        if not self._spans and not count:
            return ()
        starts = [start for start, _ in self._spans]
        stops = [*starts[1:], self.builder.length][: len(starts)]
        spans = [
            PageSpan(number, start, stop, labels.get(number))
            for (start, number), stop in zip(self._spans, stops, strict=True)
        ]
        # Of pages without text, from the last one backwards.
        ends = (span.stop for span in spans if span.start < self._body_end)
        place = max(ends, default=self._body_end)
        first = {span.number: span.start for span in reversed(spans)}
        for number in range(count or 0, 0, -1):
            if number in first:
                place = first[number]
            else:
                spans.append(PageSpan(number, place, place, labels.get(number)))
        return tuple(sorted(spans, key=lambda span: (span.start, span.stop, span.number)))

    # ------------------------------------------------------------ one paragraph

    def _paragraph(
        self,
        parts: Sequence[tuple[Line, int, Sequence[tuple[int, int, int]]]],
        between: str,
        kind: str,
    ) -> int:
        """Write lines as one paragraph, without what ``parts`` say to leave out; where it begins."""
        before = self.builder.length
        begun = -1
        end = ""  # of the line before, written with what follows it
        if kind == "text" and not self._measured and self._is_verse([line for line, _, _ in parts]):
            kind = "verse"
        for number, (line, skip, marks) in enumerate(parts):
            text = line.text
            start = max(skip, line.indent_length)
            while start < len(text) and text[start].isspace():
                start += 1
            following = parts[number + 1][0] if number + 1 < len(parts) else None
            stop, next_end = self._line_end(line, following, kind)
            pieces = self._without_marks(line, start, max(start, stop), marks)
            for piece_start, piece_stop, ended in pieces:
                if piece_start < piece_stop:
                    if begun < 0:
                        if before:
                            self.builder.append(between, self._end)
                        begun = self.builder.length
                    self.builder.append(end, self._end)
                    end = ""
                    self._turn(line)
                    self.builder.append(text[piece_start:piece_stop], line.source + piece_start)
                    self._end = line.source + piece_stop
                for note in ended:
                    self._mark(note)
            if begun >= 0:
                end = next_end or end
        return begun if begun >= 0 else self.builder.length

    def _line_end(self, line: Line, following: Line | None, kind: str) -> tuple[int, str]:
        """How much of ``line`` is written, and what stands for its end before ``following``."""
        if following is None:
            return len(line.text), ""
        if kind not in ("table", "code", "verse"):
            join = self._hyphens.join(line.text, following.text)
            if join is Join.WORD:
                at = line.source + len(line.text) - 1
                self.lifted.append(Lifted("hyphen", at, at + 1))
                return len(line.text) - 1, ""
            if join is Join.HYPHEN:
                return len(line.text), ""
            if join is Join.BLANK or kind == "note" or self._flows(line, following):
                blank = "" if is_unspaced(line.text, following.words) else " "
                return len(line.text), blank
        return len(line.text), "\n"

    def _flows(self, line: Line, following: Line) -> bool:
        """Whether the line end is only there because the page has an edge."""
        if self._measured:
            return True
        if _CELLS.search(line.words) and _CELLS.search(following.words):
            return False
        if UNDERLINE.fullmatch(following.text) or UNDERLINE.fullmatch(line.text):
            return False
        if _is_quoted(following):
            return False
        if is_unspaced(line.text, following.words) and not ends_sentence(line.text):
            return True
        width = self._widths.get((line.page, line.column), 0)
        if following.words[:1].islower() and not ends_sentence(line.text):
            return line.width > _SHORT * width or not _CODE.search(line.text + following.text)
        word = following.words.split(None, 1)[0]
        return width > _NARROW and line.width + 1 + len(word) > 0.85 * width

    @staticmethod
    def _is_verse(lines: Sequence[Line]) -> bool:
        """Whether every line begins with a capital, as those of verse and of addresses do, or lines
        are set in by turns."""
        if len(lines) < 3 or any(len(line.text) >= _VERSE for line in lines[1:]):
            return False
        indents = [line.indent for line in lines[1:]]
        turns = sum(abs(one - other) > 1 for one, other in pairwise(indents))
        return turns > 1 or all(line.words[:1].isupper() for line in lines[1:])

    def _without_marks(
        self, line: Line, start: int, stop: int, marks: Sequence[tuple[int, int, int]]
    ) -> Iterable[tuple[int, int, list[int]]]:
        """The pieces of ``line`` between its marks, and the notes whose marks end each."""
        for mark_start, mark_stop, note in sorted(marks):
            yield start, mark_start, [note]
            mark = line.text[mark_start:mark_stop]  # white space around it may stand in the text
            opens = line.source + mark_stop - len(mark.lstrip())
            closes = line.source + mark_start + len(mark.rstrip())
            self.lifted.append(Lifted("note mark", opens, closes))
            start = mark_stop
        yield start, stop, []

    def _mark(self, note: int) -> None:
        at = self.builder.length
        self.marks.setdefault(note, []).append(at)
        self._first_marks.setdefault(note, at)

    def _turn(self, line: Line) -> None:
        """Note where a page begins."""
        if line.page is not None and (not self._spans or self._spans[-1][1] != line.page):
            self._spans.append((self.builder.length, line.page))
