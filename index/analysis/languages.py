"""Languages: which one a word's script and its document tell, its stop words and its stemmer."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache

import Stemmer

from index.analysis.folding import fold
from index.analysis.stop_words import OTHER_STOP_WORDS, STOP_WORDS

#: BCP 47 primary language -> Snowball algorithm.
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
#: Languages that are not written in Latin letters. Every other one is taken to be.
_SCRIPTS = {
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "tt", "uk"), "Cyrillic"),
    **dict.fromkeys(("ar", "fa", "ku", "ps", "sd", "ug", "ur"), "Arabic"),
    **dict.fromkeys(("he", "yi"), "Hebrew"),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), "Devanagari"),
    **dict.fromkeys(("am", "as", "bn", "bo", "dv", "dz", "gu", "ja", "ka", "km", "kn", "ko", "lo", "ml",
                     "my", "or", "pa", "si", "te", "th", "ti", "zh"), "other"),
    "el": "Greek", "hy": "Armenian", "sr": "Cyrillic", "ta": "Tamil",
}  # fmt: skip
_BOTH_SCRIPTS = frozenset({"sr"})  # written in Latin letters too
#: The language that a script's words are in where their document is in one of another script.
_USUAL = {
    "Latin": "en", "Cyrillic": "ru", "Greek": "el", "Armenian": "hy", "Arabic": "ar",
    "Devanagari": "hi", "Tamil": "ta",
}  # fmt: skip
_BLOCKS = (
    (0x0000, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"),
    (0x0590, "Hebrew"), (0x0600, "Arabic"), (0x0700, "other"), (0x0750, "Arabic"),
    (0x0780, "other"), (0x08A0, "Arabic"), (0x0900, "Devanagari"), (0x0980, "other"),
    (0x0B80, "Tamil"), (0x0C00, "other"), (0x1C80, "Cyrillic"), (0x1C90, "other"),
    (0x1D00, "Latin"), (0x1D80, "Latin"), (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, "other"),
    (0x2C60, "Latin"), (0x2C80, "other"), (0x2DE0, "Cyrillic"), (0x2E00, "other"),
    (0xA640, "Cyrillic"), (0xA6A0, "other"), (0xA720, "Latin"), (0xA800, "other"),
)  # fmt: skip
_STARTS = tuple(start for start, _ in _BLOCKS)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LISTED = ("en", *sorted(OTHER_STOP_WORDS))  # those that there is a list of stop words for
_READ = 30_000  # characters of a text that tell its language
_FEWEST = 6  # stop words: fewer tell nothing
_LEAST = 0.22  # share of a text's words that are stop words, at the least, in any language
_CLEARLY = 1.35  # times those of the next language
_stemmers = threading.local()


def primary(language: str) -> str:
    """The language of a BCP 47 tag, without region and script; English where nothing is said."""
    tag = language.replace("_", "-").partition("-")[0].lower()
    return tag if tag not in ("", "und", "mul") else "en"


def script_of(word: str) -> str:
    """The script of the first letter of ``word``; "Latin" if there is none, as in a number."""
    if word.isascii():
        return "Latin"
    letter = next((char for char in word if char.isalpha()), "a")
    return _BLOCKS[bisect_right(_STARTS, ord(letter)) - 1][1]


@cache
def language_of(script: str, language: str) -> str:
    """The language of a word in ``script`` within a document in ``language`` (both primary).

    Words in another script than the document's are in the language that is usual there: English in
    a Russian document, Russian in an English one. ``""`` where nothing is known of it.
    """
    if _SCRIPTS.get(language, "Latin") == script:
        return language
    if script == "Latin" and language in _BOTH_SCRIPTS:
        return language
    return _USUAL.get(script, "")


@cache
def stop_words(language: str) -> frozenset[str]:
    """The folded stop words of a primary language; none where there is no list."""
    if language == "en":
        return STOP_WORDS
    return frozenset(map(fold, OTHER_STOP_WORDS.get(language, "").split()))


@cache
def _languages_of_stop_words() -> dict[str, list[str]]:
    """The languages of which each word is a stop word."""
    spoken: dict[str, list[str]] = {}
    for language in _LISTED:
        for word in stop_words(language):
            spoken.setdefault(word, []).append(language)
    return spoken


def language_of_text(text: str) -> str | None:
    """The primary language whose stop words ``text`` has most of; None where none clearly leads.

    Only languages that there is a list of stop words for are told.
    """
    words = [fold(match[0]) for match in _LETTERS.finditer(text[:_READ])]
    spoken = _languages_of_stop_words()
    found: Counter[str] = Counter()
    for word, number in Counter(words).items():
        for each in spoken.get(word, ()):
            found[each] += number
    counts = sorted(((found[each], each) for each in _LISTED), key=lambda count: -count[0])
    (most, language), (next_most, _) = counts[:2]
    clear = most >= max(_FEWEST, _LEAST * len(words)) and most >= _CLEARLY * next_most
    return language if clear else None


@cache
def stem_in(language: str) -> Callable[[str], str]:
    """The Snowball stemmer of a primary language for words in small letters; `str` if none."""
    algorithm = _ALGORITHMS.get(language, "")
    if algorithm not in Stemmer.algorithms():
        return str

    def stemmed(word: str) -> str:
        stemmer = getattr(_stemmers, algorithm, None)
        if stemmer is None:  # one for each thread: a Stemmer must not be shared between threads
            stemmer = Stemmer.Stemmer(algorithm)
            setattr(_stemmers, algorithm, stemmer)
        stem: str = stemmer.stemWord(word)
        return stem

    return stemmed
