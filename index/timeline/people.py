"""Who is named in events, and whom a typed name means: aliases, initials, spelling near-misses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from index.analysis import Analyzer
from index.model import Event
from index.timeline.names import Name, Names, PlainNames, Positions, fold_name

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
    """The names of a timeline: those found in its events, and all of their aliases.

    Whoever is called by a name as it is written, an alias or initials is looked up. All names are read
    once, when something misspelt or unfinished is first typed: of 50,000 in half a second.
    """

    def __init__(self, names: Names | Sequence[Event], analyzer: Analyzer) -> None:
        """``names`` are those of a timeline, or its events."""
        self._names: Names = PlainNames(names) if isinstance(names, Sequence) else names
        self._aliases = analyzer.aliases

    def __len__(self) -> int:
        """How many names stand in events."""
        return len(self._names)

    def count(self, name: str) -> int:
        """How many events name ``name``, written exactly so."""
        found = self._names.find(name)
        return found.events if found else 0

    def find(self, name: str) -> Name | None:
        """What is known of ``name``, written exactly so."""
        return self._names.find(name)

    def positions(self, name: str) -> Positions:
        """The positions of the events that name ``name``, written exactly so; they rise."""
        return self._names.positions(name)

    def most_named(self, limit: int) -> list[Name]:
        """The first ``limit`` names, those of most events first."""
        return self._names.most_named(limit)

    def holding(self, word: str) -> Sequence[str]:
        """The names of which ``word`` is one, whatever its capitals, the most named first."""
        return self._words.get(word.casefold(), ())

    def having(self, words: str) -> list[str]:
        """The names in which ``words`` stand side by side and in order, the most named first."""
        wanted = f" {fold_name(words)} "
        return [name for name, one in self._all.items() if wanted in f" {one.folded} "]

    def meant(self, typed: str) -> Meant:
        """The one name that ``typed`` stands for: itself, an alias, initials, or nearly so spelt."""
        wanted = fold_name(typed)
        if known := self._known(wanted):
            return Meant(known)
        short = "".join(_WORD.findall(wanted))
        if 2 <= len(short) <= _MOST_INITIALS and (typed.isupper() or "." in typed):
            called = self._names.called(short)
            if len(called) == 1:
                return Meant(called[0])
            if called:
                return Meant(None, tuple(called[:_SUGGESTED]))
        if abbreviated := self._abbreviated(wanted):
            return abbreviated
        return self._near(wanted)

    def suggest(self, typed: str, limit: int = 25) -> list[tuple[str, int]]:
        """Names as they stand in events that ``typed`` may mean, with their counts of events.

        It may begin a name, one of its aliases or a word of these, or be initials. Best first: those
        that begin so, then those with such initials, then those of which a word begins so; of each
        the most named.
        """
        wanted = fold_name(typed)
        if not wanted:
            return [(one.name, one.events) for one in self._names.most_named(limit)]
        ranks: dict[str, int] = {}
        short = "".join(_WORD.findall(wanted))
        if 2 <= len(short) <= _MOST_INITIALS and " " not in wanted:
            begun = (one.name for one in self._all.values() if one.initials.startswith(short))
            ranks |= dict.fromkeys(begun, 1)
        within = f" {wanted}"
        for folded, name in self._shown.items():
            rank = 0 if folded.startswith(wanted) else 2 if within in folded else None
            if rank is not None:
                ranks[name] = min(rank, ranks.get(name, rank))
        ordered = sorted(ranks, key=lambda name: (ranks[name], -self._all[name].events, name))
        return [(name, self._all[name].events) for name in ordered[:limit]]

    # ------------------------------------------------------------ look-ups

    @cached_property
    def _aliased(self) -> dict[str, str]:
        """Folded names of alias groups -> the one by which events show the group."""
        found: dict[str, str] = {}
        for group in self._aliases:
            # Events show a group by its first name, unless an owner wrote another into them.
            named = max(group, key=lambda name: (self.count(name), name == group[0]))
            if self.count(named):
                for name in group:
                    found.setdefault(fold_name(name), named)
        return found

    def _known(self, folded: str) -> str | None:
        """The name that is shown for a folded name or alias."""
        if folded in self._aliased:
            return self._aliased[folded]
        found = self._names.written(folded)
        return found.name if found else None

    # ------------------------------------------------------------ all names

    @cached_property
    def _all(self) -> dict[str, Name]:
        """All names, the most named first."""
        return {one.name: one for one in self._names.most_named(len(self._names))}

    @cached_property
    def _shown(self) -> dict[str, str]:
        """Folded names and aliases -> the names that are shown for them."""
        shown = dict(self._aliased)
        for one in self._all.values():
            shown.setdefault(one.folded, one.name)
        return shown

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._all:
            for word in dict.fromkeys(name.casefold().split()):
                found.setdefault(word, []).append(name)
        return found

    @cached_property
    def _by_surname(self) -> dict[str, list[str]]:
        """Last words of folded names and aliases -> these."""
        found: dict[str, list[str]] = {}
        for folded in self._shown:
            found.setdefault(folded.rpartition(" ")[2], []).append(folded)
        return found

    def _abbreviated(self, wanted: str) -> Meant | None:
        """``S. Shoigu``: a surname with the first letters of what precedes it."""
        words = wanted.replace(".", " ").split()
        if len(words) < 2 or all(len(word) > 1 for word in words[:-1]):
            return None
        called = {
            self._shown[folded]
            for folded in self._by_surname.get(words[-1], ())
            if len(told := folded.split()) == len(words)
            and all(a.startswith(b) for a, b in zip(told, words, strict=True))
        }
        return Meant(called.pop()) if len(called) == 1 else None

    @cached_property
    def _whole(self) -> dict[str, set[str]]:
        """What a name of several words may be a slip of, with the names that it stands for."""
        return {folded: {name} for folded, name in self._shown.items()}

    @cached_property
    def _parts(self) -> dict[str, set[str]]:
        """What a single word may be a slip of: names, and any word of one."""
        spelt: dict[str, set[str]] = defaultdict(set)
        for folded, name in self._shown.items():
            spelt[folded].add(name)
            for word in folded.split():
                spelt[word].add(name)
        return spelt

    def _near(self, wanted: str) -> Meant:
        """The name with the fewest slips: letters left out, added, exchanged or turned round.

        A single word may be any word of a name.
        """
        spelt = self._whole if " " in wanted else self._parts
        most = min(_MOST_SLIPS, max(1, len(wanted) // _LETTERS))
        lengths = range(len(wanted) - most, len(wanted) + most + 1)
        near = process.extract(
            wanted,
            [said for said in spelt if len(said) in lengths],
            scorer=OSA.distance,
            score_cutoff=most,
            limit=12,
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
