"""Plots of an evaluation as SVG for a page: their colours come from its style sheet's classes.

Lengths are in units of the drawing, which is about as wide as shown. Words of question files stand
in none of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.evaluation.figures import Figure, mean
from index.evaluation.measuring import Point
from index.evaluation.scoring import DEEPEST, Result

_MOST_BINS = 24
_WIDE_RATIO = 20  # of slowest to fastest, from which on the axis of time is logarithmic
_MANY_DECADES = 1_000  # the ratio from which on only powers of ten are named
_NAMED_POINTS = 5  # of the curve
_MOST_DOTS = 150


@dataclass(frozen=True, slots=True)
class _Frame:
    """A rectangle to draw in, and what its sides stand for."""

    width: float
    height: float
    left: float = 50
    right: float = 14
    top: float = 14
    bottom: float = 44
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        low, high = self.x_range
        room = self.width - self.left - self.right
        return self.left + room * (value - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = self.y_range
        room = self.height - self.top - self.bottom
        return self.top + room * (high - value) / (high - low)

    def grid_y(self, ticks: Iterable[tuple[float, str]]) -> None:
        for value, label in ticks:
            y = self.y(value)
            kind = "axis" if value == self.y_range[0] else "grid"
            self.parts.append(
                f'<path class="{kind}" d="M{self.left} {y:.1f}H{self.width - self.right}"/>'
            )
            self.text(self.left - 7, y + 4.5, label, "end")

    def ticks_x(self, ticks: Iterable[tuple[float, str]], *, grid: bool = False) -> None:
        low = self.height - self.bottom
        for value, label in ticks:
            x = self.x(value)
            top = self.top if grid else low
            self.parts.append(f'<path class="grid" d="M{x:.1f} {top}V{low + 4}"/>')
            self.text(x, low + 19, label, "middle")

    def label_x(self, words: str) -> None:
        middle = (self.left + self.width - self.right) / 2
        self.text(middle, self.height - 6, words, "middle")

    def text(self, x: float, y: float, words: str, anchor: str, css: str = "") -> None:
        kind = f' class="{css}"' if css else ""
        self.parts.append(
            f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
        )

    def line(self, points: Sequence[tuple[float, float]], css: str) -> None:
        path = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        self.parts.append(f'<path class="{css}" d="M{path}"/>')

    def dot(self, x: float, y: float, hint: str, css: str = "dot", radius: float = 4) -> None:
        self.parts.append(
            f'<circle class="{css}" cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="{radius}">'
            f"<title>{hint}</title></circle>"
        )

    def svg(self, title: str, told: str, name: str) -> str:
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{title}</title>'
            f'<desc id="{name}-d">{told}</desc>{"".join(self.parts)}</svg>'
        )


_SHARES = ((0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %"))


def recall_figures(results: Iterable[Result]) -> list[Figure]:
    """Recall at 1 to 10 with intervals; nothing if ranking was measured on no question."""
    ranks = [result.rank for result in results if result.scores.mrr is not None]
    found = (
        mean([float(rank is not None and rank <= k) for rank in ranks])
        for k in range(1, DEEPEST + 1)
    )
    return [figure for figure in found if figure]


def recall_plot(figures: Sequence[Figure]) -> str:
    """Recall of all questions by rank, with the band of its interval."""
    frame = _Frame(480, 300, x_range=(1, DEEPEST))
    frame.grid_y(_SHARES)
    frame.ticks_x((k, str(k)) for k in range(1, DEEPEST + 1))
    ranks = range(1, len(figures) + 1)
    upper = [(k, figure.high) for k, figure in zip(ranks, figures, strict=True)]
    lower = [(k, figure.low) for k, figure in zip(ranks, figures, strict=True)]
    frame.line([*upper, *reversed(lower)], "band")
    frame.line([(k, figure.value) for k, figure in zip(ranks, figures, strict=True)], "line")
    for k, figure in zip(ranks, figures, strict=True):
        frame.dot(
            k, figure.value, f"first {k}: {figure.value:.3f} ({figure.low:.2f}–{figure.high:.2f})"
        )
    frame.label_x("rank")
    return frame.svg("Recall by rank", _told(figures), "recall")


def small_recall_plot(figures: Sequence[Figure], every: Sequence[Figure], name: str) -> str:
    """Recall of one kind by rank, over that of all questions."""
    frame = _Frame(240, 150, left=42, right=14, top=8, bottom=24, x_range=(1, DEEPEST))
    frame.grid_y(((0.0, "0"), (0.5, "50"), (1.0, "100")))
    frame.ticks_x((k, str(k)) for k in (1, 5, 10))
    frame.line([(k, figure.value) for k, figure in enumerate(every, 1)], "line quiet")
    frame.line([(k, figure.value) for k, figure in enumerate(figures, 1)], "line")
    for k, figure in enumerate(figures, 1):
        frame.dot(k, figure.value, f"first {k}: {figure.value:.3f}", radius=3)
    return frame.svg("Recall by rank of this kind", _told(figures), name)


def _told(figures: Sequence[Figure]) -> str:
    shares = (f"first {k}: {figure.value:.3f}" for k, figure in enumerate(figures, 1))
    return f"Share of questions with a right passage among the {', '.join(shares)}."


def bar(figure: Figure, *, lower_is_better: bool) -> str:
    """A figure from 0 to 1 as a bar with its interval, for a row of a table that has it in words."""
    css = "fill warn" if lower_is_better else "fill"
    x, low, high = (100 * value for value in (figure.value, figure.low, figure.high))
    return (
        '<svg class="bar" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="20"/>'
        f'<rect class="{css}" y="3" width="{x:.2f}" height="14"/>'
        f'<path class="whisker" d="M{low:.2f} 10H{high:.2f}M{low:.2f} 5V15M{high:.2f} 5V15"/></svg>'
    )


def curve_plot(points: Sequence[Point], now: tuple[float, float]) -> str:
    """What would be answered at each threshold of confidence: of the unanswerable questions to the
    right, of the answerable ones upwards. ``now`` is what is answered, in that order."""
    frame = _Frame(480, 360, right=26, bottom=48)
    frame.grid_y(_SHARES)
    frame.ticks_x(_SHARES, grid=True)
    ends = [(point.unanswerable, point.answerable) for point in points]
    frame.line([*ends, (0.0, 0.0)], "line")
    for point in points[:: -(-len(points) // _MOST_DOTS)]:
        frame.dot(
            point.unanswerable,
            point.answerable,
            f"from confidence {point.threshold:.2f}: {point.answerable:.0%} of the answerable, "
            f"{point.unanswerable:.0%} of the unanswerable",
            radius=3,
        )
    for point in _spread(points):
        x, y = frame.x(point.unanswerable), frame.y(point.answerable)
        side = "end" if x > frame.width - 90 else "start"
        frame.text(x + (8 if side == "start" else -8), y + 16, f"{point.threshold:.2f}", side)
    frame.dot(*now, f"now: {now[1]:.0%} of the answerable, {now[0]:.0%} of the unanswerable",
              "ring", 8)  # fmt: skip
    frame.label_x("unanswerable questions that are answered")
    told = (
        f"Now {now[1]:.0%} of the answerable and {now[0]:.0%} of the unanswerable questions are "
        "answered. By threshold of confidence: "
        + "; ".join(
            f"{point.threshold:.2f}: {point.answerable:.0%} and {point.unanswerable:.0%}"
            for point in _spread(points)
        )
        + "."
    )
    return frame.svg("Answered questions by confidence", told, "curve")


def _spread(points: Sequence[Point]) -> list[Point]:
    """A few points that lie apart, to be named."""
    found: list[Point] = []
    for point in points:
        apart = all(
            abs(point.unanswerable - other.unanswerable) + abs(point.answerable - other.answerable)
            > 1 / _NAMED_POINTS
            for other in found
        )
        if apart:
            found.append(point)
    return found


def latency_plot(times: Sequence[float], percentiles: Sequence[tuple[int, float]]) -> str:
    """How many questions took how long, in milliseconds, with lines at ``percentiles``."""
    fastest, slowest = max(min(times), 1e-3), max(*times, 2e-3)
    logarithmic = slowest / fastest > _WIDE_RATIO
    scale = math.log10 if logarithmic else float
    low, high = scale(fastest), scale(slowest)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    number = min(_MOST_BINS, max(4, math.ceil(math.sqrt(len(times))) * 2))
    counts = [0] * number
    for time in times:
        place = (scale(max(time, fastest)) - low) / (high - low)
        counts[min(number - 1, int(place * number))] += 1
    most = max(counts)
    frame = _Frame(480, 300, top=64, x_range=(low, high), y_range=(0, most))
    frame.grid_y((n, str(n)) for n in sorted({0, most // 2, most}))
    for n, held in enumerate(counts):
        if held:
            left, right = (frame.x(low + (high - low) * (n + d) / number) for d in (0, 1))
            frame.parts.append(
                f'<rect class="fill" x="{left + 0.5:.1f}" y="{frame.y(held):.1f}" '
                f'width="{max(1.0, right - left - 1):.1f}" '
                f'height="{frame.y(0) - frame.y(held):.1f}"><title>{held}</title></rect>'
            )
    frame.ticks_x(
        (scale(value), f"{value:g}") for value in _round_times(fastest, slowest, logarithmic)
    )
    for n, (percentile, value) in enumerate(percentiles):
        x, y = frame.x(scale(max(value, fastest))), 14.0 + 17 * n
        frame.parts.append(
            f'<path class="rule" d="M{x:.1f} {y + 3}V{frame.height - frame.bottom}"/>'
        )
        side = "end" if x > frame.width / 2 else "start"
        frame.text(x + (4 if side == "start" else -4), y, f"{percentile} %: {value:.1f} ms", side)
    frame.label_x("milliseconds")
    said = ", ".join(f"{p} % took at most {value:.1f} ms" for p, value in percentiles)
    return frame.svg("Time taken to answer", f"{len(times):,} questions: {said}.", "latency")


def _round_times(fastest: float, slowest: float, logarithmic: bool) -> Iterator[float]:
    if not logarithmic:
        step = 10 ** math.floor(math.log10((slowest - fastest) or 1.0))
        step *= next(n for n in (1, 2, 5, 10) if (slowest - fastest) / (step * n) <= 6)
        first = math.ceil(fastest / step)
        yield from (round(step * n, 6) for n in range(first, first + 8) if step * n <= slowest)
        return
    decades = range(math.floor(math.log10(fastest)), math.ceil(math.log10(slowest)) + 1)
    steps = (1, 2, 5) if slowest / fastest < _MANY_DECADES else (1,)
    for value in (round(10.0**d * n, 6) for d in decades for n in steps):
        if fastest <= value <= slowest:
            yield value
