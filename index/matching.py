"""Where a passage's text holds the words of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from index.answer_types import AnswerType, answer_type
from index.model import Passage
from index.passage_words import PassageWords
from index.questions import Concept, Question
from index.snapshot import Snapshot

PAIR_GAP = 10  # characters between words that stand together, at most: a short word or two
_OTHER_NAME = 0.4  # of a match's share: Maung Aye is not Maung Maung Aye
_MOST_OF_TERM = 12  # words of a question that one term counts for: more are slips of the same word


@dataclass(frozen=True, slots=True)
class Match:
    """A term of a text that counts for a word of the question."""

    place: int  # in `PassageWords.terms`
    concept: int  # in `Question.concepts`
    share: float  # of the word's weight: see `Alternative.share`


class Matcher:
    """Finds the words of one question in texts.

    A term counts for the first twelve words that it stands for.
    """

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.weights = tuple(concept.weight for concept in asked.concepts)
        self.weight = sum(self.weights)
        self._times = tuple(_times(asked.text, concept) for concept in asked.concepts)
        self._wanted: dict[str, list[tuple[int, float]]] = {}
        for number, concept in enumerate(asked.concepts):
            for alternative in concept.alternatives:
                wanted = self._wanted.setdefault(alternative.term, [])
                if len(wanted) < _MOST_OF_TERM:
                    wanted.append((number, alternative.share))

    @cached_property
    def answer_type(self) -> AnswerType:
        """What the question asks for; the words that stand for what it counts are known to it."""
        asked = self.asked
        sought = set(asked.target_terms)
        related = (
            alternative.term
            for concept in asked.concepts
            if not sought.isdisjoint(concept.terms)
            for alternative in concept.alternatives
        )
        return answer_type(asked.text, asked.kind, asked.expects, asked.target_terms, related)

    def match(self, words: PassageWords) -> tuple[Match, ...]:
        """All matches in a text, by place."""
        wanted = self._wanted
        found = [
            Match(place, concept, share)
            for place, term in enumerate(words.terms)
            if term in wanted
            for concept, share in wanted[term]
        ]
        for number in self._of_other_names(words, found):
            found[number] = replace(found[number], share=found[number].share * _OTHER_NAME)
        return tuple(found)

    def _of_other_names(self, words: PassageWords, found: Sequence[Match]) -> Iterator[int]:
        """Which of ``found`` belong to a name with a word more or less often in a row than here."""
        first = 0  # of a row of one word
        for number, (one, other) in enumerate(pairwise(found)):
            if words.text[words.stops[one.place] : words.starts[other.place]] != " ":
                first = number + 1
            elif other.concept == one.concept + 1:
                name = words.text[words.starts[one.place]].isupper()
                times = self._times[one.concept]
                if name and times and number - first + 1 != times:
                    yield from range(first, number + 2)
                first = number + 1
            elif other.concept != one.concept:
                first = number + 1

    def held(self, matches: Iterable[Match]) -> dict[int, float]:
        """The words that ``matches`` hold, each with the largest share."""
        held: dict[int, float] = {}
        for match in matches:
            if match.share > held.get(match.concept, 0.0):
                held[match.concept] = match.share
        return held

    def held_by(self, terms: Iterable[str]) -> dict[int, float]:
        """The words that ``terms`` hold, each with the largest share."""
        held: dict[int, float] = {}
        for term in terms:
            for concept, share in self._wanted.get(term, ()):
                if share > held.get(concept, 0.0):
                    held[concept] = share
        return held

    def told(self, held: Mapping[int, float]) -> float:
        """The share of all that the question's words tell that ``held`` has; 0 without words."""
        if not self.weight:
            return 0.0
        return sum(self.weights[n] * share for n, share in sorted(held.items())) / self.weight


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage, and where it holds the words of a question."""

    position: int
    passage: Passage  # without its text, which is in `words`
    words: PassageWords
    matches: tuple[Match, ...]  # by place
    above: Mapping[int, float]  # the words that stand over it, by number, each with its share
    pairs: Mapping[tuple[int, int], float]  # see `pairs`


def read(snapshot: Snapshot, matcher: Matcher, position: int) -> Reading:
    """The passage at ``position`` with what ``matcher`` finds in it."""
    words = snapshot.words(position)
    matches = matcher.match(words)
    above = matcher.held_by(snapshot.fields.above(position))
    paired = pairs(matcher, words, matches)
    return Reading(position, snapshot.passages[position], words, matches, above, paired)


def _times(text: str, concept: Concept) -> int:
    """How often a word of the question ``text`` stands there in a row: twice in “Maung Maung Aye”.

    0 where it stands elsewhere: in the question before.
    """
    word, at, times = concept.word.casefold(), concept.stop, 1
    if not word or text[concept.start : concept.stop].casefold() != word:
        return 0
    while text[at : at + 1] == " ":
        stop = at + 1 + concept.stop - concept.start
        if text[at + 1 : stop].casefold() != word or text[stop : stop + 1].isalnum():
            break
        at, times = stop, times + 1
    return times


def pairs(
    matcher: Matcher, words: PassageWords, matches: Sequence[Match]
) -> dict[tuple[int, int], float]:
    """Neighbouring words of the question that stand side by side and in order in the text.

    Each by the sentence where they do first and the number of the first word, with the weight of the
    lighter one.
    """
    held: dict[int, dict[int, float]] = {}  # by place, the shares of the words it counts for
    for match in matches:
        held.setdefault(match.place, {})[match.concept] = match.share
    found: dict[int, tuple[int, float]] = {}
    places = list(held)
    for number, place in enumerate(places):
        following = _following(words, places, number)
        for concept, share in held[place].items() if following else ():
            if concept in found:
                continue
            shares = (held[other][concept + 1] for other in following if concept + 1 in held[other])
            other_share = next(shares, None)
            if other_share is not None:
                weight = min(matcher.weights[concept], matcher.weights[concept + 1])
                found[concept] = words.sentence_of(place), min(share, other_share) * weight
    return {(sentence, concept): weight for concept, (sentence, weight) in found.items()}


def _following(words: PassageWords, places: Sequence[int], number: int) -> list[int]:
    """Those of ``places`` (in order) that stand right behind the one at ``number`` of them."""
    stop = words.stops[places[number]]
    found: list[int] = []
    for after in range(number + 1, len(places)):
        gap = words.starts[places[after]] - stop
        if gap > PAIR_GAP:
            break
        if gap >= 0:
            found.append(places[after])
    return found


def together(held: Mapping[int, float], more: Mapping[int, float]) -> dict[int, float]:
    """The words of both, each with the larger share."""
    both = dict(held)
    for concept, share in more.items():
        if share > both.get(concept, 0.0):
            both[concept] = share
    return both
