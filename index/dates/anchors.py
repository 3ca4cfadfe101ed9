"""What a date is counted from by name: "three months after Shoigu’s visit", "a week after the coup"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import Stemmer

from index.dates.relative import Anchor
from index.dates.wording import say_date
from index.model import DateMention, Document, HistoricDate, Precision, one_line
from index.sentences import sentences

COUNTED = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
_NEAR = 2_000  # characters back, within which a happening that was told is meant
_WORD = re.compile(r"[^\W\d_]+")
_LOOKS_BACK = re.compile(
    r"\b(?:after|before|since|following|until|prior\s+to|despite)\b[^,;.:()—–]*", re.IGNORECASE
)
_EMPTY = frozenset(
    """the a an his her its their this that of in on at to for and by with from first second last
    new s it he she they who which was were had been be is are""".split()
)
_NEXT_WORD = re.compile(r"[ \n]([^\W\d_]+)")
_WORDS_OF = re.compile(r"([^\W\d_]+)[ \n](?:of|in|on)(?:[ \n]the)?[ \n]\Z")


def sentences_before(count: int) -> str:
    """``in the sentence before``, ``three sentences before``."""
    if count == 1:
        return "in the sentence before"
    return f"{COUNTED[count]} sentences before" if count in COUNTED else "earlier in the text"


@dataclass(frozen=True, slots=True)
class Named:
    """A happening that a date is counted from, and where that was found, in words."""

    anchor: Anchor
    said: str


@dataclass(frozen=True, slots=True)
class _Told:
    start: int
    date: HistoricDate


class Happenings:
    """The dated sentences of a document by their words, for what is named again elsewhere.

    ``places`` are those where something is named, in order: sentences far from all of them are not
    looked at.
    """

    def __init__(
        self, document: Document, mentions: Sequence[DateMention], places: Sequence[int]
    ) -> None:
        self._document = document
        self._stem = Stemmer.Stemmer("english").stemWord
        self._told: dict[str, list[_Told]] = {}
        self._called: dict[str, list[HistoricDate] | None] = {}  # "the 2021 coup"; None: several
        for mention in mentions:
            for word in _called(document.text, mention):
                self._call(self._stem(word), mention.date)
        self._index(mentions, places)

    def named(self, start: int, stop: int) -> Named | None:
        """The date of what ``text[start:stop]`` names; None if it can't be told surely.

        "The coup" is the one that the document dates, if it dates one only ("the 1 February 2021
        coup"). Otherwise all words of the name must stand in one sentence not far before, which
        tells one date.
        """
        words = one_line(self._document.text[start:stop])
        stems = self._stems(words)
        if not stems:
            return None
        if len(stems) == 1 and words.lower().startswith("the "):
            known = self._called.get(stems[0], ())
            if known is None:
                return None
            if known:
                return _named(words, known[0], "")
        found = self._sentence_with(stems, start)
        if found is None:
            return None
        return _named(words, found.date, self._distance(found.start, start))

    def _sentence_with(self, stems: Sequence[str], before: int) -> _Told | None:
        """The nearest sentence before that has all these words."""
        near: list[dict[int, _Told]] = []
        for stem in stems:
            places = self._told.get(stem, [])
            low = bisect_left(places, before - _NEAR, key=lambda told: told.start)
            high = bisect_left(places, before, key=lambda told: told.start)
            near.append({told.start: told for told in places[low:high]})
        shared = set(near[0]).intersection(*near[1:])
        return near[0][max(shared)] if shared else None

    def _distance(self, start: int, stop: int) -> str:
        back = sum(1 for _ in sentences(self._document.text, start, stop)) - 1
        return sentences_before(back) if back else "earlier in the sentence"

    def _stems(self, words: str) -> list[str]:
        found = (word.lower() for word in _WORD.findall(words))
        return list(dict.fromkeys(self._stem(word) for word in found if word not in _EMPTY))

    # ---- the index

    def _index(self, mentions: Sequence[DateMention], places: Sequence[int]) -> None:
        starts = [mention.start for mention in mentions]
        for paragraph in self._document.paragraphs:
            first = bisect_left(starts, paragraph.start)
            near = bisect_left(places, paragraph.start)
            if first == len(starts) or starts[first] >= paragraph.stop or near == len(places):
                continue
            if places[near] - paragraph.stop > _NEAR:
                continue
            for start, stop in sentences(self._document.text, paragraph.start, paragraph.stop):
                low, high = bisect_left(starts, start), bisect_left(starts, stop)
                if low < high:
                    self._add(start, stop, mentions[low:high])

    def _add(self, start: int, stop: int, mentions: Sequence[DateMention]) -> None:
        text = self._document.text
        dates = {mention.date.edtf for mention in mentions}
        if len(dates) != 1 or (date := mentions[0].date).start is None or date.end is not None:
            return
        told = _Told(start, date)
        for stem in self._stems(_LOOKS_BACK.sub(" ", text[start:stop])):
            self._told.setdefault(stem, []).append(told)

    def _call(self, stem: str, date: HistoricDate) -> None:
        """Note that what is called ``stem`` has this date; another date makes it no name."""
        if date.end is not None or date.start is None:
            return
        known = self._called.setdefault(stem, [date])
        if known is None or known[0].edtf == date.edtf:
            return
        if date.within(known[0]):
            self._called[stem] = [date]
        elif not known[0].within(date):
            self._called[stem] = None


def _called(text: str, mention: DateMention) -> Iterator[str]:
    """The word that a date tells from others: "the 2021 coup", "the coup of 1 February 2021"."""
    match = _NEXT_WORD.match(text, mention.stop)
    before = text[max(0, mention.start - 40) : mention.start]
    if match and match[1][0].islower():
        left = (before.split() or [""])[-1].lower()
        owned = left in ("the", "a", "an") or left.endswith(("’s", "'s", "s’"))
        if owned and match[1].lower() not in _EMPTY:
            yield match[1].lower()
    of = _WORDS_OF.search(before)
    if of and of[1].lower() not in _EMPTY and of[1][0].islower():
        yield of[1].lower()


def _named(words: str, date: HistoricDate, where: str) -> Named | None:
    if date.start is None or date.precision not in (
        Precision.DAY,
        Precision.MONTH,
        Precision.YEAR,
    ):
        return None
    if any(sign in date.edtf for sign in "~?%/"):
        return None
    sign = -1 if date.start.startswith("-") else 1
    year, month, day = (*map(int, date.start.removeprefix("-").split("-")), 0, 0)[:3]
    at = "on" if date.precision is Precision.DAY else "in"
    said = f"“{words}” {at} {say_date(date)}" + (f", {where}" if where else "")
    return Named(Anchor(sign * year, month, day), said)
