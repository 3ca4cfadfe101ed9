"""Passages and what stands around them -> pages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.ids import press_id
from bot.languages import Language
from bot.layout import (
    BLUE,
    Block,
    Button,
    Menu,
    Page,
    Row,
    Rule,
    first_fit,
)
from bot.limits import URL
from bot.markup import escape, excerpt, one_line_markup, quote, units
from bot.presses import MENU
from bot.render.citing import cite_options
from bot.render.understood import indexed_anew
from bot.render.words import NAME, PEOPLE_SHOWN, PLACE, TITLE, WORD, first_of, place, where
from bot.wording import ELLIPSIS
from index.model import (
    AnswerSpan,
    Citation,
    Context,
    Note,
    Quote,
)

ALSO_SHOWN = 3
BESIDE = 200  # characters of the sentence that a note stands for
MOST_AROUND = 20  # paragraphs on each side of a passage, as `Archive.context` gives
_AROUND, _WINDOW = 2, 4  # paragraphs on each side of it, and on a page of what is further away
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Look:
    """How much of a passage is shown."""

    quote: int  # characters, at most
    place: int = PLACE
    details: bool = True  # where else it stands, whom it names
    marks: bool = True

    @property
    def title(self) -> int:
        """Characters of the title."""
        return min(TITLE, self.place)


def head(citation: Citation, t: Language, look: Look) -> str:
    """What stands beside a passage's button: its number and title, its place."""
    title = one_line_markup(citation.source.title, look.title)
    stands = place(citation.passage.locator, t, look.place)
    return f"**[{citation.number}] {title}**" + (f"\n-# {stands}" if stands else "")


def told(citation: Citation, t: Language, look: Look, people: Sequence[str] = ()) -> str:
    """A quiet line over a quote: an entry's date, the notes, who is named; empty without any."""
    parts = []
    date = t.date(citation.date) if citation.date else ""
    if date not in citation.passage.locator.section:  # 2019, 2019 tells nothing more
        parts.append(escape(date))
    if citation.notes:
        parts.append(escape(_notes_of(citation, t)))
    if people and look.details:
        names = [one_line_markup(name, WORD) for name in people]
        parts.append(first_of(names, t, PEOPLE_SHOWN))
    said = " · ".join(part for part in parts if part)
    return f"-# {said}" if said else ""


def body(
    citation: Citation,
    t: Language,
    look: Look,
    answering: Sequence[AnswerSpan] = (),
    shown: frozenset[int] = frozenset(),
) -> str:
    """The quote, and quiet lines that say what it stands for and where else it is.

    ``answering`` are the spans of its text that answer: they are never cut. ``shown`` are the numbers
    of the passages on the same page.
    """
    text = citation.passage.text
    if not text.strip():
        return f"> {ELLIPSIS}"
    keep = [(span.start, span.stop) for span in answering]
    near = [(mark.start, mark.stop) for mark in citation.highlights]
    room = max(look.quote, sum(stop - start for start, stop in keep))
    marks = (citation.highlights, answering) if look.marks else ((), ())
    words = quote(text, excerpt(text, room, keep, near), *marks)
    return "\n".join((f"> {words}", *(_details(citation, t, shown) if look.details else ())))


def context_label(citation: Citation, t: Language) -> str:
    """What the button beside a passage says: that it opens the context, and whether notes come too.

    It tells the passage's number, so that the buttons of a page differ when they are read aloud.
    """
    number = citation.number
    if not citation.notes:
        return t("Context of [{number}]", number=number)
    if len(citation.notes) == 1:
        return t("Context, note of [{number}]", number=number)
    return t("Context, notes of [{number}]", number=number)


def _notes_of(citation: Citation, t: Language) -> str:
    """The numbers of a passage's notes, as they are printed; of many how many they are."""
    labels = [note.shown for note in citation.notes]
    numbers = [int(label) for label in labels if label.isdecimal()]
    if len(labels) == 1:
        return t("note {number}", number=labels[0])
    if numbers == list(range(numbers[0], numbers[0] + len(labels))) if numbers else False:
        return t("notes {first}–{last}", first=numbers[0], last=numbers[-1])
    if len(labels) == 2:
        return t("notes {first}, {last}", first=labels[0], last=labels[1])
    return t.n("{count} note", "{count} notes", len(labels))


def _details(citation: Citation, t: Language, shown: frozenset[int]) -> Iterator[str]:
    """Quiet lines beneath a quote: the sentence that a note stands for, where else it is said."""
    for bearing in citation.borne[:1]:
        yield "-# " + t("Stands for: “{sentence}”", sentence=one_line_markup(bearing.text, BESIDE))
    if citation.also:
        places = [
            f"[{also.number}]"
            if also.number in shown
            else where(also.source, also.locator, t, NAME)
            for also in citation.also
        ]
        yield "-# " + t("Also in {places}", places=first_of(places, t, ALSO_SHOWN))


# ---------------------------------------------------------------- context


@dataclass(frozen=True, slots=True)
class Window:
    """What of a passage's surroundings is shown: it with what is next to it, or what is further away.

    ``away`` counts paragraphs from the passage: 1 is next to it.
    """

    side: Literal["near", "before", "after"] = "near"
    away: int = 1

    @property
    def wanted(self) -> tuple[int, int]:
        """How many paragraphs before and after the passage it needs."""
        most = min(MOST_AROUND, self.away + _WINDOW)
        return {"near": (_AROUND, _AROUND), "before": (most, 0), "after": (0, most)}[self.side]

    def __str__(self) -> str:
        return "near" if self.side == "near" else f"{self.side}-{self.away}"


def read_window(text: str) -> Window:
    """The window that ``str`` made ``text`` of; the nearest one for anything else."""
    side, _, away = text.partition("-")
    if side in ("before", "after") and away.isdecimal() and len(away) <= 2:
        return Window("before" if side == "before" else "after", max(1, int(away)))
    return Window()


@dataclass(frozen=True, slots=True)
class Opened:
    """By whom a context page was opened, and for what."""

    reader: int  # user id
    window: Window = Window()
    link: str | None = None  # the address that opens the document at the passage
    anew: bool = False  # the documents were indexed since the message whose button was pressed


def context_page(context: Context, t: Language, opened: Opened) -> Page:
    """A passage with what stands around it, or what of that is further away, in the document's order.

    What is cut ends with “…” at a sentence's end.
    """
    if opened.window.side == "near":
        return Page(tuple(first_fit(_NEAR, lambda plan: _near(context, t, plan, opened))), BLUE)
    return Page(tuple(first_fit(_FAR, lambda plan: _far(context, t, plan, opened))), BLUE)


@dataclass(frozen=True, slots=True)
class _Near:
    """How much is shown of a passage and what is next to it, in characters."""

    passage: int
    around: int  # of each paragraph
    paragraphs: int  # on each side
    notes: int  # how many
    note: int  # of each


_NEAR = (
    _Near(2_000, 700, 2, 12, 600),
    _Near(2_000, 400, 2, 8, 400),
    _Near(1_600, 300, 2, 6, 250),
    _Near(1_200, 250, 1, 5, 160),
    _Near(900, 150, 1, 4, 100),
    _Near(600, 90, 1, 2, 60),
)
_FAR = ((4, 3_000), (3, 3_000), (2, 3_000), (1, 3_000), (1, 2_000), (1, 1_300))


def _near(context: Context, t: Language, plan: _Near, opened: Opened) -> list[Block]:
    citation, own = context.citation, context.citation.passage.locator
    before = context.before[max(0, len(context.before) - plan.paragraphs) :]
    after = context.after[: plan.paragraphs]
    blocks: list[Block] = [_context_head(citation, t), Rule.LINE]
    headings = _Headings(own.section)
    around = [headings.over(one, _own(one, t) + _last_of(one.text, plan.around)) for one in before]
    around.append(headings.over(Quote(own, ""), _quoted(citation.passage.text, plan.passage)))
    around += [headings.over(one, _own(one, t) + _first_of(one.text, plan.around)) for one in after]
    blocks += _spaced(around)
    if notes := _note_lines(citation, t, plan):
        blocks += [Rule.LINE, "\n".join(notes)]
    left = [
        len(context.before) > len(before) or not context.first,
        len(context.after) > len(after) or not context.last,
    ]
    whole = [
        _whole([len(one.text) for one in reversed(before)], plan.around),
        _whole([len(one.text) for one in after], plan.around),
    ]
    away = [
        Window("before", whole[0] + 1) if left[0] or whole[0] < len(before) else None,
        Window("after", whole[1] + 1) if left[1] or whole[1] < len(after) else None,
    ]
    return [*blocks, *_context_foot(context, t, (away[0], away[1]), opened)]


def _far(context: Context, t: Language, plan: tuple[int, int], opened: Opened) -> list[Block]:
    (count, limit), window = plan, opened.window
    earlier = window.side == "before"
    nearest_first = context.before[::-1] if earlier else context.after
    found = nearest_first[window.away - 1 :][:count]
    shown = found[::-1] if earlier else found
    headings = _Headings(None)
    blocks: list[Block] = [_context_head(context.citation, t, window.side), Rule.LINE]
    blocks += _spaced(
        [headings.over(one, _own(one, t) + _first_of(one.text, limit)) for one in shown]
    )
    if not shown:
        blocks.append(t("Nothing more stands there."))
    next_away = window.away + len(found)
    more = len(nearest_first) >= next_away or not (context.first if earlier else context.last)
    further = Window(window.side, next_away) if found and more else None
    nearer = Window(window.side, max(1, window.away - _WINDOW)) if window.away > 1 else Window()
    if further is not None and further.away > MOST_AROUND:
        further = None
        blocks.append("-# " + t("The rest of the document can be read with /sources."))
    ends = (further, nearer) if earlier else (nearer, further)
    return [*blocks, *_context_foot(context, t, ends, opened)]


def _spaced(texts: Sequence[str]) -> list[Block]:
    """``texts`` with a space between each two."""
    blocks = [block for text in texts for block in (text, Rule.SPACE)]
    return list(blocks[:-1])


def _own(one: Quote, t: Language) -> str:
    """What stands before a note: its number."""
    number = one.locator.note_label or one.locator.note
    if number is None:
        return ""
    return f"**{t('Note {number}', number=one_line_markup(str(number), WORD))}** "


def _whole(sizes: Sequence[int], limit: int) -> int:
    """How many of the nearest paragraphs are shown whole before one is cut."""
    return next((n for n, size in enumerate(sizes) if size > limit), len(sizes))


class _Headings:
    """Puts a heading over what stands in another section than what came before."""

    def __init__(self, first: tuple[str, ...] | None) -> None:
        self._now = first  # the section that the head of the page tells already

    def over(self, one: Quote, markup: str) -> str:
        section = one.locator.section
        if section == self._now:
            return markup
        self._now = section
        said = " › ".join(one_line_markup(heading, TITLE // 2) for heading in section[-3:])
        return f"**{said}**\n{markup}" if said else markup


def _context_head(
    citation: Citation, t: Language, side: Literal["near", "before", "after"] = "near"
) -> str:
    title = one_line_markup(citation.source.title, TITLE)
    stands = place(citation.passage.locator, t)
    if stands and side != "near":
        before = side == "before"
        stands = t("before {place}", place=stands) if before else t("after {place}", place=stands)
    return f"### {title}\n-# {stands}" if stands else f"### {title}"


def _context_foot(
    context: Context,
    t: Language,
    ends: tuple[Window | None, Window | None],
    opened: Opened,
) -> list[Block]:
    """The passage's id, and the buttons for what stands before and after what is shown."""
    passage_id = context.citation.passage.id

    def button(label: str, window: Window | None, spare: str) -> Button:
        target = spare if window is None else str(window)
        press = press_id("context", passage_id, context.generation, target)
        return Button(label, press, disabled=window is None)

    buttons = [
        button(t("Text before"), ends[0], "start"),
        button(t("Text after"), ends[1], "end"),
    ]
    if opened.link and units(opened.link) <= URL:
        buttons.append(Button(t("Open the document"), url=opened.link))
    press = press_id(MENU, opened.reader, context.generation)
    quiet = [f"-# {indexed_anew(t)}"] if opened.anew else []
    quiet.append(f"-# {t('Passage {id}', id=passage_id)}")
    menu = Menu(press, t("Cite this"), cite_options(t))
    return [Rule.LINE, "\n".join(quiet), Row(tuple(buttons)), Row((menu,))]


def _quoted(text: str, limit: int) -> str:
    """A passage as a quote, its paragraphs apart."""
    if len(text) > limit:
        return f"> {_first_of(text, limit)}"
    parts = (one_line_markup(part) for part in _PARAGRAPHS.split(text))
    return "\n".join(f"> {part}" for part in parts if part)


def _first_of(text: str, limit: int) -> str:
    """The first sentences of ``text``, as markup in one line."""
    if not text.strip():
        return ELLIPSIS
    return quote(text, excerpt(text, limit, [(0, 1)]), ())


def _last_of(text: str, limit: int) -> str:
    """The last sentences of ``text``, as markup in one line."""
    end = len(text.rstrip())
    if not end:
        return ELLIPSIS
    return quote(text, excerpt(text, limit, [(end - 1, end)]), ())


def _note_lines(citation: Citation, t: Language, plan: _Near) -> list[str]:
    """The notes of a passage, what “ibid.” in them means, and what a note stands for."""
    lines = [
        t("Stands for: “{sentence}”", sentence=_first_of(bearing.text, plan.note))
        + f"\n-# {place(bearing.locator, t)}"
        for bearing in citation.borne[: plan.notes]
    ]
    lines += [_note_line(note, t, plan.note) for note in citation.notes[: plan.notes]]
    if (rest := len(citation.notes) - plan.notes) > 0:
        lines.append("-# " + t.n("and {count} more note", "and {count} more notes", rest))
    known = {note.number for note in citation.notes}
    for note in citation.meant[: plan.notes]:
        if note.number not in known:
            said = _note_line(note, t, plan.note)
            lines.append(t("Meant there: {note}", note=said))
    return lines


def _note_line(note: Note, t: Language, limit: int) -> str:
    number = one_line_markup(note.shown, WORD)
    return f"**{t('Note {number}', number=number)}** {_first_of(note.text, limit)}"


def thread_page(thread: int, t: Language, *, new: bool) -> Page:
    """Points to the thread of an answer, by its id, whether it is ``new`` or was there."""
    link = f"<#{thread}>"
    said = (
        t("Here is the thread: {thread}. Questions asked there follow this one.", thread=link)
        if new
        else t("That answer has a thread already: {thread}.", thread=link)
    )
    return Page((said,), BLUE)
