"""Analyzer: text -> terms, the same for documents and questions."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.analysis.folding import fold
from index.analysis.languages import primary
from index.analysis.numbers import MONEY
from index.analysis.quantities import quantity
from index.analysis.tokens import HYPHENS, Token, adjoin, tokens
from index.analysis.words import Reader, Word, reader, stem
from index.model import Term

GROUP = "="  # begins the term of a group of names: no word has this sign

_FEW = 3  # words: so many in capitals are a name ("US ARMY"); more are a text in capitals
_MOST_PARTS = 3  # of a hyphened word that is a term as a whole
_MOST_MEANINGS = 8  # of a short form: more of them would fill the index with its groups
_GLUE = re.compile(rf"[{HYPHENS}](?=[^\W_])|[–−](?=\d)")  # MiG-29, Yak–130
_SINGLES = frozenset({"Han", "Myanmar", "Thai", "Khmer", "Lao"})  # a syllable alone tells something
_FINALS = frozenset({"Thai", "Khmer", "Lao"})  # but not a bare consonant: it mostly ends a syllable
#: First parts that are often written together with what follows: non-aligned, nonaligned.
_PREFIXES = frozenset(
    """
    aero air anti auto bio counter cross cyber dis electro extra geo hydro hyper infra inter intra macro
    mega meta micro mid mini mis mono multi neo neuro non off on out over para petro photo poly post
    pre pro proto pseudo psycho quasi radio retro self semi socio sub super tele thermo trans tri
    turbo ultra under uni vice
    """.split()
)


#: What a `Term` holds; making one of those takes longer than finding it.
_Term = tuple[str, int, int]


class _Name(NamedTuple):
    """One name of a group, as folded words."""

    words: tuple[str, ...]
    term: str
    capitals: bool = False  # in a document only what has a capital is meant: MAP, and no map


class _Names:
    """The names that begin with the same words, by the word that follows: a prefix tree."""

    __slots__ = ("after", "ending")

    def __init__(self) -> None:
        self.after: dict[str, _Names] = {}
        self.ending: dict[_Name, None] = {}  # those that have no more words, in order

    def add(self, name: _Name) -> None:
        node = self
        for word in name.words:
            node = node.after.setdefault(word, _Names())
        node.ending[name] = None


@lru_cache(maxsize=4096)
def group_term(names: tuple[str, ...]) -> str:
    """The term of a group of names: the same wherever the group is one, whatever others there are."""
    said = json.dumps(sorted(names), ensure_ascii=True)
    digest = hashlib.blake2s(said.encode(), digest_size=6).digest()
    return f"{GROUP}{int.from_bytes(digest, 'big')}"


class Analyzer:
    """Turns text into terms: folded (case, width, accents), without stop words, stemmed.

    ``aliases`` are groups of names for one thing; wherever one of a group stands, the group's own
    term is added to the words' terms, so that any name finds any other. ``acronyms`` are pairs of a
    short and a long form, each a group too, unless an alias group holds both; of a short form the
    first eight meanings. Of names that
    overlap, one that begins inside another is left out (Maung Maung Aye is not Maung Aye); one that
    another begins with is not (the Myanmar junta is Myanmar's too). ``language`` (BCP 47) is that of
    the texts. Safe to share between threads.
    """

    def __init__(
        self,
        aliases: Sequence[Sequence[str]] = (),
        acronyms: Iterable[tuple[str, str]] = (),
        language: str = "en",
    ) -> None:
        self.language = language
        self.aliases: tuple[tuple[str, ...], ...] = tuple(tuple(names) for names in aliases)
        self.acronyms: tuple[tuple[str, str], ...] = tuple(dict.fromkeys(acronyms))
        self._names = _Names()
        self._meanings: dict[tuple[str, ...], set[str]] = {}  # of short forms
        self.names: dict[str, str] = {}  # a group's term -> the name that is shown for it
        groups: dict[tuple[str, ...], set[str]] = {}  # a name -> the terms of the groups it is in
        for names in aliases:
            term = group_term(tuple(names))
            self.names[term] = names[0]
            for name in names:
                groups.setdefault(_words(name), set()).add(term)
                self._add(_Name(_words(name), term))
        for short, long in self.acronyms:
            if groups.get(_words(short), set()).isdisjoint(groups.get(_words(long), ())):
                self._add_acronym(short, long)

    def for_document(self, language: str, acronyms: Iterable[tuple[str, str]] = ()) -> Analyzer:
        """One for the words of a document in ``language`` (BCP 47) that defines ``acronyms``.

        Itself if nothing would differ.
        """
        more = tuple(acronyms)
        if not more and language == self.language:
            return self
        return Analyzer(self.aliases, (*self.acronyms, *more), language)

    def terms(
        self, text: str, *, language: str | None = None, keep_stop_words: bool = False
    ) -> list[Term]:
        """The terms of ``text`` in order; of one word several may stand at the same place.

        ``language`` (BCP 47) is that of the text, by default the analyzer's own. Words in another
        script than its own are taken to be in the language that is usual there: English in a
        Russian text, Russian in an English one. A term that is made of several words, as
        ``1700000000`` is of ``1.7 billion``, stands before theirs and spans them.
        """
        read = reader(self.language if language is None else language)
        found = _Finder(self._names, text, tokens(text), read, keep=keep_stop_words).found()
        return [Term(*each) for each in found]

    def placed_terms(self, text: str) -> list[tuple[str, int, int]]:
        """What `terms` gives as plain tuples (text, start, stop), in three quarters of the time."""
        return _Finder(self._names, text, tokens(text), reader(self.language)).found()

    def term_texts(self, text: str) -> list[str]:
        """The texts of what `terms` gives; in less than half the time."""
        read = reader(self.language)
        found = _Finder(self._names, text, tokens(text), read).found()
        return [term for term, _, _ in found]

    def groups(self, text: str) -> list[Term]:
        """Of what `terms` gives the terms of groups: where any name of an alias or acronym stands."""
        if not self._names.after:
            return []
        read = reader(self.language)
        return [Term(*each) for each in _Finder(self._names, text, tokens(text), read).groups()]

    def question_terms(
        self, text: str, languages: Sequence[str], *, keep_stop_words: bool = False
    ) -> list[Term]:
        """The terms of a question by which it finds documents in any of ``languages`` (BCP 47).

        A word has the terms of all of them. It is a stop word if it is one in the language of which
        the question has most stop words (of all such where several have as many). With English
        alone, or no language, they are those of `terms`, but for two things: an acronym may be
        typed in small letters, and a hyphened word is a term as a whole only where it is often
        written as one.
        """
        spoken = tuple(dict.fromkeys(map(primary, languages))) or ("en",)
        found = tokens(text)
        read = reader(spoken[0]) if len(spoken) == 1 else _merged(spoken, found)
        finder = _Finder(self._names, text, found, read, question=True, keep=keep_stop_words)
        return [Term(*each) for each in finder.found()]

    def _add(self, name: _Name) -> None:
        if name.words:
            self._names.add(name)

    def _add_acronym(self, short: str, long: str) -> None:
        """Make a group of an acronym; its plural and that of its long form belong to it."""
        words = _words(long)
        if not words:
            return
        term = GROUP + "_".join(map(stem, words))
        letters = _words(short)
        meanings = self._meanings.setdefault(letters, set())
        if len(meanings) == _MOST_MEANINGS and term not in meanings:
            return
        meanings.add(term)
        self.names.setdefault(term, long)
        last = words[-1]
        for ending in (last, f"{last}s", last.removesuffix("s")):
            self._add(_Name((*words[:-1], ending), term))
        for ending in ("", "s") if letters else ():
            self._add(_Name((*letters[:-1], letters[-1] + ending), term, capitals=True))


@lru_cache(maxsize=4096)  # the owner's aliases are read again for each document with acronyms
def _words(name: str) -> tuple[str, ...]:
    return tuple(word for token, _, _ in tokens(name) if (word := fold(token)))


def _merged(languages: Sequence[str], found: Sequence[Token]) -> Reader:
    """What reads a question's tokens in several languages at once."""
    readers = [reader(language) for language in languages]
    votes: Counter[str] = Counter()
    for token, _, _ in found:
        votes.update({word.language for read in readers if (word := read(token)).stop})

    def read(token: str) -> Word:
        words = list({word.language: word for each in readers if (word := each(token))}.values())
        most = max(votes[word.language] for word in words)
        words.sort(key=lambda word: -votes[word.language])
        forms = tuple(dict.fromkeys(form for word in words for form in word.forms))
        stop = all(word.stop for word in words if votes[word.language] == most)
        return words[0]._replace(
            forms=forms,
            usual=() if stop else forms,
            stop=stop,
            number=next((word.number for word in words if word.number is not None), None),
            special=any(word.special for word in words),
        )

    return read


class _Finder:
    """Finds the terms of one text."""

    def __init__(
        self,
        names: _Names,
        text: str,
        found: Sequence[Token],
        read: Reader,
        *,
        question: bool = False,
        keep: bool = False,
    ) -> None:
        self._names = names
        self._text = text
        self._tokens = found
        self._words = [read(token) for token, _, _ in found]
        self._read = read
        self._question = question
        self._keep = keep
        self._terms: list[_Term] = []
        self._shouted = len(found) > _FEW and text.isupper()
        self._summed = -1  # the last token of the last number of several words
        self._spoken = False  # whether that number is in words

    def found(self) -> list[_Term]:
        """All of them, in order."""
        found, named_at, keep = self._terms, self._names.after, self._keep
        glued = {match.start() for match in _GLUE.finditer(self._text)}
        named = 0  # where the last name ended
        joined = -1  # the last token of a hyphened word
        for n, ((_, start, stop), word) in enumerate(zip(self._tokens, self._words, strict=True)):
            if word.folded in named_at and start >= named:
                named = self._name(n, named)
            if glued and stop in glued and n > joined and word.script is None:
                joined = self._compound(n, glued)
            if word.special:
                self._special(n)
                continue
            for form in word.forms if keep else word.usual:
                found.append((form, start, stop))
        return found

    def groups(self) -> list[_Term]:
        """Those of groups of names, in order."""
        named_at = self._names.after
        named = 0
        for n, word in enumerate(self._words):
            if word.folded in named_at and self._tokens[n][1] >= named:
                named = self._name(n, named)
        return self._terms

    def _special(self, n: int) -> None:
        """Add the terms of a token that is more, or may be more, than a word."""
        (_, start, stop), word = self._tokens[n], self._words[n]
        number = word.number
        if word.script is not None:
            self._syllable(n)
            return
        if word.folded == "us" and self._text.startswith("$", stop):
            return  # US$ is no country
        if number is not None:
            if n > self._summed:
                self._number(n)
            if n <= self._summed and (
                number.kind == "per" or (self._spoken and number.kind in ("small", "ordinal"))
            ):
                return  # their number says it
        if self._keep or not word.stop or (word.name and (word.dotted or not self._shouted)):
            self._terms.extend((form, start, stop) for form in word.forms)
        if number is not None and self._text.startswith("%", stop):
            self._terms.append(("percent", stop, stop + 1))

    def _name(self, n: int, named: int) -> int:
        """Add the groups with a name at token ``n``; where the last of these names ends."""
        word, (_, start, stop) = self._words[n], self._tokens[n]
        if word.folded == "us" and self._text.startswith("$", stop):
            return named
        for term, last in self._groups_at(n):
            if last == n and word.stop and not word.name:
                continue  # "us" is not the US
            stop = self._tokens[last][2]
            self._terms.append((term, start, stop))
            named = max(named, stop)
        return named

    def _groups_at(self, n: int) -> Iterator[tuple[str, int]]:
        """Groups with a name at token ``n``, longest first, and the last token of each."""
        met: list[tuple[_Name, int]] = []
        waiting = [(self._names.after[self._words[n].folded], n)]
        while waiting:
            names, last = waiting.pop()
            met += [(name, last) for name in names.ending]
            for place in self._behind(last) if names.after else ():
                following = names.after.get(self._words[place].folded)
                if following is not None:
                    waiting.append((following, place))
        met.sort(key=lambda one: (-len(one[0].words), one[0].term))
        seen: set[str] = set()
        for name, last in met:
            if name.capitals and not self._question and self._tokens[n][0].islower():
                continue
            if name.term not in seen:
                seen.add(name.term)
                yield name.term, last

    def _behind(self, n: int) -> Iterator[int]:
        """The tokens that stand right behind that at ``n``.

        Where a line end broke a word, these are the word as one and its first part.
        """
        found = self._tokens
        stop = found[n][2]
        after = n + 1
        while after < len(found) and found[after][1] < stop:
            after += 1
        begin = found[after][1] if after < len(found) else 0
        while after < len(found) and found[after][1] == begin:
            yield after
            after += 1

    def _syllable(self, n: int) -> None:
        """Add a syllable, and the pair that it makes with the next one of its run."""
        (_, start, stop), word = self._tokens[n], self._words[n]
        after = self._adjoins(n)
        tells = word.script in _SINGLES and not (word.script in _FINALS and len(word.folded) == 1)
        if tells or not (after or (n > 0 and self._adjoins(n - 1))):
            self._terms.extend((form, start, stop) for form in word.forms)
        if after:
            pair = word.folded + self._words[n + 1].folded
            self._terms.append((pair, start, self._tokens[n + 1][2]))

    def _adjoins(self, n: int) -> bool:
        """Whether token ``n`` and the next are syllables of one run."""
        if n + 1 >= len(self._tokens):
            return False
        scripts = {self._words[n].script, self._words[n + 1].script}
        if len(scripts) > 1 and scripts != {"Han", "Kana"}:
            return False
        return adjoin(self._text, self._tokens[n][2], self._tokens[n + 1][1])

    def _compound(self, n: int, glued: set[int]) -> int:
        """Add the hyphened word that begins at token ``n`` as a whole; its last token."""
        found = self._tokens
        last = n
        while (
            found[last][2] in glued
            and last + 1 < len(found)
            and found[last + 1][1] == found[last][2] + 1
        ):
            last += 1
        parts = self._words[n : last + 1]
        if 1 < len(parts) <= _MOST_PARTS and _whole(parts, self._question):
            whole = self._read("".join(token for token, _, _ in found[n : last + 1]))
            for form in whole.forms[:1]:
                self._terms.append((form, found[n][1], found[last][2]))
        return last

    def _number(self, n: int) -> None:
        """Add the number of several words, or with a sign of money, that begins at token ``n``."""
        number = self._words[n].number
        assert number is not None
        start = self._tokens[n][1]
        if number.kind == "per":
            cent = n + 1 < len(self._words) and self._words[n + 1].folded == "cent"
            if cent and self._words[n].folded == "per":
                self._terms.append(("percent", start, self._tokens[n + 1][2]))
                self._summed = n + 1
            return
        sign = MONEY.get(self._text[start - 1]) if start else None
        if sign is not None and number.kind == "digits":
            self._terms.append((stem(sign), start - 1, start))
        summed = quantity(self._text, self._tokens, self._words, n)
        if summed is not None:
            term, self._summed = summed
            self._spoken = number.kind != "digits"
            self._terms.append((term, start, self._tokens[self._summed][2]))


def _whole(parts: Sequence[Word], question: bool) -> bool:
    """Whether a word of these parts may be written as one: not ``2021-22``, not ``seven-year``."""
    first = parts[0]
    if not first.folded.isalpha() or first.number is not None:
        return False
    if any(part.script is not None or not part.folded.isalnum() for part in parts):
        return False
    if not question or len(first.folded) <= 2 or first.folded in _PREFIXES:
        return True
    return any(part.folded[0].isdigit() for part in parts[1:])


def phrase_of(analyzer: Analyzer, words: str) -> tuple[str, ...]:
    """The terms of ``words`` one after another: one for each word, no stop words, no groups of names."""
    found: dict[tuple[int, int], str] = {}
    for term in analyzer.terms(words):
        if not term.text.startswith(GROUP):
            found.setdefault((term.start, term.stop), term.text)
    return tuple(found.values())
