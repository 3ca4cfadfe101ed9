"""How a question was read, and from which index, in few words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.languages import Language
from bot.markup import escape, one_line_markup, units
from bot.render.words import PEOPLE_SHOWN, WORD, first_of, quoted
from bot.wording import widened_words
from index.model import Answer


def understood_as(answer: Answer, t: Language, most: int) -> Iterator[str]:
    """The words, at most ``most``, the time and the people that a question was taken to ask for."""
    understood = answer.understood
    if words := (*understood.phrases, *understood.terms):
        yield t("Looked for: {words}", words=quoted(words, t, most))
    if understood.dates:
        dates = [escape(t.date(date)) for date in understood.dates]
        yield t("Time: {dates}", dates=first_of(dates, t, 3))
    if understood.people:
        names = [one_line_markup(name, WORD) for name in understood.people]
        yield t("Names: {names}", names=first_of(names, t, PEOPLE_SHOWN))


def read_as(answer: Answer, t: Language, room: int = 400) -> list[str]:
    """How a question was read where that is not plain, in few words each, in ``room`` units."""
    understood = answer.understood
    said = [
        t("{words} is {date}", words=quoted([name], t), date=escape(t.date(date)))
        for name, date in understood.named
    ]
    said += [
        t("read {typed} as {read}", typed=quoted([typed], t), read=quoted([read], t))
        for typed, read in understood.corrections
    ]
    said += [
        t("{typed}: also {words}", typed=quoted([typed], t), words=quoted(also, t))
        for typed, also in widened_words(answer)
    ]
    if understood.carried:
        said.append(t("carried over: {words}", words=quoted(understood.carried, t)))
    if understood.excluded:
        said.append(t("left out what holds: {words}", words=quoted(understood.excluded, t)))
    kept = []
    for part in said:
        room -= units(part)
        if room >= 0:
            kept.append(part)
    return kept


def indexed_anew(t: Language) -> str:
    return t("The documents were indexed anew since.")
