"""A question's words -> what kind of question it is, what would answer it, and what it counts.

Rules of word order over small lists of words (`index.questions.kind_words`), in English and, in
simple forms, Russian, German, French and Spanish. A question word counts where a clause begins
(“how many …, and what …”) or where the question ends with it (“the treaty, when?”); within a clause
it joins (“the man who …”). Where there is none, the noun that the question begins with tells
(“population of …”). Nothing here refuses: the kind helps to choose a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.questions import kind_words as kw
from index.questions.concepts import Expects, Kind

_LONGEST_TARGET = 5  # words
_MOST_CLAUSES = 24  # of a question that are looked at
_SHORT = 4  # words that a name has at most
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)?")
_BREAKS = frozenset(',;:?!.()[]¿¡—–…\n“”"')
_SHORTENED = ("'s", "'re", "'d", "'ll", "'ve", "'m")
_GLUED = frozenset("whos whats wheres whens whys hows thats".split())
_NOT = {"ain't": "isnt"}


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question asks for, as its words tell."""

    kinds: tuple[Kind, ...] = ()  # the main one first
    expects: Expects | None = None  # what would answer the main one
    target: tuple[int, int] | None = None  # the words that are counted or sought, in the text


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question."""

    text: str  # folded: small letters without accents or apostrophe
    start: int
    stop: int
    opens: bool  # it begins the question, or a sign parts it from the word before
    capital: bool  # it is written with a capital letter
    tail: str = ""  # what an apostrophe cut off: s, re, ll


_NO_WORD = Word("", 0, 0, True, False)


def read_kinds(text: str) -> Sought:
    """What ``text`` asks for; nothing where its words don't tell.

    Of several questions in one (“how many … and what did they cost”) all kinds are given, each
    once; the first tells what is expected, but one that yes or no answers gives way to the others.
    """
    words = read_words(text)
    found = list(_asked(words))
    if not found and (telegram := _telegram(words, 0)):
        found = [telegram]
    if not found and (inside := _inside(words, text)):
        found = [inside]
    found.sort(key=lambda sought: sought.kinds[0] == "yes or no")
    kinds = tuple(dict.fromkeys(kind for sought in found for kind in sought.kinds))
    return replace(found[0], kinds=kinds) if found else Sought()


def is_person_noun(word: str) -> bool:
    """Whether ``word`` is a common noun for persons: minister, daughter."""
    return noun_of(word) == "person"


def noun_of(word: str) -> Expects | None:
    """What a common noun as typed is one of: a person, a place, a date; None for other words."""
    return _noun(_folded(word)[0])


# ---------------------------------------------------------------- words


def read_words(text: str) -> list[Word]:
    """The words of ``text`` with their spans, folded."""
    words: list[Word] = []
    stop = 0
    for match in _TOKEN.finditer(text):
        said = match[0]
        opens = not words or not _BREAKS.isdisjoint(text[stop : match.start()])
        folded, tail = _folded(said)
        words.append(Word(folded, match.start(), match.end(), opens, said[0].isupper(), tail))
        stop = match.end()
    return words


@lru_cache(maxsize=4_096)
def _folded(said: str) -> tuple[str, str]:
    """A word in small letters without accents on Latin letters, and what its apostrophe cut off."""
    word = said.casefold().replace("’", "'").replace("ʼ", "'").replace("ё", "е")
    if not word.isascii():
        kept = []
        for letter in word:
            base = unicodedata.normalize("NFKD", letter)[0]
            kept.append(base if base.isascii() else letter)
        word = "".join(kept)
    if word in _NOT:
        return _NOT[word], ""
    for tail in _SHORTENED:
        if word.endswith(tail):
            return word.removesuffix(tail), tail[1:]
    if word in _GLUED:
        return word[:-1], "s"
    head, quote, rest = word.partition("'")
    if quote and len(head) <= 2 and head not in ("do",):  # l'année, d'où
        return rest, ""
    return word.replace("'", ""), ""


@lru_cache(maxsize=4_096)
def _singular(word: str) -> str:
    if word in kw.PLURALS:
        return kw.PLURALS[word]
    if word in kw.NO_PLURALS or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def _is_plural(word: str) -> bool:
    if word in kw.PLURALS:
        return True
    if word.isascii():
        return len(word) > 3 and _singular(word) != word
    return False


def _noun(word: str) -> Expects | None:
    """What a noun tells of the answer."""
    if word.isascii():
        return kw.NOUNS.get(_singular(word)) or kw.NOUNS.get(word)
    for beginning, expects in kw.RUSSIAN_NOUNS:
        if word.startswith(beginning):
            return expects
    return None


# ---------------------------------------------------------------- clauses


def _asked(words: Sequence[Word]) -> Iterator[Sought]:
    """What each clause asks that begins with a question word, or a word that makes it a question."""
    done = -1
    clauses = 0
    for start, word in enumerate(words):
        if start <= done:
            continue
        joined = start > 0 and words[start - 1].text in ("and", "or", "und", "et", "y", "и", "а")
        if not (word.opens or joined):
            continue
        clauses += 1
        if clauses > _MOST_CLAUSES:
            return
        at = _past_lead_ins(words, start)
        found = _clause(words, at, first=start == 0)
        if found is None:
            continue
        sought, head = found
        if start > 0 and not joined and _joins(words, start, head):
            continue
        done = max(at, head)
        yield sought


def _joins(words: Sequence[Word], start: int, head: int) -> bool:
    """Whether the clause at ``start`` tells of what precedes it: “the bridge, which was sold, …”."""
    if words[start].text not in ("who", "whom", "whose", "which", "where", "when", "while"):
        return False
    first = words[0].text
    adverbial = first in kw.PREPOSITIONS or first in kw.CONJUNCTIONS or first == "when"
    goes_on = any(word.opens for word in words[head + 1 :])
    return goes_on and not adverbial


def _past_lead_ins(words: Sequence[Word], at: int) -> int:
    """Where the question itself begins: behind “please”, “do you know”, “tell me”."""
    while at < len(words) - 1:
        if words[at].text in kw.LEAD_INS and not _is_date_word(words, at):
            at += 1
            continue
        for phrase in kw.LEAD_PHRASES:
            stop = at + len(phrase)
            if stop < len(words) and all(
                words[at + n].text == said for n, said in enumerate(phrase)
            ):
                if phrase in kw.ASK_ALONE and words[stop].text not in _ASKED_FOR:
                    continue
                at = stop
                break
        else:
            break
    return at


#: What may follow “can you” that asks for something to be told.
_ASKED_FOR = frozenset("list name say tell give show find explain describe please identify".split())


def _is_date_word(words: Sequence[Word], at: int) -> bool:
    return words[at].text == "may" and words[at + 1].text.isdigit()


def _clause(words: Sequence[Word], at: int, *, first: bool) -> tuple[Sought, int] | None:
    """What the clause at ``at`` asks, and the place of its question word; None if it asks nothing."""
    place = at
    prepositions = kw.PREPOSITIONS | kw.FOREIGN_PREPOSITIONS
    for _ in range(3):  # “up to how many”, “in which”
        word = _at(words, place).text
        if word in prepositions or (word in ("up", "according", "out") and place == at):
            place += 1
        else:
            break
    behind = place > at
    word = _at(words, place).text
    sought: Sought | None = None
    if word in ("who", "whom", "whose", "whoever"):
        sought = _who(words, place)
    elif word in ("when", "whenever"):
        sought = None if _sets_time(words, place) else Sought(("when",), "date")
    elif word in ("where", "whither"):
        sought = Sought(("where",), "place")
    elif word == "why":
        sought = Sought(("why",), "reason")
    elif word == "how":
        sought = _how(words, place)
    elif word in ("what", "which", "whatever", "whichever") or (
        word == "was" and _at(words, place + 1).text in kw.BEHIND_WAS
    ):
        sought = _what(words, place, behind=behind)
    elif sought := _foreign(words, place, behind=behind):
        pass
    elif not behind or at == place:
        sought = _yes_or_no(words, at, first=first) or (_listed(words, at) if first else None)
        if sought is None and first and at > 0:
            sought = _telegram(words, at)
    return (sought, place) if sought else None


def _at(words: Sequence[Word], place: int) -> Word:
    return words[place] if 0 <= place < len(words) else _NO_WORD


def _sets_time(words: Sequence[Word], place: int) -> bool:
    """Whether “when” opens a clause that only says at what time: “when the war ended, who …”."""
    if _at(words, place + 1).text in kw.AUXILIARIES or _at(words, place).tail:
        return False
    comma = next((n for n in range(place + 1, len(words)) if words[n].opens), None)
    if comma is None:
        return False
    after = words[comma].text
    questions = ("who", "what", "which", "where", "why", "how", "whom", "whose")
    return after in questions or after in kw.AUXILIARIES or after in kw.PREPOSITIONS


def _yes_or_no(words: Sequence[Word], at: int, *, first: bool) -> Sought | None:
    word, following = _at(words, at), _at(words, at + 1)
    if word.text in kw.AUXILIARIES and following.text and not following.opens:
        if word.text == "may" and following.text.isdigit():
            return None
        if not first and word.text not in kw.AUXILIARIES - kw.BE:
            return None
        return Sought(("yes or no",))
    if word.text in ("if", "whether") and at > 0:
        return Sought(("yes or no",))
    if word.text == "true" and following.text in ("or", "that"):
        return Sought(("yes or no",))
    if first and following.text == "ли" and not following.opens:
        return Sought(("yes or no",))
    if word.text in ("hat", "ist", "wurde", "hatte", "haben", "sind") and first:
        return Sought(("yes or no",)) if following.text in _GERMAN_SUBJECTS else None
    if word.text == "est" and following.text == "ce":
        return Sought(("yes or no",))
    if word.text in ("правда", "верно") and following.text in ("ли", "что"):
        return Sought(("yes or no",))
    return None


_GERMAN_SUBJECTS = frozenset("der die das ein eine er sie es man den dem".split())


def _listed(words: Sequence[Word], at: int) -> Sought | None:
    """“list all …”, “name the …”, “all the …”."""
    word = _at(words, at).text
    if word in kw.LISTING or (word == "a" and _at(words, at + 1).text == "list"):
        place = at + 1 + (word == "a")
        while _at(words, place).text in {"all", "of", "every", "the", "names"}:
            place += 1
        stop, expects = _phrase(words, place)
        return Sought(("list",), expects, _span(words, place, stop))
    if word in kw.NAMING and _at(words, at + 1).text not in {"of", ""} and word != "names":
        place = at + 1
        counted = _at(words, place).text in kw.ALL or _at(words, place).text.isdigit()
        while _at(words, place).text in {"all", "of", "every", "the", "a", "an", "some", "any"}:
            place += 1
        stop, expects = _phrase(words, place)
        kind = kw.KIND_OF[expects] if expects else "what"
        kinds: tuple[Kind, ...] = (kind,)
        if counted or _is_plural(_at(words, stop - 1).text):
            kinds = ("list", kind)
        return Sought(kinds, expects, _span(words, place, stop))
    if word == "all" and _at(words, at + 1).text:
        place = at + 1 + (_at(words, at + 1).text == "the")
        stop, expects = _phrase(words, place)
        if stop > place and _is_plural(words[stop - 1].text):
            return Sought(("list",), expects, _span(words, place, stop))
    return None


# ---------------------------------------------------------------- question words


def _who(words: Sequence[Word], at: int) -> Sought:
    following = _at(words, at + 1)
    be = words[at].tail == "s" or following.text in kw.BE
    start = at + 1 + (following.text in kw.BE)
    if not be or words[at].text != "who":
        return Sought(("who",), "person")
    kinds: tuple[Kind, ...] = ("who",)
    if following.text in ("are", "were"):
        kinds = ("who", "list")
    rest = _rest(words, start)
    if _at(words, start).text in kw.DETERMINERS:
        start += 1
        stop, _ = _phrase(words, start)
        if rest[-1].text in kw.PREPOSITIONS:  # “who was the film produced by”
            return Sought(("who",), "person")
        return Sought(kinds, "person", _span(words, start, stop))
    if 0 < len(rest) <= _SHORT and not any(
        word.text in kw.ENDS_PHRASE or word.text.endswith(("ing", "ed")) for word in rest
    ):
        if _noun(rest[-1].text) == "person" and not rest[-1].capital:
            return Sought(kinds, "person", (rest[0].start, rest[-1].stop))
        if any(word.tail for word in rest[:-1]):  # “who was Ada's teacher”
            return Sought(kinds, "person", (rest[-1].start, rest[-1].stop))
        return Sought(("who",), "definition")
    return Sought(("who",), "person")


def _rest(words: Sequence[Word], at: int) -> Sequence[Word]:
    """The words from ``at`` to the end of the clause."""
    stop = at
    while stop < len(words) and (stop == at or not words[stop].opens):
        stop += 1
    return words[at:stop]


def _how(words: Sequence[Word], at: int) -> Sought | None:
    following = _at(words, at + 1).text
    behind = _at(words, at + 2).text
    match following:
        case "many":
            return _counted(words, at + 2, "how many")
        case "much":
            if _at(words, at - 1).text == "for" and not behind:  # “for how much”
                return Sought(("how much",), "money")
            return _counted(words, at + 2, "how much")
        case "long":
            if behind == "ago":
                return Sought(("when",), "date")
            measured = behind in ("is", "was", "are", "were") or behind == "a"
            kind: Kind = "how much" if measured else "how many"
            return Sought((kind,), "number" if measured else "duration")
        case "come":
            return Sought(("why",), "reason")
        case "about" | "":
            return None
    if following in kw.SOON:
        return Sought(("when",), "date")
    if following in kw.DEAR:
        return Sought(("how much",), "money")
    if following in kw.MEASURED:
        return Sought(("how many" if following in kw.COUNTED else "how much",), "number")
    rest = _rest(words, at + 1)
    if rest[-1].text in kw.IS_CALLED and following in kw.BE:
        return Sought(("what",))
    return Sought(("how",), None if following in kw.NO_MEANS else "means")


def _counted(words: Sequence[Word], start: int, kind: Kind) -> Sought:
    """“how many” and “how much”, by what stands behind them."""
    while _at(words, start).text in {"of", "the", "his", "her", "its", "their", "de", "d"}:
        start += 1
    stop, _ = _phrase(words, start, counted=kind == "how many")
    target = _span(words, start, stop)
    head = _singular(words[stop - 1].text) if stop > start else ""
    clause = {word.text for word in _rest(words, start)}
    expects: Expects = "number"
    if head in kw.UNITS_OF_TIME or (
        not head.isascii() and head.startswith(tuple(kw.RUSSIAN_UNITS_OF_TIME))
    ):
        expects = "duration"
    elif head in kw.MONEY_UNITS or head.startswith(tuple(kw.RUSSIAN_MONEY)):
        expects = "money"
    elif head in kw.PERCENT:
        expects = "percentage"
    elif head in ("time", "длилось"):
        expects = "duration" if kind == "how much" else "number"
    elif kind == "how much" and not head and clause & _SPENT:
        expects = "money"
    return Sought((kind,), expects, target)


#: Words that show that “how much” without a noun asks for a sum.
_SPENT = kw.MONEY_VERBS | frozenset(
    "spending cost costs price buy sell sold bought worth invest invested donate donated lend lent fined "
    "raise raised budget debt loan fine fee salary bill".split()
)


def _what(words: Sequence[Word], at: int, *, behind: bool) -> Sought | None:
    """“what” and “which”."""
    word, following = words[at], _at(words, at + 1)
    if word.text == "was":  # German
        money = following.text in kw.MONEY_VERBS
        return Sought(("how much",), "money") if money else Sought(("what",))
    asks_what = word.text in ("what", "whatever")
    if not following.text or (following.opens and not word.tail):
        if behind and at + 1 < len(words):
            return None  # “in which, …”
        reason = _at(words, at - 1).text == "for"
        return Sought(("why",), "reason") if reason else Sought(("what",))
    if asks_what and following.text in ("about", "of", "if", "else", "next"):
        return Sought(("what",)) if following.text in ("else", "next") else None
    if asks_what and following.text == "for":
        return Sought(("why",), "reason")
    if asks_what and following.text in kw.CAUSES:
        return Sought(("why",), "reason")
    if word.tail == "s" or (following.text in kw.BE and asks_what):
        return _what_is(words, at + 1 + (word.tail != "s"))
    if following.text in kw.AUXILIARIES or following.text in kw.PRONOUNS:
        return _what_does(words, at)
    start = at + 1
    while _at(words, start).text in {"of", "the", "these", "those", "other", "die", "der", "das"}:
        start += 1
    stop, expects = _phrase(words, start)
    if stop == start or _is_lone_verb(words, start):
        return _what_does(words, at)
    return _of_noun(words, start, stop, expects, behind=behind)


def _what_does(words: Sequence[Word], at: int) -> Sought:
    """“what did they pay”, “what does it mean”, “what was it used for”."""
    rest = [word.text for word in _rest(words, at + 1)]
    last = rest[-1] if rest else ""
    paid = any(
        word in kw.MONEY_VERBS and following in ("", "for", "on")
        for word, following in zip(rest, [*rest[1:], ""], strict=True)
    )
    if paid and last not in ("worth", "for", "on"):
        return Sought(("how much",), "money")
    if last in ("weigh", "measure"):
        return Sought(("how much",), "number")
    if last == "mean" or rest[-2:] == ["stand", "for"]:
        return Sought(("what",), "definition")
    if last == "for" and _PURPOSE & set(rest):
        return Sought(("why",), "reason")
    return Sought(("what",))


_PURPOSE = frozenset("use used built need needed meant intended designed good made".split())


def _what_is(words: Sequence[Word], start: int) -> Sought:
    """“what is the …”, “what was …”, from the word behind the verb."""
    rest = _rest(words, start)
    texts = [word.text for word in rest]
    if texts[-1:] == ["worth"]:
        return Sought(("how much",), "money")
    if texts[-1:] == ["for"] and _PURPOSE & set(texts):
        return Sought(("why",), "reason")
    if texts[:2] == ["meant", "by"]:
        return Sought(("what",), "definition")
    determiner = ""
    while _at(words, start).text in kw.DETERMINERS and not _at(words, start).opens:
        start, determiner = start + 1, words[start].text
    stop, expects = _phrase(words, start)
    first = _at(words, start).text
    if stop == start or (not determiner and (first in kw.IRREGULAR_PAST or first.endswith("ed"))):
        return Sought(("what",))
    if expects is None and determiner in ("", "a", "an"):
        named = stop - start == len(_rest(words, start)) <= _SHORT
        told = any(word.tail for word in words[start:stop]) or texts[0] in _NOT_DEFINED
        defined = named and not told and not texts[-1].endswith("ed") and texts[-1] != "called"
        return Sought(("what",), "definition" if defined else None, _span(words, start, stop))
    whole = stop - start == len(_rest(words, start))
    if expects is None and whole and all(word.capital for word in words[start:stop]):
        return Sought(("what",), "definition", _span(words, start, stop))
    return _of_noun(words, start, stop, expects, behind=False)


_NOT_DEFINED = frozenset("another other some next left wrong new unknown special different".split())


def _of_noun(
    words: Sequence[Word], start: int, stop: int, expects: Expects | None, *, behind: bool
) -> Sought:
    """What is asked by a noun phrase; “the name of the ship” asks by “ship”."""
    head = words[stop - 1].text
    if _singular(head) in kw.LOOKED_THROUGH and _at(words, stop).text in {"of", "de", "von"}:
        inner = stop + 1
        while _at(words, inner).text in kw.DETERMINERS | {"all", "le", "la", "les", "der", "des"}:
            inner += 1
        end, inner_expects = _phrase(words, inner)
        if end > inner:
            sort = _singular(head) not in ("name", "title", "nom", "nombre", "имя", "название")
            if sort and inner_expects not in ("person", "body", "place", "work", None):
                inner_expects = None  # “what type of price”
            start, stop, expects, head = inner, end, inner_expects, words[end - 1].text
    elif expects == "number" and _at(words, stop).text == "of" and head in _COUNTS:
        inner = stop + 1
        while _at(words, inner).text in kw.DETERMINERS:
            inner += 1
        end, _ = _phrase(words, inner)
        return Sought(("how many",), "number", _span(words, inner, end))
    elif expects in ("money", None) and _at(words, stop).text == "for" and head == "bill":
        expects = "money"
    if expects == "person" and head == "people" and _at(words, stop).text == "of":
        expects = None
    kind: Kind = kw.KIND_OF[expects] if expects else "what"
    if _singular(head) in kw.MEASURES and expects == "number":
        kind = "how much"
    if expects == "place" and behind:
        kind = "where"
    kinds: tuple[Kind, ...] = (kind,)
    if _is_plural(head) and kind in ("what", "who", "where"):
        kinds = ("list", kind)
    return Sought(kinds, expects, _span(words, start, stop))


_COUNTS = frozenset("number total count quantity amount".split())


# ---------------------------------------------------------------- noun phrases


def _phrase(
    words: Sequence[Word], start: int, *, counted: bool = False
) -> tuple[int, Expects | None]:
    """Where the noun phrase at ``start`` ends, and what its head tells of the answer.

    ``counted``: its head is in the plural, so that no ``s`` at its end makes a verb.
    """
    stop = start
    while stop < len(words) and stop - start < _LONGEST_TARGET:
        word = words[stop]
        if word.text in kw.ENDS_PHRASE or (word.opens and stop > start):
            break
        if stop > start and _is_verb(words, stop, counted):
            break
        stop += 1
    plural = max((n for n in range(start, stop) if _is_plural(words[n].text)), default=stop)
    if plural < stop - 1 and _noun(words[stop - 1].text) is None:
        auxiliary = any(word.text in kw.AUXILIARIES for word in _rest(words, stop))
        if counted or not auxiliary:  # “how many people live in …”
            stop = plural + 1
    return stop, _told_by(words, start, stop)


def _is_verb(words: Sequence[Word], place: int, counted: bool) -> bool:
    """Whether the word at ``place`` reads like the verb behind a noun phrase."""
    text, before, following = words[place].text, words[place - 1].text, _at(words, place + 1)
    if text in kw.IRREGULAR_PAST or (len(text) > 4 and text.endswith("ed")):
        return following.text not in kw.AUXILIARIES
    if not text.isascii():
        return True  # no telling where a phrase of another script ends
    past = following.text in kw.IRREGULAR_PAST or following.text.endswith("ed")
    if counted or past or not text.endswith("s") or _singular(text) == text:
        return False
    if before in kw.ALL or before.isdigit():
        return False
    if following.text in ("the", "a", "an", "that"):
        return True
    if _noun(before) is not None and not _is_plural(before) and _noun(text) is None:
        return True
    auxiliary = any(word.text in kw.AUXILIARIES for word in _rest(words, place))
    return not (auxiliary or following.opens or following.text in kw.ENDS_PHRASE)


def _is_lone_verb(words: Sequence[Word], place: int) -> bool:
    """Whether the word right behind “what” is its verb: “what happened”, “what angered Ada”."""
    text, following = words[place].text, _at(words, place + 1)
    if text in kw.IRREGULAR_PAST or text in kw.PRESENT or text.endswith(("lly", "times")):
        return True
    past = len(text) > 4 and text.endswith("ed") and not text.endswith("eed")
    ends = following.opens or following.capital or following.text in kw.ENDS_PHRASE
    return past and (ends or following.text.isdigit())


def _told_by(words: Sequence[Word], start: int, stop: int) -> Expects | None:
    for place in range(stop - 1, max(start, stop - 2) - 1, -1):
        expects = _noun(words[place].text)
        if expects and (place == stop - 1 or words[place].text != "total"):
            return expects
    return None


def _span(words: Sequence[Word], start: int, stop: int) -> tuple[int, int] | None:
    return (words[start].start, words[stop - 1].stop) if start < stop else None


# ---------------------------------------------------------------- other languages


def _foreign(words: Sequence[Word], at: int, *, behind: bool) -> Sought | None:
    word, following = _at(words, at), _at(words, at + 1).text
    if word.text == "comment" and following in kw.BEHIND_COMMENT:
        return Sought(("how",), "means")
    if word.text == "por" and following == "que":
        return Sought(("why",), "reason")
    if _at(words, at - 1).text == "por" and word.text == "que":
        return Sought(("why",), "reason")
    if word.text == "ou" and at > 0 and not word.opens:
        return None  # “or”
    row = kw.FOREIGN.get(word.text)
    if row is None:
        return None
    language, kind, expects = row
    if word.text == "wie":
        return _wie(words, at)
    if kind in ("how many", "how much"):
        if following.startswith(tuple(kw.RUSSIAN_MONEY)) or following in kw.MONEY_VERBS:
            return Sought(("how much",), "money")
        if following in ("tiempo", "времени") or (
            following == "de" and _at(words, at + 2).text == "temps"
        ):
            return Sought(("how many",), "duration")
        counted = at + 1 + (following == "de")
        return _counted(
            words[: counted + 1], counted, kind
        )  # of one word: nothing tells where it ends
    if language == "ru" and word.text.startswith("как") and word.text != "как":
        expects = _noun(following)
        if expects is None:
            return Sought(("what",))
        kind = kw.KIND_OF[expects]
        if expects == "place" and behind:
            kind = "where"
        span = _span(words, at + 1, at + 2)
        plural: tuple[Kind, ...] = ("list", kind) if word.text in ("какие", "каких") else (kind,)
        return Sought(plural, expects, span)
    if kind == "what" and expects is None:
        if following == "est" and _at(words, at + 2).text == "ce":
            return Sought(("what",))
        start = at + 1
        noun = _noun(following)
        if noun:
            return _of_noun(words, start, start + 1, noun, behind=behind)
        return Sought(("what",))
    return Sought((kind,), expects)


def _wie(words: Sequence[Word], at: int) -> Sought:
    following = _at(words, at + 1).text
    if following in ("viele", "viel"):
        if following == "viel" and _at(words, at + 2).text in kw.MONEY_VERBS:
            return Sought(("how much",), "money")
        kind: Kind = "how many" if following == "viele" else "how much"
        return _counted(words[: at + 3], at + 2, kind)
    if following in ("lange",):
        return Sought(("how many",), "duration")
    if following in ("alt", "oft"):
        return Sought(("how many",), "number")
    if following in ("hoch", "weit", "gross", "tief", "schwer", "schnell"):
        return Sought(("how much",), "number")
    return Sought(("how",), "means")


# ---------------------------------------------------------------- telegrams


def _telegram(words: Sequence[Word], at: int) -> Sought | None:
    """“population of …”, “boss of …”, “the treaty, when”: questions without a question's form."""
    if not words:
        return None
    if at == 0 and (last := _last_word(words)):
        return last
    at = _past_lead_ins(words, at)
    if found := _listed(words, at):
        return found
    final = len(words) - 1
    noun = _noun(words[final].text)
    if final > at and words[final].opens and noun:  # “the bridge, cost?”
        return _of_noun(words, final, final + 1, noun, behind=False)
    at += at < final and _is_date_word(words, at)
    while _at(words, at).text in kw.DETERMINERS:
        at += 1
    stop, expects = _phrase(words, at)
    if stop == at:
        return None
    head, behind = words[stop - 1].text, _at(words, stop)
    linked = behind.text in kw.PREPOSITIONS | _LINKING and stop + 1 < len(words)
    if expects is None and words[at].text in ("reasons", "reason"):
        expects = "reason"
    known = _noun(head) is not None or _singular(head) in kw.LOOKED_THROUGH or head == "bill"
    if known and (linked or stop == len(words) == at + 1):
        return _of_noun(words, at, stop, expects, behind=False)
    first = words[at].text
    if not first.isascii() and _noun(first):
        return _of_noun(words, at, at + 1, _noun(first), behind=False)
    if stop - at > 1 and _noun(first) in ("number", "money", "date", "reason", "percentage"):
        return _of_noun(words, at, at + 1, _noun(first), behind=False)
    for listed in (head, first):
        if _is_plural(listed) and _singular(listed) in ("event", "name", "member", "example"):
            return Sought(("list",), None, _span(words, at, stop))
    return None


_LINKING = frozenset("who that which cited whose".split())


def _last_word(words: Sequence[Word]) -> Sought | None:
    """“the treaty, when?”, “port call how long?”."""
    last, before = words[-1].text, _at(words, len(words) - 2).text
    if len(words) < 2:
        return None
    if before == "how" and last in ("many", "much", "long"):
        return _how(words, len(words) - 2)
    simple: dict[str, Sought] = {
        "when": Sought(("when",), "date"),
        "where": Sought(("where",), "place"),
        "why": Sought(("why",), "reason"),
        "who": Sought(("who",), "person"),
        "whom": Sought(("who",), "person"),
        "how": Sought(("how",), "means"),
        "what": Sought(("what",)),
        "когда": Sought(("when",), "date"),
        "где": Sought(("where",), "place"),
        "почему": Sought(("why",), "reason"),
        "кто": Sought(("who",), "person"),
        "сколько": Sought(("how many",), "number"),
    }
    return simple.get(last)


def _inside(words: Sequence[Word], text: str) -> Sought | None:
    """“the river flows into which ocean?”: a question word within the only clause."""
    asked = text.rstrip().endswith("?")
    for place in range(len(words) - 1, -1, -1):
        word, following = words[place].text, _at(words, place + 1)
        if word == "how" and following.text in ("many", "much"):
            return _how(words, place)
        if word in ("what", "which") and following.text and not following.opens:
            behind = _at(words, place - 1).text in kw.PREPOSITIONS
            stop, expects = _phrase(words, place + 1)
            if stop > place + 1 and (expects or asked or word == "what"):
                return _of_noun(words, place + 1, stop, expects, behind=behind)
        if asked and word in ("when", "where", "why", "who", "whom", "what"):
            found = _last_word(words[: place + 1])
            if found and place > 0:
                return found
    return None
