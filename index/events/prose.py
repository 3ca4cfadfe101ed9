"""Prose -> what it tells to have happened: sentences with a date that is that of an event.

A date is that of an event when the words that govern it say that something happened then. For each
date of a sentence three questions are asked in turn:

1. *Where does it stand?* Before a noun ("the 1962 coup"), in parentheses, behind "of", behind a
   preposition or bare. Behind "by", "until", "for" or "than" it is a limit or a measure, in a title
   or a reference to a work a name: then there is no event.
2. *What governs it?* Of a date that opens its clause, the verb behind it; else the nearest verb or
   noun before it that can have a date, in its own clause.
3. *Does that tell a happening?* A verb in the past that is no state, no plan, no supposition, not
   denied and no statistic does; so does the present of history of verbs that tell acts ("signs"),
   a participle ("established in 1948") and a noun that is a happening ("visit", "coup").

What remains unclear is no event: a wrong one costs more than a missing one. The words are English;
of a sentence in another language only a full date makes an event, and not in parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from index.dates import find_dates
from index.dates.context import DocumentDates
from index.dates.edtf import from_edtf
from index.events.clauses import (
    BREAKS,
    CLOSING,
    DASHES,
    FUNCTION,
    OPENING,
    Clauses,
    Head,
    Kind,
    Token,
    singular,
    tokens_of,
)
from index.events.prose_words import (
    AT_TIME,
    BACKGROUND,
    CAPTIONS,
    CITING,
    COMPARATIVES,
    COMPLEMENTIZERS,
    CONJUNCTIONS,
    DEFINITE,
    DETERMINERS,
    DOCUMENTS,
    ENGLISH,
    FOREIGN,
    FUTURE,
    HAPPENINGS,
    LETTERS,
    LIGHT,
    MEASURED,
    MEASURES,
    NAMED_HAPPENINGS,
    NEGATIONS,
    NOT_AT_TIME,
    NOTICE_WORDS,
    NOTICES,
    PERCENT,
    PERIODS,
    PREPOSITIONS,
    PUBLISHING,
    REFERENCES,
    SHORT,
    STATES,
    TERMS,
    TIMES,
    UNREAL,
)
from index.events.same_event import Happening, merged
from index.model import LAST_DAY, DateMention, Document, Paragraph, Precision
from index.sentences import sentences

_OPEN = re.compile(
    r"(?:since|after|before|until|till|from|prior\s+to)\s+(?:the\s+)?", re.IGNORECASE
)
_OPEN_THE = re.compile(_OPEN.pattern.removesuffix("?"), re.IGNORECASE)
_TWO_YEARS = re.compile(r"([0-9]{3,4})\s+and\s+([0-9]{3,4})")
_MOST_DATES = 24  # a sentence with more of them is a table or a row of dates
_NEAR = 6  # words on either side of a noun that say more of what it names
_END = re.compile(r"[.!?…][”’\"')\]]*\d{0,3}\Z")  # a note's mark may be glued on
_VAGUE = (Precision.DECADE, Precision.CENTURY)


class _Tense(Enum):
    """How a happening is told, which says what its date can be."""

    PAST = "past"
    PRESENT = "present"  # that of history, or of what is to come
    LAID_DOWN = "laid down"  # "the lease expires in 2030"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, as prose tells it: the sentence's span and its date."""

    start: int
    stop: int
    mention: DateMention
    also: tuple[tuple[int, int], ...] = ()  # further sentences that tell the same


def told_in_prose(
    document: Document, paragraphs: Sequence[Paragraph], dates: DocumentDates
) -> Iterator[Told]:
    """What ``paragraphs`` tell to have happened, in the order of the text.

    A sentence may tell several events, each with its own date, and may tell none though it is dated.
    Sentences that tell the same are one event: that of the most exactly dated one.
    """
    found = list(_happenings(document, paragraphs, dates))
    past = [each.mention.date.latest for each, tense in found if tense is _Tense.PAST]
    now = max(past, default=LAST_DAY)
    then = max(past, default=0)
    # "The lease ends in 2030": the present is that of history only for what is past.
    latest = {_Tense.PAST: LAST_DAY, _Tense.PRESENT: now, _Tense.LAID_DOWN: then}
    told = [each for each, tense in found if each.mention.date.latest <= latest[tense]]
    for happening, also in merged(told):
        yield Told(happening.start, happening.stop, happening.mention, also)


def _happenings(
    document: Document, paragraphs: Sequence[Paragraph], dates: DocumentDates
) -> Iterator[tuple[Happening, _Tense]]:
    """What the sentences tell, and in which tense."""
    text = document.text
    latest = _latest(document)
    for paragraph in paragraphs:
        if not dates.within(paragraph.start, paragraph.stop) or _names_works(document, paragraph):
            continue
        for start, stop in sentences(text, paragraph.start, paragraph.stop):
            mentions = dates.within(start, stop)
            if not 0 < len(mentions) <= _MOST_DATES or _opens_list(text[start:stop]):
                continue
            sentence = _Sentence(text, start, stop, mentions, kind=paragraph.kind)
            dated: set[str] = set()
            for number, mention in enumerate(mentions):
                if mention.date.earliest > latest or not sentence.tells(number):
                    continue
                for event in sentence.dates(number):
                    if event.date.edtf in dated:
                        continue
                    dated.add(event.date.edtf)
                    noun = sentence.named_by(number)
                    begin, end = sentence.around(number) if noun else (start, stop)
                    begin = max([begin, *(m.stop for m in mentions[:number])])
                    end = min([end, *(m.start for m in mentions[number + 1 :])])
                    head = sentence.head(number)
                    whole = "" if noun else text[start:stop]
                    around = text[begin:end]
                    own = sentence.own_names(number) if noun else None
                    told = Happening(start, stop, event, head, around, whole, noun, own)
                    yield told, sentence.tense(number)


def _opens_list(sentence: str) -> bool:
    """Whether it only says what is listed below: ``The following events occurred in May 1914:``."""
    return sentence[-1:] == ":" and "following" in sentence.lower()


def _latest(document: Document) -> int:
    """The last day on which the document can have been written, as far as its owner says it."""
    if document.meta.date:
        try:
            return from_edtf(document.meta.date).latest
        except ValueError:
            pass
    return LAST_DAY


def _names_works(document: Document, paragraph: Paragraph) -> bool:
    """Whether its section lists works or addresses: nothing is told there."""
    path = document.sections[paragraph.section].path
    return bool(path) and set(re.findall(r"[^\W\d_]+", path[-1].lower())) <= REFERENCES


# ---------------------------------------------------------------- a sentence

_QUOTES = re.compile(r"[“\"«][^“”\"«»]*[”\"»]")


class _Sentence:
    """A sentence as words and dates, and which of its dates are those of happenings."""

    def __init__(
        self, text: str, start: int, stop: int, mentions: Sequence[DateMention], kind: str
    ) -> None:
        self.words = Clauses(tokens_of(text, start, stop, mentions))
        self.mentions = mentions
        self._at = {t.date: i for i, t in enumerate(self.words.tokens) if t.date >= 0}
        self._heads: dict[int, Head] = {}
        self._titles = [
            (start + m.start(), start + m.end())
            for m in _QUOTES.finditer(text[start:stop])
            if _is_title(m[0])
        ]
        words = {token.word for token in self.words.tokens}
        self.english = _is_english(words)
        self._asks = text[stop - 1 : stop] == "?"
        self._list = kind in ("item", "table")
        self._ends = _END.search(text, max(start, stop - 9), stop) is not None
        self._cites = not CITING.isdisjoint(words)

    # ------------------------------------------------------------ verdicts

    def head(self, number: int) -> str:
        """The word that governs a date that is an event's."""
        head = self._heads.get(number)
        return self.words.word(head.place) if head else ""

    def named_by(self, number: int) -> bool:
        """Whether a noun names what happened then as known: "the 1962 coup", "his death in 1879"."""
        head = self._heads.get(number)
        if head is None or head.kind is not Kind.NOUN:
            return False
        near = self.words.tokens[max(0, head.place - 4) : head.place]
        return any(token.owner or token.date >= 0 or token.word in DEFINITE for token in near)

    def tense(self, number: int) -> _Tense:
        """The tense of the verb that tells it; of a noun, the past."""
        head = self._heads.get(number)
        if head is None or head.kind is not Kind.VERB or self.words.past(head.place):
            return _Tense.PAST
        if self.words.laid_down(head.place):
            return _Tense.LAID_DOWN
        return _Tense.PRESENT if self.words.in_s(head.place) else _Tense.PAST

    def around(self, number: int) -> tuple[int, int]:
        """From where to where the words stand that say more of the noun that names an event."""
        tokens, place = self.words.tokens, self._heads[number].place
        last = tokens[min(len(tokens) - 1, place + _NEAR)]
        return tokens[max(0, place - _NEAR)].start, last.start + len(last.raw)

    def own_names(self, number: int) -> frozenset[str] | None:
        """The names that say whose it is or where, if it is only recalled; None if it is not.

        "Ever since the coup of 1921" has none, "in return for Holm’s visit of 1902" has Holm.
        """
        tokens, place = self.words.tokens, self._heads[number].place
        for k in range(place - 1, max(-1, place - _NEAR), -1):
            owned = tokens[k].owner and tokens[k].raw[:1].isupper()
            if owned or tokens[k].word in BACKGROUND:
                names = set()
                for token in tokens[k + (not owned) : place + _NEAR]:
                    if token.word == "," or token.word in BREAKS:
                        break
                    if token.date < 0 and token.raw[:1].isupper():
                        names.add(token.word)
                return frozenset(names)
        return None

    def dates(self, number: int) -> tuple[DateMention, ...]:
        """The dates of the events: of "they followed in 1958 and 1959" either year."""
        mention = self.mention(number)
        if mention is None:
            return ()
        pair, head = _TWO_YEARS.fullmatch(mention.as_written), self._heads.get(number)
        if pair is None or head is None or self.words.word(self._at[number] - 1) != "in":
            return (mention,)
        word = self.words.word(head.place)
        if not (word in SHORT if head.kind is Kind.VERB else word.endswith("s")):
            return (mention,)
        return tuple(
            replace(
                mention,
                date=from_edtf(pair[n].zfill(4)),
                start=mention.start + pair.start(n),
                stop=mention.start + pair.end(n),
                as_written=pair[n],
            )
            for n in (1, 2)
        )

    def mention(self, number: int) -> DateMention | None:
        """The date of the event: of "after the 1962 coup" the year, not all that came after."""
        mention = self.mentions[number]
        i = self._at[number]
        of_one_time = self._is_attribute(i) or (mention.date.start is None and self._when(i))
        if ".." not in mention.date.edtf or not of_one_time:
            return mention
        opening = _OPEN.match(mention.as_written)
        if opening is None:
            return None
        start, written = mention.start + opening.end(), mention.as_written[opening.end() :]
        if written.isdecimal():
            date = from_edtf(written.zfill(4))
        else:
            read = find_dates(written)
            if len(read) != 1 or read[0].as_written != written:
                return None
            date = read[0].date
        return replace(mention, date=date, start=start, as_written=written)

    def tells(self, number: int) -> bool:
        """Whether the date tells when something happened."""
        mention = self.mentions[number]
        i = self._at[number]
        if self._asks or self._is_caption() or self._in_title(mention):
            return False
        if not self.english:
            return self._foreign(i, mention)
        if self._cites and self._cited():
            return False
        head = self._governs(i, mention)
        if head is None or head.kind is Kind.NOTHING:
            return False
        if mention.date.precision in _VAGUE and not self._definite(i, head):
            return False
        fragment = not self._list and not self._ends and not self.words.has_verb()
        if head.kind is Kind.NOUN and fragment:
            return False
        self._heads[number] = head
        return True

    def _definite(self, i: int, head: Head) -> bool:
        """Whether a decade or century is that of one act: "was founded in the 12th century"."""
        word = self.words.word(head.place)
        act = head.kind is Kind.VERB and self.words.past(head.place) and word not in MEASURES
        return act and word != "saw" and self.words.word(self._before(i)) != "during"

    def _foreign(self, i: int, mention: DateMention) -> bool:
        full = mention.date.precision is Precision.DAY and not mention.inferred
        return full and len(self.words.tokens) > 5 and not self._parenthesis(i)

    def _is_caption(self) -> bool:
        first, *rest = self.words.tokens[:4] or [Token("", "")]
        follow = rest[0].word if rest else ""
        if first.word == "read" and follow in ("more", "also", "next"):
            return True
        if first.word not in CAPTIONS or not rest:
            return False
        if first.word == "version" and follow[:1].isdigit() and self.words.has_verb():
            return False  # "Version 3 appeared in 1991"
        if first.word in PUBLISHING:
            return follow in (":", "on", "by", "")  # "Posted on 4 May", but "posted to Cork"
        numbered = follow in (":", ".", "©", "(") or follow[:1].isdigit()
        return numbered or first.word in ("see", "cf", "copyright")

    def _in_title(self, mention: DateMention) -> bool:
        return any(a < mention.start < b for a, b in self._titles)

    def _cited(self) -> bool:
        """Whether the sentence refers to works and says nothing itself."""
        words = {token.word for token in self.words.tokens}
        strong = words & {"pp", "isbn", "issn", "doi", "ibid", "op"}
        return bool(strong) or not self.words.has_verb()

    # ------------------------------------------------------------ where a date stands

    def _governs(self, i: int, mention: DateMention) -> Head | None:
        """What governs the date at ``i``."""
        written = mention.as_written.lower()
        edtf = mention.date.edtf
        if self._is_attribute(i):
            return self._noun_behind(i)
        when = self._when(i)
        if edtf.startswith("../"):
            return self.words.rightward(when) if when else None
        before = self._before(i)
        if edtf.endswith("/.."):
            return self._since(i, before) if written.startswith(("since", "from")) else None
        if self._parenthesis(i):
            return self._in_parentheses(i)
        if (chained := self._chained(i)) is not None:
            return chained
        word = self.words.word(before)
        if word == "of":
            return self._noun_of(before)
        if word in NOT_AT_TIME and not written.startswith("until"):
            return self.words.rightward(when) if when and word in ("until", "till") else None
        if word == "with" or (word == "as" and self.words.word(before + 1) != "as"):
            return None
        coarse = mention.date.precision not in (Precision.DAY, Precision.MONTH)
        begins = coarse and not mention.date.end and not self._opens(before)
        if word == "from" and begins:
            return None  # "the seasons from 2016"
        compared = self.words.word(before - 1) in ("than", "as", "like", "unlike")
        if compared and word in AT_TIME and word != "from":
            return None
        if (
            self.words.word(before) in ("ended", "ending")
            and self.words.word(before - 1) in PERIODS
        ):
            return None  # "for the year ended 31 December 2019"
        bare_year = written.isdecimal() and word not in AT_TIME
        head = self._adverbial(i, before, bare_year=bare_year)
        if when and (head is None or head.kind is Kind.NOTHING):
            head = self.words.rightward(when)  # "all was quiet in 1992, when the dam burst"
        if head and written.startswith(("until", "till")) and head.kind is Kind.NOTHING:
            return Head(head.place, Kind.VERB)  # "had no embassy until 1951": what was denied
        if head and head.kind is not Kind.NOTHING and self._is_statistic(i, head, mention):
            return None
        return head

    def _when(self, i: int) -> int | None:
        """The place of a "when" behind the date at ``i``, whose clause tells what happened then."""
        j = i + 1 + (self.words.word(i + 1) == ",")
        return j if self.words.word(j) == "when" else None

    def _before(self, i: int) -> int:
        """The place of the word that ties the date to what stands before: "on" the morning of."""
        j = i - 1
        if self.words.word(j) == "as" and self.words.word(j - 2) == "as":
            return j - 3  # "as early as 1516"
        while j >= 0:
            word = self.words.word(j)
            part = word == "of" and self.words.word(j - 1) in TIMES
            if part:
                j -= 2
            elif word == "the" or (word in TIMES and self.words.word(j - 1) in AT_TIME | {"the"}):
                if word == "the" and self._is_attribute(i):
                    return j
                j -= 1
            elif word == "," and self.words.word(j - 1) in TIMES:
                j -= 2
            else:
                break
        return j

    def _parenthesis(self, i: int) -> bool:
        """Whether it stands in brackets that open not far before it."""
        for j in range(i - 1, max(-1, i - 15), -1):
            if self.words.word(j) in OPENING:
                return True
            if self.words.word(j) in CLOSING:
                return False
        return False

    def _in_parentheses(self, i: int) -> Head | None:
        opening = next(j for j in range(i - 1, -1, -1) if self.words.word(j) in OPENING)
        before = [t for t in self.words.tokens[opening + 1 : i] if t.word not in AT_TIME | LIGHT]
        if before:
            said = {t.word for t in before}
            if {"born", "b", "died", "d"} & said:
                return None
            if said & NOTICES and said <= NOTICES | NOTICE_WORDS:
                return None  # "the story (published 4 July 2018)"
            return self.words.leftward(i - 1)
        following = self.words.word(i + 1)
        if following not in CLOSING and following != ";":
            inside = self.words.rightward(i)
            if inside is not None or following != ",":
                return inside
        mention = self.mentions[self.words.tokens[i].date]
        named = self.words.tokens[opening - 1] if opening else Token("", "")
        if self.words.is_happening(opening - 1) and (
            named.raw.islower() or singular(named.word) in NAMED_HAPPENINGS
        ):
            return Head(opening - 1, Kind.NOUN)
        if (battle := self.words.named_happening(opening - 1)) is not None:
            return Head(battle, Kind.NOUN)
        if named.raw[:1].isupper() or not named.raw[:1].isalpha() or mention.date.end:
            return None
        return self.words.leftward(opening - 1, reach=8)

    def _chained(self, i: int) -> Head | None:
        """For a date that goes on a list of dates, what governs the one before it."""
        j = i - 1
        while j >= 0 and self.words.word(j) in (",", "and", "or", "in", "on", "again", "then", "&"):
            j -= 1
        if j < 0 or j == i - 1 or self.words.tokens[j].date < 0:
            return None
        previous = self.words.tokens[j].date
        joined = {self.words.word(k) for k in range(j + 1, i)}
        follows = self.words.word(i + 1)
        if not joined & {",", "and", "or", "&"}:
            return None
        if joined == {","} and not self._list_goes_on(i):
            return None
        if self.words.starts_clause(i + 1) or (follows == "," and not self._list_goes_on(i)):
            return None
        if head := self._heads.get(previous):
            return head
        return None

    def _list_goes_on(self, i: int) -> bool:
        """Whether another date follows in the same list."""
        j = i + 1
        while self.words.word(j) in (",", "and", "or", "&", "again", "in", "on"):
            j += 1
        return j > i + 1 and j < len(self.words.tokens) and self.words.tokens[j].date >= 0

    def _is_attribute(self, i: int) -> bool:
        """Whether it stands before its noun: "the 1962 coup", "planned 2023 elections"."""
        if not self.words.nounish(i + 1):
            return False
        previous = self.words.tokens[i - 1] if i else Token("", "")
        word = previous.word
        mention = self.mentions[self.words.tokens[i].date]
        if _OPEN_THE.match(mention.as_written):
            return True  # "after the 1990 German reunification"
        if not word or not word[0].isalpha():
            return self.words.is_happening(i + 1) and not self.words.finite(i + 2)
        vague = mention.date.precision in (Precision.DECADE, Precision.CENTURY, Precision.SEASON)
        if word == "the" and self.words.word(i - 2) in AT_TIME and vague:
            return self.words.is_happening(i + 1)
        if mention.as_written.lower().endswith("-century"):
            return True
        if word in DETERMINERS or previous.owner or word in UNREAL:
            return True
        if word in PREPOSITIONS:
            single = singular(self.words.word(i + 1))
            return single in HAPPENINGS and not self.words.verb_follows(i + 2)
        if word in FUNCTION or word in TIMES or previous.raw[0].isupper():
            return False
        return not self.words.finite(i - 1) and self.words.tokens[i + 1].raw.islower()

    def _noun_behind(self, i: int) -> Head | None:
        """The noun whose attribute the date is, if it is a happening that is not still to come."""
        j, found, last = i + 1, -1, i
        while j < len(self.words.tokens) and j <= i + 6 and self.words.nounish(j):
            if self.words.finite(j) and found >= 0:
                break
            if self.words.is_happening(j):
                found = j
            last = j
            j += 1
        if found < 0 and singular(self.words.word(last)) in LETTERS:
            return self._in_letter(i)
        if found < 0 or (found != last and singular(self.words.word(last)) in DOCUMENTS):
            return None
        around = {self.words.word(k) for k in range(max(0, i - 3), found)}
        if around & UNREAL - {"no", "any", "next"} or self.words.word(i - 1) in (
            "no",
            "any",
            "next",
        ):
            return None
        if any(
            self.words.word(k) in FUTURE
            for k in range(found + 1, min(found + 4, len(self.words.tokens)))
        ):
            return None
        return Head(found, Kind.NOUN)

    def _in_letter(self, i: int) -> Head | None:
        """What was done in a letter of the date at ``i``: "it was questioned in a 2007 letter"."""
        if self.words.word(i - 1) not in DETERMINERS or self.words.word(i - 2) != "in":
            return None
        head = self.words.rightward(i) if self._opens(i - 3) else self.words.leftward(i - 3)
        verb = head is not None and head.kind is Kind.VERB and self.words.past(head.place)
        return head if verb else None

    def _noun_of(self, of: int) -> Head | None:
        """The noun before "of": "the coup of 1962" is a happening, "the class of 1992" none."""
        if self.words.word(of - 1) in ("as", "because"):
            return None
        j = of - 1
        if self.words.word(j).startswith("d'"):
            j -= 1  # "the coup d'état of"
        elif (named := self.words.happening_at(j)) is not None:
            j = named  # "the siege of Lund of"
        if self.words.is_happening(j) and self.words.real(j):
            capital = self.words.tokens[j].raw[0].isupper() and singular(self.words.word(j)) in (
                "treaty", "agreement", "pact", "accord", "reform"
            )  # fmt: skip
            return None if capital else Head(j, Kind.NOUN)
        return Head(j, Kind.NOUN) if self.words.word(j) in ("events", "summer", "winter") else None

    # ------------------------------------------------------------ what governs a date

    def _since(self, i: int, before: int) -> Head | None:
        """ "Since 2001 it has been sending": the beginning of what goes on; comparisons are none."""
        opens = self._opens(before)
        places = (
            range(i + 1, min(len(self.words.tokens), i + 16)) if opens else range(i - 1, -1, -1)
        )
        for j in places:
            word = self.words.word(j)
            if word in BREAKS or (not opens and word in COMPLEMENTIZERS | {","}):
                return None
            if not opens and (word in COMPARATIVES or word[:1].isdigit() or word == "times"):
                return None
            if word in ("has", "have"):
                if not opens and self.words.denied(j):
                    return None  # "no ship has called since 1995"
                k = self.words.past_adverbs(j + 1)
                if not NEGATIONS.isdisjoint(self.words.word(n) for n in range(j + 1, k)):
                    return None
                if self.words.word(k) == "been":
                    k = self.words.past_adverbs(k + 1)
                word = self.words.word(k)
                tells = word.endswith("ing") or (
                    self.words.past(k) and word not in STATES | MEASURES
                )
                return Head(k, Kind.VERB) if tells else None
        return None

    def _adverbial(self, i: int, before: int, *, bare_year: bool) -> Head | None:
        """What governs a date that says when: the verb behind it if it opens its clause."""
        j = self._edge(before)
        edge = self.words.word(j)
        follows = self.words.word(i + 1)
        if self._edge(before) < 0 and follows in DASHES | {":"}:
            return self._labelled(i)
        if self._opens(before):
            if bare_year and not self.words.finite(i + 1) and follows != ",":
                return None
            return self.words.rightward(i)
        if bare_year:
            return None
        joins = any(self.words.word(k) in CONJUNCTIONS for k in range(j + 1, before + 1))
        if (joins or edge == ",") and (
            self.words.starts_clause(i + 1)
            or (joins and (self.words.finite(i + 1) or follows == ","))
        ):
            right = self.words.rightward(i)
            if right is not None:
                return right
        bare = self.words.word(before) not in AT_TIME
        left = self.words.leftward(before if bare else before - 1)
        if left is not None:
            ends = bare and edge == "," and follows in ("", ".")
            if ends and not self._list and left.kind is Kind.NOUN:
                return None  # "The visit to Tunis, Tunisia, May 2016." is a caption
            return left
        aside = follows == "," and (edge == "," or self._splits_clause(i, before))
        if follows in (",", "", ".", ")") and not aside and not self._introduces(before):
            return None
        return self.words.rightward(i)

    def _splits_clause(self, i: int, before: int) -> bool:
        """Whether it parts a subject from its verb: "The mayor in May 1902, decided"."""
        commas = any(self.words.word(k) == "," for k in range(before))
        return self.words.finite(i + 2) and not commas

    def _labelled(self, i: int) -> Head | None:
        """What stands behind a date and a colon or dash, as in a chronology."""
        exact = self.mentions[self.words.tokens[i].date].date.precision
        if exact not in (Precision.DAY, Precision.MONTH):
            return None
        head = self.words.rightward(i + 1)
        return head and Head(head.place, Kind.VERB)

    def _edge(self, before: int) -> int:
        """The place of what stands before a date and its light words; -1 if nothing does."""
        j = before - (self.words.word(before) in AT_TIME)
        while j >= 0 and (self.words.word(j) in LIGHT or self.words.word(j).endswith("ly")):
            j -= 1
        return j

    def _opens(self, before: int) -> bool:
        """Whether the date opens its clause."""
        j = self._edge(before)
        edge = self.words.word(j)
        if edge == '"':
            return sum(token.word == '"' for token in self.words.tokens[: j + 1]) % 2 == 1
        return j < 0 or edge in BREAKS or edge in COMPLEMENTIZERS or edge in ("“", "‘")

    def _introduces(self, before: int) -> bool:
        """Whether the date stands in a phrase without a verb that opens a clause.

        "While in Moscow in May, he …", "On his 50th birthday in 1906, he …": so that the verb
        behind governs it; not in one that only adds to a noun ("Smith, mayor in 1906, …").
        """
        for j in range(before, max(-1, before - 12), -1):
            word = self.words.word(j)
            if word in ("while", "when", "after", "during", "upon", "following", "despite"):
                return True
            if word in BREAKS or word == ",":
                return self.words.word(j + 1) in PREPOSITIONS and j < before - 1
        first = self.words.word(0)
        if first in PREPOSITIONS or first in LIGHT or first.endswith("ly"):
            return True
        return any(self.words.word(j) in TIMES for j in range(max(0, before - 4), before))

    # ------------------------------------------------------------ verbs

    def _is_statistic(self, i: int, head: Head, mention: DateMention) -> bool:
        """Whether figures of a time are given, and nothing that happened then."""
        word = self.words.word(head.place)
        years = bool(mention.date.end) and mention.date.precision is Precision.YEAR
        if years and self.words.figures(head.place):
            return True
        if word in TERMS and not mention.date.end and word in STATES | MEASURES:
            return True
        if mention.date.precision is Precision.DAY:
            return False
        if word in MEASURES:
            near = {self.words.word(k) for k in range(max(0, head.place - 8), head.place)}
            return self.words.figures(head.place) or not near.isdisjoint(MEASURED)
        return any(self.words.word(i + n) in PERCENT | {"%"} for n in (2, 3))


def _is_english(words: set[str]) -> bool:
    """Whether words of other languages do not outnumber the English ones."""
    foreign = len(words & FOREIGN)
    if foreign >= 2 and foreign > len(words & ENGLISH):
        return False
    letters = [word for word in words if word[:1].isalpha()]
    return 2 * sum(word.isascii() for word in letters) > len(letters)


def _is_title(quoted: str) -> bool:
    """Whether the words between quotation marks are a title: nearly all are capitalised."""
    words = [word for word in re.findall(r"[^\W\d_]+", quoted) if len(word) > 3]
    return 0 < len(words) <= 15 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
