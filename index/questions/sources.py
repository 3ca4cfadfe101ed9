"""Whether a question asks what a claim rests on, and which note it names by its number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.questions.kinds import read_words

_NOTE = re.compile(
    r"(?<![^\W_])(?:(?:(?:foot|end)?notes?|fu(?:ß|ss)noten?|fn|anm(?:erkung)?|"
    r"nota|reference|ref|сноск\w{1,3}|примечани\w{1,3})\.?\s{0,2}(?:(?:no|nr|number|num)\.?\s{0,2})?"
    r"[#№]?\s{0,2}|n\.\s{0,2})(?P<number>\d{1,4})(?![\w]|[.,]\d)"
    r"|(?<![\w.,])(?P<nth>\d{1,4})(?:st|nd|rd|th)\s{1,2}(?:foot|end)?note(?![^\W_])",
    re.IGNORECASE,
)
_NTH_NOTE = re.compile(
    r"(?<![^\W_])(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s{1,2}"
    r"(?:foot|end)?note(?![^\W_])",
    re.IGNORECASE,
)
_NTHS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_PRODUCT = re.compile(r"[A-Z][\w’'-]{0,40}\s{1,2}$")  # “Galaxy Note 9”

_WORKS = frozenset(
    "source sources book books article articles report reports paper papers document documents study "
    "author authors note notes footnote footnotes endnote endnotes reference references citation "
    "citations work works publication newspaper memoir interview quelle quellen buch livre fuente "
    "libro источник источники книга статья".split()
)
_CITES = frozenset(
    "cite cites cited citing citation citations footnote footnotes endnote endnotes footnoted sourced "
    "bibliography zitiert cité cite citado цитируется цитирует сноска сноски примечание".split()
)
_TELLS = frozenset(
    "say says said state states stated claim claims claimed report reports reported mention mentions "
    "mentioned tell tells told describe describes described document documents documented give gives "
    "gave support supports supported back backs backed argue argues argued show shows showed "
    "sagt berichtet dit affirme dice afirma говорит сообщает".split()
)
_ASKED = frozenset(
    "who whom which what welche welches welcher quel quelle que какой какая какие".split()
)
_CLAIMS = frozenset(
    "claim claims statement statements figure figures number numbers quote quotation quotes fact facts "
    "information assertion allegation story statistic statistics data estimate news report".split()
)


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """A note that is asked for by its number, and the words that say so."""

    number: int
    start: int
    stop: int


def note_asked(text: str) -> NoteAsked | None:
    """The note that ``text`` names by its number: “note 63”, “fn. 63”, “the 63rd footnote”."""
    match: re.Match[str] | None
    for match in _NOTE.finditer(text):
        before = text[max(0, match.start() - 43) : match.start()]
        if match[0][0].isupper() and _PRODUCT.search(before):
            continue
        return NoteAsked(int(match["number"] or match["nth"]), match.start(), match.end())
    if match := _NTH_NOTE.search(text):
        return NoteAsked(_NTHS.index(match[1].lower()) + 1, match.start(), match.end())
    return None


def asks_for_source(text: str) -> bool:
    """Whether ``text`` asks what a claim rests on: a source, what is cited, a note."""
    if note_asked(text):
        return True
    words = [word.text for word in read_words(text)]
    wanted = set(words)
    if wanted & _CITES:
        return True
    if "according" in wanted:
        at = words.index("according")
        if words[at + 1 : at + 2] == ["to"] and _ASKED & set(words[at + 2 : at + 3]):
            return True
    for at, word in enumerate(words):
        if word not in _WORKS:
            continue
        before, after = words[max(0, at - 3) : at], words[at + 1 : at + 4]
        if _ASKED & set(before) and _TELLS & set(after):
            return True
        if word in ("source", "sources", "reference", "references"):
            if _ASKED & set(before[-1:]) or "for" in after[:1] or "say" in after or "says" in after:
                return True
            if after[:1] == ["of"] and _CLAIMS & set(words[at + 2 : at + 5]):
                return True
    said = {"says", "said", "claims", "claimed", "wrote", "written"}
    if words[:1] in (["who"], ["where"]) and said & set(words[1:4]) and "that" in words[2:5]:
        return words[0] == "who"
    comes = {"come", "comes", "taken", "sourced"}
    return words[:1] == ["where"] and bool(comes & wanted) and bool(_CLAIMS & set(words[1:6]))
