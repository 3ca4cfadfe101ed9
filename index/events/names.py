"""Text -> the actors and the places that are named in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from index.analysis import Analyzer, fold
from index.events import name_words as known
from index.events.name_runs import (
    CAPITALS,
    JOINERS,
    UP,
    Word,
    as_shown,
    behind_titles,
    ends_as_common,
    has_given,
    is_body,
    is_generic,
    is_initial,
    is_of_body,
    known_place,
    office_behind_body,
    owns_inside,
    runs,
    trimmed,
    whole_place,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Who and where, each once and in order of appearance."""

    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def names_in(text: str, analyzer: Analyzer) -> Names:
    """The persons and bodies, and the places, that ``text`` names.

    What the owner's aliases name is shown by its group's first name. Everything else has to be
    written as a name: what may be an ordinary word is left out rather than guessed. Of one person's
    names in ``text`` the fullest is given.
    """
    aliased = _aliased(text, analyzer)
    reader = _Reader(text)
    reader.read(aliased)
    found = sorted(reader.found, key=lambda name: name.start)
    actors = [name.shown for name in found if name.kind == "actor"]
    fuller = canonical(actors) if len(actors) > 1 else {}
    return Names(
        tuple(dict.fromkeys(fuller.get(actor, actor) for actor in actors)),
        tuple(dict.fromkeys(name.shown for name in found if name.kind == "place")),
    )


def canonical(names: Iterable[str]) -> dict[str, str]:
    """Shorter names of persons -> the one fuller name among ``names`` that can only be meant.

    A shorter name is the end of a fuller one ("Shoigu"). Burmese names have no surname and Chinese
    and Korean ones begin with it: there it is the beginning. Where two fuller names fit, none does.
    """
    keys = {name: _key(name) for name in dict.fromkeys(names)}
    fitting: dict[tuple[str, ...], set[str]] = {}
    for name, words in keys.items():
        for part in _parts(words):
            fitting.setdefault(part, set()).add(name)
    found: dict[str, str] = {}
    for name, words in keys.items():
        fuller = fitting.get(words, set()) - {name}
        # "Laden", "bin Laden" and "Osama bin Laden" are one person.
        longest = max(fuller, key=lambda each: len(keys[each]), default="")
        parts = set(_parts(keys[longest])) if longest else set()
        if longest and all(each == longest or keys[each] in parts for each in fuller):
            found[name] = longest
    return found


def _key(name: str) -> tuple[str, ...]:
    words = [fold(word.strip(",")) for word in name.split()]
    while len(words) > 1 and words[-1] in known.SUFFIXES:
        words.pop()
    return tuple(words)


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The shorter names that a person of this full name may go by."""
    if len(words) < 2 or len(words) > _MOST_OF_PERSON + 3 or any(w in known.BODIES for w in words):
        return
    if all(word in known.BURMESE for word in words):
        yield from (words[:size] for size in range(2, len(words)))
        return
    if words[0] in known.FAMILY_FIRST and len(words) < 4:
        yield words[:1]
        return
    for begin in range(1, len(words)):
        if words[begin - 1] != "of" and words[begin] not in ("of", "the"):
            yield words[begin:]


# ---------------------------------------------------------------- what is found, and around it


class _Found(NamedTuple):
    start: int
    stop: int
    kind: str  # "actor", "place" or "": a name of something else
    shown: str


class _Context(NamedTuple):
    """What stands before and behind a run."""

    before: tuple[str, str]  # the two words before it, the nearer one last
    initial: bool  # it begins a sentence
    quoted: bool
    after: str  # the word behind it, if that is in small letters


_NEXT = re.compile(r"[ \t\n]{1,4}([^\W\d_]['’\w-]*)")
_REGION = re.compile(rf"(?:,\s?|\s(?:in|of)\s)(?=({UP}[\w.]*(?:\s{UP}\w*)?))")
_VERSION = re.compile(r"[ \t]v?\d")
_ACRONYM_BEHIND = re.compile(rf"\s?\(({UP}[{CAPITALS}&.\-]{{1,11}})\)")
_GERMAN = re.compile(r"\b(?:der|die|das|und|wurde|dem|den|eine?|nicht|auf|wird|zum|zur|mit)\b")
_LOOK = 1_500  # characters that tell the language
_MOST_OF_PERSON = 5
_SMALL = re.compile(r"(?<!\w)[^\W\d_]+")
_ROMAN = re.compile(r"(?=[IVXLC])(?:X{0,3}|XL|L?X{0,3})(?:I[XV]|V?I{0,3})")
_OPENING = "“\"‘«„'"
_CLOSING = "”\"’»“'"


# ---------------------------------------------------------------- aliases


def _aliased(text: str, analyzer: Analyzer) -> list[_Found]:
    """What the owner's aliases name in ``text``, in order."""
    if not analyzer.names:
        return []
    found = []
    for term in analyzer.groups(text):
        shown = analyzer.names[term.text]
        kind = _kind_of_alias(shown, text[term.start : term.stop])
        if kind is not None:
            found.append(_Found(term.start, term.stop, kind, shown))
    return found


def _kind_of_alias(shown: str, written: str) -> str | None:
    """ "actor", "place", "" for another name, or None for words that are no name at all."""
    kind = _kind_of_name(shown)
    if kind is None:  # its first name is ordinary words: those found may be written as a name
        words = written.split()
        named = len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper()
        if named and any(fold(word) in known.BODIES for word in words):
            return "actor"
    return kind


@cache
def _kind_of_name(name: str) -> str | None:
    words = [fold(word) for word in name.split()]
    if not any(char.isupper() for char in name):
        return None
    if known_place(words):
        return "place"
    if any(char.isdigit() for char in name) or not words:
        return ""
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    if head in known.BODIES or words[-1] in known.BODIES:
        return "actor"
    if len(words) > 1 and (head in known.THINGS or "on" in words):
        return ""
    if head in known.PLACE_WORDS or (words[0] in known.PLACE_FIRST - _SAINTS and len(words) < 4):
        return "place"
    return "actor"


# ---------------------------------------------------------------- reading runs


class _Reader:
    """Reads the names of one text."""

    def __init__(self, text: str) -> None:
        self.found: list[_Found] = []
        self._text = text
        self._shouted = len(text) > 40 and text.isupper()
        self._small: frozenset[str] | None = None
        self._is_german: bool | None = None
        self._acronyms: dict[str, str] = {}  # given in brackets behind a name -> that name

    @property
    def _german(self) -> bool:
        """In German every noun has a capital: it tells nothing."""
        if self._is_german is None:
            self._is_german = len(_GERMAN.findall(self._text, 0, _LOOK)) > 2
        return self._is_german

    def read(self, aliased: Sequence[_Found]) -> None:
        position = 0
        counted: set[_Found] = set()
        for run in runs(self._text):
            if len(run) == 1 and run[0].folded in _NO_NAMES_ALONE and not run[0].text.isupper():
                continue
            while position < len(aliased) and aliased[position].stop <= run[0].start:
                position += 1
            end = position
            while end < len(aliased) and aliased[end].start < run[-1].stop:
                end += 1
            inside = aliased[position:end]
            counted.update(self._read_run(run, inside))
        self.found += [each for each in aliased if each not in counted and each.kind]

    def _read_run(self, run: list[Word], aliased: Sequence[_Found]) -> Iterable[_Found]:
        """Read ``run``; the aliases that a longer name takes in are returned: they don't count."""
        if not aliased:
            for piece in self._pieces(run):
                self._judge(piece)
            return ()
        taken: list[_Found] = []
        for piece in self._pieces(run):
            start, stop = piece[0].start, piece[-1].stop
            inside = [each for each in aliased if start <= each.start and each.stop <= stop + 2]
            inside = [each for each in inside if (each.start, each.stop) != (start, stop)]
            if not inside and not any(e.start < stop and start < e.stop for e in aliased):
                self._judge(piece)
            elif inside and self._is_longer(piece, inside):
                self._judge(piece)
                taken += inside
            else:
                rest: list[Word] = []
                for word in [*piece, None]:
                    if word and not any(
                        e.start < word.stop and word.start < e.stop for e in aliased
                    ):
                        rest.append(word)
                    elif rest:
                        self._judge_rest(rest, followed=word is not None)
                        rest = []
        return taken

    def _is_longer(self, piece: list[Word], inside: list[_Found]) -> bool:
        """Whether ``piece`` is the name of a body, or of someone else, and no alias the whole."""
        last = inside[-1]
        if piece[-1].stop > last.stop + 2:
            return is_body(piece)
        before = next((n for n, word in enumerate(piece) if word.start >= last.start), 0) - 1
        if last.kind != "actor" or before < 0 or " " in self._text[last.start : last.stop]:
            return False
        given = piece[before].folded  # Igor Petrov is not the Ivan Petrov who is called Petrov
        return given in known.GIVEN and not any(
            fold(word)[:3] == given[:3] for word in last.shown.split()
        )

    def _judge_rest(self, rest: list[Word], *, followed: bool) -> None:
        """Read what an alias leaves of a run: before it stand titles, behind it often things."""
        while rest and not rest[-1].capital:
            rest.pop()
        while rest and not rest[0].capital:
            rest.pop(0)
        if (rest and not followed) or len(rest) > 1:
            words = [word.folded for word in rest]
            if known_place(words) or is_body(rest):
                self._judge(rest)

    def _pieces(self, run: list[Word]) -> Iterator[list[Word]]:
        """Cut ``run`` where one name ends and another, or none, begins."""
        piece: list[Word] = []
        for number, word in enumerate(run):
            following = run[number + 1] if number + 1 < len(run) else None
            if not word.capital:
                if self._joins(piece, word, run[number + 1 :]):
                    piece.append(word)
                else:
                    yield from trimmed(piece)
                    piece = []
            elif self._breaks(piece, word, following):
                yield from trimmed(piece)
                piece = []
            else:
                piece.append(word)
                saint = piece[0].folded in _SAINTS and following is not None
                if word.owner and not saint and not owns_inside(word):
                    yield from trimmed(piece)
                    piece = []
        yield from trimmed(piece)

    def _breaks(self, piece: list[Word], word: Word, following: Word | None) -> bool:
        """Whether ``word`` is no part of a name here."""
        folded = word.folded
        if folded in known.CALENDAR and not (word.text.isupper() and len(word.text) > 2):
            if folded not in known.MONTH_NAMES_OF_PEOPLE:
                return not (following and following.folded in known.THINGS)
            return self._is_month(piece, word, following)
        if folded in known.STARTERS and (len(word.text) > 1 or not piece) and word.text[1:2] != ".":
            if word.text.isupper() and len(word.text) < 6 and folded in known.KNOWN_ACRONYMS:
                return False
            if piece and (folded in ("and", "of", "the", "for") or word.text.lower() in JOINERS):
                return following is None
            if not piece and folded in known.TITLE_PARTS and following is not None:
                return following.folded not in _ANY_TITLE_PART
            if not piece and following is not None and known_place((folded, following.folded)):
                return False
            if not piece and folded in _BEFORE_SURNAME and following is not None:
                return False  # De Gaulle, Van Buren
            if piece and folded in known.SYLLABLES:
                return False  # Kim Jong Un
            if not piece and folded in _BEGIN_BODIES and following is not None:
                return following.folded in known.STARTERS
            return True
        return False

    def _is_month(self, piece: list[Word], word: Word, following: Word | None) -> bool:
        """Whether May or June is the month and not a person's name."""
        before = self._text[max(0, word.start - 12) : word.start].split()
        after = self._text[word.stop : word.stop + 3].lstrip(" ,")
        if after[:1].isdigit() or (before and before[-1][-1].isdigit()):
            return True
        if piece:
            return False
        beside = before[-1].lower() if before else ""
        return following is None or beside in known.STARTERS or beside in known.WITHIN

    def _joins(self, piece: list[Word], word: Word, rest: Sequence[Word]) -> bool:
        """Whether ``word``, in small letters, continues the name that ``piece`` begins."""
        if not piece or not rest:
            return False
        last, small = piece[-1], word.text
        following = next((each for each in rest if each.capital), None)
        if following is None or last.owner:
            return False
        if not last.capital:  # "of the", "von der"
            return small == "the" or small in known.PARTICLES
        if small == "&":
            return True
        if small == "and":
            subject = following.folded in known.SUBJECTS
            return (subject and last.folded in known.SUBJECTS) or whole_place(piece, rest)
        if small == "the":
            return following.folded in known.EPITHETS
        ruler = any(each.folded in known.NOBLE for each in piece)
        if small == "of" and len(piece) == 1 and last.folded in _CROWDS:
            return False
        if small == "of":
            if last.folded == "university" or ruler or last.folded in _HEADS:
                return True
            office = any(each.folded in known.TITLES for each in piece)
            return (
                (office and len(piece) < 4)
                or is_body(piece)
                or whole_place(piece, rest)
                or (last.folded, following.folded) == ("voice", "america")
            )
        if small in ("for", "on", "in"):
            return following.folded not in known.PLACES and (
                last.folded in known.BODIES
                or (last.folded in known.THINGS and small != "in")
                or (small == "for" and is_body(piece))
            )
        if small in known.PARTICLES:
            return last.folded not in _NEVER_BEFORE_PARTICLE or last.folded in known.TITLES
        return False

    # ------------------------------------------------------------ one piece

    def _judge(self, piece: list[Word]) -> None:
        """Tell what ``piece`` names and note it."""
        folded = [word.folded for word in piece]
        if place := self._known_place(piece, folded):
            self._add(piece, "place", place)
            return
        if self._shouted and len(piece) > 1:
            return
        if len(piece) == 1:
            self._judge_single(piece[0])
            return
        if (office := office_behind_body(piece)) is not None:
            self._judge(piece[:office])
            self._judge(piece[office:])
            return
        body = is_body(piece)
        name = behind_titles(piece, folded)
        if name is not None and not (body and (not name or is_of_body(name))):
            self._judge_titled(piece, name)
            return
        if folded[0] in _SHIPS:
            return
        context = self._context(piece)
        lettered = context.initial and is_initial(piece[0]) and not is_initial(piece[1])
        if lettered and (len(piece) < 5 or folded[1] in known.STARTERS):
            self._judge(piece[1:])  # "A. Overview" is a heading
            return
        if body:
            odd = len(folded) > 1 and folded[-2] in ("tea", "dinner", "garden", "search", "third")
            if not context.quoted and not odd and not is_generic(folded):
                self._add_body(piece)
            return
        self._judge_plain(piece, folded, context)

    def _known_place(self, piece: Sequence[Word], folded: Sequence[str]) -> str | None:
        place = known_place(folded)
        if place is None:
            if len(piece) == 1 and "-" in piece[0].text:
                self._add_pair(piece[0])
            return None
        if len(piece) > 1:
            return place
        word = piece[0].text.replace(".", "")
        if (
            len(folded[0]) < 4
            and not word.isupper()
            and word.isascii()
            and folded[0] in _SHORT_PLACES
        ):
            return None
        if folded[0] in known.AMBIGUOUS_PLACES:
            nearer = self._context(piece).before[1]
            behind = nearer.endswith(",") and self._text[: piece[0].start].split()[-1][0].isupper()
            return place if behind or nearer in known.WITHIN or nearer == "of" else None
        return place

    def _add_pair(self, word: Word) -> None:
        """Note the places of "Russia-Myanmar"."""
        halves = word.folded.split("-")
        places = [known.PLACES.get(half) for half in halves]
        if all(places) and all(len(half) > 3 for half in halves):
            for place in places:
                self._add([word], "place", str(place))

    def _judge_titled(self, piece: list[Word], name: list[Word]) -> None:
        before = piece[: len(piece) - len(name)]
        self._places_in(before)
        if not name:
            return
        if name[0].text in ("of", "for"):
            kinds = [n for n, word in enumerate(name) if word.folded not in _OFFICE_WORDS]
            if kinds and kinds[0] > 1 and name[kinds[0]].capital:
                name = name[kinds[0] :]  # Secretary of State Hillary Clinton
        if (
            not name[0].capital and name[0].text not in known.PARTICLES
        ):  # an office, or a nobleman: Duke of York
            noble = any(word.folded in known.NOBLE for word in before)
            tail = [word for word in name if word.capital]
            if noble and len(tail) <= 2 and len(before) <= 3:
                self._add(piece, "actor", as_shown(piece))
            elif not noble and tail:
                self._judge_after_office(name[name.index(tail[0]) :])
            return
        cut = next((n for n, word in enumerate(name) if word.text == "of"), len(name))
        if cut < len(name) - 1 and not (before and before[-1].folded in known.NOBLE):
            rest = name[cut + 1 :]
            for tail in trimmed(rest):
                self._judge(tail)
            name = name[:cut]
        folded = [word.folded for word in name]
        if len(name) > 1 and folded[0] in known.PLACES and folded[1] in known.GIVEN:
            self._places_in(name[:1])
            name, folded = name[1:], folded[1:]
        if folded[0] in known.STARTERS and len(name[0].text) > 3:
            return
        if folded[-1] in known.THINGS or folded[0] in known.NO_PERSON_BODIES:
            return
        capitals = [word for word in name if word.capital]
        if len(capitals) > _MOST_OF_PERSON + 2:
            return
        polite = bool(before) and before[-1].folded in _POLITE  # "Mrs. Green", not "General Strike"
        if len(name) == 1 and not polite and folded[0] in known.COMMON | known.BODIES:
            return
        if len(name) == 1 and (folded[0] in known.PEOPLES or folded[0] in known.SUBJECTS):
            return
        kept = bool(before) and (
            before[-1].folded in known.KEPT_TITLES
            or (len(name) == 1 and before[-1].text == "U" and folded[0] in known.BURMESE)
        )
        self._add(name, "actor", as_shown([before[-1], *name] if kept else name))

    def _judge_after_office(self, rest: list[Word]) -> None:
        """Read what a president is of; a name may follow."""
        for size in range(min(known.LONGEST_PLACE, len(rest) - 1), 0, -1):
            if place := known_place([word.folded for word in rest[:size]]):
                self._add(rest[:size], "place", place)
                for piece in trimmed(rest[size:]):
                    self._judge(piece)
                return
        self._judge(rest)

    def _places_in(self, words: Sequence[Word]) -> None:
        """Note the places among a title's words: "Tatarstan President"."""
        number = 0
        while number < len(words):
            for size in range(min(known.LONGEST_PLACE, len(words) - number), 0, -1):
                part = words[number : number + size]
                place = self._known_place(part, [word.folded for word in part])
                if place:
                    self._add(part, "place", place)
                    number += size - 1
                    break
            number += 1

    def _judge_plain(self, piece: list[Word], folded: list[str], context: _Context) -> None:
        """Tell a place, a thing and a person apart in a name of several words without a title."""
        joiner = next((n for n, word in enumerate(piece) if not word.capital), len(piece))
        head = (
            folded[joiner - 1] if folded[joiner : joiner + 1] in (["of"], ["for"], ["on"]) else ""
        )
        place_head = head in known.PLACE_WORDS
        ordinary = head in known.COMMON and not place_head
        if head in known.THINGS or folded[-1] in known.THINGS or ordinary:
            if head in known.FIGHTS:
                tail = [word for word in piece[joiner:] if word.capital]
                if known_place([word.folded for word in tail]):
                    self._judge(tail)
            return
        first = (
            folded[0] in known.PLACE_FIRST
            and folded[0] not in ("saint", "sea", "state", "city")
            and len(piece) < 4
        )
        if place_head or (folded[-1] in known.PLACE_WORDS and not is_generic(folded)) or first:
            saint = folded[0] in _SAINTS and folded[-1] not in known.PLACE_WORDS
            if not saint or context.before[1] in known.WITHIN:
                self._add(piece, "place", as_shown(piece))
            return
        if head or context.quoted or self._shouted:
            return
        for size in range(2, min(known.LONGEST_PLACE + 1, len(piece) - 1)):
            if known_place(folded[:size]) and has_given(piece[size:]):
                self._judge_after_office(piece)
                return
        if place := known_place(folded[1:]):
            if folded[0] in _PLACE_MODIFIERS:
                self._add(piece, "place", as_shown(piece))
                return
            if folded[0] in known.COMMON:
                self._add(piece[1:], "place", place)
                return
        if folded[0] in known.PLACES and len(piece) > 2 and folded[1] in known.GIVEN:
            self._places_in(piece[:1])
            piece, folded = piece[1:], folded[1:]
        if folded[0] in known.PEOPLES and len(piece) > 2:
            rest = piece[1:]
            if has_given(rest):
                self._judge_plain(rest, folded[1:], context)
            return
        capitals = [word for word in piece if word.capital]
        if all(known.PLACES.get(word.folded) for word in capitals):
            self._places_in(capitals)
            return
        if self._is_place_by_context(piece, context):
            self._add(piece, "place", as_shown(piece))
        elif self._is_person(piece, folded, context):
            self._add(piece, "actor", as_shown(piece))

    def _is_place_by_context(self, piece: Sequence[Word], context: _Context) -> bool:
        nearer = context.before[1]
        if context.quoted or any(w.folded in _NEVER_PLACES for w in piece):
            return False
        if context.after in known.PLACE_NOUNS and nearer in _BEFORE_PLACE:
            return not has_given(piece)
        if nearer == "of" and context.before[0] in known.PLACE_NOUNS:
            return True
        if nearer not in known.WITHIN or nearer == "on":
            return bool(nearer) and not context.initial and self._in_region(piece, ends=True)
        if nearer in ("in", "at") and context.before[0] in known.STAYING:
            return not has_given(piece)
        return self._in_region(piece, ends=False)

    def _in_region(self, piece: Sequence[Word], *, ends: bool) -> bool:
        """Whether a known place follows, as in "Buna, New Guinea"; with ``ends``, just that."""
        region = _REGION.match(self._text, piece[-1].stop)
        if region is None or has_given(piece) or piece[-1].owner:
            return False
        stop = region.end(1)
        if ends and not (
            region[0][0] == "," and self._text[stop : stop + 1] in ("", ".", ",", ";")
        ):
            return False
        words = [fold(word) for word in region[1].replace(",", "").split()]
        return known_place(words) is not None or (
            len(words) > 1 and known_place(words[:1]) is not None
        )

    def _is_person(self, piece: Sequence[Word], folded: Sequence[str], context: _Context) -> bool:
        capitals = [word for word in piece if word.capital]
        if len(capitals) > _MOST_OF_PERSON or len(capitals) < 2:
            return False
        if any(any(char.isdigit() for char in word.text) for word in capitals):
            return False
        given = has_given(piece)
        if not given and _VERSION.match(self._text, piece[-1].stop):
            return False
        others = capitals[1:] if given and folded[0] in known.GIVEN else capitals
        allowed = known.MONTH_NAMES_OF_PEOPLE if given or folded[-1] != folded[0] else frozenset()
        odd = sum(word.folded in _ORDINARY and word.folded not in allowed for word in others)
        if odd and not (
            given
            and odd == 1
            and len(capitals) > 1
            and folded[-1] not in known.THINGS
            and folded[-1] not in known.SUBJECTS
        ):
            return False
        shouting = [
            w for w in capitals if w.text.isupper() and len(w.text) > 1 and "." not in w.text
        ]
        if any(not _ROMAN.fullmatch(word.text) for word in shouting):
            return False
        if given:
            return folded[0] not in known.PLACES or folded[0] in known.GIVEN
        if self._german or context.before[1] in _NEVER_BEFORE_NAME:
            return False
        if any(word.folded in known.PLACES for word in capitals):
            return False
        chinese = folded[0] in known.FAMILY_FIRST
        if not chinese and ends_as_common(capitals[-1].folded):
            return False
        odd_start = self._is_small(folded[0]) or (not chinese and ends_as_common(folded[0]))
        return not (context.initial and odd_start)

    # ------------------------------------------------------------ one word

    def _judge_single(self, word: Word) -> None:
        folded, text = word.folded, word.text
        if folded in _NO_NAMES_ALONE and not (text.isupper() and len(text) > 1):
            return
        if len(folded) < 2 or (self._shouted and folded not in known.KNOWN_ACRONYMS):
            return
        letters = text.replace(".", "").replace("&", "")
        if letters.isupper() and len(letters) > 1:
            self._judge_acronym(word, letters)
            return
        context = self._context([word])
        if folded in known.KNOWN_BODIES:
            if context.before[1] not in known.LOCATIVE and not context.quoted:
                self._add([word], "actor", text)
            return
        if folded in known.COMMON or context.quoted or any(char.isdigit() for char in text):
            return
        if self._is_place_by_context([word], context):
            self._add([word], "place", text)
            return
        if self._german or ends_as_common(folded) or self._is_small(folded):
            return
        if context.before[1] in _NEVER_BEFORE_PERSON:
            return
        if self._acts(word, context):
            self._add([word], "actor", text)

    def _acts(self, word: Word, context: _Context) -> bool:
        further, nearer = context.before
        given = word.folded in known.GIVEN
        if context.initial and word.owner:
            return bool(context.after)
        if context.initial:
            return context.after in known.DEEDS or (
                given and (context.after in known.VERBS or context.after.endswith("ed"))
            )
        if nearer in known.TOWARDS_PEOPLE or (
            nearer in ("with", "to") and further in known.TALKING
        ):
            return True
        if word.owner and context.after:
            return True
        if nearer.endswith(",") and context.after in known.DEEDS:
            return True
        subject = context.after in known.VERBS or (
            len(context.after) > 4 and context.after.endswith("ed")
        )
        return subject and nearer in _BEFORE_SUBJECT

    def _judge_acronym(self, word: Word, letters: str) -> None:
        folded = word.folded
        if name := self._acronyms.get(letters):
            self._add([word], "actor", name)
            return
        if folded in known.NO_ACRONYMS or _ROMAN.fullmatch(letters):
            return
        if folded in known.KNOWN_ACRONYMS or folded in known.KNOWN_BODIES:
            self._add([word], "actor", word.text)
            return
        if len(letters) > 6 or not letters.isalpha() or self._german:
            return
        context = self._context([word])
        acts = context.after in known.DEEDS or context.after in ("wins", "won")
        if acts and not context.quoted:
            self._add([word], "actor", word.text)

    # ------------------------------------------------------------ helpers

    def _is_small(self, folded: str) -> bool:
        """Whether the word stands in small letters too: then it is an ordinary one."""
        if self._small is None:
            self._small = frozenset(word for word in _SMALL.findall(self._text) if word.islower())
        return folded in self._small

    def _context(self, piece: Sequence[Word]) -> _Context:
        text, start, stop = self._text, piece[0].start, piece[-1].stop
        around = text[max(0, start - 40) : start]
        words = around.split()
        opening = around.removesuffix("The ").removesuffix("A ")
        opened = opening[-1:] in _OPENING and bool(opening)
        ended = text[stop : stop + 1] in _CLOSING or text[stop : stop + 2][1:] in ("”", '"', "»")
        if piece[-1].owner:
            ended = False
        near = words[-1] if words else ""
        initial = not near or near[-1] in ".!?:;•–—-*|>…" or around.rstrip(" \t")[-2:] == "\n\n"
        if near.strip(_OPENING) == "":
            initial = initial or len(words) < 2 or words[-2][-1:] in ".!?:"
        matched = _NEXT.match(text, stop)
        after = matched[1] if matched and matched[1][0].islower() else ""
        further = words[-2] if len(words) > 1 else ""
        clean = (further.lower().strip(_OPENING + ",("), near.lower().strip(_OPENING + "("))
        return _Context(clean, initial, opened and ended, after)

    def _add_body(self, piece: Sequence[Word]) -> None:
        shown = as_shown(piece)
        initials = "".join(word.text[0] for word in piece if word.capital)
        if match := _ACRONYM_BEHIND.match(self._text, piece[-1].stop):
            self._acronyms[match[1].replace(".", "")] = shown
        elif len(initials) > 2:
            before = self._text[max(0, piece[0].start - 12) : piece[0].start].rstrip("(").split()
            if before and before[-1] == initials:
                self._acronyms[initials] = shown
                self.found = [
                    found._replace(shown=shown) if found.shown == initials else found
                    for found in self.found
                ]
        self._add(piece, "actor", shown)

    def _add(self, piece: Sequence[Word], kind: str, shown: str) -> None:
        self.found.append(_Found(piece[0].start, piece[-1].stop, kind, sys.intern(shown)))


_SHORT_PLACES = frozenset(("us", "uk", "usa", "uae", "drc", "prc", "gdr", "frg"))
_SAINTS = frozenset(("st", "san", "santa", "saint", "sao"))
_BEFORE_SURNAME = frozenset(("de", "van", "von", "bin", "ibn", "abu", "ben"))
_POLITE = frozenset(
    "mr mrs ms miss dr sir lady lord captain capt president professor prof judge senator sen".split()
)
_CROWDS = frozenset("troops forces workers staff guards units services enterprises".split())
_SHIPS = frozenset(("uss", "hms", "hmas", "ss", "ms", "mv", "rms"))
_SIDES = frozenset(
    "north south east west northern southern eastern western central upper lower inner outer "
    "northeast northwest southeast southwest northeastern northwestern southeastern southwestern "
    "greater".split()
)
_BEGIN_BODIES = frozenset(
    ("new", "first", "second", "third", "two", "three", "four", "five", "one")
)
_NO_NAMES_ALONE = (
    known.STARTERS | known.CALENDAR | known.PEOPLES | known.TITLES | known.KEPT_TITLES
    | known.TITLE_PARTS | known.SUBJECTS | known.BODIES | known.THINGS | known.PLACE_WORDS
    | known.PLACE_NOUNS
) - known.KNOWN_BODIES - known.KNOWN_ACRONYMS  # fmt: skip
_NEVER_BEFORE_PERSON = known.LOCATIVE | frozenset(("the", "a", "an", "on", "for", "this", "each"))
_PLACE_MODIFIERS = known.PEOPLES | _SIDES
_ANY_TITLE_PART = known.TITLES | known.TITLE_PARTS
_OFFICE_WORDS = known.TITLE_PARTS | known.SUBJECTS | frozenset(("of", "and", "the", "for", "&"))
_HEADS = known.BODIES | known.PLACE_WORDS | known.THINGS
_NEVER_BEFORE_PARTICLE = (
    known.STARTERS | known.CALENDAR | known.COMMON | known.BODIES | known.THINGS | known.PEOPLES
)
_ORDINARY = known.COMMON | known.THINGS | known.PEOPLES | known.CALENDAR | known.SUBJECTS
_NEVER_PLACES = known.COMMON | known.TITLES | known.PEOPLES
_NEVER_BEFORE_NAME = known.LOCATIVE | {"the", "on", "a", "an", "from"}
_BEFORE_PLACE = known.LOCATIVE | {"the", "of"}
_BEFORE_SUBJECT = frozenset(
    "that and but when while as where after before because if which until since whom although "
    "though then what how why".split()
)
