"""What both ways in tell of an answer: the words that answer, the words that were missed or widened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.analysis import stem
from index.model import Answer, AnswerSpan, Citation, Highlight
from index.sentences import sentences

ELLIPSIS = "…"
_OTHER_FORMS = ("typed", "alias", "variant")  # reasons why a term counts that are no news
_WORDS_WIDENED = 4  # shown of the words that count for another


def answering_words(marks: Iterable[Highlight], answering: Sequence[AnswerSpan]) -> list[Highlight]:
    """The highlights of words that answer; that of a whole answering sentence tells nothing more."""
    return [
        mark
        for mark in marks
        if mark.kind == "answer"
        and not any(mark.start <= span.start and span.stop <= mark.stop for span in answering)
    ]


def with_gaps(text: str, spans: Sequence[AnswerSpan]) -> Iterator[AnswerSpan | str]:
    """``spans`` of a passage's text, in order, and the "…" or blank that shows what is left out.

    There is "…" before the first and behind the last only where it is cut inside a sentence.
    """
    told = list(sentences(text))
    last = 0
    for n, span in enumerate(spans):
        if n:
            yield f" {ELLIPSIS} " if text[last : span.start].strip() else " "
        elif any(text[start : span.start].strip() for start, stop in told if span.start < stop):
            yield f"{ELLIPSIS} "
        yield span
        last = span.stop
    if any(text[last:stop].strip() for start, stop in told if start < last):
        yield f" {ELLIPSIS}"


def missing_words(answer: Answer, shown: Sequence[Citation]) -> tuple[str, ...]:
    """The words of the question that none of the passages shown holds in any form, as typed."""
    held = {part.name for citation in shown for part in citation.why if part.kind == "term"}
    return tuple(word for word in answer.understood.missing if word not in held)


def widened_words(answer: Answer) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words that no passage holds in any form, each with the words that counted in their place.

    Where nothing was found, with the first few that were looked for.
    """
    counted: dict[str, set[str]] = {}
    found = set()
    for citation in answer.passages:
        for part in citation.why:
            if part.reason in _OTHER_FORMS:
                found.add(part.name)
            elif part.term is not None:
                counted.setdefault(part.name, set()).add(part.term)
    widened = []
    for typed, others in answer.understood.expanded:
        if answer.passages:
            others = tuple(other for other in others if stem(other) in counted.get(typed, ()))
        if others and typed not in found:
            widened.append((typed, others[:_WORDS_WIDENED]))
    return tuple(widened)
