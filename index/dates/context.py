"""Document -> its dates, those too whose year stands elsewhere in it.

A year that a date lacks comes from, in this order: words right after it ("5 May of that year"), the
year written before it in its sentence or right after it ("on 27 May and on 3 June 2022"), the
running year of its paragraph, the headings over it, the running year of the paragraphs before it in
its section, the document's own date; where these tell nothing, the course of the story: the only
year that puts a month between the dates told before and after it, the year of a date some
paragraphs before from which the months rise, or of the next one towards which they do. Relative
dates ("the following year", "that May") count from the nearest date before. Only words that tell
when something of the story happened carry the year on: not the year in "the 1962 coup", "as in
1962", "since 1962", "which was built in 1962" or in brackets. Where two years compete, or the
months run back, nothing is inferred: a wrong year costs more than a missing one. What was inferred
says from what, and what could not be told is reported.

Each date looks at a bounded number of dates before and after it, so that reading is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.dates import (
    ImpossibleDate,
    Order,
    WrittenDate,
    ambiguous_dates,
    scan,
)
from index.dates.anchors import COUNTED, Happenings, sentences_before
from index.dates.atoms import Atom
from index.dates.course import MONTHS_APART, Month, looks_ahead, turns_back, years_between
from index.dates.document_date import document_date
from index.dates.edtf import Part, single
from index.dates.headings import UNDATED, Dated, MarkedHeadings, dated_sections
from index.dates.relative import Anchor, Relative, reckon, scan_relative
from index.dates.roles import Role, is_habit, recurs, role_of, tells_past
from index.dates.wording import say_date
from index.dates.words import CLAUSE
from index.model import DateMention, Document, Paragraph, Precision, ReadingWarning, one_line
from index.sentences import sentences

_REMEMBERED = 24  # dates before, that one without a year may lean on
_LATEST = 6  # dates before, of which one should say how far the story has come
_PARAGRAPHS_BACK = 2  # over which a running year reaches
_SENTENCES_BACK = 2  # over which a relative date reaches
_FAR_MONTHS = 9  # months on from the last one known: further, and it may be one of the year before
_NEAR_MONTHS = 2
_LONGEST_BULLET = 12  # characters before the label of an entry
_LONGEST_DATELINE = 90  # characters of a paragraph that does nothing but date the document
_HALF_YEAR = 6  # months from that of a heading: further, and another year's is as near
_MOST_LISTED = 8  # dates that one year ends: "on 27 May, 1 June and 3 June 2022"
_AHEAD = 24  # dates after, among which one with its year says how far the story goes
_PARAGRAPHS_AHEAD = 4
_PARAGRAPHS_ON = 8  # over which a story whose months rise goes on
_STORY = 8_000  # characters over which it does
_RISING_MONTHS = 3  # from one date of it to the next
_TOWARDS_MONTHS = 4  # before the month of a date whose year is written behind it
_WINDOW = 4_000  # characters from a date to one that leans on it, in which no other year stands

_FOUR_DIGITS = re.compile(r"(?<![\w.,$£€/-])(1[0-9]{3}|20[0-9]{2})(?![\w%]|[.,][0-9])")

_BARE_DAY = re.compile(
    r"[Oo][Nn][ \n](?<!\w...)[Tt][Hh][Ee][ \n]([0-9]{1,2})(?i:st|nd|rd|th)\b(?!-)", re.DOTALL
)
_WEEKDAY = re.compile(
    r"\b(?:[Oo]n|[Ll]ast)[ \n](Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    r"(?![ \n]*,?[ \n]*[0-9])"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_POINTED = re.compile(
    r"\b(the[ \n]+(?:following|next|previous|preceding)|(?:that|the)[ \n]+same|that|this|next|last"
    r"|coming|every|each)[ \n]+\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[ \n]*([^\W\d_]+)?")
_COORDINATION = re.compile(
    r"(?:[ \n]*(?:,|;|\band\b|\bor\b|\bagain\b|\bon\b|\bin\b|\bthen\b|\blater\b|\bto\b|\bfrom\b"
    r"|\buntil\b|\balso\b|\bboth\b|\bthe\b|\bonce\b|\bmore\b|\bby\b|&|–|—|-)){1,6}[ \n]*"
)
_NAMING = re.compile(r"\bthe[ \n]+[^\W\d_]+\Z", re.IGNORECASE)
_NAMED = re.compile(r"[ \n][a-z]{4,}")  # "after the October revolution"
_CLOSES = re.compile(r"[,;:)—–]")
_APPOSED = re.compile(r"[ \n]*[,(–—-]*[ \n]*(?:(?:on|in|the|of)[ \n]+){0,2}")
_APPOSED_BEFORE = re.compile(r"[ \n]*[,(–—-][ \n]*(?:just|only|exactly|that is|i\.e\.)?[ \n]*")


@dataclass(frozen=True, slots=True)
class DocumentDates:
    """The dates of a document's paragraphs, by place; no two overlap."""

    mentions: tuple[DateMention, ...]  # their spans are of the stored text
    order: Order | None  # of day and month in its numeric dates; None: it can't be told
    warnings: tuple[ReadingWarning, ...] = ()

    def within(self, start: int, stop: int) -> tuple[DateMention, ...]:
        """Those that stand from ``start`` to before ``stop``."""
        first = bisect_left(self.mentions, start, key=lambda mention: mention.start)
        last = bisect_left(self.mentions, stop, key=lambda mention: mention.start)
        return self.mentions[first:last]


def read_dates(document: Document) -> DocumentDates:
    """All dates of ``document``, each as exactly as it can be told, and what could not be told."""
    reader = _Reader(document)
    for number, paragraph in enumerate(document.paragraphs):
        if paragraph.kind != "code":
            reader.read(number, paragraph)
    mentions = reader.finished()
    return DocumentDates(mentions, reader.order, reader.warnings())


@dataclass(frozen=True, slots=True)
class _Known:
    """A date whose year is known, on which others may lean."""

    start: int
    stop: int
    paragraph: int
    year: int  # of its end
    month: int  # 0: unknown
    day: int
    first_year: int  # of its start
    first_month: int
    marked: bool  # "about", "perhaps"
    open: bool  # "since 2014"
    inferred: bool
    said: str  # in words

    @property
    def one_year(self) -> bool:
        return self.first_year == self.year and not self.open

    @property
    def begins(self) -> Month:
        """The month it begins in, or that its year does."""
        return Month(self.first_year, self.first_month or 1)

    @property
    def ends(self) -> Month:
        """The month it ends in, or that its year does."""
        return Month(self.year, self.month or 12)

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.year, self.month, self.day)


_Item = WrittenDate | Relative | re.Match[str]


class _Tally:
    """The first of a kind, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.first = -1
        self.words = ""

    def add(self, at: int, words: str) -> None:
        if not self.count:
            self.first, self.words = at, words
        self.count += 1


class _Reader:
    """Reads a document's paragraphs in order, and remembers the dates that may tell years."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.order: Order | None = document.meta.date_order  # parsing puts there what is evident
        self.own = document_date(document, order=self.order)
        self.headings = dated_sections(document, order=self.order)
        self._marked = MarkedHeadings(self.order)
        self._scanned: dict[int, list[_Item | ImpossibleDate]] = {}  # paragraphs ahead
        self.weak: set[int] = set()  # places of dates whose year came from far, and without a month
        self._ahead: dict[int, _Known | None] = {}  # of dates with a year: what they tell
        self._after: tuple[int, int, _Known | None] = (0, 0, None)  # what holds from where to where
        self.mentions: list[DateMention] = []
        self.pending: list[Relative] = []  # counted from something named
        self._unplaced, self._impossible, self._contradicted = _Tally(), _Tally(), _Tally()
        self._known: deque[_Known] = deque(maxlen=_REMEMBERED)
        self._latest: deque[_Known] = deque(maxlen=_LATEST)  # whatever its section
        self._section = -1
        self._roles: dict[int, Role] = {}

    # ---- a paragraph

    def read(self, number: int, paragraph: Paragraph) -> None:
        if paragraph.section != self._section:
            self._section = paragraph.section
            self._known.clear()
            self._marked.clear()
        text = self.text[paragraph.start : paragraph.stop]
        items: list[_Item] = []
        for item in self._scanned.pop(number, None) or self._scan(text):
            if isinstance(item, ImpossibleDate):
                self._impossible.add(paragraph.start + item.start, item.reason)
                continue
            if isinstance(item, WrittenDate) and item.against:
                self._contradicted.add(paragraph.start + item.start, item.against)
            items.append(item)
        headed = text[:2] == "==" and self._marked.read(text.split("\n", 1)[0], self.dated())
        if items:
            _Paragraph(self, number, paragraph, text, items, headed=headed).read()

    def _scan(self, text: str) -> list[_Item | ImpossibleDate]:
        """All that may be a date, in order."""
        items: list[_Item | ImpossibleDate] = list(scan(text, order=self.order))
        items += scan_relative(text)
        items += _BARE_DAY.finditer(text)
        if self.own is not None and self.own.is_day:
            items += _WEEKDAY.finditer(text)
        items.sort(key=_start)
        return items

    def next_of_story(self, number: int, items: Sequence[_Item], at: int) -> _Known | None:
        """The first date with its year written after ``at`` that tells when something happened.

        ``items`` are those of paragraph ``number``; a few paragraphs of its section are looked at.
        """
        begin, end, known = self._after
        if not begin <= at < end:
            known, end = self._find_next(number, items, at)
            self._after = at, end, known
        return known

    def _find_next(self, number: int, items: Sequence[_Item], at: int) -> tuple[_Known | None, int]:
        """That date, and the place up to which it is the next one."""
        paragraphs = self.document.paragraphs
        left = _AHEAD
        for ahead in range(number, min(number + _PARAGRAPHS_AHEAD + 1, len(paragraphs))):
            paragraph = paragraphs[ahead]
            if paragraph.section != self._section or paragraph.kind in ("code", "table"):
                break
            within: Sequence[_Item | ImpossibleDate] = items
            if ahead != number:
                text = self.text[paragraph.start : paragraph.stop]
                if ahead not in self._scanned:
                    self._scanned[ahead] = self._scan(text)
                if text[:2] == "==":
                    break
                within = self._scanned[ahead]
            first = bisect_right(within, at - paragraph.start, key=_start)
            for item in within[first : first + left]:
                left -= 1
                if isinstance(item, WrittenDate) and not item.found.yearless:
                    known = self._told_ahead(item, paragraph.start, ahead)
                    if known is not None:
                        return known, known.start
            if left <= 0:
                break
        return None, at + 1

    def _told_ahead(self, item: WrittenDate, by: int, paragraph: int) -> _Known | None:
        """A date further on, if it says when something happened."""
        start = item.start + by
        if start not in self._ahead:
            if len(self._ahead) > 4 * _AHEAD:
                self._ahead.clear()
            mention = item.resolved()
            known = _known(_moved(mention, by), paragraph) if mention else None
            sets = known is not None and not known.open and self.role(known) is Role.SETS
            self._ahead[start] = known if sets and not looks_ahead(self.text, start) else None
        return self._ahead[start]

    def dated(self) -> Dated:
        if (marked := self._marked.dated()) is not None:
            return marked
        return self.headings[self._section] if self._section < len(self.headings) else UNDATED

    def known_before(self) -> Iterator[_Known]:
        """The dates before, nearest first."""
        return reversed(self._known)

    def add(self, mention: DateMention, paragraph: int, *, leads: bool = True) -> None:
        """Keep a date; one that looks back ("the previous year") does not lead on to others."""
        self.mentions.append(mention)
        if leads:
            self.remember(mention, paragraph)

    def remember(self, mention: DateMention, paragraph: int) -> None:
        """Let others lean on a date."""
        if known := _known(mention, paragraph):
            self._known.append(known)
            self._latest.append(known)

    def last_of_story(self) -> _Known | None:
        """The last date that tells when something happened, whatever its section."""
        for known in reversed(self._latest):
            if self.role(known) is Role.SETS:
                fits = not (known.open or known.marked or looks_ahead(self.text, known.start))
                return known if fits else None
        return None

    def last_year(self) -> int | None:
        """That of the last date that tells when something happened, whatever its section."""
        sets = (k for k in reversed(self._latest) if self.role(k) is Role.SETS)
        return next((known.year for known in sets), None)

    def role(self, known: _Known) -> Role:
        """What a date does in its sentence."""
        if known.start not in self._roles:
            if len(self._roles) > 4 * _REMEMBERED:
                self._roles.clear()
            self._roles[known.start] = role_of(self.text, known.start, known.stop)
        return self._roles[known.start]

    def weaken(self, start: int) -> None:
        """Let no story be built on the date at ``start``."""
        if len(self.weak) > 4 * _REMEMBERED:
            self.weak.clear()
        self.weak.add(start)

    def leave_out(self, start: int, words: str) -> None:
        self._unplaced.add(start, one_line(words))

    # ---- the end

    def finished(self) -> tuple[DateMention, ...]:
        """All dates, those too that are counted from what another place dates."""
        if not self.pending:
            return tuple(self.mentions)
        places = [relative.start for relative in self.pending]
        happenings = Happenings(self.document, self.mentions, places)
        counted: list[DateMention] = []
        for relative in self.pending:
            if relative.named is None:
                continue
            found = happenings.named(*relative.named)
            part = reckon(relative, found.anchor) if found else None
            if found is not None and part is not None:
                mention = _mention(self.text, relative.start, relative.named[1], part, found.said)
                counted += [mention] if mention is not None else []
        every = sorted(
            [*self.mentions, *counted], key=lambda mention: (mention.start, -mention.stop)
        )
        apart: list[DateMention] = []
        for mention in every:
            if not apart or apart[-1].stop <= mention.start:
                apart.append(mention)
        return tuple(apart)

    def warnings(self) -> tuple[ReadingWarning, ...]:
        """What could not be told: once a kind, with its first place and how many there are."""
        told = []
        if (tally := self._unplaced).count:
            words, where = f"“{tally.words}”", self._where(tally.first)
            hint = "" if self.own else " Give the document its date in corpus.toml."
            said = f"A date without a year could not be placed: {words}{where}.{hint}"
            if tally.count > 1:
                said = (
                    f"{tally.count} dates without a year could not be placed, the first"
                    f" {words}{where}.{hint}"
                )
            told.append(ReadingWarning(said, page=self._page(tally.first)))
        for tally in filter(lambda each: each.count, (self._impossible, self._contradicted)):
            more = f" ({tally.count - 1} more such)" if tally.count > 1 else ""
            said = f"{tally.words.rstrip('.')}{self._where(tally.first)}{more}."
            told.append(ReadingWarning(said, page=self._page(tally.first)))
        if ambiguous := ambiguous_dates(self.text, self.order):
            first = ambiguous[0]
            more = f" ({len(ambiguous) - 1} more such)" if len(ambiguous) > 1 else ""
            said = (
                f"{first.reason}{self._where(first.start)}{more}; only the year is kept."
                " Give the document its date_order in corpus.toml."
            )
            told.append(ReadingWarning(said, page=self._page(first.start)))
        return tuple(told)

    def _page(self, offset: int) -> int | None:
        return self.document.pages_of(offset, offset + 1)[0]

    def _where(self, offset: int) -> str:
        """`` in the section “X”`` where there are no pages."""
        if self._page(offset) is not None:
            return ""
        sections = self.document.sections
        at = bisect_right(sections, offset, key=lambda section: section.start) - 1
        path = sections[at].path if at >= 0 else ()
        return f" in the section “{path[-1]}”" if path else ""


class _Paragraph:
    """One paragraph and what in it is a date."""

    def __init__(
        self,
        reader: _Reader,
        number: int,
        paragraph: Paragraph,
        text: str,
        items: Sequence[_Item],
        *,
        headed: bool = False,
    ) -> None:
        self.reader = reader
        self.number = number
        self.at = paragraph.start
        self.row = paragraph.kind == "table"
        self.text = text
        self.items = items
        self.title_stop = text.find("\n") % (len(text) + 1) if headed else 0  # of a marked heading
        self._weak = False  # whether the year just told is from far
        self._sentences: list[tuple[int, int]] | None = None
        self._recurring: dict[tuple[int, int], bool] = {}  # of the last sentence that was asked for
        self._past: dict[tuple[int, int], bool] = {}

    def read(self) -> None:
        done = 0
        for position, item in enumerate(self.items):
            if _start(item) < done:
                continue
            if isinstance(item, WrittenDate):
                done = self._written(item, position)
            elif isinstance(item, Relative):
                done = max(done, self._relative(item, position))
            elif item.re is _BARE_DAY:
                done = max(done, self._bare_day(item))
            else:
                done = max(done, self._weekday(item))

    # ---- dates that are written

    def _written(self, written: WrittenDate, position: int) -> int:
        if not written.found.yearless:
            return self._add(written.resolved(), written.stop)
        if tail := self._tail(written.stop, position):
            return self._of_year(written, tail)
        if _NAMING.search(written.as_written) and _NAMED.match(self.text, written.stop):
            return written.stop
        if pointed := _POINTED.search(self.text[max(0, written.start - 24) : written.start]):
            return self._pointed(written, " ".join(pointed[1].lower().split()))
        self._weak = False
        told = self._year_for(written, position)
        if told is None:
            return written.stop
        if self._weak:
            self.reader.weaken(self.at + written.start)
        year, why = told
        mention = written.resolved(year, why)
        own = self.reader.own
        if mention is not None and own is not None and own.month:
            # what is told as past can't lie after the document's own date
            later = mention.date.earliest > own.date.latest
            if later and self._tells_past(self._sentence(written.start)):
                mention = None
        if mention is None:
            self._leave_out(written)
        return self._add(mention, written.stop)

    def _add(self, mention: DateMention | None, stop: int, *, leads: bool = True) -> int:
        if mention is not None:
            mention = _moved(mention, self.at)
            own = self.reader.own
            if own is not None and mention.date == own.date and len(self.text) <= _LONGEST_DATELINE:
                leads = False
            leads = leads and stop > self.title_stop
            self.reader.add(mention, self.number, leads=leads)
        return stop

    def _leave_out(self, written: WrittenDate) -> None:
        """Count a date that could not be told; labels of entries are `index.events.chronologies`'."""
        if not any(sign.isalpha() for sign in self.text[: min(written.start, _LONGEST_BULLET)]):
            return
        self.reader.leave_out(self.at + written.start, written.as_written)

    def _tail(self, stop: int, position: int) -> Relative | None:
        """The ``of the same year`` that ends the date before it."""
        for item in self.items[position + 1 : position + 3]:
            if isinstance(item, Relative) and item.start >= stop:
                between = self.text[stop : item.start]
                fits = item.tail and item.unit == "year"
                return item if fits and between.strip(" \n,") in ("", "in", "of") else None
        return None

    def _of_year(self, written: WrittenDate, tail: Relative) -> int:
        """``December of the same year``, ``5 May last year``."""
        told = self._base(tail)
        if told is None:
            self._leave_out(written)
            return tail.stop
        anchor, why = told
        mention = written.resolved(anchor.year + tail.step, why)
        if mention is not None:
            mention = replace(
                mention, stop=tail.stop, as_written=self.text[written.start : tail.stop]
            )
        return self._add(mention, tail.stop)

    def _pointed(self, written: WrittenDate, word: str) -> int:
        """``the following January 5``, ``last June``: what stands before it points to the year."""
        atom = written.found.first
        if word in ("every", "each") or atom is None:
            return written.stop
        own = self.reader.own
        step = {"this": 0, "last": -1, "next": 1, "coming": 1}.get(word)
        if step is not None:
            if own is None or not own.month or (step == 0 and word != "this"):
                self._leave_out(written)
                return written.stop
            anchor, why = Anchor(own.year, own.month, own.day), own.inferred_from
        else:
            told = self._base(Relative(written.start, written.stop, "year", 0))
            last = word.split()[-1]
            step = {"following": 1, "next": 1, "previous": -1, "preceding": -1}.get(last, 0)
            # "in 1965 … the following January" can only be the next one
            sure = told is not None and (told[0].month or not step or (step, atom.month) == (1, 1))
            if told is None or not sure:
                self._leave_out(written)
                return written.stop
            anchor, why = told
        here, there = (atom.month, atom.day), (anchor.month, anchor.day)
        if step > 0 and not anchor.month:
            turn = 1
        elif step > 0:
            turn = int(here <= there if atom.day and anchor.day else atom.month <= anchor.month)
        elif step < 0:
            turn = -int(here >= there if atom.day and anchor.day else atom.month >= anchor.month)
        else:
            turn = 0
        return self._add(written.resolved(anchor.year + turn, why), written.stop)

    # ---- which year

    def _year_for(self, written: WrittenDate, position: int) -> tuple[int, str] | None:
        """The year of a date that has none, and what tells it; None if nothing surely does."""
        atom = written.found.first or written.found.last
        sentence = self._sentence(written.start)
        heading = self.reader.dated()
        if atom is None or self._recurs(sentence, told=heading.year is not None):
            return None
        told = self._in_sentence(written, atom, position)
        if told is None:
            told = self._running(atom, sentence)
            if heading.year is not None:
                rival = told is not None and told[1] and told[0] != heading.year
                far = heading.month and abs(atom.month - heading.month) > _HALF_YEAR
                told = None if rival or far else (heading.year, heading.year_from)
            elif told is None:
                told = self._earlier_paragraphs(atom, sentence) or self._own_year(atom, sentence)
        if heading.year is None and (told is None or not told[1]):
            told = self._of_story(written, atom, sentence)
        if told is None or not told[1]:
            self._leave_out(written)
            return None
        return told

    def _in_sentence(
        self, written: WrittenDate, atom: Atom, position: int
    ) -> tuple[int, str] | None:
        """The year written in the same sentence; an empty reason says that years compete there."""
        at = self.at + written.start
        first = self.at + self._sentence(written.start)[0]
        for known in self.reader.known_before():
            if known.start < first:
                break
            role = self.reader.role(known)
            between = self.reader.text[known.stop : at]
            if role is Role.BRACKETED and ")" in between:
                continue
            if role is Role.ASIDE and _CLOSES.search(between):
                continue
            if role in (Role.ASIDE, Role.NAMES) or not known.one_year:
                return 0, ""
            if self._looks_back(known) or self._other_year(known, at):
                return 0, ""
            if not self._runs_on(known, atom):
                heading = self.reader.dated()
                return (known.year, heading.year_from) if heading.year == known.year else (0, "")
            return known.year, f"{known.said} earlier in the sentence"
        return self._later_in_sentence(written, atom, position)

    def _later_in_sentence(
        self, written: WrittenDate, atom: Atom, position: int
    ) -> tuple[int, str] | None:
        """``on 27 May and again on 3 June 2022``."""
        for item in self.items[position + 1 : position + 1 + _MOST_LISTED]:
            if not isinstance(item, WrittenDate):
                return None
            found = item.found
            later = found.first
            if later is None or not _COORDINATION.fullmatch(self.text, written.stop, item.start):
                return None
            if later.year is None or found.relation or later.precision is not atom.precision:
                if not found.yearless:
                    return None
                continue
            if (later.month, later.day) <= (atom.month, atom.day):
                return None
            return later.year, f"“{one_line(item.as_written)}” later in the sentence"
        return None

    def _running(self, atom: Atom, sentence: tuple[int, int]) -> tuple[int, str] | None:
        """The year of the sentences before in the paragraph."""
        rivals: set[int] = set()
        for known in self.reader.known_before():
            if known.paragraph != self.number:
                return (0, "") if rivals else None
            if known.start >= self.at + sentence[0]:
                continue
            role = self.reader.role(known)
            if role is Role.BRACKETED:
                continue
            if role is not Role.SETS or not known.one_year:
                rivals.add(known.year)
                continue
            fits = not rivals - {known.year} and not self._looks_back(known)
            if not fits or not self._leads_to(known, sentence):
                return 0, ""
            if not self._runs_on(known, atom):
                return self._own_year_as(known, atom, sentence)
            self._weak = known.start in self.reader.weak
            return known.year, f"{known.said} {self._place(known, sentence[0])}"
        return (0, "") if rivals else None

    def _earlier_paragraphs(self, atom: Atom, sentence: tuple[int, int]) -> tuple[int, str] | None:
        """The year of the last date in the paragraphs right before; rows of a table have none."""
        if self.row:
            return None
        for known in self.reader.known_before():
            if known.paragraph < self.number - _PARAGRAPHS_BACK:
                return None
            role = self.reader.role(known)
            if role is Role.BRACKETED:
                continue
            fits = role is Role.SETS and known.one_year and not self._looks_back(known)
            fits = fits and _goes_on(known, atom) and self._leads_to(known, sentence)
            if not fits or self._rivalled(known, atom):
                return self._own_year_as(known, atom, sentence)
            self._weak = not known.month or known.start in self.reader.weak
            return known.year, f"{known.said} {self._place(known, sentence[0])}"
        return None

    def _of_story(
        self, written: WrittenDate, atom: Atom, sentence: tuple[int, int]
    ) -> tuple[int, str] | None:
        """The one year in which the date lies between what is told before and after it.

        A story goes forward. That holds for dates that say when something happened, not for "the
        August vote" or "had been sold in May".
        """
        at, stop = self.at + written.start, self.at + written.stop
        if self.row or not 1 <= atom.month <= 12:
            return None
        before = self._story_before(at)
        after = self.reader.next_of_story(self.number, self.items, at)
        if before is not None and before.start in self.reader.weak:
            months = before.ends.to(after.begins) if after and after.month else -1
            before = before if 0 <= months <= MONTHS_APART else None
        known = before or after or next(self.reader.known_before(), None)
        alone = known is None and self.reader.dated().limits is None
        if alone or not self._tells_past(sentence):
            return None
        role = role_of(self.reader.text, at, stop)
        if role not in (Role.SETS, Role.BRACKETED):
            return None
        if turns_back(self.text, sentence, written.start, written.stop):
            return None
        if recurs(self.text, sentence[0], written.stop):
            return None  # "She is honoured on 5 May, when she died"
        if role is Role.BRACKETED:
            return self._reported(atom, before)
        if self._other_in_sentence(before, after, sentence):
            return None
        told = self._between(atom, before or self._section_before(after), after)
        if told is None and before is not None:
            told = self._rising(atom, at, sentence, before, after)
        if told is None and after is not None:
            told = self._towards(atom, sentence, before, after)
        return (
            told
            or self._soon_after_aside(atom, at, sentence, before)
            or (self._reported(atom, before))
        )

    def _section_before(self, after: _Known | None) -> _Known | None:
        """The last such date of the section before, where a date of this one says the end."""
        known = self.reader.last_of_story()
        if known is None or after is None or not (known.month and after.month):
            return None
        near = self.at - known.stop < _STORY and known.ends.to(after.begins) < _FAR_MONTHS
        return known if near else None

    def _story_before(self, at: int) -> _Known | None:
        """The last date before that tells when something happened, not too far back."""
        for known in self.reader.known_before():
            near = known.paragraph >= self.number - _PARAGRAPHS_ON and at - known.stop < _STORY
            if not near:
                return None
            if known.start >= at:
                continue
            if self.reader.role(known) is not Role.SETS and not self._of_happening(known):
                continue
            if self._looks_back(known) and known.month and known.paragraph == self.number:
                return None  # two years of the story compete
            if known.open or known.marked or self._looks_back(known):
                continue
            if looks_ahead(self.reader.text, known.start):
                continue
            return known
        return None

    def _of_happening(self, known: _Known) -> bool:
        """Whether it stands alone in brackets, as in "the Battle of Oldham (12–29 May 1942)"."""
        text = self.reader.text
        alone = (
            text[known.start - 1 : known.start] == "(" and text[known.stop : known.stop + 1] == ")"
        )
        return alone and known.month > 0 and known.one_year and known.paragraph == self.number

    def _other_in_sentence(
        self, before: _Known | None, after: _Known | None, sentence: tuple[int, int]
    ) -> bool:
        """Whether a year that is neither of the two stands in the sentence."""
        first, last = self.at + sentence[0], self.at + sentence[1]
        years = {known.year for known in (before, after) if known is not None}
        years |= {known.first_year for known in (before, after) if known is not None}
        found = _FOUR_DIGITS.findall(self.reader.text, first, last)
        return any(int(year) not in years for year in found)

    def _between(
        self, atom: Atom, before: _Known | None, after: _Known | None
    ) -> tuple[int, str] | None:
        """The only year that puts the month between both, or within what the heading says."""
        heading = self.reader.dated()
        limits = heading.limits
        if before is not None and after is not None and not (before.month or after.month):
            return None  # years alone are too often those of something else
        if before is not None and limits is not None:
            outside = before.begins < limits.first or before.ends > limits.last
            limits = None if outside else limits
        elif after is None and heading.heading is None:
            limits = None  # "The 1848 rising" alone says little
        loose = limits is not None if after is None else not after.month
        if loose and before is not None and before.month:
            far = (atom.month - before.month) % 12
            if far > _HALF_YEAR:
                return None
        firsts = [(before.ends if before.month else before.begins, before.said)] if before else []
        lasts = [(after.begins if after.month else after.ends, after.said)] if after else []
        own = self.reader.own
        if limits is not None:
            firsts.append((limits.first, limits.source))
            lasts.append((limits.last, limits.source))
        elif own is not None and own.month and before is not None and after is None:
            lasts.append((Month(own.year, own.month), own.inferred_from))
        if not firsts or not lasts:
            return None
        first, since = max(firsts, key=lambda edge: edge[0])
        last, until = min(lasts, key=lambda edge: edge[0])
        years = years_between(first, last, atom.month)
        if first.to(last) > MONTHS_APART or len(years) != 1:
            return None
        month = Month(years[0], atom.month)
        if after is not None and after.begins == month != first and 0 < after.day < atom.day:
            return None
        if since == until:
            return years[0], since
        return years[0], f"between {since} and {until}"

    def _rising(
        self,
        atom: Atom,
        at: int,
        sentence: tuple[int, int],
        before: _Known,
        after: _Known | None,
    ) -> tuple[int, str] | None:
        """The year of the date before, if the months rise from it by few."""
        if not before.month or not before.one_year:
            return None
        if not 0 <= atom.month - before.month <= _RISING_MONTHS:
            return None
        if atom.month == before.month and atom.day < before.day:
            return None
        if after is not None:
            if after.begins < Month(before.year, atom.month):
                return None
            nearer = at - before.stop < after.start - at
            if after.year > before.year and not nearer:
                return None
        where = "earlier in the sentence"
        if before.start < self.at + sentence[0]:
            where = self._place(before, sentence[0])
        return before.year, f"{before.said} {where}"

    def _towards(
        self, atom: Atom, sentence: tuple[int, int], before: _Known | None, after: _Known
    ) -> tuple[int, str] | None:
        """The year of the next date, if the months rise towards it in the same paragraph."""
        if not after.first_month or after.marked:
            return None
        months = after.first_month - atom.month
        if not months and not 0 < atom.day <= after.day:
            return None
        on = 9 if after.paragraph != self.number else 0
        on = on or -self._sentences_between(after.start, sentence[0])
        if on > 1:  # only of days of the same weeks, at the beginning of a story
            soon = before is None and atom.day and 0 <= months <= 1
            soon = soon and after.paragraph <= self.number + _PARAGRAPHS_BACK
            return (after.first_year, f"{after.said} further on") if soon else None
        if not 0 <= months <= _TOWARDS_MONTHS:
            return None
        if before is not None:
            if before.ends > Month(after.first_year, atom.month):
                return None
            if before.month and 0 <= atom.month - before.month <= _RISING_MONTHS:
                return None
            if before.paragraph == self.number:
                return None
        where = "in the sentence after" if on else "later in the sentence"
        return after.first_year, f"{after.said} {where}"

    def _soon_after_aside(
        self, atom: Atom, at: int, sentence: tuple[int, int], before: _Known | None
    ) -> tuple[int, str] | None:
        """The year of a day that the paragraph only looked at, if this is one of the month after."""
        if not atom.day or (before is not None and before.month):
            return None
        for known in self.reader.known_before():
            if known.paragraph != self.number or not known.day:
                return None
            if known.start >= at or known.inferred or not known.one_year or known.marked:
                continue
            days = 31 * (atom.month - known.month) + atom.day - known.day
            if self.reader.role(known) is not Role.ASIDE or not 0 < days <= 31:
                return None
            where = "earlier in the sentence"
            if known.start < self.at + sentence[0]:
                where = self._place(known, sentence[0])
            return known.year, f"{known.said} {where}"
        return None

    def _reported(self, atom: Atom, before: _Known | None) -> tuple[int, str] | None:
        """That of the document's date, in a report that has just told of the same year."""
        own = self.reader.own
        if own is None or not own.month or before is None or self.reader.dated().limits:
            return None
        if not 0 <= own.month - atom.month <= _HALF_YEAR or before.year > own.year:
            return None
        if before.year == own.year:
            return own.year, own.inferred_from
        if before.month or before.paragraph != self.number:
            return None
        for known in self.reader.known_before():  # "in March 2022 … double that of 2021 … In April"
            if known.paragraph != self.number:
                return None
            if known.month and self.reader.role(known) is Role.SETS:
                return (own.year, own.inferred_from) if known.year == own.year else None
        return None

    def _rivalled(self, known: _Known, atom: Atom) -> bool:
        """Whether the document's date tells another year, and no month that is near tells this one."""
        own = self.reader.own
        if own is None or not own.month or not own.year - 1 <= known.year <= own.year:
            return False
        last = own.year - ((atom.month, atom.day) > (own.month, own.day or 31))
        near = known.month and 0 <= atom.month - known.month <= _NEAR_MONTHS
        return known.year != last and not near

    def _own_year(self, atom: Atom, sentence: tuple[int, int]) -> tuple[int, str] | None:
        """That of the document's date, for a report of the months before it."""
        own = self.reader.own
        if own is None or not own.month or self.reader.dated().heading is not None:
            return None
        if any(known.year != own.year for known in self.reader.known_before()):
            return None
        last = self.reader.last_year()
        if last is not None and not own.year - 1 <= last <= own.year:
            return None  # a history that has not come so far
        if not self._tells_past(sentence) or not atom.month:
            return None
        later = (atom.month, atom.day) > (own.month, own.day or 31)
        return own.year - later, own.inferred_from

    def _own_year_as(self, known: _Known, atom: Atom, sentence: tuple[int, int]) -> tuple[int, str]:
        """That of the document's date, if it is the year that ``known`` has."""
        own = self._own_year(atom, sentence)
        return own if own and own[0] == known.year else (0, "")

    def _runs_on(self, known: _Known, atom: Atom) -> bool:
        """Whether the months run on from ``known``, or a little back over an inferred date to one
        of its year: "7 November 1973 … in December … on 22 November"."""
        if _goes_on(known, atom):
            return True
        before = [
            other
            for other in self.reader.known_before()
            if other.paragraph == known.paragraph == self.number and other.start < known.start
        ]
        return bool(before) and (
            known.inferred
            and before[0].year == known.year
            and bool(before[0].month)
            and 0 <= atom.month - before[0].month <= 1
            and self.reader.role(before[0]) is Role.SETS
        )

    def _looks_back(self, known: _Known) -> bool:
        """Whether a later year is told right before it: "in 2019, thirty years after 1989"."""
        for other in self.reader.known_before():
            if other.start >= known.start or self.reader.role(other) is not Role.SETS:
                continue
            return other.paragraph == known.paragraph and other.year > known.year
        return False

    def _leads_to(self, known: _Known, sentence: tuple[int, int]) -> bool:
        """Whether the year of an earlier sentence goes on in this one."""
        return self._same_tense(known, sentence) and not self._other_year(
            known, self.at + sentence[1]
        )

    def _other_year(self, known: _Known, stop: int) -> bool:
        """Whether four digits that can be another year stand from ``known`` to ``stop``."""
        years = _FOUR_DIGITS.findall(self.reader.text, known.stop, min(stop, known.stop + _WINDOW))
        return any(int(year) != known.year for year in years)

    def _same_tense(self, known: _Known, sentence: tuple[int, int]) -> bool:
        """Whether both tell of the past, or neither: "It is held in May" goes on nothing."""
        if self._tells_past(sentence):
            return True
        text = self.reader.text
        begin = max(
            text.rfind(". ", max(0, known.start - 300), known.start) + 1, known.start - 300, 0
        )
        return not tells_past(text, begin, known.stop + 200)

    # ---- relative dates

    def _relative(self, relative: Relative, position: int) -> int:
        """Add the date that is told by another one; the end of what was read."""
        dated = next(
            (
                item
                for item in self.items[position + 1 : position + 3]
                if isinstance(item, WrittenDate)
            ),
            None,
        )
        if relative.named is not None:
            return self._named(relative, dated)
        apposed = self._apposed(relative, relative.stop, dated)
        if apposed and not (dated is not None and dated.found.yearless):
            return 0
        told = self._base(relative)
        if told is None:
            return 0
        anchor, why = told
        part = reckon(relative, anchor)
        mention = _mention(self.text, relative.start, relative.stop, part, why) if part else None
        if mention is None:
            return 0
        if apposed:  # "the following year, on 5 May": it tells the year of the other
            self.reader.remember(_moved(mention, self.at), self.number)
            return 0
        return self._add(mention, relative.stop, leads=relative.step >= 0)

    def _named(self, relative: Relative, dated: WrittenDate | None) -> int:
        """``three days after the coup``, ``two days after 5 May 2021``."""
        assert relative.named is not None
        start, stop = relative.named
        if dated is not None and dated.start < stop:
            edge = dated.found.last or dated.found.first
            if edge is None or edge.year is None or edge.mark or dated.found.relation == "range":
                return 0
            if dated.stop < stop or dated.start > start:
                return 0  # "two days after the 2021 vote"
            part = reckon(relative, Anchor(edge.year, edge.month, edge.day))
            if part is None:
                return 0
            why = f"“{one_line(self.text[start : dated.stop])}” beside it"
            return self._add(_mention(self.text, relative.start, dated.stop, part, why), dated.stop)
        if not self._apposed(relative, stop, dated):
            moved = replace(
                relative,
                start=relative.start + self.at,
                stop=relative.stop + self.at,
                named=(start + self.at, stop + self.at),
            )
            self.reader.pending.append(moved)
        return 0

    def _apposed(self, relative: Relative, stop: int, dated: WrittenDate | None) -> bool:
        """Whether the date itself stands beside it: "the previous day (20 December)"."""
        behind = dated is not None and dated.start >= stop
        if dated is not None and behind and _APPOSED.fullmatch(self.text, stop, dated.start):
            return True
        last = next(iter(self.reader.known_before()), None)
        if last is None or last.stop > self.at + relative.start:
            return False
        between = self.reader.text[last.stop : self.at + relative.start]
        return len(between) < 12 and _APPOSED_BEFORE.fullmatch(between) is not None

    def _base(self, relative: Relative) -> tuple[Anchor, str] | None:
        """The date that a relative one counts from, and where it stands, in words."""
        if relative.own:
            return self._own_base(relative)
        sentence = self._sentence(relative.start)
        at = self.at + relative.start
        first = self.at + sentence[0]
        for known in self.reader.known_before():
            if known.stop > at:
                continue
            role = self.reader.role(known)
            if role is Role.BRACKETED and ")" in self.reader.text[known.stop : at]:
                continue
            if known.start < first and not self._reaches(known, role, sentence, relative):
                return None
            loose = known.marked or not known.one_year
            if loose and (relative.step or relative.counted):
                return None
            where = "earlier in the sentence"
            if known.start < first:
                where = self._place(known, sentence[0])
            return known.anchor, f"{known.said} {where}"
        heading = self.reader.dated()
        if relative.step == 0 and relative.unit == "month" and relative.month and heading.year:
            return Anchor(heading.year), heading.year_from
        return None

    def _reaches(
        self, known: _Known, role: Role, sentence: tuple[int, int], relative: Relative
    ) -> bool:
        """Whether a date of a sentence before is near enough to be meant."""
        if known.paragraph == self.number:
            back = self._sentences_between(known.start, sentence[0])
            return back <= 1 or (back <= _SENTENCES_BACK and role is Role.SETS)
        if known.paragraph != self.number - 1 or role is not Role.SETS:
            return False
        leads = relative.start - (self._all_sentences()[0][0] if self._all_sentences() else 0) < 12
        ends = self.at - known.stop < 700
        return leads and ends

    def _own_base(self, relative: Relative) -> tuple[Anchor, str] | None:
        """For ``this month``: the document's own date; what is quoted counts from another."""
        own = self.reader.own
        if own is None or (relative.unit == "month" and not own.month):
            return None
        before = self.text[max(0, relative.start - 600) : relative.start]
        if before.rfind("“") > before.rfind("”") or before.count('"') % 2:
            return None
        return Anchor(own.year, own.month, own.day), own.inferred_from

    # ---- days of a month, days of the week

    def _bare_day(self, match: re.Match[str]) -> int:
        """``on the 7th`` after a date that says the month, or below a month's heading."""
        word = _WORD.match(self.text, match.end())
        after = (word[1] or "") if word else ""
        if after and (after.lower() not in CLAUSE or after.lower() == "of"):
            return 0
        day = int(match[1])
        sentence = self._sentence(match.start())
        heading = self.reader.dated()
        told: tuple[int, int, str] | None = None
        for known in self.reader.known_before():
            if known.paragraph != self.number:
                break
            same = known.start >= self.at + sentence[0]
            back = 0 if same else self._sentences_between(known.start, sentence[0])
            if back > 1 or self.reader.role(known) is not Role.SETS or not known.day:
                return 0
            if day <= known.day:
                return 0
            where = "earlier in the sentence" if same else "in the sentence before"
            told = known.year, known.month, f"{known.said} {where}"
            break
        if told is None and heading.year and heading.month:
            told = heading.year, heading.month, heading.inferred_from
        if told is None:
            return 0
        part = Part(Precision.DAY, told[0], told[1], day)
        mention = _mention(self.text, match.start() + 3, match.end(), part, told[2])
        return self._add(mention, match.end()) if mention else 0

    def _weekday(self, match: re.Match[str]) -> int:
        """``on Tuesday`` in a report of a known day: the last one up to it."""
        own = self.reader.own
        if own is None or not own.is_day or self.reader.dated().heading is not None:
            return 0
        word = _WORD.match(self.text, match.end())
        if word and word[1] and word[1].lower() not in CLAUSE:
            return 0
        sentence = self._sentence(match.start())
        if not self._tells_past(sentence) or self._recurs(sentence):
            return 0
        if any(known.year != own.year for known in self.reader.known_before()):
            return 0
        if any(known.paragraph == self.number for known in self.reader.known_before()):
            return 0
        today = own.date.earliest
        back = (today - 1 - _WEEKDAYS.index(match[1])) % 7
        anchor = Anchor(own.year, own.month, own.day)
        relative = Relative(match.start(1), match.end(1), "day", -back, counted=True)
        part = reckon(relative, anchor)
        if part is None:
            return 0
        mention = _mention(self.text, match.start(1), match.end(1), part, own.inferred_from)
        return self._add(mention, match.end()) if mention else 0

    # ---- places

    def _recurs(self, sentence: tuple[int, int], *, told: bool = False) -> bool:
        """Whether it tells of every year; below a year's heading the present tells a story, too."""
        if told:
            return is_habit(self.text, *sentence)
        if sentence not in self._recurring:
            self._recurring = {sentence: recurs(self.text, *sentence)}
        return self._recurring[sentence]

    def _tells_past(self, sentence: tuple[int, int]) -> bool:
        if sentence not in self._past:
            self._past = {sentence: tells_past(self.text, *sentence)}
        return self._past[sentence]

    def _all_sentences(self) -> list[tuple[int, int]]:
        if self._sentences is None:
            self._sentences = list(sentences(self.text))
        return self._sentences

    def _sentence(self, offset: int) -> tuple[int, int]:
        """The sentence of the paragraph that holds ``offset``."""
        spans = self._all_sentences()
        position = bisect_right(spans, offset, key=lambda span: span[0]) - 1
        return spans[position] if position >= 0 else (0, len(self.text))

    def _sentences_between(self, start: int, sentence_start: int) -> int:
        """How many sentences before the one at ``sentence_start`` the place ``start`` is."""
        spans = self._all_sentences()
        here = bisect_right(spans, sentence_start, key=lambda span: span[0])
        there = bisect_right(spans, start - self.at, key=lambda span: span[0])
        return here - there

    def _place(self, known: _Known, sentence_start: int) -> str:
        """Where a date before stands, in words."""
        if known.paragraph == self.number:
            return sentences_before(self._sentences_between(known.start, sentence_start))
        back = self.number - known.paragraph
        return "in the paragraph before" if back == 1 else f"{COUNTED[back]} paragraphs before"


def _start(item: _Item | ImpossibleDate) -> int:
    return item.start() if isinstance(item, re.Match) else item.start


def _moved(mention: DateMention, by: int) -> DateMention:
    return replace(mention, start=mention.start + by, stop=mention.stop + by)


def _known(mention: DateMention, paragraph: int) -> _Known | None:
    """What ``mention`` gives to dates that lean on it."""
    date = mention.date
    last = date.end or date.start
    if date.start is None or last is None:
        return None
    if date.precision in (Precision.DECADE, Precision.CENTURY):
        return None
    first_year, first_month, _ = _fields(date.start)
    year, month, day = _fields(last)
    if date.precision not in (Precision.DAY, Precision.MONTH):
        month = first_month = 0
    if date.precision is not Precision.DAY:
        day = 0
    said = f"“{one_line(mention.as_written)}”"
    if mention.inferred:
        said += f" ({say_date(date)})"
    return _Known(
        mention.start,
        mention.stop,
        paragraph,
        year,
        month,
        day,
        first_year,
        first_month,
        marked=any(sign in date.edtf for sign in "~?%"),
        open=date.edtf.startswith("..") or date.edtf.endswith(".."),
        inferred=mention.inferred,
        said=said,
    )


def _fields(written: str) -> tuple[int, int, int]:
    sign = -1 if written.startswith("-") else 1
    year, month, day = (*map(int, written.removeprefix("-").split("-")), 0, 0)[:3]
    return sign * year, month, day


def _goes_on(known: _Known, atom: Atom) -> bool:
    """Whether the months run on: after December comes a January that may be of the next year."""
    if not known.month or not atom.month:
        return True
    if atom.month == known.month and atom.day and known.day:
        return True
    return 0 <= atom.month - known.month < _FAR_MONTHS


def _mention(text: str, start: int, stop: int, part: Part | None, why: str) -> DateMention | None:
    if part is None:
        return None
    try:
        return DateMention(single(part), start, stop, text[start:stop], why)
    except ValueError:
        return None
