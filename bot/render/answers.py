"""Answers -> pages: three outcomes, each of which looks different. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.asked import Asked
from bot.ids import PressId, press_id
from bot.languages import Language
from bot.layout import (
    AMBER,
    GREEN,
    GREY,
    Beside,
    Block,
    Button,
    Menu,
    Option,
    Page,
    Row,
    Rule,
    first_fit,
)
from bot.markup import escape, one_line_markup, one_line_of, underlined
from bot.presses import MENU
from bot.render.citing import cite_options
from bot.render.events import Numbers, dated
from bot.render.passages import Look, body, context_label, head, told
from bot.render.understood import indexed_anew, read_as, understood_as
from bot.render.words import PLACE, TITLE, WORDS_SHOWN, first_of, quoted
from bot.state.values import Length
from bot.wording import answering_words, missing_words, with_gaps
from index.dates.wording import say_year
from index.model import Answer, Citation, CitedEvent, Outcome

PASSAGES_SHOWN = 3
#: Passages on a page, by the length of answers that a server chose.
LENGTHS: dict[Length, int] = {"short": 1, "normal": PASSAGES_SHOWN, "long": 5}
MOST = 12  # passages of all pages of an answer
QUOTE, SUPPORT = 900, 500  # characters of a quote: that holds the answer, that stands beside it
POSSIBLE_SHOWN = 3
DIFFERS_SHOWN = 2
COVERS = 400  # characters of what the corpus covers
DOCUMENTS_SHOWN = 3
_LARGE = 160  # characters of an answer that is shown in the largest words
_DETAILED = PLACE  # characters of a place: with fewer there is no room for details
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, what was asked, and what the documents tell beside it."""

    answer: Answer
    asked: Asked
    titles: Mapping[str, str] = field(default_factory=dict)  # of documents, by id
    people: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # whom a passage names, by its id


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page is shown, and for whom."""

    asker: int  # user id of who asked
    private: bool = False  # seen by the asker alone
    threads: bool = False  # the message can be made a thread
    anew: bool = False  # the documents were indexed since the message whose button was pressed
    shared_by: str = ""  # whose name to say
    note: str = ""  # a sentence of ours to say with it
    feedback: bool = True  # whether readers are asked if it helped
    passages: int = PASSAGES_SHOWN  # on a page; where the answer is taken from more, on the first


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much of an answer to show."""

    passages: int
    quote: int  # characters of a quote that answers; others get less
    events: int
    event: int  # characters of one event
    place: int = _DETAILED
    words: int = 12  # of the question
    remarks: int = 300  # characters of a disagreement, of how the question was read
    marks: bool = True

    @property
    def support(self) -> int:
        """Characters of a quote that does not hold the answer."""
        return min(self.quote, SUPPORT)


_PLANS = (
    _Plan(PASSAGES_SHOWN, QUOTE, 5, 160),
    _Plan(PASSAGES_SHOWN, 600, 4, 110),
    _Plan(PASSAGES_SHOWN, 450, 3, 80),
    _Plan(PASSAGES_SHOWN, 300, 2, 80, 120),
    _Plan(PASSAGES_SHOWN, 200, 0, 0, 80, 6, 100),
    _Plan(2, 200, 0, 0, 60, 3, 60),
    _Plan(1, 200, 0, 0, 60, 3, 60),
    _Plan(1, 100, 0, 0, 40, 1, 40, marks=False),
)
_MORE = (
    _Plan(PASSAGES_SHOWN, 600, 0, 0),
    _Plan(PASSAGES_SHOWN, 450, 0, 0),
    _Plan(PASSAGES_SHOWN, 300, 0, 0, 120),
    _Plan(PASSAGES_SHOWN, 120, 0, 0, 60, marks=False),
    _Plan(2, 120, 0, 0, 60, marks=False),
    _Plan(1, 100, 0, 0, 40, marks=False),
)


def answer_page(found: Found, frame: Frame, t: Language) -> Page:
    """The message that answers a question: three outcomes, each of which looks different."""
    answer = found.answer
    if answer.outcome is Outcome.NOT_FOUND:
        return Page(tuple(first_fit((12, 6, 3, 1), lambda n: _not_found(found, frame, t, n))), GREY)
    colour = GREEN if answer.outcome is Outcome.ANSWERED else AMBER
    sources = {span.passage for span in answer.answer_spans}
    plans = _with_passages(_PLANS, max(frame.passages, min(len(sources), PASSAGES_SHOWN)))
    blocks = first_fit(plans, lambda plan: _answer_blocks(found, frame, t, plan))
    return Page(tuple(blocks), colour)


def _with_passages(plans: Sequence[_Plan], count: int) -> list[_Plan]:
    """``plans`` with so many passages where they have all; fewer never become more."""
    return [
        replace(
            plan,
            passages=count if plan.passages == PASSAGES_SHOWN else min(plan.passages, count),
        )
        for plan in plans
    ]


def more_page(found: Found, frame: Frame, t: Language, first: int) -> Page:
    """More passages of an answer, from place ``first`` on; the first page for 1 and below."""
    in_order = _by_place(found.answer)
    if first <= 1 and in_order:
        return answer_page(found, frame, t)
    if first > len(in_order):
        return Page(tuple(_no_more(found, frame, t)), GREY)
    plans = _with_passages(_MORE, frame.passages)
    blocks = first_fit(plans, lambda plan: _more_blocks(found, frame, t, plan, first))
    return Page(tuple(blocks), GREEN if found.answer.answered else AMBER)


def _by_place(answer: Answer) -> list[Citation]:
    """All passages: those that the answer is taken from first, so that they are always shown."""
    sources = {span.passage for span in answer.answer_spans}
    return sorted(answer.passages, key=lambda c: (c.number not in sources, c.number))


def _answer_blocks(found: Found, frame: Frame, t: Language, plan: _Plan) -> list[Block]:
    answer = found.answer
    in_order = _by_place(answer)
    shown = sorted(in_order[: plan.passages], key=lambda citation: citation.number)
    numbers = Numbers(shown, answer.passages)
    blocks: list[Block] = [_heading(found, shown, numbers, t, plan), Rule.LINE]
    blocks += _passages(found, shown, t, plan)
    title = t("What happened") if answer.answered else t("Events that come close")
    events = _event_list(title, answer.events, numbers, t, plan)
    fewer = replace(plan, events=min(plan.events, POSSIBLE_SHOWN))
    title = t("May also fall in that time") if events else t("May fall in that time")
    possible = _event_list(title, answer.possible_events, numbers, t, fewer)
    if events or possible:
        blocks += [Rule.LINE, *(block for block in (events, possible) if block)]
    foot = [*numbers.listed(t), _quiet_line(found, shown, t, plan)]
    blocks += [Rule.LINE, "\n".join((*foot, *_closing(found, frame, t)))]
    following = len(shown) + 1 if len(in_order) > len(shown) else None
    return [*blocks, *_pressed(found, frame, t, following)]


def _more_blocks(found: Found, frame: Frame, t: Language, plan: _Plan, first: int) -> list[Block]:
    in_order = _by_place(found.answer)
    shown = in_order[first - 1 :][: plan.passages]
    last = first + len(shown) - 1
    count = len(in_order)
    heading = t("Passages {first}–{last} of {count}", first=first, last=last, count=count)
    if first == last:
        heading = t("Passage {number} of {count}", number=last, count=count)
    blocks: list[Block] = [f"### {heading}", Rule.LINE]
    blocks += _passages(found, shown, t, plan)
    blocks += [Rule.LINE, "\n".join(_closing(found, frame, t))]
    before = max(1, first - frame.passages)
    buttons = (
        Button(t("Previous page"), _more_id(found, frame, before)),
        Button(t("Next page"), _more_id(found, frame, last + 1), disabled=last >= len(in_order)),
    )
    return [*blocks, *([Row(buttons)] if found.asked.kept else []), _menu(found, frame, t)]


def _no_more(found: Found, frame: Frame, t: Language) -> list[Block]:
    """What is said past the last passage."""
    count = len(found.answer.passages)
    said = (
        t.n(
            "There are no more passages: {count} was found.",
            "There are no more passages: {count} were found.",
            count,
        )
        if count
        else t("There are no passages for that question any more.")
    )
    back = Button(t("First page"), _more_id(found, frame, 1))
    rows: list[Block] = [Row((back,))] if count and found.asked.kept else []
    return [f"### {said}", "\n".join(_closing(found, frame, t)), *rows]


def _more_id(found: Found, frame: Frame, first: int) -> PressId:
    return press_id("more", first, frame.asker, found.answer.generation)


# ---------------------------------------------------------------- the parts of a page


def _heading(
    found: Found, shown: Sequence[Citation], numbers: Numbers, t: Language, plan: _Plan
) -> str:
    answer = found.answer
    if answer.outcome is Outcome.NEAR_MISS or answer.answer is None:
        lines = [f"### {t('Not said in these documents')}"]
        if missing := missing_words(answer, shown):
            lines.append(
                t(
                    "Nothing here says {words}.",
                    words=quoted(missing, t, min(WORDS_SHOWN, plan.words)),
                )
            )
        lines.append(t("These passages come closest, but none of them answers the question."))
        return "\n".join((*lines, *_looked_for(answer, t, plan.words, plan.remarks + 100)))
    size = "##" if len(answer.answer) <= _LARGE else "###"
    said = list(_said(answer, shown, plan)) or [one_line_markup(answer.answer)]
    apart = (one_line_of(t.say(one), plan.remarks) for one in answer.differs[:DIFFERS_SHOWN])
    differs = [_with_numbers(one, numbers) for one in apart]
    if differs:
        differs[0] = f"**{t('The passages disagree.')}** {differs[0]}"
    return "\n".join((*(f"{size} {line}" for line in said), *_dates(answer, shown, t), *differs))


def _dates(answer: Answer, shown: Sequence[Citation], t: Language) -> Iterator[str]:
    """A quiet line for each dated passage that answers, where the answer names no year itself."""
    answering = {span.passage for span in answer.answer_spans}
    if _YEAR.search(answer.answer or ""):
        return
    for citation in shown:
        if citation.number not in answering or citation.date is None:
            continue
        if say_year(citation.date):
            date = escape(t.date(citation.date))
            yield "-# " + t("Date of [{number}]: {date}", number=citation.number, date=date)


def _said(answer: Answer, shown: Sequence[Citation], plan: _Plan) -> Iterator[str]:
    """A line for each passage that answers: what it says, its number, the answering words underlined."""
    cited = {citation.number: citation for citation in shown}
    for number, group in groupby(answer.answer_spans, key=lambda span: span.passage):
        if number not in cited:
            continue
        text, spans = cited[number].passage.text, list(group)
        marks = answering_words(cited[number].highlights, spans) if plan.marks else ()
        said = (
            part if isinstance(part, str) else underlined(text, (part.start, part.stop), marks)
            for part in with_gaps(text, spans)
        )
        yield f"{''.join(said)} [{number}]".lstrip()


def _with_numbers(sentence: str, numbers: Numbers) -> str:
    """Markup of a line in which ``[n]`` is the number of a passage, which is then listed."""
    parts = _NUMBER.split(sentence)
    return "".join(
        f"[{part}]" if n % 2 and numbers.use(int(part)) else escape(f"[{part}]" if n % 2 else part)
        for n, part in enumerate(parts)
    )


def _looked_for(answer: Answer, t: Language, most: int, covers: int = COVERS) -> Iterator[str]:
    """What a question that was not answered was taken to mean, and what the corpus covers.

    ``most`` are words of the question, ``covers`` characters.
    """
    yield from (f"-# {line}" for line in understood_as(answer, t, most))
    yield f"-# {one_line_markup(t.say(answer.covers), covers)}"


def _passages(found: Found, shown: Sequence[Citation], t: Language, plan: _Plan) -> Iterator[Block]:
    """Each passage: over its quote a button that opens what stands around it."""
    numbers = frozenset(one.number for one in shown)
    for n, citation in enumerate(shown):
        if n:
            yield Rule.SPACE
        answering = [s for s in found.answer.answer_spans if s.passage == citation.number]
        room = plan.quote if answering else plan.support
        look = Look(room, plan.place, details=plan.place >= _DETAILED, marks=plan.marks)
        people = found.people.get(citation.passage.id, ())
        press = press_id("context", citation.passage.id, found.answer.generation)
        below = (told(citation, t, look, people), body(citation, t, look, answering, numbers))
        button = Button(context_label(citation, t), press)
        yield Beside(head(citation, t, look), button, "\n".join(part for part in below if part))


def _event_list(
    title: str, events: Sequence[CitedEvent], numbers: Numbers, t: Language, plan: _Plan
) -> str:
    """Events under a heading, one a line; empty when there are none or no room for them."""
    if not events or not plan.events:
        return ""
    lines = [f"- {dated(e, plan.event, t=t)} [{numbers.of(e)}]" for e in events[: plan.events]]
    if (rest := len(events) - plan.events) > 0:
        lines.append("-# " + t.n("and {count} more entry", "and {count} more entries", rest))
    return "\n".join((f"**{title}**", *lines))


def _quiet_line(found: Found, shown: Sequence[Citation], t: Language, plan: _Plan) -> str:
    """How many passages matched and in which documents, and how the question was read."""
    answer = found.answer
    matched = answer.matched or tuple(
        (source, len(list(group))) for source, group in groupby(sorted(c.source.id for c in shown))
    )
    total = sum(count for _, count in matched)
    if answer.answered:
        matched_by = t.n("{count} passage matched", "{count} passages matched", total)
    else:
        matched_by = t.n(
            "{count} passage has a word of the question",
            "{count} passages have a word of the question",
            total,
        )
    titles = {**found.titles} | {c.source.id: c.source.title for c in answer.passages}
    where = [
        t(
            "{title} ({count})",
            title=one_line_markup(titles.get(source, source), TITLE // 2),
            count=t.number(count),
        )
        for source, count in matched
    ]
    documents = first_of(where, t, min(DOCUMENTS_SHOWN, plan.passages))
    return "-# " + " · ".join(
        (f"{matched_by}: {documents}", *read_as(answer, t, plan.remarks + 100))
    )


def _closing(found: Found, frame: Frame, t: Language) -> Iterator[str]:
    """The last lines of each page: what else is to be said, and what was asked."""
    if frame.anew:
        yield f"-# {indexed_anew(t)}"
    if frame.note:
        yield f"-# {one_line_markup(frame.note)}"
    if frame.shared_by:
        yield "-# " + t("Shared by {name}.", name=one_line_markup(frame.shared_by, TITLE // 2))
    if not found.asked.kept:
        yield "-# " + t(
            "This question is too long to be kept in the message: ask a shorter one for more results."
        )
    yield found.asked.lines()


# ---------------------------------------------------------------- what can be pressed


def _pressed(found: Found, frame: Frame, t: Language, following: int | None) -> list[Block]:
    """Rows of buttons; ``following`` is the place of the first passage that isn't shown."""
    answer, generation = found.answer, found.answer.generation
    buttons = []
    if following is not None and found.asked.kept:
        buttons.append(Button(t("More results"), _more_id(found, frame, following)))
    if found.asked.kept and (answer.events or answer.possible_events):
        buttons.append(Button(t("Timeline of this"), press_id("events", frame.asker, generation)))
    if found.asked.kept and frame.private:
        buttons.append(Button(t("Share"), press_id("share", frame.asker, generation)))
    if frame.feedback and not answer.answered:
        press = press_id("curators", frame.asker, generation)
        buttons.append(Button(t("Tell the curators"), press, style="primary"))
    elif frame.feedback and found.asked.kept:
        buttons.append(Button(t("Helpful"), press_id("helpful", frame.asker, generation)))
        buttons.append(Button(t("Not helpful"), press_id("unhelpful", frame.asker, generation)))
    if not answer.passages:
        buttons.append(Button(t("All documents"), press_id("sources", 1, generation)))
    return [*([Row(tuple(buttons))] if buttons else []), _menu(found, frame, t)]


def _menu(found: Found, frame: Frame, t: Language) -> Row:
    """What is seldom wanted."""
    options: list[Option] = []
    if found.answer.passages:
        if found.asked.kept:
            options.append(
                Option(t("Why this answer"), "why", t("How each passage came to its place"))
            )
        options += cite_options(t)
    if frame.threads and not frame.private:
        options.append(Option(t("Open a thread"), "thread", t("To ask on about this answer")))
    if frame.feedback:
        options.append(
            Option(t("Report a problem"), "report", t("Tell the curators what is wrong"))
        )
    options.append(Option(t("Delete"), "delete", t("For the person who asked, and moderators")))
    press = press_id(MENU, frame.asker, found.answer.generation)
    every = bool(found.answer.passages)
    if frame.feedback:
        said = t("More: why, cite, report, delete") if every else t("More: report, delete")
    else:
        said = t("More: why, cite, delete") if every else t("More: delete")
    return Row((Menu(press, said, tuple(options)),))


def _not_found(found: Found, frame: Frame, t: Language, most: int) -> list[Block]:
    """No citation, no quote: what was looked for, what is nearest to it, and what there is."""
    answer = found.answer
    lines = [f"### {t('Not found in these documents')}"]
    understood = answer.understood
    if not (understood.phrases or understood.terms or understood.dates):
        lines.append(t("There was no word in it to look for."))
    lines.append(t("Try other words, or look through the documents."))
    nearest = [one[:1].upper() + one[1:] + "." for one in read_as(answer, t)]
    blocks: list[Block] = ["\n".join((*lines, *_looked_for(answer, t, most)))]
    if nearest:
        blocks.append("\n".join(nearest))
    blocks += [Rule.LINE, "\n".join(_closing(found, frame, t))]
    return [*blocks, *_pressed(found, frame, t, None)]
