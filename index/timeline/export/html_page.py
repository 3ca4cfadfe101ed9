"""A timeline as one HTML page that needs nothing else: no network, no fonts, little script.

The page may act only through its own style and script, whose hashes its Content-Security-Policy
names. Words of documents stand only in text and in quoted attributes, escaped.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from urllib.parse import urlsplit

from index.dates.edtf import civil, sort_key
from index.dates.wording import event_words, say_date
from index.model import (
    FIRST_DAY,
    CitedEvent,
    Event,
    HistoricDate,
    Precision,
    SourceInfo,
    Timeline,
    one_line,
)
from index.timeline.export.chart import covered, describe
from index.timeline.export.scale import Window, bins, lanes, shape, ticks, view, year_label

_WIDE, _NARROW = 1000, 330  # pixels that the overview is drawn for
_LANE = 15  # from one row of marks to the next
_MOST_LANES = 22
_MOST_MARKS = 600
_BARS = 130  # height of the bars of an overview that counts
_COLOURS = 6
_MOST_YEARS = 40  # links; of more years several share one
_MANY = 500
_LONGEST_HINT = 120  # characters of an event where the pointer rests on its mark
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ENDLESS = re.compile("[\x21-\u02ff\u0370-\u0482\u048a-\u052f]{200,}")  # letters without marks
_STRETCH = re.compile(".{1,100}")


def to_html(timeline: Timeline, passages: Mapping[str, str], *, title: str) -> str:
    """The page, the same for the same values.

    ``passages`` holds the verbatim texts of passages by id; an event whose passage is missing has
    no link to it.
    """
    page = _Page(timeline, passages)
    style, script = _own("page.css"), _own("page.js")
    policy = (
        f"default-src 'none'; style-src '{source_hash(style)}'; script-src '{source_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="color-scheme" content="light dark">\n',
        f"<title>{_text(one_line(title))}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        '<a class="skip" href="#the-events">Skip to the events</a>\n',
        *page.header(title),
        f"<main{page.size}>\n",
        *page.overview(),
        *page.events(),
        *page.passages(),
        *page.sources(),
        "</main>\n",
        *page.footer(),
        f"<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "".join(parts)


@cache
def _own(name: str) -> str:
    return resources.files("index.timeline.export").joinpath(name).read_text("utf-8")


def source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _text(text: str) -> str:
    """``text`` for an element or a quoted attribute; what HTML can't hold is U+FFFD."""
    return html.escape(_NOT_SHOWN.sub("\ufffd", text)).replace("\r", "&#13;")


def flow(text: str) -> str:
    """As `_text`, for elements that hold elements: endless words may break, else browsers take long."""
    cut = _ENDLESS.sub(
        lambda word: "\0".join(_STRETCH.findall(word[0])), _NOT_SHOWN.sub("\ufffd", text)
    )
    return html.escape(cut).replace("\r", "&#13;").replace("\0", "<wbr>")


def inline(text: str) -> str:
    """``text`` on one line, kept apart from the writing direction of what stands around it."""
    return f"<bdi>{flow(one_line(text))}</bdi>"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True)
class _Group:
    """The events of a year, or of a decade or century that is known no closer."""

    id: str
    label: str
    events: tuple[CitedEvent, ...]


class _Page:
    """The parts of a page."""

    def __init__(self, timeline: Timeline, passages: Mapping[str, str]) -> None:
        self._timeline = timeline
        self._texts = passages
        self._events = sorted(timeline, key=lambda cited: sort_key(cited.event.date))
        self._by_id = {cited.event.id: cited for cited in self._events}
        self._sources = _by_count(
            {cited.source.id: cited.source for cited in self._events},
            (cited.source.id for cited in self._events),
        )
        self._position = {name: n for n, name in enumerate(self._sources)}
        names = Counter(
            name for cited in self._events for name in dict.fromkeys(cited.event.actors)
        )
        self._actors = dict(sorted(names.items(), key=lambda item: (item[0].casefold(), item[0])))
        self._actor_numbers = {name: n for n, name in enumerate(self._actors)}
        groups = groupby(self._events, key=lambda cited: _group_label(cited.event.date))
        self._groups = [
            _Group(f"year-{n}", label, tuple(held)) for n, (label, held) in enumerate(groups, 1)
        ]

    @property
    def size(self) -> str:
        """Marks a page that browsers had better not lay out as a whole."""
        return ' class="many"' if len(self._events) > _MANY else ""

    def header(self, title: str) -> Iterator[str]:
        count = len(self._events)
        yield f'<header>\n<h1 dir="auto">{flow(one_line(title))}</h1>\n'
        if count:
            dates = covered([cited.event.date for cited in self._events])
            documents = _count(len(self._sources), "document")
            yield f'<p class="lead">{_count(count, "event")} of {documents}: {_text(dates)}.'
            if possible := len(self._timeline.possible_events):
                yield f" {possible:,} of them may lie outside of the dates asked for."
            yield "</p>\n"
        else:
            yield '<p class="lead">No event fits what was asked.</p>\n'
        asked = inline(self._timeline.covers)
        if self._timeline.asked not in ("", "all events"):
            asked = f"Asked for: {inline(self._timeline.asked)}. {asked}"
        yield f'<p class="lead">{asked}</p>\n</header>\n'

    # ------------------------------------------------------------ overview

    def overview(self) -> Iterator[str]:
        if not self._events:
            return
        yield '<section aria-labelledby="the-overview">\n<h2 id="the-overview">Overview</h2>\n'
        yield '<div class="overview">\n'
        drawing = _Drawing(self._events, view(self._timeline), self._colour)
        yield drawing.svg(_WIDE, "wide")
        yield drawing.svg(_NARROW, "narrow")
        yield '<ul class="key">\n'
        for kind, said in drawing.key():
            yield f"<li>{_swatch(kind, 'd0' if len(self._sources) == 1 else 'd6')}{said}</li>\n"
        if 1 < len(self._sources) <= _COLOURS and drawing.coloured:
            for name, source in self._sources.items():
                yield f"<li>{_swatch('day', self._colour(name))}{inline(source.title)}</li>\n"
        yield "</ul>\n</div>\n</section>\n"

    def _colour(self, document: str) -> str:
        many = len(self._sources) > _COLOURS
        return "d0" if many else f"d{self._position[document]}"

    # ------------------------------------------------------------ events

    def events(self) -> Iterator[str]:
        yield '<section id="the-events" aria-labelledby="events-head" tabindex="-1">\n'
        yield '<h2 id="events-head">Events</h2>\n'
        yield from self._filter()
        yield from self._years()
        yield '<p class="empty" id="no-events" hidden>No event fits. Clear the filter to see all.</p>\n'
        for group in self._groups:
            yield f'<section class="year" id="{group.id}" aria-labelledby="{group.id}-head">\n'
            yield f'<h3 id="{group.id}-head">{_text(group.label)}</h3>\n<ol>\n'
            for cited in group.events:
                yield from self._entry(cited)
            yield "</ol>\n</section>\n"
        yield "</section>\n"

    def _filter(self) -> Iterator[str]:
        yield '<form id="the-filter" aria-label="Filter the events" hidden>\n<div class="fields">\n'
        if len(self._sources) > 1:
            counts = Counter(cited.source.id for cited in self._events)
            yield from _select(
                "document",
                "Document",
                "All documents",
                (
                    (n, f"{source.title} ({counts[name]:,})")
                    for n, (name, source) in enumerate(self._sources.items())
                ),
            )
        if self._actors:
            yield from _select(
                "actor",
                "Person or body",
                "Everyone",
                (
                    (n, f"{name} ({count:,})")
                    for n, (name, count) in enumerate(self._actors.items())
                ),
            )
        if self._timeline.possible_events:
            yield from _select("surely", "Dates", "Certain and possible", ((1, "Only certain"),))
        yield '<p class="field"><label for="by-words">Words</label>'
        yield '<input id="by-words" name="words" type="search" autocomplete="off"></p>\n'
        yield '<button type="button">Clear</button>\n</div>\n'
        yield f'<p class="count" id="the-count" role="status">{_count(len(self._events), "event")}'
        yield "</p>\n</form>\n"

    def _years(self) -> Iterator[str]:
        if len(self._groups) < 2:
            return
        size = -(-len(self._groups) // _MOST_YEARS)
        yield '<nav class="years" aria-label="Years">\n<ul>\n'
        for begin in range(0, len(self._groups), size):
            held = self._groups[begin : begin + size]
            label = held[0].label
            if len(held) > 1:
                label += f" – {held[-1].label}"
            count = sum(len(group.events) for group in held)
            ids = " ".join(group.id for group in held)
            yield f'<li data-g="{ids}"><a href="#{held[0].id}">{_text(label)}'
            yield f' <span aria-label="{_count(count, "event")}" role="img">{count:,}</span></a></li>\n'
        yield "</ul>\n</nav>\n"

    def _entry(self, cited: CitedEvent) -> Iterator[str]:
        event = cited.event
        exact = event.date.earliest == event.date.latest and not _doubts(event.date)
        actors = " ".join(str(self._actor_numbers[name]) for name in dict.fromkeys(event.actors))
        classes = f"entry {self._colour(cited.source.id)}{'' if exact else ' vague'}"
        data = f'data-d="{self._position[cited.source.id]}"'
        data += f' data-a="{actors}"' if actors else ""
        data += ' data-o="possible"' if cited.overlap == "possible" else ""
        yield f'<li class="{classes}" id="{_text(event.id)}" {data}>\n<div class="when">'
        said = say_date(event.date)
        yield f'<p class="date"><a href="#{_text(event.id)}">{_time(event.date)}</a></p>'
        if one_line(event.as_written) != said:
            yield f'<p class="written">written “{inline(event.as_written)}”</p>'
        yield '</div>\n<div class="what">'
        if event.headline:
            yield f'<p class="headline" dir="auto">{flow(one_line(event.headline))}</p>'
        yield f'<p class="text" dir="auto">{flow(event_words(event))}</p>'
        if notes := list(self._notes(cited)):
            yield f'<ul class="notes">{"".join(notes)}</ul>'
        for label, names in (("People and bodies", event.actors), ("Places", event.places)):
            if names:
                yield f'<p class="meta">{label}: {", ".join(map(inline, names))}</p>'
        if event.passage in self._texts:
            place = f'<a href="#p-{_text(event.passage)}">{inline(cited.line)}</a>'
        else:
            place = inline(cited.line)
        yield f'<p class="meta">Source: {place}</p></div>\n</li>\n'

    def _notes(self, cited: CitedEvent) -> Iterator[str]:
        """What should be known of an event's date and of other accounts of it."""
        event, when = cited.event, self._timeline.when
        if cited.overlap == "possible" and when is not None:
            yield f"<li>Possibly in the dates asked for ({_text(say_date(when))}), not surely.</li>"
        if doubts := _doubts(event.date):
            yield f"<li>The date is {doubts}.</li>"
        if event.inferred_from:
            yield f"<li>Part of the date is inferred from {inline(event.inferred_from)}.</li>"
        if event.also:
            count = _count(len(event.also), "other sentence")
            yield f"<li>{count} of this document {'tells' if len(event.also) == 1 else 'tell'} it too.</li>"
        here = [self._by_id[name] for name in event.same_as if name in self._by_id]
        links = [
            f'<a href="#{_text(other.event.id)}">{_text(say_date(other.event.date))}, '
            f"{inline(other.source.title)}</a>"
            for other in here
        ]
        if elsewhere := len(event.same_as) - len(here):
            links.append(f"{_count(elsewhere, 'account')} not on this page")
        if links:
            yield f"<li>Told elsewhere too: {'; '.join(links)}.</li>"
        if event.differs:
            yield f'<li class="differ">The accounts differ: {inline(event.differs)}</li>'
        if event.edited:
            yield "<li>Changed or added by the owner of the documents.</li>"

    # ------------------------------------------------------------ passages and sources

    def passages(self) -> Iterator[str]:
        held: dict[str, list[CitedEvent]] = {}
        for cited in self._events:
            if cited.event.passage in self._texts:
                held.setdefault(cited.event.passage, []).append(cited)
        if not held:
            return
        yield '<section aria-labelledby="the-passages">\n<h2 id="the-passages">Passages</h2>\n'
        yield '<p class="lead">The words that the events rest on, as they stand in the documents.</p>\n'
        for name, events in held.items():
            yield f'<figure class="passage" id="p-{_text(name)}">\n'
            quote = _marked(self._texts[name], [cited.event for cited in events])
            yield f'<blockquote dir="auto">{quote}</blockquote>\n'
            yield f"<figcaption><p>{inline(events[0].line)}</p><p>Events: "
            yield ", ".join(
                f'<a href="#{_text(cited.event.id)}">{_text(say_date(cited.event.date))}</a>'
                for cited in events
            )
            yield "</p></figcaption>\n</figure>\n"
        yield "</section>\n"

    def sources(self) -> Iterator[str]:
        if not self._sources:
            return
        yield '<section aria-labelledby="the-sources">\n<h2 id="the-sources">Documents</h2>\n'
        yield '<ul class="sources">\n'
        for source in self._sources.values():
            yield f"<li><b>{inline(source.title)}</b>"
            told = [source.author, source.publisher, source.date, source.rights]
            if said := [inline(value) for value in told if value]:
                yield f"<p>{'; '.join(said)}</p>"
            if source.url:
                yield f"<p>{_link(source.url)}</p>"
            yield f"<p>{inline(source.name)}, SHA-256 <code>{_text(source.sha256)}</code></p></li>\n"
        yield "</ul>\n</section>\n"

    def footer(self) -> Iterator[str]:
        yield "<footer>\n<p>Dates are as exact as the documents give them. Years before 1 CE are "
        yield "those of the proleptic Gregorian calendar. "
        yield f"Made by Archivist from generation {self._timeline.generation} of its index.</p>\n"
        yield "</footer>\n"


def _by_count(sources: Mapping[str, SourceInfo], ids: Iterable[str]) -> dict[str, SourceInfo]:
    """Documents with most events first."""
    counts = Counter(ids)
    return {name: sources[name] for name in sorted(counts, key=lambda name: (-counts[name], name))}


def _group_label(date: HistoricDate) -> str:
    if date.earliest <= FIRST_DAY:
        return "No known beginning"
    if date.precision in (Precision.DECADE, Precision.CENTURY) and "/" not in date.edtf:
        said = say_date(date).removeprefix("perhaps ").removeprefix("about ")
        return said[0].upper() + said[1:]
    return year_label(civil(date.earliest)[0])


def _doubts(date: HistoricDate) -> str:
    """How the date is marked as not sure, in words; empty if it is not."""
    about = "~" in date.edtf or "%" in date.edtf
    unsure = "?" in date.edtf or "%" in date.edtf
    return " and ".join(word for word, so in (("approximate", about), ("uncertain", unsure)) if so)


def _time(date: HistoricDate) -> str:
    """The date in words, as a ``time`` element where HTML can say just that."""
    said = _text(say_date(date))
    exact = date.precision in (Precision.DAY, Precision.MONTH, Precision.YEAR)
    if not exact or re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}", date.edtf) is None:
        return said
    return said if date.edtf[:4] == "0000" else f'<time datetime="{date.edtf}">{said}</time>'


def _select(name: str, label: str, every: str, options: Iterable[tuple[int, str]]) -> Iterator[str]:
    yield f'<p class="field"><label for="by-{name}">{label}</label>'
    yield f'<select id="by-{name}" name="{name}"><option value="">{every}</option>'
    for value, said in options:
        yield f'<option value="{value}">{_text(_cut(one_line(said), 80))}</option>'
    yield "</select></p>\n"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _link(url: str) -> str:
    """A link, if it is one to the web; else its words."""
    try:
        web = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        web = False
    if not web:
        return inline(url)
    return f'<a href="{_text(url)}" rel="noopener noreferrer">{inline(url)}</a>'


def _marked(text: str, events: Sequence[Event]) -> str:
    """A passage with the words of its events marked, if there are others too."""
    spans = []
    for event in events:
        if (begin := text.find(event.text)) >= 0 and event.text:
            spans.append((begin, begin + len(event.text)))
    if any(stop - start >= len(text.strip()) for start, stop in spans):
        return flow(text)
    parts, at = [], 0
    for start, stop in sorted(spans):
        if stop <= at:
            continue
        begin = max(start, at)
        parts += [flow(text[at:begin]), f"<mark>{flow(text[begin:stop])}</mark>"]
        at = stop
    return "".join([*parts, flow(text[at:])])


# ---------------------------------------------------------------- overview


class _Drawing:
    """The overview: a mark for each event, or bars that count them where marks would pile up."""

    def __init__(
        self, events: Sequence[CitedEvent], within: Window, colour: Callable[[str], str]
    ) -> None:
        self._events = events
        self._within = within
        self._colour = colour
        self._shapes = [shape(cited.event.date, within) for cited in events]
        self._rows = {width: self._lanes(width) for width in (_WIDE, _NARROW)}
        self._bars = {width: self._rows[width] is None for width in self._rows}
        self._summary = _text(describe(Timeline(tuple(events), (), None, "", "", 0)))

    @property
    def coloured(self) -> bool:
        return not all(self._bars.values())

    def key(self) -> Iterator[tuple[str, str]]:
        """Kinds of marks and what they mean, in HTML."""
        if any(self._bars.values()):
            yield "sure", "surely then"
            yield "may", "may be then"
        if not self.coloured:
            return
        vague = [lies for lies in self._shapes if lies.sure is None and not lies.doubtful]
        if any(lies.point and not lies.doubtful for lies in self._shapes):
            yield "day", "a day"
        if any(lies.exact and not lies.point for lies in self._shapes):
            yield "range", "from day to day"
        if any(not (lies.open_start or lies.open_end) for lies in vague):
            yield "vague", "some time in it"
        if any(lies.doubtful for lies in self._shapes):
            yield "doubt", "approximate or uncertain"
        if any(lies.open_start or lies.open_end for lies in self._shapes):
            yield "open", "goes on"
        if any(cited.event.inferred for cited in self._events):
            yield "inferred", "partly inferred"

    def svg(self, width: int, name: str) -> str:
        rows = self._rows[width]
        most_ticks = 8 if width == _WIDE else 4
        lower, body = self._body(width, rows)
        grid = []
        for tick in ticks(self._within, most_ticks):
            x = self._x(tick.day, width)
            half = len(tick.label) * 4.2
            edge = min(max(x, half), width - half)
            grid.append(f'<path class="grid" d="M{x:.1f} {0 if rows else 18}V{lower + 5}"/>')
            grid.append(
                f'<text x="{edge:.1f}" y="{lower + 22}" text-anchor="middle">{tick.label}</text>'
            )
        return (
            f'<svg class="draw {name}" viewBox="0 0 {width} {lower + 28}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc">'
            f'<title id="{name}-title">The events on a line of time</title>'
            f'<desc id="{name}-desc">{self._summary}</desc>\n'
            f'{"".join(grid)}\n{body}<path class="axis" d="M0 {lower}H{width}"/></svg>\n'
        )

    def _x(self, day: float, width: int) -> float:
        return 8 + self._within.at(day) * (width - 16)

    def _ends(self, position: int, width: int) -> tuple[float, float]:
        lies = self._shapes[position]
        left, right = (8 + place * (width - 16) for place in (lies.first, lies.last))
        if lies.point or right - left < 10:
            left, right = (left + right) / 2 - 5, (left + right) / 2 + 5
        return left, right

    def _lanes(self, width: int) -> list[int] | None:
        if len(self._events) > _MOST_MARKS:
            return None
        found = lanes((self._ends(n, width) for n in range(len(self._events))), 3)
        return found if max(found) < _MOST_LANES else None

    def _body(self, width: int, rows: Sequence[int] | None) -> tuple[int, str]:
        """The height down to the axis, and what is drawn above it."""
        if rows is None:
            return _BARS + 8, self._counts(width)
        lower = (max(rows) + 1) * _LANE + 8
        drawn = (self._mark(n, lane, width, lower) for n, lane in enumerate(rows))
        return lower, "".join(drawn)

    def _counts(self, width: int) -> str:
        name, held = bins(self._events, self._within, 90 if width == _WIDE else 40)
        most = max(bin_.certain + bin_.possible for bin_ in held) or 1
        drawn = [f'<text x="0" y="12">at most {most:,} a {name}</text>']
        if name[0].isdigit():
            drawn = [f'<text x="0" y="12">at most {most:,} in {name}</text>']
        lower = _BARS + 8
        for bin_ in held:
            left, right = self._x(bin_.first, width), self._x(bin_.last + 1, width)
            size = max(right - left - 1, 1)
            sure = bin_.certain / most * (_BARS - 16)
            may = bin_.possible / most * (_BARS - 16)
            if not (bin_.certain or bin_.possible):
                continue
            hint = f"{bin_.label}: {bin_.certain:,} surely, {bin_.possible:,} possibly"
            drawn.append(
                f'<g class="d0"><title>{hint}</title>'
                f'<rect class="faint" x="{left:.1f}" y="{lower - sure - may:.1f}" '
                f'width="{size:.1f}" height="{may:.1f}"/>'
                f'<rect class="solid" x="{left:.1f}" y="{lower - sure:.1f}" '
                f'width="{size:.1f}" height="{sure:.1f}"/></g>\n'
            )
        return "".join(drawn)

    def _mark(self, position: int, lane: int, width: int, lower: int) -> str:
        cited, lies = self._events[position], self._shapes[position]
        left, right = self._ends(position, width)
        y = lower - 10 - lane * _LANE
        hint = f"{say_date(cited.event.date)}: {_cut(_shown(cited.event), _LONGEST_HINT)}"
        sure = None
        if lies.sure is not None:
            sure = tuple(8 + place * (width - 16) for place in lies.sure)
        kind = (
            "open" if lies.open_start or lies.open_end
            else "doubt" if lies.doubtful
            else "inferred" if lies.point and cited.event.inferred
            else "day" if lies.point
            else "range" if lies.exact
            else "vague"
        )  # fmt: skip
        drawn = _glyph(
            kind, left, right, y, point=lies.point, opens=(lies.open_start, lies.open_end)
        )
        if kind == "vague" and sure is not None:
            drawn += _glyph("sure", sure[0], max(sure[1], sure[0] + 1), y)
        return (
            f'<g class="{self._colour(cited.source.id)}" data-e="{_text(cited.event.id)}">'
            f"<title>{_text(hint)}</title>{drawn}</g>\n"
        )


def _shown(event: Event) -> str:
    return one_line(event.headline) if event.headline else event_words(event)


def _glyph(
    kind: str,
    left: float,
    right: float,
    y: float,
    *,
    point: bool = False,
    opens: tuple[bool, bool] = (False, True),
) -> str:
    """A mark of a kind from ``left`` to ``right``; ``opens`` tells on which sides it goes on."""
    middle = (left + right) / 2
    bar = f'x="{left:.1f}" y="{y - 5}" width="{right - left:.1f}" height="10"'
    match kind:
        case "day":
            return f'<circle class="solid" cx="{middle:.1f}" cy="{y}" r="5"/>'
        case "inferred":
            return f'<path class="solid" d="M{middle:.1f} {y - 6.5}l6.5 6.5l-6.5 6.5l-6.5 -6.5z"/>'
        case "doubt" if point:
            return f'<circle class="dashed" cx="{middle:.1f}" cy="{y}" r="5"/>'
        case "doubt":
            return f'<rect class="dashed" {bar} rx="2"/>'
        case "range":
            caps = f"M{left:.1f} {y - 6.5}v13M{right:.1f} {y - 6.5}v13"
            return f'<rect class="solid" {bar}/><path class="cap" d="{caps}"/>'
        case "open":
            tips = f"M{left + 8:.1f} {y - 6}l-8 6l8 6z" if opens[0] else ""
            tips += f"M{right - 8:.1f} {y - 6}l8 6l-8 6z" if opens[1] else ""
            return f'<rect class="faint" {bar}/><path class="solid" d="{tips}"/>'
        case "sure":
            return f'<rect class="solid" {bar}/>'
        case "may":
            return f'<rect class="faint" {bar}/>'
        case _:
            return f'<rect class="hollow" {bar} rx="2"/>'


def _swatch(kind: str, colour: str) -> str:
    if kind in ("sure", "may"):
        colour = "d0"
    drawn = _glyph(kind, 2, 24, 8)
    return f'<svg class="{colour}" viewBox="0 0 26 16" aria-hidden="true">{drawn}</svg>'
