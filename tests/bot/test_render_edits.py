"""Pages of corrections: they fit into a message, and no word of a document or a person acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.editing import Proposal
from bot.languages import ENGLISH, NAMES, Language
from bot.layout import Page
from bot.render.edits import (
    Saved,
    cancelled_page,
    correction_page,
    corrections_page,
    near_page,
    preview_page,
)
from bot.state import StoredCorrection
from index.collections import server_collection
from index.dates.edtf import from_edtf
from tests.bot import fakes, pages

GUILD = 10
OWN = server_collection(GUILD)
AT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
KEY = "0" * 16
HOSTILE = "**x** @everyone <@1> [a](https://b) `c` ||d||\n# e \u202e"
ACTING = ("**x**", "@everyone", "<@1>", "](", "||d||", "\u202e", "\n# e")


def hostile(edtf: str) -> fakes.CitedEvent:
    cited = fakes.event(HOSTILE * 60, HOSTILE, edtf)
    return replace(cited, source=replace(cited.source, title=HOSTILE * 9))


def stored(number: int, kind: str = "hide") -> StoredCorrection:
    body = {"id": "e", "reason": HOSTILE * 20, "headline": HOSTILE, "date": "1871"}
    return StoredCorrection(number, OWN, kind, body, AT, 7)  # type: ignore[arg-type]


def every_page(t: Language) -> list[Page]:
    events = tuple(hostile(f"187{n}-03-04") for n in range(5))
    date = from_edtf("1871-03")
    body = {"id": "e"}
    listed = [stored(number) for number in range(60)]
    wrong = dict.fromkeys(range(60), HOSTILE * 9)
    return [
        preview_page(Proposal(OWN, "hide", body, events[:1], ()), KEY, GUILD, t),
        preview_page(
            Proposal(OWN, "redate", body, events[:1], events[1:2], date, HOSTILE), KEY, GUILD, t
        ),
        preview_page(Proposal(HOSTILE, "retitle", body, events[:1], events[1:2]), KEY, GUILD, t),
        preview_page(Proposal(OWN, "add", body, (), events[:1], date, "1871"), KEY, GUILD, t),
        preview_page(Proposal(OWN, "merge", body, events, events[:1]), KEY, GUILD, t),
        preview_page(Proposal(OWN, "merge", body, events, events), KEY, GUILD, t),
        near_page(HOSTILE, [HOSTILE * 90] * 3, KEY, t),
        near_page("No.", [], KEY, t),
        cancelled_page(t),
        correction_page(stored(1, "redate"), Saved(7), t),
        correction_page(stored(1, "merge"), Saved(None, HOSTILE * 90), t, undone=True),
        corrections_page(listed, wrong, GUILD, t, collection="main", page=3),
        corrections_page([], {}, GUILD, t),
    ]


@pytest.mark.parametrize("tag", NAMES)
def test_every_page_fits_and_nothing_on_it_acts(tag: str) -> None:
    """In every language, with hostile words of any length."""
    for page in every_page(Language(tag)):
        pages.check_limits(page)
        said = pages.text(page)
        for acting in ACTING:
            assert acting not in said


def test_entries_are_shown_as_a_timeline_shows_them() -> None:
    """With the number of their source, which stands beneath."""
    before = fakes.sailing()
    after = replace(before, event=replace(before.event, headline="Departure", edited=True))
    proposal = Proposal(OWN, "retitle", {"id": "e"}, (before,), (after,))
    said = pages.text(preview_page(proposal, KEY, GUILD, ENGLISH))
    assert "- **March 4** (1871) — Departure: The Petrel sails from Cork. [1]" in said
    assert "-# [1] Log of the Petrel" in said
    assert "all who may see this server’s documents" in said


def test_a_list_page_beyond_the_last_is_the_last() -> None:
    page = corrections_page([stored(n) for n in range(9)], {}, GUILD, ENGLISH, page=99)
    assert "page 2 of 2" in pages.text(page)
