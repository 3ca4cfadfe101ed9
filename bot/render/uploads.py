"""Previews and lists of the documents that a server's administrators add -> pages. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from bot.ids import press_id
from bot.languages import Language
from bot.layout import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    RED,
    Attachment,
    Block,
    Button,
    Menu,
    Option,
    Page,
    Row,
    Rule,
    first_fit,
)
from bot.limits import OPTION, shorten
from bot.markup import one_line_markup
from bot.render.document_words import label_of, page_of, pager, say_edtf, seen_markup
from bot.render.feedback import only_you
from bot.render.words import with_code
from bot.state import UNDO, Upload, Usage
from bot.uploads import Quota, Searchable
from bot.waiting import Batch, Candidate, Details, Facts, Warned
from index.dates.edtf import from_edtf
from index.errors import ArchivistError
from index.model import SourceSummary

LISTED = 6  # documents on a page of the list
ALL = "all"  # in the id of a button: every file of a preview
_TITLE, _NAME, _SENTENCE = 100, 60, 200
_TERMINAL = ("`archivist ", "ARCHIVIST_")
_PLANS = ((8, 160), (6, 120), (4, 80), (2, 50), (0, 30))  # how many of each, and how long


# ---------------------------------------------------------------- previews


def preview_page(
    batch: Batch,
    t: Language,
    number: int = 0,
    *,
    old: Upload | None = None,
    old_summary: SourceSummary | None = None,
) -> Page:
    """One file of a preview; ``old`` is the document that it would replace."""
    one = batch.candidates[number]
    if one.facts is None or not one.waits:
        return _not_waiting_page(batch, number, t)
    facts = one.facts
    save = t("Replace") if old else t("Save")
    buttons = [
        Button(save, press_id("up_save", batch.id, number), style="success"),
        Button(t("Change details"), press_id("up_edit", batch.id, number)),
    ]
    if len(batch.candidates) > 1:
        buttons.append(Button(t("Leave out"), press_id("up_drop", batch.id, number)))
        buttons.append(Button(t("All files"), press_id("up_look", batch.id, ALL)))
    else:
        buttons.append(Button(t("Cancel"), press_id("up_drop", batch.id, number)))

    def blocks(plan: tuple[int, int]) -> list[Block]:
        most, limit = plan
        head = [f"## {seen_markup(one.title, t, _TITLE)}"]
        if old is not None:
            head.append(
                t(
                    "Takes the place of **{title}**; its id and its name stay.",
                    title=one_line_markup(old.title, _TITLE),
                )
            )
        head += _said(one.details, facts.found, t, limit)
        head.append(f"-# {' · '.join(_file(one, t))}")
        parts: list[Block] = ["\n".join(head), Rule.LINE]
        parts.append("\n".join(_compared(old, old_summary, facts, t) if old else _counts(facts, t)))
        parts += _outline(facts, t, most, limit)
        parts += [Rule.LINE, _waits_note(t), Row(tuple(buttons))]
        return parts

    colour = AMBER if facts.warned else BLUE
    return Page(tuple(first_fit(_PLANS, blocks)), colour)


def batch_page(batch: Batch, t: Language) -> Page:
    """All files of a preview of several, each in two lines."""
    waits = [n for n, one in enumerate(batch.candidates) if one.waits]
    options = tuple(
        Option(
            label_of(one.title, t, one.name),
            str(n),
            "" if one.facts is None else " · ".join(_counts(one.facts, t, few=True)),
        )
        for n, one in enumerate(batch.candidates)
        if one.waits
    )
    rows: list[Block] = []
    if waits:
        rows.append(Row((Menu(press_id("up_look", batch.id), t("Look at one file"), options),)))
        save = t.n("Save {count} file", "Save all {count} files", len(waits))
        rows.append(
            Row(
                (
                    Button(save, press_id("up_save", batch.id, ALL), style="success"),
                    Button(t("Cancel"), press_id("up_drop", batch.id, ALL)),
                )
            )
        )
    head = t.n("{count} file can be saved", "{count} files can be saved", len(waits))
    if not waits:
        head = t("Nothing waits to be saved")
    note = _waits_note(t) if waits else only_you(t)

    def blocks(limit: int) -> list[Block]:
        lines = [_batch_line(one, t, limit) for one in batch.candidates]
        return [f"## {head}", Rule.LINE, "\n".join(lines), Rule.LINE, note, *rows]

    left = any(one.reason for one in batch.candidates)
    return Page(tuple(first_fit((200, 120, 80, 50, 25), blocks)), AMBER if left else BLUE)


def _batch_line(one: Candidate, t: Language, limit: int) -> str:
    name = seen_markup(one.name, t, min(limit, _NAME))
    if one.reason:
        said = one_line_markup(f"{t.say(one.reason)} {_hint(one, t)}", 2 * limit)
        return t("**{name}**: left out", name=name) + f"\n-# {said}"
    if one.outcome == "saved":
        return t("**{name}**: saved", name=name)
    if one.outcome == "dropped" or one.facts is None:
        return t("**{name}**: left out", name=name)
    counted = _counts(one.facts, t, few=True)
    if one.facts.warned:
        counted.append(t.n("{count} warning", "{count} warnings", one.facts.warned))
    title = seen_markup(one.title, t, limit)
    return f"**{title}**\n-# {' · '.join((name, *counted))}"


def _not_waiting_page(batch: Batch, number: int, t: Language) -> Page:
    """Why a file can't be saved, or what became of it."""
    one = batch.candidates[number]
    name = seen_markup(one.name, t, _NAME)
    lines = [_batch_line(one, t, _SENTENCE)]
    if one.reason:
        lines = [
            t("**{name} can't be added.**", name=name),
            one_line_markup(t.say(one.reason), _SENTENCE),
            with_code(shorten(_hint(one, t), 2 * _SENTENCE)),
        ]
    rows: list[Block] = []
    if len(batch.candidates) > 1:
        rows = [Row((Button(t("All files"), press_id("up_look", batch.id, ALL)),))]
    said = "\n".join(line for line in lines if line)
    return Page((f"{said}\n{only_you(t)}", *rows), AMBER if one.reason else GREY)


def _hint(one: Candidate, t: Language) -> str:
    """What to do about a file that can't be saved; not what only a host can do."""
    if any(word in one.hint for word in _TERMINAL):
        return t("Split it into smaller files, or tell whoever runs this bot.")
    return t.say(one.hint)


def _waits_note(t: Language) -> str:
    return t("-# Nothing is saved yet: it waits for an hour. Only you see this message.")


def _said(details: Details, found: Details, t: Language, limit: int) -> Iterator[str]:
    """Author, date and rights as they will be shown."""
    made = [
        one_line_markup(author, limit) for author in (details.author or found.author,) if author
    ]
    if date := details.date or found.date:
        made.append(one_line_markup(say_edtf(date, t), limit))
    if made:
        yield ", ".join(made)
    if rights := details.rights or found.rights:
        yield t("Rights: {rights}", rights=one_line_markup(rights, 2 * limit))


def _file(one: Candidate, t: Language) -> Iterator[str]:
    yield seen_markup(one.name, t, _NAME)
    yield t.bytes(one.size)
    if one.facts is not None:
        yield t("read as {format}", format=one.facts.format)
        if language := one.details.language or one.facts.found.language:
            yield t("language: {language}", language=one_line_markup(language, 20))


def _counts(facts: Facts, t: Language, *, few: bool = False) -> list[str]:
    """What was found, as one line; with ``few`` its parts, the most telling ones."""
    parts = []
    if facts.pages:
        parts.append(t.n("{count} page", "{count} pages", facts.pages))
    if facts.sections:
        parts.append(t.n("{count} section", "{count} sections", facts.sections))
    parts.append(t.n("{count} passage", "{count} passages", facts.passages))
    parts.append(t.n("{count} event", "{count} events", facts.events))
    if few:
        return parts
    if facts.notes:
        parts.append(t.n("{count} note", "{count} notes", facts.notes))
    if facts.unlinked_notes:
        parts.append(
            t.n("{count} note without a mark", "{count} notes without a mark", facts.unlinked_notes)
        )
    parts.append(t.n("{count} word", "{count} words", facts.words))
    return [" · ".join(parts)]


def _compared(
    old: Upload, summary: SourceSummary | None, facts: Facts, t: Language
) -> Iterator[str]:
    """What differs between the document that is there and the new file, a line each."""
    rows: list[tuple[str, int | None, int]] = [
        (t("Passages"), old.passages, facts.passages),
        (t("Events"), old.events, facts.events),
    ]
    if summary is not None:
        rows.insert(0, (t("Sections"), summary.sections, facts.sections))
        rows.append((t("Notes"), summary.notes, facts.notes))
        rows.append((t("Words"), summary.words, facts.words))
    for what, before, after in rows:
        change = t.number(after)
        if before != after:
            change = t("{before} → **{after}**", before=t.number(before or 0), after=change)
        yield f"- {what}: {change}"


def _outline(facts: Facts, t: Language, most: int, limit: int) -> Iterator[str]:
    if most and facts.headings:
        lines = [f"- {seen_markup(one, t, limit)}" for one in facts.headings[:most]]
        if facts.sections > most:
            rest = t.number(facts.sections - len(lines))
            lines.append(f"-# {t('and {count} more', count=rest)}")
        yield "\n".join((f"**{t('Headings')}**", *lines))
    if most and facts.first_events:
        lines = [
            f"- {one_line_markup(date, limit)}: {one_line_markup(words, limit)}"
            for date, words in facts.first_events[: max(1, most // 3)]
        ]
        yield "\n".join((f"**{t('First events')}**", *lines))
    if facts.warned:
        shown = facts.warnings[: max(1, most // 2)]
        lines = [f"- {_warning(one, t, 2 * limit)}" for one in shown]
        if facts.warned > len(shown):
            lines.append(f"-# {t('and {count} more', count=t.number(facts.warned - len(shown)))}")
        yield "\n".join((f"**{t('Warnings')}**", *lines))


def _warning(warned: Warned, t: Language, limit: int) -> str:
    said = one_line_markup(t.say(warned.text), limit)
    if warned.page:
        return t("{place}: {warning}", place=t.pages(warned.page), warning=said)
    if warned.line:
        line = t("line {line}", line=t.number(warned.line))
        return t("{place}: {warning}", place=line, warning=said)
    return said


# ---------------------------------------------------------------- what was done


def reading_page(done: int, total: int, name: str, t: Language) -> Page:
    """How far the reading of attached files is."""
    heading = t("Reading the files: {done} of {total}", done=t.number(done), total=t.number(total))
    return Page((f"**{heading}**\n-# {seen_markup(name, t, _NAME)}",), BLUE)


def changed_page(
    heading: str,
    uploads: Sequence[Upload],
    t: Language,
    *,
    results: Mapping[int, Searchable] | None = None,
    failure: str = "",
    failed: Sequence[tuple[str, ArchivistError]] = (),
    buttons: Sequence[Button] = (),
) -> Page:
    """What became of documents that were saved or described anew.

    ``results`` are of the indexing, by id; without them and without a ``failure`` it goes on.
    ``failed`` are the files that could not be saved beside them, and why.
    """
    lines = [f"**{heading}**"]
    colour = BLUE
    for name, error in failed:
        lines.append(
            t(
                "- **{name}** is not saved: {reason}",
                name=seen_markup(name, t, _NAME),
                reason=one_line_markup(t.say(error.message), _SENTENCE),
            )
        )
    if failure:
        colour = AMBER
        lines.append(t("The documents could not be indexed: {reason}", reason=with_code(failure)))
        lines.append(with_code(t("What was saved is kept. Try `/corpus reindex` later.")))
    elif results is None:
        lines.append(t("Being indexed… Questions are answered all the while."))
    else:
        fine = all(one.summary for one in results.values()) and not failed
        colour = GREEN if fine else AMBER
        lines += [_result(one, results.get(one.id), t) for one in uploads[:10]]
    row: list[Block] = [Row(tuple(buttons))] if buttons else []
    return Page(("\n".join(lines), only_you(t), *row), colour)


def _result(upload: Upload, result: Searchable | None, t: Language) -> str:
    title = seen_markup(upload.title, t, _TITLE)
    if result is None or result.summary is None:
        said = result.reason if result and result.reason else ""
        why = one_line_markup(t.say(said), _SENTENCE) or t("it is indexed as soon as possible.")
        return t("- **{title}** is saved but not searchable yet: {reason}", title=title, reason=why)
    counted = " · ".join(
        (
            t.n("{count} passage", "{count} passages", result.summary.passages),
            t.n("{count} event", "{count} events", result.summary.events),
        )
    )
    return t("- **{title}** is searchable: {counted}", title=title, counted=counted)


def dropped_page(t: Language) -> Page:
    """That nothing was saved."""
    return Page((f"**{t('Nothing was saved.')}**\n{only_you(t)}",), GREY)


def show_button(upload: Upload, t: Language) -> Button:
    return Button(t("Show the document"), press_id("doc_show", upload.id))


def undo_button(upload: Upload, t: Language) -> Button:
    return Button(t("Undo"), press_id("doc_restore", upload.id))


def remove_page(upload: Upload, t: Language) -> Page:
    """What goes when a document is removed, and whether it is to be."""
    counted = " · ".join(
        (
            t.n("{count} passage", "{count} passages", upload.passages),
            t.n("{count} event", "{count} events", upload.events),
        )
    )
    text = "\n".join(
        (
            t("**Remove “{title}”?**", title=seen_markup(upload.title, t, _TITLE)),
            t("Nobody finds it any more: {counted}.", counted=counted),
            t("-# It can be brought back for a day."),
        )
    )
    buttons = (
        Button(t("Remove"), press_id("doc_removed", upload.id), style="danger"),
        Button(t("Keep it"), press_id("doc_show", upload.id)),
    )
    return Page((text, Row(buttons)), RED)


def removed_page(upload: Upload, t: Language, *, note: str) -> Page:
    """That a document was removed, with the way back; ``note`` says how far the index is."""
    lines = [
        t("**“{title}” is removed.**", title=seen_markup(upload.title, t, _TITLE)),
        with_code(note),
    ]
    if upload.removed is not None:
        until = _moment(upload.removed + UNDO, t)
        lines.append(f"-# {t('It can be brought back until {time} UTC.', time=until)}")
    buttons = (undo_button(upload, t), Button(t("All documents"), press_id("doc_list", 1)))
    return Page(("\n".join(lines), Row(buttons)), GREEN)


# ---------------------------------------------------------------- lists


def list_page(
    uploads: Sequence[Upload],
    held: Mapping[str, SourceSummary],
    usage: Usage,
    quota: Quota,
    t: Language,
    *,
    page: int = 1,
    removed: int = 0,
) -> Page:
    """Page ``page`` (from 1, the nearest there is) of a server's documents.

    ``held`` are those that are searched now, by the hash of their bytes; ``removed`` is how many can
    be brought back.
    """
    page, pages, shown = _paged(uploads, page)
    buttons = list(pager(page, pages, t, lambda p: press_id("doc_list", p)))
    if removed:
        label = t.n("{count} removed", "{count} removed", removed)
        buttons.append(Button(label, press_id("doc_gone", 1)))
    rows: list[Block] = []
    if shown:
        options = tuple(
            Option(label_of(one.title, t, one.name), str(one.id), shorten(one.name, OPTION))
            for one in shown
        )
        rows.append(Row((Menu(press_id("doc_open"), t("Show a document"), options),)))
    if buttons:
        rows.append(Row(tuple(buttons)))
    used = t(
        "{documents} of {most} documents · {bytes} of {room} · {passages} of {limit} passages",
        documents=t.number(usage.documents),
        most=t.number(quota.documents),
        bytes=t.bytes(usage.bytes),
        room=t.bytes(quota.bytes),
        passages=t.number(usage.passages),
        limit=t.number(quota.passages),
    )
    head = f"## {t('Documents of this server')}\n-# {used}"
    empty = with_code(t("None yet: add one with `/corpus add`."))

    def blocks(limits: tuple[int, int]) -> list[Block]:
        lines = [_listed(one, held.get(one.sha256), t, *limits) for one in shown]
        quiet = f"-# {page_of(page, pages, t)}" if pages > 1 else ""
        return [head, Rule.LINE, "\n".join(lines) or empty, *([quiet] if quiet else []), *rows]

    return Page(tuple(first_fit(((100, 60), (70, 40), (50, 25), (30, 12)), blocks)), BLUE)


def gone_page(uploads: Sequence[Upload], t: Language, *, page: int = 1) -> Page:
    """Page ``page`` of the documents that were removed and can be brought back."""
    page, pages, shown = _paged(uploads, page)
    buttons = list(pager(page, pages, t, lambda p: press_id("doc_gone", p)))
    buttons.append(Button(t("All documents"), press_id("doc_list", 1)))
    rows: list[Block] = []
    if shown:
        options = tuple(
            Option(label_of(one.title, t, one.name), str(one.id), shorten(one.name, OPTION))
            for one in shown
        )
        rows.append(Row((Menu(press_id("doc_restore"), t("Bring one back"), options),)))
    rows.append(Row(tuple(buttons)))

    def line(one: Upload, limit: int) -> str:
        title = seen_markup(one.title, t, limit)
        if one.removed is None:
            return f"**{title}**"
        by = _by(one.removed_by, t)
        said = t("removed {time} UTC by {who}", time=_moment(one.removed, t), who=by)
        until = t("until {time} UTC", time=_moment(one.removed + UNDO, t))
        return f"**{title}**\n-# {said} · {until}"

    def blocks(limit: int) -> list[Block]:
        listed = "\n".join(line(one, limit) for one in shown)
        return [
            f"## {t('Removed documents')}\n-# {t('They can be brought back for a day.')}",
            Rule.LINE,
            listed or t("None can be brought back."),
            *rows,
        ]

    return Page(tuple(first_fit((100, 60, 30), blocks)), GREY)


def show_page(upload: Upload, summary: SourceSummary | None, t: Language) -> Page:
    """What is known of one document, and what can be done with it."""
    facts = [t.bytes(upload.size)]
    if summary is not None:
        facts.append(t("read as {format}", format=summary.format))
        if summary.pages:
            facts.append(t.n("{count} page", "{count} pages", summary.pages))
        facts.append(t.n("{count} section", "{count} sections", summary.sections))
        facts.append(t.n("{count} passage", "{count} passages", summary.passages))
        facts.append(t.n("{count} event", "{count} events", summary.events))
        if summary.notes:
            facts.append(t.n("{count} note", "{count} notes", summary.notes))
    details = Details(upload.title, upload.author, upload.date, upload.rights, upload.language)
    found = Details()
    if summary is not None:
        source = summary.source
        found = Details("", source.author or "", source.date or "", source.rights or "")
    id_line = "" if summary is None else t("Id: {id}", id=one_line_markup(summary.source.id, 80))
    rows: list[Block] = [
        Row(
            (
                Button(t("Change details"), press_id("doc_edit", upload.id)),
                Button(t("Download"), press_id("doc_file", upload.id)),
                Button(t("Remove"), press_id("doc_remove", upload.id), style="danger"),
                Button(t("All documents"), press_id("doc_list", 1)),
            )
        )
    ]

    def blocks(limit: int) -> list[Block]:
        head = [f"## {seen_markup(upload.title, t, _TITLE)}", *_said(details, found, t, limit)]
        quiet = [seen_markup(upload.name, t, _NAME), *facts]
        if upload.language:
            quiet.append(t("language: {language}", language=one_line_markup(upload.language, 20)))
        head.append(f"-# {' · '.join(quiet)}")
        head.append(f"-# {_added(upload, t)}")
        if id_line:
            head.append(f"-# {id_line}")
        parts: list[Block] = ["\n".join(head)]
        if summary is None:
            parts.append(with_code(t("It is not searchable yet: `/corpus reindex` tries again.")))
        elif summary.warnings:
            lines = [
                f"- {_warning(Warned(one.text, one.line, one.page), t, limit)}"
                for one in summary.warnings[:5]
            ]
            if len(summary.warnings) > len(lines):
                rest = t.number(len(summary.warnings) - len(lines))
                lines.append(f"-# {t('and {count} more', count=rest)}")
            parts.append("\n".join((f"**{t('Warnings')}**", *lines)))
        hint = t("A new file takes its place with `/corpus replace`.")
        return [*parts, f"-# {with_code(hint)}", *rows]

    return Page(tuple(first_fit((200, 120, 60, 30), blocks)), BLUE)


def file_page(upload: Upload, content: bytes, t: Language) -> Page:
    """The file of a document as it was added."""
    text = t("**{title}**, as it was added.", title=seen_markup(upload.title, t, _TITLE))
    return Page((f"{text}\n{only_you(t)}",), GREY, (Attachment(upload.name, content),))


def _paged(uploads: Sequence[Upload], page: int) -> tuple[int, int, Sequence[Upload]]:
    """The nearest page, how many there are, and what it shows."""
    pages = max(1, -(-len(uploads) // LISTED))
    page = max(1, min(page, pages))
    return page, pages, uploads[(page - 1) * LISTED : page * LISTED]


def _listed(
    upload: Upload, summary: SourceSummary | None, t: Language, title: int, other: int
) -> str:
    parts = [seen_markup(upload.name, t, other), t.bytes(upload.size)]
    parts.append(t.n("{count} passage", "{count} passages", upload.passages))
    if summary is None:
        parts.append(f"**{t('not searchable yet')}**")
    elif summary.warnings:
        parts.append(t.n("{count} warning", "{count} warnings", len(summary.warnings)))
    named = f"**{seen_markup(upload.title, t, title)}**"
    return f"{named}\n-# {' · '.join(parts)}\n-# {_added(upload, t)}"


def _added(upload: Upload, t: Language) -> str:
    return t(
        "added {day} by {who}",
        day=t.date(from_edtf(upload.added.date().isoformat())),
        who=_by(upload.added_by, t),
    )


def _by(person: int | None, t: Language) -> str:
    return f"<@{person}>" if person and person > 0 else t("a former administrator")


def _moment(time: dt.datetime, t: Language) -> str:
    """A day and a time of day in UTC: never a stamp of Discord's, which shifts with the reader."""
    time = time.astimezone(dt.UTC)
    return f"{t.date(from_edtf(time.date().isoformat()))}, {time:%H:%M}"
