"""Why these passages: what each score is made of, in plain words -> pages. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.languages import Language, marked
from bot.layout import GREY, Block, Page, Rule, first_fit
from bot.markup import one_line_markup
from bot.render.understood import indexed_anew, read_as, understood_as
from bot.render.words import NAME, WORD
from index.analysis import stem
from index.deciding import ANSWERED_CONFIDENCE
from index.model import Answer, Citation, Outcome, ScorePart


@dataclass(frozen=True, slots=True)
class _Why:
    """How much of the sums is shown."""

    parts: int  # of each passage
    reading: bool = True


_WHYS = (_Why(14), _Why(9), _Why(6), _Why(6, reading=False), _Why(3, reading=False))


def why_page(answer: Answer, shown: Sequence[Citation], t: Language, *, anew: bool = False) -> Page:
    """How the score of each of the passages ``shown`` came about, and what was made of them all.

    The numbers of a passage add up to its score to the last digit. ``anew`` says that the documents
    were indexed since.
    """
    blocks = first_fit(_WHYS, lambda plan: _why_blocks(answer, shown, t, plan, anew=anew))
    return Page(tuple(blocks), GREY)


def _why_blocks(
    answer: Answer, shown: Sequence[Citation], t: Language, plan: _Why, *, anew: bool
) -> list[Block]:
    outcome = {
        Outcome.ANSWERED: t("It is shown as an answer."),
        Outcome.NEAR_MISS: t("It is shown as close, but not as an answer."),
        Outcome.NOT_FOUND: t("Nothing is shown as an answer."),
    }[answer.outcome]
    head = [
        f"### {t('Why this answer')}",
        outcome + " " + _sureness(answer, t),
    ]
    if anew:
        head.append(f"-# {indexed_anew(t)}")
    blocks: list[Block] = ["\n".join(head), Rule.LINE]
    for citation in shown:
        blocks += ["\n".join(_sum(citation, answer, t, plan)), Rule.SPACE]
    if not shown:
        blocks += [
            t("The passages of this message are no longer found for its question."),
            Rule.SPACE,
        ]
    said = [
        t("Scores have no unit: they only put the passages of one question in order."),
        *(understood_as(answer, t, plan.parts) if plan.reading else ()),
        *(one[:1].upper() + one[1:] for one in read_as(answer, t) if plan.reading),
    ]
    return [*blocks, "\n".join(f"-# {line}" for line in said)]


def _sureness(answer: Answer, t: Language) -> str:
    """The confidence in words, beside the bar that it was measured against."""
    known = answer.confidence
    if known < ANSWERED_CONFIDENCE:
        words = t("Not sure enough")
    elif known < 0.5:
        words = t("Just sure enough")
    else:
        words = t("Sure") if known < 0.8 else t("Very sure")
    return t(
        "{sure}: {confidence} on a scale from 0 to 1, where {bar} is needed for an answer.",
        sure=words,
        confidence=t.number(round(known, 2)),
        bar=t.number(ANSWERED_CONFIDENCE),
    )


def _sum(citation: Citation, answer: Answer, t: Language, plan: _Why) -> Iterator[str]:
    """A passage's score and its summands, in hundredths that add up."""
    title = one_line_markup(citation.source.title, NAME)
    parts = sorted(citation.why, key=lambda part: (part.kind != "term", -abs(part.amount)))
    cents = _hundredths([part.amount for part in parts])
    score = _amount(sum(cents))
    yield f"**[{citation.number}] {title}** · " + t("score {score}", score=score)
    kept = parts if len(parts) <= plan.parts else parts[: plan.parts - 1]
    for part, amount in zip(kept, cents, strict=False):
        yield f"- {_amount(amount)} {_part(part, answer, t)}"
    if rest := cents[len(kept) :]:
        yield f"- {_amount(sum(rest))} " + t("all else")


def _hundredths(amounts: Sequence[float]) -> list[int]:
    """Each amount in hundredths, rounded so that their sum is the rounded sum of all."""
    down = [math.floor(amount * 100) for amount in amounts]
    over = [amount * 100 - low for amount, low in zip(amounts, down, strict=True)]
    spare = round(math.fsum(amounts) * 100) - sum(down)
    for n in sorted(range(len(amounts)), key=lambda n: (-over[n], n))[: max(0, spare)]:
        down[n] += 1
    return down


def _amount(hundredths: int) -> str:
    return f"`{hundredths / 100:.2f}`"


def _part(part: ScorePart, answer: Answer, t: Language) -> str:
    """What a summand is for, in plain words."""
    if part.kind == "boost":
        pattern = _BOOSTS.get(part.name)
        return t(pattern) if pattern else one_line_markup(part.name, NAME)
    said = [t("“{word}”", word=one_line_markup(part.name, WORD))]
    if pattern := _REASONS.get(part.reason or ""):
        found = _found_as(part, answer)
        said.append(t(pattern, found=one_line_markup(found, WORD)) if found else "")
    fields = [t(_FIELDS[name]) for name in part.fields if name in _FIELDS]
    if fields:
        said.append(t.listed(fields))
    return ", ".join(one for one in said if one)


def _found_as(part: ScorePart, answer: Answer) -> str:
    """The word that counted in place of one that was typed; empty where it can't be told."""
    for typed, others in answer.understood.expanded:
        if typed == part.name:
            return next((other for other in others if stem(other) == part.term), "")
    fitting = (read for typed, read in answer.understood.corrections if typed == part.name)
    return next(fitting, "")


#: What `index.ranking` and `index.answering` call what they add to a score.
_BOOSTS = {
    "words that stand together": marked("words that stand side by side"),
    "in one sentence": marked("words in one sentence"),
    "happened then": marked("tells what happened then"),
    "only a note": marked("only a note"),
    "the sentence that answers": marked("the sentence that answers"),
    "the note that is asked for": marked("the note that is asked for"),
}
_REASONS = {
    "acronym": marked("found as its long or short form “{found}”"),
    "spelling": marked("found as “{found}”, spelt otherwise"),
    "variant": marked("found as “{found}”"),
    "compound": marked("found as “{found}”"),
    "name": marked("found as the name “{found}”"),
    "related": marked("found as the related word “{found}”"),
}
_FIELDS = {
    "heading": marked("in a heading"),
    "title": marked("in the title"),
    "note": marked("in a note"),
}
