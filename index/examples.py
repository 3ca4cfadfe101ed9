"""Questions that a corpus answers, made from what it holds: for a page of help.

A few patterns turn a sentence round: “The mill was built in 1822” gives “When was the mill built?”.
What comes out is asked, and kept only where the answer is sure and is the very sentence that it was
made from. The patterns are English, so of documents in other languages only times and names are
offered. What can't be turned round surely is left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile

import numpy as np

from index.analysis import fold, primary
from index.archive import Archive
from index.dates.edtf import Part, civil, single
from index.dates.wording import event_words, say_date
from index.errors import ArchivistError
from index.events.name_words import (
    BODIES,
    CALENDAR,
    COMMON,
    PEOPLES,
    PLACE_WORDS,
    THINGS,
)
from index.events.prose_words import HAPPENING_VERBS, PRONOUNS
from index.model import Answer, Event, Example, HistoricDate, Precision, one_line
from index.sentences import sentences
from index.words.variants import inflections

_SURE = 0.6  # confidence of an answer that is sure
_ASKED = 5  # questions of a sort that are tried
_READ = 400  # passages, and as many events, whose sentences are looked at
_MOST_NAMES = 20_000  # by which subjects of sentences are told
_LONGEST = 90  # characters of a question
_MOST_WORDS = 8  # of a subject, and of what stands behind its verb
_FEWEST_WORDS = 3  # of a subject without a name and its verb: fewer don't say which is meant
_MOST_IN_MONTH = 8  # events of a month that is asked for
_COMMON = 0.3  # share of the events: whom more of them name, of whom too much is told
_FEW = 10  # events, in which nobody is named too often
_EXACT = (Precision.DAY, Precision.MONTH, Precision.YEAR)

_PLAIN = re.compile(r"[^\W_][\w’'.$%-]*")
_END = re.compile(r"[,;:()\[\]{}“”„«»\"…?!|*_`<>]|\s[–—-]\s|[–—]|\.(?:\s|$)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,4}(?:\.\d{1,2})?")
_NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million billion".split()
)
#: Before a number they say how exact it is.
_HEDGES = frozenset(
    "about almost approximately around at exactly just least more nearly only over roughly some than".split()
)
_PLURALS = frozenset("people men women children".split())
#: Forms of verbs that tell what there is -> what helps them in a question, and their base forms.
_HOLDING = {
    "has": ("does", "have"), "had": ("did", "have"), "contains": ("does", "contain"),
    "contained": ("did", "contain"), "includes": ("does", "include"),
    "included": ("did", "include"), "employs": ("does", "employ"), "employed": ("did", "employ"),
    "comprises": ("does", "comprise"), "comprised": ("did", "comprise"),
    "owns": ("does", "own"), "owned": ("did", "own"),
}  # fmt: skip
_UNITS = frozenset(
    "years months weeks days hours minutes metres meters kilometres kilometers miles feet tons "
    "tonnes percent dollars pounds euros crowns times decades centuries degrees".split()
)
_PREPOSITIONS = frozenset(
    "about across after against along among around as at before beside between beyond by during for "
    "from in into near of off on onto out over since through throughout to toward towards under "
    "until via with within without".split()
)
#: With these nothing ends.
_OPEN = _PREPOSITIONS | frozenset("a an and but early late later mid or the then when".split())
_WITHIN = frozenset("who whom whose which that what where while because if than as not".split())
_HELPING = frozenset("is are was were be been being has have had will would can could did".split())
_LEANING = PRONOUNS | frozenset(
    "him her his hers its their theirs them us our my your one another other others former latter "
    "there here same such also however meanwhile therefore thus today yesterday tomorrow".split()
)
_JOINING = frozenset(("and", "but", "or", "then"))

#: Verbs of more than four letters whose last letter is doubled before -ed.
_DOUBLED = frozenset(
    "commit acquit admit begin compel defer expel occur permit refer submit".split()
)
_NO_PERSONS = BODIES | THINGS | PLACE_WORDS | PEOPLES | COMMON


def examples(archive: Archive, today: dt.date, *, most: int = 5) -> tuple[Example, ...]:
    """At most ``most`` things to ask that ``archive`` answers, of as many sorts as it can.

    When, how many, who, what happened in a month, a question that follows it; then times and names
    to open the timeline at. The same for the same generation and day; none of an empty corpus.
    """
    found = _Maker(archive, today).make()
    return tuple(islice(found, max(0, most)))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, the passage that holds it, and where it stands in the document."""

    words: tuple[str, ...]  # of its first clause, without the date
    goes_on: bool  # behind a comma: what a preposition takes may be cut
    passage: str
    document: str
    start: int
    stop: int
    event: Event | None


@dataclass(frozen=True, slots=True)
class _Turned:
    """A question, and the sentence that it was made from."""

    question: str
    sentence: _Sentence
    said: str = ""  # words that the answer must hold


class _Maker:
    """Makes the examples of one generation."""

    def __init__(self, archive: Archive, today: dt.date) -> None:
        self._archive, self._today = archive, today
        self._snapshot = snapshot = archive.snapshot
        self._english = frozenset(
            document_id
            for document_id in snapshot.sources
            if primary(snapshot.analyzer_of(document_id).language) == "en"
        )
        aliased = (name for group in snapshot.analyzer.aliases for name in group)
        named = (one.name for one in snapshot.people.most_named(_MOST_NAMES))
        self._names = frozenset(map(fold, (*named, *aliased)))

    def make(self) -> Iterator[Example]:
        """All of them, one of each sort first."""
        sentences = list(self._sentences())
        turned = (self._when(sentences), self._how_many(sentences), self._who(sentences))
        used: set[tuple[str, int]] = set()
        waiting: list[Iterator[_Turned]] = []
        for candidates in turned:
            sure = self._sure(_ordered(candidates)[:_ASKED])
            waiting.append(sure)
            yield from self._new(sure, used, 1)
        yield from self._months()
        times = self._times()
        yield from islice(times, 1)
        for sure in waiting:
            yield from self._new(sure, used, 1)
        yield from times
        yield from self._called()

    def _new(
        self, sure: Iterator[_Turned], used: set[tuple[str, int]], most: int
    ) -> Iterator[Example]:
        """At most ``most`` of them, from sentences that none was made from yet."""
        fresh = (one for one in sure if (one.sentence.document, one.sentence.start) not in used)
        for one in islice(fresh, most):
            used.add((one.sentence.document, one.sentence.start))
            yield Example("ask", one.question, one.sentence.document)

    # ------------------------------------------------------------ what is asked

    def _sure(self, candidates: Iterable[_Turned]) -> Iterator[_Turned]:
        """Those of ``candidates`` that are surely answered by the sentence that they were made from."""
        for turned in candidates:
            answer = self._answer(turned.question)
            if answer is None or answer.confidence < _SURE or answer.understood.dates:
                continue
            best, sentence = answer.passages[0].passage, turned.sentence
            span = answer.answer_spans[0]
            begin = best.locator.start
            meets = begin + span.start < sentence.stop and sentence.start < begin + span.stop
            told = fold(one_line(answer.answer or ""))
            if best.id == sentence.passage and meets and fold(turned.said) in told:
                yield turned

    def _answer(self, question: str, before: str | None = None) -> Answer | None:
        """The answer to ``question``; None if there is none."""
        try:
            answer = self._archive.answer(
                question, today=self._today, k=3, before=(before,) if before else ()
            )
        except ArchivistError:
            return None
        return answer if answer.answered else None

    # ------------------------------------------------------------ sentences

    def _sentences(self) -> Iterator[_Sentence]:
        snapshot = self._snapshot
        for number in _spread(len(snapshot.events)):
            event = snapshot.events[number]
            if event.locator.document_id in self._english:
                told = snapshot.event(number)
                yield from self._read(told.text, told.locator.start, event.passage, told)
        for position in _spread(len(snapshot.passages)):
            passage = snapshot.passages[position]
            if passage.kind == "text" and passage.locator.document_id in self._english:
                text = snapshot.quote(passage.locator)
                yield from self._read(text, passage.locator.start, passage.id, None)

    def _read(
        self, text: str, begin: int, passage: str, event: Event | None
    ) -> Iterator[_Sentence]:
        document = self._snapshot.passages[self._snapshot.positions[passage]].locator.document_id
        for start, stop in sentences(text):
            said = one_line(text[start:stop])
            if event is not None and event.kind == "entry":
                said = event_words(event)
            words, goes_on = _clause(said, event.as_written if event else "")
            if len(words) > 2:
                place = begin + start, begin + stop
                yield _Sentence(words, goes_on, passage, document, *place, event)
            if event is not None:
                return  # what follows may be of another day

    def _subject(self, words: Sequence[str]) -> int:
        """How many of ``words`` are the name that they begin with; 0 for none."""
        for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
            if fold(" ".join(words[:count])) in self._names:
                return count
        return 0

    # ------------------------------------------------------------ turned round

    def _when(self, sentences: Iterable[_Sentence]) -> Iterator[_Turned]:
        for sentence in sentences:
            event, words = sentence.event, sentence.words
            if event is None or event.date.precision not in _EXACT or event.date.end:
                continue
            count = self._subject(words)
            verb = _forms().get(fold(words[count])) if count else None
            rest = _shortened(words[count + 1 :])
            if verb and _is_plain(rest) and rest[0] != "by":
                subject = " ".join(words[:count])
                yield _Turned(f"When did {subject} {verb} {' '.join(rest)}?", sentence)
            elif passive := self._passive(words):
                yield _Turned(f"When {passive}?", sentence)

    def _passive(self, words: Sequence[str]) -> str:
        """“The mill was built by Reed” as “was the mill built by Reed”; empty for all else."""
        at = next((n for n, word in enumerate(words) if word in ("was", "were")), 0)
        if not 0 < at <= _MOST_WORDS or at + 1 >= len(words) or words[at + 1] not in _participles():
            return ""
        subject, rest = list(words[:at]), _shortened(words[at + 1 :])
        if subject[0] == "The":
            subject[0] = "the"
        elif fold(" ".join(subject)) not in self._names:
            return ""
        if not _is_plain((*subject, *rest)) or not _tells((*subject, *rest)):
            return ""
        return " ".join((words[at], *subject, *rest))

    def _who(self, sentences: Iterable[_Sentence]) -> Iterator[_Turned]:
        for sentence in sentences:
            words = sentence.words
            count = self._subject(words)
            name = " ".join(words[:count])
            if not _is_person(name) or fold(words[count]) not in _forms():
                continue
            rest = _shortened(words[count + 1 :])
            if len(rest) > 1 and _is_plain(rest) and rest[0] != "by":
                yield _Turned(f"Who {words[count]} {' '.join(rest)}?", sentence, name)

    def _how_many(self, sentences: Iterable[_Sentence]) -> Iterator[_Turned]:
        for sentence in sentences:
            words = sentence.words
            count = self._subject(words) or _thing(words)
            form = fold(words[count]) if count else ""
            helping, verb = _HOLDING.get(form, ("did", _forms().get(form, "")))
            there = words[:2] in (("There", "are"), ("There", "were"))
            counted = _counted(words, count + 1 if verb else 2 if there else 0)
            if counted is None:
                continue
            number, noun, rest = counted
            question = f"How many {' '.join(noun)}"
            placed = bool(rest) and fold(rest[0]) in _PREPOSITIONS and _is_plain(rest)
            where = rest if placed and not sentence.goes_on else ()
            if there and where:
                question = " ".join((question, words[1], "there", *where))
            elif verb:
                subject = " ".join(("the", *words[1:count]) if words[0] == "The" else words[:count])
                question = " ".join((question, helping, subject, verb, *where))
            elif not count and _goes_on(rest):
                question = " ".join((question, *rest))
            else:
                continue
            yield _Turned(f"{question}?", sentence, " ".join(number))

    # ------------------------------------------------------------ times and names

    def _months(self) -> Iterator[Example]:
        """What happened in the fullest month, and a question that follows it."""
        months = self._fullest(Precision.MONTH, self._english)
        held = [date for date, count in months.items() if count <= _MOST_IN_MONTH]
        for date in held[:_ASKED]:
            question = f"What happened in {say_date(date)}?"
            if self._happened(question, date, None):
                yield Example("ask", question, self._only(date))
                nearest = sorted(held, key=lambda one: abs(one.earliest - date.latest))
                for other in nearest[:_ASKED]:
                    following = f"And in {say_date(other)}?"
                    if other != date and self._happened(following, other, question):
                        yield Example("ask", following, self._only(other), question)
                        return
                return

    def _happened(self, question: str, date: HistoricDate, before: str | None) -> bool:
        """Whether ``question`` is answered by an event of ``date``."""
        answer = self._answer(question, before)
        if answer is None or not answer.events:
            return False
        told = self._snapshot.events_of.get(answer.passages[0].passage.id, ())
        return any(self._snapshot.events[n].date.within(date) for n in told)

    def _times(self) -> Iterator[Example]:
        """The fullest years, then months, as the timeline reads them in any language."""
        for precision in (Precision.YEAR, Precision.MONTH):
            for date in islice(self._fullest(precision, frozenset(self._snapshot.sources)), 2):
                yield Example("timeline", date.edtf, self._only(date))

    def _called(self) -> Iterator[Example]:
        """The names that most events name, alone."""
        most = max(_FEW, len(self._snapshot.events) * _COMMON)
        known = self._snapshot.people.most_named(_MOST_NAMES)
        for one in [one for one in known if one.events <= most][:_ASKED]:
            if self._answer(one.name) is not None:
                yield Example("ask", one.name)

    def _fullest(self, precision: Precision, documents: frozenset[str]) -> dict[HistoricDate, int]:
        """Years or months by how many events surely begin in them, most first, the latest first."""
        table = self._snapshot.timeline.table
        numbers = [n for n, known in enumerate(self._snapshot.sources) if known in documents]
        counted = np.isin(table.document, numbers) & (table.plain == 1)
        if precision is Precision.MONTH:
            counted &= table.rank <= 1  # known to the day or the month
        days, counts = np.unique(table.earliest[counted], return_counts=True)
        dates: Counter[HistoricDate] = Counter()
        for day, count in zip(days.tolist(), counts.tolist(), strict=True):
            year, month, _ = civil(day)
            part = Part(precision, year, month if precision is Precision.MONTH else 0)
            dates[single(part)] += count
        ordered = sorted(dates, key=lambda date: (-dates[date], -date.earliest))
        return {date: dates[date] for date in ordered}

    def _only(self, date: HistoricDate) -> str | None:
        """The one document that tells events of ``date``; None if several do."""
        table = self._snapshot.timeline.table
        within = (table.earliest >= date.earliest) & (table.latest <= date.latest)
        told = np.unique(table.document[within])
        return tuple(self._snapshot.sources)[int(told[0])] if len(told) == 1 else None


# ---------------------------------------------------------------- words


def _spread(count: int) -> range:
    """Positions of what is looked at, spread evenly over all ``count``."""
    return range(0, count, max(1, -(-count // _READ)))


def _ordered(candidates: Iterable[_Turned]) -> list[_Turned]:
    """The short enough of ``candidates``, each question once: those that name most first."""
    found = {one.question: one for one in candidates if len(one.question) <= _LONGEST}

    def order(turned: _Turned) -> tuple[int, int]:
        words = turned.question.split()[1:]
        return -min(2, sum(word[0].isupper() for word in words)), -min(8, len(words))

    return sorted(found.values(), key=order)


def _clause(sentence: str, dated: str) -> tuple[tuple[str, ...], bool]:
    """The words of a sentence up to its first pause or date, without a date that it opens with.

    And whether that pause is a comma.
    """
    at = sentence.find(dated) if dated else -1
    if 0 <= at <= len("In early "):
        sentence = sentence[at + len(dated) :].lstrip(" ,:–—-")
        at = sentence.find(dated)
    if at > 0:
        if not sentence[at - 1].isspace():
            return (), False  # a part of a word
        sentence = sentence[:at]
    end = _END.search(sentence)
    words = sentence[: end.start() if end else len(sentence)].split()
    if end and end[0] == ". ":
        return (), False  # it ends an abbreviation, so that a name may be cut
    plain = [word.rstrip(".") for word in takewhile(_PLAIN.fullmatch, words)]
    return _trimmed(plain), end is not None and end[0] == ","


def _trimmed(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` without those at their end that something has to follow."""
    stop = len(words)
    while stop:
        if stop > 1 and words[stop - 2] == "to" and words[stop - 1].islower():
            stop -= 2  # a verb, of which the object is missing
        elif fold(words[stop - 1]) in _OPEN or fold(words[stop - 1]).endswith("'s"):
            stop -= 1
        else:
            break
    return tuple(words[:stop])


def _shortened(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` up to what else is told; if they are too many, without the prepositions at their end."""
    for n, word in enumerate(words):
        if word in _JOINING and any(map(_is_verb, words[n + 1 : n + 4])):
            return _shortened_to(words[:n])
    return _shortened_to(words)


def _shortened_to(words: Sequence[str]) -> tuple[str, ...]:
    if len(words) > _MOST_WORDS:
        cuts = [n for n in range(2, _MOST_WORDS + 1) if fold(words[n]) in _PREPOSITIONS]
        words = words[: cuts[-1]] if cuts else ()
    words = _trimmed(words)
    if len(words) > 2 and words[-1].islower() and words[-1].endswith("ed"):
        words = _trimmed(words[:-1])  # what it was done by, or to, is missing
    return words


def _is_verb(word: str) -> bool:
    return word.endswith(("ed", "ing")) or word in _forms() or word in HAPPENING_VERBS


def _is_plain(words: Sequence[str]) -> bool:
    """Whether ``words`` are some, not too many, and no clause or date of their own."""
    folded = [fold(word) for word in words]
    return 0 < len(words) <= _MOST_WORDS and not any(
        word in _WITHIN
        or word in _HELPING
        or word in _LEANING
        or word in CALENDAR
        or _is_year(word)
        for word in folded
    )


def _tells(words: Sequence[str]) -> bool:
    """Whether ``words`` tell which is meant: “the old pier built”, “the pier of Arn”; not “the pier”."""
    return len(words) > _FEWEST_WORDS or any(word[0].isupper() for word in words)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal()


def _thing(words: Sequence[str]) -> int:
    """How many of ``words`` are “The” and up to three words before a verb; 0 for none."""
    if not words or words[0] != "The":
        return 0
    for count in range(2, min(5, len(words) - 1)):
        if fold(words[count]) in _forms() or words[count] in _HOLDING:
            return count if _is_plain(words[1:count]) else 0
    return 0


def _counted(
    words: Sequence[str], first: int
) -> tuple[Sequence[str], Sequence[str], tuple[str, ...]] | None:
    """A number at ``first``, the things that it counts, and what stands behind them."""
    while first < len(words) and fold(words[first]) in _HEDGES:
        first += 1
    at = first
    while at < len(words) and _is_number(words[at]):
        at += 1
    if at == first or (at == first + 1 and _is_year(words[first])):
        return None
    for stop in range(at + 1, min(at + 3, len(words)) + 1):
        noun = fold(words[stop - 1])
        if noun in _OPEN | _HELPING | _UNITS:
            return None
        plural = noun.endswith("s") and not noun.endswith(("ss", "'s")) and len(noun) > 3
        if plural or noun in _PLURALS:
            things = words[at:stop]
            rest = _shortened(words[stop:])
            return (words[first:at], things, rest) if _is_plain(things) else None
    return None


def _is_number(word: str) -> bool:
    return fold(word) in _NUMBER_WORDS or _NUMBER.fullmatch(word) is not None


def _goes_on(words: Sequence[str]) -> bool:
    """Whether ``words`` go on with a verb: “were sold to Arn”, “worked on the pier”, “of Arn sign”."""
    if len(words) < 2 or not _is_plain(words[1:]):
        return False
    if words[0] == "were":
        return words[1] in _participles()
    if words[0] == "of":
        return any(word in HAPPENING_VERBS or word in _forms() for word in words[2:-1])
    return words[0].endswith("ed") and words[1] in _PREPOSITIONS


def _is_person(name: str) -> bool:
    """Whether ``name`` may be a person's: words with capitals, none by which bodies are called."""
    words = name.split()
    return 1 < len(words) <= 4 and all(
        word[0].isupper() and word.isalpha() and fold(word) not in _NO_PERSONS for word in words
    )


@cache
def _forms() -> dict[str, str]:
    """The present and past forms of verbs that tell happenings -> their base forms."""
    found: dict[str, str] = {}
    for base in sorted(HAPPENING_VERBS):
        irregular = inflections(base, of_base=True)
        for form in (_with_s(base), irregular[0] if irregular else _with_ed(base)):
            found.setdefault(form, base)
    return found


@cache
def _participles() -> frozenset[str]:
    """The past participles of verbs that tell happenings."""
    bases = ((base, inflections(base, of_base=True)) for base in (*HAPPENING_VERBS, "dig", "light"))
    return frozenset(forms[-1] if forms else _with_ed(base) for base, forms in bases)


def _with_s(base: str) -> str:
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{base}es"
    return f"{base[:-1]}ies" if base.endswith("y") and base[-2] not in "aeiou" else f"{base}s"


def _with_ed(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    short = len(base) <= 4 and base[-1] in "bdgmnpt" and base[-2] in "aeiou"
    doubled = (short and base[-3] not in "aeiou") or base in _DOUBLED
    return f"{base}{base[-1]}ed" if doubled else f"{base}ed"
