"""What is said after a report, a word to the curators, and a choice of plain text -> pages. Pure."""

from __future__ import annotations

from bot.ids import press_id
from bot.languages import Language
from bot.layout import BLUE, GREEN, GREY, Button, Page, Row
from bot.markup import one_line_markup
from bot.render.words import QUESTION
from bot.state import Feedback, Reason


def reasons(t: Language) -> dict[Reason, str]:
    """What each reason is called, in the order in which they are offered."""
    return {
        Reason.PASSAGE: t("The passages don't answer the question"),
        Reason.OUTDATED: t("What it says is outdated"),
        Reason.MISSING: t("Something is missing"),
        Reason.OTHER: t("Something else"),
    }


def only_you(t: Language) -> str:
    """The quiet line of a private message."""
    return t("-# Only you see this message.")


def words_of(feedback: Feedback, limit: int) -> str:
    """Markup of the words by which a person knows what they asked; empty for a timeline of all."""
    asked = feedback.asked
    words = (asked.question, asked.about, asked.who, asked.when, asked.document)
    return one_line_markup(next(filter(None, words), ""), limit)


def told_page(feedback: Feedback, number: int, days: int, t: Language) -> Page:
    """That the curators will see what was just kept under this number, and how to take it back."""
    heading = (
        t("**Thank you. The curators will see the question, and that it wasn't answered.**")
        if feedback.kind == "gap"
        else t("**Thank you. The curators will see this report.**")
    )
    lines = [heading]
    if words := words_of(feedback, QUESTION):
        lines.append(f"> {words}")
    if feedback.reason:
        lines.append(t("What is wrong: {reason}", reason=reasons(t)[feedback.reason]))
    kept = t.n(
        "-# Only you see this message. What you sent is kept for {count} day, with your Discord id."
        " You can take it back until then, here or with `/privacy delete`.",
        "-# Only you see this message. What you sent is kept for {count} days, with your Discord id."
        " You can take it back until then, here or with `/privacy delete`.",
        days,
    )
    back = Button(t("Take it back"), press_id("take_back", number))
    return Page(("\n".join(lines), kept, Row((back,))), GREEN)


def taken_back_page(found: bool, t: Language) -> Page:
    """That something was taken back; or that it was gone already."""
    text = (
        t("**Taken back.** Nothing of it is kept.")
        if found
        else t("**There is nothing left to take back.** It was deleted before.")
    )
    return Page((f"{text}\n{only_you(t)}",), GREY)


def plain_page(plain: bool, everywhere: bool, t: Language) -> Page:
    """What a person's choice of plain text changes; ``everywhere`` if the server wants it for all."""
    if plain:
        text = t("**From now on you get answers as plain text**, without frames and columns.")
        other = Button(t("Use the layout again"), press_id("plain", "off"))
    elif everywhere:
        text = t(
            "**Your own choice of plain text is off.** This server shows plain text to all, so here"
            " nothing changes; elsewhere you get answers with layout."
        )
        other = Button(t("Use plain text"), press_id("plain", "on"))
    else:
        text = t("**From now on you get answers with layout again.**")
        other = Button(t("Use plain text"), press_id("plain", "on"))
    quiet = t(
        "-# It applies wherever you ask. A public answer looks as who asked for it has chosen."
        " Only you see this message."
    )
    return Page((text, quiet, Row((other,))), BLUE)
