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
from itertools import pairwise

from index.events.name_words import PEOPLES
from index.questions import kind_words as kw
from index.questions.concepts import Expects, Kind

_LONGEST_TARGET = 5  # words
_MOST_CLAUSES = 24  # of a question that are looked at
_SHORT = 4  # words that a name has at most
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+){0,2}")
_BREAKS = frozenset(',;:?!.()[]¿¡—–…\n“”"')
_APOSTROPHES = ("'", "’", "ʼ")
_OPENING = (" '", "('", " ‘", "(‘")
_SHORTENED = ("'s", "'re", "'d", "'ll", "'ve", "'m")
_GLUED = frozenset("wats wots whos whats wheres whens whys hows thats".split())
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
    bare: int = 0  # where it ends without that


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
    """Whether ``word`` is a common noun for persons: minister, daughter, or, in small letters, baker."""
    folded = _folded(word)[0]
    return _noun(folded) == "person" or (word[:1].islower() and _is_occupation(folded))


def noun_of(word: str) -> Expects | None:
    """What a common noun as typed is one of: a person, a place, a date; None for other words.

    Occupations that are family names too (baker) are left to `is_person_noun`.
    """
    return _noun(_folded(word)[0])


# ---------------------------------------------------------------- words


def read_words(text: str) -> list[Word]:
    """The words of ``text`` with their spans, folded."""
    words: list[Word] = []
    stop, quoted = 0, False
    for match in _TOKEN.finditer(text):
        said = match[0]
        gap = text[stop : match.start()]
        opens = not words or not _BREAKS.isdisjoint(gap)
        if opens and words and gap.startswith(".") and not gap[1:].strip():
            before = words[-1]  # an initial, “Mr.”
            opens = before.stop - before.start > 1 or not before.text.isalpha()
            opens = opens and before.text not in kw.SHORT_FORMS
        folded, tail = _folded(said)
        folded = _meant(words, folded)
        if (
            not tail
            and folded.endswith("s")
            and text[match.end() : match.end() + 2] in ("' ", "’ ")
        ):
            tail = "" if quoted else "s"  # “the miners' union”
        quoted = quoted or gap.lstrip(".,;:").endswith(_OPENING)
        cut = len(tail) + 1 if tail and said[: -len(tail)].endswith(_APOSTROPHES) else 0
        words.append(
            Word(
                folded,
                match.start(),
                match.end(),
                opens,
                said[0].isupper(),
                tail,
                match.end() - cut,
            )
        )
        stop = match.end()
    return words


def _meant(words: Sequence[Word], word: str) -> str:
    """``word`` as it is meant behind ``words``: “teh”, “what dose it cost”."""
    if word == "dose" and words and words[-1].text in _BEFORE_DOES:
        return "does"
    return kw.MISTYPED.get(word, word)


_BEFORE_DOES = frozenset("what how where when why who much".split())


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
        return word[:-2] + "an" if word.endswith(kw.MEN) else word
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


@lru_cache(maxsize=4_096)
def _is_occupation(word: str) -> bool:
    """Whether a word is a noun for those who do or are something: baker, linguist, headwaiter."""
    one = _singular(word)
    if one in kw.PERSONS:
        return True
    return len(one) > 5 and one.endswith(kw.PERSON_ENDS) and one not in kw.NO_PERSONS


def _read_as(word: Word) -> Expects | None:
    """What the noun at the head of a phrase tells; a name isn't read as an occupation."""
    expects = _noun(word.text)
    return expects or ("person" if not word.capital and _is_occupation(word.text) else None)


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
        return Sought(kinds, "person", _span(words, _behind_owner(words, start, stop), stop))
    if 0 < len(rest) <= _SHORT and not any(
        word.text in kw.ENDS_PHRASE
        or (not word.tail and (word.text.endswith("ing") or _ends_past(word.text)))
        for word in rest
    ):
        own = _behind_owner(words, start, start + len(rest))
        if own > start:  # “who was Ada's teacher”
            return Sought(kinds, "person", (words[own].start, rest[-1].stop))
        if _noun(rest[-1].text) == "person" and not rest[-1].capital:
            owned = len(rest) > 1 and _is_plural(rest[-2].text) and _noun(rest[-2].text) is None
            first = rest[-1] if owned else rest[0]  # “tomas reeds wife”
            return Sought(kinds, "person", (first.start, rest[-1].stop))
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
            if _at(words, at - 1).text == "for" or _lasts(_rest(words, at + 2)):
                measured = False
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


def _lasts(rest: Sequence[Word]) -> bool:
    """Whether “how long” asks for a time: “how long was it shut”, “… was she in prison”."""
    texts = [word.text for word in rest]
    done = any(text in kw.IRREGULAR_PAST or _ends_past(text) for text in texts[2:])
    in_state = any(one == "in" and other in _STATES for one, other in pairwise(texts))
    return done or in_state or texts[-1:] == ["for"]


_STATES = frozenset(
    "prison jail power office hospital bed exile orbit space charge command".split()
)


def _counted(words: Sequence[Word], start: int, kind: Kind) -> Sought:
    """“how many” and “how much”, by what stands behind them."""
    while _at(words, start).text in {"of", "the", "his", "her", "its", "their", "de", "d"}:
        start += 1
    stop, noun = _phrase(words, start, counted=kind == "how many")
    target = _span(words, _behind_owner(words, start, stop), stop)
    head = _singular(words[stop - 1].text) if stop > start else ""
    clause = {word.text for word in _rest(words, start)}
    expects: Expects = "number"
    if head in kw.UNITS_OF_TIME or (
        not head.isascii() and head.startswith(tuple(kw.RUSSIAN_UNITS_OF_TIME))
    ):
        expects = "duration"
    elif (
        head in kw.MONEY_UNITS
        or head.startswith(tuple(kw.RUSSIAN_MONEY))
        or (kind == "how much" and (noun == "money" or head in _SUMS))
    ):
        expects = "money"
    elif head in kw.PERCENT:
        expects = "percentage"
    elif head in ("time", "длилось"):
        expects = "duration" if kind == "how much" else "number"
    elif kind == "how much" and not head and clause & _SPENT:
        expects = "money"
    return Sought((kind,), expects, target)


#: Nouns of which “how much” asks for a sum.
_SUMS = frozenset("funding tax compensation damage interest tuition fine bail".split())
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
    owner = next((n for n in range(start, stop - 1) if words[n].tail == "s"), -1)
    if owner >= 0 and start == at + 1:  # “which city's harbour”
        owns = _told_by(words, start, owner + 1)
        if owns == "place" or expects != "person":
            return _of_noun(words, start, owner + 1, owns, behind=behind)
    if expects is None and words[stop - 1].text in PEOPLES and not _is_plural(words[stop - 1].text):
        expects = "person"  # “which Dane …”
    if words[stop - 1].text == "place" and _is_rank(_rest(words, stop)):
        return Sought(("what",), None, _span(words, stop - 1, stop))
    return _of_noun(words, start, stop, expects, behind=behind)


def _is_rank(rest: Sequence[Word]) -> bool:
    """Whether “what place …” asks for a place in a contest."""
    texts = [word.text for word in rest]
    if not kw.RANKED.isdisjoint(texts):
        return "take place" not in " ".join(texts)
    return not {"come", "came"}.isdisjoint(texts) and "from" not in texts


def _what_does(words: Sequence[Word], at: int) -> Sought:
    """“what did they pay”, “what does it mean”, “what was it used for”."""
    clause = _rest(words, at + 1)
    if found := _sum(clause, costs=True):
        return found
    rest = [word.text for word in clause]
    last = rest[-1] if rest else ""
    if last in ("weigh", "measure"):
        return Sought(("how much",), "number")
    if last == "mean" or rest[-2:] == ["stand", "for"]:
        return Sought(("what",), "definition")
    if last == "for" and _PURPOSE & set(rest):
        return Sought(("why",), "reason")
    return Sought(("what",))


def _sum(rest: Sequence[Word], *, costs: bool) -> Sought | None:
    """The sum that a verb of the clause ``rest`` asks for: “did it cost the town”, “was it worth”.

    ``costs``: “cost” may be its verb. What a cost is counted in otherwise is the target.
    """
    texts = [word.text for word in rest]
    ends_with = texts[-1] if texts else ""
    money = Sought(("how much",), "money")
    noun = False  # a verb may belong to “the man who …”
    for place, text in enumerate(texts):
        before = texts[place - 1] if place else ""
        behind = texts[place + 1] if place + 1 < len(texts) else ""
        further = texts[place + 2] if place + 2 < len(texts) else ""
        if place and before in kw.DETERMINERS:
            continue
        if text in ("cost", "costs") and costs and behind != "of":
            return _counted_cost(rest, place) or money
        worth = text == "worth" and before not in ("net", "total", "estimated")
        if (
            (worth and behind != "of" and not behind.endswith("ing"))
            or (text in kw.SOLD and behind == "for" and further in _BEHIND_SUMS)
            or (text in kw.VALUED and behind == "at")
            or (text == "fetch" and behind in _BEHIND_SUMS)
            or (text == "fined" and not behind)
        ):
            return money
        noun = noun or (not costs and text in ("of", "who", "that", "which"))
        if noun:
            continue
        if ends_with in kw.PREPOSITIONS and ends_with != text:
            continue  # “what did they pay for”
        if text in kw.PAY and behind not in kw.NO_SUM and (costs or text.endswith(("paid", "ed"))):
            return money
        if text in kw.EARN and (costs or text in ("spent", "earned")):
            timed = behind in ("a", "an") and _singular(further) in kw.UNITS_OF_TIME
            if timed or behind in _BEHIND_EARNED:
                return money
        if text in _FOREIGN_SUMS and not behind:
            return money
    return None


_FOREIGN_SUMS = kw.MONEY_VERBS - kw.PAY - kw.EARN - {"cost", "costs", "worth"}
_BEHIND_SUMS = frozenset(("", "at", "in", "when", "per", "a", "an", "by"))
_BEHIND_EARNED = frozenset(("", "on", "for", "per", "each", "every", "in", "as", "from", "to"))


def _counted_cost(rest: Sequence[Word], place: int) -> Sought | None:
    """What a cost that is no money is counted in: “what did the war cost in lives”."""
    for number in range(place + 1, len(rest) - 1):
        said = rest[number + 1].text
        one = _singular(said)
        if rest[number].text != "in" or not _is_plural(said) or rest[number + 1].capital:
            continue
        if one in kw.MONEY_UNITS or said in kw.NO_PRICES or said in _MONEYS:
            continue
        expects: Expects = "duration" if one in kw.UNITS_OF_TIME else "number"
        return Sought(("how many",), expects, _span(rest, number + 1, number + 2))
    return None


_MONEYS = frozenset(
    "crowns marks guilders shillings pence pesos liras rubles rupees kroner".split()
)


_PURPOSE = frozenset("use used built need needed meant intended designed good made".split())


def _what_is(words: Sequence[Word], start: int) -> Sought:
    """“what is the …”, “what was …”, from the word behind the verb."""
    rest = _rest(words, start)
    texts = [word.text for word in rest]
    if found := _sum(rest, costs=False):
        return found
    if texts[-1:] == ["for"] and _PURPOSE & set(texts):
        return Sought(("why",), "reason")
    if texts[:2] == ["meant", "by"]:
        return Sought(("what",), "definition")
    determiner = ""
    while _at(words, start).text in kw.DETERMINERS and not _at(words, start).opens:
        start, determiner = start + 1, words[start].text
    stop, expects = _phrase(words, start)
    first = _at(words, start).text
    past = first in kw.IRREGULAR_PAST or _ends_past(first)
    if stop == start or (past and not determiner and not words[start].tail):
        return Sought(("what",))
    doing = stop - start > 1 and words[stop - 1].text.endswith("ing")
    if doing and _read_as(words[stop - 2]) == "person":
        return Sought(("what",))  # “what was the captain wearing”
    owned = _behind_owner(words, start, stop) > start
    if expects == "person" and not owned and texts[-1] not in kw.IS_CALLED:
        if _is_subject(words, stop):
            return Sought(("what",))
        if _is_past(_at(words, stop)):  # “what was the problem captains met with”
            parted = _is_plural(words[stop - 1].text) and not words[stop - 1].capital
            return Sought(("what",), None, _span(words, start, stop - 1) if parted else None)
    if not determiner and stop - start > 1 and words[stop - 1].text in kw.ATTRIBUTES:
        return Sought(("what",), None, _span(words, stop - 1, stop))  # “what is vargas religion”
    if expects is None and determiner in ("", "a", "an") and not owned:
        named = stop - start == len(_rest(words, start)) <= _SHORT
        told = texts[0] in _NOT_DEFINED
        defined = named and not told and not _ends_past(texts[-1]) and texts[-1] != "called"
        return Sought(("what",), "definition" if defined else None, _span(words, start, stop))
    whole = stop - start == len(_rest(words, start))
    if expects is None and whole and all(word.capital for word in words[start:stop]):
        return Sought(("what",), "definition", _span(words, start, stop))
    return _of_noun(words, start, stop, expects, behind=False)


def _ends_past(text: str) -> bool:
    """Whether a word ends like a verb's past: “closed”, not “speed”."""
    return text.endswith("ed") and (not text.endswith("eed") or text in _AGREED)


_AGREED = frozenset("agreed disagreed freed decreed guaranteed refereed".split())


def _is_past(word: Word) -> bool:
    return not word.opens and (word.text in kw.IRREGULAR_PAST or _ends_past(word.text))


def _is_subject(words: Sequence[Word], stop: int) -> bool:
    """Whether the person before ``stop`` is who does it: “what was the captain accused of”."""
    doing = _at(words, stop).text.endswith("ing")
    stranded = _rest(words, stop)[-1:] if stop < len(words) and not words[stop].opens else ()
    return doing or any(word.text in kw.PREPOSITIONS for word in stranded)


_NOT_DEFINED = frozenset("another other some next left wrong new unknown special different".split())


def _of_noun(
    words: Sequence[Word], start: int, stop: int, expects: Expects | None, *, behind: bool
) -> Sought:
    """What is asked by a noun phrase; “the name of the ship” asks by “ship”."""
    head = words[stop - 1].text
    if head in ("name", "names") and stop - start > 1 and _at(words, stop).text != "of":
        found = _name_of_owner(words, start, stop)
        if found:
            return found
        if expects in ("date", "year", "number", "money", "percentage", "duration"):
            expects = None  # “the era name”
    if _singular(head) in kw.LOOKED_THROUGH and _at(words, stop).text in {"of", "de", "von"}:
        inner = stop + 1
        while _at(words, inner).text in kw.DETERMINERS | {"all", "le", "la", "les", "der", "des"}:
            inner += 1
        end, inner_expects = _phrase(words, inner)
        if end > inner:
            sort = _singular(head) not in ("name", "title", "nom", "nombre", "имя", "название")
            if sort and inner_expects not in ("body", "place", "work"):
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
    if expects is None and _at(words, stop).text in ("who", "whom") and not _at(words, stop).opens:
        expects = "person"
    start = _behind_owner(words, start, stop)
    if stop - start > 1 and words[stop - 2].text in kw.BROADCASTING and head in _CHANNELS:
        expects = "body"
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
    span = _span(words, start, stop)
    if span and words[stop - 1].tail == "s":
        span = span[0], _bare_span(words[stop - 1])[1]
    return Sought(kinds, expects, span)


def _name_of_owner(words: Sequence[Word], start: int, stop: int) -> Sought | None:
    """“the captain's name”, “Mr Reed's first name”, “ferry name”: the phrase ends with “name”."""
    last = stop - 2
    part = False
    while last > start and words[last].text in kw.PARTS_OF_NAMES:
        last, part = last - 1, True
    owner = words[last]
    if _read_as(owner) == "person" and not owner.capital:
        named: tuple[Kind, ...] = ("who",) if words[stop - 1].text == "name" else ("list", "who")
        return Sought(named, "person", _bare_span(owner))
    if part or owner.text in kw.PARTS_OF_NAMES:
        return Sought(("who",), "person")
    if owner.tail == "s":
        target = None if owner.capital else _bare_span(owner)
        return Sought(("what",), _noun(owner.text), target)
    return None


def _bare_span(word: Word) -> tuple[int, int]:
    """The place of ``word`` without what an apostrophe cuts off."""
    return word.start, word.bare


_CHANNELS = frozenset("station channel stations channels".split())
_COUNTS = frozenset("number total count quantity amount".split())


# ---------------------------------------------------------------- noun phrases


def _phrase(
    words: Sequence[Word], start: int, *, counted: bool = False
) -> tuple[int, Expects | None]:
    """Where the noun phrase at ``start`` ends, and what its head tells of the answer.

    ``counted``: its head is in the plural, so that no ``s`` at its end makes a verb.
    """
    stop = begin = start
    while stop < len(words) and stop - begin < _LONGEST_TARGET:
        word = words[stop]
        if word.text in kw.ENDS_PHRASE or (word.opens and stop > start):
            break
        if stop > start and (_is_verb(words, stop, counted) or _is_adverb(words, stop)):
            break
        if stop > start and counted and word.text in ("each", "every"):
            break
        stop += 1
        if word.tail == "s" and begin == start:
            begin = stop  # an owner
    plural = max(
        (n for n in range(begin, stop) if not words[n].tail and _is_plural(words[n].text)),
        default=stop,
    )
    last = words[stop - 1].text if stop > start else ""
    if plural < stop - 1 and _noun(last) is None and last not in _OF_SOMEONE:
        auxiliary = any(word.text in kw.AUXILIARIES for word in _rest(words, stop))
        if counted or not auxiliary:  # “how many people live in …”
            stop = plural + 1
    return stop, _told_by(words, start, stop)


_OF_SOMEONE = kw.ATTRIBUTES | {"name"}


def _is_verb(words: Sequence[Word], place: int, counted: bool) -> bool:
    """Whether the word at ``place`` reads like the verb behind a noun phrase."""
    text, before, following = words[place].text, words[place - 1].text, _at(words, place + 1)
    if words[place].tail:
        return False
    if text in ("used", "broadcast") and not before.endswith("ly"):
        return following.text not in kw.AUXILIARIES
    if text in kw.IRREGULAR_PAST or (len(text) > 4 and _ends_past(text)):
        return following.text not in kw.AUXILIARIES
    if not text.isascii():
        return True  # no telling where a phrase of another script ends
    past = following.text in kw.IRREGULAR_PAST or _ends_past(following.text)
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


def _is_adverb(words: Sequence[Word], place: int) -> bool:
    """Whether the word at ``place`` parts a noun from its verb: “which lab first dated …”."""
    following = _at(words, place + 1)
    verb = _is_past(following) or following.text in kw.AUXILIARIES or following.text.endswith("s")
    text = words[place].text
    adverb = text in kw.ADVERBS or (text.endswith("ally") and text not in ("ally", "rally"))
    return adverb and verb and not following.opens


def _behind_owner(words: Sequence[Word], start: int, stop: int) -> int:
    """Where the phrase begins behind its last owner: “Ada Brandt's two ships” at “two”."""
    return max((n + 1 for n in range(start, stop - 1) if words[n].tail == "s"), default=start)


def _is_lone_verb(words: Sequence[Word], place: int) -> bool:
    """Whether the word right behind “what” is its verb: “what happened”, “what angered Ada”."""
    text, following = words[place].text, _at(words, place + 1)
    if text in kw.IRREGULAR_PAST or text in kw.PRESENT or text.endswith(("lly", "times")):
        return True
    past = len(text) > 4 and _ends_past(text)
    ends = following.opens or following.capital or following.text in kw.ENDS_PHRASE
    return past and (ends or following.text.isdigit())


_AMOUNTS = ("money", "number", "percentage")
_BESIDE = (*_AMOUNTS, "body", "place")


def _told_by(words: Sequence[Word], start: int, stop: int) -> Expects | None:
    if start >= stop:
        return None
    expects = _read_as(words[stop - 1])
    if expects is None and stop - start > 1 and words[stop - 2].text != "total":
        beside = _noun(words[stop - 2].text)  # “the company Lind”, “the price today”
        named = words[stop - 1].capital and not words[stop - 2].capital and beside != "work"
        expects = beside if named or beside in _BESIDE else None
        if words[stop - 2].text == "time":
            expects = kw.TIMES.get(words[stop - 1].text)
    return expects


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
    if behind.text in ("who", "whom") and not behind.opens and expects is None:
        return Sought(("who",), "person", _span(words, _behind_owner(words, at, stop), stop))
    if found := _short(words, at):
        return found
    known = (
        _read_as(words[stop - 1]) is not None
        or _singular(head) in kw.LOOKED_THROUGH
        or head == "bill"
    )
    if known and (linked or stop == len(words) == at + 1):
        if head in _OF_OWNER:  # “Ada Brandt date of birth”
            at = stop - 1
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


def _short(words: Sequence[Word], at: int) -> Sought | None:
    """“Karsk bridge cost”, “Ada Brandt's religion”, “reed wife name”: an owner and what is asked of it."""
    stop = at
    while stop < len(words) and (stop == at or not words[stop].opens):
        if words[stop].text in kw.ENDS_PHRASE or words[stop].text in _EACH:
            break
        stop += 1
    behind = _at(words, stop)
    linked = behind.text in kw.PREPOSITIONS - {"of", "to", "from"} or behind.text in _EACH
    if not (behind.opens or linked) or any(word.text in _ASKING for word in words[stop:]):
        return None
    while stop - at > 1 and words[stop - 1].text.isdigit():  # “Karsk population 1900”
        stop -= 1
    if stop - at < 2:
        return None
    head = words[stop - 1]
    if head.text in ("meaning", "definition"):
        return Sought(("what",), "definition")
    if head.text == "name":
        found = _name_of_owner(words, at, stop)
        return found or Sought(("what",), _noun(words[stop - 2].text), _bare_span(words[stop - 2]))
    if head.capital and words[stop - 2].capital:
        return None  # a name: “Armed Forces Day”
    own = _behind_owner(words, at, stop)
    expects = _read_as(head) if own > at else _noun(head.text)  # “john miller” is a name
    one = _singular(head.text)
    whole = stop == len(words)
    if one == "age":
        asked = words[stop - 2].text not in kw.AGES
    elif expects == "person":
        asked = whole and (own > at or one not in kw.GENERIC_PERSONS)
    else:
        asked = one in kw.TELEGRAM or one in kw.ATTRIBUTES or expects in _AMOUNTS
    if not asked and not (whole and own > at):
        return None
    begin = own if own > at or expects == "person" else stop - 1
    return _of_noun(words, begin, stop, expects, behind=one in kw.WHEREABOUTS)


_EACH = ("each", "every")
_ASKING = frozenset("what which how who whom whose where".split())
_OF_OWNER = frozenset("date year place cause".split())
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
