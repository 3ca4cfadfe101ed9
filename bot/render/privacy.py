"""What is stored about a person -> pages. Pure."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable, Mapping
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
from bot.state import About, Deleted, Feedback
from index.dates.edtf import from_edtf

FILE = "archivist-your-data.json"
_SHOWN = (10, 6, 3, 1)  # of what was sent, latest first; as many as fit
_WORDS = 160
_LARGE = 7_000_000  # bytes of a file, above which it is packed


#: How many days a server keeps what its members send, by its id.
Days = Callable[[int | None], int]


def privacy_page(
    about: About, days: Days, here: int | None, t: Language, *, keeps: bool = False
) -> Page:
    """What is stored about the reader, by what, until when; and what isn't.

    ``here`` is the server in which this is read, ``keeps`` whether it keeps the words of questions.
    """
    buttons = []
    if about:
        buttons.append(Button(t("Delete it all"), press_id("erase"), style="danger"))
    buttons.append(
        Button(t("Use the layout again"), press_id("plain", "off"))
        if about.plain
        else Button(t("Use plain text"), press_id("plain", "on"))
    )

    def blocks(most: int) -> list[Block]:
        return [
            t("### What is stored about you"),
            _stored(about, most, days, here, t),
            Rule.LINE,
            t("### What isn't stored"),
            _not_stored(keeps, t),
            t("-# Only you see this message. `/privacy export` gives you all of it as a file."),
            Row(tuple(buttons)),
        ]

    return Page(tuple(first_fit(_SHOWN, blocks)), BLUE)


def export_page(exported: Mapping[str, Any], days: int, t: Language) -> Page:
    """All that is stored about the reader, as a JSON file, packed if it is large.

    What was sent is kept ``days`` days where a server chose nothing else.
    """
    exported = {**exported, "retention_days": days}
    name, content = FILE, json.dumps(exported, ensure_ascii=False, indent=2).encode()
    if len(content) > _LARGE:
        name, content = f"{FILE}.gz", gzip.compress(content, mtime=0)
    said = t("All that is stored about you, as JSON")
    text = t(
        "**All that is stored about you, as a file.** It also says why each part is there and how"
        " long."
    )
    return Page((f"{text}\n{only_you(t)}",), BLUE, (Attachment(name, content, said),))


def confirm_page(about: About, t: Language) -> Page:
    """Asks once before all is deleted; says what there is. With nothing stored, says just that."""
    if not about:
        text = t("**Nothing is stored about you**, so there is nothing to delete.")
        return Page((f"{text}\n{only_you(t)}",), GREY)
    text = t(
        "**Delete all that is stored about you?** That is {what}. It can't be undone.",
        what=t.listed(_parts(len(about.feedback), about.plain, about.questions, about.acts, t)),
    )
    row = Row(
        (
            Button(t("Delete it all"), press_id("erased"), style="danger"),
            Button(t("Keep it"), press_id("kept")),
        )
    )
    lines = [text, *([_acts_stay(t)] if about.acts else []), only_you(t)]
    return Page(("\n".join(lines), row), RED)


def deleted_page(deleted: Deleted, t: Language) -> Page:
    """What was deleted."""
    if not deleted:
        text = t("**Nothing was stored about you any more.**")
        return Page((f"{text}\n{only_you(t)}",), GREY)
    text = t(
        "**Deleted: {what}.** Nothing about you is stored now.",
        what=t.listed(_parts(deleted.feedback, deleted.plain, deleted.questions, deleted.acts, t)),
    )
    answers = t(
        "-# Answers that you asked for stay in their channels: delete one with the menu beneath it."
        " Only you see this message."
    )
    lines = [text, *([_acts_stay(t)] if deleted.acts else []), answers]
    return Page(("\n".join(lines),), GREEN)


def kept_page(t: Language) -> Page:
    """That nothing was deleted."""
    return Page((t("**Nothing was deleted.**") + "\n" + only_you(t),), GREY)


def _acts_stay(t: Language) -> str:
    return t(
        "-# What was done for a server stays in its audit log, so that it can be accounted for: as"
        " done by a former administrator, without your id."
    )


def _parts(feedback: int, plain: bool, questions: int, acts: int, t: Language) -> list[str]:
    parts = []
    if feedback:
        parts.append(
            t.n("{count} message to the curators", "{count} messages to the curators", feedback)
        )
    if plain:
        parts.append(t("your choice of plain text"))
    if questions:
        parts.append(t.n("{count} note that you asked", "{count} notes that you asked", questions))
    if acts:
        parts.append(
            t.n(
                "your id in {count} line about what administrators did",
                "your id in {count} lines about what administrators did",
                acts,
            )
        )
    return parts


def _stored(about: About, most: int, days: Days, here: int | None, t: Language) -> str:
    parts = []
    if about.plain:
        quiet = t("-# You chose it. It is kept until you change or delete it.")
        parts.append(t("**That you want plain text**") + "\n" + quiet)
    if about.questions:
        parts.append(_asked(about, days(here), t))
    if about.acts:
        parts.append(_acts(about.acts, t))
    parts += [_sent(sent, days(sent.guild), here, t) for sent in about.feedback[:most]]
    if (more := len(about.feedback) - most) > 0:
        parts.append(
            t.n(
                "{count} more, which `/privacy export` gives",
                "{count} more, which `/privacy export` gives",
                more,
            )
        )
    if about.feedback:
        parts.append(
            t("-# What you sent is kept with your Discord id, so that only you can delete it.")
        )
    return "\n".join(parts or [t("Nothing.")])


def _asked(about: About, days: int, t: Language) -> str:
    """That the reader asked, and how that is kept."""
    said = t.n(
        "**That you asked {count} question**",
        "**That you asked {count} questions**",
        about.questions,
    )
    quiet = t.n(
        "-# With the time and whether it was answered; under a code made of your id and a secret"
        " key, so that curators can't tell who asked. Kept for {count} day here.",
        "-# With the time and whether it was answered; under a code made of your id and a secret"
        " key, so that curators can't tell who asked. Kept for {count} days here.",
        days,
    )
    lines = [said, quiet]
    if about.texts:
        lines.append(
            t.n(
                "-# {count} of them with its words, because a server's administrators chose so.",
                "-# {count} of them with their words, because a server's administrators chose so.",
                about.texts,
            )
        )
    return "\n".join(lines)


def _acts(acts: int, t: Language) -> str:
    """That the reader did something as an administrator."""
    said = t.n(
        "**What you did as an administrator**, in {count} line",
        "**What you did as an administrator**, in {count} lines",
        acts,
    )
    quiet = t(
        "-# With your Discord id, so that it can be accounted for: for a year, and beside documents,"
        " names and corrections for as long as these are kept."
    )
    return f"{said}\n{quiet}"


def _sent(sent: Feedback, days: int, here: int | None, t: Language) -> str:
    """One thing that was sent: its question, when, where, what was said, until when."""
    words = words_of(sent, _WORDS)
    if sent.kind == "gap":
        what = t("**Told the curators:** “{words}”", words=words)
    elif sent.kind == "helpful":
        what = t("**Called helpful:** “{words}”", words=words)
    elif words:
        what = t("**Reported:** “{words}”", words=words)
    else:
        what = t("**Reported:** the timeline")
    last = sent.at + dt.timedelta(days=days + 1)  # old ones are deleted a little later
    parts = [
        _sending(sent, here, t),
        reasons(t)[sent.reason] if sent.reason else "",
        t("your words: “{text}”", text=one_line_markup(sent.text, _WORDS)) if sent.text else "",
        t("you wish to be told") if sent.tell and not sent.told else "",
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


def _not_stored(keeps: bool, t: Language) -> str:
    questions = (
        t(
            "- **Who asked.** This server keeps the words of questions, because its administrators"
            " chose so; they don't see who asked."
        )
        if keeps
        else t(
            "- **The words of questions** aren't stored, unless you send one to the curators or a"
            " server's administrators chose to keep them. In this place nobody did."
        )
    )
    return "\n".join(
        (
            questions,
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
