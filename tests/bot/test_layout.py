"""Tests of Discord's limits: whatever a page holds, what is sent fits."""

from __future__ import annotations

import re
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import limits
from bot.ids import press_id
from bot.layout import (
    CHARACTERS,
    Attachment,
    Beside,
    Block,
    Button,
    Menu,
    Option,
    Page,
    Picture,
    Row,
    Rule,
    cut_markup,
    fits,
    to_message,
)
from bot.markup import escape, quote, units
from index.model import Highlight

HOSTILE = "a b*_~`|>#-\\[](){}<@&:/.\n\u202e\u200b\u200d\u0301é🚢🏳️‍🌈🇲🇲@everyone မြန်"

texts = st.text(st.sampled_from(HOSTILE), max_size=60).map(lambda text: text * 40)
buttons = st.builds(
    Button,
    label=st.text(st.sampled_from(HOSTILE), max_size=200),
    press=st.integers(0, 9).map(lambda n: press_id("more", n)),
)
links = st.builds(
    Button,
    label=st.just("Open"),
    url=st.sampled_from(["https://example.org/a", "javascript:x", "https://e.org/" + "a" * 600]),
)
menus = st.builds(
    Menu,
    press=st.integers(0, 3).map(lambda n: press_id("menu", n)),
    placeholder=texts,
    options=st.lists(
        st.builds(Option, label=texts, value=st.integers(0, 30).map(str), description=texts),
        max_size=40,
    ).map(tuple),
)
blocks: st.SearchStrategy[Block] = st.one_of(
    texts,
    st.sampled_from(list(Rule)),
    st.builds(Beside, text=texts, button=buttons),
    st.builds(Row, items=st.lists(buttons | links, min_size=1, max_size=8).map(tuple)),
    st.builds(Row, items=st.tuples(menus)),
    st.just(Picture("map.png", "A map of the harbour " * 100)),
)
pages = st.builds(
    Page,
    blocks=st.lists(blocks, min_size=1, max_size=30).map(tuple),
    files=st.just((Attachment("map.png", b"x", "A map"),)),
)


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every component of a message, at all levels."""
    found = []
    for component in components:
        found.append(component)
        inner = [*component.get("components", ())]
        inner += [component["accessory"]] if "accessory" in component else []
        found += walk(inner)
    return found


def check_pressed(found: list[dict[str, Any]]) -> None:
    """What is pressed keeps to Discord's limits."""
    ids = [one["custom_id"] for one in found if "custom_id" in one]
    assert len(ids) == len(set(ids))
    for one in found:
        if one["type"] == discord.ComponentType.action_row.value:
            assert 1 <= len(one["components"]) <= limits.ROW_BUTTONS
        elif one["type"] == discord.ComponentType.button.value:
            assert 1 <= units(one["label"]) <= limits.LABEL
            assert len(one.get("url", "")) <= limits.URL
        elif one["type"] == discord.ComponentType.string_select.value:
            assert 1 <= len(one["options"]) <= limits.OPTIONS
            assert len({option["value"] for option in one["options"]}) == len(one["options"])
            assert all(units(option["label"]) <= limits.OPTION for option in one["options"])
            assert units(one["placeholder"]) <= limits.PLACEHOLDER


@given(pages)
def test_every_page_can_be_sent_rich(page: Page) -> None:
    """A page goes out that Discord refuses: too many components, too much text, an id twice."""
    made = to_message(page)
    found = walk(made["view"].to_components())
    shown = [one["content"] for one in found if "content" in one]
    assert len(found) <= limits.COMPONENTS
    assert sum(map(units, shown)) <= limits.TEXT
    assert all(text.strip() for text in shown)
    assert len(made["files"]) <= limits.FILES
    check_pressed(found)


@given(pages)
def test_every_page_can_be_sent_plain(page: Page) -> None:
    """A page goes out as text that Discord refuses: too long, too many rows."""
    made = to_message(page, plain=True)
    assert units(made["content"]) <= limits.CONTENT
    said = [embed.description or "" for embed in made["embeds"]]
    assert len(said) <= limits.EMBEDS
    assert all(units(text) <= limits.EMBED_DESCRIPTION for text in said)
    assert sum(map(units, said)) <= limits.EMBEDS_TEXT
    if "view" in made:
        rows = made["view"].to_components()
        assert len(rows) <= limits.ROWS
        check_pressed(walk(rows))


@given(pages, st.booleans())
def test_text_that_does_not_fit_goes_into_a_file_whole(page: Page, plain: bool) -> None:
    """Text is lost where a page is longer than a message."""
    made = to_message(page, plain=plain)
    if plain:
        shown = [made["content"], *(embed.description for embed in made["embeds"])]
    else:
        shown = [one.get("content", "") for one in walk(made["view"].to_components())]
    written = [block.text if isinstance(block, Beside) else block for block in page.blocks]
    written = [text for text in written if isinstance(text, str)]
    told = "\n".join(shown)
    missing = [text for text in written if text.strip() and text not in told]
    if missing:
        attached = next(file for file in made["files"] if file.filename == "more.md")
        whole = attached.fp.read().decode()
        assert all(text in whole for text in missing)


def test_what_is_planned_leaves_room_below_what_discord_allows() -> None:
    """A page that `fits` lets through is over Discord's limits."""
    full: list[Block] = ["x" * CHARACTERS]
    assert fits(full)
    assert not fits([*full, "y"])
    many: list[Block] = [Rule.SPACE] * 35
    assert fits(many)
    assert not fits([*many, Rule.SPACE])


def test_plain_text_keeps_every_button_of_a_page() -> None:
    """Who reads plain text can't press what others can."""
    page = Page(
        (
            Beside("**[1]** quote", Button("Context [1]", press_id("context", "a"))),
            Row((Button("More", press_id("more", 2)),)),
            Row((Menu(press_id("menu"), "Rarely needed", (Option("Why", "why"),)),)),
        )
    )
    rows = to_message(page, plain=True)["view"].to_components()
    ids = [one["custom_id"] for one in walk(rows) if "custom_id" in one]
    assert ids == ["v1:context:a", "v1:more:2", "v1:menu"]


def test_a_file_that_no_picture_shows_is_listed_above_the_buttons() -> None:
    """A file is sent that nothing in the message shows, so that Discord drops it."""
    files = (Attachment("a.bib", b"x"), Attachment("map.png", b"y"))
    row = Row((Button("More", press_id("more", 2)),))
    made = to_message(Page(("text", Picture("map.png", "A map"), row), files=files))
    [container] = made["view"].to_components()
    kinds = [discord.ComponentType(one["type"]).name for one in container["components"]]
    assert kinds == ["text_display", "media_gallery", "file", "action_row"]
    assert container["components"][2]["file"]["url"] == "attachment://a.bib"


def test_editing_a_page_without_files_takes_the_old_files_away() -> None:
    """A picture of the page before stays under the next one."""
    assert to_message(Page(("text",)), edit=True)["attachments"] == []


def test_editing_plain_text_takes_the_old_buttons_away() -> None:
    """Buttons of the page before stay under a page that has none."""
    assert to_message(Page(("text",)), plain=True, edit=True)["view"] is None


@given(
    st.text(st.sampled_from("ab *_\\~é🚢\n"), max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6),
    st.integers(20, 120),
)
def test_cut_markup_closes_what_it_opened(
    text: str, marked: list[tuple[int, int]], limit: int
) -> None:
    """A shortened text leaves bold or underline open, or ends inside an escape."""
    marks = [Highlight(min(pair), max(pair), "term") for pair in marked]
    markup = quote(text, [(0, len(text))], marks) if text.strip() else escape(text)
    cut = cut_markup(markup, limit)
    assert units(cut) <= limit
    plain = re.sub(r"\\.", "", cut, flags=re.DOTALL)
    assert "\\" not in plain
    assert plain.count("**") % 2 == 0
    assert plain.count("__") % 2 == 0


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Timeline: 2022", "Timeline-2022.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ("хроника", "хроника.csv"),
        ("\u202e...", "file.csv"),
    ],
)
def test_file_names_hold_letters_digits_and_dashes(stem: str, name: str) -> None:
    """A name of a file can mean a folder, or nothing."""
    assert limits.file_name(stem, "csv") == name


@given(st.text(), st.integers(4, 100))
def test_shortened_text_fits(text: str, limit: int) -> None:
    """A label is longer than it may be."""
    short = limits.shorten(text, limit)
    assert units(short) <= limit
    assert "\n" not in short
