"""Footnotes of printed text: which lines are notes, and where in the text above their marks stand.

A mark counts only where its number is the next one expected, a note begins only with the next
number inside a block of notes, and neither counts without the other: so a year, a sum or the item of
a list is not taken for one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from index.reading.headings import RULE, in_capitals, label_of
from index.reading.lines import Line, ends_sentence

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(_SUPERSCRIPTS, "0123456789")
_OPENING = re.compile(
    r"(?P<bracket>[\[(\\])?(?:Footnote[ \t]+)?(?P<number>\d{1,4})(?(bracket)[\]):\\]|(?P<after>[.)\]/])?)"
    r"(?:[ \t]+|(?=[^\W\d_]|[“\"‘'«(]))(?=\S)"
    rf"|(?P<raised>[{_SUPERSCRIPTS}]{{1,4}})[ \t]*(?=\S)"
)
_NUMBER = re.compile(r"(?P<number>\d{1,3})")  # on a line of its own, over its note
_MARK = re.compile(
    rf"\[\d{{1,4}}\]|\\\d{{1,4}}\\|\(\d{{1,4}}\)|\d{{1,4}}/?|[{_SUPERSCRIPTS}]{{1,4}}"
)
_SYMBOL_OPENING = re.compile(r"(?P<symbol>\*{1,3}|†{1,3}|‡{1,3}|∗{1,3})[ \t]*(?=[^\s*†‡∗])")
_RULE = re.compile(r"[_\-–—─━═=*]{3,}|[_ ]{5,}")
_TITLE = re.compile(
    r"(?:[IVX\d]{0,4}[.)]?[ \t]*)?(?:end|foot)?[ -]?notes?(?: and (?:references|sources))?"
    r"|anmerkungen|fu(?:ß|ss)noten|endnoten|voetnoten|eindnoten|noten|notas|примечания|сноски"
    r"|[註注][釋释]?|[脚腳尾][註注]",
    re.IGNORECASE,
)
_MOST_MARKS = 40  # candidates looked at for one number
_UNSURE, _SURE = 0.5, 2.0  # how sure a mark must be to count at all, and to count by itself
_FEWEST_PAGES = 3  # with notes that are counted anew on each
_SMALL = 0.95  # times the height of most letters: so small are notes
_NOT_SMALL = 0.97
_WIDE_GAP = 0.8  # lines: so much white space parts notes from what follows
_MOST_BELOW = 6  # lines under the notes
_FIRST_WORDS = 60  # letters of a note among which there is a word
_LARGER = 1.08  # times a note's letters: the notes end
_LONGEST_FOOT = 40  # lines of notes with symbols
_MOST_MISSED = 4  # numbers one after the other that damage may have made unreadable
_MOST_BETWEEN = 4  # lines between the endnotes of two chapters
_MOST_TRIES = 8  # lines of a page at which its notes may begin
_NO_MARK_AFTER = frozenset("-‐‑–—/$€£¥°№#§&@=<+×~^\\")
_ENDS_WORD = frozenset(".,;:!?”’»\"')]}…%。、，")
_FOLLOWS = frozenset(".,;:!?”’»\"')]}…–—。、，")
_LAST_WORD = re.compile(r"[^\W\d_]{3,}$")  # H2, x1 and the like are no words with a mark
_CODE = frozenset("\\{}%|=")  # before these a number is that of a line of code
_SECTION = re.compile(r"(\d{1,2})\.1[. \t]")
_INITIAL = re.compile(r"(?<![^\W\d_])[A-Z]\.$")  # B.1 is a section
_UNIT = re.compile(r"(?<![^\W\d_])(?:[mM]|[kcdmµ]m|in|ft|s)$")  # m², km²
_NUMERUS = re.compile(
    r"(?:\b(?:[Nn]os?|[Nn]r|[Nn]rn|[Vv]ol|[Pp]p?|[Cc]h|[Aa]rt|[Ss]ec|[Ff]ig|[Pp]ara)\.|N°s?|№)$"
)


@dataclass(frozen=True, slots=True)
class NoteLines:
    """A note: the lines it is printed on, where its own words begin on the first, and its marks.

    A mark is (position of a line of the body, start, stop): the range of the line's text to leave out.
    """

    label: str
    lines: tuple[Line, ...]
    opening: int  # how much of the first line is its number
    marks: tuple[tuple[int, int, int], ...]
    closing: int = 0  # how much of the last line only ends it: a bracket


@dataclass(frozen=True, slots=True)
class Notes:
    """The lines that are the body's, the notes in order, and ranges that are neither."""

    body: tuple[Line, ...]
    notes: tuple[NoteLines, ...]
    rules: tuple[Line, ...] = ()  # drawn between text and notes
    unmarked: tuple[str, ...] = ()  # labels of notes without a mark


_Form = tuple[str | None, str | None]
_RAISED: _Form = ("", "^")
_Scope = tuple[int | range | None, _Form]
_Places = dict[int, list[tuple[tuple[int, int], int, float]]]


@dataclass(frozen=True, slots=True)
class _Opening:
    """The number that a line opens with, the signs around it, and how much of the line they are."""

    number: int
    label: str
    form: _Form
    length: int


@dataclass(slots=True)
class _Draft:
    number: int
    label: str
    lines: list[int]
    opening: int
    page: int | None
    form: _Form = (None, None)
    mark: tuple[int, int, int] | None = None  # known at once where the note bears a symbol
    scope: range | None = None  # the lines where its mark may stand, where that is not its page


@dataclass(frozen=True, slots=True)
class _Chain:
    """Marks of notes one after the other, of which this is the last."""

    total: float  # how sure all of them are
    sure: float
    place: tuple[int, int]  # line and start
    length: int
    index: int  # of the note among those looked for
    before: _Chain | None


def _insert(chains: list[_Chain], chain: _Chain) -> None:
    """Add ``chain`` where none that ends before is worth as much; drop those it outdoes."""
    at = bisect_right(chains, chain.place, key=lambda other: other.place)
    if at and chains[at - 1].total >= chain.total:
        return
    end = at
    while end < len(chains) and chains[end].total <= chain.total:
        end += 1
    chains[at:end] = [chain]


def separate_notes(lines: Sequence[Line]) -> Notes:
    """Part the notes at the feet of pages, or at the end, from the body, and find their marks."""
    finder = _Finder(lines)
    drafts, rules = finder.at_feet()
    listed = finder.at_end()
    if len(listed) > len(drafts):
        drafts, rules = listed, set()
    drafts = sorted((*drafts, *finder.symbols(drafts)), key=lambda draft: draft.lines[0])
    if not drafts:
        return Notes(tuple(lines), ())
    taken = {position for draft in drafts for position in draft.lines} | rules
    kept = [position for position in range(len(lines)) if position not in taken]
    places = {position: number for number, position in enumerate(kept)}
    body = [lines[position] for position in kept]
    marks = finder.marks_of(drafts)
    notes = [
        NoteLines(
            draft.label,
            tuple(lines[position] for position in draft.lines),
            draft.opening,
            tuple((places[line], start, stop) for line, start, stop in marks.get(number, ())),
            closing=int(draft.form == ("[", ":") and lines[draft.lines[-1]].text.endswith("]")),
        )
        for number, draft in enumerate(drafts)
    ]
    return Notes(
        tuple(body),
        tuple(notes),
        tuple(lines[position] for position in sorted(rules)),
        tuple(note.label for note in notes if not note.marks),
    )


def _opening(line: Line, following: Line | None) -> _Opening | None:
    """How ``line`` opens, if a note may open so; a bare number may have a line of its own."""
    if line.kind != "text":
        return None
    at = line.indent_length
    section = _SECTION.match(following.words) if following else None
    if section and line.words.startswith((f"{section[1]} ", f"{section[1]}. ")):
        return None  # a chapter, with its first section below
    if match := _OPENING.match(line.text, at):
        if match["raised"]:
            return _Opening(_value(match["raised"]), _label(match["raised"]), _RAISED, match.end())
        title = line.text[match.end() :]
        if not any(char.isalpha() for char in title[:_FIRST_WORDS]):
            return None  # a row of figures
        if not (match["bracket"] or match["after"]) and title[0] in _CODE:
            return None
        if in_capitals(title) and title.replace(" ", "").isalpha():
            return None  # a heading
        transcribed = match["bracket"] and line.text[match.end("number")] == ":"
        form = match["bracket"], ":" if transcribed else match["after"] or None
        return _Opening(int(match["number"]), match["number"], form, match.end())
    match = _NUMBER.fullmatch(line.text, at)
    if match is None or following is None or _column(following) != _column(line):
        return None
    if following.space_before > 0 or not any(char.isalpha() for char in following.text[:12]):
        return None
    return _Opening(int(match["number"]), match["number"], (None, "\n"), match.end())


def _label(digits: str) -> str:
    """Digits as they are known, superscripts as plain ones."""
    return digits.translate(_DIGITS)


def _value(digits: str) -> int:
    return int(_label(digits).strip("[]()/\\"))


def _column(line: Line) -> tuple[int | None, int]:
    return line.page, line.column


def _heads_text(text: str) -> bool:
    """Whether ``text`` is plainly a heading: ``Chapter II``, ``5.2 Salt``, or all in capitals."""
    label = label_of(text)
    if in_capitals(text):
        return True
    return label is not None and bool(label["keyword"] or "." in (label["decimal"] or ""))


class _Finder:
    """Looks through the lines once for notes; marks are looked for page by page."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._openings: dict[int, _Opening] = {
            position: opening
            for position, (line, following) in enumerate(zip_longest(lines, lines[1:]))
            if (opening := _opening(line, following))
        }
        self._measured = any(line.size != 1 for line in lines)
        self._raised = sum(len(line.raised) for line in lines) >= 3

    # ------------------------------------------------------------ notes at the feet of pages

    def at_feet(self) -> tuple[list[_Draft], set[int]]:
        """Notes that count up, each block at the foot of its page or, without pages, of its text."""
        best: tuple[list[_Draft], set[int]] = ([], set())
        for restarts in (False, True):
            found = self._at_feet(restarts)
            blocks = len({draft.page for draft in found[0]})
            if len(found[0]) > 1.2 * len(best[0]) and (not restarts or blocks >= _FEWEST_PAGES):
                best = found
        return best

    def _at_feet(self, restarts: bool) -> tuple[list[_Draft], set[int]]:
        drafts: list[_Draft] = []
        rules: set[int] = set()
        expected = 1
        for start, stop in self._stretches():
            if restarts:
                expected = 1
            before = drafts[-1] if drafts and not restarts else None
            block = self._block(start, stop, expected, before)
            for missed in range(1, _MOST_MISSED + 1) if before is not None else ():
                block = block or self._block(start, stop, expected + missed, before, sure=True)
            if not drafts and not restarts and self._lines[start].page is not None:
                block = block or self._block(start, stop, None, None, sure=True)
            if block is None:
                continue
            first, found, continued = block
            if continued and drafts:
                drafts[-1].lines.extend(continued)
            if first > start and _RULE.fullmatch(self._lines[first - 1].words):
                rules.add(first - 1)
            drafts += found
            expected = drafts[-1].number + 1
        return drafts, rules

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """The columns of pages as ranges of lines; without pages, what ends at the ends of blocks."""
        if any(line.page is not None for line in self._lines):
            yield from self._columns()
        else:
            yield from self._unpaged()

    def _columns(self) -> Iterator[tuple[int, int]]:
        """The columns of pages as ranges of lines."""
        lines = self._lines
        start = 0
        for position in range(1, len(lines) + 1):
            if position == len(lines) or _column(lines[position]) != _column(lines[start]):
                yield start, position
                start = position

    def _unpaged(self) -> Iterator[tuple[int, int]]:
        """Stretches that end where a group of lines that begins with the next number ends."""
        lines = self._lines
        start, expected = 0, 1
        position = 0
        while position < len(lines):
            begins = self._openings.get(position)
            gap = position == 0 or lines[position].space_before > 0
            if not (begins and gap and begins.number == expected):
                position += 1
                continue
            stop = position
            while stop < len(lines):
                opening = self._openings.get(stop)
                apart = stop > position and lines[stop].space_before > 0
                if opening and opening.number == expected:
                    expected += 1
                elif apart:
                    break
                stop += 1
            yield start, stop
            start = position = stop

    def _block(
        self,
        start: int,
        stop: int,
        expected: int | None,
        before: _Draft | None,
        *,
        sure: bool = False,
    ) -> tuple[int, list[_Draft], list[int]] | None:
        """The block of notes at the foot of lines ``start`` to ``stop``: where it begins, the notes,
        and the lines above them that go on with the note ``before``.

        With ``sure`` all of them must have marks: numbers were passed over that nobody could read.
        Without ``expected`` they may begin with any number, if there are several and all are sure.
        """
        tries = 0
        for first in range(start, stop):
            opening = self._openings.get(first)
            if opening is None or tries == _MOST_TRIES:
                continue
            if opening.number != expected and (expected or opening.number < 2):
                continue
            parted = self._may_begin(first, start, before)
            if not parted and not self._may_follow(first, opening):
                continue
            tries += 1
            found = self._count(
                first, stop, opening, self._marked_above(start, first, stop, opening)
            )
            if stop - found[-1].lines[-1] > _MOST_BELOW:
                continue  # what so much text follows stands at no foot
            if not parted and found[-1].lines[-1] + 1 < stop:
                continue  # with nothing above to part them they must reach the page's foot
            alone = sure or before is None or not parted
            if not self._is_marked(start, first, found, alone=alone):
                continue
            if expected is None and len(found) < 2:
                continue
            begins, continued = self._continued(start, first, before)
            return begins, found, continued
        return None

    def _may_begin(self, first: int, start: int, before: _Draft | None) -> bool:
        """Whether something parts line ``first`` from the text above: a gap, a rule, a smaller size,
        or the rest of the note before."""
        if self._measured and self._lines[first].size >= _NOT_SMALL:
            return False
        if first == start:
            return True
        line, above = self._lines[first], self._lines[first - 1]
        if line.space_before > 0 or line.size < _SMALL * above.size or line.column != above.column:
            return True
        if _RULE.fullmatch(above.words):
            return True
        return before is not None or bool(line.raised and line.raised[0][0] == line.indent_length)

    def _may_follow(self, first: int, opening: _Opening) -> bool:
        """Whether notes may begin at line ``first`` with nothing to part them from the text: they
        begin with a word, on a known page."""
        line = self._lines[first]
        rest = (
            self._lines[first + 1].words if opening.form[1] == "\n" else line.text[opening.length :]
        )
        known = not self._measured and line.page is not None
        return known and opening.form[0] != "[" and not rest[:1].isdecimal()

    def _count(
        self, first: int, stop: int, opening: _Opening, marked: Set[int] = frozenset()
    ) -> list[_Draft]:
        """The notes from line ``first`` on; each runs to the next number of the same form.

        Numbers that nobody could read are passed over where the text has the mark of what follows
        (``marked``) and they don't come later.
        """
        found: list[_Draft] = []
        later = self._later(first, stop, opening.form) if marked else {}
        due = opening.number
        for position in range(first, stop):
            begins = self._openings.get(position)
            if begins and (begins.form != opening.form or begins.number < due):
                begins = None
            elif begins and begins.number > due:
                passed = range(due, begins.number)
                unreadable = all(later.get(number, -1) < position for number in passed)
                if len(passed) > _MOST_MISSED or begins.number not in marked or not unreadable:
                    begins = None
            if found and self._is_apart(position, first, begins=begins is not None):
                break
            if begins:
                due = begins.number + 1
                page = self._lines[position].page
                found.append(
                    _Draft(
                        begins.number, begins.label, [position], begins.length, page, begins.form
                    )
                )
            else:
                found[-1].lines.append(position)
        return found

    def _later(self, first: int, stop: int, form: _Form) -> dict[int, int]:
        """Number -> the last of the lines ``first`` to ``stop`` that opens with it in this form."""
        found = ((n, self._openings.get(n)) for n in range(first, stop))
        return {opening.number: n for n, opening in found if opening and opening.form == form}

    def _marked_above(self, start: int, first: int, stop: int, opening: _Opening) -> Set[int]:
        """Numbers of the lines from ``first`` on whose marks surely stand in the lines before."""
        numbers = set(self._later(first, stop, opening.form))
        if numbers <= set(range(opening.number, opening.number + len(numbers))):
            return frozenset()  # none is missing
        found = self._candidates(range(start, first), numbers, opening.form)
        return {number for number, places in found.items() if any(p[2] >= 1 for p in places)}

    def _is_apart(self, position: int, first: int, *, begins: bool) -> bool:
        """Whether the line at ``position`` is none of the notes that begin at ``first``."""
        line = self._lines[position]
        if line.size > _LARGER * self._lines[first].size or RULE.fullmatch(line.text):
            return True
        if begins or line.space_before <= 0:
            return False
        return _heads_text(line.words) or (self._measured and line.space_before > _WIDE_GAP)

    def _is_marked(self, start: int, first: int, found: Sequence[_Draft], *, alone: bool) -> bool:
        """Whether the text above has the marks of these notes.

        Bare numbers (``12 See``) are notes where half of them have marks; those that a list might
        bear too (``12.``, ``[12]``), and notes that are counted anew on each page, must all have.
        ``alone`` are notes that do not go on from those before.
        """
        numbers = [draft.number for draft in found]
        while start and self._lines[start - 1].page == self._lines[first].page is not None:
            start -= 1  # marks may stand in a column before
        above = range(start, first)
        form = found[0].form
        marks = [mark.sure for mark in self._chain(above, numbers, form, least=_UNSURE) if mark]
        listlike = any(form) and form != _RAISED
        if listlike and form[0]:  # a citation in brackets comes again, a note's mark does not
            times = self._candidates(above, set(numbers), form)
            if any(len(times.get(number, ())) != 1 for number in numbers):
                return False
        if listlike or alone:
            return len(marks) == len(found) and max(marks) >= _SURE
        return 2 * len(marks) >= len(found)

    def _continued(self, start: int, first: int, before: _Draft | None) -> tuple[int, list[int]]:
        """Lines above the first number that belong to the note ``before``, of an earlier page."""
        lines = self._lines
        begins = first
        while begins > start and lines[begins].space_before == 0 and begins > start:
            if lines[begins].column != lines[begins - 1].column:
                break
            if lines[begins].size > 1.05 * lines[first].size:
                begins += 1
                break
            begins -= 1
        if before is None or begins == first:
            return first, []
        smaller = all(lines[n].size < _SMALL for n in range(begins, first))
        last = self._lines[before.lines[-1]].text
        if begins == start and not smaller:
            return first, []
        unfinished = not ends_sentence(last)
        if not (smaller or unfinished):
            return first, []
        return begins, list(range(begins, first))

    # ------------------------------------------------------------ notes at the end

    def at_end(self) -> list[_Draft]:
        """Notes under headings that say so, at the end of the text or of each chapter."""
        lines = self._lines
        titles = [n for n, line in enumerate(lines) if _TITLE.fullmatch(line.words.strip(" :*_"))]
        drafts: list[_Draft] = []
        reached = 0  # here the text begins whose notes come next
        for title, stop in pairwise([*titles, len(lines)]):
            opening = self._openings.get(title + 1) or self._openings.get(title + 2)
            due = (1, drafts[-1].number + 1) if drafts else (1,)
            if title < reached or opening is None or opening.number not in due:
                continue
            scope = range(reached, title)
            found = self._listed(title + 1, stop, opening)
            numbers = [draft.number for draft in found]
            marks = self._chain(scope, numbers, opening.form)
            if found and 2 * sum(mark is not None for mark in marks) >= len(found):
                for draft in found:
                    draft.page, draft.scope = None, scope
                drafts += found
                reached = found[-1].lines[-1] + 1
        return drafts if len(drafts) > 1 else []

    def _listed(self, first: int, stop: int, opening: _Opening) -> list[_Draft]:
        """The notes of a list, which may begin anew at 1 for each chapter."""
        found: list[_Draft] = []
        while first < stop:
            begins = self._openings.get(first)
            if begins and begins.form == opening.form and (begins.number == 1 or not found):
                found += self._cut_at_gap(self._count(first, stop, begins))
                first = found[-1].lines[-1] + 1
            elif found and first > found[-1].lines[-1] + _MOST_BETWEEN:
                break
            else:
                first += 1
        return found

    def _cut_at_gap(self, found: list[_Draft]) -> list[_Draft]:
        """The last note without what follows it behind a gap: that is text again."""
        last = found[-1]
        for count, position in enumerate(last.lines[1:], 1):
            if self._lines[position].space_before > 0:
                del last.lines[count:]
                break
        return found

    # ------------------------------------------------------------ notes that bear a symbol

    def symbols(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """Notes that open with ``*`` or ``†`` behind a gap, at the foot of a page's column or of all."""
        taken = {position for draft in drafts for position in draft.lines}
        found: list[_Draft] = []
        if not any(_SYMBOL_OPENING.match(line.words) for line in self._lines):
            return found
        for start, stop in self._columns():
            while stop > start and stop - 1 in taken:
                stop -= 1
            found += self._symbols_at_foot(start, stop)
        return found

    def _symbols_at_foot(self, start: int, stop: int) -> list[_Draft]:
        """Those of a column: at its very foot or, where letters have sizes, in smaller ones."""
        lines = self._lines
        found: list[_Draft] = []
        open_ = False  # the lines go on with the note before
        for position in range(max(start, stop - _LONGEST_FOOT), stop):
            line = lines[position]
            opening = _SYMBOL_OPENING.match(line.words)
            parted = line.space_before > 0 or position == start
            small = line.size < _SMALL
            if opening and (open_ or parted or small):
                mark = self._symbol_mark(start, position, opening["symbol"])
                if mark is None:
                    return []
                length = line.indent_length + opening.end()
                found.append(_Draft(0, opening["symbol"], [position], length, line.page, mark=mark))
                open_ = True
            elif open_ and not parted and (small or lines[found[-1].lines[0]].size >= _SMALL):
                found[-1].lines.append(position)
            else:
                open_ = False
        at_foot = bool(found) and found[-1].lines[-1] == stop - 1
        small = all(lines[draft.lines[0]].size < _SMALL for draft in found)
        unique = len({draft.label for draft in found}) == len(found)
        return found if unique and (at_foot or small) else []

    def _symbol_mark(self, start: int, stop: int, symbol: str) -> tuple[int, int, int] | None:
        """Where ``symbol`` stands behind a word in the lines above."""
        sign = symbol[0]
        for position in range(start, stop):
            text = self._lines[position].text
            at = text.find(symbol, 1)
            while at > 0:
                end = at + len(symbol)
                if (
                    text[end : end + 1] != sign
                    and text[at - 1] != sign
                    and not text[at - 1].isspace()
                ):
                    return position, at, end
                at = text.find(symbol, end)
        return None

    # ------------------------------------------------------------ marks

    def marks_of(self, drafts: Sequence[_Draft]) -> dict[int, list[tuple[int, int, int]]]:
        """The marks of each note, by the note's place in ``drafts``."""
        noted = {position for draft in drafts for position in draft.lines}
        body = [position for position in range(len(self._lines)) if position not in noted]
        places: dict[_Scope, list[int]] = defaultdict(list)
        found: dict[int, list[tuple[int, int, int]]] = {}
        for number, draft in enumerate(drafts):
            if draft.mark:
                found[number] = [draft.mark]
            else:
                places[draft.scope or draft.page, draft.form].append(number)
        by_page: dict[int | None, list[int]] = defaultdict(list)
        for position in body:
            by_page[self._lines[position].page].append(position)
        for (scope, form), numbers in places.items():
            if isinstance(scope, range):
                above = body[bisect_left(body, scope.start) : bisect_left(body, scope.stop)]
            else:
                above = body if scope is None else by_page[scope]
            marks = self._chain(above, [drafts[number].number for number in numbers], form)
            for number, mark in zip(numbers, marks, strict=True):
                if mark is not None:
                    position, start = mark.place
                    found[number] = [(position, start, start + mark.length)]
        return self._with_separators(found)

    def _with_separators(
        self, marks: Mapping[int, Sequence[tuple[int, int, int]]]
    ) -> dict[int, list[tuple[int, int, int]]]:
        """``marks`` with the blank or the comma before each, where nothing else would need it."""
        ends = {(position, stop) for some in marks.values() for position, _, stop in some}
        found: dict[int, list[tuple[int, int, int]]] = {}
        for number, some in marks.items():
            for position, start, stop in some:
                text = self._lines[position].text
                before = text[:start].rstrip()
                comma = before.removesuffix(",").rstrip()
                after = text[stop : stop + 1]
                if not before:
                    stop += len(text[stop:]) - len(text[stop:].lstrip())
                elif (position, len(comma)) in ends:
                    start = len(comma)
                elif not after or after.isspace() or after in _FOLLOWS:
                    start = len(before)
                found.setdefault(number, []).append((position, start, stop))
        return found

    def _chain(
        self, positions: Sequence[int], numbers: Sequence[int], form: _Form, *, least: float = 0
    ) -> list[_Chain | None]:
        """For each of ``numbers`` its mark in the lines at ``positions``, in order; None: it has none.

        Of all chains of marks in order the one whose marks are the surest, together; none of them
        is less sure than ``least``.
        """
        candidates = self._candidates(positions, set(numbers), form)
        most = _MOST_MARKS * max(1, len(numbers) // max(1, len(candidates)))  # some come again
        chains: list[_Chain] = []  # by the place of their last marks; what ends later is worth more
        for index, number in enumerate(numbers):
            grown: list[_Chain] = []
            for place, length, sure in candidates.get(number, ())[:most]:
                if sure >= least:
                    at = bisect_left(chains, place, key=lambda chain: chain.place)
                    before = chains[at - 1] if at else None
                    total = sure + (before.total if before else 0)
                    grown.append(_Chain(total, sure, place, length, index, before))
            for chain in grown:
                _insert(chains, chain)
        marks: list[_Chain | None] = [None] * len(numbers)
        link = chains[-1] if chains else None
        while link is not None:
            marks[link.index] = link
            link = link.before
        return marks

    def _candidates(self, positions: Sequence[int], numbers: Set[int], form: _Form) -> _Places:
        """Number -> where it stands like a mark (position and start), its length, and how surely.

        In round brackets or before a slash it is one only where notes open with such a number.
        """
        found: _Places = defaultdict(list)
        for position in positions:
            line = self._lines[position]
            if line.kind == "code":
                continue
            for start, stop in line.raised:
                digits = line.text[start:stop].strip("[]() ,")
                if digits.isdecimal() and int(digits) in numbers:
                    found[int(digits)].append(((position, start), stop - start, 5.0))
            last: re.Match[str] | None = None  # the mark right before
            for match in _MARK.finditer(line.text):
                start, written = match.start(), match[0]
                if written[0] == "(" and form[0] != "(":
                    continue
                if written[-1] == "/" and form[1] != "/":
                    written = written[:-1]
                number = _value(written)
                if number not in numbers or any(a <= start < z for a, z in line.raised):
                    continue
                stop = start + len(written)
                sure = self._sureness(line.text, start, stop)
                if (
                    last
                    and line.text[last.end() : start].strip(" ") in ("", ",")
                    and _value(last[0]) + 1 == number
                    and not line.text[stop : stop + 1].isalnum()
                ):
                    sure = max(sure, 1.5)  # 1,2 or 1 2
                last = match if sure else None
                if sure:
                    found[number].append(((position, start), len(written), sure))
        return found

    def _sureness(self, text: str, start: int, stop: int) -> float:
        """How surely the number at ``start`` to ``stop`` is a mark by the signs around it; 0: it is none."""
        before, after = text[start - 1 : start], text[stop : stop + 1]
        in_brackets = text[stop - 1] in ")\\" or (after == "[" and text[start] == "[")
        if after and not after.isspace() and after not in _FOLLOWS and not in_brackets:
            return 0
        if text[start] in _SUPERSCRIPTS:
            unit = _UNIT.search(text, max(0, start - 3), start)
            return 0.3 if unit else 4.0 if before and not before.isspace() else 3.0
        if text[start] in "[(\\" or text[stop - 1] == "/":
            return 3.0 if text[start] in "[\\" or text[:start].strip() else 0
        if not before or before.isspace() or before in _NO_MARK_AFTER:
            return 0
        if after == "." and text[stop + 1 : stop + 2].isdecimal():
            return 0
        penalty = 1.5 if self._raised else 0
        if before in _ENDS_WORD:
            digit = text[start - 2 : start - 1].isdecimal()
            if before in ".,:" and digit:
                if after not in ("", " ", "\t"):
                    return 0.2  # 1.5%, 3:2)
                if text[: start - 1].strip().replace(".", "").isdecimal():
                    return 0  # the number of a section
            if before == "." and _INITIAL.search(text, max(0, start - 3), start):
                return 0.3
            if _NUMERUS.search(text, max(0, start - 8), start):
                return 0.1
            return (1.0 if before in ".,:" and digit else 2.0) - min(penalty, 0.5)
        word = _LAST_WORD.search(text, max(0, start - 30), start)
        if word and not word[0].isupper() and not word[0][-1].isupper():
            return max(0.2, 1.2 - penalty)
        return 0
