"""Events in messages: a date as written, the words, the number of the source. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.languages import ENGLISH, Language
from bot.markup import clip, escape, excerpt, one_line_markup, one_line_of, readable
from bot.render.words import NAME, where
from bot.wording import ELLIPSIS
from index.dates.wording import event_words, say_year
from index.model import Citation, CitedEvent, Event
from index.sentences import sentences


class Numbers:
    """Which number each source has in one message.

    Passages shown have theirs; ``known`` ones keep theirs too, but are listed when they are used;
    what is neither gets the next number.
    """

    def __init__(self, shown: Sequence[Citation] = (), known: Sequence[Citation] = ()) -> None:
        self._shown = {citation.number for citation in shown}
        every = (*known, *shown)
        self._passages = {citation.passage.id: citation.number for citation in every}
        self._places = {c.number: (c.source, c.passage.locator) for c in every}
        self._lines: dict[str, int] = {}
        self._used: set[int] = set()

    def of(self, cited: CitedEvent) -> int:
        """The number to write behind an event."""
        number = self._passages.get(cited.event.passage) or self._lines.get(cited.line)
        if number is None:
            number = self._lines[cited.line] = max(self._places, default=0) + 1
            self._places[number] = (cited.source, cited.event.locator)
        self._used.add(number)
        return number

    def use(self, number: int) -> bool:
        """Whether a passage has this number, which is then listed."""
        if number in self._places:
            self._used.add(number)
        return number in self._places

    def listed(self, t: Language = ENGLISH) -> list[str]:
        """A quiet line for each number that was used and that no passage shown has, in order."""
        return [
            f"-# [{number}] {where(*self._places[number], t)}"
            for number in sorted(self._used - self._shown)
        ]


def dated(cited: CitedEvent, limit: int, under: str = "", t: Language = ENGLISH) -> str:
    """The date as written, with the year where the source leaves it to its heading; the words."""
    event = cited.event
    return f"{label(event, under, t)} — {escape(first_sentences(words_of(event), limit))}"


def first_sentences(text: str, limit: int) -> str:
    """As many sentences of ``text`` as ``limit`` characters hold; a longer first one cut at a word."""
    shown = readable(text)
    start, stop = excerpt(shown, limit, [(0, 1)])[0] if shown else (0, 0)
    if any(start < end <= stop for _, end in sentences(shown)):
        return shown[start:stop] + (f" {ELLIPSIS}" if shown[stop:].strip() else "")
    return clip(shown, limit)


def words_of(event: Event) -> str:
    said = event_words(event)
    return f"{one_line_of(event.headline, 100)}: {said}" if event.headline else said


def label(event: Event, under: str = "", t: Language = ENGLISH) -> str:
    """The date as written; in brackets what the words leave to others, or all of it when asked."""
    said, written, year = t.date(event.date), event.as_written, say_year(event.date)
    if event.edited and event.inferred_from:
        return f"**{escape(said)}**"
    marked = f"**{one_line_markup(written, NAME)}**"
    if not year or year in written:
        return marked
    plain = any(c.isdigit() for c in written) or written.casefold() in said.casefold()
    if plain:
        return marked if year == under else f"{marked} ({year})"
    return f"{marked} ({said})"
