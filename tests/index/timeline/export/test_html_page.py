"""The timeline as one HTML page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from index.dates.edtf import from_edtf
from index.model import Locator, Timeline
from index.timeline.export.html_page import to_html
from tests.index.timeline.export.browser import Browser, browser
from tests.index.timeline.export.made import cited, timeline

NASTY = (
    "</script><script>document.title='acted'</script><img src=x onerror=\"document.title='acted'\">"
    "\" onload='x' <!-- <svg/onload=alert(1)> &amp; \u202egnp.exe \x00\x1b\ud800 " + "W" * 10_000
)
VOID = {"meta", "link", "input", "br", "wbr"}
LOG = cited(
    "1853-03-04", "March 4: Ada Brandt lights the lamp.", id="e1", as_written="March 4",
    inferred_from="the heading “1853”", actors=("Ada Brandt", "Tomas Reed"), places=("Ostmark",),
    same_as=("e2", "gone"), differs="“Annals” names another keeper.", also=(Locator("log", (), 0, 1),),
)  # fmt: skip
ANNALS = cited(
    "1853-03-05", "The lamp was lit by Ilse Varga.", id="e2", passage="p2", source="annals",
    title="Annals", headline="First light", edited=True, same_as=("e1",), actors=("Ilse Varga",),
)  # fmt: skip
DOUBTED = cited(
    "1853~", "About then the pier was built.", id="e3", passage="p3", overlap="possible"
)
SHOWN = Timeline(
    (LOG, ANNALS), (DOUBTED,), from_edtf("1853"), "1853", "The timeline holds 9 events.", 4
)
PASSAGES = {
    "p1": "1853\n\n  March 4: Ada Brandt lights the lamp.\r\nRain.",
    "p2": "The lamp was lit by Ilse Varga.",
    "p3": "Mud & <stones>. About then the pier was built.",
}


class Read(HTMLParser):
    """A page as a program reads it: fails where an element is left open or closed twice."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self._open), data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, *inside: str) -> str:
        """The words that stand in all of these elements, as they would be read."""
        return "".join(data for path, data in self.texts if set(inside) <= set(path))


def page(shown: Timeline = SHOWN, passages: dict[str, str] = PASSAGES, title: str = "Lamps") -> str:
    return to_html(shown, passages, title=title)


def words(html: str) -> str:
    return " ".join(Read(html).text("main").split())


def many(number: int) -> tuple[Timeline, dict[str, str]]:
    events = [
        cited(f"{1500 + n % 500}-0{1 + n % 9}-11", f"Event number {n} of the harbour.",
              id=f"e{n}", passage=f"p{n}", actors=(f"Keeper {n % 40}",))
        for n in range(number)
    ]  # fmt: skip
    return timeline(*events), {c.event.passage: f"Once. {c.event.text} So." for c in events}


def test_the_page_is_whole() -> None:
    """Every element is closed, every id stands once, every link within the page leads somewhere."""
    read = Read(page())
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [a["href"].removeprefix("#") for a in read.all("a") if a["href"].startswith("#")]
    assert set(targets) <= set(ids)
    for _, attributes in read.elements:
        for name in ("aria-labelledby", "for"):
            assert set(attributes.get(name, "").split()) <= set(ids)


def test_only_its_own_style_and_script_may_act() -> None:
    """The policy forbids everything but the page's one style and one script, named by their hashes."""
    html = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        found = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_nothing_is_fetched() -> None:
    """The page names no file, font or picture that lies elsewhere."""
    read = Read(page())
    assert not any("src" in attributes or "style" in attributes for _, attributes in read.elements)
    assert not read.all("link")
    assert "url(" not in page()
    assert "@import" not in page()


def test_nothing_of_a_document_acts() -> None:
    """Hostile words anywhere are text: no element, no attribute and no id comes from them."""
    hostile = cited(
        "2021-02-03", NASTY, as_written=NASTY, title=NASTY, line=NASTY, headline=NASTY,
        actors=(NASTY,), places=(NASTY,), inferred_from=NASTY, differs=NASTY,
    )  # fmt: skip
    shown = Timeline((hostile,), (), None, NASTY, NASTY, 1)
    harmless = cited(
        "2021-02-03", "x", as_written="x", title="x", line="x", headline="x",
        actors=("x",), places=("x",), inferred_from="x", differs="x",
    )  # fmt: skip
    plain = Timeline((harmless,), (), None, "x", "x", 1)
    html = page(shown, {"p1": NASTY}, NASTY)
    html.encode()
    assert "\x00" not in html
    structure = [tag for tag, _ in Read(html).elements if tag != "wbr"]
    assert structure == [tag for tag, _ in Read(page(plain, {"p1": "x"}, "x")).elements]


def test_passages_stand_verbatim() -> None:
    """A quoted passage is its text, line breaks and blanks included."""
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page(), re.DOTALL)
    assert [Read(f"<p>{quote}</p>").text("p") for quote in quotes] == [
        PASSAGES["p3"], PASSAGES["p1"], PASSAGES["p2"],
    ]  # fmt: skip
    assert "<mark>About then the pier was built.</mark>" in quotes[0]
    assert "<mark>" not in quotes[2]


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2021-02-03", '<time datetime="2021-02-03">3 February 2021</time>'),
        ("2021-02", '<time datetime="2021-02">February 2021</time>'),
        ("0079", '<time datetime="0079">'),
        ("2021~", None),
        ("2021-22", None),
        ("195X", None),
        ("19XX", None),
        ("0000", None),
        ("-0043-03-15", None),
        ("2021-02/2021-03", None),
        ("2021/..", None),
    ],
)
def test_machine_dates_only_where_html_has_them(edtf: str, expected: str | None) -> None:
    """A day, month or year of our era is a `time` element; everything else is words only."""
    html = page(timeline(cited(edtf)), {})
    if expected is None:
        assert "<time" not in html
    else:
        assert expected in html


@pytest.mark.parametrize(
    "expected",
    [
        "written “March 4”",
        "Part of the date is inferred from the heading “1853”.",
        "1 other sentence of this document tells it too.",
        "Told elsewhere too: 5 March 1853, Annals; 1 account not on this page.",
        "The accounts differ: “Annals” names another keeper.",
        "People and bodies: Ada Brandt, Tomas Reed",
        "Places: Ostmark",
        "First light",
        "Changed or added by the owner of the documents.",
        "The date is approximate.",
        "Possibly in the dates asked for (1853), not surely.",
    ],
)
def test_what_is_known_of_an_event_is_said_in_words(expected: str) -> None:
    """How sure a date is and what other accounts say stands on the page in words."""
    assert expected in words(page())


def test_accounts_of_one_happening_are_linked() -> None:
    """An event told elsewhere links to the other account, and every entry to its passage and back."""
    html = page()
    first = html[html.index('<li class="entry d0" id="e1"') :]
    first = first[: first.index("</li>\n<li")]
    assert 'href="#e2"' in first
    assert 'href="#p-p1"' in first
    assert '<figure class="passage" id="p-p1">' in html
    assert '<p>Events: <a href="#e1">' in html


def test_an_event_without_its_passage_has_no_link_to_it() -> None:
    """Where a passage's text is missing, the place is named and not linked."""
    html = page(timeline(cited("1853", line="Log, p. 3")), {})
    assert "Source: <bdi>Log, p. 3</bdi>" in html
    assert "the-passages" not in html


def test_events_stand_in_the_order_of_time_below_their_years() -> None:
    """Certain and possible events share one list: earliest day, then coarser precision."""
    shown = timeline(
        cited("../1700", id="a"), cited("-0043", id="b"), cited("18XX", id="c"),
        cited("1853-03-04", id="d"), cited("1853-12-24", id="e"),
        possible=(cited("185X", id="f"), cited("1853", id="g", overlap="possible")),
    )  # fmt: skip
    html = page(shown, {})
    heads = re.findall(r"<h3[^>]*>(.*?)</h3>", html)
    assert heads == ["No known beginning", "44 BCE", "The 19th century", "The 1850s", "1853"]
    assert re.findall(r'<li class="entry[^"]*" id="(\w)"', html) == list("abcfgde")


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1&c=2", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[", False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str, linked: bool) -> None:
    """A document's address is a link when it leads to the web, and words otherwise."""
    from dataclasses import replace

    event = cited("1853")
    event = replace(event, source=replace(event.source, url=url))
    links = [a["href"] for a in Read(page(timeline(event), {})).all("a")]
    assert (url in links) is linked
    assert url in words(page(timeline(event), {}))


def test_the_overview_is_described() -> None:
    """The drawing is one image with a title and a description for those who can't see it."""
    read = Read(page())
    drawings = [svg for svg in read.all("svg") if svg.get("role") == "img"]
    assert len(drawings) == 2
    assert "A timeline of 3 events: about 1853" in read.text("svg", "desc")
    assert all(svg.get("aria-hidden") == "true" for svg in read.all("svg") if svg not in drawings)


def test_many_events_are_counted_in_the_overview() -> None:
    """The overview of thousands of events has bars, so that its size stays the same."""
    shown, passages = many(3000)
    html = page(shown, passages)
    assert html.count("data-e=") == 0
    assert html.count("<rect") < 400
    assert len(html) < 3000 * 1200


def test_the_same_timeline_gives_the_same_page() -> None:
    """Two calls give equal pages."""
    assert page() == page()


def test_no_events_make_a_page_too() -> None:
    """A timeline without events is a page that says so."""
    assert "No event fits what was asked." in Read(page(timeline(), {})).text("header")


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def show(tab: Browser, folder: Path, html: str, query: str = "") -> None:
    file = folder / "page.html"
    file.write_text(html, "utf-8", newline="")
    tab.open(file, query)


def entries(tab: Browser) -> list[str]:
    found: list[str] = tab.run(
        "[...document.querySelectorAll('.entry')].filter(e => e.checkVisibility()).map(e => e.id)"
    )
    return found


def choose(tab: Browser, field: str, value: str) -> str:
    """Set a field of the filter as a person would, and wait for the count."""
    count: str = tab.run(f"""(async () => {{
        const field = document.getElementById("by-{field}");
        field.value = {value!r};
        field.dispatchEvent(new Event("input", {{bubbles: true}}));
        await new Promise((done) => setTimeout(done, 400));
        return document.getElementById("the-count").textContent;
    }})()""")
    return count


chromium = pytest.mark.chromium
slow = pytest.mark.slow


@chromium
@slow
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_loads_in_silence(tab: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    """Without a network the page loads with nothing on the console, fetches nothing, and fits."""
    tab.look(width=width, dark=dark)
    show(tab, tmp_path, page())
    assert tab.problems == []
    assert [url for url in tab.requests if not url.startswith("file:")] == []
    assert tab.run("document.documentElement.scrollWidth") == width
    assert entries(tab) == ["e3", "e1", "e2"]


@chromium
@slow
def test_hostile_words_neither_act_nor_break_the_layout(tab: Browser, tmp_path: Path) -> None:
    """The page of a hostile document runs none of it and needs no sideways scrolling on a phone."""
    hostile = [
        cited(f"202{n}-02-03", NASTY, id=f"e{n}", title=NASTY, source=f"s{n}", line=NASTY,
              as_written=NASTY, headline=NASTY, actors=(NASTY,), places=(NASTY,), differs=NASTY)
        for n in range(2)
    ]  # fmt: skip
    tab.look(width=360)
    show(tab, tmp_path, page(timeline(*hostile), {"p1": NASTY}, NASTY))
    assert tab.problems == []
    assert tab.run("document.title") != "acted"
    assert tab.run("document.documentElement.scrollWidth") == 360
    assert tab.run("document.querySelectorAll('img, script').length") == 1


@chromium
@slow
def test_the_policy_holds(tab: Browser, tmp_path: Path) -> None:
    """A script, a style or a picture that got onto the page would be refused."""
    show(tab, tmp_path, page())
    tab.run("""(() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'acted'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>x</p>");
        const picture = new Image();
        picture.src = "https://example.org/x.png";
        document.body.append(picture);
    })()""")
    assert tab.run("new Promise((done) => setTimeout(() => done(document.title), 200))") != "acted"
    assert sum("Content Security Policy" in problem for problem in tab.problems) >= 3


@chromium
@slow
def test_the_filter_shows_what_fits_and_says_how_many(tab: Browser, tmp_path: Path) -> None:
    """Words, document, person and certainty each narrow the list; the count is announced."""
    show(tab, tmp_path, page())
    assert tab.run("document.getElementById('the-count').getAttribute('role')") == "status"
    assert choose(tab, "words", "LÁMP") == "2 of 3 events"
    assert entries(tab) == ["e1", "e2"]
    assert choose(tab, "document", "1") == "1 of 3 events"
    assert entries(tab) == ["e2"]
    assert choose(tab, "words", "pier") == "0 of 3 events"
    assert tab.run("document.getElementById('no-events').checkVisibility()")
    tab.run("document.querySelector('#the-filter button').click()")
    assert entries(tab) == ["e3", "e1", "e2"]
    assert choose(tab, "actor", "2") == "1 of 3 events"
    assert entries(tab) == ["e1"]
    tab.run("document.querySelector('#the-filter button').click()")
    assert choose(tab, "surely", "1") == "2 of 3 events"
    assert tab.problems == []


@chromium
@slow
def test_an_address_holds_the_filter_and_the_entry(tab: Browser, tmp_path: Path) -> None:
    """A filter is kept in the address, and an address of an entry shows it whatever the filter."""
    show(tab, tmp_path, page(), "?words=pier")
    assert entries(tab) == ["e3"]
    tab.run("location.hash = 'e2'")
    assert tab.run("new Promise((done) => setTimeout(() => done(location.search), 200))") == ""
    assert entries(tab) == ["e3", "e1", "e2"]
    show(tab, tmp_path, page(), "?words=rain#e2")
    assert entries(tab) == ["e3", "e1", "e2"]
    assert tab.run("document.querySelector(':target').id") == "e2"
    assert tab.run("document.getElementById('by-words').value") == ""


@chromium
@slow
def test_everything_can_be_reached_by_keyboard(tab: Browser, tmp_path: Path) -> None:
    """Tab goes to the skip link, the filter, the years and every entry, with a visible focus."""
    tab.look(width=1280)
    show(tab, tmp_path, page())
    reached = []
    for _ in range(30):
        tab.press("Tab")
        reached.append(
            tab.run("""(() => {
            const at = document.activeElement;
            const outline = getComputedStyle(at).outlineStyle;
            if (at === document.body) return ["", true];
            return [at.id || at.getAttribute("href") || at.textContent, outline !== "none"];
        })()""")
        )
    names = [name for name, _ in reached]
    wanted = ["#the-events", "by-document", "by-actor", "by-surely", "by-words", "Clear"]
    assert names[:6] == wanted
    assert [n for n in names if n in ("#e1", "#e2", "#e3")][:3] == ["#e3", "#e1", "#e2"]
    assert "#p-p1" in names
    assert all(seen for name, seen in reached if name)


@chromium
@slow
def test_it_works_without_script(tab: Browser, tmp_path: Path) -> None:
    """Without script all events stand on the page, and the filter, which could do nothing, does not."""
    tab.script(on=False)
    try:
        show(tab, tmp_path, page())
        hidden = "getComputedStyle(document.getElementById('the-filter')).display"
        assert tab.run(hidden) == "none"
        assert entries(tab) == ["e3", "e1", "e2"]
    finally:
        tab.script(on=True)


@chromium
@slow
def test_thousands_of_events_stay_usable(tab: Browser, tmp_path: Path) -> None:
    """Five thousand events load, fit and can be filtered."""
    shown, passages = many(5000)
    tab.look(width=360)
    show(tab, tmp_path, page(shown, passages))
    assert tab.problems == []
    assert tab.run("document.documentElement.scrollWidth") == 360
    assert choose(tab, "words", "number 4999 ") == "1 of 5,000 events"
    assert choose(tab, "actor", "7") == "0 of 5,000 events"


@chromium
@slow
def test_it_prints_without_what_paper_cannot_use(tab: Browser, tmp_path: Path) -> None:
    """On paper the filter and the links to years are gone, and all entries are there."""
    show(tab, tmp_path, page())
    tab.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert entries(tab) == ["e3", "e1", "e2"]
        assert not tab.run("document.getElementById('the-filter').checkVisibility()")
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")
