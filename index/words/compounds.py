"""Words written together or apart: "cybersecurity" and "cyber security", "air craft"."""

from __future__ import annotations

from collections.abc import Callable

_SHORTEST_PART = 4
_SHORTEST_JOINED = 3
_LONGEST = 40
#: First parts that are no words by themselves.
PREFIXES = frozenset(
    """
    after air anti auto bio co counter cyber de eco electro ex extra geo hydro hyper inter
    intra ir macro mega micro mid mini mono multi nano neo neuro non out over para photo
    physio poly post pre pro pseudo psycho re semi socio sub super techno tele thermo trans
    tri ultra un under uni up vice well
    """.split()
)


def parts(word: str, count: Callable[[str], int]) -> tuple[str, str] | None:
    """The two words that ``word`` (folded) is made of, if the corpus has both; else None.

    ``count`` says in how many passages a word stands. Of several ways the one whose rarer part is the
    most frequent, and of these the one with the longer first part. Parts have four letters or more,
    but for prefixes.
    """
    if len(word) > _LONGEST or not word.isalpha():
        return None
    ways: list[tuple[int, int]] = []
    for at in range(2, len(word) - _SHORTEST_PART + 1):
        if at >= _SHORTEST_PART or word[:at] in PREFIXES:
            rarer = min(count(word[:at]), count(word[at:]))
            if rarer:
                ways.append((rarer, at))
    if not ways:
        return None
    at = max(ways)[1]
    return word[:at], word[at:]


def joined(word: str, neighbours: tuple[str, str]) -> tuple[str, ...]:
    """``word`` written as one with the word before it, and with the one behind it (all folded)."""
    before, after = neighbours
    found = []
    for first, second in ((before, word), (word, after)):
        if _may_join(first, second):
            found.append(first + second)
    return tuple(found)


def _may_join(first: str, second: str) -> bool:
    if not (first.isalpha() and second.isalpha() and len(first) + len(second) <= _LONGEST):
        return False
    return len(second) >= _SHORTEST_JOINED and (len(first) >= _SHORTEST_JOINED or first in PREFIXES)
