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


def asked_for(feedback: Feedback) -> str:
    """The words by which a person knows what they asked; empty for a timeline of all."""
    asked = feedback.asked
    words = (asked.question, asked.about, asked.who, asked.when, asked.document)
    return next(filter(None, words), "")


def words_of(feedback: Feedback, limit: int) -> str:
    """The same as markup, in one line."""
    return one_line_markup(asked_for(feedback), limit)


def told_page(feedback: Feedback, number: int, days: int, t: Language) -> Page:
    """That the curators will see what was just kept under this number, and how to take it back."""
    heading = {
        "gap": t("**Thank you. The curators will see the question, and that it wasn't answered.**"),
        "report": t("**Thank you. The curators will see this report.**"),
        "helpful": t("**Thank you. You marked this answer as helpful.**"),
    }[feedback.kind]
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
    buttons = [Button(t("Take it back"), press_id("take_back", number))]
    if feedback.kind != "helpful" and feedback.guild is not None:
        if feedback.tell:
            lines.append(t("You will be told by direct message when it is answered."))
            buttons.append(Button(t("Don't tell me"), press_id("tell_me", number, "off")))
        else:
            label = t("Tell me when it is answered")
            buttons.append(Button(label, press_id("tell_me", number, "on")))
    return Page(("\n".join(lines), kept, Row(tuple(buttons))), GREEN)


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
