"""Lexicon: what else counts for a word of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from index.analysis import GROUP, STOP_WORDS, Analyzer, fold, stem
from index.analysis.languages import language_of, script_of, stem_in
from index.events import name_words as known
from index.questions.concepts import Alternative, Reason
from index.words.compounds import joined, parts
from index.words.related import thesaurus
from index.words.spelling import Reading, Speller, is_listed
from index.words.variants import (
    family,
    inflections,
    name_key,
    name_keys,
    name_spellings,
    numerals,
    respellings,
    written_out,
)

_NOT_GIVEN = known.TITLES | known.TITLE_PARTS
_LONGEST_ACRONYM = 5
_MOST = 12  # alternatives of a word
_MOST_ALIKE = 64  # words of the corpus with the same key that are looked at

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
_NO_PERSON = known.BODIES | known.THINGS | known.PLACE_WORDS | known.PEOPLES | known.COMMON


class Lexicon:
    """The words of a corpus, asked for those that stand for a word of a question.

    What is costly is made when a question first needs it. Safe to share between threads: at worst two
    of them make the same.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        analyzer: Analyzer,
        surface: Callable[[str], str | None] | None = None,
        people: Iterable[str] = (),
        languages: Sequence[str] = ("en",),
    ) -> None:
        """``vocabulary``: the index's terms and how many passages hold each; it is kept, not copied.

        ``surface`` gives a word of the corpus as written, in its capitals, that has a term; ``people``
        are the names that the corpus is known to hold, of persons and of others, beside the aliases of
        ``analyzer``; ``languages`` are the primary ones of its documents, whose words are no slips.
        """
        self._vocabulary = vocabulary
        self._surface = surface or (lambda _term: None)
        aliases = (name for group in analyzer.aliases for name in group)
        self._names = tuple(dict.fromkeys((*people, *aliases)))
        self._languages = tuple(languages)

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
        """Make now what the first misspelt word would wait for: half a second, more for large corpora."""
        thesaurus()
        _ = self._speller, self._keys, self._surnames

    # ------------------------------------------------------------ spelling and compounds

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._vocabulary, self._languages)

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

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        """Keys of the words of the corpus -> the terms that have each, in order, the first few."""
        terms = [t for t in sorted(self._vocabulary) if t.isascii() and t.isalpha()]
        found: dict[str, list[str]] = {}
        for key, term in zip(name_keys(terms), terms, strict=True):
            alike = found.setdefault(key, [])
            if len(alike) < _MOST_ALIKE:
                alike.append(term)
        return found

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
            for other in self._keys.get(key, ()):
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

    @cached_property
    def _surnames(self) -> dict[str, frozenset[tuple[str, ...]]]:
        """Last words of persons' names -> the given names that go with each; () for none."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in self._names:
            words = tuple(fold(word) for word in name.replace("-", " ").split())
            # Burmese names have no surnames: their last word is shared by many who are no kin.
            if words and words[-1] not in known.BURMESE and _like_person(name, words):
                found.setdefault(words[-1], set()).add(words[:-1])
        return {surname: frozenset(given) for surname, given in found.items()}

    def name_alternatives(self, words: Sequence[str]) -> tuple[tuple[Alternative, ...], ...]:
        """For each of ``words`` (all of a question in order, as typed) the surname that covers it.

        "Sergey Lavrov" is covered by "Lavrov" where the corpus knows nobody else of that surname. Of
        a name that several persons share nothing is covered.
        """
        folded = [fold(word) for word in words]
        found: list[tuple[Alternative, ...]] = [() for _ in words]
        for last, surname in enumerate(folded):
            if surname in STOP_WORDS or surname not in self._surnames:
                continue
            given = self._given_before(words, folded, last)
            if not given or not _one_person(self._surnames[surname], [folded[n] for n in given]):
                continue
            covering = tuple(self._known(surname, _SURNAME, "name"))
            for number in (*given, *_titles_before(folded, given[0])):
                found[number] = covering
        return tuple(found)

    def _given_before(self, words: Sequence[str], folded: Sequence[str], last: int) -> list[int]:
        """Where the given names right before the surname at ``last`` stand, in order; at most three."""
        told = {name for given in self._surnames[folded[last]] for name in given}
        found: list[int] = []
        for number in range(last - 1, max(-1, last - 4), -1):
            word = folded[number]
            if (word in STOP_WORDS and len(word) > 1) or word in _NOT_GIVEN:
                break
            new = words[number][:1].isupper() and word in known.GIVEN
            if not (new or any(_same_given(word, name) for name in told)):
                break
            found.insert(0, number)
        return found


def _like_person(name: str, words: Sequence[str]) -> bool:
    """Whether ``name`` may be a person's: no place, and nothing in it that bodies are called by."""
    if " ".join(words) in known.PLACES or name in known.PLACES or not name[:1].isupper():
        return False
    return all(word.isalpha() for word in words) and _NO_PERSON.isdisjoint(words)


def _same_given(typed: str, told: str) -> bool:
    """Whether two given names may be one: the same, an initial of the other, or transliterated."""
    if len(typed) == 1 or len(told) == 1:
        return typed[:1] == told[:1]
    return typed == told or name_key(typed) == name_key(told) or told in name_spellings(typed)


def _one_person(known_given: Iterable[tuple[str, ...]], typed: Sequence[str]) -> bool:
    """Whether all who bear a surname may be the one whose given names are ``typed``."""
    for given in known_given:
        short, long = sorted((list(given), list(typed)), key=len)
        if any(not any(_same_given(a, b) for b in long) for a in short):
            return False
        if given and len(given) > len(typed) and given[-len(typed) :] != tuple(typed):
            return False  # Maung Maung Aye is not Maung Aye
        if len(set(given)) != len(given):
            return False
    return True


def _titles_before(folded: Sequence[str], first: int) -> Iterator[int]:
    """Where the titles right before a name that begins at ``first`` stand."""
    number = first - 1
    while number >= 0 and folded[number] in known.TITLES:
        yield number
        number -= 1
