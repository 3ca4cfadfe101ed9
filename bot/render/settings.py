"""A server's settings -> a page with menus that act in place. Pure."""

from __future__ import annotations

from bot.ids import press_id
from bot.languages import NAMES, Language
from bot.layout import BLUE, Menu, Option, Page, Row
from bot.state import ServerSettings

OWN = "own"  # each reader's own language
LAYOUT, PLAIN = "layout", "plain"


def settings_page(settings: ServerSettings, t: Language) -> Page:
    """What is set, what it does, and a menu to change each."""
    own = t("Each reader's own")
    spoken = NAMES.get(settings.language or "", own)
    shown = t("Plain text for all") if settings.plain else t("As each reader chooses")
    language = Menu(
        press_id("set_language"),
        t("Language: {language}. Choose another", language=spoken),
        (
            Option(
                own, OWN, t("As set in their Discord; a mention is answered in its own language")
            ),
            *(
                Option(name, tag, t("For all who ask here; documents are quoted as they stand"))
                for tag, name in NAMES.items()
            ),
        ),
    )
    look = Menu(
        press_id("set_plain"),
        t("Look of answers: {look}. Choose another", look=shown),
        (
            Option(
                t("As each reader chooses"),
                LAYOUT,
                t("With layout, unless they chose plain text for themselves"),
            ),
            Option(
                t("Plain text for all"),
                PLAIN,
                t("Text with buttons beneath it, best for screen readers"),
            ),
        ),
    )
    return Page(
        (
            t("### Settings of this server"),
            t("**Language:** {language}", language=spoken)
            + "\n"
            + t(
                "-# The language of the bot's own words in this server. Quotes and titles stay as"
                " they stand in the documents."
            ),
            Row((language,)),
            t("**Look of answers:** {look}", look=shown)
            + "\n"
            + t(
                "-# Plain text has no frames and columns, and reads well aloud. Messages that are"
                " there already stay as they are."
            ),
            Row((look,)),
            t("-# A choice counts at once, for all in this server. Only you see this message."),
        ),
        BLUE,
    )
