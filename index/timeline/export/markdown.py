"""A timeline as a chronology in Markdown, for GitHub, Discord and this program's own reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from index.dates.wording import event_words, say_date, say_year
from index.model import CitedEvent, Timeline, one_line
from index.timeline.export.rows import remarks, without_controls

_ZERO_WIDTH_SPACE = "\u200b"
#: Each may begin markup here or there: emphasis, code, links, HTML, entities, tables, formulas.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$]|:(?=//|[A-Za-z0-9_+-]{1,64}:)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)|@(?=everyone|here)")
_POSSIBLE = "Possibly in the dates asked for"
_WITHOUT_BEGINNING = "Without a known beginning"


def to_markdown(timeline: Timeline) -> str:
    """A heading a year, and under it ``- **7 September 2022** – what happened (citation)``.

    Every date is written in full with its year, so it is read back as it is. What is inferred,
    only possible or told differently elsewhere follows the citation in words.
    """
    lines = [f"# Timeline: {as_text(timeline.asked)}", ""]
    lines += _years(timeline.events)
    if timeline.possible_events:
        lines += [f"# {_POSSIBLE}", "", *_years(timeline.possible_events)]
    return "\n".join(lines[:-1]) + "\n"


def _years(events: Iterable[CitedEvent]) -> Iterator[str]:
    for year, told in groupby(events, key=_year):
        yield from (f"## {year}", "", *map(_entry, told), "")


def _year(cited: CitedEvent) -> str:
    year = say_year(cited.event.date) or _WITHOUT_BEGINNING
    return year[0].upper() + year[1:]


def _entry(cited: CitedEvent) -> str:
    event = cited.event
    words = event_words(event)
    title = one_line(event.headline or "")
    told = f"{as_text(title)}: {as_text(words)}" if title and title != words else as_text(words)
    parts = [f"- **{say_date(event.date)}** – {told} ({as_text(cited.line)})", *remarks(cited)]
    return " ".join([parts[0], *(f"*{as_text(remark)}*" for remark in parts[1:])])


def as_text(text: str) -> str:
    """Markup that shows ``text`` in one line and does nothing."""
    plain = _MENTION.sub(f"@{_ZERO_WIDTH_SPACE}", one_line(without_controls(text)))
    return _MARKUP.sub(r"\\\g<0>", plain)
