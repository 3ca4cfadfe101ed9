"""What /help says, to whom, and that it fits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.languages import ENGLISH, language
from bot.layout import Page
from bot.render.help import Asker, Indexed, check, help_page, mention
from index.model import Example
from tests.bot import fakes
from tests.bot.test_render_reports import ODD
from tests.bot.test_render_sources import buttons, check_page, text_of

MEMBER = Asker(plain=False, administers=False)
ADMINISTRATOR = Asker(plain=False, administers=True, reindexes=True)
EXAMPLES = (
    Example("ask", "When did the ship sail?", "log"),
    Example("ask", "And in May 1871?", "log", "What happened in March 1871?"),
    Example("timeline", "1871"),
)
INDEXED = Indexed((fakes.summary(),), 7, dt.date(2026, 11, 21), EXAMPLES)


def shown(asker: Asker = MEMBER, indexed: Indexed | None = INDEXED) -> str:
    return text_of(help_page(indexed, asker, {}, ENGLISH))


def tries(page: Page) -> list[tuple[str, str]]:
    """Each example as it stands in the list, and the id of its button."""
    pressed = buttons(page)
    numbered = [line for line in text_of(page).splitlines() if line[:1].isdecimal()]
    said = [line.partition(". ") for line in numbered if ". " in line]
    return [(words, str(pressed[f"Try {n}"].press)) for n, _, words in said]


def test_help_says_what_there_is_and_since_when() -> None:
    text = shown()
    assert "“Log of the Petrel”" in text
    assert "1 document · 4 passages · 3 events · last indexed on 21 November 2026" in text


def test_help_says_what_can_not_be_answered() -> None:
    assert "draws no conclusions" in shown()
    assert "doesn't translate" in shown()


def test_each_example_has_a_button_that_tells_it_from_later_ones() -> None:
    """Questions as they are asked, what one follows, a time in words."""
    assert tries(help_page(INDEXED, MEMBER, {}, ENGLISH)) == [
        ("When did the ship sail?", f"v1:try:1:{check(EXAMPLES[0])}"),
        (
            "And in May 1871? (after “What happened in March 1871?”)",
            f"v1:try:2:{check(EXAMPLES[1])}",
        ),
        ("Timeline: 1871", f"v1:try:3:{check(EXAMPLES[2])}"),
    ]


def test_help_works_while_nothing_is_indexed() -> None:
    text = shown(indexed=None)
    assert "The documents are not ready yet." in text
    assert "/ask" in text


def test_only_administrators_read_what_they_can_do() -> None:
    assert "/corpus reindex" in shown(ADMINISTRATOR)
    assert "/settings show" in shown(ADMINISTRATOR)
    assert "administrators" not in shown().lower()
    assert "/corpus" not in shown()


def test_who_may_not_reindex_is_not_told_how() -> None:
    """An administrator of a server from which the corpus is not looked after."""
    text = shown(replace(ADMINISTRATOR, reindexes=False))
    assert "/settings show" in text
    assert "/corpus" not in text


def test_commands_can_be_pressed_where_their_ids_are_known() -> None:
    known = {"ask": 12, "privacy": 34}
    assert mention("ask", known) == "</ask:12>"
    assert mention("privacy show", known) == "</privacy show:34>"
    assert mention("sources", known) == "`/sources`"


def test_plain_text_is_switched_on_and_off() -> None:
    """The button offers what the reader hasn't."""
    laid_out = buttons(help_page(INDEXED, MEMBER, {}, ENGLISH))
    plain = buttons(help_page(INDEXED, replace(MEMBER, plain=True), {}, ENGLISH))
    assert str(laid_out["Answers as plain text"].press) == "v1:plain:on"
    assert str(plain["Answers with layout"].press) == "v1:plain:off"


@settings(max_examples=30, deadline=None)
@given(ODD, ODD, st.sampled_from([0, 1, 3, 200]), st.sampled_from(["en", "ru", "my"]))
def test_help_fits_whatever_the_documents_are_called(
    text: str, title: str, count: int, tag: str
) -> None:
    summary = replace(fakes.summary(), source=replace(fakes.source(), title=title, name=text))
    examples = tuple(Example("ask", text, None, title) for _ in range(min(count, 5)))
    indexed = Indexed((summary,) * count, 7, None, examples)
    page = help_page(indexed, replace(ADMINISTRATOR, owns=True), {"ask": 2**63}, language(tag))
    check_page(page)
