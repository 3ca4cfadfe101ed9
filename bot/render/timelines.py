"""Timelines -> pages. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from bot.asked import Asked
from bot.ids import press_id
from bot.languages import Language
from bot.layout import (
    BLUE,
    Attachment,
    Block,
    Button,
    Menu,
    Option,
    Page,
    Picture,
    Row,
    Rule,
    first_fit,
)
from bot.limits import OPTIONS
from bot.markup import escape, one_line_markup, one_line_of
from bot.presses import MENU
from bot.render.events import Numbers, first_sentences, label, words_of
from bot.render.words import where
from index.dates.edtf import civil, day_to_iso, from_edtf, year_to_iso
from index.dates.wording import say_year
from index.model import FIRST_DAY, LAST_DAY, CitedEvent, Event, HistoricDate, Precision, Timeline
from index.timeline.cited import count_beginnings

#: Entries of a page at most. A fixed number, so that a page is found without laying out those before.
ENTRIES = 6
_PEOPLE = 4  # named with an entry
_TITLE = 120  # characters of each part of a title
_WORDS = ENTRIES * 400  # characters of all entries of a page together, so that it stays readable
_WHOLE_PLACE = 100  # characters; in less, page and note go before the headings do
_SIZES = {  # characters of a year that tell a unit, and what stands for the rest
    Precision.YEAR: (0, ""), Precision.DECADE: (1, "X"), Precision.CENTURY: (2, "XX"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Showing:
    """For what, and to whom, a timeline is shown: what its buttons need."""

    asked: Asked
    owner: int  # user id of who turns the pages
    private: bool = False  # only the owner sees the message
    anew: bool = False  # the documents were indexed since the message whose button was pressed
    shared_by: str = ""  # a person's name
    feedback: bool = True  # whether readers may report a problem


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many characters a page shows of each part, at most; 0 leaves it out."""

    words: int  # of an entry
    written: int  # its date
    people: int
    remark: int  # what others tell of it
    source: int
    title: int  # each part of it; also a note on how it was read


_PLANS = (
    *(
        _Plan(words, 80, 120, 200, 160, 120)
        for words in (1600, 900, 600, 400, 330, 280, 240, 200, 160)
    ),
    _Plan(140, 60, 80, 120, 100, 80),
    _Plan(100, 40, 0, 80, 70, 60),
    _Plan(70, 30, 0, 60, 40, 40),
    _Plan(40, 20, 0, 0, 30, 30),
    _Plan(20, 12, 0, 0, 16, 12),
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which entries stand on a page."""

    page: int  # counts from 1
    pages: int
    entries: range  # positions among the certain entries and then the possible ones


def timeline_page(
    timeline: Timeline, t: Language, showing: Showing | None = None, *, page: int | None = 1
) -> Page:
    """A page of a timeline, oldest entry first; those that only may fall in that time come last.

    ``page`` counts from 1 and None is the last one; what lies outside is the nearest one. Without
    ``showing`` it has no buttons.
    """
    cut = _cut(timeline, page)
    pressed = _buttons(timeline, t, showing, cut) if showing else []
    plans = [plan for plan in _PLANS if plan.words * len(cut.entries) <= _WORDS]
    blocks = first_fit(plans, lambda plan: [*_texts(timeline, t, showing, cut, plan), *pressed])
    return Page(tuple(blocks), BLUE)


def picture_page(
    timeline: Timeline, t: Language, showing: Showing, picture: Attachment, described: str
) -> Page:
    """The picture of all that was asked for; ``described`` tells it to those who don't see it."""
    blocks: list[Block] = [
        f"{_heading(timeline, t, showing, _TITLE)}\n-# {_counted(timeline, t)}",
        Picture(picture.name, described),
        "\n".join(_foot(timeline, t, showing)),
    ]
    if not showing.private:
        blocks.append(_rare(timeline, t, showing, files=False))
    elif showing.asked.kept:
        blocks.append(Row((_share("picture", timeline, t, showing),)))
    return Page(tuple(blocks), BLUE, (picture,))


def file_page(
    timeline: Timeline,
    t: Language,
    showing: Showing,
    made: Attachment | None,
    remark: str = "",
) -> Page:
    """A file of all that was asked for; ``remark`` says in plain text what isn't in it, or why not."""
    lines = [_heading(timeline, t, showing, _TITLE)]
    if counted := _counted(timeline, t):
        lines.append(f"-# {counted}")
    if remark:
        lines.append(one_line_markup(remark, 400))
    foot = "\n".join(_foot(timeline, t, showing))
    return Page(("\n".join(lines), foot), BLUE, (made,) if made else ())


def title_of(timeline: Timeline, t: Language, asked: Asked | None, limit: int = _TITLE) -> str:
    """What is shown, in one line of plain text; of each of its parts ``limit`` characters."""
    what = " · ".join(one_line_of(part, limit) for part in _parts(timeline, t, asked) if part)
    return t("Timeline: {what}", what=what) if what else t("Timeline")


def _parts(timeline: Timeline, t: Language, asked: Asked | None) -> tuple[str, ...]:
    if asked is None:
        return (t.say(timeline.asked),)
    if asked.question:
        return (asked.question,)
    when = t.date(timeline.when) if timeline.when and asked.when else asked.when
    return (when, asked.who, asked.about and f"“{asked.about}”", asked.document)


def _cut(timeline: Timeline, page: int | None) -> _Cut:
    """The entries of a page: as many as on any other, or one more."""
    total = len(timeline.events) + len(timeline.possible_events)
    pages = max(1, -(-total // ENTRIES))
    page = pages if page is None else min(max(page, 1), pages)
    return _Cut(page, pages, range((page - 1) * total // pages, page * total // pages))


# ---------------------------------------------------------------- words


def _texts(
    timeline: Timeline, t: Language, showing: Showing | None, cut: _Cut, plan: _Plan
) -> list[Block]:
    head = [_heading(timeline, t, showing, plan.title)]
    if counted := _counted(timeline, t, cut):
        head.append(f"-# {counted}")
    head += [one_line_markup(t.say(note), plan.title * 2) for note in timeline.notes]
    numbers = Numbers()
    cites: dict[int, str] = {}
    entries = _entries(timeline, t, cut, plan, numbers, cites)
    if not cut.entries:
        entries = _nearest(timeline, t, plan, numbers, cites)
    blocks = list(entries)
    sources = [f"-# [{number}] {place}" for number, place in cites.items()]
    foot = "\n".join((*sources, *_foot(timeline, t, showing)))
    return ["\n".join(head), Rule.LINE, *blocks, Rule.LINE, foot]


def _heading(timeline: Timeline, t: Language, showing: Showing | None, limit: int) -> str:
    asked = showing.asked if showing else None
    return f"## {escape(title_of(timeline, t, asked, limit))}"


def _counted(timeline: Timeline, t: Language, cut: _Cut | None = None) -> str:
    """How many entries there are, of what time, and which page this is; empty when there is none."""
    certain, possible = len(timeline.events), len(timeline.possible_events)
    said = [t.n("{count} entry", "{count} entries", certain)] if certain else []
    if possible and not certain:
        said.append(
            t.n(
                "{count} entry may fall in that time",
                "{count} entries may fall in that time",
                possible,
            )
        )
    elif possible:
        said.append(
            t.n(
                "{count} more may fall in that time", "{count} more may fall in that time", possible
            )
        )
    if timeline.span:
        ends = timeline.span.first, timeline.span.last
        when = timeline.when
        if when is None or ends != (when.earliest, when.latest):  # else the heading tells it
            said.append(t.date(_covered(*ends)))
    if cut and cut.pages > 1:
        said.append(t("page {page} of {pages}", page=t.number(cut.page), pages=t.number(cut.pages)))
    return " · ".join(said)


def _covered(first: int, last: int) -> HistoricDate:
    """From one day to another, in years where these differ; a whole year or month as such."""
    (year, month, day), end, after = civil(first), civil(last), civil(last + 1)
    if year != end[0]:
        return from_edtf(f"{year_to_iso(year)}/{year_to_iso(end[0])}")
    if (month, day) == (1, 1) and after[0] != year:
        return from_edtf(year_to_iso(year))
    if day == 1 and month == end[1] != after[1]:
        return from_edtf(f"{year_to_iso(year)}-{month:02}")
    return from_edtf("/".join(dict.fromkeys((day_to_iso(first), day_to_iso(last)))))


def _entries(
    timeline: Timeline, t: Language, cut: _Cut, plan: _Plan, numbers: Numbers, cites: dict[int, str]
) -> Iterator[str]:
    """A page's entries, the first of each group under its heading; fills ``cites`` with sources."""
    certain = len(timeline.events)
    first = [timeline.events[n] for n in cut.entries if n < certain]
    last_before = timeline.events[cut.entries.start - 1] if first and cut.entries.start else None
    begun = say_year(last_before.event.date) if last_before else None
    for year, group in groupby(first, key=lambda cited: say_year(cited.event.date)):
        same = list(group)
        heading = f"### {_year_heading(same[0].event.date, t, continued=year == begun)}\n"
        for cited in same:
            yield heading + _entry(cited, t, plan, numbers, cites, under=year)
            heading = ""
    rest = [timeline.possible_events[n - certain] for n in cut.entries if n >= certain]
    may = t("May also fall in that time") if certain else t("May fall in that time")
    heading = f"### {may}\n"
    for cited in rest:
        yield heading + _entry(cited, t, plan, numbers, cites)
        heading = ""


def _year_heading(date: HistoricDate, t: Language, *, continued: bool) -> str:
    said = t.year(date) or t("No year is known")
    said = escape(said[:1].upper() + said[1:])
    return t("{year} (continued)", year=said) if continued else said


def _entry(
    cited: CitedEvent,
    t: Language,
    plan: _Plan,
    numbers: Numbers,
    cites: dict[int, str],
    *,
    under: str = "",
) -> str:
    event, number = cited.event, numbers.of(cited)
    cites.setdefault(number, _place(cited, t, plan.source))
    words = escape(first_sentences(words_of(event), plan.words))
    told = [f"- {label(_shortened(event, plan.written), under, t)} — {words} [{number}]"]
    if event.actors and plan.people:
        shown = [*event.actors[:_PEOPLE], *(["…"] if len(event.actors) > _PEOPLE else [])]
        names = one_line_markup(", ".join(shown), plan.people)
        told.append(f"-# {t('Who: {names}', names=names)}")
    if event.differs and plan.remark:
        said = one_line_markup(t.say(event.differs), plan.remark)
        told.append(f"-# {t('Told otherwise elsewhere. {how}', how=said)}")
    return "\n".join(told)


def _place(cited: CitedEvent, t: Language, limit: int) -> str:
    """Markup that says where an entry stands."""
    if limit >= _WHOLE_PLACE:
        return where(cited.source, cited.event.locator, t, limit)
    return one_line_markup(f"{cited.source.title}, {t.place(cited.event.locator)}", limit)


def _shortened(event: Event, written: int) -> Event:
    if len(event.as_written) <= written:
        return event
    return replace(event, as_written=one_line_of(event.as_written, written))


def _nearest(
    timeline: Timeline, t: Language, plan: _Plan, numbers: Numbers, cites: dict[int, str]
) -> Iterator[str]:
    """What stands on a page without an entry: the nearest ones there are."""
    yield t("There is no entry for that.")
    around = (
        (t("The nearest before that time:"), timeline.before),
        (t("The nearest after that time:"), timeline.after),
    )
    for said, cited in around:
        if cited is not None:
            yield f"{said}\n{_entry(cited, t, plan, numbers, cites)}"


def _foot(timeline: Timeline, t: Language, showing: Showing | None) -> Iterator[str]:
    """Quiet lines: what the timeline holds, and what was asked, so that a press can read it."""
    covers, number = one_line_markup(t.say(timeline.covers), 300), timeline.generation
    yield f"-# {t('{covers} Index {number}.', covers=covers, number=number)}"
    if showing is None:
        return
    if showing.shared_by:
        yield f"-# {t('Shared by {name}.', name=one_line_markup(showing.shared_by, 40))}"
    if showing.anew:
        yield f"-# {t('The documents were indexed anew since this was asked.')}"
    if not showing.asked.kept:
        yield f"-# {t('What was asked is too long to be taken up again by a button.')}"
    if lines := showing.asked.lines():
        yield lines


# ---------------------------------------------------------------- buttons


def _buttons(timeline: Timeline, t: Language, showing: Showing, cut: _Cut) -> list[Block]:
    rows: list[Block] = []
    if showing.asked.kept:
        rows += [
            Row(tuple(_turns(timeline, t, showing, cut))),
            *_others(timeline, t, showing, cut),
            *_picker(timeline, t, showing, cut),
        ]
    files = showing.asked.kept and bool(cut.entries)
    return [*rows, _rare(timeline, t, showing, files=files)]


def _turns(timeline: Timeline, t: Language, showing: Showing, cut: _Cut) -> Iterator[Button]:
    """Through the pages, and through time."""
    ids = (showing.owner, timeline.generation)
    if cut.pages > 1:
        page = cut.page
        yield Button(t("Previous page"), press_id("tlpage", page - 1, *ids), disabled=page == 1)
        yield Button(t("Next page"), press_id("tlpage", page + 1, *ids), disabled=page == cut.pages)
    if showing.asked.question:
        return
    if timeline.when and timeline.before:
        earlier = beside(timeline.when, timeline.before.event.date, later=False)
        said = t("Earlier: {time}", time=t.date(earlier))
        yield Button(said, press_id("tlmove", as_argument(earlier), *ids))
    if timeline.when and timeline.after:
        later = beside(timeline.when, timeline.after.event.date, later=True)
        said = t("Later: {time}", time=t.date(later))
        yield Button(said, press_id("tlmove", as_argument(later), *ids))
    yield Button(t("Jump to a date"), press_id("tljump", *ids))


def _others(timeline: Timeline, t: Language, showing: Showing, cut: _Cut) -> Iterator[Row]:
    buttons = []
    if cut.entries:
        buttons.append(
            Button(t("Picture"), press_id("tlpicture", showing.owner, timeline.generation))
        )
    if showing.private:
        buttons.append(_share(cut.page, timeline, t, showing))
    if buttons:
        yield Row(tuple(buttons))


def _share(what: int | str, timeline: Timeline, t: Language, showing: Showing) -> Button:
    """Shows a page, or the picture, to all in the channel."""
    return Button(t("Share"), press_id("tlshare", what, showing.owner, timeline.generation))


def _rare(timeline: Timeline, t: Language, showing: Showing, *, files: bool) -> Row:
    """The menu of what is needed now and then; nothing where none of it is."""
    options = tuple(_options(t, showing, files=files))
    if files:
        said = t("Files and more")
    elif showing.private:
        said = t("More: report")
    else:
        said = t("More: report, delete") if showing.feedback else t("More: delete")
    return Row((Menu(press_id(MENU, showing.owner, timeline.generation), said, options),))


def _options(t: Language, showing: Showing, *, files: bool) -> Iterator[Option]:
    if files:
        yield Option(t("Spreadsheet (CSV)"), "tlfile.csv", t("All entries, a row each"))
        yield Option(t("Calendar (ICS)"), "tlfile.ics", t("The entries known to the day"))
        yield Option(t("Data (JSON)"), "tlfile.json", t("All entries with their places"))
        yield Option(t("TimelineJS (JSON)"), "tlfile.timelinejs", t("For an interactive timeline"))
        yield Option(
            t("Web page (HTML)"), "tlfile.html", t("To read and to print, with no network")
        )
    if showing.feedback:
        yield Option(t("Report a problem"), "report", t("Tell the curators what is wrong"))
    if not showing.private:
        yield Option(t("Delete"), "delete", t("For the person who asked, and moderators"))


def beside(asked: HistoricDate, near: HistoricDate, *, later: bool) -> HistoricDate:
    """The time to ask for next, before or after ``asked``: it holds the nearest event, ``near``.

    A single day, month, year, decade or century leads to another one; every other time to all that
    lies before or after it.
    """
    day = near.earliest if later else near.latest
    year, month, _ = civil(day)
    plain = not set(asked.edtf) & set("/~?%") and FIRST_DAY < day < LAST_DAY
    if plain and asked.precision is Precision.DAY:
        return from_edtf(day_to_iso(day))
    if plain and asked.precision is Precision.MONTH:
        return from_edtf(f"{year_to_iso(year)}-{month:02}")
    if plain and year > 0 and asked.precision in _SIZES:
        cut, rest = _SIZES[asked.precision]
        return from_edtf(year_to_iso(year)[: 4 - cut] + rest)
    if later:
        return from_edtf(f"{day_to_iso(asked.latest + 1)}/..")
    return from_edtf(f"../{day_to_iso(asked.earliest - 1)}")


def as_argument(date: HistoricDate) -> str:
    """A date as an argument of an id; `from_argument` gives it back."""
    return date.edtf.replace("/", "_")


def from_argument(argument: str) -> str:
    """EDTF, which `parse_when` reads, unless somebody made up the argument."""
    return argument.replace("_", "/")


# ---------------------------------------------------------------- choosing a year


def _picker(timeline: Timeline, t: Language, showing: Showing, cut: _Cut) -> Iterator[Row]:
    """A menu of the years in which entries begin, or of what is more or less than years."""
    if showing.asked.question:
        return
    begun = count_beginnings(timeline.events or timeline.possible_events)
    periods = list(_periods(begun, months=cut.pages > 1))
    if len(periods) < 2:
        return
    options = tuple(
        Option(t.date(date), date.edtf, t.n("{count} entry", "{count} entries", count))
        for date, count in reversed(periods)
    )
    months = periods[0][0].precision is Precision.MONTH
    said = t("Choose a month") if months else t("Choose a year")
    yield Row((Menu(press_id("tlyear", showing.owner, timeline.generation), said, options),))


def _periods(
    begun: Mapping[tuple[int, int], int], *, months: bool
) -> Iterator[tuple[HistoricDate, int]]:
    """Years in which entries begin, with how many, in order; decades or ranges of many years.

    ``begun`` are how many begin in which year and month. Of a single year its months, if they are
    wanted.
    """
    years: Counter[int] = Counter()
    for (year, _), count in begun.items():
        years[year] += count
    if len(years) == 1 and months:
        for (year, month), count in sorted(begun.items()):
            if month:
                yield from_edtf(f"{year_to_iso(year)}-{month:02}"), count
    elif len(years) <= OPTIONS:
        for year in sorted(years):
            yield from_edtf(year_to_iso(year)), years[year]
    else:
        yield from _many_years(years)


def _many_years(years: Counter[int]) -> Iterator[tuple[HistoricDate, int]]:
    """Decades; where these are too many as well, ranges of years, as many in each as in any other."""
    ordered = sorted(years)
    decades = {year // 10 for year in ordered}
    if ordered[0] > 0 and len(decades) <= OPTIONS:
        for decade, group in groupby(ordered, key=lambda year: year // 10):
            yield from_edtf(f"{decade:03}X"), sum(years[year] for year in group)
        return
    for n in range(OPTIONS):
        part = ordered[n * len(ordered) // OPTIONS : (n + 1) * len(ordered) // OPTIONS]
        ends = "/".join(dict.fromkeys((year_to_iso(part[0]), year_to_iso(part[-1]))))
        yield from_edtf(ends), sum(years[year] for year in part)
