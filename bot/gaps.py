"""What the documents didn't answer, gathered for those who look after them.

`record` notes each question that was asked; `grouped` puts those that found nothing, or whose answer
was no help, together by the words that tell most. Nothing here says who asked, and nothing of it is
read when passages are ranked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot import logs
from bot.render.answers import Found
from bot.services import Reader, Services
from bot.state import Reason, StateError
from bot.state.gaps import GapAnswer, GapLine
from index.analysis.analyzer import GROUP
from index.archive import Archive
from index.model import Term

log = logging.getLogger(__name__)

Filter = Literal["open", "nothing", "unhelpful", "closed"]
FILTERS: tuple[Filter, ...] = ("open", "nothing", "unhelpful", "closed")

#: Two questions ask the same when the words they share weigh so much of all that they have.
ALIKE = 0.5
PATIENCE = 0.5  # seconds that an answer waits for its question to be noted
WORDS = 6  # of a group that are named
_LEAST = 0.05  # what a word weighs that stands everywhere
#: Of a question: characters that are read, terms by which it is grouped. A long one tells no more.
_READ, _TERMS = 400, 16
_COMPARED = 100  # groups that a question is compared with, at most


async def record(services: Services, reader: Reader, found: Found) -> None:
    """Keep that a question was answered: its words only where the server's administrators chose so.

    Nothing is kept of questions outside servers, which nobody could look at. That it can't be kept
    is no reason to fail, and a slow disk none to wait longer than `PATIENCE`: it is kept then while
    the answer is sent.
    """
    if reader.guild is not None:
        keeping = asyncio.create_task(_keep(services, reader, reader.guild, found))
        _KEEPING.add(keeping)
        keeping.add_done_callback(_KEEPING.discard)
        await asyncio.wait({keeping}, timeout=PATIENCE)


_KEEPING: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly


async def _keep(services: Services, reader: Reader, guild: int, found: Found) -> None:
    answer = found.answer
    keeps = services.state.server(guild).questions
    try:
        await services.state.add_question(
            guild=guild,
            person=reader.id,
            question=found.asked.question if keeps else "",
            terms=answer.understood.terms if keeps else (),
            outcome=answer.outcome.value,
            passages=tuple(one.passage.id for one in answer.passages) if keeps else (),
            generation=answer.generation,
            at=dt.datetime.now(dt.UTC),
        )
    except StateError as error:
        log.warning("a question was not noted: %s", logs.trail(error))


# ---------------------------------------------------------------- groups


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Questions that ask for the same, or that were answered together; newest first, at least one."""

    lines: tuple[GapLine, ...]
    words: tuple[str, ...] = ()  # as somebody typed them, those that tell most first

    @property
    def id(self) -> str:
        """The id of its oldest line: as long as that is there, the group is found by it."""
        return min(self.lines, key=lambda line: (line.at, line.id)).id

    @property
    def questions(self) -> tuple[tuple[str, int], ...]:
        """The questions with how often each was noted, the commonest first, then the latest."""
        counted = Counter(line.question for line in self.lines)
        return tuple(counted.most_common())

    @property
    def nothing(self) -> int:
        """How often it was noted that nothing answers; 0 where no words of questions are kept."""
        return sum(line.kind == "asked" for line in self.lines)

    @property
    def told(self) -> int:
        """How many told the curators that it wasn't answered."""
        return sum(line.kind == "gap" for line in self.lines)

    @property
    def unhelpful(self) -> int:
        """How many said that an answer was no help."""
        return sum(line.kind == "report" for line in self.lines)

    @property
    def wishes(self) -> int:
        """How many wish to be told when it is answered, and have not been yet."""
        return sum(line.wishes and not line.told for line in self.lines)

    @property
    def last(self) -> dt.datetime:
        return max(line.at for line in self.lines)

    @property
    def reasons(self) -> tuple[tuple[Reason, int], ...]:
        """What was said to be wrong, the commonest first."""
        counted = Counter(line.reason for line in self.lines if line.reason is not None)
        return tuple(counted.most_common())

    @property
    def comments(self) -> tuple[str, ...]:
        """What people wrote, newest first."""
        return tuple(dict.fromkeys(line.text for line in self.lines if line.text))

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the passages that were shown, those shown most often first."""
        counted = Counter(one for line in self.lines for one in line.passages)
        return tuple(one for one, _ in counted.most_common())

    @property
    def answer(self) -> GapAnswer | None:
        """What a curator did about it; None while it is open."""
        return self.lines[0].answer

    @property
    def answered(self) -> dt.datetime | None:
        return self.lines[0].answered


def chosen(lines: Iterable[GapLine], which: Filter) -> tuple[GapLine, ...]:
    """Those that a filter lets through, in their order."""

    def passes(line: GapLine) -> bool:
        if which == "closed" or line.answer is not None:
            return which == "closed" and line.answer is not None
        if which == "open":
            return True
        return (line.kind == "report") == (which == "unhelpful")

    return tuple(filter(passes, lines))


def grouped_in(archive: Archive, lines: Sequence[GapLine]) -> tuple[GapGroup, ...]:
    """`grouped` by the words of an archive's documents. Not for the event loop."""
    snapshot = archive.snapshot

    def read(text: str) -> list[Term]:
        return snapshot.analyzer.question_terms(text[:_READ], snapshot.languages)

    return grouped(lines, read, snapshot.searcher.idf)


def grouped(
    lines: Sequence[GapLine],
    read: Callable[[str], Sequence[Term]],
    weight: Callable[[str], float],
) -> tuple[GapGroup, ...]:
    """Groups of these lines, those with most lines first, then the latest.

    ``read`` gives the terms of a question, ``weight`` how much a term tells. The same lines give the
    same groups in whatever order they come. What was answered stays with what was answered with it.
    """
    newest_first = sorted(lines, key=lambda line: (line.at, line.id), reverse=True)
    every = {question: _terms(read(question)) for question in {one.question for one in lines}}
    weights = {
        term: max(weight(term), _LEAST) for term in {t for found in every.values() for t in found}
    }
    terms = {question: _heaviest(found, weights) for question, found in every.items()}
    together: dict[object, list[GapLine]] = defaultdict(list)
    leaders = _leaders(
        Counter(_key(line, terms) for line in newest_first if line.answer is None), weights
    )
    for line in newest_first:
        if line.answer is not None:
            together[(line.answer, line.answered)].append(line)
        else:
            together[leaders[_key(line, terms)]].append(line)
    groups = [
        GapGroup(tuple(of_one), tuple(_words(of_one, terms, weights)))
        for of_one in together.values()
    ]
    return tuple(sorted(groups, key=lambda one: (-len(one.lines), -one.last.timestamp(), one.id)))


def _key(line: GapLine, terms: Mapping[str, Mapping[str, slice]]) -> frozenset[str]:
    """What a question is grouped by; one without a term of its own by its letters."""
    return frozenset(terms[line.question]) or frozenset({f" {line.question.casefold()}"})


def _terms(found: Sequence[Term]) -> dict[str, slice]:
    """Where each term stands in the question. Names for one thing are one term."""
    names = [(term.start, term.stop) for term in found if term.text.startswith(GROUP)]
    kept: dict[str, slice] = {}
    for term in found:
        inside = any(start <= term.start and term.stop <= stop for start, stop in names)
        if term.text.startswith(GROUP) or not inside:
            kept.setdefault(term.text, slice(term.start, term.stop))
    return kept


def _heaviest(found: Mapping[str, slice], weights: Mapping[str, float]) -> dict[str, slice]:
    """The terms that tell most."""
    best = sorted(found, key=lambda term: (-weights[term], term))[:_TERMS]
    return {term: found[term] for term in best}


def _leaders(
    counted: Mapping[frozenset[str], int], weights: Mapping[str, float]
) -> dict[frozenset[str], frozenset[str]]:
    """For each set of terms the set whose group it belongs to: a commoner one that is alike, or itself.

    Every set is compared with leaders alone, so that a chain of likenesses makes no endless group,
    and with those only that may be alike: see `_telling`.
    """
    often = Counter(term for one in counted for term in one)
    holding: defaultdict[str, list[frozenset[str]]] = defaultdict(list)  # leaders, by such terms
    found: dict[frozenset[str], frozenset[str]] = {}
    for one in sorted(counted, key=lambda s: (-counted[s], len(s), sorted(s))):
        telling = _telling(one, often, weights)
        near = dict.fromkeys(leader for term in telling for leader in holding[term][:_COMPARED])
        likeness = {leader: _likeness(one, leader, weights) for leader in list(near)[:_COMPARED]}
        best = max(likeness, key=lambda leader: likeness[leader], default=None)
        if best is not None and likeness[best] >= ALIKE:
            found[one] = best
            continue
        found[one] = one
        for term in telling:
            holding[term].append(one)
    return found


def _telling(
    one: frozenset[str], often: Mapping[str, int], weights: Mapping[str, float]
) -> list[str]:
    """The rarest terms of a set, of which any set that is `ALIKE` shares one.

    Those that are left weigh less than `ALIKE` of all, too little to be alike by them alone (prefix
    filtering: Chaudhuri, Ganti and Kaushik 2006).
    """
    rarest_first = sorted(one, key=lambda term: (often[term], term))
    left = sum(weights.get(term, 1.0) for term in rarest_first)
    enough = ALIKE * left - 1e-9
    kept = []
    for term in rarest_first:
        if left < enough:
            break
        kept.append(term)
        left -= weights.get(term, 1.0)
    return kept


def _likeness(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """The weight of what two sets share, of all that they have: 0 to 1."""

    def heavy(terms: frozenset[str]) -> float:
        return math.fsum(weights.get(term, 1.0) for term in terms)  # the same in any order

    return heavy(one & other) / heavy(one | other)


def _words(
    lines: Sequence[GapLine],
    terms: Mapping[str, Mapping[str, slice]],
    weights: Mapping[str, float],
) -> Iterator[str]:
    """Words that half of the questions have, those that tell most first, as the newest has them."""
    often = Counter(term for line in lines for term in terms[line.question])
    common = [term for term, count in often.items() if 2 * count >= len(lines)]
    said: dict[str, None] = {}
    for term in sorted(common, key=lambda term: (-weights[term], term)):
        holder = next(line for line in lines if term in terms[line.question])
        said.setdefault(holder.question[terms[holder.question][term]].casefold())
    yield from list(said)[:WORDS]
