"""The figures of benchmarks/engine.py as tables, as plots, and beside the bars they are held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine_adapters import ENGINES
from benchmarks.tables import save

PERCENTILES = (50, 95, 99)
OURS, TWO, ORACLE, RIVAL = "ours", "ours-2", "rank-bm25", "tantivy"

# What ours is held to.
_SMALL, _SMALL_MS = 50_000, 1.0  # below so many passages an answer may take so long
_LARGE = 1_000_000  # passages for which the bars below are set
_TIMES_ORACLE = 1_000
_OPEN_S = 0.3
_MEMORY_MB = 450
_DISK_MB = 200
_BUILD_RATE = 8_000
_TWO_PROCESSES = 1.7

_KINDS = {
    "all": "no filter",
    "document": "one document",
    "days": "a range of days",
    "half": "half the corpus",
}
# Colours that the colour-blind can tell (Okabe and Ito 2008), with marks for print in grey.
_LOOKS = {
    "ours": ("#0072b2", "o"),
    "ours-2": ("#56b4e9", "P"),
    "rank-bm25": ("#000000", "s"),
    "bm25s": ("#e69f00", "^"),
    "bm25s-numba": ("#cc79a7", "v"),
    "tantivy": ("#d55e00", "D"),
    "fts5": ("#009e73", "X"),
}

Size = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that ours is held to; ``met`` is None where it wasn't measured."""

    what: str
    wanted: str
    measured: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the questions that both engines answered have the same hits."""

    questions: int
    equal: int  # the same passages in the same order with the same scores, to the last bit
    shared: float  # mean share of the oracle's hits that are among the engine's; 1 without any


def latency(engine: Mapping[str, Any], kind: str = "all") -> dict[int, float]:
    """Percentiles of the milliseconds of an answer; empty without any."""
    times = engine.get("milliseconds", {}).get(kind)
    if not times:
        return {}
    return {p: float(np.percentile(times, p)) for p in PERCENTILES}


def agreement(size: Size, kind: str, engine: str = OURS, oracle: str = ORACLE) -> Agreement | None:
    """``engine`` beside ``oracle``; None where one of them wasn't asked."""
    found, right = (
        size["engines"].get(key, {}).get("found", {}).get(kind, []) for key in (engine, oracle)
    )
    pairs = [(list(map(tuple, a)), list(map(tuple, b))) for a, b in zip(found, right, strict=False)]
    if not pairs:
        return None
    shares = [
        len({n for n, _ in a} & {n for n, _ in b}) / len(b) if b else float(not a) for a, b in pairs
    ]
    return Agreement(len(pairs), sum(a == b for a, b in pairs), sum(shares) / len(shares))


def growth(points: Iterable[tuple[float, float]]) -> float | None:
    """The exponent x for which the values grow as size ** x: the slope of a line through the
    logarithms by least squares. None without two sizes.
    """
    held = [(math.log(size), math.log(value)) for size, value in points if value > 0]
    if len({size for size, _ in held}) < 2:
        return None
    sizes, values = np.array(held).T
    return float(np.polyfit(sizes, values, 1)[0])


# ---------------------------------------------------------------- bars


def bars(sizes: Sequence[Size]) -> list[Bar]:
    """All bars, in the order in which they are set."""
    return [*_speed(sizes), *_costs(sizes), *_exactness(sizes)]


def _speed(sizes: Sequence[Size]) -> Iterator[Bar]:
    for size in sizes:
        ours = latency(size["engines"].get(OURS, {}))
        rival = latency(size["engines"].get(RIVAL, {}))
        for p, name in ((50, "median"), (95, "95th percentile")):
            what = f"{size['passages']:,} passages, {name}"
            if size["passages"] < _SMALL:
                wanted = f"at most {_SMALL_MS:g} ms"
                if ours:
                    yield Bar(what, wanted, f"{_ms(ours[p])} ms", ours[p] <= _SMALL_MS)
            elif ours and rival:
                told = f"{_ms(ours[p])} : {_ms(rival[p])} ms = {ours[p] / rival[p]:.2f}"
                yield Bar(what, "no more than tantivy's", told, ours[p] <= rival[p])
            else:
                yield Bar(what, "no more than tantivy's", "not measured", None)
    large = _large(sizes)
    ours, oracle = (latency(large.get(key, {})) for key in (OURS, ORACLE))
    wanted = f"rank-bm25's : ours at least {_TIMES_ORACLE:,}"
    if ours and oracle:
        times = oracle[50] / ours[50]
        told = f"{_ms(oracle[50])} : {_ms(ours[50])} ms = {times:,.0f}"
        yield Bar(f"{_LARGE:,} passages, median", wanted, told, times >= _TIMES_ORACLE)
    else:
        yield Bar(f"{_LARGE:,} passages, median", wanted, "not measured", None)


def _large(sizes: Sequence[Size]) -> Mapping[str, Any]:
    """The engines at the size for which most bars are set."""
    found: Mapping[str, Any] = next(
        (size["engines"] for size in sizes if size["passages"] >= _LARGE), {}
    )
    return found


def _costs(sizes: Sequence[Size]) -> Iterator[Bar]:
    large = _large(sizes)
    ours = large.get(OURS) if "open_s" in large.get(OURS, {}) else None
    where = f"{_LARGE:,} passages, "
    numpy_s = next((size["numpy_s"] for size in sizes if size["passages"] >= _LARGE), 0.0)
    for what, wanted, value, most, unit in (
        (
            "from disk to the first answer, beyond interpreter and numpy",
            _OPEN_S,
            ours and ours["whole_s"] - numpy_s,
            _OPEN_S,
            "s",
        ),
        ("peak of memory", _MEMORY_MB, ours and ours["memory_mb"], _MEMORY_MB, "MB"),
        ("on disk", _DISK_MB, ours and ours["bytes"] / 1e6, _DISK_MB, "MB"),
    ):
        wanted_words = f"at most {wanted:g} {unit}"
        if value is None:
            yield Bar(where + what, wanted_words, "not measured", None)
        else:
            yield Bar(where + what, wanted_words, f"{_round(value)} {unit}", value <= most)
    last = sizes[-1]
    one, two = (last["engines"].get(key, {}).get("build") for key in (OURS, TWO))
    where = f"{last['passages']:,} passages, "
    if one:
        rate = last["passages"] / one["processor_s"]
        yield Bar(
            where + "build, passages a second of the processor",
            f"at least {_BUILD_RATE:,}",
            f"{rate:,.0f}",
            rate >= _BUILD_RATE,
        )
    if one and two:
        times = last["passages"] / two["clock_s"] / rate
        yield Bar(
            where + "build, by the clock with two processes : that",
            f"at least {_TWO_PROCESSES}",
            f"{last['passages'] / two['clock_s']:,.0f} : {rate:,.0f} = {times:.2f}",
            times >= _TWO_PROCESSES,
        )


def _exactness(sizes: Sequence[Size]) -> Iterator[Bar]:
    for size in sizes:
        found = [
            one
            for engine in (OURS, TWO)
            for kind in _KINDS
            if (one := agreement(size, kind, engine)) is not None
        ]
        what = f"{size['passages']:,} passages, top ten and scores"
        asked, equal = sum(one.questions for one in found), sum(one.equal for one in found)
        told = f"{equal:,} of {asked:,} questions" if asked else "not measured"
        yield Bar(what, "rank-bm25's to the bit", told, equal == asked if asked else None)


# ---------------------------------------------------------------- tables


def markdown(run: Mapping[str, Any], sizes: Sequence[Size]) -> str:
    """All tables, for a page of the documentation."""
    installed = ", ".join(
        f"{name} {version}" for name, version in run["versions"].items() if version != "none"
    )
    left_out = [name for name, version in run["versions"].items() if version == "none"]
    parts = [
        "# Engines beside each other",
        f"Made by `{run['command']}` in {run['took_s'] / 60:.0f} minutes, on {run['cores']} cores "
        f"({run['system']}), with {installed}."
        + (f" Not installed: {', '.join(left_out)}." if left_out else "")
        + " benchmarks/engine.py says what is measured and how.",
        "![Latency, build rate, bytes on disk, memory and opening](benchmark.png)",
        "## What ours is held to",
        _table(
            ("what", "bar", "measured", "met"),
            ((bar.what, bar.wanted, bar.measured, _met(bar.met)) for bar in bars(sizes)),
            left=4,
        ),
        "## Milliseconds of an answer",
        "Best ten of natural questions, warm, one thread: median / 95th / 99th percentile over the "
        "questions, of which each counts with the median of three passes. What is slow is asked "
        "fewer questions, in the same order; the number is that of questions timed without a "
        "filter. Filters that differ by question are made within its time.",
    ]
    for size in sizes:
        parts += [_about(size), _latencies(size)]
    parts += [
        "## Building, disk, memory, opening",
        "Passages a second, reading and tokenizing included. Opening is from disk to the first "
        "answer with the files in the system's cache: after the imports, and as a whole process "
        "from its start. Memory is the peak of a process that opens and answers all, mapped files "
        "included; with the one of the building process behind it.",
    ]
    for size in sizes:
        parts += [f"### {size['passages']:,} passages", _cost_table(size)]
    parts += [
        "## Growth",
        "The exponent x, where the figure grows as size to the power of x: 1 doubles with the corpus.",
        _growth_table(sizes),
        "## The same hits as rank-bm25",
        "Questions of which both were asked; equal means the same ten passages in the same order "
        "with the same scores, to the last bit of their double precision. The others use other "
        "formulas or coarser lengths: of their hits it is said how many of rank-bm25's are among "
        "them.",
        _agreement_table(sizes),
    ]
    return "\n\n".join(parts) + "\n"


def _about(size: Size) -> str:
    return (
        f"### {size['passages']:,} passages\n\n{size['documents']:,} documents, "
        f"{size['text_bytes'] / 1e6:,.1f} MB of text, {size['questions']:,} questions of "
        f"{size['terms_a_question']:.1f} terms in the mean."
    )


def _latencies(size: Size) -> str:
    rows = []
    for key, engine in size["engines"].items():
        if "milliseconds" not in engine:
            continue
        cells = [
            " / ".join(_ms(value) for value in latency(engine, kind).values()) for kind in _KINDS
        ]
        rates = [f"{engine['throughput'][threads]:,.1f}" for threads in ("1", "2")]
        rows.append((ENGINES[key].label, *cells, str(len(engine["milliseconds"]["all"])), *rates))
    head = (
        "engine", *_KINDS.values(), "questions", "a second, one thread", "two threads"
    )  # fmt: skip
    return _table(head, rows)


def _cost_table(size: Size) -> str:
    rows = []
    for key, engine in size["engines"].items():
        build = engine.get("build")
        if build is None:
            continue
        cells = [
            f"{size['passages'] / build['processor_s']:,.0f}",
            f"{size['passages'] / build['clock_s']:,.0f}",
        ]
        if "memory_mb" in engine:
            cells += [
                f"{engine['bytes'] / 1e6:,.1f}",
                f"{engine['open_s']:.3f}",
                f"{engine['whole_s']:.3f}",
                f"{engine['memory_mb']:,.0f}",
            ]
        else:
            cells += ["", "", "", ""]
        rows.append((ENGINES[key].label, *cells, f"{build['memory_mb']:,.0f}"))
    rows.append(("interpreter and numpy alone", "", "", "", "", f"{size['numpy_s']:.3f}", "", ""))
    head = (
        "engine", "built a second of the processor", "by the clock", "MB on disk", "opening, s",
        "whole process, s", "MB of memory", "MB while building",
    )  # fmt: skip
    return _table(head, rows)


#: What grows with the corpus, of the figures of an engine.
_GROWING: tuple[Callable[[Mapping[str, Any]], float], ...] = (
    lambda engine: latency(engine)[50],
    lambda engine: latency(engine)[95],
    lambda engine: engine["open_s"],
    lambda engine: engine["memory_mb"],
    lambda engine: engine["bytes"],
    lambda engine: engine["build"]["processor_s"],
)


def _growth_table(sizes: Sequence[Size]) -> str:
    rows = []
    for key in _keys(sizes):
        cells = []
        for figure in _GROWING:
            held = [
                (size["passages"], figure(size["engines"][key]))
                for size in sizes
                if "open_s" in size["engines"].get(key, {})
            ]
            exponent = growth(held)
            cells.append("-" if exponent is None else f"{exponent:.2f}")
        rows.append((ENGINES[key].label, *cells))
    return _table(
        ("engine", "median", "95th percentile", "opening", "memory", "disk", "building"), rows
    )


def _agreement_table(sizes: Sequence[Size]) -> str:
    rows = []
    for size in sizes:
        for key in _keys([size]):
            held = [agreement(size, kind, key) for kind in _KINDS]
            if key == ORACLE or held[0] is None:
                continue
            cells = [
                "-" if one is None else f"{one.equal} of {one.questions}, {one.shared:.1%}"
                for one in held
            ]
            rows.append((f"{size['passages']:,}", ENGINES[key].label, *cells))
    head = (
        "passages",
        "engine",
        *(f"{name}: equal, shared" for name in _KINDS.values()),
    )
    return _table(head, rows, left=2)


def _keys(sizes: Sequence[Size]) -> list[str]:
    """The engines that answered, in their usual order."""
    return [
        key for key in ENGINES if any("open_s" in size["engines"].get(key, {}) for size in sizes)
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """A table in Markdown, whose first ``left`` columns stand to the left, the others to the right."""
    rules = [":--" if n < left else "--:" for n in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rules, *rows))


def _met(met: bool | None) -> str:
    return {True: "yes", False: "**no**", None: "-"}[met]


def _ms(value: float) -> str:
    """Milliseconds with as many digits as mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


# ---------------------------------------------------------------- plots


def plot(sizes: Sequence[Size], path: Path) -> None:
    """Draw latency by size, and what each engine costs at the largest size, into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 10), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(3, 2, height_ratios=(2.2, 1, 1))
    keys = _keys(sizes)
    first = figure.add_subplot(grid[0, 0])
    _latency_plot(first, sizes, keys, 50, "median")
    _latency_plot(figure.add_subplot(grid[0, 1], sharey=first), sizes, keys, 95, "95th percentile")
    largest = sizes[-1]
    count = largest["passages"]
    measured = {key: one for key, one in largest["engines"].items() if "open_s" in one}
    panels: tuple[tuple[str, dict[str, float], float | None], ...] = (
        (
            f"{count:,} passages: built a second of the processor",
            {key: count / one["build"]["processor_s"] for key, one in measured.items()},
            _BUILD_RATE,
        ),
        ("MB on disk", {key: one["bytes"] / 1e6 for key, one in measured.items()}, _DISK_MB),
        (
            "Peak of memory while answering, MB",
            {key: one["memory_mb"] for key, one in measured.items()},
            _MEMORY_MB,
        ),
        (
            "From disk to the first answer, whole process, ms",
            {key: one["whole_s"] * 1000 for key, one in measured.items()},
            None,
        ),
    )
    for number, (title, values, limit) in enumerate(panels):
        axes = figure.add_subplot(grid[1 + number // 2, number % 2])
        _bar_plot(axes, title, values, limit if count >= _LARGE else None)
    figure.savefig(path, metadata={"Software": None})


def _latency_plot(
    axes: Any, sizes: Sequence[Size], keys: Sequence[str], percentile: int, name: str
) -> None:
    for key in keys:
        points = [
            (size["passages"], found[percentile])
            for size in sizes
            if (found := latency(size["engines"].get(key, {})))
        ]
        colour, mark = _LOOKS[key]
        axes.plot(
            *zip(*points, strict=True), color=colour, marker=mark, markersize=7, linewidth=1.8,
            label=ENGINES[key].label, linestyle="--" if key == TWO else "-",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    counts = [size["passages"] for size in sizes]
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("passages")
    axes.set_ylabel("milliseconds")
    axes.set_title(f"Best ten of a question: {name}", loc="left", fontsize=11)
    axes.grid(color="#dddddd", linewidth=0.6)
    _plain(axes)
    if percentile == 50 and keys:
        axes.legend(frameon=False, fontsize=9, loc="upper left")


def _bar_plot(axes: Any, title: str, values: Mapping[str, float], limit: float | None) -> None:
    """Bars from above to below, each with its value; a line at what ours is held to."""
    for place, (key, value) in enumerate(values.items()):
        axes.barh(place, value, color=_LOOKS[key][0], height=0.7)
        axes.annotate(
            _short(value), (value, place), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=8, zorder=3,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
    if limit is not None:
        axes.axvline(limit, color="#333333", linewidth=1.2, linestyle=":")
        title += " (dotted: the bar)"
    axes.set_yticks(range(len(values)), [ENGINES[key].label for key in values], fontsize=8)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.set_xlim(0, max([*values.values(), limit or 0]) * 1.15)
    axes.set_title(title, loc="left", fontsize=10)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


# ---------------------------------------------------------------- files


def write(run: Mapping[str, Any], sizes: Sequence[Size], out: Path) -> None:
    """Write tables, plots and figures into the folder ``out``, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "benchmark.md").write_text(markdown(run, sizes), encoding="utf-8")
    plot(sizes, out / "benchmark.png")
    kept = [
        {**size, "engines": {key: _kept(size, key) for key in size["engines"]}} for size in sizes
    ]
    told = [
        {"what": bar.what, "bar": bar.wanted, "measured": bar.measured, "met": bar.met}
        for bar in bars(sizes)
    ]
    save(out / "benchmark.json", {**run, "bars": told, "sizes": kept})


def _kept(size: Size, key: str) -> dict[str, Any]:
    """The figures of an engine, with percentiles in place of single times and hits."""
    engine = size["engines"][key]
    rest = {name: value for name, value in engine.items() if name not in ("milliseconds", "found")}
    times = {
        kind: {f"p{p}": round(value, 4) for p, value in latency(engine, kind).items()}
        for kind in engine.get("milliseconds", {})
    }
    return {**rest, "milliseconds": times} if times else rest
