"""Text -> terms with offsets; the same for documents and questions."""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

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
_SIGNS = str.maketrans("’‘ʼ＇", "''''", "\u00ad\u200c\u200d\u2060")


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


# Superscript digits are marks of notes, no part of a word.
_CHARS = f"(?:[^\\W_⁰¹²³⁴-⁹]|[{_combining_marks()}])"
_INSIDE = (
    "\u00ad\u200c\u200d\u2060"  # soft hyphens and joiners stand in words and are no part of them
)
_TOKEN = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+(?!\w)"  # 7,000 and 1.7 are one number
    rf"|[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?"  # U.S. and U.N, whether or not the last stop is there
    rf"|{_CHARS}++(?:(?:['’ʼ＇]|[{_INSIDE}]+){_CHARS}++)*"  # else long words cost much memory
)
_FEW = 3  # words: so many in capitals are a name ("US ARMY"); more are a text in capitals
_LINE_BREAK = re.compile(r"[-‐][ \t]*\n[ \t\f]*")
_MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_stemmers = threading.local()
_Token = tuple[str, int, int]  # a word as it is written, and its span


class Analyzer:
    """Turns text into terms: folded (case, width, accents), without stop words, stemmed.

    ``aliases`` are groups of names for one thing; wherever one of a group stands, the group's own
    term is added to the words' terms, so that any name finds any other. Of names that overlap, one
    that begins inside another is left out (Maung Maung Aye is not Maung Aye); one that another
    begins with is not (the Myanmar junta is Myanmar's too).
    """

    def __init__(self, aliases: Sequence[Sequence[str]] = ()) -> None:
        self.aliases: tuple[tuple[str, ...], ...] = tuple(tuple(names) for names in aliases)
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
        tokens = self._tokens(text)
        folded = [fold(token) for token, _, _ in tokens]
        shouted = len(tokens) > _FEW and text.isupper()
        found: list[Term] = []
        named = 0  # where the last name ended
        for position, ((token, start, stop), word) in enumerate(zip(tokens, folded, strict=True)):
            abbreviation = len(word) > 1 and (token.isupper() or "." in token)
            groups = self._groups_at(tokens, folded, position) if start >= named else ()
            for term, last in tuple(groups):
                if last == position and word in STOP_WORDS and not abbreviation:
                    continue  # "us" is not the US
                found.append(Term(term, start, tokens[last][2]))
                named = max(named, tokens[last][2])
            kept = abbreviation and (not shouted or "." in token)  # US and WHO are names
            if keep_stop_words or kept or word not in STOP_WORDS:
                found.extend(Term(form, start, stop) for form in _forms(word))
        return found

    def _groups_at(
        self, tokens: Sequence[_Token], folded: Sequence[str], position: int
    ) -> Iterator[tuple[str, int]]:
        """Groups with a name at token ``position``, longest first, and the last token of each."""
        seen: set[str] = set()
        for words, term in self._groups.get(folded[position], ()):
            last = _last_of(tokens, folded, position, words[1:])
            if last is not None and term not in seen:
                seen.add(term)
                yield term, last

    @staticmethod
    def _tokens(text: str) -> list[_Token]:
        """Words and numbers with their spans; before two words that may be one, broken at a line's
        end, stands that one.
        """
        words = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
        tokens: list[_Token] = []
        for (word, start, stop), (rest, begin, end) in pairwise([*words, ("", 0, 0)]):
            if word.isalpha() and rest.isalpha() and _LINE_BREAK.fullmatch(text, stop, begin):
                tokens.append((word + rest, start, end))
            tokens.append((word, start, stop))
        return tokens


def _last_of(
    tokens: Sequence[_Token], folded: Sequence[str], position: int, words: Sequence[str]
) -> int | None:
    """The token at which ``words`` end that stand right behind the one at ``position``, if they do."""
    for word in words:
        found = _following(tokens, folded, position, word)
        if found is None:
            return None
        position = found
    return position


def _following(
    tokens: Sequence[_Token], folded: Sequence[str], position: int, word: str
) -> int | None:
    """The token that is ``word`` and stands right behind that at ``position``, if there is one.

    Where a line end broke a word, that is the word as one or its first part.
    """
    stop = tokens[position][2]
    after = position + 1
    while after < len(tokens) and tokens[after][1] < stop:
        after += 1
    begin = tokens[after][1] if after < len(tokens) else 0
    while after < len(tokens) and tokens[after][1] == begin:
        if folded[after] == word:
            return after
        after += 1
    return None


@lru_cache(maxsize=65_536)
def fold(token: str) -> str:
    """``token`` in one case and width, without accents, possessive ending and inner full stops."""
    word = unicodedata.normalize("NFKD", token.translate(_SIGNS)).casefold()
    if not word.isascii():
        kept = (char for char in word if not ("\u0300" <= char <= "\u036f" or char.isspace()))
        word = "".join(kept)  # some ligatures are whole phrases, with blanks
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
