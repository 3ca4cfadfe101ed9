"""What the labels of a chronology leave out, filled in from what stands around them, and from where.

A heading or a line above gives the year, the month or the day. Without one the year goes on from
the label before, as long as the months go on; where they fall back after a rise the next year
begins. What can't be told so stays out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.dates import scan_dates
from index.dates.atoms import Atom, Found, resolve
from index.dates.edtf import civil
from index.dates.headings import HeadingDate
from index.dates.labels import DateLabel
from index.model import HistoricDate, Precision

_BEFORE_CHRIST = re.compile(
    r"\b(?:B\.\s?C\.(?:\s?E\.)?|BCE?|before christ|before the common era)(?!\w)", re.I
)
_OUR_ERA = re.compile(r"\b(?:A\.\s?D\.|AD|C\.\s?E\.|CE|[Cc]ommon [Ee]ra|[Aa]nno [Dd]omini)(?!\w)")
_YEAR = re.compile(r"(?<![\w.,/–—-])(?:1[0-9]{3}|20[0-9]{2})(?![\w/–—-]|[.,][0-9])")
_OF_TIME = re.compile(
    r"\b(?:timeline|chronolog\w+|chronicles?|calendar|diary|diaries|journal|annals|almanac|events"
    r"|happened|history|year|log)\b",
    re.IGNORECASE,
)
_LONGEST_TITLE = 100
_CLEAR_FALL = 3  # months: from June to March of one list a year has passed
_LONG_FALL = 6  # months: so under the heading of a year, where disorder is likelier
_WINTER = 24
_FEW_YEARS = 10
_FIRST_SURE = 1000  # a year of four digits needs no era
_FEWEST_IN_ROW = 2  # small years that must rise or fall together to tell their era


@dataclass(frozen=True, slots=True)
class Above:
    """What the headings and lines over a label say of its date, each with the words to say so."""

    year: int | None = None  # astronomical
    year_from: str = ""
    month: int | None = None
    month_from: str = ""
    day: int | None = None
    years: tuple[int, int] | None = None  # of a decade, a century, 1914–1918
    years_from: str = ""
    before_christ: bool = False  # years count down
    our_era: bool = False  # a heading says so, and small numbers are years
    hint: int | None = None  # the one year that a title names among other words
    hint_from: str = ""
    part: int = 0  # how many lines such as “Births” stand above it: each list begins its year anew
    of_line: bool = False  # its year stands in a line of the text, no heading

    def under(self, date: HeadingDate, source: str, *, of_line: bool = False) -> Above:
        """The same below one more date; ``source`` names where that stands."""
        if date.year is not None:
            return Above(
                date.year,
                source,
                date.month,
                source if date.month else "",
                date.day,
                before_christ=date.year <= 0,
                of_line=of_line,
            )
        if date.years is not None:
            return Above(years=date.years, years_from=source, before_christ=date.years[1] <= 0)
        if date.month is None:
            return replace(self, month=None, month_from="", day=None)
        return replace(self, month=date.month, month_from=source, day=date.day)


def below_era(above: Above, heading: str) -> Above:
    """``above`` below a heading that names an era and no date: “Before Christ”, “Events BCE”."""
    before, ours = _BEFORE_CHRIST.search(heading), _OUR_ERA.search(heading)
    if ours and before and before.start() <= ours.start() < before.end():
        ours = None  # of “before the common era”
    if before and not ours:
        return replace(above, before_christ=True, our_era=False)
    return replace(above, before_christ=False, our_era=not before) if ours else above


def below_title(above: Above, title: str, source: str) -> Above:
    """``above`` below a title that names one year among other words: “1943 events in history”."""
    years = {match[0] for match in _YEAR.finditer(title)}
    if len(years) != 1 or len(title) > _LONGEST_TITLE:
        return above
    if not (_OF_TIME.search(title) or any(scan_dates(title))):
        return above  # “Room 1204”
    year = int(next(iter(years)))
    dates = [written.found for written in scan_dates(title)]
    first = dates[0].first if len(dates) == 1 and not dates[0].relation else None
    month = first.month if first and first.precision is Precision.MONTH else None
    return replace(
        above,
        hint=year,
        hint_from=source,
        month=month or above.month,
        month_from=source if month else above.month_from,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A label, what stands above it, and its words."""

    label: DateLabel
    above: Above
    words: str  # the date as written


@dataclass(frozen=True, slots=True)
class Dated:
    """The date that a label comes to, and what gave the parts that its words lack."""

    date: HistoricDate
    inferred_from: str = ""


@dataclass(slots=True)
class _Step:
    """A label on the way to its date."""

    told: Told
    first: Atom | None
    last: Atom | None
    relation: str
    sources: list[str]
    lost: bool = False  # it can't be told

    @property
    def atom(self) -> Atom | None:
        return self.first or self.last

    @property
    def year(self) -> int | None:
        years = [a.year for a in (self.first, self.last) if a is not None and a.year is not None]
        return years[0] if years else None

    def at(self, year: int, source: str) -> None:
        """Take ``year`` for what has none; the end of a range may lie in the year after."""
        first, last = self.first, self.last
        turns = bool(first and last and first.in_year > last.in_year)
        self.first = first and replace(first, year=year, doubtful=False)
        self.last = last and replace(last, year=year + turns, doubtful=False)
        self.sources.append(source)


def tell_dates(
    labels: Sequence[Told], *, may_turn: bool = False, centuries: frozenset[int] = frozenset()
) -> list[Dated | None]:
    """The dates of ``labels``, which stand one after the other in one section; None: can't be told.

    ``may_turn`` says that months which fall back below a heading's year can begin the next one,
    because no heading says that year. ``centuries`` are those of the document's whole years.
    """
    dated: list[Dated | None] = []
    labels = list(labels)
    turns = [n for n, told in enumerate(labels) if _begins_year(told.label)]
    for start, stop in pairwise([0, *turns, len(labels)]):
        part = labels[start:stop]
        if start in turns:
            turn = _after(labels[start], labels[:start], dated)
            dated.append(turn)
            part = [_below_turn(told, labels[start], turn) for told in part[1:]]
        steps = [_step(told) for told in part]
        _months(steps)
        _short_years(steps, centuries)
        _small_years(steps)
        _missing_years(steps, may_turn)
        for n, step in enumerate(steps, len(dated)):
            after = step.told.label.kind == "after"
            dated.append(_after(step.told, labels[:n], dated) if after else _dated(step))
    return dated


def _begins_year(label: DateLabel) -> bool:
    return label.kind == "after" and label.steps > 0 and label.precision is Precision.YEAR


def _below_turn(told: Told, turn: Told, dated: Dated | None) -> Told:
    """A label behind “The following year”: that year is its own, if it says none."""
    year = int(dated.date.edtf) if dated and dated.date.edtf.isdecimal() else None
    source = f"the entry before, “{turn.words}”" if year is not None else ""
    return replace(told, above=Above(hint=year, hint_from=source, part=told.above.part))


def _after(told: Told, labels: Sequence[Told], dated: Sequence[Dated | None]) -> Dated | None:
    """The date of a label that counts from the one before, which must be at least as exact."""
    before = dated[-1] if dated else None
    if before is None or before.date.end is not None or before.date.start is None:
        return None
    label = told.label
    year, month, day = civil(before.date.earliest)
    last = civil(before.date.latest)
    source = f"the entry before, “{labels[-1].words}”"
    why = " and ".join(filter(None, (source, before.inferred_from)))
    atom = Atom(Precision.YEAR, year + label.steps)
    if label.precision is Precision.YEAR:
        if year != last[0]:
            return None
    elif before.date.precision not in (Precision.DAY, Precision.MONTH):
        return None
    elif label.precision is Precision.MONTH:
        months = year * 12 + month - 1 + label.steps
        atom = Atom(Precision.MONTH, months // 12, months % 12 + 1)
    elif before.date.precision is Precision.DAY and before.date.earliest == before.date.latest:
        year, month, day = civil(before.date.earliest + label.steps)
        atom = Atom(Precision.DAY, year, month, day)
    else:
        return None
    try:
        return Dated(resolve(Found(atom, atom, 0, 0)), why)
    except ValueError:
        return None


def _step(told: Told) -> _Step:
    found = told.label.found
    step = _Step(told, found.first, found.last, found.relation, [])
    step.lost = told.label.kind in ("after", "far", "lost")
    above, year = told.above, found.first
    single = year is not None and year.precision is Precision.YEAR and not found.relation
    if above.day and above.month and above.year is None and single and year and not year.mark:
        step.first = replace(year, precision=Precision.DAY, month=above.month, day=above.day)
        step.last = step.first
        step.sources.append(above.month_from)
    return step


def _dated(step: _Step) -> Dated | None:
    if step.lost or step.year is None:
        return None
    try:
        date = resolve(Found(step.first, step.last, 0, 0, step.relation))
    except ValueError:
        return None
    return Dated(date, " and ".join(dict.fromkeys(filter(None, step.sources))))


# ---------------------------------------------------------------- months, centuries and eras


def _months(steps: Sequence[_Step]) -> None:
    """Days without a month have that of the heading, or of the label before, if days go on."""
    month, source, day, year = None, "", 0, None
    for step in steps:
        above, first, last = step.told.above, step.first, step.last
        if step.told.label.kind != "day":
            month = last.month if last and last.precision is Precision.DAY else None
            source = f"the entry before, “{step.told.words}”"
            day, year = (last.day, last.year) if last else (0, None)
            continue
        alone = step.told.label.sign in ("alone", "line") and not step.told.label.found.named
        if first is None or last is None or alone:
            step.lost = True  # of “4” alone on its line nobody knows what it counts
        elif above.month is not None:
            step.first, step.last = (
                replace(first, month=above.month),
                replace(last, month=above.month),
            )
            step.sources.append(above.month_from)
        elif month and first.day > day:
            step.first = replace(first, month=month, year=year)
            step.last = replace(last, month=month, year=year)
            step.sources.append(source)
            day = last.day
        else:
            step.lost = True


def _short_years(steps: Sequence[_Step], centuries: frozenset[int]) -> None:
    """Years of two digits, where a heading or the document's whole years settle the century."""
    whole = [_whole_year(step) for step in steps]
    years = [year for year in whole if year is not None]
    rising, falling = years == sorted(years), years == sorted(years, reverse=True)
    later = _next_known(whole)
    before: int | None = None
    for n, step in enumerate(steps):
        before = whole[n] if whole[n] is not None else before
        if step.told.label.kind != "short" or step.first is None or step.last is None:
            continue
        above, short = step.told.above, step.first.year or 0
        first, last = above.years or (above.year, above.year)
        if first is None:
            first = last = above.hint
        if first is not None and last is not None:
            known = [
                year for year in range(first, min(last, first + 99) + 1) if year % 100 == short
            ]
            source = above.years_from or above.year_from or above.hint_from
        else:
            known = [century * 100 + short for century in centuries]
            source = "the century of the document’s other dates"
        if len(known) > 1 and first is None and rising != falling:
            low, high = (before, later[n]) if rising else (later[n], before)
            known = [y for y in known if (low is None or low <= y) and (high is None or y <= high)]
            source = "the order of the dates around it"
        if len(known) == 1:
            before = known[0]
            step.first = replace(step.first, year=known[0])
            step.last = replace(step.last, year=known[0])
            step.sources.append(source)
        else:
            step.lost = True


def _whole_year(step: _Step) -> int | None:
    return step.year if step.told.label.kind == "date" and not step.lost else None


def _next_known(years: Sequence[int | None]) -> list[int | None]:
    """Of each place the next year behind it that is known."""
    found: list[int | None] = []
    after: int | None = None
    for year in reversed(years):
        found.append(after)
        after = year if year is not None else after
    return found[::-1]


def _small_years(steps: Sequence[_Step]) -> None:
    """Years without an era: small ones, and all that count down below a heading of BC."""
    for step in steps:
        above, first, last = step.told.above, step.first, step.last
        bare = first is not None and first.precision is Precision.YEAR and (first.year or 0) > 0
        down = first and last and (last.year or 0) <= (first.year or 0)
        told = step.told.label.kind == "date" and bare and not _has_era(step)
        if told and down and above.before_christ:
            _count_down(step, above)
    position = 0
    while position < len(steps):
        stop = position
        while stop < len(steps) and _is_small(steps[stop]):
            stop += 1
        if stop > position:
            before = steps[position - 1] if position else None
            after = steps[stop] if stop < len(steps) else None
            _tell_era(steps[position:stop], before, after)
        position = max(stop, position + 1)


def _has_era(step: _Step) -> bool:
    words = step.told.words
    return _BEFORE_CHRIST.search(words) is not None or _OUR_ERA.search(words) is not None


def _is_small(step: _Step) -> bool:
    return step.told.label.kind == "small"


def _count_down(step: _Step, above: Above) -> None:
    if step.first and step.last:
        step.first = replace(step.first, year=1 - (step.first.year or 0))
        step.last = replace(step.last, year=1 - (step.last.year or 0))
        step.sources.append(above.years_from or above.year_from or "the heading, which says BC")


def _tell_era(run: Sequence[_Step], before: _Step | None, after: _Step | None) -> None:
    """The era of neighbouring small years: as the heading says, or as they rise or fall."""
    above = run[0].told.above
    years = [step.first.year or 0 for step in run if step.first]
    earlier = before.year if before and not before.lost else None
    later = after.year if after and not after.lost else None
    rising = years == sorted(years) and (len(set(years)) >= _FEWEST_IN_ROW or later is not None)
    rising = rising or (len(years) == 1 and earlier is not None and 0 < earlier < years[0] > 31)
    falling = years == sorted(years, reverse=True) and len(set(years)) >= _FEWEST_IN_ROW
    numbered = years == list(range(years[0], years[0] + len(years))) and years[0] <= 1
    low, high = above.years or (0, 0)
    if above.before_christ:
        for step in run:
            _count_down(step, above)
    elif above.our_era and not numbered:
        pass
    elif above.years and all(low <= year <= high for year in years):
        for step in run:
            step.sources.append(above.years_from)
    elif earlier is not None and earlier <= 0 and falling and years[0] < 1 - earlier:
        for step in run:
            _count_down(step, above)
            step.sources[-1] = f"the entry before, “{before.told.words}”" if before else ""
    elif (
        rising
        and not numbered
        and years[-1] < _FIRST_SURE
        and (
            (earlier is not None and earlier < years[0])
            or (later is not None and later > years[-1] > 31)
        )
    ):
        pass  # years of our era, as those beside them
    else:
        for step in run:
            step.lost = True


# ---------------------------------------------------------------- years that are said once


def _missing_years(steps: Sequence[_Step], may_turn: bool) -> None:
    position = 0
    while position < len(steps):
        above = steps[position].told.above
        stop = position
        while stop < len(steps) and _same_year_above(steps[stop].told.above, above):
            stop += 1
        _fill(steps[position:stop], above, may_turn)
        position = stop


def _same_year_above(one: Above, other: Above) -> bool:
    known = one.year is not None or one.hint is not None
    if known and one.part != other.part:
        return False
    return (one.year, one.year_from, one.years, one.hint_from) == (
        other.year,
        other.year_from,
        other.years,
        other.hint_from,
    )


def _fill(steps: Sequence[_Step], above: Above, may_turn: bool) -> None:
    """Give the steps below one heading (or none) that lack a year theirs."""
    if above.year is not None and not (may_turn or above.of_line):
        for step in steps:
            if step.year is None and not step.lost:
                step.at(above.year, above.year_from)
        return
    known = [n for n, step in enumerate(steps) if step.year is not None and not step.lost]
    backward = _runs_backward([steps[n] for n in known])
    if above.year is not None:
        stop = known[0] if known else len(steps)
        _run(steps[:stop], above.year, None, above.year_from, _LONG_FALL, None, backward)
    elif above.hint is not None:
        stop = known[0] if known else len(steps)
        _run(steps[:stop], above.hint, None, above.hint_from, _LONG_FALL, None, backward)
    elif above.years is not None:
        stop = known[0] if known else len(steps)
        if above.years[1] - above.years[0] < _FEW_YEARS:
            _run_whole(steps[:stop], *above.years, above.years_from)
    for n, position in enumerate(known):
        stop = known[n + 1] if n + 1 < len(known) else len(steps)
        anchor = steps[position]
        following = steps[stop] if stop < len(steps) else None
        source = f"the entry before, “{anchor.told.words}”"
        last = anchor.last or anchor.first
        year = last.year if last and last.year is not None else anchor.year
        _run(steps[position + 1 : stop], year or 0, last, source, _CLEAR_FALL, following, backward)


def _runs_backward(steps: Sequence[_Step]) -> bool:
    """Whether a list with the newest first: its years fall and never rise."""
    years = [step.year or 0 for step in steps]
    return len(set(years)) > 1 and years == sorted(years, reverse=True)


def _month(atom: Atom | None, backward: bool) -> int:
    month = atom.month if atom else 0
    if atom and atom.precision is Precision.SEASON:
        month = (atom.month - 20) * 3 - 1
    return 13 - month if backward and month else month


def _run_whole(steps: Sequence[_Step], first: int, last: int, source: str) -> None:
    """Below “1914–1918”: as many years as the months fall back, if they fall back just as often."""
    months = [_month(step.first or step.last, False) for step in steps if step.year is None]
    falls = sum(b < a for a, b in pairwise(months))
    if falls == last - first and len(months) > falls + 1:
        _run(steps, first, None, source, 1, None, False)


def _run(
    steps: Sequence[_Step],
    year: int,
    anchor: Atom | None,
    source: str,
    clear: int,
    following: _Step | None,
    backward: bool,
) -> None:
    """The years of ``steps`` from ``year`` on, one more whenever the months fall back clearly."""
    steps = [step for step in steps if not step.lost and step.year is None]
    if not steps:
        return
    direction = -1 if backward else 1
    clear = _agreeing(steps, anchor, year, clear, following, backward)
    reached = _month(anchor, backward)
    for n, step in enumerate(steps):
        month = _month(step.first or step.last, backward)
        fall = reached - month if reached and month else 0
        if fall >= clear:
            year += direction
            source = f"the order of the months, which begin again after {_before(source)}"
        elif fall > 0 and clear < _LONG_FALL and not _returns(steps[n + 1 :], reached, backward):
            for rest in steps[n:]:
                rest.lost = True
            return
        elif fall > 0:
            step.at(year, source)
            continue  # out of order: the months go on where they were
        if anchor is not None and step.atom and step.atom.month == _WINTER:
            step.lost = True  # it lies in two years
            continue
        step.at(year, source)
        last_month = _month(step.last or step.first, backward)
        if step.last and step.last.year is not None and step.last.year > year and not backward:
            year = step.last.year
        reached = last_month
        source = f"the entry before, “{step.told.words}”" if fall >= clear else source


def _before(source: str) -> str:
    return source.removeprefix("the order of the months, which begin again after ")


def _agreeing(
    steps: Sequence[_Step],
    anchor: Atom | None,
    year: int,
    clear: int,
    following: _Step | None,
    backward: bool,
) -> int:
    """The least fall of months that begins a year, so that the next year written comes out right."""
    if following is None or following.year is None:
        return clear
    months = [_month(anchor, backward), *(_month(step.atom, backward) for step in steps)]
    target = following.first or following.last
    if target and target.month:
        months.append(_month(target, backward))
    falls = [a - b for a, b in pairwise(months) if a and b and a > b]
    needed = abs(following.year - year)
    if not (target and target.month):
        needed -= 1  # a year alone begins it
    for least in (clear, 1, 2, _LONG_FALL):
        if sum(fall >= least for fall in falls) == needed:
            return least
    return clear


def _returns(steps: Sequence[_Step], reached: int, backward: bool) -> bool:
    """Whether the months go on from ``reached`` soon: the one before was out of order."""
    months = [_month(step.first or step.last, backward) for step in steps[:3]]
    return any(month >= reached for month in months)
