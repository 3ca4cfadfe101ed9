"""Text -> sentences, and how long a stretch of text is to a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"(?=[.!?…。！？｡．।॥؟۔།။።\n])(?:"
    # a full stop and the like, closing quotes and brackets, and a note's mark that is glued on
    r"(?<![.!?…])[.!?…]+[”’\"')\]]*(?:\d{1,3}[)\]]?)?(?=\s|$)"
    # of Chinese, Japanese, Hindi, Arabic, Urdu, Tibetan, Burmese, Khmer, Ethiopic
    r"|[。！？｡．।॥؟۔།။។።]+[”’」』）\"')\]]*"
    r"|\n[ \t]*+\n)"  # a paragraph's end
)
_NUMBER = re.compile(r"(?<![\w,])\d{1,3}$")  # before a point it makes a decimal, not a note's mark
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev hon st sr jr gen lt col maj capt sgt adm cmdr brig snr vice gov sen rep "
    "pres amb dept univ inc ltd co corp bros no nos vol vols ch sec art fig pp p para paras ed eds "
    "al cf ca c approx est vs viz etc jan feb mar apr jun jul aug sep sept oct nov dec mt ft op cit "
    "ibid resp intl int ie eg".split()
)
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
_INITIALS = re.compile(r"(?:^|[\s.(“\"])[A-Z]\.$")
_GERMAN_DAY = re.compile(  # "am 12. März": in German a full stop makes an ordinal
    r"(?<!\w)(?:am|ab|bis|dem|den|der|des|im|seit|und|vom|zum)\s\d{1,2}\Z", re.IGNORECASE
)
_GERMAN_AFTER = re.compile(
    r"\s+(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|Jahrhundert)"
)
_CLOSING = frozenset("”’\"')]")  # behind an abbreviation's full stop they end a sentence after all
_ITEM_NUMBER = re.compile(r"\s{0,9}\d{1,3}\Z")  # all that a sentence has so far
_ONGOING = frozenset("etc al jr sr inc ltd co corp ibid cit".split())  # may also end a sentence
# Accents and vowel signs (Latin, Hebrew, Arabic, Indian) belong to the word that they stand in.
_WORD = re.compile(r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LONGEST = 1_500  # characters: a longer stretch without an end is cut at white space


def sentences(text: str, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of ``text[start:stop]``, in order, without white space at their ends.

    Abbreviations, initials and decimal points end nothing. Together the spans hold every character
    that is not white space; none is longer than 1,500 characters.
    """
    stop = len(text) if stop is None else stop
    begin = start
    for match in _END.finditer(text, start, stop):
        if match.end() < stop and not _ends(text, begin, match):
            continue
        yield from _within_limit(text, begin, match.end())
        begin = match.end()
    yield from _within_limit(text, begin, stop)


def count_words(text: str) -> int:
    """How many words ``text`` has; two characters make one in scripts without spaces."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return unspaced // 2 + len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text))


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a sentence ends at ``match``: not after an abbreviation, not before a small letter."""
    if match[0].isspace():
        return True
    following = text[match.end() : match.end() + 3].lstrip().lstrip("“‘\"'([")
    if following[:1].islower():
        return False
    if match[0][0] != "." or match[0].startswith(".."):
        return True
    if match[0][1:2].isdigit() and _NUMBER.search(
        text, max(begin, match.start() - 4), match.start()
    ):
        return False
    if match[0][1:2] in _CLOSING:
        return True
    before = text[max(begin, match.start() - 24) : match.start() + 1]
    if match[0] == "." and _ITEM_NUMBER.match(text, begin, match.start()):
        return False
    word = _LAST_WORD.search(before)
    if word and word[1].lower() in _ABBREVIATIONS:
        return word[1].lower() in _ONGOING and following[:1].isupper()
    if _GERMAN_DAY.search(text, max(begin, match.start() - 8), match.start()) and (
        _GERMAN_AFTER.match(text, match.end())
    ):
        return False
    return not (_INITIALS.search(before) and len(match[0]) == 1)


def _within_limit(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """``text[start:stop]`` without the white space at its ends, cut where it is too long."""
    stop = start + len(text[start:stop].rstrip())
    while (start := _skip_blanks(text, start, stop)) < stop:
        end = stop if stop - start <= _LONGEST else _last_blank(text, start, start + _LONGEST)
        yield start, start + len(text[start:end].rstrip())
        start = end


def _skip_blanks(text: str, start: int, stop: int) -> int:
    while start < stop and text[start].isspace():
        start += 1
    return start


def _last_blank(text: str, start: int, stop: int) -> int:
    """The last place in a stretch at which there is white space; its end if there is none."""
    return next((n for n in range(stop, start, -1) if text[n].isspace()), stop)
