"""Sentence -> the stretches of it that are of the kind a question asks for."""

from __future__ import annotations

from index.answer_types.amounts import find_amounts
from index.answer_types.asked import AnswerType, Fit, apart
from index.answer_types.clauses import find_definitions, find_means, find_reasons
from index.answer_types.naming import find_named, find_people, find_places
from index.answer_types.targets import find_called, find_described, find_near, find_stated
from index.answer_types.times import find_times
from index.answer_types.works import find_works


def find_fits(text: str, start: int, stop: int, asked: AnswerType) -> tuple[Fit, ...]:
    """Stretches of the sentence ``text[start:stop]`` that are of the kind ``asked`` for.

    By place, none overlapping. Nothing for a question that yes or no answers, and for one whose
    words don't tell what would answer it.
    """
    match asked.expects:
        case "number" | "money" | "percentage" | "duration":
            return apart(text, find_amounts(text, start, stop, asked))
        case "person":
            return apart(text, find_people(text, start, stop, asked))
        case "body":
            described = find_described(text, start, stop, asked) if asked.head else ()
            return apart(text, [*find_named(text, start, stop, asked), *described])
        case "place":
            return apart(text, find_places(text, start, stop, asked))
        case "reason":
            stated = find_stated(text, start, stop, asked) if asked.head else ()
            return apart(text, [*find_reasons(text, start, stop, asked), *stated])
        case "means":
            return apart(text, find_means(text, start, stop, asked))
        case "definition":
            return apart(text, find_definitions(text, start, stop, asked))
        case "date" | "year":
            return apart(text, find_times(text, start, stop, asked))
        case "work":
            return apart(text, find_works(text, start, stop, asked))
        case _ if asked.kind in ("yes or no", None):
            return ()
        case _ if asked.head:
            return apart(text, find_near(text, start, stop, asked))
        case _:
            return apart(text, find_called(text, start, stop, asked))
