"""Errors, notices, and what a build did -> pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.languages import Language
from bot.layout import AMBER, BLUE, GREEN, GREY, RED, Block, Page, first_fit
from bot.markup import one_line_markup, one_line_of
from bot.presses import NotYoursError
from bot.render.words import NAME, with_code
from bot.rules import AlreadyDoneError, NotAllowedError, NotHereError, TooSoonError
from index.errors import (
    ArchivistError,
    BusyError,
    CorpusError,
    DataFolderError,
    IndexDamagedError,
    IndexMissingError,
    InputError,
    SettingsError,
    UnknownDocumentError,
)
from index.messages import Message, say
from index.model import BuildReport, ReadingWarning, SourceSummary

_SENTENCE = 400  # characters of an error's sentence, and of its hint
_CHANNELS = 10  # named where questions are answered elsewhere
_LISTED = 300
_REINDEX = say("An administrator can mend that with `/corpus reindex`.")
_OPERATOR = say("Please tell whoever runs this bot.")
#: What to do in Discord where the error's own hint is for the terminal: the first class that fits.
_HINTS: tuple[tuple[type[ArchivistError], Message], ...] = (
    (UnknownDocumentError, say("`/sources` lists all documents.")),
    (IndexMissingError, _REINDEX),
    (IndexDamagedError, _REINDEX),
    (CorpusError, _OPERATOR),
    (DataFolderError, _OPERATOR),
    (SettingsError, _OPERATOR),
)
_TERMINAL = ("`archivist ", "ARCHIVIST_", "--corpus", "--data", "`.env")


def error_page(error: ArchivistError, error_id: str, t: Language) -> Page:
    """What went wrong and what to do, in one or two short sentences; the id is in the log too."""
    colour, kind = _kind(error, t)
    said = one_line_markup(t.say(_message(error)), _SENTENCE)
    lines = [f"**{kind}** {said}"]
    if hint := with_code(one_line_of(t.say(hint_here(error)), _SENTENCE)):
        lines.append(hint)
    if isinstance(error, NotHereError):
        lines.append(" ".join(f"<#{channel}>" for channel in error.channels[:_CHANNELS]))
    return Page(("\n".join((*lines, f"-# {t('Error {id}', id=error_id)}")),), colour)


def notice_page(sentence: str, t: Language) -> Page:
    """One sentence of our own."""
    return Page((with_code(t.say(sentence)),), GREY)


def report_page(report: BuildReport, t: Language, *, note: str = "", dry_run: bool = False) -> Page:
    """What a build did, or would do; ``note`` is a sentence of ours to say first."""
    counts = (10, 5, 3, 1)
    left_out = any(not one.ignored for one in report.skipped)
    colour = AMBER if left_out or report.warnings or report.unapplied else GREEN
    return Page(
        tuple(first_fit(counts, lambda most: _report_blocks(report, t, note, most, dry_run))),
        colour,
    )


# ---------------------------------------------------------------- errors


def _kind(error: ArchivistError, t: Language) -> tuple[int, str]:
    """The colour and the first words that tell what kind of error it is."""
    match error:
        case NotAllowedError() | NotYoursError():
            return GREY, t("Not allowed.")
        case TooSoonError():
            return AMBER, t("Too soon.")
        case InputError() | AlreadyDoneError():
            return AMBER, t("Not possible.")
        case IndexMissingError() | BusyError():
            return BLUE, t("Not now.")
        case _:
            return RED, t("Error.")


def _message(error: ArchivistError) -> str:
    """The sentence of an error, with all that lets it be said in another language."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) else str(said)


def hint_here(error: ArchivistError) -> str:
    """What to do about an error in Discord; "" where there is nothing."""
    hint = error.hint
    if not any(word in hint for word in _TERMINAL):
        return hint
    return next((said for kind, said in _HINTS if isinstance(error, kind)), _OPERATOR)


# ---------------------------------------------------------------- reports


def _report_blocks(
    report: BuildReport, t: Language, note: str, most: int, dry_run: bool
) -> list[Block]:
    head = t("The documents were read anew.") if report.changed else t("Nothing had changed.")
    if dry_run:
        head = (
            t("A dry run: this would change. Nothing was written.")
            if report.changed
            else t("A dry run: nothing would change. Nothing was written.")
        )
    counts = [
        t.n("{count} document", "{count} documents", report.documents),
        t.n("{count} passage", "{count} passages", report.passages),
        t.n("{count} event", "{count} events", report.events),
        t.duration(report.seconds),
    ]
    if report.generation and not dry_run:
        counts.append(t("index {generation}", generation=report.generation))
    figures = " · ".join(counts)
    skipped = [one for one in report.skipped if not one.ignored]
    left_out = [_item(one.name, f"{t.say(one.reason)} {t.say(one.hint)}", t) for one in skipped]
    warned = [
        _item(name, f"{_where(warning, t)}{t.say(warning.text)}", t)
        for name, warning in report.warnings
    ]
    unapplied = [f"- {one_line_markup(t.say(said), _LISTED)}" for said in report.unapplied]
    lines = [
        *_names(t("Added"), report.added, t, most),
        *_names(t("Changed"), report.updated, t, most),
        *_names(t("Removed"), report.removed, t, most),
        *_unchanged(report, t),
        *_limited(t("Read"), [_read(summary, t) for summary in report.read], t, most),
        *_limited(t("Left out"), left_out, t, most),
        *_limited(t("Warnings"), warned, t, most),
        *_limited(t("Corrections that don't fit"), unapplied, t, most),
    ]
    first = f"{with_code(t.say(note))}\n" if note else ""
    return [f"{first}**{head}**\n{figures}", *(["\n".join(lines)] if lines else [])]


def _read(summary: SourceSummary, t: Language) -> str:
    """What was found in a document that was read anew, in a line."""
    counts = []
    if summary.pages:
        counts.append(t.n("{count} page", "{count} pages", summary.pages))
    counts.append(t.n("{count} section", "{count} sections", summary.sections))
    if summary.notes:
        counts.append(t.n("{count} note", "{count} notes", summary.notes))
    if summary.unlinked_notes:
        loose = t.n(
            "{count} note without a mark", "{count} notes without a mark", summary.unlinked_notes
        )
        counts.append(loose)
    counts.append(t.n("{count} passage", "{count} passages", summary.passages))
    counts.append(t.n("{count} event", "{count} events", summary.events))
    return _item(summary.source.name, ", ".join(counts), t)


def _where(warning: ReadingWarning, t: Language) -> str:
    if warning.page:
        return f"{t.pages(warning.page)}: "
    return f"{t('line {line}', line=warning.line)}: " if warning.line else ""


def _item(name: str, text: str, t: Language) -> str:
    named = one_line_markup(name, NAME) or t("(no name)")
    return f"- {named}: {one_line_markup(text, _LISTED)}"


def _unchanged(report: BuildReport, t: Language) -> list[str]:
    """How many documents were left as they were, if some were not."""
    if not report.unchanged or not (report.added or report.updated or report.removed):
        return []
    return [f"**{t('Unchanged')}:** {t.number(report.unchanged)}"]


def _without_server(document_id: str) -> str:
    """The id of a document without the server that it belongs to: a slug holds no dot."""
    server, dot, rest = document_id.partition(".")
    return rest if dot and rest and "." not in rest and server.isdecimal() else document_id


def _names(title: str, names: Sequence[str], t: Language, most: int) -> list[str]:
    if not names:
        return []
    listed = ", ".join(one_line_markup(_without_server(name), NAME) for name in names[:most])
    if len(names) > most:
        count = t.number(len(names) - most)
        listed = t("{words} and {count} more", words=listed, count=count)
    return [f"**{title}:** {listed}"]


def _limited(title: str, lines: Sequence[str], t: Language, most: int) -> list[str]:
    if not lines:
        return []
    rest = len(lines) - most
    more = [f"-# {t('and {count} more', count=t.number(rest))}"] if rest > 0 else []
    return [f"**{title}**", *lines[:most], *more]
