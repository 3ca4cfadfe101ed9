"""What administrators did -> pages and files. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.editing import collection_name
from bot.ids import press_id
from bot.languages import Language
from bot.layout import BLUE, Attachment, Block, Button, Page, Row, first_fit
from bot.markup import one_line_markup, one_line_of
from bot.render.edits import when, who
from bot.render.feedback import only_you
from bot.state import AuditLine
from index.collections import guild_of
from index.timeline.export.sheet import cell

LISTED = 8  # lines on a page
#: What an action may be, as it is kept: the first word alone stands for all that begin with it.
ACTIONS = (
    "document", "settings", "collection.grant", "alias", "correction", "index", "gap",
    "document.add", "document.remove", "document.restore", "document.replace", "document.rename",
    "document.describe", "settings.change", "settings.import", "alias.add", "alias.remove",
    "alias.undo", "correction.add", "correction.undo", "index.build", "index.cancel",
    "index.rollback", "gap.answer", "gap.close", "gap.reopen",
)  # fmt: skip
_COLUMNS = ("id", "at", "server", "who", "action", "what", "before", "after")
_CHANGE = (160, 90, 50, 24)  # characters of what was before and after; the first that fits
_WHAT = 80


def action_name(action: str, t: Language) -> str:
    """What was done, in words; an action that nothing knows as it is kept."""
    return {
        "document.add": t("document added"),
        "document.remove": t("document removed"),
        "document.restore": t("document brought back"),
        "document.replace": t("document replaced"),
        "document.rename": t("document renamed"),
        "document.describe": t("document described"),
        "settings.change": t("settings changed"),
        "settings.import": t("settings imported"),
        "collection.grant": t("collection opened or closed"),
        "alias.add": t("names added"),
        "alias.remove": t("names removed"),
        "alias.undo": t("names brought back"),
        "correction.add": t("timeline corrected"),
        "correction.undo": t("correction taken back"),
        "index.build": t("index built"),
        "index.cancel": t("build cancelled"),
        "index.rollback": t("index rolled back"),
        "gap.answer": t("question answered"),
        "gap.close": t("question closed"),
        "gap.reopen": t("question opened again"),
        "document": t("anything about documents"),
        "settings": t("anything about settings"),
        "alias": t("anything about names"),
        "correction": t("anything about corrections"),
        "index": t("anything about the index"),
        "gap": t("anything about questions"),
    }.get(action, action)


def audit_page(
    lines: Sequence[AuditLine],
    t: Language,
    *,
    asked: str,
    everywhere: bool,
    page: int,
    more: bool,
    top: int,
) -> Page:
    """A page of lines, newest first.

    ``asked`` is what stands for the filters in ids of buttons, ``top`` the newest line of page 1, so
    that pages stay what they were while new lines come; ``more`` tells whether there is another page.
    """
    head = t("### What administrators did")
    head += "\n-# " + (
        t("In all servers, newest first") if everywhere else t("In this server, newest first")
    )
    if page > 1 or more:
        head += " · " + t("page {page}", page=page)
    if not lines:
        none = t("**Nothing of that kind is kept.** Lines are kept for a year.")
        return Page((f"{head}\n{none}\n{only_you(t)}",), BLUE)
    turns = Row(
        (
            Button(t("Newer"), press_id("audit_page", page - 1, top, asked), disabled=page == 1),
            Button(t("Older"), press_id("audit_page", page + 1, top, asked), disabled=not more),
        )
    )
    files = Row(
        (
            Button(t("All as CSV"), press_id("audit_file", "csv", asked)),
            Button(t("All as JSON"), press_id("audit_file", "json", asked)),
        )
    )

    def write(words: int) -> list[Block]:
        shown = [_line(line, words, everywhere, t) for line in lines]
        return ["\n".join((head, *shown)), only_you(t), turns, files]

    return Page(tuple(first_fit(_CHANGE, write)), BLUE)


def _line(line: AuditLine, words: int, everywhere: bool, t: Language) -> str:
    named = _what(line, t)
    what = f" · {one_line_markup(named, _WHAT)}" if named else ""
    done = one_line_markup(action_name(line.action, t), _WHAT)
    place = " · " + t("server {id}", id=line.guild) if everywhere and line.guild else ""
    number = f" ({line.who})" if line.who else ""
    said = [
        f"- **{done}**{what}",
        f"-# {who(line.who, t)}{number} · {when(line.at)}{place}",
    ]
    if line.before is not None or line.after is not None:
        changed = [value for value in (line.before, line.after) if value is not None]
        if line.after is None:
            changed.append(None)
        said.append("-# " + " → ".join(_shortened(value, words, t) for value in changed))
    return "\n".join(said)


def _what(line: AuditLine, t: Language) -> str:
    """What it was done to, in plain text; a server's own documents by what people call them."""
    if line.guild is not None and guild_of(line.what) == line.guild:
        return collection_name(line.what, line.guild, t)
    return line.what


def _shortened(value: Any, words: int, t: Language) -> str:
    """Markup of what was before or after, in one line."""
    said = _in_words(value)
    return one_line_markup(said, words) if said.strip() else t("nothing")


def _in_words(value: Any) -> str:
    """JSON as plain text: its names and values, without its signs where it isn't nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_value, value))
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------- files


def audit_file(lines: Sequence[AuditLine], form: str, most: int) -> tuple[Attachment, int]:
    """All ``lines`` as a file of at most ``most`` bytes, and how many of the oldest it leaves out.

    ``form`` is csv or json. In CSV what is before and after is JSON, and no cell is a formula.
    """
    kept = len(lines)
    while True:
        content = _csv(lines[:kept]) if form == "csv" else _json(lines[:kept])
        if len(content) <= most or not kept:
            return Attachment(f"audit.{form}", content), len(lines) - kept
        kept = min(kept - 1, int(kept * most / len(content)))


def file_page(file: Attachment, lines: int, left_out: int, t: Language) -> Page:
    """A message with the file of all lines."""
    said = [
        t("### What administrators did"),
        t.n("{count} line", "{count} lines", lines - left_out),
    ]
    if left_out:
        said.append(
            t.n(
                "The file would be too large for Discord: the oldest line is left out.",
                "The file would be too large for Discord: the oldest {count} lines are left out.",
                left_out,
            )
        )
    return Page(("\n".join((*said, only_you(t))),), BLUE, (file,))


def _row(line: AuditLine) -> dict[str, Any]:
    """Ids are text: they are larger than the numbers that many programs know exactly."""
    return {
        "id": line.id,
        "at": line.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "server": None if line.guild is None else str(line.guild),
        "who": str(line.who),
        "action": line.action,
        "what": line.what,
        "before": line.before,
        "after": line.after,
    }


def _json(lines: Sequence[AuditLine]) -> bytes:
    rows = [_row(line) for line in lines]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode(errors="replace")


def _csv(lines: Sequence[AuditLine]) -> bytes:
    """UTF-8 with its mark, which spreadsheets want, and lines that end as RFC 4180 says."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for line in lines:
        table.writerow([_cell(value) for value in _row(line).values()])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _cell(value: Any) -> str:
    if value is None or isinstance(value, int):
        return cell(value)
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cell(one_line_of(said, len(said)))
