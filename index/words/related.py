"""Everyday words -> the words that documents use for the same.

`related.txt` says which. A line is a group, its entries a comma apart:

- ``begin, start, commence``: each counts for every other, closely;
- ``begin, start; launch``: each of the first two also loosely for what stands behind the semicolon,
  and the other way round;
- ``plane > aircraft, jet; airliner``: what is typed on the left, closely and loosely what is read on
  the right, but not the other way round.

Entries are base forms. One of two words ("turn down") is typed as two neighbours; it never counts
for another, because a term is one word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index.analysis import stem
from index.words.variants import inflections, respellings

Nearness = Literal["close", "loose"]

_MOST_ENDING = 4  # letters by which two forms of a word differ in length
_FILE = Path(__file__).with_name("related.txt")


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Groups of related words. Words are kept by their stems, then as they are written."""

    words: dict[str, dict[str, dict[str, Nearness]]]
    pairs: dict[tuple[str, str], dict[str, Nearness]]  # by the stems of two neighbours

    def related(self, word: str, neighbours: tuple[str, str]) -> dict[str, Nearness]:
        """Base forms that stand for ``word``, by itself or with a neighbour, the close ones first.

        All are folded words. Where ``word`` is part of an entry of two words, that entry alone
        counts: "down" in "turn down" says nothing.
        """
        term, (before, after) = stem(word), neighbours
        pairs = ((stem(before), term), (term, stem(after)))
        found = {key: near for pair in pairs for key, near in self.pairs.get(pair, {}).items()}
        if not found:
            forms = self.words.get(term, {})
            fitting = [word] if word in forms else [form for form in forms if _is_form(word, form)]
            for form in fitting:
                for other, nearness in forms[form].items():
                    if found.get(other) != "close":
                        found[other] = nearness
        return dict(sorted(found.items(), key=lambda pair: pair[1] != "close"))


def _is_form(word: str, base: str) -> bool:
    """Whether ``word`` is ``base`` with another ending: a stem may be that of quite another word
    ("publication", "public")."""
    shorter = min(len(word), len(base))
    return abs(len(word) - len(base)) <= _MOST_ENDING and word[: shorter - 1] == base[: shorter - 1]


def read_thesaurus(lines: Iterable[str]) -> Thesaurus:
    """The groups of ``lines``; what stands behind ``#`` is a remark. Raises ValueError for a bad line."""
    thesaurus = Thesaurus({}, {})
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        left, directed, right = text.partition(">")
        close, loose = _entries(right if directed else left)
        typed = _entries(left)[0] if directed else close
        if not typed or not (close or loose):
            raise ValueError(f"line {number} of the related words has nothing on one side")
        for entry in typed:
            _add(thesaurus, entry, close, "close")
            _add(thesaurus, entry, loose, "loose")
        if not directed:
            for entry in loose:
                _add(thesaurus, entry, typed, "loose")
    return thesaurus


def _entries(text: str) -> tuple[list[str], list[str]]:
    close, _, loose = text.partition(";")
    return _listed(close), _listed(loose)


def _listed(text: str) -> list[str]:
    return [entry for part in text.split(",") if (entry := " ".join(part.split()))]


def _add(thesaurus: Thesaurus, entry: str, others: Iterable[str], nearness: Nearness) -> None:
    """Let ``others`` count for ``entry``, in every form that it has; close outdoes loose."""
    first, _, second = entry.partition(" ")
    for form in (first, *inflections(first, of_base=True), *respellings(first)):
        if second:
            found = thesaurus.pairs.setdefault((stem(form), stem(second)), {})
        else:
            found = thesaurus.words.setdefault(stem(form), {}).setdefault(form, {})
        for other in others:
            if other not in (entry, form) and " " not in other and found.get(other) != "close":
                found[other] = nearness


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The groups of `related.txt`."""
    return read_thesaurus(_FILE.read_text("utf-8").splitlines())
