"""Cross-references that a document makes in its own words, and where they lead.

“Section IV.C”, “the previous chapter”, “see note 12”, “ibid.” and “op. cit.” are found where they
stand. One whose target can't be told leads nowhere; nothing is guessed. References to other works
(“section 5 of the Act”, “chapter 9” behind a book's title) are not cross-references.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.model import CrossReference, Note, Section, one_line

_KINDS = {
    "section": ("section", "sec.", "abschnitt", "sección", "§"),
    "chapter": ("chapter", "chap.", "kapitel", "chapitre", "capítulo"),
    "part": ("part", "teil", "partie"),
    "book": ("book", "buch"),
    "article": ("article", "art.", "artikel", "artículo"),
    "appendix": ("appendix", "anhang"),
    "annex": ("annex", "annexe", "anlage"),
    "schedule": ("schedule",),
}
_PLURALS = {
    "sections": "section", "§§": "section", "chapters": "chapter", "parts": "part",
    "books": "book", "articles": "article", "appendices": "appendix", "appendixes": "appendix",
    "annexes": "annex", "schedules": "schedule",
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words} | _PLURALS
#: What a heading with a label and no such word (``IV. Friends``) may be called.
_BARE = frozenset({"section", "chapter", "part"})
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split(),
        start=1,
    )
}
_WORDS = "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))


def _by_letter(words: Sequence[str]) -> str:
    """A pattern for ``words``, which are sorted, in small letters or capitals.

    Letter by letter, which is twice as fast as a list of words.
    """
    parts = []
    for letter, group in groupby(words, key=lambda word: word[:1]):
        if letter:
            rest = _by_letter([word[1:] for word in group])
            parts.append(f"[{letter}{letter.upper()}]{rest}")
        else:
            parts.append("")
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


_FIRST_OF_WORDS = "".join(sorted({word[0] + word[0].upper() for word in _KIND_OF}))
_PART_OF_LABEL = r"(?:[IVXLCDM]{1,7}|[A-Z]|\d{1,4}[a-z]?)"
_LABEL = rf"{_PART_OF_LABEL}(?:\.(?:{_PART_OF_LABEL}|[a-z])(?!\w))*(?!\w)"
_SMALL_LABEL = rf"(?:[ivxlc]{{2,7}}(?!\w)|(?i:{'|'.join(_NUMBER_WORDS)})(?!\w))"
_HEADING = re.compile(
    rf"(?:(?P<word>(?i:{_WORDS}))\s*)?(?P<label>{_LABEL}|{_SMALL_LABEL})(?P<end>[.):]?)(?P<rest>\s|$)?"
)
_TO_SECTION = re.compile(
    rf"(?=[{_FIRST_OF_WORDS}])(?<!\w)(?P<word>{_by_letter(sorted(_KIND_OF))})(?:(?<=§)\s?|\s)"
    rf"(?P<label>{_LABEL}|{_SMALL_LABEL})(?:\s?\(\w{{1,4}}\)){{0,4}}"
)
_AND_LABEL = re.compile(
    rf"(?:,\s|,?\s(?:and|or|to|und|bis|et)\s|\s?[–-]\s?)(?P<label>{_LABEL})(?:\s?\(\w{{1,4}}\)){{0,4}}"
)
_RELATIVE = re.compile(
    r"[Tt]he\s(?<!\w...\s)(?P<which>previous|preceding|next|following)\s(?P<word>section|chapter|part"
    r"|article)(?!\w)(?!\s(?:of|in)\s(?!this\b))"
)
_POINTER = re.compile(
    r",?\s\(?(?P<way>above|below|supra|infra|oben|unten|ci-dessus|ci-dessous)(?!\w)"
)
_BACK = frozenset({"above", "supra", "oben", "ci-dessus"})
_SEE = re.compile(
    r"(?:\b[Ss]ee|\balso|\b(?:cited|quoted|reported)\sin|\b[Cc]f\.|\b[Ss]iehe|\b[Vv]gl\.|\b[Vv]oir)\s?\Z"
)
_OTHER_AFTER = re.compile(
    r"\s(?:of|von|du|de)\s(?!this\b|these\b|the\spresent\b|our\b|dieses\b)"
    r"|\s(?:der|des)\s\w|\sthereof\b|\sto\s(?:the|that|an?|its|his|her|their)\s"
    r"|(?:\s(?:Abs\.|Absatz|Satz|Nr\.|para\.)\s?\d{1,3}){0,3}\s[A-Z]\w{0,6}[A-Z]\w{0,6}\b"
)
_OTHER_BEFORE = re.compile(
    r"(?:U\.\s?S\.\s?C\.|USC|C\.?\s?F\.?\s?R\.?|Stat\.|\b(?:Act|Code|Law|Ordinance|Charter|Constitution"
    r"|Convention|Treaty|Protocol|Regulations?|Rules?|Decree|Bill|Agreement|Statute|ibid|cit)\b\.?)"
    r"(?:\s\([^()]{0,20}\))?(?:\s(?:No\.\s)?\d[\d/]{0,12})?,?\s?\Z"
    r"|\b[A-Z]{2,8},\s?\Z|(?:[’']s|\bits|\bhis|\bher|\btheir|\bwhose|\btitle\s\d{1,3},?)\s?\Z"
)
_FIRST_LETTERS = re.compile(r"[a-z]+\s[A-Z]\Z")  # “for my part I think”
_TO_NOTE = re.compile(
    r"(?<!\w)(?P<word>(?:[Ff]oot|[Ee]nd)notes?|[Nn]otes?|nn?\.|[Ff]nn?\.|Fu(?:ß|ss)noten?|Anm\.|n(?=\s\d))"
    r"\s(?P<label>\d{1,4})(?![\w,.]*\d)"
)
_AND_NOTE = re.compile(
    r"(?:,\s|,?\s(?:and|or|to|und|et)\s|\s?[–-]\s?)(?P<label>\d{1,4})(?![\w,.]*\d)"
)
_NOTE_BEFORE = re.compile(
    r"(?:\A|[(,;]|\b(?:[Ss]ee|[Aa]lso|[Ii]n|at|under|from|with|to|and|supra|infra|[Ss]iehe|voir|oben)"
    r"|\b(?:[Cc]f|[Vv]gl)\.)\s?\Z"
)
_OTHER_NOTE = re.compile(r"(?:\d|\bcit\.),?\s?\Z")  # “p. 34, note 12” is a note of that work
_IBID = re.compile(
    r"(?<!\w)(?:(?:[Ii]bid(?:em)?|IBID|[Ii]bíd(?:em)?|[Ee]bd|[Ee]benda|[Тт]ам же)(?!\w)\.?"
    r"|(?:Id|Ib)\.(?=[\s,;]|\Z)|(?<=;\s)id\.(?=\sat\b)|同上)"
)
_OP_CIT = re.compile(
    r"(?<!\w)(?:(?:[Oo]p|[Ll]oc|[Aa]rt|[Oo]b)\.?\s?cit(?!\w)\.?|[Aa]\.\s?a\.\s?O\.|[Уу]каз\.\s?соч\.)"
)
#: Words before an “ibid.” that cite nothing themselves.
_SIGNALS = frozenset(
    "see also cf compare quoted cited in as reported by for details detail more further and ibid but "
    "this the on from e g siehe auch vgl zitiert nach in voir aussi cité dans".split()
)
_CITED = re.compile(r"[”\"»]|\d|\bcit\.|,")  # what a stretch that cites a source holds
_SURELY_CITED = re.compile(r"[”\"»;]|\d(?!\d{0,3}s\b)|\bcit\.")
_SENTENCE_END = re.compile(r"[;.:)][”\"’»)]?\s+(?:(?:[Aa]nd|[Aa]lso|,)\s){0,2}")
_KEY_BEGINS = re.compile(
    r";\s(?:and\s)?|,\sand\s|(?:^|\s)(?:[Ss]ee(?:\salso)?|[Cc]f\.|[Vv]gl\.|[Ss]iehe|[Vv]oir"
    r"|(?:cited|quoted|reported)\sin)\s|(?<=[\w”\"’)]{2})[.:]\s(?=[^\W\d_a-z]|“)"
)
_QUOTES = {"”": "“", '"': '"', "»": "«", "“": "„", "’": "‘", "«": "»"}
_PAGES = re.compile(r"(?:pp?|S|vol|no|chap|ch)\.\s?\d|\d|\Z")
_SMALL_WORDS = frozenset("a an and at by for from in of on the to with".split())
_LONGEST_KEY = 300  # characters of a work's name before “op. cit.”
_MOST_LEVELS = 64  # of headings above each other that are looked at
_MOST_TRIED = 64  # notes that are looked through for one name
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

_Label = tuple[str, ...]


def find_references(
    text: str, sections: Sequence[Section], notes: Sequence[Note]
) -> tuple[CrossReference, ...]:
    """The cross-references in ``text``, by start, apart from each other.

    ``sections`` cover the body in order; ``notes`` stand behind it. A heading's own words are none.
    """
    finder = _Finder(text, sections, notes)
    found = sorted(finder.found(), key=lambda reference: (reference.start, -reference.stop))
    apart: list[CrossReference] = []
    for reference in found:
        if not apart or reference.start >= apart[-1].stop:
            apart.append(reference)
    return tuple(apart)


class _Finder:
    """One document's references."""

    def __init__(self, text: str, sections: Sequence[Section], notes: Sequence[Note]) -> None:
        self._text = text
        self._sections = sections
        self._notes = notes
        self._outline = _Outline(sections)
        self._starts = [section.start for section in sections]
        self._numbers = _NoteNumbers(
            notes, [self._outline.top(self._section_of_note(note)) for note in notes]
        )
        self._works = _Works([text[note.start : note.stop] for note in notes])
        self._heading_ends = [_heading_end(text, section) for section in sections]
        self._note_starts = [note.start for note in notes]

    def found(self) -> Iterator[CrossReference]:
        yield from self._to_sections()
        yield from self._relative()
        if self._notes:
            yield from self._to_notes()
            yield from self._ibid()
            yield from self._op_cit()

    # -- where something stands

    def _note_at(self, offset: int) -> int | None:
        """The position of the note that ``offset`` stands in; None in the body."""
        position = bisect_right(self._note_starts, offset) - 1
        inside = position >= 0 and offset < self._notes[position].stop
        return position if inside else None

    def _section_of_note(self, note: Note) -> int:
        return self._section_at(max(0, note.marks[0] - 1)) if note.marks else -1

    def _section_at(self, offset: int) -> int:
        """The position of the section that ``offset`` stands in; -1 if there is none."""
        return bisect_right(self._starts, offset) - 1

    def _in_heading(self, offset: int) -> bool:
        section = self._section_at(offset)
        return section >= 0 and offset < self._heading_ends[section]

    def _before(self, offset: int, begin: int = 0, length: int = 60) -> str:
        return self._text[max(begin, offset - length) : offset]

    # -- to sections

    def _to_sections(self) -> Iterator[CrossReference]:
        for match in _TO_SECTION.finditer(self._text):
            word = match["word"].lower()
            if word not in _KIND_OF or self._in_heading(match.start()):
                continue
            spans = [(match.start(), match.end(), match["label"])]
            more = match if word in _PLURALS else None
            while more and (more := _AND_LABEL.match(self._text, more.end())):
                spans.append((more.start("label"), more.end(), more["label"]))
            yield from self._sections_told(word, spans)

    def _sections_told(
        self, word: str, spans: Sequence[tuple[int, int, str]]
    ) -> Iterator[CrossReference]:
        kind, start, stop = _KIND_OF[word], spans[0][0], spans[-1][1]
        pointer = _POINTER.match(self._text, stop)
        note = self._note_at(start)
        begin = 0 if note is None else self._notes[note].start
        before = self._before(start, begin)
        seen = _SEE.search(before) is not None
        if _OTHER_BEFORE.search(before) or (not pointer and self._of_another(stop)):
            return
        if note is not None and not pointer and not seen:
            return  # a place in the work that the note cites
        if self._text[start].islower() and _FIRST_LETTERS.match(self._text[start:stop]):
            return
        here, place = self._standpoint(start, note)
        way = (pointer["way"] in _BACK) if pointer else None
        for begin, end, label in spans:
            target = self._outline.find(kind, _parts(label), here, place, way)
            if target is not None or pointer or seen or self._outline.has(kind):
                yield CrossReference(begin, end, "section", target)

    def _of_another(self, stop: int) -> bool:
        return _OTHER_AFTER.match(self._text, stop) is not None

    def _standpoint(self, offset: int, note: int | None) -> tuple[int, int | None]:
        """The section that words at ``offset`` speak from, and the place; a note's is its mark's."""
        if note is None:
            return self._section_at(offset), offset
        marks = self._notes[note].marks
        return self._section_of_note(self._notes[note]), marks[0] if marks else None

    def _relative(self) -> Iterator[CrossReference]:
        for match in _RELATIVE.finditer(self._text):
            kind = match["word"]
            if self._in_heading(match.start()) or not self._outline.called(kind):
                continue
            here, _ = self._standpoint(match.start(), self._note_at(match.start()))
            step = -1 if match["which"] in ("previous", "preceding") else 1
            target = self._outline.beside(kind, here, step)
            yield CrossReference(match.start(), match.end(), "section", target)

    # -- to notes

    def _to_notes(self) -> Iterator[CrossReference]:
        for match in _TO_NOTE.finditer(self._text):
            note = self._note_at(match.start())
            before = self._before(match.start(), 0 if note is None else self._notes[note].start)
            spans = [(match.start(), match.end(), match["label"])]
            more: re.Match[str] | None = match
            while more and (more := _AND_NOTE.match(self._text, more.end())):
                spans.append((more.start("label"), more.end(), more["label"]))
            pointer = _POINTER.match(self._text, spans[-1][1])
            if not pointer and not self._names_a_note(match, before, spans[-1][1]):
                continue
            part = self._outline.top(self._standpoint(match.start(), note)[0])
            for begin, end, label in spans:
                yield CrossReference(begin, end, "note", self._numbers.find(label, part))

    def _names_a_note(self, match: re.Match[str], before: str, stop: int) -> bool:
        """Whether “note 12” is a note of this document, not of a work that was just cited."""
        word = match["word"].lower()
        if _OTHER_NOTE.search(before) or self._of_another(stop):
            return False
        if word == "n":  # “(n 12)”
            return before.endswith("(")
        return word.startswith(("foot", "end", "fu", "fn")) or bool(_NOTE_BEFORE.search(before))

    def _ibid(self) -> Iterator[CrossReference]:
        for match in _IBID.finditer(self._text):
            note = self._note_at(match.start())
            target = None if note is None else self._same_work(note, match.start())
            yield CrossReference(match.start(), match.end(), "note", target)

    def _same_work(self, note: int, offset: int) -> int | None:
        """The note that “ibid.” at ``offset`` of the note at position ``note`` means."""
        lead = self._before(offset, self._notes[note].start, 400)
        words = re.findall(r"\w+", lead.lower())
        begin = max((end.end() for end in _SENTENCE_END.finditer(lead)), default=0)
        alone = begin == len(lead) or _SEE.search(lead) is not None
        nothing = len(lead) < 60 and all(word in _SIGNALS for word in words)
        if nothing or (alone and not _SURELY_CITED.search(lead)):
            return self._notes[note - 1].number if note else None
        cited = _CITED.search(lead, 0, begin) is not None
        return self._notes[note].number if cited and alone else None

    def _op_cit(self) -> Iterator[CrossReference]:
        for match in _OP_CIT.finditer(self._text):
            note = self._note_at(match.start())
            target: int | None = None
            if note is not None:
                lead = self._before(match.start(), self._notes[note].start, _LONGEST_KEY)
                earlier = self._works.earliest(*_key(lead), before=note)
                target = None if earlier is None else self._notes[earlier].number
            yield CrossReference(match.start(), match.end(), "note", target)


# ---------------------------------------------------------------- sections


@dataclass(slots=True)
class _Outline:
    """The headings' labels, and which stand below which."""

    sections: Sequence[Section]
    _kinds: list[str | None] = field(default_factory=list)
    _labels: list[_Label] = field(default_factory=list)
    _parents: list[int] = field(default_factory=list)  # -1 at the top
    _tops: list[int] = field(default_factory=list)  # the outermost that holds each
    _children: dict[int, list[int]] = field(default_factory=dict)  # by parent, with labels or not
    _borne: dict[tuple[str | None, _Label], list[int]] = field(default_factory=dict)
    _below: dict[tuple[int, str | None, _Label], list[int]] = field(default_factory=dict)
    _numbered: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    _orders: dict[int, _Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        open_: list[int] = []
        for position, section in enumerate(self.sections):
            kind, label = _label_of(section.path[-1]) if section.path else (None, ())
            while open_ and self.sections[open_[-1]].level >= section.level:
                open_.pop()
            parent = open_[-1] if open_ else -1
            self._tops.append(open_[0] if open_ else position)
            self._kinds.append(kind)
            self._labels.append(label)
            self._parents.append(parent)
            if not section.path:
                continue
            open_.append(position)
            self._children.setdefault(parent, []).append(position)
            if label:
                self._borne.setdefault((kind, label), []).append(position)
                self._below.setdefault((parent, kind, label), []).append(position)
            if kind and len(label) == 1 and (value := _value(label[0])):
                self._numbered.setdefault((kind, value), []).append(position)

    def has(self, kind: str) -> bool:
        """Whether any heading bears a label by which it may be called a ``kind``."""
        return any(k == kind or (k is None and kind in _BARE) for k, _ in self._borne)

    def called(self, kind: str) -> bool:
        """Whether the document may speak of the next or the previous ``kind``."""
        return bool(self._children) if kind == "section" else kind in self._kinds

    def top(self, here: int) -> int:
        """The outermost section that holds section ``here``; -1 if there is none."""
        return self._tops[here] if here >= 0 else -1

    def find(
        self, kind: str, label: _Label, here: int, place: int | None, back: bool | None
    ) -> int | None:
        """The section that bears ``label``, as section ``here`` would call it; None if unsure.

        ``back`` says that it stands before (or behind) ``place``.
        """
        kinds: tuple[str | None, ...] = (kind, None) if kind in _BARE else (kind,)
        for bearer in kinds:
            target = self._whole(bearer, label, here, place, back)
            if target is None and len(label) > 1:
                above = self._whole(bearer, label[:1], here, None, None)
                target = self._walk(above, label[1:])
            if target is not None and self._lies(target, place, back):
                return target
        return None

    def beside(self, kind: str, here: int, step: int) -> int | None:
        """The ``kind`` before (``step`` -1) or after (1) the one that holds section ``here``."""
        if kind != "section":
            here = next((n for n in self._line(here) if n < 0 or self._kinds[n] == kind), -1)
        if here < 0 or not self.sections[here].path:
            return None
        if kind == "section" and here in self._children:
            return None  # it may mean the first below it, or the one beside it
        siblings = self._children[self._parents[here]]
        order = self._order(self._parents[here])
        position = order.places[here] + step
        return siblings[position] if 0 <= position < len(siblings) else None

    def _lies(self, target: int, place: int | None, back: bool | None) -> bool:
        if place is None or back is None:
            return True
        section = self.sections[target]
        return section.start < place if back else section.start > place

    def _whole(
        self, kind: str | None, label: _Label, here: int, place: int | None, back: bool | None
    ) -> int | None:
        """The heading with just this label: the nearest as seen from ``here``, or the only one."""
        for above in self._line(here):
            near = self._below.get((above, kind, label), [])
            if len(near) > 1 and back is not None and place is not None:
                near = self._told(near, here, place, back)
            if len(near) == 1:
                return near[0]
            if kind is None and len(label) == 1:
                nth = self._order(above).nth(label[0])
                if nth is not None:
                    return self._children[above][nth]
            if near:
                return None
        bearers = self._borne.get((kind, label), [])
        if not bearers and kind is not None and len(label) == 1:
            bearers = self._numbered.get((kind, _value(label[0])), [])  # Chapter 4 is Chapter IV
        return bearers[0] if len(bearers) == 1 else None

    def _told(self, near: list[int], here: int, place: int, back: bool) -> list[int]:
        """The one of ``near`` that stands on the side told; all of them if that isn't one."""
        cut = bisect_left(near, place, key=lambda n: self.sections[n].start)
        side = near[:cut] if back else near[cut:]
        told = [n for n in side if n != here] if len(side) <= 2 else side
        return told if len(told) == 1 else near

    def _line(self, here: int) -> Iterator[int]:
        """Section ``here``, the one above it, and so on up to the top, which is -1."""
        for _ in range(_MOST_LEVELS):
            if here < 0:
                break
            yield here
            here = self._parents[here]
        yield -1

    def _walk(self, above: int | None, label: _Label) -> int | None:
        """The section below ``above`` that ``label`` leads to, one part after the other."""
        for part in label:
            if above is None:
                return None
            near = self._below.get((above, None, (part,)), [])
            if len(near) == 1:
                above = near[0]
            else:
                nth = self._order(above).nth(part)
                above = None if nth is None else self._children[above][nth]
        return above

    def _order(self, parent: int) -> _Order:
        if parent not in self._orders:
            children = self._children.get(parent, [])
            labels = [self._labels[n] if self._kinds[n] is None else () for n in children]
            self._orders[parent] = _Order(children, labels)
        return self._orders[parent]


class _Order:
    """Sections under one heading, and what their labels would be if they were printed right."""

    def __init__(self, children: Sequence[int], labels: Sequence[_Label]) -> None:
        self.places = {child: place for place, child in enumerate(children)}
        self._labelled = [
            (place, label[0]) for place, label in enumerate(labels) if len(label) == 1
        ]
        borne = [label for _, label in self._labelled]
        self._wrong = len(set(borne)) < len(borne)  # one label stands twice
        self._letters = all(len(label) == 1 and label.isalpha() for label in borne)
        self._numbers = all(label.isdecimal() for label in borne)

    def nth(self, label: str) -> int | None:
        """The place of the child whose label should be ``label``, where labels are printed wrong."""
        if not self._wrong:
            return None
        if self._letters:
            number = ord(label) - ord("a") + 1 if len(label) == 1 and label.isalpha() else 0
        elif self._numbers:
            number = int(label) if label.isdecimal() else 0
        else:
            number = _roman(label)
        return self._labelled[number - 1][0] if 0 < number <= len(self._labelled) else None


def _heading_end(text: str, section: Section) -> int:
    """Where the heading's own words end."""
    if not section.level:
        return section.start
    line = text.find("\n", section.start, section.stop)
    end = section.stop if line < 0 else line
    if section.path and len(section.path[-1]) > end - section.start:
        end = min(section.stop, section.start + len(section.path[-1]))
    return end


def _label_of(heading: str) -> tuple[str | None, _Label]:
    """What kind of section a heading says that it is, and its label: ``II. Aid`` is (None, ("ii",))."""
    match = _HEADING.match(one_line(heading))
    if match is None or (match["rest"] is None and not match["end"]):
        return None, ()
    label = match["label"]
    if match["word"]:
        return _KIND_OF[match["word"].lower()], _parts(label)
    if not match["end"] and ("." not in label or not match["rest"]) and not label.isdecimal():
        return None, ()
    if (label.isdecimal() and len(label) > 3) or label.lower() in _NUMBER_WORDS:
        return None, ()  # a year, a word
    return None, _parts(label)


def _parts(label: str) -> _Label:
    return tuple(_NUMBER_WORDS.get(part, part) for part in label.lower().split("."))


def _value(label: str) -> int:
    return int(label) if label.isdecimal() else _roman(label)


def _roman(numeral: str) -> int:
    """The number that a Roman numeral is; 0 for anything else."""
    values = [_ROMAN.get(char, 0) for char in numeral]
    if not values or 0 in values:
        return 0
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


# ---------------------------------------------------------------- notes


class _NoteNumbers:
    """Notes by what readers know them by."""

    def __init__(self, notes: Sequence[Note], parts: Sequence[int]) -> None:
        """``parts`` tells of each note in which part of the document (a chapter) it is marked."""
        self._notes: dict[str, list[tuple[int, int]]] = {}
        for note, part in zip(notes, parts, strict=True):
            self._notes.setdefault(note.shown, []).append((part, note.number))

    def find(self, label: str, part: int) -> int | None:
        """The note called ``label``; where each part counts anew, the one of ``part``."""
        bearers = self._notes.get(label, [])
        if len(bearers) > 1:
            bearers = [bearer for bearer in bearers if bearer[0] == part]
        return bearers[0][1] if len(bearers) == 1 else None


class _Works:
    """Which of a document's notes names a work first."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [f" {_essence(text)} " for text in texts]
        self._holding: dict[str, list[int]] = {}  # notes by the words that they hold, in order
        for position, text in enumerate(self._texts):
            for word in set(text.split()):
                self._holding.setdefault(word, []).append(position)

    def earliest(self, author: str, title: str, *, before: int) -> int | None:
        """The first note that names the work in full, if it stands before that at ``before``."""
        surname = [word for word in _essence(author).split() if len(word) > 1][-1:]
        phrase = _essence(title)
        words = phrase.split()
        if not surname and len(words) < 2:
            return None
        if not words:
            return self._first(surname, surname[0], before)
        both = self._first([*words, *surname], phrase, before)
        return self._first(words, phrase, before) if both is None else both

    def _first(self, words: Sequence[str], phrase: str, before: int) -> int | None:
        """The first note that holds all of ``words``, and ``phrase`` not only before “op. cit.”."""
        fewest = min((self._holding.get(word, []) for word in words), key=len)
        for position in fewest[:_MOST_TRIED]:
            if position >= before:
                return None
            text = self._texts[position]
            cited = f" {phrase} " in text.replace(f" {phrase} op cit ", " ")
            if cited and all(f" {word} " in text for word in words):
                return position
        return None


def _essence(text: str) -> str:
    """The words of ``text`` that stay the same when it is cited again, with blanks between them."""
    words = re.findall(r"\w+", text.casefold())
    return " ".join(word for word in words if word not in _SMALL_WORDS)


def _key(lead: str) -> tuple[str, str]:
    """Author and title of the work that the words before “op. cit.” name; either may be empty."""
    lead = lead.rstrip(" ,\n\t(")
    title = ""
    if opening := _QUOTES.get(lead[-1:]):
        begin = lead.rfind(opening, 0, -1)
        if begin >= 0:
            title, lead = lead[begin + 1 : -1].strip(" ,"), lead[:begin].rstrip(" ,")
    start = max((boundary.end() for boundary in _KEY_BEGINS.finditer(lead)), default=0)
    parts = [part.strip() for part in lead[start:].split(",")]
    parts = [part for part in parts if not _PAGES.match(part)]
    if not title and parts and (len(parts) > 1 or len(parts[0].split()) > 3):
        title = parts.pop()
    return parts[0] if parts else "", title
