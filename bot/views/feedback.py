"""Presses that tell the curators something, delete an answer, or choose plain text."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot import limits, presses, replies
from bot.asked import Asked, components_of, read_asked, texts_of
from bot.ids import PressId, press_id, read_id
from bot.languages import Language
from bot.layout import Page, Row
from bot.limits import shorten
from bot.presses import NotYoursError, Press
from bot.render.feedback import plain_page, reasons, taken_back_page, told_page
from bot.render.gaps import no_longer_page
from bot.render.passages import Opened, context_page
from bot.replies import Interaction
from bot.state import LONGEST_TEXT, Feedback, FeedbackKind, Reason
from bot.state.gaps import answer_in, told_of, wish
from bot.visibility import public_sight
from index.errors import ArchivistError, GonePassageError
from index.messages import say

log = logging.getLogger(__name__)

_REASON, _TEXT, _TELL = "reason", "text", "tell"  # ids of the form's inputs
_YES = "yes"  # of the last of these
_MOST_PASSAGES = 12


class FeedbackOffError(ArchivistError):
    hint = ""


@presses.on("helpful")
async def mark_helpful(press: Press) -> None:
    """Keep that an answer helped, in place of what this person said of it before."""
    _check_wanted(press)
    asked = press.asked()
    await press.wait()
    await _keep(press, _about(press, "helpful", asked))


@presses.on("curators")
async def tell_curators(press: Press) -> None:
    """Keep the question that wasn't answered, and say so privately."""
    _check_wanted(press)
    asked = press.asked()
    await press.wait()
    await _keep(press, _about(press, "gap", asked))


@presses.on("report")
@presses.on("unhelpful")
async def open_report(press: Press) -> None:
    """Open a form; what is sent in arrives as a press of ``reported``."""
    _check_wanted(press)
    form = report_form(
        press_id("reported", *press.id.arguments),
        _days(press),
        press.reader.language,
        telling=press.reader.guild is not None,
    )
    await replies.ask(press.interaction, form)


@presses.on("reported")
async def keep_report(press: Press) -> None:
    """Keep a report with what its answer showed, and say so privately."""
    _check_wanted(press)
    await press.wait()
    asked = read_asked(texts_of(press.message)) or Asked()  # a timeline of everything says nothing
    chosen = press.fields.get(_REASON, "")
    reason = Reason(chosen) if chosen in {one.value for one in Reason} else Reason.OTHER
    text = press.fields.get(_TEXT, "").strip()[:LONGEST_TEXT]
    told = replace(_about(press, "report", asked, reason, text), tell=_wishes(press))
    await _keep(press, told)


@presses.on("tell_me")
async def choose_telling(press: Press) -> None:
    """Keep whether this person wishes to be told when what they sent is answered."""
    number = press.id.argument(0)
    await press.turn("")
    kept = None
    if number.isdecimal() and len(number) < 19:
        tell = press.id.argument(1) == "on"
        kept = await wish(press.services.state, press.reader.id, int(number), tell=tell)
    t = press.reader.language
    page = told_page(kept, kept.id, _days(press), t) if kept else taken_back_page(False, t)
    await press.show(page)


@presses.on("take_back")
async def take_back(press: Press) -> None:
    """Delete what this person sent, by its id."""
    number = press.id.argument(0)
    await press.turn("")
    found = number.isdecimal() and len(number) < 19  # SQLite's largest has 19 digits
    if found:
        found = await press.services.state.take_back(press.reader.id, int(number))
    await press.show(taken_back_page(found, press.reader.language))


@presses.on("told")
async def show_answer(press: Press) -> None:
    """Show, in direct messages, the passage that a curator named, if its sender may still see it."""
    number = press.id.argument(0)
    await press.wait()
    page = no_longer_page(press.reader.language)
    if number.isdecimal() and len(number) < 19:
        sent = await told_of(press.services.state, press.reader.id, int(number))
        if sent is not None and await _is_member(press, sent.guild):
            page = await _context_of(press, sent) or page
    await press.show(page)


async def _is_member(press: Press, guild_id: int | None) -> bool:
    """Whether who presses is in that server still, and so are we."""
    guild = press.interaction.client.get_guild(guild_id or 0)
    if guild is None:
        return False
    try:
        await guild.fetch_member(press.reader.id)
    except discord.NotFound:
        return False
    return True


async def _context_of(press: Press, sent: Feedback) -> Page | None:
    """The passage with what stands around it: all that everybody in the server may see, no buttons."""
    services, wanted = press.services, answer_in(sent.answer).passage
    shelf = await services.library.shelf(public_sight(services.state, sent.guild, None))
    try:
        context = await services.library.run(shelf, lambda archive: archive.context(wanted))
    except GonePassageError:
        return None
    page = context_page(context, press.reader.language, Opened(press.reader.id))
    return replace(page, blocks=tuple(one for one in page.blocks if not isinstance(one, Row)))


@presses.on("delete")
async def delete(press: Press) -> None:
    """Delete the message, for who asked and for moderators; that it is gone is the answer."""
    rights = press.interaction.permissions
    own = press.id.argument(0) == str(press.reader.id)
    if not (own or rights.manage_messages or rights.administrator):
        t = press.reader.language
        raise NotYoursError(
            t(
                "Only the person who asked, or somebody with Manage Messages in this channel, "
                "can delete this answer."
            )
        )
    await replies.defer_update(press.interaction)
    await _delete_message(press.interaction)


@presses.on("plain")
async def choose_plain(press: Press) -> None:
    """Keep whether this person wants plain text, and answer in that form."""
    plain = press.id.argument(0) == "on"
    await press.wait()
    await press.services.state.set_plain(press.reader.id, plain)
    everywhere = press.services.state.server(press.reader.guild).plain
    page = plain_page(plain, everywhere, press.reader.language)
    await replies.show(press.interaction, page, plain=plain or everywhere)


def _check_wanted(press: Press) -> None:
    """Raise FeedbackOffError where the server's administrators want to hear nothing."""
    if not press.services.state.server(press.reader.guild).feedback:
        raise FeedbackOffError(
            say("This server takes no feedback on answers at the moment. Nothing was kept.")
        )


def _wishes(press: Press) -> bool:
    """Whether the box of the form was ticked; nobody is told of what was sent outside servers."""
    return press.reader.guild is not None and press.fields.get(_TELL) == _YES


def _days(press: Press) -> int:
    """For how long what is sent here is kept."""
    services = press.services
    return services.state.days_kept(press.reader.guild, services.settings.retention_days)


def report_form(sent_as: PressId, days: int, t: Language, *, telling: bool = True) -> ui.Modal:
    """The form in which a person says what is wrong with an answer.

    With ``telling`` it has a box to tick for those who wish to be told what came of it.
    """
    form = ui.Modal(
        title=shorten(t("Report a problem"), limits.MODAL_TITLE), custom_id=str(sent_as)
    )
    reason: ui.Select[Any] = ui.Select(
        custom_id=_REASON,
        placeholder=shorten(t("Choose one"), limits.PLACEHOLDER),
        options=[
            discord.SelectOption(label=shorten(label, limits.OPTION), value=one.value)
            for one, label in reasons(t).items()
        ],
    )
    form.add_item(ui.Label(text=shorten(t("What is wrong?"), limits.INPUT_LABEL), component=reason))
    text: ui.TextInput[Any] = ui.TextInput(
        custom_id=_TEXT,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=LONGEST_TEXT,
    )
    form.add_item(
        ui.Label(
            text=shorten(t("In your words (optional)"), limits.INPUT_LABEL),
            description=shorten(
                t("What would be right, and where it stands, if you know."),
                limits.INPUT_DESCRIPTION,
            ),
            component=text,
        )
    )
    if telling:
        box: ui.CheckboxGroup[Any] = ui.CheckboxGroup(
            custom_id=_TELL,
            required=False,
            min_values=0,
            max_values=1,
            options=[
                discord.CheckboxGroupOption(
                    label=shorten(t("Tell me by direct message"), limits.OPTION), value=_YES
                )
            ],
        )
        form.add_item(
            ui.Label(text=shorten(t("When it is answered"), limits.INPUT_LABEL), component=box)
        )
    form.add_item(
        ui.TextDisplay(
            t.n(
                "The question and which passages were shown go to the curators with this, and are"
                " kept for {count} day with your Discord id. `/privacy` shows and deletes them.",
                "The question and which passages were shown go to the curators with this, and are"
                " kept for {count} days with your Discord id. `/privacy` shows and deletes them.",
                days,
            )
        )
    )
    return form


async def _keep(press: Press, feedback: Feedback) -> None:
    """Keep what a person sent, and tell them that it is, and for how long."""
    number = await press.services.state.add_feedback(feedback)
    log.info("interaction %s: %s %d kept", press.interaction.id, feedback.kind, number)
    await press.show(told_page(feedback, number, _days(press), press.reader.language))


def _about(
    press: Press, kind: FeedbackKind, asked: Asked, reason: Reason | None = None, text: str = ""
) -> Feedback:
    """What is kept of the answer in whose message this was pressed."""
    passages, refused = _shown(press.message)
    if refused:
        outcome = "near_miss" if passages else "not_found"
    else:
        outcome = "answered" if asked.question else "timeline"
    generation = press.id.argument(1)
    return Feedback(
        kind=kind,
        at=discord.utils.snowflake_time(press.interaction.id),
        person=press.reader.id,
        guild=press.reader.guild,
        channel=press.interaction.channel_id,
        asked=asked,
        outcome=outcome,
        passages=passages,
        generation=int(generation) if generation.isdecimal() and len(generation) < 19 else None,
        reason=reason,
        text=text,
    )


def _shown(message: discord.Message) -> tuple[tuple[str, ...], bool]:
    """Ids of the passages that a message shows, in order; whether it says that they don't answer."""
    ids = (getattr(component, "custom_id", None) for component in components_of(message))
    pressed = [read_id(custom_id) for custom_id in ids if custom_id]
    passages = [one.argument(0) for one in pressed if one is not None and one.kind == "context"]
    refused = any(one is not None and one.kind == "curators" for one in pressed)
    return tuple(dict.fromkeys(filter(None, passages)))[:_MOST_PASSAGES], refused


async def _delete_message(interaction: Interaction) -> None:
    """Delete the message whose button was pressed; one that is gone already is fine. Safe to repeat."""
    for wait in (*replies.WAITS, None):
        try:
            await interaction.delete_original_response()
            return
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            if wait is None or (error.status != 429 and error.status < 500):
                raise
        except replies.UNSURE:
            if wait is None:
                raise
        await asyncio.sleep(wait)
