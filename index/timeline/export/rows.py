"""What several formats say of an event, as plain text."""

from __future__ import annotations

import html
import re

from index.dates import find_dates
from index.dates.wording import event_words, say_date, say_year
from index.model import CitedEvent, Event, one_line

_HEADLINE = 80  # characters
_LEAST_KEPT = 0.5  # of a headline that is cut at a word
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")


def without_controls(text: str) -> str:
    """``text`` without control characters, its line ends as line feeds."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def headline(event: Event) -> str:
    """What an owner calls the event, else its first words: one line of at most 80 characters."""
    words = one_line(event.headline or "") or event_words(event)
    if len(words) <= _HEADLINE:
        return words
    cut = words.rfind(" ", 0, _HEADLINE)
    kept = words[: cut if cut > _HEADLINE * _LEAST_KEPT else _HEADLINE - 1]
    return kept.rstrip(" ,;:–—-") + "…"


def remarks(cited: CitedEvent) -> tuple[str, ...]:
    """What a reader should know of the event besides its date and words, a sentence each."""
    event = cited.event
    said = []
    if event.inferred_from:
        said.append(f"Part of the date is inferred from {one_line(event.inferred_from)}.")
    if cited.overlap == "possible":
        said.append("It possibly falls in the dates asked for.")
    if event.differs:
        said.append(one_line(event.differs))
    if event.edited:
        said.append("The corpus's owner edited it.")
    return tuple(said)


def display_date(event: Event) -> str:
    """The date as it is written, with what was inferred in brackets: ``Sept. 7 [2022]``."""
    written = one_line(event.as_written)
    if not written or event.edited:
        return say_date(event.date)
    if not event.inferred:
        return written
    year = say_year(event.date)
    read = find_dates(written, default_year=int(year)) if year.isdigit() else ()
    told = year if [mention.date for mention in read] == [event.date] else say_date(event.date)
    return f"{written} [{told}]"


def as_html(text: str) -> str:
    """HTML that shows ``text``, also in an attribute."""
    return html.escape(without_controls(text), quote=True)
