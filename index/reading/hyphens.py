"""Words that a line end broke: whether the hyphen belongs to the word or only to the line.

Evidence comes first from the document itself, which usually writes the word unbroken elsewhere, then
from the signs around the hyphen, then from a list of words of its language (that of pyspellchecker).
The rest of the corpus is no evidence: a document would read otherwise when its neighbours change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from spellchecker import SpellChecker

HYPHENS = "-\u2010\u00ad¬"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COMPOUND = re.compile(r"\w+(?:[-\u2010]\w+)+")
_BEFORE = re.compile(r"([^\s/(\[“\"‘]*)[-\u2010\u00ad¬]$")
_AFTER = re.compile(r"[^\s/]*")
#: Words that a hyphen at the end of another word waits for: “pre- and post-war”.
_WAITED_FOR = frozenset("and or to und oder bis et ou y o e ed en of och og и или".split())
_PREFIXES = frozenset(
    "all anti arch bio co counter cross cyber eco euro ex extra far half inter intra macro mid micro mini "
    "multi neo non off over pan para post pre pro proto pseudo quasi re self semi socio sub super trans "
    "ultra un under vice well".split()
)
#: Prefixes that keep their hyphen before any word; the others do where the whole is no known word.
_KEEPING = frozenset(
    "all anti ex half mid neo non pan post pro pseudo quasi self semi vice well".split()
)
#: Words that a hyphen ties to the word before them: “dit-il”, “кто-то”, “fazê-lo”.
_TIED = {
    "fr": frozenset("il elle ils elles on ce ci là je tu nous vous moi toi lui leur t".split()),
    "pt": frozenset("se me te lhe lhes lo la los las nos vos".split()),
    "ru": frozenset("то либо нибудь таки ка".split()),
}
_CLOSED_COMPOUNDS = frozenset(("de", "nl"))  # languages that write compounds as one word
#: First parts of Russian compounds that keep their hyphen.
_HYPHENED = frozenset("северо юго научно социально военно общественно".split())
#: Commonest words of the languages there are lists for, to tell which of them a text is in.
_COMMON = {
    "en": "the of and to in that is was for with his on as at by it from are which be",
    "de": "der die und den das von ist mit sich des auf dem für nicht ein eine auch im zu als",
    "fr": "le la les de des et du en un une dans que est pour qui par sur au avec pas",
    "es": "el la los de y que en las del por con una para es al como se más su lo",
    "pt": "o os de que em da do dos das para uma com não por mais como ao foi são se",
    "it": "il di che la e per un è della del con non una sono nel alla gli delle le si",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook die bij",
    "ru": "и в не на что с по как это из к для от его за но же был при она",
}  # fmt: skip


class Join(Enum):
    """What becomes of a line end behind a hyphen."""

    WORD = "the hyphen goes, and the line end with it"
    HYPHEN = "the hyphen stays, the line end goes"
    BLANK = "the hyphen stays, and the line end is a blank"


class Hyphenation:
    """Decides for one document; ``lines`` are all its lines, as printed."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._words: Counter[str] = Counter()
        self._compounds: Counter[str] = Counter()
        self._counted = False
        self._language: str | None = None

    def join(self, before: str, after: str) -> Join | None:
        """How the line ``after`` is joined to ``before``; None where no hyphen ends ``before``."""
        before = before.rstrip()
        broken = _BEFORE.search(before)
        if broken is None or not broken[1]:
            return None
        first, rest = broken[1], _AFTER.match(after.lstrip())
        second = rest[0] if rest else ""
        if not (first[-1].isalnum() and second[:1].isalnum()):
            return None
        if before.endswith(("\u00ad", "¬")) and second[:1].isalpha():
            return Join.WORD
        self._count()
        if second.casefold() in _WAITED_FOR and not self._known(f"{first}{second}".casefold()):
            return Join.BLANK
        return Join.WORD if self._is_one_word(first, second) else Join.HYPHEN

    def _is_one_word(self, first: str, second: str) -> bool:
        head = re.split(r"[-\u2010]", first)[-1].casefold()
        tail_word = _WORD.match(second)
        if tail_word is None or not head[-1:].isalpha():  # 1989-1999, Caucasus-2020
            return False
        tail = tail_word[0].casefold()
        goes_on = second[tail_word.end() :]
        compound = self._compounds[f"{head}-{tail}"]
        whole = self._words[head + tail]
        if whole or compound:
            return whole > compound or (whole == compound and not second[0].isupper())
        if goes_on[:1].isdigit() or not head.isalpha():  # Pantsir-S1, F2-type
            return False
        if second[0].isupper():  # Asia-Pacific; but MYAN-MAR
            return first[-2:].isupper() and second[:2].isupper() and not self._known(head)
        if tail in _TIED.get(self._language or "", ()) and self._known(head):
            return False
        if self._known(head + tail):
            return True
        if self._language == "ru" and head in _HYPHENED:
            return False
        if self._language == "fr" and head in ("t", "l"):  # a-t-il
            return False
        if "-" in first or goes_on.startswith(("-", "\u2010")):  # rice-for-infrastructure
            return not (self._known(head) and self._known(tail))
        if head in _KEEPING and self._known(tail):
            return False
        if head in _PREFIXES and self._known(tail) and self._hyphened_prefixes()[head]:
            return False
        if self._language in _CLOSED_COMPOUNDS:
            return True
        both = len(head) > 2 and len(tail) > 2 and self._known(head) and self._known(tail)
        return not both and not (head == "cyber" and self._known(tail))

    def _known(self, word: str) -> bool:
        """Whether the document writes ``word`` by itself, or the list of its language has it."""
        return self._words[word] > 0 or word in _listed(self._language or "en")

    def _hyphened_prefixes(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for compound, times in self._compounds.items():
            found[compound.split("-")[0]] += times
        return found

    def _count(self) -> None:
        """Count the document's words and compounds that no line end breaks, once it matters."""
        if self._counted:
            return
        self._counted = True
        for line in self._lines:
            text = line.strip().casefold().replace("\u2010", "-").replace("’", "'")
            cut = " ".join(text.split()[:-1]) if text.endswith(tuple(HYPHENS)) else text
            self._words.update(_WORD.findall(cut))
            for compound in _COMPOUND.findall(cut):
                parts = compound.split("-")
                self._compounds.update(f"{one}-{other}" for one, other in pairwise(parts))
        self._language = _language(self._words)


def _language(words: Counter[str]) -> str:
    return max(_COMMON, key=lambda name: sum(words[word] for word in _COMMON[name].split()))


@lru_cache(maxsize=2)
def _listed(language: str) -> frozenset[str]:
    """The list of words of ``language``, lower case."""
    return frozenset(_frequencies(language))


def _frequencies(language: str) -> Iterable[str]:
    return (str(word) for word in SpellChecker(language=language).word_frequency)
