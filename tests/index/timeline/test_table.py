"""Look-ups by date over all events at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.dates.edtf import civil, from_edtf, sort_key
from index.model import Event, HistoricDate, Locator, Overlap, Precision, Span
from index.timeline.table import EventTable

_YEARS = ("-0043", "0000", "0001", "1788", "1999", "2000", "2023")
_MONTHS = ("01", "02", "06", "11", "12")


def _single() -> st.SearchStrategy[str]:
    year, month = st.sampled_from(_YEARS), st.sampled_from(_MONTHS)
    day = st.sampled_from(("01", "15", "28"))
    return st.one_of(
        year,
        st.builds("{}-{}".format, year, month),
        st.builds("{}-{}-{}".format, year, month, day),
        st.builds("{}-{}".format, year, st.sampled_from(("21", "24"))),
        st.just("2000-02-29"),
        st.just("195X"),
        st.just("2023-06~"),
    )


def _date(written: str) -> HistoricDate | None:
    try:
        return from_edtf(written)
    except ValueError:
        return None  # it ends before it begins


dates = st.one_of(
    _single(),
    st.builds("{}/..".format, _single()),
    st.builds("../{}".format, _single()),
    st.builds("{}/{}".format, _single(), _single()),
).map(_date)
known_dates = dates.filter(lambda date: date is not None)
some_dates = st.lists(known_dates, max_size=12)
days = st.tuples(st.sampled_from((1, 2, 6, 12)), st.sampled_from((0, 1, 15, 29, 31)))


def event(date: HistoricDate, document: str = "log", start: int = 0) -> Event:
    place = Locator(document, (), start, start + 9)
    return Event("e", date, "", "", place, f"{document}-{start}")


def table(dates: list[HistoricDate]) -> EventTable:
    return EventTable.of([event(date) for date in dates], {"log": 0}, {"log-0": 7}.get)


def falls_on(date: HistoricDate, month: int, day: int) -> Overlap | None:
    """How a date falls on a day of any year, told from each of its days."""
    length = date.latest - date.earliest
    if length > 31 and date.precision is not Precision.DAY:
        return None
    if length > 366:
        return "certain" if date.end else None
    held = [civil(n)[1:] for n in range(date.earliest, date.latest + 1)]
    fitting = [found for found in held if found[0] == month and day in (0, found[1])]
    if not fitting:
        return None
    sure = date.precision is Precision.DAY or len(fitting) == len(held)
    return "certain" if sure else "possible"


@given(some_dates, known_dates)
def test_events_of_a_time_are_those_whose_dates_overlap_it(
    dates: list[HistoricDate], asked: HistoricDate
) -> None:
    """An event falls in a time exactly as its date overlaps it, and as surely."""
    expected = {n: date.overlap(asked.earliest, asked.latest) for n, date in enumerate(dates)}
    found = table(dates).happened([asked])
    assert dict(found) == {n: overlap for n, overlap in expected.items() if overlap}


@given(some_dates, days)
def test_events_of_a_day_of_every_year(dates: list[HistoricDate], day: tuple[int, int]) -> None:
    """An event falls on a day, or in a month, of every year as one of its own days does."""
    expected = {n: falls_on(date, *day) for n, date in enumerate(dates)}
    found = table(dates).happened([], [day])
    assert dict(found) == {n: overlap for n, overlap in expected.items() if overlap}


@given(some_dates, st.lists(known_dates, max_size=3), st.lists(days, max_size=2))
def test_an_event_of_one_of_several_times_is_found_once(
    dates: list[HistoricDate], asked: list[HistoricDate], recurring: list[tuple[int, int]]
) -> None:
    """Of several times an event falls in any, surely if it surely falls in one of them."""
    expected: dict[int, Overlap] = {}
    for n, date in enumerate(dates):
        overlaps = {date.overlap(one.earliest, one.latest) for one in asked}
        overlaps |= {falls_on(date, *day) for day in recurring}
        if overlaps - {None}:
            expected[n] = "certain" if "certain" in overlaps else "possible"
    assert dict(table(dates).happened(asked, recurring)) == expected


@given(some_dates)
def test_events_stand_in_order_of_time(dates: list[HistoricDate]) -> None:
    """Events come by earliest day, then coarser precision, then corpus order."""
    made = table(dates)
    positions = made.in_order(made.happened([from_edtf("-0100/2100")]).positions).tolist()
    assert positions == sorted(positions, key=lambda n: (*sort_key(dates[n]), n))


def test_a_document_limits_what_is_found() -> None:
    """With a document only its events are found."""
    events = [event(from_edtf("1890"), name, n) for n, name in enumerate(("log", "diary", "log"))]
    made = EventTable.of(events, {"diary": 0, "log": 1}, {}.get)
    assert list(made.happened([from_edtf("1890")], document=1)) == [0, 2]
    assert list(made.happened([from_edtf("1890")], document=-1)) == []


def test_what_happened_is_a_mapping() -> None:
    """What happened tells by position, as a dict would, how surely; `among` keeps what is allowed."""
    made = table([from_edtf("1890-05"), from_edtf("1890-05-02"), from_edtf("1891")])
    found = made.happened([from_edtf("1890-05-02")])
    assert dict(found.items()) == {0: "possible", 1: "certain"}
    assert (found[1], 2 in found, len(found)) == ("certain", False, 2)
    assert ("certain" in found.values(), "possible" in found.values()) == (True, True)
    kept = found.among(made.earliest == made.latest)
    assert list(kept.items()) == [(1, "certain")]
    assert "possible" not in kept.values()
    assert (found.certain.tolist(), found.possible.tolist()) == ([1], [0])


def test_open_ends_have_no_span() -> None:
    """The span of events goes from the first to the last day that is told; open ends are none."""
    made = table([from_edtf("1890/.."), from_edtf("../1890-02"), from_edtf("1891-03-04")])
    last = from_edtf("1891-03-04").latest
    assert made.span() == Span(from_edtf("1890").earliest, last)
    assert table([from_edtf("1890/..")]).span() is None
    assert table([]).span() is None


def test_the_nearest_events_around_a_time() -> None:
    """Around a time stand the event that ends last before it and the first that begins after it."""
    names = ("1880", "1884-05", "1884", "1890", "1896/1899", "1895")
    made = table([from_edtf(name) for name in names])
    around = made.around(from_edtf("1890"), made.happened([from_edtf("1800/1900")]).positions)
    assert around == (2, 5)
    assert made.around(from_edtf("1700"), made.happened([from_edtf("1880")]).positions) == (None, 0)
