"""A question that leans on the one before it -> the same with what it leaves out.

“And in 2022?”, “who was with him?”, “what about Thailand?”, “why?”. Whether a question leans on
another is told by its form: it begins with “and”, has a pronoun that nothing in it can mean, or
leaves out what it is about. One that stands on its own takes nothing over. What is taken over is
marked as such and counts less than what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.analysis import GROUP, stem
from index.dates.wording import say_date
from index.questions import kind_words as kw
from index.questions.concepts import Concept, Question
from index.questions.kinds import Word, is_person_noun, noun_of, read_words
from index.snapshot import Snapshot

MOST_BEFORE = 3  # questions before one that are looked at
CARRIED_WEIGHT = 0.6  # of what a word told in the question that it was typed in

_INSIDE_NAMES = (" ", "-", " of ", " of the ")
_PERSON_WORDS = 3  # of a name that is known in small letters, too
_FOREIGN = kw.FOREIGN.keys() | kw.FOREIGN_PREPOSITIONS | kw.FOREIGN_JOINING
_LONGEST_FRAGMENT = 3  # telling words of a question without a verb

Sort = Literal["person", "place", "thing"]
_PRONOUNS: dict[str, Sort] = {
    **dict.fromkeys(
        "he him his she her hers он она его ее ему ей ним ней er ihn ihm".split(), "person"
    ),
    **dict.fromkeys("it its they them their theirs они их им них ihnen".split(), "thing"),
    **dict.fromkeys("there там".split(), "place"),
}
_POSSESSIVE = frozenset("his her its their".split())
_STARTERS = frozenset("and but or also plus und et y и а но или oder".split())
_STARTING_PAIRS = frozenset(
    {
        ("what", "about"), ("how", "about"), ("what", "of"), ("same", "for"), ("same", "question"),
        ("then", "what"), ("what", "else"), ("who", "else"), ("where", "else"), ("anything", "else"),
        ("anyone", "else"), ("what", "if"),
    }
)  # fmt: skip
_LEANING = frozenset("else others".split())
_LASTS = frozenset("take took takes cost costs matter".split())
_MAKING = frozenset("make made makes making find found finds".split())  # “makes it hard to …”
_ADVERBS = frozenset("still also always never later often usually once".split())
_SAYING = frozenset(
    """
    added agreed announced argued assumed believed claimed concluded declared demonstrated determined
    discovered estimated found insisted knew known learned noted observed promised proved proven
    reported said showed shown stated suggested thought
    """.split()
)
#: Words that are no stop words and still say nothing of what a question is about.
_FILLERS = frozenset(
    stem(word)
    for word in (
        "detail example exactly precisely specifically approximately roughly please again instead "
        "same thing one ones other others another else mean elaborate continue reason year date day "
        "month place person name country people number source actually really next previous first "
        "last also too total result consequence purpose details more most"
    ).split()
)
_EVENT_WORDS = frozenset(
    map(stem, "happen event occur occurrence timeline chronology incident news development".split())
)
_TAKES_PLACE = ("took place", "take place", "going on", "went on")
_BOUNDARIES = frozenset(
    "and but or when if because after before while that who which so although though than since "
    "until where whether".split()
)
_EXPLETIVE = frozenset(
    "true known said believed possible likely clear thought reported claimed say mean".split()
)
_UNITS = kw.UNITS_OF_TIME | frozenset(
    "morning evening afternoon spring summer autumn winter".split()
)
_COUNTED_FROM = frozenset(
    "next following previous prior preceding before after later earlier".split()
)
_DOCUMENTS = frozenset("report document paper article text book corpus source page".split())


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans on the one before it."""

    starts: bool = False  # with “and”, “what about”
    pronouns: frozenset[Sort] = frozenset()
    then: bool = False  # it points to the time of the one before
    fragment: bool = False  # it leaves out what it is about
    ones: bool = False  # “which ones”, “how many of them”

    @property
    def only_starts(self) -> bool:
        """Whether it is whole but for the “and” that it begins with."""
        return self.starts and not (self.pronouns or self.then or self.fragment or self.ones)

    def __bool__(self) -> bool:
        return self.starts or bool(self.pronouns) or self.then or self.fragment or self.ones


def follow(asked: Question, before: Question, snapshot: Snapshot) -> Question:
    """``asked`` with what it takes over from ``before``; as it is if it stands on its own.

    Words, dates, people, kind and restrictions are taken over where it has none; of one that is
    whole but for its “and” only names and dates. A name gives way to a new one of the same sort,
    what was counted to what is counted now.
    """
    own = () if asked.only_stop_words else asked.concepts
    leaning = leaning_of(asked, own, snapshot)
    if not leaning:
        return asked
    if leaning.ones:
        own = tuple(concept for concept in own if concept.word.lower() not in ("one", "ones"))
    replaced = _replaced(asked, own, before, leaning, snapshot)
    if leaning.only_starts and asked.kinds and len(_telling(own)) > 1:
        names = {id(c) for name in _names(before, before.concepts, snapshot) for c in name.concepts}
        replaced += [concept for concept in before.concepts if id(concept) not in names]
    timed = asked.timed or bool(asked.named)
    times = not timed and (asked.kind != "when" or leaning.then) and not _elsewhen(asked.text)
    known = {term for concept in own for term in concept.typed}
    kept = [
        concept
        for concept in before.concepts
        if concept not in replaced
        and not before.only_stop_words
        and known.isdisjoint(concept.typed)
        and not (timed and not _EVENT_WORDS.isdisjoint(concept.typed))
    ]
    end = len(asked.text)
    carried = tuple(
        replace(c, start=end, stop=end, weight=c.weight * CARRIED_WEIGHT, carried=True)
        for c in kept
    )
    dates = before.dates if times else ()
    nothing = not carried and not dates and not (times and before.recurring)
    if nothing and not (asked.kinds == () and before.kinds):
        return asked
    words = [concept.word for concept in kept] + [say_date(date) for date in dates]
    concepts = (*own, *carried)
    terms = () if asked.only_stop_words and carried else asked.terms
    counted = _counted_anew(asked, own, before, leaning)
    return replace(
        asked,
        concepts=concepts or asked.concepts,
        terms=(*terms, *(term for c in carried for term in c.terms[:1]))
        + (tuple(term for words in before.date_terms for term in words) if times else ()),
        dates=asked.dates or dates,
        recurring=asked.recurring or (before.recurring if times else ()),
        named=asked.named or (before.named if times else ()),
        date_terms=asked.date_terms or (before.date_terms if times else ()),
        people=asked.people or (() if replaced else before.people),
        kinds=asked.kinds or before.kinds,
        kind=asked.kind or before.kind,
        expects=asked.expects if asked.kinds else before.expects,
        target_terms=_target_terms(asked, own, before, leaning, counted),
        only_stop_words=asked.only_stop_words and not carried,
        wants_source=asked.wants_source or (not asked.kinds and before.wants_source),
        document=asked.document or before.document,
        who=asked.who or (() if replaced else before.who),
        excluded=asked.excluded or before.excluded,
        excluded_phrases=asked.excluded_phrases or before.excluded_phrases,
        shut_out=asked.shut_out or before.shut_out,
        carried=tuple(dict.fromkeys(words)),
    )


# ---------------------------------------------------------------- leaning


def leaning_of(asked: Question, own: Sequence[Concept], snapshot: Snapshot) -> Leaning:
    """How ``asked`` leans on a question before it, if it does; ``own`` are its telling words."""
    words = read_words(asked.text)
    if not words:
        return Leaning()
    pair = tuple(word.text for word in words[:2])
    starts = words[0].text in _STARTERS or pair in _STARTING_PAIRS
    names = {name.start for name in _names(asked, own, snapshot)}
    pronouns: set[Sort] = set()
    then = ones = False
    for n, word in enumerate(words):
        if word.text in _PRONOUNS and asked.text[word.start : word.stop] == "IT":
            continue
        if word.text in _PRONOUNS and _points_back(words, n, own, names):
            pronouns.add(_PRONOUNS[word.text])
            ones = ones or (word.text == "them" and words[n - 1].text == "of" and n > 0)
        elif word.text in ("this", "that", "these", "those") and _demonstrative(words, n):
            following = words[n + 1].text if n + 1 < len(words) else ""
            if following in _UNITS:
                then = True
            else:
                pronouns.add("thing")
        elif word.text == "then" and n > 0 and _then(words, n):
            then = True
        elif (word.text in ("one", "ones") and n > 0 and _one(words, n)) or (
            word.text in _LEANING and n > 0 and not any(c.stop <= word.start for c in own)
        ):
            ones = True
    return Leaning(starts, frozenset(pronouns), then, _is_fragment(asked, own, words, names), ones)


def _points_back(words: Sequence[Word], n: int, own: Sequence[Concept], names: set[int]) -> bool:
    """Whether the pronoun ``words[n]`` means something outside of its question.

    What a clause is about can't be meant by a pronoun in the same clause, but for a possessive one
    (“how did the town lose its port”).
    """
    word = words[n]
    before = words[n - 1].text if n else ""
    behind = words[n + 1].text if n + 1 < len(words) else ""
    if word.text == "there":
        following = [w.text for w in words[n + 1 : n + 3]]
        existential = behind in kw.BE or "been" in following or word.tail == "s"
        if before in kw.BE:
            existential = not (n > 1 and words[n - 2].text in ("who", "else"))
        return not existential
    if word.text == "it" and (_expletive(words, n) or before in _MAKING):
        return False
    possessive = word.text in _POSSESSIVE and behind != "" and not words[n + 1].opens
    if word.text == "her" and behind in kw.ENDS_PHRASE:
        possessive = False
    earlier = [concept for concept in own if concept.stop <= word.start]
    if before == "of" and earlier and n > 1 and earlier[-1].stop == words[n - 2].stop:
        earlier.pop()  # “the length of its pier”: the length is not what “its” means
    elif n and earlier and earlier[-1].stop == words[n - 1].stop:
        earlier.pop()  # the verb: “who rebuilt its pier”
    if _PRONOUNS[word.text] == "person":
        earlier = [c for c in earlier if c.start in names or is_person_noun(c.word)]
    elif word.text in ("it", "its"):
        earlier = [c for c in earlier if not is_person_noun(c.word)]
    if word.text == "their" and words[0].text == "who" and words[1].text not in kw.AUXILIARIES:
        return False  # “who made their first voyage”
    if not possessive and not _begins_clause(words, n) and not _told_possessor(words, n):
        bounds = [
            w.start
            for place, w in enumerate(words[:n])
            if w.text in _BOUNDARIES or w.opens or (place > 1 and w.text in ("he", "she", "they"))
        ]
        earlier = [c for c in earlier if any(c.stop <= bound for bound in bounds)]
    return not earlier


def _begins_clause(words: Sequence[Word], n: int) -> bool:
    """Whether the pronoun ``words[n]`` is the subject of a clause within its question.

    “What did the mayor say he saw”: such a one can mean what stands before it.
    """
    word = words[n]
    behind = words[n + 1].text if n + 1 < len(words) else ""
    if word.text in ("he", "she", "they"):
        return words[n - 1].text not in kw.AUXILIARIES if n else False
    verb = behind in kw.AUXILIARIES | kw.IRREGULAR_PAST | {"to"} or word.tail == "s"
    return word.text in ("it", "him", "her", "them") and verb


def _told_possessor(words: Sequence[Word], n: int) -> bool:
    """Whether a name in the genitive stands before: “what did the mayor's father give him”."""
    return any(word.tail == "s" and word.text not in kw.FIRST_WORDS for word in words[:n])


def _expletive(words: Sequence[Word], n: int) -> bool:
    following = [word.text for word in words[n + 1 : n + 5]]
    rest = {word.text for word in words[n + 1 :]}
    if _LASTS & set(following[:2]):
        return "to" in rest
    told = [place for place, said in enumerate(following) if said in ("that", "how", "whether")]
    reported = bool(told) and any(said.endswith("ed") for said in following[: told[0]])
    return reported or bool(_EXPLETIVE & set(following[:2])) or following[:1] == ["that"]


def _demonstrative(words: Sequence[Word], n: int) -> bool:
    """Whether “this” or “that” points to something said before."""
    word = words[n]
    before = words[n - 1] if n else None
    behind = words[n + 1].text if n + 1 < len(words) and not words[n + 1].opens else ""
    if word.text == "this":
        return behind not in _UNITS and behind not in _DOCUMENTS
    if word.text == "those":
        compared = before is not None and before.text in ("to", "than", "as", "from")
        return behind not in ("who", "that", "of", "which", "with", "whose") and not compared
    if word.text == "these":
        return before is None or not word.capital
    if before is not None and before.text in _SAYING:
        return False
    if behind == "of" or behind in kw.IRREGULAR_PAST or behind.endswith("ed"):
        return False
    leads = (
        before is None
        or word.opens
        or before.text in kw.PREPOSITIONS | kw.AUXILIARIES | _STARTERS
        or before.text in kw.IRREGULAR_PAST
        or before.text.endswith("ed")
    )
    if n and (behind in kw.AUXILIARIES | kw.PREPOSITIONS | _ADVERBS or behind.endswith("es")):
        return False
    named = before is not None and before.text.endswith("ed") and words[n + 1 : n + 2] != []
    if named and behind and words[n + 1].capital:
        return False  # “the sermons that Luther preached”
    return leads and behind not in kw.AUXILIARIES - kw.BE | kw.DETERMINERS | kw.PRONOUNS


def _then(words: Sequence[Word], n: int) -> bool:
    last = n == len(words) - 1
    return last or words[n - 1].text in ("since", "by", "until", "before", "back", "till")


def _one(words: Sequence[Word], n: int) -> bool:
    behind = words[n + 1].text if n + 1 < len(words) else ""
    pointing = ("which", "the", "that", "this", "first", "last", "second", "other", "another")
    return words[n - 1].text in pointing and (
        behind == ""
        or behind in kw.AUXILIARIES
        or behind in kw.IRREGULAR_PAST
        or words[n + 1].opens
    )


def _is_fragment(
    asked: Question, own: Sequence[Concept], words: Sequence[Word], names: set[int]
) -> bool:
    """Whether ``asked`` leaves out what it is about."""
    happened = any(not _EVENT_WORDS.isdisjoint(_stems(word.text)) for word in words)
    said = " ".join(word.text for word in words)
    if asked.timed and (happened or any(phrase in said for phrase in _TAKES_PLACE)):
        return False  # “events in May” are all of them
    if (asked.phrases or asked.who or asked.document) and not asked.kinds:
        return False
    told = _telling(own)
    telling = [concept for concept in own if concept.start in names or concept in told]
    if not telling:
        return True
    verbal = any(
        word.text in kw.AUXILIARIES or word.text in kw.IRREGULAR_PAST or word.text.endswith("ed")
        for word in words
    )
    if words[0].text in kw.PREPOSITIONS | kw.FOREIGN_PREPOSITIONS and not asked.kinds:
        return not verbal and len(telling) <= _LONGEST_FRAGMENT
    if not asked.kinds and not verbal and asked.text.rstrip().endswith("?"):
        return len(telling) <= 2 or len(_joined(asked.text, telling)) == 1
    asks = len(words) - 1 - (words[0].text == "how")
    return asks == 1 and bool(asked.kinds) and len(telling) == 1 and telling[0].start not in names


def _telling(own: Sequence[Concept]) -> list[Concept]:
    """Those of a question's words that say what it is about."""
    return [
        concept
        for concept in own
        if _FILLERS.isdisjoint((*concept.typed, *_stems(concept.word.lower())))
        and concept.word.lower() not in _FOREIGN
    ]


def _elsewhen(text: str) -> bool:
    """Whether ``text`` asks for a time that is counted from another: “the year before”."""
    words = {word.text for word in read_words(text)}
    return bool(_UNITS & words) and bool(_COUNTED_FROM & words)


def _stems(word: str) -> tuple[str, ...]:
    return (word, stem(word))


# ---------------------------------------------------------------- what gives way


@dataclass(frozen=True, slots=True)
class _Name:
    """Words of a question that make one name."""

    start: int
    concepts: tuple[Concept, ...]
    preposition: str  # right before it
    sort: Sort | None


def _names(asked: Question, own: Sequence[Concept], snapshot: Snapshot) -> list[_Name]:
    """The names in a question's own words; such as were taken over are names of their own."""
    known = [concept for concept in own if _is_name(concept, asked.text, snapshot)]
    words = read_words(asked.text)
    found = []
    for group in _joined(asked.text, known, snapshot):
        first = group[0]
        before = [word for word in words if word.stop <= first.start and not first.carried]
        while before and before[-1].text in kw.DETERMINERS:
            before.pop()
        preposition = before[-1].text if before and before[-1].text in kw.PREPOSITIONS else ""
        name = _Name(first.start, tuple(group), preposition, _sort_of(group, snapshot))
        found.append(_in_place(name))
    return found


def _joined(
    text: str, concepts: Sequence[Concept], snapshot: Snapshot | None = None
) -> list[list[Concept]]:
    """``concepts`` in groups: of those that only a blank, a hyphen or “of” parts in ``text``.

    Such as were taken over stand nowhere in it; of them those that make one known name.
    """
    groups: list[list[Concept]] = []
    for concept in concepts:
        last = groups[-1][-1] if groups else None
        if last is None or last.carried != concept.carried:
            beside = False
        elif concept.carried:
            beside = snapshot is not None and not set(_known_as(last.word, snapshot)).isdisjoint(
                _known_as(concept.word, snapshot)
            )
        else:
            beside = text[last.stop : concept.start] in _INSIDE_NAMES
        if beside:
            groups[-1].append(concept)
        else:
            groups.append([concept])
    return groups


def _is_name(concept: Concept, text: str, snapshot: Snapshot) -> bool:
    if any(term.startswith(GROUP) for term in concept.typed):
        return True
    word = concept.word
    if word[:1].isupper() and (concept.start > 0 or concept.carried or text.count(" ") < 3):
        return True
    return any(
        len(parts := name.split()) <= _PERSON_WORDS and not any(map(noun_of, parts))
        for name in _known_as(word, snapshot)
    )


def _known_as(word: str, snapshot: Snapshot) -> Sequence[str]:
    """The names of events that hold ``word``."""
    return snapshot.people.holding(word)


def _sort_of(concepts: Sequence[Concept], snapshot: Snapshot) -> Sort | None:
    """Whether the documents know a name as that of a place or of somebody; None if they don't."""
    wanted = {concept.word.casefold() for concept in concepts}
    places = actors = 0
    for name in _known_as(concepts[0].word, snapshot):
        if wanted <= set(name.casefold().split()):
            known = snapshot.people.find(name)
            places += known.places if known else 0
            actors += known.actors if known else 0
    if not places + actors:
        return None
    return "place" if 2 * places >= actors else "person"


def _in_place(name: _Name) -> _Name:
    """A name of unknown sort is that of a place behind “in” or “at”."""
    placed = name.sort is None and name.preposition in ("in", "at", "near")
    return replace(name, sort="place") if placed else name


def _replaced(
    asked: Question, own: Sequence[Concept], before: Question, leaning: Leaning, snapshot: Snapshot
) -> list[Concept]:
    """The words of ``before`` for which ``asked`` has others."""
    if "thing" in leaning.pronouns:
        return []
    gone: list[Concept] = []
    if _counted_anew(asked, own, before, leaning):
        wanted = set(before.target_terms)
        gone = [concept for concept in before.concepts if wanted.intersection(concept.typed)]
    kept = _names(before, before.concepts, snapshot)
    if "person" in leaning.pronouns:
        persons = any(name.sort == "person" for name in kept)
        kept = [n for n in kept if (n.sort != "person" if persons else n.sort == "place")]
    if "place" in leaning.pronouns:
        kept = [name for name in kept if name.sort != "place"]
    new = _names(asked, own, snapshot)
    bare = not asked.kinds and len(own) == sum(len(name.concepts) for name in new)
    said = {term for concept in own for term in concept.typed}
    parallel = any(said.intersection(c.typed) for c in _telling(before.concepts))
    for name in new:
        terms = {term for concept in name.concepts for term in concept.typed}
        others = [
            other
            for other in kept
            if not any(terms.intersection(concept.typed) for concept in other.concepts)
        ]
        alike = [other for other in others if name.sort and other.sort == name.sort]
        beside = [o for o in others if name.preposition and o.preposition == name.preposition]
        fitting = beside if bare and len(beside) == 1 else alike
        if not fitting and (bare or parallel):
            fitting = [o for o in others if None in (name.sort, o.sort)]
        if len(fitting) == 1:
            gone += fitting[0].concepts
            kept.remove(fitting[0])
    return gone


def _counted_anew(
    asked: Question, own: Sequence[Concept], before: Question, leaning: Leaning
) -> bool:
    """Whether ``asked`` counts or seeks something else than ``before``: “and tanks?”."""
    if not before.target_terms or leaning.ones or leaning.pronouns:
        return False
    if asked.kinds:
        return asked.kind == before.kind and bool(asked.target_terms)
    words = read_words(asked.text)
    plain = own and own == tuple(_telling(own)) and all(c.word[:1].islower() for c in own)
    fragment = leaning.starts or leaning.fragment
    inner = [word for word in words if word.text in kw.PREPOSITIONS and word.text != "about"]
    return bool(plain) and fragment and not inner and not asked.timed and len(own) <= 3


def _target_terms(
    asked: Question, own: Sequence[Concept], before: Question, leaning: Leaning, counted: bool
) -> tuple[str, ...]:
    if leaning.ones:
        return before.target_terms
    if counted and not asked.target_terms:
        return tuple(term for concept in own for term in concept.typed[:1])
    return asked.target_terms or (() if asked.kinds else before.target_terms)
