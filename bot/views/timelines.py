"""What the buttons, menus and the form of a timeline do.

Arguments of their ids, in this order: what to show (where it is not all), the user id of who asked,
the generation. What was asked stands in the message: see `bot.asked`.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from dataclasses import replace

from discord import TextStyle, ui

from bot import documents, limits, replies, rules
from bot.asked import Asked, read_asked, texts_of
from bot.ids import press_id
from bot.languages import Language
from bot.layout import Attachment, Page
from bot.library import Library
from bot.markup import readable
from bot.pictures import draw, workshop
from bot.presses import OldButtonError, Press, on
from bot.render.timelines import Showing, file_page, from_argument, picture_page, timeline_page
from bot.render.timelines import title_of as say_title
from bot.shapes import event_json
from bot.shelves import Shelf
from index.archive import Archive
from index.dates import parse_when
from index.dates.wording import say_date
from index.errors import UnreadableDateError
from index.messages import say
from index.model import Timeline
from index.timeline.export import Calendar, to_csv, to_ics, to_timelinejs

_DATE = "date"  # the input of the form
_PICTURE = "picture"  # what is shared, where it is no page
_FORMS = ("csv", "ics", "json", "timelinejs", "html")  # of files


async def find(library: Library, shelf: Shelf, asked: Asked) -> Timeline:
    """The events that were asked for, or that belong to a question, off the loop.

    Raises what `Archive.timeline` and `Archive.timeline_of` do, SlowSearchError.
    """
    if not asked.question:
        return await library.timeline(
            shelf,
            when=asked.when or None,
            who=asked.who or None,
            about=asked.about or None,
            document=asked.document or None,
        )
    today = library.today()
    since, until = asked.bounds

    def look(archive: Archive) -> Timeline:
        return archive.timeline_of(
            asked.question,
            today=today,
            document=asked.document or None,
            before=asked.before or (),
            since=since,
            until=until,
        )

    return await library.run(shelf, look)


# ---------------------------------------------------------------- pages


@on("tlpage")
async def _page(press: Press) -> None:
    number = press.id.argument(0)
    await _turn(press, _asked(press), page=int(number) if number.isdecimal() else 1)


@on("tlmove")
async def _move(press: Press) -> None:
    """Earlier or later: ask for another time, the rest staying as it is."""
    when = rules.check_when(from_argument(press.id.argument(0)), _today(press)) or ""
    nearest_last = when.startswith("..")
    await _turn(press, _at(press, when), page=None if nearest_last else 1)


@on("tlyear")
async def _year(press: Press) -> None:
    when = rules.check_when("".join(press.values[:1]), _today(press)) or ""
    await _turn(press, _at(press, when), page=1)


@on("tljump")
async def _jump(press: Press) -> None:
    """Open a form for a date; what is sent in comes as `tldate`."""
    t, asked = press.reader.language, _asked(press)
    box: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=_DATE,
        style=TextStyle.short,
        placeholder=limits.shorten(
            t("Sept 2022, 7 September 2022, since May 2021"), limits.INPUT_PLACEHOLDER
        ),
        default=asked.when[: rules.LONGEST_FILTER] or None,
        required=False,
        max_length=rules.LONGEST_FILTER,
    )
    label: ui.Label[ui.Modal] = ui.Label(
        text=limits.shorten(t("Day, month, year or range"), limits.INPUT_LABEL),
        description=limits.shorten(
            t("Leave it empty to see the whole timeline."), limits.INPUT_DESCRIPTION
        ),
        component=box,
    )
    ids = press.id.arguments[-2:]
    title = limits.shorten(t("Jump to a date"), limits.MODAL_TITLE)
    form = ui.Modal(title=title, custom_id=str(press_id("tldate", *ids)), timeout=None)
    form.add_item(label)
    await replies.ask(press.interaction, form)


@on("tldate")
async def _date(press: Press) -> None:
    """The form that `tljump` opened. A date that can't be read is told privately by the tree."""
    when = rules.check_when(press.fields.get(_DATE), _today(press)) or ""
    asked = replace(_asked(press), when=readable(when))
    await _turn(press, asked, page=1 if when else None)


async def _turn(press: Press, asked: Asked, *, page: int | None) -> None:
    """Show another page, or another time: in place to who asked, else in a private copy."""
    owner = _owner(press)
    shelf = await _shelf(press, asked)
    await press.turn(owner)
    timeline = await find(press.services.library, shelf, asked)
    showing = _showing(press, asked, timeline, private=owner != str(press.reader.id))
    await press.show(timeline_page(timeline, press.reader.language, showing, page=page))


def _at(press: Press, when: str) -> Asked:
    """What was asked, at another time: said in words where these are read back as the same."""
    today = _today(press)
    date = parse_when(when, today=today).date if when else None
    said = say_date(date) if date else when
    try:
        same = bool(date) and parse_when(said, today=today).date == date
    except UnreadableDateError:
        same = False
    return replace(_asked(press), when=said if same else when)


# ---------------------------------------------------------------- picture and files


@on("tlpicture")
async def _picture(press: Press) -> None:
    asked = _asked(press)
    shelf = await _shelf(press, asked)
    await press.wait()
    timeline = await find(press.services.library, shelf, asked)
    await press.show(await _drawn(timeline, _showing(press, asked, timeline, private=True), press))


async def _drawn(timeline: Timeline, showing: Showing, press: Press) -> Page:
    t = press.reader.language
    if not (timeline.events or timeline.possible_events):
        return file_page(timeline, t, showing, None, t("There is nothing to draw."))
    title = say_title(timeline, t, showing.asked)
    content, described = await workshop().make(lambda: draw(timeline, title=title))
    if len(content) > press.interaction.filesize_limit:
        said = _too_large(t, len(content), press.interaction.filesize_limit)
        return file_page(timeline, t, showing, None, said)
    name = _file_name(timeline, showing.asked, "png")
    return picture_page(timeline, t, showing, Attachment(name, content, described), described)


@on("tlfile")
async def _file(press: Press) -> None:
    """A file of all entries; its format is the last argument."""
    form = press.id.arguments[-1] if press.id.arguments else ""
    if form not in _FORMS:
        raise OldButtonError(say("There is no such file."))
    asked = _asked(press)
    shelf = await _shelf(press, asked)
    await press.wait()
    timeline = await find(press.services.library, shelf, asked)
    t = press.reader.language
    title, today = say_title(timeline, t, asked), _today(press)
    content, said = await workshop().make(
        lambda: make_file(shelf.archive, timeline, form, t, title=title, today=today)
    )
    showing = _showing(press, asked, timeline, private=True)
    made: Attachment | None = None
    if len(content) > press.interaction.filesize_limit:
        said = _too_large(t, len(content), press.interaction.filesize_limit)
    elif not content:
        said += " " + t("Nothing is left to put into a file.")
    else:
        made = Attachment(_file_name(timeline, asked, form), content)
    await press.show(file_page(timeline, t, showing, made, said))


def make_file(
    archive: Archive, timeline: Timeline, form: str, t: Language, *, title: str, today: dt.date
) -> tuple[bytes, str]:
    """A timeline as a file, and a sentence on what it leaves out, or empty.

    ``form`` is csv, ics, timelinejs, html or json: one array, a line for each event in the shape of
    `event_json`.
    There are no bytes where no entry can stand in such a file.
    """
    if form == "csv":
        return _encoded(to_csv(timeline)), ""
    if form == "ics":
        calendar = to_ics(timeline, today=today)
        return _encoded(calendar.text), say_left_out(calendar, t)
    if form == "timelinejs":
        return _encoded(to_timelinejs(timeline)), ""
    if form == "html":
        from index.timeline.export.html_page import to_html  # only who asks waits for it

        snapshot = archive.snapshot
        held = snapshot.positions.many(list({cited.event.passage for cited in timeline}))
        texts = {id_: snapshot.passage(position).text for id_, position in held.items()}
        return _encoded(to_html(timeline, texts, title=title)), ""
    shapes = (event_json(cited) for cited in timeline)
    lines = ",\n".join(json.dumps(shape, ensure_ascii=False) for shape in shapes)
    return _encoded(f"[\n{lines}\n]\n"), ""


def say_left_out(calendar: Calendar, t: Language) -> str:
    """How many entries a calendar leaves out, and why; empty when it holds all."""
    reasons = {
        "known only to the month, the year or less": t("known only to the month, the year or less"),
        "uncertain or approximate": t("uncertain or approximate"),
        "without a beginning or an end": t("without a beginning or an end"),
        "before the year 1": t("before the year 1"),
        "at the end of the year 9999": t("at the end of the year 9999"),
    }
    total = sum(count for _, count in calendar.left_out)
    if not total:
        return ""
    said = ", ".join(
        t("{count} {reason}", count=t.number(count), reason=reasons.get(reason, reason))
        for reason, count in calendar.left_out
    )
    return t.n(
        "{count} entry was left out, since a calendar needs exact days: {reasons}.",
        "{count} entries were left out, since a calendar needs exact days: {reasons}.",
        total,
        reasons=said,
    )


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


def _too_large(t: Language, size: int, most: int) -> str:
    return t(
        "The file has {size}, and Discord takes at most {most} here."
        " Ask for a shorter time, or for a person.",
        size=t.bytes(size),
        most=t.bytes(most),
    )


def _file_name(timeline: Timeline, asked: Asked, form: str) -> str:
    """``timeline-2022.csv``: by the time, people and words asked for.

    In ASCII, since the components of a message refer to no other files:
    https://discord.com/developers/docs/reference#uploading-files
    """
    when = say_date(timeline.when) if timeline.when else asked.when
    stem, extension = ("timelinejs", "json") if form == "timelinejs" else ("timeline", form)
    words = " ".join((stem, when, asked.who, asked.about)).replace("–", "-")
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return limits.file_name(plain, extension)


# ---------------------------------------------------------------- sharing


@on("tlshare")
async def _share(press: Press) -> None:
    """Show the page, or the picture, to all in the channel."""
    asked, what = _asked(press), press.id.argument(0)
    shelf = await _shelf(press, asked, private=False)
    with press.services.sharing(press.message.id, press.reader.id, asked, what):
        await replies.defer(press.interaction)
        timeline = await find(press.services.library, shelf, asked)
        name = press.interaction.user.display_name
        showing = replace(
            _showing(press, asked, timeline, private=False), private=False, shared_by=name
        )
        if what == _PICTURE:
            page = await _drawn(timeline, showing, press)
        else:
            number = int(what) if what.isdecimal() else 1
            page = timeline_page(timeline, press.reader.language, showing, page=number)
        await press.show(page)


# ---------------------------------------------------------------- what a press says


def _showing(press: Press, asked: Asked, timeline: Timeline, *, private: bool) -> Showing:
    """To the presser, who from now on turns the pages of what they see."""
    anew = _generation(press) != str(timeline.generation)
    return Showing(
        *(asked, press.reader.id),
        private=press.private or private,
        anew=anew,
        feedback=press.reader.server.feedback,
    )


def _asked(press: Press) -> Asked:
    """What was asked, as the message says: a timeline of all says nothing."""
    return read_asked(texts_of(press.message)) or Asked()


async def _shelf(press: Press, asked: Asked, *, private: bool | None = None) -> Shelf:
    """What may be seen in this message now, or in one that is ``private`` or not.

    Raises UnknownDocumentError for a document that is gone, NotHereError, IndexMissingError.
    """
    private = press.private if private is None else private
    shelf = await press.services.shelf(press.reader, private=private)
    if asked.document:
        documents.find(shelf.sources, asked.document)
    return shelf


def _owner(press: Press) -> str:
    arguments = press.id.arguments
    return arguments[-2] if len(arguments) > 1 else ""


def _generation(press: Press) -> str:
    """The generation that the message was made from; of a file its format stands behind it."""
    arguments = press.id.arguments
    at = -2 if press.id.kind == "tlfile" else -1
    return arguments[at] if len(arguments) > 1 else ""


def _today(press: Press) -> dt.date:
    return press.services.library.today()
