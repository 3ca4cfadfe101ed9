"""Sentence -> the names in it, and how surely each is that of a person, a body or a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.events import name_words as known
from index.events.name_runs import (
    Word,
    behind_titles,
    ends_as_common,
    has_given,
    is_body,
    is_of_body,
    known_place,
    owns_inside,
    runs,
    trimmed,
)


class _Shares(NamedTuple):
    """How surely a name is that of a person, a body and a place."""

    person: float = 0.0
    body: float = 0.0
    place: float = 0.0

    @property
    def sure(self) -> bool:
        return self.person == 1 or self.place == 1 or self.body >= 0.9


class Name(NamedTuple):
    """A name and how surely it is that of a person, a body and a place, each 0 to 1."""

    start: int
    stop: int
    person: float
    body: float
    place: float
    words: tuple[str, ...]  # its words with capitals, folded, without titles


_NEXT = re.compile(r"[ \t\n]{1,2}([^\W\d_]{1,20})")
_ROMAN = re.compile(r"[IVXLC]{1,7}")
_OPENING = "“\"‘'(«[ -–—•*"
_LOCATIVE = frozenset(
    "in at near into outside inside around throughout toward towards across onto from to through beyond "
    "within between over along off via of".split()
)
_SURELY_LOCATIVE = _LOCATIVE - frozenset(("from", "to", "of", "over", "between", "at", "through"))
_LOCATED = _SURELY_LOCATIVE | {"at", "to", "from"}
_SIDES = frozenset(
    "new north south east west northern southern eastern western central upper lower inner outer "
    "northeast northwest southeast southwest northeastern northwestern southeastern southwestern "
    "greater upstate "
    "old saint st san santa fort lake mount el los las la port".split()
)
_WITH_PEOPLE = frozenset(
    "by with met told said asked succeeded replaced married named called".split()
)
_STARTERS = known.STARTERS | frozenset(
    """
    additionally afterwards according apart approximately around besides both compared consequently
    conversely currently despite due during early eventually except finally following formerly further
    furthermore generally given however historically initially instead later likewise many meanwhile
    moreover most nearly nevertheless notably often once one only original originally other others
    overall part particularly perhaps prior recently regarding several similar similarly since some
    sometimes soon still subsequently such then therefore these those though thus today together
    traditionally typically unlike until upon usually various whereas while whether within without yet
    two three four five six seven eight nine ten hundreds thousands people men women members students
    """.split()
)
_BEGIN_NAMES = frozenset(
    "United New North South East West Central First Second Supreme De Van Le La El Al".split()
)
_NO_PERSON = known.THINGS | known.SUBJECTS | known.PLACE_WORDS | known.BODIES | known.CALENDAR
_LOOK_AROUND = 1_500  # characters before and behind in which a word may stand in small letters
_MOST_OF_PERSON = 5  # words
_MOST_WORDS = 12  # longer runs are headings or lists
_LEAST = 0.05
_OFFICES = known.TITLES | known.TITLE_PARTS
_SCHOOLS = frozenset("university college school academy".split())
_ADJECTIVE_ENDS = ("al", "ic", "ary", "ese", "ish")


class _Beside:
    """What stands before and behind a name."""

    def __init__(self, sentence: str, start: int, stop: int) -> None:
        words = sentence[max(0, start - 40) : start].split()
        self.near = words[-1].lower().strip("“\"‘'(«[") if words else ""
        self.further = words[-2].lower().strip(",“\"‘'(«[") if len(words) > 1 else ""
        self.initial = start < 8 and not sentence[:start].strip(_OPENING)
        matched = _NEXT.match(sentence, stop)
        self.after = matched[1] if matched and matched[1][0].islower() else ""
        self.comma = sentence.startswith(",", stop)

    @property
    def located(self) -> bool:
        """Whether a preposition of place stands before."""
        return self.near in _LOCATED or (self.near == "the" and self.further in _LOCATED)

    @property
    def acts(self) -> bool:
        """Whether a verb of a deed follows."""
        after = self.after
        return after in known.DEEDS or (len(after) > 4 and after.endswith("ed"))


_NO_NAMES = frozenset(
    "i a god chapter section article part table figure page note ibid see op cit vol no ad bc bce ce am "
    "pm tv dna ok mr mrs ms dr act".split()
)


def find_names(text: str, start: int, stop: int) -> Iterator[Name]:
    """The names in the sentence ``text[start:stop]``, by place."""
    sentence = text[start:stop]
    around = ""
    shouted = len(sentence) > 40 and sentence.isupper()
    if shouted:
        return
    for run in runs(sentence):
        for piece in _pieces(run, sentence):
            if not around:
                around = text[max(0, start - _LOOK_AROUND) : stop + _LOOK_AROUND]
            name = _judge(piece, sentence, around)
            if name is not None:
                yield name._replace(start=start + name.start, stop=start + name.stop)


# ---------------------------------------------------------------- where names begin and end


def _pieces(run: list[Word], sentence: str) -> Iterator[list[Word]]:
    """``run`` cut where one name ends and another, or none, begins."""
    piece: list[Word] = []
    for number, word in enumerate(run):
        following = run[number + 1] if number + 1 < len(run) else None
        if not word.capital:
            if piece and following is not None and _joins(piece, word):
                piece.append(word)
            else:
                yield from trimmed(piece)
                piece = []
        elif (
            piece
            and "," in sentence[piece[-1].stop : word.start]
            and (word.folded not in ("jr", "sr", "esq", "junior"))
        ):
            yield from trimmed(piece)
            piece = [word]
        elif _breaks(piece, word, following, sentence):
            yield from trimmed(piece)
            piece = []
        else:
            piece.append(word)
            if word.owner and not owns_inside(word):
                yield from trimmed(piece)
                piece = []
    yield from trimmed(piece)


def _joins(piece: Sequence[Word], word: Word) -> bool:
    """Whether a word in small letters stands inside the name that ``piece`` begins."""
    small = word.text
    if small in known.PARTICLES and small not in ("of",):
        return True
    if small in ("of", "the"):
        return piece[-1].capital or piece[-1].text == "of" or small == "of"
    heads = [each.folded for each in piece]
    if small in ("and", "&", "for", "on", "in"):
        if small == "in":
            return False
        inside = any(head in known.BODIES for head in heads)
        return inside and ("of" in heads or "for" in heads or small in ("for", "on", "&"))
    return False


def _breaks(piece: list[Word], word: Word, following: Word | None, sentence: str) -> bool:
    folded = word.folded
    if folded in known.CALENDAR and not (word.text.isupper() and len(word.text) > 2):
        if folded not in known.MONTH_NAMES_OF_PEOPLE:
            return True
        behind = sentence[word.stop : word.stop + 3].lstrip(" ,")
        before = sentence[max(0, word.start - 3) : word.start].rstrip()
        beside = sentence[max(0, word.start - 8) : word.start].lower().split()[-1:]
        dated = behind[:1].isdigit() or before[-1:].isdigit() or following is None
        return not piece and (dated or beside[0:1] in (["in"], ["since"], ["until"], ["by"]))
    if piece:
        return False
    if folded in _STARTERS and len(word.text) > 1 and word.text[1:2] != ".":
        if word.text.isupper() and folded in known.KNOWN_ACRONYMS:
            return False
        if following is not None and known_place((folded, following.folded)):
            return False
        return following is None or word.text not in _BEGIN_NAMES
    return False


# ---------------------------------------------------------------- what a name is of


def _judge(piece: list[Word], sentence: str, around: str) -> Name | None:
    """What the name is of; None for words that are no name."""
    if _begins_with_place(piece):
        piece = piece[1:]  # "ambassador to Norway Anna Holt"
    folded = [word.folded for word in piece]
    capitals = tuple(word.folded for word in piece if word.capital)
    first, last = piece[0], piece[-1]
    alone = len(capitals) == 1
    if len(capitals) > _MOST_WORDS or (
        alone and (capitals[0] in _NO_NAMES or len(first.text.rstrip(".")) < 2)
    ):
        return None
    beside = _Beside(sentence, first.start, last.stop)
    titled = behind_titles(piece, folded)
    if titled is not None and not is_body(piece) and all(w.folded in _OFFICES for w in titled):
        return None  # a title alone
    shares = _titled(titled, folded) or _by_words(piece, folded, capitals, beside)
    shares = shares or _plain(capitals, folded, beside)
    if alone and beside.initial and not titled and not shares.sure:
        scale = _initial(first, beside, around)
        shares = _Shares(*(share * scale for share in shares))
    if max(shares) < _LEAST:
        return None
    words = tuple(word.folded for word in titled or piece if word.capital) or capitals
    return Name(first.start, last.stop, *shares, words)


def _begins_with_place(piece: Sequence[Word]) -> bool:
    """Whether a place's name runs into a person's."""
    first = piece[0].folded
    placed = len(piece) > 2 and known_place((first,)) is not None and first not in known.GIVEN
    return placed and piece[1].capital and has_given(piece[1:])


def _titled(titled: list[Word] | None, folded: Sequence[str]) -> _Shares | None:
    """What a name behind a title is of."""
    if not titled or is_of_body(titled) or folded[-1] in known.BODIES:
        return None
    lone = titled[0].folded if len(titled) == 1 else ""
    return _Shares(0.3 if lone in known.SUBJECTS or lone in known.COMMON else 1.0)


def _by_words(
    piece: list[Word], folded: Sequence[str], capitals: Sequence[str], beside: _Beside
) -> _Shares | None:
    """What a name is of by its own words; None if they don't tell."""
    several = len(capitals) > 1
    if (
        is_body(piece)
        or folded[-1] in known.KNOWN_BODIES
        or (several and folded[-1] in known.BODIES)
    ):
        placed = beside.located or not _SCHOOLS.isdisjoint(folded)
        return _Shares(0.2, 1.0, 0.5 if placed else 0.15)
    letters = piece[0].text.replace(".", "").replace("&", "")
    if not several and letters.isupper() and len(letters) > 1:
        return _acronym(folded[0], letters)
    if known_place(folded) or known_place(capitals):
        given = several and folded[0] in known.GIVEN and folded[0] not in known.PLACES
        return _Shares(0.7 if given else 0.25, 0.5, 1.0)
    if several and _is_place(folded):
        return _Shares(0.1, 0.25, 0.95)
    if (
        (has_given(piece) or (several and folded[0] in known.FAMILY_FIRST))
        and len(capitals) <= _MOST_OF_PERSON
        and folded[-1] not in _NO_PERSON
    ):
        return _Shares(1.0, 0.2, 0.15)
    if all(word in known.PEOPLES for word in capitals):
        return _Shares(0.25, 0.25, 0.2)
    if folded[0] in known.FIGHTS and "of" in folded:
        return _Shares(place=0.5)
    if several and folded[0] in _SIDES and folded[-1] not in _NO_PERSON:
        return _Shares(0.15, 0.3, 0.75)
    if folded[-1] in known.THINGS:
        return _Shares(0.05, 0.2, 0.1)
    if folded[-1] in known.SUBJECTS:
        return _Shares(0.05, 0.3 if several else 0.2, 0.1)
    if any(char.isdigit() for word in piece for char in word.text):
        return _Shares(body=0.3)
    return None


def _acronym(folded: str, letters: str) -> _Shares:
    if folded in known.NO_ACRONYMS or _ROMAN.fullmatch(letters):
        return _Shares()
    if known_place((folded,)):
        return _Shares(0.2, 0.5, 1.0)
    return _Shares(0.25, 0.95 if folded in known.KNOWN_ACRONYMS else 0.6, 0.1)


def _is_place(folded: Sequence[str]) -> bool:
    """Whether a word of a name tells that it is a place's: Tana River, Lake Siljan, Bay of Fundy."""
    if folded[-1] in known.PLACE_WORDS or folded[0] in known.PLACE_FIRST:
        return True
    head = folded[folded.index("of") - 1] if "of" in folded else ""
    return head in known.PLACE_WORDS or head in known.PLACE_FIRST


def _plain(capitals: Sequence[str], folded: Sequence[str], beside: _Beside) -> _Shares:
    """A name whose words don't tell what it is of: by its length and by what stands beside it."""
    ordinary = sum(word in known.COMMON or ends_as_common(word) for word in capitals)
    if len(capitals) == 1:
        person, body, place = (0.15, 0.15, 0.15) if ordinary else (0.5, 0.4, 0.4)
        if ordinary:
            return _Shares(person, body, place)
    elif "of" in folded or len(capitals) > 4:
        person, body, place = 0.25, 0.35, 0.3
    else:
        person, body, place = 0.65, 0.4, 0.45
    if ordinary:
        person *= 0.4 if ordinary < len(capitals) else 0.2
    if beside.near in _SURELY_LOCATIVE and not beside.initial:
        return _Shares(person * 0.3, body * 0.6, 0.8)
    if beside.near in _LOCATIVE and not beside.initial:
        return _Shares(person * 0.8, body * 0.9, 0.55)
    if beside.near == "the":
        scale = 1.3 if beside.further in _LOCATIVE else 0.8
        return _Shares(person * 0.35, body * 1.2, place * scale)
    if beside.near in _WITH_PEOPLE or beside.acts:
        person = min(0.9, person + 0.2)
    return _Shares(person, body, place)


def _initial(word: Word, beside: _Beside, around: str) -> float:
    """What counts of a lone first word of a sentence, which has its capital from there."""
    small = word.text.lower()
    if any(f" {small}{end}" in around for end in (" ", "s ", ",", ".")):
        return 0.1
    if word.owner or beside.after.endswith("ly"):
        return 0.9
    if beside.after in known.VERBS or beside.acts:
        return 1.0
    if small.endswith(_ADJECTIVE_ENDS):
        return 0.3
    if beside.comma:
        return 0.8
    plural = small.endswith("s") and not small.endswith(("us", "is", "as", "os"))
    return 0.3 if plural else 0.6
