"""Text -> terms with offsets; the same for documents and questions."""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import Stemmer

from index.model import Term

STOP_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any are aren't as at
    be because been before being below between both but by can can't cannot could couldn't did didn't
    do does doesn't doing don't down during each either else etc even ever every few for from further
    get gets got had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers
    herself him himself his how how's however i i'd i'll i'm i've if in into is isn't it it's its
    itself just let let's many may me might more most much must my myself neither no nor not of off
    on once only onto or other others our ours ourselves out over own per please quite rather really
    s same shall she she'd she'll she's should shouldn't since so some such t tell than that that's
    the their theirs them themselves then there there's these they they'd they'll they're they've
    this those though through thus to too under until up upon us very via was wasn't we we'd we'll
    we're we've were weren't what what's when when's where where's whether which while who who's
    whom whose why why's will with within without won't would wouldn't yes yet you you'd you'll
    you're you've your yours yourself yourselves
    """.split()
)
_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june",
    "jul": "july", "aug": "august", "sep": "september", "sept": "september", "oct": "october",
    "nov": "november", "dec": "december",
}  # fmt: skip
GROUP = "="  # begins the term of an alias group: no word has this sign
_APOSTROPHES = str.maketrans("’‘ʼ＇", "''''")


def _combining_marks() -> str:
    """A character class's inside with every mark of the Basic Multilingual Plane.

    Python's ``\\w`` leaves out vowel signs and accents that are characters of their own, so that it
    would cut a Burmese or Hindi word at each of them.
    """
    ranges: list[list[int]] = []
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_CHARS = f"(?:[^\\W_]|[{_combining_marks()}])"
_TOKEN = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+(?!\w)"  # 7,000 and 1.7 are one number
    rf"|(?:[^\W\d_]\.){{2,}}"  # U.S. and U.N.
    rf"|{_CHARS}+(?:['’ʼ＇]{_CHARS}+)*"
)
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)-[ \t]*\n[ \t]*([^\W\d_]+)")
_MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_stemmers = threading.local()


class Analyzer:
    """Turns text into terms: folded (case, width, accents), without stop words, stemmed.

    ``aliases`` are groups of names for one thing; wherever one of a group stands, the group's own
    term is added to the words' terms, so that any name finds any other.
    """

    def __init__(self, aliases: Sequence[Sequence[str]] = ()) -> None:
        self._groups: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self.names: dict[str, str] = {}  # a group's term -> the name that is shown for it
        for number, names in enumerate(aliases):
            term = f"{GROUP}{number}"
            self.names[term] = names[0]
            for name in names:
                words = tuple(fold(token) for token, _, _ in self._tokens(name))
                if words:
                    self._groups.setdefault(words[0], []).append((words, term))
        for entries in self._groups.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1]))

    def terms(self, text: str, *, keep_stop_words: bool = False) -> list[Term]:
        """The terms of ``text`` in order; of one word several may stand at the same place."""
        tokens = list(self._tokens(text))
        folded = [fold(token) for token, _, _ in tokens]
        shouted = text.isupper()
        found: list[Term] = []
        named = 0  # words before this are part of a name: a shorter name inside it is another's
        for position, ((token, start, stop), word) in enumerate(zip(tokens, folded, strict=True)):
            groups = self._group_terms(folded, position) if position >= named else ()
            for term, length in tuple(groups):
                if length == 1 and word in STOP_WORDS and not token.isupper():
                    continue  # "us" is not the US
                found.append(Term(term, start, tokens[position + length - 1][2]))
                named = max(named, position + length)
            acronym = not shouted and len(word) > 1 and token.isupper()  # US and WHO are names
            if keep_stop_words or acronym or word not in STOP_WORDS:
                found.extend(Term(form, start, stop) for form in _forms(word))
        return found

    def _group_terms(self, folded: Sequence[str], position: int) -> Iterator[tuple[str, int]]:
        seen: set[str] = set()
        for words, term in self._groups.get(folded[position], ()):
            if term not in seen and tuple(folded[position : position + len(words)]) == words:
                seen.add(term)
                yield term, len(words)

    @staticmethod
    def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
        """Words and numbers with their spans; one that a line end broke is one word."""
        broken = {match.start(): match for match in _BROKEN.finditer(text)}
        done = 0
        for match in _TOKEN.finditer(text):
            if match.start() < done:
                continue
            if whole := broken.get(match.start()):
                yield whole[1] + whole[2], whole.start(), whole.end()
            yield match[0], match.start(), match.end()


@lru_cache(maxsize=65_536)
def fold(token: str) -> str:
    """``token`` in one case and width, without accents, possessive ending and inner full stops."""
    word = unicodedata.normalize("NFKD", token.translate(_APOSTROPHES)).casefold()
    if not word.isascii():
        word = "".join(char for char in word if not "\u0300" <= char <= "\u036f")
    word = word.removesuffix("'s").strip("'")
    if not word[:1].isdigit():
        word = word.replace(".", "")
    return sys.intern(_MONTHS.get(word, word.replace(",", "")))


@lru_cache(maxsize=65_536)
def _forms(word: str) -> tuple[str, ...]:
    """The terms of a folded word: its stem, and the parts of one that mixes letters and digits.

    A number of four digits or more before a point is a term too: a note's mark glued to a year
    (``1951.2``) looks like a decimal.
    """
    forms = [stem(word)]
    if _MIXED.search(word):
        forms.extend(stem(part) for part in _PARTS.findall(word))
    whole, point, _ = word.partition(".")
    if point and len(whole) >= 4 and whole.isdigit():
        forms.append(whole)
    return tuple(dict.fromkeys(form for form in forms if form))


def stem(word: str) -> str:
    """The English Snowball stem of a folded word; other scripts come back as they are."""
    if not word.isascii() or not word.isalpha():
        return word
    stemmer = getattr(_stemmers, "english", None)
    if stemmer is None:  # one for each thread: a Stemmer must not be shared between threads
        stemmer = _stemmers.english = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))
