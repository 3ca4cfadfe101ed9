"""How things are in a channel -> a page. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.diagnosing import Diagnosis, Indexed
from bot.languages import Language
from bot.layout import AMBER, GREEN, Page
from bot.render.settings import name_of
from bot.visibility import Sight
from index.collections import MAIN, guild_of
from index.messages import Message, say

_CHANNELS = 5  # that are named
_COLLECTIONS = 15  # that are named

#: What each permission is for, by discord.py's name: `bot.permissions.NEEDED` for administrators.
FEATURES: dict[str, Message] = {
    "view_channel": say("I can't see messages that mention me there"),
    "send_messages": say("I can't answer when I am mentioned, or welcome the server"),
    "send_messages_in_threads": say("I can't answer in threads when I am mentioned"),
    "read_message_history": say("I can't reply to a message, or know the question before"),
    "embed_links": say("long answers in plain text are cut short"),
    "attach_files": say("I can't add what is too long for a message as a file"),
    "create_public_threads": say("nobody can open a thread from an answer"),
    "add_reactions": say(
        "I can't tell somebody who takes no direct messages why there is no answer"
    ),
}


def diagnosis_page(found: Diagnosis, zone: ZoneInfo, t: Language) -> Page:
    """What is well, and what to do about what is not; ``zone`` is that in which days are told."""
    well = not found.missing and found.answers and found.indexed is not None
    blocks = (
        t("### How it is in {channel}", channel=f"<#{found.channel}>"),
        _permissions(found, t),
        _place(found, t),
        _searched(found, t),
        _state(found, zone, t),
        f"-# {t('Only you see this message.')}",
    )
    return Page(blocks, GREEN if well else AMBER)


def _permissions(found: Diagnosis, t: Language) -> str:
    if not found.missing:
        return t("**Permissions:** I have all that I need.")
    lines = [t("**Permissions:** something is missing.")]
    lines += [
        t(
            "- **{permission}**: without it {feature}.",
            permission=t.say(one.label),
            feature=t.say(FEATURES[one.name]),
        )
        for one in found.missing
    ]
    lines.append(
        "-# "
        + t(
            "Give them to my role in the channel's settings, under Permissions. Commands and buttons"
            " work without."
        )
    )
    return "\n".join(lines)


def _place(found: Diagnosis, t: Language) -> str:
    if found.answers:
        first = t("**Answers:** questions are answered there.")
    else:
        named = t.listed([f"<#{channel}>" for channel in found.chosen[:_CHANNELS]])
        first = t(
            "**Answers:** not there: the settings say {channels}. `/settings show` changes it.",
            channels=named,
        )
    if found.private:
        return f"{first} " + t("Only who asks sees an answer, unless they want otherwise.")
    return first


def _searched(found: Diagnosis, t: Language) -> str:
    public = t("**Searched for all:** {collections}", collections=_named(found.public, t))
    if found.own == found.public:
        return public
    more = _named(found.own - found.public, t)
    return f"{public}\n" + t("**And for you, in private answers:** {collections}", collections=more)


def _named(sight: Sight, t: Language) -> str:
    if not sight:
        return t("nothing")
    shown = sorted(sight, key=lambda one: (guild_of(one) is None, one != MAIN, one))
    names = [name_of(one, t) for one in shown[:_COLLECTIONS]]
    more = len(sight) - len(names)
    return ", ".join([*names, *([t.n("{count} more", "{count} more", more)] if more else [])])


def _state(found: Diagnosis, zone: ZoneInfo, t: Language) -> str:
    lines = [_index(found.indexed, zone, t)]
    if found.latency is not None:
        ms = t.number(round(found.latency * 1000))
        lines.append(t("**Connection:** Discord answers in {ms} ms.", ms=ms))
    if found.running is not None:
        errors = found.running.errors
        lines.append(
            t.n(
                "**The whole bot:** {count} error was logged in the last hour.",
                "**The whole bot:** {count} errors were logged in the last hour.",
                errors,
            )
            + (" " + t("Documents are being read.") if found.running.building else "")
        )
    return "\n".join(lines)


def _index(indexed: Indexed | None, zone: ZoneInfo, t: Language) -> str:
    if indexed is None:
        return t("**Index:** there is none yet, so nothing can be answered.")
    counted = t.n("{count} document", "{count} documents", indexed.documents)
    if indexed.written is None:
        return t("**Index:** {documents} for you.", documents=counted)
    when = indexed.written.astimezone(zone)
    return t(
        "**Index:** {documents} for you, indexed on {day} (number {generation}).",
        documents=counted,
        day=_day(when),
        generation=t.number(indexed.generation),
    )


def _day(when: dt.datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M")
