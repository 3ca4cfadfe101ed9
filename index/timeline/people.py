"""Who is named in events, and whom a typed name means: aliases, initials, spelling near-misses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from index.analysis import Analyzer
from index.model import Event

_LETTERS = 5  # of a name, for each slip of the finger that is forgiven
_MOST_SLIPS = 3
_SUGGESTED = 3
_MOST_INITIALS = 6
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a typed name means: what is shown for it, or what it may be."""

    name: str | None  # None: nobody is called so
    suggestions: tuple[str, ...] = ()  # where it is None: the nearest names


class People:
    """The names of a timeline: those found in its events, and all of their aliases."""

    def __init__(self, events: Sequence[Event], analyzer: Analyzer) -> None:
        self.counts: Counter[str] = Counter()  # name as shown -> how many events name it
        self.positions: dict[str, list[int]] = defaultdict(list)
        for number, event in enumerate(events):
            for name in dict.fromkeys((*event.actors, *event.places)):
                self.counts[name] += 1
                self.positions[name].append(number)
        self._shown: dict[str, str] = {}  # folded name or alias -> name as shown
        for group in analyzer.aliases:
            # Events show a group by its first name, unless an owner wrote another into them.
            named = max(group, key=lambda name: (self.counts[name], name == group[0]))
            if named in self.counts:
                for name in group:
                    self._shown.setdefault(_folded(name), named)
        self._most_named = sorted(self.counts, key=lambda name: (-self.counts[name], name))
        for name in self._most_named:
            self._shown.setdefault(_folded(name), name)
        self._initials: dict[str, set[str]] = defaultdict(set)
        for name in self.counts:
            self._initials[_initials(name)].add(name)

    def meant(self, typed: str) -> Meant:
        """The one name that ``typed`` stands for: itself, an alias, initials, or nearly so spelt."""
        wanted = _folded(typed)
        if wanted in self._shown:
            return Meant(self._shown[wanted])
        short = "".join(_WORD.findall(wanted))
        if 2 <= len(short) <= _MOST_INITIALS and (typed.isupper() or "." in typed):
            called = self._initials.get(short, set())
            if len(called) == 1:
                return Meant(next(iter(called)))
            if called:
                return Meant(None, tuple(sorted(called)[:_SUGGESTED]))
        if abbreviated := self._abbreviated(wanted):
            return abbreviated
        return self._near(wanted)

    def _abbreviated(self, wanted: str) -> Meant | None:
        """``S. Shoigu``: a surname with the first letters of what precedes it."""
        words = wanted.replace(".", " ").split()
        if len(words) < 2 or all(len(word) > 1 for word in words[:-1]):
            return None
        fitting = [
            name
            for folded, name in self._shown.items()
            if len(told := folded.split()) == len(words)
            and told[-1] == words[-1]
            and all(a.startswith(b) for a, b in zip(told, words, strict=True))
        ]
        called = dict.fromkeys(fitting)
        return Meant(next(iter(called))) if len(called) == 1 else None

    def _near(self, wanted: str) -> Meant:
        """The name with the fewest slips: letters left out, added, exchanged or turned round.

        A single word may be any word of a name.
        """
        spelt: dict[str, set[str]] = defaultdict(set)
        for folded, name in self._shown.items():
            spelt[folded].add(name)
            if " " not in wanted:
                for word in folded.split():
                    spelt[word].add(name)
        most = min(_MOST_SLIPS, max(1, len(wanted) // _LETTERS))
        near = process.extract(
            wanted, list(spelt), scorer=OSA.distance, score_cutoff=most, limit=12
        )
        fewest = min((slips for _, slips, _ in near), default=0)
        called = {name for said, slips, _ in near if slips == fewest for name in spelt[said]}
        if len(called) == 1 and len(wanted) > most + 1:
            return Meant(next(iter(called)))
        alike = process.extract(wanted, list(spelt), scorer=fuzz.ratio, score_cutoff=60, limit=12)
        names = dict.fromkeys(
            name for said, _, _ in (*near, *alike) for name in sorted(spelt[said])
        )
        return Meant(None, tuple(names)[:_SUGGESTED])

    def suggest(self, typed: str, limit: int = 25) -> list[tuple[str, int]]:
        """Names as they stand in events that ``typed`` may mean, with their counts of events.

        It may begin a name, one of its aliases or a word of these, or be initials. Best first: those
        that begin so, then those with such initials, then those of which a word begins so; of each
        the most named.
        """
        wanted = _folded(typed)
        if not wanted:
            return [(name, self.counts[name]) for name in self._most_named[:limit]]
        ranks: dict[str, int] = {}
        short = "".join(_WORD.findall(wanted))
        if 2 <= len(short) <= _MOST_INITIALS and " " not in wanted:
            for initials, called in self._initials.items():
                if initials.startswith(short):
                    ranks |= dict.fromkeys(called, 1)
        for folded, name in self._shown.items():
            rank = 0 if folded.startswith(wanted) else 2 if f" {wanted}" in folded else None
            if rank is not None:
                ranks[name] = min(rank, ranks.get(name, rank))
        ordered = sorted(ranks, key=lambda name: (ranks[name], -self.counts[name], name))
        return [(name, self.counts[name]) for name in ordered[:limit]]


def _folded(name: str) -> str:
    """``name`` in small letters without accents, its words a blank apart."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(plain.replace("’", "'").split())


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(_folded(name)))
