"""Questions that were not answered well -> files: a spreadsheet, and questions for `archivist eval`.

Neither says who asked. Pure.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.gaps import GapGroup
from bot.state import Reason
from bot.state.gaps import GapLine
from index.evaluation.question_file import UNANSWERABLE
from index.model import Citation
from index.timeline.export.sheet import cell

COLUMNS = (
    "group", "status", "question", "words", "asked", "told_curators", "not_helpful", "last",
    "outcome", "reasons", "comments", "shown", "answer",
)  # fmt: skip
EVIDENCE = 500  # characters of the passage that answers
_REPORTED = "reported"  # the kind of a question that has an answer, but a wrong one


def spreadsheet(groups: Sequence[GapGroup], citations: Mapping[str, Citation]) -> bytes:
    """A row for each wording of each group, as CSV for any spreadsheet program.

    ``citations`` are the passages that are still there, by their ids.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for number, group in enumerate(groups, start=1):
        for question, lines in _wordings(group):
            writer.writerow(map(cell, _row(number, group, question, lines, citations)))
    return b"\xef\xbb\xbf" + written.getvalue().encode(errors="replace")


def questions(groups: Sequence[GapGroup], citations: Mapping[str, Citation]) -> bytes:
    """Each wording once, as JSON Lines that `archivist eval` reads: docs/questions.md.

    What a curator answered has its evidence, or its document. What is open and found nothing is
    taken to be unanswerable, which a curator may know better.
    """
    made: list[str] = []
    seen: set[str] = set()
    for group in groups:
        for question, lines in _wordings(group):
            if question.strip() and question not in seen:
                seen.add(question)
                made.append(
                    json.dumps(_asked(group, question, lines, citations), ensure_ascii=False)
                )
    return "".join(f"{line}\n" for line in made).encode(errors="replace")


def _wordings(group: GapGroup) -> Iterator[tuple[str, list[GapLine]]]:
    for question, _ in group.questions:
        yield question, [line for line in group.lines if line.question == question]


def _row(
    number: int,
    group: GapGroup,
    question: str,
    lines: Sequence[GapLine],
    citations: Mapping[str, Citation],
) -> Iterator[str | int]:
    kinds = [line.kind for line in lines]
    answer = group.answer
    yield number
    yield "open" if answer is None else "closed" if answer.how == "closed" else "answered"
    yield question
    yield ", ".join(group.words)
    yield from (kinds.count(kind) for kind in ("asked", "gap", "report"))
    yield max(line.at for line in lines).date().isoformat()
    yield ", ".join(sorted({line.outcome for line in lines}))
    yield ", ".join(sorted({line.reason.value for line in lines if line.reason}))
    yield " | ".join(dict.fromkeys(line.text for line in lines if line.text))
    shown = dict.fromkeys(one for line in lines for one in line.passages)
    yield " | ".join(citations[one].line for one in shown if one in citations)
    if answer is None:
        yield ""
    elif answer.passage in citations:
        yield f"{answer.passage}: {citations[answer.passage].line}"
    else:
        yield answer.passage or answer.document


def _asked(
    group: GapGroup, question: str, lines: Sequence[GapLine], citations: Mapping[str, Citation]
) -> dict[str, Any]:
    made: dict[str, Any] = {"id": f"gap-{min(line.id for line in lines)}", "question": question}
    answer = group.answer
    if answer is not None and answer.passage in citations:
        text = " ".join(citations[answer.passage].passage.text.split())
        return made | {"kind": "other", "evidence": [_beginning(text)]}
    if answer is not None and answer.document:
        return made | {"kind": "other", "documents": [answer.document]}
    refused = all(line.kind != "report" or line.reason is Reason.MISSING for line in lines)
    return made | {"kind": UNANSWERABLE if refused else _REPORTED}


def _beginning(text: str) -> str:
    if len(text) <= EVIDENCE:
        return text
    return text[: text.rfind(" ", 0, EVIDENCE)] if " " in text[:EVIDENCE] else text[:EVIDENCE]
