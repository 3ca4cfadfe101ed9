"""Sentence -> books, articles and other works by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.answer_types.asked import AnswerType, Fit, key, told
from index.answer_types.names import find_names

_QUOTED = re.compile(r"“([^“”]{2,160})”|\"([^\"]{2,160})\"|«([^«»]{2,160})»|‘([^‘’]{3,120})’(?!\w)")
#: A title as notes write it: "Author, Title of the Work (Place: Publisher, 2010), 12".
_CITED = re.compile(
    r"(?:(?<=,\s)|(?<=:\s)|(?<=\.\s)|^)(?P<title>[A-Z][^,“”\"()]{3,140}(?:,\s[a-z0-9][^,“”\"()]{2,60})?)"
    r"\s?\((?:[^()]{2,80}[,:]\s)?(?:\w{2,9}\.?\s)?(?:1[4-9]|20)\d{2}\)"
)
_WORK_WORDS = frozenset(
    key(word)
    for word in (
        "book books article paper essay novel report study poem play film movie song album "
        "journal magazine newspaper memoir memoirs autobiography biography volume work works "
        "entitled titled published treatise pamphlet manuscript painting opera symphony wrote "
        "author authored documentary series episode edition"
    ).split()
)
_PERIODICAL = re.compile(
    r"\b(?:Times|Post|Journal|Gazette|Herald|Tribune|Review|Magazine|Daily|News|Mirror|Guardian|Observer|"
    r"Courier|Chronicle|Bulletin|Quarterly|Proceedings|Letters|Treaty|Act|Bible|Encyclop\w+|Dictionary|"
    r"Handbook|History|Introduction|Guide|Theory|Principles|Memoirs?|Diary|Article)\b"
)
_ARTICLE = re.compile(r"\b[Aa]rt(?:icle|\.)s?\s\d{1,4}(?:\(\d{1,3}\))*")
_ARTICLE_KEY = key("article")
_WORD = re.compile(r"[^\W_]+")


def find_works(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Titles of books, articles and the like: in quotation marks, as notes cite them, or as names."""
    beside = any(key(word) in _WORK_WORDS for word in _WORD.findall(text, start, stop))
    for begin, end in quotes(text, start, stop):
        words = _WORD.findall(text, begin, end)
        if told(asked, words):
            continue
        title = text[begin].isupper() and (
            text[end - 1] in ",.?!" or sum(w[0].isupper() for w in words) > len(words) / 2
        )
        yield Fit(begin, end, 0.95 if title and beside else 0.85 if title else 0.4)
    if asked.head == _ARTICLE_KEY:
        for match in _ARTICLE.finditer(text, start, stop):
            yield Fit(match.start(), match.end(), 0.9)
    for match in _CITED.finditer(text, start, stop):
        yield Fit(match.start("title"), match.end(), 0.9)
    for name in find_names(text, start, stop):
        if told(asked, name.words):
            continue
        shown = text[name.start : name.stop]
        strength = 0.7 if _PERIODICAL.search(shown) else 0.35 if len(name.words) > 1 else 0.25
        strength *= 0.5 if name.person > 0.9 else 1.0
        if beside:
            strength = min(0.85, strength + 0.15)
        yield Fit(name.start, name.stop, round(strength, 3))


def quotes(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """What stands between quotation marks, without them."""
    for match in _QUOTED.finditer(text, start, stop):
        yield match.span(match.lastindex or 1)
