"""What a date does in its sentence: whether the story is there, or only looks there."""

from __future__ import annotations

import re
from enum import Enum

_BEFORE = 160  # characters before a date that show what it does
_BY_REACH = 5  # words between "by" and the date: "held by the Crown in 1914"


class Role(Enum):
    """How a date stands in its sentence."""

    SETS = "sets"  # it says when something happened: "In 2022 he …"
    NAMES = "names"  # it tells one thing from others of its name: "the 1962 coup"
    ASIDE = "aside"  # the sentence looks to another time: "as in 1962", "which was built in 1962"
    BRACKETED = "bracketed"


_SENTENCE_END = re.compile(r"[.!?][”’\"')]?\s+(?=[A-Z“\"(])")
_CLAUSE_END = re.compile(r"[,;:()—–]\s")
_LAST_WORDS = re.compile(r"([^\W\d_]+)\W+\Z")
_ARTICLES = frozenset("the a an his her its their this that our my your".split())
_PREPOSITIONS = frozenset("in on during by at throughout early late mid around from".split())
_ASIDE_PREPOSITIONS = frozenset(
    "since before after until till than from as like unlike between versus vs to pre post".split()
)
_ASIDE_BEFORE_IN = frozenset("as than like unlike since until from before did that".split())
_PARTS_OF_DAY = frozenset(
    """morning evening night afternoon day week weekend month year course summer spring autumn fall
    winter end beginning start middle close hours days weeks months""".split()
)
_RELATIVE = re.compile(
    r"\b(?:which|who|whose|whom|where|since|after|before|until|had|having|that\s+(?:was|were|had|has|have|is|are))\b",
    re.IGNORECASE,
)
#: Without "was" before them these tell of something older: "a bridge built in 1920".
_PARTICIPLES = frozenset(
    """signed built founded established published made adopted passed written introduced created
    released held issued born produced approved ratified formed elected appointed enacted drafted
    commissioned constructed completed discovered seized captured sold bought ordered designed
    invented installed launched opened named awarded granted proposed recorded filmed painted
    composed registered purchased acquired inaugurated erected promulgated concluded""".split()
)
_AUXILIARIES = frozenset(
    """was were been be being is are had has have he she it they we i who which and also then later
    first newly finally officially formally not never subsequently eventually""".split()
)
_NOUN_AFTER = re.compile(r"[ \n]([^\W\d_]+)")
_GOES_ON = frozenset(
    """and or but when where which who that was were is are has have had will would could may might
    did the a an in on at by to of for with from as until till since before after while it its he
    she they we i there this these no not however also came saw marked brought began became took
    made went led left ended gave both only just over near under against through into during
    following because due so if though although his her their""".split()
)
_HABITS = re.compile(
    r"\b(?:every|each|annual|annually|yearly|usually|normally|typically|generally|always"
    r"|traditionally|often|sometimes|regularly|per\s+year|averages?|(?:school|academic|fiscal|financial"
    r"|rainy|dry|wet|monsoon|hurricane|breeding|growing|flowering)\s+(?:years?|seasons?|calendar))\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|became|began|took|came|went|made|said|met|held|left|led|saw|won|lost|fell"
    r"|rose|gave|found|told|got|brought|kept|sent|built|broke|fought|sold|bought|struck|spoke|wrote"
    r"|ran|set|put|cut|hit|drew|grew|knew|flew|stood|returned|died|shot|sank|swore|chose|drove|rode"
    r"|threw|withdrew|overthrew|undertook|arose|sought|taught|caught|thought|paid|laid|fled|bore|sat"
    r"|(?:has|have)[ \n]+(?:been|gone|[^\W\d_]+e[dn])|[^\W\d_]{2,}ed)\b",
    re.IGNORECASE,
)


def role_of(text: str, start: int, stop: int) -> Role:
    """What the date ``text[start:stop]`` does in its sentence, by what stands round it."""
    before = text[max(0, start - _BEFORE) : start]
    ends = [end.end() for end in _SENTENCE_END.finditer(before)]
    return _role(before[ends[-1] :] if ends else before, text, start, stop)


def _role(before: str, text: str, start: int, stop: int) -> Role:
    if before.rfind("(") > before.rfind(")") or before.rfind("[") > before.rfind("]"):
        return Role.BRACKETED
    if text[start] in "([":
        return Role.BRACKETED
    clause = _CLAUSE_END.split(before)[-1]
    words = [word.lower() for word in re.findall(r"[^\W\d_]+|[-–—]", clause)]
    last = words[-1] if words else ""
    earlier = words[-2] if len(words) > 1 else ""
    own = text[start:stop].split()[0].lower() if stop > start else ""
    if last in _ASIDE_PREPOSITIONS or own in ("since", "before", "after", "until", "between"):
        return Role.ASIDE
    if last in ("in", "on", "during") and earlier in _ASIDE_BEFORE_IN:
        return Role.ASIDE
    if _RELATIVE.search(clause):
        return Role.ASIDE
    if last == "of" and earlier not in _PARTS_OF_DAY:
        return Role.NAMES
    noun = _NOUN_AFTER.match(text, stop)
    named = noun is not None and noun[1][0].islower() and noun[1] not in _GOES_ON
    if named and last and last not in _PREPOSITIONS:
        return Role.NAMES
    if noun and last in _ARTICLES | {"s"} and noun[1][0].isupper():
        return Role.NAMES
    if last in _PREPOSITIONS and _reduced(words[:-1]):
        return Role.ASIDE
    return Role.SETS


def _reduced(words: list[str]) -> bool:
    """Whether ``words`` end in a participle alone: "a bridge built", "areas held by the Crown"."""
    if "by" in words[-_BY_REACH:]:
        words = words[: len(words) - words[::-1].index("by") - 1]
        if not words or not (words[-1].endswith("ed") or words[-1] in _PARTICIPLES):
            return False
    elif not words or words[-1] not in _PARTICIPLES:
        return False
    return not _AUXILIARIES.intersection(words[-3:-1])


def is_habit(text: str, start: int, stop: int) -> bool:
    """Whether a word of the sentence says that it happens again and again: "annually"."""
    return _HABITS.search(text, start, stop) is not None


def recurs(text: str, start: int, stop: int) -> bool:
    """Whether the sentence tells what happens every year: "It is usually held in June"."""
    if is_habit(text, start, stop):
        return True
    return not tells_past(text, start, stop) and _PRESENT.search(text, start, stop) is not None


_PRESENT_PASSIVE = re.compile(
    r"\b(?:is|are|be|being|will)[ \n]+(?:(?:[^\W\d_]+ly|also|now|not|be)[ \n]+){0,2}[^\W\d_]+",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:is|are|has|have|can|may|does|do|begins?|starts?|ends?|runs?|falls?|occurs?|opens?|closes?"
    r"|lasts?|takes\s+place|celebrates?|observes?)\b"
)


def tells_past(text: str, start: int, stop: int) -> bool:
    """Whether a verb of the sentence is of the past; "is held" is not."""
    return _PAST.search(_PRESENT_PASSIVE.sub(" ", text[start:stop])) is not None
