"""Where a passage's text holds the words of a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.answer_types import AnswerType, answer_type
from index.passage_words import PassageWords
from index.questions import Question

PAIR_GAP = 10  # characters between words that stand together, at most: a short word or two


@dataclass(frozen=True, slots=True)
class Match:
    """A term of a text that counts for a word of the question."""

    place: int  # in `PassageWords.terms`
    concept: int  # in `Question.concepts`
    share: float  # of the word's weight: see `Alternative.share`


class Matcher:
    """Finds the words of one question in texts."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.weights = tuple(concept.weight for concept in asked.concepts)
        self.weight = sum(self.weights)
        self._wanted: dict[str, list[tuple[int, float]]] = {}
        for number, concept in enumerate(asked.concepts):
            for alternative in concept.alternatives:
                self._wanted.setdefault(alternative.term, []).append((number, alternative.share))

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
        return tuple(
            Match(place, concept, share)
            for place, term in enumerate(words.terms)
            if term in wanted
            for concept, share in wanted[term]
        )

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


def pairs(
    matcher: Matcher, words: PassageWords, matches: Sequence[Match]
) -> dict[tuple[int, int], float]:
    """Neighbouring words of the question that stand side by side and in order in the text.

    Each by the sentence where they do first and the number of the first word, with the weight of the
    lighter one.
    """
    found: dict[int, tuple[int, float]] = {}
    for number, one in enumerate(matches):
        for other in matches[number + 1 :]:
            gap = words.starts[other.place] - words.stops[one.place]
            if gap > PAIR_GAP:
                break
            if gap >= 0 and other.concept == one.concept + 1 and one.concept not in found:
                share = min(one.share, other.share)
                weight = min(matcher.weights[one.concept], matcher.weights[other.concept])
                found[one.concept] = words.sentence_of[one.place], share * weight
    return {(sentence, concept): weight for concept, (sentence, weight) in found.items()}


def together(held: Mapping[int, float], more: Mapping[int, float]) -> dict[int, float]:
    """The words of both, each with the larger share."""
    both = dict(held)
    for concept, share in more.items():
        if share > both.get(concept, 0.0):
            both[concept] = share
    return both
