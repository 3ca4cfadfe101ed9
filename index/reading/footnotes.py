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
_SYMBOLS = ("*", "†", "‡", "§", "**", "††", "‡‡")
_SYMBOL_OPENING = re.compile(r"(?P<symbol>\*{1,3}|†{1,3}|‡{1,3})[ \t]*(?=[^\s*†‡])")
_RULE = re.compile(r"[_\-–—─━═=*]{3,}|[_ ]{5,}")
_TITLE = re.compile(
    r"(?:[IVX\d]{0,4}[.)]?[ \t]*)?(?:end|foot)?[ -]?notes?(?: and references)?|references|notes and sources"
    r"|anmerkungen|fußnoten|endnoten|notas|примечания",
    re.IGNORECASE,
)
_MOST_MARKS = 40  # candidates looked at for one number
_MOST_TRIES = 8  # lines of a page at which its notes may begin
_NO_MARK_AFTER = frozenset("-‐‑–—/$€£¥°№#§&@=<+×~^\\")
_ENDS_WORD = frozenset(".,;:!?”’»\"')]}…%。、，")
_FOLLOWS = frozenset(".,;:!?”’»\"')]}…–—。、，*")
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


@dataclass(frozen=True, slots=True)
class _Chain:
    """Marks of notes one after the other, of which this is the last."""

    total: float  # how sure all of them are
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


class _Finder:
    """Looks through the lines once for notes; marks are looked for page by page."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._openings: dict[int, re.Match[str]] = {
            position: match
            for position, line in enumerate(lines)
            if (match := _OPENING.match(line.text, line.indent_length)) and line.kind == "text"
        }
        self._raised = sum(len(line.raised) for line in lines) >= 3

    # ------------------------------------------------------------ notes at the feet of pages

    def at_feet(self) -> tuple[list[_Draft], set[int]]:
        """Notes that count up, each block at the foot of its page or, without pages, of its text."""
        best: tuple[list[_Draft], set[int]] = ([], set())
        for restarts in (False, True):
            found = self._at_feet(restarts)
            if len(found[0]) > len(best[0]) * (1.2 if restarts else 1):
                best = found
        return best

    def _at_feet(self, restarts: bool) -> tuple[list[_Draft], set[int]]:
        drafts: list[_Draft] = []
        rules: set[int] = set()
        expected = 1
        for start, stop in self._stretches():
            if restarts:
                expected = 1
            block = self._block(start, stop, expected, drafts[-1] if drafts else None)
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
        """The pages (columns of a page are one) as ranges of lines; without pages, the blocks' ends."""
        lines = self._lines
        if not any(line.page is not None for line in lines):
            yield from self._unpaged()
            return
        start = 0
        for position in range(1, len(lines) + 1):
            if position == len(lines) or lines[position].page != lines[start].page:
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
        self, start: int, stop: int, expected: int, before: _Draft | None
    ) -> tuple[int, list[_Draft], list[int]] | None:
        """The block of notes at the foot of lines ``start`` to ``stop``: where it begins, the notes,
        and the lines above them that go on with the note ``before``."""
        tries = 0
        for first in range(start, stop):
            match = self._openings.get(first)
            if match is None or int(match["number"]) != expected or tries == _MOST_TRIES:
                continue
            if not self._may_begin(first, start, before):
                continue
            tries += 1
            found = self._count(first, stop, expected, match)
            if not self._is_marked(start, first, found):
                continue
            begins, continued = self._continued(start, first, before)
            return begins, found, continued
        return None

    def _may_begin(self, first: int, start: int, before: _Draft | None) -> bool:
        """Whether something parts line ``first`` from the text above: a gap, a rule, a smaller size,
        or the rest of the note before."""
        if first == start:
            return True
        line, above = self._lines[first], self._lines[first - 1]
        if line.space_before > 0 or line.size < 0.95 * above.size or line.column != above.column:
            return True
        if _RULE.fullmatch(above.words):
            return True
        return before is not None or bool(line.raised and line.raised[0][0] == line.indent_length)

    def _count(self, first: int, stop: int, expected: int, opening: re.Match[str]) -> list[_Draft]:
        """The notes from line ``first`` on; each runs to the next number of the same form."""
        found: list[_Draft] = []
        form = (opening["bracket"], opening["after"])
        for position in range(first, stop):
            match = self._openings.get(position)
            due = expected + len(found)
            if match and int(match["number"]) == due and (match["bracket"], match["after"]) == form:
                page = self._lines[position].page
                found.append(_Draft(due, match["number"], [position], match.end(), page))
            else:
                found[-1].lines.append(position)
        return found

    def _is_marked(self, start: int, first: int, found: Sequence[_Draft]) -> bool:
        """Whether the text above has marks for at least half of the notes, the first ones included."""
        marks = self._chain(range(start, first), [draft.number for draft in found], least=0.5)
        return 2 * sum(mark is not None for mark in marks) >= len(found)

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
        smaller = all(lines[n].size < 0.95 for n in range(begins, first))
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

    # ------------------------------------------------------------ marks

    def marks_of(self, drafts: Sequence[_Draft]) -> dict[int, list[tuple[int, int, int]]]:
        """The marks of each note, by the note's place in ``drafts``."""
        noted = {position for draft in drafts for position in draft.lines}
        body = [position for position in range(len(self._lines)) if position not in noted]
        pages: dict[int | None, list[int]] = defaultdict(list)
        for number, draft in enumerate(drafts):
            pages[draft.page].append(number)
        by_page: dict[int | None, list[int]] = defaultdict(list)
        for position in body:
            by_page[self._lines[position].page].append(position)
        found: dict[int, list[tuple[int, int, int]]] = {}
        for page, numbers in pages.items():
            above = body if page is None else by_page[page]
            marks = self._chain(above, [drafts[number].number for number in numbers])
            for number, mark in zip(numbers, marks, strict=True):
                if mark is not None:
                    found[number] = [mark]
        return found

    def _chain(
        self, positions: Sequence[int], numbers: Sequence[int], *, least: float = 0
    ) -> list[tuple[int, int, int] | None]:
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
                    grown.append(_Chain(total, place, length, index, before))
            for chain in grown:
                _insert(chains, chain)
        marks: list[tuple[int, int, int] | None] = [None] * len(numbers)
        link = chains[-1] if chains else None
        while link is not None:
            position, start = link.place
            marks[link.index] = (position, start, start + link.length)
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
                if digits.isdigit() and int(digits) in numbers:
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
        if after == "." and text[stop + 1 : stop + 2].isdigit():
            return 0
        penalty = 1.5 if self._raised else 0
        if before in _ENDS_WORD:
            digit = text[start - 2 : start - 1].isdigit()
            if before in ".,:" and digit:
                if after not in ("", " ", "\t"):
                    return 0.2  # 1.5%, 3:2)
                if text[: start - 1].strip().replace(".", "").isdigit():
                    return 0  # the number of a section
            if _NUMERUS.search(text, max(0, start - 8), start):
                return 0.1
            return (1.0 if before in ".,:" and digit else 2.0) - min(penalty, 0.5)
        if before.isalpha():
            return max(0.2, 1.2 - penalty)
        return 0
