"""Questions that were not answered well, and what can be done about them -> pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.gaps import FILTERS, Filter, GapGroup
from bot.ids import PressId, press_id
from bot.languages import Language
from bot.layout import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    Attachment,
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
from bot.limits import OPTIONS
from bot.markup import excerpt, one_line_markup, quote
from bot.presses import MENU
from bot.render.feedback import only_you, reasons
from bot.render.words import PLACE, QUESTION, TITLE, WORD, place, where
from bot.state.gaps import Counted
from index.dates.edtf import from_edtf
from index.model import Citation, SourceInfo

SHOWN = 5  # groups on a page, passages of a list
_WORDINGS, _COMMENTS, _COMMENT = 5, 3, 200
_QUOTE, _SHORT_QUOTE = 600, 160  # characters


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the list a curator is, so that they come back there."""

    which: Filter = "open"
    page: int = 1  # counts from 1

    @classmethod
    def read(cls, which: str, page: str) -> Spot:
        """The place that ids of buttons say; the first one for anything else."""
        found: Filter = next((one for one in FILTERS if one == which), "open")
        number = int(page) if page.isdecimal() and len(page) < 5 else 1
        return cls(found, max(1, number))


def filters(t: Language) -> dict[Filter, str]:
    """What each filter of the list is called."""
    return {
        "open": t("All that is open"),
        "nothing": t("Found nothing"),
        "unhelpful": t("Marked as not helpful"),
        "closed": t("Answered or closed"),
    }


def gaps_page(
    groups: Sequence[GapGroup], at: Spot, counted: Counted, texts: bool, t: Language
) -> Page:
    """The list of groups; ``texts`` says whether the server keeps the words of questions."""
    pages = max(1, -(-len(groups) // SHOWN))
    page = min(at.page, pages)
    shown = groups[(page - 1) * SHOWN : page * SHOWN]
    first = (page - 1) * SHOWN + 1
    here = Spot(at.which, page)

    def blocks(words: int) -> list[Block]:
        made: list[Block] = [_head(groups, here, counted, texts, t), Rule.LINE]
        for number, group in enumerate(shown, start=first):
            made += [_listed(group, number, here, words, t), Rule.SPACE]
        if not shown:
            made += [_none(here, t), Rule.SPACE]
        return [*made[:-1], Rule.LINE, only_you(t), *_turning(here, pages, bool(groups), t)]

    return Page(tuple(first_fit((QUESTION, 120, 60, 30), blocks)), AMBER if groups else GREY)


def _head(groups: Sequence[GapGroup], at: Spot, counted: Counted, texts: bool, t: Language) -> str:
    count = t.n("{count} group of questions", "{count} groups of questions", len(groups))
    lines = [f"### {filters(t)[at.which]}: {count}"]
    if counted.asked:
        lines.append(
            "-# "
            + t.n(
                "{count} question is noted here; {nothing} found nothing.",
                "{count} questions are noted here; {nothing} found nothing.",
                counted.asked,
                nothing=t.number(counted.nothing),
            )
        )
    if not texts:
        lines.append(
            "-# "
            + t(
                "Listed is what members sent on purpose: this server doesn't keep the words of"
                " other questions (`/settings show`)."
            )
        )
    return "\n".join(lines)


def _none(at: Spot, t: Language) -> str:
    if at.which == "closed":
        return t("Nothing was answered or closed yet, or its time is over.")
    return t("There is nothing here: nobody sent in a question that is still open.")


def _listed(group: GapGroup, number: int, at: Spot, words: int, t: Language) -> Block:
    question = one_line_markup(group.questions[0][0], words) or _no_words(t)
    lines = [f"-# {_counts(group, t)}"]
    if group.words:
        said = [one_line_markup(word, min(WORD, words // 2)) for word in group.words]
        lines.append("-# " + t("Words: {words}", words=", ".join(said)))
    label = t("Open {number}", number=number)
    button = Button(label, press_id("gap", group.id, at.which, at.page))
    return Beside(f"**{number}. {question}**", button, "\n".join(lines))


def _no_words(t: Language) -> str:
    return t("(the timeline of everything)")


def _counts(group: GapGroup, t: Language) -> str:
    """How often, what for, and when last."""
    parts = []
    if group.nothing:
        parts.append(t.n("asked {count} time", "asked {count} times", group.nothing))
    if group.told:
        parts.append(t.n("{count} told the curators", "{count} told the curators", group.told))
    if group.unhelpful:
        parts.append(
            t.n("{count} marked it not helpful", "{count} marked it not helpful", group.unhelpful)
        )
    if group.wishes:
        parts.append(t.n("{count} wishes to be told", "{count} wish to be told", group.wishes))
    day = t.date(from_edtf(group.last.date().isoformat()))
    return " · ".join((*parts, t("last {date}", date=day)))


def _turning(at: Spot, pages: int, any_group: bool, t: Language) -> Iterator[Block]:
    named = filters(t)
    options = tuple(Option(named[one], f"gaps.{one}.1", chosen=one == at.which) for one in FILTERS)
    yield Row((Menu(press_id(MENU), t("What to list"), options),))
    buttons = []
    if pages > 1:
        back, on = press_id("gaps", at.which, at.page - 1), press_id("gaps", at.which, at.page + 1)
        buttons += [
            Button(t("Previous page"), back, disabled=at.page <= 1),
            Button(t("Next page"), on, disabled=at.page >= pages),
        ]
    if any_group:
        buttons += [
            Button(t("Spreadsheet (CSV)"), press_id("gaps_file", "csv", at.which)),
            Button(t("Questions for eval"), press_id("gaps_file", "jsonl", at.which)),
        ]
    if buttons:
        yield Row(tuple(buttons))


# ---------------------------------------------------------------- one group


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the documents now of what a group names."""

    passages: tuple[Citation, ...] = ()  # of those that were shown
    answer: Citation | None = None  # the passage that a curator named
    document: SourceInfo | None = None  # the document that a curator named


def gap_page(group: GapGroup, shown: Shown, at: Spot, t: Language, note: str = "") -> Page:
    """One group: its questions, what was said and shown, and what can be done about it.

    ``note`` is a sentence of ours about what was just done.
    """

    def blocks(most: int) -> list[Block]:
        made: list[Block] = [_title(group, t), Rule.LINE, *_what(group, shown, most, t)]
        if group.answer is not None:
            made += [Rule.LINE, _done(group, shown, t)]
        quiet = ([f"**{one_line_markup(note)}**"] if note else []) + [only_you(t)]
        return [*made, Rule.LINE, "\n".join(quiet), Row(tuple(_doing(group, at, t)))]

    colour = AMBER if group.answer is None else GREEN
    return Page(tuple(first_fit((_WORDINGS, 3, 2, 1), blocks)), colour)


def _title(group: GapGroup, t: Language) -> str:
    question = one_line_markup(group.questions[0][0], QUESTION) or _no_words(t)
    return f"### {question}\n-# {_counts(group, t)}"


def _what(group: GapGroup, shown: Shown, most: int, t: Language) -> Iterator[Block]:
    if len(group.questions) > 1:
        lines = [
            f"- {one_line_markup(question, QUESTION) or _no_words(t)}"
            + (f" × {t.number(count)}" if count > 1 else "")
            for question, count in group.questions[:most]
        ]
        rest = len(group.questions) - most
        if rest > 0:
            lines.append("-# " + t.n("and {count} more wording", "and {count} more wordings", rest))
        yield "\n".join((f"**{t('How it was asked')}**", *lines))
    if group.reasons or group.comments:
        named = reasons(t)
        said = [f"- {named[reason]} × {t.number(count)}" for reason, count in group.reasons]
        said += [
            f"> {one_line_markup(text, _COMMENT)}"
            for text in group.comments[: min(most, _COMMENTS)]
        ]
        yield "\n".join((f"**{t('What people said is wrong')}**", *said))
    yield _shown_then(shown, most, t)


def _shown_then(shown: Shown, most: int, t: Language) -> str:
    heading = f"**{t('What was shown')}**"
    lines = [
        f"- {where(one.source, one.passage.locator, t)}: "
        f"“{one_line_markup(one.passage.text, _SHORT_QUOTE)}”"
        for one in shown.passages[:most]
    ]
    # The same words whether there was none or its document is hidden now.
    return "\n".join((heading, *(lines or [t("Nothing, or it is no longer in the documents.")])))


def _done(group: GapGroup, shown: Shown, t: Language) -> str:
    """What a curator did, and who could be told of it: how many."""
    answer = group.answer
    assert answer is not None
    if answer.how == "closed":
        lines = [t("**Closed without an answer.**")]
    elif answer.how == "document":
        title = one_line_markup(shown.document.title, TITLE) if shown.document else ""
        lines = [
            t("**Answered by a document:** {title}", title=title)
            if title
            else t("**Answered by a document that was added.**")
        ]
    elif shown.answer is None:
        lines = [t("**Answered by a passage that is no longer in the documents.**")]
    else:
        lines = [t("**Answered by this passage:**"), *_quoted(shown.answer, _SHORT_QUOTE, t)]
    told = sum(line.told == "told" for line in group.lines)
    unreached = sum(line.told in ("refused", "left") for line in group.lines)
    if told:
        lines.append("-# " + t.n("{count} was told.", "{count} were told.", told))
    if unreached:
        lines.append(
            "-# "
            + t.n(
                "{count} could not be told: they take no direct messages, or left the server.",
                "{count} could not be told: they take no direct messages, or left the server.",
                unreached,
            )
        )
    return "\n".join(lines)


def _quoted(citation: Citation, limit: int, t: Language) -> Iterator[str]:
    text = citation.passage.text
    yield f"> {quote(text, excerpt(text, limit, [(0, 1)]), ())}"
    yield f"-# {where(citation.source, citation.passage.locator, t)}"


def _doing(group: GapGroup, at: Spot, t: Language) -> Iterator[Button]:
    def press(kind: str) -> PressId:
        return press_id(kind, group.id, at.which, at.page)

    if group.answer is None:
        yield Button(t("Name a passage"), press("gap_passage"), style="primary")
        yield Button(t("A document was added"), press("gap_document"))
        yield Button(t("Close without an answer"), press("gap_close"))
    else:
        yield Button(t("Open again"), press("gap_reopen"))
    yield Button(t("Back to the list"), press_id("gaps", at.which, at.page))


# ---------------------------------------------------------------- answering one


def candidates_page(
    group: GapGroup, found: Sequence[Citation], at: Spot, generation: int, t: Language
) -> Page:
    """Passages found by a curator's words, to choose the one that answers; or that none was."""

    def blocks(limit: int) -> list[Block]:
        made: list[Block] = [_title(group, t), Rule.LINE]
        for one in found[:SHOWN]:
            head = f"**{one_line_markup(one.source.title, TITLE)}**\n-# {_place(one, t)}"
            press = press_id("gap_take", group.id, at.which, at.page, one.passage.id, generation)
            text = one.passage.text
            below = f"> {quote(text, excerpt(text, limit, [(0, 1)]), ())}"
            button = Button(t("Choose {number}", number=one.number), press)
            made += [Beside(head, button, below), Rule.SPACE]
        if not found:
            made += [t("**No passage was found by these words.** Try others."), Rule.SPACE]
        return [*made[:-1], Rule.LINE, only_you(t), Row(tuple(_again(group, at, t)))]

    return Page(tuple(first_fit((400, 200, 100), blocks)), BLUE)


def confirm_page(
    group: GapGroup, citation: Citation, at: Spot, hidden: bool, generation: int, t: Language
) -> Page:
    """Asks once whether a passage answers; ``hidden`` if not all in the server may see it."""
    wishes = group.wishes
    told = (
        t.n(
            "{count} person who wishes it is told by direct message.",
            "{count} people who wish it are told by direct message.",
            wishes,
        )
        if wishes
        else t("Nobody asked to be told.")
    )
    lines = [told]
    if hidden and wishes:
        lines.append(
            t(
                "Not everybody in this server may see this passage, so they are told only that"
                " there is an answer."
            )
        )
    take = press_id("gap_answer", group.id, at.which, at.page, citation.passage.id, generation)
    row = Row((Button(t("This answers it"), take, style="success"), *_again(group, at, t)))
    body = "\n".join((f"**{t('Does this answer it?')}**", *_quoted(citation, _QUOTE, t)))
    return Page((_title(group, t), Rule.LINE, body, Rule.LINE, "\n".join(lines), row), BLUE)


def documents_page(group: GapGroup, sources: Sequence[SourceInfo], at: Spot, t: Language) -> Page:
    """Asks which document answers; of many the last ones."""
    options = tuple(
        Option(one.title, one.id, one.name)
        for one in sources[-OPTIONS:][::-1]
        if len(one.id) <= 100
    )
    menu = Menu(press_id("gap_added", group.id, at.which, at.page), t("The document"), options)
    back = Button(t("Back"), press_id("gap", group.id, at.which, at.page))
    text = t("**Which document answers it now?** It is named to those who wish to be told.")
    rows: list[Block] = [Row((menu,))] if options else []
    if not options:
        text = t("**There is no document to name yet.** Add one with `/corpus add` first.")
    return Page((_title(group, t), Rule.LINE, text, only_you(t), *rows, Row((back,))), BLUE)


def _again(group: GapGroup, at: Spot, t: Language) -> Iterator[Button]:
    yield Button(t("Name another"), press_id("gap_passage", group.id, at.which, at.page))
    yield Button(t("Back"), press_id("gap", group.id, at.which, at.page))


def _place(citation: Citation, t: Language) -> str:
    return place(citation.passage.locator, t, PLACE)


def gone_page(at: Spot, t: Language) -> Page:
    """That a group isn't there any more: what it was made of was taken back, or its time is over."""
    text = t("**These questions are no longer kept.** They were taken back, or their time is over.")
    back = Button(t("Back to the list"), press_id("gaps", at.which, at.page))
    return Page((f"{text}\n{only_you(t)}", Row((back,))), GREY)


def files_page(name: str, content: bytes, questions: int, t: Language) -> Page:
    """A file of what is listed."""
    said = t.n("{count} question, as a file.", "{count} questions, as a file.", questions)
    how = (
        t("Measure with it: `archivist eval {name}`. Look through it first.", name=name)
        if name.endswith(".jsonl")
        else t("It says nothing of who asked.")
    )
    file = Attachment(name, content, t("Questions that were not answered well"))
    return Page((f"**{said}** {how}\n{only_you(t)}",), BLUE, (file,))


# ---------------------------------------------------------------- telling who asked


def told_page(
    question: str,
    citation: Citation | None,
    document: SourceInfo | None,
    server: str,
    show: PressId,
    t: Language,
) -> Page:
    """The direct message that tells a person that their question was answered.

    ``citation`` or ``document`` is what answers, where everybody in the ``server`` may see it.
    """
    name = one_line_markup(server, TITLE)
    lines = [f"### {t('Your question was answered')}", f"> {one_line_markup(question, QUESTION)}"]
    blocks: list[Block] = ["\n".join(lines)]
    if citation is not None:
        body = [t("The curators of {server} name this passage:", server=name)]
        blocks += ["\n".join((*body, *_quoted(citation, _QUOTE, t)))]
        blocks += [Row((Button(t("Show"), show, style="primary"),))]
    elif document is not None:
        title = one_line_markup(document.title, TITLE)
        blocks.append(
            t(
                "The curators of {server} added a document: {title}. Ask again there.",
                server=name,
                title=title,
            )
        )
    else:
        blocks.append(t("The curators of {server} answered it. Ask again there.", server=name))
    quiet = t(
        "-# You asked to be told, once. `/privacy show` says what is kept about you, and deletes it."
    )
    return Page((*blocks[:2], quiet, *blocks[2:]), GREEN)


def no_longer_page(t: Language) -> Page:
    """What a press in such a message shows when the passage can't be seen any more."""
    return Page((t("**That passage can't be shown any more.** Ask again in the server."),), GREY)
