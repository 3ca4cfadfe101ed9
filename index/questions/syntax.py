"""The signs in a question for those who want them: “phrases”, -exclude, doc:, who:, date:.

``"two words"`` must stand together; ``-word`` and ``-"two words"`` must not stand there at all;
``doc:`` names the document (its id, file name or title), ``who:`` a person, ``date:`` a time. A value
with blanks stands in quotation marks; names and dates also go on without, as far as they are known.
Whatever can't be taken so is read as plain words: an unknown document, a minus within a word
(``MIG-29``) or before a number, a quotation mark without its other. One pass over the text, and no
sign within another.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from index.analysis import GROUP
from index.analysis.analyzer import phrase_of
from index.dates import find_dates, parse_when
from index.errors import UnknownDocumentError, UnreadableDateError
from index.model import HistoricDate
from index.snapshot import Snapshot

MOST_OPERATORS = 20  # of a question; more of them are plain words

_LONGEST_VALUE = 200  # characters of a date or name that goes on without quotation marks
_MOST_NAME_WORDS = 4
_CLOSES = {'"': '"', "＂": "＂", "“": "”", "„": "“”", "«": "»"}
_QUOTES = re.compile(r'["＂“”„«»]')
_BEGINS = re.compile(
    r"(?<![^\s(\[])(?:(?P<minus>-)|(?P<key>doc|who|date):)(?=[^\s:-])", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_][\w'’./-]*")
_RUN = re.compile(r'[^\s"＂“”„«»]+')
_NAME_WORD = re.compile(r" ([^\W\d_][\w'’.-]*)")
_ENDING = "?!,;:.)]"
_NUMBER = re.compile(r"[\d.,/%-]+")


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign with its value, as it stands in the text; the quotation marks are outside the value."""

    kind: Literal["phrase", "exclude", "doc", "who", "date"]
    start: int
    stop: int
    value: tuple[int, int]
    quoted: bool


@dataclass(frozen=True, slots=True)
class Syntax:
    """What a question's signs ask for, and its other words."""

    #: As long as the question; blanks where a sign and its value stood. The names of ``who:`` stay
    #: where nothing else does.
    text: str
    phrases: tuple[tuple[str, ...], ...] = ()  # the terms of each; their words are still in `text`
    quoted: tuple[str, ...] = ()  # the same as typed
    excluded: tuple[str, ...] = ()  # single terms
    excluded_phrases: tuple[tuple[str, ...], ...] = ()
    shut_out: tuple[str, ...] = ()  # what is excluded, as typed
    document: str | None = None  # id
    who: tuple[tuple[str, ...], ...] = ()  # the terms of each name, to stand together
    people: tuple[str, ...] = ()  # the same names for people
    corrections: tuple[tuple[str, str], ...] = ()  # names (as typed, read as)
    dates: tuple[HistoricDate, ...] = ()
    recurring: tuple[tuple[int, int], ...] = ()  # months and days of every year; day 0: the month
    date_terms: tuple[tuple[str, ...], ...] = ()  # the words of each date


def find_operators(text: str) -> tuple[Operator, ...]:
    """The signs of ``text`` in order, none within another; whether they mean anything is not told."""
    found: list[Operator] = []
    pairs = dict(_pairs(text))
    done = 0
    begins = {match.start(): match for match in _BEGINS.finditer(text)}
    for at in sorted({*begins, *pairs}):
        if at < done or len(found) == MOST_OPERATORS:
            continue
        operator = _operator(text, begins[at], pairs) if at in begins else None
        if operator is None and at in pairs:
            operator = Operator("phrase", at, pairs[at] + 1, (at + 1, pairs[at]), True)
        if operator is not None:
            found.append(operator)
            done = operator.stop
    return tuple(found)


def read_syntax(text: str, snapshot: Snapshot, today: dt.date) -> Syntax:
    """What the signs of ``text`` ask for; without any, its plain words."""
    operators = find_operators(text)
    return _Reader(text, snapshot, today).read(operators) if operators else Syntax(text)


def naming(snapshot: Snapshot, said: str) -> tuple[str, tuple[str, ...]] | None:
    """Whom ``said`` names: the name for people, and its terms as passages hold them side by side.

    An alias is any name of its group; else the words themselves, if a passage holds all of them;
    else the one name that it is nearly. None if nobody is called so.
    """
    if terms := _held(snapshot, said):
        group = terms[0] if terms[0].startswith(GROUP) else ""
        return snapshot.analyzer.names.get(group, said), terms
    meant = snapshot.people.meant(said).name
    if meant and " " not in said:  # one word stands for the word of the name that it is nearest to
        meant = min(meant.split(), key=lambda word: OSA.distance(word.casefold(), said.casefold()))
    terms = _held(snapshot, meant) if meant else ()
    return (meant, terms) if meant and terms else None


def phrase_terms(snapshot: Snapshot, words: str) -> tuple[str, ...]:
    """The terms of ``words`` one after another: one for each word, no stop words, no alias groups."""
    return phrase_of(snapshot.analyzer, words)


# ---------------------------------------------------------------- finding


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Quotation marks that open with those that close them; each with the very next mark."""
    marks = [match.start() for match in _QUOTES.finditer(text)]
    n = 0
    while n + 1 < len(marks):
        start, stop = marks[n], marks[n + 1]
        before, behind = text[start - 1 : start], text[stop + 1 : stop + 2]
        opens = not before or before.isspace() or before in "([-:–—/¿¡,"
        closes = text[stop] in _CLOSES.get(text[start], "") and not behind.isalnum()
        inside = text[start + 1 : stop]
        if opens and closes and any(char.isalnum() for char in inside):
            yield start, stop
            n += 2
        else:
            n += 1


def _operator(text: str, begin: re.Match[str], pairs: dict[int, int]) -> Operator | None:
    kind: Literal["exclude", "doc", "who", "date"] = "exclude"
    if begin["key"]:
        if begin["key"] == "WHO":
            return None  # the organisation
        kind = begin["key"].lower()  # type: ignore[assignment]  # the pattern has no others
    at = begin.end()
    if at in pairs:
        return Operator(kind, begin.start(), pairs[at] + 1, (at + 1, pairs[at]), True)
    run = (_WORD if kind == "exclude" else _RUN).match(text, at)
    if run is None:
        return None
    value = run[0].rstrip("'’./-") if kind == "exclude" else run[0]
    if kind == "exclude" and _NUMBER.fullmatch(value):
        return None  # a negative number
    return Operator(kind, begin.start(), at + len(value), (at, at + len(value)), False)


# ---------------------------------------------------------------- reading


class _Reader:
    """Takes the signs of one question, and blanks out those that mean something."""

    def __init__(self, text: str, snapshot: Snapshot, today: dt.date) -> None:
        self._text, self._snapshot, self._today = text, snapshot, today
        self._blanked: list[tuple[int, int]] = []
        self._phrases: list[tuple[str, ...]] = []
        self._quoted: list[str] = []
        self._excluded: list[tuple[str, ...]] = []
        self._shut_out: list[str] = []
        self._document: str | None = None
        self._who: list[tuple[str, tuple[str, ...]]] = []
        self._names: list[tuple[int, int]] = []  # their spans
        self._corrections: list[tuple[str, str]] = []
        self._dates: list[HistoricDate] = []
        self._recurring: list[tuple[int, int]] = []
        self._date_terms: list[tuple[str, ...]] = []

    def read(self, operators: Sequence[Operator]) -> Syntax:
        for operator in operators:
            start, stop = operator.value
            value = self._text[start:stop]
            match operator.kind:
                case "phrase":
                    self._phrase(operator, value)
                case "exclude":
                    self._exclude(operator, value)
                case "doc":
                    self._take_document(operator, value)
                case "who":
                    self._take_name(operator, value)
                case "date":
                    self._take_date(operator, value)
        text = _blank(self._text, self._blanked)
        if not any(char.isalnum() for char in text):
            ends = [0, *(end for span in self._names for end in span), len(self._text)]
            text = _blank(self._text, list(zip(ends[::2], ends[1::2], strict=True)))
        return Syntax(
            text=text,
            phrases=tuple(self._phrases),
            quoted=tuple(self._quoted),
            excluded=tuple(terms[0] for terms in self._excluded if len(terms) == 1),
            excluded_phrases=tuple(terms for terms in self._excluded if len(terms) > 1),
            shut_out=tuple(self._shut_out),
            document=self._document,
            who=tuple(terms for _, terms in self._who),
            people=tuple(name for name, _ in self._who),
            corrections=tuple(self._corrections),
            dates=tuple(self._dates),
            recurring=tuple(self._recurring),
            date_terms=tuple(self._date_terms),
        )

    def _phrase(self, operator: Operator, value: str) -> None:
        around = self._text[: operator.start] + self._text[operator.stop :]
        whole = value.rstrip().endswith("?") and not any(char.isalnum() for char in around)
        terms = phrase_terms(self._snapshot, value)
        if terms and not whole:  # a question as a whole in quotation marks is none to be found so
            self._phrases.append(terms)
            self._quoted.append(" ".join(value.split()))

    def _exclude(self, operator: Operator, value: str) -> None:
        if terms := phrase_terms(self._snapshot, value):
            self._excluded.append(terms)
            self._shut_out.append(value)
            self._blanked.append((operator.start, operator.stop))

    def _take_document(self, operator: Operator, value: str) -> None:
        for said in dict.fromkeys((value, value.rstrip(_ENDING))):
            try:
                found = self._snapshot.document_id(said)
            except UnknownDocumentError:
                continue
            if self._document in (None, found):
                self._document = found
                self._blanked.append((operator.start, operator.value[0] + len(said)))
                return
        self._plain(operator)

    def _take_name(self, operator: Operator, value: str) -> None:
        start, stop = operator.value
        candidates = [value.rstrip(_ENDING)]
        if not operator.quoted:
            candidates = self._longer_names(start, stop) or candidates
        for said in candidates:
            if said.isdecimal() or not (found := naming(self._snapshot, said)):
                continue
            name, terms = found
            known = terms[0].startswith(GROUP) or said != name or said[:1].isupper()
            if not known and self._snapshot.people.meant(said).name is None:
                continue
            if said != name:
                self._corrections.append((said, name))
            self._who.append((name, terms))
            self._names.append((start, start + len(said)))
            end = operator.stop if operator.quoted else start + len(said)
            self._blanked.append((operator.start, end))
            return
        self._plain(operator)

    def _longer_names(self, start: int, stop: int) -> list[str]:
        """The name that begins at ``start`` with the words behind it, longest first."""
        names = [self._text[start:stop].rstrip(_ENDING)]
        while len(names) < _MOST_NAME_WORDS and self._text[stop - 1] not in _ENDING:
            following = _NAME_WORD.match(self._text, stop, start + _LONGEST_VALUE)
            if following is None or not following[1][0].isupper():
                break
            stop = following.end()
            names.append(self._text[start:stop].rstrip(_ENDING))
        return names[::-1]

    def _take_date(self, operator: Operator, value: str) -> None:
        start, stop = operator.value
        candidates = [value, value.rstrip(_ENDING)]
        if not operator.quoted:
            part = self._text[start : start + _LONGEST_VALUE]
            first = next(iter(find_dates(part, today=self._today)), None)
            if first is not None and first.start == 0 and start + first.stop > stop:
                candidates.insert(0, part[: first.stop])
        for said in dict.fromkeys(candidates):
            try:
                when = parse_when(said, today=self._today)
            except UnreadableDateError:
                continue
            if when.date is not None:
                self._dates.append(when.date)
            else:
                self._recurring.append(when.month_day or (when.month or 0, 0))
            if terms := tuple(term.text for term in self._snapshot.analyzer.terms(said)):
                self._date_terms.append(terms)
            end = operator.stop if operator.quoted else start + len(said)
            self._blanked.append((operator.start, end))
            return
        self._plain(operator)

    def _plain(self, operator: Operator) -> None:
        """Leave the words of an operator that means nothing, without its key."""
        self._blanked.append((operator.start, operator.value[0]))


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with blanks over ``spans``, which are in order; as long as before."""
    parts, done = [], 0
    for start, stop in spans:
        start = max(start, done)
        stop = max(start, stop)
        parts += [text[done:start], " " * (stop - start)]
        done = stop
    return "".join([*parts, text[done:]])


def _held(snapshot: Snapshot, name: str) -> tuple[str, ...]:
    """The terms that a passage must hold side by side to name ``name``; () if none holds them all."""
    found = snapshot.analyzer.terms(name)
    if not found:
        return ()
    start, stop = found[0].start, max(term.stop for term in found)
    groups = [
        t.text for t in found if t.text.startswith(GROUP) and (t.start, t.stop) == (start, stop)
    ]
    terms = (groups[0],) if groups else phrase_terms(snapshot, name)
    postings = [snapshot.searcher.postings(term) for term in terms]
    if not postings:
        return ()
    return terms if set(postings[0]).intersection(*postings[1:]) else ()
