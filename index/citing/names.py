"""Who wrote a document: persons whose names can be turned round, and names that stay as written."""

from __future__ import annotations

from dataclasses import dataclass

from index.model import one_line

#: Words that begin or join a family name in small letters, in the languages of Europe and Arabic.
_PARTICLES = frozenset(
    "af al am an av bin bint da dal das de dei del dela della den der des di do dos du e el ibn la "
    "las le los op san te ten ter tot und van vom von vd y zu zum zur".split()
)
#: Words of the names of bodies: who bears one has no given name.
_BODY_WORDS = frozenset(
    "academy administration agency alliance archive archives assembly association authority bank "
    "board bureau center centre church club college commission committee community company "
    "congress consortium corporation council court department directorate embassy faculty federation "
    "forum foundation fund government group house initiative institute institution international "
    "library limited ltd inc llc gmbh ministry mission movement museum nations network observatory "
    "office organisation organization parliament party police press program programme project "
    "publications records secretariat section senate service services society staff station team "
    "trust union unit university watch world".split()
)
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv esq esq. phd ph.d. md m.d.".split())
_MOST_FAMILY = 2  # words of a family name beside particles
_MOST_GIVEN = 4


@dataclass(frozen=True, slots=True)
class Name:
    """An author. Either ``family`` with the rest, or ``literal``: a body, or a name in one piece."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def inverted(self) -> str:
        """As lists sort it: family name, given name, suffix; a literal as it is."""
        return self.literal or ", ".join(
            part for part in (self.family, self.given, self.suffix) if part
        )


def split_authors(said: str) -> tuple[Name, ...]:
    """The authors that ``said`` names, in its order; none for blanks.

    A semicolon always parts two authors; “and” or “&” does where what stands on both sides can be a
    whole name, so that the Ministry of Trade and Industry stays one. “Family, Given” is a
    person; everything else stays as it is written, since nobody can tell by words alone whether it
    is a person or a body, nor which of two names is the family's.
    """
    said = one_line(said)
    pieces = [piece.strip(" ,") for piece in said.split(";")]
    if len(pieces) == 1:
        pieces = _at_and(said)
    return tuple(_name(piece) for piece in pieces if piece)


def _at_and(said: str) -> list[str]:
    parts = [part.strip(" ,") for part in said.replace(" & ", " and ").split(" and ")]
    if len(parts) == 1 or not all(parts):
        return [said]
    if all(_person(part) for part in parts):
        return parts
    if "," not in parts[-1]:  # a list: the commas part authors too
        parts = [piece.strip() for part in parts for piece in part.split(",")]
        if all(_is_whole(part) for part in parts):
            return parts
    return [said]


def _is_whole(name: str) -> bool:
    """Whether ``name`` can be a name by itself: several words, each with a capital or a particle."""
    words = name.split()
    return len(words) > 1 and _are_capitals(words)


def _name(said: str) -> Name:
    return _person(said) or Name(literal=said)


def _person(said: str) -> Name | None:
    """Who “Family, Given” or “Family, Given, Jr.” is; None if it can't be one."""
    family, comma, rest = (part.strip() for part in said.partition(","))
    given, _, suffix = (part.strip() for part in rest.partition(","))
    if not comma or not given or (suffix and suffix.lower() not in _SUFFIXES):
        return None
    names = [word for word in family.split() if word.lower() not in _PARTICLES]
    if not 1 <= len(names) <= _MOST_FAMILY or len(given.split()) > _MOST_GIVEN:
        return None
    words = [*family.split(), *given.split()]
    if not _are_capitals(words) or any(word.lower().strip(".") in _BODY_WORDS for word in words):
        return None
    return Name(family, given, suffix)


def _are_capitals(words: list[str]) -> bool:
    return all(
        word in _PARTICLES or (word.strip("'’‘-“”\"()")[:1].isalpha() and _has_capital(word))
        for word in words
    )


def _has_capital(word: str) -> bool:
    """Whether ``word`` has a capital, as al-Assad and d’Arc do, or is of a script without them."""
    return any(char.isupper() or char.istitle() for char in word) or not word.islower()
