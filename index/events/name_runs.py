"""Text -> runs of capitalised words, and what the words of a run tell about it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.analysis import fold
from index.events import name_words as known


class Word(NamedTuple):
    """A word of a run; words in small letters stand only between others."""

    text: str
    folded: str
    start: int
    stop: int
    owner: bool  # written as a possessive
    capital: bool


def _capitals() -> str:
    """A character class's inside with every capital of the Basic Multilingual Plane."""
    ranges: list[list[int]] = []
    for code in range(0x41, 0x10000):
        if unicodedata.category(chr(code)) in ("Lu", "Lt"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


CAPITALS = _capitals()
UP = f"[{CAPITALS}]"
_CHAR = r"[\w\u0300-\u036f]"
_CAPITAL = re.compile(
    r"(?<![\w\-\u2010@#/\\])(?<!\w['’.])(?:"
    rf"{UP}\.(?:{UP}\.)*+(?:{UP}(?!\w))?"  # initials; U.S. and U.N
    rf"|(?:[dDlL]['’]|(?:al|el|as|ash|at|ad|an|ar|az|ed|ul|bin|ibn)-)?{UP}{_CHAR}*+"
    rf"(?:(?:['’]|&(?={UP})|[-\u2010](?:[ \t]*\n[ \t]*)?){_CHAR}++)*+)"
)
_BROKEN_SMALL = re.compile(rf"[-\u2010][ \t]*\n[ \t]*(?!{UP})")  # "Myan-" and "mar"
_BROKEN = re.compile(r"[-\u2010][ \t]*\n[ \t]*")
_APOSTROPHES = ("'", "’")
JOINERS = known.PARTICLES | frozenset(("of", "for", "and", "&", "the", "on", "in"))
_LONGEST_RUN = 16  # words; longer ones are titles of works, or lists
_PLAIN = frozenset(
    "federal central local provincial interim military provisional capital armed former defence "
    "defense national ruling opposition".split()
)
_KINDS = frozenset(
    "government council bank committee administration city state party forces force services army "
    "navy troops".split()
)
_BESIDE_TITLES = (
    known.TITLE_PARTS
    | known.SUBJECTS
    | known.PEOPLES
    | known.BODIES
    | frozenset(("of", "and", "the", "for", "&"))
)
_ANY_TITLE = known.TITLES | known.KEPT_TITLES | known.SHORT_TITLES


def _words_of(text: str) -> Iterator[Word]:
    for match in _CAPITAL.finditer(text):
        word = match[0]
        start, stop = match.span()
        owner = False
        if not word.isalpha():
            if "\n" in word:
                word = _BROKEN.sub("-", _BROKEN_SMALL.sub("", word))
            if len(word) > 2 and word[-2] in "'’" and word[-1] in "sS":
                word, owner = word[:-2], True
        folded = fold(word)
        following = text[stop : stop + 1]
        if following == ".":
            if folded in known.ABBREVIATIONS:
                word, stop = word + ".", stop + 1
        elif following in _APOSTROPHES and word[-1] == "s" and not owner:
            owner = text[stop + 1 : stop + 2].isspace()
        yield Word(word, folded, start, stop, owner, True)


def _joiners(text: str, start: int, stop: int, following: Word) -> tuple[str, ...] | None:
    """The words in small letters between two words of one run; None where the run ends."""
    if stop - start > 24:
        return None
    gap = text[start:stop]
    if gap.startswith(_APOSTROPHES):
        gap = gap[1:]
    if gap == ", " and following.folded in known.SUFFIXES:
        return ()
    if not gap[:1].isspace() or gap.count("\n") > 1 or "\f" in gap:
        return None
    words = gap.split()
    if len(words) > 3 or not gap[-1].isspace() or any(word not in JOINERS for word in words):
        return None
    return tuple(words)


def runs(text: str) -> Iterator[list[Word]]:
    """The runs of capitalised words of ``text``, with what joins them."""
    run: list[Word] = []
    for word in _words_of(text):
        if run:
            last = run[-1].stop
            if word.start == last + 1 and text[last] == " " and len(run) < _LONGEST_RUN:
                run.append(word)
                continue
            between = _joiners(text, last, word.start, word)
            if between is None or len(run) > _LONGEST_RUN:
                yield run
                run = []
            else:
                at = run[-1].stop
                for small in between:
                    at = text.index(small, at)
                    run.append(Word(small, small, at, at + len(small), False, False))
                    at += len(small)
        run.append(word)
    if run:
        yield run


# ---------------------------------------------------------------- what the words of a run tell


def known_place(words: Sequence[str]) -> str | None:
    return known.PLACES.get(" ".join(words)) if len(words) <= known.LONGEST_PLACE else None


def trimmed(piece: list[Word]) -> Iterator[list[Word]]:
    """``piece`` without words in small letters at its ends, if anything is left."""
    begin, end = 0, len(piece)
    while begin < end and not piece[begin].capital:
        begin += 1
    while end > begin and not piece[end - 1].capital:
        end -= 1
    if begin < end:
        yield piece[begin:end]


def owns_inside(word: Word) -> bool:
    """Whether a possessive stands inside a name: People's Party, Writers' Union."""
    return word.folded.rstrip("s") in ("people", "women", "men", "children") or (
        word.folded in ("workers", "writers", "ministers", "peoples", "teachers", "farmers", "soldiers",
                        "students", "ladies", "veterans", "deputies", "citizens", "mens", "womens")
    )  # fmt: skip


def whole_place(piece: Sequence[Word], rest: Sequence[Word]) -> bool:
    """Whether a name in the list of places begins here and goes on: Trinidad and Tobago."""
    return any(known_place(_joined(piece, rest, size)) for size in (1, 2, 3))


def _joined(piece: Sequence[Word], rest: Sequence[Word], size: int) -> list[str]:
    small = "and" if len(piece) == 1 else "of"
    return [*(w.folded for w in piece), small, *(w.folded for w in rest[:size])]


def behind_titles(piece: list[Word], folded: list[str]) -> list[Word] | None:
    """The words of ``piece`` behind its titles; None where it has no title."""
    last = -1
    for number, word in enumerate(folded):
        if word in _ANY_TITLE:
            if word in known.SHORT_TITLES and not _is_short_title(piece, folded, number, last):
                break
            last = number
        elif not (
            word in _BESIDE_TITLES
            or word in known.PLACES
            or (last < 0 and _title_follows(folded, number))
        ):
            break
    if last < 0 or (last == 0 and folded[0] in ("st", "khan")):
        return None
    if last == 1 == len(piece) - 1 and folded[1] in known.TITLES_BEHIND:
        return piece  # Enver Paşa
    return piece[last + 1 :]


def _is_short_title(piece: Sequence[Word], folded: Sequence[str], number: int, last: int) -> bool:
    """Whether the word at ``number`` is a title and not a syllable: Ko Ko Hlaing is one name."""
    if number + 1 == len(piece) or folded[number + 1] == folded[number]:
        return False
    if last >= 0 and (folded[last] in known.BURMESE or folded[last] in ("u", "daw")):
        return False
    if folded[number] != "u" and any(word not in known.BURMESE for word in folded[number + 1 :]):
        return False
    text = piece[number].text
    return len(text) == len(folded[number]) and (len(text) == 1 or not text.isupper())


def office_behind_body(piece: Sequence[Word]) -> int | None:
    """Where a title begins behind the name of a body: "Harbour Council President Ilse Varga"."""
    for number in range(2, len(piece) - 1):
        word = piece[number]
        plain = word.folded in known.TITLES and word.capital and len(word.text) > 3
        if plain and piece[number - 1].capital and is_body(piece[:number]):
            return number
    return None


def _title_follows(folded: Sequence[str], number: int) -> bool:
    """Whether a rank stands within the next words: "Kremlin Deputy Chief"."""
    return any(
        word in known.TITLES and word not in known.SHORT_TITLES and len(word) > 3
        for word in folded[number + 1 : number + 3]
    )


def is_body(piece: Sequence[Word]) -> bool:
    """Whether ``piece`` as a whole is the name of a body: of several words, one its kind."""
    folded = [word.folded for word in piece]
    first = next((n for n, word in enumerate(piece) if not word.capital), len(piece))
    if first == 0 or len(piece) < 2:
        return False
    if folded[-1] in known.BODIES and (folded[0] not in known.PLACE_FIRST or folded[0] == "state"):
        return True
    joiner = folded[first] if first < len(piece) else ""
    return joiner in ("of", "for", "on", "in", "and", "&") and folded[first - 1] in known.BODIES


def is_of_body(name: Sequence[Word]) -> bool:
    """Whether what stands behind a title makes a body of it: General Assembly."""
    return name[-1].folded in known.BODIES and name[0].capital and not has_given(name)


def ends_as_common(folded: str) -> bool:
    return len(folded) > 5 and folded.endswith(known.COMMON_ENDS)


def is_initial(word: Word) -> bool:
    return len(word.text) == 2 and word.text[1] == "."


def is_generic(folded: Sequence[str]) -> bool:
    """Whether a body's or place's name is nothing but kinds: Federal Government, Central Bank."""
    return len(folded) == 2 and folded[0] in _PLAIN and folded[1] in _KINDS


def has_given(piece: Sequence[Word]) -> bool:
    """Whether a name tells by itself that it is a person's."""
    for number, word in enumerate(piece):
        if number + 1 < len(piece) and (
            word.folded in known.GIVEN or (word.text[1:2] == "." and word.folded != "us")
        ):
            return True
        if not word.capital and word.text in known.PARTICLES and number:
            return True
        if number and (word.folded in known.EPITHETS and piece[number - 1].text == "the"):
            return True
        if word.text.startswith(("al-", "el-", "bin-", "ibn-")):
            return True
    capitals = [word.folded for word in piece if word.capital]
    return len(capitals) > 1 and all(word in known.BURMESE for word in capitals)


def as_shown(piece: Sequence[Word]) -> str:
    words = []
    for number, word in enumerate(piece):
        last = number + 1 == len(piece)
        text = word.text
        if word.owner and not last:
            text += "'s" if word.text[-1] != "s" else "'"
        words.append(text)
    if words[-1].endswith(("-san", "-sama")):
        words[-1] = words[-1].rpartition("-")[0]
    shown = " ".join(words)
    if shown.endswith(".") and piece[-1].folded not in known.SUFFIXES and len(piece[-1].text) < 3:
        shown = shown[:-1]
    return shown
