"""Ranked passages -> which say the same in the same words, which answer alike, which disagree.

A near-duplicate holds nothing that an earlier passage doesn't: nearly all of its runs of three words
(Broder 1997), and no number, name or negation besides. Passages answer alike when their answering
sentences are for the most part the same telling words (weighted by inverse document frequency) and
give the same number, date or name. They disagree when all but the number or date is the same: what
is not surely one statement is left alone, for a false disagreement is worse than a missing one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.analysis import fold
from index.answer_types import Fit
from index.choosing import Stretch
from index.dates import find_dates, from_edtf
from index.matching import Matcher
from index.messages import Message, both, joined, say, say_n
from index.model import HistoricDate, Passage, one_line
from index.passage_words import PassageWords
from index.ranking import Ranked
from index.snapshot import Snapshot

_FIRST = 3  # passages that a reader sees before any other
_LOOKED_AT = 13  # passages of which one may be brought forward: however many are asked for
_RUN = 3  # words
_FEWEST_WORDS = 8  # of a passage that may be left out: what is shorter is often boilerplate
_SAME_TERMS = 0.7  # share of its terms: fewer can't make so many runs
_SAME_RUNS = 0.85  # share of a near-duplicate's runs that the other holds
_SURE = 0.5  # strength of a fit that may be the answer
_ABOUT_AS_SURE = 0.2  # another one that is this much weaker at most may be it too
_ANSWERS = 0.5  # share of the question that both sentences must hold
_ANSWERS_AS_WELL = 0.7  # share of what the first holds of the question that the other must hold
_FEWEST_SHARED = 3  # terms beside the question's
_ALIKE = 0.6  # share of the shorter sentence's words that the other must hold
_ALIKE_VALUE = 0.35  # the same where both give the same number or date
_ANSWERS_ALL = 0.7  # the same two where they are said to disagree
_ONE_STATEMENT = 0.6
_LONGER_STATEMENT = 0.25  # share of the other one, so that what one leaves out isn't most of it
_ROUNDED_FROM = 100  # smaller numbers are not written in round ones
_EXACT_TO = 1e15  # larger ones are not told apart exactly

_AMOUNTS = frozenset(("number", "money", "percentage", "duration"))
_TIMES = frozenset(("date", "year"))
_WORD = re.compile(r"[^\W_]++(?:[.,]\d++)*+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_NEGATIONS = frozenset("not no never nor neither without cannot nobody none nothing t".split())
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve dozen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred thousand million billion first second third half".split()
)
_AT_LEAST = re.compile(
    r"\b(?:at\sleast|no\s(?:less|fewer)\sthan|(?:more|greater|higher)\sthan|over|above|exceed\w{0,3}"
    r"|beyond|minimum\sof|or\smore)\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:at\smost|no\smore\sthan|(?:less|fewer|lower)\sthan|up\sto|under|below|nearly|almost"
    r"|maximum\sof|or\s(?:less|fewer))\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|some|roughly|approximately|circa|estimated|estimates?|perhaps|maybe)\b|[~≈]",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]\s|\s[–—-]\s|\s(?=(?:but|while|whereas|although|which|who)\s)")
_YEAR_DAYS = 366  # of what is longer not every day is the same date
_LIMIT_BEFORE = 16  # characters before a number in which “more than” may stand


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a passage that answer: ``text[start:stop]`` of its text."""

    place: int  # of the passage among those that were compared, from 0
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How ranked passages stand to each other; all numbers are places among them, from 0."""

    kept: tuple[int, ...]  # those that aren't near-duplicates of earlier ones, in order
    duplicates: tuple[tuple[int, int], ...]  # (one that is kept, one that is left out)
    alike: tuple[tuple[int, int], ...]  # (an earlier one, a later one that answers as it does)
    differing: tuple[Said, ...]  # what the first says and, after it, what others say otherwise
    told: tuple[str, ...]  # what the timeline tells of disagreement on the first, a sentence each

    def shown(self, k: int) -> tuple[int, ...]:
        """The ``k`` that are shown, in order: the best, but among the first three one that disagrees.

        Those of a smaller ``k`` are the first of a larger one, from three on.
        """
        best = self.kept[:k]
        others = [said.place for said in self.differing[1:] if said.place < _LOOKED_AT]
        if not others or k < 2 or set(others) & set(best[:_FIRST]):
            return best
        at = min(k, _FIRST) - 1
        rest = (place for place in best[at:] if place != others[0])
        return (*best[:at], others[0], *rest)[:k]


def say_differences(
    agreement: Agreement, words: Mapping[int, str], numbers: Mapping[int, int]
) -> tuple[str, ...]:
    """Sentences for people: “[1] says “1847”, [3] and [4] say “1851”.”

    ``words`` are those of each `Said`, by place; ``numbers`` those by which passages are shown, by
    place. What isn't shown is left out; nothing is said where only one side is shown.
    """
    groups: dict[str, list[int]] = {}
    for said in agreement.differing:
        if said.place in numbers:
            groups.setdefault(fold(one_line(words[said.place])), []).append(said.place)
    first = numbers.get(0)
    sentences = [
        say("[{number}] is told otherwise elsewhere. {differs}", number=first, differs=differs)
        for differs in agreement.told
        if first is not None
    ]
    if len(groups) > 1:
        alike = [place for _, place in agreement.alike if place in numbers]
        next(iter(groups.values())).extend(alike)
        parts = [
            _says(sorted(numbers[place] for place in places), one_line(words[places[0]]))
            for places in groups.values()
        ]
        sentences.insert(0, joined(*parts, by=", ", end="."))
    return tuple(sentences)


def _says(numbers: Sequence[int], words: str) -> Message:
    shown = both(f"[{number}]" for number in numbers)
    return say_n(
        "{numbers} says “{words}”", "{numbers} say “{words}”", len(numbers),
        numbers=shown, words=words,
    )  # fmt: skip


def compare(snapshot: Snapshot, matcher: Matcher, ranked: Sequence[Ranked]) -> Agreement:
    """How the passages ``ranked``, best first, stand to each other as answers to one question.

    Each later one is a duplicate of the first earlier one that it repeats. What answers alike and
    what disagrees is told of the first passage, which answers, only.
    """
    tellings = [_Telling(snapshot, matcher, hit) for hit in ranked]
    kept: list[int] = []
    duplicates: list[tuple[int, int]] = []
    for place, telling in enumerate(tellings):
        first = next((n for n in kept if telling.repeats(tellings[n])), None)
        if first is None:
            kept.append(place)
        else:
            duplicates.append((first, place))
    alike = tuple(
        (kept[0], place) for place in kept[1:] if _alike(tellings[kept[0]], tellings[place])
    )
    differing = tuple(_differing(tellings, kept))
    told = tuple(_told_of(snapshot, tellings[0])) if tellings else ()
    return Agreement(tuple(kept), tuple(duplicates), alike, differing, told)


def _differing(tellings: Sequence[_Telling], kept: Sequence[int]) -> Iterator[Said]:
    """What the first passage says, if others disagree, and what they say."""
    others = []
    for place in kept[1:]:
        if _disagree(tellings[0], tellings[place]):
            fit = tellings[place].likely[0].fit
            others.append(Said(place, fit.start, fit.stop))
    if others:
        fit = tellings[0].likely[0].fit
        yield Said(0, fit.start, fit.stop)
        yield from others


def _told_of(snapshot: Snapshot, telling: _Telling) -> Iterator[str]:
    """What the timeline tells of disagreement on the words of a passage that answer.

    See `Event.differs`: its sentences quote the words that are told otherwise elsewhere.
    """
    stretch = telling.stretch
    if stretch is None:
        return
    text = telling.words.text
    answering = [one_line(text[fit.start : fit.stop]) for fit in stretch.fits]
    for number in snapshot.events_of.get(telling.passage.id, ()):
        differs = snapshot.events[number].differs or ""
        here = [part.split("”")[0] for part in differs.split("ere “")[1:]]
        if any(words in fit or fit in words for words in here for fit in answering):
            yield differs


# ---------------------------------------------------------------- what a passage says


@dataclass(frozen=True, slots=True)
class _Value:
    """A number or a date that may be the answer."""

    fit: Fit
    numbers: tuple[float, ...] = ()  # two of a range
    units: frozenset[str] = frozenset()  # terms that stand with the number
    limit: int = 0  # 1: that much at least, -1: at most
    about: bool = False
    date: HistoricDate | None = None


class _Telling:
    """A passage with what it is compared by, each found once and only when asked for."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher, hit: Ranked) -> None:
        self._snapshot = snapshot
        self.matcher = matcher
        self.position = hit.position
        self.passage: Passage = snapshot.passages[hit.position]
        self.words: PassageWords = snapshot.words(hit.position)
        self.stretch: Stretch | None = hit.stretch

    # ------------------------------------------------------------ as a whole

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(self.words.terms)

    @cached_property
    def row(self) -> tuple[str, ...]:
        """All its words, folded, in order."""
        return tuple(fold(match[0]) for match in _WORD.finditer(self.words.text))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.row)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        row = self.row
        return frozenset(zip(row, row[1:], row[2:], strict=False))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Its numbers in digits and in words, in order."""
        return tuple(word for word in self.row if _is_number(word))

    @cached_property
    def names(self) -> frozenset[str]:
        """Its words with a capital that begin no sentence, folded."""
        begins = {start for start, _ in self.words.sentences}
        return frozenset(
            fold(match[0])
            for match in _WORD.finditer(self.words.text)
            if match[0][0].isupper() and match.start() not in begins
        )

    @cached_property
    def happened(self) -> frozenset[str]:
        """The dates of the chronology entries that it is."""
        events = (
            self._snapshot.events[n] for n in self._snapshot.events_of.get(self.passage.id, ())
        )
        return frozenset(event.date.edtf for event in events if event.kind == "entry")

    def repeats(self, other: _Telling) -> bool:
        """Whether this holds nothing that ``other`` doesn't, but for small edits."""
        if len(self.terms & other.terms) < _SAME_TERMS * len(self.terms):
            return False
        place, elsewhere = self.passage.locator, other.passage.locator
        if self.passage.kind == "note" and _at_home(self, other):
            return False  # the same note stands for another claim
        if len(self.row) < _FEWEST_WORDS or len(self.row) > 1.5 * len(other.row):
            return False
        if len(self.runs & other.runs) < _SAME_RUNS * len(self.runs):
            return False
        if _years(place.section) != _years(elsewhere.section) or self.happened != other.happened:
            return False
        added = self.vocabulary - other.vocabulary
        if not added.isdisjoint(self.names) or not added.isdisjoint(_NEGATIONS):
            return False
        if not _in_order(self.numbers, other.numbers):
            return False
        denied, denying = (
            sum(word in _NEGATIONS for word in telling.row) for telling in (self, other)
        )
        return denied == denying if len(other.row) < 1.1 * len(self.row) else denied <= denying

    # ------------------------------------------------------------ for the question

    @cached_property
    def answers(self) -> float:
        """The share of the question that its answering sentence holds, with what stands around."""
        return self.matcher.told(self.stretch.around) if self.stretch else 0.0

    @cached_property
    def told(self) -> Mapping[str, float]:
        """What its answering sentence tells beside the question: terms with their weights."""
        if self.stretch is None:
            return {}
        words, idf = self.words, self._snapshot.searcher.idf
        first = bisect_left(words.starts, self.stretch.start)
        last = bisect_left(words.starts, self.stretch.stop)
        terms = dict.fromkeys(words.terms[first:last])
        return {term: idf(term) for term in terms if not self.matcher.held_by((term,))}

    @cached_property
    def without_numbers(self) -> Mapping[str, float]:
        """The same without numbers and the words of dates."""
        words = self.words
        written = {
            words.terms[place]
            for dated in self.dates
            for place in range(
                bisect_left(words.starts, dated.start), bisect_left(words.starts, dated.stop)
            )
        }
        return {
            term: weight
            for term, weight in self.told.items()
            if term not in written and not _is_number(term)
        }

    def clause(self, value: _Value) -> float:
        """The share of the question that the clause holds in which ``value`` stands.

        A date that begins a chronology entry, or a sentence (“In 1911, …”), belongs to what follows.
        """
        words, text = self.words, self.words.text
        begin, end = next(
            (span for span in words.sentences if span[0] <= value.fit.start < span[1]),
            (0, len(text)),
        )
        cuts = [begin, *(m.end() for m in _CLAUSE.finditer(text, begin, end)), end]
        number = bisect_right(cuts, value.fit.start) - 1
        start, stop = cuts[number], cuts[number + 1]
        held = self._held(start, stop)
        if not held and number == 0 and len(cuts) > 2:
            held = self._held(start, cuts[2])
        return self.matcher.told(held)

    def _held(self, start: int, stop: int) -> dict[int, float]:
        words = self.words
        first, last = bisect_left(words.starts, start), bisect_left(words.starts, stop)
        return self.matcher.held_by(words.terms[first:last])

    @cached_property
    def dates(self) -> tuple[_Dated, ...]:
        """The dates in its answering sentence, those that lack a year as its events have them."""
        if self.stretch is None:
            return ()
        text, begin = self.words.text[self.stretch.start : self.stretch.stop], self.stretch.start
        events = [
            self._snapshot.events[n] for n in self._snapshot.events_of.get(self.passage.id, ())
        ]
        found = {
            (mention.start + begin, mention.stop + begin): mention.date
            for mention in find_dates(text)
        }
        for event in events:
            at = text.find(event.as_written) if event.as_written else -1
            if at >= 0:
                found[at + begin, at + begin + len(event.as_written)] = event.date
        return tuple(
            _Dated(start, stop, date)
            for (start, stop), date in sorted(found.items(), key=_by_place)
        )

    @cached_property
    def values(self) -> tuple[_Value, ...]:
        """The numbers or dates that may be the answer, the likeliest first; () for other questions."""
        expects = self.matcher.answer_type.expects
        if self.stretch is None or expects not in _AMOUNTS | _TIMES:
            return ()
        fits = [fit for fit in self.stretch.fits if fit.strength >= _SURE]
        fits.sort(key=lambda fit: (-fit.strength, fit.start))
        made = (self._amount(fit) if expects in _AMOUNTS else self._time(fit) for fit in fits)
        return tuple(value for value in made if value is not None)

    @cached_property
    def likely(self) -> tuple[_Value, ...]:
        """Those of `values` that are about as likely the answer as any: whose clause holds most of
        the question, and of these the surest."""
        if len(self.values) < 2:
            return self.values
        held = [round(self.clause(value), 6) for value in self.values]
        near = [value for value, share in zip(self.values, held, strict=True) if share == max(held)]
        least = near[0].fit.strength - _ABOUT_AS_SURE
        return tuple(value for value in near if value.fit.strength >= least)

    def _amount(self, fit: Fit) -> _Value | None:
        words = self.words
        numbers: list[float] = []
        units: set[str] = set()
        begun, past, stop = False, False, fit.start
        for place in range(
            bisect_left(words.starts, fit.start), bisect_left(words.starts, fit.stop)
        ):
            term = words.terms[place]
            if not _NUMBER.fullmatch(term):
                past = begun
                units.add(term)
            elif words.starts[place] >= stop and not past:
                numbers.append(float(term))
                begun, stop = True, words.stops[place]
        if not numbers:
            return None
        said = words.text[max(0, fit.start - _LIMIT_BEFORE) : fit.stop]
        limit = 1 if _AT_LEAST.search(said) else -1 if _AT_MOST.search(said) else 0
        return _Value(fit, tuple(numbers[:2]), frozenset(units), limit, bool(_ABOUT.search(said)))

    def _time(self, fit: Fit) -> _Value | None:
        for dated in self.dates:
            if dated.start < fit.stop and fit.start < dated.stop:
                return _Value(fit, date=dated.date)
        year = _YEAR.search(self.words.text, fit.start, fit.stop)
        return _Value(fit, date=from_edtf(year[0])) if year else None

    @cached_property
    def named(self) -> frozenset[frozenset[str]]:
        """The answering words that may be the answer, each as its terms; for names and things."""
        if self.stretch is None:
            return frozenset()
        best = max((fit.strength for fit in self.stretch.fits), default=0.0)
        found = set()
        for fit in self.stretch.fits:
            if fit.strength >= max(_SURE, best - _ABOUT_AS_SURE):
                first = bisect_left(self.words.starts, fit.start)
                last = bisect_left(self.words.starts, fit.stop)
                terms = self.words.terms[first:last]
                found.add(frozenset(term for term in terms if term in self.told))
        return frozenset(terms for terms in found if terms)


@dataclass(frozen=True, slots=True)
class _Dated:
    start: int
    stop: int
    date: HistoricDate


def _by_place(item: tuple[tuple[int, int], HistoricDate]) -> tuple[int, int]:
    return item[0]


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMBER_WORDS


def _in_order(few: Sequence[str], many: Iterable[str]) -> bool:
    """Whether ``few`` stand in ``many`` in the same order, others between them or not."""
    rest = iter(many)
    return all(word in rest for word in few)


def _years(section: Sequence[str]) -> tuple[str, ...]:
    return tuple(year for heading in section for year in _YEAR.findall(heading))


# ---------------------------------------------------------------- what two say


def _alike(one: _Telling, other: _Telling) -> bool:
    """Whether two passages of different documents or sections give the same answer."""
    if not _apart(one, other) or min(one.answers, other.answers) < _ANSWERS:
        return False
    both = one.told.keys() & other.told.keys()
    shared = _shared(one, other)
    expects = one.matcher.answer_type.expects
    if expects in _AMOUNTS or expects in _TIMES:
        same = any(_compatible(a, b) == "same" for a in one.likely for b in other.likely)
        return same and shared >= _ALIKE_VALUE
    if other.answers < _ANSWERS_AS_WELL * one.answers or len(both) < _FEWEST_SHARED:
        return False
    if (
        one.named
        and other.named
        and not any(a <= b or b <= a for a in one.named for b in other.named)
    ):
        return False
    return shared >= _ALIKE and _same_time(one, other)


def _disagree(one: _Telling, other: _Telling) -> bool:
    """Whether two passages make one statement but for a number or a date that answers."""
    if min(one.answers, other.answers) < _ANSWERS or not _apart(one, other):
        return False
    if one.passage.kind == other.passage.kind == "entry" and _at_home(one, other):
        return False  # what a chronology tells twice is two happenings
    ours, theirs = one.likely, other.likely
    if not ours or not theirs or any(_compatible(a, b) != "other" for a in ours for b in theirs):
        return False
    if any(_compatible(ours[0], more) == "other" for more in ours[1:]):
        return False
    if any(_compatible(theirs[0], more) == "other" for more in theirs[1:]):
        return False
    if min(one.clause(ours[0]), other.clause(theirs[0])) < _ANSWERS_ALL:
        return False
    return _one_statement(one, other) and _same_time(one, other)


def _apart(one: _Telling, other: _Telling) -> bool:
    """Whether two passages stand in different documents or sections, and neither bears the other."""
    a, b = one.passage, other.passage
    if not _at_home(one, other):
        return True
    if a.locator.note in b.notes or b.locator.note in a.notes:
        return False
    return a.locator.section != b.locator.section


def _at_home(one: _Telling, other: _Telling) -> bool:
    return one.passage.locator.document_id == other.passage.locator.document_id


def _shared(one: _Telling, other: _Telling) -> float:
    """What both sentences tell beside the question, as a share of what the lighter one tells."""
    both, lighter, _ = _weighed(one.told, other.told)
    return both / lighter if lighter else 1.0


def _one_statement(one: _Telling, other: _Telling) -> bool:
    """Whether two sentences tell the same beside the question, but for numbers and dates."""
    both, lighter, heavier = _weighed(one.without_numbers, other.without_numbers)
    return both >= _ONE_STATEMENT * lighter and both >= _LONGER_STATEMENT * heavier


def _weighed(ours: Mapping[str, float], theirs: Mapping[str, float]) -> tuple[float, float, float]:
    """What two rows of terms have in common, and both of them, the lighter one first."""
    lighter, heavier = sorted(math.fsum(terms.values()) for terms in (ours, theirs))
    return math.fsum(ours[term] for term in ours.keys() & theirs.keys()), lighter, heavier


def _compatible(one: _Value, other: _Value) -> str:
    """“same”, “other”, or “either” where one may be a less exact form of the other."""
    if one.date is not None and other.date is not None:
        if one.date.overlap(other.date.earliest, other.date.latest) is None:
            return "other"
        coarser = max(one.date, other.date, key=_days)
        close = _days(coarser) <= _YEAR_DAYS or _days(one.date) == _days(other.date)
        within = one.date.within(other.date) or other.date.within(one.date)
        return "same" if within and close else "either"
    if one.units and other.units and one.units.isdisjoint(other.units):
        return "either"
    if one.numbers == other.numbers:
        return "same"
    if len(one.numbers) != 1 or len(other.numbers) != 1:
        return "either"
    [a], [b] = one.numbers, other.numbers
    for value, limit, against, its_limit in (
        (a, one.limit, b, other.limit),
        (b, other.limit, a, one.limit),
    ):
        if limit and (limit == its_limit or (against - value) * limit >= 0):
            return "either"
    if (one.about or other.about) and abs(a - b) <= 0.2 * max(a, b):
        return "either"
    return "either" if _rounded(a, b) or _rounded(b, a) else "other"


def _days(date: HistoricDate) -> int:
    return date.latest - date.earliest + 1


def _rounded(round_: float, exact: float) -> bool:
    """Whether ``exact`` may have been written as ``round_``."""
    if not _ROUNDED_FROM <= round_ < _EXACT_TO or round_ != int(round_):
        return False
    digits = str(int(round_))
    unit = int("1" + "0" * (len(digits) - len(digits.rstrip("0"))))
    return unit > 1 and abs(exact - round_) <= unit / 2


def _same_time(one: _Telling, other: _Telling) -> bool:
    """Whether no date of one sentence, but for one that answers, rules out those of the other."""
    ours, theirs = (
        [
            dated.date
            for dated in telling.dates
            if not any(
                v.fit.start < dated.stop and dated.start < v.fit.stop for v in telling.values
            )
        ]
        for telling in (one, other)
    )
    if not ours or not theirs:
        return True
    return any(a.overlap(b.earliest, b.latest) is not None for a in ours for b in theirs)
