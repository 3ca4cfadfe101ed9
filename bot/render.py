"""Answers, timelines, sources, reports and errors -> Discord messages. Pure; limits stand here.

A message is one container of text blocks (Components V2: no content, no embeds). Every word of a
document or a person goes through `bot.markup`. Each message is written several times, from rich to
plain, and the first that fits is sent; the plainest fits whatever its text is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import TypeVar

from discord import ui

from bot.markup import (
    escape,
    excerpt,
    one_line_markup,
    one_line_of,
    quote,
    readable,
    underlined,
    units,
)
from bot.wording import answering_words, missing_words, widened_words, with_gaps
from index.dates.edtf import from_edtf
from index.dates.wording import event_words, say_date, say_year
from index.errors import ArchivistError
from index.model import (
    Answer,
    BuildReport,
    Citation,
    CitedEvent,
    Event,
    Outcome,
    ReadingWarning,
    SourceSummary,
    Timeline,
)

#: Discord allows 40 components and 4,000 characters; we plan for less, to have room for buttons.
COMPONENTS = 36
CHARACTERS = 3_800  # UTF-16 units, markup counted

PASSAGES_SHOWN = 3
QUOTE, SUPPORT = 900, 500  # characters of a quote: that holds the answer, that stands beside it
POSSIBLE_SHOWN = 3
TITLE = 100
PLACE = 160
QUESTION = 200
NAME = 80
READING = 400  # UTF-16 units that tell how a question was read
BESIDE = 200  # characters of the sentence that a note stands for
ALSO_SHOWN = 3
WORD, WORDS_SHOWN = 40, 6  # characters of a word of a question; how many in one place

GREEN, AMBER, GREY, RED, BLUE = 0x2D9D78, 0xC98A1B, 0x80848E, 0xB3403A, 0x4B6FA8


class Rule(Enum):
    """What may stand between two blocks of text."""

    LINE = "line"
    SPACE = "space"


Block = str | Rule
_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much of an answer to show."""

    passages: int
    quote: int  # characters of a quote that answers; others get less
    events: int
    event: int  # characters of one event
    marks: bool = True

    @property
    def support(self) -> int:
        """Characters of a quote that does not hold the answer."""
        return min(self.quote, SUPPORT)


_PLANS = (
    _Plan(PASSAGES_SHOWN, QUOTE, 5, 110),
    _Plan(PASSAGES_SHOWN, 600, 4, 90),
    _Plan(PASSAGES_SHOWN, 450, 3, 80),
    _Plan(PASSAGES_SHOWN, 450, 0, 0),
    _Plan(2, 450, 2, 80),
    _Plan(1, 450, 0, 0),
    _Plan(1, 450, 0, 0, marks=False),
)


def answer_layout(answer: Answer) -> ui.LayoutView:
    """The message that answers a question: three outcomes, each of which looks different."""
    if answer.outcome is Outcome.NOT_FOUND:
        return _layout(GREY, _first_fit((12, 6, 3), lambda words: _not_found(answer, words)))
    colour = GREEN if answer.outcome is Outcome.ANSWERED else AMBER
    return _layout(colour, _first_fit(_PLANS, lambda plan: _answer_blocks(answer, plan)))


def timeline_layout(timeline: Timeline) -> ui.LayoutView:
    """The first page of a timeline, oldest first, with how many entries there are in all."""
    sizes = ((12, 160), (10, 140), (8, 110), (6, 90), (4, 80), (3, 60), (1, 60))
    return _layout(BLUE, _first_fit(sizes, lambda size: _timeline_blocks(timeline, *size)))


def sources_layout(sources: Sequence[SourceSummary], generation: int) -> ui.LayoutView:
    """The documents with their counts, in corpus order."""
    counts = (40, 30, 20, 15, 10, 7, 4)
    return _layout(BLUE, _first_fit(counts, lambda n: _sources_blocks(sources, generation, n)))


def report_layout(report: BuildReport, *, note: str = "") -> ui.LayoutView:
    """What a reindexing did; ``note`` is a sentence of ours to say first."""
    counts = (10, 5, 3, 1)
    colour = AMBER if report.skipped or report.warnings else GREEN
    return _layout(colour, _first_fit(counts, lambda n: _report_blocks(report, note, n)))


def progress_layout(done: int, total: int, name: str) -> ui.LayoutView:
    """How far a reindexing is; questions are answered meanwhile."""
    reading = f"\n-# Reading {one_line_markup(name, NAME)}" if readable(name) else ""
    heading = f"**Indexing: {done} of {total} documents**" if total else "**Indexing…**"
    return _layout(BLUE, [f"{heading}{reading}"])


def notice_layout(sentence: str) -> ui.LayoutView:
    """One sentence of our own, as it stands."""
    return _layout(GREY, [escape(sentence)])


def error_layout(error: ArchivistError, error_id: str | None = None) -> ui.LayoutView:
    """What went wrong and what to do, in one or two short sentences; the id is in the log too."""
    text = f"**{one_line_markup(str(error), 400)}**"
    if hint := _with_code(one_line_of(error.hint, 400)):
        text += f"\n{hint}"
    if error_id:
        text += f"\n-# Error {error_id}"
    return _layout(RED, [text])


# ---------------------------------------------------------------- answers


def _answer_blocks(answer: Answer, plan: _Plan) -> list[Block]:
    shown = _shown_passages(answer, plan.passages)
    blocks: list[Block] = [_heading(answer, shown, plan), Rule.LINE]
    for citation in shown:
        blocks += [_passage(citation, answer, plan), Rule.SPACE]
    blocks.pop()
    numbers = _Numbers(shown)
    events = _event_list("Timeline", answer.events, numbers, plan)
    fewer = replace(plan, events=min(plan.events, POSSIBLE_SHOWN))
    possible = _event_list("May also fall in that time", answer.possible_events, numbers, fewer)
    if events or possible:
        blocks += [Rule.LINE, *(block for block in (events, possible) if block)]
    return [*blocks, "\n".join((*numbers.listed(), _quiet_line(answer, shown)))]


class _Numbers:
    """Which number each source has in one message: those of the passages shown, then new ones."""

    def __init__(self, shown: Sequence[Citation] = ()) -> None:
        self._passages = {citation.passage.id: citation.number for citation in shown}
        self._next = max(self._passages.values(), default=0) + 1
        self._lines: dict[str, int] = {}

    def of(self, cited: CitedEvent) -> int:
        """The number to write behind an event."""
        number = self._passages.get(cited.event.passage) or self._lines.get(cited.line)
        if number is None:
            number = self._lines[cited.line] = self._next
            self._next += 1
        return number

    def listed(self) -> list[str]:
        """A quiet line for each number that no passage shown has."""
        return [f"-# [{n}] {one_line_markup(line, PLACE)}" for line, n in self._lines.items()]


def _shown_passages(answer: Answer, count: int) -> list[Citation]:
    """The best passages, and always those that the answer is taken from, in their order."""
    sources = {span.passage for span in answer.answer_spans}
    first = sorted(answer.passages, key=lambda c: (c.number not in sources, c.number))[:count]
    return sorted(first, key=lambda citation: citation.number)


def _heading(answer: Answer, shown: Sequence[Citation], plan: _Plan) -> str:
    asked = f"-# {one_line_markup(answer.question, QUESTION)}\n"
    if answer.outcome is Outcome.NEAR_MISS or answer.answer is None:
        missing = _listed(missing_words(answer, shown))
        nothing = f"Nothing here says: {missing}. The closest:" if missing else "The closest:"
        return f"{asked}### Not said in these documents.\n{nothing}"
    size = "##" if len(answer.answer) <= 160 else "###"
    said = list(_said(answer, shown, plan)) or [one_line_markup(answer.answer)]
    differs = [one_line_markup(line, QUESTION) for line in answer.differs[:2]]
    return asked + "\n".join((*(f"{size} {line}" for line in said), *differs))


def _said(answer: Answer, shown: Sequence[Citation], plan: _Plan) -> Iterator[str]:
    """A line for each passage that answers: what it says, its number, the answering words underlined."""
    cited = {citation.number: citation for citation in shown}
    for number, group in groupby(answer.answer_spans, key=lambda span: span.passage):
        if number not in cited:
            continue
        text, spans = cited[number].passage.text, list(group)
        marks = answering_words(cited[number].highlights, spans) if plan.marks else ()
        said = (
            part if isinstance(part, str) else underlined(text, (part.start, part.stop), marks)
            for part in with_gaps(text, spans)
        )
        yield f"{''.join(said)} [{number}]".lstrip()


def _passage(citation: Citation, answer: Answer, plan: _Plan) -> str:
    """A numbered quote under the line that says where it stands."""
    text = citation.passage.text
    own = [span for span in answer.answer_spans if span.passage == citation.number]
    keep = [(span.start, span.stop) for span in own]
    near = [(mark.start, mark.stop) for mark in citation.highlights]
    spans = excerpt(text, plan.quote if keep else plan.support, keep, near)
    words = quote(text, spans, *((citation.highlights, own) if plan.marks else ((), ())))
    place = one_line_markup(citation.place, PLACE)
    dated = say_date(citation.date) if citation.date else ""
    where = " · ".join(part for part in (place, dated, _notes(citation)) if part)
    title = one_line_markup(citation.source.title, TITLE)
    head = f"**[{citation.number}]** **{title}**" + (f" — {where}" if where else "")
    return "\n".join((head, f"> {words}", *_beside(citation, plan)))


def _beside(citation: Citation, plan: _Plan) -> Iterator[str]:
    """Quiet lines beneath a quote: the sentence that a note stands for, where else it is said."""
    if not plan.events:
        return  # no room
    for bearing in citation.borne[:1]:
        yield f"-# stands for: “{one_line_markup(bearing.text, BESIDE)}”"
    if citation.also:
        places = [
            f"[{also.number}]" if also.number else one_line_markup(also.line, TITLE)
            for also in citation.also[:ALSO_SHOWN]
        ]
        more = " and elsewhere" if len(citation.also) > ALSO_SHOWN else ""
        yield f"-# also in {', '.join(places)}{more}"


def _notes(citation: Citation) -> str:
    numbers = citation.passage.notes
    if not numbers:
        return ""
    listed = ", ".join(str(number) for number in numbers[:12])
    more = ", …" if len(numbers) > 12 else ""
    return f"{'note' if len(numbers) == 1 else 'notes'} {listed}{more}"


def _event_list(title: str, events: Sequence[CitedEvent], numbers: _Numbers, plan: _Plan) -> str:
    """Events under a heading, one a line; empty when there are none or no room for them."""
    if not events or not plan.events:
        return ""
    lines = [f"- {_dated(e, plan.event)} [{numbers.of(e)}]" for e in events[: plan.events]]
    rest = len(events) - plan.events
    return "\n".join((f"**{title}**", *lines, *([f"-# and {rest} more"] if rest > 0 else [])))


def _dated(cited: CitedEvent, limit: int, under: str = "") -> str:
    """The date as written, with the year where the source leaves it to its heading; the words."""
    event = cited.event
    return f"{_label(event, under)} — {escape(one_line_of(_words(event), limit))}"


def _words(event: Event) -> str:
    said = event_words(event)
    return f"{one_line_of(event.headline, 100)}: {said}" if event.headline else said


def _label(event: Event, under: str) -> str:
    """The date as written; in brackets what the words leave to others, or all of it when asked."""
    said, written, year = say_date(event.date), event.as_written, say_year(event.date)
    if event.edited and event.inferred_from:
        return f"**{said}**"
    marked = f"**{one_line_markup(written, NAME)}**"
    if not year or year in written:
        return marked
    plain = any(c.isdigit() for c in written) or written.casefold() in said.casefold()
    if plain:
        return marked if year == under else f"{marked} ({year})"
    return f"{marked} ({said})"


def _quiet_line(answer: Answer, shown: Sequence[Citation]) -> str:
    documents = len({citation.source.id for citation in shown})
    parts = [
        f"{_count(len(shown), 'passage')} from {_count(documents, 'document')}",
        *_read_as(answer),
        f"index {answer.generation}",
    ]
    return "-# " + " · ".join(parts)


def _read_as(answer: Answer) -> list[str]:
    """How a question was read where that is not plain, in few words each, as far as there is room."""
    understood = answer.understood
    said = [f"{_word(name)} is {say_date(date)}" for name, date in understood.named]
    said += [f"read {_word(typed)} as {_word(read)}" for typed, read in understood.corrections]
    said += [f"{_word(typed)}: also {_listed(also)}" for typed, also in widened_words(answer)]
    if understood.carried:
        said.append(f"carried over: {_listed(understood.carried)}")
    if understood.excluded:
        said.append(f"left out what holds: {_listed(understood.excluded)}")
    room = READING
    kept = []
    for part in said:
        room -= units(part)
        if room >= 0:
            kept.append(part)
    return kept


def _listed(words: Sequence[str]) -> str:
    """Words of a question in quotation marks, the first few of very many."""
    shown = [_word(word) for word in words[:WORDS_SHOWN]]
    more = f" and {len(words) - WORDS_SHOWN} more" if len(words) > WORDS_SHOWN else ""
    return ", ".join(shown) + more


def _not_found(answer: Answer, count: int) -> list[Block]:
    """No citation, no quote: what was looked for and what there is."""
    understood = answer.understood
    looked: list[str] = []
    words = [*understood.phrases, *understood.terms]
    if words:
        more = f" and {len(words) - count} more" if len(words) > count else ""
        looked.append("Looked for: " + ", ".join(_word(word) for word in words[:count]) + more)
    if understood.dates:
        looked.append("Time: " + "; ".join(say_date(date) for date in understood.dates[:3]))
    if not looked:
        looked.append("There was no word in it to look for.")
    looked += [part[0].upper() + part[1:] for part in _read_as(answer)]
    return [
        f"-# {one_line_markup(answer.question, QUESTION)}\n### Nothing found in these documents.",
        "\n".join(looked),
        f"{one_line_markup(answer.covers, 400)}\n-# index {answer.generation}",
    ]


# ---------------------------------------------------------------- timelines


def _timeline_blocks(timeline: Timeline, count: int, limit: int) -> list[Block]:
    certain, possible = timeline.events, timeline.possible_events
    asked = one_line_markup(timeline.asked, QUESTION)
    covers = one_line_markup(timeline.covers, 300)
    title = "## Timeline" + (f": {asked}" if asked else "")
    if not certain and not possible:
        notes = " ".join(one_line_markup(note, QUESTION) for note in timeline.notes)
        return [
            f"{title}\n{notes or 'No entry for that.'}",
            f"{covers}\n-# index {timeline.generation}",
        ]
    counted = _count(len(certain), "entry", "entries")
    if possible:
        counted += f" · {len(possible)} more may fall in that time"
    notes = "".join(f"\n{one_line_markup(note, QUESTION)}" for note in timeline.notes)
    numbers = _Numbers()
    blocks: list[Block] = [f"{title}\n-# {counted}{notes}"]
    first = certain[:count]
    if first:
        blocks += [Rule.LINE, *_years(first, numbers, limit)]
    rest = possible[: count - len(first)]
    if rest:
        lines = [_entry(event, numbers, limit) for event in rest]
        blocks += [Rule.LINE, "\n".join(("**May also fall in that time**", *lines))]
    shown, total = len(first) + len(rest), len(certain) + len(possible)
    foot = [*numbers.listed(), f"-# {covers} Index {timeline.generation}."]
    if shown < total:
        foot.insert(0, f"The first {shown} of {total} are shown: narrow it by when, who or about.")
    return [*blocks, Rule.LINE, "\n".join(foot)]


def _years(events: Sequence[CitedEvent], numbers: _Numbers, limit: int) -> list[Block]:
    """One block for each year, with its heading."""
    blocks: list[Block] = []
    for year, group in groupby(events, key=lambda cited: say_year(cited.event.date)):
        lines = [_entry(cited, numbers, limit, year) for cited in group]
        blocks.append("\n".join((f"### {year or 'Undated'}", *lines)))
    return blocks


def _entry(cited: CitedEvent, numbers: _Numbers, limit: int, under: str = "") -> str:
    line = f"- {_dated(cited, limit, under)} [{numbers.of(cited)}]"
    if cited.event.differs:
        line += f"\n-# Told otherwise elsewhere. {one_line_markup(cited.event.differs, limit)}"
    return line


# ---------------------------------------------------------------- sources and reports


def _sources_blocks(sources: Sequence[SourceSummary], generation: int, count: int) -> list[Block]:
    lines = [_source(summary) for summary in sources[:count]]
    if count < len(sources):
        lines.append(f"-# and {len(sources) - count} more")
    events = sum(summary.events for summary in sources)
    passages = sum(summary.passages for summary in sources)
    counted = f"{_count(passages, 'passage')} · {_count(events, 'event')} · index {generation}"
    return [f"## {_count(len(sources), 'document')}", "\n".join(lines), f"-# {counted}"]


def _source(summary: SourceSummary) -> str:
    source = summary.source
    said = [one_line_markup(text, NAME) for text in (source.author, source.publisher) if text]
    if source.date:
        said.append(one_line_markup(_say_edtf(source.date), NAME))
    counts = [
        _count(summary.sections, "section"),
        _count(summary.passages, "passage"),
        _count(summary.notes, "note"),
        _count(summary.events, "event"),
    ]
    if summary.warnings:
        counts.append(_count(len(summary.warnings), "warning"))
    about = f" — {', '.join(said)}" if said else ""
    title = one_line_markup(source.title, TITLE)
    return f"**{title}**{about}\n-# {one_line_markup(source.name, NAME)} · {' · '.join(counts)}"


def _say_edtf(written: str) -> str:
    """A date that an owner wrote in ``corpus.toml``, in words; as it is when it is not EDTF."""
    try:
        return say_date(from_edtf(written))
    except ValueError:
        return written


def _report_blocks(report: BuildReport, note: str, count: int) -> list[Block]:
    head = "**Indexed.**" if report.changed else "**Nothing had changed.**"
    figures = " · ".join(
        (
            _count(report.documents, "document"),
            _count(report.passages, "passage"),
            _count(report.events, "event"),
            f"{report.seconds:.1f} s",
            f"index {report.generation}",
        )
    )
    skipped = [item for item in report.skipped if not item.ignored]
    lines = [
        *_names("Added", report.added, count),
        *_names("Changed", report.updated, count),
        *_names("Removed", report.removed, count),
        *_limited("Read", [_read(summary) for summary in report.read], count),
        *_limited("Left out", [_item(s.name, f"{s.reason} {s.hint}") for s in skipped], count),
        *_limited("Warnings", [_warning(*pair) for pair in report.warnings], count),
    ]
    first = f"{escape(note)}\n" if note else ""
    return [f"{first}{head}\n{figures}", *(["\n".join(lines)] if lines else [])]


def _read(summary: SourceSummary) -> str:
    """What was found in a document that was read anew, in a line."""
    counts = [
        _count(summary.pages, "page") if summary.pages else "",
        _count(summary.sections, "section"),
        _count(summary.notes, "note") if summary.notes else "",
        f"{summary.unlinked_notes:,} not linked" if summary.unlinked_notes else "",
        _count(summary.passages, "passage"),
        _count(summary.events, "event"),
    ]
    return _item(summary.source.name, ", ".join(filter(None, counts)))


def _warning(name: str, warning: ReadingWarning) -> str:
    places = (("line", warning.line), ("page", warning.page))
    where = ", ".join([name, *(f"{word} {number}" for word, number in places if number)])
    return _item(where, warning.text)


def _item(name: str, text: str) -> str:
    return f"- {one_line_markup(name, NAME)}: {one_line_markup(text, 200)}"


def _names(title: str, names: Sequence[str], count: int) -> list[str]:
    if not names:
        return []
    listed = ", ".join(one_line_markup(name, NAME) for name in names[:count])
    more = f" and {len(names) - count} more" if len(names) > count else ""
    return [f"**{title}:** {listed}{more}"]


def _limited(title: str, lines: Sequence[str], count: int) -> list[str]:
    if not lines:
        return []
    more = [f"-# and {len(lines) - count} more"] if len(lines) > count else []
    return [f"**{title}**", *lines[:count], *more]


# ---------------------------------------------------------------- the page


def _first_fit(plans: Iterable[_P], write: Callable[[_P], list[Block]]) -> list[Block]:
    """The blocks of the first plan that fit into a message; those of the last if none does."""
    blocks: list[Block] = []
    for plan in plans:
        blocks = write(plan)
        if _fits(blocks):
            break
    return blocks


def _fits(blocks: Sequence[Block]) -> bool:
    characters = sum(units(block) for block in blocks if isinstance(block, str))
    return len(blocks) < COMPONENTS and characters <= CHARACTERS


def _layout(colour: int, blocks: Iterable[Block]) -> ui.LayoutView:
    """One container of these blocks. Nothing in it can be pressed, so nothing of it is kept."""
    items: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(block)
        if isinstance(block, str)
        else ui.Separator(visible=block is Rule.LINE)
        for block in blocks
        if block
    ]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=colour))
    return view


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _word(text: str) -> str:
    return f"“{one_line_markup(text, WORD)}”"


def _with_code(text: str) -> str:
    """Our own hints, in which `...` is a command: it stays code, all else is plain."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a lone one begins nothing
        return escape(text)
    return "".join(f"`{part}`" if n % 2 and part else escape(part) for n, part in enumerate(parts))
