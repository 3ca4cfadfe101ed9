"""Builds that are under way, the state of the index, builds of before, going back -> pages. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.building import Kind, Outcome
from bot.ids import press_id
from bot.languages import Language
from bot.layout import AMBER, BLUE, GREY, RED, Block, Button, Page, Row, Rule, first_fit
from bot.markup import one_line_markup, readable
from bot.render.words import NAME
from bot.state.values import BuildLine
from index.collections import is_owners
from index.generations import Listed

PER_PAGE = 6  # builds on a page of the history
_REASON = 300  # characters
_WAITING_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Underway:
    """A build that isn't over, as far as somebody may see it."""

    id: str
    kind: Kind
    waits: bool  # for its turn
    may_cancel: bool
    whole: bool = True  # False: it also reads what isn't theirs, so that nothing of it is told
    seconds: float = 0.0
    done: int | None = None  # None: nothing is known yet
    total: int = 0
    name: str = ""  # of the file that is being read
    passages: int = 0
    warnings: int = 0
    rate: float | None = None  # bytes a second
    remaining: float | None = None  # seconds
    published: bool = False  # the new index is used already


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of the corpus folder."""

    reindex: bool  # whether changes are indexed by themselves
    changed: bool | None  # since it was indexed; None: nobody knows
    noticed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The index, as far as it is somebody's to look after."""

    generation: int | None
    indexed: dt.datetime | None
    documents: int
    passages: int
    events: int
    everything: bool  # False: of a server's own documents alone
    builds: tuple[Underway, ...] = ()  # the first is under way
    watched: Watched | None = None  # None: the folder is not theirs
    last: BuildLine | None = None
    failure: BuildLine | None = None  # the last build that failed, unless one succeeded since
    damaged: int | None = None  # the generation that can't be used: an older one answers


def progress_page(build: Underway, t: Language, *, note: str = "") -> Page:
    """How far a build is, with a button to end it; ``note`` is a sentence of ours to say first."""
    lines = [t.say(note)] if note else []
    lines += _progress(build, t)
    lines.append(f"-# {t('Questions are answered all the while.')}")
    blocks: list[Block] = ["\n".join(lines)]
    if build.may_cancel and not build.published:
        blocks.append(Row((_cancel(build, t),)))
    return Page(tuple(blocks), BLUE)


def cancelled_page(t: Language, *, by_other: bool = False, restart: bool = False) -> Page:
    """A build was ended before it was done."""
    said = t("The build was cancelled.")
    if restart:
        said = t("The bot is being restarted, and the build was ended.")
    elif by_other:
        said = t("The build was cancelled by somebody else who looks after these documents.")
    stays = t("Nothing has changed: the documents indexed before go on answering.")
    return Page((f"**{said}**\n{stays}",), GREY)


def failed_page(reason: str, hint: str, t: Language) -> Page:
    """Why a build failed; nothing has changed by it."""
    lines = [f"**{t('The documents could not be indexed.')}** {_said(reason, t)}"]
    if hint:
        lines.append(_said(hint, t))
    lines.append(t("Nothing has changed: the documents indexed before go on answering."))
    return Page(("\n".join(lines),), RED)


def status_page(status: Status, t: Language) -> Page:
    """The index, what is under way, what waits, and what went wrong last."""
    blocks: list[Block] = [_holds(status, t)]
    if status.damaged is not None:
        said = t(
            "Index {number} is damaged: answers come from the one before it. `/corpus reindex` with"
            " `full` mends it.",
            number=status.damaged,
        )
        blocks.append(f"**{said}**")
    under_way, waiting = status.builds[:1], status.builds[1 : 1 + _WAITING_SHOWN]
    for build in under_way:
        blocks += [Rule.LINE, "\n".join(_progress(build, t))]
    if waiting:
        lines = [f"**{t('Waiting for their turn')}**", *(f"- {_kind(b.kind, t)}" for b in waiting)]
        if more := len(status.builds) - 1 - len(waiting):
            lines.append(f"-# {t('and {count} more', count=t.number(more))}")
        blocks.append("\n".join(lines))
    if status.watched is not None and not status.builds:  # else it is being looked at
        blocks += [Rule.LINE, _watched(status.watched, t)]
    if status.last is not None or status.failure is not None:
        blocks.append(Rule.LINE)
    if status.last is not None:
        blocks.append(f"**{t('Last build')}**\n{_line(status.last, None, t)}")
    if status.failure is not None and status.failure is not status.last:
        blocks.append(f"**{t('Last failure')}**\n{_line(status.failure, None, t)}")
    buttons = [Button(t("Refresh"), press_id("builds_status"))]
    buttons.append(Button(t("History"), press_id("builds_page", 0)))
    stoppable = [b for b in (*under_way, *waiting) if b.may_cancel and not b.published]
    buttons += [_cancel(build, t, named=len(stoppable) > 1) for build in stoppable[:3]]
    failed = status.failure is not None or status.damaged is not None
    amber = status.watched is not None and bool(status.watched.changed)
    colour = BLUE if status.builds else RED if failed else AMBER if amber else GREY
    return Page((*blocks, Row(tuple(buttons))), colour)


def history_page(
    lines: Sequence[BuildLine], start: int, cancelled: Mapping[str, int], t: Language
) -> Page:
    """Builds from the ``start``-th on, newest first; ``cancelled`` says who ended which, by id."""
    shown = lines[start : start + PER_PAGE]
    if not shown:
        text = t("Nothing has been indexed from Discord yet.") if not lines else t("No more.")
        return Page((f"### {t('Builds')}\n{text}",), GREY)

    def write(reasons: int) -> list[Block]:
        said = [_line(line, cancelled, t, reasons) for line in shown]
        return [f"### {t('Builds')}", "\n".join(said)]

    blocks = first_fit((_REASON, 100, 40), write)
    last = start + len(shown)
    places = t("{first} to {last} of {count}", first=start + 1, last=last, count=len(lines))
    blocks.append(f"-# {places}")
    turns = Row(
        (
            Button(
                t("Newer"), press_id("builds_page", max(0, start - PER_PAGE)), disabled=not start
            ),
            Button(t("Older"), press_id("builds_page", last), disabled=last >= len(lines)),
            Button(t("Status"), press_id("builds_status")),
        )
    )
    return Page((*blocks, turns), GREY)


def roll_back_page(current: Listed, before: Listed, t: Language) -> Page:
    """What going back a generation changes, with a button that does it."""
    lines = [
        f"### {t('Go back to the index before this one?')}",
        f"**{t('Now')}:** {_listed(current, t)}",
        f"**{t('Before')}:** {_listed(before, t)}",
        t(
            "Questions are then answered from the one before, until something changes or is indexed"
            " again. No document is added or removed by it."
        ),
        "-# "
        + t(
            "What a server has added or removed from Discord is brought back or taken back for each"
            " document, not by this: see `/corpus list`."
        ),
    ]
    press = press_id("roll_back", current.generation, before.generation)
    buttons = (
        Button(t("Go back"), press, style="danger"),
        Button(t("Leave it as it is"), press_id("roll_back_no")),
    )
    return Page(("\n".join(lines), Row(buttons)), AMBER)


def rolled_back_page(number: int, t: Language) -> Page:
    """The index before answers again."""
    said = t("Questions are answered from index {number} again.", number=str(number))
    how = t("`/corpus reindex` takes up what is in the folder now.")
    return Page((f"**{said}**\n{how}",), BLUE)


# ---------------------------------------------------------------- parts


def _said(said: str, t: Language) -> str:
    return one_line_markup(t.say(said), _REASON)


def _cancel(build: Underway, t: Language, *, named: bool = False) -> Button:
    label = t("Cancel: {what}", what=_kind(build.kind, t)) if named else t("Cancel the build")
    return Button(label, press_id("build_cancel", build.id), style="danger")


def _kind(kind: Kind, t: Language) -> str:
    match kind:
        case "full":
            return t("everything anew")
        case "dry-run":
            return t("a dry run")
        case "rollback":
            return t("going back")
        case "watch":
            return t("what changed in the folder")
    return t("what changed")


def _progress(build: Underway, t: Language) -> list[str]:
    """How far a build is, in lines."""
    if build.waits:
        return [
            f"**{t('Your build waits for its turn.')}**",
            t("Another one is under way; yours begins by itself when that is over."),
        ]
    took = t.duration(build.seconds)
    if not build.whole:
        said = t("All documents are being indexed, yours among them.")
        return [f"**{said}**", f"-# {took}"]
    if build.published:
        said = t("The new index is used already; it is being made compact.")
        return [f"**{said}**", f"-# {took}"]
    heading = t("Reading the documents…")
    if build.done is not None and build.total:
        heading = t(
            "Reading the documents: {done} of {total}",
            done=t.number(build.done),
            total=t.number(build.total),
        )
    if build.kind == "dry-run":
        heading = f"{heading} ({t('a dry run: nothing is written')})"
    figures = [took]
    if build.remaining is not None and build.done:
        figures.append(t("about {time} left", time=t.duration(build.remaining)))
    if build.rate:
        figures.append(t("{size} a second", size=t.bytes(int(build.rate))))
    if build.passages:
        figures.append(t.n("{count} passage", "{count} passages", build.passages))
    if build.warnings:
        figures.append(t.n("{count} warning", "{count} warnings", build.warnings))
    lines = [f"**{heading}**", " · ".join(figures)]
    if readable(build.name):
        lines.append(f"-# {t('Now: {name}', name=one_line_markup(build.name, NAME))}")
    return lines


def _holds(status: Status, t: Language) -> str:
    """What the index holds, and since when."""
    lines = [f"### {t('All documents') if status.everything else t('This server’s documents')}"]
    if status.generation is None:
        lines.append(t("Nothing is indexed yet."))
        return "\n".join(lines)
    counts = (
        t.n("{count} document", "{count} documents", status.documents),
        t.n("{count} passage", "{count} passages", status.passages),
        t.n("{count} event", "{count} events", status.events),
    )
    lines.append(" · ".join(counts))
    made = t("index {generation}", generation=status.generation) if status.everything else ""
    if status.indexed is not None:
        when = _when(status.indexed)
        made = (
            t("{index}, made {when}", index=made, when=when)
            if made
            else t("Made {when}", when=when)
        )
    if made:
        lines.append(f"-# {made}")
    return "\n".join(lines)


def _watched(watched: Watched, t: Language) -> str:
    if watched.changed is None:
        state = t("Whether it has changed since it was indexed can't be told just now.")
    elif not watched.changed:
        state = t("Nothing has changed since it was indexed.")
    elif watched.noticed is not None:
        state = t("Changed since it was indexed (noticed {when}).", when=_when(watched.noticed))
    else:
        state = t("Changed since it was indexed.")
    does = t("Changes wait for `/corpus reindex`.")
    if watched.reindex:
        does = t("Changes are indexed by themselves after a quiet minute.")
    return f"**{t('The folder of documents')}**\n{state} {does}"


def _when(at: dt.datetime) -> str:
    """A moment, in the reader's own time: Discord writes it."""
    return f"<t:{int(at.timestamp())}:R>"


def _listed(one: Listed, t: Language) -> str:
    name = t("index {generation}", generation=one.generation)
    try:
        made = _when(dt.datetime.fromisoformat(one.made))
    except ValueError:
        made = ""
    parts = [name, made] if made else [name]
    if one.documents is None:
        parts.append(t("can't be read"))
    else:
        parts.append(t.n("{count} document", "{count} documents", one.documents))
        parts.append(t.n("{count} passage", "{count} passages", one.passages or 0))
        parts.append(t.n("{count} event", "{count} events", one.events or 0))
    return " · ".join(parts)


def _line(
    line: BuildLine, cancelled: Mapping[str, int] | None, t: Language, reasons: int = _REASON
) -> str:
    """One build that is over."""
    head = [_outcome(line.outcome, line.kind, t), _kind(line.kind, t)]
    if line.who:
        head.append(f"<@{line.who}>")
    head.append(_when(line.at))
    parts = []
    if line.generation and (line.collection is None or is_owners(line.collection)):
        parts.append(t("index {generation}", generation=line.generation))
    if line.outcome in ("changed", "unchanged") and line.kind != "rollback":
        parts += _changes(line.report, t)
    if line.seconds >= 1:
        parts.append(t.duration(line.seconds))
    if line.outcome == "failed" and line.reason:
        parts.append(one_line_markup(line.reason, reasons))
    if line.outcome == "cancelled":
        who = (cancelled or {}).get(str(line.report.get("build", "")))
        parts.append(t("cancelled by {who}", who=f"<@{who}>") if who else t("the bot was stopped"))
    return " · ".join(head) + (f"\n-# {' · '.join(parts)}" if parts else "")


def _outcome(outcome: Outcome, kind: Kind, t: Language) -> str:
    match outcome:
        case "changed":
            return f"**{t('Would change') if kind == 'dry-run' else t('Done')}**"
        case "unchanged":
            return f"**{t('Nothing had changed')}**"
        case "failed":
            return f"**{t('Failed')}**"
    return f"**{t('Cancelled')}**"


def _changes(report: Mapping[str, Any], t: Language) -> list[str]:
    counts = report.get("counts")
    if not isinstance(counts, Mapping):
        return []

    def of(name: str) -> int:
        found = counts.get(name, 0)
        return found if isinstance(found, int) else 0

    said = (
        (of("added"), t("{count} added", count=t.number(of("added")))),
        (of("updated"), t("{count} changed", count=t.number(of("updated")))),
        (of("removed"), t.n("{count} removed", "{count} removed", of("removed"))),
        (of("left_out"), t("{count} left out", count=t.number(of("left_out")))),
        (of("warnings"), t.n("{count} warning", "{count} warnings", of("warnings"))),
    )
    return [words for count, words in said if count]
