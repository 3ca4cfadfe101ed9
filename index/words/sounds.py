"""How English words sound, near enough to tell that a word was spelt by ear.

After the idea of Metaphone (Philips 1990): letters are replaced by what they sound like. The rules are
our own; they run over many words at once, because that takes a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

_BEGIN = (
    ("kn", "n"), ("gn", "n"), ("pn", "n"), ("psych", "sik"), ("ps", "s"), ("wr", "r"), ("wh", "w"),
    ("x", "s"),
)  # fmt: skip
#: X is the sound of "sh", 0 that of "th".
_INSIDE = (
    ("tsch", "X"), ("sch", "sk"), ("chr", "kr"), ("chem", "kem"), ("tech", "tek"), ("mech", "mek"),
    ("arch", "ark"), ("orch", "ork"), ("tch", "X"), ("ch", "X"), ("sh", "X"), ("tio", "Xo"),
    ("sio", "Xo"), ("ph", "f"), ("ight", "ite"), ("ght", "t"), ("gh", "g"), ("kh", "h"),
    ("th", "0"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("dge", "je"),
    ("ge", "je"), ("gi", "ji"), ("gy", "ji"), ("qu", "kw"), ("x", "ks"), ("tz", "s"), ("ts", "s"),
    ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("y", "i"), ("ea", "i"), ("ee", "i"),
    ("ie", "i"), ("ei", "i"), ("oo", "u"), ("ou", "u"), ("ae", "e"), ("oe", "e"), ("au", "o"),
    ("aw", "o"), ("ai", "e"),
)  # fmt: skip
_END = (("mb", "m"), ("ue", "u"), ("e", ""))
_CONSONANTS = str.maketrans("bdw", "ptf", "aeiouh")
_VOWELS = ("a", "e", "i", "o", "u", "y")


def spoken(words: Sequence[str]) -> list[str]:
    """Each of ``words`` (small letters, no line ends) as it sounds, vowels included."""
    text = "".join(f"\n{word}\n" for word in words)
    for old, new in _BEGIN:
        text = text.replace(f"\n{old}", f"\n{new}")
    for old, new in _INSIDE:
        text = text.replace(old, new)
    for old, new in _END:
        text = text.replace(f"{old}\n", f"{new}\n")
    for letter in "abcdefghijklmnopqrstuvwxyzX0":
        text = text.replace(letter * 2, letter)
    return text[1:-1].split("\n\n") if words else []


@cache
def _begins_as(sound: str) -> frozenset[str]:
    """The letters with which words may begin that begin with ``sound`` when they are spoken."""
    found, before = {sound}, 0
    while len(found) > before:
        before = len(found)
        found.update(old[0] for old, new in (*_BEGIN, *_INSIDE) if new[0] in found)
    return frozenset(found)


def spelt(said: str) -> list[str]:
    """The letters with which a word may begin that is spoken as ``said``; sorted, none for ""."""
    return sorted(_begins_as(said[0])) if said else []


@lru_cache(maxsize=8_192)
def sound_key(word: str) -> str:
    """The consonants of ``word`` as they sound, and whether it begins with a vowel.

    Soft and hard consonants of a kind are one.
    """
    said = spoken((word,))[0]
    head = "h" if word[:1] == "h" else "a" if word.startswith(_VOWELS) else ""
    return head + said.translate(_CONSONANTS)
