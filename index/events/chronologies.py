"""Document -> the entries of its chronologies: what stands behind a date, in any common form."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress, groupby, pairwise

from index.dates import scan_dates
from index.dates.atoms import Found
from index.dates.edtf import civil, from_edtf
from index.dates.forms import Order
from index.dates.headings import HeadingDate, heading_date
from index.dates.labels import (
    MOST_LOOKED_AT,
    STRONG,
    DateLabel,
    Sign,
    counts_from_before,
    names_release,
    names_version,
    read_inner_label,
    read_label,
    read_release,
    read_release_line,
    read_trailing_label,
)
from index.events.chronology_tables import find_rows
from index.events.label_years import Above, Dated, Told, below_era, below_title, tell_dates
from index.model import (
    DateMention,
    Document,
    Paragraph,
    Precision,
    ReadingWarning,
    Record,
    one_line,
)

_FEWEST_LABELS = 2  # in a section without a heading that is a date; one alone may be anything
_FEWEST_WEAK = 3  # of labels that a full stop, a comma or a blank parts from the words
_SHARE = 0.25  # of a section's paragraphs have labels, unless these are many
_SHARE_WEAK = 0.5
_ORDERED_WEAK = 0.8
_MANY = 5
_ORDERED = 0.6  # of neighbouring labels are in order
_ORDERED_YEARS = 0.75  # where labels are no more exact than a year
_FEWEST_HEADINGS = 3  # that are years or months, over paragraphs without labels
_FEWEST_DAYS = 2  # the same, of headings that are days
_MOST_WORDS = 160  # of a section that is one entry of a year or a month; longer ones are prose
_MOST_OF_DAY = 600  # the same of a day or a release
_NEAR = 62  # days between an entry's date and another that its text begins with
_FEWEST_NUMERIC = 4  # labels whose order of day and month is to be told from how they rise
_MOST_OF_INTRO = 6  # words
_NAME_WORDS = 8
_FEW_WORDS = 6
_COARSE = (Precision.YEAR, Precision.DECADE, Precision.CENTURY)

_NO_CHRONOLOGY = re.compile(
    r"(?:\W|[0-9])*(?:selected |further |suggested |annotated |external |cited |general |primary "
    r"|secondary |published |list of )?(?:bibliograph\w*|references?|sources?|works? cited|literature"
    r"|readings?|(?:foot|end)?notes?|links|citations?|publications?|(?:table of )?contents|index"
    r"|see also|discography|filmography|price ?lists?|prices|opening hours|timetable)\b\W*",
    re.IGNORECASE,
)
_OF_NAMES = re.compile(
    r"\b(?:winners?|champions?|runners?[- ]up|medall?ists|laureates|results|standings|mayors|presidents"
    r"|chair(?:men|persons|s)|governors|ministers|bishops|managers|captains|coaches|directors|editors"
    r"|officers|office[- ]?holders|line-?ups?|members|roster|squad|filmography|recipients|awards)\b",
    re.I,
)
_CALLED = re.compile(r"\b(?:timeline|chronolog(?:y|ical)|history|events|milestones)\b", re.I)
_UNDATED = re.compile(
    r"\W*(?:date|dates|day|month|exact date)?s?\W*(?:unknown|undated|uncertain|unspecified)\W*"
    r"(?:dates?)?\W*",
    re.IGNORECASE,
)
_BOOKISH = re.compile(
    r"\b(?:pp?\.\s?[0-9]|vol\.|ISBN|ISSN|doi|eds?\.|trans\.|University Press|Press\b|Publish(?:er|ing)"
    r"|Verlag|[@]\w|Journal of|Proceedings|https?://)|\.{4,}\s*[0-9]+\s*\Z"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOWER = re.compile(r"\b(?!the\b|and\b)[a-z][^\W\d_A-Z]{2,}")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_FIGURES = re.compile(
    r"[^\w(]*(?:[A-Z]{2,3})?[$€£¥~<>+-]*[ ]?[0-9][0-9.,]*(?:[ ]?[%a-zµ°]{0,4})?(?=\W|\Z)"
)
_RELEASED = re.compile(r"(?:v[0-9]{1,5}\.|[0-9]{1,5}\.[0-9]{1,5}\.)[0-9]{1,5}[\w.-]{0,20}(?!\S)")
_MACHINE = re.compile(
    r"[|\[(<\s-]*(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b"
    r"|\S{0,60}\[[0-9]+\]|\S+=\S|(?:[0-9]{1,3}\.){3}[0-9]|(?:GET|POST|PUT|HEAD|DELETE) /|\[\S+\] ",
    re.IGNORECASE,
)
_CODE = re.compile(r"\\[\w@]|[{}]|\w\(\)|==|;\s*\Z|\A[%#/]")
_TRAILER = re.compile(r"[ \t]*--[ \t][^<>\n]{1,100}<[^<>\s]{1,100}>[ \t]{1,4}(?=\S)")
_UPLOAD = re.compile(r"\S+ \([^()\s]+\)")
_FOOT = 120  # characters
_FOOTER = re.compile(
    r"\W*(?:(?:page )?last (?:updated|modified|changed|revised)|copyright|©)", re.I
)
_YEAR_BEHIND = 80  # characters of the end of an entry in which its year stands
_ADDED = re.compile(r"\s\((?![12][0-9]{3}\))[^()]{1,80}\)\s*\Z")
_ENDS_IN_YEAR = re.compile(
    r"(?:[,(–—-]|\bin)\s*(1[0-9]{3}|20[0-9]{2})(?:\s\([^()]{1,20}\))?[)\].\s]*\Z"
)
_OTHER_DATE = re.compile(
    r"\W*(?:(?:on|in|at|late on|early on|the night of)\s+)?(?:the\s+)?"
    r"(?=[0-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A chronology entry: its paragraphs' span, its date, and where the text after the date begins.

    The mention's span counts from the entry's start; a date that stands above the entry has an
    empty span at 0 and tells in ``inferred_from`` where it was found.
    """

    start: int
    stop: int
    mention: DateMention
    body_start: int
    record: Record | None = None  # the row of a table of events that it is


@dataclass(frozen=True, slots=True)
class Chronology:
    """The entries of a document in the order of its text, never overlapping, and what was doubtful."""

    entries: tuple[Entry, ...]
    warnings: tuple[ReadingWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph, and the label that it begins with."""

    paragraph: Paragraph
    text: str  # so much of it as is looked at
    label: DateLabel | None

    @property
    def is_item(self) -> bool:
        return self.paragraph.kind == "item"


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry before its date is told: units ``first`` to before ``stop``."""

    first: int
    stop: int
    told: Told
    body_start: int
    held: bool = True  # the date stands in the entry itself
    source: str = ""  # of one that doesn't
    by_day: bool = False  # in a list by the days of any year
    dated: Dated | None = None

    @property
    def label(self) -> DateLabel:
        return self.told.label


def find_entries(document: Document, *, order: Order | None = None) -> Chronology:
    """The chronology entries of ``document``.

    An entry begins with a date label (``March 26:``) and runs to the next one, or it is what stands
    below a heading or a line that is a date, or a row of a table. One label is enough below a
    heading that is a year or month; elsewhere a section must look like a chronology: two labels or
    more, a share of its paragraphs, mostly in order, with words behind them. ``order`` reads
    numeric dates; without it the order in which they rise does.
    """
    finder = _Finder(document, order or document.meta.date_order or _rising_order(document))
    finder.find()
    entries = sorted(finder.entries, key=lambda entry: entry.start)
    apart = [
        entry
        for before, entry in pairwise([None, *entries])
        if entry and (before is None or before.stop <= entry.start)
    ]
    return Chronology(tuple(apart), finder.warnings())


def _rising_order(document: Document) -> Order | None:
    """The order that labels such as 03/04/1998 show, or in which they rise (or fall) all along."""
    labels: list[tuple[int, int, int]] = []
    in_year: list[tuple[int, int, int]] = []
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : min(paragraph.stop, paragraph.start + 40)]
        if match := _IN_YEAR.match(text):
            in_year.append((0, int(match[1]), int(match[2])))
        elif match := _NUMERIC.match(text):
            labels.append((int(match[4]), int(match[1]), int(match[3])))
    labels = labels or (in_year if len(in_year) >= _FEWEST_NUMERIC else [])
    dmy_shown = any(x > 12 >= y for _, x, y in labels)
    mdy_shown = any(y > 12 >= x for _, x, y in labels)
    if dmy_shown != mdy_shown:
        return "dmy" if dmy_shown else "mdy"
    if len(labels) < _FEWEST_NUMERIC or dmy_shown:
        return None
    dmy = _disorder([(year, y, x) for year, x, y in labels])
    mdy = _disorder([(year, x, y) for year, x, y in labels])
    if min(dmy, mdy) * 10 > len(labels) or abs(dmy - mdy) < 2:
        return None
    return "dmy" if dmy < mdy else "mdy"


_IN_YEAR = re.compile(r"\W{0,6}([0-3]?[0-9])/([0-3]?[0-9])(?:[\t:]|[ ]+[–—-]|[ ]{2})")
_NUMERIC = re.compile(r"\W{0,6}([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?!\w)")


def _disorder(keys: Sequence[tuple[int, ...]]) -> int:
    """How many neighbours are out of order, in the direction in which fewer are."""
    rising = sum(a > b for a, b in pairwise(keys))
    return min(rising, sum(a < b for a, b in pairwise(keys)))


class _Finder:
    """Goes through a document's sections."""

    def __init__(self, document: Document, order: Order | None) -> None:
        self.document = document
        self.order = order
        self.entries: list[Entry] = []
        self._dates: dict[str, HeadingDate | None] = {}
        self._yearless_count = 0
        self._first_yearless = ""
        self._entry_is_title = False
        self._far_count = 0
        self._first_far = ""
        self._lost: set[int] = set()  # positions of the labels whose dates can't be told
        self._doubts: list[tuple[str, str]] = []
        self._centuries: frozenset[int] = frozenset()
        self._dated_headings = 0
        self._year_headings: frozenset[int] = frozenset()
        self._labelled_years = 0  # sections whose heading is a date, with labels below it
        self._months: dict[int, Above] = {}  # of sections
        self._month_over: dict[int, int] = {}  # of sections, the one of them that they lie in
        self._signs: Counter[Sign] = Counter()  # of the entries found
        self._few: list[tuple[list[_Draft], list[_Unit], bool]] = []
        self._units: dict[int, list[_Unit]] = {}  # by section, of those with paragraphs
        self._ends = _ends_of_sections(document)

    # ------------------------------------------------------------ the walk

    def find(self) -> None:
        document = self.document
        self.entries += [_entry_of_record(document, record) for record in document.records]
        starts = [record.start for record in document.records]
        self._know_title()
        self._know_headings()
        self._know_months()
        groups: list[tuple[int, list[_Unit]]] = []
        for number, group in groupby(document.paragraphs, key=lambda paragraph: paragraph.section):
            section = document.sections[number]
            if bisect_left(starts, section.start) != bisect_left(starts, section.stop):
                continue
            groups.append((number, [self._unit(paragraph) for paragraph in group]))
        self._know_labels(groups)
        self._units = dict(groups)
        released = self._releases()
        bare: list[tuple[int, list[_Unit]]] = []
        for number, units in groups:
            path = document.sections[number].path
            if number in released or (path and _NO_CHRONOLOGY.fullmatch(path[-1])):
                continue
            if self._labelled(number, units):
                continue
            over = self._over(path[-1]) if path else None
            of_day = over is not None and over.precision is Precision.DAY
            if of_day or not any(map(_begins_entry, units)):
                bare.append((number, units))
        self._among_others()
        self._headed(bare)

    def _unit(self, paragraph: Paragraph) -> _Unit:
        text = self.document.text[
            paragraph.start : min(paragraph.stop, paragraph.start + MOST_LOOKED_AT)
        ]
        label = None
        if paragraph.kind not in ("code", "table"):
            label = read_label(text, order=self.order)
            if label and label.sign == "alone" and paragraph.stop - paragraph.start > len(text):
                label = None
            if label is None:
                first, *others = text.split("\n", 2)
                if not (others and read_release(others[0], order=self.order)):
                    label = read_release(first, order=self.order)
        return _Unit(paragraph, text, label)

    def _know_title(self) -> None:
        """Whether an entry was taken for the document's title, being its first line."""
        title = self.document.title
        label = read_label(title.replace(" ", "\t", 1), order=self.order or "dmy")
        label = label or read_label(title, order=self.order)
        self._entry_is_title = label is not None and (
            label.sign != "alone" and label.precision is Precision.DAY
        )

    def _know_headings(self) -> None:
        """Read the headings that are dates, once each; months go on with the year above them."""
        years: Counter[int] = Counter()
        for section in self.document.sections:
            if section.path:
                date = self._heading(section.path[-1])
                self._dated_headings += date is not None
                if date is not None and date.year is not None:
                    years[date.year] += 1
        self._year_headings = frozenset(years)

    def _know_labels(self, groups: Sequence[tuple[int, list[_Unit]]]) -> None:
        centuries: set[int] = set()
        below = 0
        for number, units in groups:
            path = self.document.sections[number].path
            dated = bool(path) and (date := self._heading(path[-1])) is not None and not date.titled
            below += dated and any(unit.label is not None for unit in units)
            for unit in units:
                if unit.label is None or unit.label.kind != "date":
                    continue
                atom = unit.label.found.first or unit.label.found.last
                if atom and atom.year is not None and unit.label.sign in STRONG | {" "}:
                    centuries.add(atom.year // 100)
        self._centuries = frozenset(centuries)
        self._labelled_years = below

    def _heading(self, heading: str) -> HeadingDate | None:
        if heading not in self._dates:
            self._dates[heading] = heading_date(heading, order=self.order)
        return self._dates[heading]

    def _above(self, path: Sequence[str]) -> Above:
        """What the title and the headings of ``path`` say of the dates below them."""
        above = Above()
        title = self.document.title
        if title != self.document.name and not self._entry_is_title:
            source = f"the title “{one_line(title)}”"
            if (date := self._heading(title)) is not None and not date.titled:
                above = above.under(date, source)
            else:
                above = below_title(above, title, source)
        return self._below(above, path)

    def _below(self, above: Above, path: Sequence[str]) -> Above:
        """``above`` below the headings of ``path``."""
        for heading in path:
            date = self._heading(heading)
            source = f"the heading “{heading}”"
            if date is not None and (not date.titled or self._dated_headings >= _FEWEST_LABELS):
                above = above.under(date, source)
            elif above.year is None and above.years is None:
                above = below_title(above, heading, source)
            above = below_era(above, heading)
        return above

    def _above_section(self, number: int) -> Above:
        """The same for a section; a month's heading without a year goes on from the months before."""
        path = self.document.sections[number].path
        above = self._above(path)
        over = self._month_over.get(number)
        if over is None or above.year == self._months[over].year:
            return above
        return self._below(self._months[over], path[len(self.document.sections[over].path) :])

    def _above_heading(self, number: int) -> Above:
        """What stands above a section's own heading."""
        path = self.document.sections[number].path
        over = self._month_over.get(number)
        if over is None:
            return self._above(path[:-1])
        told = self._months[over]
        if over == number:
            return Above(told.year, told.year_from)
        return self._below(told, path[len(self.document.sections[over].path) : -1])

    def _know_months(self) -> None:
        """The years of headings such as “March”, of which only an earlier one says the year."""
        run: list[tuple[int, str, HeadingDate]] = []
        sections = self.document.sections
        for number, section in enumerate(sections):
            date = self._heading(section.path[-1]) if section.path else None
            if run and section.level > sections[run[-1][0]].level:
                continue
            beside = bool(run) and section.level == sections[run[-1][0]].level
            if beside and date is None and counts_from_before(section.path[-1]):
                continue
            if run and (date is None or not beside):
                self._tell_months(run)
                run = []
            if date is not None and date.month is not None and not date.titled:
                run.append((number, section.path[-1], date))
        self._tell_months(run)

    def _tell_months(self, run: Sequence[tuple[int, str, HeadingDate]]) -> None:
        if all(date.year is not None for *_, date in run):
            return
        above = self._above(self.document.sections[run[0][0]].path[:-1])
        told = []
        for _, heading, date in run:
            found = Found(date.first, date.last, 0, 0, "" if date.first == date.last else "range")
            told.append(Told(DateLabel(found, 0, 0, 0, "alone"), above, heading))
        dates = tell_dates(told, may_turn=self._may_turn(above))
        for (number, heading, date), dated in zip(run, dates, strict=True):
            if dated is None or not dated.inferred_from or dated.date.start is None:
                continue
            source = dated.inferred_from.replace("the entry before,", "the heading before,")
            edtf = dated.date.start
            if edtf[:4].isdecimal():
                self._months[number] = Above(
                    int(edtf[:4]), source, date.month, f"the heading “{heading}”", date.day
                )
                self._month_over.update(dict.fromkeys(range(number, self._ends[number]), number))

    def _may_turn(self, above: Above) -> bool:
        """Whether months that fall back below a year can begin the next, which has no heading."""
        next_year = above.year is not None and above.year + 1 in self._year_headings
        return above.year is not None and not next_year and len(self._year_headings) < 2

    # ------------------------------------------------------------ a section with labels

    def _labelled(self, number: int, units: list[_Unit]) -> bool:
        """Find the entries of a section that begin with labels; whether there are any."""
        section = self.document.sections[number]
        above = self._above_section(number)
        found = len(self.entries)
        for is_table, run in groupby(
            range(len(units)), lambda n: units[n].paragraph.kind == "table"
        ):
            positions = list(run)
            if is_table:
                called = any(map(_CALLED.search, (self.document.title, *section.path)))
                self._rows([units[n] for n in positions], above, called=called)
        plain = [unit for unit in units if unit.paragraph.kind != "table"]
        if self._release_lines(plain):
            return True
        if not any(unit.label for unit in plain):
            done = (
                self._trailers(plain) or self._trailing(plain, above) or self._inner(plain, above)
            )
            return done or len(self.entries) > found
        if self._trailers(plain) or self._inner(plain, above):
            return True
        if _stand_below(plain):
            return len(self.entries) > found  # dates below their words: which is whose is unsure
        headed = self._is_headed(section.path)
        drafts = self._drafts(plain, above)
        drafts = self._tell(drafts, plain, above)
        kept = self._credible(drafts, plain, headed)
        for draft in kept:
            self._signs[draft.label.sign] += 1
            self._add(draft, plain)
        if drafts and not kept and len(plain) <= 2 * len(drafts):
            self._few.append((drafts, plain, headed))
        return len(self.entries) > found

    def _among_others(self) -> None:
        """The entries of sections with too few of them, where other sections have the same form."""
        for drafts, units, headed in self._few:
            bodies = [self._body(draft, units) for draft in drafts]
            alike = all(self._signs[draft.label.sign] >= _FEWEST_WEAK for draft in drafts)
            alike = alike and all(map(_has_words, bodies)) and _ordered(drafts) >= _ORDERED_WEAK
            if alike and not _is_something_else(drafts, bodies):
                for draft in self._with_ends(drafts, units, headed):
                    self._add(draft, units)

    def _is_headed(self, path: Sequence[str]) -> bool:
        """Whether a heading over the section is a date, or says that there is none."""
        dates = [self._heading(heading) for heading in path]
        return any(date is not None and not date.titled for date in dates)

    def _drafts(self, units: Sequence[_Unit], above: Above) -> list[_Draft]:
        """The entries that labels would make, each up to the next."""
        drafts: list[_Draft] = []
        at = above
        position = 0
        while position < len(units):
            label = units[position].label
            if label is None:
                at = self._below_words(units[position], at)
                position += 1
                continue
            stop = position + 1
            while stop < len(units) and _goes_on(units[stop - 1], units[stop]):
                stop += 1
            following = units[stop].label if stop < len(units) else None
            if label.sign != "alone":
                unit = units[position]
                words = unit.text[label.start : label.stop]
                body = unit.paragraph.start + label.body
                draft = _Draft(position, stop, Told(label, at, words), body)
                items = all(units[n].is_item for n in range(position, stop))
                intro = stop > position + 2 and _is_intro(self.document, unit)
                if items and (intro or label.sign == "line"):
                    drafts += self._listed(units, draft)
                else:
                    drafts.append(draft)
                for unit in units[position + 1 : stop]:
                    at = self._below_words(unit, at)
                position = stop
                continue
            drafts += self._of_lone(units, position, stop, following, at)
            at = self._below_line(units[position], label, at, above)
            for unit in units[position + 1 : stop]:
                at = self._below_words(unit, at)
            position = stop
        return drafts

    def _below_words(self, unit: _Unit, at: Above) -> Above:
        """What holds below a paragraph without a label: a title may name the year of its list."""
        if not _is_title(unit):
            return at
        if at.year is None and at.years is None:
            words = one_line(unit.text)
            at = below_title(at, words, f"the line above, “{words}”")
        return replace(at, part=at.part + 1)

    def _below_line(self, unit: _Unit, label: DateLabel, at: Above, above: Above) -> Above:
        """What holds below a line that is only a date."""
        words = unit.text[label.start : label.stop]
        date = self._heading(one_line(words)) if label.kind == "date" else None
        if date is None:
            return at
        source = f"the line above, “{one_line(words)}”"
        return (at if date.yearless else above).under(date, source, of_line=True)

    def _of_lone(
        self,
        units: Sequence[_Unit],
        position: int,
        stop: int,
        following: DateLabel | None,
        at: Above,
    ) -> list[_Draft]:
        """The entries below a line that is only a date: its items, or its paragraphs as one."""
        unit, label = units[position], units[position].label
        if label is None or stop == position + 1:
            return []
        if following is not None and _lies_within(following, label):
            return []  # what stands before a year's or a month's first label is no entry
        words = unit.text[label.start : label.stop]
        told = Told(label, at, words)
        whole = _Draft(position, stop, told, units[position + 1].paragraph.start)
        items = position + 1
        while items < stop and units[items].is_item:
            items += 1
        if items > position + 1:
            return self._listed(units, replace(whole, stop=items))
        if stop > position + 2 and _is_flat(units):
            return self._listed(units, whole)
        if label.precision is not Precision.DAY and self._is_prose(units[position + 1 : stop]):
            return []
        return [whole]

    def _is_prose(self, units: Sequence[_Unit]) -> bool:
        """Whether what stands below a year or month is long, or dates its sentences itself."""
        text = self.document.text
        words = sum(len(text[u.paragraph.start : u.paragraph.stop].split()) for u in units)
        return words > _MOST_WORDS or any(_dates_more(unit.text, self.order) for unit in units)

    def _listed(self, units: Sequence[_Unit], draft: _Draft) -> list[_Draft]:
        """The items below one date, each an entry of its own."""
        words = one_line(draft.told.words)
        source = f"the line above, “{words}”"
        first = draft.first if draft.label.sign == "line" else draft.first + 1
        items = [
            _Draft(n, n + 1, draft.told, units[n].paragraph.start, held=False, source=source)
            for n in range(first, draft.stop)
        ]
        if not items:
            return [draft]
        if first == draft.first:
            items[0] = replace(draft, stop=draft.first + 1)
        elif len(items) == 1 and stands_below(units, draft):
            return [draft]
        return items

    def _tell(self, drafts: list[_Draft], units: Sequence[_Unit], above: Above) -> list[_Draft]:
        """Give the drafts their dates; those that can't be told are left out and counted."""
        drafts = self._with_years_behind(drafts, units)
        dated = tell_dates(
            [draft.told for draft in drafts],
            may_turn=self._may_turn(above),
            centuries=self._centuries,
        )
        kept = []
        self._lost = set()
        for draft, date in zip(drafts, dated, strict=True):
            if date is not None:
                kept.append(replace(draft, dated=date))
                continue
            if draft.label.kind == "far":
                self._far_count += 1
                self._first_far = self._first_far or one_line(draft.told.words)
                self._lost.add(draft.first)
                continue
            strong = draft.label.sign in STRONG and draft.label.yearless
            strong = strong or draft.label.kind in ("after", "lost")
            if strong:
                self._lost.add(draft.first)
            if strong and _has_words(self._body(draft, units)):
                self._yearless_count += 1
                self._first_yearless = self._first_yearless or one_line(draft.told.words)
        return kept

    def _with_years_behind(self, drafts: list[_Draft], units: Sequence[_Unit]) -> list[_Draft]:
        """Days of any year, each of which ends its own words: ``05/21<tab>A ship is lost, 1965``."""
        days = [d for d in drafts if d.label.yearless and d.label.precision is Precision.DAY]
        days = [d for d in days if d.told.above.year is None]
        years: dict[int, int] = {}  # by the draft's first unit
        for draft in days:
            paragraph = units[draft.stop - 1].paragraph
            start = max(draft.body_start, paragraph.stop - _YEAR_BEHIND)
            text = _ADDED.sub("", self.document.text[start : paragraph.stop])
            if match := _ENDS_IN_YEAR.search(text):
                years[draft.first] = int(match[1])
        if len(years) < _FEWEST_WEAK or len(years) * 10 < len(days) * 6:
            return drafts
        in_order = _disorder([(year,) for year in years.values()]) * 5 < len(years)
        if in_order and len(years) * 5 < len(days) * 4:
            return drafts  # years of a list that goes on
        made = []
        for draft in drafts:
            label, words = draft.label, draft.told.words
            if draft in days:
                if (year := years.get(draft.first)) is None:
                    label = replace(label, kind="lost")
                    draft = replace(draft, told=Told(label, Above(), words))
                else:
                    first, last = label.found.first, label.found.last
                    found = replace(
                        label.found,
                        first=first and replace(first, year=year),
                        last=last and replace(last, year=year),
                    )
                    source = f"the end of its words, “{year}”"
                    draft = replace(
                        draft,
                        told=Told(replace(label, found=found), Above(), words),
                        source=source,
                        by_day=True,
                    )
            made.append(draft)
        return made

    def _body(self, draft: _Draft, units: Sequence[_Unit]) -> str:
        """The beginning of what a draft tells."""
        stop = units[draft.stop - 1].paragraph.stop
        return self.document.text[draft.body_start : min(stop, draft.body_start + 300)]

    # ------------------------------------------------------------ whether it is a chronology

    def _credible(self, drafts: list[_Draft], units: Sequence[_Unit], headed: bool) -> list[_Draft]:
        """Those of ``drafts`` that belong to a chronology, with their ends."""
        bodies = [self._body(draft, units) for draft in drafts]
        says = [_tells(d, b) and not _is_count(d, b) for d, b in zip(drafts, bodies, strict=True)]
        told = list(compress(drafts, says))
        bodies = list(compress(bodies, says))
        if not told or len(told) * 2 < len(drafts) or _is_something_else(told, bodies):
            return []
        path = self.document.sections[units[0].paragraph.section].path or (self.document.title,)
        told = [
            draft
            for draft, names in zip(
                told, _in_lists_of_names(told, units, bodies, path), strict=True
            )
            if not names
        ]
        strong = [draft for draft in told if _is_strong(draft)]
        lone = sum(_is_lone(unit) for unit in units)
        if lone > 2 * len(told) and all(draft.label.precision in _COARSE for draft in told):
            return []  # the numbers of a program's lines
        share = (len({draft.first for draft in told}) + lone) / len(units)
        least = _FEWEST_LABELS if headed else _FEWEST_WEAK
        if len(told) >= least and share >= _SHARE_WEAK and _ordered(told) >= _ORDERED_WEAK:
            strong = told
        kept = strong if self._is_chronology(strong, share, headed) else []
        return self._with_ends(kept, units, headed)

    def _is_chronology(self, drafts: Sequence[_Draft], share: float, headed: bool) -> bool:
        """Whether ``drafts`` are many enough for their section, and in order."""
        if not drafts:
            return False
        ordered = _ordered(drafts)
        coarse = sum(draft.label.precision in _COARSE for draft in drafts) * 2 > len(drafts)
        if len(drafts) > 3 and ordered < (_ORDERED_YEARS if coarse else _ORDERED):
            return False
        if coarse and len(drafts) == 3 and ordered < _ORDERED_YEARS:
            return False
        dates = {draft.dated.date.edtf for draft in drafts if draft.dated}
        if (
            len(dates) >= _FEWEST_WEAK
            and ordered >= _ORDERED_WEAK
            and all(map(_is_dateline, drafts))
        ):
            return True
        if headed and (not coarse or all(map(_repeats_heading, drafts))):
            return True
        if len({draft.dated.date.edtf for draft in drafts if draft.dated}) < _FEWEST_LABELS:
            return False  # a date that is printed on every page
        if len(drafts) >= _MANY:
            return True
        return len(drafts) >= _FEWEST_LABELS and share >= _SHARE

    def _with_ends(
        self, drafts: list[_Draft], units: Sequence[_Unit], headed: bool
    ) -> list[_Draft]:
        """``drafts`` up to the next one. Without a heading the last goes on no longer than others."""
        if not drafts:
            return []
        ends: list[int] = []
        for n, draft in enumerate(drafts):
            most = drafts[n + 1].first if n + 1 < len(drafts) else len(units)
            stop = draft.stop
            while (
                draft.held and stop < most and stop not in self._lost and not _is_lone(units[stop])
            ):
                stop += 1  # past what begins with a date and is no entry
            stop = min(stop, most)
            others = range(draft.first + 1, stop)
            stop = next((n for n in others if _ends_list(units[n])), stop)
            if not headed and n + 1 < len(drafts):
                stop = min(stop, draft.stop)
            while stop > draft.first + 1 and stop < len(units) and _is_title(units[stop - 1]):
                stop -= 1
            ends.append(stop)
        if not headed:
            lengths = [
                stop - draft.first
                for draft, stop in zip(drafts[:-1], ends, strict=False)
                if draft.held
            ]
            last = drafts[-1]
            most = max(1 + (last.label.sign == "alone"), max(lengths, default=1))
            if last.held:
                ends[-1] = min(ends[-1], last.first + most, last.stop)
        return [replace(draft, stop=stop) for draft, stop in zip(drafts, ends, strict=True)]

    # ------------------------------------------------------------ other forms

    def _rows(self, units: Sequence[_Unit], above: Above, *, called: bool) -> None:
        """The rows of a table whose columns hold dates and what happened."""
        text = self.document.text
        rows = [text[u.paragraph.start : u.paragraph.stop] for u in units]
        said = (self.document.meta.date or "")[:4]
        known_in = int(said) if len(said) == 4 and said.isascii() and said.isdecimal() else None
        for row in find_rows(rows, above, self.order, called=called, known_in=known_in):
            paragraph = units[row.row].paragraph
            mention = DateMention(row.date, row.start, row.stop, row.words, row.inferred_from)
            self.entries.append(
                Entry(paragraph.start, paragraph.stop, mention, paragraph.start + row.body)
            )

    def _release_lines(self, units: Sequence[_Unit]) -> bool:
        """The releases of a change log whose lines of version and date are no headings.

        What is told below one, in however many paragraphs, is its text. The last goes on no longer
        than the longest before: nothing tells where it ends.
        """
        heads = [n for n, unit in enumerate(units) if unit.label and unit.label.release]
        if len(heads) < _FEWEST_LABELS:
            return False
        drafts = []
        for n, stop in pairwise([*heads, len(units)]):
            label = units[n].label
            if label is not None and not label.yearless:
                words = units[n].text[label.start : label.stop]
                told = Told(label, Above(), words)
                drafts.append(_Draft(n, stop, told, units[n].paragraph.start))
        drafts = self._tell(drafts, units, Above())
        if len(drafts) < _FEWEST_LABELS or _ordered(drafts) < _ORDERED_WEAK:
            return False
        last = drafts[-1]
        longest = max(draft.stop - draft.first for draft in drafts[:-1])
        drafts[-1] = replace(last, stop=min(last.stop, last.first + max(longest, 2)))
        for draft in drafts:
            self._add(draft, units)
        return True

    def _trailers(self, units: Sequence[_Unit]) -> bool:
        """The entries of a Debian change log: the date stands in the line that signs an entry."""
        signed = []
        for n, unit in enumerate(units):
            if match := _TRAILER.match(unit.text):
                label = read_label(unit.text[match.end() :], order=self.order)
                if label and not label.yearless and label.precision is Precision.DAY:
                    signed.append((n, match.end(), label))
        if not signed or (len(signed) == 1 and not _UPLOAD.match(units[0].text)):
            return False
        first = 0
        for n, shift, label in signed:
            dated = tell_dates([Told(label, Above(), "")])[0]
            if dated is not None and n > first:
                start, stop = units[first].paragraph.start, units[n].paragraph.stop
                at = units[n].paragraph.start + shift + label.start
                words = units[n].text[shift + label.start : shift + label.stop]
                mention = DateMention(
                    dated.date, at - start, at - start + len(words), words, dated.inferred_from
                )
                self.entries.append(Entry(start, stop, mention, start))
            first = n + 1
        return True

    def _trailing(self, units: Sequence[_Unit], above: Above) -> bool:
        """Entries whose dates all stand at their ends: ``… [4 May 1886]``."""
        if len(units) < _FEWEST_WEAK:
            return False
        found: list[tuple[int, DateLabel, str]] = []
        for n, unit in enumerate(units):
            paragraph = unit.paragraph
            start = max(paragraph.start, paragraph.stop - 60)
            if paragraph.kind == "code":
                continue
            tail = self.document.text[start : paragraph.stop]
            if label := read_trailing_label(tail, order=self.order):
                shift = start - paragraph.start
                label = replace(label, start=label.start + shift, stop=label.stop + shift)
                found.append((n, label, self.document.text[paragraph.start : paragraph.stop]))
        if len(found) < _FEWEST_WEAK or len(found) * 10 < len(units) * 6:
            return False
        told = [Told(label, above, text[label.start : label.stop]) for _, label, text in found]
        dated = [
            (n, label, t.words, date)
            for (n, label, _), t, date in zip(found, told, tell_dates(told), strict=True)
            if date is not None
        ]
        keys = [date.date.earliest for *_, date in dated]
        if len(dated) < _FEWEST_WEAK or _disorder([(key,) for key in keys]) * 5 > len(keys):
            return False
        for n, label, words, date in dated:
            paragraph = units[n].paragraph
            mention = DateMention(date.date, label.start, label.stop, words, date.inferred_from)
            self.entries.append(Entry(paragraph.start, paragraph.stop, mention, paragraph.start))
        return True

    def _inner(self, units: Sequence[_Unit], above: Above) -> bool:
        """Entries that name what the date in brackets is of: ``Harbour wall (May 1871): is begun``."""
        told: list[tuple[_Unit, Told]] = []
        for unit in units:
            if unit.label is None and (label := read_inner_label(unit.text, order=self.order)):
                told.append((unit, Told(label, above, unit.text[label.start : label.stop])))
        if len(told) < _FEWEST_WEAK or len(told) < _SHARE_WEAK * len(units):
            return False
        dated = tell_dates([one for _, one in told])
        keys = [(date.date.earliest,) for date in dated if date]
        if len(keys) < _FEWEST_WEAK or _disorder(keys) * 5 > len(keys):
            return False
        for (unit, one), date in zip(told, dated, strict=True):
            if date is not None:
                paragraph, label = unit.paragraph, one.label
                mention = DateMention(
                    date.date, label.start, label.stop, one.words, date.inferred_from
                )
                self.entries.append(
                    Entry(paragraph.start, paragraph.stop, mention, paragraph.start)
                )
        return True

    # ------------------------------------------------------------ headings that are dates

    def _releases(self) -> set[int]:
        """The entries that releases are, each with the sections below its heading; these sections.

        The date stands in the heading beside the version, or in the line below it.
        """
        found: list[tuple[int, range, DateLabel, int]] = []
        for number, section in enumerate(self.document.sections):
            if not section.path or not names_version(section.path[-1]):
                continue
            label = read_release(section.path[-1], order=self.order)
            at = section.start
            if label is None and number in self._units and self._over(section.path[-1]) is None:
                first = self._units[number][0].paragraph
                line = self.document.text[first.start : min(first.stop, first.start + 100)]
                label = read_release_line(line, order=self.order)
                at = first.start
            if label is not None and not label.yearless:
                found.append((number, range(number, self._ends[number]), label, at))
        if len(found) < _FEWEST_DAYS:
            return set()
        starts = {number for number, *_ in found}
        done: set[int] = set()
        for number, sections, label, at in found:
            if len(sections) > 1 and not starts.isdisjoint(sections[1:]):
                sections = sections[:1]  # releases below a release
            if self._release(number, sections, label, at):
                done.update(sections)
        return done

    def _release(self, number: int, sections: range, label: DateLabel, at: int) -> bool:
        units = [unit for n in sections for unit in self._units.get(n, ())]
        dated = tell_dates([Told(label, Above(), "")])[0]
        if dated is None or not units:
            return False
        document = self.document
        section = document.sections[number]
        if at == section.start:
            words = section.path[-1][label.start : label.stop]
            sure = names_release(section.path[-1])
        else:
            words = document.text[at + label.start : at + label.stop]
            sure = True
        if not sure and self._is_long(units, _MOST_OF_DAY):
            return False  # a numbered chapter of a day
        found = document.text.find(words, at, units[0].paragraph.start + label.stop)
        mention = DateMention(dated.date, 0, 0, words, f"the heading “{section.path[-1]}”")
        if found >= 0:
            start = found - section.start
            mention = DateMention(dated.date, start, start + len(words), words, dated.inferred_from)
        body = units[0].paragraph.start
        self.entries.append(Entry(section.start, units[-1].paragraph.stop, mention, body))
        return True

    def _is_long(self, units: Sequence[_Unit], most: int) -> bool:
        """Whether ``units`` have more words than that and are no list."""
        text = self.document.text
        words = sum(len(text[u.paragraph.start : u.paragraph.stop].split()) for u in units)
        return words > most and not all(unit.is_item for unit in units)

    def _headed(self, groups: Sequence[tuple[int, list[_Unit]]]) -> None:
        """The entries of sections without labels whose headings are dates.

        What stands below a day's own subheadings belongs to the day.
        """
        drafts: list[tuple[int, list[_Unit], HeadingDate]] = []
        bare = dict(groups)
        for number, section in enumerate(self.document.sections):
            date = self._over(section.path[-1]) if section.path else None
            if date is None:
                continue
            units = bare.get(number, [])
            if date.precision is Precision.DAY:
                below = [n for n in range(number + 1, self._ends[number]) if n in self._units]
                if below and (units or number not in self._units):
                    if all(n in bare and not self._dated_below(n) for n in below):
                        units = [*units, *(unit for n in below for unit in bare[n])]
                    elif not units:
                        continue
            if units and units[0].paragraph.kind != "table":
                drafts.append((number, units, date))
        days = [d for d in drafts if d[2].precision is Precision.DAY]
        longer = [d for d in drafts if d[2].precision is not Precision.DAY]
        if len(days) >= _FEWEST_DAYS or len(drafts) >= _FEWEST_HEADINGS:
            for draft in days:
                self._section(*draft)
        if 2 * len(longer) < self._dated_headings:
            return  # most are empty: the numbers of a program's lines
        if len(longer) >= _FEWEST_HEADINGS and len(longer) > self._labelled_years:
            for draft in longer:
                self._section(*draft)

    def _dated_below(self, number: int) -> bool:
        """Whether a section's own heading is a date."""
        return self._over(self.document.sections[number].path[-1]) is not None

    def _over(self, heading: str) -> HeadingDate | None:
        """The date that a heading is, or that it gives a release."""
        if (date := self._heading(heading)) is not None:
            return date
        label = read_release(heading, order=self.order)
        atom = label.found.first if label else None
        return HeadingDate(atom.precision, atom, atom, titled=True) if atom else None

    def _section(self, number: int, units: list[_Unit], date: HeadingDate) -> None:
        document = self.document
        section = document.sections[number]
        heading = section.path[-1]
        above = self._above_heading(number)
        label = read_heading_label(heading, self.order)
        if label is None:
            return
        told = tell_dates([Told(label, above, heading[label.start : label.stop])])[0]
        if told is None:
            return
        exact = date.precision is Precision.DAY
        raw = document.text[section.start : units[0].paragraph.start + 1]
        written = raw.find(heading[label.start : label.stop])
        items = all(unit.is_item for unit in units)
        source = f"the heading “{heading}”"
        as_written = heading[label.start : label.stop]
        if items and not _is_named(heading, label):
            for unit in units:
                p = unit.paragraph
                if _has_words(unit.text):
                    mention = DateMention(told.date, 0, 0, as_written, source)
                    self.entries.append(Entry(p.start, p.stop, mention, p.start))
            return
        if self._is_long(units, _MOST_OF_DAY if exact else _MOST_WORDS):
            return
        if not exact and not items and self._is_prose(units):
            return
        mention = DateMention(told.date, 0, 0, as_written, source)
        if written >= 0:
            stop = written + len(as_written)
            mention = DateMention(told.date, written, stop, as_written, told.inferred_from)
        self.entries.append(
            Entry(section.start, units[-1].paragraph.stop, mention, units[0].paragraph.start)
        )

    # ------------------------------------------------------------ results

    def _add(self, draft: _Draft, units: Sequence[_Unit]) -> None:
        dated = draft.dated
        if dated is None:
            return
        first = units[draft.first].paragraph
        stop = units[draft.stop - 1].paragraph.stop
        if draft.stop - draft.first == 1 and self._body(draft, units).rstrip().endswith(":"):
            return  # "The following happened in February 1914:" only opens what follows
        words = draft.told.words
        if draft.held:
            span = (draft.label.start, draft.label.stop)
            why = dated.inferred_from or draft.source
        else:
            span = (0, 0)
            why = " and ".join(filter(None, dict.fromkeys((draft.source, dated.inferred_from))))
        mention = DateMention(dated.date, *span, words, why)
        self.entries.append(Entry(first.start, stop, mention, draft.body_start))
        self._compare(mention, self._body(draft, units))

    def _compare(self, mention: DateMention, body: str) -> None:
        """Note an entry whose text begins with another day than its label."""
        if mention.date.precision is not Precision.DAY:
            return
        lead = _OTHER_DATE.match(body)
        if lead is None:
            return
        at = lead.end()
        for written in scan_dates(body[: at + 60], order=self.order):
            if written.start > at + 12:
                return
            known = from_edtf(mention.date.edtf)
            other = written.resolved(int(known.edtf[:4]) if known.edtf[:4].isdecimal() else None)
            if other is None or other.date.precision is not Precision.DAY:
                return
            near = abs(other.date.earliest - known.latest) < _NEAR
            if near and not other.date.overlap(known.earliest, known.latest):
                self._doubts.append((one_line(mention.as_written), one_line(other.as_written)))
            return

    def warnings(self) -> tuple[ReadingWarning, ...]:
        said = []
        if self._yearless_count:
            count, first = self._yearless_count, self._first_yearless
            what = "entry has" if count == 1 else "entries have"
            said.append(
                f"{count} {what} a date without a year that nothing around tells, the first"
                f" “{first}”: put the year in a heading above."
            )
        if self._far_count:
            count, first = self._far_count, self._first_far
            what = "date lies" if count == 1 else "dates lie"
            said.append(
                f"{count} {what} too far back for a timeline and can’t be kept, the first"
                f" “{first}”."
            )
        if self._doubts:
            label, other = self._doubts[0]
            more = f" ({len(self._doubts) - 1} more differ so)" if len(self._doubts) > 1 else ""
            said.append(
                f"The entry “{label}” begins its text with another date, “{other}”; the entry’s"
                f" own was kept{more}."
            )
        return tuple(ReadingWarning(text) for text in said)


def _ends_of_sections(document: Document) -> list[int]:
    """Of each section the position behind the last one below it."""
    ends = [len(document.sections)] * len(document.sections)
    open_sections: list[int] = []
    for number, section in enumerate(document.sections):
        while open_sections and document.sections[open_sections[-1]].level >= section.level:
            ends[open_sections.pop()] = number
        open_sections.append(number)
    return ends


# ---------------------------------------------------------------- what drafts are like


def _repeats_heading(draft: _Draft) -> bool:
    """Whether a label that dates itself begins in the year, or years, of the heading above it."""
    above = draft.told.above
    years = above.years if above.year is None else (above.year, above.year)
    if years is None or draft.dated is None or draft.label.sign not in STRONG:
        return False
    return years[0] <= civil(draft.dated.date.earliest)[0] <= years[1]


def _entry_of_record(document: Document, record: Record) -> Entry:
    start, stop = record.written
    words = one_line(document.text[start:stop])
    mention = DateMention(
        from_edtf(record.date, record.precision), start - record.start, stop - record.start, words
    )
    return Entry(record.start, record.stop, mention, record.body[0], record)


def stands_below(units: Sequence[_Unit], draft: _Draft) -> bool:
    """Whether a line that is only a date and its one item are a term and its definition."""
    return units[draft.first].is_item and units[draft.first + 1].is_item


def _begins_entry(unit: _Unit) -> bool:
    """Whether a label stands there that is more than a line with a date."""
    return unit.label is not None and unit.label.sign != "alone"


def _lies_within(label: DateLabel, above: DateLabel) -> bool:
    """Whether a date is one of the year or month of the line above it."""
    inner, outer = label.found.first, above.found.first
    if inner is None or outer is None or outer.day:
        return False
    if inner.year is None and outer.year is not None:
        return above.precision in _COARSE or (inner.day > 0 and inner.month in (0, outer.month))
    finer = (inner.month > 0, inner.day > 0) > (outer.month > 0, outer.day > 0)
    return finer and inner.year == outer.year and outer.month in (0, inner.month)


def _is_flat(units: Sequence[_Unit]) -> bool:
    """Whether each paragraph that begins with a date and words is an event by itself: then one
    without a label is an event of the date that stands alone above it."""
    inline = sum(map(_begins_entry, units))
    longer = sum(
        _begins_entry(unit) and after.label is None and not _is_title(after)
        for unit, after in pairwise(units)
    )
    return inline >= _FEWEST_WEAK and longer * 4 <= inline


def _is_lone(unit: _Unit) -> bool:
    return unit.label is not None and unit.label.sign == "alone"


def _goes_on(unit: _Unit, after: _Unit) -> bool:
    """Whether ``after`` has no label and no table stands between the two."""
    return after.label is None and after.paragraph.number == unit.paragraph.number + 1


def _is_intro(document: Document, unit: _Unit) -> bool:
    """Whether a label has but a word or two to open the list below: ``January 31 – In Europe:``."""
    text = document.text[unit.paragraph.start : unit.paragraph.stop].rstrip()
    body = text[unit.label.body :] if unit.label else ""
    return body.endswith(":") and len(body.split()) <= _MOST_OF_INTRO


def _is_title(unit: _Unit) -> bool:
    """Whether a short line without a label stands over what follows it: “Births”."""
    text = unit.text.strip("= \t")
    return (
        unit.paragraph.kind == "text"
        and unit.label is None
        and len(text) < 40
        and text[:1].isupper()
        and text[-1:].isalnum()
        and "\n" not in text
    )


def _ends_list(unit: _Unit) -> bool:
    """Whether a heading of a wiki stands there, or the line of a page that says when it was changed."""
    return unit.text.startswith("==") or (
        len(unit.text) < _FOOT and _FOOTER.match(unit.text) is not None
    )


def _stand_below(units: Sequence[_Unit]) -> bool:
    """Whether lines that are only dates stand below what they date: words and dates by turns, a
    date last."""
    lone = [_is_lone(unit) for unit in units]
    by_turns = all(one != other for one, other in pairwise(lone))
    return sum(lone) >= _FEWEST_WEAK and by_turns and lone[-1]


def _is_strong(draft: _Draft) -> bool:
    label = draft.label
    if label.sign in STRONG:
        return True
    whole = all(
        atom and atom.precision is Precision.DAY and atom.year is not None
        for atom in (label.found.first, label.found.last)
    )
    return label.sign == " " and whole


def _is_dateline(draft: _Draft) -> bool:
    """Whether the date stands alone on its line, with its year, and text below it."""
    label = draft.label
    exact = label.precision in (Precision.DAY, Precision.MONTH)
    return label.sign == "alone" and exact and not label.yearless


def _has_words(body: str) -> bool:
    return _LONG_WORD.search(body) is not None or len(_WORD.findall(body)) > 1


def _ordered(drafts: Sequence[_Draft]) -> float:
    """The share of neighbours that are in order, in the direction that most are."""
    dates = [draft.dated.date for draft in drafts if draft.dated]
    if len(dates) < 2:
        return 1.0
    if all(draft.by_day for draft in drafts):
        return 1 - _disorder([civil(date.earliest)[1:] for date in dates]) / (len(dates) - 1)
    falls = sum(a.earliest > b.latest for a, b in pairwise(dates))
    rises = sum(a.latest < b.earliest for a, b in pairwise(dates))
    return 1 - min(falls, rises) / (len(dates) - 1)


def _is_something_else(drafts: Sequence[_Draft], bodies: Sequence[str]) -> bool:
    """Whether most of what stands behind the dates is figures, books, or lines of a machine's log."""
    most = len(bodies) / 2
    figures = sum(
        _FIGURES.match(body) is not None and not _tells(draft, body) and len(body.split()) < 8
        for draft, body in zip(drafts, bodies, strict=True)
    )
    books = sum(_BOOKISH.search(body) is not None for body in bodies)
    coarse = sum(draft.label.precision in _COARSE for draft in drafts) > most
    timed = sum(draft.label.timed for draft in drafts) > most
    machine = timed and sum(_MACHINE.match(body) is not None for body in bodies) > most
    code = coarse and sum(_CODE.search(body) is not None for body in bodies) * 3 > len(bodies)
    return figures > most or (books > most and coarse) or machine or code


def _tells(draft: _Draft, body: str) -> bool:
    """Whether words stand behind a date, or a version that was released on that day."""
    released = draft.label.precision is Precision.DAY and _RELEASED.match(body) is not None
    return released or _has_words(body)


def _is_count(draft: _Draft, body: str) -> bool:
    """Whether no more stands behind a year than figures and what they count."""
    words = body.split()
    figures = sum(any(map(str.isdecimal, word)) for word in words)
    return (
        draft.label.precision in _COARSE
        and _FIGURES.match(body) is not None
        and (figures * 2 > len(words) or len(words) < _FEW_WORDS)
    )


def _in_lists_of_names(
    drafts: Sequence[_Draft], units: Sequence[_Unit], bodies: Sequence[str], path: Sequence[str]
) -> list[bool]:
    """Of each draft whether a title says that names stand behind years, and it has no more than one."""
    titles = [n for n, unit in enumerate(units) if _is_title(unit)]
    found = []
    for draft, body in zip(drafts, bodies, strict=True):
        over = bisect_left(titles, draft.first)
        title = units[titles[over - 1]].text if over else path[-1]
        named = len(body.split()) <= _NAME_WORDS and not _LOWER.search(body)
        coarse = draft.label.precision in _COARSE
        found.append(coarse and named and _OF_NAMES.search(title) is not None)
    return found


def _is_named(heading: str, label: DateLabel) -> bool:
    """Whether a heading says more than its date: “[2.1.0] - 2024-05-06”, “1917: Two revolutions”."""
    rest = heading[: label.start] + " " + heading[label.stop :]
    return (
        re.search(r"\w", re.sub(r"\b(?:the|year|in|events|of)\b", "", rest, flags=re.I)) is not None
    )


def _dates_more(text: str, order: Order | None) -> bool:
    """Whether ``text`` writes a month or a day: then its sentences are dated better than it."""
    return any(
        (atom := written.found.first or written.found.last) is not None and atom.month
        for written in scan_dates(text, order=order)
    )


def read_heading_label(heading: str, order: Order | None) -> DateLabel | None:
    """The date in a heading that is one, as a label."""
    if label := read_release(heading, order=order):
        return label
    for written in scan_dates(heading, order=order):
        return DateLabel(written.found, written.start, written.stop, written.stop, "alone")
    return read_label(heading, order=order)
