"""Sentences of one document that tell the same happening, brought together.

Two are the same when their dates are, or one's lies within the other's; when their words for what
happened are of one kind ("coup", "seized power"); and when they name the same people, places or
things, as far as they name any. The most exactly dated sentence is kept, of equals the fuller.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.events.prose_words import KINDS
from index.model import DateMention, HistoricDate, Precision

_OF_SOMEONE = re.compile(r"\b(?:his|her|their|its|our|my)\b", re.IGNORECASE)
_RANK = {precision: n for n, precision in enumerate(Precision)}
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_MOST_COMPARED = 30  # sentences of one year and kind that another is compared with: the last ones
_COMMON = 0.2  # of the sentences: a name in more of them tells none from another
_FEWEST_COMMON = 5  # sentences that a name must stand in to be common

_KIND_OF: dict[str, frozenset[int]] = {}
for _number, _kind in enumerate(KINDS):
    for _each in _kind:
        _KIND_OF[_each] = _KIND_OF.get(_each, frozenset()) | {_number}


@dataclass(frozen=True, slots=True)
class Happening:
    """A sentence that tells that something happened, and the word in it that says what."""

    start: int
    stop: int
    mention: DateMention
    head: str  # in lower case
    around: str  # the words that say more of it
    sentence: str = ""  # where its names stand if there are none in those
    noun: bool = False  # the head is a noun, which may only recall what is told elsewhere
    own: frozenset[str] | None = None  # of those around it the names that are its own, if known


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a happening is compared by."""

    happening: Happening
    stem: str  # of its head
    kinds: frozenset[int]  # of happenings that its words can tell; of a verb's object, too
    names: frozenset[str]
    words: frozenset[str]
    opening: str = ""  # the first word, which is a name if others know it as one


@dataclass(slots=True)
class _Group:
    """Sentences that tell one happening; the first decides what else does."""

    first: _Facts
    members: list[Happening]


def merged(found: Sequence[Happening]) -> list[tuple[Happening, tuple[tuple[int, int], ...]]]:
    """Each happening once, in the order of the text, with the spans of the others that tell it."""
    stems: dict[str, str] = {}
    facts = sorted((_facts(each, stems) for each in found), key=_exactness)
    counts = Counter(name for each in facts for name in each.names)
    facts = [
        replace(each, names=each.names | {each.opening}) if counts[each.opening] else each
        for each in facts
    ]
    counts = Counter(name for each in facts for name in each.names)
    limit = max(_FEWEST_COMMON, _COMMON * len(found))
    common = frozenset(name for name, count in counts.items() if count >= limit)
    groups: list[_Group] = []
    near: dict[tuple[str, int | str], list[_Group]] = defaultdict(list)
    for each in facts:
        each = replace(each, names=each.names - common) if each.names & common else each
        year = (each.happening.mention.date.start or "")[:4]
        keys: list[tuple[str, int | str]] = [(year, each.stem), *((year, k) for k in each.kinds)]
        candidates = [group for key in keys for group in near[key][-_MOST_COMPARED:]]
        group = next((group for group in candidates if _same(group.first, each)), None)
        told_apart = each.happening.own is not None or not each.names
        if group is None and each.happening.noun and told_apart:
            known = {id(group): group for group in candidates if _recalls(each, group.first)}
            group = next(iter(known.values())) if len(known) == 1 else None
        if group is not None:
            group.members.append(each.happening)
            continue
        group = _Group(each, [each.happening])
        groups.append(group)
        for key in keys:
            near[key].append(group)
    kept = [(group.members[0], _others(group.members)) for group in groups]
    return sorted(kept, key=lambda pair: (pair[0].start, pair[0].mention.start))


def _exactness(each: _Facts) -> tuple[int, int, int]:
    date = each.happening.mention.date
    return _RANK[date.precision], date.latest - date.earliest, each.happening.start


def _facts(happening: Happening, stems: dict[str, str]) -> _Facts:
    kinds = _KIND_OF.get(happening.head, frozenset())
    names: set[str] = set()
    words: set[str] = set()
    for number, raw in enumerate(_WORD.findall(happening.around)):
        word = _bare(raw)
        if not happening.noun and word in _KIND_OF:
            kinds |= _KIND_OF[word]
        if len(word) > 2 and word not in _SMALL:
            words.add(stems.get(word) or stems.setdefault(word, _stem(word)))
            if number and raw[0].isupper() and word not in _KIND_OF:
                names.add(word)
    if not names and happening.sentence:
        found = _WORD.findall(happening.sentence)[1:]
        names = {_bare(raw) for raw in found if raw[0].isupper()} - _SMALL - _KIND_OF.keys()
    head = _stem(happening.head)
    first = _WORD.match(happening.around.lstrip("“\"‘'( "))
    opening = _bare(first[0]) if first and first[0][0].isupper() else ""
    if opening in _SMALL or opening in _KIND_OF:
        opening = ""
    return _Facts(happening, head, kinds, frozenset(names), frozenset(words), opening)


def _same(one: _Facts, other: _Facts) -> bool:
    first, second = one.happening, other.happening
    if (first.start, first.stop) == (second.start, second.stop):
        return False  # one sentence tells two happenings
    if not _one_date(first.mention.date, second.mention.date):
        return False
    shared = len(one.names & other.names)
    fewer = min(len(one.names), len(other.names))
    if fewer and (shared < fewer if fewer <= 2 else 2 * shared < fewer):
        return False
    common = one.words & other.words
    if first.noun or second.noun:
        alike = one.stem == other.stem
        if not alike and not one.kinds & other.kinds:
            return False
        year = second.mention.date.precision is Precision.YEAR
        unnamed = alike and not one.names and not other.names
        return shared > 0 or not year or unnamed or not common <= _KIND_STEMS
    equal = first.mention.date.edtf == second.mention.date.edtf
    part = len(common) / max(1, min(len(one.words), len(other.words)))
    if len(common) < 2:
        return False
    if equal and first.mention.date.precision is Precision.DAY:
        return part >= (0.2 if shared else 0.34)
    return part >= (0.4 if equal else 0.5) or shared == fewer > 1


def _recalls(each: _Facts, known: _Facts) -> bool:
    """Whether a noun may only recall what ``known`` tells: "the coup of 1921", "Holm’s visit"."""
    if _OF_SOMEONE.search(each.happening.around):
        return False
    one_sentence = each.happening.start == known.happening.start
    dates = known.happening.mention.date, each.happening.mention.date
    if not (each.happening.own or frozenset()) <= known.names | {known.opening}:
        return False
    return not one_sentence and each.stem in known.words and _one_date(*dates)


def _one_date(a: HistoricDate, b: HistoricDate) -> bool:
    """Whether one is the other, or lies in it; open intervals only if they are the same."""
    if a.edtf == b.edtf:
        return True
    if ".." in a.edtf or ".." in b.edtf:
        return False
    return a.within(b) or b.within(a)


def _others(members: Sequence[Happening]) -> tuple[tuple[int, int], ...]:
    kept = members[0]
    spans = {(each.start, each.stop) for each in members[1:]} - {(kept.start, kept.stop)}
    return tuple(sorted(spans))


_SMALL = frozenset(
    """the and for from with that which who his her its their was were has had have been after before
    during since into over under when while also this these those than then not are but first
    following january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday on in at""".split()
)


def _bare(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s")


def _stem(word: str) -> str:
    """``word`` without its ending: rough, but the same for "visited" and "visits"."""
    for ending in ("ation", "tion", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


_KIND_STEMS = frozenset(_stem(word) for word in _KIND_OF)
