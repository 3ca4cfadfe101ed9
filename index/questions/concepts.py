"""What a question is made of: its words, each with every term that counts for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.model import HistoricDate

#: Why a term counts for a word: it is that word, or how it came to stand for it.
Reason = Literal["typed", "alias", "acronym", "spelling", "variant", "compound", "name", "related"]

Kind = Literal[
    "who", "when", "where", "how many", "how much", "why", "how", "what", "yes or no", "list"
]

#: What would answer: "date" may be as coarse as a year, "year" is one; "definition" says what or who
#: something is.
Expects = Literal[
    "person",
    "body",
    "place",
    "date",
    "year",
    "duration",
    "number",
    "money",
    "percentage",
    "reason",
    "means",
    "work",
    "definition",
]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A term that counts for a word of a question."""

    term: str
    share: float = 1.0  # of what the typed word would count, above 0 and at most 1
    reason: Reason = "typed"
    shown: str = ""  # the word for people, where it is not the one that was typed


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question, or a name that counts as one, with the terms that count for it.

    A passage covers it by any of them; the best one that it holds counts, never several.
    """

    word: str  # as typed
    start: int  # in the question's text; of a carried one its end
    stop: int
    alternatives: tuple[Alternative, ...]  # what was typed first
    weight: float  # how much it tells: the inverse document frequency of its best-known term
    missing_name: bool = False  # written like a name, and no document has it
    carried: bool = False  # from the question before

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms that count for it."""
        return tuple(alternative.term for alternative in self.alternatives)

    @property
    def typed(self) -> tuple[str, ...]:
        """Those of them that are the word itself, or another of its own names."""
        return tuple(a.term for a in self.alternatives if a.reason in ("typed", "alias"))


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood."""

    text: str
    concepts: tuple[Concept, ...]  # without the words of dates
    terms: tuple[str, ...]  # all that are searched, words of dates too
    dates: tuple[HistoricDate, ...]
    people: tuple[str, ...]
    kind: Kind | None
    only_stop_words: bool
    wants_source: bool = False  # it asks what a claim rests on, so that a note may answer
    target: tuple[int, int] | None = None  # of its text: what is counted or sought ("diplomats")
    phrases: tuple[tuple[str, ...], ...] = ()  # the terms of each stretch in quotation marks
    quoted: tuple[str, ...] = ()  # the same as typed
    excluded: tuple[str, ...] = ()  # terms that no passage may hold
    excluded_phrases: tuple[tuple[str, ...], ...] = ()  # nor these side by side
    shut_out: tuple[str, ...] = ()  # what is excluded, as typed
    corrections: tuple[tuple[str, str], ...] = ()  # (as typed, read as)
    carried: tuple[str, ...] = ()  # words and dates taken from the question before
    named: tuple[tuple[str, HistoricDate], ...] = ()  # events that it counts from, and their dates
    date_terms: tuple[tuple[str, ...], ...] = ()  # the words of each date, as they are searched
    recurring: tuple[tuple[int, int], ...] = ()  # months and days of every year; day 0: the month
    kinds: tuple[Kind, ...] = ()  # the main one, which is ``kind``, first
    expects: Expects | None = None  # what would answer the main one; None: it can't be told
    target_terms: tuple[str, ...] = ()  # of the target, a carried one too
    note: int | None = None  # a note that is asked for by its number
    document: str | None = None  # id of the one document to answer from
    who: tuple[tuple[str, ...], ...] = ()  # the terms of names, each of which a passage must hold
    within: HistoricDate | None = None  # the time given beside it: ``dates`` lie in it

    @property
    def timed(self) -> bool:
        """Whether it asks for a time, of one year or of every year."""
        return bool(self.dates or self.recurring)

    @property
    def weight(self) -> float:
        """What all its concepts tell together."""
        return sum(concept.weight for concept in self.concepts)
