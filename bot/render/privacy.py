"""What is stored about a person -> pages. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bot.ids import press_id
from bot.languages import Language
from bot.layout import (
    BLUE,
    GREEN,
    GREY,
    RED,
    Attachment,
    Block,
    Button,
    Page,
    Row,
    Rule,
    first_fit,
)
from bot.markup import one_line_markup
from bot.render.feedback import only_you, reasons, words_of
from bot.state import Deleted, Feedback
from index.dates.edtf import from_edtf

FILE = "archivist-your-data.json"
_SHOWN = (10, 6, 3, 1)  # of what was sent, latest first; as many as fit
_WORDS = 160


def privacy_page(
    plain: bool, feedback: tuple[Feedback, ...], days: int, here: int | None, t: Language
) -> Page:
    """What is stored about the reader, by what, until when; and what isn't.

    ``feedback`` is all that the reader sent, newest first, ``days`` how long that is kept, ``here``
    the server in which this is read.
    """
    buttons = []
    if plain or feedback:
        buttons.append(Button(t("Delete it all"), press_id("erase"), style="danger"))
    buttons.append(
        Button(t("Use the layout again"), press_id("plain", "off"))
        if plain
        else Button(t("Use plain text"), press_id("plain", "on"))
    )

    def blocks(most: int) -> list[Block]:
        return [
            t("### What is stored about you"),
            _stored(plain, feedback, most, days, here, t),
            Rule.LINE,
            t("### What isn't stored"),
            _not_stored(t),
            t("-# Only you see this message. `/privacy export` gives you all of it as a file."),
            Row(tuple(buttons)),
        ]

    return Page(tuple(first_fit(_SHOWN, blocks)), BLUE)


def export_page(exported: Mapping[str, Any], days: int, t: Language) -> Page:
    """All that is stored about the reader, as a JSON file; what was sent is kept ``days`` days."""
    exported = {**exported, "retention_days": days}
    content = json.dumps(exported, ensure_ascii=False, indent=2).encode()
    said = t("All that is stored about you, as JSON")
    text = t(
        "**All that is stored about you, as a file.** It also says why each part is there and how"
        " long."
    )
    return Page((f"{text}\n{only_you(t)}",), BLUE, (Attachment(FILE, content, said),))


def confirm_page(plain: bool, feedback: int, t: Language) -> Page:
    """Asks once before all is deleted; says what there is. With nothing stored, says just that."""
    if not (plain or feedback):
        text = t("**Nothing is stored about you**, so there is nothing to delete.")
        return Page((f"{text}\n{only_you(t)}",), GREY)
    text = t(
        "**Delete all that is stored about you?** That is {what}. It can't be undone.",
        what=t.listed(_parts(plain, feedback, t)),
    )
    row = Row(
        (
            Button(t("Delete it all"), press_id("erased"), style="danger"),
            Button(t("Keep it"), press_id("kept")),
        )
    )
    return Page((f"{text}\n{only_you(t)}", row), RED)


def deleted_page(deleted: Deleted, t: Language) -> Page:
    """What was deleted."""
    if not deleted:
        text = t("**Nothing was stored about you any more.**")
        return Page((f"{text}\n{only_you(t)}",), GREY)
    text = t(
        "**Deleted: {what}.** Nothing about you is stored now.",
        what=t.listed(_parts(deleted.plain, deleted.feedback, t)),
    )
    answers = t(
        "-# Answers that you asked for stay in their channels: delete one with the menu beneath it."
        " Only you see this message."
    )
    return Page((f"{text}\n{answers}",), GREEN)


def kept_page(t: Language) -> Page:
    """That nothing was deleted."""
    return Page((t("**Nothing was deleted.**") + "\n" + only_you(t),), GREY)


def _parts(plain: bool, feedback: int, t: Language) -> list[str]:
    sent = t.n("{count} message to the curators", "{count} messages to the curators", feedback)
    return [*([sent] if feedback else []), *([t("your choice of plain text")] if plain else [])]


def _stored(
    plain: bool,
    feedback: tuple[Feedback, ...],
    most: int,
    days: int,
    here: int | None,
    t: Language,
) -> str:
    parts = [_sent(sent, days, here, t) for sent in feedback[:most]]
    if plain:
        quiet = t("-# You chose it. It is kept until you change or delete it.")
        parts.insert(0, t("**That you want plain text**") + "\n" + quiet)
    rule = t.n(
        "-# Stored are only reports and questions that you send to the curators, for {count} day,"
        " and the choice of plain text.",
        "-# Stored are only reports and questions that you send to the curators, for {count} days,"
        " and the choice of plain text.",
        days,
    )
    if not parts:
        return t("Nothing.") + "\n" + rule
    if (more := len(feedback) - most) > 0:
        parts.append(
            t.n(
                "{count} more, which `/privacy export` gives",
                "{count} more, which `/privacy export` gives",
                more,
            )
        )
    parts.append(t("-# Each is kept with your Discord id, so that only you can see and delete it."))
    return "\n".join([*parts, rule])


def _sent(sent: Feedback, days: int, here: int | None, t: Language) -> str:
    """One thing that was sent: its question, when, where, what was said, until when."""
    words = words_of(sent, _WORDS)
    if sent.kind == "gap":
        what = t("**Told the curators:** “{words}”", words=words)
    elif words:
        what = t("**Reported:** “{words}”", words=words)
    else:
        what = t("**Reported:** the timeline")
    last = sent.at + dt.timedelta(days=days + 1)  # old ones are deleted once a day
    parts = [
        _sending(sent, here, t),
        reasons(t)[sent.reason] if sent.reason else "",
        t("your words: “{text}”", text=one_line_markup(sent.text, _WORDS)) if sent.text else "",
        t("deleted by {date}", date=_day(last, t)),
    ]
    return f"{what}\n-# {' · '.join(part for part in parts if part)}"


def _sending(sent: Feedback, here: int | None, t: Language) -> str:
    date = _day(sent.at, t)
    if sent.guild is None:
        return t("sent on {date}, outside servers", date=date)
    if sent.guild == here:
        return t("sent on {date} in this server", date=date)
    return t("sent on {date} in another server", date=date)


def _day(time: dt.datetime, t: Language) -> str:
    return t.date(from_edtf(time.astimezone(dt.UTC).date().isoformat()))


def _not_stored(t: Language) -> str:
    return "\n".join(
        (
            t(
                "- **Questions** aren't stored, unless you send one to the curators. What was asked"
                " stands only in the answer's message."
            ),
            t(
                "- **Messages** aren't read unless they mention the bot, are sent to it directly or"
                " are handed to it from a message's menu; those aren't stored either."
            ),
            t(
                "- **What you press or look at** isn't stored. The program's log has times and"
                " numbers, never words or names."
            ),
        )
    )
