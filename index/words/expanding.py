"""Lexicon: what else counts for a word of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.analysis import GROUP, STOP_WORDS, Analyzer, fold, stem
from index.analysis.languages import language_of, script_of, stem_in
from index.events import name_words as known
from index.questions.concepts import Alternative, Reason
from index.words.compounds import joined, parts
from index.words.lists import listed
from index.words.related import thesaurus
from index.words.spelling import Reading, Speller, is_listed
from index.words.surnames import Bearers, Surnames
from index.words.variants import (
    family,
    inflections,
    name_key,
    name_spellings,
    numerals,
    respellings,
    written_out,
)
from index.words.vocabulary import vocabulary_of

_LONGEST_ACRONYM = 5
_MOST = 12  # alternatives of a word

# Shares of what the typed word would count, chosen on public collections.
_RESPELT = 0.95
_INFLECTED = 0.7
_WRITTEN_OUT = 0.8
_FAMILY = 0.6
_NUMERAL = 0.8
_TRANSLITERATED = 0.9
_TRANSLITERATED_TOO = 0.6  # where the corpus has the typed spelling as well
_MISSPELT = 0.9
_MISSPELT_BADLY = 0.75
_SECOND_READING = 0.5  # of the share of the first
_JOINED = 0.5
_PART = 0.5
_CLOSE = 0.5
_LOOSE = 0.2
_SURNAME = 0.3


class Lexicon:
    """The words of a corpus, asked for those that stand for a word of a question.

    Nothing is made of the corpus: what a word needs is looked up in the vocabulary. Safe to share
    between threads.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        analyzer: Analyzer,
        surface: Callable[[str], str | None] | None = None,
        people: Iterable[str] = (),
        languages: Sequence[str] = ("en",),
        bearers: Bearers | None = None,
    ) -> None:
        """``vocabulary``: the index's terms and how many passages hold each; it is kept, not copied.

        ``surface`` gives a word of the corpus as written, in its capitals, that has a term; ``people``
        are the names that the corpus is known to hold, of persons and of others, beside the aliases of
        ``analyzer`` and those that ``bearers`` looks up by surname; ``languages`` are the primary ones
        of its documents, whose words are no slips.
        """
        self._vocabulary = vocabulary_of(vocabulary)
        self._surface = surface or (lambda _term: None)
        aliases = (name for group in analyzer.aliases for name in group)
        self._surnames = Surnames(dict.fromkeys((*people, *aliases)), bearers)
        self._languages = tuple(languages)
        self._speller = Speller(self._vocabulary, self._languages)

    # ------------------------------------------------------------ one word

    def alternatives(
        self, word: str, term: str, neighbours: tuple[str, str] = ("", "")
    ) -> tuple[Alternative, ...]:
        """What else counts for ``word``, best first, at most twelve; ``term`` itself is left out.

        ``word`` and its ``neighbours`` (the words before and behind it in the question, "" for none)
        are as typed; ``term`` is the word's term. A name group, a number in figures and a word in a
        script without spaces have none, but for other figures of a number.
        """
        typed = fold(word)
        if term.startswith(GROUP) or not typed:
            return ()
        before, after = fold(neighbours[0]), fold(neighbours[1])
        found: dict[str, Alternative] = {}
        for alternative in self._all(word, typed, term, (before, after)):
            old = found.get(alternative.term)
            if alternative.term != term and (old is None or old.share < alternative.share):
                found[alternative.term] = alternative
        ordered = sorted(
            found.values(), key=lambda a: (-a.share, -self._vocabulary[a.term], a.term)
        )
        return tuple(ordered[:_MOST])

    def _all(
        self, word: str, typed: str, term: str, neighbours: tuple[str, str]
    ) -> Iterator[Alternative]:
        variants = [*self._variants(typed, neighbours), *self._joined(typed, neighbours)]
        yield from variants
        if not typed.isalpha():
            return
        for other in family(typed):
            yield from self._known(other, _FAMILY, "related")
        related = thesaurus().related(typed, neighbours)
        for other, nearness in related.items():
            share = _CLOSE if nearness == "close" else _LOOSE
            for form in (other, *inflections(other, of_base=True), *respellings(other)):
                yield from self._known(form, share, "related")
        if variants or related or typed in STOP_WORDS:
            return  # a word that is known, and no slip: the list of words need not be loaded
        names = list(self._transliterated(word, typed, term))
        yield from names
        if term not in self._vocabulary and not names:
            yield from self._meant(word, typed, neighbours)

    def _variants(self, typed: str, neighbours: tuple[str, str]) -> Iterator[Alternative]:
        """Other ways to write the same word: a number in other figures, spellings, forms."""
        for other in numerals(typed, neighbours[0]):
            yield from self._known(other, _NUMERAL, "variant")
        for other in respellings(typed):
            yield from self._known(other, _RESPELT, "variant")
        for other in inflections(typed):
            yield from self._known(other, _INFLECTED, "variant")
        for other in written_out(typed):
            for form in (other, *respellings(other)):
                yield from self._known(form, _WRITTEN_OUT, "variant")

    def _meant(self, word: str, typed: str, neighbours: tuple[str, str]) -> Iterator[Alternative]:
        """What a word that the corpus lacks is a misspelling or a compound of."""
        readings = self._readings(word, typed, neighbours)
        for rank, reading in enumerate(readings):
            share = _MISSPELT if reading.cost <= 1 else _MISSPELT_BADLY
            share *= _SECOND_READING if rank else 1
            shown = self._shown(reading.term, reading.word)
            yield Alternative(reading.term, share, "spelling", shown)
        for part in () if readings else self._parts(typed):
            yield from self._known(part, _PART, "compound")

    def _known(self, word: str, share: float, reason: Reason) -> Iterator[Alternative]:
        """``word`` (folded) if the corpus has it."""
        term = stem(word)
        if term in self._vocabulary:
            yield Alternative(term, share, reason, word)

    def _shown(self, term: str, word: str) -> str:
        """The corpus's word for ``term`` without its capitals and ending; ``word`` if unknown."""
        return fold(self._surface(term) or "") or word

    def _listed(self, word: str) -> bool:
        return is_listed(word, self._languages)

    def _count(self, word: str) -> int:
        return self._vocabulary.get(stem(word), 0)

    def warm(self) -> None:
        """Make now what the first misspelt words would wait for: of English a fifth of a second."""
        thesaurus()
        for language in ("en", *self._languages):
            listed(language).warm()

    # ------------------------------------------------------------ spelling and compounds

    def parts(self, word: str) -> tuple[str, ...]:
        """The two words of the corpus that ``word`` is made of, if the corpus lacks it; else none.

        A caller may search both in its place: "armedforces" tells as much as "armed forces".
        """
        typed = fold(word)
        if stem(typed) in self._vocabulary or typed in STOP_WORDS:
            return ()
        return () if self._readings(word, typed, ("", "")) else self._parts(typed)

    def _parts(self, typed: str) -> tuple[str, ...]:
        return () if self._listed(typed) else parts(typed, self._count) or ()

    def _readings(self, word: str, typed: str, neighbours: tuple[str, str]) -> tuple[Reading, ...]:
        """What a word that the corpus lacks was probably meant to be."""
        if written_out(typed) or (word.isupper() and len(word) <= _LONGEST_ACRONYM):
            return ()
        name = word[:1].isupper() and not word.isupper() and bool(neighbours[0])
        readings = self._speller.readings(typed, name=name)
        if readings or script_of(typed) == "Latin":
            return readings
        # The Russian list is short: what it lacks is known by its stem alone.
        term = stem_in(language_of(script_of(typed), "en"))(typed)
        return self._speller.readings(term, name=name)

    def _joined(self, typed: str, neighbours: tuple[str, str]) -> Iterator[Alternative]:
        if typed in STOP_WORDS:
            return
        open_words = [word if word not in STOP_WORDS else "" for word in neighbours]
        for other in joined(typed, (open_words[0], open_words[1])):
            yield from self._known(other, _JOINED, "compound")

    # ------------------------------------------------------------ names

    def _transliterated(self, word: str, typed: str, term: str) -> Iterator[Alternative]:
        """Other spellings of a name: those listed, and those of the same key."""
        present = term in self._vocabulary
        share = _TRANSLITERATED_TOO if present else _TRANSLITERATED
        for other in name_spellings(typed):
            for alternative in self._known(other, share, "variant"):
                shown = self._shown(alternative.term, other)
                yield replace(alternative, shown=shown)
        if not self._may_be_name(word, typed, present):
            return
        keys = dict.fromkeys((name_key(typed), name_key(term)))
        for key in keys:
            for other in self._vocabulary.alike(key):
                if other != term and self._is_name(other) and self._no_word(other):
                    shown = self._shown(other, other)
                    yield Alternative(other, share, "variant", shown)

    def _may_be_name(self, word: str, typed: str, present: bool) -> bool:
        if len(typed) <= 3 or not typed.isascii():
            return False
        if present:
            return self._is_name(stem(typed))
        return word[:1].isupper() or not self._listed(typed)

    def _is_name(self, term: str) -> bool:
        """Whether the corpus writes the word of ``term`` like a name, or no list of words has it."""
        surface = self._surface(term)
        if surface is not None:
            return (surface[:1].isupper() and not surface.isupper()) or fold(surface) in known.GIVEN
        return not self._listed(term)

    def _no_word(self, term: str) -> bool:
        """Whether ``term`` is no ordinary word, so that it is a spelling of a name and no slip."""
        word = fold(self._surface(term) or term)
        return word in known.GIVEN or not self._listed(word)

    def name_alternatives(self, words: Sequence[str]) -> tuple[tuple[Alternative, ...], ...]:
        """For each of ``words`` (all of a question in order, as typed) the surname that covers it.

        "Sergey Lavrov" is covered by "Lavrov" where the corpus knows nobody else of that surname. Of
        a name that several persons share nothing is covered.
        """
        found: list[tuple[Alternative, ...]] = [() for _ in words]
        for surname, places in self._surnames.covered(words):
            covering = tuple(self._known(surname, _SURNAME, "name"))
            for place in places:
                found[place] = covering
        return tuple(found)
