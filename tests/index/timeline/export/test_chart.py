"""The timeline as a picture."""

from __future__ import annotations

import random
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from index.dates.edtf import day_to_iso, from_edtf
from index.model import Locator, Timeline
from index.timeline.export import chart
from index.timeline.export.chart import HEIGHT, SMALLEST, WIDTH, Layout, describe, layout, to_png
from tests.index.timeline.export.made import cited, timeline

PLACE = Locator("log", (), 0, 1)


def many(number: int, first: int, last: int, *, documents: int = 1) -> Timeline:
    """Events of every kind, the same at every call."""
    chance = random.Random(number)
    events = []
    for count in range(number):
        day = day_to_iso(chance.randint(first, last))
        edtf = chance.choice([day, day, day, day[:7], day[:4], day + "~", f"{day}/.."])
        name = f"log{chance.randrange(documents)}"
        text = " ".join(chance.choices("the lamp burns while Ostmark sleeps".split(), k=9))
        events.append(cited(edtf, text, id=f"e{count}", source=name, title=f"Volume {name}"))
    return timeline(*events)


CASES = {
    "nothing": timeline(),
    "one": timeline(cited("1890-03-26", "The Kestrel leaves.")),
    "before our era": timeline(
        cited("-0043-03-15"), cited("-04XX", id="e2"), cited("2022?", id="e3")
    ),
    "ranges": timeline(
        cited("1890-05-20/1890-05-22"),
        cited("1885/1895", id="e2"),
        cited("../1888", id="e3"),
        cited("1892-06-02/..", id="e4"),
        cited("1890~", id="e5"),
    ),
    "a few": many(22, 700_000, 720_000, documents=2),
    "a year": many(300, 737_791, 738_155, documents=3),
    "centuries": many(2000, 400_000, 738_155, documents=7),
    "long words": timeline(*(cited(f"20{n}", "W" * 5000, id=f"e{n}") for n in range(10, 18))),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Timeline:
    return CASES[request.param]


def said(placed: Layout) -> list[str]:
    return [words.text for words in placed.words]


def rendered(placed: Layout) -> list[tuple[Any, Any]]:
    """Every text of the figure with its extent in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = chart.draw(placed, chart.DARK)
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [(text, text.get_window_extent(renderer)) for text in figure.texts if text.get_text()]


def test_it_is_a_png_of_the_size_that_discord_shows(case: Timeline) -> None:
    """The picture is a PNG as wide as promised and not higher, far below Discord's limit."""
    image = to_png(case, title="Ostmark")
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", image[16:24])
    assert width == WIDTH
    assert 100 < height <= HEIGHT
    assert len(image) < 1_000_000


def test_names_do_not_overlap(case: Timeline) -> None:
    """No two labels of events meet, nor any label and another event's mark."""
    placed = layout(case, title="Ostmark")
    for number, box in enumerate(placed.labels):
        assert not any(box.meets(other) for other in placed.labels[:number])
        for position, mark in enumerate(placed.marks):
            if position != number and abs(mark.y - (box.top + box.bottom) / 2) < 1:
                assert mark.right <= box.left or box.right <= mark.left


def test_texts_do_not_overlap_as_they_are_drawn(case: Timeline) -> None:
    """No two texts of the picture meet when they are measured after drawing."""
    boxes = [extent for _, extent in rendered(layout(case, title="Ostmark"))]
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            down = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across <= 1 or down <= 1


def test_texts_stay_in_the_picture(case: Timeline) -> None:
    """No text is cut off at an edge."""
    placed = layout(case, title="A title " * 40)
    for text, extent in rendered(placed):
        assert extent.x0 >= 0, text
        assert extent.x1 <= WIDTH, text
        assert extent.y0 >= 0, text
        assert extent.y1 <= placed.height, text


def test_letters_are_large_enough_for_half_the_width(case: Timeline) -> None:
    """No text is smaller than what can be read when the picture is halved."""
    assert all(words.size >= SMALLEST for words in layout(case, title="Ostmark").words)


@pytest.mark.parametrize("name", ["one", "ranges", "a year"])
def test_the_same_timeline_gives_the_same_bytes(name: str) -> None:
    """Two calls give equal bytes, and the two themes different ones."""
    image = to_png(CASES[name], title="Ostmark")
    assert image == to_png(CASES[name], title="Ostmark")
    assert image != to_png(CASES[name], title="Ostmark", dark=False)


def test_threads_do_not_disturb_each_other() -> None:
    """Pictures that are made at the same time are those made one by one."""
    names = ["one", "ranges", "a few", "before our era"] * 2
    alone = [to_png(CASES[name], title=name) for name in names]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda name: to_png(CASES[name], title=name), names)) == alone


def test_a_few_events_are_all_named() -> None:
    """What fits is drawn whole, and nothing is said of what is missing."""
    placed = layout(CASES["ranges"], title="Ostmark")
    assert len(placed.labels) == len(placed.marks) == 5
    assert "5 events" in said(placed)
    assert not placed.bars


def test_many_events_become_bars_and_the_rest_is_counted() -> None:
    """The picture says how many events it does not name."""
    placed = layout(CASES["a year"], title="Ostmark")
    assert placed.bars
    assert 0 < placed.named < 30
    assert f"300 events, {300 - placed.named} not drawn by name" in said(placed)


def test_what_is_told_most_often_is_named() -> None:
    """Of many events, one that other accounts tell too has its name."""
    plain = [cited(f"1850-01-{1 + n % 28:02}", "Dull.", id=f"e{n}") for n in range(200)]
    told = cited("1850-01-09", "The great fire.", id="fire", also=(PLACE,), same_as=("x", "y"))
    assert "The great fire." in said(layout(timeline(*plain, told), title="Ostmark"))


def test_events_of_the_dates_asked_for_are_named_before_possible_ones() -> None:
    """Where not all have room, what surely falls on the dates asked for has its name."""
    sure = (cited("2022-07-10", "The one that counts.", id="sure", overlap="certain"),)
    perhaps = tuple(
        cited("2022", f"Number {n}.", id=f"e{n}", also=(PLACE,), overlap="possible")
        for n in range(40)
    )
    asked = from_edtf("2022-07")
    placed = layout(Timeline(sure, perhaps, asked, "July 2022", "", 1), title="July 2022")
    assert "The one that counts." in said(placed)
    line = next(text for text in said(placed) if text.startswith("41 events, 40 of them only"))
    assert line.endswith(f"{41 - placed.named} not drawn by name")


def test_unsure_dates_are_drawn_as_such() -> None:
    """Only what the picture shows is explained: unknown days, approximate, open and inferred ones."""
    shown = timeline(
        cited("1890"),
        cited("1891~", id="e2"),
        cited("1892/..", id="e3"),
        cited("1890-02-03", id="e4", inferred_from="the heading “1890”"),
    )
    placed = layout(shown, title="Ostmark")
    assert [kind for kind, *_ in placed.swatches] == ["hollow", "dashed", "arrow", "star"]
    assert "3 Feb 1890*" in said(placed)
    assert [mark.inferred for mark in placed.marks] == [False, True, False, False]
    assert not layout(CASES["one"], title="Ostmark").swatches


@pytest.mark.parametrize(("documents", "colours"), [(2, 2), (6, 6), (7, 1)])
def test_documents_have_colours_while_they_can_be_told_apart(documents: int, colours: int) -> None:
    """Up to six documents have a colour each and stand in the key; more share one."""
    events = [
        cited(f"19{10 + n}", id=f"e{n}", source=f"log{n}", title=f"Volume {n}")
        for n in range(documents)
    ]
    placed = layout(timeline(*events), title="Ostmark")
    assert len({mark.colour for mark in placed.marks}) == colours
    assert ("Volume 0" in said(placed)) is (colours > 1)


def test_dollars_and_backslashes_are_letters() -> None:
    """Words of documents are never taken for formulas."""
    words = r"$x^2$ \frac{1}{2} $\unknown{$"
    placed = layout(timeline(cited("2021", words)), title=words)
    assert said(placed).count(words) == 2
    assert all(not text.get_parse_math() for text, _ in rendered(placed))
    assert to_png(timeline(cited("2021", words)), title=words)


def test_control_characters_and_turns_of_direction_are_not_drawn() -> None:
    """What could reorder or break the picture is taken out of its words."""
    placed = layout(timeline(cited("2021", "a\u202egnp\x00.exe\n\tb")), title="x\x07y")
    assert "agnp�.exe b" in said(placed)
    assert "x�y" in said(placed)


@pytest.mark.parametrize(
    "words", ["တပ်မတော်က အာဏာသိမ်း", "外交部发言人发表谈话", "زيارة الوفد", "🚢", "𒀀𒀁", "\ufffe\ue000"]
)
def test_no_script_is_too_much(words: str) -> None:
    """Letters that no font has give no warning and no empty boxes, only a picture."""
    assert to_png(timeline(cited("2021", words)), title=words)


def test_letters_without_a_font_are_named_by_their_script() -> None:
    """Where no font has any of an event's letters, the picture says which script they are of."""
    pen = chart._Pen("the capital")
    assert pen.drawable("the 外交 capital") == "the … capital"
    assert pen.drawable("ဗမာ ဗမာ") == "(in Myanmar letters, no font)"


def test_cut_words_keep_their_marks() -> None:
    """A cut never parts a letter from the marks that belong to it."""
    word = "ကို" * 20
    assert chart._cut_words(word, 8).removesuffix("…") == "ကို" * 2


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "A timeline without events."),
        (
            [cited("1890-03-26", "The Kestrel leaves.")],
            "A timeline of one event: 26 March 1890. The first: 26 March 1890, "
            "“The Kestrel leaves.”",
        ),
        (
            [
                cited("1888/..", "The pier stands"),
                cited("1890-03-26", "She leaves", id="e2"),
                cited("1890-07", "She returns!", id="e3"),
                cited("1892", "She is sold", id="e4"),
            ],
            "A timeline of 4 events: 26 March 1890 to 1892, and 1 with an open end. "
            "The first: since 1888, “The pier stands”. The last: 1892, “She is sold”.",
        ),
    ],
)
def test_describe(events: list[Any], expected: str) -> None:
    """The alternative text tells how many events, from when to when, the first and the last."""
    assert describe(timeline(*events)) == expected


def test_describe_names_the_fullest_period() -> None:
    """The alternative text tells where most events lie, and fits Discord's limit."""
    text = describe(CASES["a year"])
    assert "The fullest period is " in text
    assert len(describe(CASES["long words"])) <= 1000
