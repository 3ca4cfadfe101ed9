"""Question files: JSON Lines, an object a question, with what its answer should be.

Keys: ``question``; ``id``, ``kind``, ``difficulty``; ``evidence`` (exact quotes, any of which
locates the answer) or ``documents`` (ids, file names or titles of those that say it), with
``gains`` if one is worth more than another; ``answers`` (short texts that count); of the kind
``temporal`` ``dates`` and ``dates_optional``. Other keys are ignored. docs/questions.md explains.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import InputError
from index.evaluation.matching import is_date

UNANSWERABLE, TEMPORAL = "unanswerable", "temporal"
_OTHER = "other"  # the kind of a question that names none
_LISTS = ("answers", "evidence", "documents", "dates", "dates_optional")


@dataclass(frozen=True, slots=True)
class Expected:
    """A question with what its answer should be."""

    id: str  # the question itself where the file gives none
    line: int  # of the file, counts from 1
    question: str
    kind: str
    difficulty: str = ""
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()  # used only without evidence
    gains: tuple[float, ...] = ()  # of each piece of evidence, else of each document; 1 where none
    dates: tuple[str, ...] = ()
    dates_optional: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return self.kind != UNANSWERABLE

    @property
    def places(self) -> tuple[tuple[str, float], ...]:
        """Each piece of evidence, or each document where there is no evidence, with its gain."""
        if not self.answerable:
            return ()
        places = self.evidence or self.documents
        return tuple(zip(places, self.gains or [1.0] * len(places), strict=True))

    @property
    def said(self) -> tuple[str, ...]:
        """The texts one of which the answer must hold; none where dates are asked for."""
        return () if self.kind in (UNANSWERABLE, TEMPORAL) else self.answers


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """What was read of a question file; ``wrong`` and ``doubtful`` are sentences with their lines."""

    questions: tuple[Expected, ...]
    wrong: tuple[str, ...]  # lines that can't be used
    doubtful: tuple[str, ...]  # lines that can, but measure little


def read_questions(lines: Iterable[str]) -> QuestionFile:
    """Read the lines of a question file; blank ones are passed over."""
    found: list[Expected] = []
    wrong: list[str] = []
    lines_of: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            expected = read_question(_object(line, number), number)
        except InputError as error:
            wrong.append(error.sentence)
            continue
        if (first := lines_of.setdefault(expected.id, number)) != number:
            what = "question" if expected.id == expected.question else "id"
            wrong.append(f"Line {number} has the {what} of line {first}. Give each its own id.")
            continue
        found.append(expected)
    doubtful = [sentence for expected in found if (sentence := _doubt(expected))]
    return QuestionFile(tuple(found), tuple(wrong), tuple(doubtful))


def read_question(said: Mapping[str, Any], line: int = 1) -> Expected:
    """The question that an object of a question file holds. Raises InputError, naming the line."""
    texts = {key: _texts(said, key, line) for key in _LISTS}
    question = said.get("question")
    if not isinstance(question, str) or not question.strip():
        raise InputError(f"Line {line} is no question.", hint='It has no "question".')
    question = _clean(question).strip()
    for key in ("dates", "dates_optional"):
        if not all(map(is_date, texts[key])):
            raise InputError(
                f'Line {line}: "{key}" must be dates such as 2021, 2021-03 or 2021-03-26.',
                hint="Mend it.",
            )
    return Expected(
        id=_word(said, "id", line) or question,
        line=line,
        question=question,
        kind=_word(said, "kind", line) or _OTHER,
        difficulty=_word(said, "difficulty", line),
        gains=_gains(said, len(texts["evidence"] or texts["documents"]), line),
        **texts,
    )


def _object(line: str, number: int) -> Mapping[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise InputError(
            f"Line {number} is no question.", hint="Each line must be an object in JSON."
        )
    return said


def _texts(said: Mapping[str, Any], key: str, line: int) -> tuple[str, ...]:
    values = said.get(key)
    values = [] if values is None else values
    texts = isinstance(values, (list, tuple)) and all(
        isinstance(value, str) and value.strip() for value in values
    )
    if not texts:
        raise InputError(f'Line {line}: "{key}" must be a list of texts.', hint="Mend it.")
    return tuple(map(_clean, values))


def _word(said: Mapping[str, Any], key: str, line: int) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InputError(f'Line {line}: "{key}" must be a text or a number.', hint="Mend it.")
    return " ".join(_clean(str(value)).split())


def _gains(said: Mapping[str, Any], count: int, line: int) -> tuple[float, ...]:
    values = said.get("gains")
    if values is None:
        return ()
    right = isinstance(values, (list, tuple)) and len(values) == count
    if not right or not all(map(_is_gain, values)):
        raise InputError(
            f'Line {line}: "gains" must be a list of numbers above 0, one for each piece of evidence.',
            hint="Mend it.",
        )
    return tuple(map(float, values))


def _is_gain(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and 0 < value <= 1e6 and math.isfinite(value)  # type: ignore[operator, arg-type]  # it is one


def _clean(text: str) -> str:
    """``text`` with what no file could hold as U+FFFD: JSON may name half of a pair."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _doubt(expected: Expected) -> str:
    at = f"Line {expected.line}"
    if not expected.answerable:
        if expected.answers or expected.evidence or expected.documents:
            return f"{at} is of the kind “unanswerable”: its answers and evidence are not used."
        return ""
    if expected.kind == TEMPORAL and not expected.dates:
        return f'{at} is of the kind “temporal” and has no "dates": its events are not measured.'
    if not expected.places and not expected.said and expected.kind != TEMPORAL:
        return f"{at} has neither answers nor evidence: only whether it is answered is measured."
    return ""
