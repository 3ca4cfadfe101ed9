"""A timeline as a picture for chats: legible at half its width, on dark and light backgrounds.

What fits is drawn event by event, each with its date and words. Of more, bars show how many fall
when, and those that are told most often have their names. Everything is measured and placed in
pixels by `layout`; `to_png` draws it. matplotlib is loaded on the first call.
"""

from __future__ import annotations

import io
import logging
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, Literal

from index.dates.edtf import from_edtf, sort_key
from index.dates.wording import event_words, say_date
from index.model import FIRST_DAY, LAST_DAY, CitedEvent, HistoricDate, Timeline, one_line
from index.timeline.export.scale import Bin, Shape, Tick, Window, bins, shape, ticks, view, window

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH = 1100
#: Discord shows a picture at most 550 by 350: a higher one would shrink until it can't be read.
HEIGHT = 700
SMALLEST = 24  # pixels, of any letters; half of it as Discord shows them

_MARGIN = 36
_TITLE, _LABEL, _SMALL = 36, 26, 24
_LANE = 37  # from one row of events to the next
_BARS = 150  # height of the bars that count events
_SWATCH, _APART = 40, 34  # a mark of the key, and the gap before the next
_APART_IN_ROW = 22  # events of one row
_KEY = 34  # height of a line of the key
_HEAD = _MARGIN + 90  # down to the first row
_GAP = 14  # above the bars
_AXIS = 48  # its numbers
_FOOT = 16
_MOST_BINS = 90
_MOST_DOCUMENTS = 6  # that colours can tell apart
_CAPS = (980, 760, 600, 460, 340, 260)  # widths of labels to try, in pixels
_MOST_NAMED = 60  # candidates for a name beside the bars
_READ = 240  # characters of an event that a label could ever show
_BIDI = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_MONTH = re.compile(r"\b([A-Z][a-z]{2})[a-z]* (?=\d|[–-])|\b([A-Z][a-z]{2})[a-z]+(?= –)")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_SCRIPTS = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours; those of documents differ for colour-blind eyes too, and from the background."""

    background: str
    ink: str
    muted: str
    line: str
    documents: tuple[str, ...]


DARK = Theme(
    "#1e2027", "#f3f4f7", "#b4b9c6", "#474c59",
    ("#5cb8f0", "#f2a04e", "#3fc79a", "#e88fc6", "#e8d44f", "#c3c8d2"),
)  # fmt: skip
LIGHT = Theme(
    "#ffffff", "#1b1d23", "#565c69", "#c9ccd4",
    ("#0067a8", "#c2500a", "#007a58", "#a3357f", "#7a6a00", "#5b6370"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; ``top`` is less than ``bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0) -> bool:
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``x`` is its left end, ``y`` the middle of its height."""

    text: str
    x: float
    y: float
    size: int
    colour: str
    bold: bool = False
    align: Literal["left", "center"] = "left"


@dataclass(frozen=True, slots=True)
class Mark:
    """An event's place on its row."""

    shape: Shape
    left: float
    right: float
    y: float
    colour: str
    inferred: bool
    tall: bool  # its label stands inside it


@dataclass(slots=True)
class Layout:
    """Where everything of the picture lies, in pixels from the top left corner."""

    height: float = 0
    words: list[Words] = field(default_factory=list)
    labels: list[Box] = field(default_factory=list)  # of the named events
    marks: list[Mark] = field(default_factory=list)
    swatches: list[tuple[str, float, float, str]] = field(default_factory=list)
    bars: list[tuple[Box, bool]] = field(default_factory=list)  # True: events that surely fall then
    ticks: list[tuple[Tick, float]] = field(default_factory=list)
    axis: float = 0  # its height
    top: float = 0  # where the grid begins
    named: int = 0
    fonts: tuple[str, ...] = ()


def to_png(timeline: Timeline, *, title: str, dark: bool = True) -> bytes:
    """``timeline`` as a PNG of `WIDTH` by at most `HEIGHT` pixels.

    The same values give the same bytes wherever the same fonts are installed. Safe to call from
    several threads at once.
    """
    theme = DARK if dark else LIGHT
    with _DRAWING:
        figure = draw(layout(timeline, title=title, theme=theme), theme)
        out = io.BytesIO()
        _agg().FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return out.getvalue()


def describe(timeline: Timeline) -> str:
    """What the picture shows, in one paragraph for those who can't see it: at most 1,000 characters."""
    events = _in_order(timeline)
    if not events:
        return "A timeline without events."
    dates = [cited.event.date for cited in events]
    count = "one event" if len(events) == 1 else f"{len(events):,} events"
    said = [f"A timeline of {count}{_possible(timeline)}: {covered(dates)}."]
    if len(events) > 2:
        _, held = bins(events, window(dates), 130, days=False)
        best = max(held, key=lambda bin_: bin_.certain)
        if best.certain > 1:
            said.append(f"The fullest period is {best.label}, with {best.certain:,}.")
    said.append(f"The first: {_told(events[0])}")
    if len(events) > 1:
        said.append(f"The last: {_told(events[-1])}")
    return " ".join(said)[:1000]


def _told(cited: CitedEvent) -> str:
    words = _cut_words(_clean(_headline(cited)), 300)
    stop = "" if words[-1:] in (".", "!", "?", "…") else "."
    return f"{say_date(cited.event.date)}, “{words}”{stop}"


def covered(dates: Sequence[HistoricDate]) -> str:
    """From when to when they go, in words; open ends are counted apart."""
    closed = [date for date in dates if date.earliest > FIRST_DAY and date.latest < LAST_DAY]
    opened = len(dates) - len(closed)
    if not closed:
        return " and ".join(dict.fromkeys(say_date(date) for date in dates[:3]))
    first = min(closed, key=lambda date: date.earliest)
    last = max(closed, key=lambda date: (date.latest, date.earliest))
    ends = say_date(_end(first, 0)), say_date(_end(last, -1))
    said = " to ".join(dict.fromkeys(ends)) if first is not last else say_date(first)
    return f"{said}, and {opened:,} with an open end" if opened else said


def _end(date: HistoricDate, which: int) -> HistoricDate:
    """The start (0) or the end (-1) of an interval; of another date all of it."""
    return from_edtf(date.edtf.split("/")[which])


def _possible(timeline: Timeline) -> str:
    if timeline.when is None or not (count := len(timeline.possible_events)):
        return ""
    return f", {count:,} of them only possibly of the dates asked for"


def _headline(cited: CitedEvent) -> str:
    return cited.event.headline or event_words(cited.event)


def _in_order(timeline: Timeline) -> list[CitedEvent]:
    return sorted(timeline, key=lambda cited: sort_key(cited.event.date))


# ---------------------------------------------------------------- words


def _clean(text: str) -> str:
    """One line without control characters or marks that turn the direction of what follows."""
    text = one_line(text.translate(_BIDI))
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else "�" for c in text
    )


def _cut_words(text: str, most: int) -> str:
    """``text`` with at most ``most`` characters, cut between words where they are short enough."""
    if len(text) <= most:
        return text
    stop = max(0, most - 1)
    while stop and unicodedata.category(text[stop])[0] == "M":  # a letter keeps its marks
        stop -= 1
    blank = text.rfind(" ", max(1, stop - 9), stop + 1)
    return text[: blank if blank > 0 else stop].rstrip(" ,;:–—-(“‘") + "…"


def _short_date(date: HistoricDate) -> str:
    """`say_date` with months of three letters."""
    said = say_date(date)
    for month in _MONTHS:
        said = said.replace(month, month[:3])
    return said


# ---------------------------------------------------------------- fonts

_DRAWING = threading.RLock()  # matplotlib's fonts are shared between threads
_OTHER_FONTS = ("Noto Sans", "Noto Serif", "Droid Sans Fallback", "Padauk", "WenQuanYi", "Unifont")


@cache
def _manager() -> Any:
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of fonts and of its cache
    from matplotlib import font_manager

    return font_manager


def _agg() -> Any:  # it has no types
    from matplotlib.backends import backend_agg

    return backend_agg


@lru_cache(maxsize=400)
def _characters(path: str) -> frozenset[int]:
    """The characters that a font draws; none if its letters can't be scaled."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.num_glyphs and font.scalable else frozenset()


@cache
def _families() -> tuple[tuple[str, str], ...]:
    """The name and file of upright fonts that are installed, those for many scripts first."""
    found: dict[str, str] = {}
    for font in _manager().fontManager.ttflist:
        usual = font.style == "normal" and font.weight in (400, "normal", "regular")
        if usual and "Emoji" not in font.name and "Last Resort" not in font.name:
            found.setdefault(font.name, font.fname)

    def rank(name: str) -> tuple[int, str]:
        places = [n for n, start in enumerate(_OTHER_FONTS) if name.startswith(start)]
        return (places[0] if places else len(_OTHER_FONTS)), name

    return tuple((name, found[name]) for name in sorted(found, key=rank))


def _fonts(text: str) -> tuple[tuple[str, ...], frozenset[int]]:
    """The font families to draw ``text`` with, and which of its characters they have."""
    wanted = {ord(c) for c in text}
    families = ["DejaVu Sans"]  # comes with matplotlib
    missing = wanted - _characters(_manager().findfont("DejaVu Sans"))
    for name, path in _families() if missing else ():
        if name != "DejaVu Sans" and not missing.isdisjoint(_characters(path)):
            families.append(name)
            missing -= _characters(path)
            if not missing:
                break
    return tuple(families), frozenset(wanted - missing)


class _Pen:
    """Measures and mends words for the fonts of one picture."""

    def __init__(self, everything: str) -> None:
        self.fonts, self._known = _fonts(everything)
        self._renderer = _agg().RendererAgg(WIDTH, HEIGHT, 72)
        self._widths: dict[tuple[str, int, bool], float] = {}

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        key = text, size, bold
        if key not in self._widths:
            prop = _font(self.fonts, size, bold)
            self._widths[key] = self._renderer.get_text_width_height_descent(text, prop, False)[0]
        return self._widths[key]

    def drawable(self, text: str) -> str:
        """``text`` with “…” where no font has the letters; the script's name if none is left."""
        kept = "".join(c if ord(c) in self._known else "\0" for c in text)
        kept = re.sub(r"(?:\0[\0 .,;:!?()-]*)+", "… ", kept).strip()
        if any(c.isalnum() for c in kept) or not text:
            return kept
        scripts = Counter(_script(c) for c in text if ord(c) not in self._known and c.isalpha())
        if not scripts:
            return kept
        return f"(in {scripts.most_common(1)[0][0]} letters, no font)"

    def cut(self, text: str, size: int, room: float, *, bold: bool = False) -> str:
        """As much of ``text`` as has room; empty if that is next to nothing."""
        if self.width(text, size, bold=bold) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(_cut_words(text, middle), size, bold=bold) <= room:
                low = middle
            else:
                high = middle - 1
        return _cut_words(text, low) if low > 3 else ""


def _script(letter: str) -> str:
    """The name of the script of a letter, as Unicode has it: Myanmar, CJK."""
    name = unicodedata.name(letter, "UNKNOWN").split()[0]
    return name if name == "CJK" else name.title()


@lru_cache(maxsize=64)
def _font(families: tuple[str, ...], size: int, bold: bool) -> FontProperties:
    weight = "bold" if bold else "normal"
    properties: FontProperties = _manager().FontProperties(
        family=list(families), size=size, weight=weight, style="normal", stretch="normal"
    )
    return properties


# ---------------------------------------------------------------- where things lie


@dataclass(frozen=True, slots=True)
class _Label:
    """An event that wants a row: its mark's ends and its label's, in pixels."""

    cited: CitedEvent
    shape: Shape
    mark: tuple[float, float]
    label: tuple[float, float]
    date: str
    words: str
    side: Literal["after", "before", "inside"]  # of its mark

    @property
    def ends(self) -> tuple[float, float]:
        return min(self.mark[0], self.label[0]), max(self.mark[1], self.label[1])


def layout(timeline: Timeline, *, title: str, theme: Theme = DARK) -> Layout:
    """Place everything. Of more events than have room for a name, the others go into bars."""
    events = _in_order(timeline)
    title = _clean(title)[:_READ]
    documents = _documents(events)
    texts = [_clean(_headline(cited)[: _READ * 2])[:_READ] for cited in events]
    titles = [_clean(name)[:_READ] for name in documents.values()]
    pen = _Pen("".join({c for text in (*texts, *titles, title) for c in text}) + "…–• ,*()CE")
    colours = dict(zip(documents, theme.documents, strict=False))
    if len(documents) > _MOST_DOCUMENTS:
        colours = dict.fromkeys(documents, theme.documents[0])
    out = Layout(fonts=pen.fonts)
    if not events:
        _add_head(out, timeline, title, 0, pen, theme)
        out.height = _HEAD + _FOOT
        return out
    within = view(timeline)
    words = {id(c): pen.drawable(text) for c, text in zip(events, texts, strict=True)}
    placer = _Placer(within, pen, words)
    rows, key = _rows_and_key(placer, events, documents, colours, pen, theme)
    counted = len(rows) < len(events)
    out.named = len(rows)
    lanes = max((lane for _, lane in rows), default=0) + 1
    out.top = _HEAD
    out.axis = _HEAD + lanes * _LANE + 6 + (_BARS + _GAP if counted else 0)
    out.height = out.axis + _AXIS + len(key) * _KEY + _FOOT
    for label, lane in rows:
        _add_event(out, label, _HEAD + (lane + 0.5) * _LANE, colours, pen, theme)
    if counted:
        name, held = bins(events, within, min(_MOST_BINS, max(12, len(events) * 7 // 10)))
        most = _add_bars(out, held, within)
        if all(sure for _, sure in out.bars):
            key[0] = [swatch for swatch in key[0] if swatch[0] != "may"]
        key[0][0] = "bar", f"events per {name} (at most {most})", theme.muted
    _add_head(out, timeline, title, len(events), pen, theme)
    _add_axis(out, within, pen, theme)
    _add_key(out, key, pen, theme)
    return out


def _rows_and_key(
    placer: _Placer,
    events: Sequence[CitedEvent],
    documents: Mapping[str, str],
    colours: Mapping[str, str],
    pen: _Pen,
    theme: Theme,
) -> tuple[list[tuple[_Label, int]], list[list[_Swatch]]]:
    """What gets a row, and the lines of the key: together they are no higher than `HEIGHT`."""
    named = _document_key(documents, colours, pen)
    room = HEIGHT - _HEAD - 6 - _AXIS - _FOOT - len(named) * _KEY
    if len(events) <= 60:
        kinds = _kinds(events, placer, pen, theme, bars=False)
        rows = placer.all(events, int((room - len(kinds) * _KEY) // _LANE))
        if rows is not None:
            return rows, kinds + named
    room -= _BARS + _GAP
    for lines in (1, 2):
        found = placer.best(events, int((room - lines * _KEY) // _LANE))
        kinds = _kinds([label.cited for label, _ in found], placer, pen, theme, bars=True)
        if len(kinds) <= lines:
            break
    return found, kinds + named


def _documents(events: Sequence[CitedEvent]) -> dict[str, str]:
    """Titles by id, those with most events first."""
    titles = {cited.source.id: cited.source.title for cited in events}
    counts = Counter(cited.source.id for cited in events)
    return {name: titles[name] for name, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0]))}


class _Placer:
    """Gives events rows in which nothing overlaps."""

    def __init__(self, within: Window, pen: _Pen, words: Mapping[int, str]) -> None:
        self.within = within
        self._pen = pen
        self._words = words
        self._left, self._right = float(_MARGIN), float(WIDTH - _MARGIN)

    def all(self, events: Sequence[CitedEvent], most: int) -> list[tuple[_Label, int]] | None:
        """Rows for all events, with labels as long as that allows; None if it does not at all."""
        for cap in _CAPS:
            rows = _Rows(most)
            found = [(label := self._label(cited, cap), rows.take(label)) for cited in events]
            if all(lane is not None for _, lane in found):
                return self._widened([(label, lane) for label, lane in found if lane is not None])
        return None

    def best(self, events: Sequence[CitedEvent], most: int) -> list[tuple[_Label, int]]:
        """Rows for certain events before possible ones, those told most often, and some of all times."""
        spread = sorted(range(len(events)), key=_bits_turned)
        told = sorted(spread, key=lambda n: _namelessness(events[n]))[:_MOST_NAMED]
        rows = _Rows(most)
        found = []
        twins: set[str] = set()  # ids of what is told by a named event, too
        for position in told:
            event = events[position].event
            label = self._label(events[position], _CAPS[0])
            if event.id not in twins and (lane := rows.take(label)) is not None:
                found.append((position, label, lane))
                twins.update(event.same_as)
        found.sort(key=lambda item: item[0])
        rows = _Rows(most)  # again in the order of time, for rows that read from left to right
        again = [(label, rows.take(label)) for _, label, _ in found]
        if all(lane is not None for _, lane in again):
            return self._widened([(label, lane) for label, lane in again if lane is not None])
        return self._widened([(label, lane) for _, label, lane in found])

    def _label(self, cited: CitedEvent, cap: float) -> _Label:
        lies = shape(cited.event.date, self.within)
        scale = self._right - self._left
        left, right = self._left + lies.first * scale, self._left + lies.last * scale
        if lies.point or right - left < 18:  # a mark that could not be seen
            middle = (left + right) / 2
            left, right = middle - 9, middle + 9
        date = _short_date(cited.event.date) + ("*" if cited.event.inferred else "")
        words = self._words[id(cited)]
        wanted = self._pen.width(date, _LABEL, bold=True) + 12 + self._pen.width(words, _LABEL)
        need = min(cap, wanted)
        after, before = self._right - right - 10, left - 10 - self._left
        inner = right - left - 28
        side: Literal["after", "before", "inside"] = "after"
        room = need
        if after < need:
            if before >= need:
                side = "before"
            elif inner >= max(after, before):
                side, room = "inside", min(inner, cap)
            else:
                side, room = ("after", after) if after >= before else ("before", before)
        label = _Label(cited, lies, (left, right), (left, right), date, "", side)
        return self._filled(label, room)

    def _filled(self, label: _Label, room: float) -> _Label:
        """``label`` with as many of its words as have room."""
        left, right = label.mark
        date, width = label.date, self._pen.width(label.date, _LABEL, bold=True)
        words = self._pen.cut(self._words[id(label.cited)], _LABEL, room - width - 12)
        if width > room:
            date = self._pen.cut(date, _LABEL, room, bold=True)
            width, words = self._pen.width(date, _LABEL, bold=True), ""
        if words:
            width += 12 + self._pen.width(words, _LABEL)
        begin = {"after": right + 10, "before": left - 10 - width, "inside": left + 14}[label.side]
        return replace(label, label=(begin, begin + width), date=date, words=words)

    def _widened(self, rows: Sequence[tuple[_Label, int]]) -> list[tuple[_Label, int]]:
        """The same rows with longer labels where others leave room."""
        found = []
        for lane in sorted({lane for _, lane in rows}):
            held = sorted((label for label, row in rows if row == lane), key=lambda it: it.ends)
            free = self._left
            for label, after in zip_longest(held, held[1:]):
                stop = after.ends[0] - _APART_IN_ROW if after else self._right
                if label.side == "after":
                    label = self._filled(label, min(_CAPS[0], stop - label.label[0]))
                elif label.side == "before":
                    label = self._filled(label, min(_CAPS[0], label.mark[0] - 10 - free))
                free = label.ends[1] + _APART_IN_ROW
                found.append((label, lane))
        return found


class _Rows:
    """Rows with what each holds already."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: list[list[tuple[float, float]]] = []

    def take(self, label: _Label, gap: float = _APART_IN_ROW) -> int | None:
        """The first row with room for ``label``, which it then holds."""
        left, right = label.ends
        for lane, others in enumerate(self._taken):
            if all(right + gap <= a or z + gap <= left for a, z in others):
                others.append((left, right))
                return lane
        if len(self._taken) == self._most:
            return None
        self._taken.append([(left, right)])
        return len(self._taken) - 1


def _namelessness(cited: CitedEvent) -> tuple[bool, int]:
    """Orders events: those that surely fall on the dates asked for, then those told most often."""
    return cited.overlap == "possible", -len(cited.event.also) - 2 * len(cited.event.same_as)


def _bits_turned(number: int) -> int:
    """Orders 0, 1, 2, … so that the first few of them are spread over all."""
    return int(f"{number:024b}"[::-1], 2)


def _add_event(
    out: Layout, label: _Label, y: float, colours: Mapping[str, str], pen: _Pen, theme: Theme
) -> None:
    colour = colours[label.cited.source.id]
    inferred = label.cited.event.inferred
    out.marks.append(Mark(label.shape, *label.mark, y, colour, inferred, label.side == "inside"))
    left, right = label.label
    out.words.append(Words(label.date, left, y, _LABEL, colour, bold=True))
    if label.words:
        begin = left + pen.width(label.date, _LABEL, bold=True) + 12
        out.words.append(Words(label.words, begin, y, _LABEL, theme.ink))
    out.labels.append(Box(left, y - _LABEL / 2 - 3, right, y + _LABEL / 2 + 3))


def _add_bars(out: Layout, held: Sequence[Bin], within: Window) -> int:
    """Place a bar for each of ``held``; the highest number that one stands for."""
    most = max(bin_.certain + bin_.possible for bin_ in held)
    scale = WIDTH - 2 * _MARGIN
    for bin_ in held:
        left = _MARGIN + within.at(bin_.first) * scale
        right = _MARGIN + within.at(bin_.last + 1) * scale
        if right - left > 4:
            right -= 2
        sure = out.axis - _BARS * bin_.certain / most
        may = sure - _BARS * bin_.possible / most
        if bin_.certain:
            out.bars.append((Box(left, sure, right, out.axis), True))
        if bin_.possible:
            out.bars.append((Box(left, may, right, sure), False))
    return most


def _add_head(
    out: Layout, timeline: Timeline, title: str, count: int, pen: _Pen, theme: Theme
) -> None:
    room = WIDTH - 2 * _MARGIN
    said = pen.cut(pen.drawable(title), _TITLE, room, bold=True)
    out.words.append(Words(said, _MARGIN, _MARGIN + 18, _TITLE, theme.ink, bold=True))
    line = "1 event" if count == 1 else f"{count:,} events" if count else "No event fits."
    line += _possible(timeline)
    if out.named < count:
        line += f", {count - out.named:,} not drawn by name"
    out.words.append(Words(pen.cut(line, _SMALL, room), _MARGIN, _MARGIN + 58, _SMALL, theme.muted))


def _add_axis(out: Layout, within: Window, pen: _Pen, theme: Theme) -> None:
    scale = WIDTH - 2 * _MARGIN
    for most in range(7, 0, -1):
        found = [(tick, _MARGIN + within.at(tick.day) * scale) for tick in ticks(within, most)]
        boxes = []
        for tick, x in found:
            width = pen.width(tick.label, _SMALL)
            middle = min(max(x, _MARGIN + width / 2 - 20), WIDTH - _MARGIN - width / 2 + 20)
            boxes.append((tick.label, middle, width))
        if all(b - z / 2 - (a + w / 2) >= 24 for (_, a, w), (_, b, z) in pairwise(boxes)):
            break
    out.ticks = found
    for said, x, _ in boxes:
        out.words.append(Words(said, x, out.axis + 30, _SMALL, theme.muted, align="center"))


# ---------------------------------------------------------------- the key

_Swatch = tuple[str, str, str]  # kind, words, colour


def _kinds(
    events: Sequence[CitedEvent], placer: _Placer, pen: _Pen, theme: Theme, *, bars: bool
) -> list[list[_Swatch]]:
    """The lines that explain the marks of ``events``: only what the picture needs."""
    found: list[_Swatch] = []
    if bars:
        found.append(("bar", "events per 2,000 years (at most 2,000)", theme.muted))
        found.append(("may", "may fall then", theme.muted))
    shapes = [shape(cited.event.date, placer.within) for cited in events]
    opened = [lies.open_start or lies.open_end for lies in shapes]
    if any(
        s.sure is None and not o and not s.doubtful for s, o in zip(shapes, opened, strict=True)
    ):
        found.append(("hollow", "some time in it", theme.muted))
    if any(lies.doubtful for lies in shapes):
        found.append(("dashed", "approximate", theme.muted))
    if any(opened):
        found.append(("arrow", "goes on", theme.muted))
    if any(cited.event.inferred for cited in events):
        found.append(("star", "* partly inferred", theme.muted))
    rows: list[list[_Swatch]] = []
    left = float(WIDTH)
    for swatch in found:
        width = _SWATCH + pen.width(swatch[1], _SMALL)
        if left + width > WIDTH - _MARGIN:
            rows.append([])
            left = _MARGIN
        rows[-1].append(swatch)
        left += width + _APART
    return rows


def _document_key(
    documents: Mapping[str, str], colours: Mapping[str, str], pen: _Pen
) -> list[list[_Swatch]]:
    """The lines that say which colour is which document's; none if one colour is used for all."""
    if not 1 < len(documents) <= _MOST_DOCUMENTS:
        return []
    columns = 2 if len(documents) in (2, 4) else 3
    room = (WIDTH - 2 * _MARGIN) / columns - _SWATCH - 12
    titles = [
        ("dot", pen.cut(pen.drawable(_clean(title)[:_READ]), _SMALL, room), colours[name])
        for name, title in documents.items()
    ]
    return [titles[n : n + columns] for n in range(0, len(titles), columns)]


def _add_key(out: Layout, key: Sequence[Sequence[_Swatch]], pen: _Pen, theme: Theme) -> None:
    columns = max((len(row) for row in key if row[0][0] == "dot"), default=1)
    for number, row in enumerate(key):
        y = out.axis + _AXIS + (number + 0.5) * _KEY
        x = float(_MARGIN)
        for column, (kind, said, colour) in enumerate(row):
            if kind == "dot":
                x = _MARGIN + column * (WIDTH - 2 * _MARGIN) / columns
            out.swatches.append((kind, x, y, colour))
            out.words.append(Words(said, x + _SWATCH, y, _SMALL, theme.muted))
            x += _SWATCH + pen.width(said, _SMALL) + _APART


# ---------------------------------------------------------------- drawing


def draw(placed: Layout, theme: Theme) -> Figure:
    """``placed`` as a figure with one pixel a point."""
    _manager()
    from matplotlib.figure import Figure

    figure = Figure(
        figsize=(WIDTH / 72, round(placed.height) / 72),
        dpi=72,
        facecolor=theme.background,
        edgecolor="none",
        linewidth=0,
    )
    brush = _Brush(figure, round(placed.height), theme)
    for _, x in placed.ticks:
        brush.line((x, placed.top), (x, placed.axis + 8), theme.line, 1.5)
    for box, sure in placed.bars:
        brush.rectangle(box, theme.muted, alpha=0.85 if sure else 0.3)
    if placed.axis:
        brush.line((_MARGIN, placed.axis), (WIDTH - _MARGIN, placed.axis), theme.muted, 2)
    for box in placed.labels:  # the grid stops there
        brush.rectangle(Box(box.left - 5, box.top, box.right + 5, box.bottom), theme.background)
    for mark in placed.marks:
        _draw_mark(brush, mark)
    for kind, x, y, colour in placed.swatches:
        _draw_swatch(brush, kind, x, y, colour)
    for words in placed.words:
        figure.text(
            words.x / WIDTH,
            1 - words.y / round(placed.height),
            words.text,
            fontproperties=_font(placed.fonts, words.size, words.bold),
            color=words.colour,
            ha=words.align,
            va="center_baseline",
            parse_math=False,
            usetex=False,
            wrap=False,
            zorder=1_000_000,
        )
    return figure


class _Brush:
    """Draws on a figure in pixels from the top left corner."""

    def __init__(self, figure: Figure, height: int, theme: Theme) -> None:
        from matplotlib import lines, patches, transforms

        self._figure = figure
        self._height = height
        self.theme = theme
        self._lines, self._patches = lines, patches
        self._pixels = transforms.IdentityTransform()
        self._drawn = 0  # what is drawn later lies above

    def line(
        self, a: tuple[float, float], z: tuple[float, float], colour: str, width: float
    ) -> None:
        xs, ys = (a[0], z[0]), (self._height - a[1], self._height - z[1])
        line = self._lines.Line2D(
            xs, ys, color=colour, lw=width, transform=self._pixels, zorder=self._order()
        )
        self._figure.add_artist(line)

    def _order(self) -> int:
        self._drawn += 1
        return self._drawn

    def area(
        self,
        corners: Sequence[tuple[float, float]],
        fill: str | None,
        edge: str | None = None,
        *,
        alpha: float = 1,
        dashed: bool = False,
    ) -> None:
        points = [(x, self._height - y) for x, y in corners]
        self._add(self._patches.Polygon, points, True, fill, edge, alpha, dashed)

    def rectangle(
        self,
        box: Box,
        fill: str | None,
        edge: str | None = None,
        *,
        alpha: float = 1,
        dashed: bool = False,
    ) -> None:
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom)]
        self.area([*corners, (box.left, box.bottom)], fill, edge, alpha=alpha, dashed=dashed)

    def circle(
        self, x: float, y: float, radius: float, fill: str | None, edge: str, *, dashed: bool
    ) -> None:
        self._add(self._patches.Circle, (x, self._height - y), radius, fill, edge, 1.0, dashed)

    def _add(
        self,
        make: Callable[..., Any],
        where: Any,
        size: Any,
        fill: str | None,
        edge: str | None,
        alpha: float,
        dashed: bool,
    ) -> None:
        name = "closed" if size is True else "radius"
        self._figure.add_artist(
            make(
                where,
                **{name: size},
                facecolor=(fill, alpha) if fill else "none",
                edgecolor=edge or "none",
                linewidth=2.5 if edge else 0,
                linestyle=(0, (2.2, 1.6)) if dashed else "-",
                joinstyle="round",
                transform=self._pixels,
                zorder=self._order(),
            )
        )


def _draw_mark(brush: _Brush, mark: Mark) -> None:
    lies, colour, y = mark.shape, mark.colour, mark.y
    back = brush.theme.background
    middle = (mark.left + mark.right) / 2
    if lies.point:
        fill = back if lies.doubtful else colour
        if mark.inferred:
            corners = [(middle - 11, y), (middle, y - 11), (middle + 11, y), (middle, y + 11)]
            brush.area(corners, fill, colour, dashed=lies.doubtful)
        else:
            brush.circle(middle, y, 8.5, fill, colour, dashed=lies.doubtful)
        return
    half = 16.0 if mark.tall else 8.0
    box = Box(mark.left, y - half, mark.right, y + half)
    if lies.open_start or lies.open_end:
        _draw_open(brush, box, lies, colour)
        return
    strong = 0.3 if mark.tall else 1.0
    if lies.sure is not None and mark.right - mark.left > 18:
        scale = WIDTH - 2 * _MARGIN
        left, right = (_MARGIN + place * scale for place in lies.sure)
        brush.rectangle(box, colour, alpha=0.16)
        alpha = strong * (0.5 if lies.doubtful else 1)
        brush.rectangle(Box(left, box.top, right, box.bottom), colour, alpha=alpha)
    elif lies.sure is not None:
        brush.rectangle(box, colour, alpha=strong * (0.5 if lies.doubtful else 1))
    else:
        brush.rectangle(box, colour, alpha=0.16)
    if lies.exact:
        for x in (mark.left, mark.right):
            brush.line((x, y - half - 5), (x, y + half + 5), colour, 3)
    else:
        brush.rectangle(box, None, colour, dashed=lies.doubtful)


def _draw_open(brush: _Brush, box: Box, lies: Shape, colour: str) -> None:
    """A bar that fades towards its open end and has an arrow there."""
    steps = 24
    width = (box.right - box.left) / steps
    for number in range(steps):
        share = (number + 0.5) / steps
        if lies.open_start and lies.open_end:
            share = min(share, 1 - share)
        elif lies.open_end:
            share = 1 - share
        alpha = 0.5 * share + 0.1
        left = box.left + number * width
        brush.rectangle(Box(left, box.top, left + width, box.bottom), colour, alpha=alpha)
    y, half = (box.top + box.bottom) / 2, (box.bottom - box.top) / 2
    for is_open, x, way in ((lies.open_start, box.left, -1), (lies.open_end, box.right, 1)):
        if is_open:
            tip = [(x, y - half - 3), (x + way * 14, y), (x, y + half + 3)]
            brush.area(tip, colour)
        else:
            brush.line((x, box.top - 3), (x, box.bottom + 3), colour, 3)


def _draw_swatch(brush: _Brush, kind: str, x: float, y: float, colour: str) -> None:
    """What the words of the key explain, 28 pixels wide."""
    box = Box(x, y - 8, x + 28, y + 8)
    match kind:
        case "dot":
            brush.circle(x + 14, y, 8.5, colour, colour, dashed=False)
        case "star":
            brush.area([(x, y), (x + 10, y - 10), (x + 20, y), (x + 10, y + 10)], colour)
        case "bar":
            brush.rectangle(box, colour, alpha=0.85)
        case "may":
            brush.rectangle(box, colour, alpha=0.3)
        case "arrow":
            brush.rectangle(Box(x, y - 8, x + 16, y + 8), colour, alpha=0.5)
            brush.area([(x + 16, y - 11), (x + 30, y), (x + 16, y + 11)], colour)
        case _:
            brush.rectangle(box, colour, alpha=0.16)
            brush.rectangle(box, None, colour, dashed=kind == "dashed")
