"""Corrections of the timeline -> pages: before and after, what was saved, what can be taken back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.documents import key
from bot.editing import Proposal, collection_name
from bot.ids import press_id
from bot.languages import Language
from bot.layout import AMBER, BLUE, GREEN, Block, Button, Menu, Option, Page, Row, Rule, first_fit
from bot.limits import OPTION, shorten
from bot.markup import escape, one_line_markup, one_line_of
from bot.render.events import Numbers, first_sentences, label, words_of
from bot.render.feedback import only_you
from bot.render.words import where
from bot.state import StoredCorrection
from index.messages import Message
from index.model import CitedEvent, Precision

LISTED = 8  # corrections on a page of the list
_WORDS = (600, 300, 160, 80, 40)  # characters of an entry; the first that fits
_QUOTE = 300
_ABOUT = 140
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an edit that is kept: ``wrong`` says why it doesn't count yet, in plain text."""

    generation: int | None  # that it counts in; None while it is being made
    wrong: str = ""


def kind_name(kind: str, t: Language) -> str:
    """What a kind of correction does, in a word or two; a kind that nothing knows as it stands."""
    return {
        "hide": t("hidden"),
        "redate": t("date changed"),
        "retitle": t("headline"),
        "add": t("added"),
        "merge": t("merged"),
    }.get(kind, kind)


# ---------------------------------------------------------------- a preview


def preview_page(proposal: Proposal, draft: str, guild: int, t: Language) -> Page:
    """How entries look now and after the correction, with Save and Cancel for the ``draft``."""
    save = Button(t("Save"), press_id("edit_save", draft), style="success")
    cancel = Button(t("Cancel"), press_id("edit_cancel", draft))
    whose = one_line_markup(collection_name(proposal.collection, guild, t), _ABOUT)

    def write(words: int) -> list[Block]:
        numbers, cites = Numbers(), dict[int, str]()
        blocks: list[Block] = [f"### {_heading(proposal.kind, t)}"]
        if proposal.before:
            now = _entries(proposal.before, words, numbers, cites, t)
            blocks += [f"**{t('Now')}**\n{now}", Rule.SPACE]
        then = _entries(proposal.after, words, numbers, cites, t)
        if proposal.kind == "hide":
            then = t("Nothing: the entry is shown nowhere. The document itself stays as it is.")
        blocks.append(f"**{t('After that')}**\n{then}")
        remarks = [*_remarks(proposal, t)]
        if remarks:
            blocks.append("\n".join(remarks))
        quiet = [f"-# [{number}] {place}" for number, place in cites.items()]
        quiet.append("-# " + t("It counts for all who may see {whose}.", whose=whose))
        quiet.append(only_you(t))
        return [*blocks, Rule.LINE, "\n".join(quiet), Row((save, cancel))]

    return Page(tuple(first_fit(_WORDS, write)), BLUE)


def _heading(kind: str, t: Language) -> str:
    return {
        "hide": t("Hide this entry of the timeline?"),
        "redate": t("Change the date of this entry?"),
        "retitle": t("Put this headline above the entry?"),
        "add": t("Add this entry to the timeline?"),
        "merge": t("Make these entries one?"),
    }[kind]


def _entries(
    events: Sequence[CitedEvent], words: int, numbers: Numbers, cites: dict[int, str], t: Language
) -> str:
    """Entries as a timeline shows them."""
    each = max(_SHORT // 2, words // max(1, len(events)))
    lines = []
    for cited in events:
        number = numbers.of(cited)
        cites.setdefault(number, where(cited.source, cited.event.locator, t))
        said = escape(first_sentences(words_of(cited.event), each))
        lines.append(f"- {label(cited.event, '', t)} — {said} [{number}]")
    return "\n".join(lines)


def _remarks(proposal: Proposal, t: Language) -> list[str]:
    said: list[str] = []
    if proposal.date is not None:
        said.append(
            t(
                "“{written}” was understood as **{date}**, known to the {precision} (EDTF {edtf}).",
                written=one_line_markup(proposal.written, _SHORT),
                date=escape(t.date(proposal.date)),
                precision=_precision(proposal.date.precision, t),
                edtf=f"`{proposal.date.edtf}`",
            )
        )
    if proposal.kind == "merge" and len(proposal.after) > 1:
        said.append(
            t(
                "They stand in different documents, so each stays, and is linked to the others as"
                " the same happening."
            )
        )
    elif proposal.kind == "merge":
        said.append(t("The first stays; the others are named with it as told there again."))
    return said


def _precision(precision: Precision, t: Language) -> str:
    return {
        Precision.DAY: t.within("precision", "day"),
        Precision.MONTH: t.within("precision", "month"),
        Precision.SEASON: t.within("precision", "season"),
        Precision.QUARTER: t.within("precision", "quarter"),
        Precision.HALF: t.within("precision", "half-year"),
        Precision.YEAR: t.within("precision", "year"),
        Precision.DECADE: t.within("precision", "decade"),
        Precision.CENTURY: t.within("precision", "century"),
    }[precision]


def near_page(reason: str, quotes: Sequence[str], draft: str, t: Language) -> Page:
    """That a quote can't be placed and why; the words of the document that may have been meant."""
    lines = [t("### The entry can't be added as it is"), one_line_markup(t.say(reason), 300)]
    if not quotes:
        lines.append(t("Copy a sentence from the document, as an answer or `/sources` shows it."))
        return Page(("\n".join(lines), only_you(t)), AMBER)
    lines.append(t("The nearest words that stand there:"))
    shown = [
        f"**{number}.** “{escape(one_line_of(quote, _QUOTE))}”"
        for number, quote in enumerate(quotes, start=1)
    ]
    buttons = tuple(
        Button(t("Use {number}", number=number + 1), press_id("edit_quote", draft, number))
        for number in range(len(quotes))
    )
    return Page(("\n".join(lines), "\n".join(shown), only_you(t), Row(buttons)), AMBER)


# ---------------------------------------------------------------- after it


def cancelled_page(t: Language) -> Page:
    return Page((t("**Nothing was changed.**") + f"\n{only_you(t)}",))


def correction_page(
    correction: StoredCorrection, saved: Saved, t: Language, *, undone: bool = False
) -> Page:
    """That a correction was kept, or taken back; and since when it counts, or why it doesn't yet."""
    what = one_line_markup(about(correction), _ABOUT)
    kind = kind_name(correction.kind, t)
    head = (
        t("**Taken back:** {kind}. {what}", kind=kind, what=what)
        if undone
        else t("**Saved:** {kind}. {what}", kind=kind, what=what)
    )
    again = (
        Button(t("Do it again"), press_id("edit_redo", correction.id))
        if undone
        else Button(t("Undo"), press_id("edit_undo", correction.id))
    )
    return saved_page(head, saved, again, t)


def saved_page(head: str, saved: Saved, again: Button, t: Language) -> Page:
    """``head`` is markup; beneath it since when it counts, and a button that turns it round."""
    colour = GREEN
    if saved.wrong:
        colour = AMBER
        said = one_line_markup(saved.wrong, 600)
    elif saved.generation is None:
        said = t("The index is being made anew; until that is done the old one answers.")
    else:
        said = t("It counts from now on.")
    return Page((f"{head}\n{said}\n{only_you(t)}", Row((again,))), colour)


def about(correction: StoredCorrection) -> str:
    """Which event a correction is of, in plain text; and what is said of it."""
    body = correction.body
    was = str(body.get("reason", "")) or ", ".join(_ids(body)) or str(body.get("quote", ""))
    said = str(body.get("date", "")) if correction.kind in ("redate", "add") else ""
    said = said or str(body.get("headline", ""))
    return f"{was} → {said}" if said else was


def _ids(body: Mapping[str, object]) -> list[str]:
    ids = body.get("ids")
    if isinstance(ids, (list, tuple)):
        return [str(one) for one in ids]
    return [str(body["id"])] if "id" in body else []


# ---------------------------------------------------------------- the list


def corrections_page(
    corrections: Sequence[StoredCorrection],
    wrong: Mapping[int, str],
    guild: int,
    t: Language,
    *,
    collection: str = "",
    page: int = 1,
) -> Page:
    """Corrections that count, newest first, with a menu that takes one back.

    ``wrong`` says of some, by their ids, why the last build could not apply them. ``collection`` is
    what the list was asked for; empty for all that may be edited.
    """
    if not corrections:
        none = t("**No correction of the timeline counts here.**")
        return Page((f"{none}\n{only_you(t)}",), BLUE)
    pages = -(-len(corrections) // LISTED)
    page = min(max(page, 1), pages)
    shown = corrections[(page - 1) * LISTED : page * LISTED]
    head = t("### Corrections of the timeline")
    counted = t.n("{count} correction", "{count} corrections", len(corrections))
    if pages > 1:
        counted += " · " + t("page {page} of {pages}", page=page, pages=pages)
    options = tuple(
        Option(
            shorten(f"{kind_name(each.kind, t)}: {about(each)}", OPTION),
            str(each.id),
            when(each.at),
        )
        for each in shown
    )
    rows = [Row((Menu(press_id("edit_undo"), t("Take one back"), options),))]
    if pages > 1:
        rows.insert(0, _turns(collection, page, pages, t))

    def write(words: int) -> list[Block]:
        lines = [_line(each, wrong.get(each.id, ""), guild, words, t) for each in shown]
        return [f"{head}\n-# {counted}", "\n".join(lines), only_you(t), *rows]

    return Page(tuple(first_fit((_ABOUT, 100, _SHORT, 30), write)), BLUE)


def _turns(collection: str, page: int, pages: int, t: Language) -> Row:
    only = key(collection) if collection else None
    before = press_id("edit_list", page - 1, only)
    after = press_id("edit_list", page + 1, only)
    return Row(
        (
            Button(t("Previous page"), before, disabled=page == 1),
            Button(t("Next page"), after, disabled=page == pages),
        )
    )


def _line(correction: StoredCorrection, wrong: str, guild: int, words: int, t: Language) -> str:
    what = one_line_markup(about(correction), words)
    whose = one_line_markup(collection_name(correction.collection, guild, t), _SHORT)
    lines = [
        f"- **{kind_name(correction.kind, t)}** · {what}",
        f"-# {who(correction.by, t)} · {when(correction.at)} · {whose}",
    ]
    if wrong:
        said = one_line_markup(t.say(wrong) if isinstance(wrong, Message) else wrong, _ABOUT)
        lines.append("-# ⚠️ " + t("It no longer fits: {why}", why=said))
    return "\n".join(lines)


def who(person: int, t: Language) -> str:
    """Markup that names a person, and pings nobody."""
    return f"<@{person}>" if person else t("a former administrator")


def when(at: dt.datetime) -> str:
    """A moment, the same for all who read it."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
