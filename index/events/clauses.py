"""The words of an English sentence by kind: its verbs and the nouns that tell what happened.

No parser: a verb is known by its form and by the words before it, a noun by our lists, and what a
date's words hang on is the nearest of them in the same clause. Each look goes over a bounded number
of words, so that reading is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from index.events.prose_words import (
    ADVERBS,
    ALSO_OTHER,
    AT_TIME,
    BACKGROUND,
    BE,
    BEFORE_READERS,
    COMPARED,
    COMPLEMENTIZERS,
    CONJUNCTIONS,
    DETERMINERS,
    DIRECTIONS,
    DO,
    DOCUMENTS,
    FUTURE,
    HAPPENING_VERBS,
    HAPPENINGS,
    HAVE,
    IRREGULAR_PASTS,
    LAID_DOWN,
    LATER,
    LIGHT,
    MEASURED,
    MODALS,
    NEGATIONS,
    NOT_PAST,
    NOT_VERB_IN_S,
    NOTICE_WORDS,
    NOTICES,
    NUMERALS,
    PAST_PREFIXES,
    PERCENT,
    PLANS,
    PREPOSITIONS,
    PRONOUNS,
    PUBLISHING,
    PUT_BEFORE_READERS,
    QUANTITIES,
    SAYING,
    STATES,
    SUPPOSING,
    TEMPORAL,
    THIS_TEXT,
    UNREAL,
    WAS,
)
from index.model import DateMention

_REACH = 40  # words on either side of a date that are looked at


class Token(NamedTuple):
    word: str  # in lower case and without ’s; empty for a date
    raw: str
    date: int = -1  # its number among the sentence's dates
    owner: bool = False  # it ends with ’s
    start: int = 0  # in the document's text


_NAMES_IN_CAPITALS = ("AM", "IT", "WHO")  # no "am", "it" and "who"
_TOKEN = re.compile(
    r"(?! )(?:[A-Za-z]++(?=[ ,])"  # most words, in a short way
    r"|[^\W\d_]+(?:[’'‑-][^\W\d_]+)*(?:[’']s\b|[’'](?=\s))?|[0-9](?:[0-9.,:–/-]*[0-9])?|\S)"
)
OPENING, CLOSING = frozenset("(["), frozenset(")]")
DASHES = frozenset("–—-")  # the last one with blanks round it: within a word it is none
BREAKS = frozenset(";:|•") | DASHES


def tokens_of(text: str, start: int, stop: int, mentions: Sequence[DateMention]) -> list[Token]:
    tokens: list[Token] = []
    pos = start
    for number, mention in enumerate(mentions):
        tokens += _words_of(text, pos, mention.start)
        tokens.append(Token("", mention.as_written, number, start=mention.start))
        pos = max(pos, mention.stop)
    tokens += _words_of(text, pos, stop)
    return tokens


def _words_of(text: str, start: int, stop: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, stop):
        raw = match[0]
        if raw == "-" and not text[match.end() : match.end() + 1].isspace():
            continue  # within a name: "MIG-29"
        word = raw.lower().replace("’", "'")
        begin = match.start()
        owner = False
        if "'" in word:
            owner = word.endswith(("'s", "s'"))
            word = word.removesuffix("'s").removesuffix("'")
        elif raw in _NAMES_IN_CAPITALS or (
            word == "am" and text[max(start, begin - 2) : begin].strip().isdigit()
        ):
            word = raw.upper()
        yield Token(word, raw, -1, owner, begin)


def _forms(bases: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The forms in -s and in -ing of ``bases``."""
    in_s, in_ing = set(), set()
    for base in bases:
        if base.endswith(("s", "sh", "ch", "x", "z", "o")):
            in_s.add(base + "es")
        elif base.endswith("y") and base[-2] not in "aeiou":
            in_s.add(base[:-1] + "ies")
        else:
            in_s.add(base + "s")
        if base.endswith("ie"):
            in_ing.add(base[:-2] + "ying")
        elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
            in_ing.add(base[:-1] + "ing")
        else:
            in_ing |= {base + "ing", base + base[-1] + "ing"}
    return frozenset(in_s), frozenset(in_ing)


_IN_S, _IN_ING = _forms(HAPPENING_VERBS)
_QUANTIFIERS = frozenset(
    "several some many any all few both no most more other such various".split()
)
FUNCTION = (
    DETERMINERS | MODALS | BE | HAVE | DO | PRONOUNS | COMPLEMENTIZERS | PREPOSITIONS | ADVERBS
    | CONJUNCTIONS | NEGATIONS | LIGHT
)  # fmt: skip


def singular(word: str) -> str:
    """``word`` or its singular if that is one of our nouns, else ``word``."""
    if "-" in word and word not in HAPPENINGS:
        word = word.rpartition("-")[2]
    for single in (word, word[:-1], word[:-2], word[:-3] + "y"):
        if single in HAPPENINGS or single in DOCUMENTS:
            return single if single == word or word.endswith("s") else word
    return word


#: They open a clause within the one that a date opened.
_SUBORDINATE = frozenset(
    "as because although which who that whose where when while after before".split()
)
_DAYS = frozenset("day date year month moment time".split())
_PREFIXES = ("re-", "co-", "de-", "dis-", "pre-", "over-", "out-")
#: Participles that look like the base form.
_SAME_AS_BASE = frozenset("come become run overcome".split())


class Kind(Enum):
    """What governs a date."""

    VERB = "verb"
    NOUN = "noun"
    NOTHING = "nothing"  # a verb that tells no happening: a state, a plan, a supposition


class Head(NamedTuple):
    """The word at ``place`` that governs a date, and what it is."""

    place: int
    kind: Kind


class Clauses:
    """A sentence's tokens, and what governs what stands in them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._to_come = any(token.word in FUTURE for token in tokens)
        self._unreal = any(token.word in ("would", "could", "might") for token in tokens)

    def word(self, i: int) -> str:
        return self.tokens[i].word if 0 <= i < len(self.tokens) else ""

    def nounish(self, j: int) -> bool:
        """Whether a word stands at ``j`` that can be a noun or an adjective."""
        if not 0 <= j < len(self.tokens):
            return False
        word = self.word(j)
        return word[:1].isalpha() and word not in FUNCTION and not word.endswith("ly")

    def is_happening(self, j: int) -> bool:
        if not 0 <= j < len(self.tokens):
            return False
        word = self.word(j)
        return word in HAPPENINGS or singular(word) in HAPPENINGS

    def starts_clause(self, j: int) -> bool:
        """Whether a subject stands at ``j``: "and in 2007 the plan was revived"."""
        word = self.word(j)
        if not word:
            return False
        return word in DETERMINERS or word in PRONOUNS or self.tokens[j].raw[:1].isupper()

    def has_verb(self) -> bool:
        return any(
            self.finite(i) or token.word in BE or token.word in HAVE or token.word in MODALS
            for i, token in enumerate(self.tokens)
        )

    def named_happening(self, j: int) -> int | None:
        """Of a name that ends at ``j`` the happening: "the Battle of Long Ford", or None."""
        while j >= 0 and (self.tokens[j].raw[:1].isupper() or self.word(j) in ("of", "the")):
            if self.word(j) == "of" and self.is_happening(j - 1):
                return j - 1
            j -= 1
        return None

    def happening_at(self, j: int) -> int | None:
        """Of a place that ends at ``j`` what happened there: "the siege of Old Lund", or None."""
        if self.is_happening(j) or singular(self.word(j)) in DOCUMENTS:
            return None  # "the passage of the Harbour Act of 1932"
        k = j
        while k > j - 4 and self.tokens[k].raw[:1].isupper():
            k -= 1
        k -= self.word(k) == "the"
        near = k < j and self.word(k) in ("of", "in", "at") and self.is_happening(k - 1)
        return k - 1 if near and self.tokens[k - 1].raw.islower() else None

    def leftward(self, j: int, reach: int = _REACH) -> Head | None:
        """The nearest verb or happening at ``j`` or before, in the same clause."""
        limit, behind = max(-1, j - reach), j + 1
        dashes = 0
        while j > limit:
            token = self.tokens[j]
            word = token.word
            if word in CLOSING:
                while j > limit and self.word(j) not in OPENING:
                    j -= 1
                j -= 1
                continue
            if word in DASHES and not dashes:
                dashes += 1
                j -= 1
                continue
            if word == ":" and self._opens_list(j, behind):
                j -= 1
                continue
            if word in OPENING or word in BREAKS or word in COMPLEMENTIZERS:
                return None
            if word in BACKGROUND or word == "than":
                return None
            if self._compares(j):
                return Head(j, Kind.NOTHING)
            if head := self._head_at(j):
                return head
            j -= 1
        return None

    def _opens_list(self, j: int, behind: int) -> bool:
        """Whether the colon at ``j`` is between a verb and what it tells: "two were built: …"."""
        for k in range(behind, min(len(self.tokens), behind + 6)):
            if self.word(k) in BREAKS | CONJUNCTIONS | {","}:
                break
            if self.verb_follows(k):
                return False  # "It was sold: prices in 1932 were low"
        return self.finite(j - 1) and self.word(j - 1) not in SAYING | STATES

    def _compares(self, j: int) -> bool:
        """Whether a figure of another time follows: "up from 9", "against 14", "compared with"."""
        word, following = self.word(j), self.word(j + 1)
        if word in COMPARED and following in ("with", "to"):
            return True
        figure = following[:1].isdigit() or following in NUMERALS or following in "$€£¥"
        if not following or not figure:
            return False
        if word == "against" and following in NUMERALS:
            return self.word(j + 2) in AT_TIME
        return word in COMPARED or (word == "from" and self.word(j - 1) in DIRECTIONS)

    def rightward(self, i: int) -> Head | None:
        """The verb of the clause that the date at ``i`` opens."""
        aside = 0
        held: Head | None = None
        j = self._behind_phrase(i + 1)
        limit = min(len(self.tokens), i + _REACH)
        while j < limit:
            word = self.word(j)
            if word in OPENING:
                while j < limit and self.word(j) not in CLOSING:
                    j += 1
            elif word in BREAKS - DASHES or word in CLOSING:
                break
            elif word in _SUBORDINATE and self.tokens[j].raw != word.upper():
                aside += 1
            elif self._is_label(j) or (word in WAS and self.word(j + 2) in _DAYS):
                pass  # "4 May was the day on which it fell"
            elif self._verb_at(j):
                head = self._verdict(j, rightward=True)
                if not aside or head.kind is Kind.NOTHING:
                    if not aside:
                        return head
                else:
                    held = held or head
                aside = 0
                j = self._group_end(j)
            j += 1
        return held

    def _behind_phrase(self, j: int) -> int:
        """``j``, or what follows a phrase between commas: "In May, following talks, they left"."""
        if self.word(j) != "," or self.word(j + 1) not in PREPOSITIONS:
            return j
        for k in range(j + 2, min(len(self.tokens), j + _REACH // 2)):
            if self.word(k) == ",":
                return k + 1
            if self.word(k) in BREAKS:
                break
        return j

    def _head_at(self, j: int) -> Head | None:
        """What stands at ``j``, if it can govern a date behind it."""
        word = self.word(j)
        if not word[:1].isalpha():
            return None
        previous = self.word(j - 1)
        k = j - 1
        while self.word(k) in ADVERBS | NEGATIONS:
            k -= 1
        base = self.word(k) in MODALS | DO and word not in ADVERBS | NEGATIONS
        if base or (previous == "to" and word in HAPPENING_VERBS):
            return self._verdict(j)
        if self.finite(j) or word in MODALS or word in BE or word in HAVE:
            return self._verdict(j)
        if word in _IN_ING and self.tokens[j].raw.islower():
            if previous in DETERMINERS or not self._is_progressive(j):
                return Head(j, Kind.VERB if self.real(j) else Kind.NOTHING)
            return Head(j, Kind.NOTHING)
        if word in ("fall", "falls") and self.word(j + 1) == "due":
            return Head(j, Kind.NOTHING)
        if self.is_happening(j):
            return Head(j, Kind.NOTHING) if word in MEASURED else self._noun_verdict(j)
        if self._verb_at(j):
            return self._verdict(j)
        return None

    def _is_label(self, j: int) -> bool:
        """Whether a participle only says what its noun is: "a network based on it was built"."""
        bare = self.past(j) and self.word(j - 1) not in BE | HAVE and self.word(j) in STATES - WAS
        return bare and self.word(j) not in HAVE and self.word(j + 1) in PREPOSITIONS | {"as"}

    def _verb_at(self, j: int) -> bool:
        word = self.word(j)
        if word in MODALS or word in BE | HAVE | DO:
            return True
        if self.finite(j):
            return True
        if word not in _IN_S or word in NOT_VERB_IN_S or not self.tokens[j].raw.islower():
            return False
        return self._has_subject(j) and not self.verb_follows(j + 1)

    def laid_down(self, j: int) -> bool:
        """Whether the verb at ``j`` tells what a paper lays down: "the lease expires"."""
        return self.word(j) in LAID_DOWN and not any(
            self.is_happening(k) for k in range(max(0, j - 4), j)
        )

    def _awaited(self, j: int) -> bool:
        """Whether what stands at ``j`` is still to come: "we shall vote when it meets in May"."""
        if not self._to_come:
            return False
        for k in range(j - 1, max(-1, j - 15), -1):
            if self.word(k) in TEMPORAL:
                return True
            if self.finite(k) or self.word(k) in WAS or self.word(k) in BREAKS | {","}:
                return False
        return False

    def in_s(self, j: int) -> bool:
        """Whether a form in -s of a verb that tells a happening stands at ``j``."""
        return self.word(j) in _IN_S

    def _has_subject(self, j: int) -> bool:
        """Whether a name, a pronoun or "the" and a noun that open a clause stand before ``j``."""
        previous = self.tokens[j - 1] if j else Token("", "")
        if previous.raw[:1].isupper() or previous.word in PRONOUNS:
            return previous.word not in PREPOSITIONS and not previous.owner
        opens = self.word(j - 3) in ("", ",", "and", "but") or self.word(j - 3) in BREAKS
        return self.nounish(j - 1) and self.word(j - 2) in DETERMINERS and opens

    def _is_progressive(self, j: int) -> bool:
        k = j - 1
        while k >= 0 and (self.word(k) in ADVERBS or self.word(k).endswith("ly")):
            k -= 1
        return self.word(k) in BE

    def real(self, j: int) -> bool:
        """Whether nothing before the noun says that it is still to come, or did not come."""
        k = j - 1
        while k >= max(0, j - 4) and (self.nounish(k) or self.word(k) in ("no", "any", "next")):
            if self.word(k) in UNREAL:
                return False
            k -= 1
        return self.word(k) not in ("no", "any", "next")

    def _noun_verdict(self, j: int) -> Head:
        """A happening as a noun: "talks in July", unless they are planned, or a verb says so."""
        if not self.real(j) or self._supposes(j) or self._awaited(j):
            return Head(j, Kind.NOTHING)
        k = j - 1
        while k > max(-1, j - 15):
            word = self.word(k)
            if word in BREAKS or word in COMPLEMENTIZERS or word in BACKGROUND or word in OPENING:
                break
            if (
                word in MODALS
                or self.finite(k)
                or word in BE
                or word in HAVE
                or (word == "to" and self.word(k + 1) in HAPPENING_VERBS)
            ):
                at = k + 1 if word == "to" else k
                verdict = self._verdict(at)
                if verdict.kind is Kind.NOTHING and self._unreal_verb(at):
                    return verdict
                return Head(j, Kind.NOUN)
            k -= 1
        for k in range(j + 1, min(len(self.tokens), j + 12)):
            if self.word(k) in FUTURE or (
                self.word(k) in ("is", "are")
                and self.word(k + 1) in ("to", "due", "scheduled", "planned", "expected")
            ):
                return Head(j, Kind.NOTHING)
            if self.finite(k):
                break
        return Head(j, Kind.NOUN)

    def _unreal_verb(self, j: int) -> bool:
        """Whether the verb at ``j`` is only thought of, planned or denied, and no mere state."""
        words = self._group(j)
        return bool(
            words & (MODALS | NEGATIONS | {"to"}) or self.word(j) in MODALS | PLANS | UNREAL
        )

    def past(self, j: int) -> bool:
        """Whether a past form stands at ``j``, finite or a participle."""
        if not 0 <= j < len(self.tokens):
            return False
        token = self.tokens[j]
        word = token.word
        if word in IRREGULAR_PASTS or word in ALSO_OTHER:
            if word not in ALSO_OTHER:
                return token.raw.islower() or j == 0
            previous = self.tokens[j - 1] if j else Token("", "")
            free = previous.word not in DETERMINERS | PREPOSITIONS | _QUANTIFIERS
            return free and not previous.owner and token.raw.islower()
        if word in NOT_PAST:
            return False
        for prefix in PAST_PREFIXES:
            if word.startswith(prefix) and word[len(prefix) :] in IRREGULAR_PASTS - ALSO_OTHER:
                return token.raw.islower()
        if not word.endswith("ed") or word in NOT_PAST or len(word) < 4:
            return False
        if "-" in word and not word.startswith(_PREFIXES):
            return False  # "state-owned"
        return token.raw.islower() or j == 0 or not self.word(j - 1)[:1].isalpha()

    def finite(self, j: int) -> bool:
        """Whether a past form stands at ``j`` that is no adjective before its noun."""
        if not self.past(j):
            return False
        previous = self.tokens[j - 1] if j else Token("", "")
        word = previous.word
        initial = previous.raw == "A" and j > 1  # "the V&A became"
        if word in DETERMINERS | _QUANTIFIERS and not initial:
            return not self.nounish(j + 1) and word in ("this", "that", "these", "those", "all")
        if previous.owner:
            return not self.nounish(j + 1)
        counts = word[:1].isdigit() and not (j > 1 and self.tokens[j - 2].raw[:1].isupper())
        if word in PREPOSITIONS or counts:
            return not self.nounish(j + 1)
        return True

    def verb_follows(self, j: int) -> bool:
        return self.finite(j) or self.word(j) in BE | HAVE | MODALS

    def past_adverbs(self, j: int) -> int:
        while self.word(j) in ADVERBS | NEGATIONS or self.word(j).endswith("ly"):
            j += 1
        return j

    def _group(self, j: int) -> set[str]:
        """The words of the verb group that ends at ``j``: "has not yet been", "is to be"."""
        words: set[str] = set()
        k = j - 1
        while k >= max(0, j - 6):
            word = self.word(k)
            if word in MODALS | BE | HAVE | DO | NEGATIONS | ADVERBS | {"to"} or word.endswith(
                "ly"
            ):
                words.add(word)
            elif not word.endswith("n't"):
                break
            else:
                words |= {"not", word.removesuffix("n't")}
            k -= 1
        if k >= 0 and self.word(k) in ("neither", "nobody", "none", "nothing"):
            words.add("not")
        return words

    def _group_end(self, j: int) -> int:
        """The last word of the verb group that begins at ``j``."""
        k = j
        while k + 1 < len(self.tokens):
            following = self.word(k + 1)
            if following in MODALS | BE | HAVE | DO | ADVERBS | NEGATIONS or following.endswith(
                "ly"
            ):
                k += 1
            elif (
                self.past(k + 1)
                or (following in _SAME_AS_BASE and self.word(k) not in MODALS)
                or (self.word(k) in MODALS | DO and following[:1].isalpha())
            ):
                return k + 1
            else:
                return k
        return k

    def _verdict(self, j: int, *, rightward: bool = False) -> Head:
        """Whether the verb at ``j`` tells a happening."""
        nothing = Head(j, Kind.NOTHING)
        word = self.word(j)
        if rightward:
            end = self._group_end(j)
            auxiliary = word in MODALS | BE | HAVE | DO
            if auxiliary and end == j:
                return self._copula(j) or nothing
            if auxiliary:
                j, word = end, self.word(end)
                if word in ADVERBS | NEGATIONS | BE | HAVE or word.endswith("ly"):
                    if NEGATIONS & {self.word(k) for k in range(j - 3, j + 1)}:
                        return nothing
                    return self._copula(j) or nothing
                if word.endswith("ing") and not self.past(j):
                    return nothing
        elif word in BE | HAVE | MODALS:
            return self._copula(j) or nothing
        nothing = Head(j, Kind.NOTHING)
        group = self._group(j)
        if group & MODALS and not ("would" in group and (word in LATER or group & LATER)):
            return nothing
        if group & NEGATIONS or self.denied(j):
            return nothing
        if "to" in group:
            return self._infinitive(j) or nothing
        if word in ("included", "comprised", "involved", "followed"):
            for k in range(j - 1, max(-1, j - 7), -1):
                if self.is_happening(k):
                    return Head(k, Kind.NOUN)
        if word in STATES and not group & WAS:
            return nothing
        if word in STATES and group & BE and word not in ("located", "situated"):
            return nothing
        if group & {"is", "are"} and self.past(j):
            return nothing
        if self._supposes(j) or (word in _IN_S and self._awaited(j)):
            return nothing
        if word in NOTICES and self._is_notice(j, alone=not group & (BE | HAVE)):
            return nothing
        if word in PUBLISHING and not group & (BE | HAVE) and self._names_document(j):
            return nothing
        return Head(j, Kind.VERB)

    def denied(self, j: int) -> bool:
        """Whether the subject before the verb at ``j`` says "no": "no visit took place"."""
        for k in range(j - 1, max(-1, j - 7), -1):
            word = self.word(k)
            if word in ("no", "nobody", "nothing", "none", "neither", "no-one"):
                return self.word(k - 1) != "with"
            if word == "one" and self.word(k - 1) == "no":
                return True
            if word in DETERMINERS or not word[:1].isalpha() or self.finite(k):
                return False
        return False

    def _copula(self, j: int) -> Head | None:
        """ "There was a coup", "the last visit was in 2013": a state but for such words."""
        if self.word(j) in WAS and self.word(j + 1) in ("able", "forced", "obliged", "compelled"):
            return Head(j, Kind.VERB)
        if self.word(j) in WAS and "first" in (self.word(j + 1), self.word(j + 2)):
            return Head(j, Kind.VERB)  # "was the first road to be lit"
        held = self.word(j) in ("had", "have")
        if self.word(j) not in WAS | {"been"} and not held:
            return None
        if held or self.word(j - 1) == "there":
            for k in range(j + 1, min(len(self.tokens), j + 8)):
                if self.word(k) in PREPOSITIONS | CONJUNCTIONS:
                    break
                if self.is_happening(k) and self.word(k) not in MEASURED:
                    return Head(k, Kind.NOUN) if self.real(k) else None
            return None
        if self.word(j + 1) in AT_TIME and self.word(j - 1) != "it":
            for k in range(j - 1, max(-1, j - 8), -1):
                if self.is_happening(k):
                    return Head(k, Kind.NOUN)
                if not (self.nounish(k) or self.word(k) in ("of", "to", "the", "in", "by")):
                    break
        return None

    def _infinitive(self, j: int) -> Head | None:
        """An infinitive happened if what governs it did, and was no plan."""
        k = j - 1
        while k >= 0 and self.word(k) != "to":
            k -= 1
        k -= 1
        for steps in range(8):
            word = self.word(k - steps)
            if not word or word in BREAKS or word in COMPLEMENTIZERS:
                return None
            if word in BE and steps == 0:
                return None
            if word in ("first", "only", "last", "second", "third"):
                return Head(j, Kind.VERB)  # "the only one to attend"
            if word in UNREAL or (word in PLANS and not self.past(k - steps)):
                return None
            if word in MODALS or (
                word in PLANS and word.endswith(("nned", "nded", "med", "ped", "ected"))
            ):
                return None
            if self.finite(k - steps):
                governor = self._group(k - steps)
                if governor & (MODALS | NEGATIONS | {"to", "is", "are"}):
                    return None
                return Head(j, Kind.VERB)
        return None

    def _supposes(self, j: int) -> bool:
        """Whether the verb's clause begins with "if" or the like."""
        for k in range(j - 1, max(-1, j - 12), -1):
            word = self.word(k)
            if word in SUPPOSING or self._inverted(k):
                return True
            if word in (",", ";", "that", "which", "who"):
                return False
        return False

    def _inverted(self, k: int) -> bool:
        """Whether a supposition begins with the verb at ``k``: "Had the vote passed, …"."""
        if not self._unreal or self.word(k) not in ("had", "were"):
            return False
        before, following = self.word(k - 1), self.word(k + 1)
        if k and before not in CONJUNCTIONS and (not before or before[0].isalnum()):
            return False
        return following in DETERMINERS | PRONOUNS or self.tokens[k + 1].raw[:1].isupper()

    def _is_notice(self, j: int, *, alone: bool) -> bool:
        """Whether the verb at ``j`` says only when readers got a text: "last updated on 3 March"."""
        word = self.word(j)
        if self.word(j - 1) == "last":
            return True
        k = j + 1
        while self.word(k) in NOTICE_WORDS:
            k += 1
        dated = k < len(self.tokens) and self.tokens[k].date >= 0
        if alone:
            sole = not any(
                k != j and (self.finite(k) or token.word in BE | HAVE | MODALS)
                for k, token in enumerate(self.tokens[: 2 * _REACH])
            )
            return dated and sole and j > 0 and not self.word(j - 1)[:1].isalnum()
        for k in range(j - 1, max(-1, j - 7), -1):
            if self.word(k) in BEFORE_READERS:
                this = self.word(k - 1) == "this" and self.word(k) in THIS_TEXT
                return this or word in PUT_BEFORE_READERS
            if self.finite(k):
                return False
        return False

    def _names_document(self, j: int) -> bool:
        """Whether the participle only says when a document was made: "a study published in 2019"."""
        if self.word(j + 1) not in PREPOSITIONS:
            return False  # "the journal published a paper"
        near = [self.word(k) for k in range(max(0, j - 6), j)]
        if not any(word in OPENING for word in near):
            near = near[-3:]
        return any(singular(word) in DOCUMENTS or word in ("edition", "version") for word in near)

    def figures(self, j: int) -> bool:
        """Whether a figure follows soon: "fell to 12 per cent", "reached 5,000"."""
        for k in range(j + 1, min(len(self.tokens), j + 9)):
            word = self.word(k)
            if word in BREAKS or word == ",":
                return False
            if word[:1].isdigit() or word in PERCENT | QUANTITIES or word in "%$€£¥":
                return bool(word)
        return False
