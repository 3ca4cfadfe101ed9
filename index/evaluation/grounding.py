"""Where the evidence of questions stands in the corpus, so that a quote nobody wrote is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from index.evaluation.matching import Words, holds, nearly_holds
from index.evaluation.question_file import Expected
from index.evaluation.scoring import Ground, document_names
from index.model import Passage, SourceInfo


class Corpus(Protocol):
    """What is needed of a generation; see `index.snapshot.Snapshot`."""

    @property
    def sources(self) -> Mapping[str, SourceInfo]: ...
    @property
    def passages(self) -> Sequence[Passage]: ...
    def passage(self, position: int, /) -> Passage: ...
    def text(self, document_id: str, /) -> str: ...


_Wanted = tuple[int, int, Words]  # a question, one of its places, its words


def ground(
    questions: Sequence[Expected],
    corpus: Corpus,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Ground, ...]:
    """What stands in the corpus of each question's evidence, or of its documents.

    A quote stands there as scoring would find it in a passage, but may reach over several. Takes
    time in proportion to the corpus and the number of quotes; holds one document at a time.
    ``progress`` is told how many documents are done, of how many.
    """
    wanted = [
        (n, place, Words.of(quote))
        for n, expected in enumerate(questions)
        if expected.evidence
        for place, (quote, _) in enumerate(expected.places)
    ]
    met: set[tuple[int, int]] = set()
    gains: dict[int, dict[str, float]] = defaultdict(dict)
    if wanted:
        _find_quotes(questions, corpus, wanted, met, gains, progress)
        _find_near(corpus, [one for one in wanted if one[:2] not in met], met)
    _find_documents(questions, corpus.sources.values(), met, gains)
    found = []
    for n, expected in enumerate(questions):
        missing = [said for p, (said, _) in enumerate(expected.places) if (n, p) not in met]
        nowhere = bool(missing) and len(missing) == len(expected.places)
        found.append(Ground(tuple(missing), tuple(gains[n].items()), nowhere))
    return tuple(found)


def _find_quotes(
    questions: Sequence[Expected],
    corpus: Corpus,
    wanted: Sequence[_Wanted],
    met: set[tuple[int, int]],
    gains: dict[int, dict[str, float]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Add to ``met`` the quotes that stand in a document, to ``gains`` the passages that hold one."""
    passages: dict[str, list[int]] = defaultdict(list)
    for position, passage in enumerate(corpus.passages):
        passages[passage.locator.document_id].append(position)
    for done, document_id in enumerate(corpus.sources):
        if progress:
            progress(done, len(corpus.sources))
        text = Words.of(corpus.text(document_id))
        here = [one for one in wanted if holds(text, one[2])]
        met.update((n, place) for n, place, _ in here)
        for position in passages[document_id] if here else ():
            passage = corpus.passage(position)
            text = Words.of(passage.text)
            for n, place, quote in here:
                if holds(text, quote):
                    gain = questions[n].places[place][1]
                    gains[n][passage.id] = max(gain, gains[n].get(passage.id, 0.0))


def _find_near(corpus: Corpus, wanted: Sequence[_Wanted], met: set[tuple[int, int]]) -> None:
    """Add to ``met`` the quotes most of whose words stand in a document."""
    for document_id in corpus.sources if wanted else ():
        text = Words.of(corpus.text(document_id))
        for n, place, quote in wanted:
            if (n, place) not in met and nearly_holds(text, quote):
                met.add((n, place))


def _find_documents(
    questions: Sequence[Expected],
    sources: Iterable[SourceInfo],
    met: set[tuple[int, int]],
    gains: dict[int, dict[str, float]],
) -> None:
    """The same for questions that name documents, which count themselves instead of passages."""
    called: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        for name in document_names(source.id, source.name, source.title):
            called[name].append(source.id)
    for n, expected in enumerate(questions):
        for place, (name, gain) in enumerate(() if expected.evidence else expected.places):
            for id_ in called.get(name.casefold().strip(), ()):
                met.add((n, place))
                gains[n][id_] = max(gain, gains[n].get(id_, 0.0))
