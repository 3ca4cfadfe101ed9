"""Sentence -> names of the kind that a question asks for, and weaker words for people and places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.answer_types.asked import KINDRED, AnswerType, Fit, key
from index.answer_types.names import Name, find_names
from index.events import name_words as known
from index.questions import kind_words as kw


def find_named(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Names of the kind that ``asked`` expects, by place; those in the question are none."""
    for name in find_names(text, start, stop):
        if all(key(word) in asked.words for word in name.words):
            continue
        strength = _strength(name, asked)
        if asked.target and asked.expects in ("person", "body", "place"):
            strength = _by_target(name, strength, text, start, stop, asked)
        known_by = asked.expects == "person" and key(name.words[-1]) in asked.words
        if known_by and not (_NAME in asked.words and asked.words & _PARTS_OF_NAMES):
            strength *= 0.4  # another name of the person in the question
        if strength >= 0.05:
            yield Fit(name.start, name.stop, round(strength, 3))


_NAME = key("name")
_PARTS_OF_NAMES = frozenset(map(key, kw.PARTS_OF_NAMES))


def _strength(name: Name, asked: AnswerType) -> float:
    match asked.expects:
        case "person":
            # who acts may be a body or a country too, unless a person's office is asked for
            return max(name.person, 0.0 if asked.target else 0.4 * name.body)
        case "body":
            unknown = name.place < 0.9 and name.person < 0.95 and name.body < 0.6
            if unknown:
                return min(0.7, name.body * 1.4)
            return name.body * (0.8 if asked.target and name.place == 1.0 else 1.0)
        case "place":
            return name.place
        case _:
            return max(name.person, name.body, name.place)


def find_people(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Names of persons, and, weaker, words for people in small letters: "the two shipwrights"."""
    yield from find_named(text, start, stop, asked)
    for match in _PEOPLE.finditer(text, start, stop):
        if key(match["noun"]) not in asked.words:
            yield Fit(match.start(), match.end(), 0.25)


_PEOPLE = re.compile(
    r"\b(?:the|an?|his|her|their|its|by|for|some|many|most|all|several|of|and|two|three|to|with)\s"
    r"(?:[a-z][a-z-]{1,20}\s){0,2}(?P<noun>(?!others\\b)[a-z]{2,20}(?:men|women|ists|ians|eers|ants|wrights|ors|ers|folk|ist|"
    r"ian|eer|man|woman|person)|people|men|women|children|brother|sister|wife|husband|son|daughter|father|mother|uncle|aunt|"
    r"cousin|friend|family|king|queen|emperor|owner|nobles|king|citizens|peasants|students|natives|"
    r"army|troops|government|council|court|courts|police|church)\b"
)


def find_places(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Names of places, and, weaker, where else something may be: "on the north bank"."""
    yield from find_named(text, start, stop, asked)
    if asked.target:
        return
    for match in _WHERE.finditer(text, start, stop):
        words = match["where"].split()
        if not any(len(word) > 2 and key(word) not in asked.words for word in words):
            continue
        placed = any(word.lower() in known.PLACE_WORDS or word.lower() in _SITES for word in words)
        yield Fit(match.start(), match.end(), 0.45 if placed else 0.25)
    for match in _ADVERBS.finditer(text, start, stop):
        if key(match[0].split()[-1]) not in asked.words:
            yield Fit(match.start(), match.end(), 0.4)
    for match in _IN_GENERAL.finditer(text, start, stop):
        if any(key(word) not in asked.words for word in match[0].split()[1:]):
            yield Fit(match.start(), match.end(), 0.2)


_ADVERBS = re.compile(
    r"\b(?:underground|underwater|abroad|overseas|worldwide|nearby|upstream|downstream|inland|offshore|"
    r"ashore|aboard|everywhere|elsewhere|indoors|outdoors|upstairs|downstairs|at\s(?:sea|home|school|work)|"
    r"in\s(?:exile|prison|jail|space|orbit|town|court|hospital))\b"
)
_IN_GENERAL = re.compile(
    r"\b(?:in|on|at|near|inside|along|within|around|throughout|into|through)\s(?!fact\b|order\b|addition\b|"
    r"general\b|particular\b|part\b|turn\b|response\b|return\b|contrast\b|which\b|that\b|this\b|such\b|favou?r\b|"
    r"least\b|most\b|all\b|other\b|what\b|order\b|terms\b|time\b|January|[a-z]+ing\b)[a-z]{3,20}(?:[\s-][a-z]{3,20})?"
)

_WHERE = re.compile(
    r"\b(?:in|on|at|near|inside|outside|along|across|beneath|under|above|behind|between|within|around|"
    r"throughout|off|onto|into|through|beside|among|amongst|to|from)\s"
    r"(?P<where>(?:the|a|an|its|their|his|her|each|all)\s[^\W\d]{2,20}(?:[\s-](?![A-Z]|(?:is|was|are|were|and|or|by|"
    r"that|which|who|has|had|have|as|to|for|with|when|where|near|in|on|at|from)\b)[^\W\d_]{2,20}){0,4})",
)
_SITES = frozenset(
    """
    bank banks coast shore shores side sides corner centre center middle edge border borders frontier
    outskirts north south east west northern southern eastern western northeast northwest southeast
    southwest top bottom foot head mouth street road campus building house home office headquarters room
    hall church market station school hospital prison camp base site area areas region regions zone
    district quarter neighborhood neighbourhood suburb suburbs city town village capital country
    countryside island islands sea ocean river lake mountains mountain hills hill valley forest jungle
    desert plain plains field fields farm garden park sky ground floor roof wall walls door gate bridge
    tunnel cave mine factory workshop warehouse dock docks harbour harbor port airport world abroad
    surface membrane body brain blood cell cells heart lung lungs skin bone stomach liver land water air
    """.split()
)


def _by_target(
    name: Name, strength: float, text: str, start: int, stop: int, asked: AnswerType
) -> float:
    """``strength`` raised where the name bears the target or a near kind, or the target is beside it."""
    keys = {key(word) for word in name.words}
    kindred = KINDRED.get(asked.head, frozenset())
    if asked.expects != "person":
        if asked.head in keys:
            return 1.0
        if keys & (kindred | asked.near):
            return max(strength, 0.95)
        if (
            asked.expects == "place"
            and kindred
            and any(keys & KINDRED[other] for other in KINDRED if asked.head not in KINDRED[other])
        ):
            return strength * 0.4  # a lake, where a river is asked for
    before = text[max(start, name.start - 40) : name.start]
    behind = text[name.stop : min(stop, name.stop + 40)]
    beside = {key(word) for word in _WORDS.findall(before)[-4:] + _WORDS.findall(behind)[:5]}
    if asked.head in beside or beside & asked.near:
        return min(1.0, strength + 0.35)
    return strength


_WORDS = re.compile(r"[^\W_]+")
