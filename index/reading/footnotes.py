"""Footnotes of printed text: which lines are notes, and where in the text above their marks stand.

A mark counts only where its number is the next one expected, a note begins only with the next
number inside a block of notes, and neither counts without the other: so a year, a sum or the item of
a list is not taken for one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.reading.lines import Line, ends_sentence

_OPENING = re.compile(
    r"(?P<bracket>[\[(])?(?:Footnote[ \t]+)?(?P<number>\d{1,4})(?(bracket)[\]):]|(?P<after>[.)\]])?)"
    r"(?:[ \t]+|(?=[^\W\d_]|[“\"‘'«(]))(?=\S)"
)
_SYMBOL_OPENING = re.compile(r"(?P<symbol>\*{1,3}|†{1,3}|‡{1,3}|∗{1,3})[ \t]*(?=[^\s*†‡∗])")
_RULE = re.compile(r"[_\-–—─━═=*]{3,}|[_ ]{5,}")
_TITLE = re.compile(
    r"(?:[IVX\d]{0,4}[.)]?[ \t]*)?(?:end|foot)?[ -]?notes?(?: and (?:references|sources))?"
    r"|anmerkungen|fußnoten|endnoten|notas|примечания",
    re.IGNORECASE,
)
_MOST_MARKS = 40  # candidates looked at for one number
_UNSURE, _SURE = 0.5, 2.0  # how sure a mark must be to count at all, and to count by itself
_FEWEST_PAGES = 3  # with notes that are counted anew on each
_SMALL = 0.95  # times the height of most letters: so small are notes
_NOT_SMALL = 0.97
_WIDE_GAP = 0.8  # lines: so much white space parts notes from what follows
_MOST_BELOW = 6  # lines under the notes
_LARGER = 1.08  # times a note's letters: the notes end
_LONGEST_FOOT = 40  # lines of notes with symbols
_MOST_MISSED = 4  # numbers one after the other that damage may have made unreadable
_MOST_TRIES = 8  # lines of a page at which its notes may begin
_NO_MARK_AFTER = frozenset("-‐‑–—/$€£¥°№#§&@=<+×~^\\")
_ENDS_WORD = frozenset(".,;:!?”’»\"')]}…%。、，")
_FOLLOWS = frozenset(".,;:!?”’»\"')]}…–—。、，")
_LAST_WORD = re.compile(r"[^\W\d_]{3,}$")  # H2, x1 and the like are no words with a mark
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


@dataclass(frozen=True, slots=True)
class Notes:
    """The lines that are the body's, the notes in order, and ranges that are neither."""

    body: tuple[Line, ...]
    notes: tuple[NoteLines, ...]
    rules: tuple[Line, ...] = ()  # drawn between text and notes
    unmarked: tuple[str, ...] = ()  # labels of notes without a mark


@dataclass(slots=True)
class _Draft:
    number: int
    label: str
    lines: list[int]
    opening: int
    page: int | None
    mark: tuple[int, int, int] | None = None  # known at once where the note bears a symbol


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
    if not drafts:
        drafts, rules = finder.at_end()
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
        )
        for number, draft in enumerate(drafts)
    ]
    return Notes(
        tuple(body),
        tuple(notes),
        tuple(lines[position] for position in sorted(rules)),
        tuple(note.label for note in notes if not note.marks),
    )


_Form = tuple[str | None, str | None]


def _form(opening: re.Match[str]) -> _Form:
    """The signs around the number that opens a note."""
    return opening["bracket"], opening["after"] or None


def _column(line: Line) -> tuple[int | None, int]:
    return line.page, line.column


class _Finder:
    """Looks through the lines once for notes; marks are looked for page by page."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._openings: dict[int, re.Match[str]] = {
            position: match
            for position, line in enumerate(lines)
            if (match := _OPENING.match(line.text, line.indent_length)) and line.kind == "text"
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
        lines = self._lines
        if not any(line.page is not None for line in lines):
            yield from self._unpaged()
            return
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
            match = self._openings.get(position)
            gap = position == 0 or lines[position].space_before > 0
            if not (match and gap and int(match["number"]) == expected):
                position += 1
                continue
            stop = position
            while stop < len(lines):
                opening = self._openings.get(stop)
                apart = stop > position and lines[stop].space_before > 0
                if opening and int(opening["number"]) == expected:
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
        expected: int,
        before: _Draft | None,
        *,
        sure: bool = False,
    ) -> tuple[int, list[_Draft], list[int]] | None:
        """The block of notes at the foot of lines ``start`` to ``stop``: where it begins, the notes,
        and the lines above them that go on with the note ``before``.

        With ``sure`` all of them must have marks: numbers were passed over that nobody could read.
        """
        tries = 0
        for first in range(start, stop):
            match = self._openings.get(first)
            if match is None or int(match["number"]) != expected or tries == _MOST_TRIES:
                continue
            if not self._may_begin(first, start, before):
                continue
            tries += 1
            found = self._count(first, stop, expected, match)
            if stop - found[-1].lines[-1] > _MOST_BELOW:
                continue  # what so much text follows stands at no foot
            if not self._is_marked(start, first, found, _form(match), alone=sure or before is None):
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

    def _count(self, first: int, stop: int, expected: int, opening: re.Match[str]) -> list[_Draft]:
        """The notes from line ``first`` on; each runs to the next number of the same form."""
        found: list[_Draft] = []
        for position in range(first, stop):
            match = self._openings.get(position)
            due = expected + len(found)
            begins = match and int(match["number"]) == due and _form(match) == _form(opening)
            if found and self._is_apart(position, first, begins=bool(begins)):
                break
            if match and begins:
                page = self._lines[position].page
                found.append(_Draft(due, match["number"], [position], match.end(), page))
            else:
                found[-1].lines.append(position)
        return found

    def _is_apart(self, position: int, first: int, *, begins: bool) -> bool:
        """Whether the line at ``position`` is none of the notes that begin at ``first``."""
        line = self._lines[position]
        larger = line.size > _LARGER * self._lines[first].size
        return larger or (self._measured and line.space_before > _WIDE_GAP and not begins)

    def _is_marked(
        self, start: int, first: int, found: Sequence[_Draft], form: _Form, *, alone: bool
    ) -> bool:
        """Whether the text above has the marks of these notes.

        Bare numbers (``12 See``) are notes where half of them have marks; those that a list might
        bear too (``12.``, ``[12]``), and notes that are counted anew on each page, must all have.
        ``alone`` are notes that do not go on from those before.
        """
        numbers = [draft.number for draft in found]
        while start and self._lines[start - 1].page == self._lines[first].page is not None:
            start -= 1  # marks may stand in a column before
        above = range(start, first)
        marks = [mark.sure for mark in self._chain(above, numbers, least=_UNSURE) if mark]
        listlike = any(form)
        if listlike and form[0]:  # a citation in brackets comes again, a note's mark does not
            times = self._candidates(above, set(numbers))
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

    def at_end(self) -> tuple[list[_Draft], set[int]]:
        """Notes under a heading that says so, or the last run of numbers from 1 on, at the end."""
        lines = self._lines
        titles = [n for n, line in enumerate(lines) if _TITLE.fullmatch(line.words.strip(" :*_"))]
        for title in reversed(titles):
            first = title + 1
            opening = self._openings.get(first)
            if opening is None or int(opening["number"]) != 1:
                continue
            found = self._count(first, len(lines), 1, opening)
            found = self._cut_at_heading(found)
            marks = self._chain(range(title), [draft.number for draft in found])
            if len(found) > 1 and 2 * sum(mark is not None for mark in marks) >= len(found):
                for draft in found:
                    draft.page = None  # its mark may stand on any
                return found, set()
        return [], set()

    def _cut_at_heading(self, found: list[_Draft]) -> list[_Draft]:
        """The last note without what follows it behind a gap: that is text again."""
        last = found[-1]
        for count, position in enumerate(last.lines[1:], 1):
            if self._lines[position].space_before > 0:
                del last.lines[count:]
                break
        return found

    # ------------------------------------------------------------ notes that bear a symbol

    def symbols(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """Notes that open with ``*`` or ``†`` behind a gap, at the foot of a known page's column."""
        taken = {position for draft in drafts for position in draft.lines}
        found: list[_Draft] = []
        if not any(_SYMBOL_OPENING.match(line.words) for line in self._lines):
            return found
        for start, stop in self._stretches():
            if self._lines[start].page is None:
                continue
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
                found.append(_Draft(0, opening["symbol"], [position], length, line.page, mark))
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
        pages: dict[int | None, list[int]] = defaultdict(list)
        found: dict[int, list[tuple[int, int, int]]] = {}
        for number, draft in enumerate(drafts):
            if draft.mark:
                found[number] = [draft.mark]
            else:
                pages[draft.page].append(number)
        by_page: dict[int | None, list[int]] = defaultdict(list)
        for position in body:
            by_page[self._lines[position].page].append(position)
        for page, numbers in pages.items():
            above = body if page is None else by_page[page]
            marks = self._chain(above, [drafts[number].number for number in numbers])
            for number, mark in zip(numbers, marks, strict=True):
                if mark is not None:
                    position, start = mark.place
                    found[number] = [(position, start, start + mark.length)]
        return found

    def _chain(
        self, positions: Sequence[int], numbers: Sequence[int], *, least: float = 0
    ) -> list[_Chain | None]:
        """For each of ``numbers`` its mark in the lines at ``positions``, in order; None: it has none.

        Of all chains of marks in order the one whose marks are the surest, together; none of them
        is less sure than ``least``.
        """
        candidates = self._candidates(positions, set(numbers))
        chains: list[_Chain] = []  # by the place of their last marks; what ends later is worth more
        for index, number in enumerate(numbers):
            grown: list[_Chain] = []
            for place, length, sure in candidates.get(number, ())[:_MOST_MARKS]:
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

    def _candidates(
        self, positions: Sequence[int], numbers: set[int]
    ) -> dict[int, list[tuple[tuple[int, int], int, float]]]:
        """Number -> where it stands like a mark (position and start), its length, and how surely."""
        found: dict[int, list[tuple[tuple[int, int], int, float]]] = defaultdict(list)
        for position in positions:
            line = self._lines[position]
            if line.kind == "code":
                continue
            for start, stop in line.raised:
                digits = line.text[start:stop].strip("[]() ,")
                if digits.isdecimal() and int(digits) in numbers:
                    found[int(digits)].append(((position, start), stop - start, 5.0))
            for match in re.finditer(r"\[?\d{1,4}\]?", line.text):
                written = match[0]
                number = int(written.strip("[]"))
                if number not in numbers:
                    continue
                sure = self._sureness(line.text, match.start(), match.end())
                if sure and not any(a <= match.start() < z for a, z in line.raised):
                    found[number].append(((position, match.start()), len(written), sure))
        return found

    def _sureness(self, text: str, start: int, stop: int) -> float:
        """How surely the number at ``start`` to ``stop`` is a mark by the signs around it; 0: it is none."""
        before, after = text[start - 1 : start], text[stop : stop + 1]
        if after and not after.isspace() and after not in _FOLLOWS:
            return 0
        if text[start] == "[":
            return 3.0 if text[stop - 1] == "]" else 0
        if not before or before.isspace() or before in _NO_MARK_AFTER or text[stop - 1] == "]":
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
            if _NUMERUS.search(text, max(0, start - 8), start):
                return 0.1
            return (1.0 if before in ".,:" and digit else 2.0) - min(penalty, 0.5)
        word = _LAST_WORD.search(text, max(0, start - 30), start)
        if word and not word[0].isupper() and not word[0][-1].isupper():
            return max(0.2, 1.2 - penalty)
        return 0
